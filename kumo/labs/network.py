"""The network of a lab, read from the answers of its AWS, and packets on their way through it.

moto keeps the configuration of a network and moves no packet. So what a packet meets is worked out by `kumo.vpc`, from
what the ``describe-*`` calls say::

    vpc = find(client, "vpc", "shop")               # an ID, by its Name tag
    follow(client, "customer", "web", 443)          # prints every hop, there and back
    trip(read(client), "customer", "web").blockers  # the same for code

The ends of a connection are the Name tags of network interfaces, and `HOSTS` outside.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kumo.labs import words
from kumo.labs.errors import LabError
from kumo.vpc import Flow, Host, NetworkError, network_from_aws, trace
from kumo.vpc.model import addresses
from kumo.vpc.model.hops import Verdict
from kumo.vpc.model.rules import LINUX_PORTS, NAT_PORTS
from kumo.vpc.words import packet_trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kumo.vpc import Hop, Network, Reading, Trace

VPC = "shop"
S3 = "s3"
# Addresses from the blocks for documentation (RFC 5737), which nobody has.
HOSTS = (
    Host("customer", "203.0.113.10"),
    Host("crawler", "198.51.100.7"),
    Host("site", "192.0.2.80"),
)

_CALLS = (
    "describe_vpcs",
    "describe_subnets",
    "describe_route_tables",
    "describe_network_acls",
    "describe_security_groups",
    "describe_nat_gateways",
    "describe_vpc_endpoints",
    "describe_network_interfaces",
)
# This one call has another name for its filters.
_FILTER = {"describe_nat_gateways": "Filter"}
# The block for benchmarking (RFC 2544), which nobody has either.
_LOOPBACK, _SPARE = re.compile(r'"127\.\d+\.(\d+\.\d+)"'), r'"198.18.\1"'
# All as wide as a kanji, so that the columns stand.
_MARKS = {Verdict.PASS: "○", Verdict.BLOCK: "×", Verdict.SKIP: "\N{FULLWIDTH HYPHEN-MINUS}"}


def name_tag(kind: str, name: str) -> list[dict[str, Any]]:
    """Return the ``TagSpecifications`` that give a new resource of that kind its Name tag."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def find(client: Any, kind: str, name: str) -> str:
    """Return the ID of the one resource of a kind (``vpc``, ``subnet``, ``route-table`` …) with that Name tag.

    Raises
    ------
    LabError
        When there is none, or more than one.

    """
    if name is ...:
        raise LabError(words.BLANK)
    found = _nat_gateways(client, name) if kind == "natgateway" else _tagged(client, kind, name)
    if not found:
        raise LabError(words.NO_SUCH_THING.format(kind=kind, name=name))
    if len(found) > 1:
        raise LabError(words.TOO_MANY_THINGS.format(kind=kind, name=name, found="、".join(found)))
    return found[0]


def read(client: Any) -> Reading:
    """Return the lab's VPC as the service describes it now, with `HOSTS` and S3 outside of it.

    Raises
    ------
    LabError
        When there is no such VPC, or when it is one that cannot be.

    """
    only = [{"Name": "vpc-id", "Values": [find(client, "vpc", VPC)]}]
    answers = [_all(client, call, **{_FILTER.get(call, "Filters"): only}) for call in _CALLS]
    # Without the filter, so that a gateway which is not attached is known too.
    answers.append(_all(client, "describe_internet_gateways"))
    lists = _prefix_lists(client)
    service = f"com.amazonaws.{client.meta.region_name}.{S3}"
    block = next(one["Cidrs"][0] for one in lists if one["PrefixListName"] == service)
    hosts = (*HOSTS, Host(S3, str(addresses.block(block, service)[1]), "aws", service))
    try:
        return network_from_aws(*_possible(answers), {"PrefixLists": lists}, hosts=hosts)
    except NetworkError as error:
        raise LabError(str(error)) from error


def trip(network: Network, source: str, destination: str, port: int = 443) -> Trace:
    """Return what becomes of a TCP connection between two ends.

    Parameters
    ----------
    network : Network
        As `read` returns it.
    source, destination : str
        A Name tag of a network interface, the ID of one, or a host outside.
    port : int
        Of the destination.

    Raises
    ------
    LabError
        When there is no such end.

    """
    ends = [_end(network, name) for name in (source, destination)]
    # What system a stranger uses, nobody knows: any port that one may choose.
    outside = any(host.id == ends[0] for host in network.hosts)
    return trace(network, Flow(*ends, port=port, ephemeral=NAT_PORTS if outside else LINUX_PORTS))


