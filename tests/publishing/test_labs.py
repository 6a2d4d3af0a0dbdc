"""A lab's text and its two notebooks."""

from __future__ import annotations

import nbformat
import pytest

from publishing.chapter import Chapter
from publishing.console import Problem
from publishing.fingerprint import sources
from publishing.labs import Exercise, Solution, notebooks, source_of
from publishing.record import main, orphans, stale
from tests.publishing.conftest import Book, cell

CODE = """\
for number in range(3):
    ### BEGIN SOLUTION: numberを表示します。
    print(number)
    print("a")
    ### END SOLUTION
total = sum(
    ### BEGIN SOLUTION: 数のリストを渡します。
    [1, 2],
    ### BLANK
    # [],
    ### END SOLUTION
)
"""
TEXT = f"# 実習: 数\n\n本文。\n\n{cell(CODE)}\n## 終わり\n\n[一覧](index.md)\n"


@pytest.fixture
def twins(book: Book) -> tuple[Chapter, Chapter]:
    book.chapter("labs/index.md", "# 実習\n")
    book.chapter("labs/count.md", TEXT)
    book.chapter("chapters/one.md", "# 題\n")
    exercise, solution = (each for each in notebooks(book.root) if each.path.stem == "count")
    return exercise, solution


def test_a_lab_has_an_exercise_and_a_solution_and_other_texts_one_notebook(
    book: Book, twins: tuple[Chapter, Chapter]
) -> None:
    exercise, solution = twins
    assert isinstance(exercise, Exercise)
    assert isinstance(solution, Solution)
    assert exercise.notebook_name == "notebooks/labs/count.ipynb"
    assert solution.notebook_name == "notebooks/labs/solutions/count.ipynb"
    found = notebooks(book.root)
    assert [type(each) for each in found] == [Chapter, Exercise, Solution, Chapter]
    assert [source_of(book.root, each.notebook_path) for each in found] == found


def test_the_solution_is_left_as_it_is_and_the_exercise_gets_its_blanks(twins: tuple[Chapter, Chapter]) -> None:
    exercise, solution = (each.code()[0].rstrip() for each in twins)
    assert solution == 'for number in range(3):\n    print(number)\n    print("a")\ntotal = sum(\n    [1, 2],\n)'
    assert exercise == (
        "for number in range(3):\n    # TODO: numberを表示します。\n    ...\n"
        "total = sum(\n    # TODO: 数のリストを渡します。\n    [],\n)"
    )


def test_each_twin_leads_to_the_other_and_to_the_rest_of_the_book(twins: tuple[Chapter, Chapter]) -> None:
    exercise, solution = (each.notebook().cells for each in twins)
    assert "(solutions/count.ipynb)" in exercise[0].source
    assert "(index.ipynb)" in exercise[-1].source
    assert solution[0].source.startswith("# 実習: 数(解答)")
    assert "(../count.ipynb)" in solution[0].source
    assert "(../index.ipynb)" in solution[-1].source


def test_cells_know_their_line_in_the_lab(twins: tuple[Chapter, Chapter]) -> None:
    lines = TEXT.splitlines()
    for twin in twins:
        text, code, end = twin.lines()
        assert lines[text - 1] == "# 実習: 数"
        assert lines[code - 1] == "for number in range(3):"
        assert lines[end - 1] == "## 終わり"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("### BEGIN SOLUTION: a\n1", "END SOLUTION is missing after BEGIN SOLUTION"),
        ("### END SOLUTION", r"labs/bad\.md:2: END SOLUTION cannot follow END SOLUTION"),
        ("### BEGIN SOLUTION: a\n### BEGIN SOLUTION: b", r":3: BEGIN SOLUTION cannot follow BEGIN SOLUTION"),
        ("### BEGIN SOLUTION\n### END SOLUTION", r":2: BEGIN SOLUTION needs a sentence"),
    ],
)
def test_marks_that_do_not_fit_name_their_line(book: Book, code: str, message: str) -> None:
    book.chapter("labs/bad.md", cell(code))
    for twin in notebooks(book.root):
        with pytest.raises(Problem, match=message):
            twin.notebook()


def test_the_solution_is_run_and_the_exercise_is_not(book: Book, twins: tuple[Chapter, Chapter]) -> None:
    assert main([], root=book.root) == 0
    exercise, solution = (nbformat.read(each.notebook_path, as_version=4) for each in twins)
    assert (exercise.cells[1].execution_count, exercise.cells[1].outputs) == (None, [])
    assert solution.cells[1].outputs[0].text == "0\na\n1\na\n2\na\n"
    assert [stale(each) for each in twins] == [None, None]
    assert orphans(book.root) == []
    (book.root / "labs" / "count.md").unlink()
    assert orphans(book.root) == sorted(each.notebook_path for each in twins)


def test_a_lab_depends_on_its_checks(book: Book) -> None:
    book.write("kumo/labs/checks/count.py", "TITLE = ''\n")
    book.write("kumo/labs/checks/other.py", "TITLE = ''\n")
    for name in ("kumo", "kumo/labs", "kumo/labs/checks"):
        book.write(f"{name}/__init__.py", "")
    book.chapter("labs/count.md", cell("from kumo import labs"))
    found = {path.as_posix() for path in sources(notebooks(book.root)[0])}
    assert "kumo/labs/checks/count.py" in found
    assert "kumo/labs/checks/other.py" not in found


def test_what_interact_draws_is_kept_and_its_widget_is_not(book: Book) -> None:
    code = (
        "from ipywidgets import FloatSlider, VBox, interact, interactive_output, jslink\n"
        "from IPython.display import HTML, display\n\n\n"
        "def draw(x=1):\n    display(HTML(f'<b>{x}</b>'))\n\n\n"
        "interact(draw, x=(0, 3));"
    )
    linked = (
        "one, two = FloatSlider(), FloatSlider()\njslink((one, 'value'), (two, 'value'))\n"
        "display(VBox([one, two]), interactive_output(draw, {'x': one}))"
    )
    chapter = book.chapter("chapters/one.md", "# 題\n\n" + cell(code) + cell(linked))
    assert main([], root=book.root) == 0
    text = chapter.notebook_path.read_text(encoding="utf-8")
    recorded = nbformat.reads(text, as_version=4)
    assert [output.data["text/html"] for output in recorded.cells[1].outputs] == ["<b>1</b>"]
    assert [output.data["text/html"] for output in recorded.cells[2].outputs] == ["<b>0.0</b>"]
    assert "widget-view" not in text
    assert "model_id" not in text
