"""Checks of the lab on API Gateway: the API of a shop, from a mock to limits for each customer."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from kumo.api_gateway.model import token_bucket
from kumo.api_gateway.model.token_bucket import SECOND
from kumo.labs.service import needed, policy_statements
from kumo.labs.steps import need, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs.session import Lab

TITLE = "API Gatewayで店のAPIを公開する"
COSTS = (
    "数十回呼び出すだけなら、1円未満です。キャッシュを有効にすると、使わなくても1時間ごとに料金がかかります。"
    "終わったら、使用量プラン、APIキー、2つのAPI、Lambda関数、ロールを消してください。"
)

API, IMPORTED, STAGE, PLAN, FUNCTION, ALIAS = "shop", "catalog", "prod", "partner", "order", "live"
CATALOG = "https://catalog.example.com/items"
# The arrivals of the last step: a steady load, and a batch at one moment.
LOAD, BATCH, BATCH_AT, DURATION = 8, 40, 2 * SECOND, 6 * SECOND


@step("モックで応答を返す")
def mock(lab: Lab) -> str:
    found = _method(lab, "/items")
    integration = found.get("methodIntegration")
    need(integration, "GET /itemsに統合がありません。put_integrationで、種類をMOCKにします。")
    need(integration["type"] == "MOCK", f"GET /itemsの統合が{integration['type']}です。種類をMOCKにします。")
    template = integration.get("requestTemplates", {}).get("application/json", "")
    need(
        _json(template).get("statusCode") == 200,  # noqa: PLR2004
        f'リクエストテンプレートが{template!r}です。{{"statusCode": 200}}がないと、モックは応答を選べず500を返します。',
    )
    responses = integration.get("integrationResponses", {})
    need("200" in responses, "統合レスポンスがありません。put_integration_responseで、200の本文を書きます。")
    body = responses["200"].get("responseTemplates", {}).get("application/json", "")
    listed = _json(body).get("items")
    need(
        isinstance(listed, list) and listed and {"id", "price"} <= set(listed[0]),
        f'応答テンプレートが{body!r}です。{{"items": [{{"id": …, "price": …}}]}}の形のJSONにします。',
    )
    return f"GET /itemsは、バックエンドなしで{len(listed)}件の商品を返します。"


@step("デプロイして公開する")
def deploy(lab: Lab) -> str:
    stage = _stage(lab)
    variables = stage.get("variables", {})
    need(
        variables.get("alias") == ALIAS,
        f"ステージ変数aliasが{variables['alias']}です。--variablesで、{ALIAS}にします。"
        if "alias" in variables
        else f"ステージ変数aliasがありません。--variablesで、aliasを{ALIAS}にします。",
    )
    return f"ステージ{STAGE}が、デプロイを1つ指しています。aliasは{ALIAS}です。"


@step("Lambdaにつなぐ")
def proxy(lab: Lab, source: str) -> str:
    for wanted, status in (("7", 200), ("8", 404)):
        answer = _called(source, wanted)
        need(isinstance(answer, dict), f"注文{wanted}で、handlerが{answer!r}を返しました。statusCodeとbodyを返します。")
        code = answer.get("statusCode")
        need(code == status, f"注文{wanted}で、statusCodeが{code!r}です。{status}にします。")
        body = answer.get("body")
        need(
            isinstance(body, str),
            f"bodyが{type(body).__name__}です。API Gatewayは502を返します。json.dumpsで文字列にします。",
        )
    need(_json(_called(source, "7")["body"]).get("total") == 2810, "注文7のbodyに、注文の中身(total)がありません。")  # noqa: PLR2004
    found = _method(lab, "/orders/{id}")
    integration = found.get("methodIntegration")
    need(integration, "GET /orders/{id}に統合がありません。put_integrationで、Lambdaプロキシ統合にします。")
    need(
        integration["type"] == "AWS_PROXY",
        f"GET /orders/{{id}}の統合が{integration['type']}です。Lambdaプロキシ統合はAWS_PROXYです。",
    )
    need(
        integration.get("httpMethod") == "POST",
        f"integrationHttpMethodが{integration.get('httpMethod')}です。"
        "クライアントがGETで呼んでも、LambdaのInvokeはPOSTで呼びます。",
    )
    uri = integration.get("uri", "")
    need(
        uri.endswith(f":function:{FUNCTION}:${{stageVariables.alias}}/invocations"),
        f"統合のURIの終わりが「{uri.rpartition(':function:')[2]}」です。"
        f"{FUNCTION}:${{stageVariables.alias}}/invocationsにします。",
    )
    statements = [
        each
        for each in policy_statements(lab, FUNCTION, ALIAS)
        if "apigateway.amazonaws.com" in json.dumps(each["Principal"])
    ]
    need(statements, "apigateway.amazonaws.comに呼び出しを許す文がありません。aws lambda add-permissionで加えます。")
    need(
        any(each["Resource"].endswith(f":{FUNCTION}:{ALIAS}") for each in statements),
        f"許可が、エイリアス{ALIAS}に付いていません。呼ぶのは{FUNCTION}:{ALIAS}なので、--qualifier {ALIAS}を付けます。",
    )
    need(
        any(f":{_api(lab)}/" in json.dumps(each.get("Condition", {})) for each in statements),
        "どのAPIからでも呼び出せます。--source-arnで、このAPIに絞ります。",
    )
    return "GET /orders/{id}は、ステージ変数が決めるエイリアスを呼びます。許可もあります。"


@step("変更をもう一度デプロイする")
def redeploy(lab: Lab) -> str:
    stage, made = _stage(lab), _deployments(lab)
    need(
        len(made) > 1,
        "デプロイが1つだけです。/orders/{id}を足す前の写しなので、まだ公開されていません。create_deploymentで作ります。",
    )
    need(
        stage["deploymentId"] == made[-1]["id"],
        f"ステージ{STAGE}が、まだ前のデプロイを指しています。update_stageで、/deploymentIdを新しいIDに置き換えます。",
    )
    need(
        stage.get("variables", {}).get("alias") == ALIAS,
        "ステージ変数aliasがなくなりました。update_stageで、/variables/aliasをliveに戻します。",
    )
    return f"ステージ{STAGE}は新しいデプロイを指しています。GET /orders/{{id}}が公開されました。"


@step("ステージの上限を決める")
def limits(lab: Lab) -> str:
    settings = _stage(lab).get("methodSettings", {})
    for names, label, rate, burst in (
        (("*/*",), "全メソッド(/*/*)", 100, 200),
        (("~1items/GET", "items/GET", "/items/GET"), "GET /items(/~1items/GET)", 20, 40),
    ):
        found = next((settings[name] for name in names if name in settings), None)
        need(found, f"{label}の設定がありません。--patch-operationsのpathで指定します。")
        need(
            found["throttlingRateLimit"] == rate,
            f"{label}のレートが{found['throttlingRateLimit']:g}です。throttling/rateLimitを{rate}にします。",
        )
        need(
            found["throttlingBurstLimit"] == burst,
            f"{label}のバーストが{found['throttlingBurstLimit']}です。throttling/burstLimitを{burst}にします。",
        )
    return "全メソッドは毎秒100件、GET /itemsだけは毎秒20件が上限です。"


@step("使用量プランとAPIキー")
def plan(lab: Lab) -> str:
    client, api = lab.client("apigateway"), _api(lab)
    plans = [each for each in client.get_usage_plans()["items"] if each["name"] == PLAN]
    need(plans, f"使用量プラン{PLAN}がありません。create_usage_planで作ります。")
    found = plans[-1]
    throttle, quota = found.get("throttle", {}), found.get("quota", {})
    need(
        (throttle.get("rateLimit"), throttle.get("burstLimit")) == (10, 20),
        f"プランの上限が、レート{throttle.get('rateLimit', 'なし')}、バースト{throttle.get('burstLimit', 'なし')}です。"
        "rateLimitを10、burstLimitを20にします。",
    )
    need(
        (quota.get("limit"), quota.get("period")) == (1000, "DAY"),
        f"クォータが{quota.get('limit', 'なし')}件/{quota.get('period', 'なし')}です。1日(DAY)に1000件にします。",
    )
    stages = [(each.get("apiId"), each.get("stage")) for each in found.get("apiStages", [])]
    need(
        (api, STAGE) in stages,
        f"プランが、このAPIのステージ{STAGE}に結び付いていません。apiStagesに入れます。",
    )
    keys = client.get_usage_plan_keys(usagePlanId=found["id"])["items"]
    need(
        keys,
        "プランにAPIキーがありません。create_usage_plan_keyで結び付けます。どのプランにもないキーは、403になります。",
    )
    need(
        _method(lab, "/orders/{id}").get("apiKeyRequired"),
        "GET /orders/{id}がAPIキーを求めていません。求めなければ、誰の呼び出しか分からず、プランは効きません。",
    )
    return f"プラン{PLAN}のキーを持つ人は、毎秒10件、1日1,000件まで呼べます。"


@step("OpenAPIの文書から作る")
def openapi(lab: Lab) -> str:
    known = {each["name"] for each in lab.client("apigateway").get_rest_apis()["items"]}
    need(IMPORTED in known, f"APIの{IMPORTED}がありません。統合を書き足した文書を、import_rest_apiで取り込みます。")
    found = _method(lab, "/items", IMPORTED)
    integration = found.get("methodIntegration")
    need(
        integration,
        "取り込んだGET /itemsに統合がありません。"
        "x-amazon-apigateway-integrationを書いて、import_rest_apiで取り込みます。",
    )
    need(
        integration["type"].upper() == "HTTP_PROXY",
        f"取り込んだ統合が{integration['type']}です。そのまま転送するので、http_proxyにします。",
    )
    need(integration.get("uri") == CATALOG, f"転送先が{integration.get('uri')}です。uriを{CATALOG}にします。")
    need(
        integration.get("httpMethod") == "GET",
        f"転送に使うメソッドが{integration.get('httpMethod')}です。httpMethodをGETにします。",
    )
    need(
        lab.client("apigateway").get_deployments(restApiId=_api(lab, IMPORTED))["items"],
        f"APIの{IMPORTED}にデプロイがありません。取り込んだだけでは公開されません。",
    )
    return "文書から取り込んだAPIが、カタログのサーバーに転送します。"


@step("上限を図で選ぶ")
def throttle(_lab: Lab, passed: Callable[[int, int], float]) -> str:
    base = token_bucket.base_load(LOAD, DURATION)
    for rate, burst in ((10, 20), (10, 40), (100, 20)):
        trace = token_bucket.throttle(rate, burst, base, [(BATCH_AT, BATCH)], DURATION)
        expected, found = trace.accepted / len(trace.requests), passed(rate, burst)
        called = f"passed({rate}, {burst})"
        need(isinstance(found, float), f"{called}が{found!r}を返しました。通った割合(0から1の数)を返します。")
        need(
            abs(found - expected) < 1e-9,  # noqa: PLR2004 -- rounding
            f"{called}が{found:.3f}を返しました。モデルでは{expected:.3f}です。",
        )
    return "モデルの結果と一致しました。"


# ---------------------------------------------------------------- the reader's code


def _called(source: str, order: str) -> Any:
    """Return what the reader's handler answers to a request for that order."""
    names: dict[str, Any] = {}
    try:
        exec(source, names)  # noqa: S102 -- the reader's own code, on the reader's machine
    except SyntaxError as error:
        need(condition=False, sentence=f"APPの{error.lineno}行目が、Pythonとして読めません。{error.msg}")
    return names["handler"]({"httpMethod": "GET", "pathParameters": {"id": order}}, None)


