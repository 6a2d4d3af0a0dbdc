"""Capacity that a load needs: item size, rate and consistency to read and write units.

Modelled: the rule by which DynamoDB counts (`units`), for items of one size read and written at constant rates, and
the copies of each write in global secondary indexes that project all attributes and whose keys do not change. A
transactional request counts twice, an eventually consistent read half.

Not modelled: Query and Scan (many items rounded up together), conditions that fail, projections of a part.

Sizes in bytes, rates per second, capacity in units (of a second each). Source:
docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html (read 2026-11-26).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from kumo.core import facts
from kumo.dynamodb.model import units
from kumo.dynamodb.model.consistency import EVENTUAL, STRONG, TRANSACTIONAL, units_of

READ_BLOCK: int = facts.value("dynamodb.read-unit-size")
WRITE_BLOCK: int = facts.value("dynamodb.write-unit-size")
PARTITION_READS: int = facts.value("dynamodb.partition-read-units")
PARTITION_WRITES: int = facts.value("dynamodb.partition-write-units")
STANDARD = "standard"
READS = (EVENTUAL, STRONG, TRANSACTIONAL)
WRITES = (STANDARD, TRANSACTIONAL)


@dataclass(frozen=True)
class Need:
    """What one way of reading or writing needs.

    Attributes
    ----------
    kind : str
        One of `READS` or `WRITES`.
    blocks : int
        Blocks of 4 KB (reads) or 1 KB (writes) that an item fills.
    factor : float
        Units for a block.
    each : float
        Units for one request, copies in indexes included.
    capacity : float
        Units that the rate needs.

    """

    kind: str
    blocks: int
    factor: float
    each: float
    capacity: float


@dataclass(frozen=True)
class CapacityTrace:
    """A load and what it needs, by kind of read and of write.

    Attributes
    ----------
    size : int
        Bytes of an item.
    reads, writes : int
        Requests per second.
    indexes : int
        Global secondary indexes that every write goes to as well.
    reading, writing : tuple of Need
        In the order of `READS` and `WRITES`.

    """

    size: int
    reads: int
    writes: int
    indexes: int
    reading: tuple[Need, ...]
    writing: tuple[Need, ...]

    @property
    def partitions(self) -> int:
        """Least number of partitions that carry strongly consistent reads and standard writes, evenly spread."""
        reading, writing = self.reading[READS.index(STRONG)], self.writing[WRITES.index(STANDARD)]
        return max(
            1, ceil(reading.capacity / PARTITION_READS + writing.capacity / (1 + self.indexes) / PARTITION_WRITES)
        )


def required(size: int, reads: int, writes: int, indexes: int) -> CapacityTrace:
    """Return what `reads` and `writes` per second of items of `size` bytes need."""
    reading = []
    for kind in READS:
        blocks = units.blocks(size, READ_BLOCK)
        reading.append(Need(kind, blocks, units_of(kind), blocks * units_of(kind), blocks * units_of(kind) * reads))
    writing = []
    for kind in WRITES:
        blocks = units.for_writing(size)
        factor = 2 if kind == TRANSACTIONAL else 1
        # The copy in an index is a write of its own, outside of the transaction.
        each = blocks * (factor + indexes)
        writing.append(Need(kind, blocks, factor, each, each * writes))
    return CapacityTrace(size, reads, writes, indexes, tuple(reading), tuple(writing))
