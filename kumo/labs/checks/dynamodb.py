"""Checks of the lab on DynamoDB: orders of a shop in one table."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kumo.dynamodb.model import partitions
from kumo.labs.service import needed
from kumo.labs.steps import need, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kumo.labs.session import Lab

TITLE = "DynamoDBで注文を扱う"
COSTS = (
    "オンデマンドのテーブル1つに数十回の読み書きで、1円未満です。"
    "終わったら aws dynamodb delete-table でテーブルを消してください。"
)

TABLE, INDEX = "Orders", "byPhase"
KEY_OF_STOCK = {"customer": {"S": "STOCK"}, "orderedAt": {"S": "pen"}}


@step("テーブルとGSIを作る")
def table(lab: Lab) -> str:
    found = _table(lab)
    keys = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
    need(
        keys == {"HASH": "customer", "RANGE": "orderedAt"},
        f"テーブル{TABLE}のキーが{_keys(keys)}です。キーは後から変えられません。"
        f"aws dynamodb delete-table --table-name {TABLE}で消し、customerとorderedAtをキーにして作り直します。",
    )
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", [])}
    need(INDEX in indexes, f"テーブル{TABLE}に、GSIの{INDEX}がありません。--global-secondary-indexesで加えます。")
    keys = {key["KeyType"]: key["AttributeName"] for key in indexes[INDEX]["KeySchema"]}
    need(
        keys == {"HASH": "phase", "RANGE": "orderedAt"},
        f"GSIのキーが{_keys(keys)}です。テーブルを消し、GSIのキーをphaseとorderedAtにして作り直します。",
    )
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    need(mode == "PAY_PER_REQUEST", f"容量モードが{mode}です。--billing-mode PAY_PER_REQUESTでオンデマンドにします。")
    return f"テーブル{TABLE}とGSIの{INDEX}ができました。どちらもオンデマンドです。"


@step("注文を書く")
def items(lab: Lab) -> str:
    found = _orders(lab, "sato")
    need(found, "satoさんの注文が1件もありません。ordersの1件ずつをput_itemで書きます。")
    need(len(found) >= 5, f"satoさんの注文が{len(found)}件だけです。ordersの5件をすべて書きます。")  # noqa: PLR2004
    wrong = sorted({kind for item in found for kind in item.get("amount", {"なし": ""}) if kind != "N"})
    need(not wrong, f"amountの型が{'、'.join(wrong)}です。数として比べられるように、N型で書きます。")
    need(_orders(lab, "tanaka"), "tanakaさんの注文がありません。CLIのput-itemで書きます。")
    return f"satoさんの注文が{len(found)}件、tanakaさんの注文が{len(_orders(lab, 'tanaka'))}件あります。"


@step("二重に登録しない")
def once(lab: Lab, register: Callable[[dict[str, Any]], bool]) -> str:
    client = lab.client("dynamodb")
    order = {"customer": "suzuki", "orderedAt": "2026-11-25", "phase": "open", "amount": 500}
    client.delete_item(TableName=TABLE, Key={"customer": {"S": "suzuki"}, "orderedAt": {"S": "2026-11-25"}})
    first = register(order)
    found = _orders(lab, "suzuki")
    need(found, "registerを呼んでも、注文がテーブルにありません。put_itemで書きます。")
    need(first is True, f"初めての注文なのに、registerが{first!r}を返しました。書けたときはTrueを返します。")
    second = register(order | {"amount": 9999})
    need(
        _orders(lab, "suzuki") == found,
        "同じキーの2回目の登録で、前の注文が上書きされました。ConditionExpressionで、まだないときだけ書きます。",
    )
    need(second is False, f"2回目の登録で、registerが{second!r}を返しました。断られたときはFalseを返します。")
    return "初めての注文は書かれ、2回目は断られました。前の注文は元のままです。"


@step("必要な分だけ読む")
def query(lab: Lab, recent: Callable[[str, str], list[dict[str, Any]]]) -> str:
    for customer, since, count in (("sato", "2026-10", 4), ("sato", "2026-11", 2), ("nobody", "2026-01", 0)):
        expected = [
            {name: item[name] for name in ("orderedAt", "amount")}
            for item in _orders(lab, customer)
            if item["orderedAt"]["S"] >= since
        ]
        called = f'recent("{customer}", "{since}")'
        with _reading(lab) as scanned:
            found = recent(customer, since)
        need(isinstance(found, list), f"{called}が{found!r}を返しました。項目のリストを返します。")
        need(
            len(found) == len(expected),
            f"{called}が{len(found)}件を返しました。テーブルにあるのは{len(expected)}件です。"
            "キー条件と、次のページを読んでいるかを確かめます。",
        )
        names = sorted({name for item in found for name in item})
        need(
            not found or names == ["amount", "orderedAt"],
            f"{called}の項目に{'、'.join(names)}が入っています。ProjectionExpressionで、orderedAtとamountだけにします。",
        )
        need(
            sum(scanned) <= len(expected),
            f"{called}が返すのは{len(expected)}項目なのに、DynamoDBは{sum(scanned)}項目を読みました。"
            "後で捨てる項目にも料金がかかります。日付の条件も、KeyConditionExpressionに書きます。",
        )
        need(found == expected, f"{called}の項目が、テーブルの中身や順番と違います。古い順に返します。")
        need(len(expected) == count, 'satoさんの注文が、手順2で書いたものと違います。lab.catch_up("once")で戻せます。')
    return "ページをまたいで、必要な属性だけを古い順に読めました。"


@step("数を安全に増やす")
def counter(lab: Lab) -> str:
    found = {item["orderedAt"]["S"]: item for item in _orders(lab, "sato")}.get("2026-11-20", {})
    need(found, "satoさんの2026-11-20の注文がありません。update_itemのKeyを確かめます。")
    need("views" in found, "satoさんの2026-11-20の注文に、viewsがありません。update_itemで加えます。")
    need("phase" in found and "amount" in found, "注文の元の属性が消えました。put_itemではなくupdate_itemで変えます。")
    views = found["views"].get("N")
    need(views == "3", f"viewsが{views}です。1ずつ3回加えて、3にします。")
    return "viewsは3です。ほかの属性は元のままです。"


@step("全部書くか、全部やめる")
def transaction(lab: Lab, buy: Callable[[str, str], bool]) -> str:
    client = lab.client("dynamodb")

    def state(customer: str) -> tuple[int, int]:
        stock = client.get_item(TableName=TABLE, Key=KEY_OF_STOCK).get("Item", {}).get("stock", {}).get("N", "-1")
        return int(stock), len(_orders(lab, customer))

    client.put_item(TableName=TABLE, Item=KEY_OF_STOCK | {"stock": {"N": "1"}})
    client.delete_item(TableName=TABLE, Key={"customer": {"S": "kato"}, "orderedAt": {"S": "2026-11-26"}})
    client.delete_item(TableName=TABLE, Key={"customer": {"S": "mori"}, "orderedAt": {"S": "2026-11-26"}})
    answer = buy("kato", "2026-11-26")
    stock, orders = state("kato")
    need(orders == 1, "buyを呼んでも、katoさんの注文がテーブルにありません。トランザクションの中にPutを入れます。")
    need(stock == 0, f"1つ売れたのに、在庫が1から{stock}になりました。トランザクションの中のUpdateで1を引きます。")
    need(answer is True, f"売れたのに、buyが{answer!r}を返しました。売れたときはTrueを返します。")
    answer = buy("mori", "2026-11-26")
    stock, orders = state("mori")
    need(stock == 0, f"在庫が0なのに売れて、{stock}になりました。Updateに「在庫が1以上」という条件を付けます。")
    need(orders == 0, "在庫が0なのに、moriさんの注文が書かれました。注文と在庫を、1つのトランザクションにします。")
    need(answer is False, f"在庫が0のとき、buyが{answer!r}を返しました。取り消されたときはFalseを返します。")
    return "在庫があれば注文と在庫が一緒に変わり、なければどちらも変わりません。"


@step("古い項目を自動で消す")
def ttl(lab: Lab) -> str:
    found = lab.client("dynamodb").describe_time_to_live(TableName=_table(lab)["TableName"])["TimeToLiveDescription"]
    need(
        found["TimeToLiveStatus"] in {"ENABLED", "ENABLING"},
        "TTLが無効です。aws dynamodb update-time-to-liveで有効にします。",
    )
    name = found["AttributeName"]
    need(name == "expiresAt", f"TTLの属性が{name}です。expiresAtにします。")
    return "expiresAtの時刻(秒)を過ぎた項目が、自動で消えるようになりました。"


@step("キーを分ける数を選ぶ")
def sharding(_lab: Lab, served: Callable[[int, float], float]) -> str:
    for shards, skew in ((1, 1.2), (4, 1.2), (8, 0.5)):
        trace = partitions.run(30, skew, 2400.0, 4, shards, 3000.0, adaptive=False)
        found = served(shards, skew)
        called = f"served({shards}, {skew})"
        need(isinstance(found, float), f"{called}が{found!r}を返しました。書けた割合(0から1の数)を返します。")
        need(
            abs(found - (1 - trace.refused)) < 1e-9,  # noqa: PLR2004 -- rounding
            f"{called}が{found:.3f}を返しました。モデルでは{1 - trace.refused:.3f}です。",
        )
    return "モデルの結果と一致しました。"


def _table(lab: Lab) -> dict[str, Any]:
    with needed(f"テーブル{TABLE}がありません。aws dynamodb create-tableで作ります。"):
        return lab.client("dynamodb").describe_table(TableName=TABLE)["Table"]


def _orders(lab: Lab, customer: str) -> list[dict[str, Any]]:
    _table(lab)
    pages = (
        lab.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=TABLE,
            KeyConditionExpression="customer = :c",
            ExpressionAttributeValues={":c": {"S": customer}},
        )
    )
    return [item for page in pages for item in page["Items"]]


@contextmanager
def _reading(lab: Lab) -> Iterator[list[int]]:
    """Count the items that DynamoDB reads for each query or scan, also those that a filter throws away."""
    events, counts = lab.client("dynamodb").meta.events, []
    names = ("after-call.dynamodb.Query", "after-call.dynamodb.Scan")

    def count(parsed: dict[str, Any], **_: object) -> None:
        counts.append(parsed.get("ScannedCount", 0))

    for name in names:
        events.register(name, count)
    try:
        yield counts
    finally:
        for name in names:
            events.unregister(name, count)


def _keys(keys: dict[str, str]) -> str:
    return f"{keys['HASH']}と{keys['RANGE']}" if "RANGE" in keys else f"{keys['HASH']}だけ"
