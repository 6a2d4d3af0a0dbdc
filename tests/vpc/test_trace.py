"""What AWS documents about each gateway and filter, one small network at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.hops import Reason, Step, Verdict
from kumo.vpc.model.network import (
    ALLOW_ALL,
    Attachment,
    CustomerGateway,
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    Unknown,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.presets import PRESETS, preset
from kumo.vpc.model.repair import repair, repair_all
from kumo.vpc.model.rules import AclRule, GroupRule
from kumo.vpc.model.trace import Flow, Trace, reachable_pairs, reaches, trace

R = Reason


def reasons(found: Trace) -> list[tuple[bool, Reason, str]]:
    return [(hop.back, hop.reason, hop.at) for hop in found.blockers]


def swapped(network: Network, **things: object) -> Network:
    """Return the network with things of the same ID replaced, by kind."""
    return replace(
        network,
        **{
            kind: tuple(thing if one.id == thing.id else one for one in getattr(network, kind))
            for kind, thing in things.items()
        },
    )


# What each preset is there to show.
EXPECTED = {
    ("three_tier", "reader_to_alb"): [],
    ("three_tier", "alb_to_web"): [],
    ("three_tier", "web_to_app"): [],
    ("three_tier", "app_to_db"): [],
    ("three_tier", "admin_to_web"): [],
    ("three_tier", "reader_to_web"): [(False, R.NO_GROUP_RULE, "web")],
    ("three_tier", "web_to_db"): [(False, R.NO_GROUP_RULE, "db")],
    ("three_tier", "reader_to_db"): [
        (False, R.NO_PUBLIC_ADDRESS, "igw"),
        (False, R.NO_GROUP_RULE, "db"),
        (True, R.NO_ROUTE, "data-c"),
        (True, R.NO_PUBLIC_ADDRESS, "igw"),
    ],
    ("nat", "out"): [],
    ("nat", "in"): [
        (False, R.NO_PUBLIC_ADDRESS, "igw"),
        (False, R.NO_GROUP_RULE, "app"),
        (True, R.NAT_ONLY_OUTWARDS, "nat"),
        (True, R.NO_PUBLIC_ADDRESS, "igw"),
    ],
    ("s3_gateway_endpoint", "s3"): [],
    ("s3_gateway_endpoint", "dynamodb"): [(False, R.NO_ROUTE, "private")],
    ("dynamodb_without_endpoint", "dynamodb"): [(False, R.NO_ROUTE, "private")],
    ("dynamodb_without_endpoint", "s3"): [],
    ("peering_chain", "a_to_b"): [],
    ("peering_chain", "b_to_c"): [],
    ("peering_chain", "a_to_c"): [(False, R.NOT_TRANSITIVE, "pcx-ab"), (True, R.NOT_TRANSITIVE, "pcx-bc")],
    ("transit_gateway", "a_to_b"): [],
    ("transit_gateway", "b_to_c"): [],
    ("transit_gateway", "a_to_c"): [],
    ("vpn", "office_to_app"): [],
    ("vpn", "app_to_office"): [],
    ("public_web", "https"): [],
    ("public_web", "ssh_from_home"): [],
    ("public_web", "ssh_from_elsewhere"): [(False, R.ACL_NO_RULE, "public")],
    ("public_web", "update"): [],
}


@pytest.mark.parametrize(("key", "name"), EXPECTED)
def test_presets(key: str, name: str) -> None:
    chosen = preset(key)
    assert reasons(trace(chosen.network, dict(chosen.flows)[name])) == EXPECTED[key, name]


def test_every_question_of_every_preset_has_its_answer() -> None:
    assert {(key, name) for key in PRESETS for name, _ in preset(key).flows} == set(EXPECTED)
    assert all(preset(key).flow == preset(key).flows[0][1] for key in PRESETS)
    with pytest.raises(NetworkError, match="three_tier"):
        preset("four_tier")


# Way out and back, hop by hop.


def test_the_way_through_nat_hop_by_hop() -> None:
    chosen = preset("nat")
    found = trace(chosen.network, chosen.flow)
    steps = [(str(hop.step), hop.at, hop.packet.source, hop.packet.destination) for hop in found.hops]
    app, inner, outer, site = "10.0.1.10", "10.0.0.20", "198.51.100.30", "198.51.100.80"
    assert steps == [
        ("start", "app", app, site),
        ("group_egress", "app", app, site),
        ("acl_egress", "private", app, site),
        ("route", "private", app, site),
        ("acl_ingress", "public", app, site),
        ("nat", "nat", app, site),
        ("acl_egress", "public", inner, site),
        ("route", "public", inner, site),
        ("internet_gateway", "igw", inner, site),
        ("internet", "internet", outer, site),
        ("arrival", "site", outer, site),
        ("start", "site", site, outer),
        ("internet", "internet", site, outer),
        ("internet_gateway", "igw", site, outer),
        ("acl_ingress", "public", site, inner),
        ("nat", "nat", site, inner),
        ("acl_egress", "public", site, app),
        ("route", "public", site, app),
        ("acl_ingress", "private", site, app),
        ("group_ingress", "app", site, app),
        ("arrival", "app", site, app),
    ]
    ports = {hop.packet.ports for hop in found.back}
    assert ports == {(1024, 65535), (32768, 61000)}
    assert found.path == ("app", "private", "public", "nat", "public", "igw", "internet", "site")


def test_groups_remember_and_acls_do_not() -> None:
    """The same reply: skipped by the groups, asked of the ACL, whose ephemeral rule decides."""
    chosen = preset("public_web")
    acl = chosen.network.acls[0]
    without = replace(acl, egress=tuple(rule for rule in acl.egress if rule.number != 120))
    found = trace(swapped(chosen.network, acls=without), Flow("reader", "web"))
    assert reasons(found) == [(True, R.ACL_NO_RULE, "public")]
    (blocker,) = found.blockers
    assert blocker.denied == ((32768, 61000),)
    assert not blocker.partial
    assert [hop.verdict for hop in found.back if hop.step is Step.GROUP_EGRESS] == [Verdict.SKIP]
    narrow = replace(acl, egress=(*without.egress, AclRule(120, "allow", "tcp", (49152, 65535), "0.0.0.0/0")))
    (half,) = trace(swapped(chosen.network, acls=narrow), Flow("reader", "web")).blockers
    assert half.partial
    assert half.denied == ((32768, 49151),)
    windows = Flow("reader", "web", ephemeral=(49152, 65535))
    assert trace(swapped(chosen.network, acls=narrow), windows).reachable


def test_every_blocker_of_both_directions() -> None:
    """Five things shut at once: five reports, one trace."""
    chosen = preset("public_web")
    network = swapped(
        chosen.network,
        acls=NetworkAcl("web-acl", "vpc", subnets=("public",)),
        groups=SecurityGroup("web-sg", "vpc"),
        interfaces=replace(chosen.network.interfaces[0], public_address=None),
        route_tables=RouteTable("public-rtb", "vpc", subnets=("public",)),
    )
    found = trace(network, Flow("reader", "web"))
    assert reasons(found) == [
        (False, R.NO_PUBLIC_ADDRESS, "igw"),
        (False, R.ACL_NO_RULE, "public"),
        (False, R.NO_GROUP_RULE, "web"),
        (True, R.ACL_NO_RULE, "public"),
        (True, R.NO_ROUTE, "public"),
        (True, R.NO_PUBLIC_ADDRESS, "igw"),
    ]
    repaired, left = repair_all(network, found.blockers)
    assert left == ()
    assert trace(repaired, found.flow).reachable


def test_within_a_subnet_no_acl_is_asked() -> None:
    network = Network(
        vpcs=(Vpc("v", ("10.0.0.0/16",)),),
        subnets=(Subnet("s", "v", "10.0.0.0/24", "z"),),
        acls=(NetworkAcl("shut", "v", default=True),),
        groups=(SecurityGroup("g", "v", (GroupRule("tcp", 443, "g"),)),),
        interfaces=(Interface("a", "s", "10.0.0.10", ("g",)), Interface("b", "s", "10.0.0.11", ("g",))),
    )
    found = trace(network, Flow("a", "b"))
    assert found.reachable
    assert [hop.reason for hop in found.hops if hop.step in (Step.ACL_EGRESS, Step.ACL_INGRESS)] == [R.SAME_SUBNET] * 4


# Internet and NAT gateways.


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"internet_gateways": InternetGateway("igw", None)},
            [(False, R.NOT_ATTACHED, "igw"), (True, R.NO_INTERNET_GATEWAY, "vpc")],
        ),
        ({"nat_gateways": NatGateway("nat", "public", "10.0.0.20")}, [(False, R.NO_PUBLIC_ADDRESS, "igw")]),
        (
            {"route_tables": RouteTable("public-rtb", "vpc", subnets=("public",))},
            [(False, R.NO_ROUTE, "public")],
        ),
        (
            {"route_tables": RouteTable("public-rtb", "vpc", (Route("0.0.0.0/0", "nat"),), subnets=("public",))},
            [(False, R.NAT_PRIVATE, "nat")],
        ),
        ({"route_tables": RouteTable("private-rtb", "vpc", subnets=("private",))}, [(False, R.NO_ROUTE, "private")]),
        (
            {
                "route_tables": RouteTable(
                    "private-rtb", "vpc", (Route("0.0.0.0/0", "blackhole"),), subnets=("private",)
                )
            },
            [(False, R.BLACKHOLE, "private")],
        ),
        (
            {"route_tables": RouteTable("private-rtb", "vpc", (Route("0.0.0.0/0", "igw"),), subnets=("private",))},
            [(False, R.NO_PUBLIC_ADDRESS, "igw")],
        ),
        (
            # A NAT gateway's return traffic comes to ports 1024 to 65535 of the public subnet.
            {
                "acls": NetworkAcl(
                    "public-acl",
                    "vpc",
                    (
                        AclRule(100, "allow", "all", None, "10.0.0.0/16"),
                        AclRule(110, "allow", "tcp", (32768, 61000), "0.0.0.0/0"),
                    ),
                    (ALLOW_ALL,),
                    subnets=("public",),
                )
            },
            [(True, R.ACL_NO_RULE, "public")],
        ),
    ],
)
def test_what_a_private_subnet_needs(change: dict[str, object], expected: list[object]) -> None:
    chosen = preset("nat")
    network = swapped(chosen.network, **change)
    found = trace(network, chosen.flow)
    assert reasons(found) == expected
    repaired, left = repair_all(network, found.blockers)
    assert left == ()
    assert trace(repaired, chosen.flow).reachable


def test_nat_in_the_clients_own_private_subnet_cannot_be_put_right_by_a_route() -> None:
    chosen = preset("nat")
    network = replace(chosen.network, nat_gateways=(NatGateway("nat", "private", "10.0.1.20", "198.51.100.30"),))
    (blocker,) = trace(network, chosen.flow).blockers
    assert blocker.reason is R.NAT_PRIVATE
    assert blocker.needed is None
    assert repair(network, blocker) is None


def test_a_regional_nat_gateway_needs_no_public_subnet() -> None:
    chosen = preset("nat")
    network = replace(
        chosen.network,
        nat_gateways=(NatGateway("nat", public_address="198.51.100.30", vpc="vpc"),),
        route_tables=chosen.network.route_tables[1:],
    )
    found = trace(network, chosen.flow)
    assert found.reachable
    assert "public" not in found.path
    detached = swapped(network, internet_gateways=InternetGateway("igw", None))
    assert [reason for _, reason, _ in reasons(trace(detached, chosen.flow))] == [R.NO_INTERNET_GATEWAY] * 2


def test_the_reply_of_a_public_server_must_not_leave_through_nat() -> None:
    chosen = preset("public_web")
    network = replace(
        chosen.network,
        subnets=(*chosen.network.subnets, Subnet("nat-subnet", "vpc", "10.0.9.0/24", "z")),
        nat_gateways=(NatGateway("nat", "nat-subnet", "10.0.9.20", "198.51.100.99"),),
        route_tables=(RouteTable("public-rtb", "vpc", (Route("0.0.0.0/0", "nat"),), subnets=("public",)),),
        acls=(),
    )
    assert reasons(trace(network, Flow("reader", "web"))) == [(True, R.NAT_ONLY_OUTWARDS, "nat")]


def test_a_private_address_is_not_on_the_internet() -> None:
    chosen = preset("public_web")
    found = trace(chosen.network, Flow("web", "192.168.7.7"))
    assert reasons(found)[-1] == (False, R.PRIVATE_DESTINATION, "igw")
    assert found.back == ()
    assert reasons(trace(chosen.network, Flow("web", "10.0.0.99")))[-1] == (False, R.NOBODY_THERE, "vpc")
    assert trace(chosen.network, Flow("web", "8.8.8.8")).reachable


def test_by_public_address_through_the_internet_gateway_and_back_in() -> None:
    network = preset("three_tier").network
    found = trace(network, Flow("web", "198.51.100.10"))
    assert found.reachable
    assert found.path == ("web", "public-a", "igw", "internet", "igw", "public-a", "alb")
    # A rule that names the group of the sender does not know it by its public address.
    assert reasons(trace(network, Flow("alb", "198.51.100.20", port=80))) == [(False, R.NO_GROUP_RULE, "web")]


# Peering.


def _peered(**changes: object) -> Network:
    network = preset("peering_chain").network
    groups = (SecurityGroup("sg-b", "vpc-b", (GroupRule("tcp", 443, "sg-a"),)),)
    return swapped(network, groups=groups[0], **changes)


def test_groups_of_a_peer_may_be_named_in_one_region() -> None:
    flow = Flow("server-a", "server-b")
    assert trace(_peered(), flow).reachable
    far = _peered(vpcs=Vpc("vpc-b", ("10.1.0.0/16",), region="us-east-1"))
    assert reasons(trace(far, flow)) == [(False, R.NO_GROUP_RULE, "server-b")]
    outbound = swapped(_peered(), groups=SecurityGroup("sg-a", "vpc-a", (), (GroupRule("tcp", 443, "sg-b"),)))
    assert trace(outbound, flow).reachable


def test_a_peering_has_to_be_accepted_and_routed_at_both_ends() -> None:
    flow = Flow("server-a", "server-b")
    waiting = _peered(peerings=Peering("pcx-ab", "vpc-a", "vpc-b", active=False))
    assert reasons(trace(waiting, flow)) == [
        (False, R.PEERING_INACTIVE, "pcx-ab"),
        (True, R.PEERING_INACTIVE, "pcx-ab"),
    ]
    one_sided = _peered(route_tables=RouteTable("rtb-b", "vpc-b", main=True))
    found = trace(one_sided, flow)
    assert reasons(found) == [(True, R.NO_ROUTE, "subnet-b")]
    assert found.blockers[0].needed == Route("10.0.0.0/16", "pcx-ab")
    assert found.blockers[0].by == ("rtb-b",)


def test_no_way_through_a_peer_to_its_internet_gateway() -> None:
    """Edge to edge routing: A has no gateway, B has one, A's default route leads to the peering."""
    network = preset("peering_chain").network
    network = replace(
        swapped(network, route_tables=RouteTable("rtb-a", "vpc-a", (Route("0.0.0.0/0", "pcx-ab"),), main=True)),
        internet_gateways=(InternetGateway("igw", "vpc-b"),),
        hosts=(Host("site", "198.51.100.80"),),
    )
    assert reasons(trace(network, Flow("server-a", "site"))) == [(False, R.NOT_TRANSITIVE, "pcx-ab")]


