"""A function in a VPC: what the tracer finds against the rules of AWS's guide, and in networks that were changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from botocore.session import get_session
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.aws_lambda.explorers import LambdaInVpc
from kumo.aws_lambda.model.lambda_in_vpc import (
    API,
    DATABASE,
    DESTINATIONS,
    DYNAMODB_ENDPOINT,
    NAT,
    OUTSIDE,
    OWN,
    PORTS,
    PRIVATE,
    PUBLIC,
    S3_ENDPOINT,
    SHARED,
    SQS_ENDPOINT,
    Placement,
    build,
    reach,
)
from kumo.core import facts
from kumo.vpc import Flow, Reason, repair_all, trace
from kumo.vpc.model.checks import problems

EVERY_WAY = (NAT, S3_ENDPOINT, DYNAMODB_ENDPOINT, SQS_ENDPOINT)
SUBSETS = [frozenset(chosen) for chosen in chain.from_iterable(combinations(EVERY_WAY, n) for n in range(5))]
placements = st.builds(
    Placement,
    place=st.sampled_from([OUTSIDE, PRIVATE, PUBLIC]),
    ways=st.frozensets(st.sampled_from(EVERY_WAY)),
    allowed=st.booleans(),
    subnets=st.integers(1, 3),
    functions=st.integers(1, 4),
    groups=st.sampled_from([SHARED, OWN]),
)


def by_the_guide(placement: Placement, destination: str) -> bool:
    """Say what the Lambda guide says in words, without a network."""
    if placement.place == OUTSIDE:
        return destination != DATABASE
    if destination == DATABASE:
        return placement.allowed
    endpoint = {"s3": S3_ENDPOINT, "dynamodb": DYNAMODB_ENDPOINT, "sqs": SQS_ENDPOINT}.get(destination)
    return endpoint in placement.ways or (placement.place == PRIVATE and NAT in placement.ways)


@pytest.mark.parametrize("ways", SUBSETS, ids=lambda ways: "+".join(sorted(ways)) or "nothing")
@pytest.mark.parametrize(("place", "allowed"), list(product([OUTSIDE, PRIVATE, PUBLIC], [True, False])))
def test_reach_is_what_the_guide_says(place: str, ways: frozenset[str], allowed: bool) -> None:  # noqa: FBT001 -- a test case
    placement = Placement(place, ways, allowed)
    found = reach(placement, DATABASE)
    assert {one: found.reached(one) for one in DESTINATIONS} == {
        one: by_the_guide(placement, one) for one in DESTINATIONS
    }


@given(placements)
@settings(deadline=None, max_examples=60)
def test_subnets_functions_and_groups_decide_nothing_about_reach(placement: Placement) -> None:
    found = reach(placement, API)
    alone = reach(replace(placement, subnets=1, functions=1, groups=SHARED), API)
    for one in DESTINATIONS:
        assert {each.reachable for each in found.traces[one]} == {alone.reached(one)}, "every subnet alike"
    assert problems(found.network) == []


@given(placements, st.sampled_from(EVERY_WAY))
@settings(deadline=None, max_examples=60)
def test_another_way_never_takes_one_away(placement: Placement, way: str) -> None:
    before, after = reach(placement, API), reach(replace(placement, ways=placement.ways | {way}), API)
    for one in DESTINATIONS:
        assert before.reached(one) <= after.reached(one)


def test_it_is_the_missing_public_address_that_stops_a_public_subnet() -> None:
    network = build(Placement(PUBLIC))
    assert trace(network, Flow("eni-a", API)).blockers[0].reason is Reason.NO_PUBLIC_ADDRESS
    addressed = tuple(
        replace(one, public_address="198.51.100.77") if one.id == "eni-a" else one for one in network.interfaces
    )
    assert trace(replace(network, interfaces=addressed), Flow("eni-a", API)).reachable, "as an EC2 instance would"


@pytest.mark.parametrize("destination", [DATABASE, *(one for one in DESTINATIONS if one != DATABASE)])
def test_what_is_named_as_missing_is_all_that_is_missing(destination: str) -> None:
    """Repair every obstacle that the tracer names; then the packet passes."""
    with_nat = build(Placement(PRIVATE, frozenset({NAT}), allowed=False))
    # The same, with a route table that has lost its line.
    tables = tuple(replace(one, routes=()) if one.id == "function-rtb" else one for one in with_nat.route_tables)
    broken = replace(with_nat, route_tables=tables)
    flow = Flow("eni-a", destination, port=PORTS[destination])
    assert not trace(broken, flow).reachable
    mended, left = repair_all(broken, trace(broken, flow).blockers)
    assert left == ()
    assert trace(mended, flow).reachable


@pytest.mark.parametrize(
    ("subnets", "functions", "groups", "count"),
    [(1, 1, SHARED, 1), (2, 1, SHARED, 2), (2, 4, SHARED, 2), (2, 4, OWN, 8), (3, 4, OWN, 12), (3, 1, OWN, 3)],
)
def test_one_interface_for_each_pair_of_subnet_and_groups(
    subnets: int, functions: int, groups: str, count: int
) -> None:
    placement = Placement(PRIVATE, subnets=subnets, functions=functions, groups=groups)
    found = reach(placement, API)
    assert len(found.interfaces) == count
    assert reach(replace(placement, place=OUTSIDE), API).interfaces == frozenset()
    assert count <= facts.value("aws_lambda.vpc-interfaces")


def test_limits_are_those_of_the_api() -> None:
    """The service model that AWS ships with its SDK names the same numbers as the ledger."""
    api = get_session().get_service_model("lambda")
    assert api.shape_for("SubnetIds").metadata["max"] == facts.value("aws_lambda.vpc-subnets")
    assert api.shape_for("SecurityGroupIds").metadata["max"] == facts.value("aws_lambda.vpc-groups")
    assert api.shape_for("EphemeralStorageSize").metadata["min"] == facts.value("aws_lambda.storage-minimum")


def test_the_default_makes_its_point() -> None:
    found = LambdaInVpc().simulate()
    assert not found.reached(API)
    assert found.reached("s3"), "an endpoint is no way to the internet"
    assert found.blocked is not None
    assert found.blocked.reason is Reason.NO_ROUTE
