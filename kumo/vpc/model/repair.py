"""The smallest change to a network that takes one obstacle out of a packet's way.

What a trace reports can be put to the test: after the repair of everything that it reports, the packet passes.
The repairs are as narrow as the obstacle (one address, the ports that were denied), not a recommendation: who
opens a port decides for whom.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kumo.vpc.model.checks import HIGHEST_NUMBER
from kumo.vpc.model.hops import Reason, Step
from kumo.vpc.model.network import BLACKHOLE, InternetGateway, NatGateway
from kumo.vpc.model.rules import AclRule, GroupRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kumo.vpc.model.hops import Hop
    from kumo.vpc.model.network import Network, Route

# Where new public addresses come from (RFC 2544: benchmarking; nobody has them).
_SPARE = "198.18.{}.{}"


def repair(network: Network, hop: Hop) -> Network | None:
    """Return the network with one obstacle removed, or None when no single change would do.

    Parameters
    ----------
    network : Network
        The one that was traced, or one that earlier repairs have made of it.
    hop : Hop
        A blocker of the trace.

    """
    change = _REPAIRS.get(hop.reason)
    return change(network, hop) if change else None


def repair_all(network: Network, blockers: Iterable[Hop]) -> tuple[Network, tuple[Hop, ...]]:
    """Return the network with all obstacles removed that can be, and the obstacles that cannot."""
    left = []
    for hop in blockers:
        changed = repair(network, hop)
        if changed is None:
            left.append(hop)
        else:
            network = changed
    return network, tuple(left)


def _swap(network: Network, kind: str, old: Any, new: Any) -> Network:
    return replace(network, **{kind: tuple(new if thing is old else thing for thing in getattr(network, kind))})


def _outbound(hop: Hop) -> bool:
    return hop.step in (Step.GROUP_EGRESS, Step.ACL_EGRESS)


def _side(hop: Hop) -> str:
    return "egress" if _outbound(hop) else "ingress"


def _other_end(hop: Hop) -> str:
    return f"{hop.packet.destination if _outbound(hop) else hop.packet.source}/32"


def _allow_in_group(network: Network, hop: Hop) -> Network:
    group, side = network[hop.by[0]], _side(hop)
    rule = GroupRule(hop.packet.protocol, hop.packet.ports, _other_end(hop))
    return _swap(network, "groups", group, replace(group, **{side: (*getattr(group, side), rule)}))


def _allow_in_acl(network: Network, hop: Hop) -> Network:
    """Put a rule for each range of denied ports before all others, and move those on where there is no room."""
    acl, side = network[hop.by[0]], _side(hop)
    rules = getattr(acl, side)
    room = (rules[0].number if rules else HIGHEST_NUMBER) - 1
    if room < len(hop.denied):
        rules = tuple(replace(rule, number=place + 1 + len(hop.denied)) for place, rule in enumerate(rules))
        room = len(hop.denied)
    first = room - len(hop.denied) + 1
    new = tuple(
        AclRule(first + place, "allow", hop.packet.protocol, ports, _other_end(hop))
        for place, ports in enumerate(hop.denied)
    )
    return _swap(network, "acls", acl, replace(acl, **{side: new + rules}))


def _with(routes: tuple[Route, ...], needed: Route, wrong: Route | None) -> tuple[Route, ...]:
    """Return routes with one more, in place of one for the same destination and of a black hole in its way."""
    gone = [wrong] if wrong is not None and wrong.target == BLACKHOLE else []
    kept = [route for route in routes if route.destination != needed.destination and route not in gone]
    return (*kept, needed)


def _add_route(network: Network, hop: Hop) -> Network | None:
    if hop.needed is None:
        return None
    table = network.get(hop.by[0])
    if table is None:
        # The implicit main table: to change it is to write it down.
        table = network.table_of(hop.at) if hop.step is Step.ROUTE else None
        if table is None:
            return None
        network = replace(network, route_tables=(*network.route_tables, table))
    return _swap(network, "route_tables", table, replace(table, routes=_with(table.routes, hop.needed, hop.route)))


def _add_transit_route(network: Network, hop: Hop) -> Network | None:
    if hop.needed is None:
        return None
    gateway, table = network[hop.at], network[hop.by[0]]
    new = replace(table, routes=_with(table.routes, hop.needed, hop.route))
    tables = tuple(new if one is table else one for one in gateway.route_tables)
    return _swap(network, "transit_gateways", gateway, replace(gateway, route_tables=tables))


def _attach(network: Network, hop: Hop) -> Network | None:
    gateway, vpc = network[hop.at], hop.by[0]
    free = isinstance(gateway, InternetGateway) and gateway.vpc is None and network.internet_gateway_of(vpc) is None
    if free:
        return _swap(network, "internet_gateways", gateway, replace(gateway, vpc=vpc))
    return None


def _add_internet_gateway(network: Network, hop: Hop) -> Network:
    if network.internet_gateway_of(hop.at) is not None:
        return network
    gateway = InternetGateway(f"{hop.at}/igw", hop.at)
    return replace(network, internet_gateways=(*network.internet_gateways, gateway))


def _give_public_address(network: Network, hop: Hop) -> Network:
    holder = network[hop.by[0]]
    if holder.public_address is not None:
        return network
    spare = next(
        address
        for number in range(1, 2**16)
        if network.public(address := _SPARE.format(number // 256, number % 256)) is None
    )
    kind = "nat_gateways" if isinstance(holder, NatGateway) else "interfaces"
    return _swap(network, kind, holder, replace(holder, public_address=spare))


def _activate(network: Network, hop: Hop) -> Network:
    peering = network[hop.at]
    return _swap(network, "peerings", peering, replace(peering, active=True))


def _attach_zone(network: Network, hop: Hop) -> Network:
    gateway, (identifier, subnet) = network[hop.at], hop.by
    attachments = tuple(
        replace(one, subnets=(*one.subnets, subnet)) if one.id == identifier and subnet not in one.subnets else one
        for one in gateway.attachments
    )
    return _swap(network, "transit_gateways", gateway, replace(gateway, attachments=attachments))


def _tell_premises(network: Network, hop: Hop) -> Network | None:
    if hop.needed is None:
        return None
    connection = network[hop.needed.target]
    routes = (*(connection.routes or ()), hop.needed.destination)
    return _swap(network, "vpn_connections", connection, replace(connection, routes=routes))


_REPAIRS: dict[Reason, Callable[[Network, Hop], Network | None]] = {
    Reason.NO_GROUP_RULE: _allow_in_group,
    Reason.ACL_DENY: _allow_in_acl,
    Reason.ACL_NO_RULE: _allow_in_acl,
    Reason.NO_ROUTE: _add_route,
    Reason.BLACKHOLE: _add_route,
    Reason.PRIVATE_DESTINATION: _add_route,
    Reason.NOT_TRANSITIVE: _add_route,
    Reason.VPN_NO_ROUTE: _add_route,
    Reason.NAT_ONLY_OUTWARDS: _add_route,
    Reason.NAT_PRIVATE: _add_route,
    Reason.TRANSIT_NO_ROUTE: _add_transit_route,
    Reason.TRANSIT_BLACKHOLE: _add_transit_route,
    Reason.PREMISES_NO_ROUTE: _tell_premises,
    Reason.NOT_ATTACHED: _attach,
    Reason.NO_INTERNET_GATEWAY: _add_internet_gateway,
    Reason.NO_PUBLIC_ADDRESS: _give_public_address,
    Reason.PEERING_INACTIVE: _activate,
    Reason.TRANSIT_ZONE: _attach_zone,
}
