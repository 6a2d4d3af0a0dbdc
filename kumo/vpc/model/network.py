"""A network as data: VPCs, what they contain, and what surrounds them.

Everything is a frozen dataclass with an `id`, and `Network` holds one tuple of each kind, flat, as the AWS API
lists them; things point at each other by ID. A `Network` checks itself when it is made (see `checks`): one that
exists can be traced.

What a VPC has without being asked is there too: a main route table and a default ACL that allows everything,
unless the network states its own; and in every route table a local route for each block of the VPC.

Modelled: see the classes. Not modelled: IPv6; route tables of gateways (ingress routing) and middleboxes; VPC
sharing; Direct Connect, whose private virtual interface stands where a `VpnConnection` does; transit gateway
peering and multicast; endpoint policies; DNS beyond the private name of an interface endpoint.

Source: Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/ (read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

from kumo.vpc.model.addresses import inside
from kumo.vpc.model.checks import problems
from kumo.vpc.model.rules import ALL, ANYWHERE, AclRule, GroupRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kumo.vpc.model.aws import Reading

LOCAL = "local"
# Target of a route whose gateway is gone: AWS keeps the route and drops what it matches.
BLACKHOLE = "blackhole"
INTERNET = "internet"
# Public addresses of AWS services: outside every VPC, reached as the internet is, or through an endpoint.
AWS = "aws"

EGRESS_ALL = GroupRule(ALL, None, ANYWHERE)
ALLOW_ALL = AclRule(100, "allow", ALL, None, ANYWHERE)


@dataclass(frozen=True)
class Vpc:
    """A virtual private cloud.

    Attributes
    ----------
    id, name : str
        The ID is unique in the network; the name is for the reader.
    cidrs : tuple of str
        Blocks, the primary one first, /16 to /28.
    region : str
        Where it is; matters where AWS lets security groups refer to each other (same region only).

    """

    id: str
    cidrs: tuple[str, ...]
    name: str = ""
    region: str = ""

    def holds(self, address: str) -> bool:
        """Return whether the address lies in one of the blocks."""
        return any(inside(address, cidr) for cidr in self.cidrs)

    @classmethod
    def from_aws(cls, *responses: Mapping[str, Any] | str) -> Reading:
        """Read the network around the VPCs of describe-* responses; see `kumo.vpc.model.aws.network_from_aws`."""
        from kumo.vpc.model.aws import network_from_aws  # noqa: PLC0415 -- aws builds on this module

        return network_from_aws(*responses)


@dataclass(frozen=True)
class Subnet:
    """A range of a VPC's addresses in one Availability Zone."""

    id: str
    vpc: str
    cidr: str
    zone: str
    name: str = ""


@dataclass(frozen=True)
class Route:
    """One line of a route table.

    Attributes
    ----------
    destination : str
        A CIDR, or the ID of a prefix list.
    target : str
        ``local``, ``blackhole``, or the ID of an internet, NAT, virtual private or transit gateway, a peering, a
        gateway endpoint or a network interface; in a transit gateway's table the ID of an attachment.
    propagated : bool
        Learnt from a gateway, not written by hand; it gives way to a written route of the same destination.

    """

    destination: str
    target: str
    propagated: bool = False


@dataclass(frozen=True)
class RouteTable:
    """Where packets that leave a subnet go.

    Attributes
    ----------
    routes : tuple of Route
        Local routes may be left out.
    main : bool
        Whether subnets without a table of their own use it (implicit association).
    subnets : tuple of str
        IDs of the subnets that are associated with it explicitly.
    propagating : tuple of str
        IDs of the virtual private gateways whose VPN routes it learns.

    """

    id: str
    vpc: str
    routes: tuple[Route, ...] = ()
    main: bool = False
    subnets: tuple[str, ...] = ()
    propagating: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class NetworkAcl:
    """The stateless filter at a subnet's border. What no rule matches is denied.

    Attributes
    ----------
    ingress, egress : tuple of AclRule
        Kept in order of number.
    default : bool
        Whether subnets without an ACL of their own use it.
    subnets : tuple of str
        IDs of the subnets that are associated with it explicitly.

    """

    id: str
    vpc: str
    ingress: tuple[AclRule, ...] = ()
    egress: tuple[AclRule, ...] = ()
    default: bool = False
    subnets: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        for direction in ("ingress", "egress"):
            ordered = tuple(sorted(getattr(self, direction), key=lambda rule: rule.number))
            object.__setattr__(self, direction, ordered)


