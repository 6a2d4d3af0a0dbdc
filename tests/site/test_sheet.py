"""The instructor's sheet lists every explorer of the book, in the order of the book."""

from __future__ import annotations

import html
import re
from posixpath import normpath

from kumo import load
from tests.site.visiting import SITE, figures

SHEET = "workshop/scenarios.html"


def links() -> list[tuple[str, str]]:
    """Return page and fragment of each link in the sheet's lists."""
    text = (SITE / SHEET).read_text(encoding="utf-8")
    # Up to the end of the article: lists stand in lists.
    lists = text[text.index('<ul class="kumo-sheet') : text.index("</article>")]
    found = re.findall(r'href="([^"#]+)#([^"]+)"', lists)
    return [(normpath(f"workshop/{page}"), html.unescape(fragment)) for page, fragment in found]


def test_every_explorer_is_in_the_sheet_once() -> None:
    there = [(page, fragment) for page, fragment in links() if "?" not in fragment]
    assert sorted(there) == sorted((figure.page, figure.slug) for figure in figures())


def test_every_state_is_one_that_its_explorer_takes() -> None:
    explorers = {(figure.page, figure.slug): load(figure.explorer) for figure in figures()}
    states = [(page, *fragment.split("?", 1)) for page, fragment in links() if "?" in fragment]
    assert len(states) > len(explorers)
    for page, slug, query in states:
        explorers[page, slug].from_query(query)
