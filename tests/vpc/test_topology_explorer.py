"""The explorer that puts a VPC together: kinds follow from routes, reach from the trace, boxes hold what they hold."""

from __future__ import annotations

from itertools import product

import pytest

from kumo.core.drawing import LAYOUTS
from kumo.vpc.explorers import Topology
from kumo.vpc.model.blueprint import (
    NAT_PER_ZONE,
    NO_NAT,
    NO_WAY,
    ONE_NAT,
    TIERS,
    TO_INTERNET,
    TO_NAT,
    TO_PREMISES,
    build,
)
from kumo.vpc.model.hops import Step
from kumo.vpc.model.topology import ISOLATED, PRIVATE, PUBLIC, VPN_ONLY
from kumo.vpc.view.topology import _sheet

WAYS = (NO_WAY, TO_INTERNET, TO_NAT, TO_PREMISES)
ALL = list(product(WAYS, WAYS, WAYS, (NO_NAT, ONE_NAT, NAT_PER_ZONE), (True, False)))


def expected(way: str, nat: str, *, attached: bool) -> str:
    """Return the kind from the route alone, as the user guide's definitions read."""
    if way == TO_INTERNET:
        return PUBLIC if attached else ISOLATED
    if way == TO_NAT:
        return PRIVATE if nat != NO_NAT else ISOLATED
    return VPN_ONLY if way == TO_PREMISES else ISOLATED


@pytest.mark.parametrize("zones", [1, 3])
def test_kinds_and_reach_follow_from_the_routes(zones: int) -> None:
    for web, app, db, nat, attached in ALL:
        ways = dict(zip(TIERS, (web, app, db), strict=True))
        built = build(zones, nat, ways, attached=attached)
        useful_nat = nat != NO_NAT and web == TO_INTERNET and attached
        for name, kind in built.kinds.items():
            tier = name.partition("-")[0]
            assert kind == expected(ways[tier], nat, attached=attached), (ways, nat, attached, name)
            # The servers of the web tier alone have public addresses.
            direct = kind == PUBLIC and tier == "web"
            through_nat = ways[tier] == TO_NAT and useful_nat
            assert built.out[name].reachable == (direct or through_nat), (ways, nat, attached, name)
            assert built.back[name].reachable == direct


def test_the_name_of_a_subnet_decides_nothing() -> None:
    swapped = build(1, NAT_PER_ZONE, {"web": NO_WAY, "app": TO_INTERNET, "db": TO_INTERNET})
    assert swapped.kinds == {"web-a": ISOLATED, "app-a": PUBLIC, "db-a": PUBLIC}
    assert "webは分離" in Topology.frame({"web": NO_WAY, "db": TO_INTERNET})["explanation"]["point"]


def test_a_tier_without_routes_stays_with_the_main_table() -> None:
    built = build(2, NAT_PER_ZONE, {"web": TO_INTERNET, "app": TO_NAT, "db": NO_WAY})
    main = built.network.table_of("db-a")
    assert main.main
    assert not main.subnets
    assert built.users(main) == ("db-a", "db-c")
    assert [table.id for table in built.tables()] == ["web-rtb", "app-a-rtb", "app-c-rtb", "main-rtb"]


def test_one_nat_gateway_serves_the_other_zones_from_its_own() -> None:
    ways = {"web": TO_INTERNET, "app": TO_NAT, "db": NO_WAY}
    for nat, zone in ((ONE_NAT, "a"), (NAT_PER_ZONE, "c")):
        hops = build(2, nat, ways).out["app-c"].there
        assert [hop.at for hop in hops if hop.step is Step.NAT] == [f"nat-{zone}"]
    assert "ゾーンaが止まると" in Topology.frame({"nat": ONE_NAT})["explanation"]["why"]
    assert "止まると" not in Topology.frame({"nat": NAT_PER_ZONE})["explanation"]["why"]


def test_the_gateway_endpoint_brings_s3_without_the_internet() -> None:
    plain, with_endpoint = (Topology.frame({"endpoints": chosen})["table"]["rows"] for chosen in ([], ["s3"]))
    assert [row[-1] for row in plain] == ["インターネット経由"] * 4 + ["届かない"] * 2
    assert [row[-1] for row in with_endpoint] == ["エンドポイント経由"] * 6


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("zones", [1, 2, 3])
@pytest.mark.parametrize("endpoints", [[], ["s3", "sqs"]], ids=["plain", "endpoints"])
def test_boxes_lie_in_their_boxes(layout: object, zones: int, endpoints: list[str]) -> None:
    built = build(zones, NAT_PER_ZONE, {"web": TO_INTERNET, "app": TO_NAT, "db": TO_PREMISES}, endpoints)
    sheet = _sheet(built, layout)
    pairs = [(sheet.region, sheet.vpc), *((sheet.vpc, zone) for zone in sheet.zones)]
    pairs += [
        (zone, sheet.subnets[f"{tier}-{z}"]) for z, zone in zip("acd", sheet.zones, strict=False) for tier in TIERS
    ]
    for outer, inner in pairs:
        assert outer.x < inner.x
        assert outer.y < inner.y
        assert inner.right < outer.right
        assert inner.bottom < outer.bottom
    apart = [*sheet.zones, *sheet.side.values(), *sheet.cards, sheet.internet]
    for number, one in enumerate(apart):
        for other in apart[number + 1 :]:
            side_by_side = one.right <= other.x or other.right <= one.x
            assert side_by_side or one.bottom <= other.y or other.bottom <= one.y
    assert max(card.bottom for card in sheet.cards) <= sheet.height
