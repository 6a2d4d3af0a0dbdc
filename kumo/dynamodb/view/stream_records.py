"""Picture of one write: the item before and after, and the record of each view type with what it lets one know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, mono
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.streams import VIEW_TYPES
from kumo.dynamodb.view import items
from kumo.dynamodb.words import stream_records as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.stream_records import StreamRecordsTrace
    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.values import Item

LINE, PAD = 20.0, 10.0
# The names of a record's parts stand in a column of this width.
NAMES = 92.0
MOST_LINES = 3
SECONDS_PER_STEP = 1.2


def draw(trace: StreamRecordsTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    narrow, width = layout.narrow, layout.width - 8.0
    half = width if narrow else (width - 150) / 2
    sides = [
        _lines(trace.old, trace.new, half, layout.small, after=False),
        _lines(trace.new, trace.old, half, layout.small, after=True),
    ]
    height = max(items.height_of(lines) for lines in sides)
    between = 58.0 if narrow else 0.0
    top = 30 + (sum(items.height_of(lines) for lines in sides) + between if narrow else height) + 44
    cards = _cards(trace, layout, top)
    bottom = max(box.bottom for box in cards.values()) if cards else top + 52
    steps = (
        Step(0, words.STEP_BEFORE),
        Step(1, words.STEP_WRITE.format(operation=trace.operation)),
        *(Step(2 + number, name) for number, name in enumerate(cards or [words.STEP_NONE])),
    )
    end = steps[-1].at + 1
    picture = Picture(
        layout,
        bottom + 6,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, end, words.STEPS, seconds=round(SECONDS_PER_STEP * end, 1), steps=steps),
    )
    picture.text(4, 14, words.BEFORE, bold=True, middle=True)
    first = Box(4, 26, half, items.height_of(sides[0]) if narrow else height)
    _side(picture, first, sides[0], trace.old)
    second = (
        Box(4, first.bottom + between, half, items.height_of(sides[1]))
        if narrow
        else Box(4 + half + 150, 26, half, height)
    )
    with picture.group() as after:
        picture.text(second.x, second.y - 12, words.AFTER, bold=True, middle=True)
        _side(picture, second, sides[1], trace.new)
        _arrow(picture, trace, first, second)
    picture.show(after, 1)
    picture.text(4, top - 18, words.RECORDS, bold=True, middle=True)
    for number, (name, box) in enumerate(cards.items()):
        record = trace.records[name]
        if record is not None:
            with picture.group() as card:
                _card(picture, trace, name, record, box)
            picture.show(card, 2 + number)
    if not cards:
        with picture.group() as none:
            picture.rect(4, top, width, 46, stroke="faint", stroke_width=1.5, radius=8, dash="5 4")
            picture.text(4 + width / 2, top + 23, words.NONE, fill="muted", bold=True, anchor="middle", middle=True)
        picture.show(none, 2)
    return picture


def _lines(item: Item | None, other: Item | None, room: float, size: float, *, after: bool) -> list[items.Line]:
    return [] if item is None else items.lines_of(item, other or {}, room, size, after=after)


def _side(picture: Picture, box: Box, lines: list[items.Line], item: Item | None) -> None:
    if item is not None:
        items.draw(picture, box, lines)
        return
    picture.rect(box.x, box.y, box.width, box.height, stroke="faint", stroke_width=1.5, radius=8, dash="5 4")
    picture.text(*box.center, words.NO_ITEM, fill="muted", anchor="middle", middle=True)


def _arrow(picture: Picture, trace: StreamRecordsTrace, first: Box, second: Box) -> None:
    """Draw the write between the two states, with the name of the event that it makes."""
    event = trace.chosen.event if trace.chosen else words.NO_EVENT
    tone = "accent" if trace.chosen else "muted"
    if picture.layout.narrow:
        x = picture.width / 2
        picture.arrow((x, first.bottom + 4), (x, second.y - 4), stroke=tone)
        picture.text(x + 14, first.bottom + 18, trace.operation, mono=True, middle=True)
        picture.text(x + 14, first.bottom + 38, event, fill=tone, bold=True, middle=True)
        return
    y, x = first.center[1], (first.right + second.x) / 2
    picture.arrow((first.right + 6, y), (second.x - 6, y), stroke=tone)
    picture.text(x, y - 14, trace.operation, mono=True, anchor="middle", middle=True)
    picture.text(x, y + 16, event, fill=tone, bold=True, anchor="middle", middle=True)


def _parts(record: Record, room: float, size: float) -> list[tuple[str, list[str]]]:
    """Return the parts of a record as names and lines; no lines for an image that is not in it."""
    found = []
    for name, image in (("Keys", record.keys), ("OldImage", record.old), ("NewImage", record.new)):
        found.append((name, [] if image is None else mono.lines(words.json_of(image), room, size, MOST_LINES)))
    return found


def _cards(trace: StreamRecordsTrace, layout: Layout, top: float) -> dict[str, Box]:
    """Return where the record of each view type stands; nothing when there is none."""
    if trace.chosen is None:
        return {}
    columns = 1 if layout.narrow else 2
    width = (layout.width - 8 - 12 * (columns - 1)) / columns
    heights = {
        name: 2 * PAD
        + LINE * (2 + sum(max(1, len(lines)) for _, lines in _parts(record, width - NAMES - PAD, layout.small)))
        + 6
        for name, record in trace.records.items()
        if record is not None
    }
    places, y = {}, top
    for row in range(0, len(VIEW_TYPES), columns):
        names = VIEW_TYPES[row : row + columns]
        height = max(heights[name] for name in names)
        places |= {name: Box(4 + number * (width + 12), y, width, height) for number, name in enumerate(names)}
        y += height + 12
    return places


def _card(picture: Picture, trace: StreamRecordsTrace, name: str, record: Record, box: Box) -> None:
    chosen = name == trace.view_type
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill="accent-soft" if chosen else "raised",
        stroke="accent" if chosen else "line",
        stroke_width=2.5 if chosen else 1.5,
        radius=8,
    )
    y = box.y + PAD + LINE / 2
    picture.text(box.x + PAD, y, name, mono=True, bold=True, middle=True)
    y += LINE
    for part, lines in _parts(record, box.width - NAMES - PAD, picture.layout.small):
        picture.text(box.x + PAD, y, part, fill="muted", mono=True, middle=True)
        if not lines:
            picture.text(box.x + NAMES, y, words.ABSENT, fill="muted", middle=True)
        for number, line in enumerate(lines):
            picture.text(box.x + NAMES, y + number * LINE, line, mono=True, middle=True)
        y += LINE * max(1, len(lines))
    known = words.complete(trace, record)
    y = box.bottom - PAD - LINE / 2
    (picture.check if known else picture.cross)(box.x + PAD + 6, y, 5, stroke="good" if known else "bad")
    told = mono.fitted(words.learned(trace, record), box.width - 3 * PAD - 14, picture.layout.small)
    picture.text(box.x + PAD + 18, y, told, fill="good" if known else "bad", bold=True, middle=True)
