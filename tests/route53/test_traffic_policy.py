"""Traffic policies: documents as AWS writes them, documents with faults, and a query against a second interpreter."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import TrafficFlow
from kumo.route53.model import policies, traffic_policy
from kumo.route53.model.geography import CLIENTS, REGIONS, distance
from kumo.route53.model.policy_document import Policy, read
from kumo.route53.words import traffic_flow as words

CHECK = "11111111-1111-1111-1111-111111111111"
FUKUOKA, CHICAGO = (next(client for client in CLIENTS if client.key == key) for key in ("fukuoka", "chicago"))


def document(rules: dict[str, Any], endpoints: int = 4, *, kind: str = "application-load-balancer", **more: Any) -> str:
    """Return a document with endpoints e1, e2 … that starts at its first rule."""
    return json.dumps(
        {
            "AWSPolicyFormatVersion": "2015-10-01",
            "RecordType": "A",
            "StartRule": next(iter(rules), "none"),
            "Endpoints": {f"e{n}": {"Type": kind, "Value": f"192.0.2.{n}"} for n in range(1, endpoints + 1)},
            "Rules": rules,
            **more,
        }
    )


def parsed(text: str) -> Policy:
    policy, problems = read(text)
    assert problems == ()
    assert policy
    return policy


def pair(first: str, second: str, key: str = "EndpointReference") -> dict[str, Any]:
    return {"RuleType": "failover", "Primary": {key: first}, "Secondary": {key: second}}


# Each kind of rule with every field that the page on the format lists for it, values quoted as there.
FLAGS = {"EvaluateTargetHealth": "true", "HealthCheck": CHECK}
AS_PUBLISHED = {
    "failover": {"Primary": {"EndpointReference": "e1", **FLAGS}, "Secondary": {"EndpointReference": "e2", **FLAGS}},
    "geo": {
        "Locations": [
            {"EndpointReference": "e1", "Country": "*", "HealthCheck": CHECK},
            {"EndpointReference": "e2", "Country": "FR", "IsDefault": False},
            {"EndpointReference": "e2", "Country": "BE", "IsDefault": "false"},
            {"EndpointReference": "e3", "Continent": "EU", **FLAGS},
        ]
    },
    "geoproximity": {
        "GeoproximityLocations": [
            {"EndpointReference": "e1", "Region": "aws:route53:us-west-1", "Bias": "10", **FLAGS},
            {"EndpointReference": "e2", "Latitude": "51.50", "Longitude": "-0.16", "Bias": "0"},
            {"EndpointReference": "e3", "Location": {"Type": "Region", "LocationName": "aws:route53:us-west-1"}},
            {"EndpointReference": "e4", "Location": {"Type": "Coordinate", "Latitude": "38.9", "Longitude": "-77.01"}},
        ]
    },
    "latency": {
        "Regions": [
            {"EndpointReference": "e1", "Region": "us-east-1"},
            {"EndpointReference": "e2", "Region": "eu-west-1", **FLAGS},
        ]
    },
    "multivalue": {"Items": [{"EndpointReference": "e1"}, {"EndpointReference": "e2", "HealthCheck": CHECK}]},
    "weighted": {
        "Items": [{"EndpointReference": "e1", "Weight": "3", **FLAGS}, {"EndpointReference": "e2", "Weight": 1}]
    },
}


@pytest.mark.parametrize("kind", AS_PUBLISHED)
def test_every_published_field_is_read(kind: str) -> None:
    assert read(document({"r": {"RuleType": kind, **AS_PUBLISHED[kind]}}))[1] == ()


@pytest.mark.parametrize("text", [policies.BY_PLACE, *policies.PRESETS.values()])
def test_presets_are_documents_without_a_fault(text: str) -> None:
    parsed(text)


def test_a_document_may_be_one_endpoint() -> None:
    text = json.dumps(
        {
            "AWSPolicyFormatVersion": "2015-10-01",
            "RecordType": "A",
            "Endpoints": {"only": {"Type": "value", "Value": "192.0.2.1"}},
            "StartEndpoint": "only",
        }
    )
    trace = traffic_policy.follow(parsed(text), FUKUOKA, ["only"])
    assert [endpoint.name for endpoint in trace.failing] == ["only"]
    TrafficFlow.frame({"document": text})


# What is wrong, and what the reader must be told of it.

GEO = {"RuleType": "geo", "Locations": [{"Country": "JP", "EndpointReference": "e1"}]}


def weighted(*weights: object) -> dict[str, Any]:
    return {
        "RuleType": "weighted",
        "Items": [{"EndpointReference": f"e{n}", "Weight": weight} for n, weight in enumerate(weights, 1)],
    }


def geo(*places: dict[str, Any]) -> dict[str, Any]:
    return {"RuleType": "geo", "Locations": [{"EndpointReference": "e1", **place} for place in places]}


WRONG = {
    "not JSON": ("{", ["1行目2文字目", "JSONとして読めません"]),
    "comma missing": ('{\n "a": 1\n "b": 2}', ["3行目2文字目", "カンマか閉じ括弧"]),
    "list": ("[]", ["オブジェクトではありません"]),
    "name twice": ('{"RecordType": "A", "RecordType": "A"}', ["RecordType", "2回"]),
    "version": (document({"r": GEO}, AWSPolicyFormatVersion="2020-01-01"), ["2020-01-01", "2023-05-09"]),
    "record type": (document({"r": GEO}, RecordType="B"), ["RecordType", "「B」"]),
    "unknown field": (document({"r": GEO}, Start="r"), ["Start という項目はありません"]),
    "no start": (document({"r": GEO}).replace("StartRule", "Start"), ["StartRule か StartEndpoint"]),
    "start at nothing": (document({"r": GEO}, StartRule="x"), ["StartRule", "「x」", "あるのは r"]),
    "start at an endpoint": (document({"r": GEO}, StartRule="e1"), ["ではなくエンドポイント"]),
    "endpoint type": (document({"r": GEO}, kind="alb"), ["e1", "「alb」", "application-load-balancer"]),
    "unknown rule type": (document({"r": {"RuleType": "random"}}), ["r: RuleType「random」", "weighted"]),
    "missing endpoint": (document({"r": pair("e1", "gone")}), ["r Secondary", "「gone」", "e1、e2"]),
    "missing rule": (document({"r": pair("e1", "gone", "RuleReference")}), ["r Primary", "r Secondary", "「gone」"]),
    "no reference": (document({"r": geo({"Country": "JP", "EndpointReference": None})}), ["r Locations[1]"]),
    "two references": (document({"r": geo({"Country": "JP", "RuleReference": "r"})}), ["どちらか1つ"]),
    "no secondary": (document({"r": {"RuleType": "failover", "Primary": {"EndpointReference": "e1"}}}), ["Secondary"]),
    "empty list": (document({"r": {"RuleType": "weighted", "Items": []}}), ["r: 「Items」", "1つ以上"]),
    "wrong list": (document({"r": {"RuleType": "latency", "Items": []}}), ["Items という項目はありません", "Regions"]),
    "weight": (document({"r": weighted(1, 256)}), ["r Items[2]", "Weight 256", "0〜255"]),
    "weight in words": (document({"r": weighted("ten", [1])}), ["Items[1]", "Items[2]", "0〜255"]),
    "bias": (
        document({"r": {"RuleType": "geoproximity", "GeoproximityLocations": [
            {"EndpointReference": "e1", "Region": "aws:route53:us-east-1", "Bias": 100}]}}),
        ["Bias 100", "-99〜99"],
    ),
    "coordinates": (
        document({"r": {"RuleType": "geoproximity", "GeoproximityLocations": [
            {"EndpointReference": "e1", "Latitude": "91", "Longitude": "0"}]}}),
        ["緯度"],
    ),
    "region": (
        document({"r": {"RuleType": "latency", "Regions": [{"EndpointReference": "e1", "Region": "mars-1"}]}}),
        ["mars-1"],
    ),
    "region twice": (
        document({"r": {"RuleType": "latency", "Regions": [{"EndpointReference": "e1", "Region": "us-east-1"}] * 2}}),
        ["r Regions[2]", "us-east-1", "2回"],
    ),
    "place twice": (document({"r": geo({"Country": "JP"}, {"Country": "JP"})}), ["r Locations[2]", "「JP」", "2回"]),
    "two defaults": (document({"r": geo({"Country": "*"}, {"IsDefault": True})}), ["r Locations[2]", "2回"]),
    "two places": (document({"r": geo({"Country": "JP", "Continent": "AS"})}), ["場所が2つ"]),
    "no place": (document({"r": geo({})}), ["場所"]),
    "continent": (document({"r": geo({"Continent": "Asia"})}), ["「Asia」"]),
    "state": (document({"r": geo({"Country": "US", "Subdivision": "WA"})}), ["Subdivision"]),
    "flag": (document({"r": geo({"Country": "JP", "EvaluateTargetHealth": "yes"})}), ["EvaluateTargetHealth"]),
    "itself": (document({"r": pair("r", "r", "RuleReference")}), ["r: 規則が輪", "r → r"]),
    "cycle": (
        document({
            "a": pair("b", "b", "RuleReference"),
            "b": {"RuleType": "failover", "Primary": {"EndpointReference": "e1"}, "Secondary": {"RuleReference": "c"}},
            "c": pair("a", "a", "RuleReference"),
        }),
        ["a: 規則が輪", "a → b → c → a"],
    ),
    "too large": (
        document({"a": pair("b", "b", "RuleReference"), "b": pair("c", "c", "RuleReference"),
                  "c": pair("d", "d", "RuleReference"), "d": pair("e1", "e2")}),
        ["16", "14まで"],
    ),
    "all at once": (
        document({"r": weighted(999), "s": {"RuleType": "x"}, "t": pair("gone", "e1")}),
        ["次の3点", "Weight 999", "RuleType", "gone"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_faults_are_told_with_place_and_rule(name: str) -> None:
    text, told = WRONG[name]
    with pytest.raises(ParameterError) as caught:
        TrafficFlow(document=text)
    for part in told:
        assert part in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_many_doublings_are_counted_quickly() -> None:
    """A tree of 2 to the 30 leaves must be refused, not walked."""
    rules = {f"r{n}": pair(f"r{n + 1}", f"r{n + 1}", "RuleReference") for n in range(30)} | {"r30": pair("e1", "e2")}
    assert read(document(rules))[1][0].kind == "too-large"


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=7))
@settings(max_examples=120, deadline=None)
def test_cycles_are_those_that_networkx_finds(edges: list[tuple[int, int]]) -> None:
    rules = {f"r{n}": pair(f"r{a}", f"r{b}", "RuleReference") for n, (a, b) in enumerate(edges)}
    last = len(rules)
    rules |= {f"r{n}": pair("e1", "e2") for n in range(last, 7)}
    graph = nx.DiGraph(
        (name, branch["RuleReference"])
        for name, rule in rules.items()
        for branch in (rule["Primary"], rule["Secondary"])
        if "RuleReference" in branch
    )
    problems = [problem for problem in read(document(rules))[1] if problem.kind == "cycle"]
    assert bool(problems) == (not nx.is_directed_acyclic_graph(graph))
    for problem in problems:
        names = problem.value.split(" → ")
        assert names[0] == names[-1]
        assert all(graph.has_edge(one, other) for one, other in pairwise(names))


@given(
    st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Rules", "Endpoints", "r", "RuleType", "Items", "geo", "Locations", "Primary", "StartRule"]
                ),
                inner,
                max_size=3,
            )
        ),
    ).map(json.dumps)
)
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    policy, problems = read(text)
    assert (policy is None) == bool(problems)
    assert words.check(text) is None or len(words.check(text) or "") < 2000


# Following a query.


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """Draw rules in which each refers only to later ones, so that there is no cycle."""
    count = draw(st.integers(1, 3))
    rules: dict[str, Any] = {}
    for number in range(count):

        def branch(number: int = number) -> dict[str, Any]:
            onward = [f"r{later}" for later in range(number + 1, count)]
            to_rule = draw(st.booleans()) if onward else False
            target = (
                {"RuleReference": draw(st.sampled_from(onward))}
                if to_rule
                else {"EndpointReference": f"e{draw(st.integers(1, 4))}"}
            )
            return target | {"EvaluateTargetHealth": draw(st.booleans())}

        kind = draw(st.sampled_from(["failover", "weighted", "latency", "geo"]))
        if kind == "failover":
            rules[f"r{number}"] = {"RuleType": kind, "Primary": branch(), "Secondary": branch()}
        elif kind == "weighted":
            rules[f"r{number}"] = {
                "RuleType": kind,
                "Items": [branch() | {"Weight": draw(st.integers(0, 9))} for _ in range(2)],
            }
        elif kind == "latency":
            regions = draw(st.permutations(list(REGIONS)))[:2]
            rules[f"r{number}"] = {"RuleType": kind, "Regions": [branch() | {"Region": region} for region in regions]}
        else:
            places = [{"Country": "US"}, {"Continent": "AS"}, {"IsDefault": True}]
            rules[f"r{number}"] = {"RuleType": kind, "Locations": [branch() | place for place in places]}
    return rules


def well(rules: dict[str, Any], branch: dict[str, Any], broken: set[str]) -> bool:
    if not branch["EvaluateTargetHealth"]:
        return True
    if "EndpointReference" in branch:
        return branch["EndpointReference"] not in broken
    rule = rules[branch["RuleReference"]]
    onward = [rule[key] for key in ("Primary", "Secondary") if key in rule]
    for key in ("Items", "Regions", "Locations"):
        onward += rule.get(key, [])
    return any(well(rules, inner, broken) for inner in onward)


def possible(rules: dict[str, Any], name: str, client: Any, broken: set[str]) -> set[str | None]:
    """Return every endpoint that may answer, straight from the document: a second, plain reading of the rules."""
    rule = rules[name]
    kind = rule["RuleType"]
    if kind == "failover":
        first, second = rule["Primary"], rule["Secondary"]
        found = [second] if not well(rules, first, broken) and well(rules, second, broken) else [first]
    elif kind == "weighted":
        fit = [item for item in rule["Items"] if well(rules, item, broken)] or rule["Items"]
        found = [item for item in fit if item["Weight"]] or fit
    elif kind == "latency":
        fit = [item for item in rule["Regions"] if well(rules, item, broken)] or rule["Regions"]
        found = [min(fit, key=lambda item: distance(client.position, REGIONS[item["Region"]]))]
    else:
        fits = [item for item in rule["Locations"] if item.get("Country") == client.country]
        fits += [item for item in rule["Locations"] if item.get("Continent") == client.continent]
        fits += [item for item in rule["Locations"] if item.get("IsDefault")]
        found = ([item for item in fits if well(rules, item, broken)] or fits)[:1]
    answers: set[str | None] = set()
    for item in found:
        onward = item.get("RuleReference")
        answers |= possible(rules, onward, client, broken) if onward else {item["EndpointReference"]}
    return answers or {None}


@given(trees(), st.sets(st.sampled_from(["e1", "e2", "e3", "e4"])), st.sampled_from(CLIENTS), st.integers(1, 99))
@settings(max_examples=200, deadline=None)
def test_a_second_interpreter_agrees(rules: dict[str, Any], broken: set[str], client: Any, seed: int) -> None:
    policy = parsed(document(rules))
    trace = traffic_policy.follow(policy, client, broken, seed=seed)
    assert {endpoint.name for endpoint in trace.answer} <= {
        name for name in possible(rules, "r0", client, broken) if name
    }
    assert trace.steps[0].rule.name == "r0"
    for step, following in pairwise(trace.steps):
        assert following.rule.name in {step.rule.branches[index].target for index in step.chosen}


def test_weights_decide_over_many_seeds() -> None:
    policy = parsed(policies.BY_PLACE)
    blue = sum(
        traffic_policy.follow(policy, CHICAGO, (), seed=seed).answer[0].name == "us-blue" for seed in range(1, 401)
    )
    assert abs(blue - 360) < 5 * (400 * 0.9 * 0.1) ** 0.5


def test_a_rule_without_a_healthy_branch_is_avoided() -> None:
    items = [{"RuleReference": "s", "Weight": 255}, {"EndpointReference": "e3", "Weight": 0}]
    rules = {"r": {"RuleType": "weighted", "Items": items}, "s": pair("e1", "e2")}
    policy = parsed(document(rules))
    assert traffic_policy.follow(policy, FUKUOKA, ["e1"]).answer[0].name == "e2"
    assert traffic_policy.follow(policy, FUKUOKA, ["e1", "e2"]).answer[0].name == "e3"
    assert traffic_policy.follow(policy, FUKUOKA, ["e1", "e2", "e3"]).answer[0].name == "e1"


def test_plain_values_need_a_health_check() -> None:
    rules = {"r": pair("e1", "e2")}
    assert traffic_policy.follow(parsed(document(rules, kind="value")), FUKUOKA, ["e1"]).answer[0].name == "e1"
    rules["r"]["Primary"]["HealthCheck"] = CHECK
    assert traffic_policy.follow(parsed(document(rules, kind="value")), FUKUOKA, ["e1"]).answer[0].name == "e2"
    del rules["r"]["Primary"]["HealthCheck"]
    rules["r"]["Primary"]["EvaluateTargetHealth"] = "true"
    assert traffic_policy.follow(parsed(document(rules, kind="cloudfront")), FUKUOKA, ["e1"]).answer[0].name == "e1"
    assert traffic_policy.follow(parsed(document(rules)), FUKUOKA, ["e1"]).answer[0].name == "e2"


def test_names_that_the_policy_does_not_know_are_said() -> None:
    trace = TrafficFlow(broken="mars, tokyo-main").simulate()
    assert trace.unknown == ("mars",)
    assert trace.answer[0].name == "tokyo-spare"


def test_no_answer_without_a_default() -> None:
    trace = traffic_policy.follow(parsed(document({"r": geo({"Country": "US"})})), FUKUOKA, ())
    assert trace.answer == ()
    assert "応答がありません" in words.explanation(trace).point


def test_multivalue_holds_the_healthy_ones() -> None:
    policy = parsed(policies.BY_LATENCY)
    dice = Random(1)  # noqa: S311 -- draws test cases
    for _ in range(20):
        trace = traffic_policy.follow(policy, FUKUOKA, (), seed=dice.randrange(99))
        assert {endpoint.name for endpoint in trace.answer} == {"tokyo-1", "tokyo-2"}
    assert [endpoint.name for endpoint in traffic_policy.follow(policy, FUKUOKA, ["tokyo-1"]).answer] == ["tokyo-2"]
    assert traffic_policy.follow(policy, FUKUOKA, ["tokyo-1", "tokyo-2"]).steps[0].chosen == (2,)
