"""Picture of an execution: the state machine as a graph with the way lit, and the event history."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.step_functions.model import history
from kumo.step_functions.model.state_machine_run import EVALUATION_FAILED
from kumo.step_functions.view.graph import Graph, cut, graph
from kumo.step_functions.view.variables import strip
from kumo.step_functions.view.visits import BOLD, TONES, WORST, badge, numbers, worst
from kumo.step_functions.words import state_machine_run as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Element, Point
    from kumo.step_functions.model.history import Event, Execution, Visit
    from kumo.step_functions.model.state_machine_run import RunTrace
    from kumo.step_functions.view.graph import Edge, Node

TOP = 46
ROW = 21
# In the wide layout: what the graph may take, what the history takes at least, and what lies between them.
GRAPH, LISTED, GAP = 404, 282, 18
# Between the columns of the history.
COLUMN = 8
STATUS_TONES = {history.SUCCEEDED: "good", history.RUNNING: "tokens"}


def draw(trace: RunTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the graph beside the history, or above it where the layout is narrow."""
    run = trace.execution
    count = len(run.events)
    steps = tuple(Step(event.id, words.step_label(event)) for event in run.events)
    clock = Clock(0, count + 1, words.EVENTS_UNIT, seconds=min(30, 2 + count * 0.35), steps=steps)
    room = layout.width - 24 if layout.narrow else GRAPH
    drawn = graph(trace.machine, room, layout.small)
    # The history takes what the graph leaves, as far as its longest line needs it.
    needed = _stamps(run, layout.small) + max(_needed(event, layout.small) for event in run.events)
    listed = layout.width - 16 if layout.narrow else min(max(LISTED, needed), layout.width - 16 - GAP - drawn.width)
    room = layout.width - 16 if layout.narrow else layout.width - 16 - GAP - listed
    kept = strip(run, layout, room)
    body = drawn.height + 30 + kept.height
    rows = min(count, 14 if layout.narrow else max(24, int(body / ROW)))
    table_height = (rows + 1) * ROW + 18
    height = TOP + (body + table_height if layout.narrow else max(body, table_height)) + 64
    title = words.DESCRIPTION.format(way=words.way(trace), status=words.ENDING[run.status])
    picture = Picture(layout, height, title=words.TITLE, description=title, clock=clock)
    spans = _spans(run)
    _graph(picture, trace, drawn, (8 + (room - drawn.width) / 2, TOP + 14), spans)
    kept.draw(picture, (8, TOP + drawn.height + 30 + 14))
    if layout.narrow:
        _history(picture, run, (8, TOP + body + 14), listed, rows)
    else:
        _history(picture, run, (layout.width - 8 - listed, TOP - 16), listed, rows)
    _foot(picture, trace, height - 46)
    _legend(picture, trace)
    return picture


