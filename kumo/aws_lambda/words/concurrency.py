"""Words of the explorer of concurrency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.concurrency import POLLED, SURGE_END, SURGE_START
from kumo.aws_lambda.model.invocation import ASYNC, SYNC
from kumo.aws_lambda.model.pool import BY_ACCOUNT, BY_RESERVED, BY_SCALING
from kumo.aws_lambda.model.units import SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.concurrency import ConcurrencyTrace, FunctionTrace

TITLE = "同時実行数：枠を分け合う3つの関数"
DESCRIPTION = (
    "上は、3つの関数の同時実行数を積み上げた1分間の推移と、アカウントの上限、必要な数。"
    "下は関数ごとに、429になった件数、または待っている件数。{point}"
)

WHO = "急増する関数"
NAMES = {"orders": "注文API", "images": "画像変換", "jobs": "集計"}
WHO_OPTIONS = {"orders": "注文API(同期)", "images": "画像変換(非同期)", "jobs": "集計(SQS)"}
WHO_HELP = "10秒から30秒まで、この関数の呼び出しだけが増えます。"
RATE = "急増の速さ"
RATE_HELP = "急増の間に、1秒に届く件数の平均です。"
DURATION = "その関数の実行時間"
DURATION_HELP = "急増する関数が、1件にかける時間です。"
RESERVED = "予約済み同時実行数：{name}"
RESERVED_OPTIONS = {"none": "なし"} | {
    str(count): f"{count}" for count in (0, 50, 100, 150, 200, 300, 400, 600, 800, 900)
}
RESERVED_HELP = "この関数に取り置く枠で、上限にもなります。0にすると、まったく動きません。"
LIMIT = "アカウントの上限"
LIMIT_HELP = "リージョンの全関数で分け合う同時実行数です。既定は1,000で、引き上げを申請できます。"
SEED = "乱数の種"
SEED_HELP = "呼び出しの届き方のばらつきを選ぶ番号です。"
PER_SECOND = "件/秒"
SECONDS = "秒"
COUNT = "件"

# In the picture.
HEAD = "同時実行数：最大 {most:,} / 上限 {limit:,}"
NOW = "同時実行数：いま {count:,} / 上限 {limit:,}"
LIMIT_LABEL = "上限 {limit:,}"
NEED_LABEL = "必要な数 {need:,.0f}"
NEED_BEYOND = "必要な数 {need:,.0f} ↑"
SURGE = "急増の間"
WITH_RESERVED = "{name}(予約 {count:,})"
REFUSED_RESERVED = "{name}(予約 {count:,} は拒否)"
TIME = "時刻 (秒)"
CALLERS = {SYNC: "同期：毎秒の429 (件)", ASYNC: "非同期：再試行を待つ件数", POLLED: "SQS：キューで待つ件数"}
# The account's limit, where reservations leave less than all of it.
UNRESERVED = "unreserved"
FIRST = {
    UNRESERVED: "{time:.1f}秒：予約なしの枠({unreserved:,})を使い切る",
    BY_ACCOUNT: "{time:.1f}秒：アカウントの上限に達する",
    BY_RESERVED: "{time:.1f}秒：{name}が予約の数に達する",
    BY_SCALING: "{time:.1f}秒：環境を増やす速さが追いつかない",
}
AT_ONCE = {
    UNRESERVED: "はじめから：予約なしの枠({unreserved:,})が足りない",
    BY_ACCOUNT: "はじめから：アカウントの上限に達している",
    BY_RESERVED: "はじめから：{name}が予約の数に達している",
    BY_SCALING: "はじめから：環境を増やす速さが追いつかない",
}

REASONS = {
    BY_ACCOUNT: "アカウントの上限({limit:,})に達した",
    BY_RESERVED: "自分の予約の数に達した",
    BY_SCALING: "実行環境を増やす速さ(10秒に1,000)が追いつかなかった",
}


def name(function: FunctionTrace) -> str:
    """Return the name of a function."""
    return NAMES[function.load.key]


def label(function: FunctionTrace) -> str:
    """Return the name of a function with its reservation."""
    if function.reservation_refused:
        return REFUSED_RESERVED.format(name=name(function), count=function.load.reserved)
    if function.reserved is None:
        return name(function)
    return WITH_RESERVED.format(name=name(function), count=function.reserved)


def outcome(function: FunctionTrace) -> str:
    """Say in a few words what became of a function's requests."""
    if function.load.way == SYNC:
        return f"{function.lost:,}件が429 ({_percent(function)}%)" if function.lost else "429は0件"
    if function.discarded:
        return f"{function.discarded:,}件を再試行せずに破棄"
    most = max(function.waiting)
    if not most:
        return "待ったものは0件"
    if not function.left:
        return f"最大{most:,}件が待ち、残りは0"
    return f"最大{most:,}件が待ち、{function.left:,}件が残る"


def _percent(function: FunctionTrace) -> str:
    share = 100 * function.lost / sum(function.arrived)
    return f"{share:.0f}" if share >= 1 else f"{share:.1f}"


def first(trace: ConcurrencyTrace) -> str:
    """Say when which limit was met first, or nothing."""
    tick = trace.first_refusal
    if tick is None:
        return ""
    function = next(one for one in trace.functions if one.refused[tick])
    met = function.reasons[0][0]
    if met == BY_ACCOUNT and trace.unreserved < trace.limit:
        met = UNRESERVED
    patterns = FIRST if tick else AT_ONCE
    return patterns[met].format(time=trace.seconds(tick), name=name(function), unreserved=trace.unreserved)


