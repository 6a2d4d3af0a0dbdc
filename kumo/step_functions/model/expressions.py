"""JSONata as the Amazon States Language uses it: expressions between ``{%`` and ``%}`` in the fields of a state.

The language itself is ``jsonata-python``: maintained, pure Python without dependencies, a translation of the reference
implementation. It is imported when the first expression is met, so that a page that needs none does not wait for it.
The tests compare it with the reference implementation in JavaScript, in the version that the service runs (2.0.6).

Modelled: what the States Language takes away (an input document, hence ``$``, ``$$`` and bare names outside of a step;
``$eval``; the operators of JSONata 2.1 and later) and what Step Functions adds (``$partition``, ``$range``, ``$hash``,
``$random``, ``$uuid``, ``$parse``). The clock is the simulation's, and chance comes from its streams.

Not as in the service: the numbers that chance gives, and how long and how deep an expression may run
(`MOST_STEPS`, `DEEPEST`), about which the service says nothing.

Sources (read 2026-11-26): https://states-language.net/spec.html ("JSONata Concepts");
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html; https://docs.jsonata.org/2.0.0/overview.
"""

from __future__ import annotations

import json
import math
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model import intrinsics
from kumo.step_functions.model.errors import STOPPED, UNDEFINED, UNSUPPORTED, EvaluationError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from random import Random

OPENING, CLOSING = "{%", "%}"
# The reserved variable.
STATES = "states"
MOST_STEPS = 30_000
DEEPEST = 500
# Python's own frames for `DEEPEST` nested steps, of which one takes up to six.
_FRAMES = 5_000

# What is wrong with an expression, beside its syntax.
SYNTAX, DOCUMENT, NAME, EVAL, LATER = "syntax", "document", "bare-name", "eval", "later-operator"


@dataclass(frozen=True)
class Flaw:
    """Something that makes an expression unusable in a state.

    Attributes
    ----------
    kind : str
        SYNTAX, DOCUMENT (``$`` or ``$$`` where there is no document), NAME (a bare name there), EVAL or LATER.
    position : int
        Characters of the expression up to the end of the token at fault.
    text : str
        The token at fault, or the parser's message.

    """

    kind: str
    position: int
    text: str


@dataclass(frozen=True)
class Reading:
    """What an expression reads.

    Attributes
    ----------
    variables : frozenset of str
        Variables from outside of the expression, without the dollar sign; `STATES` is not among them.
    states : frozenset of str
        Members of ``$states`` (``input``, ``result`` …).

    """

    variables: frozenset[str]
    states: frozenset[str]


def is_expression(value: object) -> bool:
    """Return whether a JSON value is a text that the service evaluates."""
    return isinstance(value, str) and value.startswith(OPENING) and value[len(OPENING) :].endswith(CLOSING)


def is_half(value: object) -> bool:
    """Return whether a text looks like an expression and is none, because a mark is missing or not at the very end."""
    return isinstance(value, str) and not is_expression(value) and value.strip().startswith(OPENING)


def inner(value: str) -> str:
    """Return what stands between the marks."""
    return value[len(OPENING) : -len(CLOSING)].strip()


def flaws(value: str) -> tuple[Flaw, ...]:
    """Return what is wrong with the expression `value` (with its marks)."""
    try:
        tree = _parsed(inner(value)).ast
    except _library().JException as error:
        later = error.current in _LATER
        return (Flaw(LATER if later else SYNTAX, max(0, error.location), error.current if later else str(error)),)
    return tuple(_Walk(tree).flaws)


def reading(value: str, known: Iterable[str] = ()) -> Reading:
    """Return what the expression `value`, which has no flaws, reads from outside.

    A name that JSONata has a function for (``$count``) is that function, unless it is among the `known` variables.
    """
    walk = _Walk(_parsed(inner(value)).ast, frozenset(known))
    return Reading(frozenset(walk.variables), frozenset(walk.states))


@dataclass(frozen=True)
class Scope:
    """What expressions see.

    Attributes
    ----------
    variables : mapping
        Values by name, each as `prepared` gives it; ``states`` among them.
    now : datetime
        What the clock says.
    chance : Random
        For ``$random``, ``$uuid`` and ``$shuffle``.

    """

    variables: Mapping[str, Any]
    now: datetime
    chance: Random


