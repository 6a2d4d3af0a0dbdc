"""Words of the explorer of expressions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import DynamoDBError
from kumo.dynamodb.model.expressions import FILTER, KEY, PROJECT, PUT, UPDATE, read_json
from kumo.dynamodb.model.grammar import Among, And, Between, Compare, Not, Or
from kumo.dynamodb.words import errors

if TYPE_CHECKING:
    from kumo.dynamodb.model.conditions import Outcome
    from kumo.dynamodb.model.expressions import ExpressionsTrace
    from kumo.dynamodb.model.values import Value

TITLE = "式の評価：1つの項目への要求"
DESCRIPTION = "上に要求の式、中央に条件の評価、下に要求の前と後の項目。{result}"

SCENARIO = "場面"
SCENARIOS = {
    "stock": "在庫があれば減らす(条件付き更新)",
    "create": "まだなければ作る(条件付き作成)",
    "document": "入れ子とリストと集合を更新する",
    "filter": "フィルター式で絞る",
    "projection": "射影式で属性を選ぶ",
    "reserved": "予約語を使ってしまった",
}
SCENARIO_HELP = "下の欄を空にしておくと、場面の式と項目が使われます。"
EXPRESSION = "更新式・射影式"
EXPRESSION_HELP = "空なら場面の式です。フィルターと作成の場面では使いません。"
CONDITION = "条件式・フィルター式"
CONDITION_HELP = "空なら場面の式です。射影の場面では使いません。"
ITEM = "項目 (JSON)"
ITEM_HELP = '空なら場面の項目です。集合は {"SS": ["red"]} のように型を付けて書きます。'
NAMES = "名前 #… (JSON)"
NAMES_HELP = "式の中の #別名 が表す属性の名前です。空なら場面の名前です。"
VALUES = "値 :… (JSON)"
VALUES_HELP = "式の中の :値 です。空なら、場面の値のうち式で使うものだけを送ります。"

RIGHT_ITEM = "属性の名前と値を並べたJSONのオブジェクト({example} の形)"
ITEM_EXAMPLE = '{"id": "cup-1", "stock": 3}'
RIGHT_KEY = "文字列の属性 id(主キー)をもつ項目"
RIGHT_NAMES = '#で始まる別名と属性の名前を並べたJSONのオブジェクト({"#s": "status"} の形)'
RIGHT_VALUES = '「:」で始まる名前と値を並べたJSONのオブジェクト({":n": 1} の形)'
JSON_FAULT = "{right}(いまは{line}行目の{column}文字目で読めません)"
VALUE_FAULT = "DynamoDBにある型の値だけのJSON({message})"

OPERATIONS = {UPDATE: "UpdateItem", PUT: "PutItem", FILTER: "Scan", PROJECT: "GetItem"}
EXPRESSION_NAMES = {UPDATE: "UpdateExpression", PROJECT: "ProjectionExpression"}
CONDITION_NAMES = {FILTER: "FilterExpression"}
CONDITION_NAME = "ConditionExpression"

# In the picture.
REQUEST = "要求"
JUDGING = "条件の評価"
PLACEHOLDERS = "プレースホルダー"
NO_EXPRESSION = "式なし"
CHANGING = "更新の内容"
CHANGE = "{old} → {new}"
UNREAD = "式を読めないので、評価しません"
BEFORE = {UPDATE: "前の項目", PUT: "前の項目", FILTER: "テーブルの項目", PROJECT: "テーブルの項目"}
AFTER = {UPDATE: "後の項目", PUT: "後の項目", FILTER: "返る項目", PROJECT: "返る属性"}
NOTHING = "返りません"
UNCHANGED = "元のまま"
TRUE, FALSE = "真", "偽"
ABSENT, NOTHING_THERE = "(なし)", "なし"
MORE = "…"
FAULT = "▶"
MORE_ROWS = "ほか{count}個の部分"
STEPS = "手順"
STEP_REQUEST = "要求を送る"
STEP_PART = "{source} は{verdict}"
STEP_END = "結果を返す"
ALL_OF = "すべて真なら真"
ONE_OF = "どれか真なら真"
OPPOSITE = "反対にする"

# Characters of a piece of code that a sentence can hold.
SENTENCE = 60

# What became of the request, in a few words.
RESULTS = {
    "wrote": "書き込みました",
    "refused": "書き込みませんでした",
    "kept": "条件に合うので返ります",
    "left-out": "条件に合わないので返りません",
    "picked": "選んだ属性だけが返ります",
    "error": "要求が断られました",
}


def result(trace: ExpressionsTrace) -> str:
    """Return the key in `RESULTS` of what became of the request."""
    if trace.error is not None:
        return "refused" if trace.error.kind == "condition-failed" else "error"
    if trace.operation == PROJECT:
        return "picked"
    if trace.operation == FILTER:
        return "left-out" if trace.after is None else "kept"
    return "wrote"


def shown(value: Value | None) -> str:
    """Return a value as the reader reads it: plain JSON, sets in braces."""
    if value is None:
        return ABSENT
    kind, data = value.type, value.data
    if kind in values.SETS:
        members = sorted(data)
        return "{" + ", ".join(shown(values.Value(values.SETS[kind], one)) for one in members) + "}"
    if kind == "M":
        return "{" + ", ".join(f'"{name}": {shown(one)}' for name, one in data.items()) + "}"
    if kind == "L":
        return "[" + ", ".join(shown(one) for one in data) + "]"
    scalar = {"N": values.written, "B": lambda raw: f"0x{raw.hex()}"}
    return scalar[kind](data) if kind in scalar else json.dumps(data, ensure_ascii=False)


def reading(outcome: Outcome) -> str:
    """Return a part of a condition with its values in the place of names."""
    part, found = outcome.part, [shown(one.value) for one in outcome.parts]
    joined = {And: ALL_OF, Or: ONE_OF, Not: OPPOSITE}
    if type(part) in joined:
        return joined[type(part)]
    if isinstance(part, Compare):
        return f"{found[0]} {part.operator} {found[1]}"
    if isinstance(part, Between):
        return f"{found[1]} <= {found[0]} <= {found[2]}"
    if isinstance(part, Among):
        return f"{found[0]} IN ({', '.join(found[1:])})"
    if part.name == "contains":
        return f"{found[1]} in {found[0]}"
    return f"{part.name}({', '.join(NOTHING_THERE if one == ABSENT else one for one in found)})"


def head(outcome: Outcome) -> str:
    """Return how a part of a condition is called in its row."""
    part = outcome.part
    if isinstance(part, And):
        return "AND"
    if isinstance(part, Or):
        return "OR"
    return "NOT" if isinstance(part, Not) else part.source


def explanation(trace: ExpressionsTrace) -> Explanation:
    """Return what became of the request and why."""
    if trace.error is not None and trace.error.kind != "condition-failed":
        point = f"DynamoDBは、この{OPERATIONS[trace.operation]}を{trace.error.code}で断りました。"
        return Explanation(point, errors.hint(trace.error))
    if trace.operation == PROJECT:
        return Explanation(
            f"{len(trace.before)}個の属性のうち、{len(trace.after or {})}個が返りました。",
            "射影式は、返す属性を選ぶだけです。読み込む量は、項目全体の大きさで決まります。",
        )
    if trace.outcome is None:
        return Explanation("条件がないので、必ず書き込みました。", _changes(trace))
    deciding = _deciding(trace.outcome)
    verdict = TRUE if trace.outcome.holds else FALSE
    point = f"条件は{verdict}なので、{_consequence(trace)}。"
    if isinstance(deciding.part, And | Or):
        why = f"{head(deciding)}でつないだ部分が、どれも{TRUE if deciding.holds else FALSE}です。"
    elif deciding is trace.outcome:
        why = f"「{_plain(deciding.part.source)}」に値を入れると「{_plain(reading(deciding))}」で、{verdict}です。"
    else:
        told = TRUE if deciding.holds else FALSE
        why = f"「{_plain(deciding.part.source)}」が{told}なので、全体が{verdict}に決まります。"
    if trace.wrote:
        why += _changes(trace)
    return Explanation(point, why)


def table(trace: ExpressionsTrace) -> Table:
    """Return the parts of the condition and the attributes before and after as rows."""
    rows: list[tuple[str, str, str]] = []
    if trace.error is not None:
        rows.append(("応答", trace.error.code, trace.error.message))
    if trace.outcome is not None:
        rows += [
            (f"条件: {one.part.source}", reading(one), TRUE if one.holds else FALSE)
            for one in trace.outcome.walk()
            if one.holds is not None
        ]
    after = trace.after or {}
    for name in dict.fromkeys((*trace.before, *after)):
        rows.append((f"属性: {name}", shown(trace.before.get(name)), shown(after.get(name))))
    return Table(RESULTS[result(trace)], ("部分", "前・値を入れた形", "後・結果"), tuple(rows))


def check_item(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it is an item."""
    right = RIGHT_ITEM.format(example=ITEM_EXAMPLE)
    found, wrong = _object(text, right)
    if wrong is not None or found is None:
        return wrong
    try:
        item = values.item(found)
    except DynamoDBError as error:
        return VALUE_FAULT.format(message=errors.hint(error) if error.kind in errors.HINTS else error.message)
    has_key = KEY in item and item[KEY].type == "S" and item[KEY].data
    return None if has_key else RIGHT_KEY