def explanation(trace: ConcurrencyTrace) -> Explanation:
    """Say who was turned away, by which limit, and what became of it."""
    hit = [one for one in trace.functions if sum(one.refused)]
    if not hit:
        return Explanation("断られた呼び出しは1件もありません。", _need(trace) + _queued(trace))
    sync = next((one for one in hit if one.load.way == SYNC), None)
    names = "と".join(name(one) for one in hit)
    if sync and len(hit) > 1:
        others = "と".join(name(one) for one in hit if one is not sync)
        point = f"{name(sync)}の{sync.lost:,}件は429で失われ、{others}の断られた分は待つことになりました。"
        if any(one.discarded for one in hit):
            point = f"{names}の呼び出しが断られ、{name(sync)}の{sync.lost:,}件に429が返りました。"
    elif sync:
        point = f"{name(sync)}の{sync.lost:,}件に429が返りました。"
    elif any(one.discarded for one in hit):
        thrown = next(one for one in hit if one.discarded)
        point = f"{name(thrown)}の{thrown.discarded:,}件は、一度も試されずに破棄されました。"
    else:
        point = f"断られたのは{names}だけで、失われた呼び出しは1件もありません。"
    return Explanation(point, _reason(trace, hit) + (_refused_reservation(trace) or _fate(hit)))


def _need(trace: ConcurrencyTrace) -> str:
    need, limit = trace.peak_need, trace.limit
    parts = " + ".join(f"{one.load.peak:,.0f}×{one.load.duration / SECOND:g}" for one in trace.functions)
    return f"急増の間に必要な数は、速さ×時間の合計で{parts} = {need:,.0f}です(上限は{limit:,})。"


def _queued(trace: ConcurrencyTrace) -> str:
    for one in trace.functions:
        if one.load.way == POLLED and max(one.waiting) > one.load.peak:
            return f"{name(one)}は1秒に5件ずつしか呼び出しを増やさないので、あふれた分はキューで待ちました。"
    return ""


def _reason(trace: ConcurrencyTrace, hit: list[FunctionTrace]) -> str:
    reasons: dict[str, list[str]] = {}
    for one in hit:
        for reason, _ in one.reasons:
            reasons.setdefault(reason, []).append(name(one))
    if list(reasons) == [BY_ACCOUNT]:
        if trace.unreserved == trace.limit:
            return _need(trace)
        return f"予約のない関数が分け合えるのは、上限の{trace.limit:,}から予約を引いた{trace.unreserved:,}だけです。"
    parts = [f"{'と'.join(names)}は{REASONS[reason].format(limit=trace.limit)}" for reason, names in reasons.items()]
    return "、".join(parts) + "ためです。"


def _fate(hit: list[FunctionTrace]) -> str:
    held = max((one for one in hit if one.load.way == ASYNC), key=lambda one: one.longest_wait, default=None)
    if held and held.discarded:
        return "予約を0にすると、非同期のイベントは再試行なしで、失敗時の送信先かデッドレターキューに送られます。"
    if held and held.longest_wait:
        return (
            f"{name(held)}のイベントは、間隔を1秒、2秒、4秒と倍に延ばしながら試され、"
            f"長いものは{held.longest_wait / SECOND:.0f}秒待ちました。"
        )
    if any(one.load.way == POLLED for one in hit):
        return "キューのメッセージは、可視性タイムアウトのあとでキューに戻ります。"
    return "同期の呼び出しをやり直すかどうかは、呼び出し元が決めます。"


def _refused_reservation(trace: ConcurrencyTrace) -> str:
    asked = [one for one in trace.functions if one.reservation_refused]
    if not asked:
        return ""
    wanted = "と".join(f"{name(one)}の{one.load.reserved:,}" for one in asked)
    return f"{wanted}の予約は、予約なしの枠が{trace.kept}を下回るので拒否されました。"


def description(trace: ConcurrencyTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def table(trace: ConcurrencyTrace) -> Table:
    """Return each function: need, reservation, and what became of its requests."""
    rows = [
        (
            NAMES[one.load.key],
            "なし"
            if one.load.reserved is None
            else f"{one.load.reserved}" + ("(拒否)" if one.reserved is None else ""),
            f"{one.load.rate:g} → {one.load.peak:g}",
            one.load.duration / SECOND,
            f"{one.load.need:,.0f} → {one.load.peak_need:,.0f}",
            max(one.busy),
            sum(one.arrived),
            sum(one.started),
            sum(one.refused),
            one.lost + one.discarded,
            max(one.waiting),
            one.left,
            round(one.longest_wait / SECOND, 1),
        )
        for one in trace.functions
    ]
    span = f"{SURGE_START // SECOND}〜{SURGE_END // SECOND}秒"
    return Table(
        f"1分間の呼び出しと結果(矢印の右は{span}の急増の間)",
        (
            "関数",
            "予約",
            "速さ (件/秒)",
            "時間 (秒)",
            "必要な数",
            "同時実行の最大",
            "届いた (件)",
            "実行した (件)",
            "断られた試行 (回)",
            "失われた (件)",
            "待ちの最大 (件)",
            "残った待ち (件)",
            "最長の待ち (秒)",
        ),
        tuple(rows),
    )