def prepared(value: Any) -> Any:
    """Return a copy of a JSON value as expressions see it: with the library's null, whose None is what is not there."""
    if value is None:
        return _library().Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: prepared(member) for key, member in value.items()}
    return [prepared(member) for member in value] if isinstance(value, list) else value


def in_any(template: Any) -> bool:
    """Return whether there is an expression in the JSON value `template`."""
    if isinstance(template, dict):
        return any(map(in_any, template.values()))
    return any(map(in_any, template)) if isinstance(template, list) else is_expression(template)


def fill(template: Any, scope: Scope, field: str) -> Any:
    """Return the JSON value `template` with every expression in it evaluated; `field` is its place, for the cause.

    Raises
    ------
    EvaluationError
        States.QueryEvaluationError when an expression fails or gives nothing.

    """
    if isinstance(template, dict):
        return {key: fill(value, scope, f"{field}/{key}") for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, scope, f"{field}[{index}]") for index, value in enumerate(template)]
    return evaluate(template, scope, field) if is_expression(template) else template


def evaluate(value: str, scope: Scope, field: str = "") -> Any:
    """Return the value of one expression."""
    text = inner(value)
    library = _library()
    expression = _parsed(text)
    expression.set_output_convert_nulls(False)
    try:
        with _deep_enough():
            found = expression.evaluate(None, {**scope.variables, **_functions(scope), **_bounds()})
    except library.JException as error:
        raise EvaluationError(text, field, STOPPED, f"{error.error}: {error}") from error
    except StateError as error:
        raise EvaluationError(text, field, STOPPED, error.cause) from error
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise EvaluationError(text, field, STOPPED, str(error)) from error
    if found is None:
        raise EvaluationError(text, field, UNDEFINED)
    try:
        return _plain(found)
    except TypeError as error:
        raise EvaluationError(text, field, UNSUPPORTED) from error


# The library.


def _library() -> Any:
    """Return the package; it raises Python's limit of recursion for everybody, which is undone here."""
    limit = sys.getrecursionlimit()
    import jsonata  # noqa: PLC0415 -- only where there is an expression

    sys.setrecursionlimit(limit)
    return jsonata


@contextmanager
def _deep_enough() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


# Operators that JSONata got after the version which the service speaks.
_LATER = ("??", "?:")


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    library = _library()
    library.Jsonata.get_parser().symbol_table.update(dict.fromkeys(_LATER))
    return library.Jsonata(text)


def _bounds() -> dict[str, Any]:
    """Return what makes an expression that would never end fail, after the same step on every machine."""
    steps = depth = 0

    def enter(*_: Any) -> None:
        nonlocal steps, depth
        steps, depth = steps + 1, depth + 1
        if steps > MOST_STEPS or depth > DEEPEST:
            raise RecursionError("The expression takes too many steps")

    def leave(*_: Any) -> None:
        nonlocal depth
        depth -= 1

    return {"__evaluate_entry": enter, "__evaluate_exit": leave}


def _plain(value: Any) -> Any:
    """Return a result as plain JSON; raise TypeError for what JSON cannot say (functions, infinity)."""
    # In what the library has copied through JSON, null is None again.
    if value is None or value is _library().Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise TypeError(type(value).__name__)


# What Step Functions adds to the functions, and what depends on clock and chance.


