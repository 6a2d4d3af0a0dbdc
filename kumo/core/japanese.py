"""Japanese text in lines, joined as Japanese is."""

from __future__ import annotations

import re

# Letters beside which a line break of the source is no space: Japanese has none, and between Japanese and Latin
# letters the page's own spacing does better.
_WIDE = re.compile(r"[\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")


def join_lines(before: str, text: str, after: str) -> str:
    """Return `text`, which stands between the two others, without the line breaks that are no spaces."""
    lines = text.split("\n")
    joined = lines[0]
    for index, line in enumerate(lines[1:], start=1):
        left = (joined or before)[-1:]
        right = (line or (after if index == len(lines) - 1 else ""))[:1]
        joined += ("" if _WIDE.match(left) or _WIDE.match(right) else "\n") + line
    return joined
