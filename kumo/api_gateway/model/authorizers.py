"""Who may call an API: the five ways of API Gateway, as interpreters of the checks that AWS documents.

Modelled: the steps between client, API Gateway, the authority that it asks (IAM, an authorizer function, an
issuer's public keys, a truststore) and the backend. Signatures are made and checked for real (`sigv4`,
`signed_token`), times are compared with the clock of the model, policies are evaluated, and results are
cached under the identity sources. What happens follows from these steps; there is no table of outcomes.

Not modelled: latency, throttling, resource policies, AWS WAF, API keys, usage plans, the login itself,
combinations of several ways. A certificate is a record of the fields that decide, signed with RSA, instead of
X.509's DER; its chain has one link. The sample authorizer function verifies a JWT, as many do, but a real one
may check anything. Every request over mutual TLS opens a new connection.

Sources (read 2026-11-22)
-------------------------
Which API supports which: the comparison in `api_types`, with its own sources.

Status codes: "Gateway response types", https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
(UNAUTHORIZED 401: failed to authenticate the caller; ACCESS_DENIED 403: authorization failure, by a custom or an
Amazon Cognito authorizer; AUTHORIZER_FAILURE 500; MISSING_AUTHENTICATION_TOKEN, INVALID_SIGNATURE, EXPIRED_TOKEN
403) and "How do I troubleshoot HTTP 403 errors from API Gateway?",
https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden.

Lambda authorizer: "Use API Gateway Lambda authorizers",
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html, and "Authorizer",
https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html: the function is called only when every
identity source is present, otherwise the answer is 401; the TTL (default 300 s, at most 3600 s, 0: no caching)
applies to the returned policy, which then decides for every method under the same identity sources. HTTP APIs know
the REQUEST type only. WebSocket APIs call the function at ``$connect`` only and do not cache: "Because the WebSocket
connection is a stateful connection, you can configure authorization on the $connect route only",
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html.

JWT: see `signed_token`, for REST APIs "Control access to REST APIs using JWT authorizers",
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer.html; 401 with ``invalid_token``,
and API Gateway "can cache the public key for two hours".
Cognito: "Why do I get 401 errors with Cognito", https://repost.aws/knowledge-center/api-gateway-cognito-401-unauthorized;
the audience is looked at only when a validation expression is set, which it is not here.

Mutual TLS: "How do I troubleshoot HTTP 403 errors … that requires mutual TLS?",
https://repost.aws/knowledge-center/api-gateway-mutual-tls-403-errors: "fails the TLS connection and returns a 403".

Choices where the documentation is silent: a cached result counts until just before it is TTL seconds old; only a
policy is cached, not an error of the function; the Cognito authorizer keeps public keys for as long as the JWT
authorizer; a token without the needed scope gets 403 from both; every bad or missing client certificate gets 403.

Times are whole seconds: of requests since the first one, in tokens and signatures since 1970.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kumo.api_gateway.model import api_types, signed_token, sigv4
from kumo.api_gateway.model.signed_token import Claims, PrivateKey, PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Ways of authorization, and the rows that compare the types of API by them.
METHODS: Mapping[str, str] = {
    "iam": "iam",
    "lambda": "lambda-authorizer",
    "cognito": "cognito",
    "jwt": "jwt",
    "mtls": "mtls",
}
CREDENTIALS = (
    "valid",
    "missing",
    "malformed",
    "tampered",
    "expired",
    "wrong-issuer",
    "wrong-audience",
    "denied",
)
# Participants from left to right. An issuer stands beside the client, so that a login does not cross the API.
LANES: Mapping[str, tuple[str, ...]] = {
    "iam": ("client", "gateway", "iam", "backend"),
    "lambda": ("client", "gateway", "function", "backend"),
    "cognito": ("pool", "client", "gateway", "backend"),
    "jwt": ("issuer", "client", "gateway", "backend"),
    "mtls": ("client", "gateway", "truststore", "backend"),
}
# What is asked where a credential is judged; the consultations that the trace counts.
AUTHORITY: Mapping[str, str] = {
    "iam": "iam",
    "lambda": "function",
    "cognito": "pool",
    "jwt": "issuer",
    "mtls": "truststore",
}

# 2026-11-22 12:00 in Tokyo: the moment of the first request.
EPOCH = 1_795_316_400
TOKEN_AGE = 1_800
TOKEN_LIFE = 3_600
KEYS_LIFE = 7_200
SIGNATURE_DELAY = 1_200

REGION, SERVICE = "ap-northeast-1", "execute-api"
HOST = f"a1b2c3d4e5.execute-api.{REGION}.amazonaws.com"
STAGE = f"arn:aws:execute-api:{REGION}:111122223333:a1b2c3d4e5/prod"
USERS = ("user-42", "user-77")
AUDIENCE = "orders-api"
SCOPES = ("orders/read",)

_OWN = PrivateKey(
    0xEDB270EC49C0C66D7B3C97DB4A8721582B891765DB70FD555CDD99CB52824C3D36416E2B002B781BB6B61FDDA56B8DD02A02C2709F00C2AFCE1C3AD22BE4E81F,
    0xCB2B810A7E13EF64C50D421D80F4457F55FACB8FED3E446973A8879A98071A4699187D189470351B8AD5E56ECE3B3F9BD8CA39EA29AE314537665BD36E45E705,
)
_STRANGE = PrivateKey(
    0xE788AA0456DA7AE00EDBF90BD6EF1875C98753137D224C0A4B6A7259232B402993FCF36CD5CF2EB6F2D5AC5C59D3880101484CC9EF5BD0DB7F9B0614E3DCD735,
    0xDEC931FC5AE747CFB0E3FEDBB6BA1EF817070EB52C23AAA65D4B791D4857B19D42CAC279CB09100B389A0B5606ED7137F2AF0FBB94A4739CCAA2D6DF806127B5,
)


@dataclass(frozen=True)
class Setting:
    """One choice of all knobs.

    Attributes
    ----------
    method : str
        Way of authorization; key of `METHODS`.
    api : str
        One of `api_types.API_TYPES`.
    credential : str
        What the client brings; one of `CREDENTIALS`.
    identity : str
        Lambda authorizer: ``token`` (type TOKEN), ``request`` (type REQUEST with the Authorization header) or
        ``request-route`` (type REQUEST with header and route).
    policy : str
        Lambda authorizer: what the returned policy allows, ``broad`` (all that the user may call) or
        ``narrow`` (the method just called).
    follow : str
        What every second request differs in: ``same`` (nothing), ``token`` (another user), ``method``.
    requests : int
        How many.
    interval : int
        Seconds from one to the next.
    ttl : int
        Lambda authorizer: seconds for which a result is cached; 0: not at all.
    when : str
        ``today`` or ``exam``: when the types of API are compared, see `api_types`.

    """

    method: str
    api: str
    credential: str = "valid"
    identity: str = "request"
    policy: str = "broad"
    follow: str = "same"
    requests: int = 1
    interval: int = 60
    ttl: int = 300
    when: str = api_types.TODAY


@dataclass(frozen=True)
class Message:
    """One step: something sent from one participant to another, or a check that one makes (source is target).

    Attributes
    ----------
    kind : str
        What it is; the words have a label for each.
    source, target : str
        Participants, keys in `LANES`.
    checks : tuple of (str, bool or None)
        Checks made at this step in order, None for one that was not reached.

    """

    kind: str
    source: str
    target: str
    checks: tuple[tuple[str, bool | None], ...] = ()

    @property
    def failed(self) -> str | None:
        """Name of the check that failed, if one did."""
        return next((name for name, held in self.checks if held is False), None)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy about ``execute-api:Invoke``: effect (``Allow``, ``Deny``) and resources."""

    effect: str
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Output:
    """What an authorizer function returns: whom it recognised, and a policy."""

    principal: str
    policy: tuple[Statement, ...]


