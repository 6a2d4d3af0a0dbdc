"""Items with an expiry: when they expire, when they are gone, and what a scan in between returns.

Modelled: which values of the TTL attribute the service takes for an expiry (a number of seconds since 1970, not more
than five years in the past); a deletion some time after it, which uses no write units and leaves a record in the stream
that names the service; a scan with or without a filter, by the engine of `kumo.dynamodb.model.table`. Not modelled:
the hour in which a changed setting spreads, reads that lag behind writes, updates that move an expiry, indexes, global
tables.

Assumed: the time from expiry to deletion is exponentially distributed, independently for each item. AWS says only
that it is "typically within a few days" (in earlier editions: within 48 hours) and depends on the load. "Five years"
are taken as 5 × 365.25 days.

Closed form: where items come in steadily, live for L and are deleted after a mean lag of G, the table holds
rate × (L + G) of them, of which the share G / (L + G) has expired (Little's law, for any distribution of the lag).

Sources (read 2026-11-26), below https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/: TTL.html,
time-to-live-ttl-before-you-start.html, ttl-expired-items.html, time-to-live-ttl-streams.html.

Times are hours since `EPOCH`; expiries are seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.core.streams import stream
from kumo.dynamodb.model.errors import DynamoDBError
from kumo.dynamodb.model.expressions import used_in
from kumo.dynamodb.model.streams import HOUR, KEYS_ONLY, Record, Stream
from kumo.dynamodb.model.table import Page, Table
from kumo.dynamodb.model.values import Value, of_any

if TYPE_CHECKING:
    from collections.abc import Iterator

# 2026-11-26 00:00 UTC, when the first item is written.
EPOCH = 1_795_651_200
ATTRIBUTE = "ttl"
COUNT, EVERY = 8, 6
END = 144
YEAR = 365.25 * 24 * HOUR
OLDEST = facts.value("dynamodb.ttl-past-years") * YEAR
# How long ago the expiry of an item lies that was carried over from an old system.
OLD_YEARS = 6

SECONDS, MILLISECONDS, TEXT, OLD, MISSING = "seconds", "milliseconds", "text", "old", "missing"
FORMS = (SECONDS, MILLISECONDS, TEXT, OLD, MISSING)

# What a scan did with an item.
RETURNED, STALE, FILTERED, LOST, GONE, LATER, REFUSED = (
    "returned",  # valid, and returned
    "stale",  # expired, and returned
    "filtered",  # expired, and left out by the filter
    "lost",  # valid, and left out by the filter
    "gone",
    "later",  # not written yet
    "refused",  # the scan was an error
)


@dataclass(frozen=True)
class Session:
    """An item and its life.

    Attributes
    ----------
    key : str
        Its primary key.
    written : float
        When it is put into the table, hours.
    expires : float
        When it should expire, hours: what its writer means.
    value : Value or None
        Its TTL attribute; None when it has none.
    deleted : float or None
        When the service deletes it, hours; None when that is never.

    """

    key: str
    written: float
    expires: float
    value: Value | None
    deleted: float | None


@dataclass(frozen=True)
class TimeToLiveTrace:
    """Some items and one scan.

    Attributes
    ----------
    sessions : tuple of Session
        In the order in which they are written.
    form : str
        How the TTL attribute is written, one of `FORMS`.
    lifetime, lag : float
        From the write to the expiry, and from the expiry to the deletion on average, hours.
    read : float
        When the scan is, hours.
    filter : str
        Its filter expression; empty for none.
    page : Page or None
        Its answer.
    error : DynamoDBError or None
        What the service answered instead.
    records : tuple of Record
        The records of the deletions until `END`.

    """

    sessions: tuple[Session, ...]
    form: str
    lifetime: float
    lag: float
    read: float
    filter: str
    page: Page | None
    error: DynamoDBError | None
    records: tuple[Record, ...]

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What the scan did with each item."""
        returned = {item["id"].data for item in self.page.items} if self.page else set()
        return tuple(self._state(session, session.key in returned) for session in self.sessions)

    def _state(self, session: Session, returned: bool) -> str:  # noqa: FBT001 -- private
        if self.read < session.written:
            return LATER
        if session.deleted is not None and session.deleted <= self.read:
            return GONE
        if self.error is not None:
            return REFUSED
        expired = session.expires <= self.read
        if returned:
            return STALE if expired else RETURNED
        return FILTERED if expired else LOST

    @property
    def works(self) -> bool:
        """Whether the service takes the attribute for an expiry."""
        return self.form == SECONDS

    @property
    def expired_share(self) -> float:
        """Share of expired items in a table that goes on like this for long."""
        return self.lag / (self.lifetime + self.lag) if self.works else 1.0


