"""The lab on VPC: what stands in moto as a network that packets pass, and answers that are nearly right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kumo.labs import LabError
from kumo.labs.network import find, follow, name_tag, read, trip
from kumo.vpc import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs import Lab

EVERYWHERE = "0.0.0.0/0"
BLOCKS = {
    "public-a": "10.0.0.0/24",
    "public-c": "10.0.1.0/24",
    "private-a": "10.0.2.0/24",
    "private-c": "10.0.3.0/24",
}
RULES = (
    (False, 90, "deny", 443, 443, "198.51.100.7/32"),
    (False, 100, "allow", 443, 443, EVERYWHERE),
    (False, 110, "allow", 1024, 65535, EVERYWHERE),
    (True, 100, "allow", 443, 443, EVERYWHERE),
    (True, 110, "allow", 1024, 65535, EVERYWHERE),
)


class Shop:
    """The network of the lab, step by step, each with what a reader may do otherwise."""

    def __init__(self, session: Lab) -> None:
        session.start("vpc")
        self.session = session
        self.ec2 = session.client("ec2")

    def says(self, step: str, *answers: object) -> str:
        return self.session.examine(step, *answers).text

    def id(self, kind: str, name: str) -> str:
        return find(self.ec2, kind, name)

    def subnets(self, cidr: str = "10.0.0.0/16", zones: str = "ac", **blocks: str) -> None:
        made = self.ec2.create_vpc(CidrBlock=cidr, TagSpecifications=name_tag("vpc", "shop"))
        self.vpc = made["Vpc"]["VpcId"]
        for name, block in (BLOCKS | blocks).items():
            zone = zones["ac".index(name[-1])]
            tags = name_tag("subnet", name)
            self.ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=block, AvailabilityZone=f"ap-northeast-1{zone}", TagSpecifications=tags
            )

    def table(self, name: str, places: tuple[str, ...], **target: str) -> None:
        made = self.ec2.create_route_table(VpcId=self.vpc, TagSpecifications=name_tag("route-table", name))
        table = made["RouteTable"]["RouteTableId"]
        for place in places:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=self.id("subnet", place))
        if target:
            self.ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, **target)

    def gateway(self, *, attached: bool = True) -> str:
        made = self.ec2.create_internet_gateway(TagSpecifications=name_tag("internet-gateway", "shop-igw"))
        gateway = made["InternetGateway"]["InternetGatewayId"]
        if attached:
            self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        return gateway

    def server(self, name: str, place: str, group: str | None = None) -> None:
        if group is None:
            made = self.ec2.create_security_group(
                GroupName=name,
                Description=name,
                VpcId=self.vpc,
                TagSpecifications=name_tag("security-group", name),
            )
            group = made["GroupId"]
        self.ec2.create_network_interface(
            SubnetId=self.id("subnet", place), Groups=[group], TagSpecifications=name_tag("network-interface", name)
        )

    def allow(self, group: str, low: int, high: int, **source: Any) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, **source}
        self.ec2.authorize_security_group_ingress(GroupId=self.id("security-group", group), IpPermissions=[rule])

    def allow_block(self, group: str, low: int, high: int, cidr: str = EVERYWHERE) -> None:
        self.allow(group, low, high, IpRanges=[{"CidrIp": cidr}])

    def allow_web(self) -> None:
        self.allow("app", 8080, 8080, UserIdGroupPairs=[{"GroupId": self.id("security-group", "web")}])

    def address(self) -> None:
        made = self.ec2.allocate_address(Domain="vpc")
        web = self.id("network-interface", "web")
        self.ec2.associate_address(AllocationId=made["AllocationId"], NetworkInterfaceId=web)

    def nat(self, place: str = "public-a") -> str:
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = self.ec2.create_nat_gateway(
            SubnetId=self.id("subnet", place),
            AllocationId=address,
            TagSpecifications=name_tag("natgateway", "shop-nat"),
        )
        return str(made["NatGateway"]["NatGatewayId"])

    def acl(self) -> None:
        made = self.ec2.create_network_acl(VpcId=self.vpc, TagSpecifications=name_tag("network-acl", "public"))
        acl = made["NetworkAcl"]["NetworkAclId"]
        places = [self.id("subnet", name) for name in ("public-a", "public-c")]
        for each in self.ec2.describe_network_acls()["NetworkAcls"]:
            for association in each["Associations"]:
                if association["SubnetId"] in places:
                    current = association["NetworkAclAssociationId"]
                    self.ec2.replace_network_acl_association(AssociationId=current, NetworkAclId=acl)
        self.rules(RULES)

    def rules(self, rules: tuple[tuple[Any, ...], ...]) -> None:
        """Write the rules of the ACL anew."""
        acl = self.id("network-acl", "public")
        for entry in self.ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]:
            self.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=entry["RuleNumber"], Egress=entry["Egress"])
        for egress, number, action, low, high, cidr in rules:
            self.ec2.create_network_acl_entry(
                NetworkAclId=acl,
                Egress=egress,
                RuleNumber=number,
                RuleAction=action,
                Protocol="6",
                PortRange={"From": low, "To": high},
                CidrBlock=cidr,
            )

    def until(self, last: str) -> Shop:
        """Do what the solution does, up to that step."""
        ways: dict[str, Callable[[], None]] = {
            "subnets": self.subnets,
            "public": lambda: self.table("public", ("public-a", "public-c"), GatewayId=self.gateway()),
            "web": lambda: (self.server("web", "public-a"), self.address(), self.allow_block("web", 443, 443)),
            "app": lambda: (self.server("app", "private-a"), self.allow_web()),
            "nat": lambda: self.table("private", ("private-a", "private-c"), NatGatewayId=self.nat()),
            "acl": self.acl,
        }
        for name, way in ways.items():
            way()
            if name == last:
                break
        return self


@pytest.fixture
def shop(session: Lab) -> Shop:
    return Shop(session)


# ---------------------------------------------------------------- the network that is read


def test_all_that_moto_says_is_understood_and_made_possible(shop: Shop) -> None:
    shop.until("acl")
    reading = read(shop.ec2)
    assert reading.notes == ()
    network = reading.network
    (gateway,) = network.nat_gateways
    # moto's own are somewhere in 10.0.0.0/8, and loopback addresses.
    assert gateway.address == "10.0.0.254"
    described = shop.ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayAddresses"][0]
    assert described["PublicIp"].startswith("127.")
    assert gateway.public_address == f"198.18.{described['PublicIp'].split('.', 2)[2]}"
    assert [vpc.name for vpc in network.vpcs] == ["shop"]  # and not the default one
    assert {table.name for table in network.route_tables} == {"", "public", "private"}


def test_answers_that_can_be_are_left_as_they_are(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real account names addresses that are in their subnets, and public ones."""
    shop.until("nat")
    given = read(shop.ec2)
    monkeypatch.setattr("kumo.labs.network._possible", lambda answers: answers)
    with pytest.raises(LabError, match=r"NATゲートウェイ.*の外です"):
        read(shop.ec2)
    monkeypatch.undo()
    (gateway,) = given.network.nat_gateways
    answer = {
        "NatGateways": [
            {
                "NatGatewayId": "nat-1",
                "SubnetId": "subnet-1",
                "NatGatewayAddresses": [{"PrivateIp": "10.0.0.7", "PublicIp": "52.0.0.1"}],
            }
        ],
        "Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.0.0/24"}],
        "NetworkInterfaces": [],
    }
    from kumo.labs.network import _possible  # noqa: PLC0415 -- an inner part, for this one question

    assert _possible([answer]) == [answer]
    assert gateway.address != "10.0.0.7"


