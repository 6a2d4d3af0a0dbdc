"""Words of the explorer of Time to Live."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.time_to_live import (
    FILTERED,
    GONE,
    LATER,
    LOST,
    MILLISECONDS,
    MISSING,
    OLD,
    REFUSED,
    RETURNED,
    SECONDS,
    STALE,
    TEXT,
    YEAR,
)
from kumo.dynamodb.words import errors
from kumo.dynamodb.words.expressions import shown

if TYPE_CHECKING:
    from kumo.dynamodb.model.time_to_live import Session, TimeToLiveTrace

TITLE = "TTL：期限が切れてから消えるまで"
DESCRIPTION = "8つの項目の一生を時間の軸に並べ、1回のScanがそれぞれをどう扱うかを右に書いた図。{point}"

LIFETIME = "期限までの時間"
LIFETIME_HELP = "項目を書いてから、期限(ttl)が来るまでの時間です。"
LAG = "削除の遅れ(平均)"
LAG_HELP = "期限が切れてから、DynamoDBが裏で削除するまでの平均です。実際は、ふつう数日以内で、保証はありません。"
READ = "Scanする時刻"
READ_HELP = "最初の項目を書いた時刻から数えます。"
FORM = "ttlの書き方"
FORMS = {
    SECONDS: "エポック秒の数値(正しい)",
    MILLISECONDS: "ミリ秒の数値",
    TEXT: "秒を文字列(S)で",
    OLD: "6年前の期限",
    MISSING: "ttlを付けない",
}
FORM_HELP = "項目に入れるttl属性の値です。正しい形でないと、削除されません。"
FILTER = "フィルター式"
FILTER_HELP = "#ttl は属性ttl、:now はScanする時刻の秒です。空ならかけません。"
SEED = "乱数の種"
SEED_HELP = "項目ごとの削除の遅れを選ぶ番号です。"
HOURS = "時間"

# In the picture.
VALID, EXPIRED, DELETED = "有効", "期限切れ、まだある", "TTLが削除"
ITEM = "項目"
RESULT = "Scanの結果"
SCAN = "Scan"
TIME_AXIS = "最初の書き込みから (時間)"
STATES = {
    RETURNED: "返る",
    STALE: "期限切れが返る",
    FILTERED: "除かれる",
    LOST: "有効なのに除く",
    GONE: "削除ずみ",
    LATER: "書く前",
    REFUSED: "エラー",
}
VALUE = "s1のttl"
NO_VALUE = "なし"
READ_AS = "{date} (UTC)"
READ_AS_YEAR = "秒として読むと{year:,}年"
TAKEN = "期限として使われる"
NOT_TAKEN = {
    MILLISECONDS: "秒でないので削除されない",
    TEXT: "数値でないので無視",
    OLD: "5年より古いので無視",
    MISSING: "属性がないので無視",
}
COST = "Scan: {read}件を読み、{returned}件を返す"
COST_ERROR = "Scan: エラー"
DELETIONS = "TTLの削除: {count}件、{units} WCU"
IDENTITY = "ストリームに{count}件のREMOVE (dynamodb.amazonaws.com)"


def description(trace: TimeToLiveTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def value(session: Session) -> str:
    """Return the TTL attribute of an item with its type."""
    return NO_VALUE if session.value is None else f'{{"{session.value.type}": "{shown(session.value).strip(chr(34))}"}}'


def read_as(session: Session) -> str:
    """Return what the number in the TTL attribute is as a date; empty where there is no number."""
    if session.value is None or session.value.type != "N":
        return ""
    seconds = int(session.value.data)
    try:
        return READ_AS.format(date=datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M"))
    except (ValueError, OverflowError):
        return READ_AS_YEAR.format(year=1970 + int(seconds // YEAR))


def verdict(trace: TimeToLiveTrace) -> str:
    """Return what the service makes of the TTL attribute."""
    return NOT_TAKEN.get(trace.form, TAKEN)


def cost(trace: TimeToLiveTrace) -> str:
    """Return what the scan read and returned."""
    if trace.page is None:
        return COST_ERROR
    return COST.format(read=trace.page.scanned_count, returned=trace.page.count)


def deletions(trace: TimeToLiveTrace) -> str:
    """Return what the deletions cost."""
    count = len(trace.records)
    return DELETIONS.format(count=count, units=count * facts.value("dynamodb.ttl-write-units"))


def explanation(trace: TimeToLiveTrace) -> Explanation:
    """Say what the scan returned that it should not, or left out that it should not, and why."""
    if trace.error is not None:
        return Explanation(f"DynamoDBは、このScanを{trace.error.code}で断りました。", errors.hint(trace.error))
    stale, lost, filtered = (trace.states.count(state) for state in (STALE, LOST, FILTERED))
    gone = trace.states.count(GONE)
    there = sum(state in {RETURNED, STALE, FILTERED, LOST} for state in trace.states)
    if lost:
        point = f"フィルターは、期限が来ていない{lost}件も除きました。"
    elif stale:
        point = f"期限の切れた{stale}件が、まだ消えずにScanの結果に入りました。"
    elif filtered:
        point = f"期限の切れた{filtered}件はまだテーブルにありますが、フィルターが結果から除きました。"
    else:
        point = f"この時刻のテーブルには{there}件があり、期限の切れた項目は残っていません。"
    return Explanation(point, _why(trace, lost=bool(lost), gone=gone))


def _why(trace: TimeToLiveTrace, *, lost: bool, gone: int) -> str:
    if trace.form == MILLISECONDS:
        return "ミリ秒の値を秒として読むと、はるか先の日時になります。期限が来ないので、TTLもフィルターも働きません。"
    if lost:
        return "数値の:nowとは型が違うか、属性がないので、比較は偽になります。TTLも、この項目を対象にしません。"
    if trace.form == OLD:
        return "期限が5年より前の項目は、TTLの対象になりません。古いデータは、自分で削除します。"
    if trace.form in {TEXT, MISSING}:
        return "ttlに数値がない項目は、TTLの対象になりません。いつまでも残ります。"
    share = round(100 * trace.expired_share)
    done = f"{gone}件は削除ずみで、" if gone else ""
    return (
        f"{done}削除は期限より平均{trace.lag:g}時間遅れます。"
        f"同じように書き続けるテーブルでは、残っている項目の{share}%が期限切れになります。"
    )


def table(trace: TimeToLiveTrace) -> Table:
    """Return the items one by one."""
    rows = tuple(
        (
            session.key,
            session.written,
            round(session.expires, 1),
            value(session),
            "-" if session.deleted is None else round(session.deleted, 1),
            STATES[state],
        )
        for session, state in zip(trace.sessions, trace.states, strict=True)
    )
    columns = ("項目", "書き込み (時間)", "期限 (時間)", "ttlの値", "TTLの削除 (時間)", f"{trace.read:g}時間目のScan")
    return Table("項目の期限と削除", columns, rows)