# Transit gateways.


def test_groups_across_a_transit_gateway() -> None:
    network = swapped(
        preset("transit_gateway").network, groups=SecurityGroup("sg-b", "vpc-b", (GroupRule("tcp", 443, "sg-a"),))
    )
    flow = Flow("server-a", "server-b")
    assert reasons(trace(network, flow)) == [(False, R.NO_GROUP_RULE, "server-b")]
    gateway = replace(network.transit_gateways[0], group_references=True)
    allowed = swapped(network, transit_gateways=gateway)
    assert trace(allowed, flow).reachable
    # "Security group referencing is supported for inbound security group rules only."
    outbound = swapped(allowed, groups=SecurityGroup("sg-a", "vpc-a", (), (GroupRule("tcp", 443, "sg-b"),)))
    assert reasons(trace(outbound, flow)) == [(False, R.NO_GROUP_RULE, "server-a")]


def test_a_transit_gateway_needs_an_attachment_in_the_zone_and_routes_of_its_own() -> None:
    network = preset("transit_gateway").network
    flow = Flow("server-a", "server-b")
    gateway: TransitGateway = network.transit_gateways[0]
    table = gateway.route_tables[0]

    def with_gateway(**changes: object) -> Network:
        return swapped(network, transit_gateways=replace(gateway, **changes))

    isolated = with_gateway(route_tables=(replace(table, propagations=()),))
    assert [reason for _, reason, _ in reasons(trace(isolated, flow))] == [R.TRANSIT_NO_ROUTE] * 2
    cut = with_gateway(route_tables=(replace(table, routes=(Route("10.1.0.0/16", "blackhole"),)),))
    assert reasons(trace(cut, flow)) == [(False, R.TRANSIT_BLACKHOLE, "tgw")]
    loose = with_gateway(route_tables=(replace(table, associations=table.associations[1:]),))
    assert reasons(trace(loose, flow)) == [(False, R.TRANSIT_NO_ASSOCIATION, "tgw")]
    elsewhere = replace(
        network, subnets=(*network.subnets, Subnet("other-zone", "vpc-a", "10.0.2.0/24", "ap-northeast-1c"))
    )
    moved = swapped(elsewhere, interfaces=Interface("server-a", "other-zone", "10.0.2.10", ("sg-a",)))
    found = trace(moved, flow)
    assert reasons(found) == [(False, R.TRANSIT_ZONE, "tgw")]
    assert [hop.verdict for hop in found.there if hop.step is Step.TRANSIT_ENTRY] == [Verdict.BLOCK]
    again = trace(repair_all(moved, found.blockers)[0], flow)
    assert again.reachable
    gone = with_gateway(attachments=gateway.attachments[1:], route_tables=())
    assert reasons(trace(gone, flow))[0] == (False, R.NOT_ATTACHED, "tgw")