def check_names(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it holds names."""
    found, wrong = _object(text, RIGHT_NAMES)
    if wrong is not None or found is None:
        return wrong
    return None if all(isinstance(name, str) and name for name in found.values()) else RIGHT_NAMES


def check_values(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it holds values."""
    found, wrong = _object(text, RIGHT_VALUES)
    if wrong is not None or found is None:
        return wrong
    try:
        values.item(found)
    except DynamoDBError as error:
        return VALUE_FAULT.format(message=errors.hint(error) if error.kind in errors.HINTS else error.message)
    return None


def _object(text: str, right: str) -> tuple[dict[str, Any] | None, str | None]:
    """Return the JSON object of `text` (None when it is empty) and what would be right instead, if it is none."""
    if not text.strip():
        return None, None
    try:
        found = read_json(text)
    except json.JSONDecodeError as error:
        return None, JSON_FAULT.format(right=right, line=error.lineno, column=error.colno)
    except (RecursionError, ValueError):
        return None, right
    return (found, None) if isinstance(found, dict) else (None, right)


def _deciding(outcome: Outcome) -> Outcome:
    """Return the smallest part that alone decides the whole."""
    part = outcome.part
    if isinstance(part, Not):
        return _deciding(outcome.parts[0])
    if isinstance(part, And | Or):
        decisive = [one for one in outcome.parts if one.holds == isinstance(part, Or)]
        if decisive:
            return _deciding(decisive[0])
    return outcome


def _consequence(trace: ExpressionsTrace) -> str:
    return {
        "wrote": "書き込みが行われました",
        "refused": "書き込みはConditionalCheckFailedExceptionで断られました",
        "kept": "この項目は返ります",
        "left-out": "この項目は読まれますが返りません",
    }[result(trace)]


def _changes(trace: ExpressionsTrace) -> str:
    changed = sum(1 for name in {*trace.before, *trace.after} if trace.before.get(name) != trace.after.get(name))
    return f"項目の属性が{changed}個変わりました。" if changed else "項目は前と同じです。"


def _plain(text: str) -> str:
    """Return text without the sign that ends a sentence, cut to what fits one."""
    cleaned = text.replace("。", " ")
    return cleaned if len(cleaned) <= SENTENCE else cleaned[: SENTENCE - 1] + MORE
