"""Mistakes that one makes in a network, each put where it lies in a given connection's way.

Modelled: one change to the network per mistake, chosen by the trace of the sound network, so that "the missing
route" is the route that this connection would have used. A mistake that has no place in the way (a NAT gateway
in a private subnet where there is no NAT gateway) is reported as idle, not made up.

Not modelled: mistakes outside the network (DNS, the operating system's firewall, a server that does not listen).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from kumo.vpc.model.hops import Flow, Hop, Reason, Step, Verdict
from kumo.vpc.model.network import (
    LOCAL,
    Interface,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
)
from kumo.vpc.model.presets import Preset, preset
from kumo.vpc.model.rules import ANYWHERE, ECHO, LINUX_PORTS, NAT_PORTS, WINDOWS_PORTS, AclRule, Ports
from kumo.vpc.model.trace import Trace, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NO_ROUTE, NO_REPLY_ROUTE, NO_GROUP_RULE = "no_route", "no_reply_route", "no_group_rule"
NO_EPHEMERAL, ACL_DENY = "no_ephemeral", "acl_deny"
NO_PUBLIC_ADDRESS, NAT_PRIVATE, GATEWAY_OFF = "no_public_address", "nat_private", "gateway_off"

CLIENTS: dict[str, Ports] = {"linux": LINUX_PORTS, "windows": WINDOWS_PORTS, "nat": NAT_PORTS}
AS_PRESET = "preset"
# Which service of the flow is meant: protocol and port; the port of ICMP means nothing.
SERVICES: dict[str, tuple[str, int]] = {
    "ssh": ("tcp", 22),
    "http": ("tcp", 80),
    "https": ("tcp", 443),
    "postgresql": ("tcp", 5432),
    "dns": ("udp", 53),
    "ping": ("icmp", 0),
}


@dataclass(frozen=True)
class Inquiry:
    """A question to a network with mistakes in it, and the answer.

    Attributes
    ----------
    scenario : str
        Key of the preset.
    network : Network
        With the mistakes.
    source, destination : str
        IDs of the ends that were asked for.
    answer : Trace or None
        None when one of the ends is not in this network, or both are the same.
    idle : tuple of str
        Mistakes that have no place in this connection's way.

    """

    scenario: str
    network: Network
    source: str
    destination: str
    answer: Trace | None
    idle: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, ...]:
        """IDs of those who can be asked about in this network (endpoints' own interfaces left out)."""
        return tuple(thing.id for thing in (*self.network.interfaces, *self.network.hosts))


def inquire(
    scenario: str,
    source: str = AS_PRESET,
    destination: str = AS_PRESET,
    service: str = AS_PRESET,
    client: str = "linux",
    faults: Iterable[str] = (),
) -> Inquiry:
    """Ask a preset for a connection, with mistakes in the network.

    Parameters
    ----------
    scenario : str
        Key of a preset.
    source, destination : str
        IDs of ends, or ``preset`` for those of the preset's first question.
    service : str
        Key of `SERVICES`, or ``preset``.
    client : str
        Key of `CLIENTS`: which ports the client picks from.
    faults : iterable of str
        Keys of `FAULTS`.

    """
    chosen: Preset = preset(scenario)
    first = chosen.flow
    source = first.source if source == AS_PRESET else source
    destination = first.destination if destination == AS_PRESET else destination
    known = {thing.id for thing in (*chosen.network.interfaces, *chosen.network.hosts)}
    if source == destination or not {source, destination} <= known:
        return Inquiry(scenario, chosen.network, source, destination, None, ())
    protocol, port = _service(chosen, source, destination) if service == AS_PRESET else SERVICES[service]
    flow = Flow(source, destination, protocol, port, CLIENTS[client])
    network, idle = broken(chosen.network, flow, faults)
    return Inquiry(scenario, network, source, destination, trace(network, flow), idle)


def _service(chosen: Preset, source: str, destination: str) -> tuple[str, int]:
    """Return what the preset asks of these two ends; what it asks first when it does not ask about them."""
    asked = [flow for _, flow in chosen.flows if (flow.source, flow.destination) == (source, destination)]
    flow = (asked or [chosen.flow])[0]
    return flow.protocol, flow.port


def broken(network: Network, flow: Flow, faults: Iterable[str]) -> tuple[Network, tuple[str, ...]]:
    """Return the network with mistakes in the way of a connection, and the mistakes that found no place."""
    sound = trace(network, flow)
    idle = []
    for fault in faults:
        changed = FAULTS[fault](network, sound)
        if changed is None:
            idle.append(fault)
        else:
            network = changed
    return network, tuple(idle)


def _swap(network: Network, kind: str, identifier: str, **changes: object) -> Network:
    things = tuple(replace(thing, **changes) if thing.id == identifier else thing for thing in getattr(network, kind))
    return replace(network, **{kind: things})


def _first(hops: Iterable[Hop], *steps: Step) -> Hop | None:
    return next((hop for hop in hops if hop.step in steps and hop.verdict is Verdict.PASS), None)


def _without_route(network: Network, hops: Iterable[Hop]) -> Network | None:
    """Take away the route by which the packet leaves its VPC."""
    hop = next((one for one in hops if one.step is Step.ROUTE and one.route and one.route.target != LOCAL), None)
    table = network.get(hop.by[0]) if hop else None
    if hop is None or table is None:
        return None
    if hop.route.propagated:
        kept = tuple(one for one in table.propagating if one != hop.route.target)
        return _swap(network, "route_tables", table.id, propagating=kept)
    routes = tuple(one for one in table.routes if one != hop.route)
    return _swap(network, "route_tables", table.id, routes=routes)


def _no_group_rule(network: Network, sound: Trace) -> Network | None:
    """Empty the destination's groups of inbound rules, or the source's of outbound ones when that end is outside."""
    hop = _first(sound.there, Step.GROUP_INGRESS)
    side = "ingress"
    if hop is None:
        hop, side = _first(sound.there, Step.GROUP_EGRESS), "egress"
    if hop is None:
        return None
    for group in network[hop.at].groups:
        network = _swap(network, "groups", group, **{side: ()})
    return network


def _border(network: Network, sound: Trace) -> str | None:
    """Return the subnet whose ACL the connection passes next to the server, else next to the client."""
    asked = {hop.at for hop in sound.hops if hop.step in (Step.ACL_INGRESS, Step.ACL_EGRESS) and not _skipped(hop)}
    ends = [network.get(end) for end in (sound.flow.destination, sound.flow.source)]
    return next((end.subnet for end in ends if isinstance(end, Interface) and end.subnet in asked), None)


def _skipped(hop: Hop) -> bool:
    return hop.verdict is Verdict.SKIP


def _with_acl(network: Network, subnet: str, ingress: tuple[AclRule, ...], egress: tuple[AclRule, ...]) -> Network:
    """Give a subnet an ACL of its own."""
    name = f"{subnet}-acl"
    others = tuple(
        replace(acl, subnets=tuple(one for one in acl.subnets if one != subnet))
        for acl in network.acls
        if acl.id != name
    )
    own = NetworkAcl(name, network[subnet].vpc, ingress, egress, subnets=(subnet,))
    return replace(network, acls=(*others, own))


def _no_ephemeral(network: Network, sound: Trace) -> Network | None:
    """Allow the service's own port both ways and nothing else: the reply's port is forgotten."""
    subnet = _border(network, sound)
    if subnet is None:
        return None
    flow = sound.flow
    port = ECHO if flow.protocol == "icmp" else flow.port
    rules = (AclRule(100, "allow", flow.protocol, port, ANYWHERE),)
    return _with_acl(network, subnet, rules, rules)


def _acl_deny(network: Network, sound: Trace) -> Network | None:
    """Deny the other end by address, before every other rule."""
    ways = ((sound.flow.destination, Step.ACL_INGRESS), (sound.flow.source, Step.ACL_EGRESS))
    asked = [
        hop
        for end, step in ways
        for hop in sound.there
        if hop.step is step and not _skipped(hop) and hop.at == getattr(network.get(end), "subnet", None)
    ]
    if not asked:
        return None
    hop = asked[0]
    subnet, inbound = hop.at, hop.step is Step.ACL_INGRESS
    acl = network.acl_of(subnet)
    other = hop.packet.source if inbound else hop.packet.destination
    deny = AclRule(1, "deny", "all", None, f"{other}/32")
    rules = {"ingress": acl.ingress, "egress": acl.egress}
    side = "ingress" if inbound else "egress"
    rules[side] = (deny, *(rule for rule in rules[side] if rule.number != 1))
    return _with_acl(network, subnet, rules["ingress"], rules["egress"])


def _no_public_address(network: Network, sound: Trace) -> Network | None:
    hop = next((one for one in sound.hops if one.step is Step.INTERNET_GATEWAY and one.by), None)
    if hop is None or hop.reason is not Reason.TRANSLATED:
        return None
    kind = "nat_gateways" if isinstance(network[hop.by[0]], NatGateway) else "interfaces"
    return _swap(network, kind, hop.by[0], public_address=None)


def _nat_private(network: Network, sound: Trace) -> Network | None:
    """Put the NAT gateway into the subnet that it is meant to serve."""
    hop, client = _first(sound.there, Step.NAT), network.get(sound.flow.source)
    if hop is None or not isinstance(client, Interface):
        return None
    block = IPv4Network(network[client.subnet].cidr)
    taken = {one.address for one in network.interfaces}
    free = next(str(block[place]) for place in range(4, block.num_addresses - 1) if str(block[place]) not in taken)
    return _swap(network, "nat_gateways", hop.at, subnet=client.subnet, address=free)


def _gateway_off(network: Network, sound: Trace) -> Network | None:
    """Detach the first gateway of the way; leave a peering unaccepted; let a transit gateway forget the destination."""
    steps = (Step.INTERNET_GATEWAY, Step.PEERING, Step.VPN_GATEWAY, Step.TRANSIT_ROUTE)
    hop = _first(sound.hops, *steps)
    if hop is None:
        return None
    if hop.step is Step.INTERNET_GATEWAY:
        return _swap(network, "internet_gateways", hop.at, vpc=None)
    if hop.step is Step.VPN_GATEWAY:
        return _swap(network, "vpn_gateways", hop.at, vpc=None)
    if hop.step is Step.PEERING:
        return _swap(network, "peerings", hop.at, active=False)
    gateway = network[hop.at]
    tables = tuple(_forgetful(table, hop.route) for table in gateway.route_tables)
    return _swap(network, "transit_gateways", hop.at, route_tables=tables)


def _forgetful(table: object, route: Route) -> object:
    kept = tuple(one for one in table.propagations if one != route.target)
    return replace(table, propagations=kept, routes=tuple(one for one in table.routes if one.target != route.target))


FAULTS: dict[str, Callable[[Network, Trace], Network | None]] = {
    NO_ROUTE: lambda network, sound: _without_route(network, sound.there),
    NO_REPLY_ROUTE: lambda network, sound: _without_route(network, sound.back),
    NO_GROUP_RULE: _no_group_rule,
    NO_EPHEMERAL: _no_ephemeral,
    ACL_DENY: _acl_deny,
    NO_PUBLIC_ADDRESS: _no_public_address,
    NAT_PRIVATE: _nat_private,
    GATEWAY_OFF: _gateway_off,
}
