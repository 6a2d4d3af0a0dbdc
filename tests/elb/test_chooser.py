"""The choice of a load balancer: monotone, complete, and the cases that AWS's own pages name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.elb.explorers import LoadBalancerChooser
from kumo.elb.model.chooser import CHAIN, LIMITED, NO, TYPES, YES, choose, needs
from kumo.elb.words import chooser as words

KEYS = st.lists(st.sampled_from(list(needs())), unique=True)


def test_every_row_is_complete() -> None:
    for need in needs().values():
        assert set(need.support) == {*TYPES, CHAIN}
        assert set(need.support.values()) <= {YES, LIMITED, NO}
        assert set(need.notes) <= set(TYPES)
        assert need.source.startswith("https://docs.aws.amazon.com/")
        # A condition that is not named helps nobody, and a requirement that all satisfy excludes nothing.
        assert all(kind in need.notes for kind in TYPES if need.support[kind] == LIMITED)
        assert NO in need.support.values()


@given(KEYS)
def test_what_remains_satisfies_everything_and_nothing_else_does(keys: list[str]) -> None:
    trace = choose(keys)
    for kind in TYPES:
        fits = all(needs()[key].support[kind] != NO for key in keys)
        assert (kind in trace.remaining) == fits == (trace.out_at(kind) is None)
    assert trace.chained == (not trace.remaining and all(needs()[key].support[CHAIN] != NO for key in keys))


@given(KEYS, st.randoms(use_true_random=False))
def test_the_order_of_requirements_decides_nothing(keys: list[str], dice: object) -> None:
    shuffled = list(keys)
    dice.shuffle(shuffled)
    one, other = choose(keys), choose(shuffled)
    assert (one.remaining, one.chained) == (other.remaining, other.chained)


@given(KEYS, st.sampled_from(list(needs())))
def test_one_more_requirement_never_brings_a_type_back(keys: list[str], more: str) -> None:
    assert set(choose([*keys, more]).remaining) <= set(choose(keys).remaining)


@pytest.mark.parametrize("key", list(needs()))
def test_the_chain_can_do_what_its_application_load_balancer_does_except_at_the_entrance(key: str) -> None:
    """A chain adds a Network Load Balancer in front: it loses nothing that the other one has."""
    support = needs()[key].support
    if support["alb"] != NO:
        assert support[CHAIN] != NO
    if support["alb"] == support["nlb"] == NO:
        assert support[CHAIN] == NO


@pytest.mark.parametrize(
    ("keys", "remaining", "chained"),
    [
        ([], TYPES, False),
        (["routing", "waf", "lambda"], ("alb",), False),
        (["udp", "static-ip"], ("nlb",), False),
        (["appliance"], ("glb",), False),
        (["tcp"], ("nlb", "clb"), False),
        (["routing", "static-ip"], (), True),
        (["routing", "privatelink", "waf"], (), True),
        (["routing", "passthrough"], (), False),
        (["udp", "lambda"], (), False),
    ],
)
def test_known_choices(keys: list[str], remaining: tuple[str, ...], chained: bool) -> None:  # noqa: FBT001 -- a case
    trace = choose(keys)
    assert (trace.remaining, trace.chained) == (remaining, chained)


@given(KEYS)
def test_words_name_what_remains(keys: list[str]) -> None:
    trace = choose(keys)
    explanation = words.explanation(trace)
    if keys and trace.remaining:
        assert all(words.SHORT[kind] in explanation.point for kind in trace.remaining)
    assert explanation.point.count("。") == 1
    parts = "".join(words.chain_parts(trace))
    assert all(need.name in parts for need in trace.needs) == bool(parts or not keys)


def test_the_whole_comparison_has_a_row_for_each_requirement() -> None:
    assert [row[words.NEEDS] for row in words.comparison()] == list(
        LoadBalancerChooser.declared["needs"].options.values()
    )