def test_following_tells_every_hop_and_brackets_what_is_supposed(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.until("public").server("web", "public-a")
    capsys.readouterr()
    follow(shop.ec2, "customer", "web", 443)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "customer → web TCP 443: 3か所で止まる"
    marks = [line.split(maxsplit=2)[1] for line in lines]
    assert marks[:2] == ["○", "×"]
    assert all(mark.startswith("(") for mark in marks[2:])
    assert "インターネットゲートウェイ shop-igw: web にパブリックIPがない" in lines[1]
    assert not [line for line in lines if "eni-" in line or "igw-" in line]  # names, not IDs


def test_names_that_lead_nowhere_or_to_two_things_are_told(shop: Shop) -> None:
    with pytest.raises(LabError, match="Nameタグがshopのvpcがありません"):
        find(shop.ec2, "vpc", "shop")
    with pytest.raises(LabError, match="まだ書いていません"):
        find(shop.ec2, "vpc", ...)
    shop.until("web")
    with pytest.raises(LabError, match=r"wbという名前の.*あるのは web、customer、crawler、site、s3"):
        trip(read(shop.ec2).network, "customer", "wb")
    shop.server("web", "public-a", shop.id("security-group", "web"))
    with pytest.raises(LabError, match="1つではありません"):
        trip(read(shop.ec2).network, "customer", "web")
    shop.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=name_tag("vpc", "shop"))
    with pytest.raises(LabError, match="1つではありません"):
        read(shop.ec2)


