"""Picture of a deployment: the ways on the map, what is up and down, and what becomes of four kinds of request."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, nice_ticks, text_width
from kumo.core.drawing.picture import number
from kumo.foundations.model.geography import distance, edges, great_circle, land, land_step, regions
from kumo.foundations.model.infrastructure import KINDS, REGION
from kumo.foundations.words import regions_and_zones as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.foundations.model.geography import Place
    from kumo.foundations.model.infrastructure import OutageTrace, Request, Site, Zone

# The map: equirectangular, from 30° W eastwards, so that the Pacific is whole. Ways nearer to the pole run along its
# upper side.
WEST, NORTH, SOUTH = -30.0, 80.0, -48.0
# Pieces into which a great circle is cut, and the longest that a step of a moving dot may be without being a
# jump from one edge of the map to the other, as a share of its width.
PIECES, JUMP = 18, 0.5
# Above the map, for the sentence that says what becomes of the requests (user units).
HEAD = 28.0
ROW = 46
# From one name on the map to the next when they would touch (user units).
LINE = 17
# A Region so near to the user (user units, both ways) has its name below, and the user's goes above.
NEAR = 60
TONES = {"cached": "series-1", "fresh": "series-3", "read": "series-6", "write": "series-4"}


def draw(trace: OutageTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: map above; deployment and answers side by side, or stacked where narrow."""
    narrow = layout.narrow
    world = _Map(layout.width)
    legend = world.bottom + 20
    top = legend + (44 if narrow else 30)
    sites = 26 + len(trace.sites) * _site_height(trace.sites[0])
    answers = 28 + ROW * len(KINDS) + 40
    answers_top = top + sites + 18 if narrow else top
    height = answers_top + answers if narrow else top + max(sites, answers)
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            user=trace.user.name,
            regions="と".join(site.region.name for site in trace.sites),
            failure=words.failed(trace),
            count=len(trace.answered),
        ),
        clock=_clock(trace),
    )
    _head(picture, trace)
    _world(picture, world)
    _ways(picture, trace, world)
    _labels(picture, trace, world)
    _legend(picture, legend)
    width = layout.width if narrow else 300
    _sites(picture, trace, top, width)
    left = 0 if narrow else 324
    _answers(picture, trace, (left, answers_top), layout.width - left)
    return picture


class _Map:
    """Where a place is on the map of that width (user units)."""

    def __init__(self, width: float) -> None:
        self.width, self.scale, self.top = width, width / 360, HEAD + 2.0
        self.bottom = self.top + (NORTH - SOUTH) * self.scale

    def at(self, latitude: float, longitude: float) -> Point:
        return (longitude - WEST) % 360 * self.scale, self.top + (NORTH - min(latitude, NORTH - 1)) * self.scale

    def of(self, place: Place) -> Point:
        return self.at(place.latitude, place.longitude)

    def way(self, start: Place, end: Place) -> list[Point]:
        """Return the points of a great circle."""
        return [self.at(*point) for point in great_circle(start, end, PIECES)]


def _clock(trace: OutageTrace) -> Clock | None:
    """Return the clock: all requests start at 0 ms and come back after their round trip, in true proportion.

    It is as long whatever fails, so that settings can be compared.
    """
    return Clock(0, _end(trace), words.TIME, seconds=6) if trace.answered else None


