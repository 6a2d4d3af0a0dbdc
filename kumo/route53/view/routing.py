"""Picture of a routing policy: a map of the world with the ways of the answers, and a bar for each record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, text_width, wrap
from kumo.core.drawing.picture import LINE_HEIGHT
from kumo.route53.model.geography import CLIENTS, REGIONS
from kumo.route53.model.routing import QUERIES, RANDOM
from kumo.route53.view.world import World
from kumo.route53.words import places
from kumo.route53.words import routing as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.route53.model.routing import RoutingTrace

# Not the second series: its colour is that of failures.
TONES = ("series-1", "series-3", "series-4", "series-6", "series-5")
# While it plays, bars and figures change at every so many queries, and every city sends one dot.
STEP = 200
TRIPS = 4
# Where the names of cities stand beside their dots on the wide map: dx, dy, anchor.
LABELS = {
    "fukuoka": (-9, 6, "end"),
    "delhi": (6, 16, "start"),
    "perth": (-9, 4, "end"),
    "chicago": (-9, 0, "end"),
    "buenos-aires": (-9, 2, "end"),
    "madrid": (4, 16, "start"),
}
BESIDE = (9, 1, "start")


def letter(index: int) -> str:
    """Return the letter by which a record is known in the picture."""
    return "ABCDEFGHIJ"[index]


def tone(index: int) -> str:
    """Return the colour of a record."""
    return TONES[index % len(TONES)]


def draw(trace: RoutingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: rule, map, and bars below it."""
    all_down = bool(trace.failed) and trace.checked
    top = 8 + (2 if layout.narrow else 1) * layout.body * LINE_HEIGHT + (26 if all_down else 0)
    world = World(0, top, layout.width)
    rows = len(trace.records) + bool(trace.unanswered)
    bars_top = world.area.bottom + 34
    cities = _city_lines(trace, layout)
    height = (
        bars_top + rows * _row_height(layout) + sum(len(texts) for texts in cities) * layout.small * LINE_HEIGHT + 8
    )
    clock = Clock(0, QUERIES, words.QUERIES_UNIT, seconds=8)
    description = words.DESCRIPTION.format(shares=words.shares(trace))
    picture = Picture(layout, height, title=words.TITLE, description=description, clock=clock)
    policy, rule = words.POLICIES[trace.policy], words.RULES[trace.policy]
    picture.text(0, layout.body + 1, policy, size=layout.body, bold=True)
    if layout.narrow:
        picture.text(0, layout.body * (1 + LINE_HEIGHT), rule)
    else:
        picture.text(text_width(policy, layout.body) * 1.06 + 12, layout.body + 1, rule)
    if all_down:
        width = text_width(words.ALL_DOWN, layout.small) * 1.06 + 18
        picture.rect(0, top - 27, width, 22, fill="bad-soft", radius=8)
        picture.text(9, top - 16, words.ALL_DOWN, fill="bad", bold=True, middle=True)
    world.draw(picture)
    _ways(picture, world, trace)
    _dots(picture, world, trace)
    _cities(picture, world, trace)
    _pins(picture, world, trace)
    _bars(picture, trace, bars_top, cities)
    return picture


# The map.


def _ways(picture: Picture, world: World, trace: RoutingTrace) -> None:
    """Draw the ways from the cities to each record that answered them; where chance decides, the thicker the more."""
    for index, record in enumerate(trace.records):
        askers = [client for number, client in enumerate(CLIENTS) if trace.used(index, number)]
        if not askers:
            continue
        share = trace.used(index) / QUERIES if trace.policy in RANDOM else 1
        width = (0.7 + 1.5 * share) if picture.layout.narrow else (0.8 + 2.2 * share)
        stroke, dash = ("bad", "5 4") if index in trace.broken else (tone(index), None)
        path = world.ways((client.position, REGIONS[record.region]) for client in askers)
        picture.path(path, stroke=stroke, stroke_width=width, dash=dash, opacity=0.35 + 0.55 * share)


