"""Every page of the site: quiet, self-contained, and accessible in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.site.visiting import PHONE, ROOT, figures, html_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.site.visiting import Visit

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = html_pages()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, one line per element."""
    if not page.evaluate("'axe' in globalThis"):
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    # What passes is not asked for: to find a name for each element of it takes half the time.
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then(result => result.violations)"
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_the_site_has_pages_with_explorers() -> None:
    assert PAGES
    assert figures()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_missing_and_no_other_host_is_asked(kept: Callable[..., Visit], page: str) -> None:
    opened = kept(page)
    opened.page.wait_for_load_state("networkidle")
    assert not opened.missing
    assert not opened.strangers
    assert opened.page.evaluate("document.documentElement.lang") == "ja"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(kept: Callable[..., Visit], page: str) -> None:
    opened = kept(page, viewport=PHONE, has_touch=True)
    opened.page.wait_for_load_state("networkidle")
    width = opened.page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(kept: Callable[..., Visit], page: str, theme: str) -> None:
    opened = kept(page)
    for figure in (figure for figure in figures() if figure.page == page):
        opened.figure(figure.slug).wait_for("live")
    opened.show_in(theme)
    assert violations(opened.page) == []
    opened.unfold()
    assert violations(opened.page) == []


def test_axe_is_where_it_is_expected() -> None:
    assert Path(AXE).is_file()


@pytest.mark.parametrize("page", sorted({figure.page for figure in figures()}))
def test_not_a_byte_of_python_before_a_figure_is_near(revisit: Callable[..., Visit], page: str) -> None:
    opened = revisit(page, kumo={"eager": False})
    opened.page.wait_for_load_state("networkidle")
    python = [
        url for url in opened.requests if "pyodide" in url or "kumo.zip" in url or "snapshot" in url or "worker" in url
    ]
    assert not python
