"""Checks of the lab on Route 53 and ELB: a stationer's site moves."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from kumo.elb.api import rules_text
from kumo.elb.model.listener_rules import RulesTrace, judge, request_of
from kumo.elb.words.listener_rules import outcome
from kumo.labs.steps import need, step
from kumo.route53.api import zone_text
from kumo.route53.model.selection import by_weight
from kumo.route53.model.zone import Zone, parse
from kumo.route53.words.hosted_zone import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.labs.session import Lab

TITLE = "文房具店のサイトを引っ越す"
COSTS = (
    "ホストゾーンと、AWSの中を調べるヘルスチェックが、それぞれ月0.5ドル、ALBが1時間に数円です。"
    "ALBのパブリックIPv4アドレスにも、1つにつき1時間あたり0.005ドルかかります(2つのゾーンなら2つ以上)。"
    "ALBは使わなくても料金がかかるので、終わったらすぐに消してください。"
    "ターゲットグループ、ヘルスチェック、ホストゾーンも消してください。"
)

ORIGIN = "example.com."
# What the old provider's zone file says, as the API writes it.
MOVED = {
    ("example.com.", "MX"): (3600, {"10 mail.example.com."}),
    ("example.com.", "TXT"): (3600, {'"v=spf1 mx -all"'}),
    ("mail.example.com.", "A"): (3600, {"192.0.2.25"}),
    ("www.example.com.", "CNAME"): (300, {"example.com."}),
}
GROUPS = ("web", "api", "api-new")
SORRY, LEAVING = "192.0.2.99", "172.31.0.21"


@step("ゾーンを引き継ぐ")
def zone(lab: Lab, import_records: Callable[[], object]) -> str:
    zones = [each for each in lab.client("route53").list_hosted_zones()["HostedZones"] if each["Name"] == ORIGIN]
    need(zones, "ホストゾーンexample.comがありません。aws route53 create-hosted-zoneで作ります。")
    need(
        len(zones) == 1,
        f"ホストゾーンexample.comが{len(zones)}つあります。最初のセルからやり直して、1つだけ作ります。",
    )
    client = lab.client("route53")
    try:
        import_records()
        import_records()
    except client.exceptions.InvalidChangeBatch as error:
        said = error.response["Error"]["Message"]
        need(condition=False, sentence=f"2回目の変更が断られました({said})。ActionをUPSERTにします。")
    held = _zone(lab)
    need("A" in held.at(ORIGIN), "example.comのAがありません。movedのレコードを、すべて変更に入れます。")
    for (name, kind), (ttl, values) in MOVED.items():
        found = held.at(name).get(kind)
        need(found, f"{name}の{kind}がありません。movedのレコードを、すべて変更に入れます。")
        if found:
            need(
                {value.text for value in found.values} == values and found.ttl == ttl,
                f"{name}の{kind}が、ゾーンファイルと違います。値は{'、'.join(values)}、TTLは{ttl}です。",
            )
    return f"前のDNSの{len(MOVED) + 1}つのレコードが入り、同じ変更を2回送っても断られません。"


@step("ALBを置く")
def balancer(lab: Lab) -> str:
    client, groups = lab.client("elbv2"), _groups(lab)
    for name in GROUPS:
        need(name in groups, f"ターゲットグループ{name}がありません。create_target_groupで作ります。")
        path = groups[name]["HealthCheckPath"]
        need(path == "/health", f"{name}のヘルスチェックのパスが{path}です。modify_target_groupで/healthに変えます。")
        targets = client.describe_target_health(TargetGroupArn=groups[name]["TargetGroupArn"])
        need(targets["TargetHealthDescriptions"], f"{name}にターゲットがありません。register_targetsで登録します。")
    made = _balancer(lab)
    zones = {each["ZoneName"] for each in made["AvailabilityZones"]}
    need(
        len(zones) > 1, f"ALBのゾーンが{'、'.join(zones)}だけです。set_subnetsで、違うゾーンのサブネットを2つにします。"
    )
    need(
        outcome(_sent(lab, "GET http://example.com/")) == "ターゲットグループwebへ転送",
        f"普通のリクエストの行き先が「{outcome(_sent(lab, 'GET http://example.com/'))}」です。"
        "modify_listenerで、既定のアクション(DefaultActions)をwebへの転送にします。",
    )
    return f"ALBは{len(zones)}つのゾーンにあり、ポート80のリクエストをwebへ転送します。"


@step("頂点をALBへ向ける")
def apex(lab: Lab) -> str:
    made, found = _balancer(lab), _records(lab)
    alias = next((one["AliasTarget"] for one in found if _is(one, ORIGIN, "A") and "AliasTarget" in one), None)
    need(alias, "example.comのAが、エイリアスではありません。AliasTargetを書いてUPSERTします。")
    if alias:
        name = alias["DNSName"].rstrip(".").removeprefix("dualstack.")
        need(name == made["DNSName"], f"エイリアスの相手が{name}です。ALBの名前{made['DNSName']}にします。")
        need(
            alias["HostedZoneId"] == made["CanonicalHostedZoneId"],
            f"エイリアスのHostedZoneIdが{alias['HostedZoneId']}です。"
            "自分のゾーンではなく、ALBのCanonicalHostedZoneIdにします。",
        )
        need(alias["EvaluateTargetHealth"], "EvaluateTargetHealthが偽です。真にして、ALBの先の状態も見ます。")
    faults = [problem(each) for each in _zone(lab).problems]
    need(not faults, f"本物のRoute 53なら断られるレコードがあります: {'、'.join(faults)}。DELETEで消します。")
    return "example.comはALBへのエイリアスで、MXやTXTと一緒に置けています。"


@step("リクエストを振り分ける")
def rules(lab: Lab) -> str:
    beta = _sent(lab, "GET http://example.com/api/items", "X-Beta: yes")
    usual = _sent(lab, "GET http://example.com/api/items")
    need(
        dict(usual.shares).get("api", 0) > 0,
        f"/api/itemsの行き先が「{outcome(usual)}」です。/api/*をapiへ転送します。",
    )
    need(
        dict(beta.shares).keys() == {"api-new"},
        f"X-Beta: yesを付けた/api/itemsの行き先が「{outcome(beta)}」です。"
        "このヘッダーを条件にしたルールを、/api/*だけのルールより先に調べるようにします。",
    )
    other = _sent(lab, "GET http://example.com/pens", "X-Beta: yes")
    need(
        dict(other.shares).keys() == {"web"},
        f"/pensの行き先が「{outcome(other)}」です。パスとヘッダーの両方を、1つのルールの条件にします。",
    )
    moved = _sent(lab, "GET http://old.example.com/pens?page=2")
    need(
        moved.location,
        f"old.example.comの行き先が「{outcome(moved)}」です。redirectのルールを加えます。",
    )
    location = moved.location.replace(":443/", "/")
    need(
        location == "https://example.com/pens?page=2",
        f"old.example.com/pens?page=2が{moved.location}へ移ります。"
        "https://example.comへ移し、パスとクエリは元のまま残します。",
    )
    need(
        "301" in outcome(moved),
        f"リダイレクトが「{outcome(moved)}」です。引っ越しは永続的なので、HTTP_301にします。",
    )
    return "画面、API、試す人のAPI、古いホストの4つを、別々の行き先に分けました。"


@step("新しい版に1割だけ流す")
def canary(lab: Lab) -> str:
    shares = dict(_sent(lab, "GET http://example.com/api/items").shares)
    need(
        shares.keys() == {"api", "api-new"},
        f"/api/itemsの行き先が{'と'.join(shares) or 'ターゲットグループの外'}だけです。"
        "ForwardConfigに、apiとapi-newの2つを並べます。",
    )
    new = float(shares["api-new"])
    need(abs(new - 0.1) < 1e-9, f"api-newに流れるのが{new:.0%}です。重みを90と10の比にします。")  # noqa: PLR2004
    beta = dict(_sent(lab, "GET http://example.com/api/items", "X-Beta: yes").shares)
    need(beta.keys() == {"api-new"}, "X-Beta: yesのリクエストまで分かれました。優先度20のルールだけを変えます。")
    return "APIのリクエストの1割がapi-newへ流れ、試す人は全員がapi-newへ行きます。"


@step("止まったときに切り替える")
def failover(lab: Lab) -> str:
    client, made = lab.client("route53"), _balancer(lab)
    checks = {each["Id"]: each["HealthCheckConfig"] for each in client.list_health_checks()["HealthChecks"]}
    need(checks, "ヘルスチェックがありません。aws route53 create-health-checkで作ります。")
    pair = [one for one in _records(lab) if _is(one, "shop.example.com.", "A")]
    roles = {one.get("Failover"): one for one in pair}
    need(pair, "shop.example.comのAがありません。2つのレコードを1つの変更で送ります。")
    for role in ("PRIMARY", "SECONDARY"):
        need(
            role in roles,
            f"shop.example.comに、Failoverが{role}のレコードがありません。SetIdentifierを付けて加えます。",
        )
    need(len(pair) == len(roles), f"shop.example.comのレコードが{len(pair)}つあります。余分なものをDELETEで消します。")
    first, second = roles["PRIMARY"], roles["SECONDARY"]
    name = first.get("AliasTarget", {}).get("DNSName", "").rstrip(".").removeprefix("dualstack.")
    need(name == made["DNSName"], "プライマリが、ALBへのエイリアスではありません。AliasTargetにALBを書きます。")
    need("HealthCheckId" in first, "プライマリにヘルスチェックが付いていません。HealthCheckIdを書きます。")
    config = checks.get(first["HealthCheckId"])
    need(config, "プライマリのHealthCheckIdのヘルスチェックがありません。list_health_checksのIdを書きます。")
    if config:
        host = config.get("FullyQualifiedDomainName", "").rstrip(".")
        need(
            host != "shop.example.com",
            "ヘルスチェックの相手がshop.example.comです。切り替わった先を調べてしまうので、ALBの名前にします。",
        )
        need(host == made["DNSName"], f"ヘルスチェックの相手が{host}です。ALBの名前{made['DNSName']}にします。")
        expected = {
            "Type": "HTTP",
            "Port": 80,
            "ResourcePath": "/health",
            "RequestInterval": 30,
            "FailureThreshold": 3,
        }
        for field, value in expected.items():
            need(config.get(field) == value, f"ヘルスチェックの{field}が{config.get(field)}です。{value}にします。")
    values = [record["Value"] for record in second.get("ResourceRecords", ())]
    need(values == [SORRY], f"セカンダリの値が{'、'.join(values) or 'エイリアス'}です。{SORRY}にします。")
    need(second["TTL"] <= 60, f"セカンダリのTTLが{second['TTL']}秒です。早く戻れるように、60秒にします。")  # noqa: PLR2004
    return "ふだんはALB、ヘルスチェックが失敗したらお詫びの画面が答えます。"


@step("ターゲットを入れ替える")
def drain(lab: Lab) -> str:
    client, groups = lab.client("elbv2"), _groups(lab)
    need("api" in groups, "apiというターゲットグループがありません。手順2に戻ります。")
    arn = groups["api"]["TargetGroupArn"]
    attributes = {
        each["Key"]: each["Value"] for each in client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    delay = attributes.get("deregistration_delay.timeout_seconds", "300")
    need(delay == "30", f"apiの登録解除の遅延が{delay}秒です。modify_target_group_attributesで30秒にします。")
    health = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    # A real one is still there while it drains.
    left = {each["Target"]["Id"] for each in health if each["TargetHealth"]["State"] != "draining"}
    need(LEAVING not in left, f"{LEAVING}が、まだapiに登録されています。deregister_targetsで外します。")
    need(left, "apiにターゲットが1つもありません。172.31.16.21は残します。register_targetsで戻します。")
    return f"{LEAVING}は、処理中のリクエストを30秒まで待って外れます。残りの{len(left)}台が受け持ちます。"


@step("DNSの重みとALBの重み")
def spread(_lab: Lab, share_by_dns: Callable[[int, int, int], float]) -> str:
    for new, resolvers, seed in ((10, 50, 1), (50, 8, 2), (100, 3, 3)):
        dice, users = Random(seed), [1 / rank for rank in range(1, resolvers + 1)]  # noqa: S311 -- as in the text
        chosen = [by_weight([100 - new, new], [True, True], dice) for _ in users]
        expected = sum(count for count, record in zip(users, chosen, strict=True) if record == 1) / sum(users)
        called, found = f"share_by_dns({new}, {resolvers}, {seed})", share_by_dns(new, resolvers, seed)
        need(
            isinstance(found, int | float),
            f"{called}が{found!r}を返しました。新しい版に届く割合(0から1の数)を返します。",
        )
        need(
            abs(found - expected) < 1e-9,  # noqa: PLR2004 -- rounding
            f"{called}が{found:.3f}を返しました。モデルでは{expected:.3f}です。"
            "大きいリゾルバーから順に1回ずつ選び、利用者の数で割合にします。",
        )
    return "リゾルバーごとに選んだときの割合が、モデルと一致しました。"


def _records(lab: Lab) -> list[dict[str, Any]]:
    client = lab.client("route53")
    found = [each["Id"] for each in client.list_hosted_zones()["HostedZones"] if each["Name"] == ORIGIN]
    need(found, "ホストゾーンexample.comがありません。手順1に戻ります。")
    records: list[dict[str, Any]] = client.list_resource_record_sets(HostedZoneId=found[0])["ResourceRecordSets"]
    return records


def _is(one: dict[str, Any], name: str, kind: str) -> bool:
    return one["Name"].rstrip(".") + "." == name and one["Type"] == kind


def _zone(lab: Lab) -> Zone:
    return parse(zone_text(_records(lab), ORIGIN), ORIGIN)


def _groups(lab: Lab) -> dict[str, dict[str, Any]]:
    return {each["TargetGroupName"]: each for each in lab.client("elbv2").describe_target_groups()["TargetGroups"]}


def _balancer(lab: Lab) -> dict[str, Any]:
    balancers = lab.client("elbv2").describe_load_balancers()["LoadBalancers"]
    found = {each["LoadBalancerName"]: each for each in balancers}
    need("shop" in found, "ALBのshopがありません。create_load_balancerで作ります。")
    made: dict[str, Any] = found["shop"]
    return made


def _sent(lab: Lab, line: str, headers: str = "") -> RulesTrace:
    """Return what the listener on port 80 would do with a request."""
    client = lab.client("elbv2")
    listeners = client.describe_listeners(LoadBalancerArn=_balancer(lab)["LoadBalancerArn"])["Listeners"]
    found = [each["ListenerArn"] for each in listeners if each["Port"] == 80]  # noqa: PLR2004 -- HTTP
    need(found, "ALBのshopに、ポート80のリスナーがありません。create_listenerで作ります。")
    names = {each["TargetGroupArn"]: name for name, each in _groups(lab).items()}
    described = client.describe_rules(ListenerArn=found[0])["Rules"]
    return judge(rules_text(described, names), request_of(line, headers, "203.0.113.9"))
