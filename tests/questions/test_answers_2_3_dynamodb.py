"""Right answers on Amazon DynamoDB, worked out anew by the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kumo.core import facts
from kumo.dynamodb import DynamoDBError, Index, Table
from kumo.dynamodb.explorers import (
    CapacityModes,
    CapacityUnits,
    Consistency,
    Expressions,
    Partitions,
    QueryAndScan,
    SafeWrites,
)
from kumo.dynamodb.model import capacity, consistency, modes, partitions
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.questions.bank import Question

KB = 1024


def scenario(asked: Question, explorer: type[Any], place: int = 0) -> Any:
    """Return the trace of the explorer that the question's link opens."""
    slug, _, query = asked.see[place].fragment.partition("?")
    assert slug.startswith(explorer.slug())
    return explorer.from_query(query).simulate()


def test_ddb_writes_of_today() -> None:
    asked = question("ddb-writes-of-today")
    assert scenario(asked, Partitions).refused > 0
    for more in (3_000, 12_000):
        assert partitions.run(1, 0, 3_000, 4, 1, more, adaptive=True).refused > 0, "one key, whatever the capacity"
    assert partitions.run(2_000, 0, 3_000, 4, 1, 4_000, adaptive=True).refused == 0
    assert "機器ID" in asked.right[0].text


def test_ddb_one_hot_key() -> None:
    asked = question("ddb-one-hot-key")
    assert scenario(asked, Partitions).refused > 0
    assert scenario(asked, Partitions, 1).refused == 0
    one_key = partitions.run(1, 0, 3_000, 4, 1, 12_000, adaptive=True)
    assert one_key.refused == pytest.approx(2 / 3)


def test_ddb_price_of_suffixes() -> None:
    """Counted with a table: a query for each suffix finds every item, and the key's beginning cannot be asked for."""
    asked = question("ddb-price-of-suffixes")
    table = Table("Likes", {"user": "S", "at": "S"}, partition="user", sort="at")
    for number in range(200):
        table.put({"user": f"sato#{number % 20}", "at": f"{number:04}"})
    pages = [table.query("#u = :u", names={"#u": "user"}, values={":u": f"sato#{suffix}"}) for suffix in range(20)]
    assert sum(page.count for page in pages) == 200
    assert all(page.last_key is None for page in pages)
    assert len(pages) == asked.answer.value
    with pytest.raises(DynamoDBError):
        table.query("begins_with(#u, :u)", names={"#u": "user"}, values={":u": "sato#"})
    assert scenario(asked, Partitions)


def test_ddb_index_of_the_few() -> None:
    asked = question("ddb-index-of-the-few")
    sparse, by_state = Index("unpaid", "unpaidSince", "id"), Index("byState", "paid", "id")
    types = {"id": "S", "unpaidSince": "S", "paid": "S"}
    table = Table("Orders", types, partition="id", indexes=[sparse, by_state])
    for number in range(100):
        unpaid = number < 3
        order = {"id": f"{number:03}", "paid": "no" if unpaid else "yes"}
        table.put(order | ({"unpaidSince": "2026-11"} if unpaid else {}))
    held = {name: sum(map(len, table.collections(name))) for name in ("unpaid", "byState")}
    assert held == {"unpaid": 3, "byState": 100}
    assert scenario(asked, QueryAndScan).read < len(list(table))


def test_ddb_eventually_consistent_rcu() -> None:
    asked = question("ddb-eventually-consistent-rcu")
    needs = {need.kind: need.capacity for need in capacity.required(7 * KB, 100, 0, 0).reading}
    assert needs[capacity.EVENTUAL] == asked.answer.value
    assert asked.traps[0].value == needs[capacity.STRONG]
    linked = scenario(asked, CapacityUnits)
    assert (linked.size, linked.reads) == (7 * KB, 100)


def test_ddb_transactional_wcu() -> None:
    asked = question("ddb-transactional-wcu")
    needs = [need.capacity for need in capacity.required(int(2.5 * KB), 0, 40, 0).writing]
    assert max(needs) == asked.answer.value
    assert asked.traps[0].value == min(needs)
    assert scenario(asked, CapacityUnits).writes == 40


