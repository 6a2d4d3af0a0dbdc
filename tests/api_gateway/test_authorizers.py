"""Ways of authorization: documented answers, closed forms, invariants, and a second, slow cache."""

from __future__ import annotations

import math
import re
from datetime import datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.explorers import Authorizers
from kumo.api_gateway.model.authorizers import (
    AUTHORITY,
    CREDENTIALS,
    EPOCH,
    KEYS_LIFE,
    LANES,
    METHODS,
    STAGE,
    TOKEN_AGE,
    TOKEN_LIFE,
    AccessTrace,
    Setting,
    Signature,
    Statement,
    Visit,
    authorize,
    evaluate,
    supporting,
)
from kumo.api_gateway.words import authorizers as words
from kumo.core import facts
from kumo.core.drawing import LAYOUTS, text_width

APIS = ("rest", "http", "websocket")
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html, …/rest-api-jwt-authorizer.html and
# …/apigateway-websocket-api-control-access.html, read 2026-11-22.
SUPPORTED = {
    "iam": {"rest", "http", "websocket"},
    "lambda": {"rest", "http", "websocket"},
    "cognito": {"rest"},
    "jwt": {"rest", "http"},
    "mtls": {"rest", "http"},
}
# What a way does not look at, it cannot refuse.
NOT_LOOKED_AT = {("cognito", "wrong-audience"), ("mtls", "wrong-audience"), ("mtls", "denied")}

SETTINGS = st.builds(
    Setting,
    method=st.sampled_from(sorted(METHODS)),
    api=st.sampled_from(APIS),
    credential=st.sampled_from(CREDENTIALS),
    identity=st.sampled_from(["token", "request", "request-route"]),
    policy=st.sampled_from(["broad", "narrow"]),
    follow=st.sampled_from(["same", "token", "method"]),
    requests=st.integers(1, 8),
    interval=st.sampled_from([20, 60, 120, 300, 900, 1800]),
    ttl=st.sampled_from([0, 20, 60, 300, 900, 3600]),
    when=st.sampled_from(["today", "exam"]),
)
LAMBDA = st.builds(
    Setting,
    method=st.just("lambda"),
    api=st.sampled_from(["rest", "http"]),
    credential=st.just("valid"),
    identity=st.sampled_from(["request", "request-route"]),
    policy=st.sampled_from(["broad", "narrow"]),
    follow=st.sampled_from(["same", "token", "method"]),
    requests=st.integers(1, 8),
    interval=st.integers(1, 200),
    ttl=st.integers(0, 1200),
)


def first(method: str, api: str, credential: str, **others: object) -> Visit:
    return authorize(Setting(method, api, credential, **others)).visits[0]


def all_settings() -> list[tuple[str, str, str]]:
    return [(method, api, credential) for method in METHODS for api in supporting(method) for credential in CREDENTIALS]


# Which API knows what.


def test_supported_pairs_are_the_published_ones() -> None:
    assert {method: set(supporting(method)) for method in METHODS} == SUPPORTED
    assert {method: set(supporting(method, "exam")) for method in METHODS} == SUPPORTED | {"jwt": {"http"}}


@given(SETTINGS)
def test_an_unsupported_pair_sends_nothing(setting: Setting) -> None:
    trace = authorize(setting)
    able = setting.api in supporting(setting.method, setting.when)
    token_type = setting.method == "lambda" and setting.identity == "token" and setting.api != "rest"
    assert trace.unsupported == ("api" if not able else "type" if token_type else None)
    assert len(trace.visits) == (0 if trace.unsupported else setting.requests)


# What the client sees.


