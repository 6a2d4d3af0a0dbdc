"""A file system of EFS, its mount targets, and who still reads the files when a zone fails.

Modelled: three zones with one client each. A client mounts through the mount target of its own zone, or, where
there is none, by address through the first that exists, across zones; a mount stays with its target. A failing
zone takes its clients and its mount target down. A Regional file system keeps its data in several zones; a One
Zone file system keeps them in one, and has one mount target, there.

Not modelled: that one may mount again through another target after a failure, security groups, replication,
backups, throughput.

Sources (read 2026-11-22): "Mounting One Zone file systems",
https://docs.aws.amazon.com/efs/latest/ug/mounting-one-zone.html; "Managing mount targets",
https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html; "Resilience in Amazon EFS",
https://docs.aws.amazon.com/efs/latest/ug/disaster-recovery-resiliency.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

ZONES = ("a", "c", "d")
HOME = "a"
REGIONAL, ONE_ZONE = "regional", "onezone"
NOTHING = "none"

# What becomes of a client.
READS, ACROSS, DOWN, NO_TARGET, TARGET_DOWN, DATA_DOWN = (
    "reads",
    "across",
    "down",
    "no-target",
    "target-down",
    "data-down",
)
READING = (READS, ACROSS)


@dataclass(frozen=True)
class Sharing:
    """What became of each client.

    Attributes
    ----------
    kind : str
        `REGIONAL` or `ONE_ZONE` (in zone `HOME`).
    targets : tuple of str
        Zones with a mount target.
    failed : str
        The zone that fails, or `NOTHING`.
    via : tuple of (str or None)
        For each zone's client, the zone of its mount target.
    fates : tuple of str
        For each zone's client, one of the fates above.

    """

    kind: str
    targets: tuple[str, ...]
    failed: str
    via: tuple[str | None, ...]
    fates: tuple[str, ...]

    @property
    def reading(self) -> tuple[str, ...]:
        """The zones whose clients read."""
        return tuple(zone for zone, fate in zip(ZONES, self.fates, strict=True) if fate in READING)


def share(kind: str, targets: Collection[str], failed: str) -> Sharing:
    """Mount the file system from every zone, and let a zone fail. A One Zone file system has its one target."""
    places = (HOME,) if kind == ONE_ZONE else tuple(zone for zone in ZONES if zone in targets)
    via = tuple(zone if zone in places else next(iter(places), None) for zone in ZONES)
    fates = tuple(_fate(kind, zone, target, failed) for zone, target in zip(ZONES, via, strict=True))
    return Sharing(kind, places, failed, via, fates)


def _fate(kind: str, zone: str, target: str | None, failed: str) -> str:
    if zone == failed:
        return DOWN
    if target is None:
        return NO_TARGET
    if kind == ONE_ZONE and failed == HOME:
        return DATA_DOWN
    if target == failed:
        return TARGET_DOWN
    return READS if target == zone else ACROSS
