"""The throttling chain against invariants, the single bucket, and a second, slow chain."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.api_gateway.explorers import ThrottlingChain
from kumo.api_gateway.model.throttling_chain import (
    ACCOUNT,
    ACCOUNT_LIMITS,
    HEAVY,
    LIGHT,
    OTHERS,
    RUSH,
    SLOT,
    Arrival,
    ChainTrace,
    Client,
    Gate,
    Level,
    Limit,
    Stage,
    chain,
    method_bucket,
    mixed,
    plan_bucket,
    send,
    spread,
)
from kumo.api_gateway.model.token_bucket import SECOND, TOKEN, throttle
from kumo.api_gateway.words import throttling_chain as words

DURATION = 6 * SECOND
NAMES = ("free", "standard", "large")

limits = st.builds(Limit, st.integers(0, 40), st.integers(0, 20))
maybe = st.one_of(st.none(), limits)
clients = st.lists(st.builds(Client, st.just(""), st.integers(0, 30), maybe, maybe), min_size=3, max_size=3).map(
    lambda found: [Client(name, c.load, c.plan, c.plan_heavy) for name, c in zip(NAMES, found, strict=True)]
)
chains = st.builds(
    chain,
    clients,
    st.builds(Stage, limits, limits, st.sampled_from([0, 30, 100])),
    limits,
    st.integers(0, 40),
    st.just(DURATION),
    seed=st.integers(1, 99),
    returned=st.booleans(),
)


def path(trace: ChainTrace, source: str, method: str) -> list[Gate]:
    """Return the gates that the documented order gives, worked out anew from the names of the buckets."""
    if source == OTHERS:
        return [Gate(Level.ACCOUNT, ACCOUNT)]
    gates = [
        Gate(Level.PLAN, plan_bucket(source, method)),
        Gate(Level.PLAN, plan_bucket(source)),
        Gate(Level.METHOD, method_bucket(method)),
        Gate(Level.ACCOUNT, ACCOUNT),
    ]
    return [gate for gate in gates if gate.bucket in trace.limits]


def slow_chain(trace: ChainTrace) -> list[Gate | None]:
    """Judge the same arrivals with exact fractions, each level recomputed from the takings so far."""
    takings: dict[str, list[Fraction]] = {name: [] for name in trace.limits}

    def tokens(name: str, now: Fraction) -> Fraction:
        rate, burst = trace.limits[name]
        level, updated = Fraction(burst), Fraction(0)
        for moment in takings[name]:
            level = min(Fraction(burst), level + (moment - updated) * rate) - 1
            updated = moment
        return min(Fraction(burst), level + (now - updated) * rate)

    fates: list[Gate | None] = []
    for request in trace.requests:
        now, taken, stopped = Fraction(request.time, SECOND), [], None
        for gate in path(trace, request.source, request.method):
            if tokens(gate.bucket, now) < 1:
                stopped = gate
                break
            takings[gate.bucket].append(now)
            taken.append(gate.bucket)
        if stopped and trace.returned:
            for name in taken:
                takings[name].pop()
        fates.append(stopped)
    return fates


@settings(max_examples=30, deadline=None)
@given(chains)
def test_agrees_with_exact_fractions(trace: ChainTrace) -> None:
    assert [request.stopped for request in trace.requests] == slow_chain(trace)


@given(chains)
def test_requests_are_conserved(trace: ChainTrace) -> None:
    arrived = Counter(request.source for request in trace.requests)
    for source in trace.sources:
        assert trace.arrived(source) == arrived[source]
        assert trace.passed(source) + sum(trace.rejected(source, level) for level in Level) == arrived[source]


@given(chains)
def test_no_window_passes_more_than_burst_plus_refill_through_any_gate(trace: ChainTrace) -> None:
    through: dict[str, list[int]] = {name: [] for name in trace.limits}
    for request in trace.requests:
        for gate in path(trace, request.source, request.method):
            if gate == request.stopped:
                break
            # With tokens given back a rejected request does not count; without, it does.
            if request.stopped is None or not trace.returned:
                through[gate.bucket].append(request.time)
    for name, times in through.items():
        rate, burst = trace.limits[name]
        for first in range(0, len(times), 7):
            for last in range(first, len(times)):
                assert (last - first + 1 - burst) * SECOND <= rate * (times[last] - times[first])


@given(chains)
def test_a_request_is_rejected_by_the_first_empty_gate_of_its_path(trace: ChainTrace) -> None:
    for request in trace.requests:
        gates = path(trace, request.source, request.method)
        assert request.stopped is None or request.stopped in gates
    assert all(trace.rejected(OTHERS, level) == 0 for level in (Level.PLAN, Level.METHOD))


@given(chains)
def test_levels_stay_within_the_bucket(trace: ChainTrace) -> None:
    for name, noted in trace.levels.items():
        assert len(noted) == trace.duration // SLOT + 1
        assert noted[0] == trace.limits[name].burst * TOKEN
        assert all(0 <= level <= trace.limits[name].burst * TOKEN for level in noted)


def test_a_later_gate_never_sees_what_an_earlier_one_rejected() -> None:
    """The account's bucket stays full, however much the plan rejects."""
    trace = chain(
        [Client("free", 100, Limit(0, 0))], Stage(Limit(0, 9), Limit(0, 9), 50), Limit(0, 9), 0, DURATION, seed=1
    )
    assert trace.rejected("free", Level.PLAN) == 600
    assert set(trace.levels[ACCOUNT]) == {9 * TOKEN}
    assert set(trace.levels[method_bucket(HEAVY)]) == {9 * TOKEN}


