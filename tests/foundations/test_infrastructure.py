"""Places, distances and failures: against published data, the cosine law, and a slow list of who is left."""

from __future__ import annotations

import json
import math
from itertools import pairwise, product
from pathlib import Path
from xml.etree import ElementTree as ET

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core import facts
from kumo.core.drawing import LAYOUTS
from kumo.foundations.explorers import OFFERED_REGIONS, RegionsAndZones
from kumo.foundations.model import geography
from kumo.foundations.model.geography import (
    EARTH_RADIUS,
    Place,
    along,
    distance,
    edge_caches,
    edges,
    land,
    nearest,
    regions,
    round_trip,
    users,
)
from kumo.foundations.model.infrastructure import DATA, DEPLOYMENTS, FAILURES, KINDS, Settings, run

SVG = "{http://www.w3.org/2000/svg}"
PLACES = st.builds(
    Place,
    st.just("x"),
    st.just("x"),
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


# Places.


def test_regions_are_those_of_the_sdk() -> None:
    """The SDK's list holds Regions before they open; these two were announced, their opening is not confirmed."""
    path = Path(botocore.__file__).parent / "data" / "partitions.json"
    partitions = json.loads(path.read_text())["partitions"]
    known = next(partition for partition in partitions if partition["id"] == "aws")["regions"]
    assert set(known) - set(regions()) <= {"aws-global", "me-west-1", "sa-west-1"}
    assert set(regions()) <= set(known)


def test_counts_agree_with_the_ledger() -> None:
    """AWS's count has China (2), GovCloud (2) and one more, which it does not name, in it."""
    assert len(regions()) + 2 + 2 + 1 == facts.value("foundations.regions")
    then = [place for place in regions().values() if not place.since]
    assert len(then) + 2 + 2 == facts.fact("foundations.regions").exam_value
    # Where the caches are that came later could not be read anywhere.
    assert len(edge_caches()) == facts.fact("foundations.regional-edge-caches").exam_value


def test_hemispheres_follow_the_codes() -> None:
    for code, place in regions().items():
        assert -60 < place.latitude < 70, code
        west = code.startswith(("us-", "ca-", "mx-", "sa-")) or code in ("eu-west-1", "eu-west-2", "eu-south-2")
        assert (place.longitude < 0) == west, code
    south = {code for code, place in regions().items() if place.latitude < 0}
    assert south == {
        "sa-east-1",
        "af-south-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-6",
    }


def test_places_stand_on_land_or_at_its_shore() -> None:
    dots = [
        (latitude, (start + index * geography.land_step() + 180) % 360 - 180)
        for latitude, runs in land()
        for start, count in runs
        for index in range(count)
    ]
    shore = [Place("", "", *dot) for dot in dots]
    for place in (*regions().values(), *edges().values(), *edge_caches().values(), *users().values()):
        assert distance(place, nearest(place, shore)) < 420, place.name


def test_a_published_distance() -> None:
    """London to New York: 5,570 km by https://pingdo.net/performance/latency-mechanics-speed-of-light/."""
    assert distance(edges()["london"], edges()["new-york"]) == pytest.approx(5570, rel=0.001)


# Distances.


@given(PLACES, PLACES, PLACES)
def test_distance_is_a_metric_on_the_sphere(a: Place, b: Place, c: Place) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-6)
    assert distance(a, b) <= math.pi * EARTH_RADIUS + 1e-6
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1e-6


@given(PLACES, PLACES)
def test_haversine_is_the_cosine_law(a: Place, b: Place) -> None:
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    across = math.radians(a.longitude - b.longitude)
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(across)
    # The cosine law is blunt where its cosine is close to 1 or -1.
    if abs(cosine) < 0.9999:
        assert distance(a, b) == pytest.approx(EARTH_RADIUS * math.acos(cosine), rel=1e-6)


@given(PLACES, PLACES, st.floats(0, 1))
def test_points_along_the_way_divide_it(a: Place, b: Place, fraction: float) -> None:
    whole = distance(a, b)
    if not 1 < whole < math.pi * EARTH_RADIUS - 100:
        return  # between antipodes every way is the shortest
    point = Place("", "", *along(a, b, fraction))
    assert distance(a, point) == pytest.approx(fraction * whole, abs=0.01)
    assert distance(point, b) == pytest.approx((1 - fraction) * whole, abs=0.01)


