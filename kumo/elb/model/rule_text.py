"""Listener rules as text: reading them, and what makes a rule one that an Application Load Balancer would refuse.

One rule stands on each line::

    10 host=*.example.com path=/api/*,/v1/* -> forward api:90,api-new:10
    20 header:User-Agent="*Mobile Safari*" -> redirect https://m.example.com:443/#{path}?#{query} 302
    default -> fixed 404

Conditions: ``host``, ``path``, ``method``, ``source`` (once each), ``header:Name`` and ``query`` or ``query:key``
(repeatedly). Values stand side by side with commas: one of them has to match. All conditions have to match.

Sources (read 2026-11-26): "Condition types for listener rules",
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html; "Listener rules",
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html; the quotas are
those of the ledger. Whether AWS takes a forward action whose weights are all zero was not found; it is refused here.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

HOST, PATH, METHOD, SOURCE, HEADER, QUERY = "host", "path", "method", "source", "header", "query"
ONCE = (HOST, PATH, METHOD, SOURCE)
WILD = (HOST, PATH, HEADER, QUERY)
FORWARD, FIXED, REDIRECT = "forward", "fixed", "redirect"
DEFAULT = "default"

MAX_PRIORITY = facts.value("elb.rule-priority-max")
MAX_VALUES = facts.value("elb.values-per-rule")
MAX_PER_CONDITION = facts.value("elb.values-per-condition")
MAX_WILDCARDS = facts.value("elb.wildcards-per-rule")
MAX_GROUPS = facts.value("elb.groups-per-action")
MAX_WEIGHT = facts.value("elb.weight-max")
MAX_LENGTH = facts.value("elb.pattern-length")

_HOST = re.compile(r"[A-Za-z0-9._*?-]+")
_HOST_END = re.compile(r"[A-Za-z0-9]+")
_PATH = re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&*?]+")
_METHOD = re.compile(r"[A-Z_-]{1,40}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,32}")
_STATUS = re.compile(r"[245]\d\d")
_REDIRECT = re.compile(
    r"(?P<protocol>https?|#\{protocol\})://(?P<host>[^:/?]+)(?::(?P<port>\d{1,5}|#\{port\}))?"
    r"(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)
_KEPT = {"protocol": "#{protocol}", "host": "#{host}", "port": "#{port}", "path": "/#{path}", "query": "#{query}"}


class RuleError(ValueError):
    """A rule that an Application Load Balancer would not take.

    Attributes
    ----------
    kind : str
        Key of the message for the reader.
    details : dict
        What the message fills in; ``line`` is the number of the line at fault, from 1.

    """

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.kind, self.details = kind, details


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes
    ----------
    kind : str
        ``HOST``, ``PATH``, ``METHOD``, ``SOURCE``, ``HEADER`` or ``QUERY``.
    key : str
        Name of the header, or key of the query parameter; empty where the kind has none.
    values : tuple of str
        One of them has to match.

    """

    kind: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Forward:
    """Send to target groups: pairs of name and weight."""

    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Fixed:
    """Answer at once with this status code."""

    status: int


@dataclass(frozen=True)
class Redirect:
    """Send the client elsewhere: parts of the address, in which ``#{host}`` and the like keep the request's own."""

    protocol: str
    host: str
    port: str
    path: str
    query: str
    status: int


Action = Forward | Fixed | Redirect


@dataclass(frozen=True)
class Rule:
    """A rule: priority (None for the default rule), conditions, action."""

    priority: int | None
    conditions: tuple[Condition, ...]
    action: Action


