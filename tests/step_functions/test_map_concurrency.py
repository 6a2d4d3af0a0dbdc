"""Items side by side: a scheduler of its own as oracle, and what failures do in either mode."""

from __future__ import annotations

import heapq
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.streams import stream
from kumo.step_functions.explorers import MapConcurrency
from kumo.step_functions.model import history
from kumo.step_functions.model import map_concurrency as model

SETTINGS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from([model.INLINE, model.DISTRIBUTED]),
        "items": st.integers(1, 50),
        "concurrency": st.integers(0, 50),
        "broken": st.integers(0, 10),
        "tolerated": st.sampled_from([0, 5, 20, 100]),
        "caught": st.booleans(),
        "seed": st.integers(1, 99),
    }
)


def allowed(setting: dict[str, Any]) -> int:
    wanted = setting["concurrency"] or 10_000
    return min(wanted, 40) if setting["mode"] == model.INLINE else wanted


@given(SETTINGS)
def test_items_start_as_soon_as_a_slot_is_free(setting: dict[str, Any]) -> None:
    """The oracle keeps the moments at which slots become free, and gives each item the earliest."""
    setting |= {"broken": 0}
    trace = MapConcurrency(**setting).simulate()
    chance = stream(setting["seed"], "durations")
    free = [0.0] * allowed(setting)
    for one in trace.iterations:
        start = heapq.heappop(free)
        lasting = chance.randrange(10, 41) / 10
        assert one.start == pytest.approx(start)
        assert one.end == pytest.approx(start + lasting)
        heapq.heappush(free, one.end)
    assert trace.execution.output == list(range(setting["items"])), "in the order of the items"
    assert trace.duration == pytest.approx(max(one.end for one in trace.iterations))


@given(SETTINGS)
def test_slots_hold_one_item_at_a_time(setting: dict[str, Any]) -> None:
    trace = MapConcurrency(**setting).simulate()
    assert trace.most <= allowed(setting)
    assert [one.index for one in trace.iterations] == list(range(setting["items"]))
    for one, other in combinations([one for one in trace.iterations if one.slot is not None], 2):
        assert one.slot != other.slot or one.end <= other.start or other.end <= one.start
    starts = [one.start for one in trace.iterations if one.slot is not None]
    assert all(before <= after for before, after in pairwise(starts)), "begun in the order of the items"


@given(SETTINGS)
def test_which_failures_are_borne(setting: dict[str, Any]) -> None:
    trace = MapConcurrency(**setting).simulate()
    broken = min(setting["broken"], setting["items"])
    share = 100 * broken / setting["items"]
    if setting["caught"] or not broken:
        assert trace.execution.status == history.SUCCEEDED
        assert trace.count(model.RESCUED) == broken
        assert len(trace.execution.output) == setting["items"]
    elif setting["mode"] == model.INLINE:
        assert trace.execution.error == "BrokenItem"
        assert trace.count(model.FAILED) == 1
    elif share > setting["tolerated"]:
        assert trace.execution.error == "States.ExceedToleratedFailureThreshold"
    else:
        assert len(trace.execution.output) == setting["items"] - broken
        assert trace.count(model.FAILED) == broken


@pytest.mark.parametrize(
    "change",
    [
        {"mode": model.DISTRIBUTED},
        {"items": 10},
        {"concurrency": 10},
        {"broken": 1},
        {"tolerated": 0, "mode": model.DISTRIBUTED, "broken": 2},
        {"caught": True, "broken": 1},
        {"seed": 2},
    ],
)
def test_every_parameter_matters(change: dict[str, Any]) -> None:
    base = {name: value for name, value in change.items() if name in {"mode", "broken"} and len(change) > 1}
    assert MapConcurrency(**change).simulate() != MapConcurrency(**base).simulate()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "要素の順に並びます"),
        ({"items": 50, "concurrency": 0}, "同時に進むのは40個まで"),
        ({"broken": 1}, "1個の失敗がMap全体の失敗"),
        ({"broken": 2, "caught": True}, "反復の中で受け止めた"),
        ({"broken": 2, "mode": model.DISTRIBUTED}, "許した10%の中"),
        ({"broken": 5, "mode": model.DISTRIBUTED}, "許した10%を超えました"),
    ],
)
def test_the_explanation(chosen: dict[str, Any], expected: str) -> None:
    assert expected in MapConcurrency.frame(chosen, ["narrow"])["explanation"]["why"]
