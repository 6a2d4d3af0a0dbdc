"""Recorded notebooks to pages: Jupyter Book, with its warnings told in lines of the chapters."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from publishing.chapter import NOTEBOOKS, Chapter
from publishing.console import Problem, Progress, fail, say
from publishing.environment import logs
from publishing.labs import notebooks, source_of
from publishing.record import stale

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
SITE = BUILD / "html"

# myst-nb counts lines as cell * 10,000 + line in cell.
LINES_PER_CELL = 10_000

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PLACE = re.compile(r"^(?P<file>/\S+?\.ipynb)(?::(?P<line>\d*))?: (?P<rest>(?:WARNING|ERROR|CRITICAL).*)")
_PROGRESS = re.compile(r"^(reading sources|writing output)\.\.\. \[ *(\d+)%\] (\S+)")
_TROUBLE = re.compile(r"WARNING|ERROR|CRITICAL|Error|Traceback|^  ")


@dataclass
class Report:
    """What the build said: the lines for a person, and how many warnings there were."""

    root: Path
    warnings: int = 0
    progress: Progress = field(default_factory=Progress)
    tail: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Show one line of the build's output, or how far it is, or nothing."""
        line = _COLOURS.sub("", line).rstrip()
        if match := _PROGRESS.match(line):
            self.progress.show(f"{match[1]} {match[2]:>3}%  {match[3]}")
            return
        self.tail = [*self.tail[-30:], line]
        if place := _PLACE.match(line):
            line = f"{in_chapter(self.root, Path(place['file']), int(place['line'] or 0))}: {place['rest']}"
        if re.search(r"\b(WARNING|ERROR|CRITICAL)\b", line):
            self.warnings += 1
            self.progress.clear()
            say(f"  {line}")
        elif line.startswith(("kumo.snapshot", "warning:", "  kumo.snapshot", "  warning:")):
            self.progress.clear()
            say(f"  {line.strip()}")


def in_chapter(root: Path, notebook: Path, line: int) -> str:
    """Return the place in the chapter for a place in its notebook as the build counts (see `LINES_PER_CELL`)."""
    try:
        chapter = source_of(root, notebook)
    except ValueError:
        return f"{notebook}:{line}"
    if not (root / chapter.path).exists() or not line:
        return chapter.name
    cell, within = divmod(line, LINES_PER_CELL)
    starts = chapter.lines()
    # Cells count from 1, and a cell's lines from 2.
    if not 1 <= cell <= len(starts):
        return chapter.name
    return f"{chapter.name}:{starts[cell - 1] + max(within - 2, 0)}"


def build() -> None:
    """Build the site into ``_build/html``.

    Raises
    ------
    Problem
        When there was a warning or an error; the pages are then not to be trusted.

    """
    _tell_stale(notebooks(ROOT))
    begin = time.monotonic()
    command = [
        *(str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT / NOTEBOOKS)),
        *("--path-output", str(ROOT)),
        *("--config", str(ROOT / "_config.yml"), "--toc", str(ROOT / "_toc.yml")),
        *("-n", "-W", "--keep-going"),
    ]
    report = Report(ROOT)
    log = logs(ROOT) / "site.log"
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as process,
    ):
        for line in process.stdout or ():
            file.write(line)
            report.take(line)
    report.progress.clear()
    if process.returncode or report.warnings:
        # Sphinx tells a warning once, when it reads the page: the next build must read all of them again.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        if report.warnings:
            raise Problem(f"{report.warnings} warnings in the site, told above; all of them count (log: {log})")
        say("\n".join(report.tail[-12:]))
        raise Problem(f"the build of the site stopped (log: {log})")
    pages = sum("_static" not in path.parts for path in SITE.rglob("*.html"))
    say(f"  {pages} pages in {time.monotonic() - begin:.1f} s")


def _tell_stale(found: list[Chapter]) -> None:
    if not found:
        raise Problem("there are no chapters")
    outdated = [chapter.name for chapter in found if stale(chapter)]
    if outdated:
        names = ", ".join(outdated[:3]) + (" …" if len(outdated) > 3 else "")  # noqa: PLR2004 -- enough to know which
        say(f"  note: recorded from an earlier state: {names} ({len(outdated)}); make notebooks records them")


def main() -> int:
    """Build; return the exit status."""
    try:
        build()
    except Problem as problem:
        fail(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
