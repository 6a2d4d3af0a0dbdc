"""How many connections n networks need, and who reaches whom: peering against a transit gateway.

Modelled: n VPCs with one subnet each, all routes that the connections allow, filters open. A peering joins its
two ends and nobody else; a transit gateway joins all. `build` makes the network itself, so that the packet trace
can be asked the same question (the tests do, for every shape).

Not modelled: prices, bandwidth, quotas beyond the number of peerings of one VPC.

Source: "VPC peering" in "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure",
https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/
vpc-peering.html (read 2026-11-22): full mesh needs n(n-1)/2 peerings (4,950 for 100 VPCs), not transitive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.network import (
    Attachment,
    Interface,
    Network,
    Peering,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    TransitRouteTable,
    Vpc,
)
from kumo.vpc.model.rules import GroupRule
from kumo.vpc.words.errors import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FEWEST, MOST = 2, 100
PEERINGS_PER_VPC: int = facts.value("vpc.peerings-per-vpc")

# How the networks are joined.
MESH, STAR, CHAIN, TRANSIT = "mesh", "star", "chain", "transit"

_LINKS: dict[str, Callable[[int], Iterable[tuple[int, int]]]] = {
    MESH: lambda count: combinations(range(count), 2),
    STAR: lambda count: ((0, place) for place in range(1, count)),
    CHAIN: lambda count: ((place, place + 1) for place in range(count - 1)),
    TRANSIT: lambda _: (),
}
SHAPES = tuple(_LINKS)


@dataclass(frozen=True)
class Connectivity:
    """n networks joined in one way.

    Attributes
    ----------
    count : int
        Number of networks.
    shape : str
        ``mesh`` (every two peered), ``star`` (all peered with the first), ``chain`` (each with the next) or
        ``transit`` (all attached to one transit gateway).
    links : tuple of (int, int)
        Which networks are peered; empty for ``transit``.
    pairs : frozenset of (int, int)
        Who can open a connection to whom.
    routes : int
        Lines to write into all route tables, local ones not counted.

    """

    count: int
    shape: str
    links: tuple[tuple[int, int], ...]
    pairs: frozenset[tuple[int, int]]
    routes: int

    @property
    def connections(self) -> int:
        """Peerings, or attachments to the transit gateway."""
        return self.count if self.shape == TRANSIT else len(self.links)

    @property
    def per_network(self) -> int:
        """Most connections that one network has."""
        if self.shape == TRANSIT:
            return 1
        return max(Counter(chain.from_iterable(self.links)).values())

    @property
    def within_quota(self) -> bool:
        """Whether no network needs more peerings than AWS allows without being asked."""
        return self.shape == TRANSIT or self.per_network <= PEERINGS_PER_VPC

    @property
    def complete(self) -> bool:
        """Whether everybody reaches everybody."""
        return len(self.pairs) == self.count * (self.count - 1)


def peerings_needed(count: int) -> int:
    """Return how many peerings join every two of `count` networks."""
    return count * (count - 1) // 2


def attachments_needed(count: int) -> int:
    """Return how many attachments to one transit gateway join `count` networks."""
    return count


@cache
def connect(count: int, shape: str) -> Connectivity:
    """Join `count` networks (2 to 100) in one of `SHAPES` and find out who reaches whom.

    Raises
    ------
    NetworkError
        For a number or a shape that is not offered.

    """
    links = _links(count, shape)
    joined = combinations(range(count), 2) if shape == TRANSIT else links
    pairs = frozenset(pair for one, other in joined for pair in ((one, other), (other, one)))
    # To the peer, at both ends; or one route to the transit gateway for everybody else.
    routes = count if shape == TRANSIT else 2 * len(links)
    return Connectivity(count, shape, links, pairs, routes)


def _links(count: int, shape: str) -> tuple[tuple[int, int], ...]:
    if not FEWEST <= count <= MOST:
        raise NetworkError("networks", value=count, low=FEWEST, high=MOST)
    if shape not in _LINKS:
        raise NetworkError("shape", value=shape, allowed=listed(SHAPES))
    return tuple(_LINKS[shape](count))


def build(count: int, shape: str) -> Network:
    """Return the network that `connect` speaks of: ``vpc-0`` with ``server-0`` in it, and so on."""
    everyone = range(count)
    links = _links(count, shape)
    routes: dict[int, list[Route]] = {place: [] for place in everyone}
    for one, other in links:
        routes[one].append(Route(_block(other), f"pcx-{one}-{other}"))
        routes[other].append(Route(_block(one), f"pcx-{one}-{other}"))
    gateways: tuple[TransitGateway, ...] = ()
    if shape == TRANSIT:
        attachments = tuple(Attachment(f"att-{place}", f"vpc-{place}", (f"subnet-{place}",)) for place in everyone)
        names = tuple(attachment.id for attachment in attachments)
        gateways = (TransitGateway("tgw", attachments, (TransitRouteTable("tgw-rtb", names, names),)),)
        for place in everyone:
            routes[place].append(Route("10.0.0.0/8", "tgw"))
    return Network(
        vpcs=tuple(Vpc(f"vpc-{place}", (_block(place),)) for place in everyone),
        subnets=tuple(Subnet(f"subnet-{place}", f"vpc-{place}", f"10.{place}.0.0/24", "a") for place in everyone),
        route_tables=tuple(
            RouteTable(f"rtb-{place}", f"vpc-{place}", tuple(routes[place]), main=True) for place in everyone
        ),
        groups=tuple(
            SecurityGroup(f"sg-{place}", f"vpc-{place}", (GroupRule("all", None, "10.0.0.0/8"),)) for place in everyone
        ),
        interfaces=tuple(
            Interface(f"server-{place}", f"subnet-{place}", f"10.{place}.0.10", (f"sg-{place}",)) for place in everyone
        ),
        peerings=tuple(Peering(f"pcx-{one}-{other}", f"vpc-{one}", f"vpc-{other}") for one, other in links),
        transit_gateways=gateways,
    )


def _block(place: int) -> str:
    return f"10.{place}.0.0/16"
