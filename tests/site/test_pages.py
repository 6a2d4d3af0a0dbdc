"""Every page of the site: quiet, self-contained, and accessible in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.site.visiting import PHONE, ROOT, figures, html_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Response

    from tests.site.visiting import Visit

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = html_pages()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, one line per element."""
    if not page.evaluate("'axe' in globalThis"):
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_the_site_has_pages_with_explorers() -> None:
    assert PAGES
    assert figures()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_missing_and_no_other_host_is_asked(visit: Callable[..., Visit], page: str) -> None:
    opened = visit()
    missing: list[str] = []

    def see(response: Response) -> None:
        if not response.ok and response.status != 304:
            missing.append(f"{response.status} {response.url}")

    opened.page.on("response", see)
    opened.go(page)
    opened.page.wait_for_load_state("networkidle")
    assert not missing
    assert opened.page.evaluate("document.documentElement.lang") == "ja"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visit: Callable[..., Visit], page: str) -> None:
    opened = visit(page, viewport=PHONE)
    opened.page.wait_for_load_state("networkidle")
    width = opened.page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(visit: Callable[..., Visit], page: str, theme: str) -> None:
    opened = visit(page, theme=theme)
    assert opened.page.evaluate("document.documentElement.dataset.theme") == theme
    for figure in (figure for figure in figures() if figure.page == page):
        opened.figure(figure.slug).wait_for("live")
    assert violations(opened.page) == []
    opened.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    # The theme fades in what is opened, and half a colour has half the contrast.
    opened.page.wait_for_timeout(1000)
    assert violations(opened.page) == []


def test_axe_is_where_it_is_expected() -> None:
    assert Path(AXE).is_file()


@pytest.mark.parametrize("page", sorted({figure.page for figure in figures()}))
def test_not_a_byte_of_python_before_a_figure_is_near(visit: Callable[..., Visit], page: str) -> None:
    opened = visit(page, kumo={"eager": False})
    opened.page.wait_for_load_state("networkidle")
    python = [
        url for url in opened.requests if "pyodide" in url or "kumo.zip" in url or "snapshot" in url or "worker" in url
    ]
    assert not python
