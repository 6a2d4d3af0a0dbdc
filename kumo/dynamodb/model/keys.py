"""Primary keys and secondary indexes: what identifies an item, in which order items lie, what an index holds.

Modelled: keys of one or two attributes of type S, N or B with their limits, item collections in the order of the sort
key, projections ALL, KEYS_ONLY and INCLUDE, sparse indexes (an item without the index's keys is not in it). Not
modelled: global indexes whose keys have several attributes (since November 2025).

DynamoDB does not publish the order in which a scan meets the collections, beyond that it follows a hash of the
partition key. Here it is the order of their MD5.

Sources (read 2026-11-26): docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html,
GSI.html, LSI.html, Constraints.html.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.dynamodb.model.values import Item, Value

ALL, KEYS_ONLY, INCLUDE = "ALL", "KEYS_ONLY", "INCLUDE"


@dataclass(frozen=True)
class Schema:
    """The attributes of a primary key: the partition key, and the sort key where there is one."""

    partition: str
    sort: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the attributes, partition key first."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)


@dataclass(frozen=True)
class Index:
    """A secondary index.

    Attributes
    ----------
    name : str
        Its name.
    partition, sort : str, str or None
        Its keys. A local index shares the table's partition key and has another sort key.
    projection : str
        `ALL`, `KEYS_ONLY` or `INCLUDE`.
    include : tuple of str
        Further attributes that `INCLUDE` copies.
    local : bool
        Whether it is local (LSI) rather than global (GSI).

    """

    name: str
    partition: str
    sort: str | None = None
    projection: str = ALL
    include: tuple[str, ...] = ()
    local: bool = False

    @property
    def schema(self) -> Schema:
        """Its keys."""
        return Schema(self.partition, self.sort)

    def holds(self, item: Item) -> bool:
        """Return whether an item is in the index: it has all of its keys."""
        return all(name in item for name in self.schema.names)

    def entry(self, item: Item, table: Schema) -> dict[str, Value]:
        """Return what the index copies of an item."""
        kept = {*self.schema.names, *table.names, *(self.include if self.projection == INCLUDE else ())}
        return {name: value for name, value in item.items() if self.projection == ALL or name in kept}

    def projects(self, name: str, table: Schema) -> bool:
        """Return whether the index copies the attribute called `name`."""
        return self.projection == ALL or name in {*self.schema.names, *table.names, *self.include}


def spread(value: Value) -> str:
    """Return the hash of a partition key's value, as hexadecimal digits; it decides where a collection lies."""
    written = values.written(value.data).encode() if value.type == "N" else values.order_key(value)
    return hashlib.md5(written, usedforsecurity=False).hexdigest()


def key_of(given: Mapping[str, Any], schema: Schema, types: Mapping[str, str]) -> dict[str, Value]:
    """Return the key that a request names; raise `DynamoDBError` unless it is all of the key and nothing else."""
    key = values.item(given)
    if set(key) != set(schema.names) or any(key[name].type != types[name] for name in key):
        raise invalid("key-schema")
    check_sizes(key, schema)
    return {name: key[name] for name in schema.names}


def check_item(item: Item, schema: Schema, types: Mapping[str, str], indexes: Mapping[str, Index]) -> None:
    """Raise `DynamoDBError` unless an item has the table's keys and fits its indexes."""
    for name in schema.names:
        if name not in item:
            raise invalid("missing-key", name=name)
        if item[name].type != types[name]:
            raise invalid("key-type", name=name, wanted=types[name], type=item[name].type)
    for index in indexes.values():
        for name in index.schema.names:
            if name in item and item[name].type != types[name]:
                raise invalid("index-key-type", name=name, wanted=types[name], type=item[name].type, index=index.name)
    check_sizes(item, schema)


def check_sizes(key: Item, schema: Schema) -> None:
    """Raise `DynamoDBError` for a key that is empty or too long."""
    limits = zip(schema.names, ("partition", "sort"), strict=False)
    for name, role in limits:
        if key[name].type in {"S", "B"} and not key[name].data:
            raise invalid("empty-key", name=name)
        limit = facts.value(f"dynamodb.{role}-key-size")
        if values.size(key[name]) > limit:
            raise invalid(f"{role}-size", limit=limit)
