"""Words of the explorer of global tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.global_tables import CUT_OFF, EVENTUAL, LOCAL, STEPS, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.dynamodb.model.global_tables import GlobalTablesTrace, Loss

TITLE = "グローバルテーブル：2つのリージョンで同時に書く"
DESCRIPTION = "2つのリージョンの帯に、同じ項目の値、書き込み、間を行き来する複製を、時間に沿って描いた図。{point}"

MODE = "整合性モード"
MODES = {EVENTUAL: "結果整合性 (MREC、既定)", STRONG: "強い整合性 (MRSC)"}
MODE_HELP = "テーブルをグローバルテーブルにするときに選びます。後からは変えられません。"
COUNT = "リージョンごとの書き込み"
COUNT_HELP = "それぞれのリージョンのアプリケーションが、値を読み、足して、書く回数です。"
WINDOW = "書き込みが散らばる時間"
WINDOW_HELP = "書き込みの時刻を、この長さの中から乱数で選びます。短いほど、同時に近くなります。"
LAG = "複製の遅れ (MREC)"
LAG_HELP = "書き込みが、もう一方のリージョンに届くまでの時間です。ふつうは1秒以内ですが、保証はありません。"
ROUND_TRIP = "リージョン間の往復 (MRSC)"
ROUND_TRIP_HELP = "MRSCの書き込みが、別のリージョンへ届いて返事が戻るまでの時間です。"
CUT = "大阪が切り離される時間"
CUT_HELP = "書き込みが散らばる時間の4分の1が過ぎてから、この長さだけ、大阪とほかのリージョンがつながりません。"
SEED = "乱数の種"
SEED_HELP = "書き込みの時刻を選ぶ番号です。"
TIMES, MILLISECONDS, SECONDS = "回", "ミリ秒", "秒"

# In the picture.
REGIONS = ("東京", "大阪")
ADDS = "+{step}ずつ"
CARDS = ("最後の値", "消えた更新", "エラー", "書き込みの応答")
RIGHT = "正しくは{right}"
AS_IT_SHOULD = "足した通り"
OF = "{count}回のうち"
ONCE, NEVER = "{count}回", "0回"
ERRORS = {EVENTUAL: "競合は知らされない", STRONG: "競合でやり直し {count}回"}
LATENCY = "{value:,.0f}ミリ秒"
LATENCIES = {EVENTUAL: "リージョンの中だけ", STRONG: "別のリージョンを待つ"}
VALUES = "同じ項目の値 (2つのレプリカ)"
KEPT, LOST = "残る書き込み", "消える書き込み"
APPLIED, DISCARDED = "複製", "古いので捨てる"
REFUSED, RETRIED = "エラー", "競合"
DISCONNECTED, CUT_SHORT = "大阪が切り離された時間", "切断"
TIME_AXIS = "時刻 (秒)"
OVERWRITTEN = "{region}の+{steps}が消えた"


def loss(trace: GlobalTablesTrace, one: Loss) -> str:
    """Say whose writes a replica has just dropped."""
    return "、".join(
        OVERWRITTEN.format(region=name, steps=sum(STEPS[region] for _ in writes))
        for region, name in enumerate(REGIONS)
        if (writes := [number for number in one.writes if trace.writes[number].region == region])
    )


def cards(trace: GlobalTablesTrace) -> tuple[tuple[str, str], ...]:
    """Return the figure of each card, and the line under it."""
    lost = len(trace.lost)
    refused = sum(not write.accepted for write in trace.writes)
    tries = sum(len(write.conflicts) for write in trace.writes)
    return (
        (str(trace.final.value), RIGHT.format(right=trace.right) if lost else AS_IT_SHOULD),
        (ONCE.format(count=lost), OF.format(count=len(trace.writes))),
        (ONCE.format(count=refused), ERRORS[trace.mode].format(count=tries)),
        (LATENCY.format(value=trace.latency), LATENCIES[trace.mode]),
    )


def description(trace: GlobalTablesTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: GlobalTablesTrace) -> Explanation:
    """Say what is left of the writes, and by which rule."""
    count, lost = len(trace.writes), len(trace.lost)
    refused = sum(not write.accepted for write in trace.writes)
    if trace.mode == STRONG:
        point = (
            f"{count}回のうち{refused}回がエラーになりましたが、成功した書き込みは1つも消えません。"
            if refused
            else f"{count}回の書き込みがすべて残り、2つのリージョンの値は{trace.final.value}でそろいました。"
        )
        why = f"別のリージョンにも届いてから応答するので、書き込みは平均{trace.latency:,.0f}ミリ秒かかります。"
        if refused:
            return Explanation(point, f"{why}切り離された{REGIONS[CUT_OFF]}は、届ける先がないので書けません。")
        return Explanation(point, f"{why}もう一方が書いている間の書き込みは、エラーになって、やり直します。")
    if not lost:
        return Explanation(
            f"{count}回の書き込みがすべて残り、2つのリージョンの値は{trace.final.value}でそろいました。",
            "どの書き込みも、もう一方の値が届いた後だったからです。次も重ならないとは限りません。",
        )
    return Explanation(
        f"{count}回とも成功したのに、{_whose(trace, trace.lost)}の更新が消え、"
        f"値は{trace.right}ではなく{trace.final.value}でそろいました。",
        "互いの値が届く前に書くと、時刻の遅いほうだけが残ります(後勝ち)。エラーは返らず、アプリケーションは気づけません。",
    )


def _whose(trace: GlobalTablesTrace, numbers: Iterable[int]) -> str:
    regions = [trace.writes[number].region for number in numbers]
    return "と".join(
        f"{name}の{regions.count(region)}回" for region, name in enumerate(REGIONS) if regions.count(region)
    )


def table(trace: GlobalTablesTrace) -> Table:
    """Return the writes one by one."""
    rows = tuple(
        (
            number + 1,
            REGIONS[write.region],
            f"+{STEPS[write.region]}",
            round(write.asked),
            round(write.answered),
            len(write.conflicts),
            REFUSED if not write.accepted else "消えた" if number in trace.lost else "残った",
        )
        for number, write in enumerate(trace.writes)
    )
    return Table(
        f"書き込みごとの結果(最後の値 {trace.final.value}、リージョンの中の書き込みは{LOCAL:g}ミリ秒と仮定)",
        ("番号", "リージョン", "足す数", "書いた時刻 (ミリ秒)", "応答の時刻 (ミリ秒)", "競合 (回)", "結果"),
        rows,
    )
