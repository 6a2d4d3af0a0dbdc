"""Tables that become cards on a phone: each row a card, each value beside the name of its column.

Three columns of sentences on 360 px are three slivers, or half of them out of sight. So a table of three or more
columns gets here, in the built page, what its style (``kumo/web/book.css``) needs to set it as cards on narrow screens:
the column's name in each cell, and the roles that the browser drops with a table's ``display``.

Tables of Markdown fold; a table of pandas folds if it has the class `FOLDS` (rows of sentences), and scrolls otherwise
(figures to compare). Of the latter those of two columns fold too: a title, and below it the sentence.
"""

from __future__ import annotations

import html
import re

from kumo import tables
from publishing.markup import ROW, SPANS, text_of

FOLDS = tables.FOLDS
LABEL = "表"
LEAST = 3
LEAST_OF_SENTENCES = 2

_TABLE = re.compile(
    r'<table\b(?P<attributes>[^>]*\bclass="(?P<classes>[^"]*)"[^>]*)>(?P<inside>.*?)</table>', re.DOTALL
)
_HEAD = re.compile(r"<thead>(?P<inside>.*?)</thead>", re.DOTALL)
_HEADER = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_CELL = re.compile(r"<(?P<tag>t[dh])\b(?P<attributes>[^>]*)>")
_SCROLLS = re.compile(r'<div class="pst-scrollable-table-container">')


def fold_page(text: str) -> str:
    """Return a page's HTML with its wide tables ready to fold; a second time nothing changes."""
    text = _SCROLLS.sub(f'<div class="pst-scrollable-table-container" role="group" aria-label="{LABEL}">', text)
    return _TABLE.sub(_fold, text)


def _fold(table: re.Match[str]) -> str:
    classes = table["classes"].split()
    head = _HEAD.search(table["inside"])
    markdown = "table" in classes and FOLDS not in classes
    if head is None or "role=" in table["attributes"] or not (markdown or FOLDS in classes):
        return table[0]
    rows = ROW.findall(head["inside"])
    names = [text_of(name).strip() for name in _HEADER.findall(head["inside"])]
    least = LEAST if markdown else LEAST_OF_SENTENCES
    if len(rows) != 1 or len(names) < least or SPANS.search(table["inside"]):
        return table[0]
    attributes = table["attributes"]
    if markdown:
        attributes = attributes.replace(f'class="{table["classes"]}"', f'class="{table["classes"]} {FOLDS}"')
    start = table["inside"][: head.start()]
    top = head[0].replace("<thead>", '<thead role="rowgroup">').replace("<tr", '<tr role="row"')
    top = _CELL.sub(
        lambda cell: f'<{cell["tag"]} role="{"columnheader" if cell["tag"] == "th" else "cell"}"{cell["attributes"]}>',
        top,
    )
    body = table["inside"][head.end() :].replace("<tbody>", '<tbody role="rowgroup">')
    body = ROW.sub(lambda row: _named(row[0], names), body)
    return f'<table role="table"{attributes}>{start}{top}{body}</table>'


def _named(row: str, names: list[str]) -> str:
    """Name each cell of a row after its column."""
    columns = iter(names)

    def name(cell: re.Match[str]) -> str:
        role = "rowheader" if cell["tag"] == "th" else "cell"
        label = html.escape(next(columns, ""))
        return f'<{cell["tag"]} role="{role}" data-label="{label}"{cell["attributes"]}>'

    return _CELL.sub(name, row.replace("<tr", '<tr role="row"', 1))