@dataclass(frozen=True)
class Signature:
    """The evidence of SigV4: what the client sent, and the signature that IAM computed (None: not reached)."""

    sent: sigv4.Signed
    recomputed: str | None


@dataclass(frozen=True)
class Token:
    """The evidence of a JWT: its three parts (empty when it has none) and the checks, as in `Message.checks`."""

    text: str
    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    checks: tuple[tuple[str, bool | None], ...]


@dataclass(frozen=True)
class Certificate:
    """A client certificate: the fields that decide. Times are seconds since 1970."""

    subject: str
    issuer: str
    not_before: int
    not_after: int
    signature: bytes = b""

    @property
    def signed_part(self) -> bytes:
        """What the issuer signed."""
        return f"{self.subject}\n{self.issuer}\n{self.not_before}\n{self.not_after}".encode()


@dataclass(frozen=True)
class Visit:
    """One request and what became of it.

    Attributes
    ----------
    number : int
        From 1.
    time : int
        Seconds since the first request.
    user, route : str
        Who calls, and what (``GET /orders``; for a WebSocket API ``$connect`` or the route key of a message).
    messages : tuple of Message
        The steps in order.
    status : int or None
        HTTP status that the client sees; None for the answer to a WebSocket message.
    refused_at : str or None
        Participant where a bad credential stopped.
    reason : str or None
        Name of the check that decided that.
    cache : str or None
        Lambda authorizer: ``hit``, ``miss`` or ``off``; None where no cache is consulted.
    output : Output or None
        Lambda authorizer: the result that was used, fresh or cached.
    evidence : Signature, Token, Certificate or None
        The credential, where one was sent and looked at.
    age : int or None
        Seconds since the cached result was made that was used.
    stale : bool
        Whether a cached result let a token pass that had expired meanwhile.

    """

    number: int
    time: int
    user: str
    route: str
    messages: tuple[Message, ...]
    status: int | None
    refused_at: str | None = None
    reason: str | None = None
    cache: str | None = None
    output: Output | None = None
    evidence: Signature | Token | Certificate | None = None
    age: int | None = None
    stale: bool = False

    def involves(self, participant: str) -> bool:
        """Tell whether anything was sent to `participant` for this request (a login beforehand does not count)."""
        return any(message.target == participant and message.kind != "login" for message in self.messages)

    @property
    def passed(self) -> bool:
        """Whether the request reached the backend."""
        return self.refused_at is None


