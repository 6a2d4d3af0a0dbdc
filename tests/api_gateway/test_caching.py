"""The stage cache against a closed form, invariants, and a second, slow cache."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.explorers import Caching
from kumo.api_gateway.model.caching import (
    DENIED,
    DENY,
    HIT,
    IGNORE,
    MINUTE,
    MISS,
    OPEN,
    REFRESH,
    SECOND,
    STALE,
    WARN,
    Arrival,
    CacheSettings,
    CachingTrace,
    Clients,
    arrivals,
    expected,
    expected_of_key,
    run,
    weights,
)
from kumo.core import facts

HOUR = 60 * MINUTE
ARRIVALS = st.lists(
    st.builds(Arrival, st.integers(0, HOUR - 1), st.integers(0, 3), st.booleans(), st.booleans()), max_size=80
)
SETTINGS = st.builds(
    CacheSettings,
    ttl=st.sampled_from([0, 30, 300, 600, 3600]),
    change=st.sampled_from([0, 1, 7, 20]),
    handling=st.sampled_from([OPEN, DENY, WARN, IGNORE]),
    flush=st.sampled_from([None, HOUR // 2]),
)
FOUR = Clients(6, weights(4, skewed=False))


def cached(settings: CacheSettings, coming: list[Arrival]) -> CachingTrace:
    return run(settings, FOUR, coming, HOUR)


def slow_cache(settings: CacheSettings, coming: list[Arrival]) -> list[tuple[str, int]]:
    """Answer each request by looking back over all earlier ones for the last call of the back end for its key."""
    calls: list[Arrival] = []
    answers = []
    for arrival in sorted(coming):
        wish = arrival.max_age_0 and settings.ttl > 0
        may = settings.handling == OPEN or arrival.permitted
        if wish and not may and settings.handling == DENY:
            answers.append((DENIED, 0))
            continue
        filled = max((call.time for call in calls if call.key == arrival.key), default=None)
        flushed = filled is not None and settings.flush is not None and filled < settings.flush <= arrival.time
        alive = filled is not None and not flushed and arrival.time - filled < settings.ttl * SECOND
        if wish and may:
            calls.append(arrival)
            answers.append((REFRESH, 0))
        elif not alive:
            calls.append(arrival)
            answers.append((MISS, 0))
        else:
            step = settings.change * MINUTE
            later = [time for time in range(step, arrival.time + 1, step) if time > filled] if step else []
            answers.append((STALE, arrival.time - later[0]) if later else (HIT, 0))
    return answers


@given(SETTINGS, ARRIVALS)
def test_agrees_with_a_cache_that_looks_back(settings: CacheSettings, coming: list[Arrival]) -> None:
    trace = cached(settings, coming)
    assert [(request.outcome, request.staleness) for request in trace.requests] == slow_cache(settings, coming)


@given(SETTINGS, ARRIVALS)
def test_every_request_is_answered_once(settings: CacheSettings, coming: list[Arrival]) -> None:
    trace = cached(settings, coming)
    assert trace.hits + trace.backend + trace.counts[DENIED] == len(coming)
    assert sum(sum(trace.of_key(key).values()) for key in range(4)) == len(coming)
    assert [request.arrival for request in trace.requests] == sorted(coming)


@given(SETTINGS, ARRIVALS)
def test_entries_account_for_hits_and_calls(settings: CacheSettings, coming: list[Arrival]) -> None:
    trace = cached(settings, coming)
    assert sum(span.hits for span in trace.spans) == trace.hits
    assert len(trace.spans) == (trace.backend if settings.ttl else 0)
    for span in trace.spans:
        assert span.start <= span.stale_from <= span.end <= HOUR
        assert span.end - span.start <= settings.ttl * SECOND


@given(SETTINGS, ARRIVALS)
def test_a_key_has_one_entry_at_a_time(settings: CacheSettings, coming: list[Arrival]) -> None:
    spans = cached(settings, coming).spans
    for key in range(4):
        for before, after in pairwise(span for span in spans if span.key == key):
            assert before.end <= after.start


@given(SETTINGS, ARRIVALS)
def test_nothing_is_staler_than_the_ttl(settings: CacheSettings, coming: list[Arrival]) -> None:
    trace = cached(settings, coming)
    assert trace.stalest < max(1, settings.ttl * SECOND)
    assert all((request.staleness > 0) <= (request.outcome == STALE) for request in trace.requests)


@given(SETTINGS, ARRIVALS)
def test_an_ignored_header_changes_nothing(settings: CacheSettings, coming: list[Arrival]) -> None:
    if settings.handling not in (WARN, IGNORE):
        return
    powerless = [Arrival(arrival.time, arrival.key, arrival.max_age_0) for arrival in coming]
    plain = [Arrival(arrival.time, arrival.key) for arrival in coming]
    asked, silent = cached(settings, powerless), cached(settings, plain)
    # Requests at the same time for the same key may swap; their outcomes may not.
    assert [request.outcome for request in asked.requests] == [request.outcome for request in silent.requests]
    assert sum(request.ignored for request in asked.requests) == (asked.invalidating if settings.ttl else 0)


def test_a_hit_does_not_prolong_the_entry() -> None:
    every_minute = [Arrival(minute * MINUTE, 0) for minute in range(11)]
    outcomes = [request.outcome for request in cached(CacheSettings(300), every_minute).requests]
    assert outcomes == [MISS, *[HIT] * 4, MISS, *[HIT] * 4, MISS]


def test_max_age_0_replaces_the_entry() -> None:
    coming = [Arrival(0, 0), Arrival(4 * MINUTE, 0, max_age_0=True), Arrival(8 * MINUTE, 0)]
    assert [request.outcome for request in cached(CacheSettings(300), coming).requests] == [MISS, REFRESH, HIT]
    for handling, outcomes in {
        DENY: [MISS, DENIED, MISS],
        WARN: [MISS, HIT, MISS],
        IGNORE: [MISS, HIT, MISS],
    }.items():
        trace = cached(CacheSettings(300, handling=handling), coming)
        assert [request.outcome for request in trace.requests] == outcomes


def test_a_flush_empties_every_key() -> None:
    coming = [Arrival(29 * MINUTE, key) for key in range(4)] + [Arrival(30 * MINUTE, key) for key in range(4)]
    assert cached(CacheSettings(3600), coming).backend == 4
    assert cached(CacheSettings(3600, flush=30 * MINUTE), coming).backend == 8


def test_other_keys_do_not_help() -> None:
    trace = cached(CacheSettings(3600), [Arrival(key * MINUTE, key) for key in range(4)])
    assert trace.backend == 4


@pytest.mark.parametrize("ttl", [30, 60, 300, 1200])
@pytest.mark.parametrize("per_minute", [0.2, 1.0, 5.0])
def test_the_hit_ratio_of_poisson_arrivals(ttl: int, per_minute: float) -> None:
    """A long run against λT/(1 + λT), and the back end against λ/(1 + λT), within five standard errors."""
    clients = Clients(per_minute, (1.0,))
    duration = round(20_000 / per_minute) * MINUTE
    trace = run(CacheSettings(ttl), clients, arrivals(clients, duration, seed=11), duration)
    load = per_minute / 60 * ttl
    total = len(trace.requests)
    assert expected(CacheSettings(ttl), clients).hit == pytest.approx(load / (1 + load), rel=1e-12)
    # Hits per cycle are Poisson (mean and variance λT); the delta method gives the error of the ratio.
    error = (load / (1 + load) ** 3 / total) ** 0.5
    assert abs(trace.hits / total - load / (1 + load)) < 5 * error + 2 / total
    calls_per_second = trace.backend / (duration / SECOND)
    rate = per_minute / 60
    assert calls_per_second == pytest.approx(rate / (1 + load), rel=0.06)


@pytest.mark.parametrize("handling", [OPEN, DENY, WARN])
@pytest.mark.parametrize("change", [3, 30])
@pytest.mark.parametrize("share", [0.0, 1e-7, 0.1, 0.6])
def test_the_long_run_with_invalidation_and_change(handling: str, change: int, share: float) -> None:
    clients = Clients(6, weights(3, skewed=True), share, 0.5)
    settings = CacheSettings(600, change, handling)
    duration = 5_000 * MINUTE
    trace = run(settings, clients, arrivals(clients, duration, seed=5), duration)
    total, shares = len(trace.requests), expected(settings, clients)
    assert shares.hit + shares.backend + shares.denied == pytest.approx(1)
    assert trace.hits / total == pytest.approx(shares.hit, abs=0.012)
    assert trace.counts[STALE] / total == pytest.approx(shares.stale, abs=0.02)
    assert trace.backend / total == pytest.approx(shares.backend, abs=0.012)
    assert trace.counts[DENIED] / total == pytest.approx(shares.denied, abs=0.012)
    for key in range(3):
        counts = trace.of_key(key)
        ratio = (counts[HIT] + counts[STALE]) / sum(counts.values())
        assert ratio == pytest.approx(expected_of_key(settings, clients, key).hit, abs=0.025)


def test_the_share_of_stale_answers_is_smooth_where_its_formula_changes() -> None:
    """The closed form and its series for rare invalidations meet."""
    values = [
        expected(CacheSettings(600, 20), Clients(6, (1.0,), share)).stale
        for share in (0.0, 1e-6, 1e-5, 1e-4, 2e-4, 1e-3)
    ]
    assert all(before >= after for before, after in pairwise(values))
    assert values[0] - values[-1] < 0.01


@given(st.integers(0, 3570), st.integers(1, 20), st.integers(1, 8), st.booleans())
def test_a_longer_ttl_is_expected_to_hit_more_and_to_be_staler(ttl: int, rate: int, keys: int, skewed: bool) -> None:  # noqa: FBT001 -- drawn by hypothesis
    clients = Clients(rate, weights(keys, skewed=skewed))
    short, long = (expected(CacheSettings(time, change=20), clients) for time in (ttl, ttl + 30))
    assert short.hit < long.hit
    assert short.stale < long.stale <= long.hit


def test_arrivals_are_poisson_with_the_shares_asked_for() -> None:
    clients = Clients(6, weights(4, skewed=True), 0.3, 0.25)
    coming = arrivals(clients, 10_000 * MINUTE, seed=3)
    total = len(coming)
    assert abs(total - 60_000) < 5 * 60_000**0.5
    for key, weight in enumerate(clients.weights):
        share = sum(arrival.key == key for arrival in coming) / total
        assert abs(share - weight) < 5 * (weight * (1 - weight) / total) ** 0.5
    asking = [arrival for arrival in coming if arrival.max_age_0]
    assert abs(len(asking) / total - 0.3) < 0.01
    assert abs(sum(arrival.permitted for arrival in asking) / len(asking) - 0.25) < 0.02
    assert not any(arrival.permitted for arrival in coming if not arrival.max_age_0)
    gaps = [after.time - before.time for before, after in pairwise(coming)]
    mean = sum(gaps) / len(gaps)
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert spread == pytest.approx(mean, rel=0.03)


def test_weights_follow_zipf() -> None:
    assert weights(4, skewed=False) == (0.25,) * 4
    skewed = weights(4, skewed=True)
    assert [skewed[0] / weight for weight in skewed] == pytest.approx([1, 2, 3, 4])
    assert sum(skewed) == pytest.approx(1)


def test_the_limits_are_the_published_ones() -> None:
    assert Caching.declared["ttl"].default == facts.value("api_gateway.cache-ttl-default") == 300
    assert Caching.declared["ttl"].high == facts.value("api_gateway.cache-ttl-maximum") == 3600


def test_without_a_ttl_everything_reaches_the_back_end() -> None:
    trace = Caching(ttl=0, handling=DENY, permitted=0, max_age_0=50, flush=True).simulate()
    assert trace.backend == len(trace.requests)
    assert not trace.spans


@pytest.mark.parametrize(
    ("name", "other", "rest"),
    [
        ("ttl", 600, {}),
        ("rate", 12, {}),
        ("kinds", 2, {}),
        ("popularity", "even", {}),
        ("change", 5, {}),
        ("max_age_0", 30, {}),
        ("handling", "fail", {}),
        ("permitted", 80, {"handling": "fail", "max_age_0": 30}),
        ("flush", True, {}),
        ("seed", 2, {}),
    ],
)
def test_every_parameter_matters(name: str, other: object, rest: dict[str, object]) -> None:
    before, after = Caching(**rest).simulate(), Caching(**rest | {name: other}).simulate()
    outcomes = [
        [(request.arrival, request.outcome, request.staleness) for request in trace.requests]
        for trace in (before, after)
    ]
    assert outcomes[0] != outcomes[1]


def test_a_warning_and_silence_differ_in_the_picture_only() -> None:
    warned, ignored = (Caching(handling=handling, max_age_0=30) for handling in (WARN, IGNORE))
    assert warned.simulate().counts == ignored.simulate().counts
    assert warned.frame(warned.parameters)["pictures"] != ignored.frame(ignored.parameters)["pictures"]


def test_the_words_count_what_happened() -> None:
    for chosen in ({}, {"handling": "fail", "max_age_0": 40}, {"flush": True, "kinds": 8}):
        explorer = Caching(**chosen)
        trace = explorer.simulate()
        point = explorer.explain(trace).point
        assert f"{len(trace.requests)}件" in point
        assert f"{trace.hits}件" in point
        assert f"{trace.backend}件" in point
        total = explorer.table(trace).rows[-1]
        assert total[1:7] == tuple(
            sum(row[column] for row in explorer.table(trace).rows[:-1]) for column in range(1, 7)
        )
        assert total[2] == trace.hits


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"ttl": 0}, "TTLが0秒"),
        ({"max_age_0": 100}, "キャッシュはないのと同じ"),
        ({"max_age_0": 100, "handling": "fail", "permitted": 0}, "許可がないため"),
        (
            {"ttl": 30, "rate": 1, "kinds": 8, "popularity": "even", "seed": 25, "max_age_0": 0},
            "次のリクエストが届く前に",
        ),
        ({"change": 0}, "データが変わらないので"),
        ({"max_age_0": 0}, "最長で"),
        ({"handling": "fail", "max_age_0": 30}, "だけが応答を入れ替え"),
        ({"handling": "warn", "max_age_0": 30, "permitted": 0}, "警告のヘッダー"),
        ({"handling": "ignore", "max_age_0": 30, "permitted": 100}, "どれも許可があり"),
        ({"flush": True}, "フラッシュ"),
    ],
)
def test_the_explanation_fits_the_trace(chosen: dict[str, object], said: str) -> None:
    explorer = Caching(**chosen)
    assert said in explorer.explain(explorer.simulate()).why


def test_an_answer_is_stale_from_the_very_change() -> None:
    change = 20 * MINUTE
    coming = [Arrival(change - MINUTE, 0), Arrival(change - 1, 0), Arrival(change, 0), Arrival(change + SECOND, 0)]
    trace = cached(CacheSettings(300, change=20), coming)
    assert [(request.outcome, request.staleness) for request in trace.requests] == [
        (MISS, 0),
        (HIT, 0),
        (STALE, 0),
        (STALE, SECOND),
    ]
    filled_then = cached(CacheSettings(300, change=20), [Arrival(change, 0), Arrival(change + 1, 0)])
    assert filled_then.counts[HIT] == 1
