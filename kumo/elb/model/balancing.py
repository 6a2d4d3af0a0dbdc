"""The same traffic under several balancing algorithms: queues at the targets, times to answer, shares.

Modelled: requests arrive at random (a Poisson process) on a number of client connections and each goes at once to
one target. A target serves up to `workers` requests at a time, in order of arrival; the rest wait in its queue.
How long a request takes to serve is drawn once (exponentially, mean `SERVICE`) and is the same under every
algorithm, so that only the choice of target differs. The last target can be in trouble: slow (`SLOWNESS` times the
service time) or failing (answers every request with an error after `FAILURE`, as a process without its database does).

Not modelled: health checks, which would take a failing target out (see the explorer of health and draining), anomaly
mitigation, limits on queues, timeouts and retries of clients, network time, and the several nodes that a load
balancer consists of, each of which balances on its own.

Times are integer microseconds. Events are ordered by (time, kind, serial), departures before arrivals.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from kumo.core.streams import stream
from kumo.elb.model import policies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kumo.elb.model.policies import Policy

SECOND = 1_000_000
# Mean time to serve a request, and what trouble makes of it.
SERVICE = 300_000
SLOWNESS = 3
FAILURE = 10_000
TARGETS = 4
DURATION = 30 * SECOND

ROUND_ROBIN, LEAST, RANDOM, FLOW, GROUPS = "round_robin", "least_outstanding", "weighted_random", "flow_hash", "groups"
POLICIES = (ROUND_ROBIN, LEAST, RANDOM, FLOW, GROUPS)
NONE, SLOW, FAILING = "none", "slow", "failing"

_DEPARTURE, _ARRIVAL = 0, 1


class Arrival(NamedTuple):
    """A request on its way: `time` (microseconds), number of its connection `flow`, and `work` (microseconds)."""

    time: int
    flow: int
    work: int


class Served(NamedTuple):
    """What became of a request.

    Attributes
    ----------
    time, start, end : int
        When it arrived, when a worker took it up, when it was answered (microseconds).
    target : int
        Number of the target, from 0.
    failed : bool
        Whether the answer was an error.

    """

    time: int
    start: int
    end: int
    target: int
    failed: bool


@dataclass(frozen=True)
class Run:
    """All requests under one algorithm, in order of arrival.

    Attributes
    ----------
    served : tuple of Served
        One for each arrival.
    targets : int
        Number of targets.

    """

    served: tuple[Served, ...]
    targets: int

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Requests by target."""
        counts = [0] * self.targets
        for request in self.served:
            counts[request.target] += 1
        return tuple(counts)

    @property
    def errors(self) -> int:
        """Requests that were answered with an error."""
        return sum(request.failed for request in self.served)

    @property
    def fairness(self) -> float:
        """Jain's index of the counts: 1 when all targets get the same number, 1/n when one gets everything."""
        squares = sum(count * count for count in self.counts)
        return len(self.served) ** 2 / (self.targets * squares) if squares else 1.0

    def percentile(self, share: float, target: int | None = None) -> int | None:
        """Return the time from arrival to answer (microseconds) within which `share` of the requests stayed.

        By the nearest-rank method; of one target only, or of all. None where there are no requests.
        """
        times = self._times[target]
        return times[max(0, math.ceil(share * len(times)) - 1)] if times else None

    @cached_property
    def _times(self) -> dict[int | None, list[int]]:
        """Times from arrival to answer in ascending order, of each target and (None) of all."""
        found: dict[int | None, list[int]] = {None: [], **{target: [] for target in range(self.targets)}}
        for request in self.served:
            for key in (None, request.target):
                found[key].append(request.end - request.time)
        return {key: sorted(times) for key, times in found.items()}

    def queue(self, target: int) -> list[tuple[int, int]]:
        """Return when the number of requests at a target changes, and to what: (microseconds, requests)."""
        steps: dict[int, int] = {0: 0}
        for request in self.served:
            if request.target == target:
                steps[request.time] = steps.get(request.time, 0) + 1
                steps[request.end] = steps.get(request.end, 0) - 1
        times = sorted(steps)
        return list(zip(times, accumulate(steps[time] for time in times), strict=True))


@dataclass(frozen=True)
class BalancingTrace:
    """The same traffic under every algorithm.

    Attributes
    ----------
    chosen : str
        The algorithm that the reader looks at, one of `POLICIES`.
    trouble : str
        ``NONE``, ``SLOW`` or ``FAILING``: the state of the last target.
    workers : int
        Requests that a target serves at a time.
    rate : float
        Mean arrivals per second.
    runs : mapping of str to Run
        By algorithm.
    duration : int
        When arrivals end (microseconds); answers may come later.

    """

    chosen: str
    trouble: str
    workers: int
    rate: float
    runs: Mapping[str, Run]
    duration: int

    @property
    def run(self) -> Run:
        """The run of the chosen algorithm."""
        return self.runs[self.chosen]


