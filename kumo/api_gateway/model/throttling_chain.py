"""Throttling at several levels: which of API Gateway's limits a request meets, in which order, and which rejects it.

Modelled: each limit is a `TokenBucket`. A request meets the buckets of its path one after the other and at
one moment. The first bucket without a token rejects it (429 Too Many Requests); it never reaches the later
ones. Three levels, in the order that AWS documents:

1. the usage plan of the client's API key: per client and method, then per client;
2. the method in the stage: one bucket per method, shared by all clients (the stage's default limit is a
   setting that each method takes over for its own bucket, unless it has a limit of its own);
3. the account: one bucket for all APIs of the account in the Region. Other APIs meet only this one here.

Not stated by AWS, and therefore a choice of the caller (`returned`): whether a request that a later level
rejects has used up the tokens of the earlier levels. Each level decides as a separate step in the order
above, so the explorer's default is that tokens once taken stay taken; the trace also carries the outcome
under the other assumption, so that a reader sees how much hangs on it.

Not modelled: the fourth level, AWS's own limit for the whole Region, whose value is not public; quotas per
day, week or month; API keys that a method asks for and a client lacks (403); retries. AWS applies all
limits on a best-effort basis over many servers, and a real account may pass somewhat more or fewer.

Sources (read 2026-11-22):

- "Throttle requests to your REST APIs for better throughput in API Gateway",
  https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html:
  the order of the levels, and that stage limits "are applied at the API method level";
- the same page in AWS's repository of 2020, which lists the limit per client and method before the one per client,
  https://github.com/awsdocs/amazon-api-gateway-developer-guide/blob/13945642/doc_source/api-gateway-request-throttling.md;
- https://repost.aws/questions/QUFD1EPj5dRYaYaqpNepE34A and QUgn8X2qh_RaeGuc_31qr_Og: keys of one plan do not
  share its limit, and the plan's overall limit holds beside its limit for a method;
- "Usage plans and API keys for REST APIs in API Gateway",
  https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html: a plan sets a
  request rate "optionally".

Times are integer microseconds. The model counts units; a caller may let one unit stand for several requests
that arrive together (`ChainTrace.unit`), with rates and bursts counted in the same units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from kumo.api_gateway.model.token_bucket import SECOND, TOKEN, TokenBucket
from kumo.core import facts
from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# How often the levels of the buckets are noted, and how finely requests are counted (microseconds).
SLOT = SECOND // 10
# When the other APIs of the account are busy (microseconds).
RUSH = (2 * SECOND, 4 * SECOND)
# Names: the two methods, the bucket that all share, and those who reach only this one.
LIGHT, HEAVY = "GET", "POST"
ACCOUNT = "account"
OTHERS = "others"


class Level(IntEnum):
    """The levels at which limits apply, in AWS's order."""

    PLAN = 1
    METHOD = 2
    ACCOUNT = 3


class Limit(NamedTuple):
    """A bucket's settings: `rate` in units per second, `burst` in units."""

    rate: int
    burst: int


class Gate(NamedTuple):
    """One bucket on a path: the level that it belongs to, and its name among the limits."""

    level: Level
    bucket: str


class Arrival(NamedTuple):
    """A request before it is judged: `time` in microseconds, who sends it, which method it calls."""

    time: int
    source: str
    method: str


class Request(NamedTuple):
    """A request and its fate.

    Attributes
    ----------
    time : int
        Arrival, microseconds.
    source, method : str
        Who sent it, and which method it calls.
    stopped : Gate or None
        The gate that answered 429, or None when it passed all.

    """

    time: int
    source: str
    method: str
    stopped: Gate | None


# The account's limits (requests per second, requests): the default, the default in some Regions, and one that
# was raised. AWS sets the burst of a raised limit; it stays at half the rate here, as in the published pairs.
ACCOUNT_LIMITS = {
    "default": Limit(facts.value("api_gateway.account-rate"), facts.value("api_gateway.account-burst")),
    "newer": Limit(
        facts.value("api_gateway.account-rate-newer-regions"), facts.value("api_gateway.account-burst-newer-regions")
    ),
    "raised": Limit(2 * facts.value("api_gateway.account-rate"), 2 * facts.value("api_gateway.account-burst")),
}


