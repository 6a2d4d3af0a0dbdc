"""What the routes make of a subnet, and the graph of a network."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from kumo.vpc.model import topology
from kumo.vpc.model.network import Network, Route, RouteTable
from kumo.vpc.model.presets import PRESETS, preset


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("three_tier", {"public-a": "public", "public-c": "public", "private-a": "private", "data-a": "isolated"}),
        ("nat", {"public": "public", "private": "private"}),
        ("s3_gateway_endpoint", {"public": "isolated", "private": "private"}),
        ("vpn", {"private": "vpn_only", "public": "isolated"}),
        ("transit_gateway", {"subnet-a": "private"}),
    ],
)
def test_public_or_private_follows_from_the_routes(key: str, kinds: dict[str, str]) -> None:
    network = preset(key).network
    assert {subnet: topology.kind(network, subnet) for subnet in kinds} == kinds


def test_a_name_makes_no_subnet_public() -> None:
    """Only a route straight to an internet gateway, attached to this VPC, does."""
    network = preset("nat").network
    by_nat = RouteTable("public-rtb", "vpc", (Route("0.0.0.0/0", "nat"),), subnets=("public",))
    assert topology.kind(replace(network, route_tables=(by_nat,)), "public") == "private"
    detached = replace(network, internet_gateways=(replace(network.internet_gateways[0], vpc=None),))
    assert topology.kind(detached, "public") == "isolated"


def test_a_vpn_only_subnet_has_no_other_way_out() -> None:
    network = preset("vpn").network
    lists = preset("s3_gateway_endpoint").network
    with_endpoint = replace(
        network,
        endpoints=lists.endpoints,
        prefix_lists=lists.prefix_lists,
        route_tables=(replace(network.route_tables[0], routes=(Route("pl-s3", "s3-endpoint"),)),),
    )
    assert topology.kind(network, "private") == "vpn_only"
    assert topology.kind(with_endpoint, "private") == "private"


@pytest.mark.parametrize("key", PRESETS)
def test_the_graph_has_everything_and_nothing_loose(key: str) -> None:
    network: Network = preset(key).network
    graph = topology.graph(network)
    assert {thing.id for thing in network} <= set(graph)
    assert all(data["thing"].id == node and data["kind"] for node, data in graph.nodes(data=True))
    for subnet in network.subnets:
        uses = {two for _, two, data in graph.out_edges(subnet.id, data=True) if data["relation"] == "uses"}
        assert uses == {network.table_of(subnet.id).id, network.acl_of(subnet.id).id}
        routes = {
            (data["destination"], two)
            for _, two, data in graph.out_edges(subnet.id, data=True)
            if data["relation"] == "route"
        }
        expected = {(one.destination, one.target) for one, kind in topology.routes_of(network, subnet.id)}
        assert routes == {entry for entry in expected if entry[1] not in ("local", "blackhole")}
    for interface in network.interfaces:
        assert graph.has_edge(interface.subnet, interface.id)
        assert all(graph.has_edge(interface.id, group) for group in interface.groups)


def test_the_graph_tells_how_vpcs_hang_together() -> None:
    import networkx as nx  # noqa: PLC0415 -- only here

    drawn = topology.graph(preset("peering_chain").network)
    peers = [(one, two) for one, two, data in drawn.edges(data=True) if data["relation"] == "peers"]
    chain = nx.Graph(peers)
    assert nx.shortest_path(chain, "vpc-a", "vpc-c") == ["vpc-a", "pcx-ab", "vpc-b", "pcx-bc", "vpc-c"]
    hub = topology.graph(preset("transit_gateway").network)
    assert {two for _, two, data in hub.out_edges("tgw", data=True) if data["relation"] == "attached"} == {
        "vpc-a",
        "vpc-b",
        "vpc-c",
    }
    tiers = topology.graph(preset("three_tier").network)
    allows = [(one, two) for one, two, data in tiers.edges(data=True) if data["relation"] == "allows"]
    assert allows == [("web-sg", "alb-sg")]


def test_boxes_and_neighbours() -> None:
    network = preset("three_tier").network
    boxes = topology.boxes(network, "vpc")
    assert list(boxes) == ["ap-northeast-1a", "ap-northeast-1c"]
    assert list(boxes["ap-northeast-1a"]) == ["public-a", "private-a", "data-a"]
    assert boxes["ap-northeast-1a"]["public-a"] == ("alb", "web", "nat")
    inside = [one for zone in boxes.values() for things in zone.values() for one in things]
    assert sorted(inside) == sorted(one.id for one in (*network.interfaces, *network.nat_gateways))
    assert topology.neighbours(network, "vpc") == ("igw",)
    assert topology.neighbours(preset("peering_chain").network, "vpc-b") == ("pcx-ab", "pcx-bc")
    assert topology.neighbours(preset("vpn").network, "vpc") == ("vgw",)
    assert topology.neighbours(preset("transit_gateway").network, "vpc-c") == ("tgw",)
    assert topology.neighbours(preset("s3_gateway_endpoint").network, "vpc") == ("s3-endpoint",)


def test_the_package_starts_without_networkx_and_friends() -> None:
    """The published pages restore a snapshot that has no room for them."""
    code = (
        "import sys, pkgutil, importlib, kumo.vpc\n"
        "for module in pkgutil.walk_packages(kumo.vpc.__path__, 'kumo.vpc.'):\n"
        "    importlib.import_module(module.name)\n"
        "from kumo.vpc.model.presets import preset\n"
        "from kumo.vpc.model.trace import trace\n"
        "assert trace(preset('nat').network, preset('nat').flow).reachable\n"
        "print(sorted({'networkx', 'boto3', 'botocore', 'moto', 'numpy', 'pandas'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
