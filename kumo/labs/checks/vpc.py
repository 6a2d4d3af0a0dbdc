"""Checks of the lab on VPC: the network of a shop, and what becomes of packets in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kumo.labs.network import S3, obstacle, read, trip
from kumo.labs.steps import need, step
from kumo.vpc import Interface, Reason, SecurityGroup, Step, Verdict
from kumo.vpc.model import addresses, topology

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs.session import Lab
    from kumo.vpc import Hop, Network, Subnet, Trace

TITLE = "VPCに店のネットワークを作る"
COSTS = (
    "NATゲートウェイは、置いてあるだけで1時間あたり約0.06ドル(東京)かかり、1時間未満も1時間に数えます。"
    "パブリックIPv4アドレスも、1つにつき1時間あたり0.005ドルかかり、この実習では2つ使います。"
    "終わったらすぐに、NATゲートウェイ、Elastic IPアドレスの順に消し、実習の終わりにある順番で、VPCまで消してください。"
)

BLOCK = "10.0.0.0/16"
PUBLIC, PRIVATE = ("public-a", "public-c"), ("private-a", "private-c")
LENGTH = 24


@step("VPCとサブネットを作る")
def subnets(lab: Lab) -> str:
    client = lab.client("ec2")
    vpcs = client.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["shop"]}])["Vpcs"]
    need(vpcs, "NameタグがshopのVPCがありません。aws ec2 create-vpcで、タグを付けて作ります。")
    need(
        len(vpcs) == 1,
        f"NameタグがshopのVPCが{len(vpcs)}個あります。余分をaws ec2 delete-vpcで消すか、最初のセルからやり直します。",
    )
    cidr = vpcs[0]["CidrBlock"]
    need(cidr == BLOCK, f"VPCのCIDRが{cidr}です。{BLOCK}のVPCを作り直します。最初のCIDRは後から変えられません。")
    network = read(client).network
    for name in (*PUBLIC, *PRIVATE):
        found = [subnet for subnet in network.subnets if subnet.name == name]
        need(found, f"Nameタグが{name}のサブネットがありません。create_subnetで作ります。")
        need(len(found) == 1, f"Nameタグが{name}のサブネットが{len(found)}個あります。余分をdelete_subnetで消します。")
        length = int(found[0].cidr.partition("/")[2])
        need(length == LENGTH, f"{name}のCIDRが{found[0].cidr}です。長さを/{LENGTH}にして作り直します。")
        need(
            found[0].zone[-1] == name[-1],
            f"{name}が{found[0].zone}にあります。末尾が{name[-1]}のゾーンに作り直します。サブネットは動かせません。",
        )
    usable = addresses.usable(f"10.0.0.0/{LENGTH}")
    return f"2つのゾーンに4つのサブネットができました。使えるアドレスは{usable}個ずつです。"


@step("公開する側に出口を付ける")
def public(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    need(network.internet_gateways, "インターネットゲートウェイがありません。create-internet-gatewayで作ります。")
    need(
        network.internet_gateway_of(network.vpcs[0].id),
        "インターネットゲートウェイが、VPCに付いていません。attach_internet_gatewayで付けます。",
    )
    _need_private(network)
    for subnet in _subnets(network, PUBLIC):
        table = network.table_of(subnet.id)
        need(
            not table.main,
            f"{subnet.name}は、まだメインルートテーブルを使っています。"
            "associate_route_tableで、新しいルートテーブルに関連付けます。",
        )
        need(
            topology.kind(network, subnet.id) == topology.PUBLIC,
            f"{subnet.name}のルートテーブルに、インターネットゲートウェイへのルートがありません。"
            "create_routeで、0.0.0.0/0の行き先をインターネットゲートウェイにします。",
        )
    return "public-aとpublic-cは、パブリックサブネットになりました。private-aとprivate-cは違います。"


@step("Webサーバーに客を通す")
def web(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    server = _server(network, "web", PUBLIC)
    found = trip(network, "customer", server.id)
    reasons = {hop.reason for hop in found.blockers}
    need(
        Reason.NO_PUBLIC_ADDRESS not in reasons,
        "webに、パブリックIPアドレスがありません。Elastic IPアドレスを割り当てて、関連付けます。",
    )
    need(
        Reason.NO_GROUP_RULE not in reasons,
        "セキュリティグループwebに、TCP 443番を0.0.0.0/0から許可する受信ルールがありません。"
        "authorize-security-group-ingressで加えます。",
    )
    need(found.reachable, f"客の443番がまだ届きません。{_obstacles(network, found)}")
    # Step 6 stops the crawler elsewhere; here only the group counts.
    stranger = {hop.reason for hop in trip(network, "crawler", server.id).blockers}
    need(
        Reason.NO_GROUP_RULE not in stranger,
        "セキュリティグループwebの443番が、一部の客にしか開いていません。送信元を0.0.0.0/0にしたルールを加えます。",
    )
    for port in (22, 80):
        need(
            not trip(network, "customer", server.id, port).reachable,
            f"{port}番まで、だれからでも届きます。開けるのは443番だけです。"
            "余分なルールは、同じ引数のaws ec2 revoke-security-group-ingressで消します。",
        )
    return "客の443番は届き、22番は届きません。戻りは、ステートフルなので確かめられません。"


@step("アプリはWebサーバーからだけ")
def app(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    first = _server(network, "web", PUBLIC)
    server = _server(network, "app", PRIVATE)
    found = trip(network, first.id, server.id, 8080)
    need(
        found.reachable,
        f"webからappの8080番が届きません。グループappに受信ルールを加えます。{_obstacles(network, found)}",
    )
    subnet = _subnets(network, PUBLIC)[1]
    stranger = _with_probe(network, subnet, ())
    need(
        not trip(stranger, "probe", server.id, 8080).reachable,
        "グループwebを持たないサーバーからも、appの8080番に届きます。"
        "送信元を、CIDRではなくセキュリティグループwebにします。",
    )
    second = _with_probe(network, subnet, first.groups)
    need(
        trip(second, "probe", server.id, 8080).reachable,
        "Webサーバーを増やすと、2台目からはappに届きません。送信元を、アドレスではなくセキュリティグループwebにします。",
    )
    need(
        not trip(network, first.id, server.id, 22).reachable,
        "appの22番にも、webから届きます。許可するのは8080番だけにします。",
    )
    return "appの8080番には、グループwebのサーバーだけが届きます。2台目を足しても、ルールはそのままで済みます。"


@step("外へ出るだけの道を作る")
def nat(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    server = _server(network, "app", PRIVATE)
    _need_private(network)
    need(network.nat_gateways, "使えるNATゲートウェイがありません。create_nat_gatewayで作ります。")
    for gateway in network.nat_gateways:
        place = network[gateway.subnet] if gateway.subnet else None
        need(
            place is None or topology.kind(network, place.id) == topology.PUBLIC,
            f"NATゲートウェイが、外へ出られないサブネット({place.name if place else ''})にあります。"
            "消して、public-aに作り直します。",
        )
    for subnet in _subnets(network, PRIVATE):
        found = trip(_with_probe(network, subnet, server.groups), "probe", "site")
        need(
            found.reachable,
            f"{subnet.name}のサーバーは、まだ外へ出られません。{_obstacles(network, found)}",
        )
    return "プライベートサブネットのサーバーは外へ出られて、外からは入れません。"


@step("迷惑な相手を断る")
def acl(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    first, server = _server(network, "web", PUBLIC), _server(network, "app", PRIVATE)
    for subnet in _subnets(network, PUBLIC):
        need(
            not network.acl_of(subnet.id).default,
            f"{subnet.name}は、まだ最初からあるネットワークACLを使っています。"
            "新しいACLを作り、replace_network_acl_associationで付け替えます。",
        )
    need(
        _stopped_by_acl(trip(network, "crawler", first.id)),
        "198.51.100.7からの443番が、ACLの受信を通ります。許可より小さい番号で、198.51.100.7/32を拒否します。",
    )
    for source, destination, port, what in (
        ("customer", first.id, 443, "客からWebサーバーへの443番"),
        (first.id, server.id, 8080, "webからappへの8080番"),
        (server.id, "site", 443, "appから外への443番"),
    ):
        found = trip(network, source, destination, port)
        need(found.reachable, f"{what}が通りません。{_obstacles(network, found)}")
    need(
        _stopped_by_acl(trip(network, "customer", first.id, 22)),
        "22番が、ACLの受信を通ります。すべてを許可せず、要るポートだけを許可します。",
    )
    return "迷惑な相手は入口で断られ、客、web、app、外への通信は行きも戻りも通ります。"


@step("S3への近道を作る")
def endpoint(lab: Lab) -> str:
    network = read(lab.client("ec2")).network
    server = _server(network, "app", PRIVATE)
    need(
        any(each.service.endswith(f".{S3}") for each in network.endpoints),
        "S3のVPCエンドポイントがありません。aws ec2 create-vpc-endpointで作ります。",
    )
    for subnet in _subnets(network, PRIVATE):
        found = trip(_with_probe(network, subnet, server.groups), "probe", S3)
        passed = {hop.step for hop in found.hops}
        need(
            # With the endpoint in the public table, the NAT gateway itself would use it.
            Step.ENDPOINT in passed and Step.NAT not in passed,
            f"{subnet.name}からS3への通信は、まだNATゲートウェイを通ります。"
            "--route-table-idsで、privateのルートテーブルをエンドポイントに関連付けます。",
        )
        need(found.reachable, f"{subnet.name}からS3への通信が通りません。{_obstacles(network, found)}")
    return "S3への通信はエンドポイントを通り、NATゲートウェイの料金がかからなくなりました。"


@step("サブネットの大きさを選ぶ")
def sizes(_lab: Lab, room: Callable[[str, int], tuple[int, int]]) -> str:
    for vpc, length in (("10.0.0.0/16", 24), ("10.0.0.0/20", 28), ("10.0.0.0/24", 24)):
        count = 2 ** (length - int(vpc.partition("/")[2]))
        each = 2 ** (32 - length) - 5
        found = room(vpc, length)
        called = f'room("{vpc}", {length})'
        need(
            isinstance(found, tuple) and len(found) == 2,  # noqa: PLR2004 -- a pair
            f"{called}が{found!r}を返しました。サブネットの数と、使えるアドレスの合計の、2つを返します。",
        )
        need(found[0] == count, f"{called}で、サブネットの数が{found[0]!r}です。{count}個作れます。")
        need(
            found[1] == count * each,
            f"{called}で、使えるアドレスの合計が{found[1]!r}です。"
            f"{each}個のサブネットが{count}個で、{count * each}個です。予約の5個は、サブネットごとです。",
        )
    return "サブネットの数も、使えるアドレスの合計も、計算と一致しました。"


def _subnets(network: Network, names: tuple[str, ...]) -> list[Subnet]:
    found = {subnet.name: subnet for subnet in network.subnets}
    for name in names:
        need(name in found, f"Nameタグが{name}のサブネットが見つかりません。手順1で作ります。")
    return [found[name] for name in names]


def _server(network: Network, name: str, places: tuple[str, ...]) -> Interface:
    """Return the network interface of that name, which stands in one of those subnets and has the group of its name."""
    found = [interface for interface in network.interfaces if interface.name == name]
    need(found, f"Nameタグが{name}のネットワークインターフェイスがありません。create_network_interfaceで作ります。")
    need(len(found) == 1, f"{name}という名前のネットワークインターフェイスが{len(found)}個あります。余分を消します。")
    place = network[found[0].subnet].name
    need(place in places, f"{name}が{place}にあります。{places[0]}に作り直します。")
    groups = "、".join(network[group].name for group in found[0].groups)
    need(groups == name, f"{name}のセキュリティグループが{groups}です。グループ{name}だけを付けます。")
    return found[0]


def _need_private(network: Network) -> None:
    for subnet in _subnets(network, PRIVATE):
        need(
            topology.kind(network, subnet.id) != topology.PUBLIC,
            f"{subnet.name}のルートが、インターネットゲートウェイを直接指しています。"
            "メインルートテーブルや、privateのルートテーブルからそのルートを消します。",
        )


def _with_probe(network: Network, subnet: Subnet, groups: tuple[str, ...]) -> Network:
    """Return the network with one more server: in that subnet, with those groups or one that nobody knows."""
    taken = {holder.address for holder in (*network.interfaces, *network.nat_gateways)}
    hosts = [str(address) for address in addresses.block(subnet.cidr, subnet.id)][4:-1]
    address = next(each for each in hosts if each not in taken)
    stranger = SecurityGroup("probe-group", subnet.vpc)
    probe = Interface("probe", subnet.id, address, groups or (stranger.id,))
    return replace(network, groups=(*network.groups, stranger), interfaces=(*network.interfaces, probe))


def _stopped_by_acl(found: Trace) -> bool:
    return any(_at_the_door(hop) for hop in found.blockers)


def _at_the_door(hop: Hop) -> bool:
    return hop.step is Step.ACL_INGRESS and hop.verdict is Verdict.BLOCK and not hop.back and not hop.partial


def _obstacles(network: Network, found: Trace) -> str:
    """Return where a packet ends, both ways, as a sentence."""
    places = [f"{'戻り' if hop.back else '行き'}の{obstacle(network, hop)}" for hop in found.blockers]
    return f"止まる場所: {'。'.join(places)}。"
