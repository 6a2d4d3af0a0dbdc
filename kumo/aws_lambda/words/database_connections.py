"""Words of the explorer of database connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model import database_connections
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.database_connections import Comparison, ConnectionTrace

TITLE = "データベースの接続：RDS Proxyの有無"
DESCRIPTION = "同じ30秒のリクエストを、直接つなぐ場合とRDS Proxyを通す場合で比べる。{point}"

RATE = "突発のリクエスト"
RATE_HELP = "5秒から10秒までの間に、1秒あたり何件届くかの平均です。ほかの時間は1秒に1件ほどです。"
RUN = "1件の実行時間"
RUN_HELP = "ハンドラーの実行時間の中央値です。リクエストごとに前後します。"
SHARE = "トランザクションの割合"
SHARE_HELP = "実行時間のうち、データベースのトランザクションの中にいる割合です。"
LIMIT = "max_connections"
LIMIT_HELP = "データベースが同時に受け付ける接続の上限です。"
PINNED = "ピン留めされるセッション"
PINNED_HELP = "セッションの状態を変えるSQLなどで、プロキシが接続を使い回せなくなるセッションの割合です。"
PERCENT_OF = "プロキシが使える割合"
PERCENT_HELP = "MaxConnectionsPercentです。max_connectionsのうち、プロキシが開ける接続の割合です。"
BORROW = "借用を待つ時間"
BORROW_HELP = "ConnectionBorrowTimeoutです。空く接続をこの時間だけ待ち、空かなければエラーになります。"
RESERVED = "予約済み同時実行数"
RESERVED_OPTIONS = {"none": "なし", "10": "10", "20": "20", "40": "40", "80": "80"}
RESERVED_HELP = "関数の同時実行数の上限です。超えた呼び出しはスロットリングされます。"
SEED = "乱数の種"
SEED_HELP = "到着、実行時間、ピン留めの並びを選ぶ番号です。"
PER_SECOND, MILLISECONDS, SECONDS, COUNT, PERCENT = "件/秒", "ミリ秒", "秒", "本", "%"

# In the picture.
PANELS = {False: "直接つなぐ", True: "RDS Proxyを通す"}
ENVIRONMENTS, CONNECTIONS, BUSY, WAITING = "実行環境", "DB接続", "使用中", "待ち"
PROXY, DATABASE = "RDS Proxy", "RDS"
OPEN = "{count} / {limit}本"
LIMIT_LINE = "max_connections {limit}"
ERRORS = "エラー (件/0.5秒)"
TIME = "時刻 (秒)"
NO_ERRORS = "エラーなし"
ERROR_COUNT = "エラー {count:,} / {total:,}件"
BURST = "突発"

FATES = {
    database_connections.OK: "成功",
    database_connections.REFUSED: "Too many connections",
    database_connections.TIMED_OUT: "借用待ちのタイムアウト",
    database_connections.THROTTLED: "スロットリング (429)",
}


def description(trace: Comparison) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def verdict(trace: ConnectionTrace) -> str:
    """Return how many requests ended with an error."""
    return ERROR_COUNT.format(count=len(trace.failed), total=len(trace.requests)) if trace.failed else NO_ERRORS


def _seconds(duration: int) -> str:
    return f"{duration / SECOND:.1f}秒" if duration >= SECOND else f"{duration / MILLISECOND:.0f}ミリ秒"


def explanation(trace: Comparison) -> Explanation:
    """Say how many connections and errors each way has, and why they differ."""
    direct, proxied = trace.direct, trace.proxied
    point = (
        f"直接つなぐとDB接続は{direct.connections}本でエラーは{len(direct.failed):,}件、"
        f"RDS Proxyを通すと{proxied.connections}本で{len(proxied.failed):,}件です。"
    )
    return Explanation(point, _direct(direct) + _proxied(proxied) + _throttled(direct))


def _direct(trace: ConnectionTrace) -> str:
    if trace.failed:
        return (
            f"実行環境が1つ増えるたびに接続も1本増え、上限の{trace.setup.limit}本に達すると、"
            "新しい環境はToo many connectionsで失敗します。"
        )
    return f"{trace.environments}個の実行環境が1本ずつ接続を開き、暇になっても開いたままです。"


def _proxied(trace: ConnectionTrace) -> str:
    setup = trace.setup
    if trace.failed:
        reason = (
            f"ピン留めされた{trace.pinned}本が使い回せなくなり、"
            if trace.pinned
            else "同時のトランザクションが多すぎて、"
        )
        return f"プロキシでは{reason}{_seconds(setup.borrow_timeout)}待っても借りられないリクエストがエラーになります。"
    if trace.longest_wait:
        return f"プロキシは、接続が空くまで最長{_seconds(trace.longest_wait)}待たせて、エラーにせずに済ませます。"
    if trace.pinned:
        return f"プロキシでも、ピン留めされた{trace.pinned}本は使い回せず、その環境だけのものになります。"
    return f"プロキシが接続を貸すのはトランザクションの間だけなので、同時に使う{trace.most_busy}本で足ります。"


def _throttled(trace: ConnectionTrace) -> str:
    count = trace.fates[database_connections.THROTTLED]
    return f"予約済み同時実行数を超えた{count:,}件はスロットリングされました。" if count else ""


def table(trace: Comparison) -> Table:
    """Return what became of the requests, and how many connections there were, on both ways."""
    both = (trace.direct, trace.proxied)
    rows: list[tuple[str, float, float]] = [
        (f"{label} (件)", *(one.fates[fate] for one in both)) for fate, label in FATES.items()
    ]
    rows += [
        ("実行環境 (個)", *(one.environments for one in both)),
        ("DB接続の最大 (本)", *(one.connections for one in both)),
        ("同時のトランザクションの最大 (本)", *(one.most_busy for one in both)),
        ("ピン留めされたセッション (個)", *(one.pinned for one in both)),
        ("接続を待った時間の最長 (秒)", *(round(one.longest_wait / SECOND, 2) for one in both)),
    ]
    return Table("直接つなぐ場合とRDS Proxyを通す場合", ("項目", PANELS[False], PANELS[True]), tuple(rows))
