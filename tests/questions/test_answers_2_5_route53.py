"""The right answers on section 2-5, computed by the models of Route 53."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from kumo.core import facts
from kumo.route53.explorers import HostedZone, NameResolution, RecordChange, RoutingPolicies, TrafficFlow
from kumo.route53.model import failover, policies, recovery_control, resolver_rules, routing, selection, zone
from kumo.route53.model.failover import SECOND
from kumo.route53.model.record_change import Plan
from tests.questions.bank import question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.questions.bank import Question


def right(asked: Question) -> str:
    """Return the right option of a question with one."""
    (option,) = asked.right
    return option.text


def index_of_right(asked: Question) -> int:
    """Return the place of the right option in the file."""
    return [option.right for option in asked.options].index(True)


def test_first_lookup_order() -> None:
    trace = NameResolution(earlier="nobody").simulate()
    assert [exchange.role for exchange in trace.asked] == ["root", "tld", "route53"]
    places = {"root": "ルート", "tld": "`com`", "route53": "Route 53"}
    _, *asked, _ = question("first-lookup-order").items
    assert len(asked) == len(trace.asked)
    for item, exchange in zip(asked, trace.asked, strict=True):
        assert places[exchange.role] in item.text


def test_apex_to_load_balancer() -> None:
    target = "web.ap-northeast-1.elb.amazonaws.com."
    fine = {
        "エイリアスのAレコード": zone.parse(f"@ ALIAS A {target}", "example.com."),
        "CNAMEレコード": zone.parse(f"@ CNAME {target}", "example.com."),
    }
    takes = [words for words, made in fine.items() if not made.problems]
    assert takes == ["エイリアスのAレコード"]
    assert takes[0] in right(question("apex-to-load-balancer"))


def test_record_types_by_purpose() -> None:
    at_first = {one.kind for one in zone.parse("", "example.com.").sets}
    asked = question("record-types-by-purpose")
    soa, _ = asked.decoys
    assert soa.right in at_first
    # A delegation is an NS record in the parent: asked for a name below, the zone sends the asker on.
    parent = zone.parse("dev NS ns.example.net.", "example.com.")
    assert zone.answer(parent, "www.dev.example.com.", "A").status == zone.REFERRAL
    assert {pair.left: pair.right for pair in asked.pairs}[
        "`dev.example.com`の管理を、別のホストゾーンに任せる"
    ] == "NS"


def test_wildcard_and_existing_name() -> None:
    text = 'a.b TXT "x"\n* A 192.0.2.1'
    asked = question("wildcard-and-existing-name")
    assert HostedZone(text=text, name="b").simulate().answer.status in right(asked)
    assert "NODATA" in right(asked)
    # What the explanations say of other names.
    assert HostedZone(text=text, name="x").simulate().answer.records[0][3].text == "192.0.2.1"
    assert HostedZone(text='a.b TXT "x"', name="x").simulate().answer.status == "NXDOMAIN"


def test_planned_switch_steps() -> None:
    lowered, waited, *_ = (item.text for item in question("planned-switch-steps").items)
    assert "60秒" in lowered
    assert "3,600秒" in waited
    ready = Plan(ttl=3600, lead=3600, low=60, propagation=60)
    assert ready.last() <= 5 * 60
    assert all(Plan(3600, lead, 60, 60).last() > 5 * 60 for lead in (0, 600, 1800, 3000))


def test_hurried_switch_old_server() -> None:
    last = Plan(ttl=7200, lead=3600, low=60, propagation=60).last()
    choices = {120: "約2分", 3600: "約1時間", 7200: "約2時間", 48 * 3600: "約48時間"}
    nearest = min(choices, key=lambda seconds: abs(seconds - last))
    assert abs(nearest - last) <= 120
    assert right(question("hurried-switch-old-server")) == choices[nearest]
    # What the explanations say.
    assert Plan(7200, 7200, 60, 60).last() == 120
    assert Plan(7200, 0, 60, 60).last() == 7200 + 60
    # No one is behind later than that in a simulation.
    assert RecordChange(ttl=7200, lead=3600).simulate().last <= last


def test_negative_answer_kept() -> None:
    fresh = zone.parse("", "example.com.")
    asked = question("negative-answer-kept")
    assert asked.answer
    assert asked.answer.value == fresh.negative_ttl
    assert int(fresh.soa.values[0].text.split()[-1]) in {trap.value for trap in asked.traps}


def test_canary_weight_five_percent() -> None:
    asked = question("canary-weight-five-percent")
    assert asked.answer
    old, new = selection.weights_in_play([190, int(asked.answer.value)], [True, True])
    assert new / (old + new) == pytest.approx(0.05)
    assert all(abs(trap.value / (190 + trap.value) - 0.05) > 0.002 for trap in asked.traps)


def test_canary_seen_by_whole_company() -> None:
    # One city's resolver gets either version, whoever asks: the choice does not look at the asker.
    trace = RoutingPolicies(policy="weighted").simulate()
    assert len({answer.values for answer in trace.answers if answer.client == 0}) > 1
    assert "使い回した" in right(question("canary-seen-by-whole-company"))


@pytest.mark.parametrize(("more", "unanswered"), [("", True), (";ap-southeast-2 country=*", False)])
def test_geolocation_no_answer(more: str, unanswered: bool) -> None:  # noqa: FBT001 -- a case
    records = "us-east-1 continent=NA;eu-central-1 continent=EU" + more
    trace = RoutingPolicies(policy="geolocation", records=records).simulate()
    assert bool(trace.unanswered) == unanswered
    assert "既定(`*`)" in right(question("geolocation-no-answer"))


def test_leave_out_broken_address() -> None:
    broken = ["eu-central-1"]
    multivalue = RoutingPolicies(policy="multivalue", unhealthy=broken).simulate()
    simple = RoutingPolicies(policy="simple", unhealthy=broken).simulate()
    weighted = RoutingPolicies(policy="weighted", unhealthy=broken).simulate()
    (number,) = multivalue.broken
    assert multivalue.included(number) == weighted.included(number) == 0
    assert simple.included(number) == routing.QUERIES
    assert {len(answer.values) for answer in weighted.answers} == {1}
    assert {len(answer.values) for answer in multivalue.answers} == {3}
    assert "複数値回答" in right(question("leave-out-broken-address"))


def test_fastest_region_not_nearest() -> None:
    def used(policy: str, slow: str) -> tuple[int, ...]:
        trace = RoutingPolicies(policy=policy, slow=slow).simulate()
        return tuple(trace.used(number) for number in range(len(trace.records)))

    follows = [
        policy
        for policy in ("latency", "geoproximity", "geolocation", "weighted")
        if used(policy, "none") != used(policy, "ap-northeast-1")
    ]
    assert follows == ["latency"]
    assert right(question("fastest-region-not-nearest")) == "レイテンシー"


def test_all_records_unhealthy() -> None:
    weights = [50, 30, 20]
    assert selection.weights_in_play(weights, [False] * 3) == weights
    assert right(question("all-records-unhealthy")) == "ふだんの重みで選んだ1つを答える"


def settings(interval: int, threshold: int, ttl: int, timeout: int = 0) -> failover.Settings:
    """Return settings of a client that keeps no addresses (seconds)."""
    return failover.Settings(interval * SECOND, threshold, timeout * SECOND, ttl * SECOND, 0, 3600 * SECOND)


def test_detection_and_ttl_seconds() -> None:
    asked = question("detection-and-ttl-seconds")
    assert asked.answer
    assert asked.answer.value * SECOND == settings(10, 3, 60).longest
    traps = {trap.value for trap in asked.traps}
    assert {
        settings(10, 3, 60).longest_detection // SECOND,
        settings(10, 1, 60).longest // SECOND,
        settings(10, 3, 60, timeout=4).longest // SECOND,
        settings(30, 3, 60).longest // SECOND,
    } == traps


def test_failover_within_a_minute() -> None:
    asked = question("failover-within-a-minute")
    changes = [{"interval": 10}, {"threshold": 2}, {"ttl": 30}, {}, {}]

    def longest(chosen: Iterable[int]) -> int:
        made = {"interval": 30, "threshold": 3, "ttl": 60}
        for number in chosen:
            made |= changes[number]
        return settings(**made).longest

    enough = [pair for pair in combinations(range(5), 2) if longest(pair) <= 70 * SECOND]
    assert enough == [tuple(number for number, option in enumerate(asked.options) if option.right)]


def test_traffic_policy_dead_branch() -> None:
    branch = '"RuleReference": "tokyo"'
    assert branch in policies.BY_PLACE
    blind = policies.BY_PLACE.replace(branch, f'{branch}, "EvaluateTargetHealth": false')

    def reached(document: str, *broken: str) -> list[str]:
        trace = TrafficFlow(client="fukuoka", broken=",".join(broken), document=document).simulate()
        return [endpoint.name for endpoint in trace.answer]

    assert reached(blind, "tokyo-main", "tokyo-spare") == ["tokyo-main"]
    assert right(question("traffic-policy-dead-branch")) == "`tokyo`のプライマリ"
    # What the explanations say.
    assert reached(policies.BY_PLACE, "tokyo-main", "tokyo-spare") == ["sorry-page"]
    assert reached(blind, "tokyo-main") == ["tokyo-spare"]


def network(**changes: object) -> resolver_rules.Setting:
    """Return the VPC and the office of the questions."""
    made: dict[str, object] = {
        "rules": resolver_rules.read_rules("corp.example.com -> onprem"),
        "zones": ("example.com.",),
        "dns": True,
        "inbound": True,
        "outbound": True,
        "forwarded": "",
    }
    return resolver_rules.Setting(**{**made, **changes})  # type: ignore[arg-type]


def test_private_zone_hides_public_name() -> None:
    name = "mail.example.com."
    hidden = resolver_rules.resolve(network(), resolver_rules.EC2, name)
    assert (hidden.status, hidden.source) == ("no_name", resolver_rules.PRIVATE)
    assert resolver_rules.resolve(network(), resolver_rules.OUTSIDE, name).status == "answered"
    # An outbound endpoint changes nothing; without the attributes the name is found, but no private one is.
    assert resolver_rules.resolve(network(outbound=False), resolver_rules.EC2, name).status == "no_name"
    off = network(dns=False)
    assert resolver_rules.resolve(off, resolver_rules.EC2, name).status == "answered"
    assert resolver_rules.resolve(off, resolver_rules.EC2, "db.example.com.").status == "no_name"
    assert right(question("private-zone-hides-public-name")).startswith("プライベートホストゾーン")


def test_who_answers_which_name() -> None:
    said = {
        ("answered", resolver_rules.ON_PREMISES): "社内のDNSがアドレスを答える",
        ("answered", resolver_rules.PRIVATE): "プライベートホストゾーンがアドレスを答える",
        ("no_name", resolver_rules.PRIVATE): "プライベートホストゾーンが「ない」と答える",
        ("answered", resolver_rules.PUBLIC): "インターネットのDNSがアドレスを答える",
        ("no_name", resolver_rules.ON_PREMISES): "社内のDNSが「ない」と答える",
    }
    asked = question("who-answers-which-name")
    for pair in asked.pairs:
        trace = resolver_rules.resolve(network(), resolver_rules.EC2, pair.left.strip("`") + ".")
        assert pair.right == said[trace.status, trace.source]
    missing = resolver_rules.resolve(network(), resolver_rules.EC2, "nobody.corp.example.com.")
    assert asked.decoys[0].right == said[missing.status, missing.source]


def test_office_asks_private_zone() -> None:
    asked = question("office-asks-private-zone")
    domain = "aws.example.com."
    changes: list[dict[str, object]] = [
        {"inbound": True},
        {"outbound": True},
        {"rules": resolver_rules.read_rules("aws.example.com -> onprem")},
        {"forwarded": domain},
    ]
    base = network(zones=(domain,), rules=(), inbound=False, outbound=False)
    works = []
    for pair in combinations(range(len(changes)), 2):
        merged = {name: value for number in pair for name, value in changes[number].items()}
        setting = resolver_rules.Setting(**{**vars(base), **merged})
        if resolver_rules.resolve(setting, resolver_rules.OFFICE, "api.aws.example.com.").status == "answered":
            works.append(pair)
    assert works == [tuple(number for number, option in enumerate(asked.options) if option.right)]


def test_swap_regions_under_safety_rule() -> None:
    asked = question("swap-regions-under-safety-rule")
    scripts = [
        "40 tokyo=off\n50 osaka=on",
        "40 osaka=on\n42 tokyo=off",
        "40 tokyo=off osaka=on",
        "40 tokyo=off\n50 tokyo=off",
    ]
    rules = recovery_control.Rules(at_least=1, wait=5, gated=False)
    moved = []
    for number, script in enumerate(scripts):
        trace = recovery_control.rehearse(recovery_control.read_script(script), rules, broken_at=120)
        _, state = trace.states[-1]
        if all(verdict.done for verdict in trace.verdicts) and state["osaka"] and not state["tokyo"]:
            moved.append(number)
    assert moved == [index_of_right(asked)]
    waited = recovery_control.read_script("40 osaka=on\n46 tokyo=off")
    assert all(verdict.done for verdict in recovery_control.rehearse(waited, rules, broken_at=120).verdicts)


def test_burst_of_lookups_times_out() -> None:
    asked = question("burst-of-lookups-times-out")
    limit = facts.value("route53.resolver-packets")
    assert "毎秒1,500パケット" in asked.stem
    assert limit < 1500
    assert f"毎秒{limit:,}パケット" in asked.right[0].why
