"""Words of the explorer of incremental snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.storage.model.snapshots import HOT, SNAPSHOTS, SPREAD

if TYPE_CHECKING:
    from kumo.storage.model.snapshots import History

TITLE = "増分スナップショット：何が保存され、何が残るか"
DESCRIPTION = "ボリュームの24ブロックを、4つのスナップショットがどう保存しているかを示す図。{point}"

CHANGED = "書き込むブロックの数"
CHANGED_HELP = "スナップショットから次のスナップショットまでに、書き込みがある回数です。"
WHERE = "書き込む場所"
WHERES = {SPREAD: "広い範囲", HOT: "同じあたり"}
WHERE_HELP = "同じあたりに集まると、1つのブロックが何度も書きかわります。"
DELETED = "削除する"
DELETED_HELP = "取り終わった後で削除するスナップショットです。"
RESTORED = "復元する"
RESTORED_HELP = "別のゾーンに新しいボリュームを作るときに、元にするスナップショットです。"
FAST = "高速スナップショット復元"
FAST_HELP = "作った直後から、すべてのブロックを待たずに読めるようにします(追加料金)。"
NUMBERS = {str(number): str(number) for number in range(1, SNAPSHOTS + 1)}
UNIT = "ブロック"

NAME = "スナップ{number}"
OWN = "ここで保存"
REFERENCE = "前のコピーを参照"
EMPTY = "空"
GONE = "消えた"
STORED = "保存 {count}"
LEFT = "残り {count}"
DELETED_MARK = "削除済み"
IN_S3 = "S3にあるブロック"
WITH_FULL = "毎回フルコピーなら"
COUNT = "{count}ブロック"
RESTORE = "スナップ{number}から、別のゾーンに復元したボリューム"
NOT_RESTORED = "スナップ{number}は削除したので、復元できない"
READ_WAIT = "読むと待つ"
READ_FAST = "すぐ読める"
MOMENT = "ブロック目"


def description(trace: History) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: History) -> Explanation:
    """Say what is stored, what a deletion freed, and what the restored volume waits for."""
    stored = len(trace.kept)
    deleted = [number for number in range(1, SNAPSHOTS + 1) if number not in trace.living]
    if not trace.living:
        return Explanation(
            f"4つとも削除したので、{trace.freed}ブロックすべてが消えました。",
            "どのスナップショットからも参照されなくなったコピーは残りません。元のボリュームには影響しません。",
        )
    if not deleted:
        point = f"4つのスナップショットで保存したのは{stored}ブロックで、毎回のフルコピーなら{trace.full}ブロックです。"
    else:
        names = "と".join(str(number) for number in deleted)
        point = f"スナップ{names}を削除して空いたのは{trace.freed}ブロックで、{stored}ブロックが残ります。"
    return Explanation(point, _kept(trace, deleted) + _restored(trace))


def _kept(trace: History, deleted: list[int]) -> str:
    if not deleted:
        return "2つ目からは、変わったブロックだけを保存し、残りは前のコピーを参照します。"
    still = sum(owner in deleted for owner, _ in trace.kept)
    if still:
        return f"削除したスナップショットのコピーでも、ほかから参照されている{still}ブロックは消えません。"
    return "参照されなくなったコピーだけが消えます。"


def _restored(trace: History) -> str:
    if trace.loading is None:
        return f"スナップ{trace.restored}は削除したので、そこからの復元はできません。"
    waited = sum(trace.loading.waited)
    if waited:
        return f"復元したボリュームでは、まだ届いていないブロックを読む{waited}回が、S3からの取り寄せを待ちます。"
    return f"復元したボリュームは、スナップ{trace.restored}の時点と同じ内容を、待たずに読めます。"


def table(trace: History) -> Table:
    """Return what each snapshot stored, refers to, and what of it is left."""
    rows = []
    for number, owners in enumerate(trace.taken, start=1):
        own = trace.stored(number)
        left = sum(owner == number for owner, _ in trace.kept)
        state = "あり" if number in trace.living else DELETED_MARK
        referred = sum(owner is not None and owner != number for owner in owners)
        rows.append((NAME.format(number=number), state, own, referred, left))
    return Table(
        f"スナップショットの中身(S3に{len(trace.kept)}ブロック、空いたのは{trace.freed}ブロック)",
        ("スナップショット", "状態", "取ったときに保存", "取ったときの参照", "いま残るコピー"),
        tuple(rows),
    )
