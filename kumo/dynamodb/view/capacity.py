"""Picture of capacity units: an item packed into blocks, and what each kind of request needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Picture, text_width
from kumo.dynamodb.model.capacity import READ_BLOCK, WRITE_BLOCK
from kumo.dynamodb.words import capacity as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.capacity import CapacityTrace, Need

KB = 1024
# Below this width (user units) the lines between blocks would be all that one sees.
LEAST_BLOCK = 5
# Length of one KB of a small item (user units).
LARGEST = 60.0


def draw(trace: CapacityTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: reading above, writing below."""
    narrow = layout.narrow
    half = 118 + (3 * 46 if narrow else 3 * 30)
    picture = Picture(
        layout,
        half + 118 + (2 * 46 if narrow else 2 * 30) - 8,
        title=words.TITLE,
        description=words.description(trace),
    )
    _part(picture, trace, trace.reading, READ_BLOCK, 0)
    _part(picture, trace, trace.writing, WRITE_BLOCK, half)
    return picture


def _part(picture: Picture, trace: CapacityTrace, needs: tuple[Need, ...], block: int, top: float) -> None:
    reading = needs is trace.reading
    tone = "series-1" if reading else "series-3"
    heading = (words.READING if reading else words.WRITING).format(block=block)
    picture.text(4, top + 14, heading, bold=True, middle=True, size=picture.layout.body)
    _blocks(picture, trace, needs[0].blocks, block, top + 30, tone)
    step = 46 if picture.layout.narrow else 30
    # RCU and WCU are no quantities to compare: each part has a scale of its own.
    longest = max(need.capacity for need in needs) or 1
    for number, need in enumerate(needs):
        arithmetic = words.sum_of(need, trace.reads) if reading else words.sum_of(need, trace.writes, trace.indexes)
        unit = words.RCU if reading else words.WCU
        _need(picture, need, (arithmetic, unit), (top + 100 + number * step, tone, longest))


def _blocks(picture: Picture, trace: CapacityTrace, blocks: int, block: int, y: float, tone: str) -> None:
    """Draw the item, and the blocks that it is counted as: what is left empty is paid for too."""
    # One scale for both parts, so that the item is as long in both and only its blocks differ.
    whole = trace.reading[0].blocks * READ_BLOCK
    scale = min((picture.width - 8) / whole, LARGEST)
    cell, filled = block * scale, trace.size / KB * scale
    picture.rect(4, y, cell * blocks, 26, fill=f"{tone}-soft", radius=3)
    picture.rect(4, y, filled, 26, fill=tone, radius=3)
    if cell >= LEAST_BLOCK:
        for number in range(1, blocks):
            picture.line((4 + number * cell, y), (4 + number * cell, y + 26), stroke="panel", stroke_width=2)
    picture.rect(4, y, cell * blocks, 26, stroke=tone, stroke_width=1.5, radius=3)
    text = words.BLOCKS.format(size=words.kilobytes(trace.size), block=block, blocks=blocks)
    picture.text(4, y + 44, text, fill="muted", middle=True)


def _need(picture: Picture, need: Need, told: tuple[str, str], place: tuple[float, str, float]) -> None:
    """Draw the bar of one kind, with its arithmetic and its result."""
    (arithmetic, unit), (y, tone, longest) = told, place
    name, result = words.NAMES[need.kind], f"{words.units(need.capacity)} {unit}"
    if picture.layout.narrow:
        picture.text(4, y, name, middle=True)
        picture.text(picture.width - 4, y, result, bold=True, anchor="end", middle=True, fill=tone)
        length = need.capacity / longest * (picture.width - 8)
        picture.rect(4, y + 10, max(1.5, length), 6, fill=tone, radius=2)
        picture.text(4, y + 25, arithmetic, fill="muted", middle=True)
        return
    picture.text(4, y, name, middle=True)
    picture.text(134, y, arithmetic, fill="muted", middle=True)
    left, right = 330.0, picture.width - 4
    room = text_width(f"{words.units(longest)} {unit}", picture.layout.small) * 1.1 + 10
    length = max(1.5, need.capacity / longest * (right - left - room))
    picture.rect(left, y - 9, length, 18, fill=tone, radius=3)
    picture.text(left + length + 8, y, result, bold=True, middle=True, fill=tone)
