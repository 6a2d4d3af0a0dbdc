"""The explorer of peering and transit gateways: its numbers, and that the picture says what the tracer says."""

from __future__ import annotations

import re

import pytest

from kumo.vpc.explorers import PeeringOrTransit
from kumo.vpc.model.connectivity import SHAPES, build, connect
from kumo.vpc.model.trace import reaches
from kumo.vpc.view.connectivity import reached, sender_of


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("which", ["edge", "center"])
@pytest.mark.parametrize("count", [2, 3, 7])
def test_the_sender_reaches_whom_the_packet_trace_says(shape: str, which: str, count: int) -> None:
    trace = connect(count, shape)
    sender = sender_of(trace, which)
    network = build(count, shape)
    expected = [
        other for other in range(count) if other != sender and reaches(network, f"server-{sender}", f"server-{other}")
    ]
    assert reached(trace, sender) == expected


@pytest.mark.parametrize(("count", "peerings"), [(2, 1), (5, 10), (10, 45), (60, 1770)])
def test_both_numbers_stand_side_by_side(count: int, peerings: int) -> None:
    frame = PeeringOrTransit.frame({"count": count, "shape": "mesh"})
    texts = re.findall(r">([^<]+)</text>", frame["pictures"]["wide"])
    assert f"{peerings:,}本" in texts
    assert f"{count}個" in texts
    rows = {row[0].removeprefix("→ "): row[1] for row in frame["table"]["rows"]}
    assert rows["ピアリング: すべての組"] == peerings
    assert rows["トランジットゲートウェイ"] == count


def test_peering_is_not_transitive_in_words_and_picture() -> None:
    star = PeeringOrTransit.frame({"count": 4, "shape": "star"})
    assert "推移的ではなく" in star["explanation"]["why"]
    assert "3組のVPCが通信できません" in star["explanation"]["point"]
    assert re.search(r"VPC 2 → VPC 1 → VPC [34] は通らない", star["pictures"]["narrow"])
    for shape in ("mesh", "transit"):
        assert "VPC 2 から全員に届く" in PeeringOrTransit.frame({"count": 4, "shape": shape})["pictures"]["wide"]


def test_the_quota_is_named_where_it_is_passed() -> None:
    within, beyond = (PeeringOrTransit.frame({"count": count, "shape": "mesh"}) for count in (51, 52))
    assert "上限" not in within["explanation"]["why"]
    assert "1つのVPCに51本は、既定の上限の50本" in beyond["explanation"]["why"]


@pytest.mark.parametrize(
    ("shape", "edge", "center"), [("mesh", 1, 0), ("star", 1, 0), ("chain", 0, 3), ("transit", 1, 0)]
)
def test_the_sender_stands_at_the_edge_or_in_the_middle(shape: str, edge: int, center: int) -> None:
    trace = connect(7, shape)
    assert (sender_of(trace, "edge"), sender_of(trace, "center")) == (edge, center)