def test_acls_of_an_attachment_in_its_own_subnet() -> None:
    """The rules of the Transit Gateway guide, "How network ACLs work with transit gateways"."""
    network = preset("transit_gateway").network
    doors = tuple(
        Subnet(f"door-{name}", f"vpc-{name}", f"10.{place}.9.0/28", "ap-northeast-1a")
        for place, name in enumerate("abc")
    )
    gateway = network.transit_gateways[0]
    attachments = tuple(Attachment(one.id, one.resource, (f"door-{one.id[-1]}",)) for one in gateway.attachments)
    network = replace(
        network,
        subnets=(*network.subnets, *doors),
        transit_gateways=(replace(gateway, attachments=attachments),),
    )
    flow = Flow("server-a", "server-b")
    found = trace(network, flow)
    assert found.reachable
    filters = [(str(hop.step), hop.at) for hop in found.there if str(hop.step).startswith("acl")]
    assert filters == [
        ("acl_egress", "subnet-a"),
        ("acl_ingress", "door-a"),
        ("acl_egress", "door-b"),
        ("acl_ingress", "subnet-b"),
    ]
    shut = replace(network, acls=(NetworkAcl("shut", "vpc-b", subnets=("door-b",)),))
    assert reasons(trace(shut, flow)) == [(False, R.ACL_NO_RULE, "door-b"), (True, R.ACL_NO_RULE, "door-b")]


