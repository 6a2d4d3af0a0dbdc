"""Which route a packet takes: the longest prefix, and among equals the order that AWS documents.

Source: "How route priority works", https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
(read 2026-11-22): the most specific route wins; among routes of one length local and written routes come before
those of prefix lists, and those before propagated ones. Where prefix lists overlap AWS picks one at random and
keeps to it; here it is the first in the table.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from kumo.vpc.model.addresses import number, span
from kumo.vpc.model.network import LOCAL, Network, Route, RouteTable, TransitGateway, TransitRouteTable, Vpc

if TYPE_CHECKING:
    from collections.abc import Iterable

# (negative length, rank, base, mask, route): sorting puts the route that wins first.
Entry = tuple[int, int, int, int, Route]

_WRITTEN, _LISTED, _PROPAGATED = range(3)


def effective(network: Network, table: RouteTable) -> tuple[Route, ...]:
    """Return the routes of a table as AWS shows them: local routes first, then written, then propagated ones.

    A local route stands for each block of the VPC unless the table states a route of exactly that destination.
    """
    written = {route.destination for route in table.routes}
    local = [Route(cidr, LOCAL) for cidr in network[table.vpc].cidrs if cidr not in written]
    learnt = [
        Route(cidr, gateway, propagated=True)
        for gateway in table.propagating
        for connection in network.connections_of(gateway)
        for cidr in connection.cidrs
    ]
    return (*local, *table.routes, *(route for route in dict.fromkeys(learnt) if route not in table.routes))


def lookup(network: Network, subnet: str, address: str) -> Route | None:
    """Return the route that a packet to `address` takes out of a subnet, or None when no route matches."""
    table = network.table_of(subnet)
    key = (table.id, address)
    if key not in network.memory:
        if table.id not in network.memory:
            network.memory[table.id] = _sorted(network, effective(network, table))
        network.memory[key] = _first(network.memory[table.id], address)
    return network.memory[key]


def transit_routes(network: Network, gateway: TransitGateway, table: TransitRouteTable) -> tuple[Route, ...]:
    """Return the routes of a transit gateway's table: written ones, then those learnt from attachments."""
    resources = {attachment.id: network[attachment.resource] for attachment in gateway.attachments}
    learnt = [
        Route(cidr, identifier, propagated=True)
        for identifier in table.propagations
        for cidr in resources[identifier].cidrs
    ]
    return (*table.routes, *learnt)


def transit_lookup(network: Network, gateway: TransitGateway, table: TransitRouteTable, address: str) -> Route | None:
    """Return the route that a packet to `address` takes in a transit gateway's table, or None."""
    key = (table.id, address)
    if key not in network.memory:
        network.memory[key] = _first(_sorted(network, transit_routes(network, gateway, table)), address)
    return network.memory[key]


def blocks(network: Network, destination: str) -> tuple[str, ...]:
    """Return the blocks that a route's destination stands for: itself, or those of its prefix list."""
    return (destination,) if "/" in destination else network[destination].cidrs


def matched_length(network: Network, route: Route, address: str) -> int:
    """Return the length of the longest prefix by which a route matches an address; -1 when it does not match."""
    matching = [cidr for cidr in blocks(network, route.destination) if number(address) & span(cidr)[1] == span(cidr)[0]]
    return max((int(cidr.partition("/")[2]) for cidr in matching), default=-1)


def block_of(vpc: Vpc, address: str) -> str:
    """Return the block of a VPC that holds the address."""
    return next(cidr for cidr in vpc.cidrs if number(address) & span(cidr)[1] == span(cidr)[0])


def _sorted(network: Network, routes: Iterable[Route]) -> list[Entry]:
    entries: list[Entry] = []
    for route in routes:
        rank = _PROPAGATED if route.propagated else _WRITTEN if "/" in route.destination else _LISTED
        entries += [
            (-IPv4Network(cidr).prefixlen, rank, *span(cidr), route) for cidr in blocks(network, route.destination)
        ]
    # Stable: among equals the order of the table decides.
    return sorted(entries, key=lambda entry: entry[:2])


def _first(entries: list[Entry], address: str) -> Route | None:
    value = number(address)
    return next((route for _, _, base, mask, route in entries if value & mask == base), None)
