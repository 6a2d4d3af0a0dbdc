"""Networks read from AWS's own JSON: one made in moto, and pieces written by hand for what moto does not make."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import moto
import pytest

from kumo.vpc.model import aws
from kumo.vpc.model.aws import ELSEWHERE, Note, Reading, network_from_aws
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.hops import Reason
from kumo.vpc.model.network import EGRESS_ALL, Host, Route, Unknown, Vpc
from kumo.vpc.model.rules import AclRule, GroupRule
from kumo.vpc.model.topology import kind
from kumo.vpc.model.trace import Flow, trace
from kumo.vpc.words import errors as words

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "ap-northeast-1"
CALLS = (
    "vpcs",
    "subnets",
    "route_tables",
    "network_acls",
    "security_groups",
    "internet_gateways",
    "nat_gateways",
    "vpc_endpoints",
    "vpc_peering_connections",
    "network_interfaces",
)
S3_RANGE = "52.219.0.0/20"


class Account:
    """The network of a small company, in moto: two peered VPCs, one with public and private subnets."""

    def __init__(self, ec2: Any) -> None:
        self.ec2 = ec2
        # The account's default VPC would only be in the way.
        self.others = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[self.vpc], Tags=[{"Key": "Name", "Value": "本番"}])
        ec2.associate_vpc_cidr_block(VpcId=self.vpc, CidrBlock="10.8.0.0/16")
        self.peer = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.public = self.subnet(self.vpc, "10.0.0.0/24")
        self.private = self.subnet(self.vpc, "10.0.1.0/24")
        self.second = self.subnet(self.vpc, "10.8.0.0/24")
        self.far = self.subnet(self.peer, "10.1.0.0/24")
        self.igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(VpcId=self.vpc, InternetGatewayId=self.igw)
        self.pcx = ec2.create_vpc_peering_connection(VpcId=self.vpc, PeerVpcId=self.peer)["VpcPeeringConnection"][
            "VpcPeeringConnectionId"
        ]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=self.pcx)
        allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
        self.nat = ec2.create_nat_gateway(SubnetId=self.public, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
        self.tables()
        self.web_group = self.group("web", self.vpc)
        self.app_group = self.group("app", self.vpc)
        self.far_group = self.group("far", self.peer)
        self.rules()
        self.endpoints()
        self.web = self.instance(self.public, self.web_group)
        self.app = self.instance(self.private, self.app_group)
        self.db = self.instance(self.far, self.far_group)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(AllocationId=address, InstanceId=self.web)

    def subnet(self, vpc: str, cidr: str) -> str:
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}a")
        return made["Subnet"]["SubnetId"]

    def group(self, name: str, vpc: str) -> str:
        return self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]

    def instance(self, subnet: str, group: str) -> str:
        made = self.ec2.run_instances(
            ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group]
        )
        return made["Instances"][0]["InstanceId"]

    def tables(self) -> None:
        routes = {
            self.public: {"GatewayId": self.igw},
            self.private: {"NatGatewayId": self.nat},
        }
        self.table: dict[str, str] = {}
        for subnet, target in routes.items():
            table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
            self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
            self.table[subnet] = table
        self.ec2.create_route(
            RouteTableId=self.table[self.private],
            DestinationCidrBlock="10.1.0.0/16",
            VpcPeeringConnectionId=self.pcx,
        )
        main = next(
            table["RouteTableId"]
            for table in self.ec2.describe_route_tables()["RouteTables"]
            if table["VpcId"] == self.peer
        )
        self.ec2.create_route(RouteTableId=main, DestinationCidrBlock="10.0.0.0/16", VpcPeeringConnectionId=self.pcx)

    def rules(self) -> None:
        def allow(group: str, low: int, **peer: object) -> None:
            entry = {"IpProtocol": "tcp", "FromPort": low, "ToPort": low, **peer}
            self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[entry])

        allow(self.web_group, 443, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
        allow(self.app_group, 8080, UserIdGroupPairs=[{"GroupId": self.web_group}])
        allow(self.far_group, 5432, IpRanges=[{"CidrIp": "10.0.1.0/24", "Description": "app"}])
        self.acl = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for egress in (False, True):
            self.ec2.create_network_acl_entry(
                NetworkAclId=self.acl,
                RuleNumber=100,
                Protocol="6",
                RuleAction="allow",
                Egress=egress,
                CidrBlock="0.0.0.0/0",
                PortRange={"From": 1024, "To": 65535},
            )
        association = next(
            association["NetworkAclAssociationId"]
            for acl in self.ec2.describe_network_acls()["NetworkAcls"]
            for association in acl["Associations"]
            if association["SubnetId"] == self.second
        )
        self.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=self.acl)

    def endpoints(self) -> None:
        self.s3 = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.{REGION}.s3",
            VpcEndpointType="Gateway",
            RouteTableIds=[self.table[self.private]],
        )["VpcEndpoint"]["VpcEndpointId"]
        self.sqs = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.{REGION}.sqs",
            VpcEndpointType="Interface",
            SubnetIds=[self.private],
            SecurityGroupIds=[self.web_group],
            PrivateDnsEnabled=True,
        )["VpcEndpoint"]["VpcEndpointId"]

    def describe(self) -> list[dict[str, Any]]:
        """Return the answers, without the default VPC, with the addresses that moto invents made possible."""
        answers = [getattr(self.ec2, f"describe_{call}")() for call in CALLS]
        answers.append(self.ec2.describe_prefix_lists())
        for answer in answers:
            answer.pop("ResponseMetadata")
            for key, items in answer.items():
                if isinstance(items, list):
                    answer[key] = [item for item in items if item.get("VpcId") not in self.others]
                    if key == "InternetGateways":
                        answer[key] = [item for item in items if item["Attachments"][0]["VpcId"] not in self.others]
                    if key == "PrefixLists":
                        answer[key] = [{**item, "Cidrs": [S3_RANGE]} for item in items]
        text = json.dumps(answers, default=str)
        by_subnet = {self.public: "10.0.0", self.private: "10.0.1"}
        place = 100
        for answer in answers:
            for item in answer.get("NetworkInterfaces", ()):
                # Those of NAT gateways and endpoints get an address from anywhere.
                prefix = by_subnet.get(item["SubnetId"])
                if prefix and not item["PrivateIpAddress"].startswith(f"{prefix}."):
                    place += 1
                    text = text.replace(f'"{item["PrivateIpAddress"]}"', f'"{prefix}.{place}"')
                # And public addresses are loopback ones, lest a test reaches somebody.
                public = item.get("Association", {}).get("PublicIp")
                if public:
                    text = text.replace(f'"{public}"', f'"198.51.100.{place}"')
                    place += 1
        return json.loads(text)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with moto.mock_aws():
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        yield Account(boto3.client("ec2", region_name=REGION, **keys))


@pytest.fixture(scope="module")
def responses(account: Account) -> list[dict[str, Any]]:
    return account.describe()


@pytest.fixture(scope="module")
def reading(responses: list[dict[str, Any]]) -> Reading:
    return Vpc.from_aws(*responses)


def test_everything_that_moto_made_is_understood(reading: Reading) -> None:
    assert [str(note) for note in reading.notes] == []


def test_the_parts_arrive(account: Account, reading: Reading) -> None:
    network = reading.network
    assert network[account.vpc] == Vpc(account.vpc, ("10.0.0.0/16", "10.8.0.0/16"), "本番", REGION)
    kinds = {account.public: "public", account.private: "private", account.far: "private", account.second: "isolated"}
    assert {subnet: kind(network, subnet) for subnet in kinds} == kinds
    assert network.table_of(account.far).main
    assert network.acl_of(account.second).id == account.acl
    assert network.acl_of(account.public).default
    assert network[account.acl].egress == (AclRule(100, "allow", "tcp", (1024, 65535), "0.0.0.0/0"),)
    assert network[account.app_group].ingress == (GroupRule("tcp", 8080, account.web_group),)
    assert network[account.app_group].egress == (EGRESS_ALL,)
    assert network[account.pcx].active
    assert network[account.nat].subnet == account.public
    assert network[reading.interface(account.web)].elastic
    assert network[reading.interface(account.app)].public_address is None
    assert network[account.sqs].kind == "interface"
    assert network.hosts == (ELSEWHERE,)


@pytest.mark.parametrize(
    ("source", "destination", "port", "expected"),
    [
        ("internet-host", "web", 443, []),
        ("internet-host", "web", 22, [Reason.NO_GROUP_RULE]),
        ("web", "app", 8080, []),
        ("app", "8.8.8.8", 443, []),
        ("app", "52.219.0.44", 443, []),
        ("app", "db", 5432, []),
        ("web", "db", 5432, [Reason.PRIVATE_DESTINATION, Reason.NO_GROUP_RULE]),
        ("db", "8.8.8.8", 443, [Reason.NO_ROUTE]),
    ],
)
def test_traces_of_the_company(
    account: Account, reading: Reading, source: str, destination: str, port: int, expected: list[Reason]
) -> None:
    ends = {name: reading.interface(getattr(account, name)) for name in ("web", "app", "db")}
    found = trace(reading.network, Flow(ends.get(source, source), ends.get(destination, destination), port=port))
    assert [hop.reason for hop in found.blockers] == expected
    if destination == "52.219.0.44":
        assert account.s3 in found.path


def test_the_order_and_form_of_the_responses_do_not_matter(responses: list[dict[str, Any]], reading: Reading) -> None:
    pages = [{key: [item]} for answer in responses for key, items in answer.items() for item in items]
    texts = [json.dumps(page) for page in reversed(pages)]
    again = network_from_aws(*texts)
    assert again.notes == ()
    for mine, theirs in zip(
        (set(again.network), set(again.instances)), (set(reading.network), set(reading.instances)), strict=True
    ):
        assert len(mine) == len(theirs)
    assert network_from_aws({key: value for answer in responses for key, value in answer.items()}) == reading


def test_what_is_missing_is_named(account: Account, responses: list[dict[str, Any]]) -> None:
    """Without one of the responses: a note, not a guess."""
    expected = {
        "SecurityGroups": "group_unknown",
        "InternetGateways": "target_unknown",
        "NatGateways": "target_unknown",
        "VpcPeeringConnections": "target_unknown",
        "VpcEndpoints": "target_unknown",
        "NetworkInterfaces": "interface_unknown",
        "PrefixLists": "prefix_list_unknown",
        "RouteTables": "table_missing",
        "NetworkAcls": "acl_missing",
        "Subnets": "subnet_unknown",
    }
    for key, code in expected.items():
        found = network_from_aws(*(answer for answer in responses if key not in answer))
        assert code in {note.code for note in found.notes}, key
    without = network_from_aws(*(answer for answer in responses if "InternetGateways" not in answer))
    web = without.interface(account.web)
    blockers = trace(without.network, Flow(web, "8.8.8.8")).blockers
    assert (blockers[0].reason, blockers[0].at) == (Reason.OUTSIDE_MODEL, account.igw)


# By hand, in the shapes of the EC2 API.

VPC = {"VpcId": "v", "CidrBlock": "10.0.0.0/16", "State": "available"}
SUBNET = {"SubnetId": "s", "VpcId": "v", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"}
GROUP = {"GroupId": "g", "VpcId": "v", "GroupName": "g", "IpPermissions": [], "IpPermissionsEgress": []}
TABLE = {"RouteTableId": "r", "VpcId": "v", "Routes": [], "Associations": [{"Main": True}]}
ACL = {"NetworkAclId": "a", "VpcId": "v", "IsDefault": True, "Entries": [], "Associations": [{"SubnetId": "s"}]}
INTERFACE = {
    "NetworkInterfaceId": "eni",
    "SubnetId": "s",
    "VpcId": "v",
    "PrivateIpAddress": "10.0.0.10",
    "Groups": [{"GroupId": "g"}],
}
BASE = {
    "Vpcs": [VPC],
    "Subnets": [SUBNET],
    "SecurityGroups": [GROUP],
    "RouteTables": [TABLE],
    "NetworkAcls": [ACL],
    "NetworkInterfaces": [INTERFACE],
}


def read(**changes: list[dict[str, Any]]) -> Reading:
    return network_from_aws({**deepcopy(BASE), **changes})


def codes(found: Reading) -> list[tuple[str, str]]:
    return [(note.code, note.subject) for note in found.notes]


def entry(**fields: object) -> dict[str, object]:
    return {
        "RuleNumber": 100,
        "RuleAction": "allow",
        "Protocol": "6",
        "Egress": False,
        "CidrBlock": "0.0.0.0/0",
        **fields,
    }


def route(**fields: object) -> list[dict[str, Any]]:
    return [{**TABLE, "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **fields}]}]


def nat(**fields: object) -> list[dict[str, Any]]:
    addresses = [{"PrivateIp": "10.0.0.20", "PublicIp": "198.51.100.1", "IsPrimary": True}]
    return [{"NatGatewayId": "n", "SubnetId": "s", "VpcId": "v", "NatGatewayAddresses": addresses, **fields}]


def test_the_hand_written_base_is_understood() -> None:
    assert codes(read()) == []


NOTED = [
    (
        read(Vpcs=[{**VPC, "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-bidirectional"}}]),
        "field",
        "v",
    ),
    (read(Vpcs=[{**VPC, "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56"}]}]), "ipv6", "v"),
    (read(Vpcs=[{**VPC, "State": "pending"}]), "state", "v"),
    (read(Subnets=[SUBNET, {"SubnetId": "t", "VpcId": "v", "AvailabilityZone": "z"}]), "ipv6", "t"),
    (read(Subnets=[SUBNET, {**SUBNET, "SubnetId": "t", "VpcId": "w"}]), "vpc_unknown", "t"),
    (read(RouteTables=route(TransitGatewayId="tgw")), "target_unknown", "r"),
    (read(RouteTables=route(CoreNetworkArn="arn:core")), "target_unknown", "r"),
    (read(RouteTables=route()), "route_unknown", "r"),
    (read(RouteTables=route(GatewayId="local", SomethingNew="x")), "field", "r"),
    (read(RouteTables=[{**TABLE, "Routes": [{"DestinationIpv6CidrBlock": "::/0", "GatewayId": "i"}]}]), "ipv6", "r"),
    (read(RouteTables=[{**TABLE, "Routes": [{"GatewayId": "local"}]}]), "route_unknown", "r"),
    (read(RouteTables=[{**TABLE, "Associations": [{"Main": True}, {"GatewayId": "igw"}]}]), "association_unknown", "r"),
    (read(NetworkAcls=[{**ACL, "Entries": [entry(Ipv6CidrBlock="::/0", CidrBlock=None)]}]), "ipv6", "a"),
    (read(NetworkAcls=[{**ACL, "Entries": [entry(Protocol="300")]}]), "rule_unknown", "a"),
    (read(NetworkAcls=[{**ACL, "Associations": [{"SubnetId": "gone"}]}]), "subnet_unknown", "a"),
    (read(NatGateways=nat(State="pending")), "state", "n"),
    (read(NatGateways=nat(AttachedAppliances=[{"Type": "network-firewall-proxy"}])), "field", "n"),
    (read(InternetGateways=[{"InternetGatewayId": "i", "Attachments": [], "Unheard": 1}]), "field", "i"),
    (
        read(VpcEndpoints=[{"VpcEndpointId": "e", "VpcId": "v", "VpcEndpointType": "Resource", "ServiceName": "x"}]),
        "endpoint_kind",
        "e",
    ),
    (
        read(VpcEndpoints=[{"VpcEndpointId": "e", "VpcId": "v", "VpcEndpointType": "Gateway", "ServiceName": "x"}]),
        "endpoint_unused",
        "e",
    ),
    (
        read(
            VpcEndpoints=[
                {
                    "VpcEndpointId": "e",
                    "VpcId": "v",
                    "VpcEndpointType": "Interface",
                    "ServiceName": "x",
                    "NetworkInterfaceIds": ["eni"],
                    "PrivateDnsEnabled": False,
                }
            ]
        ),
        "private_dns",
        "e",
    ),
    (
        read(
            VpcEndpoints=[
                {
                    "VpcEndpointId": "e",
                    "VpcId": "v",
                    "VpcEndpointType": "Interface",
                    "ServiceName": "x",
                    "NetworkInterfaceIds": ["eni"],
                    "PrivateDnsEnabled": True,
                    "PolicyDocument": '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}',
                }
            ]
        ),
        "endpoint_policy",
        "e",
    ),
    (
        read(
            VpcPeeringConnections=[
                {
                    "VpcPeeringConnectionId": "p",
                    "RequesterVpcInfo": {"VpcId": "v"},
                    "AccepterVpcInfo": {"VpcId": "elsewhere"},
                    "Status": {"Code": "active"},
                }
            ]
        ),
        "vpc_unknown",
        "p",
    ),
    (read(NetworkInterfaces=[{**INTERFACE, "Groups": []}]), "no_groups", "eni"),
    (read(NetworkInterfaces=[{**INTERFACE, "DenyAllIgwTraffic": True}]), "field", "eni"),
    (
        read(NetworkInterfaces=[{**INTERFACE, "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.11"}]}]),
        "secondary_address",
        "eni",
    ),
    (read(TransitGateways=[{"TransitGatewayId": "tgw"}]), "response", "TransitGateways"),
    (network_from_aws(BASE, {"Subnets": [], "NextToken": "more"}), "more_pages", "Subnets"),
]


@pytest.mark.parametrize(("found", "code", "subject"), NOTED)
def test_what_is_not_understood_is_named(found: Reading, code: str, subject: str) -> None:
    assert (code, subject) in codes(found)
    assert all(str(note).startswith(f"{note.subject}") or note.code == "response" for note in found.notes)


def test_every_note_has_a_case(account: Account, responses: list[dict[str, Any]]) -> None:
    seen = {code for _, code, _ in NOTED}
    seen |= {"group_unknown", "interface_unknown", "prefix_list_unknown", "table_missing", "acl_missing"}
    assert account.vpc
    assert responses
    assert seen == set(words.NOTES)


def test_only_blocks_that_are_associated_count() -> None:
    """A block that is being taken away still stands in the answer."""
    states = {"10.0.0.0/16": "associated", "10.8.0.0/16": "associated", "10.9.0.0/16": "disassociated"}
    blocks = [{"CidrBlock": cidr, "CidrBlockState": {"State": state}} for cidr, state in states.items()]
    found = read(Vpcs=[{**VPC, "CidrBlockAssociationSet": blocks}])
    assert found.network["v"].cidrs == ("10.0.0.0/16", "10.8.0.0/16")
    assert found.notes == (Note("state", "10.9.0.0/16", "disassociated"),)


def test_a_closed_route_is_a_black_hole() -> None:
    found = read(RouteTables=route(NatGatewayId="gone", State="blackhole"))
    assert codes(found) == []
    assert found.network["r"].routes == (Route("0.0.0.0/0", "blackhole"),)


def test_a_target_that_is_not_known_stands_for_itself() -> None:
    found = read(RouteTables=route(TransitGatewayId="tgw"))
    assert found.network.unknowns == (Unknown("tgw", "TransitGatewayId"),)
    assert found.notes == (Note("target_unknown", "r", "0.0.0.0/0 → tgw"),)


def test_kinds_of_nat_gateways() -> None:
    assert read(NatGateways=nat()).network["n"].public_address == "198.51.100.1"
    assert read(NatGateways=nat(ConnectivityType="private")).network["n"].public_address is None
    regional = read(NatGateways=nat(AvailabilityMode="regional", SubnetId=None)).network["n"]
    assert (regional.vpc, regional.subnet, regional.public_address) == ("v", None, "198.51.100.1")


@pytest.mark.parametrize(
    ("permission", "rule"),
    [
        ({"IpProtocol": "-1"}, GroupRule("all", None, "10.0.0.0/8")),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81}, GroupRule("tcp", (80, 81), "10.0.0.0/8")),
        ({"IpProtocol": "17", "FromPort": 53, "ToPort": 53}, GroupRule("udp", 53, "10.0.0.0/8")),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, GroupRule("icmp", 8, "10.0.0.0/8")),
        ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1}, GroupRule("icmp", None, "10.0.0.0/8")),
        ({"IpProtocol": "50"}, GroupRule("50", None, "10.0.0.0/8")),
    ],
)
def test_permissions(permission: dict[str, Any], rule: GroupRule) -> None:
    found = read(SecurityGroups=[{**GROUP, "IpPermissions": [{**permission, "IpRanges": [{"CidrIp": rule.peer}]}]}])
    assert codes(found) == []
    assert found.network["g"].ingress == (rule,)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"Protocol": "-1"}, AclRule(100, "allow", "all", None, "0.0.0.0/0")),
        ({"PortRange": {"From": 22, "To": 23}}, AclRule(100, "allow", "tcp", (22, 23), "0.0.0.0/0")),
        ({"Protocol": "17", "RuleAction": "deny"}, AclRule(100, "deny", "udp", None, "0.0.0.0/0")),
        ({"Protocol": "1", "IcmpTypeCode": {"Type": 8, "Code": -1}}, AclRule(100, "allow", "icmp", 8, "0.0.0.0/0")),
        ({"Protocol": "1", "IcmpTypeCode": {"Type": -1, "Code": -1}}, AclRule(100, "allow", "icmp", None, "0.0.0.0/0")),
        ({"RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1"}, None),
    ],
)
def test_acl_entries(fields: dict[str, Any], rule: AclRule | None) -> None:
    found = read(NetworkAcls=[{**ACL, "Entries": [entry(**fields)]}])
    assert codes(found) == []
    assert found.network["a"].ingress == ((rule,) if rule else ())


def test_own_hosts_can_be_given() -> None:
    found = network_from_aws(BASE, hosts=[Host("me", "203.0.113.99")])
    assert [host.id for host in found.network.hosts] == ["me"]


@pytest.mark.parametrize(
    ("response", "code"),
    [("{", "not_a_response"), ("[]", "not_a_response"), ([], "not_a_response"), ({"Subnets": [SUBNET]}, "no_vpcs")],
)
def test_what_is_no_response_is_refused(response: Any, code: str) -> None:
    with pytest.raises(NetworkError) as caught:
        network_from_aws(response)
    assert caught.value.code == code
    assert "describe-vpcs" in str(caught.value)


def test_the_fields_are_those_of_the_api() -> None:
    """A name that the API does not have would be passed over for nothing, and hide a field that it does have."""
    model = botocore.session.get_session().get_service_model("ec2")
    for shape, fields in aws.READ.items():
        members = set(model.shape_for(shape).members)
        assert fields | aws.PASSED_OVER[shape] <= members, shape
        assert not fields & aws.PASSED_OVER[shape], shape
    for key, identifier in aws.RESPONSES.items():
        shapes = [
            model.operation_model(name).output_shape for name in model.operation_names if name.startswith("Describe")
        ]
        lists = [shape.members[key].member for shape in shapes if shape and key in shape.members]
        assert any(identifier in shape.members for shape in lists), key
