"""Words of the explorer that compares peering with a transit gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.core.explorer import Explanation, Table
from kumo.vpc.model.connectivity import (
    CHAIN,
    MESH,
    PEERINGS_PER_VPC,
    STAR,
    TRANSIT,
    attachments_needed,
    connect,
    peerings_needed,
)

if TYPE_CHECKING:
    from kumo.vpc.model.connectivity import Connectivity

TITLE = "VPCピアリングとトランジットゲートウェイ"
DESCRIPTION = "{count}個のVPCを{shape}でつないだ図と、誰が誰に届くかの表。{reached}組が通じ、{cut}組が通じない。"

COUNT = "VPCの数"
COUNT_HELP = "つなぐVPCの数です。アドレスはたがいに重ならないものとします。"
SHAPE = "つなぎ方"
SHAPES = {
    MESH: "ピアリング: すべての組",
    STAR: "ピアリング: 1つを中心に",
    CHAIN: "ピアリング: 一列に",
    TRANSIT: "トランジットゲートウェイ",
}
SHAPE_HELP = "どのVPCとどのVPCをつなぐかを選びます。必要なルートはすべて書いてあるものとします。"
SENDER = "送るVPC"
SENDERS = {"edge": "端", "center": "中心"}
SENDER_HELP = "図の中で、ほかの全員に送ってみるVPCです。"
UNIT = "個"

# In the picture.
NEEDED = "{count}個のVPCを全部つなぐには"
PEERINGS = "ピアリング"
ATTACHMENTS = "TGWアタッチメント"
PEERINGS_COUNT = "{count:,}本"
PEERINGS_FORMULA = "n(n−1)/2"
ATTACHMENTS_COUNT = "{count}個"
ATTACHMENTS_FORMULA = "n"
GATEWAY = "TGW"
MATRIX = "誰から(行) 誰へ(列)"
REACHED_ENTRY = "届く"
CUT_ENTRY = "届かない"
CALL_CUT = "{sender} → {via} → {other} は通らない"
CALL_ALL = "{sender} から全員に届く"
NAME = "VPC {number}"
GROWTH = "つなぐ数 (本、個)"
NETWORKS = "VPCの数"
OVER_QUOTA = "1つのVPCに{count}本は、上限の{limit}本をこえる"
STEPS = "区間"
STEP_START = "{sender} がほかの全員へ送る"
STEP_NEXT = "つながっている相手に届く"
STEP_GATEWAY = "トランジットゲートウェイに届く"
STEP_BEYOND = "その先へは渡されない"
STEP_SPREAD = "トランジットゲートウェイが全員へ渡す"
STEP_DONE = "全員に届いた"


def explanation(trace: Connectivity, sender: int) -> Explanation:
    """Say how many connections there are, who is left out, and why."""
    count = trace.count
    needed = peerings_needed(count)
    reached = sum(one == sender for one, _ in trace.pairs)
    if trace.shape == TRANSIT:
        return Explanation(
            f"アタッチメント{trace.connections}個で、{count}個のVPCすべてがたがいに通信できます。",
            f"ピアリングなら{needed:,}本かかります。トランジットゲートウェイは自分のルートテーブルで相手のVPCへ中継するので、"
            "VPCが1つ増えてもアタッチメントが1個増えるだけです。",
        )
    if trace.complete:
        why = (
            f"どの2つのVPCにも1本ずつ要るので、n(n−1)/2 本です。VPCがもう1つ増えると{count}本増えます"
            "(トランジットゲートウェイなら1個)。"
        )
        if not trace.within_quota:
            why += (
                f"1つのVPCに{trace.per_network}本は、既定の上限の{PEERINGS_PER_VPC}本"
                f"(申請しても{facts.value('vpc.peerings-per-vpc-highest')}本まで)をこえます。"
            )
        return Explanation(f"{count}個のVPCをすべての組でつなぐと、ピアリングは{needed:,}本です。", why)
    missing = count * (count - 1) - len(trace.pairs)
    where = "中心のVPC" if trace.shape == STAR else "となりのVPC"
    return Explanation(
        f"{trace.connections}本のピアリングでは、{missing // 2:,}組のVPCが通信できません。",
        f"ピアリングは推移的ではなく、{where}を経由してその先へは届きません。ルートを書いても同じです。"
        f"VPC {sender + 1} から届くのは{count - 1}個のうち{reached}個です。",
    )


def table(trace: Connectivity) -> Table:
    """Return the four ways of joining these networks side by side, and who reaches whom in the chosen one."""
    rows: list[tuple[str | int, ...]] = []
    for shape, label in SHAPES.items():
        other = connect(trace.count, shape)
        mark = "→ " if shape == trace.shape else ""
        rows.append(
            (
                mark + label,
                other.connections,
                other.per_network,
                other.routes,
                f"{len(other.pairs) // 2:,} / {peerings_needed(trace.count):,}",
            )
        )
    return Table(
        f"{trace.count}個のVPCのつなぎ方(アタッチメントなら{attachments_needed(trace.count)}個)",
        ("つなぎ方", "接続の数", "1つのVPCの接続", "書くルート", "通信できる組"),
        tuple(rows),
    )
