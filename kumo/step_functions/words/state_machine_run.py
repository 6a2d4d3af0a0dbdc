"""Words of the explorer that runs a state machine."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import history, presets
from kumo.step_functions.model.errors import QUERY_EVALUATION, TASK_FAILED, UNDEFINED, UNEXPECTED, UNSUPPORTED
from kumo.step_functions.model.interpreter import LONGEST_HISTORY, SECOND
from kumo.step_functions.model.state_machine_run import (
    BUSINESS,
    LONGEST,
    SERVICE,
    SILENT,
    evaluations,
)
from kumo.step_functions.model.variables import reads

if TYPE_CHECKING:
    from kumo.step_functions.model.history import Event, Visit
    from kumo.step_functions.model.state_machine_run import Evaluation, RunTrace
    from kumo.step_functions.model.variables import Moment

TITLE = "ステートマシン：書いて、動かす"
DESCRIPTION = "ステートを箱、遷移を線で表した図と、実行履歴。{way}の順に進み、{status}で終わる。"

MACHINE = "ステートマシン"
OWN = "own"
MACHINE_OPTIONS = {
    OWN: "自分で書く(下の定義)",
    "jsonata": "注文(JSONataと変数)",
    "fargate": "Fargateタスクの通知",
    "training": "機械学習(Parallel)",
    "items": "商品ごとの処理(Map)",
    "polling": "終わるまで見に行くループ",
}
PRESETS = tuple(key for key in MACHINE_OPTIONS if key != OWN)
MACHINE_HELP = "自分で書いた定義を動かすか、用意した例を選びます。"
DEFINITION = "動いている定義(ASL)"
DEFINITION_HELP = (
    "「自分で書く」なら書き換えられ、直すところは場所とともにすべて挙げます。"
    "例を選んでいる間はその定義が見え、自分の定義は残ります。"
)
INPUT = "実行の入力(JSON)"
INPUT_HELP = "最初のステートに渡すデータです。"
TARGET = "失敗させるTask"
TARGET_OPTIONS = {
    "0": "なし",
    "1": "定義で1番目のTask",
    "2": "定義で2番目のTask",
    "3": "定義で3番目のTask",
    "4": "定義で4番目のTask",
}
TARGET_HELP = "障害を起こすTaskを、定義に書いた順番で選びます。"
TIMES = "失敗させる回数"
TIMES_HELP = "はじめの何回の呼び出しを失敗させるかです。"
TIMES_UNIT = "回"
FAULT = "失敗のしかた"
FAULT_OPTIONS = {"service": "一時的な障害", "business": "業務のエラー", SILENT: "応答しない"}
FAULT_HELP = (
    f"Lambda関数なら、一時的な障害は {SERVICE}、業務のエラーは {BUSINESS} というエラー名です。"
    f"ほかのサービスは {TASK_FAILED} で失敗します。"
)
FAULTS = {"service": SERVICE, "business": BUSINESS, SILENT: SILENT}
EVENTS_UNIT = "件目のイベント"

LONGEST_NAME, LONGEST_EXPRESSION, LONGEST_VALUE = 24, 48, 120

# In the picture.
HISTORY = "実行履歴"
COUNT = "全{count}件"
RANGE = "{first}〜{last} / 全{count}件"
VISITS = "{count}回"
ATTEMPTS = "{count}回試行"
OUTPUT = "出力: {value}"
FAILED_AT = "{error}({state}の{location})"
STEP = "{type} {state}"
LEGEND = {"exited": "完了", "caught": "エラーを捕捉", "failed": "失敗", "aborted": "中断", "waiting": "待ったまま"}
CATCH = "破線はCatch"
VARIABLES = "変数"
NUMBERED = "丸数字は代入したステート"
ASSIGNED = "代入"
NOT_YET = "まだない"
GONE = "終わって、もうない"
INSIDE = "{states}の中だけの変数"
APART = "{state}の中の変数は、別の実行のもの"
ITEM = "{number}番 {value}"
MORE_VARIABLES = "ほか{count}個"
ENDING = {
    history.SUCCEEDED: "成功 (SUCCEEDED)",
    history.FAILED: "失敗 (FAILED)",
    history.TIMED_OUT: "タイムアウト (TIMED_OUT)",
    history.RUNNING: "終わらない (RUNNING)",
}


def moment(milliseconds: float) -> str:
    """Return a time since the start, short."""
    seconds = milliseconds / SECOND
    if seconds < 600:  # noqa: PLR2004 -- from ten minutes on fractions say nothing
        return f"{seconds:.1f}秒"
    for size, unit in ((86_400, "日"), (3_600, "時間"), (60, "分")):
        if seconds >= size:
            return f"{seconds / size:,.1f}{unit}"
    return f"{seconds:.0f}秒"


def compact(value: object) -> str:
    """Return a JSON value on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def inside(states: tuple[str, ...]) -> str:
    """Return where variables live that states around them hold."""
    return INSIDE.format(states="の".join(shorten(state) for state in states))


