"""The picture and the words of the choice: they say what the trace says, and nothing runs over."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random
from xml.etree import ElementTree as ET

import pytest

from kumo.api_gateway.explorers import ApiChooser
from kumo.api_gateway.model.api_types import API_TYPES, choose, feature
from kumo.api_gateway.view import api_chooser as view
from kumo.api_gateway.words import api_chooser as words
from kumo.api_gateway.words.api_types import API_NAMES
from kumo.core.drawing import LAYOUTS, text_width, wrap

SVG = "{http://www.w3.org/2000/svg}"
NEEDS = list(words.NEEDS_OPTIONS)
DICE = Random("requirements")  # noqa: S311 -- draws test cases
CASES = [
    [],
    *([key] for key in NEEDS),
    *(list(pair) for pair in combinations(NEEDS, 2)),
    NEEDS,
    *(sorted(DICE.sample(NEEDS, size), key=NEEDS.index) for size in range(3, 18)),
]


def picture(keys: list[str], layout: str) -> ET.Element:
    return ET.fromstring(ApiChooser.frame({"needs": keys}, [layout])["pictures"][layout])  # noqa: S314 -- our own picture


def still_texts(root: ET.Element) -> list[ET.Element]:
    """Return the texts that the still shows."""
    hidden = {text for group in root.iter(SVG + "g") if group.get("visibility") == "hidden" for text in group.iter()}
    return [text for text in root.iter(SVG + "text") if text not in hidden and text.get("visibility") != "hidden"]


def span(text: ET.Element) -> tuple[float, float]:
    """Return the estimated left and right end of a line of text."""
    x, width = float(text.get("x")), text_width(text.text, float(text.get("font-size")))
    start = {"middle": x - width / 2, "end": x - width}.get(text.get("text-anchor"), x)
    return start, start + width


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("keys", CASES, ids=",".join)
def test_no_word_leaves_the_picture_or_meets_another(keys: list[str], layout: str) -> None:
    root = picture(keys, layout)
    width, height = float(root.get("width")), float(root.get("height"))
    lines: dict[float, list[tuple[float, float, str]]] = {}
    for text in still_texts(root):
        start, end = span(text)
        assert start >= 0, text.text
        assert end <= width, text.text
        assert 0 < float(text.get("y")) < height
        lines.setdefault(float(text.get("y")), []).append((start, end, text.text))
    for line in lines.values():
        ordered = sorted(line)
        for (_, end, left), (start, _, right) in pairwise(ordered):
            assert end <= start + 1, f"{left} runs into {right}"


@pytest.mark.parametrize("when", ["today", "exam"])
def test_notes_end_before_the_next_lane(when: str) -> None:
    grid = view._grid(choose(NEEDS, when), LAYOUTS["wide"])
    gap = grid.lanes[1] - grid.lanes[0] - 2 * view.MARK
    for key in NEEDS:
        for api in API_TYPES:
            for line in wrap(feature(key).note(api, when), grid.room, LAYOUTS["wide"].small):
                assert text_width(line, LAYOUTS["wide"].small) <= gap - 8


@pytest.mark.parametrize("keys", CASES, ids=",".join)
def test_excluded_names_are_struck_and_lanes_end_where_the_types_do(keys: list[str]) -> None:
    trace = choose(keys)
    root = picture(keys, "wide")
    struck = [text.text for text in still_texts(root) if text.get("text-decoration") == "line-through"]
    assert sorted(struck) == sorted(2 * [API_NAMES[api] for api in trace.excluded_by]), "above and below"
    grid = view._grid(trace, LAYOUTS["wide"])
    lanes = [rect for rect in root.iter(SVG + "rect") if rect.get("width") == str(view.LANE)]
    for api, lane in zip(API_TYPES, lanes, strict=True):
        end = float(lane.get("y")) + float(lane.get("height"))
        died = trace.died_at(api)
        assert end == (grid.bottom + 14 if died is None else grid.middle(died))


@pytest.mark.parametrize("keys", CASES, ids=",".join)
def test_words_say_what_the_trace_says(keys: list[str]) -> None:
    frame = ApiChooser.frame({"needs": keys}, [])
    trace = choose(keys)
    said = frame["explanation"]["point"] + frame["explanation"]["why"]
    if not trace.remaining:
        assert "満たす種類はありません" in said
        assert ("3種類に分担" in said) == (not trace.covering_pairs)
        for pair in trace.covering_pairs:
            assert " + ".join(API_NAMES[api] for api in pair.apis) in said
    elif keys and trace.excluded_by:
        assert words.names(trace.remaining) in frame["explanation"]["point"]
    assert ("2つに分けます" in said) == bool(trace.conflicts)
    for reasons in trace.excluded_by.values():
        assert f"「{words.need(reasons[0])}」" in said
    *rows, result, price = frame["table"]["rows"]
    assert [row[0] for row in rows] == [words.need(key) for key in keys]
    assert [cell == words.REMAINS for cell in result[1:]] == [api in trace.remaining for api in API_TYPES]
    assert price[1:] == ["3.50", "1.00", "1.00"]
    assert (
        [step.label for step in view._clock(trace).steps[:-1]] == [words.step(entry) for entry in trace.requirements]
        if keys
        else view._clock(trace) is None
    )


def test_the_start_makes_the_point() -> None:
    frame = ApiChooser.frame({})
    assert frame["explanation"]["point"] == "2件の要件を満たすのは、REST APIだけです。"
    assert frame["explanation"]["why"] == (
        "HTTP APIは「AWS WAF」で、WebSocket APIは「相互TLS認証」と「AWS WAF」で外れました。"
        "HTTP APIなら料金は約29%で済みますが、「AWS WAF」が要るので選べません。"
    )
    assert [step["label"] for step in frame["clock"]["steps"]] == [
        "相互TLS認証: WebSocket APIが外れる",
        "AWS WAF: HTTP APIが外れる",
        "結果: 残るのはREST APIだけ",
    ]
    assert [step["at"] for step in frame["clock"]["steps"]] == [1, 2, 3]


def test_december_2023_tells_its_date() -> None:
    now, then = (ApiChooser.frame({"needs": ["waf", "alb"], "when": when}) for when in ("today", "exam"))
    assert "REST APIだけ" in now["explanation"]["point"]
    assert then["explanation"]["point"].startswith("2023年12月の仕様では、")
    assert "満たす種類はありません" in then["explanation"]["point"]
    assert "2023年12月" in then["table"]["caption"]
    assert "2023年12月" in then["pictures"]["wide"]
    assert "2023年12月" not in now["pictures"]["wide"]


def test_every_option_is_a_row_of_the_comparison() -> None:
    for key in NEEDS:
        entry = feature(key)
        assert set(entry.satisfied_by()) != set(API_TYPES), f"{key} would exclude nothing"