def test_ddb_order_missing_from_the_index() -> None:
    asked = question("ddb-order-missing-from-the-index")
    table = Table("Orders", {"id": "S", "customer": "S"}, partition="id", indexes=[Index("byCustomer", "customer")])
    for asking in (
        lambda: table.query("customer = :c", index="byCustomer", values={":c": "sato"}, consistent=True),
        lambda: table.scan(index="byCustomer", consistent=True),
    ):
        with pytest.raises(DynamoDBError, match="onsistent"):
            asking()
    table.put({"id": "1", "customer": "sato"})
    assert table.get({"id": "1"}, consistent=True).item
    assert consistency.expected_stale(consistency.EVENTUAL, 30, 10) > 0
    assert consistency.expected_stale(consistency.STRONG, 30, 10) == 0
    assert any(not read.fresh for read in scenario(asked, Consistency).reads)


def test_ddb_one_minute_of_writes() -> None:
    asked = question("ddb-one-minute-of-writes")
    trace = scenario(asked, CapacityModes)
    place = modes.MODES.index(modes.SCALED)
    assert trace.days[place].share > 0
    for target in (0.7, 0.5):
        day = modes.run(500, 30, 1, 500, target).days[place]
        assert day.share > 0, "neither the target nor what is left of five minutes reaches thirty times the load"
    assert modes.run(500, 1, 1, 500, 0.7).days[place].share == 0, "spread out, nothing is refused"


def test_ddb_path_of_a_write() -> None:
    asked = question("ddb-path-of-a-write")
    words = ("リクエストルーター", "メタデータ", "リーダー", "2つ", "応答", "残りの複製")
    assert all(word in item.text for word, item in zip(words, asked.items, strict=True))
    assert scenario(asked, Consistency).reads[0].time > 0, "reads come after the answer"


def test_ddb_cheapest_for_unknown_load() -> None:
    asked = question("ddb-cheapest-for-unknown-load")
    days = dict(zip(modes.MODES, scenario(asked, CapacityModes).days, strict=True))
    assert days[modes.ON_DEMAND].share == 0
    assert days[modes.FIXED].share > 0
    assert days[modes.SCALED].share > 0


def test_ddb_break_even_utilisation() -> None:
    asked = question("ddb-break-even-utilisation")
    hour, million = (facts.value(f"dynamodb.price-{name}-write") for name in ("provisioned", "on-demand"))
    assert f"{hour:.5f} USD" in asked.stem
    assert f"{million:.3f} USD" in asked.stem
    share = 100 * hour / (3600 / 1e6 * million)
    assert share == pytest.approx(asked.answer.value, abs=asked.answer.tolerance)
    before = facts.fact("dynamodb.price-on-demand-write").exam_value
    assert 100 * hour / (3600 / 1e6 * before) == pytest.approx(asked.traps[0].value, abs=0.5)


def test_ddb_limit_and_filter() -> None:
    asked = question("ddb-limit-and-filter")
    table = Table("T", {"k": "S", "s": "N"}, partition="k", sort="s")
    for number in range(40):
        table.put({"k": "a", "s": number, "good": number % 3 == 0})
    found, start, asks = 0, None, 0
    while found < 10:
        given = {":k": "a", ":g": True}
        page = table.query("k = :k", filter="good = :g", values=given, limit=10, start=start)
        found, start, asks = found + page.count, page.last_key, asks + 1
        assert page.scanned_count <= 10
        if start is None:
            break
    assert found >= 10
    assert asks > 1
    assert scenario(asked, QueryAndScan).pages[0].count == 1


def test_ddb_slow_search() -> None:
    asked = question("ddb-slow-search")
    table = Table(
        "Goods", {"id": "S", "category": "S"}, partition="id", indexes=[Index("byCategory", "category", "id")]
    )
    for number in range(200):
        table.put({"id": f"{number:03}", "category": str(number % 20), "body": "x" * 1000})
    given = {":c": "7"}
    query = table.query("category = :c", index="byCategory", values=given)
    for scan in (
        table.scan(filter="category = :c", values=given),
        table.scan(filter="category = :c", values=given, projection="id"),
    ):
        assert {str(item["id"]) for item in scan.items} == {str(item["id"]) for item in query.items}
        assert scan.units > 10 * query.units
    assert "GSI" in asked.right[0].text
    assert scenario(asked, QueryAndScan).read == scenario(asked, QueryAndScan).returned


