"""What REST, HTTP and WebSocket APIs support, and which of them satisfy a set of requirements.

This module is the one place where the book knows what each type of API can do; its rows stand in
``api_types.toml`` beside it. The values for REST and HTTP APIs are those of AWS's own table, "Choose
between REST APIs and HTTP APIs",
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html (read 2026-11-22); the
column for WebSocket APIs, which that table leaves out, is put together from the pages that each row names.

Modelled: a requirement is one row of the table, and a type satisfies it when the row says "yes" or
"limited" (supported under the condition that the row names). A type remains when it satisfies every
requirement, so that the order of the requirements decides nothing. Where no type remains, requirements
are shared out among several APIs: a set of types covers them when each is satisfied by at least one.

A type may support two features that one API of the type cannot have together (an API has one endpoint type);
such conflicts do not exclude the type, but the trace names them, because it then takes two APIs of the type.

Not modelled: conflicts beyond those that ``api_types.toml`` lists, quotas, Regions, and what lies outside API
Gateway (a CloudFront distribution with AWS WAF before an HTTP API, say).

Prices are those of the ledger `kumo.core.facts`, in US dollars per million requests or messages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kumo.api_gateway.words import api_types as words
from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

API_TYPES = ("rest", "http", "websocket")
SUPPORT = ("yes", "limited", "no")
TODAY, EXAM = "today", "exam"
# From light to heavy to run: HTTP APIs have the fewest parts and the lower price of the two RESTful types;
# a WebSocket API also bills the time of each connection, and something has to remember who is connected.
LIGHTEST_FIRST = ("http", "rest", "websocket")


class ApiTypesError(ValueError):
    """A row of the table that is not complete, or a feature that it does not hold."""


@dataclass(frozen=True)
class Feature:
    """One row: what each type of API supports.

    Attributes
    ----------
    key : str
        ASCII name, stable: it stands in links.
    category, name : str
        Key of the category; the feature in the reader's language.
    support : mapping of str to str
        "yes", "limited" or "no", by type of API, on `as_of`.
    notes : mapping of str to str
        A few words by type, such as the condition of a "limited"; not every type has some.
    exam_support, exam_notes, exam_name
        The same at the time of the source text (December 2023).
    since : str
        Month (``2025-11``) in which support or name changed after that time; empty where nothing did.
    remark : str
        One sentence for the table, or empty.
    added : bool
        Whether the row goes beyond the source text's comparison of HTTP and REST APIs.
    source, websocket_source : str
        Addresses of the pages that say so, for REST and HTTP and for WebSocket.
    as_of : str
        ISO date on which the pages were read.

    """

    key: str
    category: str
    name: str
    support: Mapping[str, str]
    notes: Mapping[str, str]
    exam_support: Mapping[str, str]
    exam_notes: Mapping[str, str]
    exam_name: str
    since: str
    remark: str
    added: bool
    source: str
    websocket_source: str
    as_of: str

    def supports(self, api: str, when: str = TODAY) -> str:
        """Return "yes", "limited" or "no" for one type of API, today or at the time of the source text."""
        return (self.support if when == TODAY else self.exam_support)[api]

    def note(self, api: str, when: str = TODAY) -> str:
        """Return the few words beside that value, or an empty string."""
        return (self.notes if when == TODAY else self.exam_notes).get(api, "")

    def satisfied_by(self, when: str = TODAY) -> tuple[str, ...]:
        """Return the types of API that have the feature, with or without a condition."""
        return tuple(api for api in API_TYPES if self.supports(api, when) != "no")


@dataclass(frozen=True)
class Conflict:
    """Features that one API cannot have together, although its type supports each of them.

    Attributes
    ----------
    key : str
        ASCII name.
    features : tuple of str
        Keys of the features.
    source : str
        Address of the page that says so.

    """

    key: str
    features: tuple[str, ...]
    source: str


@cache
def features() -> Mapping[str, Feature]:
    """Return all rows by key, in the order of the table; raise `ApiTypesError` where one is not complete."""
    as_of = _content()["as_of"]
    entries = {key: entry for key, entry in _content().items() if isinstance(entry, dict)}
    return MappingProxyType({key: _feature(key, entry, as_of) for key, entry in entries.items()})


@cache
def conflicts() -> tuple[Conflict, ...]:
    """Return the features that exclude each other within one API."""
    return tuple(Conflict(entry["key"], tuple(entry["features"]), entry["source"]) for entry in _content()["conflicts"])


def feature(key: str) -> Feature:
    """Return one row; raise `ApiTypesError` when there is none of that key."""
    found = features().get(key)
    if found is None:
        raise ApiTypesError(f"the types of API are not compared by {key}")
    return found


def rows(when: str = TODAY, *, added: bool = True) -> list[dict[str, str]]:
    """Return the comparison as a list of dicts with the reader's headings, ready for ``pandas.DataFrame``.

    Parameters
    ----------
    when : {"today", "exam"}
        Values on `Feature.as_of`, or in December 2023.
    added : bool
        Whether to include the rows that go beyond the source text's comparison.

    """
    return [_row(entry, when) for entry in features().values() if added or not entry.added]


@dataclass(frozen=True)
class Requirement:
    """One requirement and what the types of API say to it.

    Attributes
    ----------
    feature : Feature
        The row that decides.
    support, notes : tuple of str
        By type, in the order of `API_TYPES`.
    excludes : tuple of str
        The types that still remained before this requirement and do not satisfy it.

    """

    feature: Feature
    support: tuple[str, ...]
    notes: tuple[str, ...]
    excludes: tuple[str, ...]

    @property
    def satisfied_by(self) -> tuple[str, ...]:
        """The types that satisfy the requirement."""
        return tuple(api for api, support in zip(API_TYPES, self.support, strict=True) if support != "no")


@dataclass(frozen=True)
class Cover:
    """A set of types among which the requirements can be shared out, or what it would leave open.

    Attributes
    ----------
    apis : tuple of str
        The types, in the order of `API_TYPES`.
    missing : tuple of str
        Keys of the requirements that none of them satisfies.

    """

    apis: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ChooserTrace:
    """Requirements applied one after the other.

    Attributes
    ----------
    when : {"today", "exam"}
        Whose values were used.
    requirements : tuple of Requirement
        In the order in which they were applied.
    remaining : tuple of str
        The types that satisfy all of them.
    excluded_by : mapping of str to tuple of str
        By excluded type: the keys of all requirements that it does not satisfy.
    pairs : tuple of Cover
        Every pair of types, with what it leaves open.
    conflicts : tuple of Conflict
        Those whose features are all required.
    prices : mapping of str to float
        US dollars per million requests (REST, HTTP) or messages (WebSocket), first tier, us-east-1.

    """

    when: str
    requirements: tuple[Requirement, ...]
    remaining: tuple[str, ...]
    excluded_by: Mapping[str, tuple[str, ...]]
    pairs: tuple[Cover, ...]
    conflicts: tuple[Conflict, ...]
    prices: Mapping[str, float]

    @property
    def suggested(self) -> str | None:
        """The lightest of the types that remain, or None where none does."""
        return next((api for api in LIGHTEST_FIRST if api in self.remaining), None)

    @property
    def covering_pairs(self) -> tuple[Cover, ...]:
        """The pairs of types that together satisfy every requirement."""
        return tuple(pair for pair in self.pairs if not pair.missing)

    def died_at(self, api: str) -> int | None:
        """Return the index of the first requirement that excludes `api`, or None when it remains."""
        return next((index for index, entry in enumerate(self.requirements) if api in entry.excludes), None)


def choose(keys: Iterable[str], when: str = TODAY) -> ChooserTrace:
    """Apply requirements one after the other and return what became of each type of API.

    Parameters
    ----------
    keys : iterable of str
        Keys of features, in the order in which to apply them.
    when : {"today", "exam"}
        Values of today, or of December 2023.

    Raises
    ------
    ApiTypesError
        For an unknown key.

    """
    alive, requirements = list(API_TYPES), []
    for key in keys:
        entry = feature(key)
        support = tuple(entry.supports(api, when) for api in API_TYPES)
        out = tuple(api for api in alive if entry.supports(api, when) == "no")
        alive = [api for api in alive if api not in out]
        requirements.append(Requirement(entry, support, tuple(entry.note(api, when) for api in API_TYPES), out))
    excluded_by = {
        api: tuple(entry.feature.key for entry in requirements if api not in entry.satisfied_by)
        for api in API_TYPES
        if api not in alive
    }
    pairs = tuple(
        Cover(pair, tuple(entry.feature.key for entry in requirements if not set(pair) & set(entry.satisfied_by)))
        for pair in combinations(API_TYPES, 2)
    )
    required = {entry.feature.key for entry in requirements}
    return ChooserTrace(
        when,
        tuple(requirements),
        tuple(alive),
        MappingProxyType(excluded_by),
        pairs,
        tuple(conflict for conflict in conflicts() if required.issuperset(conflict.features)),
        MappingProxyType(prices()),
    )


def prices() -> dict[str, float]:
    """Return US dollars per million requests or messages by type of API, from the ledger."""
    names = {"rest": "price-rest", "http": "price-http", "websocket": "price-websocket-messages"}
    return {api: facts.value(f"api_gateway.{names[api]}") for api in API_TYPES}


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "api_types.toml").read_text(encoding="utf-8"))


def _feature(key: str, entry: Mapping[str, Any], as_of: str) -> Feature:
    try:
        support = {api: entry[api] for api in API_TYPES}
        notes = entry.get("notes", {})
        made = Feature(
            key=key,
            category=entry["category"],
            name=entry["name"],
            support=MappingProxyType(support),
            notes=MappingProxyType(notes),
            exam_support=MappingProxyType(support | entry.get("exam", {})),
            exam_notes=MappingProxyType(notes | entry.get("exam_notes", {})),
            exam_name=entry.get("exam_name", entry["name"]),
            since=entry.get("since", ""),
            remark=entry.get("remark", ""),
            added=entry.get("added", False),
            source=entry["source"],
            websocket_source=entry["websocket_source"],
            as_of=as_of,
        )
    except KeyError as error:
        raise ApiTypesError(f"the row {key} has no {error}") from error
    if not {*support.values(), *made.exam_support.values()} <= set(SUPPORT) or made.category not in words.CATEGORIES:
        raise ApiTypesError(f"the row {key} has a value that is none of {SUPPORT}, or an unknown category")
    return made


def _row(entry: Feature, when: str) -> dict[str, str]:
    return {
        words.CATEGORY: words.CATEGORIES[entry.category],
        words.FEATURE: entry.name if when == TODAY else entry.exam_name,
        **{words.API_NAMES[api]: cell(entry, api, when) for api in API_TYPES},
        words.REMARK: _remark(entry) if when == TODAY else "",
    }


def cell(entry: Feature, api: str, when: str = TODAY) -> str:
    """Return one cell of the comparison: the mark, and the note where there is one."""
    mark, note = words.MARKS[entry.supports(api, when)], entry.note(api, when)
    return words.MARK_WITH_NOTE.format(mark=mark, note=note) if note else mark


def _remark(entry: Feature) -> str:
    said = [entry.remark] if entry.remark else []
    if entry.since:
        year, month = entry.since.split("-")
        since = words.MONTH.format(year=year, month=int(month))
        changed = [api for api in API_TYPES if entry.support[api] != entry.exam_support[api]]
        if changed:
            names = words.JOIN.join(words.API_NAMES[api] for api in changed)
            mark = words.MARKS[entry.exam_support[changed[0]]]
            said.append(words.CHANGED.format(names=names, mark=mark, since=since))
        if entry.name != entry.exam_name:
            said.append(words.RENAMED.format(name=entry.exam_name, since=since))
    return "".join(said)