@pytest.mark.parametrize(
    ("method", "api", "credential", "status", "refused_at"),
    [
        # https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
        ("iam", "rest", "missing", 403, "gateway"),
        ("iam", "rest", "malformed", 403, "iam"),
        ("iam", "rest", "tampered", 403, "iam"),
        ("iam", "http", "expired", 403, "iam"),
        ("iam", "http", "wrong-issuer", 403, "iam"),
        ("iam", "websocket", "denied", 403, "iam"),
        ("iam", "rest", "valid", 200, None),
        ("iam", "websocket", "valid", 101, None),
        # …/apigateway-use-lambda-authorizer.html and supported-gateway-response-types.html
        ("lambda", "rest", "missing", 401, "gateway"),
        ("lambda", "rest", "malformed", 500, "function"),
        ("lambda", "rest", "tampered", 401, "function"),
        ("lambda", "websocket", "expired", 401, "function"),
        ("lambda", "rest", "denied", 403, "gateway"),
        ("lambda", "http", "missing", 401, "gateway"),
        ("lambda", "http", "expired", 403, "gateway"),
        ("lambda", "rest", "valid", 200, None),
        # https://repost.aws/knowledge-center/api-gateway-cognito-401-unauthorized
        ("cognito", "rest", "missing", 401, "gateway"),
        ("cognito", "rest", "expired", 401, "gateway"),
        ("cognito", "rest", "wrong-issuer", 401, "gateway"),
        ("cognito", "rest", "denied", 403, "gateway"),
        # …/http-api-troubleshooting-jwt.html
        ("jwt", "http", "wrong-audience", 401, "gateway"),
        ("jwt", "http", "malformed", 401, "gateway"),
        ("jwt", "rest", "tampered", 401, "gateway"),
        ("jwt", "http", "denied", 403, "gateway"),
        # https://repost.aws/knowledge-center/api-gateway-mutual-tls-403-errors
        ("mtls", "rest", "wrong-issuer", 403, "gateway"),
        ("mtls", "http", "missing", 403, "gateway"),
        ("mtls", "http", "valid", 200, None),
    ],
)
def test_answers_are_the_documented_ones(
    method: str, api: str, credential: str, status: int, refused_at: str | None
) -> None:
    visit = first(method, api, credential)
    assert (visit.status, visit.refused_at) == (status, refused_at)


@pytest.mark.parametrize(("method", "api", "credential"), all_settings())
def test_only_what_nobody_looks_at_slips_through(method: str, api: str, credential: str) -> None:
    passes = credential == "valid" or (method, credential) in NOT_LOOKED_AT
    assert first(method, api, credential).passed == passes


@given(SETTINGS)
def test_a_refused_request_never_reaches_the_backend(setting: Setting) -> None:
    for visit in authorize(setting).visits:
        assert visit.passed == visit.involves("backend")
        assert visit.passed == (visit.status in (200, 101, None))
        if setting.credential != "valid" and (setting.method, setting.credential) not in NOT_LOOKED_AT:
            assert not visit.involves("backend")


@given(SETTINGS)
def test_a_request_without_a_token_never_reaches_the_authority(setting: Setting) -> None:
    if setting.credential == "missing":
        assert authorize(setting).consultations == 0


@given(SETTINGS)
def test_the_reason_is_the_check_that_failed(setting: Setting) -> None:
    for visit in authorize(setting).visits:
        failed = [message.failed for message in visit.messages if message.failed]
        assert (visit.reason is None) == visit.passed
        if visit.reason:
            assert failed[-1] == visit.reason
        else:
            assert not failed


# The sequence.


@given(SETTINGS)
def test_every_message_starts_where_the_last_one_ended(setting: Setting) -> None:
    for visit in authorize(setting).visits:
        place = "client"
        for message in visit.messages:
            assert message.source == place
            place = message.target
            assert {message.source, message.target} <= set(LANES[setting.method])
            assert not message.checks or message.source == message.target
        assert place == "client"


@given(SETTINGS)
def test_checks_stop_at_the_first_failure(setting: Setting) -> None:
    for visit in authorize(setting).visits:
        for message in visit.messages:
            results = [held for _, held in message.checks]
            if False in results:
                place = results.index(False)
                assert results[:place] == [True] * place
                assert results[place + 1 :] == [None] * (len(results) - place - 1)
            else:
                assert all(results)


