"""What may be stored as the output of a cell.

Stored is what a reader of the page sees and what every run gives again, byte for byte. The rest is either taken
away without loss (a widget that lives in a kernel only; times) or refused with a word about what to do instead.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

# A widget is alive as long as its kernel; the figure beside it, as HTML, is what pages show.
_LIVE = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_RASTER = ("image/png", "image/jpeg", "application/pdf")


class RefusedOutputError(ValueError):
    """An output that cannot be stored; says why and what to do."""


def clean(cell: NotebookNode) -> None:
    """Take away from a code cell what no page shows or what differs from run to run.

    Raises
    ------
    RefusedOutputError
        When what is left cannot be stored.

    """
    cell.metadata.pop("execution", None)
    cell.metadata.pop("trusted", None)
    kept = []
    for output in cell.outputs:
        if output.output_type in {"display_data", "execute_result"}:
            for kind in _LIVE:
                output.data.pop(kind, None)
            output.metadata = {}
            if not output.data:
                continue
        kept.append(output)
    cell.outputs = kept
    for output in cell.outputs:
        _check(output)


def digest(notebook: NotebookNode) -> str:
    """Return a digest of all outputs, by which a later change to them is noticed."""
    outputs = [[cell.execution_count, cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


def _check(output: NotebookNode) -> None:
    if output.output_type == "stream" and output.name == "stderr":
        first = output.text.strip().splitlines()[0]
        raise RefusedOutputError(f"the cell writes to stderr ({first}); a page has no place for warnings")
    if output.output_type == "error":
        return  # the cell is marked as one that is to raise
    for kind, text in _texts(output):
        if kind in _RASTER:
            raise RefusedOutputError(
                f"the output is {kind}, whose bytes no test compares; call kumo.plots.use() before drawing",
            )
        if address := _ADDRESS.search(text):
            raise RefusedOutputError(
                f"the output holds {address[0]}, an address that differs from run to run; "
                "end the cell with a semicolon, or show something that has a text of its own "
                "(a pandas Styler has one after kumo.tables.use() or kumo.plots.use())",
            )


def _texts(output: NotebookNode) -> Iterator[tuple[str, str]]:
    if output.output_type == "stream":
        yield output.name, output.text
        return
    data: dict[str, Any] = output.data
    for kind, value in data.items():
        yield kind, value if isinstance(value, str) else json.dumps(value)
