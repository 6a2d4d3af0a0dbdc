"""Writes to a table, the records they leave in the shards of its stream, and the batches that reach a function.

Modelled: `SECONDS` of writes to a few items, made on a real table (`kumo.dynamodb.model.table`) with a
real stream (`kumo.dynamodb.model.streams`); an event source mapping that looks into each shard four times a second,
gathers until the batch is full or the batching window is over, invokes the function, waits for its end, and only then
goes on; a parallelization factor, which parts the items of a shard among several such readers; one record that always
fails, and holds up its reader because the retries are unlimited by default.

Assumed, because AWS does not say: polls of all readers fall on the same quarters of a second; a poll reads all that is
there; the window of a batch begins when its first record is read, or when the batch before it ends, if the record has
been read by then; a failed batch is tried again after 1, 2, 4 … s. Not modelled: the settings that end the retries
(`kumo.aws_lambda.model.invocation` has them), the limit of 6 MB, cold starts, throttling, readers beside Lambda, shards
that split, duplicates other than by retries.

Sources (read 2026-11-26): docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (polls, window, order under
parallelization), services-ddb-params.html (defaults).

Times are whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.core.streams import stream
from kumo.dynamodb.model import keys
from kumo.dynamodb.model.streams import NEW_AND_OLD_IMAGES, Stream
from kumo.dynamodb.model.table import Table

if TYPE_CHECKING:
    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.table import Written

SECONDS = 3
ITEMS = ("A", "B", "C", "D", "E", "F")
POLL = 1000 // facts.value("dynamodb.stream-polls")
# How long a reader that never gets on is watched.
WATCH = 12_000
FIRST_WAIT = 1000
# Shares of the writes to an item that exists; the rest changes it.
SHARE_SAME, SHARE_DELETED = 0.12, 0.15


@dataclass(frozen=True)
class Write:
    """A write to the table, and the record that it left.

    Attributes
    ----------
    time : int
        When, milliseconds.
    item : str
        One of `ITEMS`.
    record : Record or None
        What the stream took; None for a write that changed nothing.

    """

    time: int
    item: str
    record: Record | None


@dataclass(frozen=True)
class Attempt:
    """An invocation of the function: milliseconds from start to end, and whether it succeeded."""

    start: int
    end: int
    ok: bool


@dataclass(frozen=True)
class Batch:
    """Records that reach the function together.

    Attributes
    ----------
    shard, reader : int
        Where they come from, and which of the shard's readers took them, from 0.
    sequences : tuple of int
        Their sequence numbers, in order.
    attempts : tuple of Attempt
        The invocations, in order; all but the last failed.

    """

    shard: int
    reader: int
    sequences: tuple[int, ...]
    attempts: tuple[Attempt, ...]

    @property
    def done(self) -> bool:
        """Whether the function got through it in the end."""
        return self.attempts[-1].ok


@dataclass(frozen=True)
class TriggersTrace:
    """What was written, and what became of it.

    Attributes
    ----------
    writes : tuple of Write
        In order.
    batches : tuple of Batch
        By shard and reader, then in order.
    shards, readers : int
        Shards of the stream, and readers of each shard.
    window : int
        The batching window, milliseconds.
    poison : int
        Sequence number of the record that always fails; 0 for none.

    """

    writes: tuple[Write, ...]
    batches: tuple[Batch, ...]
    shards: int
    readers: int
    window: int
    poison: int

    @cached_property
    def records(self) -> dict[int, Record]:
        """The records of the stream by sequence number."""
        return {write.record.sequence: write.record for write in self.writes if write.record}

    @cached_property
    def batch_of(self) -> dict[int, Batch]:
        """The batch of each record that was handed to the function, by sequence number."""
        return {sequence: batch for batch in self.batches for sequence in batch.sequences}

    @cached_property
    def finished(self) -> dict[int, int]:
        """When the function was through with each record, by sequence number; milliseconds."""
        return {number: batch.attempts[-1].end for number, batch in self.batch_of.items() if batch.done}

    @cached_property
    def held(self) -> tuple[int, ...]:
        """Sequence numbers of the records that are not through when the watch ends."""
        return tuple(number for number in self.records if number not in self.finished)

    @property
    def invocations(self) -> int:
        """How often the function was invoked."""
        return sum(len(batch.attempts) for batch in self.batches)

    @property
    def delays(self) -> tuple[int, ...]:
        """From the change to the end of its invocation, for the records that are through; milliseconds."""
        return tuple(end - self.time_of[number] for number, end in self.finished.items())

    @cached_property
    def time_of(self) -> dict[int, int]:
        """When each record was written, by sequence number; milliseconds."""
        return {write.record.sequence: write.time for write in self.writes if write.record}

    @property
    def end(self) -> int:
        """When everything is through, or the watch ends; milliseconds."""
        last = max([SECONDS * 1000, *(attempt.end for batch in self.batches for attempt in batch.attempts)])
        return max(last, WATCH) if self.held else last


def run(  # noqa: PLR0913 -- the knobs of the experiment
    rate: int, shards: int, *, batch: int, window: int, duration: int, readers: int, poison: int, seed: int
) -> TriggersTrace:
    """Write for `SECONDS` and let the function process what the stream holds.

    Parameters
    ----------
    rate : int
        Writes per second.
    shards : int
        Shards of the stream.
    batch : int
        Batch size, records.
    window : int
        Batching window, milliseconds.
    duration : int
        Run time of the function, milliseconds.
    readers : int
        Parallelization factor.
    poison : int
        Sequence number of a record that always fails; 0 for none.
    seed : int
        Chooses what is written to which item.

    """
    writes = _writes(rate, shards, seed)
    records = [(write.time, write.record) for write in writes if write.record]
    batches: list[Batch] = []
    for shard in range(shards):
        for reader in range(readers):
            mine = [
                (time, record.sequence)
                for time, record in records
                if record.shard == shard and reader_of(record, readers) == reader
            ]
            batches += _read(mine, (shard, reader), batch, window, duration, poison)
    return TriggersTrace(tuple(writes), tuple(batches), shards, readers, window, poison)


def reader_of(record: Record, readers: int) -> int:
    """Return which of a shard's readers takes a record: always the same one for one item."""
    (key,) = record.keys.values()
    # The first digits of the hash have chosen the shard.
    return int(keys.spread(key)[-8:], 16) % readers


