"""The cache of a stage: answers that are kept for a time to live, and what keeping them costs.

Modelled: one entry per cache key. A request whose key has a live entry is answered from it; otherwise the
back end is called and its answer fills the entry for `ttl` seconds, counted from the filling: hits do not
prolong it. A TTL of 0 turns the cache off. The back end's data change at fixed intervals, for every key at
once, and the cache does not learn of it. A request with ``Cache-Control: max-age=0`` from a client that may
invalidate goes to the back end and replaces the entry; from one that may not, it is refused (403) or
treated as if it had no such header. A flush empties the whole cache at once. All requests are GET, the
only method that a stage caches unless told otherwise.

Not modelled: that caching is best effort, that a cache has a capacity and may evict, that a call of the
back end takes time (so that several requests can miss together), answers too large to cache. With a TTL of
0 there is nothing to invalidate, and the header is taken to mean nothing.

Sources (read 2026-11-22): "Cache settings for REST APIs in API Gateway",
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html: TTL 300 s by default,
3600 s at most, 0 for no caching; GET only by default; a client with execute-api:InvalidateCache "receives
the response directly from the integration endpoint", which "replaces the existing cache entry"; without an
InvalidateCache policy or "Require authorization" any client can invalidate. MethodSetting,
https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html: FAIL_WITH_403,
SUCCEED_WITH_RESPONSE_HEADER, SUCCEED_WITHOUT_RESPONSE_HEADER. For the hit ratio of a TTL cache as a renewal
process: Jung, Berger, Balakrishnan, "Modeling TTL-based Internet Caches", IEEE INFOCOM 2003.

Times are integer milliseconds, so that no rounding decides whether an entry is still alive.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable

SECOND = 1_000
MINUTE = 60 * SECOND

# What became of a request.
HIT = "hit"
STALE = "stale"
MISS = "miss"
REFRESH = "refresh"
DENIED = "denied"
OUTCOMES = (HIT, STALE, MISS, REFRESH, DENIED)

# Who may invalidate an entry, and what happens to the others.
OPEN = "open"
DENY = "fail"
WARN = "warn"
IGNORE = "ignore"


@dataclass(frozen=True)
class CacheSettings:
    """Settings of the stage, its back end and its clients.

    Attributes
    ----------
    ttl : int
        Time to live of an entry, seconds; 0 turns the cache off.
    change : int
        Interval between changes of the back end's data, minutes; 0 if they never change.
    handling : str
        `OPEN` when no authorization is required to invalidate; otherwise what happens to those without
        it: `DENY` (403), `WARN` (header ignored, warning in the response) or `IGNORE` (header ignored).
    flush : int or None
        When the whole cache is emptied, milliseconds.

    """

    ttl: int
    change: int = 0
    handling: str = OPEN
    flush: int | None = None

    def version(self, time: int) -> int:
        """Return how often the data have changed by `time` (milliseconds)."""
        return time // (self.change * MINUTE) if self.change else 0

    def changed(self, version: int) -> int:
        """Return when the data changed away from `version`, milliseconds."""
        return (version + 1) * self.change * MINUTE


@dataclass(frozen=True)
class Clients:
    """What the clients send.

    Attributes
    ----------
    rate : float
        Mean number of requests per minute, over all keys.
    weights : tuple of float
        Share of each key in the requests; they add up to 1.
    max_age_0 : float
        Share of requests with ``Cache-Control: max-age=0``, 0 to 1.
    permitted : float
        Share of those whose client has execute-api:InvalidateCache, 0 to 1.

    """

    rate: float
    weights: tuple[float, ...]
    max_age_0: float = 0.0
    permitted: float = 0.0


@dataclass(frozen=True, order=True)
class Arrival:
    """A request on its way: `time` (milliseconds), `key` (index), whether it asks to invalidate and may."""

    time: int
    key: int
    max_age_0: bool = False
    permitted: bool = False


@dataclass(frozen=True)
class Request:
    """A request and what became of it.

    Attributes
    ----------
    arrival : Arrival
        The request as it came.
    outcome : str
        `HIT` (from the cache, up to date), `STALE` (from the cache, older than the data), `MISS` (from the
        back end), `REFRESH` (from the back end because the client invalidated), `DENIED` (403).
    staleness : int
        For how long the data had been different when a stale answer was given, milliseconds; otherwise 0.
    ignored : bool
        Whether a wish to invalidate was passed over.

    """

    arrival: Arrival
    outcome: str
    staleness: int = 0
    ignored: bool = False


@dataclass(frozen=True)
class Span:
    """The life of one cache entry.

    Attributes
    ----------
    key : int
        Index of the cache key.
    start, end : int
        From filling to expiry, replacement, flush or the end of the observation, milliseconds.
    stale_from : int
        When the data changed under it, or `end` when they did not.
    hits : int
        Requests answered from it, stale ones included.

    """

    key: int
    start: int
    end: int
    stale_from: int
    hits: int


@dataclass(frozen=True)
class CachingTrace:
    """Requests in order of arrival, and the entries that they met.

    Attributes
    ----------
    settings, clients : CacheSettings, Clients
        What was set.
    duration : int
        End of the observation, milliseconds.
    requests : tuple of Request
        In order of time.
    spans : tuple of Span
        In order of start; empty while the cache is off.
    counts : dict
        Number of requests by outcome.

    """

    settings: CacheSettings
    clients: Clients
    duration: int
    requests: tuple[Request, ...]
    spans: tuple[Span, ...]
    counts: dict[str, int] = field(compare=False)

    @property
    def hits(self) -> int:
        """Number of requests answered from the cache, stale answers included."""
        return self.counts[HIT] + self.counts[STALE]

    @property
    def backend(self) -> int:
        """Number of requests that reached the back end."""
        return self.counts[MISS] + self.counts[REFRESH]

    @property
    def invalidating(self) -> int:
        """Number of requests with ``Cache-Control: max-age=0``."""
        return sum(request.arrival.max_age_0 for request in self.requests)

    @property
    def stalest(self) -> int:
        """Longest time for which the data had been different when an answer was given, milliseconds."""
        return max((request.staleness for request in self.requests), default=0)

    def changes(self) -> list[int]:
        """Return when the data changed during the observation, milliseconds."""
        step = self.settings.change * MINUTE
        return list(range(step, self.duration, step)) if step else []

    def of_key(self, key: int) -> dict[str, int]:
        """Return the number of requests for one key by outcome."""
        return count(request for request in self.requests if request.arrival.key == key)


@dataclass(frozen=True)
class Shares:
    """Shares of requests in the long run, 0 to 1: `hit` (`stale` ones included), `stale`, `backend`, `denied`."""

    hit: float
    stale: float
    backend: float
    denied: float


@dataclass
class _Entry:
    start: int
    hits: int = 0


class StageCache:
    """The cache of one stage, empty at first.

    Parameters
    ----------
    settings : CacheSettings
        The stage's settings; its flush is for the caller to order.

    """

    def __init__(self, settings: CacheSettings) -> None:
        self.settings = settings
        self.spans: list[Span] = []
        self._ttl = settings.ttl * SECOND
        self._entries: dict[int, _Entry] = {}

    def answer(self, arrival: Arrival) -> Request:
        """Answer a request, which comes no earlier than the one before."""
        settings, time = self.settings, arrival.time
        wish = arrival.max_age_0 and self._ttl > 0
        may = settings.handling == OPEN or arrival.permitted
        if wish and not may and settings.handling == DENY:
            return Request(arrival, DENIED)
        entry = self._entries.get(arrival.key)
        if entry is None or time >= entry.start + self._ttl or (wish and may):
            self._fill(arrival)
            return Request(arrival, REFRESH if wish and may else MISS, ignored=wish and not may)
        entry.hits += 1
        version = settings.version(entry.start)
        if version == settings.version(time):
            return Request(arrival, HIT, ignored=wish)
        return Request(arrival, STALE, time - settings.changed(version), ignored=wish)

    def empty(self, time: int) -> None:
        """Drop every entry at `time` (milliseconds)."""
        for key in list(self._entries):
            self._drop(key, time)

    def _fill(self, arrival: Arrival) -> None:
        if self._ttl:
            self._drop(arrival.key, arrival.time)
            self._entries[arrival.key] = _Entry(arrival.time)

    def _drop(self, key: int, now: int) -> None:
        """Note the life of a key's entry, which may have expired before `now`, and forget it."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            end = min(now, entry.start + self._ttl)
            settings = self.settings
            stale_from = settings.changed(settings.version(entry.start)) if settings.change else end
            self.spans.append(Span(key, entry.start, end, min(stale_from, end), entry.hits))


