"""A day in three capacity modes against published examples, second-by-second buckets and sums."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb.model import modes
from kumo.dynamodb.model.modes import BURST, DAY, FIXED, MODES, NOON, ON_DEMAND, SCALED, SECONDS, load_of, run

SETTINGS = {
    "peak": st.integers(2, 60).map(lambda tens: 50 * tens),
    "spike": st.integers(2, 20).map(lambda half: half / 2),
    "length": st.integers(1, 120),
    "provisioned": st.integers(1, 60).map(lambda tens: 50 * tens),
    "target": st.sampled_from([0.2, 0.5, 0.7, 0.9]),
}


@settings(max_examples=30)
@given(**SETTINGS)
def test_nothing_is_lost_and_no_capacity_is_overdrawn(
    peak: int, spike: float, length: int, provisioned: int, target: float
) -> None:
    trace = run(peak, spike, length, provisioned, target)
    assert [day.mode for day in trace.days] == list(MODES)
    for day in trace.days:
        assert all(
            got + refused == pytest.approx(wanted) and got >= 0 and refused >= -1e-9
            for wanted, got, refused in zip(trace.load, day.served, day.throttled, strict=True)
        )
    for day in trace.days[:2]:
        # Over any stretch no more is served than the capacity plus what five minutes of it could have kept.
        served = room = 0.0
        for got, capacity in zip(day.served, day.capacity, strict=True):
            served, room = served + got * SECONDS, room + capacity * SECONDS
            assert served <= room + BURST * max(day.capacity) + 1e-6


@settings(max_examples=12)
@given(provisioned=st.integers(10, 200), peak=st.integers(50, 1000), spike=st.integers(1, 5), length=st.integers(1, 30))
def test_fixed_capacity_against_a_bucket_by_the_second(provisioned: int, peak: int, spike: int, length: int) -> None:
    day = run(peak, spike, length, provisioned, 0.7).days[0]
    kept = 0.0
    for minute, wanted in enumerate(load_of(peak, spike, length)):
        got = 0.0
        for _ in range(SECONDS):
            taken = min(wanted, provisioned + kept)
            kept = min(BURST * provisioned, kept + provisioned - taken)
            got += taken
        assert day.served[minute] == pytest.approx(got / SECONDS, abs=1e-6)


def test_the_published_example_of_burst_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    """150 units, idle for five minutes, then 200 a second: 45,000 units last for 900 seconds."""
    load = (0.0,) * 5 + (200.0,) * 30
    monkeypatch.setattr(modes, "DAY", len(load))
    day = modes._provisioned(load, FIXED, 150, None)
    assert [minute for minute, refused in enumerate(day.throttled) if refused > 0] == list(range(5 + 15, len(load)))


def test_auto_scaling_comes_too_late_for_a_short_spike_and_in_time_for_a_slow_rise() -> None:
    slow = run(500, 1, 1, 500, 0.7).days[MODES.index(SCALED)]
    assert slow.share == 0
    short = run(500, 10, 10, 500, 0.7).days[MODES.index(SCALED)]
    assert sum(short.throttled[NOON : NOON + 10]) > 0
    # It follows the load: by night it has come down again.
    assert short.capacity[-1] < max(short.capacity) / 3


def test_auto_scaling_keeps_the_utilization_near_its_target_while_the_load_is_slow() -> None:
    trace = run(1000, 1, 1, 500, 0.6)
    day = trace.days[MODES.index(SCALED)]
    used = [got / capacity for got, capacity in zip(day.served, day.capacity, strict=True)]
    assert max(used) < 0.75
    # Scaling in waits for twenty points below the target, so nothing lies far below that for long.
    low = [share < 0.6 - modes.MARGIN for share in used]
    longest = max(len(stretch) for stretch in "".join("x" if one else " " for one in low).split(" "))
    assert longest <= modes.IN + modes.DELAY


def test_costs() -> None:
    trace = run(500, 1, 1, 400, 0.7)
    fixed, _, on_demand = trace.days
    assert fixed.cost == pytest.approx(24 * 400 * 0.00065)
    assert on_demand.cost == pytest.approx(sum(trace.load) * 60 * 0.625 / 1e6)
    # At full use for a day, provisioned capacity is the cheaper one, by the published prices.
    assert DAY * SECONDS * 0.625 / 1e6 > 24 * 0.00065


def test_on_demand_takes_twice_the_highest_so_far() -> None:
    trace = run(3000, 10, 5, 500, 0.7)
    day = trace.days[MODES.index(ON_DEMAND)]
    before = max(trace.load[:NOON])
    assert day.served[NOON] == pytest.approx(max(4000, 2 * before))
    assert day.throttled[NOON] > 0
    assert run(1000, 1, 1, 500, 0.7).days[MODES.index(ON_DEMAND)].share == 0
