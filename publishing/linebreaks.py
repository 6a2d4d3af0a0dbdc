"""Line breaks that no style sheet can tell, written into the built pages for their style (``kumo/web/book.css``).

- A browser may break a line after any hyphen, and balances a heading by breaking "2-5-2" in two: numbers of sections
  stay in one piece.
- It gives a column of short entries the width of the longest word, so that "45〜50分" takes two lines beside a column
  of sentences with room to spare: such columns stay in one line where the table has the room.
- What it breaks off from an indented line of a cell's output begins at the margin, so that JSON loses its levels: such
  lines keep their indent.
- It finds no break in "NEW_AND_OLD_IMAGES" or breaks it anywhere: in tables, code may break where its words meet.
"""

from __future__ import annotations

import re
import unicodedata

from publishing.markup import ROW, SPANS, text_of

TOGETHER = "kumo-together"
HANGING = "kumo-hanging"
# Deeper lines keep no more than this (characters): on a phone there is room for some forty.
_DEEPEST = 12

# Widths are in em of the table's text: half of one for a letter of the alphabet, one for a kana or a kanji.
SHORT = 8.0
_PADDING = 1.6
_SENTENCES = 9.0
# The text column is 45 wide, boxes in it a little less.
_PAGE = 41.0

_NUMBER = re.compile(r"(<(?:h1|a|p)\b[^>]*>)(\d+(?:-\d+)+)(?=\s)")
# The tables inside figures, which scripts fill anew, have no class.
_TABLE = re.compile(r'<table\b[^>]*\bclass="[^>]*>.*?</table>', re.DOTALL)
_PRINTED = re.compile(r'<div class="output stream\b.*?</pre>', re.DOTALL)
_INDENTED = re.compile(r"^( {2,})[^ <\n][^<\n]*\n", re.MULTILINE)
_BODY = re.compile(r"<tbody\b.*?</tbody>", re.DOTALL)
_CELL = re.compile(r"<(?P<tag>t[dh])\b(?P<attributes>[^>]*)>(?P<inside>.*?)</(?P=tag)>", re.DOTALL)
_CODE = re.compile(r'(<span class="pre">)([^<]+)(</span>)')
_WORDS_MEET = re.compile(r"(?<=[_./:=,(])(?=[^\s<&])|(?<=[a-z0-9])(?=[A-Z])")


def keep_together(text: str) -> str:
    """Return a page's HTML with the places marked that must not break; a second time nothing changes."""
    text = _NUMBER.sub(rf'\1<span class="{TOGETHER}">\2</span>', text)
    text = _PRINTED.sub(lambda printed: _INDENTED.sub(_hanging, printed[0]), text)
    return _TABLE.sub(lambda table: _shorten(_CODE.sub(_breakable, table[0])), text)


def _hanging(line: re.Match[str]) -> str:
    """Let what breaks off from an indented line begin under its text."""
    return f'<span class="{HANGING}" style="--indent: {min(len(line[1]), _DEEPEST)}">{line[0]}</span>'


def width(text: str) -> float:
    """Return about how wide the text is, in em."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.5 for letter in text)


def _breakable(code: re.Match[str]) -> str:
    """Allow breaks between the words of an identifier."""
    return code[1] + _WORDS_MEET.sub("<wbr>", code[2]) + code[3]


def _shorten(table: str) -> str:
    body = _BODY.search(table)
    if body is None or TOGETHER in body[0] or SPANS.search(table):
        return table
    rows = [[_width_of(cell["inside"]) for cell in _CELL.finditer(row)] for row in ROW.findall(body[0])]
    columns = [max(widths) for widths in zip(*rows, strict=False)]
    short = [widest <= SHORT for widest in columns]
    needed = sum((widest if fits else _SENTENCES) + _PADDING for widest, fits in zip(columns, short, strict=True))
    if not any(short) or needed > _PAGE:
        return table
    return table.replace(body[0], ROW.sub(lambda row: _mark(row[0], short), body[0]))


def _mark(row: str, short: list[bool]) -> str:
    """Mark the cells of the short columns."""
    columns = iter(short)

    def mark(cell: re.Match[str]) -> str:
        if not next(columns, False):
            return cell[0]
        attributes = cell["attributes"]
        if 'class="' in attributes:
            attributes = attributes.replace('class="', f'class="{TOGETHER} ', 1)
        else:
            attributes += f' class="{TOGETHER}"'
        return f"<{cell['tag']}{attributes}>{cell['inside']}</{cell['tag']}>"

    return _CELL.sub(mark, row)


def _width_of(cell: str) -> float:
    return width(" ".join(text_of(cell).split()))
