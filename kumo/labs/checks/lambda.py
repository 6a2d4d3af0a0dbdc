"""Checks of the lab on Lambda: orders that come through a queue."""  # noqa: N999 -- named as its page

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import zipfile
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from kumo.aws_lambda.model import concurrency as model
from kumo.aws_lambda.model.units import SECOND
from kumo.core import facts
from kumo.labs.service import needed, policy_statements
from kumo.labs.steps import need, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kumo.labs.session import Lab

TITLE = "Lambdaで注文を受け付ける"
COSTS = (
    "関数を数十回動かすだけなら、1円未満です。"
    "ただしイベントソースマッピングは、メッセージがなくてもキューを読み続け、その要求は料金に数えられます。"
    "終わったら、マッピング、関数、キュー、ロールの順に消してください。"
)

FUNCTION, ALIAS, QUEUE, BUCKET = "orders", "live", "orders", "kumo-orders"
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
# The account of the step on concurrency: its limit, and the surge of the function that the queue feeds.
LIMIT, PEAK, DURATION, SEED = 300, 400, 2 * SECOND, 1
RESERVATIONS = range(10, LIMIT - 100 + 1, 10)


@step("ハンドラーを書いて試す")
def handler(_lab: Lab, source: str) -> str:
    order = {"id": "A-1", "items": [{"price": 1200, "count": 2}, {"price": 155, "count": 1}]}
    for percent, expected in ((10, 2810), (8, 2759)):
        with _environment(TAX_PERCENT=str(percent)):
            found = _module(source)["total"](order)
        need(
            found == expected,
            f"TAX_PERCENTが{percent}のとき、totalが{found!r}を返しました。"
            f"小計2,555円の税込み(1円未満は切り捨て)で、{expected}を返します。",
        )
    bodies = [json.dumps(order | {"id": name}) for name in ("A-1", "A-2", "A-3")]
    answer, printed = _called(source, bodies)
    need(
        answer == {"batchItemFailures": []},
        f"3件とも正しいのに、handlerが{answer!r}を返しました。失敗がなければ、batchItemFailuresを空のリストにします。",
    )
    answer, printed = _called(source, [bodies[0], "{", bodies[2]])
    need(
        answer.get("batchItemFailures"),
        "2件目(m-2)の本文が壊れているのに、報告がありません。成功とみなされ、キューから消えます。"
        "failuresに、messageIdの入ったitemIdentifierを加えます。",
    )
    need(
        answer == {"batchItemFailures": [{"itemIdentifier": "m-2"}]},
        f'壊れているのは2件目(m-2)だけなのに、{answer!r}を返しました。[{{"itemIdentifier": "m-2"}}]の形にします。',
    )
    need("A-3" in printed, "2件目で失敗した後、3件目が処理されていません。次のメッセージへ進みます。")
    return "正しい注文は合計され、壊れた1件だけがIDで報告されました。"


@step("zipを作り、関数を登録する")
def function(lab: Lab, package: bytes) -> str:
    need(isinstance(package, bytes), f"渡されたのが{type(package).__name__}です。packが返すバイト列を渡します。")
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = archive.namelist()
        inside = "、".join(names) or "なし"
        need("app.py" in names, f"zipの根元にapp.pyがありません(中身: {inside})。フォルダーに入れずに置きます。")
        source = archive.read("app.py").decode()
        mode = archive.getinfo("app.py").external_attr >> 16 & 0o777
    need(mode & 0o004, f"zipの中のapp.pyの権限が{mode:o}です。Lambdaが読めるように644にします。")
    found = _function(lab)
    stored = {each["CodeSha256"] for each in _versions(lab)} | {found["CodeSha256"]}
    digest = base64.b64encode(hashlib.sha256(package).digest()).decode()
    need(digest in stored, f"関数{FUNCTION}のコードが、渡されたzipと違います。update_function_codeで置き換えます。")
    module, _, name = found["Handler"].partition(".")
    need(
        f"{module}.py" in names and callable(_module(source, TAX_PERCENT="10").get(name)),
        f"ハンドラーが{found['Handler']}ですが、zipの中にありません。ファイル名.関数名の形で、app.handlerにします。",
    )
    role = _role(lab, found["Role"])
    need(
        _trusts(role, "lambda.amazonaws.com"),
        f"ロール{role['RoleName']}の信頼ポリシーのPrincipalが、lambda.amazonaws.comではありません。"
        "本物のAWSでは、関数を作るときに断られます。",
    )
    lacking = [action for action in LOGS if not _allowed(lab, role, action, "arn:aws:logs:*:*:*")]
    need(not lacking, f"ロール{role['RoleName']}に{'、'.join(lacking)}の許可がありません。ログが残りません。")
    return f"関数{FUNCTION}ができました。Lambdaが引き受けられるロールで動きます。"


