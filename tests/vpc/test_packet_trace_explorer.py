"""The packet trace explorer: mistakes that bite, rows in the packets' order, and every obstacle shown."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from kumo.vpc.explorers import PacketTrace
from kumo.vpc.model.faults import (
    ACL_DENY,
    FAULTS,
    GATEWAY_OFF,
    NAT_PRIVATE,
    NO_EPHEMERAL,
    NO_PUBLIC_ADDRESS,
    NO_REPLY_ROUTE,
    NO_ROUTE,
    inquire,
)
from kumo.vpc.model.hops import Reason
from kumo.vpc.model.presets import PRESETS
from kumo.vpc.model.repair import repair
from kumo.vpc.model.trace import trace
from kumo.vpc.view.packet_trace import rows
from kumo.vpc.words import packet_trace as words

SVG = "{http://www.w3.org/2000/svg}"
BROKEN = [(scenario, fault) for scenario in PRESETS for fault in FAULTS]
# Not so where the preset itself is the obstacle, or where no single change per obstacle undoes the mistake.
REPAIRABLE = [
    (scenario, fault)
    for scenario, fault in BROKEN
    if inquire(scenario).answer.reachable and fault not in (NAT_PRIVATE, GATEWAY_OFF)
]


def test_the_words_know_every_scenario_end_and_reason() -> None:
    assert set(words.SCENARIOS) == set(PRESETS)
    assert {end for key in PRESETS for end in inquire(key).ends} == set(words.ENDS)
    assert set(words.FAULT_OPTIONS) == set(FAULTS)


@pytest.mark.parametrize(("scenario", "fault"), BROKEN)
def test_a_mistake_adds_an_obstacle_or_says_that_it_is_idle(scenario: str, fault: str) -> None:
    sound, broken = inquire(scenario), inquire(scenario, faults=[fault])
    if broken.idle:
        assert broken.idle == (fault,)
        assert broken.answer == sound.answer
        assert words.FAULT_OPTIONS[fault] in words.explanation(broken).why
    else:
        assert set(broken.answer.blockers) - set(sound.answer.blockers)


@pytest.mark.parametrize(("scenario", "fault"), REPAIRABLE)
def test_what_is_repaired_is_what_was_broken(scenario: str, fault: str) -> None:
    """The oracle is the model's own repair: one change per obstacle, until nothing stops the packet."""
    found = inquire(scenario, faults=[fault])
    network, answer = found.network, found.answer
    for _ in range(3):
        for hop in answer.blockers:
            network = repair(network, hop) or network
        answer = trace(network, answer.flow)
    assert answer.reachable


@pytest.mark.parametrize(
    ("scenario", "fault", "reason", "back"),
    [
        ("nat", NO_ROUTE, Reason.NO_ROUTE, False),
        ("vpn", NO_REPLY_ROUTE, Reason.NO_ROUTE, True),
        ("three_tier", NO_EPHEMERAL, Reason.ACL_NO_RULE, True),
        ("public_web", ACL_DENY, Reason.ACL_DENY, False),
        ("public_web", NO_PUBLIC_ADDRESS, Reason.NO_PUBLIC_ADDRESS, False),
        ("nat", NAT_PRIVATE, Reason.NAT_PRIVATE, False),
        ("transit_gateway", GATEWAY_OFF, Reason.TRANSIT_NO_ROUTE, False),
    ],
)
def test_mistakes_are_found_for_what_they_are(scenario: str, fault: str, reason: Reason, *, back: bool) -> None:
    blockers = inquire(scenario, faults=[fault]).answer.blockers
    assert (reason, back) in [(hop.reason, hop.back) for hop in blockers]


@pytest.mark.parametrize("scenario", PRESETS)
@pytest.mark.parametrize("chosen", [[], list(FAULTS)], ids=["sound", "broken"])
def test_rows_keep_the_order_of_both_ways(scenario: str, chosen: list[str]) -> None:
    inquiry = inquire(scenario, faults=chosen)
    found = rows(inquiry)
    assert tuple(row.there for row in found if row.there) == inquiry.answer.there
    assert tuple(row.back for row in found[::-1] if row.back) == inquiry.answer.back
    for row in found:
        if row.there and row.back:
            assert row.there.at == row.back.at


@pytest.mark.parametrize("scenario", PRESETS)
@pytest.mark.parametrize("chosen", [[], [NO_EPHEMERAL], list(FAULTS)], ids=["sound", "one", "all"])
def test_every_obstacle_is_marked_and_listed(scenario: str, chosen: list[str]) -> None:
    frame = PacketTrace.frame({"scenario": scenario, "faults": chosen})
    count = len(inquire(scenario, faults=chosen).answer.blockers)
    stopped = [row for row in frame["table"]["rows"] if row[2].startswith("止まる")]
    assert len(stopped) == count
    for svg in frame["pictures"].values():
        texts = [element.text for element in ET.fromstring(svg).iter(SVG + "text")]  # noqa: S314 -- our own picture
        marks = [text for text in texts if text and text.isdecimal() and int(text) <= max(count, 1)]
        assert sorted(map(int, marks)) == list(range(1, count + 1))
    assert (f"{count}か所で止まる" in frame["pictures"]["wide"]) == bool(count)


def test_the_reply_goes_to_a_port_that_the_client_chose() -> None:
    """AWS's example ACL lets Linux and Windows pass, and a client behind a NAT gateway only by luck."""
    for client, passes in (("linux", True), ("windows", True), ("nat", False)):
        answer = inquire("public_web", client=client).answer
        assert answer.reachable is passes
        assert all(hop.partial and hop.back for hop in answer.blockers)


def test_who_is_not_there_is_told_who_is() -> None:
    frame = PacketTrace.frame({"scenario": "vpn", "source": "alb"})
    assert frame["clock"] is None
    assert "社内PC" in frame["explanation"]["why"]
    assert "いない相手" in frame["explanation"]["point"]
    same = PacketTrace.frame({"scenario": "vpn", "source": "app", "destination": "app"})
    assert "同じ" in same["explanation"]["point"]


def test_icmp_has_no_port() -> None:
    answer = inquire("three_tier", service="ping", faults=[NO_EPHEMERAL]).answer
    assert any(hop.back and hop.reason is Reason.ACL_NO_RULE for hop in answer.blockers)
    assert "ICMP" in words.explanation(inquire("three_tier", service="ping")).point
