"""The canary release against the binomial distribution, and its intervals against their definitions."""

from __future__ import annotations

from itertools import pairwise
from math import comb, sqrt
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kumo.api_gateway.explorers import Canary
from kumo.api_gateway.model.canary import (
    DISABLE,
    PROMOTE,
    WATCH,
    CanarySettings,
    CanaryTrace,
    Tally,
    Z,
    apart,
    band,
    needed,
    run,
    wilson,
)

SETTINGS = st.builds(
    CanarySettings,
    share=st.sampled_from([0.0, 0.005, 0.1, 0.5, 1.0]),
    requests=st.sampled_from([100, 300, 1000]),
    error_old=st.sampled_from([0.0, 0.01, 0.2]),
    error_new=st.sampled_from([0.0, 0.05, 0.2]),
    action=st.sampled_from([WATCH, PROMOTE, DISABLE]),
    decision=st.sampled_from([10, 50, 90]),
)
SEEDS = st.integers(1, 99)


def within(value: int, low: float, high: float) -> bool:
    return low <= value <= high


def test_z_is_the_normal_quantile() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-6) == Z


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_count_of_the_canary_is_binomial(share: float) -> None:
    """Mean and variance over many seeds, within five standard errors."""
    runs, requests = 1500, 200
    counts = [run(CanarySettings(share, requests, 0, 0), seed=seed).total.new for seed in range(runs)]
    mean = sum(counts) / runs
    variance = sum((count - mean) ** 2 for count in counts) / (runs - 1)
    wanted = requests * share * (1 - share)
    assert abs(mean - requests * share) < 5 * sqrt(wanted / runs)
    assert abs(variance - wanted) < 5 * wanted * sqrt(2 / runs)


@pytest.mark.parametrize(("share", "requests"), [(0.1, 100), (0.1, 500), (0.5, 200), (0.02, 1000)])
def test_the_band_holds_what_it_says(share: float, requests: int) -> None:
    """Exactly, by summing the binomial distribution, it is near 95 %; over many seeds it is what the sum says."""
    low, high = band(share, requests)
    exact = sum(
        comb(requests, count) * share**count * (1 - share) ** (requests - count)
        for count in range(requests + 1)
        if low <= count / requests <= high
    )
    assert exact == pytest.approx(0.95, abs=0.02)
    runs = 1000
    covered = sum(
        within(run(CanarySettings(share, requests, 0, 0), seed=seed).total.new, low * requests, high * requests)
        for seed in range(runs)
    )
    assert abs(covered / runs - exact) < 5 * sqrt(exact * (1 - exact) / runs)


@given(st.floats(0.001, 0.999), st.integers(1, 5000))
def test_the_band_narrows_as_the_root(share: float, requests: int) -> None:
    def half(count: int) -> float:
        return Z * sqrt(share * (1 - share) / count)

    low, high = band(share, requests)
    assert low == pytest.approx(max(0, share - half(requests)))
    assert high == pytest.approx(min(1, share + half(requests)))
    tighter = band(share, requests + 1)
    assert low <= tighter[0] <= share <= tighter[1] <= high
    assert half(4 * requests) == pytest.approx(half(requests) / 2)


@given(st.integers(1, 400), st.data())
def test_wilson_is_the_band_read_the_other_way_round(trials: int, data: st.DataObject) -> None:
    """It contains p exactly when the observed share lies within p ± z √(p(1-p)/n)."""
    successes = data.draw(st.integers(0, trials))
    probability = data.draw(st.floats(0.001, 0.999))
    low, high = wilson(successes, trials)
    distance = abs(successes / trials - probability) - Z * sqrt(probability * (1 - probability) / trials)
    assume(abs(distance) > 1e-9)
    assert (low < probability < high) == (distance < 0)


def test_wilson_of_a_textbook_example() -> None:
    """10 of 100: (5.52 %, 17.44 %), as statsmodels and R's binom.confint give it."""
    assert wilson(10, 100) == pytest.approx((0.0552291, 0.1743657), abs=1e-6)
    assert wilson(0, 50)[0] == 0
    assert wilson(50, 50)[1] == 1
    assert wilson(0, 0) == (0, 1)


