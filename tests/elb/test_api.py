"""Rules as the API describes them, read by the model as it reads what people write."""

from __future__ import annotations

from typing import Any

import pytest

from kumo.elb.api import rules_text
from kumo.elb.model.listener_rules import judge, request_of
from kumo.elb.model.rule_text import read

GROUPS = {"arn:web": "web", "arn:new": "web-new"}
FORWARD = {"Type": "forward", "TargetGroupArn": "arn:web"}
DEFAULT = {"Priority": "default", "Conditions": [], "Actions": [FORWARD]}


def described(action: dict[str, Any] = FORWARD, *conditions: dict[str, Any]) -> str:
    return rules_text([{"Priority": "7", "Conditions": list(conditions), "Actions": [action]}, DEFAULT], GROUPS)


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ({"Field": "host-header", "Values": ["a.example.com", "*.example.org"]}, "host=a.example.com,*.example.org"),
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a b/*"]}}, None),
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}, "path=/api/*"),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}, "method=GET"),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}, "source=192.0.2.0/24"),
        (
            {
                "Field": "http-header",
                "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*Mobile Safari*"]},
            },
            "'header:User-Agent=*Mobile Safari*'",
        ),
        ({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "debug", "Value": "1"}]}}, "query:debug=1"),
    ],
)
def test_conditions(condition: dict[str, Any], written: str | None) -> None:
    if written is None:
        assert "'path=/a b/*'" in described(FORWARD, condition)
        return
    assert read(described(FORWARD, condition)) == read(f"7 {written} -> forward web:1\ndefault -> forward web:1")


@pytest.mark.parametrize(
    ("action", "written"),
    [
        (FORWARD, "forward web:1"),
        (
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": "arn:web", "Weight": 90},
                        {"TargetGroupArn": "arn:new", "Weight": 10},
                    ]
                },
            },
            "forward web:90,web-new:10",
        ),
        ({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}, "fixed 503"),
        (
            {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}},
            "redirect 'https://#{host}:443/#{path}?#{query}' 301",
        ),
    ],
)
def test_actions(action: dict[str, Any], written: str) -> None:
    assert read(described(action, {"Field": "path-pattern", "Values": ["/*"]})) == read(
        f"7 path=/* -> {written}\ndefault -> forward web:1"
    )


def test_what_a_rule_of_the_api_does() -> None:
    move = {"Type": "redirect", "RedirectConfig": {"Host": "example.com", "StatusCode": "HTTP_302"}}
    rules = described(move, {"Field": "host-header", "Values": ["old.example.com"]})
    trace = judge(rules, request_of("GET http://old.example.com/a?b=1", "", "192.0.2.1"))
    assert trace.location == "http://example.com:80/a?b=1"
