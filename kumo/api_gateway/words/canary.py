"""Words of the canary explorer."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from kumo.api_gateway.model.canary import DISABLE, PROMOTE, WATCH, Z, band, needed, wilson
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.canary import CanaryTrace, Tally

TITLE = "カナリアリリース：割合とばらつき"
DESCRIPTION = (
    "100件のリクエストの行き先、カナリアに流れた割合の移り変わりと95%の帯、2つの版のエラー率と95%区間、"
    "区切りごとのエラーの件数。{watched}件のうち{new}件がカナリアへ。"
)

PERCENT = "カナリアの割合"
PERCENT_HELP = "ステージに届いたリクエストのうち、カナリア(新しい版)に流す割合です。"
REQUESTS = "届くリクエスト"
REQUESTS_HELP = "観察する件数です。"
ERROR_OLD = "今の版のエラー率"
ERROR_OLD_HELP = "本番で動いている版が、リクエスト1件でエラーになる確率です。"
ERROR_NEW = "新しい版のエラー率"
ERROR_NEW_HELP = "新しい版が、リクエスト1件でエラーになる確率です。実際の運用では、この値はわかりません。"
ACTION = "途中ですること"
ACTION_OPTIONS = {WATCH: "見つづける", PROMOTE: "昇格する", DISABLE: "取りやめる"}
ACTION_HELP = "昇格すると、ステージが新しい版になります。取りやめると、今の版だけに戻ります。"
DECISION = "する時点"
DECISION_HELP = "昇格や取りやめを、全体の何%まで届いたところでするかです。"
SEED = "乱数の種"
SEED_HELP = "どのリクエストがカナリアに行くかを選ぶ番号です。"
PERCENT_SIGN = "%"
COUNT_UNIT = "件"

# In the picture.
SAMPLE = "100件の行き先"
RANGE = "{first:,}〜{last:,}件目"
SAMPLE_COUNT = "新しい版 {new}件"
SAMPLE_ERRORS = "エラー {errors}件"
OLD = "今の版"
NEW = "新しい版"
ERROR = "エラー"
STAGE = "ステージの振り分け"
BEFORE = "カナリアあり"
BEFORE_SHARE = "カナリア {share}%"
AFTER = {PROMOTE: "昇格のあと", DISABLE: "取りやめたあと"}
SEPARATE = "カナリアのログと変数は別"
ONLY = {PROMOTE: "昇格後：新しい版だけ", DISABLE: "取りやめ後：今の版だけ"}
DONE = {PROMOTE: "昇格", DISABLE: "取りやめ"}
SHARE = "カナリアへの割合 (%)"
BAND = "95%の帯：{few:,}件で±{wide}、{many:,}件で±{slim}ポイント"
BAND_SHORT = "95%の帯：±{wide}({few:,}件)→±{slim}({many:,}件)"
BAND_ONCE = "95%の帯：{many:,}件で±{slim}ポイント"
NO_BAND = "0%と100%では、ばらつきません"
RATES = "エラー率と95%区間 (%)"
RATES_SHORT = "エラー率 (%)"
APART = "{count:,}件から区間が離れ、差が見える"
OVERLAPPING = "区間が重なり、差はまだ見えない"
NO_OTHER = "比べる相手の版が呼ばれていない"
ERRORS = "エラーの件数 ({size}件ごと)"
AXIS = "届いたリクエスト (件)"


def share(value: float, digits: int = 1) -> str:
    """Return a share of 1 as a number of percent."""
    return f"{100 * value:.{digits}f}"


def rounded(number: int) -> str:
    """Return a computed number of requests with two significant digits, as one says it."""
    digits = max(0, len(str(number)) - 2)
    return f"{round(number, -digits):,}"


def explanation(trace: CanaryTrace) -> Explanation:
    """Say how many went to the canary, whether the versions can be told apart, and what the action did."""
    settings, watched = trace.settings, trace.watched
    if settings.share in (0, 1):
        point = (
            f"{watched.total:,}件のうち、カナリアに流れたのは0件です。"
            if not settings.share
            else f"{watched.total:,}件すべてがカナリアに流れました。"
        )
        why = (
            "割合が0%なので、新しい版は一度も呼ばれず、良し悪しはわかりません。"
            if not settings.share
            else "割合が100%なので、全員が新しい版に当たり、比べる今の版がありません。"
        )
        return Explanation(point, why + _action(trace))
    lower, upper = band(settings.share, watched.total)
    low, high = floor(lower * watched.total), ceil(upper * watched.total)
    inside = "" if low <= watched.new <= high else "今回はその外に出た、まれな例です。"
    return Explanation(
        f"{watched.total:,}件のうち{watched.new:,}件({share(watched.new / watched.total)}%)がカナリアに流れました。",
        f"行き先は1件ごとの抽選なので、{watched.total:,}件ならおよそ95%の確率で{low:,}〜{high:,}件です。"
        + inside
        + _difference(trace)
        + _action(trace),
    )


def table(trace: CanaryTrace) -> Table:
    """Return requests, errors and intervals by phase and version."""
    settings, watched = trace.settings, trace.watched
    phases = [(BEFORE, watched)]
    if settings.action != WATCH:
        phases += [(AFTER[settings.action], trace.total.minus(watched)), ("全体", trace.total)]
    rows = []
    for phase, tally in phases:
        for version, count, errors in (
            (OLD, tally.old, tally.old_errors),
            (NEW, tally.new, tally.new_errors),
        ):
            low, high = wilson(errors, count)
            rate, interval = (share(errors / count), f"{share(low)}〜{share(high)}") if count else ("－", "－")
            rows.append((phase, version, count, share(count / tally.total), errors, rate, interval))
    since = trace.apart_since()
    told = f"2つの区間が離れたのは{since:,}件から" if since else "2つの区間は重なったまま"
    return Table(
        f"版ごとの結果({told})",
        ("期間", "版", "リクエスト (件)", "割合 (%)", "エラー (件)", "エラー率 (%)", "エラー率の95%区間 (%)"),
        tuple(rows),
    )


def half_band(probability: float, requests: int) -> str:
    """Return half the width of the band around a share after `requests`, in percentage points."""
    return share(Z * (probability * (1 - probability) / requests) ** 0.5)


def _difference(trace: CanaryTrace) -> str:
    if not trace.watched.old or not trace.watched.new:
        missing = NEW if trace.watched.old else OLD
        return f"{missing}がまだ一度も呼ばれていないので、エラー率を比べられません。"
    since, enough = trace.apart_since(), needed(trace.settings)
    if enough is None:
        if since:
            return "エラー率の設定は同じなのに区間が離れました。偶然でも、こういうことは起こります。"
        return "2つの版のエラー率の設定は同じで、区間も重なったままです。"
    if since:
        higher = _rate(trace.watched, new=True) > _rate(trace.watched, new=False)
        return (
            f"{since:,}件からは2つの95%区間が離れ、新しい版のエラー率が{'高い' if higher else '低い'}とわかります"
            f"(平均どおりなら約{rounded(enough)}件)。"
        )
    return (
        "エラー率の95%区間がまだ重なっていて、差があるとは言えません。"
        f"平均どおりのエラーなら、離れるのは約{rounded(enough)}件です。"
    )


def _rate(tally: Tally, *, new: bool) -> float:
    return tally.new_errors / tally.new if new else tally.old_errors / tally.old


def _action(trace: CanaryTrace) -> str:
    settings = trace.settings
    if settings.action == WATCH:
        return ""
    after = trace.total.minus(trace.watched)
    if settings.action == PROMOTE:
        ending = f"{after.errors:,}件がエラーになりました。" if after.errors else "エラーは起きていません。"
        return f"{settings.decision:,}件で昇格したあとは、残りの{after.total:,}件すべてに新しい版が答え、{ending}"
    if not trace.total.new_errors:
        return f"{settings.decision:,}件で取りやめるまでに、新しい版のエラーは起きていません。"
    return (
        f"{settings.decision:,}件で取りやめたので、新しい版のエラーに会ったのは"
        f"{trace.total.new_errors:,}件だけで済みました。"
    )
