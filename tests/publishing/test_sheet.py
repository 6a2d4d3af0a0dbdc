from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publishing import sheet
from publishing.sheet import Shown

if TYPE_CHECKING:
    from pathlib import Path

FIGURE = '<figure class="kumo" data-explorer="api_gateway.Throttling" data-slug="throttling">'


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook: cells that begin with a figure are code that shows it."""
    content = [
        {"cell_type": "code", "source": "", "outputs": [{"data": {"text/html": [cell]}}]}
        if cell.startswith("<figure")
        else {"cell_type": "markdown", "source": cell}
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": content}), encoding="utf-8")
    return path


def test_each_explorer_has_its_question_and_its_states(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / "page.ipynb",
        "本文\n\n```{admonition} 予想\n:class: tip kumo-predict\n何件が通りますか。\n理由も考えます。\n```\n",
        FIGURE,
        "[バースト40](#throttling?burst=40)と[別の節](other.md#throttling?burst=1)、[見出し](#id1)です。",
        "```{admonition} 注意\n:class: warning kumo-pitfall\nこれは問いではありません。\n```",
        FIGURE,
        "[2つ目の図](#throttling-2?rate=5)。もう一度[同じ状態](#throttling?burst=40)。",
        "([括弧の中の括弧](#throttling-2?rate=5&text=cron(0%200)))",
    )
    assert sheet.explorers(path) == [
        Shown(
            "throttling",
            "スロットリング：トークンバケット",
            "何件が通りますか。\n理由も考えます。",
            (("バースト40", "throttling?burst=40"),),
        ),
        Shown(
            "throttling-2",
            "スロットリング：トークンバケット",
            "",
            (
                ("2つ目の図", "throttling-2?rate=5"),
                ("括弧の中の括弧", "throttling-2?rate=5&text=cron(0%200)"),
            ),
        ),
    ]


def test_a_page_without_explorers_has_none(tmp_path: Path) -> None:
    assert sheet.explorers(notebook(tmp_path / "page.ipynb", "本文")) == []
