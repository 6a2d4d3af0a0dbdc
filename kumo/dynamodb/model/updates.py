"""Update expressions carried out on an item.

All right-hand sides see the item as it was before. Numbers of list elements are those before the update, too; a
number past the end appends, several in their order. What is missing at the start of a path cannot be written into:
only its last part may be new.

Sources (read 2026-11-26): docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html;
ScyllaDB's tests of update expressions, which also run against the service. Not published, and assumed: the sum of two
numbers that would need more than 38 digits is refused like such a value in the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.dynamodb.model import documents, values
from kumo.dynamodb.model.errors import invalid
from kumo.dynamodb.model.grammar import ADD, REMOVE, SET, Action, Arithmetic, Call, Literal, Path
from kumo.dynamodb.model.parser import parse_update
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.values import Value

if TYPE_CHECKING:
    from kumo.dynamodb.model.grammar import Operand
    from kumo.dynamodb.model.values import Item


class Update:
    """An update expression.

    Parameters
    ----------
    text : str
        The expression.
    placeholders : Placeholders
        Its names and values.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """

    def __init__(self, text: str, placeholders: Placeholders | None = None) -> None:
        self.text = text
        self.actions = parse_update(text, placeholders or Placeholders())

    def apply(self, item: Item, *, fresh: bool = False) -> dict[str, Value]:
        """Return the item after the update.

        Parameters
        ----------
        item : mapping of str to Value
            The item before.
        fresh : bool
            Whether the item is being made by this update. DynamoDB then ignores a REMOVE of a nested path.

        Raises
        ------
        DynamoDBError
            When a path leads nowhere, an attribute that is read is missing, or types do not fit.

        """
        edits: dict[str | int, object] = {}
        for action in self.actions:
            if fresh and action.clause == REMOVE and len(action.path.parts) > 1:
                continue
            place = edits
            for part in action.path.parts[:-1]:
                place = place.setdefault(part, {})  # type: ignore[assignment]
            place[action.path.parts[-1]] = _Edit(action, _outcome(action, item))
        return _edited_map(item, edits)


class _Edit:
    """What becomes of the end of a path: its new value, or nothing."""

    def __init__(self, action: Action, value: Value | None) -> None:
        self.action, self.value = action, value


def _outcome(action: Action, item: Item) -> Value | None:
    """Return the new value at the end of the action's path; None removes it."""
    if action.clause == SET:
        return _new_value(action.value, item)
    old = documents.resolve(action.path, item)
    if action.clause == REMOVE:
        return None
    given = action.value.value
    if action.clause == ADD:
        return _added(old, given)
    if old is None:
        return None
    if old.type != given.type:
        raise invalid("data-type")
    left = old.data - given.data
    # There are no empty sets: the attribute goes with its last member.
    return Value(old.type, left) if left else None


def _added(old: Value | None, given: Value) -> Value:
    if old is None:
        return given
    if old.type != given.type:
        raise invalid("data-type")
    return Value("N", values.add(old.data, given.data)) if old.type == "N" else Value(old.type, old.data | given.data)


def _new_value(operand: Operand | Arithmetic, item: Item) -> Value:
    if isinstance(operand, Literal):
        return operand.value
    if isinstance(operand, Path):
        found = documents.resolve(operand, item)
        if found is None:
            raise invalid("missing-attribute")
        return found
    if isinstance(operand, Arithmetic):
        left, right = _new_value(operand.left, item), _new_value(operand.right, item)
        if left.type != "N" or right.type != "N":
            raise invalid("data-type")
        return Value("N", values.add(left.data, right.data if operand.operator == "+" else -right.data))
    return _called(operand, item)


def _called(call: Call, item: Item) -> Value:
    if call.name == "if_not_exists":
        found = documents.resolve(call.operands[0], item)
        return _new_value(call.operands[1], item) if found is None else found
    lists = [_new_value(operand, item) for operand in call.operands]
    if any(one.type != "L" for one in lists):
        raise invalid("data-type")
    return Value("L", lists[0].data + lists[1].data)


def _edited_map(entries: Item, edits: dict[str | int, object]) -> dict[str, Value]:
    after = dict(entries)
    for name, edit in edits.items():
        new = _edited(entries.get(name), edit)
        if new is None:
            after.pop(name, None)
        else:
            after[name] = new
    return after


def _edited_list(elements: tuple[Value, ...], edits: dict[str | int, object]) -> tuple[Value, ...]:
    kept: dict[int, Value | None] = dict(enumerate(elements))
    for number, edit in edits.items():
        kept[number] = _edited(kept.get(number), edit)
    return tuple(kept[number] for number in sorted(kept) if kept[number] is not None)


def _edited(old: Value | None, edit: object) -> Value | None:
    """Return a value after the edits at it or inside it."""
    if isinstance(edit, _Edit):
        return edit.value
    wanted = "L" if isinstance(next(iter(edit)), int) else "M"
    if old is None or old.type != wanted:
        raise invalid("invalid-path")
    return Value(wanted, (_edited_list if wanted == "L" else _edited_map)(old.data, edit))
