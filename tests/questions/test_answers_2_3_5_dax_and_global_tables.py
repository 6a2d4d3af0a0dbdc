"""Right answers on DAX and global tables of DynamoDB, worked out anew by the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumo.dynamodb.explorers import DaxCaches, GlobalTables
from kumo.dynamodb.model import dax
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.questions.bank import Question


def scenario(asked: Question, explorer: type[Any]) -> Any:
    """Return the trace of the explorer that the question's link opens."""
    slug, _, query = asked.see[0].fragment.partition("?")
    assert slug.startswith(explorer.slug())
    return explorer.from_query(query).simulate()


def test_ddb_list_stays_old() -> None:
    trace = scenario(question("ddb-list-stays-old"), DaxCaches)
    stale = dict.fromkeys((False, True), 0)
    for read in trace.reads:
        stale[read.query] += read.version < read.newest
    assert stale[False] == 0
    assert stale[True] > 0


def test_ddb_dax_without_effect() -> None:
    total = scenario(question("ddb-dax-without-effect"), DaxCaches).total
    assert total.hit_share == 0
    assert dax.run(dax.Setting()).total.hit_share > 0


def test_ddb_last_one_sold_twice() -> None:
    trace = scenario(question("ddb-last-one-sold-twice"), GlobalTables)
    assert trace.lost
