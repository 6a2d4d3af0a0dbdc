"""The files beside the pages, in one folder that becomes ``_static`` of the site.

::

    favicon.svg
    kumo/
        palette.css kumo.css book.css      colours, explorers, pages
        live.js explorer.js worker.js      the live page
        slides.js                          any page as slides
        practice.js quiz.js quiz.css       questions, on the pages that have any
        kumo.zip                           the package and what it imports
        kumo.snapshot.gz                   memory of an interpreter that has imported it (made by snapshot.mjs)
        pyodide/                           the interpreter, from the npm package
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from kumo.core.drawing import palette
from publishing.archive import write_archive
from publishing.console import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
STYLES = ("palette.css", "kumo.css", "book.css")


def build(target: Path, root: Path = ROOT) -> str:
    """Make the folder `target` anew where something that goes into it changed; return the version of its content.

    Raises
    ------
    Problem
        When the npm packages are missing, or the package does not run in Pyodide.

    """
    wanted = version(root)
    stamp = target.parent / f".{target.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with stamp.open("a+", encoding="utf-8") as file:
        # Tests run side by side, and the site may be built meanwhile.
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if file.read() != wanted or not target.is_dir():
            file.truncate(0)
            _make(target, root)
            file.write(wanted)
    return wanted


def _make(target: Path, root: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    kumo = target / "kumo"
    kumo.mkdir(parents=True)
    for path in _web(root):
        shutil.copyfile(path, kumo / path.name)
    (kumo / "palette.css").write_text(palette.css(), encoding="utf-8")
    shutil.copyfile(root / "publishing" / "static" / "favicon.svg", target / "favicon.svg")
    write_archive(kumo / "kumo.zip")
    (kumo / "pyodide").mkdir()
    for name in PYODIDE:
        source = root / "node_modules" / "pyodide" / name
        if not source.exists():
            raise Problem(f"{source.relative_to(root)} is missing; make site installs it")
        shutil.copyfile(source, kumo / "pyodide" / name)
    _snapshot(kumo, root)


def version(root: Path = ROOT) -> str:
    """Return a digest of everything that the folder is made from."""
    digest = hashlib.sha256()
    for path in sorted(_inputs(root)):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _inputs(root: Path) -> Iterator[Path]:
    package = root / "kumo"
    # Nothing of the question bank goes into the folder: its questions are in the pages.
    aside = {"__pycache__", "questions"}
    found = (path for path in package.rglob("*") if path.is_file())
    yield from (path for path in found if aside.isdisjoint(path.relative_to(package).parts))
    yield from (root / "publishing" / name for name in ("assets.py", "archive.py", "snapshot.mjs"))
    yield from (root / "publishing" / "static").iterdir()
    # The versions of drawsvg and Pyodide.
    yield from (root / name for name in ("constraints.txt", "package-lock.json"))


def _web(root: Path) -> list[Path]:
    return sorted(path for path in (root / "kumo" / "web").iterdir() if path.suffix in {".js", ".css"})


def _snapshot(kumo: Path, root: Path) -> None:
    node = shutil.which("node")
    if node is None:
        raise Problem("node is not on the PATH; make site finds or installs it")
    made = subprocess.run(
        [node, root / "publishing" / "snapshot.mjs", kumo],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in (made.stdout + made.stderr).splitlines() if line.strip()]
    if made.returncode:
        raise Problem(f"the package does not run in the page's Python: {said[-1] if said else 'no reason given'}")
    for line in said:
        print(f"  {line}", flush=True)
