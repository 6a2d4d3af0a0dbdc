"""Standard or Express: prices in closed form, limits of the ledger, and what each promises about payments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.step_functions.explorers import StandardOrExpress
from kumo.step_functions.model import standard_or_express as model
from kumo.step_functions.model.standard_or_express import Load, compare
from kumo.step_functions.words import standard_or_express as words

LOADS = st.builds(
    Load,
    st.sampled_from([0.001, 1.0, 100.0, 50_000.0]),
    st.sampled_from([0.5, 5.0, 290.0, 600.0]),
    st.integers(1, 50),
    st.integers(64, 1024),
    st.sampled_from([model.REQUEST, model.JOB, model.CALLBACK, model.ACTIVITY]),
)


def test_prices_of_a_million_executions() -> None:
    """25 USD for a million transitions; 1 USD and 64 MB for 5 s, at 0.00001667 USD a GB and second."""
    load = Load(1e6 / model.MONTH, 5, 1, 64, model.REQUEST)
    assert model.standard_price(load) == pytest.approx(25)
    assert model.express_price(load) == pytest.approx(1 + 1e6 * 5 * 0.0625 * 0.00001667)
    more = Load(1e6 / model.MONTH, 5.01, 1, 65, model.REQUEST)
    assert model.express_price(more) == pytest.approx(1 + 1e6 * 5.1 * 0.125 * 0.00001667)


def test_large_volumes_cost_less_by_the_gigabyte_hour() -> None:
    """The bill of a third party that reads AWS's price list: 29,687.5 GB hours make 60.01 + 119.95 + 405.27 USD."""
    hours = 29_687.5
    load = Load(hours * 3600 / (100 * 0.0625) / model.MONTH, 100, 1, 64, model.REQUEST)
    assert model.express_price(load) - load.rate * model.MONTH / 1e6 == pytest.approx(60.01 + 119.95 + 405.27, abs=0.02)


@given(LOADS, st.floats(1, 3))
def test_more_use_never_costs_less_and_never_more_in_proportion(load: Load, factor: float) -> None:
    more = model.express_price(replace(load, rate=load.rate * factor))
    price = model.express_price(load)
    assert price * (1 - 1e-9) <= more <= price * factor * (1 + 1e-9)


@given(
    LOADS, st.sampled_from([model.ASYNCHRONOUS, model.SYNCHRONOUS]), st.floats(0, 1), st.booleans(), st.integers(1, 99)
)
def test_every_kind_keeps_its_promise(load: Load, express: str, share: float, idempotent: bool, seed: int) -> None:  # noqa: FBT001 -- drawn
    trace = compare(load, express=express, interrupted=share, idempotent=idempotent, seed=seed)
    assert set(trace.standard.payments) == {1}, "exactly once"
    for stop, count in zip(trace.interruptions, trace.express.payments, strict=True):
        assert count >= 1 or express == model.SYNCHRONOUS, "at least once"
        assert count <= 1 or express == model.ASYNCHRONOUS, "at most once"
        assert count == 1 or stop is not None
        assert count != 2 or not idempotent
    assert len(words.table(trace).rows) == 7


def test_without_interruptions_everybody_pays_once() -> None:
    trace = StandardOrExpress(interrupted=0).simulate()
    assert set(trace.express.payments) == {1}
    assert not any(trace.interruptions)


def test_half_of_the_interrupted_pay_twice() -> None:
    """The payment stands in the middle: an interruption comes after it in half of the cases."""
    twice, stopped = 0, 0
    for seed in range(1, 100):
        trace = compare(
            Load(1, 1, 1, 64, model.REQUEST), express=model.ASYNCHRONOUS, interrupted=0.5, idempotent=False, seed=seed
        )
        stopped += sum(stop is not None for stop in trace.interruptions)
        twice += trace.express.payments.count(2)
    assert stopped == pytest.approx(99 * model.SAMPLE * 0.5, rel=0.05)
    assert twice == pytest.approx(stopped / 2, rel=0.08)


def test_more_interruptions_only_add_to_the_others() -> None:
    few, many = (StandardOrExpress(interrupted=share).simulate().interruptions for share in (10, 50))
    assert all(one is None or one == other for one, other in zip(few, many, strict=True))


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        ({}, (True, True)),
        ({"duration": "600"}, (True, False)),
        ({"duration": "290"}, (True, True)),
        ({"pattern": "job"}, (True, False)),
        ({"pattern": "callback"}, (True, False)),
        ({"pattern": "activity"}, (True, False)),
        ({"rate": "50000"}, (False, True)),
        ({"rate": "1000", "transitions": 10}, (False, True)),
        ({"rate": "50000", "duration": "600"}, (False, False)),
    ],
)
def test_which_kind_fits(chosen: dict[str, Any], fits: tuple[bool, bool]) -> None:
    trace = StandardOrExpress(**chosen).simulate()
    assert (trace.standard.fits, trace.express.fits) == fits


@pytest.mark.parametrize(
    "change",
    [
        {"rate": "1"},
        {"duration": "60"},
        {"transitions": 5},
        {"memory": 128},
        {"pattern": "job"},
        {"express": "sync"},
        {"interrupted": 50},
        {"idempotent": True},
        {"seed": 2},
    ],
)
def test_every_parameter_matters(change: dict[str, Any]) -> None:
    assert StandardOrExpress(**change).simulate() != StandardOrExpress().simulate()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "二重に払いました"),
        ({"idempotent": True}, "冪等なので"),
        ({"express": "sync", "interrupted": 50}, "払わずに終わりました"),
        ({"interrupted": 0}, "1回ずつ払いました"),
        ({"duration": "600"}, "Express(非同期)の1件の時間"),
    ],
)
def test_the_explanation(chosen: dict[str, Any], expected: str) -> None:
    assert expected in StandardOrExpress.frame(chosen, ["narrow"])["explanation"]["why"]
