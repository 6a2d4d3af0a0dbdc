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
from kumo.step_functions.model.definition import (
    ALWAYS,
    FIELDS,
    RESULT,
    DefinitionError,
    jsonata_problems,
    load,
    problems,
    template_problems,
)
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


def changed(place: str, value: Any, of: dict[str, Any] = GOOD) -> str:
    """Return a good definition with the element at a path of keys (by /) replaced, or removed for ``...``."""
    machine = copy.deepcopy(of)
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
        ("States/Task/Output", 1, "$.States.Task.Output", "jsonata-field"),
        ("States/Choice/Choices/0/Condition", True, "$.States.Choice.Choices[0].Condition", "jsonata-field"),
        ("QueryLanguage", "JSONatta", "$.QueryLanguage", "query-language"),
        ("QueryLanguage", None, "$.QueryLanguage", "query-language"),
        (
            "States/Map/ItemProcessor/QueryLanguage",
            "JSONata",
            "$.States.Map.ItemProcessor.QueryLanguage",
            "unknown-field",
        ),
        ("States/Task/ResultPath", "$x", "$.States.Task.ResultPath", "reference"),
        ("States/Task/Assign", 1, "$.States.Task.Assign", "object"),
        ("States/Task/Assign", {"a.$": "b"}, "$.States.Task.Assign['a.$']", "expression"),
        ("States/Task/Assign", {"a.b": 1}, "$.States.Task.Assign['a.b']", "variable-name"),
        ("States/Task/Assign", {"states": 1}, "$.States.Task.Assign.states", "variable-states"),
        ("States/Task/Catch/0/Assign", {"1": 1}, "$.States.Task.Catch[0].Assign['1']", "variable-name"),
        ("States/Choice/Choices/0/Assign", {"a b": 1}, "$.States.Choice.Choices[0].Assign['a b']", "variable-name"),
        ("States/Choice/Choices/0/And/0/Assign", {"a": 1}, "$.States.Choice.Choices[0].And[0].Assign", "nested-next"),
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


JSONATA: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Task",
    "States": {
        "Task": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:f",
            "Arguments": {"a": ["{% $states.input.a %}", "{% $states.context.Task.Token %}"]},
            "TimeoutSeconds": "{% $limit %}",
            "Output": {"a": "{% $states.result.a & $b %}"},
            "Assign": {"名前": "{% $states.result %}", "b": 1},
            "Catch": [
                {"ErrorEquals": ["X"], "Output": "{% $states.errorOutput %}", "Assign": {"c": 1}, "Next": "Wait"}
            ],
            "Next": "Choice",
        },
        "Choice": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $b > 1 %}", "Assign": {"b": 2}, "Output": "{% $b %}", "Next": "Wait"},
                {"Condition": True, "Next": "Parallel"},
            ],
            "Assign": {"b": 3},
            "Default": "Map",
        },
        "Wait": {"Type": "Wait", "Seconds": "{% $b %}", "Next": "Fail"},
        "Fail": {"Type": "Fail", "Error": "{% $states.input.name %}", "Cause": "plain"},
        "Parallel": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "Output": "{% $b %}", "End": True}}}
            ],
            "End": True,
        },
        "Map": {
            "Type": "Map",
            "Items": "{% $states.input.items %}",
            "ItemSelector": {"value": "{% $states.context.Map.Item.Value %}"},
            "MaxConcurrency": "{% 2 %}",
            "ItemProcessor": {"StartAt": "Each", "States": {"Each": {"Type": "Pass", "Assign": {"d": 1}, "End": True}}},
            "End": True,
        },
    },
}


def test_a_machine_with_jsonata_and_variables_has_no_problems() -> None:
    assert problems(json.dumps(JSONATA)) == ()
    mixed = copy.deepcopy(GOOD)
    mixed["States"]["Wait"] |= {"QueryLanguage": "JSONata", "Assign": {"x": "{% 1 %}"}}
    mixed["States"]["Task"] |= {"InputPath": "$x.a", "TimeoutSecondsPath": "$x.limit", "Assign": {"y.$": "$.z"}}
    assert problems(json.dumps(mixed)) == ()