@given(SETTINGS, SEEDS)
def test_all_and_nothing_are_exact(settings: CanarySettings, seed: int) -> None:
    watched = run(settings, seed=seed).watched
    assert watched.total == settings.watched
    if settings.share == 0:
        assert watched.new == 0
    if settings.share == 1:
        assert watched.old == 0


@given(SETTINGS, SEEDS)
def test_requests_and_errors_are_conserved(settings: CanarySettings, seed: int) -> None:
    trace = run(settings, seed=seed)
    total = trace.total
    assert len(trace.news) == len(trace.errors) == settings.requests == total.total
    pairs = list(zip(trace.news, trace.errors, strict=True))
    assert total == Tally(
        pairs.count((0, 0)) + pairs.count((0, 1)),
        pairs.count((0, 1)),
        pairs.count((1, 0)) + pairs.count((1, 1)),
        pairs.count((1, 1)),
    )
    assert total.errors == sum(trace.errors)
    rest = total.minus(trace.watched)
    assert rest.total == settings.requests - settings.watched


@given(SETTINGS, SEEDS)
def test_after_the_action_one_version_answers(settings: CanarySettings, seed: int) -> None:
    trace = run(settings, seed=seed)
    after = trace.total.minus(trace.watched)
    if settings.action == PROMOTE:
        assert (after.old, after.new) == (0, settings.requests - settings.decision)
    elif settings.action == DISABLE:
        assert (after.old, after.new) == (settings.requests - settings.decision, 0)
    else:
        assert after == Tally()