def epoch_seconds(hours: float) -> int:
    """Return a time of the model as seconds since 1970."""
    return EPOCH + round(hours * HOUR)


def expiry_value(hours: float, form: str) -> Value | None:
    """Return the TTL attribute for an expiry at `hours`, written in one of `FORMS`."""
    seconds = epoch_seconds(hours)
    return {
        SECONDS: of_any(seconds),
        MILLISECONDS: of_any(1000 * seconds),
        TEXT: of_any(str(seconds)),
        OLD: of_any(seconds),
        MISSING: None,
    }[form]


def deletable(value: Value | None, now: float) -> bool:
    """Return whether the service takes an item for expired at `now`, seconds since 1970.

    The attribute must be a number; it is read as seconds since 1970, whatever its writer meant. An expiry more than
    five years in the past is left alone.
    """
    if value is None or value.type != "N":
        return False
    return now - OLDEST <= value.data < now


def lags(mean: float, seed: int) -> Iterator[float]:
    """Yield the times from expiry to deletion, item by item, in hours."""
    chance = stream(seed, "lags")
    while True:
        # One number for each item, so that another mean stretches the same lags.
        yield mean * chance.expovariate(1)


def run(lifetime: float, lag: float, read: float, *, form: str, filter_expression: str, seed: int) -> TimeToLiveTrace:
    """Write `COUNT` items, let them expire, and scan the table once.

    Parameters
    ----------
    lifetime, lag, read : float
        Hours; see `TimeToLiveTrace`.
    form : str
        How the TTL attribute is written.
    filter_expression : str
        May use ``#ttl`` and ``:now``; empty for no filter.
    seed : int
        Chooses the lags.

    """
    sessions = tuple(_sessions(lifetime, lag, form, seed))
    table = Table("Sessions", {"id": "S"}, partition="id")
    changes = Stream(table, KEYS_ONLY)
    events = [(session.written, 0, session) for session in sessions]
    events += [(session.deleted, 1, session) for session in sessions if session.deleted is not None]
    page, error, records = None, None, []
    scanned = False
    for time, deletion, session in sorted(events, key=lambda event: event[:2]):
        if not scanned and time > read:
            page, error = _scan(table, read, filter_expression)
            scanned = True
        if deletion and time > END:
            break
        left = changes.add(_change(table, session, deletion=bool(deletion)), at=time * HOUR, by_service=bool(deletion))
        if deletion and left is not None:
            records.append(left)
    if not scanned:
        page, error = _scan(table, read, filter_expression)
    return TimeToLiveTrace(sessions, form, lifetime, lag, read, filter_expression, page, error, tuple(records))


def _sessions(lifetime: float, lag: float, form: str, seed: int) -> Iterator[Session]:
    waits = lags(lag, seed)
    for number in range(COUNT):
        written = number * EVERY
        expires = written + lifetime - (OLD_YEARS * YEAR / HOUR if form == OLD else 0)
        value, gone = expiry_value(expires, form), expires + next(waits)
        # Not before it is written, and a moment later: an item expires when its time has passed.
        deleted = gone if deletable(value, EPOCH + max(gone, written) * HOUR + 1) else None
        yield Session(f"s{number + 1}", written, expires, value, deleted)


def _change(table: Table, session: Session, *, deletion: bool) -> Any:
    if deletion:
        return table.delete({"id": session.key})
    return table.put({"id": session.key} | ({ATTRIBUTE: session.value} if session.value is not None else {}))


def _scan(table: Table, read: float, filter_expression: str) -> tuple[Page | None, DynamoDBError | None]:
    if not filter_expression.strip():
        return table.scan(), None
    names, values = {"#ttl": ATTRIBUTE}, {":now": epoch_seconds(read)}
    try:
        page = table.scan(
            filter=filter_expression,
            names=used_in(filter_expression, names),
            values=used_in(filter_expression, values),
        )
    except DynamoDBError as error:
        return None, error
    return page, None
