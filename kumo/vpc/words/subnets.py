"""Words of the subnets explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.vpc.model import addresses
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.subnet_plan import MOST_EXTRA, listed_blocks

if TYPE_CHECKING:
    from kumo.vpc.model.subnet_plan import Part, SubnetsTrace

TITLE = "サブネット：アドレスを切り分ける"
DESCRIPTION = (
    "上はVPC {vpc} の{total:,}アドレスを面積で表した図。{subnets}個のサブネットに色が付き、残りは空き。"
    "下は{shown}の中身。"
)
SHOWN = "サブネット {name} {cidr} "
NONE_SHOWN = "なし(サブネットが1つもない)"

VPC = "VPCのCIDR"
VPC_HELP = "VPC全体のアドレスの範囲です。/16(65,536個)から/28(16個)まで選べます。"
ZONES = "アベイラビリティーゾーン"
ZONES_HELP = "サブネットを置くゾーンの数です。サブネットは1つのゾーンの中に作ります。"
TIERS = "ゾーンごとのサブネット"
TIERS_HELP = "1つのゾーンに作るサブネットの数です。"
LENGTH = "サブネットの長さ /"
LENGTH_HELP = "サブネットのCIDRの、/のあとの数です。1つ長くなるたびに大きさが半分になります。"
EXTRA = "手で足すサブネット"
EXTRA_HELP = "CIDRを、コンマで区切って4つまで書けます。重なりやはみ出しがあれば指摘します。"
SHOW = "中身を見るサブネット"
SHOW_HELP = "下に拡大して見せるサブネットの番号です。"
COUNT = "個"
NUMBERED = "番目"

# Problems that are told in full.
MOST_TOLD = 2

# What the text inputs take instead of a bad value.
WANTED = {
    "malformed_cidr": "10.0.0.0/16 のようなCIDR表記",
    "host_bits": "ホスト部のビットが0の {allowed}",
    "vpc_size": "長さが /{largest}〜/{smallest} のCIDR",
}
WANTED_EXTRA = f"コンマで区切った{MOST_EXTRA}つまでのCIDR"

# In the picture.
VPC_HEAD = "VPC {cidr}"
ADDRESSES = "{count:,}アドレス"
FREE = "空き"
ZONE_ENTRY = "ゾーン {letter}"
FREE_ENTRY = "空き {count:,}"
EXTRA_ENTRY = "手で足した"
BAD_ENTRY = "重なり"
ZOOM_HEAD = "サブネット {name}"
ROLES = {
    "network": "ネットワークアドレス",
    "router": "VPCルーター",
    "dns": "Amazon提供のDNS用",
    "future": "将来のための予約",
    "broadcast": "ブロードキャスト(使えない)",
}
USABLE = "使えるアドレス"
UP_TO = "〜 {last}"
SUM = "{total:,} − {reserved} = {usable:,}"
SUM_NOTE = "このサブネットで使える数"
RESERVED_MARK = "予約"
FACTS = (
    ("サブネット", "{subnets}個"),
    ("使えるアドレス", "合わせて{usable:,}個"),
    ("予約", "{reserved}個 (5 × {subnets})"),
    ("この長さなら", "{capacity:,}個まで入る"),
)
MISSING = "あと{count}個は入りきらない"
NOTHING = "サブネットが1つもありません"
# By the code of the error.
SHORT = {
    "malformed_cidr": "{value}: CIDR表記ではない",
    "host_bits": "{value}: ホスト部が0ではない(先頭は {allowed})",
    "subnet_size": "{value}: 長さは /{largest}〜/{smallest}",
    "subnet_outside": "{value}: VPCの範囲の外",
    "subnet_overlap": "{value}: {other}({other_value})と重なる",
}
MORE = "ほかに{count}件あります。"
STEPS = "段階"
STEP_WHOLE = "/{length}: VPC全体"
STEP_HALF = "/{length}: {count:,}等分、{size:,}アドレスずつ"
STEP_ASSIGN = "ゾーンに割り当てる"


def wanted_vpc(text: str) -> str | None:
    """Return what would be a VPC's block instead of `text`, or None when it is one."""
    try:
        addresses.vpc_block(text, text)
    except NetworkError as error:
        return WANTED[error.code].format(**error.data)
    return None


