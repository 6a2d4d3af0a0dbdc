"""The right answers on section 2-6, computed by the models of Elastic Load Balancing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from kumo.elb.explorers import Balancing, CrossZone, HealthAndDraining, LoadBalancerChooser, StickySessions
from kumo.elb.model import balancing, health, sticky
from kumo.elb.model.listener_rules import RulesTrace, judge, request_of
from kumo.elb.model.rule_text import Forward, Redirect
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.questions.bank import Question

OUTSIDE = "203.0.113.9"


def right(asked: Question) -> str:
    """Return the right option of a question with one."""
    (option,) = asked.right
    return option.text


def judged(rules: str, url: str, source: str = OUTSIDE) -> RulesTrace:
    """Return what the rules do with a GET request."""
    return judge(rules, request_of(f"GET {url}", "", source))


@pytest.mark.parametrize(
    ("needs", "said"),
    [(["routing", "lambda"], "URLのパス"), (["udp", "static-ip"], "UDP"), (["appliance"], "アプライアンス")],
)
def test_load_balancer_by_requirement(needs: list[str], said: str) -> None:
    names = {"alb": "Application", "nlb": "Network", "glb": "Gateway", "clb": "Classic"}
    (remaining,) = LoadBalancerChooser(needs=needs).simulate().remaining
    (pair,) = (pair for pair in question("load-balancer-by-requirement").pairs if said in pair.left)
    assert pair.right == f"{names[remaining]} Load Balancer"


def test_alb_or_api_gateway() -> None:
    # Why one of the wrong options cannot even be built.
    assert "nlb" not in LoadBalancerChooser(needs=["lambda"]).simulate().remaining
    assert "API Gateway" in right(question("alb-or-api-gateway"))


def test_broad_rule_comes_first() -> None:
    url = "https://www.example.com/api/users"
    asked = question("broad-rule-comes-first")
    rules = {
        "10より小さい値": "5 path=/api/* -> forward api\n10 path=/* -> forward web",
        "20より大きい値": "10 path=/* -> forward web\n30 path=/api/* -> forward api",
        "ホスト名も": "10 path=/* host=www.example.com -> forward web\n20 path=/api/* -> forward api",
        "999": "10 path=/* -> forward web\n20 path=/api/* -> forward api:999",
    }
    mends = []
    for option, (said, lines) in zip(asked.options, rules.items(), strict=True):
        assert said in option.text
        if judged(lines + "\ndefault -> fixed 404", url).shares == (("api", 1),):
            mends.append(option.text)
    assert mends == [right(asked)]


def test_which_group_takes_request() -> None:
    rules = """10 host=api.example.com path=/v2/* -> forward api-v2
20 host=api.example.com -> forward api
30 path=/admin/* source=198.51.100.0/24 -> forward admin
default -> forward web"""
    asked = question("which-group-takes-request")
    for pair in asked.pairs:
        ((group, _),) = judged(rules, pair.left.strip("`")).shares
        assert pair.right == f"`{group}`"
    ((inside, _),) = judged(rules, "https://www.example.com/admin/users", "198.51.100.7").shares
    assert asked.decoys[0].right == f"`{inside}`"


def test_fixed_address_and_path_rules() -> None:
    trace = LoadBalancerChooser(needs=["routing", "static-ip", "waf"]).simulate()
    assert trace.remaining == ()
    assert trace.chained
    assert "NLBを前に置き、ALBをターゲット" in right(question("fixed-address-and-path-rules"))


def test_canary_with_target_groups() -> None:
    trace = judged("default -> forward stable:99,canary:1", "https://www.example.com/")
    assert dict(trace.shares)["canary"] == pytest.approx(0.01)
    back = judged("default -> forward stable:99,canary:0", "https://www.example.com/")
    assert dict(back.shares).get("canary", 0) == 0
    assert isinstance(back.winner.rule.action, Forward)
    assert "重みを99と1" in right(question("canary-with-target-groups"))


def test_move_visitors_to_https() -> None:
    trace = judged("default -> redirect https://#{host}:443/#{path}?#{query} 301", "http://www.example.com/cart")
    assert isinstance(trace.winner.rule.action, Redirect)
    assert trace.location.startswith("https://www.example.com:443/cart")
    assert not trace.problem
    assert "リダイレクト" in right(question("move-visitors-to-https"))


def test_tls_not_opened_on_the_way() -> None:
    trace = LoadBalancerChooser(needs=["passthrough"]).simulate()
    assert "alb" not in trace.remaining
    assert "nlb" in trace.remaining
    assert right(question("tls-not-opened-on-the-way")).startswith("NLBのTCPリスナー")


def test_lone_target_share() -> None:
    asked = question("lone-target-share")
    assert asked.answer

    def shares(*, cross: bool) -> list[float]:
        trace = CrossZone(a=3, b=1, cross=cross).simulate()
        return [float(100 * trace.per_target(zone) / trace.load) for zone in trace.zones]

    first, second = shares(cross=False)
    assert second == asked.answer.value
    traps = [trap.value for trap in asked.traps]
    assert traps == pytest.approx([shares(cross=True)[1], 100 * first / second, first], abs=0.1)


def detected(interval: int, timeout: int, unhealthy: int, *, hangs: bool = True, offset: int = 0) -> int:
    """Return the seconds from the failure until it is noticed, `offset` seconds after a check that succeeded."""
    trace = health.live(health.Settings(interval, timeout, unhealthy, 5, hangs, offset, 600, 0, 300, 0))
    assert trace.detected_at is not None
    return trace.detected_at - trace.failed_at


def test_longest_until_noticed() -> None:
    asked = question("longest-until-noticed")
    assert asked.answer
    worst = max(detected(15, 5, 3, offset=offset) for offset in range(15))
    # The model counts whole seconds: the failure comes one after the check at the earliest.
    assert worst == detected(15, 5, 3, offset=1) == 49
    assert abs(worst - asked.answer.value) <= (asked.answer.tolerance or 0)
    traps = [trap.value for trap in asked.traps]
    refused, lucky, added, usual = traps
    assert refused == detected(15, 5, 3, hangs=False, offset=1) + 1
    assert lucky == detected(15, 5, 3, offset=0)
    assert added == 3 * (15 + 5)
    assert usual == detected(30, 5, 2, offset=1) + 1


def test_life_of_a_target() -> None:
    trace = HealthAndDraining().simulate()
    assert trace.detected_at
    assert trace.returned_at
    assert trace.errors
    failed = [check for check in trace.checks if not check.passed]
    good = [check for check in trace.checks if check.passed and check.sent > trace.repaired_at]
    settings = trace.settings
    moments = {
        "失われ始める": next(second for second, (_, lost) in enumerate(trace.sent) if lost),
        "異常のしきい値": failed[settings.unhealthy - 1].sent,
        "届かなくなる": trace.detected_at,
        "正常のしきい値": good[settings.healthy - 1].sent,
        "少しずつ増える": trace.returned_at + 1,
    }
    assert all(earlier < later for earlier, later in pairwise(moments.values()))
    for said, item in zip(moments, question("life-of-a-target").items, strict=True):
        assert said in item.text
    # Nothing arrives while it is out of service.
    assert not any(sum(trace.sent[second]) for second in range(trace.detected_at + 1, trace.returned_at))


def slow(policy: str, trouble: str = "slow") -> balancing.Run:
    """Return what a policy makes of the explorer's traffic while a target is in trouble."""
    return Balancing(policy=policy, trouble=trouble).simulate().run


def test_one_slow_target() -> None:
    policies = (balancing.ROUND_ROBIN, balancing.LEAST, balancing.RANDOM)
    turns, least, chance = (slow(policy).percentile(0.95) or 0 for policy in policies)
    assert 0 < least < turns / 4
    assert chance > turns / 2
    assert "最小未処理リクエスト" in right(question("one-slow-target"))


def test_broken_target_draws_requests() -> None:
    least, turns = slow(balancing.LEAST, "failing"), slow(balancing.ROUND_ROBIN, "failing")
    assert least.errors > turns.errors > 0
    assert turns.errors == pytest.approx(len(turns.served) / 4, rel=0.02)
    assert slow(balancing.LEAST, "none").errors == 0
    assert "データベースまで確かめる" in right(question("broken-target-draws-requests"))


def test_deployment_waits_for_draining() -> None:
    def lasts(delay: int, **changes: int) -> int:
        trace = HealthAndDraining(delay=delay, remaining=0, **changes).simulate()
        (draining,) = (phase for phase in trace.phases if phase.kind == "draining")
        return draining.end - draining.start

    assert lasts(300) == 300
    assert lasts(30) == 30
    assert lasts(300, slow_start=30) == lasts(300, interval=10) == 300
    assert "登録解除の遅延" in right(question("deployment-waits-for-draining"))


def test_scaled_out_but_still_hot() -> None:
    def share(kind: str, duration: int = 86_400) -> float:
        settings = sticky.Settings(kind, duration, 30, 1800, 2, 2)
        return sticky.expected_share(settings, 600)

    assert share(sticky.OFF) == 0.5
    assert share(sticky.LB_COOKIE, 1800) == pytest.approx(share(sticky.LB_COOKIE), abs=0.01)
    assert share(sticky.LB_COOKIE) < 0.2
    assert StickySessions(kind="off").simulate().close_share == pytest.approx(0.5, abs=0.05)
    assert {option.text for option in question("scaled-out-but-still-hot").right} == {
        "セッションの情報を、ElastiCacheかDynamoDBに移す",
        "スティッキーセッションを無効にする",
    }
