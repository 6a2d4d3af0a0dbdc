"""What is wrong with a network that cannot exist, and what of an AWS response was not understood."""

from __future__ import annotations

# Each message names the thing at fault and says what is allowed instead.
MESSAGES = {
    "malformed_cidr": (
        "{subject}の「{value}」はCIDR表記ではありません。10.0.0.0/16 のように、アドレスと / と0〜32の長さで書きます。"
    ),
    "host_bits": (
        "{subject}の {value} は、/{length} より下のビット(ホスト部)が0ではありません。"
        "この長さのブロックの先頭は {allowed} です。"
    ),
    "malformed_address": "{subject}の「{value}」はIPv4アドレスではありません。10.0.1.10 のように書きます。",
    "vpc_size": "{subject}のCIDR {value} は使えません。VPCのCIDRの長さは /{largest}〜/{smallest} です。",
    "subnet_size": "{subject}のCIDR {value} は使えません。サブネットのCIDRの長さは /{largest}〜/{smallest} です。",
    "no_cidr": "{subject}にCIDRがありません。VPCにはCIDRが1つ以上必要です。",
    "vpc_overlap": "{subject}のCIDR {value} と {other} が重なっています。1つのVPCのCIDRは重ならないように選びます。",
    "subnet_overlap": (
        "{subject}({value})は{other}({other_value})と重なっています。同じVPCのサブネットは重ならないように選びます。"
    ),
    "subnet_outside": "{subject}のCIDR {value} は{other}の範囲の外です。使えるのは {allowed} の内側です。",
    "duplicate_id": "IDが「{value}」のものが2つあります({subject}と{other})。IDは1つずつ別にします。",
    "missing": "{subject}が指す「{value}」がありません。指定できるのは {allowed} です。",
    "missing_target": (
        "{subject}のルート {destination} の行き先「{value}」がありません。行き先にできるのは local か {allowed} です。"
    ),
    "other_vpc": "{subject}が指す「{value}」は別のVPC({other})のものです。指定できるのは同じVPC({allowed})のものです。",
    "duplicate_route": "{subject}に送信先 {value} の静的ルートが2つあります。送信先1つにつき1つです。",
    "two_tables": (
        "{subject}が2つのルートテーブル({value}と{other})に関連付けられています。関連付けられるのは1つだけです。"
    ),
    "two_main_tables": "{subject}にメインルートテーブルが2つあります({value}と{other})。メインは1つだけです。",
    "two_acls": (
        "{subject}が2つのネットワークACL({value}と{other})に関連付けられています。関連付けられるのは1つだけです。"
    ),
    "two_default_acls": (
        "{subject}にデフォルトのネットワークACLが2つあります({value}と{other})。デフォルトは1つだけです。"
    ),
    "duplicate_number": (
        "{subject}の{direction}ルールに番号 {value} が2つあります。"
        "番号は向きごとに1つずつ、{low}〜{high} から選びます。"
    ),
    "rule_number": "{subject}の{direction}ルールの番号 {value} は使えません。使えるのは {low}〜{high} の整数です。",
    "action": "ネットワークACLのルール {number} の動作「{value}」は使えません。使えるのは allow か deny です。",
    "protocol": (
        "ルールのプロトコル「{value}」は使えません。使えるのは all、tcp、udp、icmp か、0〜255のプロトコル番号です。"
    ),
    "ports": (
        "プロトコル {protocol} のルールのポート {value} は使えません。"
        "使えるのは、小さい方から並べた {low}〜{high} の範囲か、すべて(None)です。"
    ),
    "ports_without_meaning": (
        "プロトコル {protocol} のルールにポート {value} は指定できません。ポートを指定できるのは tcp、udp、icmp です。"
    ),
    "address_outside": "{subject}のアドレス {value} は{other}({allowed})の外です。その範囲のアドレスを選びます。",
    "address_reserved": (
        "{subject}のアドレス {value} は、AWSが予約しているため使えません。{other}で使えるのは {allowed} です。"
    ),
    "address_taken": "{subject}のアドレス {value} は{other}が使っています。アドレスは1つずつ別にします。",
    "no_group": "{subject}にセキュリティグループがありません。ネットワークインターフェイスには1つ以上必要です。",
    "group_peer": (
        "{subject}のルールの相手「{value}」がわかりません。"
        "指定できるのは、CIDR、セキュリティグループのID、プレフィックスリストのIDです。"
    ),
    "two_internet_gateways": (
        "{subject}にインターネットゲートウェイが2つアタッチされています({value}と{other})。アタッチできるのは1つだけです。"
    ),
    "two_vpn_gateways": (
        "{subject}に仮想プライベートゲートウェイが2つアタッチされています({value}と{other})。アタッチできるのは1つだけです。"
    ),
    "peering_overlap": (
        "{subject}は、CIDRが重なるVPC({value}と{other})をつないでいます。ピアリングできるのはCIDRが重ならないVPCどうしです。"
    ),
    "peering_itself": "{subject}の両端が同じVPC({value})です。別の2つのVPCを選びます。",
    "attachment_zone": (
        "{subject}のサブネット {value} と {other} は同じアベイラビリティーゾーン({allowed})にあります。"
        "アタッチメントのサブネットはゾーンごとに1つです。"
    ),
    "attachment_subnets": "{subject}にサブネットがありません。VPCのアタッチメントにはサブネットが1つ以上必要です。",
    "attached_twice": "{subject}に {value} が2回アタッチされています。アタッチできるのは1回だけです。",
    "two_associations": (
        "{subject}のアタッチメント {value} が2つのルートテーブルに関連付けられています。関連付けられるのは1つだけです。"
    ),
    "nat_place": "{subject}には、サブネットとアドレス(ゾーナル)か、VPC(リージョナル)のどちらかを指定します。",
    "endpoint_kind": "{subject}の種類「{value}」は使えません。使えるのは gateway か interface です。",
    "endpoint_parts": (
        "{subject}には、ゲートウェイ型ならプレフィックスリスト、インターフェイス型ならネットワークインターフェイスが必要です。"
    ),
    "not_an_end": (
        "「{value}」を通信の{subject}にできません。指定できるのは、宛先ならIPv4アドレスか、次のどれかです: {allowed}"
    ),
    "flow_port": "プロトコル {protocol} の通信のポート {value} は使えません。使えるのは {low}〜{high} の整数です。",
    "flow_protocol": "通信のプロトコル「{value}」は使えません。使えるのは tcp、udp、icmp です。",
    "networks": "つなぐネットワークの数 {value} は使えません。使えるのは {low}〜{high} の整数です。",
    "shape": "つなぎ方「{value}」はありません。使えるのは {allowed} です。",
    "preset": "「{value}」という構成はありません。あるのは {allowed} です。",
    "plan_count": "サブネットの数 {value} は使えません。使えるのは {low}〜{high} の整数です。",
    "not_a_response": (
        "{value} は、EC2のdescribe系コマンドが返すJSONではありません。"
        "describe-vpcs などの応答(辞書)か、その入ったJSONの文字列を渡します。"
    ),
    "no_vpcs": "応答にVPCがありません。describe-vpcs の応答も渡します。",
}