def test_a_transit_gateway_does_not_lead_on_into_a_peering_or_a_vpn_gateway() -> None:
    """What hangs on a VPC itself is for that VPC alone, whichever way the packet came in."""
    network = preset("transit_gateway").network
    gateway = network.transit_gateways[0]
    table = replace(gateway.route_tables[0], routes=(Route("192.168.0.0/16", "att-b"), Route("10.9.0.0/16", "att-b")))
    office = "192.168.0.0/16"
    far = Vpc("vpc-d", ("10.9.0.0/16",))
    network = replace(
        network,
        vpcs=(*network.vpcs, far),
        subnets=(*network.subnets, Subnet("subnet-d", "vpc-d", "10.9.1.0/24", "z")),
        groups=(*network.groups, SecurityGroup("sg-d", "vpc-d", (GroupRule("all", None, "10.0.0.0/8"),))),
        interfaces=(*network.interfaces, Interface("server-d", "subnet-d", "10.9.1.10", ("sg-d",))),
        route_tables=(
            RouteTable("rtb-a", "vpc-a", (Route("0.0.0.0/0", "tgw"),), main=True),
            RouteTable(
                "rtb-b",
                "vpc-b",
                (Route("10.9.0.0/16", "pcx-bd"), Route(office, "vgw"), Route("10.0.0.0/16", "tgw")),
                main=True,
            ),
            RouteTable("rtb-d", "vpc-d", (Route("10.0.0.0/8", "pcx-bd"),), main=True),
        ),
        transit_gateways=(replace(gateway, route_tables=(table,)),),
        peerings=(Peering("pcx-bd", "vpc-b", "vpc-d"),),
        vpn_gateways=(VpnGateway("vgw", "vpc-b"),),
        customer_gateways=(CustomerGateway("cgw", (office,)),),
        vpn_connections=(VpnConnection("vpn", "vgw", "cgw", (office,)),),
        hosts=(Host("desk", "192.168.1.20", "cgw"),),
    )
    assert reaches(network, "server-b", "server-d")
    assert reaches(network, "server-b", "desk")
    assert reasons(trace(network, Flow("server-a", "server-d")))[0] == (False, R.NOT_TRANSITIVE, "pcx-bd")
    assert reasons(trace(network, Flow("server-a", "desk")))[0] == (False, R.NOT_TRANSITIVE, "vgw")


