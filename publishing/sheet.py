"""What an instructor looks for before a lesson: each explorer, the question to ask before it, and links to its states.

Read from the recorded notebooks, where all three stand already: nothing of it is written a second time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import kumo
from publishing import scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUESTION = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{admonition\}[^\n]*\n:class: [^\n]*kumo-predict[^\n]*\n(?P<text>.*?)^(?P=fence)",
    re.MULTILINE | re.DOTALL,
)
# As in Markdown, brackets within an address come in pairs: #schedules?expression=cron(0%200%20*%20*%20?%20*)
_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\(#(?P<fragment>[a-z][a-z0-9-]*\?(?:[^()\s]|\([^()\s]*\))*)\)")


@dataclass(frozen=True)
class Shown:
    """An explorer on a page.

    Attributes
    ----------
    anchor, title : str
        Where it stands on the page, and what it is called.
    question : str
        What the page asks before it, as Markdown; empty where it asks nothing.
    states : tuple of (str, str)
        The links of the page that put it into a state: text and fragment.

    """

    anchor: str
    title: str
    question: str
    states: tuple[tuple[str, str], ...]


def explorers(notebook: Path) -> list[Shown]:
    """Return the explorers that a recorded notebook shows, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    states: dict[str, dict[str, str]] = {}
    for link in _LINK.finditer("\n".join(texts)):
        states.setdefault(link["fragment"].partition("?")[0], {}).setdefault(link["fragment"], link["text"])
    return [
        Shown(anchor, kumo.load(name).title, question, tuple((text, to) for to, text in states.get(anchor, {}).items()))
        for anchor, name, question in _with_questions(cells)
    ]


def _with_questions(cells: list[dict]) -> Iterator[tuple[str, str, str]]:
    """Yield each explorer's anchor and id with the last question before it that no other explorer has answered."""
    anchors = iter(scenarios.anchors_of(cells).items())
    question = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for asked in _QUESTION.finditer("".join(cell["source"])):
                question = asked["text"].strip()
        for _ in scenarios.shown(cell):
            yield *next(anchors), question
            question = ""
