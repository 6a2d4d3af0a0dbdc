"""Ranges of ports against one port at a time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.presets import preset
from kumo.vpc.model.rules import (
    LINUX_PORTS,
    NAT_PORTS,
    WINDOWS_PORTS,
    AclRule,
    AclVerdict,
    GroupRule,
    judge,
    merged,
)

SMALL = st.integers(0, 30)
RANGES = st.tuples(SMALL, SMALL).map(lambda pair: (min(pair), max(pair)))
ACL_RULES = st.lists(
    st.builds(
        AclRule,
        st.integers(1, 99),
        st.sampled_from(["allow", "deny"]),
        st.sampled_from(["tcp", "udp"]),
        st.none() | RANGES,
        st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/24"]),
    ),
    unique_by=lambda rule: rule.number,
    max_size=6,
).map(lambda rules: tuple(sorted(rules, key=lambda rule: rule.number)))


def one_port(rules: tuple[AclRule, ...], protocol: str, port: int, address: str) -> AclRule | None:
    """Return the first rule that matches, as the documentation tells it."""
    blocks = {
        "0.0.0.0/0": True,
        "10.0.0.0/8": address.startswith("10."),
        "192.0.2.0/24": address.startswith("192.0.2."),
    }
    for rule in rules:
        in_range = rule.ports is None or rule.ports[0] <= port <= rule.ports[1]
        if rule.protocol in ("all", protocol) and blocks[rule.cidr] and in_range:
            return rule
    return None


@given(ACL_RULES, st.sampled_from(["tcp", "udp", "icmp"]), RANGES, st.sampled_from(["10.1.1.1", "192.0.2.9"]))
def test_a_range_is_judged_port_by_port(
    rules: tuple[AclRule, ...], protocol: str, ports: tuple[int, int], address: str
) -> None:
    verdict = judge(rules, protocol, ports, address)
    decisions = {port: one_port(rules, protocol, port, address) for port in range(ports[0], ports[1] + 1)}
    denied = [port for port, rule in decisions.items() if rule is None or rule.action == "deny"]
    assert [port for low, high in verdict.denied for port in range(low, high + 1)] == denied
    assert verdict.rule == decisions[denied[0] if denied else ports[0]]


@given(st.lists(RANGES))
def test_merged_ranges_hold_the_same_ports(pieces: list[tuple[int, int]]) -> None:
    joined = merged(pieces)
    assert {port for low, high in joined for port in range(low, high + 1)} == {
        port for low, high in pieces for port in range(low, high + 1)
    }
    assert all(one[1] + 1 < two[0] for one, two in pairwise(joined))


@given(st.sampled_from(["all", "tcp"]), st.none() | RANGES, RANGES)
def test_a_group_rule_covers_a_range_when_it_covers_each_port(
    protocol: str, own: tuple[int, int] | None, ports: tuple[int, int]
) -> None:
    rule = GroupRule(protocol, own if protocol == "tcp" else None, "0.0.0.0/0")
    each = all(rule.ports is None or rule.ports[0] <= port <= rule.ports[1] for port in range(ports[0], ports[1] + 1))
    assert rule.covers("tcp", ports) == each
    assert not rule.covers("udp", ports) or protocol == "all"


def test_the_published_port_ranges() -> None:
    assert (LINUX_PORTS, WINDOWS_PORTS, NAT_PORTS) == ((32768, 61000), (49152, 65535), (1024, 65535))


# The custom network ACL of the VPC User Guide, and its own account of how packets fare.
ACL = preset("public_web").network.acls[0]


@pytest.mark.parametrize(
    ("side", "port", "address", "number"),
    [
        ("ingress", 443, "203.0.113.5", 110),
        ("ingress", 80, "203.0.113.5", 100),
        # "If the packet is destined for port 139 … it doesn't match any of the rules, and the * rule denies it."
        ("ingress", 139, "203.0.113.5", None),
        ("ingress", 22, "192.0.2.7", 120),
        ("ingress", 22, "203.0.113.5", None),
        ("ingress", 3389, "192.0.2.7", 130),
        ("ingress", 40000, "203.0.113.5", 140),
        ("egress", 443, "203.0.113.5", 110),
        ("egress", 50000, "203.0.113.5", 120),
        ("egress", 22, "203.0.113.5", None),
    ],
)
def test_the_example_acl_of_the_documentation(side: str, port: int, address: str, number: int | None) -> None:
    verdict = judge(getattr(ACL, side), "tcp", (port, port), address)
    if number is None:
        assert verdict == AclVerdict(((port, port),), None)
    else:
        assert verdict.denied == ()
        assert verdict.rule.number == number


def test_the_example_acl_denies_udp_and_part_of_what_a_nat_gateway_uses() -> None:
    assert judge(ACL.ingress, "udp", (443, 443), "203.0.113.5").denied == ((443, 443),)
    assert judge(ACL.egress, "tcp", LINUX_PORTS, "203.0.113.5").denied == ()
    assert judge(ACL.egress, "tcp", NAT_PORTS, "203.0.113.5").denied == ((1024, 32767),)


def test_a_lower_number_wins() -> None:
    """Section "Network ACL rules": rules are evaluated from the lowest number; the first match is applied."""
    rules = (
        AclRule(90, "deny", "tcp", 22, "203.0.113.5/32"),
        AclRule(100, "allow", "tcp", 22, "0.0.0.0/0"),
        AclRule(110, "deny", "all", None, "0.0.0.0/0"),
    )
    assert judge(rules, "tcp", (22, 22), "203.0.113.5").rule.number == 90
    assert judge(rules, "tcp", (22, 22), "203.0.113.6").denied == ()
    assert judge(rules, "tcp", (23, 23), "203.0.113.6").rule.number == 110


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("ports", lambda: GroupRule("tcp", 65536, "0.0.0.0/0")),
        ("ports", lambda: GroupRule("tcp", (90, 80), "0.0.0.0/0")),
        ("ports", lambda: GroupRule("icmp", 256, "0.0.0.0/0")),
        ("ports_without_meaning", lambda: GroupRule("all", 443, "0.0.0.0/0")),
        ("ports_without_meaning", lambda: AclRule(1, "allow", "50", 443, "0.0.0.0/0")),
        ("protocol", lambda: GroupRule("TCP", 443, "0.0.0.0/0")),
        ("protocol", lambda: GroupRule("256", None, "0.0.0.0/0")),
        ("action", lambda: AclRule(1, "drop", "tcp", 443, "0.0.0.0/0")),
        ("host_bits", lambda: AclRule(1, "allow", "tcp", 443, "10.0.0.1/24")),
    ],
)
def test_a_rule_that_cannot_be_is_refused(code: str, make: object) -> None:
    with pytest.raises(NetworkError) as caught:
        make()
    assert caught.value.code == code
    assert "使え" in str(caught.value) or "指定でき" in str(caught.value) or "先頭" in str(caught.value)
