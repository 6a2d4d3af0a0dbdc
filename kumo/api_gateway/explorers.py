"""The explorers of Amazon API Gateway: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.api_gateway.model import (
    api_map,
    api_types,
    architecture,
    authorizers,
    caching,
    canary,
    request_journey,
    route_selection,
    throttling_chain,
    token_bucket,
)
from kumo.api_gateway.view import api_chooser as api_chooser_view
from kumo.api_gateway.view import api_map as api_map_view
from kumo.api_gateway.view import architecture as architecture_view
from kumo.api_gateway.view import authorizers as authorizers_view
from kumo.api_gateway.view import caching as caching_view
from kumo.api_gateway.view import canary as canary_view
from kumo.api_gateway.view import request_journey as request_journey_view
from kumo.api_gateway.view import route_selection as route_selection_view
from kumo.api_gateway.view import throttling as throttling_view
from kumo.api_gateway.view import throttling_chain as throttling_chain_view
from kumo.api_gateway.words import api_chooser as api_chooser_words
from kumo.api_gateway.words import api_map as api_map_words
from kumo.api_gateway.words import api_types as api_types_words
from kumo.api_gateway.words import architecture as architecture_words
from kumo.api_gateway.words import authorizers as authorizers_words
from kumo.api_gateway.words import caching as caching_words
from kumo.api_gateway.words import canary as canary_words
from kumo.api_gateway.words import request_journey as request_journey_words
from kumo.api_gateway.words import route_selection as route_selection_words
from kumo.api_gateway.words import throttling as throttling_words
from kumo.api_gateway.words import throttling_chain as throttling_chain_words
from kumo.core import facts
from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle


class Throttling(Explorer):
    """One token bucket against a base load and two spikes."""

    words = throttling_words
    view = throttling_view

    rate = Range(
        throttling_words.RATE,
        default=10,
        low=1,
        high=50,
        unit=throttling_words.REQUESTS_PER_SECOND,
        help=throttling_words.RATE_HELP,
    )
    burst = Range(
        throttling_words.BURST,
        default=20,
        low=1,
        high=100,
        unit=throttling_words.REQUESTS,
        help=throttling_words.BURST_HELP,
    )
    spike = Range(
        throttling_words.SPIKE,
        default=45,
        low=0,
        high=100,
        unit=throttling_words.REQUESTS,
        help=throttling_words.SPIKE_HELP,
    )
    gap = Range(
        throttling_words.GAP,
        default=3.0,
        low=0.5,
        high=4.5,
        step=0.5,
        unit=throttling_words.SECONDS,
        help=throttling_words.GAP_HELP,
    )
    load = Range(
        throttling_words.LOAD,
        default=5,
        low=0,
        high=40,
        unit=throttling_words.REQUESTS_PER_SECOND,
        help=throttling_words.LOAD_HELP,
    )
    arrivals = Choice(
        throttling_words.ARRIVALS,
        throttling_words.ARRIVALS_OPTIONS,
        default="even",
        help=throttling_words.ARRIVALS_HELP,
    )
    seed = Range(throttling_words.SEED, default=1, low=1, high=99, help=throttling_words.SEED_HELP)

    first_spike = token_bucket.SECOND
    duration = 6 * token_bucket.SECOND

    def simulate(self) -> token_bucket.ThrottlingTrace:
        base = token_bucket.base_load(self.load, self.duration, seed=self.seed if self.arrivals == "random" else None)
        again = self.first_spike + round(self.gap * token_bucket.SECOND)
        spikes = [(self.first_spike, self.spike), (again, self.spike)]
        return token_bucket.throttle(self.rate, self.burst, base, spikes, self.duration)


class Architectures(Explorer):
    """Typical constructions around an API, with the way of one request through each, step by step."""

    words = architecture_words
    view = architecture_view

    case = Choice(
        architecture_words.CASE, architecture_words.CASES, default="rest-edge", help=architecture_words.CASE_HELP
    )
    trouble = Toggle(architecture_words.TROUBLE, default=False, help=architecture_words.TROUBLE_HELP)

    def simulate(self) -> architecture.ArchitectureTrace:
        return architecture.walk(architecture.BY_KEY[self.case], trouble=self.trouble)


class Caching(Explorer):
    """The cache of a stage against random requests, changing data and clients that invalidate."""

    words = caching_words
    view = caching_view

    ttl = Range(
        caching_words.TTL,
        default=facts.value("api_gateway.cache-ttl-default"),
        low=0,
        high=facts.value("api_gateway.cache-ttl-maximum"),
        step=30,
        unit=caching_words.SECONDS,
        help=caching_words.TTL_HELP,
    )
    rate = Range(
        caching_words.RATE,
        default=6,
        low=1,
        high=12,
        unit=caching_words.PER_MINUTE,
        help=caching_words.RATE_HELP,
    )
    kinds = Range(caching_words.KEYS, default=4, low=1, high=8, unit=caching_words.KINDS, help=caching_words.KEYS_HELP)
    popularity = Choice(
        caching_words.POPULARITY,
        caching_words.POPULARITY_OPTIONS,
        default="skewed",
        help=caching_words.POPULARITY_HELP,
    )
    change = Range(
        caching_words.CHANGE,
        default=20,
        low=0,
        high=30,
        unit=caching_words.MINUTES,
        help=caching_words.CHANGE_HELP,
    )
    max_age_0 = Range(
        caching_words.MAX_AGE_0,
        default=5,
        low=0,
        high=100,
        step=5,
        unit=caching_words.PERCENT,
        help=caching_words.MAX_AGE_0_HELP,
    )
    handling = Choice(
        caching_words.HANDLING,
        caching_words.HANDLING_OPTIONS,
        default=caching.OPEN,
        help=caching_words.HANDLING_HELP,
    )
    permitted = Range(
        caching_words.PERMITTED,
        default=20,
        low=0,
        high=100,
        step=10,
        unit=caching_words.PERCENT,
        help=caching_words.PERMITTED_HELP,
    )
    flush = Toggle(caching_words.FLUSH, default=False, help=caching_words.FLUSH_HELP)
    seed = Range(caching_words.SEED, default=1, low=1, high=99, help=caching_words.SEED_HELP)

    duration = 60 * caching.MINUTE

    def simulate(self) -> caching.CachingTrace:
        flush = self.duration // 2 if self.flush else None
        settings = caching.CacheSettings(self.ttl, self.change, self.handling, flush)
        shares = caching.weights(self.kinds, skewed=self.popularity == "skewed")
        clients = caching.Clients(self.rate, shares, self.max_age_0 / 100, self.permitted / 100)
        coming = caching.arrivals(clients, self.duration, seed=self.seed)
        return caching.run(settings, clients, coming, self.duration)


class ApiChooser(Explorer):
    """Requirements that exclude REST, HTTP or WebSocket APIs one after the other."""

    words = api_chooser_words
    view = api_chooser_view

    needs = Choices(
        api_chooser_words.NEEDS,
        api_chooser_words.NEEDS_OPTIONS,
        default=("mtls", "waf"),
        help=api_chooser_words.NEEDS_HELP,
    )
    when = Choice(api_types_words.WHEN, api_types_words.WHEN_OPTIONS, default="today", help=api_types_words.WHEN_HELP)

    def simulate(self) -> api_types.ChooserTrace:
        return api_types.choose(self.needs, self.when)


class ThrottlingChain(Explorer):
    """Three levels of throttling in AWS's order: three clients, two methods, and an account shared with other APIs.

    Numbers are of real size, with the account's published defaults. One simulated request stands for
    `unit` real ones that arrive together, so that a frame takes milliseconds; every limit is a multiple of it.
    """

    words = throttling_chain_words
    view = throttling_chain_view

    unit = 125
    duration = 6 * token_bucket.SECOND

    free_load = Range(
        throttling_chain_words.FREE_LOAD,
        default=6000,
        low=0,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.LOAD_HELP,
    )
    standard_load = Range(
        throttling_chain_words.STANDARD_LOAD,
        default=2000,
        low=0,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.LOAD_HELP,
    )
    large_load = Range(
        throttling_chain_words.LARGE_LOAD,
        default=3000,
        low=0,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.LOAD_HELP,
    )
    others = Range(
        throttling_chain_words.OTHERS_LOAD,
        default=12000,
        low=0,
        high=20000,
        step=1000,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.OTHERS_HELP,
    )
    plans = Choices(
        throttling_chain_words.PLANS,
        throttling_chain_words.CLIENTS,
        default=tuple(throttling_chain_words.CLIENTS),
        help=throttling_chain_words.PLANS_HELP,
    )
    free_rate = Range(
        throttling_chain_words.FREE_RATE,
        default=1000,
        low=500,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.RATE_HELP,
    )
    standard_rate = Range(
        throttling_chain_words.STANDARD_RATE,
        default=3000,
        low=500,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.RATE_HELP,
    )
    large_rate = Range(
        throttling_chain_words.LARGE_RATE,
        default=5000,
        low=500,
        high=10000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.RATE_HELP,
    )
    plan_post_rate = Choice(
        throttling_chain_words.PLAN_HEAVY,
        throttling_chain_words.PLAN_HEAVY_OPTIONS,
        default="none",
        help=throttling_chain_words.PLAN_HEAVY_HELP,
    )
    post_share = Range(
        throttling_chain_words.SHARE,
        default=20,
        low=0,
        high=100,
        step=10,
        unit=throttling_chain_words.PERCENT,
        help=throttling_chain_words.SHARE_HELP,
    )
    post_rate = Range(
        throttling_chain_words.HEAVY_RATE,
        default=2000,
        low=500,
        high=5000,
        step=500,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.HEAVY_RATE_HELP,
    )
    stage_rate = Range(
        throttling_chain_words.STAGE_RATE,
        default=10000,
        low=1000,
        high=10000,
        step=1000,
        unit=throttling_chain_words.REQUESTS_PER_SECOND,
        help=throttling_chain_words.STAGE_RATE_HELP,
    )
    burst = Range(
        throttling_chain_words.BURST,
        default=0.5,
        low=0.1,
        high=2.0,
        step=0.1,
        unit=throttling_chain_words.SECONDS_WORTH,
        help=throttling_chain_words.BURST_HELP,
    )
    account = Choice(
        throttling_chain_words.ACCOUNT_LIMIT,
        throttling_chain_words.account_options(throttling_chain.ACCOUNT_LIMITS),
        default="default",
        help=throttling_chain_words.ACCOUNT_HELP,
    )
    tokens = Choice(
        throttling_chain_words.TOKENS,
        throttling_chain_words.TOKENS_OPTIONS,
        default="kept",
        help=throttling_chain_words.TOKENS_HELP,
    )
    seed = Range(throttling_chain_words.SEED, default=1, low=1, high=99, help=throttling_chain_words.SEED_HELP)

    def simulate(self) -> throttling_chain.ChainTrace:
        rates = {"free": self.free_rate, "standard": self.standard_rate, "large": self.large_rate}
        loads = {"free": self.free_load, "standard": self.standard_load, "large": self.large_load}
        heavy = None if self.plan_post_rate == "none" else self._limit(int(self.plan_post_rate))
        clients = [
            throttling_chain.Client(name, load // self.unit, self._limit(rates[name]), heavy)
            if name in self.plans
            else throttling_chain.Client(name, load // self.unit)
            for name, load in loads.items()
        ]
        stage = throttling_chain.Stage(self._limit(self.stage_rate), self._limit(self.post_rate), self.post_share)
        account = throttling_chain.ACCOUNT_LIMITS[self.account]
        return throttling_chain.chain(
            clients,
            stage,
            throttling_chain.Limit(account.rate // self.unit, account.burst // self.unit),
            self.others // self.unit,
            self.duration,
            seed=self.seed,
            returned=self.tokens == "returned",
            unit=self.unit,
        )

    def _limit(self, rate: int) -> throttling_chain.Limit:
        """Return a limit of `rate` requests per second in units, with the burst that the reader chose."""
        units = rate // self.unit
        return throttling_chain.Limit(units, max(1, round(units * self.burst)))


class Authorizers(Explorer):
    """Requests against one way of authorization: who asks whom, what is remembered, where a bad credential stops."""

    words = authorizers_words
    view = authorizers_view

    method = Choice(
        authorizers_words.METHOD,
        authorizers_words.METHOD_OPTIONS,
        default="lambda",
        help=authorizers_words.METHOD_HELP,
    )
    api = Choice(authorizers_words.API, authorizers_words.API_OPTIONS, default="rest", help=authorizers_words.API_HELP)
    credential = Choice(
        authorizers_words.CREDENTIAL,
        authorizers_words.CREDENTIAL_OPTIONS,
        default="valid",
        help=authorizers_words.CREDENTIAL_HELP,
    )
    requests = Range(
        authorizers_words.REQUESTS,
        default=5,
        low=1,
        high=8,
        unit=authorizers_words.TIMES,
        help=authorizers_words.REQUESTS_HELP,
    )
    interval = Range(
        authorizers_words.INTERVAL,
        default=120,
        low=20,
        high=1800,
        step=20,
        unit=authorizers_words.SECONDS,
        help=authorizers_words.INTERVAL_HELP,
    )
    follow = Choice(
        authorizers_words.FOLLOW,
        authorizers_words.FOLLOW_OPTIONS,
        default="same",
        help=authorizers_words.FOLLOW_HELP,
    )
    ttl = Range(
        authorizers_words.TTL,
        default=facts.value("api_gateway.authorizer-ttl-default"),
        low=0,
        high=facts.value("api_gateway.authorizer-ttl-maximum"),
        step=20,
        unit=authorizers_words.SECONDS,
        help=authorizers_words.TTL_HELP,
    )
    identity = Choice(
        authorizers_words.IDENTITY,
        authorizers_words.IDENTITY_OPTIONS,
        default="request",
        help=authorizers_words.IDENTITY_HELP,
    )
    policy = Choice(
        authorizers_words.POLICY,
        authorizers_words.POLICY_OPTIONS,
        default="broad",
        help=authorizers_words.POLICY_HELP,
    )
    when = Choice(api_types_words.WHEN, api_types_words.WHEN_OPTIONS, default="today", help=api_types_words.WHEN_HELP)

    def simulate(self) -> authorizers.AccessTrace:
        return authorizers.authorize(authorizers.Setting(**self.parameters))


class ApiMap(Explorer):
    """Endpoints, integrations and URLs of one type of API."""

    words = api_map_words
    view = api_map_view

    api = Choice(api_map_words.API, api_types_words.API_NAMES, default="rest", help=api_map_words.API_HELP)
    stage = Choice(api_map_words.STAGE, api_map_words.STAGE_OPTIONS, default="prod", help=api_map_words.STAGE_HELP)
    when = Choice(api_types_words.WHEN, api_types_words.WHEN_OPTIONS, default="today", help=api_types_words.WHEN_HELP)

    def simulate(self) -> api_map.ApiMapTrace:
        return api_map.survey(self.api, default_stage=self.stage == "default", when=self.when)


class Canary(Explorer):
    """A canary release: how evenly chance splits the requests, and when it shows that a version is worse."""

    words = canary_words
    view = canary_view

    percent = Range(
        canary_words.PERCENT,
        default=10,
        low=0,
        high=100,
        step=0.5,
        unit=canary_words.PERCENT_SIGN,
        help=canary_words.PERCENT_HELP,
    )
    requests = Range(
        canary_words.REQUESTS,
        default=2000,
        low=100,
        high=10_000,
        step=100,
        unit=canary_words.COUNT_UNIT,
        help=canary_words.REQUESTS_HELP,
    )
    error_old = Range(
        canary_words.ERROR_OLD,
        default=1,
        low=0,
        high=20,
        step=0.5,
        unit=canary_words.PERCENT_SIGN,
        help=canary_words.ERROR_OLD_HELP,
    )
    error_new = Range(
        canary_words.ERROR_NEW,
        default=5,
        low=0,
        high=20,
        step=0.5,
        unit=canary_words.PERCENT_SIGN,
        help=canary_words.ERROR_NEW_HELP,
    )
    action = Choice(
        canary_words.ACTION, canary_words.ACTION_OPTIONS, default=canary.WATCH, help=canary_words.ACTION_HELP
    )
    decision = Range(
        canary_words.DECISION,
        default=70,
        low=10,
        high=90,
        step=10,
        unit=canary_words.PERCENT_SIGN,
        help=canary_words.DECISION_HELP,
    )
    seed = Range(canary_words.SEED, default=1, low=1, high=99, help=canary_words.SEED_HELP)

    def simulate(self) -> canary.CanaryTrace:
        settings = canary.CanarySettings(
            self.percent / 100,
            self.requests,
            self.error_old / 100,
            self.error_new / 100,
            self.action,
            self.requests * self.decision // 100,
        )
        return canary.run(settings, seed=self.seed)


class RequestJourney(Explorer):
    """One request through the stages of a REST API's method, with what each makes of it."""

    words = request_journey_words
    view = request_journey_view

    integration = Choice(
        request_journey_words.INTEGRATION,
        request_journey_words.INTEGRATIONS,
        default="custom",
        help=request_journey_words.INTEGRATION_HELP,
    )
    backend = Choice(
        request_journey_words.BACKEND,
        request_journey_words.BACKENDS,
        default="found",
        help=request_journey_words.BACKEND_HELP,
    )
    order = Text(
        request_journey_words.ORDER,
        default="42",
        max_length=3,
        check=request_journey_words.check_order,
        examples=("1", "123"),
        help=request_journey_words.ORDER_HELP,
    )
    header = Toggle(request_journey_words.HEADER, default=True, help=request_journey_words.HEADER_HELP)

    def simulate(self) -> request_journey.JourneyTrace:
        proxy = self.integration == "proxy"
        return request_journey.travel(self.order, proxy=proxy, header=self.header, backend=self.backend)


class RouteSelection(Explorer):
    """A message, a route selection expression, and the route of a WebSocket API that it selects."""

    words = route_selection_words
    view = route_selection_view

    message = Text(
        route_selection_words.MESSAGE,
        default=route_selection_words.MESSAGE_DEFAULT,
        max_length=120,
        lines=3,
        examples=route_selection_words.MESSAGE_EXAMPLES,
        help=route_selection_words.MESSAGE_HELP,
    )
    expression = Text(
        route_selection_words.EXPRESSION,
        default="$request.body.action",
        max_length=60,
        check=route_selection_words.check_expression,
        examples=("${request.body.type.name}", "$request.body.text"),
        help=route_selection_words.EXPRESSION_HELP,
    )
    routes = Choices(
        route_selection_words.ROUTES,
        route_selection_words.ROUTE_OPTIONS,
        default=tuple(route_selection_words.ROUTE_OPTIONS),
        help=route_selection_words.ROUTES_HELP,
    )

    def simulate(self) -> route_selection.RouteTrace:
        keys = [route_selection_words.ROUTE_OPTIONS[key] for key in self.routes]
        return route_selection.select(self.expression, self.message, keys)
