"""One request on its way through a method of a REST API, and what each stage makes of it.

Modelled: method request (validation of a required header), integration request, the backend, integration
response and method response of ``GET /orders/{id}``, in two ways of integration. *Custom*: the AWS integration
with DynamoDB's GetItem, mapping templates both ways, and the integration response chosen by the backend's
status code. *Proxy*: the Lambda proxy integration, which hands over the request as an event and expects
``statusCode``, ``headers`` and a ``body`` that is a string; another form is answered with 502.

Not modelled: authorization, throttling, models of the body, caching, CORS, the other headers of a real event;
templates are written here as Python, not as VTL.

Sources (read 2026-11-22), under https://docs.aws.amazon.com/apigateway/latest/developerguide/ :
api-gateway-method-request-validation.html (a request that lacks a required parameter is answered with 400),
how-to-integration-settings.html, set-up-lambda-proxy-integrations.html ("If the function output is of a
different format, API Gateway returns a 502 Bad Gateway error response"); and
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html ("If there is no matching item,
GetItem does not return any data and there will be no Item element in the response").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

TENANT = "x-tenant"
TABLE = "Orders"
TOTAL = 1980

STAGES = (
    "client",
    "method-request",
    "integration-request",
    "backend",
    "integration-response",
    "method-response",
)


@dataclass(frozen=True)
class Message:
    """What leaves a stage: a first line (request line or status), headers, and a body.

    Attributes
    ----------
    line : str
        ``GET /orders/42``, ``200`` …; empty where the body says it all.
    headers : tuple of pairs
        Names and values.
    body : object
        JSON value; None for no body.

    """

    line: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None


@dataclass(frozen=True)
class Stage:
    """One stage, what leaves it, and what it did.

    Attributes
    ----------
    key : str
        One of `STAGES`.
    message : Message
        What leaves it.
    action : str
        Key of what it did, among the words.

    """

    key: str
    message: Message
    action: str


@dataclass(frozen=True)
class JourneyTrace:
    """The stages that a request reached, in order; the last one answered the client.

    Attributes
    ----------
    proxy : bool
        Whether the integration was a proxy.
    backend : str
        What the backend did: ``found``, ``missing`` or ``broken``.
    stages : tuple of Stage
        From the client to the stage whose message the client received.
    status : int
        HTTP status that the client received.

    """

    proxy: bool
    backend: str
    stages: tuple[Stage, ...]
    status: int

    @property
    def refused(self) -> bool:
        """Whether the request never reached the backend."""
        return len(self.stages) < len(STAGES)


def travel(order: str, *, proxy: bool, header: bool, backend: str) -> JourneyTrace:
    """Send ``GET /orders/{order}`` through the stages.

    Parameters
    ----------
    order : str
        The order's number, digits.
    proxy : bool
        Lambda proxy integration; otherwise DynamoDB with mapping templates.
    header : bool
        Whether the client sends the required header.
    backend : {"found", "missing", "broken"}
        What the backend does.

    """
    request = Message(f"GET /orders/{order}", ((TENANT, "acme"),) if header else ())
    stages = [Stage("client", request, "call")]
    if not header:
        body = {"message": f"Missing required request parameters: [{TENANT}]"}
        stages.append(Stage("method-request", Message("400", (), body), "refuse"))
        return JourneyTrace(proxy, backend, tuple(stages), 400)
    stages.append(Stage("method-request", request, "accept"))
    stages += _proxied(order, backend) if proxy else _mapped(order, backend)
    return JourneyTrace(proxy, backend, tuple(stages), int(stages[-1].message.line))


def _mapped(order: str, backend: str) -> list[Stage]:
    """Return the stages from the integration request on, with templates for DynamoDB."""
    call = {"TableName": TABLE, "Key": {"id": {"N": order}}}
    item = {"id": {"N": order}, "total": {"N": str(TOTAL)}}
    answers = {
        "found": Message("200", (), {"Item": item}),
        "missing": Message("200", (), {}),
        "broken": Message("500", (), {"__type": "InternalServerError"}),
    }
    answer = answers[backend]
    mapped, action = _from_dynamodb(answer)
    return [
        Stage("integration-request", Message("POST GetItem", (), call), "map-request"),
        Stage("backend", answer, f"dynamodb-{backend}"),
        Stage("integration-response", mapped, action),
        Stage("method-response", mapped, "return"),
    ]


def _from_dynamodb(answer: Message) -> tuple[Message, str]:
    """Choose the integration response by the status code and apply its template."""
    if answer.line.startswith("5"):
        return Message("503", (), {"message": "try again"}), "map-error"
    if "Item" not in answer.body:
        # DynamoDB answers 200 to a question about nothing; the template overrides the status.
        return Message("404", (), {"message": "not found"}), "override-status"
    return Message("200", (), {name: int(value["N"]) for name, value in answer.body["Item"].items()}), "map-response"


def _proxied(order: str, backend: str) -> list[Stage]:
    """Return the stages from the integration request on, with a Lambda function behind a proxy."""
    event = {"httpMethod": "GET", "path": f"/orders/{order}", "pathParameters": {"id": order}}
    found: dict[str, Any] = {"id": int(order), "total": TOTAL}
    outputs: dict[str, dict[str, Any]] = {
        "found": {"statusCode": 200, "body": json.dumps(found)},
        "missing": {"statusCode": 404, "body": json.dumps({"message": "not found"})},
        "broken": {"statusCode": 200, "body": found},
    }
    output = outputs[backend]
    passed, action = _from_proxy(output)
    return [
        Stage("integration-request", Message("", (), event), "wrap-event"),
        Stage("backend", Message("", (), output), f"function-{backend}"),
        Stage("integration-response", passed, action),
        Stage("method-response", passed, "return"),
    ]


def _from_proxy(output: dict[str, Any]) -> tuple[Message, str]:
    """Read the function's output as API Gateway does: the body has to be a string."""
    if not isinstance(output["body"], str):
        return Message("502", (), {"message": "Internal server error"}), "wrong-form"
    return Message(str(output["statusCode"]), (), json.loads(output["body"])), "pass-through"