@given(SETTINGS, SEEDS)
def test_readings_only_grow_and_end_with_the_watch(settings: CanarySettings, seed: int) -> None:
    trace = run(settings, seed=seed)
    for before, after in pairwise(trace.checkpoints):
        assert before.total < after.total
        assert before.new <= after.new
        assert before.errors <= after.errors
    assert trace.checkpoints[-1] == trace.between(0, settings.watched)
    assert all(
        tally == trace.between(0, tally.total) for tally in trace.checkpoints[:: max(1, len(trace.checkpoints) // 7)]
    )


@given(SETTINGS, SEEDS)
def test_a_flawless_version_never_fails(settings: CanarySettings, seed: int) -> None:
    total = run(settings, seed=seed).total
    assert settings.error_old or not total.old_errors
    assert settings.error_new or not total.new_errors


def test_error_rates_are_what_was_set() -> None:
    total = run(CanarySettings(0.3, 10_000, 0.02, 0.15), seed=4).total
    for errors, count, rate in ((total.old_errors, total.old, 0.02), (total.new_errors, total.new, 0.15)):
        assert abs(errors / count - rate) < 5 * sqrt(rate * (1 - rate) / count)


def test_routing_does_not_depend_on_the_errors() -> None:
    calm, rough = (run(CanarySettings(0.1, 1000, 0.01, rate), seed=2) for rate in (0.01, 0.2))
    assert calm.news == rough.news


@given(SETTINGS, SEEDS)
def test_apart_since_is_the_beginning_of_the_last_stretch_apart(settings: CanarySettings, seed: int) -> None:
    trace = run(settings, seed=seed)
    since = trace.apart_since()
    states = {tally.total: apart(tally) for tally in trace.checkpoints}
    if since is None:
        assert not states[settings.watched]
        return
    assert all(state for total, state in states.items() if total >= since)
    earlier = [state for total, state in states.items() if total < since]
    assert not earlier or not earlier[-1]


@given(st.floats(0.01, 0.99), st.floats(0, 0.2), st.floats(0, 0.2), st.integers(1, 99))
def test_needed_is_the_first_count_that_is_enough(share: float, old: float, new: float, more: int) -> None:
    assume(abs(old - new) > 0.005)
    settings = CanarySettings(share, 100, old, new)
    enough = needed(settings)
    assert enough is not None

    def disjoint(count: int) -> bool:
        first = wilson(old * (1 - share) * count, (1 - share) * count)
        second = wilson(new * share * count, share * count)
        return first[1] < second[0] or second[1] < first[0]

    assert disjoint(enough)
    assert disjoint(enough + more)
    assert enough == 1 or not disjoint(enough - 1)


def test_needed_agrees_with_the_normal_formula_where_counts_are_large() -> None:
    settings = CanarySettings(0.5, 100, 0.10, 0.11)
    spread = sqrt(0.1 * 0.9 / 0.5) + sqrt(0.11 * 0.89 / 0.5)
    assert needed(settings) == pytest.approx((Z * spread / 0.01) ** 2, rel=0.02)


def test_needed_has_no_answer_without_a_difference() -> None:
    assert needed(CanarySettings(0.1, 100, 0.05, 0.05)) is None
    assert needed(CanarySettings(0.0, 100, 0.01, 0.05)) is None
    assert needed(CanarySettings(1.0, 100, 0.01, 0.05)) is None


def test_equal_versions_rarely_look_different() -> None:
    """Two 95 % intervals that do not touch are rarer by chance than one in twenty."""
    runs = 400
    seen = sum(apart(run(CanarySettings(0.3, 500, 0.1, 0.1), seed=seed).watched) for seed in range(runs))
    assert seen / runs < 0.03


def test_a_smaller_share_needs_more_requests() -> None:
    counts = [needed(CanarySettings(share, 100, 0.01, 0.05)) for share in (0.01, 0.05, 0.1, 0.3)]
    assert all(before > after for before, after in pairwise(counts))


@pytest.mark.parametrize(
    ("name", "other", "rest"),
    [
        ("percent", 20, {}),
        ("requests", 1000, {}),
        ("error_old", 10, {}),
        ("error_new", 20, {}),
        ("action", "promote", {}),
        ("decision", 30, {"action": "promote"}),
        ("seed", 2, {}),
    ],
)
def test_every_parameter_matters(name: str, other: object, rest: dict[str, object]) -> None:
    before, after = Canary(**rest).simulate(), Canary(**rest | {name: other}).simulate()
    assert (before.news, before.errors) != (after.news, after.errors)


def explained(**chosen: object) -> tuple[CanaryTrace, str]:
    explorer = Canary(**chosen)
    trace = explorer.simulate()
    words = explorer.explain(trace)
    return trace, words.point + words.why


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "新しい版のエラー率が高い"),
        ({"error_new": 0, "error_old": 20, "percent": 50}, "新しい版のエラー率が低い"),
        ({"requests": 200}, "差があるとは言えません"),
        ({"error_new": 1}, "設定は同じ"),
        ({"percent": 0}, "良し悪しはわかりません"),
        ({"percent": 100}, "比べる今の版がありません"),
        ({"requests": 100, "percent": 0.5, "seed": 4}, "新しい版がまだ一度も呼ばれていない"),
        ({"action": "promote"}, "昇格したあと"),
        ({"action": "promote", "error_new": 0}, "エラーは起きていません"),
        ({"action": "disable"}, "件だけで済みました"),
        ({"action": "disable", "error_new": 0}, "新しい版のエラーは起きていません"),
    ],
)
def test_the_explanation_fits_the_trace(chosen: dict[str, object], said: str) -> None:
    trace, text = explained(**chosen)
    assert said in text
    assert f"{trace.watched.total:,}件" in text


def test_the_explanation_owns_up_to_a_rare_run() -> None:
    for seed in range(1, 100):
        trace, text = explained(seed=seed)
        low, high = (bound * trace.watched.total for bound in band(0.1, trace.watched.total))
        if not within(trace.watched.new, low - 1, high + 1):
            assert "まれな例" in text
            return
    pytest.fail("no rare run among a hundred seeds")


def test_the_table_adds_up() -> None:
    explorer = Canary(action="promote")
    trace = explorer.simulate()
    rows = explorer.table(trace).rows
    assert [row[2] for row in rows[4:]] == [rows[0][2] + rows[2][2], rows[1][2] + rows[3][2]]
    assert sum(row[2] for row in rows[4:]) == 2000
    assert sum(row[4] for row in rows[4:]) == sum(trace.errors)