@dataclass(frozen=True)
class SecurityGroup:
    """The stateful filter around network interfaces: it only ever allows.

    Attributes
    ----------
    ingress, egress : tuple of GroupRule
        As AWS makes a group, it lets nothing in and everything out.

    """

    id: str
    vpc: str
    ingress: tuple[GroupRule, ...] = ()
    egress: tuple[GroupRule, ...] = (EGRESS_ALL,)
    name: str = ""


@dataclass(frozen=True)
class Interface:
    """A network interface: of an instance, a load balancer, a database, an interface endpoint and so on.

    Attributes
    ----------
    address : str
        Primary private address.
    groups : tuple of str
        IDs of its security groups, at least one.
    public_address : str or None
        The public address that the internet gateway translates to it: an Elastic IP address or one assigned at
        launch. None when it has neither.
    elastic : bool
        Whether the public address is an Elastic IP address; for the reader, it changes no packet.
    role : str
        What it belongs to: ``instance``, ``load_balancer``, ``database``, ``container``, ``endpoint`` …; for the
        reader, it changes no packet.

    """

    id: str
    subnet: str
    address: str
    groups: tuple[str, ...]
    public_address: str | None = None
    elastic: bool = False
    role: str = "instance"
    name: str = ""


@dataclass(frozen=True)
class InternetGateway:
    """The way between a VPC and the internet; `vpc` is None while it is detached."""

    id: str
    vpc: str | None
    name: str = ""


@dataclass(frozen=True)
class NatGateway:
    """Translation of many private addresses to one; connections only outwards.

    Attributes
    ----------
    subnet, address : str or None
        Where it stands and its private address. A regional NAT gateway (since November 2025) has neither: it
        needs no public subnet and finds the internet gateway of its VPC itself.
    public_address : str or None
        Its Elastic IP address; None for a private NAT gateway.
    vpc : str or None
        Only of a regional one.

    """

    id: str
    subnet: str | None = None
    address: str | None = None
    public_address: str | None = None
    vpc: str | None = None
    name: str = ""


@dataclass(frozen=True)
class VpnGateway:
    """Virtual private gateway: the VPC's end of VPN connections; `vpc` is None while it is detached."""

    id: str
    vpc: str | None
    name: str = ""


@dataclass(frozen=True)
class CustomerGateway:
    """The other end of VPN connections: a device on premises, and the network behind it.

    Attributes
    ----------
    address : str
        Its public address; empty where a certificate identifies it.
    cidrs : tuple of str
        Blocks of the network on premises.

    """

    id: str
    cidrs: tuple[str, ...]
    address: str = ""
    name: str = ""


@dataclass(frozen=True)
class VpnConnection:
    """A Site-to-Site VPN connection.

    Attributes
    ----------
    gateway : str
        ID of the virtual private gateway or the transit gateway.
    customer_gateway : str
        ID of the other end.
    cidrs : tuple of str
        What AWS sends into it: static routes, or what the device announces by BGP.
    routes : tuple of str or None
        What the device on premises sends into it; None for all blocks of the VPCs behind the gateway (BGP).

    """

    id: str
    gateway: str
    customer_gateway: str
    cidrs: tuple[str, ...]
    routes: tuple[str, ...] | None = None
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """What hangs on a transit gateway.

    Attributes
    ----------
    resource : str
        ID of a VPC or of a VPN connection.
    subnets : tuple of str
        Of a VPC: one subnet in each zone that is to reach the transit gateway.

    """

    id: str
    resource: str
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransitRouteTable:
    """Where a transit gateway sends what comes from the attachments that are associated with this table.

    Attributes
    ----------
    associations, propagations : tuple of str
        IDs of attachments: those that use the table, and those whose blocks it learns.
    routes : tuple of Route
        Written by hand; targets are attachments or ``blackhole``.

    """

    id: str
    associations: tuple[str, ...] = ()
    propagations: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class TransitGateway:
    """A router between VPCs and VPN connections, with route tables of its own.

    Attributes
    ----------
    group_references : bool
        Whether security groups of one VPC may be named as a *source* in another (off as AWS makes it; such a
        reference works for inbound rules only).

    """

    id: str
    attachments: tuple[Attachment, ...] = ()
    route_tables: tuple[TransitRouteTable, ...] = ()
    group_references: bool = False
    name: str = ""


