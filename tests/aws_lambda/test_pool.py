"""The pool against closed forms, invariants, a second slow pool, and published measurements."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.model import arrivals, cost, cpu, measurements, picking, routers, startup
from kumo.aws_lambda.model.pool import (
    BY_ACCOUNT,
    BY_RESERVED,
    BY_SCALING,
    COLD,
    IDLE,
    PROVISIONED,
    THROTTLED,
    TIMED_OUT,
    UNSCHEDULED,
    WARM,
    Account,
    Invocation,
    Pool,
    Provisioned,
)
from kumo.aws_lambda.model.simulation import PoolTrace, Tally, simulate, stream
from kumo.aws_lambda.model.startup import Phase, StartUp
from kumo.aws_lambda.model.units import HOUR, MINUTE, SECOND
from kumo.core.streams import stream as stream_of

ROUTERS = list(routers.ROUTERS)
STARTS = st.integers(0, 5).map(lambda seconds: StartUp((Phase("create", seconds),)))
# Small whole numbers, so that many things happen at the same moment.
LOADS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=40).map(sorted)
LAYERS = st.lists(
    st.builds(Provisioned, st.integers(1, 3), st.integers(-5, 30), st.integers(31, 60), st.integers(0, 20)), max_size=2
)


def slow_pool(
    load: list[tuple[int, int]], start: int, router: str, keep_alive: int, limit: int, timeout: int
) -> list[tuple[str, int]]:
    """Tick by tick, with plain lists: each environment is [created, busy until, idle since, alive]."""
    environments: list[dict[str, int | bool]] = []
    outcome = []
    todo = list(load)
    for now in range(max((time for time, _ in load), default=0) + 1):
        for one in environments:
            if one["alive"] and one["free"] is False and one["until"] <= now:
                one["free"], one["alive"] = True, not one["broken"]
            if one["alive"] and one["free"] and now - one["until"] >= keep_alive:
                one["alive"] = False
        while todo and todo[0][0] == now:
            _, wanted = todo.pop(0)
            duration = min(wanted, timeout)
            for one in environments:  # a run of no length is over before the next request of the same moment
                if one["alive"] and one["free"] is False and one["until"] <= now:
                    one["free"], one["alive"] = True, not one["broken"]
            if sum(one["alive"] and not one["free"] for one in environments) >= limit:
                outcome.append((THROTTLED, -1))
                continue
            idle = [(number, one) for number, one in enumerate(environments) if one["alive"] and one["free"]]
            if idle:
                key = {"newest": -1, "oldest": 1}[router]
                number, one = min(idle, key=lambda pair: key * pair[0])
                one |= {"free": False, "until": now + duration, "broken": wanted > timeout}
                outcome.append((WARM, number))
            else:
                environments.append(
                    {"alive": True, "free": False, "until": now + start + duration, "broken": wanted > timeout}
                )
                outcome.append((COLD, len(environments) - 1))
    return outcome


@given(LOADS, STARTS, st.sampled_from(["newest", "oldest"]), st.integers(1, 20), st.integers(1, 4), st.integers(1, 12))
def test_agrees_with_a_slow_pool(
    load: list[tuple[int, int]], start: StartUp, router: str, keep_alive: int, limit: int, timeout: int
) -> None:
    times, durations = [time for time, _ in load], [duration for _, duration in load]
    trace = simulate(
        times,
        durations,
        start=start,
        router=router,
        keep_alive=keep_alive,
        account=Account(limit, kept=0),
        timeout=timeout,
    )
    found = [(i.kind, i.environment) for i in trace.invocations]
    assert found == slow_pool(load, start.duration, router, keep_alive, limit, timeout)


@given(
    LOADS,
    STARTS,
    st.sampled_from(ROUTERS),
    st.integers(1, 20),
    st.one_of(st.none(), st.integers(8, 9)),
    LAYERS,
    st.integers(1, 12),
)
def test_invariants(
    load: list[tuple[int, int]],
    start: StartUp,
    router: str,
    keep_alive: int,
    reserved: int | None,
    layers: list[Provisioned],
    timeout: int,
) -> None:
    trace = simulate(
        [time for time, _ in load],
        [duration for _, duration in load],
        start=start,
        router=router,
        keep_alive=keep_alive,
        reserved=reserved,
        provisioned=layers,
        timeout=timeout,
        until=200,
    )
    assert len(trace.invocations) == len(load), "every request has one outcome"
    assert trace.served + trace.counts[THROTTLED] == len(load)
    assert trace.most_at_once() <= (1000 if reserved is None else reserved)
    made = {environment.number: environment for environment in trace.environments}
    assert list(made) == list(range(len(made)))
    for invocation, (time, duration) in zip(trace.invocations, load, strict=True):
        assert invocation.time == time
        if invocation.served:
            assert invocation.ran == min(duration, timeout)
            assert invocation.timed_out == (duration > timeout)
            assert invocation.waited == (start.duration if invocation.kind == COLD else 0)
        else:
            assert invocation.reason
    for number, runs in trace.by_environment().items():
        environment = made[number]
        assert all(one.end <= next_one.time for one, next_one in pairwise(runs)), "one request at a time"
        if environment.provisioned:
            assert all(run.kind == PROVISIONED and run.time >= environment.ready for run in runs)
        else:
            assert [run.kind for run in runs] == [COLD] + [WARM] * (len(runs) - 1)
            assert runs[0].time == environment.created
            assert all(next_one.time - one.end < keep_alive for one, next_one in pairwise(runs))
            assert environment.why == (TIMED_OUT if runs[-1].timed_out else IDLE)
            assert environment.ended == runs[-1].end + (0 if runs[-1].timed_out else keep_alive)
        if runs and environment.ended is not None:
            assert runs[-1].end <= environment.ended
        assert not any(run.timed_out for run in runs[:-1]), "a broken environment is not used again"


@given(LOADS, LAYERS, st.integers(1, 12))
def test_provisioned_environments_are_there_as_configured(
    load: list[tuple[int, int]], layers: list[Provisioned], timeout: int
) -> None:
    trace = simulate(
        [time for time, _ in load],
        [duration for _, duration in load],
        provisioned=layers,
        timeout=timeout,
        until=200,
    )
    for now in range(100):
        configured = sum(layer.ready(index) <= now < layer.end for layer in layers for index in range(layer.count))
        there = [e for e in trace.environments if e.provisioned and e.ready <= now and not _ended(e.ended, now)]
        leaving = sum(e.why == UNSCHEDULED and e.ended > now for e in there)
        assert configured <= len(there) <= configured + leaving
    assert all(e.why in {UNSCHEDULED, TIMED_OUT} for e in trace.environments if e.provisioned)


def _ended(moment: int | None, now: int) -> bool:
    return moment is not None and moment <= now


def busy_time(trace: PoolTrace) -> int:
    """Walk over the moments at which something changes and add up requests in progress times time."""
    changes = sorted(
        [(i.time, 1) for i in trace.invocations if i.served] + [(i.end, -1) for i in trace.invocations if i.served]
    )
    level = area = before = 0
    for time, change in changes:
        area += level * (time - before)
        level, before = level + change, time
    assert level == 0
    return area


@pytest.mark.parametrize("router", ROUTERS)
def test_littles_law(router: str) -> None:
    """Mean number in progress = throughput times mean latency: here both sides are exact sums over the trace."""
    times = arrivals.poisson(3, 300 * SECOND, 4)
    start = startup.from_scratch(SECOND)
    trace = simulate(times, arrivals.exponential(1.5 * SECOND, 4), start=start, router=router, keep_alive=20 * SECOND)
    assert busy_time(trace) == sum(i.latency for i in trace.invocations)
    assert trace.most_at_once() <= len(trace.environments)


def near(found: int, tries: int, chance: float) -> bool:
    """Whether `found` of `tries` lies within 4.5 standard deviations of what `chance` lets expect."""
    return abs(found - tries * chance) <= 4.5 * math.sqrt(tries * chance * (1 - chance))


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0, 3.0])
def test_cold_starts_of_a_single_environment(load: float) -> None:
    """Runs of no length: a request is cold if and only if the gap before it exceeds the idle time T."""
    idle, requests = 100 * SECOND, 40_000
    rate = load / 100
    trace = simulate(arrivals.poisson(rate, round(requests / rate) * SECOND, 7), arrivals.constant(0), keep_alive=idle)
    assert all(one.ended <= later.created for one, later in pairwise(trace.environments)), "never two at a time"
    assert near(trace.counts[COLD] - 1, len(trace.invocations) - 1, math.exp(-rate * 100))


def erlang_b(servers: int, offered: float) -> float:
    """Return the share of requests that find all servers busy, without a queue (A. K. Erlang, 1917)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return blocked