def test_one_vpc_may_lend_its_nat_gateway_through_a_transit_gateway() -> None:
    """Centralised egress, which peering cannot do."""
    network = preset("transit_gateway").network
    gateway = network.transit_gateways[0]
    table = replace(gateway.route_tables[0], routes=(Route("0.0.0.0/0", "att-c"),))
    network = replace(
        network,
        subnets=(*network.subnets, Subnet("public-c", "vpc-c", "10.2.0.0/24", "ap-northeast-1a")),
        route_tables=(
            RouteTable("rtb-a", "vpc-a", (Route("0.0.0.0/0", "tgw"),), main=True),
            RouteTable("rtb-c", "vpc-c", (Route("0.0.0.0/0", "nat"),), main=True),
            RouteTable(
                "public-rtb", "vpc-c", (Route("0.0.0.0/0", "igw"), Route("10.0.0.0/8", "tgw")), subnets=("public-c",)
            ),
        ),
        transit_gateways=(replace(gateway, route_tables=(table,)),),
        internet_gateways=(InternetGateway("igw", "vpc-c"),),
        nat_gateways=(NatGateway("nat", "public-c", "10.2.0.20", "198.51.100.30"),),
        hosts=(Host("site", "198.51.100.80"),),
    )
    found = trace(network, Flow("server-a", "site"))
    assert found.reachable
    assert found.path == (
        *("server-a", "subnet-a", "tgw", "subnet-c", "public-c"),
        *("nat", "public-c", "igw", "internet", "site"),
    )


