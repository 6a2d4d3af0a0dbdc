"""IPv4 blocks of VPCs and subnets: which addresses are usable, what overlaps, what fits.

Modelled: the sizes that AWS allows, the five addresses that it reserves in every subnet, overlaps, and the
even division of a VPC among zones.

Not modelled: IPv6; the ranges that AWS does not let one combine in one VPC (a second block of another private
range, for example); blocks handed out by IPAM.

Sources (read 2026-11-22): https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html (sizes),
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (reserved addresses: network address, VPC
router, DNS, future use, and the broadcast address, which a VPC does not support).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError, summarize_address_range
from itertools import combinations
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.words.errors import listed, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LARGEST: int = facts.value("vpc.block-largest")
SMALLEST: int = facts.value("vpc.block-smallest")
RESERVED_COUNT: int = facts.value("vpc.reserved-addresses")

# What AWS keeps an address of every subnet for, by its place in the block.
RESERVED_ROLES = {0: "network", 1: "router", 2: "dns", 3: "future", -1: "broadcast"}

# Of a plan: more would be neither readable nor allowed (200 subnets is the quota of a VPC).
MOST_PLANNED = 200


@dataclass(frozen=True)
class Reserved:
    """An address that AWS keeps.

    Attributes
    ----------
    address : str
        Dotted.
    role : str
        ``network``, ``router``, ``dns``, ``future`` or ``broadcast``.

    """

    address: str
    role: str


@dataclass(frozen=True)
class PlannedSubnet:
    """One subnet of a plan.

    Attributes
    ----------
    cidr : str
        Its block.
    zone, tier : int
        Which zone and which tier it is for, from 0.
    usable : int
        Addresses left for use.

    """

    cidr: str
    zone: int
    tier: int
    usable: int


@dataclass(frozen=True)
class Plan:
    """A VPC divided evenly: one subnet for each tier in each zone.

    Attributes
    ----------
    vpc : str
        Block of the VPC.
    length : int
        Prefix length of every subnet, bits.
    subnets : tuple of PlannedSubnet
        Those that fit, in order of address: the zones of the first tier, then those of the next.
    missing : int
        Subnets that were asked for and do not fit.
    capacity : int
        Subnets of that length that the VPC has room for; 0 when one alone is larger than the VPC.
    free : tuple of str
        What is left, as the fewest blocks.

    """

    vpc: str
    length: int
    subnets: tuple[PlannedSubnet, ...]
    missing: int
    capacity: int
    free: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether every subnet that was asked for has its block."""
        return self.missing == 0

    @property
    def usable(self) -> int:
        """Addresses left for use, over all subnets."""
        return sum(subnet.usable for subnet in self.subnets)


def block(text: str, subject: str) -> IPv4Network:
    """Return the block that `text` writes; `subject` is what an error names.

    Raises
    ------
    NetworkError
        ``malformed_cidr``, or ``host_bits`` when the address is not the first of its block.

    """
    try:
        loose = IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError, TypeError):
        raise NetworkError("malformed_cidr", subject=subject, value=text) from None
    # ipaddress also reads 10.0.0.0/255.0.0.0 and a bare address; AWS reads neither.
    if text.partition("/")[2] != str(loose.prefixlen):
        raise NetworkError("malformed_cidr", subject=subject, value=text)
    if str(loose) != text:
        raise NetworkError("host_bits", subject=subject, value=text, length=loose.prefixlen, allowed=str(loose))
    return loose


def address(text: str, subject: str) -> IPv4Address:
    """Return the address that `text` writes, or raise `NetworkError` (``malformed_address``)."""
    try:
        return IPv4Address(text)
    except (AddressValueError, ValueError):
        raise NetworkError("malformed_address", subject=subject, value=text) from None


def usable(cidr: str) -> int:
    """Return how many addresses of a subnet's block are left for use."""
    return subnet_block(cidr, cidr).num_addresses - RESERVED_COUNT


def reserved(cidr: str) -> tuple[Reserved, ...]:
    """Return the addresses that AWS keeps in a subnet, in order."""
    found = subnet_block(cidr, cidr)
    return tuple(Reserved(str(found[place]), role) for place, role in RESERVED_ROLES.items())


def role(cidr: str, text: str) -> str | None:
    """Return what AWS keeps an address of the subnet for, or None when it is free for use."""
    return next((entry.role for entry in reserved(cidr) if entry.address == text), None)


def usable_range(cidr: str) -> tuple[str, str]:
    """Return the first and the last address of a subnet that may be used."""
    found = subnet_block(cidr, cidr)
    return str(found[4]), str(found[-2])


def vpc_block(text: str, subject: str) -> IPv4Network:
    """Return a block of a VPC; raise `NetworkError` also for a size that AWS does not allow (``vpc_size``)."""
    return _sized(text, subject, "vpc_size")


def subnet_block(text: str, subject: str) -> IPv4Network:
    """Return a block of a subnet; raise `NetworkError` also for a size that AWS does not allow (``subnet_size``)."""
    return _sized(text, subject, "subnet_size")


def _sized(text: str, subject: str, code: str) -> IPv4Network:
    found = block(text, subject)
    if not LARGEST <= found.prefixlen <= SMALLEST:
        raise NetworkError(code, subject=subject, value=text, largest=LARGEST, smallest=SMALLEST)
    return found


