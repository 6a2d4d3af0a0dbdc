"""Texts that a reader wrote, cut to the room there is."""

from __future__ import annotations

from kumo.core.drawing import mono as mono_face
from kumo.core.drawing import text_width

MORE = "…"


def width_of(text: str, size: float, *, mono: bool = False) -> float:
    """Return the width of a text in user units; `mono` for Latin text in the monospaced face."""
    return len(text) * mono_face.MONO_EM * size if mono else text_width(text, size)


def fitted(text: str, room: float, size: float, *, mono: bool = False) -> str:
    """Return `text`, or its beginning with an ellipsis where it is wider than `room` user units."""
    if width_of(text, size, mono=mono) <= room:
        return text
    # The ellipsis comes from a Japanese face and is as wide as its letters.
    while text and width_of(text, size, mono=mono) > room - size:
        text = text[:-1]
    return text + MORE