def _writes(rate: int, shards: int, seed: int) -> list[Write]:
    """Return the writes, made on a table."""
    table = Table("Orders", {"id": "S"}, partition="id")
    changes = Stream(table, NEW_AND_OLD_IMAGES, shards)
    chance, moments = stream(seed, "writes"), stream(seed, "times")
    count = rate * SECONDS
    found = []
    for number in range(count):
        # One write in each part of the time, so that they neither pile up nor keep step with the polls.
        time = int(SECONDS * 1000 * (number + moments.random()) / count)
        item = chance.choice(ITEMS)
        written = _write(table, item, number, chance.random())
        found.append(Write(time, item, changes.add(written, at=time / 1000)))
    return found


def _write(table: Table, item: str, number: int, kind: float) -> Written:
    if table.get({"id": item}).item is None:
        return table.put({"id": item, "step": number})
    if kind < SHARE_SAME:
        return table.update({"id": item}, "SET step = step")
    if kind < SHARE_SAME + SHARE_DELETED:
        return table.delete({"id": item})
    return table.update({"id": item}, "SET step = :n", values={":n": number})


def _read(
    records: list[tuple[int, int]], place: tuple[int, int], size: int, window: int, duration: int, poison: int
) -> list[Batch]:
    """Return the batches of one reader; `records` are its pairs of time and sequence number."""
    batches: list[Batch] = []
    waiting, free, read = list(records), 0, 0
    while waiting:
        # What was read before the last batch went out is at hand at once; the rest comes with the next poll.
        at = free if read else _poll(max(free, waiting[0][0]))
        opened = at
        read = max(read, _count(waiting, at)) if at % POLL == 0 else read
        while read < size and at < opened + window:
            at = min(_poll(at + 1), opened + window)
            if at % POLL == 0:
                read = _count(waiting, at)
        taken, waiting = waiting[: min(size, read)], waiting[min(size, read) :]
        read -= len(taken)
        sequences = tuple(sequence for _, sequence in taken)
        attempts = _attempts(at, duration, bad=poison in sequences)
        batches.append(Batch(*place, sequences, tuple(attempts)))
        if not attempts[-1].ok:
            break
        free = attempts[-1].end
    return batches


def _attempts(start: int, duration: int, *, bad: bool) -> list[Attempt]:
    if not bad:
        return [Attempt(start, start + duration, ok=True)]
    found, wait = [], FIRST_WAIT
    while not found or start + duration <= WATCH:
        found.append(Attempt(start, start + duration, ok=False))
        start += duration + wait
        wait *= 2
    return found


def _poll(time: int) -> int:
    """Return the first poll at `time` or later."""
    return -(-time // POLL) * POLL


def _count(records: list[tuple[int, int]], now: int) -> int:
    return sum(time <= now for time, _ in records)