def problems(vpc: str, cidrs: Sequence[str], subnets: Sequence[tuple[str, str]]) -> tuple[NetworkError, ...]:
    """Return everything that is wrong with the blocks of one VPC, not only the first.

    Parameters
    ----------
    vpc : str
        ID of the VPC, for the messages.
    cidrs : sequence of str
        Its blocks.
    subnets : sequence of (str, str)
        (ID, block) of each subnet.

    Returns
    -------
    tuple of NetworkError
        Not raised; ``str()`` of each is its message. Empty when all is well.

    """
    name = named("Vpc", vpc)
    found: list[NetworkError] = [] if cidrs else [NetworkError("no_cidr", subject=name)]
    blocks = [read for cidr in cidrs if (read := _try(vpc_block, cidr, name, found)) is not None]
    found += [
        NetworkError("vpc_overlap", subject=name, value=str(one), other=str(other))
        for one, other in combinations(blocks, 2)
        if one.overlaps(other)
    ]
    parts = [
        (named("Subnet", identifier), read)
        for identifier, cidr in subnets
        if (read := _try(subnet_block, cidr, named("Subnet", identifier), found)) is not None
    ]
    found += [
        NetworkError("subnet_outside", subject=part, value=str(read), other=name, allowed=listed(blocks))
        for part, read in parts
        if blocks and not any(read.subnet_of(one) for one in blocks)
    ]
    found += [
        NetworkError("subnet_overlap", subject=part, value=str(read), other=other, other_value=str(other_read))
        for (other, other_read), (part, read) in _overlapping(parts)
    ]
    return tuple(found)


def plan(vpc: str, zones: int, tiers: int, length: int) -> Plan:
    """Divide a VPC evenly: `tiers` subnets of prefix length `length` in each of `zones` zones.

    Parameters
    ----------
    vpc : str
        Block of the VPC.
    zones, tiers : int
        How many of each; together at most 200 subnets.
    length : int
        Prefix length of every subnet, bits.

    Raises
    ------
    NetworkError
        For a block or a size that AWS does not allow, or fewer than 1 or more than 200 subnets. That the
        subnets do not fit is no error but a plan with some of them missing.

    """
    whole = vpc_block(vpc, named("Vpc", vpc))
    if not LARGEST <= length <= SMALLEST:
        raise NetworkError("subnet_size", subject=f"/{length}", value=f"/{length}", largest=LARGEST, smallest=SMALLEST)
    count = zones * tiers
    if zones < 1 or tiers < 1 or count > MOST_PLANNED:
        raise NetworkError("plan_count", value=count, low=1, high=MOST_PLANNED)
    capacity = 2 ** (length - whole.prefixlen) if length >= whole.prefixlen else 0
    size = 2 ** (32 - length)
    subnets = []
    for number in range(min(count, capacity)):
        cidr = f"{whole.network_address + number * size}/{length}"
        subnets.append(PlannedSubnet(cidr, number % zones, number // zones, size - RESERVED_COUNT))
    left = free([vpc], [subnet.cidr for subnet in subnets])
    return Plan(vpc, length, tuple(subnets), count - len(subnets), capacity, left)


def free(cidrs: Sequence[str], taken: Iterable[str]) -> tuple[str, ...]:
    """Return what is left of a VPC's blocks, as the fewest blocks, in order of address."""
    used = sorted((block(cidr, cidr) for cidr in taken), key=lambda one: one.network_address)
    left: list[str] = []
    for cidr in sorted((block(cidr, cidr) for cidr in cidrs), key=lambda one: one.network_address):
        start = int(cidr.network_address)
        inside = [one for one in used if one.subnet_of(cidr)]
        for first, last in [(int(one[0]), int(one[-1])) for one in inside] + [(int(cidr[-1]) + 1, 0)]:
            if start < first:
                gap = summarize_address_range(IPv4Address(start), IPv4Address(first - 1))
                left += [str(one) for one in gap]
            start = max(start, last + 1)
    return tuple(left)


@lru_cache(maxsize=65536)
def number(text: str) -> int:
    """Return a well-formed address as a number (remembered: a trace compares the same ones over and over)."""
    return int(IPv4Address(text))


@lru_cache(maxsize=65536)
def span(cidr: str) -> tuple[int, int]:
    """Return the first address of a well-formed block and its mask, both as numbers."""
    found = IPv4Network(cidr)
    return int(found.network_address), int(found.netmask)


def inside(text: str, cidr: str) -> bool:
    """Return whether the address lies in the block."""
    base, mask = span(cidr)
    return number(text) & mask == base


def _try(
    read: Callable[[str, str], IPv4Network], cidr: str, subject: str, found: list[NetworkError]
) -> IPv4Network | None:
    try:
        return read(cidr, subject)
    except NetworkError as error:
        found.append(error)
        return None


def _overlapping(
    parts: Sequence[tuple[str, IPv4Network]],
) -> Iterator[tuple[tuple[str, IPv4Network], tuple[str, IPv4Network]]]:
    """Yield the pairs that overlap; sorted by address, so that hundreds of subnets need no comparison of all pairs."""
    ordered = sorted(enumerate(parts), key=lambda entry: (entry[1][1].network_address, entry[1][1].prefixlen))
    open_parts: list[tuple[int, tuple[str, IPv4Network]]] = []
    pairs = []
    for place, part in ordered:
        open_parts = [entry for entry in open_parts if entry[1][1][-1] >= part[1][0]]
        pairs += [tuple(sorted((entry, (place, part)), key=lambda one: one[0])) for entry in open_parts]
        open_parts.append((place, part))
    for (_, one), (_, other) in sorted(pairs, key=lambda pair: (pair[0][0], pair[1][0])):
        yield one, other
