"""A table with its indexes: items written one at a time, and read by key, by query and by scan.

Modelled: GetItem, PutItem, UpdateItem, DeleteItem with conditions and ReturnValues; Query and Scan on the table and on
its indexes with key conditions, filters, projections, Limit, pages of 1 MB and LastEvaluatedKey; limits of items and
keys; capacity units of each request, with those of the indexes. Not modelled: time, throttling, replication (every
read sees the last write; `consistent` changes what is consumed and what is allowed), parallel scans, Select, batches
and transactions, legacy parameters.

A page ends before the item with which it would hold more than 1 MB (the service says "a maximum of 1 MB" and not more
about it); the first item of a page is always read.

Sources (read 2026-11-26): docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html, Scan.html,
Query.Pagination.html, GSI.html, LSI.html, read-write-operations.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.model import keys, units
from kumo.dynamodb.model import values as typed
from kumo.dynamodb.model.conditions import Condition
from kumo.dynamodb.model.errors import condition_failed, invalid
from kumo.dynamodb.model.key_conditions import KeyCondition
from kumo.dynamodb.model.keys import Index, Schema
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.projection import Projection, project
from kumo.dynamodb.model.updates import Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kumo.dynamodb.model.grammar import Path
    from kumo.dynamodb.model.values import Item, Value

NONE, ALL_OLD, ALL_NEW, UPDATED_OLD, UPDATED_NEW = "NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"


@dataclass(frozen=True)
class Written:
    """What a write did.

    Attributes
    ----------
    old, new : dict of str to Value, or None
        The item before and after; None when there was or is none.
    attributes : dict of str to Value, or None
        What the answer holds, as ReturnValues asked.
    units : int
        Write units of the table.
    index_units : dict of str to int
        Write units of each index that had to change, by its name.

    """

    old: Item | None
    new: Item | None
    attributes: Item | None
    units: int
    index_units: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Got:
    """What GetItem found (`item`, None when there is none) and the read units that it took."""

    item: Item | None
    units: float


@dataclass(frozen=True)
class Read:
    """One item that a query or scan has read.

    Attributes
    ----------
    item : dict of str to Value
        As the table or the index holds it.
    size : int
        In bytes.
    returned : bool
        Whether it passed the filter.

    """

    item: Item
    size: int
    returned: bool


@dataclass(frozen=True)
class Page:
    """The answer to one query or scan.

    Attributes
    ----------
    items : tuple of dict
        What is returned, after filter and projection.
    read : tuple of Read
        What was read for it, in order.
    last_key : dict of str to Value, or None
        Where the next request goes on; None when nothing is left to read.
    units : float
        Read units.

    """

    items: tuple[Item, ...]
    read: tuple[Read, ...]
    last_key: Item | None
    units: float

    @property
    def count(self) -> int:
        """Items returned."""
        return len(self.items)

    @property
    def scanned_count(self) -> int:
        """Items read, before the filter."""
        return len(self.read)

    @property
    def size(self) -> int:
        """Bytes read."""
        return sum(one.size for one in self.read)


class Table:
    """A DynamoDB table.

    Parameters
    ----------
    name : str
        Its name.
    types : mapping of str to str
        Types (S, N or B) of all attributes that are keys of the table or of an index.
    partition, sort : str, str or None
        The primary key.
    indexes : iterable of Index
        Its secondary indexes.

    """

    def __init__(
        self,
        name: str,
        types: Mapping[str, str],
        *,
        partition: str,
        sort: str | None = None,
        indexes: Iterable[Index] = (),
    ) -> None:
        self.name, self.types, self.schema = name, dict(types), Schema(partition, sort)
        self.indexes = {index.name: index for index in indexes}
        self._items: dict[tuple[Value, ...], dict[str, Value]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        yield from self._items.values()

    # One item.

    def get(
        self,
        key: Mapping[str, Any],
        *,
        projection: str | None = None,
        names: Mapping[str, str] | None = None,
        consistent: bool = False,
    ) -> Got:
        """Return the item with that key (GetItem)."""
        stand_ins = Placeholders(names)
        picked = None if projection is None else Projection(projection, stand_ins)
        stand_ins.finish()
        found = self._items.get(self._place(keys.key_of(key, self.schema, self.types)))
        # What is left out by the projection has been read all the same.
        size = 0 if found is None else typed.item_size(found)
        shown = found if found is None or picked is None else picked.apply(found)
        return Got(shown, units.for_reading(size, consistent=consistent))

    def put(
        self,
        item: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        return_values: str = NONE,
    ) -> Written:
        """Write an item in the place of the one with its key (PutItem)."""
        _check_return_values(return_values, (NONE, ALL_OLD))
        new = typed.item(item)
        test = self._condition(condition, stand_ins := Placeholders(names, values))
        stand_ins.finish()
        keys.check_item(new, self.schema, self.types, self.indexes)
        _check_size(new, "item-size")
        return self._write(new, test, lambda _: new, return_values)

    def delete(
        self,
        key: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        return_values: str = NONE,
    ) -> Written:
        """Remove the item with that key; without one, nothing happens (DeleteItem)."""
        _check_return_values(return_values, (NONE, ALL_OLD))
        test = self._condition(condition, stand_ins := Placeholders(names, values))
        stand_ins.finish()
        return self._write(keys.key_of(key, self.schema, self.types), test, lambda _: None, return_values)

    def update(
        self,
        key: Mapping[str, Any],
        update: str | None = None,
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        return_values: str = NONE,
    ) -> Written:
        """Change the item with that key, or make one (UpdateItem)."""
        _check_return_values(return_values, (NONE, ALL_OLD, ALL_NEW, UPDATED_OLD, UPDATED_NEW))
        stand_ins = Placeholders(names, values)
        change = None if update is None else Update(update, stand_ins)
        test = self._condition(condition, stand_ins)
        stand_ins.finish()
        place = keys.key_of(key, self.schema, self.types)
        for action in change.actions if change else ():
            if action.path.parts[0] in self.schema.names:
                raise invalid("key-update", name=action.path.parts[0])

        def after(old: Item | None) -> Item:
            new = dict(old or place) if change is None else change.apply(old or place, fresh=old is None)
            keys.check_item(new, self.schema, self.types, self.indexes)
            _check_size(new, "item-size-update")
            return new

        paths = [action.path for action in change.actions] if change else []
        return self._write(place, test, after, return_values, paths)

    # Many items.

    def query(  # noqa: PLR0913 -- the parameters of the API
        self,
        key_condition: str,
        *,
        index: str | None = None,
        filter: str | None = None,  # noqa: A002 -- the API's word
        projection: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        limit: int | None = None,
        start: Item | None = None,
        forward: bool = True,
        consistent: bool = False,
    ) -> Page:
        """Read items of one collection in the order of the sort key (Query)."""
        stand_ins = Placeholders(names, values)
        source = self._source(index, consistent=consistent)
        schema = source.schema if source else self.schema
        wanted = KeyCondition(key_condition, stand_ins, schema, self.types)
        test = None if filter is None else Condition(filter, stand_ins, "FilterExpression")
        for name in schema.names:
            if test and name in test.attributes():
                raise invalid("filter-key", name=name)
        entries = [
            entry
            for entry in self._entries(source)
            if entry[schema.partition] == wanted.partition and wanted.in_range(entry)
        ]
        asked = _Asked(source, test, projection, limit, start, forward=forward, consistent=consistent)
        return self._page(entries, asked, stand_ins)

    def scan(  # noqa: PLR0913 -- the parameters of the API
        self,
        *,
        index: str | None = None,
        filter: str | None = None,  # noqa: A002 -- the API's word
        projection: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        limit: int | None = None,
        start: Item | None = None,
        consistent: bool = False,
    ) -> Page:
        """Read items of all collections, one collection after the other (Scan)."""
        stand_ins = Placeholders(names, values)
        source = self._source(index, consistent=consistent)
        test = None if filter is None else Condition(filter, stand_ins, "FilterExpression")
        asked = _Asked(source, test, projection, limit, start, forward=True, consistent=consistent)
        return self._page(self._entries(source), asked, stand_ins)

    def collections(self, index: str | None = None) -> list[list[Item]]:
        """Return the item collections of the table or of an index, in the order in which a scan meets them."""
        source = self._source(index, consistent=False)
        partition = (source.schema if source else self.schema).partition
        return [list(group) for _, group in groupby(self._entries(source), key=lambda entry: entry[partition])]

    # Inner workings.

    def _condition(self, condition: str | None, stand_ins: Placeholders) -> Condition | None:
        return None if condition is None else Condition(condition, stand_ins)

    def _place(self, item: Item) -> tuple[Value, ...]:
        return tuple(item[name] for name in self.schema.names)

    def _write(
        self,
        key: Item,
        test: Condition | None,
        after: Callable[[Item | None], Item | None],
        return_values: str,
        paths: Iterable[Path] = (),
    ) -> Written:
        place = self._place(key)
        old = self._items.get(place)
        if test is not None and not test.holds(old or {}):
            raise condition_failed()
        new = after(old)
        if new is None:
            self._items.pop(place, None)
        else:
            self._items[place] = dict(new)
        size = max(typed.item_size(one) if one else 0 for one in (old, new))
        return Written(
            old, new, _returned(return_values, old, new, paths), units.for_writing(size), self._index_units(old, new)
        )

    def _index_units(self, old: Item | None, new: Item | None) -> dict[str, int]:
        """Return what the write costs in the indexes: an entry that changes its keys is removed and put anew."""
        spent = {}
        for index in self.indexes.values():
            before, now = (
                index.entry(one, self.schema) if one is not None and index.holds(one) else None for one in (old, new)
            )
            if before == now:
                continue
            moved = before and now and any(before[name] != now[name] for name in index.schema.names)
            sizes = [typed.item_size(entry) for entry in (before, now) if entry is not None]
            spent[index.name] = sum(map(units.for_writing, sizes)) if moved else units.for_writing(max(sizes))
        return spent

    def _source(self, index: str | None, *, consistent: bool) -> Index | None:
        if index is None:
            return None
        if index not in self.indexes:
            raise invalid("no-index", name=index)
        if consistent and not self.indexes[index].local:
            raise invalid("consistent-index")
        return self.indexes[index]

    def _entries(self, source: Index | None) -> list[Item]:
        """Return what the table or the index holds, in its order."""
        held: Iterable[Item] = self._items.values()
        if source is not None:
            held = [source.entry(item, self.schema) for item in held if source.holds(item)]
        return sorted(held, key=lambda entry: self._position(entry, source))

    def _position(self, entry: Item, source: Index | None) -> tuple[Any, ...]:
        schema = source.schema if source else self.schema
        # Entries of an index with equal keys have no published order; the table's keys tell them apart here.
        names = (schema.partition, *(schema.names[1:]), *(self.schema.names if source else ()))
        return (keys.spread(entry[schema.partition]), *(typed.order_key(entry[name]) for name in names))

    def _page(self, entries: list[Item], asked: _Asked, stand_ins: Placeholders) -> Page:
        picked = None if asked.projection is None else Projection(asked.projection, stand_ins)
        stand_ins.finish()
        if asked.limit is not None and asked.limit < 1:
            raise invalid("limit", value=asked.limit)
        fetching = self._fetching(asked, picked)
        entries = self._after(entries if asked.forward else entries[::-1], asked)
        read: list[Read] = []
        size = 0
        most = facts.value("dynamodb.page-size") * units.MB
        full = False
        for entry in entries:
            bytes_here = typed.item_size(entry)
            full = bool(read) and size + bytes_here > most
            if full:
                break
            size += bytes_here
            whole = self._items[self._place(entry)] if fetching else entry
            read.append(Read(entry, bytes_here, asked.test is None or asked.test.holds(whole)))
            full = len(read) == asked.limit
            if full:
                break
        spent = units.for_reading(size, consistent=asked.consistent)
        found = []
        for one in read:
            whole = self._items[self._place(one.item)] if fetching else one.item
            if fetching:
                spent += units.for_reading(typed.item_size(whole), consistent=asked.consistent)
            if one.returned:
                found.append(whole if picked is None else picked.apply(whole))
        last = self._key_of(read[-1].item, asked.source) if full and read else None
        return Page(tuple(found), tuple(read), last, spent)

    def _fetching(self, asked: _Asked, picked: Projection | None) -> bool:
        """Return whether items must be fetched from the table: a local index lacks attributes that are asked for."""
        if asked.source is None:
            return False
        wanted = (picked.attributes() if picked else set()) | (asked.test.attributes() if asked.test else set())
        lacking = sorted(name for name in wanted if not asked.source.projects(name, self.schema))
        if lacking and not asked.source.local:
            raise invalid("not-projected", index=asked.source.name, name=", ".join(lacking))
        return bool(lacking)

    def _after(self, entries: list[Item], asked: _Asked) -> list[Item]:
        """Return the entries that come after the start key, which need not exist any more."""
        if asked.start is None:
            return entries
        start = typed.item(asked.start)
        if set(start) != set(self._key_names(asked.source)):
            raise invalid("start-key")
        edge = self._position(start, asked.source)
        positions = [self._position(entry, asked.source) for entry in entries]
        ahead = [one > edge if asked.forward else one < edge for one in positions]
        return [entry for entry, kept in zip(entries, ahead, strict=True) if kept]

    def _key_names(self, source: Index | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(source.schema.names if source else ()), *self.schema.names)))

    def _key_of(self, entry: Item, source: Index | None) -> dict[str, Value]:
        return {name: entry[name] for name in self._key_names(source)}


@dataclass(frozen=True)
class _Asked:
    """What a query and a scan have in common."""

    source: Index | None
    test: Condition | None
    projection: str | None
    limit: int | None
    start: Item | None
    forward: bool = field(kw_only=True)
    consistent: bool = field(kw_only=True)


def _returned(wanted: str, old: Item | None, new: Item | None, paths: Iterable[Path]) -> Item | None:
    if wanted == NONE:
        return None
    shown = old if wanted in {ALL_OLD, UPDATED_OLD} else new
    if shown is None or wanted in {ALL_OLD, ALL_NEW}:
        return shown
    return project(tuple(paths), shown)


def _check_return_values(given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise invalid("return-values", allowed=" or ".join(allowed[::-1]))


def _check_size(item: Item, kind: str) -> None:
    if typed.item_size(item) > facts.value("dynamodb.item-size") * units.KB:
        raise invalid(kind)