def test_light_in_fibre() -> None:
    assert round_trip(0) == 0
    # Zones stand within 100 km of each other; AWS's engineers named less than 2 ms between them.
    assert round_trip(100) == pytest.approx(0.979, abs=0.001)
    assert round_trip(facts.value("foundations.zone-distance")) < facts.value("foundations.zone-latency")
    assert round_trip(1000) == pytest.approx(10 * round_trip(100))


# Failures.


def survivors(deployment: str, failure: str, *, same: bool = False) -> tuple[bool, bool]:
    """Second implementation: list every server and database by its place, strike out what fails, look who is left.

    Returns whether the first and the second Region can answer.
    """
    servers = {
        "one-server": ["1a"],
        "one-zone": ["1a", "1a"],
        "multi-zone": ["1a", "1b"],
        "multi-region": ["1a", "1b", "2a", "2b"],
    }[deployment]
    databases = {
        "one-server": ["1a"],
        "one-zone": ["1a"],
        "multi-zone": ["1a", "1b"],
        "multi-region": ["1a", "1b", "2a", "2b"],
    }[deployment]
    if same:
        servers, databases = servers[:2], databases[:2]
    if failure == "server":
        servers = servers[1:]
        databases = [] if deployment == "one-server" else databases
    struck = {"zone": "1a", "region": "1"}.get(failure, "none")
    servers = [place for place in servers if not place.startswith(struck)]
    databases = [place for place in databases if not place.startswith(struck)]
    return tuple(any(p[0] == n for p in servers) and any(p[0] == n for p in databases) for n in "12")


@pytest.mark.parametrize("settings", [
    Settings(deployment, failure, cdn, user, home, second, data)
    for deployment, failure, cdn, data in product(DEPLOYMENTS, FAILURES, (False, True), DATA)
    for user, home, second in (
        ("boston", "ap-northeast-1", "us-east-1"),
        ("sapporo", "ap-northeast-1", "us-east-1"),
        ("manchester", "sa-east-1", "eu-west-2"),
        ("boston", "us-east-1", "us-east-1"),
    )
])  # fmt: skip
def test_outcomes_are_those_of_the_slow_list(settings: Settings) -> None:
    trace = run(settings)
    same = settings.home == settings.second
    first, second = survivors(settings.deployment, settings.failure, same=same)
    assert trace.same_region == (same and settings.deployment == "multi-region")
    outcomes = {request.kind: request.outcome for request in trace.requests}
    stops = {request.kind: request.stops for request in trace.requests}
    assert tuple(outcomes) == KINDS
    assert (outcomes["cached"] == "ok") == (settings.cdn or first or second)
    assert (outcomes["fresh"] == "ok") == (first or second)
    if not (first or second):
        assert outcomes["read"] == outcomes["write"] == "down"
        return
    home, other = regions()[settings.home], regions()[settings.second]
    origin = trace.edge or trace.user
    alive = [place for place, up in ((home, first), (other, second)) if up]
    serving = min(alive, key=lambda place: distance(origin, place))
    away = serving != home
    assert (outcomes["read"] == "missing") == (away and settings.data == "apart")
    assert (outcomes["write"] == "no-writer") == (away and settings.data == "copied" and not first)
    if outcomes["write"] == "ok":
        assert stops["write"][-1] == (home if settings.data == "copied" else serving)
    assert stops["read"][-1] == serving


@pytest.mark.parametrize("settings", [
    Settings(deployment, failure, cdn, user, home)
    for deployment, failure, cdn, user, home in product(
        DEPLOYMENTS, FAILURES, (False, True), users(), ("ap-northeast-1", "sa-east-1")
    )
])  # fmt: skip
def test_times_are_the_closed_form(settings: Settings) -> None:
    for request in run(settings).requests:
        legs = [distance(a, b) for a, b in pairwise(request.stops)]
        assert request.time == pytest.approx(sum(legs) * 2 * 1.468 / 299_792.458 * 1000)
        direct = distance(request.stops[0], request.stops[-1])
        assert request.length >= direct - 1e-6, "no detour is shorter than the great circle"


