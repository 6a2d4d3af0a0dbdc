"""The VPC Resolver's rules: the choice against a walk up the name, the way against the walls that it has to pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import ResolverRules
from kumo.route53.model import resolver_rules as model
from kumo.route53.model.resolver_rules import Hop, Rule, Setting, resolve
from kumo.route53.words import resolver_rules as words

DOMAINS = [".", "com.", "example.com.", "corp.example.com.", "aws.example.com.", "www.example.com.", "example.net."]
NAMES = st.sampled_from(
    [*(name for side in model.WORLD.values() for zone in side.values() for name in zone), "nope.example.com.",
     "corp.example.com.", "nope.corp.example.com.", "x.api.aws.example.com.", "com.", "other.test."]
)  # fmt: skip
RULES = st.dictionaries(st.sampled_from(DOMAINS), st.sampled_from([model.FORWARD, model.SYSTEM]), max_size=4)
SETTINGS = st.builds(
    Setting,
    RULES.map(lambda found: tuple(Rule(domain, kind) for domain, kind in found.items())),
    st.lists(st.sampled_from(list(model.WORLD[model.PRIVATE])), unique=True).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "example.com.", "aws.example.com."]),
)
ASKERS = st.sampled_from([model.EC2, model.OFFICE, model.OUTSIDE])


def by_walking_up(setting: Setting, name: str) -> str:
    """Return what the Resolver does with a name, looking for a rule or zone at it, then at each domain above."""
    rules = {rule.domain: rule.kind for rule in setting.rules if rule.kind == model.SYSTEM or setting.outbound}
    zones = set(setting.zones) if setting.dns else set()
    above = name
    while True:
        if above in rules:
            return rules[above]
        if above in zones:
            return model.PRIVATE
        if above == ".":
            return model.PUBLIC
        above = above.split(".", 1)[1] or "."


@given(SETTINGS, NAMES)
def test_the_choice_is_the_first_rule_or_zone_on_the_way_up(setting: Setting, name: str) -> None:
    assert model.choose(model.candidates(setting, name)).action == by_walking_up(setting, name)


@given(SETTINGS, ASKERS, NAMES)
def test_every_way_is_one_that_exists_and_ends_where_the_answer_comes_from(
    setting: Setting, asker: str, name: str
) -> None:
    trace = resolve(setting, asker, name)
    assert trace.hops[0].start == asker
    for one, following in zip(trace.hops, trace.hops[1:], strict=False):
        assert one.end == following.start
    passed = {hop.end for hop in trace.hops}
    if trace.status != model.NO_WAY:
        assert model.INBOUND not in passed or setting.inbound
    assert model.OUTBOUND not in passed or setting.outbound
    # What leaves the VPC for the office goes by the outbound endpoint, what enters it by the inbound one.
    assert Hop(model.RESOLVER, model.ON_PREMISES) not in trace.hops
    assert Hop(model.ON_PREMISES, model.RESOLVER) not in trace.hops
    assert bool(trace.candidates) == (model.RESOLVER in passed)
    if trace.status in (model.ANSWERED, model.NO_NAME):
        assert trace.hops[-1].end == trace.source
        held = model.WORLD[trace.source][trace.zone]
        assert trace.address == held.get(name, "")
        assert (trace.status == model.ANSWERED) == (name in held)
        assert trace.source != model.PRIVATE or trace.zone in setting.zones
    if trace.status == model.LOOP:
        ends = [hop.end for hop in trace.hops]
        assert ends.count(ends[-1]) == 2
    if trace.status == model.NO_WAY:
        assert not setting.inbound
        assert asker != model.OUTSIDE


@given(SETTINGS, NAMES)
def test_the_internet_never_sees_private_zones(setting: Setting, name: str) -> None:
    trace = resolve(setting, model.OUTSIDE, name)
    assert [hop.end for hop in trace.hops] == [model.PUBLIC]
    assert not trace.address.startswith(("10.", "192.168."))


@given(SETTINGS, ASKERS, NAMES, st.sampled_from(DOMAINS), st.sampled_from([model.FORWARD, model.SYSTEM]))
def test_a_rule_for_other_names_changes_nothing(
    setting: Setting, asker: str, name: str, domain: str, kind: str
) -> None:
    if model.within(name, domain) or domain in {rule.domain for rule in setting.rules}:
        return
    more = Setting(
        (*setting.rules, Rule(domain, kind)), setting.zones, setting.dns, setting.inbound, setting.outbound,
        setting.forwarded,
    )  # fmt: skip
    one, other = resolve(setting, asker, name), resolve(more, asker, name)
    assert (one.hops, one.status, one.address, one.chosen) == (other.hops, other.status, other.address, other.chosen)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "社内のDNSが 192.168.1.20"),
        ({"name": "www.example.com"}, "プライベートホストゾーンが 10.0.1.10"),
        ({"name": "www.example.com", "asker": "outside"}, "インターネットのDNSが 203.0.113.10"),
        ({"name": "www.example.com", "dns": False}, "インターネットのDNSが 203.0.113.10"),
        ({"name": "mail.example.com"}, "プライベートホストゾーンが「mail.example.com はない」"),
        ({"name": "api.aws.example.com", "asker": "office"}, "プライベートホストゾーンが 10.0.1.30"),
        ({"name": "api.aws.example.com", "asker": "office", "endpoints": []}, "答えが返りません"),
        ({"name": "www.example.com", "rules": "example.com -> onprem", "forwarded": "example.com"}, "回り続けます"),
        ({"name": "files.corp.example.com", "endpoints": ["inbound"]}, "プライベートホストゾーンが「files"),
        ({"name": "api.aws.example.com", "rules": words.RULES_EXAMPLES[2]}, "プライベートホストゾーンが 10.0.1.30"),
    ],
)
def test_the_point_says_who_answers(parameters: dict[str, object], told: str) -> None:
    assert told in ResolverRules.frame(parameters)["explanation"]["point"]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("corp.example.com onprem", "の形"),
        ("corp.example.com -> moon", "の形"),
        ("-> onprem", "の形"),
        ("a..b -> onprem", "ドメイン名の行"),
        ("*.example.com -> onprem", "ドメイン名の行"),
        ("a.com -> onprem\nA.com. -> system", "2回ある"),
        ("\n".join(f"{letter}.com -> onprem" for letter in "abcde"), "いまは5行"),
    ],
)
def test_what_is_no_rule_is_named(rules: str, allowed: str) -> None:
    with pytest.raises(ParameterError, match=allowed):
        ResolverRules(rules=rules)
