"""Each explorer on each page: goes live, and shows after every input what Python computes for it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kumo import load
from tests.site.test_geometry import MEASURE, SMALLEST
from tests.site.visiting import PHONE, Figure, figures, first_that, first_with, full_query, one_of_each, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.site.visiting import LiveFigure, Visit

FIGURES = figures()
EACH = one_of_each()


def query_of(figure: LiveFigure) -> str:
    """Press 「この状態のリンク」 and return the query of the link."""
    figure.visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure.node.locator(".kumo-copy").click()
    link = figure.visit.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(figure.visit.address)
    slug, _, query = urlsplit(link).fragment.partition("?")
    assert slug == figure.slug
    return query


def own_texts(figure: LiveFigure, choice: str, texts: dict[str, str]) -> list[str]:
    """Return the options of `choice` that leave the reader's own text in place."""
    options = next(one["options"] for one in figure.schema["parameters"] if one["name"] == choice)
    return [option["value"] for option in options if option["value"] not in texts]


def operate(figure: LiveFigure, parameter: dict[str, Any]) -> None:
    """Change one input with the keyboard alone."""
    page, place = figure.visit.page, figure.field(parameter["name"])
    kind = parameter["kind"]
    if kind == "range":
        slider = place.locator("input[type=range]")
        slider.focus()
        page.keyboard.press("ArrowLeft" if float(slider.input_value()) == parameter["high"] else "ArrowRight")
    elif kind == "choice":
        select = place.locator("select")
        select.focus()
        page.keyboard.press("ArrowUp" if select.input_value() == parameter["options"][-1]["value"] else "ArrowDown")
    elif kind in {"toggle", "choices"}:
        place.locator("input[type=checkbox]").first.focus()
        page.keyboard.press("Space")
    else:
        control = place.locator("input, textarea")
        samples = load(figure.schema["explorer"]).declared[parameter["name"]].samples()
        if not control.is_editable():
            # Another text stands in its place until a choice gives the reader's back.
            by, texts = parameter["instead"]["by"], parameter["instead"]["texts"]
            figure.field(by).locator("select").select_option(own_texts(figure, by, texts)[0])
        control.focus()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.insert_text(next(sample for sample in samples if sample != control.input_value()))


