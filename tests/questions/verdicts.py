"""What a model says about the options of a question, compared with what the bank says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.questions.bank import question

if TYPE_CHECKING:
    from collections.abc import Mapping


def right(identifier: str, part: str) -> bool:
    """Return whether the bank calls an option right: the one of that text, or the only one with that part in it."""
    options = question(identifier).options
    (option,) = [option for option in options if option.text == part] or [
        option for option in options if part in option.text
    ]
    return option.right


def agree(identifier: str, verdicts: Mapping[str, bool]) -> None:
    """Assert that each option that a model can judge is right in the bank exactly when the model says so.

    Parameters
    ----------
    identifier : str
        Id of the question.
    verdicts : mapping
        An option's text, or a part of it that no other has, to the model's verdict. None of the right options is
        left unjudged.

    """
    for part, verdict in verdicts.items():
        assert right(identifier, part) == verdict, f"{identifier}: {part}"
    count, judged = len(question(identifier).right), sum(verdicts.values())
    assert judged == count, f"{identifier}: {count} options are right in the bank, and {judged} by the model"
