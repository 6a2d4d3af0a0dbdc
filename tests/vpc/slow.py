"""A second, slow answer to "who reaches whom": one packet, one port at a time, and nothing explained.

Written from the same AWS documentation as the tracer and sharing none of its code but the dataclasses: addresses
are compared with `ipaddress`, rules and routes are searched from the first to the last, and every interesting
client port is tried by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from kumo.vpc.model.network import (
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    Peering,
    TransitGateway,
    Vpc,
    VpnGateway,
)

PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
NAT_PORTS = (1024, 65535)


def connects(
    network: Network, source: str, destination: str, port: int, ephemeral: tuple[int, int], protocol: str = "tcp"
) -> bool:
    """Return whether the connection comes about for every port that the client (and a NAT gateway) may choose."""
    return all(
        Attempt(network, source, destination, protocol, port, client, translated).succeeds()
        for client in interesting(network, ephemeral)
        for translated in (interesting(network, NAT_PORTS) if network.nat_gateways else [NAT_PORTS[0]])
    )


def interesting(network: Network, ports: tuple[int, int]) -> list[int]:
    """Return ports of the range at which some rule may change its mind."""
    edges = {ports[0], ports[1]}
    for acl in network.acls:
        for rule in (*acl.ingress, *acl.egress):
            if rule.ports:
                edges |= {rule.ports[0] - 1, rule.ports[0], rule.ports[1], rule.ports[1] + 1}
    return sorted(edge for edge in edges if ports[0] <= edge <= ports[1])


@dataclass
class Letter:
    """One packet with exact ports."""

    source: str
    sport: int
    target: str
    dport: int


class Lost(Exception):  # noqa: N818 -- not an error: the answer "no"
    """The packet does not arrive."""


def within(address: str, cidr: str) -> bool:
    return ip_address(address) in ip_network(cidr)


def private(address: str) -> bool:
    return any(ip_address(address) in block for block in PRIVATE)


class Attempt:
    """One connection with one client port and one translated port."""

    def __init__(
        self, network: Network, source: str, destination: str, protocol: str, port: int, client: int, translated: int
    ) -> None:
        self.network, self.protocol = network, protocol
        self.things = {thing.id: thing for thing in network}
        self.source, self.destination = self.things[source], self.things[destination]
        self.port, self.client, self.translated = port, client, translated
        self.table: dict[tuple[str, int], tuple[str, int]] = {}
        self.reply = False
        self.crossed: object = None
        self.came_by: tuple[str, object] = ("", None)

    def succeeds(self) -> bool:
        outside = isinstance(self.source, Host) and self.source.place in ("internet", "aws")
        address = self.destination.address
        if isinstance(self.destination, Interface) and outside:
            if self.destination.public_address is None:
                return False
            address = self.destination.public_address
        try:
            letter = Letter(self.source.address, self.client, address, self.port)
            at, letter = self.travel(self.source, letter)
            if at is not self.destination:
                return False
            self.reply = True
            back, answer = self.travel(at, Letter(letter.target, letter.dport, letter.source, letter.sport))
        except Lost:
            return False
        return back is self.source and answer.source == address and answer.dport == self.client

    def travel(self, start: object, letter: Letter) -> tuple[object, Letter]:
        if isinstance(start, Interface):
            self.groups(start, letter, "egress")
            return self.out_of_subnet(start.subnet, letter, "resident", 0)
        if start.place in ("internet", "aws"):
            if self.reply and self.came_by[0] == "endpoint":
                return self.into_vpc(self.came_by[1], letter, None, 0)
            return self.over_the_internet(letter, 0)
        return self.from_premises(start, letter)

    # Filters.

    def groups(self, interface: Interface, letter: Letter, side: str) -> None:
        if self.reply:
            return
        other = letter.target if side == "egress" else letter.source
        for identifier in interface.groups:
            for rule in getattr(self.things[identifier], side):
                in_range = rule.ports is None or letter.dport in range(rule.ports[0], rule.ports[1] + 1)
                known = rule.protocol in ("all", self.protocol) and in_range
                if known and self.is_peer(rule.peer, interface, other, side, letter):
                    return
        raise Lost

    def is_peer(self, peer: str, interface: Interface, other: str, side: str, letter: Letter) -> bool:
        thing = self.things.get(peer)
        if thing is None or hasattr(thing, "cidrs"):
            return any(within(other, cidr) for cidr in (thing.cidrs if thing else [peer]))
        end = self.destination if side == "egress" else self.source
        if not isinstance(end, Interface) or peer not in end.groups or end.address != other:
            return False
        mine, theirs = self.vpc_of(interface.subnet), self.vpc_of(end.subnet)
        way = self.crossed
        if side == "egress":
            route = self.route(interface.subnet, letter.target)
            way = self.things.get(route.target) if route else None
        peered = isinstance(way, Peering) and mine.region == theirs.region
        routed = isinstance(way, TransitGateway) and way.group_references and side == "ingress"
        return mine is theirs or peered or routed

    def acl(self, subnet: str, letter: Letter, side: str) -> None:
        chosen = [one for one in self.network.acls if subnet in one.subnets]
        chosen += [one for one in self.network.acls if one.default and one.vpc == self.things[subnet].vpc]
        if not chosen:
            return
        other = letter.target if side == "egress" else letter.source
        for rule in sorted(getattr(chosen[0], side), key=lambda rule: rule.number):
            in_range = rule.ports is None or rule.ports[0] <= letter.dport <= rule.ports[1]
            if rule.protocol in ("all", self.protocol) and within(other, rule.cidr) and in_range:
                if rule.action == "deny":
                    raise Lost
                return
        raise Lost

    # Routes.

    def vpc_of(self, subnet: str) -> Vpc:
        return self.things[self.things[subnet].vpc]

    def route(self, subnet: str, address: str) -> object:
        vpc = self.vpc_of(subnet)
        tables = [one for one in self.network.route_tables if subnet in one.subnets]
        tables += [one for one in self.network.route_tables if one.main and one.vpc == vpc.id]
        candidates = []
        if any(within(address, cidr) for cidr in vpc.cidrs):
            return type("Local", (), {"target": "local"})
        for table in tables[:1]:
            for route in table.routes:
                listed = self.things.get(route.destination)
                for cidr in listed.cidrs if listed else [route.destination]:
                    if within(address, cidr):
                        rank = 2 if route.propagated else 1 if listed else 0
                        candidates.append((-ip_network(cidr).prefixlen, rank, len(candidates), route))
            for gateway in table.propagating:
                for connection in self.network.vpn_connections:
                    for cidr in connection.cidrs:
                        if connection.gateway == gateway and within(address, cidr):
                            learnt = type("Learnt", (), {"target": gateway})
                            candidates.append((-ip_network(cidr).prefixlen, 2, len(candidates), learnt))
        return min(candidates, key=lambda entry: entry[:3])[3] if candidates else None

    def out_of_subnet(self, subnet: str, letter: Letter, sender: str, depth: int) -> tuple[object, Letter]:
        if depth > 10:
            raise Lost
        vpc = self.vpc_of(subnet)
        neighbour = self.holder(vpc.id, letter.target)
        if neighbour is None or neighbour.subnet != subnet:
            self.acl(subnet, letter, "egress")
        route = self.route(subnet, letter.target)
        if route is None or route.target == "blackhole":
            raise Lost
        if route.target == "local":
            return self.into_vpc(vpc.id, letter, subnet, depth)
        way = self.things[route.target]
        by_kind = {
            InternetGateway: self.by_internet_gateway,
            NatGateway: self.by_nat_gateway,
            Peering: self.by_peering,
            TransitGateway: self.into_transit,
            VpnGateway: self.by_vpn_gateway,
            Endpoint: self.by_endpoint,
        }
        return by_kind[type(way)](way, subnet, letter, sender, depth)

    def by_internet_gateway(
        self, way: InternetGateway, subnet: str, letter: Letter, _sender: str, depth: int
    ) -> tuple[object, Letter]:
        vpc = self.things[subnet].vpc
        holder = self.holder(vpc, letter.source)
        if way.vpc != vpc or private(letter.target) or holder is None or holder.public_address is None:
            raise Lost
        return self.over_the_internet(Letter(holder.public_address, letter.sport, letter.target, letter.dport), depth)

    def by_nat_gateway(
        self, way: NatGateway, subnet: str, letter: Letter, sender: str, depth: int
    ) -> tuple[object, Letter]:
        if self.reply or sender == "nat":
            raise Lost
        if way.subnet != subnet:
            self.acl(way.subnet, letter, "ingress")
        self.table[way.id, self.translated] = (letter.source, letter.sport)
        moved = Letter(way.address, self.translated, letter.target, letter.dport)
        return self.out_of_subnet(way.subnet, moved, "nat", depth + 1)

    def by_peering(self, way: Peering, subnet: str, letter: Letter, sender: str, depth: int) -> tuple[object, Letter]:
        other = {way.requester: way.accepter, way.accepter: way.requester}[self.things[subnet].vpc]
        here = any(within(letter.target, cidr) for cidr in self.things[other].cidrs)
        if not way.active or not here or sender == "transit":
            raise Lost
        self.crossed = way
        return self.into_vpc(other, letter, None, depth)

    def by_vpn_gateway(
        self, way: VpnGateway, subnet: str, letter: Letter, sender: str, _depth: int
    ) -> tuple[object, Letter]:
        ways = [
            one
            for one in self.network.vpn_connections
            if one.gateway == way.id and any(within(letter.target, cidr) for cidr in one.cidrs)
        ]
        if not ways or way.vpc != self.things[subnet].vpc or sender == "transit":
            raise Lost
        return self.to_premises(ways[0].customer_gateway, letter)

    def by_endpoint(
        self, _way: Endpoint, subnet: str, letter: Letter, sender: str, _depth: int
    ) -> tuple[object, Letter]:
        if sender == "transit":
            raise Lost
        self.came_by = ("endpoint", self.things[subnet].vpc)
        return next(host for host in self.network.hosts if host.address == letter.target), letter

    def into_transit(
        self, gateway: TransitGateway, subnet: str, letter: Letter, _sender: str, depth: int
    ) -> tuple[object, Letter]:
        here = [one for one in gateway.attachments if one.resource == self.things[subnet].vpc]
        if not here:
            raise Lost
        zone = self.things[subnet].zone
        doors = [door for door in here[0].subnets if self.things[door].zone == zone]
        if not doors:
            raise Lost
        self.acl(doors[0], letter, "ingress")
        return self.through_transit(gateway, here[0].id, zone, letter, depth)

    def through_transit(
        self, gateway: TransitGateway, entry: str, zone: str, letter: Letter, depth: int
    ) -> tuple[object, Letter]:
        tables = [one for one in gateway.route_tables if entry in one.associations]
        if not tables:
            raise Lost
        candidates = []
        for route in tables[0].routes:
            if within(letter.target, route.destination):
                candidates.append((-ip_network(route.destination).prefixlen, 0, len(candidates), route.target))
        resources = {one.id: self.things[one.resource] for one in gateway.attachments}
        for identifier in tables[0].propagations:
            for cidr in resources[identifier].cidrs:
                if within(letter.target, cidr):
                    candidates.append((-ip_network(cidr).prefixlen, 2, len(candidates), identifier))
        if not candidates or min(candidates)[3] == "blackhole":
            raise Lost
        chosen = min(candidates)[3]
        self.crossed = gateway
        if not isinstance(resources[chosen], Vpc):
            return self.to_premises(resources[chosen].customer_gateway, letter)
        doors = next(one.subnets for one in gateway.attachments if one.id == chosen)
        near = [door for door in doors if self.things[door].zone == zone]
        return self.out_of_subnet((near or list(doors))[0], letter, "transit", depth + 1)

    # Places.

    def holder(self, vpc: str, address: str) -> Interface | NatGateway | None:
        for thing in (*self.network.interfaces, *self.network.nat_gateways):
            if thing.address == address and self.things[thing.subnet].vpc == vpc:
                return thing
        return None

    def into_vpc(self, vpc: str, letter: Letter, subnet: str | None, depth: int) -> tuple[object, Letter]:
        holder = self.holder(vpc, letter.target)
        if holder is None:
            raise Lost
        if holder.subnet != subnet:
            self.acl(holder.subnet, letter, "ingress")
        return self.handed_to(holder, letter, depth)

    def handed_to(self, holder: Interface | NatGateway, letter: Letter, depth: int) -> tuple[object, Letter]:
        if isinstance(holder, NatGateway):
            inner = self.table.get((holder.id, letter.dport)) if self.reply else None
            if inner is None:
                raise Lost
            return self.out_of_subnet(holder.subnet, Letter(letter.source, letter.sport, *inner), "nat", depth + 1)
        self.groups(holder, letter, "ingress")
        return holder, letter

    def over_the_internet(self, letter: Letter, depth: int) -> tuple[object, Letter]:
        if private(letter.target):
            raise Lost
        for host in self.network.hosts:
            if host.address == letter.target:
                return host, letter
        for thing in (*self.network.interfaces, *self.network.nat_gateways):
            if thing.public_address == letter.target:
                vpc = self.things[thing.subnet].vpc
                if not any(one.vpc == vpc for one in self.network.internet_gateways):
                    raise Lost
                inner = Letter(letter.source, letter.sport, thing.address, letter.dport)
                self.acl(thing.subnet, inner, "ingress")
                return self.handed_to(thing, inner, depth)
        raise Lost

    def to_premises(self, gateway: str, letter: Letter) -> tuple[object, Letter]:
        for host in self.network.hosts:
            if host.place == gateway and host.address == letter.target:
                return host, letter
        raise Lost

    def from_premises(self, host: Host, letter: Letter) -> tuple[object, Letter]:
        for connection in self.network.vpn_connections:
            if connection.customer_gateway != host.place:
                continue
            gateway = self.things[connection.gateway]
            if isinstance(gateway, VpnGateway):
                behind = self.things[gateway.vpc].cidrs if gateway.vpc else ()
            elif any(one.resource == connection.id for one in gateway.attachments):
                vpcs = [self.things[one.resource] for one in gateway.attachments]
                behind = [cidr for vpc in vpcs if isinstance(vpc, Vpc) for cidr in vpc.cidrs]
            else:
                behind = ()
            if not any(within(letter.target, cidr) for cidr in behind):
                continue
            if connection.routes is not None and not any(within(letter.target, cidr) for cidr in connection.routes):
                continue
            if isinstance(gateway, VpnGateway):
                return self.into_vpc(gateway.vpc, letter, None, 0)
            entry = next(one.id for one in gateway.attachments if one.resource == connection.id)
            return self.through_transit(gateway, entry, "", letter, 0)
        raise Lost
