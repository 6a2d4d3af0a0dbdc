"""Words of the explorer of queries and scans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model import units
from kumo.dynamodb.model.reading import (
    AMOUNT,
    GLOBAL,
    LOCAL,
    PADDING,
    PARTITION,
    PHASE,
    QUERY,
    SCAN,
    SORT,
    TABLE,
    TextError,
    parse_table,
)
from kumo.dynamodb.model.values import of_any
from kumo.dynamodb.words import errors
from kumo.dynamodb.words.expressions import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.dynamodb.model.reading import ReadingTrace
    from kumo.dynamodb.model.values import Item

TITLE = "QueryとScan：読む項目と返る項目"
DESCRIPTION = "左に項目コレクション、右に読んだ量と返った量。{result}"

ITEMS = "テーブルの項目"
ITEMS_DEFAULT = (
    "sato 2026-09-12 amount=1200 phase=done\n"
    "sato 2026-10-03 amount=5400 phase=done\n"
    "sato 2026-10-28 amount=800 phase=open\n"
    "sato 2026-11-09 amount=3100 phase=open\n"
    "sato 2026-11-20 amount=600 phase=done\n"
    "suzuki 2026-10-15 amount=2500 phase=open\n"
    "suzuki 2026-11-02 amount=900 phase=done\n"
    "tanaka 2026-08-30 amount=4700\n"
    "tanaka 2026-11-11 amount=1500 phase=open"
)
ITEMS_HELP = "1行に1項目で、customer(パーティションキー)、ordered(ソートキー)、名前=値の順に書きます。"
OPERATION = "操作"
OPERATIONS = {QUERY: "Query", SCAN: "Scan"}
OPERATION_HELP = "Queryは1つのコレクションの一部を、Scanは全部のコレクションを順に読みます。"
SOURCE = "読む先"
SOURCES = {
    TABLE: f"テーブル({PARTITION}, {SORT})",
    GLOBAL: f"GSI({PHASE}, {SORT})",
    LOCAL: f"LSI({PARTITION}, {AMOUNT})",
}
SOURCE_HELP = "インデックスには、そのキーをもつ項目だけが、インデックスのキーの順に並びます。"
KEY_CONDITION = "キー条件式"
KEY_CONDITION_HELP = "Queryで使います。読む先のパーティションキーに = を書き、ソートキーの範囲を足せます。"
FILTER = "フィルター式"
FILTER_HELP = "読んだ後に項目を除く条件です。空ならかけません。"
PROJECTION = "射影式"
PROJECTION_HELP = "返す属性をカンマで並べます。空ならすべて返します。"
VALUES = "値 :… (JSON)"
VALUES_HELP = "式の中の :値 です。使わない値は送りません。"
LIMIT = "Limit"
LIMIT_UNIT = "項目"
LIMIT_HELP = "1ページで読む項目の数の上限で、0なら指定しません。"
SIZE = "1項目の大きさ"
SIZE_UNIT = "KB"
SIZE_HELP = "本文の属性を付けて、どの項目もこの大きさにします。"
KEYS_ONLY = "インデックスの射影"
PROJECTIONS = {"ALL": "ALL(すべての属性)", "KEYS_ONLY": "KEYS_ONLY(キーだけ)"}
KEYS_ONLY_HELP = "インデックスに写す属性を選びます。少ないほど、読む量が減ります。"
CONSISTENT = "強い整合性"
CONSISTENT_HELP = "最新の値を読みます。使う読み込みユニットは2倍で、GSIでは使えません。"

RIGHT = {
    "form": "1行に「customer ordered 名前=値 …」と書いた表({line}行目の「{content}」を直します)",
    "pair": "名前=値 の形の属性({line}行目の「{content}」を直します)",
    "twice": "主キーが重ならない項目({line}行目の「{content}」は2つ目です)",
    "type": "amountは整数、phaseは文字の項目({line}行目の「{content}」を直します)",
    "many": "16項目までの表({line}行目から先を消します)",
    "none": "1つ以上の項目",
}

# In the picture.
COLLECTION = "{name} = {value}"
COUNT = "{count}項目"
RETURNED, DROPPED = "返る", "除外"
LEGEND = (("good", "返る"), ("tokens", "読んで除外"), ("line", "読まない"))
READ_TITLE = "読んだ項目"
RETURNED_TITLE = "返った項目"
ITEMS_OF = "{count} / {total}項目"
UNITS_TITLE = "読み込みユニット"
UNITS = "{units:g} RCU"
SUM = "{size} → 4 KB × {blocks}{factor}"
EVENTUALLY = " ÷ 2"
SUM_OF_PAGES = "ページごとに切り上げた合計"
SUM_FETCHED = "テーブルからの取得を含む"
REQUEST = "{operation} — {source}"
KEY_LABEL = "Key"
FILTER_LABEL = "Filter"
PROJECTION_LABEL = "Projection"
PAGES_TITLE = "ページ → LastEvaluatedKey"
PAGE = "{number}: 読む {read}、返る {returned}"
LAST_KEY = "→ {key}"
NO_MORE = "→ なし(終わり)"
MORE_PAGES = "ほか{count}ページ"
LEFT_OUT = "インデックスにない項目: {count}"
STEPS = "項目"
STEP_READ = "{key} を読む"
STEP_END = "終わり"
REFUSED = "要求が断られました"


def check_table(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it is a table."""
    try:
        parse_table(text)
    except TextError as error:
        return RIGHT[error.problem].format(line=error.line, content=error.content[:20])
    return None


