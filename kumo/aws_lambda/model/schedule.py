"""Schedule expressions of Amazon EventBridge: ``cron(…)`` and ``rate(…)``, and when they run next.

Modelled: the six fields of a cron expression (minutes, hours, day of month, month, day of week, year) with the
wildcards ``, - * / ? L W #``, names of months and days in either case, and rates in minutes, hours and days. A
rule evaluates cron in UTC; EventBridge Scheduler evaluates it in the time zone that is set (here: a fixed
offset from UTC). A rate counts from the creation of the rule, its first run one interval later.

Sources (read 2026-11-22): "Setting a schedule pattern for scheduled rules",
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html (fields, wildcards,
"You can't use * in both the Day-of-month and Day-of-week fields", no ``/`` among the days of the week, one
expression only with ``#``, singular unit for 1); "Schedule types in EventBridge Scheduler",
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (time zones, 60 s precision).
The page leaves details open that EventBridge shares with the Quartz scheduler
(http://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html), and so does this model:
``W`` never leaves its month; ``LW`` is the last weekday of a month and ``L-3`` three days before its last day;
``6L`` is the last Friday (6) of a month, ``L`` alone among the days of the week is Saturday; a range may run
over the end (``FRI-MON``), except of years.

Assumed: a day that a month does not have (``31W`` in June) is skipped in that month.

Not modelled: daylight saving time; the seconds within the minute at which a target is really called; flexible
time windows; ``at(…)``.

Times are naive `datetime.datetime` values to the minute, in the zone in which the expression is evaluated,
except where a name says otherwise.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE, SCHEDULER = "rule", "scheduler"
RUNS = 10

MONTHS = dict(
    zip(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], range(1, 13), strict=True)
)
DAYS = dict(zip(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], range(1, 8), strict=True))
SATURDAY, SUNDAY = 7, 1

MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR = "minute", "hour", "day", "month", "weekday", "year"


@dataclass(frozen=True)
class Field:
    """What one field of a cron expression takes: its numbers, from `low` to `high`, and their names."""

    name: str
    low: int
    high: int
    names: dict[str, int]


FIELDS = (
    Field(MINUTE, 0, 59, {}),
    Field(HOUR, 0, 23, {}),
    Field(DAY, 1, 31, {}),
    Field(MONTH, 1, 12, MONTHS),
    Field(WEEKDAY, 1, 7, DAYS),
    Field(YEAR, 1970, 2199, {}),
)

# Units of a rate, in minutes.
UNITS = {"minute": 1, "hour": 60, "day": 24 * 60}
MOST_MINUTES = 60 * 24 * 366 * 10


class ExpressionError(ValueError):
    """An expression that EventBridge would not take.

    Attributes
    ----------
    problem : str
        Key of what is wrong, for the words.
    details : dict
        What the words about it need.

    """

    def __init__(self, problem: str, **details: object) -> None:
        super().__init__(f"{problem}: {details}")
        self.problem, self.details = problem, details


@dataclass(frozen=True)
class Rate:
    """An interval: `value` times `unit` (``"minute"``, ``"hour"``, ``"day"``)."""

    value: int
    unit: str

    @property
    def minutes(self) -> int:
        """Length of the interval."""
        return self.value * UNITS[self.unit]


@dataclass(frozen=True)
class Cron:
    """A parsed cron expression.

    Attributes
    ----------
    texts : tuple of str
        The six fields as written.
    minutes, hours, months, years : tuple of int
        The values that match, ascending.
    days : tuple of str
        Terms of the day of the month in upper case; empty when the field is ``?``.
    weekdays : tuple of str
        Terms of the day of the week likewise.

    """

    texts: tuple[str, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    days: tuple[str, ...]
    weekdays: tuple[str, ...]

    def month_days(self, year: int, month: int) -> list[int]:
        """Return the days of that month on which the expression runs, ascending."""
        if self.days:
            found = {day for term in self.days for day in _days_of_month(term, year, month)}
        else:
            found = {day for term in self.weekdays for day in _days_of_week(term, year, month)}
        return sorted(found)

    def after(self, time: datetime) -> Iterator[datetime]:
        """Yield every run later than `time`, in order, until the last year of the expression."""
        for year in self.years:
            if year < time.year:
                continue
            for month in self.months:
                if (year, month) < (time.year, time.month):
                    continue
                for day in self.month_days(year, month):
                    if date(year, month, day) < time.date():
                        continue
                    for hour in self.hours:
                        for minute in self.minutes:
                            run = datetime(year, month, day, hour, minute)  # noqa: DTZ001 -- in the zone of the expression
                            if run > time:
                                yield run


@dataclass(frozen=True)
class ScheduleTrace:
    """The next runs of an expression.

    Attributes
    ----------
    expression : Cron or Rate
        What was asked.
    evaluated : {"rule", "scheduler"}
        Whether cron is read in UTC or in the zone of the offset.
    offset : int
        Minutes that local time is ahead of UTC.
    start : datetime
        From when on runs are looked for: local time; also when the rate was created.
    runs : tuple of datetime
        The next runs, local time, at most `RUNS`; fewer when the expression ends.

    """

    expression: Cron | Rate
    evaluated: str
    offset: int
    start: datetime
    runs: tuple[datetime, ...]

    def utc(self, local: datetime) -> datetime:
        """Return a local time in UTC."""
        return local - timedelta(minutes=self.offset)


def next_runs(expression: Cron | Rate, start: datetime, *, offset: int, evaluated: str) -> ScheduleTrace:
    """Return the next ten runs after `start` (local time).

    Parameters
    ----------
    expression : Cron or Rate
        See `parse`.
    start : datetime
        Local time, to the minute.
    offset : int
        Minutes that local time is ahead of UTC.
    evaluated : {"rule", "scheduler"}
        Who evaluates cron: a rule in UTC, EventBridge Scheduler in local time.

    """
    if isinstance(expression, Rate):
        step = timedelta(minutes=expression.minutes)
        return ScheduleTrace(
            expression, evaluated, offset, start, tuple(start + step * count for count in range(1, RUNS + 1))
        )
    ahead = timedelta(minutes=offset if evaluated == RULE else 0)
    found = islice(expression.after(start - ahead), RUNS)
    return ScheduleTrace(expression, evaluated, offset, start, tuple(run + ahead for run in found))


# Reading expressions.


def parse(text: str) -> Cron | Rate:
    """Return what a schedule expression means.

    Raises
    ------
    ExpressionError
        For an expression that EventBridge does not take; it says what is wrong where.

    """
    match = re.fullmatch(r"\s*(cron|rate)\((.*)\)\s*", text)
    if not match:
        raise ExpressionError("form")
    return _rate(match[2]) if match[1] == "rate" else _cron(match[2])


def _rate(content: str) -> Rate:
    match = re.fullmatch(r"\s*([0-9]+)\s+([a-z]+)\s*", content)
    if not match or match[2].removesuffix("s") not in UNITS:
        raise ExpressionError("rate-form")
    value, unit = int(match[1]), match[2].removesuffix("s")
    if not value:
        raise ExpressionError("rate-zero")
    if (value == 1) != (match[2] == unit):
        raise ExpressionError("rate-plural", value=value, unit=unit if value == 1 else unit + "s")
    if value * UNITS[unit] > MOST_MINUTES:
        raise ExpressionError("rate-long")
    return Rate(value, unit)


def _cron(content: str) -> Cron:
    texts = tuple(content.split())
    if len(texts) != len(FIELDS):
        raise ExpressionError("fields", count=len(texts))
    days, weekdays = texts[2], texts[4]
    if (days == "?") == (weekdays == "?"):
        raise ExpressionError("both" if days != "?" else "neither")
    minute, hour, day, month, weekday, year = FIELDS
    for field, text in zip(FIELDS, texts, strict=True):
        if text == "?" and field not in (day, weekday):
            raise ExpressionError("question", field=field.name)
    return Cron(
        texts,
        _values(minute, texts[0]),
        _values(hour, texts[1]),
        _values(month, texts[3]),
        _values(year, texts[5]),
        () if days == "?" else _terms(day, days, _is_day_term),
        () if weekdays == "?" else _terms(weekday, weekdays, _is_weekday_term),
    )


def _terms(field: Field, text: str, special: object) -> tuple[str, ...]:
    """Return the terms of a field with more than numbers in it, each checked."""
    terms = tuple(text.upper().split(","))
    if "#" in text and len(terms) > 1:
        raise ExpressionError("one-hash", text=text)
    for term in terms:
        if not special(term):  # type: ignore[operator]
            _term_values(field, term)
    return terms


def _is_day_term(term: str) -> bool:
    if term in ("L", "LW"):
        return True
    if match := re.fullmatch(r"L-([0-9]{1,2})|([0-9]{1,2})W", term):
        number = int(match[1] or match[2])
        if not 1 <= number <= (30 if match[1] else 31):
            raise ExpressionError("value", field=DAY, term=term, low=1, high=30 if match[1] else 31)
        return True
    return False


def _is_weekday_term(term: str) -> bool:
    if term == "L":
        return True
    if match := re.fullmatch(r"([0-9]+|[A-Z]{3})(L|#([0-9]+))", term):
        _number(FIELDS[4], match[1])
        if match[3] and not 1 <= int(match[3]) <= 5:  # noqa: PLR2004 -- no month has a sixth Monday
            raise ExpressionError("hash", term=term)
        return True
    return False


def _values(field: Field, text: str) -> tuple[int, ...]:
    return tuple(sorted({value for term in text.upper().split(",") for value in _term_values(field, term)}))


def _term_values(field: Field, term: str) -> list[int]:
    """Return the values of one term: ``*``, ``5``, ``5-10``, and any of them with ``/step``."""
    body, slash, step_text = term.partition("/")
    if slash and field.name == WEEKDAY:
        raise ExpressionError("weekday-step", term=term)
    if slash and not re.fullmatch(r"[1-9][0-9]{0,3}", step_text):
        raise ExpressionError("step", field=field.name, term=term)
    step = int(step_text) if slash else 1
    if body == "*":
        return list(range(field.low, field.high + 1, step))
    first, dash, last = body.partition("-")
    low = _number(field, first)
    if not dash:
        return list(range(low, (field.high if slash else low) + 1, step))
    high = _number(field, last)
    if high < low and field.name == YEAR:
        raise ExpressionError("years", term=term)
    size = field.high - field.low + 1
    return [field.low + (low - field.low + ahead) % size for ahead in range(0, (high - low) % size + 1, step)]


def _number(field: Field, text: str) -> int:
    if text in field.names:
        return field.names[text]
    if not re.fullmatch(r"[0-9]{1,4}", text) or not field.low <= int(text) <= field.high:
        raise ExpressionError("value", field=field.name, term=text, low=field.low, high=field.high)
    return int(text)


# Days.


def _days_of_month(term: str, year: int, month: int) -> list[int]:
    last = monthrange(year, month)[1]
    if term == "L":
        return [last]
    if term == "LW":
        return [_nearest_weekday(last, year, month)]
    if term.startswith("L-"):
        day = last - int(term[2:])
        return [day] if day >= 1 else []
    if term.endswith("W"):
        day = int(term[:-1])
        return [_nearest_weekday(day, year, month)] if day <= last else []
    return [day for day in _term_values(FIELDS[2], term) if day <= last]


def _nearest_weekday(day: int, year: int, month: int) -> int:
    """Return the day from Monday to Friday that is nearest to `day`, without leaving the month."""
    last, weekday = monthrange(year, month)[1], _weekday(year, month, day)
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _days_of_week(term: str, year: int, month: int) -> list[int]:
    first, last = _weekday(year, month, 1), monthrange(year, month)[1]

    def all_of(weekday: int) -> list[int]:
        return list(range(1 + (weekday - first) % 7, last + 1, 7))

    if term == "L":
        return all_of(SATURDAY)
    if "#" in term:
        name, _, which = term.partition("#")
        return all_of(_number(FIELDS[4], name))[int(which) - 1 : int(which)]
    if term.endswith("L"):
        return all_of(_number(FIELDS[4], term[:-1]))[-1:]
    return [day for weekday in _term_values(FIELDS[4], term) for day in all_of(weekday)]


def _weekday(year: int, month: int, day: int) -> int:
    """Return the day of the week as EventBridge counts it: 1 is Sunday."""
    return date(year, month, day).isoweekday() % 7 + 1
