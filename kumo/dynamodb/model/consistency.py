"""One item on three replicas: a write, and reads that may come before the followers know of it.

Modelled: a partition's replication group, as the USENIX ATC 2022 paper on DynamoDB describes it ("Amazon DynamoDB: A
Scalable, Predictably Performant, and Fully Managed NoSQL Database Service"): the leader takes the write and answers
once a majority of the replicas, itself included, has the log record on disk. The two followers apply the record later,
each after a lag of its own, here exponentially distributed and independent. An eventually consistent read goes to one
of the three replicas at random; a strongly consistent or transactional one to the leader.

Closed form: a read t after the answer finds the old value if it goes to a follower (2 of 3) whose lag is longer than t,
so with probability 2/3 · exp(-t / mean lag).

Not modelled: a change of leader, lost replicas, the router's preference for near replicas, conflicts between
transactions, global tables. The lags of the service are not published; they are usually far below a second.

Times in milliseconds since the answer to the write; units for an item of up to 4 KB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp

from kumo.core.streams import stream
from kumo.dynamodb.model import units

EVENTUAL, STRONG, TRANSACTIONAL = "eventual", "strong", "transactional"
KINDS = (EVENTUAL, STRONG, TRANSACTIONAL)
REPLICAS = 3
LEADER = 0
TRIALS = 2000


@dataclass(frozen=True)
class Read:
    """A read and what it found.

    Attributes
    ----------
    time : float
        Milliseconds since the answer to the write.
    replica : int
        Which replica answered; `LEADER` or a follower.
    fresh : bool
        Whether it returned the new value.

    """

    time: float
    replica: int
    fresh: bool


@dataclass(frozen=True)
class ConsistencyTrace:
    """A write followed by reads, once in detail and many times in numbers.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    lag : float
        Mean lag of a follower, milliseconds.
    applied : tuple of float
        When each replica applied the write in the run shown, milliseconds; 0 for the leader.
    reads : tuple of Read
        The reads of the run shown, in order.
    stale : tuple of float
        For each read, the share of `TRIALS` runs in which it returned the old value.

    """

    kind: str
    lag: float
    applied: tuple[float, ...]
    reads: tuple[Read, ...]
    stale: tuple[float, ...]

    @property
    def units(self) -> float:
        """Read units for one read of up to 4 KB."""
        return units_of(self.kind)

    @cached_property
    def back(self) -> int | None:
        """Number of the first read that returned the old value although an earlier one had returned the new one."""
        seen = False
        for number, read in enumerate(self.reads):
            if seen and not read.fresh:
                return number
            seen = seen or read.fresh
        return None


def units_of(kind: str) -> float:
    """Return the read units for one read of up to 4 KB."""
    plain = units.for_reading(1, consistent=kind != EVENTUAL)
    return 2 * plain if kind == TRANSACTIONAL else plain


def expected_stale(kind: str, lag: float, time: float) -> float:
    """Return the probability that a read `time` ms after the answer returns the old value."""
    if kind != EVENTUAL:
        return 0.0
    return (REPLICAS - 1) / REPLICAS * exp(-time / lag)


def run(kind: str, lag: float, interval: float, count: int, seed: int) -> ConsistencyTrace:
    """Write once, then read `count` times every `interval` ms, beginning one interval after the answer."""
    times = [interval * (number + 1) for number in range(count)]
    first: tuple[tuple[float, ...], tuple[Read, ...]] | None = None
    stale = [0] * count
    lags, routes = stream(seed, "lags"), stream(seed, "routes")
    for _ in range(TRIALS):
        applied = (0.0, *(lags.expovariate(1 / lag) for _ in range(REPLICAS - 1)))
        chosen = [routes.randrange(REPLICAS) for _ in range(count)]
        reads = tuple(
            Read(time, replica, applied[replica] <= time)
            for time, replica in zip(times, chosen if kind == EVENTUAL else [LEADER] * count, strict=True)
        )
        first = first or (applied, reads)
        for number, read in enumerate(reads):
            stale[number] += not read.fresh
    return ConsistencyTrace(kind, lag, *first, tuple(number / TRIALS for number in stale))
