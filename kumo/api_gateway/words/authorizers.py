"""Words of the authorizers explorer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from kumo.api_gateway.model.api_types import TODAY
from kumo.api_gateway.model.authorizers import EPOCH, KEYS_LIFE, STAGE, Certificate, Signature, Token, supporting
from kumo.api_gateway.words.api_types import WHEN_OPTIONS
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.authorizers import AccessTrace, Message, Output, Visit

TITLE = "オーソライザー：誰が、どこで止めるか"

METHOD = "方法"
METHOD_OPTIONS = {
    "iam": "IAM (SigV4)",
    "lambda": "Lambdaオーソライザー",
    "cognito": "Cognitoオーソライザー",
    "jwt": "JWTオーソライザー",
    "mtls": "相互TLS",
}
METHOD_HELP = "呼び出してよい相手かを、どうやって確かめるかです。"
API = "APIの種類"
API_OPTIONS = {"rest": "REST API", "http": "HTTP API", "websocket": "WebSocket API"}
API_HELP = "種類によって、使える方法が違います。"
CREDENTIAL = "持ってくる証拠"
CREDENTIAL_OPTIONS = {
    "valid": "正しい",
    "missing": "何も付けない",
    "malformed": "形が壊れている",
    "tampered": "途中で書き換えられた",
    "expired": "期限切れ",
    "wrong-issuer": "知らない発行者",
    "wrong-audience": "宛先が違う",
    "denied": "本人だが権限がない",
}
CREDENTIAL_HELP = "署名、トークン、証明書のうち、選んだ方法で使うものの状態です。"
IDENTITY = "Lambda: タイプとIDソース"
IDENTITY_OPTIONS = {
    "token": "TOKEN (ヘッダー)",
    "request": "REQUEST (ヘッダー)",
    "request-route": "REQUEST (ヘッダー+ルート)",
}
IDENTITY_HELP = "関数に渡す値です。IDソースの値の組が、キャッシュのキーになります。"
POLICY = "Lambda: 返すポリシー"
POLICY_OPTIONS = {"broad": "呼べるものすべて", "narrow": "呼ばれたメソッドだけ"}
POLICY_HELP = "関数が返すポリシーの Resource に書く範囲です。"
TTL = "Lambda: 結果のTTL"
TTL_HELP = "返ってきたポリシーを覚えておく時間です。0なら覚えません。"
REQUESTS = "リクエストの数"
REQUESTS_HELP = "同じ間隔で送るリクエスト (WebSocketではメッセージ) の数です。"
INTERVAL = "リクエストの間隔"
INTERVAL_HELP = "1つのリクエストから次のリクエストまでの時間です。"
FOLLOW = "偶数回目のリクエスト"
FOLLOW_OPTIONS = {"same": "すべて同じ", "token": "別の人のトークン", "method": "別のメソッド (POST)"}
FOLLOW_HELP = "2回目、4回目…のリクエストで何を変えるかです。"
TIMES = "件"
SECONDS = "秒"

# In the picture.
HEADS = {
    "client": "クライアント",
    "gateway": "API Gateway",
    "iam": "IAM",
    "function": "Lambda関数",
    "pool": "ユーザープール",
    "issuer": "発行者 (IdP)",
    "truststore": "トラストストア",
    "backend": "バックエンド",
}
NARROW_HEADS = HEADS | {
    "client": "クライ\nアント",
    "gateway": "API\nGateway",
    "function": "Lambda\n関数",
    "pool": "ユーザー\nプール",
    "issuer": "発行者\n(IdP)",
    "truststore": "トラスト\nストア",
    "backend": "バック\nエンド",
}
CHECKS = {
    "present": "証拠",
    "form": "形式",
    "key": "キーID",
    "time": "時刻",
    "region": "宛先",
    "signature": "署名",
    "policy": "ポリシー",
    "kid": "kid",
    "iss": "iss",
    "aud": "aud",
    "exp": "exp",
    "scope": "scope",
    "issuer": "発行者",
    "validity": "期限",
}
STATUS = {
    101: "101 接続が開く",
    200: "200 OK",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    500: "500 Internal Server Error",
}
SHORT_METHODS = {"iam": "IAM", "lambda": "Lambda", "cognito": "Cognito", "jwt": "JWT", "mtls": "相互TLS"}
SHORT_APIS = {"rest": "REST", "http": "HTTP", "websocket": "Web\nSocket"}
NOT_REACHED = "届かない"
NOT_CALLED = "呼ばない"
REMEMBERED_RESULT = "返ったポリシーを覚えている ({time})"
REMEMBERED_KEYS = "公開鍵を覚えている ({time})"
ASKED = "問い合わせた"
REMEMBERED = "問い合わせなし"
REFUSED = "拒否"
STEP = "{source} → {target}: {label}"
CHECK_STEP = "{at}の検査: {checks}"
REST_STEP = "残りのリクエスト: {strip}"
STEPS = "番目"

_LABELS = {
    "sign": "秘密鍵で署名を計算",
    "request-signed": "{route} + SigV4の署名",
    "request-token": "{route} + トークン",
    "request-bare": "{route} (証拠なし)",
    "request-inside": "{route} (TLSの中)",
    "message": "メッセージ {route}",
    "ask": "この署名は正しいか",
    "allowed": "本人で、許可あり",
    "rejected": "拒否",
    "miss": "キャッシュになし",
    "hit": "キャッシュにあり ({age}前の結果)",
    "invoke": "関数を呼び出す",
    "policy": "プリンシパルID + ポリシー ({effect})",
    "crash": "予期しない例外",
    "unauthorized": "例外 Unauthorized",
    "login": "ログイン",
    "issued": "トークン (JWT)",
    "keys": "公開鍵をください",
    "jwks": "公開鍵 (JWKS)",
    "established": "TLS接続が成立",
    "handshake": "TLS接続 + 証明書",
    "handshake-bare": "TLS接続 (証明書なし)",
    "compare": "この発行者はいるか",
    "found": "いる",
    "unknown": "いない",
    "forward": "{route} を渡す",
}
# What a participant says where a credential dies; the method makes a difference only where it is named.
_STOPS = {
    "present": "トークンがない",
    "iam/present": "署名がない",
    "lambda/present": "IDソースがない。関数は呼ばない",
    "mtls/present": "証明書がない",
    "form": "読める形ではない",
    "lambda/form": "読めない値で、関数の処理が失敗",
    "key": "知らないアクセスキー",
    "time": "署名の時刻が5分より前",
    "region": "別のリージョン向けの署名",
    "signature": "書き換えられている",
    "iam/signature": "計算し直した署名と合わない",
    "iam/policy": "IAMポリシーに許可がない",
    "policy": "ポリシーが許可していない",
    "kid": "同じkidの公開鍵がない",
    "aud": "宛先 (aud) が違う",
    "exp": "期限 (exp) が過ぎている",
    "scope": "必要なスコープがない",
    "issuer": "発行者がトラストストアにない",
    "validity": "証明書の期限切れ",
}
_REASONS = {
    "iam/present": "署名のないリクエストは、IAMに照会するまでもなく断られます。"
    "REST APIの本文は Missing Authentication Token です。",
    "iam/form": "Authorizationヘッダーが、署名として読める形になっていません。",
    "iam/key": "IAMは、そのアクセスキーを知りません。",
    "iam/time": "署名には時刻が入っていて、5分より古いものは受け付けません。"
    "盗んだ署名を後から使われないための決まりです。",
    "iam/region": "署名の鍵にはリージョンとサービスが混ぜてあるので、別のリージョン向けの署名は使えません。",
    "iam/signature": "IAMが届いた内容から署名を計算し直すと、送られた署名と違う値になりました。",
    "iam/policy": "署名は正しく、本人だとわかりました。"
    "しかし、その人のポリシーに execute-api:Invoke の許可がありません。",
    "lambda/present": "IDソースの値がないと、Lambda関数を呼び出さずに断ります。",
    "lambda/form": "関数がトークンを読めずに例外で終わりました。断るつもりの場面でも、例外のままでは500になります。",
    "token/present": "トークンがないので、検査を始める前に断ります。",
    "token/form": "3つの部分に分けて読める形ではありません。",
    "token/kid": "別の発行者が署名したトークンです。設定した発行者の公開鍵に、同じkidのものがありません。",
    "token/signature": "署名した後に中身が書き換えられたので、公開鍵での検算が合いません。",
    "token/aud": "本物のトークンですが、別のアプリのために発行されたものです。",
    "token/exp": "署名は正しくても、期限 (exp) を過ぎています。",
    "token/scope": "トークンは本物ですが、メソッドに設定したスコープを1つも含んでいません。",
    "mtls/present": "相互TLSでは、クライアントも証明書を見せないと接続できません。",
    "mtls/form": "証明書として読める形ではありません。",
    "mtls/issuer": "証明書の発行者が、トラストストアに登録した認証局の中にありません。",
    "mtls/signature": "認証局が署名した後に、証明書の中身が書き換えられています。",
    "mtls/validity": "証明書の有効期限が過ぎています。",
}
_INSTEAD = {
    "cognito/http": "HTTP APIでは、JWTオーソライザーの発行者にユーザープールを指定します。",
    "cognito/websocket": "WebSocket APIでは、Lambdaオーソライザーの中でユーザープールのトークンを検証します。",
    "jwt/rest": "REST APIでは、Cognitoオーソライザーを使うか、Lambdaオーソライザーの中でJWTを検証します。",
    "jwt/websocket": "WebSocket APIでは、Lambdaオーソライザーの中でJWTを検証します。",
    "mtls/websocket": "WebSocket APIでは、IAMかLambdaオーソライザーを使います。",
}
_TYPE_ONLY = "TOKENタイプはREST APIだけです。"
_TYPE_INSTEAD = "REQUESTタイプを選び、IDソースでヘッダーを指定します。"
_NEW = "2023年12月の時点では、REST APIのJWTオーソライザーはまだありません (その後、使えるようになりました)。"
_SINCE = "REST APIのJWTオーソライザーは、2023年12月より後に加わりました。"
_TOKYO = timezone(timedelta(hours=9))


# Steps of the sequence.


def label(message: Message, visit: Visit) -> str:
    """Return what is sent in a message that is no check."""
    if message.kind in ("answer", "refuse"):
        return STATUS[visit.status] if visit.status else "応答"
    effect = visit.output.policy[0].effect if visit.output else ""
    return _LABELS[message.kind].format(route=visit.route, effect=effect, age=duration(visit.age or 0))


def stop(trace: AccessTrace, visit: Visit, failed: str) -> str:
    """Return the call-out at the check that stopped a request."""
    method = trace.setting.method
    if method == "lambda" and failed == "policy":
        if visit.output and visit.output.policy[0].effect == "Deny":
            return "返ったポリシーが Deny"
        return f"覚えたポリシーに {visit.route} がない"
    return _STOPS.get(f"{method}/{failed}", _STOPS[failed])


def step(message: Message, visit: Visit) -> str:
    """Return the caption of one step for the clock."""
    if message.checks:
        return CHECK_STEP.format(at=HEADS[message.source], checks=checks(message))
    if message.source == message.target:
        return f"{HEADS[message.source]}: {label(message, visit)}"
    return STEP.format(source=HEADS[message.source], target=HEADS[message.target], label=label(message, visit))


def checks(message: Message) -> str:
    """Return the checks of a message with their results."""
    signs = {True: "○", False: "×", None: "(調べない)"}
    return "、".join(f"{CHECKS[name]} {signs[held]}" for name, held in message.checks)


def heading(trace: AccessTrace, visit: Visit) -> str:
    """Return the heading over the steps of a request."""
    if len(trace.telling()) == 1 and len(trace.visits) > 1:
        return f"1〜{len(trace.visits)}回目 (どれも同じ道)" if _alike(trace) else f"{visit.number}回目"
    when = f" ({duration(visit.time)}後)" if visit.time else ""
    return f"{visit.number}回目{when}"


def duration(seconds: int) -> str:
    """Return a time span in the largest unit that makes it a whole number."""
    for unit, name in ((3600, "時間"), (60, "分")):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit}{name}"
    return f"{seconds}秒"


def moment(seconds: int, interval: int) -> str:
    """Return a time since the first request, in minutes where all multiples of `interval` are whole minutes."""
    return f"{seconds // 60}分" if interval % 60 == 0 else f"{seconds}秒"


def clock_time(seconds: int) -> str:
    """Return a time of day in Japan, with the date when it is not the day of the simulation."""
    when, today = datetime.fromtimestamp(seconds, _TOKYO), datetime.fromtimestamp(EPOCH, _TOKYO)
    return when.strftime("%H:%M") if when.date() == today.date() else when.strftime("%Y-%m-%d")


def matrix(when: str) -> str:
    """Return the heading over which API knows which method; it names the time when that is not today."""
    return "使える組み合わせ" if when == TODAY else f"使える組み合わせ ({WHEN_OPTIONS[when]})"


# The strip of all requests.


def strip(trace: AccessTrace) -> str:
    """Return how often the method's authority was asked."""
    count, total = trace.consultations, len(trace.visits)
    if trace.setting.api == "websocket":
        asked = {"iam": "IAMへの照会", "lambda": "Lambda関数の呼び出し"}[trace.setting.method]
    else:
        asked = {
            "iam": "IAMへの照会",
            "lambda": "Lambda関数の呼び出し",
            "cognito": "公開鍵の取得",
            "jwt": "公開鍵の取得",
            "mtls": "トラストストアとの照合",
        }[trace.setting.method]
    return f"{asked} {count}回 / リクエスト {total}件"


