"""The JSON contract gives the same bytes in CPython and in Pyodide, whatever the hash seed and the start."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kumo

HERE = Path(__file__).parent
EXPLORERS = {explorer.id(): explorer for explorer in kumo.explorers()}
# What a start answers that differs from another one only in how it began.
FEW = 4
CPYTHON = "import json, sys, kumo; print(json.dumps([kumo.frame_json(r) for r in json.load(sys.stdin)]))"


def parameter_sets(explorer_id: str) -> list[dict[str, Any]]:
    """Return defaults, one deviation at a time (two for each parameter), and mixtures of them, always the same."""
    declared = EXPLORERS[explorer_id].declared
    single = []
    for name, parameter in declared.items():
        others = [value for value in parameter.samples() if value != parameter.default]
        single += [{name: value} for value in (others[:1] + others[1:][-1:])]
    chance = random.Random(explorer_id)  # noqa: S311 -- the same mixtures every time
    mixed = [{name: chance.choice(parameter.samples()) for name, parameter in declared.items()} for _ in range(8)]
    return [{}, *single, *mixed]


REQUESTS = {
    explorer_id: [
        *(
            json.dumps({"explorer": explorer_id, "parameters": parameters}, ensure_ascii=False)
            for parameters in parameter_sets(explorer_id)
        ),
        json.dumps({"explorer": explorer_id, "parameters": {}, "layouts": ["narrow"]}),
        json.dumps({"explorer": explorer_id, "parameters": {"no_such_name": 1}}),
    ]
    for explorer_id in EXPLORERS
}


def run(command: list[str | Path], seed: str, last: int | None = None) -> dict[str, list[str]]:
    """Return the answers of one host to all requests, or to the last ones of each explorer, by explorer."""
    asked = {explorer_id: requests[-last:] if last else requests for explorer_id, requests in REQUESTS.items()}
    flat = [request for requests in asked.values() for request in requests]
    result = subprocess.run(
        command,
        input=json.dumps(flat),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stderr
    answers = iter(json.loads(result.stdout))
    return {explorer_id: [next(answers) for _ in requests] for explorer_id, requests in asked.items()}


@pytest.fixture(scope="module")
def expected() -> dict[str, list[str]]:
    return run([sys.executable, "-c", CPYTHON], "0")


@pytest.fixture(scope="module", params=["cpython-1", "pyodide plain-7", "pyodide snapshot-8"])
def host(request: pytest.FixtureRequest, node: str, static: Path) -> dict[str, list[str]]:
    kind, _, seed = request.param.rpartition("-")
    if kind == "cpython":
        return run([sys.executable, "-c", CPYTHON], seed)
    start = kind.split()[1]
    return run([node, HERE / "answers.js", static, start, seed], seed, FEW if start == "plain" else None)


@pytest.mark.parametrize("explorer_id", EXPLORERS)
def test_answers_are_the_same(expected: dict[str, list[str]], host: dict[str, list[str]], explorer_id: str) -> None:
    answers = host[explorer_id]
    asked, right = (everything[explorer_id][-len(answers) :] for everything in (REQUESTS, expected))
    for request, wanted, answer in zip(asked, right, answers, strict=True):
        assert answer == wanted, request


@pytest.mark.parametrize("explorer_id", EXPLORERS)
def test_answers_are_frames_or_say_why_not(expected: dict[str, list[str]], explorer_id: str) -> None:
    *answers, bad = [json.loads(answer) for answer in expected[explorer_id]]
    assert all("frame" in answer for answer in answers)
    assert bad["error"]["kind"] == "parameter"
    assert "no_such_name" in bad["error"]["message"]
