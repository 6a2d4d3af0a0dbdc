"""Picture of listener rules: the request at the top, a row for each rule, and what the deciding one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width, wrap
from kumo.elb.model.listener_rules import FAILS, TAKES, TOO_LATE
from kumo.elb.words import listener_rules as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.listener_rules import RulesTrace, Verdict

LINE = 20
# How much wider bold letters run than the estimate for the regular face.
BOLD = 1.06
PAD = 9
SECONDS_PER_STEP = 1.2


@dataclass(frozen=True)
class _Line:
    """A line of a row: text, colour, and the mark before it (True, False, or None for a line without)."""

    text: str
    tone: str
    mark: bool | None


@dataclass(frozen=True)
class _Row:
    """What a rule's row holds and where it is (user units)."""

    verdict: Verdict
    lines: tuple[_Line, ...]
    action: tuple[str, ...]
    y: float
    height: float


@dataclass(frozen=True)
class _Columns:
    """Where the columns begin, and how wide their texts may be (user units)."""

    conditions: float
    room: float
    action: float
    action_room: float


def draw(trace: RulesTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`; where the layout is narrow, actions stand below the conditions."""
    narrow = layout.narrow
    columns = _Columns(64, 238, 64, 238) if narrow else _Columns(92, 352, 482, 216)
    head = broken(words.address(trace), layout.width - 34, layout.small)
    top = 20 + LINE * (len(head) + 1) + (14 if narrow else 40)
    rows = _rows(trace, layout, columns, top)
    foot = rows[-1].y + rows[-1].height + 12
    result = broken(words.outcome(trace), layout.width - 40, layout.body)
    height = foot + 18 + (len(result) + 1) * 24
    # Rules after the one that decides are not evaluated: the clock ends with it, and they are passed over there.
    decided = next(index for index, row in enumerate(rows, 1) if row.verdict.state == TAKES)
    steps = [Step(index, words.name(row.verdict.rule)) for index, row in enumerate(rows[:decided], 1)]
    clock = Clock(0, decided + 1, words.STEP_UNIT, seconds=SECONDS_PER_STEP * (decided + 1), steps=tuple(steps))
    picture = Picture(layout, height + 4, title=words.TITLE, description=words.description(trace), clock=clock)
    _request(picture, trace, head)
    if not narrow:
        for x, label in ((14, words.PRIORITY), (columns.conditions, words.CONDITIONS), (columns.action, words.ACTION)):
            picture.text(x, top - 12, label, fill="muted")
    for index, row in enumerate(rows, 1):
        _row(picture, row, min(index, decided), columns)
    _result(picture, trace, result, foot, decided)
    return picture


def broken(text: str, width: float, size: float) -> list[str]:
    """Break a text of bold letters into lines, also within addresses and patterns that are too long for one.

    `wrap` keeps a run of Latin letters together; here such a run may end anywhere, as in an address bar.
    """
    lines = []
    for line in wrap(text, width / BOLD, size):
        start = 0
        for end in range(1, len(line) + 1):
            if text_width(line[start:end], size) * BOLD > width:
                lines.append(line[start : end - 1])
                start = end - 1
        lines.append(line[start:])
    return lines


def _rows(trace: RulesTrace, layout: Layout, columns: _Columns, top: float) -> list[_Row]:
    rows, y = [], top
    for verdict in trace.verdicts:
        lines = _lines(verdict, columns.room, layout.small)
        action = tuple(broken(words.action(verdict.rule), columns.action_room, layout.small))
        tall = len(lines) + len(action) if layout.narrow else max(len(lines), len(action))
        height = 2 * PAD + tall * LINE
        rows.append(_Row(verdict, lines, action, y, height))
        y += height + 6
    return rows


def _lines(verdict: Verdict, room: float, size: float) -> tuple[_Line, ...]:
    """Return a rule's conditions in lines, with what the request has where one fails."""
    late = verdict.state == TOO_LATE
    if not verdict.judged:
        return tuple(_Line(text, "muted", None) for text in wrap(words.ANYTHING, room, size))
    lines: list[_Line] = []
    for judged in verdict.judged:
        pieces = broken(words.condition(judged.condition), room - 22, size)
        tone = "muted" if late else "ink"
        lines.append(_Line(pieces[0], tone, None if late else judged.satisfied))
        lines += [_Line(piece, tone, None) for piece in pieces[1:]]
        if not judged.satisfied and not late:
            lines += [_Line(piece, "bad", None) for piece in broken(words.seen(judged), room - 22, size)]
    if late:
        said = words.ALSO_MATCHES if verdict.matches else words.NOT_EVALUATED
        lines.append(_Line(said, "warn" if verdict.matches else "muted", None))
    return tuple(lines)


def _request(picture: Picture, trace: RulesTrace, head: list[str]) -> None:
    picture.rect(6, 6, picture.width - 12, 14 + LINE * (len(head) + 1), fill="panel", stroke="faint", radius=8)
    for index, line in enumerate(head):
        picture.text(16, 24 + index * LINE, line, bold=True, middle=True)
    said = words.SOURCE_LINE.format(address=trace.request.source)
    picture.text(16, 24 + len(head) * LINE, said, fill="muted", middle=True)


def _row(picture: Picture, row: _Row, at: int, columns: _Columns) -> None:
    state, rule = row.verdict.state, row.verdict.rule
    left, width = 6, picture.width - 12
    fill, stroke = {TAKES: ("accent-soft", "accent"), FAILS: ("raised", "line"), TOO_LATE: ("none", "line")}[state]
    picture.rect(left, row.y, width, row.height, stroke="line", radius=8)
    frame = picture.rect(
        left,
        row.y,
        width,
        row.height,
        fill=fill,
        stroke=stroke,
        stroke_width=2.5 if state == TAKES else 1,
        radius=8,
        dash="5 4" if state == TOO_LATE else None,
    )
    picture.show(frame, at)
    label = words.DEFAULT_RULE if rule.priority is None else str(rule.priority)
    first = row.y + PAD + LINE / 2
    picture.text(14, first, label, bold=state != TOO_LATE, fill="muted" if state == TOO_LATE else "ink", middle=True)
    for number, line in enumerate(row.lines):
        y = first + number * LINE
        x = columns.conditions if line.mark is None and not row.verdict.judged else columns.conditions + 22
        if line.mark is not None:
            draw_mark = picture.check if line.mark else picture.cross
            mark = draw_mark(columns.conditions + 7, y, 5.5, stroke_width=2.5)
            picture.show(mark, at)
        text = picture.text(x, y, line.text, fill=line.tone, middle=True)
        if line.tone in ("bad", "warn") or line.text == words.NOT_EVALUATED:
            picture.show(text, at)
    start = first + (len(row.lines) * LINE if picture.layout.narrow else 0)
    for number, text in enumerate(row.action):
        tone = "ink" if state == TAKES else "muted"
        arrow = "→ " if number == 0 and picture.layout.narrow else ""
        picture.text(columns.action, start + number * LINE, arrow + text, fill=tone, bold=state == TAKES, middle=True)


def _result(picture: Picture, trace: RulesTrace, lines: list[str], top: float, decided: int) -> None:
    with picture.group() as group:
        height = 16 + (len(lines) + 1) * 24
        picture.rect(6, top, picture.width - 12, height, fill="bad-soft" if trace.problem else "accent-soft", radius=10)
        said = words.DECIDES.format(name=words.name(trace.winner.rule))
        picture.text(18, top + 20, said, middle=True)
        for index, line in enumerate(lines):
            y = top + 44 + index * 24
            tone = "bad" if trace.problem else "ink"
            picture.text(18, y, line, size=picture.layout.body, bold=True, fill=tone, middle=True)
    picture.show(group, decided)