def test_a_deleted_nat_gateway_is_not_found(shop: Shop) -> None:
    shop.until("public")
    first = shop.nat()
    assert shop.id("natgateway", "shop-nat") == first
    shop.ec2.delete_nat_gateway(NatGatewayId=first)
    with pytest.raises(LabError, match="natgatewayがありません"):
        shop.id("natgateway", "shop-nat")
    assert shop.nat() == shop.id("natgateway", "shop-nat")


# ---------------------------------------------------------------- nearly right


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "使えるアドレスは251個ずつです"),
        ({"private_c": "10.0.9.0/24"}, "使えるアドレスは251個ずつです"),  # any that is free
        ({"private_c": "10.0.3.0/25"}, "private-cのCIDRが10.0.3.0/25です"),
        ({"zones": "aa"}, "public-cがap-northeast-1aにあります"),
        ({"cidr": "10.0.0.0/20"}, "VPCのCIDRが10.0.0.0/20です"),
    ],
)
def test_subnets(shop: Shop, change: dict[str, str], sentence: str) -> None:
    shop.subnets(**{key.replace("_", "-"): value for key, value in change.items()})
    assert sentence in shop.says("subnets")


def test_a_missing_subnet_and_a_second_vpc(shop: Shop) -> None:
    shop.subnets()
    shop.ec2.delete_subnet(SubnetId=shop.id("subnet", "private-c"))
    assert "Nameタグがprivate-cのサブネットがありません" in shop.says("subnets")
    shop.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=name_tag("vpc", "shop"))
    assert "VPCが2個あります" in shop.says("subnets")


def test_the_way_out_of_the_public_side(shop: Shop) -> None:
    shop.until("subnets")
    gateway = shop.gateway(attached=False)
    assert "VPCに付いていません" in shop.says("public")
    shop.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=shop.vpc)
    shop.table("public", ("public-a",))
    assert "public-aのルートテーブルに、インターネットゲートウェイへのルートがありません" in shop.says("public")
    table = shop.id("route-table", "public")
    shop.ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=gateway)
    assert "public-cは、まだメインルートテーブル" in shop.says("public")
    shop.ec2.associate_route_table(RouteTableId=table, SubnetId=shop.id("subnet", "public-c"))
    assert "パブリックサブネットになりました" in shop.says("public")


def test_a_way_out_in_the_main_table_makes_everything_public(shop: Shop) -> None:
    shop.until("public")
    main = next(table.id for table in read(shop.ec2).network.route_tables if table.main)
    gateway = shop.id("internet-gateway", "shop-igw")
    shop.ec2.create_route(RouteTableId=main, DestinationCidrBlock=EVERYWHERE, GatewayId=gateway)
    assert "private-aのルートが、インターネットゲートウェイを直接指しています" in shop.says("public")


def test_the_web_server(shop: Shop) -> None:
    shop.until("public").server("web", "public-a")
    assert "パブリックIPアドレスがありません" in shop.says("web")
    shop.address()
    assert "TCP 443番を0.0.0.0/0から許可する受信ルールがありません" in shop.says("web")
    shop.allow_block("web", 443, 443, "203.0.113.0/25")  # the customer, but nobody else
    assert "一部の客にしか開いていません" in shop.says("web")
    shop.allow_block("web", 0, 65535)
    assert "22番まで、だれからでも届きます" in shop.says("web")


def test_the_web_server_in_another_place(shop: Shop) -> None:
    shop.until("public").server("web", "private-a")
    assert "webがprivate-aにあります" in shop.says("web")


def test_the_web_server_with_the_default_group(shop: Shop) -> None:
    shop.until("public")
    default = next(group.id for group in read(shop.ec2).network.groups if group.name == "default")
    shop.server("web", "public-a", default)
    assert "webのセキュリティグループがdefaultです" in shop.says("web")


def test_the_application_behind_addresses(shop: Shop) -> None:
    shop.until("web").server("app", "private-a")
    interfaces = read(shop.ec2).network.interfaces
    web = next(interface.address for interface in interfaces if interface.name == "web")
    for cidr, sentence in (
        ("192.168.0.0/16", "webからappの8080番が届きません"),
        (f"{web}/32", "2台目からはappに届きません"),
        ("10.0.0.0/16", "グループwebを持たないサーバーからも"),
    ):
        shop.allow_block("app", 8080, 8080, cidr)
        assert sentence in shop.says("app")


def test_the_application_behind_the_group_with_too_many_ports(shop: Shop) -> None:
    shop.until("web").server("app", "private-a")
    shop.allow("app", 0, 65535, UserIdGroupPairs=[{"GroupId": shop.id("security-group", "web")}])
    assert "appの22番にも" in shop.says("app")


