"""Words of the packet trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.vpc.model import faults
from kumo.vpc.model.hops import Reason, Step, Verdict
from kumo.vpc.model.network import Subnet, Vpc
from kumo.vpc.model.rules import ALL, ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.vpc.model.faults import Inquiry
    from kumo.vpc.model.hops import Hop, Packet
    from kumo.vpc.model.network import NatGateway, Network
    from kumo.vpc.model.rules import GroupRule, Ports

TITLE = "パケットの行きと戻り"
DESCRIPTION = "{source}から{destination}への{service}の道のり。上から下へ、通る順に関門が並ぶ。{verdict}"

SCENARIO = "構成"
SCENARIO_HELP = "ネットワークの構成と、最初に調べる通信を選びます。"
SCENARIOS = {
    "three_tier": "3層のWebアプリケーション",
    "public_web": "公開Webサーバー(AWSの例のACL)",
    "nat": "NATゲートウェイで外へ",
    "s3_gateway_endpoint": "S3へゲートウェイエンドポイントで",
    "dynamodb_without_endpoint": "DynamoDBへエンドポイントなしで",
    "peering_chain": "ピアリングの先のピアリング",
    "transit_gateway": "トランジットゲートウェイ",
    "vpn": "オンプレミスからVPNで",
}
SOURCE = "送信元"
SOURCE_HELP = "通信を始める側です。構成にいない相手を選ぶと、いる相手を一覧で示します。"
DESTINATION = "宛先"
DESTINATION_HELP = "通信を受ける側です。"
AS_PRESET = "構成のおすすめ"
ENDS = {
    "reader": "利用者(インターネット)",
    "admin": "管理者(インターネット)",
    "home": "自宅のPC(インターネット)",
    "site": "外部サイト(インターネット)",
    "alb": "ALB",
    "web": "Webサーバー",
    "app": "アプリ",
    "db": "データベース",
    "server-a": "サーバーA",
    "server-b": "サーバーB",
    "server-c": "サーバーC",
    "s3": "S3",
    "dynamodb": "DynamoDB",
    "office-pc": "社内PC",
    "office-db": "社内DB",
}
SERVICE = "通信"
SERVICE_HELP = "プロトコルと、宛先のポートです。"
SERVICES = {
    "preset": "構成のおすすめ",
    "ssh": "SSH (TCP 22)",
    "http": "HTTP (TCP 80)",
    "https": "HTTPS (TCP 443)",
    "postgresql": "PostgreSQL (TCP 5432)",
    "dns": "DNS (UDP 53)",
    "ping": "ping (ICMP)",
}
CLIENT = "送信元のOS"
CLIENT_HELP = "送信元が自分側に使うエフェメラルポートの範囲です。戻りのパケットはこのポートに届きます。"
CLIENTS = {
    "linux": "Linux (32768〜61000)",
    "windows": "Windows (49152〜65535)",
    "nat": "NATの内側など (1024〜65535)",
}
FAULTS = "こわす"
FAULTS_HELP = "通り道にまちがいを入れます。いくつでも選べます。"
FAULT_OPTIONS = {
    faults.NO_ROUTE: "行きのルートがない",
    faults.NO_REPLY_ROUTE: "戻りのルートがない",
    faults.NO_GROUP_RULE: "セキュリティグループのルールがない",
    faults.NO_EPHEMERAL: "ACLがエフェメラルポートを許可しない",
    faults.ACL_DENY: "ACLが相手を拒否する",
    faults.NO_PUBLIC_ADDRESS: "パブリックIPアドレスがない",
    faults.NAT_PRIVATE: "NATがプライベートサブネットにある",
    faults.GATEWAY_OFF: "ゲートウェイがつながっていない",
}

# In the picture.
THERE = "行き"
BACK = "戻り"
NO_REPLY = "戻りはない(届く相手がいない)"
PASSES = "行きも戻りも通る"
BLOCKED = "{count}か所で止まる"
SOMETIMES = "{count}か所で止まることがある"
OUTSIDE_NETWORK = "この構成にはいない相手です"
SAME_ENDS = "送信元と宛先が同じです"
HOPS = "ホップ"
PREMISES = "オンプレミス"
SUBNET = "サブネット"
PORTED = {"tcp": "TCP {port}", "udp": "UDP {port}", "icmp": "ICMP エコー"}
IDLE = "「{faults}」は、この通り道には当てはまるものがありません。"

# What stands at each row.
STATIONS = {
    "group": "セキュリティグループ",
    "acl": "ネットワークACL",
    "route": "ルートテーブル",
    "internet_gateway": "インターネットゲートウェイ",
    "internet": "インターネット",
    "nat": "NATゲートウェイ",
    "peering": "VPCピアリング接続",
    "transit_entry": "トランジットゲートウェイ",
    "transit_route": "TGWルートテーブル",
    "vpn_gateway": "仮想プライベートゲートウェイ",
    "customer_gateway": "カスタマーゲートウェイ",
    "endpoint": "VPCエンドポイント",
    "name": "名前解決",
    "end": "端",
}
OUTBOUND, INBOUND = "送信", "受信"
VERDICTS = {Verdict.PASS: "通る", Verdict.BLOCK: "止まる", Verdict.SKIP: "見ない"}
ASSUMED = "(先に足りないものがあったとして)"
ANY = "すべて"
FROM_ANYWHERE, TO_ANYWHERE = "どこからでも", "どこへでも"
FROM, TO = " から", " へ"

_TEXTS = {
    Reason.SENT: "{to} へ送る",
    Reason.REPLIED: "{to} へ返す",
    Reason.ARRIVED: "届く",
    Reason.STATEFUL: "確かめない(ステートフル)",
    Reason.SAME_SUBNET: "同じサブネット内は見ない",
    Reason.PRIVATE_NAME: "名前が {address} を指す",
    Reason.NO_ROUTE: "{address} に合うルートがない",
    Reason.BLACKHOLE: "{route} の行き先がもうない",
    Reason.TRANSIT_NO_ROUTE: "{address} に合うルートがない",
    Reason.TRANSIT_BLACKHOLE: "{route} は捨てるルート",
    Reason.PREMISES_NO_ROUTE: "{address} への経路を知らない",
    Reason.VPN_NO_ROUTE: "{address} へのVPN接続がない",
    Reason.LOOP: "同じところを回りつづける",
    Reason.NOT_ATTACHED: "このVPCにつながっていない",
    Reason.NO_INTERNET_GATEWAY: "インターネットゲートウェイがない",
    Reason.NO_PUBLIC_ADDRESS: "{holder} にパブリックIPがない",
    Reason.NAT_PRIVATE: "外へ出られないサブネットにある",
    Reason.NAT_ONLY_OUTWARDS: "外からの通信は中へ通さない",
    Reason.PRIVATE_DESTINATION: "{address} はインターネットに出せない",
    Reason.PEERING_INACTIVE: "まだ承認されていない",
    Reason.NOT_TRANSITIVE: "相手の先へは渡さない",
    Reason.TRANSIT_ZONE: "このゾーンにアタッチメントがない",
    Reason.TRANSIT_NO_ASSOCIATION: "ルートテーブルが関連付いていない",
    Reason.MIDDLEBOX: "この先はモデルの外(中継する機器)",
    Reason.OUTSIDE_MODEL: "この先はモデルの外",
    Reason.NOBODY_THERE: "{address} を持つ相手がいない",
    Reason.OTHER_SOURCE: "送った先とちがうアドレスから返ってきた",
    Reason.OTHER_END: "別の相手に届いてしまう",
}
_CARRIED = {
    Step.INTERNET: "運ばれる",
    Step.INTERNET_GATEWAY: "外へ渡す",
    Step.PEERING: "相手のVPCへ渡す",
    Step.TRANSIT_ENTRY: "アタッチメントから入る",
    Step.VPN_GATEWAY: "VPN接続との間で渡す",
    Step.CUSTOMER_GATEWAY: "VPN接続から社内へ渡す",
    Step.ENDPOINT: "AWSのネットワークの中で渡す",
}


def service(protocol: str, port: int) -> str:
    """Return what is asked for, as the reader knows it."""
    return PORTED[protocol].format(port=port)


def span(ports: Ports) -> str:
    """Return a range of ports; one alone without the sign for a range."""
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}〜{ports[1]}"


def end(identifier: str) -> str:
    """Return an end of a connection as the reader knows it, without its place."""
    return ENDS.get(identifier, identifier).partition("(")[0]


def text(network: Network, hop: Hop) -> str:
    """Return what was asked of the packet at a hop and what was answered, in a few words."""
    if hop.reason in _SPELLED_OUT:
        return _SPELLED_OUT[hop.reason](network, hop)
    return _TEXTS[hop.reason].format(
        to=_target(hop.packet),
        address=hop.packet.destination,
        route=hop.route.destination if hop.route else "",
        holder=end(hop.by[0]) if hop.by else "",
    )


def _by_rule(_: Network, hop: Hop) -> str:
    if hop.step in (Step.GROUP_INGRESS, Step.GROUP_EGRESS):
        return f"{_direction(hop)}: {_permission(hop.rule, inbound=hop.step is Step.GROUP_INGRESS)}許可"
    if hop.rule is None:
        return f"{_direction(hop)}: 許可"
    ports = f" ({span(hop.rule.ports)})" if hop.rule.ports else ""
    return f"{_direction(hop)}: ルール {hop.rule.number}{ports} が許可"


def _permission(rule: GroupRule, *, inbound: bool) -> str:
    who = (FROM_ANYWHERE if inbound else TO_ANYWHERE) if rule.peer == ANYWHERE else rule.peer
    if rule.peer != ANYWHERE:
        who += FROM if inbound else TO
    if rule.protocol == ALL:
        return f"{who}すべて"
    ports = span(rule.ports) if rule.ports else ANY
    return f"{who} {rule.protocol.upper()} {ports} を"


def _denied(hop: Hop) -> str:
    if hop.packet.protocol == "icmp":
        return "ICMP を"
    return f"{hop.packet.protocol.upper()} {'、'.join(span(ports) for ports in hop.denied)} を"


def _direction(hop: Hop) -> str:
    return OUTBOUND if hop.step in (Step.GROUP_EGRESS, Step.ACL_EGRESS) else INBOUND


def _packet_ports(packet: Packet) -> str:
    return "ICMP" if packet.protocol == "icmp" else f"{packet.protocol.upper()} {span(packet.ports)}"


def _target(packet: Packet) -> str:
    if packet.protocol == "icmp":
        return packet.destination
    return f"{packet.destination} の {span(packet.ports)}"


def _routed(network: Network, hop: Hop) -> str:
    if hop.route is None:
        return f"VPN接続 {hop.by[0]} へ"
    target = "local" if network.get(hop.route.target) is None else hop.route.target
    return f"{hop.route.destination} → {target}"


def _translated(network: Network, hop: Hop) -> str:
    if hop.step is Step.NAT:
        gateway: NatGateway = network[hop.at]
        if hop.back:
            return "宛先を元のアドレスに戻す"
        return f"送信元を {gateway.address or gateway.public_address} へ"
    holder = network[hop.by[0]]
    if hop.packet.source == holder.address:
        return f"送信元を {holder.public_address} へ"
    return f"宛先を {holder.address} へ" if holder.address else _CARRIED[Step.INTERNET]


def _no_group_rule(_: Network, hop: Hop) -> str:
    return f"{_direction(hop)}: {_packet_ports(hop.packet)} を許可するルールがない"


def _acl_deny(_: Network, hop: Hop) -> str:
    return f"{_direction(hop)}: ルール {hop.rule.number} が {_denied(hop)}拒否"


def _acl_no_rule(_: Network, hop: Hop) -> str:
    return f"{_direction(hop)}: {_denied(hop)}許可するルールがない"


def _carried(_: Network, hop: Hop) -> str:
    return _CARRIED[hop.step]


_SPELLED_OUT: dict[Reason, Callable[[Network, Hop], str]] = {
    Reason.RULE: _by_rule,
    Reason.NO_GROUP_RULE: _no_group_rule,
    Reason.ACL_DENY: _acl_deny,
    Reason.ACL_NO_RULE: _acl_no_rule,
    Reason.ROUTED: _routed,
    Reason.TRANSLATED: _translated,
    Reason.CARRIED: _carried,
}


def station(network: Network, family: str, at: str) -> tuple[str, str]:
    """Return what stands at a row of the picture: its name, and what it is called in this network."""
    if family == "end":
        thing = network.get(at)
        return end(at), getattr(thing, "address", "")
    thing = network.get(at)
    if family == "group":
        note = "、".join(thing.groups)
    elif family == "acl":
        note = network.acl_of(at).id.rpartition("/")[2]
    elif family == "route" and isinstance(thing, Subnet):
        note = network.table_of(at).id.rpartition("/")[2]
    else:
        # Of a gateway that is missing its VPC is known; of the internet there is nothing to tell.
        note = "" if thing is None or isinstance(thing, Vpc) else at
    return STATIONS[family], note


def verdict(inquiry: Inquiry) -> str:
    """Return the answer in a few words."""
    if inquiry.answer is None:
        return SAME_ENDS if inquiry.source == inquiry.destination else OUTSIDE_NETWORK
    blockers = inquiry.answer.blockers
    if not blockers:
        return PASSES
    pattern = SOMETIMES if all(hop.partial for hop in blockers) else BLOCKED
    return pattern.format(count=len(blockers))


def here(inquiry: Inquiry) -> str:
    """Return who is in the network."""
    return "、".join(ENDS.get(one, one) for one in inquiry.ends)


def explanation(inquiry: Inquiry) -> Explanation:
    """Say whether the connection comes about, and name every obstacle of both directions."""
    if inquiry.answer is None:
        return Explanation(
            f"{verdict(inquiry)}。", f"「{SCENARIOS[inquiry.scenario]}」にいるのは、{here(inquiry)}です。"
        )
    trace = inquiry.answer
    flow = trace.flow
    what = f"{end(flow.source)}から{end(flow.destination)}への{service(flow.protocol, flow.port)}"
    idle = IDLE.format(faults="」「".join(FAULT_OPTIONS[one] for one in inquiry.idle)) if inquiry.idle else ""
    if trace.reachable:
        return Explanation(f"{what}は、行きも戻りも通ります。", _why_open(inquiry) + idle)
    there, back = (sum(hop.back is way for hop in trace.blockers) for way in (False, True))
    ways = "と".join(f"{name}の{count}か所" for name, count in ((THERE, there), (BACK, back)) if count)
    named = "。".join(f"{number}: {obstacle(inquiry, hop)}" for number, hop in enumerate(trace.blockers, 1))
    rest = "1つ直すだけでは届きません。" if len(trace.blockers) > 1 else _hint(trace.blockers[0])
    stops = "止まることがあります" if all(hop.partial for hop in trace.blockers) else "止まります"
    return Explanation(f"{what}は、{ways}で{stops}。", f"{named}。{rest}{idle}")


def obstacle(inquiry: Inquiry, hop: Hop) -> str:
    """Return one obstacle: way, place and reason."""
    name, note = station(inquiry.network, family(hop), hop.at)
    way = BACK if hop.back else THERE
    return f"{way}の{name}{f' {note}' if note else ''} — {text(inquiry.network, hop)}"


def _why_open(inquiry: Inquiry) -> str:
    trace = inquiry.answer
    steps = {hop.step for hop in trace.hops}
    if Step.NAT in steps:
        return "NATゲートウェイが送信元のアドレスを書き換え、戻りを元の送信元に返します。外から始まる通信は通しません。"
    if Step.ENDPOINT in steps:
        return "プレフィックスリストへのルートがエンドポイントを指し、インターネットを通らずに届きます。"
    if Step.TRANSIT_ROUTE in steps:
        return "トランジットゲートウェイが自分のルートテーブルで相手のVPCへ送ります。行きも戻りも同じしくみです。"
    if Step.VPN_GATEWAY in steps:
        return "仮想プライベートゲートウェイから伝播したルートが、戻りをVPN接続へ導きます。"
    if any(hop.reason is Reason.RULE and hop.step in (Step.ACL_EGRESS, Step.ACL_INGRESS) for hop in trace.hops):
        return (
            "セキュリティグループは通した通信を覚えていて、戻りを確かめません。"
            "ネットワークACLは覚えないので、戻りのエフェメラルポートも許可されている必要があります。"
        )
    return "同じサブネットの中なので、ルートテーブルのlocalルートとセキュリティグループだけが決めます。"


def _hint(hop: Hop) -> str:
    if hop.partial:
        return "送信元が選んだポートによって、通るときと止まるときがあります。"
    if hop.back and hop.reason in (Reason.ACL_NO_RULE, Reason.ACL_DENY):
        return "ネットワークACLはステートレスなので、戻りの宛先になるエフェメラルポートを許可します。"
    if hop.reason is Reason.NAT_PRIVATE:
        return "NATゲートウェイは、0.0.0.0/0 がインターネットゲートウェイを指すパブリックサブネットに置きます。"
    if hop.needed is not None and hop.step is Step.ROUTE:
        return f"ルートテーブルに {hop.needed.destination} → {hop.needed.target} を足すと先へ進みます。"
    return "止まるのはここだけで、ほかの関門は通ります。"


def family(hop: Hop) -> str:
    """Return which kind of station a hop belongs to: what is one thing on the way there and on the way back."""
    families = {
        Step.GROUP_EGRESS: "group",
        Step.GROUP_INGRESS: "group",
        Step.ACL_EGRESS: "acl",
        Step.ACL_INGRESS: "acl",
        Step.START: "end",
        Step.ARRIVAL: "end",
    }
    return families.get(hop.step, str(hop.step))


def table(inquiry: Inquiry) -> Table:
    """Return every hop of both directions, or who could be asked about."""
    if inquiry.answer is None:
        rows = tuple((ENDS.get(one, one), one) for one in inquiry.ends)
        return Table(f"「{SCENARIOS[inquiry.scenario]}」にいる相手", ("相手", "ID"), rows)
    rows = []
    for hop in inquiry.answer.hops:
        name, note = station(inquiry.network, family(hop), hop.at)
        packet = hop.packet
        rows.append(
            (
                BACK if hop.back else THERE,
                f"{name} {note}".strip(),
                VERDICTS[hop.verdict] + (ASSUMED if hop.assumed else ""),
                text(inquiry.network, hop),
                f"{packet.source} → {packet.destination} {_packet_ports(packet)}",
            )
        )
    return Table("行きと戻りの関門", ("向き", "場所", "判定", "内容", "パケット"), tuple(rows))
