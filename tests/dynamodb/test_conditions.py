"""Conditions: what holds across types and for what is missing, the parts of an outcome, laws of logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb import Placeholders, values
from kumo.dynamodb.model.conditions import Condition

sys.path.insert(0, str(Path(__file__).parent))
import random_expressions as drawn

# One value of each type.
KINDS: dict[str, Any] = {
    "n": 1, "s": "hello", "y": b"xyz", "k": True, "u": None, "l": ["hello", 42], "o": {"hello": "world"},
    "g": {"hello", "world"}, "h": {1, 2, 3}, "z": {b"xyz", b"hi"},
}  # fmt: skip
ITEM = {
    **KINDS, "price": 20, "tags": ["new", "sale"], "size_": {"w": 30, "h": [1, 2]}, "title": "カップ",
    "e": ["hi", {1, 2}, [3, 4]],
}  # fmt: skip


def holds(text: str, item: dict[str, Any] | None = None, names: dict[str, str] | None = None, **given: Any) -> bool:
    placeholders = Placeholders(names, {f":{name}": value for name, value in given.items()})
    return Condition(text, placeholders).holds(values.item(ITEM if item is None else item))


@pytest.mark.parametrize("left", KINDS)
@pytest.mark.parametrize("right", KINDS)
def test_values_of_different_types_are_never_equal_and_have_no_order(left: str, right: str) -> None:
    assert holds(f"{left} = :v", v=KINDS[right]) == (left == right)
    assert holds(f"{left} <> :v", v=KINDS[right]) == (left != right)
    assert holds(f"{left} IN (:v)", v=KINDS[right]) == (left == right)
    if left != right:
        assert not any(holds(f"{left} {operator} {right}") for operator in ("<", "<=", ">", ">="))


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("absent = :v", False), ("absent <> :v", True), ("absent < :v", False), ("absent >= :v", False),
        ("NOT absent < :v", True), ("absent = missed", False), ("absent <> missed", True), ("absent <= missed", False),
        ("absent BETWEEN :v AND :v", False), ("absent IN (:v)", False), ("attribute_exists(absent)", False),
        ("attribute_not_exists(absent)", True), ("size(absent) = :v", False), ("size(absent) <> :v", True),
        ("contains(absent, :v)", False), ("size(n) = :v", False), ("size_.w < size_.h[1]", False),
        ("size_.h[0] < size_.h[1]", True), ("size_.h[7] = :v", False), ("l.hello = :v", False), ("o[0] = :v", False),
    ],
)  # fmt: skip
def test_what_is_missing_is_equal_to_nothing_and_has_no_order(text: str, true: bool) -> None:  # noqa: FBT001
    names = {}
    placeholders = Placeholders(names, {":v": 1})
    assert Condition(text, placeholders).holds(values.item(ITEM)) is true


@pytest.mark.parametrize(
    ("text", "given", "true"),
    [
        ("contains(title, :v)", "ッ", True), ("contains(tags, :v)", "sale", True),
        ("contains(tags, :v)", "sal", False),
        ("contains(y, :v)", b"yz", True), ("contains(h, :v)", 2, True), ("contains(h, :v)", "2", False),
        ("contains(e, :v)", {1, 2}, True), ("contains(e, :v)", [3, 4], True), ("contains(o, :v)", "hello", False),
        ("begins_with(title, :v)", "カ", True), ("begins_with(y, :v)", b"xy", True),
        ("begins_with(y, :v)", "xy", False),
        ("size(title) = :v", 9, True), ("size(tags) = :v", 2, True), ("size(size_) = :v", 2, True),
        ("size(h) = :v", 3, True), ("size(y) = :v", 3, True), (":v = size(tags)", 2, True),
        ("size(tags) < size(h)", None, True), ("attribute_type(tags, :v)", "L", True), ("price IN (:v, n)", 1, False),
    ],
)  # fmt: skip
def test_functions(text: str, given: Any, true: bool) -> None:  # noqa: FBT001
    assert holds(text, **({} if given is None else {"v": given})) is true


@pytest.mark.parametrize(
    ("a", "b", "c"), [(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)]
)
def test_not_binds_closer_than_and_and_and_closer_than_or(a: bool, b: bool, c: bool) -> None:  # noqa: FBT001
    item = {name: 1 if flag else 0 for name, flag in (("p", a), ("q", b), ("r", c))}
    one = {"one": 1}
    assert holds("p = :one OR q = :one AND r = :one", item, **one) == (a or (b and c))
    assert holds("(p = :one OR q = :one) AND r = :one", item, **one) == ((a or b) and c)
    assert holds("NOT p = :one AND q = :one", item, **one) == ((not a) and b)
    assert holds("NOT (p = :one AND q = :one) or r = :one", item, **one) == ((not (a and b)) or c)
    assert holds("p = :one AND NOT q = :one OR NOT r = :one", item, **one) == ((a and not b) or not c)


def test_an_outcome_shows_every_part() -> None:
    condition = Condition(
        "price > :low AND (contains(tags, :t) OR n = :low)", Placeholders(None, {":low": 10, ":t": "new"})
    )
    outcome = condition.judge(values.item(ITEM))
    told = [(one.part.source, one.holds) for one in outcome.walk() if one.holds is not None]
    assert told == [
        ("price > :low", True), ("contains(tags, :t)", True), ("n = :low", False),
        ("contains(tags, :t) OR n = :low", True), (condition.text, True),
    ]  # fmt: skip
    assert [values.to_python(one.value) for one in outcome.parts[0].parts] == [20, 10]
    assert condition.attributes() == {"price", "tags", "n"}


@settings(max_examples=60)
@given(item=drawn.items, one=drawn.conditions(), other=drawn.conditions())
def test_laws_of_logic(item: drawn.Json, one: drawn.Asked, other: drawn.Asked) -> None:
    renamed = other.text.replace(":v", ":w")
    given = Placeholders(
        None, {**one.values, **{name.replace(":v", ":w"): value for name, value in other.values.items()}}
    )
    attributes = values.item(item)

    def true(text: str) -> bool:
        return Condition(text, given).holds(attributes)

    p, q = true(one.text), true(renamed)
    assert true(f"NOT ({one.text})") == (not p)
    assert true(f"({one.text}) AND ({renamed})") == (p and q)
    assert true(f"({one.text}) OR ({renamed})") == (p or q)
    assert true(f"NOT (({one.text}) AND ({renamed}))") == true(f"(NOT ({one.text})) OR (NOT ({renamed}))")


@given(a=st.integers(-5, 5), low=st.integers(-5, 5), high=st.integers(-5, 5))
def test_between_is_two_comparisons(a: int, low: int, high: int) -> None:
    item = {"p": a, "q": low, "r": high}
    assert holds("p BETWEEN q AND r", item) == (low <= a <= high) == holds("p >= q AND p <= r", item)
