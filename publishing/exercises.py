"""Questions of the bank in the outputs of cells: their links lead to notebooks, and on the site to pages.

The outputs are recorded as they are, so a link to an explorer's state is checked here, when the page is built, like
the ones in the text (`publishing.scenarios`).
"""

from __future__ import annotations

import json
import posixpath
import re
from html import escape, unescape
from typing import TYPE_CHECKING

from publishing import scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MARK = '<section class="kumo kumo-quiz"'
_LINK = re.compile(r'href="(?P<path>[^":#]+)\.ipynb(?P<fragment>#[^"]*)?"')
_SCENARIO = re.compile(r'data-link="(?P<page>[^"#]+)#(?P<fragment>[^"]*)"')


def outputs(notebook: Path) -> Iterator[str]:
    """Yield the questions that a recorded notebook shows, as HTML."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if MARK in html:
                yield html


def problems(html: str, anchors: Callable[[str], Mapping[str, str]]) -> Iterator[str]:
    """Yield what is wrong with the links to explorers; `anchors` returns those of a page (`scenarios.anchors`)."""
    for link in _SCENARIO.finditer(html):
        if problem := scenarios.problem(unescape(link["fragment"]), anchors(link["page"])):
            yield f"{link['page']}: {problem}"


def with_addresses(html: str, here: str, address: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """Return the HTML with links to pages in the place of those to notebooks, and the pages that are not there.

    Parameters
    ----------
    html : str
        The questions.
    here : str
        The page on which they stand.
    address : callable
        Takes a page and returns its address from `here`, or None where there is no such page.

    """
    missing: list[str] = []

    def replace(link: re.Match[str]) -> str:
        page = posixpath.normpath(posixpath.join(posixpath.dirname(here), unescape(link["path"])))
        found = address(page)
        if found is None:
            missing.append(page)
            return link[0]
        return f'href="{escape(found)}{link["fragment"] or ""}"'

    return _LINK.sub(replace, html), missing
