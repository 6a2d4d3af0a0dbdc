"""Right answers on AWS Step Functions, worked out anew by the models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kumo.step_functions.explorers import (
    ActivityAndCallback,
    DataFlow,
    JsonataFlow,
    MapConcurrency,
    RetryAndCatch,
    StandardOrExpress,
    StateMachineRun,
)
from kumo.step_functions.model import activity_and_callback, data_flow, history, paths, presets
from kumo.step_functions.model import standard_or_express as workflows
from kumo.step_functions.model.definition import INSTEAD, problems
from kumo.step_functions.model.errors import DATA_LIMIT, QUERY_EVALUATION, RUNTIME, TASK_FAILED, TIMEOUT, matches
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.queries import JSONATA
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.model.retry import Retrier, success_probability
from kumo.step_functions.words import state_machine_run as words
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.questions.bank import Question
    from kumo.step_functions.model.history import Execution

FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:"


def scenario(asked: Question, explorer: type[Any], place: int = 0) -> Any:
    """Return the trace of the explorer that the question's link opens."""
    slug, _, query = asked.see[place].fragment.partition("?")
    assert slug.startswith(explorer.slug())
    return explorer.from_query(query).simulate()


def task(name: str, **fields: object) -> dict[str, Any]:
    """Return a Task that calls the function of that name and ends, unless it goes on."""
    return {"Type": "Task", "Resource": FUNCTION + name} | ({} if "Next" in fields else {"End": True}) | fields


def jsonata(name: str, **fields: object) -> dict[str, Any]:
    """Return such a Task whose query language is JSONata."""
    return task(name, QueryLanguage=JSONATA, **fields)


def run(states: dict[str, Any], data: object = None, world: World | None = None) -> Execution:
    """Run a machine that begins with the first of `states`, and that nothing is wrong with."""
    machine = {"StartAt": next(iter(states)), "States": states}
    assert not problems(json.dumps(machine))
    return execute(machine, {} if data is None else data, world or World())


def test_sfn_parallel_total_time() -> None:
    asked = question("sfn-parallel-total-time")
    world = World({name: Task(duration=1000 * seconds) for name, seconds in {"a": 3, "b": 4, "c": 5, "d": 2}.items()})
    branches = [
        {"StartAt": "A", "States": {"A": task("a", Next="B"), "B": task("b")}},
        {"StartAt": "C", "States": {"C": task("c")}},
    ]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "Next": "D"}, "D": task("d")}
    assert run(states, world=world).duration / 1000 == asked.answer.value
    assert scenario(asked, StateMachineRun).execution.status == history.SUCCEEDED


def test_sfn_async_express_double_charge() -> None:
    asked = question("sfn-async-express-double-charge")
    assert 2 in StandardOrExpress().simulate().express.payments
    assert 2 not in scenario(asked, StandardOrExpress).express.payments


def test_sfn_answer_within_the_request() -> None:
    load = workflows.Load(5000, 1, 3, 64, workflows.REQUEST)
    trace = workflows.compare(load, express=workflows.SYNCHRONOUS, interrupted=0, idempotent=False, seed=1)
    assert trace.express.fits
    assert not trace.standard.fits
    assert scenario(question("sfn-answer-within-the-request"), StandardOrExpress).express.kind == workflows.SYNCHRONOUS


def test_sfn_what_only_standard_can_do() -> None:
    asked = question("sfn-what-only-standard-can-do")
    loads = {
        "12分": workflows.Load(1, 720, 10, 64, workflows.REQUEST),
        "20,000": workflows.Load(20_000, 1, 10, 64, workflows.REQUEST),
        ".sync": workflows.Load(1, 60, 10, 64, workflows.JOB),
    }
    for word, load in loads.items():
        option = next(one for one in asked.options if word in one.text)
        trace = workflows.compare(load, express=workflows.ASYNCHRONOUS, interrupted=0, idempotent=False, seed=1)
        assert trace.express.fits != option.right
        assert trace.standard.fits or not option.right
    assert not scenario(asked, StandardOrExpress).express.fits


