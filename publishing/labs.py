"""A lab's text, in which the solution stands, and the two notebooks that are made from it.

The lines of a code cell that the reader is to write stand between two marks, the first with what is to be done::

    ### BEGIN SOLUTION: 注文を書きます。
    client.put_item(TableName="Orders", Item=order)
    ### END SOLUTION

In the notebook with the solution the marks are gone. In the exercise the reader finds ``# TODO: 注文を書きます。`` and
``...`` in the place of the lines, or, after a third mark, what leaves less to write::

    ### BEGIN SOLUTION: まだないときだけ書く条件を書きます。
    ConditionExpression="attribute_not_exists(customer)",
    ### BLANK
    # ConditionExpression=...,
    ### END SOLUTION

The exercise is not run when it is recorded; tests/labs run both.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from publishing.chapter import NOTEBOOKS, Chapter, chapter_of, chapters
from publishing.console import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

SOLUTIONS = "solutions"

_MARK = re.compile(r"^(?P<indent>\s*)### (?P<kind>BEGIN SOLUTION|BLANK|END SOLUTION)(?:: *(?P<todo>.*?))?\s*$")

_EXERCISE_NOTE = """
```{{admonition}} 動かし方
:class: note
boto3とAWS CLIを使うので、このページの中では動きません。
ページの上の起動ボタンからBinderで開くか、手元で`make labs`を実行して`{notebook}`を開きます。
くわしくは[実習の始め方](index.md)にあります。
[解答](solutions/{name}.ipynb)は、自分で動かしてから見てください。
```
"""
_SOLUTION_NOTE = """
```{{admonition}} 解答のページ
:class: note
すべてのセルに、解答と実行結果があります。
先に[実習](../{name}.ipynb)を自分で動かしてください。
```
"""


class _Twin(Chapter):
    """One of the two notebooks of a lab."""

    note: ClassVar[str]

    @cached_property
    def text(self) -> str:
        """The text of this notebook."""
        return "\n".join(line for line, _ in self._derived) + "\n"

    def lines(self) -> list[int]:
        """Return, for each cell of the notebook, the line of the lab where its source begins (from 1)."""
        return [self._derived[line - 1][1] for line in super().lines()]

    @cached_property
    def _derived(self) -> list[tuple[str, int]]:
        """The lines of the text, each with the line of the lab that it comes from."""
        original = (self.root / self.path).read_text(encoding="utf-8")
        return list(self._with_note(self._without_marks(original)))

    def _with_note(self, lines: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        noted = False
        for line, number in lines:
            yield (self._title(line) if line.startswith("# ") and not noted else line), number
            if line.startswith("# ") and not noted:
                noted = True
                note = self.note.format(name=self.path.stem, notebook=self.notebook_name)
                yield from ((each, number) for each in note.splitlines())

    def _without_marks(self, text: str) -> Iterator[tuple[str, int]]:
        inside: re.Match[str] | None = None  # the mark that was last seen, between the first and the last
        for number, line in enumerate(text.splitlines(), start=1):
            mark = _MARK.match(line)
            if mark is None:
                if inside is None:
                    yield line, number
                elif (kept := self._kept(line, inside)) is not None:
                    yield kept, number
                continue
            before = inside["kind"] if inside else "END SOLUTION"
            if mark["kind"] not in _NEXT[before]:
                raise Problem(f"{self.name}:{number}: {mark['kind']} cannot follow {before}")
            if mark["kind"] == "BEGIN SOLUTION" and not mark["todo"]:
                raise Problem(f"{self.name}:{number}: BEGIN SOLUTION needs a sentence that says what is to be done")
            yield from ((each, number) for each in self._at(mark, inside))
            inside = None if mark["kind"] == "END SOLUTION" else mark
        if inside:
            raise Problem(f"{self.name}: END SOLUTION is missing after {inside['kind']}")

    def _title(self, line: str) -> str:
        raise NotImplementedError

    def _kept(self, line: str, after: re.Match[str]) -> str | None:
        """Return the line between two marks as this notebook has it, or None."""
        raise NotImplementedError

    def _at(self, mark: re.Match[str], before: re.Match[str] | None) -> Iterator[str]:
        """Yield the lines that stand in the place of a mark; `before` is the one before it in the same solution."""
        raise NotImplementedError


# What may come after each mark.
_NEXT = {
    "BEGIN SOLUTION": {"BLANK", "END SOLUTION"},
    "BLANK": {"END SOLUTION"},
    "END SOLUTION": {"BEGIN SOLUTION"},
}


class Solution(_Twin):
    """The notebook with the solution: recorded, and compared by nbval."""

    note = _SOLUTION_NOTE

    @property
    def notebook_path(self) -> Path:
        """Where the notebook stands, as an absolute path."""
        path = super().notebook_path
        return path.parent / SOLUTIONS / path.name

    def _title(self, line: str) -> str:
        return f"{line}(解答)"

    def _kept(self, line: str, after: re.Match[str]) -> str | None:
        return None if after["kind"] == "BLANK" else line

    def _at(self, mark: re.Match[str], before: re.Match[str] | None) -> Iterator[str]:  # noqa: ARG002
        yield from ()


class Exercise(_Twin):
    """The notebook that the reader opens: blanks in the place of the solution, and no outputs."""

    note = _EXERCISE_NOTE

    def _title(self, line: str) -> str:
        return line

    def _kept(self, line: str, after: re.Match[str]) -> str | None:
        return re.sub(r"^(\s*)# ?", r"\1", line) if after["kind"] == "BLANK" else None

    def _at(self, mark: re.Match[str], before: re.Match[str] | None) -> Iterator[str]:
        if mark["kind"] == "BEGIN SOLUTION":
            yield f"{mark['indent']}# TODO: {mark['todo']}"
        elif mark["kind"] == "END SOLUTION" and before and before["kind"] != "BLANK":
            yield f"{mark['indent']}..."


def notebooks(root: Path) -> list[Chapter]:
    """Return what each notebook is made from: every chapter, and of each lab with a solution both twins."""
    found: list[Chapter] = []
    for chapter in chapters(root):
        found += _twins(chapter) or [chapter]
    return found


def source_of(root: Path, notebook: Path) -> Chapter:
    """Return what the notebook is made from, whether or not it exists."""
    if notebook.parent == root / NOTEBOOKS / "labs" / SOLUTIONS:
        return Solution(root, Path("labs") / f"{notebook.stem}.md")
    chapter = chapter_of(root, notebook)
    twins = _twins(chapter) if (root / chapter.path).exists() else []
    return twins[0] if twins else chapter


def _twins(chapter: Chapter) -> list[Chapter]:
    """Return the exercise and the solution of a lab; nothing for a text without one."""
    if chapter.path.parts[0] != "labs" or not any(_MARK.match(line) for line in chapter.text.splitlines()):
        return []
    return [Exercise(chapter.root, chapter.path), Solution(chapter.root, chapter.path)]