def read(text: str) -> tuple[Rule, ...]:
    """Return the rules in order of evaluation, the default rule last; raise `RuleError` at the first fault."""
    lines: dict[Rule, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            rule = _rule(line, number)
            same = next((at for other, at in lines.items() if other.priority == rule.priority), None)
            if same is not None:
                kind = "two_defaults" if rule.priority is None else "same_priority"
                raise RuleError(kind, line=number, other=same, priority=rule.priority)
            lines[rule] = number
    if not any(rule.priority is None for rule in lines):
        raise RuleError("no_default")
    return tuple(sorted(lines, key=lambda rule: MAX_PRIORITY + 1 if rule.priority is None else rule.priority))


def _rule(line: str, number: int) -> Rule:
    left, arrow, right = line.partition("->")
    try:
        tokens, action = shlex.split(left), shlex.split(right)
    except ValueError as error:
        raise RuleError("quotes", line=number) from error
    if not arrow or not tokens or not action:
        raise RuleError("no_arrow", line=number)
    priority = _priority(tokens[0], number)
    conditions = tuple(_condition(token, number) for token in tokens[1:])
    if priority is None and conditions:
        raise RuleError("default_with_conditions", line=number)
    if priority is not None and not conditions:
        raise RuleError("no_conditions", line=number)
    _limits(conditions, number)
    return Rule(priority, conditions, _action(action, number))


def _priority(token: str, number: int) -> int | None:
    if token == DEFAULT:
        return None
    if not token.isascii() or not token.isdigit() or not 1 <= int(token) <= MAX_PRIORITY:
        raise RuleError("priority", line=number, value=token)
    return int(token)


def _condition(token: str, number: int) -> Condition:
    field, equals, given = token.partition("=")
    kind, _, key = field.partition(":")
    if kind not in (*ONCE, HEADER, QUERY) or not equals or (key and kind in ONCE) or (kind == HEADER and not key):
        raise RuleError("condition", line=number, value=token)
    values = tuple(given.split(","))
    if not all(values):
        raise RuleError("empty_value", line=number, value=token)
    for value in values:
        _value(kind, value, number)
    if len(values) > MAX_PER_CONDITION:
        raise RuleError("values_per_condition", line=number, count=len(values), value=token)
    return Condition(kind, key, values)


def _value(kind: str, value: str, number: int) -> None:
    """Raise `RuleError` for a value that the kind of condition does not take."""
    if kind in (HOST, PATH) and len(value) > MAX_LENGTH:
        raise RuleError("length", line=number, count=len(value))
    if kind == HOST and not (_HOST.fullmatch(value) and "." in value and _HOST_END.fullmatch(value.rpartition(".")[2])):
        raise RuleError("host", line=number, value=value)
    if kind == PATH and not _PATH.fullmatch(value):
        raise RuleError("path", line=number, value=value)
    if kind == METHOD and not _METHOD.fullmatch(value):
        raise RuleError("method", line=number, value=value)
    if kind == SOURCE and not _is_block(value):
        raise RuleError("source", line=number, value=value)


def _is_block(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return "/" in value


def _limits(conditions: Iterable[Condition], number: int) -> None:
    conditions = tuple(conditions)
    kinds = [condition.kind for condition in conditions]
    for kind in ONCE:
        if kinds.count(kind) > 1:
            raise RuleError("twice", line=number, value=kind)
    count = sum(len(condition.values) for condition in conditions)
    if count > MAX_VALUES:
        raise RuleError("values_per_rule", line=number, count=count)
    wild = "".join("".join(condition.values) for condition in conditions if condition.kind in WILD)
    if (count := wild.count("*") + wild.count("?")) > MAX_WILDCARDS:
        raise RuleError("wildcards", line=number, count=count)


def _action(tokens: list[str], number: int) -> Action:
    kind, *rest = tokens
    if kind == FORWARD and len(rest) == 1:
        return _forward(rest[0], number)
    if kind == FIXED and len(rest) == 1:
        if not _STATUS.fullmatch(rest[0]):
            raise RuleError("status", line=number, value=rest[0])
        return Fixed(int(rest[0]))
    if kind == REDIRECT and len(rest) in (1, 2):
        return _redirect(rest[0], rest[1] if len(rest) > 1 else "302", number)
    raise RuleError("action", line=number, value=" ".join(tokens))


def _forward(text: str, number: int) -> Forward:
    groups = []
    for part in text.split(","):
        name, colon, weight = part.partition(":")
        if not _NAME.fullmatch(name):
            raise RuleError("group", line=number, value=part)
        if colon and not (weight.isascii() and weight.isdigit() and int(weight) <= MAX_WEIGHT):
            raise RuleError("weight", line=number, value=part)
        groups.append((name, int(weight) if colon else 1))
    if len({name for name, _ in groups}) < len(groups):
        raise RuleError("group_twice", line=number, value=text)
    if len(groups) > MAX_GROUPS:
        raise RuleError("groups", line=number, count=len(groups))
    if len(groups) > 1 and text.count(":") < len(groups):
        raise RuleError("no_weight", line=number, value=text)
    if not sum(weight for _, weight in groups):
        raise RuleError("no_weight", line=number, value=text)
    return Forward(tuple(groups))


def _redirect(url: str, status: str, number: int) -> Redirect:
    found = _REDIRECT.fullmatch(url)
    if not found or status not in ("301", "302"):
        raise RuleError("redirect", line=number, value=f"{url} {status}")
    # What is left out stays as in the request.
    parts = {name: value or _KEPT[name] for name, value in found.groupdict().items()}
    if all(parts[name] == _KEPT[name] for name in ("protocol", "host", "port", "path")):
        raise RuleError("loop", line=number)
    return Redirect(**parts, status=int(status))