def weights(keys: int, *, skewed: bool) -> tuple[float, ...]:
    """Return the share of each of `keys` keys: all equal, or skewed by Zipf's law (as 1, 1/2, 1/3 …)."""
    raw = [1 / rank if skewed else 1.0 for rank in range(1, keys + 1)]
    return tuple(weight / sum(raw) for weight in raw)


def arrivals(clients: Clients, duration: int, *, seed: int) -> list[Arrival]:
    """Return Poisson arrivals in ``[0, duration)`` (milliseconds), with keys and headers drawn independently."""
    gaps, keys, headers, permissions = (stream(seed, name) for name in ("arrivals", "keys", "headers", "permissions"))
    bounds = list(accumulate(clients.weights))[:-1]
    found, time = [], 0.0
    while (time := time + gaps.expovariate(clients.rate) * MINUTE) < duration:
        asks = headers.random() < clients.max_age_0
        # Drawn for every request, so that one share does not reshuffle the other.
        may = permissions.random() < clients.permitted
        found.append(Arrival(int(time), bisect(bounds, keys.random()), asks, asks and may))
    return found


def run(settings: CacheSettings, clients: Clients, coming: Iterable[Arrival], duration: int) -> CachingTrace:
    """Send requests to a stage whose cache is empty at time 0.

    Parameters
    ----------
    settings, clients : CacheSettings, Clients
        The stage, and what the clients were meant to send (kept in the trace).
    coming : iterable of Arrival
        Requests before `duration`, in any order.
    duration : int
        End of the observation, milliseconds.

    """
    cache, requests, flush = StageCache(settings), [], settings.flush
    for arrival in sorted(coming):
        if flush is not None and arrival.time >= flush:
            cache.empty(flush)
            flush = None
        requests.append(cache.answer(arrival))
    if flush is not None:
        cache.empty(flush)
    cache.empty(duration)
    spans = tuple(sorted(cache.spans, key=lambda span: (span.start, span.key)))
    return CachingTrace(settings, clients, duration, tuple(requests), spans, count(requests))


