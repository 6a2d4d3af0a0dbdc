"""Time to Live against Little's law, the documentation's rules for the attribute, and what must hold on every trace."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb.explorers import TimeToLive
from kumo.dynamodb.model.streams import HOUR, REMOVE
from kumo.dynamodb.model.time_to_live import (
    COUNT,
    END,
    EPOCH,
    FILTERED,
    FORMS,
    GONE,
    LATER,
    LOST,
    MILLISECONDS,
    MISSING,
    OLD,
    RETURNED,
    SECONDS,
    STALE,
    TEXT,
    TimeToLiveTrace,
    deletable,
    expiry_value,
    lags,
    run,
)
from kumo.dynamodb.model.values import of_any

SIMPLE = "#ttl > :now"
ROBUST = "attribute_not_exists(#ttl) OR #ttl > :now"
YEAR = 31_557_600
SETTINGS = st.fixed_dictionaries(
    {
        "lifetime": st.sampled_from(range(6, 97, 6)),
        "lag": st.integers(0, 72),
        "read": st.sampled_from(range(0, END + 1, 3)),
        "form": st.sampled_from(FORMS),
        "filter_expression": st.sampled_from(["", SIMPLE, ROBUST]),
        "seed": st.integers(1, 50),
    }
)


def test_the_examples_of_the_documentation() -> None:
    """The two timestamps are those of time-to-live-ttl-before-you-start.html."""
    february_2022, february_2007 = of_any(1645119622), of_any(1171734022)
    assert deletable(february_2022, 1645119623)
    assert not deletable(february_2022, 1645119622)
    # More than five years later the service leaves it alone, too.
    assert not deletable(february_2007, 1645119622)
    assert not deletable(of_any("1645119622"), 1645119623)
    assert not deletable(None, 1645119623)
    assert not deletable(of_any(1645119622000), 1645119623)


@given(st.integers(0, 4 * 10**9), st.integers(0, 4 * 10**9))
def test_a_number_counts_from_its_second_on_for_five_years(value: int, now: int) -> None:
    assert deletable(of_any(value), now) == (0 < now - value <= 5 * YEAR)


def test_what_is_written_for_the_same_expiry() -> None:
    written = {form: expiry_value(24, form) for form in FORMS}
    assert written[SECONDS] == of_any(EPOCH + 24 * 3600)
    assert written[MILLISECONDS] == of_any(1000 * (EPOCH + 24 * 3600))
    assert written[TEXT] == of_any(str(EPOCH + 24 * 3600))
    assert written[MISSING] is None


@given(SETTINGS)
def test_a_life_has_its_order(chosen: dict[str, object]) -> None:
    trace = run(**chosen)
    assert len(trace.sessions) == COUNT
    for session in trace.sessions:
        if trace.form == SECONDS:
            assert session.written < session.expires <= (session.deleted or 0)
        else:
            assert session.deleted is None
    # Each deletion leaves one record, of the service, when it happens.
    until_end = sorted(session.deleted for session in trace.sessions if (session.deleted or END + 1) <= END)
    assert [record.time / HOUR for record in trace.records] == pytest.approx(until_end)
    assert all(record.event == REMOVE and record.by_service for record in trace.records)


@given(SETTINGS)
def test_the_scan_finds_what_was_written_and_is_not_gone(chosen: dict[str, object]) -> None:
    trace = run(**chosen)
    read = trace.read
    there = {
        session.key
        for session in trace.sessions
        if session.written <= read and (session.deleted is None or session.deleted > read)
    }
    assert trace.page is not None
    assert {one.item["id"].data for one in trace.page.read} == there
    # The filter by hand: a number that lies in the future; the robust one lets through what has no attribute.
    now = EPOCH + read * 3600
    passed = {
        session.key
        for session in trace.sessions
        if session.key in there
        and (
            not chosen["filter_expression"]
            or (session.value is None and chosen["filter_expression"] == ROBUST)
            or (session.value is not None and session.value.type == "N" and session.value.data > Decimal(now))
        )
    }
    assert {item["id"].data for item in trace.page.items} == passed
    for session, state in zip(trace.sessions, trace.states, strict=True):
        if session.key not in there:
            assert state == (LATER if session.written > read else GONE)
        else:
            expired = session.expires <= read
            assert (
                state
                == {
                    (True, True): STALE,
                    (True, False): RETURNED,
                    (False, True): FILTERED,
                    (False, False): LOST,
                }[session.key in passed, expired]
            )


@given(SETTINGS)
def test_with_the_right_form_the_filter_hides_the_expired_and_nothing_else(chosen: dict[str, object]) -> None:
    states = run(**chosen | {"form": SECONDS, "filter_expression": SIMPLE}).states
    assert STALE not in states
    assert LOST not in states


def test_which_mistakes_the_simple_filter_makes() -> None:
    def states(form: str, text: str) -> set[str]:
        return set(run(24, 24, 60, form=form, filter_expression=text, seed=4).states)

    assert states(MILLISECONDS, SIMPLE) == {STALE, RETURNED}
    assert states(TEXT, SIMPLE) == {FILTERED, LOST}
    assert states(MISSING, SIMPLE) == {FILTERED, LOST}
    assert states(MISSING, ROBUST) == {STALE, RETURNED}
    assert states(OLD, SIMPLE) == {FILTERED}


@pytest.mark.parametrize(("lifetime", "lag"), [(24, 24), (6, 48), (96, 12)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_of_the_expired_follows_littles_law(lifetime: int, lag: int, seed: int) -> None:
    """A long run: an item every tenth of an hour; who is in the table is counted at many moments."""
    count = 40_000
    lives = [
        (number / 10, number / 10 + lifetime, number / 10 + lifetime + wait)
        for number, wait in enumerate(islice(lags(lag, seed), count))
    ]
    # The moments lie after the start has worn off and before the last items come.
    shares = []
    for moment in range(1000, 3900, 97):
        near = lives[max(0, moment * 10 - 10 * (lifetime + 20 * lag)) : moment * 10]
        present = [expires for _, expires, gone in near if gone > moment]
        shares.append(mean(expires <= moment for expires in present))
    trace = run(lifetime, lag, 60, form=SECONDS, filter_expression="", seed=seed)
    assert trace.expired_share == lag / (lifetime + lag)
    assert mean(shares) == pytest.approx(trace.expired_share, abs=0.015)


def shown(**chosen: object) -> TimeToLiveTrace:
    return TimeToLive(**chosen).simulate()


def test_a_reserved_word_is_refused_and_explained() -> None:
    trace = shown(filter="ttl > :now")
    assert trace.error is not None
    assert trace.error.kind == "reserved"
    assert "予約語" in TimeToLive.frame({"filter": "ttl > :now"})["explanation"]["why"]


def test_milliseconds_are_a_date_far_away() -> None:
    # 1795737600000 s are 56,905 years and some.
    assert "58,8" in TimeToLive.frame({"form": MILLISECONDS})["pictures"]["wide"]


def test_another_mean_lag_stretches_the_same_lags() -> None:
    short, long = shown(lag=10), shown(lag=30)
    for one, other in zip(short.sessions, long.sessions, strict=True):
        assert 3 * (one.deleted - one.expires) == pytest.approx(other.deleted - other.expires)
