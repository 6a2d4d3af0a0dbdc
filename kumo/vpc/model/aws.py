"""A network from what AWS itself says of it: the JSON of the CLI's and boto3's ``describe-*`` calls.

Understood: `RESPONSES`. Whatever else the JSON holds that could decide about a packet (a field, a state, a kind of
gateway, IPv6) is listed in `Reading.notes`, with what was done about it; nothing is guessed silently. Fields that
cannot decide about a packet (ARNs, owners, tags, time stamps …) are passed over.

The shapes are those of the EC2 API, version 2016-11-15, as botocore 1.44 describes them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.network import (
    BLACKHOLE,
    LOCAL,
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Unknown,
    Vpc,
)
from kumo.vpc.model.rules import ALL, AclRule, GroupRule
from kumo.vpc.words import errors as words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Item = Mapping[str, Any]

# Responses that are read: the key under which AWS lists the items, and the key of an item's ID.
RESPONSES = {
    "Vpcs": "VpcId",
    "Subnets": "SubnetId",
    "RouteTables": "RouteTableId",
    "NetworkAcls": "NetworkAclId",
    "SecurityGroups": "GroupId",
    "InternetGateways": "InternetGatewayId",
    "NatGateways": "NatGatewayId",
    "VpcEndpoints": "VpcEndpointId",
    "VpcPeeringConnections": "VpcPeeringConnectionId",
    "NetworkInterfaces": "NetworkInterfaceId",
    "PrefixLists": "PrefixListId",
}

# What says nothing about an item but about the response.
ENVELOPE = {"ResponseMetadata", "NextToken"}

# Fields that are read, and fields that cannot decide about an IPv4 packet, by the shape's name in the EC2 API.
READ = {
    "Vpc": {"VpcId", "CidrBlock", "CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet", "State", "Tags"},
    "Subnet": {"SubnetId", "VpcId", "CidrBlock", "AvailabilityZone", "SubnetArn", "Tags", "State"}
    | {"Ipv6CidrBlockAssociationSet"},
    "RouteTable": {"RouteTableId", "VpcId", "Routes", "Associations", "PropagatingVgws", "Tags"},
    "Route": {"DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId", "State", "Origin"}
    | {"GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId", "InstanceId"}
    | {"EgressOnlyInternetGatewayId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn", "OdbNetworkArn"},
    "NetworkAcl": {"NetworkAclId", "VpcId", "Entries", "Associations", "IsDefault", "Tags"},
    "NetworkAclEntry": {"RuleNumber", "RuleAction", "Protocol", "PortRange", "IcmpTypeCode", "CidrBlock", "Egress"}
    | {"Ipv6CidrBlock"},
    "SecurityGroup": {"GroupId", "GroupName", "VpcId", "IpPermissions", "IpPermissionsEgress", "Tags"},
    "IpPermission": {"IpProtocol", "FromPort", "ToPort", "IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"},
    "InternetGateway": {"InternetGatewayId", "Attachments", "Tags"},
    "NatGateway": {"NatGatewayId", "SubnetId", "VpcId", "State", "NatGatewayAddresses", "ConnectivityType", "Tags"}
    | {"AvailabilityMode"},
    "VpcEndpoint": {"VpcEndpointId", "VpcId", "VpcEndpointType", "ServiceName", "State", "NetworkInterfaceIds", "Tags"}
    | {"PrivateDnsEnabled", "PolicyDocument"},
    "VpcPeeringConnection": {"VpcPeeringConnectionId", "RequesterVpcInfo", "AccepterVpcInfo", "Status", "Tags"},
    "NetworkInterface": {"NetworkInterfaceId", "SubnetId", "VpcId", "PrivateIpAddress", "PrivateIpAddresses", "Groups"}
    | {"Association", "Attachment", "InterfaceType", "Description", "RequesterId", "Ipv6Addresses", "TagSet"},
    "PrefixList": {"PrefixListId", "PrefixListName", "Cidrs"},
}
PASSED_OVER = {
    "Vpc": {"OwnerId", "InstanceTenancy", "IsDefault", "DhcpOptionsId", "EncryptionControl"},
    "Subnet": {"AvailabilityZoneId", "OwnerId", "AvailableIpAddressCount", "DefaultForAz", "MapPublicIpOnLaunch"}
    | {"AssignIpv6AddressOnCreation", "EnableDns64", "PrivateDnsNameOptionsOnLaunch", "MapCustomerOwnedIpOnLaunch"}
    | {"EnableLniAtDeviceIndex", "Type"},
    "RouteTable": {"OwnerId"},
    "Route": {"InstanceOwnerId"},
    "NetworkAcl": {"OwnerId"},
    "NetworkAclEntry": set(),
    "SecurityGroup": {"OwnerId", "Description", "SecurityGroupArn"},
    "IpPermission": set(),
    "InternetGateway": {"OwnerId"},
    "NatGateway": {"CreateTime", "DeleteTime", "FailureCode", "FailureMessage", "ProvisionedBandwidth"}
    # A regional NAT gateway's own table leads to the internet gateway, which the model finds by itself.
    | {"RouteTableId", "AutoScalingIps", "AutoProvisionZones"},
    "VpcEndpoint": {"RouteTableIds", "SubnetIds", "Groups", "IpAddressType", "DnsOptions", "RequesterManaged"}
    | {"DnsEntries", "CreationTimestamp", "OwnerId", "LastError", "FailureReason", "PayerResponsibilities"},
    "VpcPeeringConnection": {"ExpirationTime", "MultipathResilienceStatus"},
    "NetworkInterface": {"AvailabilityZone", "AvailabilityZoneId", "ConnectionTrackingConfiguration", "MacAddress"}
    | {"OwnerId", "PrivateDnsName", "PublicDnsName", "PublicIpDnsNameOptions", "RequesterManaged", "SourceDestCheck"}
    | {"Status", "Operator"},
    "PrefixList": set(),
}

# In the order in which a route names its target.
_TARGET_KEYS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)

_PROTOCOLS = {"-1": ALL, "6": "tcp", "17": "udp", "1": "icmp", "tcp": "tcp", "udp": "udp", "icmp": "icmp"}
_IPV6_PROTOCOLS = ("58", "icmpv6")
_LAST_RULE = 32767

# Interfaces of gateways that the model knows by other lists.
_GATEWAYS = ("nat_gateway", "transit_gateway")

ELSEWHERE = Host("internet-host", "203.0.113.10")


@dataclass(frozen=True)
class Note:
    """Something in a response that the model does not take over.

    Attributes
    ----------
    code : str
        Which kind (a key of `kumo.vpc.words.errors.NOTES`).
    subject : str
        ID of the thing that it is about.
    value : str
        The part of it.

    """

    code: str
    subject: str
    value: str

    def __str__(self) -> str:
        return words.note(self.code, self.subject, self.value)


@dataclass(frozen=True)
class Reading:
    """What the responses say.

    Attributes
    ----------
    network : Network
        To be traced; its `hosts` has one stranger on the internet, ``internet-host``.
    notes : tuple of Note
        What was not understood or left out, in the order of the responses; ``str()`` of each is for the reader.
        Empty when the network is all that AWS said.
    instances : tuple of (str, str)
        (ID of an instance, ID of its network interface), for tracing from and to instances.

    """

    network: Network
    notes: tuple[Note, ...]
    instances: tuple[tuple[str, str], ...]

    def interface(self, instance: str) -> str:
        """Return the ID of an instance's first network interface; `KeyError` when it has none here."""
        return dict(reversed(self.instances))[instance]


