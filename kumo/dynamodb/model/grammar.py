"""What expressions are made of once they are read.

Each part knows its `source`, the piece of the expression that it was read from (left out of comparisons).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo.dynamodb.model.values import Value

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
# Number of operands of each function.
CONDITION_FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
UPDATE_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
SET, REMOVE, ADD, DELETE = "SET", "REMOVE", "ADD", "DELETE"
CLAUSES = (SET, REMOVE, ADD, DELETE)


@dataclass(frozen=True)
class Path:
    """A document path: the attribute's name, then names of map entries and numbers of list elements."""

    parts: tuple[str | int, ...]
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the path as error messages show it: ``[a, b, [0]]``."""
        return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in self.parts) + "]"


@dataclass(frozen=True)
class Literal:
    """A value that came with the request, under its placeholder `name`."""

    name: str
    value: Value
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Call:
    """A function and its operands."""

    name: str
    operands: tuple[Operand, ...]
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Arithmetic:
    """A sum or a difference (SET only)."""

    operator: str
    left: Operand
    right: Operand
    source: str = field(default="", compare=False)


Operand = Path | Literal | Call


@dataclass(frozen=True)
class Compare:
    """Two operands and one of `COMPARATORS`."""

    operator: str
    left: Operand
    right: Operand
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Between:
    """An operand and its bounds, both included."""

    operand: Operand
    low: Operand
    high: Operand
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Among:
    """An operand and those that it may be equal to (IN)."""

    operand: Operand
    options: tuple[Operand, ...]
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    part: Test
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class And:
    """Conditions that must all hold."""

    parts: tuple[Test, ...]
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Or:
    """Conditions of which one must hold."""

    parts: tuple[Test, ...]
    source: str = field(default="", compare=False)


Test = Compare | Between | Among | Call | Not | And | Or


@dataclass(frozen=True)
class Action:
    """One change of an update expression.

    Attributes
    ----------
    clause : str
        One of `CLAUSES`.
    path : Path
        What is changed.
    value : Operand, Arithmetic or None
        The new value (SET), what is added or taken away (ADD, DELETE: a `Literal`), None for REMOVE.

    """

    clause: str
    path: Path
    value: Operand | Arithmetic | None = None
    source: str = field(default="", compare=False)


def operands(test: Compare | Between | Among | Call) -> tuple[Operand, ...]:
    """Return the operands of a condition without AND, OR and NOT, from left to right."""
    if isinstance(test, Compare):
        return (test.left, test.right)
    if isinstance(test, Between):
        return (test.operand, test.low, test.high)
    if isinstance(test, Among):
        return (test.operand, *test.options)
    return test.operands
