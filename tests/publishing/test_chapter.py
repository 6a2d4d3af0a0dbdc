from __future__ import annotations

import pytest

from publishing.chapter import chapter_of, chapters
from publishing.console import Problem
from tests.publishing.conftest import Book, cell

TEXT = f"""---
title: 題
---

# 見出し

本文です。

{cell("x = 1", ":tags: [hide-input]" + chr(10) + chr(10))}
次の本文です。

+++

{cell("x + 1" + chr(10) + "x + 2")}"""


def test_every_cell_knows_its_line(book: Book) -> None:
    chapter = book.chapter("chapters/one.md", TEXT)
    kinds = [each.cell_type for each in chapter.notebook().cells]
    assert kinds == ["markdown", "code", "markdown", "code"]
    lines = TEXT.splitlines()
    for each, line in zip(chapter.notebook().cells, chapter.lines(), strict=True):
        assert lines[line - 1] == each.source.splitlines()[0]


def test_a_notebook_says_the_same_each_time(book: Book) -> None:
    chapter = book.chapter("chapters/one.md", TEXT)
    assert chapter.notebook() == chapter.notebook()
    assert chapter.notebook().metadata.kernelspec.name == "python3"
    assert "version" not in chapter.notebook().metadata.language_info  # of Python: it differs between machines


def test_equal_cells_have_identifiers_of_their_own(book: Book) -> None:
    cells = book.chapter("chapters/one.md", cell("1") + cell("1")).notebook().cells
    assert len({each.id for each in cells}) == 2


@pytest.mark.parametrize(
    ("source", "notebook"),
    [
        ("chapters/intro.md", "notebooks/intro.ipynb"),
        ("chapters/2-development/2-1.md", "notebooks/2-development/2-1.ipynb"),
        ("labs/2-1.md", "notebooks/labs/2-1.ipynb"),
    ],
)
def test_a_notebook_stands_where_its_chapter_does(book: Book, source: str, notebook: str) -> None:
    chapter = book.chapter(source, "# 題\n")
    assert chapter.notebook_name == notebook
    assert chapter_of(book.root, chapter.notebook_path) == chapter
    assert chapters(book.root) == [chapter]


def test_links_between_chapters_become_links_between_notebooks(book: Book) -> None:
    book.chapter("chapters/other.md", "# 題\n")
    book.chapter("labs/hands-on.md", "# 題\n")
    text = """
[章](../other.md) [節](../other.md#節) [図](../other.md#throttling?burst=40) [実習](../../labs/hands-on.md)
[ない](missing.md) [外](https://example.com/other.md)

```{admonition} 題
[中](../other.md)
```

[後](../other.md)

```text
[コード](../other.md)
```

[最後](../other.md)
"""
    source = book.chapter("chapters/2/here.md", text).notebook().cells[0].source
    assert "[章](../other.ipynb) [節](../other.ipynb#節) [図](../other.ipynb#throttling?burst=40)" in source
    assert "[実習](../labs/hands-on.ipynb)" in source
    assert "[ない](missing.md) [外](https://example.com/other.md)" in source
    assert "[中](../other.ipynb)" in source
    assert "[後](../other.ipynb)" in source
    assert "[コード](../other.md)" in source
    assert "[最後](../other.ipynb)" in source


def test_options_that_cannot_be_read_name_the_chapter_and_the_line(book: Book) -> None:
    chapter = book.chapter("chapters/bad.md", "# 題\n\n" + cell("1", ":tags: [\n"))
    with pytest.raises(Problem, match=r"chapters/bad\.md: .*line 3"):
        chapter.notebook()
