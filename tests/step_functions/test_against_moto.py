"""The interpreter against moto's (LocalStack's, recorded against the service): same output or same error name.

Where moto is known to differ from the specification, `DIFFERENCES` says so and why; each is still checked on both
sides, so that a change of either is noticed.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.resources import Task, World
from tests.step_functions.machines import (
    DATA,
    LAMBDA,
    Dice,
    Outcome,
    broken,
    handled,
    mapping,
    one,
    ours,
    passing,
    task,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: dict[str, tuple[dict[str, Any], Any]] = {
    # The five fields.
    "pass": (one(Type="Pass"), DATA),
    "input-path": (one(Type="Pass", InputPath="$.deep.er"), DATA),
    "input-path-null": (one(Type="Pass", InputPath=None), DATA),
    "input-path-missing": (one(Type="Pass", InputPath="$.nowhere"), DATA),
    "output-path": (one(Type="Pass", OutputPath="$.tags"), DATA),
    "output-path-null": (one(Type="Pass", OutputPath=None), DATA),
    "output-path-missing": (one(Type="Pass", OutputPath="$.nowhere"), DATA),
    "result": (one(Type="Pass", Result={"fixed": [1]}), DATA),
    "result-path": (one(Type="Pass", Result=1, ResultPath="$.deep.er.new"), DATA),
    "result-path-made": (one(Type="Pass", Result=1, ResultPath="$.quite.new"), DATA),
    "result-path-null": (one(Type="Pass", Result=1, ResultPath=None), DATA),
    "result-path-replaces": (one(Type="Pass", Result=1, ResultPath="$.deep"), DATA),
    "parameters": (one(Type="Pass", Parameters={"a.$": "$.id", "b": {"c.$": "$.tags[0]", "d": [1, "$.id"]}}), DATA),
    "parameters-in-arrays": (one(Type="Pass", Parameters={"a": [{"b.$": "$.id"}]}), DATA),
    "parameters-missing": (one(Type="Pass", Parameters={"a.$": "$.nowhere"}), DATA),
    "parameters-after-input-path": (one(Type="Pass", InputPath="$.deep", Parameters={"a.$": "$.er.est[2]"}), DATA),
    "context": (one(Type="Pass", Parameters={"a.$": "$$.State.Name", "b.$": "$$.Execution.Input.id"}), DATA),
    "task": (task("double"), DATA),
    "all-five": (
        task(
            "double",
            InputPath="$.items[1]",
            Parameters={"n.$": "$.n"},
            ResultSelector={"twice.$": "$.doubled"},
            ResultPath="$.deep.result",
            OutputPath="$.deep",
        ),
        DATA,
    ),
    "result-selector-format": (
        task("double", ResultSelector={"t.$": "States.Format('got {}', $.doubled)"}),
        DATA,
    ),
    # What fails, one by one; what succeeds is in `EXPRESSIONS`.
    "path-beyond": (passing("$.tags[9]"), DATA),
    "path-into-text": (passing("$.name.first"), DATA),
    # Wait, Succeed, Fail.
    "wait": (one(Type="Wait", Seconds=3), DATA),
    "wait-path": (one(Type="Wait", SecondsPath="$.id"), DATA),
    "succeed": (one(Type="Succeed", InputPath="$.deep"), DATA),
    "fail": (one(Type="Fail", Error="Broken", Cause="why"), DATA),
    "fail-path": (one(Type="Fail", ErrorPath="$.name", CausePath="States.Format('it is {}', $.id)"), DATA),
    # Retry and Catch.
    "caught": (task("broken", Catch=handled("States.ALL"), ResultPath="$.r"), DATA),
    "caught-kept": (task("broken", Catch=handled("OutOfStock", ResultPath="$.error.info")), DATA),
    "caught-dropped": (task("broken", Catch=handled("States.TaskFailed", ResultPath=None)), DATA),
    "not-caught": (task("broken", Catch=handled("Another")), DATA),
    "retried": (
        task(
            "broken",
            Retry=[{"ErrorEquals": ["OutOfStock"], "IntervalSeconds": 3, "MaxAttempts": 4, "BackoffRate": 1.5}],
        ),
        DATA,
    ),
    "retried-then-caught": (
        task(
            "broken",
            Retry=[
                {"ErrorEquals": ["Another"], "MaxAttempts": 9},
                {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxDelaySeconds": 5, "MaxAttempts": 4},
            ],
            Catch=handled("States.ALL", ResultPath="$.error"),
        ),
        DATA,
    ),
    "never-retried": (task("broken", Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}]), DATA),
    # Parallel and Map.
    "parallel": (
        one(
            Type="Parallel",
            Branches=[
                {"StartAt": "P", "States": {"P": {"Type": "Pass", "OutputPath": "$.id", "End": True}}},
                {"StartAt": "Q", "States": {"Q": {"Type": "Task", "Resource": LAMBDA + "double", "End": True}}},
            ],
            ResultSelector={"first.$": "$[0]", "second.$": "$[1]"},
            ResultPath="$.both",
        ),
        DATA,
    ),
    "parallel-fails": (
        one(
            Type="Parallel",
            Branches=[{"StartAt": "P", "States": {"P": {"Type": "Fail", "Error": "Broken", "Cause": "why"}}}],
        ),
        DATA,
    ),
    "map": (
        mapping(
            {"I": {"Type": "Task", "Resource": LAMBDA + "double", "End": True}}, ItemsPath="$.items", MaxConcurrency=1
        ),
        DATA,
    ),
    "map-selector": (
        mapping(
            {"I": {"Type": "Pass", "End": True}},
            ItemsPath="$.items",
            MaxConcurrency=1,
            ItemSelector={
                "index.$": "$$.Map.Item.Index",
                "sku.$": "$$.Map.Item.Value.sku",
                "of.$": "$.name",
            },
        ),
        DATA,
    ),
    "map-empty": (mapping({"I": {"Type": "Pass", "End": True}}, ItemsPath="$.none"), {"none": []}),
    "map-fails": (
        mapping({"I": {"Type": "Fail", "Error": "Broken", "Cause": "why"}}, ItemsPath="$.tags", MaxConcurrency=1),
        DATA,
    ),
    "map-iterator": (
        one(
            Type="Map",
            ItemsPath="$.tags",
            MaxConcurrency=1,
            Iterator={"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}},
            ResultPath="$.seen",
        ),
        DATA,
    ),
    "map-in-parallel": (
        one(
            Type="Parallel",
            Branches=[
                {
                    "StartAt": "M",
                    "States": {
                        "M": {
                            "Type": "Map",
                            "ItemsPath": "$.tags",
                            "MaxConcurrency": 1,
                            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}},
                            "End": True,
                        }
                    },
                }
            ],
        ),
        DATA,
    ),
    # The specification's own example of a longer machine, with its names.
    "specification": (
        {
            "Comment": "An example of the Amazon States Language using a choice state.",
            "StartAt": "FirstState",
            "States": {
                "FirstState": {
                    "Type": "Task",
                    "Resource": LAMBDA + "echo",
                    "Next": "ChoiceState",
                },
                "ChoiceState": {
                    "Type": "Choice",
                    "Choices": [
                        {"Variable": "$.foo", "NumericEquals": 1, "Next": "FirstMatchState"},
                        {"Variable": "$.foo", "NumericEquals": 2, "Next": "SecondMatchState"},
                    ],
                    "Default": "DefaultState",
                },
                "FirstMatchState": {"Type": "Task", "Resource": LAMBDA + "echo", "Next": "NextState"},
                "SecondMatchState": {"Type": "Task", "Resource": LAMBDA + "echo", "Next": "NextState"},
                "DefaultState": {"Type": "Fail", "Error": "DefaultStateError", "Cause": "No Matches!"},
                "NextState": {"Type": "Task", "Resource": LAMBDA + "echo", "End": True},
            },
        },
        {"foo": 2},
    ),
}


# Paths and intrinsic functions; where there are any, with the examples of the developer guide.
EXPRESSIONS = {
    "wildcard": "$.items[*].sku",
    "filter": "$.items[?(@.n > 3)].sku",
    "slice": "$.deep.er.est[0:2]",
    "descent": "$..sku",
    "quoted": "$['deep']['er'].est[1]",
    "format": "States.Format('{}: {} {} {}', $.name, $.id, $.ok, $.none)",
    "format-real": "States.Format('{}', $.price)",
    "string-to-json": "States.StringToJson($.text)",
    "json-to-string": "States.JsonToString($.deep)",
    "array": "States.Array($.id, 'x', 1, true)",
    "array-partition": "States.ArrayPartition($.nine, 4)",
    "array-contains": "States.ArrayContains($.tags, 'b')",
    "array-contains-not": "States.ArrayContains($.tags, $.id)",
    "array-range": "States.ArrayRange(1, 9, 2)",
    "array-get-item": "States.ArrayGetItem($.nine, 5)",
    "array-length": "States.ArrayLength($.nine)",
    "array-unique": "States.ArrayUnique($.twice)",
    "base64-encode": "States.Base64Encode('Data to encode')",
    "base64-decode": "States.Base64Decode('RGVjb2RlZCBkYXRh')",
    **{kind: f"States.Hash('input data', '{kind}')" for kind in ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")},
    "json-merge": "States.JsonMerge($.json1, $.json2, false)",
    "math-add": "States.MathAdd($.value1, $.step)",
    "math-add-real": "States.MathAdd($.price, 2)",
    "math-add-negative": "States.MathAdd($.minus, 0)",
    "string-split": "States.StringSplit($.sentence, $.by)",
    "string-split-empty": "States.StringSplit('1,,2', ',')",
    "nested": "States.Format('{}', States.ArrayLength(States.StringSplit('a b c', ' ')))",
}
MORE = {
    "text": '{"a": [1, null]}',
    "nine": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    "twice": [1, 2, 3, 3, 3, 3, 3, 3, 4],
    "json1": {"a": {"a1": 1, "a2": 2}, "b": 2},
    "json2": {"a": {"a3": 1, "a4": 2}, "c": 3},
    "value1": 111,
    "step": -1,
    "minus": -2.5,
    "sentence": "This.is+a,test=string",
    "by": ".+,=",
}

# Rules of Choice states: of those with several values each is asked of each.
COMPARISONS: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    ({"NumericEquals": 2}, (2, 2.0, 3, "2", True)),
    ({"NumericLessThan": 2}, (1, 2)),
    ({"NumericGreaterThan": 2}, (2, 3)),
    ({"NumericLessThanEquals": 2}, (2, 3)),
    ({"NumericGreaterThanEquals": 2}, (1, 2)),
    ({"StringEquals": "b"}, ("b", "a", 1)),
    ({"StringLessThan": "b"}, ("a", "b")),
    ({"StringGreaterThanEquals": "b"}, ("a", "b")),
    ({"StringMatches": "log-*.txt"}, ("log-1.txt", "log-.txt", "a-log-1.txt")),
    ({"BooleanEquals": True}, (True, False, "true")),
    ({"TimestampEquals": "2026-01-01T00:00:00Z"}, ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")),
    ({"TimestampLessThan": "2026-01-01T00:00:00Z"}, ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z")),
    ({"IsNull": True}, (None, 0)),
    ({"IsString": False}, (1, "a")),
    ({"IsNumeric": True}, (1, "1")),
    ({"IsBoolean": True}, (True, 1)),
    ({"IsTimestamp": True}, ("2026-01-01T00:00:00Z", "2026-01-01")),
    ({"IsPresent": True}, (1,)),
    ({"NumericLessThanPath": "$.id"}, (6, 7)),
    ({"StringEqualsPath": "$.name"}, ("pen", "ink")),
]
RULES: list[dict[str, Any]] = [
    {"Variable": "$.nowhere", "IsPresent": False},
    {"Variable": "$.nowhere", "IsPresent": True},
    {"And": [{"Variable": "$.id", "NumericEquals": 7}, {"Variable": "$.ok", "BooleanEquals": True}]},
    {"And": [{"Variable": "$.id", "NumericEquals": 7}, {"Variable": "$.ok", "BooleanEquals": False}]},
    {"Or": [{"Variable": "$.id", "NumericEquals": 8}, {"Not": {"Variable": "$.name", "StringEquals": "ink"}}]},
]


def all_choices() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return one machine that asks every rule in turn and notes which held, and its input."""
    asked = list(RULES)
    values: list[Any] = []
    for test, answers in COMPARISONS:
        asked += [{"Variable": f"$.values[{len(values) + index}]", **test} for index in range(len(answers))]
        values += answers
    states: dict[str, Any] = {}
    for index, rule in enumerate(asked):
        following = f"Ask{index + 1}"
        states[f"Ask{index}"] = {"Type": "Choice", "Choices": [{**rule, "Next": f"Yes{index}"}], "Default": following}
        states[f"Yes{index}"] = {"Type": "Pass", "Result": True, "ResultPath": f"$.held.rule{index}", "Next": following}
    states[f"Ask{len(asked)}"] = {"Type": "Succeed"}
    return {"StartAt": "Ask0", "States": states}, {**DATA, "values": values}


