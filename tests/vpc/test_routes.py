"""Route priority, with the example tables of the VPC User Guide ("How route priority works")."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.vpc.model.network import (
    BLACKHOLE,
    CustomerGateway,
    InternetGateway,
    Network,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.routes import effective, lookup


def network(*routes: Route, cidrs: tuple[str, ...] = ("10.0.0.0/16",), learnt: tuple[str, ...] = ()) -> Network:
    """Return a VPC whose only subnet has these routes."""
    return Network(
        vpcs=(Vpc("v", cidrs), Vpc("w", ("172.31.0.0/16",))),
        subnets=(Subnet("s", "v", "10.0.0.0/24", "z"),),
        route_tables=(RouteTable("rtb", "v", routes, main=True, propagating=("vgw",)),),
        internet_gateways=(InternetGateway("igw", "v"),),
        vpn_gateways=(VpnGateway("vgw", "v"),),
        customer_gateways=(CustomerGateway("cgw", learnt),),
        vpn_connections=(VpnConnection("vpn", "vgw", "cgw", learnt),),
        peerings=(Peering("pcx", "v", "w"),),
        prefix_lists=(PrefixList("pl", ("172.31.0.0/24",)), PrefixList("pl-2", ("172.31.0.0/24", "10.9.0.0/16"))),
    )


def target(made: Network, address: str) -> str | None:
    route = lookup(made, "s", address)
    return route.target if route else None


@pytest.mark.parametrize(
    ("address", "expected"),
    [("172.31.4.5", "pcx"), ("10.0.200.1", "local"), ("198.51.100.9", "igw"), ("172.30.255.255", "igw")],
)
def test_longest_prefix_example(address: str, expected: str) -> None:
    """10.0.0.0/16 local, 172.31.0.0/16 peering, 0.0.0.0/0 internet gateway."""
    made = network(Route("172.31.0.0/16", "pcx"), Route("0.0.0.0/0", "igw"))
    assert target(made, address) == expected


def test_static_before_propagated_example() -> None:
    """172.31.0.0/24 both to an internet gateway (static) and to a virtual private gateway (propagated)."""
    made = network(
        Route("172.31.0.0/24", "vgw", propagated=True), Route("172.31.0.0/24", "igw"), learnt=("172.31.0.0/24",)
    )
    assert target(made, "172.31.0.7") == "igw"
    assert target(made, "172.31.1.7") is None


def test_prefix_lists_stand_between_static_and_propagated_routes() -> None:
    assert target(network(Route("pl", "pcx"), learnt=("172.31.0.0/24",)), "172.31.0.1") == "pcx"
    assert target(network(Route("pl", "pcx"), Route("172.31.0.0/24", "igw")), "172.31.0.1") == "igw"
    # "More specific routes always take priority, irrespective of whether they are propagated …"
    assert target(network(Route("pl", "pcx"), learnt=("172.31.0.128/25",)), "172.31.0.200") == "vgw"
    # Of two overlapping lists AWS keeps to one; here the first.
    assert target(network(Route("pl-2", "pcx"), Route("pl", "igw")), "172.31.0.1") == "pcx"
    assert target(network(Route("pl-2", "pcx")), "10.9.1.1") == "pcx"


def test_every_block_of_the_vpc_is_local() -> None:
    made = network(cidrs=("10.0.0.0/16", "10.7.0.0/16"))
    assert [target(made, address) for address in ("10.0.1.1", "10.7.1.1", "10.8.1.1")] == ["local", "local", None]


def test_local_routes_are_listed_once() -> None:
    made = network(Route("10.0.0.0/16", "local"), Route("0.0.0.0/0", BLACKHOLE), learnt=("192.168.0.0/16",))
    assert [(route.destination, route.target) for route in effective(made, made.table_of("s"))] == [
        ("10.0.0.0/16", "local"),
        ("0.0.0.0/0", BLACKHOLE),
        ("192.168.0.0/16", "vgw"),
    ]
    assert target(made, "198.51.100.1") == BLACKHOLE


def test_propagated_routes_that_aws_has_listed_are_not_doubled() -> None:
    made = network(Route("192.168.0.0/16", "vgw", propagated=True), learnt=("192.168.0.0/16",))
    assert len(effective(made, made.table_of("s"))) == 2


@given(
    st.lists(
        st.tuples(st.integers(0, 32), st.integers(0, 2**32 - 1)).map(
            lambda pair: str(ip_network((pair[1] >> (32 - pair[0]) << (32 - pair[0]), pair[0])))
        ),
        unique=True,
        max_size=12,
    ),
    st.integers(0, 2**32 - 1),
)
def test_longest_prefix_by_ipaddress(destinations: list[str], value: int) -> None:
    made = network(*(Route(cidr, "igw") for cidr in destinations if cidr != "10.0.0.0/16"))
    address = ip_address(value)
    matching = [ip_network(cidr) for cidr in {*destinations, "10.0.0.0/16"} if address in ip_network(cidr)]
    route = lookup(made, "s", str(address))
    if not matching:
        assert route is None
    else:
        assert route.destination == str(max(matching, key=lambda block: block.prefixlen))