def test_sfn_same_steps_for_each_item() -> None:
    asked = question("sfn-same-steps-for-each-item")
    for count in (1, 30):
        data = {"orderId": "A-1", "items": [{"sku": str(index)} for index in range(count)]}
        visits = execute(presets.ITEMS, data, World()).visits
        assert sum(visit.state == "Pick" for visit in visits) == count
    assert any(visit.kind == asked.right[0].text for visit in scenario(asked, StateMachineRun).execution.visits)


def test_sfn_notify_after_the_job() -> None:
    asked = question("sfn-notify-after-the-job")
    world = World({"batch:submitJob": Task(duration=1_200_000)})
    ends = {}
    for suffix in ("", ".sync"):
        job = {"Type": "Task", "Resource": f"arn:aws:states:::batch:submitJob{suffix}", "Next": "Tell"}
        tell = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}
        trace = run({"Job": job, "Tell": tell}, world=world)
        ends[suffix] = next(visit.start for visit in trace.visits if visit.state == "Tell")
        assert trace.transitions == 2
    assert ends[""] < 1_000
    assert ends[".sync"] >= 1_200_000
    assert ".sync" in asked.right[0].text
    assert scenario(asked, StateMachineRun).execution.transitions > 2


def test_sfn_three_days_for_approval() -> None:
    asked = question("sfn-three-days-for-approval")
    days = 3 * 86_400
    wait = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": days,
        "Catch": [{"ErrorEquals": [TIMEOUT], "Next": "Reject"}],
        "Next": "Pay",
    }
    states = {"Approval": wait, "Pay": {"Type": "Succeed"}, "Reject": {"Type": "Pass", "End": True}}
    trace = run(states, world=World({"Approval": Task(silent=1)}))
    assert [visit.state for visit in trace.visits] == ["Approval", "Reject"]
    assert (trace.duration / 1000, trace.transitions) == (days, 2)
    load = workflows.Load(0.001, days, 2, 64, workflows.CALLBACK)
    offers = workflows.compare(load, express=workflows.ASYNCHRONOUS, interrupted=0, idempotent=True, seed=1)
    assert (offers.standard.fits, offers.express.fits) == (True, False)
    assert scenario(asked, StateMachineRun).execution.status == history.RUNNING


def test_sfn_choice_on_missing_data() -> None:
    asked = question("sfn-choice-on-missing-data")
    compare = {"Variable": "$.coupon", "StringEquals": "AUTUMN", "Next": "Discount"}
    missing = {"Variable": "$.coupon", "IsPresent": False, "Next": "Charge"}
    ends: dict[str, Any] = {"Discount": {"Type": "Succeed"}, "Charge": {"Type": "Succeed"}}
    found = {}
    for name, rules in {
        "as it is": [compare],
        "IsPresent first": [missing, compare],
        "IsPresent last": [compare, missing],
        "StringMatches": [{"Variable": "$.coupon", "StringMatches": "*", "Next": "Discount"}],
    }.items():
        choice = {"Type": "Choice", "Choices": rules, "Default": "Charge"}
        trace = run({"Choose": choice, **ends})
        found[name] = trace.error or trace.visits[-1].state
    first = found.pop("IsPresent first")
    assert first == "Charge"
    assert set(found.values()) == {RUNTIME}
    assert asked.right[0].text.startswith("`IsPresent`")
    assert asked.right[0].text.endswith("先頭に置く")
    assert not matches(["States.ALL"], RUNTIME)
    assert scenario(asked, StateMachineRun).execution.error == RUNTIME


def test_sfn_failure_that_counts_as_success() -> None:
    asked = question("sfn-failure-that-counts-as-success")
    assert scenario(asked, StateMachineRun).execution.status == history.SUCCEEDED
    states = json.loads(json.dumps(presets.FARGATE["States"]))
    del states["Notify Failure"]["End"]
    states["Notify Failure"]["Next"] = "Failed"
    states["Failed"] = {"Type": "Fail", "Error": "ReportFailed"}
    broken = World({"Run Fargate Task": Task(failures=1, error=TASK_FAILED)})
    assert run(states, world=broken).status == history.FAILED
    assert "Fail" in asked.right[0].text


