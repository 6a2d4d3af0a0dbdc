"""pandas tables that belong to the book: the same bytes each time, and at home on a narrow page.

One call, `use`, before the first table of a notebook (`kumo.plots.use` makes it too). A ``DataFrame`` and a
``Styler`` (``frame.style.format(…)``) are then shown as plain HTML tables in the page's own style, inside a box
that scrolls by itself, and a ``Styler`` loses the random identifiers that would make every recording differ.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.lib.pretty import PrettyPrinter
    from pandas import DataFrame
    from pandas.io.formats.style import Styler


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


def ledger(service: str, wanted: Callable[[facts.Fact], bool] = lambda _: True) -> Styler:
    """Return the ledger of a service as a table under headings: what it is, today's value, what to know.

    Where the value was another one in December 2023, what to know begins with that.

    Parameters
    ----------
    service : str
        Name of the ledger, see `kumo.core.facts`.
    wanted : callable, optional
        Which facts to show; all by default.

    """
    import pandas as pd  # noqa: PLC0415 -- the package must load without it

    chosen = sorted(filter(wanted, facts.ledger(service).values()), key=_place_of_group(service))
    rows: list[tuple[str, str, str]] = []
    headings = []
    for group, members in groupby(chosen, key=lambda fact: fact.group):
        headings.append(len(rows))
        rows.append((group, "", ""))
        rows += [(fact.label, _quantity(fact.value, fact.unit), _note(fact)) for fact in members]
    style = pd.DataFrame(rows, columns=_HEADINGS).style.hide(axis="index")
    label, value, note = _HEADINGS
    style = style.set_properties(subset=(headings, [label]), **{"font-weight": "700"})
    style = style.set_properties(subset=[label, note], **{"min-width": "11em"})
    return style.set_properties(subset=[value], **{"white-space": "nowrap"})


_HEADINGS = ("項目", "値", "補足")
_THEN = "2023年12月は{value}。"


def _place_of_group(service: str) -> Callable[[facts.Fact], int]:
    """Return the order of the ledger's groups, so that entries of one group stand together."""
    groups = list(dict.fromkeys(fact.group for fact in facts.ledger(service).values()))
    return lambda fact: groups.index(fact.group)


def _note(fact: facts.Fact) -> str:
    then = "" if fact.exam_value is None else _THEN.format(value=_quantity(fact.exam_value, fact.unit))
    return then + fact.note


def _quantity(value: float | str, unit: str) -> str:
    """Return a value as readers write it: no powers of ten, no needless zeros."""
    number = value if isinstance(value, str) else f"{value:,.10f}".rstrip("0").rstrip(".")
    return f"{number} {unit}".strip()


def frame_html(frame: DataFrame) -> str:
    """Return the frame as HTML."""
    return _box(frame.to_html(border=0, classes="kumo-frame", notebook=False))


def styler_html(styler: Styler) -> str:
    """Return the styled frame as HTML, with identifiers that come from its content."""
    plain = styler.set_uuid("x").to_html(table_attributes='class="dataframe kumo-frame"')
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return _box(styler.set_uuid(mark).to_html(table_attributes='class="dataframe kumo-frame"'))


def _box(table: str) -> str:
    return (
        f'<div class="kumo-frame-box" role="group" tabindex="0" aria-label="表" style="overflow-x:auto">{table}</div>'
    )


def _styler_text(styler: Styler, printer: PrettyPrinter, _cycle: bool) -> None:  # noqa: FBT001 -- IPython's call
    # Its own text is an address in memory.
    printer.text(repr(styler.data))
