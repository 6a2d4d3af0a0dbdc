"""Words of the explorer of balancing algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model.balancing import (
    FAILING,
    FLOW,
    GROUPS,
    LEAST,
    NONE,
    POLICIES,
    RANDOM,
    ROUND_ROBIN,
    SECOND,
    SLOW,
    SLOWNESS,
)

if TYPE_CHECKING:
    from kumo.elb.model.balancing import BalancingTrace

TITLE = "振り分け方を比べる"
DESCRIPTION = (
    "上に4台のターゲットの、待ちと処理中の件数の推移。下に5つの振り分け方の応答時間の比較。{names}では{total}件のうち"
    "{counts}件ずつが各ターゲットに届き、95%が{p95}以内に応答を受け取った。"
)

POLICY = "振り分け方"
POLICY_OPTIONS = {
    ROUND_ROBIN: "ラウンドロビン",
    LEAST: "最小未処理リクエスト",
    RANDOM: "加重ランダム",
    FLOW: "フローハッシュ(NLB)",
    GROUPS: "加重ターゲットグループ",
}
POLICY_HELP = "どの振り分け方でも、届くリクエストと1件ごとの処理の重さは同じです。"
TROUBLE = "ターゲット4の状態"
TROUBLE_OPTIONS = {NONE: "ほかと同じ", SLOW: f"遅い({SLOWNESS}倍かかる)", FAILING: "すぐにエラーを返す"}
TROUBLE_HELP = "ヘルスチェックには成功し続ける、と仮定します。"
RATE = "届く速さ"
RATE_HELP = "平均の速さです。間隔はばらつきます(ポアソン到着)。"
WORKERS = "1台の同時処理数"
WORKERS_HELP = "1台のターゲットが同時に処理できる件数です。これを超えた分は列で待ちます。"
FLOWS = "クライアントの接続数"
FLOWS_HELP = "リクエストを運ぶTCP接続の数です。フローハッシュだけが、接続を見て送り先を決めます。"
WEIGHT = "ターゲット4の重み"
WEIGHT_HELP = "加重ターゲットグループで、ターゲット4だけのグループに与える割合です。残りは1〜3のグループへ送ります。"
SEED = "乱数の種"
SEED_HELP = "届き方、処理の重さ、偶然の選択の並びを選ぶ番号です。"
PER_SECOND = "件/秒"
REQUESTS = "件"
CONNECTIONS = "本"
PERCENT = "%"
SECONDS = "秒"

# In the picture.
TARGET = "ターゲット{number}"
STATES = {NONE: "", SLOW: f"{SLOWNESS}倍遅い", FAILING: "エラーを返す"}
QUEUES = "ターゲットにいる件数 (待ち + 処理中)"
TIME = "時刻 (秒)"
COUNT = "{count}件"
WITHIN = "95%が {time}"
ERRORS = "エラー {count}件"
PEAK = "最大 {count}件がたまる"
COMPARED = "同じリクエストを5通りに振り分けた応答時間"
MEDIAN_TO_P95 = "●: 半分がこの時間以内  棒の端: 95%がこの時間以内"
NOTHING = "届かない"


def seconds(time: int) -> str:
    """Return microseconds as the reader reads them."""
    return f"{time / SECOND:.2f}秒" if time < SECOND else f"{time / SECOND:.1f}秒"


def description(trace: BalancingTrace) -> str:
    """Return the picture in words."""
    p95 = trace.run.percentile(0.95)
    return DESCRIPTION.format(
        names=POLICY_OPTIONS[trace.chosen],
        total=len(trace.run.served),
        counts="・".join(str(count) for count in trace.run.counts),
        p95="-" if p95 is None else seconds(p95),
    )


def explanation(trace: BalancingTrace) -> Explanation:
    """Say how the requests were spread and how long they took, and what the algorithm looked at."""
    run, name = trace.run, POLICY_OPTIONS[trace.chosen]
    p95 = run.percentile(0.95)
    if p95 is None:
        return Explanation("リクエストが1件も届いていません。", "届く速さを上げると、列が動きはじめます。")
    counts = "・".join(str(count) for count in run.counts)
    point = f"{name}は{len(run.served)}件を{counts}件に分け、95%が{seconds(p95)}以内に応答を受け取りました"
    point += f"(うちエラー{run.errors}件)。" if run.errors else "。"
    return Explanation(point, f"{_reason(trace)}{_best(trace)}")


def _reason(trace: BalancingTrace) -> str:
    share = trace.run.counts[-1] / max(1, len(trace.run.served))
    if trace.chosen == ROUND_ROBIN:
        reason = "順番に配るだけで、相手の混み具合は見ません。"
        return reason + ("遅いターゲットにも同じ数が届き、そこに列ができます。" if trace.trouble == SLOW else "")
    if trace.chosen == LEAST:
        if trace.trouble == FAILING:
            return f"すぐにエラーを返すターゲットはいつも空いて見えるので、{share:.0%}を吸い込みました。"
        return "未処理が少ない相手を選ぶので、遅れている相手には自然に少なく届きます。"
    if trace.chosen == RANDOM:
        return "くじ引きなので、件数も列の長さも偶然にばらつきます。"
    if trace.chosen == FLOW:
        idle = sum(count == 0 for count in trace.run.counts)
        reason = "同じ接続のリクエストは必ず同じターゲットへ行くので、接続が少ないと偏ります。"
        return f"{reason}{idle}台には1件も届いていません。" if idle else reason
    return f"ターゲット4のグループへは、重みに従って{share:.0%}が届きました。"


def _best(trace: BalancingTrace) -> str:
    if trace.trouble == FAILING:
        fewest = min(POLICIES, key=lambda name: trace.runs[name].errors)
        said = "エラーもすぐに返るので、応答時間だけを見ると速く見えます。"
        if fewest == trace.chosen:
            return f"{said}エラーの数は、5つの中で最も少ない振り分け方です。"
        return f"{said}エラーが最も少ないのは、{POLICY_OPTIONS[fewest]}の{trace.runs[fewest].errors}件です。"
    times = {name: trace.runs[name].percentile(0.95) or 0 for name in POLICIES}
    best = min(POLICIES, key=lambda name: times[name])
    if best == trace.chosen:
        return "この条件では、5つの中で95%の時間が最も短い振り分け方です。"
    return f"同じリクエストで95%の時間が最も短いのは、{POLICY_OPTIONS[best]}の{seconds(times[best])}です。"


def table(trace: BalancingTrace) -> Table:
    """Return counts, times, the longest queue, errors and fairness of every algorithm."""
    rows = []
    for name in POLICIES:
        run = trace.runs[name]
        half, most = (run.percentile(share) for share in (0.5, 0.95))
        longest = max(length for target in range(run.targets) for _, length in run.queue(target))
        times = ("-", "-") if half is None or most is None else (round(half / SECOND, 2), round(most / SECOND, 2))
        rows.append((POLICY_OPTIONS[name], *run.counts, *times, longest, run.errors, round(run.fairness, 2)))
    targets = tuple(f"ターゲット{number} (件)" for number in range(1, trace.run.targets + 1))
    columns = ("振り分け方", *targets, "50% (秒)", "95% (秒)", "1台の最大 (件)", "エラー (件)", "公平さ (Jain)")
    return Table("振り分け方ごとの件数と応答時間", columns, tuple(rows))