def test_sfn_activity_in_order() -> None:
    asked = question("sfn-activity-in-order")
    trace = scenario(asked, ActivityAndCallback)
    assert trace.pattern == activity_and_callback.ACTIVITY
    assert 0 <= trace.token < trace.beats[0] < trace.report <= trace.left
    words_of = ("Taskに入り", "タスクトークンを受け取る", "SendTaskHeartbeat", "SendTaskSuccess", "次のステート")
    assert all(word in item.text for word, item in zip(words_of, asked.items, strict=True))


def test_sfn_silence_noticed_after() -> None:
    asked = question("sfn-silence-noticed-after")
    trace = scenario(asked, ActivityAndCallback)
    assert trace.left == pytest.approx(asked.answer.value, abs=asked.answer.tolerance)
    assert trace.error == "States.HeartbeatTimeout"


def test_sfn_fields_in_order() -> None:
    asked = question("sfn-fields-in-order")
    names = [stage.name for stage in scenario(asked, DataFlow).stages][1:]
    names[names.index(data_flow.TASK)] = "タスク"
    assert all(item.text.lstrip("`").startswith(name) for name, item in zip(names, asked.items, strict=True))


def test_sfn_what_result_path_leaves() -> None:
    asked = question("sfn-what-result-path-leaves")
    state = task("check", InputPath="$.order", ResultPath="$.result")
    world = World({"check": Task(lambda _: "ok")})
    output = run({"Check": state}, {"order": {"id": 7}, "customer": "Sato"}, world).output
    assert [json.loads(option.text.strip("`")) == output for option in asked.options] == [
        option.right for option in asked.options
    ]


def test_sfn_notification_replaces_the_order() -> None:
    asked = question("sfn-notification-replaces-the-order")
    changes = {
        "InputPath": {"InputPath": "$.orderId"},
        "OutputPath": {"OutputPath": "$.orderId"},
        "ResultPath": {"ResultPath": None},
        "Parameters": {"Parameters": {"TopicArn": "arn:aws:sns:x:1:y", "orderId.$": "$.orderId"}},
    }
    for name, change in changes.items():
        tell = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "Charge"} | change
        charge = {"Type": "Pass", "Parameters": {"id.$": "$.orderId"}, "End": True}
        world = World({"sns:publish": Task(lambda _: {"MessageId": "m"})})
        trace = run({"Tell": tell, "Charge": charge}, {"orderId": 7}, world)
        option = next(one for one in asked.options if name in one.text)
        assert (trace.status == history.SUCCEEDED) == option.right


def test_sfn_reference_paths() -> None:
    for option in question("sfn-reference-paths").options:
        path = option.text.strip("`")
        paths.check(path)
        assert (paths.reference(path) is not None) == option.right


def test_sfn_path_taken_literally() -> None:
    asked = question("sfn-path-taken-literally")
    data = {"order": {"id": 7}}
    changes: list[dict[str, Any]] = [
        {"Parameters": {"orderId.$": "$.order.id"}},
        {"Parameters": {"orderId": "$$.order.id"}},
        {"InputPath": "$.order", "Parameters": {"orderId": "$.id"}},
        {"Parameters": {"orderId": "$.order.id"}, "ResultSelector": {"orderId.$": "$.order.id"}},
    ]
    for change, option in zip(changes, asked.options, strict=True):
        got: list[Any] = []
        world = World({"f": Task(lambda payload, got=got: got.append(payload) or {})})
        run({"F": task("f", **change)}, data, world)
        assert (got[0]["orderId"] == data["order"]["id"]) == option.right
    passed = next(stage for stage in scenario(asked, DataFlow).stages if stage.name == data_flow.PARAMETERS)
    assert passed.value["orderId"] == "$.id"


def test_sfn_payload_too_large() -> None:
    asked = question("sfn-payload-too-large")
    large = World({"f": Task(lambda _: {"body": "x" * 1_000_000, "sum": 3})})
    retry = [{"ErrorEquals": ["States.ALL"]}]
    for fields in ({}, {"ResultSelector": {"sum.$": "$.sum"}}, {"Retry": retry}):
        assert run({"F": task("f", **fields)}, world=large).error == DATA_LIMIT
    small = World({"f": Task(lambda _: {"key": "results/7.json"})})
    assert run({"F": task("f")}, world=small).status == history.SUCCEEDED
    assert "S3" in asked.right[0].text