def follow(client: Any, source: str, destination: str, port: int = 443) -> None:
    """Print the way of a connection's first packet and of its reply through the lab's VPC, and where they end."""
    reading = read(client)
    found = trip(reading.network, source, destination, port)
    count = len(found.blockers)
    answer = packet_trace.BLOCKED.format(count=count) if count else packet_trace.PASSES
    print(f"{source} → {destination} {packet_trace.service('tcp', port)}: {answer}")
    stopped = False
    for hop in found.hops:
        print(f"  {_told(reading.network, hop, supposed=stopped)}")
        stopped = stopped or hop.blocks
    for note in reading.notes:
        print(f"  {note}")


def obstacle(network: Network, hop: Hop) -> str:
    """Return where and why a packet ends, in a few words."""
    station, note = packet_trace.station(network, packet_trace.family(hop), hop.at)
    where = f"{station} {note}".strip()
    return _named(network, f"{where}: {packet_trace.text(network, hop)}")


def _tagged(client: Any, kind: str, name: str) -> list[str]:
    filters = {"resource-type": kind, "key": "Name", "value": name}
    asked = [{"Name": key, "Values": [value]} for key, value in filters.items()]
    return [tag["ResourceId"] for tag in _all(client, "describe_tags", Filters=asked)["Tags"]]


def _nat_gateways(client: Any, name: str) -> list[str]:
    """Return those of that name that are not gone: AWS lists a deleted one for an hour, moto has no tags of them."""
    filters = {"tag:Name": [name], "state": ["pending", "available"]}
    asked = [{"Name": key, "Values": values} for key, values in filters.items()]
    return [one["NatGatewayId"] for one in _all(client, "describe_nat_gateways", Filter=asked)["NatGateways"]]


def _told(network: Network, hop: Hop, *, supposed: bool) -> str:
    """Return a hop as a line; in brackets what would be if the obstacles before it were gone."""
    way = packet_trace.BACK if hop.back else packet_trace.THERE
    mark = f"({_MARKS[hop.verdict]})" if supposed else f" {_MARKS[hop.verdict]} "
    return f"{way} {mark} {obstacle(network, hop)}"


def _named(network: Network, text: str) -> str:
    """Return the text with names in the place of IDs."""
    for thing in network:
        if getattr(thing, "name", ""):
            text = text.replace(thing.id, thing.name)
    return text


def _end(network: Network, name: str) -> str:
    if network.get(name) is not None:
        return name
    found = [interface.id for interface in network.interfaces if interface.name == name]
    if not found:
        known = "、".join([*(one.name for one in network.interfaces if one.name), *(one.id for one in network.hosts)])
        raise LabError(words.NO_SUCH_END.format(name=name, known=known))
    if len(found) > 1:
        raise LabError(words.TOO_MANY_THINGS.format(kind="network-interface", name=name, found="、".join(found)))
    return found[0]


def _all(client: Any, call: str, **options: Any) -> dict[str, Any]:
    pages = client.get_paginator(call).paginate(**options)
    return {key: value for key, value in pages.build_full_result().items() if key != "ResponseMetadata"}


def _prefix_lists(client: Any) -> list[dict[str, Any]]:
    """Return the prefix lists of AWS's services with their blocks, which moto tells only through another call."""
    lists = _all(client, "describe_prefix_lists")["PrefixLists"]
    for each in lists:
        if "Cidrs" not in each:
            entries = _all(client, "get_managed_prefix_list_entries", PrefixListId=each["PrefixListId"])["Entries"]
            each["Cidrs"] = [entry["Cidr"] for entry in entries]
    return lists


def _possible(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers with addresses that can be, in the place of those that moto invents.

    It gives a NAT gateway any private address, and resources loopback addresses as public ones.
    """
    text = json.dumps(answers, default=str)
    items = {key: value for answer in answers for key, value in answer.items()}
    blocks = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in items["Subnets"]}
    free = {subnet: _free(cidr, items["NetworkInterfaces"]) for subnet, cidr in blocks.items()}
    for gateway in items["NatGateways"]:
        for address in gateway["NatGatewayAddresses"]:
            private = address.get("PrivateIp")
            if private and not addresses.inside(private, blocks[gateway["SubnetId"]]):
                text = text.replace(json.dumps(private), json.dumps(next(free[gateway["SubnetId"]])))
    return list(json.loads(_LOOPBACK.sub(_SPARE, text)))


def _free(cidr: str, interfaces: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the addresses of a subnet that nothing has, from the last one."""
    taken = {interface["PrivateIpAddress"] for interface in interfaces}
    usable = [str(address) for address in addresses.block(cidr, cidr)][4:-1]
    return (address for address in reversed(usable) if address not in taken)
