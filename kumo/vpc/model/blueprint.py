"""A VPC put together from parts: three tiers of subnets over some zones, gateways, endpoints, and their routes.

Modelled: one server in each subnet, whose group lets HTTPS in and everything out; those of the web tier have
public addresses. A tier's route table is its own unless it has no route to write: then its subnets stay with the
main route table. A route to an internet gateway that is not attached and a route to a NAT gateway that is not
there stay in the table and drop what they match, as AWS keeps them (``blackhole``).

Not modelled: what `kumo.vpc.model.network` and `kumo.vpc.model.trace` do not model; regional NAT gateways.

Source: "Subnets for your VPC" and "Route tables", https://docs.aws.amazon.com/vpc/latest/userguide/
(configure-subnets, VPC_Route_Tables; read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.vpc.model import topology
from kumo.vpc.model.hops import Flow, Trace
from kumo.vpc.model.network import (
    BLACKHOLE,
    CustomerGateway,
    Endpoint,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.presets import REGION, S3, S3_CIDRS, SITE
from kumo.vpc.model.rules import ANYWHERE, GroupRule
from kumo.vpc.model.trace import trace

if TYPE_CHECKING:
    from collections.abc import Iterable

VPC = "vpc"
BLOCK = "10.0.0.0/16"
OFFICE = "192.168.0.0/16"
TIERS = ("web", "app", "db")
ZONE_LETTERS = "acd"

# Where a tier's packets for the outside go.
NO_WAY, TO_INTERNET, TO_NAT, TO_PREMISES = "none", "igw", "nat", "vgw"
# How many NAT gateways there are; they stand in the web tier.
NO_NAT, ONE_NAT, NAT_PER_ZONE = "none", "one", "each"
S3_ENDPOINT, SQS_ENDPOINT = "s3", "sqs"


@dataclass(frozen=True)
class Built:
    """A VPC that was put together, and what follows from its routes.

    Attributes
    ----------
    network : Network
        The VPC and its surroundings.
    zones : tuple of str
        Letters of the zones.
    kinds : dict
        Subnet → ``public``, ``private``, ``vpn_only`` or ``isolated`` (see `topology.kind`).
    out, back, to_s3 : dict
        Subnet → trace of a connection from its server to a site on the internet, from that site to its server,
        and from its server to S3.

    """

    network: Network
    zones: tuple[str, ...]
    kinds: dict[str, str]
    out: dict[str, Trace]
    back: dict[str, Trace]
    to_s3: dict[str, Trace]

    def kind_of_tier(self, tier: str) -> str:
        """Return the kind of a tier's subnets: the same in every zone, because the tier has one set of routes."""
        return self.kinds[f"{tier}-{self.zones[0]}"]

    def tables(self) -> tuple[RouteTable, ...]:
        """Return the route tables that subnets use, in order of tier and zone, each once."""
        found = [self.network.table_of(f"{tier}-{letter}") for tier in TIERS for letter in self.zones]
        return tuple(dict.fromkeys(found))

    def users(self, table: RouteTable) -> tuple[str, ...]:
        """Return the subnets that use a table, whether associated explicitly or not."""
        names = (f"{tier}-{letter}" for tier in TIERS for letter in self.zones)
        return tuple(name for name in names if self.network.table_of(name) is table)


