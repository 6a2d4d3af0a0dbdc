"""What keeps a network from existing: AWS's own rules on how its parts may be put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from itertools import combinations
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.vpc.model import addresses
from kumo.vpc.model.addresses import inside
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.words.errors import DIRECTIONS, listed, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from kumo.vpc.model.network import Attachment, Network, NetworkAcl, Route, SecurityGroup

    Problems = Iterator[NetworkError]
    Pointer = tuple[Any, str, tuple[str, ...]]

LOWEST_NUMBER: int = facts.value("vpc.acl-rule-lowest")
HIGHEST_NUMBER: int = facts.value("vpc.acl-rule-highest")

# What a route of a subnet's table may lead to.
TARGETS = (
    "internet_gateways",
    "nat_gateways",
    "vpn_gateways",
    "transit_gateways",
    "peerings",
    "interfaces",
    "unknowns",
)
WITHOUT_A_THING = ("local", "blackhole")


def problems(network: Network) -> list[NetworkError]:
    """Return what is wrong with the network; empty when all is well.

    One kind of problem after the other: those that come later rely on what the earlier ones ensure, so the list
    ends with the first kind that was found.
    """
    for check in CHECKS:
        found = list(check(network))
        if found:
            return found
    return []


def name_of(thing: Any) -> str:
    """Return how an error names a thing."""
    return named(type(thing).__name__, thing.id)


def _ids(network: Network) -> Problems:
    seen: dict[str, Any] = {}
    for thing in network:
        if thing.id in seen:
            yield NetworkError("duplicate_id", value=thing.id, subject=name_of(seen[thing.id]), other=name_of(thing))
        seen[thing.id] = thing


def _references(network: Network) -> Problems:
    known = {field.name: [thing.id for thing in getattr(network, field.name)] for field in fields(network)}
    for owner, value, kinds in _pointers(network):
        allowed = [identifier for kind in kinds for identifier in known[kind]]
        if value not in allowed:
            yield NetworkError("missing", subject=name_of(owner), value=value, allowed=listed(allowed))


def _pointers(network: Network) -> Iterator[Pointer]:
    """Yield (thing, ID that it points at, kinds that the ID may be of)."""
    for kind in ("subnets", "route_tables", "acls", "groups", "endpoints"):
        yield from ((thing, thing.vpc, ("vpcs",)) for thing in getattr(network, kind))
    for kind in ("internet_gateways", "vpn_gateways", "nat_gateways"):
        yield from ((thing, thing.vpc, ("vpcs",)) for thing in getattr(network, kind) if thing.vpc is not None)
    for kind in ("route_tables", "acls"):
        yield from ((thing, part, ("subnets",)) for thing in getattr(network, kind) for part in thing.subnets)
    yield from ((one, one.subnet, ("subnets",)) for one in network.nat_gateways if one.subnet is not None)
    for interface in network.interfaces:
        yield interface, interface.subnet, ("subnets",)
        yield from ((interface, group, ("groups",)) for group in interface.groups)
    for endpoint in network.endpoints:
        yield from ((endpoint, one, ("interfaces",)) for one in endpoint.interfaces)
        if endpoint.prefix_list is not None:
            yield endpoint, endpoint.prefix_list, ("prefix_lists",)
    yield from _pointers_outside(network)


def _pointers_outside(network: Network) -> Iterator[Pointer]:
    yield from ((table, one, ("vpn_gateways",)) for table in network.route_tables for one in table.propagating)
    for connection in network.vpn_connections:
        yield connection, connection.gateway, ("vpn_gateways", "transit_gateways")
        yield connection, connection.customer_gateway, ("customer_gateways",)
    for peering in network.peerings:
        yield from ((peering, end, ("vpcs",)) for end in (peering.requester, peering.accepter))
    for attachment in (one for gateway in network.transit_gateways for one in gateway.attachments):
        yield attachment, attachment.resource, ("vpcs", "vpn_connections")
        yield from ((attachment, subnet, ("subnets",)) for subnet in attachment.subnets)
    places = ("internet", "aws")
    yield from ((host, host.place, ("customer_gateways",)) for host in network.hosts if host.place not in places)


def _blocks(network: Network) -> Problems:
    for vpc in network.vpcs:
        parts = [(subnet.id, subnet.cidr) for subnet in network.subnets if subnet.vpc == vpc.id]
        yield from addresses.problems(vpc.id, vpc.cidrs, parts)
    for kind in ("customer_gateways", "vpn_connections", "prefix_lists"):
        for thing in getattr(network, kind):
            yield from _unreadable(addresses.block, thing.cidrs, name_of(thing))
    for connection in network.vpn_connections:
        yield from _unreadable(addresses.block, connection.routes or (), name_of(connection))


def _unreadable(read: Callable[[str, str], object], texts: Iterable[str], subject: str) -> Problems:
    for text in texts:
        try:
            read(text, subject)
        except NetworkError as error:
            yield error


def _associations(network: Network) -> Problems:
    for kind, twice, two, flag in (
        ("route_tables", "two_tables", "two_main_tables", "main"),
        ("acls", "two_acls", "two_default_acls", "default"),
    ):
        owners: dict[str, str] = {}
        chosen: dict[str, str] = {}
        for thing in getattr(network, kind):
            for subnet in thing.subnets:
                yield from _same_vpc(network, thing, subnet)
                if subnet in owners:
                    yield NetworkError(twice, subject=name_of(network[subnet]), value=owners[subnet], other=thing.id)
                owners[subnet] = thing.id
            if getattr(thing, flag):
                if thing.vpc in chosen:
                    yield NetworkError(two, subject=named("Vpc", thing.vpc), value=chosen[thing.vpc], other=thing.id)
                chosen[thing.vpc] = thing.id


def _same_vpc(network: Network, owner: Any, identifier: str) -> Problems:
    other = network[identifier].vpc
    if other != owner.vpc:
        yield NetworkError("other_vpc", subject=name_of(owner), value=identifier, other=other, allowed=owner.vpc)


def _attached_once(network: Network) -> Problems:
    for kind, code in (("internet_gateways", "two_internet_gateways"), ("vpn_gateways", "two_vpn_gateways")):
        attached: dict[str, str] = {}
        for gateway in getattr(network, kind):
            if gateway.vpc in attached:
                subject = named("Vpc", gateway.vpc)
                yield NetworkError(code, subject=subject, value=attached[gateway.vpc], other=gateway.id)
            if gateway.vpc is not None:
                attached[gateway.vpc] = gateway.id


def _parts(network: Network) -> Problems:
    for gateway in network.nat_gateways:
        zonal, regional = gateway.subnet and gateway.address, gateway.vpc
        if bool(zonal) == bool(regional) or bool(gateway.subnet) != bool(gateway.address):
            yield NetworkError("nat_place", subject=name_of(gateway))
    for endpoint in network.endpoints:
        if endpoint.kind not in ("gateway", "interface"):
            yield NetworkError("endpoint_kind", subject=name_of(endpoint), value=endpoint.kind)
        elif not (endpoint.prefix_list if endpoint.kind == "gateway" else endpoint.interfaces):
            yield NetworkError("endpoint_parts", subject=name_of(endpoint))


def _peerings(network: Network) -> Problems:
    for peering in network.peerings:
        if peering.requester == peering.accepter:
            yield NetworkError("peering_itself", subject=name_of(peering), value=peering.requester)
            continue
        one, other = network[peering.requester], network[peering.accepter]
        if any(_overlap(left, right) for left in one.cidrs for right in other.cidrs):
            yield NetworkError("peering_overlap", subject=name_of(peering), value=one.id, other=other.id)


def _overlap(one: str, other: str) -> bool:
    return inside(one.partition("/")[0], other) or inside(other.partition("/")[0], one)


def _attachments(network: Network) -> Problems:
    for gateway in network.transit_gateways:
        resources: set[str] = set()
        for attachment in gateway.attachments:
            if attachment.resource in resources:
                yield NetworkError("attached_twice", subject=name_of(gateway), value=attachment.resource)
            resources.add(attachment.resource)
            if network[attachment.resource] in network.vpcs:
                yield from _attachment(network, attachment)


def _attachment(network: Network, attachment: Attachment) -> Problems:
    subject = name_of(attachment)
    if not attachment.subnets:
        yield NetworkError("attachment_subnets", subject=subject)
    for subnet in attachment.subnets:
        other = network[subnet].vpc
        if other != attachment.resource:
            yield NetworkError("other_vpc", subject=subject, value=subnet, other=other, allowed=attachment.resource)
    for one, other in combinations(attachment.subnets, 2):
        zone = network[one].zone
        if zone == network[other].zone:
            yield NetworkError("attachment_zone", subject=subject, value=one, other=other, allowed=zone)


def _transit_tables(network: Network) -> Problems:
    for gateway in network.transit_gateways:
        attachments = [attachment.id for attachment in gateway.attachments]
        associated: set[str] = set()
        for table in gateway.route_tables:
            for identifier in (*table.associations, *table.propagations):
                if identifier not in attachments:
                    allowed = listed(attachments)
                    yield NetworkError("missing", subject=name_of(table), value=identifier, allowed=allowed)
            for identifier in table.associations:
                if identifier in associated:
                    yield NetworkError("two_associations", subject=name_of(gateway), value=identifier)
                associated.add(identifier)
            yield from _routes(table, table.routes, {"blackhole", *attachments}, set())


def _tables(network: Network) -> Problems:
    lists = {entry.id for entry in network.prefix_lists}
    for table in network.route_tables:
        targets = {thing.id for kind in TARGETS for thing in getattr(network, kind)}
        targets |= {endpoint.id for endpoint in network.endpoints if endpoint.kind == "gateway"}
        yield from _routes(table, table.routes, targets | set(WITHOUT_A_THING), lists)


def _routes(table: Any, routes: tuple[Route, ...], targets: set[str], lists: set[str]) -> Problems:
    written: set[str] = set()
    allowed = listed(sorted(targets - set(WITHOUT_A_THING)))
    for route in routes:
        if route.destination not in lists:
            yield from _unreadable(addresses.block, [route.destination], name_of(table))
        if route.target not in targets:
            yield NetworkError(
                "missing_target",
                subject=name_of(table),
                destination=route.destination,
                value=route.target,
                allowed=allowed,
            )
        if not route.propagated:
            if route.destination in written:
                yield NetworkError("duplicate_route", subject=name_of(table), value=route.destination)
            written.add(route.destination)


def _acls(network: Network) -> Problems:
    for acl in network.acls:
        for direction, word in DIRECTIONS.items():
            yield from _numbers(acl, [rule.number for rule in getattr(acl, direction)], word)


def _numbers(acl: NetworkAcl, numbers: list[int], direction: str) -> Problems:
    limits = {"low": LOWEST_NUMBER, "high": HIGHEST_NUMBER}
    for place, number in enumerate(numbers):
        data = {"subject": name_of(acl), "direction": direction, "value": number}
        if not LOWEST_NUMBER <= number <= HIGHEST_NUMBER:
            yield NetworkError("rule_number", **data, **limits)
        if number in numbers[:place]:
            yield NetworkError("duplicate_number", **data, **limits)


def _groups(network: Network) -> Problems:
    peers = {thing.id for thing in (*network.groups, *network.prefix_lists)}
    for group in network.groups:
        yield from _peers(group, peers)
    for interface in network.interfaces:
        if not interface.groups:
            yield NetworkError("no_group", subject=name_of(interface))
        for group in interface.groups:
            other, own = network[group].vpc, network[interface.subnet].vpc
            if other != own:
                yield NetworkError("other_vpc", subject=name_of(interface), value=group, other=other, allowed=own)


def _peers(group: SecurityGroup, peers: set[str]) -> Problems:
    for rule in (*group.ingress, *group.egress):
        if rule.peer in peers:
            continue
        if "/" in rule.peer:
            yield from _unreadable(addresses.block, [rule.peer], name_of(group))
        else:
            yield NetworkError("group_peer", subject=name_of(group), value=rule.peer)


def _addresses(network: Network) -> Problems:
    taken: dict[tuple[str, str], Any] = {}
    public: dict[str, Any] = defaultdict(lambda: None)
    for holder in (*network.interfaces, *network.nat_gateways, *network.hosts):
        subject = name_of(holder)
        texts = [text for text in (holder.address, getattr(holder, "public_address", None)) if text]
        unreadable = list(_unreadable(addresses.address, texts, subject))
        yield from unreadable
        if unreadable:
            continue
        outer = holder.address if type(holder).__name__ == "Host" else holder.public_address
        if outer is not None:
            if public[outer] is not None:
                yield NetworkError("address_taken", subject=subject, value=outer, other=name_of(public[outer]))
            public[outer] = holder
        subnet = network.get(getattr(holder, "subnet", None) or "")
        if subnet is None:
            continue
        yield from _inner(holder, subnet)
        key = (subnet.vpc, holder.address)
        if key in taken:
            yield NetworkError("address_taken", subject=subject, value=holder.address, other=name_of(taken[key]))
        taken[key] = holder


def _inner(holder: Any, subnet: Any) -> Problems:
    data = {"subject": name_of(holder), "value": holder.address, "other": name_of(subnet)}
    if not inside(holder.address, subnet.cidr):
        yield NetworkError("address_outside", **data, allowed=subnet.cidr)
    elif addresses.role(subnet.cidr, holder.address) is not None:
        first, last = addresses.usable_range(subnet.cidr)
        yield NetworkError("address_reserved", **data, allowed=f"{first}〜{last}")


CHECKS: tuple[Callable[[Network], Problems], ...] = (
    _ids,
    _references,
    _blocks,
    _associations,
    _attached_once,
    _parts,
    _peerings,
    _attachments,
    _transit_tables,
    _tables,
    _acls,
    _groups,
    _addresses,
)
