"""Picture of invocations and errors: each event's attempts in a grid, and the place where it ended."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.invocation import (
    ANSWERED,
    ASYNC,
    ASYNC_WAITS,
    CALLER_ERROR,
    CALLER_REJECTED,
    DEAD_LETTER,
    DLQ,
    DONE,
    DROPPED,
    EXPIRED,
    FAILED,
    FAILURE_DESTINATION,
    GAP,
    IN_QUEUE,
    OK,
    ON_FAILURE,
    ON_SUCCESS,
    QUEUE,
    REFUSED,
    STREAM,
    SUCCESS_DESTINATION,
    SYNC,
    UNREACHED,
)
from kumo.aws_lambda.words import invocation_errors as words
from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.invocation import Invocation, InvocationTrace
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Element

ROW = 26
# Columns of the grid: of more attempts than these, the first and the last are shown.
COLUMNS, FIRST, LAST = 16, 9, 6
CELL = 46
# So few attempts have room for words above them.
FEW, WIDE_CELL = 3, 84
CHIP = 10
MOST_STEPS = 40
GOOD_PLACES = {ANSWERED, DONE, SUCCESS_DESTINATION}


class _Grid:
    """Which attempts are shown, in which column, and when in the play."""

    def __init__(self, trace: InvocationTrace) -> None:
        self.trace = trace
        polled = trace.settings.way in (STREAM, QUEUE)
        attempts: dict[int, list[int]] = {ending.event: [] for ending in trace.endings}
        for index, invocation in enumerate(trace.invocations):
            for number in invocation.events:
                attempts[number].append(index)
        self.columns: dict[tuple[int, int], int] = {}
        if polled:
            longest = len(trace.invocations)
            place = {index: _column(index, longest, longest) for index in range(longest)}
            for number, indices in attempts.items():
                self.columns |= {(number, i): column for i in indices if (column := place[i]) is not None}
        else:
            longest = max(len(indices) for indices in attempts.values())
            for number, indices in attempts.items():
                for turn, index in enumerate(indices):
                    column = _column(turn, len(indices), longest)
                    if column is not None:
                        self.columns[number, index] = column
        self.skipped = max(0, longest - FIRST - LAST) if longest > COLUMNS else 0
        self.width = min(longest, COLUMNS)
        shown = sorted({index for _, index in self.columns})
        # The moment at which an invocation is over in the play; what is left out is over with the one before.
        self.moments = {index: turn for turn, index in enumerate(shown, 1)}
        self.shown: list[Invocation] = [trace.invocations[index] for index in shown]
        self.ends = {
            number: max((self.moments[i] for i in indices if i in self.moments), default=len(shown))
            for number, indices in attempts.items()
        }


def _column(turn: int, count: int, longest: int) -> int | None:
    if longest <= COLUMNS or turn < FIRST:
        return turn
    back = count - 1 - turn
    return COLUMNS - 1 - back if back < LAST else None


def draw(trace: InvocationTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the grid beside the places, or above them where the layout is narrow."""
    grid, narrow = _Grid(trace), layout.narrow
    count = len(trace.endings)
    places = _places(trace)
    top = 96
    grid_bottom = top + count * ROW
    column = Box(0, grid_bottom + 92, layout.width, 0) if narrow else Box(478, 60, 242, 0)
    heights = [_place_height(trace, place, column.width) for place in places]
    places_bottom = column.y + sum(heights) + 8 * len(heights) + 26
    height = places_bottom if narrow else max(places_bottom, grid_bottom + 58)
    turns = len(grid.shown)
    steps = tuple(Step(turn, words.step(invocation)) for turn, invocation in enumerate(grid.shown, 1))
    picture = Picture(
        layout,
        height,
        title=words.TITLES[trace.settings.way],
        description=words.description(trace),
        clock=Clock(
            0, turns, words.CALLS, seconds=min(14, max(3, turns * 0.6)), steps=steps if turns <= MOST_STEPS else ()
        ),
    )
    picture.text(0, 16, words.CALLER, bold=True)
    x = text_width(words.CALLER, layout.small) * 1.06 + 12
    picture.text(x, 16, words.caller(trace), fill="accent", bold=True) if not narrow else picture.text(
        0, 37, words.caller(trace), fill="accent", bold=True
    )
    _grid(picture, grid, Box(0, top, layout.width - 2 if narrow else 452, count * ROW))
    _legend(picture, grid, grid_bottom + 22)
    _place_boxes(picture, grid, places, heights, column)
    return picture


# The grid.


