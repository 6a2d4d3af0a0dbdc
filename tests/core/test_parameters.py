"""What each kind of parameter takes, refuses, and says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import Choice, Choices, NotAllowedError, Range, Text, Toggle

whole = Range("整数", default=5, low=1, high=9, unit="個")
tenths = Range("小数", default=0.3, low=0.0, high=1.0, step=0.1)
choice = Choice("ひとつ", {"a": "あ", "b": "い"}, default="a")
choices = Choices("いくつか", {"a": "あ", "b": "い", "c": "う"}, default=("c", "a"))
toggle = Toggle("切り替え", default=True)


def digits(value: str) -> str | None:
    return None if value.isdigit() else "数字"


text = Text("文字", default="10", max_length=4, check=digits)


@given(st.integers())
def test_a_range_takes_exactly_its_grid(value: int) -> None:
    if 1 <= value <= 9:
        assert whole.check(value) == value
        assert whole.check(float(value)) == value
        assert isinstance(whole.check(float(value)), int), "JSON knows no difference between 5 and 5.0"
    else:
        with pytest.raises(NotAllowedError, match="1〜9 個の整数"):
            whole.check(value)


@given(st.integers(min_value=0, max_value=10))
def test_a_fractional_range_loses_its_binary_dust(steps: int) -> None:
    assert tenths.check(steps * 0.1) == round(steps / 10, 9)


@pytest.mark.parametrize("bad", [0.25, -0.1, 1.1, math.inf, math.nan, "0.3", None, True])
def test_a_range_refuses_what_is_off_its_grid(bad: object) -> None:
    with pytest.raises(NotAllowedError, match=r"0\.1"):
        tenths.check(bad)


def test_choices_come_in_the_order_of_declaration() -> None:
    assert choices.default == ["a", "c"]
    assert choices.check(["c", "b"]) == ["b", "c"]


@pytest.mark.parametrize(
    ("parameter", "bad"),
    [
        (choice, "z"),
        (choice, ["a"]),
        (choices, "a"),
        (choices, ["a", "a"]),
        (choices, ["z"]),
        (choices, [["a"]]),
        (toggle, 1),
        (toggle, "true"),
        (text, "12345"),
        (text, "x"),
        (text, 10),
    ],
)
def test_other_kinds_refuse(parameter: Choice, bad: object) -> None:
    with pytest.raises(NotAllowedError, match=r"."):
        parameter.check(bad)


@pytest.mark.parametrize(
    ("parameter", "written", "value"),
    [
        (whole, "7", 7),
        (tenths, "0.7", 0.7),
        (choice, "b", "b"),
        (choices, "b,a", ["a", "b"]),
        (choices, "", []),
        (toggle, "false", False),
        (text, "42", "42"),
    ],
)
def test_links_are_read_back(parameter: Choice, written: str, value: object) -> None:
    assert parameter.check(parameter.parse(written)) == value


@pytest.mark.parametrize(("parameter", "written"), [(whole, "many"), (toggle, "yes"), (choice, "")])
def test_unreadable_links_are_refused_by_the_check(parameter: Choice, written: str) -> None:
    with pytest.raises(NotAllowedError, match=r"."):
        parameter.check(parameter.parse(written))


def test_values_are_shown_with_their_words() -> None:
    assert whole.show(3) == "3 個"
    assert Range("大", default=10_000, low=0, high=20_000, unit="件/秒").show(10_000) == "10,000 件/秒"
    assert choice.show("b") == "い"
    assert choices.show(["a", "c"]) == "あ、う"
    assert choices.show([]) == "選択なし"
    assert toggle.show(value=False) == "なし"


def test_a_bad_default_is_found_when_it_is_declared() -> None:
    with pytest.raises(NotAllowedError):
        Range("整数", default=10, low=1, high=9)


def test_a_choice_can_bring_its_own_text() -> None:
    """Another text is shown in place of the reader's, whose own is kept as it is, right or wrong."""
    word = Text("語", default="1", max_length=4, check=digits, instead=("kind", {"ten": "10"}))
    word.name = "word"
    assert word.replaced_by({"kind": "ten"}) == "10"
    assert word.replaced_by({"kind": "own"}) is None
    assert word.show_among({"kind": "ten", "word": "7"}) == "10"
    assert word.show_among({"kind": "own", "word": "7"}) == "7"
    assert word.check_among("x", {"kind": "ten"}) == "x"
    with pytest.raises(NotAllowedError, match="数字"):
        word.check_among("x", {"kind": "own"})
    with pytest.raises(NotAllowedError, match="4"):
        word.check_among("12345", {"kind": "ten"})
    assert word.schema()["instead"] == {"by": "kind", "texts": {"ten": "10"}}
    assert "instead" not in text.schema()