def wanted_extra(text: str) -> str | None:
    """Return what would be a list of blocks; whether each one fits is for the picture to say."""
    return WANTED_EXTRA if len(listed_blocks(text)) > MOST_EXTRA else None


def short(problem: NetworkError) -> str:
    """Return a problem in the few words that a picture has room for."""
    return SHORT[problem.code].format(**problem.data)


def explanation(trace: SubnetsTrace) -> Explanation:
    """Say what is wrong if anything is, otherwise what remains for use and what does not."""
    plan = trace.plan
    if trace.problems:
        rest = len(trace.problems) - MOST_TOLD
        more = MORE.format(count=rest) if rest > 0 else ""
        return Explanation(
            f"このままでは作れないサブネットがあります({len(trace.problems)}件)。",
            "".join(str(problem) for problem in trace.problems[:MOST_TOLD]) + more,
        )
    asked = len(plan.subnets) + plan.missing
    if plan.missing:
        return Explanation(
            f"{asked}個のサブネットのうち{plan.missing}個が入りません。",
            _why_missing(trace, asked),
        )
    part = trace.shown
    share = float(f"{100 * addresses.RESERVED_COUNT / part.total:.2g}")
    point = (
        f"{part.cidr} の{part.total:,}個のうち、使えるのは{part.usable:,}個です。"
        if len(trace.parts) == 1
        else f"{part.cidr} で使えるのは{part.usable:,}個、{len(trace.parts)}個のサブネット全体では"
        f"{sum(one.usable for one in trace.parts):,}個です。"
    )
    why = (
        "どのサブネットでも、先頭の4個と最後の1個はAWSが予約しています。"
        f"サブネットを小さくしても予約は5個のままなので、割合は増えます(この大きさでは{share:g}%)。"
    )
    if not trace.left:
        why += "VPCに空きは残っていません。"
    return Explanation(point, why)


def _why_missing(trace: SubnetsTrace, asked: int) -> str:
    plan = trace.plan
    whole = plan.vpc.partition("/")[2]
    if plan.capacity == 0:
        return (
            f"/{plan.length} のサブネットは、/{whole} のVPCより大きいからです。"
            "サブネットのCIDRは、VPCのCIDRの内側に取ります。"
        )
    return (
        f"VPC {plan.vpc} を /{plan.length} に切ると{plan.capacity:,}個しかできず、{asked}個には足りません。"
        "サブネットのCIDRを長くする(小さくする)か、VPCのCIDRを短く(大きく)します。"
    )


def table(trace: SubnetsTrace) -> Table:
    """Return the subnets with their reserved addresses, and what is free."""
    rows = [_row(part) for part in trace.parts]
    rows += [(FREE, cidr, "—", "—", "—", "—") for cidr in trace.free]
    return Table(
        f"VPC {trace.plan.vpc} の切り分け",
        ("サブネット", "CIDR", "使える (個)", "使える範囲", "AWSの予約", "問題"),
        tuple(rows),
    )


def _row(part: Part) -> tuple[str | int, ...]:
    first, last = addresses.usable_range(part.cidr)
    kept = "、".join(f"{one.address} {ROLES[one.role]}" for one in addresses.reserved(part.cidr))
    return part.name, part.cidr, part.usable, f"{first}〜{last}", kept, problem(part) or "なし"


def problem(part: Part) -> str:
    """Return what is wrong with one subnet, in short; empty when nothing is."""
    found = [f"{'、'.join(part.overlaps)} と重なる"] if part.overlaps else []
    if part.outside:
        found.append("VPCの外")
    return "、".join(found)
