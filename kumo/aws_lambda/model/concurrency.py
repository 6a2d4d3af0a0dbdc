"""Functions that share the concurrency of one account: who is turned away, and what happens to it then.

Time goes in ticks. All requests of a tick arrive at its beginning, so that whole groups are counted instead of
single requests: a minute with hundreds of thousands of requests takes milliseconds. Times are whole microseconds.

Modelled:

- A request keeps one execution environment, and one unit of concurrency, for the duration of its function; so the
  concurrency that a function needs is its rate times its duration (Little's law).
- A reservation is guaranteed and is the most that its function gets; functions without one share what is left of
  the account's limit, of which 100 cannot be reserved. A reservation that would leave less is refused, and the
  function goes without ("Configuring reserved concurrency",
  https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
- A function without an idle environment starts a new one, as far as its scaling rate allows: 1,000 every 10
  seconds, refilled continuously and never above 1,000 (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html).
- Synchronous callers (`SYNC`) get 429 TooManyRequestsException, and that is the end of it.
- Asynchronous events (`ASYNC`) go back to Lambda's queue and are tried again after 1 s, 2 s, 4 s … at most 5
  minutes, up to 6 hours. With a reservation of 0 they are discarded at once, without any retry
  (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html and
  …/invocation-async-retain-records.html).
- Messages of a queue (`POLLED`) are fetched by the event source mapping, one per invocation. It works with as many
  invocations at once as it has grown to: up to 5 more each second while messages are left, 1,250 at most
  (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). A throttled message is tried again, with
  growing waits, until its visibility timeout is over, and is then back in the queue; meanwhile the mapping "gradually
  backs off" (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
All sources read 2026-11-26.

Assumed, because AWS does not say: requests of one tick that compete for what is left get it in proportion to their
number, retries before new ones; the mapping's waits are those of asynchronous events, and in a second with a refusal
it gives up a tenth of its invocations, down to five.

Not modelled: the time that a cold start takes (see `kumo.aws_lambda.model.warmth`); environments that are reclaimed;
provisioned concurrency; the limit of ten requests per second for each unit of concurrency; retries by callers; that
Lambda reads its own queue more slowly when it is long; batches, and dead-letter queues of the source queue (see
`kumo.aws_lambda.model.invocation`).
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.invocation import ASYNC, SYNC, backoff
from kumo.aws_lambda.model.pool import BY_ACCOUNT, BY_RESERVED, BY_SCALING, Account
from kumo.aws_lambda.model.units import SECOND
from kumo.core import facts
from kumo.core.streams import stream

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

# Beside `SYNC` and `ASYNC`, the third kind of caller: an event source mapping.
POLLED = "polled"

TICK = SECOND // 4
WATCHED = 60 * SECOND
SURGE_START, SURGE_END = 10 * SECOND, 30 * SECOND
# The functions run for so long before the watch, so that it begins in the steady state.
WARM_UP = 12 * SECOND

# Key, way, requests per second and duration of the three functions of `minute`.
USUAL = (
    ("orders", SYNC, 200, SECOND // 2),
    ("images", ASYNC, 20, 3 * SECOND),
    ("jobs", POLLED, 40, 2 * SECOND),
)

SCALING = int(facts.value("aws_lambda.scaling-environments"))
SCALING_WINDOW = 10 * SECOND
POLLERS_LEAST = int(facts.value("aws_lambda.queue-concurrency-start"))
POLLERS_MOST = int(facts.value("aws_lambda.queue-concurrency-maximum"))
POLLERS_PER_SECOND = int(facts.value("aws_lambda.queue-scaling")) // 60
VISIBILITY = int(facts.value("aws_lambda.queue-visibility-default")) * SECOND
# Above this mean a Poisson number is drawn as a rounded normal one: the two cannot be told apart in a picture.
_MANY = 30
_NEVER = 10**15


@dataclass(frozen=True)
class Load:
    """A function and what is asked of it.

    Attributes
    ----------
    key : str
        Its name.
    way : {"sync", "async", "polled"}
        Who calls it.
    rate, peak : float
        Mean number of requests per second, outside and during the surge.
    duration : int
        Microseconds that each keeps an environment; a multiple of the tick.
    reserved : int or None
        Reserved concurrency that is asked for.

    """

    key: str
    way: str
    rate: float
    peak: float
    duration: int
    reserved: int | None = None

    @property
    def need(self) -> float:
        """Concurrency needed outside the surge, on average."""
        return self.rate * self.duration / SECOND

    @property
    def peak_need(self) -> float:
        """Concurrency needed during the surge, on average."""
        return self.peak * self.duration / SECOND


@dataclass(frozen=True)
class FunctionTrace:
    """What happened to one function; one number per tick in each tuple.

    Attributes
    ----------
    load : Load
        What was asked for.
    reserved : int or None
        The reservation that is in force; None where there is none, or where it was refused.
    arrived : tuple of int
        New requests.
    started : tuple of int
        Requests that began to run.
    refused : tuple of int
        Attempts that were throttled.
    busy : tuple of int
        Requests in progress once the tick's have begun.
    waiting : tuple of int
        Requests that wait to be tried (again) after the tick.
    reasons : tuple of (str, int)
        Refused attempts by limit, the limit met first at the front: `BY_RESERVED`, `BY_ACCOUNT`, `BY_SCALING`.
    discarded : int
        Asynchronous events discarded without a retry.
    longest_wait : int
        Microseconds from arrival to start, of the request that waited longest; of one that still waits, until now.

    """

    load: Load
    reserved: int | None
    arrived: tuple[int, ...]
    started: tuple[int, ...]
    refused: tuple[int, ...]
    busy: tuple[int, ...]
    waiting: tuple[int, ...]
    reasons: tuple[tuple[str, int], ...]
    discarded: int
    longest_wait: int

    @cached_property
    def lost(self) -> int:
        """Requests whose caller got 429 and nothing else."""
        return sum(self.refused) if self.load.way == SYNC else 0

    @cached_property
    def left(self) -> int:
        """Requests that wait at the end."""
        return self.waiting[-1]

    @property
    def reservation_refused(self) -> bool:
        """Whether a reservation was asked for and would have left too little for the rest."""
        return self.load.reserved is not None and self.reserved is None

    def by_reason(self, reason: str) -> int:
        """Return the number of attempts that this limit refused."""
        return dict(self.reasons).get(reason, 0)


@dataclass(frozen=True)
class ConcurrencyTrace:
    """What happened to the functions of an account.

    Attributes
    ----------
    limit : int
        Concurrency of the account.
    kept : int
        What of it cannot be reserved.
    tick : int
        Microseconds.
    functions : tuple of FunctionTrace
        In the order of the loads.

    """

    limit: int
    kept: int
    tick: int
    functions: tuple[FunctionTrace, ...]

    @cached_property
    def busy(self) -> tuple[int, ...]:
        """Requests in progress in the account, per tick."""
        return tuple(sum(counts) for counts in zip(*(one.busy for one in self.functions), strict=True))

    @property
    def unreserved(self) -> int:
        """Concurrency that the functions without a reservation share."""
        return self.limit - sum(one.reserved or 0 for one in self.functions)

    @property
    def refused(self) -> int:
        """Attempts that were throttled."""
        return sum(sum(one.refused) for one in self.functions)

    @property
    def peak_need(self) -> float:
        """Concurrency that all functions together need during the surge, on average."""
        return sum(one.load.peak_need for one in self.functions)

    @cached_property
    def first_refusal(self) -> int | None:
        """Tick of the first refusal; None without one."""
        ticks = zip(*(one.refused for one in self.functions), strict=True)
        return next((tick for tick, counts in enumerate(ticks) if any(counts)), None)

    def seconds(self, tick: int) -> float:
        """Return the time of a tick in seconds."""
        return tick * self.tick / SECOND


def accepted(reservations: Sequence[int | None], limit: int) -> list[int | None]:
    """Return which reservations come into force, asked for one after the other: None where one is refused."""
    kept, total = Account(limit).kept, 0
    found: list[int | None] = []
    for wanted in reservations:
        granted = wanted if wanted is not None and total + wanted <= limit - kept else None
        total += granted or 0
        found.append(granted)
    return found


def minute(
    who: str, rate: float, duration: int, *, reserved: Sequence[int | None], limit: int, seed: int
) -> ConcurrencyTrace:
    """Return a minute of three functions, one for each way of being called, of which one surges.

    Parameters
    ----------
    who : {"orders", "images", "jobs"}
        The function that surges.
    rate : float
        Its requests per second during the surge.
    duration : int
        Its duration, microseconds.
    reserved : sequence of int or None
        Reservations of the three.
    limit, seed : int
        As in `run`.

    """
    loads = [
        Load(key, way, usual, rate, duration, own) if key == who else Load(key, way, usual, usual, time, own)
        for (key, way, usual, time), own in zip(USUAL, reserved, strict=True)
    ]
    return run(loads, limit, seed)


def run(
    loads: Sequence[Load], limit: int, seed: int, *, tick: int = TICK, watched: int = WATCHED, warm_up: int = WARM_UP
) -> ConcurrencyTrace:
    """Let the functions run side by side for `watched` microseconds.

    Parameters
    ----------
    loads : sequence of Load
        The functions.
    limit : int
        Concurrency of the account.
    seed : int
        Seed of the arrivals, a stream for each function.
    tick, watched, warm_up : int
        Microseconds; `watched` and `warm_up` are multiples of `tick`.

    """
    reserved = accepted([load.reserved for load in loads], limit)
    functions = [_Function(load, own, seed, tick) for load, own in zip(loads, reserved, strict=True)]
    shared = [one for one in functions if one.reserved is None]
    free_at_most = limit - sum(own or 0 for own in reserved)
    for time in range(-warm_up, watched, tick):
        if time == 0:
            for one in functions:
                one.forget()
        for one in functions:
            one.begin(time)
        wants = [one.wanted() for one in functions]
        free = free_at_most - sum(one.busy for one in shared)
        shares = iter(_shared([most for one, (_, most) in zip(functions, wants, strict=True) if one in shared], free))
        for one, (wanted, most) in zip(functions, wants, strict=True):
            if one.reserved is None:
                one.go(time, wanted, next(shares), most, BY_ACCOUNT)
            else:
                one.go(time, wanted, min(most, max(0, one.reserved - one.busy)), most, BY_RESERVED)
    return ConcurrencyTrace(limit, Account(limit).kept, tick, tuple(one.trace(watched) for one in functions))


def _shared(wants: list[int], free: int) -> list[int]:
    """Return how much of `free` each gets: what it wants, or in proportion to it (largest remainders)."""
    total = sum(wants)
    if total <= free:
        return wants
    whole = [want * free // total for want in wants]
    by_rest = sorted(range(len(wants)), key=lambda index: (-(wants[index] * free % total), index))
    for index in by_rest[: free - sum(whole)]:
        whole[index] += 1
    return whole


def _poisson(chance: random.Random, mean: float) -> int:
    """Draw a Poisson number."""
    if mean > _MANY:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    number, product, least = 0, chance.random(), math.exp(-mean)
    while product > least:
        number += 1
        product *= chance.random()
    return number


@dataclass(order=True)
class _Group:
    """Requests that arrived together and were last refused together, for the `refusals`-th time.

    They are tried again at `due`. Messages of a queue are back in it at `back`, when their visibility timeout is over.
    """

    due: int
    arrived: int
    back: int = field(compare=False)
    refusals: int = field(compare=False)
    count: int = field(compare=False)


class _Function:
    """One function while it runs."""

    def __init__(self, load: Load, reserved: int | None, seed: int, tick: int) -> None:
        self.load, self.reserved, self.tick = load, reserved, tick
        self.chance = stream(seed, f"arrivals {load.key}")
        # How many runs end at each of the next ticks, the first now.
        self.ending = deque([0] * (load.duration // tick))
        self.busy = self.environments = 0
        self.tokens = SCALING * SCALING_WINDOW
        # Refused requests by the time of their next attempt, and those whose time has come.
        self.groups: list[_Group] = []
        self.again: list[_Group] = []
        self.grouped = 0
        # Messages in the queue, by arrival: (time, count); and how many invocations the mapping makes at once.
        self.queue: deque[list[int]] = deque()
        self.queued = 0
        self.pollers = float(max(POLLERS_LEAST, math.ceil(1.2 * load.need)))
        self.yielded = -SECOND
        self.forget()

    def forget(self) -> None:
        """Begin the record; what waited before is left out, so that all that is counted is seen."""
        self.groups.clear()
        self.queue.clear()
        self.grouped = self.queued = self.discarded = self.longest_wait = 0
        self.record: dict[str, list[int]] = {name: [] for name in ("arrived", "started", "refused", "busy", "waiting")}
        self.reasons: Counter[str] = Counter()

    def begin(self, time: int) -> None:
        """Let runs end and requests arrive."""
        self.busy -= self.ending[0]
        self.ending.rotate(-1)
        self.ending[-1] = 0
        self.tokens = min(SCALING * SCALING_WINDOW, self.tokens + SCALING * self.tick)
        surging = SURGE_START <= time < SURGE_END
        rate = self.load.peak if surging else self.load.rate
        self.new = _poisson(self.chance, rate * self.tick / SECOND)
        self.record["arrived"].append(self.new)
        self.again = []
        while self.groups and self.groups[0].due <= time:
            self.again.append(heappop(self.groups))
        if self.load.way == POLLED:
            self._fetch(time)

    def _fetch(self, time: int) -> None:
        """Let the event source mapping take messages from the queue, as many as it has invocations for."""
        if self.new:
            self.queue.append([time, self.new])
            self.queued += self.new
        over = [group for group in self.again if group.back <= time]
        if over:
            self.again = [group for group in self.again if group.back > time]
            count = sum(group.count for group in over)
            self.grouped -= count
            self.queued += count
            # Back among the others, in order of arrival.
            self.queue = deque(sorted([*self.queue, *([group.arrived, group.count] for group in over)]))
        if self.queued and time - self.yielded >= SECOND:
            self.pollers = min(POLLERS_MOST, self.pollers + POLLERS_PER_SECOND * self.tick / SECOND)
        self.new = max(0, min(self.queued, int(self.pollers) - self.busy - self.grouped))

    def wanted(self) -> tuple[int, int]:
        """Return how many requests are tried now, and for how many of them there are environments."""
        wanted = sum(group.count for group in self.again) + self.new
        idle = self.environments - self.busy
        return wanted, min(wanted, idle + self.tokens // SCALING_WINDOW)

    def go(self, time: int, wanted: int, admitted: int, most: int, limit: str) -> None:
        """Start `admitted` of the `wanted` requests and turn the rest away; `most` is what scaling allowed."""
        idle = self.environments - self.busy
        if admitted > idle:
            self.environments += admitted - idle
            self.tokens -= (admitted - idle) * SCALING_WINDOW
        self.busy += admitted
        self.ending[-1] += admitted
        refused = wanted - admitted
        if refused:
            for reason, count in ((BY_SCALING, wanted - most), (limit, most - admitted)):
                if count:
                    self.reasons[reason] += count
        self._pass_on(time, admitted)
        if refused and self.load.way == POLLED and time - self.yielded >= SECOND:
            self.pollers, self.yielded = max(POLLERS_LEAST, self.pollers * 0.9), time
        for name, count in (("started", admitted), ("refused", refused), ("busy", self.busy)):
            self.record[name].append(count)
        self.record["waiting"].append(self.queued + self.grouped)

    def _pass_on(self, time: int, admitted: int) -> None:
        """Say which requests were admitted, the longest waiting first, and put the others where they wait."""
        for group in self.again:
            taken = min(admitted, group.count)
            admitted -= taken
            self.grouped -= group.count
            if taken:
                self.longest_wait = max(self.longest_wait, time - group.arrived)
            if group.count > taken:
                self._wait(time, group.arrived, group.back, group.refusals + 1, group.count - taken)
        if self.load.way == POLLED:
            self._from_queue(time, admitted)
        elif self.new > admitted and self.load.way == ASYNC:
            if self.reserved == 0:
                self.discarded += self.new
            else:
                self._wait(time, time, _NEVER, 1, self.new - admitted)

    def _from_queue(self, time: int, admitted: int) -> None:
        left = self.new
        while left:
            arrived, count = self.queue[0]
            taken = min(left, count)
            if taken == count:
                self.queue.popleft()
            else:
                self.queue[0][1] -= taken
            left -= taken
            self.queued -= taken
            started = min(admitted, taken)
            admitted -= started
            if started:
                self.longest_wait = max(self.longest_wait, time - arrived)
            if taken > started:
                self._wait(time, arrived, time + VISIBILITY, 1, taken - started)

    def _wait(self, time: int, arrived: int, back: int, refusals: int, count: int) -> None:
        self.grouped += count
        heappush(self.groups, _Group(min(back, time + backoff(refusals) * SECOND), arrived, back, refusals, count))

    def trace(self, now: int) -> FunctionTrace:
        """Return what happened."""
        oldest = [group.arrived for group in self.groups] + [entry[0] for entry in self.queue]
        longest = max([self.longest_wait, *(now - arrived for arrived in oldest)])
        record = {name: tuple(counts) for name, counts in self.record.items()}
        return FunctionTrace(
            load=self.load,
            reserved=self.reserved,
            reasons=tuple(self.reasons.items()),
            discarded=self.discarded,
            longest_wait=longest,
            **record,
        )