def remembered(trace: AccessTrace) -> int:
    """Return for how many seconds the method's authority need not be asked again; 0: it is asked every time."""
    setting = trace.setting
    if setting.method == "lambda":
        return setting.ttl if setting.api != "websocket" else 0
    return KEYS_LIFE if setting.method in ("cognito", "jwt") else 0


# The credential.


def result(trace: AccessTrace) -> tuple[str, list[tuple[str, str, bool | None]]] | None:
    """Return a heading and rows, as `evidence` does, for what an authorizer function returned; None without one."""
    output = trace.visits[0].output
    return ("関数が返した結果", _output_rows(trace, output)) if output else None


def evidence(trace: AccessTrace) -> tuple[str, list[tuple[str, str, bool | None]]]:
    """Return a heading and rows of (name, value, holds) that show the first request's credential.

    `holds` is None for a value that was not judged.
    """
    visit = trace.visits[0]
    shown = visit.evidence
    if isinstance(shown, Signature):
        return "署名ができるまで (HMACの連鎖)", _signature_rows(shown)
    if isinstance(shown, Token):
        return "トークンの中身 (JWT)", _token_rows(shown)
    if isinstance(shown, Certificate):
        results = dict(next((m.checks for m in visit.messages if m.kind == "verify"), ()))
        rows = [
            ("Subject", shown.subject, None),
            ("Issuer", shown.issuer, results.get("issuer")),
            ("期限", clock_time(shown.not_after), results.get("validity")),
            ("署名", _short(shown.signature.hex()), results.get("signature")),
        ]
        return "クライアント証明書", rows
    return "送られた証拠", [("なし", "", None)]


