"""Streams against moto, the promises of the documentation on every trace, and the trim."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb import DynamoDBError, Stream, Table
from kumo.dynamodb.model.streams import (
    AFTER_SEQUENCE_NUMBER,
    AT_SEQUENCE_NUMBER,
    HOUR,
    INSERT,
    KEYS_ONLY,
    LATEST,
    MODIFY,
    NEW_AND_OLD_IMAGES,
    NEW_IMAGE,
    OLD_IMAGE,
    REMOVE,
    TRIM_HORIZON,
    VIEW_TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kumo.dynamodb.model.streams import Record

REGION = "ap-northeast-1"
ENDPOINT = f"https://streams.dynamodb.{REGION}.amazonaws.com"
# A write: what is done, to which item, and the value put there.
WRITES = st.lists(
    st.tuples(st.sampled_from(["put", "update", "delete"]), st.sampled_from("ABCDEF"), st.integers(0, 3)), max_size=15
)


def table() -> Table:
    return Table("T", {"id": "S"}, partition="id")


def write(target: Table, kind: str, item: str, value: int) -> Any:
    if kind == "put":
        return target.put({"id": item, "n": value, "tags": ["a", {"b": value}]})
    if kind == "update":
        return target.update({"id": item}, "SET n = :n", values={":n": value})
    return target.delete({"id": item})


def everything(stream: Stream, now: float) -> list[Record]:
    """Read all shards from their oldest record on, two records at a time."""
    found: list[Record] = []
    for shard in stream.shards:
        place = stream.iterator(shard, TRIM_HORIZON, now=now)
        while True:
            records, place = stream.get_records(place, now=now, limit=2)
            if not records:
                break
            found += records
    return found


@given(WRITES, st.integers(1, 5))
def test_each_change_once_and_in_order_for_each_item(writes: list[tuple[str, str, int]], shards: int) -> None:
    source, state, changes = table(), {}, []
    stream = Stream(source, NEW_AND_OLD_IMAGES, shards)
    for at, (kind, item, value) in enumerate(writes):
        written = write(source, kind, item, value)
        stream.add(written, at=at)
        # What should stand in the stream, by a dictionary and the definition of a change.
        before, after = state.get(item), source.get({"id": item}).item
        if before != after:
            changes.append((item, at, before, after))
        state[item] = after
    records = everything(stream, now=len(writes))
    assert sorted(record.sequence for record in records) == list(range(1, len(changes) + 1))
    by_sequence = sorted(records, key=lambda record: record.sequence)
    assert [(one.keys["id"].data, one.time, one.old, one.new) for one in by_sequence] == changes
    for item in "ABCDEF":
        mine = [record for record in records if record.keys["id"].data == item]
        assert [record.time for record in mine] == sorted(record.time for record in mine)
        assert len({record.shard for record in mine}) <= 1
        # One image leads to the next: nothing between two records of an item is missing.
        assert all(one.new == other.old for one, other in itertools.pairwise(mine))


@given(WRITES)
def test_a_view_type_leaves_out_images_and_nothing_else(writes: list[tuple[str, str, int]]) -> None:
    source = table()
    streams = {kind: Stream(source, kind) for kind in VIEW_TYPES}
    for at, (kind, item, value) in enumerate(writes):
        written = write(source, kind, item, value)
        left = {name: stream.add(written, at=at) for name, stream in streams.items()}
        if left[KEYS_ONLY] is None:
            assert written.old == written.new
            assert set(left.values()) == {None}
            continue
        expected = INSERT if written.old is None else REMOVE if written.new is None else MODIFY
        for name, record in left.items():
            assert record is not None
            assert record.event == expected
            assert set(record.keys) == {"id"}
            assert record.old == (written.old if name in {OLD_IMAGE, NEW_AND_OLD_IMAGES} else None)
            assert record.new == (written.new if name in {NEW_IMAGE, NEW_AND_OLD_IMAGES} else None)


@pytest.fixture
def aws() -> Iterator[tuple[Any, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        with moto.mock_aws():
            # The endpoint that boto3 makes of the account in an ARN is one that moto does not know.
            streams = boto3.client("dynamodbstreams", region_name=REGION, endpoint_url=ENDPOINT)
            yield boto3.client("dynamodb", region_name=REGION), streams


@pytest.mark.parametrize("view_type", VIEW_TYPES)
def test_records_are_those_of_moto(aws: tuple[Any, Any], view_type: str) -> None:
    """Compare images and order.

    Moto leaves records that the documentation does not know: for a write that changes nothing, and one for the bare
    key before an UpdateItem makes an item.
    """
    tables, streams = aws
    count = iter(range(1000))

    @settings(max_examples=12, deadline=None)
    @given(WRITES)
    def compare(writes: list[tuple[str, str, int]]) -> None:
        name = f"T{next(count)}"
        made = tables.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view_type},
        )
        source = table()
        stream = Stream(source, view_type)
        extra: list[bool] = []
        for number, (kind, item, value) in enumerate(writes):
            key = {"id": {"S": item}}
            if kind == "put":
                nested = {"L": [{"S": "a"}, {"M": {"b": {"N": str(value)}}}]}
                tables.put_item(TableName=name, Item={**key, "n": {"N": str(value)}, "tags": nested})
            elif kind == "update":
                tables.update_item(
                    TableName=name,
                    Key=key,
                    UpdateExpression="SET n = :n",
                    ExpressionAttributeValues={":n": {"N": str(value)}},
                )
            else:
                tables.delete_item(TableName=name, Key=key)
            written = write(source, kind, item, value)
            stream.add(written, at=number)
            if kind == "update" and written.old is None:
                extra.append(True)
            if written.old is not None or written.new is not None:
                extra.append(written.old == written.new)
        arn = made["TableDescription"]["LatestStreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=TRIM_HORIZON)
        theirs = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
        assert len(theirs) == len(extra)
        wanted = [
            (one["eventName"], {part: one["dynamodb"].get(part) for part in ("Keys", "OldImage", "NewImage")})
            for one, left_out in zip(theirs, extra, strict=True)
            if not left_out
        ]
        ours = [record.to_json() for record in everything(stream, now=len(writes))]
        assert [
            (one["eventName"], {part: one["dynamodb"].get(part) for part in ("Keys", "OldImage", "NewImage")})
            for one in ours
        ] == wanted
        assert [one["dynamodb"]["SequenceNumber"] for one in ours] == [str(n) for n in range(1, len(ours) + 1)]

    compare()


def filled(times: list[float]) -> Stream:
    source = table()
    stream = Stream(source)
    for number, time in enumerate(times):
        stream.add(source.put({"id": "A", "n": number}), at=time)
    return stream


@given(st.lists(st.floats(0, 60 * HOUR), max_size=12).map(sorted), st.floats(0, 90 * HOUR))
def test_nothing_goes_but_by_age(times: list[float], wait: float) -> None:
    now = max([wait, *times])
    kept = everything(filled(times), now)
    assert [record.time for record in kept] == [time for time in times if now - time <= 24 * HOUR]


def test_where_the_four_iterators_begin() -> None:
    stream = filled([0, 10 * HOUR, 20 * HOUR, 30 * HOUR])

    def sequences(kind: str, number: int | None = None) -> list[int]:
        place = stream.iterator(0, kind, number, now=30 * HOUR)
        return [record.sequence for record in stream.get_records(place, now=30 * HOUR)[0]]

    assert sequences(TRIM_HORIZON) == [2, 3, 4]
    assert sequences(LATEST) == []
    assert sequences(AT_SEQUENCE_NUMBER, 3) == [3, 4]
    assert sequences(AFTER_SEQUENCE_NUMBER, 3) == [4]


def test_latest_sees_only_what_comes_later() -> None:
    source = table()
    stream = Stream(source)
    stream.add(source.put({"id": "A"}), at=0)
    place = stream.iterator(0, LATEST, now=1)
    stream.add(source.put({"id": "B"}), at=2)
    records, after = stream.get_records(place, now=3)
    assert [record.keys["id"].data for record in records] == ["B"]
    assert stream.get_records(after, now=3) == ((), after)


def test_a_place_that_was_trimmed_is_refused() -> None:
    stream = filled([0, 10 * HOUR, 20 * HOUR])
    place = stream.iterator(0, TRIM_HORIZON, now=HOUR)
    for act in (
        lambda: stream.iterator(0, AT_SEQUENCE_NUMBER, 1, now=25 * HOUR),
        # The iterator was good when it was made.
        lambda: stream.get_records(place, now=25 * HOUR),
    ):
        with pytest.raises(DynamoDBError) as refused:
            act()
        assert refused.value.code == "TrimmedDataAccessException"
    # After the trimmed record there is something to read.
    after = stream.iterator(0, AFTER_SEQUENCE_NUMBER, 1, now=25 * HOUR)
    assert len(stream.get_records(after, now=25 * HOUR)[0]) == 2


@pytest.mark.parametrize(("limit", "code"), [(1001, "LimitExceededException"), (0, "ValidationException")])
def test_limits_of_get_records(limit: int, code: str) -> None:
    stream = filled([0])
    with pytest.raises(DynamoDBError) as refused:
        stream.get_records(stream.iterator(0, TRIM_HORIZON, now=0), now=0, limit=limit)
    assert refused.value.code == code


def test_what_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="NEW_AND_OLD_IMAGE"):
        Stream(table(), "NEW_AND_OLD_IMAGE")
    with pytest.raises(ValueError, match="NEWEST"):
        filled([]).iterator(0, "NEWEST", now=0)


def test_a_deletion_by_time_to_live_says_so() -> None:
    source = table()
    stream = Stream(source, KEYS_ONLY)
    by_hand = stream.add(source.put({"id": "A"}), at=0)
    expired = stream.add(source.delete({"id": "A"}), at=1, by_service=True)
    assert by_hand is not None
    assert expired is not None
    assert "userIdentity" not in by_hand.to_json()
    assert expired.to_json()["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
