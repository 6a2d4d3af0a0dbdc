"""Monospaced text: how wide it is, and where to break or cut it."""

from __future__ import annotations

import unicodedata

# Widths of the monospaced face's characters, in em.
MONO_EM, WIDE_EM = 0.61, 1.0
MORE = "…"


def width(text: str, size: float) -> float:
    """Return the width of monospaced text in user units."""
    return size * sum(WIDE_EM if unicodedata.east_asian_width(one) in "WFA" else MONO_EM for one in text)


def lines(text: str, room: float, size: float, most: int | None = None) -> list[str]:
    """Break text into lines of at most `room` user units, at spaces where there are any; mark a cut after `most`."""
    found, rest = [], text
    while width(rest, size) > room:
        end = _fitting(rest, room, size)
        space = rest.rfind(" ", 1, end + 1)
        cut = space + 1 if space > 0 else end
        found.append(rest[:cut].rstrip())
        rest = rest[cut:]
    found.append(rest)
    if most is not None and len(found) > most:
        found = [*found[: most - 1], fitted(found[most - 1] + MORE * 2, room, size)]
    return found


def fitted(text: str, room: float, size: float) -> str:
    """Return text, or as much of it as fits `room` user units, with an ellipsis."""
    if width(text, size) <= room:
        return text
    return text[: _fitting(text, room - size * WIDE_EM, size)].rstrip(MORE) + MORE


def _fitting(text: str, room: float, size: float) -> int:
    """Return how many characters of `text` fit, at least one."""
    used = 0.0
    for count, character in enumerate(text):
        used += width(character, size)
        if used > room:
            return max(1, count)
    return len(text)
