"""Traffic policies as documents in Route 53's own format, read and checked.

The format is that of "Traffic policy document format",
https://docs.aws.amazon.com/Route53/latest/APIReference/api-policies-traffic-policy-document-format.html (read
2026-11-26), versions 2015-10-01 and 2023-05-09. All that is wrong with a document is collected, not the first only.

Whether Route 53 watches a branch: with a ``HealthCheck`` always. With an ``EvaluateTargetHealth`` that is true, if the
branch leads to a rule or to an alias target; not for plain values, nor for CloudFront distributions, for which Route
53 does not support it.

Assumed, because the page leaves it open: ``EvaluateTargetHealth`` is true where it is left out, since the page's own
failover examples rely on it.

Refused although Route 53 takes it: states of the United States, Local Zones, Regions whose place this package does
not know, and trees with more than `MOST_LEAVES` leaves, which have no room in a picture.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from kumo.route53.model import selection
from kumo.route53.model.geography import CONTINENTS, MORE_REGIONS, REGIONS, Position
from kumo.route53.model.policy_records import BIASES, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

VERSIONS = ("2015-10-01", "2023-05-09")
RECORD_TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NAPTR", "PTR", "SPF", "SRV", "TXT")
VALUE, CLOUDFRONT = "value", "cloudfront"
ENDPOINT_TYPES = (
    VALUE,
    CLOUDFRONT,
    "application-load-balancer",
    "elastic-load-balancer",
    "network-load-balancer",
    "elastic-beanstalk",
    "s3-website",
)
FAILOVER, GEO, GEOPROXIMITY = "failover", "geo", "geoproximity"
LATENCY, MULTIVALUE, WEIGHTED = "latency", "multivalue", "weighted"
# Where each kind of rule keeps its branches.
LISTS = {
    GEO: "Locations",
    GEOPROXIMITY: "GeoproximityLocations",
    LATENCY: "Regions",
    MULTIVALUE: "Items",
    WEIGHTED: "Items",
}
ROLES = ("Primary", "Secondary")
RULE_TYPES = (FAILOVER, *LISTS)
REFERENCES = ("EndpointReference", "RuleReference")
_COMMON = (*REFERENCES, "EvaluateTargetHealth", "HealthCheck")
BRANCH_FIELDS = {
    FAILOVER: _COMMON,
    GEO: (*_COMMON, "IsDefault", "Continent", "Country", "Subdivision"),
    GEOPROXIMITY: (*_COMMON, "Region", "Latitude", "Longitude", "Location", "Bias"),
    LATENCY: (*_COMMON, "Region"),
    MULTIVALUE: ("EndpointReference", "HealthCheck"),
    WEIGHTED: (*_COMMON, "Weight"),
}
POSITIONS = REGIONS | MORE_REGIONS
# A tree with more leaves than this has no room in a picture.
MOST_LEAVES = 14


@dataclass(frozen=True)
class Endpoint:
    """Where traffic may end: its name in the document, its type and its value."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class Branch:
    """One way on from a rule.

    Attributes
    ----------
    target : str
        Name of the endpoint or rule.
    to_rule : bool
        Which of the two.
    watched : bool
        Whether Route 53 looks at the health of the target.
    weight, bias : int
        For weighted and geoproximity rules.
    place : tuple of str
        For geolocation rules: ``("continent", code)`` or ``("country", code)``.
    region : str
        For latency and geoproximity rules; empty where coordinates are given.
    position : Position or None
        Of the Region, or as given.
    role : str
        For failover rules, one of `ROLES`.

    """

    target: str
    to_rule: bool
    watched: bool
    weight: int = 1
    bias: int = 0
    place: tuple[str, str] = ("country", selection.DEFAULT)
    region: str = ""
    position: Position | None = None
    role: str = ""


