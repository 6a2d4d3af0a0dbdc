"""Where clients and AWS Regions are, how far apart, and how long a packet travels between them.

Distances are great circles on a sphere of the Earth's mean radius (International Union of Geodesy and
Geophysics: 6,371.0088 km), by the haversine formula; against the ellipsoid they are off by 0.5 % at most.

Assumed: a round trip takes `BASE_MILLISECONDS` in the networks at both ends, and in between light runs through
fibre at 200 km a millisecond (the speed of light over a refractive index of about 1.5) along a cable that is
`DETOUR` times as long as the great circle. Real cables differ from each other; Route 53 knows better, because
latency routing rests on measurements.

Regions stand at the city or state that AWS names for them
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, read 2026-11-26); AWS does
not publish where data centres are. Clients are cities at some distance from any Region, each with addresses from
the range for benchmarks (198.18.0.0/15, RFC 2544), so that no real network is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6371.0088
FIBRE_KM_PER_MILLISECOND = 200
DETOUR = 1.4
BASE_MILLISECONDS = 5

# Continents as Route 53's geolocation records name them (API reference, GeoLocation).
CONTINENTS = ("AF", "AN", "AS", "EU", "NA", "OC", "SA")


@dataclass(frozen=True)
class Position:
    """A point on the globe: degrees north and degrees east."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Client:
    """A city whose users ask through a resolver of the same place.

    Attributes
    ----------
    key : str
        Stable name for links and code.
    position : Position
        Where it is.
    country, continent : str
        Codes as in geolocation records: ISO 3166-1 alpha-2, and one of `CONTINENTS`.
    address : str
        The IPv4 address that Route 53 sees.

    """

    key: str
    position: Position
    country: str
    continent: str
    address: str


CLIENTS = (
    Client("fukuoka", Position(33.59, 130.40), "JP", "AS", "198.18.16.25"),
    Client("manila", Position(14.60, 120.98), "PH", "AS", "198.18.18.25"),
    Client("delhi", Position(28.61, 77.21), "IN", "AS", "198.18.20.25"),
    Client("perth", Position(-31.95, 115.86), "AU", "OC", "198.18.24.25"),
    Client("madrid", Position(40.42, -3.70), "ES", "EU", "198.18.32.25"),
    Client("warsaw", Position(52.23, 21.01), "PL", "EU", "198.18.36.25"),
    Client("nairobi", Position(-1.29, 36.82), "KE", "AF", "198.18.40.25"),
    Client("honolulu", Position(21.31, -157.86), "US", "NA", "198.18.48.25"),
    Client("chicago", Position(41.88, -87.63), "US", "NA", "198.18.52.25"),
    Client("buenos-aires", Position(-34.60, -58.38), "AR", "SA", "198.18.56.25"),
)

REGIONS = {
    "ap-northeast-1": Position(35.68, 139.69),
    "ap-southeast-1": Position(1.35, 103.82),
    "ap-southeast-2": Position(-33.87, 151.21),
    "ap-south-1": Position(19.08, 72.88),
    "eu-central-1": Position(50.11, 8.68),
    "eu-west-1": Position(53.35, -6.26),
    "af-south-1": Position(-33.92, 18.42),
    "us-east-1": Position(39.04, -77.49),
    "us-west-2": Position(45.84, -119.70),
    "sa-east-1": Position(-23.55, -46.63),
}

# Further Regions that a traffic policy may name.
MORE_REGIONS = {
    "ap-northeast-2": Position(37.57, 126.98),
    "ap-northeast-3": Position(34.69, 135.50),
    "ca-central-1": Position(45.50, -73.57),
    "eu-north-1": Position(59.33, 18.07),
    "eu-west-2": Position(51.51, -0.13),
    "eu-west-3": Position(48.86, 2.35),
    "us-east-2": Position(39.96, -83.00),
    "us-west-1": Position(37.77, -122.42),
}


def distance(one: Position, other: Position) -> float:
    """Return the length of the great circle between two points, km."""
    latitude, other_latitude = radians(one.latitude), radians(other.latitude)
    half_down = (other_latitude - latitude) / 2
    half_across = radians(other.longitude - one.longitude) / 2
    chord = sin(half_down) ** 2 + cos(latitude) * cos(other_latitude) * sin(half_across) ** 2
    # Hosts differ in the last digits of sines, and no picture may show it.
    return round(2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord))), 6)


def round_trip(kilometres: float, *, detour: float = DETOUR) -> float:
    """Return the assumed round-trip time over a great-circle distance, ms."""
    return BASE_MILLISECONDS + 2 * kilometres * detour / FIBRE_KM_PER_MILLISECOND
