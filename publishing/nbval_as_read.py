"""A pytest plugin: nbval runs cells as Jupyter does, compares what is recorded, and says briefly what differs."""

from __future__ import annotations

from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

from publishing.widgets import without_lone_widgets

_AROUND = 90


def execute_cell_input(self: RunningKernel, cell_input: str, allow_stdin: bool | None = None) -> str:  # noqa: FBT001
    """Send the cell to the kernel with its text for the session's history; return the message's id.

    IPython looks there for the semicolon by which a cell keeps its value to itself. Without the entry nbval sees
    values that no reader sees.
    """
    return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


def format_output_compare(self: IPyNbCell, key: str, left: object, right: object) -> None:
    """Tell the first difference with what stands around it.

    pytest's own comparison takes minutes for the SVG of one figure and prints all of it.
    """
    recorded, now = str(left), str(right)
    same = next(
        (i for i, (a, b) in enumerate(zip(recorded, now, strict=False)) if a != b), min(len(recorded), len(now))
    )
    begin = max(0, same - _AROUND)
    self.comparison_traceback.append(
        f"{key} differs from character {same} on:\n"
        f"  recorded: …{recorded[begin : same + _AROUND]!r}… ({len(recorded)} characters)\n"
        f"  now:      …{now[begin : same + _AROUND]!r}… ({len(now)} characters)\n"
        "If the new output is right, make notebooks records it."
    )


_compare = IPyNbCell.compare_outputs


def compare_outputs(self: IPyNbCell, test: list, ref: list, skip_compare: tuple[str, ...] | None = None) -> bool:
    """Compare what the recorder would have kept."""
    return _compare(self, without_lone_widgets(test), ref, skip_compare)


IPyNbCell.compare_outputs = compare_outputs
RunningKernel.execute_cell_input = execute_cell_input
IPyNbCell.format_output_compare = format_output_compare
