"""Picture of n networks: how they are joined, who reaches whom, and how the number of connections grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, Step, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.vpc.model.connectivity import (
    CHAIN,
    PEERINGS_PER_VPC,
    STAR,
    TRANSIT,
    attachments_needed,
    peerings_needed,
)
from kumo.vpc.words import connectivity as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.vpc.model.connectivity import Connectivity

# Up to here nodes are large enough for their numbers; beyond, the picture is a texture.
NUMBERED = 20
# Up to here the cells of the matrix are told apart by lines, and unreachable ones carry a cross.
CELLS = 12
# Radius from which a node has room for its number (user units).
ROOMY = 12
# Between the two curves, for a number in between (user units).
ROOM_BETWEEN = 36
# As many packets are seen at once; of more, every second, third … is drawn.
PACKETS = 24
# How far towards a network that it cannot reach a packet comes before it is dropped.
DROPPED = 0.4
# When the packets are at their first stop, and at their last (steps of the clock).
NEXT, LAST = 1, 2
# Fill, outline and number of a network, by what becomes of the packet to it.
STATES = {
    "sender": ("accent", "accent", "surface"),
    "reached": ("good-soft", "good", "good"),
    "cut": ("panel", "bad", "bad"),
}


def draw(trace: Connectivity, sender: int, layout: Layout) -> Picture:
    """Return the picture of `trace` with one network sending to all others."""
    narrow = layout.narrow
    side = 296.0 if narrow else 300.0
    graph = Box(16, 118, side, side) if narrow else Box(14, 96, side, side)
    matrix = Box(36, graph.bottom + 76, 280, 280) if narrow else Box(424, 148, 248, 248)
    plot = Box(52, matrix.bottom + 76, 250, 120) if narrow else Box(60, graph.bottom + 72, 630, 120)
    picture = Picture(
        layout,
        plot.bottom + (48 if trace.within_quota else 76),
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            count=trace.count,
            shape=words.SHAPES[trace.shape],
            reached=len(trace.pairs) // 2,
            cut=peerings_needed(trace.count) - len(trace.pairs) // 2,
        ),
        clock=_clock(trace, sender),
    )
    _head(picture, trace)
    _graph(picture, trace, sender, graph)
    _matrix(picture, trace, sender, matrix)
    _growth(picture, trace, plot)
    return picture


def reached(trace: Connectivity, sender: int) -> list[int]:
    """Return the networks that the sender reaches, in order."""
    return [other for other in range(trace.count) if (sender, other) in trace.pairs]


def _neighbours(trace: Connectivity, place: int) -> list[int]:
    return [one if other == place else other for one, other in trace.links if place in (one, other)]


def _beyond(trace: Connectivity, sender: int) -> list[tuple[int, int]]:
    """Return (neighbour, network behind it) where the sender does not reach the latter."""
    if trace.complete:
        return []
    found = []
    for via in _neighbours(trace, sender):
        found += [
            (via, other) for other in _neighbours(trace, via) if other != sender and (sender, other) not in trace.pairs
        ]
    return found


def _name(place: int) -> str:
    return words.NAME.format(number=place + 1)


def _clock(trace: Connectivity, sender: int) -> Clock:
    transit = trace.shape == TRANSIT
    cut = bool(_beyond(trace, sender))
    last = words.STEP_SPREAD if transit else words.STEP_BEYOND if cut else words.STEP_DONE
    steps = (
        Step(0, words.STEP_START.format(sender=_name(sender))),
        Step(1, words.STEP_GATEWAY if transit else words.STEP_NEXT),
        Step(2, last),
    )
    return Clock(0, 2.2, words.STEPS, seconds=5, steps=steps)


def _head(picture: Picture, trace: Connectivity) -> None:
    """Say what it takes to join all: the two numbers side by side."""
    small, count = picture.layout.small, trace.count
    picture.text(4, 18, words.NEEDED.format(count=count), bold=True, size=picture.layout.body)
    transit = trace.shape == TRANSIT
    pairs = (
        (words.PEERINGS, words.PEERINGS_COUNT.format(count=peerings_needed(count)), words.PEERINGS_FORMULA),
        (words.ATTACHMENTS, words.ATTACHMENTS_COUNT.format(count=attachments_needed(count)), words.ATTACHMENTS_FORMULA),
    )
    width = (picture.width - 16) / 2
    for number, ((name, value, formula), tone) in enumerate(zip(pairs, ("series-2", "series-3"), strict=True)):
        x = 4 + number * (width + 8)
        chosen = transit == bool(number)
        picture.rect(x, 30, width, 52, fill=f"{tone}-soft", stroke=tone if chosen else "none", stroke_width=2, radius=8)
        if picture.layout.narrow:
            picture.text(x + 8, 46, name, middle=True)
            picture.text(x + 8, 68, formula, fill="muted", middle=True)
            picture.text(x + width - 8, 67, value, size=18, fill=tone, bold=True, anchor="end", middle=True)
        else:
            picture.text(x + 14, 56, name, bold=True, middle=True)
            picture.text(x + 26 + text_width(name, small) * 1.06, 56, formula, fill="muted", middle=True)
            picture.text(x + width - 14, 56, value, size=24, fill=tone, bold=True, anchor="end", middle=True)


def _places(trace: Connectivity, box: Box) -> tuple[list[Point], float]:
    """Return where the networks stand, and the radius of their nodes."""
    (cx, cy), count = box.center, trace.count
    centred = trace.shape == STAR
    around = count - 1 if centred else count
    radius = min(19.0, max(3.0, 2.4 * box.width / 2 / max(around, 1) / 1.25))
    ring = box.width / 2 - radius - 6
    places = []
    for number in range(around):
        angle = 2 * math.pi * number / max(around, 1) - math.pi / 2
        places.append((cx + ring * math.cos(angle), cy + ring * math.sin(angle)))
    return ([box.center, *places] if centred else places), radius


def _graph(picture: Picture, trace: Connectivity, sender: int, box: Box) -> None:
    places, radius = _places(trace, box)
    there = set(reached(trace, sender))
    transit = trace.shape == TRANSIT
    links = [(places[one], places[other]) for one, other in trace.links]
    if transit:
        links = [(place, box.center) for place in places]
    tone = "series-3" if transit else "series-2"
    data = " ".join(f"M{_at(start)} L{_at(end)}" for start, end in links)
    # Hundreds of lines are drawn finer, or they would be one blot.
    picture.path(data, stroke=tone, stroke_width=max(0.25, min(2, 40 / max(len(links), 1))))
    own = [f"M{_at(places[sender])} L{_at(places[other])}" for other in _neighbours(trace, sender)]
    if own:
        picture.path(" ".join(own), stroke=tone, stroke_width=3 if trace.count <= NUMBERED else 1)
    _dots(picture, trace, sender, places, box, radius)
    if transit:
        x, y = box.center
        picture.rect(x - 30, y - 18, 60, 36, fill="series-3-soft", stroke="series-3", stroke_width=2, radius=8)
        picture.text(x, y, words.GATEWAY, fill="series-3", bold=True, anchor="middle", middle=True)
    arrival = LAST if transit else NEXT
    states = [_state(number, sender, there) for number in range(trace.count)]
    if radius >= ROOMY:
        for number, (place, state) in enumerate(zip(places, states, strict=True)):
            _node(picture, number, place, radius, state, arrival)
    else:
        _small_nodes(picture, places, radius, states, arrival)
    _call_out(picture, trace, sender, box)


def _state(number: int, sender: int, there: set[int]) -> str:
    if number == sender:
        return "sender"
    return "reached" if number in there else "cut"


def _node(picture: Picture, number: int, place: Point, radius: float, state: str, arrival: float) -> None:
    """Draw a network; while the picture plays, whether it is reached shows when the packet gets there, or does not."""
    x, y = place
    fill, stroke, ink = STATES[state]
    picture.circle(x, y, radius, fill="panel", stroke="muted", stroke_width=2)
    known = [picture.circle(x, y, radius, fill=fill, stroke=stroke, stroke_width=2)]
    picture.text(x, y, str(number + 1), fill=ink, bold=True, anchor="middle", middle=True)
    if state == "cut":
        known.append(picture.cross(x + radius * 0.75, y - radius * 0.75, 4.5, stroke_width=2.5))
    if state != "sender":
        for mark in known:
            picture.show(mark, arrival if state == "reached" else LAST)


def _small_nodes(picture: Picture, places: list[Point], radius: float, states: list[str], arrival: float) -> None:
    """Draw networks too small for numbers: one path for all of a state, so that sixty are as quick as six."""
    picture.path(_discs(places, radius), fill="panel", stroke="muted", stroke_width=1.2)
    for state, (fill, stroke, _) in STATES.items():
        those = [place for place, own in zip(places, states, strict=True) if own == state]
        if those:
            known = picture.path(_discs(those, radius), fill=fill, stroke=stroke, stroke_width=1.2)
            if state != "sender":
                picture.show(known, arrival if state == "reached" else LAST)


def _discs(places: list[Point], radius: float) -> str:
    """Return circles around points as one path."""
    half = f"a{radius:.2f},{radius:.2f} 0 1 0 "
    return "".join(f"M{x - radius:.1f},{y:.1f}{half}{2 * radius:.2f},0{half}{-2 * radius:.2f},0z" for x, y in places)


def _cross(point: Point, radius: float) -> str:
    (x, y), r = point, radius
    return f"M{_at((x - r, y - r))} L{_at((x + r, y + r))} M{_at((x - r, y + r))} L{_at((x + r, y - r))}"


def _at(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _dots(picture: Picture, trace: Connectivity, sender: int, places: list[Point], box: Box, radius: float) -> None:
    """Let packets run from the sender: to everybody it is joined with, and onwards as far as they come."""
    start = places[sender]
    size = max(3.0, min(7.0, radius * 0.5))
    roads: list[tuple[list[tuple[float, Point]], bool]] = []
    if trace.shape == TRANSIT:
        middle = box.center
        roads += [([(0, start), (1, middle), (2, places[other])], True) for other in reached(trace, sender)]
    else:
        roads += [([(0, start), (1, places[other])], True) for other in reached(trace, sender)]
        for via, other in _beyond(trace, sender):
            (x1, y1), (x2, y2) = places[via], places[other]
            end = (x1 + (x2 - x1) * DROPPED, y1 + (y2 - y1) * DROPPED)
            roads.append(([(1, places[via]), (2, end)], False))
        ends = [keys[-1][1] for keys, arrives in roads if not arrives]
        if ends:
            few = trace.count <= NUMBERED
            crosses = picture.path(
                " ".join(_cross(end, 6 if few else 2.5) for end in ends), stroke="bad", stroke_width=2.5 if few else 1.2
            )
            picture.show(crosses, LAST)
    for keys, arrives in roads[:: -(-len(roads) // PACKETS) or 1]:
        (x, y), first = keys[0][1], keys[0][0]
        dot = picture.circle(x, y, size, fill="tokens" if arrives else "bad", hidden=True)
        picture.show(dot, first)
        picture.move(dot, [(moment, (px - x, py - y)) for moment, (px, py) in keys])


def _call_out(picture: Picture, trace: Connectivity, sender: int, box: Box) -> None:
    beyond = _beyond(trace, sender)
    if beyond:
        via, other = beyond[len(beyond) // 2]
        text = words.CALL_CUT.format(sender=_name(sender), via=_name(via), other=_name(other))
    else:
        text = words.CALL_ALL.format(sender=_name(sender))
    x = box.center[0]
    picture.text(x, box.bottom + 18, text, fill="bad" if beyond else "good", bold=True, anchor="middle")


def _matrix(picture: Picture, trace: Connectivity, sender: int, box: Box) -> None:
    count = trace.count
    cell = box.width / count
    # Two networks would make cells as large as a hand.
    cell = min(cell, 54.0)
    picture.text(box.x - 20, box.y - 34, words.MATRIX, bold=True)
    for good, fill in ((True, "good"), (False, "bad-soft")):
        stretches = [
            f"M{box.x + first * cell:.1f},{box.y + row * cell:.1f} h{length * cell:.1f} v{cell:.1f} "
            f"h-{length * cell:.1f} Z"
            for row in range(count)
            for first, length, value in _runs([(row, column) in trace.pairs for column in range(count)])
            if value is good
        ]
        if stretches:
            picture.path(" ".join(stretches), fill=fill)
    diagonal = [
        f"M{box.x + place:.1f},{box.y + place:.1f} h{cell:.1f} v{cell:.1f} h-{cell:.1f} Z"
        for place in (number * cell for number in range(count))
    ]
    picture.path(" ".join(diagonal), fill="line")
    if count <= CELLS:
        _cells(picture, trace, sender, box, cell)
    picture.rect(box.x, box.y + sender * cell, count * cell, cell, stroke="accent", stroke_width=2)
    entries = [("good", words.REACHED_ENTRY)] + ([] if trace.complete else [("bad-soft", words.CUT_ENTRY)])
    picture.legend(box.x, box.y + count * cell + 18, entries)


def _cells(picture: Picture, trace: Connectivity, sender: int, box: Box, cell: float) -> None:
    """Divide the matrix, number its rows and columns, and mark every cell."""
    size, mark = trace.count * cell, min(5, cell * 0.2)
    for number in range(1, trace.count):
        offset = number * cell
        picture.line((box.x + offset, box.y), (box.x + offset, box.y + size), stroke="panel", stroke_width=2)
        picture.line((box.x, box.y + offset), (box.x + size, box.y + offset), stroke="panel", stroke_width=2)
    for row in range(trace.count):
        middle, own = (row + 0.5) * cell, row == sender
        label = {"fill": "accent" if own else "muted", "bold": own}
        picture.text(box.x - 8, box.y + middle, str(row + 1), anchor="end", middle=True, **label)
        picture.text(box.x + middle, box.y - 8, str(row + 1), fill="muted", anchor="middle")
        for column in range(trace.count):
            x, y = box.x + (column + 0.5) * cell, box.y + middle
            if (row, column) in trace.pairs:
                picture.check(x, y, mark, stroke="surface", stroke_width=1.8)
            elif row != column:
                picture.cross(x, y, mark, stroke_width=1.8)


def _runs(values: list[bool]) -> list[tuple[int, int, bool]]:
    """Return stretches of equal values as (first index, length, value)."""
    found: list[tuple[int, int, bool]] = []
    for index, value in enumerate(values):
        if found and found[-1][2] == value:
            first, length, _ = found[-1]
            found[-1] = (first, length + 1, value)
        else:
            found.append((index, 1, value))
    return found


def _growth(picture: Picture, trace: Connectivity, box: Box) -> None:
    count = trace.count
    most = max(10, round(count * 1.25))
    plot = Plot(picture, box, (2, most), (0, peerings_needed(most)))
    plot.y_axis(nice_ticks(0, peerings_needed(most), 3), words.GROWTH)
    plot.x_axis([tick for tick in nice_ticks(2, most, 5) if tick == int(tick)], words.NETWORKS)
    numbers = range(2, most + 1)
    plot.curve([(n, peerings_needed(n)) for n in numbers], stroke="series-2", stroke_width=2.5)
    plot.curve([(n, attachments_needed(n)) for n in numbers], stroke="series-3", stroke_width=2.5)
    for value, tone, lift in (
        (peerings_needed(count), "series-2", -10),
        (attachments_needed(count), "series-3", 0),
    ):
        x, y = plot.point(count, value)
        picture.circle(x, y, 5, fill=tone, stroke="panel", stroke_width=1.5)
        if lift:
            # Left of the curve, but not among the numbers of the axis.
            side = {"anchor": "end"} if x - 30 > box.x else {}
            place = (x - 8, y + lift) if side else (x + 8, y + 2.6 * lift)
            picture.text(*place, f"{value:,}", fill=tone, bold=True, halo=True, **side)
        else:
            # Above the line where the other curve leaves room, else below it.
            free = y - plot.y(peerings_needed(count)) > ROOM_BETWEEN
            lifted = y - 12 if free else min(y + 12, box.bottom - 10)
            picture.text(x + 8, lifted, f"{value:,}", fill=tone, bold=True, halo=True, middle=True)
    if not trace.within_quota:
        text = words.OVER_QUOTA.format(count=trace.per_network, limit=PEERINGS_PER_VPC)
        picture.text(picture.width - 12, box.bottom + 64, text, fill="bad", bold=True, anchor="end")


def sender_of(trace: Connectivity, which: str) -> int:
    """Return which network sends: one at the edge of the shape, or the one in its middle."""
    if trace.shape == CHAIN:
        return trace.count // 2 if which == "center" else 0
    return 0 if which == "center" else 1