def test_sfn_variable_seen_from_the_next_state() -> None:
    asked = question("sfn-variable-seen-from-the-next-state")
    states = {
        "Before": {"Type": "Pass", "Assign": {"orders": 2}, "Next": "Count"},
        "Count": jsonata("f", Assign={"orders": "{% $orders + 1 %}"}, Output={"orders": "{% $orders %}"}, Next="After"),
        "After": {
            "Type": "Pass",
            "QueryLanguage": JSONATA,
            "Output": "{% '入力では' & $states.input.orders & '、変数では' & $orders %}",
            "End": True,
        },
    }
    assert run(states).output == asked.right[0].text
    trace = scenario(asked, JsonataFlow)
    assert (trace.output["orders"], trace.after["orders"]) == (2, 3)


def test_sfn_one_found_item_is_no_list() -> None:
    """Every offered expression, and the one of the stem, with none, one and two items out of stock."""
    asked = question("sfn-one-found-item-is-no-list")
    orders = [
        {"items": [{"sku": sku, "stock": 0} for sku in skus] + [{"sku": "z", "stock": 1}]} for skus in ("", "a", "ab")
    ]

    def found(expression: str) -> list[Any]:
        state = jsonata("f", Arguments={"skus": f"{{% {expression} %}}"}, Output="{% $states.result.skus %}")
        traces = [run({"F": state}, order, World({"f": Task(lambda payload: payload)})) for order in orders]
        return [trace.error or trace.output for trace in traces]

    assert found("$states.input.items[stock = 0].sku") == [QUERY_EVALUATION, "a", ["a", "b"]]
    for option in asked.options:
        assert (found(option.text.strip("`")) == [[], ["a"], ["a", "b"]]) == option.right
    assert scenario(asked, JsonataFlow).output == {"large": "ink"}


def test_sfn_what_map_can_do_with_variables() -> None:
    """What each option writes, tried: fields of the inner state and of the Map, and what the last state reads."""
    asked = question("sfn-what-map-can-do-with-variables")
    tries: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({"Output": "{% $states.input * $rate %}"}, {}, "$states.input"),
        ({"Assign": {"rate": 2}}, {}, "$states.input"),
        ({"Assign": {"price": "{% $states.input * $rate %}"}}, {}, "$price"),
        ({"Output": "{% $states.input * $rate %}"}, {"Assign": {"prices": "{% $states.result %}"}}, "$prices"),
        ({"Assign": {"total": "{% $total + $states.input * $rate %}"}}, {}, "$states.input"),
    ]
    for (inner, outer, read), option in zip(tries, asked.options, strict=True):
        steps = {"Price": {"Type": "Pass", "Next": "Done"} | inner, "Done": {"Type": "Succeed"}}
        processor = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Price", "States": steps}
        states = {
            "Rate": {"Type": "Pass", "Assign": {"rate": 1.5}, "Next": "Each"},
            "Each": {"Type": "Map", "ItemProcessor": processor, "Next": "Use"} | outer,
            "Use": {"Type": "Succeed", "Output": f"{{% {read} %}}"},
        }
        machine = {"QueryLanguage": JSONATA, "StartAt": "Rate", "States": states}
        works = not problems(json.dumps(machine)) and execute(machine, [10, 20], World()).output == [15, 30]
        assert works == option.right, option.text


def test_sfn_jsonata_instead_of_paths() -> None:
    asked = question("sfn-jsonata-instead-of-paths")
    for pair in asked.pairs:
        fields = pair.left.split("`")[1::2]
        assert {INSTEAD[JSONATA][field] for field in fields} == {pair.right.strip("`")}
    assert not {decoy.right.strip("`") for decoy in asked.decoys} & set(INSTEAD[JSONATA].values())
    assert scenario(asked, JsonataFlow).failure is None


