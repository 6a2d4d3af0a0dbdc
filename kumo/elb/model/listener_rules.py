"""Which rule of a listener takes a request, and why the others do not.

Modelled: rules are evaluated in order of priority, lowest first, the default rule last; the first whose conditions all
match acts, and no later one is looked at. A condition matches when one of its values does. ``*`` stands for any number
of characters, ``?`` for exactly one. Host names, header names and values, and query parameters are compared without
regard to case; paths and methods with it. Source conditions look at the address that the connection comes from, not
at X-Forwarded-For. A redirect keeps the parts of the address that it does not change.

Not modelled: regular expressions, authentication actions and URL rewrites, which rules can have too; which of the
target groups a weighted forward draws for this very request (the shares are stated instead).

Sources: see `kumo.elb.model.rule_text`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from kumo.elb.model.rule_text import (
    HEADER,
    HOST,
    METHOD,
    PATH,
    QUERY,
    SOURCE,
    Forward,
    Redirect,
    Rule,
    RuleError,
    read,
)

if TYPE_CHECKING:
    from kumo.elb.model.rule_text import Condition

PORTS = {"http": 80, "https": 443}
TAKES, FAILS, TOO_LATE = "takes", "fails", "too_late"
_REQUEST = re.compile(r"([A-Z_-]{1,40}) (https?://\S+)")


@dataclass(frozen=True)
class Request:
    """A request as it reaches the listener.

    Attributes
    ----------
    method, protocol, host, path : str
        From the request line; `path` without the query.
    port : int
        Port of the listener.
    query : str
        What stands after the question mark.
    headers : tuple of pairs of str
        Name and value.
    source : str
        Address that the connection comes from.

    """

    method: str
    protocol: str
    host: str
    port: int
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class Judged:
    """A condition, whether the request satisfies it, and what the request has there (empty: nothing)."""

    condition: Condition
    satisfied: bool
    seen: str


@dataclass(frozen=True)
class Verdict:
    """What becomes of a rule.

    Attributes
    ----------
    rule : Rule
        The rule.
    judged : tuple of Judged
        All its conditions, in the order in which they are written.
    state : str
        ``TAKES``, ``FAILS``, or ``TOO_LATE``: not evaluated, because an earlier rule acted.

    """

    rule: Rule
    judged: tuple[Judged, ...]
    state: str

    @property
    def matches(self) -> bool:
        """Whether all conditions are satisfied, evaluated or not."""
        return all(judged.satisfied for judged in self.judged)


@dataclass(frozen=True)
class RulesTrace:
    """A request before the rules of a listener.

    Attributes
    ----------
    request : Request
        The request.
    verdicts : tuple of Verdict
        In order of evaluation, the default rule last.
    location : str
        Where a redirect leads; empty for other actions.
    problem : str
        ``"loop"`` for a redirect to the request's own address, ``"downgrade"`` for one from HTTPS to HTTP, which
        an Application Load Balancer does not accept; otherwise empty.

    """

    request: Request
    verdicts: tuple[Verdict, ...]
    location: str
    problem: str

    @property
    def winner(self) -> Verdict:
        """The rule that acts."""
        return next(verdict for verdict in self.verdicts if verdict.state == TAKES)

    @property
    def shares(self) -> tuple[tuple[str, Fraction], ...]:
        """Target groups of a forward with their parts of such requests; empty for other actions."""
        action = self.winner.rule.action
        if not isinstance(action, Forward):
            return ()
        total = sum(weight for _, weight in action.groups)
        return tuple((name, Fraction(weight, total)) for name, weight in action.groups)


def request_of(line: str, headers: str, source: str) -> Request:
    """Return the request that three texts describe.

    Parameters
    ----------
    line : str
        Method and address, ``GET https://example.com/path?query``.
    headers : str
        ``Name: value``, one on each line; may be empty.
    source : str
        IPv4 or IPv6 address.

    Raises
    ------
    RuleError
        When one of them cannot be read.

    """
    found = _REQUEST.fullmatch(line.strip())
    try:
        parts = urlsplit(found[2]) if found else None
        port = parts.port if parts else None
    except ValueError:
        parts = None
    if not found or not parts or not parts.hostname:
        raise RuleError("request")
    pairs = []
    for number, text in enumerate(headers.split("\n"), 1):
        if text.strip():
            name, colon, value = text.partition(":")
            if not colon or not name.strip():
                raise RuleError("header", line=number)
            pairs.append((name.strip(), value.strip()))
    try:
        address = str(ipaddress.ip_address(source.strip()))
    except ValueError as error:
        raise RuleError("address") from error
    return Request(
        found[1],
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        parts.path or "/",
        parts.query,
        tuple(pairs),
        address,
    )


def judge(rules: str, request: Request) -> RulesTrace:
    """Evaluate the rules of a text in order of priority and return what becomes of each.

    Raises
    ------
    RuleError
        For a text that does not describe rules that an Application Load Balancer would take.

    """
    verdicts, decided = [], False
    for rule in read(rules):
        judged = tuple(_judged(condition, request) for condition in rule.conditions)
        matches = all(found.satisfied for found in judged)
        verdicts.append(Verdict(rule, judged, TOO_LATE if decided else TAKES if matches else FAILS))
        decided = decided or matches
    action = next(verdict.rule.action for verdict in verdicts if verdict.state == TAKES)
    location, problem = _redirected(action, request) if isinstance(action, Redirect) else ("", "")
    return RulesTrace(request, tuple(verdicts), location, problem)


def matches(pattern: str, text: str, *, case: bool) -> bool:
    """Return whether a pattern with ``*`` (any characters, also none) and ``?`` (exactly one) fits the whole text."""
    return bool(_expression(pattern, case=case).fullmatch(text))


@cache
def _expression(pattern: str, *, case: bool) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    body = "".join(wild.get(character) or re.escape(character) for character in pattern)
    return re.compile(body, re.DOTALL | (0 if case else re.IGNORECASE))


def _judged(condition: Condition, request: Request) -> Judged:
    kind, values = condition.kind, condition.values
    if kind == QUERY:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        # Without a key in the condition, the value of any key will do.
        fitting = [value for key, value in pairs if not condition.key or matches(condition.key, key, case=False)]
        satisfied = any(matches(value, found, case=False) for value in values for found in fitting)
        return Judged(condition, satisfied, request.query)
    if kind == HEADER:
        fitting = [value for name, value in request.headers if name.lower() == condition.key.lower()]
        satisfied = any(matches(value, found, case=False) for value in values for found in fitting)
        return Judged(condition, satisfied, ", ".join(fitting))
    if kind == SOURCE:
        address = ipaddress.ip_address(request.source)
        return Judged(condition, any(address in ipaddress.ip_network(v, strict=False) for v in values), request.source)
    seen = {HOST: request.host, PATH: request.path, METHOD: request.method}[kind]
    if kind == METHOD:
        return Judged(condition, seen in values, seen)
    return Judged(condition, any(matches(value, seen, case=kind == PATH) for value in values), seen)


def _redirected(action: Redirect, request: Request) -> tuple[str, str]:
    """Return where a redirect leads, and what is wrong with that."""
    own = {
        "#{protocol}": request.protocol,
        "#{host}": request.host,
        "#{port}": str(request.port),
        "#{path}": request.path.removeprefix("/"),
        "#{query}": request.query,
    }

    def filled(text: str) -> str:
        return re.sub(r"#\{\w+\}", lambda found: own.get(found[0], found[0]), text)

    protocol, host, port, path, query = (
        filled(part) for part in (action.protocol, action.host, action.port, action.path, action.query)
    )
    location = f"{protocol}://{host}:{port}{path}{'?' if query else ''}{query}"
    here = f"{request.protocol}://{request.host}:{request.port}{request.path}"
    problem = ""
    if location.partition("?")[0] == here:
        problem = "loop"
    elif (request.protocol, protocol) == ("https", "http"):
        problem = "downgrade"
    return location, problem