@given(SETTINGS)
def test_a_way_asks_its_own_authority_only(setting: Setting) -> None:
    others = set(AUTHORITY.values()) - {AUTHORITY[setting.method]}
    for visit in authorize(setting).visits:
        assert not any(visit.involves(other) for other in others)


@given(SETTINGS)
def test_the_clock_steps_through_the_messages(setting: Setting) -> None:
    frame = Authorizers.frame(vars(setting) | {"interval": 120}, ("wide",))
    trace = authorize(Setting(**vars(setting) | {"interval": 120}))
    if trace.unsupported:
        assert frame["clock"] is None
        return
    shown = trace.telling()
    steps = frame["clock"]["steps"]
    rest = len(trace.visits) > len(shown)
    assert [step["at"] for step in steps] == list(range(1, sum(len(visit.messages) for visit in shown) + rest + 1))
    assert frame["clock"]["end"] == steps[-1]["at"]
    assert shown[0].number == 1
    assert len(shown) <= 2


# The cache of the Lambda authorizer.


@given(LAMBDA)
def test_calls_follow_the_closed_form(setting: Setting) -> None:
    setting = Setting(**vars(setting) | {"follow": "same", "policy": "broad"})
    lasts = 1 if setting.ttl == 0 else math.ceil(setting.ttl / setting.interval)
    assert authorize(setting).consultations == math.ceil(setting.requests / lasts)


@given(LAMBDA)
def test_agrees_with_a_cache_that_looks_back(setting: Setting) -> None:
    """Every call is remembered; a request looks for the last one under its key and asks how old it is."""
    calls: list[tuple[tuple[str, ...], int, str]] = []
    trace = authorize(setting)
    for visit in trace.visits:
        key = (visit.user, visit.route) if setting.identity == "request-route" else (visit.user,)
        fresh = [made for known, made, _ in calls if known == key and visit.time - made < setting.ttl]
        assert trace.consulted(visit) == (not fresh)
        if not fresh:
            calls.append((key, visit.time, visit.route))
        answered_for = [route for known, _, route in calls if known == key][-1]
        assert visit.passed == (setting.policy == "broad" or answered_for == visit.route)


def test_a_narrow_policy_refuses_the_next_method() -> None:
    trace = authorize(Setting("lambda", "rest", policy="narrow", follow="method", requests=2))
    assert [visit.status for visit in trace.visits] == [200, 403]
    assert [visit.cache for visit in trace.visits] == ["miss", "hit"]
    by_route = authorize(
        Setting("lambda", "rest", policy="narrow", follow="method", requests=4, identity="request-route")
    )
    assert [visit.status for visit in by_route.visits] == [200] * 4
    assert by_route.consultations == 2


def test_a_cached_policy_outlives_the_token() -> None:
    left = TOKEN_LIFE - TOKEN_AGE
    trace = authorize(Setting("lambda", "rest", requests=3, interval=left, ttl=2 * left))
    assert [visit.stale for visit in trace.visits] == [False, True, False]
    assert [visit.status for visit in trace.visits] == [200, 200, 401]
    assert [
        visit.status for visit in authorize(Setting("lambda", "rest", requests=2, interval=left, ttl=0)).visits
    ] == [
        200,
        401,
    ]


def test_policies_are_cached_and_errors_are_not() -> None:
    def calls(api: str, credential: str) -> int:
        return authorize(Setting("lambda", api, credential, requests=4)).consultations

    assert calls("rest", "denied") == 1
    assert calls("http", "expired") == 1
    assert calls("rest", "expired") == 4
    assert calls("rest", "malformed") == 4


def test_the_function_names_the_principal_it_recognised() -> None:
    output = first("lambda", "rest", "valid").output
    assert output is not None
    assert output.principal == "user-42"
    denied = first("lambda", "rest", "denied").output
    assert denied is not None
    assert (denied.principal, denied.policy[0].effect) == ("user-42", "Deny")


