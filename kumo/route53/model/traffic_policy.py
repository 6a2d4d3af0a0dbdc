"""One query on its way down the tree of a traffic policy's rules.

The rules choose as records with the same routing policy do (`selection`), over places and travel times of
`geography`. A branch that Route 53 does not watch (see `policy_document`) counts as healthy; one that leads to an
endpoint while the endpoint works; one that leads to a rule while one of that rule's branches is healthy. So a rule
whose branches have all failed is left out by the rule above it, if that has another choice.

Assumed: a health check on a branch that leads to a rule watches what lies below it.

Not modelled: versions of a policy, policy records and their price, caches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.streams import stream
from kumo.route53.model import geography, selection
from kumo.route53.model.policy_document import FAILOVER, GEO, LATENCY, MULTIVALUE, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Collection
    from random import Random

    from kumo.route53.model.geography import Client
    from kumo.route53.model.policy_document import Branch, Endpoint, Policy, Rule


@dataclass(frozen=True)
class Step:
    """One rule on the way of the query.

    Attributes
    ----------
    rule : Rule
        The rule.
    chosen : tuple of int
        The branches it takes: one, several for a multivalue answer, none for "no answer".
    healthy : tuple of bool
        What Route 53 holds of each branch.
    measures : tuple of float
        What a latency rule (ms) or a geoproximity rule (biased km) compares; empty otherwise.

    """

    rule: Rule
    chosen: tuple[int, ...]
    healthy: tuple[bool, ...]
    measures: tuple[float, ...] = ()


@dataclass(frozen=True)
class FlowTrace:
    """One query through a policy.

    Attributes
    ----------
    policy : Policy
        See there.
    client : Client
        Who asks.
    broken : frozenset of str
        Endpoints that do not work.
    unknown : tuple of str
        Names among those given as broken that the policy does not know.
    steps : tuple of Step
        From the start to the last rule.
    answer : tuple of Endpoint
        Empty for "no answer".

    """

    policy: Policy
    client: Client
    broken: frozenset[str]
    unknown: tuple[str, ...]
    steps: tuple[Step, ...]
    answer: tuple[Endpoint, ...]

    @property
    def failing(self) -> tuple[Endpoint, ...]:
        """Endpoints of the answer that do not work."""
        return tuple(endpoint for endpoint in self.answer if endpoint.name in self.broken)


def follow(policy: Policy, client: Client, broken: Collection[str], *, seed: int = 1) -> FlowTrace:
    """Send one query of `client` down the tree while the endpoints of the names in `broken` do not work."""
    dice = stream(seed, "weights")
    known = frozenset(name for name in broken if name in policy.endpoints)
    steps: list[Step] = []
    here: list[Branch] = [policy.start]
    while here and here[0].to_rule:
        step = _step(policy, policy.rules[here[0].target], client, known, dice)
        steps.append(step)
        here = [step.rule.branches[index] for index in step.chosen]
    answer = tuple(policy.endpoints[branch.target] for branch in here)
    unknown = tuple(sorted(set(broken) - known))
    return FlowTrace(policy, client, known, unknown, tuple(steps), answer)


def healthy(policy: Policy, branch: Branch, broken: Collection[str]) -> bool:
    """Return what Route 53 holds of a branch. See the module."""
    if not branch.watched:
        return True
    if branch.to_rule:
        return any(healthy(policy, onward, broken) for onward in policy.rules[branch.target].branches)
    return branch.target not in broken


def _step(policy: Policy, rule: Rule, client: Client, broken: Collection[str], dice: Random) -> Step:
    well = tuple(healthy(policy, branch, broken) for branch in rule.branches)
    if rule.type == FAILOVER:
        return Step(rule, (0 if selection.by_role(*well) else 1,), well)
    if rule.type == WEIGHTED:
        return Step(rule, (selection.by_weight([branch.weight for branch in rule.branches], well, dice),), well)
    if rule.type == MULTIVALUE:
        return Step(rule, tuple(selection.several(well, dice)), well)
    if rule.type == GEO:
        places = [frozenset({branch.place}) for branch in rule.branches]
        return Step(rule, selection.by_location(places, well, client.country, client.continent)[:1], well)
    measures = tuple(_measure(rule.type, branch, client) for branch in rule.branches)
    return Step(rule, (selection.nearest(measures, well),), well, measures)


def _measure(kind: str, branch: Branch, client: Client) -> float:
    if branch.position is None:
        raise AssertionError("a checked branch of a latency or geoproximity rule has a position")
    kilometres = geography.distance(client.position, branch.position)
    return geography.round_trip(kilometres) if kind == LATENCY else selection.biased(kilometres, branch.bias)
