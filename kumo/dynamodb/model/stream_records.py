"""One write to an item, and the record that it leaves in a stream of each view type.

Modelled: the item before (or none), the write that brings it to what it should be (PutItem, or DeleteItem when there is
to be none), made on a real table with four real streams (`kumo.dynamodb.model.streams`). Two items with different keys
are two items: the first stays as it is. Not modelled: everything around the one write.

The items are JSON objects with the string attribute `KEY`; empty text stands for no item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.dynamodb.model import values
from kumo.dynamodb.model.expressions import KEY, read_json
from kumo.dynamodb.model.streams import VIEW_TYPES, Stream
from kumo.dynamodb.model.table import Table

if TYPE_CHECKING:
    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.values import Item

PUT, DELETE = "PutItem", "DeleteItem"


@dataclass(frozen=True)
class StreamRecordsTrace:
    """A write and its records.

    Attributes
    ----------
    operation : str
        `PUT` or `DELETE`.
    old, new : dict of str to Value, or None
        The item that was written, before and after; None when there was or is none.
    other : dict of str to Value, or None
        An item with another key that was there before, and still is.
    records : dict of str to (Record or None)
        By view type; all None when nothing changed.
    view_type : str
        The view type that the reader has chosen.

    """

    operation: str
    old: Item | None
    new: Item | None
    other: Item | None
    records: dict[str, Record | None]
    view_type: str

    @property
    def chosen(self) -> Record | None:
        """The record of the chosen view type."""
        return self.records[self.view_type]

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the attributes that differ before and after."""
        old, new = self.old or {}, self.new or {}
        return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))


def run(before: str, after: str, view_type: str) -> StreamRecordsTrace:
    """Bring an item from `before` to `after` (JSON, or empty for none)."""
    table = Table("Shop", {KEY: "S"}, partition=KEY)
    first, second = (values.item(read_json(text)) if text.strip() else None for text in (before, after))
    if first is not None:
        table.put(first)
    if second is not None:
        written = table.put(second)
    else:
        written = table.delete({KEY: first[KEY] if first else values.of_any("-")})
    other = first if first and second and first[KEY] != second[KEY] else None
    records = {kind: Stream(table, kind).add(written, at=0) for kind in VIEW_TYPES}
    operation = DELETE if second is None else PUT
    return StreamRecordsTrace(operation, written.old, written.new, other, records, view_type)
