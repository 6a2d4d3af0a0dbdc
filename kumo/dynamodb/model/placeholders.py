"""The stand-ins of a request's expressions: #names and :values, and which of them were used.

Not modelled: the limit of 2 MB on all of them together.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALIAS = re.compile(r"#[A-Za-z0-9_]+")
_PLACEHOLDER = re.compile(r":[A-Za-z0-9_]+")


@cache
def reserved_words() -> frozenset[str]:
    """Return the words, in capitals, that may not stand in an expression as names of attributes.

    Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html, read 2026-11-26.
    """
    text = files("kumo.dynamodb.model").joinpath("reserved_words.toml").read_text(encoding="ascii")
    return frozenset(tomllib.loads(text)["words"])


class Placeholders:
    """The names and values that the expressions of one request share.

    Parameters
    ----------
    names : mapping of str to str
        ExpressionAttributeNames: attribute names by alias (``#n``).
    values : mapping of str to value
        ExpressionAttributeValues by placeholder (``:v``), in DynamoDB's JSON or plain Python.

    Raises
    ------
    DynamoDBError
        For a key that is no alias or no placeholder, and for a value that DynamoDB does not have.

    """

    def __init__(self, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None) -> None:
        self.names, self.values = dict(names or {}), _read(values or {})
        for key in self.names:
            if not _ALIAS.fullmatch(key):
                raise invalid("name-key", key=key)
        for key in self.values:
            if not _PLACEHOLDER.fullmatch(key):
                raise invalid("value-key", key=key)
        limit = facts.value("dynamodb.placeholder-size")
        for key in (*self.names, *self.values):
            if len(key.encode()) > limit:
                raise invalid("placeholder-length", key=key, limit=limit)
        self._used: set[str] = set()

    def name(self, alias: str) -> str | None:
        """Return the attribute that an alias stands for, and count it as used; None when it is not defined."""
        self._used.add(alias)
        return self.names.get(alias)

    def value(self, placeholder: str) -> values.Value | None:
        """Return the value that a placeholder stands for, and count it as used; None when it is not defined."""
        self._used.add(placeholder)
        return self.values.get(placeholder)

    def finish(self) -> None:
        """Raise `DynamoDBError` when a name or a value was given that no expression uses."""
        for kind, given in (("unused-names", self.names), ("unused-values", self.values)):
            left = [key for key in given if key not in self._used]
            if left:
                raise invalid(kind, keys=", ".join(left))


def _read(given: Mapping[str, Any]) -> dict[str, values.Value]:
    return {key: values.of_any(thing) for key, thing in given.items()}
