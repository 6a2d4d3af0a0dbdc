"""Words of the explorer of routers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import MINUTE, SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.picking import PickingTrace

TITLE = "どの実行環境が選ばれるか"
DESCRIPTION = (
    "同じリクエストを、待機中の実行環境の選び方だけを変えて処理した30分間。選び方ごとに、実行環境を1本ずつの線にしている。"
    "{summary}。"
)

RATE = "リクエストの平均"
RATE_HELP = "1分に届く件数の平均です(ポアソン到着)。どの選び方にも同じ並びが届きます。"
SERVICE = "実行時間の平均"
SERVICE_HELP = "1件の実行にかかる時間の平均です。長いほど、同時に使う実行環境が増えます。"
IDLE = "待機できる時間"
IDLE_HELP = "使われない実行環境が破棄されるまでの時間です。AWSは公表していません。実測では数分から10分ほどです。"
SEED = "乱数の種"
SEED_HELP = "到着の並び、実行時間、「ランダム」の選び方を決める番号です。"
PER_MINUTE = "件/分"
SECONDS = "秒"
MINUTES = "分"

NAMES = {
    "newest": "新しい順",
    "oldest": "古い順",
    "random": "ランダム",
    "turn": "順番に",
    "recent": "最近使った順",
}
NOTES = {
    "newest": "最後に作った環境",
    "oldest": "最初に作った環境",
    "random": "どれでも同じ確率",
    "turn": "最も長く待った環境",
}

# In the picture.
COLD_COUNT = "コールド {count}"
MEAN = "平均 {count:.1f}個"
TIME = "時刻 (分)"
RUN, REST, START, END = "実行", "待機", "コールドスタート", "破棄"
VERDICT = "同じ{requests}件で、コールドスタートは{least}〜{most}件"
VERDICT_SAME = "同じ{requests}件で、コールドスタートはどれも{most}件"
NONE = "届いたリクエストはありません"


def verdict(trace: PickingTrace) -> str:
    """Return the range of cold starts in one line."""
    counts = [pool.counts[COLD] for pool in trace.traces.values()]
    requests = len(next(iter(trace.traces.values())).invocations)
    if not requests:
        return NONE
    pattern = VERDICT if min(counts) < max(counts) else VERDICT_SAME
    return pattern.format(requests=requests, least=min(counts), most=max(counts))


def summary(trace: PickingTrace) -> str:
    """Return the number of cold starts of each router."""
    return "、".join(f"{NAMES[name]}は{pool.counts[COLD]}件" for name, pool in trace.traces.items())


def explanation(trace: PickingTrace) -> Explanation:
    """Say how far the routers are apart, and what concentrating does that spreading does not."""
    requests = len(next(iter(trace.traces.values())).invocations)
    if not requests:
        return Explanation("この30分間には、リクエストが届きませんでした。", "平均の件数か乱数の種を変えてください。")
    counts = {name: pool.counts[COLD] for name, pool in trace.traces.items()}
    newest, turn = counts["newest"], counts["turn"]
    kept = {name: trace.environments(name) for name in trace.traces}
    measured = "AWSは選び方を公表していませんが、公開された実測は、一部に集める選び方と合います。"
    if newest > turn:
        point = f"{requests}件のうちのコールドスタートは、「新しい順」では{newest}件、「順番に」では{turn}件です。"
        why = "一部に集めると、使われない環境が待機できる時間を過ぎて破棄され、混んだときにまた作り直します。"
        if round(kept["newest"], 1) < round(kept["turn"], 1):
            why += f"代わりに、保つ数は平均{kept['newest']:.1f}個で済みます(「順番に」は{kept['turn']:.1f}個)。"
    elif newest < turn:
        point = f"{requests}件のうちのコールドスタートは、「新しい順」では{newest}件、「順番に」では{turn}件です。"
        why = (
            "ふつうは逆ですが、この並びでは、均等に使った環境がまとめて破棄された直後にリクエストが重なりました。"
            "乱数の種を変えると確かめられます。"
        )
    else:
        point = f"「新しい順」でも「順番に」でも、コールドスタートは{requests}件のうち{newest}件です。"
        if newest == requests:
            why = "次が届く前に破棄されるので、選ぶ余地がありません。"
        else:
            why = "この負荷では、どの選び方でも、破棄のあとに作り直す回数が変わりません。"
    return Explanation(point, why + measured)


def table(trace: PickingTrace) -> Table:
    """Return one row for each router."""
    rows = []
    for name, pool in trace.traces.items():
        share = round(100 * pool.cold_share, 2)
        ended = sum(e.ended is not None for e in pool.environments)
        slowest = round(pool.latencies[-1] / SECOND, 2) if pool.latencies else "—"
        kept = round(trace.environments(name), 2)
        row = (NAMES[name], NOTES[name], len(pool.invocations), pool.counts[COLD], share, kept, ended, slowest)
        rows.append(row)
    return Table(
        f"選び方ごとの結果(待機できる時間 {trace.keep_alive // MINUTE}分、実行時間の平均 {trace.service / SECOND:g}秒)",
        (
            "選び方",
            "選ばれる環境",
            "リクエスト (件)",
            "コールドスタート (件)",
            "その割合 (%)",
            "実行環境の平均 (個)",
            "破棄 (個)",
            "最長の応答 (秒)",
        ),
        tuple(rows),
    )
