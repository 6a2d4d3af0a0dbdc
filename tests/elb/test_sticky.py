"""Sticky sessions against the closed form of how users come loose, and conservation."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.elb.explorers import StickySessions
from kumo.elb.model.sticky import (
    APP_COOKIE,
    CLOSE,
    DURATION,
    LB_COOKIE,
    MINUTE,
    OFF,
    SCALED,
    SESSIONS,
    SLOT,
    Settings,
    StickyTrace,
    expected_share,
    run,
    still_bound,
)
from kumo.elb.words import sticky as words

USUAL = Settings(LB_COOKIE, 86400, 30, 30 * MINUTE, 2, 2)
CHOSEN = st.builds(
    Settings,
    st.sampled_from([OFF, LB_COOKIE, APP_COOKIE]),
    st.sampled_from([1, 60, 300, 1800, 86400]),
    st.integers(60, 300),
    st.integers(5 * MINUTE, 60 * MINUTE),
    st.integers(1, 4),
    st.integers(1, 4),
)
TRACES = st.builds(lambda chosen, seed: run(chosen, seed=seed), CHOSEN, st.integers(1, 99))


@settings(deadline=None)
@given(TRACES)
def test_nothing_reaches_a_target_before_it_is_there(trace: StickyTrace) -> None:
    for slot, counts in enumerate(trace.slots):
        assert len(counts) == trace.settings.targets
        if (slot + 1) * SLOT <= SCALED:
            assert sum(counts[trace.settings.before :]) == 0


@settings(deadline=None)
@given(TRACES)
def test_the_close_up_is_the_sum_of_its_slots(trace: StickyTrace) -> None:
    slots = trace.slots[SCALED // SLOT : (SCALED + CLOSE) // SLOT]
    assert trace.close == tuple(sum(column) for column in zip(*slots, strict=True))


@settings(deadline=None, max_examples=30)
@given(CHOSEN, st.integers(1, 99))
def test_stickiness_moves_requests_but_neither_adds_nor_loses_any(chosen: Settings, seed: int) -> None:
    one, other = (run(replace(chosen, kind=kind), seed=seed) for kind in (OFF, LB_COOKIE))
    assert [sum(counts) for counts in one.slots] == [sum(counts) for counts in other.slots]


@settings(deadline=None, max_examples=30)
@given(CHOSEN, st.integers(1, 99))
def test_without_stickiness_targets_are_equal_to_within_one_request(chosen: Settings, seed: int) -> None:
    trace = run(replace(chosen, kind=OFF), seed=seed)
    assert max(trace.close) - min(trace.close) <= 1


def test_the_number_of_requests_is_users_times_their_rate() -> None:
    """Forty users with a request each half a minute: 4,800 in an hour, within five standard errors."""
    totals = [sum(sum(counts) for counts in run(USUAL, seed=seed).slots) for seed in range(1, 21)]
    expected = SESSIONS * DURATION / 30
    # Users come and go, so that the number present is Poisson and stays correlated for their length of stay.
    assert fmean(totals) == pytest.approx(expected, rel=5 * 0.15 / math.sqrt(len(totals)))


@pytest.mark.parametrize(
    "chosen",
    [
        USUAL,
        replace(USUAL, length=10 * MINUTE),
        replace(USUAL, duration=60),
        replace(USUAL, duration=60, gap=20, length=60 * MINUTE),
        replace(USUAL, kind=APP_COOKIE, duration=1800, length=60 * MINUTE),
        replace(USUAL, kind=APP_COOKIE, duration=300, before=1, added=3),
        replace(USUAL, kind=OFF),
    ],
)
def test_the_share_of_new_targets_is_the_closed_form(chosen: Settings) -> None:
    """Over many seeds; what a share changes within a slot, and four standard errors, are within the tolerance."""
    runs = [run(chosen, seed=seed) for seed in range(1, 61)]
    for slot in range(SCALED // SLOT, DURATION // SLOT, 4):
        since = slot * SLOT + SLOT / 2 - SCALED
        # Requests of all seeds together, so that slots with few of them count for little.
        new = sum(sum(trace.slots[slot][chosen.before :]) for trace in runs)
        found = new / sum(sum(trace.slots[slot]) for trace in runs)
        assert found == pytest.approx(expected_share(chosen, since), abs=0.04), since


def test_closed_form_at_its_ends() -> None:
    assert still_bound(USUAL, 0) == 1
    assert still_bound(USUAL, -1) == 1
    assert still_bound(replace(USUAL, kind=OFF), 0) == 0
    assert still_bound(USUAL, 30 * MINUTE) == pytest.approx(math.exp(-1))
    assert still_bound(replace(USUAL, kind=APP_COOKIE, duration=1800), 1800) == 0
    assert expected_share(USUAL, -1) == 0
    assert expected_share(USUAL, 1e9) == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_short_cookie_spreads_sooner(seed: int) -> None:
    shares = [StickySessions(duration=duration, seed=seed).simulate().close_share for duration in ("1", "86400")]
    assert shares[0] > 0.4
    assert shares[1] < 0.3


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "1日延びるので"),
        ({"duration": "1"}, "リクエストの間隔より短い"),
        ({"kind": APP_COOKIE}, "アプリのCookieが切れた利用者から"),
        ({"kind": OFF}, "すぐに同じだけ"),
    ],
)
def test_the_explanation_fits(parameters: dict[str, str], expected: str) -> None:
    trace = StickySessions(**parameters).simulate()
    assert expected in words.explanation(trace).why
    assert f"{trace.close_share:.0%}" in words.explanation(trace).point
