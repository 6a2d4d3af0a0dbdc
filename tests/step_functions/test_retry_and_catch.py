"""Retries of many executions: closed forms, and the interpreter as a second implementation."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.explorers import RetryAndCatch
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.model.retry import FULL, NONE, Retrier, expected_attempts, success_probability
from kumo.step_functions.model.retry_and_catch import LARGEST, peak, simulate

SETTINGS = st.fixed_dictionaries(
    {
        "failure": st.sampled_from([0, 20, 50, 90, 100]),
        "attempts": st.integers(0, 8),
        "interval": st.integers(1, 10),
        "rate": st.sampled_from([1.0, 1.5, 3.0]),
        "longest": st.sampled_from(["none", "12", "60"]),
        "jitter": st.sampled_from([NONE, FULL]),
        "count": st.sampled_from([10, 60]),
        "seed": st.integers(1, 99),
    }
)


@given(SETTINGS)
def test_attempts_follow_one_another_as_planned(setting: dict[str, Any]) -> None:
    trace = RetryAndCatch(**setting).simulate()
    for run in trace.runs:
        assert run.tries[0].start == 0
        assert len(run.tries) <= trace.retrier.attempts + 1
        assert all(attempt.failed for attempt in run.tries[:-1])
        assert run.succeeded or len(run.tries) == trace.retrier.attempts + 1
        for number, (before, after) in enumerate(zip(run.tries, run.tries[1:], strict=False), 1):
            assert before.wait is not None
            assert after.start == pytest.approx(before.end + before.wait)
            planned = trace.retrier.delay(number)
            assert 0 <= before.wait <= planned
            assert trace.retrier.jitter == FULL or before.wait == planned
    assert trace.reached(LARGEST) == trace.succeeded


@given(st.integers(0, 5), st.integers(0, 4), st.sampled_from([1.0, 2.0, 2.5]), st.integers(1, 9))
def test_the_interpreter_takes_the_same_time(failures: int, attempts: int, rate: float, interval: int) -> None:
    entry = {"ErrorEquals": ["X"], "MaxAttempts": attempts, "BackoffRate": rate, "IntervalSeconds": interval}
    resource = "arn:aws:lambda:us-east-1:123456789012:function:f"
    machine = {
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Resource": resource, "Retry": [entry], "End": True}},
    }
    run = execute(machine, {}, World({"f": Task(failures=failures, error="X")}))
    retrier = Retrier(("X",), interval, attempts, rate)
    tries = min(failures, attempts) + 1
    assert run.duration / 1000 == pytest.approx(tries + sum(retrier.delay(n) for n in range(1, tries)))
    assert (run.error is None) == (failures <= attempts)


@pytest.mark.parametrize("failure_rate", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("attempts", [0, 1, 3])
def test_the_share_that_succeeds_is_the_closed_form(failure_rate: float, attempts: int) -> None:
    """Within four standard deviations of 20,000 executions."""
    count = 20_000
    trace = simulate(Retrier(("X",), 1, attempts), failure_rate, 1, count, catch=False, seed=1)
    expected = success_probability(failure_rate, attempts)
    deviation = math.sqrt(expected * (1 - expected) / count)
    assert trace.succeeded / count == pytest.approx(expected, abs=4 * deviation)
    assert trace.calls / count == pytest.approx(expected_attempts(failure_rate, attempts), rel=0.02)


def test_probability_in_closed_form() -> None:
    assert success_probability(0.5, 3) == 1 - 1 / 16
    assert success_probability(0, 0) == 1
    assert success_probability(1, 8) == 0
    assert expected_attempts(0.5, 2) == 1 + 0.5 + 0.25


def test_the_example_of_the_developer_guide() -> None:
    """IntervalSeconds 3, BackoffRate 2, MaxDelaySeconds 5 waits 3 and then 5 s; without the bound 3, 6, 12 s."""
    assert [Retrier(("X",), 3, 2, 2, 5).delay(n) for n in (1, 2)] == [3, 5]
    assert [Retrier(("X",), 3, 3, 2).delay(n) for n in (1, 2, 3)] == [3, 6, 12]
    assert Retrier(("X",), 1, 9, 10.0).delay(10**6) == math.inf


def slow_peak(starts: list[float]) -> int:
    return max((sum(first <= start < first + 1 for start in starts) for first in starts), default=0)


@given(SETTINGS)
def test_peak_counts_calls_in_any_second(setting: dict[str, Any]) -> None:
    trace = RetryAndCatch(**setting).simulate()
    starts = [attempt.start for run in trace.runs for attempt in run.tries[1:]]
    # Differences of floats decide at exact distances of a second; those are left to either.
    assert trace.peak == pytest.approx(slow_peak(starts), abs=0 if trace.retrier.jitter == FULL else 2)
    assert peak(trace.runs) == trace.peak


def test_jitter_spreads_the_calls_and_nothing_else_changes() -> None:
    plain, spread = RetryAndCatch().simulate(), RetryAndCatch(jitter=FULL).simulate()
    assert plain.succeeded == spread.succeeded
    assert (plain.other_peak, spread.other_peak) == (spread.peak, plain.peak)
    assert spread.peak < plain.peak


def test_more_retries_leave_the_first_attempts_as_they_were() -> None:
    few, many = RetryAndCatch(attempts=1).simulate(), RetryAndCatch(attempts=6).simulate()
    assert few.reached(2) == many.reached(2)
    assert all(one.tries[0] == other.tries[0] for one, other in zip(few.runs, many.runs, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"failure": 10},
        {"attempts": 1},
        {"interval": 5},
        {"rate": 1.0},
        {"longest": "12", "attempts": 5},
        {"jitter": FULL},
        {"catch": False},
        {"duration": 3.0},
        {"count": 20},
        {"seed": 2},
    ],
)
def test_every_parameter_matters(change: dict[str, Any]) -> None:
    base = {"attempts": 5} if "longest" in change else {}
    assert RetryAndCatch(**change).simulate() != RetryAndCatch(**base).simulate()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"attempts": 0}, "再試行をしないので"),
        ({}, "ずらす場合は"),
        ({"count": 10, "failure": 0}, "最後の実行が終わったのは"),
        ({"failure": 100, "attempts": 1, "interval": 1, "count": 10, "jitter": FULL, "catch": False}, "件"),
    ],
)
def test_the_explanation(change: dict[str, Any], expected: str) -> None:
    assert expected in RetryAndCatch.frame(change, ["narrow"])["explanation"]["why"]