def kilobytes(size: int) -> str:
    """Return a number of bytes as the reader reads it."""
    if size < 1024:  # noqa: PLR2004 -- a kilobyte
        return f"{size}バイト"
    text = f"{size / 1024:,.1f}".removesuffix(".0")
    return f"{text} KB"


def keys_of(source: str) -> tuple[str, str]:
    """Return the names of the keys of what is read."""
    return {TABLE: (PARTITION, SORT), GLOBAL: (PHASE, SORT), LOCAL: (PARTITION, AMOUNT)}[source]


def rest(item: Item, source: str) -> str:
    """Return the attributes of an item that are not keys of what is read."""
    hidden = {*keys_of(source), PADDING}
    return " ".join(f"{name}={plain(item, name)}" for name in item if name not in hidden)


def plain(item: Item, name: str) -> str:
    """Return an attribute without quotation marks."""
    return str(item[name].data) if item[name].type == "S" else shown(item[name])


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Return an expression with its values in the place of their placeholders."""
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(name, shown(of_any(values[name])))
    return text


def arithmetic(trace: ReadingTrace) -> str:
    """Return how the units come about."""
    if len(trace.pages) > 1:
        return SUM_OF_PAGES
    blocks = units.blocks(trace.size, facts.value("dynamodb.read-unit-size"))
    if trace.units != units.for_reading(trace.size, consistent=trace.consistent):
        return SUM_FETCHED
    factor = "" if trace.consistent else EVENTUALLY
    return SUM.format(size=kilobytes(trace.size), blocks=blocks, factor=factor)


def last_key(key: Item, source: str) -> str:
    """Return a LastEvaluatedKey in short: the keys of what is read."""
    return " / ".join(plain(key, name) for name in keys_of(source))


def explanation(trace: ReadingTrace) -> Explanation:
    """Return how much was read and returned, and why."""
    if trace.error is not None:
        point = f"DynamoDBは、この{OPERATIONS[trace.operation]}を{trace.error.code}で断りました。"
        return Explanation(point, errors.hint(trace.error))
    point = (
        f"{trace.read}項目を読み、{trace.returned}項目が返り、"
        f"{UNITS.format(units=trace.units)}を{len(trace.pages)}ページで使いました。"
    )
    return Explanation(point, " ".join(_reasons(trace)[:2]).replace("。 ", "。"))


def _reasons(trace: ReadingTrace) -> list[str]:
    dropped = trace.read - trace.returned
    found = []
    if dropped:
        found.append(f"フィルターは読んだ後にかかるので、除いた{dropped}項目の分もユニットを使います。")
    if len(trace.pages) > 1:
        why = "Limitは読む数の上限" if trace.limit else "1ページで読めるのは1 MBまで"
        found.append(f"{why}なので、LastEvaluatedKeyを渡して続きを読みます。")
    if trace.left_out:
        found.append(f"キーの属性がない{trace.left_out}項目は、このインデックスにありません。")
    if trace.operation == SCAN:
        found.append("Scanはすべての項目コレクションを読むので、テーブルが大きいほどユニットを使います。")
    found.append("読んだ大きさの合計を4 KB単位に切り上げて、ユニットを数えます。")
    return found


def table(trace: ReadingTrace) -> Table:
    """Return every item with what became of it."""
    partition, sort = keys_of(trace.source)
    rows: list[tuple[str | int | float, ...]] = []
    for collection in trace.collections:
        for item in collection:
            state = trace.state_of(item)
            verdict = "読まない" if state is None else RETURNED if state[1] else DROPPED
            page: str | int = "-" if state is None else state[0] + 1
            rows.append((plain(item, partition), plain(item, sort), rest(item, trace.source), page, verdict))
    if trace.error is not None or not rows:
        message = trace.error.message if trace.error else ""
        rows.append((REFUSED if trace.error else NO_MORE, "-", message, "-", "-"))
    return Table("項目と結果", (partition, sort, "ほかの属性", "ページ", "結果"), tuple(rows))


def result(trace: ReadingTrace) -> str:
    """Return what became of the request, for the picture's description."""
    return explanation(trace).point


VALUES_DEFAULT = json.dumps({":c": "sato", ":from": "2026-10", ":min": 1000})
KEY_CONDITION_DEFAULT = f"{PARTITION} = :c AND {SORT} >= :from"
FILTER_DEFAULT = f"{AMOUNT} >= :min"
