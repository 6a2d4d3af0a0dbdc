"""DAX in front of a table: what its two caches answer, how fast, at what cost, and how old.

Modelled: a table of `ITEMS` items of 1 KB in `COLLECTIONS` item collections, read by one application through DAX.
Reads arrive as a Poisson process; which item they are after follows Zipf's law with exponent `skew`. A part of them
are queries for the whole collection of that item. Writes come as a Poisson process of their own, on items drawn by the
same law, through DAX or past it (by another client, straight to the table).

- Eventually consistent: GetItem is answered from the item cache, Query from the query cache. A miss reads the table and
  fills the cache that was asked, not the other one. An entry lives for the time to live of its cache from when it was
  filled; a hit does not prolong it.
- Strongly consistent and transactional reads pass through to the table, and are not cached.
- A write through DAX changes the table, then puts the new item into the item cache with a new time. It leaves the
  query cache as it is. A write past DAX changes the table only.
- The item cache holds `capacity` items; a further one drives out the least recently used, expired or not. The query
  cache holds at most one result for each collection, so it never overflows.

Not modelled: several nodes and the lag between them, the table's own replicas (its answers are always up to date),
negative caching, the memory that both caches share, throttling. Times of answers are assumptions: DAX speaks of
microseconds for hits, DynamoDB of single-digit milliseconds; the model takes `HIT` and `TABLE`, and their sum for a
miss.

Closed form: for an item read at rate λ and written through DAX at rate w, an entry lives (exp(wT) - 1)/w on average (T
without such writes), and the cache is then empty for 1/(λ + w); the share of the first is the share of hits. Without
writes that is λT/(1 + λT).

Times in seconds, rates per second, latencies in milliseconds, reads in read units. Sources: DAX.concepts.html,
DAX.consistency.html below docs.aws.amazon.com/amazondynamodb/latest/developerguide/ (read 2026-11-26).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from math import ceil, expm1
from typing import TYPE_CHECKING, NamedTuple

from kumo.core import facts
from kumo.core.streams import stream
from kumo.dynamodb.model import units
from kumo.dynamodb.model.consistency import EVENTUAL, TRANSACTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ITEMS, COLLECTIONS = 100, 10
ITEM_SIZE = units.KB
ITEM_TTL: int = facts.value("dynamodb.dax-item-ttl")
QUERY_TTL: int = facts.value("dynamodb.dax-query-ttl")
HORIZON = 900.0
# Assumed, in milliseconds.
HIT, TABLE = 0.4, 4.0


class Setting(NamedTuple):
    """What the caches and their clients are like.

    Attributes
    ----------
    kind : str
        How the application reads: eventually consistent, strongly consistent or in transactions.
    rate : float
        Reads per second, all items together.
    queries : float
        Share of the reads that are queries, 0 to 1.
    skew : float
        Exponent of Zipf's law; 0 makes all items equally popular.
    writes : float
        Writes per minute, all items together.
    around : float
        Share of the writes that go past DAX, 0 to 1.
    item_ttl, query_ttl : float
        Times to live, seconds.
    capacity : int
        Items that the item cache holds.
    seed : int
        Of the random streams.

    """

    kind: str = EVENTUAL
    rate: float = 2.0
    queries: float = 0.3
    skew: float = 1.0
    writes: float = 3.0
    around: float = 0.3
    item_ttl: float = ITEM_TTL
    query_ttl: float = QUERY_TTL
    capacity: int = ITEMS
    seed: int = 1


class Write(NamedTuple):
    """A write: when (seconds), on which item (rank of popularity from 0), and whether past DAX."""

    time: float
    item: int
    around: bool


class Read(NamedTuple):
    """A read and what it found.

    Attributes
    ----------
    time : float
        Seconds.
    item : int
        Rank of the item, 0 the most popular; a query is for its whole collection.
    query : bool
        Query rather than GetItem.
    hit : bool
        Answered by a cache.
    version, newest : int
        How many writes the answer knows of, and how many there were (of the item, or of the collection).
    age : float
        How long the answer has been out of date, seconds; 0 for a fresh one.

    """

    time: float
    item: int
    query: bool
    hit: bool
    version: int
    newest: int
    age: float


class Span(NamedTuple):
    """What a cache holds of the watched item from `start` to `end` (seconds): the version as of `version` writes."""

    start: float
    end: float
    version: int


@dataclass(frozen=True)
class DaxTrace:
    """A quarter of an hour of reads and writes.

    Attributes
    ----------
    setting : Setting
        What was asked for.
    horizon : float
        Length of the run, seconds.
    reads : tuple of Read
        In order of time.
    writes : tuple of Write
        In order of time.
    item_spans, query_spans : tuple of Span
        What the two caches held of the most popular item and of its collection.

    """

    setting: Setting
    horizon: float
    reads: tuple[Read, ...]
    writes: tuple[Write, ...]
    item_spans: tuple[Span, ...]
    query_spans: tuple[Span, ...]

    @cached_property
    def getting(self) -> Tally:
        """The figures of GetItem."""
        return tally(self.setting.kind, (read for read in self.reads if not read.query))

    @cached_property
    def querying(self) -> Tally:
        """The figures of Query."""
        return tally(self.setting.kind, (read for read in self.reads if read.query))

    @cached_property
    def so_far(self) -> tuple[Tally, ...]:
        """The figures of all reads up to the end of each minute; the last ones are those of the whole run."""
        minutes: list[list[Read]] = [[] for _ in range(ceil(self.horizon / 60))]
        for read in self.reads:
            minutes[int(read.time // 60)].append(read)
        return tuple(accumulate((tally(self.setting.kind, reads) for reads in minutes), Tally.plus))

    @property
    def total(self) -> Tally:
        """The figures of all reads."""
        return self.so_far[-1]

    def watched(self, *, query: bool) -> tuple[Write, ...]:
        """Return the writes that change the most popular item, or its collection."""
        return tuple(write for write in self.writes if (collection(write.item) if query else write.item) == 0)


@dataclass(frozen=True)
class Tally:
    """Figures of some reads.

    Attributes
    ----------
    count, hits, stale : int
        Reads, those that a cache answered, those with an answer that was out of date.
    oldest : float
        Longest time for which an answer had been out of date, seconds.
    spent, without : float
        Read units spent, and those that the same reads would have cost without DAX.

    """

    count: int
    hits: int
    stale: int
    oldest: float
    spent: float
    without: float

    @property
    def hit_share(self) -> float:
        """Share of hits; 0 without reads."""
        return self.hits / self.count if self.count else 0.0

    @property
    def stale_share(self) -> float:
        """Share of answers out of date; 0 without reads."""
        return self.stale / self.count if self.count else 0.0

    @property
    def latency(self) -> float:
        """Mean time to the answer, milliseconds (assumed, see the module); 0 without reads."""
        return HIT + TABLE * (1 - self.hit_share) if self.count else 0.0

    def plus(self, other: Tally) -> Tally:
        """Return the figures of these reads and of the others together."""
        return Tally(
            self.count + other.count,
            self.hits + other.hits,
            self.stale + other.stale,
            max(self.oldest, other.oldest),
            self.spent + other.spent,
            self.without + other.without,
        )


def collection(item: int) -> int:
    """Return the number of the collection that an item is in; neighbours in popularity are in different ones."""
    return item % COLLECTIONS


@cache
def popularity(skew: float) -> tuple[float, ...]:
    """Return the share of each item in the reads, the most popular first."""
    weights = [1 / rank**skew for rank in range(1, ITEMS + 1)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def cost(kind: str, *, query: bool) -> float:
    """Return the read units of one read of the table."""
    size = ITEM_SIZE * (ITEMS // COLLECTIONS if query else 1)
    plain = units.for_reading(size, consistent=kind != EVENTUAL)
    return 2 * plain if kind == TRANSACTIONAL else plain


def expected_hits(reads: float, written: float, ttl: float) -> float:
    """Return the share of hits in the long run for an entry that is never driven out (see the module).

    Parameters
    ----------
    reads, written : float
        Reads and writes through DAX of the one entry, per second.
    ttl : float
        Time to live, seconds.

    """
    if not reads:
        return 0.0
    alive = expm1(min(written * ttl, 700.0)) / written if written else ttl
    return alive / (alive + 1 / (reads + written))


def tally(kind: str, reads: Iterable[Read]) -> Tally:
    """Add up some reads."""
    prices = (cost(kind, query=False), cost(kind, query=True))
    count = hits = stale = 0
    oldest = spent = without = 0.0
    for read in reads:
        price = prices[read.query]
        count += 1
        without += price
        if not read.hit:
            spent += price
            continue
        hits += 1
        if read.age:
            stale += 1
            oldest = max(oldest, read.age)
    return Tally(count, hits, stale, oldest, spent, without)


class _Cache:
    """One of the two caches: a version and the time of filling for each key, the least recently used first."""

    def __init__(self, ttl: float, capacity: int) -> None:
        self._ttl, self._capacity = ttl, capacity
        self._entries: OrderedDict[int, tuple[int, float]] = OrderedDict()
        self.spans: list[Span] = []

    def get(self, key: int, time: float) -> int | None:
        """Return the version held, or None when there is none or it has expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if time - entry[1] > self._ttl:
            self._drop(key, entry[1] + self._ttl)
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: int, version: int, time: float) -> None:
        """Hold a version from now on, and drive out what then is too much."""
        entry = self._entries.get(key)
        if entry is not None:
            self._drop(key, min(time, entry[1] + self._ttl))
        self._entries[key] = (version, time)
        if len(self._entries) > self._capacity:
            oldest, (_, filled) = next(iter(self._entries.items()))
            self._drop(oldest, min(time, filled + self._ttl))

    def close(self, end: float) -> tuple[Span, ...]:
        """Return what was held of the most popular item, until the end of the run."""
        if 0 in self._entries:
            self._drop(0, min(end, self._entries[0][1] + self._ttl))
        return tuple(self.spans)

    def _drop(self, key: int, end: float) -> None:
        version, filled = self._entries.pop(key)
        if key == 0 and end > filled:
            self.spans.append(Span(filled, end, version))