def _output_rows(trace: AccessTrace, output: Output) -> list[tuple[str, str, bool | None]]:
    statement, setting = output.policy[0], trace.setting
    route = "+ルート" if setting.identity == "request-route" else ""
    rows: list[tuple[str, str, bool | None]] = [
        ("principalId", output.principal, None),
        ("Effect", statement.effect, statement.effect == "Allow"),
        ("Resource", "…" + statement.resources[0].removeprefix(STAGE), None),
    ]
    if remembered(trace):
        rows += [("キャッシュキー", f"トークン{route}", None), ("覚える時間", duration(setting.ttl), None)]
    else:
        rows += [("覚えるか", "覚えない", None)]
    return rows


def _signature_rows(shown: Signature) -> list[tuple[str, str, bool | None]]:
    sent = shown.sent
    names = (sent.time[:8], sent.scope.region, sent.scope.service, "aws4_request")
    rows: list[tuple[str, str, bool | None]] = [("AWS4 + 秘密鍵", "", None)]
    rows += [(f"↓ {name}", _short(key), None) for name, key in zip(names, sent.keys, strict=True)]
    rows += [("↓ 署名する文字列", _short(sent.string_to_sign.split("\n")[-1]), None)]
    rows += [("署名", _short(sent.signature), None)]
    if shown.recomputed is not None:
        rows += [("IAMの計算", _short(shown.recomputed), shown.recomputed == sent.signature)]
    return rows


