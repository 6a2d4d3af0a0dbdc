"""Every explorer of the book keeps the contract."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import pairwise, product
from random import Random
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

import kumo
from kumo.core.drawing import LAYOUTS
from kumo.core.explorer import Explorer
from kumo.core.parameters import ParameterError, Range
from kumo.jupyter import ExplorerWidget

EXPLORERS = kumo.explorers()
SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+\.(\d+)")


def settings(explorer: type[Explorer]) -> list[dict[str, object]]:
    """Defaults, each parameter at each of its samples, all lowest, all highest, and a few random mixtures."""
    samples = {name: parameter.samples() for name, parameter in explorer.declared.items()}
    chosen: list[dict[str, object]] = [{}]
    chosen += [{name: value} for name, values in samples.items() for value in values]
    chosen += [{name: values[0] for name, values in samples.items()}]
    chosen += [{name: values[-1] for name, values in samples.items()}]
    dice = Random(explorer.id())  # noqa: S311 -- draws test cases
    chosen += [{name: dice.choice(values) for name, values in samples.items()} for _ in range(12)]
    return chosen


def cases() -> list[object]:
    return [
        pytest.param((explorer, chosen), id=f"{explorer.id()}-{index}")
        for explorer in EXPLORERS
        for index, chosen in enumerate(settings(explorer))
    ]


@pytest.fixture(scope="module", params=cases())
def frame(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return a frame of an explorer; of the scope of the module, so that all checks share the drawing."""
    explorer, chosen = request.param
    return explorer.frame(chosen)


def test_the_book_has_explorers() -> None:
    assert EXPLORERS
    assert len({explorer.id() for explorer in EXPLORERS}) == len(EXPLORERS)
    assert len({explorer.slug() for explorer in EXPLORERS}) == len(EXPLORERS)


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_is_found_by_its_id(explorer: type[Explorer]) -> None:
    assert kumo.load(explorer.id()) is explorer


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_describes_itself(explorer: type[Explorer]) -> None:
    assert explorer.title
    assert explorer.__doc__
    assert explorer.declared
    for parameter in explorer.declared.values():
        assert parameter.label, parameter.name
        assert parameter.help.endswith("。"), f"{parameter.name}: help is a sentence"
        for value in (parameter.default, *parameter.samples()):
            assert parameter.check(value) == value
        # Each becomes a trait of the widget, and must not stand in for something that a widget already has.
        assert not hasattr(ExplorerWidget, parameter.name), f"{parameter.name}: a widget has a member of that name"


def test_frame_is_complete(frame: dict[str, Any]) -> None:
    assert json.loads(json.dumps(frame)) == frame, "JSON gives back what went in"
    assert list(frame["parameters"]) == list(kumo.load(frame["explorer"]).declared)
    assert set(frame["pictures"]) == set(LAYOUTS)
    for part in ("point", "why"):
        assert frame["explanation"][part].endswith("。")
    assert frame["explanation"]["point"].count("。") == 1, "the point is one sentence"
    table = frame["table"]
    assert table["caption"]
    assert table["rows"], "the table is the alternative to the picture: it is never empty"
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}


def test_pictures_are_well_formed(frame: dict[str, Any]) -> None:
    for name, svg in frame["pictures"].items():
        root = ET.fromstring(svg)  # noqa: S314 -- our own picture
        assert root.tag == SVG + "svg"
        assert root.get("role") == "img"
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == (SVG + "title", SVG + "desc")
        assert title.text
        assert description.text
        assert float(root.get("width", 0)) == LAYOUTS[name].width
        assert not [element for element in root.iter() if element.get("id")], "several pictures share a page"
        assert "NaN" not in svg
        assert "inf" not in re.sub(r"[a-z-]*inf[a-z]+", "", svg)
        # Coordinates, not what is written: an IP address has dots and digits too.
        markup = re.sub(r'keyTimes="[^"]*"|(?<=>)[^<]+', "", svg)
        assert not [decimals for decimals in NUMBER.findall(markup) if len(decimals) > 2]
        sizes = [float(element.get("font-size", LAYOUTS[name].small)) for element in root.iter(SVG + "text")]
        assert sizes, "a picture without a word says nothing"
        assert min(sizes) >= LAYOUTS[name].small