@dataclass(frozen=True)
class AccessTrace:
    """Requests in order of time under one setting.

    Attributes
    ----------
    setting : Setting
        What was chosen.
    unsupported : str or None
        ``api`` when the kind of API does not know the method, ``type`` when it does not know the type of
        Lambda authorizer; then nothing was sent.
    visits : tuple of Visit
        One per request.

    """

    setting: Setting
    unsupported: str | None
    visits: tuple[Visit, ...]

    @property
    def consultations(self) -> int:
        """How many requests made API Gateway ask the method's authority."""
        return sum(self.consulted(visit) for visit in self.visits)

    @property
    def passed(self) -> int:
        """How many requests reached the backend."""
        return sum(visit.passed for visit in self.visits)

    def consulted(self, visit: Visit) -> bool:
        """Tell whether the method's authority was asked for this request."""
        return visit.involves(AUTHORITY[self.setting.method])

    def telling(self) -> tuple[Visit, ...]:
        """Return the first request and a later one that went another way, if there is one worth comparing.

        Another outcome is worth most, then a pass in spite of an expired token, then a shorter way.
        """
        first, later = self.visits[:1], self.visits[1:]
        for differs in (
            lambda visit: (visit.passed, visit.reason) != (first[0].passed, first[0].reason),
            lambda visit: visit.stale,
            lambda visit: visit.cache == "hit" or (visit.passed and len(visit.messages) < len(first[0].messages)),
        ):
            found = next((visit for visit in later if differs(visit)), None)
            if found:
                return (*first, found)
        return first


