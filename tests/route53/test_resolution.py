"""Name resolution: against what the times to live of the zones allow, and what must hold for every look-up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import NameResolution
from kumo.route53.model import resolution, zone
from kumo.route53.model.resolution import NOBODY, OTHER, SELF, look_up

HOSTS = ["www.", "shop.", "", "www.dev.", "api.dev.", "dev.", "nope.", "nope.dev."]
FOREIGN = ["example.org", "x.example.net", "www.example.zz", "com", "cdn.example.net."]
NAMES = st.sampled_from([*(f"{host}example.com" for host in HOSTS), *FOREIGN])
TTLS = st.integers(1, 1440).map(lambda minutes: 60 * minutes)
ELAPSED = st.one_of(st.integers(1, 4000), st.integers(1, 300_000))


@pytest.mark.parametrize(
    ("name", "delegated", "zones", "status"),
    [
        ("www.example.com", False, [".", "com.", "example.com."], zone.NOERROR),
        ("www.dev.example.com", False, [".", "com.", "example.com."], zone.NOERROR),
        ("www.dev.example.com", True, [".", "com.", "example.com.", "dev.example.com."], zone.NOERROR),
        ("shop.example.com", False, [".", "com.", "example.com.", ".", "net.", "example.net."], zone.NOERROR),
        ("dev.example.com", False, [".", "com.", "example.com."], zone.NODATA),
        ("nope.example.com", False, [".", "com.", "example.com."], zone.NXDOMAIN),
        ("example.org", False, [".", "org."], zone.NXDOMAIN),
        ("www.example.zz", False, ["."], zone.NXDOMAIN),
    ],
)
def test_who_is_asked_without_caches(name: str, delegated: bool, zones: list[str], status: str) -> None:  # noqa: FBT001 -- a case
    cold = look_up(name, 300, NOBODY, 30, delegated=delegated).cold
    assert [exchange.zone for exchange in cold.exchanges] == zones
    assert cold.status == status
    assert cold.took == 5 + sum(
        {".": 20, "com.": 30, "net.": 30, "org.": 30, "example.net.": 40}.get(one, 10) for one in zones
    )


def lifetime(exchange: resolution.Exchange, zones: dict[str, zone.Zone]) -> int:
    """Return for how many seconds an answer may be kept, from the zone's own records."""
    made, found = zones[exchange.zone], exchange.answer
    if found.status == zone.REFERRAL:
        return made.at(found.reason)["NS"].ttl
    if found.status in (zone.NXDOMAIN, zone.NODATA):
        return min(made.soa.ttl, int(made.soa.values[0].text.split()[-1]))
    kind = "CNAME" if found.status == zone.OUTSIDE else "A"
    return made.at(exchange.name)[kind].ttl


@given(NAMES, TTLS, ELAPSED, st.booleans())
def test_a_server_is_asked_exactly_when_what_it_taught_is_forgotten(
    name: str,
    ttl: int,
    elapsed: int,
    delegated: bool,  # noqa: FBT001 -- drawn
) -> None:
    trace = look_up(name, ttl, OTHER, elapsed, delegated=delegated)
    zones = resolution.world(ttl, delegated=delegated)
    expected = []
    for wanted in trace.cold.names:
        steps = [exchange for exchange in trace.cold.exchanges if exchange.name == wanted]
        if lifetime(steps[-1], zones) > elapsed:
            continue
        alive = [index for index, step in enumerate(steps[:-1]) if lifetime(step, zones) > elapsed]
        expected += steps[max(alive, default=-1) + 1 :]
    assert [(one.zone, one.name) for one in trace.asked] == [(one.zone, one.name) for one in expected]


@given(NAMES, TTLS, st.sampled_from([NOBODY, OTHER, SELF]), ELAPSED, st.booleans())
def test_caches_change_the_way_and_never_the_answer(
    name: str,
    ttl: int,
    earlier: str,
    elapsed: int,
    delegated: bool,  # noqa: FBT001 -- drawn
) -> None:
    trace = look_up(name, ttl, earlier, elapsed, delegated=delegated)
    assert trace.took <= trace.cold.took
    assert (trace.now is None) == (trace.left > 0)
    if trace.now:
        assert (trace.now.status, trace.now.values, trace.now.names) == (
            trace.cold.status, trace.cold.values, trace.cold.names,
        )  # fmt: skip
        assert 0 < trace.now.ttl <= trace.cold.ttl
        assert {(one.zone, one.name) for one in trace.asked} <= {(one.zone, one.name) for one in trace.cold.exchanges}
        assert all(one.left > 0 for one in trace.now.known)
    else:
        assert trace.left == trace.cold.ttl - elapsed
    if earlier == NOBODY:
        assert trace.now == trace.cold


def test_a_chain_lives_as_long_as_its_shortest_link() -> None:
    fresh = look_up("shop.example.com", 300, NOBODY, 30, delegated=False).now
    assert fresh.ttl == 60
    # Ten seconds are left of the CNAME, the address behind it is asked for anew.
    later = look_up("shop.example.com", 300, OTHER, 290, delegated=False).now
    assert [exchange.zone for exchange in later.exchanges] == ["example.net."]
    assert later.ttl == 10


def test_the_delegated_zone_is_one_more_server_to_ask() -> None:
    whole, cut = (look_up("api.dev.example.com", 300, NOBODY, 30, delegated=delegated) for delegated in (False, True))
    assert len(cut.asked) == len(whole.asked) + 1
    assert cut.cold.values == whole.cold.values == ("192.0.2.22",)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "3台のサーバーに順に聞き、65ミリ秒"),
        ({"earlier": "other"}, "5ミリ秒で済みます"),
        ({"earlier": "self"}, "誰にも聞かずに済みます"),
        ({"earlier": "other", "elapsed": "1200"}, "3台のうち1台に聞くだけ"),
        ({"earlier": "other", "elapsed": "259200"}, "3台のサーバーに順に聞き"),
        ({"name": "nope.example.com"}, "3台のサーバーに順に聞き"),
    ],
)
def test_the_point_says_what_was_spared(parameters: dict[str, str], told: str) -> None:
    assert told in NameResolution.frame(parameters)["explanation"]["point"]


@pytest.mark.parametrize("name", ["a..b", "-", ".", "*.example.com", "x" * 64 + ".com", "a b.com"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match=r"www\.example\.com"):
        NameResolution(name=name)
