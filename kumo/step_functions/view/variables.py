"""A strip of an execution's variables: which exist at the clock's moment, their values, and who assigned them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.core.drawing import text_width
from kumo.step_functions.model.variables import Variable, apart, variables
from kumo.step_functions.view.graph import cut
from kumo.step_functions.view.visits import BADGE, BOLD, TONES, badge, numbers
from kumo.step_functions.words import state_machine_run as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout, Picture
    from kumo.core.drawing.picture import Point
    from kumo.step_functions.model.history import Execution
    from kumo.step_functions.model.variables import Moment

ROW = 23
# Lines at most; what does not fit is counted in the last.
MOST = 10
# The part of the width that names may take.
NAMES = 0.4
MARGIN = 18
# A new value is marked for one event.
_BRIEFLY = ((0, "visible"), (1, "hidden"))


@dataclass(frozen=True)
class Strip:
    """The variables of a run, in lines: one for each, under a line that says where those of inner machines live."""

    run: Execution
    layout: Layout
    width: float
    lines: tuple[Variable | str, ...]
    notes: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height in user units, with the space after it; nothing without variables."""
        count = len(self.lines) + len(self.notes)
        return (count + 1) * ROW + MARGIN if count else 0

    def draw(self, picture: Picture, origin: Point) -> None:
        """Add the strip, the baseline of its heading beginning at `origin`."""
        if not self.height:
            return
        (x, y), size = origin, self.layout.small
        picture.text(x, y, words.VARIABLES, bold=True)
        picture.text(x + self.width, y, words.NUMBERED, fill="muted", anchor="end")
        labels = [text_width(f"${line.name}", size) for line in self.lines if isinstance(line, Variable)]
        names = min(NAMES * self.width, BOLD * max(labels, default=0))
        middle = y + 12 + ROW / 2
        for line in (*self.lines, *self.notes):
            if isinstance(line, Variable):
                self._line(picture, line, (x, middle), names)
            else:
                picture.text(x, middle, cut(line, self.width, size), fill="muted", middle=True)
            middle += ROW

    def _line(self, picture: Picture, variable: Variable, origin: Point, names: float) -> None:
        (x, middle), size = origin, self.layout.small
        right, left, first = x + self.width, x + 2 * BADGE + 5, variable.moments[0].event
        with picture.group(visibility="hidden") as now:
            picture.rect(x - 4, middle - ROW / 2, self.width + 8, ROW, fill="accent-soft", radius=4)
            picture.text(right, middle, words.ASSIGNED, fill="accent", anchor="end", bold=True, middle=True)
        news = [(moment.event + after, state) for moment in variable.moments if moment.new for after, state in _BRIEFLY]
        # Assigned again at the next event, it stays marked.
        picture.track(now, "visibility", [(0, "hidden"), *sorted(news)])
        room = right - text_width(words.ASSIGNED, size) - 10 - (left + names + 10)
        label = cut(f"${variable.name}", names / BOLD, size)
        yet = picture.text(left, middle, label, fill="muted", middle=True, hidden=True)
        picture.show(yet, None, first)
        picture.show(picture.text(left, middle, label, bold=True, middle=True), first)
        if text_width(words.NOT_YET, size) <= room:
            text = picture.text(left + names + 10, middle, words.NOT_YET, fill="muted", middle=True, hidden=True)
            picture.show(text, None, first)
        for moment, following in pairwise([*variable.moments, None]):
            with picture.group(**({} if following is None else {"visibility": "hidden"})) as group:
                self._values(picture, moment, (left + names + 10, middle), (x + BADGE - 2, room))
            picture.show(group, moment.event, None if following is None else following.event)

    def _values(self, picture: Picture, moment: Moment, origin: Point, place: tuple[float, float]) -> None:
        (x, middle), (at, room), size = origin, place, self.layout.small
        if not moment.values:
            picture.text(x, middle, cut(words.GONE, room, size), fill="muted", middle=True)
            return
        latest = self.run.visits[max(value.visit for value in moment.values)]
        badge(picture, at, middle, numbers(self.run)[latest.state], TONES[latest.ending][1])
        picture.text(x, middle, cut(words.values(moment), room, size), middle=True)


def strip(run: Execution, layout: Layout, width: float) -> Strip:
    """Return the strip of a run's variables, `width` user units wide."""
    found = variables(run)
    lines: list[Variable | str] = []
    for around in dict.fromkeys([(), *(variable.within for variable in found)]):
        lines += [words.inside(around)] if around else []
        lines += [variable for variable in found if variable.within == around]
    most = MOST - 1 if len(lines) > MOST else MOST
    shown = lines[:most]
    while shown and isinstance(shown[-1], str):
        shown.pop()
    more = len(found) - sum(isinstance(line, Variable) for line in shown)
    notes = [words.MORE_VARIABLES.format(count=more)] if more else []
    notes += [words.apart(state) for state in apart(run)]
    return Strip(run, layout, width, tuple(shown), tuple(notes))