@dataclass(frozen=True)
class Rule:
    """A fork of the tree."""

    name: str
    type: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Policy:
    """A whole document, checked."""

    start: Branch
    endpoints: Mapping[str, Endpoint]
    rules: Mapping[str, Rule]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a document.

    Attributes
    ----------
    where : str
        The rule, endpoint or branch at fault, as the document calls it.
    kind : str
        Which rule of the format is broken; a key for the words.
    value : str
        What was written.
    wanted : str
        What would be right, where that depends on the document.

    """

    where: str
    kind: str
    value: str = ""
    wanted: str = ""


@cache
def read(text: str) -> tuple[Policy | None, tuple[Problem, ...]]:
    """Return the policy that a document describes, or None and everything that is wrong with it."""
    reader = _Reader()
    document = reader.document(text)
    if document is None:
        return None, tuple(reader.problems)
    policy = reader.policy(document)
    if reader.problems:
        return None, tuple(reader.problems)
    reader.shape(policy)
    return (None if reader.problems else policy), tuple(reader.problems)


class _Duplicates(dict):
    """A JSON object that remembers which of its names came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = sorted({name for name in names if names.count(name) > 1})


@dataclass
class _Reader:
    """Collects what is wrong while a document is read."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, kind: str, value: object = "", wanted: str = "") -> None:
        self.problems.append(Problem(where, kind, value if isinstance(value, str) else json.dumps(value), wanted))

    def document(self, text: str) -> dict[str, Any] | None:
        try:
            found = json.loads(text, object_pairs_hook=_Duplicates)
            self.duplicates(found)
        except json.JSONDecodeError as error:
            self.wrong("", "json", f"{error.lineno}:{error.colno}", error.msg)
            return None
        except RecursionError:
            self.wrong("", "object")
            return None
        if not isinstance(found, dict):
            self.wrong("", "object")
            return None
        return found

    def duplicates(self, value: object) -> None:
        if isinstance(value, _Duplicates):
            for name in value.twice:
                self.wrong("", "twice", name)
        onward = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for inner in onward:
            self.duplicates(inner)

    def policy(self, document: dict[str, Any]) -> Policy:
        known = ("AWSPolicyFormatVersion", "RecordType", "StartRule", "StartEndpoint", "Endpoints", "Rules")
        for name in document:
            if name not in known:
                self.wrong("", "field", name, ", ".join(known))
        if document.get("AWSPolicyFormatVersion") not in VERSIONS:
            self.wrong("", "version", document.get("AWSPolicyFormatVersion", ""))
        if document.get("RecordType") not in RECORD_TYPES:
            self.wrong("", "record-type", document.get("RecordType", ""))
        endpoints, rules = self.objects(document, "Endpoints"), self.objects(document, "Rules")
        names = (endpoints.keys(), rules.keys())
        if not endpoints:
            self.wrong("", "no-endpoints")
        made = {name: self.endpoint(name, given) for name, given in endpoints.items()}
        forks = {name: self.rule(name, given, names, made) for name, given in rules.items()}
        return Policy(self.start(document, names), made, forks)

    def objects(self, document: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
        found = document.get(name, {})
        if not isinstance(found, dict) or not all(isinstance(inner, dict) for inner in found.values()):
            self.wrong("", "objects", name)
            return {}
        return found

    def start(self, document: dict[str, Any], names: tuple[Collection[str], Collection[str]]) -> Branch:
        given = [name for name in ("StartEndpoint", "StartRule") if name in document]
        if len(given) != 1:
            self.wrong("", "start")
            return Branch("", to_rule=False, watched=False)
        to_rule = given[0] == "StartRule"
        target = document[given[0]]
        self.target(given[0], target, names, to_rule=to_rule)
        return Branch(str(target), to_rule=to_rule, watched=False)

    def target(
        self, where: str, target: object, names: tuple[Collection[str], Collection[str]], *, to_rule: bool
    ) -> None:
        """Note a reference that leads nowhere."""
        if not isinstance(target, str):
            self.wrong(where, "reference")
            return
        if target in names[to_rule]:
            return
        if target in names[not to_rule]:
            self.wrong(where, "other-kind-rule" if to_rule else "other-kind-endpoint", target)
        else:
            self.wrong(where, "missing-rule" if to_rule else "missing-endpoint", target, "、".join(names[to_rule]))

    def endpoint(self, name: str, given: dict[str, Any]) -> Endpoint:
        if given.get("Type") not in ENDPOINT_TYPES:
            self.wrong(name, "endpoint-type", given.get("Type", ""))
        if not isinstance(given.get("Value"), str) or not given["Value"]:
            self.wrong(name, "endpoint-value", given.get("Value", ""))
        for field_name in given:
            if field_name not in ("Type", "Value", "Region"):
                self.wrong(name, "field", field_name, "Type, Value, Region")
        return Endpoint(name, str(given.get("Type", "")), str(given.get("Value", "")))

    def rule(
        self,
        name: str,
        given: dict[str, Any],
        names: tuple[Collection[str], Collection[str]],
        endpoints: Mapping[str, Endpoint],
    ) -> Rule:
        kind = given.get("RuleType")
        if not isinstance(kind, str) or kind not in RULE_TYPES:
            self.wrong(name, "rule-type", given.get("RuleType", ""))
            return Rule(name, "", ())
        lists = ROLES if kind == FAILOVER else (LISTS[kind],)
        for field_name in given:
            if field_name not in ("RuleType", *lists):
                self.wrong(name, "field", field_name, ", ".join(("RuleType", *lists)))
        branches = [
            self.branch(f"{name} {label}", kind, role, inner, names, endpoints)
            for label, role, inner in self.inside(name, kind, given)
        ]
        self.apart(name, kind, branches)
        return Rule(name, kind, tuple(branches))

    def inside(self, name: str, kind: str, given: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield label, role and content of each branch."""
        if kind == FAILOVER:
            for role in ROLES:
                if isinstance(given.get(role), dict):
                    yield role, role, given[role]
                else:
                    self.wrong(name, "role", role)
            return
        found = given.get(LISTS[kind])
        if not isinstance(found, list) or not found or not all(isinstance(inner, dict) for inner in found):
            self.wrong(name, "list", LISTS[kind])
            return
        for number, inner in enumerate(found, 1):
            yield f"{LISTS[kind]}[{number}]", "", inner

    def branch(
        self,
        where: str,
        kind: str,
        role: str,
        given: dict[str, Any],
        names: tuple[Collection[str], Collection[str]],
        endpoints: Mapping[str, Endpoint],
    ) -> Branch:
        for field_name in given:
            if field_name not in BRANCH_FIELDS[kind]:
                self.wrong(where, "field", field_name, ", ".join(BRANCH_FIELDS[kind]))
        references = [name for name in REFERENCES if given.get(name) is not None]
        if len(references) != 1:
            self.wrong(where, "reference")
            return Branch("", to_rule=False, watched=False, role=role)
        to_rule = references[0] == "RuleReference"
        target = given[references[0]]
        if not isinstance(target, str):
            self.wrong(where, "reference")
            return Branch("", to_rule=False, watched=False, role=role)
        self.target(where, target, names, to_rule=to_rule)
        seen = self.flag(where, given, "EvaluateTargetHealth", default=True) and (
            to_rule or (target in endpoints and endpoints[target].type not in (VALUE, CLOUDFRONT))
        )
        region, position = self.position(where, kind, given)
        return Branch(
            target,
            to_rule=to_rule,
            watched=bool(given.get("HealthCheck")) or (seen and kind != MULTIVALUE),
            weight=self.number(where, "Weight", given, WEIGHTS) if kind == WEIGHTED else 1,
            bias=self.number(where, "Bias", given, BIASES, default=0) if kind == GEOPROXIMITY else 0,
            place=self.place(where, given) if kind == GEO else ("country", selection.DEFAULT),
            region=region,
            position=position,
            role=role,
        )

    def flag(self, where: str, given: dict[str, Any], name: str, *, default: bool) -> bool:
        value = given.get(name, default)
        if value not in (True, False, "true", "false"):
            self.wrong(where, "flag", name)
        return value in (True, "true")

    def number(
        self, where: str, name: str, given: dict[str, Any], bounds: tuple[int, int], default: int | None = None
    ) -> int:
        """Return a whole number, written as one or as text, within bounds."""
        value = given.get(name, default)
        try:
            number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not bounds[0] <= number <= bounds[1]:
            self.wrong(where, "number", f"{name} {json.dumps(value)}", f"{bounds[0]}〜{bounds[1]}")
            return 0
        return number

    def place(self, where: str, given: dict[str, Any]) -> tuple[str, str]:
        country, continent = given.get("Country"), given.get("Continent")
        default = self.flag(where, given, "IsDefault", default=False) or country == selection.DEFAULT
        if given.get("Subdivision"):
            self.wrong(where, "subdivision")
        elif (country is not None and continent is not None) or (
            default and (continent is not None or country not in (None, selection.DEFAULT))
        ):
            self.wrong(where, "two-places")
        elif default:
            return "country", selection.DEFAULT
        elif continent in CONTINENTS:
            return "continent", str(continent)
        elif isinstance(country, str) and len(country) == 2 and country.isalpha() and country.isupper():  # noqa: PLR2004 -- ISO 3166-1 alpha-2
            return "country", country
        else:
            self.wrong(where, "place", country if continent is None and country is not None else continent or "")
        return "country", ""

    def position(self, where: str, kind: str, given: dict[str, Any]) -> tuple[str, Position | None]:
        """Return the Region and where it lies, or the coordinates that are given instead."""
        if kind not in (LATENCY, GEOPROXIMITY):
            return "", None
        place = given
        location = given.get("Location") if kind == GEOPROXIMITY else None
        if isinstance(location, dict):
            place = {"Region": location.get("LocationName")} if location.get("Type") == "Region" else location
        if place.get("Type") == "LocalZone":
            self.wrong(where, "local-zone")
        elif kind == GEOPROXIMITY and "Latitude" in place:
            return "", self.coordinates(where, place)
        else:
            written = place.get("Region")
            code = str(written).removeprefix("aws:route53:") if kind == GEOPROXIMITY else written
            if isinstance(code, str) and code in POSITIONS:
                return code, POSITIONS[code]
            self.wrong(where, "region", written or "")
        return "", None

    def coordinates(self, where: str, place: dict[str, Any]) -> Position | None:
        try:
            found = Position(float(place["Latitude"]), float(place["Longitude"]))
        except (KeyError, TypeError, ValueError):
            found = None
        if found is None or not (abs(found.latitude) <= 90 and abs(found.longitude) <= 180):  # noqa: PLR2004 -- degrees
            self.wrong(where, "coordinates")
            return None
        return found

    def apart(self, name: str, kind: str, branches: list[Branch]) -> None:
        """Note two branches for the same place, or for the same Region."""
        held: list[object] = []
        for number, branch in enumerate(branches, 1):
            mark = branch.place if kind == GEO else branch.region if kind == LATENCY else None
            if mark and mark in held and mark != ("country", ""):
                shown = mark if isinstance(mark, str) else mark[1]
                self.wrong(f"{name} {LISTS[kind]}[{number}]", "same-place" if kind == GEO else "same-region", shown)
            held.append(mark)

    def shape(self, policy: Policy) -> None:
        """Note cycles, and trees too large to draw."""
        order = list(policy.rules)
        for name in policy.rules:
            cycle = _cycle(policy, name)
            # Each cycle is told once, by the first of its rules.
            if cycle and name == min(cycle, key=order.index):
                self.wrong(name, "cycle", " → ".join(cycle))
        if not self.problems and _leaves(policy) > MOST_LEAVES:
            self.wrong("", "too-large", str(_leaves(policy)), str(MOST_LEAVES))


def _cycle(policy: Policy, start: str) -> tuple[str, ...]:
    """Return a shortest way along rules from `start` back to it; empty if there is none."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for branch in policy.rules[here].branches:
            if not branch.to_rule or branch.target in before:
                continue
            before[branch.target] = here
            if branch.target == start:
                path = [start]
                while path[-1] != start or len(path) == 1:
                    path.append(before[path[-1]])
                return tuple(reversed(path))
            waiting.append(branch.target)
    return ()


def _leaves(policy: Policy) -> int:
    """Return how many endpoints the tree has, repeated ones counted as often as they come."""

    @cache
    def below(name: str) -> int:
        return sum(below(branch.target) if branch.to_rule else 1 for branch in policy.rules[name].branches)

    return below(policy.start.target) if policy.start.to_rule else 1