def _dots(picture: Picture, world: World, trace: RoutingTrace) -> None:
    """Let a dot run from each city to the answer of one query in `STEP`."""
    span = QUERIES / TRIPS
    for number, client in enumerate(CLIENTS):
        start = world.point(client.position)
        keys: list[tuple[float, Point]] = []
        for trip in range(TRIPS):
            begin = trip * span + number * span / len(CLIENTS) / 2
            query = int(trip * span) + number
            first = trace.firsts[query]
            if first is None:
                continue
            end = REGIONS[trace.records[first].region]
            lines = world.way(client.position, end, steps=5)
            points = [point for line in lines for point in line]
            jumps = {sum(len(line) for line in lines[: count + 1]) for count in range(len(lines) - 1)}
            step = span * 0.6 / max(1, len(points) - 1)
            for place, (x, y) in enumerate(points):
                # Where a way leaves the map at one side it comes in again at the other at once.
                late = 0.99 if place in jumps else 0
                keys.append((begin + (place - late) * step, (x - start[0], y - start[1])))
            keys.append((begin + span * 0.6 + 0.01, (0, 0)))
        if keys:
            dot = picture.circle(*start, 3 if picture.layout.narrow else 4, fill="ink", hidden=True)
            picture.show(dot, 0)
            picture.move(dot, keys)


def _cities(picture: Picture, world: World, trace: RoutingTrace) -> None:
    narrow = picture.layout.narrow
    for number, client in enumerate(CLIENTS):
        x, y = world.point(client.position)
        firsts = [index for index in range(len(trace.records)) if trace.used(index, number)]
        if firsts:
            fill = tone(firsts[0]) if len(firsts) == 1 else "muted"
            picture.circle(x, y, 3.4 if narrow else 4.6, fill=fill, stroke="panel", stroke_width=1.2)
        else:
            picture.circle(x, y, 4 if narrow else 5, fill="panel", stroke="bad", stroke_width=1.5)
            picture.cross(x, y, 2 if narrow else 2.6, stroke_width=1.5)
        if narrow:
            continue
        label = places.CLIENTS[client.key]
        if not firsts:
            label += " " + words.NO_ANSWER
        elif trace.policy not in RANDOM:
            label = f"{label} {words.measured(trace, firsts[0], number)}".strip()
        dx, dy, anchor = LABELS.get(client.key, BESIDE)
        picture.text(x + dx, y + dy, label, anchor=anchor, middle=True, halo=True, fill="ink" if firsts else "bad")


def _pins(picture: Picture, world: World, trace: RoutingTrace) -> None:
    narrow = picture.layout.narrow
    radius, lift = (8.5, 15) if narrow else (10, 19)
    # Pins farther north are behind those in front.
    order = sorted(range(len(trace.records)), key=lambda index: -REGIONS[trace.records[index].region].latitude)
    for index in order:
        x, y = world.point(REGIONS[trace.records[index].region])
        broken = index in trace.broken
        fill, stroke, ink = ("panel", "bad", "bad") if broken else (tone(index), "panel", "surface")
        head = y - lift
        outline = (
            f"M{x:.1f},{y:.1f} L{x - radius * 0.82:.1f},{head + radius * 0.58:.1f} "
            f"A{radius:g},{radius:g} 0 1 1 {x + radius * 0.82:.1f},{head + radius * 0.58:.1f} Z"
        )
        dash = "3 2" if broken else None
        picture.path(outline, fill=fill, stroke=stroke, stroke_width=1.6, dash=dash)
        picture.text(x, head, letter(index), fill=ink, anchor="middle", bold=True, middle=True)


# The bars.


def _row_height(layout: Layout) -> float:
    return 44 if layout.narrow else 27


def _city_lines(trace: RoutingTrace, layout: Layout) -> list[list[str]]:
    """Return for each row the cities that belong to it, in lines: only where the map has no room for their names."""
    rows: list[int | None] = [*range(len(trace.records)), None]
    found = []
    for index in rows if trace.unanswered else rows[:-1]:
        names = [places.CLIENTS[client.key] for number, client in enumerate(CLIENTS) if trace.used(index, number)]
        told = layout.narrow and trace.policy not in RANDOM and names
        found.append(wrap("← " + "、".join(names), layout.width - 34, layout.small) if told else [])
    return found


