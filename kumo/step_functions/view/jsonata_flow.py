"""Picture of a JSONata state: what can be seen as rails, and a mark on a rail wherever an expression reads from it.

Rails run down past the fields that see them: variables through the state and out of it, the input as far as the state
goes, the task's result from the task on. Nothing is carried from field to field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kumo.core.drawing import Clock, Picture, Step, mono, text_width, wrap
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.data_flow import LEFT_OUT
from kumo.step_functions.model.expressions import is_expression
from kumo.step_functions.model.jsonata_flow import ARGUMENTS, ASSIGN, CONTEXT, INPUT, OUTPUT, RESULT, SEEN, VARIABLES
from kumo.step_functions.view.graph import cut
from kumo.step_functions.view.json_lines import lines
from kumo.step_functions.words import jsonata_flow as words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kumo.core.drawing import Layout
    from kumo.step_functions.model.jsonata_flow import Failure, Field, JsonataTrace, Part

MOST_LINES = 10
MOST_PARTS = 3
HEAD, FOOT, GAP = 30, 6, 14
INDENT = 22
DEPTH = 9  # of one level of JSON
TONES = {VARIABLES: "series-6", INPUT: "series-1", RESULT: "series-3", CONTEXT: "muted"}
# What goes on in place of a field that is left out.
OTHERWISE = {ARGUMENTS: frozenset({INPUT}), OUTPUT: frozenset({RESULT}), ASSIGN: frozenset[str]()}
# What an expression may be broken between, with its marks at what stands next to them: texts, names with the dot or
# bracket before them, and every other character for itself.
_PIECES = re.compile(r"""(?:^\{%\s*)?(?:'[^']*'|"[^"]*"|[.\[(]*[$\w`]+|\s+|.)[\])},]*(?:\s*%\}$)?""", re.DOTALL)
# More of a long text is not even measured.
LONGEST = 300


@dataclass(frozen=True)
class _Sheet:
    """Where things stand on the canvas of a layout, and how much room they have (user units)."""

    layout: Layout
    keys: float

    @property
    def size(self) -> float:
        return self.layout.small

    @property
    def step(self) -> float:
        return self.layout.small * 1.42

    @property
    def rails(self) -> dict[str, float]:
        places = (14, 30, 46) if self.layout.narrow else (24, 46, 68)
        return dict(zip((VARIABLES, INPUT, RESULT), places, strict=True))

    @property
    def left(self) -> float:
        """Left edge of the fields."""
        return self.rails[RESULT] + (16 if self.layout.narrow else 24)

    @property
    def right(self) -> float:
        """Right edge of the fields; beyond is the way of the output."""
        return self.layout.width - 26

    def card(self, source: str) -> tuple[float, float]:
        """Return where the card of a source begins, and its width."""
        half = (self.layout.width - 16 - GAP) / 2
        if source == RESULT:
            x = self.rails[RESULT] - 9
            return x, self.right - x
        if source == VARIABLES:
            return 8, self.layout.width - 16 if self.layout.narrow else half
        # The way of the variables passes at the left.
        x = self.rails[INPUT] - 8 if self.layout.narrow else 8 + half + GAP
        return x, self.layout.width - 8 - x

    @property
    def written(self) -> float:
        """Where expressions begin."""
        return self.left + 10 + self.keys

    @property
    def made(self) -> float:
        """Where values begin."""
        return self.left + 28 if self.layout.narrow else 512

    @property
    def written_room(self) -> float:
        return (self.right if self.layout.narrow else self.made - 18) - 8 - self.written

    @property
    def made_room(self) -> float:
        return self.right - 8 - self.made


@dataclass(frozen=True)
class _Row:
    """An expression: the lines in which it and what it made are written, and what it reads."""

    key: str
    written: tuple[str, ...]
    sources: frozenset[str]
    tone: str = "ink"
    made: tuple[str, ...] = ()
    made_tone: str = "ink"
    note: str = ""
    warning: bool = False

    def lines(self, sheet: _Sheet) -> int:
        below = len(self.made) + bool(self.note)
        if sheet.layout.narrow:
            return bool(self.key) + len(self.written) + below
        return max(len(self.written), below)


@dataclass(frozen=True)
class _Block:
    """A part of the picture from its upper edge down: since which step it is there, and which rails run past it."""

    step: int
    height: float
    rails: tuple[str, ...]
    paint: Callable[[Picture, float], None]
    name: str = ""


def draw(trace: JsonataTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    keys = [mono.width(words.key(part.place), layout.small) + 14 for field in trace.fields for part in field.parts]
    sheet = _Sheet(layout, 0 if layout.narrow else min(116.0, max(keys, default=0.0)))
    blocks = _blocks(trace, sheet)
    tops = list(accumulate((block.height for block in blocks), initial=4.0))
    steps = [*words.STEPS[: blocks[-1].step - 1], words.STEP_FAILED if trace.failure else words.STEPS[-1]]
    picture = Picture(
        layout,
        tops[-1],
        title=words.TITLE,
        description=words.DESCRIPTION.format(expressions=len(keys)),
        clock=Clock(
            0,
            len(steps) + 1,
            words.STAGES,
            seconds=1.8 * (len(steps) + 1),
            steps=tuple(Step(index, label) for index, label in enumerate(steps, 1)),
        ),
    )
    _frame(picture, blocks, tops)
    for block, top in zip(blocks, tops, strict=False):
        with picture.group() as group:
            for name in block.rails:
                x = sheet.rails[name]
                picture.line((x, top), (x, top + block.height), stroke=TONES[name], stroke_width=3)
            block.paint(picture, top)
        picture.show(group, block.step)
    if trace.failure is None:
        with picture.group() as group:
            _handed_on(picture, sheet, blocks, tops)
        picture.show(group, blocks[-1].step)
    return picture


def _blocks(trace: JsonataTrace, sheet: _Sheet) -> list[_Block]:
    """Return the parts of the picture in order, as far as the state came."""
    arguments, output, assign = (_field(trace, field, sheet) for field in trace.fields)
    blocks = [_entry(trace, sheet), _head(sheet), arguments]
    if trace.failure is not None and trace.failure.field == ARGUMENTS:
        return [*blocks, _failure(trace.failure, 3, sheet)]
    blocks += [_task(trace, sheet), _together(sheet), output, assign]
    if trace.failure is not None:
        return [*blocks, _failure(trace.failure, 5, sheet)]
    return [*blocks, _end(trace, sheet), _next(trace, sheet)]


# Around the state.


def _frame(picture: Picture, blocks: list[_Block], tops: list[float]) -> None:
    """Draw the state itself, from the first of its parts to the last."""
    first = next(index for index, block in enumerate(blocks) if block.name == "state")
    last = next((index for index, block in enumerate(blocks) if block.name == "end"), len(blocks) - 1)
    bottom = tops[last] + blocks[last].height - GAP / 2
    width, height = picture.width - 8, bottom - tops[first]
    picture.rect(4, tops[first], width, height, fill="panel", stroke="faint", stroke_width=1.5, radius=12)


def _entry(trace: JsonataTrace, sheet: _Sheet) -> _Block:
    """Return what can be seen when the state is entered, with the beginnings of its rails."""
    wide = not sheet.layout.narrow
    variables = _Card(VARIABLES, trace.before, sheet)
    data = _Card(INPUT, {"": trace.data}, sheet)
    head = sheet.step + 8
    height = head + (max(variables.height, data.height) if wide else variables.height + GAP + data.height) + 26

    def paint(picture: Picture, top: float) -> None:
        first, second = _pair(picture, sheet, top + head, variables, data)
        picture.text(8, top + sheet.size, words.ENTERED, bold=True)
        x = sheet.rails[VARIABLES]
        picture.line((x, first.bottom), (x, top + height), stroke=TONES[VARIABLES], stroke_width=3)
        x, begin = sheet.rails[INPUT], second.x + 24 if wide else sheet.rails[INPUT]
        turn = top + height - 12
        way = [(begin, second.bottom), (begin, turn), (x, turn), (x, top + height)]
        picture.path(way, stroke=TONES[INPUT], stroke_width=3)

    return _Block(1, height, (), paint)


def _end(trace: JsonataTrace, sheet: _Sheet) -> _Block:
    """Return the end of the state, where input and result go no further."""
    uses_context = any(CONTEXT in part.sources for field in trace.fields for part in field.parts)
    notes = [words.ENDS]
    if trace.changed:
        notes.append(words.FROM_HERE)
    if uses_context:
        notes.append(words.USES_CONTEXT)
    height = sheet.step * 1.2 * len(notes) + 6 + GAP / 2

    def paint(picture: Picture, top: float) -> None:
        _stop(picture, sheet, (INPUT, RESULT), top, top + sheet.size * 0.6)
        indent = 28
        for index, note in enumerate(notes):
            assigned = note == words.FROM_HERE
            y = top + sheet.size + sheet.step * 1.2 * index
            tone = TONES[VARIABLES] if assigned else "muted"
            picture.text(sheet.left + indent, y, note, fill=tone, bold=assigned)
            if assigned:
                x, middle = sheet.left + 14, y - sheet.size * 0.36
                picture.path([(x, top - GAP), (x, middle), (x - 4, middle)], stroke=tone, stroke_width=2)
                picture.arrow((x, middle), (sheet.rails[VARIABLES] + 2, middle), stroke=tone, stroke_width=2, head=8)

    return _Block(4, height, (VARIABLES,), paint, "end")


def _stop(picture: Picture, sheet: _Sheet, names: tuple[str, ...], top: float, end: float) -> None:
    """Draw the ends of rails that go no further than `end`."""
    for name in names:
        x = sheet.rails[name]
        picture.line((x, top), (x, end), stroke=TONES[name], stroke_width=3)
        picture.line((x - 6, end), (x + 6, end), stroke=TONES[name], stroke_width=3)


def _next(trace: JsonataTrace, sheet: _Sheet) -> _Block:
    """Return what the next state sees."""
    wide = not sheet.layout.narrow
    variables = _Card(VARIABLES, trace.after, sheet, trace.changed)
    data = _Card(INPUT, {"": trace.output}, sheet)
    head = sheet.step + 16
    height = head + (max(variables.height, data.height) if wide else variables.height + GAP + data.height) + 6

    def paint(picture: Picture, top: float) -> None:
        # The way of the variables comes down at the left, where the cards of a narrow picture leave it room.
        first, second = (
            _pair(picture, sheet, top + head, variables, data)
            if wide
            else _pair(picture, sheet, top + head, data, variables)[::-1]
        )
        x = sheet.rails[VARIABLES]
        picture.line((x, top), (x, first.y - 5), stroke=TONES[VARIABLES], stroke_width=3)
        picture.arrow((x, first.y - 12), (x, first.y), stroke=TONES[VARIABLES], stroke_width=3, head=9)
        picture.text(sheet.left, top + sheet.size + 4, words.NEXT_SEES, bold=True)
        x = picture.width - 16
        picture.line((x, top), (x, second.y - 6), stroke=TONES[INPUT], stroke_width=2)
        picture.arrow((x, second.y - 10), (x, second.y), stroke=TONES[INPUT], stroke_width=2, head=8)

    return _Block(5, height, (), paint)


def _handed_on(picture: Picture, sheet: _Sheet, blocks: list[_Block], tops: list[float]) -> None:
    """Draw the way of the output, past Assign, to the next state."""
    index = next(index for index, block in enumerate(blocks) if block.name == OUTPUT)
    y, x = tops[index] + HEAD / 2, picture.width - 16
    picture.path([(sheet.right, y), (x, y), (x, tops[-2])], stroke=TONES[INPUT], stroke_width=2)


# Cards.


class _Card:
    """A source and its JSON."""

    def __init__(
        self, source: str, values: Mapping[str, Any], sheet: _Sheet, new: frozenset[str] = frozenset()
    ) -> None:
        self.source, self.sheet = source, sheet
        self.x, self.width = sheet.card(source)
        content = [
            (depth, text, name in new)
            for name, value in values.items()
            for _, depth, text in lines(value, prefix=name and f"${name}: ", fits=self._fits)
        ]
        self.shown, self.more = content[:MOST_LINES], len(content[MOST_LINES:])
        self.height = HEAD + sheet.step * max(1, len(self.shown) + bool(self.more)) + FOOT

    def _fits(self, text: str, depth: int) -> bool:
        return len(text) < LONGEST and mono.width(text, self.sheet.size) <= self.width - INDENT - 6 - depth * DEPTH

    def paint(self, picture: Picture, top: float, height: float | None = None) -> Box:
        """Paint the card from `top` down, as tall as it needs to be or as its neighbour is; return where it is."""
        box = Box(self.x, top, self.width, height or self.height)
        tone, size = TONES[self.source], self.sheet.size
        picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke=tone, stroke_width=1.8, radius=8)
        _mark(picture, self.source, box.x + 14, box.y + 15)
        heading = words.SOURCES[self.source]
        picture.text(box.x + 26, box.y + 20, heading, bold=True)
        x = box.x + 34 + text_width(heading, size) * 1.05
        picture.text(x, box.y + 20, words.WRITTEN_AS[self.source], fill="muted", mono=self.source != VARIABLES)
        self._list(picture, box)
        return box

    def _list(self, picture: Picture, box: Box) -> None:
        """Write the lines of JSON, what is new with a plus."""
        left, y = box.x + INDENT, box.y + HEAD + self.sheet.size * 0.9
        for depth, text, new in self.shown:
            x = left + depth * DEPTH
            fitted = mono.fitted(text[:LONGEST], box.right - 6 - x, self.sheet.size)
            picture.text(x, y, fitted, fill=TONES[self.source] if new else "ink", mono=True, bold=new)
            if new:
                picture.text(left - 13, y, "+", fill=TONES[self.source], bold=True)
            y += self.sheet.step
        if self.more:
            picture.text(left, y, words.MORE.format(count=self.more), fill="muted")
        if not self.shown:
            picture.text(left, y, words.NO_VARIABLES, fill="muted")


def _pair(picture: Picture, sheet: _Sheet, top: float, one: _Card, other: _Card) -> tuple[Box, Box]:
    """Paint two cards, beside each other or one below the other, and return where they are."""
    if sheet.layout.narrow:
        return one.paint(picture, top), other.paint(picture, top + one.height + GAP)
    height = max(one.height, other.height)
    return one.paint(picture, top, height), other.paint(picture, top, height)


# Within the state.


def _head(sheet: _Sheet) -> _Block:
    """Return what the state is, and how to read its rails."""
    below = sheet.layout.narrow

    def paint(picture: Picture, top: float) -> None:
        y = top + sheet.size + 6
        picture.text(sheet.left, y, words.STATE, bold=True)
        if below:
            picture.text(sheet.left, y + sheet.step, words.RAILS, fill="muted")
        else:
            picture.text(sheet.right, y, words.RAILS, fill="muted", anchor="end")

    return _Block(1, sheet.step * (2 if below else 1) + 12, (VARIABLES, INPUT), paint, "state")


def _together(sheet: _Sheet) -> _Block:
    """Return what there is to say of Output and Assign together."""

    def paint(picture: Picture, top: float) -> None:
        picture.text(sheet.left, top + sheet.size + 4, words.TOGETHER, fill="muted")

    return _Block(4, sheet.step + 8, (VARIABLES, INPUT, RESULT), paint)


def _task(trace: JsonataTrace, sheet: _Sheet) -> _Block:
    """Return the task, from which the rail of its result goes out."""
    result = _Card(RESULT, {"": trace.result}, sheet)
    height = sheet.step + 4 + result.height + GAP

    def paint(picture: Picture, top: float) -> None:
        picture.arrow((sheet.left + 24, top), (sheet.left + 24, top + sheet.step + 2))
        picture.text(sheet.left + 38, top + sheet.size, words.CALLED, fill="muted")
        box = result.paint(picture, top + sheet.step + 4)
        rail = sheet.rails[RESULT]
        picture.line((rail, box.bottom), (rail, top + height), stroke=TONES[RESULT], stroke_width=3)

    return _Block(3, height, (VARIABLES, INPUT), paint)


def _failure(failure: Failure, step: int, sheet: _Sheet) -> _Block:
    """Return the error that ended the state, and with it everything that could be seen."""
    room = sheet.right - sheet.left - 20
    cause = wrap(failure.cause[:LONGEST], room, sheet.size)[:6]
    height = HEAD + 8 + sheet.step * len(cause) + FOOT + GAP

    def paint(picture: Picture, top: float) -> None:
        box = Box(sheet.left, top + 4, sheet.right - sheet.left, height - 8 - GAP)
        picture.rect(box.x, box.y, box.width, box.height, fill="bad-soft", stroke="bad", stroke_width=2, radius=8)
        picture.cross(box.x + 15, box.y + 16, 5)
        picture.text(box.x + 28, box.y + 21, cut(failure.error, room - 24, sheet.size), fill="bad", bold=True)
        for index, text in enumerate(cause):
            picture.text(box.x + 10, box.y + HEAD + 12 + index * sheet.step, text)
        _stop(picture, sheet, SEEN[failure.field], top, box.y + 16)

    return _Block(step, height, (), paint)


def _field(trace: JsonataTrace, field: Field, sheet: _Sheet) -> _Block:
    """Return a field: its expressions, what each became, and the marks on the rails from which it was made."""
    rows = [_row(trace, field, part, sheet) for part in field.parts]
    if field.written is LEFT_OUT:
        rows = [_Row("", (words.OMITTED[field.name],), OTHERWISE[field.name], tone="muted")]
    height = HEAD + sum(row.lines(sheet) * sheet.step + 5 for row in rows) + FOOT

    def paint(picture: Picture, top: float) -> None:
        box = Box(sheet.left, top, sheet.right - sheet.left, height)
        tone = {OUTPUT: TONES[INPUT], ASSIGN: TONES[VARIABLES]}.get(field.name, "faint")
        picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke=tone, stroke_width=1.6, radius=8)
        picture.text(box.x + 10, box.y + 20, field.name, bold=True)
        x = box.x + 18 + text_width(field.name, sheet.size) * 1.06
        picture.text(x, box.y + 20, words.ROLES[field.name], fill="muted")
        y = top + HEAD
        for row in rows:
            _taps(picture, row.sources, y + sheet.size * 0.55, sheet)
            _expression(picture, row, y + sheet.size * 0.9, sheet)
            y += row.lines(sheet) * sheet.step + 5

    return _Block(2 if field.name == ARGUMENTS else 4, height + GAP, SEEN[field.name], paint, field.name)


