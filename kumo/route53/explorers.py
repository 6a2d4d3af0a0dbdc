"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core import facts
from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle
from kumo.route53.model import (
    failover,
    geography,
    hosted_zone,
    policies,
    policy_document,
    policy_records,
    record_change,
    recovery_control,
    resolution,
    resolver_rules,
    routing,
    traffic_policy,
)
from kumo.route53.model.names import absolute
from kumo.route53.model.records import TYPES
from kumo.route53.view import failover as failover_view
from kumo.route53.view import hosted_zone as hosted_zone_view
from kumo.route53.view import name_resolution as name_resolution_view
from kumo.route53.view import record_change as record_change_view
from kumo.route53.view import recovery_control as recovery_control_view
from kumo.route53.view import resolver_rules as resolver_rules_view
from kumo.route53.view import routing as routing_view
from kumo.route53.view import traffic_flow as traffic_flow_view
from kumo.route53.words import failover as failover_words
from kumo.route53.words import hosted_zone as hosted_zone_words
from kumo.route53.words import name_resolution as name_resolution_words
from kumo.route53.words import places as places_words
from kumo.route53.words import record_change as record_change_words
from kumo.route53.words import recovery_control as recovery_control_words
from kumo.route53.words import resolver_rules as resolver_rules_words
from kumo.route53.words import routing as routing_words
from kumo.route53.words import traffic_flow as traffic_flow_words


class NameResolution(Explorer):
    """A name looked up from the root to Route 53, with what caches spare of the way."""

    words = name_resolution_words
    view = name_resolution_view

    name = Text(
        name_resolution_words.NAME,
        default="www.example.com",
        max_length=80,
        check=name_resolution_words.wanted_name,
        examples=("shop.example.com", "www.dev.example.com", "nope.example.com", "example.org", "a.very.long.name.dev"),
        help=name_resolution_words.NAME_HELP,
    )
    earlier = Choice(
        name_resolution_words.EARLIER,
        name_resolution_words.EARLIERS,
        default=resolution.NOBODY,
        help=name_resolution_words.EARLIER_HELP,
    )
    elapsed = Choice(
        name_resolution_words.ELAPSED,
        name_resolution_words.ELAPSEDS,
        default="180",
        help=name_resolution_words.ELAPSED_HELP,
    )
    ttl = Range(
        name_resolution_words.TTL,
        default=300,
        low=60,
        high=86_400,
        step=60,
        unit=name_resolution_words.SECONDS,
        help=name_resolution_words.TTL_HELP,
    )
    delegated = Toggle(name_resolution_words.DELEGATED, default=False, help=name_resolution_words.DELEGATED_HELP)

    def simulate(self) -> resolution.ResolutionTrace:
        return resolution.look_up(self.name, self.ttl, self.earlier, int(self.elapsed), delegated=self.delegated)


class RecordChange(Explorer):
    """A record changes, and many caches notice one after the other."""

    words = record_change_words
    view = record_change_view

    change = Choice(
        record_change_words.CHANGE,
        record_change_words.CHANGES,
        default=record_change.VALUE,
        help=record_change_words.CHANGE_HELP,
    )
    ttl = Range(
        record_change_words.TTL,
        default=3600,
        low=60,
        high=7200,
        step=60,
        unit=record_change_words.SECONDS,
        help=record_change_words.TTL_HELP,
    )
    negative = Range(
        record_change_words.NEGATIVE,
        default=facts.value("route53.soa-ttl"),
        low=10,
        high=3600,
        step=10,
        unit=record_change_words.SECONDS,
        help=record_change_words.NEGATIVE_HELP,
    )
    lead = Range(
        record_change_words.LEAD,
        default=0,
        low=0,
        high=7200,
        step=60,
        unit=record_change_words.SECONDS,
        help=record_change_words.LEAD_HELP,
    )
    low = Range(
        record_change_words.LOW,
        default=60,
        low=10,
        high=600,
        step=10,
        unit=record_change_words.SECONDS,
        help=record_change_words.LOW_HELP,
    )
    propagation = Range(
        record_change_words.PROPAGATION,
        default=facts.value("route53.propagation"),
        low=0,
        high=120,
        step=10,
        unit=record_change_words.SECONDS,
        help=record_change_words.PROPAGATION_HELP,
    )
    share = Range(
        record_change_words.SHARE,
        default=0,
        low=0,
        high=50,
        step=5,
        unit=record_change_words.PERCENT,
        help=record_change_words.SHARE_HELP,
    )
    clients = Range(
        record_change_words.CLIENTS,
        default=60,
        low=20,
        high=200,
        step=20,
        unit=record_change_words.MACHINES,
        help=record_change_words.CLIENTS_HELP,
    )
    seed = Range(record_change_words.SEED, default=1, low=1, high=50, help=record_change_words.SEED_HELP)

    def simulate(self) -> record_change.ChangeTrace:
        made = self.change == record_change.NEW
        plan = record_change.Plan(
            self.negative if made else self.ttl, 0 if made else self.lead, self.low, self.propagation
        )
        return record_change.change(plan, self.change, self.clients, self.share, self.seed)


