"""Picture of a construction around API Gateway, with the numbered way of one request through it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.api_gateway.words import architecture as words
from kumo.core.drawing import Clock, Picture, Step, wrap
from kumo.core.drawing.picture import LINE_HEIGHT, Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.architecture import ArchitectureTrace, Construction, Hop, Part
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point

BADGE = 11
# Share of a step in which the packet travels; for the rest of it the packet rests where it arrived.
TRAVEL = 0.7
SECONDS_PER_STEP = 1.7
ROWS_IN_ONE_COLUMN = 4


def draw(trace: ArchitectureTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the construction above, what happens at each number below."""
    construction = trace.construction
    places, bottom = _places(construction, layout)
    rows, height = _rows(trace, layout, bottom + 34)
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            case=words.CASES[construction.key],
            steps="、".join(f"{number} {words.HOPS[hop.key]}" for number, hop in enumerate(trace.hops, 1)),
        ),
        clock=_clock(trace),
    )
    _zones(picture, construction, places)
    _roads(picture, construction, trace, places)
    for part in construction.parts:
        _part(picture, part, places[part.key])
    _badges(picture, trace, places)
    if trace.stopped:
        _stop(picture, trace, places[construction.guard])
    _packet(picture, trace, places)
    _list(picture, rows)
    return picture


def _clock(trace: ArchitectureTrace) -> Clock:
    count = len(trace.hops)
    # A step is told where the packet has arrived, not where it sets out.
    steps = tuple(Step(index + TRAVEL, words.HOPS[hop.key]) for index, hop in enumerate(trace.hops))
    return Clock(0, count, words.STEPS, seconds=SECONDS_PER_STEP * count, steps=steps)


def _places(construction: Construction, layout: Layout) -> tuple[dict[str, Box], float]:
    """Return the box of every part, and the y below all of them."""
    columns = 1 + max(part.column for part in construction.parts)
    two_rows = any(part.row == 0 for part in construction.parts)
    places = {}
    if layout.narrow:
        width, height, pitch, top = 122, 48, 98, 34
        lanes = {0: 244.0, 1: 84.0} if two_rows else {1: 164.0}
        for part in construction.parts:
            places[part.key] = Box(lanes[part.row] - width / 2, top + part.column * pitch, width, height)
        return places, top + (columns - 1) * pitch + height + 12
    pitch = (layout.width - 24) / columns
    width, height = min(pitch - 28, 124), 52
    rows = {0: 40.0, 1: 146.0} if two_rows else {1: 48.0}
    for part in construction.parts:
        places[part.key] = Box(12 + part.column * pitch + (pitch - width) / 2, rows[part.row], width, height)
    return places, rows[1] + height + 14


def _zones(picture: Picture, construction: Construction, places: dict[str, Box]) -> None:
    small = picture.layout.small
    for zone in construction.zones:
        boxes = [places[key] for key in zone.parts]
        left, top = min(box.x for box in boxes) - 11, min(box.y for box in boxes) - small - 12
        right, bottom = max(box.right for box in boxes) + 11, max(box.bottom for box in boxes) + 11
        picture.rect(left, top, right - left, bottom - top, fill="panel", stroke="faint", radius=10, dash="5 4")
        # On the narrow layout the main road enters from above on the left, where a label would be in its way.
        aside = picture.layout.narrow and right - left > picture.width / 2
        x, anchor = (right - 9, "end") if aside else (left + 9, "start")
        picture.text(x, top + small + 3, words.ZONES[zone.key], fill="muted", anchor=anchor)


def _part(picture: Picture, part: Part, place: Box) -> None:
    ours = part.key in ("gateway", "private-gateway")
    picture.box(
        place.x,
        place.y,
        place.width,
        place.height,
        words.PARTS[part.key],
        fill="accent-soft" if ours else "raised",
        stroke="accent" if ours else "faint",
        # A policy is a paper that a part holds, not a part that a request passes through.
        dash="4 3" if part.key == "policy" else None,
        radius=16 if part.column == 0 and part.row == 1 else 8,
    )


def _roads(picture: Picture, construction: Construction, trace: ArchitectureTrace, places: dict[str, Box]) -> None:
    """Draw each stretch between two parts once: with a head at either end where it is used both ways."""
    taken = {pair for hop in trace.hops for pair in pairwise(hop.road)}
    for pair in construction.unused:
        picture.line(*_ends(places[pair[0]], places[pair[1]]), stroke="faint", stroke_width=1.5, dash="3 4")
    drawn: set[frozenset[str]] = set()
    for hop in construction.hops:
        for pair in pairwise(hop.road):
            if frozenset(pair) in drawn:
                continue
            drawn.add(frozenset(pair))
            there, back = pair in taken, pair[::-1] in taken
            start, end = _ends(places[pair[0]], places[pair[1]])
            if there or back:
                start, end = (start, end) if there else (end, start)
                picture.arrow(start, end, both=there and back)
            else:
                picture.line(start, end, stroke="faint", stroke_width=1.5, dash="3 4")


def _ends(source: Box, target: Box) -> tuple[Point, Point]:
    """Return where a stretch leaves one box and reaches the other: at facing sides, or corner to corner."""
    (x1, y1), (x2, y2) = source.center, target.center
    if abs(y1 - y2) < 1:
        return (source.middle_right, target.middle_left) if x1 < x2 else (source.middle_left, target.middle_right)
    if abs(x1 - x2) < 1:
        return (source.middle_bottom, target.middle_top) if y1 < y2 else (source.middle_top, target.middle_bottom)
    return _edge(source, target.center), _edge(target, source.center)


