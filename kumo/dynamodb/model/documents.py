"""Documents inside items: what a path leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo.dynamodb.model.grammar import Path
    from kumo.dynamodb.model.values import Item, Value


def resolve(path: Path, attributes: Item) -> Value | None:
    """Return the value at the end of a path, or None when the item has nothing there."""
    found = attributes.get(str(path.parts[0]))
    for part in path.parts[1:]:
        if found is None:
            return None
        found = child(found, part)
    return found


def child(value: Value, part: str | int) -> Value | None:
    """Return the map entry or list element called `part`, or None when there is none."""
    if isinstance(part, int):
        return value.data[part] if value.type == "L" and part < len(value.data) else None
    return value.data.get(part) if value.type == "M" else None