class HostedZone(Explorer):
    """A hosted zone as text: its record sets, what Route 53 would refuse, and the answer to a query."""

    words = hosted_zone_words
    view = hosted_zone_view

    origin = Text(
        hosted_zone_words.ORIGIN,
        default="example.com",
        max_length=60,
        check=hosted_zone_words.wanted_origin,
        examples=("shop.example.co.jp", "webservice.example."),
        help=hosted_zone_words.ORIGIN_HELP,
    )
    text = Text(
        hosted_zone_words.TEXT,
        default=hosted_zone_words.TEXT_DEFAULT,
        max_length=1500,
        lines=8,
        check=hosted_zone_words.wanted_text,
        examples=hosted_zone_words.TEXT_EXAMPLES,
        help=hosted_zone_words.TEXT_HELP,
    )
    name = Text(
        hosted_zone_words.NAME,
        default="www",
        max_length=100,
        check=hosted_zone_words.wanted_name,
        examples=("@", "x.dev", "nope", "www.example.org.", "a.sub"),
        help=hosted_zone_words.NAME_HELP,
    )
    kind = Choice(hosted_zone_words.KIND, {kind: kind for kind in TYPES}, default="A", help=hosted_zone_words.KIND_HELP)

    def simulate(self) -> hosted_zone.HostedZoneTrace:
        return hosted_zone.look_up(self.text, self.origin, self.name, self.kind)


class ResolverRules(Explorer):
    """A VPC joined to an on-premises network: which rule, zone or server answers a name."""

    words = resolver_rules_words
    view = resolver_rules_view

    asker = Choice(
        resolver_rules_words.ASKER,
        resolver_rules_words.ASKERS,
        default=resolver_rules.EC2,
        help=resolver_rules_words.ASKER_HELP,
    )
    name = Text(
        resolver_rules_words.NAME,
        default="files.corp.example.com",
        max_length=80,
        check=resolver_rules_words.wanted_name,
        examples=("www.example.com", "mail.example.com", "api.aws.example.com", "www.example.net"),
        help=resolver_rules_words.NAME_HELP,
    )
    rules = Text(
        resolver_rules_words.RULES,
        default=resolver_rules_words.RULES_DEFAULT,
        max_length=300,
        lines=4,
        check=resolver_rules_words.wanted_rules,
        examples=resolver_rules_words.RULES_EXAMPLES,
        help=resolver_rules_words.RULES_HELP,
    )
    zones = Choices(
        resolver_rules_words.ZONES,
        {domain: domain for domain in ("example.com", "aws.example.com")},
        default=("example.com", "aws.example.com"),
        help=resolver_rules_words.ZONES_HELP,
    )
    endpoints = Choices(
        resolver_rules_words.ENDPOINTS,
        resolver_rules_words.ENDPOINT_OPTIONS,
        default=(resolver_rules.INBOUND, resolver_rules.OUTBOUND),
        help=resolver_rules_words.ENDPOINTS_HELP,
    )
    forwarded = Choice(
        resolver_rules_words.FORWARDED,
        resolver_rules_words.FORWARDEDS,
        default="aws.example.com",
        help=resolver_rules_words.FORWARDED_HELP,
    )
    dns = Toggle(resolver_rules_words.DNS, default=True, help=resolver_rules_words.DNS_HELP)

    def simulate(self) -> resolver_rules.RulesTrace:
        setting = resolver_rules.Setting(
            rules=resolver_rules.read_rules(self.rules),
            zones=tuple(absolute(zone) for zone in self.zones),
            dns=self.dns,
            inbound=resolver_rules.INBOUND in self.endpoints,
            outbound=resolver_rules.OUTBOUND in self.endpoints,
            forwarded="" if self.forwarded == "none" else absolute(self.forwarded),
        )
        return resolver_rules.resolve(setting, self.asker, absolute(self.name))


class RecoveryControl(Explorer):
    """Routing controls of two Regions, the safety rules that guard them, and where users are sent."""

    words = recovery_control_words
    view = recovery_control_view

    script = Text(
        recovery_control_words.SCRIPT,
        default=recovery_control_words.SCRIPT_DEFAULT,
        max_length=400,
        lines=5,
        check=recovery_control_words.wanted_script,
        examples=recovery_control_words.SCRIPT_EXAMPLES,
        help=recovery_control_words.SCRIPT_HELP,
    )
    at_least = Range(
        recovery_control_words.AT_LEAST,
        default=1,
        low=0,
        high=len(recovery_control.CELLS),
        unit=recovery_control_words.PLACES,
        help=recovery_control_words.AT_LEAST_HELP,
    )
    wait = Range(
        recovery_control_words.WAIT,
        default=facts.value("route53.safety-wait"),
        low=0,
        high=60,
        unit=recovery_control_words.SECONDS,
        help=recovery_control_words.WAIT_HELP,
    )
    gated = Toggle(recovery_control_words.GATED_LABEL, default=False, help=recovery_control_words.GATED_HELP)
    broken = Range(
        recovery_control_words.BROKEN,
        default=30,
        low=0,
        high=recovery_control.END,
        unit=recovery_control_words.SECONDS,
        help=recovery_control_words.BROKEN_HELP,
    )

    def simulate(self) -> recovery_control.RecoveryTrace:
        rules = recovery_control.Rules(self.at_least, self.wait, self.gated)
        return recovery_control.rehearse(recovery_control.read_script(self.script), rules, self.broken)


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
        found, _ = policy_records.read(self.records)
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
