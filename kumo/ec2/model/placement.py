"""Where the three strategies of a placement group put instances, and what a failing rack takes with it.

Modelled: zones of racks, each rack with its own network and power; a cluster fills the first racks of one zone one
after another; a spread group gives every instance a rack of its own and refuses what goes beyond seven in a zone; a
partition group deals instances out evenly to partitions, each with racks of its own.

Supposed, because AWS does not publish it: racks hold `SLOTS` instances, a zone has `RACKS` of them, a partition
`RACKS_PER_PARTITION`, and within a partition instances stand as close as they can. That is the worst case, and the
only one that may be relied on: nothing keeps two instances of one partition off the same rack. Real clusters are
closer than that by network, not necessarily by rack ("not isolated to a single rack"). Racks fail independently,
each with probability `RACK_FAILURE` in some period: a figure to count with, not one that AWS states.

Sources, read 2026-11-22: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html and
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.PlacementGroupSpreadLevel.html (seven per zone).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kumo.core import facts

CLUSTER, SPREAD, PARTITION = "cluster", "spread", "partition"
STRATEGIES = (CLUSTER, SPREAD, PARTITION)

MOST_PER_ZONE = facts.value("ec2.spread-per-zone")
MOST_PARTITIONS = facts.value("ec2.partitions-per-zone")
MOST_ZONES = 3
RACKS_PER_PARTITION = 2
RACKS = MOST_PARTITIONS * RACKS_PER_PARTITION
SLOTS = 6
RACK_FAILURE = Fraction(1, 100)

ZONE = "zone"
# What fails: one of the first racks of the first zone, or all of that zone.
FAILURES = ("1", "2", "3", ZONE)


@dataclass(frozen=True, order=True)
class Spot:
    """A rack: zone (0 is a) and rack within it (from 0)."""

    zone: int
    rack: int


@dataclass(frozen=True)
class Placement:
    """Instances in their racks.

    Attributes
    ----------
    strategy : str
        One of `STRATEGIES`.
    zones : int
        Zones on offer; a cluster uses the first only.
    partitions : int
        Partitions in each zone; 0 unless the strategy is `PARTITION`.
    asked : int
        Instances asked for.
    spots : tuple of Spot
        The rack of each instance that runs, in the order of launch.

    """

    strategy: str
    zones: int
    partitions: int
    asked: int
    spots: tuple[Spot, ...]

    @property
    def running(self) -> int:
        return len(self.spots)

    @property
    def refused(self) -> int:
        """Instances that the strategy has no place for."""
        return self.asked - len(self.spots)

    @cached_property
    def loads(self) -> dict[Spot, int]:
        """Instances on each rack that holds any, in the order of the racks."""
        return dict(sorted(Counter(self.spots).items()))

    @property
    def worst(self) -> int:
        """Instances on the fullest rack."""
        return max(self.loads.values())

    @property
    def expected(self) -> Fraction:
        """Instances that go on average: Σ p·load = p·n, whatever the strategy."""
        return RACK_FAILURE * self.running

    @property
    def all_lost(self) -> Fraction:
        """Probability that every instance goes: all occupied racks fail, p to the power of their number."""
        return RACK_FAILURE ** len(self.loads)


@dataclass(frozen=True)
class Failure:
    """A placement and what has failed: the trace of the explorer.

    Attributes
    ----------
    what : str
        One of `FAILURES`.
    lost : tuple of int
        Numbers of the instances that went (from 0).
    others : tuple of Placement
        The same instances by each strategy, in the order of `STRATEGIES`.

    """

    placement: Placement
    what: str
    lost: tuple[int, ...]
    others: tuple[Placement, ...]

    def failed(self, spot: Spot) -> bool:
        """Return whether that rack has failed."""
        return hit(self.what, spot)


def hit(what: str, spot: Spot) -> bool:
    """Return whether a failure (one of `FAILURES`) takes that rack."""
    return spot.zone == 0 and what in (ZONE, str(spot.rack + 1))


def place(strategy: str, instances: int, zones: int, partitions: int) -> Placement:
    """Return where `instances` go.

    Parameters
    ----------
    strategy : str
        One of `STRATEGIES`.
    instances : int
        How many are asked for; at most `SLOTS` times the racks that the strategy may use in one zone.
    zones : int
        Zones on offer, 1 to `MOST_ZONES`.
    partitions : int
        Partitions in each zone, 1 to `MOST_PARTITIONS`; of no account for the other strategies.

    Raises
    ------
    ValueError
        For another strategy, or more instances than the supposed racks hold.

    """
    if strategy == CLUSTER:
        spots = [Spot(0, number // SLOTS) for number in range(instances)]
    elif strategy == SPREAD:
        room = zones * MOST_PER_ZONE
        spots = [Spot(number % zones, number // zones) for number in range(min(instances, room))]
    elif strategy == PARTITION:
        spots = [_in_partition(number, zones, partitions) for number in range(instances)]
    else:
        message = f"there is no strategy {strategy!r}"
        raise ValueError(message)
    room = zones * partitions * RACKS_PER_PARTITION if strategy == PARTITION else RACKS
    if strategy != SPREAD and instances > room * SLOTS:
        message = f"{instances} instances do not fit into the racks of {strategy}"
        raise ValueError(message)
    return Placement(strategy, zones, partitions if strategy == PARTITION else 0, instances, tuple(spots))


def fail(strategy: str, instances: int, zones: int, partitions: int, what: str) -> Failure:
    """Place instances, let something fail, and keep beside it what the other strategies would have done."""
    others = tuple(place(other, instances, zones, partitions) for other in STRATEGIES)
    placement = others[STRATEGIES.index(strategy)]
    lost = tuple(number for number, spot in enumerate(placement.spots) if hit(what, spot))
    return Failure(placement, what, lost, others)


def partition_of(spot: Spot) -> int:
    """Return the partition (from 0, within its zone) to which a rack belongs."""
    return spot.rack // RACKS_PER_PARTITION


def losses(placement: Placement) -> list[Fraction]:
    """Return the probabilities that 0, 1, … all running instances go, by convolution over the occupied racks."""
    chances = [Fraction(1)]
    for load in placement.loads.values():
        longer = [Fraction(0)] * (len(chances) + load)
        for lost, chance in enumerate(chances):
            longer[lost] += chance * (1 - RACK_FAILURE)
            longer[lost + load] += chance * RACK_FAILURE
        chances = longer
    return chances


def _in_partition(number: int, zones: int, partitions: int) -> Spot:
    # Zones take turns first, then the partitions of each.
    turn, zone = divmod(number, zones)
    round_, partition = divmod(turn, partitions)
    return Spot(zone, partition * RACKS_PER_PARTITION + round_ // SLOTS)
