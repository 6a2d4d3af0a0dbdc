"""What the built pages' HTML gets for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publishing.accessible import SIDEBAR, SUBPAGES, mend, mend_page

if TYPE_CHECKING:
    from pathlib import Path

FOUND = {
    '<summary aria-label="Toggle hidden content">\n<p>コードを見る</p>': "<summary>\n<p>コードを見る</p>",
    '<button class="btn search-button-field x" title="検索" aria-label="検索" data-a="b">': (
        '<button class="btn search-button-field x" title="検索" data-a="b">'
    ),
    '<details><summary><span class="toctree-toggle" role="presentation">': (
        f'<details><summary aria-label="{SUBPAGES}"><span class="toctree-toggle" role="presentation">'
    ),
    '<div id="pst-primary-sidebar" class="bd-sidebar">': (
        f'<div id="pst-primary-sidebar" class="bd-sidebar" role="region" aria-label="{SIDEBAR}">'
    ),
    '<thead>\n<tr class="row-odd"><th class="head"><p></p></th>\n<th class="head"><p>値</p></th></tr></thead>': (
        '<thead>\n<tr class="row-odd"><td class="head"><p></p></td>\n<th class="head"><p>値</p></th></tr></thead>'
    ),
    '<thead><tr><th class="blank level0" >&nbsp;</th></tr></thead>': (
        '<thead><tr><td class="blank level0" >&nbsp;</td></tr></thead>'
    ),
    "<thead><tr><th></th><th>件数</th></tr></thead>": "<thead><tr><td></td><th>件数</th></tr></thead>",
}


@pytest.mark.parametrize("text", FOUND)
def test_each_finding_is_mended_once(text: str) -> None:
    assert mend_page(text) == FOUND[text]
    assert mend_page(FOUND[text]) == FOUND[text]


@pytest.mark.parametrize(
    "text",
    [
        '<button class="btn" aria-label="検索">',
        '<summary aria-label="表で見る">',
        "<tbody><tr><th></th></tr></tbody>",
        "<thead><tr><th>件数</th></tr></thead>",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert mend_page(text) == text


def test_pages_are_mended_and_assets_left_alone(tmp_path: Path) -> None:
    broken = '<summary aria-label="Toggle hidden content">'
    for name in ("a.html", "b/c.html", "_static/d.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(broken, encoding="utf-8")
    mend(tmp_path)
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "<summary>"
    assert (tmp_path / "b" / "c.html").read_text(encoding="utf-8") == "<summary>"
    assert (tmp_path / "_static" / "d.html").read_text(encoding="utf-8") == broken
