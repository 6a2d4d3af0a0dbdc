"""Layout of a state machine: states in layers from the top down, inner machines as boxes inside boxes.

The method is the usual one for layered drawings (Sugiyama): edges that lead back are set aside, every state stands one
layer below the lowest state that leads to it, the states of a layer stand in the order of the states above them, and
an edge that passes a layer gets a place of its own there. What is too wide for the canvas is broken into rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kumo.core.drawing import text_width, wrap
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.definition import targets
from kumo.step_functions.model.state_machine_run import inner_machines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kumo.core.drawing.picture import Point

GAP_X, GAP_Y = 20, 30
PAD = 14
# The way around boxes, for edges that lead back up.
LANE = 10
# What an edge takes in a layer that it passes.
PASSING = 8


@dataclass(frozen=True)
class Node:
    """A state in the drawing: its box, its name in lines, and for Parallel and Map the inner machines' graphs."""

    name: str
    kind: str
    box: Box
    lines: tuple[str, ...]
    inner: tuple[Graph, ...] = ()


@dataclass(frozen=True)
class Edge:
    """A way from a state to another; `caught` when only a catcher goes it."""

    source: str
    target: str
    points: tuple[Point, ...]
    caught: bool


@dataclass(frozen=True)
class Graph:
    """A machine in the drawing; `start` is where its first state is entered."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float
    start: Point

    def all_nodes(self) -> Iterable[Node]:
        """Yield every state, also those of inner machines, containers before what they hold."""
        for node in self.nodes:
            yield node
            for inner in node.inner:
                yield from inner.all_nodes()

    def all_edges(self) -> Iterable[Edge]:
        """Yield every edge, also those of inner machines."""
        yield from self.edges
        for node in self.nodes:
            for inner in node.inner:
                yield from inner.all_edges()


def graph(machine: Mapping[str, Any], width: float, size: float) -> Graph:
    """Return the drawing of `machine` for a canvas of that width, in text of that size, from (0, 0)."""
    return _laid(machine, width, size).at(0, 0)


@dataclass
class _Cell:
    """A state (or the place of a passing edge) before it has a position."""

    name: str
    width: float
    height: float
    kind: str = ""
    lines: tuple[str, ...] = ()
    inner: list[_Laid] = field(default_factory=list)
    places: list[Point] = field(default_factory=list)


@dataclass
class _Laid:
    """A machine with positions of its own, not yet placed on the canvas."""

    cells: dict[str, tuple[_Cell, float, float]]
    edges: list[tuple[str, str, bool, list[str]]]
    back: list[tuple[str, str, bool]]
    start: str
    width: float
    height: float
    body: float

    def at(self, x: float, y: float) -> Graph:
        boxes = {
            name: Box(x + left, y + top, cell.width, cell.height) for name, (cell, left, top) in self.cells.items()
        }
        nodes = tuple(
            Node(
                name,
                cell.kind,
                boxes[name],
                cell.lines,
                tuple(
                    laid.at(boxes[name].x + dx, boxes[name].y + dy)
                    for laid, (dx, dy) in zip(cell.inner, cell.places, strict=True)
                ),
            )
            for name, (cell, _, _) in self.cells.items()
            if cell.kind
        )
        edges = [
            Edge(source, target, self._down(source, target, through, boxes), caught)
            for source, target, caught, through in self.edges
        ]
        for lane, (source, target, caught) in enumerate(self.back):
            right = x + self.body + LANE * (lane + 1)
            start, end = boxes[source].middle_right, boxes[target].middle_right
            shift = 8 if source == target else 0
            points = (
                (start[0], start[1] + shift),
                (right, start[1] + shift),
                (right, end[1] - 8),
                (end[0], end[1] - 8),
            )
            edges.append(Edge(source, target, points, caught))
        return Graph(nodes, tuple(edges), self.width, self.height, boxes[self.start].middle_top)

    def _down(self, source: str, target: str, through: list[str], boxes: dict[str, Box]) -> tuple[Point, ...]:
        leaving = [edge for edge in self.edges if edge[0] == source]
        coming = [edge for edge in self.edges if edge[1] == target]
        out = _share(boxes[source], [boxes[(edge[3] or [edge[1]])[0]].center[0] for edge in leaving])
        into = _share(boxes[target], [boxes[(edge[3] or [edge[0]])[-1]].center[0] for edge in coming])
        me = (source, target)
        first = out[next(index for index, edge in enumerate(leaving) if edge[:2] == me)]
        last = into[next(index for index, edge in enumerate(coming) if edge[:2] == me)]
        way = [(first, boxes[source].bottom)]
        for name in through:
            box = boxes[name]
            way += [(box.center[0], box.y), (box.center[0], box.bottom)]
        return (*way, (last, boxes[target].y))


def _share(box: Box, others: list[float]) -> list[float]:
    """Return where on the side of a box its edges touch: spread in the order of where they come from."""
    order = sorted(range(len(others)), key=lambda index: (others[index], index))
    room = min(16.0, (box.width - 16) / max(1, len(others)))
    middle = box.center[0]
    spread = {index: middle + (place - (len(others) - 1) / 2) * room for place, index in enumerate(order)}
    return [spread[index] for index in range(len(others))]


def _laid(machine: Mapping[str, Any], width: float, size: float) -> _Laid:
    states = machine["States"]
    forward, back = _ways(machine)
    lanes = LANE * len(back)
    room = max(width - lanes, 60)
    ranks = _ranks(machine["StartAt"], forward)
    cells = {name: _cell(name, states[name], room, size) for name in ranks}
    layers: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items():
        layers[rank].append(name)
    edges: list[tuple[str, str, bool, list[str]]] = []
    for source, target, caught in forward:
        through = []
        for rank in range(ranks[source] + 1, ranks[target]):
            place = f"\0{source}\0{target}\0{rank}"
            cells[place] = _Cell(place, PASSING, 0)
            layers[rank].append(place)
            through.append(place)
        edges.append((source, target, caught, through))
    rows = _rows(layers, edges, cells, room)
    return _placed(machine["StartAt"], rows, cells, edges, back)


def _placed(
    start: str,
    rows: list[list[str]],
    cells: dict[str, _Cell],
    edges: list[tuple[str, str, bool, list[str]]],
    back: list[tuple[str, str, bool]],
) -> _Laid:
    widths = [sum(cells[name].width for name in row) + GAP_X * (len(row) - 1) for row in rows]
    body, top = max(widths), 0.0
    placed: dict[str, tuple[_Cell, float, float]] = {}
    for row, wide in zip(rows, widths, strict=True):
        height, left = max(cells[name].height for name in row), (body - wide) / 2
        for name in row:
            cell = cells[name]
            if not cell.kind:
                cell.height = height
            placed[name] = (cell, left, top)
            left += cell.width + GAP_X
        top += height + GAP_Y
    return _Laid(placed, edges, back, start, body + LANE * len(back), top - GAP_Y, body)


def _cell(name: str, state: Mapping[str, Any], room: float, size: float) -> _Cell:
    longest = min(room, 150.0)
    lines = wrap(name, longest - 20, size)
    if len(lines) > 2 or any(text_width(line, size) > longest - 12 for line in lines):  # noqa: PLR2004 -- a box has room for two
        lines = [cut(line, longest - 20, size) for line in lines[:1]] + [cut("".join(lines[1:]), longest - 20, size)]
    wide = max(text_width(line, size) for line in lines) + 30
    high = (len(lines) + 1) * size * 1.4 + 10
    kind = state["Type"]
    inner = [_laid(machine, room - 2 * PAD, size) for machine in inner_machines(state)]
    if not inner:
        return _Cell(name, min(max(wide, 84), room), high, kind, tuple(lines))
    # Inner machines stand side by side, in rows.
    places: list[Point] = []
    left, top, tallest, widest = float(PAD), high + 8, 0.0, 0.0
    for laid in inner:
        if left > PAD and left + laid.width + PAD > room:
            left, top, tallest = float(PAD), top + tallest + GAP_Y, 0.0
        places.append((left, top))
        left += laid.width + GAP_X
        tallest, widest = max(tallest, laid.height), max(widest, left - GAP_X + PAD)
    wide = max(wide, widest)
    return _Cell(name, wide, top + tallest + PAD, kind, tuple(lines), inner, places)


def _ways(machine: Mapping[str, Any]) -> tuple[list[tuple[str, str, bool]], list[tuple[str, str, bool]]]:
    """Return the edges that lead on and those that lead back, as (source, target, caught), from the start."""
    states = machine["States"]
    forward: list[tuple[str, str, bool]] = []
    back: list[tuple[str, str, bool]] = []
    open_states: set[str] = set()
    done: set[str] = set()

    def visit(name: str) -> None:
        open_states.add(name)
        for target in targets(states[name]):
            plain = {states[name].get("Next"), states[name].get("Default")}
            plain |= {rule["Next"] for rule in states[name].get("Choices", [])}
            edge = (name, target, target not in plain)
            if target in open_states:
                back.append(edge)
                continue
            forward.append(edge)
            if target not in done:
                visit(target)
        open_states.discard(name)
        done.add(name)

    visit(machine["StartAt"])
    return forward, back


def _ranks(start: str, forward: list[tuple[str, str, bool]]) -> dict[str, int]:
    """Return the layer of each state: the length of the longest way to it."""
    ranks = {start: 0}
    changed = True
    while changed:
        changed = False
        for source, target, _ in forward:
            if source in ranks and ranks.get(target, -1) <= ranks[source]:
                ranks[target] = ranks[source] + 1
                changed = True
    return ranks


def _rows(
    layers: list[list[str]],
    edges: list[tuple[str, str, bool, list[str]]],
    cells: dict[str, _Cell],
    room: float,
) -> list[list[str]]:
    """Return the layers, each in the order of what leads to it, broken where they are too wide."""
    above: dict[str, list[str]] = {}
    for source, target, _, through in edges:
        way = [source, *through, target]
        for before, after in pairwise(way):
            above.setdefault(after, []).append(before)
    places: dict[str, float] = {}
    rows: list[list[str]] = []
    for layer in layers:
        middles = {name: [places[other] for other in above.get(name, [])] or [0.0] for name in layer}
        order = sorted(layer, key=lambda name: (sum(middles[name]) / len(middles[name]), layer.index(name)))
        places |= {name: (index + 0.5) / len(order) for index, name in enumerate(order)}
        row: list[str] = []
        for name in order:
            taken = sum(cells[other].width + GAP_X for other in row)
            if row and taken + cells[name].width > room:
                rows.append(row)
                row = []
            row.append(name)
        rows.append(row)
    return rows


@lru_cache(maxsize=1024)
def cut(text: str, width: float, size: float) -> str:
    """Return `text`, or its beginning and an ellipsis where it is wider than `width`."""
    # No character is narrower than a quarter of an em, so that longer texts need no measuring.
    text = text[: max(1, int(4 * width / size) + 2)]
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    for end, character in enumerate(text):
        room -= text_width(character, size)
        if room < 0:
            return text[:end] + "…"
    return text
