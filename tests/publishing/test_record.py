"""Recording runs cells in real kernels; each start takes a second, so a test proves several things at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import nbformat
import pytest

from publishing import outputs
from publishing.record import main, orphans, stale
from tests.publishing.conftest import Book, cell

if TYPE_CHECKING:
    from publishing.chapter import Chapter


def fresh(chapter: Chapter) -> Chapter:
    """Return the chapter as it is on the disk now."""
    return type(chapter)(chapter.root, chapter.path)


def test_records_once_and_again_only_what_changed(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    one = book.chapter("chapters/one.md", "# 題\n\n" + cell("print('こんにちは')\n1 + 1") + cell("x = 3"))
    two = book.chapter("chapters/part/two.md", "# 題\n\n" + cell("6 * 7"))
    assert stale(one) == "there is no notebook yet"
    assert main([], root=book.root) == 0
    notebook = nbformat.read(one.notebook_path, as_version=4)
    printed, result = notebook.cells[1].outputs
    assert (printed.text, result.data["text/plain"]) == ("こんにちは\n", "2")
    assert [each.get("execution_count") for each in notebook.cells[1:]] == [1, 2]
    assert "execution" not in notebook.cells[1].metadata
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.book.chapter == "chapters/one.md"
    assert "version" not in notebook.metadata.language_info
    assert stale(one) is stale(two) is None

    capfd.readouterr()
    before = {chapter.path: chapter.notebook_path.read_bytes() for chapter in (one, two)}
    book.write("chapters/part/two.md", "# 題\n\n" + cell("6 * 9"))
    assert stale(fresh(two)) == "its text changed"
    assert main([], root=book.root) == 0
    said = capfd.readouterr().out
    assert "chapters/part/two.md: its text changed" in said
    assert "1 recorded, 1 current already, 0 failed" in said
    assert one.notebook_path.read_bytes() == before[one.path]
    assert '"54"' in two.notebook_path.read_text(encoding="utf-8")

    # The same chapter gives the same bytes.
    book.write("chapters/part/two.md", "# 題\n\n" + cell("6 * 7"))
    assert main(["--all"], root=book.root) == 0
    assert {chapter.path: chapter.notebook_path.read_bytes() for chapter in (one, two)} == before

    # Outputs that somebody changed, or took away, are noticed, which nbval alone would not do.
    recorded = json.loads(one.notebook_path.read_text(encoding="utf-8"))
    recorded["cells"][1].update(outputs=[], execution_count=None)
    one.notebook_path.write_text(json.dumps(recorded), encoding="utf-8")
    assert stale(one) == "its outputs were changed after the recording"

    (book.root / "chapters/part/two.md").unlink()
    assert orphans(book.root) == [two.notebook_path]
    assert main([], root=book.root) == 0
    assert not two.notebook_path.exists()


def test_a_cell_that_raises_names_its_line_and_keeps_the_earlier_recording(
    book: Book, capfd: pytest.CaptureFixture[str]
) -> None:
    good = cell("def divide(a, b):\n    return a / b")
    one = book.chapter("chapters/one.md", f"# 題\n\n{good}\n本文です。\n\n{cell('divide(1, 2)')}")
    other = book.chapter("chapters/other.md", cell("'ok'"))
    assert main([str(book.root / "chapters/one.md")], root=book.root) == 0
    before = one.notebook_path.read_bytes()

    bad = f"# 題\n\n{good}\n本文です。\n\n{cell('a = 1' + chr(10) + 'divide(a, 0)', ':tags: [x]' + chr(10))}{cell('2')}"
    book.write("chapters/one.md", bad)
    capfd.readouterr()
    assert main([], root=book.root) == 1
    said = capfd.readouterr()
    line = bad.splitlines().index("divide(a, 0)") + 1
    assert f"Error: chapters/one.md:{line}: cell 2: ZeroDivisionError: division by zero" in said.err
    assert one.notebook_path.read_bytes() == before
    assert not list(one.notebook_path.parent.glob("*.new"))
    # One chapter's error stops no other.
    assert stale(other) is None
    assert "1 recorded, 0 current already, 1 failed" in said.out

    book.write("chapters/one.md", f"# 題\n\n{cell('x = 1' + chr(10) + 'y = = 2')}")
    assert main([], root=book.root) == 1
    assert "Error: chapters/one.md:5: cell 1: SyntaxError: invalid syntax" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import warnings\nwarnings.warn('old')", "the cell writes to stderr"),
        ("object()", "an address that differs from run to run"),
        ("from IPython.display import Image\nImage(b'\\x89PNG', format='png')", "the output is image/png"),
    ],
)
def test_refuses_what_a_page_cannot_show_or_no_test_compare(
    book: Book, capfd: pytest.CaptureFixture[str], code: str, reason: str
) -> None:
    chapter = book.chapter("chapters/one.md", "# 題\n\n" + cell("1") + cell(code))
    assert main([], root=book.root) == 1
    said = capfd.readouterr().err
    assert f"chapters/one.md:{chapter.lines()[2]}: cell 2: " in said
    assert reason in said
    assert not chapter.notebook_path.exists()


def test_runs_two_at_a_time(book: Book) -> None:
    code = (
        "import json, pathlib, time\n"
        "begin = time.time()\n"
        "time.sleep(1)\n"
        "_ = pathlib.Path({name!r}).write_text(json.dumps([begin, time.time()]))"
    )
    for name in ("a", "b"):
        book.chapter(f"chapters/{name}.md", cell(code.format(name=str(book.root / f"{name}.json"))))
    assert main([], root=book.root) == 0
    (begin_a, end_a), (begin_b, end_b) = (json.loads((book.root / f"{name}.json").read_text()) for name in ("a", "b"))
    assert begin_a < end_b
    assert begin_b < end_a


def test_a_widget_leaves_its_html_only() -> None:
    data = {"text/plain": "W()", "text/html": "<b>x</b>", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    output = nbformat.v4.new_output("execute_result", data, execution_count=1, metadata={"isolated": True})
    code = nbformat.v4.new_code_cell(
        "W()", outputs=[output], execution_count=1, metadata={"execution": {"iopub.status.busy": "2026"}}
    )
    outputs.clean(code)
    assert code.outputs[0].data == {"text/plain": "W()", "text/html": "<b>x</b>"}
    assert code.outputs[0].metadata == {}
    assert code.metadata == {}


def test_an_unknown_chapter_is_named(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    book.chapter("chapters/one.md", "# 題\n")
    assert main([str(book.root / "chapters/none.md")], root=book.root) == 1
    assert "chapters/none.md is not a chapter" in capfd.readouterr().err
