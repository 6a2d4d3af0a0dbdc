"""The subnets explorer: the division against ipaddress, and a picture whose areas are the numbers."""

from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing.picture import Box
from kumo.core.parameters import ParameterError
from kumo.vpc.explorers import Subnets
from kumo.vpc.model.subnet_plan import survey
from kumo.vpc.view.subnets import place

LENGTHS = st.integers(16, 28)
BLOCKS = st.builds(
    lambda length, value: str(IPv4Network((value >> (32 - length) << (32 - length), length))),
    LENGTHS,
    st.integers(0x0A000000, 0x0A00FFFF),
)


@given(LENGTHS, st.integers(1, 3), st.integers(1, 4), LENGTHS)
def test_parts_and_free_blocks_are_the_vpc(vpc_length: int, zones: int, tiers: int, length: int) -> None:
    vpc = f"10.0.0.0/{vpc_length}"
    trace = survey(vpc, zones, tiers, length)
    blocks = [IPv4Network(part.cidr) for part in trace.parts] + [IPv4Network(cidr) for cidr in trace.free]
    assert list(collapse_addresses(blocks)) == [IPv4Network(vpc)]
    assert sum(block.num_addresses for block in blocks) == trace.total
    assert len(trace.parts) + trace.plan.missing == zones * tiers
    assert trace.problems == ()
    assert all(part.sound and part.usable == part.total - 5 for part in trace.parts)


@given(LENGTHS, LENGTHS, st.lists(BLOCKS, max_size=4))
def test_what_is_marked_is_what_ipaddress_finds(vpc_length: int, length: int, extra: list[str]) -> None:
    trace = survey(f"10.0.0.0/{vpc_length}", 2, 2, length, " ".join(extra))
    for one, other in combinations(trace.parts, 2):
        shared = IPv4Network(one.cidr).overlaps(IPv4Network(other.cidr))
        assert (other.name in one.overlaps) == (one.name in other.overlaps) == shared
    for part in trace.parts:
        assert part.outside != IPv4Network(part.cidr).subnet_of(IPv4Network(trace.plan.vpc))
    assert bool(trace.problems) == any(not part.sound for part in trace.parts)


@given(st.integers(16, 24), LENGTHS, BLOCKS, BLOCKS)
def test_areas_are_addresses_and_overlap_like_them(vpc_length: int, length: int, one: str, other: str) -> None:
    vpc, area = IPv4Network(f"10.0.0.0/{vpc_length}"), Box(0, 0, 4096, 4096)
    inside = [cidr for cidr in (one, other) if IPv4Network(cidr).subnet_of(vpc)]
    cells = [place(cidr, str(vpc), length, area) for cidr in inside]
    for cidr, cell in zip(inside, cells, strict=True):
        share = IPv4Network(cidr).num_addresses / vpc.num_addresses
        assert cell.width * cell.height == pytest.approx(4096 * 4096 * share)
        assert cell.x >= 0 <= cell.y
        assert cell.right <= 4096 >= cell.bottom
    if len(cells) == 2:
        (a, b) = cells
        shared = a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom
        assert shared == IPv4Network(inside[0]).overlaps(IPv4Network(inside[1]))


def test_the_five_reserved_addresses_are_named() -> None:
    frame = Subnets.frame({"vpc": "172.16.4.0/24", "zones": 1, "tiers": 1})
    kept = frame["table"]["rows"][0][4]
    for text in (
        "172.16.4.0 ネットワークアドレス",
        "172.16.4.1 VPCルーター",
        "172.16.4.2 Amazon提供のDNS用",
        "172.16.4.3 将来のための予約",
        "172.16.4.255 ブロードキャスト",
    ):
        assert text in kept
    assert "256 − 5 = 251" in frame["pictures"]["wide"]
    assert "251個" in frame["explanation"]["point"]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"vpc": "10.0.0.0/24", "length": 22}, "入りません"),
        ({"vpc": "10.0.0.0/24", "length": 26, "zones": 3}, "6個のサブネットのうち2個"),
        ({"extra": "10.0.0.0/25"}, "作れないサブネット"),
        ({"extra": "10.9.0.0/24"}, "作れないサブネット"),
        ({"extra": "10.0.9.1/24"}, "作れないサブネット"),
        ({"extra": "10.0.9.0/29"}, "作れないサブネット"),
        ({"extra": "somewhere"}, "作れないサブネット"),
    ],
)
def test_misfits_are_explained(parameters: dict[str, object], told: str) -> None:
    frame = Subnets.frame(parameters)
    assert told in frame["explanation"]["point"]


@pytest.mark.parametrize(
    ("vpc", "allowed"),
    [("10.0.0.1/16", "10.0.0.0/16"), ("10.0.0.0/8", "/16〜/28"), ("10.0.0.0", "CIDR表記")],
)
def test_bad_blocks_are_named(vpc: str, allowed: str) -> None:
    with pytest.raises(ParameterError, match=allowed):
        Subnets(vpc=vpc)


def test_a_list_of_five_is_too_long() -> None:
    with pytest.raises(ParameterError, match="4つまで"):
        Subnets(extra="10.0.1.0/24 " * 5)
