"""Words of the explorer of health checks and draining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model.health import (
    BROKEN,
    DRAINING,
    HEALTHY,
    RATE,
    REPAIRED,
    SLOW,
    TARGETS,
    UNHEALTHY,
    UNUSED,
)

if TYPE_CHECKING:
    from kumo.elb.model.health import HealthTrace, Phase

TITLE = "ヘルスチェックと登録解除"
DESCRIPTION = (
    "1台のターゲットの状態、ヘルスチェックの結果、1秒に届く件数を、同じ時間軸に並べた図。"
    "{failed}秒に故障し、{errors}件が失われ、{deregistered}秒に登録を解除される。"
)

INTERVAL = "チェックの間隔"
INTERVAL_HELP = "ヘルスチェックを送る間隔です。"
TIMEOUT = "タイムアウト"
TIMEOUT_HELP = "応答がないときに、失敗とみなすまでの時間です。"
UNHEALTHY_AFTER = "異常のしきい値"
UNHEALTHY_AFTER_HELP = "連続して何回失敗したら、リクエストを送るのをやめるかです。"
HEALTHY_AFTER = "正常のしきい値"
HEALTHY_AFTER_HELP = "異常になったあと、連続して何回成功したら、リクエストを送りはじめるかです。"
SYMPTOM = "故障のしかた"
SYMPTOM_OPTIONS = {"hang": "応答しない", "refuse": "接続を断る"}
SYMPTOM_HELP = "応答しないときは、タイムアウトまで失敗がわかりません。"
OFFSET = "故障の時機"
OFFSET_HELP = "直前のチェックから故障までの時間を、間隔に対する割合で表します。0%は、チェックと同時です。"
OUTAGE = "直るまで"
OUTAGE_HELP = "故障してから、また応答できるようになるまでの時間です。"
SLOW_START = "スロースタート"
SLOW_START_HELP = "正常に戻ってから、ほかと同じ割合になるまでの時間です。0で無効です。"
DELAY = "登録解除の遅延"
DELAY_HELP = "登録を解除してから、処理中のリクエストを待つ最長の時間です。"
REMAINING = "残りの処理"
REMAINING_HELP = "登録を解除した時点で、処理中のリクエストが終わるまでに必要な時間です。"
SECONDS = "秒"
TIMES = "回"
PERCENT = "%"

# In the picture.
STATE = "ターゲットの状態"
CHECKS = "ヘルスチェック"
PASSED, FAILED = "成功", "失敗"
TRAFFIC = f"1秒に届く件数 (全体は毎秒{RATE}件、{TARGETS}台)"
LOST = "{errors}件が失われる"
TIME = "時刻 (秒)"
SPAN = "{start}〜{end}秒"
KINDS = {
    HEALTHY: "正常。ほかと等しく届く",
    BROKEN: "故障。気づくまで届きつづけ、{errors}件が失われる",
    UNHEALTHY: "異常(unhealthy)。届かない",
    REPAIRED: "直ったが、まだ届かない",
    SLOW: "スロースタート。割合が少しずつ増える",
    DRAINING: "登録解除中(draining)。{draining}",
    UNUSED: "未使用(unused)",
}
DRAINS = "新しくは届かず、処理中のものは{seconds}秒で終わる"
CUTS = "新しくは届かず、終わらない処理は{seconds}秒で切られる"
FORMULA = "検知まで {total}秒 = 次のチェックまで {wait}秒 + ({threshold} − 1)回 × {interval}秒{timeout}"
PLUS_TIMEOUT = " + タイムアウト {timeout}秒"
UNNOTICED = "連続{threshold}回の失敗になる前に直り、気づかれない"


def numbered(index: int) -> str:
    """Return the circled number of a phase, from 0."""
    return "①②③④⑤⑥⑦⑧"[index]


def phase(trace: HealthTrace, entry: Phase) -> str:
    """Return what a phase is, for the list below the picture."""
    waited = min(trace.settings.remaining, trace.settings.delay)
    draining = (CUTS if trace.cut else DRAINS).format(seconds=waited)
    return KINDS[entry.kind].format(errors=trace.errors, draining=draining)


def span(entry: Phase) -> str:
    """Return from when to when a phase lasts."""
    return SPAN.format(start=entry.start, end=entry.end)


def formula(trace: HealthTrace) -> str:
    """Return how the time to detection is put together."""
    settings, first = trace.settings, trace.first_failed_check
    if trace.detected_at is None or first is None:
        return UNNOTICED.format(threshold=settings.unhealthy)
    return FORMULA.format(
        total=trace.detected_at - trace.failed_at,
        wait=first.sent - trace.failed_at,
        threshold=settings.unhealthy,
        interval=settings.interval,
        timeout=PLUS_TIMEOUT.format(timeout=settings.timeout) if settings.hangs else "",
    )


def description(trace: HealthTrace) -> str:
    """Return the picture in words."""
    return DESCRIPTION.format(failed=trace.failed_at, errors=trace.errors, deregistered=trace.deregistered_at)


def explanation(trace: HealthTrace) -> Explanation:
    """Say how long the failure and the return took to be noticed, and how the draining ended."""
    settings = trace.settings
    if trace.detected_at is None or trace.returned_at is None:
        point = f"故障は{settings.outage}秒で直り、ロードバランサーは気づかないまま、{trace.errors}件が失われました。"
    else:
        noticed = trace.detected_at - trace.failed_at
        # A repair may come before the load balancer knows of the failure.
        back = trace.returned_at - trace.repaired_at
        point = f"故障に気づくまでの{noticed}秒に{trace.errors}件が失われ、直ってから戻るまでに{back}秒かかりました。"
    waited = min(settings.remaining, settings.delay)
    if trace.cut:
        ended = f"登録解除では、あと{settings.remaining}秒かかる処理が{waited}秒で切られ、エラーになります。"
    else:
        ended = f"登録解除では、処理中のリクエストが{waited}秒で終わり、何も失われません。"
    return Explanation(point, f"{formula(trace)}です。{ended}" if trace.detected_at else f"{ended}")


def table(trace: HealthTrace) -> Table:
    """Return the phases with their times, checks and requests."""
    rows = []
    for entry in trace.phases:
        checks = [check for check in trace.checks if entry.start <= check.sent < entry.end]
        sent = trace.sent[entry.start : entry.end]
        rows.append(
            (
                span(entry),
                phase(trace, entry),
                f"{sum(check.passed for check in checks)} / {len(checks)}",
                sum(good for good, _ in sent),
                sum(lost for _, lost in sent),
            )
        )
    columns = ("時間", "状態", "成功したチェック / 全体 (回)", "応答 (件)", "失われた (件)")
    return Table("ターゲットの一生", columns, tuple(rows))
