"""What becomes of a connection's first packet, hop by hop, there and back again.

A trace answers "can this end open a connection to that end?" and reports *every* obstacle of both directions.
A filter that turns the packet away (security group, network ACL) is noted and the packet goes on. Where the way
itself ends (no route, a gateway that is not attached …) the trace supposes the repair that lies nearest, marks
what follows as `assumed`, and goes on from there; where no repair is known it goes on at the other end's door.
`kumo.vpc.model.repair` makes the changes that a trace calls for.

The order of the checks: the source's security groups (outbound), its subnet's ACL (outbound), the route table of
the subnet, the gateways on the way with their conditions, the ACL (inbound) and the security groups (inbound) of
the destination. The reply takes its own way, by the routes of the other side. Security groups remember the
connection and let replies pass; ACLs do not, and have to allow the whole range of ports that the client may have
chosen. Within one subnet no ACL is asked.

Modelled: connections by private address between network interfaces and to premises, and by public address to and
from the internet; NAT gateways, which use ports 1024 to 65535 of their own; the private name of an interface
endpoint, which leads to its interface in the same zone if there is one; what `network` models.

Not modelled: an interface that reaches another one by its public address, unless that address is given as the
destination; connections that security groups do not track; MTU; firewalls on premises, and the way from there to
the internet; a regional NAT gateway for other networks than its own VPC; what `network` does not model.

Sources (read 2026-11-22): Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/
(security-groups, vpc-network-acls, nacl-ephemeral-ports, VPC_Internet_Gateway, vpc-nat-gateway,
nat-gateways-regional, route-tables-priority); VPC peering,
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html (not transitive, no way through to a
gateway of the peer) and .../vpc-peering-security-groups.html (groups of the peer, in one region only); transit
gateways, https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html (ACLs of the attachment's subnet) and
.../how-transit-gateways-work.html (zones); gateway endpoints,
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html (not extended out of a VPC).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.vpc.model import addresses
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.hops import Flow, Hop, Packet, Reason, Step, Trace, Verdict
from kumo.vpc.model.network import Host, Interface
from kumo.vpc.model.rules import HIGHEST_PORT
from kumo.vpc.model.walk import Walk
from kumo.vpc.words.errors import ENDS, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.vpc.model.network import Network

    End = Interface | Host

__all__ = ["Flow", "Hop", "Packet", "Reason", "Step", "Trace", "Verdict", "reachable_pairs", "reaches", "trace"]

PROTOCOLS = ("tcp", "udp", "icmp")


def trace(network: Network, flow: Flow) -> Trace:
    """Follow a connection's first packet and its reply through the network.

    Raises
    ------
    NetworkError
        When an end of the flow is not in the network, or its protocol or ports cannot be.

    """
    if flow.protocol not in PROTOCOLS:
        raise NetworkError("flow_protocol", value=flow.protocol)
    for port in (flow.port, *flow.ephemeral):
        if not 0 <= port <= HIGHEST_PORT:
            raise NetworkError("flow_port", protocol=flow.protocol, value=port, low=0, high=HIGHEST_PORT)
    source = network.get(flow.source)
    if not isinstance(source, Interface | Host):
        raise _not_an_end(network, "source", flow.source)
    destination = network.get(flow.destination)
    if destination is None:
        destination = _holder(network, flow.destination, source)
    if not isinstance(destination, Interface | Host):
        raise _not_an_end(network, "destination", flow.destination)
    return Trace(flow, Walk(network, flow, source, destination).run())


def reaches(network: Network, source: str, destination: str, protocol: str = "tcp", port: int = 443) -> bool:
    """Return whether one end can open a connection to another."""
    return trace(network, Flow(source, destination, protocol, port)).reachable


def reachable_pairs(
    network: Network, ends: Iterable[str], protocol: str = "tcp", port: int = 443
) -> frozenset[tuple[str, str]]:
    """Return who can open a connection to whom: the pairs (source, destination) of different `ends` that can."""
    identifiers = tuple(ends)
    return frozenset(
        (source, destination)
        for source in identifiers
        for destination in identifiers
        if source != destination and reaches(network, source, destination, protocol, port)
    )


def _not_an_end(network: Network, which: str, value: str) -> NetworkError:
    allowed = listed(thing.id for thing in (*network.interfaces, *network.hosts))
    return NetworkError("not_an_end", subject=ENDS[which], value=value, allowed=allowed)


def _holder(network: Network, text: str, source: End) -> End:
    """Return who has an address, seen from the source; a stranger of that address when nobody does."""
    try:
        addresses.address(text, ENDS["destination"])
    except NetworkError:
        raise _not_an_end(network, "destination", text) from None
    own = network[source.subnet].vpc if isinstance(source, Interface) else ""
    holders = [network.at(own, text), network.public(text)]
    holders += [network.at(vpc.id, text) for vpc in network.vpcs if vpc.holds(text)]
    holders += [host for host in network.hosts if host.address == text]
    found = next((holder for holder in holders if isinstance(holder, Interface | Host)), None)
    return found or Host(text, text)
