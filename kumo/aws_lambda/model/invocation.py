"""How events reach a function, what happens when it fails, and where every event ends.

Four ways to invoke a function. Callers send one event every `GAP` seconds; a stream or queue holds all its
records from the beginning, so that batches are full.

Synchronous (`SYNC`): one invocation per event, one answer for the caller: 200; 200 with the header
X-Amz-Function-Error when the function failed; 429 when it is throttled; 500 when Lambda is in trouble.
Whether to try again is the caller's business and is not modelled.

Asynchronous (`ASYNC`): the caller gets 202 and the event waits in Lambda's queue. After a function error it is
tried again a minute later, then two minutes later, at most as often as set (0 to 2). Throttling and system
errors do not count: such an event goes back to the queue and is tried again after 1 s, 2 s, 4 s … at most 5
minutes, until it is older than the maximum age. An event that is given up goes to the dead-letter queue, to
the on-failure destination, to both, or nowhere but into the metric AsyncEventsDropped.

Stream (`STREAM`): one shard, read in order, one batch at a time. A batch that fails is tried again, holding up
everything behind it, until it succeeds, its retries are used up, or its records are too old; then its metadata
go to the on-failure destination, or nowhere, and the next batch is read. With bisection a failed batch of
several records is split in two halves first, without counting as a retry. With ReportBatchItemFailures the
records before the first failed one are done, and only the rest is tried again.

Queue (`QUEUE`): messages of a failed batch become visible again when their visibility timeout is over. With
ReportBatchItemFailures only the failed ones do; the others are deleted. A message that has been received
maxReceiveCount times goes to the dead-letter queue at the next attempt to receive it; without a redrive
policy it is still in the queue, to be tried again and again, when the watch ends.

An event fails its attempt with a given probability, independently of everything else, or always when it is the
poisoned one. A function stops at the first record that fails, unless it reports failures to a queue: then it
goes on and names those that failed. A function that times out can report nothing, so its whole batch fails.

Sources (read 2026-11-22), below https://docs.aws.amazon.com/lambda/latest/: dg/invocation-async-error-handling.html
(waits, backoff, age), dg/invocation-async-retain-records.html (destinations, dead-letter queue),
dg/kinesis-on-failure-destination.html and dg/services-kinesis-parameters.html (retries, age, bisection; the
defaults are unlimited), dg/services-kinesis-batchfailurereporting.html (checkpoint at the lowest sequence
number; a report halves nothing, it splits at the number reported), dg/services-sqs-errorhandling.html,
api/API_Invoke.html (status codes; 429 TooManyRequestsException, 500 ServiceException). maxReceiveCount and
retention: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html.

Assumed, because AWS does not say: a batch of a stream, failed or throttled, is tried again with the waits of a
throttled asynchronous event, 1 s, 2 s, 4 s … at most 5 minutes (bisected halves at once); a rest that a report
leaves keeps the retries it has used up; a report whose first record failed is a failure of the whole batch as
far as bisection goes.

Not modelled: batching windows, several pollers or shards, parallelisation, FIFO queues, duplicates that the
queues themselves cause, failures while writing to a destination, recursion, retries inside an SDK.

Times are whole seconds from the first arrival; events and batches are numbered from 1.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

SYNC, ASYNC, STREAM, QUEUE = "sync", "async", "stream", "queue"
EXCEPTION, TIMEOUT = "exception", "timeout"
THROTTLED, SERVICE = "throttled", "service"
DLQ, ON_FAILURE, ON_SUCCESS = "dlq", "failure", "success"
BISECT, REPORT = "bisect", "partial"

MINUTE = 60
HOUR = 60 * MINUTE
GAP = 2
RUN_TIME = 1
FUNCTION_TIMEOUT = int(facts.value("aws_lambda.timeout-default"))

ASYNC_RETRIES = int(facts.value("aws_lambda.async-retries"))
ASYNC_AGE = int(facts.value("aws_lambda.async-age")) * HOUR
# How long a failed asynchronous event waits before its first and second retry.
ASYNC_WAITS = (1 * MINUTE, 2 * MINUTE)
BACKOFF_MOST = 5 * MINUTE
# Retention of a stream when nobody changes it.
STREAM_RETENTION = 24 * HOUR
# A queue keeps a message for days; it is watched this long from the moment the function can be invoked again.
WATCHED = 1 * HOUR

# Places in which an event can end.
ANSWERED = "answered"  # the caller got its result
CALLER_ERROR = "caller-error"  # the caller got 200 with X-Amz-Function-Error
CALLER_REJECTED = "caller-rejected"  # the caller got 429 or 500
DONE = "done"
SUCCESS_DESTINATION = "success-destination"
FAILURE_DESTINATION = "failure-destination"
DEAD_LETTER = "dead-letter"
DROPPED = "dropped"  # given up by Lambda, seen only in metrics
EXPIRED = "expired"  # its retention in the stream ran out
IN_QUEUE = "in-queue"  # still in the queue when the watch ends
PLACES = (
    ANSWERED,
    DONE,
    SUCCESS_DESTINATION,
    CALLER_ERROR,
    CALLER_REJECTED,
    FAILURE_DESTINATION,
    DEAD_LETTER,
    DROPPED,
    EXPIRED,
    IN_QUEUE,
)

# What an invocation did to an event of its batch.
OK, FAILED, UNREACHED, REFUSED = "ok", "failed", "unreached", "refused"


@dataclass(frozen=True)
class InvocationSettings:
    """What is set before the run.

    Attributes
    ----------
    way : {"sync", "async", "stream", "queue"}
        How the function is invoked.
    events : int
        How many events arrive.
    failing : float
        Probability that an event fails in one attempt, 0 to 1.
    poison : int
        Number of the event that always fails; 0 for none.
    fault : {"exception", "timeout"}
        How the function fails.
    trouble : {"throttled", "service"}
        Why the function cannot be invoked during the outage.
    outage : int
        Seconds from the first arrival during which it cannot be invoked.
    retries : int or None
        Retries after the first attempt (of a queue: maxReceiveCount - 1); None for the defaults.
    age : int or None
        Maximum age, seconds, of asynchronous events and records of a stream; None for the defaults.
    nets : tuple of str
        Which of `DLQ`, `ON_FAILURE` and `ON_SUCCESS` are set up.
    batch : int
        Most records or messages per invocation.
    options : tuple of str
        Which of `BISECT` and `REPORT` are on.
    visibility : int
        Visibility timeout of the queue, seconds.

    """

    way: str
    events: int
    failing: float
    poison: int = 0
    fault: str = EXCEPTION
    trouble: str = THROTTLED
    outage: int = 0
    retries: int | None = None
    age: int | None = None
    nets: tuple[str, ...] = ()
    batch: int = 1
    options: tuple[str, ...] = ()
    visibility: int = 30

    @property
    def retry_limit(self) -> int | None:
        """Retries that apply to this way of invoking; None without a limit."""
        if self.way == SYNC:
            return 0
        if self.way == ASYNC:
            return min(ASYNC_RETRIES, ASYNC_RETRIES if self.retries is None else self.retries)
        return self.retries

    @property
    def age_limit(self) -> int:
        """Seconds after which an asynchronous event or a record of a stream is given up, whatever else happens."""
        longest = ASYNC_AGE if self.way == ASYNC else STREAM_RETENTION
        return longest if self.age is None else min(longest, self.age)

    @property
    def duration(self) -> int:
        """Seconds that a failing invocation takes."""
        return FUNCTION_TIMEOUT if self.fault == TIMEOUT else RUN_TIME


@dataclass(frozen=True)
class Invocation:
    """One attempt to run the function.

    Attributes
    ----------
    start : int
        When, seconds.
    events : tuple of int
        Numbers of the events in its batch, in order.
    outcomes : tuple of str
        What became of each: `OK`, `FAILED`, `UNREACHED` (the function had stopped before it) or `REFUSED`
        (the function was not run: throttled, or Lambda in trouble).

    """

    start: int
    events: tuple[int, ...]
    outcomes: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether any of its events was not handled."""
        return any(outcome != OK for outcome in self.outcomes)


