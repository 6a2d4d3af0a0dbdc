"""The network as a graph, and what follows from its routes: a subnet is public or private by them, not by name.

networkx is imported inside the functions that need it: the published pages start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.vpc.model.network import (
    BLACKHOLE,
    LOCAL,
    Endpoint,
    Interface,
    InternetGateway,
    NatGateway,
    Peering,
    TransitGateway,
    Unknown,
    VpnGateway,
)
from kumo.vpc.model.routes import effective

if TYPE_CHECKING:
    import networkx as nx

    from kumo.vpc.model.network import Network, Route

# Kinds of subnets, as the VPC User Guide names them. A subnet is the first that applies.
PUBLIC = "public"
PRIVATE = "private"
VPN_ONLY = "vpn_only"
ISOLATED = "isolated"

# Where a route may lead, by the type of its target.
TARGET_KINDS = {
    InternetGateway: "internet_gateway",
    NatGateway: "nat_gateway",
    VpnGateway: "vpn_gateway",
    TransitGateway: "transit_gateway",
    Peering: "peering",
    Endpoint: "endpoint",
    Interface: "interface",
    Unknown: "unknown",
}


def routes_of(network: Network, subnet: str) -> tuple[tuple[Route, str], ...]:
    """Return the routes that a subnet uses, each with the kind of its target.

    Kinds are ``local``, ``blackhole`` and the values of `TARGET_KINDS`.
    """
    routes = effective(network, network.table_of(subnet))
    return tuple((route, _kind_of_target(network, route)) for route in routes)


def _kind_of_target(network: Network, route: Route) -> str:
    if route.target in (LOCAL, BLACKHOLE):
        return route.target
    return TARGET_KINDS[type(network[route.target])]


def kind(network: Network, subnet: str) -> str:
    """Return what the routes make of a subnet.

    Returns
    -------
    str
        ``public``: a route leads straight to an internet gateway that is attached to the VPC. ``vpn_only``: no
        such route, and a virtual private gateway is the only way out. ``isolated``: no route leads out of the
        VPC. ``private``: any other (by way of NAT, peering, transit gateway or endpoint).

    Notes
    -----
    Source: "Subnets for your VPC", https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    (read 2026-11-22), section "Subnet types".

    """
    vpc = network[subnet].vpc
    kinds = set()
    for route, target in routes_of(network, subnet):
        if target == "internet_gateway" and network[route.target].vpc == vpc:
            return PUBLIC
        if target not in (LOCAL, BLACKHOLE, "internet_gateway"):
            kinds.add(target)
    if not kinds:
        return ISOLATED
    return VPN_ONLY if kinds == {"vpn_gateway"} else PRIVATE


def graph(network: Network) -> nx.MultiDiGraph:
    """Return the network as a directed multigraph, every thing a node.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes carry `kind` (name of the class) and `thing` (the object). Edges carry `relation`:

        - ``contains``: VPC → subnet → network interface or NAT gateway; endpoint → its interfaces;
        - ``uses``: subnet → its route table and its network ACL; interface → its security groups;
        - ``route``: subnet → target of a route of its table (not ``local``), with `destination` and `propagated`;
        - ``attached``: internet, virtual private and transit gateways → VPC or VPN connection;
        - ``peers``: peering → both VPCs;
        - ``connects``: VPN connection → its gateway and its customer gateway; customer gateway → its hosts;
        - ``allows``: security group → security group that a rule of it names, with `direction`.

    """
    import networkx as nx  # noqa: PLC0415 -- the published pages start without it

    drawn = nx.MultiDiGraph()
    for thing in network:
        drawn.add_node(thing.id, kind=type(thing).__name__, thing=thing)
    for subnet in network.subnets:
        # Implicit tables and ACLs are in no list.
        for thing in (network.table_of(subnet.id), network.acl_of(subnet.id)):
            drawn.add_node(thing.id, kind=type(thing).__name__, thing=thing)
        drawn.add_edge(subnet.vpc, subnet.id, relation="contains")
        drawn.add_edge(subnet.id, network.table_of(subnet.id).id, relation="uses")
        drawn.add_edge(subnet.id, network.acl_of(subnet.id).id, relation="uses")
        for route, target in routes_of(network, subnet.id):
            if target not in (LOCAL, BLACKHOLE):
                label = {"destination": route.destination, "propagated": route.propagated}
                drawn.add_edge(subnet.id, route.target, relation="route", **label)
    drawn.add_edges_from(_inner_edges(network))
    drawn.add_edges_from(_outer_edges(network))
    return drawn


def _inner_edges(network: Network) -> list[tuple[str, str, dict[str, str]]]:
    holders = (*network.interfaces, *network.nat_gateways)
    edges = [(holder.subnet or holder.vpc, holder.id, {"relation": "contains"}) for holder in holders]
    for interface in network.interfaces:
        edges += [(interface.id, group, {"relation": "uses"}) for group in interface.groups]
    for endpoint in network.endpoints:
        edges.append((endpoint.vpc, endpoint.id, {"relation": "contains"}))
        edges += [(endpoint.id, one, {"relation": "contains"}) for one in endpoint.interfaces]
    names = {group.id for group in network.groups}
    for group in network.groups:
        for direction in ("ingress", "egress"):
            peers = dict.fromkeys(rule.peer for rule in getattr(group, direction) if rule.peer in names)
            edges += [(group.id, peer, {"relation": "allows", "direction": direction}) for peer in peers]
    return edges


def _outer_edges(network: Network) -> list[tuple[str, str, dict[str, str]]]:
    edges = [
        (gateway.id, gateway.vpc, {"relation": "attached"})
        for gateway in (*network.internet_gateways, *network.vpn_gateways)
        if gateway.vpc is not None
    ]
    for gateway in network.transit_gateways:
        edges += [(gateway.id, one.resource, {"relation": "attached"}) for one in gateway.attachments]
    for peering in network.peerings:
        edges += [(peering.id, end, {"relation": "peers"}) for end in (peering.requester, peering.accepter)]
    for connection in network.vpn_connections:
        edges += [
            (connection.id, end, {"relation": "connects"}) for end in (connection.gateway, connection.customer_gateway)
        ]
    edges += [
        (host.place, host.id, {"relation": "connects"}) for host in network.hosts if network.get(host.place) is not None
    ]
    return edges


def boxes(network: Network, vpc: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return a VPC as nested boxes: zone → subnet → IDs of what stands in it, zones and subnets in order of address.

    The standard library alone: this is what pictures are drawn from.
    """
    subnets = sorted(network.subnets_of(vpc), key=lambda one: (one.zone, *map(int, one.cidr.split("/")[0].split("."))))
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for subnet in subnets:
        inside = (*network.interfaces, *network.nat_gateways)
        found.setdefault(subnet.zone, {})[subnet.id] = tuple(one.id for one in inside if one.subnet == subnet.id)
    return found


def neighbours(network: Network, vpc: str) -> tuple[str, ...]:
    """Return the IDs of the gateways, peerings and endpoints of a VPC, in the order of the network's lists."""
    found = [one.id for one in (*network.internet_gateways, *network.vpn_gateways) if one.vpc == vpc]
    found += [one.id for one in network.transit_gateways if network.attachment_of(one.id, vpc) is not None]
    found += [one.id for one in network.peerings if one.other(vpc) is not None]
    found += [one.id for one in network.endpoints if one.vpc == vpc]
    return tuple(found)