def test_ddb_units_of_a_query() -> None:
    asked = question("ddb-units-of-a-query")
    table = Table("T", {"k": "S", "s": "S"}, partition="k", sort="s")
    for number in range(30):
        item = {"k": "a", "s": f"{number:02}", "good": number % 3 == 0}
        # Names and values together make 1.5 KB: 1 + 1 for k, 1 + 2 for s, 4 + 1 for good, 4 for body.
        table.put(item | {"body": "x" * (1536 - 2 - 3 - 5 - 4)})
    page = table.query("k = :k", filter="good = :g", values={":k": "a", ":g": True})
    assert (page.scanned_count, page.count, page.size, page.last_key) == (30, 10, 30 * 1536, None)
    assert page.units == asked.answer.value
    strong = table.query("k = :k", values={":k": "a"}, consistent=True)
    assert strong.units in {trap.value for trap in asked.traps}


def test_ddb_counter_that_does_not_exist() -> None:
    for option in question("ddb-counter-that-does-not-exist").options:
        update = option.text.strip("`")
        given = {name: value for name, value in {":one": 1, ":zero": 0}.items() if name in update}
        table = Table("Pages", {"id": "S"}, partition="id")
        table.put({"id": "new"})
        try:
            for _ in range(2):
                table.update({"id": "new"}, update, values=given)
            counted = table.get({"id": "new"}).item["hits"].data == 2
        except DynamoDBError:
            counted = False
        assert counted == option.right


def test_ddb_withdrawal_sent_again() -> None:
    asked = question("ddb-withdrawal-sent-again")
    conditions = {"none": None, "enough": "balance >= :n", "version": "version = :v"}
    left: dict[str, int] = {}
    codes: set[str] = set()
    for name, condition in conditions.items():
        table = Table("Accounts", {"id": "S"}, partition="id")
        table.put({"id": "a", "balance": 100, "version": 4})
        update, given = "SET balance = balance - :n", {":n": 30}
        if name == "version":
            update, given = f"{update}, version = version + :one", given | {":v": 4, ":one": 1}
        for _ in range(2):
            try:
                table.update({"id": "a"}, update, condition=condition, values=given)
            except DynamoDBError as error:
                codes.add(error.code)
        left[name] = int(table.get({"id": "a"}).item["balance"].data)
    assert left == {"none": 40, "enough": 40, "version": 70}
    assert codes == {"ConditionalCheckFailedException"}
    assert "version" in asked.right[0].text
    assert not scenario(asked, SafeWrites).right


def test_ddb_one_account_for_one_address() -> None:
    """A condition on an attribute looks at the item of the same key only; one on the address's own item holds."""
    asked = question("ddb-one-account-for-one-address")
    members = Table("Members", {"id": "S"}, partition="id")
    for number in ("1", "2"):
        members.put({"id": number, "mail": "a@example.com"}, condition="attribute_not_exists(mail)")
    assert len(members) == 2
    addresses = Table("Addresses", {"id": "S"}, partition="id")
    addresses.put({"id": "MAIL#a@example.com"}, condition="attribute_not_exists(id)")
    with pytest.raises(DynamoDBError, match="onditional"):
        addresses.put({"id": "MAIL#a@example.com"}, condition="attribute_not_exists(id)")
    # Without the condition the later one takes the item over.
    addresses.put({"id": "MAIL#a@example.com"})
    assert len(addresses) == 1
    assert "「まだない」条件を付けて`TransactWriteItems`" in asked.right[0].text


def test_ddb_status_is_reserved() -> None:
    asked = question("ddb-status-is-reserved")
    table = Table("T", {"id": "S"}, partition="id")
    table.put({"id": "a"})
    for update in ("SET status = :s", "SET STATUS = :s", 'SET "status" = :s'):
        with pytest.raises(DynamoDBError):
            table.update({"id": "a"}, update, values={":s": "done"})
    table.update({"id": "a"}, "SET #s = :s", names={"#s": "status"}, values={":s": "done"})
    assert "ExpressionAttributeNames" in asked.right[0].text
    assert scenario(asked, Expressions)
