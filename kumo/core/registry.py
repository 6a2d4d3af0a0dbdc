"""Finding explorers by name, and the one function through which other languages call them."""

from __future__ import annotations

import json
import pkgutil
import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import kumo
from kumo.core import words
from kumo.core.explorer import Explorer
from kumo.core.parameters import ParameterError

_ID = re.compile(r"(?P<service>[a-z][a-z0-9_]*)\.(?P<name>[A-Z][A-Za-z0-9]*)")


class UnknownExplorerError(LookupError):
    """No explorer of that name; the message is for the reader."""


def load(explorer_id: str) -> type[Explorer]:
    """Return the explorer class of that id (``api_gateway.Throttling``), importing its service on the way.

    Raises
    ------
    UnknownExplorerError
        When there is no such service or class.

    """
    match = _ID.fullmatch(explorer_id)
    module_name = f"kumo.{match['service']}.explorers" if match else ""
    if not match or not find_spec(f"kumo.{match['service']}") or not find_spec(module_name):
        raise UnknownExplorerError(words.UNKNOWN_EXPLORER.format(name=explorer_id))
    found = getattr(import_module(module_name), match["name"], None)
    if not (isinstance(found, type) and issubclass(found, Explorer) and found.id() == explorer_id):
        raise UnknownExplorerError(words.UNKNOWN_EXPLORER.format(name=explorer_id))
    return found


def services() -> list[str]:
    """Return the names of the service packages that have explorers, in alphabetical order."""
    packages = sorted(module.name for module in pkgutil.iter_modules(kumo.__path__) if module.ispkg)
    return [name for name in packages if find_spec(f"kumo.{name}.explorers")]


def explorers() -> list[type[Explorer]]:
    """Return every explorer class: by service, then in the order in which its module defines them."""
    found = []
    for service in services():
        module = import_module(f"kumo.{service}.explorers")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Explorer) and value.__module__ == module.__name__
        ]
    return found


def frame_json(request: str) -> str:
    """Answer one request of a host that speaks JSON (the page's worker, tests in other languages).

    Parameters
    ----------
    request : str
        JSON: ``{"explorer": id, "parameters": {…}, "layouts": ["wide"]}``; the last two may be left out.

    Returns
    -------
    str
        JSON: ``{"frame": …}`` (see `Explorer.frame`), or ``{"error": {"kind": "parameter" | "request" |
        "internal", "message": …}}``. Never raises: the caller has no use for a Python traceback.

    """
    try:
        answer: dict[str, Any] = {"frame": _frame(request)}
    except ParameterError as error:
        answer = {"error": {"kind": "parameter", "message": str(error), "parameter": error.parameter}}
    except _RequestError as error:
        answer = {"error": {"kind": "request", "message": words.BAD_REQUEST.format(reason=error)}}
    except Exception as error:  # noqa: BLE001 -- the last border before another language
        reason = f"{type(error).__name__}: {error}"
        answer = {"error": {"kind": "internal", "message": words.INTERNAL.format(reason=reason)}}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


class _RequestError(ValueError):
    """A request that does not have the agreed form."""


def _frame(request: str) -> dict[str, Any]:
    try:
        content = json.loads(request)
        explorer_id, parameters = content["explorer"], content.get("parameters", {})
        layouts = {"layouts": content["layouts"]} if "layouts" in content else {}
        explorer = load(explorer_id)
    except (ValueError, KeyError, TypeError, AttributeError, UnknownExplorerError) as error:
        raise _RequestError(error) from error
    return explorer.frame(parameters, **layouts)
