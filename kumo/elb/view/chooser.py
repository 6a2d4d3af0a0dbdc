"""Picture of the choice: a row for each requirement, a column for each type, and what remains below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, wrap
from kumo.elb.model.chooser import LIMITED, NO, TYPES, YES
from kumo.elb.words import chooser as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.chooser import ChoiceTrace, Need

MARK = 8
LINE = 18
SECONDS_PER_STEP = 1.2


def draw(trace: ChoiceTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`; the narrow layout has no room for notes, which its table gives."""
    narrow = layout.narrow
    label_room, first, step = (132, 142, 45) if narrow else (178, 200, 128)
    room = 0 if narrow else step - 34
    lanes = [first + step * (index + 0.5 if narrow else index) for index in range(len(TYPES))]
    rows, y = [], 38.0 if narrow else 62.0
    for need in trace.needs:
        lines = max(
            len(wrap(need.name, label_room, layout.small)),
            *(len(wrap(need.notes.get(kind, ""), room, layout.small)) if room else 1 for kind in TYPES),
        )
        height = 14 + LINE * lines
        rows.append((need, y, height))
        y += height + 4
    foot = y + (30 if not trace.needs else 0) + 8
    said = [(line, True) for line in wrap(words.verdict(trace), layout.width - 48, layout.body)]
    for part in words.chain_parts(trace):
        said += [(line, False) for line in wrap(part, layout.width - 48, layout.body)]
    count = len(trace.needs)
    picture = Picture(
        layout,
        foot + 34 + 24 + 22 * len(said),
        title=words.TITLE,
        description=words.description(trace),
        clock=_clock(trace),
    )
    _heads(picture, trace, lanes)
    if not rows:
        picture.text(12, y + 20, words.NO_NEEDS, fill="muted", middle=True)
    for index, (need, top, height) in enumerate(rows, 1):
        picture.rect(4, top, layout.width - 8, height, fill="raised", stroke="line", radius=8)
        if picture.clock:
            now = picture.rect(4, top, layout.width - 8, height, stroke="accent", stroke_width=2, radius=8, hidden=True)
            picture.show(now, index - 0.5, index + 0.5)
        lines = wrap(need.name, label_room, layout.small)
        for number, line in enumerate(lines):
            middle = top + height / 2 + (number - (len(lines) - 1) / 2) * LINE
            picture.text(12, middle, line, middle=True)
        _cells(picture, trace, need, lanes, (index, top + height / 2, room))
    _results(picture, trace, lanes, foot)
    with picture.group() as group:
        box = 16 + 22 * len(said)
        picture.rect(4, foot + 30, layout.width - 8, box, fill="accent-soft", radius=10)
        for index, (line, bold) in enumerate(said):
            picture.text(20, foot + 49 + index * 22, line, size=layout.body, bold=bold, middle=True)
    if picture.clock:
        picture.show(group, count + 1)
    return picture


def _clock(trace: ChoiceTrace) -> Clock | None:
    """Return the clock: requirement `i` (from 1) is applied at time `i`, the result follows one later."""
    count = len(trace.needs)
    if not count:
        return None
    steps = [Step(index + 1, words.step(trace, index)) for index in range(count)]
    steps.append(Step(count + 1, words.STEP_END))
    return Clock(0, count + 1, words.STEP_UNIT, seconds=SECONDS_PER_STEP * (count + 1), steps=tuple(steps))


def _heads(picture: Picture, trace: ChoiceTrace, lanes: list[float]) -> None:
    narrow = picture.layout.narrow
    for kind, x in zip(TYPES, lanes, strict=True):
        out, place = trace.out_at(kind), "middle" if narrow else "start"
        left = x if narrow else x - MARK
        if not narrow:
            picture.text(left, 46, words.TAGLINES[kind], fill="muted")
        style = {"size": picture.layout.body, "bold": True, "anchor": place}
        if out is None:
            picture.text(left, 24, words.SHORT[kind], **style)
            continue
        before = picture.text(left, 24, words.SHORT[kind], hidden=True, **style)
        picture.show(before, 0, out + 1)
        after = picture.text(left, 24, words.SHORT[kind], fill="muted", **style)
        after.args["text-decoration"] = "line-through"
        picture.show(after, out + 1)


def _cells(
    picture: Picture, trace: ChoiceTrace, need: Need, lanes: list[float], place: tuple[int, float, float]
) -> None:
    index, y, room = place
    for kind, x in zip(TYPES, lanes, strict=True):
        out = trace.out_at(kind)
        late = out is not None and out + 1 < index
        support = need.support[kind]
        with picture.group() as group:
            _mark(picture, x, y, support, late=late)
            lines = wrap(need.notes.get(kind, ""), room, picture.layout.small) if room else []
            tone = "muted" if late or support == YES else {LIMITED: "warn", NO: "bad"}[support]
            for number, line in enumerate(lines):
                picture.text(x + MARK + 8, y + (number - (len(lines) - 1) / 2) * LINE, line, fill=tone, middle=True)
        picture.show(group, index)


def _mark(picture: Picture, x: float, y: float, support: str, *, late: bool) -> None:
    """Draw a circle, a triangle or a cross, as Japanese tables do."""
    tone = "faint" if late else {YES: "good", LIMITED: "warn", NO: "bad"}[support]
    if support == YES:
        picture.circle(x, y, MARK - 1, stroke=tone, stroke_width=2.5)
    elif support == LIMITED:
        corners = [(x, y - MARK), (x + MARK, y + MARK - 2), (x - MARK, y + MARK - 2)]
        picture.path(corners, stroke=tone, stroke_width=2.5, close=True)
    else:
        picture.cross(x, y, MARK - 2, stroke=tone, stroke_width=2.5)


def _results(picture: Picture, trace: ChoiceTrace, lanes: list[float], y: float) -> None:
    count = len(trace.needs)
    for kind, x in zip(TYPES, lanes, strict=True):
        out = trace.out_at(kind)
        said, tone = (words.REMAINS, "good") if out is None else (words.OUT, "muted")
        narrow = picture.layout.narrow
        text = picture.text(
            x if narrow else x - MARK,
            y + 8,
            said,
            fill=tone,
            bold=out is None,
            anchor="middle" if narrow else "start",
            middle=True,
        )
        if picture.clock:
            picture.show(text, count + 1 if out is None else out + 1)
