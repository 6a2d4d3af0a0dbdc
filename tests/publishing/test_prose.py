from __future__ import annotations

import shutil

from publishing.prose import findings, plain
from tests.publishing.conftest import ROOT, Book

TEXT = """---
title: 題
---

# 見出し

(label)=
本文です。{kbd}`Tab`を押します。

```{admonition} 題
:class: tip

中の本文です。
```

````{tip}
```{code-cell} ipython3
:tags: [x]
x = 'コード'
```
後の本文です。
````

+++

:::{note}
三つめの本文です。
:::

```python
print("コード")
```
"""


def test_the_text_of_directives_is_read_and_code_is_not() -> None:
    result = plain(TEXT)
    lines = result.splitlines()
    assert len(lines) == len(TEXT.splitlines())
    for sentence in ("中の本文です。", "後の本文です。", "三つめの本文です。"):
        assert lines[TEXT.splitlines().index(sentence)] == sentence
    assert lines[7] == "本文です。`Tab`を押します。"
    for mark in ("admonition", ":class:", "(label)", "+++", ":::", "title"):
        assert mark not in result
    # Code stays in a fence, which textlint passes over.
    assert lines[TEXT.splitlines().index('print("コード")') - 1] == "```"
    assert lines[TEXT.splitlines().index("x = 'コード'") - 2] == "```"


def test_findings_are_told_in_lines_of_the_chapter(book: Book) -> None:
    shutil.copyfile(ROOT / ".textlintrc.json", book.root / ".textlintrc.json")
    (book.root / "node_modules").symlink_to(ROOT / "node_modules")
    (book.root / "package.json").write_text("{}", encoding="utf-8")
    bad = "これは食べれるものである。"
    book.chapter("chapters/bad.md", f"# 題\n\nよい文です。\n\n```{{note}}\n:class: tip\n{bad}\n```\n")
    book.chapter("labs/good.md", "# 題\n\nよい文です。\n")
    found = findings(book.root)
    assert {(one.chapter, one.line) for one in found} == {("chapters/bad.md", 7)}
    assert {one.rule.partition("/")[2] for one in found} == {"no-dropping-the-ra", "no-mix-dearu-desumasu"}
    assert str(found[0]).startswith("chapters/bad.md:7:")
