"""Words of the explorer that follows one request through a method of a REST API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.request_journey import JourneyTrace, Message, Stage

TITLE = "リクエストが通る段階"
DESCRIPTION = "クライアントからバックエンドまでの行きと帰りに、段階ごとの中身を並べた図。{steps}"

INTEGRATION = "統合のしかた"
INTEGRATIONS = {"custom": "変換する(DynamoDB)", "proxy": "プロキシ(Lambda)"}
INTEGRATION_HELP = "変換ではマッピングテンプレートで形を変え、プロキシではそのまま渡します。"
ORDER = "注文の番号"
ORDER_HELP = "パスに入れる番号です。どの段階にどんな形で現れるかを追ってみましょう。"
ORDER_ALLOWED = "1〜3桁の数字(先頭は0以外)"
HEADER = "必須のヘッダー x-tenant を付ける"
HEADER_HELP = "メソッドリクエストで必須にしたヘッダーです。付けないと、そこで断られます。"
BACKEND = "バックエンドの答え"
BACKENDS = {"found": "見つかった", "missing": "見つからない", "broken": "異常"}
BACKEND_HELP = "バックエンドがどう答えるかです。異常の形は、統合のしかたで違います。"
STEPS = "段階"

STAGES = {
    "client": "クライアント",
    "method-request": "メソッドリクエスト",
    "integration-request": "統合リクエスト",
    "backend": "バックエンド",
    "integration-response": "統合レスポンス",
    "method-response": "メソッドレスポンス",
}
TOWARD_CLIENT = "クライアントとの約束"
TOWARD_BACKEND = "バックエンドとの約束"
NOT_REACHED = "届かない"
RECEIVED = "クライアントに届く {status}"
RECEIVES = "届く応答"

ACTIONS = {
    "call": "呼び出す",
    "accept": "必須のヘッダーあり",
    "refuse": "ヘッダーがない",
    "map-request": "GetItemの形に変える",
    "dynamodb-found": "項目を返す",
    "dynamodb-missing": "空の答えを返す",
    "dynamodb-broken": "サーバーエラーを返す",
    "map-response": "ふつうのJSONに変える",
    "override-status": "404に上書きする",
    "map-error": "500を503に読み替える",
    "wrap-event": "イベントに包んで渡す",
    "function-found": "決まった形で返す",
    "function-missing": "404を返す",
    "function-broken": "bodyが文字列でない",
    "pass-through": "形を変えずに通す",
    "wrong-form": "形が合わず502にする",
    "return": "約束した形で返す",
}

POINTS = {
    "refused": "メソッドリクエストで断られ、クライアントには400が返ります。",
    ("custom", "found"): "バックエンドの形は、クライアントにはまったく見えません。",
    ("custom", "missing"): "DynamoDBの200が、統合レスポンスで404に変わります。",
    ("custom", "broken"): "DynamoDBの500が、統合レスポンスで503に変わります。",
    ("proxy", "found"): "形を決めるのはLambda関数で、2つの統合の段階は素通りです。",
    ("proxy", "missing"): "Lambda関数が決めた404が、そのままクライアントに届きます。",
    ("proxy", "broken"): "Lambda関数の返す形が決まりに合わず、クライアントには502が返ります。",
}
REASONS = {
    "refused": "必須のヘッダーがないリクエストは、バックエンドを呼ばずに断れます。検証のコードを書く必要はありません。",
    ("custom", "found"): (
        "統合リクエストと統合レスポンスのテンプレートが、両側の約束をつなぎます。"
        "バックエンドを取り替えても、クライアントとの約束は変わりません。"
    ),
    ("custom", "missing"): (
        "GetItemは、項目がなくても200と空の答えを返します。テンプレートで中身を調べ、ステータスコードを上書きします。"
    ),
    ("custom", "broken"): (
        "どの統合レスポンスを使うかは、バックエンドのステータスコードで選びます。"
        "内部の事情を伏せ、送り直してよいことだけを伝えます。"
    ),
    ("proxy", "found"): (
        "リクエストの全体がイベントとして渡り、関数がstatusCodeとbodyを返します。設定は少なく、変換は関数の仕事になります。"
    ),
    ("proxy", "missing"): "プロキシ統合では、ステータスコードも関数が決めます。統合レスポンスに書くことはありません。",
    ("proxy", "broken"): (
        "bodyは文字列でなければなりません。辞書をそのまま返すと、関数は成功していても502になります。"
    ),
}

CAPTION = "段階ごとの中身"
COLUMNS = ("段階", "すること", "出ていくもの")


def check_order(text: str) -> str | None:
    """Return what an order's number looks like, or None when `text` is one."""
    return None if text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= 3 else ORDER_ALLOWED  # noqa: PLR2004 -- as said in the words


def explanation(trace: JourneyTrace) -> Explanation:
    """Say what the client received, and which stage decided it."""
    if trace.refused:
        return Explanation(POINTS["refused"], REASONS["refused"])
    key = ("proxy" if trace.proxy else "custom", trace.backend)
    return Explanation(POINTS[key], REASONS[key])


def table(trace: JourneyTrace) -> Table:
    """Return the stages as rows, with what leaves each as one line of text."""
    rows = [(STAGES[stage.key], ACTIONS[stage.action], one_line(stage.message)) for stage in trace.stages]
    return Table(CAPTION, COLUMNS, tuple(rows))


def one_line(message: Message) -> str:
    """Return a message as one line: first line, headers, body."""
    parts = [message.line] if message.line else []
    parts += [f"{name}: {value}" for name, value in message.headers]
    if message.body is not None:
        parts.append(json.dumps(message.body, ensure_ascii=False))
    return " ".join(parts)


def steps(trace: JourneyTrace) -> str:
    """Return the stages and what they did, for the picture's description."""
    return "、".join(_step(stage) for stage in trace.stages)


def _step(stage: Stage) -> str:
    return f"{STAGES[stage.key]}({ACTIONS[stage.action]})"
