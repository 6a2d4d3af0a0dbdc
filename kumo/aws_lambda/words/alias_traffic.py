"""Words of the explorer of versions and weighted aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.alias_traffic import ALIAS, ALL, EDITED, FIXED, LATEST, SHIFTED, VERSION
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.alias_traffic import AliasTrace

TITLE = "バージョンとエイリアス：切り替えと切り戻し"
DESCRIPTION = "上に呼び出しの名前とバージョンの関係、下に1分ごとのリクエストとエラー。{point}"

PLAN = "切り替え方"
PLANS = {
    "canary": "カナリア(5分後に全部)",
    "linear": "リニア(1分ごとに足す)",
    "all": "一度に全部",
    "fixed": "手動の重みのまま",
}
PLAN_HELP = "エイリアスPRODの重みを、バージョン1から2へ移す方法です。はじめの3つはCodeDeployの設定にあります。"
SHARE = "1回に移す割合"
SHARE_HELP = "カナリアと手動ではバージョン2の重み、リニアでは1分ごとに増やす重みです。一度に全部のときは使いません。"
CALLED = "呼び出す側が指定する名前"
CALLED_OPTIONS = {"alias": "エイリアス PROD", "version": "バージョン 1", "latest": "指定なし($LATEST)"}
CALLED_HELP = "関数のARNのうしろに付ける修飾子です。何も付けなければ$LATESTが動きます。"
RATE = "リクエスト"
RATE_HELP = "1分あたりのリクエストの数です。"
ERROR_OLD = "いまのコードのエラー率"
ERROR_OLD_HELP = "バージョン1が失敗する確率です。"
ERROR_NEW = "新しいコードのエラー率"
ERROR_NEW_HELP = "バージョン2が失敗する確率です。"
ALARM = "エラー率のアラーム"
ALARM_HELP = "バージョン2の1分間のエラー率がしきい値以上になると、次の分から元の重みに戻します。"
THRESHOLD = "アラームのしきい値"
THRESHOLD_HELP = "低すぎると、問題のないバージョンでも偶然のエラーで切り戻されます。"
SEED = "乱数の種"
SEED_HELP = "振り分けとエラーの並びを選ぶ番号です。"
PERCENT = "%"
PER_MINUTE = "件/分"
MINUTE_UNIT = "分"

# In the picture.
CALLER = "呼び出す側"
ARNS = {ALIAS: "…:my-function:PROD", VERSION: "…:my-function:1", LATEST: "…:my-function"}
PROD = "エイリアス PROD"
VERSION_1, VERSION_2, LATEST_BOX = "バージョン 1", "バージョン 2", "$LATEST"
FROZEN = "変更できない"
PUBLISHED = "{minute}分に発行"
EDITABLE = "{minute}分に書き換え"
WEIGHT = "{weight}%"
AT = "{minute}分台の重み"
REQUESTS = "1分ごとのリクエスト (件)"
ERRORS = "1分ごとのエラー (件)"
OLD_CODE, NEW_CODE = "いまのコード", "新しいコード"
TIME = "時刻 (分)"
ROLLED_BACK = "切り戻し"
COMPLETED = "切り替え完了"
SHIFT = "切り替え開始"
EDIT = "コードの変更"


def description(trace: AliasTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: AliasTrace) -> Explanation:
    """Say how many requests met the new code, and what stopped or did not stop it."""
    settings, total, new, errors = trace.settings, trace.total, trace.new, trace.new_errors
    if settings.called == VERSION:
        return Explanation(
            f"{total:,}件すべてをバージョン1が処理しました。",
            "発行したバージョンは変更できません。番号で呼び出すと、エイリアスやコードを変えても影響を受けません。",
        )
    if settings.called == LATEST:
        return Explanation(
            f"コードを変えた{EDITED}分から、すべてのリクエスト({new:,}件)が新しいコードに届き、そのうち{errors:,}件がエラーでした。",
            "修飾子を付けない呼び出しは$LATESTを動かします。少しずつ移すことも、前のコードにすぐ戻すこともできません。",
        )
    point = f"{total:,}件のうち{new:,}件が新しいバージョンに届き、そのうち{errors:,}件がエラーでした。"
    return Explanation(point, _why(trace))


def _why(trace: AliasTrace) -> str:
    settings = trace.settings
    if trace.rolled_back is not None:
        bad = trace.minutes[trace.rolled_back - 1]
        rate = f"{100 * bad.new_errors / bad.new:.0f}"
        why = (
            f"{trace.rolled_back - 1}分台のエラー率が{rate}%になり、{trace.rolled_back}分に重みを戻しました。"
            "エイリアスの向きを変えるだけなので、切り戻しはすぐに終わります。"
        )
        everyone = round(settings.rate * settings.error_new)
        if settings.error_new > settings.error_old:
            why += f"一度に全部を切り替えていれば、1分に約{everyone:,}件がエラーでした。"
        else:
            why += "ただし新しいコードのエラー率は高くありません。件数が少ないと、偶然でもしきい値を超えます。"
        return why
    if settings.plan == ALL:
        note = "アラームが鳴っても、" if settings.alarm is not None else ""
        return (
            "一度に全部を切り替えると、悪いコードでも全員に届きます。"
            f"{note}切り替えがもう終わっているので、自動では戻りません。"
        )
    if trace.completed is not None:
        watched = "アラームがないので、エラーが出ても止まりません。"
        if settings.alarm is not None:
            watched = "切り替えの間、エラー率はしきい値に届きませんでした。"
        return f"{trace.completed}分に切り替えが終わりました。{watched}"
    if settings.plan == FIXED:
        return (
            f"重みは{settings.share}%のままです。"
            "どちらに届くかは1件ごとの抽選なので、件数が少ないと割合はばらつきます。"
        )
    return f"{SHIFTED}分から少しずつ移していて、まだ途中です。"


def table(trace: AliasTrace) -> Table:
    """Return weights, requests and errors of each minute."""
    rows = tuple(
        (number, minute.weight, minute.old, minute.old_errors, minute.new, minute.new_errors)
        for number, minute in enumerate(trace.minutes)
    )
    return Table(
        "1分ごとの重み、リクエスト、エラー",
        (
            "時刻 (分)",
            "PRODでのバージョン2の重み (%)",
            "いまのコード (件)",
            "うちエラー (件)",
            "新しいコード (件)",
            "うちエラー (件) ",
        ),
        rows,
    )
