"""The services that the exam asks for most, and which of them work together.

The one place where the book lists them; rows and relations stand in ``services.toml`` beside it. The choice of
services is that of the source text's table (December 2023), its four Kinesis services counted one by one; names are
those of today, with the former name that material of that time uses beside them. What changed since was looked up
on the day and at the address that each entry states.

A relation is a typical one, not every possible one: `how` tells what the first does for or with the second.
Searching compares text in Unicode's compatibility form without regard to case; every word must occur.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import deque
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CATEGORIES = MappingProxyType(
    {
        "compute": "コンピューティング",
        "network": "ネットワーキング",
        "storage": "ストレージ",
        "database": "データベース",
        "integration": "アプリケーション統合",
        "analytics": "分析",
        "developer": "開発者ツール",
        "management": "マネジメントとガバナンス",
        "security": "セキュリティ",
    }
)
BY_CATEGORY, BY_NAME, BY_RELATIONS, BY_SECTION, BY_DISTANCE = "category", "name", "relations", "section", "distance"
SORTS = (BY_CATEGORY, BY_NAME, BY_RELATIONS, BY_SECTION, BY_DISTANCE)


class ServicesError(ValueError):
    """An entry of the data that is not complete, or a service that it does not hold."""


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes
    ----------
    key, name, short : str
        ASCII name, stable (it stands in links); what AWS calls it today; label in pictures.
    category : str
        Key of `CATEGORIES`.
    role, says, cue : str
        Its job in a few words; what it is, in one sentence; the wording of a question that points to it.
    domains : tuple of int
        Domains of the exam guide (1 to 4) in which it is mainly asked.
    section : str
        Where the book explains it.
    source, as_of : str
        Front page of its documentation; ISO date of the data.
    long, exam_name, change, change_source : str
        The name written out; the former name that material of December 2023 uses; what changed since, and where
        that was read. Empty where there is nothing to say.

    """

    key: str
    name: str
    short: str
    category: str
    role: str
    says: str
    cue: str
    domains: tuple[int, ...]
    section: str
    source: str
    as_of: str
    long: str = ""
    exam_name: str = ""
    change: str = ""
    change_source: str = ""

    def matches(self, query: str) -> bool:
        """Tell whether every word of `query` occurs in what is said about the service."""
        names = f"{self.name} {self.short} {self.long} {self.exam_name} {CATEGORIES[self.category]}"
        text = _plain(f"{names} {self.role} {self.says} {self.cue} {self.change}")
        return all(word in text for word in _plain(query).split())


@dataclass(frozen=True)
class Relation:
    """`source` does `how` for or with `target`; both are keys of services."""

    source: str
    target: str
    how: str

    def other(self, key: str) -> str:
        """Return the other end, seen from `key`."""
        return self.target if key == self.source else self.source


@dataclass(frozen=True)
class CatalogTrace:
    """Part of the services in an order.

    Attributes
    ----------
    query : str
        The words searched for.
    sort, focus : str
        One of `SORTS`; key of the service whose relations stand out.
    found : tuple of Service
        What was found, in order.
    total : int
        How many there are in all.
    shown, hidden : tuple of Relation
        The relations of the focus: with services found, and with others. Both empty where the focus itself was not
        found.

    """

    query: str
    sort: str
    focus: str
    found: tuple[Service, ...]
    total: int
    shown: tuple[Relation, ...]
    hidden: tuple[Relation, ...]

    @property
    def focused(self) -> bool:
        """Whether the service whose relations are asked for was found."""
        return any(entry.key == self.focus for entry in self.found)


@cache
def services() -> Mapping[str, Service]:
    """Return all services by key, in the order of the data; raise `ServicesError` where an entry is not complete."""
    content = _content()
    entries = {key: entry for key, entry in content.items() if isinstance(entry, dict)}
    return MappingProxyType({key: _service(key, entry, content["as_of"]) for key, entry in entries.items()})


@cache
def relations() -> tuple[Relation, ...]:
    """Return all relations; raise `ServicesError` for one with a service that is not listed."""
    known = services()
    found = tuple(Relation(**entry) for entry in _content()["relations"])
    for relation in found:
        for key in (relation.source, relation.target):
            if key not in known:
                raise ServicesError(f"a relation names the service {key}, which is not listed")
    return found


def relations_of(key: str) -> tuple[Relation, ...]:
    """Return the relations in which a service takes part."""
    return tuple(relation for relation in relations() if key in (relation.source, relation.target))


@cache
def partners(key: str) -> frozenset[str]:
    """Return the services that work together with `key` without a detour."""
    return frozenset(relation.other(key) for relation in relations_of(key))


@cache
def steps_from(key: str) -> Mapping[str, int]:
    """Return how many relations away from `key` each service is that can be reached at all."""
    steps, queue = {key: 0}, deque([key])
    while queue:
        current = queue.popleft()
        for other in sorted(partners(current)):
            if other not in steps:
                steps[other] = steps[current] + 1
                queue.append(other)
    return MappingProxyType(steps)


def find(query: str, categories: Iterable[str], sort: str, focus: str) -> CatalogTrace:
    """Return the services that match, in order.

    Parameters
    ----------
    query : str
        Words that must all occur; empty for every service.
    categories : iterable of str
        Keys of `CATEGORIES`; none for all of them.
    sort : str
        One of `SORTS`; services that are equal in it stay in the order of the data.
    focus : str
        Key of a service.

    """
    if focus not in services():
        raise ServicesError(f"there is no service {focus}")
    wanted = set(categories) or set(CATEGORIES)
    found = [entry for entry in services().values() if entry.category in wanted and entry.matches(query)]
    steps = steps_from(focus)
    order = {
        BY_CATEGORY: lambda entry: list(CATEGORIES).index(entry.category),
        BY_NAME: lambda entry: entry.short.lower(),
        BY_RELATIONS: lambda entry: -len(partners(entry.key)),
        BY_SECTION: lambda entry: [int(part) for part in entry.section.split("-")],
        BY_DISTANCE: lambda entry: steps.get(entry.key, len(services())),
    }
    found.sort(key=order[sort])
    keys = {entry.key for entry in found}
    own = relations_of(focus) if focus in keys else ()
    return CatalogTrace(
        query,
        sort,
        focus,
        tuple(found),
        len(services()),
        tuple(relation for relation in own if relation.other(focus) in keys),
        tuple(relation for relation in own if relation.other(focus) not in keys),
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _service(key: str, entry: dict[str, Any], as_of: str) -> Service:
    try:
        found = Service(key=key, as_of=as_of, **(entry | {"domains": tuple(entry.get("domains", ()))}))
    except TypeError as error:
        raise ServicesError(f"the entry {key} is not complete: {error}") from error
    if found.category not in CATEGORIES:
        raise ServicesError(f"the entry {key} has the unknown category {found.category}")
    return found


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files("kumo.foundations.model") / "services.toml").read_text(encoding="utf-8"))
