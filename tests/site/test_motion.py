"""The clock of a picture: plays, stops, can be scrubbed and stepped, and keeps still where motion is unwelcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.site.visiting import Figure, one_of_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.site.visiting import LiveFigure, Visit

MOVING = "no-preference"
CLOCKS = {figure: figure.clock() for figure in one_of_each()}
TIMED = [figure for figure, clock in CLOCKS.items() if clock]
STEPWISE = [figure for figure in TIMED if CLOCKS[figure]["steps"]]


def clock(live: LiveFigure) -> dict[str, Any]:
    """Return where the figure's clock stands, and whether its picture is in motion."""
    return live.node.evaluate(
        """figure => {
          const svg = [...figure.querySelectorAll(".kumo-picture svg")]
            .find(svg => svg.getBoundingClientRect().width > 0);
          const slider = figure.querySelector(".kumo-clock input");
          return {
            slider: Number(slider.value),
            text: slider.getAttribute("aria-valuetext"),
            moving: "moving" in svg.dataset,
            paused: svg.animationsPaused(),
            seconds: svg.getCurrentTime(),
            does: figure.querySelector(".kumo-play").dataset.does,
          };
        }"""
    )


def settled(visit: Visit, figure: Figure) -> LiveFigure:
    """Return the figure after its status has settled, so that nothing but the test moves it."""
    return visit.figure(figure.slug).wait_for("live")


def test_some_picture_moves_and_some_goes_by_steps() -> None:
    assert TIMED
    assert STEPWISE


@pytest.mark.parametrize("figure", TIMED, ids=str)
def test_it_plays_pauses_and_scrubs(kept: Callable[..., Visit], figure: Figure) -> None:
    opened = kept(figure.page)
    live = settled(opened, figure)
    shown = live.node.locator(".kumo-picture")
    shown.scroll_into_view_if_needed()
    still, seen = live.picture(), shown.screenshot()
    assert not clock(live)["moving"]
    play = live.node.locator(".kumo-play")
    play.focus()
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_timeout(700)
    running = clock(live)
    assert running["moving"]
    assert not running["paused"]
    assert 0.3 < running["seconds"] < 3
    opened.page.keyboard.press("Enter")
    paused = clock(live)
    opened.page.wait_for_timeout(300)
    assert clock(live) == paused
    assert paused["paused"]
    assert opened.page.evaluate("document.activeElement.classList.contains('kumo-play')")
    slider = live.node.locator(".kumo-clock input")
    slider.focus()
    opened.page.keyboard.press("End")
    end = CLOCKS[figure]["end"]
    assert clock(live)["slider"] == pytest.approx(end)
    opened.page.keyboard.press("Home")
    assert clock(live)["slider"] == pytest.approx(CLOCKS[figure]["start"])
    assert clock(live)["seconds"] == pytest.approx(0, abs=1e-3)
    assert shown.screenshot() != seen, "the beginning looks like the still"
    unit = CLOCKS[figure]["unit"]
    assert (unit in clock(live)["text"]) or CLOCKS[figure]["steps"]
    live.node.get_by_role("button", name="最初に戻す").click()
    assert not clock(live)["moving"]
    assert live.picture() == still


@pytest.mark.parametrize("figure", TIMED[:1], ids=str)
def test_it_plays_after_the_page_was_narrow_for_a_moment(kept: Callable[..., Visit], figure: Figure) -> None:
    """The picture that was asked for while it was narrow comes when it is wide again."""
    opened = kept(figure.page)
    live = settled(opened, figure)
    # From the first answer on there is only the picture in the layout on show.
    opened.reset()
    live.node.evaluate(
        """async figure => {
          const frames = count => count ? new Promise(requestAnimationFrame).then(() => frames(count - 1)) : null;
          figure.style.width = "360px";
          await frames(2);
          figure.style.width = "";
          await frames(2);
        }"""
    )
    opened.page.wait_for_function("() => !document.querySelector('figure.kumo[data-asked]')")
    live.node.locator(".kumo-play").press("Enter")
    opened.page.wait_for_timeout(300)
    assert clock(live)["moving"]


@pytest.mark.parametrize("figure", STEPWISE, ids=str)
def test_steps_can_be_walked_by_button_and_key(kept: Callable[..., Visit], figure: Figure) -> None:
    opened = kept(figure.page)
    live = settled(opened, figure)
    steps = CLOCKS[figure]["steps"]
    slider = live.node.locator(".kumo-clock input")
    slider.focus()
    opened.page.keyboard.press("Home")
    following = live.node.get_by_role("button", name="次の手順")
    reached = []
    while following.get_attribute("aria-disabled") == "false":
        before = clock(live)["text"]
        following.click()
        # On a busy machine the clock is drawn a moment later.
        opened.page.wait_for_function(
            "([slug, before]) => document.querySelector(`#${slug} .kumo-clock input`).ariaValueText !== before",
            arg=[figure.slug, before],
        )
        reached.append(clock(live)["text"])
    # Home may already be the first step.
    expected = [f"手順 {number}/{len(steps)}: {step['label']}" for number, step in enumerate(steps, 1)]
    assert reached in (expected, expected[1:])
    assert steps[-1]["label"] in clock(live)["text"]
    assert clock(live)["slider"] == pytest.approx(steps[-1]["at"], rel=1e-3)
    live.node.get_by_role("button", name="前の手順").click()
    assert steps[-2]["label"] in clock(live)["text"]
    slider.focus()
    opened.page.keyboard.press("ArrowRight")
    assert steps[-1]["label"] in clock(live)["text"]
    assert steps[-1]["label"] in live.node.locator(".kumo-step").inner_text()