@dataclass(frozen=True)
class Ending:
    """Where one event ended.

    Attributes
    ----------
    event : int
        Its number.
    time : int
        When, seconds.
    places : tuple of str
        Where it can be found: `DEAD_LETTER` and `FAILURE_DESTINATION` may come together; otherwise one place.

    """

    event: int
    time: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class InvocationTrace:
    """A run: invocations in order of time, and the ending of every event in order of its number."""

    settings: InvocationSettings
    invocations: tuple[Invocation, ...]
    endings: tuple[Ending, ...]

    @cached_property
    def _by_event(self) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = {ending.event: [] for ending in self.endings}
        for invocation in self.invocations:
            for number, outcome in zip(invocation.events, invocation.outcomes, strict=True):
                found[number].append((invocation.start, outcome))
        return found

    def handled(self, event: int) -> int:
        """Return how many times the function got through the event."""
        return sum(outcome == OK for _, outcome in self._by_event[event])

    def attempts(self, event: int) -> list[tuple[int, str]]:
        """Return (start, outcome) of every invocation with the event in it."""
        return self._by_event[event]

    def in_place(self, place: str) -> list[int]:
        """Return the numbers of the events that ended in `place`."""
        return [ending.event for ending in self.endings if place in ending.places]


def run(settings: InvocationSettings, *, seed: int) -> InvocationTrace:
    """Let the events arrive and follow each to its end."""
    way = {SYNC: _synchronous, ASYNC: _asynchronous, STREAM: _stream, QUEUE: _queue}[settings.way]
    story = _Story(settings, seed)
    way(story)
    endings = tuple(story.endings[number] for number in sorted(story.endings))
    invocations = tuple(sorted(story.invocations, key=lambda invocation: (invocation.start, invocation.events)))
    return InvocationTrace(settings, invocations, endings)


