"""Networks that are worth knowing, each with the connections that make its point.

Addresses outside are documentation addresses (RFC 5737), except those of AWS services, which lie in the ranges
that AWS announces for the Tokyo region.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.hops import Flow
from kumo.vpc.model.network import (
    ALLOW_ALL,
    AWS,
    EGRESS_ALL,
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
from kumo.vpc.model.rules import ANYWHERE, AclRule, GroupRule
from kumo.vpc.words.errors import listed

if TYPE_CHECKING:
    from collections.abc import Callable

REGION = "ap-northeast-1"
ZONES = ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")

# Part of what `aws ec2 describe-prefix-lists` prints in ap-northeast-1: enough to hold the addresses below.
S3_CIDRS = ("3.5.152.0/21", "52.219.0.0/20")
DYNAMODB_CIDRS = ("52.119.224.0/21", "35.71.112.0/24")

READER = Host("reader", "203.0.113.10")
SITE = Host("site", "198.51.100.80")
S3 = Host("s3", "52.219.0.44", AWS, "s3")
DYNAMODB = Host("dynamodb", "52.119.224.10", AWS, "dynamodb")


@dataclass(frozen=True)
class Preset:
    """A network and what to ask of it.

    Attributes
    ----------
    key : str
        Stable name.
    network : Network
        The network.
    flows : tuple of (str, Flow)
        Questions by stable name; the first makes the point.

    """

    key: str
    network: Network
    flows: tuple[tuple[str, Flow], ...]

    @property
    def flow(self) -> Flow:
        """The question that makes the point."""
        return self.flows[0][1]


@cache
def preset(key: str) -> Preset:
    """Return the preset of that name (one of `PRESETS`); raise `NetworkError` when there is none."""
    if key not in PRESETS:
        raise NetworkError("preset", value=key, allowed=listed(PRESETS))
    network, flows = PRESETS[key]()
    return Preset(key, network, flows)


Parts = tuple[Network, tuple[tuple[str, Flow], ...]]


def three_tier() -> Parts:
    """Return a web application in three tiers over two zones, as the security group example of the book has it.

    The load balancer takes HTTPS from anywhere; web servers take HTTP from the load balancer and SSH from the
    administrators only; application containers take HTTP from the public subnets; the database takes PostgreSQL
    from the subnets of the containers.
    """
    vpc = "vpc"
    public, private, data = (
        tuple(
            Subnet(f"{tier}-{letter}", vpc, f"10.0.{10 * row + place}.0/24", ZONES[place])
            for place, letter in enumerate("ac")
        )
        for row, tier in enumerate(("public", "private", "data"))
    )
    groups = (
        SecurityGroup("alb-sg", vpc, (GroupRule("tcp", 443, ANYWHERE),)),
        SecurityGroup("web-sg", vpc, (GroupRule("tcp", 80, "alb-sg"), GroupRule("tcp", 22, "203.0.113.64/26"))),
        SecurityGroup("app-sg", vpc, tuple(GroupRule("tcp", 80, subnet.cidr) for subnet in public)),
        SecurityGroup("db-sg", vpc, tuple(GroupRule("tcp", 5432, subnet.cidr) for subnet in private), ()),
    )
    interfaces = (
        Interface("alb", "public-a", "10.0.0.10", ("alb-sg",), "198.51.100.10", role="load_balancer"),
        Interface("web", "public-a", "10.0.0.20", ("web-sg",), "198.51.100.20"),
        Interface("app", "private-a", "10.0.10.30", ("app-sg",), role="container"),
        Interface("db", "data-c", "10.0.21.40", ("db-sg",), role="database"),
    )
    network = Network(
        vpcs=(Vpc(vpc, ("10.0.0.0/16",), region=REGION),),
        subnets=(*public, *private, *data),
        route_tables=(
            RouteTable("main-rtb", vpc, main=True),
            RouteTable("public-rtb", vpc, (Route(ANYWHERE, "igw"),), subnets=tuple(subnet.id for subnet in public)),
            RouteTable("private-rtb", vpc, (Route(ANYWHERE, "nat"),), subnets=tuple(subnet.id for subnet in private)),
        ),
        groups=groups,
        interfaces=interfaces,
        internet_gateways=(InternetGateway("igw", vpc),),
        nat_gateways=(NatGateway("nat", "public-a", "10.0.0.30", "198.51.100.30"),),
        hosts=(READER, Host("admin", "203.0.113.70")),
    )
    return network, (
        ("reader_to_alb", Flow("reader", "alb", port=443)),
        ("alb_to_web", Flow("alb", "web", port=80)),
        ("web_to_app", Flow("web", "app", port=80)),
        ("app_to_db", Flow("app", "db", port=5432)),
        ("reader_to_web", Flow("reader", "web", port=80)),
        ("reader_to_db", Flow("reader", "db", port=5432)),
        ("web_to_db", Flow("web", "db", port=5432)),
        ("admin_to_web", Flow("admin", "web", port=22)),
    )


def _one_zone(**more: object) -> dict[str, object]:
    """Return the parts of a VPC with one private subnet and an instance in it."""
    vpc = "vpc"
    parts: dict[str, object] = {
        "vpcs": (Vpc(vpc, ("10.0.0.0/16",), region=REGION),),
        "subnets": (
            Subnet("public", vpc, "10.0.0.0/24", ZONES[0]),
            Subnet("private", vpc, "10.0.1.0/24", ZONES[0]),
        ),
        "groups": (SecurityGroup("app-sg", vpc),),
        "interfaces": (Interface("app", "private", "10.0.1.10", ("app-sg",)),),
    }
    return parts | more


def nat() -> Parts:
    """Return a private subnet that reaches the internet through a NAT gateway in a public one.

    The NAT gateway's subnet has an ACL of its own, so that both halves of the way can be seen (and closed).
    """
    vpc = "vpc"
    acl = NetworkAcl("public-acl", vpc, (ALLOW_ALL,), (ALLOW_ALL,), subnets=("public",))
    network = Network(
        **_one_zone(
            route_tables=(
                RouteTable("public-rtb", vpc, (Route(ANYWHERE, "igw"),), subnets=("public",)),
                RouteTable("private-rtb", vpc, (Route(ANYWHERE, "nat"),), subnets=("private",)),
            ),
            acls=(acl,),
            internet_gateways=(InternetGateway("igw", vpc),),
            nat_gateways=(NatGateway("nat", "public", "10.0.0.20", "198.51.100.30"),),
            hosts=(SITE,),
        )
    )
    return network, (("out", Flow("app", "site")), ("in", Flow("site", "app")))


def _with_s3_endpoint() -> Network:
    vpc = "vpc"
    return Network(
        **_one_zone(
            route_tables=(RouteTable("private-rtb", vpc, (Route("pl-s3", "s3-endpoint"),), subnets=("private",)),),
            endpoints=(Endpoint("s3-endpoint", vpc, "s3", prefix_list="pl-s3"),),
            prefix_lists=(PrefixList("pl-s3", S3_CIDRS), PrefixList("pl-dynamodb", DYNAMODB_CIDRS)),
            hosts=(S3, DYNAMODB),
        )
    )


def s3_gateway_endpoint() -> Parts:
    """Return a private subnet without any way to the internet that reaches S3 through a gateway endpoint."""
    return _with_s3_endpoint(), (("s3", Flow("app", "s3")), ("dynamodb", Flow("app", "dynamodb")))


def dynamodb_without_endpoint() -> Parts:
    """Return the same network asked for DynamoDB, for which it has no endpoint."""
    return _with_s3_endpoint(), (("dynamodb", Flow("app", "dynamodb")), ("s3", Flow("app", "s3")))


def _three_vpcs() -> dict[str, tuple[object, ...]]:
    """Return three VPCs with one subnet and one instance each; the instances welcome everybody from 10.0.0.0/8."""
    names = ("a", "b", "c")
    return {
        "vpcs": tuple(Vpc(f"vpc-{name}", (f"10.{place}.0.0/16",), region=REGION) for place, name in enumerate(names)),
        "subnets": tuple(
            Subnet(f"subnet-{name}", f"vpc-{name}", f"10.{place}.1.0/24", ZONES[0]) for place, name in enumerate(names)
        ),
        "groups": tuple(
            SecurityGroup(f"sg-{name}", f"vpc-{name}", (GroupRule("all", None, "10.0.0.0/8"),)) for name in names
        ),
        "interfaces": tuple(
            Interface(f"server-{name}", f"subnet-{name}", f"10.{place}.1.10", (f"sg-{name}",))
            for place, name in enumerate(names)
        ),
    }


def _table(name: str, *routes: tuple[str, str]) -> RouteTable:
    return RouteTable(f"rtb-{name}", f"vpc-{name}", tuple(Route(*route) for route in routes), main=True)


_THREE_FLOWS = (
    ("a_to_c", Flow("server-a", "server-c")),
    ("a_to_b", Flow("server-a", "server-b")),
    ("b_to_c", Flow("server-b", "server-c")),
)


def peering_chain() -> Parts:
    """Return A–B and B–C peered, with routes as if A could go on to C through B: peering is not transitive."""
    network = Network(
        **_three_vpcs(),
        route_tables=(
            _table("a", ("10.1.0.0/16", "pcx-ab"), ("10.2.0.0/16", "pcx-ab")),
            _table("b", ("10.0.0.0/16", "pcx-ab"), ("10.2.0.0/16", "pcx-bc")),
            _table("c", ("10.1.0.0/16", "pcx-bc"), ("10.0.0.0/16", "pcx-bc")),
        ),
        peerings=(Peering("pcx-ab", "vpc-a", "vpc-b"), Peering("pcx-bc", "vpc-b", "vpc-c")),
    )
    return network, _THREE_FLOWS


def transit_gateway() -> Parts:
    """Return the same three VPCs on one transit gateway, whose one route table learns all of them."""
    names = ("a", "b", "c")
    attachments = tuple(Attachment(f"att-{name}", f"vpc-{name}", (f"subnet-{name}",)) for name in names)
    identifiers = tuple(attachment.id for attachment in attachments)
    network = Network(
        **_three_vpcs(),
        route_tables=tuple(_table(name, ("10.0.0.0/8", "tgw")) for name in names),
        transit_gateways=(
            TransitGateway("tgw", attachments, (TransitRouteTable("tgw-rtb", identifiers, identifiers),)),
        ),
    )
    return network, _THREE_FLOWS


def vpn() -> Parts:
    """Return a VPC that reaches a network on premises through a VPN connection, whose routes its table learns."""
    vpc = "vpc"
    office = "192.168.0.0/16"
    network = Network(
        **_one_zone(
            route_tables=(RouteTable("private-rtb", vpc, subnets=("private",), propagating=("vgw",)),),
            groups=(SecurityGroup("app-sg", vpc, (GroupRule("tcp", 443, office),), (EGRESS_ALL,)),),
            vpn_gateways=(VpnGateway("vgw", vpc),),
            customer_gateways=(CustomerGateway("cgw", (office,), "203.0.113.1"),),
            vpn_connections=(VpnConnection("vpn", "vgw", "cgw", (office,)),),
            hosts=(Host("office-pc", "192.168.1.20", "cgw"), Host("office-db", "192.168.2.30", "cgw")),
        )
    )
    return network, (
        ("office_to_app", Flow("office-pc", "app")),
        ("app_to_office", Flow("app", "office-db", port=5432)),
    )


def public_web() -> Parts:
    """Return a web server in a public subnet behind AWS's own example of a network ACL.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html (read 2026-11-22).
    """
    vpc = "vpc"
    ingress = (
        AclRule(100, "allow", "tcp", 80, ANYWHERE),
        AclRule(110, "allow", "tcp", 443, ANYWHERE),
        AclRule(120, "allow", "tcp", 22, "192.0.2.0/24"),
        AclRule(130, "allow", "tcp", 3389, "192.0.2.0/24"),
        AclRule(140, "allow", "tcp", (32768, 65535), ANYWHERE),
    )
    egress = (
        AclRule(100, "allow", "tcp", 80, ANYWHERE),
        AclRule(110, "allow", "tcp", 443, ANYWHERE),
        AclRule(120, "allow", "tcp", (32768, 65535), ANYWHERE),
    )
    network = Network(
        vpcs=(Vpc(vpc, ("10.0.0.0/16",), region=REGION),),
        subnets=(Subnet("public", vpc, "10.0.0.0/24", ZONES[0]),),
        route_tables=(RouteTable("public-rtb", vpc, (Route(ANYWHERE, "igw"),), subnets=("public",)),),
        acls=(NetworkAcl("web-acl", vpc, ingress, egress, subnets=("public",)),),
        groups=(SecurityGroup("web-sg", vpc, (GroupRule("tcp", 443, ANYWHERE), GroupRule("tcp", 22, ANYWHERE))),),
        interfaces=(Interface("web", "public", "10.0.0.10", ("web-sg",), "198.51.100.10", elastic=True),),
        internet_gateways=(InternetGateway("igw", vpc),),
        hosts=(READER, SITE, Host("home", "192.0.2.7")),
    )
    return network, (
        ("https", Flow("reader", "web", port=443)),
        ("ssh_from_home", Flow("home", "web", port=22)),
        ("ssh_from_elsewhere", Flow("reader", "web", port=22)),
        ("update", Flow("web", "site", port=443)),
    )


PRESETS: dict[str, Callable[[], Parts]] = {
    "three_tier": three_tier,
    "nat": nat,
    "s3_gateway_endpoint": s3_gateway_endpoint,
    "dynamodb_without_endpoint": dynamodb_without_endpoint,
    "peering_chain": peering_chain,
    "transit_gateway": transit_gateway,
    "vpn": vpn,
    "public_web": public_web,
}
