"""The notebooks are what the chapters say, with everything recorded that nbval is then to compare."""

from __future__ import annotations

import json

import pytest
import yaml

from publishing.chapter import NOTEBOOKS, Chapter
from publishing.labs import Exercise, notebooks
from publishing.record import orphans, stale
from tests.publishing.conftest import ROOT

pytestmark = pytest.mark.recordings

CHAPTERS = notebooks(ROOT)
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.notebook_name for chapter in CHAPTERS])


def cells(chapter: Chapter) -> list[dict]:
    return json.loads(chapter.notebook_path.read_text(encoding="utf-8"))["cells"]


def test_there_are_chapters() -> None:
    assert CHAPTERS


@each_chapter
def test_the_notebook_is_recorded_from_the_chapter_as_it_is(chapter: Chapter) -> None:
    if reason := stale(chapter):
        pytest.fail(f"{chapter.notebook_name}: {reason}; make notebooks records it", pytrace=False)


def test_no_notebook_has_lost_its_chapter() -> None:
    assert orphans(ROOT) == []


@each_chapter
def test_every_code_cell_ran(chapter: Chapter) -> None:
    # nbval compares nothing for a cell that has no number, and everything for one that has.
    counts = [cell["execution_count"] for cell in cells(chapter) if cell["cell_type"] == "code"]
    # The exercise of a lab is for the reader to run; tests/labs run it.
    expected = [None] * len(counts) if isinstance(chapter, Exercise) else list(range(1, len(counts) + 1))
    assert counts == expected


@each_chapter
def test_no_cell_is_kept_from_nbval(chapter: Chapter) -> None:
    for cell in cells(chapter):
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            assert "NBVAL_" not in source
            assert not [tag for tag in cell["metadata"].get("tags", ()) if tag.startswith("nbval")]


@each_chapter
def test_nothing_is_stored_that_depends_on_the_run(chapter: Chapter) -> None:
    notebook = json.loads(chapter.notebook_path.read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    for cell in notebook["cells"]:
        assert "execution" not in cell["metadata"]
        for output in cell.get("outputs", ()):
            kinds = set(output.get("data", ()))
            assert not [kind for kind in kinds if kind.startswith(("image/png", "image/jpeg", "application/vnd"))]


def test_the_table_of_contents_names_every_notebook_once() -> None:
    named = []

    def collect(entry: object) -> None:
        if isinstance(entry, dict):
            named.extend(str(value) for key, value in entry.items() if key in {"file", "root"})
            for value in entry.values():
                collect(value)
        elif isinstance(entry, list):
            for value in entry:
                collect(value)

    collect(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    there = [chapter.notebook_path.relative_to(ROOT / NOTEBOOKS).with_suffix("").as_posix() for chapter in CHAPTERS]
    assert sorted(named) == sorted(there)
