"""Words of the explorer of failover in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.failover import CHECKERS, HEALTHY_PERCENT, NEEDED, SECOND, TIMEOUT, USERS, calculate

if TYPE_CHECKING:
    from kumo.route53.model.failover import FailoverTrace, Settings

TITLE = "フェイルオーバーの時間：利用者は何秒エラーを見るか"
DESCRIPTION = (
    "障害の発生からの時間を横軸に、上からプライマリの状態、チェッカーの判定、Route 53の答え、利用者の行き先。"
    "下に、エラーの続く時間の計算とシミュレーション。{point}"
)

INTERVAL = "ヘルスチェックの間隔"
INTERVAL_OPTIONS = {"30": "30秒(標準)", "10": "10秒(高速)"}
INTERVAL_HELP = "チェッカーが応答を受け取ってから、次のリクエストを送るまでの時間です。"
THRESHOLD = "失敗のしきい値"
THRESHOLD_HELP = "続けてこの回数だけ失敗すると異常、成功すると正常に変わります。"
TIMES = "回"
SYMPTOM = "障害の現れ方"
SYMPTOM_OPTIONS = {"silent": f"応答がない(接続を{TIMEOUT // SECOND}秒待つ)", "refused": "接続を拒否される(すぐわかる)"}
SYMPTOM_HELP = "応答がないと、1回の失敗がわかるまでに時間がかかります。"
TTL = "レコードのTTL"
TTL_HELP = "リゾルバーが答えを覚えておく時間です。"
CACHE = "クライアントのキャッシュ"
CACHE_HELP = "TTLに関係なく、アプリケーションが独自にアドレスを使い続ける時間です。"
OUTAGE = "障害の長さ"
OUTAGE_HELP = "プライマリが応答しなくなってから、直るまでの時間です。"
SEED = "乱数の種"
SEED_HELP = "チェックとキャッシュの期限が、いつ来るかを決める番号です。"
SECONDS = "秒"
MINUTES = "分"

# In the picture.
HEADING = "エラーは最長 {longest:g}秒、平均 {mean:.0f}秒"
PRIMARY_STATE = "プライマリ"
WORKS, BROKEN = "正常", "障害"
CHECKER_LANES = f"チェッカー {CHECKERS}台"
CHECKER_NOTES = ("｜成功", "×失敗", "帯 異常と判定")
ANSWER = "Route 53の答え"
TO_PRIMARY, TO_SECONDARY = "プライマリ", "セカンダリ"
USERS_LANE = f"利用者 {USERS}人"
SEES_ERRORS = "エラー"
MOVED = "セカンダリで正常"
TIME = "障害の発生からの時間 (秒)"
FAILS = "障害"
DETECTED = "検知 {time:.0f}秒"
REPAIRED = "復旧 {time:.0f}秒"
RETURNS = "戻す {time:.0f}秒"
LENGTHS = "エラーの続く時間 (秒、▼平均)"
CALCULATED = "計算 最長"
SIMULATED = "利用者"
PART_DETECTION, PART_TTL, PART_CLIENT = "検知", "TTL", "クライアント"
CAPPED = "破線: 障害の終わり"


def seconds(milliseconds: float) -> float:
    """Return a time in seconds."""
    return milliseconds / SECOND


def formula(settings: Settings) -> str:
    """Return the sum that bounds the time with errors."""
    interval, timeout = settings.interval // SECOND, settings.timeout // SECOND
    period = f"({interval}+{timeout})" if timeout else f"{interval}"
    parts = [f"{interval}"]
    if settings.threshold > 1:
        parts.append(f"{settings.threshold - 1}×{period}")
    if timeout:
        parts.append(f"{timeout}")
    detection = " + ".join(parts)
    parts = [f"検知({detection})"]
    if settings.ttl:
        parts.append(f"TTL {settings.ttl // SECOND}")
    if settings.client_cache:
        parts.append(f"クライアント {settings.client_cache // SECOND}")
    total = settings.longest_detection + settings.ttl + settings.client_cache
    return f"{' + '.join(parts)} = {total // SECOND}秒"


def point(trace: FailoverTrace) -> str:
    """Say how long users saw errors."""
    errors = trace.errors
    if trace.detected is None:
        return (
            f"{trace.settings.outage // SECOND}秒の障害の間、フェイルオーバーは起こらず、全員がエラーを見続けました。"
        )
    longest, mean = seconds(errors[-1]), seconds(sum(errors) / len(errors))
    return (
        f"検知まで{seconds(trace.detected):.0f}秒かかり、利用者がエラーを見た時間は、"
        f"最短{seconds(errors[0]):.0f}秒、平均{mean:.0f}秒、最長{longest:.0f}秒です。"
    )


def explanation(trace: FailoverTrace) -> Explanation:
    """Say how long errors lasted, and which part weighs most."""
    settings = trace.settings
    if trace.detected is None:
        why = (
            f"{CHECKERS}台のうち{NEEDED}台以上が{settings.threshold}回続けて失敗する前に、障害が終わりました。"
            f"検知には最長{settings.longest_detection // SECOND}秒かかります。"
        )
        return Explanation(point(trace), why)
    parts = {
        "検知": settings.longest_detection,
        "TTL": settings.ttl,
        "クライアントのキャッシュ": settings.client_cache,
    }
    heaviest = max(parts, key=parts.__getitem__)
    why = f"上限は{formula(settings)}で、いちばん大きいのは{heaviest}です。"
    if settings.longest == settings.outage:
        why += f"上限に届く前に、障害そのものが{settings.outage // SECOND}秒で終わります。"
    if trace.returned is not None:
        late = seconds(trace.returned - settings.outage)
        why += f"復旧して{late:.0f}秒後に、正常と報告するチェッカーが{HEALTHY_PERCENT}%を超え、答えが元に戻ります。"
    return Explanation(point(trace), why)


def table(trace: FailoverTrace) -> Table:
    """Return the moments and lengths, calculated and simulated."""
    settings = trace.settings
    found = calculate(settings, trace.phases)
    errors, calculated = trace.errors, sorted(found.errors)

    def told(milliseconds: float | None) -> str | float:
        return "なし" if milliseconds is None else round(seconds(milliseconds), 1)

    rows = (
        ("検知", told(trace.detected), told(found.detected), told(settings.longest_detection)),
        ("エラーの時間 最短", told(errors[0]), told(calculated[0]), "—"),
        ("エラーの時間 平均", told(sum(errors) / USERS), told(sum(calculated) / USERS), "—"),
        ("エラーの時間 最長", told(errors[-1]), told(calculated[-1]), told(settings.longest)),
        ("障害の終わり", told(settings.outage), "—", "—"),
        ("答えがプライマリに戻る", told(trace.returned), "—", "—"),
    )
    columns = ("時間", "シミュレーション (秒)", "計算 (秒)", "計算上の上限 (秒)")
    return Table("障害の発生から数えた時間", columns, rows)