@pytest.mark.parametrize(("servers", "offered"), [(1, 0.5), (3, 2.0), (5, 5.0), (10, 6.0)])
@pytest.mark.parametrize("shape", ["exponential", "constant"])
def test_throttling_at_a_hard_limit_is_erlangs(servers: int, offered: float, shape: str) -> None:
    """Erlang's formula holds for every distribution of service times, so two are tried."""
    requests = 40_000
    service = arrivals.exponential(SECOND, 3) if shape == "exponential" else arrivals.constant(SECOND)
    until = round(requests / offered) * SECOND
    trace = simulate(arrivals.poisson(offered, until, 11), service, account=Account(200, kept=100), reserved=servers)
    expected = erlang_b(servers, offered)
    found = trace.counts[THROTTLED] / len(trace.invocations)
    # Refusals come in clusters, which widens the spread by a few times.
    assert found == pytest.approx(expected, abs=4 * math.sqrt(3 * expected / requests) + 0.001)
    assert {i.reason for i in trace.invocations if not i.served} == {BY_RESERVED}


def test_many_servers_hold_a_poisson_number_of_requests() -> None:
    """Without limit and start-up (M/G/∞) the mean number in progress is rate times service time."""
    trace = simulate(arrivals.poisson(20, 5000 * SECOND, 2), arrivals.exponential(2 * SECOND, 2))
    assert busy_time(trace) / (5000 * SECOND) == pytest.approx(40, rel=0.02)


