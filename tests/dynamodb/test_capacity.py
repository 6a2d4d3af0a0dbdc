"""Capacity arithmetic against published examples and a count of blocks one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb.model.capacity import READS, STANDARD, STRONG, WRITES, required
from kumo.dynamodb.model.consistency import EVENTUAL, TRANSACTIONAL

KB = 1024


def needs(size: float, reads: int = 0, writes: int = 0, indexes: int = 0) -> dict[str, float]:
    trace = required(int(size * KB), reads, writes, indexes)
    return {need.kind: need.capacity for need in (trace.reading if reads else trace.writing)}


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (3, {STRONG: 1000, EVENTUAL: 500, TRANSACTIONAL: 2000}),
        (6, {STRONG: 2000, EVENTUAL: 1000, TRANSACTIONAL: 4000}),
        (8, {STRONG: 2000, EVENTUAL: 1000, TRANSACTIONAL: 4000}),
    ],
)
def test_a_thousand_reads_a_second(size: int, expected: dict[str, float]) -> None:
    assert needs(size, reads=1000) == expected


def test_ten_writes_of_three_kilobytes_a_second() -> None:
    assert needs(3, writes=10) == {STANDARD: 30, TRANSACTIONAL: 60}


@given(st.integers(1, 400 * KB), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 5))
def test_blocks_counted_one_by_one(size: int, reads: int, writes: int, indexes: int) -> None:
    trace = required(size, reads, writes, indexes)
    fours = sum(1 for start in range(0, size, 4 * KB) if start < size)
    ones = sum(1 for start in range(0, size, KB) if start < size)
    assert [need.capacity for need in trace.reading] == [fours * reads / 2, fours * reads, fours * reads * 2]
    assert [need.capacity for need in trace.writing] == [
        ones * writes * (1 + indexes),
        ones * writes * (2 + indexes),
    ]
    assert [need.kind for need in trace.reading] == list(READS)
    assert [need.kind for need in trace.writing] == list(WRITES)


def test_partitions_by_throughput() -> None:
    # 3,000 strong reads and 1,000 writes a second fill one partition each.
    assert required(KB, 3000, 0, 0).partitions == 1
    assert required(KB, 3000, 1000, 0).partitions == 2
    assert required(KB, 3001, 0, 0).partitions == 2
    assert required(KB, 0, 0, 0).partitions == 1
    # An index has partitions of its own.
    assert required(KB, 0, 1000, 3).partitions == 1