# How a kind of thing is called before its ID.
KINDS = {
    "Vpc": "VPC",
    "Subnet": "サブネット",
    "RouteTable": "ルートテーブル",
    "NetworkAcl": "ネットワークACL",
    "SecurityGroup": "セキュリティグループ",
    "Interface": "ネットワークインターフェイス",
    "InternetGateway": "インターネットゲートウェイ",
    "NatGateway": "NATゲートウェイ",
    "VpnGateway": "仮想プライベートゲートウェイ",
    "CustomerGateway": "カスタマーゲートウェイ",
    "VpnConnection": "VPN接続",
    "TransitGateway": "トランジットゲートウェイ",
    "Attachment": "アタッチメント",
    "TransitRouteTable": "トランジットゲートウェイのルートテーブル",
    "Peering": "VPCピアリング接続",
    "Endpoint": "VPCエンドポイント",
    "PrefixList": "プレフィックスリスト",
    "Host": "ホスト",
    "Unknown": "モデルにないもの",
}
DIRECTIONS = {"ingress": "受信", "egress": "送信"}
ENDS = {"source": "送信元", "destination": "宛先"}
NOTHING = "なし"
CIDR = "CIDR"

# What was found in an AWS response and left out of the model.
NOTES = {
    "ipv6": "{subject}: IPv6({value})は扱いません。IPv4の通信だけを追跡します。",
    "prefix_list_unknown": (
        "{subject}: プレフィックスリスト {value} の中身がわかりません。"
        "describe-prefix-lists の応答も渡してください(自分で作ったリストは同じ形で書きます)。"
        "それまでは、どのアドレスにも一致しないものとします。"
    ),
    "target_unknown": (
        "{subject}: ルート {value} の行き先は、渡された応答にないか、扱わない種類です。この行き先から先は追跡しません。"
    ),
    "route_unknown": "{subject}: ルート {value} の送信先を読めないため、このルートを除きました。",
    "association_unknown": "{subject}: 関連付け {value} は扱いません(ゲートウェイのルートテーブルなど)。",
    "subnet_unknown": "{subject}: サブネット {value} が渡された応答にないため、除きました。",
    "vpc_unknown": "{subject}: VPC {value} が渡された応答にないため、除きました。",
    "group_unknown": (
        "{subject}: セキュリティグループ {value} が渡された応答にありません。どの通信とも一致しないものとします。"
    ),
    "no_groups": "{subject}: セキュリティグループがないため、除きました({value})。",
    "rule_unknown": (
        "{subject}: ルール {value} を読めないため、除きました。"
        "このルールが決める通信は、実際とちがう結果になることがあります。"
    ),
    "state": "{subject}: 状態が {value} のため、使えないものとします。",
    "acl_missing": "{subject}: ネットワークACLが渡された応答にありません。すべて許可するデフォルトのACLとします。",
    "table_missing": "{subject}: メインルートテーブルが渡された応答にありません。local だけのテーブルとします。",
    "endpoint_kind": "{subject}: 種類が {value} のVPCエンドポイントは扱いません。",
    "endpoint_policy": "{subject}: エンドポイントポリシーは評価しません。許可されているものとします。",
    "private_dns": "{subject}: プライベートDNSが無効です。サービス名はこのエンドポイントに向きません。",
    "secondary_address": "{subject}: 2つ目以降のプライベートアドレス {value} は扱いません。",
    "field": "{subject}: 項目 {value} は扱いません。",
    "response": "応答のキー {value} は扱いません。",
    "more_pages": "{subject}: 応答が途中までです({value} があります)。続きのページも渡してください。",
    "endpoint_unused": (
        "{subject}: どのルートもこのゲートウェイ型エンドポイントに向いておらず、"
        "{value} のプレフィックスリストもわからないため、除きました。"
    ),
    "interface_unknown": "{subject}: ネットワークインターフェイス {value} が渡された応答にないため、除きました。",
}


def message(code: str, **data: object) -> str:
    """Return the message of an error; `data` fills its blanks."""
    return MESSAGES[code].format(**data)


def note(code: str, subject: str, value: str) -> str:
    """Return what was left out of the model and what that means."""
    return NOTES[code].format(subject=subject, value=value)


def named(kind: str, identifier: str) -> str:
    """Return a thing as the reader meets it: its kind and its ID."""
    return f"{KINDS[kind]} {identifier}"


def listed(names: object) -> str:
    """Return names in a row, or that there are none."""
    return "、".join(str(name) for name in names) or NOTHING
