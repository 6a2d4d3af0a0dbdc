"""Distances against published ones and against a second formula; the map against its projection."""

from __future__ import annotations

from itertools import pairwise
from math import acos, cos, isclose, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.facts import value
from kumo.route53.model.geography import CLIENTS, CONTINENTS, EARTH_RADIUS, REGIONS, Position, distance, round_trip
from kumo.route53.view.world import NORTH, SOUTH, World, great_circle
from kumo.route53.words import places

positions = st.builds(Position, st.floats(-89, 89), st.floats(-180, 180))

AIRPORTS = {
    "JFK": Position(40.6399, -73.7787),
    "EWR": Position(40.6925, -74.1687),
    "LHR": Position(51.4775, -0.4614),
    "PER": Position(-31.9403, 115.9669),
    "SIN": Position(1.3502, 103.9944),
}
# Great-circle distances of the longest flights, km: OAG, July 2023 (read 2026-11-26),
# https://www.oag.com/blog/exploring-the-worlds-10-longest-non-stop-airline-routes
KILOMETRES = [("JFK", "SIN", 15332), ("EWR", "SIN", 15329), ("PER", "LHR", 14499)]


@pytest.mark.parametrize(("one", "other", "kilometres"), KILOMETRES)
def test_distances_are_the_published_ones(one: str, other: str, kilometres: int) -> None:
    assert distance(AIRPORTS[one], AIRPORTS[other]) == pytest.approx(kilometres, rel=0.005)


def test_a_quarter_and_half_of_the_globe() -> None:
    assert distance(Position(0, 0), Position(90, 0)) == pytest.approx(EARTH_RADIUS * pi / 2)
    assert distance(Position(0, 0), Position(0, 180)) == pytest.approx(EARTH_RADIUS * pi)


@given(positions, positions)
def test_haversine_agrees_with_the_law_of_cosines(one: Position, other: Position) -> None:
    cosine = sin(radians(one.latitude)) * sin(radians(other.latitude)) + cos(radians(one.latitude)) * cos(
        radians(other.latitude)
    ) * cos(radians(one.longitude - other.longitude))
    # The law of cosines is coarse for small angles.
    assert isclose(distance(one, other), EARTH_RADIUS * acos(max(-1, min(1, cosine))), rel_tol=1e-6, abs_tol=0.5)


@given(positions, positions, positions)
def test_distance_is_a_metric(one: Position, other: Position, third: Position) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1e-6


@given(positions, positions)
def test_a_great_circle_has_the_length_of_the_distance(one: Position, other: Position) -> None:
    whole = distance(one, other)
    if whole > EARTH_RADIUS * pi - 50:
        return  # between antipodes there is no one way
    points = great_circle(one, other, 16)
    assert sum(distance(a, b) for a, b in pairwise(points)) == pytest.approx(whole, rel=1e-4, abs=0.1)


def test_travel_time_grows_with_distance() -> None:
    assert round_trip(0) > 0
    assert round_trip(2000) - round_trip(1000) == pytest.approx(round_trip(1000) - round_trip(0))


@given(st.floats(-180, 180), st.floats(SOUTH, NORTH))
def test_places_lie_on_the_map(longitude: float, latitude: float) -> None:
    world = World(10, 20, 700)
    x, y = world.point(Position(latitude, longitude))
    assert world.area.x - 1e-6 <= x <= world.area.right + 1e-6
    assert world.area.y - 1e-6 <= y <= world.area.bottom + 1e-6


def test_the_projection_at_its_published_points() -> None:
    """The equator is 0.8707 as long as on the globe, and the pole line lies 1.4224 radii above it."""
    world = World(0, 0, 2 * 0.8707 * pi)
    assert world.scale == pytest.approx(1)
    middle = world.point(Position(0, 150))
    assert world.point(Position(0, 151))[0] - middle[0] == pytest.approx(0.8707 * radians(1))
    assert middle[1] - world.point(Position(90, 150))[1] == pytest.approx(1.4224, abs=1e-3)


@given(positions, positions)
def test_ways_stay_on_the_map_and_join_both_ends(one: Position, other: Position) -> None:
    world = World(0, 0, 720)
    lines = world.way(one, other)
    for x, y in (point for line in lines for point in line):
        assert -1e-6 <= x <= 720 + 1e-6
        assert -1e-6 <= y <= world.area.height + 1e-6


def test_a_way_over_the_edge_comes_in_at_the_other_side() -> None:
    world = World(0, 0, 720)
    lines = world.way(REGIONS["eu-central-1"], REGIONS["us-east-1"])
    assert len(lines) == 2
    (out, y_out), (back, y_back) = lines[0][-1], lines[1][0]
    assert out < 200
    assert back > 520
    assert y_out == pytest.approx(y_back)


def test_every_place_has_a_name() -> None:
    assert set(places.REGIONS) == set(REGIONS)
    assert [client.key for client in CLIENTS] == list(places.CLIENTS)
    assert set(places.CONTINENTS) == set(CONTINENTS)
    assert {client.country for client in CLIENTS} <= set(places.COUNTRIES)
    assert {client.continent for client in CLIENTS} <= set(CONTINENTS)
    assert value("route53.policies") == 8
