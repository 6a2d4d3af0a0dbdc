"""Typical constructions around API Gateway, and the way that one request takes through each.

Modelled: the parts of a construction, the zones (network, account, Region) that they stand in, the order
in which a request visits them, and one place where it may be turned away.

Not modelled: time; retries; the many constructions that differ in detail. A hop stands for one exchange
between two parts, whatever number of packets it takes.

Sources (read 2026-11-22), all under https://docs.aws.amazon.com/apigateway/latest/developerguide/ :
api-gateway-api-endpoint-types.html, apigateway-private-apis.html, private-integration.html,
http-api-vpc-links.html, http-api-jwt-authorizer.html, apigateway-websocket-api-overview.html,
apigateway-how-to-call-websocket-api-connections.html; and for the 503 of a load balancer without targets
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One part of a construction.

    Attributes
    ----------
    key : str
        Name within the construction; also the key of its label.
    column, row : int
        Place on the grid: requests run along the columns, row 1 is the main road, row 0 stands beside it.

    """

    key: str
    column: int
    row: int = 1


@dataclass(frozen=True)
class Zone:
    """A boundary around some parts: a network, an account, a Region."""

    key: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Hop:
    """One exchange: the parts that it visits, in order.

    Attributes
    ----------
    key : str
        Key of its description among the words.
    road : tuple of str
        Keys of the parts, at least two.
    reply : bool
        Whether something comes back rather than goes in.

    """

    key: str
    road: tuple[str, ...]
    reply: bool = False


@dataclass(frozen=True)
class Construction:
    """A construction and the way of one request through it.

    Attributes
    ----------
    key : str
        Name in links.
    api : str
        Kind of API: ``rest``, ``websocket`` or ``http``.
    parts, zones, hops : tuples
        What there is, and what happens in order.
    stop : int
        Index of the last hop that still happens when the trouble strikes.
    guard : str
        Key of the part that turns the request away then.
    status : str
        What the client gets then: an HTTP status (``5XX`` where AWS does not document which), a WebSocket
        close code, or empty for no answer at all.
    unused : tuple of pairs of str
        Stretches that exist but that this request does not take.

    """

    key: str
    api: str
    parts: tuple[Part, ...]
    zones: tuple[Zone, ...]
    hops: tuple[Hop, ...]
    stop: int
    guard: str
    status: str
    unused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ArchitectureTrace:
    """The hops that a request took through a construction.

    Attributes
    ----------
    construction : Construction
        Where.
    hops : tuple of Hop
        The hops that happened, in order: all of them, or those up to the one that turned it away.
    stopped : bool
        Whether the request was turned away after the last of `hops`.

    """

    construction: Construction
    hops: tuple[Hop, ...]
    stopped: bool


def walk(construction: Construction, *, trouble: bool) -> ArchitectureTrace:
    """Send one request through `construction`, with or without the trouble that it can meet there."""
    last = construction.stop + 1 if trouble else len(construction.hops)
    return ArchitectureTrace(construction, construction.hops[:last], trouble)


def _alb(key: str, api: str, status: str) -> Construction:
    return Construction(
        key,
        api,
        (
            Part("client", 0),
            Part("gateway", 1),
            Part("vpc-link-v2", 2),
            Part("alb", 3),
            Part("orders", 4),
            Part("users", 4, 0),
        ),
        (Zone("vpc", ("alb", "orders", "users")),),
        (
            Hop("call-orders", ("client", "gateway")),
            Hop("enter-vpc", ("gateway", "vpc-link-v2", "alb")),
            Hop("choose-by-path", ("alb", "orders")),
            Hop("back", ("orders", "alb", "vpc-link-v2", "gateway", "client"), reply=True),
        ),
        stop=1,
        guard="alb",
        status=status,
        unused=(("alb", "users"),),
    )