# What the other ways remember.


def test_a_websocket_api_asks_at_connect_only() -> None:
    for method in ("iam", "lambda"):
        trace = authorize(Setting(method, "websocket", requests=5))
        assert trace.consultations == 1
        assert [visit.route for visit in trace.visits] == ["$connect", *["getOrders"] * 4]
        assert not any(message.checks for visit in trace.visits[1:] for message in visit.messages)
        assert authorize(Setting(method, "websocket", follow="token", requests=5)).consultations == 2
        # A connection that was refused is tried again, with the same end.
        assert authorize(Setting(method, "websocket", "denied", requests=3)).consultations == 3


@pytest.mark.parametrize(("method", "api"), [("cognito", "rest"), ("jwt", "http")])
def test_public_keys_are_fetched_again_after_two_hours(method: str, api: str) -> None:
    trace = authorize(Setting(method, api, requests=8, interval=1800))
    asked = [visit.time for visit in trace.visits if trace.consulted(visit)]
    assert asked == [0, KEYS_LIFE]
    assert [visit.passed for visit in trace.visits] == [True] + [False] * 7


def test_signatures_are_computed() -> None:
    honest, tampered = first("iam", "rest", "valid").evidence, first("iam", "rest", "tampered").evidence
    assert isinstance(honest, Signature)
    assert isinstance(tampered, Signature)
    assert honest.recomputed == honest.sent.signature == tampered.sent.signature
    assert tampered.recomputed not in (None, tampered.sent.signature)
    times = {first("iam", "rest", "valid").evidence.sent.signature for _ in range(2)}
    assert len(times) == 1
    trace = authorize(Setting("iam", "rest", requests=2))
    assert trace.visits[0].evidence != trace.visits[1].evidence


# Policies.


@given(
    st.lists(
        st.tuples(st.sampled_from(["Allow", "Deny"]), st.lists(st.text("ab/*?", max_size=5), max_size=2)), max_size=3
    ),
    st.text("ab/", max_size=5),
)
def test_policies_agree_with_shell_patterns(statements: list[tuple[str, list[str]]], resource: str) -> None:
    matched = {effect for effect, patterns in statements if any(fnmatchcase(resource, each) for each in patterns)}
    expected = "deny" if "Deny" in matched else "allow" if matched else "silent"
    assert evaluate([Statement(effect, tuple(patterns)) for effect, patterns in statements], resource) == expected


def test_a_pattern_is_no_regular_expression() -> None:
    assert evaluate([Statement("Allow", (f"{STAGE}/GET/a.c",))], f"{STAGE}/GET/abc") == "silent"


# The explorer.


def test_the_model_begins_at_noon_in_tokyo() -> None:
    assert datetime.fromisoformat("2026-11-22T12:00:00+09:00").timestamp() == EPOCH
    assert words.clock_time(EPOCH) == "12:00"


def test_the_ttl_has_the_published_default_and_limit() -> None:
    assert Authorizers.ttl.default == facts.value("api_gateway.authorizer-ttl-default") == 300
    assert Authorizers.ttl.high == facts.value("api_gateway.authorizer-ttl-maximum") == 3600


