"""Words of the explorer in which one puts a VPC together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.vpc.model.blueprint import (
    NAT_PER_ZONE,
    NO_NAT,
    NO_WAY,
    ONE_NAT,
    S3_ENDPOINT,
    SQS_ENDPOINT,
    TIERS,
    TO_INTERNET,
    TO_NAT,
    TO_PREMISES,
)
from kumo.vpc.model.hops import Reason, Step
from kumo.vpc.model.network import BLACKHOLE
from kumo.vpc.model.routes import effective
from kumo.vpc.model.topology import ISOLATED, PRIVATE, PUBLIC, VPN_ONLY

if TYPE_CHECKING:
    from kumo.vpc.model.blueprint import Built
    from kumo.vpc.model.hops import Trace
    from kumo.vpc.model.network import Route, RouteTable

TITLE = "VPCを組み立てる"
DESCRIPTION = (
    "リージョンの中のVPC、その中のアベイラビリティーゾーン{zones}つ、それぞれに3つのサブネット。{kinds}。"
    "下は使われているルートテーブル。"
)

ZONES = "アベイラビリティーゾーン"
ZONES_HELP = "VPCを広げるゾーンの数です。どのゾーンにもweb、app、dbのサブネットを1つずつ置きます。"
ATTACHED = "インターネットゲートウェイ"
ATTACHED_HELP = "VPCにアタッチするかどうかです。なしにすると、そこを指すルートは行き先を失います。"
NAT = "NATゲートウェイ"
NATS = {NO_NAT: "なし", ONE_NAT: "1つだけ", NAT_PER_ZONE: "ゾーンごとに1つ"}
NAT_HELP = "webのサブネットに置くNATゲートウェイの数です。"
WAYS = {
    NO_WAY: "ルートなし",
    TO_INTERNET: "インターネットゲートウェイへ",
    TO_NAT: "NATゲートウェイへ",
    TO_PREMISES: "仮想プライベートゲートウェイへ",
}
WEB = "webの出口"
WEB_HELP = "webのサブネットの、VPCの外へのルートです。webのサーバーだけがパブリックIPアドレスを持ちます。"
APP = "appの出口"
APP_HELP = "appのサブネットの、VPCの外へのルートです。"
DB = "dbの出口"
DB_HELP = "dbのサブネットの、VPCの外へのルートです。"
ENDPOINTS = "VPCエンドポイント"
ENDPOINT_OPTIONS = {S3_ENDPOINT: "S3 (ゲートウェイ型)", SQS_ENDPOINT: "SQS (インターフェイス型)"}
ENDPOINTS_HELP = "ゲートウェイ型はルートテーブルに、インターフェイス型はappのサブネットの中に現れます。"
UNIT = "つ"

# In the picture.
INTERNET = "インターネット"
REGION = "リージョン"
VPC = "VPC"
ZONE = "ゾーン {letter}"
GATEWAY = "インターネットゲートウェイ"
GATEWAY_OFF = "IGW: アタッチされていない"
PREMISES = "オンプレミス"
S3 = "S3"
S3_DOOR = "vpce-s3"
VPN_DOOR = "vgw"
NAT_CHIP = "NAT"
SQS_CHIP = "SQS"
KINDS = {PUBLIC: "パブリック", PRIVATE: "プライベート", VPN_ONLY: "VPNのみ", ISOLATED: "分離"}
OUT = "外へ"
BACK = "外から"
MAIN_TABLE = "{name} (メイン)"
IMPLICIT = " (暗黙の関連付け)"
LEGEND = "外へ・外から: インターネットとのHTTPS"
DETACHED = "{target} (無効)"
DEAD = "行き先なし"
STEPS = "層"
STEP = "{tier}から外へ: {result}"
REACHES = "届く"

# By the first obstacle of a trace.
WHY_NOT = {
    Reason.NO_ROUTE: "0.0.0.0/0 に当たるルートがない",
    Reason.BLACKHOLE: "NATゲートウェイがなく、ルートの行き先がない",
    Reason.NOT_ATTACHED: "インターネットゲートウェイがVPCにアタッチされていない",
    Reason.NO_PUBLIC_ADDRESS: "サーバーにパブリックIPアドレスがない",
    Reason.NAT_PRIVATE: "NATゲートウェイが、外へ出られないサブネットにある",
    Reason.NO_INTERNET_GATEWAY: "インターネットゲートウェイがVPCにアタッチされていない",
    Reason.PRIVATE_DESTINATION: "サーバーにパブリックIPアドレスがない",
}
OTHERWISE = "途中で止まる"
LINKED_EXPLICITLY, LINKED_IMPLICITLY = "明示的", "暗黙的(メイン)"
S3_WAYS = {"endpoint": "エンドポイント経由", "internet": "インターネット経由", "none": "届かない"}
YES, NO = "はい", "いいえ"


def target(built: Built, line: Route) -> str:
    """Return where a route leads, and whether it is dead."""
    if line.target == BLACKHOLE:
        return DEAD
    return DETACHED.format(target=line.target) if line.target == "igw" and not built.network["igw"].vpc else line.target


def lines(built: Built, table: RouteTable) -> list[str]:
    """Return the lines of a route table, the local one first."""
    return [f"{line.destination} → {target(built, line)}" for line in effective(built.network, table)]


def users(built: Built, table: RouteTable) -> str:
    """Return who uses a table, zones of one tier together: ``web-a, c``."""
    found = []
    for tier in TIERS:
        letters = [name[-1] for name in built.users(table) if name.startswith(tier)]
        if letters:
            found.append(f"{tier}-{'・'.join(letters)}")
    return "、".join(found) + (IMPLICIT if table.main else "")


def title(table: RouteTable) -> str:
    """Return the name of a route table."""
    return MAIN_TABLE.format(name=table.id) if table.main else table.id


def why_not(trace: Trace) -> str:
    """Return why a connection to the outside does not come about."""
    return WHY_NOT.get(trace.blockers[0].reason, OTHERWISE)


def tiers_by_kind(built: Built) -> list[tuple[str, list[str]]]:
    """Return the kinds that occur, each with its tiers."""
    found = []
    for kind in KINDS:
        tiers = [tier for tier in TIERS if built.kind_of_tier(tier) == kind]
        if tiers:
            found.append((kind, tiers))
    return found


def kinds(built: Built) -> str:
    """Return which tiers are of which kind."""
    return "、".join(f"{'と'.join(tiers)}は{KINDS[kind]}" for kind, tiers in tiers_by_kind(built))


def outcome(built: Built, tier: str) -> str:
    """Return whether a tier reaches the outside, and if not, why."""
    trace = built.out[f"{tier}-{built.zones[0]}"]
    return REACHES if trace.reachable else why_not(trace)


def explanation(built: Built) -> Explanation:
    """Say which tiers are public or private by their routes, and what that does not yet give them."""
    notes = ["パブリックとは、0.0.0.0/0 のルートがインターネットゲートウェイを直接指すことです。名前では決まりません。"]
    stuck: dict[str, list[str]] = {}
    for tier in TIERS:
        trace = built.out[f"{tier}-{built.zones[0]}"]
        if not trace.reachable and trace.blockers[0].reason is not Reason.NO_ROUTE:
            stuck.setdefault(why_not(trace), []).append(tier)
    notes += [f"{'と'.join(tiers)}は、{reason}ので外へ出られません。" for reason, tiers in stuck.items()]
    shared = _crossing(built)
    if shared:
        notes.append(shared)
    return Explanation(f"{kinds(built)}です。", "".join(notes))


def _crossing(built: Built) -> str:
    """Return what becomes of zones that share the NAT gateway of one of them."""
    used = {
        (name[-1], hop.at[-1])
        for name, trace in built.out.items()
        if trace.reachable
        for hop in trace.there
        if hop.step is Step.NAT
    }
    away = sorted(zone for zone, gateway in used if zone != gateway)
    if not away:
        return ""
    home = next(gateway for _, gateway in used)
    zones = "と".join(away)
    return f"ゾーン{zones}の通信も、ゾーン{home}のNATゲートウェイを通ります。ゾーン{home}が止まると、外へ出られません。"


def s3_way(trace: Trace) -> str:
    """Return by which way S3 is reached."""
    if not trace.reachable:
        return S3_WAYS["none"]
    return S3_WAYS["endpoint" if any(hop.step is Step.ENDPOINT for hop in trace.there) else "internet"]


def table(built: Built) -> Table:
    """Return every subnet with its kind, its routes and what they give it."""
    rows = []
    for name, kind in built.kinds.items():
        own = built.network.table_of(name)
        rows.append(
            (
                name,
                built.network[name].cidr,
                KINDS[kind],
                own.id,
                LINKED_EXPLICITLY if name in own.subnets else LINKED_IMPLICITLY,
                "、".join(lines(built, own)),
                YES if built.out[name].reachable else f"{NO}({why_not(built.out[name])})",
                YES if built.back[name].reachable else NO,
                s3_way(built.to_s3[name]),
            )
        )
    columns = (
        "サブネット",
        "CIDR",
        "種類",
        "ルートテーブル",
        "関連付け",
        "ルート",
        "外へ出られる",
        "外から届く",
        "S3へ",
    )
    return Table("サブネットとルート", columns, tuple(rows))
