"""The ledger of the numbers that AWS publishes: quotas, defaults, exam data.

One TOML file per service. Simulations take their defaults from it and sections print it as a table, so
that a number stands in one place only, with its source and date.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Fact:
    """One published number or value.

    Attributes
    ----------
    key : str
        ``service.name``.
    label : str
        What it is, in the reader's language.
    value : int, float or str
        Value on `as_of`, in `unit`.
    unit : str
        Unit; empty where the value needs none.
    group : str
        Heading under which tables list it.
    as_of : str
        ISO date on which the source was read.
    source : str
        Address of the AWS page (or of the page that quotes it) that says so.
    exam_value : int, float, str or None
        Value at the time of the exam guide that the source text follows (December 2023), where it differed.
    note : str
        What to know beside the number.

    """

    key: str
    label: str
    value: float | str
    unit: str
    group: str
    as_of: str
    source: str
    exam_value: float | str | None = None
    note: str = ""


class FactError(LookupError):
    """A fact that the ledger does not hold, or an entry that is not complete."""


@cache
def ledger(service: str) -> dict[str, Fact]:
    """Return the facts of one service by key (``service.name``), in the order of its file."""
    path = files(__name__) / f"{service}.toml"
    if not path.is_file():
        message = f"there is no ledger {service}.toml in kumo/core/facts"
        raise FactError(message)
    return {
        f"{service}.{name}": _fact(f"{service}.{name}", entry)
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def fact(key: str) -> Fact:
    """Return the fact called ``service.name``; raise `FactError` when there is none."""
    found = ledger(key.partition(".")[0]).get(key)
    if found is None:
        message = f"the ledger has no fact {key}"
        raise FactError(message)
    return found


def value(key: str) -> Any:
    """Return today's value of the fact called ``service.name``, in the unit that the ledger states."""
    return fact(key).value


def table(service: str) -> list[dict[str, Any]]:
    """Return the ledger of a service as rows for a table, one dict per fact in the order of the file."""
    return [vars(entry) for entry in ledger(service).values()]


def shown(value: float | str, unit: str = "") -> str:
    """Return a value with its unit as tables show it: ``16,384 GiB``."""
    number = value if isinstance(value, str) else f"{value:,}"
    return f"{number} {unit}".strip()


def _fact(key: str, entry: dict[str, Any]) -> Fact:
    try:
        return Fact(key=key, **({"unit": "", "group": ""} | entry))
    except TypeError as error:
        message = f"the entry {key} of the ledger is not complete: {error}"
        raise FactError(message) from error
