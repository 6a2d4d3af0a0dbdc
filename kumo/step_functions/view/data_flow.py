"""Picture of a state's data: the JSON after each field as a card, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, mono, text_width
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.data_flow import INPUT, OUTPUT_PATH, TASK
from kumo.step_functions.view.graph import cut
from kumo.step_functions.view.json_lines import lines
from kumo.step_functions.words import data_flow as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.step_functions.model.data_flow import FlowTrace, Stage
    from kumo.step_functions.view.json_lines import Line

MOST_LINES = 14
HEAD = 50
GAP = 22
NAMES = tuple(words.HEADINGS)


def draw(trace: FlowTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: cards in rows of three, or below each other where the layout is narrow."""
    columns, step = (1, layout.small * 1.45) if layout.narrow else (3, layout.small * 1.4)
    cards = [*trace.stages, *([None] if trace.error else [])]
    rows = [cards[first : first + columns] for first in range(0, len(cards), columns)]
    heights = [HEAD + 12 + step * max(_count(card) for card in row) for row in rows]
    height = 62 + sum(heights) + GAP * len(rows) if layout.narrow else 44 + sum(heights) + GAP * len(rows)
    names = [*(stage.name for stage in trace.stages), *([trace.failed] if trace.failed else [])]
    steps = tuple(Step(index, words.HEADINGS[name]) for index, name in enumerate(names, 1))
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(stages=len(trace.stages)),
        clock=Clock(0, len(cards) + 1, words.STAGES, seconds=1.4 * (len(cards) + 1), steps=steps),
    )
    _legend(picture)
    top = 62.0 if layout.narrow else 40.0
    width = (layout.width - 16 - GAP * (columns - 1)) / columns
    places: list[Box] = []
    for row, tall in zip(rows, heights, strict=True):
        places += [Box(8 + index * (width + GAP), top, width, tall) for index in range(len(row))]
        top += tall + GAP
    for index, (card, box) in enumerate(zip(cards, places, strict=True)):
        with picture.group() as group:
            if index:
                _arrow(picture, places[index - 1], box)
            if card is None:
                _failure(picture, trace, box)
            else:
                _card(picture, card, box, step)
        picture.show(group, index + 1)
    if not layout.narrow and len(places) % columns == 1:
        last = places[-1]
        _definition(
            picture, trace, Box(last.right + GAP, last.y, layout.width - last.right - GAP - 8, last.height), step
        )
    return picture


def _definition(picture: Picture, trace: FlowTrace, box: Box, step: float) -> None:
    """Write the state as its definition has it into the room that the last row leaves."""
    picture.text(box.x + 10, box.y + 19, words.DEFINITION, bold=True)
    written = words.definition(trace)
    y = box.y + 40
    most = int((box.bottom - y) / step) + 1
    # The end is always there; what does not fit goes missing before it, and says so.
    for text in written if len(written) <= most else [*written[: most - 2], "  …", written[-1]]:
        plain = text.lstrip()
        x = box.x + 10 + 5 * (len(text) - len(plain))
        picture.text(x, y, mono.fitted(plain, box.right - x, picture.layout.small), fill="muted", mono=True)
        y += step


def _count(card: Stage | None) -> int:
    return 3 if card is None else min(len(lines(card.value)), MOST_LINES + 1)


def _arrow(picture: Picture, before: Box, box: Box) -> None:
    if box.x > before.x:
        picture.arrow((before.right + 3, box.y + 25), (box.x - 3, box.y + 25))
    elif picture.layout.narrow:
        picture.arrow((box.center[0], before.bottom + 3), (box.center[0], box.y - 3))
    else:
        middle = (before.bottom + box.y) / 2
        picture.path(
            [(before.center[0], before.bottom), (before.center[0], middle), (box.center[0], middle)],
            stroke="muted",
            stroke_width=1.5,
        )
        picture.arrow((box.center[0], middle), (box.center[0], box.y - 2), head=6)


def _card(picture: Picture, stage: Stage, box: Box, step: float) -> None:
    size = picture.layout.small
    ends = stage.name in {INPUT, OUTPUT_PATH}
    tone = "series-3" if stage.name == TASK else "accent" if ends else "faint"
    picture.rect(
        box.x, box.y, box.width, box.height, fill="raised", stroke=tone, stroke_width=2 if ends else 1.4, radius=8
    )
    number = NAMES.index(stage.name) + 1
    heading = f"{number} {words.HEADINGS[stage.name]}"
    picture.text(box.x + 10, box.y + 19, heading, bold=True)
    expression = words.written(stage)
    room = box.width - 26 - text_width(heading, size) * 1.05
    if expression:
        omitted = expression == words.OMITTED
        shown = cut(expression, room, size)
        picture.text(box.right - 10, box.y + 19, shown, fill="muted" if omitted else "accent", anchor="end")
    picture.text(box.x + 10, box.y + 39, words.AFTER[stage.name], fill="muted")
    written = lines(stage.value)
    y = box.y + HEAD + size
    for line in written[:MOST_LINES]:
        _line(picture, stage, line, box, y)
        y += step
    if len(written) > MOST_LINES:
        picture.text(box.x + 20, y, words.MORE.format(count=len(written) - MOST_LINES), fill="muted")


def _line(picture: Picture, stage: Stage, line: Line, box: Box, y: float) -> None:
    size = picture.layout.small
    place, depth, text = line
    x = box.x + 20 + depth * 9
    shown = mono.fitted(text, box.right - 8 - x, size)
    new, dropped = place in stage.new, place in stage.dropped
    ink = "faint" if place is None else "muted" if dropped else "good" if new else "ink"
    picture.text(x, y, shown, fill=ink, mono=True, bold=new)
    if new:
        picture.text(box.x + 7, y, "+", fill="good", bold=True)
    if dropped:
        width = mono.width(shown, size)
        picture.line((x, y - size * 0.34), (x + width, y - size * 0.34), stroke="bad", stroke_width=1.5)


def _failure(picture: Picture, trace: FlowTrace, box: Box) -> None:
    picture.rect(box.x, box.y, box.width, box.height, fill="bad-soft", stroke="bad", stroke_width=2, radius=8)
    picture.text(box.x + 10, box.y + 19, words.HEADINGS[trace.failed or ""], bold=True)
    picture.text(box.x + 10, box.y + 39, words.FAILED, fill="bad", bold=True)
    name = trace.error or ""
    picture.text(box.x + 10, box.y + 66, cut(name, box.width - 20, picture.layout.small), fill="bad", bold=True)


def _legend(picture: Picture) -> None:
    y = 18
    picture.text(8, y, words.NEW, fill="good", bold=True, middle=True)
    x, y = (8, 40) if picture.layout.narrow else (8 + text_width(words.NEW, picture.layout.small) + 28, y)
    picture.text(x, y, words.DROPPED, fill="muted", middle=True)
    width = text_width(words.DROPPED[:5], picture.layout.small)
    picture.line((x, y), (x + width, y), stroke="bad", stroke_width=1.5)
