"""A VPC divided evenly among zones, with subnets added by hand, and everything that is wrong with them.

Modelled and not modelled: as `kumo.vpc.model.addresses`, on which this is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from kumo.vpc.model import addresses
from kumo.vpc.model.errors import NetworkError

if TYPE_CHECKING:
    from kumo.vpc.model.addresses import Plan, Reserved

# The zones that Tokyo offers to new accounts are a, c and d.
ZONE_LETTERS = "acd"
MOST_EXTRA = 4


@dataclass(frozen=True)
class Part:
    """One subnet of the picture.

    Attributes
    ----------
    name : str
        Zone letter and tier (``a-1``), or ``+1`` … for those added by hand.
    cidr : str
        Its block.
    zone : int or None
        Index of its zone; None for one added by hand.
    overlaps : tuple of str
        Names of the parts with which it shares addresses.
    outside : bool
        Whether part of it, or all, lies outside the VPC.

    """

    name: str
    cidr: str
    zone: int | None
    overlaps: tuple[str, ...] = ()
    outside: bool = False

    @property
    def total(self) -> int:
        """Addresses of the block."""
        return IPv4Network(self.cidr).num_addresses

    @property
    def usable(self) -> int:
        """Addresses left for use."""
        return addresses.usable(self.cidr)

    @property
    def sound(self) -> bool:
        """Whether AWS would make it."""
        return not self.overlaps and not self.outside


@dataclass(frozen=True)
class SubnetsTrace:
    """A plan, what was added to it, and what is wrong.

    Attributes
    ----------
    plan : Plan
        The even division.
    parts : tuple of Part
        Planned subnets that fit, then those added by hand that can be read.
    problems : tuple of NetworkError
        Everything that AWS would refuse about the blocks.
    free : tuple of str
        What is left of the VPC, as the fewest blocks.
    shown : Part or None
        The subnet under the magnifying glass; None when there is none.

    """

    plan: Plan
    parts: tuple[Part, ...]
    problems: tuple[NetworkError, ...]
    free: tuple[str, ...]
    shown: Part | None

    @property
    def total(self) -> int:
        """Addresses of the VPC."""
        return IPv4Network(self.plan.vpc).num_addresses

    @property
    def made(self) -> tuple[Part, ...]:
        """The subnets that can be made one after another: the planned ones, then those added where nothing is."""
        return tuple(part for part in self.parts if part.zone is not None or part.sound)

    @property
    def reserved(self) -> tuple[Reserved, ...]:
        """The addresses that AWS keeps in the subnet that is shown."""
        return addresses.reserved(self.shown.cidr) if self.shown else ()

    @property
    def left(self) -> int:
        """Addresses that no subnet has."""
        return sum(IPv4Network(cidr).num_addresses for cidr in self.free)


def listed_blocks(text: str) -> list[str]:
    """Return the blocks of a text that separates them by commas or spaces."""
    return [piece for piece in re.split(r"[\s,、]+", text) if piece]


def survey(vpc: str, zones: int, tiers: int, length: int, extra: str = "", shown: int = 1) -> SubnetsTrace:
    """Divide a VPC, add subnets by hand, and check the result.

    Parameters
    ----------
    vpc : str
        Block of the VPC.
    zones, tiers, length : int
        As for `addresses.plan`; at most three zones.
    extra : str
        Further blocks; ones that cannot be read are among the problems.
    shown : int
        Number of the subnet to look at, from 1; the last one when there are fewer.

    """
    plan = addresses.plan(vpc, zones, tiers, length)
    found = [Part(f"{ZONE_LETTERS[one.zone]}-{one.tier + 1}", one.cidr, one.zone) for one in plan.subnets]
    named = [(f"+{number}", cidr) for number, cidr in enumerate(listed_blocks(extra), 1)]
    problems = addresses.problems(vpc, [vpc], [*((part.name, part.cidr) for part in found), *named])
    found += [Part(name, cidr, None) for name, cidr in named if _readable(cidr)]
    parts = tuple(_judged(part, found, vpc) for part in found)
    left = addresses.free([vpc], [part.cidr for part in parts])
    return SubnetsTrace(plan, parts, problems, left, parts[min(shown, len(parts)) - 1] if parts else None)


def _readable(cidr: str) -> bool:
    try:
        addresses.subnet_block(cidr, cidr)
    except NetworkError:
        return False
    return True


def _judged(part: Part, parts: list[Part], vpc: str) -> Part:
    block, whole = IPv4Network(part.cidr), IPv4Network(vpc)
    overlaps = tuple(other.name for other in parts if other is not part and block.overlaps(IPv4Network(other.cidr)))
    return Part(part.name, part.cidr, part.zone, overlaps, not block.subnet_of(whole))
