"""Words of the explorer of the route selection expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.route_selection import DEFAULT, is_expression
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.route_selection import RouteTrace

TITLE = "ルート選択式：メッセージの行き先"
DESCRIPTION = "左に届いたメッセージ、中央にルート選択式とその値、右にルートの一覧。{result}"

MESSAGE = "メッセージ"
MESSAGE_HELP = "クライアントが送る中身です。JSONでないものも試せます。"
MESSAGE_DEFAULT = '{"action": "sendmessage", "text": "こんにちは"}'
MESSAGE_EXAMPLES = ('{"action": "leaveroom"}', "こんにちは", '{"type": {"name": "joinroom"}}', '{"action": 1}')
EXPRESSION = "ルート選択式"
EXPRESSION_HELP = "メッセージのどの値でルートを選ぶかを書きます。"
EXPRESSION_ALLOWED = "$request.body.名前 の形(名前は点でつなげる)"
ROUTES = "用意したルート"
ROUTES_HELP = "選んだルートだけがAPIにあります。"
ROUTE_OPTIONS = {"joinroom": "joinroom", "sendmessage": "sendmessage", "default": DEFAULT}

RECEIVED = "届いたメッセージ"
VALUE = "取り出した値"
NO_VALUE = "(なし)"
NOT_JSON = "JSONでない"
TARGETS = "ルートと統合"
INTEGRATIONS = {"joinroom": "入室の関数", "sendmessage": "送信の関数", DEFAULT: "既定の関数"}
NOWHERE = "行き先がない"
MORE = "…"

CAPTION = "ルートが決まるまで"
COLUMNS = ("順番", "すること", "結果")
READ, EVALUATE, MATCH = "JSONとして読む", "式で値を取り出す", "同じ名前のルートを探す"
READ_OK, READ_BAD = "読めた", "読めない"
FOUND, FALL_BACK, NONE = (
    "{route} が選ばれる",
    "当てはまるものがなく、$default が選ばれる",
    "当てはまるものがなく、$default もない",
)


def check_expression(text: str) -> str | None:
    """Return what an expression looks like, or None when `text` is one."""
    return None if is_expression(text) else EXPRESSION_ALLOWED


def result(trace: RouteTrace) -> str:
    """Return which route was selected, in a phrase."""
    if trace.route is None:
        return NONE
    return FALL_BACK if trace.route == DEFAULT else FOUND.format(route=trace.route)


def explanation(trace: RouteTrace) -> Explanation:
    """Say which route was selected, and by what."""
    if trace.route is None:
        point = "このメッセージには行き先がなく、クライアントにはエラーが返ります。"
    else:
        point = f"このメッセージは、{trace.route} のルートに行きます。"
    return Explanation(point, _reason(trace))


def _reason(trace: RouteTrace) -> str:
    if not trace.is_json:
        tail = "中身を見て振り分けられるのは、JSONのメッセージだけです。"
        return f"JSONとして読めないので、式は評価されません。{tail}"
    if trace.value is None:
        return f"{trace.expression} の指す値がメッセージにないので、どのルートにも当てはまりません。"
    if trace.route == trace.value:
        return f"{trace.expression} の値が「{_short(trace.value)}」で、同じ名前のルートがあるからです。"
    if trace.route is None:
        return f"値は「{_short(trace.value)}」ですが、同じ名前のルートも $default もありません。"
    return f"値は「{_short(trace.value)}」ですが、同じ名前のルートがないので、$default が受けます。"


def table(trace: RouteTrace) -> Table:
    """Return the three steps and their results."""
    rows = (
        ("1", READ, READ_OK if trace.is_json else READ_BAD),
        ("2", EVALUATE, NO_VALUE if trace.value is None else trace.value),
        ("3", MATCH, result(trace)),
    )
    return Table(CAPTION, COLUMNS, rows)


def _short(value: str) -> str:
    return value if len(value) <= 20 else value[:20] + MORE  # noqa: PLR2004 -- more would hide the point