def apart(state: str) -> str:
    """Say that variables within a distributed Map are not among those shown."""
    return APART.format(state=shorten(state))


def values(moment: Moment) -> str:
    """Return what a variable holds: of branches and iterations each, with its number."""
    return "、".join(
        ITEM.format(number="-".join(str(place + 1) for place in value.places), value=compact(value.value))
        if value.places
        else compact(value.value)
        for value in moment.values
    )


def outcome(trace: RunTrace) -> str:
    """Return the output, or the error with the place of the expression that failed."""
    run = trace.execution
    if run.status == history.SUCCEEDED:
        return OUTPUT.format(value=compact(run.output))
    failed = _evaluation(trace)
    if failed is not None and run.error == QUERY_EVALUATION:
        return FAILED_AT.format(error=run.error, state=failed.state, location=failed.location)
    return run.error or ""


def step_label(event: Event) -> str:
    """Return how the clock calls the moment of an event."""
    return STEP.format(type=event.type, state=event.state).strip()


def way(trace: RunTrace) -> str:
    """Return the states of the outermost machine in the order of their visits."""
    names = [shorten(visit.state) for visit in trace.execution.visits if not visit.scope]
    if len(names) > 7:  # noqa: PLR2004 -- a longer list is not read
        names = [*names[:5], "…", names[-1]]
    return " → ".join(names)


