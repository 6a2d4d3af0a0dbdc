"""The data of a JSONata state: the interpreter's output, variables and errors, and what each expression reads."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import LAYOUTS, mono
from kumo.core.parameters import ParameterError
from kumo.step_functions.explorers import JsonataFlow
from kumo.step_functions.model.data_flow import LEFT_OUT, leaves
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.jsonata_flow import ARGUMENTS, ASSIGN, CONTEXT, INPUT, OUTPUT, RESULT, VARIABLES, flow
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.view import jsonata_flow as view
from kumo.step_functions.words import jsonata_flow as words

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
NAMES = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("xy", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
# Mostly with what the expressions below look for.
DATA = st.fixed_dictionaries({"a": st.integers(-9, 9), "b": st.lists(st.integers(0, 9), min_size=1), "c": JSON}) | JSON
BEFORE = st.fixed_dictionaries({"n": st.integers(0, 9)}, optional={"customer": JSON})
BEFORE_TASK = [
    "{% $states.input %}",
    "{% $states.input.a %}",
    "{% $states.input.a + $n %}",
    "{% $sum($states.input.b) & ' in all' %}",
    "{% $states.input.b[$ > 3] %}",
    "{% $states.context.Execution.Name & $states.context.State.Name %}",
    "{% $states.context.Execution.Input %}",
    "{% $customer %}",
    "{% $uuid() %}",
    "{% $n > 4 ? 'many' : null %}",
    "no expression",
    7,
]
AFTER_TASK = [
    *BEFORE_TASK,
    "{% $states.result %}",
    "{% $states.result.a * $n %}",
    "{% $merge([$states.input, {'r': $n}]) %}",
]


def templates(expressions: list[Any]) -> st.SearchStrategy[Any]:
    one = st.sampled_from(expressions)
    return one | st.recursive(
        st.dictionaries(NAMES, one, max_size=3),
        lambda inner: st.dictionaries(NAMES, inner | st.lists(one, max_size=2), max_size=2),
        max_leaves=4,
    )


WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        ARGUMENTS: templates(BEFORE_TASK),
        OUTPUT: templates(AFTER_TASK),
        ASSIGN: st.dictionaries(st.sampled_from(["n", "m", "customer"]), templates(AFTER_TASK), max_size=3),
    },
)


@given(DATA, BEFORE, DATA, WRITTEN)
def test_gives_what_the_interpreter_gives(data: Any, before: dict[str, Any], result: Any, written: Any) -> None:
    """Run between a state that assigns the variables and one that reads them all."""
    if data is None:
        return  # which the interpreter takes for an empty object
    seen = []
    names = sorted({*before, *written.get(ASSIGN, {})})
    every = {name: f"{{% ${name} %}}" for name in names}
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "Before",
        "States": {
            "Before": {"Type": "Pass", "Assign": before, "Next": "Charge"},
            "Charge": {"Type": "Task", "Resource": FUNCTION, **written, "Next": "After"},
            "After": {
                "Type": "Pass",
                "Output": {"data": "{% $states.input %}", "variables": every},
                "End": True,
            },
        },
    }
    run = execute(machine, data, World({"f": Task(lambda payload: seen.append(payload) or result)}))
    trace = flow(data, before, result, written)
    assert (trace.payload is not LEFT_OUT) == bool(seen)
    if seen:
        assert [trace.payload] == seen
    if trace.failure is None:
        assert run.error is None
        assert run.output["data"] == trace.output
        assert run.output["variables"] == trace.after
    else:
        assert (run.error, run.cause) == (trace.failure.error, trace.failure.cause)
        assert trace.output is LEFT_OUT
        assert trace.after == before


@given(DATA, BEFORE, DATA, WRITTEN)
def test_every_part_says_what_it_became(data: Any, before: dict[str, Any], result: Any, written: Any) -> None:
    trace = flow(data, before, result, written)
    for field, value in zip(trace.fields[:2], (trace.payload, trace.output), strict=True):
        assert {part.place: part.written for part in field.parts} == (
            leaves(field.written) if field.written is not LEFT_OUT else {}
        )
        for part in field.parts:
            if value is LEFT_OUT:
                assert part.value is LEFT_OUT
                continue
            found = value
            for step in part.place:
                found = found[step]
            assert part.value == found
            assert part.sources or part.value == part.written or "uuid" in part.written
    failure = trace.failure
    if failure is not None:
        field = next(field for field in trace.fields if field.name == failure.field)
        assert failure.place in {part.place for part in field.parts}


@given(BEFORE, st.integers(0, 9))
def test_assign_does_not_change_what_output_sees(before: dict[str, Any], new: int) -> None:
    output = {"n": "{% $n %}"}
    without = flow({}, before, {}, {OUTPUT: output})
    trace = flow({}, before, {}, {OUTPUT: output, ASSIGN: {"n": new}})
    assert trace.output == without.output == {"n": before["n"]}
    assert trace.after["n"] == new
    assert bool(trace.outdated(trace.fields[1].parts[0])) == (new != before["n"])


def test_assign_reads_the_variables_as_they_were() -> None:
    trace = flow({}, {"a": 1, "b": 2}, {}, {ASSIGN: {"a": "{% $b %}", "b": "{% $a %}"}})
    assert trace.after == {"a": 2, "b": 1}


def test_what_the_task_does_not_get_is_not_lost() -> None:
    trace = flow(
        {"kept": 1, "given": 2}, {}, 3, {ARGUMENTS: "{% $states.input.given %}", OUTPUT: "{% $states.input %}"}
    )
    assert trace.payload == 2
    assert trace.output == {"kept": 1, "given": 2}


@pytest.mark.parametrize(
    ("expression", "sources"),
    [
        ("{% $states.input.a %}", {INPUT}),
        ("{% $states.result.a & $n %}", {RESULT, VARIABLES}),
        ("{% $states.context.State.Name %}", {CONTEXT}),
        ("{% $states %}", {INPUT, RESULT, CONTEXT}),
        ("{% $states.input.b[$ > $n] %}", {INPUT, VARIABLES}),
        ("{% ($local := 1; $local) %}", set()),
        ("{% $now() %}", set()),
        ("$states.input", set()),
    ],
)
def test_the_sources_of_an_expression(expression: str, sources: set[str]) -> None:
    trace = flow({"a": "x", "b": [1]}, {"n": 2}, {"a": "x"}, {OUTPUT: [expression]})
    assert trace.fields[1].parts[0].sources == sources


def test_there_is_no_result_before_the_task() -> None:
    trace = flow(1, {}, 2, {ARGUMENTS: "{% $states %}"})
    assert trace.fields[0].parts[0].sources == {INPUT, CONTEXT}
    assert set(trace.payload) == {"input", "context"}


@pytest.mark.parametrize(
    ("written", "field", "place", "undefined"),
    [
        ({ARGUMENTS: {"a": {"b": ["{% $nowhere %}"]}}}, ARGUMENTS, ("a", "b", 0), True),
        ({OUTPUT: "{% $states.result.nowhere %}"}, OUTPUT, (), True),
        ({OUTPUT: {"a": "{% 'x' + 1 %}"}}, OUTPUT, ("a",), False),
        ({ASSIGN: {"n": "{% $sum %}"}}, ASSIGN, ("n",), False),
        ({OUTPUT: "{% $pad('x', 300000) %}"}, OUTPUT, None, False),
        ({ARGUMENTS: "{% $pad('x', 300000) %}"}, ARGUMENTS, None, False),
        ({ASSIGN: {"n": "{% $pad('x', 300000) %}"}}, ASSIGN, None, False),
    ],
)
def test_the_place_of_a_failure(written: Any, field: str, place: Any, undefined: bool) -> None:  # noqa: FBT001
    trace = flow({}, {}, {}, written)
    assert trace.failure is not None
    assert (trace.failure.field, trace.failure.place, trace.failure.undefined) == (field, place, undefined)
    assert trace.failure.error == ("States.DataLimitExceeded" if place is None else "States.QueryEvaluationError")
    for layout in LAYOUTS.values():
        view.draw(trace, layout)
    assert field in words.explanation(trace).point
    words.table(trace)


def test_the_default_makes_its_point() -> None:
    trace = JsonataFlow().simulate()
    arguments, output, assign = trace.fields
    assert trace.payload == {"text": "A-1001 / Sato", "amount": 600}
    assert trace.output == {"memo": "gift", "chargeId": "ch-9", "large": ["ink"], "orders": 2}
    assert trace.after == {**trace.before, "orders": 3, "chargeId": "ch-9"}
    assert arguments.parts[0].sources == {INPUT, VARIABLES}
    assert [set(part.sources) for part in output.parts] == [{INPUT}, {RESULT}, {INPUT}, {VARIABLES}]
    assert [trace.outdated(part) for part in output.parts][-1] == {"orders"}
    assert assign.parts[0].value == 3
    explanation = JsonataFlow().explain(trace)
    assert "変数と入力と結果" in explanation.point
    assert "$ordersを3に" in explanation.why
    svg = JsonataFlow.frame({})["pictures"]["wide"]
    assert words.OLD.format(names="$orders") in svg


@pytest.mark.parametrize(
    ("changes", "point", "why"),
    [
        ({"output": ""}, "Outputを省略", "$chargeId、$orders"),
        ({"output": "[]", "assign": ""}, "0個の値", "Assignがない"),
        ({"assign": '{"orders": 2}'}, "直接読み", "元と同じ値"),
        ({"arguments": '{"id": "{% $states.input.nowhere %}"}'}, "Argumentsのid", "まだ呼ばれていません"),
        ({"output": '"{% $states.result.nowhere %}"'}, "Outputの式", "もう一度動きます"),
        ({"assign": '{"orders": "{% $customer.name + 1 %}"}'}, "Assignのorders", "新しい値も残りません"),
    ],
)
def test_the_explanation_says_what_happened(changes: dict[str, str], point: str, why: str) -> None:
    explanation = JsonataFlow.frame(changes, ["narrow"])["explanation"]
    assert point in explanation["point"]
    assert why in explanation["why"]
    assert explanation["why"].count("。") <= 2


@pytest.mark.parametrize("name", list(JsonataFlow.declared))
def test_every_field_changes_the_flow(name: str) -> None:
    other = {
        "input": '{"order": {"id": "B-2", "items": [{"price": 1}], "memo": ""}}',
        "variables": '{"customer": {"name": "Ito"}, "orders": 7}',
        "arguments": "",
        "result": '{"chargeId": 1}',
        "output": "",
        "assign": "",
    }
    assert JsonataFlow(**{name: other[name]}).simulate() != JsonataFlow().simulate()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("arguments", '{"a": {"b": "{% $states.result.x %}"}}', ["$.a.b", "$states.result", "Output と Assign だけ"]),
        ("output", '{"a": "{% $states.errorOutput %}"}', ["$.a", "Catch"]),
        ("output", '{"a": "{% $states.inptu %}"}', ["$.a", "inptu", "input、context、result"]),
        ("output", '{"a": "{% order.id %}"}', ["$.a", "$states.input.order"]),
        ("output", '["{% $ %}"]', ["$[0]", "$states.input か変数"]),
        ("output", '{"a": "{% 1 + %}"}', ["$.a", "3文字目", "Unexpected end"]),
        ("assign", '{"a": "{% $n"}', ["$.a", "%}"]),
        ("assign", '{"$a": 1}', ["$a", "$ は付けず"]),
        ("assign", json.dumps({"a" * 81: 1}), ["80文字以下"]),
        ("assign", '{"states": 1}', ["予約"]),
        ("assign", "[1]", ["オブジェクト"]),
        ("variables", '{"states": 1}', ["予約"]),
        ("variables", '{"a": ["{% $b %}"]}', ["計算を終えた値"]),
        ("variables", '{"a": 1', ["1行"]),
        ("arguments", "{% $states.input %}", ['"{% … %}"', '" で囲みます']),
        ("output", " {% $states.input %}", ['"{% … %}"']),
        ("input", "{", ["1行"]),
        ("result", "NaN", ["NaN"]),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(name: str, text: str, said: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        JsonataFlow(**{name: text})
    for part in said:
        assert part in str(caught.value)


@given(st.text("{%}$ab.()[]&' \"+", max_size=80), st.floats(40, 400))
def test_expressions_are_broken_within_their_room(text: str, room: float) -> None:
    found = view._broken(text, room, 14)
    assert len(found) <= view.MOST_PARTS
    assert all(mono.width(line, 14) <= room for line in found)
    if "…" not in "".join(found):
        assert "".join("".join(found).split()) == "".join(text.split())


def test_expressions_are_broken_between_their_tokens() -> None:
    text = "{% $sum($states.input.order.items.price) & ' in all' %}"
    assert view._broken(text, 250, 14) == ["{% $sum($states.input.order", ".items.price) & ' in all' %}"]


def test_only_what_has_room_is_drawn_on_one_line() -> None:
    trace = flow({"a": [1, 2, 3], "b": {"c": "x" * 80}}, {}, {}, {})
    svg = view.draw(trace, LAYOUTS["wide"]).svg()
    shown = html.unescape(svg)
    assert '"a": [1, 2, 3],' in shown
    assert '"b": {"c"' not in shown
