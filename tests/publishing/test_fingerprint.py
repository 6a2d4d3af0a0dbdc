"""What makes a recording stale, and what does not: on a small package of the same shape as kumo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publishing import fingerprint as module
from publishing.fingerprint import fingerprint, sources
from tests.publishing.conftest import Book, cell

if TYPE_CHECKING:
    from publishing.chapter import Chapter

FILES = {
    "kumo/__init__.py": "from kumo.core.registry import load\n",
    "kumo/core/__init__.py": "",
    "kumo/core/registry.py": "def load(name):\n    from importlib import import_module\n",
    "kumo/core/facts/__init__.py": "def value(key): ...\n",
    "kumo/core/facts/gateway.toml": "rate = 10\n",
    "kumo/gateway/__init__.py": "",
    "kumo/gateway/explorers.py": "from kumo.gateway.model.bucket import Bucket\nfrom . import words\n",
    "kumo/gateway/words.py": "TITLE = 'x'\n",
    "kumo/gateway/model/__init__.py": "",
    "kumo/gateway/model/bucket.py": "def run():\n    from kumo.core import facts\n",
    "kumo/queue/__init__.py": "",
    "kumo/queue/explorers.py": "x = 1\n",
    "kumo/web/live.js": "1\n",
    "kumo/jupyter.py": "import anywidget\n",
}


@pytest.fixture
def chapter(book: Book) -> Chapter:
    for name, text in FILES.items():
        book.write(name, text)
    return book.chapter(
        "chapters/one.md", "# 題\n\n" + cell("%matplotlib inline\nfrom kumo.gateway.explorers import Bucket")
    )


def changed(book: Book, chapter: Chapter, name: str) -> bool:
    before = fingerprint(chapter)
    path = book.root / name
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    module._read.cache_clear()
    return fingerprint(type(chapter)(chapter.root, chapter.path)) != before


def test_reaches_what_the_cells_import(chapter: Chapter) -> None:
    assert [path.as_posix() for path in sources(chapter)] == [
        "kumo/__init__.py",
        "kumo/core/__init__.py",
        "kumo/core/facts/__init__.py",
        "kumo/core/facts/gateway.toml",
        "kumo/core/registry.py",
        "kumo/gateway/__init__.py",
        "kumo/gateway/explorers.py",
        "kumo/gateway/model/__init__.py",
        "kumo/gateway/model/bucket.py",
        "kumo/gateway/words.py",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "chapters/one.md",
        "kumo/gateway/explorers.py",
        "kumo/gateway/model/bucket.py",  # through explorers
        "kumo/gateway/words.py",  # a relative import
        "kumo/core/facts/gateway.toml",  # through an import inside of a function
        "kumo/__init__.py",  # runs with every import below it
    ],
)
def test_changes_with(book: Book, chapter: Chapter, name: str) -> None:
    assert changed(book, chapter, name)


@pytest.mark.parametrize("name", ["kumo/queue/explorers.py", "kumo/web/live.js", "kumo/jupyter.py"])
def test_stays_the_same_with(book: Book, chapter: Chapter, name: str) -> None:
    assert not changed(book, chapter, name)


@pytest.mark.usefixtures("chapter")
def test_a_service_that_a_cell_only_names_counts(book: Book) -> None:
    other = book.chapter("chapters/two.md", cell("import kumo\n\nkumo.load('queue.Queue')"))
    assert changed(book, other, "kumo/queue/explorers.py")
    assert not changed(book, other, "kumo/gateway/explorers.py")


@pytest.mark.usefixtures("chapter")
def test_a_chapter_without_kumo_depends_on_no_source(book: Book) -> None:
    other = book.chapter("chapters/two.md", cell("1 + 1"))
    assert sources(other) == []
    assert not changed(book, other, "kumo/__init__.py")


def test_pins_that_make_outputs_count_and_others_do_not(book: Book, chapter: Chapter) -> None:
    before = fingerprint(chapter)
    book.write("constraints.txt", "drawsvg==2.4.2\nsphinx==8.0.0\n")
    assert fingerprint(chapter) == before
    book.write("constraints.txt", "drawsvg==2.5.0\nsphinx==8.0.0\n")
    assert fingerprint(chapter) != before


QUESTIONS = {
    "kumo/questions/__init__.py": "from kumo.questions.bank import load\n",
    "kumo/questions/bank.py": "def load(): ...\n",
    "kumo/questions/schema.json": "{}\n",
    "kumo/questions/bank/1-one.yaml": "- page: part/one\n",
    "kumo/questions/bank/2-two.yaml": "- page: part/two\n",
}


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("from kumo.questions import Questions\n\nQuestions('part/one')", {"1-one"}),
        ('from kumo.questions import Questions\n\nQuestions("part/two")', {"2-two"}),
        ("from kumo.questions import Questions\n\nQuestions()", {"1-one", "2-two"}),
    ],
)
def test_of_the_question_bank_only_what_a_page_shows_counts(book: Book, code: str, counts: set[str]) -> None:
    for name, text in (FILES | QUESTIONS).items():
        book.write(name, text)
    page = book.chapter("chapters/questions.md", cell(code))
    for name in ("1-one", "2-two"):
        assert changed(book, page, f"kumo/questions/bank/{name}.yaml") == (name in counts)
    assert changed(book, page, "kumo/questions/bank.py")
    assert changed(book, page, "kumo/questions/schema.json")
