"""Attribute values of DynamoDB: the ten types, their JSON form, equality, order and size.

Modelled: types S N B BOOL NULL M L SS NS BS; numbers with up to 38 significant digits from 1E-130 to
9.99…E+125; equality by type and value; order of strings (by UTF-8), binaries and numbers; the documented size of an
item; nesting of up to 32 levels. Not modelled: the limits on the size of a request.

Sizes are in bytes, by the rule that AWS documents ("approximately" for numbers: one byte per two significant digits
and one more; a negative number takes one further byte in measurements of others, which is left out).

Sources (read 2026-11-26): docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html,
Constraints.html and HowItWorks.NamingRulesDataTypes.html.
"""

from __future__ import annotations

import base64
import binascii
import decimal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.dynamodb.model.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")
SETS = {"SS": "S", "NS": "N", "BS": "B"}
ORDERED = frozenset({"S", "N", "B"})
# Names that ADD and DELETE use for the types in their messages.
LONG_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "M": "MAP",
    "L": "LIST",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
}
DEPTH = facts.value("dynamodb.nesting-depth")
DIGITS = facts.value("dynamodb.number-digits")
LARGEST, SMALLEST = Decimal("9.9999999999999999999999999999999999999E+125"), Decimal("1E-130")
_CONTEXT = decimal.Context(prec=400, Emax=9999, Emin=-9999)

Item = Mapping[str, "Value"]


@dataclass(frozen=True)
class Value:
    """One attribute value.

    Attributes
    ----------
    type : str
        One of `TYPES`.
    data : str, Decimal, bytes, bool, None, dict, tuple or frozenset
        Its content: M is a dict of `Value` by name (never changed), L a tuple of `Value`, sets are frozen sets of
        str, Decimal or bytes.

    """

    type: str
    data: Any


def number(text: str | float | Decimal) -> Decimal:
    """Return a number as DynamoDB keeps it; raise `DynamoDBError` when it cannot."""
    try:
        found = Decimal(str(text).strip()) if not isinstance(text, Decimal) else text
    except decimal.InvalidOperation as error:
        raise invalid("number", value=text) from error
    if not found.is_finite():
        raise invalid("number", value=text)
    if not found:
        return Decimal(0)
    # Zeros at the end are trimmed, so that 1.0 and 1 are one value.
    found = found.normalize(_CONTEXT)
    if abs(found) > LARGEST and found.adjusted() > LARGEST.adjusted():
        raise invalid("overflow")
    if abs(found) < SMALLEST:
        raise invalid("underflow")
    if len(found.as_tuple().digits) > DIGITS:
        raise invalid("digits")
    return found


def add(one: Decimal, other: Decimal) -> Decimal:
    """Return the sum of two numbers; raise `DynamoDBError` when it has no place among DynamoDB's numbers."""
    return number(_CONTEXT.add(one, other))


def written(value: Decimal) -> str:
    """Return a number in digits, without an exponent."""
    return f"{value:f}"


def of_json(wire: Any, depth: int = 0) -> Value:
    """Return the value of DynamoDB's JSON (``{"S": "…"}``); binaries are base64 text or bytes.

    Raises
    ------
    DynamoDBError
        When it is none.

    """
    if not isinstance(wire, Mapping) or not wire:
        raise invalid("no-type")
    if len(wire) > 1:
        raise invalid("type")
    if depth > DEPTH:
        raise invalid("depth")
    kind, content = next(iter(wire.items()))
    if kind in SETS:
        return _set(kind, [_scalar(SETS[kind], one) for one in _sequence(content)])
    if kind == "M":
        if not isinstance(content, Mapping):
            raise invalid("no-type")
        return Value("M", {str(name): of_json(one, depth + 1) for name, one in content.items()})
    if kind == "L":
        return Value("L", tuple(of_json(one, depth + 1) for one in _sequence(content)))
    return Value(kind, _scalar(kind, content))


def of_python(thing: Any) -> Value:
    """Return the value of a plain Python object, by boto3's rules (floats are taken as written)."""
    if isinstance(thing, Value):
        return thing
    for kinds, make in _FROM_PYTHON:
        if isinstance(thing, kinds):
            return make(thing)
    raise TypeError(f"DynamoDB has no type for {type(thing).__name__}")


def item(thing: Mapping[str, Any]) -> dict[str, Value]:
    """Return an item of plain Python objects or DynamoDB JSON values, attribute by attribute.

    An attribute counts as DynamoDB JSON when it is a dict whose only key is the name of a type.
    """
    return {name: of_any(value) for name, value in thing.items()}


def of_any(thing: Any) -> Value:
    """Return the value of DynamoDB JSON or of a plain Python object."""
    typed = isinstance(thing, Mapping) and len(thing) == 1 and next(iter(thing)) in TYPES
    return of_json(thing) if typed else of_python(thing)


