"""Words of the explorer of a function in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model import lambda_in_vpc
from kumo.core.explorer import Explanation, Table
from kumo.vpc import Reason, Step

if TYPE_CHECKING:
    from kumo.aws_lambda.model.lambda_in_vpc import Reach
    from kumo.vpc import Hop

TITLE = "VPCに入れたLambda：どこに届くか"
DESCRIPTION = "Lambdaの関数、VPCのサブネットとルートテーブル、出口、5つの宛先の関係。{point}"

PLACE = "関数の場所"
PLACES = {
    lambda_in_vpc.OUTSIDE: "VPCに入れない",
    lambda_in_vpc.PRIVATE: "プライベートサブネット",
    lambda_in_vpc.PUBLIC: "パブリックサブネット",
}
PLACE_HELP = "パブリックサブネットは、パブリックIPアドレスの自動割り当てを有効にしたものです。"
WAYS = "VPCに足すもの"
WAYS_OPTIONS = {
    lambda_in_vpc.NAT: "NATゲートウェイ",
    lambda_in_vpc.S3_ENDPOINT: "S3のゲートウェイエンドポイント",
    lambda_in_vpc.DYNAMODB_ENDPOINT: "DynamoDBのゲートウェイエンドポイント",
    lambda_in_vpc.SQS_ENDPOINT: "SQSのインターフェイスエンドポイント",
}
WAYS_HELP = "NATゲートウェイへのルートは、関数がプライベートサブネットにあるときに加わります。"
DESTINATION = "宛先"
NAMES = {
    lambda_in_vpc.DATABASE: "RDS",
    "s3": "S3",
    "dynamodb": "DynamoDB",
    "sqs": "SQS",
    lambda_in_vpc.API: "外部API",
}
DESTINATIONS = {
    lambda_in_vpc.DATABASE: "RDS(プライベートなデータベース)",
    "s3": "S3",
    "dynamodb": "DynamoDB",
    "sqs": "SQS",
    lambda_in_vpc.API: "外部API(インターネット)",
}
DESTINATION_HELP = "経路を光らせて調べる相手です。ほかの宛先の結果も印で示します。"
ALLOWED = "RDSのセキュリティグループの許可"
ALLOWED_HELP = "関数のセキュリティグループからのTCP 5432を、RDSの側が許可しているかです。"
SUBNETS = "関数のサブネット"
SUBNETS_HELP = "関数に設定するサブネットの数です。それぞれ別のアベイラビリティゾーンにあります。"
FUNCTIONS = "関数の数"
FUNCTIONS_HELP = "同じサブネットに入れる関数の数です。同時に動く実行環境の数ではありません。"
GROUPS = "セキュリティグループ"
GROUPS_OPTIONS = {lambda_in_vpc.SHARED: "全関数で同じ", lambda_in_vpc.OWN: "関数ごとに別"}
GROUPS_HELP = "サブネットとセキュリティグループの組が同じ関数は、ENIを共有します。"
COUNT = "個"

# In the picture.
SERVICE = "Lambda"
SERVICE_NOTE = "AWSが管理"
FUNCTION = "関数{number}"
VPC_NAME = "VPC"
WHERE = {
    lambda_in_vpc.OUTSIDE: "関数はいない",
    lambda_in_vpc.PRIVATE: "関数はプライベートサブネット",
    lambda_in_vpc.PUBLIC: "関数はパブリックサブネット",
}
SUBNET = "サブネット{zone}"
TABLE_NAME = "ルートテーブル"
TARGETS = {"local": "local", lambda_in_vpc.NAT_GATEWAY: "NAT", lambda_in_vpc.GATEWAY: "IGW"}
PREFIXES = {"pl-s3": "S3", "pl-dynamodb": "DynamoDB"}
NO_DEFAULT = "0.0.0.0/0 はない"
DATA_SUBNET, PUBLIC_SUBNET = "データ", "パブリック"
NAT_BOX, GATEWAY_BOX, ENDPOINT, NOT_THERE = "NAT", "IGW", "エンドポイント", "なし"
ENI = "ENI"
INTERFACES = "ENI {count}個"
INTERFACES_SUM = "= サブネット{subnets} × セキュリティグループの組{groups}"
NO_INTERFACES = "ENIは作られない"
THROUGH = "実行環境はAWSのネットワークで動き、ENIを通ってVPCに入ります。"
REACHED, NOT_REACHED = "届く", "届かない"
AWS_SERVICES, INTERNET = "AWSのサービス", "インターネット"
AWS_SHORT, INTERNET_SHORT = "AWSのサービス", "外"
HOPS = "区間"

_BLOCKED = {
    Reason.NO_ROUTE: "ルートがない",
    Reason.NO_PUBLIC_ADDRESS: "{holder}にパブリックIPがない",
    Reason.NO_GROUP_RULE: "許可するルールがない",
}
_STOPS = {
    Reason.NO_ROUTE: "ルートテーブルに{name}へのルートがありません。{remedy}",
    Reason.NO_GROUP_RULE: (
        "経路はありますが、RDSのセキュリティグループに、関数のセキュリティグループからの許可がありません。"
        "受信のルールを足します。"
    ),
}
_REMEDIES = {
    "s3": "ゲートウェイエンドポイントか、NATゲートウェイを足します。",
    "dynamodb": "ゲートウェイエンドポイントか、NATゲートウェイを足します。",
    "sqs": "インターフェイスエンドポイントか、NATゲートウェイを足します。",
    lambda_in_vpc.API: "NATゲートウェイを足します。エンドポイントで届くのはAWSのサービスだけです。",
}
_NO_ADDRESS = (
    "インターネットゲートウェイへのルートはありますが、LambdaのENIにはパブリックIPアドレスが付きません。"
    "サブネットの自動割り当ても効かないので、プライベートサブネットに移してNATゲートウェイを使います。"
)
_FROM_OUTSIDE = "VPCの外からは、パブリックIPアドレスのないRDSに届きません。関数をVPCに入れます。"


def reason(hop: Hop) -> str:
    """Return in a few words why a hop stops the packet."""
    holder = NAMES[lambda_in_vpc.DATABASE] if lambda_in_vpc.DATABASE in hop.by else ENI
    return _BLOCKED[hop.reason].format(holder=holder)


def verdict(reach: Reach) -> str:
    """Return the answer for the destination that is asked about."""
    name, hop = NAMES[reach.destination], reach.blocked
    return f"{name}に{REACHED}" if hop is None else f"{name}に{NOT_REACHED}: {reason(hop)}"


def summary(reach: Reach) -> str:
    """Return how many of the destinations are reached."""
    count = sum(reach.reached(one) for one in lambda_in_vpc.DESTINATIONS)
    return f"届く宛先 {count} / {len(lambda_in_vpc.DESTINATIONS)}"


def description(reach: Reach) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(reach).point)


def explanation(reach: Reach) -> Explanation:
    """Say whether the destination is reached, by which way or what stands in it."""
    name, hop = NAMES[reach.destination], reach.blocked
    where = {
        lambda_in_vpc.OUTSIDE: "VPCに入れない関数は",
        lambda_in_vpc.PRIVATE: "プライベートサブネットの関数は",
        lambda_in_vpc.PUBLIC: "パブリックサブネットの関数は",
    }[reach.placement.place]
    if hop is None:
        return Explanation(f"{where}、{name}に届きます。", _way(reach))
    return Explanation(f"{where}、{name}に届きません。", _obstacle(reach, hop))


def _obstacle(reach: Reach, hop: Hop) -> str:
    if hop.reason is Reason.NO_PUBLIC_ADDRESS:
        return _FROM_OUTSIDE if reach.placement.place == lambda_in_vpc.OUTSIDE else _NO_ADDRESS
    remedy = _REMEDIES.get(reach.destination, "")
    return _STOPS[hop.reason].format(name=NAMES[reach.destination], remedy=remedy)


def _way(reach: Reach) -> str:
    steps = {hop.step for hop in reach.asked.hops}
    if reach.placement.place == lambda_in_vpc.OUTSIDE:
        return "AWSが管理するネットワークから、インターネットにもAWSのサービスにも出られます。"
    if Step.NAT in steps:
        return (
            "ルートテーブルからNATゲートウェイに渡り、そのパブリックIPアドレスで、"
            "インターネットゲートウェイから外に出ます。"
        )
    if Step.ENDPOINT in steps:
        return "プレフィックスリストへのルートがゲートウェイエンドポイントを指し、インターネットを通りません。"
    if Step.NAME in steps:
        return "サービスの名前が、VPCの中にあるエンドポイントのプライベートIPアドレスを指します。"
    return "同じVPCの中なので、localルートとセキュリティグループの許可だけで届きます。"


def table(reach: Reach) -> Table:
    """Return each destination with the answer, and where the packet stops."""
    rows = []
    for destination, traces in reach.traces.items():
        stopped = next((hop for one in traces for hop in one.blockers), None)
        where = "—" if stopped is None else f"{_station(stopped)}: {reason(stopped)}"
        rows.append((DESTINATIONS[destination], REACHED if stopped is None else NOT_REACHED, where))
    rows.append((ENI, f"{len(reach.interfaces)}{COUNT}", "サブネットとセキュリティグループの組ごとに1つ"))
    return Table("宛先ごとの結果", ("宛先", "結果", "止まる場所"), tuple(rows))


def _station(hop: Hop) -> str:
    return {
        Step.ROUTE: TABLE_NAME,
        Step.INTERNET_GATEWAY: "インターネットゲートウェイ",
        Step.GROUP_INGRESS: "RDSのセキュリティグループ",
    }[hop.step]
