"""Ledgers as tables for the end of a section.

A module of its own: what imports it depends on the numbers of every ledger, and most notebooks need not.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kumo import tables
from kumo.core import facts

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def table(service: str, *groups: str) -> Styler:
    """Return what AWS publishes about a service as a table for the end of a section.

    Each item is a link to its source, with its group where there are several; on a phone its row becomes a card.

    Parameters
    ----------
    service : str
        Name of the ledger, as for `kumo.core.facts.ledger`.
    *groups : str
        Headings of the ledger to keep; all without any.

    Raises
    ------
    FactError
        If there is no such ledger, or no such heading in it.

    """
    from pandas import DataFrame  # noqa: PLC0415 -- the package must load without it

    entries = facts.ledger(service).values()
    if unknown := set(groups) - {entry.group for entry in entries}:
        message = f"the ledger {service} has no group {'、'.join(sorted(unknown))}"
        raise facts.FactError(message)
    shown = [entry for entry in entries if not groups or entry.group in groups]
    several = len({entry.group for entry in shown}) > 1
    rows = [
        {
            "項目(出典)": f'<a href="{escape(entry.source)}">{escape(entry.label)}</a>',
            **({"分類": escape(entry.group)} if several else {}),
            "値": escape(facts.shown(entry.value, entry.unit)),
            "2023年12月": "同じ" if entry.exam_value is None else escape(facts.shown(entry.exam_value, entry.unit)),
            "補足": escape(entry.note),
            "確認した日": entry.as_of,
        }
        for entry in shown
    ]
    return DataFrame(rows).style.hide(axis="index").set_table_attributes(f'class="{tables.FOLDS}"')
