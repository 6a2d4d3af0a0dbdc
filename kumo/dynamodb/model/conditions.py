"""Conditions judged on an item, part by part.

What the item lacks is equal to nothing (``=`` is false, ``<>`` true) and has no order; values of different types are
never equal and have no order. Every part is evaluated, also where AND and OR would need no more, so that a picture
can show all of them; with no side effects the answer is the same.

Sources (read 2026-11-26): docs.aws.amazon.com/amazondynamodb/latest/developerguide/
Expressions.OperatorsAndFunctions.html; ScyllaDB's tests of condition expressions, which also run against the service,
for missing attributes, for `contains` in lists and binaries, and for `size` of what has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kumo.dynamodb.model import documents, values
from kumo.dynamodb.model.grammar import Among, And, Between, Compare, Literal, Not, Or, Path, operands
from kumo.dynamodb.model.parser import parse_condition
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kumo.dynamodb.model.grammar import Operand, Test
    from kumo.dynamodb.model.values import Item


@dataclass(frozen=True)
class Outcome:
    """What became of one part of a condition.

    Attributes
    ----------
    part : Test or Operand
        The part.
    holds : bool or None
        Whether the condition is true; None for an operand.
    value : Value or None
        What an operand stands for; None for a condition and for what the item lacks.
    parts : tuple of Outcome
        Those of the parts inside, from left to right.

    """

    part: Test | Operand
    holds: bool | None
    value: Value | None
    parts: tuple[Outcome, ...] = ()

    def walk(self) -> Iterator[Outcome]:
        """Yield the outcomes in the order in which they come about: parts before the whole."""
        for part in self.parts:
            yield from part.walk()
        yield self


class Condition:
    """A condition of one of the kinds that look at an item (condition and filter expressions).

    Parameters
    ----------
    text : str
        The expression.
    placeholders : Placeholders
        Its names and values.
    label : str
        What messages call it.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """

    def __init__(self, text: str, placeholders: Placeholders | None = None, label: str = "ConditionExpression") -> None:
        self.text = text
        self.test = parse_condition(text, label, placeholders or Placeholders())

    def holds(self, item: Item) -> bool:
        """Return whether the condition is true for an item."""
        return bool(self.judge(item).holds)

    def judge(self, item: Item) -> Outcome:
        """Return what becomes of the condition and of each of its parts."""
        return judge(self.test, item)

    def attributes(self) -> set[str]:
        """Return the names of the attributes at the start of its paths."""
        return {str(path.parts[0]) for path in _paths(self.test)}


def judge(test: Test, item: Item) -> Outcome:
    """Return what becomes of a condition and of each of its parts."""
    if isinstance(test, And | Or):
        parts = tuple(judge(part, item) for part in test.parts)
        together = all if isinstance(test, And) else any
        return Outcome(test, together(part.holds for part in parts), None, parts)
    if isinstance(test, Not):
        part = judge(test.part, item)
        return Outcome(test, not part.holds, None, (part,))
    found = tuple(evaluate(operand, item) for operand in operands(test))
    return Outcome(test, _decide(test, [one.value for one in found]), None, found)


def evaluate(operand: Operand, item: Item) -> Outcome:
    """Return what an operand of a condition stands for."""
    if isinstance(operand, Path):
        return Outcome(operand, None, documents.resolve(operand, item))
    if isinstance(operand, Literal):
        return Outcome(operand, None, operand.value)
    inner = tuple(evaluate(one, item) for one in operand.operands)
    return Outcome(operand, None, _size(inner[0].value), inner)


def equal(one: Value | None, other: Value | None) -> bool:
    """Return whether two values are equal; what is missing is not, not even to another missing one."""
    return one is not None and one == other


def _decide(test: Test, found: list[Value | None]) -> bool:
    if isinstance(test, Compare):
        return _compare(test.operator, *found)
    if isinstance(test, Between):
        return _compare(">=", found[0], found[1]) and _compare("<=", found[0], found[2])
    if isinstance(test, Among):
        return any(equal(found[0], option) for option in found[1:])
    return _FUNCTIONS[test.name](*found)


def _compare(operator: str, one: Value | None, other: Value | None) -> bool:
    if operator in {"=", "<>"}:
        return equal(one, other) == (operator == "=")
    order = None if one is None or other is None else values.in_order(one, other)
    if order is None:
        return False
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _begins_with(whole: Value | None, start: Value | None) -> bool:
    same = whole is not None and start is not None and whole.type == start.type and whole.type in {"S", "B"}
    return same and whole.data.startswith(start.data)


def _contains(whole: Value | None, part: Value | None) -> bool:
    if whole is None or part is None:
        return False
    if whole.type in {"S", "B"}:
        return part.type == whole.type and part.data in whole.data
    if whole.type in values.SETS:
        return part.type == values.SETS[whole.type] and part.data in whole.data
    return whole.type == "L" and part in whole.data


def _size(value: Value | None) -> Value | None:
    """Return what the function size gives: bytes of strings and binaries, members of the rest."""
    if value is None or value.type in {"N", "BOOL", "NULL"}:
        return None
    return Value("N", Decimal(values.size(value) if value.type in {"S", "B"} else len(value.data)))


def _paths(part: Test | Operand) -> Iterator[Path]:
    if isinstance(part, Path):
        yield part
        return
    if isinstance(part, And | Or):
        inside: tuple[Test | Operand, ...] = part.parts
    elif isinstance(part, Not):
        inside = (part.part,)
    else:
        inside = () if isinstance(part, Literal) else operands(part)
    for one in inside:
        yield from _paths(one)


_FUNCTIONS = {
    "attribute_exists": lambda found: found is not None,
    "attribute_not_exists": lambda found: found is None,
    "attribute_type": lambda found, kind: found is not None and found.type == kind.data,
    "begins_with": _begins_with,
    "contains": _contains,
}
