"""Chapters to notebooks with recorded outputs: only what changed, several at a time.

Each notebook carries in its metadata the fingerprint of what it was recorded from (see `fingerprint`) and a
digest of its outputs. A notebook is current when its chapter would give the same cells, the fingerprint is the
same, and nobody has touched the outputs since.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

from publishing import outputs
from publishing.chapter import NOTEBOOKS, Chapter
from publishing.console import Problem, Progress, fail, say
from publishing.fingerprint import fingerprint
from publishing.labs import Exercise, notebooks, source_of
from publishing.widgets import without_lone_widgets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
AT_A_TIME = 2
SECONDS_PER_CELL = 120

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class RecordingError(Problem):
    """A chapter whose cells do not run; says where in the chapter."""


def stale(chapter: Chapter) -> str | None:
    """Return why the chapter's notebook must be recorded, or None when it is current."""
    path = chapter.notebook_path
    if not path.exists():
        return "there is no notebook yet"
    recorded = nbformat.read(path, as_version=4)
    about = recorded.metadata.get("book", {})
    if _without_outputs(recorded) != _without_outputs(chapter.notebook()):
        return "its text changed"
    if about.get("fingerprint") != fingerprint(chapter):
        return "what its cells import changed"
    if about.get("outputs") != outputs.digest(recorded):
        return "its outputs were changed after the recording"
    return None


def orphans(root: Path) -> list[Path]:
    """Return the notebooks whose chapter is gone."""
    found = sorted((root / NOTEBOOKS).rglob("*.ipynb"))
    return [
        path
        for path in found
        if ".ipynb_checkpoints" not in path.parts and not (root / source_of(root, path).path).exists()
    ]


@dataclass
class Recording:
    """One run of the recorder over some chapters."""

    chapters: Sequence[Chapter]
    at_a_time: int = AT_A_TIME
    progress: Progress = field(default_factory=Progress)
    done: int = 0
    _running: dict[str, str] = field(default_factory=dict)

    def run(self) -> list[RecordingError]:
        """Record the chapters and return what went wrong, in their order."""
        results = asyncio.run(self._all())
        self.progress.clear()
        return [result for result in results if result is not None]

    async def _all(self) -> list[RecordingError | None]:
        turns = asyncio.Semaphore(self.at_a_time)

        async def one(chapter: Chapter) -> RecordingError | None:
            async with turns:
                begin = time.monotonic()
                try:
                    await self._record(chapter)
                except RecordingError as error:
                    self._tell(chapter, "FAILED")
                    return error
                finally:
                    self.done += 1
                    self._running.pop(chapter.name, None)
                self._tell(chapter, f"{time.monotonic() - begin:.1f} s")
                return None

        return await asyncio.gather(*(one(chapter) for chapter in self.chapters))

    async def _record(self, chapter: Chapter) -> None:
        notebook = chapter.notebook()
        mark = fingerprint(chapter)
        if not isinstance(chapter, Exercise):
            await self._execute(chapter, notebook)
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                cell.outputs = without_lone_widgets(cell.outputs)
                try:
                    outputs.clean(cell)
                except outputs.RefusedOutputError as error:
                    raise _error(chapter, index, str(error)) from error
        notebook.metadata.pop("widgets", None)
        notebook.metadata["language_info"] = chapter.notebook().metadata["language_info"]
        notebook.metadata["book"] = {
            "chapter": chapter.name,
            "fingerprint": mark,
            "outputs": outputs.digest(notebook),
        }
        _write(notebook, chapter.notebook_path)

    async def _execute(self, chapter: Chapter, notebook: NotebookNode) -> None:
        count = sum(cell.cell_type == "code" for cell in notebook.cells)
        if not count:
            return
        folder = chapter.notebook_path.parent
        folder.mkdir(parents=True, exist_ok=True)  # where the cells run, as they do in Jupyter
        at = {"index": 0, "cell": 0}

        def begins(cell: NotebookNode, cell_index: int) -> None:
            at["index"] = cell_index
            if cell.cell_type == "code":
                at["cell"] += 1
                self._running[chapter.name] = f"{chapter.name} {at['cell']}/{count}"
                self.progress.show(f"[{self.done}/{len(self.chapters)}] {'   '.join(self._running.values())}")

        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            # Warnings of the kernel itself (about its loopback sockets) do not belong between the progress lines.
            extra_arguments=["--log-level=ERROR"],
            on_cell_start=begins,
        )
        client.widget_registry = {}  # what is drawn into a widget counts as the cell's own output, see `widgets`
        try:
            await client.async_execute()
        except CellExecutionError as error:
            line = _place(error, notebook.cells[at["index"]])
            trace = _COLOURS.sub("", error.traceback).rpartition("\n------------------\n")[2].strip()
            reason = trace.splitlines()[-1]
            raise _error(chapter, at["index"], reason, line=line, details=trace) from error
        except (CellControlSignal, DeadKernelError, RuntimeError) as error:
            raise _error(chapter, at["index"], f"{type(error).__name__}: {str(error).splitlines()[0]}") from error

    def _tell(self, chapter: Chapter, outcome: str) -> None:
        self.progress.clear()
        say(f"  [{self.done}/{len(self.chapters)}] {chapter.notebook_name}  {outcome}")


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Record what changed; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m publishing.record", description=__doc__)
    parser.add_argument("--all", action="store_true", help="record also what has not changed")
    parser.add_argument("--at-a-time", type=int, default=AT_A_TIME, help="how many kernels run side by side")
    parser.add_argument("chapters", nargs="*", help="only these chapters")
    options = parser.parse_args(arguments)
    try:
        chosen = _chosen(root, options.chapters)
        reasons = {chapter: "asked for" if options.all else stale(chapter) for chapter in chosen}
    except Problem as problem:
        fail(str(problem))
        return 1
    wanted = [chapter for chapter, reason in reasons.items() if reason]
    for chapter in wanted:
        say(f"  {chapter.name}: {reasons[chapter]}")
    errors = Recording(wanted, options.at_a_time).run()
    if not options.chapters:
        _remove_orphans(root)
    for error in errors:
        fail(str(error))
    current = len(chosen) - len(wanted)
    say(f"  {len(wanted) - len(errors)} recorded, {current} current already, {len(errors)} failed")
    return 1 if errors else 0