@pytest.mark.parametrize("returned", [False, True])
def test_whether_tokens_come_back_decides_what_the_earlier_gate_has_left(returned: bool) -> None:  # noqa: FBT001 -- a case
    gates = [Gate(Level.PLAN, "plan"), Gate(Level.ACCOUNT, "account")]
    arrivals = [Arrival(time, "a", LIGHT) for time in range(0, SECOND, SLOT)]
    trace = send(
        arrivals, {("a", LIGHT): gates}, {"plan": Limit(0, 5), "account": Limit(0, 2)}, SECOND, returned=returned
    )
    assert trace.passed("a") == 2
    assert trace.rejected("a", Level.ACCOUNT) == (8 if returned else 3)
    assert trace.rejected("a", Level.PLAN) == (0 if returned else 5)
    assert trace.levels["plan"][-1] == (3 if returned else 0) * TOKEN


@given(chains)
def test_the_other_assumption_is_what_the_other_run_gives(trace: ChainTrace) -> None:
    arrivals = [Arrival(request.time, request.source, request.method) for request in trace.requests]
    paths = {(s, m): path(trace, s, m) for s in trace.sources for m in (LIGHT, HEAVY)}
    other = send(arrivals, paths, trace.limits, trace.duration, returned=not trace.returned)
    assert trace.otherwise == {source: other.passed(source) for source in trace.sources}
    assert other.otherwise == {source: trace.passed(source) for source in trace.sources}


@given(st.integers(0, 50), st.integers(0, 30), st.lists(st.integers(0, DURATION - 1), max_size=80), st.booleans())
def test_a_single_gate_is_the_single_bucket(rate: int, burst: int, times: list[int], returned: bool) -> None:  # noqa: FBT001 -- drawn
    single = throttle(rate, burst, times, [], DURATION)
    gate = Gate(Level.ACCOUNT, ACCOUNT)
    arrivals = [Arrival(time, "a", LIGHT) for time in times]
    trace = send(arrivals, {("a", LIGHT): [gate]}, {ACCOUNT: Limit(rate, burst)}, DURATION, returned=returned)
    assert [(r.time, r.stopped is None) for r in trace.requests] == [(r.time, r.accepted) for r in single.requests]
    assert trace.levels[ACCOUNT][-1] == single.level(DURATION)


@given(chains, st.sampled_from(NAMES))
def test_a_plan_without_tokens_spares_the_others_everything(trace: ChainTrace, quiet: str) -> None:
    """Whoever is stopped entirely at gate 1 leaves the others what they would have alone."""
    without = [Arrival(r.time, r.source, r.method) for r in trace.requests if r.source != quiet]
    blocked = [Arrival(r.time, r.source, r.method) for r in trace.requests]
    paths = {(s, m): path(trace, s, m) for s in trace.sources for m in (LIGHT, HEAVY)}
    closed = dict(trace.limits) | {"closed": Limit(0, 0)}
    stopped = {key: [Gate(Level.PLAN, "closed"), *gates] if key[0] == quiet else gates for key, gates in paths.items()}
    one = send(without, paths, closed, trace.duration, returned=trace.returned)
    two = send(blocked, stopped, closed, trace.duration, returned=trace.returned)
    assert two.rejected(quiet, Level.PLAN) == two.arrived(quiet)
    for source in set(trace.sources) - {quiet}:
        assert one.slots[source] == two.slots[source]


