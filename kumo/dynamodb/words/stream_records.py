"""Words of the explorer of a stream's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.streams import INSERT, KEYS_ONLY, MODIFY, NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE, REMOVE
from kumo.dynamodb.model.values import Value
from kumo.dynamodb.words.expressions import shown

if TYPE_CHECKING:
    from kumo.dynamodb.model.stream_records import StreamRecordsTrace
    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.values import Item

TITLE = "ストリームのレコード：4つのビュータイプ"
DESCRIPTION = "上に項目の変更前と変更後、下に4つのビュータイプそれぞれのレコード。{point}"

ITEM_BEFORE = "変更前の項目 (JSON)"
ITEM_BEFORE_HELP = "空にすると、項目がない所に書きます。idは主キーです。"
ITEM_AFTER = "変更後の項目 (JSON)"
ITEM_AFTER_HELP = "空にすると、項目を削除します。idを変えると、別の項目になります。"
VIEW_TYPE = "ビュータイプ"
VIEW_TYPES = {
    KEYS_ONLY: "KEYS_ONLY(キーだけ)",
    NEW_IMAGE: "NEW_IMAGE(変更後)",
    OLD_IMAGE: "OLD_IMAGE(変更前)",
    NEW_AND_OLD_IMAGES: "NEW_AND_OLD_IMAGES(前と後)",
}
VIEW_TYPE_HELP = "ストリームを有効にするときに1つ選びます。後から変えるには、ストリームを作り直します。"

# In the picture.
BEFORE, AFTER = "変更前", "変更後"
RECORDS = "ストリームに残るレコード"
NO_ITEM = "項目なし"
NO_EVENT = "変化なし"
NONE = "レコードは残りません"
ABSENT = "なし"
STEPS = "段階"
STEP_BEFORE, STEP_WRITE, STEP_NONE = "変更前", "{operation}", "レコードなし"
COMPLETE = "変更の全部がわかる"
DIFFERENCE = "{name}: {old} → {new}"
KNOWN = " とわかる"
MORE = " ほか{count}件"
UNKNOWN_OLD, UNKNOWN_NEW, UNKNOWN = "変更前の値がわからない", "変更後の値がわからない", "中身がわからない"

EVENTS = {INSERT: "追加", MODIFY: "更新", REMOVE: "削除"}


def description(trace: StreamRecordsTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def json_of(item: Item) -> str:
    """Return an item on one line."""
    return shown(Value("M", dict(item)))


def complete(trace: StreamRecordsTrace, record: Record) -> bool:
    """Return whether a record holds all that there was before and after."""
    return record.old == trace.old and record.new == trace.new


def learned(trace: StreamRecordsTrace, record: Record) -> str:
    """Return what a record lets its reader know, or not know."""
    if not complete(trace, record):
        if record.old is None and record.new is None:
            return UNKNOWN
        return UNKNOWN_OLD if record.old is None else UNKNOWN_NEW
    if record.event != MODIFY or not trace.old or not trace.new:
        return COMPLETE
    names = trace.changed
    first = DIFFERENCE.format(name=names[0], old=shown(trace.old.get(names[0])), new=shown(trace.new.get(names[0])))
    return first + (MORE.format(count=len(names) - 1) if len(names) > 1 else "") + KNOWN


def explanation(trace: StreamRecordsTrace) -> Explanation:
    """Say what the chosen view type puts into the record of this write."""
    record = trace.chosen
    if record is None:
        return Explanation(
            f"この{trace.operation}は値を変えないので、どのビュータイプでもレコードは残りません。",
            "ストリームが記録するのは要求ではなく、項目の変化です。同じ値の書き直しでは、関数も呼ばれません。",
        )
    parts = [
        "キー",
        *(f"{name}の項目" for name, image in ((BEFORE, record.old), (AFTER, record.new)) if image is not None),
    ]
    held = "だけ" if len(parts) == 1 else ""
    point = (
        f"項目の{EVENTS[record.event]}は{record.event}のレコードになり、{trace.view_type}では"
        f"{'と'.join(parts)}{held}が入ります。"
    )
    return Explanation(point, _why(trace, record))


def _why(trace: StreamRecordsTrace, record: Record) -> str:
    if trace.other is not None:
        return "主キーが違うので、これは別の項目です。前からある項目は、そのまま残っています。"
    if complete(trace, record):
        return (
            "前と後の両方があるので、何がどう変わったかを関数の中で比べられます。"
            if record.event == MODIFY
            else "片方しかない変更なので、その1つで全部がわかります。"
        )
    if record.old is None and record.new is None:
        return "中身が要るなら、関数がテーブルを読み直します。そのときの値は、もう次の変更の後かもしれません。"
    missing = UNKNOWN_OLD if record.old is None else UNKNOWN_NEW
    return f"{missing}ので、変化の量や条件を調べる処理には使えません。"


def table(trace: StreamRecordsTrace) -> Table:
    """Return the record of each view type."""
    rows = []
    for name, record in trace.records.items():
        if record is None:
            rows.append((name, NO_EVENT, ABSENT, ABSENT, ABSENT, NONE))
            continue
        images = [ABSENT if image is None else json_of(image) for image in (record.keys, record.old, record.new)]
        rows.append((name, record.event, *images, learned(trace, record)))
    return Table(
        "ビュータイプごとのレコード",
        ("ビュータイプ", "eventName", "Keys", "OldImage", "NewImage", "わかること"),
        tuple(rows),
    )
