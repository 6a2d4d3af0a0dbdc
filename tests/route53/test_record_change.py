"""A record's change: the simulation, its closed form, and a second simulation that goes step by step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.route53.explorers import RecordChange
from kumo.route53.model.record_change import NEW, STUBBORN_HOLD, VALUE, Plan, change

PLANS = st.builds(
    Plan, st.integers(2, 4000), st.one_of(st.just(0), st.integers(1, 6000)), st.integers(1, 600), st.integers(0, 120)
)


@given(st.integers(1, 7200), st.floats(0, 8000))
def test_without_lowering_the_share_falls_evenly_over_one_ttl(ttl: int, time: float) -> None:
    assert Plan(ttl, 0, 60, 0).behind(time) == pytest.approx(max(0.0, 1 - time / ttl))


def step_by_step(plan: Plan, left: int, hold: int) -> int:
    """Return when a cache first has the new answer; all in half seconds, each of which is looked at."""
    time = 2 * (-plan.lead if plan.lead else plan.propagation)
    while True:
        if left == 0:
            if time >= 2 * plan.propagation:
                return time
            left = 2 * max(min(plan.low, plan.ttl) if plan.lead else plan.ttl, hold)
        left -= 1
        time += 1


TIMES = (st.integers(2, 90), st.one_of(st.just(0), st.integers(1, 150)), st.integers(1, 40), st.integers(0, 20))


@given(*TIMES, st.sampled_from([0, 0, 30, 100]))
def test_the_closed_form_counts_what_a_step_by_step_simulation_finds(
    ttl: int, lead: int, low: int, propagation: int, hold: int
) -> None:
    plan = Plan(ttl, lead, low, propagation)
    life = max(ttl, hold)
    # A cache with k and a half seconds left stands for all with k to k + 1: nothing happens in between.
    ends = [step_by_step(plan, 2 * whole + 1, hold) for whole in range(life)]
    assert max(ends) <= 2 * plan.last(hold)
    for time in range(plan.last(hold) + 2):
        assert plan.behind(time, hold) == pytest.approx(sum(1 for end in ends if end > 2 * time) / life)


@given(
    PLANS, st.sampled_from([VALUE, NEW]), st.integers(1, 200), st.sampled_from([0, 5, 20, 50, 100]), st.integers(1, 99)
)
@settings(max_examples=60)
def test_every_client_notices_once_and_in_time(plan: Plan, kind: str, clients: int, share: int, seed: int) -> None:
    trace = change(plan, kind, clients, share, seed)
    assert len(trace.noticed) == clients
    assert sum(late for _, late in trace.noticed) == round(clients * share / 100)
    times = [at for at, _ in trace.noticed]
    assert times == sorted(times, reverse=True)
    assert plan.propagation <= times[-1]
    assert trace.last <= trace.latest
    for at, late in trace.noticed:
        assert at <= plan.last(STUBBORN_HOLD if late else 0)
    assert trace.behind(trace.latest) == 0
    assert trace.expected(trace.latest) == pytest.approx(0)


@given(PLANS, st.sampled_from([0, 20, 50]), st.integers(1, 10_000))
@settings(max_examples=40)
def test_many_clients_lie_along_the_closed_form(plan: Plan, share: int, seed: int) -> None:
    clients = 1000
    trace = change(plan, VALUE, clients, share, seed)
    # Dvoretzky, Kiefer and Wolfowitz: beyond this bound less than once in 10^9 samples.
    bound = math.sqrt(math.log(2e9) / (2 * clients))
    for step in range(21):
        time = trace.latest * step / 20
        assert abs(trace.behind(time) - trace.expected(time)) < bound


def test_lowering_a_ttl_helps_only_when_the_old_one_has_run_out() -> None:
    late = [Plan(3600, lead, 60, 60).last() for lead in (0, 600, 3000, 3540, 3600, 7200)]
    assert late == [3660, 3000, 600, 120, 120, 120]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "遅くとも3,660秒後"),
        ({"ttl": 60, "propagation": 0}, "遅くとも60秒後"),
        ({"lead": 3600}, "遅くとも120秒後"),
        ({"change": "new", "propagation": 0}, "遅くとも900秒後"),
        ({"ttl": 60, "share": 10, "propagation": 0}, "遅くとも3,600秒後"),
    ],
)
def test_the_point_says_how_long_it_takes(parameters: dict[str, object], told: str) -> None:
    assert told in RecordChange.frame(parameters)["explanation"]["point"]
