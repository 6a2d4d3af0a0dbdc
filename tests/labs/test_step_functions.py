"""Answers of readers that are nearly right: each gets the sentence that helps."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs import Lab

ROLE = "arn:aws:iam::123456789012:role/order-states"
CROWDED = "DynamoDB.ProvisionedThroughputExceededException"
SOLD_OUT = "DynamoDB.ConditionalCheckFailedException"

ORDER: dict[str, Any] = {
    "StartAt": "LargeOrder?",
    "States": {
        "LargeOrder?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.total", "NumericGreaterThanEquals": 10_000, "Next": "Approve"}],
            "Default": "Accept",
        },
        "Approve": {"Type": "Pass", "Next": "Accept"},
        "Accept": {"Type": "Pass", "End": True},
    },
}
RESERVE: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::dynamodb:updateItem",
    "Parameters": {
        "TableName": "Stock",
        "Key": {"sku": {"S.$": "$.sku"}},
        "UpdateExpression": "SET stock = stock - :n",
        "ConditionExpression": "stock >= :n",
        "ExpressionAttributeValues": {":n": {"N.$": "States.Format('{}', $.count)"}},
        "ReturnValues": "UPDATED_NEW",
    },
    "ResultSelector": {"left.$": "States.StringToJson($.Attributes.stock.N)"},
    "ResultPath": "$.stock",
    "Retry": [{"ErrorEquals": [CROWDED], "IntervalSeconds": 1, "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": [SOLD_OUT], "ResultPath": "$.error", "Next": "SoldOut"}],
    "End": True,
}
SOLD: dict[str, Any] = {"Type": "Pass", "Result": "sold out", "ResultPath": "$.phase", "End": True}
LINES: dict[str, Any] = {
    "Type": "Map",
    "ItemsPath": "$.lines",
    "ItemSelector": {"id.$": "$.id", "sku.$": "$$.Map.Item.Value.sku", "count.$": "$$.Map.Item.Value.count"},
    "ResultPath": "$.lines",
    "ItemProcessor": {"StartAt": "Reserve", "States": {"Reserve": RESERVE, "SoldOut": SOLD}},
    "End": True,
}
ASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "TimeoutSeconds": 60,
    "ResultPath": "$.approval",
    "End": True,
}


def reserving(**changes: Any) -> dict[str, Any]:
    state = {name: value for name, value in (RESERVE | changes).items() if value is not None}
    reached = "Catch" in state
    return {"StartAt": "Reserve", "States": {"Reserve": state, **({"SoldOut": SOLD} if reached else {})}}


@pytest.fixture
def deploy(session: Lab) -> Callable[[str, dict[str, Any]], str]:
    """Start the lab with its table and queue, and return a call that makes a state machine."""
    session.start("step-functions")
    session.client("sqs").create_queue(QueueName="approvals")
    session.client("dynamodb").create_table(
        TableName="Stock",
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def make(name: str, machine: dict[str, Any]) -> str:
        made = session.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(machine), roleArn=ROLE
        )
        return made["stateMachineArn"]

    return make


@pytest.mark.parametrize(
    ("where", "value", "sentence"),
    [
        ((), None, "どの注文もAcceptで終わります"),
        (("LargeOrder?", "Default"), "Approve", "9,999円の注文が、LargeOrder? → Approve → Acceptの順に進みます"),
        (
            ("LargeOrder?", "Choices"),
            [{"Variable": "$.total", "NumericGreaterThan": 10_000, "Next": "Approve"}],
            "10,000円の注文が、LargeOrder? → Acceptの順に進みます。Approveを通ってから",
        ),
        (("LargeOrder?", "Choices"), [{"Variable": "$.sum", "IsNull": True, "Next": "Approve"}], "失敗します"),
        # moto takes it.
        (("Approve",), {"Type": "Pass"}, "間違いが1つあります。・$.States.Approve　次がありません"),
    ],
)
def test_definitions(deploy: Any, session: Lab, where: tuple[str, ...], value: Any, sentence: str) -> None:
    machine = copy.deepcopy(ORDER)
    place: Any = machine["States"]
    for key in where[:-1]:
        place = place[key]
    if where:
        place[where[-1]] = value
    deploy("Order", machine)
    assert sentence in session.examine("definition").text


def test_executions(deploy: Any, session: Lab) -> None:
    order, client = deploy("Order", ORDER), session.client("stepfunctions")

    def place(machine: str, given: dict[str, Any]) -> bool:
        try:
            client.start_execution(stateMachineArn=machine, name=given["id"], input=json.dumps(given))
        except client.exceptions.ExecutionAlreadyExists:
            return False
        return True

    def nameless(machine: str, given: dict[str, Any]) -> bool:
        client.start_execution(stateMachineArn=machine, input=json.dumps(given))
        return True

    def always(machine: str, given: dict[str, Any]) -> bool:
        place(machine, given)
        return True

    def without_input(machine: str, given: dict[str, Any]) -> bool:
        client.start_execution(stateMachineArn=machine, name=given["id"])
        return True

    assert "実行large-1がありません" in session.examine("run", place).text
    place(order, {"id": "large-1", "total": 12_000})
    assert "注文の番号が名前の実行がありません" in session.examine("run", nameless).text
    assert "入力が{}です" in session.examine("run", without_input).text
    assert "断られたときはFalse" in session.examine("run", always).text
    assert session.examine("run", place).done
    assert session.examine("run", place).done


def test_an_execution_with_a_text_for_a_number(deploy: Any, session: Lab) -> None:
    session.client("stepfunctions").start_execution(
        stateMachineArn=deploy("Order", ORDER), name="large-1", input='{"id": "A-1", "total": "12000"}'
    )
    assert "totalが'12000'です" in session.examine("run", lambda *_: True).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "出力には注文と残りの数があります"),
        (
            {"Parameters": RESERVE["Parameters"] | {"Key": {"sku": {"S": "$.sku"}}}, "Catch": None},
            "名前は、.$で終えます",
        ),
        ({"ResultPath": None}, "注文のidが消えました"),
        ({"ResultPath": "$.left"}, "出力にstockがありません"),
        ({"ResultSelector": {"left.$": "$.Attributes.stock.N"}}, 'stockが{"left": "7"}です'),
        (
            {"Parameters": RESERVE["Parameters"] | {"UpdateExpression": "SET stock = :n"}},
            "10個から3個を頼んだのに、在庫が3です",
        ),
    ],
)
def test_reserving(deploy: Any, session: Lab, changes: dict[str, Any], sentence: str) -> None:
    deploy("Reserve", reserving(**changes))
    assert sentence in session.examine("reserve").text
    assert session.client("dynamodb").scan(TableName="Stock")["Count"] == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "混雑は試し直して成功します"),
        ({"Catch": None}, f"実行が失敗しました: {SOLD_OUT}。CatchでSoldOutへ"),
        ({"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}, "DynamoDBを2回呼びました"),
        ({"Catch": [{"ErrorEquals": [SOLD_OUT], "Next": "SoldOut"}]}, "CatchにもResultPath"),
        (
            {"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.reason", "Next": "SoldOut"}]},
            "出力のerrorにエラーの内容がありません",
        ),
        ({"Retry": None}, "3回目まで試しません"),
        ({"Retry": [{"ErrorEquals": [CROWDED], "MaxAttempts": 1}]}, "3回目まで試しません"),
        ({"Retry": [{"ErrorEquals": [CROWDED], "IntervalSeconds": 5}]}, "最初に待つのが5秒です"),
    ],
)
def test_catching(deploy: Any, session: Lab, changes: dict[str, Any], sentence: str) -> None:
    deploy("Reserve", reserving(**changes))
    assert sentence in session.examine("catch").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "売り切れた1つだけがSoldOutへ"),
        ({"ItemProcessor": reserving(Catch=None)}, "3つの商品の注文で、実行が失敗しました: FAILED " + SOLD_OUT),
        ({"ResultPath": "$"}, "出力から、注文のidが消えました"),
        ({"ResultPath": "$.done"}, "商品ごとの結果に、注文のidがありません"),
        ({"ItemSelector": {"sku.$": "$$.Map.Item.Value.sku", "count": 1}}, "商品ごとの結果に、注文のidがありません"),
        (
            {"ItemSelector": LINES["ItemSelector"] | {"count": 1, "count.$": None}},
            "残りが[4, None, 8]になりました",
        ),
    ],
)
def test_lines(deploy: Any, session: Lab, changes: dict[str, Any], sentence: str) -> None:
    state = LINES | changes
    selector = {name: value for name, value in state["ItemSelector"].items() if value is not None}
    deploy("Lines", {"StartAt": "Each", "States": {"Each": state | {"ItemSelector": selector}}})
    assert sentence in session.examine("lines").text


@pytest.mark.parametrize(
    ("changes", "body", "answer", "sentence"),
    [
        ({}, {"token.$": "$$.Task.Token"}, {"approved": True}, "トークンが返ると続きました"),
        ({"Resource": "arn:aws:states:::sqs:sendMessage"}, {"order.$": "$"}, None, "承認を待たずに"),
        ({"TimeoutSeconds": None}, {"token.$": "$$.Task.Token"}, {"approved": True}, "TimeoutSecondsがありません"),
        ({}, {"order.$": "$"}, {"approved": True}, "メッセージに'token'がありません"),
        ({}, {"token.$": "$$.Task.Token"}, None, "実行がまだ待っています"),
        ({}, {"token.$": "$$.Task.Token"}, {"by": "manager"}, 'approvalに{"approved": true}が入るように'),
        ({"ResultPath": None}, {"token.$": "$$.Task.Token"}, {"approved": True}, "outputを返します"),
    ],
)
def test_approving(
    deploy: Any, session: Lab, changes: dict[str, Any], body: dict[str, Any], answer: Any, sentence: str
) -> None:
    sqs = session.client("sqs")
    queue = sqs.get_queue_url(QueueName="approvals")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="left over")
    state = ASK | changes | {"Parameters": {"QueueUrl": queue, "MessageBody": body}}
    state = {name: value for name, value in state.items() if value is not None}
    deploy("Approval", {"StartAt": "Ask", "States": {"Ask": state}})

    def approve() -> None:
        for message in sqs.receive_message(QueueUrl=queue)["Messages"]:
            token = json.loads(message["Body"])["token"]
            if answer is not None:
                session.client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(answer))

    assert sentence in session.examine("approval", approve).text


@pytest.mark.parametrize(
    ("outlook", "sentence"),
    [
        (lambda *_: 7, "2つを返します"),
        (
            lambda _failure, interval, _rate, attempts: (interval * attempts, 0.9),
            "待ち時間が3秒です",
        ),
        (
            lambda failure, interval, rate, attempts: (
                sum(interval * rate**n for n in range(attempts)),
                1 - failure**attempts,
            ),
            "確率が0.875です。モデルでは0.938です",
        ),
    ],
)
def test_outlooks(session: Lab, outlook: Any, sentence: str) -> None:
    session.start("step-functions")
    assert sentence in session.examine("retries", outlook).text
