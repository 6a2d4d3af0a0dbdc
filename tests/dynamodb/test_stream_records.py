"""What the picture of a record says, for every pair of items."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.dynamodb.explorers import StreamRecords
from kumo.dynamodb.model.stream_records import DELETE, PUT, run
from kumo.dynamodb.model.streams import KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE, VIEW_TYPES
from kumo.dynamodb.words import stream_records as words

ITEMS = st.one_of(
    st.just(""),
    st.builds(
        lambda key, price, sale: json.dumps({"id": key, "price": price} | ({"sale": True} if sale else {})),
        st.sampled_from(["a", "b"]),
        st.integers(1, 2),
        st.booleans(),
    ),
)


@given(ITEMS, ITEMS, st.sampled_from(VIEW_TYPES))
def test_the_record_is_that_of_the_one_change(before: str, after: str, view_type: str) -> None:
    trace = run(before, after, view_type)
    first, second = (json.loads(text) if text else None for text in (before, after))
    same_key = bool(first and second and first["id"] == second["id"])
    old = first if same_key or second is None else None
    assert trace.operation == (DELETE if second is None else PUT)
    assert (trace.other is not None) == bool(first and second and not same_key)
    if old == second:
        assert set(trace.records.values()) == {None}
        return
    event = "INSERT" if old is None else "REMOVE" if second is None else "MODIFY"
    assert {record.event for record in trace.records.values() if record} == {event}
    # Both images tell all; each alone does, exactly if the other does not exist.
    known = {kind: words.complete(trace, record) for kind, record in trace.records.items() if record}
    assert known == {
        KEYS_ONLY: False,
        NEW_IMAGE: old is None,
        OLD_IMAGE: second is None,
        NEW_AND_OLD_IMAGES: True,
    }
    assert set(trace.changed) == {
        name for name in {**(old or {}), **(second or {})} if (old or {}).get(name) != (second or {}).get(name)
    }


def told(**chosen: str) -> str:
    frame = StreamRecords.frame(chosen)
    return frame["explanation"]["point"] + frame["explanation"]["why"]


def test_what_is_told() -> None:
    item = '{"id": "cup-1", "price": 10, "stock": 3}'
    assert "変更前の値がわからない" in told(view_type=NEW_IMAGE)
    assert "変更後の値がわからない" in told(view_type=OLD_IMAGE)
    assert "読み直します" in told(view_type=KEYS_ONLY)
    assert "レコードは残りません" in told(after=item)
    assert "別の項目" in told(after='{"id": "cup-2"}')
    difference = [row[-1] for row in StreamRecords.frame({})["table"]["rows"]][-1]
    assert difference == "price: 10 → 12 とわかる"


def test_a_bad_item_is_refused_with_what_would_be_right() -> None:
    for text, hint in (('{"price": 1}', "id"), ('{"id": ', "JSON"), ("[]", "オブジェクト")):
        with pytest.raises(ParameterError, match=hint):
            StreamRecords(after=text)
