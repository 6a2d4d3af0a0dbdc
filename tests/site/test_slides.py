"""Any page as slides: one part at a time, with explorers that keep their state, from the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.site.test_pages import violations
from tests.site.visiting import PHONE, first_with, full_query, html_pages, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.site.visiting import Visit

# The blocks of the article that can be seen, as texts: what stands in its sections, not the sections.
VISIBLE = """() => [...document.querySelectorAll("article.bd-article > *, article.bd-article section > *")]
  .filter(node => !node.matches("section, script, style") && node.checkVisibility())
  .map(node => node.textContent.trim())"""


def begin(opened: Visit) -> int:
    """Start the slides and return how many there are."""
    opened.page.get_by_role("button", name="スライドで見る").click()
    return int(opened.page.locator(".kumo-slides-bar output").inner_text().split("/")[1])


def number(page: Page) -> int:
    return int(page.locator(".kumo-slides-bar output").inner_text().split("/")[0])


def test_every_block_is_on_exactly_one_slide_in_order(visit: Callable[..., Visit]) -> None:
    figure, _ = first_with("range")
    opened = visit(figure.page, kumo={"eager": False})
    whole = opened.page.evaluate(VISIBLE)
    count = begin(opened)
    shown = []
    for slide in range(1, count + 1):
        assert number(opened.page) == slide
        part = opened.page.evaluate(VISIBLE)
        assert part, f"slide {slide} is empty"
        shown += part
        opened.page.keyboard.press("PageDown")
    assert count > 3
    assert shown == whole
    assert number(opened.page) == count, "the last slide stays"
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate(VISIBLE) == whole
    assert "slide=" not in opened.page.url


def test_an_address_opens_a_slide_and_links_go_to_the_slide_of_their_explorer(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    opened = visit(f"{figure.page}?slide=2")
    assert number(opened.page) == 2
    live = opened.figure(figure.slug)
    assert live.node.is_hidden()
    query = f"{parameter['name']}={parameter['high']}"
    opened.page.evaluate("fragment => { location.hash = fragment }", f"#{figure.slug}?{query}")
    live.node.wait_for(state="visible")
    slide = number(opened.page)
    wait_for_state(live.wait_for("live"), figure.explorer, full_query(live, query))
    # An input is operated without leaving the slide, and keeps its value while another slide is shown.
    live.field(parameter["name"]).locator("input[type=range]").press("ArrowLeft")
    assert number(opened.page) == slide
    before = live.state()
    # A presenter's remote turns the slide even then.
    live.field(parameter["name"]).locator("input[type=range]").press("PageDown")
    assert number(opened.page) == slide + 1
    opened.page.keyboard.press("PageUp")
    assert number(opened.page) == slide
    assert live.state() == before
    opened.page.evaluate("document.activeElement.blur()")
    opened.page.keyboard.press("ArrowRight")
    assert live.node.is_hidden()
    opened.page.keyboard.press("ArrowLeft")
    assert live.state() == before
    assert f"slide={slide}" in opened.page.url


def test_slides_are_accessible_and_fit_a_phone(visit: Callable[..., Visit]) -> None:
    figure, _ = first_with("range")
    for theme in ("light", "dark"):
        opened = visit(figure.page, theme=theme, kumo={"eager": False})
        begin(opened)
        assert violations(opened.page) == []
    opened = visit(figure.page, viewport=PHONE)
    begin(opened)
    assert opened.page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_every_page_can_be_shown_as_slides(visit: Callable[..., Visit]) -> None:
    opened = visit(kumo={"eager": False})
    for page in html_pages():
        if page.endswith(("genindex.html", "search.html")):
            continue
        opened.go(f"{page}?slide=1")
        assert number(opened.page) == 1, page
