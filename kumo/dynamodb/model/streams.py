"""A table's stream: what each write leaves in it, in which shard, for how long, and how it is read.

Modelled: one record for each write that changes an item, and none for one that changes nothing; the four view types;
shards, of which each takes the partition keys of a range of hashes, so that all records of an item stand in one shard
in the order of the writes; sequence numbers; the trim after 24 hours; shard iterators of the four types, and GetRecords
up to a number of records; the mark of a deletion by Time to Live. Not modelled: the limit of 1 MB for GetRecords,
iterators that expire, shards that split or close, the delay ("near real time") until a record can be read, and what
the service does beyond its promise ("up to 24 hours"): here a record goes when it is 24 hours old, no earlier, no
later. AWS does not publish how partition keys are spread over shards; here it is as over partitions.

Times are seconds from any beginning; sequence numbers count the records of a stream from 1.

Sources (read 2026-11-26), below https://docs.aws.amazon.com/amazondynamodb/latest/: developerguide/Streams.html (each
record once, same order as the changes of an item, no record without a change, 24 hours),
APIReference/API_streams_Record.html (event names, userIdentity), API_streams_StreamRecord.html (view types),
API_streams_GetShardIterator.html, API_streams_GetRecords.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.model import keys, values
from kumo.dynamodb.model.errors import invalid, too_many_records, trimmed

if TYPE_CHECKING:
    from kumo.dynamodb.model.table import Table, Written
    from kumo.dynamodb.model.values import Item, Value

KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES = "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"
VIEW_TYPES = (KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES)
INSERT, MODIFY, REMOVE = "INSERT", "MODIFY", "REMOVE"
TRIM_HORIZON, LATEST = "TRIM_HORIZON", "LATEST"
AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER = "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"

HOUR = 3600
RETENTION = facts.value("dynamodb.stream-retention") * HOUR
MOST_RECORDS = facts.value("dynamodb.stream-get-records")
# Who deletes what has expired, as its records say.
TIME_TO_LIVE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
_HASHES = 16**32


@dataclass(frozen=True)
class Record:
    """What one change of one item left in the stream.

    Attributes
    ----------
    sequence : int
        Its sequence number.
    shard : int
        The shard in which it stands, from 0.
    time : float
        When the item was changed, seconds.
    event : str
        `INSERT`, `MODIFY` or `REMOVE`.
    keys : dict of str to Value
        The primary key of the item.
    old, new : dict of str to Value, or None
        The images; None where the view type leaves one out, and where there was or is no item.
    by_service : bool
        Whether Time to Live deleted the item.

    """

    sequence: int
    shard: int
    time: float
    event: str
    keys: Item
    old: Item | None
    new: Item | None
    by_service: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the record as GetRecords and a function's event have it, without what only the service knows."""
        body = {"Keys": self.keys, "OldImage": self.old, "NewImage": self.new}
        return {
            "eventName": self.event,
            **({"userIdentity": dict(TIME_TO_LIVE)} if self.by_service else {}),
            "dynamodb": {
                "SequenceNumber": str(self.sequence),
                **{
                    name: {attribute: values.to_json(value) for attribute, value in image.items()}
                    for name, image in body.items()
                    if image is not None
                },
            },
        }


@dataclass(frozen=True)
class Iterator:
    """A place in a shard: before the record with this sequence number, or the first later one."""

    shard: int
    sequence: int


class Stream:
    """The stream of a table.

    Parameters
    ----------
    table : Table
        Whose changes it takes.
    view_type : str
        One of `VIEW_TYPES`.
    shards : int
        How many shards are open.

    """

    def __init__(self, table: Table, view_type: str = NEW_AND_OLD_IMAGES, shards: int = 1) -> None:
        if view_type not in VIEW_TYPES:
            raise ValueError(f"a stream has one of the view types {', '.join(VIEW_TYPES)}, not {view_type}")
        self.schema, self.view_type = table.schema, view_type
        self._shards: list[list[Record]] = [[] for _ in range(shards)]
        self._last = 0

    @property
    def shards(self) -> range:
        """The numbers of its shards."""
        return range(len(self._shards))

    def add(self, written: Written, *, at: float, by_service: bool = False) -> Record | None:
        """Take what a write did, and return the record that it leaves; None when it changed nothing.

        Parameters
        ----------
        written : Written
            What the table said of the write.
        at : float
            When it was, seconds; not before the writes added so far.
        by_service : bool
            Whether it was a deletion by Time to Live.

        """
        old, new = written.old, written.new
        item = old or new
        if old == new or item is None:
            return None
        event = INSERT if old is None else REMOVE if new is None else MODIFY
        self._last += 1
        record = Record(
            self._last,
            self.shard_of(item[self.schema.partition]),
            at,
            event,
            {name: item[name] for name in self.schema.names},
            old if self.view_type in {OLD_IMAGE, NEW_AND_OLD_IMAGES} else None,
            new if self.view_type in {NEW_IMAGE, NEW_AND_OLD_IMAGES} else None,
            by_service,
        )
        self._shards[record.shard].append(record)
        return record

    def shard_of(self, partition: Value) -> int:
        """Return the shard that takes the records of a partition key's value."""
        return int(keys.spread(partition), 16) * len(self._shards) // _HASHES

    def kept(self, shard: int, *, now: float) -> list[Record]:
        """Return the records of a shard that have not been trimmed at `now` (seconds), oldest first."""
        return [record for record in self._shards[shard] if now - record.time <= RETENTION]

    def iterator(self, shard: int, kind: str, sequence: int | None = None, *, now: float) -> Iterator:
        """Return a place in a shard (GetShardIterator).

        Parameters
        ----------
        shard : int
            Number of the shard.
        kind : str
            `TRIM_HORIZON` (the oldest record left), `LATEST` (after the newest), `AT_SEQUENCE_NUMBER` or
            `AFTER_SEQUENCE_NUMBER`.
        sequence : int, optional
            Sequence number for the last two.
        now : float
            Seconds.

        Raises
        ------
        DynamoDBError
            TrimmedDataAccessException, when the record called for is no longer there.

        """
        kept = self.kept(shard, now=now)
        if kind == TRIM_HORIZON:
            return Iterator(shard, kept[0].sequence if kept else self._last + 1)
        if kind == LATEST:
            return Iterator(shard, self._last + 1)
        if kind not in {AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER} or sequence is None:
            raise ValueError(f"an iterator of type {kind} from the sequence number {sequence} does not exist")
        place = Iterator(shard, sequence + (kind == AFTER_SEQUENCE_NUMBER))
        self._check_trim(place, now)
        return place

    def get_records(
        self, place: Iterator, *, now: float, limit: int = MOST_RECORDS
    ) -> tuple[tuple[Record, ...], Iterator]:
        """Return the records from a place on, and the place after them (GetRecords).

        Raises
        ------
        DynamoDBError
            TrimmedDataAccessException, when the record at that place has been trimmed; LimitExceededException for a
            `limit` above `MOST_RECORDS`, ValidationException for one below 1.

        """
        if limit > MOST_RECORDS:
            raise too_many_records(MOST_RECORDS)
        if limit < 1:
            raise invalid("limit", value=limit)
        self._check_trim(place, now)
        found = [record for record in self.kept(place.shard, now=now) if record.sequence >= place.sequence][:limit]
        return tuple(found), Iterator(place.shard, found[-1].sequence + 1 if found else place.sequence)

    def _check_trim(self, place: Iterator, now: float) -> None:
        gone = [record.sequence for record in self._shards[place.shard] if now - record.time > RETENTION]
        if gone and place.sequence <= gone[-1]:
            raise trimmed()
