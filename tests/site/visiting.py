"""What the tests of the built site share: where it is, which explorers it has, and pages under watch.

The site under test is `_build/html`, or the folder that the environment variable KUMO_SITE names.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from kumo import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("KUMO_SITE", ROOT / "_build" / "html"))
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
# A start from scratch takes seconds, on a busy machine several times that.
PATIENCE = 60_000
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Figure:
    """One explorer on one page."""

    page: str
    slug: str
    explorer: str
    state: str  # the JSON that the figure brings along

    def clock(self) -> dict[str, Any] | None:
        """Return the clock of the picture in the page, None for one that stands still."""
        return self.frame()["clock"]

    def frame(self) -> dict[str, Any]:
        """Return the frame that the page starts with, less its pictures."""
        return json.loads(self.state)["frame"]

    def schema(self) -> dict[str, Any]:
        return json.loads(self.state)["schema"]

    def __str__(self) -> str:
        return f"{Path(self.page).stem}-{self.slug}"


@cache
def html_pages() -> list[str]:
    """Return every page of the site, relative to its root, without those that only lead to another one."""
    paths = (path for path in SITE.rglob("*.html") if "_static" not in path.parts)
    return sorted(
        path.relative_to(SITE).as_posix()
        for path in paths
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8").lower()
    )


@cache
def figures() -> list[Figure]:
    """Return every explorer of every page, in page order, with the anchor that it has there."""
    found = []
    for page in html_pages():
        seen: dict[str, int] = {}
        text = (SITE / page).read_text(encoding="utf-8")
        for content in re.findall(r'<figure\b[^>]*\bclass="kumo"[^>]*>.*?</figure>', text, re.DOTALL):
            state = re.search(r'<script[^>]*class="kumo-state"[^>]*>(.*?)</script>', content, re.DOTALL)[1]
            schema = json.loads(state)["schema"]
            slug = schema["slug"]
            seen[slug] = seen.get(slug, 0) + 1
            anchor = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
            found.append(Figure(page, anchor, schema["explorer"], state))
    return found


def one_of_each() -> list[Figure]:
    """Return the first figure of every explorer: what holds for an explorer need not be tried on each of its pages."""
    return list({figure.explorer: figure for figure in reversed(figures())}.values())[::-1]


@dataclass
class Visit:
    """A page under watch: what it complained about, what it did not get, and what it asked other hosts for."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    # Complaints that a test provokes, as patterns.
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._see)
        self.page.on("response", self._receive)
        self._size = self.page.viewport_size

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _see(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        self.requests.append(request.url)
        if not request.url.startswith(self.address):
            self.strangers.append(request.url)

    def _receive(self, response: Response) -> None:
        if not response.ok and response.status != 304:
            self.missing.append(f"{response.status} {response.url}")

    def begin_with(self, kumo: dict[str, Any] | None) -> None:
        """Set the `kumoOptions` that the pages opened from now on find."""
        if kumo:
            self.page.add_init_script(f"globalThis.kumoOptions = {json.dumps(kumo)}")

    def go(self, path: str) -> None:
        """Open a page of the site; `path` may carry a fragment."""
        self.page.goto(self.address + path)

    def figure(self, slug: str) -> LiveFigure:
        return LiveFigure(self, slug)

    def show_in(self, theme: str) -> None:
        """Let the reader's system ask for a light or dark page, as a page in use hears it, and wait for the colours."""
        self.page.emulate_media(color_scheme=theme)
        self.page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
        self.settle()

    def unfold(self) -> None:
        """Open whatever can be unfolded, and wait until it stands."""
        self.page.evaluate(
            """() => {
              globalThis.unfolded = [...document.querySelectorAll("details:not([open])")];
              for (const details of unfolded) details.open = true;
            }"""
        )
        self.settle()

    def settle(self) -> None:
        """Wait for what fades or moves by style: half a colour has half the contrast."""
        self.page.wait_for_function(
            """() => document.getAnimations().every(animation =>
              animation.playState !== "running" || animation.effect.getComputedTiming().endTime === Infinity)"""
        )

    def reset(self) -> None:
        """Set the page as it was first: its size and colours, what is folded, the live figures' values and clocks."""
        if self.page.viewport_size != self._size:
            self.page.set_viewport_size(self._size)
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(
            """() => {
              for (const details of globalThis.unfolded ?? []) details.open = false;
              for (const details of document.querySelectorAll("figure.kumo details[open]")) details.open = false;
              for (const figure of document.querySelectorAll("figure.kumo[data-phase=live]")) {
                [...figure.querySelectorAll("button")].find(button => button.textContent === "最初に戻す").click();
              }
              document.activeElement.blur();
              scrollTo(0, 0);
            }"""
        )
        # An answer that comes late would stop what the next test sets in motion.
        self.page.wait_for_function("() => !document.querySelector('figure.kumo[data-asked]')")

    def leave(self) -> None:
        """Close the page and forget what it stored, so that another one finds nothing of it."""
        self.page.evaluate("try { localStorage.clear() } catch {}")
        self.page.close()

    def check(self) -> None:
        """Fail on complaints that no one expected, and on any request to another host."""
        surprising = [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.expected)
        ]
        assert not surprising, surprising
        assert not self.missing, self.missing
        assert not self.strangers, self.strangers


