"""Database connections against Erlang's formulas, the pool of environments, and what must hold on every trace."""

from __future__ import annotations

from itertools import pairwise, repeat
from math import factorial
from typing import TYPE_CHECKING

import pytest
from botocore.session import get_session
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda import arrivals, simulate
from kumo.aws_lambda.explorers import DatabaseConnections
from kumo.aws_lambda.model.database_connections import (
    OK,
    REFUSED,
    START,
    THROTTLED,
    TIMED_OUT,
    ConnectionTrace,
    Setup,
    Work,
    burst,
    compare,
    run,
    works,
)
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

setups = st.builds(
    Setup,
    limit=st.integers(1, 60),
    proxy=st.booleans(),
    share=st.integers(1, 20).map(lambda part: part / 20),
    borrow_timeout=st.sampled_from([0, MILLISECOND, SECOND // 2, 3 * SECOND, 120 * SECOND]),
    pinned=st.sampled_from([0.0, 0.0, 0.3, 1.0]),
    reserved=st.sampled_from([None, None, 1, 8, 30]),
    cold_start=st.sampled_from([0, SECOND]),
)


def integral(trace: ConnectionTrace, name: str) -> int:
    """Return the area under a number over time, in microseconds, up to the last change."""
    return sum((after.time - before.time) * getattr(before, name) for before, after in pairwise(trace.levels))


@given(setups, st.integers(1, 1000), st.integers(5, 80))
@settings(deadline=None, max_examples=120)
def test_what_holds_on_every_trace(setup: Setup, seed: int, rate: int) -> None:
    times, work = burst(rate, seed), Work(40 * MILLISECOND, 200 * MILLISECOND, 60 * MILLISECOND)
    trace = run(setup, times, repeat(work), seed=seed)
    fates = trace.fates
    # Nothing disappears, and each way has its own error.
    assert fates.total() == len(times)
    assert sorted(request.time for request in trace.requests) == times
    assert fates[TIMED_OUT if not setup.proxy else REFUSED] == 0
    assert setup.reserved is not None or fates[THROTTLED] == 0
    # Limits.
    assert [level.time for level in trace.levels] == sorted({level.time for level in trace.levels})
    for level in trace.levels:
        assert 0 <= level.busy <= level.connections <= setup.most <= setup.limit
        assert level.waiting >= 0
        assert setup.reserved is None or level.environments <= setup.reserved
        if level.waiting:
            assert level.connections == setup.most, "nobody waits while another connection could be opened"
            assert setup.pinned or level.busy == level.connections, "or while one is free"
    assert trace.levels[-1].busy == trace.levels[-1].waiting == 0, "all work is done in the end"
    # Little's law, exactly: the time that was spent is the time that was measured.
    assert integral(trace, "busy") == fates[OK] * work.query
    assert integral(trace, "waiting") == sum(request.waited for request in trace.requests)
    if not setup.pinned:
        # First come, first served: in the order in which they asked, the transactions also began.
        began = [(one.end - work.after - work.query, one.waited) for one in trace.requests if one.fate == OK]
        by_asking = sorted((start - waited, start) for start, waited in began)
        assert [start for _, start in by_asking] == sorted(start for start, _ in began)
    for request in trace.requests:
        assert request.waited <= setup.borrow_timeout
        start = setup.cold_start if request.cold else 0
        if request.fate == OK:
            assert request.end - request.time == start + sum(work) + request.waited
        elif request.fate == TIMED_OUT:
            assert request.waited == setup.borrow_timeout
            assert request.end - request.time == start + work.before + setup.borrow_timeout
        else:
            assert request.end - request.time == (start if request.fate == REFUSED else 0)


@given(setups, st.integers(1, 1000))
@settings(deadline=None, max_examples=40)
def test_connections_once_open_stay_open(setup: Setup, seed: int) -> None:
    trace = run(setup, burst(40, seed), works(SECOND // 2, 0.3, seed), seed=seed)
    counts = [level.connections for level in trace.levels]
    assert counts == sorted(counts)
    if not setup.proxy:
        # One for each environment that was let in; at the end no other environment is left.
        assert trace.levels[-1].connections == trace.levels[-1].environments
    assert trace.pinned <= (setup.most if setup.proxy else 0)


def offered(rate: float, mean: int, seconds: int, seed: int) -> tuple[list[int], Iterator[Work]]:
    times = list(arrivals.poisson(rate, seconds * SECOND, seed))
    return times, (Work(0, length, 0) for length in arrivals.exponential(mean, seed))


def erlang_b(load: float, servers: int) -> float:
    terms = [load**k / factorial(k) for k in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(load: float, servers: int) -> float:
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


@pytest.mark.parametrize(("rate", "servers"), [(8.0, 10), (4.0, 5), (0.8, 1)])
def test_waiting_at_the_proxy_is_erlang_c(rate: float, servers: int) -> None:
    """M/M/c: Poisson arrivals, exponential transactions, environments without end, patience without end."""
    times, work = offered(rate, SECOND, 6_000 if rate > 1 else 40_000, seed=7)
    setup = Setup(servers, proxy=True, borrow_timeout=10**12, cold_start=0)
    trace = run(setup, times, work, seed=1)
    waits = [request.waited for request in trace.requests]
    probability = erlang_c(rate, servers)
    assert sum(map(bool, waits)) / len(waits) == pytest.approx(probability, rel=0.06)
    mean = probability / (servers - rate)
    assert sum(waits) / len(waits) / SECOND == pytest.approx(mean, rel=0.12)
    assert trace.fates[OK] == len(times)


@pytest.mark.parametrize(("rate", "servers", "exponential"), [(8.0, 10, True), (4.0, 5, True), (8.0, 10, False)])
def test_errors_without_patience_are_erlang_b(rate: float, servers: int, exponential: bool) -> None:  # noqa: FBT001 -- a test case
    """M/G/c/c: who finds all connections lent out fails at once; only the mean of the transactions matters."""
    times, work = offered(rate, SECOND, 6_000, seed=3)
    if not exponential:
        work = repeat(Work(0, SECOND, 0))
    trace = run(Setup(servers, proxy=True, borrow_timeout=0, cold_start=0), times, work, seed=1)
    assert trace.fates[TIMED_OUT] / len(times) == pytest.approx(erlang_b(rate, servers), rel=0.05)


@pytest.mark.parametrize("proxy", [False, True])
@pytest.mark.parametrize("seed", range(1, 6))
def test_the_environments_are_those_of_the_pool(proxy: bool, seed: int) -> None:  # noqa: FBT001 -- a test case
    """Where no connection is short, the function is the one that `kumo.aws_lambda.simulate` knows."""
    times = burst(60, seed)
    lengths = [sum(work) for work, _ in zip(works(SECOND, 0.4, seed), times, strict=False)]
    pool = simulate(times, lengths, start=START)
    trace = run(Setup(10_000, proxy), times, works(SECOND, 0.4, seed), seed=seed)
    assert trace.environments == len(pool.environments)
    assert sum(request.cold for request in trace.requests) == pool.counts["cold"]
    assert sorted(request.end for request in trace.requests) == sorted(one.end for one in pool.invocations)
    if not proxy:
        assert trace.connections == trace.environments


def test_all_pinned_is_as_many_connections_as_without_a_proxy() -> None:
    both = compare(Setup(10_000, pinned=1.0), 40, SECOND, 0.3, seed=2)
    assert both.proxied.connections == both.direct.connections == both.proxied.pinned
    loose = compare(Setup(10_000), 40, SECOND, 0.3, seed=2)
    assert loose.proxied.connections < loose.direct.connections
    assert loose.proxied.connections == loose.proxied.most_busy, "no more than are needed"


def test_the_longer_they_wait_the_fewer_fail() -> None:
    """With the same load and order; the proxy's own limit is what is short."""
    failed = [
        len(compare(Setup(40, share=0.2, borrow_timeout=seconds * SECOND), 40, SECOND, 0.3, seed=1).proxied.failed)
        for seconds in (0, 1, 5, 120)
    ]
    assert failed == sorted(failed, reverse=True)
    assert failed[0] > failed[-1] == 0


def test_defaults_are_those_of_the_api() -> None:
    """The service model that AWS ships with its SDK names the same defaults as the ledger."""
    pool = get_session().get_service_model("rds").shape_for("ConnectionPoolConfiguration").members
    borrow, percent = pool["ConnectionBorrowTimeout"].documentation, pool["MaxConnectionsPercent"].documentation
    assert f"Default: <code>{facts.value('aws_lambda.proxy-borrow-timeout')}</code>" in borrow
    assert f"<code>{facts.value('aws_lambda.proxy-connections')}</code> for all other engines" in percent
    assert "Must be between 0 and 300" in borrow
    assert DatabaseConnections.declared["borrow"].high == 300


def test_the_default_makes_its_point() -> None:
    both = DatabaseConnections().simulate()
    assert both.direct.failed
    assert both.direct.connections == both.direct.setup.limit
    assert not both.proxied.failed
    assert both.proxied.connections < both.proxied.setup.limit
    pinned = DatabaseConnections(pinned=100, borrow=5).simulate()
    assert pinned.proxied.failed, "pinning takes back what the proxy gives"