def shorten(name: str) -> str:
    """Return a state's name, cut where it would bury the sentence."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def explanation(trace: RunTrace) -> Explanation:
    """Say which way the execution took, and what decided it."""
    run = trace.execution
    length = moment(run.duration)
    ends = {
        history.SUCCEEDED: f"{length}で成功しました",
        history.FAILED: f"{length}で失敗しました(エラー名 {run.error})",
        history.TIMED_OUT: f"{length}でタイムアウトしました({run.error})",
        history.RUNNING: "そこで待ったまま動かなくなりました",
    }
    point = f"{way(trace)} と進み、{ends[run.status]}。"
    return Explanation(point, _why(trace) + _variables(trace))


def _variables(trace: RunTrace) -> str:
    """Say how far a variable has come; nothing where none was assigned or something else is worth more."""
    visits = trace.execution.visits
    if not any(visit.assigned for visit in visits) or _evaluation(trace) is not None:
        return ""
    everywhere = reads(trace.machine, trace.execution)
    found = [read for read in everywhere if not visits[read.reader].scope]
    if everywhere and not found:
        inner = everywhere[-1]
        return f"{visits[inner.writer].state}が代入した${inner.name}を、{visits[inner.reader].state}が読みました。"
    if not found:
        text = compact(trace.machine)
        names = dict.fromkeys(name for visit in visits for name, _ in visit.assigned)
        unread = "、".join(f"${name}" for name in names if f"${name}" not in text)
        return f"代入した{unread}を読む式は、この定義にありません。" if unread else ""
    far = max(found, key=lambda read: (read.reader - read.writer, read.reader, read.name))
    writer, reader = visits[far.writer].state, visits[far.reader].state
    between = [visit.state for visit in visits[far.writer + 1 : far.reader] if not visit.scope]
    if not between:
        return f"{writer}が代入した${far.name}を、次の{reader}が入力とは別に読みました。"
    later = f"{len(between) + 1}つ後の{reader}"
    return f"{writer}が代入した${far.name}は、間のステートの出力に入れなくても、{later}が読めました。"


def _evaluation(trace: RunTrace) -> Evaluation | None:
    """Return the expression that a visit failed with, the last where there are several."""
    visits = trace.execution.visits
    found = [failed for failed in evaluations(trace.execution) if visits[failed.visit].error == QUERY_EVALUATION]
    return found[-1] if found else None


KINDS = {
    "boolean": "真偽値(trueかfalse)",
    "string": "文字列",
    "array": "配列",
    "timestamp": "タイムスタンプ(2026-01-01T00:00:00Zの形の文字列)",
    "number of at least 0": "0以上の数",
    "number of at least 1": "1以上の数",
}


def _unevaluated(failed: Evaluation, visit: Visit) -> str:
    """Say which expression failed, why, and what would be right."""
    written = (
        failed.expression
        if len(failed.expression) <= LONGEST_EXPRESSION
        else (failed.expression[: LONGEST_EXPRESSION - 1] + "…")
    )
    where = f"{failed.state}の{failed.location}の式「{written}」"
    if failed.reason == UNDEFINED and visit.kind == "Choice":
        reason = "が何の値も返さず"
        right = "値がないときにDefaultへ進めるには、$exists(…) and … のように、あることを先に確かめます。"
    elif failed.reason == UNDEFINED:
        reason = "が何の値も返さず"
        right = "値がないこともあるなら、$exists(値) ? 値 : 既定値 と書きます。"
    elif failed.reason == UNEXPECTED:
        reason = "の値がこのフィールドに合わず"
        right = f"ここには、{KINDS[failed.expected]}になる式を書きます。"
    elif failed.reason == UNSUPPORTED:
        reason = "の値がJSONで表せず"
        right = "関数や無限大ではなく、JSONの値になる式を書きます。"
    else:
        reason = "が計算の途中で止まり"
        right = "演算や関数に渡す値の型を、$number(…)や$string(…)でそろえます。"
    caught = f"になり、Catchが{visit.next}へ進めました" if visit.ending == history.CAUGHT else "になりました"
    return f"{where}{reason}、{QUERY_EVALUATION}{caught}。{right}"


def _why(trace: RunTrace) -> str:
    run = trace.execution
    if run.status == history.RUNNING:
        stuck = next(visit for visit in run.visits if visit.ending == history.WAITING)
        return (
            f"{stuck.state}は答えを待っていますが、答える相手がいません。"
            "TimeoutSecondsかHeartbeatSecondsがなければ、標準ワークフローは1年待ち続けます。"
        )
    if run.status == history.FAILED and len(run.events) > LONGEST:
        return (
            f"ループが終わらず、履歴がこの図の上限の{LONGEST}件に達しました。"
            f"本物の上限は{LONGEST_HISTORY:,}件で、そこで実行は失敗します。"
        )
    if failed := _evaluation(trace):
        return _unevaluated(failed, run.visits[failed.visit])
    if caught := next((visit for visit in run.visits if visit.ending == history.CAUGHT), None):
        tries = f"{len(caught.attempts)}回試しても" if len(caught.attempts) > 1 else ""
        return (
            f"{caught.state}が{tries}{caught.error}で失敗し、Catchがそれを捕まえて{caught.next}へ進めました。"
            "Catchがなければ、実行はそこで失敗していました。"
        )
    if broken := next((visit for visit in run.visits if visit.error and visit.kind not in {"Parallel", "Map"}), None):
        return _broken(broken)
    return _smooth(trace)


def _broken(visit: Visit) -> str:
    if visit.kind == "Fail":
        return f"{visit.state}はFailステートなので、そこで実行を失敗として終わらせました。"
    tries = f"Retryで{len(visit.attempts)}回試しましたが、" if len(visit.attempts) > 1 else ""
    return (
        f"{visit.state}が{visit.error}で失敗しました。"
        f"{tries}この名前に当てはまるCatchがないので、実行全体が失敗しました。"
    )


def _smooth(trace: RunTrace) -> str:
    """Say what is worth telling of an execution without errors that reached the end."""
    run = trace.execution
    retried = [visit for visit in run.visits if any(attempt.wait is not None for attempt in visit.attempts)]
    if retried:
        visit = retried[0]
        waits = [attempt.wait for attempt in visit.attempts if attempt.wait is not None]
        shown = "、".join(moment(wait) for wait in waits)
        return (
            f"{visit.state}は{len(waits)}回失敗しましたが、Retryが{shown}待って呼び直し、"
            f"{len(waits) + 1}回目で成功しました。"
        )
    if side := next((visit for visit in run.visits if visit.kind == "Parallel" and not visit.scope), None):
        return _branches(trace, side)
    if lost := next((job for job in run.jobs if not job.succeeded), None):
        return (
            f"{lost.state}はリクエストの受け付けだけを待つ呼び方なので、"
            f"{moment(lost.end)}にジョブが失敗したことに気づかず、次へ進みました。"
        )
    if running := next((job for job in run.jobs if job.end > run.duration), None):
        return (
            f"{running.state}はリクエストの受け付けだけを待つ呼び方なので、"
            f"ジョブの終わり({moment(running.end)})を待たずに実行が終わりました。"
        )
    stays = Counter(visit.state for visit in run.visits)
    often, most = stays.most_common(1)[0]
    again = f"{often}は{most}回通りました。" if most > 1 else ""
    return f"{again}状態遷移は{run.transitions}回、履歴のイベントは{len(run.events)}件です。"


def _branches(trace: RunTrace, side: Visit) -> str:
    """Say which branch of a Parallel decided when it went on."""
    visits = trace.execution.visits
    ends: dict[int, float] = {}
    for visit in visits:
        if visit.scope and visit.scope[0][0] == side.state:
            branch = visit.scope[0][1]
            ends[branch] = max(ends.get(branch, 0), visit.end - side.start)
    listed = "、".join(moment(ends[branch]) for branch in sorted(ends))
    return (
        f"{side.state}の枝にかかった時間は{listed}で、"
        f"いちばん遅い枝が終わった{moment(side.end)}に、まとめて先へ進みました。"
    )


RESULTS = {
    history.EXITED: "完了",
    history.CAUGHT: "エラーをCatchで捕捉",
    history.BROKEN: "失敗",
    history.ABORTED: "中断",
    history.WAITING: "待ったまま",
}


def table(trace: RunTrace) -> Table:
    """Return every visit to a state in order, with the variables that it assigned where any did."""
    visits = trace.execution.visits
    any_assigned = any(visit.assigned for visit in visits)
    rows = [
        (
            number,
            visit.state if not visit.scope else f"{visit.state}({_scope(visit)})",
            visit.kind,
            round(visit.start / SECOND, 1),
            round(visit.end / SECOND, 1),
            max(1, len(visit.attempts)),
            RESULTS[visit.ending] + (f"({visit.error})" if visit.error else ""),
            visit.next or "",
            *((_assigned(visit),) if any_assigned else ()),
        )
        for number, visit in enumerate(visits, 1)
    ]
    columns = ("順番", "ステート", "種類", "開始 (秒)", "終わり (秒)", "試行 (回)", "結果", "次")
    return Table("ステートに入った順", columns + (("代入した変数",) if any_assigned else ()), tuple(rows))


def _assigned(visit: Visit) -> str:
    shown = ((name, compact(value)) for name, value in visit.assigned)
    return "、".join(
        f"${name} = {text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + '…'}" for name, text in shown
    )


def _scope(visit: Visit) -> str:
    return "、".join(f"{name}の{index + 1}番" for name, index in visit.scope)


DEFINITION_DEFAULT = presets.ORDER
INPUT_DEFAULT = json.dumps(presets.INPUT, indent=2)
DEFINITION_EXAMPLES = (
    *(json.dumps(presets.MACHINES[key], indent=1) for key in ("training", "items", "polling")),
    json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
    json.dumps(
        {
            "QueryLanguage": "JSONata",
            "StartAt": "Begin",
            "States": {
                "Begin": {
                    "Type": "Pass",
                    "Assign": {
                        "looks": 0,
                        "long": "{% $join([1..60].$string(), ' / ') %}",
                        **{f"a_variable_with_quite_a_long_name_{number}": number for number in range(6)},
                    },
                    "Next": "Each item",
                },
                "Each item": {
                    "Type": "Map",
                    "Items": "{% [$states.input.items] %}",
                    "MaxConcurrency": 2,
                    "ItemProcessor": {
                        "StartAt": "Look at it",
                        "States": {
                            "Look at it": {
                                "Type": "Pass",
                                "Assign": {"sku": "{% $states.input.sku %}"},
                                "Next": "Look again",
                            },
                            "Look again": {"Type": "Pass", "Output": "{% $sku %}", "End": True},
                        },
                    },
                    "Next": "Count",
                },
                "Count": {"Type": "Pass", "Assign": {"looks": "{% $looks + 1 %}"}, "Next": "Enough?"},
                "Enough?": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $looks < 2 %}", "Next": "Each item"}],
                    "Default": "Nowhere",
                },
                "Nowhere": {"Type": "Pass", "Output": "{% $states.input.nowhere.to.be.found %}", "End": True},
            },
        }
    ),
    json.dumps(
        {
            "StartAt": "Look at a rather long name of a state that nobody would ever write like this",
            "States": {
                "Look at a rather long name of a state that nobody would ever write like this": {
                    "Type": "Choice",
                    "Choices": [
                        {"Variable": "$.amount", "NumericEquals": number, "Next": f"Branch {number}"}
                        for number in range(7)
                    ],
                    "Default": "また見る",
                },
                **{f"Branch {number}": {"Type": "Pass", "Next": "また見る"} for number in range(7)},
                "また見る": {
                    "Type": "Pass",
                    "Next": "Look at a rather long name of a state that nobody would ever write like this",
                },
            },
        }
    ),
)
INPUT_EXAMPLES = ('{"orderId": "B-2", "amount": 30, "items": [{"sku": "pen"}]}', "{}")
