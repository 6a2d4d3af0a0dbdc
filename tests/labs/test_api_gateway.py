"""Answers of readers that are nearly right: each gets the sentence that helps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kumo.api_gateway.model import token_bucket
from kumo.labs.checks import api_gateway as checks

if TYPE_CHECKING:
    from kumo.labs import Lab

APP = """
import json

def handler(event, context):
    if event["pathParameters"]["id"] != "7":
        return {"statusCode": 404, "body": "{}"}
    return {"statusCode": 200, "body": json.dumps({"id": "7", "total": 2810})}
"""
TEMPLATE = {"application/json": '{"statusCode": 200}'}
BODY = {"application/json": '{"items": [{"id": "pen", "price": 100}]}'}
PREFIX = "arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/"
FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:order"
PROXY = {
    "type": "AWS_PROXY",
    "integrationHttpMethod": "POST",
    "uri": PREFIX + FUNCTION + ":${stageVariables.alias}/invocations",
}
PLAN: dict[str, Any] = {
    "name": "partner",
    "throttle": {"rateLimit": 10, "burstLimit": 20},
    "quota": {"limit": 1000, "period": "DAY"},
}


class Shop:
    """The API of the lab, in the making."""

    def __init__(self, session: Lab) -> None:
        session.start("api-gateway")
        self.session, self.client = session, session.client("apigateway")
        self.api = self.client.create_rest_api(name="shop")["id"]
        self.root = self.client.get_resources(restApiId=self.api)["items"][0]["id"]
        self.items = self.resource("items", self.root)
        self.method(self.items)

    def resource(self, part: str, parent: str) -> str:
        made: str = self.client.create_resource(restApiId=self.api, parentId=parent, pathPart=part)["id"]
        return made

    def method(self, resource: str, **options: Any) -> None:
        at = self.at(resource)
        self.client.put_method(**at, authorizationType="NONE", **options)

    def at(self, resource: str) -> dict[str, str]:
        return {"restApiId": self.api, "resourceId": resource, "httpMethod": "GET"}

    def mock(self, template: dict[str, str] = TEMPLATE, body: dict[str, str] | None = BODY) -> None:
        self.client.put_integration(**self.at(self.items), type="MOCK", requestTemplates=template)
        if body is not None:
            self.client.put_integration_response(**self.at(self.items), statusCode="200", responseTemplates=body)

    def publish(self, **variables: str) -> None:
        self.client.create_deployment(restApiId=self.api, stageName="prod", variables=variables)

    def order(self, *, key: bool = True, **integration: str) -> None:
        """Add the method of one order, with the function behind it."""
        one = self.resource("{id}", self.resource("orders", self.root))
        self.method(one, apiKeyRequired=key)
        if integration:
            self.client.put_integration(**self.at(one), **integration)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = self.session.client("iam").create_role(
            RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )["Role"]["Arn"]
        function = self.session.client("lambda")
        function.create_function(
            FunctionName="order", Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"-"}, Publish=True
        )
        function.create_alias(FunctionName="order", Name="live", FunctionVersion="1")

    def allow(self, **change: str) -> None:
        given = {
            "FunctionName": "order",
            "StatementId": "api",
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": f"arn:aws:execute-api:ap-northeast-1:123456789012:{self.api}/*/GET/orders/*",
            "Qualifier": "live",
        } | change
        self.session.client("lambda").add_permission(**{name: value for name, value in given.items() if value})

    def says(self, step: str, *answers: object) -> str:
        return self.session.examine(step, *answers).text


@pytest.fixture
def shop(session: Lab) -> Shop:
    return Shop(session)


@pytest.mark.parametrize(
    ("template", "body", "sentence"),
    [
        (TEMPLATE, BODY, "1件の商品を返します"),
        ({"application/json": "{}"}, BODY, "500を返します"),
        ({"text/plain": '{"statusCode": 200}'}, BODY, "500を返します"),
        ({"application/json": '{"statusCode": "200"}'}, BODY, "リクエストテンプレートが"),
        (TEMPLATE, None, "統合レスポンスがありません"),
        (TEMPLATE, {"application/json": "[pen]"}, "応答テンプレートが'[pen]'です"),
        (TEMPLATE, {"application/json": '{"items": []}'}, "形のJSONにします"),
    ],
)
def test_mocks(shop: Shop, template: dict[str, str], body: dict[str, str] | None, sentence: str) -> None:
    assert "統合がありません" in shop.says("mock")
    shop.mock(template, body)
    assert sentence in shop.says("mock")


def test_another_integration_is_no_mock(shop: Shop) -> None:
    shop.client.put_integration(
        **shop.at(shop.items), type="HTTP_PROXY", integrationHttpMethod="GET", uri="https://example.com"
    )
    assert "統合がHTTP_PROXYです" in shop.says("mock")


def test_stages(shop: Shop) -> None:
    shop.mock()
    assert "ステージprodがありません" in shop.says("deploy")
    shop.publish()
    assert "aliasがありません" in shop.says("deploy")
    shop.publish(alias="live")
    assert "✓" in shop.says("deploy")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"statusCode": 404', '"statusCode": 200', "注文8で、statusCodeが200です。404に"),
        ('json.dumps({"id": "7", "total": 2810})', '{"id": "7", "total": 2810}', "bodyがdictです"),
        ('"total": 2810', '"sum": 2810', "注文の中身(total)がありません"),
        ('return {"statusCode": 200', '{"statusCode": 200', "注文7で、handlerがNoneを返しました"),
        ("import json", "import json json", "APPの2行目が"),
    ],
)
def test_handlers(shop: Shop, old: str, new: str, sentence: str) -> None:
    assert old in APP
    assert sentence in shop.says("proxy", APP.replace(old, new))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "許可もあります"),
        ({"integrationHttpMethod": "GET"}, "integrationHttpMethodがGETです"),
        ({"type": "AWS"}, "統合がAWSです"),
        ({"uri": PREFIX + FUNCTION + "/invocations"}, "終わりが「order/invocations」です"),
        ({"uri": PREFIX + FUNCTION + ":live/invocations"}, "終わりが「order:live/invocations」です"),
    ],
)
def test_integrations(shop: Shop, change: dict[str, str], sentence: str) -> None:
    shop.order(**PROXY | change)
    shop.allow()
    assert sentence in shop.says("proxy", APP)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Principal": "s3.amazonaws.com"}, "apigateway.amazonaws.comに呼び出しを許す文がありません"),
        ({"Qualifier": ""}, "エイリアスliveに付いていません"),
        ({"SourceArn": ""}, "どのAPIからでも"),
        ({"SourceArn": "arn:aws:execute-api:ap-northeast-1:123456789012:other/*"}, "どのAPIからでも"),
    ],
)
def test_permissions(shop: Shop, change: dict[str, str], sentence: str) -> None:
    shop.order(**PROXY)
    assert "許す文がありません" in shop.says("proxy", APP)
    shop.allow(**change)
    assert sentence in shop.says("proxy", APP)


def test_a_change_is_not_live_before_it_is_deployed(shop: Shop) -> None:
    shop.mock()
    shop.publish(alias="live")
    assert "デプロイが1つだけ" in shop.says("redeploy")
    made = shop.client.create_deployment(restApiId=shop.api)["id"]
    assert "まだ前のデプロイを" in shop.says("redeploy")
    change = {"op": "replace", "path": "/deploymentId", "value": made}
    shop.client.update_stage(restApiId=shop.api, stageName="prod", patchOperations=[change])
    assert "✓" in shop.says("redeploy")
    shop.publish()
    assert "aliasがなくなりました" in shop.says("redeploy")


def test_limits(shop: Shop) -> None:
    shop.mock()
    shop.publish(alias="live")
    for path, value, sentence in (
        ("/*/*/throttling/rateLimit", "10", "/*/*)のレートが10です"),
        ("/*/*/throttling/rateLimit", "100", "/*/*)のバーストが2000です"),
        ("/*/*/throttling/burstLimit", "200", "GET /items(/~1items/GET)の設定がありません"),
        ("/~1items/GET/throttling/burstLimit", "40", "/~1items/GET)のレートが1000です"),
        ("/~1items/GET/throttling/rateLimit", "20", "✓"),
    ):
        change = {"op": "replace", "path": path, "value": value}
        shop.client.update_stage(restApiId=shop.api, stageName="prod", patchOperations=[change])
        assert sentence in shop.says("limits")


@pytest.mark.parametrize(
    ("change", "key", "sentence"),
    [
        ({}, True, "毎秒10件、1日1,000件まで"),
        ({"name": "other"}, True, "使用量プランpartnerがありません"),
        ({"throttle": {"rateLimit": 20, "burstLimit": 10}}, True, "レート20.0、バースト10です"),
        ({"quota": {"limit": 1000, "period": "MONTH"}}, True, "1000件/MONTHです"),
        ({"apiStages": []}, True, "結び付いていません"),
        ({}, False, "APIキーを求めていません"),
    ],
)
def test_plans(shop: Shop, change: dict[str, Any], key: bool, sentence: str) -> None:  # noqa: FBT001
    shop.mock()
    shop.order(key=key, **PROXY)
    shop.publish(alias="live")
    made = shop.client.create_usage_plan(**PLAN | {"apiStages": [{"apiId": shop.api, "stage": "prod"}]} | change)
    if not change:
        assert "プランにAPIキーがありません" in shop.says("plan")
    card = shop.client.create_api_key(name="partner-a", enabled=True)
    shop.client.create_usage_plan_key(usagePlanId=made["id"], keyId=card["id"], keyType="API_KEY")
    assert sentence in shop.says("plan")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "デプロイがありません"),
        ({"type": "http"}, "統合がhttpです"),
        ({"uri": "https://example.com"}, "転送先がhttps://example.comです"),
        ({"httpMethod": "POST"}, "メソッドがPOSTです"),
        (None, "統合がありません"),
    ],
)
def test_documents(shop: Shop, change: dict[str, str] | None, sentence: str) -> None:
    method: dict[str, Any] = {"responses": {"200": {"description": "OK"}}}
    if change is not None:
        integration = {"type": "http_proxy", "httpMethod": "GET", "uri": checks.CATALOG}
        method["x-amazon-apigateway-integration"] = integration | change
    document = {
        "openapi": "3.0.1",
        "info": {"title": "catalog", "version": "1", "description": "-"},
        "paths": {"/items": {"get": method}},
    }
    assert "APIのcatalogがありません" in shop.says("openapi")
    made = shop.client.import_rest_api(body=json.dumps(document))["id"]
    assert sentence in shop.says("openapi")
    if change == {}:
        shop.client.create_deployment(restApiId=made, stageName="prod")
        assert "✓" in shop.says("openapi")


def test_shares(shop: Shop) -> None:
    assert "passed(10, 20)が1を返しました" in shop.says("throttle", lambda *_: 1)
    assert "passed(10, 20)が1.000を返しました" in shop.says("throttle", lambda *_: 1.0)


def test_the_model_is_the_one_of_the_text() -> None:
    """What the text says of the figure: bursts take what comes at once, rates what comes all the time."""

    def refused(rate: int, burst: int) -> list[int]:
        base = token_bucket.base_load(checks.LOAD, checks.DURATION)
        batch = [(checks.BATCH_AT, checks.BATCH)]
        trace = token_bucket.throttle(rate, burst, base, batch, checks.DURATION)
        return [request.time for request in trace.requests if not request.accepted]

    assert len(refused(10, 40)) <= 1
    assert len(refused(60, 20)) >= checks.BATCH // 2
    assert min(refused(4, 60)) > 4 * token_bucket.SECOND