def run(setting: Setting, horizon: float = HORIZON) -> DaxTrace:
    """Run reads and writes against both caches and the table."""
    items = _Cache(setting.item_ttl, setting.capacity)
    results = _Cache(setting.query_ttl, COLLECTIONS)
    # When each item, and each collection, was written.
    written: dict[tuple[bool, int], list[float]] = {}
    writes = tuple(_writes(setting, horizon))
    reads: list[Read] = []
    cached = setting.kind == EVENTUAL
    due = 0
    for time, item, query in _reads(setting, horizon):
        while due < len(writes) and writes[due].time <= time:
            _write(writes[due], written, items)
            due += 1
        key = collection(item) if query else item
        times = written.get((query, key), ())
        newest = len(times)
        store = results if query else items
        version = store.get(key, time) if cached else None
        hit = version is not None
        if version is None:
            version = newest
            if cached:
                store.put(key, version, time)
        reads.append(Read(time, item, query, hit, version, newest, time - times[version] if version < newest else 0.0))
    for write in writes[due:]:
        _write(write, written, items)
    return DaxTrace(setting, horizon, tuple(reads), writes, items.close(horizon), results.close(horizon))


def _write(write: Write, written: dict[tuple[bool, int], list[float]], items: _Cache) -> None:
    for key in ((False, write.item), (True, collection(write.item))):
        written.setdefault(key, []).append(write.time)
    if not write.around:
        items.put(write.item, len(written[False, write.item]), write.time)


def _reads(setting: Setting, horizon: float) -> Iterator[tuple[float, int, bool]]:
    gaps, keys, kinds = (stream(setting.seed, name) for name in ("reads", "keys", "kinds"))
    bounds = list(accumulate(popularity(setting.skew)))
    time = gaps.expovariate(setting.rate)
    while time < horizon:
        yield time, min(bisect_right(bounds, keys.random()), ITEMS - 1), kinds.random() < setting.queries
        time += gaps.expovariate(setting.rate)


def _writes(setting: Setting, horizon: float) -> Iterator[Write]:
    if not setting.writes:
        return
    gaps, keys, clients = (stream(setting.seed, name) for name in ("writes", "written", "clients"))
    bounds = list(accumulate(popularity(setting.skew)))
    rate = setting.writes / 60
    time = gaps.expovariate(rate)
    while time < horizon:
        item = min(bisect_right(bounds, keys.random()), ITEMS - 1)
        yield Write(time, item, clients.random() < setting.around)
        time += gaps.expovariate(rate)
