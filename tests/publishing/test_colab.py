from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

from publishing.colab import write
from publishing.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = Repository("https://github.com/owner/book", "main")


def test_notebooks_with_code_install_the_package_first(tmp_path: Path) -> None:
    output = nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)
    code = nbformat.v4.new_code_cell("1 + 1", id="one", outputs=[output], execution_count=1)
    text = nbformat.v4.new_markdown_cell("# 題", id="text")
    (tmp_path / "notebooks/part").mkdir(parents=True)
    for name, cells in (("part/with", [text, code]), ("without", [text])):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks" / f"{name}.ipynb")
    target = tmp_path / "colab"
    (target / "notebooks").mkdir(parents=True)
    (target / "notebooks" / "old.ipynb").write_text("{}", encoding="utf-8")

    written = [path.relative_to(target).as_posix() for path in write(target, REPOSITORY, tmp_path)]
    assert written == ["notebooks/part/with.ipynb", "notebooks/without.ipynb"]
    assert not (target / "notebooks" / "old.ipynb").exists()
    with_code = nbformat.read(target / written[0], as_version=4)
    nbformat.validate(with_code)
    assert '"kumo[notebook] @ git+https://github.com/owner/book@main"' in with_code.cells[1].source
    assert with_code.cells[-2:] == [text, code]
    assert nbformat.read(target / written[1], as_version=4).cells == [text]
