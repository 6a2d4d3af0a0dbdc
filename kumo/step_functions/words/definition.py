"""What is wrong with a definition or an input, for the reader who wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kumo.step_functions.model import paths
from kumo.step_functions.model.definition import ALWAYS, RESULT, jsonata_problems, problems, template_problems

if TYPE_CHECKING:
    from kumo.step_functions.model.definition import Problem

RIGHT = "次の{count}か所を直した定義です(左は場所を指すJSONPath)。\n{listed}\n以上を直した定義"
LINE = "・{path}　{message}"
DID_YOU_MEAN = "。{near} のことかもしれません"

MESSAGES = {
    "json": "{line}行{column}文字目で、JSONとして読めなくなります({reason})",
    "deep": "入れ子が深すぎます",
    "object": "ここは {{ }} で囲んだオブジェクトにします",
    "array": "ここは1つ以上の要素を持つ [ ] の配列にします",
    "states": "States は、1つ以上のステートを持つオブジェクトにします",
    "missing": "必須のフィールド {field} がありません",
    "text": "ここは文字列にします",
    "boolean": "ここは true か false にします",
    "operand-number": "ここは数にします",
    "name": "ステートの名前は1〜{longest}文字です(いまは{length}文字)",
    "name-twice": "名前 {name} は {other} でも使っています。名前は、内側も含めたステートマシン全体で1つだけです",
    "type": "Type に {value} はありません。Task、Pass、Choice、Wait、Succeed、Fail、Parallel、Map のどれかです{near}",
    "unknown-state": "{name} というステートがありません。ここにあるのは {known} です",
    "unreachable": "どこからもここに来られません。どこかの Next か Default で {name} を指すか、消します",
    "no-next": '次がありません。Next で次のステートを指すか、ここで終わるなら "End": true と書きます',
    "next-and-end": "Next と End の両方があります。どちらか一方にします",
    "end": "End に書けるのは true だけです",
    "unknown-field": "{field} というフィールドは、ここでは使えません{near}",
    "operator": "{field} という比較演算子はありません{near}",
    "twice": "{field} が2回以上書かれています。残すのは1つです",
    "both": "{one} と {other} の両方があります。どちらか一方にします",
    "number": "{value} は使えません。{least}以上の整数にします",
    "real": "{value} は使えません。{least}以上{most}の数にします",
    "heartbeat": "HeartbeatSeconds({value})は、TimeoutSeconds({limit})より小さくします",
    "delay": "MaxDelaySeconds({value})は、IntervalSeconds({interval})より大きくします",
    "jitter": "JitterStrategy は FULL か NONE です({value} ではありません)",
    "path": "{value} はJSONPathとして読めません。$.order.id のように、$ から書きます",
    "reference": (
        "{value} は参照パスではありません。ここでは、1つの場所だけを指す $.order.items[0] のような形にします"
        "(*、..、?、: は使えません)"
    ),
    "expression": (
        "{value} は、パス($.…)でも組み込み関数(States.…)でもありません。「.$」で終わるキーの値は、そのどちらかです"
    ),
    "resource": "{value} は、Lambda関数、アクティビティ、サービス統合のARNとして読めません",
    "wait": "Seconds、Timestamp、SecondsPath、TimestampPath のうち、ちょうど1つを書きます",
    "timestamp": "{value} は時刻として読めません。2026-01-02T03:04:05Z のように書きます",
    "tests": "比較演算子か And、Or、Not を、ちょうど1つ書きます(いまは{count}つ)",
    "nested-next": "And、Or、Not の内側の規則には {field} を書けません。外側に書きます",
    "processor": "ItemProcessor(古い書き方では Iterator)を、ちょうど1つ書きます",
    "mode": "Mode は INLINE か DISTRIBUTED です",
    "distributed-only": "{field} を使えるのは、Mode が DISTRIBUTED のときです",
    "error-names": "ErrorEquals は、エラー名の文字列を1つ以上並べた配列にします",
    "all-alone": "States.ALL は単独で、最後の要素にだけ書きます",
    "query-language": "QueryLanguage は JSONPath か JSONata です({value} ではありません)",
    "query-downgrade": (
        "ステートマシン全体がJSONataのとき、ステートだけをJSONPathには戻せません。"
        "混ぜるなら、全体をJSONPath(省略時)にして、ステートごとに JSONata を指定します"
    ),
    "jsonpath-field": "{field} はJSONPathのフィールドです。JSONataのステートでは {instead} を使います",
    "jsonata-field": (
        "{field} はJSONataのフィールドです。このステートに "
        '"QueryLanguage": "JSONata" を書くか、JSONPathの {instead} を使います'
    ),
    "wait-jsonata": "Seconds、Timestamp のうち、ちょうど1つを書きます",
    "condition": "Condition は true、false、または真偽値になる {{% … %}} です",
    "computed": "{value} は使えません。数か、数になる {{% … %}} にします",
    "expression-half": "{value} は式として閉じていません。式は {{% で始まり、%}} で終わります(前後に空白も置けません)",
    "expression-syntax": "JSONataの式として、{position}文字目あたりで読めなくなります({text})",
    "expression-document": (
        "{text} は使えません。式に入力そのものは渡されないので、$states.input か変数から書きます"
        "([ ] の内側などの $ は使えます)"
    ),
    "expression-name": "{text} だけでは、どのデータの項目かわかりません。$states.input.{text} のように書きます",
    "expression-eval": "$eval は使えません。JSONの文字列を読むなら $parse を使います",
    "expression-later": "演算子 {text} は、JSONata 2.1からのものです。Step Functionsは2.0.6を使います",
    "states-result": "$states.result を読めるのは、Task、Parallel、Mapの Output と Assign だけです",
    "states-errorOutput": "$states.errorOutput を読めるのは、Catch の Output と Assign だけです",
    "states-member": "$states.{text} はありません。あるのは input、context、result、errorOutput です",
    "variable-states": "states は予約された名前なので、変数にできません",
    "variable-name": (
        "{name} は変数の名前にできません。文字で始まり、文字と数字と _ が続く、{longest}文字以下の名前にします"
        "($ は付けず、変数の一部だけに代入することもできません)"
    ),
    "variable-outer": "変数 {name} は外側で代入しています。内側から読むことはできますが、同じ名前には代入できません",
}

RIGHT_INPUT = "JSONです({line}行{column}文字目で読めなくなります: {reason})。正しく閉じた入力"
RIGHT_TEMPLATE = "次の{count}か所を直したJSONです。\n{listed}\n以上を直したJSON(空欄なら省略)"
RIGHT_PATH = "$.order.id のように $ から書いたJSONPathか、null か、空欄(省略)"
RIGHT_REFERENCE = "1つの場所だけを指す $.order.items[0] のような参照パスか、null か、空欄(省略)"
NULL = "null"
RIGHT_NUMBERS = "NaN や Infinity を含まないJSON"


def check(text: str) -> str | None:
    """Return what is to be put right in the definition `text`, every problem on a line, or None when nothing is."""
    return _listed(problems(text), RIGHT)


def check_template(text: str) -> str | None:
    """Return what is to be put right in the payload template `text`; an empty one is left out."""
    return _listed(template_problems(text) if text.strip() else (), RIGHT_TEMPLATE)


def check_jsonata(text: str, sees: frozenset[str] = ALWAYS) -> str | None:
    """Return what is to be put right in the field `text` of a JSONata state; an empty one is left out."""
    return _listed(jsonata_problems(text, sees=sees) if text.strip() else (), RIGHT_TEMPLATE)


def check_assign(text: str) -> str | None:
    """Return what is to be put right in the Assign `text` of a JSONata Task; an empty one is left out."""
    found = jsonata_problems(text, sees=ALWAYS | {RESULT}, assign=True) if text.strip() else ()
    return _listed(found, RIGHT_TEMPLATE)


def _listed(found: tuple[Problem, ...], right: str) -> str | None:
    return right.format(count=len(found), listed="\n".join(map(line, found))) if found else None


def check_path(text: str) -> str | None:
    """Return what would be right instead of the path `text`; an empty one is left out, null is allowed."""
    if text.strip() in {"", NULL}:
        return None
    try:
        paths.check(text.strip())
    except paths.PathError:
        return RIGHT_PATH
    return None


def check_reference(text: str) -> str | None:
    """Return what would be right instead of the reference path `text`; an empty one is left out, null is allowed."""
    if text.strip() in {"", NULL} or paths.reference(text.strip()) is not None:
        return None
    return RIGHT_REFERENCE


def line(problem: Problem) -> str:
    """Return one problem with its place."""
    details = dict(problem.details)
    near = details.get("near", "")
    details["near"] = DID_YOU_MEAN.format(near=near) if near else ""
    if "known" in details:
        details["known"] = "、".join(details["known"])
    if "most" in details:
        details["most"] = "" if details["most"] == float("inf") else f"{details['most']}以下"
    pattern = MESSAGES[problem.kind]
    return LINE.format(path=problem.path, message=pattern.format(**details))


def check_json(text: str) -> str | None:
    """Return what is to be put right in the JSON `text`, or None when nothing is."""
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return RIGHT_INPUT.format(line=error.lineno, column=error.colno, reason=error.msg)
    except (ValueError, RecursionError):
        return RIGHT_NUMBERS
    return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
