"""Notebooks for Colab, which opens one file and knows no checkout: each installs the package first.

``python -m publishing colab`` writes them to ``_build/colab``; the Pages workflow pushes that folder to a branch of
its own, to which the launch buttons lead.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from publishing.chapter import NOTEBOOKS
from publishing.console import Problem, fail, say
from publishing.repository import Repository, from_environment

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "_build" / "colab"

EXPLANATION = (
    "このノートブックをColabで開いたときは、まず次のセルを実行してください。この教科書のパッケージを入れます(1分ほど)。"
)


def for_colab(notebook: NotebookNode, repository: Repository) -> NotebookNode:
    """Return a copy of the notebook that begins by installing the package; its outputs stay."""
    uses_code = any(cell.cell_type == "code" for cell in notebook.cells)
    extras = "notebook,labs" if any("kumo.labs" in cell.source for cell in notebook.cells) else "notebook"
    package = f"kumo[{extras}] @ git+{repository.url}@{repository.branch}"
    setup = [
        nbformat.v4.new_markdown_cell(EXPLANATION, id="colab-explanation"),
        nbformat.v4.new_code_cell(f'%pip install --quiet "{package}"', id="colab-install"),
        nbformat.v4.new_code_cell(
            "from google.colab import output\n\noutput.enable_custom_widget_manager()", id="colab-widgets"
        ),
    ]
    copy = nbformat.from_dict(notebook)
    copy.cells = [*(setup if uses_code else []), *notebook.cells]
    return copy


def write(target: Path, repository: Repository, root: Path = ROOT) -> list[Path]:
    """Write every notebook below `target` at the place that it has in the repository; return where."""
    shutil.rmtree(target, ignore_errors=True)
    written = []
    for path in sorted((root / NOTEBOOKS).rglob("*.ipynb")):
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        notebook = for_colab(nbformat.read(path, as_version=4), repository)
        copy.write_text(nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n", encoding="utf-8")
        written.append(copy)
    return written


def main() -> int:
    """Write the notebooks; return the exit status."""
    try:
        repository = from_environment()
    except Problem as problem:
        fail(str(problem))
        return 1
    if repository is None:
        fail("where the package is to come from is unknown; set BOOK_REPOSITORY_URL")
        return 1
    say(f"  {len(write(TARGET, repository))} notebooks in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
