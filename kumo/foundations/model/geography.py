"""Places on the globe, and the time that light in glass needs between them.

The distance is that of the great circle on a sphere of the Earth's mean radius (haversine formula). The time is
twice that distance at the speed of light in a vacuum divided by the group index of standard single-mode fibre. It is
a lower bound on one round trip that no cable can beat: real cables take longer ways, and routers, queues and the
several round trips of a TCP and TLS handshake come on top. AWS publishes no latencies that this could replace.

Sources, read 2026-11-22: index 1.468 at 1,550 nm, the value that data sheets of G.652 fibre state (Corning SMF-28:
1.4682), https://duckkit.dev/glossary/speed-of-light-fibre gives 1.467; mean radius 6,371.0088 km (IUGG).
Coordinates: ``places.toml``; coast: ``land.toml``.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EARTH_RADIUS = 6371.0088  # km
LIGHT = 299_792.458  # km/s, in a vacuum
FIBRE_INDEX = 1.468
FIBRE_SPEED = LIGHT / FIBRE_INDEX  # km/s


@dataclass(frozen=True)
class Place:
    """A point on the globe.

    Attributes
    ----------
    key : str
        Region code or ASCII name of the city.
    name : str
        In the reader's language.
    latitude, longitude : float
        Degrees, north and east positive.
    since : str
        For Regions: month (``2025-01``) of opening where it was after December 2023; else empty.

    """

    key: str
    name: str
    latitude: float
    longitude: float
    since: str = ""


def distance(start: Place, end: Place) -> float:
    """Return the length of the great circle between two places, in km, to the millimetre."""
    a, b = math.radians(start.latitude), math.radians(end.latitude)
    across = math.radians(end.longitude - start.longitude)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    # Hosts differ in the last digits of sines, and no picture may show it.
    return round(2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half))), 6)


def round_trip(length: float) -> float:
    """Return the least time in which light in fibre covers `length` km there and back, in ms."""
    return 2 * length / FIBRE_SPEED * 1000


def nearest(place: Place, candidates: Iterable[Place]) -> Place:
    """Return the candidate that is nearest to `place`; of equally near ones the first.

    Raises
    ------
    ValueError
        When there is no candidate.

    """
    return min(candidates, key=lambda candidate: distance(place, candidate))


def along(start: Place, end: Place, fraction: float) -> tuple[float, float]:
    """Return latitude and longitude of the point that lies `fraction` (0 to 1) of the way along the great circle."""
    angle = distance(start, end) / EARTH_RADIUS
    if not angle:
        return start.latitude, start.longitude
    first, last = _vector(start), _vector(end)
    a, b = math.sin((1 - fraction) * angle), math.sin(fraction * angle)
    x, y, z = ((a * p + b * q) / math.sin(angle) for p, q in zip(first, last, strict=True))
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 8), round(math.degrees(math.atan2(y, x)), 8)


@lru_cache(maxsize=256)
def great_circle(start: Place, end: Place, pieces: int) -> tuple[tuple[float, float], ...]:
    """Return latitude and longitude of the points that cut the way into that many equal pieces, ends included."""
    return tuple(along(start, end, step / pieces) for step in range(pieces + 1))


def regions() -> Mapping[str, Place]:
    """Return the Regions that are open to every account, by code."""
    return _places("regions")


def edges() -> Mapping[str, Place]:
    """Return a sample of the cities with edge locations, by name."""
    return _places("edges")


def edge_caches() -> Mapping[str, Place]:
    """Return the cities of the regional edge caches, by name."""
    return _places("caches")


def users() -> Mapping[str, Place]:
    """Return the cities whose users the explorer offers, by name."""
    return _places("users")


@cache
def land() -> tuple[tuple[float, tuple[tuple[float, int], ...]], ...]:
    """Return the land of the map as rows: latitude, and runs of (longitude of the first point, number of points)."""
    content = _content("land.toml")
    width = 360 // content["step"]
    rows = []
    for index, digits in enumerate(content["rows"]):
        bits = f"{int(digits, 16):0{width}b}"
        runs, start = [], None
        for column, bit in enumerate(bits + "0"):
            if bit == "1" and start is None:
                start = column
            elif bit == "0" and start is not None:
                runs.append((content["west"] + start * content["step"], column - start))
                start = None
        rows.append((content["north"] - index * content["step"], tuple(runs)))
    return tuple(rows)


def land_step() -> int:
    """Return the distance between neighbouring points of `land`, in degrees."""
    return _content("land.toml")["step"]


def _vector(place: Place) -> tuple[float, float, float]:
    latitude, longitude = math.radians(place.latitude), math.radians(place.longitude)
    return (
        math.cos(latitude) * math.cos(longitude),
        math.cos(latitude) * math.sin(longitude),
        math.sin(latitude),
    )


@cache
def _places(kind: str) -> Mapping[str, Place]:
    return MappingProxyType({key: Place(key, **entry) for key, entry in _content("places.toml")[kind].items()})


@cache
def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((files("kumo.foundations.model") / name).read_text(encoding="utf-8"))
