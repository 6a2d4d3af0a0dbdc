"""The types of EBS volumes measured against a need, each with the smallest volume of it that would do.

Modelled: what a volume gives all the time. A type may deliver IOPS and throughput in proportion to its size,
so that a larger volume than the data need can be the answer; provisioned types also need enough IOPS for the
throughput. Costs are a month of the volume.

Not modelled: bursts (gp2, st1, sc1), limits of the instance, several volumes as one, latency, durability,
Multi-Attach. An I/O is 16 KiB for SSD; for HDD each counts as 1 MiB, as random ones do, so that a HDD volume
has as many IOPS as MiB/s. GB and GiB, MB/s and MiB/s cost the same here.

Sources (read 2026-11-22): Amazon EC2 User Guide, doc_source/ebs-volume-types.md, general-purpose.md,
provisioned-iops.md and hdd-vols.md in https://github.com/awsdocs/amazon-ec2-user-guide; the larger gp3 of
September 2025 and the prices with their sources in the ledger.

Sizes are GiB, throughputs MiB/s, costs USD a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kumo.core import facts

GP3, GP2, IO2, IO1, ST1, SC1 = "gp3", "gp2", "io2", "io1", "st1", "sc1"
TYPES = (GP3, GP2, IO2, IO1, ST1, SC1)
SSD = (GP3, GP2, IO2, IO1)

# What a type can lack.
BOOT, SIZE, IOPS, THROUGHPUT = "boot", "size", "iops", "throughput"
CHECKS = (IOPS, THROUGHPUT, SIZE, BOOT)

TODAY, EXAM = "today", "exam"
TIB = 1024
GP2_LEAST_IOPS = 100
IO_LEAST_IOPS = 100
IO_LEAST_SIZE = 4
# Above this, throughput of io1 grows by 16 KiB for each IOPS; below, it is capped.
IO1_SMALL_THROUGHPUT, IO1_LARGE_IOPS = 500, 32_000
TIERS = (32_000, 64_000)


@dataclass(frozen=True)
class Need:
    """What a volume must give all the time: `size` (GiB), `iops`, `throughput` (MiB/s); and whether it boots."""

    size: int
    iops: int
    throughput: int
    boot: bool


@dataclass(frozen=True)
class Offer:
    """One type's answer.

    Attributes
    ----------
    kind : str
        One of `TYPES`.
    lacks : tuple of str
        What no volume of this type has enough of; empty when it qualifies.
    limits : tuple of int
        The type's most of each of `lacks` (0 for `BOOT`).
    size, iops : int
        The smallest volume that would do (GiB, IOPS that it is given); 0 when it does not qualify.
    because : str
        What made the volume larger than the data: `IOPS`, `THROUGHPUT`, `SIZE` (the type's least), or "".
    cost : float
        USD a month; 0 when it does not qualify.

    """

    kind: str
    lacks: tuple[str, ...] = ()
    limits: tuple[int, ...] = ()
    size: int = 0
    iops: int = 0
    because: str = ""
    cost: float = 0.0

    @property
    def qualifies(self) -> bool:
        return not self.lacks


@dataclass(frozen=True)
class Choosing:
    """The answers of all types to `need`, in the order of `TYPES`, at `when` (`TODAY` or `EXAM`)."""

    need: Need
    when: str
    offers: tuple[Offer, ...]

    @property
    def cheapest(self) -> Offer | None:
        """The cheapest that qualifies; of equal ones the first in the order of `TYPES`. None when none does."""
        return min((offer for offer in self.offers if offer.qualifies), key=lambda offer: offer.cost, default=None)


def choose(need: Need, when: str = TODAY) -> Choosing:
    """Return every type's answer to `need`."""
    return Choosing(need, when, tuple(offer(kind, need, when) for kind in TYPES))


def limits(kind: str, when: str = TODAY) -> dict[str, int]:
    """Return the most of `SIZE`, `IOPS` and `THROUGHPUT` that a volume of this type has."""
    if kind in SSD:
        return {
            SIZE: _fact(f"{kind}-max-size", when),
            IOPS: _fact(f"{kind}-max-iops", when),
            THROUGHPUT: _fact(f"{kind}-max-throughput", when),
        }
    most = _fact(f"{kind}-max-throughput", when)
    return {SIZE: _fact("hdd-max-size", when), IOPS: most, THROUGHPUT: most}


def offer(kind: str, need: Need, when: str = TODAY) -> Offer:
    """Return the smallest volume of this type that meets `need`, or what the type lacks."""
    most = limits(kind, when)
    asked = {IOPS: need.iops, THROUGHPUT: need.throughput, SIZE: need.size}
    lacks = [check for check in (IOPS, THROUGHPUT, SIZE) if asked[check] > most[check]]
    if need.boot and kind not in SSD:
        lacks.append(BOOT)
    if lacks:
        return Offer(kind, tuple(lacks), tuple(most.get(check, 0) for check in lacks))
    iops = given_iops(kind, need)
    sizes = {
        "": need.size,
        IOPS: _size_for_iops(kind, need.iops, when),
        THROUGHPUT: _size_for_throughput(kind, need.throughput, iops, when),
        SIZE: _least_size(kind),
    }
    size = max(sizes.values())
    because = next(reason for reason, wanted in sizes.items() if wanted == size)
    return Offer(kind, (), (), size, iops, because, cost(kind, size, iops, need.throughput))


def given_iops(kind: str, need: Need) -> int:
    """Return the IOPS with which a volume must be provisioned for `need`; 0 where the type has no such setting."""
    if kind == GP3:
        return max(_fact("gp3-base-iops"), need.iops, 4 * need.throughput)
    if kind == IO2:
        return max(IO_LEAST_IOPS, need.iops, -(-need.throughput * 1000 // 256))
    if kind == IO1:
        large = need.throughput > IO1_SMALL_THROUGHPUT
        return max(IO_LEAST_IOPS, need.iops, need.throughput * (64 if large else 4))
    return 0


def cost(kind: str, size: int, iops: int, throughput: int) -> float:
    """Return what such a volume costs in a month (USD)."""
    if kind == GP3:
        return (
            size * _fact("price-gp3")
            + max(0, iops - _fact("gp3-base-iops")) * _fact("price-gp3-iops")
            + max(0, throughput - _fact("gp3-base-throughput")) * _fact("price-gp3-throughput")
        )
    if kind == IO1:
        return size * _fact("price-io") + iops * _fact("price-iops")
    if kind == IO2:
        first, second = TIERS
        return (
            size * _fact("price-io")
            + min(iops, first) * _fact("price-iops")
            + max(0, min(iops, second) - first) * _fact("price-iops-32000")
            + max(0, iops - second) * _fact("price-iops-64000")
        )
    return size * _fact(f"price-{kind}")


def _size_for_iops(kind: str, iops: int, when: str) -> int:
    if kind == GP3:
        return 1 if iops <= _fact("gp3-base-iops") else -(-iops // _fact("gp3-iops-per-gib"))
    if kind == GP2:
        # The largest volumes reach the cap before their share.
        return 1 if iops <= GP2_LEAST_IOPS else -(-iops // _fact("gp2-iops-per-gib"))
    if kind in (IO1, IO2):
        return -(-max(IO_LEAST_IOPS, iops) // _fact(f"{kind}-iops-per-gib"))
    return _size_for_throughput(kind, iops, 0, when)


def _size_for_throughput(kind: str, throughput: int, iops: int, when: str) -> int:
    if kind == GP2:
        # IOPS of 256 KiB: four of them are a MiB.
        return _size_for_iops(GP2, 4 * throughput, when)
    if kind in (GP3, IO1, IO2):
        return _size_for_iops(kind, iops, when)
    per_tib = _fact(f"{kind}-throughput-per-tib", when)
    return -(-throughput * TIB // per_tib)


def _least_size(kind: str) -> int:
    return IO_LEAST_SIZE if kind in (IO1, IO2) else 1 if kind in SSD else _fact("hdd-min-size")


def _fact(name: str, when: str = TODAY) -> Any:
    fact = facts.fact(f"storage.{name}")
    return fact.exam_value if when == EXAM and fact.exam_value is not None else fact.value