def test_the_nat_gateway_on_the_wrong_side(shop: Shop) -> None:
    shop.until("app")
    gateway = shop.nat("private-a")
    assert "外へ出られないサブネット(private-a)にあります" in shop.says("nat")
    shop.ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert "使えるNATゲートウェイがありません" in shop.says("nat")
    shop.table("private", ("private-a",), NatGatewayId=shop.nat())
    assert "private-cのサーバーは、まだ外へ出られません" in shop.says("nat")
    assert "に合うルートがない" in shop.says("nat")


def test_the_application_made_public_instead(shop: Shop) -> None:
    shop.until("app")
    shop.nat()
    shop.table("private", ("private-a", "private-c"), GatewayId=shop.id("internet-gateway", "shop-igw"))
    assert "private-aのルートが、インターネットゲートウェイを直接指しています" in shop.says("nat")


def without(*numbers: tuple[bool, int]) -> tuple[tuple[Any, ...], ...]:
    return tuple(rule for rule in RULES if rule[:2] not in numbers)


NEARLY = (
    (RULES, "迷惑な相手は入口で断られ"),
    ((), "客からWebサーバーへの443番が通りません"),
    (
        (*without((False, 90)), (False, 105, "deny", 443, 443, "198.51.100.7/32")),
        "許可より小さい番号で、198.51.100.7/32を拒否します",
    ),
    (without((True, 110)), "戻りのネットワークACL public: 送信: TCP 1024〜65535 を許可するルールがない"),
    # What most Linux systems choose, and no other.
    (
        (*without((True, 110)), (True, 110, "allow", 32768, 61000, EVERYWHERE)),
        "TCP 1024〜32767、61001〜65535 を許可するルールがない",
    ),
    (without((False, 110)), "webからappへの8080番が通りません"),
    (without((True, 100)), "appから外への443番が通りません"),
    (
        (RULES[0], (False, 100, "allow", 0, 65535, EVERYWHERE), (True, 100, "allow", 0, 65535, EVERYWHERE)),
        "22番が、ACLの受信を通ります",
    ),
)


def test_rules_of_the_acl(shop: Shop) -> None:
    shop.until("acl")
    for rules, sentence in NEARLY:
        shop.rules(rules)
        assert sentence in shop.says("acl")


def test_an_acl_that_no_subnet_uses(shop: Shop) -> None:
    shop.until("nat")
    shop.ec2.create_network_acl(VpcId=shop.vpc, TagSpecifications=name_tag("network-acl", "public"))
    assert "public-aは、まだ最初からあるネットワークACL" in shop.says("acl")


@pytest.mark.parametrize(
    ("service", "table", "sentence"),
    [
        ("s3", "private", "S3への通信はエンドポイントを通り"),
        ("s3", "public", "private-aからS3への通信は、まだNATゲートウェイを通ります"),
        ("dynamodb", "private", "S3のVPCエンドポイントがありません"),
    ],
)
def test_endpoints(shop: Shop, service: str, table: str, sentence: str) -> None:
    shop.until("acl").ec2.create_vpc_endpoint(
        VpcId=shop.vpc,
        ServiceName=f"com.amazonaws.ap-northeast-1.{service}",
        RouteTableIds=[shop.id("route-table", table)],
    )
    assert sentence in shop.says("endpoint")


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        (lambda vpc, length: (2 ** (length - int(vpc[-2:])), 0), "合計が0です。251個のサブネットが256個で"),
        (lambda _, length: (1, 2 ** (32 - length) - 5), "サブネットの数が1です。256個作れます"),
        (lambda *_: 251, "251を返しました"),
    ],
)
def test_sizes(shop: Shop, room: Callable[[str, int], Any], sentence: str) -> None:
    assert sentence in shop.says("sizes", room)


def test_the_finished_network_lets_in_only_what_it_should(shop: Shop) -> None:
    network = read(shop.until("acl").ec2).network
    open_ports = {
        (source, destination, port)
        for source in ("customer", "crawler", "web", "app")
        for destination in ("web", "app", "site")
        for port in (22, 443, 8080)
        if source != destination and trip(network, source, destination, port).reachable
    }
    inside = {each for each in open_ports if each[1] != "site"}
    assert inside == {("customer", "web", 443), ("app", "web", 443), ("web", "app", 8080)}
    assert ("app", "site", 443) in open_ports
    assert ("app", "site", 22) not in open_ports  # the ACL at the NAT gateway's door
    (hop,) = trip(network, "crawler", "web").blockers[:1]
    assert hop.reason is Reason.ACL_DENY
