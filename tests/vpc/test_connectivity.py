"""The number of connections against closed forms and networkx, and who reaches whom against the packet trace."""

from __future__ import annotations

import networkx as nx
import pytest

from kumo.vpc.model import connectivity
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.trace import reachable_pairs

GRAPHS = {"mesh": nx.complete_graph, "star": lambda count: nx.star_graph(count - 1), "chain": nx.path_graph}


@pytest.mark.parametrize("count", [2, 3, 4, 7, 100])
@pytest.mark.parametrize("shape", connectivity.SHAPES)
def test_closed_forms(count: int, shape: str) -> None:
    joined = connectivity.connect(count, shape)
    expected = {"mesh": count * (count - 1) // 2, "star": count - 1, "chain": count - 1, "transit": count}
    assert joined.connections == expected[shape]
    assert joined.complete == (shape in ("mesh", "transit") or count == 2)
    assert joined.routes == {"transit": count}.get(shape, 2 * expected[shape])
    if shape in GRAPHS:
        graph = GRAPHS[shape](count)
        assert {frozenset(link) for link in joined.links} == {frozenset(edge) for edge in graph.edges}
        assert joined.per_network == max(dict(graph.degree).values())


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("shape", connectivity.SHAPES)
def test_the_packet_trace_agrees(count: int, shape: str) -> None:
    network = connectivity.build(count, shape)
    names = [f"server-{place}" for place in range(count)]
    traced = {(names.index(one), names.index(two)) for one, two in reachable_pairs(network, names)}
    joined = connectivity.connect(count, shape)
    assert traced == joined.pairs
    assert sum(len(table.routes) for table in network.route_tables) == joined.routes
    attachments = sum(len(gateway.attachments) for gateway in network.transit_gateways)
    assert len(network.peerings) + attachments == joined.connections


def test_the_published_figure() -> None:
    """The whitepaper: 100 VPCs in a full mesh take 4,950 peerings, and no VPC may have more than 125."""
    assert connectivity.peerings_needed(100) == 4950
    assert connectivity.attachments_needed(100) == 100
    assert connectivity.connect(51, "mesh").within_quota
    assert not connectivity.connect(52, "mesh").within_quota
    assert connectivity.connect(100, "transit").within_quota


@pytest.mark.parametrize(
    ("count", "shape", "text"), [(1, "mesh", "2〜100"), (101, "mesh", "2〜100"), (3, "ring", "transit")]
)
def test_what_is_not_offered(count: int, shape: str, text: str) -> None:
    with pytest.raises(NetworkError, match=text):
        connectivity.connect(count, shape)
