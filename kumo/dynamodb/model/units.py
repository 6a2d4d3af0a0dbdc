"""Capacity units that a request consumes, by the size of what is read or written.

Reads: 4 KB to a unit, half as much for eventually consistent reads. Query and Scan add up the sizes of all items that
they read, then round up. Writes: 1 KB to a unit, of the larger of the item before and after. An item that is not there
costs as much as a small one.

Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html (read 2026-11-26).
"""

from __future__ import annotations

from kumo.core import facts

KB = 1024
MB = 1024 * KB
EVENTUAL = 0.5


def for_reading(size: int, *, consistent: bool) -> float:
    """Return the units for reading `size` bytes together."""
    return blocks(size, facts.value("dynamodb.read-unit-size")) * (1 if consistent else EVENTUAL)


def for_writing(size: int) -> int:
    """Return the units for writing an item of `size` bytes."""
    return blocks(size, facts.value("dynamodb.write-unit-size"))


def blocks(size: int, kilobytes: int) -> int:
    """Return how many blocks of `kilobytes` KB it takes to hold `size` bytes; at least one."""
    return max(1, -(-size // (kilobytes * KB)))
