"""Waiting for an answer from outside: the moments in closed form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.explorers import ActivityAndCallback
from kumo.step_functions.model import activity_and_callback as model

# Odd limits never fall together with messages, which come at multiples of five seconds.
SETTINGS = st.fixed_dictionaries(
    {
        "pattern": st.sampled_from([model.ACTIVITY, model.CALLBACK]),
        "work": st.integers(2, 24).map(lambda n: 5 * n),
        "interval": st.integers(0, 6).map(lambda n: 5 * n),
        "silent_after": st.integers(0, 20).map(lambda n: 5 * n),
        "heartbeat": st.sampled_from([0, 3, 7, 11, 17, 33, 59]),
        "timeout": st.sampled_from([0, 9, 31, 52, 98, 149]),
    }
)
FOREVER = float("inf")


def expected(setting: dict[str, Any]) -> tuple[str | None, float | None]:
    """Return error and moment of leaving by walking through the messages one by one."""
    token = 0.0 if setting["pattern"] == model.ACTIVITY else 0.1
    work, interval = setting["work"], setting["interval"]
    beats = range(interval, work, interval) if interval else ()
    news = [time for time in (*beats, work) if time < (setting["silent_after"] or FOREVER)]
    limit, allowed = setting["timeout"] or FOREVER, setting["heartbeat"] or FOREVER
    last = token
    for time in news:
        if token + time > min(last + allowed, limit):
            break
        if time == work:
            return None, token + work
        last = token + time
    due = last + allowed
    if min(due, limit) == FOREVER:
        return None, None
    return ("States.Timeout", limit) if limit <= due else ("States.HeartbeatTimeout", due)


@given(SETTINGS)
def test_the_state_is_left_when_the_messages_say_so(setting: dict[str, Any]) -> None:
    trace = model.run(**setting)
    error, left = expected(setting)
    assert trace.error == error
    assert trace.left == (None if left is None else pytest.approx(left))


@given(SETTINGS)
def test_messages_come_in_order_and_while_the_state_waits(setting: dict[str, Any]) -> None:
    trace = model.run(**setting)
    assert list(trace.beats) == sorted(trace.beats)
    assert all(trace.token < beat <= trace.worked_until for beat in trace.beats)
    assert all(trace.left is None or beat < trace.left for beat in trace.beats)
    assert (trace.report is None) == (0 < setting["silent_after"] <= setting["work"])
    assert trace.left is not None or not (setting["heartbeat"] or setting["timeout"])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({}, "最後の知らせは20.0秒"),
        ({"silent": 0}, "時計が戻ります"),
        ({"heartbeat": 0}, "TimeoutSecondsの100秒は延びません"),
        ({"heartbeat": 0, "timeout": 0}, "1年まで終わりません"),
        ({"silent": 0, "timeout": 50}, "もう使われません"),
    ],
)
def test_the_explanation(change: dict[str, Any], text: str) -> None:
    assert text in ActivityAndCallback.frame(change, ["narrow"])["explanation"]["why"]


@pytest.mark.parametrize(
    "change",
    [{"pattern": model.CALLBACK}, {"work": 20}, {"interval": 5}, {"silent": 40}, {"heartbeat": 20}, {"timeout": 30}],
)
def test_every_parameter_matters(change: dict[str, Any]) -> None:
    assert ActivityAndCallback(**change).simulate() != ActivityAndCallback().simulate()
