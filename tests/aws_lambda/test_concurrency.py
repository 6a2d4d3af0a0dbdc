"""Shared concurrency against closed forms, invariants, and the request-by-request pool."""

from __future__ import annotations

import math
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import Concurrency
from kumo.aws_lambda.model import concurrency
from kumo.aws_lambda.model.concurrency import (
    POLLED,
    POLLERS_LEAST,
    POLLERS_MOST,
    VISIBILITY,
    ConcurrencyTrace,
    FunctionTrace,
    Load,
    accepted,
    minute,
    run,
)
from kumo.aws_lambda.model.invocation import ASYNC, SYNC
from kumo.aws_lambda.model.pool import BY_ACCOUNT, BY_RESERVED, BY_SCALING, THROTTLED, Account, Pool
from kumo.aws_lambda.model.units import HOUR, SECOND

TICK = concurrency.TICK
LOADS = st.lists(
    st.builds(
        Load,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([SYNC, ASYNC, POLLED]),
        st.integers(0, 60),
        st.integers(0, 300),
        st.integers(1, 12).map(lambda ticks: ticks * TICK),
        st.one_of(st.none(), st.integers(0, 120)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda load: load.key,
)


def total(function: FunctionTrace, name: str) -> int:
    return sum(getattr(function, name))


@settings(max_examples=30, deadline=None)
@given(LOADS, st.integers(1, 400), st.integers(1, 99))
def test_invariants(loads: list[Load], limit: int, seed: int) -> None:
    trace = run(loads, limit, seed)
    assert max(trace.busy) <= limit
    assert trace.unreserved >= trace.kept
    for one in trace.functions:
        assert total(one, "arrived") == total(one, "started") + one.lost + one.left + one.discarded, "nothing is lost"
        if one.reserved is not None:
            assert max(one.busy) <= one.reserved
        assert total(one, "refused") == sum(count for _, count in one.reasons)
        assert all(count > 0 for _, count in one.reasons)
        assert one.by_reason(BY_ACCOUNT) == 0 or one.reserved is None
        assert one.by_reason(BY_RESERVED) == 0 or one.reserved is not None
        if one.load.way == SYNC:
            assert not any(one.waiting)
            assert one.longest_wait == 0
        else:
            assert one.lost == 0
        assert one.longest_wait <= concurrency.WATCHED
        ticks = one.load.duration // TICK
        # In progress is exactly what began within the last duration, once the watch has lasted that long.
        for tick in range(ticks, len(one.busy)):
            assert one.busy[tick] == sum(one.started[tick - ticks + 1 : tick + 1])


@settings(max_examples=25, deadline=None)
@given(LOADS, st.integers(1, 400), st.integers(1, 99))
def test_nobody_is_refused_while_there_is_room(loads: list[Load], limit: int, seed: int) -> None:
    trace = run(loads, limit, seed)
    shared = [one for one in trace.functions if one.reserved is None]
    for tick in range(len(trace.busy)):
        full = sum(one.busy[tick] for one in shared) == trace.unreserved
        for one in trace.functions:
            if one.refused[tick] and not one.by_reason(BY_SCALING):
                assert full if one.reserved is None else one.busy[tick] == one.reserved


def replayed(trace: ConcurrencyTrace) -> None:
    """Feed the pools of an account, request by request, with what was tried: they must agree on every one."""
    account = Account(trace.limit)
    pools = [Pool(account=account, reserved=one.reserved, keep_alive=HOUR, record=False) for one in trace.functions]
    for tick in range(len(trace.busy)):
        time = tick * trace.tick
        for pool, one in zip(pools, trace.functions, strict=True):
            for _ in range(one.started[tick]):
                assert pool.invoke(time, one.load.duration).served
        for pool, one in zip(pools, trace.functions, strict=True):
            for _ in range(one.refused[tick]):
                assert pool.invoke(time, one.load.duration).kind == THROTTLED
        for pool in pools:
            pool.advance(time)
        assert [pool.in_progress for pool in pools] == [one.busy[tick] for one in trace.functions]


@settings(max_examples=25, deadline=None)
@given(LOADS, st.integers(1, 400), st.integers(1, 99))
def test_agrees_with_the_pool(loads: list[Load], limit: int, seed: int) -> None:
    replayed(run(loads, limit, seed, watched=15 * SECOND, warm_up=0))


def test_agrees_with_the_pool_on_the_scaling_rate() -> None:
    load = Load("a", ASYNC, 0, 1500, 3 * SECOND)
    trace = run([load], 20_000, 1, watched=16 * SECOND, warm_up=0)
    assert trace.functions[0].by_reason(BY_SCALING)
    assert not trace.functions[0].by_reason(BY_ACCOUNT)
    replayed(trace)


def test_scaling_gives_a_thousand_at_once_and_a_hundred_a_second() -> None:
    trace = run([Load("a", SYNC, 0, 100_000, 50 * SECOND)], 10**6, 1, warm_up=0)
    busy = trace.functions[0].busy
    assert busy[10 * 4] == 1000
    assert [busy[(10 + seconds) * 4] for seconds in (1, 5, 10)] == [1100, 1500, 2000]


def erlang_b(servers: int, load: float) -> float:
    """Return the share of a Poisson stream that `servers` without a queue turn away."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


@pytest.mark.parametrize(("servers", "rate"), [(4, 3.0), (10, 8.0), (10, 14.0)])
def test_erlang_b(servers: int, rate: float) -> None:
    """Ticks of a hundredth of the duration: few requests share one, so arrivals are nearly a Poisson stream."""
    shares = []
    for seed in range(1, 9):
        load = Load("a", SYNC, rate, rate, SECOND, servers)
        one = run([load], 1000, seed, tick=SECOND // 100, watched=200 * SECOND).functions[0]
        shares.append(one.lost / total(one, "arrived"))
    error = 4 * math.sqrt(sum((share - mean(shares)) ** 2 for share in shares) / len(shares) / len(shares))
    assert error < 0.03
    assert mean(shares) == pytest.approx(erlang_b(servers, rate), abs=error + 0.004)


def test_littles_law() -> None:
    """Rate times duration is the mean concurrency, for each function and in the surge too."""
    for key in ("orders", "images", "jobs"):
        trace = minute(key, 200, 2 * SECOND, reserved=[None] * 3, limit=5000, seed=3)
        for one in trace.functions:
            if one.load.way == POLLED and key == "jobs":
                continue  # its caller brings requests more slowly than they arrive
            steady, surge = one.busy[:40], one.busy[13 * 4 : 30 * 4]
            assert mean(steady) == pytest.approx(one.load.need, rel=0.15)
            assert mean(surge) == pytest.approx(one.load.peak_need, rel=0.15)


def test_reservations_leave_a_hundred() -> None:
    assert accepted([900], 1000) == [900]
    assert accepted([901], 1000) == [None]
    assert accepted([600, 400, 300], 1000) == [600, None, 300]
    assert accepted([0, None, 50], 100) == [0, None, None]


def test_a_reservation_guarantees_and_limits() -> None:
    busy = minute("images", 400, 3 * SECOND, reserved=[None] * 3, limit=1000, seed=1)
    safe = minute("images", 400, 3 * SECOND, reserved=[200, None, None], limit=1000, seed=1)
    tamed = minute("images", 400, 3 * SECOND, reserved=[None, 400, None], limit=1000, seed=1)
    assert busy.functions[0].lost > 1000
    assert safe.functions[0].lost == tamed.functions[0].lost == 0
    assert max(tamed.functions[1].busy) == 400
    assert tamed.functions[1].longest_wait > busy.functions[1].longest_wait


def test_an_asynchronous_reservation_of_none_at_all_discards_without_retries() -> None:
    one = minute("images", 400, 3 * SECOND, reserved=[None, 0, None], limit=1000, seed=1).functions[1]
    assert one.discarded == total(one, "arrived") == total(one, "refused")
    assert not any(one.waiting)


def test_waits_of_a_throttled_event() -> None:
    """One event that meets a full function is tried again 1, 2, 4, 8 and 16 s later."""
    full = [Load("full", SYNC, 100, 100, 50 * SECOND, 0), Load("one", ASYNC, 0, 40, 25 * SECOND, 1)]
    trace = run(full, 1000, 1, warm_up=0).functions[1]
    first = next(tick for tick, count in enumerate(trace.refused) if count)
    assert first == 10 * 4
    # Only one runs at a time: the second starts when the first has ended, at the next of its attempts.
    starts = [tick / 4 - 10 for tick, count in enumerate(trace.started) if count]
    assert starts[0] == 0
    assert starts[1] - 25 <= 6.25
    assert starts[1] >= 25


def test_the_mapping_grows_by_five_a_second_and_backs_off() -> None:
    free = minute("jobs", 400, 2 * SECOND, reserved=[None] * 3, limit=5000, seed=1).functions[2]
    assert not total(free, "refused")
    begin, later = free.busy[12 * 4], free.busy[22 * 4]
    assert later - begin == pytest.approx(50, abs=6)
    assert max(free.busy) <= POLLERS_MOST
    tamed = minute("jobs", 400, 2 * SECOND, reserved=[None, None, 100], limit=5000, seed=1).functions[2]
    tried = [started + refused for started, refused in zip(tamed.started, tamed.refused, strict=True)]
    assert total(tamed, "refused")
    assert max(tried[20 * 4 : 28 * 4]) < max(tried[10 * 4 : 16 * 4]) * 3
    assert POLLERS_LEAST == 5


def test_a_message_is_back_in_the_queue_after_its_visibility_timeout() -> None:
    """With nothing allowed to run, what is waiting never falls and the oldest has waited the whole minute."""
    one = minute("jobs", 100, 2 * SECOND, reserved=[None, None, 0], limit=1000, seed=1).functions[2]
    assert list(one.waiting) == sorted(one.waiting)
    assert one.left == total(one, "arrived")
    assert one.longest_wait > VISIBILITY


def test_streams_are_separate() -> None:
    one = minute("images", 400, 3 * SECOND, reserved=[None] * 3, limit=1000, seed=7)
    other = minute("images", 400, SECOND, reserved=[100, 0, None], limit=300, seed=7)
    assert [f.arrived for f in one.functions] == [f.arrived for f in other.functions]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "429で失われ"),
        ({"orders": "150"}, "失われた呼び出しは1件もありません"),
        ({"images": "0"}, "一度も試されずに破棄"),
        ({"rate": 50, "duration": 0.5}, "断られた呼び出しは1件もありません"),
        ({"orders": "900", "images": "200"}, "拒否されました"),
        ({"limit": 5000, "rate": 1500}, "増やす速さ"),
        ({"who": "jobs", "duration": 2.0}, "あふれた分はキューで待ちました"),
    ],
)
def test_words(parameters: dict[str, object], said: str) -> None:
    explanation = Concurrency.frame(parameters)["explanation"]
    assert said in explanation["point"] + explanation["why"]
    assert explanation["point"].count("。") == 1
