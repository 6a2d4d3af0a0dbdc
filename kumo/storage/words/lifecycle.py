"""Words of the explorer of EFS storage classes over a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.storage.model.lifecycle import ARCHIVE, CLASSES, GIGABYTES, IA, STANDARD

if TYPE_CHECKING:
    from kumo.storage.model.lifecycle import Year

TITLE = "EFSのライフサイクル：1年の居場所と料金"
DESCRIPTION = "100 GBのファイルが1年のあいだに入るストレージクラスと、積み上がる料金を示す図。{point}"

EVERY = "読む間隔"
EVERY_HELP = "すべてのファイルを何日ごとに読むかです。"
INTERVALS = {"7": "7日", "21": "21日", "45": "45日", "120": "120日", "365": "読まない"}
TO_IA = "IAへ移すまで"
TO_IA_HELP = "標準で最後にアクセスされてから、IAへ移すまでの日数です。"
TO_ARCHIVE = "アーカイブへ移すまで"
TO_ARCHIVE_HELP = "標準で最後にアクセスされてから、アーカイブへ移すまでの日数です。"
IAS = {"0": "移さない", "7": "7日", "14": "14日", "30": "30日", "60": "60日"}
ARCHIVES = {"0": "移さない", "90": "90日", "180": "180日", "270": "270日"}
BACK = "アクセスで標準へ戻す"
BACK_HELP = "IAかアーカイブのファイルを読んだときに、標準へ戻すかどうかです。"

NAMES = {STANDARD: "標準", IA: "IA", ARCHIVE: "アーカイブ"}
BAND = "入っているクラス"
READS = "▼ は読み取り"
COSTS = "積み上がる料金 (USD/100 GB)"
DAYS = "日数"
UNIT = "日目"
ALWAYS = "ずっと標準: {cost}"
THIS = "この設定: {cost}"
PARTS = "内訳 (USD): 保存 {storage}、読み取り {access}、移動 {moving}"


def money(cost: float) -> str:
    """Return dollars to the cent below a hundred."""
    return f"{cost:.2f}" if cost < 100 else f"{cost:,.0f}"  # noqa: PLR2004 -- three digits say enough


def description(trace: Year) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: Year) -> Explanation:
    """Say what the year costs compared with staying in Standard, and why."""
    total, plain = trace.total, trace.plain
    days = {place: trace.classes.count(place) for place in CLASSES}
    if days[STANDARD] == len(trace.classes):
        why = (
            "ライフサイクルの設定がないので、ずっと標準に置かれます。"
            if not trace.policy.ia and not trace.policy.archive
            else f"{trace.every}日ごとに読むたびに日数の数え直しになり、移す日が来ません。"
        )
        return Explanation(f"1年の料金は{money(total)} USDで、標準のままと同じです。", why)
    point = f"{GIGABYTES} GBの1年の料金は{money(total)} USDで、標準のままの{total / plain:.0%}です。"
    where = "、".join(f"{NAMES[place]}に{days[place]}日" for place in CLASSES if days[place])
    why = f"{where}置かれました。"
    if trace.policy.back and trace.reads:
        why += "読むたびに標準へ戻るので、高いクラスにいる日が増え、移す料金もくり返しかかります。"
    elif trace.reads:
        why += "標準へ戻さない設定では、移した後に読んでも安いクラスのままで、読み取りの追加料金だけがかかります。"
    else:
        why += "読まないファイルでは、早く移すほど安くなります。"
    return Explanation(point, why)


def table(trace: Year) -> Table:
    """Return days, reads and the parts of the cost."""
    rows: list[tuple[str | int, ...]] = [
        (NAMES[place], trace.classes.count(place), sum(where == place for _, where in trace.reads)) for place in CLASSES
    ]
    return Table(
        f"1年の内訳(保存 {money(trace.storage)}、読み取りの追加 {money(trace.access)}、移動 {money(trace.moving)} USD)",
        ("クラス", "置かれた日数", "読み取りの回数"),
        tuple(rows),
    )
