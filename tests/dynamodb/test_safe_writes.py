"""Writes that meet: guarded ones count exactly once, unguarded ones lose or repeat, by closed forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kumo.dynamodb.model.safe_writes import ANSWER, COUNTING, LOCKING, REQUEST, START, WRITE, race, resend

clients, steps = st.integers(1, 6), st.integers(1, 9)


@given(scenario=st.sampled_from([LOCKING, COUNTING]), count=clients, step=steps)
def test_guarded_races_count_everyone_once(scenario: str, count: int, step: int) -> None:
    trace = race(scenario, count, step, guarded=True)
    assert trace.right
    assert trace.found == START + count * step
    done = [one.client for one in trace.exchanges if one.action == WRITE and one.done]
    assert sorted(done) == list(range(count))


@given(scenario=st.sampled_from([LOCKING, COUNTING]), count=clients, step=steps)
def test_unguarded_races_keep_only_the_last_write(scenario: str, count: int, step: int) -> None:
    trace = race(scenario, count, step, guarded=False)
    assert trace.found == START + step
    assert trace.right == (count == 1)
    assert trace.refused == 0


@given(count=clients, step=steps)
def test_locking_refuses_everyone_but_the_first_once_and_counts_versions(count: int, step: int) -> None:
    trace = race(LOCKING, count, step, guarded=True)
    assert trace.refused == count - 1
    assert trace.exchanges[-1].item["version"] == 1 + count


@given(sends=clients, step=steps, guarded=st.booleans())
def test_resending_after_a_lost_answer_repeats_unless_guarded(sends: int, step: int, guarded: bool) -> None:  # noqa: FBT001
    trace = resend(sends, step, ANSWER, guarded=guarded)
    assert trace.found == START + (step if guarded else step * sends)


@given(sends=clients, step=steps, guarded=st.booleans())
def test_resending_after_a_lost_request_is_always_right(sends: int, step: int, guarded: bool) -> None:  # noqa: FBT001
    trace = resend(sends, step, REQUEST, guarded=guarded)
    assert trace.right
    assert sum(one.arrived and one.action == WRITE for one in trace.exchanges) == 1
