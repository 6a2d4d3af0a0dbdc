"""Key conditions of Query: one partition key, and at most one range of its sort key.

Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html (read 2026-11-26).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.dynamodb.model.conditions import judge
from kumo.dynamodb.model.errors import invalid
from kumo.dynamodb.model.grammar import Among, And, Call, Compare, Literal, Not, Or, Path, operands
from kumo.dynamodb.model.parser import parse_condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.dynamodb.model.grammar import Test
    from kumo.dynamodb.model.keys import Schema
    from kumo.dynamodb.model.placeholders import Placeholders
    from kumo.dynamodb.model.values import Item, Value

LABEL = "KeyConditionExpression"
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class KeyCondition:
    """A key condition, understood for the keys of a table or of an index.

    Attributes
    ----------
    partition : Value
        The value of the partition key.
    range : Test or None
        The condition on the sort key.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """

    def __init__(self, text: str, placeholders: Placeholders, schema: Schema, types: Mapping[str, str]) -> None:
        self.text = text
        found: dict[str, Test] = {}
        for test in _conjuncts(parse_condition(text, LABEL, placeholders)):
            name, test = _about(test)  # noqa: PLW2901 -- the same test, its attribute first
            if name in found:
                raise invalid("key-twice")
            found[name] = test
        equal = found.pop(schema.partition, None)
        if equal is None:
            raise invalid("key-missed", name=schema.partition)
        if not isinstance(equal, Compare) or equal.operator != "=":
            raise invalid("key-unsupported")
        _check_types(equal, types[schema.partition])
        self.partition: Value = equal.right.value
        self.range = found.pop(schema.sort, None) if schema.sort else None
        if self.range is not None:
            _check_types(self.range, types[schema.sort])
        elif found and schema.sort:
            raise invalid("key-missed", name=schema.sort)
        if found:
            raise invalid("key-unsupported")

    def in_range(self, item: Item) -> bool:
        """Return whether the sort key of an item of the collection is asked for."""
        return self.range is None or bool(judge(self.range, item).holds)


def _conjuncts(test: Test) -> list[Test]:
    if isinstance(test, Or | Not | Among):
        raise invalid("key-operator", name={Or: "OR", Not: "NOT", Among: "IN"}[type(test)])
    if isinstance(test, And):
        return [one for part in test.parts for one in _conjuncts(part)]
    if isinstance(test, Compare) and test.operator == "<>":
        raise invalid("key-operator", name="<>")
    if isinstance(test, Call) and test.name != "begins_with":
        raise invalid("key-operator", name=test.name)
    return [test]


def _about(test: Test) -> tuple[str, Test]:
    """Return the attribute that a test is about, and the test with it on the left."""
    if isinstance(test, Compare) and isinstance(test.left, Literal) and isinstance(test.right, Path):
        test = Compare(_MIRRORED[test.operator], test.right, test.left, test.source)
    first, *rest = operands(test)
    if any(isinstance(operand, Call) for operand in (first, *rest)):
        raise invalid("key-operation")
    if not isinstance(first, Path):
        raise invalid("key-no-attribute")
    if any(isinstance(operand, Path) for operand in rest):
        raise invalid("key-two-attributes")
    if len(first.parts) > 1:
        raise invalid("key-nested")
    return str(first.parts[0]), test


def _check_types(test: Test, wanted: str) -> None:
    if any(isinstance(operand, Literal) and operand.value.type != wanted for operand in operands(test)):
        raise invalid("key-condition-type")
