"""Which requests still succeed when a server, a zone, a Region or an edge location fails, and how far they travel.

The application is a shop: it hands out images, shows an order and takes an order. Modelled:

- *Deployments*: one server that also holds the database; two servers and the database in one zone; two zones with a
  server each and the database mirrored synchronously; that in two Regions.
- *Routing*: a request goes to the nearest Region (great circle) that can answer, seen from who asks it: the user, or
  with a CDN the edge location or the regional edge cache. That is the state after health checks and failover have
  done their work.
- *CDN*: the nearest edge location answers for an image that it holds; one that it does not hold it fetches through
  the nearest regional edge cache; what is not an image goes from the edge location straight to the origin.
- *Data* in two Regions: kept apart (each Region knows only what was written there; the order to be shown was taken
  in the first Region), copied (the second holds a copy for reading, writes go to the first), or written in both.

Not modelled: the time that failover takes, the delay of asynchronous copies, capacity, that a copy could be promoted by
hand, cached images that expire, failures of DNS or of the services themselves, latency other than distance (see
`geography`).

Sources, read 2026-11-22:
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/ (Regions, zones, points of presence),
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html (regional edge caches, and
that dynamic requests and writes pass them by).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from kumo.foundations.model.geography import Place, distance, edge_caches, edges, nearest, regions, round_trip, users

ONE_SERVER, ONE_ZONE, MULTI_ZONE, MULTI_REGION = "one-server", "one-zone", "multi-zone", "multi-region"
DEPLOYMENTS = (ONE_SERVER, ONE_ZONE, MULTI_ZONE, MULTI_REGION)
NOTHING, SERVER, ZONE, REGION, EDGE = "none", "server", "zone", "region", "edge"
FAILURES = (NOTHING, SERVER, ZONE, REGION, EDGE)
APART, COPIED, BOTH = "apart", "copied", "both"
DATA = (APART, COPIED, BOTH)
CACHED, FRESH, READ, WRITE = "cached", "fresh", "read", "write"
KINDS = (CACHED, FRESH, READ, WRITE)
OK, MISSING, NO_WRITER, DOWN = "ok", "missing", "no-writer", "down"


@dataclass(frozen=True)
class Zone:
    """What runs in one zone.

    Attributes
    ----------
    up : bool
        Whether the zone itself works.
    servers : tuple of bool
        For each server, whether it works.
    database : {"", "primary", "standby", "copy", "lost"}
        The database in it: the one that takes writes, one that is ready to take over, a copy for reading, or one
        that failed.

    """

    up: bool
    servers: tuple[bool, ...]
    database: str


@dataclass(frozen=True)
class Site:
    """The part of a deployment in one Region; `up` tells whether it can answer."""

    region: Place
    zones: tuple[Zone, ...]
    up: bool


@dataclass(frozen=True)
class Request:
    """One kind of request.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    outcome : str
        ``ok``; ``missing`` (answered, but the data are in another Region); ``no-writer`` (the only database that
        takes writes is down); ``down`` (nobody answers).
    stops : tuple of Place
        The way from the user to whoever answers, both included; only the user where nobody does.
    length : float
        Length of that way, km.
    time : float
        Lower bound on one round trip, ms.

    """

    kind: str
    outcome: str
    stops: tuple[Place, ...]

    @property
    def length(self) -> float:
        return sum(distance(start, end) for start, end in pairwise(self.stops))

    @property
    def time(self) -> float:
        return round_trip(self.length)

    @property
    def ok(self) -> bool:
        return self.outcome == OK


@dataclass(frozen=True)
class Settings:
    """What the reader chose: keys of the constants above, of `geography.users` and of `geography.regions`."""

    deployment: str = MULTI_ZONE
    failure: str = NOTHING
    cdn: bool = True
    user: str = "boston"
    home: str = "ap-northeast-1"
    second: str = "us-east-1"
    data: str = COPIED


@dataclass(frozen=True)
class OutageTrace:
    """What becomes of the four kinds of request.

    Attributes
    ----------
    settings : Settings
        What was asked for.
    user : Place
        Where the requests come from.
    sites : tuple of Site
        One for each Region in use, the first Region first.
    edge, lost_edge : Place or None
        The edge location that serves the user; the nearest one where that has failed.
    requests, usual : tuple of Request
        In the order of `KINDS`; as they are, and as they would be if nothing had failed.

    """

    settings: Settings
    user: Place
    sites: tuple[Site, ...]
    edge: Place | None
    lost_edge: Place | None
    requests: tuple[Request, ...]
    usual: tuple[Request, ...]

    @property
    def answered(self) -> tuple[Request, ...]:
        return tuple(request for request in self.requests if request.ok)

    @property
    def same_region(self) -> bool:
        """Whether two Regions were asked for, but the same one twice."""
        return self.settings.deployment == MULTI_REGION and len(self.sites) == 1


def run(settings: Settings) -> OutageTrace:
    """Return what becomes of each kind of request.

    Raises
    ------
    ValueError
        For a deployment, failure or treatment of data that is not modelled.
    KeyError
        For an unknown user or Region.

    """
    for value, known in (
        (settings.deployment, DEPLOYMENTS),
        (settings.failure, FAILURES),
        (settings.data, DATA),
    ):
        if value not in known:
            raise ValueError(f"{value} is not one of {', '.join(known)}")
    user = users()[settings.user]
    sites = _sites(settings)
    edge = lost = None
    if settings.cdn:
        edge = nearest(user, edges().values())
        if settings.failure == EDGE:
            lost = edge
            edge = nearest(user, (other for other in edges().values() if other is not lost))
    requests = tuple(_request(kind, settings, user, sites, edge) for kind in KINDS)
    usual = requests if settings.failure == NOTHING else run(replace(settings, failure=NOTHING)).requests
    return OutageTrace(settings, user, sites, edge, lost, requests, usual)


def _sites(settings: Settings) -> tuple[Site, ...]:
    known = regions()
    sites = [_site(known[settings.home], settings.deployment, settings.failure, "primary")]
    if settings.deployment == MULTI_REGION and settings.second != settings.home:
        second = "copy" if settings.data == COPIED else "primary"
        sites.append(_site(known[settings.second], settings.deployment, NOTHING, second))
    return tuple(sites)


def _site(region: Place, deployment: str, failure: str, database: str) -> Site:
    gone = failure == REGION
    spread = deployment in (MULTI_ZONE, MULTI_REGION)
    count = {ONE_SERVER: 1, ONE_ZONE: 2}.get(deployment, 1)
    first_up = not gone and failure != ZONE
    servers = tuple(first_up and not (failure == SERVER and index == 0) for index in range(count))
    # The lone server holds the database, which therefore goes with it.
    held = first_up and not (deployment == ONE_SERVER and failure == SERVER)
    zones = [Zone(first_up, servers, database if held else "lost")]
    if spread:
        standby = "standby" if held else database
        zones.append(Zone(not gone, (not gone,), "lost" if gone else standby))
    up = any(any(zone.servers) for zone in zones) and any(zone.database in ("primary", "copy") for zone in zones)
    return Site(region, tuple(zones), up)


def _request(kind: str, settings: Settings, user: Place, sites: tuple[Site, ...], edge: Place | None) -> Request:
    way = (user,) if edge is None else (user, edge)
    if kind == CACHED and edge is not None:
        return Request(kind, OK, way)
    if kind == FRESH and edge is not None:
        way = (*way, nearest(edge, edge_caches().values()))
    able = [site for site in sites if site.up]
    if not able:
        return Request(kind, DOWN, (user,))
    home = sites[0]
    serving = nearest(way[-1], (site.region for site in able))
    away = serving is not home.region
    way = (*way, serving)
    if kind == READ and away and settings.data == APART:
        return Request(kind, MISSING, way)
    if kind == WRITE and away and settings.data == COPIED:
        return Request(kind, OK, (*way, home.region)) if home.up else Request(kind, NO_WRITER, way)
    return Request(kind, OK, way)
