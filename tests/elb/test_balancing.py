"""Balancing against queueing theory, a second slow queue, and what no algorithm may do."""

from __future__ import annotations

import math
from collections import Counter
from heapq import heapify, heapreplace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.core.streams import stream
from kumo.elb.explorers import Balancing
from kumo.elb.model import policies
from kumo.elb.model.balancing import (
    DURATION,
    FAILING,
    FAILURE,
    FLOW,
    GROUPS,
    LEAST,
    NONE,
    POLICIES,
    RANDOM,
    ROUND_ROBIN,
    SECOND,
    SERVICE,
    SLOW,
    SLOWNESS,
    TARGETS,
    Arrival,
    Run,
    arrivals,
    compare,
    serve,
    strategy,
)
from kumo.elb.words import balancing as words

ARRIVALS = st.lists(
    st.builds(Arrival, st.integers(0, 5 * SECOND), st.integers(0, 9), st.integers(1, 2 * SECOND)), max_size=60
).map(sorted)
RUNS = st.tuples(
    ARRIVALS,
    st.sampled_from(POLICIES),
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from([NONE, SLOW, FAILING]),
    st.integers(1, 99),
)


def run_of(case: tuple[Any, ...]) -> Run:
    coming, name, targets, workers, trouble, seed = case
    targets = max(targets, 2) if name == GROUPS else targets
    return serve(coming, strategy(name, targets, 30, seed), targets, workers, trouble)


@given(RUNS)
def test_no_request_is_lost_or_doubled(case: tuple[Any, ...]) -> None:
    run = run_of(case)
    assert [request.time for request in run.served] == [arrival.time for arrival in case[0]]
    assert sum(run.counts) == len(case[0])
    for request, arrival in zip(run.served, case[0], strict=True):
        last = request.target == run.targets - 1
        work = {NONE: arrival.work, SLOW: arrival.work * SLOWNESS, FAILING: FAILURE}[case[4]] if last else arrival.work
        assert request.time <= request.start
        assert request.end - request.start == work
        assert request.failed == (last and case[4] == FAILING)


@given(RUNS)
def test_agrees_with_a_queue_of_free_workers(case: tuple[Any, ...]) -> None:
    """Kiefer and Wolfowitz: at each target the next request starts when the first worker is free."""
    run, workers = run_of(case), case[3]
    free: list[list[int]] = [[0] * workers for _ in range(run.targets)]
    for heap in free:
        heapify(heap)
    for request in run.served:
        start = max(request.time, free[request.target][0])
        assert request.start == start
        heapreplace(free[request.target], start + request.end - request.start)


@given(RUNS)
def test_littles_law_holds_exactly(case: tuple[Any, ...]) -> None:
    """The area under the number of requests at a target is the sum of the times that they stayed."""
    run = run_of(case)
    for target in range(run.targets):
        queue = run.queue(target)
        area = sum(length * (later - time) for (time, length), (later, _) in pairwise(queue))
        assert area == sum(r.end - r.time for r in run.served if r.target == target)
        assert queue[-1][1] == 0
        assert min(length for _, length in queue) >= 0


@given(RUNS)
def test_no_worker_is_idle_while_requests_wait(case: tuple[Any, ...]) -> None:
    run, workers = run_of(case), case[3]
    for request in run.served:
        if request.start > request.time:
            busy = [r for r in run.served if r.target == request.target and r.start < request.start <= r.end]
            assert len(busy) >= workers


@given(ARRIVALS, st.integers(1, 6), st.integers(1, 4))
def test_round_robin_counts_differ_by_one_at_most(coming: list[Arrival], targets: int, workers: int) -> None:
    run = serve(coming, policies.RoundRobin(range(targets)), targets, workers)
    assert max(run.counts) - min(run.counts) <= 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 5))
def test_least_outstanding_never_picks_a_busier_target(outstanding: list[int], before: int) -> None:
    policy = policies.LeastOutstanding(len(outstanding))
    for _ in range(before):
        policy.choose(0, outstanding)
    assert outstanding[policy.choose(0, outstanding)] == min(outstanding)


@given(ARRIVALS, st.integers(1, 6), st.integers(1, 99))
def test_a_connection_stays_with_its_target(coming: list[Arrival], targets: int, seed: int) -> None:
    run = serve(coming, policies.FlowHash(targets, seed), targets, 1)
    seen = {(arrival.flow, request.target) for arrival, request in zip(coming, run.served, strict=True)}
    assert len(seen) == len({flow for flow, _ in seen})


def test_many_connections_spread_evenly() -> None:
    counts = Counter(policies.FlowHash(4, 7).choose(flow, []) for flow in range(4000))
    # Within five standard deviations of the binomial distribution.
    assert all(abs(count - 1000) < 5 * math.sqrt(4000 * 0.25 * 0.75) for count in counts.values())


