"""The explorer of queries and scans: what is read and returned, invariants over requests, the table's text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.dynamodb.explorers import QueryAndScan
from kumo.dynamodb.model import units
from kumo.dynamodb.model.reading import ReadingTrace, parse_table


def look(**chosen: Any) -> ReadingTrace:
    return QueryAndScan(**chosen).simulate()


def test_the_default_reads_a_range_of_one_collection_and_filters_after_it() -> None:
    trace = look()
    assert (trace.read, trace.returned, len(trace.pages)) == (4, 2, 1)
    assert trace.size == 4 * 3 * units.KB
    assert trace.units == 1.5
    assert look(filter="").units == trace.units
    assert look(consistent=True).units == 3


def test_a_query_of_the_same_items_reads_less_than_a_scan() -> None:
    by_scan = look(operation="scan", filter="amount >= :min")
    by_query = look(key="customer = :c", filter="")
    assert by_scan.read == 9
    assert by_query.read == 5


def test_large_items_make_pages_of_a_megabyte() -> None:
    trace = look(operation="scan", size=400, filter="")
    assert [page.scanned_count for page in trace.pages] == [2, 2, 2, 2, 1]
    # 2 × 400 KB in 4 KB blocks, halved.
    assert trace.units == 4 * 100 + 50


def test_indexes_are_sparse_and_ordered_by_their_keys() -> None:
    trace = look(source="gsi", operation="scan", filter="")
    assert trace.left_out == 1
    assert [len(one) for one in trace.collections] == [4, 4]
    local = look(source="lsi", key="customer = :c AND amount > :min", filter="")
    assert [int(one.item["amount"].data) for one in local.pages[0].read] == [1200, 3100, 5400]


def test_an_index_of_keys_only_reads_less_and_fetching_costs_more() -> None:
    asked = {"source": "lsi", "key": "customer = :c", "filter": "", "size": 100}
    assert look(**asked).units == 62.5
    assert look(projected="KEYS_ONLY", **asked).units == 0.5
    assert look(projected="KEYS_ONLY", projection="body", **asked).units == 0.5 + 5 * 12.5


@given(
    operation=st.sampled_from(["query", "scan"]), limit=st.integers(0, 8), size=st.sampled_from([1, 3, 400]),
    filtered=st.sampled_from(["", "amount >= :min", "attribute_not_exists(phase)"]), consistent=st.booleans(),
)  # fmt: skip
def test_invariants_of_every_request(operation: str, limit: int, size: int, filtered: str, consistent: bool) -> None:  # noqa: FBT001
    trace = look(operation=operation, limit=limit, size=size, filter=filtered, consistent=consistent)
    total = sum(len(one) for one in trace.collections)
    assert 0 <= trace.returned <= trace.read <= total
    assert all(page.size <= units.MB for page in trace.pages)
    assert all(not limit or page.scanned_count <= limit for page in trace.pages)
    assert [page.last_key is None for page in trace.pages] == [False] * (len(trace.pages) - 1) + [True]
    # No item is read twice, and what is read does not depend on pages or filter.
    read = [id(one.item["ordered"]) for page in trace.pages for one in page.read]
    assert len(set(read)) == len(read)
    assert len(read) == look(operation=operation, filter="").read
    assert trace.units == sum(units.for_reading(page.size, consistent=consistent) for page in trace.pages)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sato", "1行目の「sato」"), ("sato 1\nsuzuki", "2行目"), ("sato 1 amount", "「amount」"),
        ("sato 1 amount=x", "整数"),
        ("sato 1\nsato 1 amount=2", "2行目"), ("", "1つ以上"), ("\n".join(f"a {n}" for n in range(17)), "17行目"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        QueryAndScan(items=text)


def test_a_table_is_read_with_its_types() -> None:
    assert parse_table(" sato 2026 amount=-5 note=x1 n=12\n\n") == [
        {"customer": "sato", "ordered": "2026", "amount": -5, "note": "x1", "n": 12}
    ]


def test_refusals_are_shown_with_a_hint() -> None:
    frame = QueryAndScan.frame({"source": "gsi", "consistent": True, "key": "phase = :c", "filter": ""})
    assert "強い整合性" in frame["explanation"]["why"]
    assert frame["clock"] is None


WORDS = st.sampled_from(
    ["customer", "ordered", "amount", "phase", ":c", ":from", ":min", ":x", "=", ">", "<>", "AND", "OR", "NOT", "(",
     ")", "BETWEEN", "IN", "begins_with", "size", ",", "$"]
)  # fmt: skip
texts = st.lists(WORDS, max_size=7).map(" ".join)


@given(
    source=st.sampled_from(["table", "gsi", "lsi"]), key=texts, filtered=texts,
    operation=st.sampled_from(["query", "scan"]),
)  # fmt: skip
def test_any_text_gives_a_picture(source: str, key: str, filtered: str, operation: str) -> None:
    chosen = {"source": source, "key": key, "filter": filtered, "operation": operation}
    frame = QueryAndScan.frame(chosen, layouts=["narrow"])
    assert frame["explanation"]["point"].count("。") == 1


def test_the_narrow_picture_shows_the_whole_request_and_the_whole_items() -> None:
    picture = QueryAndScan.frame({}, layouts=["narrow"])["pictures"]["narrow"]
    assert '"2026-10"' in picture
    assert "amount=5400 phase=done" in picture
    assert "…" not in picture.partition("</desc>")[2]
