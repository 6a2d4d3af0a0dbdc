"""Record sets as the API lists them, read by the model as it reads what people write."""

from __future__ import annotations

from typing import Any

from kumo.route53.api import zone_text
from kumo.route53.model.zone import answer, parse

ORIGIN = "example.com."


def record(name: str, kind: str, *values: str, ttl: int = 60, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": each} for each in values], **more}


def alias(name: str, target: str) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "AliasTarget": {"DNSName": target, "HostedZoneId": "Z1"}}


def test_records() -> None:
    text = zone_text(
        [
            record("example.com.", "NS", "ns-1.example.net", ttl=172_800),
            record("example.com.", "SOA", "whatever moto says", ttl=900),
            record("example.com.", "MX", "10 mail.example.com"),
            record("example.com.", "TXT", '"v=spf1 mx -all"'),
            record("mail.example.com.", "A", "192.0.2.1", "192.0.2.2", ttl=300),
            record("dev.example.com.", "NS", "ns.example.net."),
            record("\\052.example.com.", "CNAME", "mail.example.com"),
            record("w.example.com.", "A", "192.0.2.3", SetIdentifier="one", Weight=1),
        ],
        ORIGIN,
    )
    assert text.split("\n") == [
        "example.com. 60 MX 10 mail.example.com.",
        'example.com. 60 TXT "v=spf1 mx -all"',
        "mail.example.com. 300 A 192.0.2.1",
        "mail.example.com. 300 A 192.0.2.2",
        "dev.example.com. 60 NS ns.example.net.",
        "*.example.com. 60 CNAME mail.example.com.",
    ]
    zone = parse(text, ORIGIN)
    assert not zone.problems
    assert [record[1:3] for record in answer(zone, "x.example.com.", "A").records] == [
        (60, "CNAME"),
        (300, "A"),
        (300, "A"),
    ]


def test_aliases() -> None:
    zone = parse(zone_text([alias("example.com.", "lb-1.ap-northeast-1.elb.amazonaws.com")], ORIGIN), ORIGIN)
    assert not zone.problems
    assert answer(zone, ORIGIN, "A").status == "NOERROR"


def test_what_route_53_would_refuse_is_a_problem() -> None:
    zone = parse(zone_text([record("example.com.", "CNAME", "lb.example.net")], ORIGIN), ORIGIN)
    assert [problem.code for problem in zone.problems] == ["cname_apex"]
