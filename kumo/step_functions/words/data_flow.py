"""Words of the explorer of a state's data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import data_flow as model
from kumo.step_functions.model.data_flow import LEFT_OUT, leaves
from kumo.step_functions.words.definition import NULL

if TYPE_CHECKING:
    from kumo.step_functions.model.data_flow import FlowTrace, Leaf, Stage

TITLE = "データの流れ：5つのフィールドを通るJSON"
DESCRIPTION = "Taskステートの入力から出力まで、7つの段のJSON。{stages}段まで進む。"

INPUT = "ステートの入力(JSON)"
INPUT_HELP = "前のステートから届くデータです。"
INPUT_PATH = "InputPath"
INPUT_PATH_HELP = "入力のうち、このステートで使う部分を選びます。"
PARAMETERS = "Parameters(JSON)"
PARAMETERS_HELP = "タスクに渡すJSONを組み立てます。名前が「.$」で終わるキーには、パスか組み込み関数を書きます。"
RESULT = "タスクの結果(JSON)"
RESULT_HELP = "呼び出したLambda関数やサービスが返すデータです。"
RESULT_SELECTOR = "ResultSelector(JSON)"
RESULT_SELECTOR_HELP = "結果から、残すものだけを選んで組み立て直します。"
RESULT_PATH = "ResultPath"
RESULT_PATH_HELP = "結果を元の入力のどこに書くかです。空欄なら $(結果で置き換え)、null なら結果を捨てます。"
OUTPUT_PATH = "OutputPath"
OUTPUT_PATH_HELP = "次のステートに渡す部分を選びます。"

INPUT_DEFAULT = """{
  "order": {"id": "A-1001", "total": 120, "memo": "gift"},
  "customer": {"name": "Sato", "rank": "gold"}
}"""
INPUT_EXAMPLES = (
    '{"order": {"id": "B-2", "total": [1, 2, 3]}}',
    '{"order": {"id": 7, "total": null, "lines": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]}}',
    '"text"',
)
INPUT_PATH_DEFAULT = "$.order"
INPUT_PATH_EXAMPLES = ("", NULL, "$", "$.customer", "$..id")
PARAMETERS_DEFAULT = """{
  "orderId.$": "$.id",
  "amount.$": "$.total",
  "currency": "JPY"
}"""
PARAMETERS_EXAMPLES = ("", '{"text.$": "States.Format(\'Order {} costs {}\', $.id, $.total)"}', '{"all.$": "$"}', "{}")
RESULT_DEFAULT = """{
  "chargeId": "ch-9",
  "status": "ok",
  "http": {"code": 200, "ms": 87}
}"""
RESULT_EXAMPLES = ('"done"', "[]", '{"chargeId": "ch-1"}')
RESULT_SELECTOR_DEFAULT = """{
  "chargeId.$": "$.chargeId"
}"""
RESULT_SELECTOR_EXAMPLES = ("", '{"charge.$": "$.chargeId", "code.$": "$.http.code"}')
RESULT_PATH_DEFAULT = "$.payment"
RESULT_PATH_EXAMPLES = ("", NULL, "$", "$.order.payment", "$.customer")
OUTPUT_PATH_EXAMPLES = ("$", NULL, "$.payment", "$.order")

# In the picture.
HEADINGS = {
    model.INPUT: "入力",
    model.INPUT_PATH: "InputPath",
    model.PARAMETERS: "Parameters",
    model.TASK: "タスクの結果",
    model.RESULT_SELECTOR: "ResultSelector",
    model.RESULT_PATH: "ResultPath",
    model.OUTPUT_PATH: "OutputPath",
}
AFTER = {
    model.INPUT: "前のステートから",
    model.INPUT_PATH: "使う部分を選ぶ",
    model.PARAMETERS: "タスクへ渡す形にする",
    model.TASK: "タスクが返したもの",
    model.RESULT_SELECTOR: "結果を選び直す",
    model.RESULT_PATH: "1の入力に5を書き込む",
    model.OUTPUT_PATH: "次のステートへ渡す",
}
OMITTED = "省略"
MORE = "… ほか{count}行"
NEW = "+ この段で加わった値"
DROPPED = "取り消し線は次の段が使わない値"
STAGES = "段目"
FAILED = "ここで失敗"
DEFINITION = "このステートの定義"

_TEMPLATES = {model.PARAMETERS, model.RESULT_SELECTOR}


def written(stage: Stage) -> str:
    """Return a field as the reader wrote it: its path, that it is left out, or that it is a template."""
    if stage.name in {model.INPUT, model.TASK}:
        return ""
    if stage.written is LEFT_OUT:
        return OMITTED
    if stage.written is None:
        return NULL
    return "{…}" if stage.name in _TEMPLATES else stage.written


def definition(trace: FlowTrace) -> list[str]:
    """Return the state's definition in lines, one for each field that is written."""
    fields = [
        (stage.name, stage.written)
        for stage in trace.stages
        if stage.name not in {model.INPUT, model.TASK} and stage.written is not LEFT_OUT
    ]
    parts = [("Type", "Task"), ("Resource", "arn:aws:lambda:…:function:Charge"), *fields, ("Next", "…")]
    found = ["{"]
    for index, (name, value) in enumerate(parts):
        comma = "," if index < len(parts) - 1 else ""
        members = value.items() if isinstance(value, dict) and value else None
        if members is None:
            found.append(f'  "{name}": {_json(value)}{comma}')
            continue
        inner = [f"    {_json(key)}: {_json(member)}" for key, member in members]
        found += [f'  "{name}": {{', *(f"{text}," for text in inner[:-1]), inner[-1], f"  }}{comma}"]
    return [*found, "}"]


