"""Answers of readers that are nearly right: each gets the sentence that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs import Lab

ADDRESS = {"TTL": 60, "ResourceRecords": [{"Value": "192.0.2.10"}]}
MOVED = [
    ("example.com.", "A", 3600, "192.0.2.10"),
    ("example.com.", "MX", 3600, "10 mail.example.com."),
    ("example.com.", "TXT", 3600, '"v=spf1 mx -all"'),
    ("mail.example.com.", "A", 3600, "192.0.2.25"),
    ("www.example.com.", "CNAME", 300, "example.com."),
]
PATH = {"Field": "path-pattern", "Values": ["/api/*"]}
BETA = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Beta", "Values": ["yes"]}}
OLD = {"Field": "host-header", "Values": ["old.example.com"]}
MOVE = {"Protocol": "HTTPS", "Host": "example.com", "Port": "443", "StatusCode": "HTTP_301"}

Change = tuple[str, dict[str, Any]]


class Site:
    """The zone, the balancer, and calls that change them."""

    def __init__(self, lab: Lab) -> None:
        self.route53, self.elbv2, self.ec2 = (lab.client(name) for name in ("route53", "elbv2", "ec2"))

    def make_zone(self) -> None:
        made = self.route53.create_hosted_zone(Name="example.com", CallerReference="once")
        self.zone = made["HostedZone"]["Id"]

    def change(self, *records: dict[str, Any], action: str = "UPSERT") -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for record in records]}
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=batch)

    def move(self, *, action: str = "UPSERT", ttl: int | None = None, least: int = 0) -> None:
        self.change(
            *(
                {"Name": name, "Type": kind, "TTL": ttl or own, "ResourceRecords": [{"Value": value}]}
                for name, kind, own, value in MOVED[least:]
            ),
            action=action,
        )

    def make_groups(self, path: str = "/health", *, targets: bool = True) -> None:
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.groups: dict[str, str] = {}
        for name in ("web", "api", "api-new"):
            made = self.elbv2.create_target_group(
                Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip", HealthCheckPath=path
            )
            self.groups[name] = made["TargetGroups"][0]["TargetGroupArn"]
            if targets:
                addresses = [{"Id": "172.31.0.21"}, {"Id": "172.31.16.21"}]
                self.elbv2.register_targets(TargetGroupArn=self.groups[name], Targets=addresses)

    def make_balancer(self, subnets: int = 2, default: str = "web") -> None:
        found = self.ec2.describe_subnets()["Subnets"][:subnets]
        made = self.elbv2.create_load_balancer(Name="shop", Subnets=[each["SubnetId"] for each in found])
        self.balancer = made["LoadBalancers"][0]
        listener = self.elbv2.create_listener(
            LoadBalancerArn=self.balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[self.forward(default)],
        )
        self.listener = listener["Listeners"][0]["ListenerArn"]

    def forward(self, *names: str, **weights: int) -> dict[str, Any]:
        if names:
            return {"Type": "forward", "TargetGroupArn": self.groups[names[0]]}
        groups = [
            {"TargetGroupArn": self.groups[name.replace("_", "-")], "Weight": weight}
            for name, weight in weights.items()
        ]
        return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}

    def rule(self, priority: int, conditions: list[dict[str, Any]], action: dict[str, Any]) -> None:
        self.elbv2.create_rule(ListenerArn=self.listener, Priority=priority, Conditions=conditions, Actions=[action])

    @property
    def alias(self) -> dict[str, Any]:
        return {
            "DNSName": self.balancer["DNSName"],
            "HostedZoneId": self.balancer["CanonicalHostedZoneId"],
            "EvaluateTargetHealth": True,
        }


@pytest.fixture
def site(session: Lab) -> Site:
    session.start("route53-elb")
    made = Site(session)
    made.make_zone()
    made.make_groups()
    made.make_balancer()
    return made


def test_zones(session: Lab) -> None:
    session.start("route53-elb")
    site = Site(session)
    assert "ホストゾーンexample.comがありません" in session.examine("zone", site.move).text
    site.make_zone()
    assert "ActionをUPSERTにします" in session.examine("zone", lambda: site.move(action="CREATE")).text
    assert session.examine("zone", site.move).done
    assert "TTLは3600です" in session.examine("zone", lambda: site.move(ttl=60)).text
    site.make_zone()
    assert "2つあります" in session.examine("zone", site.move).text


def test_a_zone_without_some_records(session: Lab) -> None:
    session.start("route53-elb")
    site = Site(session)
    site.make_zone()
    assert "example.comのAがありません" in session.examine("zone", lambda: site.move(least=1)).text


@pytest.mark.parametrize(
    ("groups", "balancer", "sentence"),
    [
        ({}, {}, "2つのゾーンにあり"),
        ({"path": "/"}, {}, "webのヘルスチェックのパスが/です"),
        ({"targets": False}, {}, "webにターゲットがありません"),
        ({}, {"subnets": 1}, "違うゾーンのサブネットを2つ"),
        ({}, {"default": "api"}, "「ターゲットグループapiへ転送」です。modify_listenerで、既定の"),
    ],
)
def test_balancers(session: Lab, groups: dict[str, Any], balancer: dict[str, Any], sentence: str) -> None:
    session.start("route53-elb")
    site = Site(session)
    site.make_groups(**groups)
    site.make_balancer(**balancer)
    assert sentence in session.examine("balancer").text


def test_a_balancer_that_is_still_to_come(session: Lab) -> None:
    session.start("route53-elb")
    assert "ターゲットグループwebがありません" in session.examine("balancer").text
    Site(session).make_groups()
    assert "ALBのshopがありません" in session.examine("balancer").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "example.comはALBへのエイリアス"),
        ({"DNSName": "other-1.ap-northeast-1.elb.amazonaws.com"}, "エイリアスの相手がother-1"),
        ({"HostedZoneId": "ZOWN"}, "自分のゾーンではなく、ALBのCanonicalHostedZoneId"),
        ({"EvaluateTargetHealth": False}, "EvaluateTargetHealthが偽です"),
    ],
)
def test_aliases(site: Site, session: Lab, change: dict[str, Any], sentence: str) -> None:
    site.change({"Name": "example.com", "Type": "A", **ADDRESS})
    assert "エイリアスではありません" in session.examine("apex").text
    site.change({"Name": "example.com", "Type": "A", "AliasTarget": site.alias | change})
    assert sentence in session.examine("apex").text


def test_a_cname_at_the_apex_is_named_although_moto_takes_it(site: Site, session: Lab) -> None:
    site.change({"Name": "example.com", "Type": "A", "AliasTarget": site.alias})
    site.change({"Name": "example.com", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "x.example.net"}]})
    assert "ゾーンの頂点にCNAMEは置けない" in session.examine("apex").text


def redirect(**change: str) -> dict[str, Any]:
    return {"Type": "redirect", "RedirectConfig": MOVE | change}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ([(10, [PATH, BETA], "api-new"), (20, [PATH], "api"), (30, [OLD], redirect())], "別々の行き先に分けました"),
        ([(10, [PATH], "api-new")], "/api/itemsの行き先が「ターゲットグループapi-newへ転送」です"),
        ([(10, [PATH], "api"), (20, [PATH, BETA], "api-new")], "先に調べるようにします"),
        ([(10, [BETA], "api-new"), (20, [PATH], "api")], "/pensの行き先が"),
        ([(10, [PATH, BETA], "api-new"), (20, [PATH], "api")], "redirectのルールを加えます"),
        (
            [(10, [PATH, BETA], "api-new"), (20, [PATH], "api"), (30, [OLD], redirect(Path="/"))],
            "パスとクエリは元のまま残します",
        ),
        (
            [(10, [PATH, BETA], "api-new"), (20, [PATH], "api"), (30, [OLD], redirect(StatusCode="HTTP_302"))],
            "HTTP_301にします",
        ),
    ],
)
def test_rules(site: Site, session: Lab, rules: list[Any], sentence: str) -> None:
    for priority, conditions, action in rules:
        site.rule(priority, conditions, site.forward(action) if isinstance(action, str) else action)
    assert sentence in session.examine("rules").text


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"api": 90, "api_new": 10}, "1割がapi-newへ流れ"),
        ({"api": 9, "api_new": 1}, "1割がapi-newへ流れ"),
        ({"api": 90}, "apiとapi-newの2つを並べます"),
        ({"api": 100, "api_new": 10}, "api-newに流れるのが9%です"),
    ],
)
def test_weights(site: Site, session: Lab, weights: dict[str, int], sentence: str) -> None:
    site.rule(10, [PATH, BETA], site.forward("api-new"))
    site.rule(20, [PATH], site.forward(**weights))
    assert sentence in session.examine("canary").text


def test_weights_for_everybody(site: Site, session: Lab) -> None:
    site.rule(10, [PATH], site.forward(api=90, api_new=10))
    assert "X-Beta: yesのリクエストまで分かれました" in session.examine("canary").text


@pytest.mark.parametrize(
    ("config", "change", "sentence"),
    [
        ({}, lambda *_: None, "お詫びの画面が答えます"),
        ({"FullyQualifiedDomainName": "shop.example.com"}, lambda *_: None, "切り替わった先を調べてしまう"),
        ({"FullyQualifiedDomainName": "www.example.com"}, lambda *_: None, "ヘルスチェックの相手がwww.example.comです"),
        ({"FailureThreshold": 1}, lambda *_: None, "FailureThresholdが1です。3にします"),
        ({}, lambda first, _: first.pop("HealthCheckId"), "プライマリにヘルスチェックが付いていません"),
        ({}, lambda _, second: second.update(Failover="PRIMARY"), "FailoverがSECONDARYのレコードがありません"),
        ({}, lambda first, _: (first.pop("AliasTarget"), first.update(ADDRESS)), "ALBへのエイリアスではありません"),
        ({}, lambda _, second: second.update(TTL=3600), "セカンダリのTTLが3600秒です"),
        ({}, lambda _, second: second.update(ADDRESS), "セカンダリの値が192.0.2.10です"),
    ],
)
def test_failover(site: Site, session: Lab, config: dict[str, Any], change: Callable[..., Any], sentence: str) -> None:
    assert "ヘルスチェックがありません" in session.examine("failover").text
    asked = {
        "Type": "HTTP",
        "FullyQualifiedDomainName": site.balancer["DNSName"],
        "Port": 80,
        "ResourcePath": "/health",
        "RequestInterval": 30,
        "FailureThreshold": 3,
    }
    made = site.route53.create_health_check(CallerReference="once", HealthCheckConfig=asked | config)
    assert "shop.example.comのAがありません" in session.examine("failover").text
    shared = {"Name": "shop.example.com", "Type": "A"}
    first = {
        **shared,
        "SetIdentifier": "balancer",
        "Failover": "PRIMARY",
        "HealthCheckId": made["HealthCheck"]["Id"],
        "AliasTarget": site.alias,
    }
    second = {
        **shared,
        "SetIdentifier": "sorry",
        "Failover": "SECONDARY",
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.99"}],
    }
    change(first, second)
    site.change(first, second)
    assert sentence in session.examine("failover").text


def test_draining(site: Site, session: Lab) -> None:
    api = {"TargetGroupArn": site.groups["api"]}
    assert "遅延が300秒です" in session.examine("drain").text
    site.elbv2.modify_target_group_attributes(
        **api, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    )
    assert "172.31.0.21が、まだapiに登録されています" in session.examine("drain").text
    site.elbv2.deregister_targets(**api, Targets=[{"Id": "172.31.0.21"}])
    assert session.examine("drain").done
    site.elbv2.deregister_targets(**api, Targets=[{"Id": "172.31.16.21"}])
    assert "1つもありません" in session.examine("drain").text


def test_spreading(session: Lab) -> None:
    session.start("route53-elb")
    assert "share_by_dns(10, 50, 1)がNoneを返しました" in session.examine("spread", lambda *_: None).text
    assert "モデルでは" in session.examine("spread", lambda new, *_: new / 100).text
