"""Projection expressions: which parts of an item are returned.

Map entries keep their places; list elements that are asked for close up in their order. What the item lacks is left
out, with the maps that would have held nothing else.

Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
(read 2026-11-26).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.dynamodb.model import documents
from kumo.dynamodb.model.parser import parse_projection
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.dynamodb.model.grammar import Path
    from kumo.dynamodb.model.values import Item


class Projection:
    """A projection expression.

    Parameters
    ----------
    text : str
        The expression.
    placeholders : Placeholders
        Its names.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """

    def __init__(self, text: str, placeholders: Placeholders | None = None) -> None:
        self.text = text
        self.paths = parse_projection(text, placeholders or Placeholders())

    def apply(self, item: Item) -> dict[str, Value]:
        """Return the parts of an item that the paths lead to."""
        return project(self.paths, item)

    def attributes(self) -> set[str]:
        """Return the names of the attributes at the start of its paths."""
        return {str(path.parts[0]) for path in self.paths}


def project(paths: Iterable[Path], item: Item) -> dict[str, Value]:
    """Return the parts of an item that `paths` lead to."""
    found = _picked(Value("M", item), [path.parts for path in paths])
    return {} if found is None else found.data


def _picked(value: Value, wanted: list[tuple[str | int, ...]]) -> Value | None:
    if () in wanted:
        return value
    inside: dict[str | int, list[tuple[str | int, ...]]] = {}
    for first, *rest in wanted:
        inside.setdefault(first, []).append(tuple(rest))
    order: Iterable[str | int] = sorted(inside) if all(isinstance(part, int) for part in inside) else inside
    found = {}
    for part in order:
        old = documents.child(value, part)
        new = None if old is None else _picked(old, inside[part])
        if new is not None:
            found[part] = new
    if not found:
        return None
    return Value("L", tuple(found.values())) if value.type == "L" else Value("M", found)
