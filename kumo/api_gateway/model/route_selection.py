"""How a WebSocket API finds the route of a message: the route selection expression.

Modelled: an expression ``$request.body.<path>`` (also ``${request.body.<path>}``) read from the JSON of the
message; the route whose key equals the value; ``$default`` for everything else, messages that are not JSON
included.

Not modelled: expressions with several variables or fixed text, ``$connect`` and ``$disconnect`` (which no
message selects), binary frames, models of the body, the 128 KB limit.

Sources (read 2026-11-22), under https://docs.aws.amazon.com/apigateway/latest/developerguide/ :
websocket-api-develop-routes.html, apigateway-websocket-api-selection-expressions.html, and
apigateway-websocket-api-routes-integrations.html ("only JSON messages can be routed to specific integrations
based on message content. Non-JSON messages are passed through to the backend by the $default route"). What the
comparison does with a value that is not text is not documented: numbers and truth values are compared as they
are written in JSON, objects and lists never match.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT = "$default"
EXPRESSION = re.compile(
    r"\$(?:request\.body\.(?P<path>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)"
    r"|\{request\.body\.(?P<braced>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\})"
)


@dataclass(frozen=True)
class RouteTrace:
    """What became of one message.

    Attributes
    ----------
    expression : str
        The route selection expression.
    message : str
        The message as it came.
    routes : tuple of str
        The keys of the routes that the API has, `DEFAULT` among them where it has one.
    is_json : bool
        Whether the message is JSON.
    value : str or None
        What the expression found, as text; None where it found nothing that could be a key.
    route : str or None
        The selected route; None when nothing matched and there is no `DEFAULT`.

    """

    expression: str
    message: str
    routes: tuple[str, ...]
    is_json: bool
    value: str | None
    route: str | None


def is_expression(text: str) -> bool:
    """Return whether `text` is an expression that this model reads."""
    return EXPRESSION.fullmatch(text) is not None


def select(expression: str, message: str, routes: Iterable[str]) -> RouteTrace:
    """Evaluate `expression` on `message` and return the route that it selects among `routes`."""
    known = tuple(routes)
    try:
        body = json.loads(message)
        is_json = True
    except ValueError:
        body, is_json = None, False
    value = _key(_dig(body, _path(expression))) if is_json else None
    matched = value if value in known and value != DEFAULT else None
    route = matched or (DEFAULT if DEFAULT in known else None)
    return RouteTrace(expression, message, known, is_json, value, route)


def _path(expression: str) -> list[str]:
    match = EXPRESSION.fullmatch(expression)
    if match is None:
        message = f"not a route selection expression: {expression}"
        raise ValueError(message)
    return (match["path"] or match["braced"]).split(".")


def _dig(body: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(body, dict) or name not in body:
            return None
        body = body[name]
    return body


def _key(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None
