"""Words of the throttling explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.token_bucket import SECOND, TOKEN
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.token_bucket import ThrottlingTrace

TITLE = "スロットリング：トークンバケット"
DESCRIPTION = (
    "左にトークンの入ったバケット、右にトークンの残りの推移と、0.1秒ごとに通過した件数(上向きの棒)、"
    "429になった件数(下向きの棒)。{accepted}件が通過し、{rejected}件が429。"
)

RATE = "定常レート"
RATE_HELP = "1秒にバケットへ補充されるトークンの数です。"
BURST = "バースト"
BURST_HELP = "バケットに貯められるトークンの最大数です。"
LOAD = "ふだんの負荷"
LOAD_HELP = "突発とは別に届きつづけるリクエストの数です。"
SPIKE = "突発のリクエスト"
SPIKE_HELP = "同時に届くリクエストの数です。1回目は1秒の時点に届きます。"
GAP = "次の突発まで"
GAP_HELP = "1回目の突発から、同じ数の2回目が届くまでの時間です。"
ARRIVALS = "負荷の届き方"
ARRIVALS_OPTIONS = {"even": "等間隔", "random": "ランダム"}
ARRIVALS_HELP = "ランダムでは、平均が同じでも間隔がばらつきます(ポアソン到着)。"
SEED = "乱数の種"
SEED_HELP = "届き方がランダムのときの並びを選ぶ番号です。"
REQUESTS_PER_SECOND = "件/秒"
REQUESTS = "件"
TOKENS = "個"
SECONDS = "秒"

# In the picture.
REFILL = "補充 {rate} 個/秒"
LEFT = "残り {tokens} 個"
CAPACITY = "最大 {burst} 個"
ONE_EACH = "1件の通過で1個"
TOKENS_OVER_TIME = "バケットの中のトークン (個)"
PER_SLOT = "0.1秒ごとの件数"
ACCEPTED = "通過"
REJECTED = "429"
TIME = "時刻 (秒)"
COUNT = "{count}件"
SPIKE_ACCEPTED = "通過 {count}"
SPIKE_REJECTED = "429 が {count}"
AFTER_SPIKE = "{time:g}秒、突発の直後"
AT_THE_END = "観察の終わり"
EMPTIED = "{accepted}件でバケットが空になる"
THE_REST = "同時に届いた残りの{rejected}件は429"


def explanation(trace: ThrottlingTrace) -> Explanation:
    """Say how many passed, and which of the two limits decided."""
    total = len(trace.requests)
    if total == 0:
        return Explanation(
            "リクエストが1件も届いていません。",
            "ふだんの負荷か突発のリクエストを増やすと、バケットが動きはじめます。",
        )
    if trace.rejected == 0:
        low = min(request.tokens_after for request in trace.requests) // TOKEN
        return Explanation(
            f"{total}件すべてが通過しました。",
            f"トークンは最も少ないときでも{low}個残っていて、429は返っていません。",
        )
    point = f"{total}件のうち{trace.accepted}件が通過し、{trace.rejected}件が429になりました。"
    spikes = spike_counts(trace)
    if trace.burst == 0 or not any(rejected for _, _, rejected in spikes):
        return Explanation(
            point,
            f"届く速さが補充の速さ({trace.rate}個/秒)を上回り、バケットが空になったあとは補充の分しか通れません。",
        )
    passed = "、".join(f"{number}回目に{accepted}件" for number, (_, accepted, _) in enumerate(spikes, 1))
    return Explanation(
        point,
        f"突発で通れるのは、その瞬間にバケットにあるトークンの数だけです({passed})。"
        f"空になったバケットは1秒に{trace.rate}個ずつしか戻りません。",
    )


def spike_counts(trace: ThrottlingTrace) -> list[tuple[int, int, int]]:
    """Return (time in microseconds, passed, 429) of each spike, in order of time."""
    times = sorted({request.time for request in trace.requests if request.in_spike})
    counts = []
    for time in times:
        outcome = [request.accepted for request in trace.requests if request.in_spike and request.time == time]
        counts.append((time, sum(outcome), len(outcome) - sum(outcome)))
    return counts


def table(trace: ThrottlingTrace) -> Table:
    """Return arrivals, outcomes and tokens left for every half second."""
    slot = SECOND // 2
    rows = []
    for start in range(0, trace.duration, slot):
        accepted, rejected = trace.between(start, start + slot)
        span = f"{start / SECOND:.1f}〜{(start + slot) / SECOND:.1f}"
        left = round(trace.level(start + slot - 1) / TOKEN, 1)
        rows.append((span, accepted + rejected, accepted, rejected, left))
    return Table(
        "0.5秒ごとの到着と結果",
        ("時間 (秒)", "到着 (件)", "通過 (件)", "429 (件)", "終わりのトークン (個)"),
        tuple(rows),
    )
