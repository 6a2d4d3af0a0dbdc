"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core import facts
from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle
from kumo.route53.model import failover, geography, policies, policy_document, records, routing, traffic_policy
from kumo.route53.view import failover as failover_view
from kumo.route53.view import routing as routing_view
from kumo.route53.view import traffic_flow as traffic_flow_view
from kumo.route53.words import failover as failover_words
from kumo.route53.words import places as places_words
from kumo.route53.words import routing as routing_words
from kumo.route53.words import traffic_flow as traffic_flow_words


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


class TrafficFlow(Explorer):
    """A traffic policy in Route 53's own format as a tree, and the way of one query down it."""

    words = traffic_flow_words
    view = traffic_flow_view

    preset = Choice(
        traffic_flow_words.PRESET,
        traffic_flow_words.PRESETS,
        default=policies.OWN,
        help=traffic_flow_words.PRESET_HELP,
    )
    client = Choice(
        traffic_flow_words.CLIENT,
        traffic_flow_words.CLIENT_OPTIONS,
        default="fukuoka",
        help=traffic_flow_words.CLIENT_HELP,
    )
    broken = Text(
        traffic_flow_words.BROKEN,
        default="",
        max_length=400,
        check=traffic_flow_words.check_names,
        examples=("tokyo-main", "tokyo-main, tokyo-spare", "tokyo-1, us-blue, closed, mars"),
        help=traffic_flow_words.BROKEN_HELP,
    )
    document = Text(
        traffic_flow_words.DOCUMENT,
        default=policies.BY_PLACE,
        max_length=6000,
        lines=14,
        check=traffic_flow_words.check,
        examples=tuple(policies.PRESETS.values()),
        help=traffic_flow_words.DOCUMENT_HELP,
    )
    seed = Range(traffic_flow_words.SEED, default=1, low=1, high=99, help=traffic_flow_words.SEED_HELP)

    def simulate(self) -> traffic_policy.FlowTrace:
        policy, _ = policy_document.read(policies.PRESETS.get(self.preset, self.document))
        if policy is None:
            raise AssertionError("presets and checked documents have a policy")
        client = next(client for client in geography.CLIENTS if client.key == self.client)
        return traffic_policy.follow(policy, client, traffic_flow_words.names_of(self.broken), seed=self.seed)


class FailoverInTime(Explorer):
    """An outage second by second: health checks, the answer of Route 53, caches, and what users see."""

    words = failover_words
    view = failover_view

    interval = Choice(
        failover_words.INTERVAL, failover_words.INTERVAL_OPTIONS, default="30", help=failover_words.INTERVAL_HELP
    )
    threshold = Range(
        failover_words.THRESHOLD,
        default=facts.value("route53.failure-threshold"),
        low=1,
        high=facts.value("route53.failure-threshold-highest"),
        unit=failover_words.TIMES,
        help=failover_words.THRESHOLD_HELP,
    )
    symptom = Choice(
        failover_words.SYMPTOM, failover_words.SYMPTOM_OPTIONS, default="silent", help=failover_words.SYMPTOM_HELP
    )
    ttl = Range(
        failover_words.TTL,
        default=facts.value("route53.ttl-with-checks"),
        low=0,
        high=300,
        step=30,
        unit=failover_words.SECONDS,
        help=failover_words.TTL_HELP,
    )
    client_cache = Range(
        failover_words.CACHE,
        default=30,
        low=0,
        high=300,
        step=30,
        unit=failover_words.SECONDS,
        help=failover_words.CACHE_HELP,
    )
    outage = Range(
        failover_words.OUTAGE,
        default=6,
        low=1,
        high=15,
        unit=failover_words.MINUTES,
        help=failover_words.OUTAGE_HELP,
    )
    seed = Range(failover_words.SEED, default=1, low=1, high=99, help=failover_words.SEED_HELP)

    def simulate(self) -> failover.FailoverTrace:
        settings = failover.Settings(
            interval=int(self.interval) * failover.SECOND,
            threshold=self.threshold,
            timeout=failover.TIMEOUT if self.symptom == "silent" else 0,
            ttl=self.ttl * failover.SECOND,
            client_cache=self.client_cache * failover.SECOND,
            outage=self.outage * 60 * failover.SECOND,
        )
        return failover.simulate(settings, failover.phases(settings, self.seed))
