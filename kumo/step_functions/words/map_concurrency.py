"""Words of the explorer of the Map state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import history
from kumo.step_functions.model import map_concurrency as model
from kumo.step_functions.model.interpreter import INLINE_CONCURRENCY

if TYPE_CHECKING:
    from kumo.step_functions.model.map_concurrency import MapTrace

TITLE = "Map：いくつ同時に進めるか"
DESCRIPTION = "同時に進む枠を段、要素の処理を棒で表した時間の図と、結果の配列。{count}個を{time}秒で処理する。"

MODE = "モード"
MODE_OPTIONS = {model.INLINE: "インライン", model.DISTRIBUTED: "分散"}
MODE_HELP = "分散では、要素ごとに子の実行が始まります。"
ITEMS = "要素の数"
ITEMS_HELP = "1個に1〜4秒かかる要素の数です。"
CONCURRENCY = "MaxConcurrency"
CONCURRENCY_HELP = "同時に進む数の上限です。0なら、モードの上限まで進みます。"
BROKEN = "失敗する要素"
BROKEN_HELP = "処理が必ず失敗する要素の数です。"
TOLERATED = "許す失敗の割合"
TOLERATED_HELP = "ToleratedFailurePercentageです。分散モードでだけ働きます。"
CAUGHT = "要素ごとにCatchを書く"
CAUGHT_HELP = "失敗した要素を、その反復の中で受け止めます。"
SEED = "乱数の種"
SEED_HELP = "要素ごとの時間を選ぶ番号です。"
PIECES = "個"
PERCENT = "%"
SECONDS = "秒"

# In the picture.
LANES = "同時に進む枠 (最大{count})"
TIME = "時刻 (秒)"
OUTPUT = "出力の配列(左から要素の順)"
NO_OUTPUT = "出力なし(Mapの失敗)"
LEGEND = {
    model.DONE: "成功",
    model.RESCUED: "Catchで受け止めた",
    model.FAILED: "失敗",
    model.STOPPED: "打ち切り",
    model.NEVER: "始まらず",
}


def explanation(trace: MapTrace) -> Explanation:
    """Say how long it took side by side, and what the failures did."""
    count = len(trace.iterations)
    alone = sum(one.end - one.start for one in trace.iterations)
    if trace.execution.status == history.SUCCEEDED:
        point = (
            f"{count}個を最大{trace.most}個ずつ同時に進め、{trace.duration:.1f}秒で終わりました"
            f"(1個ずつなら{alone:.1f}秒)。"
        )
    else:
        point = f"{trace.duration:.1f}秒でMapが失敗しました({trace.execution.error})。"
    return Explanation(point, _why(trace))


def _why(trace: MapTrace) -> str:
    failed, rescued = trace.count(model.FAILED), trace.count(model.RESCUED)
    lost = trace.count(model.STOPPED) + trace.count(model.NEVER)
    if trace.execution.status != history.SUCCEEDED:
        share = 100 * failed / len(trace.iterations)
        reason = (
            "インラインでは、1個の失敗がMap全体の失敗になります。"
            if trace.mode == model.INLINE
            else f"失敗が{failed}個({share:.0f}%)になり、許した{trace.tolerated}%を超えました。"
        )
        return f"{reason}残りの{lost}個は、打ち切られたか、始まりませんでした。"
    if rescued:
        return (
            f"失敗した{rescued}個は反復の中で受け止めたので、Map全体は成功し、"
            "結果の配列にもその代わりの値が入りました。"
        )
    if failed:
        return (
            f"{failed}個が失敗しましたが、許した{trace.tolerated}%の中なので、Mapは成功し、"
            "出力には成功した分だけが入りました。"
        )
    order = "終わった順にかかわらず、結果の配列は要素の順に並びます。"
    if not trace.concurrency and trace.mode == model.INLINE and len(trace.iterations) > INLINE_CONCURRENCY:
        return f"MaxConcurrencyが0でも、インラインで同時に進むのは{INLINE_CONCURRENCY}個までです。{order}"
    return order


def table(trace: MapTrace) -> Table:
    """Return every item with its times."""
    rows = tuple(
        (
            one.index,
            round(one.start, 1) if one.slot is not None else "",
            round(one.end, 1) if one.slot is not None else "",
            one.slot + 1 if one.slot is not None else "",
            LEGEND[one.ending],
        )
        for one in trace.iterations
    )
    return Table("要素ごとの処理", ("要素", "開始 (秒)", "終わり (秒)", "枠", "結果"), rows)