def test_of_two_vpcs_with_one_block_a_transit_gateway_serves_one() -> None:
    """The other's server has the same address and never hears of it."""
    network = preset("transit_gateway").network
    twin = Vpc("vpc-c", ("10.1.0.0/16",), region="ap-northeast-1")
    network = replace(
        network,
        vpcs=(*network.vpcs[:2], twin),
        subnets=(*network.subnets[:2], Subnet("subnet-c", "vpc-c", "10.1.1.0/24", "ap-northeast-1a")),
        interfaces=(*network.interfaces[:2], Interface("server-c", "subnet-c", "10.1.1.10", ("sg-c",))),
    )
    assert trace(network, Flow("server-a", "server-b")).reachable
    assert (False, R.OTHER_END, "server-b") in reasons(trace(network, Flow("server-a", "server-c")))


def test_routes_that_run_in_a_circle() -> None:
    network = preset("transit_gateway").network
    gateway = network.transit_gateways[0]
    table = replace(gateway.route_tables[0], routes=(Route("0.0.0.0/0", "att-a"),))
    network = replace(
        swapped(network, route_tables=RouteTable("rtb-a", "vpc-a", (Route("0.0.0.0/0", "tgw"),), main=True)),
        transit_gateways=(replace(gateway, route_tables=(table,)),),
        hosts=(Host("site", "198.51.100.80"),),
    )
    assert reasons(trace(network, Flow("server-a", "site"))) == [(False, R.LOOP, "subnet-a")]


# Endpoints.