def authorize(setting: Setting) -> AccessTrace:
    """Send the requests of `setting` and return what became of each."""
    unsupported = None
    if setting.api not in supporting(setting.method, setting.when):
        unsupported = "api"
    elif setting.method == "lambda" and setting.identity == "token" and setting.api != "rest":
        unsupported = "type"
    if unsupported:
        return AccessTrace(setting, unsupported, ())
    gateway = _Gateway(setting)
    return AccessTrace(setting, None, tuple(gateway.handle(number) for number in range(1, setting.requests + 1)))


def supporting(method: str, when: str = api_types.TODAY) -> tuple[str, ...]:
    """Return the types of API that have a way of authorization of their own, today or in December 2023."""
    feature = api_types.feature(METHODS[method])
    # "limited" is a Lambda authorizer for one route only, but a user pool as a mere issuer for a JWT authorizer.
    enough = ("yes", "limited") if method == "lambda" else ("yes",)
    return tuple(api for api in api_types.API_TYPES if feature.supports(api, when) in enough)


def evaluate(policy: Iterable[Statement], resource: str) -> str:
    """Return ``allow``, ``deny`` (explicitly) or ``silent`` (no statement matches) for calling `resource`.

    An explicit denial wins over any permission, as in IAM.
    """
    effects = {
        statement.effect
        for statement in policy
        if any(_pattern(pattern).fullmatch(resource) for pattern in statement.resources)
    }
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else "silent"


def resource_of(route: str) -> str:
    """Return the ARN of a route (``GET /orders`` or a route key of a WebSocket API)."""
    method, _, path = route.partition(" /")
    return f"{STAGE}/{method}/{path}" if path else f"{STAGE}/{route}"


@dataclass(frozen=True)
class _Call:
    """One arrival, before anything is known about it."""

    number: int
    time: int
    user: str
    route: str

    @property
    def now(self) -> int:
        return EPOCH + self.time


class _StopError(Exception):
    """The request ends here, with a status for the client."""

    def __init__(self, status: int, participant: str, reason: str) -> None:
        super().__init__(status, participant, reason)
        self.status, self.participant, self.reason = status, participant, reason


@dataclass
class _Record:
    """What is being found out about one request."""

    messages: list[Message] = field(default_factory=list)
    cache: str | None = None
    output: Output | None = None
    evidence: Signature | Token | Certificate | None = None
    age: int | None = None
    stale: bool = False

    def send(self, kind: str, source: str, target: str) -> None:
        self.messages.append(Message(kind, source, target))

    def check(self, kind: str, at: str, checks: Mapping[str, bool | None]) -> str | None:
        """Record checks and return the name of the one that failed."""
        # None before the last check that was made means that nobody asked for it.
        made = [name for name, held in checks.items() if held is not None]
        last = list(checks).index(made[-1])
        kept = [(name, held) for place, (name, held) in enumerate(checks.items()) if held is not None or place > last]
        failed = next((name for name, held in kept if held is False), None)
        shown = kept if failed else [pair for pair in kept if pair[1] is not None]
        self.messages.append(Message(kind, at, at, tuple(shown)))
        return failed


