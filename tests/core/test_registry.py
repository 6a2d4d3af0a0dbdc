"""The JSON border: every request gets an answer, good or bad."""

from __future__ import annotations

import json

import pytest

import kumo
from kumo.core.registry import UnknownExplorerError, services
from kumo.core.words import BAD_REQUEST, INTERNAL

ID = "api_gateway.Throttling"


def ask(request: object) -> dict[str, object]:
    return json.loads(kumo.frame_json(request if isinstance(request, str) else json.dumps(request)))


def test_answers_with_a_frame() -> None:
    answer = ask({"explorer": ID, "parameters": {"rate": 20}, "layouts": ["narrow"]})
    assert answer["frame"]["parameters"]["rate"] == 20
    assert list(answer["frame"]["pictures"]) == ["narrow"]


def test_parameters_may_be_left_out() -> None:
    assert ask({"explorer": ID})["frame"] == kumo.load(ID).frame({})


def test_a_bad_value_is_the_readers_business() -> None:
    error = ask({"explorer": ID, "parameters": {"burst": 0}})["error"]
    assert error["kind"] == "parameter"
    assert error["parameter"] == "burst"
    assert "1〜100" in error["message"]


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"explorer": 3}',
        '{"explorer": "no.Such"}',
        '{"explorer": "core.Explorer"}',
        '{"explorer": "os.System"}',
    ],
)
def test_an_unreadable_request_is_said_to_be_one(request_text: str) -> None:
    error = ask(request_text)["error"]
    assert error["kind"] == "request"
    assert error["message"].startswith(BAD_REQUEST.partition("{")[0])


def test_a_crash_is_reported_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> None:
        message = "the model fell over"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(kumo.load(ID), "simulate", crash)
    error = ask({"explorer": ID})["error"]
    assert error["kind"] == "internal"
    assert error["message"] == INTERNAL.format(reason="ZeroDivisionError: the model fell over")


@pytest.mark.parametrize("name", ["", "Throttling", "api_gateway.throttling", "api_gateway.Explorer", "..Throttling"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownExplorerError, match="エクスプローラー"):
        kumo.load(name)


def test_services_are_found() -> None:
    assert "api_gateway" in services()
    assert "core" not in services()