def _grid(picture: Picture, grid: _Grid, area: Box) -> None:
    trace = grid.trace
    way = trace.settings.way
    left = 42.0
    few = way == ASYNC and grid.width <= FEW
    cell = min(WIDE_CELL if few else CELL, (area.right - left) / max(grid.width, 1))
    picture.text(0, area.y - 36, words.ATTEMPTS, bold=True)
    _headings(picture, grid, area, left, cell)
    for ending in trace.endings:
        y = area.y + (ending.event - 0.5) * ROW
        picture.line((left, y), (left + grid.width * cell, y), stroke="line")
        _chip(picture, 14, y, ending.event, poison=ending.event == trace.settings.poison)
    if way in (STREAM, QUEUE):
        _batches(picture, grid, area, left, cell)
    by_index = trace.invocations
    for (number, index), column in grid.columns.items():
        invocation = by_index[index]
        outcome = invocation.outcomes[invocation.events.index(number)]
        x, y = left + (column + 0.5) * cell, area.y + (number - 0.5) * ROW
        radius = min(9, cell / 2 - 1)
        if way != SYNC and outcome in (UNREACHED, REFUSED):
            # One shape needs no group around it, and of these there may be hundreds.
            mark = _mark(picture, x, y, outcome, radius)
        else:
            with picture.group() as mark:
                _mark(picture, x, y, outcome, radius)
                if way == SYNC:
                    tone = {OK: "good", FAILED: "bad", REFUSED: "warn"}[outcome]
                    label = words.response(trace, outcome)
                    picture.text(x + 20, y, label, fill=tone, middle=True, halo=True)
        picture.show(mark, grid.moments[index])
    if grid.skipped:
        x = left + (FIRST + 0.5) * cell
        picture.rect(x - cell / 2 + 1, area.y - 2, cell - 2, area.height + 4, fill="panel")
        picture.text(x, area.y + area.height / 2, words.SKIPPED, anchor="middle", middle=True, bold=True, fill="muted")


def _headings(picture: Picture, grid: _Grid, area: Box, left: float, cell: float) -> None:
    """Write when the invocations began above their columns, as many as there is room for."""
    trace, small = grid.trace, picture.layout.small
    if trace.settings.way == SYNC:
        picture.text(left + cell / 2 + 20, area.y - 10, words.RESPONSE, fill="muted")
        return
    own = trace.settings.way == ASYNC
    few = own and grid.width <= FEW
    if not few:
        x = text_width(words.ATTEMPTS, small) * 1.06 + 10
        picture.text(x, area.y - 36, words.SINCE_ARRIVAL if own else words.SINCE_START, fill="muted")
    starts: dict[int, list[int]] = {}
    for (number, index), column in sorted(grid.columns.items(), key=lambda item: item[0][1]):
        # Asynchronous events wait each for itself, from its own arrival.
        start = trace.invocations[index].start - ((number - 1) * GAP if own else 0)
        starts.setdefault(column, []).append(start)
    free, before = 0.0, ""
    for column in sorted(starts):
        times = {words.short_time(start) for start in starts[column]}
        # Where the rows of a column differ there is no common time to write.
        label = words.short_time(starts[column][0]) if not own or len(times) == 1 else ""
        if few:
            label = words.TURN.format(turn=column + 1)
            if column and not trace.settings.outage:
                wait = words.AFTER.format(wait=words.short_time(ASYNC_WAITS[column - 1]))
                picture.text(left + column * cell, area.y - 30, wait, fill="muted", anchor="middle")
                picture.arrow((left + (column - 0.2) * cell, area.y - 15), (left + (column + 0.2) * cell, area.y - 15))
        x, width = left + (column + 0.5) * cell, text_width(label, small)
        if label not in (before, "") and x - width / 2 >= free and x + width / 2 <= min(area.right + 14, picture.width):
            picture.text(x, area.y - 10, label, fill="muted", anchor="middle")
            free, before = x + width / 2 + 6, label


def _batches(picture: Picture, grid: _Grid, area: Box, left: float, cell: float) -> None:
    """Draw a capsule around the events that one invocation had in its batch."""
    places: dict[int, list[int]] = {}
    for number, index in grid.columns:
        places.setdefault(index, []).append(number)
    for index, numbers in places.items():
        column = grid.columns[numbers[0], index]
        if len(numbers) > 1:
            x = left + (column + 0.5) * cell
            top, bottom = (area.y + (number - 0.5) * ROW for number in (min(numbers), max(numbers)))
            line = picture.line((x, top), (x, bottom), stroke="line", stroke_width=min(20, cell - 2))
            picture.show(line, grid.moments[index] - 1)


def _mark(picture: Picture, x: float, y: float, outcome: str, radius: float) -> Element:
    """Draw the sign of an outcome, and return its last shape: of the plain ones the only one."""
    if outcome == OK:
        picture.circle(x, y, radius, fill="good")
        return picture.check(x, y, radius * 0.5, stroke="raised", stroke_width=2)
    if outcome == FAILED:
        picture.rect(x - radius, y - radius, 2 * radius, 2 * radius, fill="bad", radius=3)
        return picture.cross(x, y, radius * 0.45, stroke="raised", stroke_width=2)
    if outcome == UNREACHED:
        return picture.circle(x, y, radius * 0.7, fill="panel", stroke="muted", stroke_width=1.5)
    points = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return picture.path(points, fill="warn-soft", stroke="warn", stroke_width=1.8, close=True)