def arrivals(rate: float, flows: int, duration: int, *, seed: int) -> list[Arrival]:
    """Return random requests.

    Parameters
    ----------
    rate : float
        Mean number per second.
    flows : int
        Number of connections over which they are spread evenly at random.
    duration : int
        Microseconds; arrivals lie in ``[0, duration)``.
    seed : int
        Of the streams for gaps, connections and service times.

    """
    gaps, clients, works = (stream(seed, name) for name in ("arrivals", "clients", "service"))
    found, time = [], 0.0
    while (time := time + gaps.expovariate(rate) * SECOND) < duration:
        work = max(1, round(works.expovariate(1 / SERVICE)))
        found.append(Arrival(int(time), clients.randrange(flows), work))
    return found


def serve(coming: Sequence[Arrival], policy: Policy, targets: int, workers: int, trouble: str = NONE) -> Run:
    """Send every arrival to the target that `policy` chooses, and return when each was served.

    Parameters
    ----------
    coming : sequence of Arrival
        In order of time.
    policy : Policy
        A fresh strategy object.
    targets, workers : int
        Number of targets; requests that each serves at a time.
    trouble : str
        State of the last target.

    """
    outstanding = [0] * targets
    waiting: list[deque[int]] = [deque() for _ in range(targets)]
    target_of, start_of, end_of = ([0] * len(coming) for _ in range(3))
    events = [(request.time, _ARRIVAL, serial) for serial, request in enumerate(coming)]

    def begin(now: int, serial: int) -> None:
        work = coming[serial].work
        if target_of[serial] == targets - 1:
            work = {NONE: work, SLOW: work * SLOWNESS, FAILING: FAILURE}[trouble]
        start_of[serial], end_of[serial] = now, now + work
        heappush(events, (now + work, _DEPARTURE, serial))

    while events:
        now, kind, serial = heappop(events)
        if kind == _ARRIVAL:
            target = target_of[serial] = policy.choose(coming[serial].flow, outstanding)
            outstanding[target] += 1
            if outstanding[target] <= workers:
                begin(now, serial)
            else:
                waiting[target].append(serial)
        else:
            target = target_of[serial]
            outstanding[target] -= 1
            if waiting[target]:
                begin(now, waiting[target].popleft())
    failing = targets - 1 if trouble == FAILING else None
    served = (
        Served(request.time, start, end, target, target == failing)
        for request, start, end, target in zip(coming, start_of, end_of, target_of, strict=True)
    )
    return Run(tuple(served), targets)


def strategy(name: str, targets: int, weight: int, seed: int) -> Policy:
    """Return a fresh strategy object.

    Parameters
    ----------
    name : str
        One of `POLICIES`.
    targets : int
        Number of targets.
    weight : int
        Percent that the last target gets as a target group of its own (`GROUPS` only).
    seed : int
        Of the choices that are left to chance.

    """
    others = range(targets - 1)
    return {
        ROUND_ROBIN: lambda: policies.RoundRobin(range(targets)),
        LEAST: lambda: policies.LeastOutstanding(targets),
        RANDOM: lambda: policies.WeightedRandom(targets, stream(seed, "choice")),
        FLOW: lambda: policies.FlowHash(targets, seed),
        GROUPS: lambda: policies.WeightedGroups(
            [(others, 100 - weight), ([targets - 1], weight)], stream(seed, "choice")
        ),
    }[name]()


def compare(
    chosen: str, trouble: str, rate: int, workers: int, flows: int, weight: int, *, seed: int
) -> BalancingTrace:
    """Run one traffic under every algorithm.

    Parameters
    ----------
    chosen : str
        The algorithm to look at.
    trouble : str
        State of the last target.
    rate : int
        Mean requests per second.
    workers : int
        Requests that a target serves at a time.
    flows : int
        Number of client connections.
    weight : int
        Percent for the last target under `GROUPS`.
    seed : int
        Of the traffic and of the choices that are left to chance.

    """
    coming = arrivals(rate, flows, DURATION, seed=seed)
    runs = {name: serve(coming, strategy(name, TARGETS, weight, seed), TARGETS, workers, trouble) for name in POLICIES}
    return BalancingTrace(chosen, trouble, workers, rate, MappingProxyType(runs), DURATION)