@dataclass(frozen=True)
class Peering:
    """A VPC peering connection; `active` once the other side has accepted."""

    id: str
    requester: str
    accepter: str
    active: bool = True
    name: str = ""

    def other(self, vpc: str) -> str | None:
        """Return the VPC at the other end, or None when `vpc` is at neither."""
        return {self.requester: self.accepter, self.accepter: self.requester}.get(vpc)


@dataclass(frozen=True)
class Endpoint:
    """A VPC endpoint.

    Attributes
    ----------
    service : str
        Name of the AWS service (``s3``, or as AWS writes it).
    kind : str
        ``gateway`` (a target of routes to its prefix list) or ``interface`` (network interfaces in subnets).
    prefix_list : str or None
        ID; of a gateway endpoint.
    interfaces : tuple of str
        IDs of its network interfaces; of an interface endpoint.
    private_dns : bool
        Of an interface endpoint: whether the service's name leads to it.

    """

    id: str
    vpc: str
    service: str
    kind: str = "gateway"
    prefix_list: str | None = None
    interfaces: tuple[str, ...] = ()
    private_dns: bool = True
    name: str = ""


@dataclass(frozen=True)
class PrefixList:
    """Blocks under one name: of an AWS service, or one's own."""

    id: str
    cidrs: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Host:
    """A machine outside every VPC.

    Attributes
    ----------
    place : str
        ``internet``, ``aws`` (a regional service such as S3), or the ID of a customer gateway (on premises).
    service : str
        Of an AWS service: its name, as `Endpoint.service` has it.

    """

    id: str
    address: str
    place: str = INTERNET
    service: str = ""
    name: str = ""


@dataclass(frozen=True)
class Unknown:
    """Something that a route leads to and that the model does not know; what happens there is not guessed.

    Attributes
    ----------
    kind : str
        What AWS calls it, as far as that is known.

    """

    id: str
    kind: str = ""


