"""Networks that cannot exist: each is refused with a message that names the thing and what is allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kumo.vpc.model.errors import NetworkError
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
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    TransitRouteTable,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.presets import PRESETS, preset
from kumo.vpc.model.rules import AclRule, GroupRule
from kumo.vpc.words import errors as words

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = Network(
    vpcs=(Vpc("v", ("10.0.0.0/16",)), Vpc("w", ("10.1.0.0/16",))),
    subnets=(
        Subnet("s", "v", "10.0.0.0/24", "z1"),
        Subnet("t", "v", "10.0.1.0/24", "z1"),
        Subnet("u", "w", "10.1.0.0/24", "z1"),
    ),
    groups=(SecurityGroup("g", "v"), SecurityGroup("h", "w")),
    interfaces=(Interface("i", "s", "10.0.0.10", ("g",)),),
    internet_gateways=(InternetGateway("igw", "v"),),
    vpn_gateways=(VpnGateway("vgw", "v"),),
    customer_gateways=(CustomerGateway("cgw", ("192.168.0.0/16",)),),
    prefix_lists=(PrefixList("pl", ("52.219.0.0/20",)),),
)


def changed(**more: Any) -> Callable[[], Network]:
    """Return a maker of the base with some parts added."""
    return lambda: replace(BASE, **{kind: (*getattr(BASE, kind), *things) for kind, things in more.items()})


def transit(attachments: list[Attachment], *tables: TransitRouteTable) -> Callable[[], Network]:
    return changed(transit_gateways=[TransitGateway("tgw", tuple(attachments), tables)])


def table(*routes: Route, **more: Any) -> Callable[[], Network]:
    return changed(route_tables=[RouteTable("rtb", "v", routes, **more)])


def acl(*rules: AclRule) -> Callable[[], Network]:
    return changed(acls=[NetworkAcl("acl", "v", ingress=rules)])


IMPOSSIBLE = [
    ("host_bits", changed(subnets=[Subnet("x", "v", "10.0.2.1/24", "z1")]), ["サブネット x", "10.0.2.0/24"]),
    ("host_bits", changed(vpcs=[Vpc("x", ("10.0.0.1/16",))]), ["VPC x", "10.0.0.0/16"]),
    ("host_bits", table(Route("10.9.0.1/16", "igw")), ["ルートテーブル rtb", "10.9.0.0/16"]),
    (
        "host_bits",
        changed(groups=[SecurityGroup("x", "v", (GroupRule("tcp", 80, "10.0.0.1/8"),))]),
        ["セキュリティグループ x", "10.0.0.0/8"],
    ),
    ("malformed_cidr", changed(prefix_lists=[PrefixList("x", ("52.219.0.0",))]), ["プレフィックスリスト x"]),
    ("malformed_address", changed(hosts=[Host("x", "203.0.113")]), ["ホスト x", "203.0.113"]),
    ("vpc_size", changed(vpcs=[Vpc("x", ("10.0.0.0/8",))]), ["VPC x", "/16〜/28"]),
    ("subnet_size", changed(subnets=[Subnet("x", "v", "10.0.2.0/29", "z1")]), ["サブネット x", "/16〜/28"]),
    ("no_cidr", changed(vpcs=[Vpc("x", ())]), ["VPC x"]),
    ("vpc_overlap", changed(vpcs=[Vpc("x", ("10.0.0.0/16", "10.0.16.0/20"))]), ["VPC x", "10.0.16.0/20"]),
    ("subnet_overlap", changed(subnets=[Subnet("x", "v", "10.0.0.128/25", "z1")]), ["サブネット x", "サブネット s"]),
    ("subnet_outside", changed(subnets=[Subnet("x", "v", "10.1.2.0/24", "z1")]), ["サブネット x", "10.0.0.0/16"]),
    ("duplicate_id", changed(groups=[SecurityGroup("s", "v")]), ["サブネット s", "セキュリティグループ s"]),
    ("missing", changed(subnets=[Subnet("x", "nowhere", "10.0.2.0/24", "z1")]), ["サブネット x", "nowhere", "v、w"]),
    ("missing", changed(hosts=[Host("x", "192.168.0.1", "nowhere")]), ["ホスト x", "cgw"]),
    ("missing", transit([], TransitRouteTable("trt", ("att",))), ["trt", "att", "なし"]),
    ("missing_target", table(Route("0.0.0.0/0", "igw-gone")), ["ルートテーブル rtb", "0.0.0.0/0", "igw-gone", "igw、"]),
    ("missing_target", table(Route("0.0.0.0/0", "s")), ["ルートテーブル rtb", "「s」"]),
    (
        "missing_target",
        transit([], TransitRouteTable("trt", routes=(Route("0.0.0.0/0", "igw"),))),
        ["trt", "「igw」"],
    ),
    (
        "duplicate_route",
        table(Route("0.0.0.0/0", "igw"), Route("0.0.0.0/0", "vgw")),
        ["ルートテーブル rtb", "0.0.0.0/0"],
    ),
    (
        "two_tables",
        changed(route_tables=[RouteTable("r1", "v", subnets=("s",)), RouteTable("r2", "v", subnets=("s",))]),
        ["サブネット s", "r1", "r2"],
    ),
    (
        "two_main_tables",
        changed(route_tables=[RouteTable("r1", "v", main=True), RouteTable("r2", "v", main=True)]),
        ["VPC v", "r1", "r2"],
    ),
    (
        "two_acls",
        changed(acls=[NetworkAcl("a1", "v", subnets=("s",)), NetworkAcl("a2", "v", subnets=("s",))]),
        ["サブネット s", "a1", "a2"],
    ),
    (
        "two_default_acls",
        changed(acls=[NetworkAcl("a1", "v", default=True), NetworkAcl("a2", "v", default=True)]),
        ["VPC v", "a1", "a2"],
    ),
    ("other_vpc", table(subnets=("u",)), ["ルートテーブル rtb", "「u」", "(w)", "(v)"]),
    ("other_vpc", changed(interfaces=[Interface("x", "s", "10.0.0.11", ("h",))]), ["インターフェイス x", "「h」"]),
    ("other_vpc", transit([Attachment("att", "v", ("u",))]), ["アタッチメント att", "「u」"]),
    (
        "duplicate_number",
        acl(AclRule(100, "allow", "tcp", 80, "0.0.0.0/0"), AclRule(100, "deny", "tcp", 22, "0.0.0.0/0")),
        ["ネットワークACL acl", "受信", "100", "1〜32766"],
    ),
    ("rule_number", acl(AclRule(0, "allow", "tcp", 80, "0.0.0.0/0")), ["ネットワークACL acl", "1〜32766"]),
    ("rule_number", acl(AclRule(32767, "allow", "tcp", 80, "0.0.0.0/0")), ["32767", "1〜32766"]),
    ("address_outside", changed(interfaces=[Interface("x", "s", "10.0.1.10", ("g",))]), ["10.0.1.10", "10.0.0.0/24"]),
    (
        "address_reserved",
        changed(interfaces=[Interface("x", "s", "10.0.0.3", ("g",))]),
        ["インターフェイス x", "10.0.0.4〜10.0.0.254"],
    ),
    ("address_taken", changed(interfaces=[Interface("x", "s", "10.0.0.10", ("g",))]), ["インターフェイス i"]),
    (
        "address_taken",
        changed(hosts=[Host("x", "203.0.113.1"), Host("y", "203.0.113.1")]),
        ["ホスト y", "ホスト x", "203.0.113.1"],
    ),
    ("no_group", changed(interfaces=[Interface("x", "s", "10.0.0.11", ())]), ["インターフェイス x"]),
    (
        "group_peer",
        changed(groups=[SecurityGroup("x", "v", (GroupRule("tcp", 80, "sg-gone"),))]),
        ["セキュリティグループ x", "sg-gone"],
    ),
    ("two_internet_gateways", changed(internet_gateways=[InternetGateway("igw2", "v")]), ["VPC v", "igw2"]),
    ("two_vpn_gateways", changed(vpn_gateways=[VpnGateway("vgw2", "v")]), ["VPC v", "vgw2"]),
    (
        "peering_overlap",
        changed(vpcs=[Vpc("x", ("10.0.128.0/20",))], peerings=[Peering("pcx", "v", "x")]),
        ["pcx", "v", "x"],
    ),
    ("peering_itself", changed(peerings=[Peering("pcx", "v", "v")]), ["pcx", "v"]),
    ("attachment_zone", transit([Attachment("att", "v", ("s", "t"))]), ["att", "z1"]),
    ("attachment_subnets", transit([Attachment("att", "v")]), ["att"]),
    (
        "attached_twice",
        transit([Attachment("a1", "v", ("s",)), Attachment("a2", "v", ("t",))]),
        ["トランジットゲートウェイ tgw"],
    ),
    (
        "two_associations",
        transit([Attachment("att", "v", ("s",))], TransitRouteTable("r1", ("att",)), TransitRouteTable("r2", ("att",))),
        ["tgw", "att"],
    ),
    ("nat_place", changed(nat_gateways=[NatGateway("nat")]), ["NATゲートウェイ nat"]),
    ("nat_place", changed(nat_gateways=[NatGateway("nat", "s", "10.0.0.20", vpc="v")]), ["NATゲートウェイ nat"]),
    ("nat_place", changed(nat_gateways=[NatGateway("nat", "s")]), ["NATゲートウェイ nat"]),
    ("endpoint_kind", changed(endpoints=[Endpoint("x", "v", "s3", "resource")]), ["エンドポイント x", "resource"]),
    ("endpoint_parts", changed(endpoints=[Endpoint("x", "v", "s3")]), ["エンドポイント x"]),
    ("endpoint_parts", changed(endpoints=[Endpoint("x", "v", "s3", "interface")]), ["エンドポイント x"]),
]


@pytest.mark.parametrize(("code", "make", "names"), IMPOSSIBLE)
def test_an_impossible_network_is_refused(code: str, make: Callable[[], Network], names: list[str]) -> None:
    with pytest.raises(NetworkError) as caught:
        make()
    assert caught.value.code == code
    for name in names:
        assert name in str(caught.value)


def test_every_message_has_a_case() -> None:
    """Here, or where rules, flows, plans, presets and AWS responses are tested."""
    elsewhere = {"action", "protocol", "ports", "ports_without_meaning", "plan_count", "networks", "shape", "preset"}
    elsewhere |= {"not_an_end", "flow_port", "flow_protocol", "not_a_response", "no_vpcs"}
    assert {code for code, _, _ in IMPOSSIBLE} | elsewhere == set(words.MESSAGES)


@pytest.mark.parametrize("text", [*words.MESSAGES.values(), *words.NOTES.values()])
def test_the_messages_are_sentences(text: str) -> None:
    assert text.endswith(("。", "{allowed}"))
    assert re.search(r"[ぁ-ん]", text)


def test_the_base_is_possible_and_has_what_every_vpc_has() -> None:
    main, default = BASE.table_of("s"), BASE.acl_of("s")
    assert main.main
    assert main.routes == ()
    assert (default.ingress, default.egress) == ((ALLOW_ALL,), (ALLOW_ALL,))
    assert BASE.table_of("u") != main
    assert BASE.groups[0].ingress == ()
    assert BASE.groups[0].egress[0].covers("udp", (0, 65535))


def test_explicit_and_implicit_association() -> None:
    network = replace(
        BASE,
        route_tables=(RouteTable("main", "v", main=True), RouteTable("own", "v", subnets=("t",))),
        acls=(NetworkAcl("default", "v", default=True), NetworkAcl("own-acl", "v", subnets=("t",))),
    )
    assert [network.table_of(subnet).id for subnet in ("s", "t")] == ["main", "own"]
    assert [network.acl_of(subnet).id for subnet in ("s", "t")] == ["default", "own-acl"]


def test_each_vpc_has_its_own_default_acl_and_main_table() -> None:
    acls = (NetworkAcl("default-v", "v", default=True), NetworkAcl("default-w", "w", default=True))
    tables = (RouteTable("main-v", "v", main=True), RouteTable("main-w", "w", main=True))
    network = replace(BASE, acls=acls, route_tables=tables)
    assert [network.acl_of(subnet).id for subnet in ("s", "t", "u")] == ["default-v", "default-v", "default-w"]
    assert [network.table_of(subnet).id for subnet in ("s", "t", "u")] == ["main-v", "main-v", "main-w"]
    only = replace(BASE, acls=acls[:1])
    assert (only.acl_of("u").vpc, only.acl_of("u").ingress) == ("w", (ALLOW_ALL,))


def test_rules_are_kept_in_order_of_number() -> None:
    numbers = (300, 100, 200)
    rules = tuple(AclRule(number, "allow", "tcp", number, "0.0.0.0/0") for number in numbers)
    assert [rule.number for rule in NetworkAcl("a", "v", rules).ingress] == sorted(numbers)


@pytest.mark.parametrize("key", PRESETS)
def test_things_are_found_by_id(key: str) -> None:
    network = preset(key).network
    things = list(network)
    assert len({thing.id for thing in things}) == len(things)
    assert all(network[thing.id] is thing for thing in things)
    assert network.get("nothing of that name") is None
    with pytest.raises(KeyError):
        network["nothing of that name"]
    assert hash(network) == hash(replace(network))


def test_who_belongs_where() -> None:
    network = replace(
        BASE,
        nat_gateways=(NatGateway("nat", "t", "10.0.1.20", "198.51.100.1"), NatGateway("regional", vpc="w")),
        vpn_connections=(VpnConnection("vpn", "vgw", "cgw", ("192.168.0.0/16",)),),
        peerings=(Peering("pcx", "v", "w"),),
    )
    assert [subnet.id for subnet in network.subnets_of("v")] == ["s", "t"]
    assert network.zones_of("v") == ("z1",)
    assert [one.id for one in network.interfaces_of("s")] == ["i"]
    assert network.internet_gateway_of("w") is None
    assert [network.nat_vpc(one) for one in network.nat_gateways] == ["v", "w"]
    assert network.at("v", "10.0.1.20") == network.public("198.51.100.1") == network["nat"]
    assert network.at("w", "10.0.1.20") is None
    assert network.connections_of("cgw") == network.connections_of("vgw") == network.vpn_connections
    assert (network["pcx"].other("v"), network["pcx"].other("x")) == ("w", None)
