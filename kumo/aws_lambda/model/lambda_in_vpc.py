"""A function inside and outside a VPC: which destinations its packets reach, by the tracer of `kumo.vpc`.

Modelled: a VPC with up to three subnets for the function, a subnet with a private database, a public subnet, an
internet gateway, and on demand a NAT gateway, gateway endpoints (S3, DynamoDB) and an interface endpoint (SQS).
The function's network interfaces stand in the VPC like any other, with a private address only: Lambda never gives
them a public one, whatever the subnet's setting says. A function without a VPC sends from AWS's own network.
What is reached is not stated anywhere here: it is what `kumo.vpc.trace` finds out about the network, for each of
the function's subnets.

Lambda makes one Hyperplane network interface for each different pair of subnet and security groups; functions with
the same pair share it, whatever their number and their concurrency.

Sources (read 2026-11-26): "VPC networking for Lambda",
https://docs.aws.amazon.com/lambda/latest/dg/foundation-networking.html; "Giving Lambda functions access to
resources in an Amazon VPC", https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html; Lambda quotas,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.

Not modelled: IPv6 (a dual-stack function can use an egress-only internet gateway), network ACLs other than the
default one, DNS other than the private name of the endpoint, the further interfaces that Lambda makes beyond
65,000 connections, the minutes that making one takes. Addresses outside are documentation addresses (RFC 5737)
but for those of S3 and DynamoDB, see `kumo.vpc.model.presets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kumo.vpc import (
    Endpoint,
    Flow,
    GroupRule,
    Host,
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
    trace,
)
from kumo.vpc.model.presets import DYNAMODB, DYNAMODB_CIDRS, REGION, S3, S3_CIDRS, SITE, ZONES
from kumo.vpc.model.rules import ANYWHERE

if TYPE_CHECKING:
    from kumo.vpc import Hop, Trace

# Where the function stands.
OUTSIDE, PRIVATE, PUBLIC = "outside", "private", "public"
# What may be added to the VPC.
NAT, S3_ENDPOINT, DYNAMODB_ENDPOINT, SQS_ENDPOINT = "nat", "s3", "dynamodb", "sqs"
# Where packets are to go: IDs in the network, with the port.
DATABASE, API = "rds", SITE.id
PORTS = {DATABASE: 5432, S3.id: 443, DYNAMODB.id: 443, "sqs": 443, API: 443}
DESTINATIONS = tuple(PORTS)
SHARED, OWN = "shared", "own"

VPC, BLOCK = "vpc", "10.0.0.0/16"
FUNCTION, GATEWAY, NAT_GATEWAY = "function", "igw", "nat"
SQS = Host("sqs", "198.51.100.90", "aws", "sqs")
MANAGED = Host(FUNCTION, "198.51.100.200", "aws")
MOST_SUBNETS, MOST_FUNCTIONS = len(ZONES), 4


@dataclass(frozen=True)
class Placement:
    """Where a function stands and what is around it.

    Attributes
    ----------
    place : {"outside", "private", "public"}
        Without a VPC, or in which kind of subnet.
    ways : frozenset of str
        What the VPC has: ``NAT``, ``S3_ENDPOINT``, ``DYNAMODB_ENDPOINT``, ``SQS_ENDPOINT``.
    allowed : bool
        Whether the database's security group lets the function's in.
    subnets : int
        In how many subnets, each in a zone of its own.
    functions : int
        How many functions are attached alike.
    groups : {"shared", "own"}
        Whether they share one set of security groups or have one each.

    """

    place: str = PRIVATE
    ways: frozenset[str] = frozenset()
    allowed: bool = True
    subnets: int = 1
    functions: int = 1
    groups: str = SHARED


@dataclass(frozen=True)
class Reach:
    """What a function reaches.

    Attributes
    ----------
    placement : Placement
        What was set.
    network : Network
        The network that follows from it.
    destination : str
        The destination that the reader asks about.
    traces : dict of str to tuple of Trace
        By destination, one trace for each of the function's subnets (one alone without a VPC).

    """

    placement: Placement
    network: Network
    destination: str
    traces: dict[str, tuple[Trace, ...]]

    def reached(self, destination: str) -> bool:
        """Return whether the destination is reached from every subnet of the function."""
        return all(one.reachable for one in self.traces[destination])

    @property
    def asked(self) -> Trace:
        """The trace of the destination that is asked about, from the first subnet."""
        return self.traces[self.destination][0]

    @property
    def blocked(self) -> Hop | None:
        """The first obstacle on the way that is asked about; None when there is none."""
        return next(iter(self.asked.blockers), None)

    @cached_property
    def interfaces(self) -> frozenset[tuple[int, int]]:
        """The network interfaces that Lambda makes: pairs of subnet and set of security groups, by number."""
        if self.placement.place == OUTSIDE:
            return frozenset()
        return frozenset(
            (subnet, function if self.placement.groups == OWN else 0)
            for function in range(self.placement.functions)
            for subnet in range(self.placement.subnets)
        )


def build(placement: Placement) -> Network:
    """Return the network of a placement."""
    names = [_subnet(number) for number in range(placement.subnets)]
    attached = placement.place != OUTSIDE
    doors = [
        Interface(f"sqs-door-{number}", name, f"10.0.{10 + number}.20", ("endpoint-sg",), role="endpoint")
        for number, name in enumerate(names)
        if SQS_ENDPOINT in placement.ways
    ]
    gateways = [
        Endpoint(f"vpce-{service}", VPC, service, prefix_list=f"pl-{service}")
        for service in (S3_ENDPOINT, DYNAMODB_ENDPOINT)
        if service in placement.ways
    ]
    routes = [Route(endpoint.prefix_list or "", endpoint.id) for endpoint in gateways]
    if placement.place == PUBLIC:
        routes.append(Route(ANYWHERE, GATEWAY))
    elif NAT in placement.ways:
        routes.append(Route(ANYWHERE, NAT_GATEWAY))
    database_rules = (GroupRule("tcp", PORTS[DATABASE], "lambda-sg"),) if placement.allowed else ()
    sqs = Endpoint("vpce-sqs", VPC, SQS.service, "interface", interfaces=tuple(door.id for door in doors))
    return Network(
        vpcs=(Vpc(VPC, (BLOCK,), region=REGION),),
        subnets=(
            *(Subnet(name, VPC, f"10.0.{10 + number}.0/24", ZONES[number]) for number, name in enumerate(names)),
            Subnet("data", VPC, "10.0.20.0/24", ZONES[0]),
            Subnet("public", VPC, "10.0.0.0/24", ZONES[0]),
        ),
        route_tables=(
            RouteTable("main-rtb", VPC, main=True),
            RouteTable("function-rtb", VPC, tuple(routes), subnets=tuple(names)),
            RouteTable("public-rtb", VPC, (Route(ANYWHERE, GATEWAY),), subnets=("public",)),
        ),
        groups=(
            SecurityGroup("lambda-sg", VPC),
            SecurityGroup("db-sg", VPC, database_rules),
            SecurityGroup("endpoint-sg", VPC, (GroupRule("tcp", PORTS[SQS.id], BLOCK),)),
        ),
        interfaces=(
            *(
                Interface(_interface(number), name, f"10.0.{10 + number}.10", ("lambda-sg",), role="function")
                for number, name in enumerate(names)
                if attached
            ),
            Interface(DATABASE, "data", "10.0.20.40", ("db-sg",), role="database"),
            *doors,
        ),
        internet_gateways=(InternetGateway(GATEWAY, VPC),),
        nat_gateways=(
            (NatGateway(NAT_GATEWAY, "public", "10.0.0.30", "198.51.100.30"),) if NAT in placement.ways else ()
        ),
        endpoints=(*gateways, *((sqs,) if doors else ())),
        prefix_lists=(
            *((PrefixList("pl-s3", S3_CIDRS),) if S3_ENDPOINT in placement.ways else ()),
            *((PrefixList("pl-dynamodb", DYNAMODB_CIDRS),) if DYNAMODB_ENDPOINT in placement.ways else ()),
        ),
        hosts=(SITE, S3, DYNAMODB, SQS, *(() if attached else (MANAGED,))),
    )


def reach(placement: Placement, destination: str) -> Reach:
    """Trace the way to every destination, from every subnet of the function."""
    network = build(placement)
    attached = placement.place != OUTSIDE
    sources = [_interface(number) for number in range(placement.subnets)] if attached else [FUNCTION]
    traces = {
        one: tuple(trace(network, Flow(source, one, port=port)) for source in sources) for one, port in PORTS.items()
    }
    return Reach(placement, network, destination, traces)


def _subnet(number: int) -> str:
    return f"function-{'acd'[number]}"


def _interface(number: int) -> str:
    return f"eni-{'acd'[number]}"