@pytest.mark.parametrize(
    ("name", "other", "rest"),
    [
        ("method", "iam", {}),
        ("api", "websocket", {}),
        ("credential", "missing", {}),
        ("requests", 4, {}),
        ("interval", 300, {}),
        ("follow", "token", {}),
        ("ttl", 0, {}),
        ("identity", "request-route", {"follow": "method"}),
        ("identity", "token", {"api": "http"}),
        ("policy", "narrow", {}),
        ("when", "exam", {"method": "jwt"}),
    ],
)
def test_every_parameter_matters(name: str, other: object, rest: dict[str, object]) -> None:
    def seen(**chosen: object) -> tuple[object, ...]:
        trace: AccessTrace = Authorizers(**chosen).simulate()
        return trace.unsupported, trace.visits

    assert seen(**rest) != seen(**rest | {name: other})


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "Lambda関数の呼び出しは2回"),
        ({"ttl": 0}, "毎回呼び出して"),
        ({"requests": 1}, "5分のあいだ覚えられ"),
        ({"ttl": 100}, "TTL (100秒) を過ぎています"),
        ({"requests": 2, "follow": "token"}, "キーがどれも別"),
        ({"policy": "narrow", "follow": "method"}, "POST /ordersが、権限のある人なのに403"),
        ({"interval": 1800, "ttl": 3600, "requests": 2}, "期限も取り消しも見ません"),
        ({"interval": 1800, "ttl": 3600}, "ただし1件は、期限の後なのに"),
        ({"credential": "missing"}, "Lambda関数を呼び出さずに"),
        ({"credential": "malformed"}, "500 Internal Server Error"),
        ({"credential": "malformed", "requests": 1}, "例外のままでは500になります。"),
        ({"credential": "denied"}, "Deny のポリシー"),
        ({"credential": "tampered", "api": "http"}, "例外の代わりに Deny"),
        ({"identity": "token", "api": "http"}, "TOKENタイプはREST APIだけ"),
        ({"method": "cognito", "api": "http"}, "ユーザープールを指定"),
        ({"method": "jwt", "when": "exam"}, "その後、使えるようになりました"),
        ({"method": "jwt"}, "2023年12月より後に加わりました"),
        ({"method": "jwt", "api": "http"}, "トークンの検査は5回"),
        ({"method": "jwt", "credential": "wrong-audience"}, "別のアプリ"),
        ({"method": "cognito", "credential": "wrong-audience"}, "どのアプリ向けかを調べません"),
        ({"method": "mtls", "api": "websocket"}, "REST APIとHTTP APIだけ"),
        ({"method": "mtls", "credential": "denied"}, "相手が誰かだけ"),
        ({"method": "mtls", "credential": "wrong-audience"}, "宛先がありません"),
        ({"method": "iam"}, "秘密鍵は、一度も送られていません"),
        ({"method": "iam", "credential": "tampered"}, "署名を計算し直す"),
        ({"api": "websocket"}, "後の4件のメッセージは調べられません"),
        ({"api": "websocket", "requests": 1}, "$connectで行われます"),
    ],
)
def test_the_explanation_fits_the_trace(chosen: dict[str, object], said: str) -> None:
    explorer = Authorizers(**chosen)
    explanation = explorer.explain(explorer.simulate())
    assert said in explanation.point + explanation.why
    assert "None" not in explanation.point + explanation.why
    assert explanation.point.endswith("。")
    assert explanation.why.endswith("。")


def test_the_table_counts_the_calls() -> None:
    explorer = Authorizers()
    table = explorer.table(explorer.simulate())
    column = table.columns.index("Lambda関数の呼び出し")
    assert [row[column] for row in table.rows] == [1, 0, 0, 1, 0]


TEXT = re.compile(r'<text x="([\d.-]+)" y="([\d.-]+)" font-size="([\d.]+)"([^>]*)>([^<]*)<')


@pytest.mark.parametrize(("method", "api", "credential"), [*all_settings(), ("jwt", "websocket", "valid")])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_text_stays_on_the_canvas(method: str, api: str, credential: str, layout: str) -> None:
    chosen = {"method": method, "api": api, "credential": credential, "follow": "method", "policy": "narrow"}
    svg = Authorizers.frame(chosen | {"requests": 8, "interval": 1700}, (layout,))["pictures"][layout]
    height = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)[1])
    found = TEXT.findall(svg)
    assert len(found) > 10
    for x, y, size, style, content in found:
        width = text_width(content, float(size))
        start = float(x) - (width if '"end"' in style else width / 2 if '"middle"' in style else 0)
        assert start >= -1, content
        assert start + width <= LAYOUTS[layout].width + 1, content
        assert float(size) < float(y) < height, content
        assert float(size) >= LAYOUTS[layout].small
