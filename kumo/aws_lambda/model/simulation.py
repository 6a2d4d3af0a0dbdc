"""Running a pool on arrivals: as a trace that holds everything, or as a stream that holds almost nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kumo.aws_lambda.model.pool import COLD, PROVISIONED, THROTTLED, WARM, Environment, Invocation, Pool
from kumo.aws_lambda.model.units import MILLISECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kumo.aws_lambda.model.startup import StartUp


@dataclass(frozen=True)
class PoolTrace:
    """What happened to the requests and environments of one function.

    Attributes
    ----------
    start : StartUp
        What each environment went through before its first request.
    until : int
        End of the observation, microseconds: requests arrive before it; runs may end after it.
    invocations : tuple of Invocation
        In order of arrival.
    environments : tuple of Environment
        In order of creation; `ended` is None for those that live at `until`.

    """

    start: StartUp
    until: int
    invocations: tuple[Invocation, ...]
    environments: tuple[Environment, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """Number of invocations by kind (``WARM``, ``COLD``, ``PROVISIONED``, ``THROTTLED``)."""
        return Counter(invocation.kind for invocation in self.invocations)

    @property
    def served(self) -> int:
        """Number of requests that an environment took."""
        return len(self.invocations) - self.counts[THROTTLED]

    @property
    def cold_share(self) -> float:
        """Share of the served requests that waited for a start; 0 when none was served."""
        return self.counts[COLD] / self.served if self.served else 0.0

    @cached_property
    def latencies(self) -> tuple[int, ...]:
        """Latencies of the served requests in microseconds, ascending."""
        return tuple(sorted(invocation.latency for invocation in self.invocations if invocation.served))

    def percentile(self, percent: float) -> int:
        """Return the least latency (microseconds) that `percent` % of the served requests do not exceed.

        Raises
        ------
        ValueError
            When no request was served.

        """
        if not self.latencies:
            raise ValueError("no request was served, so there is no latency")
        return self.latencies[max(0, math.ceil(len(self.latencies) * percent / 100) - 1)]

    def by_environment(self) -> dict[int, list[Invocation]]:
        """Return the invocations of each environment, by its number, in order of time."""
        lanes: dict[int, list[Invocation]] = {environment.number: [] for environment in self.environments}
        for invocation in self.invocations:
            if invocation.served:
                lanes[invocation.environment].append(invocation)
        return lanes

    def most_at_once(self) -> int:
        """Return the highest number of requests in progress at one time."""
        changes = [(i.time, 1) for i in self.invocations if i.served]
        changes += [(i.end, -1) for i in self.invocations if i.served]
        level = highest = 0
        # An end at the time of an arrival comes first: the pool lets the environment be used again.
        for _, change in sorted(changes):
            level += change
            highest = max(highest, level)
        return highest


class Tally:
    """Counts and percentiles of a stream of invocations, in memory that does not grow with it.

    Latencies are kept to three significant digits, so a percentile is off by half a per cent at most.

    Attributes
    ----------
    counts : Counter
        Invocations by kind.
    reasons : Counter
        Throttled ones by reason.
    waited, ran : int
        Sums over the served ones, microseconds.

    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.waited = self.ran = 0
        self._latencies: Counter[int] = Counter()

    def add(self, invocations: Iterable[Invocation]) -> Tally:
        """Take in invocations, and return the tally."""
        kinds, latencies, reasons = dict.fromkeys((WARM, COLD, PROVISIONED, THROTTLED), 0), {}, self.reasons
        waited_in_all = ran_in_all = 0
        for _, kind, number, waited, ran, _, reason in invocations:
            kinds[kind] += 1
            if number < 0:
                reasons[reason] += 1
                continue
            waited_in_all += waited
            ran_in_all += ran
            latency = waited + ran
            latencies[latency] = latencies.get(latency, 0) + 1
            if len(latencies) > _MANY:
                self._coarsen(latencies)
        self._coarsen(latencies)
        self.counts.update(kinds)
        self.waited += waited_in_all
        self.ran += ran_in_all
        return self

    @property
    def requests(self) -> int:
        """Number of invocations taken in."""
        return self.counts.total()

    @property
    def served(self) -> int:
        """Number of those that an environment took."""
        return self.requests - self.counts[THROTTLED]

    @property
    def cold_share(self) -> float:
        """Share of the served requests that waited for a start; 0 when none was served."""
        return self.counts[COLD] / self.served if self.served else 0.0

    def percentile(self, percent: float) -> int:
        """Return the latency (microseconds) that `percent` % of the served requests do not exceed.

        Raises
        ------
        ValueError
            When no request was served.

        """
        rank = max(1, math.ceil(self.served * percent / 100))
        for latency, count in sorted(self._latencies.items()):
            rank -= count
            if rank <= 0:
                return latency
        raise ValueError("no request was served, so there is no latency")

    def _coarsen(self, latencies: dict[int, int]) -> None:
        for latency, count in latencies.items():
            digits = len(str(latency))
            self._latencies[round(latency, 3 - digits) if digits > 3 else latency] += count  # noqa: PLR2004 -- significant digits
        latencies.clear()


# Exact latencies are rounded in batches of this many, which keeps rounding off the busy path.
_MANY = 4096


def stream(pool: Pool, arrivals: Iterable[int], service: Iterable[int]) -> Iterator[Invocation]:
    """Yield what becomes of each arrival, one at a time: nothing is kept but the pool's state.

    Parameters
    ----------
    pool : Pool
        Made with ``record=False`` where memory has to stay bounded.
    arrivals : iterable of int
        Times of arrival, microseconds, ascending.
    service : iterable of int
        How long each would keep an environment busy, microseconds; at least as many as arrivals.

    """
    return map(pool.invoke, arrivals, service)


def simulate(
    arrivals: Iterable[int], service: Iterable[int], *, until: int | None = None, **settings: Any
) -> PoolTrace:
    """Run a pool on arrivals and return all that happened.

    Parameters
    ----------
    arrivals : iterable of int
        Times of arrival, microseconds, ascending.
    service : iterable of int
        How long each would keep an environment busy, microseconds; at least as many as arrivals.
    until : int, optional
        End of the observation, microseconds; by default when the last environment has been reclaimed.
    **settings
        Settings of the `Pool`.

    """
    pool = Pool(**settings)
    invocations = tuple(stream(pool, arrivals, service))
    if until is None:
        until = max((i.end for i in invocations), default=0) + pool.keep_alive
    last = invocations[-1].time if invocations else 0
    pool.advance(max(until, last))
    return PoolTrace(pool.start, until, invocations, tuple(pool.environments.values()))


def milliseconds(duration: int) -> int:
    """Return a duration in microseconds as Lambda bills it: in milliseconds, rounded up."""
    return -(-duration // MILLISECOND)
