"""Keys on partitions against counting, conservation and what must not change."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb.explorers import Partitions
from kumo.dynamodb.model.capacity import PARTITION_WRITES
from kumo.dynamodb.model.partitions import place_of, run, shares
from kumo.dynamodb.words import partitions as words

SETTINGS = {
    "keys": st.integers(1, 60),
    "skew": st.integers(0, 20).map(lambda tenths: tenths / 10),
    "writes": st.integers(100, 8000),
    "partitions": st.integers(1, 12),
    "shards": st.integers(1, 20),
    "capacity": st.integers(100, 12000),
}


@settings(max_examples=60)
@given(adaptive=st.booleans(), **SETTINGS)
def test_no_write_is_lost_and_no_limit_broken(**given: float) -> None:
    trace = run(**given)
    assert len(trace.keys) == given["keys"] * given["shards"]
    assert sum(trace.asked) == pytest.approx(given["writes"])
    assert sum(key.load for key in trace.keys) == pytest.approx(given["writes"])
    assert sum(trace.served) <= given["capacity"] + 1e-6
    for asked, allowed, served in zip(trace.asked, trace.allowed, trace.served, strict=True):
        assert allowed <= PARTITION_WRITES + 1e-9
        assert served == min(asked, allowed)
    for key in trace.keys:
        assert key.partition / given["partitions"] <= key.place < (key.partition + 1) / given["partitions"]


@settings(max_examples=60)
@given(**SETTINGS)
def test_adaptive_capacity_never_hurts_and_wastes_nothing(**given: float) -> None:
    plain, adaptive = run(**given, adaptive=False), run(**given, adaptive=True)
    for one, other in zip(plain.served, adaptive.served, strict=True):
        assert other >= one - 1e-6
    # What it leaves unserved is over the bound of a partition, or over the capacity of the table.
    possible = min(given["capacity"], sum(min(asked, PARTITION_WRITES) for asked in plain.asked))
    assert sum(adaptive.served) == pytest.approx(possible)


def test_places_are_those_of_the_digest() -> None:
    digits = hashlib.md5(b"user-1", usedforsecurity=False).hexdigest()
    assert place_of("user-1") == int(digits, 16) / 16**32


def test_zipf() -> None:
    assert shares(4, 0) == [0.25] * 4
    assert shares(3, 1) == pytest.approx([6 / 11, 3 / 11, 2 / 11])
    assert sum(shares(50, 1.3)) == pytest.approx(1)


def test_a_hot_key_stays_hot_until_it_is_sharded() -> None:
    # One key alone: more capacity does not help, more keys do.
    alone = run(1, 1, 3000, 4, 1, 12_000, adaptive=True)
    assert sum(alone.served) == PARTITION_WRITES
    sharded = run(1, 1, 3000, 4, 20, 12_000, adaptive=True)
    assert sum(sharded.served) > 2 * PARTITION_WRITES


def test_many_keys_alike_spread_well() -> None:
    trace = run(2000, 0, 3000, 4, 1, 4000, adaptive=True)
    # The spread of 2,000 keys over 4 partitions: 500 each, give or take four standard deviations.
    for asked in trace.asked:
        assert asked / 3000 * 2000 == pytest.approx(500, abs=4 * (2000 * 0.25 * 0.75) ** 0.5)
    assert trace.refused == pytest.approx(0)


@pytest.mark.parametrize("partitions", [4, 12])
def test_the_picture_says_in_words_what_the_worst_number_is(partitions: int) -> None:
    shown = Partitions.frame({"partitions": partitions, "writes": 8000})["pictures"]
    trace = Partitions(partitions=partitions, writes=8000).simulate()
    worst = max(asked - served for asked, served in zip(trace.asked, trace.served, strict=True))
    for picture in shown.values():
        assert picture.count("断られる ") == 1
        assert words.REFUSED.format(count=worst) in picture
