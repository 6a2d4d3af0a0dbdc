"""Pages with the sample questions, as the site would show them: the same HTML, scripts and styles."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kumo.core.drawing import palette
from kumo.questions import bank, html
from tests.site.visiting import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kumo.questions.bank import Question

SAMPLE = ROOT / "tests" / "questions" / "sample"
SCRIPTS = ("practice.js", "quiz.js")
STYLES = ("palette.css", "kumo.css", "quiz.css", "book.css")
HERE = "2-development/2-1-4-throttling"


def questions() -> tuple[Question, ...]:
    return bank.load(SAMPLE)


def write_site(folder: Path) -> Path:
    """Write the pages ``page.html`` (a player), ``all.html`` (with filters) and ``sheet.html`` (for instructors)."""
    static = folder / "_static" / "kumo"
    static.mkdir(parents=True)
    for name in (*SCRIPTS, "kumo.css", "quiz.css", "book.css"):
        shutil.copyfile(ROOT / "kumo" / "web" / name, static / name)
    (static / "palette.css").write_text(palette.css(), encoding="utf-8")
    found = questions()
    for name, view in (("page", "page"), ("all", "all"), ("sheet", "sheet")):
        text = html.exercise(found, here=HERE, view=view, title="演習問題")
        (folder / f"{name}.html").write_text(_page(name, [text]), encoding="utf-8")
    (folder / "index.html").write_text(_page("index", []), encoding="utf-8")
    return folder


def _page(name: str, parts: Iterable[str]) -> str:
    styles = "".join(f'<link rel="stylesheet" href="_static/kumo/{style}">' for style in STYLES)
    return (
        f'<!doctype html><html lang="ja" data-theme="light"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        # As the theme's own switch stores it.
        '<script>try { document.documentElement.dataset.theme = localStorage.mode ?? "light" } catch {}</script>'
        f"{styles}<style>body {{ background: var(--kumo-surface); margin: 0 auto; padding: 16px; max-width: 46rem;"
        ' font-family: "Noto Sans CJK JP", sans-serif; color: var(--kumo-ink) }</style>'
        '<script type="module" src="_static/kumo/practice.js?v=1"></script></head>'
        f'<body class="bd-content"><main class="bd-article"><h1>演習</h1><h2>問題</h2>{"".join(parts)}</main></body>'
        "</html>"
    )