@step("設定と環境変数を変える")
def settings(lab: Lab) -> str:
    found = _function(lab)
    need(found["Timeout"] == 10, f"タイムアウトが{found['Timeout']}秒です。--timeoutで10秒にします。")  # noqa: PLR2004
    need(found["MemorySize"] == 256, f"メモリが{found['MemorySize']} MBです。--memory-sizeで256 MBにします。")  # noqa: PLR2004
    variables = found.get("Environment", {}).get("Variables", {})
    need(
        variables.get("TAX_PERCENT") == "10",
        f"環境変数TAX_PERCENTが{variables['TAX_PERCENT']}です。10にします。"
        if "TAX_PERCENT" in variables
        else "環境変数TAX_PERCENTがありません。初期化のときにKeyErrorになるので、10を入れます。",
    )
    need(
        variables.get("STAGE") == "prod",
        "環境変数STAGEが消えました。--environmentは全部を置き換えるので、残すもの(STAGE=prod)も一緒に書きます。",
    )
    return "タイムアウトは10秒、メモリは256 MB。環境変数は2つともあります。"


@step("バージョンとエイリアスを作る")
def versions(lab: Lab) -> str:
    latest = _function(lab)
    published = {each["Version"]: each for each in _versions(lab)}
    need(published, "発行したバージョンがありません。publish_versionで発行します。")
    alias = _alias(lab)
    need(
        alias["FunctionVersion"] in published,
        f"エイリアス{ALIAS}が{alias['FunctionVersion']}を指しています。"
        "コードを置き換えた瞬間に全員が新しいコードになります。update_aliasで、発行した番号に向けます。",
    )
    codes = {each["CodeSha256"] for each in published.values()}
    need(
        latest["CodeSha256"] != published[alias["FunctionVersion"]]["CodeSha256"],
        f"エイリアス{ALIAS}のバージョンと$LATESTが、同じコードです。update_function_codeで$LATESTを新しくします。",
    )
    need(
        latest["CodeSha256"] in codes,
        "新しいコードは$LATESTにあるだけで、まだ番号がありません。もう一度、publish_versionで発行します。",
    )
    return f"{ALIAS}は{alias['FunctionVersion']}を指したままで、新しいコードも番号を持ちました。"


@step("10%だけを新しいバージョンに流す")
def weights(lab: Lab) -> str:
    alias = _alias(lab)
    extra = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    need(
        extra,
        f"エイリアス{ALIAS}は1つのバージョンだけを指しています。--routing-configで、新しいバージョンの重みを加えます。",
    )
    ((version, weight),) = extra.items()
    published = {each["Version"]: each for each in _versions(lab)}
    need(
        version in published and alias["FunctionVersion"] in published,
        "重みの相手が$LATESTです。本物のAWSは断ります。2つとも、発行した番号にします。",
    )
    need(
        abs(weight - 0.1) < 1e-9,  # noqa: PLR2004 -- rounding
        f"バージョン{version}の重みが{weight}です。10%は0.1と書きます。",
    )
    new = _function(lab)["CodeSha256"]
    need(
        published[version]["CodeSha256"] == new and published[alias["FunctionVersion"]]["CodeSha256"] != new,
        f"{ALIAS}の向き先が{alias['FunctionVersion']}、重みの相手が{version}です。"
        "向き先は古い番号のまま、重みの相手を新しい番号にします。",
    )
    return f"{ALIAS}への呼び出しの90%はバージョン{alias['FunctionVersion']}、10%はバージョン{version}に届きます。"


