"""The interpreter: every history is well formed; time, timeouts, heartbeats, activities and Map in closed form."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.model import history
from kumo.step_functions.model.definition import problems
from kumo.step_functions.model.interpreter import LARGEST_PAYLOAD, execute
from kumo.step_functions.model.queries import LARGEST_ASSIGN, LARGEST_VARIABLES
from kumo.step_functions.model.resources import Task, TaskError, World

if TYPE_CHECKING:
    from kumo.step_functions.model.history import Execution

LAMBDA = "arn:aws:lambda:ap-northeast-1:123456789012:function:"
ACTIVITY = "arn:aws:states:ap-northeast-1:123456789012:activity:pack"
CALLBACK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def task(resource: str = LAMBDA + "f", **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, **({} if "Next" in fields else {"End": True}), **fields}


def one(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": state}, **fields}


def types(run: Execution) -> list[str]:
    return [event.type for event in run.events]


def check_history(run: Execution) -> None:
    """Fail unless the history is well formed: each entered state ends once, and nothing happens outside."""
    assert [event.id for event in run.events] == list(range(1, len(run.events) + 1))
    times = [event.time for event in run.events]
    assert times == sorted(times)
    assert run.events[0].type == "ExecutionStarted"
    closing = {history.SUCCEEDED: ["ExecutionSucceeded"], history.FAILED: ["ExecutionFailed"]}
    closing |= {history.TIMED_OUT: ["ExecutionTimedOut"], history.RUNNING: []}
    assert [kind for kind in types(run)[1:] if kind.startswith("Execution")] == closing[run.status]
    for index, visit in enumerate(run.visits):
        own = [event for event in run.events if event.visit == index]
        entered = [event for event in own if event.type.endswith("StateEntered")]
        left = [event for event in own if event.type.endswith("StateExited")]
        if own:
            assert [event.time for event in entered] == [visit.start]
            assert own[0] is entered[0]
            assert all(visit.start <= event.time <= visit.end for event in own)
        in_order = visit.ending in {history.EXITED, history.CAUGHT}
        assert len(left) == (1 if in_order and own else 0)
        if visit.ending == history.BROKEN:
            assert visit.error
        assert visit.start <= visit.end <= run.duration
        for attempt in visit.attempts[:-1]:
            assert attempt.error is not None
            assert attempt.wait is not None
    assert all(visit.ending != history.BROKEN or run.status != history.SUCCEEDED or visit.scope for visit in run.visits)


class Maker:
    """Draws machines of all state types, with handlers, loops and waits."""

    def __init__(self, seed: int) -> None:
        self.dice, self.count = Random(seed), 0  # noqa: S311 -- draws test cases

    def machine(self, depth: int = 0) -> dict[str, Any]:
        names = [f"S{self.count + index}" for index in range(self.dice.randint(1, 4))]
        self.count += len(names)
        states = {name: self.state(names, index, depth) for index, name in enumerate(names)}
        return {"StartAt": names[0], "States": states}

    def state(self, names: list[str], index: int, depth: int) -> dict[str, Any]:  # noqa: C901 -- a field at a time
        dice, following = self.dice, names[index + 1] if index + 1 < len(names) else None
        onward = {"Next": following} if following else {"End": True}
        kind = dice.choice(["Pass", "Task", "Task", "Wait", "Choice", *(["Parallel", "Map"] if depth < 2 else [])])
        if kind == "Choice" and not following:
            kind = dice.choice(["Succeed", "Fail"])
        if kind == "Choice":
            rule = {"Variable": "$.n", "NumericGreaterThan": dice.randint(0, 4), "Next": dice.choice(names)}
            return {"Type": "Choice", "Choices": [rule], "Default": following}
        if kind == "Succeed":
            return {"Type": "Succeed"}
        if kind == "Fail":
            return {"Type": "Fail", "Error": "Broken", "Cause": "drawn"}
        state: dict[str, Any] = {"Type": kind, **onward}
        if kind == "Wait":
            return state | {"Seconds": dice.randint(0, 5)}
        state["ResultPath"] = dice.choice(["$.r", None])
        if kind == "Task":
            state["Resource"] = dice.choice(
                [LAMBDA + "f", LAMBDA + "g", ACTIVITY, CALLBACK, "arn:aws:states:::ecs:runTask.sync"]
            )
            if dice.random() < 0.4:
                state["TimeoutSeconds"] = dice.randint(1, 4)
        if kind in {"Task", "Parallel", "Map"} and dice.random() < 0.5:
            state["Retry"] = [
                {"ErrorEquals": ["States.ALL"], "MaxAttempts": dice.randint(0, 2), "JitterStrategy": "FULL"}
            ]
        if kind in {"Task", "Parallel", "Map"} and following and dice.random() < 0.4:
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": following}]
        if kind == "Parallel":
            state["Branches"] = [self.machine(depth + 1) for _ in range(dice.randint(1, 3))]
        if kind == "Map":
            mode = {"Mode": dice.choice(["INLINE", "DISTRIBUTED"]), "ExecutionType": "STANDARD"}
            state |= {
                "ItemsPath": "$.items",
                "ItemSelector": {"n.$": "$.n", "items": [1]},
                "MaxConcurrency": dice.randint(0, 2),
                "ItemProcessor": {**self.machine(depth + 1), "ProcessorConfig": mode},
            }
        return state


def reachable_only(machine: dict[str, Any]) -> bool:
    return all(problem.kind == "unreachable" for problem in problems(json.dumps(machine)))


@given(st.integers(0, 10**6), st.floats(0, 1), st.integers(1, 99))
def test_every_history_is_well_formed(seed: int, failure_rate: float, world_seed: int) -> None:
    machine = Maker(seed).machine()
    assert reachable_only(machine)
    world = World(
        {
            "f": Task(failure_rate=failure_rate),
            "g": Task(duration=2500, failure_rate=failure_rate / 2),
            "pack": Task(duration=1500, heartbeat=500, silent=seed % 2),
        },
        seed=world_seed,
    )
    data = {"n": seed % 5, "items": [1, 2, 3]}
    run = execute(machine, data, world, longest=300)
    check_history(run)
    assert run == execute(machine, data, world, longest=300), "the same every time"


@given(st.floats(1, 3), st.integers(1, 9), st.integers(0, 6), st.one_of(st.none(), st.integers(10, 40)))
def test_retry_waits_are_the_closed_form(rate: float, interval: int, attempts: int, longest: int | None) -> None:
    entry = {"ErrorEquals": ["X"], "IntervalSeconds": interval, "MaxAttempts": attempts, "BackoffRate": rate}
    if longest is not None:
        entry["MaxDelaySeconds"] = longest
    run = execute(one(task(Retry=[entry])), {}, World({"f": Task(failures=99, error="X")}))
    waits = [interval * rate**n for n in range(attempts)]
    waits = [min(wait, longest or wait) for wait in waits]
    found = [attempt.wait for attempt in run.visits[0].attempts if attempt.wait is not None]
    assert found == pytest.approx([1000 * wait for wait in waits])
    assert run.duration == pytest.approx(1000 * (attempts + 1 + sum(waits)))
    assert (run.status, run.error) == (history.FAILED, "X")
    assert types(run).count("LambdaFunctionFailed") == attempts + 1
    assert run.transitions == 1 + attempts


@given(st.integers(1, 99))
def test_full_jitter_waits_between_nothing_and_the_plan(seed: int) -> None:
    entry = {"ErrorEquals": ["X"], "IntervalSeconds": 4, "MaxAttempts": 5, "JitterStrategy": "FULL"}
    run = execute(one(task(Retry=[entry])), {}, World({"f": Task(failures=99, error="X")}, seed=seed))
    waits = [attempt.wait for attempt in run.visits[0].attempts[:-1]]
    assert all(0 <= wait <= 4000 * 2**n for n, wait in enumerate(waits))
    assert len(set(waits)) == 5


def test_each_retrier_counts_for_itself() -> None:
    answers = iter(["One", "Two", "One", "Two", "One"])

    def fail(_: Any) -> Any:
        raise TaskError(next(answers))

    retry = [
        {"ErrorEquals": ["One"], "MaxAttempts": 2},
        {"ErrorEquals": ["Two"], "IntervalSeconds": 7, "MaxAttempts": 2},
    ]
    run = execute(one(task(Retry=retry)), {}, World({"f": Task(fail)}))
    assert [attempt.wait for attempt in run.visits[0].attempts] == [1000, 7000, 2000, 14000, None]
    assert run.error == "One"


@pytest.mark.parametrize(
    ("names", "error", "expected"),
    [
        (["States.ALL"], "X", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.TaskFailed"], "X", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["X", "Y"], "Y", True),
        (["X"], "Y", False),
    ],
)
def test_which_errors_are_caught(names: list[str], error: str, expected: bool) -> None:  # noqa: FBT001 -- a case
    machine = one(task(Catch=[{"ErrorEquals": names, "Next": "B"}], TimeoutSeconds=5))
    machine["States"]["B"] = {"Type": "Pass", "Result": "saved", "End": True}
    fault = Task(silent=1) if error == "States.Timeout" else Task(failures=1, error=error)
    run = execute(machine, {}, World({"f": fault}))
    assert (run.status == history.SUCCEEDED) == expected
    assert run.visits[0].error == error


def test_runtime_errors_and_too_much_data_are_not_caught_by_a_wildcard() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    wrong_path = one(task(Parameters={"a.$": "$.nowhere"}, Catch=catch))
    wrong_path["States"]["B"] = {"Type": "Succeed"}
    assert execute(wrong_path, {}).error == "States.Runtime"
    much = one(task(Catch=catch))
    much["States"]["B"] = {"Type": "Succeed"}
    large = World({"f": Task(lambda _: "x" * LARGEST_PAYLOAD)})
    assert execute(much, {}, large).error == "States.DataLimitExceeded"
    fits = World({"f": Task(lambda _: "x" * (LARGEST_PAYLOAD - 2))})
    assert execute(much, {}, fits).status == history.SUCCEEDED


def test_a_timeout_ends_the_execution_wherever_it_is() -> None:
    machine = one({"Type": "Wait", "Seconds": 50, "End": True}, TimeoutSeconds=30)
    run = execute(machine, {})
    assert (run.status, run.error, run.duration) == (history.TIMED_OUT, "States.Timeout", 30_000)
    assert run.visits[0].ending == history.ABORTED


def test_a_task_without_timeout_waits_for_ever() -> None:
    run = execute(one(task(CALLBACK)), {}, World({"A": Task(silent=1)}))
    assert run.status == history.RUNNING
    assert run.visits[0].ending == history.WAITING
    check_history(run)


def test_patterns_decide_how_long_a_state_waits() -> None:
    """Request-response: 0.1 s until the job is accepted; .sync: until it is done; the job takes 60 s either way."""
    world = World({"ecs:runTask": Task(duration=60_000)})
    asked = execute(one(task("arn:aws:states:::ecs:runTask")), {}, world)
    assert asked.duration == 100
    assert [(job.start, job.end) for job in asked.jobs] == [(100, 60_100)]
    waited = execute(one(task("arn:aws:states:::ecs:runTask.sync")), {}, world)
    assert waited.duration == 60_100
    assert types(waited)[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


@pytest.mark.parametrize(
    ("beat", "limit", "silent_after", "expected"),
    [
        (None, None, None, (None, 10_100)),
        (2, None, None, (None, 10_100)),
        (2, None, 4_500, ("States.HeartbeatTimeout", 6_100)),
        (2, 5, None, ("States.Timeout", 5_000)),
        (2, 5, 1_500, ("States.HeartbeatTimeout", 3_100)),
        (None, 20, 4_500, ("States.Timeout", 20_000)),
    ],
)
def test_heartbeats(
    beat: int | None, limit: int | None, silent_after: int | None, expected: tuple[str | None, int]
) -> None:
    """A worker that beats every second for 10 s, after a request of 0.1 s; the last beat and the limit decide."""
    fields = {"HeartbeatSeconds": beat, "TimeoutSeconds": limit}
    machine = one(task(CALLBACK, **{key: value for key, value in fields.items() if value is not None}))
    run = execute(machine, {}, World({"A": Task(duration=10_000, heartbeat=1000, silent_after=silent_after)}))
    assert (run.error, run.duration) == expected


def test_an_activity_has_as_many_tasks_at_once_as_workers() -> None:
    branches = [one(task(ACTIVITY)) for _ in range(5)]
    for index, branch in enumerate(branches):
        branch["States"] = {f"A{index}": branch["States"]["A"]}
        branch["StartAt"] = f"A{index}"
    machine = one({"Type": "Parallel", "Branches": branches, "End": True})
    for workers, duration in ((1, 5000), (2, 3000), (5, 1000)):
        run = execute(machine, {}, World(workers={"pack": workers}))
        assert run.duration == duration
        assert types(run).count("ActivityStarted") == 5
        assert types(run).count("ActivityScheduled") == 5


def mapping(mode: str, items: int, concurrency: int = 0, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    state = {
        "Type": "Map",
        "MaxConcurrency": concurrency,
        "ItemsPath": "$.items",
        "ItemProcessor": {"ProcessorConfig": {"Mode": mode}, "StartAt": "B", "States": {"B": task()}},
        "End": True,
        **fields,
    }
    return one(state), {"items": list(range(items))}


@given(st.integers(0, 90), st.integers(0, 50), st.sampled_from(["INLINE", "DISTRIBUTED"]))
def test_map_takes_as_many_rounds_as_its_concurrency_asks(items: int, concurrency: int, mode: str) -> None:
    machine, data = mapping(mode, items, concurrency)
    run = execute(machine, data)
    allowed = concurrency or items or 1
    allowed = min(allowed, 40) if mode == "INLINE" else allowed
    assert run.duration == 1000 * -(-items // allowed)
    assert run.output == data["items"], "in the order of the items"


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 100))
def test_tolerated_failures(items: int, broken: int, count: int, percentage: int) -> None:
    def fail(item: Any) -> Any:
        if item < broken:
            raise TaskError("X")
        return item

    fields = {"ToleratedFailureCount": count, "ToleratedFailurePercentage": percentage}
    machine, data = mapping("DISTRIBUTED", items, 1, **fields)
    run = execute(machine, data, World({"f": Task(fail)}))
    failed = min(broken, items)
    exceeded = (count and failed > count) or (percentage and 100 * failed > percentage * items)
    exceeded = exceeded or (failed and not count and not percentage)
    assert (run.error == "States.ExceedToleratedFailureThreshold") == bool(exceeded)
    if not exceeded:
        assert run.output == list(range(failed, items))
    assert Counter(types(run))["MapRunFailed" if exceeded else "MapRunSucceeded"] == 1


def test_an_inline_map_fails_with_its_first_failing_item() -> None:
    machine, data = mapping("INLINE", 5, 1)
    run = execute(machine, data, World({"f": Task(lambda item: 1 // (item - 2))}))
    assert (run.error, run.duration) == ("ZeroDivisionError", 3000)
    assert Counter(types(run))["MapIterationFailed"] == 1


def test_batches_hold_the_items_in_order() -> None:
    batcher = {"MaxItemsPerBatch": 4, "BatchInput": {"of.$": "$.name"}}
    machine, data = mapping("DISTRIBUTED", 10, ItemBatcher=batcher)
    run = execute(machine, data | {"name": "x"})
    assert [batch["Items"] for batch in run.output] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert all(batch["BatchInput"] == {"of": "x"} for batch in run.output)


def test_items_come_from_a_reader() -> None:
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "list.json"}}
    machine, _ = mapping("DISTRIBUTED", 0, ItemReader=reader)
    machine["States"]["A"].pop("ItemsPath")
    assert execute(machine, {}, World(items={"list.json": (7, 8)})).output == [7, 8]
    assert execute(machine, {}).error == "States.ItemReaderFailed"


def test_the_first_failing_branch_aborts_the_others() -> None:
    slow = {"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 60, "End": True}}}
    machine = one({"Type": "Parallel", "Branches": [slow, {"StartAt": "B", "States": {"B": task()}}], "End": True})
    run = execute(machine, {}, World({"f": Task(failures=1, error="X")}))
    assert (run.error, run.duration) == ("X", 1000)
    assert {visit.state: visit.ending for visit in run.visits} == {
        "A": history.BROKEN,
        "S": history.ABORTED,
        "B": history.BROKEN,
    }


def test_an_endless_loop_ends_with_the_history() -> None:
    machine = {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}},
    }
    run = execute(machine, {})
    assert (run.status, run.error, len(run.events)) == (history.FAILED, "States.Runtime", 25_001)


def test_lambda_invoke_wraps_what_the_function_returns() -> None:
    parameters = {"FunctionName": LAMBDA + "f", "Payload.$": "$.order"}
    machine = one(task("arn:aws:states:::lambda:invoke", Parameters=parameters, OutputPath="$.Payload"))
    run = execute(machine, {"order": {"n": 2}}, World({"f": Task(lambda event: event["n"] + 1)}))
    assert run.output == 3


def test_the_context_object_knows_state_retries_and_token() -> None:
    machine = one(
        task(
            Parameters={"name.$": "$$.State.Name", "retries.$": "$$.State.RetryCount", "token.$": "$$.Task.Token"},
            Retry=[{"ErrorEquals": ["States.ALL"]}],
        )
    )
    run = execute(machine, {}, World({"f": Task(failures=2)}))
    assert run.output["name"] == "A"
    assert run.output["retries"] == 2
    assert run.output["token"].startswith("token")


def test_a_wait_until_a_moment_cuts_fractions_of_seconds() -> None:
    machine = one({"Type": "Wait", "TimestampPath": "$.at", "End": True})
    assert execute(machine, {"at": "2026-01-01T00:00:09.900Z"}).duration == 9000
    assert execute(machine, {"at": "2020-01-01T00:00:00Z"}).duration == 0
    assert execute(machine, {"at": "soon"}).error == "States.Runtime"


def assigning(*states: dict[str, Any], **machine: Any) -> dict[str, Any]:
    """Return a machine of JSONata Pass states, one after the other."""
    names = [f"S{number}" for number in range(len(states))]
    made = {
        name: {"Type": "Pass", **state, **({"Next": following} if following else {"End": True})}
        for name, state, following in zip(names, states, [*names[1:], None], strict=True)
    }
    return {"QueryLanguage": "JSONata", "StartAt": "S0", "States": made, **machine}


def test_history_and_visits_say_what_was_assigned() -> None:
    run = execute(assigning({"Assign": {"x": 1, "y": "{% $states.input.n %}"}}, {"Output": "{% $x + $y %}"}), {"n": 2})
    assert run.output == 3
    assert [visit.assigned for visit in run.visits] == [(("x", 1), ("y", 2)), ()]
    exits = [event.get("assigned") for event in run.events if event.type == "PassStateExited"]
    assert exits == [{"x": 1, "y": 2}, None]


def test_the_guides_example_of_the_order_of_assignments() -> None:
    machine = assigning(
        {"Assign": {"x": 3, "a": 6}},
        {"Assign": {"x": "{% $a %}", "nextX": "{% $x %}"}},
        {"Output": "{% [$x, $nextX] %}"},
    )
    assert execute(machine).output == [6, 3]


def test_an_expression_that_fails_is_in_the_history_once_with_its_place() -> None:
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": {"a": ["{% $states.input.b %}"]}, "End": True}}}
    machine = assigning({"Type": "Parallel", "Branches": [inner]})
    run = execute(machine, {})
    assert run.error == "States.QueryEvaluationError"
    (event,) = [event for event in run.events if event.type == "EvaluationFailed"]
    assert (event.state, event.get("location")) == ("I", "Output/a[0]")
    assert "'$states.input.b'" in event.get("cause")
    assert "returned nothing (undefined)" in event.get("cause")


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (["x" * (LARGEST_ASSIGN - len('{"v0":""}'))], None),
        (["x" * (LARGEST_ASSIGN - len('{"v0":""}') + 1)], "States.DataLimitExceeded"),
        (["x" * (LARGEST_ASSIGN // 2)] * 2, "States.DataLimitExceeded"),
    ],
)
def test_one_assign_has_a_largest_size(texts: list[str], error: str | None) -> None:
    machine = assigning({"Assign": {f"v{number}": text for number, text in enumerate(texts)}})
    assert execute(machine).error == error


def test_all_variables_together_have_a_largest_size() -> None:
    """The limit is reached by the state with which the texts together pass it, and not before."""
    length = 250_000
    most = LARGEST_VARIABLES // (length + len('"v00":"",'))
    machine = assigning(*({"Assign": {f"v{number:02}": "x" * length}} for number in range(most + 1)))
    run = execute(machine)
    assert run.error == "States.DataLimitExceeded"
    assert len([visit for visit in run.visits if visit.assigned]) == most


def test_variables_of_an_inner_run_end_with_it_and_those_of_its_siblings_are_apart() -> None:
    branch = {
        name: {
            "StartAt": name,
            "States": {
                name: {"Type": "Pass", "Assign": {"mine": name}, "Next": name * 2},
                name * 2: {"Type": "Pass", "Output": "{% $mine & $outer %}", "End": True},
            },
        }
        for name in "PQ"
    }
    parallel = {"Type": "Parallel", "Branches": list(branch.values())}
    machine = assigning({"Assign": {"outer": "!"}}, parallel, {"Output": "{% [$states.input, $exists($mine)] %}"})
    assert execute(machine).output == ["P!", "Q!", False]


@pytest.mark.parametrize(("mode", "output"), [("INLINE", [True, True]), ("DISTRIBUTED", [False, False])])
def test_a_distributed_map_does_not_see_the_variables_outside(mode: str, output: list[bool]) -> None:
    state = {"Type": "Pass", "Output": "{% $exists($outer) %}", "End": True}
    processor = {"ProcessorConfig": {"Mode": mode}, "StartAt": "I", "States": {"I": state}}
    machine = assigning({"Assign": {"outer": 1}}, {"Type": "Map", "Items": [1, 2], "ItemProcessor": processor})
    assert execute(machine).output == output


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [
        ("TimeoutSeconds", "$states.input.n", True),
        ("TimeoutSeconds", "0", False),
        ("TimeoutSeconds", "'1'", False),
        ("HeartbeatSeconds", "true", False),
    ],
)
def test_numbers_may_be_computed_and_are_checked_then(field: str, text: str, *, right: bool) -> None:
    machine = {**one(task(**{field: f"{{% {text} %}}"})), "QueryLanguage": "JSONata"}
    assert execute(machine, {"n": 5}).error == (None if right else "States.QueryEvaluationError")


def test_a_computed_timeout_counts() -> None:
    machine = {**one(task(TimeoutSeconds="{% $states.input.n %}")), "QueryLanguage": "JSONata"}
    assert execute(machine, {"n": 5}, World({"f": Task(duration=9000)})).duration == 5000


def test_the_clock_of_expressions_is_the_executions() -> None:
    machine = assigning({"Type": "Wait", "Seconds": 90}, {"Output": "{% $now() %}"})
    assert execute(machine).output == "2026-01-01T00:01:30.000Z"