class LiveFigure:
    """An explorer in an open page."""

    def __init__(self, visit: Visit, slug: str) -> None:
        self.visit, self.slug = visit, slug
        self.node = visit.page.locator(f"figure.kumo#{slug}")

    def wait_for(self, phase: str = "live") -> LiveFigure:
        """Bring the figure into view and wait for a status."""
        self.node.scroll_into_view_if_needed()
        self.visit.page.wait_for_function(
            "([slug, phase]) => document.getElementById(slug)?.dataset.phase === phase",
            arg=[self.slug, phase],
            timeout=PATIENCE,
        )
        return self

    @property
    def schema(self) -> dict[str, Any]:
        return json.loads(self.node.locator("script.kumo-state").text_content())["schema"]

    def field(self, name: str) -> Locator:
        """Return the field of a parameter, unfolded if it was among the other settings."""
        found = self.node.locator(f'.kumo-field[data-name="{name}"]')
        if not found.is_visible():
            self.node.locator(".kumo-more summary").press("Enter")
        return found

    def state(self) -> dict[str, Any]:
        """Return what the figure shows: the words of its picture, explanation and table."""
        return self.node.evaluate(
            """figure => {
              const box = [...figure.querySelectorAll(".kumo-wide, .kumo-narrow")]
                .find(box => getComputedStyle(box).display !== "none");
              const texts = [...box.querySelectorAll("text")].map(text => text.textContent);
              const rows = [...figure.querySelectorAll("table tbody tr")]
                .map(row => [...row.cells].map(cell => cell.textContent));
              return {
                layout: box.className.replace("kumo-", ""),
                description: box.querySelector("desc").textContent,
                texts, rows,
                explanation: figure.querySelector(".kumo-explanation").textContent,
              };
            }"""
        )

    def picture(self) -> str:
        return self.node.locator(".kumo-picture").inner_html()

    def notice(self) -> str:
        return self.node.locator(".kumo-notice:visible").inner_text()


def expected_state(explorer: str, query: str, layout: str) -> dict[str, Any]:
    """Return the state that a figure must show for a link's query."""
    kind = load(explorer)
    frame = kind.frame(kind.from_query(query).parameters, (layout,))
    tree = ET.fromstring(frame["pictures"][layout])  # noqa: S314 -- our own picture
    return {
        "layout": layout,
        "description": tree.findtext(f"{SVG}desc"),
        "texts": ["".join(text.itertext()) for text in tree.iter(f"{SVG}text")],
        "rows": [[shown(cell) for cell in row] for row in frame["table"]["rows"]],
        "explanation": f"{frame['explanation']['point']} {frame['explanation']['why']}",
    }


def shown(cell: str | float) -> str:
    """Return a cell as JavaScript writes it: 20.0 is 20 there."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def wait_for_state(figure: LiveFigure, explorer: str, query: str, layout: str = "wide") -> None:
    """Wait until the figure shows the state, and say what it shows instead where it does not."""
    right = expected_state(explorer, query, layout)
    limit = time.monotonic() + 10
    while (state := figure.state()) != right and time.monotonic() < limit:
        figure.visit.page.wait_for_timeout(30)
    assert state == right


def full_query(figure: LiveFigure, query: str) -> str:
    """Return the query with the figure's own initial values, which a link leaves out."""
    state = figure.node.locator("script.kumo-state").evaluate("node => JSON.parse(node.textContent).frame.parameters")
    written = {
        name: ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        for name, value in state.items()
        if f"{name}=" not in query
    }
    return "&".join(filter(None, [query, urlencode(written)]))


def first_with(kind: str) -> tuple[Figure, dict[str, Any]]:
    """Return the first figure that has a parameter of that kind, and the parameter."""
    return first_that(lambda parameter: parameter["kind"] == kind)


def first_that(is_it: Callable[[dict[str, Any]], bool]) -> tuple[Figure, dict[str, Any]]:
    """Return the first figure that has such a parameter, and the parameter."""
    for figure in figures():
        for parameter in figure.schema()["parameters"]:
            if is_it(parameter):
                return figure, parameter
    pytest.fail("no explorer of the site has such a parameter")