@step("SQSのキューにつなぐ")
def trigger(lab: Lab) -> str:
    current, queue = _function(lab), _queue(lab)
    arn, visible = queue["QueueArn"], int(queue["VisibilityTimeout"])
    wanted = current["Timeout"] * int(facts.value("aws_lambda.queue-visibility-factor"))
    need(
        visible >= wanted,
        f"キュー{QUEUE}の可視性タイムアウトが{visible}秒です。関数のタイムアウト({current['Timeout']}秒)の6倍、"
        f"{wanted}秒以上にします。",
    )
    role = _role(lab, current["Role"])
    lacking = [action for action in POLLING if not _allowed(lab, role, action, arn)]
    need(
        not lacking,
        f"ロール{role['RoleName']}に、キューの{'、'.join(lacking)}の許可がありません。"
        "ポーラーは関数の実行ロールで読むので、本物のAWSではマッピングを作るときに断られます。",
    )
    mappings = lab.client("lambda").list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    need(mappings, f"キュー{QUEUE}を読むイベントソースマッピングがありません。create_event_source_mappingで作ります。")
    # moto writes the version that the alias points to in the place of the alias.
    aliased = {f"{FUNCTION}:{ALIAS}", f"{FUNCTION}:{_alias(lab)['FunctionVersion']}"}
    found = [each for each in mappings if each["FunctionArn"].partition(":function:")[2] in aliased]
    need(
        found,
        f"マッピングの相手が、エイリアスではありません。FunctionNameを{FUNCTION}:{ALIAS}にして作り直します。"
        "前のものはdelete_event_source_mapping(UUID=…)で消します。",
    )
    need(
        any("ReportBatchItemFailures" in each.get("FunctionResponseTypes", []) for each in found),
        "マッピングにReportBatchItemFailuresがありません。handlerの報告が読まれず、失敗した1件も消えます。"
        "update_event_source_mappingのFunctionResponseTypesで加えます。",
    )
    return f"キューのメッセージが{ALIAS}に届き、失敗した分だけがキューに戻ります。"


@step("S3に呼び出しを許す")
def permission(lab: Lab) -> str:
    _alias(lab)
    statements = [
        each for each in policy_statements(lab, FUNCTION, ALIAS) if _named(each.get("Principal"), "s3.amazonaws.com")
    ]
    need(statements, "s3.amazonaws.comに呼び出しを許す文がありません。aws lambda add-permissionで加えます。")
    qualified = [each for each in statements if each["Resource"].endswith(f":{FUNCTION}:{ALIAS}")]
    need(
        qualified,
        f"許可の相手が{statements[-1]['Resource'].partition(':function:')[2]}です。"
        f"許可は修飾子ごとに別なので、--qualifier {ALIAS}を付けます。",
    )
    conditions = [json.dumps(each.get("Condition", {})) for each in qualified]
    need(
        any(f"arn:aws:s3:::{BUCKET}" in each for each in conditions),
        f"どのバケットからでも呼び出せます。--source-arn arn:aws:s3:::{BUCKET}で絞ります。",
    )
    need(
        any(f"arn:aws:s3:::{BUCKET}" in each and "SourceAccount" in each for each in conditions),
        "バケットの持ち主を確かめていません。消した後の名前は他人が使えるので、--source-accountでも絞ります。",
    )
    return f"バケット{BUCKET}からの通知だけが、{ALIAS}を呼び出せます。"


@step("同時実行数を予約する")
def concurrency(lab: Lab, lost: Callable[[int | None], int]) -> str:
    for reserved in (None, 100, 200):
        found, expected = lost(reserved), refused(reserved)
        need(
            found == expected,
            f"lost({reserved})が{found!r}を返しました。モデルでは、受付の関数の429は{expected}件です。",
        )
    best = max(each for each in RESERVATIONS if refused(each) == 0)
    chosen = lab.client("lambda").get_function_concurrency(FunctionName=FUNCTION).get("ReservedConcurrentExecutions")
    need(chosen is not None, f"関数{FUNCTION}に予約がありません。aws lambda put-function-concurrencyで設定します。")
    need(chosen != 0, "予約が0です。関数が止まり、1件も処理されません。")
    need(
        chosen <= best,
        f"予約が{chosen}です。モデルでは、受付が{refused(min(chosen, RESERVATIONS[-1])):,}件断られます。減らします。",
    )
    need(chosen == best, f"予約が{chosen}です。受付を1件も断らずに、もっと増やせます。10きざみで最大の数にします。")
    return f"予約は{chosen}です。受付を1件も断らずに、キューを最も速く片付けます。"