def _end(trace: OutageTrace) -> float:
    longest = max(request.time for request in (*trace.requests, *trace.usual))
    step = nice_ticks(0, max(longest, 1))[1]
    return step * max(1, -(-longest // step))


def _head(picture: Picture, trace: OutageTrace) -> None:
    fine = len(trace.answered) == len(trace.requests)
    size = picture.layout.body + (0 if picture.layout.narrow else 2)
    picture.text(2, 18, words.headline(trace), size=size, fill="good" if fine else "bad", bold=True)


def _world(picture: Picture, world: _Map) -> None:
    gap = land_step() * world.scale
    coast = picture.path(_coast(world.width), stroke="line", stroke_width=gap * 0.62)
    # Dots by dashes of no length with round ends: a path of a few kilobytes instead of 1,500 circles.
    coast.args["stroke-dasharray"] = f"0 {number(gap)}"
    small = picture.layout.narrow
    size = 1.8 if small else 2.8
    spots = [world.of(place) for place in edges().values()]
    picture.path(
        "".join(f"M{_at(x, y - size)}L{_at(x + size, y)} {_at(x, y + size)} {_at(x - size, y)}z" for x, y in spots),
        fill="faint",
    )
    # A line of no length with round ends is a dot.
    picture.path(
        "".join(f"M{_at(*world.of(place))}h0.01" for place in regions().values()), stroke="ink", stroke_width=2 * size
    )


def _at(x: float, y: float) -> str:
    return f"{number(x)},{number(y)}"


@cache
def _coast(width: float) -> str:
    """Return the path of the land on a map of that width: the same for every picture, and slow to write."""
    world = _Map(width)
    gap = land_step() * world.scale
    commands = []
    for latitude, runs in land():
        for longitude, count in runs:
            x, y = world.at(latitude, longitude)
            commands.append(f"M{number(x)},{number(y)}h{number((count - 1) * gap + 0.01)}")
    return "".join(commands)


def _diamond(picture: Picture, center: Point, radius: float, fill: str, stroke: str = "none") -> None:
    (x, y), r = center, radius
    picture.path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill=fill, stroke=stroke, close=True)


def _ways(picture: Picture, trace: OutageTrace, world: _Map) -> None:
    legs: dict[tuple[str, ...], tuple[list[Place], bool]] = {}
    for request in trace.requests:
        stops = list(request.stops)
        if len(stops) == 1:
            stops.append(trace.sites[0].region)
        for start, end in pairwise(stops):
            key = (start.name, end.name)
            legs[key] = ([start, end], request.ok or legs.get(key, ([], False))[1])
    for (start, end), fine in legs.values():
        tone, dash = ("good", None) if fine else ("bad", "5 4")
        for piece in _pieces(world.way(start, end), world.width):
            picture.path(piece, stroke=tone, stroke_width=2, dash=dash)
    for index, request in enumerate(trace.requests):
        if request.ok and request.time:
            _traveller(picture, request, world, index)


def _pieces(points: list[Point], width: float) -> list[list[Point]]:
    """Cut a line where it leaves the map at one side and comes back at the other."""
    pieces = [[points[0]]]
    for before, after in pairwise(points):
        if abs(after[0] - before[0]) > width * JUMP:
            pieces.append([])
        pieces[-1].append(after)
    return [piece for piece in pieces if len(piece) > 1]


def _traveller(picture: Picture, request: Request, world: _Map, index: int) -> None:
    """Let a dot go from the user to whoever answers, and back."""
    points: list[tuple[float, Point]] = []
    gone = 0.0
    for start, end in pairwise(request.stops):
        leg = distance(start, end)
        points += [(gone + leg * step / PIECES, point) for step, point in enumerate(world.way(start, end))]
        gone += leg
    points += [(2 * gone - length, point) for length, point in reversed(points)]
    origin = points[0][1]
    # Dots that share a way ride side by side.
    aside = (index - 1.5) * (3 if picture.layout.narrow else 4.5)
    keys: list[tuple[float, Point]] = []
    pace, last = request.time / (2 * gone), origin
    for length, (x, y) in points:
        time = pace * length
        if abs(x - last[0]) > world.width * JUMP:
            keys.append((time, (last[0] - origin[0], last[1] - origin[1] + aside)))
        keys.append((time, (x - origin[0], y - origin[1] + aside)))
        last = (x, y)
    radius = 3.5 if picture.layout.narrow else 5
    dot = picture.circle(*origin, radius, fill=TONES[request.kind], stroke="surface", stroke_width=1.5, hidden=True)
    picture.show(dot, 0, request.time)
    picture.move(dot, _thinned(keys))


def _thinned(keys: list[tuple[float, Point]]) -> list[tuple[float, Point]]:
    """Drop moments that tell nothing new, such as the stops that two legs share."""
    kept = keys[:1]
    for key in keys[1:]:
        if key != kept[-1]:
            kept.append(key)
    return kept


def _labels(picture: Picture, trace: OutageTrace, world: _Map) -> None:
    narrow = picture.layout.narrow
    size = 6 if narrow else 8
    for place in filter(None, (trace.edge, trace.lost_edge)):
        lost = place is trace.lost_edge
        _diamond(picture, world.of(place), size, "bad-soft" if lost else "accent", "bad" if lost else "surface")
        if lost:
            picture.cross(*world.of(place), size - 2)
    taken: list[tuple[float, float, float]] = []
    for site in trace.sites:
        x, y = world.of(site.region)
        picture.circle(x, y, size, fill="good" if site.up else "bad", stroke="surface", stroke_width=1.5)
        if site.up:
            picture.check(x, y, size * 0.45, stroke="surface", stroke_width=1.8)
        else:
            picture.cross(x, y, size * 0.4, stroke="surface", stroke_width=1.8)
        _label(picture, taken, (x, y + size + 13), LINE, site.region.name)
    x, y = world.of(trace.user)
    picture.rect(x - size * 0.7, y - size * 0.7, size * 1.4, size * 1.4, fill="ink", stroke="surface", stroke_width=1.5)
    # Below the user where there is room: ways leave upwards.
    below = all(
        abs(world.of(site.region)[0] - x) > NEAR or abs(world.of(site.region)[1] - y) > NEAR for site in trace.sites
    )
    _label(
        picture, taken, (x, y + size + 13) if below else (x, y - size - 5), LINE if below else -LINE, trace.user.name
    )


def _label(picture: Picture, taken: list[tuple[float, float, float]], point: Point, step: float, name: str) -> None:
    """Name a place of the map at a point, or as many steps further as it takes to keep apart from other names."""
    width = text_width(name, picture.layout.small) + 6
    x, y = min(max(point[0], width / 2), picture.width - width / 2), point[1]
    while any(abs(y - other) < LINE and abs(x - at) < (width + room) / 2 for at, other, room in taken):
        y += step
    taken.append((x, y, width))
    picture.text(x, y, name, anchor="middle", bold=True, halo=True)


def _legend(picture: Picture, y: float) -> None:
    x = 6.0
    picture.rect(x, y - 4, 8, 8, fill="ink")
    picture.text(x + 16, y, words.LEGEND_USER, fill="muted", middle=True)
    x += 34 + text_width(words.LEGEND_USER, picture.layout.small)
    picture.circle(x + 4, y, 4, fill="ink")
    picture.text(x + 16, y, words.LEGEND_REGION, fill="muted", middle=True)
    if picture.layout.narrow:
        x, y = 6.0, y + 20
    else:
        x += 34 + text_width(words.LEGEND_REGION, picture.layout.small)
    _diamond(picture, (x + 4, y), 5, "faint")
    picture.text(x + 16, y, words.LEGEND_EDGE, fill="muted", middle=True)


def _zone_height(site: Site) -> float:
    return 34 + 30 * (max(len(zone.servers) for zone in site.zones) + 1)


def _site_height(site: Site) -> float:
    return _zone_height(site) + 44


def _sites(picture: Picture, trace: OutageTrace, top: float, width: float) -> None:
    picture.text(0, top + 8, words.edge(trace), bold=True)
    for index, site in enumerate(trace.sites):
        y = top + 22 + index * _site_height(site)
        gone = trace.settings.failure == REGION and index == 0
        tone = "bad" if gone else "faint"
        height = _zone_height(site) + 36
        picture.rect(
            0.75,
            y,
            width - 1.5,
            height,
            fill="panel",
            stroke=tone,
            stroke_width=1.5,
            radius=10,
            dash="6 4" if gone else None,
        )
        name = words.REGION_NAME.format(name=site.region.name)
        picture.text(12, y + 17, name, bold=True, middle=True)
        if gone:
            picture.cross(width - 18, y + 17, 6, stroke="bad", stroke_width=2.5)
        room = (width - 24 - 10 * (len(site.zones) - 1)) / len(site.zones)
        for place, zone in enumerate(site.zones):
            _zone(picture, zone, (12 + place * (room + 10), y + 30), room, words.ZONES[place])


def _zone(picture: Picture, zone: Zone, corner: Point, width: float, name: str) -> None:
    x, y = corner
    height = 28 + 30 * (len(zone.servers) + 1)
    tone = "faint" if zone.up else "bad"
    picture.rect(
        x, y, width, height, fill="raised", stroke=tone, stroke_width=1.5, radius=8, dash=None if zone.up else "6 4"
    )
    picture.text(x + 10, y + 14, name, fill="muted", middle=True)
    parts = [(words.SERVER_LABEL, up) for up in zone.servers]
    parts.append((words.DATABASES[zone.database], zone.database != "lost"))
    for index, (label, up) in enumerate(parts):
        top = y + 26 + 30 * index
        tone = "good" if up else "bad"
        picture.rect(x + 8, top, width - 16, 25, fill=f"{tone}-soft", radius=6)
        if up:
            picture.check(x + 22, top + 12.5, 5, stroke=tone, stroke_width=2.5)
        else:
            picture.cross(x + 22, top + 12.5, 4.5, stroke=tone, stroke_width=2.5)
        picture.text(x + 34, top + 12.5, label, middle=True)


def _answers(picture: Picture, trace: OutageTrace, corner: Point, width: float) -> None:
    left, top = corner
    picture.text(left, top + 8, words.ANSWERS, bold=True)
    end = _end(trace)
    room = width - 96
    for index, request in enumerate(trace.requests):
        y = top + 24 + ROW * index
        tone = "good" if request.ok else "bad"
        if request.ok:
            picture.check(left + 9, y + 10, 6, stroke=tone, stroke_width=3)
        else:
            picture.cross(left + 9, y + 10, 5.5, stroke=tone, stroke_width=3)
        label = words.KINDS[request.kind]
        picture.text(left + 24, y + 10, label, bold=True, middle=True)
        if not request.ok:
            picture.text(left + 24, y + 30, words.OUTCOMES[request.outcome], fill="bad", middle=True)
            continue
        full = max(2.0, room * request.time / end)
        bar = picture.rect(left + 24, y + 22, full, 14, fill=TONES[request.kind], radius=3)
        picture.track(bar, "width", [(0, 0), (request.time, full)], smooth=True)
        time = words.MILLISECONDS.format(time=words.milliseconds(request.time))
        picture.show(picture.text(left + 32 + full, y + 29, time, middle=True), request.time)
    y = top + 24 + ROW * len(trace.requests) + 4
    if trace.answered:
        picture.line((left + 24, y), (left + 24 + room, y), stroke="faint")
        ticks = [tick for tick in nice_ticks(0, end, 4) if tick <= end]
        for tick in ticks:
            x = left + 24 + room * tick / end
            picture.line((x, y), (x, y + 4), stroke="faint")
            picture.text(x, y + 17, f"{tick:g}", fill="muted", anchor="middle")
        picture.text(left + width - 2, y + 17, words.TIME, fill="muted", anchor="end")