def _row(trace: JsonataTrace, field: Field, part: Part, sheet: _Sheet) -> _Row:
    expression = is_expression(part.written)
    text = part.written if expression else words.shown(part.written)
    written = tuple(_broken(text[:LONGEST], sheet.written_room, sheet.size))
    row = _Row(words.key(part.place), written, part.sources, "accent" if expression else "ink")
    failure = trace.failure
    if failure is not None and (failure.field, failure.place) == (field.name, part.place):
        return replace(row, made=(words.FAILED,), made_tone="bad")
    if sheet.layout.narrow and (part.value is LEFT_OUT or not expression):
        return row
    if part.value is LEFT_OUT:
        return replace(row, made=(words.NOT_DONE,), made_tone="muted")
    row = replace(row, made=tuple(mono.lines(words.shown(part.value)[:LONGEST], sheet.made_room, sheet.size, most=2)))
    if field.name == OUTPUT and (names := trace.outdated(part)):
        note = words.OLD.format(names="、".join(f"${name}" for name in sorted(names)))
        return replace(row, note=cut(note, sheet.made_room - 8, sheet.size), warning=True)
    if field.name == ASSIGN and len(part.place) == 1:
        return replace(row, note=_before(trace, str(part.place[0]), sheet))
    return row


def _broken(text: str, room: float, size: float) -> list[str]:
    """Break an expression into at most three lines, between its tokens where that can be done."""
    found = [""]
    for piece in _PIECES.findall(text):
        if found[-1] and mono.width(found[-1] + piece.rstrip(), size) > room:
            found.append("")
        found[-1] += piece if found[-1] else piece.lstrip()
    fitting = [part for line in found for part in mono.lines(line.rstrip(), room, size)]
    return (
        fitting
        if len(fitting) <= MOST_PARTS
        else [*fitting[: MOST_PARTS - 1], mono.fitted(fitting[MOST_PARTS - 1] + mono.MORE, room, size)]
    )


