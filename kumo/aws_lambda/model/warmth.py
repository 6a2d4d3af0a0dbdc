"""Two scenes of the pool: one minute in the life of a function, and four ways to be warm on the same traffic.

The first is a minute of requests against the plain pool, with an idle time of seconds instead of the
minutes that Lambda allows, so that its end can be seen. The second is an hour with a peak in its middle,
served on demand, with provisioned concurrency for the whole hour, with provisioned concurrency on a schedule
around the peak, and with SnapStart: the same arrivals and the same running times in all four.

What is modelled of the pool, the start-up, the CPU and the prices, and what is not, stands in their modules.
Assumptions of the scenes: how much the function computes and waits (`WORK` in each), and that the running
times vary by a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from kumo.aws_lambda.model import arrivals, cost, cpu, startup
from kumo.aws_lambda.model.pool import COLD, Provisioned
from kumo.aws_lambda.model.simulation import simulate
from kumo.aws_lambda.model.units import HOUR, MILLISECOND, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.aws_lambda.model.cost import Bill
    from kumo.aws_lambda.model.pool import Invocation
    from kumo.aws_lambda.model.simulation import PoolTrace

# One minute.

WATCHED = 60 * SECOND
# No request comes so late that its cold start could not be seen.
LAST_ARRIVAL = 54 * SECOND
BURST_EVERY, BURST_SPREAD = 20 * SECOND, SECOND
STEADY, RANDOM, BURST = "steady", "random", "burst"
COMPUTING, WAITING = 150 * MILLISECOND, 200 * MILLISECOND
PACKAGES = {"small": (startup.ZIP, 10), "large": (startup.ZIP, 250), "image": (startup.IMAGE, 1000)}


@dataclass(frozen=True)
class MinuteTrace:
    """A minute of requests.

    Attributes
    ----------
    pool : PoolTrace
        What happened.
    idle : int
        Idle time after which an environment is reclaimed, microseconds.
    running : int
        Middle of the running times, microseconds.

    """

    pool: PoolTrace
    idle: int
    running: int

    @cached_property
    def colds(self) -> tuple[Invocation, ...]:
        """The invocations that waited for a start."""
        return tuple(i for i in self.pool.invocations if i.kind == COLD)

    @cached_property
    def beside_busy(self) -> int:
        """How many cold starts happened although environments existed: each was busy."""
        return sum(
            any(e.created < cold.time and (e.ended is None or e.ended > cold.time) for e in self.pool.environments)
            for cold in self.colds
        )


def minute(pattern: str, rate: float, memory: int, init: int, package: str, idle: int, seed: int) -> MinuteTrace:
    """Return a minute of requests.

    Parameters
    ----------
    pattern : {"steady", "random", "burst"}
        Equal gaps, a Poisson process, or groups every 20 seconds.
    rate : float
        Mean requests per second.
    memory : int
        MB.
    init : int
        Initialisation of the function's code, microseconds.
    package : str
        Key of `PACKAGES`.
    idle : int
        Idle time, microseconds.
    seed : int
        Seed of arrivals and running times.

    """
    form, size = PACKAGES[package]
    start = startup.from_scratch(init, package=form, megabytes=size)
    running = cpu.duration(memory, COMPUTING, WAITING)
    size = max(1, round(rate * BURST_EVERY / SECOND))
    coming: Iterable[int] = {
        STEADY: lambda: arrivals.steady(rate, LAST_ARRIVAL),
        RANDOM: lambda: arrivals.poisson(rate, LAST_ARRIVAL, seed),
        BURST: lambda: arrivals.bursts(size, BURST_EVERY, LAST_ARRIVAL - SECOND, start=SECOND, spread=BURST_SPREAD),
    }[pattern]()
    service = arrivals.spread_out(running, 1.3, seed)
    return MinuteTrace(simulate(coming, service, until=WATCHED, start=start, keep_alive=idle), idle, running)


# Four ways to be warm.

ON_DEMAND, PROVISIONED, SCHEDULED, SNAPSTART = "on_demand", "provisioned", "scheduled", "snapstart"
WAYS = (ON_DEMAND, PROVISIONED, SCHEDULED, SNAPSTART)
PEAK = (20 * MINUTE, 40 * MINUTE)
RUSH_SPREAD = 2 * SECOND
WAY_COMPUTING, WAY_WAITING = 400 * MILLISECOND, 200 * MILLISECOND
# Provisioned concurrency that is on all the time was ready long before the hour began.
BEFORE = 10 * MINUTE
HOURS_PER_MONTH = 730


@dataclass(frozen=True)
class Way:
    """One way to serve the traffic: what happened, what was provisioned, and what the hour costs (USD)."""

    name: str
    pool: PoolTrace
    provisioned: tuple[Provisioned, ...]
    bill: Bill


@dataclass(frozen=True)
class WaysTrace:
    """The same hour of traffic, served in four ways, in the order of `WAYS`.

    Attributes
    ----------
    count : int
        Provisioned concurrency.
    lead : int
        How long before the peak the schedule begins, microseconds.

    """

    ways: tuple[Way, ...]
    count: int
    lead: int

    def __getitem__(self, name: str) -> Way:
        return next(way for way in self.ways if way.name == name)


def ways(base: float, peak: float, memory: int, init: int, count: int, lead: int, seed: int) -> WaysTrace:
    """Return an hour of traffic with a peak of twenty minutes, served in four ways.

    Parameters
    ----------
    base, peak : float
        Mean requests per minute outside and inside the peak (Poisson). The peak begins with a rush: what
        comes in twenty seconds of it comes within two.
    memory : int
        MB.
    init : int
        Initialisation of the function's code, microseconds.
    count : int
        Provisioned concurrency of the two ways that have some.
    lead : int
        How long before the peak the schedule begins, microseconds; it ends with the peak.
    seed : int
        Seed of arrivals and running times.

    """
    first, last = PEAK
    highest = max(base, peak) / 60
    rate = lambda second: (peak if first <= second * SECOND < last else base) / 60  # noqa: E731 -- the shape of an hour
    rush = arrivals.bursts(max(1, round(peak / 3)), HOUR, RUSH_SPREAD, start=first, spread=RUSH_SPREAD)
    coming = list(merge(arrivals.varying(rate, highest, HOUR, seed), rush))
    running = cpu.duration(memory, WAY_COMPUTING, WAY_WAITING)
    service = list(islice(arrivals.spread_out(running, 1.3, seed), len(coming)))
    scratch, snapshot = startup.from_scratch(init, megabytes=50), startup.from_snapshot(memory)
    settings = {
        ON_DEMAND: (scratch, ()),
        PROVISIONED: (scratch, (Provisioned(count, -BEFORE, HOUR + BEFORE),)),
        SCHEDULED: (scratch, (Provisioned(count, first - lead, last),)),
        SNAPSTART: (snapshot, ()),
    }
    served = []
    for name, (start, layers) in settings.items():
        pool = simulate(coming, service, until=HOUR, start=start, provisioned=layers)
        served.append(Way(name, pool, layers, cost.bill(pool, memory, layers)))
    return WaysTrace(tuple(served), count, lead)
