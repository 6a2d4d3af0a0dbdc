"""Parts for the tests of the built site: a server under a sub-path, a browser, and pages that are watched."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from publishing.browser import browser as chromium
from publishing.browser import program
from publishing.console import Problem
from publishing.serve import ADDRESS, served
from tests.site.visiting import SITE, WIDE, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

# Nothing may depend on the site standing at the root of its host.
SUB_PATH = "/books/aws-developer/"
ROOM = "room.test"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of the served site."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"there is no site in {SITE}; `make site` builds it")
    with served(SITE, SUB_PATH) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium; without one the tests are skipped, or fail under CI."""
    try:
        program()
    except Problem as problem:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(problem))
    # A name that is not of this machine: pages from it are no secure context, as in a room without HTTPS.
    with chromium(f"--host-resolver-rules=MAP {ROOM} {ADDRESS}") as opened:
        yield opened


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a browser context; motion is off unless asked for."""
    usual = {"viewport": WIDE, "reduced_motion": "reduce", "locale": "ja-JP", "service_workers": "block"}
    made = browser.new_context(**usual | options)
    made.set_default_timeout(15_000)
    return made


@pytest.fixture
def room(address: str) -> str:
    """Return the address of the served site as another machine in the room sees it: by name, over plain HTTP."""
    return address.replace(ADDRESS, ROOM)


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that makes a browser context; motion is off unless asked for."""
    made = []

    def make(**options: Any) -> BrowserContext:
        made.append(new_context(browser, **options))
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


@pytest.fixture(scope="session")
def _open_page() -> dict[str, Visit]:
    """Return what holds the one page that is open for several tests, by its path; it closes with the browser."""
    return {}


@pytest.fixture
def kept(browser: Browser, address: str, _open_page: dict[str, Visit]) -> Iterator[Callable[[str], Visit]]:
    """Return a function that opens a watched page, or takes it as the last test left it, its figures reset.

    For tests of what a reader does in the middle of a page: the page's start, most of their time, is not repeated.
    """

    def take(path: str) -> Visit:
        if path not in _open_page:
            for other in list(_open_page):
                _open_page.pop(other).page.context.close()
            _open_page[path] = Visit(new_context(browser).new_page(), address)
            _open_page[path].go(path)
        else:
            _open_page[path].reset()
        return _open_page[path]

    yield take
    for path, one in list(_open_page.items()):
        try:
            one.check()
        except AssertionError:
            # The next test gets a page without this one's faults.
            _open_page.pop(path).page.context.close()
            raise
