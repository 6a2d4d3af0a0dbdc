"""Words of the explorer of ways to be warm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import MINUTE, SECOND
from kumo.aws_lambda.model.warmth import HOURS_PER_MONTH, ON_DEMAND, PROVISIONED, SCHEDULED, SNAPSTART
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.warmth import WaysTrace

TITLE = "ウォームを保つ方法：遅延と費用"
DESCRIPTION = "同じ1時間のリクエストを4つの方法で処理し、応答までの時間と1か月の費用を並べた図。{summary}。"

PEAK = "ピークの件数"
PEAK_HELP = "20分から40分までに届く件数の平均です。ピークの始まりの2秒間には、20秒分がまとめて届きます。"
BASE = "ふだんの件数"
BASE_HELP = "ピークの外で届く件数の平均です。"
INIT = "初期化の時間"
INIT_HELP = "ハンドラーの外のコードにかかる時間です。SnapStartでは、バージョンの公開時に済ませてあります。"
COUNT = "プロビジョニングする数"
COUNT_HELP = "プロビジョニングされた同時実行の数です。超えた分はオンデマンドの実行環境に回ります。"
LEAD = "スケジュールの前倒し"
LEAD_HELP = "ピークの何分前から用意を始めるかです。設定してから使えるまでに1〜2分かかります。"
MEMORY = "メモリ"
MEMORY_OPTIONS = {"128": "128 MB", "512": "512 MB", "1024": "1,024 MB", "1769": "1,769 MB", "3538": "3,538 MB"}
MEMORY_HELP = "実行の速さにも、GB秒で数える料金にも効きます。"
SEED = "乱数の種"
SEED_HELP = "到着の並びと、実行時間のばらつきを選ぶ番号です。"
PER_MINUTE = "件/分"
SECONDS = "秒"
MINUTES = "分"
ENVIRONMENTS = "個"

NAMES = {
    ON_DEMAND: "オンデマンド",
    PROVISIONED: "プロビジョニング (常時)",
    SCHEDULED: "プロビジョニング (予定)",
    SNAPSTART: "SnapStart",
}

# In the picture.
HEAD = "応答までの時間 (秒)"
COST_HEAD = "1か月の費用"
PEAK_LABEL = "ピーク"
TIME = "時刻 (分)"
COLD_COUNT = "{word} {count}件"
SLOWEST = "最長 {seconds}秒"
COST = "月 ${amount}"
COLD_LABEL, RESTORED_LABEL, WARM_LABEL = "コールド", "復元", "ウォーム"
READY = "{count}個を用意"
PARTS = {
    "running": "実行",
    "starting": "初期化",
    "provisioned": "プロビジョニング",
    "snapshot": "スナップショット",
}


def seconds(time: float) -> str:
    """Return microseconds as seconds: two decimals below ten seconds, one above."""
    value = time / SECOND
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"  # noqa: PLR2004 -- three digits in all


def amount(dollars: float) -> str:
    """Return US dollars with as many decimals as a reader can use."""
    return f"{dollars:.2f}"


def month(hour: float) -> float:
    """Return the charges of a month of hours like this one."""
    return hour * HOURS_PER_MONTH


def cold_word(name: str) -> str:
    """Return what a start is called: with SnapStart it is a restoration."""
    return RESTORED_LABEL if name == SNAPSTART else COLD_LABEL


def summary(trace: WaysTrace) -> str:
    """Return the result of each way in a few words."""
    return "、".join(
        f"{NAMES[way.name]}は{cold_word(way.name)}{way.pool.counts[COLD]}件で{amount(month(way.bill.total))}ドル"
        for way in trace.ways
    )


def explanation(trace: WaysTrace) -> Explanation:
    """Say which way removed how many cold starts at what price, and what limited it."""
    plain, always, planned, snap = trace.ways
    requests = len(plain.pool.invocations)
    cold = {way.name: way.pool.counts[COLD] for way in trace.ways}
    ratio = always.bill.total / plain.bill.total
    point = (
        f"オンデマンドでは{requests}件のうち{cold[ON_DEMAND]}件がコールドスタートで、"
        f"常時のプロビジョニングでは{cold[PROVISIONED]}件、費用は{ratio:.1f}倍です。"
    )
    if cold[PROVISIONED] == 0:
        why = f"用意した{trace.count}個で足り、待たせたリクエストはありません。"
    else:
        why = f"用意した{trace.count}個がふさがると、あふれた分はオンデマンドと同じくコールドスタートになります。"
    if trace.lead < 2 * MINUTE:
        why += "予定は始まりが遅く、ピークの殺到に間に合っていません。"
    else:
        share = planned.bill.total / always.bill.total
        why += f"ピークだけ用意すれば費用は常時の{100 * share:.0f}%です"
        outside = _outside(trace)
        why += f"が、その外の{outside}件はコールドスタートのままです。" if outside else "。"
    if cold[SNAPSTART]:
        before, after = seconds(plain.pool.start.duration), seconds(snap.pool.start.duration)
        why += f"SnapStartは回数を減らしませんが、1回の待ちを{before}秒から{after}秒にします。"
    return Explanation(point, why)


def _outside(trace: WaysTrace) -> int:
    way = trace[SCHEDULED]
    layer = way.provisioned[0]
    return sum(i.kind == COLD and not layer.start <= i.time < layer.end for i in way.pool.invocations)


def table(trace: WaysTrace) -> Table:
    """Return one row for each way: starts, latencies and charges."""
    rows = []
    for way in trace.ways:
        latencies = [round(way.pool.percentile(percent) / SECOND, 2) for percent in (50, 95, 99, 100)]
        charges = [round(month(part), 2) for part in (way.bill.total, way.bill.provisioned, way.bill.snapshot)]
        rows.append((NAMES[way.name], len(way.pool.invocations), way.pool.counts[COLD], *latencies, *charges))
    return Table(
        "4つの方法の応答までの時間(秒)と、この1時間が1か月(730時間)続いたときの費用(米ドル)",
        (
            "方法",
            "リクエスト (件)",
            "コールドスタート・復元 (件)",
            "p50 (秒)",
            "p95 (秒)",
            "p99 (秒)",
            "最長 (秒)",
            "費用の合計 ($)",
            "うちプロビジョニング ($)",
            "うちSnapStart ($)",
        ),
        tuple(rows),
    )
