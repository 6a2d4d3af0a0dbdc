"""Answers of readers that are nearly right: each gets the sentence that helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kumo.labs import Lab

TABLE: dict[str, Any] = {
    "TableName": "Orders",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("customer", "orderedAt", "phase")
    ],
    "KeySchema": [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "orderedAt", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "byPhase",
            "KeySchema": [
                {"AttributeName": "phase", "KeyType": "HASH"},
                {"AttributeName": "orderedAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
DAYS = ("2026-09-12", "2026-10-03", "2026-10-28", "2026-11-09", "2026-11-20")


@pytest.fixture
def client(session: Lab) -> Any:
    session.start("dynamodb")
    made = session.client("dynamodb")
    made.create_table(**TABLE)
    for day in DAYS:
        made.put_item(TableName="Orders", Item=order("sato", day))
    return made


def order(customer: str, day: str, **more: Any) -> dict[str, Any]:
    return {
        "customer": {"S": customer},
        "orderedAt": {"S": day},
        "phase": {"S": "open"},
        "amount": {"N": "100"},
        **more,
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "テーブルOrdersとGSIのbyPhaseができました"),
        ({"KeySchema": TABLE["KeySchema"][:1]}, "キーがcustomerだけです"),
        (
            {"GlobalSecondaryIndexes": [TABLE["GlobalSecondaryIndexes"][0] | {"IndexName": "other"}]},
            "GSIのbyPhaseがありません",
        ),
        (
            {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            "容量モードがPROVISIONEDです",
        ),
    ],
)
def test_tables(session: Lab, change: dict[str, Any], sentence: str) -> None:
    session.start("dynamodb")
    session.client("dynamodb").create_table(**TABLE | change)
    assert sentence in session.examine("table").text


def test_items(client: Any, session: Lab) -> None:
    assert "tanakaさんの注文がありません" in session.examine("items").text
    client.put_item(TableName="Orders", Item=order("tanaka", DAYS[0]))
    assert session.examine("items").done
    client.delete_item(TableName="Orders", Key={"customer": {"S": "sato"}, "orderedAt": {"S": DAYS[0]}})
    assert "4件だけ" in session.examine("items").text
    client.put_item(TableName="Orders", Item=order("sato", DAYS[0], amount={"S": "3000"}))
    assert "amountの型がSです" in session.examine("items").text


def test_registering_twice(client: Any, session: Lab) -> None:
    def overwrites(given: dict[str, Any]) -> bool:
        client.put_item(
            TableName="Orders", Item=order(given["customer"], given["orderedAt"], amount={"N": str(given["amount"])})
        )
        return True

    def quiet(given: dict[str, Any]) -> bool:
        key = {"customer": {"S": given["customer"]}, "orderedAt": {"S": given["orderedAt"]}}
        if "Item" not in client.get_item(TableName="Orders", Key=key):
            overwrites(given)
        return True

    assert "注文がテーブルにありません" in session.examine("once", lambda _: None).text
    assert "前の注文が上書きされました" in session.examine("once", overwrites).text
    assert "断られたときはFalse" in session.examine("once", quiet).text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda found: found, "ページをまたいで"),
        (lambda found: found[:2], "2件を返しました。テーブルにあるのは4件です"),
        (lambda found: found[::-1], "順番と違います"),
        (lambda found: [item | {"phase": {"S": "open"}} for item in found], "phaseが入っています"),
        (lambda _: None, "項目のリストを返します"),
    ],
)
@pytest.mark.usefixtures("client")
def test_reading(session: Lab, change: Any, sentence: str) -> None:
    def recent(customer: str, since: str) -> Any:
        days = [day for day in DAYS if customer == "sato" and day >= since]
        return change([{"orderedAt": {"S": day}, "amount": {"N": "100"}} for day in days])

    assert sentence in session.examine("query", recent).text


def test_reading_more_than_is_returned(session: Lab, client: Any) -> None:
    def recent(customer: str, since: str) -> Any:
        found = client.query(
            TableName="Orders",
            KeyConditionExpression="customer = :c",
            FilterExpression="orderedAt >= :since",
            ProjectionExpression="orderedAt, amount",
            ExpressionAttributeValues={":c": {"S": customer}, ":since": {"S": since}},
        )
        return found["Items"]

    said = session.examine("query", recent).text
    assert re.search(r"返すのは4項目なのに、DynamoDBは\d+項目を読みました", said)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (order("sato", DAYS[-1]), "viewsがありません"),
        (order("sato", DAYS[-1], views={"N": "2"}), "viewsが2です"),
        ({"customer": {"S": "sato"}, "orderedAt": {"S": DAYS[-1]}, "views": {"N": "3"}}, "元の属性が消えました"),
        (order("sato", DAYS[-1], views={"N": "3"}), "viewsは3です"),
    ],
)
def test_counting(client: Any, session: Lab, item: dict[str, Any], sentence: str) -> None:
    client.put_item(TableName="Orders", Item=item)
    assert sentence in session.examine("counter").text


@pytest.mark.parametrize(
    ("ordering", "taking", "guarded", "sentence"),
    [
        (False, True, False, "katoさんの注文がテーブルにありません"),
        (True, False, False, "在庫が1から1になりました"),
        (True, True, False, "在庫が0なのに売れて、-1になりました"),
        (True, True, True, "なければどちらも変わりません"),
    ],
)
def test_buying(client: Any, session: Lab, *, ordering: bool, taking: bool, guarded: bool, sentence: str) -> None:
    def buy(customer: str, day: str) -> bool:
        take = {
            "TableName": "Orders",
            "Key": {"customer": {"S": "STOCK"}, "orderedAt": {"S": "pen"}},
            "UpdateExpression": "SET stock = stock - :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        } | ({"ConditionExpression": "stock >= :one"} if guarded else {})
        put = {"TableName": "Orders", "Item": order(customer, day)}
        try:
            client.transact_write_items(
                TransactItems=[*([{"Update": take}] if taking else []), *([{"Put": put}] if ordering else [])]
            )
        except client.exceptions.TransactionCanceledException:
            return False
        return True

    assert sentence in session.examine("transaction", buy).text


def test_time_to_live(client: Any, session: Lab) -> None:
    assert "TTLが無効です" in session.examine("ttl").text
    client.update_time_to_live(
        TableName="Orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    assert "TTLの属性がexpiresです" in session.examine("ttl").text
