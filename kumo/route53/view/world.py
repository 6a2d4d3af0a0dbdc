"""A map of the world in Tom Patterson's Natural Earth projection, centred on the Pacific.

Coastlines: Natural Earth (public domain), see ``coastlines.toml``. Projection: B. Šavrič, T. Patterson, B. Jenny,
"The Natural Earth projection", https://doi.org/10.1080/17538947.2011.592612, in its polynomial form.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from math import acos, atan2, cos, degrees, hypot, pi, radians, sin
from typing import TYPE_CHECKING

from kumo.core.drawing.picture import Box, number
from kumo.route53.model.geography import Position

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.core.drawing import Picture
    from kumo.core.drawing.picture import Point

# Latitudes at the lower and upper edge of the map: little land and no client lies beyond.
SOUTH, NORTH = -57, 79
# Half the width of the projected globe, in radii.
_HALF_WIDTH = 0.8707 * pi


@cache
def _land() -> tuple[float, tuple[tuple[Point, ...], ...]]:
    """Return the meridian in the middle, and the outlines in degrees from it and degrees north."""
    data = tomllib.loads((files(__package__) / "coastlines.toml").read_text(encoding="utf-8"))
    rings = []
    for text in data["rings"]:
        steps = [int(word) for word in text.split()]
        x = y = 0
        ring = []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x / 10, y / 10))
        rings.append(tuple(ring))
    return data["meridian"], tuple(rings)


def _projected(longitude: float, latitude: float) -> Point:
    """Return x and y in radii, from degrees east of the meridian and degrees north."""
    square = radians(latitude) ** 2
    fourth = square * square
    across = 0.8707 + square * (-0.131979 + square * (-0.013791 + fourth * square * (0.003971 - 0.001529 * square)))
    up = radians(latitude) * (
        1.007226 + square * (0.015085 + fourth * (-0.044475 + square * (0.028874 - 0.005916 * square)))
    )
    return radians(longitude) * across, up


class World:
    """The map on a width of the picture.

    Parameters
    ----------
    left, top, width : float
        Where it lies, user units; the height follows.

    """

    def __init__(self, left: float, top: float, width: float) -> None:
        self.scale = width / (2 * _HALF_WIDTH)
        self._middle = left + width / 2
        self._north = _projected(0, NORTH)[1]
        height = (self._north - _projected(0, SOUTH)[1]) * self.scale
        self.area = Box(left, top, width, height)

    def place(self, longitude: float, latitude: float) -> Point:
        """Return the picture's coordinates of a point given from the meridian in the middle."""
        x, y = _projected(longitude, latitude)
        return self._middle + x * self.scale, self.area.y + (self._north - y) * self.scale

    def point(self, position: Position) -> Point:
        """Return the picture's coordinates of a position."""
        return self.place(_from_meridian(position.longitude), position.latitude)

    def draw(self, picture: Picture) -> None:
        """Draw sea and land."""
        left, right = self.area.x, self.area.right
        edges = [
            [self.place(side * 180, SOUTH + (NORTH - SOUTH) * step / 24) for step in range(25)] for side in (-1, 1)
        ]
        picture.path([*edges[0], *reversed(edges[1])], fill="good-soft", close=True, opacity=0.45)
        picture.path(_outlines(left, self.area.y, right - left), fill="line", stroke="line", stroke_width=0.8)

    def way(self, start: Position, end: Position, steps: int = 16) -> tuple[tuple[Point, ...], ...]:
        """Return the great circle between two positions as lines, two where it leaves the map at a side.

        Where it passes south or north of the map it follows the edge.
        """
        return _way((self.area.x, self.area.y, self.area.width), start, end, steps)

    def ways(self, pairs: Iterable[tuple[Position, Position]]) -> str:
        """Return the great circles between pairs of positions as path data."""
        place = (self.area.x, self.area.y, self.area.width)
        return "".join(_written(line) for start, end in pairs for line in _way(place, start, end, 16))


def great_circle(start: Position, end: Position, steps: int) -> list[Position]:
    """Return points at even distances along the great circle, both ends included."""
    one, other = _vector(start), _vector(end)
    angle = acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, other, strict=True)))))
    if angle < 1e-9:  # noqa: PLR2004 -- the same place
        return [start, end]
    points = []
    for step in range(steps + 1):
        share = step / steps
        first, last = sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)
        points.append(_position([first * a + last * b for a, b in zip(one, other, strict=True)]))
    return points


@cache
def _way(
    place: tuple[float, float, float], start: Position, end: Position, steps: int
) -> tuple[tuple[Point, ...], ...]:
    world = World(*place)
    lines: list[list[Point]] = [[]]
    before = None
    for position in great_circle(start, end, steps):
        longitude = _from_meridian(position.longitude)
        latitude = min(NORTH - 1, max(SOUTH + 1, position.latitude))
        if before is not None and abs(longitude - before[0]) > 180:  # noqa: PLR2004 -- degrees: half way round
            side = 180 if before[0] > 0 else -180
            run = 360 - abs(longitude - before[0])
            there = before[1] + (latitude - before[1]) * (abs(side - before[0]) / run if run else 0)
            lines[-1].append(world.place(side, there))
            lines.append([world.place(-side, there)])
        lines[-1].append(world.place(longitude, latitude))
        before = longitude, latitude
    return tuple(tuple(line) for line in lines if len(line) > 1)


@cache
def _written(line: tuple[Point, ...]) -> str:
    return "M" + " L".join(f"{number(round(x, 1))},{number(round(y, 1))}" for x, y in line)


@cache
def _outlines(left: float, top: float, width: float) -> str:
    """Return the path data of all land."""
    world = World(left, top, width)
    south = world.area.bottom
    parts = []
    for ring in _land()[1]:
        points = [world.place(longitude, max(SOUTH, latitude)) for longitude, latitude in ring]
        if min(y for _, y in points) < south - 1:
            parts.append(_written(tuple(points)) + "Z")
    return "".join(parts)


def _from_meridian(longitude: float) -> float:
    return (longitude - _land()[0] + 180) % 360 - 180


def _vector(position: Position) -> list[float]:
    latitude, longitude = radians(position.latitude), radians(position.longitude)
    return [cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)]


def _position(vector: list[float]) -> Position:

    x, y, z = vector
    # Hosts differ in the last digits of an arctangent, and no picture may show it.
    return Position(round(degrees(atan2(z, hypot(x, y))), 8), round(degrees(atan2(y, x)), 8))
