"""Incremental snapshots of a volume, block by block: what each stores, what deleting one frees, what a restore reads.

Modelled: a volume is a row of blocks, each empty or with the version that was written last. A snapshot stores
the blocks that are not in the newest snapshot that exists, and refers to the stored copies for the rest; empty
blocks are not stored. Deleting a snapshot removes only copies to which no other snapshot refers. A volume that
is restored, in whichever zone of the Region, has the content of its time; its blocks come from S3 one by one
in order, and a block that is read before it has come is fetched first, and waited for. With fast snapshot
restore all blocks are there at creation.

Not modelled: sizes of blocks (EBS uses 512 KiB and more), how long a block takes, encryption, archived
snapshots (which are full copies), copies to other Regions.

Sources (read 2026-11-22): "Amazon EBS Snapshots", doc_source/EBSSnapshots.md in
https://github.com/awsdocs/amazon-ec2-user-guide: "only the blocks on the device that have changed after your
most recent snapshot are saved", "only the data unique to that snapshot is removed", "loads data lazily in the
background", and its example of snapshots A, B and C (10, 4 and 2 GiB: 16 in all). DeleteSnapshot,
https://docs.aws.amazon.com/goto/WebAPI/ec2/DeleteSnapshot. "Initialize Amazon EBS volumes",
https://docs.aws.amazon.com/ebs/latest/userguide/initalize-volume.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EMPTY = 0
Volume = tuple[int, ...]

# Where the changes between two snapshots fall.
SPREAD, HOT = "spread", "hot"

# The volume of the explorer.
BLOCKS, WRITTEN, HOT_BLOCKS = 24, 18, 6
SNAPSHOTS = 4
READS = 6


@dataclass
class Store:
    """Snapshots of one volume and the copies of blocks behind them.

    `maps` gives for each living snapshot, block by block, the snapshot that stored its copy (None: empty);
    `copies` the version behind (snapshot, block).
    """

    maps: dict[int, tuple[int | None, ...]] = field(default_factory=dict)
    copies: dict[tuple[int, int], int] = field(default_factory=dict)
    _taken: int = 0

    def snap(self, volume: Volume) -> int:
        """Take a snapshot and return its number (1, 2 …)."""
        self._taken += 1
        number = self._taken
        before = self.maps[max(self.maps)] if self.maps else (None,) * len(volume)
        owners: list[int | None] = []
        for block, version in enumerate(volume):
            owner = before[block] if block < len(before) else None
            if version == EMPTY:
                owners.append(None)
            elif owner is not None and self.copies[owner, block] == version:
                owners.append(owner)
            else:
                self.copies[number, block] = version
                owners.append(number)
        self.maps[number] = tuple(owners)
        return number

    def delete(self, number: int) -> int:
        """Delete a snapshot; return how many copies that frees. Raises KeyError for one that does not exist."""
        del self.maps[number]
        needed = {(owner, block) for owners in self.maps.values() for block, owner in enumerate(owners)}
        gone = [copy for copy in self.copies if copy not in needed]
        for copy in gone:
            del self.copies[copy]
        return len(gone)

    def restore(self, number: int) -> Volume:
        """Return the volume as it was; raises KeyError for a snapshot that does not exist."""
        return tuple(
            EMPTY if owner is None else self.copies[owner, block] for block, owner in enumerate(self.maps[number])
        )


@dataclass(frozen=True)
class Loading:
    """How a restored volume fills.

    Attributes
    ----------
    arrival : tuple of (int or None)
        For each block the moment at which it is on the volume; None for an empty one, 0 for at creation.
    reads : tuple of (int, int)
        Reads of the application: moment and block.
    waited : tuple of bool
        For each read, whether it had to wait for S3.

    """

    arrival: tuple[int | None, ...]
    reads: tuple[tuple[int, int], ...]
    waited: tuple[bool, ...]


@dataclass(frozen=True)
class History:
    """Snapshots of the explorer's volume, before and after some were deleted.

    Attributes
    ----------
    states : tuple of Volume
        The volume when each snapshot was taken.
    taken : tuple of tuples
        For each snapshot when taken, block by block, who stored the copy.
    living : frozenset of int
        Snapshots that are left.
    kept : frozenset of (int, int)
        Copies (snapshot, block) that are left.
    freed : int
        How many copies the deletions freed.
    restored : int
        The snapshot asked for.
    content : Volume or None
        What its restore gives; None when it was deleted.
    loading : Loading or None
        How the restored volume fills.

    """

    states: tuple[Volume, ...]
    taken: tuple[tuple[int | None, ...], ...]
    living: frozenset[int]
    kept: frozenset[tuple[int, int]]
    freed: int
    restored: int
    content: Volume | None
    loading: Loading | None

    def stored(self, number: int) -> int:
        """Return how many blocks a snapshot stored when it was taken."""
        return sum(owner == number for owner in self.taken[number - 1])

    @property
    def full(self) -> int:
        """How many blocks full copies of the living snapshots would take."""
        return sum(sum(version != EMPTY for version in self.states[number - 1]) for number in self.living)


def changing(changed: int, where: str, count: int = SNAPSHOTS) -> list[Volume]:
    """Return the volume at `count` moments, with `changed` writes between each two.

    A write of `HOT` falls on one of the first blocks, and may fall on a block again; of `SPREAD` on any.
    """
    dice = stream(7, f"snapshots/{where}")
    volume = [1] * WRITTEN + [EMPTY] * (BLOCKS - WRITTEN)
    states = [tuple(volume)]
    for version in range(2, count + 1):
        blocks = (
            [dice.randrange(HOT_BLOCKS) for _ in range(BLOCKS)] if where == HOT else dice.sample(range(BLOCKS), BLOCKS)
        )
        for block in blocks[:changed]:
            volume[block] = version
        states.append(tuple(volume))
    return states


def history(changed: int, where: str, deleted: Iterable[int], restored: int, *, fast: bool) -> History:
    """Take the snapshots of the explorer's volume, delete some, and restore one in another zone."""
    store, states = Store(), changing(changed, where)
    for state in states:
        store.snap(state)
    taken = tuple(store.maps[number] for number in range(1, len(states) + 1))
    freed = sum(store.delete(number) for number in deleted)
    content = store.restore(restored) if restored in store.maps else None
    return History(
        tuple(states),
        taken,
        frozenset(store.maps),
        frozenset(store.copies),
        freed,
        restored,
        content,
        None if content is None else load(content, _reads(content), fast=fast),
    )