def test_groups_get_their_weights() -> None:
    chance = stream(3, "choice")
    policy = policies.WeightedGroups([((0, 1, 2), 90), ((3,), 10)], chance)
    counts = Counter(policy.choose(0, []) for _ in range(4000))
    assert abs(counts[3] - 400) < 5 * math.sqrt(4000 * 0.1 * 0.9)
    assert max(counts[target] for target in (0, 1, 2)) - min(counts[target] for target in (0, 1, 2)) <= 1


def erlang_c(workers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c; `load` is arrivals times mean service."""
    terms = [load**k / math.factorial(k) for k in range(workers)]
    last = load**workers / math.factorial(workers) * workers / (workers - load)
    return last / (sum(terms) + last)


@pytest.mark.parametrize(("workers", "rate"), [(1, 1.5), (1, 2.2), (2, 4), (3, 7), (4, 9)])
def test_a_single_target_is_the_textbook_queue(workers: int, rate: float) -> None:
    """Mean time of M/M/1 and M/M/c, over a long run; the tolerance is some four standard errors."""
    coming = arrivals(rate, 1, round(40_000 / rate) * SECOND, seed=5)
    run = serve(coming, policies.RoundRobin([0]), 1, workers)
    mean = sum(request.end - request.time for request in run.served) / len(run.served) / SECOND
    service, load = SERVICE / SECOND, rate * SERVICE / SECOND
    expected = service + erlang_c(workers, load) * service / (workers - load)
    if workers == 1:
        assert expected == pytest.approx(1 / (1 / service - rate))
    assert mean == pytest.approx(expected, rel=0.05)


def test_random_choice_makes_independent_queues() -> None:
    """Splitting a Poisson process at random leaves Poisson processes: four queues M/M/1 at a quarter of the rate."""
    run = serve(arrivals(8, 1, 10_000 * SECOND, seed=2), policies.WeightedRandom(4, stream(2, "choice")), 4, 1)
    mean = sum(request.end - request.time for request in run.served) / len(run.served) / SECOND
    assert mean == pytest.approx(1 / (SECOND / SERVICE - 2), rel=0.05)


@pytest.mark.parametrize("seed", range(1, 7))
def test_the_default_makes_its_point_whatever_the_seed(seed: int) -> None:
    """With a slow target: round robin sends it an equal share and suffers, least outstanding spares it."""
    runs = compare(ROUND_ROBIN, SLOW, 8, 1, 12, 10, seed=seed).runs
    assert max(runs[ROUND_ROBIN].counts) - min(runs[ROUND_ROBIN].counts) <= 1
    assert runs[LEAST].counts[-1] < 0.75 * len(runs[LEAST].served) / TARGETS
    assert runs[LEAST].percentile(0.95) * 2 < runs[ROUND_ROBIN].percentile(0.95)


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_target_that_fails_fast_draws_the_least_outstanding(seed: int) -> None:
    runs = compare(LEAST, FAILING, 8, 1, 12, 10, seed=seed).runs
    assert runs[LEAST].errors > runs[ROUND_ROBIN].errors > runs[GROUPS].errors


def test_all_algorithms_get_the_same_traffic() -> None:
    trace = Balancing().simulate()
    assert set(trace.runs) == set(POLICIES) == set(words.POLICY_OPTIONS)
    assert len({tuple(request.time for request in run.served) for run in trace.runs.values()}) == 1
    assert all(request.time < DURATION for request in trace.run.served)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40), st.sampled_from([0.5, 0.9, 0.95, 1.0]))
def test_a_percentile_is_the_smallest_time_that_covers_the_share(works: list[int], share: float) -> None:
    coming = [Arrival(100 * index, 0, work) for index, work in enumerate(works)]
    run = serve(coming, policies.RoundRobin([0]), 1, 1)
    found = run.percentile(share)
    assert sum(work <= found for work in works) >= share * len(works)
    assert sum(work < found for work in works) < share * len(works)


def test_fairness_is_one_for_equal_counts_and_one_in_n_for_a_monopoly() -> None:
    coming = [Arrival(time, 0, 1) for time in range(8)]
    assert serve(coming, policies.RoundRobin(range(4)), 4, 1).fairness == 1
    assert serve(coming, policies.RoundRobin([2]), 4, 1).fairness == 0.25


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(POLICIES), st.sampled_from([NONE, SLOW, FAILING]), st.integers(1, 14), st.integers(1, 99))
def test_words_give_the_counts_of_the_trace(policy: str, trouble: str, rate: int, seed: int) -> None:
    trace = compare(policy, trouble, rate, 1, 12, 10, seed=seed)
    explanation = words.explanation(trace)
    assert "・".join(str(count) for count in trace.run.counts) in explanation.point
    assert "{" not in explanation.point + explanation.why
    for row, name in zip(words.table(trace).rows, POLICIES, strict=True):
        assert sum(row[1 : 1 + TARGETS]) == len(trace.runs[name].served)


def test_flow_hash_says_when_targets_stay_empty() -> None:
    trace = Balancing(policy=FLOW, flows=1).simulate()
    assert sorted(trace.run.counts)[:-1] == [0, 0, 0]
    assert "3台には1件も届いていません" in words.explanation(trace).why
    assert Balancing(policy=RANDOM).simulate().run.counts != trace.run.counts