def _chosen(root: Path, names: Iterable[str]) -> list[Chapter]:
    everything = notebooks(root)
    if not names:
        return everything
    known = {chapter.name for chapter in everything}
    wanted = [Path(os.path.relpath(Path(name).resolve(), root)).as_posix() for name in names]
    for name in wanted:
        if name not in known:
            raise Problem(f"{name} is not a chapter; chapters are the .md files below chapters/ and labs/")
    return [chapter for chapter in everything if chapter.name in wanted]


def _remove_orphans(root: Path) -> None:
    for path in orphans(root):
        say(f"  {path.relative_to(root)}: its chapter is gone, removed")
        path.unlink()


def _without_outputs(notebook: NotebookNode) -> tuple[object, ...]:
    cells = [(cell.cell_type, cell.get("id"), cell.source, dict(cell.metadata)) for cell in notebook.cells]
    metadata = {key: value for key, value in notebook.metadata.items() if key != "book"}
    return cells, metadata


def _place(error: CellExecutionError, cell: NotebookNode) -> int:
    """Return the line of the cell at which it failed, from 1."""
    trace = _COLOURS.sub("", error.traceback)
    # Frames of the cell itself, outermost first; the cell may have failed inside a function of an earlier one.
    frames = re.findall(r"Cell In\[(\d+)\],? line (\d+)", trace)
    own = [int(line) for count, line in frames if cell.execution_count in {None, int(count)}]
    return own[0] if own else int(frames[-1][1]) if frames else 1


def _error(chapter: Chapter, index: int, reason: str, *, line: int = 1, details: str = "") -> RecordingError:
    number = sum(cell.cell_type == "code" for cell in chapter.notebook().cells[: index + 1])
    at = chapter.lines()[index] + line - 1
    text = f"{chapter.name}:{at}: cell {number}: {reason}"
    return RecordingError(f"{text}\n{details.rstrip()}" if details else text)


def _write(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook in one move, so that there is never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.validate(notebook)
    temporary = path.with_suffix(".ipynb.new")
    temporary.write_text(nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n", encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    sys.exit(main())