def _functions(scope: Scope) -> dict[str, Any]:
    library = _library()
    chance = scope.chance
    millis = round(scope.now.timestamp() * 1000)

    def intrinsic(name: str, of: str) -> Any:
        function, least, most = intrinsics.FUNCTIONS[of]

        def call(*values: Any) -> Any:
            if not least <= len(values) <= most or None in values:
                raise TypeError(f"${name} takes {least} to {most} arguments that have a value")
            return prepared(function(chance, *map(_plain, values)))

        return call

    def now(picture: str | None = None, zone: str | None = None) -> str:
        return library.Functions.datetime_from_millis(millis, picture, zone)

    def random(seed: Any = None) -> float:
        return (chance if seed is None else type(chance)(_plain(seed))).random()

    def shuffle(array: Any = None) -> Any:
        if array is None:
            return None
        items = list(array) if isinstance(array, list) else [array]
        chance.shuffle(items)
        return items

    def parse(text: Any = None) -> Any:
        return None if text is None else prepared(json.loads(text))

    functions = {
        "partition": intrinsic("partition", "ArrayPartition"),
        "range": intrinsic("range", "ArrayRange"),
        "hash": intrinsic("hash", "Hash"),
        "uuid": intrinsic("uuid", "UUID"),
        "parse": parse,
        "random": random,
        "shuffle": shuffle,
        "now": now,
        "millis": lambda: millis,
    }
    return {name: library.Jsonata.JLambda(function) for name, function in functions.items()}


# The tree.

# Members of a node that see the document, if there is one, and members that see what the path has reached. What is
# grouped is what stands before the braces.
_SAME = [
    "lhs",
    "rhs",
    "procedure",
    "arguments",
    "body",
    "condition",
    "then",
    "_else",
    "expressions",
    "expression",
    "lhs_object",
    "rhs_object",
    "expr",
]
_DEEPER = ["predicate", "stages", "terms", "pattern", "update", "delete", "group"]


class _Walk:
    """Looks at every node of an expression's tree."""

    def __init__(self, tree: Any, known: frozenset[str] = frozenset()) -> None:
        self.known = known
        self.flaws: list[Flaw] = []
        self.variables: set[str] = set()
        self.states: set[str] = set()
        self._node(tree, frozenset(), top=True)

    def _node(self, node: Any, local: frozenset[str], *, top: bool) -> frozenset[str]:
        """Look at a node, or at some in turn; return the local variables that the ones after it see."""
        if isinstance(node, list):
            for part in node:
                local = self._node(part, local, top=top)
            return local
        if not hasattr(node, "position"):
            return local
        look = {"path": self._path, "variable": self._variable, "name": self._name}.get(node.type)
        if look is not None:
            look(node, local, top=top)
        else:
            self._members(node, local, top=top)
        for name in _DEEPER:
            self._node(getattr(node, name, None), local, top=False)
        return local | {node.lhs.value} if node.type == "bind" else local

    def _members(self, node: Any, local: frozenset[str], *, top: bool) -> None:
        if node.type == "bind":  # a function may call itself
            self._node(node.rhs, local | {node.lhs.value}, top=top)
        elif node.type == "lambda":
            self._node(node.body, local | {argument.value for argument in node.arguments}, top=top)
        else:
            for name in _SAME:
                self._node(getattr(node, name, None), local, top=top)

    def _name(self, node: Any, _: frozenset[str], *, top: bool) -> None:
        if top:
            self._flaw(NAME, node, str(node.value))

    def _path(self, node: Any, local: frozenset[str], *, top: bool) -> None:
        first, *others = node.steps
        if first.type == "variable" and first.value == STATES and STATES not in local:
            self.states.add(str(others[0].value) if others and others[0].type == "name" else "")
            for name in _DEEPER:
                self._node(getattr(first, name, None), local, top=False)
        else:
            self._node(first, local, top=top)
        for step in others:
            local = local | {name for name in (step.focus, step.index) if name}
            self._node(step, local, top=False)

    def _variable(self, node: Any, local: frozenset[str], *, top: bool) -> None:
        if node.value == "$" or (node.value == "" and top):
            self._flaw(DOCUMENT, node, "$" + node.value)
        elif node.value == STATES and STATES not in local:
            self.states.add("")
        elif node.value == "eval" and "eval" not in local:
            self._flaw(EVAL, node, "$eval")
        elif node.value and node.value not in local and (node.value in self.known or not _built_in(node.value)):
            self.variables.add(node.value)

    def _flaw(self, kind: str, node: Any, text: str) -> None:
        self.flaws.append(Flaw(kind, node.position, text))


_ADDED = frozenset({"partition", "range", "hash", "uuid", "parse"})


def _built_in(name: str) -> bool:
    return name in _ADDED or _library().Jsonata.static_frame.lookup(name) is not None
