"""The way of one packet and of its reply: the machinery behind `trace`, whose docstring says what is modelled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kumo.vpc.model.addresses import inside
from kumo.vpc.model.hops import Hop, Packet, Reason, Step, Verdict
from kumo.vpc.model.network import (
    AWS,
    BLACKHOLE,
    INTERNET,
    LOCAL,
    Attachment,
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Peering,
    Route,
    TransitGateway,
    Unknown,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.routes import block_of, lookup, matched_length, transit_lookup
from kumo.vpc.model.rules import ANYWHERE, ECHO, ECHO_REPLY, NAT_PORTS, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kumo.vpc.model.hops import Flow
    from kumo.vpc.model.network import Network, Subnet
    from kumo.vpc.model.rules import GroupRule, Ports

    End = Interface | Host

# Private networks (RFC 1918), carriers' (RFC 6598), link-local and loopback: the internet carries none of them.
NOT_ON_THE_INTERNET = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
)

# More subnets than this in a row are a loop (a real packet ends when its time to live has run out).
MOST_LEGS = 12

# Who sent a packet out of a subnet: what stands in it, its NAT gateway, or a transit gateway through it.
RESIDENT, NAT, TRANSIT = "resident", "nat", "transit"


def on_the_internet(address: str) -> bool:
    """Return whether the internet carries packets to the address."""
    return not any(inside(address, cidr) for cidr in NOT_ON_THE_INTERNET)


class Walk:
    """One packet and its reply on their way. Made and used up by `trace`.

    A method that moves the packet ends by calling the next one; the way is over when none does.

    Attributes
    ----------
    hops : list of Hop
        What was asked so far.
    packet : Packet
        As it is now.

    """

    def __init__(self, network: Network, flow: Flow, source: End, destination: End) -> None:
        self.network, self.flow = network, flow
        self.origin, self.target = source, destination
        self.hops: list[Hop] = []
        self.back = self.assumed = self.cut = self.untranslated = self.nobody = False
        self.legs = 0
        self.client_ports: Ports = flow.ephemeral
        # What the NAT gateways remember: the packet before they translated it, and its client's ports.
        self.translations: dict[str, tuple[Packet, Ports]] = {}
        # By what the packet came from one VPC to another: decides whether security groups know each other.
        self.carrier: Peering | TransitGateway | None = None
        self.exit_vpc = self._vpc(source) if isinstance(source, Interface) else ""
        self.endpoint: Endpoint | None = None
        self.strayed: set[str] = set()
        # (table, address, line) of what was decided so far: a repair must not turn an earlier decision over.
        self.used: list[tuple[str, str, Route]] = []
        ports = (ECHO, ECHO) if flow.protocol == "icmp" else (flow.port, flow.port)
        self.packet = Packet(source.address, self._address(), flow.protocol, ports)
        self.addressed = self.packet.destination

    def run(self) -> tuple[Hop, ...]:
        """Walk there and back."""
        self._pass(Step.START, self.origin.id, Reason.SENT)
        self._resolve()
        self._set_out(self.origin)
        if not self.nobody:
            self._turn_round()
            self._pass(Step.START, self.origin.id, Reason.REPLIED)
            self._set_out(self.origin)
        return tuple(self.hops)

    # The two ends.

    def _address(self) -> str:
        """Return the address that the first packet is sent to."""
        if self.flow.destination != self.target.id:
            return self.flow.destination
        if (
            isinstance(self.target, Interface)
            and isinstance(self.origin, Host)
            and self.origin.place in (INTERNET, AWS)
        ):
            return self.target.public_address or self.target.address
        return self.target.address

    def _resolve(self) -> None:
        """Follow the private name of a service to the interface endpoint of the source's VPC, if there is one."""
        if not (isinstance(self.origin, Interface) and isinstance(self.target, Host) and self.target.service):
            return
        zone = self.network[self.origin.subnet].zone
        for endpoint in self.network.endpoints:
            if endpoint.kind == "interface" and endpoint.private_dns and endpoint.service == self.target.service:
                doors = [self.network[one] for one in endpoint.interfaces]
                doors = [door for door in doors if self._vpc(door) == self._vpc(self.origin)]
                doors.sort(key=lambda door: self.network[door.subnet].zone != zone)
                if doors:
                    self.target = doors[0]
                    self.packet = replace(self.packet, destination=doors[0].address)
                    self.addressed = doors[0].address
                    self._pass(Step.NAME, doors[0].id, Reason.PRIVATE_NAME, by=(endpoint.id,))
                    return

    def _turn_round(self) -> None:
        ports = (ECHO_REPLY, ECHO_REPLY) if self.flow.protocol == "icmp" else self.client_ports
        self.packet = Packet(self.packet.destination, self.packet.source, self.flow.protocol, ports)
        self.origin, self.target = self.target, self.origin
        self.back, self.assumed, self.legs, self.strayed = True, False, 0, set()

    def _set_out(self, end: End) -> None:
        if isinstance(end, Interface):
            self._groups(Step.GROUP_EGRESS, end)
            self._leave(end.subnet, RESIDENT)
        elif end.place in (INTERNET, AWS):
            self._from_outside()
        else:
            self._from_premises(end)

    def _arrive(self, end: End) -> None:
        if end is not self.target:
            self._block(Step.ARRIVAL, end.id, Reason.OTHER_END)
        elif self.back and self.packet.source != self.addressed and not (self.cut or self.untranslated):
            # The client waits for a reply from the address that it wrote to, and knows no other.
            self._block(Step.ARRIVAL, end.id, Reason.OTHER_SOURCE)
        else:
            self._pass(Step.ARRIVAL, end.id, Reason.ARRIVED)

    def _jump(self) -> None:
        """Go on at the other end's door: the way there is not known, but what waits there can be told."""
        self.cut = self.assumed = True
        if isinstance(self.target, Interface):
            self.packet = replace(self.packet, destination=self.target.address)
            self._acl(Step.ACL_INGRESS, self.target.subnet)
            self._groups(Step.GROUP_INGRESS, self.target)
        elif self._stranger() and not on_the_internet(self.packet.destination):
            self.nobody = True

    def _stranger(self) -> bool:
        return self.network.get(self.target.id) is not self.target

    # Subnets: filters and routes.

    def _leave(self, subnet_id: str, sender: str) -> None:
        """Take the packet out of a subnet, by the routes of the subnet's table."""
        subnet = self.network[subnet_id]
        self.legs += 1
        if self.legs > MOST_LEGS:
            self._block(Step.ROUTE, subnet.id, Reason.LOOP)
            self._jump()
            return
        route = lookup(self.network, subnet.id, self.packet.destination)
        holder = self.network.at(subnet.vpc, self.packet.destination) if route and route.target == LOCAL else None
        if holder is not None and holder.subnet == subnet.id:
            self._skip(Step.ACL_EGRESS, subnet.id, Reason.SAME_SUBNET)
        else:
            self._acl(Step.ACL_EGRESS, subnet.id)
        if route is None or route.target == BLACKHOLE:
            self._stray(Step.ROUTE, subnet.id, Reason.BLACKHOLE if route else Reason.NO_ROUTE, subnet, sender, route)
            return
        table = self.network.table_of(subnet.id)
        self.used.append((table.id, self.packet.destination, route))
        self._pass(Step.ROUTE, subnet.id, Reason.ROUTED, by=(table.id,), route=route)
        self._follow(route, subnet, sender)

    def _follow(self, route: Route, subnet: Subnet, sender: str) -> None:
        if route.target == LOCAL:
            self._deliver(subnet.vpc, subnet.id)
            return
        gateway = self.network[route.target]
        ways: dict[type, Callable[[Any, Subnet, str, Route], None]] = {
            InternetGateway: self._out_by_internet_gateway,
            NatGateway: self._nat,
            Peering: self._peering,
            TransitGateway: self._transit,
            VpnGateway: self._vpn_gateway,
            Endpoint: self._gateway_endpoint,
            Interface: self._middlebox,
            Unknown: self._outside_model,
        }
        ways[type(gateway)](gateway, subnet, sender, route)

    def _stray(self, step: Step, at: str, reason: Reason, subnet: Subnet, sender: str, route: Route | None) -> None:
        """Note that the subnet's routes do not lead there, and go on by the route that would."""
        table = self.network.table_of(subnet.id)
        if route is not None and route.target != BLACKHOLE:
            self.used.remove((table.id, self.packet.destination, route))
        needed = None if subnet.id in self.strayed else self._suggest(subnet, sender)
        same = needed is not None and route is not None and needed.target == route.target
        if needed is not None and (same or self._overturns(table.id, needed)):
            needed = None
        self.strayed.add(subnet.id)
        self._block(step, at, reason, by=(table.id,), route=route, needed=needed)
        if needed is None:
            self._jump()
        else:
            self.assumed = True
            self.used.append((table.id, self.packet.destination, needed))
            self._follow(needed, subnet, sender)

    def _overturns(self, table: str, needed: Route) -> bool:
        """Return whether a new line in a table would take a packet that an earlier line of it has sent on its way."""
        return any(
            used == table
            and matched_length(self.network, needed, address) >= matched_length(self.network, line, address)
            for used, address, line in self.used
        )

    def _suggest(self, subnet: Subnet, sender: str) -> Route | None:
        """Return a route that would take the packet out of the subnet towards its destination."""
        if on_the_internet(self.packet.destination):
            ways = self._ways_to_the_internet(subnet, sender)
        else:
            ways = self._ways_to_a_network(subnet, sender)
        return next(ways, None)

    def _ways_to_the_internet(self, subnet: Subnet, sender: str) -> Iterator[Route]:
        network, vpc = self.network, subnet.vpc
        if not self.back and sender != TRANSIT:
            yield from (
                Route(endpoint.prefix_list, endpoint.id)
                for endpoint in network.endpoints
                if endpoint.kind == "gateway" and endpoint.vpc == vpc
                for cidr in network[endpoint.prefix_list].cidrs
                if inside(self.packet.destination, cidr)
            )
        gateway, holder = network.internet_gateway_of(vpc), network.at(vpc, self.packet.source)
        if gateway is not None and holder is not None and (holder.public_address or sender == NAT):
            yield Route(ANYWHERE, gateway.id)
        if not self.back and sender != NAT:
            nats = [nat for nat in network.nat_gateways if nat.public_address and network.nat_vpc(nat) == vpc]
            nats.sort(key=lambda nat: nat.subnet is not None and network[nat.subnet].zone != subnet.zone)
            yield from (Route(ANYWHERE, nat.id) for nat in nats)
        if gateway is not None and holder is not None:
            yield Route(ANYWHERE, gateway.id)

    def _ways_to_a_network(self, subnet: Subnet, sender: str) -> Iterator[Route]:
        network, vpc, address = self.network, subnet.vpc, self.packet.destination
        others = [other for other in network.vpcs if other.id != vpc and network.at(other.id, address) is not None]
        attached = [gateway for gateway in network.transit_gateways if network.attachment_of(gateway.id, vpc)]
        for other in others:
            block = block_of(other, address)
            if sender != TRANSIT:
                yield from (Route(block, one.id) for one in network.peerings if one.other(vpc) == other.id)
            yield from (Route(block, one.id) for one in attached if network.attachment_of(one.id, other.id))
        for connection in network.vpn_connections:
            for cidr in connection.cidrs:
                if inside(address, cidr):
                    gateway = network[connection.gateway]
                    if isinstance(gateway, VpnGateway):
                        if gateway.vpc == vpc and sender != TRANSIT:
                            yield Route(cidr, gateway.id)
                    elif gateway in attached and network.attachment_of(gateway.id, connection.id):
                        yield Route(cidr, gateway.id)

    def _deliver(self, vpc: str, subnet: str | None) -> None:
        """Bring the packet to whoever has its address in a VPC; `subnet` is where it comes from, None from outside."""
        holder = self.network.at(vpc, self.packet.destination)
        if holder is None:
            self._block(Step.ARRIVAL, vpc, Reason.NOBODY_THERE)
            if self._stranger():
                self.nobody = True
            else:
                self._jump()
            return
        if holder.subnet == subnet:
            self._skip(Step.ACL_INGRESS, subnet, Reason.SAME_SUBNET)
        else:
            self._acl(Step.ACL_INGRESS, holder.subnet)
        self._enter(holder)

    def _enter(self, holder: Interface | NatGateway) -> None:
        """Hand the packet, already in the right subnet, to a holder of its address."""
        if isinstance(holder, NatGateway):
            self._back_through_nat(holder)
        else:
            self._groups(Step.GROUP_INGRESS, holder)
            self._arrive(holder)

    def _acl(self, step: Step, subnet: str) -> None:
        acl = self.network.acl_of(subnet)
        packet = self.packet
        rules, other = (acl.egress, packet.destination) if step is Step.ACL_EGRESS else (acl.ingress, packet.source)
        key = (acl.id, step, packet.protocol, packet.ports, other)
        verdict = self.network.memory.get(key)
        if verdict is None:
            verdict = self.network.memory[key] = judge(rules, packet.protocol, packet.ports, other)
        if verdict.denied:
            reason = Reason.ACL_DENY if verdict.rule else Reason.ACL_NO_RULE
            self._block(step, subnet, reason, by=(acl.id,), rule=verdict.rule, denied=verdict.denied)
        else:
            self._pass(step, subnet, Reason.RULE, by=(acl.id,), rule=verdict.rule)

    def _groups(self, step: Step, interface: Interface) -> None:
        if self.back:
            self._skip(step, interface.id, Reason.STATEFUL, by=interface.groups)
            return
        outbound = step is Step.GROUP_EGRESS
        for identifier in interface.groups:
            group = self.network[identifier]
            for rule in group.egress if outbound else group.ingress:
                if rule.covers(self.packet.protocol, self.packet.ports) and self._peer(rule, interface, outbound):
                    self._pass(step, interface.id, Reason.RULE, by=(identifier,), rule=rule)
                    return
        self._block(step, interface.id, Reason.NO_GROUP_RULE, by=interface.groups)

    def _peer(self, rule: GroupRule, interface: Interface, outbound: bool) -> bool:  # noqa: FBT001 -- private, and named at its two callers
        """Return whether the other end is the one that the rule speaks of."""
        address = self.packet.destination if outbound else self.packet.source
        if "/" in rule.peer:
            return inside(address, rule.peer)
        peer = self.network[rule.peer]
        if hasattr(peer, "cidrs"):
            return any(inside(address, cidr) for cidr in peer.cidrs)
        other = self.target if outbound else self.origin
        # A group stands for the private addresses of its members: behind a translation nobody is a member.
        member = isinstance(other, Interface) and rule.peer in other.groups and address == other.address
        return member and self._acquainted(interface, other, outbound)

    def _acquainted(self, interface: Interface, other: Interface, outbound: bool) -> bool:  # noqa: FBT001 -- as above
        """Return whether AWS lets the groups of these two interfaces refer to each other, on this way."""
        one, two = self.network.vpc_of(interface.subnet), self.network.vpc_of(other.subnet)
        if one is two:
            return True
        carrier: Any = self.carrier
        if outbound:
            route = lookup(self.network, interface.subnet, self.packet.destination)
            carrier = self.network.get(route.target) if route else None
            if isinstance(carrier, Peering) and not carrier.active:
                # The reference is not what stops this packet.
                return True
        if isinstance(carrier, Peering):
            return one.region == two.region
        if isinstance(carrier, TransitGateway):
            return carrier.group_references and not outbound
        # The way is not known: its absence is reported, and nothing is held against the group.
        return carrier is None

    # Gateways.

    def _out_by_internet_gateway(self, gateway: InternetGateway, subnet: Subnet, sender: str, route: Route) -> None:
        if not on_the_internet(self.packet.destination):
            self._stray(Step.INTERNET_GATEWAY, gateway.id, Reason.PRIVATE_DESTINATION, subnet, sender, route)
            return
        self.exit_vpc = subnet.vpc if not self.back else self.exit_vpc
        if gateway.vpc != subnet.vpc:
            self._block(Step.INTERNET_GATEWAY, gateway.id, Reason.NOT_ATTACHED, by=(subnet.vpc,))
            self.assumed = True
        holder = self.network.at(subnet.vpc, self.packet.source)
        if holder is None:
            self._block(Step.INTERNET_GATEWAY, gateway.id, Reason.NOT_TRANSITIVE)
            self._jump()
            return
        if holder.public_address is None:
            self._block(Step.INTERNET_GATEWAY, gateway.id, Reason.NO_PUBLIC_ADDRESS, by=(holder.id,))
            self.assumed = self.untranslated = True
        else:
            if gateway.vpc == subnet.vpc:
                self._pass(Step.INTERNET_GATEWAY, gateway.id, Reason.TRANSLATED, by=(holder.id,))
            self.packet = replace(self.packet, source=holder.public_address)
        self._internet()

    def _internet(self) -> None:
        """Carry the packet over the internet to whoever has its public address."""
        self._pass(Step.INTERNET, INTERNET, Reason.CARRIED)
        holder = self.network.public(self.packet.destination)
        if holder is None:
            if isinstance(self.target, Host) and self.target.address == self.packet.destination:
                self._arrive(self.target)
            else:
                self._block(Step.INTERNET, INTERNET, Reason.NOBODY_THERE)
                self._jump()
        elif isinstance(holder, Host):
            self._arrive(holder)
        else:
            self._in_by_internet_gateway(holder)

    def _in_by_internet_gateway(self, holder: Interface | NatGateway) -> None:
        network = self.network
        vpc = network.nat_vpc(holder) if isinstance(holder, NatGateway) else self._vpc(holder)
        gateway = network.internet_gateway_of(vpc)
        if gateway is None:
            self._block(Step.INTERNET_GATEWAY, vpc, Reason.NO_INTERNET_GATEWAY)
            self.assumed = True
        if holder.public_address is None:
            self._block(
                Step.INTERNET_GATEWAY, gateway.id if gateway else vpc, Reason.NO_PUBLIC_ADDRESS, by=(holder.id,)
            )
            self.assumed = True
        elif gateway is not None:
            self._pass(Step.INTERNET_GATEWAY, gateway.id, Reason.TRANSLATED, by=(holder.id,))
        if holder.subnet is not None:
            self.packet = replace(self.packet, destination=holder.address)
            self._acl(Step.ACL_INGRESS, holder.subnet)
        self._enter(holder)

    def _from_outside(self) -> None:
        """Set out from the internet or from an AWS service."""
        if not self.back:
            if isinstance(self.target, Interface) and self.packet.destination == self.target.address:
                self._in_by_internet_gateway(self.target)
            elif on_the_internet(self.packet.destination):
                self._internet()
            else:
                self._block(Step.INTERNET, INTERNET, Reason.PRIVATE_DESTINATION)
                self._jump()
        elif self.endpoint is not None:
            self._pass(Step.ENDPOINT, self.endpoint.id, Reason.CARRIED)
            self._deliver(self.exit_vpc, None)
        elif on_the_internet(self.packet.destination):
            self._internet()
        elif self.exit_vpc:
            # The packet never got its public address; what the reply would meet inside can be told all the same.
            self.assumed = True
            self._deliver(self.exit_vpc, None)

    def _nat(self, gateway: NatGateway, subnet: Subnet, sender: str, route: Route) -> None:
        if self.back:
            # It knows nothing of this connection, which did not go out through it.
            self._stray(Step.NAT, gateway.id, Reason.NAT_ONLY_OUTWARDS, subnet, sender, route)
            return
        if sender == NAT:
            self._stray(Step.NAT, gateway.id, Reason.NAT_PRIVATE, subnet, sender, route)
            return
        vpc = self.network.nat_vpc(gateway)
        if vpc != subnet.vpc:
            self._block(Step.NAT, gateway.id, Reason.NOT_ATTACHED, by=(subnet.vpc,))
            self._jump()
            return
        if gateway.subnet == subnet.id:
            self._skip(Step.ACL_INGRESS, subnet.id, Reason.SAME_SUBNET)
        elif gateway.subnet is not None:
            self._acl(Step.ACL_INGRESS, gateway.subnet)
        self._pass(Step.NAT, gateway.id, Reason.TRANSLATED)
        self.translations[gateway.id] = (self.packet, self.client_ports)
        self.client_ports = NAT_PORTS
        if gateway.subnet is not None:
            self.packet = replace(self.packet, source=gateway.address)
            self._leave(gateway.subnet, NAT)
        else:
            self._out_of_regional_nat(gateway, vpc)

    def _out_of_regional_nat(self, gateway: NatGateway, vpc: str) -> None:
        if not on_the_internet(self.packet.destination) or gateway.public_address is None:
            self._block(Step.NAT, gateway.id, Reason.PRIVATE_DESTINATION)
            self._jump()
            return
        self.exit_vpc = vpc
        way_out = self.network.internet_gateway_of(vpc)
        if way_out is None:
            self._block(Step.INTERNET_GATEWAY, vpc, Reason.NO_INTERNET_GATEWAY)
            self.assumed = True
        else:
            self._pass(Step.INTERNET_GATEWAY, way_out.id, Reason.CARRIED, by=(gateway.id,))
        self.packet = replace(self.packet, source=gateway.public_address)
        self._internet()

    def _back_through_nat(self, gateway: NatGateway) -> None:
        if not self.back or gateway.id not in self.translations:
            self._block(Step.NAT, gateway.id, Reason.NAT_ONLY_OUTWARDS)
            self._jump()
            return
        self._pass(Step.NAT, gateway.id, Reason.TRANSLATED)
        inner, ports = self.translations[gateway.id]
        icmp = self.packet.protocol == "icmp"
        self.packet = replace(self.packet, destination=inner.source, ports=self.packet.ports if icmp else ports)
        if gateway.subnet is not None:
            self._leave(gateway.subnet, NAT)
        else:
            self._deliver(self.network.nat_vpc(gateway), None)

    def _peering(self, peering: Peering, subnet: Subnet, sender: str, route: Route) -> None:
        other = peering.other(subnet.vpc)
        if other is None:
            self._block(Step.PEERING, peering.id, Reason.NOT_ATTACHED, by=(subnet.vpc,))
            self._jump()
        elif not self.network[other].holds(self.packet.destination):
            self._stray(Step.PEERING, peering.id, Reason.NOT_TRANSITIVE, subnet, sender, route)
        elif sender == TRANSIT:
            self._block(Step.PEERING, peering.id, Reason.NOT_TRANSITIVE)
            self._jump()
        else:
            if peering.active:
                self._pass(Step.PEERING, peering.id, Reason.CARRIED)
            else:
                self._block(Step.PEERING, peering.id, Reason.PEERING_INACTIVE)
                self.assumed = True
            self.carrier = peering
            self._deliver(other, None)

    def _transit(self, gateway: TransitGateway, subnet: Subnet, _sender: str, _route: Route) -> None:
        attachment = self.network.attachment_of(gateway.id, subnet.vpc)
        if attachment is None:
            self._block(Step.TRANSIT_ENTRY, gateway.id, Reason.NOT_ATTACHED, by=(subnet.vpc,))
            self._jump()
            return
        door = next((one for one in attachment.subnets if self.network[one].zone == subnet.zone), None)
        if door is None:
            self._block(Step.TRANSIT_ENTRY, gateway.id, Reason.TRANSIT_ZONE, by=(attachment.id, subnet.id))
            self.assumed = True
            door = subnet.id
        self._acl(Step.ACL_INGRESS, door)
        if door in attachment.subnets:
            self._pass(Step.TRANSIT_ENTRY, gateway.id, Reason.CARRIED, by=(attachment.id,))
        self._transit_route(gateway, attachment, subnet.zone)

    def _transit_route(self, gateway: TransitGateway, attachment: Attachment, zone: str) -> None:
        """Let a transit gateway's own table decide by which attachment the packet leaves."""
        table = next((one for one in gateway.route_tables if attachment.id in one.associations), None)
        route = transit_lookup(self.network, gateway, table, self.packet.destination) if table else None
        if table is not None and route is not None and route.target != BLACKHOLE:
            self._pass(Step.TRANSIT_ROUTE, gateway.id, Reason.ROUTED, by=(table.id,), route=route)
            way_out = route.target
        else:
            needed = self._transit_suggest(gateway, attachment)
            reason = Reason.TRANSIT_BLACKHOLE if route else Reason.TRANSIT_NO_ROUTE
            if table is None:
                reason = Reason.TRANSIT_NO_ASSOCIATION
            by = (table.id,) if table else (attachment.id,)
            self._block(Step.TRANSIT_ROUTE, gateway.id, reason, by=by, route=route, needed=needed)
            if needed is None:
                self._jump()
                return
            self.assumed = True
            way_out = needed.target
        self.carrier = gateway
        resource = self.network[self.network[way_out].resource]
        if isinstance(resource, Vpc):
            subnets = self.network[way_out].subnets
            self._leave(next((one for one in subnets if self.network[one].zone == zone), subnets[0]), TRANSIT)
        else:
            self._to_premises(resource)

    def _transit_suggest(self, gateway: TransitGateway, entry: Attachment) -> Route | None:
        for attachment in gateway.attachments:
            if attachment is not entry:
                for cidr in self.network[attachment.resource].cidrs:
                    if inside(self.packet.destination, cidr):
                        return Route(cidr, attachment.id)
        return None

    def _vpn_gateway(self, gateway: VpnGateway, subnet: Subnet, sender: str, route: Route) -> None:
        address = self.packet.destination
        connections = self.network.connections_of(gateway.id)
        ways = [one for one in connections if any(inside(address, cidr) for cidr in one.cidrs)]
        if not ways:
            self._stray(Step.VPN_GATEWAY, gateway.id, Reason.VPN_NO_ROUTE, subnet, sender, route)
        elif sender == TRANSIT:
            self._block(Step.VPN_GATEWAY, gateway.id, Reason.NOT_TRANSITIVE)
            self._jump()
        else:
            if gateway.vpc == subnet.vpc:
                self._pass(Step.VPN_GATEWAY, gateway.id, Reason.CARRIED, by=(ways[0].id,))
            else:
                self._block(Step.VPN_GATEWAY, gateway.id, Reason.NOT_ATTACHED, by=(subnet.vpc,))
                self.assumed = True
            self._to_premises(ways[0])

    def _to_premises(self, connection: VpnConnection) -> None:
        gateway = connection.customer_gateway
        self._pass(Step.CUSTOMER_GATEWAY, gateway, Reason.CARRIED, by=(connection.id,))
        if isinstance(self.target, Host) and self.target.place == gateway:
            self._arrive(self.target)
        else:
            self._block(Step.ARRIVAL, gateway, Reason.NOBODY_THERE)
            self.nobody = self.nobody or self._stranger()

    def _from_premises(self, host: Host) -> None:
        """Set out from on premises: the device there picks the VPN connection whose routes hold the destination."""
        address = self.packet.destination
        ways = [
            (connection, cidr)
            for connection in self.network.connections_of(host.place)
            for cidr in self._behind(connection)
            if inside(address, cidr)
        ]
        known = [way for way in ways if way[0].routes is None or any(inside(address, cidr) for cidr in way[0].routes)]
        if not known:
            needed = Route(ways[0][1], ways[0][0].id) if ways else None
            self._block(Step.CUSTOMER_GATEWAY, host.place, Reason.PREMISES_NO_ROUTE, needed=needed)
            if needed is None:
                self._jump()
                return
            self.assumed = True
        else:
            self._pass(Step.CUSTOMER_GATEWAY, host.place, Reason.ROUTED, by=(known[0][0].id,))
        self._from_vpn((known or ways)[0][0])

    def _behind(self, connection: VpnConnection) -> tuple[str, ...]:
        """Return the blocks of the VPCs that a VPN connection may lead to."""
        gateway = self.network[connection.gateway]
        if isinstance(gateway, VpnGateway):
            return self.network[gateway.vpc].cidrs if gateway.vpc else ()
        if self.network.attachment_of(gateway.id, connection.id) is None:
            return ()
        resources = [self.network[one.resource] for one in gateway.attachments]
        return tuple(cidr for one in resources if isinstance(one, Vpc) for cidr in one.cidrs)

    def _from_vpn(self, connection: VpnConnection) -> None:
        gateway = self.network[connection.gateway]
        if isinstance(gateway, VpnGateway):
            self._pass(Step.VPN_GATEWAY, gateway.id, Reason.CARRIED, by=(connection.id,))
            self._deliver(gateway.vpc, None)
        else:
            attachment = self.network.attachment_of(gateway.id, connection.id)
            self._pass(Step.TRANSIT_ENTRY, gateway.id, Reason.CARRIED, by=(attachment.id,))
            self._transit_route(gateway, attachment, "")

    def _gateway_endpoint(self, endpoint: Endpoint, subnet: Subnet, sender: str, _route: Route) -> None:
        if sender == TRANSIT or endpoint.vpc != subnet.vpc:
            self._block(Step.ENDPOINT, endpoint.id, Reason.NOT_TRANSITIVE)
            self._jump()
            return
        self._pass(Step.ENDPOINT, endpoint.id, Reason.CARRIED)
        self.exit_vpc, self.endpoint = subnet.vpc, endpoint
        if isinstance(self.target, Host):
            self._arrive(self.target)
        else:
            self._block(Step.ARRIVAL, endpoint.id, Reason.NOBODY_THERE)
            self._jump()

    def _middlebox(self, interface: Interface, _subnet: Subnet, _sender: str, route: Route) -> None:
        # What a firewall or NAT instance does with a packet is its own software's business: not guessed here.
        self._block(Step.ROUTE, interface.id, Reason.MIDDLEBOX, route=route)
        self._jump()

    def _outside_model(self, thing: Unknown, _subnet: Subnet, _sender: str, route: Route) -> None:
        self._block(Step.ROUTE, thing.id, Reason.OUTSIDE_MODEL, route=route)
        self._jump()

    # Bookkeeping.

    def _vpc(self, interface: Interface) -> str:
        return self.network[interface.subnet].vpc

    def _pass(self, step: Step, at: str, reason: Reason, **more: Any) -> None:
        self._note(step, at, Verdict.PASS, reason, more)

    def _skip(self, step: Step, at: str, reason: Reason, **more: Any) -> None:
        self._note(step, at, Verdict.SKIP, reason, more)

    def _block(self, step: Step, at: str, reason: Reason, **more: Any) -> None:
        self._note(step, at, Verdict.BLOCK, reason, more)

    def _note(self, step: Step, at: str, verdict: Verdict, reason: Reason, more: dict[str, Any]) -> None:
        self.hops.append(Hop(self.back, step, at, verdict, reason, self.packet, assumed=self.assumed, **more))
