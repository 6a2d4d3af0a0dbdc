"""pandas tables that belong to the book: the same bytes each time, and at home on a narrow page.

One call, `use`, before the first table of a notebook (`kumo.plots.use` makes it too). A ``DataFrame`` and a
``Styler`` (``frame.style.format(…)``) are then shown as plain HTML tables in the page's own style, inside a box
that scrolls by itself, and a ``Styler`` loses the random identifiers that would make every recording differ.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.lib.pretty import PrettyPrinter
    from pandas import DataFrame
    from pandas.io.formats.style import Styler


# The class of a table of sentences, which becomes cards on a phone (publishing/folding.py).
FOLDS = "kumo-folds"


def use() -> None:
    """Show the tables of this session as the book's. Outside IPython it does nothing.

    pandas itself is not imported: the formatters wait for the first table.
    """
    try:
        from IPython import get_ipython  # noqa: PLC0415 -- the package must load without it
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for module in ("pandas", "pandas.core.frame"):  # pandas 3 and what came before
        formatters["text/html"].for_type_by_name(module, "DataFrame", frame_html)
    formatters["text/html"].for_type_by_name("pandas.io.formats.style", "Styler", styler_html)
    formatters["text/plain"].for_type_by_name("pandas.io.formats.style", "Styler", _styler_text)


def frame_html(frame: DataFrame) -> str:
    """Return the frame as HTML."""
    return _box(frame.to_html(border=0, classes="kumo-frame", notebook=False))


def styler_html(styler: Styler) -> str:
    """Return the styled frame as HTML, with identifiers that come from its content."""
    folds = f" {FOLDS}" if FOLDS in (styler.table_attributes or "") else ""
    attributes = f'class="dataframe kumo-frame{folds}"'
    plain = styler.set_uuid("x").to_html(table_attributes=attributes)
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return _box(styler.set_uuid(mark).to_html(table_attributes=attributes))


def _box(table: str) -> str:
    return (
        f'<div class="kumo-frame-box" role="group" tabindex="0" aria-label="表" style="overflow-x:auto">{table}</div>'
    )


def _styler_text(styler: Styler, printer: PrettyPrinter, _cycle: bool) -> None:  # noqa: FBT001 -- IPython's call
    # Its own text is an address in memory.
    printer.text(repr(styler.data))