def _token_rows(shown: Token) -> list[tuple[str, str, bool | None]]:
    if not shown.header:
        return [(shown.text, "", False)]
    held, payload = dict(shown.checks), shown.payload
    audience = "aud" if "aud" in payload else "client_id"
    signature = _short(shown.text.rpartition(".")[2])
    return [
        ("kid", shown.header["kid"], held.get("kid")),
        (
            "iss",
            payload["iss"].removeprefix("https://").rpartition("/")[2].replace("ap-northeast-", "…"),
            held.get("iss"),
        ),
        ("sub", payload["sub"], None),
        (audience, payload[audience], held.get("aud")),
        ("exp", clock_time(payload["exp"]), held.get("exp")),
        ("scope", payload["scope"], held.get("scope")),
        ("署名", signature, held.get("signature")),
    ]


def _short(text: str) -> str:
    return f"{text[:8]}…"


# The explanation.


def explanation(trace: AccessTrace) -> Explanation:
    """Say who stopped the requests, or what let them pass and how often anybody was asked."""
    if trace.unsupported:
        return Explanation(*unsupported(trace))
    if trace.passed == 0:
        return _all_refused(trace)
    if trace.passed < len(trace.visits):
        return _some_refused(trace)
    return _all_passed(trace)


def unsupported(trace: AccessTrace) -> tuple[str, str]:
    """Return what does not go together, and what to take instead."""
    setting = trace.setting
    if trace.unsupported == "type":
        return _TYPE_ONLY, f"{API_OPTIONS[setting.api]}では、{_TYPE_INSTEAD}"
    point = f"{METHOD_OPTIONS[setting.method]}は、{API_OPTIONS[setting.api]}では使えません。"
    able = supporting(setting.method, setting.when)
    only = "と".join(name for api, name in API_OPTIONS.items() if api in able)
    new = _NEW if setting.api in supporting(setting.method) else ""
    return point, f"使えるのは{only}だけです。{new}{_INSTEAD[f'{setting.method}/{setting.api}']}"


