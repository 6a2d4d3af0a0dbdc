"""Invocations and errors: nothing disappears, the documented waits, and a closed form for the retries."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import AsyncInvocation, QueueInvocation, StreamInvocation, SyncInvocation
from kumo.aws_lambda.model.invocation import (
    ANSWERED,
    ASYNC,
    BISECT,
    CALLER_ERROR,
    CALLER_REJECTED,
    DEAD_LETTER,
    DLQ,
    DONE,
    DROPPED,
    EXCEPTION,
    EXPIRED,
    FAILED,
    FAILURE_DESTINATION,
    HOUR,
    IN_QUEUE,
    MINUTE,
    OK,
    ON_FAILURE,
    ON_SUCCESS,
    PLACES,
    QUEUE,
    REFUSED,
    REPORT,
    SERVICE,
    STREAM,
    SUCCESS_DESTINATION,
    SYNC,
    THROTTLED,
    TIMEOUT,
    UNREACHED,
    InvocationSettings,
    InvocationTrace,
    run,
)
from kumo.aws_lambda.words import invocation_errors as words

if TYPE_CHECKING:
    from kumo.core.explorer import Explorer

subsets = st.lists(st.sampled_from([DLQ, ON_FAILURE, ON_SUCCESS]), unique=True).map(tuple)
every_setting = st.builds(
    InvocationSettings,
    way=st.sampled_from([SYNC, ASYNC, STREAM, QUEUE]),
    events=st.integers(1, 12),
    failing=st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0]),
    poison=st.integers(0, 12),
    fault=st.sampled_from([EXCEPTION, TIMEOUT]),
    trouble=st.sampled_from([THROTTLED, SERVICE]),
    outage=st.sampled_from([0, 1, 60, 600, 7 * HOUR]),
    retries=st.sampled_from([None, 0, 1, 2, 5]),
    age=st.sampled_from([None, 60, 300, 3600]),
    nets=subsets,
    batch=st.integers(1, 10),
    options=st.lists(st.sampled_from([BISECT, REPORT]), unique=True).map(tuple),
    visibility=st.sampled_from([30, 60, 600]),
)
seeds = st.integers(1, 10_000)

WHERE = {
    SYNC: {ANSWERED, CALLER_ERROR, CALLER_REJECTED},
    ASYNC: {DONE, SUCCESS_DESTINATION, FAILURE_DESTINATION, DEAD_LETTER, DROPPED},
    STREAM: {DONE, FAILURE_DESTINATION, DROPPED, EXPIRED},
    QUEUE: {DONE, DEAD_LETTER, IN_QUEUE},
}
GOOD = {ANSWERED, DONE, SUCCESS_DESTINATION}


def trace(way: str, seed: int = 1, **given: object) -> InvocationTrace:
    return run(InvocationSettings(**({"way": way, "events": 1, "failing": 0.0} | given)), seed=seed)  # type: ignore[arg-type]


def outcomes(of: InvocationTrace, event: int) -> list[str]:
    return [outcome for _, outcome in of.attempts(event)]


def starts(of: InvocationTrace, event: int = 1) -> list[int]:
    return [start for start, _ in of.attempts(event)]


# Nothing disappears.


@given(every_setting, seeds)
@settings(max_examples=400, deadline=None)
def test_every_event_ends_in_a_place_that_can_be_pointed_at(chosen: InvocationSettings, seed: int) -> None:
    story = run(chosen, seed=seed)
    assert [ending.event for ending in story.endings] == list(range(1, chosen.events + 1))
    for ending in story.endings:
        assert ending.places
        assert len(set(ending.places)) == len(ending.places)
        assert set(ending.places) <= WHERE[chosen.way] <= set(PLACES)
        if len(ending.places) > 1:
            assert set(ending.places) == {DEAD_LETTER, FAILURE_DESTINATION}
    counted = sum(len(story.in_place(place)) for place in PLACES)
    both = sum(len(ending.places) - 1 for ending in story.endings)
    assert counted - both == chosen.events


@given(every_setting, seeds)
@settings(max_examples=400, deadline=None)
def test_who_is_done_was_handled_and_the_poison_never_is(chosen: InvocationSettings, seed: int) -> None:
    story = run(chosen, seed=seed)
    for ending in story.endings:
        good = ending.places[0] in GOOD
        if good:
            assert story.handled(ending.event) >= 1
            assert ending.event != chosen.poison
            assert outcomes(story, ending.event)[-1] == OK, "the last attempt is the one that counts"
        if ending.event == chosen.poison:
            assert OK not in outcomes(story, ending.event)
        if REFUSED not in outcomes(story, ending.event) and not outcomes(story, ending.event):
            assert ending.places[0] in (DROPPED, FAILURE_DESTINATION, EXPIRED), "too old before its turn came"


@given(every_setting, seeds)
@settings(max_examples=300, deadline=None)
def test_invocations_keep_the_rules_of_their_way(chosen: InvocationSettings, seed: int) -> None:
    story = run(chosen, seed=seed)
    times = [invocation.start for invocation in story.invocations]
    assert times == sorted(times)
    for invocation in story.invocations:
        assert 1 <= len(invocation.events) <= (chosen.batch if chosen.way in (STREAM, QUEUE) else 1)
        assert (REFUSED in invocation.outcomes) == (invocation.start < chosen.outage)
        if REFUSED in invocation.outcomes:
            assert set(invocation.outcomes) == {REFUSED}
        if UNREACHED in invocation.outcomes:
            first = invocation.outcomes.index(FAILED)
            assert set(invocation.outcomes[:first]) <= {OK}
            assert set(invocation.outcomes[first + 1 :]) == {UNREACHED}
        if chosen.way == STREAM:
            assert list(invocation.events) == sorted(invocation.events)
    for ending in story.endings:
        attempts = outcomes(story, ending.event)
        if chosen.way == SYNC:
            assert len(attempts) == 1
        if chosen.way == ASYNC:
            assert attempts.count(FAILED) <= 1 + (2 if chosen.retries is None else min(2, chosen.retries))
            assert max(starts(story, ending.event)) <= 2 * (ending.event - 1) + chosen.age_limit
            assert chosen.age_limit <= 6 * HOUR
        if chosen.way == QUEUE and DLQ in chosen.nets and chosen.retries is not None:
            assert len(attempts) <= chosen.retries + 1
        if chosen.way == QUEUE:
            gaps = [b - a for a, b in zip(starts(story, ending.event), starts(story, ending.event)[1:], strict=False)]
            assert all(gap >= chosen.visibility for gap in gaps)


@given(every_setting, seeds)
@settings(max_examples=200, deadline=None)
def test_a_stream_is_read_in_order(chosen: InvocationSettings, seed: int) -> None:
    assume(chosen.way == STREAM)
    story = run(chosen, seed=seed)
    ends = [ending.time for ending in story.endings]
    assert ends == sorted(ends), "no record is finished before the ones in front of it"
    for event in range(2, chosen.events + 1):
        before = story.endings[event - 2].time
        alone = [
            start for invocation in story.invocations for start in [invocation.start] if invocation.events[0] == event
        ]
        assert all(start >= before for start in alone)


@given(every_setting, seeds)
@settings(max_examples=100, deadline=None)
def test_each_setting_has_its_own_dice(chosen: InvocationSettings, seed: int) -> None:
    """More events must not change what happens to the first ones where events do not share a batch."""
    assume(chosen.way in (SYNC, ASYNC))
    few = run(chosen, seed=seed)
    more = run(InvocationSettings(**(vars(chosen) | {"events": 12})), seed=seed)
    assert more.endings[: chosen.events] == few.endings


@given(every_setting, seeds)
@settings(max_examples=150, deadline=None)
def test_the_words_fit_every_trace(chosen: InvocationSettings, seed: int) -> None:
    story = run(chosen, seed=seed)
    told = words.explanation(story)
    assert told.point.endswith("。")
    assert told.why.endswith("。")
    for text in (told.point, told.why):
        assert "、。" not in text
        assert "。。" not in text
        assert "、、" not in text
    rows = words.table(story).rows
    assert [row[0] for row in rows] == list(range(1, chosen.events + 1))
    assert all(row[1] == row[2] + row[3] + row[4] for row in rows)


# Synchronous: what the caller sees.


def test_a_function_error_is_still_200() -> None:
    story = trace(SYNC, events=2, poison=2)
    assert [ending.places for ending in story.endings] == [(ANSWERED,), (CALLER_ERROR,)]
    assert words.response(story, OK) == "200"
    assert words.response(story, FAILED).startswith("200 ")
    assert "X-Amz-Function-Error" in words.response(story, FAILED)


@pytest.mark.parametrize(("trouble", "code"), [(THROTTLED, "429"), (SERVICE, "500")])
def test_who_cannot_be_invoked_is_turned_away(trouble: str, code: str) -> None:
    story = trace(SYNC, events=3, outage=3, trouble=trouble)
    assert [ending.places[0] for ending in story.endings] == [CALLER_REJECTED, CALLER_REJECTED, ANSWERED]
    assert words.response(story, REFUSED).startswith(code)


# Asynchronous: the documented waits.


def test_a_failing_event_is_tried_three_times() -> None:
    """At once, a minute after the first attempt ended, and two minutes after the second."""
    story = trace(ASYNC, poison=1)
    assert starts(story) == [0, 61, 182]
    assert story.endings[0].places == (DROPPED,)
    assert story.endings[0].time == 183
    slow = trace(ASYNC, poison=1, fault=TIMEOUT)
    assert starts(slow) == [0, 63, 186], "a function that times out has used its three seconds"


@pytest.mark.parametrize(("retries", "attempts"), [(None, 3), (0, 1), (1, 2), (2, 3), (5, 3)])
def test_at_most_two_retries(retries: int | None, attempts: int) -> None:
    assert len(starts(trace(ASYNC, poison=1, retries=retries))) == attempts


def test_throttled_events_wait_longer_and_longer_up_to_five_minutes() -> None:
    story = trace(ASYNC, outage=7 * HOUR)
    gaps = [b - a for a, b in zip(starts(story), starts(story)[1:], strict=False)]
    assert gaps[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(gaps[9:]) == {5 * MINUTE}
    assert story.endings[0].time == 6 * HOUR
    assert story.endings[0].places == (DROPPED,)


def test_throttling_does_not_use_up_the_retries() -> None:
    story = trace(ASYNC, poison=1, outage=10, nets=(DLQ,))
    assert outcomes(story, 1) == [REFUSED] * 4 + [FAILED] * 3
    assert starts(story)[4:] == [15, 76, 197]


def test_an_event_too_old_for_its_retry_is_given_up() -> None:
    story = trace(ASYNC, poison=1, age=60, nets=(ON_FAILURE,))
    assert starts(story) == [0]
    assert story.endings[0].places == (FAILURE_DESTINATION,)
    assert story.endings[0].time == 60


@pytest.mark.parametrize(
    ("nets", "good", "bad"),
    [
        ((), (DONE,), (DROPPED,)),
        ((DLQ,), (DONE,), (DEAD_LETTER,)),
        ((ON_FAILURE,), (DONE,), (FAILURE_DESTINATION,)),
        ((ON_SUCCESS,), (SUCCESS_DESTINATION,), (DROPPED,)),
        ((DLQ, ON_FAILURE, ON_SUCCESS), (SUCCESS_DESTINATION,), (FAILURE_DESTINATION, DEAD_LETTER)),
    ],
)
def test_the_nets_of_an_asynchronous_function(
    nets: tuple[str, ...], good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    story = trace(ASYNC, events=2, poison=2, nets=nets)
    assert [ending.places for ending in story.endings] == [good, bad]


@pytest.mark.parametrize(("failing", "retries"), [(0.3, 2), (0.5, 1), (0.8, 2), (0.5, 0)])
def test_closed_form_of_the_retries(failing: float, retries: int) -> None:
    """An event is lost with probability p^(r+1), and tried (1 - p^(r+1)) / (1 - p) times on average."""
    stories = [trace(ASYNC, seed=seed, events=12, failing=failing, retries=retries) for seed in range(400)]
    count = 12 * len(stories)
    lost = sum(len(story.in_place(DROPPED)) for story in stories)
    expected = failing ** (retries + 1)
    assert abs(lost / count - expected) < 4 * sqrt(expected * (1 - expected) / count)
    tried = sum(len(story.invocations) for story in stories) / count
    mean = (1 - expected) / (1 - failing)
    assert abs(tried - mean) < 4 * (retries + 1) / sqrt(count)


# Stream.


def batches(story: InvocationTrace) -> list[tuple[int, ...]]:
    return [invocation.events for invocation in story.invocations]


def test_a_poisoned_record_blocks_its_shard_until_everything_has_expired() -> None:
    story = trace(STREAM, events=6, poison=3, batch=2)
    assert story.in_place(DONE) == [1, 2]
    assert story.in_place(EXPIRED) == [3, 4, 5, 6]
    assert min(story.endings[number - 1].time for number in (3, 4, 5, 6)) > 24 * HOUR
    assert not any(5 in events for events in batches(story)), "what is behind it is never read"


def test_retries_of_a_stream_are_for_the_whole_batch() -> None:
    story = trace(STREAM, events=6, poison=3, batch=3, retries=2, nets=(ON_FAILURE,))
    assert batches(story) == [(1, 2, 3)] * 3 + [(4, 5, 6)]
    assert story.in_place(FAILURE_DESTINATION) == [1, 2, 3]
    assert [story.handled(number) for number in (1, 2, 3)] == [3, 3, 0]
    assert starts(story) == [0, 2, 5], "a second of work, then waits of 1 s and 2 s"


def test_bisection_finds_the_poison() -> None:
    """Halves are tried at once and in order; only the single bad record uses up retries."""
    story = trace(STREAM, events=8, poison=3, batch=8, retries=1, options=(BISECT,), nets=(ON_FAILURE,))
    assert batches(story) == [(1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 3, 4), (1, 2), (3, 4), (3,), (3,), (4,), (5, 6, 7, 8)]
    assert story.in_place(FAILURE_DESTINATION) == [3]
    assert story.in_place(DONE) == [1, 2, 4, 5, 6, 7, 8]


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 10), st.sampled_from([(BISECT,), (BISECT, REPORT)]))
@settings(deadline=None)
def test_bisection_loses_nothing_but_the_poison(events: int, poison: int, batch: int, options: tuple[str, ...]) -> None:
    story = trace(STREAM, events=events, poison=poison, batch=batch, retries=0, options=options)
    assert story.in_place(DROPPED) == [poison][: poison <= events]


def test_a_report_moves_the_checkpoint_to_the_first_failure() -> None:
    story = trace(STREAM, events=4, poison=3, batch=4, retries=1, options=(REPORT,), nets=(ON_FAILURE,))
    assert batches(story) == [(1, 2, 3, 4), (3, 4)]
    assert story.in_place(DONE) == [1, 2]
    assert story.in_place(FAILURE_DESTINATION) == [3, 4], "the rest of the batch is given up as a whole"
    assert max(story.handled(number) for number in range(1, 5)) == 1


def test_a_function_that_timed_out_reports_nothing() -> None:
    story = trace(STREAM, events=4, poison=3, batch=4, retries=1, options=(REPORT,), fault=TIMEOUT)
    assert batches(story) == [(1, 2, 3, 4)] * 2
    queue = trace(QUEUE, events=2, poison=2, batch=2, retries=1, options=(REPORT,), fault=TIMEOUT, nets=(DLQ,))
    assert queue.in_place(DEAD_LETTER) == [1, 2]


def test_records_too_old_are_given_up() -> None:
    story = trace(STREAM, events=3, poison=1, batch=1, age=300, nets=(ON_FAILURE,))
    assert story.in_place(FAILURE_DESTINATION) == [1, 2, 3], "they all waited behind the first"
    assert {ending.time for ending in story.endings} == {301}


# Queue.


def test_a_message_is_received_as_often_as_the_redrive_policy_says() -> None:
    story = trace(QUEUE, poison=1, retries=2, nets=(DLQ,))
    assert starts(story) == [0, 30, 60]
    assert story.endings[0].places == (DEAD_LETTER,)
    assert story.endings[0].time == 90, "moved at the next attempt to receive it"


def test_without_a_redrive_policy_it_comes_back_and_back() -> None:
    for nets, retries in (((), 1), ((DLQ,), None)):
        story = trace(QUEUE, poison=1, nets=nets, retries=retries)
        assert story.endings[0].places == (IN_QUEUE,)
        assert len(starts(story)) == HOUR // 30 + 1


def test_a_failed_batch_comes_back_whole() -> None:
    story = trace(QUEUE, events=4, poison=2, batch=4, retries=1, nets=(DLQ,))
    assert batches(story) == [(1, 2, 3, 4)] * 2
    assert story.in_place(DEAD_LETTER) == [1, 2, 3, 4], "the innocent have been received too often as well"
    assert [story.handled(number) for number in range(1, 5)] == [2, 0, 0, 0]


def test_a_report_brings_back_only_the_failed() -> None:
    story = trace(QUEUE, events=4, poison=2, batch=4, retries=1, options=(REPORT,), nets=(DLQ,))
    assert batches(story) == [(1, 2, 3, 4), (2,)]
    assert story.in_place(DONE) == [1, 3, 4]
    assert story.in_place(DEAD_LETTER) == [2]


@given(every_setting, seeds)
@settings(max_examples=150, deadline=None)
def test_reports_spare_a_queue_all_repetition(chosen: InvocationSettings, seed: int) -> None:
    reporting = InvocationSettings(**(vars(chosen) | {"way": QUEUE, "fault": EXCEPTION, "options": (REPORT,)}))
    assert words.repeats(run(reporting, seed=seed)) == 0


# Words.


@pytest.mark.parametrize(
    ("explorer", "parameters", "told"),
    [
        (SyncInvocation, {}, "ステータスコードは200です"),
        (SyncInvocation, {"outage": 24}, "8件すべてが429です"),
        (SyncInvocation, {"outage": 24, "trouble": "service"}, "8件すべてが500です"),
        (SyncInvocation, {"failing": 0, "poison": 0}, "8件すべてが成功"),
        (AsyncInvocation, {"nets": []}, "受け皿がなければ失敗に気づけません"),
        (AsyncInvocation, {"nets": ["dlq", "failure"], "failing": 0}, "両方に入りました"),
        (AsyncInvocation, {"failing": 0, "poison": 0}, "202だけがすぐに返ります"),
        (AsyncInvocation, {"outage": 420}, "6時間まで試します"),
        (StreamInvocation, {}, "うしろは進めません"),
        (StreamInvocation, {"retries": "2", "options": ["bisect"]}, "悪い1件だけが残ります"),
        (QueueInvocation, {}, "バッチごと戻されて"),
        (QueueInvocation, {"redrive": False}, "デッドレターキューがないので"),
        (QueueInvocation, {"poison": 0}, "キューから削除されます"),
        (QueueInvocation, {"poison": 0, "outage": 10}, "受信した回数は数えられます"),
    ],
)
def test_explanations(explorer: type[Explorer], parameters: dict[str, object], told: str) -> None:
    explanation = explorer.frame(parameters, layouts=[])["explanation"]
    assert told in explanation["point"] + explanation["why"]


def test_numbers_are_told_as_spans() -> None:
    assert words.numbers([1, 2, 3, 5, 7, 8]) == "1〜3、5、7、8"
    assert [words.time(seconds) for seconds in (5, 60, 61, 3600, 3660)] == ["5秒", "1分", "1分1秒", "1時間", "1時間1分"]