@given(st.integers(0, 80), st.integers(1, 99))
def test_arrivals_are_exactly_the_load_one_in_each_slot(load: int, seed: int) -> None:
    times = spread(load, *RUSH, seed=seed, name="a")
    assert len(times) == 2 * load
    width = Fraction(SECOND, load) if load else Fraction(0)
    for index, time in enumerate(times):
        assert RUSH[0] + index * width - 1 <= time < RUSH[0] + (index + 1) * width


@given(st.integers(0, 100))
def test_the_heavy_share_is_exact_and_spread_evenly(share: int) -> None:
    found = [arrival.method for arrival in mixed(range(100), "a", share, HEAVY, LIGHT)]
    assert found.count(HEAVY) == share
    for end in range(101):
        assert found[:end].count(HEAVY) == end * share // 100


def test_other_apis_send_only_during_the_rush() -> None:
    times = [request.time for request in ThrottlingChain().simulate().requests if request.source == OTHERS]
    assert RUSH[0] <= min(times)
    assert max(times) < RUSH[1]


def test_account_limits_are_the_published_ones() -> None:
    assert ACCOUNT_LIMITS["default"] == Limit(10_000, 5_000)
    assert ACCOUNT_LIMITS["newer"] == Limit(2_500, 1_250)
    trace = ThrottlingChain().simulate()
    assert trace.limits[ACCOUNT].rate * trace.unit == 10_000
    assert trace.limits[ACCOUNT].burst * trace.unit == 5_000
    small = ThrottlingChain(account="newer").simulate()
    assert tuple(small.unit * part for part in small.limits[ACCOUNT]) == (2_500, 1_250)


def test_steady_overload_passes_the_refill_and_once_the_burst() -> None:
    """Closed form: a client without other limits gets rate x time + burst of the account."""
    trace = ThrottlingChain(
        plans=[], free_load=10000, standard_load=10000, large_load=10000, others=0, stage_rate=10000, post_share=0
    ).simulate()
    passed = sum(trace.passed(source) for source in NAMES) * trace.unit
    assert passed == pytest.approx(6 * 10_000 + 5_000, rel=0.01)


def test_the_default_makes_its_point() -> None:
    """The small plan stops its own client only; the rush of other APIs hits all, and only while it lasts."""
    trace = ThrottlingChain().simulate()
    assert trace.rejected("free", Level.PLAN) > 0
    for source in ("standard", "large"):
        assert trace.rejected(source, Level.PLAN) == trace.rejected(source, Level.METHOD) == 0
    first, last = RUSH[0] // SLOT, RUSH[1] // SLOT
    for source in NAMES:
        row = trace.slots[source][Level.ACCOUNT]
        assert sum(row) > 0
        # A moment after the rush the bucket is still as good as empty.
        assert sum(row[:first]) == sum(row[last + 2 :]) == 0
    alone = ThrottlingChain(others=0).simulate()
    assert [alone.rejected(source, level) for source in ("standard", "large") for level in Level] == [0] * 6
    assert all(ThrottlingChain(others=0, free_load=load).simulate().passed("large") == 144 for load in (0, 6000, 10000))


@pytest.mark.parametrize(
    "change",
    [
        {"free_load": 500},
        {"standard_load": 500},
        {"large_load": 500},
        {"others": 1000},
        {"plans": []},
        {"free_rate": 2000},
        {"standard_rate": 500},
        {"large_rate": 500},
        {"plan_post_rate": "250"},
        {"post_share": 100},
        {"post_rate": 500},
        {"stage_rate": 1000},
        {"burst": 0.1},
        {"account": "newer"},
        {"tokens": "returned"},
        {"seed": 2},
    ],
)
def test_every_parameter_changes_what_becomes_of_requests(change: dict[str, Any]) -> None:
    assert ThrottlingChain(**change).simulate().requests != ThrottlingChain().simulate().requests


def test_liveness_covers_every_parameter() -> None:
    marks = [mark for mark in test_every_parameter_changes_what_becomes_of_requests.pytestmark if mark.args]
    assert {name for change in marks[0].args[1] for name in change} == set(ThrottlingChain.declared)