def test_a_gateway_endpoint_serves_its_own_vpc_only() -> None:
    network = preset("transit_gateway").network
    s3 = preset("s3_gateway_endpoint").network
    gateway = network.transit_gateways[0]
    table = replace(gateway.route_tables[0], routes=(Route("0.0.0.0/0", "att-c"),))
    network = replace(
        network,
        route_tables=(
            RouteTable("rtb-a", "vpc-a", (Route("0.0.0.0/0", "tgw"),), main=True),
            RouteTable("rtb-c", "vpc-c", (Route("pl-s3", "vpce"), Route("10.0.0.0/8", "tgw")), main=True),
        ),
        transit_gateways=(replace(gateway, route_tables=(table,)),),
        endpoints=(Endpoint("vpce", "vpc-c", "s3", prefix_list="pl-s3"),),
        prefix_lists=s3.prefix_lists,
        hosts=s3.hosts,
    )
    assert reaches(network, "server-c", "s3")
    assert (False, R.NOT_TRANSITIVE, "vpce") in reasons(trace(network, Flow("server-a", "s3")))


def test_an_interface_endpoint_is_found_by_its_private_name() -> None:
    chosen = preset("nat")
    sqs = Host("sqs", "52.119.199.1", "aws", "sqs")
    door = Interface("door", "private", "10.0.1.50", ("door-sg",), role="endpoint")
    network = replace(
        chosen.network,
        route_tables=(),
        groups=(*chosen.network.groups, SecurityGroup("door-sg", "vpc", (GroupRule("tcp", 443, "app-sg"),))),
        interfaces=(*chosen.network.interfaces, door),
        endpoints=(Endpoint("vpce", "vpc", "sqs", "interface", interfaces=("door",)),),
        hosts=(sqs,),
    )
    found = trace(network, Flow("app", "sqs"))
    assert found.reachable
    assert [(hop.at, hop.by) for hop in found.hops if hop.step is Step.NAME] == [("door", ("vpce",))]
    assert found.path[-1] == "door"
    public_name = swapped(network, endpoints=replace(network.endpoints[0], private_dns=False))
    assert reasons(trace(public_name, Flow("app", "sqs")))[0] == (False, R.NO_ROUTE, "private")
    shut = swapped(network, groups=SecurityGroup("door-sg", "vpc"))
    assert reasons(trace(shut, Flow("app", "sqs"))) == [(False, R.NO_GROUP_RULE, "door")]


def test_a_group_may_name_a_prefix_list() -> None:
    chosen = preset("s3_gateway_endpoint")
    network = swapped(chosen.network, groups=SecurityGroup("app-sg", "vpc", (), (GroupRule("tcp", 443, "pl-s3"),)))
    assert trace(network, chosen.flow).reachable
    other = swapped(chosen.network, groups=SecurityGroup("app-sg", "vpc", (), (GroupRule("tcp", 443, "pl-dynamodb"),)))
    assert reasons(trace(other, chosen.flow)) == [(False, R.NO_GROUP_RULE, "app")]


# On premises.


@pytest.mark.parametrize(
    ("change", "flow", "expected"),
    [
        ({"route_tables": RouteTable("private-rtb", "vpc", subnets=("private",))}, 0, [(True, R.NO_ROUTE, "private")]),
        ({"vpn_connections": {"routes": ()}}, 0, [(False, R.PREMISES_NO_ROUTE, "cgw")]),
        ({"vpn_connections": {"routes": ()}}, 1, [(True, R.PREMISES_NO_ROUTE, "cgw")]),
        ({"vpn_connections": {"cidrs": ("192.168.1.0/24",)}}, 1, [(False, R.NO_ROUTE, "private")]),
        ({"vpn_gateways": {"vpc": None}}, 1, [(False, R.NOT_ATTACHED, "vgw"), (True, R.PREMISES_NO_ROUTE, "cgw")]),
    ],
)
def test_what_a_vpn_needs(change: dict[str, object], flow: int, expected: list[object]) -> None:
    chosen = preset("vpn")
    things = {
        kind: replace(getattr(chosen.network, kind)[0], **more) if isinstance(more, dict) else more
        for kind, more in change.items()
    }
    assert reasons(trace(swapped(chosen.network, **things), chosen.flows[flow][1])) == expected


