"""Parts for the tests of the page's scripts, which run in node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from publishing.archive import write_archive

ROOT = Path(__file__).resolve().parents[2]
# What a start of Pyodide reads; the npm package holds more.
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


@pytest.fixture(scope="session")
def static(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as `_static` of the site: Pyodide, kumo.zip, and the snapshot made from them."""
    folder = tmp_path_factory.mktemp("static")
    source = ROOT / "node_modules" / "pyodide"
    if not source.is_dir():
        pytest.fail("node_modules/pyodide is missing; `make test` installs it")
    (folder / "pyodide").mkdir()
    for name in PYODIDE_FILES:
        shutil.copyfile(source / name, folder / "pyodide" / name)
    write_archive(folder / "kumo.zip")
    made = subprocess.run(
        [node, ROOT / "publishing" / "snapshot.mjs", folder], capture_output=True, text=True, check=False, timeout=300
    )
    assert made.returncode == 0, made.stderr
    (folder / "said.txt").write_text(made.stdout + made.stderr, encoding="utf-8")
    return folder
