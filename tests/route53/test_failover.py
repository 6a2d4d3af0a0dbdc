"""How long users see errors: the simulation against the closed form, and both against the bound."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.route53.explorers import FailoverInTime
from kumo.route53.model import failover
from kumo.route53.model.failover import CHECKERS, NEEDED, SECOND, TIMEOUT, USERS, Settings
from kumo.route53.words import failover as words


@st.composite
def outages(draw: st.DrawFn) -> Settings:
    return Settings(
        interval=draw(st.sampled_from([10, 30])) * SECOND,
        threshold=draw(st.integers(1, 10)),
        timeout=draw(st.sampled_from([0, TIMEOUT])),
        ttl=draw(st.sampled_from([0, 30, 60, 150, 300])) * SECOND,
        client_cache=draw(st.sampled_from([0, 30, 90, 300])) * SECOND,
        outage=draw(st.integers(5, 900)) * SECOND,
    )


@given(outages(), st.integers(1, 99))
@settings(max_examples=150, deadline=None)
def test_simulated_is_calculated_for_every_user(setting: Settings, seed: int) -> None:
    chances = failover.phases(setting, seed)
    trace, found = failover.simulate(setting, chances), failover.calculate(setting, chances)
    assert trace.detected == found.detected
    assert tuple(user.errors for user in trace.users) == found.errors
    assert max(found.errors) <= setting.longest
    if found.detected is not None:
        assert found.detected <= setting.longest_detection


@given(outages(), st.integers(1, 99))
@settings(max_examples=40, deadline=None)
def test_what_holds_of_every_trace(setting: Settings, seed: int) -> None:
    trace = failover.simulate(setting, failover.phases(setting, seed))
    assert [check.sent for check in trace.checks] == sorted(check.sent for check in trace.checks)
    for number in range(CHECKERS):
        own = [check for check in trace.checks if check.checker == number]
        for one, other in pairwise(own):
            wait = other.sent - one.sent
            assert wait == setting.interval + (0 if one.passed else setting.timeout), "from response to request"
        beliefs = [healthy for _, healthy in trace.beliefs[number]]
        assert beliefs == [index % 2 == 1 for index in range(len(beliefs))], "it changes its mind to and fro"
    for check in trace.checks:
        assert check.passed == (not 0 <= check.sent < setting.outage)
    states = [primary for _, primary in trace.switches]
    assert states == [index % 2 == 1 for index in range(len(states))]
    for time in (0, setting.outage // 2, trace.until):
        assert sum(trace.calling(time)) == USERS
    for user in trace.users:
        assert 0 <= user.errors <= setting.outage
        assert not user.changes or user.changes[-1][1], "in the end everyone is back"


@given(outages(), st.integers(1, 99))
@settings(max_examples=40, deadline=None)
def test_a_slow_second_count_of_the_checkers(setting: Settings, seed: int) -> None:
    """Count at each result how many checkers hold the primary for unhealthy, from the requests alone."""
    trace = failover.simulate(setting, failover.phases(setting, seed))
    results = [(check.sent + (0 if check.passed else setting.timeout), check) for check in trace.checks]
    healthy, recent = [True] * CHECKERS, [[] for _ in range(CHECKERS)]
    first = None
    for index, (time, check) in enumerate(sorted(results, key=lambda pair: pair[0])):
        history = recent[check.checker]
        history.append(check.passed)
        last = history[-setting.threshold :]
        if len(last) == setting.threshold and len(set(last)) == 1:
            healthy[check.checker] = last[0]
        following = sorted(moment for moment, _ in results)[index + 1 : index + 2]
        if first is None and following != [time] and healthy.count(True) * 100 <= 18 * CHECKERS:
            first = time
    if first is not None and first <= trace.until:
        assert trace.detected == first


def test_eighteen_percent_of_sixteen_checkers() -> None:
    """More than 18 % must report healthy: 3 of 16 are (18.75 %), 2 are not (12.5 %)."""
    assert CHECKERS - NEEDED == 2


def test_the_usual_sum() -> None:
    """Interval times threshold plus TTL, where a failure shows at once: 3 × 30 + 60, and 3 × 10 + 60."""
    for interval, bound in ((30, 150), (10, 90)):
        setting = Settings(interval * SECOND, 3, 0, 60 * SECOND, 0, 900 * SECOND)
        assert setting.longest == bound * SECOND
        found = [max(failover.calculate(setting, failover.phases(setting, seed)).errors) for seed in range(1, 40)]
        assert max(found) <= setting.longest
        assert max(found) > setting.longest * 0.93, "the bound is no idle one"


def test_mean_waits_are_half_of_the_periods() -> None:
    """On average a cache is half its life from running out."""
    setting = Settings(10 * SECOND, 1, 0, 300 * SECOND, 120 * SECOND, 900 * SECOND)
    waits = []
    for seed in range(1, 80):
        found = failover.calculate(setting, failover.phases(setting, seed))
        assert found.detected is not None
        waits += [errors - found.detected for errors in found.errors]
    mean = sum(waits) / len(waits) / SECOND
    # Of the sum of two even distributions: standard deviation of the mean of `len(waits)`.
    deviation = ((300**2 + 120**2) / 12 / len(waits)) ** 0.5
    assert abs(mean - (150 + 60)) < 5 * deviation


def test_an_outage_shorter_than_its_detection_passes_unnoticed() -> None:
    setting = Settings(30 * SECOND, 3, 0, 60 * SECOND, 0, 59 * SECOND)
    trace = failover.simulate(setting, failover.phases(setting, 1))
    assert trace.switches == ()
    assert set(trace.errors) == {59 * SECOND}


def test_the_way_back_needs_fewer_checkers_than_the_way_out() -> None:
    """14 of 16 must fail for the switch, 3 of 16 must pass for the return: so the return is noticed sooner."""
    setting = Settings(30 * SECOND, 3, 0, 0, 0, 600 * SECOND)
    sooner = 0
    for seed in range(1, 21):
        trace = failover.simulate(setting, failover.phases(setting, seed))
        assert trace.detected is not None
        assert trace.returned is not None
        sooner += trace.returned - setting.outage < trace.detected
    assert sooner == 20


@pytest.mark.parametrize("name", ["threshold", "ttl", "client_cache"])
def test_more_of_anything_never_shortens_the_bound(name: str) -> None:
    base = {"threshold": 2, "ttl": 30, "client_cache": 30, "outage": 15}
    more = {**base, name: base[name] + (3 if name == "threshold" else 60)}
    one, other = (FailoverInTime(**values).simulate().settings for values in (base, more))
    assert one.longest < other.longest


def test_the_formula_in_words_adds_up() -> None:
    dice = Random(1)  # noqa: S311 -- draws test cases
    for _ in range(30):
        setting = Settings(
            dice.choice([10, 30]) * SECOND,
            dice.randint(1, 10),
            dice.choice([0, TIMEOUT]),
            dice.randrange(0, 301, 30) * SECOND,
            dice.randrange(0, 301, 30) * SECOND,
            900 * SECOND,
        )
        left, right = words.formula(setting).split(" = ")
        for name in ("検知", "TTL ", "クライアント "):
            left = left.replace(name, "")
        assert eval(left.replace("×", "*")) == int(right.removesuffix("秒"))  # noqa: S307 -- our own sum


def test_table_shows_simulated_beside_calculated() -> None:
    rows = words.table(FailoverInTime().simulate()).rows
    assert rows[0][1] == rows[0][2]
    assert all(row[1] == row[2] for row in rows[1:4])
    assert rows[3][1] <= rows[3][3]
