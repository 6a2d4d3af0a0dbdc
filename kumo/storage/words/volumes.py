"""Words of the explorer that measures EBS volume types against a need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.storage.model.volumes import BOOT, CHECKS, GP2, GP3, IO1, IO2, IOPS, SC1, SIZE, ST1, THROUGHPUT, TODAY

if TYPE_CHECKING:
    from kumo.storage.model.volumes import Choosing, Offer

TITLE = "EBSボリュームの種類をえらぶ"
DESCRIPTION = "6種類のEBSボリュームについて、要件を満たすかどうかと月額を並べた図。{point}"

SIZE_LABEL = "データの量"
SIZE_HELP = "ボリュームに置くデータの量です。"
SIZES = {
    "8": "8 GiB",
    "100": "100 GiB",
    "500": "500 GiB",
    "2048": "2 TiB",
    "10240": "10 TiB",
    "40960": "40 TiB",
}
IOPS_LABEL = "IOPS"
IOPS_HELP = "1秒あたりの読み書きの回数です。ずっと続く量とします。"
RATES = {
    "30": "30",
    "100": "100",
    "1000": "1,000",
    "3000": "3,000",
    "10000": "10,000",
    "50000": "50,000",
    "200000": "200,000",
}
THROUGHPUT_LABEL = "スループット"
THROUGHPUT_HELP = "1秒あたりに運ぶデータの量です。ずっと続く量とします。"
THROUGHPUTS = {
    "10": "10 MiB/秒",
    "60": "60 MiB/秒",
    "125": "125 MiB/秒",
    "250": "250 MiB/秒",
    "500": "500 MiB/秒",
    "1500": "1,500 MiB/秒",
    "4000": "4,000 MiB/秒",
}
BOOT_LABEL = "起動に使う"
BOOT_HELP = "EC2のOSを起動するボリュームにするかどうかです。"
WHEN_LABEL = "仕様"
WHEN_HELP = "gp3の上限は、2025年9月に大きくなりました。"
WHENS = {"today": "現在", "exam": "2023年12月"}

NAMES = {
    GP3: "汎用SSD",
    GP2: "汎用SSD(旧)",
    IO2: "プロビジョンドIOPS",
    IO1: "プロビジョンドIOPS(旧)",
    ST1: "スループット最適化HDD",
    SC1: "コールドHDD",
}
SHORT_NAMES = {
    GP3: "汎用SSD",
    GP2: "汎用SSD(旧)",
    IO2: "IOPS指定SSD",
    IO1: "IOPS指定SSD(旧)",
    ST1: "スループット最適化HDD",
    SC1: "コールドHDD",
}
CHECK_NAMES = {IOPS: "IOPS", THROUGHPUT: "スループット", SIZE: "容量", BOOT: "起動"}
UNITS = {IOPS: "", THROUGHPUT: " MiB/秒", SIZE: " GiB"}
NEED = "必要: {size}・{iops} IOPS・{throughput}{boot}"
NEED_BOOT = "・起動"
COST = "{cost} USD/月"
CHEAPEST = "最安"
COST_HEAD = "月額(米国東部の例)"
UNFIT = "使えない"
LIMIT = "{check}は最大{limit}"
NO_BOOT = "起動ボリュームにできない"
MORE = "、ほか{count}件"
ENLARGED = "{size:,} GiBに増やす({reason}のため)"
LEAST = "{size:,} GiBから(最小の容量)"


def money(cost: float) -> str:
    """Return dollars: cents below ten, whole above."""
    return f"{cost:.2f}" if cost < 10 else f"{cost:,.0f}"  # noqa: PLR2004 -- cents matter below ten


def need(trace: Choosing) -> str:
    """Return the need as one line."""
    asked = trace.need
    return NEED.format(
        size=SIZES.get(str(asked.size), f"{asked.size:,} GiB"),
        iops=f"{asked.iops:,}",
        throughput=f"{asked.throughput:,} MiB/秒",
        boot=NEED_BOOT if asked.boot else "",
    )


def lack(offer: Offer, index: int) -> str:
    """Return one of the reasons for which a type does not do."""
    check, limit = offer.lacks[index], offer.limits[index]
    return NO_BOOT if check == BOOT else LIMIT.format(check=CHECK_NAMES[check], limit=f"{limit:,}{UNITS[check]}")


def reason(offer: Offer) -> str:
    """Return why a type does not do: the first reason, and how many more."""
    rest = len(offer.lacks) - 1
    return lack(offer, 0) + (MORE.format(count=rest) if rest else "")


def enlarged(offer: Offer) -> str:
    """Return why the volume is larger than the data, or nothing."""
    if offer.because == SIZE:
        return LEAST.format(size=offer.size)
    return ENLARGED.format(size=offer.size, reason=CHECK_NAMES[offer.because]) if offer.because else ""


def description(trace: Choosing) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: Choosing) -> Explanation:
    """Say which type is the cheapest that does, and what keeps the others from it."""
    best = trace.cheapest
    when = "" if trace.when == TODAY else "2023年12月の仕様では、"
    if best is None:
        ios = next(offer for offer in trace.offers if offer.kind == IO2)
        return Explanation(
            f"{when}1つのボリュームで満たせる種類はありません。",
            f"性能がいちばん高いio2でも、{reason(ios)}です。複数のボリュームを束ねるか、ほかの種類のストレージを考えます。",
        )
    fit = [offer for offer in trace.offers if offer.qualifies]
    point = f"{when}6種類のうち{len(fit)}種類が満たし、最安は{best.kind}の月{money(best.cost)} USDです。"
    why = _why(trace, best)
    others = [offer for offer in fit if offer.kind != best.kind]
    if others:
        dearest = max(others, key=lambda offer: offer.cost)
        why += f"いちばん高いのは{dearest.kind}で、約{dearest.cost / best.cost:,.1f}倍です。"
    return Explanation(point, why)


def _why(trace: Choosing, best: Offer) -> str:
    if best.kind == GP3:
        more = best.iops > 3000 or trace.need.throughput > 125  # noqa: PLR2004 -- what the price includes
        if more:
            return "gp3は、容量と別にIOPSとスループットを買い足せます。"
        return "gp3は、3,000 IOPSと125 MiB/秒が容量の料金に含まれています。"
    if best.kind in (ST1, SC1):
        note = f"性能は容量に比例するので、{best.size:,} GiBを買います。" if best.because in (IOPS, THROUGHPUT) else ""
        return f"少ない回数で大きく読み書きするなら、HDDの{best.kind}が安くつきます。{note}"
    if best.kind == GP2:
        return "gp2は、容量に比例するIOPSがそのまま付いてきます。"
    return f"{best.kind}だけの大きい上限が要るからです。料金は、指定したIOPSの分が大半を占めます。"


def table(trace: Choosing) -> Table:
    """Return every type's answer."""
    rows = []
    for offer in trace.offers:
        marks = tuple("×" if check in offer.lacks else "○" for check in CHECKS)
        if offer.qualifies:
            rows.append((f"{offer.kind}({NAMES[offer.kind]})", *marks, f"{offer.size:,}", money(offer.cost)))
        else:
            rows.append((f"{offer.kind}({NAMES[offer.kind]})", *marks, "—", reason(offer)))
    return Table(
        f"種類ごとの判定と月額({need(trace)})",
        ("種類", *(CHECK_NAMES[check] for check in CHECKS), "買う容量 (GiB)", "月額 (USD)"),
        tuple(rows),
    )
