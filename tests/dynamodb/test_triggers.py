"""The trigger against a second implementation that looks at every millisecond, and what must hold on every trace."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb.explorers import StreamsAndTriggers
from kumo.dynamodb.model.triggers import POLL, SECONDS, WATCH, TriggersTrace, run

SETTINGS = st.fixed_dictionaries(
    {
        "rate": st.integers(1, 5),
        "shards": st.integers(1, 4),
        "batch": st.integers(1, 10),
        "window": st.sampled_from(range(0, 4001, 500)),
        "duration": st.sampled_from(range(100, 1501, 100)),
        "readers": st.integers(1, 3),
        "poison": st.integers(0, 12),
        "seed": st.integers(1, 50),
    }
)


@given(SETTINGS)
def test_each_change_is_handed_over_once_and_in_order(chosen: dict[str, int]) -> None:
    trace = run(**chosen)
    assert len(trace.writes) == chosen["rate"] * SECONDS
    assert [write.time for write in trace.writes] == sorted(write.time for write in trace.writes)
    handed = [number for batch in trace.batches for number in batch.sequences]
    assert len(handed) == len(set(handed))
    assert set(trace.finished) | set(trace.held) == set(trace.records)
    assert set(trace.finished).isdisjoint(trace.held)
    for item in "ABCDEF":
        mine = [number for number, record in trace.records.items() if record.keys["id"].data == item]
        starts = [trace.batch_of[number].attempts[0].start for number in mine if number in trace.batch_of]
        assert starts == sorted(starts)
        # Those that wait come after all that are through.
        through = [number in trace.finished for number in mine]
        assert through == sorted(through, reverse=True)


@given(SETTINGS)
def test_a_reader_does_one_thing_at_a_time(chosen: dict[str, int]) -> None:
    trace = run(**chosen)
    for shard in range(trace.shards):
        for reader in range(trace.readers):
            batches = [batch for batch in trace.batches if (batch.shard, batch.reader) == (shard, reader)]
            attempts = [attempt for batch in batches for attempt in batch.attempts]
            assert all(one.end <= other.start for one, other in itertools.pairwise(attempts))
            assert all(attempt.end - attempt.start == chosen["duration"] for attempt in attempts)
            numbers = [number for batch in batches for number in batch.sequences]
            assert numbers == sorted(numbers)
            for batch in batches:
                assert 1 <= len(batch.sequences) <= chosen["batch"]
                assert max(trace.time_of[number] for number in batch.sequences) <= batch.attempts[0].start
                assert batch.done == (chosen["poison"] not in batch.sequences)


@given(SETTINGS)
def test_without_a_bad_record_nothing_waits_for_ever(chosen: dict[str, int]) -> None:
    trace = run(**chosen | {"poison": 0})
    assert trace.held == ()
    assert trace.invocations == len(trace.batches)
    # A record waits for a poll, the window and those before it at the most.
    for delay in trace.delays:
        rounds = len(trace.records)
        assert delay <= POLL + (chosen["window"] + chosen["duration"]) * rounds


@given(SETTINGS)
def test_a_bad_record_stops_its_own_reader_only(chosen: dict[str, int]) -> None:
    good, bad = run(**chosen | {"poison": 0}), run(**chosen)
    if chosen["poison"] not in bad.records:
        assert bad.batches == good.batches
        return
    stopped = good.batch_of[chosen["poison"]]
    for batch in good.batches:
        if (batch.shard, batch.reader) != (stopped.shard, stopped.reader):
            assert batch in bad.batches
    attempts = bad.batch_of[chosen["poison"]].attempts
    assert all(not attempt.ok for attempt in attempts)
    waits = [other.start - one.end for one, other in itertools.pairwise(attempts)]
    assert waits == [1000 * 2**number for number in range(len(waits))]
    assert attempts[-1].end + 1000 * 2 ** len(waits) + chosen["duration"] > WATCH or len(attempts) == 1


def by_the_millisecond(records: list[tuple[int, int]], chosen: dict[str, int]) -> list[tuple[int, tuple[int, ...]]]:
    """Return start and sequence numbers of the batches of one reader, step by step through time."""
    unread, buffer, found = list(records), [], []
    busy_until, opened, now = 0, None, 0
    while unread or buffer:
        if now >= busy_until:
            if now % POLL == 0:
                while unread and unread[0][0] <= now:
                    buffer.append(unread.pop(0)[1])
            if buffer and opened is None:
                opened = now
            if buffer and (len(buffer) >= chosen["batch"] or now >= opened + chosen["window"]):
                size = chosen["batch"]
                found.append((now, tuple(buffer[:size])))
                buffer, opened, busy_until = buffer[size:], None, now + chosen["duration"]
        now += 1
    return found


@settings(max_examples=40, deadline=None)
@given(SETTINGS)
def test_the_batches_are_those_of_a_walk_through_every_millisecond(chosen: dict[str, int]) -> None:
    trace = run(**chosen | {"poison": 0})
    slow = []
    for shard in range(trace.shards):
        for reader in range(trace.readers):
            mine = {
                number
                for batch in trace.batches
                if (batch.shard, batch.reader) == (shard, reader)
                for number in batch.sequences
            }
            slow += by_the_millisecond(sorted((trace.time_of[number], number) for number in mine), chosen)
    assert [(batch.attempts[0].start, batch.sequences) for batch in trace.batches] == slow


def test_a_lone_record_waits_for_the_next_poll_and_the_window() -> None:
    for window in (0, 500, 3000):
        trace = run(1, 1, batch=10, window=window, duration=100, readers=1, poison=0, seed=3)
        first = trace.batches[0].attempts[0].start
        assert first == -(-trace.time_of[1] // 250) * 250 + window


def calls(**chosen: Any) -> TriggersTrace:
    return StreamsAndTriggers(**chosen).simulate()


def test_what_the_chapter_says_of_the_knobs() -> None:
    usual = calls()
    waiting = calls(window=2.0)
    assert waiting.invocations < usual.invocations
    assert max(waiting.delays) > max(usual.delays)
    slow = {"duration": 1500, "batch": 1}
    assert max(calls(**slow, readers=3).delays) < max(calls(**slow).delays)
    blocked = calls(poison=3)
    assert len(blocked.held) > 1
    assert len(blocked.finished) > 1


@pytest.mark.parametrize("name", ["point", "why"])
def test_words_count_what_waits(name: str) -> None:
    told = StreamsAndTriggers.frame({"poison": 3})["explanation"]
    trace = calls(poison=3)
    assert {"point": f"{len(trace.held) - 1}件", "why": f"{len(trace.finished)}件"}[name] in told[name]