CONSTRUCTIONS = (
    Construction(
        "rest-edge",
        "rest",
        (
            Part("client", 0),
            Part("edge", 1),
            Part("gateway", 2),
            Part("lambda", 3),
            Part("dynamodb", 4),
            Part("route53", 0, 0),
            Part("cognito", 2, 0),
        ),
        (Zone("region", ("gateway", "lambda", "dynamodb", "cognito")),),
        (
            Hop("resolve", ("client", "route53")),
            Hop("log-in", ("client", "cognito")),
            Hop("enter-edge", ("client", "edge")),
            Hop("to-region", ("edge", "gateway")),
            Hop("check-token", ("gateway", "cognito")),
            Hop("invoke", ("gateway", "lambda")),
            Hop("read", ("lambda", "dynamodb")),
            Hop("back", ("dynamodb", "lambda", "gateway", "edge", "client"), reply=True),
        ),
        stop=4,
        guard="gateway",
        status="401",
    ),
    Construction(
        "rest-cross-account",
        "rest",
        (
            Part("caller", 0),
            Part("endpoint", 1),
            Part("private-gateway", 2),
            Part("lambda", 3),
            Part("policy", 2, 0),
        ),
        (Zone("account-a", ("caller", "endpoint")), Zone("account-b", ("private-gateway", "lambda", "policy"))),
        (
            Hop("to-endpoint", ("caller", "endpoint")),
            Hop("private-link", ("endpoint", "private-gateway")),
            Hop("check-policy", ("private-gateway", "policy")),
            Hop("invoke", ("private-gateway", "lambda")),
            Hop("back", ("lambda", "private-gateway", "endpoint", "caller"), reply=True),
        ),
        stop=2,
        guard="policy",
        status="403",
    ),
    Construction(
        "rest-on-premises",
        "rest",
        (
            Part("office-client", 0),
            Part("line", 1),
            Part("endpoint", 2),
            Part("private-gateway", 3),
            Part("lambda", 4),
            Part("office-dns", 0, 0),
            Part("resolver", 2, 0),
            Part("policy", 3, 0),
        ),
        (Zone("office", ("office-client", "office-dns")), Zone("vpc", ("endpoint", "resolver"))),
        (
            Hop("ask-dns", ("office-client", "office-dns")),
            Hop("forward-dns", ("office-dns", "resolver")),
            Hop("take-line", ("office-client", "line", "endpoint")),
            Hop("private-link", ("endpoint", "private-gateway")),
            Hop("check-policy", ("private-gateway", "policy")),
            Hop("invoke", ("private-gateway", "lambda")),
            Hop("back", ("lambda", "private-gateway", "endpoint", "line", "office-client"), reply=True),
        ),
        stop=0,
        guard="office-dns",
        status="",
    ),
    Construction(
        "rest-nlb",
        "rest",
        (Part("client", 0), Part("gateway", 1), Part("vpc-link-v1", 2), Part("nlb", 3), Part("ecs", 4)),
        (Zone("vpc", ("nlb", "ecs")),),
        (
            Hop("call", ("client", "gateway")),
            Hop("enter-vpc", ("gateway", "vpc-link-v1", "nlb")),
            Hop("to-container", ("nlb", "ecs")),
            Hop("back", ("ecs", "nlb", "vpc-link-v1", "gateway", "client"), reply=True),
        ),
        stop=2,
        guard="gateway",
        status="504",
    ),
    _alb("rest-alb", "rest", "503"),
    Construction(
        "websocket-lambda",
        "websocket",
        (
            Part("client-a", 0),
            Part("client-b", 0, 0),
            Part("gateway", 1),
            Part("lambda", 2),
            Part("connections", 3),
        ),
        (),
        (
            Hop("connect", ("client-a", "gateway")),
            Hop("record", ("gateway", "lambda", "connections")),
            Hop("say", ("client-a", "gateway")),
            Hop("by-route", ("gateway", "lambda")),
            Hop("look-up", ("lambda", "connections")),
            Hop("post-callback", ("lambda", "gateway"), reply=True),
            Hop("deliver", ("gateway", "client-b"), reply=True),
        ),
        stop=0,
        guard="gateway",
        status="403",
    ),
    Construction(
        "websocket-nlb",
        "websocket",
        (
            Part("client-a", 0),
            Part("gateway", 1),
            Part("vpc-link-v1", 2),
            Part("nlb", 3),
            Part("ecs", 4),
            Part("callback", 2, 0),
        ),
        (Zone("vpc", ("nlb", "ecs")),),
        (
            Hop("connect", ("client-a", "gateway")),
            Hop("say", ("client-a", "gateway")),
            Hop("enter-vpc", ("gateway", "vpc-link-v1", "nlb")),
            Hop("to-container", ("nlb", "ecs")),
            Hop("post-callback", ("ecs", "callback", "gateway"), reply=True),
            Hop("deliver-back", ("gateway", "client-a"), reply=True),
        ),
        stop=1,
        guard="gateway",
        status="1009",
    ),
    Construction(
        "http-jwt",
        "http",
        (Part("client", 0), Part("provider", 1, 0), Part("gateway", 2), Part("lambda", 3)),
        (),
        (
            Hop("log-in", ("client", "provider")),
            Hop("receive-jwt", ("provider", "client"), reply=True),
            Hop("call-with-jwt", ("client", "gateway")),
            Hop("check-jwt", ("gateway", "provider")),
            Hop("invoke", ("gateway", "lambda")),
            Hop("back", ("lambda", "gateway", "client"), reply=True),
        ),
        stop=3,
        guard="gateway",
        status="401",
    ),
    _alb("http-alb", "http", "404"),
    Construction(
        "http-cloud-map",
        "http",
        (
            Part("client", 0),
            Part("gateway", 1),
            Part("cloud-map", 1, 0),
            Part("vpc-link-v2", 2),
            Part("ecs", 3),
            Part("eks", 3, 0),
        ),
        (Zone("vpc", ("ecs", "eks")),),
        (
            Hop("call", ("client", "gateway")),
            Hop("discover", ("gateway", "cloud-map")),
            Hop("reach-instance", ("gateway", "vpc-link-v2", "ecs")),
            Hop("back", ("ecs", "vpc-link-v2", "gateway", "client"), reply=True),
        ),
        stop=1,
        guard="cloud-map",
        status="5XX",
        unused=(("vpc-link-v2", "eks"),),
    ),
)

BY_KEY = {construction.key: construction for construction in CONSTRUCTIONS}