class _Gateway:
    """API Gateway with what it remembers between requests."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.results: dict[tuple[str, ...], tuple[int, Output]] = {}
        self.keys_since: int | None = None
        self.logged_in: set[str] = set()
        self.connected: set[str] = set()

    def handle(self, number: int) -> Visit:
        """Take request `number` through its checks."""
        call, record = self._call(number), _Record()
        status: int | None = 200
        if self.setting.api == "websocket":
            if call.user in self.connected:
                record.send("message", "client", "gateway")
                record.send("forward", "gateway", "backend")
                record.send("answer", "backend", "client")
                return Visit(number, call.time, call.user, call.route, tuple(record.messages), None)
            call, status = replace(call, route="$connect"), 101
        refusal: dict[str, Any] = {}
        try:
            getattr(self, f"_{self.setting.method}")(call, record)
            record.send("forward", "gateway", "backend")
            record.send("answer", "backend", "client")
            self.connected.add(call.user)
        except _StopError as stop:
            status = stop.status
            refusal = {"refused_at": stop.participant, "reason": stop.reason}
            record.send("refuse", "gateway", "client")
        return Visit(
            number,
            call.time,
            call.user,
            call.route,
            tuple(record.messages),
            status,
            cache=record.cache,
            output=record.output,
            evidence=record.evidence,
            age=record.age,
            stale=record.stale,
            **refusal,
        )

    def _call(self, number: int) -> _Call:
        other = number % 2 == 0
        user = USERS[other and self.setting.follow == "token"]
        routes = ("getOrders", "addOrder") if self.setting.api == "websocket" else ("GET /orders", "POST /orders")
        route = routes[other and self.setting.follow == "method"]
        return _Call(number, (number - 1) * self.setting.interval, user, route)

    # IAM.

    def _iam(self, call: _Call, record: _Record) -> None:
        state, secrets = self.setting.credential, {f"AKIAEXAMPLE{user[-2:]}": f"secret-of-{user}" for user in USERS}
        method, _, path = call.route.partition(" ")
        arriving = sigv4.Request(method if path else "GET", HOST, f"/prod{path}")
        scope = sigv4.Scope(REGION, SERVICE)
        if state == "missing":
            record.send("request-bare", "client", "gateway")
            record.check("look", "gateway", {"present": False})
            raise _StopError(403, "gateway", "present")
        key = sigv4.AccessKey(f"AKIAEXAMPLE{call.user[-2:]}", f"secret-of-{call.user}")
        if state == "wrong-issuer":
            key = sigv4.AccessKey("AKIASTRANGER", "secret-of-nobody-here")
        signed_at = call.now - (SIGNATURE_DELAY if state == "expired" else 0)
        signed_for = sigv4.Scope("us-east-1", SERVICE) if state == "wrong-audience" else scope
        signed = sigv4.sign(arriving, key, signed_for, sigv4.timestamp(signed_at))
        if state == "tampered":
            # Somebody on the way adds a parameter to what was signed.
            arriving = replace(arriving, query="all=true")
        record.send("sign", "client", "client")
        record.send("request-signed", "client", "gateway")
        record.send("ask", "gateway", "iam")
        checks: dict[str, bool | None] = {"form": state != "malformed"}
        found = dict.fromkeys(("key", "time", "scope", "signature"))
        recomputed = None
        if checks["form"]:
            found = sigv4.verify(arriving, signed, secrets, scope, call.now)
            if found["scope"]:
                own = sigv4.AccessKey(signed.key_id, secrets[signed.key_id])
                recomputed = sigv4.sign(arriving, own, scope, signed.time).signature
            record.evidence = Signature(signed, recomputed)
        # "scope" is also what a token grants; here it is the region and service that a signature names.
        checks |= {"region" if name == "scope" else name: held for name, held in found.items()}
        allowed = (f"{STAGE}/GET/reports",) if state == "denied" else (f"{STAGE}/*",)
        verdict = evaluate([Statement("Allow", allowed)], resource_of(call.route))
        checks["policy"] = verdict == "allow" if checks["signature"] else None
        failed = record.check("verify", "iam", checks)
        record.send("allowed" if failed is None else "rejected", "iam", "gateway")
        if failed:
            raise _StopError(403, "iam", failed)

    # Lambda authorizer.

    def _lambda(self, call: _Call, record: _Record) -> None:
        token = self._token(call)
        record.send("request-token" if token else "request-bare", "client", "gateway")
        if token is None:
            record.check("look", "gateway", {"present": False})
            raise _StopError(401, "gateway", "present")
        key = (token, call.route) if self.setting.identity == "request-route" else (token,)
        record.output = self._cached(key, call, record)
        if record.output is None:
            record.send("invoke", "gateway", "function")
            record.output = self._run(token, call, record)
            self.results[key] = (call.now, record.output)
        else:
            record.evidence = _token_evidence(token, {})
        verdict = evaluate(record.output.policy, resource_of(call.route))
        record.check("evaluate", "gateway", {"policy": verdict == "allow"})
        if verdict != "allow":
            raise _StopError(403, "gateway", "policy")
        record.stale = record.cache == "hit" and call.now >= signed_token.parse(token)[1]["exp"]

    def _cached(self, key: tuple[str, ...], call: _Call, record: _Record) -> Output | None:
        if self.setting.api == "websocket":
            return None
        if self.setting.ttl == 0:
            record.cache = "off"
            return None
        since, output = self.results.get(key, (None, None))
        if since is not None and call.now < since + self.setting.ttl:
            record.cache, record.age = "hit", call.now - since
            record.send("hit", "gateway", "gateway")
            return output
        record.cache = "miss"
        record.send("miss", "gateway", "gateway")
        return None

    def _run(self, token: str, call: _Call, record: _Record) -> Output:
        """Run the sample authorizer function: it verifies a JWT and says what its bearer may call."""
        expected = Claims(_ISSUERS["issuer"], (AUDIENCE,), SCOPES)
        checks = signed_token.verify(token, _key_set("issuer"), expected, call.now)
        record.evidence = _token_evidence(token, checks)
        failed = record.check("verify", "function", checks)
        if failed == "form":
            # The sample code does not expect this: an unhandled exception.
            record.send("crash", "function", "gateway")
            raise _StopError(500, "function", failed)
        if failed in (None, "scope"):
            # A token of the right form from the right issuer says who it is, whatever it may do.
            principal = signed_token.parse(token)[1]["sub"]
            allowed = (f"{STAGE}/*",) if self.setting.policy == "broad" else (resource_of(call.route),)
            policy = Statement("Allow", allowed) if failed is None else Statement("Deny", (f"{STAGE}/*",))
            record.send("policy", "function", "gateway")
            return Output(principal, (policy,))
        if self.setting.api == "http":
            # The exception "Unauthorized" has a meaning for REST and WebSocket APIs only.
            record.send("policy", "function", "gateway")
            return Output("anonymous", (Statement("Deny", (f"{STAGE}/*",)),))
        record.send("unauthorized", "function", "gateway")
        raise _StopError(401, "function", failed)

    # Tokens that API Gateway checks by itself.

    def _cognito(self, call: _Call, record: _Record) -> None:
        self._by_token("pool", Claims(_ISSUERS["pool"], None, SCOPES), call, record)

    def _jwt(self, call: _Call, record: _Record) -> None:
        self._by_token("issuer", Claims(_ISSUERS["issuer"], (AUDIENCE,), SCOPES), call, record)

    def _by_token(self, issuer: str, expected: Claims, call: _Call, record: _Record) -> None:
        token = self._token(call)
        if token and call.user not in self.logged_in:
            self.logged_in.add(call.user)
            if self.setting.credential in ("valid", "expired", "denied", "wrong-audience"):
                record.send("login", "client", issuer)
                record.send("issued", issuer, "client")
        record.send("request-token" if token else "request-bare", "client", "gateway")
        if token is None:
            record.check("look", "gateway", {"present": False})
            raise _StopError(401, "gateway", "present")
        # What cannot be decoded names no key to look for.
        readable = bool(_token_evidence(token, {}).header)
        if readable and (self.keys_since is None or call.now >= self.keys_since + KEYS_LIFE):
            self.keys_since = call.now
            record.send("keys", "gateway", issuer)
            record.send("jwks", issuer, "gateway")
        checks = signed_token.verify(token, _key_set(issuer), expected, call.now)
        record.evidence = _token_evidence(token, checks)
        failed = record.check("verify", "gateway", checks)
        if failed:
            raise _StopError(403 if failed == "scope" else 401, "gateway", failed)

    # Mutual TLS.

    def _mtls(self, call: _Call, record: _Record) -> None:
        state = self.setting.credential
        if state == "missing":
            record.send("handshake-bare", "client", "gateway")
            record.check("look", "gateway", {"present": False})
            raise _StopError(403, "gateway", "present")
        certificate = _certificate(call.user, state)
        record.evidence = certificate
        record.send("handshake", "client", "gateway")
        if state == "malformed":
            record.check(
                "verify", "gateway", dict.fromkeys(("form", "issuer", "signature", "validity")) | {"form": False}
            )
            raise _StopError(403, "gateway", "form")
        record.send("compare", "gateway", "truststore")
        authority = _TRUSTSTORE.get(certificate.issuer)
        record.send("found" if authority else "unknown", "truststore", "gateway")
        checks: dict[str, bool | None] = {"form": True, "issuer": authority is not None}
        checks |= dict.fromkeys(("signature", "validity"))
        if authority is not None:
            checks["signature"] = authority.accepts(certificate.signed_part, certificate.signature)
        if checks["signature"]:
            checks["validity"] = certificate.not_before <= call.now < certificate.not_after
        failed = record.check("verify", "gateway", checks)
        if failed:
            raise _StopError(403, "gateway", failed)
        record.send("established", "gateway", "client")
        record.send("request-inside", "client", "gateway")

    def _token(self, call: _Call) -> str | None:
        """Return the token that the client of `call` brings."""
        state, at_pool = self.setting.credential, self.setting.method == "cognito"
        if state == "missing":
            return None
        if state == "malformed":
            return f"token-of-{call.user}"
        issuer, strange = "pool" if at_pool else "issuer", state == "wrong-issuer"
        issued = EPOCH - (2 * TOKEN_LIFE if state == "expired" else TOKEN_AGE)
        audience = "billing-api" if state == "wrong-audience" else AUDIENCE
        payload = {
            "iss": _ISSUERS["stranger"] if strange else _ISSUERS[issuer],
            "sub": call.user,
            # Access tokens of Cognito name the app client instead of an audience.
            ("client_id" if at_pool else "aud"): audience,
            "iat": issued,
            "exp": issued + TOKEN_LIFE,
            "scope": "profile" if state == "denied" else " ".join(SCOPES),
        }
        header = {"alg": "RS256", "kid": "strange-1" if strange else f"{issuer}-1"}
        token = signed_token.issue(header, payload, _STRANGE if strange else _OWN)
        if state == "tampered":
            # The bearer writes somebody else's name into a token that stays signed for the old one.
            head, _, signature = token.split(".")
            forged = signed_token.issue(header, payload | {"sub": "admin"}, _OWN).split(".")[1]
            return f"{head}.{forged}.{signature}"
        return token


_ISSUERS = {
    "issuer": "https://idp.example.com",
    "pool": f"https://cognito-idp.{REGION}.amazonaws.com/{REGION}_Ab12Cd34E",
    "stranger": "https://idp.example.net",
}
_TRUSTSTORE: Mapping[str, PublicKey] = {"Example Root CA": _OWN.public}


def _key_set(issuer: str) -> dict[str, PublicKey]:
    return {f"{issuer}-1": _OWN.public}


def _certificate(user: str, state: str) -> Certificate:
    strange, day = state == "wrong-issuer", 86_400
    until = EPOCH - day if state == "expired" else EPOCH + 180 * day
    bare = Certificate(user, "Unknown CA" if strange else "Example Root CA", EPOCH - 180 * day, until)
    signed = replace(bare, signature=(_STRANGE if strange else _OWN).sign(bare.signed_part))
    return replace(signed, subject="admin") if state == "tampered" else signed


def _token_evidence(token: str, checks: Mapping[str, bool | None]) -> Token:
    try:
        header, payload, _ = signed_token.parse(token)
    except signed_token.MalformedTokenError:
        return Token(token, {}, {}, tuple(checks.items()))
    return Token(token, header, payload, tuple(checks.items()))


def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(re.escape(resource).replace(r"\*", ".*").replace(r"\?", "."))
