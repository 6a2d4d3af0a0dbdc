"""Words of the explorer of activities and callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import activity_and_callback as model
from kumo.step_functions.model.errors import HEARTBEAT_TIMEOUT

if TYPE_CHECKING:
    from kumo.step_functions.model.activity_and_callback import TokenTrace

TITLE = "Activityとコールバック：外の答えを待つ"
DESCRIPTION = "上の帯がステート、下の帯がワーカー。間の矢印がトークン、ハートビート、結果。{point}"

PATTERN = "待ち方"
PATTERN_OPTIONS = {model.ACTIVITY: "Activity(ワーカーが取りに来る)", model.CALLBACK: ".waitForTaskToken(送って待つ)"}
PATTERN_HELP = "仕事とトークンが、どうやってワーカーに渡るかです。"
WORK = "仕事の時間"
WORK_HELP = "ワーカーが仕事を終えるまでの時間です。"
INTERVAL = "ハートビートの間隔"
INTERVAL_HELP = "ワーカーがSendTaskHeartbeatを送る間隔です。0なら送りません。"
SILENT = "ワーカーが黙る時"
SILENT_HELP = "仕事を始めてから、何も言わなくなるまでの時間です。0なら最後まで働きます。"
HEARTBEAT = "HeartbeatSeconds"
HEARTBEAT_HELP = "最後の知らせから、これだけ待ちます。0なら書きません。"
TIMEOUT = "TimeoutSeconds"
TIMEOUT_HELP = "ステートに入ってから、これだけ待ちます。0なら書きません。"
SECONDS = "秒"

# In the picture.
STATE, WORKER = "ステート", "ワーカー"
TIME = "時刻 (秒)"
NO_NEWS = "知らせなし {seconds}秒"
ALLOWED = "TimeoutSeconds {seconds}秒"
TOKEN = {model.ACTIVITY: "ポーリングに応えてトークンを渡す", model.CALLBACK: "メッセージにトークンを添えて送る"}
SHORT = "トークン"
BEAT = "↑ ハートビート"
RESULT = "結果"
LATE = "遅すぎた結果"
SILENCE = "黙る"
FOREVER = "待ち続ける(最大1年)"
SUCCEEDED = "成功"


def explanation(trace: TokenTrace) -> Explanation:
    """Say how the waiting ended, and what made the state notice."""
    if trace.left is None:
        return Explanation(
            "ワーカーが黙ったことに、ステートは気づかないまま待ち続けます。",
            "HeartbeatSecondsもTimeoutSecondsもないので、標準ワークフローの上限の1年まで終わりません。",
        )
    if trace.error is None:
        return Explanation(
            f"ワーカーがトークンとともに結果を返し、ステートは{trace.left:.1f}秒で成功しました。",
            f"待っている間に届いたハートビートは{len(trace.beats)}回で、届くたびにHeartbeatSecondsの時計が戻ります。",
        )
    point = f"{trace.left:.1f}秒で{trace.error}になりました。"
    if trace.error == HEARTBEAT_TIMEOUT:
        last = max((trace.token, *trace.beats))
        return Explanation(
            point, f"最後の知らせは{last:.1f}秒で、そこからHeartbeatSecondsの{trace.heartbeat}秒が過ぎたからです。"
        )
    late = "働いていたワーカーが返す結果は、もう使われません。" if trace.report else "ワーカーは、もう黙っていました。"
    return Explanation(point, f"ハートビートが届いても、TimeoutSecondsの{trace.timeout}秒は延びません。{late}")


def table(trace: TokenTrace) -> Table:
    """Return the messages in order of time."""
    rows: list[tuple[float, str]] = [(0.0, f"{STATE}に入る"), (trace.token, TOKEN[trace.pattern])]
    rows += [(beat, "ハートビートが届く") for beat in trace.beats]
    if trace.report is None:
        rows.append((trace.worked_until, "ワーカーが黙る"))
    elif trace.left is not None and trace.report > trace.left:
        rows.append((trace.report, LATE))
    else:
        rows.append((trace.report, "ワーカーが結果を返す"))
    if trace.left is not None:
        rows.append((trace.left, f"ステートを出る({trace.error or SUCCEEDED})"))
    rows.sort(key=lambda row: row[0])
    return Table("やりとりの順", ("時刻 (秒)", "できごと"), tuple((round(time, 1), what) for time, what in rows))
