"""The hosted zone explorer: what it tells about a text and a query."""

from __future__ import annotations

import pytest

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import HostedZone
from kumo.route53.model import zone
from kumo.route53.words import hosted_zone as words
from tests.route53 import test_zone


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "198.51.100."),
        ({"name": "nope"}, "NXDOMAIN"),
        ({"name": "api", "kind": "AAAA"}, "NODATA"),
        ({"name": "a.b.dev"}, "192.0.2.20"),
        ({"name": "www.example.org."}, "このゾーンの名前ではありません"),
        ({"text": words.TEXT_VARIED}, "輪になって"),
        ({"text": words.TEXT_VARIED, "name": "a.sub"}, "委任されている"),
        ({"text": "shop CNAME cdn.example.net.", "name": "shop"}, "その先は別のゾーン"),
        ({"text": words.TEXT_BROKEN}, "断られる行が5行"),
        ({"origin": "shop.example.co.jp", "text": "@ A 192.0.2.5", "name": "@"}, "192.0.2.5"),
    ],
)
def test_the_point_says_what_came_of_it(parameters: dict[str, str], told: str) -> None:
    assert told in HostedZone.frame(parameters)["explanation"]["point"]


@pytest.mark.parametrize(("text", "codes"), test_zone.RULES)
def test_every_broken_rule_is_told_with_its_line_and_its_remedy(text: str, codes: list[str]) -> None:
    frame = HostedZone.frame({"text": text})
    for code in codes:
        remedy = words.PROBLEMS[code][1]
        assert [row for row in frame["table"]["rows"] if isinstance(row[0], int) and remedy in str(row[5])]


def test_route_53_is_quoted_where_its_words_are_known() -> None:
    why = HostedZone.frame({"text": "@ CNAME www"})["explanation"]["why"]
    assert "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com." in why


def test_every_rule_has_words() -> None:
    assert {code for _, codes in test_zone.RULES for code in codes} | {"soa_number", "alias_twice"} == set(
        words.PROBLEMS
    )
    assert set(words.AWS_SAYS) <= set(words.PROBLEMS)
    assert set(words.RESULTS) == {
        zone.NOERROR, zone.NODATA, zone.NXDOMAIN, zone.REFERRAL, zone.OUTSIDE, zone.LOOP, zone.REFUSED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "allowed"),
    [
        ({"origin": "com"}, "example.com"),
        ({"origin": "a..b"}, "example.com"),
        ({"text": "\n" * 20}, "14行"),
        ({"name": "a b"}, "www"),
    ],
)
def test_what_cannot_be_read_is_named(parameters: dict[str, str], allowed: str) -> None:
    with pytest.raises(ParameterError, match=allowed):
        HostedZone(**parameters)
