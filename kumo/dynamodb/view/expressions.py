"""Picture of a request on one item: its expressions, its condition judged part by part, the item before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, mono, text_width, wrap
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.grammar import And, Not, Or
from kumo.dynamodb.view import items
from kumo.dynamodb.words import errors
from kumo.dynamodb.words import expressions as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.conditions import Outcome
    from kumo.dynamodb.model.expressions import Change, ExpressionsTrace

LINE = 21.0
GAP = 14.0
INDENT = 20.0
BADGE = 30.0
MOST_ROWS = 9
MOST_CODE_LINES = 4
SECONDS_PER_STEP = 1.0
# What stands over a box, from its baseline to the box.
HEAD = 9.0


@dataclass(frozen=True)
class _Row:
    """A part of the condition on its row: how deep it lies, and when it is judged (steps)."""

    outcome: Outcome
    depth: int
    at: float


def draw(trace: ExpressionsTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: from the request above to the item below."""
    rows = _rows(trace)
    request = _request_lines(trace, layout)
    row_height = 46.0 if layout.narrow else 27.0
    top_request = 24.0
    height_request = len(request) * LINE + 14
    top_tree = top_request + height_request + 30
    message = _message_lines(trace, layout)
    shown_rows = rows[:MOST_ROWS]
    lines_of_tree = max(1, len(shown_rows) + (len(rows) > MOST_ROWS))
    height_tree = lines_of_tree * row_height + 10 if trace.condition else 0.0
    changes = trace.changes[:MOST_ROWS]
    top_changes = top_tree + height_tree + (28 if trace.condition else 0)
    bottom = top_changes + len(changes) * row_height + 6 if changes else top_tree + height_tree
    top_message = bottom + 12 if trace.condition or changes else top_tree - 16
    height_message = len(message) * LINE + 14
    top_items = top_message + height_message + 34
    boxes, lines = _item_boxes(trace, layout, top_items)
    clock = _clock(rows)
    picture = Picture(
        layout,
        max(box.bottom for box in boxes) + 4,
        title=words.TITLE,
        description=words.DESCRIPTION.format(result=words.RESULTS[words.result(trace)]),
        clock=clock,
    )
    _request(picture, trace, request, Box(4, top_request, layout.width - 8, height_request))
    if trace.condition:
        _tree(picture, shown_rows, len(rows), Box(4, top_tree, layout.width - 8, height_tree), row_height)
    with picture.group() as ending:
        _changes(picture, changes, Box(4, top_changes, layout.width - 8, 0), row_height)
        _message(picture, trace, message, Box(4, top_message, layout.width - 8, height_message))
    picture.show(ending, clock.end - 1)
    _items(picture, trace, boxes, lines)
    return picture


def _rows(trace: ExpressionsTrace) -> list[_Row]:
    """Return the parts of the condition, the whole first, each with the step in which it is judged."""
    if trace.outcome is None:
        return []
    order = {id(one): number for number, one in enumerate(_judged(trace.outcome))}
    found: list[_Row] = []

    def add(outcome: Outcome, depth: int) -> None:
        found.append(_Row(outcome, depth, 1.0 + order[id(outcome)]))
        if isinstance(outcome.part, And | Or | Not):
            for part in outcome.parts:
                add(part, depth + 1)

    add(trace.outcome, 0)
    return found


def _judged(outcome: Outcome) -> list[Outcome]:
    return [one for one in outcome.walk() if one.holds is not None]


def _clock(rows: list[_Row]) -> Clock:
    end = 1.0 + len(rows)
    steps = [Step(0, words.STEP_REQUEST)]
    for row in sorted(rows, key=lambda one: one.at):
        verdict = words.TRUE if row.outcome.holds else words.FALSE
        steps.append(Step(row.at, words.STEP_PART.format(source=words.head(row.outcome), verdict=verdict)))
    steps.append(Step(end, words.STEP_END))
    return Clock(0, end + 1, words.STEPS, seconds=SECONDS_PER_STEP * (end + 1), steps=tuple(steps))


# The request.


