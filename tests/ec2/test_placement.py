"""Placement: the strategies' own rules, and the closed forms of what is lost against counting every case."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core import facts
from kumo.ec2.explorers import PlacementGroups
from kumo.ec2.model.placement import (
    CLUSTER,
    FAILURES,
    PARTITION,
    RACK_FAILURE,
    SLOTS,
    SPREAD,
    STRATEGIES,
    Placement,
    fail,
    losses,
    partition_of,
    place,
)

wishes = st.tuples(st.sampled_from(STRATEGIES), st.integers(1, 24), st.integers(1, 3), st.integers(2, 7))


@given(wishes)
def test_instances_run_or_are_refused(wish: tuple[str, int, int, int]) -> None:
    strategy, instances, zones, partitions = wish
    placed = place(strategy, instances, zones, partitions)
    assert placed.running + placed.refused == instances
    assert sum(placed.loads.values()) == placed.running
    assert all(0 <= spot.zone < zones for spot in placed.spots)
    assert max(placed.loads.values()) <= SLOTS
    if strategy != SPREAD:
        assert placed.refused == 0


@given(st.integers(1, 24), st.integers(1, 3))
def test_a_cluster_stands_in_one_zone_on_as_few_racks_as_can_be(instances: int, zones: int) -> None:
    placed = place(CLUSTER, instances, zones, 2)
    assert {spot.zone for spot in placed.spots} == {0}
    assert len(placed.loads) == -(-instances // SLOTS)


@given(st.integers(1, 24), st.integers(1, 3))
def test_a_spread_group_shares_no_rack_and_ends_at_seven_in_a_zone(instances: int, zones: int) -> None:
    placed = place(SPREAD, instances, zones, 2)
    assert set(placed.loads.values()) == {1}
    per_zone = Counter(spot.zone for spot in placed.spots)
    assert max(per_zone.values()) <= 7
    assert placed.running == min(instances, 7 * zones)
    assert max(per_zone.values()) - min(per_zone.get(zone, 0) for zone in range(zones)) <= 1


@given(st.integers(1, 24), st.integers(1, 3), st.integers(2, 7))
def test_partitions_share_no_rack_and_are_evenly_filled(instances: int, zones: int, partitions: int) -> None:
    placed = place(PARTITION, instances, zones, partitions)
    filled = Counter((spot.zone, partition_of(spot)) for spot in placed.spots)
    every = [filled.get(key, 0) for key in product(range(zones), range(partitions))]
    assert sum(every) == instances
    assert max(every) - min(every) <= 1
    assert {(zone, partition) for zone, partition in filled} <= set(product(range(zones), range(partitions)))


def test_the_limits_are_the_published_ones() -> None:
    assert facts.value("ec2.spread-per-zone") == 7
    assert facts.value("ec2.partitions-per-zone") == 7
    assert PlacementGroups.declared["partitions"].schema()["high"] == 7


def counted(placed: Placement) -> dict[int, Fraction]:
    """Losses by trying every set of failed racks: slow, and without a formula."""
    chances: dict[int, Fraction] = {}
    loads = list(placed.loads.values())
    for failed in product((False, True), repeat=len(loads)):
        chance = Fraction(1)
        for one in failed:
            chance *= RACK_FAILURE if one else 1 - RACK_FAILURE
        lost = sum(load for load, one in zip(loads, failed, strict=True) if one)
        chances[lost] = chances.get(lost, Fraction(0)) + chance
    return chances


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("instances", "zones", "partitions"), [(1, 1, 2), (5, 2, 2), (9, 1, 4), (10, 2, 3), (24, 1, 2)]
)
def test_the_closed_forms_agree_with_counting_every_case(
    strategy: str, instances: int, zones: int, partitions: int
) -> None:
    placed = place(strategy, instances, zones, partitions)
    slow = counted(placed)
    assert {lost: chance for lost, chance in enumerate(losses(placed)) if chance} == slow
    assert placed.expected == sum(lost * chance for lost, chance in slow.items())
    assert placed.all_lost == slow[placed.running]


@given(st.integers(1, 7), st.integers(1, 3), st.integers(2, 7))
def test_the_mean_is_the_same_whatever_the_strategy(instances: int, zones: int, partitions: int) -> None:
    means = {place(strategy, instances, zones, partitions).expected for strategy in STRATEGIES}
    assert means == {Fraction(instances, 100)}


@given(wishes, st.sampled_from(FAILURES))
def test_what_fails_takes_exactly_what_stands_there(wish: tuple[str, int, int, int], what: str) -> None:
    trace = fail(*wish, what)
    gone = {trace.placement.spots[number] for number in trace.lost}
    kept = {spot for number, spot in enumerate(trace.placement.spots) if number not in trace.lost}
    assert not gone & kept
    assert {spot.zone for spot in gone} <= {0}
    if what == "zone":
        assert all(spot.zone != 0 for spot in kept)
    else:
        assert {spot.rack for spot in gone} <= {int(what) - 1}
        assert len(trace.lost) <= trace.placement.worst


def test_the_picture_shows_every_instance_and_every_failed_rack() -> None:
    for parameters in ({}, {"strategy": "partition", "instances": 20}, {"strategy": "spread", "failure": "zone"}):
        state = PlacementGroups(**parameters)
        trace, frame = state.simulate(), state.frame(state.parameters)
        for svg in frame["pictures"].values():
            assert len(re.findall(r'height="8"[^>]*rx="2"[^>]*kumo-good,', svg)) == trace.placement.running
            assert len(re.findall(r'rx="2"[^>]*kumo-bad-soft,', svg)) == len(trace.lost)
        assert f"{len(trace.lost)}台" in frame["explanation"]["point"]


def test_spread_says_how_many_it_refuses() -> None:
    frame = PlacementGroups.frame({"strategy": "spread", "instances": 10, "zones": 1})
    assert "3台は起動できませんでした" in frame["explanation"]["why"]
    assert "3台は起動できない" in frame["pictures"]["narrow"]
    assert "起動でき" not in PlacementGroups.frame({"strategy": "spread", "instances": 10})["explanation"]["why"]


def test_more_than_the_racks_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        place(PARTITION, 25, 1, 2)
    with pytest.raises(ValueError, match="no strategy 'host'"):
        place("host", 1, 1, 2)