def network_from_aws(*responses: Item | str, hosts: Iterable[Host] = (ELSEWHERE,)) -> Reading:
    """Read the network around some VPCs.

    Parameters
    ----------
    *responses : mapping or str
        What ``describe-vpcs``, ``-subnets``, ``-route-tables``, ``-network-acls``, ``-security-groups``,
        ``-internet-gateways``, ``-nat-gateways``, ``-vpc-endpoints``, ``-vpc-peering-connections``,
        ``-network-interfaces`` and ``-prefix-lists`` answer, in any order and in any number of pages: the
        dictionaries of boto3, or the JSON text that the CLI prints.
    hosts : iterable of Host
        Machines outside to trace from and to.

    Raises
    ------
    NetworkError
        For something that is no such response, and when there is no VPC in them.

    """
    return _Reader(responses).read(tuple(hosts))


class _Reader:
    def __init__(self, responses: Iterable[Item | str]) -> None:
        self.notes: list[Note] = []
        self.items: dict[str, dict[str, Item]] = {key: {} for key in RESPONSES}
        for response in responses:
            self._take(response)
        if not self.items["Vpcs"]:
            raise NetworkError("no_vpcs")
        self.unknowns: dict[str, Unknown] = {}
        self.instances: list[tuple[str, str]] = []

    def _take(self, response: Item | str) -> None:
        content: Any = response
        if isinstance(response, str):
            try:
                content = json.loads(response)
            except json.JSONDecodeError:
                raise NetworkError("not_a_response", value=response[:40]) from None
        if not isinstance(content, Mapping):
            raise NetworkError("not_a_response", value=str(response)[:40])
        for key, value in content.items():
            if key in RESPONSES:
                self.items[key] |= {item[RESPONSES[key]]: item for item in value}
            elif key not in ENVELOPE:
                self._note("response", key, key)
            elif key == "NextToken" and value:
                self._note("more_pages", ", ".join(key for key in content if key in RESPONSES), "NextToken")

    def read(self, hosts: tuple[Host, ...]) -> Reading:
        # The order matters: a thing may only point at what has been taken over before.
        vpcs = tuple(self._each("Vpcs", "Vpc", self._vpc))
        self.vpcs = {vpc.id: vpc for vpc in vpcs}
        subnets = tuple(self._each("Subnets", "Subnet", self._subnet))
        self.subnets = {subnet.id: subnet for subnet in subnets}
        self.known_lists = {
            item["PrefixListId"]: item.get("Cidrs") for item in self._checked("PrefixLists", "PrefixList")
        }
        self.lists: dict[str, tuple[str, ...]] = {}
        self.nat_interfaces = {
            address.get("NetworkInterfaceId")
            for item in self.items["NatGateways"].values()
            for address in item.get("NatGatewayAddresses", ())
        }
        groups = tuple(self._each("SecurityGroups", "SecurityGroup", self._group))
        self.groups = {group.id: group for group in groups}
        interfaces = tuple(self._each("NetworkInterfaces", "NetworkInterface", self._interface))
        self.interfaces = {interface.id: interface for interface in interfaces}
        internet_gateways = tuple(self._each("InternetGateways", "InternetGateway", self._internet_gateway))
        nat_gateways = tuple(self._each("NatGateways", "NatGateway", self._nat_gateway))
        peerings = tuple(self._each("VpcPeeringConnections", "VpcPeeringConnection", self._peering))
        endpoints = tuple(self._each("VpcEndpoints", "VpcEndpoint", self._endpoint))
        gateways = (*internet_gateways, *nat_gateways, *peerings, *interfaces)
        self.targets = {one.id for one in gateways} | {one.id for one in endpoints if one.kind == "gateway"}
        tables = tuple(self._each("RouteTables", "RouteTable", self._table))
        acls = tuple(self._each("NetworkAcls", "NetworkAcl", self._acl))
        self._missing(tables, acls)
        network = Network(
            vpcs=tuple(self._with_region(vpc) for vpc in vpcs),
            subnets=subnets,
            route_tables=tables,
            acls=acls,
            groups=groups,
            interfaces=interfaces,
            internet_gateways=internet_gateways,
            nat_gateways=nat_gateways,
            peerings=peerings,
            endpoints=endpoints,
            prefix_lists=tuple(PrefixList(key, cidrs) for key, cidrs in self.lists.items()),
            hosts=hosts,
            unknowns=tuple(self.unknowns.values()),
        )
        return Reading(network, tuple(dict.fromkeys(self.notes)), tuple(self.instances))

    # Common to all kinds.

    def _note(self, code: str, subject: str, value: object) -> None:
        self.notes.append(Note(code, subject, str(value)))

    def _checked(self, key: str, shape: str) -> Iterator[Item]:
        for identifier, item in self.items[key].items():
            self._fields(shape, identifier, item)
            yield item

    def _fields(self, shape: str, subject: str, item: Item) -> None:
        """Note every field that has a value and that the model neither reads nor may pass over."""
        for field, value in item.items():
            if field not in READ[shape] and field not in PASSED_OVER[shape] and value not in (None, "", [], {}, False):
                self._note("field", subject, f"{field}={_short(value)}")

    def _each(self, key: str, shape: str, read: Callable[[str, Item], Any]) -> Iterator[Any]:
        for item in self._checked(key, shape):
            identifier = item[RESPONSES[key]]
            vpc = item.get("VpcId")
            if key != "Vpcs" and vpc is not None and vpc not in self.vpcs:
                self._note("vpc_unknown", identifier, vpc)
                continue
            thing = read(identifier, item)
            if thing is not None:
                yield thing

    def _missing(self, tables: tuple[RouteTable, ...], acls: tuple[NetworkAcl, ...]) -> None:
        for vpc in self.vpcs:
            if not any(table.main for table in tables if table.vpc == vpc):
                self._note("table_missing", vpc, "main")
            if not any(acl.default for acl in acls if acl.vpc == vpc):
                self._note("acl_missing", vpc, "default")

    # One method for each kind; None for what cannot be taken over (and a note that says so).

    def _vpc(self, identifier: str, item: Item) -> Vpc:
        if item.get("State", "available") != "available":
            self._note("state", identifier, item["State"])
        cidrs = []
        for association in item.get("CidrBlockAssociationSet", ()):
            state = association.get("CidrBlockState", {}).get("State", "associated")
            if state == "associated":
                cidrs.append(association["CidrBlock"])
            else:
                self._note("state", association["CidrBlock"], state)
        self._ipv6(identifier, item.get("Ipv6CidrBlockAssociationSet"))
        # The primary block first, as the resolver's address follows from it.
        primary = item.get("CidrBlock")
        ordered = dict.fromkeys([*([primary] if primary else []), *cidrs])
        return Vpc(identifier, tuple(ordered), _name(item))

    def _with_region(self, vpc: Vpc) -> Vpc:
        regions = [info.get("Region") for info in self._peering_ends() if info.get("VpcId") == vpc.id]
        for item in self.items["Subnets"].values():
            if item["VpcId"] == vpc.id:
                arn = item.get("SubnetArn", "").split(":")
                # arn:aws:ec2:<region>:…; older emulators leave the ARN out, and a zone is its region and a letter.
                regions.append(arn[3] if len(arn) > 3 else item["AvailabilityZone"][:-1])  # noqa: PLR2004 -- the place of the region
        return Vpc(vpc.id, vpc.cidrs, vpc.name, next((region for region in regions if region), ""))

    def _peering_ends(self) -> Iterator[Item]:
        for item in self.items["VpcPeeringConnections"].values():
            yield from (item.get("RequesterVpcInfo", {}), item.get("AccepterVpcInfo", {}))

    def _ipv6(self, subject: str, associations: Any) -> None:
        for association in associations or ():
            self._note("ipv6", subject, association.get("Ipv6CidrBlock") or association.get("Ipv6Address") or "IPv6")

    def _subnet(self, identifier: str, item: Item) -> Subnet | None:
        self._ipv6(identifier, item.get("Ipv6CidrBlockAssociationSet"))
        if not item.get("CidrBlock"):
            self._note("ipv6", identifier, "IPv6")
            return None
        return Subnet(identifier, item["VpcId"], item["CidrBlock"], item["AvailabilityZone"], _name(item))

    def _group(self, identifier: str, item: Item) -> SecurityGroup:
        sides = [
            tuple(rule for entry in item.get(key, ()) for rule in self._permissions(identifier, entry))
            for key in ("IpPermissions", "IpPermissionsEgress")
        ]
        return SecurityGroup(identifier, item["VpcId"], *sides, name=item.get("GroupName", ""))

    def _permissions(self, group: str, entry: Item) -> Iterator[GroupRule]:
        self._fields("IpPermission", group, entry)
        for range_ in entry.get("Ipv6Ranges", ()):
            self._note("ipv6", group, range_.get("CidrIpv6", "IPv6"))
        written = str(entry.get("IpProtocol"))
        if written in _IPV6_PROTOCOLS:
            self._note("ipv6", group, written)
            return
        for peer in self._peers(group, entry):
            ports = _group_ports(entry)
            try:
                yield GroupRule(_PROTOCOLS.get(written, written), ports, peer)
            except NetworkError:
                self._note("rule_unknown", group, f"{written} {ports} {peer}")

    def _peers(self, group: str, entry: Item) -> Iterator[str]:
        yield from (range_["CidrIp"] for range_ in entry.get("IpRanges", ()))
        for pair in entry.get("UserIdGroupPairs", ()):
            if pair.get("GroupId") in self.items["SecurityGroups"]:
                yield pair["GroupId"]
            else:
                self._note("group_unknown", group, pair.get("GroupId") or pair.get("GroupName"))
        for part in entry.get("PrefixListIds", ()):
            yield self._list(group, part["PrefixListId"])

    def _list(self, subject: str, identifier: str) -> str:
        """Take over a prefix list that something points at."""
        cidrs = self.known_lists.get(identifier)
        if cidrs is None:
            self._note("prefix_list_unknown", subject, identifier)
        elif any(":" in cidr for cidr in cidrs):
            self._note("ipv6", identifier, next(cidr for cidr in cidrs if ":" in cidr))
        self.lists[identifier] = tuple(cidr for cidr in cidrs or () if ":" not in cidr)
        return identifier

    def _interface(self, identifier: str, item: Item) -> Interface | None:
        if item.get("InterfaceType") in _GATEWAYS or identifier in self.nat_interfaces:
            return None
        if item.get("SubnetId") not in self.subnets:
            self._note("subnet_unknown", identifier, item.get("SubnetId"))
            return None
        self._ipv6(identifier, item.get("Ipv6Addresses"))
        for address in item.get("PrivateIpAddresses", ()):
            if address["PrivateIpAddress"] != item["PrivateIpAddress"]:
                self._note("secondary_address", identifier, address["PrivateIpAddress"])
        groups = []
        for group in item.get("Groups", ()):
            if group["GroupId"] in self.groups:
                groups.append(group["GroupId"])
            else:
                self._note("group_unknown", identifier, group["GroupId"])
        if not groups:
            self._note("no_groups", identifier, item.get("InterfaceType") or item.get("Description") or "?")
            return None
        instance = item.get("Attachment", {}).get("InstanceId")
        if instance:
            self.instances.append((instance, identifier))
        association = item.get("Association", {})
        return Interface(
            identifier,
            item["SubnetId"],
            item["PrivateIpAddress"],
            tuple(groups),
            association.get("PublicIp"),
            # "amazon" owns what is assigned at launch; an Elastic IP address has an allocation.
            elastic="AllocationId" in association,
            role=_role(item),
            name=_name(item, "TagSet") or instance or "",
        )

    def _internet_gateway(self, identifier: str, item: Item) -> InternetGateway:
        attached = [
            one["VpcId"]
            for one in item.get("Attachments", ())
            if one.get("State", "available") in ("available", "attached") and one["VpcId"] in self.vpcs
        ]
        return InternetGateway(identifier, attached[0] if attached else None, _name(item))

    def _nat_gateway(self, identifier: str, item: Item) -> NatGateway | None:
        if item.get("State", "available") != "available":
            self._note("state", identifier, item["State"])
            return None
        addresses = sorted(item.get("NatGatewayAddresses", ()), key=lambda one: not one.get("IsPrimary", True))
        for address in addresses[1:]:
            self._note("secondary_address", identifier, address.get("PublicIp") or address.get("PrivateIp"))
        first = addresses[0] if addresses else {}
        public = first.get("PublicIp") if item.get("ConnectivityType", "public") == "public" else None
        if item.get("AvailabilityMode") == "regional":
            return NatGateway(identifier, public_address=public, vpc=item["VpcId"], name=_name(item))
        if item.get("SubnetId") not in self.subnets:
            self._note("subnet_unknown", identifier, item.get("SubnetId"))
            return None
        return NatGateway(identifier, item["SubnetId"], first.get("PrivateIp"), public, name=_name(item))

    def _peering(self, identifier: str, item: Item) -> Peering | None:
        ends = [item[key].get("VpcId") for key in ("RequesterVpcInfo", "AccepterVpcInfo")]
        for end in ends:
            if end not in self.vpcs:
                self._note("vpc_unknown", identifier, end)
                return None
        status = item.get("Status", {}).get("Code", "active")
        if status not in ("active", "pending-acceptance", "provisioning"):
            self._note("state", identifier, status)
            return None
        return Peering(identifier, *ends, active=status == "active", name=_name(item))

    def _endpoint(self, identifier: str, item: Item) -> Endpoint | None:
        if str(item.get("State", "available")).lower() != "available":
            self._note("state", identifier, item["State"])
            return None
        kind = str(item.get("VpcEndpointType", "Gateway")).lower()
        service = item["ServiceName"]
        if kind == "gateway":
            prefix_list = self._list_of(identifier, service)
            if prefix_list is None:
                self._note("endpoint_unused", identifier, service)
                return None
            self._policy(identifier, item)
            return Endpoint(identifier, item["VpcId"], service, prefix_list=prefix_list, name=_name(item))
        if kind != "interface":
            self._note("endpoint_kind", identifier, item["VpcEndpointType"])
            return None
        doors = [one for one in item.get("NetworkInterfaceIds", ()) if one in self.interfaces]
        for one in item.get("NetworkInterfaceIds", ()):
            if one not in doors:
                self._note("interface_unknown", identifier, one)
        if not doors:
            return None
        self._policy(identifier, item)
        private = bool(item.get("PrivateDnsEnabled"))
        if not private:
            self._note("private_dns", identifier, service)
        return Endpoint(
            identifier,
            item["VpcId"],
            service,
            "interface",
            interfaces=tuple(doors),
            private_dns=private,
            name=_name(item),
        )

    def _policy(self, identifier: str, item: Item) -> None:
        """Note a policy unless it is the one that allows everything, which AWS attaches when none is given."""
        text = item.get("PolicyDocument")
        if not text:
            return
        try:
            statements = json.loads(text)["Statement"]
        except (ValueError, KeyError, TypeError):
            statements = None
        everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
        plain = isinstance(statements, list) and any(
            {key: value for key, value in one.items() if key != "Sid"} == everything for one in statements
        )
        if not plain or any(one.get("Effect") == "Deny" for one in statements):
            self._note("endpoint_policy", identifier, _short(text))

    def _list_of(self, endpoint: str, service: str) -> str | None:
        """Return the prefix list of a gateway endpoint: the one that routes to it name, or the service's."""
        for table in self.items["RouteTables"].values():
            for route in table.get("Routes", ()):
                if route.get("GatewayId") == endpoint and route.get("DestinationPrefixListId"):
                    return self._list(endpoint, route["DestinationPrefixListId"])
        lists = self.items["PrefixLists"].items()
        named = next((key for key, item in lists if item.get("PrefixListName") == service), None)
        return self._list(endpoint, named) if named else None

    def _table(self, identifier: str, item: Item) -> RouteTable:
        main, subnets = False, []
        for association in item.get("Associations", ()):
            state = association.get("AssociationState", {}).get("State", "associated")
            label = association.get("RouteTableAssociationId", "?")
            if state != "associated":
                self._note("state", f"{identifier} {label}", state)
            elif association.get("SubnetId"):
                if association["SubnetId"] in self.subnets:
                    subnets.append(association["SubnetId"])
                else:
                    self._note("subnet_unknown", identifier, association["SubnetId"])
            elif association.get("Main"):
                main = True
            else:
                self._note("association_unknown", identifier, association.get("GatewayId") or label)
        # The routes that it learns are listed among its routes.
        routes = [route for entry in item.get("Routes", ()) if (route := self._route(identifier, entry)) is not None]
        return RouteTable(identifier, item["VpcId"], tuple(routes), main, tuple(subnets), name=_name(item))

    def _route(self, table: str, entry: Item) -> Route | None:
        self._fields("Route", table, entry)
        if entry.get("DestinationIpv6CidrBlock"):
            self._note("ipv6", table, entry["DestinationIpv6CidrBlock"])
            return None
        destination = entry.get("DestinationCidrBlock")
        if entry.get("DestinationPrefixListId"):
            destination = self._list(table, entry["DestinationPrefixListId"])
        if not destination:
            self._note("route_unknown", table, _short(dict(entry)))
            return None
        propagated = entry.get("Origin") == "EnableVgwRoutePropagation"
        key = next((key for key in _TARGET_KEYS if entry.get(key)), None)
        target = entry[key] if key else None
        if entry.get("State") == "blackhole":
            target = BLACKHOLE
        elif target is None:
            self._note("route_unknown", table, _short(dict(entry)))
            return None
        elif key == "InstanceId" and entry.get("NetworkInterfaceId"):
            target = entry["NetworkInterfaceId"]
        if target not in (LOCAL, BLACKHOLE) and target not in self.targets:
            self._note("target_unknown", table, f"{destination} → {target}")
            self.unknowns.setdefault(target, Unknown(target, key or ""))
        return Route(destination, target, propagated)

    def _acl(self, identifier: str, item: Item) -> NetworkAcl:
        sides: dict[bool, list[AclRule]] = defaultdict(list)
        for entry in item.get("Entries", ()):
            rule = self._entry(identifier, entry)
            if rule is not None:
                sides[bool(entry.get("Egress"))].append(rule)
        subnets = []
        for association in item.get("Associations", ()):
            if association.get("SubnetId") in self.subnets:
                subnets.append(association["SubnetId"])
            else:
                self._note("subnet_unknown", identifier, association.get("SubnetId"))
        return NetworkAcl(
            identifier,
            item["VpcId"],
            tuple(sides[False]),
            tuple(sides[True]),
            bool(item.get("IsDefault")),
            tuple(subnets),
            _name(item),
        )

    def _entry(self, acl: str, entry: Item) -> AclRule | None:
        self._fields("NetworkAclEntry", acl, entry)
        number, written = int(entry["RuleNumber"]), str(entry["Protocol"])
        if number == _LAST_RULE:
            return None
        if entry.get("Ipv6CidrBlock") or written in _IPV6_PROTOCOLS:
            self._note("ipv6", acl, entry.get("Ipv6CidrBlock") or written)
            return None
        protocol = _PROTOCOLS.get(written, written)
        range_, icmp = entry.get("PortRange"), entry.get("IcmpTypeCode")
        ports = None
        if protocol in ("tcp", "udp") and range_:
            ports = (int(range_["From"]), int(range_["To"]))
        elif protocol == "icmp" and icmp and int(icmp["Type"]) >= 0:
            ports = (int(icmp["Type"]), int(icmp["Type"]))
        try:
            return AclRule(number, entry["RuleAction"], protocol, ports, entry["CidrBlock"])
        except NetworkError:
            self._note("rule_unknown", acl, f"{number} {written} {ports} {entry.get('CidrBlock')}")
            return None


def _group_ports(entry: Item) -> tuple[int, int] | None:
    low, high = entry.get("FromPort"), entry.get("ToPort")
    if entry.get("IpProtocol") == "-1" or low is None or int(low) < 0:
        return None
    # Of ICMP these are type and code.
    return (int(low), int(low)) if entry["IpProtocol"] in ("icmp", "1") else (int(low), int(high))


def _name(item: Item, key: str = "Tags") -> str:
    return next((tag["Value"] for tag in item.get(key) or () if tag.get("Key") == "Name"), "")


def _role(item: Item) -> str:
    described = item.get("Description") or ""
    signs = {
        "endpoint": item.get("InterfaceType") == "vpc_endpoint",
        "function": item.get("InterfaceType") == "lambda",
        "load_balancer": "load_balancer" in (item.get("InterfaceType") or "") or described.startswith("ELB "),
        "database": described == "RDSNetworkInterface",
        "instance": bool(item.get("Attachment", {}).get("InstanceId")),
    }
    return next((role for role, sign in signs.items() if sign), "interface")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004 -- what still reads as one line
