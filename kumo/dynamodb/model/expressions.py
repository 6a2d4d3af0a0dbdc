"""One request on one item: its expressions read, judged part by part, and carried out.

Modelled: UpdateItem, PutItem, a filter and a projection on a single item, with every check of the engine
(`kumo.dynamodb.model.parser`, `conditions`, `updates`, `projection`). Not modelled: other items, capacity, time.
Items and values are JSON; a dict whose only key is the name of a DynamoDB type (``{"SS": ["red"]}``) is such a value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from kumo.dynamodb.model import documents, values
from kumo.dynamodb.model.conditions import Condition
from kumo.dynamodb.model.errors import DynamoDBError, condition_failed
from kumo.dynamodb.model.grammar import Path
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.projection import Projection
from kumo.dynamodb.model.table import Table
from kumo.dynamodb.model.tokens import ALIAS, PLACEHOLDER, tokens_of
from kumo.dynamodb.model.updates import Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.dynamodb.model.conditions import Outcome
    from kumo.dynamodb.model.grammar import Action
    from kumo.dynamodb.model.values import Item, Value

UPDATE, PUT, FILTER, PROJECT = "update", "put", "filter", "project"
KEY = "id"


@dataclass(frozen=True)
class Preset:
    """A request to start from.

    Attributes
    ----------
    operation : str
        `UPDATE`, `PUT`, `FILTER` or `PROJECT`.
    item : dict
        The item that is there.
    expression : str
        The update expression or the projection; empty for the others.
    condition : str
        The condition or the filter; empty for none.
    names, values : dict
        The placeholders.
    put : dict
        The item that `PUT` writes.

    """

    operation: str
    item: Mapping[str, Any]
    expression: str = ""
    condition: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    put: Mapping[str, Any] = field(default_factory=dict)


_CUP = {
    "id": "cup-1",
    "title": "カップ",
    "price": 20,
    "stock": 3,
    "tags": ["new", "kitchen"],
    "details": {"width": 8, "depth": 9},
    "colors": {"SS": ["blue", "red"]},
}
PRESETS = {
    "stock": Preset(
        UPDATE, _CUP, "SET stock = stock - :n, buyer = :who", "stock >= :n AND NOT contains(colors, :sold)",
        values={":n": 2, ":who": "sato", ":sold": "soldout"},
    ),
    "create": Preset(PUT, _CUP, condition="attribute_not_exists(id)", put={"id": "cup-1", "title": "皿", "price": 15}),
    "document": Preset(
        UPDATE, _CUP, "SET details.width = :w, tags[9] = :tag REMOVE price ADD seen :one DELETE colors :gone",
        values={":w": 10, ":tag": "sale", ":one": 1, ":gone": {"SS": ["red"]}},
    ),
    "filter": Preset(
        FILTER, _CUP, condition="price BETWEEN :low AND :high AND (contains(tags, :tag) OR size(colors) > :many)",
        values={":low": 10, ":high": 30, ":tag": "sale", ":many": 1},
    ),
    "projection": Preset(PROJECT, _CUP, "title, details.width, tags[0]"),
    "reserved": Preset(UPDATE, _CUP, "SET status = :s", values={":s": "sold"}),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One action of an update, and what it did at its path (`old`, `new`; None: nothing there; a list as a whole)."""

    action: Action
    old: Value | None
    new: Value | None


@dataclass(frozen=True)
class ExpressionsTrace:
    """A request and what became of it.

    Attributes
    ----------
    operation : str
        `UPDATE`, `PUT`, `FILTER` or `PROJECT`.
    expression, condition : str
        As sent; empty for none.
    names, values : dict
        The placeholders as sent.
    before : dict of str to Value
        The item before.
    after : dict of str to Value, or None
        The item after a write, or what a filter or a projection returns; None when a filter leaves it out. With
        an error it is the item before.
    outcome : Outcome or None
        The condition judged; None without one, or when it could not be read.
    changes : tuple of Change
        What an update did, action by action.
    error : DynamoDBError or None
        What the service answered instead.

    """

    operation: str
    expression: str
    condition: str
    names: Mapping[str, str]
    values: Mapping[str, Value]
    before: Item
    after: Item | None
    outcome: Outcome | None = None
    changes: tuple[Change, ...] = ()
    error: DynamoDBError | None = None

    @property
    def wrote(self) -> bool:
        """Whether the item was written."""
        return self.operation in {UPDATE, PUT} and self.error is None


