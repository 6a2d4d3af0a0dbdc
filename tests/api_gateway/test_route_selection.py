"""The route selection expression: what it finds, and where the message goes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.explorers import RouteSelection
from kumo.api_gateway.model.route_selection import DEFAULT, is_expression, select
from kumo.core.parameters import ParameterError

ACTION = "$request.body.action"
ROUTES = ("joinroom", "sendmessage", DEFAULT)
NAMES = st.sampled_from(["action", "type", "name", "text"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from([*ROUTES, "leaveroom", ""])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


# The two messages of AWS's own example, whose routes are joinroom and sendmessage.
@pytest.mark.parametrize(
    ("message", "route"),
    [
        ('{"action":"joinroom","roomname":"developers"}', "joinroom"),
        ('{"action":"sendmessage","message":"Hello everyone"}', "sendmessage"),
    ],
)
def test_follows_the_documented_example(message: str, route: str) -> None:
    assert select(ACTION, message, ROUTES).route == route


@pytest.mark.parametrize("message", ["Hello everyone", "", "{", '{"action": joinroom}', "[1, 2"])
def test_what_is_not_json_goes_to_the_default_route(message: str) -> None:
    trace = select(ACTION, message, ROUTES)
    assert (trace.is_json, trace.value, trace.route) == (False, None, DEFAULT)


def test_a_path_reaches_into_objects() -> None:
    message = '{"type": {"name": "joinroom"}}'
    assert select("$request.body.type.name", message, ROUTES).route == "joinroom"
    assert select("${request.body.type.name}", message, ROUTES).route == "joinroom"
    assert select("$request.body.type", message, ROUTES).route == DEFAULT


def test_a_message_cannot_name_the_default_route() -> None:
    trace = select(ACTION, json.dumps({"action": DEFAULT}), ("joinroom",))
    assert trace.route is None


@given(VALUES, st.sets(st.sampled_from(ROUTES)))
def test_agrees_with_a_second_reading(body: object, routes: set[str]) -> None:
    trace = select(ACTION, json.dumps(body), routes)
    named = body.get("action") if isinstance(body, dict) else None
    if isinstance(named, str) and named in routes - {DEFAULT}:
        assert trace.route == named
    else:
        assert trace.route == (DEFAULT if DEFAULT in routes else None)


@given(VALUES)
def test_a_route_more_changes_nothing_for_a_message_that_has_its_own(body: object) -> None:
    few, many = (select(ACTION, json.dumps(body), routes) for routes in (("joinroom",), ("joinroom", DEFAULT)))
    if few.route:
        assert many.route == few.route


@pytest.mark.parametrize(
    "text", ["request.body.action", "$request.body.", "$request.header.x", "$request.body.a b", ""]
)
def test_only_expressions_on_the_body_are_read(text: str) -> None:
    assert not is_expression(text)
    with pytest.raises(ParameterError):
        RouteSelection(expression=text)