@pytest.mark.parametrize(
    ("place", "value", "path", "kind"),
    [
        ("States/Task/InputPath", "$", "$.States.Task.InputPath", "jsonpath-field"),
        ("States/Task/TimeoutSecondsPath", "$", "$.States.Task.TimeoutSecondsPath", "jsonpath-field"),
        ("States/Choice/Choices/1/Variable", "$.a", "$.States.Choice.Choices[1].Variable", "jsonpath-field"),
        ("States/Choice/Choices/1/NumericEquals", 1, "$.States.Choice.Choices[1].NumericEquals", "jsonpath-field"),
        ("States/Task/Catch/0/ResultPath", "$.e", "$.States.Task.Catch[0].ResultPath", "jsonpath-field"),
        ("States/Task/QueryLanguage", "JSONPath", "$.States.Task.QueryLanguage", "query-downgrade"),
        ("States/Fail/Output", 1, "$.States.Fail.Output", "unknown-field"),
        ("States/Choice/Choices/0/Condition", "yes", "$.States.Choice.Choices[0].Condition", "condition"),
        ("States/Choice/Choices/0/Condition", ..., "$.States.Choice.Choices[0]", "missing"),
        ("States/Wait/Seconds", "3", "$.States.Wait.Seconds", "computed"),
        ("States/Wait/Seconds", "{% $x + %}", "$.States.Wait.Seconds", "expression-syntax"),
        ("States/Wait/Seconds", ..., "$.States.Wait", "wait-jsonata"),
        ("States/Map/MaxConcurrency", "{% $ %}", "$.States.Map.MaxConcurrency", "expression-document"),
        ("States/Map/ToleratedFailurePercentage", "half", "$.States.Map.ToleratedFailurePercentage", "computed"),
        ("States/Map/ItemSelector/value", "{% item %}", "$.States.Map.ItemSelector.value", "expression-name"),
        ("States/Map/Items", "{% $eval('1') %}", "$.States.Map.Items", "expression-eval"),
        ("States/Task/Output/a", "{% $x ?? 1 %}", "$.States.Task.Output.a", "expression-later"),
        ("States/Task/Output/a", "{% $x", "$.States.Task.Output.a", "expression-half"),
        ("States/Task/Output/a", " {% $x %}", "$.States.Task.Output.a", "expression-half"),
        ("States/Task/Arguments/a/0", "{% $states.result %}", "$.States.Task.Arguments.a[0]", "states-result"),
        ("States/Task/Output/a", "{% $states.errorOutput %}", "$.States.Task.Output.a", "states-errorOutput"),
        ("States/Task/Catch/0/Output", "{% $states.result %}", "$.States.Task.Catch[0].Output", "states-result"),
        ("States/Choice/Output", "{% $states.result %}", "$.States.Choice.Output", "states-result"),
        ("States/Task/Output/a", "{% $states.inputs %}", "$.States.Task.Output.a", "states-member"),
        ("States/Task/Assign", {"$x": 1}, "$.States.Task.Assign['$x']", "variable-name"),
        ("States/Task/Assign", {"x" * 81: 1}, "$.States.Task.Assign." + "x" * 81, "variable-name"),
        (
            "States/Map/ItemProcessor/States/Each/Assign",
            {"b": 1},
            "$.States.Map.ItemProcessor.States.Each.Assign.b",
            "variable-outer",
        ),
    ],
)
def test_each_problem_with_jsonata_is_found_where_it_is(place: str, value: Any, path: str, kind: str) -> None:
    found = problems(changed(place, value, JSONATA))
    assert (path, kind) in {(problem.path, problem.kind) for problem in found}
    message = words.check(changed(place, value, JSONATA)) or ""
    assert path in message
    assert "{0}" not in message
    assert "{text}" not in message