def _all_refused(trace: AccessTrace) -> Explanation:
    setting, visit = trace.setting, trace.visits[0]
    status, at = STATUS[visit.status or 0], HEADS[visit.refused_at or ""]
    calls = f"Lambda関数の呼び出しは{trace.consultations}回" if setting.method == "lambda" else ""
    if visit.reason == "policy" and setting.method == "lambda":
        point = f"API Gatewayが、関数の返したポリシーを見て止めました (応答は{status})。"
        cause = _lambda_denial(trace, visit)
        return Explanation(point, f"{cause}{calls}で、バックエンドには1件も届いていません。")
    if setting.method == "lambda" and at == HEADS["function"]:
        point = f"Lambda関数の中で止まりました (応答は{status})。"
        again = "例外の結果は覚えないので、同じトークンでも毎回呼び出します。" if len(trace.visits) > 1 else ""
        return Explanation(point, f"{_reason(setting.method, visit.reason)}{again}")
    point = f"{at}が止めました (応答は{status})。"
    return Explanation(point, f"{_reason(setting.method, visit.reason)}バックエンドには1件も届いていません。")


def _lambda_denial(trace: AccessTrace, visit: Visit) -> str:
    if trace.setting.credential == "denied":
        return "トークンは本物なので、関数は本人のプリンシパルIDに Deny のポリシーを付けて返しました。"
    failed = next((message.failed for message in visit.messages if message.kind == "verify"), None)
    why = _reason("token", failed) if failed else ""
    return f"{why}このHTTP API用の関数は、例外の代わりに Deny のポリシーを返します。"


