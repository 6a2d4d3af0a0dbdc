"""Keys on partitions: how the choice of the partition key spreads writes, and what adaptive capacity can mend.

Modelled: a table of `count` partitions, each in charge of an equal range of hash values. A partition key lands where
its hash says; DynamoDB does not publish its hash function, so MD5 stands in for it. Writes of one unit arrive evenly
over time; how they divide among the keys follows Zipf's law with exponent `skew` (0: all alike). Write sharding adds
one of `shards` suffixes to each key in turn, so that a key becomes as many keys.

A partition serves at most `PARTITION_WRITES` units a second. With adaptive capacity a busy partition may use what the
others leave of the table's capacity, up to that bound; without it each has its equal share. Where a partition is asked
for more than it may serve, all its keys are refused the same part.

Not modelled: the splitting of partitions by heat or size, burst capacity, item collections that are split by sort key,
reads, retries.

Rates in write units per second. Sources: burst-adaptive-capacity.html, bp-partition-key-sharding.html below
docs.aws.amazon.com/amazondynamodb/latest/developerguide/ (read 2026-11-26).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kumo.dynamodb.model.capacity import PARTITION_WRITES

SPACE = 2**128


@dataclass(frozen=True)
class Key:
    """A partition key as the table sees it.

    Attributes
    ----------
    owner : int
        Rank of the key of the application, 0 the busiest; shards of one key have the same owner.
    name : str
        What is hashed.
    place : float
        Its hash, from 0 to 1.
    partition : int
        The partition in charge.
    load : float
        Units asked of it.

    """

    owner: int
    name: str
    place: float
    partition: int
    load: float


@dataclass(frozen=True)
class PartitionsTrace:
    """Keys on partitions.

    Attributes
    ----------
    keys : tuple of Key
        All keys, the shards of the busiest first.
    asked, allowed, served : tuple of float
        By partition: units asked, units that it may serve, units served.
    shards : int
        Suffixes for each key.
    capacity : float
        Units provisioned for the table.
    adaptive : bool
        Whether adaptive capacity is at work.

    """

    keys: tuple[Key, ...]
    asked: tuple[float, ...]
    allowed: tuple[float, ...]
    served: tuple[float, ...]
    shards: int
    capacity: float
    adaptive: bool

    @property
    def refused(self) -> float:
        """Share of the writes that are refused."""
        return 1 - sum(self.served) / sum(self.asked)

    @property
    def hottest(self) -> int:
        """The partition that is asked most."""
        return self.asked.index(max(self.asked))


def place_of(name: str) -> float:
    """Return where a key lies in the space of hashes, from 0 to 1."""
    return int.from_bytes(hashlib.md5(name.encode(), usedforsecurity=False).digest()) / SPACE


def shares(count: int, skew: float) -> list[float]:
    """Return the shares of `count` keys by Zipf's law, largest first."""
    weights = [(rank + 1) ** -skew for rank in range(count)]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def run(
    keys: int, skew: float, writes: float, partitions: int, shards: int, capacity: float, *, adaptive: bool
) -> PartitionsTrace:
    """Spread `writes` units a second over `keys` keys on `partitions` partitions and see what is served."""
    placed = []
    for owner, share in enumerate(shares(keys, skew)):
        for shard in range(shards):
            name = f"user-{owner + 1}" + (f"#{shard}" if shards > 1 else "")
            place = place_of(name)
            placed.append(Key(owner, name, place, int(place * partitions), writes * share / shards))
    asked = tuple(sum(key.load for key in placed if key.partition == number) for number in range(partitions))
    allowed = _allowed(asked, capacity, adaptive=adaptive)
    served = tuple(min(one, other) for one, other in zip(asked, allowed, strict=True))
    return PartitionsTrace(tuple(placed), asked, allowed, served, shards, capacity, adaptive)


def _allowed(asked: tuple[float, ...], capacity: float, *, adaptive: bool) -> tuple[float, ...]:
    """Return what each partition may serve of the table's `capacity`."""
    equal = min(capacity / len(asked), PARTITION_WRITES)
    if not adaptive:
        return (equal,) * len(asked)
    allowed = [min(one, equal) for one in asked]
    # What is left goes round among those that want more, evenly, until nothing is left or nobody wants more.
    while True:
        left = capacity - sum(allowed)
        hungry = [
            number
            for number, one in enumerate(asked)
            if min(one, PARTITION_WRITES) - allowed[number] > 1e-9  # noqa: PLR2004 -- rounding
        ]
        if not hungry or left <= 1e-9:  # noqa: PLR2004 -- rounding
            break
        for number in hungry:
            allowed[number] = min(asked[number], PARTITION_WRITES, allowed[number] + left / len(hungry))
    return tuple(allowed)
