"""The explorers of Elastic Load Balancing: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range
from kumo.elb.model import balancing
from kumo.elb.view import balancing as balancing_view
from kumo.elb.words import balancing as balancing_words


class Balancing(Explorer):
    """One traffic under five algorithms: queues at four targets, times to answer, shares."""

    words = balancing_words
    view = balancing_view

    policy = Choice(
        balancing_words.POLICY,
        balancing_words.POLICY_OPTIONS,
        default=balancing.ROUND_ROBIN,
        help=balancing_words.POLICY_HELP,
    )
    trouble = Choice(
        balancing_words.TROUBLE,
        balancing_words.TROUBLE_OPTIONS,
        default=balancing.SLOW,
        help=balancing_words.TROUBLE_HELP,
    )
    rate = Range(
        balancing_words.RATE,
        default=8,
        low=1,
        high=14,
        unit=balancing_words.PER_SECOND,
        help=balancing_words.RATE_HELP,
    )
    workers = Range(
        balancing_words.WORKERS,
        default=1,
        low=1,
        high=4,
        unit=balancing_words.REQUESTS,
        help=balancing_words.WORKERS_HELP,
    )
    flows = Range(
        balancing_words.FLOWS,
        default=12,
        low=1,
        high=100,
        unit=balancing_words.CONNECTIONS,
        help=balancing_words.FLOWS_HELP,
    )
    weight = Range(
        balancing_words.WEIGHT,
        default=10,
        low=0,
        high=100,
        step=5,
        unit=balancing_words.PERCENT,
        help=balancing_words.WEIGHT_HELP,
    )
    seed = Range(balancing_words.SEED, default=1, low=1, high=99, help=balancing_words.SEED_HELP)

    def simulate(self) -> balancing.BalancingTrace:
        return balancing.compare(
            self.policy, self.trouble, self.rate, self.workers, self.flows, self.weight, seed=self.seed
        )
