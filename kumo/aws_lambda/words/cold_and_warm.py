"""Words of the explorer of cold and warm starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.warmth import MinuteTrace

TITLE = "コールドスタートとウォームスタート"
DESCRIPTION = (
    "上は実行環境を1本ずつの帯にした1分間の図で、準備、初期化、実行、待機、破棄を区別している。"
    "下は同じ時間軸で、各リクエストの応答までの時間。{requests}件のうち{cold}件がコールドスタート。"
)

PATTERN = "リクエストの届き方"
PATTERN_OPTIONS = {"random": "ランダム", "steady": "等間隔", "burst": "20秒ごとにまとめて"}
PATTERN_HELP = "平均の件数は同じです。ランダムは、前後の到着と関係なく届く流れ(ポアソン到着)です。"
RATE = "リクエストの平均"
RATE_HELP = "1秒に届く件数の平均です。"
INIT = "初期化の時間"
INIT_HELP = "ライブラリの読み込みなど、ハンドラーの外のコードにかかる時間です。"
IDLE = "待機できる時間"
IDLE_HELP = (
    "使われない実行環境が破棄されるまでの時間です。AWSは公表していません。"
    "実測では数分から10分ほどですが、ここでは図に収まるように秒に縮めています。"
)
MEMORY = "メモリ"
MEMORY_HELP = "CPUはメモリに比例するので、大きいほど実行が速く終わります。"
MEMORY_OPTIONS = {
    "128": "128 MB",
    "256": "256 MB",
    "512": "512 MB",
    "1024": "1,024 MB",
    "1769": "1,769 MB (1 vCPU)",
    "3538": "3,538 MB (2 vCPU)",
}
PACKAGE = "デプロイパッケージ"
PACKAGE_OPTIONS = {
    "small": "ZIP 10 MB",
    "large": "ZIP 250 MB",
    "image": "コンテナイメージ 1,000 MB",
}
PACKAGE_HELP = "ZIPは大きさに応じてダウンロードと展開に時間がかかります。イメージは必要な部分だけが読まれます。"
SEED = "乱数の種"
SEED_HELP = "到着の並びと、実行時間のばらつきを選ぶ番号です。"
REQUESTS_PER_SECOND = "件/秒"
SECONDS = "秒"

# In the picture.
REQUESTS = "リクエスト"
ENVIRONMENT = "環境{number}"
LANES, LANES_SHORT = "実行環境", "環境"
NOW = "実行環境はいま {count} 個"
IN_ALL = "実行環境は1分間で {count} 個"
LATENCIES = "応答までの時間 (秒)"
TIME = "時刻 (秒)"
PREPARE, INITIALISE, RUN, REST, END = "作成・ダウンロード・展開", "初期化", "実行", "待機", "破棄"
COLD_SHARE = "コールドスタート {cold}/{requests}件 ({percent}%)"
PERCENTILE = "p{percent} {seconds}"
COLD_LABEL, WARM_LABEL = "コールド", "ウォーム"
CALL = "準備と初期化で{seconds}秒待つ"
NONE = "届いたリクエストはありません"


def seconds(time: float) -> str:
    """Return microseconds as seconds with one decimal, or two below one."""
    value = time / SECOND
    return f"{value:.2f}" if value < 1 else f"{value:.1f}"


def percent(trace: MinuteTrace) -> str:
    """Return the share of cold starts in whole per cent."""
    return f"{100 * trace.pool.cold_share:.0f}"


def explanation(trace: MinuteTrace) -> Explanation:
    """Say how many waited for how long, and why there was no warm environment for them."""
    requests, cold, beside = len(trace.pool.invocations), len(trace.colds), trace.beside_busy
    if not requests:
        return Explanation("この1分間には、リクエストが届きませんでした。", "平均の件数か乱数の種を変えてください。")
    wait = seconds(trace.pool.start.duration)
    which = f"{requests}件のうち{cold}件" if cold < requests else f"{requests}件すべて"
    point = f"{which}がコールドスタートになり、実行の前に{wait}秒待ちました。"
    alone = cold - beside
    if alone and beside:
        why = f"使える実行環境が1つもなかったものが{alone}件、あっても全部が使用中か準備中だったものが{beside}件です。"
    elif beside:
        why = "どれも、すべての実行環境が使用中か準備中のときに届いたものです。"
    else:
        why = "どれも、実行環境が1つもないときに届いたものです。"
    ended = sum(e.ended is not None for e in trace.pool.environments)
    warm = requests - cold
    if not warm:
        rest = "実行環境が空いているうちに次が届かないので、再利用は1回もありません。"
    elif ended:
        rest = f"{trace.idle // SECOND}秒使われなかった{ended}個は破棄されました。"
        rest += f"残りの{warm}件は待機中の実行環境で始まりました。"
    else:
        rest = f"残りの{warm}件は、待機中の実行環境ですぐに始まりました(中央値{seconds(trace.pool.percentile(50))}秒)。"
    return Explanation(point, why + rest)


def table(trace: MinuteTrace) -> Table:
    """Return every request: when, where, how it started, how long it waited and ran."""
    rows: list[tuple[str | int | float, ...]] = [
        (
            number,
            round(i.time / SECOND, 1),
            i.environment + 1,
            COLD_LABEL if i.kind == COLD else WARM_LABEL,
            round(i.waited / SECOND, 2),
            round(i.ran / SECOND, 2),
            round(i.latency / SECOND, 2),
        )
        for number, i in enumerate(trace.pool.invocations, 1)
    ]
    return Table(
        "各リクエストを受けた実行環境と、かかった時間",
        (
            "番号",
            "届いた時刻 (秒)",
            "実行環境",
            "始まり方",
            "準備・初期化 (秒)",
            "実行 (秒)",
            "応答まで (秒)",
        ),
        tuple(rows) or (("—", NONE, "—", "—", "—", "—", "—"),),
    )
