r"""Japanese full-text search without a dictionary: overlapping pairs of letters, on both sides.

Sphinx's own splitter cuts Japanese into words when it builds the index and not at all when a reader asks, so
that 「逆引きレコード」 finds nothing. Here a run of Japanese letters becomes its pairs (逆引 引き きレ レコ コー ード)
in the index and in the query; a page holds a phrase only if it holds all of its pairs. Other words stay whole.
"""

from __future__ import annotations

import re
import unicodedata

from sphinx.search import SearchLanguage

# Hiragana, katakana with the long-vowel mark, kanji with 々〆〇; not the middle dot, which divides words.
_JAPANESE = r"\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANJI = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_JAPANESE}]+|(?:(?![{_JAPANESE}])\w)+")


def pairs(text: str) -> list[str]:
    """Return the terms of a query, as the page's script does."""
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        if not re.match(f"[{_JAPANESE}]", run):
            # Sphinx's script drops numbers from a query; with a mark before it, 429 is found.
            terms.append(f"#{run}" if re.fullmatch(r"[0-9]+", run) else run)
        elif len(run) == 1:
            terms.append(run)
        else:
            terms += [run[index : index + 2] for index in range(len(run) - 1)]
    return terms


_SCRIPT = rf"""
function splitQuery(query) {{
  const terms = [];
  for (const [run] of query.normalize("NFKC").matchAll(/[{_JAPANESE}]+|(?:(?![{_JAPANESE}])[\p{{L}}\p{{N}}_])+/gu)) {{
    if (!/[{_JAPANESE}]/u.test(run)) terms.push(/^[0-9]+$/.test(run) ? "#" + run : run);
    else if (run.length === 1) terms.push(run);
    else for (let index = 0; index < run.length - 1; index += 1) terms.push(run.slice(index, index + 2));
  }}
  return terms;
}}
"""


class SearchJapanese(SearchLanguage):
    """The splitter as Sphinx wants it."""

    lang = "ja"
    language_name = "Japanese"
    js_splitter_code = _SCRIPT

    def split(self, input: str) -> list[str]:  # noqa: A002 -- the base class's name
        """Return the terms of a text for the index: its pairs, and its kanji alone (鍵 is a word)."""
        return [*pairs(input), *re.findall(f"[{_KANJI}]", unicodedata.normalize("NFKC", input))]

    def word_filter(self, word: str) -> bool:
        """Keep every term: the base class would drop the pairs that begin with hiragana."""
        return bool(word)
