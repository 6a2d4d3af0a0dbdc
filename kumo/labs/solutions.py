"""The solutions' cells, by step: from the recorded notebooks of the checkout that the package stands in."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kumo.labs import words
from kumo.labs.errors import LabError

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "labs" / "solutions"

_CHECK = re.compile(r"\blab\.check\(\s*[\"'](?P<step>\w+)[\"']")
_START = re.compile(r"\blab\.start\(")


def step_of(code: str) -> str | None:
    """Return the step that a cell checks, if it checks one."""
    match = _CHECK.search(code)
    return match["step"] if match else None


def starts(code: str) -> bool:
    """Whether a cell starts the lab."""
    return bool(_START.search(code))


def cells_until(name: str, step: str, folder: Path = FOLDER) -> list[str]:
    """Return the sources of the lab's cells up to the check of that step, without the one that starts the lab.

    Raises
    ------
    LabError
        When the notebook with the solution is not there.

    """
    path = folder / f"{name}.ipynb"
    if not path.exists():
        raise LabError(words.NO_SOLUTION.format(path=path))
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or starts(source):
            continue
        found.append(source)
        if step_of(source) == step:
            break
    return found