def count(requests: Iterable[Request]) -> dict[str, int]:
    """Return the number of requests by outcome, every outcome included."""
    totals = dict.fromkeys(OUTCOMES, 0)
    for request in requests:
        totals[request.outcome] += 1
    return totals


def expected(settings: CacheSettings, clients: Clients) -> Shares:
    """Return what to expect in the long run, exactly, for Poisson arrivals and no flush.

    For each key the fillings of its entry are a renewal process. With arrivals at rate λ of which none
    invalidates, a cycle is the TTL T and a mean wait of 1/λ, so λT/(1 + λT) of the requests are hits. With
    invalidations at rate a, an entry is refreshed before it expires with probability 1 - exp(-aT).
    """
    parts = [(weight, _of_one_key(settings, clients, clients.rate * weight)) for weight in clients.weights]
    return Shares(*(sum(weight * getattr(part, name) for weight, part in parts) for name in Shares.__annotations__))


def expected_of_key(settings: CacheSettings, clients: Clients, key: int) -> Shares:
    """Return what `expected` says of one key alone, as shares of that key's requests."""
    return _of_one_key(settings, clients, clients.rate * clients.weights[key])


def _of_one_key(settings: CacheSettings, clients: Clients, per_minute: float) -> Shares:
    rate, ttl = per_minute / 60, float(settings.ttl)
    open_to_all = settings.handling == OPEN
    refreshing = clients.max_age_0 * (1.0 if open_to_all else clients.permitted)
    denied = clients.max_age_0 - refreshing if settings.handling == DENY else 0.0
    if not settings.ttl:
        return Shares(0.0, 0.0, 1.0, 0.0)
    if denied >= 1 or not rate:
        return Shares(0.0, 0.0, 1.0 - denied, denied)
    refreshes = rate * refreshing
    survival = math.exp(-refreshes * ttl)
    alive = _discounted(refreshes, ttl)
    cycle = alive + survival / (rate * (1 - denied))
    ordinary = 1 - refreshing - denied
    hit = ordinary * alive / cycle
    stale = ordinary * _stale_time(refreshes, ttl, settings.change * 60.0) / cycle
    return Shares(hit, stale, 1 - hit - denied, denied)


def _discounted(rate: float, time: float) -> float:
    """Return the integral of exp(-rate s) over s from 0 to `time`."""
    return -math.expm1(-rate * time) / rate if rate else time


def _stale_time(rate: float, ttl: float, change: float) -> float:
    """Return the integral of exp(-rate s) min(1, s/change) over s from 0 to `ttl`: the stale part of a cycle.

    An entry of age s is stale when the data, which change every `change` seconds, have changed within s.
    """
    if not change:
        return 0.0
    bound = min(ttl, change)
    if rate * bound < 1e-4:  # noqa: PLR2004 -- where the closed form cancels, its series is exact enough
        rising = bound**2 / 2 - rate * bound**3 / 3
    else:
        rising = (_discounted(rate, bound) - bound * math.exp(-rate * bound)) / rate
    level = _discounted(rate, ttl) - _discounted(rate, bound)
    return rising / change + level
