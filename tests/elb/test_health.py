"""The life of a target against the closed form of the time to detection, and what no target may do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.elb.explorers import HealthAndDraining
from kumo.elb.model.health import (
    BROKEN,
    DRAINING,
    HEALTHY,
    QUIET,
    REPAIRED,
    SLOW,
    TARGETS,
    UNHEALTHY,
    UNUSED,
    HealthTrace,
    Settings,
    live,
)
from kumo.elb.words import health as words


@st.composite
def settings_of(draw: st.DrawFn) -> Settings:
    interval = draw(st.integers(5, 60))
    return Settings(
        interval,
        draw(st.integers(2, interval - 1)),
        draw(st.integers(2, 10)),
        draw(st.integers(2, 10)),
        draw(st.booleans()),
        draw(st.integers(0, interval - 1)),
        draw(st.integers(1, 900)),
        draw(st.integers(0, 300)),
        draw(st.integers(0, 600)),
        draw(st.integers(0, 600)),
    )


TRACES = settings_of().map(live)


def waited(settings: Settings) -> int:
    """Return the seconds from the failure to the next check."""
    return (settings.interval - settings.offset) % settings.interval


@given(TRACES)
def test_the_time_to_detection_is_the_closed_form(trace: HealthTrace) -> None:
    chosen = trace.settings
    last = waited(chosen) + (chosen.unhealthy - 1) * chosen.interval
    if last >= chosen.outage:
        # The check that would have decided comes after the repair.
        assert trace.detected_at is trace.returned_at is None
        return
    found = trace.detected_at - trace.failed_at
    assert found == last + (chosen.timeout if chosen.hangs else 0)
    late = chosen.timeout if chosen.hangs else 0
    assert (chosen.unhealthy - 1) * chosen.interval <= found - late < chosen.unhealthy * chosen.interval


@given(TRACES)
def test_the_time_to_return_is_the_closed_form(trace: HealthTrace) -> None:
    if trace.returned_at is None:
        return
    chosen = trace.settings
    next_check = -(-trace.repaired_at // chosen.interval) * chosen.interval
    assert trace.returned_at == next_check + (chosen.healthy - 1) * chosen.interval


@given(TRACES)
def test_what_is_lost_is_what_arrives_between_failure_and_the_end_of_traffic(trace: HealthTrace) -> None:
    """A third of three requests a second: one a second."""
    until = trace.repaired_at if trace.detected_at is None else min(trace.detected_at, trace.repaired_at)
    assert trace.errors == until - trace.failed_at


@given(TRACES)
def test_phases_follow_each_other_without_gaps(trace: HealthTrace) -> None:
    assert trace.phases[0].start == 0
    assert trace.phases[-1].end == trace.end == len(trace.sent)
    assert all(one.end == other.start for one, other in pairwise(trace.phases))
    assert all(phase.start < phase.end for phase in trace.phases)
    kinds = [phase.kind for phase in trace.phases]
    assert kinds[:2] == [HEALTHY, BROKEN]
    assert kinds[-1] == UNUSED
    assert (UNHEALTHY in kinds or REPAIRED in kinds) == (trace.detected_at is not None)


@given(TRACES)
def test_no_request_reaches_a_target_that_is_out_of_service(trace: HealthTrace) -> None:
    for phase in trace.phases:
        got = sum(sum(pair) for pair in trace.sent[phase.start : phase.end])
        length = phase.end - phase.start
        if phase.kind in (UNHEALTHY, REPAIRED, DRAINING, UNUSED):
            assert got == 0
        elif phase.kind in (HEALTHY, BROKEN):
            assert abs(got - length) <= 1
        else:
            # A weight that grows from 0 to 1 gives less than an equal share, and more than half of it.
            assert length * 0.4 - 1 <= got <= length * 0.6 + 1
        if phase.kind != BROKEN:
            assert all(lost == 0 for _, lost in trace.sent[phase.start : phase.end])


@given(TRACES)
def test_slow_start_never_sends_less_than_before(trace: HealthTrace) -> None:
    slow = [phase for phase in trace.phases if phase.kind == SLOW]
    assert len(slow) == (trace.returned_at is not None and trace.settings.slow_start > 0)
    for phase in slow:
        sent = [good for good, _ in trace.sent[phase.start : phase.end]]
        quarter = len(sent) // 4
        if quarter > 8:
            assert sum(sent[:quarter]) < sum(sent[-quarter:])


@given(TRACES)
def test_draining_ends_with_the_work_or_with_the_delay(trace: HealthTrace) -> None:
    chosen = trace.settings
    assert trace.drained_at - trace.deregistered_at == min(chosen.remaining, chosen.delay)
    assert trace.cut == (chosen.remaining > chosen.delay)
    draining = [phase for phase in trace.phases if phase.kind == DRAINING]
    assert sum(phase.end - phase.start for phase in draining) == chosen.delay
    assert trace.deregistered_at - trace.repaired_at >= QUIET


@given(TRACES)
def test_checks_come_at_even_intervals_and_fail_only_in_the_outage(trace: HealthTrace) -> None:
    assert [check.sent for check in trace.checks] == [
        index * trace.settings.interval for index in range(len(trace.checks))
    ]
    for check in trace.checks:
        assert check.passed == (not trace.failed_at <= check.sent < trace.repaired_at)
        assert check.known - check.sent == (0 if check.passed or not trace.settings.hangs else trace.settings.timeout)


def test_the_defaults_are_those_of_an_application_load_balancer() -> None:
    trace = HealthAndDraining().simulate()
    chosen = trace.settings
    assert (chosen.interval, chosen.timeout, chosen.unhealthy, chosen.healthy, chosen.delay) == (30, 5, 2, 5, 300)
    assert trace.errors == trace.detected_at - trace.failed_at == 24 + 30 + 5
    assert TARGETS == 3


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "故障に気づくまでの59秒に59件が失われ"),
        ({"unhealthy": 10, "outage": 60}, "気づかないまま、60件が失われました"),
        ({"remaining": 600, "delay": 300}, "あと600秒かかる処理が300秒で切られ"),
        ({"symptom": "refuse"}, "24秒 + (2 − 1)回 × 30秒です"),
    ],
)
def test_the_explanation_fits(parameters: dict[str, object], expected: str) -> None:
    explanation = words.explanation(HealthAndDraining(**parameters).simulate())
    assert expected in explanation.point + explanation.why


@given(TRACES)
def test_the_table_counts_every_request_and_check(trace: HealthTrace) -> None:
    rows = words.table(trace).rows
    assert sum(row[4] for row in rows) == trace.errors
    assert sum(row[3] for row in rows) == sum(good for good, _ in trace.sent)
    assert sum(int(row[2].split(" / ")[1]) for row in rows) == len(trace.checks)
