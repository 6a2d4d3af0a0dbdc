"""The questions by their ids, for the tests that recompute right answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.questions import bank

if TYPE_CHECKING:
    from kumo.questions.bank import Question


def question(identifier: str) -> Question:
    """Return the question of that id."""
    found = [candidate for candidate in bank.load() if candidate.id == identifier]
    if not found:
        raise LookupError(f"there is no question {identifier} in kumo/questions/bank")
    return found[0]
