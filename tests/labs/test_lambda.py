"""Answers of readers that are nearly right: each gets the sentence that helps."""

from __future__ import annotations

import io
import json
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kumo.labs import Lab

# No statement imports a module that is named by a keyword.
refused = import_module("kumo.labs.checks.lambda").refused

APP = """
import json
import os

TAX_PERCENT = int(os.environ["TAX_PERCENT"])


def total(order):
    subtotal = sum(item["price"] * item["count"] for item in order["items"])
    return subtotal * (100 + TAX_PERCENT) // 100


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            print(order["id"], total(order))
        except ValueError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
"""
ROLE = "arn:aws:iam::123456789012:role/orders-role"
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ALLOWED = {"FunctionName": "orders", "StatementId": "s3", "Action": "lambda:InvokeFunction"}
FROM = {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::kumo-orders", "SourceAccount": "123456789012"}


def pack(source: str = APP, name: str = "app.py", mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, source)
    return buffer.getvalue()


def make_role(session: Lab, service: str = "lambda.amazonaws.com", policy: dict[str, Any] | None = ALL) -> None:
    iam = session.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": [service]}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="orders-role", AssumeRolePolicyDocument=document)
    if policy:
        iam.put_role_policy(RoleName="orders-role", PolicyName="all", PolicyDocument=json.dumps(policy))


def make_function(session: Lab, **change: Any) -> Any:
    client = session.client("lambda")
    made = {
        "FunctionName": "orders",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": ROLE,
        "Code": {"ZipFile": pack()},
        "Timeout": 10,
        "MemorySize": 256,
        "Environment": {"Variables": {"STAGE": "prod", "TAX_PERCENT": "10"}},
    }
    client.create_function(**made | change)
    return client


@pytest.fixture
def client(session: Lab) -> Any:
    """Return the client of an account with the function, its versions 1 and 2, and the alias on 1."""
    session.start("lambda")
    make_role(session)
    made = make_function(session)
    made.publish_version(FunctionName="orders")
    made.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    made.update_function_code(FunctionName="orders", ZipFile=pack(APP + "\n"))
    made.publish_version(FunctionName="orders")
    return made


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("", "", "壊れた1件だけが"),
        ("// 100", "/ 100", "totalが2810.5を返しました"),
        ("100 + TAX_PERCENT", "110", "TAX_PERCENTが8のとき、totalが2810を返しました"),
        ("except ValueError", "except KeyError", "JSONDecodeErrorを投げました"),
        ('failures.append({"itemIdentifier": record["messageId"]})', "pass", "キューから消えます"),
        ('{"itemIdentifier": record["messageId"]}', 'record["messageId"]', "2件目(m-2)だけなのに"),
        ('record["messageId"]})', 'record["messageId"]}); break', "3件目が処理されていません"),
        ('{"batchItemFailures": failures}', "None", "handlerがNoneを返しました"),
        ("return subtotal", "return 0 0 subtotal", "APPの10行目が、Pythonとして読めません"),
    ],
)
def test_handlers(session: Lab, old: str, new: str, sentence: str) -> None:
    session.start("lambda")
    assert old in APP
    assert sentence in session.examine("handler", APP.replace(old, new) if old else APP).text


@pytest.mark.parametrize(
    ("package", "function", "service", "policy", "sentence"),
    [
        (pack(), {}, "lambda.amazonaws.com", ALL, "関数ordersができました"),
        (pack(name="orders/app.py"), {}, "lambda.amazonaws.com", ALL, "根元にapp.pyがありません(中身: orders/app.py)"),
        (pack(mode=0o600), {}, "lambda.amazonaws.com", ALL, "権限が600です"),
        (pack("handler = print"), {}, "lambda.amazonaws.com", ALL, "渡されたzipと違います"),
        (pack(), {"Handler": "handler.app"}, "lambda.amazonaws.com", ALL, "ハンドラーがhandler.appですが"),
        (pack(), {"Handler": "app.main"}, "lambda.amazonaws.com", ALL, "ハンドラーがapp.mainですが"),
        (pack(), {}, "ec2.amazonaws.com", ALL, "信頼ポリシーのPrincipal"),
        (
            pack(),
            {},
            "lambda.amazonaws.com",
            None,
            "logs:CreateLogGroup、logs:CreateLogStream、logs:PutLogEventsの許可が",
        ),
        (None, {}, "lambda.amazonaws.com", ALL, "渡されたのがNoneType"),
    ],
)
def test_functions(session: Lab, package: Any, function: Any, service: str, policy: Any, sentence: str) -> None:
    session.start("lambda")
    make_role(session, service, policy)
    make_function(session, **function)
    assert sentence in session.examine("function", package).text


