"""The 18 intrinsic functions of the Amazon States Language, and payload templates that call them.

A template is JSON in which a key that ends in ``.$`` takes its value from a path (``$.order.id``), from the context
object (``$$.Execution.Name``) or from an intrinsic function (``States.Format('{}', $.id)``).

Not as in the service: ``States.MathRandom`` with a seed and ``States.UUID`` give numbers of Python's generator.

Sources (read 2026-11-26): https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html;
https://states-language.net/spec.html ("Payload Template", Appendix B).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model import paths
from kumo.step_functions.model.errors import INTRINSIC_FAILURE, RUNTIME, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.step_functions.model.paths import Surroundings

LONGEST_TEXT = 10_000  # characters that Base64 and Hash take
LONGEST_ARRAY = 1_000  # items that ArrayRange gives
_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class SyntaxProblemError(ValueError):
    """Text that is no call of an intrinsic function."""


@dataclass(frozen=True)
class Call:
    """A parsed call: the function's name without ``States.``, and its arguments (Literal, Path or Call)."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Path:
    """A path as an argument."""

    text: str


@dataclass(frozen=True)
class Literal:
    """A text (escapes kept for ``States.Format``), number, boolean or null as an argument."""

    value: Any


# Templates.


def fill(template: Any, data: Any, around: Surroundings, chance: Random) -> Any:
    """Return `template` with every ``.$`` field evaluated against `data` and what is `around`.

    Raises
    ------
    StateError
        States.Runtime when a path finds nothing, States.IntrinsicFailure when a function fails.

    """
    if isinstance(template, dict):
        return {
            key.removesuffix(".$"): evaluate(value, data, around, chance, field=key)
            if key.endswith(".$")
            else fill(value, data, around, chance)
            for key, value in template.items()
        }
    if isinstance(template, list):
        return [fill(value, data, around, chance) for value in template]
    return template


def evaluate(expression: str, data: Any, around: Surroundings, chance: Random, *, field: str = "") -> Any:
    """Return the value of a path or of a call of an intrinsic function."""
    node = Path(expression) if expression.startswith("$") else parse(expression)
    return _value(node, data, around, chance, field)


def _value(node: Any, data: Any, around: Surroundings, chance: Random, field: str) -> Any:
    if isinstance(node, Literal):
        return _unescaped(node.value) if isinstance(node.value, str) else node.value
    if isinstance(node, Path):
        try:
            return paths.read(node.text, data, around)
        except paths.NotFoundError as error:
            where = f" specified for the field '{field}'" if field else ""
            shown = json.dumps(data, ensure_ascii=False)
            cause = f"The JSONPath '{node.text}'{where} could not be found in the input '{shown}'"
            raise StateError(RUNTIME, cause) from error
    # Format sees the escapes of its pattern, which say which braces are not places.
    values = [
        argument.value
        if node.name == "Format" and index == 0 and isinstance(argument, Literal)
        else _value(argument, data, around, chance, field)
        for index, argument in enumerate(node.arguments)
    ]
    function, least, most = FUNCTIONS[node.name]
    if not least <= len(values) <= most:
        raise StateError(INTRINSIC_FAILURE, f"Invalid number of arguments for States.{node.name}: {len(values)}")
    try:
        return function(chance, *values)
    except StateError:
        raise
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, binascii.Error) as error:
        raise StateError(INTRINSIC_FAILURE, f"Invalid arguments in States.{node.name}: {error}") from error


def paths_of(template: Any) -> list[str]:
    """Return every path into the data that `template` reads: not those of the context object and of variables."""
    if isinstance(template, list):
        return [path for part in template for path in paths_of(part)]
    if not isinstance(template, dict):
        return []
    found = []
    for key, value in template.items():
        if not key.endswith(".$"):
            found += paths_of(value)
        elif value.startswith("$"):
            found.append(value)
        else:
            found += _read_by(parse(value))
    return [path for path in found if paths.bare(path) == path]


def _read_by(node: Any) -> list[str]:
    if isinstance(node, Path):
        return [node.text]
    return [path for argument in node.arguments for path in _read_by(argument)] if isinstance(node, Call) else []


