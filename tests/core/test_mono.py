from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import mono

TEXTS = st.text(alphabet='ab c{}:"1日本ー、', max_size=60)
ROOMS = st.floats(min_value=30, max_value=300)


@given(TEXTS, ROOMS)
def test_lines_keep_every_letter_and_fit(text: str, room: float) -> None:
    found = mono.lines(text, room, 12)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert all(mono.width(line, 12) <= room for line in found)


@given(TEXTS, ROOMS, st.integers(min_value=1, max_value=3))
def test_a_cut_is_marked(text: str, room: float, most: int) -> None:
    whole, cut = mono.lines(text, room, 12), mono.lines(text, room, 12, most)
    assert cut == whole or (len(cut) == most and cut[-1].endswith(mono.MORE) and cut[:-1] == whole[: most - 1])
    assert all(mono.width(line, 12) <= room for line in cut)


@given(TEXTS, ROOMS)
def test_what_fits_is_left_alone(text: str, room: float) -> None:
    shown = mono.fitted(text, room, 12)
    assert (shown == text) == (mono.width(text, 12) <= room)
    assert mono.width(shown, 12) <= room


def test_japanese_letters_are_as_wide_as_the_size() -> None:
    assert mono.width("日本", 12) == 24
    assert mono.width("ab", 10) == 2 * mono.MONO_EM * 10
