"""The ledgers of published numbers (`kumo.core.facts`) as tables for the end of a section.

A module of its own, so that only the sections that show a ledger are recorded anew when one changes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas.io.formats.style import Styler


_HEADINGS = ("項目", "値", "補足")
_THEN = "2023年12月は{value}。"


def table(service: str, wanted: Callable[[facts.Fact], bool] = lambda _: True) -> Styler:
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