def _request_lines(trace: ExpressionsTrace, layout: Layout) -> list[tuple[str, str]]:
    """Return the lines of the request: what stands at the left (empty for a line that goes on), and the code."""
    size = layout.small
    room = layout.width - 32 - (0 if layout.narrow else 178)
    parts = []
    if trace.expression:
        parts.append((words.EXPRESSION_NAMES[trace.operation], trace.expression))
    if trace.condition:
        parts.append((words.CONDITION_NAMES.get(trace.operation, words.CONDITION_NAME), trace.condition))
    given = [f"{alias} = {name}" for alias, name in trace.names.items()]
    given += [f"{name} = {words.shown(value)}" for name, value in trace.values.items()]
    if given:
        parts.append((words.PLACEHOLDERS, ", ".join(given)))
    found = []
    for label, text in parts:
        texts = mono.lines(" ".join(_marked(trace, label, text).split()), room, size, MOST_CODE_LINES)
        if layout.narrow:
            found.append((label, ""))
            found += [("", one) for one in texts]
        else:
            found += [(label if not number else "", one) for number, one in enumerate(texts)]
    return found or [("", words.NO_EXPRESSION)]


def _marked(trace: ExpressionsTrace, label: str, text: str) -> str:
    """Return an expression with a mark where the service found its fault, if it did."""
    error = trace.error
    if error is None or error.position is None or error.data["label"] != label:
        return text
    return f"{text[: error.position]}{words.FAULT}{text[error.position :]}"


def _request(picture: Picture, trace: ExpressionsTrace, lines: list[tuple[str, str]], box: Box) -> None:
    picture.text(box.x, box.y - HEAD, f"{words.REQUEST} {words.OPERATIONS[trace.operation]}", bold=True)
    picture.rect(box.x, box.y, box.width, box.height, fill="accent-soft", stroke="accent", stroke_width=1.5, radius=8)
    left = 12.0 if picture.layout.narrow else 190.0
    for number, (label, text) in enumerate(lines):
        y = box.y + 7 + (number + 0.5) * LINE
        if label:
            picture.text(box.x + 12, y, label, fill="muted", middle=True)
        if text:
            picture.text(box.x + left, y, text, mono=True, middle=True)


# The condition.


def _tree(picture: Picture, rows: list[_Row], total: int, box: Box, row_height: float) -> None:
    picture.text(box.x, box.y - HEAD, words.JUDGING, bold=True)
    if not rows:
        picture.text(box.x + 12, box.y + row_height / 2, words.UNREAD, fill="muted")
        return
    ends = {row.depth: 0.0 for row in rows}
    for number, row in enumerate(rows):
        y = box.y + 4 + number * row_height + 12
        x = box.x + 2 + row.depth * INDENT
        if row.depth:
            parent = ends[row.depth - 1]
            bend = x - INDENT + BADGE / 2
            picture.path([(bend, parent + 11), (bend, y), (x, y)], stroke="faint", stroke_width=1.5)
        ends[row.depth] = y
        _row(picture, row, x, y, box)
    if total > len(rows):
        y = box.y + 4 + len(rows) * row_height + 12
        picture.text(box.x + 12, y, words.MORE_ROWS.format(count=total - len(rows)), fill="muted", middle=True)


def _row(picture: Picture, row: _Row, x: float, y: float, box: Box) -> None:
    layout, size = picture.layout, picture.layout.small
    tone = "good" if row.outcome.holds else "bad"
    picture.rect(x, y - 11, BADGE, 22, fill="raised", stroke="faint", stroke_width=1.5, radius=6)
    with picture.group() as verdict:
        picture.rect(x, y - 11, BADGE, 22, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=6)
        told = words.TRUE if row.outcome.holds else words.FALSE
        picture.text(x + BADGE / 2, y, told, fill=tone, bold=True, anchor="middle", middle=True)
    picture.show(verdict, row.at)
    left = x + BADGE + 9
    head, reading = words.head(row.outcome), words.reading(row.outcome)
    joined = isinstance(row.outcome.part, And | Or | Not)
    if layout.narrow:
        picture.text(left, y, mono.fitted(head, box.right - left, size), mono=True, bold=joined, middle=True)
        y += 20
    else:
        picture.text(left, y, mono.fitted(head, 404 - left, size), mono=True, bold=joined, middle=True)
        left = 420.0
    with picture.group() as told:
        if joined:
            picture.text(left, y, reading, fill="muted", middle=True)
        else:
            picture.text(left, y, mono.fitted(reading, box.right - left, size), fill=tone, mono=True, middle=True)
    picture.show(told, row.at)