def test_motion_follows_the_one_clock(frame: dict[str, Any]) -> None:
    clock = frame["clock"]
    for svg in frame["pictures"].values():
        parsed = ET.fromstring(svg)  # noqa: S314 -- our own picture
        animations = [element for element in parsed.iter() if element.tag.startswith(SVG + "animate")]
        assert bool(animations) == bool(clock)
        for animation in animations:
            assert animation.get("begin") == "indefinite", "inert until a host plays it"
            assert animation.get("dur") == f"{clock['seconds']:g}s"
            times = [float(time) for time in animation.get("keyTimes", "").split(";")]
            assert times == sorted(times)
            assert times[0] == 0
            assert len(times) == len(animation.get("values", "").split(";"))
            if animation.get("calcMode") == "linear":
                assert times[-1] == 1
    if clock:
        assert clock["start"] < clock["end"]
        steps = [step["at"] for step in clock["steps"]]
        assert steps == sorted(steps)
        assert all(clock["start"] <= at <= clock["end"] for at in steps)
        assert all(step["label"] for step in clock["steps"])


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_every_parameter_matters(explorer: type[Explorer]) -> None:
    """A parameter that changes no picture and no word, at any setting of the others, is a bug."""
    contexts = settings(explorer)
    for name, parameter in explorer.declared.items():
        values = parameter.samples()
        alive = any(
            _told(explorer, {**context, name: one}) != _told(explorer, {**context, name: other})
            for context in contexts
            for one, other in pairwise(values)
        )
        assert alive, f"{name} changes nothing"


def _told(explorer: type[Explorer], chosen: dict[str, object]) -> dict[str, object]:
    frame = explorer.frame(chosen, layouts=["wide"])
    return {key: frame[key] for key in ("pictures", "explanation", "table")}


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_bad_values_are_named(explorer: type[Explorer]) -> None:
    for name, parameter in explorer.declared.items():
        for bad in (None, {}, "\0" * 100_000, float("nan")):
            with pytest.raises(ParameterError) as caught:
                explorer.frame({name: bad})
            message = str(caught.value)
            assert explorer.title in message
            assert parameter.label in message
            assert name in message
            assert len(message) < 2_000
        if isinstance(parameter, Range):
            with pytest.raises(ParameterError, match=f"{parameter.low:,}〜{parameter.high:,}"):
                explorer.frame({name: parameter.high + parameter.step})
    with pytest.raises(ParameterError, match="no_such_parameter"):
        explorer.frame({"no_such_parameter": 1})


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_links_give_back_the_state(explorer: type[Explorer]) -> None:
    for chosen in settings(explorer):
        state = explorer(**chosen)
        query = urlencode({name: _in_link(value) for name, value in state.parameters.items()})
        assert explorer.from_query(query).parameters == state.parameters


def _in_link(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


def test_same_bytes_in_other_processes() -> None:
    """Neither the hash seed nor what ran before may show in a frame."""
    requests = [
        json.dumps({"explorer": explorer.id(), "parameters": chosen})
        for explorer, index in product(EXPLORERS, range(0, 12, 4))
        for chosen in [settings(explorer)[index % len(settings(explorer))]]
    ]
    here = [kumo.frame_json(request) for request in requests]
    script = "import sys, json, kumo; print(json.dumps([kumo.frame_json(r) for r in json.load(sys.stdin)][::-1]))"
    for seed in ("0", "42"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(requests[::-1]),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert json.loads(done.stdout) == here


@pytest.mark.parametrize("explorer", EXPLORERS, ids=Explorer.id.__func__)
def test_static_figure_is_complete_without_a_script(explorer: type[Explorer]) -> None:
    frame = explorer.frame({})
    markup = explorer().figure()
    for part in (explorer.title, frame["explanation"]["point"], frame["table"]["caption"], *frame["pictures"].values()):
        assert part in markup
    state = re.search(r'<script type="application/json" class="kumo-state">(.*?)</script>', markup)
    assert state
    content = json.loads(state[1])
    assert content["schema"] == explorer.schema()
    assert content["frame"] == {key: value for key, value in frame.items() if key != "pictures"}
    assert not re.search(r'\sid="', markup), "a page may hold the same figure twice"
