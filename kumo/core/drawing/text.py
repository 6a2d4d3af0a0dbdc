"""How wide text will be, and where to break it, without a browser to ask."""

from __future__ import annotations

import unicodedata
from functools import cache

# Average advance widths in em of the sans-serif faces that readers have; capitals and digits run wider
# than small letters. Estimates err on the wide side, so that what is planned to fit does fit.
_WIDE_EM, _CAPITAL_EM, _DIGIT_EM, _SMALL_EM, _THIN_EM = 1.0, 0.69, 0.58, 0.56, 0.32
_THIN = set(" .,:;!'|ijlI()[]")
# Japanese typesetting does not begin a line with these, nor end one with the others (JIS X 4051).
_NOT_FIRST = set("、。，．・：；？！」』）】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]%")
_NOT_LAST = set("「『（【〈《([")


def text_width(text: str, size: float) -> float:
    """Return the estimated width of `text` in user units at font size `size`."""
    # Whole hundredths of an em: Pythons differ in how they round a sum of floats.
    return size * sum(round(100 * _advance(character)) for character in text) / 100


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break `text` into lines of at most `width` user units at font size `size`.

    Japanese may break between any two characters except where the line-breaking rules forbid it; runs of
    Latin letters and digits stay together unless one alone is too long. Newlines in `text` always break.
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and text_width(line + piece.rstrip(), size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


@cache
def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE_EM
    # Signs such as × or → are full width in Japanese faces.
    if unicodedata.east_asian_width(character) == "A":
        return _WIDE_EM
    if character in _THIN:
        return _THIN_EM
    if character.isupper():
        return _CAPITAL_EM
    return _DIGIT_EM if character.isdigit() else _SMALL_EM


def _pieces(text: str) -> list[str]:
    """Return the pieces between which a line may break."""
    pieces: list[str] = []
    for character in text:
        if pieces and _sticks(pieces[-1][-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _sticks(before: str, after: str) -> bool:
    latin = before.isascii() and after.isascii() and not before.isspace()
    return latin or after in _NOT_FIRST or before in _NOT_LAST or after.isspace()
