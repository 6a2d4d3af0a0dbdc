"""The rules of a Choice state: 39 comparisons, joined by And, Or and Not.

A comparison of values of the wrong type is false. A ``Variable`` that is not there is an error of the execution
(States.Runtime) for every comparison but ``IsPresent``.

Sources (read 2026-11-26): https://states-language.net/spec.html ("Choice State", "Data-test Expression");
https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html.
"""

from __future__ import annotations

import operator
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model import paths
from kumo.step_functions.model.errors import RUNTIME, StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kumo.step_functions.model.paths import Surroundings

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def timestamp(text: object) -> datetime | None:
    """Return the moment that an RFC 3339 text with capital T (and Z) names, or None when it names none."""
    if not isinstance(text, str) or not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[str, Callable[[object], Any]] = {"String": _text, "Numeric": _number, "Timestamp": timestamp}
_TESTS: dict[str, Callable[[object], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: timestamp(value) is not None,
}
# Every comparison by name, with the reader of its values and the order that decides.
_COMPARISONS: dict[str, tuple[Callable[[object], Any], Callable[[Any, Any], bool]]] = {
    kind + order: (reader, compare) for kind, reader in _READERS.items() for order, compare in _ORDERS.items()
} | {"BooleanEquals": (_boolean, operator.eq)}
PRESENT, MATCHES = "IsPresent", "StringMatches"
OPERATORS = frozenset({*_COMPARISONS, *(name + "Path" for name in _COMPARISONS), *_TESTS, PRESENT, MATCHES})
JOINS = frozenset({"And", "Or", "Not"})


def holds(rule: Mapping[str, Any], data: Any, around: Surroundings) -> bool:
    """Return whether `rule` holds for the state's `data`.

    Raises
    ------
    StateError
        States.Runtime when a path that the rule reads finds nothing.

    """
    if "And" in rule:
        return all(holds(part, data, around) for part in rule["And"])
    if "Or" in rule:
        return any(holds(part, data, around) for part in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], data, around)
    return _compared(rule, data, around)


def _compared(rule: Mapping[str, Any], data: Any, around: Surroundings) -> bool:
    name = next(key for key in rule if key in OPERATORS)
    against = rule[name]
    if name == PRESENT:
        return _present(rule["Variable"], data, around) is against
    value = _read(rule["Variable"], data, around)
    if name in _TESTS:
        return _TESTS[name](value) is against
    if name == MATCHES:
        return isinstance(value, str) and _pattern(against).fullmatch(value) is not None
    if name.endswith("Path"):
        name, against = name.removesuffix("Path"), _read(against, data, around)
    reader, compare = _COMPARISONS[name]
    left, right = reader(value), reader(against)
    return left is not None and right is not None and compare(left, right)


def _present(path: str, data: Any, around: Surroundings) -> bool:
    try:
        paths.read(path, data, around)
    except paths.NotFoundError:
        return False
    return True


def _read(path: str, data: Any, around: Surroundings) -> Any:
    try:
        return paths.read(path, data, around)
    except paths.NotFoundError as error:
        cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
        raise StateError(RUNTIME, cause) from error


def _pattern(text: str) -> re.Pattern[str]:
    r"""Return the regular expression of a pattern in which ``*`` is any text and ``\*`` an asterisk."""
    parts = re.findall(r"\\.|[^\\]|\\", text, re.DOTALL)
    return re.compile(
        "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts),
        re.DOTALL,
    )
