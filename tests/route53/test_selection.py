"""The rules of choosing, against AWS's own tables and slow second implementations."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.facts import value
from kumo.route53.model import selection

HEALTH = st.lists(st.booleans(), min_size=1, max_size=12)


# "Health checks and weighted routing", https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/
# routing-policy-weighted.html (read 2026-11-26): three records of weights 1, 1 and 0, all with health checks.
WEIGHTED_TABLE = [
    ((False, False, True), (False, False, True)),
    ((False, False, False), (True, True, False)),
    ((False, True, False), (False, True, False)),
    ((True, True, False), (True, True, False)),
    ((True, True, True), (True, True, False)),
]


@pytest.mark.parametrize(("healthy", "answering"), WEIGHTED_TABLE)
def test_weight_zero_as_in_the_published_table(healthy: tuple[bool, ...], answering: tuple[bool, ...]) -> None:
    assert tuple(weight > 0 for weight in selection.weights_in_play([1, 1, 0], healthy)) == answering


def test_all_weights_zero_share_evenly() -> None:
    assert selection.weights_in_play([0, 0, 0], [True] * 3) == [1, 1, 1]


def test_published_share_of_1_and_255() -> None:
    drawn = selection.weights_in_play([1, 255], [True, True])
    assert drawn[0] / sum(drawn) == 1 / 256


@pytest.mark.parametrize(
    ("primary", "secondary", "answer"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, True)],
)
def test_failover_as_the_api_reference_says(primary: bool, secondary: bool, answer: bool) -> None:  # noqa: FBT001 -- a row of the truth table
    assert selection.by_role(primary, secondary) is answer


@given(HEALTH, st.integers(0, 99))
def test_multivalue_holds_at_most_eight_and_only_healthy_ones(healthy: list[bool], seed: int) -> None:
    found = selection.several(healthy, Random(seed))  # noqa: S311 -- draws test cases
    most = value("route53.multivalue-answers")
    candidates = [index for index, well in enumerate(healthy) if well] or list(range(len(healthy)))
    assert len(found) == min(most, len(candidates))
    assert len(set(found)) == len(found)
    assert set(found) <= set(candidates)


def test_bias_as_in_the_published_formula() -> None:
    """A bias of 50 halves a distance; the page's example has 150 km count as 75 km."""
    assert selection.biased(150, 50) == 75
    assert selection.biased(150, 0) == 150
    assert selection.biased(150, -50) == 225


@given(st.lists(st.floats(0, 20000), min_size=1, max_size=10), st.data())
def test_nearest_is_what_trying_all_finds(measures: list[float], data: st.DataObject) -> None:
    healthy = data.draw(st.lists(st.booleans(), min_size=len(measures), max_size=len(measures)))
    best = None
    for index, measure in enumerate(measures):
        if (healthy[index] or not any(healthy)) and (best is None or measure < measures[best]):
            best = index
    assert selection.nearest(measures, healthy) == best


US = frozenset({("country", "US")})
NORTH_AMERICA = frozenset({("continent", "NA")})
ANYWHERE = frozenset({("country", "*")})


def test_the_smallest_place_comes_first() -> None:
    places = [ANYWHERE, NORTH_AMERICA, US]
    assert selection.by_location(places, [True] * 3, "US", "NA") == (2, 1, 0)
    assert selection.by_location(places, [True] * 3, "CA", "NA") == (1, 0)
    assert selection.by_location(places, [True] * 3, "JP", "AS") == (0,)
    assert selection.by_location(places[1:], [True] * 2, "JP", "AS") == ()


def test_an_unhealthy_place_gives_way_to_the_larger_one() -> None:
    """The API reference: country, then continent, then default, until one is healthy."""
    places = [ANYWHERE, NORTH_AMERICA, US]
    assert selection.by_location(places, [True, True, False], "US", "NA")[0] == 1
    assert selection.by_location(places, [True, False, False], "US", "NA")[0] == 0
    assert selection.by_location(places, [False, False, False], "US", "NA")[0] == 2


BLOCKS = st.builds(
    lambda number, length: str(ip_network((number, length), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(1, 24),
)


@given(st.lists(st.lists(BLOCKS | st.just("*"), max_size=4), min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_the_longest_block_wins(blocks: list[list[str]], number: int) -> None:
    address = ip_address(number)
    best, longest = None, -1
    for index, held in enumerate(blocks):
        for block in held:
            network = ip_network("0.0.0.0/0" if block == "*" else block)
            if address in network and network.prefixlen > longest:
                best, longest = index, network.prefixlen
    found = selection.by_address(blocks, [True] * len(blocks), str(address))
    assert (found[0] if found else None) == best


def test_the_default_block_holds_every_address() -> None:
    assert selection.by_address([["*"], ["198.18.0.0/16"]], [True, True], "198.18.3.4") == (1, 0)
    assert selection.by_address([["*"], ["198.18.0.0/16"]], [True, True], "10.0.0.1") == (0,)
    assert selection.by_address([["*"], ["198.18.0.0/16"]], [True, False], "198.18.3.4")[0] == 0
    assert selection.by_address([["198.18.0.0/16"]], [True], "10.0.0.1") == ()