def _before(trace: JsonataTrace, name: str, sheet: _Sheet) -> str:
    if name not in trace.before:
        return words.NEW
    value = cut(words.shown(trace.before[name])[:LONGEST], sheet.made_room * 0.6, sheet.size)
    return words.BEFORE_IT.format(value=value)


def _expression(picture: Picture, row: _Row, y: float, sheet: _Sheet) -> None:
    """Write a row from the baseline `y` down: side by side, or one after the other where the layout is narrow."""
    size, narrow = sheet.size, sheet.layout.narrow
    if row.key:
        room = sheet.written_room if narrow else sheet.keys - 8
        picture.text(sheet.left + 10, y, mono.fitted(row.key, room, size), mono=True, bold=True)
        y += sheet.step if narrow else 0
    for index, text in enumerate(row.written):
        picture.text(sheet.written, y + index * sheet.step, text, fill=row.tone, mono=bool(row.key))
    y += len(row.written) * sheet.step if narrow else 0
    if row.made:
        x = sheet.made - 18
        picture.arrow((x, y - size * 0.35), (x + 13, y - size * 0.35), head=5)
    for index, text in enumerate(row.made):
        picture.text(
            sheet.made, y + index * sheet.step, text, fill=row.made_tone, mono=row.made_tone == "ink", bold=True
        )
    if row.note:
        y += len(row.made) * sheet.step
        width = text_width(row.note, size)
        if row.warning:
            picture.rect(sheet.made - 5, y - size, width + 12, size * 1.4, fill="warn-soft", radius=4)
        picture.text(sheet.made, y, row.note, fill="warn" if row.warning else "muted", bold=row.warning)


def _taps(picture: Picture, sources: frozenset[str], y: float, sheet: _Sheet) -> None:
    """Draw where a row reads: a mark on each of its rails, and the way from there."""
    read = [name for name in sheet.rails if name in sources]
    for name in read:
        picture.line((sheet.rails[name], y), (sheet.left, y), stroke=TONES[name], stroke_width=2)
    for name in read:
        _mark(picture, name, sheet.rails[name], y)
    if CONTEXT in sources:
        _mark(picture, CONTEXT, sheet.left - 8, y)


def _mark(picture: Picture, source: str, x: float, y: float) -> None:
    """Draw the sign of a source: every one has its shape beside its colour."""
    tone = TONES[source]
    if source == VARIABLES:
        picture.circle(x, y, 6, fill=tone, stroke="raised", stroke_width=1.5)
    elif source == INPUT:
        picture.rect(x - 5.5, y - 5.5, 11, 11, fill=tone, stroke="raised", stroke_width=1.5)
    elif source == RESULT:
        points = [(x, y - 7.5), (x + 7.5, y), (x, y + 7.5), (x - 7.5, y)]
        picture.path(points, fill=tone, stroke="raised", stroke_width=1.5, close=True)
    else:
        picture.path([(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)], fill=tone, close=True)