def test_the_measurements_support_the_default_router() -> None:
    """Concentrating routers repeat what was measured on AWS Lambda; spreading ones are far off."""
    distances = {name: measurements.distance(name, requests=10_000) for name in ROUTERS}
    environments, cold = distances[routers.DEFAULT]
    assert environments < 1.06
    assert cold < 1.35
    for name in ("newest", "oldest", "recent"):
        assert distances[name] == pytest.approx(distances[routers.DEFAULT], rel=0.02)
    for name in ("random", "turn"):
        assert distances[name][0] > 1.12
        assert distances[name][1] > 2


def test_spreading_keeps_more_environments_and_has_fewer_cold_starts() -> None:
    runs = picking.compare(rate=0.2, seeds=range(1, 9), duration=6 * HOUR, names=("newest", "turn"))
    shares = {name: picking.interval([run.cold_share for run in found]) for name, found in runs.items()}
    numbers = {name: picking.interval([run.environments for run in found]) for name, found in runs.items()}
    assert shares["newest"].low > shares["turn"].high
    assert numbers["newest"].high < numbers["turn"].low


@pytest.mark.parametrize(
    ("freedom", "table"), [(1, 12.706), (8, 2.306), (9, 2.262), (15, 2.131), (30, 2.042), (120, 1.980)]
)
def test_quantiles_of_students_t(freedom: int, table: float) -> None:
    assert picking._t(freedom) == pytest.approx(table, abs=0.002)


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    dice = stream_of(5, "sample")
    hits = 0
    for _ in range(2000):
        low, high = picking.interval([dice.gauss(3, 1) for _ in range(6)])[1:]
        hits += low <= 3 <= high
    assert near(hits, 2000, 0.95)


# Routers.