def test_sfn_wait_before_fourth_retry() -> None:
    asked = question("sfn-wait-before-fourth-retry")
    retrier = Retrier((), 3, 4, 2)
    waits = [retrier.delay(number) for number in range(1, 5)]
    assert waits[-1] == asked.answer.value
    assert {trap.value for trap in asked.traps} == {3 * 2**4, sum(waits), waits[-2]}
    assert scenario(asked, RetryAndCatch).retrier.delay(4) == asked.answer.value


def test_sfn_share_after_two_retries() -> None:
    asked = question("sfn-share-after-two-retries")
    assert 100 * success_probability(0.2, 2) == pytest.approx(asked.answer.value, abs=asked.answer.tolerance)
    assert 100 * scenario(asked, RetryAndCatch).expected == pytest.approx(asked.answer.value, abs=0.05)
    assert {trap.value for trap in asked.traps} >= {100 * success_probability(0.2, count) for count in (0, 1)}


def test_sfn_task_failed_is_not_timeout() -> None:
    asked = question("sfn-task-failed-is-not-timeout")
    calls = {}
    for names in ([TASK_FAILED], [TASK_FAILED, TIMEOUT], [TASK_FAILED, "Lambda.ServiceException"]):
        state = task("f", TimeoutSeconds=10, Retry=[{"ErrorEquals": names, "MaxAttempts": 2}])
        trace = run({"F": state}, world=World({"f": Task(duration=12_000)}))
        calls[tuple(names)] = len(trace.visits[0].attempts)
    assert list(calls.values()) == [1, 3, 1]
    assert TIMEOUT in asked.right[0].text


def test_sfn_order_lost_in_catch() -> None:
    asked = question("sfn-order-lost-in-catch")
    world = World({"f": Task(failures=1)})
    outputs = {}
    for name, (fields, catcher) in {
        "as it is": ({}, {}),
        "on the task": ({"ResultPath": "$.error"}, {}),
        "nothing": ({}, {"ResultPath": None}),
        "on the catcher": ({}, {"ResultPath": "$.error"}),
    }.items():
        catch = [{"ErrorEquals": ["States.ALL"], "Next": "Refund", **catcher}]
        states = {"F": task("f", Catch=catch, **fields), "Refund": {"Type": "Pass", "End": True}}
        outputs[name] = set(run(states, {"orderId": 7}, world).output)
    assert outputs["on the catcher"] == {"orderId", "error"}
    assert outputs["nothing"] == {"orderId"}
    assert outputs["as it is"] == outputs["on the task"] == {"Error", "Cause"}
    assert "キャッチャー" in asked.right[0].text
    assert words.way(scenario(asked, StateMachineRun)).endswith("Apologize → Failed")


def test_sfn_retries_in_lockstep() -> None:
    asked = question("sfn-retries-in-lockstep")
    before = RetryAndCatch().simulate().peak
    lower = scenario(asked, RetryAndCatch).peak
    assert lower < 0.7 * before
    assert RetryAndCatch(interval=10).simulate().peak >= before
    assert RetryAndCatch(rate=3.0).simulate().peak >= before
    assert "JitterStrategy" in asked.right[0].text


def test_sfn_some_files_may_fail() -> None:
    asked = question("sfn-some-files-may-fail")
    trace = scenario(asked, MapConcurrency)
    assert trace.execution.status == history.SUCCEEDED
    assert trace.count("failed") == 1
    assert MapConcurrency(broken=1, concurrency=40).simulate().execution.status == history.FAILED
    assert "分散モード" in asked.right[0].text


def test_sfn_which_remedy() -> None:
    """What is retried, what is caught and what only heartbeats notice, tried on the order's machine and on a worker."""
    asked = {pair.right.strip("`"): pair for pair in question("sfn-which-remedy").pairs}
    assert set(asked) == {"Retry", "Catch", "HeartbeatSeconds", "RedriveExecution"}
    passing = StateMachineRun().simulate().execution
    assert len(passing.visits[0].attempts) == 2
    business = StateMachineRun(fault="business").simulate().execution.visits[0]
    assert (len(business.attempts), business.ending) == (1, history.CAUGHT)
    hour = {"work": 120, "silent": 25, "timeout": 150}
    early, late = ActivityAndCallback(**hour).simulate(), ActivityAndCallback(**hour, heartbeat=0).simulate()
    assert early.left < late.left