@pytest.mark.parametrize("figure", EACH, ids=str)
def test_each_input_works_by_keyboard(kept: Callable[..., Visit], figure: Figure) -> None:
    opened = kept(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    initial = live.state()
    seen = set()
    for parameter in live.schema["parameters"]:
        operate(live, parameter)
        focused = opened.page.evaluate("document.activeElement.closest('.kumo-field')?.dataset.name")
        opened.page.wait_for_function(
            "slug => !document.getElementById(slug).hasAttribute('aria-busy')", arg=figure.slug
        )
        # Text waits for a pause in the typing.
        opened.page.wait_for_timeout(300 if parameter["kind"] == "text" else 0)
        assert focused == parameter["name"]
        assert opened.page.evaluate("document.activeElement.closest('.kumo-field')?.dataset.name") == focused
        query = query_of(live)
        assert f"{parameter['name']}=" in query
        wait_for_state(live, figure.explorer, full_query(live, query))
        seen.add(query)
    assert len(seen) == len(live.schema["parameters"])
    live.node.get_by_role("button", name="最初に戻す").click()
    limit = time.monotonic() + 10
    while live.state() != initial and time.monotonic() < limit:
        opened.page.wait_for_timeout(30)
    assert live.state() == initial


@pytest.mark.parametrize("figure", EACH, ids=str)
def test_it_works_on_a_phone_and_is_redrawn_when_the_page_widens(kept: Callable[..., Visit], figure: Figure) -> None:
    opened = kept(figure.page, viewport=PHONE, has_touch=True)
    live = opened.figure(figure.slug).wait_for("live")
    sizes = {text["text"]: text["pixels"] for text in live.node.locator(".kumo-narrow svg").evaluate(MEASURE)}
    assert {text: pixels for text, pixels in sizes.items() if pixels < SMALLEST - 0.05} == {}
    place = live.field(live.schema["parameters"][0]["name"])
    place.scroll_into_view_if_needed()
    place.locator("input, select, textarea").first.focus()
    before = place.bounding_box()
    operate(live, live.schema["parameters"][0])
    opened.page.wait_for_timeout(500)
    # Scroll positions are whole pixels.
    assert place.bounding_box()["y"] == pytest.approx(before["y"], abs=1.5), "an input does not move the page"
    query = full_query(live, query_of(live))
    wait_for_state(live, figure.explorer, query, "narrow")
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    wait_for_state(live, figure.explorer, query, "wide")


def folded() -> tuple[Figure, str, Any]:
    """Return the first figure that folds settings away, one of these, and another value for it."""
    for figure in FIGURES:
        knobs = json.loads(figure.state).get("knobs")
        for parameter in figure.schema()["parameters"] if knobs else ():
            if parameter["name"] not in knobs and parameter["kind"] == "range":
                return figure, parameter["name"], parameter["high"]
    pytest.fail("no explorer of the site folds settings away")


def test_other_settings_stay_folded_until_they_are_asked_for(visit: Callable[..., Visit]) -> None:
    figure, name, value = folded()
    opened = visit(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    field = live.node.locator(f'.kumo-field[data-name="{name}"]')
    assert field.is_hidden()
    live.node.locator(".kumo-more summary").focus()
    opened.page.keyboard.press("Enter")
    assert field.is_visible()
    opened.page.keyboard.press("Enter")
    assert field.is_hidden()
    # A link that sets one of them shows what it has set.
    opened.page.evaluate("fragment => { location.hash = fragment }", f"#{figure.slug}?{name}={value}")
    field.wait_for(state="visible")
    wait_for_state(live, figure.explorer, full_query(live, f"{name}={value}"))


def test_a_choice_brings_its_own_text_and_gives_the_readers_back(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_that(lambda parameter: "instead" in parameter)
    by, texts = parameter["instead"]["by"], parameter["instead"]["texts"]
    opened = visit(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    choice, text = live.field(by).locator("select"), live.field(parameter["name"]).locator("textarea")
    own = own_texts(live, by, texts)[0]
    choice.select_option(own)
    text.fill("not yet right")
    live.field(parameter["name"]).locator(".kumo-fault").wait_for(state="visible")
    key = next(iter(texts))
    choice.select_option(key)
    assert text.input_value() == texts[key]
    assert not text.is_editable()
    # What waits need not be right: the picture is the one of the choice.
    opened.page.wait_for_function(
        "([slug, line]) => document.getElementById(slug).textContent.includes(line)",
        arg=[figure.slug, load(figure.explorer).frame({by: key}, ["narrow"])["explanation"]["point"]],
    )
    live.field(parameter["name"]).locator(".kumo-fault").wait_for(state="hidden")
    choice.select_option(own)
    assert text.input_value() == "not yet right"
    assert text.is_editable()


def test_numbers_can_be_typed_and_wrong_ones_are_explained_inline(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    opened = visit(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    number = live.field(parameter["name"]).locator("input[type=number]")
    number.focus()
    opened.page.keyboard.press("ControlOrMeta+A")
    opened.page.keyboard.insert_text(str(parameter["high"]))
    wait_for_state(live, figure.explorer, full_query(live, f"{parameter['name']}={parameter['high']}"))
    opened.page.keyboard.press("ControlOrMeta+A")
    opened.page.keyboard.insert_text(str(parameter["high"] + 1))
    fault = live.field(parameter["name"]).locator(".kumo-fault")
    fault.wait_for(state="visible")
    assert str(parameter["high"]) in fault.inner_text()
    assert number.get_attribute("aria-invalid") == "true"
    assert fault.get_attribute("id") in number.get_attribute("aria-describedby")
    # Leaving it restores the value that the picture shows.
    opened.page.keyboard.press("Tab")
    assert number.input_value() == str(parameter["high"])
    assert number.get_attribute("aria-invalid") is None
    assert fault.is_hidden()


def test_the_explanation_is_read_out_once_after_a_series_of_changes(visit: Callable[..., Visit]) -> None:
    figure, parameter = first_with("range")
    opened = visit(figure.page)
    live = opened.figure(figure.slug).wait_for("live")
    opened.page.evaluate(
        """slug => {
          globalThis.said = [];
          const region = document.getElementById(slug).querySelector("[role=status]");
          new MutationObserver(() => region.textContent && said.push(region.textContent))
            .observe(region, {childList: true});
        }""",
        figure.slug,
    )
    live.field(parameter["name"]).locator("input[type=range]").focus()
    for _ in range(6):
        opened.page.keyboard.press("ArrowRight")
        opened.page.wait_for_timeout(80)
    opened.page.wait_for_timeout(1600)
    said = opened.page.evaluate("said")
    assert said.count(live.state()["explanation"]) == 1
    assert len(said) <= 2