def refused(reserved: int | None) -> int:
    """Return how many requests of the synchronous function get 429 when the queue's function has that reservation."""
    trace = model.minute("jobs", PEAK, DURATION, reserved=[None, None, reserved], limit=LIMIT, seed=SEED)
    return trace.functions[0].lost


# ---------------------------------------------------------------- the reader's code


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _module(source: str, **variables: str) -> dict[str, Any]:
    """Return the names of the reader's code after its initialization."""
    names: dict[str, Any] = {}
    with _environment(**variables):
        try:
            exec(source, names)  # noqa: S102 -- the reader's own code, on the reader's machine
        except SyntaxError as error:
            need(condition=False, sentence=f"APPの{error.lineno}行目が、Pythonとして読めません。{error.msg}")
    return names


def _called(source: str, bodies: list[str]) -> tuple[dict[str, Any], str]:
    """Return what the handler returns, and what it prints, for an event of the queue with these messages."""
    records = [{"messageId": f"m-{number}", "body": body} for number, body in enumerate(bodies, start=1)]
    call = _module(source, TAX_PERCENT="10")["handler"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            answer = call({"Records": records}, None)
        except (ValueError, LookupError, TypeError) as error:
            need(
                condition=False,
                sentence=f"handlerが{type(error).__name__}を投げました。"
                "投げるとバッチの全部がやり直しになるので、exceptで受け、その1件だけを報告します。",
            )
    need(isinstance(answer, dict), f'handlerが{answer!r}を返しました。{{"batchItemFailures": […]}}の形で返します。')
    return answer, printed.getvalue()


# ---------------------------------------------------------------- the services


def _function(lab: Lab) -> dict[str, Any]:
    with needed(f"関数{FUNCTION}がありません。create_functionで作ります。"):
        return lab.client("lambda").get_function_configuration(FunctionName=FUNCTION)


def _versions(lab: Lab) -> list[dict[str, Any]]:
    """Return the versions that have a number."""
    found = lab.client("lambda").list_versions_by_function(FunctionName=FUNCTION)["Versions"]
    return [each for each in found if each["Version"] != "$LATEST"]


def _alias(lab: Lab) -> dict[str, Any]:
    _function(lab)
    with needed(f"エイリアス{ALIAS}がありません。create_aliasで、発行した番号に名前を付けます。"):
        return lab.client("lambda").get_alias(FunctionName=FUNCTION, Name=ALIAS)


def _queue(lab: Lab) -> dict[str, str]:
    client = lab.client("sqs")
    with needed(f"キュー{QUEUE}がありません。create_queueで作ります。"):
        url = client.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def _role(lab: Lab, arn: str) -> dict[str, Any]:
    name = arn.rpartition("/")[2]
    with needed(f"ロール{name}がありません。iam.create_roleで作ります。"):
        return lab.client("iam").get_role(RoleName=name)["Role"]


def _trusts(role: dict[str, Any], service: str) -> bool:
    return any(
        _named(each.get("Principal"), service) and "sts:AssumeRole" in _listed(each.get("Action", []))
        for each in _listed(role["AssumeRolePolicyDocument"]["Statement"])
        if each["Effect"] == "Allow"
    )


def _allowed(lab: Lab, role: dict[str, Any], action: str, resource: str) -> bool:
    """Whether a policy of the role allows the action; denials and conditions are not looked at."""
    client, name = lab.client("iam"), role["RoleName"]
    documents = [
        client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
        for each in client.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    for each in client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        version = client.get_policy(PolicyArn=each["PolicyArn"])["Policy"]["DefaultVersionId"]
        found = client.get_policy_version(PolicyArn=each["PolicyArn"], VersionId=version)
        documents.append(found["PolicyVersion"]["Document"])
    return any(
        statement["Effect"] == "Allow"
        and any(fnmatchcase(action.lower(), each.lower()) for each in _listed(statement.get("Action", [])))
        and any(fnmatchcase(resource, each) for each in _listed(statement.get("Resource", [])))
        for document in documents
        for statement in _listed(document["Statement"])
    )


def _named(principal: Any, service: str) -> bool:
    return isinstance(principal, dict) and service in _listed(principal.get("Service", []))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
