"""Words of the explorer of capacity modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.modes import BURST, FIXED, MODES, ON_DEMAND, OUT, SCALED

if TYPE_CHECKING:
    from kumo.dynamodb.model.modes import Day, ModesTrace

TITLE = "キャパシティモード：1日の書き込みと費用"
DESCRIPTION = "同じ1日の負荷を、固定、Auto Scaling、オンデマンドで受けた3つの図。{point}"

PEAK = "昼の負荷"
PEAK_HELP = "昼のいちばん高いときの書き込みです。夜はその10分の1になります。"
SPIKE = "正午の突発"
SPIKE_HELP = "12時から、ふだんの何倍の書き込みが届くかです。1なら突発はありません。"
LENGTH = "突発の長さ"
LENGTH_HELP = "突発が続く時間です。"
PROVISIONED = "固定の容量"
PROVISIONED_HELP = "Auto Scalingを使わないテーブルに割り当てる容量です。"
TARGET = "目標使用率"
TARGET_HELP = "Auto Scalingが保とうとする、容量に対する使用の割合です。"
UNITS, TIMES, MINUTES, PERCENT = "WCU", "倍", "分", "%"

# In the picture.
NAMES = {
    FIXED: "プロビジョンド(固定)",
    SCALED: "プロビジョンド + Auto Scaling",
    ON_DEMAND: "オンデマンド",
}
SHORT = {FIXED: "固定", SCALED: "Auto Scaling", ON_DEMAND: "オンデマンド"}
LOAD, CAPACITY, THROTTLED = "書き込み (WCU)", "容量", "断られた分"
SPIKE_MARK = "突発 {factor:g}倍"
HOURS = "時刻 (時)"
CLOCK = "時"
REFUSED = "断られた {share}"
COST = "{cost:,.2f} USD/日"


def percent(share: float) -> str:
    """Return a share in percent; what is more than nothing never shows as nothing."""
    value = 100 * share
    return "0%" if value == 0 else "0.1%未満" if value < 0.1 else f"{value:.1f}%"  # noqa: PLR2004 -- one digit


def description(trace: ModesTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: ModesTrace) -> Explanation:
    """Say which mode is the cheapest without refusals, and why the others are not."""
    days = dict(zip(MODES, trace.days, strict=True))
    whole = [mode for mode in MODES if days[mode].share == 0]
    if whole:
        best = min(whole, key=lambda mode: days[mode].cost)
        others = "、".join(_told(days[mode]) for mode in MODES if mode != best)
        point = f"1件も断らずにいちばん安いのは{SHORT[best]}で、1日 {days[best].cost:.2f} USDです(ほかは、{others})。"
    else:
        best = min(MODES, key=lambda mode: days[mode].share)
        point = f"どのモードでも書き込みが断られ、いちばん少ないのは{SHORT[best]}の{percent(days[best].share)}です。"
    return Explanation(point, _why(trace, days))


def _told(day: Day) -> str:
    refused = f"、{percent(day.share)}が断られる" if day.share else ""
    return f"{SHORT[day.mode]}が {day.cost:.2f} USD{refused}"


def _why(trace: ModesTrace, days: dict[str, Day]) -> str:
    if days[SCALED].share and trace.spike > 1:
        return (
            f"Auto Scalingは、使用率が{OUT}分続けて目標を超えてから動きます。"
            f"それまでは使い残し{BURST}秒分のバーストでしのぎ、足りない分は断られます。"
        )
    if days[FIXED].share:
        return f"固定の容量は、使い残し{BURST}秒分のバーストを使い切ると、超えた分をすべて断ります。"
    if trace.spike > 1:
        return (
            f"突発は、使い残し{BURST}秒分のバーストで受けきれました。バーストは保証されないので、当てにはできません。"
        )
    return "オンデマンドは使った分だけを払い、プロビジョンドは使わない夜の容量にも払います。"


def table(trace: ModesTrace) -> Table:
    """Return the three days in numbers."""
    return Table(
        "モードごとの1日",
        ("モード", "断られた割合 (%)", "費用 (USD/日)", "容量の最大 (WCU)", "容量を変えた回数"),
        tuple(
            (
                NAMES[day.mode],
                round(100 * day.share, 2),
                round(day.cost, 2),
                max(day.capacity) if day.mode != ON_DEMAND else "—",
                _changes(day) if day.mode != ON_DEMAND else "—",
            )
            for day in trace.days
        ),
    )


def _changes(day: Day) -> int:
    return sum(one != other for one, other in zip(day.capacity, day.capacity[1:], strict=False))
