"""The minute of cold and warm starts, the four ways to be warm, and the routers' explorer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import ColdAndWarm, EnvironmentPicking, WaysToBeWarm
from kumo.aws_lambda.model import picking, startup, warmth
from kumo.aws_lambda.model.pool import COLD, PROVISIONED, THROTTLED, WARM
from kumo.aws_lambda.model.units import HOUR, MINUTE, SECOND
from kumo.aws_lambda.view.lanes import slots

SEEDS = st.integers(1, 99)


def a_minute(**changes: object) -> warmth.MinuteTrace:
    return ColdAndWarm(**changes).simulate()


def an_hour(**changes: object) -> warmth.WaysTrace:
    return WaysToBeWarm(**changes).simulate()


# One minute.


@given(
    SEEDS,
    st.sampled_from(["random", "steady", "burst"]),
    st.sampled_from([0.1, 0.4, 1.0]),
    st.sampled_from([5, 15, 60]),
)
@settings(max_examples=40)
def test_each_cold_start_has_one_cause(seed: int, pattern: str, rate: float, idle: int) -> None:
    trace = a_minute(seed=seed, pattern=pattern, rate=rate, idle=idle)
    invocations = trace.pool.invocations
    assert trace.pool.counts[COLD] == len(trace.colds) == len(trace.pool.environments)
    alone = 0
    for cold in trace.colds:
        # Whether an environment existed, from the requests alone: one was used within the idle time before.
        alone += not any(i.time < cold.time < i.end + idle * SECOND for i in invocations)
    # Requests of the same moment: the second finds the first one's environment already there.
    assert trace.beside_busy <= len(trace.colds) - alone
    assert len(trace.colds) - trace.beside_busy >= alone >= (1 if invocations else 0)


def test_a_longer_idle_time_and_a_shorter_start_help() -> None:
    colds = [sum(len(a_minute(seed=s, idle=idle).colds) for s in range(1, 30)) for idle in (5, 15, 60)]
    assert colds[0] > colds[1] > colds[2]
    slowest = [a_minute(init=init).pool.percentile(100) for init in (0.0, 2.0, 8.0)]
    assert slowest == sorted(slowest)
    assert slowest[2] - slowest[0] >= 7 * SECOND


def test_memory_shortens_the_run_and_not_the_start() -> None:
    small, large = a_minute(memory="128"), a_minute(memory="1769")
    assert small.running > 4 * large.running
    assert small.pool.start == large.pool.start


def test_a_burst_finds_nothing_once_the_environments_are_gone() -> None:
    trace = a_minute(pattern="burst", idle=15)
    assert trace.pool.cold_share == 1
    assert a_minute(pattern="burst", idle=20).pool.counts[WARM] == len(trace.colds) * 2 // 3


def test_lanes_are_used_again_only_when_free() -> None:
    trace = a_minute(pattern="burst", rate=1.0, idle=5, memory="128", init=8.0, package="large")
    lanes, count = slots(trace.pool.environments, 12)
    assert count < len(lanes)
    ended: dict[int, int] = {}
    for lane, environment in zip(lanes, trace.pool.environments, strict=True):
        assert ended.get(lane, 0) <= environment.created
        ended[lane] = environment.ended or 10**12
    assert slots(trace.pool.environments, 100) == (list(range(len(lanes))), len(lanes))


# Four ways.


@given(SEEDS, st.integers(3, 24), st.integers(1, 4), st.integers(1, 8), st.integers(0, 15))
@settings(max_examples=25, deadline=None)
def test_the_ways_serve_the_same_traffic(seed: int, peak: int, base: int, count: int, lead: int) -> None:
    trace = an_hour(seed=seed, peak=peak, base=base, provisioned=count, lead=lead)
    traffic = [[(i.time, i.ran) for i in way.pool.invocations] for way in trace.ways]
    assert traffic[0] == traffic[1] == traffic[2] == traffic[3]
    assert all(way.pool.counts[THROTTLED] == 0 for way in trace.ways)
    plain, always, planned, snap = trace.ways
    assert plain.bill.provisioned == plain.bill.snapshot == snap.bill.provisioned == 0
    assert planned.bill.provisioned < always.bill.provisioned
    assert always.bill.provisioned == pytest.approx(count * 3600 * 0.0000041667)
    assert snap.bill.starting == 0
    for i in planned.pool.invocations:
        layer = planned.provisioned[0]
        assert i.kind != PROVISIONED or layer.ready(0) <= i.time < layer.end
    assert (layer.start, layer.end) == (warmth.PEAK[0] - lead * MINUTE, warmth.PEAK[1])
    window = layer.end - layer.start
    assert planned.bill.provisioned == pytest.approx(count * -(-window // (5 * MINUTE)) * 300 * 0.0000041667)


def test_enough_provisioned_concurrency_means_no_cold_start() -> None:
    trace = an_hour(provisioned=8, peak=6)
    assert trace[warmth.PROVISIONED].pool.counts[COLD] == 0
    assert trace[warmth.ON_DEMAND].pool.counts[COLD] > 0


def test_a_late_schedule_misses_the_rush() -> None:
    """Environments come 90 s after they are asked for, the rush with the peak."""
    first = warmth.PEAK[0]
    for lead, there in ((0, False), (1, False), (2, True)):
        way = an_hour(lead=lead)[warmth.SCHEDULED]
        rush = [i for i in way.pool.invocations if first <= i.time < first + 2 * SECOND]
        assert rush
        assert any(i.kind == PROVISIONED for i in rush) == there


def test_a_snapshot_replaces_the_start() -> None:
    trace = an_hour(init=8.0)
    snap = trace[warmth.SNAPSTART].pool
    assert snap.counts[COLD] > 0
    assert [phase.name for phase in snap.start.phases] == [startup.RESTORE]
    assert snap.start == an_hour(init=0.5)[warmth.SNAPSTART].pool.start, "the code outside the handler has run before"
    assert snap.percentile(100) < trace[warmth.ON_DEMAND].pool.percentile(100) - 6 * SECOND


def test_the_peak_begins_with_a_rush() -> None:
    trace = an_hour(peak=24)
    times = [i.time for i in trace.ways[0].pool.invocations]
    begin, end = warmth.PEAK
    assert sum(begin <= time < begin + 2 * SECOND for time in times) >= 8
    inside = sum(begin <= time < end for time in times)
    assert inside > len(times) - inside
    assert all(0 <= time < HOUR for time in times)


# Routers.


def test_the_routers_get_the_same_load() -> None:
    trace = EnvironmentPicking().simulate()
    assert list(trace.traces) == list(picking.SHOWN)
    loads = [[(i.time, i.ran) for i in pool.invocations] for pool in trace.traces.values()]
    assert loads.count(loads[0]) == len(loads)


def test_the_mean_number_of_environments_by_sampling() -> None:
    trace = EnvironmentPicking(rate=18, service=10.0, idle=1).simulate()
    for name, pool in trace.traces.items():
        moments = range(0, trace.until, SECOND)
        there = sum(
            e.created <= now and (e.ended is None or now < e.ended) for now in moments for e in pool.environments
        )
        assert trace.environments(name) == pytest.approx(there / len(moments), rel=0.01)


def test_concentrating_costs_cold_starts_on_average() -> None:
    traces = [EnvironmentPicking(seed=seed).simulate() for seed in range(1, 21)]
    newest, turn = (sum(t.traces[name].counts[COLD] for t in traces) for name in ("newest", "turn"))
    assert newest > 1.3 * turn
    assert sum(t.environments("newest") for t in traces) < sum(t.environments("turn") for t in traces)


# What the words say.


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "使用中か準備中だったものが"),
        ({"pattern": "burst"}, "再利用は1回もありません"),
        ({"pattern": "burst"}, "すべてがコールドスタート"),
        ({"pattern": "steady", "rate": 0.1, "idle": 60}, "ウォーム"),
    ],
)
def test_the_minute_says_why(chosen: dict[str, object], words: str) -> None:
    frame = ColdAndWarm.frame(chosen)
    told = frame["explanation"]["point"] + frame["explanation"]["why"] + str(frame["table"]["rows"])
    assert words in told


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "待たせたリクエストはありません"),
        ({"provisioned": 1}, "あふれた分は"),
        ({"lead": 0}, "間に合っていません"),
        ({"lead": 5}, "ピークだけ用意すれば"),
    ],
)
def test_the_hour_says_why(chosen: dict[str, object], words: str) -> None:
    assert words in WaysToBeWarm.frame(chosen)["explanation"]["why"]


def test_the_numbers_in_the_words_are_those_of_the_table() -> None:
    frame = EnvironmentPicking.frame({})
    counts = {row[0]: row[3] for row in frame["table"]["rows"]}
    assert f"「新しい順」では{counts['新しい順']}件" in frame["explanation"]["point"]
    assert f"「順番に」では{counts['順番に']}件" in frame["explanation"]["point"]
