"""Shares across zones against the arithmetic of AWS's example, conservation and binomial bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.elb.explorers import CrossZone
from kumo.elb.model.cross_zone import SENT, CrossZoneTrace, spread
from kumo.elb.words import cross_zone as words

TRACES = st.builds(
    lambda counts, down, cross, load, capacity, seed: spread(
        counts, down, cross=cross, load=load, capacity=capacity, seed=seed
    ),
    st.tuples(st.integers(1, 10), st.integers(1, 10), st.integers(0, 10)),
    st.sampled_from(["NONE", "A", "B"]),
    st.booleans(),
    st.integers(1, 1000),
    st.integers(1, 200),
    st.integers(1, 99),
)


def shares(trace: CrossZoneTrace) -> dict[str, Fraction]:
    return {zone.name: zone.share for zone in trace.zones}


def test_the_published_example() -> None:
    """Two and eight targets: 25% and 6.25% when off, 10% when on."""
    assert shares(CrossZone(a=2, b=8, cross=False).simulate()) == {"A": Fraction(1, 4), "B": Fraction(1, 16)}
    assert shares(CrossZone(a=2, b=8, cross=True).simulate()) == {"A": Fraction(1, 10), "B": Fraction(1, 10)}


@given(TRACES)
def test_all_of_the_load_goes_somewhere(trace: CrossZoneTrace) -> None:
    assert sum(zone.share * zone.targets for zone in trace.zones) == 1
    assert sum(zone.dns for zone in trace.zones) == 1
    assert all(zone.share == 0 for zone in trace.zones if not zone.healthy)
    for tenth in range(10):
        assert sum(sum(zone.counts[tenth]) for zone in trace.zones) == SENT * (tenth + 1) // 10


@given(TRACES)
def test_with_cross_zone_all_healthy_targets_are_equal(trace: CrossZoneTrace) -> None:
    found = {zone.share for zone in trace.zones if zone.healthy}
    total = sum(zone.targets for zone in trace.zones if zone.healthy)
    if trace.cross:
        assert found == {Fraction(1, total)}
    else:
        assert trace.crossing == 0
        assert all(zone.share * zone.targets == zone.dns for zone in trace.zones)


@given(TRACES)
def test_what_is_sent_lies_within_binomial_bounds(trace: CrossZoneTrace) -> None:
    """A zone's count is binomial; beyond five standard deviations would be one in a million."""
    for zone in trace.zones:
        part = float(zone.share * zone.targets)
        spread_of_counts = math.sqrt(SENT * part * (1 - part))
        assert abs(sum(zone.counts[-1]) - SENT * part) <= 5 * spread_of_counts + len(trace.zones)


@given(TRACES)
def test_targets_of_a_zone_differ_by_one_request_per_node_at_most(trace: CrossZoneTrace) -> None:
    nodes = len(trace.zones) if trace.cross else 1
    for zone in trace.zones:
        assert max(zone.counts[-1]) - min(zone.counts[-1]) <= nodes


@given(TRACES)
def test_what_is_lost_is_what_exceeds_the_capacity(trace: CrossZoneTrace) -> None:
    taken = sum(min(trace.per_target(zone), trace.capacity) * zone.targets for zone in trace.zones)
    assert taken + trace.lost == trace.load
    if trace.cross:
        assert (trace.lost == 0) == trace.enough


def test_crossing_is_what_leaves_a_nodes_zone() -> None:
    """Two equal zones: half of each node's requests go to the other one."""
    assert CrossZone(a=4, b=4, cross=True).simulate().crossing == Fraction(1, 2)
    assert CrossZone(a=2, b=8, cross=True).simulate().crossing == Fraction(1, 2) * (Fraction(8, 10) + Fraction(2, 10))


@pytest.mark.parametrize("cross", [False, True])
def test_a_zone_without_healthy_targets_leaves_dns_only_without_cross_zone(cross: bool) -> None:  # noqa: FBT001 -- a case
    trace = CrossZone(a=2, b=4, c=4, down="a", cross=cross).simulate()
    assert [zone.dns for zone in trace.zones] == (
        [Fraction(1, 3)] * 3 if cross else [0, Fraction(1, 2), Fraction(1, 2)]
    )
    assert shares(trace) == {"A": 0, "B": Fraction(1, 8), "C": Fraction(1, 8)}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "全体では足りているのに、少ない台数のゾーンで毎秒80件があふれます"),
        ({"cross": True}, "どのターゲットも処理能力に収まります"),
        ({"cross": True, "load": 1000}, "全体でも足りず、毎秒400件があふれます"),
        ({"down": "a"}, "ゾーンAはDNSから外れ"),
    ],
)
def test_the_explanation_fits(parameters: dict[str, object], expected: str) -> None:
    explanation = words.explanation(CrossZone(**parameters).simulate())
    assert expected in explanation.why