def build(zones: int, nat: str, ways: dict[str, str], endpoints: Iterable[str] = (), *, attached: bool = True) -> Built:
    """Put a VPC together.

    Parameters
    ----------
    zones : int
        1 to 3.
    nat : str
        ``none``, ``one`` (in the first zone) or ``each`` (one in every zone).
    ways : dict
        Tier → ``none``, ``igw``, ``nat`` or ``vgw``.
    endpoints : iterable of str
        Of ``s3`` (gateway) and ``sqs`` (interface, in the application tier).
    attached : bool
        Whether the internet gateway is attached to the VPC.

    """
    letters = tuple(ZONE_LETTERS[:zones])
    subnets = tuple(
        Subnet(f"{tier}-{letter}", VPC, f"10.0.{10 * row + column}.0/24", f"{REGION}{letter}")
        for row, tier in enumerate(TIERS)
        for column, letter in enumerate(letters)
    )
    chosen = tuple(endpoints)
    nats = {NO_NAT: (), ONE_NAT: letters[:1], NAT_PER_ZONE: letters}[nat]
    interfaces = [_server(subnet, column) for subnet in subnets for column in [letters.index(subnet.id[-1])]]
    doors = [
        Interface(f"sqs-{letter}", f"app-{letter}", f"10.0.{10 + column}.20", ("group",), role="endpoint")
        for column, letter in enumerate(letters)
        if SQS_ENDPOINT in chosen
    ]
    premises = TO_PREMISES in ways.values()
    network = Network(
        vpcs=(Vpc(VPC, (BLOCK,), region=REGION),),
        subnets=subnets,
        route_tables=_tables(letters, nats, ways, s3=S3_ENDPOINT in chosen),
        groups=(SecurityGroup("group", VPC, (GroupRule("tcp", 443, ANYWHERE),)),),
        interfaces=(*interfaces, *doors),
        internet_gateways=(InternetGateway("igw", VPC if attached else None),),
        nat_gateways=tuple(
            NatGateway(f"nat-{letter}", f"web-{letter}", f"10.0.{column}.30", f"198.51.100.{30 + column}")
            for column, letter in enumerate(letters)
            if letter in nats
        ),
        vpn_gateways=(VpnGateway("vgw", VPC),) if premises else (),
        customer_gateways=(CustomerGateway("cgw", (OFFICE,), "203.0.113.1"),) if premises else (),
        vpn_connections=(VpnConnection("vpn", "vgw", "cgw", (OFFICE,)),) if premises else (),
        endpoints=_endpoints(chosen, doors),
        prefix_lists=(PrefixList("pl-s3", S3_CIDRS),),
        hosts=(SITE, S3),
    )
    names = [subnet.id for subnet in subnets]
    return Built(
        network,
        letters,
        {name: topology.kind(network, name) for name in names},
        {name: trace(network, Flow(f"{name}-server", SITE.id)) for name in names},
        {name: trace(network, Flow(SITE.id, f"{name}-server")) for name in names},
        {name: trace(network, Flow(f"{name}-server", S3.id)) for name in names},
    )


def _server(subnet: Subnet, column: int) -> Interface:
    public = f"198.51.100.{10 + column}" if subnet.id.startswith("web") else None
    return Interface(f"{subnet.id}-server", subnet.id, subnet.cidr.replace(".0/24", ".10"), ("group",), public)


def _endpoints(chosen: tuple[str, ...], doors: list[Interface]) -> tuple[Endpoint, ...]:
    found = []
    if S3_ENDPOINT in chosen:
        found.append(Endpoint("vpce-s3", VPC, "s3", prefix_list="pl-s3"))
    if SQS_ENDPOINT in chosen:
        found.append(Endpoint("vpce-sqs", VPC, "sqs", "interface", interfaces=tuple(door.id for door in doors)))
    return tuple(found)


def _tables(
    letters: tuple[str, ...], nats: tuple[str, ...], ways: dict[str, str], *, s3: bool
) -> tuple[RouteTable, ...]:
    tables = [RouteTable("main-rtb", VPC, main=True)]
    for tier in TIERS:
        extra = (Route("pl-s3", "vpce-s3"),) if s3 else ()
        routes = {letter: (*_way(ways[tier], letter, nats), *extra) for letter in letters}
        if len(set(routes.values())) > 1:
            tables += [
                RouteTable(f"{tier}-{letter}-rtb", VPC, routes[letter], subnets=(f"{tier}-{letter}",))
                for letter in letters
            ]
        elif routes[letters[0]]:
            users = tuple(f"{tier}-{letter}" for letter in letters)
            tables.append(RouteTable(f"{tier}-rtb", VPC, routes[letters[0]], subnets=users))
    return tuple(tables)


def _way(way: str, letter: str, nats: tuple[str, ...]) -> tuple[Route, ...]:
    if way == TO_INTERNET:
        return (Route(ANYWHERE, "igw"),)
    if way == TO_PREMISES:
        return (Route(OFFICE, "vgw"),)
    if way == TO_NAT:
        own = letter if letter in nats else nats[0] if nats else ""
        return (Route(ANYWHERE, f"nat-{own}" if own else BLACKHOLE),)
    return ()
