"""Parts for the tests of the built site: a server under a sub-path, a browser, and pages that are watched."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
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
        if theme:
            # As the theme's own switch stores it.
            page.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
        visits.append(Visit(page, address))
        visits[-1].begin_with(kumo)
        if path:
            visits[-1].go(path)
        return visits[-1]

    yield open_page
    for one in visits:
        one.check()


@dataclass
class Desk:
    """What the tests on one worker share: browser contexts that stay, by their options, and one open page in each.

    A context remembers what it has fetched and compiled: in the second page Python starts in half the time.
    """

    browser: Browser
    address: str
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    pages: dict[str, tuple[str, Visit]] = field(default_factory=dict)

    def open(self, options: dict[str, Any]) -> Visit:
        """Return a new watched tab in the context with these options."""
        name = repr(sorted(options.items()))
        if name not in self.contexts:
            self.contexts[name] = new_context(self.browser, **options)
        return Visit(self.contexts[name].new_page(), self.address)

    def take(self, path: str, options: dict[str, Any]) -> Visit:
        """Return the page that is open in the context with these options, reset; opened, if another one is."""
        name = repr(sorted(options.items()))
        there, visit = self.pages.get(name, ("", None))
        if there == path:
            visit.reset()
            return visit
        if visit:
            visit.leave()
        visit = self.open(options)
        self.pages[name] = path, visit
        visit.go(path)
        return visit

    def check(self) -> None:
        """Fail on what open pages complained about; the next test gets a page without these faults."""
        for name, (_, visit) in list(self.pages.items()):
            try:
                visit.check()
            except AssertionError:
                del self.pages[name]
                visit.leave()
                raise


@pytest.fixture(scope="session")
def _desk(browser: Browser, address: str) -> Desk:
    """Return what the tests share; it closes with the browser."""
    return Desk(browser, address)


@pytest.fixture
def kept(_desk: Desk) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a watched page, or takes it as the last test left it, reset.

    For tests of what a reader does in the middle of a page: the page's start, most of their time, is not repeated.
    Takes the path and the context's options.
    """

    def take(path: str, **options: Any) -> Visit:
        return _desk.take(path, options)

    yield take
    _desk.check()


@pytest.fixture
def revisit(_desk: Desk) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a watched page as `visit` does, in a browser that has been on the site before.

    For tests of how a page begins, whatever had to be fetched for that. Nothing but the browser's cache is left of
    earlier pages.
    """
    visits: list[Visit] = []

    def open_page(path: str, *, kumo: dict[str, Any] | None = None, **options: Any) -> Visit:
        visits.append(_desk.open(options))
        visits[-1].begin_with(kumo)
        visits[-1].go(path)
        return visits[-1]

    yield open_page
    for one in visits:
        one.leave()
    for one in visits:
        one.check()
