"""A small book through the whole build: what the extension does to pages, and what it complains about."""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import yaml

from kumo.api_gateway.explorers import Throttling
from kumo.questions import bank
from kumo.questions.html import exercise as exercise_html
from publishing import site
from publishing.chapter import Chapter
from tests.publishing.conftest import ROOT

PAGE = """# はじめの題

Japaneseの
文は
続きます。English words
go on.

[図へ](#throttling?rate=20)と[二つめへ](#throttling-2)と[となりへ](other.ipynb#throttling?burst=40)。

値は$x^2 + 1$です。逆引きレコードは429を返しません。
"""
OTHER = "# ほかの題\n\n本文です。\n"
BAD = """# だめな題

[ない](#caching?ttl=1)

[値](#throttling?rate=1000)

[となり](other.ipynb#throttling?speed=1)

これは**「強調」**に見えません。
"""


def notebook(text: str, *figures: str) -> str:
    cells = [nbformat.v4.new_markdown_cell(text, id="text")]
    for number, html in enumerate(figures, start=1):
        output = nbformat.v4.new_output(
            "execute_result", {"text/html": html, "text/plain": "T()"}, execution_count=number
        )
        cells.append(nbformat.v4.new_code_cell("T()", id=f"c{number}", outputs=[output], execution_count=number))
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def build(folder: Path, pages: dict[str, str], **variables: str) -> tuple[int, str, Path]:
    source = folder / "notebooks"
    for name, text in pages.items():
        path = source / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    root, *rest = pages
    toc = {"format": "jb-book", "root": root, "chapters": [{"file": name} for name in rest]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["local_extensions"] = {"publishing.sphinx_kumo": str(ROOT)}
    config["html"]["favicon"] = str(ROOT / "publishing" / "static" / "favicon.svg")
    (folder / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOOK_", "GITHUB_"))}
    program = Path(sys.executable).parent / "jupyter-book"
    run = subprocess.run(
        [
            program,
            "build",
            source,
            "--path-output",
            folder,
            "--config",
            folder / "_config.yml",
            "--toc",
            folder / "_toc.yml",
            "-n",
            "-W",
            "--keep-going",
        ],
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return run.returncode, run.stdout + run.stderr, folder / "_build" / "html"


def question(link: str) -> bank.Question:
    """Return a question whose explanation links to that state of an explorer."""
    [found] = [
        each for each in bank.load(ROOT / "tests" / "questions" / "sample") if each.id == "sample-long-run-share"
    ]
    return replace(found, page="part/first", see=(bank.See(link, "見る"),))


def exercise(link: str) -> str:
    here = f"{posixpath.dirname(bank.See(link, '').page)}/asked".removeprefix("/")
    return exercise_html([question(link)], here=here, view="all", title="問題")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    first = notebook(PAGE, Throttling().figure(), Throttling(rate=20).figure())
    return {
        "part/first": first,
        "part/other": notebook(OTHER, Throttling().figure()),
        "part/plain": notebook(OTHER),
        "part/asked": notebook(OTHER, exercise("part/first#throttling-2?burst=40")),
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, pages: dict[str, str]) -> Path:
    status, said, html = build(tmp_path_factory.mktemp("book"), pages)
    assert status == 0, said
    return html


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_links_to_scenarios(built: Path) -> None:
    page = read(built / "part/first.html")
    for href in ("#throttling?rate=20", "#throttling-2", "other.html#throttling?burst=40"):
        link = re.search(rf'<a [^>]*href="{re.escape(href)}"[^>]*>', page)
        assert link, href
        assert "kumo-scenario" in link[0]


def test_questions_lead_to_pages_and_get_their_player(built: Path) -> None:
    page = read(built / "part/asked.html")
    assert 'href="first.html#throttling-2?burst=40"' in page
    assert 'href="first.html"' in page.partition("kumo-evidence")[2]
    assert ".ipynb#" not in page
    for name in ("practice.js", "quiz.css"):
        assert f"../_static/kumo/{name}?v=" in page
        assert name not in read(built / "part/plain.html")


def test_lines_of_japanese_are_joined(built: Path) -> None:
    text = read(built / "part/first.html")
    assert "Japaneseの文は続きます。English words\ngo on." in text


def test_formulas_need_no_script(built: Path) -> None:
    page = read(built / "part/first.html")
    assert "<math" in page
    assert "mathjax" not in page.lower()


def test_only_pages_with_explorers_get_the_live_host(built: Path) -> None:
    script = re.search(
        r'<script type="module" src="\.\./_static/kumo/live\.js\?v=(\w+)">', read(built / "part/first.html")
    )
    assert script
    assert "live.js" not in read(built / "part/plain.html")
    # One version for everything, so that a page never mixes the files of two builds.
    assert f"theme.css?v={script[1]}" in read(built / "part/plain.html")


def test_every_address_is_relative_to_the_page(built: Path) -> None:
    for path in built.rglob("*.html"):
        for address in re.findall(r'(?:src|href)="([^"]*)"', read(path)):
            assert not address.startswith("/"), f"{path.name}: {address}"


def test_nothing_comes_from_another_host(built: Path) -> None:
    for path in built.rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(https?:)?//', read(path))
        assert not loaded, path.name


def test_styles_in_their_order(built: Path) -> None:
    styles = re.findall(r"_static/kumo/(\w+)\.css", read(built / "part/first.html"))
    assert styles == ["palette", "kumo", "book"]


def test_search_finds_parts_of_japanese_words_and_numbers(built: Path) -> None:
    index = json.loads(read(built / "searchindex.js").removeprefix("Search.setIndex(").removesuffix(")"))
    first = index["docnames"].index("part/first")
    for term in ("逆引", "引き", "きレ", "レコ", "#429"):
        found = index["terms"][term]
        assert first in (found if isinstance(found, list) else [found]), term
    assert "splitQuery" in read(built / "_static/language_data.js")


def test_icons_are_cut_down_to_those_in_use(built: Path) -> None:
    style = read(built / "_static/styles/pydata-sphinx-theme.css")
    assert ".fa-bars:before" in style
    assert ".fa-volleyball:before" not in style
    fonts = built / "_static/vendor/fontawesome/webfonts"
    assert 500 < (fonts / "fa-solid-900.woff2").stat().st_size < 20_000
    assert "fontawesome.js" not in read(built / "part/first.html")


def test_no_buttons_without_a_repository(built: Path) -> None:
    page = read(built / "part/first.html")
    for name in ("mybinder", "colab", "launch-buttons", "github.com"):
        assert name not in page


def test_buttons_open_the_notebook_of_the_page(tmp_path: Path, pages: dict[str, str]) -> None:
    status, said, html = build(
        tmp_path, pages, BOOK_REPOSITORY_URL="https://github.com/owner/book", BOOK_BRANCH="release"
    )
    assert status == 0, said
    page = read(html / "part/first.html")
    assert "https://mybinder.org/v2/gh/owner/book/release?urlpath=lab/tree/notebooks/part/first.ipynb" in page
    assert "https://colab.research.google.com/github/owner/book/blob/colab/notebooks/part/first.ipynb" in page


def test_bad_links_and_lost_emphasis_fail_the_build(tmp_path: Path) -> None:
    pages = {
        "index": notebook(BAD, Throttling().figure()),
        "other": notebook(OTHER, Throttling().figure()),
        "asked": notebook(OTHER, exercise("index#throttling?rate=1001")),
    }
    status, said, _ = build(tmp_path, pages)
    assert status != 0
    for complaint in (
        "no explorer for #caching?ttl=1",
        "#throttling?rate=1000:",
        "#throttling?speed=1:",
        "link of a question: index: #throttling?rate=1001:",
        "link of a question: there is no page part/first",
        "emphasis that Markdown does not see: 'これは**「強調」**に見えません。'",
    ):
        assert complaint in said
    # The places are told in lines of the chapter.
    chapter = Chapter(tmp_path, Path("chapters/index.md"))
    (tmp_path / "chapters").mkdir()
    (tmp_path / chapter.path).write_text(BAD, encoding="utf-8")
    report = site.Report(tmp_path)
    for line in said.splitlines():
        report.take(line)
    assert report.warnings == 6
    place = re.search(r"index\.ipynb:(\d+): WARNING: scenario link: #throttling\?rate=1000", said)
    assert place
    where = site.in_chapter(tmp_path, tmp_path / "notebooks" / "index.ipynb", int(place[1]))
    assert where == "chapters/index.md:5"