def _spans(run: Execution) -> list[tuple[int, int]]:
    """Return for each visit the events at which it begins and ends; children of a distributed Map take their Map's."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for event in run.events:
        if event.visit is not None:
            first.setdefault(event.visit, event.id)
            last[event.visit] = event.id
    spans: list[tuple[int, int]] = []
    for index, visit in enumerate(run.visits):
        if index in first:
            end = last[index]
            if visit.ending in {history.ABORTED, history.WAITING} or visit.kind == "Fail":
                end = len(run.events)
            spans.append((first[index], end))
            continue
        before = range(index - 1, -1, -1)
        spans.append(spans[next(place for place in before if run.visits[place].state == visit.scope[-1][0])])
    return spans


# The graph.


def _graph(picture: Picture, trace: RunTrace, drawn: Graph, origin: Point, spans: list[tuple[int, int]]) -> None:
    run = trace.execution
    by_state: dict[str, list[int]] = {}
    for index, visit in enumerate(run.visits):
        by_state.setdefault(visit.state, []).append(index)
    order = numbers(run)
    with picture.group(transform=f"translate({round(origin[0], 2)},{round(origin[1], 2)})"):
        x, y = drawn.start
        picture.circle(x, y - 14, 4, fill="muted")
        picture.line((x, y - 14), (x, y), stroke="muted", stroke_width=1.5)
        nodes = list(drawn.all_nodes())
        for node in nodes:
            if node.inner:
                _box(picture, node, trace, by_state.get(node.name, []), spans)
        for edge in drawn.all_edges():
            taken = [
                spans[index][1]
                for index in by_state.get(edge.source, [])
                if run.visits[index].next == edge.target
                and (run.visits[index].ending == history.CAUGHT) == (edge.caught or _both(trace, edge))
            ]
            _edge(picture, edge, taken)
        for node in nodes:
            if not node.inner:
                _box(picture, node, trace, by_state.get(node.name, []), spans)
        for node in nodes:
            _label(picture, node, [run.visits[index] for index in by_state.get(node.name, [])], order.get(node.name))


def _both(trace: RunTrace, edge: Edge) -> bool:
    """Return whether both a catcher and Next lead along an edge, which then counts as the plain one."""
    return any(
        visit.state == edge.source and visit.next == edge.target and visit.ending == history.CAUGHT
        for visit in trace.execution.visits
    )


def _edge(picture: Picture, edge: Edge, taken: list[int]) -> None:
    dash = "5 4" if edge.caught else None
    _line(picture, edge.points, "faint", 1.3, dash)
    if taken:
        with picture.group() as lit:
            _line(picture, edge.points, "warn" if edge.caught else "good", 2.8, dash)
        picture.show(lit, min(taken))


def _line(picture: Picture, points: tuple[Point, ...], tone: str, width: float, dash: str | None) -> None:
    *_, before, last = points
    if len(points) == 2:  # noqa: PLR2004 -- start and end: a gentle S
        (x1, y1), (x2, y2) = points
        middle = (y1 + y2) / 2
        path = f"M{x1:.1f},{y1:.1f} C{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f} {x2:.1f},{y2 - 6:.1f}"
        picture.path(path, stroke=tone, stroke_width=width, dash=dash)
        before = (x2, y1)
    elif before[1] == last[1]:
        picture.path([*points[:-1], (last[0] + 6, last[1])], stroke=tone, stroke_width=width, dash=dash)
    else:
        path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
        for (x1, y1), (x2, y2) in pairwise([*points[:-1], (last[0], last[1] - 6)]):
            middle = (y1 + y2) / 2
            path += f" C{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f} {x2:.1f},{y2:.1f}"
        picture.path(path, stroke=tone, stroke_width=width, dash=dash)
        before = (last[0], before[1])
    x, y = last
    head = [(x, y), (x + 7, y - 4), (x + 7, y + 4)] if before[1] == y else [(x, y), (x - 4, y - 7), (x + 4, y - 7)]
    picture.path(head, fill=tone, close=True)


def _box(picture: Picture, node: Node, trace: RunTrace, visits: list[int], spans: list[tuple[int, int]]) -> None:
    box, container = node.box, bool(node.inner)
    radius = 10 if container else 8
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill="panel" if container else "raised",
        stroke="faint",
        radius=radius,
        dash="4 4",
    )
    if not visits:
        return
    fill, stroke = TONES[worst(trace.execution.visits[index] for index in visits)]
    lit = picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill="panel" if container else fill,
        stroke=stroke,
        stroke_width=2,
        radius=radius,
    )
    picture.show(lit, spans[visits[0]][1])
    now = picture.rect(
        box.x - 3,
        box.y - 3,
        box.width + 6,
        box.height + 6,
        stroke="accent",
        stroke_width=3.5,
        radius=radius + 3,
        hidden=True,
    )
    keys: list[tuple[float, str]] = [(0, "hidden")]
    for index in visits:
        start, end = spans[index]
        keys += [(start, "visible"), (max(end, start + 1), "hidden")]
    # Iterations overlap: in order, with what is visible last winning.
    picture.track(now, "visibility", sorted(keys))


def _label(picture: Picture, node: Node, visits: list[Visit], number: int | None) -> None:
    size, box = picture.layout.small, node.box
    ink = "ink" if visits else "muted"
    middle, y = box.center[0], box.y + size * 1.25 + 2
    for line in node.lines:
        picture.text(middle, y, line, fill=ink, anchor="middle", bold=True)
        y += size * 1.4
    note = node.kind
    attempts = max((len(visit.attempts) for visit in visits), default=0)
    if attempts > 1:
        note = words.ATTEMPTS.format(count=attempts)
    elif len(visits) > 1:
        note = f"{node.kind} {words.VISITS.format(count=len(visits))}"
    elif visits and visits[0].end > visits[0].start and visits[0].ending != history.WAITING:
        note = f"{node.kind} {words.moment(visits[0].end - visits[0].start)}"
    picture.text(middle, y, cut(note, box.width - 8, size), fill="muted", anchor="middle")
    if number is None:
        return
    badge(picture, box.x + 3, box.y + 2, number, TONES[worst(visits)][1])


# The history.


def _history(picture: Picture, run: Execution, origin: Point, width: float, rows: int) -> None:
    x, y = origin
    size, count = picture.layout.small, len(run.events)
    picture.text(x, y, words.HISTORY, bold=True)
    # The last page is full, for the still shows it.
    pages = [run.events[first : first + rows] for first in range(0, count - rows, rows)]
    pages.append(run.events[count - rows :])
    stamps = _stamps(run, size)
    now = picture.rect(x - 4, y + 12, width + 8, ROW, fill="accent-soft", radius=4, hidden=True)
    picture.show(now, 1, count + 1)
    places: dict[int, float] = {}
    for page in pages:
        for place, event in enumerate(page):
            # The page that shows an event first is the one that is up when it happens.
            places.setdefault(event.id, y + 12 + place * ROW)
    picture.track(now, "y", list(places.items()))
    for index, page in enumerate(pages):
        last = index == len(pages) - 1
        # A page appears with its first event that the one before does not have.
        start = 0 if index == 0 else pages[index - 1][-1].id + 1
        end = None if last else page[-1].id + 1
        with picture.group(**({} if last else {"visibility": "hidden"})):
            if len(pages) > 1:
                shown = words.RANGE.format(first=page[0].id, last=page[-1].id, count=count)
            else:
                shown = words.COUNT.format(count=count)
            picture.show(picture.text(x + width, y, shown, fill="muted", anchor="end"), start, end)
            for place, event in enumerate(page):
                # What is shown itself does not mind that a group around it is hidden.
                row = _row(picture, event, (x, y + 12 + place * ROW), width, stamps)
                picture.show(row, max(start, event.id), end)


def _stamps(run: Execution, size: float) -> float:
    """Return the width of the column of times."""
    return max(text_width(words.moment(event.time), size) for event in run.events)


def _about(event: Event) -> str:
    """Return what stands beside the type of an event: the state, or where in it the expression that failed stands."""
    if event.type == EVALUATION_FAILED:
        return event.get("location")
    return event.state if event.type.endswith(("StateEntered", "StateExited")) else ""


def _needed(event: Event, size: float) -> float:
    """Return the width of an event's line without its time."""
    return math.ceil(COLUMN + _type_width(event, size) + COLUMN + text_width(_about(event), size)) + 1


