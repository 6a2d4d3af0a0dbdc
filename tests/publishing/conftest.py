"""Parts for the tests of the chain: a small book of its own in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.chapter import Chapter

ROOT = Path(__file__).resolve().parents[2]


class Book:
    """A checkout with chapters that a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "chapters").mkdir()
        (root / "constraints.txt").write_text("drawsvg==2.4.2\nsphinx==7.4.7\n", encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        """Write any file of the checkout."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def chapter(self, name: str, text: str) -> Chapter:
        """Write a chapter and return it."""
        self.write(name, text)
        return Chapter(self.root, Path(name))


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def cell(code: str, options: str = "") -> str:
    """Return a code cell as the chapters write it."""
    return f"```{{code-cell}} ipython3\n{options}{code}\n```\n"
