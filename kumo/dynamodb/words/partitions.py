"""Words of the explorer of partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.capacity import PARTITION_WRITES

if TYPE_CHECKING:
    from kumo.dynamodb.model.partitions import PartitionsTrace

TITLE = "パーティション：キーの散らばり"
DESCRIPTION = "上はキーのハッシュ値の並び、下はパーティションごとに届く書き込みを積んだ棒。{point}"

KEYS = "キーの種類"
KEYS_HELP = "パーティションキーの値が何種類あるかです。"
SKEW = "かたより"
SKEW_HELP = "0なら、どのキーにも同じだけ書きます。大きいほど、上位のキーに集まります(ジップの法則)。"
WRITES = "書き込み"
WRITES_HELP = "テーブル全体に毎秒届く、1 KBまでの項目の書き込みです。"
PARTITIONS = "パーティション"
PARTITIONS_HELP = "テーブルがいくつに分かれているかです。実際には、容量と大きさに応じてDynamoDBが決めます。"
SHARDS = "接尾辞の数"
SHARDS_HELP = "キーの後ろに付ける番号の種類です。1なら付けません。"
CAPACITY = "テーブルの容量"
CAPACITY_HELP = "テーブル全体に割り当てた書き込みの容量です。"
ADAPTIVE = "適応キャパシティ"
ADAPTIVE_HELP = "忙しいパーティションが、ほかの余りを使う仕組みです。今はいつも働きます。切ると、容量は等分になります。"
KINDS, PER_SECOND, COUNT, WCU = "種類", "回/秒", "個", "WCU"

# In the picture.
HASHES = "キーのハッシュ値と、受け持つパーティション"
LOADS = "届く書き込み (回/秒)"
LIMIT = "1つの上限 {limit:,}"
OTHERS = "ほかのキー"
REFUSED, REFUSED_SHORT = "断られる {count:,.0f}", "{count:,.0f}"
NAME = "user-{rank}"
CLOCK = "秒"


def percent(share: float) -> str:
    """Return a share in percent."""
    value = 100 * share
    return "0%" if value < 0.05 else f"{value:.1f}%" if value < 10 else f"{value:.0f}%"  # noqa: PLR2004 -- digits


def description(trace: PartitionsTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: PartitionsTrace) -> Explanation:
    """Say where the writes gather, what is refused, and what would help."""
    hottest, count = trace.hottest, len(trace.asked)
    asked = trace.asked[hottest]
    if trace.refused < 1e-9:  # noqa: PLR2004 -- rounding
        return Explanation(
            f"{count}個のパーティションのどれも上限に届かず、すべて書き込めます。"
            if count > 1
            else "1個のパーティションで、すべて書き込めます。",
            f"いちばん忙しいパーティション{hottest + 1}でも毎秒{asked:,.0f}回です。{_cost_of_shards(trace)}",
        )
    point = (
        f"パーティション{hottest + 1}に毎秒{asked:,.0f}回が集まり、"
        f"全体の{percent(trace.refused)}の書き込みが断られます。"
    )
    return Explanation(point, _why(trace))


def _why(trace: PartitionsTrace) -> str:
    busiest = trace.keys[0]
    equal = trace.capacity / len(trace.asked)
    if busiest.load > PARTITION_WRITES:
        return (
            f"いちばん多いキーだけで毎秒{busiest.load:,.0f}回あり、1つのパーティションの上限{PARTITION_WRITES:,}を超えます。"
            "容量やパーティションを増やしても直りません。キーを分けます。"
        )
    if sum(trace.asked) > trace.capacity:
        return f"テーブルの容量{trace.capacity:,.0f}が、届く書き込みの合計{sum(trace.asked):,.0f}より小さいからです。"
    if not trace.adaptive and equal < PARTITION_WRITES:
        return f"適応キャパシティがないと、各パーティションは容量を等分した{equal:,.0f}までしか使えません。"
    return (
        f"忙しいキーが同じパーティションに重なり、上限{PARTITION_WRITES:,}を超えています。"
        "ほかのパーティションは空いています。"
    )


def _cost_of_shards(trace: PartitionsTrace) -> str:
    if trace.shards == 1:
        return "キーの種類が多く、かたよりが小さいほど、よく散らばります。"
    return f"接尾辞で散らばった代わりに、1人分を読むには{trace.shards}回のQueryが要ります。"


def table(trace: PartitionsTrace) -> Table:
    """Return what each partition is asked and serves."""
    rows = []
    for number, (asked, served) in enumerate(zip(trace.asked, trace.served, strict=True)):
        keys = [key for key in trace.keys if key.partition == number]
        rows.append((number + 1, len(keys), round(asked, 1), round(served, 1), round(asked - served, 1)))
    return Table(
        "パーティションごとの書き込み",
        ("パーティション", "キーの数", "届く (回/秒)", "書き込める (回/秒)", "断られる (回/秒)"),
        tuple(rows),
    )