@given(st.sampled_from(ROUTERS), st.lists(st.tuples(st.sampled_from("apd"), st.integers(0, 30)), max_size=200))
def test_a_router_picks_what_is_idle(name: str, steps: list[tuple[str, int]]) -> None:
    router, idle, gone = routers.ROUTERS[name](1), [], set()
    for step, number in steps:
        if step == "a" and number not in idle and number not in gone:
            router.add(number)
            idle.append(number)
        elif step == "d" and number in idle:
            router.drop(number)
            idle.remove(number)
            gone.add(number)
        elif step == "p":
            expected = {
                "newest": lambda: max(idle),
                "oldest": lambda: min(idle),
                "recent": lambda: idle[-1],
                "turn": lambda: idle[0],
            }
            found = router.pick()
            if not idle:
                assert found is None
                continue
            assert found in idle
            if name in expected:
                assert found == expected[name]()
            idle.remove(found)
        assert len(router) == len(idle)


def test_the_random_router_is_fair() -> None:
    counts = [0] * 5
    router = routers.Random(3)
    for number in range(5):
        router.add(number)
    for _ in range(20_000):
        number = router.pick()
        counts[number] += 1
        router.add(number)
    assert all(near(count, 20_000, 1 / 5) for count in counts)


# Limits of an account.


def test_functions_share_what_is_not_reserved() -> None:
    account = Account(110)
    first, second = Pool(account=account, reserved=10), Pool(account=account)
    third = Pool(account=account)
    long = 100 * SECOND
    assert [first.invoke(0, long).kind for _ in range(11)] == [COLD] * 10 + [THROTTLED]
    assert {second.invoke(0, long).kind for _ in range(60)} == {COLD}
    assert {third.invoke(0, long).kind for _ in range(40)} == {COLD}
    assert third.invoke(0, long).reason == BY_ACCOUNT
    assert first.invoke(1, long).reason == BY_RESERVED
    assert third.invoke(100 * SECOND, long).kind == WARM, "runs that ended make room"


def test_provisioned_concurrency_counts_while_it_waits() -> None:
    account = Account(100)
    Pool(account=account, provisioned=[Provisioned(60, -HOUR, HOUR)])
    other = Pool(account=account)
    kinds = [other.invoke(0, SECOND).kind for _ in range(41)]
    assert kinds == [COLD] * 40 + [THROTTLED]


def test_a_reservation_leaves_a_hundred() -> None:
    account = Account(1000)
    Pool(account=account, reserved=900)
    with pytest.raises(ValueError, match="less than 100 unreserved"):
        Pool(account=account, reserved=1)


