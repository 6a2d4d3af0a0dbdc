"""Memory tuning against its closed form, a plain search, and the worked price of AWS's pricing page."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import MemoryTuning
from kumo.aws_lambda.model.memory_tuning import (
    LEAST,
    MOST,
    ONE_VCPU,
    SAME_COST,
    TuningTrace,
    Work,
    at,
    billed_settings,
    cost,
    tune,
)
from kumo.aws_lambda.model.units import MILLISECOND, SECOND

LONG = 900 * SECOND
memories = st.integers(LEAST, MOST)
works = st.builds(
    Work,
    computing=st.integers(0, 10_000).map(MILLISECOND.__mul__),
    waiting=st.integers(0, 10_000).map(MILLISECOND.__mul__),
    threads=st.integers(1, 6),
    needed=st.integers(LEAST, 4096),
    timeout=st.integers(1, 900).map(SECOND.__mul__),
)


@given(works, memories)
@settings(deadline=None)
def test_closed_form_of_the_duration(work: Work, memory: int) -> None:
    share = min(work.threads, memory / 1769)
    setting = at(work, memory)
    assert isclose(setting.duration, work.waiting + work.computing / share, abs_tol=1)
    assert setting.finished == (setting.duration <= work.timeout)
    billed = min(setting.duration, work.timeout)
    assert setting.billed * MILLISECOND - MILLISECOND < billed <= setting.billed * MILLISECOND


@given(works, memories)
@settings(deadline=None)
def test_closed_form_of_the_cost(work: Work, memory: int) -> None:
    """Below k vCPUs m W + C v, from there on m (W + C / k), and a millisecond of rounding at most."""
    setting = at(work, memory)
    assume(setting.finished)
    waiting, computing = work.waiting / SECOND, work.computing / SECOND
    gb_seconds = max(memory * waiting + computing * ONE_VCPU, memory * (waiting + computing / work.threads)) / 1024
    exact = 0.2 + 16.6667 * gb_seconds
    assert exact - 1e-3 <= setting.cost <= exact + memory / 1024 * 0.001 * 16.6667 + 1e-3


@given(works, memories)
@settings(max_examples=25, deadline=None)
def test_the_best_settings_are_those_of_a_plain_search(work: Work, memory: int) -> None:
    trace = tune(work, memory)
    every = [setting for size in range(work.needed, MOST + 1) if (setting := at(work, size)).finished]
    if not every:
        assert trace.cheapest is trace.fastest is trace.same_cost_up_to is None
        return
    assert trace.cheapest == min(every, key=lambda setting: (setting.memory * setting.billed, setting.memory))
    least = min(setting.duration for setting in every)
    assert trace.fastest is not None
    assert trace.fastest.duration == least
    enough = work.threads * ONE_VCPU if work.computing else LEAST
    assert trace.fastest.memory == max(work.needed, min(MOST, enough))
    dear = [
        s.memory
        for s in every
        if s.memory * s.billed <= trace.cheapest.memory * trace.cheapest.billed * (1 + SAME_COST)
    ]
    assert trace.same_cost_up_to == max(dear)


@given(works)
@settings(max_examples=25, deadline=None)
def test_the_fast_scan_bills_what_a_single_run_is_billed(work: Work) -> None:
    every = [(size, setting.billed) for size in range(work.needed, MOST + 1) if (setting := at(work, size)).finished]
    assert billed_settings(work) == every


@given(st.integers(100, 10_000), st.integers(1, 6), st.integers(LEAST, 1769))
@settings(max_examples=30, deadline=None)
def test_who_only_computes_pays_the_same_up_to_the_last_useful_vcpu(computing: int, threads: int, needed: int) -> None:
    work = Work(computing * MILLISECOND, 0, threads, needed, LONG)
    costs = [at(work, size).cost for size in range(needed, min(MOST, threads * ONE_VCPU) + 1, 97)]
    # A millisecond more on the shortest run is all that rounding can add.
    assert max(costs) / min(costs) <= 1 + threads / computing * 1.01 + 1e-6
    assert at(work, MOST).cost >= min(costs)


@given(st.integers(1, 10_000), st.integers(1, 10_000))
@settings(max_examples=30, deadline=None)
def test_who_waits_pays_least_with_least_memory(computing: int, waiting: int) -> None:
    """Exactly so before rounding; rounding to a millisecond moves it by less than a millisecond's price."""
    work = Work(computing * MILLISECOND, waiting * MILLISECOND, 1, LEAST, LONG)
    trace = tune(work, LEAST)
    assert trace.cheapest is not None
    assert trace.chosen is not None
    saved = trace.chosen.memory * trace.chosen.billed - trace.cheapest.memory * trace.cheapest.billed
    assert 0 <= saved <= trace.chosen.memory


def test_price_of_the_pricing_page() -> None:
    """3 million requests of 120 ms with 1,536 MB: 540,000 GB-s and 0.60 $, before the free tier."""
    assert isclose(3 * cost(1536, 120), 540_000 * 0.0000166667 + 0.6, rel_tol=1e-9)


def test_twice_the_memory_half_the_time() -> None:
    work = Work(2 * SECOND, 0, 1, LEAST, LONG)
    assert at(work, 1769).duration == 2 * SECOND
    assert at(work, 3538).duration == 2 * SECOND, "one thread cannot use a second vCPU"
    assert at(Work(2 * SECOND, 0, 2, LEAST, LONG), 3538).duration == SECOND
    assert isclose(at(work, 256).duration * 2, at(work, 128).duration, rel_tol=1e-6)


def trace_of(**parameters: int) -> TuningTrace:
    return MemoryTuning(**parameters).simulate()


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"memory": 128, "needed": 256}, "異常終了"),
        ({"memory": 128, "computing": 10_000}, "タイムアウトで打ち切られます"),
        ({"computing": 0}, "料金だけが増えます"),
        ({"waiting": 10_000, "timeout": 5}, "どのメモリでも5秒以内に終わりません"),
        ({"memory": 10_240}, "1,769 MB)までで"),
        ({"memory": 1000, "waiting": 0}, "同じ料金で速くなります"),
        ({"memory": 128}, "小さい設定ほど安くなります"),
        ({"memory": 1769}, "これより速くはなりません"),
        ({"memory": 512}, "倍速くなり"),
        ({"memory": 4096, "needed": 4096}, "最安の設定が最速でもあります"),
    ],
)
def test_explanations(parameters: dict[str, int], told: str) -> None:
    explanation = MemoryTuning(**parameters).frame(parameters)["explanation"]
    assert told in explanation["point"] + explanation["why"]
