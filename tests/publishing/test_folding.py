"""Which tables of a built page fold into cards on a phone, and what they carry for it."""

from __future__ import annotations

import re

from publishing.folding import FOLDS, LABEL, fold_page


def table(columns: int, *, classes: str = "table", attributes: str = "") -> str:
    heads = "".join(f'<th class="head"><p>列{number} <code>&lt;a&gt;</code></p></th>\n' for number in range(columns))
    cells = "".join(f"<td{attributes}><p>値{number}</p></td>\n" for number in range(columns))
    head = f'<thead>\n<tr class="row-odd">{heads}</tr>\n</thead>'
    rows = f'<tr class="row-even">{cells}</tr>\n<tr class="row-odd">{cells}</tr>'
    inside = f'<table class="{classes}">\n{head}\n<tbody>\n{rows}\n</tbody>\n</table>'
    return f'<div class="pst-scrollable-table-container">{inside}</div>'


def plain(text: str) -> str:
    """Return the text of HTML."""
    return re.sub(r"<[^>]+>", "", text)


def test_each_cell_of_a_wide_table_has_the_name_of_its_column() -> None:
    folded = fold_page(table(3))
    labels = re.findall(r'<td role="cell" data-label="([^"]*)"', folded)
    assert labels == [f"列{number} &lt;a&gt;" for number in range(3)] * 2
    assert f'class="table {FOLDS}"' in folded


def test_what_a_table_says_stays_as_it_is() -> None:
    assert plain(fold_page(table(5))) == plain(table(5))


def test_roles_stay_when_the_style_takes_the_table_apart() -> None:
    folded = fold_page(table(4))
    counts = {role: folded.count(f'role="{role}"') for role in ("table", "rowgroup", "row", "columnheader", "cell")}
    assert counts == {"table": 1, "rowgroup": 2, "row": 3, "columnheader": 4, "cell": 8}


def test_a_folded_page_stays_as_it_is() -> None:
    folded = fold_page(table(4) + table(2))
    assert fold_page(folded) == folded


def test_the_box_that_scrolls_has_a_name() -> None:
    assert f'role="group" aria-label="{LABEL}"><table' in fold_page(table(2))


def test_two_columns_of_sentences_fold_too() -> None:
    folded = fold_page(table(2, classes=f"dataframe kumo-frame {FOLDS}"))
    assert f'role="table" class="dataframe kumo-frame {FOLDS}"' in folded
    assert folded.count("data-label") == 4


def test_tables_that_do_not_fold() -> None:
    for narrow_or_merged in (
        table(2),
        table(3, attributes=' rowspan="2"'),
        table(3, classes="dataframe kumo-frame"),
        table(3).replace("thead", "tbody"),
        table(3).replace("</thead>", "<tr><th>a</th></tr></thead>"),
    ):
        assert FOLDS not in fold_page(narrow_or_merged)
        assert "data-label" not in fold_page(narrow_or_merged)


def test_a_table_of_pandas_folds_if_it_asks() -> None:
    folded = fold_page(table(3, classes=f"dataframe kumo-frame {FOLDS}").replace("<td><p>値0</p></td>", "<th>値0</th>"))
    assert folded.count(FOLDS) == 1
    assert folded.count('role="rowheader" data-label="列0 &lt;a&gt;"') == 2
    assert fold_page(folded) == folded
