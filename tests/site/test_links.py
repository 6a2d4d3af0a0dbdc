"""Links to states: followed on arrival and within the page, copied, and explained where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from kumo import load
from kumo.core.parameters import ParameterError
from tests.site.visiting import Figure, figures, first_with, full_query, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.core.explorer import Explorer
    from tests.site.visiting import Visit

FIGURES = figures()


def another(figure: Figure) -> dict[str, Any]:
    """Return parameters of which each has a value that is not its default, as far as it has another one."""
    declared = load(figure.explorer).declared
    return {
        name: next((value for value in reversed(parameter.samples()) if value != parameter.default), parameter.default)
        for name, parameter in declared.items()
    }


def refuses(figure: Figure, name: str, value: str) -> bool:
    """Return whether the explorer does not take `value` for its parameter `name`."""
    try:
        load(figure.explorer)(**{name: value})
    except ParameterError:
        return True
    return False


def written(parameters: dict[str, Any]) -> str:
    """Return the query of a link, as an author writes it."""
    plain = {
        name: ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        for name, value in parameters.items()
    }
    return urlencode(plain, safe=",")


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_a_link_opens_its_state_and_can_be_copied_there(revisit: Callable[..., Visit], figure: Figure) -> None:
    query = written(another(figure))
    opened = revisit(f"{figure.page}#{figure.slug}?{query}")
    live = opened.figure(figure.slug).wait_for("live")
    wait_for_state(live, figure.explorer, query)
    assert live.node.locator(".kumo-notice:visible").count() == 0
    top = live.node.bounding_box()["y"]
    assert 0 <= top < opened.page.viewport_size["height"] / 2
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live.node.get_by_role("button", name="この状態のリンク").click()
    live.node.get_by_role("button", name="コピーしました").wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    start, _, copied_query = copied.partition("?")
    assert start == f"{opened.address}{figure.page}#{figure.slug}"
    kind = load(figure.explorer)
    given = figure.frame()["parameters"]
    assert kind(**given | _parsed(kind, copied_query)).parameters == kind.from_query(query).parameters


def _parsed(kind: type[Explorer], query: str) -> dict[str, Any]:
    """Return only the values that the query names; a link leaves out what the page starts with."""
    return {name: value for name, value in kind.from_query(query).parameters.items() if f"{name}=" in query}


def test_bad_values_and_names_are_named_and_the_initial_ones_used(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    opened = visit(f"{figure.page}#{figure.slug}?{parameter['name']}=plenty&no_such_name=1")
    live = opened.figure(figure.slug).wait_for("live")
    notice = live.notice()
    assert parameter["label"] in notice
    assert parameter["name"] in notice
    assert "plenty" in notice
    assert "no_such_name" in notice
    wait_for_state(live, figure.explorer, full_query(live, ""))
    live.node.get_by_role("button", name="閉じる").click()
    assert live.node.locator(".kumo-notice").is_hidden()


def test_a_text_that_only_the_simulation_can_judge_is_named_too(visit: Callable[..., Visit]) -> None:
    found = [
        (figure, parameter)
        for figure in FIGURES
        for parameter in figure.schema()["parameters"]
        if parameter["kind"] == "text" and refuses(figure, parameter["name"], "???")
    ]
    if not found:
        pytest.skip("no explorer of the site takes a text that could be wrong")
    figure, parameter = found[0]
    opened = visit(f"{figure.page}#{figure.slug}?{parameter['name']}=%3F%3F%3F")
    live = opened.figure(figure.slug).wait_for("live")
    live.node.locator(".kumo-notice:visible").wait_for()
    assert parameter["label"] in live.notice()
    wait_for_state(live, figure.explorer, full_query(live, ""))


def test_links_within_the_page_set_the_state_each_time_they_are_followed(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    name, high = parameter["name"], parameter["high"]
    opened = visit(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    opened.page.evaluate(
        """([fragment]) => {
          const link = document.createElement("a");
          link.href = fragment;
          link.id = "sample-link";
          link.textContent = "この状態で見る";
          document.querySelector("main, article, body").prepend(link);
        }""",
        [f"#{figure.slug}?{name}={high}"],
    )
    query = full_query(live, f"{name}={high}")
    for _ in range(2):
        opened.page.locator("#sample-link").scroll_into_view_if_needed()
        opened.page.locator("#sample-link").press("Enter")
        wait_for_state(live, figure.explorer, query)
        assert live.node.bounding_box()["y"] < opened.page.viewport_size["height"]
        live.node.get_by_role("button", name="最初に戻す").click()
        wait_for_state(live, figure.explorer, full_query(live, ""))


@pytest.mark.parametrize("page", sorted({figure.page for figure in FIGURES}))
def test_the_links_of_the_prose_lead_to_explorers_and_are_right(kept: Callable[..., Visit], page: str) -> None:
    """Follow every link to a state that the text of the page has."""
    opened = kept(page)
    links = opened.page.evaluate(
        """() => [...document.querySelectorAll('main a[href*="?"]')]
          .map(a => a.getAttribute("href")).filter(href => /^#[a-z][a-z0-9-]*\\?/.test(href))"""
    )
    slugs = {figure.slug: figure for figure in FIGURES if figure.page == page}
    for link in links:
        slug, _, query = link.removeprefix("#").partition("?")
        assert slug in slugs, link
        live = opened.figure(slug).wait_for("live")
        opened.page.evaluate("fragment => { location.hash = fragment }", link)
        wait_for_state(live, slugs[slug].explorer, full_query(live, query))
        assert live.node.locator(".kumo-notice:visible").count() == 0, link
