"""Values: JSON and Python forms, numbers, order, sizes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb import DynamoDBError, values
from kumo.dynamodb.model.values import Value


def size_of(thing: object) -> int:
    return values.size(values.of_python(thing))


def test_the_documented_example_of_an_items_size() -> None:
    """Constraints.html: an item with "shirt-color" R and "shirt-size" M has 23 bytes."""
    assert values.item_size(values.item({"shirt-color": "R", "shirt-size": "M"})) == 23


@pytest.mark.parametrize(
    ("thing", "size"),
    [
        ("", 0), ("abc", 3), ("名前", 6), (b"\x00\xff", 2), (True, 1), (None, 1),
        (1, 2), (12, 2), (123, 3), (Decimal("1.50"), 2), (1000, 2), (0, 2), (int("9" * 38), 20),
        ([], 3), ({}, 3), ([None], 5), ({"ab": None}, 7), ([[]], 7), ({"x", "yz"}, 3), ({1, 12}, 4), ({b"ab"}, 2),
    ],
)  # fmt: skip
def test_sizes_follow_the_documented_rule(thing: object, size: int) -> None:
    assert size_of(thing) == size


@pytest.mark.parametrize(
    ("text", "kept"), [("1.0", "1"), ("1e2", "100"), ("-0", "0"), ("00012.500", "12.5"), ("1E-130", f"0.{'0' * 129}1")]
)
def test_numbers_lose_their_zeros(text: str, kept: str) -> None:
    assert values.to_json(values.of_json({"N": text})) == {"N": kept}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("x", "number"), ("", "number"), ("NaN", "number"), ("Infinity", "number"), ("1" * 39, "digits"),
     ("1E+126", "overflow"), ("-1E+126", "overflow"), ("1E-131", "underflow")],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(text: str, kind: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        values.of_json({"N": text})
    assert caught.value.kind == kind


def test_the_largest_and_the_smallest_numbers_are_allowed() -> None:
    for text in ("9." + "9" * 37 + "E+125", "-9." + "9" * 37 + "E+125", "1E-130", "-1E-130", "9" * 38):
        assert values.of_json({"N": text}).data == Decimal(text)


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        ({}, "no-type"), ({"S": "x", "N": "1"}, "type"), ({"X": "x"}, "no-type"), ({"S": 1}, "no-type"),
        ({"N": 1}, "no-type"), ({"SS": []}, "empty-set"), ({"SS": ["x", "x"]}, "duplicates"),
        ({"NS": ["1", "1.0"]}, "duplicates"), ({"NULL": False}, "no-type"), ({"B": "!"}, "no-type"), (3, "no-type"),
    ],
)  # fmt: skip
def test_json_that_is_no_value_is_refused(wire: object, kind: str) -> None:
    with pytest.raises(DynamoDBError) as caught:
        values.of_json(wire)
    assert caught.value.kind == kind


def test_nesting_ends_at_32_levels() -> None:
    wire: dict = {"S": "x"}
    for _ in range(32):
        wire = {"L": [wire]}
    assert values.of_json(wire).type == "L"
    with pytest.raises(DynamoDBError, match="Nesting Levels"):
        values.of_json({"L": [wire]})


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.text(max_size=5), st.binary(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@given(plain)
def test_python_and_json_forms_go_there_and_back(thing: object) -> None:
    value = values.of_python(thing)
    assert values.to_python(value) == thing
    assert values.of_json(values.to_json(value)) == value


@given(st.text(max_size=4), st.text(max_size=4))
def test_strings_sort_by_their_bytes(one: str, other: str) -> None:
    first, second = one.encode(), other.encode()
    assert values.in_order(Value("S", one), Value("S", other)) == (first > second) - (first < second)


def test_other_types_have_no_order() -> None:
    assert values.in_order(values.of_python([1]), values.of_python([2])) is None
    assert values.in_order(values.of_python(1), values.of_python("1")) is None
