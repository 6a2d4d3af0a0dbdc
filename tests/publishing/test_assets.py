from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from publishing import assets
from publishing.archive import write_archive
from tests.publishing.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def static() -> tuple[Path, str]:
    folder = ROOT / "_build" / "assets"
    return folder, assets.build(folder)


def test_everything_that_a_page_asks_for(static: tuple[Path, str]) -> None:
    folder, _ = static
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wanted = {f"kumo/{name}" for name in (*assets.STYLES, "live.js", "explorer.js", "worker.js", "kumo.zip")}
    wanted |= {f"kumo/{name}" for name in ("practice.js", "quiz.js", "quiz.css")}
    wanted |= {f"kumo/pyodide/{name}" for name in assets.PYODIDE} | {"favicon.svg"}
    assert wanted <= names
    assert "--kumo-ink:" in (folder / "kumo" / "palette.css").read_text(encoding="utf-8")


def test_the_snapshot_could_be_made(static: tuple[Path, str]) -> None:
    folder, _ = static
    assert (folder / "kumo" / "kumo.snapshot.gz").exists(), "pages would boot plainly; `make site` says why"


def test_what_has_not_changed_is_not_made_again(static: tuple[Path, str]) -> None:
    folder, version = static
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert assets.build(folder) == version
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_lock_file_names_no_packages(static: tuple[Path, str]) -> None:
    folder, _ = static
    # Pages install none, and the list would be fetched by each of them.
    assert json.loads((folder / "kumo/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))["packages"] == {}


def test_the_archive_is_the_same_each_time_and_holds_what_runs(tmp_path: Path) -> None:
    one, two = write_archive(tmp_path / "one.zip"), write_archive(tmp_path / "two.zip")
    assert one.read_bytes() == two.read_bytes()
    names = zipfile.ZipFile(one).namelist()
    assert {"kumo/__init__.py", "kumo/core/explorer.py", "drawsvg/__init__.py"} <= set(names)
    assert any(name.startswith("kumo/core/facts/") and name.endswith(".toml") for name in names)
    assert not [name for name in names if "web/" in name or "__pycache__" in name or name == "kumo/jupyter.py"]
    # Questions are in the pages; their YAML would need a parser that the page's Python does not have.
    assert not [name for name in names if name.startswith("kumo/questions/")]