def _chip(picture: Picture, x: float, y: float, number: int, *, poison: bool) -> None:
    tone = "bad" if poison else "faint"
    picture.circle(x, y, CHIP, fill="bad-soft" if poison else "raised", stroke=tone, stroke_width=2 if poison else 1.2)
    picture.text(x, y, str(number), fill="bad" if poison else "ink", anchor="middle", middle=True, bold=poison)


def _legend(picture: Picture, grid: _Grid, y: float) -> None:
    trace, small = grid.trace, picture.layout.small
    used = {outcome for invocation in trace.invocations for outcome in invocation.outcomes}
    x, right = 10.0, picture.width if picture.layout.narrow else 470
    for outcome in (OK, FAILED, UNREACHED, REFUSED):
        if outcome in used:
            _mark(picture, x, y, outcome, 7.5)
            picture.text(x + 14, y, words.OUTCOMES[outcome], fill="muted", middle=True)
            x += 28 + text_width(words.OUTCOMES[outcome], small)
    if 0 < trace.settings.poison <= trace.settings.events:
        if x + 22 + text_width(words.ALWAYS_FAILS, small) > right:
            x, y = 10.0, y + 22
        picture.circle(x, y, 7.5, fill="bad-soft", stroke="bad", stroke_width=2)
        picture.text(x + 14, y, words.ALWAYS_FAILS, fill="muted", middle=True)
        x += 28 + text_width(words.ALWAYS_FAILS, small)
    if grid.skipped:
        note = words.SKIPPED_COUNT.format(count=grid.skipped)
        if x + text_width(note, small) > right:
            x, y = 2.0, y + 22
        picture.text(x, y, note, fill="muted", middle=True)


# The places.


def _places(trace: InvocationTrace) -> list[str]:
    """Return the places in which events can end with these settings, whether or not any did."""
    settings, nets = trace.settings, trace.settings.nets
    found = {place for ending in trace.endings for place in ending.places}
    if settings.way == SYNC:
        return [ANSWERED, CALLER_ERROR, *([CALLER_REJECTED] if CALLER_REJECTED in found else [])]
    if settings.way == ASYNC:
        lost = [place for net, place in ((ON_FAILURE, FAILURE_DESTINATION), (DLQ, DEAD_LETTER)) if net in nets]
        return [SUCCESS_DESTINATION if ON_SUCCESS in nets else DONE, *(lost or [DROPPED])]
    if settings.way == STREAM:
        lost = [FAILURE_DESTINATION] if ON_FAILURE in nets else [DROPPED]
        return [DONE, *lost, *([EXPIRED] if EXPIRED in found else [])]
    return [
        DONE,
        *([DEAD_LETTER] if DLQ in nets else []),
        *([IN_QUEUE] if IN_QUEUE in found or DLQ not in nets else []),
    ]


def _per_row(width: float) -> int:
    return int((width - 20) // (2 * CHIP + 4))


def _place_height(trace: InvocationTrace, place: str, width: float) -> float:
    rows = max(1, ceil(len(trace.in_place(place)) / _per_row(width)))
    return 32 + rows * (2 * CHIP + 5)


def _place_boxes(picture: Picture, grid: _Grid, places: list[str], heights: list[float], column: Box) -> None:
    trace, y = grid.trace, column.y
    picture.text(column.x, y - 12, words.PLACES, bold=True)
    for place, height in zip(places, heights, strict=True):
        events = trace.in_place(place)
        tone = "good" if place in GOOD_PLACES else "bad" if place in (DROPPED, EXPIRED, CALLER_REJECTED) else "warn"
        fill = f"{tone}-soft" if events else "panel"
        picture.rect(
            column.x + 1,
            y,
            column.width - 2,
            height,
            fill=fill,
            stroke=tone if events else "line",
            stroke_width=1.5,
            radius=8,
        )
        picture.text(
            column.x + 10, y + 20, words.place(trace, place), bold=bool(events), fill="ink" if events else "muted"
        )
        ends = sorted(grid.ends[number] for number in events)
        keys = [
            (0.0, f"0{words.COUNT}"),
            *((float(end), f"{so_far}{words.COUNT}") for so_far, end in enumerate(ends, 1)),
        ]
        style = {"anchor": "end", "bold": True, "fill": tone if events else "muted"}
        picture.ticker(column.right - 10, y + 20, keys, f"{len(events)}{words.COUNT}", **style)
        per_row = _per_row(column.width)
        for index, number in enumerate(events):
            x = column.x + 10 + CHIP + index % per_row * (2 * CHIP + 4)
            line = y + 30 + CHIP + index // per_row * (2 * CHIP + 5)
            with picture.group() as chip:
                _chip(picture, x, line, number, poison=number == trace.settings.poison)
            picture.show(chip, grid.ends[number])
        y += height + 8
    picture.text(column.x, y + 12, words.ALL_FOUND.format(count=len(trace.endings)), fill="muted")
