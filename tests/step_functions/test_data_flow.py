"""The data flow of one state: the interpreter's output, and an account in which no value is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.explorers import DataFlow
from kumo.step_functions.model import data_flow as model
from kumo.step_functions.model.data_flow import LEFT_OUT, Fields, flow, leaves
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.view.json_lines import lines
from kumo.step_functions.words import data_flow as words

NAMES = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("xy", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
# Mostly with what the paths below look for.
DATA = (
    st.fixed_dictionaries(
        {"a": st.lists(JSON, min_size=1, max_size=2), "b": st.fixed_dictionaries({"c": JSON}), "c": JSON}
    )
    | JSON
)
PATHS = st.sampled_from([LEFT_OUT, None, "$", "$.a", "$.b.c", "$.a[0]", "$..a", "$.a[*]"])
REFERENCES = st.sampled_from([LEFT_OUT, None, "$", "$.a", "$.b.c", "$.new.place"])
TEMPLATES = st.sampled_from(
    [
        LEFT_OUT,
        {},
        {"x": 1},
        {"x.$": "$"},
        {"x.$": "$.a", "y": {"z.$": "$.b"}},
        {"x.$": "States.Array($.a, $.c)"},
        {"x.$": "$..a"},
    ]
)
FIELDS = st.builds(Fields, PATHS, TEMPLATES, TEMPLATES, REFERENCES, PATHS)


@given(DATA, DATA, FIELDS)
def test_gives_what_the_interpreter_gives(data: Any, result: Any, fields: Fields) -> None:
    names = ("InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath")
    values = (
        fields.input_path,
        fields.parameters,
        fields.result_selector,
        fields.result_path,
        fields.output_path,
    )
    state = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
    state |= {name: value for name, value in zip(names, values, strict=True) if value is not LEFT_OUT}
    seen = []
    world = World({"f": Task(lambda payload: seen.append(payload) or result)})
    run = execute({"StartAt": "A", "States": {"A": state}}, data, world)
    # The interpreter takes no input for an empty object.
    if data is None:
        return
    trace = flow(data, result, fields)
    assert trace.error == run.error
    if trace.error is None:
        assert trace.stages[-1].value == run.output
        assert [trace.stages[2].value] == seen


@given(DATA, DATA, FIELDS)
def test_every_leaf_is_kept_or_dropped(data: Any, result: Any, fields: Fields) -> None:
    trace = flow(data, result, fields)
    for before, after in zip(trace.stages, trace.stages[1:], strict=False):
        held = leaves(before.value)
        assert before.dropped <= set(held)
        assert after.new <= set(leaves(after.value))
        if after.name in {model.INPUT_PATH, model.OUTPUT_PATH} and after.written in (LEFT_OUT, "$"):
            assert not before.dropped
            assert after.value == before.value
        if after.written is None:
            assert before.dropped == set(held)
    assert not trace.stages[-1].dropped or trace.error


def test_leaves_are_every_value_once() -> None:
    value = {"a": [1, {"b": None}], "c": {}, "d": []}
    assert leaves(value) == {("a", 0): 1, ("a", 1, "b"): None, ("c",): {}, ("d",): []}
    assert leaves("text") == {(): "text"}


def test_the_default_makes_its_point() -> None:
    trace = DataFlow().simulate()
    raw, chosen, payload, result, _, joined, output = trace.stages
    assert raw.dropped == {("customer", "name"), ("customer", "rank")}
    assert chosen.dropped == {("memo",)}
    assert payload.value == {"orderId": "A-1001", "amount": 120, "currency": "JPY"}
    assert result.dropped == {("status",), ("http", "code"), ("http", "ms")}
    assert joined.value == {**raw.value, "payment": {"chargeId": "ch-9"}}
    assert joined.new == {("payment", "chargeId")}
    assert output.value == joined.value


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "書き足されました"),
        ({"result_path": ""}, "置き換えられ"),
        ({"result_path": "null"}, "捨てられ"),
        ({"input_path": "$.nowhere"}, "データにその場所があるか"),
        ({"input": '"text"', "input_path": "", "parameters_field": ""}, "作れません"),
    ],
)
def test_the_explanation_says_what_result_path_did(changes: dict[str, str], expected: str) -> None:
    assert expected in DataFlow.frame(changes, ["narrow"])["explanation"]["why"]


@pytest.mark.parametrize("name", list(DataFlow.declared))
def test_every_field_changes_the_flow(name: str) -> None:
    other = {
        "input": '{"order": {"id": 1, "total": 2}}',
        "input_path": "$.customer",
        "parameters_field": "",
        "result": '{"chargeId": 1}',
        "result_selector": "",
        "result_path": "",
        "output_path": "$.payment",
    }
    assert DataFlow(**{name: other[name]}).simulate() != DataFlow().simulate()


@given(JSON)
def test_lines_are_the_json(value: Any) -> None:
    written = lines(value)
    assert json.loads("".join(text for _, _, text in written)) == value
    places = [place for place, _, _ in written if place is not None]
    assert set(places) == set(leaves(value))
    assert len(places) == len(set(places))


def test_the_definition_shown_is_json() -> None:
    shown = json.loads("\n".join(words.definition(DataFlow().simulate())))
    assert shown["InputPath"] == "$.order"
    assert shown["Parameters"]["orderId.$"] == "$.id"
