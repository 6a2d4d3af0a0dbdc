"""The explorers of Elastic Load Balancing: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core import facts
from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle
from kumo.elb.model import balancing, chooser, cross_zone, health, listener_rules, sticky
from kumo.elb.view import balancing as balancing_view
from kumo.elb.view import chooser as chooser_view
from kumo.elb.view import cross_zone as cross_zone_view
from kumo.elb.view import health as health_view
from kumo.elb.view import listener_rules as listener_rules_view
from kumo.elb.view import sticky as sticky_view
from kumo.elb.words import balancing as balancing_words
from kumo.elb.words import chooser as chooser_words
from kumo.elb.words import cross_zone as cross_zone_words
from kumo.elb.words import health as health_words
from kumo.elb.words import listener_rules as listener_rules_words
from kumo.elb.words import sticky as sticky_words


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
        cross_zone_words.TARGETS.format(name="A"),
        default=2,
        low=1,
        high=10,
        unit=cross_zone_words.UNITS,
        help=cross_zone_words.TARGETS_HELP.format(name="A"),
    )
    b = Range(
        cross_zone_words.TARGETS.format(name="B"),
        default=8,
        low=1,
        high=10,
        unit=cross_zone_words.UNITS,
        help=cross_zone_words.TARGETS_HELP.format(name="B"),
    )
    c = Range(
        cross_zone_words.TARGETS.format(name="C"),
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
            self.down.upper(),
            cross=self.cross,
            load=self.load,
            capacity=self.capacity,
            seed=self.seed,
        )


class ListenerRules(Explorer):
    """A request before the rules of a listener: which one takes it, and why the others do not."""

    words = listener_rules_words
    view = listener_rules_view

    rules = Text(
        listener_rules_words.RULES,
        default=listener_rules_words.DEFAULT_RULES,
        max_length=1500,
        lines=7,
        check=listener_rules_words.wanted_rules,
        examples=listener_rules_words.EXAMPLE_RULES,
        help=listener_rules_words.RULES_HELP,
    )
    request = Text(
        listener_rules_words.REQUEST,
        default=listener_rules_words.DEFAULT_REQUEST,
        # An address of usual length would not be seen whole in an input of one line.
        lines=2,
        check=listener_rules_words.wanted_request,
        examples=listener_rules_words.EXAMPLE_REQUESTS,
        help=listener_rules_words.REQUEST_HELP,
    )
    headers = Text(
        listener_rules_words.HEADERS,
        default=listener_rules_words.DEFAULT_HEADERS,
        max_length=400,
        lines=2,
        check=listener_rules_words.wanted_headers,
        examples=listener_rules_words.EXAMPLE_HEADERS,
        help=listener_rules_words.HEADERS_HELP,
    )
    source = Text(
        listener_rules_words.FROM,
        default="203.0.113.9",
        max_length=45,
        check=listener_rules_words.wanted_source,
        examples=listener_rules_words.EXAMPLE_SOURCES,
        help=listener_rules_words.FROM_HELP,
    )

    def simulate(self) -> listener_rules.RulesTrace:
        return listener_rules.judge(self.rules, listener_rules.request_of(self.request, self.headers, self.source))


class LoadBalancerChooser(Explorer):
    """Requirements that exclude types of load balancer one after the other."""

    words = chooser_words
    view = chooser_view

    needs = Choices(
        chooser_words.NEEDS,
        chooser_words.NEEDS_OPTIONS,
        default=("routing", "static-ip", "waf"),
        help=chooser_words.NEEDS_HELP,
    )

    def simulate(self) -> chooser.ChoiceTrace:
        return chooser.choose(self.needs)


class HealthAndDraining(Explorer):
    """A target that fails, is taken out, returns slowly, and is deregistered, on one time line."""

    words = health_words
    view = health_view

    interval = Range(
        health_words.INTERVAL,
        default=facts.value("elb.check-interval"),
        low=10,
        high=60,
        step=5,
        unit=health_words.SECONDS,
        help=health_words.INTERVAL_HELP,
    )
    timeout = Range(
        health_words.TIMEOUT,
        default=facts.value("elb.check-timeout"),
        low=2,
        high=9,
        unit=health_words.SECONDS,
        help=health_words.TIMEOUT_HELP,
    )
    unhealthy = Range(
        health_words.UNHEALTHY_AFTER,
        default=facts.value("elb.unhealthy-threshold"),
        low=facts.value("elb.threshold-min"),
        high=facts.value("elb.threshold-max"),
        unit=health_words.TIMES,
        help=health_words.UNHEALTHY_AFTER_HELP,
    )
    healthy = Range(
        health_words.HEALTHY_AFTER,
        default=facts.value("elb.healthy-threshold"),
        low=facts.value("elb.threshold-min"),
        high=facts.value("elb.threshold-max"),
        unit=health_words.TIMES,
        help=health_words.HEALTHY_AFTER_HELP,
    )
    symptom = Choice(health_words.SYMPTOM, health_words.SYMPTOM_OPTIONS, default="hang", help=health_words.SYMPTOM_HELP)
    offset = Range(
        health_words.OFFSET,
        default=20,
        low=0,
        high=90,
        step=10,
        unit=health_words.PERCENT,
        help=health_words.OFFSET_HELP,
    )
    outage = Range(
        health_words.OUTAGE,
        default=180,
        low=30,
        high=600,
        step=30,
        unit=health_words.SECONDS,
        help=health_words.OUTAGE_HELP,
    )
    slow_start = Range(
        health_words.SLOW_START,
        default=120,
        low=0,
        high=600,
        step=facts.value("elb.slow-start-min"),
        unit=health_words.SECONDS,
        help=health_words.SLOW_START_HELP,
    )
    delay = Range(
        health_words.DELAY,
        default=facts.value("elb.deregistration-delay"),
        low=0,
        high=600,
        step=30,
        unit=health_words.SECONDS,
        help=health_words.DELAY_HELP,
    )
    remaining = Range(
        health_words.REMAINING,
        default=120,
        low=0,
        high=600,
        step=30,
        unit=health_words.SECONDS,
        help=health_words.REMAINING_HELP,
    )

    def simulate(self) -> health.HealthTrace:
        return health.live(
            health.Settings(
                self.interval,
                self.timeout,
                self.unhealthy,
                self.healthy,
                self.symptom == "hang",
                self.interval * self.offset // 100,
                self.outage,
                self.slow_start,
                self.delay,
                self.remaining,
            )
        )


class StickySessions(Explorer):
    """Users who are bound to their targets by cookies while targets are added."""

    words = sticky_words
    view = sticky_view

    kind = Choice(sticky_words.KIND, sticky_words.KIND_OPTIONS, default=sticky.LB_COOKIE, help=sticky_words.KIND_HELP)
    duration = Choice(
        sticky_words.LASTING,
        sticky_words.LASTING_OPTIONS,
        default=str(facts.value("elb.stickiness-default")),
        help=sticky_words.LASTING_HELP,
    )
    gap = Range(
        sticky_words.GAP,
        default=30,
        low=20,
        high=300,
        step=10,
        unit=sticky_words.SECONDS,
        help=sticky_words.GAP_HELP,
    )
    length = Range(
        sticky_words.LENGTH,
        default=30,
        low=5,
        high=60,
        step=5,
        unit=sticky_words.MINUTES,
        help=sticky_words.LENGTH_HELP,
    )
    before = Range(
        sticky_words.BEFORE, default=2, low=1, high=4, unit=sticky_words.UNITS, help=sticky_words.BEFORE_HELP
    )
    added = Range(sticky_words.ADDED, default=2, low=1, high=4, unit=sticky_words.UNITS, help=sticky_words.ADDED_HELP)
    seed = Range(sticky_words.SEED, default=1, low=1, high=99, help=sticky_words.SEED_HELP)

    def simulate(self) -> sticky.StickyTrace:
        settings = sticky.Settings(
            self.kind, int(self.duration), self.gap, self.length * sticky.MINUTE, self.before, self.added
        )
        return sticky.run(settings, seed=self.seed)
