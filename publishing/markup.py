"""The patterns by which the built pages' tables are read, for the steps that mend them."""

from __future__ import annotations

import html
import re

ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
# A cell that stands in more than one row or column.
SPANS = re.compile(r'\b(?:col|row)span="(?!1")')
_TAG = re.compile(r"<[^>]+>")


def text_of(markup: str) -> str:
    """Return the text that stands in a piece of HTML."""
    return html.unescape(_TAG.sub("", markup))
