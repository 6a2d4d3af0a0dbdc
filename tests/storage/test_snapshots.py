"""Snapshots against full copies, in any order of writing, taking and deleting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kumo.storage.model.snapshots import BLOCKS, EMPTY, SNAPSHOTS, Store, changing, history, load

SIZE = 6


class Snapshotting(RuleBasedStateMachine):
    """The store beside a naive one that keeps every volume in full."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.full = Store(), {}
        self.volume, self.version = [EMPTY] * SIZE, 0

    @rule(block=st.integers(0, SIZE - 1))
    def write(self, block: int) -> None:
        self.version += 1
        self.volume[block] = self.version

    @rule()
    def snap(self) -> None:
        before = len(self.store.copies)
        newest = self.full[max(self.full)] if self.full else (EMPTY,) * SIZE
        number = self.store.snap(tuple(self.volume))
        assert number not in self.full
        self.full[number] = tuple(self.volume)
        changed = sum(new not in (EMPTY, old) for old, new in zip(newest, self.volume, strict=True))
        assert len(self.store.copies) - before == changed

    @precondition(lambda self: self.full)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.full)))
        before = self._distinct()
        del self.full[number]
        assert self.store.delete(number) == before - self._distinct()

    @invariant()
    def restores_are_exact(self) -> None:
        assert set(self.store.maps) == set(self.full)
        for number, volume in self.full.items():
            assert self.store.restore(number) == volume

    @invariant()
    def nothing_is_kept_twice_or_in_vain(self) -> None:
        assert len(self.store.copies) == self._distinct()

    def _distinct(self) -> int:
        return len({(b, v) for volume in self.full.values() for b, v in enumerate(volume) if v != EMPTY})


TestSnapshotting = Snapshotting.TestCase


def test_the_example_of_the_user_guide() -> None:
    """10 GiB, then 4 of them changed, then 2 added: 10 + 4 + 2 = 16 stored."""
    store = Store()
    for volume in ((1,) * 10 + (0, 0), (1,) * 6 + (2,) * 4 + (0, 0), (1,) * 6 + (2,) * 4 + (3, 3)):
        store.snap(volume)
    assert [sum(owner == n for owner in store.maps[n]) for n in (1, 2, 3)] == [10, 4, 2]
    assert len(store.copies) == 16
    assert store.delete(1) == 4
    assert store.restore(3) == (1,) * 6 + (2,) * 4 + (3, 3)


def test_a_deleted_snapshot_is_gone() -> None:
    store = Store()
    store.snap((1, 1))
    store.delete(1)
    assert not store.copies
    with pytest.raises(KeyError):
        store.restore(1)
    with pytest.raises(KeyError):
        store.delete(1)


@given(
    st.integers(0, 16),
    st.sampled_from(("spread", "hot")),
    st.sets(st.integers(1, SNAPSHOTS)),
    st.integers(1, SNAPSHOTS),
    st.booleans(),
)
def test_history(changed: int, where: str, deleted: set[int], restored: int, fast: bool) -> None:  # noqa: FBT001 -- drawn
    trace = history(changed, where, deleted, restored, fast=fast)
    assert len(trace.kept) + trace.freed == sum(trace.stored(n) for n in range(1, SNAPSHOTS + 1))
    assert len(trace.kept) <= trace.full or not trace.living
    assert trace.content == (None if restored in deleted else changing(changed, where)[restored - 1])


volumes = st.lists(st.integers(0, 3), min_size=BLOCKS, max_size=BLOCKS).map(tuple)
reads = st.dictionaries(st.integers(1, 20), st.integers(0, BLOCKS - 1), max_size=6).map(lambda d: sorted(d.items()))


@given(volumes, reads)
def test_loading_brings_every_block_once(content: tuple[int, ...], asked: list[tuple[int, int]]) -> None:
    loading = load(content, asked)
    times = [at for at in loading.arrival if at is not None]
    assert sorted(times) == list(range(1, sum(version != EMPTY for version in content) + 1))
    for (moment, block), waited in zip(loading.reads, loading.waited, strict=True):
        if content[block] == EMPTY:
            assert not waited
        elif waited:
            assert loading.arrival[block] == moment
        else:
            assert loading.arrival[block] < moment
    fast = load(content, asked, fast=True)
    assert not any(fast.waited)
    assert {at for at in fast.arrival if at is not None} <= {0}
