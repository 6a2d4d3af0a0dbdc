"""Words of the explorer of retries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model.retry import FULL, NONE, expected_attempts, success_probability

if TYPE_CHECKING:
    from kumo.step_functions.model.retry_and_catch import RetryTrace

TITLE = "RetryとCatch：待って、もう一度"
DESCRIPTION = "上に実行ごとの試行と待ち時間、下に呼び出しの数と成功の割合。{count}件のうち{succeeded}件が成功。"

FAILURE = "1回の失敗率"
FAILURE_HELP = "それぞれの試行が失敗する確率です。"
INTERVAL = "IntervalSeconds"
INTERVAL_HELP = "最初の再試行までの待ち時間です。"
RATE = "BackoffRate"
RATE_HELP = "再試行のたびに待ち時間を何倍にするかです。"
RATE_UNIT = "倍"
ATTEMPTS = "MaxAttempts"
ATTEMPTS_HELP = "再試行の回数の上限です。最初の1回は含みません。"
LONGEST = "MaxDelaySeconds"
LONGEST_OPTIONS = {"none": "なし", "12": "12秒", "20": "20秒", "60": "60秒"}
LONGEST_HELP = "待ち時間の上限です。"
JITTER = "JitterStrategy"
JITTER_OPTIONS = {NONE: "NONE(ずらさない)", FULL: "FULL(ランダムにずらす)"}
JITTER_HELP = "FULLでは、0から計算した待ち時間までのどこかを、毎回ランダムに選びます。"
DURATION = "1回の試行の時間"
DURATION_HELP = "呼び出してから、成功か失敗がわかるまでの時間です。"
CATCH = "Catchを書く"
CATCH_HELP = "再試行を使い切ったあと、別のステートへ進ませます。"
COUNT = "同時に始まる実行"
COUNT_HELP = "同じ時刻に始まる実行の数です。図の上には、初めの12件を描きます。"
SEED = "乱数の種"
SEED_HELP = "失敗する試行と、ずらし方を選ぶ番号です。"
SECONDS = "秒"
PERCENT = "%"
RUNS = "件"
TIMES = "回"

# In the picture.
LANES = "初めの{count}件の実行"
TIME = "時刻 (秒)"
WAITED = "{wait}秒"
CALLS = "呼び出しの数 ({width}秒ごと)"
CALLS_PEAK = "再試行の最大 {count}件/秒(灰色は初回)"
SHARE = "成功した割合 (%)"
BY_ATTEMPT = "試行の回数 (回)"
SIMULATED = "● 実測"
CLOSED = "― 計算"
GOOD, BAD, CAUGHT, LOST = "成功", "失敗", "Catchへ", "実行が失敗"
RESULT = "成功 {share}% (計算では {expected}%)"


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent with one decimal; what is not all never reads as all."""
    value = 100 * share
    if 0 < share < 1:
        value = min(max(value, 0.1), 99.9)
    return f"{value:.1f}"


def explanation(trace: RetryTrace) -> Explanation:
    """Say how many succeeded beside what the formula expects, and what became of the rest and of the load."""
    count = len(trace.runs)
    share = percent(trace.succeeded / count)
    point = (
        f"{count}件の実行のうち{trace.succeeded}件({share}%)が成功し、"
        f"計算で求めた確率は{percent(trace.expected)}%です。"
    )
    return Explanation(point, _why(trace))


def _why(trace: RetryTrace) -> str:
    lost = len(trace.runs) - trace.succeeded
    rate, retries = trace.failure_rate, trace.retrier.attempts
    if not retries:
        left = "Catchへ進みました" if trace.catch else "そのまま実行の失敗になりました"
        ending = f"失敗した{lost}件は{left}。" if lost else ""
        return f"再試行をしないので、1回の失敗がそのまま結果になります。{ending}"
    tries = retries + 1
    ways = f"最大{tries}回試すので、全部失敗する確率は{rate:g}の{tries}乗の{percent(rate**tries)}%です。"
    if trace.peak > 1 and (trace.peak >= 1.5 * trace.other_peak or trace.other_peak >= 1.5 * trace.peak):
        now, other = ("ずらさない", "ずらす") if trace.retrier.jitter == NONE else ("ずらす", "ずらさない")
        return (
            f"{ways}再試行の呼び出しは、1秒に最大{trace.peak}件重なりました"
            f"({now}場合。{other}場合は{trace.other_peak}件)。"
        )
    if not lost:
        return f"{ways}待ち時間を合わせて、最後の実行が終わったのは{trace.end:,.1f}秒後です。"
    left = "Catchが別のステートへ進めました" if trace.catch else "Catchがないので、実行が失敗しました"
    return f"{ways}残りの{lost}件は、{left}。"


def table(trace: RetryTrace) -> Table:
    """Return, for each number of attempts, the wait before it and the share that had succeeded by then."""
    rows = []
    for attempt in range(1, trace.retrier.attempts + 2):
        wait = trace.retrier.delay(attempt - 1) if attempt > 1 else 0
        calls = sum(len(run.tries) >= attempt for run in trace.runs)
        rows.append(
            (
                attempt,
                round(wait, 2),
                calls,
                percent(trace.reached(attempt) / len(trace.runs)),
                percent(success_probability(trace.failure_rate, attempt - 1)),
            )
        )
    mean = expected_attempts(trace.failure_rate, trace.retrier.attempts)
    caption = f"試行ごとの待ち時間(ずらす前)と、そこまでに成功した割合。平均の試行の回数は、計算では{mean:.2f}回"
    columns = ("試行", "その前の待ち (秒)", "呼び出し (件)", "成功した割合 (%)", "計算した割合 (%)")
    return Table(caption, columns, tuple(rows))
