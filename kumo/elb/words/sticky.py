"""Words of the explorer of sticky sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model.sticky import APP_COOKIE, CLOSE, LB_COOKIE, MINUTE, OFF, SCALED, SLOT, expected_share

if TYPE_CHECKING:
    from kumo.elb.model.sticky import StickyTrace

TITLE = "スティッキーセッションとスケールアウト"
DESCRIPTION = (
    "リクエストの割合をターゲットごとに積み重ねた推移。{scaled}分に{added}台を増やし、その後の{close}分間に"
    "新しいターゲットへ届いたのは{share}。均等なら{fair}。"
)

KIND = "スティッキーセッション"
KIND_OPTIONS = {OFF: "なし", LB_COOKIE: "期間ベース", APP_COOKIE: "アプリケーションベース"}
KIND_HELP = (
    "期間ベースのCookieはリクエストのたびに延長されます。アプリケーションベースは、アプリのCookieの期限に従います。"
)
LASTING = "Cookieの期間"
LASTING_OPTIONS = {"1": "1秒", "60": "1分", "300": "5分", "1800": "30分", "86400": "1日(既定)"}
LASTING_HELP = "Cookieが有効な時間です。スティッキーセッションがなしのときは使いません。"
GAP = "リクエストの間隔"
GAP_HELP = "1人の利用者が次のリクエストを送るまでの平均の時間です。"
LENGTH = "利用時間"
LENGTH_HELP = "1人の利用者が使いつづける平均の時間です。"
BEFORE = "はじめの台数"
BEFORE_HELP = "最初からあるターゲットの数です。"
ADDED = "増やす台数"
ADDED_HELP = "途中で増やすターゲットの数です。"
SEED = "乱数の種"
SEED_HELP = "利用者の出入りとリクエストの時刻の並びを選ぶ番号です。"
SECONDS, MINUTES, UNITS = "秒", "分", "台"

# In the picture.
SHARE = "届いた割合 (%、2分ごと)"
TIME = "時刻 (分)"
SCALE_OUT = "{added}台を増やす"
OLD, NEW = "もとの{count}台", "新しい{count}台"
EXPECTED = "点線: 計算による境目"
CLOSE_UP = "増やしてから{minutes}分間に届いた件数"
TARGET = "ターゲット{number}"
IS_NEW = "(新)"
FAIR = "縦線: 均等な件数"
COUNT = "{count}件"


def percent(share: float) -> str:
    """Return a share as readers read it."""
    return f"{share:.0%}"


def description(trace: StickyTrace) -> str:
    """Return the picture in words."""
    return DESCRIPTION.format(
        scaled=SCALED // MINUTE,
        added=trace.settings.added,
        close=CLOSE // MINUTE,
        share=percent(trace.close_share),
        fair=percent(trace.settings.fair),
    )


def explanation(trace: StickyTrace) -> Explanation:
    """Say what the new targets got soon after scaling out, and what holds the users back."""
    settings = trace.settings
    fair, got = percent(settings.fair), percent(trace.close_share)
    minutes = CLOSE // MINUTE
    point = f"{settings.added}台を増やして{minutes}分間に、新しいターゲットへ届いたのは{got}でした(均等なら{fair})。"
    if settings.kind == OFF:
        return Explanation(point, "リクエストごとに順番に送るので、新しいターゲットはすぐに同じだけ受け持ちます。")
    later = percent(expected_share(settings, 40 * MINUTE))
    if settings.kind == LB_COOKIE:
        lasts = LASTING_OPTIONS[str(settings.duration)].removesuffix("(既定)")
        if settings.duration > settings.gap:
            why = f"Cookieはリクエストのたびに{lasts}延びるので、使いつづける利用者はもとのターゲットから動きません。"
        else:
            why = f"Cookieの期間({lasts})がリクエストの間隔より短いので、次のリクエストまでに切れることが多くなります。"
    else:
        why = "アプリのCookieが切れた利用者から、新しいターゲットへ移れます。"
    return Explanation(point, f"{why}計算では、40分後の割合は{later}です。")


def table(trace: StickyTrace) -> Table:
    """Return the requests of every slot by target, with the shares of the new ones."""
    settings = trace.settings
    names = tuple(
        TARGET.format(number=number + 1) + (IS_NEW if number >= settings.before else "") + " (件)"
        for number in range(settings.targets)
    )
    rows = []
    for slot, counts in enumerate(trace.slots):
        start = slot * SLOT
        middle = expected_share(settings, start + SLOT / 2 - SCALED)
        span = f"{start // MINUTE}〜{(start + SLOT) // MINUTE}"
        rows.append((span, *counts, percent(trace.new_share(slot)), percent(middle)))
    return Table("ターゲットごとの件数", ("時間 (分)", *names, "新しい台の割合", "計算"), tuple(rows))
