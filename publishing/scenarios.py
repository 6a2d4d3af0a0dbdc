"""Links in the text that put an explorer into a state: ``[バースト40で見る](#throttling?burst=40)``.

The page's script follows them; here they are checked, so that no page is published with a link to an explorer
that it does not show or to a value that the explorer does not take.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import kumo
from kumo.core.parameters import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_FIGURE = re.compile(r'<figure class="kumo" data-explorer="(?P<explorer>[\w.]+)" data-slug="(?P<slug>[\w-]+)"')
# A text of several lines has line breaks, once MyST has decoded them.
_FRAGMENT = re.compile(r"(?P<anchor>[a-z][a-z0-9-]*)(?:\?(?P<query>.*))?", re.DOTALL)


def anchors(notebook: Path) -> dict[str, str]:
    """Return the explorers that a recorded notebook shows: ``throttling``, ``throttling-2`` … to their ids."""
    return anchors_of(json.loads(notebook.read_text(encoding="utf-8"))["cells"])


def anchors_of(cells: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the same for the cells of a notebook that is read already."""
    found: dict[str, str] = {}
    seen: dict[str, int] = {}
    for cell in cells:
        for explorer, slug in shown(cell):
            seen[slug] = seen.get(slug, 0) + 1
            found[slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"] = explorer
    return found


def shown(cell: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the explorers that a recorded cell shows, as ids and slugs."""
    html = "\n".join("".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", ()))
    return [(match["explorer"], match["slug"]) for match in _FIGURE.finditer(html)]


def is_scenario(fragment: str, known: Mapping[str, str]) -> bool:
    """Whether a link's fragment is meant for an explorer, rather than for a heading or a label."""
    match = _FRAGMENT.fullmatch(fragment)
    return match is not None and (match["query"] is not None or match["anchor"] in known)


def address(fragment: str) -> str:
    """Return the fragment as a page carries it.

    MyST hands over links decoded but for the characters that structure an address; browsers drop line breaks.
    """
    return quote(fragment, safe=";/?:@&=+$,#%")


def problem(fragment: str, known: Mapping[str, str]) -> str | None:
    """Return what is wrong with such a link, or None.

    Parameters
    ----------
    fragment : str
        What follows the ``#``.
    known : mapping
        The explorers of the page that the link leads to, see `anchors`.

    """
    match = _FRAGMENT.fullmatch(fragment)
    if match is None or match["anchor"] not in known:
        there = ", ".join(known) or "none"
        return f"there is no explorer for #{fragment} on the page (there: {there})"
    explorer = kumo.load(known[match["anchor"]])
    try:
        explorer.from_query(match["query"] or "")
    except ParameterError as error:
        return f"#{fragment}: {error}"
    return None
