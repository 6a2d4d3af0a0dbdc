"""Database connections of a function under a burst: each environment with its own, or all through RDS Proxy.

Modelled, in whole microseconds:

- Environments as in `pool`: one request at a time, the newest idle one is picked, none is reclaimed within the
  observation, and a request beyond the reserved concurrency is throttled at once.
- The handler works, runs one transaction, and works again. The connection is made outside the handler, when the
  environment has started, and kept.
- Without the proxy, that is a connection of the database. Beyond ``max_connections`` the database refuses it ("Too
  many connections"): the invocation fails there and then, and so does the initialisation, so that the environment
  is not used again. A connection that is open stays open as long as the environment lives, whether used or idle.
- With the proxy, environments connect to the proxy, which lets them all in. For each transaction it lends one
  database connection: a free one, or a new one as long as it has fewer than its share of ``max_connections``. When
  all are lent out, requests wait in order of arrival, at most the borrow timeout; then the invocation fails
  ("Timed-out waiting to acquire database connection"). After the transaction the connection can be lent to
  anybody (multiplexing).
- A pinned session keeps the connection that it was lent until it ends, that is as long as the environment lives.
  Which sessions are pinned is drawn once per environment, with the given probability.

Not modelled: the time that opening a connection takes, connections that the database keeps for its administrators,
other clients of the database, queries that get slower under load, the proxy's closing of idle connections, retries.

Sources (read 2026-11-26): RDS Proxy concepts,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html; connection settings,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connections.html; pinning,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from kumo.aws_lambda.model import arrivals, startup
from kumo.aws_lambda.model.routers import Newest
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable

# What becomes of a request.
OK, REFUSED, TIMED_OUT, THROTTLED = "ok", "refused", "timed_out", "throttled"

# The load: a trickle, with a burst from second 5 to second 10 of 30.
DURATION, BURST_START, BURST_LENGTH = 30 * SECOND, 5 * SECOND, 5 * SECOND
TRICKLE = 1.0  # requests per second
# How far the work of a request may be from its mean, as a factor either way.
SPREAD = 1.6
START = startup.from_scratch(500 * MILLISECOND, megabytes=30)

# Events; at one moment what frees something comes first, and a wait that ends in time is not given up.
_END, _RELEASE, _CONNECT, _BORROW, _GIVE_UP = range(5)


@dataclass(frozen=True)
class Setup:
    """The function, its database and the proxy.

    Attributes
    ----------
    limit : int
        ``max_connections`` of the database, at least 1.
    proxy : bool
        Whether the connections go through RDS Proxy.
    share : float
        Of the proxy: the part of `limit` that it may use, 0 to 1 (at least one connection).
    borrow_timeout : int
        Of the proxy: how long a request waits for a connection at most, microseconds.
    pinned : float
        Of the proxy: probability that a session is pinned, 0 to 1.
    reserved : int or None
        Reserved concurrency of the function; None for none.
    cold_start : int
        Microseconds that a new environment takes.

    """

    limit: int
    proxy: bool = False
    share: float = 1.0
    borrow_timeout: int = 120 * SECOND
    pinned: float = 0.0
    reserved: int | None = None
    cold_start: int = START.duration

    @property
    def most(self) -> int:
        """Most database connections that this setup opens."""
        return max(1, int(self.limit * self.share)) if self.proxy else self.limit


class Work(NamedTuple):
    """What a request needs: time before, in and after its transaction, microseconds."""

    before: int
    query: int
    after: int


class Level(NamedTuple):
    """How many there are from `time` (microseconds) on.

    Attributes
    ----------
    environments, connections : int
        Environments, and open connections of the database.
    busy, waiting : int
        Transactions under way, and requests that wait for a connection.

    """

    time: int
    environments: int
    connections: int
    busy: int
    waiting: int


class Request(NamedTuple):
    """What became of a request.

    Attributes
    ----------
    time, end : int
        Arrival and answer, microseconds.
    fate : str
        ``OK``, ``REFUSED``, ``TIMED_OUT`` or ``THROTTLED``.
    waited : int
        Microseconds that it waited for a connection.
    cold : bool
        Whether an environment was started for it.

    """

    time: int
    end: int
    fate: str
    waited: int
    cold: bool


@dataclass(frozen=True)
class ConnectionTrace:
    """All that happened to one setup.

    Attributes
    ----------
    setup : Setup
        The setup.
    requests : tuple of Request
        In order of their answers.
    levels : tuple of Level
        At every change, in order of time.
    pinned : int
        Sessions that were pinned.

    """

    setup: Setup
    requests: tuple[Request, ...]
    levels: tuple[Level, ...]
    pinned: int

    @cached_property
    def fates(self) -> Counter[str]:
        """Number of requests by fate."""
        return Counter(request.fate for request in self.requests)

    @cached_property
    def failed(self) -> tuple[Request, ...]:
        """The requests that ended with an error of the database or the proxy."""
        return tuple(request for request in self.requests if request.fate in (REFUSED, TIMED_OUT))

    @cached_property
    def environments(self) -> int:
        """Most environments that there were at one time."""
        return max(level.environments for level in self.levels)

    @cached_property
    def connections(self) -> int:
        """Most database connections that were open at one time."""
        return max(level.connections for level in self.levels)

    @cached_property
    def most_busy(self) -> int:
        """Most transactions that were under way at one time."""
        return max(level.busy for level in self.levels)

    @cached_property
    def queued(self) -> bool:
        """Whether a request ever had to wait for a connection."""
        return any(level.waiting for level in self.levels)

    @property
    def longest_wait(self) -> int:
        """Longest time that an answered request waited for a connection, microseconds."""
        return max((request.waited for request in self.requests), default=0)


@dataclass(frozen=True)
class Comparison:
    """The same load without and with the proxy."""

    direct: ConnectionTrace
    proxied: ConnectionTrace


class _Run:
    """The machinery: an event queue, the idle environments, and whoever holds or waits for a connection."""

    def __init__(self, setup: Setup, seed: int) -> None:
        self.setup = setup
        self.events: list[tuple[int, int, int, int]] = []
        self.serial = 0
        self.idle = Newest()
        self.created = self.environments = self.in_progress = 0
        # Of the environments: own connection (direct, or pinned), and whether the session is going to be pinned.
        self.own: set[int] = set()
        self.pins: list[bool] = []
        self.draw = stream(seed, "pinning").random
        self.open = self.free = self.busy = self.pinned = 0
        self.waiting: deque[int] = deque()
        self.done: list[Request] = []
        self.noted = (0, 0, 0, 0)
        self.levels = [Level(0, *self.noted)]
        # Of the requests under way, by number: arrival, work, environment, cold, since when it asks, has waited.
        self.arrived: list[int] = []
        self.work: list[Work] = []
        self.environment: dict[int, int] = {}
        self.cold: dict[int, bool] = {}
        self.asked: dict[int, int] = {}
        self.waited: dict[int, int] = {}

    def push(self, time: int, kind: int, request: int) -> None:
        self.serial += 1
        heappush(self.events, (time, kind, self.serial, request))

    def go(self, times: Iterable[int], works: Iterable[Work]) -> ConnectionTrace:
        """Take the requests one after the other, and between them whatever falls due."""
        handle = {
            _END: self.end,
            _RELEASE: self.release,
            _CONNECT: self.connect,
            _BORROW: self.borrow,
            _GIVE_UP: self.give_up,
        }
        for number, (time, work) in enumerate(zip(times, works, strict=False)):
            while self.events and self.events[0][0] <= time:
                due, kind, _, request = heappop(self.events)
                handle[kind](due, request)
                self.note(due)
            self.arrived.append(time)
            self.work.append(work)
            self.arrive(time, number)
            self.note(time)
        while self.events:
            due, kind, _, request = heappop(self.events)
            handle[kind](due, request)
            self.note(due)
        return ConnectionTrace(self.setup, tuple(self.done), tuple(self.levels), self.pinned)

    def note(self, time: int) -> None:
        numbers = (self.environments, self.open, self.busy, len(self.waiting))
        if numbers != self.noted:
            self.noted = numbers
            if self.levels[-1].time == time:
                self.levels.pop()
            self.levels.append(Level(time, *numbers))

    def arrive(self, time: int, request: int) -> None:
        if self.setup.reserved is not None and self.in_progress >= self.setup.reserved:
            self.done.append(Request(time, time, THROTTLED, 0, cold=False))
            return
        self.in_progress += 1
        number = self.idle.pick()
        self.cold[request] = number is None
        if number is not None:
            self.environment[request] = number
            self.push(time + self.work[request].before, _BORROW, request)
            return
        self.environment[request] = self.created
        self.created += 1
        self.environments += 1
        self.pins.append(self.draw() < self.setup.pinned)
        self.push(time + self.setup.cold_start, _CONNECT, request)

    def connect(self, time: int, request: int) -> None:
        """Make the connection of a new environment: the proxy takes all, the database as many as it may."""
        if not self.setup.proxy:
            if self.open >= self.setup.limit:
                self.finish(time, request, REFUSED)
                return
            self.open += 1
            self.own.add(self.environment[request])
        self.push(time + self.work[request].before, _BORROW, request)

    def borrow(self, time: int, request: int) -> None:
        """Begin the transaction, if there is a connection for it."""
        number = self.environment[request]
        self.asked[request] = time
        if number in self.own:
            self.lend(time, request)
        elif self.free:
            self.free -= 1
            self.lend(time, request)
        elif self.open < self.setup.most:
            self.open += 1
            self.lend(time, request)
        elif self.setup.borrow_timeout > 0:
            self.waiting.append(request)
            self.push(time + self.setup.borrow_timeout, _GIVE_UP, request)
        else:
            self.finish(time, request, TIMED_OUT)

    def lend(self, time: int, request: int) -> None:
        self.busy += 1
        self.waited[request] = time - self.asked[request]
        self.push(time + self.work[request].query, _RELEASE, request)

    def release(self, time: int, request: int) -> None:
        """End the transaction: the connection stays with its owner, goes to the next in the queue, or is free."""
        number = self.environment[request]
        self.busy -= 1
        if number not in self.own and self.pins[number]:
            self.own.add(number)
            self.pinned += 1
        elif number not in self.own:
            self.pass_on(time)
        self.push(time + self.work[request].after, _END, request)

    def pass_on(self, time: int) -> None:
        if self.waiting:
            self.lend(time, self.waiting.popleft())
        else:
            self.free += 1

    def give_up(self, time: int, request: int) -> None:
        # Whoever gives up has waited longest, so it is the first in the queue; the others have been served.
        if self.waiting and self.waiting[0] == request:
            self.waiting.popleft()
            self.waited[request] = time - self.asked[request]
            self.finish(time, request, TIMED_OUT)

    def end(self, time: int, request: int) -> None:
        self.finish(time, request, OK)

    def finish(self, time: int, request: int, fate: str) -> None:
        self.in_progress -= 1
        number = self.environment.pop(request)
        if fate == REFUSED:
            self.environments -= 1
        else:
            self.idle.add(number)
        waited = self.waited.pop(request, 0)
        self.asked.pop(request, None)
        self.done.append(Request(self.arrived[request], time, fate, waited, self.cold.pop(request)))


def run(setup: Setup, times: Iterable[int], works: Iterable[Work], *, seed: int) -> ConnectionTrace:
    """Let requests arrive at `times` (microseconds, ascending), each with its work, and follow every one to its end.

    Parameters
    ----------
    setup : Setup
        The function, its database and the proxy.
    times : iterable of int
        Arrivals.
    works : iterable of Work
        At least as many.
    seed : int
        Seed of the stream ``pinning``.

    """
    return _Run(setup, seed).go(times, works)


def burst(rate: float, seed: int) -> list[int]:
    """Return the arrivals of the load: a trickle, and a burst of `rate` requests per second on top of it."""
    quiet = arrivals.poisson(TRICKLE, DURATION, seed)
    crowd = arrivals.poisson(rate, BURST_LENGTH, seed + 1_000, start=BURST_START)
    return sorted([*quiet, *crowd])


def works(mean: int, share: float, seed: int) -> Iterable[Work]:
    """Yield for ever the work of requests of that mean length (microseconds), `share` of it in the transaction."""
    for length in arrivals.spread_out(mean, SPREAD, seed):
        query = round(length * share)
        before = (length - query) // 2
        yield Work(before, query, length - query - before)


def compare(setup: Setup, rate: float, mean: int, share: float, *, seed: int) -> Comparison:
    """Run the same burst without and with the proxy that `setup` describes.

    Parameters
    ----------
    setup : Setup
        With the settings of the proxy; `proxy` itself is set here.
    rate : float
        Requests per second in the burst.
    mean : int
        Median run of the handler, microseconds.
    share : float
        Part of the run that is spent in the transaction, 0 to 1.
    seed : int
        Seed of the load and of the pinning.

    """
    times = burst(rate, seed)
    direct, proxied = (Setup(**(vars(setup) | {"proxy": through})) for through in (False, True))
    return Comparison(
        run(direct, times, works(mean, share, seed), seed=seed),
        run(proxied, times, works(mean, share, seed), seed=seed),
    )