def explanation(trace: FlowTrace) -> Explanation:
    """Say how much of the input reached the task and how much reached the output, and what ResultPath did."""
    given = leaves(trace.stages[0].value)
    if trace.error is not None:
        return Explanation(
            f"{HEADINGS[trace.failed or '']}で{trace.error}になり、ステートは失敗しました。",
            f"{_reason(trace)}動かす前に定義の文法は確かめられますが、データにその場所があるかは、動かすまでわかりません。",
        )
    payload = leaves(trace.stages[2].value)
    first, second = trace.stages[0], trace.stages[1]
    reached = len(leaves(second.value)) - len(second.dropped) if second.value != {} else 0
    reached = 0 if first.dropped == frozenset(given) else reached
    output = leaves(trace.stages[-1].value)
    return Explanation(
        f"入力の{len(given)}個の値のうちタスクのために使われたのは{reached}個で、タスクには{len(payload)}個を渡し、"
        f"次のステートには{len(output)}個を渡しました。",
        _result_path(trace),
    )


def _reason(trace: FlowTrace) -> str:
    if trace.failed == model.RESULT_PATH:
        return "書き込む場所を、元の入力の中に作れません。"
    return "指定したパスの場所にデータがないか、組み込み関数に合わない値が渡りました。"


def _result_path(trace: FlowTrace) -> str:
    stage = trace.stage(model.RESULT_PATH)
    place = stage.written if stage else LEFT_OUT
    if place is None:
        return "ResultPathがnullなので、タスクの結果は捨てられ、元の入力がそのまま残りました。"
    if place is LEFT_OUT or place == "$":
        return "ResultPathが$(省略時も同じ)なので、元の入力は結果で置き換えられ、もう残っていません。"
    return (
        f"ResultPathが{place}なので、結果は元の入力のその場所に書き足されました。"
        "InputPathやParametersが捨てた値も、元の入力としてここに戻ります。"
    )


def table(trace: FlowTrace) -> Table:
    """Return the JSON of every stage, with what it brought in and what the next one leaves."""
    rows = [
        (
            HEADINGS[stage.name],
            written(stage) if stage.name not in _TEMPLATES or stage.written is LEFT_OUT else _json(stage.written),
            _json(stage.value),
            _list(stage.new),
            _list(stage.dropped),
        )
        for stage in trace.stages
    ]
    if trace.error is not None:
        rows.append((HEADINGS[trace.failed or ""], "", f"{trace.error}: {trace.cause}", "", ""))
    return Table("各段のJSON", ("段", "書いたもの", "できたJSON", "加わった値", "次の段が使わない値"), tuple(rows))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(places: frozenset[Leaf]) -> str:
    return "、".join(sorted(".".join(["$", *map(str, place)]) for place in places))
