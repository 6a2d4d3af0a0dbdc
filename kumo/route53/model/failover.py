"""How long users see errors when a primary fails: health checks, the cache of a resolver, the cache of a client.

A pair of failover records; the secondary always works. The primary stops working at time 0 and works again at the
end of the outage. Times are whole milliseconds from the beginning of the outage, those before it negative.

Modelled. *Checkers*, each with a beat of its own: a checker sends its next request one interval after the response
to the last one, takes `threshold` results of the same kind in a row before it changes its mind, and knows nothing of
the others. A request that is refused fails at once; one that nobody answers fails when the time for the TCP
connection is over. *Route 53* takes the primary for healthy while more than 18 % of the checkers do, and answers
queries accordingly from that moment on. *Resolvers*, one for each user: a cached answer lives for the TTL of the
record and is fetched again at once. *Clients* that keep an address for a time of their own beyond what DNS says, as
some runtimes and connection pools do, and look it up again at once.

Closed form, for each user, of the time with errors (`Calculation`; the names are those of `Settings`)::

    T_i = a_i + (threshold - 1) * (interval + timeout) + timeout      a checker, first failing request at a_i
    D   = the time from which on too few checkers hold the primary for healthy (an order statistic of the T_i)
    R   = D + (u - D) mod ttl,  P = R + (v - R) mod client_cache      u, v: moments at which the caches run out
    errors = min(P, outage)

and so at most ``interval + (threshold - 1) * (interval + timeout) + timeout + ttl + client_cache``. On the way back
the same holds with `threshold` successes, of which 18 % of the checkers are enough.

The simulation knows none of this: it plays requests, results and expiries one after the other.

Sources (read 2026-11-26): "How Amazon Route 53 determines whether a health check is healthy",
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html (18 %,
time limits, checkers that do not coordinate); API reference of HealthCheckConfig (interval from response to request,
threshold in both directions).

Assumed: sixteen checkers (AWS publishes no number); a working endpoint answers at once; a changed state reaches all
of Route 53's servers at once; every cache is asked without pause; TCP connections that exist are not kept.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND = 1_000
CHECKERS = 16
USERS = 50
TIMEOUT = facts.value("route53.connect-timeout") * SECOND
HEALTHY_PERCENT = facts.value("route53.healthy-share")
# How long before the outage the record of checks begins.
LEAD = 60 * SECOND
# So many checkers must hold an endpoint for unhealthy before Route 53 does.
NEEDED = CHECKERS - CHECKERS * HEALTHY_PERCENT // 100

REQUEST, RESULT, JUDGEMENT, RESOLVER, CLIENT = range(5)


@dataclass(frozen=True)
class Settings:
    """What decides how long it takes; all times in milliseconds.

    Attributes
    ----------
    interval : int
        From the response to one health check to the next request.
    threshold : int
        Results of one kind in a row before a checker changes its mind.
    timeout : int
        How long a failing request takes to fail.
    ttl : int
        Of the record; 0 if resolvers may not cache it.
    client_cache : int
        How long a client keeps an address, whatever the TTL; 0 if it asks each time.
    outage : int
        How long the primary does not work.

    """

    interval: int
    threshold: int
    timeout: int
    ttl: int
    client_cache: int
    outage: int

    @property
    def longest_detection(self) -> int:
        """No failure that lasts takes longer than this to be noticed."""
        return self.interval + (self.threshold - 1) * (self.interval + self.timeout) + self.timeout

    @property
    def longest(self) -> int:
        """No user sees errors for longer than this."""
        return min(self.outage, self.longest_detection + self.ttl + self.client_cache)


@dataclass(frozen=True)
class Phases:
    """The chances: when requests and refreshes fall, as offsets within their period."""

    checkers: tuple[int, ...]
    resolvers: tuple[int, ...]
    clients: tuple[int, ...]


@dataclass(frozen=True)
class Check:
    """One request of one checker: when it was sent, and whether the primary answered."""

    checker: int
    sent: int
    passed: bool


@dataclass(frozen=True)
class User:
    """What one user met.

    Attributes
    ----------
    changes : tuple of (int, bool)
        When the client's address changed, and whether it is the primary's since.
    errors : int
        How long it called an endpoint that did not work.

    """

    changes: tuple[tuple[int, bool], ...]
    errors: int


@dataclass(frozen=True)
class FailoverTrace:
    """An outage as it happened.

    Attributes
    ----------
    settings : Settings
        See there.
    phases : Phases
        See there.
    until : int
        When observation ends.
    checks : tuple of Check
        All requests, in order of time.
    beliefs : tuple of tuples
        For each checker the moments at which it changed its mind, and whether it held the primary for healthy since.
    switches : tuple of (int, bool)
        When the answer of Route 53 changed, and whether it is the primary since.
    users : tuple of User
        See there.

    """

    settings: Settings
    phases: Phases
    until: int
    checks: tuple[Check, ...]
    beliefs: tuple[tuple[tuple[int, bool], ...], ...]
    switches: tuple[tuple[int, bool], ...]
    users: tuple[User, ...]

    @property
    def detected(self) -> int | None:
        """When Route 53 first answered with the secondary; None if never."""
        return next((time for time, primary in self.switches if not primary), None)

    @property
    def returned(self) -> int | None:
        """When it answered with the primary again for good; None if it never left or never returned."""
        return self.switches[-1][0] if self.switches and self.switches[-1][1] else None

    @property
    def errors(self) -> tuple[int, ...]:
        """How long each user saw errors, ascending."""
        return tuple(sorted(user.errors for user in self.users))

    def calling(self, time: int) -> tuple[int, int]:
        """Return how many users call the primary and how many the secondary."""
        primary = 0
        for user in self.users:
            state = True
            for moment, value in user.changes:
                if moment > time:
                    break
                state = value
            primary += state
        return primary, len(self.users) - primary


def phases(settings: Settings, seed: int) -> Phases:
    """Draw when requests and refreshes fall."""
    checkers, resolvers, clients = (stream(seed, name) for name in ("checkers", "resolvers", "clients"))
    return Phases(
        tuple(checkers.randrange(settings.interval) for _ in range(CHECKERS)),
        tuple(resolvers.randrange(max(1, settings.ttl)) for _ in range(USERS)),
        tuple(clients.randrange(max(1, settings.client_cache)) for _ in range(USERS)),
    )


# The simulation: one event after the other.


class _World:
    """Everybody's state while the events are played."""

    def __init__(self, settings: Settings, chances: Phases) -> None:
        self.settings, self.chances = settings, chances
        self.queue: list[tuple[int, int, int, int, bool]] = []
        self.serial = 0
        self.primary = True
        self.believed = [True] * CHECKERS
        self.run = [0] * CHECKERS
        self.resolved = [True] * USERS
        self.called = [True] * USERS
        self.checks: list[Check] = []
        self.beliefs: list[list[tuple[int, bool]]] = [[] for _ in range(CHECKERS)]
        self.switches: list[tuple[int, bool]] = []
        self.changes: list[list[tuple[int, bool]]] = [[] for _ in range(USERS)]

    def plan(self, time: int, kind: int, number: int, passed: bool = False) -> None:  # noqa: FBT001, FBT002 -- what a result carries
        self.serial += 1
        heapq.heappush(self.queue, (time, kind, self.serial, number, passed))

    def request(self, time: int, checker: int) -> None:
        passed = not 0 <= time < self.settings.outage
        self.checks.append(Check(checker, time, passed))
        self.plan(time + (0 if passed else self.settings.timeout), RESULT, checker, passed)

    def result(self, time: int, checker: int, passed: bool) -> None:  # noqa: FBT001 -- what a result carries
        self.plan(time + self.settings.interval, REQUEST, checker)
        # A result like the belief breaks a run against it.
        self.run[checker] = self.run[checker] + 1 if passed != self.believed[checker] else 0
        if self.run[checker] == self.settings.threshold:
            self.run[checker] = 0
            self.believed[checker] = passed
            self.beliefs[checker].append((time, passed))
            self.plan(time, JUDGEMENT, 0)

    def judge(self, time: int) -> None:
        primary = self.believed.count(True) * 100 > HEALTHY_PERCENT * CHECKERS
        if primary == self.primary:
            return
        self.primary = primary
        self.switches.append((time, primary))
        if not self.settings.ttl:
            for user in range(USERS):
                self.refresh(time, user)

    def refresh(self, time: int, user: int) -> None:
        self.resolved[user] = self.primary
        if self.settings.ttl:
            self.plan(time + self.settings.ttl, RESOLVER, user)
        if not self.settings.client_cache:
            self.look_up(time, user)

    def look_up(self, time: int, user: int) -> None:
        if self.called[user] != self.resolved[user]:
            self.called[user] = self.resolved[user]
            self.changes[user].append((time, self.called[user]))
        if self.settings.client_cache:
            self.plan(time + self.settings.client_cache, CLIENT, user)


