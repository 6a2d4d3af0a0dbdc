"""Updates and projections: what the documentation and tests against the service say of them."""

from __future__ import annotations

from typing import Any

import pytest

from kumo.dynamodb import DynamoDBError, Placeholders, values
from kumo.dynamodb.model.projection import Projection
from kumo.dynamodb.model.updates import Update


def after(item: dict[str, Any], text: str, **given: Any) -> dict[str, Any]:
    placeholders = Placeholders(None, {f":{name}": value for name, value in given.items()})
    changed = Update(text, placeholders).apply(values.item(item))
    return {name: values.to_python(value) for name, value in changed.items()}


@pytest.mark.parametrize(
    ("item", "text", "given", "expected"),
    [
        # All right-hand sides see the item as it was.
        ({"a": 1, "b": 2}, "SET a = b, b = a", {}, {"a": 2, "b": 1}),
        ({"a": "x"}, "REMOVE a SET b = a", {}, {"b": "x"}),
        ({"a": 1}, "SET b = a + :v ADD a :v", {"v": 2}, {"a": 3, "b": 3}),
        # Numbers.
        ({"a": 0.1}, "SET a = a + :v", {"v": 0.2}, {"a": values.number("0.3")}),
        ({}, "SET a = if_not_exists(a, :zero) + :v", {"zero": 0, "v": 1}, {"a": 1}),
        ({"a": 5}, "SET a = if_not_exists(a, :zero) + :v", {"zero": 0, "v": 1}, {"a": 6}),
        ({}, "ADD a :v", {"v": 7}, {"a": 7}),
        ({"a": 5}, "ADD a :v", {"v": -7}, {"a": -2}),
        # Lists: numbers of elements are those before the update.
        ({"a": [2, 3, 4, 5, 6, 7]}, "REMOVE a[1] SET a[3] = :v", {"v": 17}, {"a": [2, 4, 17, 6, 7]}),
        ({"a": [2, 3, 4, 5, 6, 7]}, "SET a[3] = :v REMOVE a[1]", {"v": 17}, {"a": [2, 4, 17, 6, 7]}),
        ({"a": [1]}, "SET a[84] = :x, a[37] = :y, a[17] = :z", {"x": 84, "y": 37, "z": 17}, {"a": [1, 17, 37, 84]}),
        ({"a": [4, 5, 6]}, "REMOVE a[17]", {}, {"a": [4, 5, 6]}),
        ({"a": ["Chisel", "Hammer", "Nails", "Saw"]}, "REMOVE a[1], a[2]", {}, {"a": ["Chisel", "Saw"]}),
        ({"a": [1]}, "SET a = list_append(:v, a)", {"v": [0]}, {"a": [0, 1]}),
        ({}, "SET a = list_append(if_not_exists(a, :none), :v)", {"none": [], "v": [3]}, {"a": [3]}),
        ({"a": [1]}, "REMOVE a[0]", {}, {"a": []}),
        # Maps.
        ({"a": {"b": 1}}, "REMOVE a.b", {}, {"a": {}}),
        ({"a": {"x": 3, "c": {}}}, "SET a.b = :v, a.c.d = :v REMOVE a.x", {"v": 9}, {"a": {"b": 9, "c": {"d": 9}}}),
        ({"a": [{"x": {"y": [3, 5]}}]}, "SET a[0].x.y[1] = :v", {"v": 9}, {"a": [{"x": {"y": [3, 9]}}]}),
        # Sets: there are no empty ones.
        ({"a": {"x"}}, "ADD a :v", {"v": {"x", "y"}}, {"a": {"x", "y"}}),
        ({"a": {"x", "y"}}, "DELETE a :v", {"v": {"y", "z"}}, {"a": {"x"}}),
        ({"a": {"x"}}, "DELETE a :v", {"v": {"x"}}, {}),
        ({"b": 1}, "DELETE a :v", {"v": {"x"}}, {"b": 1}),
        ({"b": 1}, "REMOVE a", {}, {"b": 1}),
    ],
)  # fmt: skip
def test_updates(item: dict[str, Any], text: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert after(item, text, **given) == expected


@pytest.mark.parametrize(
    ("text", "given", "kind"),
    [
        ("SET b = absent", {}, "missing-attribute"), ("SET b = a + absent", {}, "missing-attribute"),
        ("SET b = s + :v", {"v": 1}, "data-type"), ("SET b = list_append(s, :v)", {"v": [1]}, "data-type"),
        ("ADD s :v", {"v": 1}, "data-type"), ("ADD g :v", {"v": {1}}, "data-type"),
        ("DELETE g :v", {"v": {1}}, "data-type"),
        ("SET a.b = :v", {"v": 1}, "invalid-path"), ("SET s[0] = :v", {"v": 1}, "invalid-path"),
        ("SET o[0] = :v", {"v": 1}, "invalid-path"), ("SET l.b = :v", {"v": 1}, "invalid-path"),
        ("SET absent.b = :v", {"v": 1}, "invalid-path"), ("REMOVE absent.b", {}, "invalid-path"),
        ("REMOVE a.b", {}, "invalid-path"), ("ADD o.x.y :v", {"v": 1}, "invalid-path"),
        ("SET a = big + :v", {"v": 1}, "digits"), ("SET a = huge + huge", {}, "overflow"),
    ],
)  # fmt: skip
def test_updates_that_do_not_fit_the_item_are_refused(text: str, given: dict[str, Any], kind: str) -> None:
    item = {
        "a": 1, "s": "x", "l": [1], "o": {"k": 1}, "g": {"x"}, "big": values.number("1E+40"),
        "huge": values.number("9E+125"),
    }  # fmt: skip
    with pytest.raises(DynamoDBError) as caught:
        after(item, text, **given)
    assert caught.value.kind == kind


def test_an_update_leaves_the_item_before_as_it_was() -> None:
    item = values.item({"a": [1], "o": {"x": 1}})
    kept = values.item({"a": [1], "o": {"x": 1}})
    Update("SET a[0] = :v, o.x = :v, q = :v", Placeholders(None, {":v": 2})).apply(item)
    assert item == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title, absent", {"title": "x"}), ("size_.h[1], size_.h[0]", {"size_": {"h": [1, 2]}}),
        ("tags[2], title", {"tags": ["c"], "title": "x"}), ("size_.absent", {}), ("tags[9]", {}), ("title.x", {}),
    ],
)  # fmt: skip
def test_projections(text: str, expected: dict[str, Any]) -> None:
    item = values.item({"title": "x", "tags": ["a", "b", "c"], "size_": {"w": 3, "h": [1, 2, 3]}})
    found = Projection(text).apply(item)
    assert {name: values.to_python(value) for name, value in found.items()} == expected
