"""The token bucket against closed forms, invariants, and a second, slow bucket."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.explorers import Throttling
from kumo.api_gateway.model.token_bucket import SECOND, TOKEN, TokenBucket, base_load, throttle
from kumo.api_gateway.view.throttling import whole_levels
from kumo.api_gateway.words.throttling import spike_counts

TIMES = st.lists(st.integers(0, 5 * SECOND), max_size=60)
RATES, BURSTS = st.integers(0, 50), st.integers(0, 30)


def slow_bucket(rate: int, burst: int, times: list[int]) -> list[bool]:
    """Refill token by token: a queue of the moments at which each missing token comes back."""
    outcome, level, now = [], Fraction(burst), Fraction(0)
    for time in times:
        moment = Fraction(time, SECOND)
        level = min(Fraction(burst), level + (moment - now) * rate)
        now = moment
        accepted = level >= 1
        level -= accepted
        outcome.append(accepted)
    return outcome


@given(RATES, BURSTS, TIMES)
def test_agrees_with_exact_fractions(rate: int, burst: int, times: list[int]) -> None:
    trace = throttle(rate, burst, times, [], 6 * SECOND)
    assert [request.accepted for request in trace.requests] == slow_bucket(rate, burst, sorted(times))


@given(RATES, BURSTS, TIMES)
def test_no_window_passes_more_than_burst_plus_refill(rate: int, burst: int, times: list[int]) -> None:
    passed = [request.time for request in throttle(rate, burst, times, [], 6 * SECOND).requests if request.accepted]
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + Fraction(rate * (passed[last] - start), SECOND)


@given(RATES, BURSTS, TIMES)
def test_a_request_is_rejected_only_by_an_empty_bucket(rate: int, burst: int, times: list[int]) -> None:
    for request in throttle(rate, burst, times, [], 6 * SECOND).requests:
        assert 0 <= request.tokens_after <= burst * TOKEN
        if not request.accepted:
            assert request.tokens_after < TOKEN


@given(RATES, BURSTS, TIMES)
def test_tokens_are_conserved(rate: int, burst: int, times: list[int]) -> None:
    """What was there and what came in is what went out, what is left and what ran over."""
    trace = throttle(rate, burst, times, [], 6 * SECOND)
    left = trace.level(trace.duration)
    added = rate * trace.duration
    overflow = burst * TOKEN + added - trace.accepted * TOKEN - left
    assert overflow >= 0
    if not trace.requests:
        assert overflow == added
    assert trace.accepted + trace.rejected == len(times)


@given(RATES, BURSTS, TIMES, st.integers(1, 20))
def test_a_larger_burst_never_passes_fewer(rate: int, burst: int, times: list[int], more: int) -> None:
    small, large = (throttle(rate, size, times, [], 6 * SECOND) for size in (burst, burst + more))
    assert small.accepted <= large.accepted


@pytest.mark.parametrize(("rate", "burst", "at_once"), [(10, 20, 100), (1, 1, 5), (50, 100, 60), (5, 7, 7)])
def test_a_spike_passes_what_the_bucket_holds(rate: int, burst: int, at_once: int) -> None:
    trace = throttle(rate, burst, [], [(SECOND, at_once), (2 * SECOND, at_once)], 3 * SECOND)
    first, second = spike_counts(trace)
    assert first[1:] == (min(burst, at_once), max(0, at_once - burst))
    refilled = min(burst, burst - first[1] + rate)
    assert second[1] == min(refilled, at_once)


def test_the_example_of_the_text() -> None:
    """10 a second, burst 20, 100 at once: 20 pass, 80 get 429; a second later 10 more may pass."""
    explorer = Throttling(rate=10, burst=20, load=0, spike=100, gap=1.0)
    assert [counts[1:] for counts in spike_counts(explorer.simulate())] == [(20, 80), (10, 90)]


@given(st.integers(1, 50), st.integers(2, 30))
def test_a_long_overload_passes_burst_plus_rate_times_time(rate: int, burst: int) -> None:
    # A bucket of one token may run over between two arrivals; from two on an overload wastes nothing.
    seconds = 4
    trace = throttle(rate, burst, base_load(400, seconds * SECOND), [], seconds * SECOND)
    assert abs(trace.accepted - (burst + rate * seconds)) <= 1


@given(st.integers(0, 60), st.integers(1, 8))
def test_an_even_load_is_even(per_second: int, seconds: int) -> None:
    times = base_load(per_second, seconds * SECOND)
    assert len(times) == per_second * seconds
    assert all(0 <= time < seconds * SECOND for time in times)
    gaps = {after - before for before, after in pairwise(times)}
    assert max(gaps, default=0) - min(gaps, default=0) <= 1


def test_a_random_load_is_poisson() -> None:
    seconds, per_second = 2_000, 20
    times = base_load(per_second, seconds * SECOND, seed=7)
    assert times == sorted(times)
    counts = [0] * seconds
    for time in times:
        counts[time // SECOND] += 1
    mean = sum(counts) / seconds
    variance = sum((count - mean) ** 2 for count in counts) / seconds
    # Five standard errors of the mean and of the variance of a Poisson count.
    assert abs(mean - per_second) < 5 * (per_second / seconds) ** 0.5
    assert abs(variance - per_second) < 5 * per_second * (2 / seconds) ** 0.5


def test_the_seed_moves_only_a_random_load() -> None:
    assert Throttling(seed=1).simulate() == Throttling(seed=2).simulate()
    assert Throttling(arrivals="random", seed=1).simulate() != Throttling(arrivals="random", seed=2).simulate()


def test_a_knob_does_not_reshuffle_the_load() -> None:
    def base(trace: object) -> list[int]:
        return [request.time for request in trace.requests if not request.in_spike]

    one = Throttling(arrivals="random", rate=5, burst=3, spike=0).simulate()
    other = Throttling(arrivals="random", rate=40, burst=90, spike=100).simulate()
    assert base(one) == base(other)


@given(RATES.filter(bool), BURSTS.filter(bool), TIMES)
def test_the_drawn_line_is_the_level(rate: int, burst: int, times: list[int]) -> None:
    trace = throttle(rate, burst, times, [], 6 * SECOND)
    corners = trace.levels()
    assert [time for time, _ in corners] == sorted(time for time, _ in corners)
    assert corners[-1][0] == 6
    for time, tokens in corners:
        after = trace.level(round(time * SECOND)) / TOKEN
        last = [level for moment, level in corners if moment == time][-1]
        if tokens == last and float(time * SECOND).is_integer():
            assert tokens == pytest.approx(after, abs=1e-4)


@given(RATES.filter(bool), BURSTS.filter(bool), TIMES)
def test_the_counted_tokens_follow_the_level(rate: int, burst: int, times: list[int]) -> None:
    trace = throttle(rate, burst, times, [], 6 * SECOND)
    changes = whole_levels(trace)
    assert all(0 <= tokens <= burst for _, tokens in changes)
    for moment in range(0, 6 * SECOND, 170_001):
        shown = [tokens for time, tokens in changes if time <= moment / SECOND][-1]
        assert abs(shown - trace.level(moment) / TOKEN) < 1 + 1e-3


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        TokenBucket(-1, 5)
    bucket = TokenBucket(1, 5)
    assert bucket.take(10)
    with pytest.raises(ValueError, match="time runs forward"):
        bucket.take(9)
