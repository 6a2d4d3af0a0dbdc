"""Small random networks: mostly open, so that packets get far, with something shut here and there."""

from __future__ import annotations

from hypothesis import strategies as st

from kumo.vpc.model.network import (
    ALLOW_ALL,
    EGRESS_ALL,
    Attachment,
    CustomerGateway,
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    TransitRouteTable,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.rules import AclRule, GroupRule

OFFICE = "192.168.0.0/16"
HOSTS = (
    Host("net", "203.0.113.10"),
    Host("s3", "52.219.0.44", "aws", "s3"),
    Host("desk", "192.168.1.20", "cgw"),
)
PORTS = st.sampled_from([None, 443, (32768, 65535), (1024, 65535), (0, 40000), (40001, 65535)])


def seldom(draw: st.DrawFn, one_in: int = 4) -> bool:
    # Not by a number's bounds, which hypothesis likes best.
    return draw(st.sampled_from([False] * (one_in - 1) + [True]))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Return a network of one to three VPCs with whatever surrounds them."""
    names = "abc"[: draw(st.integers(1, 3))]
    vpcs = [Vpc(f"v{name}", (f"10.{place}.0.0/16",), region="r") for place, name in enumerate(names)]
    if seldom(draw, 6):
        vpcs[-1] = Vpc(vpcs[-1].id, vpcs[-1].cidrs, region="elsewhere")
    subnets, groups, interfaces, nats, acls = [], [], [], [], []
    gateways = [InternetGateway(f"igw-{vpc.id}", vpc.id) for vpc in vpcs if not seldom(draw, 3)]
    for place, vpc in enumerate(vpcs):
        for number in range(draw(st.integers(1, 2))):
            zone = draw(st.sampled_from(["z1", "z2"]))
            subnet = Subnet(f"s{vpc.id}{number}", vpc.id, f"10.{place}.{number}.0/24", zone)
            public = None if seldom(draw, 3) else f"198.51.100.{10 * place + number}"
            subnets.append(subnet)
            interfaces.append(
                Interface(f"i{vpc.id}{number}", subnet.id, f"10.{place}.{number}.10", (f"g{vpc.id}",), public)
            )
        if draw(st.booleans()):
            public = None if seldom(draw, 5) else f"198.51.100.{200 + place}"
            nats.append(NatGateway(f"nat-{vpc.id}", f"s{vpc.id}0", f"10.{place}.0.20", public))
    identifiers = [f"g{vpc.id}" for vpc in vpcs]
    groups += [draw(security_group(f"g{vpc.id}", vpc.id, identifiers)) for vpc in vpcs]
    for vpc in vpcs:
        if seldom(draw, 3):
            own = draw(st.lists(st.sampled_from([one.id for one in subnets if one.vpc == vpc.id]), unique=True))
            sides = (draw(acl_side()), draw(acl_side()))
            acls.append(NetworkAcl(f"acl-{vpc.id}", vpc.id, *sides, not own, tuple(own)))
    peerings = [
        Peering(f"pcx-{one.id}-{two.id}", one.id, two.id, active=not seldom(draw, 5))
        for place, one in enumerate(vpcs)
        for two in vpcs[place + 1 :]
        if draw(st.booleans())
    ]
    vpn_gateway = draw(st.sampled_from([None, *vpcs]))
    vpn_gateways = [VpnGateway("vgw", vpn_gateway.id)] if vpn_gateway else []
    transit = draw(st.booleans())
    end = draw(st.sampled_from(["vgw"] * bool(vpn_gateway) + ["tgw"] * transit or [None]))
    connections = []
    if end:
        routes = draw(st.sampled_from([None, None, ("10.0.0.0/8",), ("10.1.0.0/16",), ()]))
        connections.append(VpnConnection("vpn", end, "cgw", (OFFICE,), routes))
    transit_gateways = [draw(transit_gateway(vpcs, subnets, connections))] if transit else []
    endpoints = [Endpoint(f"vpce-{vpc.id}", vpc.id, "s3", prefix_list="pl") for vpc in vpcs if seldom(draw, 3)]
    targets = [*gateways, *nats, *vpn_gateways, *transit_gateways, *peerings]
    tables = [draw(route_table(subnet, targets, endpoints, subnets, vpcs, bool(vpn_gateways))) for subnet in subnets]
    return Network(
        vpcs=vpcs,
        subnets=subnets,
        route_tables=tables,
        acls=acls,
        groups=groups,
        interfaces=interfaces,
        internet_gateways=gateways,
        nat_gateways=nats,
        vpn_gateways=vpn_gateways,
        customer_gateways=[CustomerGateway("cgw", (OFFICE,))],
        vpn_connections=connections,
        transit_gateways=transit_gateways,
        peerings=peerings,
        endpoints=endpoints,
        prefix_lists=[PrefixList("pl", ("52.219.0.0/20",))],
        hosts=HOSTS,
    )


@st.composite
def security_group(draw: st.DrawFn, identifier: str, vpc: str, identifiers: list[str]) -> SecurityGroup:
    peers = st.sampled_from(["0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24", "pl", *identifiers])
    rules = st.builds(GroupRule, st.sampled_from(["all", "tcp"]), st.sampled_from([None]), peers) | st.builds(
        GroupRule, st.just("tcp"), st.sampled_from([443, (400, 500), 80]), peers
    )
    anyone = () if seldom(draw, 3) else (GroupRule("all", None, "0.0.0.0/0"),)
    ingress = (*draw(st.lists(rules, max_size=3)), *anyone)
    egress = tuple(draw(st.lists(rules, max_size=2))) if seldom(draw) else (EGRESS_ALL,)
    return SecurityGroup(identifier, vpc, ingress, egress)


@st.composite
def acl_side(draw: st.DrawFn) -> tuple[AclRule, ...]:
    cidrs = st.sampled_from(["0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "203.0.113.0/24", OFFICE])
    numbers = draw(st.lists(st.integers(1, 5), unique=True, max_size=3))
    rules = [
        AclRule(number, draw(st.sampled_from(["allow", "allow", "deny"])), "tcp", draw(PORTS), draw(cidrs))
        for number in numbers
    ]
    return (*rules, ALLOW_ALL) if draw(st.booleans()) else tuple(rules)


@st.composite
def route_table(
    draw: st.DrawFn,
    subnet: Subnet,
    targets: list[object],
    endpoints: list[Endpoint],
    subnets: list[Subnet],
    vpcs: list[Vpc],
    vpn: bool,  # noqa: FBT001
) -> RouteTable:
    def fits(target: object) -> bool:
        if isinstance(target, Peering):
            return target.other(subnet.vpc) is not None
        if isinstance(target, NatGateway):
            return any(one.id == target.subnet and one.vpc == subnet.vpc for one in subnets)
        if isinstance(target, TransitGateway):
            return True
        return target.vpc == subnet.vpc

    own = [target for target in targets if fits(target)]
    peers = {target.other(subnet.vpc): target for target in own if isinstance(target, Peering)}
    transit = [target for target in own if isinstance(target, TransitGateway)]
    sensible = {
        "0.0.0.0/0": [target for target in own if isinstance(target, InternetGateway | NatGateway)],
        "10.0.0.0/8": transit,
        OFFICE: [target for target in own if isinstance(target, VpnGateway | TransitGateway)],
    }
    for vpc in vpcs:
        if vpc.id != subnet.vpc:
            sensible[vpc.cidrs[0]] = [*([peers[vpc.id]] if vpc.id in peers else []), *transit]
    routes = []
    for destination, choice in sensible.items():
        wanted = own if seldom(draw, 5) else choice
        if wanted and not seldom(draw, 4):
            target = "blackhole" if seldom(draw, 12) else draw(st.sampled_from(wanted)).id
            routes.append(Route(destination, target))
    routes += [Route("pl", one.id) for one in endpoints if one.vpc == subnet.vpc and draw(st.booleans())]
    learns = ("vgw",) if vpn and draw(st.booleans()) else ()
    return RouteTable(f"rtb-{subnet.id}", subnet.vpc, tuple(routes), subnets=(subnet.id,), propagating=learns)


@st.composite
def transit_gateway(
    draw: st.DrawFn, vpcs: list[Vpc], subnets: list[Subnet], connections: list[VpnConnection]
) -> TransitGateway:
    attachments = []
    for vpc in vpcs:
        if not seldom(draw, 5):
            zones = {subnet.zone: subnet.id for subnet in subnets if subnet.vpc == vpc.id}
            doors = list(zones.values())[:1] if seldom(draw, 2) else list(zones.values())
            attachments.append(Attachment(f"att-{vpc.id}", vpc.id, tuple(doors)))
    attachments += [Attachment("att-vpn", one.id) for one in connections if one.gateway == "tgw"]
    names = [one.id for one in attachments]
    associated = tuple(name for name in names if not seldom(draw, 8))
    learnt = tuple(name for name in names if not seldom(draw, 6))
    routes = []
    if names and seldom(draw):
        routes.append(Route("0.0.0.0/0", draw(st.sampled_from([*names, "blackhole"]))))
    table = TransitRouteTable("tgw-rtb", associated, learnt, tuple(routes))
    return TransitGateway("tgw", tuple(attachments), (table,), group_references=draw(st.booleans()))
