"""The map of one type of API: URLs against AWS's own examples, lights against the comparison."""

from __future__ import annotations

from itertools import product
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from kumo.api_gateway.explorers import ApiMap
from kumo.api_gateway.model.api_map import ENDPOINTS, INTEGRATIONS, Url, callback_url, invoke_url, survey
from kumo.api_gateway.model.api_types import API_TYPES, EXAM, TODAY, features
from kumo.api_gateway.words import api_map as words
from kumo.core.drawing import LAYOUTS, text_width

SVG = "{http://www.w3.org/2000/svg}"
CASES = list(product(API_TYPES, ("prod", "default"), (TODAY, EXAM)))


@pytest.mark.parametrize(
    ("url", "documented"),
    [
        # how-to-deploy-api.html
        (
            invoke_url("rest", "{restapi-id}", "{region}", "{stageName}"),
            "https://{restapi-id}.execute-api.{region}.amazonaws.com/{stageName}",
        ),
        # http-api-stages.html
        (
            invoke_url("http", "{api_id}", "{region}", None),
            "https://{api_id}.execute-api.{region}.amazonaws.com/",
        ),
        # apigateway-how-to-call-websocket-api-connections.html
        (
            callback_url("{api-id}", "us-east-1", "{stage}", "{connection_id}"),
            "https://{api-id}.execute-api.us-east-1.amazonaws.com/{stage}/@connections/{connection_id}",
        ),
        (
            callback_url("aabbccddee", "us-east-1", "prod", "R0oXAdfD0kwCH6w=", encoded=True),
            "https://aabbccddee.execute-api.us-east-1.amazonaws.com/prod/%40connections/R0oXAdfD0kwCH6w%3D",
        ),
    ],
)
def test_urls_are_those_of_the_documentation(url: Url, documented: str) -> None:
    assert str(url) == documented


def test_urls_of_the_source_text() -> None:
    assert str(survey("rest").urls[0]) == "https://{api-id}.execute-api.{region}.amazonaws.com/prod/{resource}"
    invoke, callback = survey("websocket").urls
    assert str(invoke) == "wss://{api-id}.execute-api.{region}.amazonaws.com/prod"
    assert str(callback) == "https://{api-id}.execute-api.{region}.amazonaws.com/prod/@connections/{connection-id}"


@pytest.mark.parametrize(("api", "stage"), [("rest", "v1"), ("http", "v1"), ("http", None), ("websocket", "v1")])
def test_a_real_url_can_be_taken_apart_again(api: str, stage: str | None) -> None:
    path = "" if api == "websocket" else "pets/42"
    parts = urlsplit(str(invoke_url(api, "a1b2c3d4e5", "ap-northeast-1", stage, path)))
    assert parts.scheme == ("wss" if api == "websocket" else "https")
    assert parts.hostname == "a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com"
    assert parts.path.strip("/") == "/".join(part for part in (stage, path) if part)


def test_encoding_changes_only_the_spelling() -> None:
    for connection in ("L0SM9cOFvHcCIhw=", "a/b+c="):
        plain = str(callback_url("a", "us-east-1", "prod", connection))
        encoded = str(callback_url("a", "us-east-1", "prod", connection, encoded=True))
        assert unquote(encoded) == plain
        assert encoded.count("/") == 5, "the ID stays one segment of the path"


def test_urls_that_a_type_does_not_have_are_refused() -> None:
    for api in ("rest", "websocket"):
        with pytest.raises(ValueError, match="stage"):
            invoke_url(api, "a", "us-east-1", None)
    with pytest.raises(ValueError, match="path"):
        invoke_url("websocket", "a", "us-east-1", "prod", "pets")
    with pytest.raises(ValueError, match="graphql"):
        invoke_url("graphql", "a", "us-east-1", "prod")


def test_default_stage_leaves_the_url_of_http_apis_only() -> None:
    http = survey("http", default_stage=True)
    assert http.stage is None
    assert not http.default_refused
    assert str(http.urls[0]) == "https://{api-id}.execute-api.{region}.amazonaws.com/{path}"
    for api in ("rest", "websocket"):
        refused = survey(api, default_stage=True)
        assert refused.default_refused
        assert all("/prod" in str(url) for url in refused.urls)


