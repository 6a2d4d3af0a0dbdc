"""Schedule expressions against AWS's own examples and against a slow reading of the rules, minute by minute."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import Schedules
from kumo.aws_lambda.model.schedule import (
    FIELDS,
    RULE,
    RUNS,
    SCHEDULER,
    Cron,
    ExpressionError,
    Rate,
    next_runs,
    parse,
)
from kumo.aws_lambda.words import schedules as words
from kumo.core.parameters import ParameterError

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


# A second, slow reading: does this one minute match the text? Nothing is precomputed, no calendar is asked.


def matches(text: str, time: datetime) -> bool:
    minute, hour, day, month, weekday, year = text.removeprefix("cron(").removesuffix(")").upper().split()
    return (
        simple(minute, time.minute, 0, 59)
        and simple(hour, time.hour, 0, 23)
        and simple(month, time.month, 1, 12, MONTHS)
        and simple(year, time.year, 1970, 2199)
        and (day == "?" or any(day_matches(term, time) for term in day.split(",")))
        and (weekday == "?" or any(weekday_matches(term, time) for term in weekday.split(",")))
    )


def simple(text: str, value: int, low: int, high: int, names: list[str] | None = None) -> bool:
    def number(part: str) -> int:
        return names.index(part) + low if names and part in names else int(part)

    for term in text.split(","):
        body, _, step = term.partition("/")
        first, _, last = body.partition("-")
        begin = low if body == "*" else number(first)
        end = high if body == "*" or (step and not last) else number(last or first)
        current, left = begin, 0
        while True:  # walk from the beginning of the range to its end, over the edge if need be
            if current == value and left == 0:
                return True
            if current == end:
                break
            current = current + 1 if current < high else low
            left = (left + 1) % int(step or 1)
    return False


def is_last_day(time: datetime) -> bool:
    return (time + DAY).month != time.month


def is_working_day(time: datetime) -> bool:
    return time.weekday() < 5


def day_matches(term: str, time: datetime) -> bool:
    if term == "L":
        return is_last_day(time)
    if term == "LW":
        rest = [time + DAY * ahead for ahead in range(1, 32) if (time + DAY * ahead).month == time.month]
        return is_working_day(time) and not any(is_working_day(other) for other in rest)
    if term.startswith("L-"):
        return is_last_day(time + DAY * int(term[2:])) and (time + DAY * int(term[2:])).month == time.month
    if term.endswith("W"):
        return is_working_day(time) and time.day == nearest(int(term[:-1]), time)
    return simple(term, time.day, 1, 31)


def nearest(wanted: int, time: datetime) -> int | None:
    days = [time.replace(day=1) + DAY * ahead for ahead in range(31)]
    days = [day for day in days if day.month == time.month]
    if wanted > len(days):
        return None
    return min((day for day in days if is_working_day(day)), key=lambda day: abs(day.day - wanted)).day


def weekday_matches(term: str, time: datetime) -> bool:
    name = WEEKDAYS[(time.weekday() + 1) % 7]
    number = WEEKDAYS.index(name) + 1
    if term == "L":
        return name == "SAT"
    if "#" in term:
        which, _, count = term.partition("#")
        return which in (name, str(number)) and (time.day + 6) // 7 == int(count)
    if term.endswith("L"):
        return term[:-1] in (name, str(number)) and (time + 7 * DAY).month != time.month
    return simple(term, number, 1, 7, WEEKDAYS)


def test_the_slow_reading_knows_a_calendar() -> None:
    """2026-11-22 is a Sunday, the fourth of its month; the month ends on a Monday."""
    sunday = datetime(2026, 11, 22)  # noqa: DTZ001
    assert [term for term in ("SUN#4", "1#4", "SUN", "1L", "L", "2#4") if weekday_matches(term, sunday)] == [
        "SUN#4",
        "1#4",
        "SUN",
    ]
    assert nearest(22, sunday) == 23
    assert nearest(1, sunday) == 2
    assert nearest(31, sunday) is None


# Expressions at random.


def numbers(low: int, high: int, names: list[str] | None = None) -> st.SearchStrategy[str]:
    one = st.integers(low, high).map(str)
    if names:
        one = one | st.sampled_from(names) | st.sampled_from(names).map(str.lower)
    step = st.integers(1, high - low + 3 if high < 1000 else 12).map(str)
    pair = st.tuples(one, one).map("-".join)
    if high > 1000:
        pair = st.tuples(st.integers(2020, 2030), st.integers(0, 10)).map(lambda two: f"{two[0]}-{sum(two)}")
        one = st.integers(2024, 2032).map(str)
    term = one | pair
    if names is not WEEKDAYS:
        term = term | st.builds("{}/{}".format, one | pair | st.just("*"), step)
    return st.just("*") | st.lists(term, min_size=1, max_size=3).map(",".join)


special_days = st.one_of(
    st.sampled_from(["L", "LW", "1W", "15W", "31W", "30W", "l", "lw"]),
    st.integers(1, 30).map("L-{}".format),
    st.integers(1, 31).map("{}W".format),
)
special_weekdays = st.one_of(
    st.just("L"),
    st.builds("{}L".format, st.sampled_from([*WEEKDAYS, *"1234567"])),
    st.builds("{}#{}".format, st.sampled_from([*WEEKDAYS, *"1234567"]), st.integers(1, 5)),
)
days = st.one_of(
    st.tuples(numbers(1, 31) | special_days, st.just("?")),
    st.tuples(st.lists(special_days, min_size=1, max_size=3).map(",".join), st.just("?")),
    st.tuples(st.just("?"), numbers(1, 7, WEEKDAYS) | special_weekdays),
)


@st.composite
def crons(draw: st.DrawFn) -> str:
    day, weekday = draw(days)
    parts = (
        draw(numbers(0, 59)),
        draw(numbers(0, 23)),
        day,
        draw(numbers(1, 12, MONTHS)),
        weekday,
        draw(numbers(1970, 2199)),
    )
    return f"cron({' '.join(parts)})"


moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31)).map(  # noqa: DTZ001
    lambda time: time.replace(second=0, microsecond=0)
)


@given(crons(), moments)
@settings(max_examples=150, deadline=None)
def test_every_minute_of_three_days(expression: str, start: datetime) -> None:
    found = set()
    for run in parse(expression).after(start):
        if run > start + 3 * DAY:
            break
        found.add(run)
    slow = {time for count in range(1, 3 * 24 * 60 + 1) if matches(expression, time := start + count * MINUTE)}
    assert found == slow


@given(days, numbers(1, 12, MONTHS), moments)
@settings(max_examples=150, deadline=None)
def test_every_day_of_two_years(day_and_weekday: tuple[str, str], month: str, start: datetime) -> None:
    day, weekday = day_and_weekday
    expression = f"cron({start.minute} {start.hour} {day} {month} {weekday} *)"
    found = []
    for run in parse(expression).after(start):
        if run > start + 731 * DAY:
            break
        found.append(run)
    assert found == [time for count in range(1, 732) if matches(expression, time := start + count * DAY)]


@given(crons(), moments, st.integers(-24, 28), st.sampled_from([RULE, SCHEDULER]))
@settings(max_examples=100, deadline=None)
def test_runs_are_later_ordered_and_match_in_their_zone(
    expression: str, start: datetime, half_hours: int, evaluated: str
) -> None:
    trace = next_runs(parse(expression), start, offset=30 * half_hours, evaluated=evaluated)
    assert list(trace.runs) == sorted(set(trace.runs))
    assert len(trace.runs) <= RUNS
    assert all(run > start for run in trace.runs)
    for run in trace.runs:
        assert matches(expression, trace.utc(run) if evaluated == RULE else run)


# Published examples: the tables of the EventBridge user guide (eb-scheduled-rule-pattern, read 2026-11-22).


def runs(expression: str, start: str = "2026-11-24 08:30", count: int = 3) -> list[str]:
    trace = next_runs(parse(expression), words.start(start), offset=0, evaluated=RULE)
    return [f"{run:%a %Y-%m-%d %H:%M}" for run in trace.runs[:count]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 10 * * ? *)", ["Tue 2026-11-24 10:00", "Wed 2026-11-25 10:00", "Thu 2026-11-26 10:00"]),
        ("cron(15 12 * * ? *)", ["Tue 2026-11-24 12:15", "Wed 2026-11-25 12:15", "Thu 2026-11-26 12:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["Tue 2026-11-24 18:00", "Wed 2026-11-25 18:00", "Thu 2026-11-26 18:00"]),
        ("cron(0 8 1 * ? *)", ["Tue 2026-12-01 08:00", "Fri 2027-01-01 08:00", "Mon 2027-02-01 08:00"]),
        ("cron(0/15 * * * ? *)", ["Tue 2026-11-24 08:45", "Tue 2026-11-24 09:00", "Tue 2026-11-24 09:15"]),
        ("cron(0/10 * ? * MON-FRI *)", ["Tue 2026-11-24 08:40", "Tue 2026-11-24 08:50", "Tue 2026-11-24 09:00"]),
        ("cron(0/5 8-17 ? * MON-FRI *)", ["Tue 2026-11-24 08:35", "Tue 2026-11-24 08:40", "Tue 2026-11-24 08:45"]),
        ("cron(0 9 ? * 2#1 *)", ["Mon 2026-12-07 09:00", "Mon 2027-01-04 09:00", "Mon 2027-02-01 09:00"]),
        ("cron(0 0 ? * 3#2 *)", ["Tue 2026-12-08 00:00", "Tue 2027-01-12 00:00", "Tue 2027-02-09 00:00"]),
        ("cron(0 0 3W * ? *)", ["Thu 2026-12-03 00:00", "Mon 2027-01-04 00:00", "Wed 2027-02-03 00:00"]),
        ("cron(0 0 L * ? *)", ["Mon 2026-11-30 00:00", "Thu 2026-12-31 00:00", "Sun 2027-01-31 00:00"]),
        ("cron(0 0 29 2 ? *)", ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00", "Fri 2036-02-29 00:00"]),
        # "1/10 … every tenth minute, starting from the first minute of the hour (the 11th, 21st and 31st)".
        ("cron(1/10 9 * * ? *)", ["Tue 2026-11-24 09:01", "Tue 2026-11-24 09:11", "Tue 2026-11-24 09:21"]),
        ("rate(5 minutes)", ["Tue 2026-11-24 08:35", "Tue 2026-11-24 08:40", "Tue 2026-11-24 08:45"]),
        ("rate(1 hour)", ["Tue 2026-11-24 09:30", "Tue 2026-11-24 10:30", "Tue 2026-11-24 11:30"]),
        ("rate(7 days)", ["Tue 2026-12-01 08:30", "Tue 2026-12-08 08:30", "Tue 2026-12-15 08:30"]),
    ],
)
def test_published_examples(expression: str, expected: list[str]) -> None:
    assert runs(expression) == expected


def test_a_run_at_this_very_minute_is_past() -> None:
    assert runs("cron(30 8 24 11 ? *)") == ["Wed 2027-11-24 08:30", "Fri 2028-11-24 08:30", "Sat 2029-11-24 08:30"]


def test_days_that_never_come() -> None:
    assert runs("cron(0 0 30 2 ? *)") == []
    assert runs("cron(0 0 ? 2 SUN#5 2027-2059)") == ["Sun 2032-02-29 00:00"], "of 2060 only leap years"
    assert runs("cron(0 0 1 1 ? 2020)") == []
    frame = Schedules.frame({"expression": "cron(0 0 30 2 ? *)"})
    assert frame["explanation"]["point"] == "この式は、この先一度も動きません。"


def test_a_rule_reads_utc_and_the_scheduler_local_time() -> None:
    start = words.start("2026-11-24 08:30")
    cron = parse("cron(0 0 ? * MON *)")
    rule = next_runs(cron, start, offset=540, evaluated=RULE).runs[0]
    assert f"{rule:%a %H:%M}" == "Mon 09:00"
    scheduler = next_runs(cron, start, offset=540, evaluated=SCHEDULER).runs[0]
    assert f"{scheduler:%a %H:%M}" == "Mon 00:00"
    west = next_runs(cron, start, offset=-300, evaluated=RULE).runs[0]
    assert f"{west:%a %H:%M}" == "Sun 19:00", "the day of the week is UTC's too"


# What is not an expression.


@pytest.mark.parametrize(
    ("expression", "problem", "right"),
    [
        ("", "form", "cron(0 9 * * ? *)"),
        ("0 9 * * *", "form", "rate(5 minutes)"),
        ("CRON(0 9 * * ? *)", "form", "cron("),
        ("cron(0 9 * * *)", "fields", "5つになっています"),
        ("cron(0 0 9 * * ? *)", "fields", "7つになっています"),
        ("cron(0 9 * * * *)", "both", "どちらか一方を ?"),
        ("cron(0 9 1 * MON *)", "both", "どちらか一方を ?"),
        ("cron(0 9 ? * ? *)", "neither", "一方だけ"),
        ("cron(? 9 * * ? *)", "question", "分では * を使います"),
        ("cron(60 9 * * ? *)", "value", "分が0〜59の整数"),
        ("cron(0 24 * * ? *)", "value", "時が0〜23の整数"),
        ("cron(0 0 0 * ? *)", "value", "日が1〜31の整数"),
        ("cron(0 0 1 13 ? *)", "value", "月が1〜12の整数か JAN〜DEC"),
        ("cron(0 0 ? * 0 *)", "value", "曜日が1〜7の整数か SUN〜SAT(1は日曜日)"),
        ("cron(0 0 ? * 8 *)", "value", "1は日曜日"),
        ("cron(0 0 1 1 ? 1969)", "value", "年が1970〜2199の整数"),
        ("cron(0 0 1 JAM ? *)", "value", "JAM ではありません"),
        ("cron(0 0 32W * ? *)", "value", "32W"),
        ("cron(0 0 L-31 * ? *)", "value", "L-31"),
        ("cron(0 0 ? * MON#6 *)", "hash", "第2月曜日"),
        ("cron(0 0 ? * MON#1,FRI#3 *)", "one-hash", "1つだけ"),
        ("cron(0/0 0 * * ? *)", "step", "0/0"),
        ("cron(0/x 0 * * ? *)", "step", "0/X"),
        ("cron(0 0 ? * MON/2 *)", "weekday-step", "MON/2"),
        ("cron(0 0 1 1 ? 2030-2027)", "years", "2030-2027"),
        ("cron(5-*/2 0 * * ? *)", "value", "分が0〜59"),
        ("cron(L 0 * * ? *)", "value", "分が0〜59"),
        ("cron(0, 0 * * ? *)", "value", "分が0〜59"),
        ("rate(5)", "rate-form", "rate(値 単位)"),
        ("rate(5 seconds)", "rate-form", "minute(s)"),
        ("rate(1.5 hours)", "rate-form", "rate(値 単位)"),
        ("rate(0 minutes)", "rate-zero", "1以上"),
        ("rate(1 minutes)", "rate-plural", "rate(1 minute)"),
        ("rate(5 minute)", "rate-plural", "rate(5 minutes)"),
        ("rate(99999 days)", "rate-long", "10年"),
    ],
)
def test_errors_say_what_is_right(expression: str, problem: str, right: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(expression)
    assert caught.value.problem == problem
    with pytest.raises(ParameterError) as told:
        Schedules(expression=expression)
    assert right in str(told.value)
    assert "{" not in str(told.value)


@given(st.text(alphabet="cronrate()0123456789 ,-*/?LW#MONJANminutes", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_turned_down(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        assert words.check(text)
    else:
        assert words.check(text) is None
        assert isinstance(expression, Cron | Rate)


@given(crons())
@settings(max_examples=100, deadline=None)
def test_every_field_has_a_meaning_in_words(expression: str) -> None:
    tiles = words.tiles(parse(expression))
    assert len(tiles) == len(FIELDS)
    for name, _, meaning in tiles:
        assert meaning
        assert not re.search(r"[A-Z#?*/]", meaning), f"{name}: {meaning}"


@pytest.mark.parametrize(
    "text", ["2026-13-01 00:00", "2026-11-24", "24.11.2026 08:30", "1969-12-31 23:59", "２０２６-11-24 08:30"]
)
def test_moments_are_checked(text: str) -> None:
    with pytest.raises(ParameterError, match="2026-11-24 08:30"):
        Schedules(start=text)