@dataclass(frozen=True)
class ChainTrace:
    """Requests in order of arrival against a chain of buckets.

    Attributes
    ----------
    sources : tuple of str
        Who may send, in the order in which they are shown.
    limits : mapping of str to Limit
        Settings of the buckets by name.
    duration : int
        End of the observation, microseconds.
    returned : bool
        Whether a request that a later gate rejects gives back the tokens that it took before.
    unit : int
        Number of real requests that one request of the trace stands for.
    requests : tuple of Request
        In order of time.
    levels : mapping of str to tuple of int
        Millionths of a token in each bucket at 0, `SLOT`, 2 `SLOT` … `duration`, before what arrives at
        that very moment.
    otherwise : mapping of str to int
        How many requests of each source would have passed under the other choice of `returned`.

    """

    sources: tuple[str, ...]
    limits: Mapping[str, Limit]
    duration: int
    returned: bool
    unit: int
    requests: tuple[Request, ...]
    levels: Mapping[str, tuple[int, ...]]
    otherwise: Mapping[str, int]

    @cached_property
    def slots(self) -> Mapping[str, Mapping[Level | None, tuple[int, ...]]]:
        """Return by source and fate (a level, or None for passed) the number of requests in each `SLOT`."""
        width = -(-self.duration // SLOT)
        counts = {source: {fate: [0] * width for fate in (*Level, None)} for source in self.sources}
        for request in self.requests:
            fate = request.stopped.level if request.stopped else None
            counts[request.source][fate][request.time // SLOT] += 1
        return {source: {fate: tuple(row) for fate, row in fates.items()} for source, fates in counts.items()}

    def arrived(self, source: str) -> int:
        """Return how many requests `source` sent (units)."""
        return sum(sum(row) for row in self.slots[source].values())

    def passed(self, source: str) -> int:
        """Return how many requests of `source` passed every gate (units)."""
        return sum(self.slots[source][None])

    def rejected(self, source: str, level: Level) -> int:
        """Return how many requests of `source` that `level` answered with 429 (units)."""
        return sum(self.slots[source][level])

    def emptiest(self, bucket: str) -> int:
        """Return the least that was noted in a bucket, in millionths of a token."""
        return min(self.levels[bucket])


def spread(per_second: int, start: int, end: int, *, seed: int, name: str) -> list[int]:
    """Return arrival times (microseconds) of a steady load with irregular gaps.

    The time from `start` to `end` is cut into slots of equal length, one for each request, and each request
    arrives at a random moment of its slot. So the number of requests is exactly the load, and yet no two
    senders keep in step, which would let one of them take every token that comes back.

    Parameters
    ----------
    per_second : int
        Number of requests in each second.
    start, end : int
        Microseconds; arrivals lie in ``[start, end)``.
    seed : int
        The experiment.
    name : str
        The sender; each has a random stream of its own.

    """
    moments = stream(seed, name)
    count = per_second * (end - start) // SECOND
    return [start + int((index + moments.random()) * (end - start) / count) for index in range(count)]


@dataclass(frozen=True)
class Client:
    """A client that is known by its API key.

    Attributes
    ----------
    name : str
        Name as a source.
    load : int
        Requests per second, in units.
    plan : Limit or None
        What its usage plan allows in all; None for a plan without a throttle.
    plan_heavy : Limit or None
        What its usage plan allows of the heavy method besides; None for no such limit.

    """

    name: str
    load: int
    plan: Limit | None = None
    plan_heavy: Limit | None = None


@dataclass(frozen=True)
class Stage:
    """A stage with one light and one heavy method.

    Attributes
    ----------
    light, heavy : Limit
        The methods' limits, in units.
    share : int
        Percentage of every client's requests that call the heavy method.

    """

    light: Limit
    heavy: Limit
    share: int


def chain(  # noqa: PLR0913 -- the parts of an account
    clients: Sequence[Client],
    stage: Stage,
    account: Limit,
    others: int,
    duration: int,
    *,
    seed: int,
    returned: bool = False,
    unit: int = 1,
) -> ChainTrace:
    """Send the load of several clients to one stage, while other APIs of the account are busy during `RUSH`.

    Parameters
    ----------
    clients : sequence of Client
        In the order in which they are shown.
    stage : Stage
        Limits of its methods.
    account : Limit
        The bucket that all share.
    others : int
        Load of the other APIs during `RUSH`, units per second.
    duration : int
        Microseconds.
    seed : int
        For the moments of arrival.
    returned, unit
        See `send`.

    """
    limits = {method_bucket(LIGHT): stage.light, method_bucket(HEAVY): stage.heavy, ACCOUNT: account}
    paths: dict[tuple[str, str], list[Gate]] = {}
    arrivals: list[Arrival] = []
    shared = {method: Gate(Level.METHOD, method_bucket(method)) for method in (LIGHT, HEAVY)}
    last = Gate(Level.ACCOUNT, ACCOUNT)
    for client in clients:
        own = {LIGHT: [], HEAVY: []}
        if client.plan_heavy:
            limits[plan_bucket(client.name, HEAVY)] = client.plan_heavy
            own[HEAVY].append(Gate(Level.PLAN, plan_bucket(client.name, HEAVY)))
        if client.plan:
            limits[plan_bucket(client.name)] = client.plan
            for gates in own.values():
                gates.append(Gate(Level.PLAN, plan_bucket(client.name)))
        paths |= {(client.name, method): [*gates, shared[method], last] for method, gates in own.items()}
        times = spread(client.load, 0, duration, seed=seed, name=client.name)
        arrivals += mixed(times, client.name, stage.share, HEAVY, LIGHT)
    paths[OTHERS, LIGHT] = [last]
    arrivals += [Arrival(time, OTHERS, LIGHT) for time in spread(others, *RUSH, seed=seed, name=OTHERS)]
    return send(arrivals, paths, limits, duration, returned=returned, unit=unit)


def plan_bucket(client: str, method: str = "") -> str:
    """Return the name of a client's bucket in its usage plan: for one method, or for all together."""
    return f"plan/{client}/{method}".rstrip("/")


def method_bucket(method: str) -> str:
    """Return the name of a method's bucket in the stage."""
    return f"method/{method}"


def mixed(times: Iterable[int], source: str, share: int, one: str, other: str) -> list[Arrival]:
    """Return requests of `source` at `times`: `share` percent, evenly spaced, call `one`, the rest `other`."""
    return [
        Arrival(time, source, one if (index + 1) * share // 100 > index * share // 100 else other)
        for index, time in enumerate(times)
    ]


def send(
    arrivals: Iterable[Arrival],
    paths: Mapping[tuple[str, str], Sequence[Gate]],
    limits: Mapping[str, Limit],
    duration: int,
    *,
    returned: bool = False,
    unit: int = 1,
) -> ChainTrace:
    """Send requests along their paths and return what became of each.

    Parameters
    ----------
    arrivals : iterable of Arrival
        In any order; at one time those of the source that comes first in `paths` go first.
    paths : mapping
        Gates by (source, method), each in the order in which they are met.
    limits : mapping of str to Limit
        The buckets.
    duration : int
        End of the observation, microseconds; every arrival is before it.
    returned : bool
        Whether a request that a later gate rejects gives back the tokens that it took before.
    unit : int
        Number of real requests that one arrival stands for (for the trace; the buckets count units).

    Raises
    ------
    KeyError
        When an arrival has no path, or a gate no bucket.

    """
    sources = tuple(dict.fromkeys(source for source, _ in paths))
    rank = {source: index for index, source in enumerate(sources)}
    ordered = sorted(arrivals, key=lambda arrival: (arrival.time, rank[arrival.source]))
    noted: dict[str, list[int]] = {name: [] for name in limits}
    fates = _judge(ordered, paths, limits, duration, returned=returned, noted=noted)
    otherwise = dict.fromkeys(sources, 0)
    for arrival, stopped in zip(ordered, _judge(ordered, paths, limits, duration, returned=not returned), strict=True):
        if stopped is None:
            otherwise[arrival.source] += 1
    requests = tuple(Request(*arrival, stopped) for arrival, stopped in zip(ordered, fates, strict=True))
    levels = {name: tuple(row) for name, row in noted.items()}
    return ChainTrace(sources, dict(limits), duration, returned, unit, requests, levels, otherwise)


def _judge(
    ordered: Sequence[Arrival],
    paths: Mapping[tuple[str, str], Sequence[Gate]],
    limits: Mapping[str, Limit],
    duration: int,
    *,
    returned: bool,
    noted: Mapping[str, list[int]] | None = None,
) -> list[Gate | None]:
    """Return the gate that stops each request, and note the levels of the buckets at every `SLOT`."""
    buckets = {name: TokenBucket(limit.rate, limit.burst) for name, limit in limits.items()}
    ways = {key: [(gate, buckets[gate.bucket]) for gate in gates] for key, gates in paths.items()}
    meet = _returning if returned else _keeping
    fates, due = [], 0
    for time, source, method in ordered:
        while noted and due <= time:
            _note(noted, buckets, due)
            due += SLOT
        fates.append(meet(ways[source, method], time))
    while noted and due <= duration:
        _note(noted, buckets, due)
        due += SLOT
    return fates


def _note(noted: Mapping[str, list[int]], buckets: Mapping[str, TokenBucket], time: int) -> None:
    for name, bucket in buckets.items():
        noted[name].append(bucket.level(time))


def _keeping(way: Sequence[tuple[Gate, TokenBucket]], time: int) -> Gate | None:
    """Take a token at each gate in turn; return the first gate that has none, or None."""
    for gate, bucket in way:
        if not bucket.take(time):
            return gate
    return None


def _returning(way: Sequence[tuple[Gate, TokenBucket]], time: int) -> Gate | None:
    """Like `_keeping`, but what was taken before a rejection is given back at once, as if never taken."""
    for gate, bucket in way:
        if bucket.level(time) < TOKEN:
            return gate
    for _, bucket in way:
        bucket.take(time)
    return None
