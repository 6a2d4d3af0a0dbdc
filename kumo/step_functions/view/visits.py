"""How visits to states look: their tone by how they ended, and the numbers in the order of entering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.step_functions.model import history

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.core.drawing import Picture
    from kumo.step_functions.model.history import Execution, Visit

TONES = {
    history.EXITED: ("good-soft", "good"),
    history.CAUGHT: ("warn-soft", "warn"),
    history.BROKEN: ("bad-soft", "bad"),
    history.ABORTED: ("panel", "faint"),
    history.WAITING: ("tokens-soft", "tokens"),
}
# Of several visits to a state the worst ending decides its tone.
WORST = (history.EXITED, history.ABORTED, history.CAUGHT, history.WAITING, history.BROKEN)
BADGE = 10.5
# How much wider than plain letters bold ones are.
BOLD = 1.06


def numbers(run: Execution) -> dict[str, int]:
    """Return the number of each visited state, in the order in which they are first entered."""
    found: dict[str, int] = {}
    for visit in run.visits:
        found.setdefault(visit.state, len(found) + 1)
    return found


def worst(visits: Iterable[Visit]) -> str:
    """Return the ending that decides how the state of these visits looks."""
    return max((visit.ending for visit in visits), key=WORST.index)


def badge(picture: Picture, x: float, y: float, number: int, tone: str) -> None:
    """Add a state's number, in a circle around (x, y)."""
    picture.circle(x, y, BADGE, fill=tone, stroke="panel", stroke_width=1.5)
    picture.text(x, y, str(number), fill="surface", anchor="middle", bold=True, middle=True)
