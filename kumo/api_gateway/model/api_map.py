"""Which endpoints and integrations each type of API offers, and the URLs under which it is called.

Modelled: the rows "endpoint" and "integration" of `api_types`, looked at from one type of API; the default
URL of a deployed API, put together from API ID, Region, stage and path, and the callback URL of a WebSocket
API. A client leaves the stage out of the URL only for the ``$default`` stage of an HTTP API.

Not modelled: custom domain names, dual-stack host names (``execute-api.{region}.api.aws``), the host names of
private APIs that hold the ID of a VPC endpoint, Regions whose domain is not ``amazonaws.com``.

Sources, read 2026-11-22:
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html (REST),
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html (HTTP, ``$default``),
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-wscat.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
(WebSocket).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kumo.api_gateway.model.api_types import API_TYPES, TODAY, feature

ENDPOINTS = ("edge", "regional", "private")
PUBLIC_INTEGRATIONS = ("lambda", "http-endpoint", "aws-service", "mock")
VPC_LINK_TARGETS = ("nlb", "alb", "cloud-map")
INTEGRATIONS = PUBLIC_INTEGRATIONS + VPC_LINK_TARGETS


@dataclass(frozen=True)
class Option:
    """One endpoint type or integration.

    Attributes
    ----------
    key : str
        Key of the feature in `api_types`.
    support, note : str
        "yes", "limited" or "no" for the chosen type of API; a few words on it, or empty.

    """

    key: str
    support: str
    note: str

    @property
    def usable(self) -> bool:
        """Whether the chosen type of API has it, with or without a condition."""
        return self.support != "no"


@dataclass(frozen=True)
class Part:
    """A piece of a URL and what it stands for (``scheme``, ``api-id``, ``region``, ``stage``, ``path`` …)."""

    role: str
    text: str


@dataclass(frozen=True)
class Url:
    """A URL in parts.

    Attributes
    ----------
    kind : {"invoke", "callback"}
        Whether clients call it, or the backend calls it to reach a client.
    parts : tuple of Part
        In order; their texts joined are the URL.

    """

    kind: str
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class ApiMapTrace:
    """What one type of API offers.

    Attributes
    ----------
    api : str
        The type.
    when : {"today", "exam"}
        Whose values were used.
    endpoints, integrations : tuple of Option
        All of them, usable or not.
    stage : str or None
        The stage in the URLs; None where the URL holds none.
    default_refused : bool
        Whether the ``$default`` stage was asked for in a type of API that cannot leave it out of the URL.
    urls : tuple of Url
        The URL that clients call; for a WebSocket API the callback URL after it.

    """

    api: str
    when: str
    endpoints: tuple[Option, ...]
    integrations: tuple[Option, ...]
    stage: str | None
    default_refused: bool
    urls: tuple[Url, ...]


def invoke_url(api: str, api_id: str, region: str, stage: str | None, path: str = "") -> Url:
    """Return the default URL under which clients call an API.

    Parameters
    ----------
    api : {"rest", "http", "websocket"}
        Type of API.
    api_id, region : str
        ID that API Gateway gave the API; code of the Region (``ap-northeast-1``).
    stage : str or None
        Name of the stage; None for the ``$default`` stage of an HTTP API.
    path : str
        Resource or route path without its leading slash; empty for WebSocket APIs, whose routes are no paths.

    Raises
    ------
    ValueError
        For a type of API that does not exist, or a URL of a form that the type does not have.

    """
    if api not in API_TYPES:
        raise ValueError(f"there is no type of API called {api}")
    if stage is None and api != "http":
        raise ValueError(f"the URL of a {api} API holds the name of a stage")
    if path and api == "websocket":
        raise ValueError("a WebSocket API has no paths")
    tail = [Part("stage", f"/{stage}")] if stage is not None else []
    tail += [Part("path", f"/{path}")] if path else []
    # The base of a $default stage is written with its slash, as AWS's pages do.
    tail = tail or [Part("root", "/")]
    return Url("invoke", (*_origin("wss" if api == "websocket" else "https", api_id, region), *tail))


def callback_url(api_id: str, region: str, stage: str, connection_id: str, *, encoded: bool = False) -> Url:
    """Return the URL to which a backend sends messages for one connected client.

    Parameters
    ----------
    api_id, region, stage, connection_id : str
        Of the WebSocket API and of the connection.
    encoded : bool
        Percent-encode what signing tools such as awscurl want encoded (``@`` and the connection ID).

    """
    at, connection = ("%40", quote(connection_id, safe="")) if encoded else ("@", connection_id)
    tail = (Part("stage", f"/{stage}"), Part("fixed", f"/{at}connections"), Part("connection", f"/{connection}"))
    return Url("callback", (*_origin("https", api_id, region), *tail))


def survey(api: str, stage: str = "prod", *, default_stage: bool = False, when: str = TODAY) -> ApiMapTrace:
    """Return what a type of API offers, with URLs in AWS's placeholder notation.

    Parameters
    ----------
    api : {"rest", "http", "websocket"}
        Type of API.
    stage : str
        Name of the stage.
    default_stage : bool
        Ask for the ``$default`` stage instead; only HTTP APIs can leave it out of the URL.
    when : {"today", "exam"}
        Values of today, or of December 2023.

    """
    named = None if default_stage and api == "http" else stage
    path = {"rest": "{resource}", "http": "{path}", "websocket": ""}[api]
    urls = [invoke_url(api, "{api-id}", "{region}", named, path)]
    if api == "websocket":
        urls.append(callback_url("{api-id}", "{region}", stage, "{connection-id}"))
    return ApiMapTrace(
        api,
        when,
        tuple(_option(key, api, when) for key in ENDPOINTS),
        tuple(_option(key, api, when) for key in INTEGRATIONS),
        named,
        default_stage and api != "http",
        tuple(urls),
    )


def _option(key: str, api: str, when: str) -> Option:
    entry = feature(key)
    return Option(key, entry.supports(api, when), entry.note(api, when))


def _origin(scheme: str, api_id: str, region: str) -> tuple[Part, ...]:
    return (
        Part("scheme", f"{scheme}://"),
        Part("api-id", api_id),
        Part("fixed", ".execute-api."),
        Part("region", region),
        Part("fixed", ".amazonaws.com"),
    )
