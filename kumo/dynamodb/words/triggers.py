"""Words of the explorer of a stream and its trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.streams import INSERT, MODIFY, REMOVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.triggers import Batch, TriggersTrace

TITLE = "ストリームとトリガー：変更が関数に届くまで"
DESCRIPTION = "1件の変更を1行とし、書き込みから関数の処理が終わるまでを、シャードごとに時間の軸に並べた図。{point}"

RATE = "書き込みの速さ"
RATE_HELP = "テーブルに3秒間書き込みます。項目はAからFの6つです。"
SHARDS = "シャードの数"
SHARDS_HELP = "DynamoDBが自動で決めるものです。同じ項目のレコードは、いつも同じシャードに入ります。"
BATCH = "バッチサイズ"
BATCH_HELP = "1回の呼び出しに渡すレコードの上限です。実際の既定は100件です。"
WINDOW = "バッチウィンドウ"
WINDOW_HELP = "バッチがいっぱいになるのを待つ時間です。0秒なら、レコードを見つけしだい呼び出します。"
DURATION = "関数の実行時間"
DURATION_HELP = "1回の呼び出しにかかる時間です。終わるまで、同じ読み手は次のバッチに進みません。"
READERS = "並列化係数"
READERS_HELP = "1つのシャードを、項目のキーで分けて並列に処理する数です。同じ項目の順番は保たれます。"
POISON = "必ず失敗するレコード"
POISON_HELP = "この番号のレコードを含むバッチは失敗します。0なら、どれも失敗しません。"
SEED = "乱数の種"
SEED_HELP = "どの項目に、どの操作をするかを選ぶ番号です。"
PER_SECOND, PIECES, RECORDS, MILLISECONDS, NUMBER = "件/秒", "個", "件", "ミリ秒", "番"
SECONDS_UNIT = "秒"

# In the picture.
EVENTS = {INSERT: "追加", MODIFY: "更新", REMOVE: "削除"}
SAME = "同じ値"
NO_NUMBER = "–"
WRITTEN, WAITING, RUNNING, FAILED = "書き込み", "待つ", "関数が成功", "失敗"
BATCH_FRAME = "1回の呼び出しに渡ったバッチ"
CHANGE = "番号と変更"
DELAY = "遅れ (秒)"
SHARD = "シャード{shard}"
READER = "シャード{shard}の並列{reader}"
NOTE = "{records}件 → {calls}回の呼び出し"
NOTE_EMPTY = "レコードなし"
NOTE_STUCK = "{bad}番で止まり、{others}件が待つ"
NOTE_STUCK_ALONE = "{bad}番で止まる"
UNCHANGED = "値を変えない書き込み"
NO_RECORD = "レコードなし"
HELD = "未処理"
TIME_AXIS, TIME_AXIS_POLLS = "時間 (秒)", "時間 (秒。細かい目盛りはポーリング)"


def description(trace: TriggersTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def seconds(milliseconds: float) -> str:
    """Return a time in seconds with two digits after the point."""
    return f"{milliseconds / 1000:.2f}"


def shard(number: int, reader: int | None) -> str:
    """Return the name of a shard, or of one of its readers."""
    if reader is None:
        return SHARD.format(shard=number + 1)
    return READER.format(shard=number + 1, reader=reader + 1)


def note(trace: TriggersTrace, batches: Sequence[Batch], records: Sequence[Record]) -> str:
    """Return what became of the records of a reader."""
    held = [record.sequence for record in records if record.sequence in trace.held]
    if held:
        pattern = NOTE_STUCK if len(held) > 1 else NOTE_STUCK_ALONE
        return pattern.format(bad=trace.poison, others=len(held) - 1)
    if not records:
        return NOTE_EMPTY
    return NOTE.format(records=len(records), calls=sum(len(batch.attempts) for batch in batches))


def explanation(trace: TriggersTrace) -> Explanation:
    """Say how many records took how many invocations and how late they were, or who waits for whom."""
    count, unchanged = len(trace.records), sum(write.record is None for write in trace.writes)
    if trace.held:
        others, through = len(trace.held) - 1, len(trace.finished)
        where = "同じシャード" if trace.readers == 1 else "同じ読み手"
        waiting = f"{where}の後ろの{others}件も待っています" if others else "処理されずに残っています"
        point = f"{trace.poison}番のレコードが失敗し続け、{waiting}。"
        why = f"順番を守るため、失敗したバッチが成功するか期限が切れるまで、{where}では次へ進みません。"
        if through:
            why += f"ほかの{through}件は、先に届いたか、別の所で読まれたので、処理が終わりました。"
        return Explanation(point, why)
    late = seconds(max(trace.delays))
    point = f"{count}件のレコードが{trace.invocations}回の呼び出しで処理され、最も遅い変更は{late}秒後に終わりました。"
    reasons = []
    if trace.window:
        reasons.append(
            f"バッチウィンドウの{trace.window / 1000:g}秒だけ集めて待つので、呼び出しは減り、遅れは増えます。"
        )
    else:
        reasons.append("Lambdaは1秒に4回シャードを見て、レコードがあればすぐに関数を呼び、終わるまで待ちます。")
    if unchanged:
        reasons.append(f"値を変えなかった{unchanged}件の書き込みは、レコードを残しません。")
    else:
        reasons.append("同じ項目の変更は、書かれた順に届きます。")
    return Explanation(point, "".join(reasons))


def table(trace: TriggersTrace) -> Table:
    """Return every write with its record and what became of it."""
    rows = []
    for write in trace.writes:
        record = write.record
        if record is None:
            rows.append(("-", seconds(write.time), write.item, SAME, "-", "-", "-", NO_RECORD))
            continue
        batch = trace.batch_of.get(record.sequence)
        held = record.sequence in trace.held
        rows.append(
            (
                record.sequence,
                seconds(write.time),
                write.item,
                EVENTS[record.event],
                record.shard + 1,
                seconds(batch.attempts[0].start) if batch else "-",
                len(batch.attempts) if batch else 0,
                HELD if held else seconds(trace.finished[record.sequence] - write.time),
            )
        )
    columns = ("番号", "書き込み (秒)", "項目", "変更", "シャード", "最初の呼び出し (秒)", "呼び出し (回)", "遅れ (秒)")
    return Table("書き込みごとのレコードと処理", columns, tuple(rows))
