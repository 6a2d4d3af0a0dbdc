"""Words of the consistency explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.consistency import (
    EVENTUAL,
    KINDS,
    STRONG,
    TRANSACTIONAL,
    TRIALS,
    expected_stale,
    units_of,
)

if TYPE_CHECKING:
    from kumo.dynamodb.model.consistency import ConsistencyTrace

TITLE = "整合性：書いた直後に読む"
DESCRIPTION = (
    "上は3つの複製が古い値から新しい値に変わる時刻と、{count}回の読み込みの行き先。"
    "下は古い値が返る割合を、経過時間に対して描いた図。{point}"
)

KIND = "読み込みの種類"
KIND_OPTIONS = {
    EVENTUAL: "結果整合性のある読み込み",
    STRONG: "強い整合性のある読み込み",
    TRANSACTIONAL: "トランザクション読み込み",
}
KIND_HELP = "GetItemやQueryの既定は結果整合性です。ConsistentReadを付けると強い整合性になります。"
LAG = "複製の遅れ(平均)"
LAG_HELP = "書き込みの応答から、フォロワーに反映されるまでの平均です。見やすいように、実際より長めにしています。"
INTERVAL = "読み込みの間隔"
INTERVAL_HELP = "書き込みの応答から最初の読み込みまでと、その次の読み込みまでの時間です。"
COUNT = "読み込みの回数"
COUNT_HELP = "同じ項目を続けて読む回数です。"
SEED = "乱数の種"
SEED_HELP = "複製の遅れと読み込みの行き先の並びを選ぶ番号です。"
MILLISECONDS, TIMES = "ミリ秒", "回"

# In the picture.
REPLICAS = ("リーダー", "フォロワー1", "フォロワー2")
AT_ONCE = "応答と同時"
LATER = "{time:,.0f}ミリ秒後"
OLD, NEW = "旧", "新"
READ = "読み込み"
ANSWER = "返る値"
TIME_AXIS = "書き込みの応答からの時間 (ミリ秒)"
STALE_AXIS = "古い値が返る割合 (%)"
CURVE, DOTS = "計算", f"{TRIALS:,}回の実行"
BACK = "{later}回目は、{earlier}回目より古い値"
COST = "4 KBまでの項目を1回読む消費 (ユニット)"
COST_NAMES = {EVENTUAL: "結果整合性", STRONG: "強い整合性", TRANSACTIONAL: "トランザクション"}


def description(trace: ConsistencyTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(count=len(trace.reads), point=explanation(trace).point)


def back(trace: ConsistencyTrace) -> str:
    """Return the call-out for a value that is older than one read before; "" where there is none."""
    if trace.back is None:
        return ""
    earlier = max(number for number in range(trace.back) if trace.reads[number].fresh)
    return BACK.format(later=trace.back + 1, earlier=earlier + 1)


def explanation(trace: ConsistencyTrace) -> Explanation:
    """Say how many reads were stale here, and how likely that is."""
    count, stale = len(trace.reads), sum(not read.fresh for read in trace.reads)
    if trace.kind != EVENTUAL:
        extra = (
            "消費は結果整合性の4倍です。複数の項目を、ほかの書き込みが混ざらない1つの時点の値として読めます。"
            if trace.kind == TRANSACTIONAL
            else "消費は結果整合性の2倍です。"
        )
        return Explanation(
            f"{count}回とも、新しい値が返りました。",
            f"リーダーに聞くからです。リーダーは、応答した書き込みを必ず知っています。{extra}",
        )
    first = trace.reads[0].time
    chance = percent(expected_stale(EVENTUAL, trace.lag, first))
    why = (
        f"読み込みは3つの複製のどれかに行き、フォロワーの反映は平均{trace.lag:g}ミリ秒遅れます。"
        f"応答の{first:g}ミリ秒後に読むと、古い値が返る割合は {chance} です。"
    )
    if trace.back is not None:
        return Explanation(f"{count}回のうち{stale}回で古い値が返り、いったん新しくなった値が古く戻りました。", why)
    if stale:
        return Explanation(f"{count}回のうち{stale}回で、古い値が返りました。", why)
    return Explanation(f"{count}回とも新しい値が返りましたが、次もそうなるとは限りません。", why)


def percent(share: float) -> str:
    """Return a share in percent, with a digit after the point where it matters."""
    value = 100 * share
    return f"{value:.0f}%" if value >= 10 or value == 0 else f"{value:.1f}%" if value >= 0.1 else "0.1%未満"  # noqa: PLR2004 -- digits


def table(trace: ConsistencyTrace) -> Table:
    """Return the reads one by one."""
    rows = tuple(
        (
            number,
            read.time,
            REPLICAS[read.replica],
            "新しい値" if read.fresh else "古い値",
            round(100 * share, 1),
            round(100 * expected_stale(trace.kind, trace.lag, read.time), 1),
            trace.units,
        )
        for number, (read, share) in enumerate(zip(trace.reads, trace.stale, strict=True), 1)
    )
    return Table(
        "読み込みごとの行き先と結果",
        (
            "回",
            "時刻 (ミリ秒)",
            "行き先",
            "返った値",
            f"古い値の割合 (%、{TRIALS:,}回の実行)",
            "古い値の割合 (%、計算)",
            "消費 (ユニット)",
        ),
        rows,
    )


COSTS = tuple((COST_NAMES[kind], f"{units_of(kind):g}") for kind in KINDS)
