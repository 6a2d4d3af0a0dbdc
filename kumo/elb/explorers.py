"""The explorers of Elastic Load Balancing: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Toggle
from kumo.elb.model import balancing, cross_zone
from kumo.elb.view import balancing as balancing_view
from kumo.elb.view import cross_zone as cross_zone_view
from kumo.elb.words import balancing as balancing_words
from kumo.elb.words import cross_zone as cross_zone_words


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


class CrossZone(Explorer):
    """Uneven zones behind one load balancer: what each target gets with and without cross-zone balancing."""

    words = cross_zone_words
    view = cross_zone_view

    a = Range(
        cross_zone_words.TARGETS.format(name="a"),
        default=2,
        low=1,
        high=10,
        unit=cross_zone_words.UNITS,
        help=cross_zone_words.TARGETS_HELP.format(name="a"),
    )
    b = Range(
        cross_zone_words.TARGETS.format(name="b"),
        default=8,
        low=1,
        high=10,
        unit=cross_zone_words.UNITS,
        help=cross_zone_words.TARGETS_HELP.format(name="b"),
    )
    c = Range(
        cross_zone_words.TARGETS.format(name="c"),
        default=0,
        low=0,
        high=10,
        unit=cross_zone_words.UNITS,
        help=cross_zone_words.THIRD_HELP,
    )
    cross = Toggle(cross_zone_words.CROSS, default=False, help=cross_zone_words.CROSS_HELP)
    down = Choice(cross_zone_words.DOWN, cross_zone_words.DOWN_OPTIONS, default="none", help=cross_zone_words.DOWN_HELP)
    load = Range(
        cross_zone_words.LOAD,
        default=400,
        low=50,
        high=1000,
        step=50,
        unit=cross_zone_words.PER_SECOND,
        help=cross_zone_words.LOAD_HELP,
    )
    capacity = Range(
        cross_zone_words.CAPACITY,
        default=60,
        low=20,
        high=200,
        step=10,
        unit=cross_zone_words.PER_SECOND,
        help=cross_zone_words.CAPACITY_HELP,
    )
    seed = Range(cross_zone_words.SEED, default=1, low=1, high=99, help=cross_zone_words.SEED_HELP)

    def simulate(self) -> cross_zone.CrossZoneTrace:
        return cross_zone.spread(
            (self.a, self.b, self.c),
            self.down,
            cross=self.cross,
            load=self.load,
            capacity=self.capacity,
            seed=self.seed,
        )