def load(content: Volume, reads: Sequence[tuple[int, int]], *, fast: bool = False) -> Loading:
    """Fill a restored volume: one block each moment, in order, except that reads go first.

    Parameters
    ----------
    content : Volume
        What the snapshot holds; empty blocks need no loading.
    reads : sequence of (int, int)
        Moment (at least 1, increasing) and block of each read; at most one at a moment.
    fast : bool
        Whether all blocks are there at creation.

    """
    waiting = [block for block, version in enumerate(content) if version != EMPTY]
    arrival: list[int | None] = [0 if version != EMPTY else None for version in content]
    if fast:
        return Loading(tuple(arrival), tuple(reads), (False,) * len(reads))
    wanted, waited, now = dict(reads), [], 0
    while waiting:
        now += 1
        block = wanted.get(now)
        first = block in waiting
        if block is not None:
            waited.append(first)
        coming = block if block is not None and first else waiting[0]
        waiting.remove(coming)
        arrival[coming] = now
    waited += [False] * (len(reads) - len(waited))
    return Loading(tuple(arrival), tuple(reads), tuple(waited))


def _reads(content: Volume) -> list[tuple[int, int]]:
    dice = stream(7, "snapshots/reads")
    blocks = [block for block, version in enumerate(content) if version != EMPTY]
    return [(2 + 3 * index, block) for index, block in enumerate(dice.sample(blocks, READS))]
