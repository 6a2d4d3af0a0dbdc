"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle
from kumo.route53.model import records, routing
from kumo.route53.view import routing as routing_view
from kumo.route53.words import places as places_words
from kumo.route53.words import routing as routing_words


class RoutingPolicies(Explorer):
    """The same records under each routing policy: which Region answers a thousand queries from ten cities."""

    words = routing_words
    view = routing_view

    policy = Choice(
        routing_words.POLICY, routing_words.POLICIES, default=routing.LATENCY, help=routing_words.POLICY_HELP
    )
    records = Text(
        routing_words.RECORDS,
        default=routing_words.DEFAULT_RECORDS,
        max_length=1200,
        lines=6,
        check=routing_words.check,
        examples=routing_words.EXAMPLES,
        help=routing_words.RECORDS_HELP,
    )
    unhealthy = Choices(routing_words.UNHEALTHY, places_words.REGIONS, help=routing_words.UNHEALTHY_HELP)
    checks = Toggle(routing_words.CHECKS, default=True, help=routing_words.CHECKS_HELP)
    slow = Choice(
        routing_words.SLOW, routing_words.SLOW_OPTIONS, default=routing.NO_SLOW_REGION, help=routing_words.SLOW_HELP
    )
    seed = Range(routing_words.SEED, default=1, low=1, high=99, help=routing_words.SEED_HELP)

    def simulate(self) -> routing.RoutingTrace:
        found, _ = records.read(self.records)
        return routing.route(self.policy, found, self.unhealthy, checks=self.checks, slow=self.slow, seed=self.seed)
