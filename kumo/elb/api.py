"""Listener rules as the API gives them, as the text that `kumo.elb.model.rule_text` reads."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Fields of a condition: how the text calls them, and where the API has their values.
_FIELDS = {
    "host-header": ("host", "HostHeaderConfig"),
    "path-pattern": ("path", "PathPatternConfig"),
    "http-request-method": ("method", "HttpRequestMethodConfig"),
    "source-ip": ("source", "SourceIpConfig"),
}


def rules_text(rules: Iterable[Mapping[str, Any]], groups: Mapping[str, str]) -> str:
    """Return what `describe_rules` describes as text, a rule on each line.

    Parameters
    ----------
    rules : iterable of mappings
        ``Rules`` of the response.
    groups : mapping of str to str
        Names of target groups by their ARN.

    """
    return "\n".join(
        " ".join([rule["Priority"], *map(_condition, rule["Conditions"]), "->", _action(rule["Actions"][-1], groups)])
        for rule in rules
    )


def _condition(condition: Mapping[str, Any]) -> str:
    field = condition["Field"]
    if field == "http-header":
        config = condition["HttpHeaderConfig"]
        return shlex.quote(f"header:{config['HttpHeaderName']}={','.join(config['Values'])}")
    if field == "query-string":
        pairs = condition["QueryStringConfig"]["Values"]
        return " ".join(shlex.quote(f"query:{pair['Key']}={pair['Value']}") for pair in pairs)
    name, config = _FIELDS[field]
    values = condition.get("Values") or condition[config]["Values"]
    return shlex.quote(f"{name}={','.join(values)}")


def _action(action: Mapping[str, Any], groups: Mapping[str, str]) -> str:
    kind = action["Type"]
    if kind == "fixed-response":
        return f"fixed {action['FixedResponseConfig']['StatusCode']}"
    if kind == "redirect":
        to = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
        to |= action["RedirectConfig"]
        address = f"{to['Protocol'].lower()}://{to['Host']}:{to['Port']}{to['Path']}?{to['Query']}"
        return f"redirect {shlex.quote(address)} {to['StatusCode'].removeprefix('HTTP_')}"
    weighted = action.get("ForwardConfig", {}).get("TargetGroups") or [{"TargetGroupArn": action["TargetGroupArn"]}]
    return "forward " + ",".join(f"{groups[one['TargetGroupArn']]}:{one.get('Weight', 1)}" for one in weighted)
