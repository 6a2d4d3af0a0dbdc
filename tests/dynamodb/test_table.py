"""Tables: keys, writes with conditions, queries and scans, pages, and the units that they take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb import DynamoDBError, Index, Table, values
from kumo.dynamodb.model import units

KB = 1024


def shop(*items: dict[str, Any]) -> Table:
    made = Table(
        "Shop", {"customer": "S", "placed": "S", "phase": "S", "amount": "N"}, partition="customer", sort="placed",
        indexes=[
            Index("byState", "phase", "placed"),
            Index("keys", "phase", projection="KEYS_ONLY"),
            Index("byAmount", "customer", "amount", projection="INCLUDE", include=("note",), local=True),
        ],
    )  # fmt: skip
    for item in items:
        made.put(item)
    return made


def order(customer: str, day: str, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "placed": day, **more}


def plain(page: Any) -> list[dict[str, Any]]:
    return [{name: values.to_python(value) for name, value in item.items()} for item in page.items]


def kind_of(call: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(DynamoDBError) as caught:
        call(*given, **named)
    return caught.value.kind


# One item.


def test_put_replaces_and_get_finds() -> None:
    table = shop(order("a", "1", note="x"), order("a", "1", extra=1))
    assert len(table) == 1
    found = table.get({"customer": "a", "placed": "1"}).item
    assert {name: values.to_python(value) for name, value in found.items()} == order("a", "1", extra=1)
    assert table.get({"customer": "a", "placed": "9"}).item is None


def test_conditions_guard_writes() -> None:
    table = shop(order("a", "1", stock=1))
    key = order("a", "1")
    given = {"values": {":n": 1}}
    table.update(key, "SET stock = stock - :n", condition="stock >= :n", **given)
    assert kind_of(table.update, key, "SET stock = stock - :n", condition="stock >= :n", **given) == "condition-failed"
    assert kind_of(table.put, key, condition="attribute_not_exists(customer)") == "condition-failed"
    assert kind_of(table.delete, key, condition="stock = :n", **given) == "condition-failed"
    assert values.to_python(table.get(key).item["stock"]) == 0
    table.put(order("b", "1"), condition="attribute_not_exists(customer)")
    assert len(table) == 2


def test_update_makes_an_item_that_is_not_there() -> None:
    table = shop()
    table.update(order("a", "1"), "ADD amount :n REMOVE absent.x", values={":n": 3})
    assert values.to_python(table.get(order("a", "1")).item["amount"]) == 3
    table.update(order("a", "2"))
    assert len(table) == 2


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("NONE", None), ("ALL_OLD", {"customer": "a", "placed": "1", "o": {"x": 1, "y": 2}, "p": 5}),
        ("ALL_NEW", {"customer": "a", "placed": "1", "o": {"x": 9, "y": 2}, "q": 9}),
        ("UPDATED_OLD", {"o": {"x": 1}, "p": 5}), ("UPDATED_NEW", {"o": {"x": 9}, "q": 9}),
    ],
)  # fmt: skip
def test_return_values(wanted: str, expected: dict[str, Any] | None) -> None:
    table = shop(order("a", "1", o={"x": 1, "y": 2}, p=5))
    done = table.update(order("a", "1"), "SET o.x = :n, q = :n REMOVE p", values={":n": 9}, return_values=wanted)
    found = done.attributes
    assert (found and {name: values.to_python(value) for name, value in found.items()}) == expected
    assert kind_of(table.put, order("a", "1"), return_values="ALL_NEW") == "return-values"


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"customer": "a"}, "missing-key"), (order("a", 1), "key-type"), (order("", "1"), "empty-key"),  # type: ignore[arg-type]
        (order("a" * 2049, "1"), "partition-size"), (order("a", "1" * 1025), "sort-size"),
        (order("a", "1", amount="x"), "index-key-type"), (order("a", "1", note="x" * 400 * KB), "item-size"),
    ],
)  # fmt: skip
def test_items_that_do_not_fit_the_table_are_refused(item: dict[str, Any], kind: str) -> None:
    assert kind_of(shop().put, item) == kind


def test_an_item_may_have_400_kilobytes_to_the_byte() -> None:
    table = shop()
    room = 400 * KB - values.item_size(values.item(order("a", "1", note="")))
    table.put(order("a", "1", note="x" * room))
    assert kind_of(table.put, order("a", "1", note="x" * (room + 1))) == "item-size"
    grown = {"values": {":v": "x" * (room + 1)}}
    assert kind_of(table.update, order("a", "1"), "SET note = :v", **grown) == "item-size-update"


def test_keys_are_named_whole_and_never_changed() -> None:
    table = shop(order("a", "1"))
    assert kind_of(table.get, {"customer": "a"}) == "key-schema"
    assert kind_of(table.get, order("a", "1", x=1)) == "key-schema"
    assert kind_of(table.update, order("a", "1"), "SET placed = :v", values={":v": "2"}) == "key-update"
    assert kind_of(table.update, order("a", "1"), "SET placed = :v", values={":v": "2", ":w": 1}) == "unused-values"


# Many items.


ORDERS = [
    order(customer, f"{day:02}", amount=(7 * day) % 10, phase="new" if day % 3 else "sent", note=f"n{day}")
    for customer in ("sato", "suzuki")
    for day in range(1, 9)
]


def test_a_query_reads_one_collection_in_the_order_of_its_sort_key() -> None:
    table = shop(*reversed(ORDERS))
    page = table.query("customer = :c AND placed > :d", values={":c": "sato", ":d": "05"})
    assert [item["placed"] for item in plain(page)] == ["06", "07", "08"]
    back = table.query("customer = :c", values={":c": "sato"}, forward=False, limit=2)
    assert [item["placed"] for item in plain(back)] == ["08", "07"]
    assert table.query("customer = :c", values={":c": "nobody"}).last_key is None


def test_a_filter_comes_after_reading() -> None:
    table = shop(*ORDERS)
    asked = {"values": {":c": "sato", ":s": "sent"}, "filter": "phase = :s"}
    page = table.query("customer = :c", **asked)
    assert (page.count, page.scanned_count) == (2, 8)
    assert page.units == table.query("customer = :c", values={":c": "sato"}).units
    few = table.query("customer = :c", limit=2, **asked)
    assert (few.count, few.scanned_count) == (0, 2)
    assert {name: value.data for name, value in few.last_key.items()} == {"customer": "sato", "placed": "02"}


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("placed = :s", "key-missed"), ("customer > :s", "key-unsupported"),
        ("customer = :s OR placed = :s", "key-operator"),
        ("NOT customer = :s", "key-operator"), ("customer <> :s", "key-operator"), ("customer IN (:s)", "key-operator"),
        ("customer = :s AND contains(placed, :s)", "key-operator"), ("customer = :s AND customer = :s", "key-twice"),
        ("customer = :s AND placed > :s AND placed < :s", "key-twice"), ("customer = :s AND note = :s", "key-missed"),
        ("customer = :n", "key-condition-type"), ("customer = :s AND placed = :n", "key-condition-type"),
        ("customer.x = :s", "key-nested"), ("customer = :s AND size(placed) = :n", "key-operation"),
        ("customer = placed", "key-two-attributes"), (":s = :s", "key-no-attribute"),
    ],
)  # fmt: skip
def test_key_conditions_have_their_form(condition: str, kind: str) -> None:
    given = {name: value for name, value in {":s": "x", ":n": 1}.items() if name in condition}
    assert kind_of(shop(*ORDERS).query, condition, values=given) == kind


def test_key_conditions_may_be_turned_around() -> None:
    page = shop(*ORDERS).query(":c = customer AND :d < placed", values={":c": "sato", ":d": "07"})
    assert [item["placed"] for item in plain(page)] == ["08"]


def test_indexes_hold_what_they_project_of_items_that_have_their_keys() -> None:
    table = shop(*ORDERS, order("tanaka", "01"))
    page = table.query("phase = :s", index="keys", values={":s": "sent"})
    assert {frozenset(item) for item in plain(page)} == {frozenset({"phase", "customer", "placed"})}
    assert page.count == 4
    assert table.scan(index="byState").count == len(ORDERS)
    assert kind_of(table.query, "phase = :s", index="keys", values={":s": "x"}, projection="note") == "not-projected"
    assert kind_of(table.query, "phase = :s", index="keys", values={":s": "x"}, consistent=True) == "consistent-index"
    assert kind_of(table.scan, index="none") == "no-index"
    assert kind_of(table.query, "customer = :c", filter="placed = :c", values={":c": "x"}) == "filter-key"


def test_a_local_index_fetches_what_it_lacks_for_further_units() -> None:
    table = shop(*(order("a", f"{day}", amount=day, extra="x" * 5000) for day in range(3)))
    asked = {"index": "byAmount", "values": {":c": "a"}, "consistent": True}
    lean = table.query("customer = :c", **asked)
    full = table.query("customer = :c", projection="extra", **asked)
    assert "extra" not in lean.items[0]
    assert all(len(item["extra"].data) == 5000 for item in full.items)
    assert lean.units == 1
    assert full.units == 1 + 3 * 2


@given(limit=st.integers(1, 20), index=st.sampled_from([None, "byState", "keys", "byAmount"]))
def test_pages_joined_are_the_whole(limit: int, index: str | None) -> None:
    table = shop(*ORDERS)
    whole = table.scan(index=index)
    found, start, pages = [], None, 0
    while True:
        page = table.scan(index=index, limit=limit, start=start)
        assert page.scanned_count <= limit
        found += page.items
        pages += 1
        start = page.last_key
        if start is None:
            break
    assert found == list(whole.items)
    # A last page that is exactly full says that there may be more; one empty page follows.
    assert pages == len(whole.items) // limit + 1


def test_a_page_goes_on_after_an_item_that_is_gone() -> None:
    table = shop(*ORDERS)
    first = table.query("customer = :c", values={":c": "sato"}, limit=3)
    table.delete(first.last_key)
    rest = table.query("customer = :c", values={":c": "sato"}, start=first.last_key)
    assert [item["placed"] for item in plain(rest)] == ["04", "05", "06", "07", "08"]


def test_pages_end_at_a_megabyte_read_whatever_the_filter_returns() -> None:
    table = shop(*(order("a", f"{day:02}", note="x" * (300 * KB)) for day in range(7)))
    sizes, start = [], None
    while True:
        page = table.query("customer = :c", filter="attribute_exists(absent)", values={":c": "a"}, start=start)
        sizes.append(page.scanned_count)
        assert page.size <= units.MB
        assert page.count == 0
        start = page.last_key
        if start is None:
            break
    assert sizes == [3, 3, 1]


def test_limit_must_be_positive_and_start_must_be_a_key() -> None:
    assert kind_of(shop().scan, limit=0) == "limit"
    assert kind_of(shop(*ORDERS).scan, start={"customer": "a"}) == "start-key"


# Units.


@pytest.mark.parametrize(
    ("size", "strong", "eventual", "write"),
    [(0, 1, 0.5, 1), (1, 1, 0.5, 1), (1024, 1, 0.5, 1), (1025, 1, 0.5, 2), (3 * KB, 1, 0.5, 3), (4096, 1, 0.5, 4),
     (4097, 2, 1, 5), (6 * KB, 2, 1, 6), (400 * KB, 100, 50, 400)],
)  # fmt: skip
def test_units_by_size(size: int, strong: float, eventual: float, write: int) -> None:
    assert units.for_reading(size, consistent=True) == strong
    assert units.for_reading(size, consistent=False) == eventual
    assert units.for_writing(size) == write


def test_a_query_rounds_the_sum_and_not_each_item() -> None:
    table = shop(*(order("a", f"{day:02}", note="x" * 1000) for day in range(8)))
    page = table.query("customer = :c", values={":c": "a"}, consistent=True)
    assert page.units == -(-page.size // 4096) == 2
    assert sum(table.get(order("a", f"{day:02}"), consistent=True).units for day in range(8)) == 8


def test_indexes_take_write_units_of_their_own() -> None:
    table = shop()
    assert table.put(order("a", "1")).index_units == {}
    assert table.put(order("a", "2", phase="new")).index_units == {"byState": 1, "keys": 1}
    # Only what an index copies makes it change; another key means one entry less and one more.
    assert table.update(order("a", "2"), "SET note = :v", values={":v": "x"}).index_units == {"byState": 1}
    assert table.update(order("a", "2"), "SET #s = :v", names={"#s": "phase"}, values={":v": "sent"}).index_units == {
        "byState": 2,
        "keys": 2,
    }
    assert table.delete(order("a", "2")).index_units == {"byState": 1, "keys": 1}
    assert table.delete(order("a", "2")).units == 1