def _some_refused(trace: AccessTrace) -> Explanation:
    refused = next(visit for visit in trace.visits if not visit.passed)
    count = len(trace.visits) - trace.passed
    if refused.reason == "policy":
        return Explanation(
            f"{refused.route}が、権限のある人なのに403になりました。",
            f"覚えたポリシーは同じトークンのほかのメソッドにも使われますが、{trace.visits[0].route}しか許可していません。"
            "ポリシーには、そのトークンで呼べるものをまとめて書きます。",
        )
    kept = "覚えたポリシーが切れて呼び直した関数が" if trace.setting.method == "lambda" else "API Gatewayが毎回"
    late = _stale(trace)
    status = STATUS[refused.status or 0].split(" ")[0]
    return Explanation(
        f"{trace.passed}件が通り、{count}件は{status}になりました。",
        f"トークンの期限は{clock_time(_expiry(trace))}です。{kept}期限を確かめ、それより後のリクエストを断りました。{late}",
    )


def _stale(trace: AccessTrace) -> str:
    late = sum(visit.stale for visit in trace.visits)
    return f"ただし{late}件は、期限の後なのに覚えたポリシーで通っています。" if late else ""


def _all_passed(trace: AccessTrace) -> Explanation:
    setting, total, count = trace.setting, len(trace.visits), trace.consultations
    if setting.credential != "valid":
        what = CREDENTIAL_OPTIONS[setting.credential]
        return Explanation(
            f"証拠は「{what}」なのに、{total}件とも通りました。",
            {
                "cognito": "Cognitoオーソライザーは、ユーザープールのトークンなら、どのアプリ向けかを調べません。"
                "調べたいときは、トークンの検証式を設定します。",
                "mtls": "相互TLSが確かめるのは、相手が誰かだけです。"
                "何をしてよいかは、ほかの方法と組み合わせて決めます。"
                if setting.credential == "denied"
                else "クライアント証明書には、宛先がありません。信頼する発行者の証明書なら、どのAPIでも通ります。",
            }[setting.method],
        )
    if setting.api == "websocket":
        return _websocket(trace)
    if setting.method == "lambda":
        return Explanation(f"{total}件のリクエストに対し、Lambda関数の呼び出しは{count}回です。", _lambda_cache(trace))
    return {
        "iam": Explanation(
            f"{total}件とも通り、IAMへの照会は{count}回です。",
            "署名はリクエストの中身と時刻から作るので、使い回せません。秘密鍵は、一度も送られていません。",
        ),
        "mtls": Explanation(
            f"{total}件とも、証明書を確かめてからHTTPのリクエストが始まりました。",
            "これは通信路の認証です。何をしてよいかは、IAMやオーソライザーを重ねて決めます。",
        ),
    }.get(
        setting.method,
        Explanation(
            f"公開鍵の取得は{count}回、トークンの検査は{total}回です。",
            "API Gatewayは、覚えた公開鍵で署名を検算し、中身も自分で調べます。発行者に1件ずつ問い合わせはしません。"
            + (_SINCE if (setting.method, setting.api) == ("jwt", "rest") else ""),
        ),
    )


