"""Where the lines of a built page may break."""

from __future__ import annotations

import re

import pytest

from publishing.linebreaks import HANGING, TOGETHER, keep_together, width


def table(*rows: tuple[str, ...], attributes: str = "") -> str:
    """Return a table of Markdown with those rows, the first of them the heading."""
    head, *body = rows
    top = "".join(f'<th class="head"><p>{cell}</p></th>\n' for cell in head)
    rest = "".join(f"<tr>{''.join(f'<td{attributes}><p>{cell}</p></td>' for cell in row)}</tr>\n" for row in body)
    return f'<table class="table">\n<thead>\n<tr>{top}</tr>\n</thead>\n<tbody>\n{rest}</tbody>\n</table>'


def together(text: str) -> list[str]:
    """Return what stands in the cells that must not break."""
    cells = re.findall(rf'<t[dh][^>]*class="{TOGETHER}[^>]*>(.*?)</t[dh]>', keep_together(text))
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


SENTENCE = "サブネット、ルート、NATゲートウェイ、セキュリティグループ"


@pytest.mark.parametrize(
    "opening", ["<h1>", '<a class="reference internal" href="a.html">', '<p class="prev-next-title">']
)
def test_the_number_of_a_section_stays_in_one_piece(opening: str) -> None:
    assert keep_together(f"{opening}2-5-2 方針") == f'{opening}<span class="{TOGETHER}">2-5-2</span> 方針'


def test_other_numbers_stay_as_they_are() -> None:
    for text in ("<h1>図2-5-2 方針", "<p>2026-11-26に確かめた", "<h1>2 方針"):
        assert keep_together(text) == text


def test_a_column_of_short_entries_does_not_break() -> None:
    rows = [("実習", "時間"), (SENTENCE, "45〜50分"), (SENTENCE, "5分")]
    assert together(table(*rows)) == ["45〜50分", "5分"]


def test_one_long_entry_lets_its_column_break() -> None:
    assert together(table(("実習", "時間"), (SENTENCE, "45〜50分"), (SENTENCE, "人によって違います"))) == []


def test_a_table_without_the_room_breaks() -> None:
    many = tuple("正常ではない" for _ in range(6))
    assert together(table(many, many)) == []
    assert together(table(many[:5], many[:5])) == list(many[:5])


def test_merged_cells_and_tables_inside_figures_stay_as_they_are() -> None:
    merged = table(("実習", "時間"), (SENTENCE, "5分"), attributes=' rowspan="2"')
    inside = table(("実習", "時間"), (SENTENCE, "5分")).replace(' class="table"', "")
    for text in (merged, inside):
        assert keep_together(text) == text


def test_classes_of_a_cell_stay() -> None:
    text = keep_together(table(("a", "b"), (SENTENCE, "5分"), attributes=' class="data"'))
    assert f'<td class="{TOGETHER} data"><p>5分</p></td>' in text


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("NEW_AND_OLD_IMAGES", "NEW_|AND_|OLD_|IMAGES"),
        ("GetShardIterator", "Get|Shard|Iterator"),
        ("lambda:InvokeFunction", "lambda:|Invoke|Function"),
        ("&lt;=", "&lt;="),
        ("/items/{id}", "/|items/|{id}"),
    ],
)
def test_code_in_a_table_breaks_where_its_words_meet(code: str, broken: str) -> None:
    literal = f'<code class="docutils literal notranslate"><span class="pre">{code}</span></code>'
    text = keep_together(table(("API", "返るもの"), (literal, SENTENCE)))
    assert f'<span class="pre">{broken.replace("|", "<wbr>")}</span>' in text
    assert keep_together(literal) == literal


def printed(text: str) -> str:
    return f'<div class="output stream notranslate"><div class="highlight"><pre><span></span>{text}</pre></div></div>'


def test_indented_lines_of_an_output_keep_their_indent() -> None:
    page = printed('{\n  "Resource": {\n    "Arn": "a&lt;b"\n  }\n}\n')
    marked = keep_together(page)
    indents = re.findall(rf'<span class="{HANGING}" style="--indent: (\d+)">( +)', marked)
    assert [(int(depth), len(spaces)) for depth, spaces in indents] == [(2, 2), (4, 4), (2, 2)]
    # Nothing is lost for who copies it.
    assert re.sub(rf'<span class="{HANGING}"[^>]*>|</span>', "", marked) == page.replace("</span>", "")
    assert keep_together(marked) == marked
    for untouched in (printed("{}\n"), printed("a\n  <b>coloured</b>\n"), "<pre>a\n  b\n</pre>"):
        assert keep_together(untouched) == untouched


def test_a_second_time_nothing_changes() -> None:
    literal = '<code class="literal"><span class="pre">NEW_AND_OLD_IMAGES</span></code>'
    page = keep_together("<h1>2-5-2 方針</h1>" + table(("実習", "時間"), (SENTENCE, "5分"), (literal, "5分")))
    assert keep_together(page) == page


def test_widths_are_about_those_of_the_letters() -> None:
    assert width("45〜50分") == pytest.approx(4)