def test_a_reply_from_another_address_is_no_reply() -> None:
    """A network on premises with public addresses: the request comes by VPN, the reply leaves by the internet."""
    chosen = preset("vpn")
    office = ("203.0.113.0/24",)
    network = replace(
        chosen.network,
        customer_gateways=(replace(chosen.network.customer_gateways[0], cidrs=office),),
        vpn_connections=(replace(chosen.network.vpn_connections[0], cidrs=office),),
        groups=(SecurityGroup("app-sg", "vpc", (GroupRule("tcp", 443, office[0]),)),),
        interfaces=(Interface("app", "private", "10.0.1.10", ("app-sg",), "198.51.100.10"),),
        internet_gateways=(InternetGateway("igw", "vpc"),),
        hosts=(Host("office-pc", "203.0.113.20", "cgw"),),
    )
    assert trace(network, Flow("office-pc", "app")).reachable
    astray = swapped(
        network, route_tables=RouteTable("private-rtb", "vpc", (Route("0.0.0.0/0", "igw"),), subnets=("private",))
    )
    assert reasons(trace(astray, Flow("office-pc", "app"))) == [(True, R.OTHER_SOURCE, "office-pc")]


# What is not modelled says so.


def test_routes_to_what_is_not_modelled_end_there() -> None:
    chosen = preset("nat")
    unknown = replace(
        chosen.network,
        unknowns=(Unknown("lgw", "LocalGatewayId"),),
        route_tables=(RouteTable("private-rtb", "vpc", (Route("0.0.0.0/0", "lgw"),), subnets=("private",)),),
    )
    assert reasons(trace(unknown, chosen.flow)) == [(False, R.OUTSIDE_MODEL, "lgw")]
    box = Interface("firewall", "public", "10.0.0.50", ("app-sg",))
    boxed = replace(
        chosen.network,
        interfaces=(*chosen.network.interfaces, box),
        route_tables=(RouteTable("private-rtb", "vpc", (Route("0.0.0.0/0", "firewall"),), subnets=("private",)),),
    )
    assert reasons(trace(boxed, chosen.flow)) == [(False, R.MIDDLEBOX, "firewall")]


# Other protocols, and questions that cannot be asked.


def test_ping_asks_with_one_type_and_answers_with_another() -> None:
    chosen = preset("public_web")
    web = SecurityGroup("web-sg", "vpc", (GroupRule("icmp", 8, "0.0.0.0/0"),))
    network = replace(swapped(chosen.network, groups=web), acls=())
    flow = Flow("reader", "web", "icmp")
    assert trace(network, flow).reachable
    asks = AclRule(100, "allow", "icmp", 8, "0.0.0.0/0")
    answers = AclRule(100, "allow", "icmp", 0, "0.0.0.0/0")
    closed = replace(network, acls=(NetworkAcl("acl", "vpc", (asks,), (asks,), default=True),))
    assert reasons(trace(closed, flow)) == [(True, R.ACL_NO_RULE, "public")]
    opened = replace(network, acls=(NetworkAcl("acl", "vpc", (asks,), (answers,), default=True),))
    assert trace(opened, flow).reachable
    assert reasons(trace(network, Flow("reader", "web", "udp", 53))) == [(False, R.NO_GROUP_RULE, "web")]


def test_ping_through_nat() -> None:
    chosen = preset("nat")
    assert trace(chosen.network, Flow("app", "site", "icmp")).reachable


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (Flow("nobody", "app"), "not_an_end"),
        (Flow("nat", "app"), "not_an_end"),
        (Flow("app", "igw"), "not_an_end"),
        (Flow("app", "everywhere"), "not_an_end"),
        (Flow("app", "site", "sctp"), "flow_protocol"),
        (Flow("app", "site", port=70000), "flow_port"),
        (Flow("app", "site", ephemeral=(1024, 70000)), "flow_port"),
    ],
)
def test_a_question_that_cannot_be_asked(flow: Flow, code: str) -> None:
    with pytest.raises(NetworkError) as caught:
        trace(preset("nat").network, flow)
    assert caught.value.code == code
    assert "使え" in str(caught.value) or "app、site" in str(caught.value)


def test_pairs() -> None:
    network = preset("peering_chain").network
    ends = ["server-a", "server-b", "server-c"]
    pairs = {("server-a", "server-b"), ("server-b", "server-c")}
    assert reachable_pairs(network, ends) == pairs | {(two, one) for one, two in pairs}
