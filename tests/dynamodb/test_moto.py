"""Expressions and tables as moto has them: an independent implementation, asked the same in process.

Where the two differ, DynamoDB's documentation decides (`DIFFERENCES`), and this engine follows it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.dynamodb import DynamoDBError, Index, Placeholders, Table, values
from kumo.dynamodb.model.conditions import Condition
from kumo.dynamodb.model.projection import Projection

sys.path.insert(0, str(Path(__file__).parent))
import random_expressions as drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = {"id": {"S": "1"}}
# The service puts this before some messages and not before others.
PREFIX = "1 validation error detected: "


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        with moto.mock_aws():
            made = boto3.client("dynamodb", region_name="ap-northeast-1")
            made.create_table(
                TableName="T",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            yield made


def table_of(items: list[drawn.Json]) -> Table:
    made = Table("T", {"id": "S"}, partition="id")
    for item in items:
        made.put(item)
    return made


def given_values(found: drawn.Json) -> drawn.Json:
    return {"ExpressionAttributeValues": found} if found else {}


@settings(max_examples=70)
@given(items=st.lists(drawn.items, min_size=5, max_size=5), asked=drawn.conditions())
def test_conditions_hold_for_the_same_items(client: Any, items: list[drawn.Json], asked: drawn.Asked) -> None:
    items = [{"id": {"S": str(number)}, **item} for number, item in enumerate(items)]
    client.batch_write_item(RequestItems={"T": [{"PutRequest": {"Item": item}} for item in items]})
    answer = client.scan(TableName="T", FilterExpression=asked.text, **given_values(asked.values))
    ours = Condition(asked.text, Placeholders(None, asked.values), "FilterExpression")
    for item in items:
        kept = any(item["id"] == found["id"] for found in answer["Items"])
        assert ours.holds(values.item(item)) == kept, (asked, item)
    assert answer["ScannedCount"] == len(items)


@settings(max_examples=70)
@given(item=drawn.items, asked=drawn.updates())
def test_updates_give_the_same_item(client: Any, item: drawn.Json, asked: drawn.Asked) -> None:
    client.put_item(TableName="T", Item={**KEY, **item})
    sent = {"UpdateExpression": asked.text, "ReturnValues": "ALL_NEW", **given_values(asked.values)}
    theirs = client.update_item(TableName="T", Key=KEY, **sent)["Attributes"]
    ours = table_of([{**KEY, **item}]).update(KEY, asked.text, values=asked.values, return_values="ALL_NEW")
    assert ours.attributes == values.item(theirs)


# One element of each list: moto returns only the last of several.
PICKED = ["n", "s", "g", "o.n", "o.s", "o.l[0]", "l[0]", "l[7]", "zz", "o.zz"]


@settings(max_examples=30)
@given(item=drawn.items, paths=st.lists(st.sampled_from(PICKED), min_size=1, unique=True))
def test_projections_pick_the_same_parts(client: Any, item: drawn.Json, paths: list[str]) -> None:
    client.put_item(TableName="T", Item={**KEY, **item})
    text = ", ".join(paths)
    theirs = client.get_item(TableName="T", Key=KEY, ProjectionExpression=text).get("Item", {})
    assert Projection(text).apply(values.item(item)) == values.item(theirs)


# Pages.


INDEXES = (
    Index("byStatus", "status", "amount"),
    Index("keys", "status", projection="KEYS_ONLY"),
    Index("byTotal", "customer", "amount", projection="INCLUDE", include=("note",), local=True),
)
KEY_TYPES = {"customer": "S", "at": "S", "status": "S", "amount": "N"}
orders = st.lists(
    st.fixed_dictionaries(
        {"customer": st.sampled_from("ab"), "at": st.sampled_from("123456")},
        optional={
            "status": st.sampled_from(["new", "sent"]),
            "amount": st.integers(0, 9),
            "note": st.sampled_from(["x", "y"]),
        },
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda order: (order["customer"], order["at"]),
)


def schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    found = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*found, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else found


def theirs_of(client: Any, items: list[dict[str, Any]]) -> None:
    made = {"GlobalSecondaryIndexes": [], "LocalSecondaryIndexes": []}
    for index in INDEXES:
        projection: dict[str, Any] = {"ProjectionType": index.projection}
        if index.include:
            projection["NonKeyAttributes"] = list(index.include)
        made[f"{'Local' if index.local else 'Global'}SecondaryIndexes"].append(
            {"IndexName": index.name, "KeySchema": schema(index.partition, index.sort), "Projection": projection}
        )
    if "Orders" in client.list_tables()["TableNames"]:
        client.delete_table(TableName="Orders")
    client.create_table(
        TableName="Orders",
        KeySchema=schema("customer", "at"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in KEY_TYPES.items()],
        BillingMode="PAY_PER_REQUEST",
        **made,
    )
    for item in items:
        client.put_item(TableName="Orders", Item={name: values.to_json(one) for name, one in values.item(item).items()})


def in_some_order(items: Any) -> list[str]:
    return sorted(str(sorted(item.items(), key=lambda pair: pair[0])) for item in items)


QUERIES = [
    ({"KeyConditionExpression": "customer = :c"}, {":c": "a"}),
    ({"KeyConditionExpression": "customer = :c AND #t BETWEEN :low AND :high"}, {":c": "a", ":low": "2", ":high": "4"}),
    ({"KeyConditionExpression": "customer = :c AND #t >= :low"}, {":c": "b", ":low": "3"}),
    ({"KeyConditionExpression": "customer = :c AND begins_with(#t, :p)"}, {":c": "b", ":p": "3"}),
    ({"KeyConditionExpression": "customer = :c", "FilterExpression": "note = :n"}, {":c": "a", ":n": "x"}),
    ({"KeyConditionExpression": "customer = :c", "ScanIndexForward": False}, {":c": "a"}),
    ({"KeyConditionExpression": "#s = :s AND amount > :n", "IndexName": "byStatus"}, {":s": "new", ":n": 3}),
    ({"KeyConditionExpression": "#s = :s", "IndexName": "keys"}, {":s": "sent"}),
    ({"KeyConditionExpression": "customer = :c AND amount < :n", "IndexName": "byTotal"}, {":c": "a", ":n": 6}),
]


@settings(max_examples=15)
@given(items=orders, chosen=st.sampled_from(QUERIES), limit=st.integers(1, 4))
def test_queries_give_the_same_pages(client: Any, items: list[dict[str, Any]], chosen: Any, limit: int) -> None:
    theirs_of(client, items)
    ours = Table("Orders", KEY_TYPES, partition="customer", sort="at", indexes=INDEXES)
    for item in items:
        ours.put(item)
    request, stand_ins = chosen
    names = {
        alias: name for alias, name in (("#t", "at"), ("#s", "status")) if alias in request["KeyConditionExpression"]
    }
    sent = {"TableName": "Orders", **request, "Limit": limit}
    sent["ExpressionAttributeValues"] = {name: values.to_json(values.of_python(one)) for name, one in stand_ins.items()}
    if names:
        sent["ExpressionAttributeNames"] = names
    found: list[list[Any]] = [[], []]
    counts = [0, 0]
    start = None
    while True:
        answer = client.query(**sent)
        found[0] += [values.item(item) for item in answer["Items"]]
        counts[0] += answer["ScannedCount"]
        if "LastEvaluatedKey" not in answer:
            break
        sent["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    while True:
        page = ours.query(
            request["KeyConditionExpression"], index=request.get("IndexName"), filter=request.get("FilterExpression"),
            names=names, values=stand_ins, limit=limit, start=start, forward=request.get("ScanIndexForward", True),
        )  # fmt: skip
        found[1] += page.items
        counts[1] += page.scanned_count
        assert page.scanned_count <= limit
        start = page.last_key
        if start is None:
            break
    assert counts[1] == counts[0]
    # Entries of an index with equal keys have no order that counts: compare what is at each place of the sort key.
    assert in_some_order(found[1]) == in_some_order(found[0])
    if "IndexName" not in request:
        assert found[1] == found[0]


@settings(max_examples=15)
@given(items=orders)
def test_scans_return_the_same_items(client: Any, items: list[dict[str, Any]]) -> None:
    theirs_of(client, items)
    ours = Table("Orders", KEY_TYPES, partition="customer", sort="at", indexes=INDEXES)
    for item in items:
        ours.put(item)
    for index in (None, "byStatus", "keys"):
        answer = client.scan(TableName="Orders", **({"IndexName": index} if index else {}))
        page = ours.scan(index=index)
        assert in_some_order(page.items) == in_some_order([values.item(item) for item in answer["Items"]])


# Refusals.


N, S, L, SS = {"N": "1"}, {"S": "x"}, {"L": [{"N": "1"}]}, {"SS": ["x"]}
ITEM = {**KEY, "a": N, "s": S, "l": L, "o": {"M": {"x": N}}}
REFUSED_UPDATES = [
    ("SET a = ", N), ("SET a", None), ("SET", None), ("", None), ("SET a = :v", None), ("SET status = :v", N),
    ("SET a = :v, a = :v", N), ("SET o.x = :v, o = :v", N), ("SET a = :v SET s = :v", N), ("ADD s :v", N),
    ("DELETE s :v", SS), ("SET a = absent", None), ("SET a = absent + :v", N), ("SET z.b = :v", N),
    ("SET o.z.b = :v", N), ("REMOVE z.b", None), ("SET a = list_append(l, :v)", S), ("SET id = :v", S),
    ("HELLO a", None), ("SET a == :v", N), ("SET _a = :v", N), ("SET a = :v;", N), ("SET a = - :v", N),
    ("SET l[1].x = :v", N), ("SET a = :v,", N), ("ADD z.q :v", N),
]  # fmt: skip


def ask_both(client: Any, update: str | None, value: Any, condition: str | None = None) -> tuple[Any, Any]:
    """Return what moto and what our engine say to an update: an item, or the text of an error."""
    client.put_item(TableName="T", Item=ITEM)
    sent = given_values({":v": value} if value else {})
    if update is not None:
        sent["UpdateExpression"] = update
    if condition is not None:
        sent["ConditionExpression"] = condition
    try:
        theirs: Any = client.update_item(TableName="T", Key=KEY, ReturnValues="ALL_NEW", **sent).get("Attributes")
    except ClientError as error:
        theirs = f"{error.response['Error']['Code']}: {error.response['Error']['Message'].replace(PREFIX, '')}"
    except (ValueError, KeyError, TypeError, AssertionError, AttributeError) as error:
        theirs = f"{type(error).__name__}: {error}"
    try:
        ours: Any = table_of([ITEM]).update(
            KEY, update, condition=condition, values={":v": value} if value else None, return_values="ALL_NEW"
        )
        ours = {name: values.to_json(one) for name, one in ours.attributes.items()}
    except DynamoDBError as error:
        ours = str(error)
    return theirs, ours


@pytest.mark.parametrize(("update", "value"), REFUSED_UPDATES)
def test_updates_are_refused_in_the_same_words(client: Any, update: str, value: Any) -> None:
    theirs, ours = ask_both(client, update, value)
    assert theirs.startswith("ValidationException: ")
    assert ours == theirs


# Moto raises its own ValueError for these, without the service's text; that they are refused is what it confirms.
REFUSED_CONDITIONS = [
    "a == :v", "a =", "a", "size(a)", "size(s) = :v AND", "foo(a)", "attribute_exists(:v)", "attribute_exists(a) = :v",
    "status = :v", "a BETWEEN :v", "a IN ()", "a IN :v", "a AND s", "NOT a", "((a = :v))", "a = :w", "#n = :v",
    "attribute_type(a, s)", "a = :v = :v", "a ! :v", "(a = :v", "a = :v)", "a <> :v OR", "size(a, s) = :v",
    "a <= :v AND begins_with(a)", "ATTRIBUTE_EXISTS(a)", "a[x] = :v", "o..x = :v", ".a = :v",
]  # fmt: skip


@pytest.mark.parametrize("condition", REFUSED_CONDITIONS)
def test_conditions_are_refused_by_both(client: Any, condition: str) -> None:
    theirs, ours = ask_both(client, "SET a = :v", N, condition)
    assert isinstance(theirs, str)
    assert not theirs.startswith("ConditionalCheckFailed")
    assert ours.startswith("ValidationException: Invalid ConditionExpression: ")


# Where moto differs: the request, what moto says, what we say (part of the text, or the attribute's value), and why
# we are right. "Tests of ScyllaDB" are those that its authors also run against the service.
DIFFERENCES = [
    ("SET o.x = :v, o[1] = :v", N, None, "invalid for update", "conflict with each other",
     "a map and a list in one place are noticed before the item is looked at (tests of ScyllaDB)"),
    ("ADD a :v", S, None, "incorrect data type", "operator: ADD, operand type: STRING",
     "a value of the request is checked with the expression (tests of ScyllaDB quote the text)"),
    ("SET a = a + :v", S, None, "operand type: N", "operator or function: +, operand type: S",
     "the type that does not fit is named, not the one that does"),
    ("SET a = s + :v", N, None, "operand type: S", "An operand in the update expression has an incorrect data type",
     "the type of an attribute is only known with the item, which has a message of its own"),
    ("SET a.b = :v", N, None, None, "invalid for update",
     "a number has no entries: Expressions.UpdateExpressions writes into maps only (tests of ScyllaDB)"),
    ("REMOVE a.b", None, None, "TypeError", "invalid for update", "as above"),
    ("SET a = foo(:v)", N, None, "Syntax error", "Invalid function name; function: foo",
     "the parser takes any name for a function (tests of ScyllaDB quote the text)"),
    ("SET a = list_append(:v)", L, None, "Syntax error", "number of operands: 1", "as above"),
    ("SET a = if_not_exists(:v, :v)", N, None, "Syntax error", "requires a document path", "as above"),
    ("SET a = :v + :v + :v", N, None, None, "Syntax error",
     "Expressions.UpdateExpressions: two operands (tests of ScyllaDB); only Constraints counts those of a longer sum"),
    ("SET a = list_append(list_append(l, :v), :v)", L, None, None, "not allowed to be used this way",
     "list_append does not nest (tests of ScyllaDB)"),
    ("SET a = (a + :v)", N, None, "AssertionError", {"N": "2"}, "parentheses are allowed; moto stops at an assertion"),
    ("SET a = :v", {"N": "1" * 39}, None, None, "38 significant digits", "Constraints: 38 digits"),
    ("SET a = :v", {"N": "1e126"}, None, None, "Number overflow", "Constraints: up to 9.99E+125"),
    ("SET a = :v", {"N": "abc"}, None, None, "cannot be converted to a numeric value", "N is a number"),
    ("SET a = :v", {"SS": []}, None, None, "may not be empty", "HowItWorks.NamingRulesDataTypes: no empty sets"),
    ("SET a = :v", {"NS": ["1", "1.0"]}, None, None, "contains duplicates",
     "HowItWorks.NamingRulesDataTypes: members of a set are unique, and 1.0 is 1"),
    ("SET a = :v", N, "begins_with(s, :v)", "ConditionalCheckFailed", "function: begins_with, operand type: N",
     "a value of the request is checked with the expression (tests of ScyllaDB)"),
    ("SET a = :v", {"BOOL": True}, "a < :v", "ConditionalCheckFailed", "operator or function: <, operand type: BOOL",
     "as above: only S, N and B have an order"),
    ("SET a = :v", N, "attribute_type(a, :v)", "ConditionalCheckFailed", "operator or function: attribute_type",
     "the type is given as a string"),
    ("SET a = :v", N, "contains(l, l)", "ConditionalCheckFailed", "must be distinct",
     "Expressions.OperatorsAndFunctions: contains (a, a) returns an error"),
    ("SET a = :v", N, "NOT NOT a = :v", "ValueError", {"N": "1"},
     "Expressions.OperatorsAndFunctions: condition ::= NOT condition"),
    ("SET a = :v", N, "o . x = :v", "ValueError", {"N": "1"}, "spaces part tokens and mean nothing else"),
    ("SET a = :v", N, "absent = missed", None, "ConditionalCheckFailed",
     "what is missing is equal to nothing (tests of ScyllaDB)"),
    ("SET a = :v", N, "absent <> missed", "ConditionalCheckFailed", {"N": "1"}, "and different from everything"),
    ("SET a = :v", N, "s < :v", "TypeError", "ConditionalCheckFailed", "values of two types have no order: false"),
    ("SET a = :v", N, "size(absent) = :v", "Invalid attribute name", "ConditionalCheckFailed",
     "what is missing has no size: false (tests of ScyllaDB)"),
]  # fmt: skip


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: f"{case[0]} if {case[2]}")
def test_differences_are_these(client: Any, case: Any) -> None:
    update, value, condition, moto_says, we_say, why = case
    theirs, ours = ask_both(client, update, value, condition)
    if moto_says is None:
        assert not isinstance(theirs, str)
    else:
        assert moto_says in theirs
    if isinstance(we_say, dict):
        assert ours["a"] == we_say
    else:
        assert we_say in ours
    assert why