QUIET = {"free_load": 500, "others": 0}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"free_load": 0, "standard_load": 0, "large_load": 0}, "1件も届いていません"),
        (QUIET, "すべて3つの関門を通過しました"),
        ({"others": 0}, "429になったのは無料の29,625件だけで、標準と大口はすべて通過しました。"),
        ({"others": 0, "standard_load": 0, "large_load": 0}, "すべて関門1です"),
        (QUIET | {"post_rate": 500}, "関門2で、"),
        ({}, "関門3でアカウントのバケットが空になり、"),
    ],
)
def test_the_explanation_says_which_gate_decided(parameters: dict[str, Any], expected: str) -> None:
    assert expected in ThrottlingChain.frame(parameters, ["narrow"])["explanation"]["point"]


def test_the_explanation_mentions_rejections_that_hit_other_apis_alone() -> None:
    frame = ThrottlingChain.frame(QUIET | {"others": 13000, "standard_load": 0, "large_load": 0, "seed": 3}, ["narrow"])
    lost = frame["table"]["rows"][3][4]
    assert lost > 0
    assert "すべて3つの関門を通過しました" in frame["explanation"]["point"]
    assert f"ほかのAPIの{lost:,}件だけです" in frame["explanation"]["why"]


def test_the_explanation_blames_whoever_pressed_most() -> None:
    assert "ほかのAPIの" in ThrottlingChain.frame({}, ["narrow"])["explanation"]["why"]
    large = {"others": 0, "large_load": 10000, "plans": ["free", "standard"]}
    assert "大口プランの" in ThrottlingChain.frame(large, ["narrow"])["explanation"]["why"]
    assert "巻き込まれました" in ThrottlingChain.frame(large, ["narrow"])["explanation"]["why"]


@given(chains)
def test_words_fit_every_trace(trace: ChainTrace) -> None:
    """Numbers in the point are sums of the trace, and a verdict names exactly those who were rejected."""
    explanation = words.explanation(trace)
    for text in (explanation.point, explanation.why):
        assert text.endswith("。")
        assert "{" not in text
    for level in Level:
        verdict = words.verdict(trace, level)
        hit = {source for source in NAMES if trace.rejected(source, level)}
        if verdict == words.EVERYBODY:
            assert hit == {source for source in NAMES if trace.arrived(source)}
        else:
            assert hit == {source for source in NAMES if words.SHORT[source] in verdict}
    totals = {sum(trace.rejected(s, level) for s in NAMES) for level in Level}
    totals |= {sum(trace.passed(s) for s in NAMES)}
    if numbers := re.findall(r"([\d,]+)件", explanation.point):
        assert {int(number.replace(",", "")) for number in numbers} <= totals | {1}


@given(chains)
def test_the_table_adds_up(trace: ChainTrace) -> None:
    table = words.table(trace)
    assert [row[0] for row in table.rows] == [words.NAMES[source] for source in trace.sources]
    for row in table.rows:
        assert row[1] == sum(row[2:])


EXTREMES = [
    {},
    {"free_load": 0, "standard_load": 0, "large_load": 0, "others": 0},
    {"free_load": 10000, "standard_load": 10000, "large_load": 10000, "others": 20000, "plan_post_rate": "1000"},
    {"plans": [], "account": "raised", "stage_rate": 1000, "post_share": 100},
    {"account": "newer", "burst": 0.1, "tokens": "returned"},
]


@pytest.mark.parametrize("parameters", EXTREMES)
@pytest.mark.parametrize(("layout", "width"), [("wide", 720), ("narrow", 328)])
def test_the_picture_stays_on_its_canvas(parameters: dict[str, Any], layout: str, width: int) -> None:
    picture = ThrottlingChain.frame(parameters, [layout])["pictures"][layout]
    height = float(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', picture)[1])
    for tag in re.findall(r"<(?:text|rect) [^>]*>", picture):
        x, y = (float(re.search(rf' {axis}="([-\d.]+)"', tag)[1]) for axis in "xy")
        assert 0 <= x <= width
        assert 0 <= y <= height
    assert len(picture.encode()) < 120_000


def test_the_picture_gives_the_counts_of_the_trace() -> None:
    """The still's texts hold every count of the table."""
    frame = ThrottlingChain.frame({}, ["wide"])
    shown = re.findall(r"<text(?![^>]*visibility=\"hidden\")[^>]*>(?:<tspan[^>]*>)?([^<]*)", frame["pictures"]["wide"])
    for _, arrived, *rejected, passed in frame["table"]["rows"]:
        assert f"{passed:,}件" in shown
        assert f"/ {arrived:,}件" in shown
        assert all(f"×{count:,}" in shown for count in rejected if count)