@pytest.mark.parametrize("figure", STEPWISE[:1], ids=str)
def test_the_next_step_is_shown_in_motion(visit: Callable[..., Visit], figure: Figure) -> None:
    opened = visit(figure.page, reduced_motion=MOVING)
    live = settled(opened, figure)
    live.node.locator(".kumo-clock input").focus()
    opened.page.keyboard.press("Home")
    before = clock(live)["seconds"]
    live.node.get_by_role("button", name="次の手順").click()
    target = next(step for step in CLOCKS[figure]["steps"] if step["at"] > CLOCKS[figure]["start"])
    opened.page.wait_for_function(
        "slug => document.querySelector(`#${slug} .kumo-play`).dataset.does === 'play'", arg=figure.slug
    )
    assert clock(live)["seconds"] > before
    assert clock(live)["slider"] == pytest.approx(target["at"], rel=1e-3)


def test_it_runs_once_by_itself_when_it_comes_into_view(visit: Callable[..., Visit]) -> None:
    figure = TIMED[0]
    opened = visit(figure.page, reduced_motion=MOVING, viewport={"width": 1280, "height": 1000})
    live = opened.figure(figure.slug)
    live.node.locator(".kumo-picture").scroll_into_view_if_needed()
    opened.page.wait_for_function(
        "slug => document.querySelector(`#${slug} .kumo-play`).dataset.does === 'pause'", arg=figure.slug
    )
    seconds = CLOCKS[figure]["seconds"]
    # Away from the picture it stops, and goes on from there.
    opened.page.wait_for_timeout(600)
    opened.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    opened.page.wait_for_timeout(300)
    away = clock(live)
    assert away["paused"]
    opened.page.wait_for_timeout(300)
    assert clock(live)["seconds"] == pytest.approx(away["seconds"])
    live.node.locator(".kumo-picture").scroll_into_view_if_needed()
    opened.page.wait_for_timeout(300)
    assert not clock(live)["paused"]
    # Afterwards the still stands again, and stays.
    opened.page.wait_for_function(
        "slug => !document.querySelector(`#${slug} [data-moving]`)", arg=figure.slug, timeout=(seconds + 10) * 1000
    )
    opened.page.wait_for_timeout(1500)
    assert not clock(live)["moving"]


def test_a_touched_figure_does_not_run_by_itself(visit: Callable[..., Visit]) -> None:
    figure = TIMED[0]
    opened = visit(figure.page, reduced_motion=MOVING)
    live = opened.figure(figure.slug)
    live.node.get_by_role("button", name="最初に戻す").click()
    live.node.locator(".kumo-picture").scroll_into_view_if_needed()
    opened.page.wait_for_timeout(1500)
    assert not clock(live)["moving"]


@pytest.mark.parametrize("figure", TIMED[:2], ids=str)
def test_nothing_moves_by_itself_where_motion_is_unwelcome(visit: Callable[..., Visit], figure: Figure) -> None:
    opened = visit(figure.page, reduced_motion="reduce")
    live = settled(opened, figure)
    live.node.locator(".kumo-picture").scroll_into_view_if_needed()
    opened.page.wait_for_timeout(1500)
    assert not clock(live)["moving"]


def test_an_input_shows_the_new_still_and_a_play_goes_on_in_the_new_picture(visit: Callable[..., Visit]) -> None:
    figure, parameter = next(
        (figure, parameter)
        for figure in TIMED
        for parameter in figure.schema()["parameters"]
        if parameter["kind"] == "range" and parameter["default"] + 2 * parameter["step"] <= parameter["high"]
    )
    opened = visit(figure.page)
    live = settled(opened, figure)
    live.node.locator(".kumo-clock input").focus()
    opened.page.keyboard.press("Home")
    assert clock(live)["moving"]
    live.field(parameter["name"]).locator("input[type=range]").focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.wait_for_function("slug => !document.querySelector(`#${slug} [data-moving]`)", arg=figure.slug)
    live.node.locator(".kumo-play").click()
    opened.page.wait_for_timeout(500)
    before = live.state()
    live.field(parameter["name"]).locator("input[type=range]").focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.wait_for_timeout(500)
    assert live.state() != before
    assert clock(live)["moving"]
    assert clock(live)["seconds"] > 0.7
