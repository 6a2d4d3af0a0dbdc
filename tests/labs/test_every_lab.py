"""Each lab twice: the blanks, where every check says what is missing, and the solution, where every check passes.

A new lab is found here by itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from kumo.labs import LabError, cli, lab, solutions, steps, words
from publishing.labs import Exercise, Solution, notebooks
from tests.publishing.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publishing.chapter import Chapter

FOUND = notebooks(ROOT)
EXERCISES = {each.path.stem: each for each in FOUND if isinstance(each, Exercise)}
SOLUTIONS = {each.path.stem: each for each in FOUND if isinstance(each, Solution)}
each_lab = pytest.mark.parametrize("name", sorted(EXERCISES))

# What a check says when it is not the check that speaks.
_NOT_ITS_OWN = [re.escape(sentence).split(r"\{")[0] for sentence in (words.REFUSED, words.UNEXPECTED)]


@dataclass
class Part:
    """The cells of one step, the last of them its check."""

    step: str
    cells: list[str] = field(default_factory=list)


def parts(chapter: Chapter) -> list[Part]:
    """Return a lab's cells by step; those that follow the last check belong to none."""
    found, cells = [], []
    for code in chapter.code():
        if solutions.starts(code):
            continue
        cells.append(code)
        if step := solutions.step_of(code):
            found.append(Part(step, cells))
            cells = []
    return [*found, Part("", cells)]


def run(code: str, names: dict[str, Any]) -> str:
    """Run a cell as Jupyter does; return what it prints, or the sentence in the place of a traceback."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            exec(compile(code, "<cell>", "exec"), names)  # noqa: S102 -- the labs' cells
        except LabError as error:
            printed.write(f"{error}\n")
    return printed.getvalue()


@pytest.fixture(autouse=True)
def _figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")


@pytest.fixture
def started(name: str) -> Iterator[dict[str, Any]]:
    if cli.program() is None and "CI" not in os.environ:
        pytest.skip("there is no AWS CLI; python -m publishing cli installs one")
    with contextlib.redirect_stdout(io.StringIO()):
        lab.start(name)
    yield {}
    lab.stop()


def test_there_is_a_module_of_checks_for_each_lab() -> None:
    assert sorted(EXERCISES) == sorted(SOLUTIONS) == steps.names()


@each_lab
def test_the_steps_of_the_text_are_those_of_the_checks(name: str) -> None:
    planned = [each.name for each in steps.plan(name).steps]
    for twin in (EXERCISES[name], SOLUTIONS[name]):
        assert [part.step for part in parts(twin)[:-1]] == planned
        assert [code for code in twin.code() if solutions.starts(code)] == [
            f'from kumo.labs import lab\n\nlab.start("{name}")'
        ]


@each_lab
def test_every_step_has_a_blank_and_three_hints(name: str) -> None:
    for part in parts(EXERCISES[name])[:-1]:
        assert any("# TODO: " in code for code in part.cells), part.step
    text = EXERCISES[name].text
    sections = re.split(r'(?m)^lab\.check\("\w+".*$', text)[1:]
    for part, section in zip(parts(EXERCISES[name]), sections, strict=False):
        hints = re.findall(r"(?m)^```\{dropdown\} ヒント(\d)", section)
        assert hints == ["1", "2", "3"], part.step


@each_lab
def test_every_cell_stands_on_its_own_and_can_reach_no_account(name: str) -> None:
    for code in SOLUTIONS[name].code():
        if re.search(r"\blab\.", code):
            assert code.startswith("from kumo.labs import lab\n"), code
        assert not re.search(r"boto3\s*\.|import boto3|^\s*[!%]", code, re.MULTILINE), code


@each_lab
def test_with_the_blanks_every_check_says_that_its_step_is_to_be_done(name: str, started: dict[str, Any]) -> None:
    for number, part in enumerate(parts(EXERCISES[name])[:-1], start=1):
        said = [run(code, started) for code in part.cells][-1]
        assert said.startswith(f"… 手順{number}"), said
        assert (words.FIRST.split("{")[0] in said) == (number > 1)


@each_lab
def test_each_blank_gets_its_own_message_and_then_its_solution_passes(name: str, started: dict[str, Any]) -> None:
    """As a learner works: the steps before are done, the cell is tried with its blank, then filled in."""
    count = len(steps.plan(name).steps)
    said_before: set[str] = set()
    blanks, filled = parts(EXERCISES[name]), parts(SOLUTIONS[name])
    for number, (blank, solution) in enumerate(zip(blanks, filled, strict=True), start=1):
        missing = [run(code, started) for code in blank.cells][-1]
        if blank.step:
            assert missing.startswith(f"… 手順{number}"), missing
            assert missing.count("\n") == 1, missing  # no word about the steps before
            assert not re.search("|".join(_NOT_ITS_OWN), missing), missing
            assert missing not in said_before, missing
            said_before.add(missing)
        done = [run(code, started) for code in solution.cells][-1]
        if solution.step:
            assert done.startswith(f"✓ 手順{number}"), done
            assert f"{number}/{count}" in done


@each_lab
@pytest.mark.recordings
def test_every_check_of_the_recorded_solution_passes(name: str) -> None:
    notebook = json.loads(SOLUTIONS[name].notebook_path.read_text(encoding="utf-8"))
    said = {
        solutions.step_of("".join(cell["source"])): "".join(cell["outputs"][0]["text"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and solutions.step_of("".join(cell["source"]))
    }
    assert list(said) == [each.name for each in steps.plan(name).steps]
    assert all(text.startswith("✓ ") for text in said.values())


@each_lab
def test_catching_up_does_every_step_so_far(name: str, started: dict[str, Any], capsys: pytest.CaptureFixture) -> None:
    planned = steps.plan(name).steps
    last = planned[len(planned) // 2]
    lab.catch_up(last.name, started)
    assert f"手順{last.number}「{last.title}」まで" in capsys.readouterr().out
    lab.progress()
    assert f"{last.number}/{len(planned)}" in capsys.readouterr().out
