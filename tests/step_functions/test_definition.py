"""Problems of definitions: each kind is found where it is, all are found at once, and nothing right is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.step_functions.explorers import StateMachineRun
from kumo.step_functions.model import presets
from kumo.step_functions.model.definition import FIELDS, DefinitionError, load, problems, template_problems
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.queries import JSONPATH
from kumo.step_functions.words import definition as words

GOOD: dict[str, Any] = {
    "StartAt": "Task",
    "States": {
        "Task": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:f",
            "Retry": [{"ErrorEquals": ["X"]}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["X"], "Next": "Choice"}],
            "Next": "Choice",
        },
        "Choice": {
            "Type": "Choice",
            "Choices": [{"And": [{"Variable": "$.n", "NumericEquals": 1}], "Next": "Wait"}],
            "Default": "Map",
        },
        "Wait": {"Type": "Wait", "Seconds": 0, "Next": "Parallel"},
        "Parallel": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}],
            "End": True,
        },
        "Map": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": True}}},
            "End": True,
        },
    },
}


def changed(place: str, value: Any) -> str:
    """Return the good definition with the element at a path of keys (by /) replaced, or removed for ``...``."""
    machine = copy.deepcopy(GOOD)
    node: Any = machine
    *way, last = [int(part) if part.isdigit() else part for part in place.split("/")]
    for step in way:
        node = node[step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return json.dumps(machine)


def test_the_good_one_has_no_problems_and_neither_have_the_presets() -> None:
    assert problems(json.dumps(GOOD)) == ()
    for machine in presets.MACHINES.values():
        assert problems(json.dumps(machine)) == ()
    assert load(presets.ORDER) == presets.MACHINES["order"]


@pytest.mark.parametrize(
    ("place", "value", "path", "kind"),
    [
        ("StartAt", ..., "$", "missing"),
        ("StartAt", "Nowhere", "$.StartAt", "unknown-state"),
        ("StartAt", 1, "$.StartAt", "text"),
        ("States", {}, "$.States", "states"),
        ("Stats", 1, "$.Stats", "unknown-field"),
        ("TimeoutSeconds", 0, "$.TimeoutSeconds", "number"),
        ("States/Task/Type", ..., "$.States.Task", "missing"),
        ("States/Task/Type", "Tusk", "$.States.Task.Type", "type"),
        ("States/Task/Next", ..., "$.States.Task", "no-next"),
        ("States/Task/Next", "Nowhere", "$.States.Task.Next", "unknown-state"),
        ("States/Task/End", True, "$.States.Task", "next-and-end"),
        ("States/Map/End", False, "$.States.Map.End", "end"),
        ("States/Task/Resource", ..., "$.States.Task", "missing"),
        ("States/Task/Resource", "lambda", "$.States.Task.Resource", "resource"),
        ("States/Task/TimeoutSeconds", 0, "$.States.Task.TimeoutSeconds", "number"),
        ("States/Task/TimeoutSeconds", 1.5, "$.States.Task.TimeoutSeconds", "number"),
        ("States/Task/HeartbeatSeconds", 0, "$.States.Task.HeartbeatSeconds", "number"),
        ("States/Task/InputPath", "order", "$.States.Task.InputPath", "path"),
        ("States/Task/OutputPath", "$.a[", "$.States.Task.OutputPath", "path"),
        ("States/Task/ResultPath", "$..a", "$.States.Task.ResultPath", "reference"),
        ("States/Task/ResultPath", "$$.a", "$.States.Task.ResultPath", "reference"),
        ("States/Task/Parameters", {"a.$": 1}, "$.States.Task.Parameters['a.$']", "expression"),
        ("States/Task/Parameters", {"a.$": "States.Nope()"}, "$.States.Task.Parameters['a.$']", "expression"),
        ("States/Task/Parameters", {"a": [{"b.$": "x"}]}, "$.States.Task.Parameters.a[0]['b.$']", "expression"),
        ("States/Task/Output", 1, "$.States.Task.Output", "jsonata"),
        ("QueryLanguage", "JSONata", "$.QueryLanguage", "jsonata"),
        ("States/Task/Retry/0/IntervalSeconds", 0, "$.States.Task.Retry[0].IntervalSeconds", "number"),
        ("States/Task/Retry/0/MaxAttempts", -1, "$.States.Task.Retry[0].MaxAttempts", "number"),
        ("States/Task/Retry/0/BackoffRate", 0.5, "$.States.Task.Retry[0].BackoffRate", "real"),
        ("States/Task/Retry/0/MaxDelaySeconds", 1, "$.States.Task.Retry[0].MaxDelaySeconds", "delay"),
        ("States/Task/Retry/0/JitterStrategy", "SOME", "$.States.Task.Retry[0].JitterStrategy", "jitter"),
        ("States/Task/Retry/0/ErrorEquals", [], "$.States.Task.Retry[0].ErrorEquals", "error-names"),
        ("States/Task/Retry/0/ErrorEquals", ["States.ALL"], "$.States.Task.Retry[0].ErrorEquals", "all-alone"),
        ("States/Task/Retry/1/ErrorEquals", ["States.ALL", "X"], "$.States.Task.Retry[1].ErrorEquals", "all-alone"),
        ("States/Task/Retry", {}, "$.States.Task.Retry", "array"),
        ("States/Task/Catch/0/Next", ..., "$.States.Task.Catch[0]", "missing"),
        ("States/Task/Catch/0/Next", "Inner", "$.States.Task.Catch[0].Next", "unknown-state"),
        ("States/Choice/Choices", [], "$.States.Choice.Choices", "array"),
        ("States/Choice/Choices/0/Next", ..., "$.States.Choice.Choices[0]", "missing"),
        ("States/Choice/Choices/0/Or", [], "$.States.Choice.Choices[0]", "tests"),
        ("States/Choice/Choices/0/And/0/Next", "Map", "$.States.Choice.Choices[0].And[0].Next", "nested-next"),
        ("States/Choice/Choices/0/And/0/Variable", ..., "$.States.Choice.Choices[0].And[0]", "missing"),
        ("States/Choice/Choices/0/And/0/Variable", "n", "$.States.Choice.Choices[0].And[0].Variable", "path"),
        (
            "States/Choice/Choices/0/And/0/NumericEquals",
            "1",
            "$.States.Choice.Choices[0].And[0].NumericEquals",
            "operand-number",
        ),
        ("States/Choice/Choices/0/And/0/NumericEqual", 1, "$.States.Choice.Choices[0].And[0].NumericEqual", "operator"),
        ("States/Choice/Default", "Nowhere", "$.States.Choice.Default", "unknown-state"),
        ("States/Choice/End", True, "$.States.Choice.End", "unknown-field"),
        ("States/Wait/Seconds", -1, "$.States.Wait.Seconds", "number"),
        ("States/Wait/Seconds", ..., "$.States.Wait", "wait"),
        ("States/Wait/SecondsPath", "$.n", "$.States.Wait", "wait"),
        ("States/Wait/Timestamp", "today", "$.States.Wait.Timestamp", "timestamp"),
        ("States/Parallel/Branches", [], "$.States.Parallel.Branches", "array"),
        (
            "States/Parallel/Branches/0/States/Inner/Next",
            "Map",
            "$.States.Parallel.Branches[0].States.Inner.Next",
            "unknown-state",
        ),
        ("States/Map/ItemProcessor", ..., "$.States.Map", "processor"),
        (
            "States/Map/ItemProcessor/States/Task",
            {"Type": "Succeed"},
            "$.States.Map.ItemProcessor.States.Task",
            "name-twice",
        ),
        ("States/Map/ItemReader", {}, "$.States.Map.ItemReader", "distributed-only"),
        ("States/Map/MaxConcurrency", "2", "$.States.Map.MaxConcurrency", "number"),
        ("States/Lonely", {"Type": "Succeed"}, "$.States.Lonely", "unreachable"),
        ("States/" + "x" * 81, {"Type": "Succeed"}, "$.States." + "x" * 81, "name"),
    ],
)
def test_each_problem_is_found_where_it_is(place: str, value: Any, path: str, kind: str) -> None:
    found = {(problem.path, problem.kind) for problem in problems(changed(place, value))}
    assert (path, kind) in found


def test_json_that_does_not_parse_has_line_and_column() -> None:
    (problem,) = problems('{\n  "StartAt": "A",\n  "States": {]}\n}')
    assert (problem.path, problem.kind) == ("$", "json")
    assert dict(problem.details)["line"] == 3
    assert dict(problem.details)["column"] == 14
    assert "3行14文字目" in (words.check('{\n  "StartAt": "A",\n  "States": {]}\n}') or "")


def test_two_defaults() -> None:
    text = json.dumps(GOOD).replace('"Default": "Map"', '"Default": "Wait", "Default": "Map"')
    (problem,) = problems(text)
    assert (problem.path, problem.kind) == ("$.States.Choice.Default", "twice")


def test_every_problem_is_listed_at_once() -> None:
    text = (
        changed("States/Task/Next", "Nowhere")
        .replace('"Seconds": 0', '"Secnds": 0')
        .replace('"MaxAttempts": 1', '"MaxAttempts": -1')
    )
    found = {problem.path for problem in problems(text)}
    assert found >= {"$.States.Task.Next", "$.States.Wait.Secnds", "$.States.Task.Retry[1].MaxAttempts"}
    message = words.check(text)
    assert message is not None
    for path in found:
        assert path in message
    with pytest.raises(ParameterError, match="Nowhere"):
        StateMachineRun(definition=text)


def test_a_near_miss_is_suggested() -> None:
    text = changed("States/Task/Reslt", 1).replace("Reslt", "ResultPth")
    (problem,) = problems(text)
    assert "ResultPath のことかもしれません" in words.line(problem)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_json_is_judged_without_a_crash_and_in_words(value: Any) -> None:
    for text in (json.dumps(value), json.dumps({"StartAt": "A", "States": {"A": value}})):
        message = words.check(text)
        assert message is not None
        assert "{" not in message.replace(text, "") or "{ }" in message


VALUES = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "A", "$", "$.a", "$..a", [], ["X"], {}, {"a.$": "$"}, {"StartAt": "Q", "States": {}}]
)
FIELD_NAMES = sorted(set().union(*(names for types in FIELDS.values() for names in types.values())))


@given(st.sampled_from(sorted(FIELDS[JSONPATH])), st.dictionaries(st.sampled_from(FIELD_NAMES), VALUES, max_size=5))
def test_what_passes_the_checks_runs(kind: str, fields: dict[str, Any]) -> None:
    """Whatever has no problems never breaks the interpreter; whatever has is told in words."""
    machine = {"StartAt": "A", "States": {"A": {"Type": kind, **fields}}}
    found = problems(json.dumps(machine))
    if found:
        assert all(words.line(problem) for problem in found)
        with pytest.raises(DefinitionError):
            load(json.dumps(machine))
    else:
        assert execute(machine, {"a": [1, 2]}, longest=60).events


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('{"a.$": "$.b"}', []),
        ('{"a.$": "b"}', ["expression"]),
        ('{"a": 1, "a": 2}', ["twice"]),
        ("[]", ["object"]),
        ("{", ["json"]),
    ],
)
def test_templates(text: str, kinds: list[str]) -> None:
    assert [problem.kind for problem in template_problems(text)] == kinds


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (words.check_path, ["", "null", "$", "$.a[*]", "$$.State.Name"], ["a", "$.["]),
        (words.check_reference, ["", "null", "$", "$.a[0]"], ["$.a[*]", "$..a", "a"]),
        (words.check_json, ["1", "{}"], ["{", "NaN", "["]),
        (words.check_template, ["", "{}"], ["[]", '{"a.$": 1}']),
    ],
)
def test_checks_of_texts(check: Any, good: list[str], bad: list[str]) -> None:
    assert [check(text) for text in good] == [None] * len(good)
    assert all(check(text) for text in bad)
