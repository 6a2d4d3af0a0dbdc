"""Parts for the tests of the built site: a server under a sub-path, a browser, and pages that are watched."""

from __future__ import annotations

import json
import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from publishing.serve import Server
from tests.site.visiting import SITE, WIDE, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

# Nothing may depend on the site standing at the root of its host.
SUB_PATH = "/books/aws-developer/"

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of the served site."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"there is no site in {SITE}; `make site` builds it")
    with Server(SITE, prefix=SUB_PATH) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium; without one the tests are skipped, or fail under CI."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = os.environ.get("KUMO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        reason = f"there is no Chromium on the PATH ({', '.join(names)}); KUMO_CHROMIUM=… names one elsewhere"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only where there is a browser to drive

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that makes a browser context; motion is off unless asked for."""
    made = []

    def make(**options: Any) -> BrowserContext:
        made.append(
            browser.new_context(
                **{"viewport": WIDE, "reduced_motion": "reduce", "locale": "ja-JP", "service_workers": "block"}
                | options
            )
        )
        made[-1].set_default_timeout(15_000)
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def visit(context: Callable[..., BrowserContext], address: str) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a watched page; what it complains about fails the test at its end.

    Takes the path and the context's options; `kumo` becomes the page's `kumoOptions`.
    """
    visits: list[Visit] = []

    def open_page(path: str = "", *, kumo: dict[str, Any] | None = None, theme: str = "", **options: Any) -> Visit:
        page = context(**options).new_page()
        if kumo:
            page.add_init_script(f"globalThis.kumoOptions = {json.dumps(kumo)}")
        if theme:
            # As the theme's own switch stores it.
            page.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
        visits.append(Visit(page, address))
        if path:
            visits[-1].go(path)
        return visits[-1]

    yield open_page
    for one in visits:
        one.check()
