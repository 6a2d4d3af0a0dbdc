"""Two Regions that write one item: convergence, a slow merge, what is lost, and how likely that is."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb.explorers import GlobalTables
from kumo.dynamodb.model.global_tables import (
    CUT_OFF,
    EVENTUAL,
    LOCAL,
    STEPS,
    STRONG,
    Ask,
    GlobalTablesTrace,
    Version,
    agree,
    conflict_chance,
    replicate,
    run,
)

SETTINGS = {
    "count": st.integers(1, 6),
    "window": st.sampled_from([500, 4000, 10000]),
    "lag": st.sampled_from([50, 800, 3000]),
    "round_trip": st.sampled_from([20, 60, 400]),
    "cut": st.sampled_from([0, 500, 6000]),
    "seed": st.integers(1, 200),
}
FAST = settings(max_examples=150, deadline=None)


def version_at(asks: list[Ask], lag: float, cut: tuple[float, float] | None, region: int, time: float) -> Version:
    """Return what a replica holds just before `time`, by asking of each earlier write whether it has come."""
    found = Version(0.0, 0, 0, frozenset())
    for number, ask in enumerate(asks):
        if ask.time >= time:
            continue
        arrives = ask.time + lag
        left = ask.time if not cut or ask.time >= cut[1] or arrives <= cut[0] else cut[1]
        if ask.region == region or left + lag <= time:
            before = version_at(asks, lag, cut, ask.region, ask.time)
            made = Version(ask.time, ask.region, before.value + STEPS[ask.region], before.known | {number})
            found = max(found, made, key=lambda version: version[:2])
    return found


@given(**SETTINGS)
@FAST
def test_replicas_agree_on_the_write_with_the_latest_time(
    count: int, window: int, lag: int, round_trip: int, cut: int, seed: int
) -> None:
    trace = run(EVENTUAL, count, window, lag, round_trip, cut, seed)
    last = [lane[-1].version for lane in trace.lanes]
    assert last[0] == last[1]
    newest = max(range(2 * count), key=lambda number: trace.writes[number].asked)
    assert last[0].stamp == trace.writes[newest].asked
    assert last[0].region == trace.writes[newest].region
    assert all(write.accepted for write in trace.writes)
    assert trace.final.value == trace.right - sum(STEPS[trace.writes[number].region] for number in trace.lost)
    for lane in trace.lanes:
        assert all(one.time <= other.time for one, other in pairwise(lane))
        assert all(one.version[:2] < other.version[:2] for one, other in pairwise(lane)), "never back in time"


@given(count=st.integers(1, 3), **{name: SETTINGS[name] for name in ("window", "lag", "cut", "seed")})
@settings(max_examples=60, deadline=None)
def test_a_slow_merge_holds_the_same(count: int, window: int, lag: int, cut: int, seed: int) -> None:
    trace = run(EVENTUAL, count, window, lag, 60, cut, seed)
    asks = [Ask(write.asked, write.region) for write in trace.writes]
    for region, lane in enumerate(trace.lanes):
        for held, following in pairwise([*lane, None]):
            end = following.time if following else trace.end + 1
            middle = (held.time + end) / 2
            # Versions that were held back by the cut come together.
            assert held.time == end or version_at(asks, lag, trace.cut, region, middle)[:3] == held.version[:3]
    assert version_at(asks, lag, trace.cut, 0, 1e9) == trace.final


@given(**SETTINGS)
@FAST
def test_strong_consistency_loses_nothing_that_it_accepted(
    count: int, window: int, lag: int, round_trip: int, cut: int, seed: int
) -> None:
    trace = run(STRONG, count, window, lag, round_trip, cut, seed)
    assert not trace.lost
    assert not trace.losses
    assert trace.final.value == trace.right
    assert trace.lanes[0][-1].version == trace.lanes[1][-1].version
    for write in trace.writes:
        if write.accepted:
            assert write.answered - write.asked >= round_trip + LOCAL - 1e-9
            assert not (cut and write.region == CUT_OFF and trace.cut[0] <= write.answered <= trace.cut[1])
        else:
            assert write.region == CUT_OFF
            assert cut
    # One after the other: no two accepted writes overlap.
    spans = sorted((write.answered - round_trip - LOCAL, write.answered) for write in trace.writes if write.accepted)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(spans))


@pytest.mark.parametrize(("lag", "window"), [(200, 2000), (800, 4000), (1500, 2000), (3000, 2000)])
def test_the_chance_of_a_conflict_follows_the_closed_form(lag: int, window: int) -> None:
    runs = 2000
    met = sum(bool(run(EVENTUAL, 1, window, lag, 60, 0, seed).lost) for seed in range(runs))
    right = conflict_chance(lag, window)
    assert met / runs == pytest.approx(right, abs=4 * sqrt(right * (1 - right) / runs) + 1e-9)


def test_of_two_near_writes_the_later_one_wins_everywhere() -> None:
    trace = replicate([Ask(1000, 0), Ask(1300, 1)], 800, None)
    assert [message.applied for message in trace.messages] == [False, True]
    assert (trace.final.value, trace.right, trace.lost) == (10, 11, {0})
    assert [(loss.time, loss.region) for loss in trace.losses] == [(2100, 0)]
    # A second write that has seen the first one adds to it.
    assert replicate([Ask(1000, 0), Ask(1900, 1)], 800, None).final.value == 11
    # At the very same time the Region with the higher number wins, on both sides.
    assert replicate([Ask(1000, 0), Ask(1000, 1)], 800, None).final.region == 1


def test_a_region_that_was_cut_off_sends_and_loses_late() -> None:
    # It writes while cut off; the other side writes later: its versions come late and are thrown away.
    trace = replicate([Ask(1100, 1), Ask(1200, 1), Ask(2000, 0)], 100, (1000, 3000))
    assert [message.arrived for message in trace.messages] == [3100, 3100, 3100]
    assert trace.lost == {0, 1}
    assert trace.final.value == 1
    # What was on its way when the line broke is sent again; what had arrived is there.
    trace = replicate([Ask(850, 0), Ask(950, 0)], 100, (1000, 3000))
    assert [message.arrived for message in trace.messages] == [950, 3100]


def test_a_write_that_meets_another_one_tries_again() -> None:
    trace = agree([Ask(1000, 0), Ask(1020, 1)], 60, None)
    assert trace.writes[1].conflicts == (1020,)
    assert trace.final.value == 11
    assert trace.writes[1].answered == 1020 + 2 * (60 + LOCAL)
    # From the same Region it only waits.
    assert agree([Ask(1000, 0), Ask(1020, 0)], 60, None).writes[1].answered == 1000 + 2 * (60 + LOCAL)


def test_with_a_region_cut_off_the_other_one_goes_on() -> None:
    trace = agree([Ask(1500, 0), Ask(1600, 1), Ask(3500, 1)], 60, (1000, 3000))
    assert [write.accepted for write in trace.writes] == [True, False, True]
    assert trace.lanes[1][1].time == 3000 + 60 + LOCAL
    assert trace.final.value == 11


def test_the_default_run_loses_an_update_on_each_side() -> None:
    eventual: GlobalTablesTrace = GlobalTables().simulate()
    assert {eventual.writes[number].region for number in eventual.lost} == {0, 1}
    assert GlobalTables(mode=STRONG).simulate().final.value == eventual.right