def test_options_are_the_rows_of_the_comparison() -> None:
    by_category = {
        category: [key for key, entry in features().items() if entry.category == category and not entry.added]
        for category in ("endpoint", "integration")
    }
    assert sorted(ENDPOINTS) == sorted(by_category["endpoint"])
    assert sorted(INTEGRATIONS) == sorted(by_category["integration"])
    for api, when in product(API_TYPES, (TODAY, EXAM)):
        trace = survey(api, when=when)
        assert {option.key: option.support for option in (*trace.endpoints, *trace.integrations)} == {
            key: features()[key].supports(api, when) for key in (*ENDPOINTS, *INTEGRATIONS)
        }


def test_known_maps() -> None:
    usable = {}
    for api in API_TYPES:
        trace = survey(api)
        usable[api] = [option.key for option in (*trace.endpoints, *trace.integrations) if option.usable]
    assert usable["rest"] == [*ENDPOINTS, "lambda", "http-endpoint", "aws-service", "mock", "nlb", "alb"]
    assert usable["http"] == ["regional", "lambda", "http-endpoint", "aws-service", "nlb", "alb", "cloud-map"]
    assert usable["websocket"] == ["regional", "lambda", "http-endpoint", "aws-service", "mock", "nlb"]
    then = [option.key for option in survey("rest", when=EXAM).integrations if option.usable]
    assert "alb" not in then


def texts(root: ET.Element) -> list[ET.Element]:
    hidden = {text for group in root.iter(SVG + "g") if group.get("visibility") == "hidden" for text in group.iter()}
    return [text for text in root.iter(SVG + "text") if text not in hidden]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("api", "stage", "when"), CASES)
def test_no_word_leaves_the_picture_and_the_url_is_whole(api: str, stage: str, when: str, layout: str) -> None:
    frame = ApiMap.frame({"api": api, "stage": stage, "when": when}, [layout])
    root = ET.fromstring(frame["pictures"][layout])  # noqa: S314 -- our own picture
    for text in texts(root):
        size, x = float(text.get("font-size")), float(text.get("x"))
        width = len(text.text) * size * 0.6 if text.get("font-family") else text_width(text.text, size)
        start = {"middle": x - width / 2, "end": x - width}.get(text.get("text-anchor"), x)
        assert start >= 0, text.text
        assert start + width <= float(root.get("width")), text.text
        assert float(text.get("y")) < float(root.get("height")), text.text
    typed = "".join(text.text for text in texts(root) if text.get("font-family"))
    assert typed == "".join(str(url) for url in survey(api, default_stage=stage == "default").urls)


@pytest.mark.parametrize(("api", "stage", "when"), CASES)
def test_words_say_what_the_trace_says(api: str, stage: str, when: str) -> None:
    trace = survey(api, default_stage=stage == "default", when=when)
    frame = ApiMap.frame({"api": api, "stage": stage, "when": when}, [])
    said = frame["explanation"]["point"] + frame["explanation"]["why"]
    assert f"{sum(option.usable for option in trace.integrations)}種類" in said
    for option in trace.integrations:
        missing = said.partition("つなげないのは")[2].partition("です。")[0]
        assert (words.OPTIONS[option.key] in missing.split("と")) == (not option.usable)
    assert ("省けるのは、HTTP APIだけ" in said) == trace.default_refused
    assert said.startswith("2023年12月") == (when == EXAM)
    cells = {row[1]: row[2] for row in frame["table"]["rows"]}
    for option in (*trace.endpoints, *trace.integrations):
        assert (cells[words.OPTIONS[option.key]][0] == "×") == (not option.usable)
    assert [str(url) for url in trace.urls] == [row[2] for row in frame["table"]["rows"] if row[0] == "URL"]


def test_still_crosses_count_what_cannot_be_used() -> None:
    for api in API_TYPES:
        trace = survey(api)
        root = ET.fromstring(ApiMap.frame({"api": api}, ["wide"])["pictures"]["wide"])  # noqa: S314 -- our own
        dashed = [rect for rect in root.iter(SVG + "rect") if rect.get("stroke-dasharray")]
        assert len(dashed) == sum(not option.usable for option in (*trace.endpoints, *trace.integrations))
