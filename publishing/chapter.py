"""One chapter: a MyST notebook as text, and the Jupyter notebook that is made from it."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from publishing.console import Problem

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Where the texts stand, and below which folder of notebooks/ their twins do.
SOURCES = {"chapters": Path(), "labs": Path("labs")}
NOTEBOOKS = "notebooks"

# What every kernel would write there, less what differs between Python versions.
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

_LINK = re.compile(r"(?P<open>\]\(<?|\]:\s+<?)(?P<path>[^\s()<>#:]+?\.md)(?=[#)>\s]|$)")
_FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
# The content of a directive is text with links of its own, unless it shows code.
_DIRECTIVE = re.compile(r"\{(?!code|literalinclude|math|raw|mermaid)[\w:-]+\}")


@dataclass(frozen=True)
class Chapter:
    """A chapter by its place: below `root`, at `path` (``chapters/2-development/2-1-api-gateway.md``)."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        """The path as people write it."""
        return self.path.as_posix()

    @property
    def notebook_path(self) -> Path:
        """Where the notebook stands, as an absolute path."""
        folder, *rest = self.path.parts
        return (self.root / NOTEBOOKS / SOURCES[folder] / Path(*rest)).with_suffix(".ipynb")

    @property
    def notebook_name(self) -> str:
        """The notebook's path as people write it."""
        return self.notebook_path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        """The chapter as it was when it was first asked for."""
        return (self.root / self.path).read_text(encoding="utf-8")

    def code(self) -> list[str]:
        """Return the sources of the code cells."""
        return [cell.source for cell in self.notebook().cells if cell.cell_type == "code"]

    def notebook(self) -> NotebookNode:
        """Return the notebook without outputs.

        Raises
        ------
        Problem
            When the chapter cannot be read as a MyST notebook.

        """
        notebook, _ = self._parsed()
        return notebook

    def lines(self) -> list[int]:
        """Return, for each cell of the notebook, the line of the chapter where its source begins (from 1)."""
        return self._parsed()[1]

    def _parsed(self) -> tuple[NotebookNode, list[int]]:
        try:
            notebook = myst_to_notebook(self.text, add_source_map=True)
        except (MystMetadataParsingError, nbformat.ValidationError) as error:
            raise Problem(f"{self.name}: {str(error).splitlines()[0]}") from error
        starts = notebook.metadata.pop("source_map")
        text = self.text.splitlines()
        lines = [_begin(cell.source, text, start) for cell, start in zip(notebook.cells, starts, strict=True)]
        notebook.metadata = _metadata(notebook.metadata)
        seen: Counter[str] = Counter()
        for cell in notebook.cells:
            cell["id"] = _identifier(cell, seen)
            if cell.cell_type == "markdown":
                cell.source = self._link_notebooks(cell.source)
        return notebook, lines

    def _link_notebooks(self, source: str) -> str:
        """Point links to other chapters at their notebooks, so that they work in Jupyter and on the site."""

        def replace(match: re.Match[str]) -> str:
            target = Path(os.path.normpath(self.path.parent / match["path"]))
            if target.parts[0] not in SOURCES or not (self.root / target).is_file():
                return match[0]
            other = Chapter(self.root, target).notebook_path
            return match["open"] + Path(os.path.relpath(other, self.notebook_path.parent)).as_posix()

        lines: list[str] = []
        fences: list[tuple[str, bool]] = []  # those that are open: marks, and whether what they hold is code
        for line in source.splitlines():
            fence = _FENCE.match(line)
            inside_code = bool(fences) and fences[-1][1]
            if fence and fences and fence["marks"].startswith(fences[-1][0]) and not fence["info"]:
                fences.pop()
            elif fence and not inside_code:
                fences.append((fence["marks"], not _DIRECTIVE.match(fence["info"])))
            lines.append(line if inside_code else _LINK.sub(replace, line))
        return "\n".join(lines)


def chapters(root: Path) -> list[Chapter]:
    """Return every chapter and lab, in the order of their paths."""
    found = [path.relative_to(root) for folder in SOURCES for path in (root / folder).rglob("*.md")]
    return [Chapter(root, path) for path in sorted(found) if path.name != "README.md"]


def chapter_of(root: Path, notebook: Path) -> Chapter:
    """Return the chapter that the notebook is made from, whether or not it exists."""
    path = notebook.relative_to(root / NOTEBOOKS).with_suffix(".md")
    folder = "labs" if path.parts[0] == "labs" else "chapters"
    return Chapter(root, Path(folder) / (path.relative_to("labs") if folder == "labs" else path))


def _begin(source: str, text: list[str], start: int) -> int:
    # jupytext gives the line after the fence; options and blank lines may come before the source.
    wanted = source.splitlines()
    for index in range(start, len(text)):
        if [line.rstrip() for line in text[index : index + len(wanted)]] == [line.rstrip() for line in wanted]:
            return index + 1
    return start + 1


def _metadata(found: NotebookNode) -> NotebookNode:
    """Return the notebook's metadata: the chapter's own, less what tells editors how to read the chapter."""
    own = {key: value for key, value in found.items() if key not in {"jupytext", *KERNEL}}
    return nbformat.from_dict({**own, **KERNEL})


def _identifier(cell: NotebookNode, seen: Counter[str]) -> str:
    # From the content, so that a recording changes only where its chapter does.
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
