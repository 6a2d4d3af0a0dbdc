"""DAX against the closed form of its hits, a second implementation, and what it promises about old answers."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb.explorers import DaxCaches
from kumo.dynamodb.model import dax
from kumo.dynamodb.model.consistency import EVENTUAL, KINDS, STRONG, TRANSACTIONAL
from kumo.dynamodb.model.dax import COLLECTIONS, HORIZON, ITEMS, DaxTrace, Setting, collection, expected_hits, run

SETTINGS = st.builds(
    Setting,
    kind=st.sampled_from(KINDS),
    rate=st.sampled_from([0.2, 1.0, 3.0]),
    queries=st.sampled_from([0.0, 0.3, 0.9]),
    skew=st.sampled_from([0.0, 0.8, 2.0]),
    writes=st.sampled_from([0, 3, 20]),
    around=st.sampled_from([0.0, 0.5, 1.0]),
    item_ttl=st.integers(10, 600),
    query_ttl=st.integers(10, 600),
    capacity=st.sampled_from([5, 20, ITEMS]),
    seed=st.integers(1, 50),
)
FAST = settings(max_examples=40, deadline=None)


def slow(setting: Setting, trace: DaxTrace) -> list[tuple[bool, int]]:
    """Answer each read of `trace` anew by looking back over all that happened before: (hit, version)."""
    events = sorted([*trace.writes, *trace.reads], key=lambda event: event.time)
    answers: list[tuple[bool, int]] = []
    # For both caches: key to (version, filled at, last used at).
    held: dict[bool, dict[int, tuple[int, float, float]]] = {False: {}, True: {}}
    past: list[dax.Write] = []
    for event in events:
        if isinstance(event, dax.Write):
            past.append(event)
            if event.around:
                continue
            query, key, known = False, event.item, None
        else:
            query, key = event.query, collection(event.item) if event.query else event.item
            known = held[query].get(key)
        cache, ttl = held[query], setting.query_ttl if query else setting.item_ttl
        newest = sum((collection(write.item) if query else write.item) == key for write in past)
        if isinstance(event, dax.Read):
            if setting.kind != EVENTUAL:
                answers.append((False, newest))
                continue
            if known and event.time <= known[1] + ttl:
                answers.append((True, known[0]))
                cache[key] = (known[0], known[1], event.time)
                continue
            answers.append((False, newest))
        cache[key] = (newest, event.time, event.time)
        while not query and len(cache) > setting.capacity:
            del cache[min(cache, key=lambda one: cache[one][2])]
    return answers


@given(setting=SETTINGS)
@FAST
def test_a_second_implementation_gives_the_same_answers(setting: Setting) -> None:
    trace = run(setting)
    assert [(read.hit, read.version) for read in trace.reads] == slow(setting, trace)


@given(setting=SETTINGS)
@FAST
def test_what_dax_promises_about_the_age_of_answers(setting: Setting) -> None:
    trace = run(setting)
    for read in trace.reads:
        assert 0 <= read.version <= read.newest
        assert (read.age > 0) == (read.version < read.newest)
        assert read.age <= (setting.query_ttl if read.query else setting.item_ttl) + 1e-9
        assert read.hit or read.version == read.newest, "a miss reads the table"
        if setting.kind != EVENTUAL:
            assert not read.hit
        if not read.query:
            through = [write for write in trace.writes if write.item == read.item and write.time <= read.time]
            seen = max((number for number, write in enumerate(through, 1) if not write.around), default=0)
            assert read.version >= seen, "a write through DAX is visible at once"
    assert trace.total.count == len(trace.reads)
    assert trace.total.spent <= trace.total.without
    assert trace.querying.count + trace.getting.count == trace.total.count


@pytest.mark.parametrize(("reads", "ttl"), [(0.01, 60), (0.01, 300), (0.1, 30)])
def test_the_share_of_hits_of_one_item_follows_the_renewal_formula(reads: float, ttl: float) -> None:
    # With all items alike the cache is ITEMS independent trials.
    trace = run(Setting(rate=reads * ITEMS, queries=0, skew=0, writes=0, item_ttl=ttl), 20_000)
    right = reads * ttl / (1 + reads * ttl)
    assert expected_hits(reads, 0, ttl) == pytest.approx(right)
    assert trace.total.hit_share == pytest.approx(right, abs=5 * sqrt(right / trace.total.count) + ttl / 20_000)


@pytest.mark.parametrize(("reads", "written", "ttl"), [(0.01, 0.004, 200), (0.002, 0.01, 300)])
def test_writes_through_dax_refresh_an_item_as_the_formula_says(reads: float, written: float, ttl: float) -> None:
    setting = Setting(rate=reads * ITEMS, queries=0, skew=0, writes=60 * written * ITEMS, around=0, item_ttl=ttl)
    trace = run(setting, 20_000)
    right = expected_hits(reads, written, ttl)
    assert right > reads * ttl / (1 + reads * ttl)
    assert trace.total.hit_share == pytest.approx(right, abs=5 * sqrt(right / trace.total.count) + ttl / 20_000)
    # Writes past DAX refresh nothing.
    past = run(setting._replace(around=1.0), 20_000)
    right = expected_hits(reads, 0, ttl)
    assert past.total.hit_share == pytest.approx(right, abs=5 * sqrt(right / past.total.count) + ttl / 20_000)


def test_queries_hit_by_collection() -> None:
    setting = Setting(rate=0.1, queries=1, skew=0, writes=30, query_ttl=100)
    trace = run(setting, 40_000)
    right = expected_hits(0.1 / COLLECTIONS, 0, 100)
    assert trace.total.hit_share == pytest.approx(right, abs=0.03), "writes do not touch the query cache"
    assert trace.total.stale > 0


def test_units_of_a_read() -> None:
    # A query reads 10 items of 1 KB: 10 KB are three blocks of 4 KB.
    assert [dax.cost(kind, query=False) for kind in (EVENTUAL, STRONG, TRANSACTIONAL)] == [0.5, 1, 2]
    assert [dax.cost(kind, query=True) for kind in (EVENTUAL, STRONG, TRANSACTIONAL)] == [1.5, 3, 6]


def test_the_default_run_shows_both_kinds_of_old_answers() -> None:
    trace = DaxCaches().simulate()
    assert trace.horizon == HORIZON
    assert trace.getting.stale
    assert trace.querying.stale
    without_bypass = DaxCaches(around=0).simulate()
    assert not without_bypass.getting.stale, "all writes through DAX: no old items"
    assert without_bypass.querying.stale, "but old results of queries"


def test_a_smaller_cache_loses_the_unpopular_items_first() -> None:
    full, small = DaxCaches(writes=0).simulate(), DaxCaches(writes=0, capacity=10).simulate()

    def share(trace: DaxTrace, ranks: range) -> float:
        reads = [read for read in trace.reads if not read.query and read.item in ranks]
        return sum(read.hit for read in reads) / len(reads)

    assert small.total.hit_share < full.total.hit_share
    assert share(full, range(1)) - share(small, range(1)) < 0.1
    assert share(full, range(30, ITEMS)) - share(small, range(30, ITEMS)) > 0.3


@given(setting=SETTINGS)
@FAST
def test_what_the_caches_held_is_what_they_answered(setting: Setting) -> None:
    trace = run(setting)
    for query, spans in ((False, trace.item_spans), (True, trace.query_spans)):
        assert all(0 <= span.start < span.end <= trace.horizon for span in spans)
        assert all(before.end <= after.start for before, after in pairwise(spans))
        for read in trace.reads:
            mine = read.query == query and (collection(read.item) if query else read.item) == 0
            if mine and read.hit:
                assert any(span.start <= read.time <= span.end and span.version == read.version for span in spans)