@dataclass
class _Story:
    """The run while it is being told."""

    settings: InvocationSettings
    seed: int
    invocations: list[Invocation] = field(default_factory=list)
    endings: dict[int, Ending] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Each event has its own dice, so that the fate of one does not depend on how often others are tried.
        numbers = range(1, self.settings.events + 1)
        self._dice = {number: stream(self.seed, f"event {number}") for number in numbers}

    def arrival(self, number: int) -> int:
        return (number - 1) * GAP if self.settings.way in (SYNC, ASYNC) else 0

    def end(self, number: int, time: int, *places: str) -> None:
        self.endings[number] = Ending(number, time, places)

    def invoke(self, time: int, events: Sequence[int]) -> Invocation:
        """Try to run the function on a batch."""
        settings = self.settings
        outcomes: list[str] = []
        if time < settings.outage:
            outcomes = [REFUSED] * len(events)
        else:
            goes_on = settings.way == QUEUE and REPORT in settings.options and settings.fault == EXCEPTION
            for number in events:
                if FAILED in outcomes and not goes_on:
                    outcomes.append(UNREACHED)
                else:
                    fails = self._dice[number].random() < settings.failing or number == settings.poison
                    outcomes.append(FAILED if fails else OK)
        invocation = Invocation(time, tuple(events), tuple(outcomes))
        self.invocations.append(invocation)
        return invocation

    def duration(self, invocation: Invocation) -> int:
        if REFUSED in invocation.outcomes:
            return 0
        return self.settings.duration if invocation.failed else RUN_TIME

    def failure_places(self) -> tuple[str, ...]:
        """Return where an event goes that Lambda gives up."""
        nets, way = self.settings.nets, self.settings.way
        places = []
        if ON_FAILURE in nets:
            places.append(FAILURE_DESTINATION)
        if DLQ in nets and way == ASYNC:
            places.append(DEAD_LETTER)
        return tuple(places) or (DROPPED,)

    def success_place(self) -> str:
        """Return where an event goes that the function got through: a stream has no on-success destination."""
        wanted = ON_SUCCESS in self.settings.nets and self.settings.way == ASYNC
        return SUCCESS_DESTINATION if wanted else DONE


def backoff(refusals: int) -> int:
    """Return the wait after that many refusals in a row, at least one."""
    return min(BACKOFF_MOST, 2 ** min(refusals - 1, 30))


def _synchronous(story: _Story) -> None:
    for number in range(1, story.settings.events + 1):
        time = story.arrival(number)
        invocation = story.invoke(time, [number])
        place = {OK: ANSWERED, FAILED: CALLER_ERROR, REFUSED: CALLER_REJECTED}[invocation.outcomes[0]]
        story.end(number, time + story.duration(invocation), place)


def _asynchronous(story: _Story) -> None:
    settings, limit = story.settings, story.settings.retry_limit or 0
    for number in range(1, settings.events + 1):
        arrival = time = story.arrival(number)
        refusals = errors = 0
        while True:
            invocation = story.invoke(time, [number])
            ended = time + story.duration(invocation)
            if invocation.outcomes[0] == OK:
                story.end(number, ended, story.success_place())
                break
            if invocation.outcomes[0] == FAILED:
                if errors == limit:
                    story.end(number, ended, *story.failure_places())
                    break
                time = ended + ASYNC_WAITS[errors]
                errors, refusals = errors + 1, 0
            else:
                refusals += 1
                time = ended + backoff(refusals)
            if time - arrival > settings.age_limit:
                story.end(number, arrival + settings.age_limit, *story.failure_places())
                break