def simulate(settings: Settings, chances: Phases) -> FailoverTrace:
    """Play the outage, and the return to the primary, event by event."""
    world = _World(settings, chances)
    # Everything has been running before. Of caches one period back is enough to be in step; checks are shown.
    for checker, offset in enumerate(chances.checkers):
        world.plan(offset - LEAD // settings.interval * settings.interval, REQUEST, checker)
    for user in range(USERS):
        if settings.ttl:
            world.plan(chances.resolvers[user] - settings.ttl, RESOLVER, user)
        if settings.client_cache:
            world.plan(chances.clients[user] - settings.client_cache, CLIENT, user)
    until = settings.outage + settings.longest_detection + settings.ttl + settings.client_cache + settings.interval
    while world.queue and world.queue[0][0] <= until:
        time, kind, _, number, passed = heapq.heappop(world.queue)
        if kind == REQUEST:
            world.request(time, number)
        elif kind == RESULT:
            world.result(time, number, passed)
        elif kind == JUDGEMENT:
            world.judge(time)
        elif kind == RESOLVER:
            world.refresh(time, number)
        else:
            world.look_up(time, number)
    users = tuple(User(tuple(changes), _errors(changes, settings.outage)) for changes in world.changes)
    return FailoverTrace(
        settings,
        chances,
        until,
        tuple(world.checks),
        tuple(tuple(changes) for changes in world.beliefs),
        tuple(world.switches),
        users,
    )


def _errors(changes: Sequence[tuple[int, bool]], outage: int) -> int:
    """Return how long of the outage an address was the primary's."""
    total, since, primary = 0, 0, True
    for time, value in [*changes, (outage, True)]:
        now = min(max(time, 0), outage)
        if primary:
            total += now - since
        since, primary = now, value
    return total


# The closed form.


@dataclass(frozen=True)
class Calculation:
    """What the formulas say; times in milliseconds.

    Attributes
    ----------
    detected : int or None
        D; None if the outage passes unnoticed.
    errors : tuple of int
        For each user.

    """

    detected: int | None
    errors: tuple[int, ...]


def calculate(settings: Settings, chances: Phases) -> Calculation:
    """Return what the closed form says of an outage. See the module."""
    detected = detection(settings, chances.checkers)
    if detected is None:
        return Calculation(None, (settings.outage,) * USERS)
    errors = []
    for resolver, client in zip(chances.resolvers, chances.clients, strict=True):
        resolved = detected + _wait(resolver, detected, settings.ttl)
        errors.append(min(settings.outage, resolved + _wait(client, resolved, settings.client_cache)))
    return Calculation(detected, tuple(errors))


def detection(settings: Settings, checkers: Sequence[int]) -> int | None:
    """Return the first moment at which too few checkers hold the primary for healthy; None if there is none."""
    period = settings.interval + settings.timeout
    moments: list[tuple[int, int]] = []
    for first in checkers:
        # Offsets are below the interval, and the outage begins at 0: so the first failing request is at the offset.
        failing = max(0, -(-(settings.outage - first) // period))
        if failing >= settings.threshold:
            flagged = first + (settings.threshold - 1) * period + settings.timeout
            cleared = first + failing * period + (settings.threshold - 1) * settings.interval
            moments += [(flagged, 1), (cleared, -1)]
    unhealthy = 0
    for time in sorted({time for time, _ in moments}):
        unhealthy += sum(step for moment, step in moments if moment == time)
        if unhealthy >= NEEDED:
            return time
    return None


def _wait(offset: int, time: int, period: int) -> int:
    """Return how long after `time` something happens next that happens every `period`, once at `offset`."""
    return (offset - time) % period if period else 0
