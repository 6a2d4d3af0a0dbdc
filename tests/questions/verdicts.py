"""What a model says about the options of a question, compared with what the bank says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.questions.bank import question

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    options = question(identifier).options
    judged = set()
    for part, verdict in verdicts.items():
        (option,) = [option for option in options if option.text == part] or [
            option for option in options if part in option.text
        ]
        judged.add(option.text)
        assert option.right == verdict, f"{identifier}: {option.text}"
    left = [option.text for option in options if option.right and option.text not in judged]
    assert not left, f"{identifier}: {left[0]} is right in the bank, and no model was asked"
