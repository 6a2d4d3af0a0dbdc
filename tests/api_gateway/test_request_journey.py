"""The stages of a REST method: which of them sees what, and what the client receives."""

from __future__ import annotations

import json

import pytest

from kumo.api_gateway.explorers import RequestJourney
from kumo.api_gateway.model.request_journey import STAGES, travel
from kumo.api_gateway.view.request_journey import _chopped, _json
from kumo.api_gateway.words import request_journey as words
from kumo.core.parameters import ParameterError

EVERYTHING = [
    (proxy, header, backend) for proxy in (False, True) for header in (False, True) for backend in words.BACKENDS
]


@pytest.mark.parametrize(("proxy", "header", "backend"), EVERYTHING)
def test_visits_the_stages_in_order(*, proxy: bool, header: bool, backend: str) -> None:
    trace = travel("7", proxy=proxy, header=header, backend=backend)
    keys = tuple(stage.key for stage in trace.stages)
    assert keys == (STAGES if header else STAGES[:2])
    assert trace.refused is not header


@pytest.mark.parametrize(
    ("proxy", "backend", "status"),
    [
        (False, "found", 200),
        (False, "missing", 404),
        (False, "broken", 503),
        (True, "found", 200),
        (True, "missing", 404),
        (True, "broken", 502),
    ],
)
def test_the_client_receives_the_documented_status(*, proxy: bool, backend: str, status: int) -> None:
    assert travel("7", proxy=proxy, header=True, backend=backend).status == status


def test_a_missing_header_never_reaches_the_backend() -> None:
    assert {travel("7", proxy=proxy, header=False, backend=backend).status for proxy, _, backend in EVERYTHING} == {400}


@pytest.mark.parametrize("proxy", [False, True])
def test_both_ways_of_integration_keep_the_same_promise_to_the_client(*, proxy: bool) -> None:
    answer = travel("7", proxy=proxy, header=True, backend="found").stages[-1].message
    assert answer.body == {"id": 7, "total": 1980}


def test_a_template_writes_the_form_that_dynamodb_expects() -> None:
    call = travel("7", proxy=False, header=True, backend="found").stages[2].message.body
    assert set(call) == {"TableName", "Key"}
    assert all(set(value) == {"N"} and isinstance(value["N"], str) for value in call["Key"].values())


def test_a_proxy_reads_only_bodies_that_are_text() -> None:
    for backend in words.BACKENDS:
        stages = travel("7", proxy=True, header=True, backend=backend).stages
        output, passed = stages[3].message.body, stages[4].message
        if isinstance(output["body"], str):
            assert passed.body == json.loads(output["body"])
            assert passed.line == str(output["statusCode"])
        else:
            assert passed.line == "502"


def test_the_proxy_stages_pass_the_answer_on_unchanged() -> None:
    for backend in words.BACKENDS:
        stages = travel("7", proxy=True, header=True, backend=backend).stages
        assert stages[4].message == stages[5].message


@pytest.mark.parametrize("order", ["0", "042", "4a", "1234", "", "４２"])
def test_only_plain_numbers_are_orders(order: str) -> None:
    with pytest.raises(ParameterError):
        RequestJourney(order=order)


@pytest.mark.parametrize("columns", range(9, 40))
def test_json_stays_json_however_narrow_the_panel(columns: int) -> None:
    value = {"TableName": "Orders", "Key": {"id": {"N": "42"}}, "empty": {}}
    lines = _json(value, columns)
    assert json.loads("\n".join(lines)) == value
    for line in lines:
        pieces = _chopped(line, columns)
        assert max(map(len, pieces)) <= columns
        assert "".join("".join(pieces).split()) == "".join(line.split())
