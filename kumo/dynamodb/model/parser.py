"""Expressions read: from text to parts of `grammar`, with the checks that the service makes before it looks at an item.

An error of syntax ends the reading. Other faults are collected and the one that the service would name first is
raised: redundant parentheses, unknown and misused functions, reserved words, then per comparison undefined
placeholders, numbers and types of operands.

Sources: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html and
Expressions.UpdateExpressions.html (grammar), the issues and test suites named in `errors` (checks and their order),
read 2026-11-26. The documented grammar allows `NOT` before any condition, `NOT NOT a` included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import in_expression
from kumo.dynamodb.model.grammar import (
    ADD,
    CLAUSES,
    COMPARATORS,
    CONDITION_FUNCTIONS,
    DELETE,
    REMOVE,
    SET,
    UPDATE_FUNCTIONS,
    Action,
    Among,
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Test,
)
from kumo.dynamodb.model.placeholders import Placeholders, reserved_words
from kumo.dynamodb.model.tokens import ALIAS, END, INDEX, NAME, PLACEHOLDER, syntax_error, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kumo.dynamodb.model.tokens import Token

KB = 1024
# Deeper than any expression that fits its purpose; keeps 4 KB of parentheses from exhausting Python's stack.
MOST_NESTED = 100
_KEYWORDS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
_MISSING = values.Value("NULL", None)

# Which fault is named first (see the module's docstring).
_CONDITION_RANKS = ("redundant", "function", "misused", "reserved")
_UPDATE_RANKS = (
    "reserved", "function", "redundant", "section", "undefined-name", "undefined-value", "overlap", "conflict",
    "action-type", "misused", "operands", "path-wanted", "operand-type",
)  # fmt: skip
_WITHIN_COMPARISON = ("undefined-name", "undefined-value", "operands", "too-many-options", "distinct")


def parse_condition(text: str, label: str, placeholders: Placeholders) -> Test:
    """Return the condition that `text` says; `label` is its name in messages (``FilterExpression`` …).

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """
    parser = _Parser(text, label, placeholders, CONDITION_FUNCTIONS)
    found = parser.alternatives()
    parser.expect_end()
    parser.require_test(found)
    parser.raise_first(_CONDITION_RANKS)
    return found


def parse_update(text: str, placeholders: Placeholders) -> tuple[Action, ...]:
    """Return the actions of an update expression in the order in which they are written.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """
    parser = _Parser(text, "UpdateExpression", placeholders, UPDATE_FUNCTIONS)
    actions = parser.clauses()
    parser.check_overlap([action.path for action in actions])
    parser.raise_first(_UPDATE_RANKS)
    return tuple(actions)


def parse_projection(text: str, placeholders: Placeholders) -> tuple[Path, ...]:
    """Return the paths of a projection expression.

    Raises
    ------
    DynamoDBError
        For an expression that the service refuses.

    """
    parser = _Parser(text, "ProjectionExpression", placeholders, {})
    paths = [parser.path()]
    while parser.take(","):
        paths.append(parser.path())
    parser.expect_end()
    parser.check_overlap(paths)
    parser.raise_first(_UPDATE_RANKS)
    return tuple(paths)


class _Parser:
    """One expression under way: its tokens, where the reading stands, and the faults found so far."""

    def __init__(self, text: str, label: str, placeholders: Placeholders, functions: dict[str, int]) -> None:
        if not text.strip():
            raise in_expression(label, "empty")
        size = len(text.encode())
        if size > facts.value("dynamodb.expression-size") * KB:
            raise in_expression(label, "too-long", size=size)
        self.text, self.label, self.placeholders, self.functions = text, label, placeholders, functions
        self.tokens = tokens_of(text, label)
        self.at = 0
        self.depth = 0
        self.comparison = 0
        self.faults: list[tuple[str, int, Exception]] = []
        # First and last token of the parentheses read last, to notice that they surround nothing but parentheses.
        self.enclosed: tuple[int, int] | None = None
        operators = sum(token.text in {"+", "-", *COMPARATORS} for token in self.tokens)
        if operators > facts.value("dynamodb.expression-operators"):
            raise in_expression(label, "operators")

    # Tokens.

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self, text: str) -> bool:
        """Step over a sign or keyword if it comes next; return whether it did."""
        if text in (self.token.text, self.token.keyword) and self.token.kind != END:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.syntax()

    def expect_end(self) -> None:
        if self.token.kind != END:
            raise self.syntax()

    def syntax(self) -> Exception:
        return syntax_error(self.text, self.label, self.tokens, self.at)

    def source(self, first: int) -> str:
        """Return the text from the token numbered `first` to the one read last."""
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end]

    # Faults.

    def fault(self, kind: str, **data: object) -> None:
        self.faults.append((kind, self.comparison, in_expression(self.label, kind, **data)))

    def raise_first(self, ranks: tuple[str, ...]) -> None:
        def rank(fault: tuple[str, int, Exception]) -> tuple[int, int, int]:
            kind, comparison, _ = fault
            within = _WITHIN_COMPARISON.index(kind) if kind in _WITHIN_COMPARISON else len(_WITHIN_COMPARISON)
            return (ranks.index(kind), 0, 0) if kind in ranks else (len(ranks), comparison, within)

        if self.faults:
            raise min(self.faults, key=rank)[2]

    # Conditions.

    def alternatives(self) -> Test | Operand:
        return self._joined("OR", self._conjunction, Or)

    def _conjunction(self) -> Test | Operand:
        return self._joined("AND", self._negation, And)

    def _joined(self, word: str, part: Callable[[], Test | Operand], kind: type[And | Or]) -> Test | Operand:
        first = self.at
        parts = [part()]
        while self.token.keyword == word:
            self.require_test(parts[-1])
            self.at += 1
            parts.append(part())
            self.require_test(parts[-1])
        return parts[0] if len(parts) == 1 else kind(tuple(parts), self.source(first))

    def _negation(self) -> Test | Operand:
        first = self.at
        if not self.take("NOT"):
            return self._comparison()
        self._deeper()
        part = self._negation()
        self.depth -= 1
        self.require_test(part)
        return Not(part, self.source(first))

    def _comparison(self) -> Test | Operand:
        """Read a condition without AND, OR and NOT, or one in parentheses; an operand on its own for the caller."""
        first = self.at
        left = self._enclosed(self.alternatives) if self.token.text == "(" else self.operand()
        operator = self.token.text
        if operator in COMPARATORS or self.token.keyword in {"BETWEEN", "IN"}:
            if not isinstance(left, Operand):
                raise self.syntax()
            return self._compared(left, first)
        if isinstance(left, Call) and left.name != "size":
            self.comparison += 1
        return left

    def _compared(self, left: Operand, first: int) -> Test:
        if self.take("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            high = self.operand()
            found: Test = Between(left, low, high, self.source(first))
            self._values_only("BETWEEN", (left, low, high))
            self._check_bounds(low, high)
        elif self.take("IN"):
            self.expect("(")
            options = self._listed()
            found = Among(left, options, self.source(first))
            self._values_only("IN", (left, *options), ordered=False)
            if len(options) > facts.value("dynamodb.in-operands"):
                self.fault("too-many-options", count=len(options))
        else:
            operator = self.token.text
            self.at += 1
            right = self.operand()
            found = Compare(operator, left, right, self.source(first))
            self._values_only(operator, (left, right), ordered=operator not in {"=", "<>"})
            self._check_distinct(operator, (left, right))
        self.comparison += 1
        return found

    def require_test(self, part: Test | Operand) -> None:
        """Refuse an operand that stands where a condition should."""
        if isinstance(part, Path | Literal):
            raise self.syntax()
        if isinstance(part, Call) and part.name == "size":
            self.fault("misused", name="size")

    def _values_only(self, operator: str, operands: Iterable[Operand], *, ordered: bool = True) -> None:
        """Check what is compared: of the functions only size has a value, and only some types have an order."""
        for operand in operands:
            if isinstance(operand, Call) and operand.name != "size":
                self.fault("misused", name=operand.name)
            if ordered and isinstance(operand, Literal) and operand.value.type not in values.ORDERED:
                self.fault("operand-type", name=operator, type=operand.value.type)

    def _check_bounds(self, low: Operand, high: Operand) -> None:
        if isinstance(low, Literal) and isinstance(high, Literal):
            shown = {"low": values.text(low.value), "high": values.text(high.value)}
            if low.value.type != high.value.type:
                self.fault("between-types", **shown)
            elif values.in_order(low.value, high.value) == 1:
                self.fault("between-order", **shown)

    def _check_distinct(self, name: str, operands: tuple[Operand, ...]) -> None:
        if len(operands) == 2 and isinstance(operands[0], Path) and operands[0] == operands[1]:  # noqa: PLR2004 -- a pair
            self.fault("distinct", name=name, path=operands[0])

    # Operands.

    def operand(self) -> Operand:
        """Read a path, a placeholder or a function."""
        token, first = self.token, self.at
        if token.text == "(":
            return self._enclosed(self.operand)
        if token.kind == PLACEHOLDER:
            return self._literal()
        if token.kind == NAME and token.keyword not in _KEYWORDS and self.tokens[first + 1].text == "(":
            return self._call()
        return self.path()

    def path(self) -> Path:
        """Read a document path."""
        first = self.at
        parts: list[str | int] = [self._name()]
        while True:
            if self.take("."):
                parts.append(self._name())
            elif self.take("["):
                if self.token.kind != INDEX:
                    raise self.syntax()
                parts.append(int(self.token.text))
                self.at += 1
                self.expect("]")
            else:
                return Path(tuple(parts), self.source(first))

    def _name(self) -> str:
        token = self.token
        if token.kind not in {NAME, ALIAS} or token.keyword in _KEYWORDS:
            raise self.syntax()
        self.at += 1
        if token.kind == ALIAS:
            name = self.placeholders.name(token.text)
            if name is None:
                self.fault("undefined-name", name=token.text, position=token.start)
            return token.text if name is None else name
        if token.keyword in reserved_words():
            self.fault("reserved", name=token.text, position=token.start)
        return token.text

    def _literal(self) -> Literal:
        token = self.token
        self.at += 1
        value = self.placeholders.value(token.text)
        if value is None:
            self.fault("undefined-value", name=token.text, position=token.start)
        return Literal(token.text, _MISSING if value is None else value, token.text)

    def _call(self) -> Call:
        first, name = self.at, self.token.text
        self._deeper()
        self.at += 2
        operands = self._listed()
        self.depth -= 1
        call = Call(name, operands, self.source(first))
        if name not in self.functions:
            known = name in CONDITION_FUNCTIONS or name in UPDATE_FUNCTIONS
            self.fault("misused" if known else "function", name=name)
        elif len(operands) != self.functions[name]:
            self.fault("operands", name=name, count=len(operands))
        else:
            self._check_call(name, operands)
        return call

    def _listed(self) -> tuple[Operand, ...]:
        """Read operands between commas and the parenthesis that closes them."""
        found = [self.operand()]
        while self.take(","):
            found.append(self.operand())
        self.expect(")")
        return tuple(found)

    def _check_call(self, name: str, operands: tuple[Operand, ...]) -> None:
        nested = [operand.name for operand in operands if isinstance(operand, Call)]
        for inner in nested:
            if inner not in {"size", "if_not_exists"}:
                self.fault("misused", name=inner)
        if name in {"attribute_exists", "attribute_not_exists", "if_not_exists"} and not isinstance(operands[0], Path):
            self.fault("path-wanted", name=name)
        self._check_distinct(name, operands if name in {"contains", "begins_with", "attribute_type"} else ())
        wanted = {"begins_with": {"S", "B"}, "list_append": {"L"}}.get(name)
        for operand in operands:
            if wanted and isinstance(operand, Literal) and operand.value.type not in wanted:
                self.fault("operand-type", name=name, type=operand.value.type)
        if name == "size" and isinstance(operands[0], Literal) and operands[0].value.type in {"N", "BOOL", "NULL"}:
            self.fault("operand-type", name=name, type=operands[0].value.type)
        if name == "attribute_type":
            self._check_type_name(operands[1])

    def _check_type_name(self, operand: Operand) -> None:
        if not isinstance(operand, Literal):
            self.fault("operand-type", name="attribute_type", type="{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
        elif operand.value.type != "S":
            self.fault("operand-type", name="attribute_type", type=operand.value.type)
        elif operand.value.data not in values.TYPES:
            self.fault("type-name", name=operand.value.data)

    def _enclosed(self, inside: Callable[[], Test | Operand]) -> Test | Operand:
        first = self.at
        self._deeper()
        self.at += 1
        self.enclosed = None
        found = inside()
        inner = self.enclosed
        if inner == (first + 1, self.at - 1):
            self.fault("redundant")
        self.expect(")")
        self.depth -= 1
        self.enclosed = (first, self.at - 1)
        return found

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise in_expression(self.label, "nesting")

    # Updates.

    def clauses(self) -> list[Action]:
        actions: list[Action] = []
        seen: set[str] = set()
        while self.token.kind != END:
            clause = self.token.keyword
            if clause not in CLAUSES:
                raise self.syntax()
            self.at += 1
            if clause in seen:
                self.fault("section", name=clause)
            seen.add(clause)
            actions.append(self._action(clause))
            while self.take(","):
                actions.append(self._action(clause))
        return actions

    def _action(self, clause: str) -> Action:
        first = self.at
        path = self.path()
        value: Operand | Arithmetic | None = None
        if clause == SET:
            self.expect("=")
            value = self._new_value()
        elif clause != REMOVE:
            if self.token.kind != PLACEHOLDER:
                raise self.syntax()
            value = self._literal()
            allowed = {ADD: {"N", *values.SETS}, DELETE: set(values.SETS)}[clause]
            if value.value.type not in allowed:
                self.fault("action-type", name=clause, type=values.LONG_NAMES[value.value.type])
        return Action(clause, path, value, self.source(first))

    def _new_value(self) -> Operand | Arithmetic:
        first = self.at
        left = self._enclosed(self._new_value) if self.token.text == "(" else self.operand()
        operator = self.token.text
        if operator not in {"+", "-"}:
            return left
        if isinstance(left, Arithmetic):
            raise self.syntax()
        self.at += 1
        right = self.operand()
        for operand in (left, right):
            if isinstance(operand, Literal) and operand.value.type != "N":
                self.fault("operand-type", name=operator, type=operand.value.type)
            if isinstance(operand, Call) and operand.name == "list_append":
                self.fault("misused", name=operand.name)
        return Arithmetic(operator, left, right, self.source(first))

    def check_overlap(self, paths: list[Path]) -> None:
        """Refuse two paths of which one leads through the other, or that take one thing for a map and for a list."""
        for number, two in enumerate(paths):
            for one in paths[:number]:
                shared = min(len(one.parts), len(two.parts))
                same = next((i for i in range(shared) if one.parts[i] != two.parts[i]), shared)
                if same == shared:
                    self.fault("overlap", one=one, two=two)
                elif isinstance(one.parts[same], int) != isinstance(two.parts[same], int):
                    self.fault("conflict", one=one, two=two)