@dataclass(frozen=True)
class Network:
    """VPCs and their surroundings.

    Raises
    ------
    NetworkError
        When it could not exist in AWS: names the thing at fault and what is allowed.

    """

    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    acls: tuple[NetworkAcl, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    internet_gateways: tuple[InternetGateway, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    vpn_gateways: tuple[VpnGateway, ...] = ()
    customer_gateways: tuple[CustomerGateway, ...] = ()
    vpn_connections: tuple[VpnConnection, ...] = ()
    transit_gateways: tuple[TransitGateway, ...] = ()
    peerings: tuple[Peering, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    hosts: tuple[Host, ...] = ()
    unknowns: tuple[Unknown, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            # Lists are what one has at hand when one builds a network piece by piece.
            object.__setattr__(self, field.name, tuple(getattr(self, field.name)))
        found = problems(self)
        if found:
            raise found[0]

    def __iter__(self) -> Iterator[Any]:
        """Yield every thing of the network, kind by kind, attachments and tables of transit gateways included."""
        for field in fields(self):
            for thing in getattr(self, field.name):
                yield thing
                if isinstance(thing, TransitGateway):
                    yield from thing.attachments
                    yield from thing.route_tables

    def __getitem__(self, identifier: str) -> Any:
        """Return the thing of that ID; `KeyError` when there is none."""
        return self._things[identifier]

    def get(self, identifier: str) -> Any | None:
        """Return the thing of that ID, or None."""
        return self._things.get(identifier)

    # What belongs together.

    def subnets_of(self, vpc: str) -> tuple[Subnet, ...]:
        """Return the subnets of a VPC."""
        return tuple(subnet for subnet in self.subnets if subnet.vpc == vpc)

    def zones_of(self, vpc: str) -> tuple[str, ...]:
        """Return the zones in which a VPC has subnets, in order of name."""
        return tuple(sorted({subnet.zone for subnet in self.subnets_of(vpc)}))

    def interfaces_of(self, subnet: str) -> tuple[Interface, ...]:
        """Return the network interfaces in a subnet."""
        return tuple(interface for interface in self.interfaces if interface.subnet == subnet)

    def table_of(self, subnet: str) -> RouteTable:
        """Return the route table that a subnet uses, whether associated explicitly or not."""
        return self._tables[subnet]

    def acl_of(self, subnet: str) -> NetworkAcl:
        """Return the network ACL that a subnet uses, whether associated explicitly or not."""
        return self._acls[subnet]

    def vpc_of(self, subnet: str) -> Vpc:
        """Return the VPC of a subnet."""
        return self._things[self._things[subnet].vpc]

    def internet_gateway_of(self, vpc: str) -> InternetGateway | None:
        """Return the internet gateway that is attached to a VPC."""
        return next((gateway for gateway in self.internet_gateways if gateway.vpc == vpc), None)

    def vpn_gateway_of(self, vpc: str) -> VpnGateway | None:
        """Return the virtual private gateway that is attached to a VPC."""
        return next((gateway for gateway in self.vpn_gateways if gateway.vpc == vpc), None)

    def nat_vpc(self, gateway: NatGateway) -> str:
        """Return the ID of a NAT gateway's VPC."""
        return gateway.vpc or self._things[gateway.subnet].vpc

    def attachment_of(self, gateway: str, resource: str) -> Attachment | None:
        """Return by which attachment a VPC or a VPN connection hangs on a transit gateway."""
        return next((one for one in self._things[gateway].attachments if one.resource == resource), None)

    def connections_of(self, gateway: str) -> tuple[VpnConnection, ...]:
        """Return the VPN connections of a gateway, at either end."""
        return tuple(one for one in self.vpn_connections if gateway in (one.gateway, one.customer_gateway))

    def at(self, vpc: str, address: str) -> Interface | NatGateway | None:
        """Return what has a private address in a VPC."""
        return self._private.get((vpc, address))

    def public(self, address: str) -> Interface | NatGateway | Host | None:
        """Return what has a public address: in a VPC, on the internet, or in an AWS service."""
        return self._public.get(address)

    # Found once, because a trace asks over and over. The dataclass is frozen, so none of it can go stale.

    @cached_property
    def _things(self) -> dict[str, Any]:
        return {thing.id: thing for thing in self}

    @cached_property
    def _tables(self) -> dict[str, RouteTable]:
        main = {table.vpc: table for table in self.route_tables if table.main}
        own = {subnet: table for table in self.route_tables for subnet in table.subnets}
        for vpc in self.vpcs:
            main.setdefault(vpc.id, RouteTable(f"{vpc.id}/main", vpc.id, main=True))
        return {subnet.id: own.get(subnet.id, main[subnet.vpc]) for subnet in self.subnets}

    @cached_property
    def _acls(self) -> dict[str, NetworkAcl]:
        default = {acl.vpc: acl for acl in self.acls if acl.default}
        own = {subnet: acl for acl in self.acls for subnet in acl.subnets}
        for vpc in self.vpcs:
            default.setdefault(
                vpc.id, NetworkAcl(f"{vpc.id}/default-acl", vpc.id, (ALLOW_ALL,), (ALLOW_ALL,), default=True)
            )
        return {subnet.id: own.get(subnet.id, default[subnet.vpc]) for subnet in self.subnets}

    @cached_property
    def _private(self) -> dict[tuple[str, str], Interface | NatGateway]:
        holders = [*self.interfaces, *(gateway for gateway in self.nat_gateways if gateway.subnet)]
        return {(self._things[holder.subnet].vpc, holder.address): holder for holder in holders}

    @cached_property
    def _public(self) -> dict[str, Interface | NatGateway | Host]:
        found: dict[str, Any] = {host.address: host for host in self.hosts if host.place in (INTERNET, AWS)}
        for holder in (*self.interfaces, *self.nat_gateways):
            if holder.public_address:
                found[holder.public_address] = holder
        return found

    @cached_property
    def memory(self) -> dict[Any, Any]:
        """What a trace has worked out about this network and may need again (see `routes`)."""
        return {}