@pytest.mark.parametrize("name", CASES)
def test_same_output_or_error_and_same_history(theirs: Callable[..., Outcome], name: str) -> None:
    machine, data = CASES[name]
    our, their = ours(machine, data), theirs(machine, data)
    assert our[:2] == their[:2]
    # Branches run side by side: their events interleave as it happens.
    assert Counter(our[2]) == Counter(their[2])
    assert our[2] == their[2] or "ParallelStateEntered" in our[2]


def test_paths_and_intrinsic_functions_give_the_same(theirs: Callable[..., Outcome]) -> None:
    machine = one(Type="Pass", Parameters={name + ".$": text for name, text in EXPRESSIONS.items()})
    data = DATA | MORE
    our, their = ours(machine, data)[0], theirs(machine, data)[0]
    assert our == their
    assert our["string-split"] == ["This", "is", "a", "test", "string"]
    assert len(our) == len(EXPRESSIONS)


def test_choice_rules_hold_alike(theirs: Callable[..., Outcome]) -> None:
    machine, data = all_choices()
    our, their = ours(machine, data), theirs(machine, data)
    assert our == their
    assert 0 < len(our[0]["held"]) < len(machine["States"]) // 2


# What moto does otherwise: machine, input, what moto gives, what we give.
DIFFERENCES: dict[str, tuple[dict[str, Any], Any, Any, Any]] = {
    # moto has no States.NoChoiceMatched (specification, Appendix A).
    "no-choice": (
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Choice", "Choices": [{"Variable": "$.id", "NumericEquals": 0, "Next": "B"}]},
                "B": {"Type": "Succeed"},
            },
        },
        DATA,
        (None, "States.Runtime"),
        (None, "States.NoChoiceMatched"),
    ),
    # The service: "The choice state's condition path references an invalid value"; moto takes the rule for false.
    "choice-missing": (
        {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.nowhere", "NumericEquals": 1, "Next": "B"}],
                    "Default": "B",
                },
                "B": {"Type": "Pass", "Result": {}, "End": True},
            },
        },
        DATA,
        ({}, None),
        (None, "States.Runtime"),
    ),
    # moto's jsonpath-ng takes a negative index for a slice; in Jayway's JsonPath and in RFC 9535 it names one node.
    "path-negative": (passing("$.tags[-1]"), DATA, ({"value": ["b"]}, None), ({"value": "b"}, None)),
    # The same library gives a list for whatever follows an index at the root.
    "path-from-root": (passing("$[1].sku"), DATA["items"], ({"value": ["y"]}, None), ({"value": "y"}, None)),
    # A filter that finds nothing gives an empty array in Jayway's JsonPath.
    "path-filter-none": (passing("$.items[?(@.n > 30)].sku"), DATA, (None, "States.Runtime"), ({"value": []}, None)),
    # The developer guide: \{ and \} are braces, not places.
    "format-escapes": (
        passing(r"States.Format('\{{}\} it\'s', $.id)"),
        DATA,
        (None, "States.Runtime"),
        ({"value": "{7} it's"}, None),
    ),
    # moto loses null among the arguments.
    "array-null": (
        passing("States.Array(1, null)"),
        {},
        ({"value": [1]}, None),
        ({"value": [1, None]}, None),
    ),
    # The developer guide: "the increment or decrement between the first and last elements".
    "array-range-down": (
        passing("States.ArrayRange(9, 1, -3)"),
        {},
        (None, "States.Runtime"),
        ({"value": [9, 6, 3]}, None),
    ),
    # moto has no States.IntrinsicFailure (specification, Appendix A).
    **{
        f"intrinsic-{index}": (passing(text), DATA, (None, "States.Runtime"), (None, "States.IntrinsicFailure"))
        for index, text in enumerate(
            ("States.StringToJson($.name)", "States.ArrayRange(1, 9, 0)", "States.ArrayRange(1, 5000, 1)")
        )
    },
    # moto has no States.ResultPathMatchFailure (specification, Appendix A).
    "result-path-into-text": (
        one(Type="Pass", Result=1, ResultPath="$.name.first"),
        DATA,
        (None, "States.Runtime"),
        (None, "States.ResultPathMatchFailure"),
    ),
    # The developer guide: States.ALL does not catch States.Runtime. moto calls it Exception, and catches it.
    "runtime-not-caught": (
        task("echo", Parameters={"a.$": "$.nowhere"}, Catch=handled("States.ALL", ResultPath=None), OutputPath="$.id"),
        DATA,
        (DATA, None),
        (None, "States.Runtime"),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differs_from_moto_where_we_know_why(theirs: Callable[..., Outcome], name: str) -> None:
    machine, data, their, our = DIFFERENCES[name]
    assert theirs(machine, data)[:2] == their
    assert ours(machine, data)[:2] == our


def test_waits_between_retries_are_motos(theirs: Callable[..., Outcome]) -> None:
    for name in ("retried", "retried-then-caught"):
        machine, data = CASES[name]
        theirs(machine, data)
        done = execute(machine, data, World({"broken": Task(broken)}))
        waited = [attempt.wait / 1000 for attempt in done.visits[0].attempts if attempt.wait is not None]
        assert waited == pytest.approx(theirs.waits)  # type: ignore[attr-defined]
        assert len(waited) == 4


class Maker(Dice):
    """Draws machines without problems, small enough to run twice."""

    def machine(self, depth: int = 0) -> dict[str, Any]:
        names = [self.name() for _ in range(self.dice.randint(1, 3))]
        states = {
            name: self.state(following, depth, states_after=names[index + 1 :])
            for index, (name, following) in enumerate(zip(names, [*names[1:], None], strict=True))
        }
        return {"StartAt": names[0], "States": states}

    def state(  # noqa: C901, PLR0912 -- a field at a time
        self, following: str | None, depth: int, states_after: list[str]
    ) -> dict[str, Any]:
        dice = self.dice
        onward = {"Next": following} if following else {"End": True}
        kinds = ["Pass", "Pass", "Task", "Task"] + (["Parallel", "Map"] if depth < 2 else [])
        if following and len(states_after) > 1:
            kinds += ["Choice"]
        kind = dice.choice(kinds)
        state: dict[str, Any] = {"Type": kind}
        if kind == "Choice":
            test = dice.choice([{"IsNumeric": True}, {"NumericGreaterThan": 2}, {"IsPresent": dice.random() < 0.5}])
            rule = {"Variable": dice.choice(["$.n", "$.k", "$.out"]), **test, "Next": states_after[-1]}
            return {**state, "Choices": [rule], "Default": following}
        if dice.random() < 0.3:
            state["InputPath"] = dice.choice(["$", "$.out", "$.n", None])
        if dice.random() < 0.4 and kind != "Map":
            template = {"n.$": "$.n", "k": dice.randint(0, 3)}
            if dice.random() < 0.5:
                template["out.$"] = dice.choice(["$", "States.Array($.n, 1)", "$.out", "$$.State.Name"])
            state["Parameters"] = template
        if dice.random() < 0.5:
            state["ResultPath"] = dice.choice(["$.out", "$.out.deep", "$", None])
        if dice.random() < 0.2:
            state["OutputPath"] = dice.choice(["$", "$.out", "$.n"])
        if kind == "Pass" and dice.random() < 0.3:
            state["Result"] = dice.choice([1, {"n": 3}, [1, 2], None])
        if kind == "Task":
            state["Resource"] = LAMBDA + dice.choice(["echo", "echo", "broken"])
        if kind in {"Task", "Parallel", "Map"} and following and dice.random() < 0.5:
            errors = dice.choice([["States.TaskFailed"], ["OutOfStock"]])
            catch = {"ErrorEquals": errors, "Next": following}
            if dice.random() < 0.5:
                catch["ResultPath"] = dice.choice(["$.err", None])
            state["Catch"] = [catch]
        if kind == "Task" and dice.random() < 0.3:
            state["Retry"] = [{"ErrorEquals": ["OutOfStock"], "MaxAttempts": dice.randint(0, 2)}]
        if kind == "Parallel":
            state["Branches"] = [self.machine(depth + 1) for _ in range(dice.randint(1, 2))]
        if kind == "Map":
            state |= {"ItemsPath": "$.list", "MaxConcurrency": 1, "ItemProcessor": self.machine(depth + 1)}
        return {**state, **onward}


# Errors of the machine itself, for which moto does not use the specification's names.
OWN = {"States.Runtime", "States.ResultPathMatchFailure", "Exception"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("seed", range(30))
def test_drawn_machines_agree(theirs: Callable[..., Outcome], seed: int) -> None:
    machine = Maker(seed).machine()
    data = {"n": seed % 5, "k": 1, "list": [{"n": 1}, {"n": 2, "out": 5}], "out": {"n": 4}}
    our, their = ours(machine, data), theirs(machine, data)
    if our[1] in OWN:
        assert their[1] in OWN
    else:
        assert our[:2] == their[:2], json.dumps(machine)
        assert Counter(our[2]) == Counter(their[2]) or "ParallelStateEntered" in our[2]
