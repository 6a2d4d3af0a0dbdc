"""A weighted alias against its plans, a slow replay, and the binomial distribution."""

from __future__ import annotations

from math import comb, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import AliasTraffic
from kumo.aws_lambda.model.alias_traffic import (
    ALIAS,
    ALL,
    CANARY,
    EDITED,
    FIXED,
    LATEST,
    LINEAR,
    MINUTES,
    SHIFTED,
    VERSION,
    AliasSettings,
    AliasTrace,
    planned_weight,
    run,
)
from kumo.core.streams import stream

every_setting = st.builds(
    AliasSettings,
    plan=st.sampled_from([FIXED, CANARY, LINEAR, ALL]),
    share=st.integers(1, 10).map((5).__mul__),
    called=st.sampled_from([ALIAS, ALIAS, VERSION, LATEST]),
    rate=st.integers(1, 20).map((10).__mul__),
    error_old=st.sampled_from([0.0, 0.01, 0.2]),
    error_new=st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0]),
    alarm=st.sampled_from([None, 5, 20, 50]),
)
seeds = st.integers(1, 10_000)


def settled(**given: object) -> AliasSettings:
    base = {
        "plan": CANARY,
        "share": 10,
        "called": ALIAS,
        "rate": 100,
        "error_old": 0.0,
        "error_new": 0.0,
        "alarm": None,
    }
    return AliasSettings(**(base | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plan", "share", "weights"),
    [
        (ALL, 10, [0, 0, 0, 100, 100, 100]),
        (FIXED, 25, [0, 0, 0, 25, 25, 25]),
        # LambdaCanary10Percent5Minutes: 10 percent, and five minutes later the other 90.
        (CANARY, 10, [0, 0, 0, 10, 10, 10, 10, 10, 100, 100]),
        # LambdaLinear10PercentEvery1Minute: 10 percent more every minute.
        (LINEAR, 10, [0, 0, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100]),
        (LINEAR, 45, [0, 0, 0, 45, 90, 100, 100]),
    ],
)
def test_the_plans_of_codedeploy(plan: str, share: int, weights: list[int]) -> None:
    assert [planned_weight(plan, share, minute) for minute in range(len(weights))] == weights


def replay(chosen: AliasSettings, seed: int) -> list[tuple[str, bool]]:
    """Say who answered each request and whether it failed, request by request, reading the rules anew each time."""
    routing, failing = stream(seed, "routing"), stream(seed, "errors")
    log: list[list[tuple[str, bool]]] = []
    back = False
    for minute in range(MINUTES):
        log.append([])
        for _ in range(chosen.rate):
            first, second = routing.random(), failing.random()
            if chosen.called == VERSION:
                code = "old"
            elif chosen.called == LATEST:
                code = "new" if minute >= EDITED else "old"
            else:
                code = "new" if not back and first < planned_weight(chosen.plan, chosen.share, minute) / 100 else "old"
            log[-1].append((code, second < {"old": chosen.error_old, "new": chosen.error_new}[code]))
        done = any(planned_weight(chosen.plan, chosen.share, m) == 100 for m in range(minute + 1))
        outcomes = [failed for code, failed in log[-1] if code == "new"]
        if chosen.called == ALIAS and chosen.alarm and not done and outcomes:
            back = back or sum(outcomes) / len(outcomes) >= chosen.alarm / 100
    return [entry for minute in log for entry in minute]


@given(every_setting, seeds)
@settings(max_examples=150, deadline=None)
def test_the_trace_is_that_of_a_slow_replay(chosen: AliasSettings, seed: int) -> None:
    trace, log = run(chosen, seed=seed), replay(chosen, seed)
    for number, minute in enumerate(trace.minutes):
        part = log[number * chosen.rate : (number + 1) * chosen.rate]
        assert minute.old == sum(code == "old" for code, _ in part)
        assert minute.new == sum(code == "new" for code, _ in part)
        assert minute.old_errors == sum(code == "old" and failed for code, failed in part)
        assert minute.new_errors == sum(code == "new" and failed for code, failed in part)


@given(every_setting, seeds)
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_and_nothing_goes_where_no_weight_is(chosen: AliasSettings, seed: int) -> None:
    trace = run(chosen, seed=seed)
    assert len(trace.minutes) == MINUTES
    for number, minute in enumerate(trace.minutes):
        assert minute.old + minute.new == chosen.rate
        assert 0 <= minute.old_errors <= minute.old
        assert 0 <= minute.new_errors <= minute.new
        if chosen.called == ALIAS:
            assert (minute.new == 0) or minute.weight > 0
            assert (minute.old == 0) or minute.weight < 100
        if number < SHIFTED:
            assert minute.weight == 0
    back = trace.rolled_back
    if back is None:
        assert [m.weight for m in trace.minutes] == [
            planned_weight(chosen.plan, chosen.share, n) for n in range(MINUTES)
        ]
    else:
        assert chosen.called == ALIAS
        assert trace.completed is None, "what is finished does not roll back"
        assert {minute.weight for minute in trace.minutes[back:]} == {0}
        loud = trace.minutes[back - 1]
        assert loud.new_errors / loud.new >= (chosen.alarm or 101) / 100


@given(seeds, st.sampled_from([CANARY, LINEAR, FIXED]))
@settings(max_examples=50, deadline=None)
def test_a_smaller_share_never_meets_the_new_code_more_often(seed: int, plan: str) -> None:
    met = [run(settled(plan=plan, share=share), seed=seed).new for share in (5, 10, 25, 50)]
    assert met == sorted(met)
    assert met[-1] <= run(settled(plan=ALL), seed=seed).new == (MINUTES - SHIFTED) * 100


def test_the_share_is_binomial() -> None:
    """A simple probabilistic model: mean n p, variance n p (1 - p) in every minute."""
    counts = [m.new for seed in range(60) for m in run(settled(plan=FIXED, share=20), seed=seed).minutes[SHIFTED:]]
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert abs(mean - 20) < 4 * sqrt(16 / len(counts))
    assert abs(variance - 16) < 4 * 16 * sqrt(2 / len(counts))


def test_closed_form_of_the_first_rollback() -> None:
    """Whether the first minute rolls back is decided by two binomials, the share and the errors in it."""
    share, error, threshold, rate = 0.1, 0.2, 0.25, 50
    expected = 0.0
    for new in range(1, rate + 1):
        met = comb(rate, new) * share**new * (1 - share) ** (rate - new)
        loud = sum(
            comb(new, bad) * error**bad * (1 - error) ** (new - bad) for bad in range(new + 1) if bad >= threshold * new
        )
        expected += met * loud
    chosen = settled(rate=rate, error_new=error, alarm=25)
    traces = [run(chosen, seed=seed) for seed in range(600)]
    seen = sum(trace.rolled_back == SHIFTED + 1 for trace in traces) / len(traces)
    assert abs(seen - expected) < 4 * sqrt(expected * (1 - expected) / len(traces))


def test_an_alarm_stops_a_bad_version_except_when_everything_has_moved() -> None:
    bad = {"error_new": 1.0, "alarm": 50}
    for plan in (CANARY, LINEAR, FIXED):
        trace = run(settled(plan=plan, **bad), seed=1)
        assert trace.rolled_back == SHIFTED + 1
    everything = run(settled(plan=ALL, **bad), seed=1)
    assert everything.rolled_back is None
    assert everything.new_errors == (MINUTES - SHIFTED) * 100


def test_who_names_a_version_or_nothing_is_not_affected_by_the_alias() -> None:
    assert run(settled(called=VERSION, plan=ALL), seed=1).new == 0
    assert run(settled(called=LATEST, plan=FIXED), seed=1).new == (MINUTES - EDITED) * 100


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "分に重みを戻しました"),
        ({"plan": "all"}, "自動では戻りません"),
        ({"plan": "all", "alarm": False}, "悪いコードでも全員に"),
        ({"alarm": False}, "アラームがないので"),
        ({"error_new": 0}, "しきい値に届きませんでした"),
        ({"error_new": 0, "plan": "fixed"}, "1件ごとの抽選"),
        ({"error_new": 0, "plan": "linear", "share": 5}, "まだ途中です"),
        ({"error_new": 1, "error_old": 1, "rate": 10, "threshold": 5, "seed": 5, "share": 50}, "偶然でも"),
        ({"called": "version"}, "発行したバージョンは変更できません"),
        ({"called": "latest"}, "$LATEST"),
    ],
)
def test_explanations(parameters: dict[str, object], told: str) -> None:
    explanation = AliasTraffic.frame(parameters, layouts=[])["explanation"]
    assert told in explanation["point"] + explanation["why"]


def test_the_default_shows_a_canary_that_is_called_back() -> None:
    trace: AliasTrace = AliasTraffic().simulate()
    assert trace.rolled_back is not None
    assert SHIFTED + 1 < trace.rolled_back < SHIFTED + 5


@pytest.mark.parametrize(
    ("parameters", "happens"),
    [({"threshold": 5}, True), ({"threshold": 20}, False), ({"threshold": 5, "rate": 500}, False)],
)
def test_a_version_as_good_as_the_last_is_called_back_by_chance(parameters: dict[str, int], *, happens: bool) -> None:
    """The page has its readers count this over the first ten seeds."""
    back = [AliasTraffic(error_new=1, seed=seed, **parameters).simulate().rolled_back for seed in range(1, 11)]
    assert any(minute is not None for minute in back) is happens


def test_the_errors_that_are_told_are_those_of_the_new_version() -> None:
    explorer = AliasTraffic()
    trace: AliasTrace = explorer.simulate()
    assert trace.new_errors < sum(minute.old_errors + minute.new_errors for minute in trace.minutes)
    assert f"そのうち{trace.new_errors}件がエラー" in explorer.explain(trace).point