def test_more_spread_never_answers_less() -> None:
    for failure, cdn, data in product(FAILURES, (False, True), ("copied", "both")):
        answered = [
            {request.kind for request in run(Settings(deployment, failure, cdn, data=data)).answered}
            for deployment in DEPLOYMENTS
        ]
        for less, more in pairwise(answered):
            assert less <= more


def test_an_edge_failure_costs_time_and_nothing_else() -> None:
    for user in users():
        before, after = (run(Settings(user=user, failure=failure)) for failure in ("none", "edge"))
        assert after.lost_edge == before.edge
        assert after.edge != before.edge
        assert len(after.answered) == len(before.answered)
        assert after.requests[0].time >= before.requests[0].time
    assert run(Settings(cdn=False, failure="edge")).requests == run(Settings(cdn=False)).requests


def test_misses_go_through_a_regional_edge_cache_and_orders_do_not() -> None:
    trace = run(Settings())
    by_kind = {request.kind: request.stops for request in trace.requests}
    assert [stop.name for stop in by_kind["cached"]] == ["ボストン", "ニューヨーク"]
    assert [stop.name for stop in by_kind["fresh"]] == ["ボストン", "ニューヨーク", "バージニア", "東京"]
    assert [stop.name for stop in by_kind["write"]] == ["ボストン", "ニューヨーク", "東京"]


def test_the_nearest_region_is_that_of_who_asks() -> None:
    """Where user and edge location lie on either side of the middle, the edge location decides."""
    decided = 0
    for user, home, second, kind in product(users(), OFFERED_REGIONS, OFFERED_REGIONS, ("fresh", "read")):
        trace = run(Settings("multi-region", "none", user=user, home=home, second=second, data="both"))
        stops = next(request.stops for request in trace.requests if request.kind == kind)
        sites = [site.region for site in trace.sites]
        assert stops[-1] == nearest(stops[-2], sites)
        decided += stops[-1] != nearest(trace.user, sites)
    assert decided, "some setting must tell the two apart"


def test_unknown_settings_are_refused() -> None:
    for wrong in ({"deployment": "cloud"}, {"failure": "sun"}, {"data": "somewhere"}):
        with pytest.raises(ValueError, match=next(iter(wrong.values()))):
            run(Settings(**wrong))
    with pytest.raises(KeyError):
        run(Settings(user="atlantis"))


# The explorer.


def test_offered_regions_exist() -> None:
    assert set(OFFERED_REGIONS) <= set(regions())


@pytest.mark.parametrize(("deployment", "failure"), list(product(DEPLOYMENTS, FAILURES)))
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_bars_stand_for_what_succeeds(deployment: str, failure: str, layout: str) -> None:
    chosen = {"deployment": deployment, "failure": failure}
    frame = RegionsAndZones.frame(chosen, [layout])
    root = ET.fromstring(frame["pictures"][layout])  # noqa: S314 -- our own picture
    bars = [rect for rect in root.iter(SVG + "rect") if rect.find(SVG + "animate") is not None]
    trace = RegionsAndZones(**chosen).simulate()
    assert len(bars) == len(trace.answered)
    widths = [float(bar.get("width", 0)) for bar in bars]
    for (one, width), (other, wider) in product(zip(trace.answered, widths, strict=True), repeat=2):
        if one.time > 5 and other.time > 5:
            assert width / wider == pytest.approx(one.time / other.time, rel=0.02)


def test_explanations_are_sentences_in_every_situation() -> None:
    for deployment, failure, cdn, data, second in product(
        DEPLOYMENTS, FAILURES, (False, True), DATA, ("us-east-1", "ap-northeast-1")
    ):
        chosen = {"deployment": deployment, "failure": failure, "cdn": cdn, "data": data, "second": second}
        explanation = RegionsAndZones.frame(chosen, [])["explanation"]
        assert explanation["why"], chosen
        for bad in ("いいて", "。。", "None", "{"):
            assert bad not in explanation["point"] + explanation["why"]
