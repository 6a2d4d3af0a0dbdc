"""The drawing kit: text that fits, ticks that are round, tracks that keep time, colours that can be told apart."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import NARROW, WIDE, Clock, Picture, Plot, Step, color, nice_ticks, text_width, wrap
from kumo.core.drawing.palette import PALETTE, css
from kumo.core.drawing.picture import Box, number

JAPANESE = st.text(alphabet="あいうえおカタカナ漢字処理、。「」ABCxyz0189 .-ー", max_size=80)


def canvas(clock: Clock | None = None) -> Picture:
    return Picture(WIDE, 100, title="題", description="説明", clock=clock)


def parsed(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg().replace(' xmlns="http://www.w3.org/2000/svg"', ""))  # noqa: S314 -- our own


# Text.


@given(JAPANESE, st.floats(min_value=40, max_value=400))
def test_wrapping_loses_nothing_but_spaces(text: str, width: float) -> None:
    assert "".join(wrap(text, width, 14)).replace(" ", "") == text.replace(" ", "")


@given(JAPANESE, st.floats(min_value=120, max_value=400))
def test_wrapped_lines_fit_unless_one_piece_does_not(text: str, width: float) -> None:
    for line in wrap(text, width, 14):
        pieces = re.findall(r"[!-~]+|[^!-~]", line)
        # Marks that may not begin a line hang on to what is before them.
        hanging = 14 * len(re.findall(r"[、。「」ー]", line))
        assert text_width(line, 14) <= max(width, max((text_width(p, 14) for p in pieces), default=0)) + hanging


def test_japanese_line_breaks() -> None:
    assert wrap("通過した。429", 14 * 4, 14) == ["通過し", "た。429"]
    assert wrap("API「数」", 14 * 4, 14) == ["API", "「数」"]
    assert wrap("一\n二", 100, 14) == ["一", "二"]
    assert wrap("", 100, 14) == [""]


@pytest.mark.parametrize(("text", "em"), [("日本", 2.0), ("12", 1.16), ("", 0.0)])
def test_text_width_grows_with_the_text(text: str, em: float) -> None:
    assert text_width(text, 10) == pytest.approx(em * 10)


# Ticks and plots.


@given(
    st.floats(min_value=-1e6, max_value=1e6),
    st.floats(min_value=1e-3, max_value=1e6),
    st.integers(min_value=1, max_value=12),
)
def test_ticks_are_round_evenly_spaced_and_inside(low: float, span: float, count: int) -> None:
    ticks = nice_ticks(low, low + span, count)
    tolerance = span * 1e-6 + abs(low) * 1e-9
    assert len(ticks) <= count + 1
    assert all(low - tolerance <= tick <= low + span + tolerance for tick in ticks)
    steps = [after - before for before, after in pairwise(ticks)]
    if steps:
        assert max(steps) - min(steps) <= tolerance
        mantissa = float(f"{steps[0]:e}".split("e")[0])
        assert any(mantissa == pytest.approx(nice, rel=1e-3) for nice in (1, 2, 2.5, 5, 10))


def test_ticks_need_a_range() -> None:
    with pytest.raises(ValueError, match="low < high"):
        nice_ticks(3, 3)


def test_a_plot_maps_its_corners() -> None:
    plot = Plot(canvas(), Box(100, 20, 200, 60), (0, 4), (-1, 1))
    assert plot.point(0, -1) == (100, 80)
    assert plot.point(4, 1) == (300, 20)
    assert plot.point(2, 0) == (200, 50)


# Pictures.


def test_numbers_are_short() -> None:
    assert [number(value) for value in (1.0, 0.125, -0.001, 2 / 3, 7)] == [1, 0.12, 0, 0.67, 7]
    assert str(number(-0.001)) == "0"


def test_text_is_escaped() -> None:
    picture = canvas()
    picture.text(0, 10, "a < b & c")
    assert parsed(picture).find("text").text == "a < b & c"


def test_groups_nest() -> None:
    picture = canvas()
    with picture.group():
        picture.circle(1, 1, 1)
        with picture.group():
            picture.circle(2, 2, 1)
    picture.circle(3, 3, 1)
    root = parsed(picture)
    assert [circle.get("cx") for circle in root.findall("circle")] == ["3"]
    assert [circle.get("cx") for circle in root.findall("g/circle")] == ["1"]
    assert [circle.get("cx") for circle in root.findall("g/g/circle")] == ["2"]


def test_a_box_keeps_its_words_inside() -> None:
    picture = Picture(NARROW, 200, title="題", description="説明")
    box = picture.box(10, 10, 120, 80, "とても長い名前のサービス", note="補足")
    lines = parsed(picture).findall("text")
    assert len(lines) > 2
    assert all(box.y < float(line.get("y")) < box.bottom for line in lines)
    assert all(text_width(line.text, NARROW.small) <= box.width for line in lines)


# Tracks.


def animation(keys: list[tuple[float, float]], *, smooth: bool) -> dict[str, str]:
    picture = canvas(Clock(10, 20, "秒", seconds=5))
    picture.track(picture.circle(0, 0, 1), "r", keys, smooth=smooth)
    return parsed(picture).find("circle/animate").attrib


def test_a_track_jumps_or_glides_on_the_clock() -> None:
    jumping = animation([(10, 1), (15, 2), (20, 3)], smooth=False)
    assert jumping["keyTimes"] == "0;0.5;1"
    assert jumping["values"] == "1;2;3"
    assert jumping["calcMode"] == "discrete"
    assert jumping["dur"] == "5s"
    assert jumping["begin"] == "indefinite"
    gliding = animation([(12, 1), (15, 2)], smooth=True)
    assert (gliding["keyTimes"], gliding["values"]) == ("0;0.2;0.5;1", "1;1;2;2")
    assert gliding["calcMode"] == "linear"


def test_of_two_jumps_at_one_moment_the_last_counts() -> None:
    assert animation([(10, 1), (15, 2), (15, 3)], smooth=False)["values"] == "1;3"


def test_shown_for_a_while() -> None:
    picture = canvas(Clock(0, 10, "秒", seconds=5))
    picture.show(picture.circle(0, 0, 1, hidden=True), 2, 6)
    track = parsed(picture).find("circle/animate").attrib
    assert (track["keyTimes"], track["values"]) == ("0;0.2;0.6", "hidden;visible;hidden")


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc")), min_size=1, max_size=12))
def test_a_ticker_shows_exactly_one_text_at_any_moment(changes: list[tuple[int, str]]) -> None:
    keys = sorted(dict(changes).items())
    picture = canvas(Clock(0, 20, "秒", seconds=20))
    picture.ticker(0, 0, keys, still="a")
    texts = parsed(picture).findall("text")
    assert [text.text for text in texts if text.get("visibility") != "hidden"] == ["a"]
    for moment in range(21):
        shown = [text.text for text in texts if _value_at(text.find("animate"), moment / 20) == "visible"]
        expected = [content for time, content in keys if time <= moment][-1:] or [keys[0][1]]
        assert shown == expected, moment


def _value_at(track: ET.Element, fraction: float) -> str:
    times = [float(time) for time in track.get("keyTimes").split(";")]
    values = track.get("values").split(";")
    return [value for time, value in zip(times, values, strict=True) if time <= fraction + 1e-9][-1]


def test_a_track_needs_a_clock_and_a_key() -> None:
    still = canvas()
    with pytest.raises(ValueError, match="needs a clock"):
        still.show(still.circle(0, 0, 1), 0)
    moving = canvas(Clock(0, 1, "秒", seconds=1))
    with pytest.raises(ValueError, match="at least one key"):
        moving.track(moving.circle(0, 0, 1), "r", [])


def test_a_clock_runs_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(1, 1, "秒", seconds=1)
    assert Clock(2, 4, "手順", 3, (Step(2, "始め"),)).schema()["steps"] == [{"at": 2, "label": "始め"}]


# Colours.


def _luminance(value: str) -> float:
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "panel", "raised"])
@pytest.mark.parametrize(
    "name", [n for n in PALETTE if n in {"ink", "muted", "good", "bad", "warn", "accent"} or n[-1].isdigit()]
)
def test_text_colours_have_contrast(name: str, ground: str, theme: int) -> None:
    assert contrast(PALETTE[name][theme], PALETTE[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", [name for name in PALETTE if f"{name}-soft" in PALETTE and name != "tokens"])
def test_text_can_stand_on_its_own_soft_ground(name: str, theme: int) -> None:
    assert contrast(PALETTE[name][theme], PALETTE[f"{name}-soft"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["faint", "tokens"])
def test_outlines_and_shapes_have_contrast(name: str, theme: int) -> None:
    ground = PALETTE["panel"][theme]
    assert contrast(PALETTE[name][theme], ground) >= 3


def test_colours_are_custom_properties_with_a_light_fallback() -> None:
    assert color("ink") == f"var(--kumo-ink,{PALETTE['ink'][0]})"
    with pytest.raises(KeyError):
        color("mauve")
    rules = css()
    for light, dark in PALETTE.values():
        assert light in rules
        assert dark in rules
