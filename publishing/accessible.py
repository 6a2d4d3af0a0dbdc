"""What the theme's and pandas' HTML leaves unnamed for screen readers, mended in the built pages.

Each rule answers one finding of axe-core (https://dequeuniversity.com/rules/axe/), named beside it. A mended page is
mended for good: the rules find nothing in it a second time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publishing import folding, linebreaks

if TYPE_CHECKING:
    from pathlib import Path

SIDEBAR = "サイドバー"
SUBPAGES = "下位のページ"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # label-content-name-mismatch: the English label hides the Japanese words that stand in the element.
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # label-content-name-mismatch: the button also shows its key.
    (re.compile(r'(<button class="[^"]*\bsearch-button-field\b[^"]*"[^>]*?) aria-label="[^"]*"'), r"\1"),
    # summary-name: the mark that opens a branch of the table of contents is an icon.
    (re.compile(r'<summary>(?=<span class="toctree-toggle")'), f'<summary aria-label="{SUBPAGES}">'),
    # region: the sidebar's logo and search stand outside of its navigation.
    (
        re.compile(r'(<div id="pst-primary-sidebar" class="[^"]*")>'),
        rf'\1 role="region" aria-label="{SIDEBAR}">',
    ),
)
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_EMPTY = re.compile(r"<th\b([^>]*)>((?:\s|&nbsp;|&#160;|<p>\s*</p>)*)</th>")


def mend(site: Path) -> None:
    """Apply the rules to every page of a built site."""
    for path in site.rglob("*.html"):
        if "_static" in path.relative_to(site).parts:
            continue
        text = path.read_text(encoding="utf-8")
        mended = mend_page(text)
        if mended != text:
            path.write_text(mended, encoding="utf-8")


def mend_page(text: str) -> str:
    """Return a page's HTML with the rules applied."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    # empty-table-header: a corner above row labels is a cell like any other.
    text = _HEAD.sub(lambda head: _EMPTY.sub(r"<td\1>\2</td>", head[0]), text)
    return linebreaks.keep_together(folding.fold_page(text))