def test_the_scaling_rate() -> None:
    """5,000 at once: 1,000 start, the rest is turned away; half a window later 500 more may start."""
    pool = Pool(account=Account(10_000))
    pool.account.pools[:] = [pool]
    first = [pool.invoke(0, HOUR // 6) for _ in range(5000)]
    assert sum(i.served for i in first) == 1000
    assert {i.reason for i in first if not i.served} == {BY_SCALING}
    assert sum(pool.invoke(5 * SECOND, HOUR // 6).served for _ in range(1000)) == 500
    # What is not used is not kept.
    assert sum(pool.invoke(100 * SECOND, HOUR // 6).served for _ in range(3000)) == 1000


def test_spillover() -> None:
    pool = Pool(startup.from_scratch(SECOND), provisioned=[Provisioned(2, -HOUR, HOUR)])
    kinds = [pool.invoke(0, SECOND).kind for _ in range(3)] + [pool.invoke(5 * SECOND, SECOND).kind for _ in range(3)]
    assert kinds == [PROVISIONED, PROVISIONED, COLD, PROVISIONED, PROVISIONED, WARM]


@pytest.mark.parametrize("end", [6, 8, 10, 11])
def test_a_replacement_goes_with_the_configuration(end: int) -> None:
    """Broken off at 5, the environment is replaced by one that is ready at 10: never is one left over."""
    start = StartUp((Phase("create", 5),))
    layer = Provisioned(1, -10, end, preparation=0)
    trace = simulate([0], [9], timeout=5, start=start, provisioned=[layer], until=50)
    first, *others = trace.environments
    assert (first.ended, first.why) == (5, TIMED_OUT)
    assert [(one.created, one.ended, one.why) for one in others] == [(5, end, UNSCHEDULED)]


def test_what_lambda_refuses() -> None:
    with pytest.raises(ValueError, match="900 s"):
        Pool(timeout=901 * SECOND)
    with pytest.raises(ValueError, match="at most the reserved"):
        Pool(reserved=5, provisioned=[Provisioned(3, 0, HOUR), Provisioned(3, MINUTE, HOUR)])
    with pytest.raises(ValueError, match="at least 1"):
        Pool(provisioned=[Provisioned(0, 0, HOUR)])
    with pytest.raises(ValueError, match="250 MB"):
        startup.from_scratch(SECOND, megabytes=251)
    with pytest.raises(ValueError, match="runs forward"):
        Pool().invoke(5, 1) and Pool().advance(-1)


# Streams.


@given(LOADS, st.sampled_from(ROUTERS))
def test_a_stream_tells_what_a_trace_tells(load: list[tuple[int, int]], router: str) -> None:
    times, durations = [time for time, _ in load], [duration for _, duration in load]
    trace = simulate(times, durations, router=router, keep_alive=5)
    pool = Pool(router=router, keep_alive=5, record=False)
    tally = Tally()
    for first in range(0, len(times), 7):
        tally.add(stream(pool, times[first : first + 7], durations[first : first + 7]))
    assert {kind: count for kind, count in tally.counts.items() if count} == dict(trace.counts)
    assert tally.ran == sum(i.ran for i in trace.invocations)
    assert tally.cold_share == trace.cold_share
    for percent in (50, 95, 99, 100):
        if load:
            assert tally.percentile(percent) == trace.percentile(percent)
    end = max([i.end for i in trace.invocations], default=0) + 5
    pool.advance(end)
    assert pool.environment_time(end) == sum(e.ended - e.created for e in trace.environments)
    assert pool.living == 0
    assert not pool.environments, "nothing is kept"


def test_percentiles_of_a_stream_are_near() -> None:
    service = list(zip(range(20_000), arrivals.exponential(SECOND, 1), strict=False))
    trace = simulate(
        [index for index, _ in service], [time for _, time in service], account=Account(10**6), scaling=10**6
    )
    tally = Tally().add(trace.invocations)
    for percent in (1, 50, 95, 99, 99.9):
        assert tally.percentile(percent) == pytest.approx(trace.percentile(percent), rel=0.005)


def test_percentiles_by_their_definition() -> None:
    trace = simulate([0, 100, 200, 300], [4, 3, 2, 1], keep_alive=1000)
    assert [trace.percentile(percent) for percent in (0, 25, 26, 50, 75, 76, 100)] == [1, 1, 2, 2, 3, 4, 4]
    with pytest.raises(ValueError, match="no request"):
        simulate([], []).percentile(50)
    with pytest.raises(ValueError, match="no request"):
        Tally().percentile(50)


# Arrivals, start-up, CPU and cost.


@given(st.integers(0, 99), st.just(0.0) | st.floats(0.001, 5), st.integers(1, 200))
@settings(max_examples=50)
def test_arrivals_come_in_order_and_in_time(seed: int, rate: float, seconds: int) -> None:
    for times in (
        list(arrivals.poisson(rate, seconds * SECOND, seed, start=3)),
        list(arrivals.steady(rate, seconds * SECOND, start=3)),
        list(arrivals.bursts(4, 7 * SECOND, seconds * SECOND, start=3, spread=SECOND)),
    ):
        assert times == sorted(times)
        assert all(3 <= time < seconds * SECOND + 3 for time in times)
    changing = list(arrivals.varying(lambda second: rate * (second < 50), rate, seconds * SECOND, seed))
    assert changing == sorted(changing)
    assert all(time < 50 * SECOND for time in changing)


def test_poisson_gaps_are_exponential() -> None:
    times = list(arrivals.poisson(2, 20_000 * SECOND, 9))
    gaps = [(after - before) / SECOND for before, after in pairwise(times)]
    assert mean(gaps) == pytest.approx(0.5, rel=0.02)
    for limit in (0.1, 0.5, 1.5):
        assert near(sum(gap > limit for gap in gaps), len(gaps), math.exp(-2 * limit))


def test_service_times() -> None:
    drawn = [time for time, _ in zip(arrivals.spread_out(SECOND, 3, 1), range(2000), strict=False)]
    assert min(drawn) >= SECOND / 3 - 1
    assert max(drawn) <= SECOND * 3 + 1
    assert near(sum(time < SECOND for time in drawn), 2000, 0.5)


def test_a_larger_package_starts_later_and_an_image_reads_a_part() -> None:
    small, large = (startup.from_scratch(SECOND, megabytes=size) for size in (10, 250))
    assert large.duration > small.duration
    image = startup.from_scratch(SECOND, package=startup.IMAGE, megabytes=250)
    assert image.duration < large.duration
    assert small.billed == large.billed == SECOND + startup.RUNTIME_TIME
    assert startup.from_snapshot(1024).duration < small.duration
    assert startup.from_snapshot(1024).billed == 0


def test_cpu_follows_memory() -> None:
    assert cpu.vcpus(1769) == 1
    assert cpu.duration(1769, SECOND, SECOND) == 2 * SECOND
    assert cpu.duration(3538, SECOND) == SECOND, "one thread uses one vCPU"
    assert cpu.duration(3538, SECOND, threads=2) == SECOND // 2
    assert cpu.duration(128, SECOND) == pytest.approx(SECOND * 1769 / 128, rel=1e-6)


def test_the_bill_of_awss_own_examples() -> None:
    """3 million runs of 120 ms at 1,536 MB: 8.50 USD with the free tier of 400,000 GB-s and 1 million requests.

    The AWS pricing page gave the example; without the free tier the same comes to 9.00 + 0.60.
    """
    trace = PoolTrace(StartUp(), HOUR, (Invocation(0, WARM, 0, 0, 120_000),), ())
    found = cost.bill(trace, 1536)
    assert 3e6 * found.running == pytest.approx(9.00, abs=0.01)
    assert 3e6 * found.requests == pytest.approx(0.60)
    assert found.total == pytest.approx(cost.run(1536, 120_000))


def test_provisioned_concurrency_is_billed_in_steps_of_five_minutes() -> None:
    """1,024 MB, 1,000 environments, two hours: 30.00 USD on the AWS pricing page (0.0000041667 USD a GB-second)."""
    trace = PoolTrace(StartUp(), 2 * HOUR, (), ())
    assert cost.bill(trace, 1024, [Provisioned(1000, 0, 2 * HOUR)]).total == pytest.approx(30.00, abs=0.01)
    odd = cost.bill(trace, 1024, [Provisioned(1, 0, 301 * SECOND)]).provisioned
    assert odd == cost.bill(trace, 1024, [Provisioned(1, 0, 600 * SECOND)]).provisioned
    run = Invocation(0, PROVISIONED, 0, 0, SECOND)
    assert cost.bill(PoolTrace(StartUp(), HOUR, (run,), ()), 1024).running == pytest.approx(0.0000097222)


def test_a_snapshot_is_billed_for_caching_and_restoring() -> None:
    start = startup.from_snapshot(2048)
    trace = PoolTrace(start, HOUR, (Invocation(0, COLD, 0, start.duration, SECOND),) * 3, ())
    found = cost.bill(trace, 2048)
    assert found.snapshot == pytest.approx(2 * 3600 * 0.0000015046 + 3 * 2 * 0.0001397998)
    assert found.starting == 0


def test_cold_starts_are_billed_without_the_download() -> None:
    start = startup.from_scratch(SECOND, megabytes=200)
    trace = PoolTrace(start, HOUR, (Invocation(0, COLD, 0, start.duration, SECOND),), ())
    assert cost.bill(trace, 1024).starting == pytest.approx(1.15 * 0.0000166667)