def to_json(value: Value) -> dict[str, Any]:  # noqa: PLR0911 -- a form for each group of types
    """Return the value in DynamoDB's JSON: numbers as text, binaries as bytes, sets in order."""
    kind, data = value.type, value.data
    if kind == "M":
        return {"M": {name: to_json(one) for name, one in data.items()}}
    if kind == "L":
        return {"L": [to_json(one) for one in data]}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "N":
        return {"N": written(data)}
    if kind == "NS":
        return {"NS": [written(one) for one in sorted(data)]}
    if kind in SETS:
        return {kind: sorted(data)}
    return {kind: data}


def to_python(value: Value) -> Any:
    """Return the value as plain Python: whole numbers as int, others as Decimal."""
    kind, data = value.type, value.data
    if kind == "M":
        return {name: to_python(one) for name, one in data.items()}
    if kind == "L":
        return [to_python(one) for one in data]
    if kind == "N":
        return _plain(data)
    if kind == "NS":
        return {_plain(one) for one in data}
    return set(data) if kind in SETS else data


def text(value: Value) -> str:
    """Return the value as error messages show it: ``{N:1}``."""
    shown = to_json(value)[value.type]
    return f"{{{value.type}:{shown}}}"


def in_order(one: Value, other: Value) -> int | None:
    """Return -1, 0 or 1 as `one` comes before, with or after `other`; None when they have no order."""
    if one.type != other.type or one.type not in ORDERED:
        return None
    first, second = order_key(one), order_key(other)
    return (first > second) - (first < second)


def order_key(value: Value) -> Any:
    """Return that by which values of one type sort: strings by their UTF-8 bytes."""
    return value.data.encode() if value.type == "S" else value.data


def size(value: Value) -> int:  # noqa: PLR0911 -- a rule for each group of types
    """Return the size of a value in bytes."""
    kind, data = value.type, value.data
    if kind == "S":
        return len(data) if data.isascii() else len(data.encode())
    if kind == "N":
        return _number_size(data)
    if kind == "B":
        return len(data)
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind == "M":
        return 3 + sum(1 + name_size(name) + size(one) for name, one in data.items())
    if kind == "L":
        return 3 + sum(1 + size(one) for one in data)
    return sum(size(Value(SETS[kind], one)) for one in data)


def item_size(attributes: Item) -> int:
    """Return the size of an item in bytes: names and values of its attributes."""
    return sum(name_size(name) + size(value) for name, value in attributes.items())


def name_size(name: str) -> int:
    """Return the size of an attribute's name in bytes."""
    return len(name.encode())


def _number_size(data: Decimal) -> int:
    # The documented rule; how pairs of digits lie about the decimal point is not published.
    return (len(data.as_tuple().digits) + 1) // 2 + 1 if data else 2


def _scalar(kind: str, content: Any) -> Any:
    if kind == "S" and isinstance(content, str):
        return content
    if kind == "N" and isinstance(content, str | Decimal):
        return number(content)
    if kind == "B" and isinstance(content, bytes | bytearray):
        return bytes(content)
    if kind == "B" and isinstance(content, str):
        try:
            return base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise invalid("no-type") from error
    if kind == "BOOL" and isinstance(content, bool):
        return content
    if kind == "NULL" and content is True:
        return None
    raise invalid("no-type")


def _set(kind: str, members: list[Any]) -> Value:
    if not members:
        raise invalid("empty-set", type=LONG_NAMES[SETS[kind]].lower())
    if len(set(members)) != len(members):
        raise invalid("duplicates")
    return Value(kind, frozenset(members))


def _sequence(content: Any) -> Sequence[Any]:
    if not isinstance(content, Sequence) or isinstance(content, str | bytes):
        raise invalid("no-type")
    return content


def _set_of_python(thing: set[Any] | frozenset[Any]) -> Value:
    members = [of_python(one) for one in thing]
    kinds = {one.type + "S" for one in members}
    if len(kinds) != 1 or not kinds <= set(SETS):
        raise invalid("no-type" if kinds else "empty-set", type="string")
    return _set(kinds.pop(), [one.data for one in members])


# The first that fits counts: True is an int, too, and text is a sequence.
_FROM_PYTHON: tuple[tuple[Any, Callable[[Any], Value]], ...] = (
    (type(None), lambda thing: Value("NULL", thing)),
    (bool, lambda thing: Value("BOOL", thing)),
    (int | float | Decimal, lambda thing: Value("N", number(thing))),
    (str, lambda thing: Value("S", thing)),
    (bytes, lambda thing: Value("B", thing)),
    (Mapping, lambda thing: Value("M", {str(name): of_python(one) for name, one in thing.items()})),
    (set | frozenset, _set_of_python),
    (Sequence, lambda thing: Value("L", tuple(of_python(one) for one in thing))),
)


def _plain(data: Decimal) -> int | Decimal:
    return int(data) if data == data.to_integral_value() else data