def _websocket(trace: AccessTrace) -> Explanation:
    count, messages = trace.consultations, sum(visit.status is None for visit in trace.visits)
    why = (
        "WebSocketは接続が続くので、認可を設定できるのは$connectだけです。権限を取り消しても、開いた接続は切れません。"
    )
    if not messages:
        return Explanation("認可は、接続を開く$connectで行われます。", why)
    return Explanation(f"認可は接続時の{count}回だけで、後の{messages}件のメッセージは調べられません。", why)


def _lambda_cache(trace: AccessTrace) -> str:
    setting, total = trace.setting, len(trace.visits)
    if late := sum(visit.stale for visit in trace.visits):
        return (
            f"トークンの期限は{clock_time(_expiry(trace))}ですが、{late}件はその後に、覚えたポリシーだけで通りました。"
            "TTLの間は、期限も取り消しも見ません。"
        )
    if setting.ttl == 0:
        return "TTLが0秒なので結果を覚えず、毎回呼び出して確かめます。"
    ttl = duration(setting.ttl)
    if total == 1:
        return f"結果は{ttl}のあいだ覚えられ、次に同じキーのリクエストが来たときに使われます。"
    if trace.consultations < total:
        saved = total - trace.consultations
        return (
            f"同じキーのリクエストが{ttl}以内に来ると、覚えたポリシーだけで判定します。"
            f"{saved}回分の呼び出しが減りました。"
        )
    keys = {(visit.user, setting.identity == "request-route" and visit.route) for visit in trace.visits}
    if len(keys) == total:
        return "キャッシュのキーがどれも別なので、覚えた結果を使えません。"
    return f"次に同じキーのリクエストが来るころには、覚えた結果がTTL ({ttl}) を過ぎています。"


def _expiry(trace: AccessTrace) -> int:
    shown = next(visit.evidence for visit in trace.visits if isinstance(visit.evidence, Token))
    return shown.payload["exp"]


def _reason(method: str, check: str | None) -> str:
    return _REASONS.get(f"{method}/{check}", _REASONS.get(f"token/{check}", ""))


def _alike(trace: AccessTrace) -> bool:
    first = trace.visits[0]
    return all(
        (visit.status, visit.reason, visit.cache) == (first.status, first.reason, first.cache) for visit in trace.visits
    )


# The alternatives to the picture.


def description(trace: AccessTrace) -> str:
    """Return what the picture shows, in words."""
    setting = trace.setting
    combination = f"{METHOD_OPTIONS[setting.method]}、{API_OPTIONS[setting.api]}"
    if trace.unsupported:
        return f"シーケンス図と、使える組み合わせの表。{combination}。{''.join(unsupported(trace))}"
    ends = "、".join(STATUS[visit.status] if visit.status else "応答" for visit in trace.visits)
    return f"リクエストの流れのシーケンス図と、使える組み合わせの表。{combination}。{strip(trace)}。結果は順に{ends}。"


def table(trace: AccessTrace) -> Table:
    """Return one row per request: way, checks, whether anybody was asked, and the answer."""
    caption = "リクエストごとの道筋と結果"
    columns = (
        "リクエスト",
        "時刻 (秒)",
        "内容",
        "通った順",
        "検査",
        "キャッシュ",
        strip(trace).split(" ")[0] if trace.visits else "照会",
        "応答",
    )
    if trace.unsupported:
        point, _ = unsupported(trace)
        return Table(caption, columns, (("—", "—", point, "—", "—", "—", 0, "—"),))
    cache = {"hit": "あり", "miss": "なし", "off": "使わない", None: "—"}
    rows = []
    for visit in trace.visits:
        stations = ["client"]
        for message in visit.messages:
            if message.source != message.target:
                stations += [station for station in (message.source, message.target) if station != stations[-1]]
        made = "、".join(checks(message) for message in visit.messages if message.checks)
        rows.append(
            (
                visit.number,
                visit.time,
                f"{visit.user} {visit.route}",
                " → ".join(HEADS[station] for station in stations),
                made or "なし",
                cache[visit.cache],
                int(trace.consulted(visit)),
                STATUS[visit.status] if visit.status else "応答",
            )
        )
    return Table(caption, columns, tuple(rows))