def _stream(story: _Story) -> None:
    settings = story.settings
    waiting = deque(range(1, settings.events + 1))
    time = 0
    while waiting:
        time = max(time, story.arrival(waiting[0]))
        batch = [number for number in waiting if story.arrival(number) <= time][: settings.batch]
        for _ in batch:
            waiting.popleft()
        time = _shard(story, batch, time)


def _shard(story: _Story, batch: list[int], time: int) -> int:
    """Work through one batch and whatever it is split into; return when the next batch may be read."""
    settings, limit = story.settings, story.settings.retry_limit
    # (records, retries used up) in the order of the stream; failures in a row decide the wait.
    parts: deque[tuple[list[int], int]] = deque([(batch, 0)])
    refusals = failures = 0
    while parts:
        records, used = parts.popleft()
        records = _young(story, records, time)
        if not records:
            continue
        invocation = story.invoke(time, records)
        time += story.duration(invocation)
        if not invocation.failed:
            _done(story, records, time)
            refusals = failures = 0
            continue
        if REFUSED in invocation.outcomes:
            refusals += 1
            time = _wait(story, records, time, backoff(refusals))
            parts.appendleft((records, used))
            continue
        refusals = 0
        first = invocation.outcomes.index(FAILED)
        reported = REPORT in settings.options and settings.fault == EXCEPTION and first > 0
        if reported:
            _done(story, records[:first], time)
            records = records[first:]
        if BISECT in settings.options and (reported or len(records) > 1):
            half = len(records) if reported else (len(records) + 1) // 2
            parts.extendleft((part, used) for part in (records[half:], records[:half]) if part)
            continue
        if limit is not None and used >= limit:
            for number in records:
                story.end(number, time, *story.failure_places())
            failures = 0
            continue
        failures += 1
        time = _wait(story, records, time, backoff(failures))
        parts.appendleft((records, used + 1))
    return time


def _wait(story: _Story, records: list[int], time: int, seconds: int) -> int:
    """Return when a batch is tried again: after the wait, but no later than its last record grows too old."""
    last = max(story.arrival(number) for number in records) + story.settings.age_limit + 1
    return max(time, min(time + seconds, last))


def _done(story: _Story, records: Sequence[int], time: int) -> None:
    for number in records:
        story.end(number, time, story.success_place())


def _young(story: _Story, records: list[int], time: int) -> list[int]:
    """Give up the records that are too old, and return the rest."""
    settings, young = story.settings, []
    for number in records:
        if time - story.arrival(number) <= settings.age_limit:
            young.append(number)
        elif settings.age is None:
            # The stream itself has forgotten it, and all that can be sent is what it was.
            story.end(number, time, *(story.failure_places() if ON_FAILURE in settings.nets else (EXPIRED,)))
        else:
            story.end(number, time, *story.failure_places())
    return young


def _queue(story: _Story) -> None:
    settings, limit = story.settings, story.settings.retry_limit
    # A source queue sends nothing anywhere unless it has a redrive policy.
    redrive = DLQ in settings.nets
    most = None if limit is None or not redrive else limit + 1
    visible = {number: story.arrival(number) for number in range(1, settings.events + 1)}
    received = dict.fromkeys(visible, 0)
    time, watched = 0, settings.outage + WATCHED
    while visible:
        time = max(time, min(visible.values()))
        if time > watched:
            break
        ready = sorted((number for number in visible if visible[number] <= time), key=lambda n: (visible[n], n))
        batch = []
        for number in ready:
            if most is not None and received[number] >= most:
                story.end(number, time, DEAD_LETTER)
                del visible[number]
            elif len(batch) < settings.batch:
                batch.append(number)
        if not batch:
            continue
        invocation = story.invoke(time, batch)
        whole = invocation.failed and not (REPORT in settings.options and settings.fault == EXCEPTION)
        for number, outcome in zip(batch, invocation.outcomes, strict=True):
            received[number] += 1
            if outcome == OK and not whole:
                story.end(number, time + story.duration(invocation), DONE)
                del visible[number]
            else:
                visible[number] = time + settings.visibility
        time += story.duration(invocation)
    for number in visible:
        story.end(number, watched, IN_QUEUE)
