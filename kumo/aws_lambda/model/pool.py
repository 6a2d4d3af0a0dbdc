"""The pool of execution environments of one function: who is served at once, who waits, who is turned away.

Modelled, in whole microseconds:

- An environment takes one request at a time. A request goes to an idle environment, chosen by the router;
  when none is idle, a new one is started for it, and the request waits for the whole start (a cold start).
- An environment that has been idle for the idle time is reclaimed, at that moment.
- Concurrency is the number of requests in progress, those that wait for a start included. With reserved
  concurrency a function has that many, no more and no fewer; without, all functions of the account share
  what the account's limit leaves. A request beyond it is throttled at once: there is no queue here.
- New environments are limited by the scaling rate: 1,000 per function every 10 seconds, refilled
  continuously and never above 1,000 ("Lambda scaling behavior",
  https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html, read 2026-11-22).
- Provisioned concurrency: environments that are started before anyone asks, kept as long as they are
  configured, and preferred while one of them is idle; what goes beyond spills over to the rest
  (https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html, read 2026-11-22). After
  being configured they take a while to prepare, then come at 6,000 a minute.
- A run that reaches the timeout is broken off there, and its environment is not used again.

Not modelled: that AWS chooses the idle time as it likes and replaces environments after some hours; that it
sometimes starts environments ahead of need; the limit of ten requests per second for each unit of
concurrency; the time that routing and the network take; that a broken-off environment keeps its /tmp and
only initialises anew.

Who picks the environment, and why it matters: `kumo.aws_lambda.model.routers`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from kumo.aws_lambda.model import routers
from kumo.aws_lambda.model.startup import StartUp
from kumo.aws_lambda.model.units import MINUTE, SECOND
from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.aws_lambda.model.routers import Router

# How an invocation was served …
WARM, COLD, PROVISIONED, THROTTLED = "warm", "cold", "provisioned", "throttled"
# … and what turned a throttled one away.
BY_RESERVED, BY_ACCOUNT, BY_SCALING = "reserved", "account", "scaling"
# Why an environment ended.
IDLE, TIMED_OUT, UNSCHEDULED = "idle", "timeout", "unscheduled"

# Marks of a run in the heap of runs: broken off (1), in a provisioned environment (2), both (3).
_KEPT = 2
# Steps of the plan of provisioned concurrency; at one moment leaving comes first.
_LEAVE, _JOIN = 0, 1
# Starts that the scaling rate allows are counted in millionths.
_TOKEN, _WINDOW = 1_000_000, 10 * SECOND

# Ten minutes: what the published measurements of `routers` found.
KEEP_ALIVE = 10 * MINUTE
LONGEST = 900 * SECOND


class Invocation(NamedTuple):
    """One request and what became of it.

    Attributes
    ----------
    time : int
        Arrival, microseconds.
    kind : str
        ``WARM``, ``COLD``, ``PROVISIONED`` or ``THROTTLED``.
    environment : int
        Number of the environment that took it; -1 when throttled.
    waited : int
        Microseconds from arrival until the handler began: the cold start.
    ran : int
        Microseconds that the handler ran; at most the timeout.
    timed_out : bool
        Whether the run was broken off by the timeout.
    reason : str
        For a throttled one the limit that it met: ``BY_RESERVED``, ``BY_ACCOUNT`` or ``BY_SCALING``.

    """

    time: int
    kind: str
    environment: int
    waited: int
    ran: int
    timed_out: bool = False
    reason: str = ""

    @property
    def latency(self) -> int:
        """Microseconds from arrival to answer."""
        return self.waited + self.ran

    @property
    def end(self) -> int:
        """When it was answered, microseconds."""
        return self.time + self.waited + self.ran

    @property
    def served(self) -> bool:
        """Whether an environment took it."""
        return self.environment >= 0


@dataclass
class Environment:
    """One execution environment.

    Attributes
    ----------
    number : int
        Counts up in order of creation within a pool.
    created, ready : int
        When its start began and when it could take its first request, microseconds.
    provisioned : bool
        Whether provisioned concurrency made it.
    ended : int or None
        When it was reclaimed; None while it lives.
    why : str
        ``IDLE``, ``TIMED_OUT`` or ``UNSCHEDULED`` once it has ended.

    """

    number: int
    created: int
    ready: int
    provisioned: bool = False
    ended: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Provisioned:
    """Provisioned concurrency of `count` environments, configured from `start` until `end` (microseconds).

    Attributes
    ----------
    preparation : int
        Microseconds from `start` until Lambda begins to hand them out ("a minute or two").

    """

    count: int
    start: int
    end: int
    preparation: int = 90 * SECOND

    def ready(self, index: int) -> int:
        """Return when the environment of that index (from 0) is ready, microseconds."""
        per_minute = int(facts.value("aws_lambda.provisioned-rate"))
        return self.start + self.preparation + index * MINUTE // per_minute


class Account:
    """The concurrency that the functions of one account share in one Region.

    Parameters
    ----------
    limit : int, optional
        Concurrent executions of all functions; by default AWS's 1,000.
    kept : int, optional
        What must stay unreserved, for functions without a reservation; by default AWS's 100, or the
        whole limit where that is smaller.

    """

    def __init__(self, limit: int | None = None, *, kept: int | None = None) -> None:
        self.limit = int(facts.value("aws_lambda.account-concurrency")) if limit is None else limit
        least = int(facts.value("aws_lambda.unreserved-minimum")) if kept is None else kept
        self.kept = min(self.limit, least)
        self.pools: list[Pool] = []

    @property
    def reserved(self) -> int:
        """How much of the limit is reserved."""
        return sum(pool.reserved for pool in self.pools if pool.reserved is not None)

    def join(self, pool: Pool) -> None:
        """Let a pool share this account; raise ValueError when its reservation does not fit."""
        wanted = self.reserved + (pool.reserved or 0)
        if pool.reserved is not None and (pool.reserved < 0 or wanted > self.limit - self.kept):
            raise ValueError(f"{wanted} reserved of {self.limit} would leave less than {self.kept} unreserved")
        self.pools.append(pool)

    def free(self, time: int) -> int:
        """Return how many more requests the functions without a reservation may have in progress at `time`."""
        left = self.limit
        for pool in self.pools:
            if pool.reserved is not None:
                left -= pool.reserved
            else:
                pool.advance(time)
                left -= pool.allocated + pool.in_progress
        return left


class Pool:
    """The environments of one function, driven request by request.

    Requests come in order of time; between them the pool catches up with what has happened (runs that
    ended, environments reclaimed).

    Parameters
    ----------
    start : StartUp
        What a new environment goes through.
    router : str or Router
        Which idle environment is picked: a key of `routers.ROUTERS`, or a strategy of your own.
    keep_alive : int
        Idle time after which an environment is reclaimed, microseconds.
    timeout : int
        Longest run of the handler, microseconds, at most 900 s.
    reserved : int, optional
        Reserved concurrency; None shares the account's unreserved concurrency.
    provisioned : sequence of Provisioned
        Provisioned concurrency; where several overlap, their counts add up.
    account : Account, optional
        The account; by default one of its own with AWS's limit.
    scaling : int, optional
        New environments that may be started in 10 seconds; by default AWS's 1,000.
    seed : int
        Seed of the router, if it draws lots.
    record : bool
        Whether to keep every environment in `environments`; without, only those that live, so that
        memory stays bounded.

    Raises
    ------
    ValueError
        For a timeout, reservation or provisioned concurrency that Lambda would not accept.

    Attributes
    ----------
    in_progress : int
        Requests in progress, except in provisioned environments.
    busy_provisioned : int
        Requests in progress in provisioned environments.
    created : int
        Environments that were ever started.
    lifetime : int
        Sum of the lifetimes of the environments that have ended, microseconds.

    """

    def __init__(  # noqa: PLR0913 -- the settings of a function and of its surroundings
        self,
        start: StartUp | None = None,
        *,
        router: str | Router = routers.DEFAULT,
        keep_alive: int = KEEP_ALIVE,
        timeout: int = LONGEST,
        reserved: int | None = None,
        provisioned: Sequence[Provisioned] = (),
        account: Account | None = None,
        scaling: int | None = None,
        seed: int = 0,
        record: bool = True,
    ) -> None:
        if not 0 < timeout <= LONGEST:
            raise ValueError(f"a timeout is at most 900 s: {timeout} microseconds")
        self.start = start or StartUp()
        self.keep_alive, self.timeout, self.reserved, self.record = keep_alive, timeout, reserved, record
        self.in_progress = self.busy_provisioned = self.created = self.lifetime = 0
        self.environments: dict[int, Environment] = {}
        self._busy: list[tuple[int, int, int]] = []
        self._idle_since: OrderedDict[int, int] = OrderedDict()
        self._router = routers.ROUTERS[router](seed) if isinstance(router, str) else router
        self._ready = routers.Newest()
        self._kept: set[int] = set()
        self._rate = int(facts.value("aws_lambda.scaling-environments")) if scaling is None else scaling
        self._tokens, self._refilled = self._rate * _TOKEN, 0
        self._now = self._due = 0
        self._plan = _planned(provisioned, reserved)
        self._ended = 0
        self.account = account or Account()
        self._alone = account is None
        self.account.join(self)

    @property
    def living(self) -> int:
        """How many environments exist."""
        return self.created - self._ended

    @property
    def allocated(self) -> int:
        """How many provisioned environments are ready or busy."""
        return len(self._ready) + self.busy_provisioned

    @property
    def concurrency(self) -> int:
        """Requests in progress, in provisioned environments too."""
        return self.in_progress + self.busy_provisioned

    @property
    def idle(self) -> int:
        """How many environments are idle, provisioned ones included."""
        return len(self._idle_since) + len(self._ready)

    def invoke(self, time: int, duration: int) -> Invocation:
        """Let a request arrive that keeps an environment busy for `duration`, and say what becomes of it.

        Parameters
        ----------
        time : int
            Arrival, microseconds; not before the last one.
        duration : int
            How long the handler would run, microseconds.

        """
        self.advance(time)
        timed_out = duration > self.timeout
        if timed_out:
            duration = self.timeout
        if self._kept:
            number = self._ready.pick()
            if number is not None:
                self.busy_provisioned += 1
                heappush(self._busy, (time + duration, number, _KEPT + timed_out))
                return Invocation(time, PROVISIONED, number, 0, duration, timed_out)
        reason = self._refusal(time)
        if reason:
            return Invocation(time, THROTTLED, -1, 0, 0, reason=reason)
        number = self._router.pick()
        if number is not None:
            del self._idle_since[number]
            self.in_progress += 1
            heappush(self._busy, (time + duration, number, timed_out))
            return Invocation(time, WARM, number, 0, duration, timed_out)
        if not self._may_grow(time):
            return Invocation(time, THROTTLED, -1, 0, 0, reason=BY_SCALING)
        wait = self.start.duration
        number = self._create(time, time + wait)
        self.in_progress += 1
        heappush(self._busy, (time + wait + duration, number, timed_out))
        return Invocation(time, COLD, number, wait, duration, timed_out)

    def advance(self, time: int) -> None:
        """Let everything happen that happens up to and at `time` (microseconds)."""
        if time < self._now:
            raise ValueError(f"time runs forward: {time} after {self._now}")
        self._now = time
        while self._plan and self._plan[0][0] <= time:
            # A run that is broken off on the way may put an earlier step before this one.
            self._release(self._plan[0][0])
            self._follow(*heappop(self._plan))
        if self._busy and self._busy[0][0] <= time:
            self._release(time)
            if self._plan and self._plan[0][0] <= time:
                self.advance(time)
        if time >= self._due:
            self._reclaim(time)

    def environment_time(self, until: int) -> int:
        """Return the lifetimes of all environments so far up to `until`, added up (microseconds).

        Divided by the time observed it is the mean number of environments. `until` is the time that the
        pool has advanced to; runs that go on after it count up to it.
        """
        return self.lifetime + sum(
            max(0, until - environment.created) for environment in self.environments.values() if not environment.why
        )

    def _reclaim(self, time: int) -> None:
        # Environments stand in the order in which they became idle, so the first one is due first; and none
        # that becomes idle from now on is due before the whole idle time has passed.
        since, keep = self._idle_since, self.keep_alive
        self._due = time + keep
        while since:
            number = next(iter(since))
            due = since[number] + keep
            if due > time:
                self._due = due
                break
            del since[number]
            self._router.drop(number)
            self._end(number, due, IDLE)

    def _release(self, time: int) -> None:
        busy = self._busy
        while busy and busy[0][0] <= time:
            end, number, mark = heappop(busy)
            if mark >= _KEPT:
                self._release_provisioned(end, number, broken=mark > _KEPT)
                continue
            self.in_progress -= 1
            if mark:
                self._end(number, end, TIMED_OUT)
            else:
                self._idle_since[number] = end
                self._router.add(number)

    def _release_provisioned(self, time: int, number: int, *, broken: bool) -> None:
        self.busy_provisioned -= 1
        if number not in self._kept:
            self._end(number, time, UNSCHEDULED)
        elif broken:
            # Lambda keeps up the number that is configured, so another one is started.
            self._kept.remove(number)
            self._end(number, time, TIMED_OUT)
            ready = time + self.start.duration
            another = self._create(time, ready, provisioned=True)
            self._kept.add(another)
            heappush(self._plan, (ready, _JOIN, another))
        else:
            self._ready.add(number)

    def _follow(self, time: int, step: int, number: int) -> None:
        """Let `number` provisioned environments go, or let one be ready: a new one, or the one of that number."""
        if step == _LEAVE:
            self._unschedule(time, number)
            return
        if number < 0:
            number = self._create(time - self.start.duration, time, provisioned=True)
            self._kept.add(number)
        if number in self._kept:
            self._ready.add(number)

    def _unschedule(self, time: int, count: int) -> None:
        """Let go of `count` provisioned environments: idle ones at once, busy ones when they are done."""
        for _ in range(count):
            number = self._ready.pick()
            if number is None:
                # Whichever is busy or starting: they are alike, and the newest have the longest to run.
                number = max(self._kept)
                self._kept.remove(number)
                if time <= self.environments[number].ready:
                    self._end(number, time, UNSCHEDULED)
                continue
            self._kept.remove(number)
            self._end(number, time, UNSCHEDULED)

    def _refusal(self, time: int) -> str:
        """Return the limit that a request outside provisioned concurrency would meet at `time`, or nothing."""
        if self.reserved is not None:
            return BY_RESERVED if self.in_progress + self.allocated >= self.reserved else ""
        if self._alone:
            return BY_ACCOUNT if self.in_progress + self.allocated >= self.account.limit else ""
        return BY_ACCOUNT if self.account.free(time) <= 0 else ""

    def _may_grow(self, time: int) -> bool:
        """Take one of the starts that the scaling rate allows, if there is one."""
        gained = (time - self._refilled) * self._rate * _TOKEN // _WINDOW
        if gained:
            self._tokens = min(self._rate * _TOKEN, self._tokens + gained)
            self._refilled = time
        if self._tokens < _TOKEN:
            return False
        self._tokens -= _TOKEN
        return True

    def _create(self, created: int, ready: int, *, provisioned: bool = False) -> int:
        number = self.created
        self.created += 1
        self.environments[number] = Environment(number, created, ready, provisioned)
        return number

    def _end(self, number: int, time: int, why: str) -> None:
        environment = self.environments[number]
        environment.ended, environment.why = time, why
        self.lifetime += time - environment.created
        self._ended += 1
        if not self.record:
            del self.environments[number]


def _planned(layers: Sequence[Provisioned], reserved: int | None) -> list[tuple[int, int, int]]:
    """Return the steps of provisioned concurrency as a heap of (time, step, number)."""
    steps, changes = [], []
    for layer in layers:
        if layer.count < 1 or layer.end <= layer.start:
            raise ValueError(f"provisioned concurrency is at least 1 and ends after it starts: {layer}")
        ready = [time for time in map(layer.ready, range(layer.count)) if time < layer.end]
        steps += [(time, _JOIN, -1) for time in ready]
        if ready:
            steps.append((layer.end, _LEAVE, len(ready)))
        changes += [(layer.end, -layer.count), (layer.start, layer.count)]
    configured = 0
    for _, change in sorted(changes):
        configured += change
        if reserved is not None and configured > reserved:
            raise ValueError(f"provisioned concurrency ({configured}) is at most the reserved one ({reserved})")
    heapify(steps)
    return steps
