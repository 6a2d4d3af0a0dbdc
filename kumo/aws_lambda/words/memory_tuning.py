"""Words of the memory-tuning explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.memory_tuning import MOST, ONE_VCPU
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.memory_tuning import Setting, TuningTrace

TITLE = "メモリの調整：速さと料金"
DESCRIPTION = "上にメモリごとの1回の実行時間と100万回の料金、下にメモリに対する実行時間と料金の曲線。{point}"

MEMORY = "メモリ"
MEMORY_HELP = "いまの設定です。CPUはメモリに比例して割り当てられます。"
COMPUTING = "計算の量"
COMPUTING_HELP = "1 vCPU(1,769 MB)で計算にかかる時間です。CPUが増えると短くなります。"
WAITING = "待ち時間"
WAITING_HELP = "データベースや外部のAPIの応答を待つ時間です。メモリを増やしても短くなりません。"
THREADS = "並列に使えるvCPU"
THREADS_HELP = "計算をいくつのvCPUに分けられるかです。ふつうの1スレッドの処理なら1です。"
NEEDED = "動くのに必要なメモリ"
NEEDED_HELP = "これより小さい設定では、メモリ不足で動きません。"
TIMEOUT = "タイムアウト"
TIMEOUT_HELP = "関数の設定です。これを超える実行は打ち切られ、それまでの時間が課金されます。"
MB = "MB"
MILLISECONDS = "ミリ秒"
SECONDS = "秒"
COUNT = "個"

# In the picture.
RACE = "1回の実行と、100万回の料金"
COMPUTE, WAIT = "計算", "待ち"
YOURS = "いまの設定"
CHEAPEST, FASTEST, BEST = "最安", "最速", "最安・最速"
YOURS_SHORT = "いま"
DOLLARS = "{cost} USD"
TIMED_OUT = "タイムアウト"
TOO_LITTLE = "メモリ不足"
DURATION_AXIS = "実行時間 ({unit})"
COST_AXIS = "料金 (USD/100万回)"
MEMORY_AXIS = "メモリ (MB、対数目盛)"
VCPU_MARK = "{count} vCPU"
ELAPSED = "経過"


def seconds(microseconds: float) -> str:
    """Return a duration with its unit, to three significant digits."""
    if microseconds < SECOND:
        value, unit = microseconds / MILLISECOND, "ミリ秒"
    else:
        value, unit = microseconds / SECOND, "秒"
    digits = 0 if value >= 100 or value == 0 else 1 if value >= 10 else 2  # noqa: PLR2004 -- three digits
    text = f"{value:,.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}{unit}"


def dollars(cost: float) -> str:
    """Return an amount to three significant digits, at least cents."""
    return f"{cost:,.0f}" if cost >= 1000 else f"{cost:,.1f}" if cost >= 100 else f"{cost:.2f}"  # noqa: PLR2004 -- three digits


def description(trace: TuningTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def mark(trace: TuningTrace, memory: int) -> str:
    """Return what is special about a memory setting: cheapest, fastest, both, or nothing."""
    cheapest = trace.cheapest is not None and trace.cheapest.memory == memory
    fastest = trace.fastest is not None and trace.fastest.memory == memory
    return BEST if cheapest and fastest else CHEAPEST if cheapest else FASTEST if fastest else ""


def explanation(trace: TuningTrace) -> Explanation:
    """Say what the setting means, compared with the cheapest and the fastest."""
    work, chosen, cheapest, fastest = trace.work, trace.chosen, trace.cheapest, trace.fastest
    if cheapest is None or fastest is None:
        return Explanation(
            f"どのメモリでも{work.timeout // SECOND}秒以内に終わりません。",
            "タイムアウトを延ばすか、処理を小さく分けます。打ち切られた実行も、それまでの時間が課金されます。",
        )
    if chosen is None:
        return Explanation(
            f"{trace.memory:,} MBでは足りず、必要な{work.needed:,} MBに達したところで異常終了します。",
            f"{work.needed:,} MB以上で動きます。最安は{cheapest.memory:,} MB、最速は{fastest.memory:,} MBです。",
        )
    if not chosen.finished:
        return Explanation(
            f"{chosen.memory:,} MBでは{seconds(chosen.duration)}かかり、"
            f"{work.timeout // SECOND}秒のタイムアウトで打ち切られます。",
            f"CPUが少ないためです。{cheapest.memory:,} MBにすれば{seconds(cheapest.duration)}で終わります。",
        )
    if work.computing == 0:
        return Explanation(
            f"メモリを増やしても{seconds(chosen.duration)}のままで、料金だけが増えます。",
            "待つだけの処理はCPUを使わないからです。動くかぎり小さいメモリが最安で、最速でもあります。",
        )
    point = f"{chosen.memory:,} MBでは1回{seconds(chosen.duration)}、100万回で{dollars(chosen.cost)} USDです。"
    return Explanation(point, _why(trace, chosen, cheapest, fastest))


def _why(trace: TuningTrace, chosen: Setting, cheapest: Setting, fastest: Setting) -> str:
    work, enough = trace.work, trace.work.threads * ONE_VCPU
    if chosen.memory > fastest.memory:
        beyond = f"{work.threads} vCPU" if work.threads > 1 else "1 vCPU"
        reason = f"この処理が使えるのは{beyond}({enough:,} MB)までで、" if chosen.memory > enough else ""
        return (
            f"{reason}{fastest.memory:,} MBでも同じ速さです。"
            f"メモリを増やした分だけ高くなっています(最安は{cheapest.memory:,} MBの{dollars(cheapest.cost)} USD)。"
        )
    same = trace.same_cost_up_to or 0
    if work.waiting == 0 and fastest.memory <= same:
        return (
            f"計算だけの処理は、メモリを2倍にすると時間が半分になり、料金は変わりません。"
            f"{fastest.memory:,} MBまでは、増やすほど同じ料金で速くなります。"
        )
    if chosen.memory == cheapest.memory == fastest.memory:
        return "この処理では、最安の設定が最速でもあります。"
    if chosen.memory == cheapest.memory:
        return (
            f"待ち時間にもメモリの料金がかかるので、小さい設定ほど安くなります。"
            f"最速の{fastest.memory:,} MBは{seconds(fastest.duration)}で、"
            f"料金は{_times(fastest.cost, cheapest.cost)}倍です。"
        )
    if chosen.memory == fastest.memory:
        return (
            f"これより速くはなりません。最安の{cheapest.memory:,} MBは{seconds(cheapest.duration)}かかり、"
            f"料金は{dollars(cheapest.cost)} USDです。"
        )
    return (
        f"{fastest.memory:,} MBにすると{_times(chosen.duration, fastest.duration)}倍速くなり、"
        f"料金は{_times(fastest.cost, chosen.cost)}倍です。"
        "計算の分の料金はメモリを増やしても変わらず、増えるのは待ち時間の分だけです。"
    )


def _times(more: float, less: float) -> str:
    """Return a ratio to two or three digits."""
    ratio = more / less
    return f"{ratio:.2f}".rstrip("0").rstrip(".") if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"  # noqa: PLR2004 -- digits


def table(trace: TuningTrace) -> Table:
    """Return duration, billing and cost of the usual settings."""
    rows = []
    for setting in trace.usual:
        notes = [YOURS] if setting.memory == trace.memory else []
        notes += [mark(trace, setting.memory)] if mark(trace, setting.memory) else []
        notes += [] if setting.finished else [TIMED_OUT]
        rows.append(
            (
                setting.memory,
                round(setting.memory / ONE_VCPU, 2),
                round(setting.duration / MILLISECOND, 1),
                setting.billed,
                round(setting.cost, 2),
                "、".join(notes) or "—",
            )
        )
    return Table(
        f"メモリごとの実行時間と料金({MOST:,} MBまで)",
        ("メモリ (MB)", "vCPU", "実行時間 (ミリ秒)", "課金される時間 (ミリ秒)", "料金 (USD/100万回)", "備考"),
        tuple(rows),
    )