@pytest.mark.usefixtures("client")
def test_the_first_package_still_counts_after_the_code_was_replaced(session: Lab) -> None:
    assert session.examine("function", pack()).done


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "環境変数は2つともあります"),
        ({"Timeout": 3}, "タイムアウトが3秒です"),
        ({"MemorySize": 128}, "メモリが128 MBです"),
        ({"Environment": {"Variables": {"STAGE": "prod"}}}, "TAX_PERCENTがありません"),
        ({"Environment": {"Variables": {"TAX_PERCENT": "10"}}}, "STAGEが消えました"),
    ],
)
def test_settings(session: Lab, change: dict[str, Any], sentence: str) -> None:
    session.start("lambda")
    make_role(session)
    make_function(session, **change)
    assert sentence in session.examine("settings").text


def test_versions_in_the_order_of_the_mistakes(session: Lab) -> None:
    session.start("lambda")
    make_role(session)
    client = make_function(session)
    assert "発行したバージョンがありません" in session.examine("versions").text
    client.publish_version(FunctionName="orders")
    assert "エイリアスliveがありません" in session.examine("versions").text
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="$LATEST")
    assert "$LATESTを指しています" in session.examine("versions").text
    client.update_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    assert "$LATESTが、同じコードです" in session.examine("versions").text
    client.update_function_code(FunctionName="orders", ZipFile=pack(APP + "\n"))
    assert "まだ番号がありません" in session.examine("versions").text
    client.publish_version(FunctionName="orders")
    assert session.examine("versions").done


@pytest.mark.parametrize(
    ("version", "weights", "sentence"),
    [
        ("1", {"2": 0.1}, "90%はバージョン1、10%はバージョン2"),
        ("1", {}, "1つのバージョンだけを"),
        ("1", {"$LATEST": 0.1}, "本物のAWSは断ります"),
        ("1", {"2": 0.9}, "重みが0.9です"),
        ("2", {"1": 0.1}, "向き先が2、重みの相手が1です"),
    ],
)
def test_weights(client: Any, session: Lab, version: str, weights: dict[str, float], sentence: str) -> None:
    client.update_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": weights},
    )
    assert sentence in session.examine("weights").text


def test_triggers_in_the_order_of_the_mistakes(client: Any, session: Lab) -> None:
    sqs, iam = session.client("sqs"), session.client("iam")
    assert "キューordersがありません" in session.examine("trigger").text
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert "可視性タイムアウトが30秒です" in session.examine("trigger").text
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    reading = {"Effect": "Allow", "Action": ["sqs:Receive*"], "Resource": arn}
    for policy in ({**reading, "Resource": f"{arn}-2"}, reading):
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        iam.put_role_policy(RoleName="orders-role", PolicyName="all", PolicyDocument=document)
        lacking = session.examine("trigger").text
        assert "sqs:DeleteMessage、sqs:GetQueueAttributesの許可がありません" in lacking
        assert ("sqs:ReceiveMessage" in lacking) == (policy is not reading)
    iam.put_role_policy(RoleName="orders-role", PolicyName="all", PolicyDocument=json.dumps(ALL))
    assert "イベントソースマッピングがありません" in session.examine("trigger").text
    client.create_event_source_mapping(EventSourceArn=arn, FunctionName="orders")
    assert "エイリアスではありません" in session.examine("trigger").text
    made = client.create_event_source_mapping(EventSourceArn=arn, FunctionName="orders:live")
    assert "失敗した1件も消えます" in session.examine("trigger").text
    client.delete_event_source_mapping(UUID=made["UUID"])
    client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="orders:live", FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    assert session.examine("trigger").done


@pytest.mark.parametrize(
    ("change", "without", "sentence"),
    [
        ({}, "", "通知だけが、liveを"),
        ({"Principal": "sns.amazonaws.com"}, "", "s3.amazonaws.comに呼び出しを許す文がありません"),
        ({}, "Qualifier", "許可の相手がordersです"),
        ({}, "SourceArn", "どのバケットからでも"),
        ({}, "SourceAccount", "持ち主を確かめていません"),
    ],
)
def test_permissions(client: Any, session: Lab, change: dict[str, str], without: str, sentence: str) -> None:
    given = {**ALLOWED, **FROM, "Qualifier": "live", **change}
    given.pop(without, None)
    client.add_permission(**given)
    assert sentence in session.examine("permission").text


@pytest.mark.parametrize(
    ("reserved", "sentence"),
    [
        (None, "予約がありません"),
        (0, "1件も処理されません"),
        (50, "もっと増やせます"),
        (150, "1,376件断られます"),
        (900, "6,797件断られます"),
        (100, "最も速く片付けます"),
    ],
)
def test_reservations(client: Any, session: Lab, reserved: int | None, sentence: str) -> None:
    if reserved is not None:
        client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=reserved)
    assert sentence in session.examine("concurrency", refused).text
    assert "lost(None)が0を返しました" in session.examine("concurrency", lambda _: 0).text


def test_the_model_is_the_one_of_the_text() -> None:
    """The numbers that the text speaks of: a reservation takes from the others what it does not lend."""
    assert refused(100) == 0 < refused(110)
    assert refused(None) < refused(200)
