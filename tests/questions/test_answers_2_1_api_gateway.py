"""Right answers of section 2-1 that a model can compute, computed."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kumo.api_gateway.explorers import ThrottlingChain
from kumo.api_gateway.model import api_map, api_types, authorizers, caching, canary, request_journey, route_selection
from kumo.api_gateway.model.authorizers import Setting
from kumo.api_gateway.model.caching import Arrival, CacheSettings, Clients
from kumo.api_gateway.model.throttling_chain import Level
from kumo.api_gateway.model.token_bucket import SECOND, TokenBucket, base_load, throttle
from kumo.core import facts
from kumo.core.streams import stream
from tests.questions.bank import question
from tests.questions.verdicts import agree, right

if TYPE_CHECKING:
    from collections.abc import Callable


def traps(identifier: str) -> set[float]:
    return {trap.value for trap in question(identifier).traps}


# ---------------------------------------------------------------- 2-1-1


def test_proxy_body_is_not_text() -> None:
    def status(backend: str, *, header: bool = True) -> int:
        return request_journey.travel("42", proxy=True, header=header, backend=backend).status

    # The model's broken function returns its body as an object instead of text.
    agree(
        "proxy-body-is-not-text",
        {"辞書をそのまま": status("broken") == 502, "必須のヘッダー": status("found", header=False) == 502},
    )
    assert status("found") == 200


def test_stages_of_a_rest_method() -> None:
    trace = request_journey.travel("42", proxy=False, header=True, backend="missing")
    does = {
        "必須のヘッダー": "method-request",
        "組み立てる": "integration-request",
        "項目を読み": "backend",
        "404に変える": "integration-response",
        "クライアントに返す": "method-response",
    }
    items = [item.text for item in question("stages-of-a-rest-method").items]
    stages = [next(stage for part, stage in does.items() if part in text) for text in items]
    assert stages == [stage.key for stage in trace.stages[1:]]
    backend, integration_response = trace.stages[3:5]
    assert (backend.message.line, integration_response.message.line) == ("200", "404")


# ---------------------------------------------------------------- 2-1-2


def test_websocket_authorizer_once() -> None:
    trace = authorizers.authorize(Setting("lambda", "websocket", requests=4))
    assert trace.visits[0].route == "$connect"
    agree(
        "websocket-authorizer-once",
        {"`$connect`で利用者": trace.consultations == 1, "メッセージのたびに": trace.consultations == 4},
    )


def test_url_without_a_stage_name() -> None:
    def shown(stage: str | None) -> bool:
        return "prod" in str(api_map.invoke_url("http", "a1b2c3d4e5", "ap-northeast-1", stage))

    assert shown("prod")
    right = [option.text for option in question("url-without-a-stage-name").right]
    assert ("`$default`ステージにデプロイする" in right) == (not shown(None))


def test_message_with_another_field() -> None:
    message = '{"type": "sendmessage", "text": "hi"}'
    assert message in question("message-with-another-field").stem
    keys = ("joinroom", "sendmessage", "$default")
    chosen = route_selection.select("$request.body.action", message, keys).route
    agree("message-with-another-field", {f"`{key}`": key == chosen for key in keys})
    assert route_selection.select("$request.body.type", message, keys).route == "sendmessage"


def test_time_to_reconnect_everyone() -> None:
    seconds = 100_000 / facts.value("api_gateway.websocket-connections")
    assert question("time-to-reconnect-everyone").answer.value == seconds
    lasting = 3600 * facts.value("api_gateway.websocket-duration")
    assert traps("time-to-reconnect-everyone") == {lasting, 100_000 / facts.value("api_gateway.account-rate"), 0}


# ---------------------------------------------------------------- 2-1-3


def test_ways_that_do_not_fit() -> None:
    said = {
        "CognitoオーソライザーとHTTP API": ("cognito", "http"),
        "JWTオーソライザーとREST API": ("jwt", "rest"),
        "LambdaオーソライザーとWebSocket API": ("lambda", "websocket"),
        "相互TLSとWebSocket API": ("mtls", "websocket"),
        "IAMアクセス権限とHTTP API": ("iam", "http"),
    }
    missing = {text: api not in authorizers.supporting(method) for text, (method, api) in said.items()}
    agree("ways-that-do-not-fit", missing)
    assert "rest" not in authorizers.supporting("jwt", "exam")


def test_revoked_but_still_allowed() -> None:
    # The question is whether the second call of the same token asks the function again.
    usual = Setting("lambda", "rest", requests=2, interval=60, ttl=300)

    def asked_again(**changes: object) -> bool:
        return authorizers.authorize(replace(usual, **changes)).consultations == usual.requests

    assert not asked_again(identity="token")
    agree(
        "revoked-but-still-allowed",
        {
            "オーソライザーのキャッシュをフラッシュ": asked_again(interval=320),  # as after the end of the TTL
            "TTLを、0に": asked_again(ttl=0),
            "`TOKEN`から`REQUEST`": asked_again(identity="request"),
            "メソッドだけに狭める": asked_again(policy="narrow"),
        },
    )


def test_jwt_without_code_and_cache() -> None:
    def left(when: str) -> set[str]:
        jwt, cache = api_types.feature("jwt"), api_types.feature("cache")
        return set(jwt.satisfied_by(when)) & set(cache.satisfied_by(when))

    said = {"REST APIとJWTオーソライザー": "rest", "HTTP APIとJWTオーソライザー": "http"}
    agree("jwt-without-code-and-cache", {text: api in left("today") for text, api in said.items()})
    assert left("exam") == set()


def test_get_works_post_is_forbidden() -> None:
    found = Setting("lambda", "rest", identity="request", policy="narrow", follow="method", requests=2)

    def statuses(**changes: object) -> list[int | None]:
        return [visit.status for visit in authorizers.authorize(replace(found, **changes)).visits]

    assert statuses(interval=60) == [200, 403]
    assert statuses(interval=320) == [200, 200]
    assert statuses(interval=60, identity="request-route") == [200, 200]
    agree(
        "get-works-post-is-forbidden",
        {
            "呼ばれたメソッドだけ": statuses(interval=60, policy="broad") == [200, 200],
            "IDソースの値が足りず": statuses(interval=60, credential="missing") == [200, 403],
            "有効期限": statuses(interval=60, credential="expired") == [200, 403],
        },
    )


def test_authorizer_calls_for_two_users() -> None:
    def calls(**changes: object) -> int:
        setting = Setting("lambda", "rest", requests=8, interval=80, follow="token", ttl=300)
        return authorizers.authorize(replace(setting, **changes)).consultations

    assert calls() == question("authorizer-calls-for-two-users").answer.value
    assert {calls(follow="same"), calls(ttl=0)} <= traps("authorizer-calls-for-two-users")


# ---------------------------------------------------------------- 2-1-4


@pytest.mark.parametrize("burst", [20, 200])
def test_throttling_long_run_share(burst: int) -> None:
    asked = question("throttling-long-run-share")
    duration = 3000 * SECOND
    run = throttle(10, burst, base_load(15, duration), (), duration)
    share = 100 * run.rejected / len(run.requests)
    assert share == pytest.approx(asked.answer.value, abs=asked.answer.tolerance)


def test_two_spikes_one_second_apart() -> None:
    run = throttle(50, 80, (), ((0, 200), (SECOND, 200)), 2 * SECOND)
    assert run.accepted == question("two-spikes-one-second-apart").answer.value
    # Two full buckets; the rate both times; the rate added to the first spike as well.
    assert traps("two-spikes-one-second-apart") == {80 + 80, 50 + 50, 80 + 50 + 50}


def test_customer_within_the_contract() -> None:
    explorer = ThrottlingChain(others=12000)
    usual = explorer.simulate()
    # Within the plan, and yet refused: by the account, on which other APIs draw.
    assert usual.rejected("standard", Level.PLAN) == 0
    alone = ThrottlingChain(others=0, free_load=0).simulate()
    slow_method = ThrottlingChain(others=0, free_load=0, post_rate=500, post_share=100).simulate()
    agree(
        "customer-within-the-contract",
        {
            "ほかのAPIに": usual.rejected("standard", Level.ACCOUNT) > alone.rejected("standard", Level.ACCOUNT) == 0,
            "メソッド別の設定": slow_method.rejected("standard", Level.METHOD) > 0,
        },
    )


def sent(wait: Callable[[int], float]) -> tuple[float, int]:
    """Return when the last of 100 clients succeeds (seconds), and how many requests that takes."""
    bucket, calls, last = TokenBucket(10, 20), 0, 0
    queue = [(0, client, 0) for client in range(100)]
    while queue:
        time, client, attempt = heapq.heappop(queue)
        calls += 1
        if bucket.take(time):
            last = time
        else:
            heapq.heappush(queue, (time + round(wait(attempt) * SECOND), client, attempt + 1))
    return last / SECOND, calls


def test_retry_after_429() -> None:
    chance = stream(1, "retry-after-429")
    found = {
        "一定の間隔": sent(lambda _: 0.1),
        "ランダムにずらす": sent(lambda attempt: chance.uniform(0, min(8, 0.1 * 2**attempt)) + 1e-3),
        "全員が同じ時刻": sent(lambda attempt: min(8, 0.1 * 2**attempt)),
        "10秒の間隔": sent(lambda _: 10),
    }
    bound = (100 - 20) / 10
    # Close to the bound, with a fraction of the requests of those who never wait.
    good = {text: end < 2 * bound and calls < found["一定の間隔"][1] / 3 for text, (end, calls) in found.items()}
    agree("retry-after-429", good)


# ---------------------------------------------------------------- 2-1-5


def test_fresh_value_after_an_update() -> None:
    minute = caching.MINUTE
    # Two products are in the cache when the first one changes, after a minute; then both are asked for.
    asked = [Arrival(0, 0), Arrival(0, 1), Arrival(3 * minute, 0), Arrival(3 * minute + 1, 1)]

    def outcomes(settings: CacheSettings, *more: Arrival) -> list[str]:
        run = caching.run(settings, Clients(1, (0.5, 0.5)), [*asked, *more], 10 * minute)
        return [request.outcome for request in run.requests if request.arrival in asked[2:]]

    hour = CacheSettings(ttl=3600, change=1)
    fresh_and_kept = [caching.HIT, caching.STALE]
    update = Arrival(3 * minute - 1, 0, max_age_0=True, permitted=True)
    # In the model the data change for all keys; that the other key's answer is still the old one shows it was kept.
    agree(
        "fresh-value-after-an-update",
        {
            "`Cache-Control": outcomes(replace(hour, change=2), update) == fresh_and_kept,
            "全体をフラッシュ": outcomes(replace(hour, change=2, flush=3 * minute - 1)) == fresh_and_kept,
            "TTLを60秒": outcomes(replace(hour, change=2, ttl=60)) == fresh_and_kept,
        },
    )


def test_hit_ratio_of_one_key() -> None:
    asked = question("hit-ratio-of-one-key")
    settings, clients = CacheSettings(300), Clients(1, (1.0,))
    exact = 100 * caching.expected(settings, clients).hit
    assert exact == pytest.approx(asked.answer.value, abs=asked.answer.tolerance)
    duration = 2000 * 60 * caching.MINUTE
    run = caching.run(settings, clients, caching.arrivals(clients, duration, seed=1), duration)
    assert 100 * run.hits / len(run.requests) == pytest.approx(exact, abs=1)


def test_promoted_without_variables() -> None:
    # After a promotion nobody is sent to the canary any more, whether its settings are still there or not.
    settings = canary.CanarySettings(0.1, 1000, 0.01, 0.01, canary.PROMOTE, 500)
    after = canary.run(settings, seed=1).between(500, 1000)
    assert right("promoted-without-variables", "あとも消していない") == (after.old > 0)


# ---------------------------------------------------------------- 2-1-6


def test_partners_by_contract() -> None:
    needs = [api_types.feature(key) for key in ("mtls", "api-keys", "client-usage")]
    apis = {api for api in api_types.API_TYPES if all(api in need.satisfied_by() for need in needs)}
    shut_in = any({"private", "mtls"} == set(conflict.features) for conflict in api_types.conflicts())
    agree(
        "partners-by-contract",
        {
            "リージョンのREST API": "rest" in apis,
            "HTTP API": "http" in apis,
            "プライベートのREST API": "rest" in apis and not shut_in,
            "WebSocket API": "websocket" in apis,
        },
    )


def test_wait_a_minute_for_the_answer() -> None:
    minute = 60
    for part, limit in (("HTTP APIの統合タイムアウト", "http-timeout"), ("既定の待ち時間", "rest-timeout")):
        waits = facts.value(f"api_gateway.{limit}") >= minute
        assert right("wait-a-minute-for-the-answer", part) == waits, part


def test_ranking_for_everyone() -> None:
    assert right("ranking-for-everyone", "つなぎ直す") == (facts.value("api_gateway.websocket-duration") < 3)


def test_kind_of_api_for_the_requirement() -> None:
    needs = {"株価": "push", "キャッシュ": "cache", "OIDC": "jwt", "VPCの中": "private"}
    names = {"rest": "REST API", "http": "HTTP API", "websocket": "WebSocket API"}
    prices = api_types.prices()
    for pair in question("kind-of-api-for-the-requirement").pairs:
        need = next(key for part, key in needs.items() if part in pair.left)
        apis = api_types.feature(need).satisfied_by()
        best = apis[0] if len(apis) == 1 else min(apis, key=prices.__getitem__)
        assert pair.right == names[best], pair.left