# The parser.

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<call>States\.\w+)\s*\(|(?P<word>[^\s,()'$][^\s,()]*))")


@lru_cache(maxsize=512)
def parse(text: str) -> Call:
    """Return the call that `text` writes; raise `SyntaxProblemError` when it writes none."""
    node, end = _argument(text, 0)
    if not isinstance(node, Call) or text[end:].strip():
        raise SyntaxProblemError(text)
    return node


def _argument(text: str, start: int) -> tuple[Any, int]:
    stripped = start + len(text[start:]) - len(text[start:].lstrip())
    if text[stripped : stripped + 1] == "$":
        end = _path_end(text, stripped)
        path = text[stripped:end].rstrip()
        paths.check(path)
        return Path(path), end
    token = _TOKEN.match(text, start)
    if token is None:
        raise SyntaxProblemError(text)
    if token["text"] is not None:
        return Literal(token["text"][1:-1]), token.end()
    if token["word"] is not None:
        try:
            value = json.loads(token["word"])
        except ValueError as error:
            raise SyntaxProblemError(text) from error
        return Literal(value), token.end()
    name = token["call"].removeprefix("States.")
    if name not in FUNCTIONS:
        raise SyntaxProblemError(text)
    return _call(text, name, token.end())


def _call(text: str, name: str, position: int) -> tuple[Call, int]:
    """Return the call of `name` whose arguments begin at `position`, and where it ends."""
    arguments = []
    if text[position:].lstrip().startswith(")"):
        return Call(name, ()), text.index(")", position) + 1
    while True:
        argument, position = _argument(text, position)
        arguments.append(argument)
        position += len(text[position:]) - len(text[position:].lstrip())
        mark = text[position : position + 1]
        position += 1
        if mark == ")":
            return Call(name, tuple(arguments)), position
        if mark != ",":
            raise SyntaxProblemError(text)


def _path_end(text: str, start: int) -> int:
    """Return where a path ends: at the comma or bracket that belongs to the call around it."""
    depth, quote = 0, ""
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and depth:
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            if not depth:
                return position
            depth -= 1
        elif character == "," and not depth:
            return position
    return len(text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


# The functions. Each takes the random stream first.


def _text(value: Any) -> str:
    """Return a value as ``States.Format`` writes it."""
    if isinstance(value, dict | list):
        raise TypeError("States.Format takes text, numbers, booleans and null")
    return value if isinstance(value, str) else json.dumps(value)


def _format(_: Random, pattern: str, *values: Any) -> str:
    pieces = re.split(r"(?<!\\)\{\}", pattern)
    if len(pieces) != len(values) + 1:
        raise ValueError(f"{len(pieces) - 1} places for {len(values)} values")
    written = [_text(value) for value in values] + [""]
    return "".join(_unescaped(piece) + value for piece, value in zip(pieces, written, strict=True))


def _array_of(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{json.dumps(value)} is no array")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{json.dumps(value)} is no number")
    # Numbers with a fraction go to the nearest whole one.
    return value if isinstance(value, int) else math.floor(value + 0.5)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{json.dumps(value)} is no text")
    return value


def _bounded(value: str) -> str:
    if len(_string(value)) > LONGEST_TEXT:
        raise ValueError(f"more than {LONGEST_TEXT} characters")
    return value


def _partition(_: Random, array: Any, size: Any) -> list[list[Any]]:
    width = _integer(size)
    if width < 1:
        raise ValueError("the size of a part is at least 1")
    items = _array_of(array)
    return [items[start : start + width] for start in range(0, len(items), width)]


def _range(_: Random, first: Any, last: Any, step: Any) -> list[int]:
    low, high, by = _integer(first), _integer(last), _integer(step)
    if by == 0:
        raise ValueError("the step is not 0")
    numbers = range(low, high + (1 if by > 0 else -1), by)
    if len(numbers) > LONGEST_ARRAY:
        raise ValueError(f"more than {LONGEST_ARRAY} numbers")
    return list(numbers)


def _item(_: Random, array: Any, index: Any) -> Any:
    place = _integer(index)
    if place < 0:
        raise ValueError("the index is at least 0")
    return _array_of(array)[place]


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal; unlike Python, true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _unique(_: Random, array: Any) -> list[Any]:
    kept: list[Any] = []
    for value in _array_of(array):
        if not any(same(value, other) for other in kept):
            kept.append(value)
    return kept


def _hash(_: Random, data: Any, algorithm: str) -> str:
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    return hashlib.new(_HASHES[algorithm], _bounded(text).encode(), usedforsecurity=False).hexdigest()


def _merge(_: Random, one: Any, other: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:
        raise ValueError("the service merges shallowly only: the third argument is false")
    if not isinstance(one, dict) or not isinstance(other, dict):
        raise TypeError("only objects can be merged")
    return {**one, **other}


def _random(chance: Random, start: Any, end: Any, seed: Any = None) -> int:
    low, high = _integer(start), _integer(end)
    return (chance if seed is None else Random(_integer(seed))).randrange(low, high)  # noqa: S311 -- a simulation


def _split(_: Random, text: Any, splitters: Any) -> list[str]:
    return [part for part in re.split(f"[{re.escape(_string(splitters))}]", _string(text)) if part]


def _uuid(chance: Random) -> str:
    digits = f"{chance.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62) | (4 << 76) | (0x2 << 62):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


# Name -> function, least and most number of arguments.
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "Array": (lambda _, *values: list(values), 0, 1000),
    "ArrayContains": (lambda _, array, value: any(same(value, item) for item in _array_of(array)), 2, 2),
    "ArrayGetItem": (_item, 2, 2),
    "ArrayLength": (lambda _, array: len(_array_of(array)), 1, 1),
    "ArrayPartition": (_partition, 2, 2),
    "ArrayRange": (_range, 3, 3),
    "ArrayUnique": (_unique, 1, 1),
    "Base64Decode": (lambda _, text: base64.b64decode(_bounded(text), validate=True).decode(), 1, 1),
    "Base64Encode": (lambda _, text: base64.b64encode(_bounded(text).encode()).decode(), 1, 1),
    "Format": (_format, 1, 1000),
    "Hash": (_hash, 2, 2),
    "JsonMerge": (_merge, 3, 3),
    "JsonToString": (lambda _, value: json.dumps(value, separators=(",", ":"), ensure_ascii=False), 1, 1),
    "MathAdd": (lambda _, one, other: _integer(one) + _integer(other), 2, 2),
    "MathRandom": (_random, 2, 3),
    "StringSplit": (_split, 2, 2),
    "StringToJson": (lambda _, text: json.loads(_string(text)), 1, 1),
    "UUID": (_uuid, 0, 0),
}
