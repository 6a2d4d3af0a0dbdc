"""Blocks against the standard library's own view of them, and against what AWS documents."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, collapse_addresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.vpc.model import addresses
from kumo.vpc.model.errors import NetworkError

LENGTHS = st.integers(16, 28)


@st.composite
def blocks(draw: st.DrawFn, shortest: int = 16, longest: int = 28) -> IPv4Network:
    length = draw(st.integers(shortest, longest))
    return IPv4Network((draw(st.integers(0, 2**length - 1)) << (32 - length), length))


@given(blocks())
def test_usable_are_the_hosts_without_three_more(block: IPv4Network) -> None:
    """`ipaddress` keeps the network and broadcast addresses back; AWS keeps router, DNS and one spare as well."""
    kept = {entry.address for entry in addresses.reserved(str(block))}
    free = [str(host) for host in block.hosts() if str(host) not in kept] if block.prefixlen > 22 else None
    assert addresses.usable(str(block)) == block.num_addresses - 5
    assert {str(block.network_address), str(block.broadcast_address)} <= kept
    first, last = (IPv4Address(text) for text in addresses.usable_range(str(block)))
    assert int(last) - int(first) + 1 == addresses.usable(str(block))
    if free is not None:
        assert (free[0], free[-1], len(free)) == (str(first), str(last), addresses.usable(str(block)))


def test_the_reserved_addresses_of_the_documentation() -> None:
    """Section "Subnet CIDR reservations": the five of 10.0.0.0/24."""
    assert [(entry.address, entry.role) for entry in addresses.reserved("10.0.0.0/24")] == [
        ("10.0.0.0", "network"),
        ("10.0.0.1", "router"),
        ("10.0.0.2", "dns"),
        ("10.0.0.3", "future"),
        ("10.0.0.255", "broadcast"),
    ]
    assert addresses.role("10.0.0.0/24", "10.0.0.2") == "dns"
    assert addresses.role("10.0.0.0/24", "10.0.0.4") is None


@pytest.mark.parametrize(("cidr", "usable"), [("10.0.0.0/16", 65531), ("10.0.0.0/24", 251), ("10.0.0.0/28", 11)])
def test_published_sizes(cidr: str, usable: int) -> None:
    assert addresses.usable(cidr) == usable


@given(blocks(16, 24), st.integers(1, 4), st.integers(1, 4), LENGTHS)
def test_a_plan_divides_the_block(vpc: IPv4Network, zones: int, tiers: int, length: int) -> None:
    plan = addresses.plan(str(vpc), zones, tiers, length)
    parts = [IPv4Network(subnet.cidr) for subnet in plan.subnets]
    expected = list(vpc.subnets(new_prefix=length))[: zones * tiers] if length >= vpc.prefixlen else []
    assert parts == expected
    assert plan.capacity == (2 ** (length - vpc.prefixlen) if length >= vpc.prefixlen else 0)
    assert len(parts) + plan.missing == zones * tiers
    assert plan.fits == (plan.capacity >= zones * tiers)
    assert plan.usable == sum(part.num_addresses - 5 for part in parts)
    assert [(subnet.tier, subnet.zone) for subnet in plan.subnets] == [
        (tier, zone) for tier in range(tiers) for zone in range(zones)
    ][: len(parts)]
    free = [IPv4Network(cidr) for cidr in plan.free]
    # Used and free parts are the whole, without overlap, in the fewest blocks.
    assert sum(part.num_addresses for part in (*parts, *free)) == vpc.num_addresses
    assert list(collapse_addresses((*parts, *free))) == [vpc]
    assert list(collapse_addresses(free)) == free


@given(st.lists(blocks(14, 30), max_size=8))
def test_every_problem_of_subnets_is_found(subnets: list[IPv4Network]) -> None:
    vpc = IPv4Network("10.0.0.0/16")
    named = [(f"s{place}", str(block)) for place, block in enumerate(subnets)]
    found = addresses.problems("v", [str(vpc)], named)
    sized = [place for place, block in enumerate(subnets) if 16 <= block.prefixlen <= 28]
    expected = len(subnets) - len(sized)
    expected += sum(not subnets[place].subnet_of(vpc) for place in sized)
    expected += sum(subnets[one].overlaps(subnets[two]) for one in sized for two in sized if one < two)
    assert len(found) == expected
    assert all(str(problem) for problem in found)


@given(st.lists(blocks(18, 24), max_size=6))
def test_overlapping_subnets_of_one_vpc(subnets: list[IPv4Network]) -> None:
    """Inside one /16, so that overlaps are common."""
    inside = [IPv4Network((int(block[0]) & 0xFFFF | 10 << 24, block.prefixlen)) for block in subnets]
    named = [(f"s{place}", str(block)) for place, block in enumerate(inside)]
    found = addresses.problems("v", ["10.0.0.0/16"], named)
    pairs = {
        (f"s{one}", f"s{two}")
        for one in range(len(inside))
        for two in range(one + 1, len(inside))
        if inside[one].overlaps(inside[two])
    }
    reported = {(str(one.data["other"]).split()[-1], str(one.data["subject"]).split()[-1]) for one in found}
    assert reported == pairs
    assert {one.code for one in found} <= {"subnet_overlap"}


@given(st.lists(blocks(18, 26), max_size=5))
def test_free_is_what_address_exclude_leaves(taken: list[IPv4Network]) -> None:
    vpc = IPv4Network("10.0.0.0/16")
    inside = [IPv4Network((int(block[0]) & 0xFFFF | 10 << 24, block.prefixlen)) for block in taken]
    rest = [vpc]
    for gone in inside:
        rest = [
            part
            for one in rest
            for part in (one.address_exclude(gone) if gone.subnet_of(one) else () if one.subnet_of(gone) else (one,))
        ]
    assert addresses.free([str(vpc)], [str(one) for one in inside]) == tuple(
        str(one) for one in collapse_addresses(rest)
    )


def test_several_blocks_of_one_vpc() -> None:
    assert addresses.problems("v", ["10.0.0.0/16", "10.1.0.0/20"], [("a", "10.1.15.0/24")]) == ()
    (overlap,) = addresses.problems("v", ["10.0.0.0/16", "10.0.128.0/20"], [])
    assert overlap.code == "vpc_overlap"
    assert addresses.free(["10.0.0.0/28", "10.1.0.0/28"], ["10.0.0.0/28"]) == ("10.1.0.0/28",)


@pytest.mark.parametrize(
    ("text", "code", "names"),
    [
        ("10.0.0.1/16", "host_bits", ["10.0.0.1/16", "10.0.0.0/16"]),
        ("10.0.0.0", "malformed_cidr", ["10.0.0.0"]),
        ("10.0.0.0/255.255.0.0", "malformed_cidr", ["255.255.0.0"]),
        ("10.0.0/16", "malformed_cidr", ["10.0.0/16"]),
        ("10.0.0.0/33", "malformed_cidr", ["/33"]),
        ("ばしょ", "malformed_cidr", ["ばしょ"]),
        ("", "malformed_cidr", ["10.0.0.0/16"]),
        ("10.0.0.0/8", "vpc_size", ["/16", "/28"]),
        ("10.0.0.0/29", "vpc_size", ["/16", "/28"]),
    ],
)
def test_a_bad_block_is_named_with_what_is_allowed(text: str, code: str, names: list[str]) -> None:
    with pytest.raises(NetworkError) as caught:
        addresses.vpc_block(text, "VPC v")
    assert caught.value.code == code
    assert str(caught.value).startswith("VPC v")
    assert all(name in str(caught.value) for name in names)


@pytest.mark.parametrize(("zones", "tiers", "length"), [(0, 1, 24), (1, 0, 24), (20, 11, 24), (1, 1, 29), (1, 1, 8)])
def test_a_bad_plan_is_refused(zones: int, tiers: int, length: int) -> None:
    with pytest.raises(NetworkError):
        addresses.plan("10.0.0.0/16", zones, tiers, length)


@given(st.integers(0, 2**32 - 1), blocks(8, 32))
def test_inside_is_membership(value: int, block: IPv4Network) -> None:
    address = IPv4Address(value)
    assert addresses.inside(str(address), str(block)) == (address in block)
    assert addresses.inside(str(block[0]), str(block))
    assert addresses.inside(str(block[-1]), str(block))
