"""JSON in lines, as cards show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumo.step_functions.model.data_flow import Leaf

# The place of the leaf on a line (None: there is none, or more than one), its depth, and its text.
Line = tuple["Leaf | None", int, str]


def lines(
    value: Any,
    way: Leaf = (),
    prefix: str = "",
    indent: int = 0,
    *,
    fits: Callable[[str, int], bool] = lambda _text, _indent: False,
) -> list[Line]:
    """Return a JSON value in lines.

    Parameters
    ----------
    value : object
        The value.
    way : Leaf
        Where it stands in what the places are told of.
    prefix : str
        What goes before it on its first line.
    indent : int
        Its depth.
    fits : callable, optional
        Whether a text at a depth has room on one line. An object or array that has stays on one; by default none does.

    """
    if isinstance(value, dict | list) and value:
        if fits(whole := prefix + json.dumps(value, ensure_ascii=False), indent):
            return [(None, indent, whole)]
        members = list(value.items() if isinstance(value, dict) else enumerate(value))
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        found: list[Line] = [(None, indent, prefix + opening)]
        for index, (key, member) in enumerate(members):
            name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
            inner = lines(member, (*way, key), name, indent + 1, fits=fits)
            if index < len(members) - 1:
                place, depth, text = inner[-1]
                inner[-1] = (place, depth, text + ",")
            found += inner
        return [*found, (None, indent, closing)]
    return [(way, indent, prefix + json.dumps(value, ensure_ascii=False))]
