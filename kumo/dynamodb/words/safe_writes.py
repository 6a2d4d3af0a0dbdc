"""Words of the explorer of writes that meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.safe_writes import ANSWER, COUNTING, LOCKING, READ, REQUEST, RESENDING

if TYPE_CHECKING:
    from kumo.dynamodb.model.safe_writes import Exchange, SafeWritesTrace

TITLE = "安全な書き込み：競合と再送"
DESCRIPTION = "上から下へ、クライアントと項目のやり取り。{result}"

SCENARIO = "場面"
SCENARIOS = {
    LOCKING: "同時に更新する(楽観的ロック)",
    RESENDING: "応答が届かず送り直す(再送)",
    COUNTING: "同時に数える(カウンター)",
}
SCENARIO_HELP = "楽観的ロックと再送は条件式で、カウンターはADDで守ります。"
GUARDED = "安全な書き方"
GUARDED_HELP = "オンにすると条件式かADDを使い、オフにすると読んだ値や差分をそのまま書きます。"
CLIENTS = "書き手の数・送る回数"
CLIENTS_HELP = "再送では1人が送る回数で、最後の1回だけが無事に届いて応答も返ります。"
STEP = "1回で増やす量"
STEP_HELP = "書き手が1人につき1回だけ増やしたい量です。"
LOST = "失われるもの"
LOST_OPTIONS = {ANSWER: "応答", REQUEST: "要求"}
LOST_HELP = "再送の場面で、最後の1回を除いて途中で失われるものです。"

# In the picture.
CLIENT = "クライアント"
TABLE_NAME = "DynamoDB"
ITEM = "項目"
LETTERS = "ABCD"
READING = "読む"
IF = "もし {condition} なら"
DONE = "成功"
REFUSED = "条件が偽"
NOT_ARRIVED = "要求が届かない"
NOT_ANSWERED = "応答が届かない"
RIGHT = "正しい値と同じ"
WRONG = "正しい値は {wanted}"
FINAL = "最後の {attribute} = {found}"
STEPS = "回"
STEP_LABEL = "{client}が{action}"
ACTIONS = {READ: "読む"}
WRITES = "書く"
END = "結果"


def numbers(exchange: Exchange) -> str:
    """Return the item's numbers as the reader reads them."""
    return ", ".join(f"{name} {value}" for name, value in exchange.item.items())


def asked(exchange: Exchange) -> str:
    """Return what a write asks for: the change, and its condition where it has one."""
    condition = f" {IF.format(condition=exchange.condition)}" if exchange.condition else ""
    return exchange.update + condition


def verdict(exchange: Exchange) -> str:
    """Return what became of a request."""
    if not exchange.arrived:
        return NOT_ARRIVED
    if not exchange.done:
        return REFUSED
    return DONE if exchange.answered else NOT_ANSWERED


def explanation(trace: SafeWritesTrace) -> Explanation:
    """Return whether each change counts once, and why."""
    point = f"{trace.attribute}は{trace.start}から{trace.found}になり、" + (
        "正しい値です。" if trace.right else f"正しい値の{trace.wanted}とは違います。"
    )
    return Explanation(point, _why(trace))


def _why(trace: SafeWritesTrace) -> str:
    if trace.scenario == RESENDING:
        if trace.guarded and trace.refused:
            return "最初の要求は届いていたので、送り直した要求は条件に合わず、二重に加わりませんでした。"
        if trace.right:
            return "届いた要求が1つだけなので、二重には加わりません。"
        return "最初の要求は届いていて、応答だけが失われました。送り直すたびに、もう一度加わります。"
    if not trace.guarded:
        return "全員が同じ値を読み、それぞれが計算した値で上書きしたので、先に書いた分が失われました。"
    if trace.scenario == COUNTING:
        return "ADDは、DynamoDBの中で今の値に加えます。読む必要がなく、同時に来ても全部が加わります。"
    return f"versionが読んだときと違うので{trace.refused}回の書き込みが断られ、読み直してから書きました。"


def table(trace: SafeWritesTrace) -> Table:
    """Return the exchanges as rows."""
    rows = [
        (
            number,
            LETTERS[one.client],
            READING
            if one.action == READ
            else f"{one.update} {IF.format(condition=one.condition) if one.condition else ''}".strip(),
            verdict(one),
            numbers(one),
        )
        for number, one in enumerate(trace.exchanges, start=1)
    ]
    return Table("やり取り", ("番号", "クライアント", "要求", "結果", "項目"), tuple(rows))
