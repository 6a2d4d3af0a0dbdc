"""The explorer of expressions: requests carried out, refusals shown, inputs that are read or refused with a reason."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.dynamodb import values
from kumo.dynamodb.explorers import Expressions
from kumo.dynamodb.model import errors, expressions
from kumo.dynamodb.words import expressions as words
from kumo.dynamodb.words.errors import HINTS


def plain(item: dict[str, values.Value]) -> dict[str, object]:
    return {name: values.to_python(value) for name, value in item.items()}


def test_presets_do_what_they_are_for() -> None:
    traces = {name: expressions.ask(name) for name in expressions.PRESETS}
    assert {name: words.result(trace) for name, trace in traces.items()} == {
        "stock": "wrote",
        "create": "refused",
        "document": "wrote",
        "filter": "kept",
        "projection": "picked",
        "reserved": "error",
    }
    assert plain(traces["stock"].after)["stock"] == 1
    assert traces["reserved"].error.kind == "reserved"
    changed = plain(traces["document"].after)
    assert (changed["tags"], changed["details"]["width"], changed["seen"]) == (["new", "kitchen", "sale"], 10, 1)
    assert (changed["colors"], "price" in changed) == ({"blue"}, False)
    assert plain(traces["projection"].after) == {"title": "カップ", "details": {"width": 8}, "tags": ["new"]}


def test_what_the_reader_writes_takes_the_place_of_the_preset() -> None:
    trace = expressions.ask("stock", condition="stock > :n", given='{":n": 3, ":who": "x"}')
    assert trace.error.kind == "condition-failed"
    assert trace.after == trace.before
    assert not trace.outcome.holds
    fixed = expressions.ask("reserved", expression="SET #s = :s", names='{"#s": "status"}')
    assert plain(fixed.after)["status"] == "sold"


def test_values_of_the_preset_that_are_not_used_are_not_sent_but_the_readers_are() -> None:
    assert expressions.ask("stock", expression="SET stock = :n", condition="stock > :n").error is None
    trace = expressions.ask("stock", given='{":n": 1, ":who": "x", ":sold": "y", ":extra": 1}')
    assert trace.error.kind == "unused-values"


def test_an_error_of_the_update_still_shows_the_condition() -> None:
    trace = expressions.ask("stock", expression="SET stock = absent")
    assert trace.error.kind == "missing-attribute"
    assert trace.outcome.holds


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("item", '{"id": "x",}', "1行目の12文字目"), ("item", "[]", "JSONのオブジェクト"),
        ("item", '{"title": "x"}', "主キー"),
        ("item", '{"id": "x", "n": {"SS": []}}', "DynamoDBにある型"), ("names", '{"#a": 1}', "#で始まる"),
        ("values", "{", "2文字目"), ("values", '{":n": {"N": "1e999"}}', "大きすぎます"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_place_and_what_would_be_right(name: str, text: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Expressions(**{name: text})


def test_every_part_of_the_condition_is_in_the_table_and_in_the_steps() -> None:
    frame = Expressions.frame({"scenario": "filter"})
    told = json.dumps(frame["table"], ensure_ascii=False)
    for part in ("price BETWEEN :low AND :high", "contains(tags, :tag)", "size(colors) > :many"):
        assert f"条件: {part}" in told
        assert any(part in step["label"] for step in frame["clock"]["steps"])


def test_hints_only_need_what_the_refusal_says() -> None:
    told = {**errors._EXPRESSION, **errors._REQUEST}
    for kind, hint in HINTS.items():
        if kind != "condition-failed":
            assert set(re.findall(r"{(\w+)}", hint)) <= set(re.findall(r"{(\w+)}", told[kind])), kind


WORDS = st.sampled_from(
    ["SET", "REMOVE", "ADD", "DELETE", "price", "tags[0]", "details.width", "colors", "absent.x", "status", "#a", ":n",
     ":who", ":gone", "=", "<", "-", ",", "(", ")", "AND", "OR", "NOT", "BETWEEN", "IN", "size", "contains",
     "list_append", "if_not_exists", "$", "id"]
)  # fmt: skip
texts = st.lists(WORDS, max_size=8).map(" ".join)


@settings(max_examples=150)
@given(scenario=st.sampled_from(list(expressions.PRESETS)), expression=texts, condition=texts)
def test_any_text_gives_a_picture_and_an_explanation(scenario: str, expression: str, condition: str) -> None:
    frame = Expressions.frame(
        {"scenario": scenario, "expression": expression, "condition": condition}, layouts=["wide"]
    )
    assert frame["explanation"]["point"].count("。") == 1
    assert "{" not in frame["explanation"]["point"]