def _json(text: str) -> dict[str, Any]:
    """Return the object that a template stands for; nothing when it is none."""
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


# ---------------------------------------------------------------- the services


def _api(lab: Lab, name: str = API) -> str:
    """Return the identifier of the API of that name, of several the one that was made last."""
    found = [each for each in lab.client("apigateway").get_rest_apis()["items"] if each["name"] == name]
    need(found, f"APIの{name}がありません。それを作るセルを実行します。")
    return str(max(enumerate(found), key=lambda each: (each[1]["createdDate"], each[0]))[1]["id"])


def _method(lab: Lab, path: str, name: str = API) -> dict[str, Any]:
    resources = lab.client("apigateway").get_resources(restApiId=_api(lab, name), embed=["methods"], limit=500)
    found = [each for each in resources["items"] if each["path"] == path]
    need(found, f"APIの{name}に、リソース{path}がありません。それを作るセルを実行します。")
    methods = found[-1].get("resourceMethods", {})
    need("GET" in methods, f"リソース{path}に、GETメソッドがありません。put_methodで加えます。")
    got: dict[str, Any] = methods["GET"]
    return got


def _stage(lab: Lab) -> dict[str, Any]:
    client, api = lab.client("apigateway"), _api(lab)
    with needed(f"ステージ{STAGE}がありません。create-deploymentに--stage-nameを付けて作ります。"):
        return client.get_stage(restApiId=api, stageName=STAGE)


def _deployments(lab: Lab) -> list[dict[str, Any]]:
    """Return the deployments, the newest last."""
    found = lab.client("apigateway").get_deployments(restApiId=_api(lab))["items"]
    return sorted(found, key=lambda each: each["createdDate"])
