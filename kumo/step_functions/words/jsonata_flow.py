"""Words of the explorer of a JSONata state's data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import jsonata_flow as model
from kumo.step_functions.model.data_flow import LEFT_OUT, leaves
from kumo.step_functions.model.definition import ALWAYS, RESULT
from kumo.step_functions.model.errors import DATA_LIMIT
from kumo.step_functions.model.expressions import OPENING, is_expression, is_half
from kumo.step_functions.words import definition

if TYPE_CHECKING:
    from kumo.step_functions.model.data_flow import Leaf
    from kumo.step_functions.model.jsonata_flow import Failure, Field, JsonataTrace, Part

TITLE = "JSONataと変数：1つのTaskが見るものと、残すもの"
DESCRIPTION = "JSONataのTaskステートで、Arguments、Output、Assignの式が何を読み、何になるか。式は{expressions}個。"

DATA = "ステートの入力(JSON)"
DATA_HELP = "前のステートから届くデータです。どの式からも、$states.inputで読めます。"
BEFORE = "入ったときの変数(JSON)"
BEFORE_HELP = "前のステートのAssignが残した値です。どの式からも、$変数名で読めます。"
ARGUMENTS = "Arguments(JSON)"
ARGUMENTS_HELP = "タスクに渡すJSONです。空欄なら、入力をそのまま渡します。"
RESULT_LABEL = "タスクの結果(JSON)"
RESULT_HELP = "呼び出したLambda関数やサービスが返すデータです。OutputとAssignから、$states.resultで読めます。"
OUTPUT = "Output(JSON)"
OUTPUT_HELP = "次のステートに渡すJSONです。空欄なら、結果をそのまま渡します。"
ASSIGN = "Assign(JSON)"
ASSIGN_HELP = "この先のすべてのステートのために残す変数です。空欄なら、変数は変わりません。"

DATA_DEFAULT = """{
  "order": {
    "id": "A-1001",
    "memo": "gift",
    "items": [
      {"name": "pen", "price": 120},
      {"name": "ink", "price": 480}
    ]
  }
}"""
DATA_EXAMPLES = (
    '{"order": {"id": "B-2", "memo": null, "items": []}}',
    (
        '{"order": {"id": "C-3", "memo": "お誕生日の贈り物なので、きれいに包んで、リボンも付けてください", '
        '"items": [{"name": "pen", "price": 120, "tags": [1, 2, 3, 4, 5, 6, 7, 8, 9]}, {"name": "ink", "price": 480}]}}'
    ),
    '{"order": {"id": "D-4", "items": [{"name": "pen", "price": "free"}]}}',
    '"text"',
)
BEFORE_DEFAULT = """{
  "customer": {"name": "Sato", "rank": "gold"},
  "orders": 2
}"""
BEFORE_EXAMPLES = (
    "",
    '{"customer": {"name": "Ito"}, "orders": 9, "a": 1, "b": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}',
    '{"customer": "Ito", "orders": "2"}',
)
ARGUMENTS_DEFAULT = """{
  "text": "{% $states.input.order.id & ' / ' & $customer.name %}",
  "amount": "{% $sum($states.input.order.items.price) %}"
}"""
ARGUMENTS_EXAMPLES = (
    "",
    '"{% $states.input.order %}"',
    '{"id": "{% $states.input.nowhere %}"}',
    '{"amount": "{% $states.input.order.id + 1 %}"}',
    '{"order": {"id": "{% $states.input.order.id %}", "run": "{% $states.context.Execution.Name %}"}, "kind": "shop"}',
)
RESULT_DEFAULT = """{
  "chargeId": "ch-9",
  "status": "ok"
}"""
RESULT_EXAMPLES = ('"done"', "[]", '{"chargeId": "ch-1", "http": {"code": 200, "ms": 87}}')
OUTPUT_DEFAULT = """{
  "memo": "{% $states.input.order.memo %}",
  "chargeId": "{% $states.result.chargeId %}",
  "large": "{% [$states.input.order.items[price > 200].name] %}",
  "orders": "{% $orders %}"
}"""
OUTPUT_EXAMPLES = (
    "",
    "\"{% $merge([$states.input, {'payment': $states.result}]) %}\"",
    '{"rank": "{% $customer.rank = \'gold\' ? \'1.5 points\' : \'1 point\' %}", "kept": ["{% $orders %}", true, null]}',
    '{"chargeId": "{% $states.result.nowhere %}", "memo": "{% $states.input.order.memo %}"}',
    '"{% $states %}"',
)
ASSIGN_DEFAULT = """{
  "orders": "{% $orders + 1 %}",
  "chargeId": "{% $states.result.chargeId %}"
}"""
ASSIGN_EXAMPLES = (
    "",
    '{"orders": "{% $customer.name + 1 %}"}',
    '{"customer": "{% $merge([$customer, {\'last\': $states.input.order.id}]) %}"}',
    '{"orders": 2}',
)

RIGHT_QUOTED = '式を文字列にしたJSONです。値の全体が1つの式のときも、"{% … %}" のように " で囲みます'
RIGHT_VALUES = "式を含まない、値だけのJSONです。変数に入っているのは、前のステートが計算を終えた値"

# In the picture.
SOURCES = {model.VARIABLES: "変数", model.INPUT: "入力", model.RESULT: "結果", model.CONTEXT: "コンテキスト"}
WRITTEN_AS = {
    model.VARIABLES: "$変数名",
    model.INPUT: "$states.input",
    model.RESULT: "$states.result",
    model.CONTEXT: "$states.context",
}
NO_VARIABLES = "変数はまだない"
ENTERED = "ステートに入ったときに見えるもの"
NEXT_SEES = "次のステートに入ったときに見えるもの"
STATE = "Taskステート(JSONata)"
RAILS = "縦線は見えるもの、印は式が読むもの"
CALLED = "タスクを呼び出す"
ROLES = {model.ARGUMENTS: "タスクへ渡す", model.OUTPUT: "次のステートへ渡す", model.ASSIGN: "変数に残す"}
OMITTED = {
    model.ARGUMENTS: "省略：入力をそのまま渡す",
    model.OUTPUT: "省略：結果をそのまま渡す",
    model.ASSIGN: "省略：変数は変わらない",
}
TOGETHER = "OutputとAssignは、同じ値から並んで計算"
WHOLE = "全体"
OLD = "代入前の{names}"
BEFORE_IT = "前は {value}"
NEW = "新しい変数"
ENDS = "入力と結果が見えるのは、ここまで"
FROM_HERE = "Assignの新しい値は、ここから"
USES_CONTEXT = "▲ $states.contextを読む式"
NEXT_STATE = "次のステート"
MORE = "… ほか{count}行"
FAILED = "失敗"
NOT_DONE = "—"
STAGES = "段目"
STEPS = ("ステートに入る", "Arguments", "タスク", "OutputとAssign", "次のステート")
STEP_FAILED = "ここで失敗"


def check_variables(text: str) -> str | None:
    """Return what is to be put right in the variables `text`; an empty one stands for none."""
    found = definition.check_assign(text)
    if found is None and text.strip():
        values = leaves(json.loads(text)).values()
        found = RIGHT_VALUES if any(is_expression(value) or is_half(value) for value in values) else None
    return found


def check_arguments(text: str) -> str | None:
    """Return what is to be put right in the Arguments `text`; an empty one is left out."""
    return RIGHT_QUOTED if text.strip().startswith(OPENING) else definition.check_jsonata(text)


def check_output(text: str) -> str | None:
    """Return what is to be put right in the Output `text`; an empty one is left out."""
    return RIGHT_QUOTED if text.strip().startswith(OPENING) else definition.check_jsonata(text, ALWAYS | {RESULT})


def key(place: Leaf) -> str:
    """Return how the picture names a place in a field."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".") or WHOLE