def test_names_may_come_back_side_by_side_and_stay_apart_from_those_around() -> None:
    machine = copy.deepcopy(JSONATA)
    machine["States"]["Parallel"]["Branches"][0]["States"]["Inner"]["Assign"] = {"d": 1}
    assert problems(json.dumps(machine)) == ()
    machine["States"]["Task"]["Assign"]["d"] = 1
    found = {(problem.kind, problem.path) for problem in problems(json.dumps(machine))}
    assert found == {
        ("variable-outer", "$.States.Map.ItemProcessor.States.Each.Assign.d"),
        ("variable-outer", "$.States.Parallel.Branches[0].States.Inner.Assign.d"),
    }


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
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "A",
        "$",
        "$.a",
        "$..a",
        "$v.a",
        [],
        ["X"],
        {},
        {"a.$": "$"},
        {"v": "{% $v %}"},
        "{% $states.input.a %}",
        "{% 1 %}",
        "{% $ %}",
        "{% $states.result",
        "JSONata",
        {"StartAt": "Q", "States": {}},
    ]
)
FIELD_NAMES = sorted(set().union(*(names for types in FIELDS.values() for names in types.values())))


@given(
    st.sampled_from(sorted(FIELDS)),
    st.sampled_from(sorted(FIELDS[JSONPATH])),
    st.dictionaries(st.sampled_from(FIELD_NAMES), VALUES, max_size=5),
)
def test_what_passes_the_checks_runs(language: str, kind: str, fields: dict[str, Any]) -> None:
    """Whatever has no problems never breaks the interpreter; whatever has is told in words."""
    machine = {"QueryLanguage": language, "StartAt": "A", "States": {"A": {"Type": kind, **fields}}}
    found = problems(json.dumps(machine))
    if found:
        assert all(words.line(problem) for problem in found)
        with pytest.raises(DefinitionError):
            load(json.dumps(machine))
    else:
        assert execute(machine, {"a": [1, 2]}, longest=60).events


@given(st.sampled_from(sorted(FIELDS)), st.sampled_from(sorted(FIELDS[JSONPATH])), st.data())
def test_what_passes_the_checks_runs_with_the_fields_of_its_own(language: str, kind: str, data: st.DataObject) -> None:
    """As above; most of these machines have no problems."""
    onward = {"End": True} if "End" in FIELDS[language][kind] else {}
    names = sorted(FIELDS[language][kind] - {"Next", "End", "Catch", "Retry", "Credentials", "Label"})
    state = {**(JSONATA if language == "JSONata" else GOOD)["States"].get(kind, {}), "Type": kind}
    state = {key: value for key, value in state.items() if key not in {"Next", "End", "Catch", "Retry", "Choices"}}
    if kind == "Choice":
        state["Choices"] = [{"Variable": "$.a", "IsPresent": True, "Next": "A"}]
        state["Choices"] = [{"Condition": False, "Next": "A"}] if language == "JSONata" else state["Choices"]
    state |= data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=2)) | onward
    machine = {"QueryLanguage": language, "StartAt": "A", "States": {"A": state}}
    if not problems(json.dumps(machine)):
        assert execute(machine, {"a": [1, 2]}, longest=60).events


@pytest.mark.parametrize(
    ("text", "sees", "kinds"),
    [
        ('"{% $states.input.a %}"', ALWAYS, []),
        ('{"a": ["{% $states.result %}", 1]}', ALWAYS, ["states-result"]),
        ('{"a": "{% $states.result %}"}', ALWAYS | {RESULT}, []),
        ('"{% $ %} "', ALWAYS, ["expression-half"]),
        ("[1, 2]", ALWAYS, []),
        ('{"a": 1, "a": 2}', ALWAYS, ["twice"]),
        ("{", ALWAYS, ["json"]),
    ],
)
def test_fields_of_jsonata_states(text: str, sees: frozenset[str], kinds: list[str]) -> None:
    assert [problem.kind for problem in jsonata_problems(text, sees=sees)] == kinds


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
        (words.check_jsonata, ["", "1", '"{% $x %}"'], ["{", '"{% $states.result %}"', '"{% $x"']),
        (words.check_assign, ["", "{}", '{"x": "{% $states.result %}"}'], ["[]", '{"x.y": 1}', '{"states": 1}']),
    ],
)
def test_checks_of_texts(check: Any, good: list[str], bad: list[str]) -> None:
    assert [check(text) for text in good] == [None] * len(good)
    assert all(check(text) for text in bad)