def _bars(picture: Picture, trace: RoutingTrace, top: float, cities: list[list[str]]) -> None:
    layout = picture.layout
    picture.text(0, top - 12, words.DESTINATIONS, bold=True)
    if trace.policy in RANDOM:
        picture.text(layout.width, top - 12, words.EXPECTED, fill="muted", anchor="end")
    y = top
    for index in range(len(trace.records)):
        _row(picture, trace, index, y)
        y += _row_height(layout)
        y = _city_rows(picture, cities[index], y)
    if trace.unanswered:
        _row(picture, trace, None, y)
        _city_rows(picture, cities[-1], y + _row_height(layout))


def _city_rows(picture: Picture, lines: list[str], y: float) -> float:
    for line in lines:
        picture.text(26, y + picture.layout.small - 5, line, fill="muted")
        y += picture.layout.small * LINE_HEIGHT
    return y


def _row(picture: Picture, trace: RoutingTrace, index: int | None, y: float) -> None:
    """Draw who is meant, what the policy reads of it, and how many queries it got."""
    layout, narrow, small = picture.layout, picture.layout.narrow, picture.layout.small
    middle = y + 12
    broken = index is None or index in trace.broken
    colour = "bad" if index is None or broken else tone(index)
    if index is None:
        label, note = words.NO_ANSWER, ""
        picture.cross(10, middle, 5)
    else:
        label, note = words.name(trace.records[index]), words.setting(trace, index)
        picture.circle(10, middle, 9.5, fill="panel" if broken else colour, stroke=colour, stroke_width=1.5)
        ink = "bad" if broken else "surface"
        picture.text(10, middle, letter(index), fill=ink, anchor="middle", bold=True, middle=True)
    picture.text(26, middle, label, bold=True, middle=True)
    left = 300 if not narrow else 26
    right = layout.width - (104 if not narrow else 0)
    count_left = layout.width - (108 if not narrow else 96)
    room = (left - 10 if not narrow else count_left) - 26 - text_width(label, small) * 1.06 - 16
    picture.text(26 + text_width(label, small) * 1.06 + 8, middle, _cut(note, room, small), fill="muted", middle=True)
    bar_y, height = (y + 27, 9) if narrow else (y + 4, 16)
    picture.rect(left, bar_y, right - left, height, fill="line", radius=3, opacity=0.5)
    running = _running(trace, index)
    _filling(
        picture, trace, index, (left, bar_y, right - left, height), [(float(time), found) for time, found in running]
    )
    pattern = words.BROKEN_COUNT if broken and index is not None else words.COUNT
    keys = [(float(time), pattern.format(count=count)) for time, count in running]
    still = pattern.format(count=trace.used(index))
    picture.ticker(
        layout.width, middle, keys, still, anchor="end", middle=True, bold=True, fill="bad" if broken else "ink"
    )


def _filling(
    picture: Picture,
    trace: RoutingTrace,
    index: int | None,
    place: tuple[float, float, float, float],
    running: list[tuple[float, int]],
) -> None:
    x, y, room, height = place
    count = running[-1][1]
    if count:
        colour = "bad" if index is None or index in trace.broken else tone(index)
        bar = picture.rect(x, y, max(1.5, room * count / QUERIES), height, fill=colour, radius=3)
        picture.track(bar, "width", [(time, room * found / QUERIES) for time, found in running], smooth=True)
    if index is not None and trace.policy in RANDOM and trace.expected(index):
        mark = x + room * trace.expected(index)
        half = 3.5 if picture.layout.narrow else 5
        picture.path([(mark - half, y - half), (mark + half, y - half), (mark, y + half * 0.6)], fill="ink", close=True)


def _running(trace: RoutingTrace, index: int | None) -> list[tuple[int, int]]:
    """Return (queries so far, those of them that led to the record), from nothing to all."""
    return [(0, 0), *((end, trace.firsts[:end].count(index)) for end in range(STEP, QUERIES + 1, STEP))]


def _cut(text: str, width: float, size: float) -> str:
    """Cut text to a width, marking the cut."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…" if text else ""
