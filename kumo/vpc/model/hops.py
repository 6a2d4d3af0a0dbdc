"""What a trace is made of: the connection that is asked about, and each question on its way with the answer.

Codes and data only; `kumo.vpc.words` says them to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kumo.vpc.model.rules import LINUX_PORTS, AclRule, GroupRule, Ports

if TYPE_CHECKING:
    from kumo.vpc.model.network import Route


class Step(StrEnum):
    """What is asked at a hop."""

    START = "start"
    NAME = "name"
    GROUP_EGRESS = "group_egress"
    ACL_EGRESS = "acl_egress"
    ROUTE = "route"
    INTERNET_GATEWAY = "internet_gateway"
    INTERNET = "internet"
    NAT = "nat"
    PEERING = "peering"
    TRANSIT_ENTRY = "transit_entry"
    TRANSIT_ROUTE = "transit_route"
    VPN_GATEWAY = "vpn_gateway"
    CUSTOMER_GATEWAY = "customer_gateway"
    ENDPOINT = "endpoint"
    ACL_INGRESS = "acl_ingress"
    GROUP_INGRESS = "group_ingress"
    ARRIVAL = "arrival"


class Verdict(StrEnum):
    """The answer."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    BLOCK = "block"
    # Not asked: a reply at a security group, an ACL within one subnet.
    SKIP = "skip"


class Reason(StrEnum):
    """Why. One word for each answer that a reader may want explained."""

    # The packet goes on.
    SENT = "sent"
    REPLIED = "replied"
    ARRIVED = "arrived"
    RULE = "rule"
    STATEFUL = "stateful"
    SAME_SUBNET = "same_subnet"
    ROUTED = "routed"
    TRANSLATED = "translated"
    CARRIED = "carried"
    PRIVATE_NAME = "private_name"
    # Filters.
    NO_GROUP_RULE = "no_group_rule"
    ACL_DENY = "acl_deny"
    ACL_NO_RULE = "acl_no_rule"
    # Routes.
    NO_ROUTE = "no_route"
    BLACKHOLE = "blackhole"
    TRANSIT_NO_ROUTE = "transit_no_route"
    TRANSIT_BLACKHOLE = "transit_blackhole"
    PREMISES_NO_ROUTE = "premises_no_route"
    VPN_NO_ROUTE = "vpn_no_route"
    LOOP = "loop"
    # Gateways.
    NOT_ATTACHED = "not_attached"
    NO_INTERNET_GATEWAY = "no_internet_gateway"
    NO_PUBLIC_ADDRESS = "no_public_address"
    NAT_PRIVATE = "nat_private"
    NAT_ONLY_OUTWARDS = "nat_only_outwards"
    PRIVATE_DESTINATION = "private_destination"
    PEERING_INACTIVE = "peering_inactive"
    NOT_TRANSITIVE = "not_transitive"
    TRANSIT_ZONE = "transit_zone"
    TRANSIT_NO_ASSOCIATION = "transit_no_association"
    MIDDLEBOX = "middlebox"
    OUTSIDE_MODEL = "outside_model"
    # Ends.
    NOBODY_THERE = "nobody_there"
    OTHER_SOURCE = "other_source"
    OTHER_END = "other_end"


@dataclass(frozen=True)
class Flow:
    """A connection that somebody wants to open.

    Attributes
    ----------
    source : str
        ID of a network interface or a host.
    destination : str
        ID of one, or an IPv4 address.
    protocol : str
        ``tcp``, ``udp`` or ``icmp``.
    port : int
        Of the destination; of ICMP it means nothing (an echo request is sent).
    ephemeral : (int, int)
        The client picks its own port from here; see `rules.LINUX_PORTS`, `WINDOWS_PORTS`, `NAT_PORTS`.

    """

    source: str
    destination: str
    protocol: str = "tcp"
    port: int = 443
    ephemeral: Ports = LINUX_PORTS


@dataclass(frozen=True)
class Packet:
    """What travels.

    Attributes
    ----------
    source, destination : str
        Addresses, as they are at this hop.
    protocol : str
        As of the flow.
    ports : (int, int)
        The destination port is in here: one port on the way there, the client's range on the way back. Of ICMP
        the message type.

    """

    source: str
    destination: str
    protocol: str
    ports: Ports


@dataclass(frozen=True)
class Hop:
    """One question that was asked of the packet, and the answer.

    Attributes
    ----------
    back : bool
        Whether this is the reply.
    step : Step
        What was asked.
    at : str
        ID of the thing that was asked: an interface (start, groups, arrival), a subnet (ACL, route table), a
        gateway, a peering, an endpoint, a host; ``internet``.
    verdict, reason
        The answer, and why.
    packet : Packet
        As it came here, before any translation.
    by : tuple of str
        IDs of what answered where that is not `at`: the security groups, the ACL, the route table.
    rule : GroupRule, AclRule or None
        The rule that decided. None under a verdict of block: no rule matched.
    route : Route or None
        The route that matched.
    denied : tuple of (int, int)
        Of an ACL: the ports that it turns away. Fewer than `packet.ports` means that some clients get through
        and some do not, by the luck of their port.
    needed : Route or None
        Of a missing route: the one that the trace goes on with, for the (first) table in `by`.
    assumed : bool
        Whether the packet is here only because a missing piece was supposed before.

    """

    back: bool
    step: Step
    at: str
    verdict: Verdict
    reason: Reason
    packet: Packet
    by: tuple[str, ...] = ()
    rule: GroupRule | AclRule | None = None
    route: Route | None = None
    denied: tuple[Ports, ...] = ()
    needed: Route | None = None
    assumed: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the packet would end here."""
        return self.verdict is Verdict.BLOCK

    @property
    def partial(self) -> bool:
        """Whether an ACL denies some of the ports and lets others through."""
        return self.blocks and bool(self.denied) and self.denied != (self.packet.ports,)


@dataclass(frozen=True)
class Trace:
    """Every hop of a connection's first packet and of its reply."""

    flow: Flow
    hops: tuple[Hop, ...]

    @property
    def there(self) -> tuple[Hop, ...]:
        """The hops of the way there."""
        return tuple(hop for hop in self.hops if not hop.back)

    @property
    def back(self) -> tuple[Hop, ...]:
        """The hops of the reply; empty when there is nobody who could reply."""
        return tuple(hop for hop in self.hops if hop.back)

    @property
    def blockers(self) -> tuple[Hop, ...]:
        """Every obstacle of both directions."""
        return tuple(hop for hop in self.hops if hop.blocks)

    @property
    def reachable(self) -> bool:
        """Whether the connection comes about: packet and reply both arrive, whatever port the client has chosen."""
        return not any(hop.blocks for hop in self.hops)

    @property
    def path(self) -> tuple[str, ...]:
        """IDs of what the packet passes on the way there, in order; a place that it comes back to stands twice."""
        places = [hop.at for hop in self.there if hop.step is not Step.NAME]
        return tuple(place for number, place in enumerate(places) if number == 0 or place != places[number - 1])