def shown(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def explanation(trace: JsonataTrace) -> Explanation:
    """Say what Output read, and that it saw no new variable; or what failed and what that cost."""
    if trace.failure is not None:
        return _failed(trace.failure)
    output = trace.fields[1]
    read = [SOURCES[name] for name in SOURCES if any(name in part.sources for part in output.parts)]
    count = len(leaves(trace.output)) if trace.output not in ({}, []) else 0
    if output.written is LEFT_OUT:
        point = f"Outputを省略したので、タスクの結果がそのまま出力になり、次のステートに{count}個の値を渡しました。"
    elif not read:
        point = f"Outputに式はなく、書いたままの{count}個の値を次のステートに渡しました。"
    else:
        sources = "と".join(read)
        point = f"Outputの式は{sources}を直接読み、次のステートに{count}個の値を渡しました。"
    return Explanation(point, _why(trace))


def _why(trace: JsonataTrace) -> str:
    old = next((name for part in trace.fields[1].parts for name in sorted(trace.outdated(part))), None)
    if old is not None and old in trace.before:
        before, after = _short(trace.before[old]), _short(trace.after[old])
        return (
            f"Assignは${old}を{after}にしますが、Outputが見たのは、ステートに入ったときの{before}です。"
            "新しい値は、次のステートから見えます。"
        )
    if trace.changed:
        names = "、".join(f"${name}" for name in sorted(trace.changed))
        return f"Assignが残した{names}は、次のステートから、その先のどのステートでも読めます。"
    if trace.fields[2].parts:
        return "Assignは、どの変数も元と同じ値にしました。変数は、そのまま次のステートに届きます。"
    return (
        "Assignがないので、変数は入ったときのままです。"
        "入力と結果のうち、Outputが渡さなかったものは、次のステートの入力にありません。"
    )


def _failed(failure: Failure) -> Explanation:
    if failure.error == DATA_LIMIT:
        point = f"{failure.field}の値が大きすぎて{DATA_LIMIT}になり、ステートは失敗しました。"
        reason = "渡せるデータにも、残せる変数にも、上限があります。"
    else:
        where = failure.field if not failure.place else f"{failure.field}の{key(failure.place)}"
        point = f"{where}の式が{failure.error}になり、ステートは失敗しました。"
        reason = (
            "式が何の値も返さず、JSONでは「値がない」を表せないので、失敗になりました。"
            if failure.undefined
            else "式の計算が、合わない型の値などで止まりました。"
        )
    return Explanation(point, reason + COSTS[failure.field])


COSTS = {
    model.ARGUMENTS: "タスクは、まだ呼ばれていません。",
    model.OUTPUT: "タスクはもう動いたので、Retryで再試行すると、もう一度動きます。",
    model.ASSIGN: "タスクはもう動きましたが、Outputの値も、変数の新しい値も残りません。",
}


def table(trace: JsonataTrace) -> Table:
    """Return every value that went in, was made or came out, with what its expression read."""
    rows = [
        (WRITTEN_AS[model.INPUT], "", "", "", shown(trace.data)),
        *((f"${name}", "", "", "", shown(value)) for name, value in trace.before.items()),
        *_rows(trace, trace.fields[0]),
    ]
    if trace.payload is not LEFT_OUT:
        rows.append((WRITTEN_AS[model.RESULT], "", "", "", shown(trace.result)))
        rows += [*_rows(trace, trace.fields[1]), *_rows(trace, trace.fields[2])]
    if trace.output is not LEFT_OUT:
        rows.append((f"{NEXT_STATE}の{WRITTEN_AS[model.INPUT]}", "", "", "", _cut(shown(trace.output))))
        rows += [(f"{NEXT_STATE}の${name}", "", "", "", _cut(shown(value))) for name, value in trace.after.items()]
    return Table("見えるもの、式、できた値", ("項目", "場所", "書いた式", "読むもの", "値"), tuple(rows))


def _rows(trace: JsonataTrace, field: Field) -> list[tuple[str, str, str, str, str]]:
    if field.written is LEFT_OUT:
        return [(field.name, "", OMITTED[field.name], "", "")]
    return [
        (field.name, key(part.place), shown(part.written), reads(part), outcome(trace, field, part))
        for part in field.parts
    ]


def outcome(trace: JsonataTrace, field: Field, part: Part) -> str:
    """Return what became of a part: its value, its error, or nothing."""
    if (failure := trace.failure) is not None and (failure.field, failure.place) == (field.name, part.place):
        return f"{failure.error}: {failure.cause}"
    return NOT_DONE if part.value is LEFT_OUT else _cut(shown(part.value))


def reads(part: Part) -> str:
    """Return what a part reads."""
    return "、".join(SOURCES[name] for name in SOURCES if name in part.sources)


def _short(value: Any) -> str:
    text = shown(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


LONGEST, LONGEST_CELL = 24, 400
