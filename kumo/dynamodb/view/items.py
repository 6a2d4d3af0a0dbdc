"""Items drawn as JSON, an attribute a line, with what was added, changed and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.drawing import mono
from kumo.dynamodb.words import expressions as words

if TYPE_CHECKING:
    from kumo.core.drawing import Picture
    from kumo.core.drawing.picture import Box
    from kumo.dynamodb.model.values import Item

LINE = 21.0
MOST_LINES = 3
MOST_ATTRIBUTES = 12
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
TONES = {ADDED: "good", CHANGED: "tokens", REMOVED: "bad"}
SIGNS = {ADDED: "+", CHANGED: "~", REMOVED: "−"}


@dataclass(frozen=True)
class Line:
    """A line of an item: its text, and which mark its attribute has (None: as it was)."""

    text: str
    mark: str | None
    first: bool


def lines_of(item: Item, other: Item | None, room: float, size: float, *, after: bool) -> list[Line]:
    """Return the lines of an item; `other` is the one to compare with, None when there is nothing to compare."""
    found = []
    for number, (name, value) in enumerate(item.items()):
        if number == MOST_ATTRIBUTES:
            found.append(Line(words.MORE, None, first=True))
            break
        mark = None
        if other is not None and name not in other:
            mark = ADDED if after else REMOVED
        elif other is not None and other[name] != value:
            mark = CHANGED
        texts = mono.lines(f'"{name}": {words.shown(value)}', room - 26, size, MOST_LINES)
        found += [Line(text, mark, first=not index) for index, text in enumerate(texts)]
    return found


def height_of(lines: list[Line]) -> float:
    """Return the height of lines drawn by `draw`, in user units."""
    return max(1, len(lines)) * LINE + 16


def draw(picture: Picture, box: Box, lines: list[Line], *, fill: str = "raised", stroke: str = "line") -> None:
    """Draw the lines into a frame."""
    picture.rect(box.x, box.y, box.width, box.height, fill=fill, stroke=stroke, stroke_width=1.5, radius=8)
    for number, line in enumerate(lines):
        y = box.y + 8 + (number + 0.5) * LINE
        if line.mark:
            picture.rect(box.x + 4, y - LINE / 2, box.width - 8, LINE, fill=f"{TONES[line.mark]}-soft", radius=3)
            if line.first:
                picture.text(box.x + 9, y, SIGNS[line.mark], fill=TONES[line.mark], bold=True, middle=True)
        picture.text(box.x + 22, y, line.text, mono=True, middle=True)
