"""JSONPath as the Amazon States Language uses it: paths that select, reference paths that name one place.

A *reference path* (``$.order.items[0]``) names exactly one node. It is the only kind that can be written to, and by
far the most frequent one to be read, so it is read here, in a few lines. Every other path (wildcards, slices,
filters, descent) goes to ``python-jsonpath``: maintained, pure Python without dependencies, and the implementation of
RFC 9535 by one of its conformance suite's contributors. It is imported when the first such path appears, so that a
page that needs none does not wait for it. Its rival jsonpath-ng is what moto's interpreter uses: the tests thus
compare two independent implementations.

Modelled as in the service (which uses Jayway's JsonPath): a path that can find several nodes gives a list, even of
none or one; one that can find only one gives that node, and fails where there is none. Jayway's functions
(``length()``) are not supported by the service either.

Sources (read 2026-11-26): https://states-language.net/spec.html ("Paths", "Reference Paths");
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model.errors import RESULT_PATH_MATCH, StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

# One step of a reference path: .name, ['name'], ["name"] or [0].
_STEP = re.compile(
    r"""\.(?P<dot>[^\s.\[\]()*@,:?'"$]+)|\['(?P<single>(?:[^'\\]|\\.)*)'\]|\["(?P<double>(?:[^"\\]|\\.)*)"\]"""
    r"|\[(?P<index>-?\d+)\]"
)

# A variable: its name follows the dollar sign at once.
_VARIABLE = re.compile(r"\$([^\W\d]\w*)")


@dataclass(frozen=True)
class Surroundings:
    """What paths reach beside the state's data: the context object (``$$``) and the variables (``$name``)."""

    context: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)


class PathError(ValueError):
    """Text that is no JSONPath."""


class NotFoundError(LookupError):
    """A path that finds nothing."""


@lru_cache(maxsize=1024)
def reference(path: str) -> tuple[str | int, ...] | None:
    """Return the steps of a reference path (keys and indexes; none for ``$``), or None when it is not one."""
    if not path.startswith("$"):
        return None
    steps, end = leading(path)
    return steps if end == len(path) else None


def leading(path: str) -> tuple[tuple[str | int, ...], int]:
    """Return the steps that name one node at the beginning of `path`, and where they end in the text."""
    steps: list[str | int] = []
    position = 1
    while found := _STEP.match(path, position):
        kind, text = found.lastgroup, found[found.lastgroup or 0]
        steps.append(int(text) if kind == "index" else text if kind == "dot" else re.sub(r"\\(.)", r"\1", text))
        position = found.end()
    return tuple(steps), position


def check(path: str) -> None:
    """Raise `PathError` when `path` is no JSONPath into the data, the context object or a variable."""
    plain = bare(path)
    if not plain.startswith("$"):
        raise PathError(path)
    if reference(plain) is None:
        _compiled(plain)


def bare(path: str) -> str:
    """Return the path as it stands in what it goes into: without the second ``$``, or the name of a variable."""
    if path.startswith("$$"):
        return path[1:]
    return _VARIABLE.sub("$", path, count=1) if _VARIABLE.match(path) else path


def read(path: str, data: Any, around: Surroundings | None = None) -> Any:
    """Return what `path` selects in `data`, in the context object (``$$``) or in a variable (``$name``).

    Raises
    ------
    PathError
        When the text is no path.
    NotFoundError
        When the path names one node and there is none, or a variable without value.

    """
    around = around or Surroundings()
    if path.startswith("$$"):
        return read(path[1:], around.context)
    if named := _VARIABLE.match(path):
        if named[1] not in around.variables:
            raise NotFoundError(f"The variable '${named[1]}' has no value : No results for path: {path}")
        return read(bare(path), around.variables[named[1]])
    if not path.startswith("$"):
        raise PathError(path)
    steps, end = leading(path)
    node = data
    for step in steps:
        node = _child(node, step, path)
    if end == len(path):
        return node
    compiled = _compiled(path)
    # The library takes text for a JSON document.
    return compiled.findall(data) if isinstance(data, dict | list) else []


def places(path: str, data: Any) -> list[tuple[str | int, ...]]:
    """Return where in `data` the nodes stand that `path` selects, as steps from the root."""
    steps, end = leading(path)
    if end < len(path):
        found = _compiled(path).finditer(data) if isinstance(data, dict | list) else ()
        return [tuple(match.parts) for match in found]
    node, way = data, []
    for step in steps:
        way.append(step + len(node) if isinstance(step, int) and step < 0 else step)
        node = _child(node, step, path)
    return [tuple(way)]


def write(path: str, data: Any, value: Any) -> Any:
    """Return a copy of `data` with `value` at the reference path; objects on the way are made where they lack.

    Raises
    ------
    StateError
        States.ResultPathMatchFailure when the place cannot exist in `data`.

    """
    steps = reference(path)
    if steps is None:
        raise PathError(path)
    return _put(data, steps, value, path)


def _put(node: Any, steps: tuple[str | int, ...], value: Any, path: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(node, dict):
        return {**node, step: _put(node.get(step, {} if rest else None), rest, value, path)}
    if isinstance(step, int) and isinstance(node, list) and 0 <= step < len(node):
        return [*node[:step], _put(node[step], rest, value, path), *node[step + 1 :]]
    raise StateError(RESULT_PATH_MATCH, f"Unable to apply ResultPath '{path}' to the state's input")


def _child(node: Any, step: str | int, path: str) -> Any:
    if isinstance(step, str) and isinstance(node, dict) and step in node:
        return node[step]
    if isinstance(step, int) and isinstance(node, list) and -len(node) <= step < len(node):
        return node[step]
    raise NotFoundError(f"Invalid path '{path}' : No results for path: {path}")


@lru_cache(maxsize=256)
def _compiled(path: str) -> Any:
    import jsonpath  # noqa: PLC0415 -- only where a path selects several nodes

    try:
        # Strictly the standard: the library's own extensions are not in the service.
        return jsonpath.JSONPathEnvironment(strict=True).compile(path)
    except jsonpath.JSONPathError as error:
        raise PathError(path) from error
