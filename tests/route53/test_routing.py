"""A thousand queries: shares against the binomial distribution, places against brute force, records against rules."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import RoutingPolicies
from kumo.route53.model import routing
from kumo.route53.model.geography import CLIENTS, REGIONS, distance
from kumo.route53.model.policy_records import Record, read
from kumo.route53.words import routing as words

DEFAULT, _ = read(words.DEFAULT_RECORDS)
TEN = tuple(Record(region) for region in REGIONS)


def within(count: int, share: float, trials: int = routing.QUERIES) -> bool:
    """Whether a count lies within five standard deviations of its binomial mean."""
    return abs(count - trials * share) <= 5 * sqrt(trials * share * (1 - share)) + 1e-9


@pytest.mark.parametrize("unhealthy", [(), ("eu-central-1",), ("ap-northeast-1", "eu-central-1"), tuple(REGIONS)])
@pytest.mark.parametrize("policy", routing.RANDOM)
def test_random_shares_are_within_binomial_bounds_for_many_seeds(policy: str, unhealthy: tuple[str, ...]) -> None:
    totals = [0] * len(DEFAULT)
    for seed in range(1, 31):
        trace = routing.route(policy, DEFAULT, unhealthy, seed=seed)
        for index in range(len(DEFAULT)):
            assert within(trace.used(index), trace.expected(index)), seed
            totals[index] += trace.used(index)
    for index, total in enumerate(totals):
        assert within(total, trace.expected(index), 30 * routing.QUERIES)
        assert sum(trace.expected(other) for other in range(len(DEFAULT))) == pytest.approx(1)


def test_expected_weights_are_the_published_formula() -> None:
    trace = routing.route(routing.WEIGHTED, DEFAULT, ())
    total = sum(record.weight for record in DEFAULT)
    assert [trace.expected(index) for index in range(len(DEFAULT))] == [record.weight / total for record in DEFAULT]


@given(
    st.sampled_from(routing.POLICIES),
    st.lists(st.sampled_from(list(REGIONS)), min_size=1, max_size=10, unique=True),
    st.sets(st.sampled_from(list(REGIONS))),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_query_is_accounted_for(policy: str, regions: list[str], unhealthy: set[str], checks: bool) -> None:  # noqa: FBT001 -- drawn
    records = tuple(
        Record(region, weight=index, bias=index * 9 - 40, places=frozenset({("country", "US")} if not index else ()))
        for index, region in enumerate(regions)
    )
    trace = routing.route(policy, records, unhealthy, checks=checks)
    assert sum(trace.used(index) for index in range(len(records))) + trace.unanswered == routing.QUERIES
    assert all(
        len(answer.values) <= max(8, len(records) if policy == routing.SIMPLE else 1) for answer in trace.answers
    )
    assert trace.failed <= sum(trace.used(index) for index in trace.broken)
    some_well = len(trace.broken) < len(records)
    if checks and some_well and policy in (routing.LATENCY, routing.GEOPROXIMITY, routing.WEIGHTED, routing.MULTIVALUE):
        assert trace.failed == 0


@pytest.mark.parametrize("slow", ["none", "ap-northeast-1"])
@pytest.mark.parametrize("unhealthy", [(), ("eu-central-1", "ap-south-1")])
def test_latency_and_proximity_find_what_trying_all_finds(unhealthy: tuple[str, ...], slow: str) -> None:
    for policy in (routing.LATENCY, routing.GEOPROXIMITY):
        trace = routing.route(policy, TEN, unhealthy, slow=slow)
        for number, client in enumerate(CLIENTS):
            lengths = {
                region: distance(client.position, position) * (2 if policy == routing.LATENCY and region == slow else 1)
                for region, position in REGIONS.items()
                if region not in unhealthy
            }
            best = min(lengths, key=lengths.__getitem__)
            assert trace.records[trace.answers[number].values[0]].region == best


def test_without_bias_and_detours_latency_is_proximity() -> None:
    one, other = (routing.route(policy, TEN, ()) for policy in (routing.LATENCY, routing.GEOPROXIMITY))
    assert one.answers == other.answers


def test_more_bias_never_loses_a_city() -> None:
    before = 0
    for bias in range(-99, 100, 9):
        records = tuple(
            Record(record.region, bias=bias if record.region == "eu-central-1" else 0) for record in DEFAULT
        )
        count = routing.route(routing.GEOPROXIMITY, records, ()).used(1)
        assert count >= before
        before = count
    assert before > 0


def test_multivalue_answers_have_eight_of_ten() -> None:
    trace = routing.route(routing.MULTIVALUE, TEN, ())
    assert {len(answer.values) for answer in trace.answers} == {8}
    trace = routing.route(routing.MULTIVALUE, TEN, ("us-east-1", "us-west-2", "eu-west-1"))
    assert {len(answer.values) for answer in trace.answers} == {7}
    assert trace.failed == 0


def test_simple_routing_cannot_avoid_a_broken_endpoint() -> None:
    trace = routing.route(routing.SIMPLE, DEFAULT, ("us-east-1",))
    assert not trace.checked
    assert within(trace.failed, 1 / 4)
    assert all(sorted(answer.values) == [0, 1, 2, 3] for answer in trace.answers)


def test_a_place_without_a_record_gets_no_answer() -> None:
    records, _ = read("eu-central-1 continent=EU\nus-east-1 country=US")
    trace = routing.route(routing.GEOLOCATION, records, ())
    assert trace.used(0) == 200
    assert trace.used(1) == 200
    assert trace.unanswered == 600


def test_honolulu_belongs_to_the_united_states_but_lies_near_tokyo() -> None:
    number = [client.key for client in CLIENTS].index("honolulu")
    chosen = {
        policy: routing.route(policy, read("ap-northeast-1 country=*\nus-east-1 country=US")[0], ())
        .answers[number]
        .values
        for policy in (routing.LATENCY, routing.GEOLOCATION)
    }
    assert chosen == {routing.LATENCY: (0,), routing.GEOLOCATION: (1,)}


def test_with_one_role_the_other_is_not_needed() -> None:
    records, _ = read("us-east-1 failover=primary\nus-west-2")
    assert routing.route(routing.FAILOVER, records, ("us-east-1",)).failed == routing.QUERIES
    assert routing.route(routing.FAILOVER, read("us-west-2")[0], ()).unanswered == routing.QUERIES


WRONG = [
    ("", ["レコードがありません"]),
    ("tokyo", ["1行目 tokyo", "リージョンはありません"]),
    ("us-east-1\nus-east-1", ["2行目 us-east-1", "1つのリージョンに1つ"]),
    ("us-east-1 weight=256", ["1行目 us-east-1", "256", "0〜255"]),
    ("us-east-1 weight=-1", ["0〜255"]),
    ("us-east-1 weight=1.5", ["0〜255"]),
    ("us-east-1 bias=100", ["-99〜99"]),
    ("us-east-1 speed=1", ["speed=1", "weight=10"]),
    ("us-east-1 weight=1 weight=2", ["2回"]),
    ("us-east-1 continent=XX", ["XX", "AF"]),
    ("us-east-1 country=japan", ["japan", "JP"]),
    ("us-east-1 continent=EU\nus-west-2 continent=EU", ["2行目 us-west-2", "EU", "us-east-1 のレコードと同じ場所"]),
    ("us-east-1 country=*\nus-west-2 country=*", ["2行目 us-west-2", "us-east-1 のレコードと同じ場所"]),
    ("us-east-1 failover=third", ["primary か secondary"]),
    ("us-east-1 failover=primary\nus-west-2 failover=primary", ["2行目 us-west-2", "us-east-1"]),
    ("us-east-1 cidr=198.18.0.0", ["198.18.0.0", "/1〜/24"]),
    ("us-east-1 cidr=198.18.0.0/25", ["/1〜/24"]),
    ("us-east-1 cidr=198.18.0.1/24", ["下のビット"]),
    ("us-east-1 cidr=ten", ["IPv4のCIDRではありません"]),
    ("us-east-1 cidr=198.18.0.0/16\nus-west-2 cidr=198.18.0.0/16", ["2行目 us-west-2", "us-east-1"]),
    ("us-east-1 weight=999 bias=999\nmars", ["1行目", "重み「999」", "バイアス「999」", "2行目 mars"]),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_wrong_records_are_refused_with_line_record_and_rule(text: str, told: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        RoutingPolicies(records=text)
    for part in told:
        assert part in str(caught.value)


def test_a_semicolon_ends_a_record_too() -> None:
    assert read("us-east-1 weight=2;us-west-2") == read("us-east-1 weight=2\nus-west-2")


def test_a_country_within_a_continent_is_no_overlap() -> None:
    assert read("us-east-1 continent=NA\nus-west-2 country=US\nsa-east-1 country=*")[1] == ()


@pytest.mark.parametrize("policy", routing.POLICIES)
def test_what_is_said_is_what_was_counted(policy: str) -> None:
    trace = RoutingPolicies(policy=policy, unhealthy=["eu-central-1"]).simulate()
    rows = words.table(trace).rows
    assert rows[-1][2:-1] == tuple(trace.used(index) for index in range(len(trace.records)))
    for index, record in enumerate(trace.records):
        if trace.used(index):
            assert f"{words.name(record)}{trace.used(index):,}件" in words.explanation(trace).point