def _edge(box: Box, toward: Point) -> Point:
    """Return where the line from the centre of `box` toward a point leaves the box."""
    (cx, cy), (tx, ty) = box.center, toward
    dx, dy = tx - cx, ty - cy
    scale = min((box.width / 2) / abs(dx) if dx else float("inf"), (box.height / 2) / abs(dy) if dy else float("inf"))
    return cx + dx * scale, cy + dy * scale


def _badges(picture: Picture, trace: ArchitectureTrace, places: dict[str, Box]) -> None:
    """Put the number of each hop beside its first stretch: several on either side of the line."""
    used: dict[frozenset[str], int] = {}
    for index, hop in enumerate(trace.hops):
        pair = hop.road[:2]
        count = used.get(frozenset(pair), 0)
        used[frozenset(pair)] = count + 1
        x, y = _beside(places[pair[0]], places[pair[1]], count)
        picture.circle(x, y, BADGE, fill=_tone(hop))
        picture.text(x, y, str(index + 1), fill="surface", anchor="middle", bold=True, middle=True)


def _beside(one: Box, other: Box, count: int) -> Point:
    # The same side for both directions: the line is taken from the upper left end.
    first, second = sorted((one, other), key=lambda box: (box.y, box.x))
    (x1, y1), (x2, y2) = _ends(first, second)
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    nx, ny = (y2 - y1) / length, -(x2 - x1) / length
    # 0, 1, 2 … go to one side, the other side, farther out on the first …
    offset = (BADGE + 4) * (1 + count // 2 * 1.7) * (1 if count % 2 == 0 else -1)
    return (x1 + x2) / 2 + nx * offset, (y1 + y2) / 2 + ny * offset


def _stop(picture: Picture, trace: ArchitectureTrace, guard: Box) -> None:
    x, y = guard.right - 4, guard.y + 2
    with picture.group() as mark:
        picture.circle(x, y, BADGE, fill="bad")
        picture.cross(x, y, 4, stroke="surface", stroke_width=2.5)
    picture.show(mark, len(trace.hops) - 1 + TRAVEL)


def _packet(picture: Picture, trace: ArchitectureTrace, places: dict[str, Box]) -> None:
    """Let a dot travel the hops one after the other; the still does not show it."""
    keys: list[tuple[float, Point]] = []
    for index, hop in enumerate(trace.hops):
        stretches = list(pairwise(hop.road))
        # Within a hop the dot runs through the middle of the parts between.
        stops = [_ends(places[a], places[b]) for a, b in stretches]
        corners = [stops[0][0], *(corner for pair in stops for corner in pair[1:]), stops[-1][1]]
        moments = [index + TRAVEL * number / (len(corners) - 1) for number in range(len(corners))]
        keys += [*zip(moments, corners, strict=True), (index + 1, corners[-1])]
    (x, y) = keys[0][1]
    dot = picture.circle(x, y, 7, fill="tokens", stroke="surface", stroke_width=2, hidden=True)
    picture.show(dot)
    picture.move(dot, [(moment, (px - x, py - y)) for moment, (px, py) in keys])


@dataclass(frozen=True)
class _Row:
    """One row of the list: where it stands, its mark and its lines of text."""

    place: Box
    mark: str
    texts: list[str]
    tone: str


def _rows(trace: ArchitectureTrace, layout: Layout, top: float) -> tuple[list[_Row], float]:
    """Return the rows of the list from `top` on, and the y below them: in two columns where there is room."""
    small = layout.small
    line = small * LINE_HEIGHT + 4
    contents = [(str(number), words.HOPS[hop.key], _tone(hop)) for number, hop in enumerate(trace.hops, 1)]
    if trace.stopped:
        contents.append((words.STOP_MARK, words.outcome(trace), "bad"))
    columns = 2 if not layout.narrow and len(contents) > ROWS_IN_ONE_COLUMN else 1
    width = (layout.width - 8) / columns
    per_column = -(-len(contents) // columns)
    rows, lowest = [], top
    for column in range(columns):
        y = top
        for mark, content, tone in contents[column * per_column : (column + 1) * per_column]:
            texts = wrap(content, width - 44, small)
            place = Box(4 + column * width, y - small - 3, width - 4, len(texts) * line)
            rows.append(_Row(place, mark, texts, tone))
            y += place.height
        lowest = max(lowest, y)
    return rows, lowest - small + 2


def _list(picture: Picture, rows: list[_Row]) -> None:
    small = picture.layout.small
    line = small * LINE_HEIGHT + 4
    for index, row in enumerate(rows):
        refused = row.tone == "bad"
        place = row.place
        if not refused:
            bar = picture.rect(place.x, place.y, place.width, place.height, fill="accent-soft", radius=6, hidden=True)
            picture.show(bar, index, index + 1)
        with picture.group() as words_group:
            picture.text(place.x + 18, place.y + small + 3, row.mark, fill=row.tone, anchor="middle", bold=True)
            for number, text in enumerate(row.texts):
                y = place.y + small + 3 + number * line
                picture.text(place.x + 36, y, text, fill="bad" if refused else "ink", bold=refused)
        if refused:
            picture.show(words_group, len(rows) - 2 + TRAVEL)


def _tone(hop: Hop) -> str:
    return "series-3" if hop.reply else "good"
