"""Right answers on DynamoDB's streams and Time to Live, worked out anew by the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.explorers import StreamRecords, StreamsAndTriggers, TimeToLive
from kumo.dynamodb.model import time_to_live
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.questions.bank import Question


def scenario(asked: Question, explorer: type[Any]) -> Any:
    """Return the trace of the explorer that the question's link opens."""
    slug, _, query = asked.see[0].fragment.partition("?")
    assert slug.startswith(explorer.slug())
    return explorer.from_query(query).simulate()


def test_ddb_mail_when_paid() -> None:
    """Only one view type tells the payment from a later change of the address."""
    asked = question("ddb-mail-when-paid")
    paid, moved, opened = (
        f'{{"id": "o-1", "phase": "{phase}", "city": "{city}"}}'
        for phase, city in (("paid", "Tokyo"), ("paid", "Osaka"), ("open", "Tokyo"))
    )
    for option in asked.options:
        view_type = option.text.strip("`")
        both = [
            record_phases(StreamRecords(before=before, after=after, view_type=view_type).simulate(), view_type)
            for before, after in ((opened, paid), (moved, paid))
        ]
        knows = both[0] == ("open", "paid") and both[1] == ("paid", "paid")
        assert knows == option.right


def record_phases(trace: Any, view_type: str) -> tuple[str | None, str | None]:
    """Return the phase before and after, as the record of that view type tells them."""
    images = trace.records[view_type].to_json()["dynamodb"]
    old, new = (images.get(name, {}).get("phase", {}).get("S") for name in ("OldImage", "NewImage"))
    return old, new


def test_ddb_one_record_blocks_the_rest() -> None:
    trace = scenario(question("ddb-one-record-blocks-the-rest"), StreamsAndTriggers)
    shard = trace.records[trace.poison].shard
    waiting = set(trace.records) - set(trace.finished)
    assert waiting > {trace.poison}, "others wait behind it"
    assert all(trace.records[number].shard == shard for number in waiting), "only in its own shard"
    other = StreamsAndTriggers().simulate()
    assert set(other.finished) == set(other.records)


def test_ddb_weekend_of_failures() -> None:
    asked = question("ddb-weekend-of-failures")
    stopped = 3 + 24 + 24 + 9
    assert stopped - facts.value("dynamodb.stream-retention") == asked.answer.value


def test_ddb_sessions_that_never_expire() -> None:
    trace = scenario(question("ddb-sessions-that-never-expire"), TimeToLive)
    assert not trace.works
    assert not trace.records
    assert TimeToLive(form="seconds", read=120).simulate().records


def test_ddb_expired_session_still_works() -> None:
    checked, unchecked = (
        scenario(question("ddb-expired-session-still-works"), TimeToLive),
        TimeToLive(filter="").simulate(),
    )
    assert time_to_live.STALE in unchecked.states
    assert time_to_live.STALE not in checked.states