def _changes(picture: Picture, changes: tuple[Change, ...], box: Box, row_height: float) -> None:
    """Draw what the update does, action by action."""
    size, narrow = picture.layout.small, picture.layout.narrow
    if changes:
        picture.text(box.x, box.y - HEAD, words.CHANGING, bold=True)
    for number, change in enumerate(changes):
        y = box.y + 8 + number * row_height
        x = box.x + 8
        source = f"{change.action.clause} {change.action.source}"
        room = (box.right if narrow else 404.0) - x
        picture.text(x, y, mono.fitted(source, room, size), mono=True, middle=True)
        if narrow:
            y += 20
        left = x + 16 if narrow else 420.0
        told = words.CHANGE.format(old=words.shown(change.old), new=words.shown(change.new))
        picture.text(left, y, mono.fitted(told, box.right - left, size), fill="accent", mono=True, middle=True)


# What the service says.


def _message_lines(trace: ExpressionsTrace, layout: Layout) -> list[str]:
    result = words.RESULTS[words.result(trace)]
    room = layout.width - 60
    if trace.error is None:
        return wrap(result, room, layout.small)
    if trace.error.kind == "condition-failed":
        return [line for text in (f"{result}。", trace.error.code) for line in wrap(text, room, layout.small)]
    texts = [trace.error.code, trace.error.message, errors.hint(trace.error)]
    return [line for text in texts for line in wrap(text, room, layout.small)]


def _message(picture: Picture, trace: ExpressionsTrace, lines: list[str], box: Box) -> None:
    result = words.result(trace)
    tone = "bad" if result in {"error", "refused"} else "warn" if result == "left-out" else "good"
    picture.rect(box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
    middle = box.x + 18, box.y + 7 + LINE / 2
    if tone == "good":
        picture.check(*middle, 6)
    else:
        picture.cross(*middle, 5, stroke=tone)
    for number, line in enumerate(lines):
        y = box.y + 7 + (number + 0.5) * LINE
        picture.text(box.x + 34, y, line, fill=tone, bold=not number, middle=True)


# The item.


def _item_boxes(trace: ExpressionsTrace, layout: Layout, top: float) -> tuple[list[Box], list[list[items.Line]]]:
    width = layout.width - 8 if layout.narrow else (layout.width - 8 - 44) / 2
    after = trace.after if trace.after is not None else {}
    # Only a write changes anything: what a read leaves out is still there.
    lines = [
        items.lines_of(trace.before, after if trace.wrote else None, width, layout.small, after=False),
        items.lines_of(after, trace.before if trace.wrote else None, width, layout.small, after=True),
    ]
    heights = [items.height_of(some) for some in lines]
    if layout.narrow:
        first = Box(4, top, width, heights[0])
        return [first, Box(4, first.bottom + 36, width, heights[1])], lines
    height = max(heights)
    return [Box(4, top, width, height), Box(4 + width + 44, top, width, height)], lines


def _items(picture: Picture, trace: ExpressionsTrace, boxes: list[Box], lines: list[list[items.Line]]) -> None:
    clock = picture.clock
    before, after = boxes
    picture.text(before.x, before.y - HEAD, words.BEFORE[trace.operation], bold=True)
    items.draw(picture, before, lines[0])
    result = words.result(trace)
    with picture.group() as ending:
        if not picture.layout.narrow:
            y = before.y + 24
            stroke = "bad" if result in {"error", "refused"} else "accent"
            picture.arrow((before.right + 8, y), (after.x - 8, y), stroke=stroke, stroke_width=2)
        head = words.AFTER[trace.operation]
        picture.text(after.x, after.y - HEAD, head, bold=True)
        note = words.UNCHANGED if result in {"error", "refused"} else ""
        if note:
            picture.text(after.x + text_width(head, picture.layout.small) * 1.06 + 10, after.y - HEAD, note, fill="bad")
        items.draw(picture, after, lines[1])
        if trace.after is None:
            picture.text(after.x + 22, after.y + 8 + LINE / 2, words.NOTHING, fill="muted", middle=True)
    picture.show(ending, clock.end - 1)
