"""Stale reads against their closed form, and reads that must never be stale."""

from __future__ import annotations

from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb.model import consistency
from kumo.dynamodb.model.consistency import EVENTUAL, LEADER, STRONG, TRANSACTIONAL, TRIALS, expected_stale, run

SETTINGS = {
    "lag": st.integers(1, 200),
    "interval": st.integers(1, 100),
    "count": st.integers(1, 8),
    "seed": st.integers(1, 50),
}


@given(kind=st.sampled_from([STRONG, TRANSACTIONAL]), **SETTINGS)
def test_a_read_from_the_leader_never_returns_the_old_value(
    kind: str, lag: int, interval: int, count: int, seed: int
) -> None:
    trace = run(kind, lag, interval, count, seed)
    assert all(read.fresh and read.replica == LEADER for read in trace.reads)
    assert trace.stale == (0,) * count
    assert trace.back is None


@given(**SETTINGS)
def test_a_read_is_fresh_exactly_if_its_replica_has_applied_the_write(
    lag: int, interval: int, count: int, seed: int
) -> None:
    trace = run(EVENTUAL, lag, interval, count, seed)
    assert [read.time for read in trace.reads] == [interval * (number + 1) for number in range(count)]
    for read in trace.reads:
        assert read.fresh == (trace.applied[read.replica] <= read.time)
        assert read.fresh or read.replica != LEADER


@pytest.mark.parametrize(("lag", "interval"), [(20, 5), (20, 40), (100, 10), (3, 1)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_of_stale_reads_follows_the_closed_form(lag: int, interval: int, seed: int) -> None:
    trace = run(EVENTUAL, lag, interval, 6, seed)
    for read, share in zip(trace.reads, trace.stale, strict=True):
        right = 2 / 3 * exp(-read.time / lag)
        assert expected_stale(EVENTUAL, lag, read.time) == pytest.approx(right)
        assert share == pytest.approx(right, abs=4 * sqrt(right * (1 - right) / TRIALS) + 0.5 / TRIALS)


def test_going_back_in_time_is_noticed() -> None:
    read = consistency.Read
    told = consistency.ConsistencyTrace(
        EVENTUAL, 10, (0, 5, 9), (read(1, 1, fresh=False), read(2, 0, fresh=True), read(3, 2, fresh=False)), (0, 0, 0)
    )
    assert told.back == 2
    # The first stale reads are late, not back.
    assert consistency.ConsistencyTrace(EVENTUAL, 10, (0, 5, 9), told.reads[:2], (0, 0)).back is None


def test_units_of_a_small_item_by_kind_of_read() -> None:
    assert [consistency.units_of(kind) for kind in consistency.KINDS] == [0.5, 1, 2]
