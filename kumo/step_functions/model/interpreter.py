"""An interpreter of the Amazon States Language, in simulated time.

Modelled: all eight state types; both query languages and variables (see `queries`); the context object; Retry and
Catch; timeouts of states and of the execution, heartbeats; the three patterns of service integrations and activities;
Map inline and distributed with batches and tolerated failures; the event history under the service's names of events;
the quotas of payload and history.

Not modelled: IAM, redriving, a Map over the members of an object, the time that Step Functions itself takes (a state
without work takes 0 ms), ResultWriter's files (their place is given as the result). Of a distributed Map only the
items that succeeded are in the output; the specification leaves that open.

Time is in milliseconds from the start of the execution.

Sources (read 2026-11-26): https://states-language.net/spec.html;
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html;
https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html (names of events).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.core.streams import stream
from kumo.step_functions.model import choices, retry
from kumo.step_functions.model import resources as res
from kumo.step_functions.model.errors import (
    DATA_LIMIT,
    HEARTBEAT_TIMEOUT,
    ITEM_READER_FAILED,
    NO_CHOICE_MATCHED,
    RUNTIME,
    TIMEOUT,
    TOLERATED_EXCEEDED,
    EvaluationError,
    StateError,
    matches,
)
from kumo.step_functions.model.history import (
    ABORTED,
    BROKEN,
    CAUGHT,
    EXITED,
    FAILED,
    RUNNING,
    SUCCEEDED,
    TIMED_OUT,
    WAITING,
    Attempt,
    Event,
    Execution,
    Job,
    Visit,
)
from kumo.step_functions.model.paths import Surroundings
from kumo.step_functions.model.processes import Process, Signal, Timeline, Within
from kumo.step_functions.model.queries import (
    JSONPATH,
    LARGEST_PAYLOAD,
    QUERIES,
    Passed,
    Query,
    Variables,
    about,
    check_size,
    size,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kumo.step_functions.model.processes import Steps

SECOND = 1000
# When the execution starts, for the context object and for Wait states with a timestamp.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

LONGEST_HISTORY: int = facts.value("step_functions.history-maximum")
INLINE_CONCURRENCY: int = facts.value("step_functions.map-inline-concurrency")
DISTRIBUTED_CONCURRENCY: int = facts.value("step_functions.map-distributed-concurrency")

_EVENT_PREFIX = {res.FUNCTION: "LambdaFunction", res.ACTIVITY: "Activity"}


@dataclass
class _Stay:
    """A visit while it lasts."""

    index: int
    state: str
    kind: str
    scope: tuple[tuple[str, int], ...]
    start: float
    input: Any
    attempts: list[Attempt] = field(default_factory=list)
    retries: int = 0


@dataclass(frozen=True)
class _Scope:
    """Where states run: the way to them, and what the context object says beside the usual."""

    way: tuple[tuple[str, int], ...] = ()
    extra: tuple[tuple[str, Any], ...] = ()
    # Children of a distributed Map are executions of their own: only the length of their history is kept, here.
    apart: list[int] | None = None
    variables: Variables = field(default_factory=Variables)


@dataclass(frozen=True)
class _Way:
    """How a state is left: with what, to which state (None: to the end), and how that came."""

    passed: Passed
    following: str | None
    ending: str = EXITED
    error: str | None = None


class _Interpreter:
    """One execution."""

    def __init__(self, machine: Mapping[str, Any], world: res.World, longest: int) -> None:
        self.machine, self.world, self.longest = machine, world, longest
        self.clock = Timeline()
        self.events: list[Event] = []
        self.visits: list[Visit | None] = []
        self.jobs: list[Job] = []
        self.calls: Counter[str] = Counter()
        self.queues: dict[str, _Queue] = {}
        self.faults = stream(world.seed, "faults")
        self.jitter = stream(world.seed, "jitter")
        self.chance = stream(world.seed, "functions")
        self.input: Any = None
        self.stuck = False

    # The execution.

    def run(self, data: Any) -> Execution:
        self.input = data
        limit = self.machine.get("TimeoutSeconds")
        self._emit("ExecutionStarted", input=data)
        main = self.clock.spawn(self._machine(self.machine, data, _Scope()))
        in_time = self.clock.run(main.done, None if limit is None else limit * SECOND)
        status, error, cause = SUCCEEDED, None, None
        if not in_time and limit is None:
            # A task waits for an answer that nobody will give; the service would wait for a year.
            self.stuck = True
            main.stop()
            status = RUNNING
        elif not in_time:
            self.clock.now = limit * SECOND
            main.stop()
            status, error = TIMED_OUT, TIMEOUT
            self._emit("ExecutionTimedOut", error=error)
        elif main.error is not None:
            if not isinstance(main.error, StateError):
                raise main.error
            status, error, cause = FAILED, main.error.name, main.error.cause
            self._emit("ExecutionFailed", error=error, cause=cause)
        else:
            self._emit("ExecutionSucceeded", output=main.result)
        visits = tuple(visit for visit in self.visits if visit is not None)
        output = main.result if status == SUCCEEDED else None
        return Execution(status, output, error, cause, tuple(self.events), visits, tuple(self.jobs), self.clock.now)

    def _machine(self, machine: Mapping[str, Any], data: Any, scope: _Scope) -> Steps:
        name: str | None = machine["StartAt"]
        while name is not None:
            data, name = yield from self._state(name, machine["States"][name], data, scope)
        return data

    def _state(self, name: str, state: Mapping[str, Any], data: Any, scope: _Scope) -> Steps:
        kind = state["Type"]
        stay = _Stay(len(self.visits), name, kind, scope.way, self.clock.now, data)
        self.visits.append(None)
        try:
            self._emit(f"{kind}StateEntered", stay, scope, input=data)
            check_size(data)
            work = getattr(self, f"_{kind.lower()}")
            if kind in {"Task", "Parallel", "Map"}:
                way: _Way = yield from self._guarded(work, state, data, scope, stay)
            else:
                way = yield from work(self._query(state, data, scope, stay), scope, stay)
            output, assigned = way.passed.output, way.passed.assigned
            check_size(output)
            scope.variables.assign(assigned)
            self._emit(f"{kind}StateExited", stay, scope, output=output, **({"assigned": assigned} if assigned else {}))
        except StateError as problem:
            self._report(problem, stay, scope)
            self._leave(stay, BROKEN, error=problem.name)
            raise
        except GeneratorExit:
            self._leave(stay, WAITING if self.stuck else ABORTED)
            raise
        self._leave(stay, way.ending, way=way)
        return output, way.following

    def _leave(self, stay: _Stay, ending: str, *, way: _Way | None = None, error: str | None = None) -> None:
        passed = way.passed if way else Passed(None)
        self.visits[stay.index] = Visit(
            stay.state,
            stay.kind,
            stay.scope,
            stay.start,
            self.clock.now,
            ending,
            way.following if way else None,
            stay.input,
            passed.output,
            way.error if way else error,
            tuple(stay.attempts),
            tuple(passed.assigned.items()),
        )

    def _report(self, problem: StateError, stay: _Stay, scope: _Scope) -> None:
        """Write the event of an expression that failed; an error that comes from within has its own already."""
        if isinstance(problem, EvaluationError) and not problem.reported:
            problem.reported = True
            details = {"error": problem.name, "cause": problem.cause, "location": problem.field}
            # The service says these in its cause only.
            parts = {"expression": problem.expression, "reason": problem.reason, "detail": problem.detail}
            self._emit("EvaluationFailed", stay, scope, **details, **parts)

    def _emit(self, kind: str, stay: _Stay | None = None, scope: _Scope | None = None, **details: Any) -> None:
        apart = scope.apart if scope is not None else None
        if apart is not None:
            apart[0] += 1
        length = len(self.events) if apart is None else apart[0]
        if length >= self.longest and not kind.startswith("Execution"):
            raise StateError(RUNTIME, f"The execution reached the maximum number of history events ({self.longest}).")
        if apart is not None:
            return
        self.events.append(
            Event(
                len(self.events) + 1,
                self.clock.now,
                kind,
                stay.state if stay else "",
                tuple(details.items()),
                stay.index if stay else None,
            )
        )

    # Retry and Catch.

    def _guarded(
        self,
        work: Callable[..., Steps],
        state: Mapping[str, Any],
        data: Any,
        scope: _Scope,
        stay: _Stay,
    ) -> Steps:
        retriers = [retry.retrier(entry) for entry in state.get("Retry", [])]
        used = [0] * len(retriers)
        while True:
            start = self.clock.now
            task = {"Task": {"Token": _token(stay)}} if stay.kind == "Task" else {}
            query = self._query(state, data, scope, stay, **task)
            try:
                passed = yield from work(query, scope, stay)
            except StateError as problem:
                self._report(problem, stay, scope)
                found = next((i for i, entry in enumerate(retriers) if matches(entry.errors, problem.name)), None)
                if found is not None and used[found] < retriers[found].attempts:
                    used[found] += 1
                    wait = retriers[found].wait(used[found], self.jitter) * SECOND
                    stay.attempts.append(Attempt(start, self.clock.now, problem.name, wait))
                    yield wait
                    stay.retries += 1
                    continue
                stay.attempts.append(Attempt(start, self.clock.now, problem.name))
                catcher = next((c for c in state.get("Catch", []) if matches(c["ErrorEquals"], problem.name)), None)
                if catcher is None:
                    raise
                return _Way(query.caught(catcher, problem.output()), catcher["Next"], CAUGHT, problem.name)
            stay.attempts.append(Attempt(start, self.clock.now))
            return _Way(passed, state.get("Next"))

    # The way of the data.

    def _query(self, state: Mapping[str, Any], data: Any, scope: _Scope, stay: _Stay, **extra: Any) -> Query:
        language = state.get("QueryLanguage", self.machine.get("QueryLanguage", JSONPATH))
        around = Surroundings(self._context(stay, scope, **extra), scope.variables.visible())
        now = EPOCH + timedelta(milliseconds=self.clock.now)
        return QUERIES[language](state, data, around, now, self.chance)

    def _context(self, stay: _Stay, scope: _Scope, **extra: Any) -> dict[str, Any]:
        return {
            "Execution": {
                "Id": "arn:aws:states:ap-northeast-1:123456789012:execution:machine:run",
                "Input": self.input,
                "Name": "run",
                "RoleArn": "arn:aws:iam::123456789012:role/machine",
                "StartTime": _stamp(0),
                "RedriveCount": 0,
            },
            "State": {"EnteredTime": _stamp(stay.start), "Name": stay.state, "RetryCount": stay.retries},
            "StateMachine": {
                "Id": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:machine",
                "Name": "machine",
            },
            **dict(scope.extra),
            **extra,
        }

    # State types. Those that can fail and be retried give what leaves them, the others also where to.

    def _pass(self, query: Query, _scope: _Scope, _stay: _Stay) -> Steps:
        yield from ()
        return _Way(query.made(), query.state.get("Next"))

    def _succeed(self, query: Query, _scope: _Scope, _stay: _Stay) -> Steps:
        yield from ()
        return _Way(query.let_through(), None)

    def _fail(self, query: Query, _scope: _Scope, _stay: _Stay) -> Steps:
        yield from ()
        raise StateError(*query.failure())

    def _choice(self, query: Query, _scope: _Scope, stay: _Stay) -> Steps:
        yield from ()
        rule = next((rule for rule in query.state["Choices"] if query.holds(rule)), None)
        following = query.state.get("Default") if rule is None else rule["Next"]
        if following is None:
            raise StateError(NO_CHOICE_MATCHED, f"No rule of '{stay.state}' matched, and it has no Default")
        return _Way(query.let_through(rule), following)

    def _wait(self, query: Query, _scope: _Scope, _stay: _Stay) -> Steps:
        if (seconds := query.number("Seconds")) is not None:
            yield seconds * SECOND
        else:
            text = query.moment()
            moment = choices.timestamp(text)
            if moment is None:
                raise StateError(RUNTIME, f"The TimestampPath parameter does not reference a timestamp: {text}")
            # The service cuts fractions of a second off.
            moment = moment.replace(microsecond=0)
            yield max(0, (moment - EPOCH) / timedelta(milliseconds=1) - self.clock.now)
        return _Way(query.let_through(), query.state.get("Next"))

    # Task.

    def _task(self, query: Query, scope: _Scope, stay: _Stay) -> Steps:
        state = query.state
        named = res.integration(state["Resource"])
        if named is None:
            raise StateError(RUNTIME, f"The resource {state['Resource']} is not known here")
        payload = query.payload()
        prefix = _EVENT_PREFIX.get(named.pattern, "Task")
        limits = {key: _milliseconds(query.number(key, least=1)) for key in ("TimeoutSeconds", "HeartbeatSeconds")}
        call = _Call(self, stay, scope, prefix, state, named, payload, limits)
        self._emit(f"{prefix}Scheduled", stay, scope, resource=state["Resource"], parameters=payload)
        result = yield from call.steps()
        answer = res.response_of(named, result)
        if size(answer) > LARGEST_PAYLOAD:
            problem = StateError(DATA_LIMIT, "The task returned a result larger than a payload may be")
            self._emit(f"{prefix}Failed", stay, scope, error=problem.name, cause=problem.cause)
            raise problem
        self._emit(f"{prefix}Succeeded", stay, scope, output=answer)
        return query.passed(answer)

    # Parallel and Map.

    def _parallel(self, query: Query, scope: _Scope, stay: _Stay) -> Steps:
        payload = query.payload()
        self._emit("ParallelStateStarted", stay, scope)
        branches = [
            self.clock.spawn(self._machine(branch, payload, _inner(scope, stay, index)))
            for index, branch in enumerate(query.state["Branches"])
        ]
        try:
            yield from _all(branches)
        except StateError as problem:
            self._emit("ParallelStateFailed", stay, scope, error=problem.name, cause=problem.cause)
            raise
        finally:
            for branch in branches:
                branch.stop()
        self._emit("ParallelStateSucceeded", stay, scope)
        return query.passed([branch.result for branch in branches])

    def _map(self, query: Query, scope: _Scope, stay: _Stay) -> Steps:
        state = query.state
        processor = state.get("ItemProcessor") or state["Iterator"]
        distributed = processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
        inputs = self._item_inputs(query, self._items(query))
        most = INLINE_CONCURRENCY if not distributed else DISTRIBUTED_CONCURRENCY
        wanted = int(query.number("MaxConcurrency") or 0)
        allowed = min(wanted, most) if wanted else most
        length = sum(count for _, _, count in inputs)
        self._emit("MapStateStarted", stay, scope, length=length)
        if distributed:
            self._emit("MapRunStarted", stay, scope)
        tolerance = _Tolerance(
            length if distributed else 0,
            query.number("ToleratedFailureCount") or 0,
            query.number("ToleratedFailurePercentage") or 0,
        )
        run = _MapRun(self, processor, inputs, stay, scope, distributed)
        try:
            results = yield from run.steps(allowed, tolerance)
        except StateError as problem:
            if distributed:
                self._emit("MapRunFailed", stay, scope, error=problem.name, cause=problem.cause)
            self._emit("MapStateFailed", stay, scope, error=problem.name, cause=problem.cause)
            raise
        if distributed:
            self._emit("MapRunSucceeded", stay, scope)
        self._emit("MapStateSucceeded", stay, scope)
        if "ResultWriter" in state:
            where = query.part(state["ResultWriter"], query.parameters)
            results = {"MapRunArn": "arn:aws:states:…:mapRun:machine/run", "ResultWriterDetails": where}
        return query.passed(results)

    def _items(self, query: Query) -> list[Any]:
        if "ItemReader" not in query.state:
            return query.items()
        reader = query.state["ItemReader"]
        where = query.part(reader, query.parameters)
        key = where.get("Key") or where.get("Prefix") or ""
        if key not in self.world.items:
            raise StateError(ITEM_READER_FAILED, f"There is no object {key} to read items from")
        return list(self.world.items[key])[: reader.get("ReaderConfig", {}).get("MaxItems")]

    def _item_inputs(self, query: Query, items: list[Any]) -> list[tuple[Any, dict[str, Any], int]]:
        """Return (input, Map part of the context object, number of items) of each iteration or batch."""
        made = [(query.selected(index, item), about(index, item), 1) for index, item in enumerate(items)]
        batcher = query.state.get("ItemBatcher")
        if batcher is None:
            return made
        width = batcher.get("MaxItemsPerBatch") or len(made) or 1
        extra = {"BatchInput": query.part(batcher, "BatchInput")} if "BatchInput" in batcher else {}
        parts = [made[start : start + width] for start in range(0, len(made), width)]
        return [({**extra, "Items": [value for value, _, _ in part]}, {}, len(part)) for part in parts]


@dataclass(frozen=True)
class _Tolerance:
    """How many of `total` items may fail: a count and a percentage, of which neither may be exceeded."""

    total: int
    count: float
    percentage: float

    def exceeded(self, failed: int) -> bool:
        if not failed:
            return False
        if not self.count and not self.percentage:
            return True
        share = 100 * failed / self.total
        return bool((self.count and failed > self.count) or (self.percentage and share > self.percentage))


@dataclass
class _MapRun:
    """The iterations of one Map state, as many at a time as allowed."""

    of: _Interpreter
    processor: Mapping[str, Any]
    inputs: list[tuple[Any, dict[str, Any], int]]
    stay: _Stay
    scope: _Scope
    distributed: bool

    def steps(self, allowed: int, tolerance: _Tolerance) -> Steps:
        waiting = list(enumerate(self.inputs))[::-1]
        running: dict[int, Process] = {}
        results: dict[int, Any] = {}
        failed = 0
        try:
            while waiting or running:
                while waiting and len(running) < allowed:
                    index, (value, about, _) = waiting.pop()
                    self._emit("MapIterationStarted", index)
                    running[index] = self._start(index, value, about)
                yield _any(list(running.values()))
                for index in [index for index, process in running.items() if process.done.fired]:
                    process = running.pop(index)
                    if process.error is None:
                        self._emit("MapIterationSucceeded", index)
                        results[index] = process.result
                        continue
                    if not isinstance(process.error, StateError):
                        raise process.error
                    self._emit("MapIterationFailed", index)
                    failed += self.inputs[index][2]
                    if not self.distributed:
                        raise process.error
                    if tolerance.exceeded(failed):
                        cause = "The specified tolerated failure threshold was exceeded"
                        raise StateError(TOLERATED_EXCEEDED, cause)
        finally:
            for process in running.values():
                process.stop()
        return [results[index] for index in sorted(results)]

    def _start(self, index: int, value: Any, about: dict[str, Any]) -> Process:
        inner = _inner(self.scope, self.stay, index)
        inner = replace(inner, extra=(*inner.extra, *about.items()))
        if self.distributed:
            # An execution of its own: it cannot see the variables outside.
            inner = replace(inner, apart=[0], variables=Variables())
        return self.of.clock.spawn(self.of._machine(self.processor, value, inner))  # noqa: SLF001 -- its other half

    def _emit(self, kind: str, index: int) -> None:
        if self.distributed:
            return
        self.of._emit(kind, self.stay, self.scope, index=index)  # noqa: SLF001 -- its other half


@dataclass
class _Call:
    """One try of a Task: the request, and what is waited for."""

    of: _Interpreter
    stay: _Stay
    scope: _Scope
    prefix: str
    state: Mapping[str, Any]
    named: res.Integration
    payload: Any
    limits: dict[str, float | None]

    def __post_init__(self) -> None:
        self.clock = self.of.clock
        self.task = self.of.world.task(self.stay.state, self.named, self.payload)
        self.due = None if self.limits["TimeoutSeconds"] is None else self.clock.now + self.limits["TimeoutSeconds"]
        self.of.calls[self.stay.state] += 1
        self.number = self.of.calls[self.stay.state]
        lasting = self.task.lasting
        self.duration = self.task.duration if lasting is None else lasting(res.request_of(self.named, self.payload))

    def steps(self) -> Steps:
        pattern = self.named.pattern
        if pattern == res.ACTIVITY:
            return (yield from self._activity())
        self._emit("Started")
        if pattern in {res.SYNC, res.CALLBACK} or (pattern == res.REQUEST and self.named.name in res.JOBS):
            yield from self._until(self.clock.now + res.REQUEST_TIME)
        if pattern in {res.SYNC, res.CALLBACK}:
            self._emit("Submitted")
        elif self.named.name in res.JOBS:
            outcome = self.outcome()
            ends = self.clock.now + self.duration
            self.of.jobs.append(Job(self.stay.state, self.clock.now, ends, not isinstance(outcome, StateError)))
            return {} if isinstance(outcome, StateError) else outcome
        if pattern == res.CALLBACK:
            return (yield from self._reports(self.clock.spawn(self.work(mail := _Mail())), mail))
        if self.number <= self.task.silent:
            yield Within(Signal(), self.due)
            raise self._timed_out(TIMEOUT)
        yield from self._until(self.clock.now + self.duration)
        return self._judged(self.outcome())

    def outcome(self) -> Any:
        """Return what the stand-in answers, or the error with which it fails."""
        task, of = self.task, self.of
        # Drawn in any case, so that one knob does not reshuffle the other calls.
        unlucky = of.faults.random() < task.failure_rate
        if self.number <= task.failures or unlucky:
            return StateError(task.error, task.cause)
        try:
            return task.answer(res.request_of(self.named, self.payload))
        except res.TaskError as problem:
            name, cause = problem.name, problem.cause
        except Exception as problem:  # noqa: BLE001 -- as Lambda reports what a function raises
            name, cause = type(problem).__name__, str(problem)
        return StateError(name, res.cause_of(self.named, name, cause))

    def work(self, mail: _Mail) -> Steps:
        """Work and report: heartbeats, then the outcome; nothing more once it has fallen silent."""
        start, task = self.clock.now, self.task
        if self.number <= task.silent:
            return
        beats = range(task.heartbeat, self.duration, task.heartbeat) if task.heartbeat else ()
        for moment in [*beats, self.duration]:
            if task.silent_after is not None and moment >= task.silent_after:
                return
            yield start + moment - self.clock.now
            mail.send(self.outcome() if moment == self.duration else _BEAT)

    def _activity(self) -> Steps:
        queue = self.of.queues.get(self.named.name)
        if queue is None:
            queue = self.of.queues[self.named.name] = _Queue(self.clock)
            for _ in range(self.of.world.workers.get(self.named.name, 1)):
                self.clock.spawn(queue.worker())
        mail = _Mail()
        entry = queue.put(self, mail)
        try:
            if not (yield Within(entry.taken, self.due)):
                raise self._timed_out(TIMEOUT)
            self._emit("Started")
            return (yield from self._reports(None, mail))
        finally:
            entry.gone = True

    def _reports(self, worker: Process | None, mail: _Mail) -> Steps:
        """Wait for the outcome, each time no longer than until the next heartbeat is due."""
        beat = self.limits["HeartbeatSeconds"]
        try:
            while True:
                late = None if beat is None else self.clock.now + beat
                ends = [moment for moment in (late, self.due) if moment is not None]
                if not (yield Within(mail.arrived, min(ends, default=None))):
                    missed = self.due is None or self.clock.now < self.due
                    raise self._timed_out(HEARTBEAT_TIMEOUT if missed else TIMEOUT)
                report = mail.take()
                if report is not _BEAT:
                    return self._judged(report)
        finally:
            if worker is not None:
                worker.stop()

    def _until(self, moment: float) -> Steps:
        if self.due is not None and self.due < moment:
            yield self.due - self.clock.now
            raise self._timed_out(TIMEOUT)
        yield moment - self.clock.now

    def _judged(self, outcome: Any) -> Any:
        if isinstance(outcome, StateError):
            self._emit("Failed", error=outcome.name, cause=outcome.cause)
            raise outcome
        return outcome

    def _timed_out(self, name: str) -> StateError:
        self._emit("TimedOut", error=name)
        return StateError(name)

    def _emit(self, what: str, **details: Any) -> None:
        self.of._emit(f"{self.prefix}{what}", self.stay, self.scope, **details)  # noqa: SLF001 -- its other half


_BEAT = object()


class _Mail:
    """What a worker reports to the state that waits."""

    def __init__(self) -> None:
        self.arrived = Signal()
        self._reports: list[Any] = []

    def send(self, report: Any) -> None:
        self._reports.append(report)
        self.arrived.fire()

    def take(self) -> Any:
        report = self._reports.pop(0)
        if not self._reports:
            self.arrived = Signal()
        return report


@dataclass
class _Entry:
    call: _Call
    mail: _Mail
    taken: Signal = field(default_factory=Signal)
    gone: bool = False


class _Queue:
    """The tasks of one activity, and the workers that poll for them."""

    def __init__(self, clock: Timeline) -> None:
        self.clock = clock
        self.entries: list[_Entry] = []
        self.filled = Signal()

    def put(self, call: _Call, mail: _Mail) -> _Entry:
        entry = _Entry(call, mail)
        self.entries.append(entry)
        self.filled.fire()
        return entry

    def worker(self) -> Steps:
        while True:
            if not self.entries:
                self.filled = Signal() if self.filled.fired else self.filled
                yield self.filled
                continue
            entry = self.entries.pop(0)
            if entry.gone:
                continue
            entry.taken.fire()
            yield from entry.call.work(entry.mail)


def execute(
    machine: Mapping[str, Any], data: Any = None, world: res.World | None = None, *, longest: int = LONGEST_HISTORY
) -> Execution:
    """Run a state machine to its end.

    Parameters
    ----------
    machine : mapping
        A definition without problems (see `definition.problems`).
    data : object
        Input, a JSON value; an empty object when None.
    world : World, optional
        What tasks call. By default every task takes 1 s and gives its payload back.
    longest : int
        Events after which the history is full and the execution fails.

    Returns
    -------
    Execution

    """
    return _Interpreter(machine, world or res.World(), longest).run({} if data is None else data)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * SECOND


def _token(stay: _Stay) -> str:
    return f"token-{stay.index}-{stay.retries}"


def _inner(scope: _Scope, stay: _Stay, index: int) -> _Scope:
    return replace(scope, way=(*scope.way, (stay.state, index)), variables=Variables(scope.variables))


def _all(processes: list[Process]) -> Steps:
    """Wait until all have returned; raise the first error at once."""
    waiting = list(processes)
    while waiting:
        yield _any(waiting)
        for process in waiting:
            if process.error is not None:
                raise process.error
        waiting = [process for process in waiting if not process.done.fired]


def _any(processes: list[Process]) -> Signal:
    """Return a signal that fires when the first of these is done."""
    signal = Signal()
    for process in processes:
        if process.done.fired:
            signal.fire()
        else:
            process.done.waiting.append(signal.fire)
    return signal


def _stamp(milliseconds: float) -> str:
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
