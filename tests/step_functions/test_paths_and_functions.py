"""Paths against python-jsonpath and a plain walk, intrinsic functions against Python's own."""

from __future__ import annotations

import base64
import json
import re
from random import Random
from typing import Any

import jsonpath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.model import choices, intrinsics, paths
from kumo.step_functions.model.errors import StateError
from kumo.step_functions.model.paths import Surroundings

KEYS = st.sampled_from(["a", "b", "long name", "it's", "日本"])
JSON = st.recursive(
    st.none() | st.integers(0, 9) | st.text("xy", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
STEPS = st.lists(KEYS | st.integers(0, 2), max_size=3)


def written(steps: list[str | int]) -> str:
    """Return a reference path in brackets."""
    quoted = [f"[{step}]" if isinstance(step, int) else "['" + step.replace("'", "\\'") + "']" for step in steps]
    return "$" + "".join(quoted)


@given(JSON, STEPS)
def test_reference_paths_read_as_the_library_reads_them(data: Any, steps: list[str | int]) -> None:
    path = written(steps)
    assert paths.reference(path) == tuple(steps)
    found = jsonpath.findall(path, data) if isinstance(data, dict | list) else ([data] if not steps else [])
    try:
        assert [paths.read(path, data)] == found
    except paths.NotFoundError:
        assert found == []


@given(JSON, STEPS)
def test_what_is_written_can_be_read_and_the_rest_stays(data: Any, steps: list[str | int]) -> None:
    path, before = written(steps), json.dumps(data)
    try:
        after = paths.write(path, data, "new")
    except StateError as error:
        name, after = error.name, data
    else:
        name = ""
        assert paths.read(path, after) == "new"
    assert name in {"", "States.ResultPathMatchFailure"}
    if isinstance(data, dict) and steps:
        for key in set(data) - {steps[0]}:
            assert after[key] == data[key]
    assert json.dumps(data) == before, "the input is not touched"


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a-b[0]", ("a-b", 0)),
        ("$['a.b'][\"c\"]", ("a.b", "c")),
        ("$.日本", ("日本",)),
        ("$..a", None),
        ("$.a[*]", None),
        ("$.a[0:2]", None),
        ("$.a[?(@.b)]", None),
        ("a", None),
    ],
)
def test_reference_paths(path: str, steps: tuple[str | int, ...] | None) -> None:
    assert paths.reference(path) == steps


def test_places_are_where_the_values_stand() -> None:
    data = {"a": [{"b": 1}, {"b": 2}], "c": 3}
    assert paths.places("$.a[*].b", data) == [("a", 0, "b"), ("a", 1, "b")]
    assert paths.places("$.a[-1]", data) == [("a", 1)]
    assert paths.places("$", 5) == [()]


@pytest.mark.parametrize("path", ["", "a", "$.", "$.[", "$$a", "$.a[", "$.a b"])
def test_no_paths(path: str) -> None:
    with pytest.raises(paths.PathError):
        paths.check(path)


def call(text: str, data: Any = None) -> Any:
    return intrinsics.evaluate(text, data, Surroundings(), Random(1))  # noqa: S311 -- a test


def test_there_are_eighteen_functions() -> None:
    assert len(intrinsics.FUNCTIONS) == 18


@given(st.text(max_size=20))
def test_base64_goes_there_and_back(text: str) -> None:
    assert call("States.Base64Encode($)", text) == base64.b64encode(text.encode()).decode()
    assert call("States.Base64Decode(States.Base64Encode($))", text) == text


@given(JSON)
def test_json_goes_to_text_and_back(value: Any) -> None:
    assert call("States.StringToJson(States.JsonToString($))", value) == value


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5))
def test_parts_hold_everything_in_order(items: list[int], size: int) -> None:
    parts = call("States.ArrayPartition($.items, $.size)", {"items": items, "size": size})
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert call("States.ArrayUnique($)", items) == list(dict.fromkeys(items))
    assert call("States.ArrayLength($)", items) == len(items)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-5, 5))
def test_ranges_include_their_ends(first: int, last: int, step: int) -> None:
    data = {"first": first, "last": last, "step": step}
    if step == 0:
        with pytest.raises(StateError, match="IntrinsicFailure"):
            call("States.ArrayRange($.first, $.last, $.step)", data)
        return
    found = call("States.ArrayRange($.first, $.last, $.step)", data)
    expected, value = [], first
    while (value <= last) if step > 0 else (value >= last):
        expected.append(value)
        value += step
    assert found == expected


@given(st.integers(-50, 50), st.integers(1, 50), st.integers(0, 10**6))
def test_random_numbers_lie_between_start_and_end(start: int, width: int, seed: int) -> None:
    data = {"start": start, "end": start + width, "seed": seed}
    drawn = call("States.MathRandom($.start, $.end, $.seed)", data)
    assert start <= drawn < start + width
    assert drawn == call("States.MathRandom($.start, $.end, $.seed)", data)


def test_identifiers_are_of_version_4() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", call("States.UUID()"))


@pytest.mark.parametrize(
    "text",
    [
        "States.Format('{} {}', 1)",
        "States.ArrayGetItem($, 9)",
        "States.ArrayLength('x')",
        "States.Hash('x', 'CRC32')",
        "States.JsonMerge($, $, true)",
        "States.StringToJson('{')",
        "States.MathAdd('1', 2)",
        "States.Base64Decode('?')",
        "States.ArrayLength()",
    ],
)
def test_functions_fail_by_name(text: str) -> None:
    with pytest.raises(StateError, match="IntrinsicFailure"):
        call(text, [1])


@pytest.mark.parametrize(
    "text", ["", "Format('x')", "States.Format('x'", "States.Nope()", "States.UUID() x", "States.Array(,)"]
)
def test_no_calls(text: str) -> None:
    with pytest.raises(intrinsics.SyntaxProblemError):
        intrinsics.parse(text)


def test_a_template_names_the_paths_that_it_reads() -> None:
    template = {"a.$": "$.x", "b": [{"c.$": "States.Format('{}', States.Array($.y[0], 1))"}], "d.$": "$$.State.Name"}
    assert intrinsics.paths_of(template) == ["$.x", "$.y[0]"]


def test_there_are_39_comparisons() -> None:
    assert len(choices.OPERATORS) == 39


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"NumericEqualsPath": "$.other"}, {"value": 2, "other": "2"}),
        ({"NumericLessThan": 3}, {"value": "2"}),
        ({"NumericEquals": 1}, {"value": True}),
        ({"StringEquals": "1"}, {"value": 1}),
        ({"StringLessThanPath": "$.other"}, {"value": "a", "other": 1}),
        ({"TimestampLessThan": "2026-01-01T00:00:00Z"}, {"value": "2025"}),
        ({"BooleanEqualsPath": "$.other"}, {"value": True, "other": 1}),
    ],
)
def test_values_of_the_wrong_type_never_hold(rule: dict[str, Any], value: Any) -> None:
    assert choices.holds({"Variable": "$.value", **rule}, value, Surroundings()) is False


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("a.c", "abc", False),
        (r"a\*c", "a*c", True),
        (r"a\*c", "abc", False),
        (r"a\\*", "a\\b", True),
        ("*.zip", "a.b.zip", True),
    ],
)
def test_patterns(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001 -- a case
    assert choices.holds({"Variable": "$", "StringMatches": pattern}, text, Surroundings()) is expected