def read_json(text: str) -> Any:
    """Return what JSON says, numbers exact; raise `json.JSONDecodeError` when it is none."""
    return json.loads(text, parse_float=Decimal)


def ask(
    scenario: str, item: str = "", expression: str = "", condition: str = "", names: str = "", given: str = ""
) -> ExpressionsTrace:
    """Send a request: a preset, with what the reader has written in the place of its parts.

    Parameters
    ----------
    scenario : str
        Key in `PRESETS`.
    item, names, given : str
        The item, the names and the values of placeholders, as JSON; empty for the preset's, of which only those
        placeholders are sent that the expressions use.
    expression, condition : str
        The expressions; empty for the preset's.

    """
    preset = PRESETS[scenario]
    expression = expression.strip() or preset.expression
    condition = condition.strip() or preset.condition
    if preset.operation in {PUT, FILTER}:
        expression = ""
    if preset.operation == PROJECT:
        condition = ""
    used = _placeholders_in(expression) | _placeholders_in(condition)
    sent_names = read_json(names) if names.strip() else {k: v for k, v in preset.names.items() if k in used}
    plain = read_json(given) if given.strip() else {k: v for k, v in preset.values.items() if k in used}
    before = values.item(read_json(item) if item.strip() else preset.item)
    sent = {key: values.of_any(value) for key, value in plain.items()}
    request = (preset.operation, expression, condition, sent_names, sent, before)
    try:
        return _carried_out(request, preset)
    except DynamoDBError as error:
        return ExpressionsTrace(*request, after=before, outcome=_judged(request), error=error)


_Request = tuple[str, str, str, "Mapping[str, str]", "Mapping[str, Value]", "Item"]


def _carried_out(request: _Request, preset: Preset) -> ExpressionsTrace:
    operation, expression, condition, names, given, before = request
    placeholders = Placeholders(names, given)
    update = Update(expression, placeholders) if operation == UPDATE else None
    picked = Projection(expression, placeholders) if operation == PROJECT else None
    label = "FilterExpression" if operation == FILTER else "ConditionExpression"
    test = Condition(condition, placeholders, label) if condition else None
    placeholders.finish()
    outcome = test.judge(before) if test else None
    if picked is not None:
        return ExpressionsTrace(*request, after=picked.apply(before))
    if operation == FILTER:
        return ExpressionsTrace(*request, after=before if outcome is None or outcome.holds else None, outcome=outcome)
    if outcome is not None and not outcome.holds:
        raise condition_failed()
    table = Table("Shop", {KEY: "S"}, partition=KEY)
    table.put(before)
    if update is None:
        return ExpressionsTrace(*request, after=table.put(preset.put).new, outcome=outcome)
    after = table.update(
        {KEY: before[KEY]}, expression, names=used_in(expression, names), values=used_in(expression, given)
    ).new
    changes = tuple(
        Change(action, *(_shown(action.path, item) for item in (before, after))) for action in update.actions
    )
    return ExpressionsTrace(*request, after=after, outcome=outcome, changes=changes)


def _shown(path: Path, item: Item) -> Value | None:
    """Return what is at the end of a path; of a list the whole, as its elements may have moved."""
    whole = tuple(takewhile(lambda part: isinstance(part, str), path.parts))
    return documents.resolve(Path(whole), item)


def _judged(request: _Request) -> Outcome | None:
    """Return the condition judged, where it can be read at all."""
    _, _, condition, names, given, before = request
    try:
        return Condition(condition, Placeholders(names, given)).judge(before) if condition else None
    except DynamoDBError:
        return None


def used_in(expression: str, placeholders: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `placeholders` (#names or :values) that an expression names."""
    used = _placeholders_in(expression)
    return {key: value for key, value in placeholders.items() if key in used}


def _placeholders_in(expression: str) -> set[str]:
    """Return the stand-ins that an expression names, also where it cannot be read."""
    try:
        tokens = tokens_of(expression, "")
    except DynamoDBError:
        return {word.strip("(),=+-<>") for word in expression.replace(",", " ").split()}
    return {token.text for token in tokens if token.kind in {ALIAS, PLACEHOLDER}}