def _bad(event: Event) -> bool:
    return event.type.endswith(("Failed", "TimedOut", "Aborted"))


def _type_width(event: Event, size: float) -> float:
    return (BOLD if _bad(event) else 1) * text_width(event.type, size)


def _row(picture: Picture, event: Event, origin: Point, width: float, stamps: float) -> Element:
    (x, y), size = origin, picture.layout.small
    middle, left = y + ROW / 2, x + stamps + COLUMN
    bad = _bad(event)
    with picture.group() as group:
        picture.text(x + stamps, middle, words.moment(event.time), fill="muted", anchor="end", middle=True)
        kind = cut(event.type, x + width - left, size)
        picture.text(left, middle, kind, fill="bad" if bad else "ink", middle=True, bold=bad)
        about = _about(event)
        room = x + width - left - _type_width(event, size) - COLUMN
        if about and room > 3 * size:
            picture.text(x + width, middle, cut(about, room, size), fill="muted", anchor="end", middle=True)
    return group


# Around them.


def _foot(picture: Picture, trace: RunTrace, y: float) -> None:
    run, size = trace.execution, picture.layout.small
    tone = STATUS_TONES.get(run.status, "bad")
    status = words.ENDING[run.status]
    shown = picture.text(8, y, status, fill=tone, bold=True, size=picture.layout.body)
    picture.show(shown, len(run.events))
    label = words.outcome(trace)
    if label:
        line = picture.text(8, y + 24, cut(label, picture.width - 16, size), fill="muted")
        picture.show(line, len(run.events))


def _legend(picture: Picture, trace: RunTrace) -> None:
    seen = Counter(visit.ending for visit in trace.execution.visits)
    entries = [(TONES[ending][1], words.LEGEND[ending]) for ending in WORST if seen[ending]]
    end = picture.legend(8, 16, entries, gap=12)
    if end + text_width(words.CATCH, picture.layout.small) < picture.width and any(
        "Catch" in state for state in _states(trace.machine)
    ):
        picture.text(end, 16, words.CATCH, fill="muted", middle=True)


def _states(machine: dict) -> list[dict]:
    return list(machine["States"].values())
