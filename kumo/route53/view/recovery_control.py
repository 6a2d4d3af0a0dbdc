"""Picture of a drill: requests, switches and where users are sent, on one time line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, Step, text_width
from kumo.core.drawing.picture import LINE_HEIGHT, Box
from kumo.route53.model.recovery_control import CELLS, END, GATE, OSAKA
from kumo.route53.view.fitting import fitted
from kumo.route53.words import recovery_control as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.route53.model.recovery_control import RecoveryTrace, Verdict

SECONDS = 9.0
LANE, BAND = 38.0, 26.0
# Between the middles of two marks in one row (user units).
APART = 24.0


def draw(trace: RecoveryTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the time line above, the requests with their verdicts below."""
    lanes = [*CELLS, *([GATE] if _has_gate(trace) else [])]
    left = 62.0 if layout.narrow else 78.0
    width = layout.width - left - 14
    rows = _rows(trace, width)
    marks = max(rows, default=0) + 1
    top = 30 + marks * APART
    line = layout.small * LINE_HEIGHT
    count = max(1, len(trace.verdicts))
    lines = top + (len(lanes) + 1) * LANE + 62
    tall = count * (line * (2 if layout.narrow else 1) + 8)
    refused = sum(not one.done for one in trace.verdicts)
    steps = tuple(
        Step(one.request.at, words.AT.format(at=one.request.at, changes=words.changes(one.request)))
        for one in trace.verdicts
    )
    picture = Picture(
        layout,
        lines + tall + 48,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            gate=words.GATE_TOO if GATE in lanes else "",
            count=len(trace.verdicts),
            refused=refused,
            failing=trace.failing,
        ),
        clock=Clock(0, END, words.SECONDS, seconds=SECONDS, steps=steps),
    )
    plot = Plot(picture, Box(left, top, width, (len(lanes) + 1) * LANE), (0, END), (0, 1))
    for index, lane in enumerate(lanes):
        _switch(picture, trace, lane, plot, top + index * LANE)
    _traffic(picture, trace, plot, top + len(lanes) * LANE)
    plot.x_axis([0, 30, 60, 90, 120], words.X)
    plot.playhead()
    _broken(picture, trace, plot)
    picture.text(6, top - APART / 2 - 4, words.REQUESTS, bold=True, middle=True)
    for number, (one, row) in enumerate(zip(trace.verdicts, rows, strict=True), 1):
        x, y = plot.x(one.request.at), top - 16 - row * APART
        picture.line((x, y), (x, top + len(lanes) * LANE), stroke="accent" if one.done else "bad", dash="2 3")
        _mark(picture, number, one, x, y)
    _list(picture, trace, lines)
    _total(picture, trace, Box(4, lines + tall, layout.width - 8, 36))
    return picture


def _has_gate(trace: RecoveryTrace) -> bool:
    used = any(name == GATE for one in trace.verdicts for name, _ in one.request.changes)
    return trace.rules.gated or used


def _rows(trace: RecoveryTrace, width: float) -> list[int]:
    """Return the row of each mark above the time line, so that none hides another."""
    ends: list[float] = []
    found = []
    for one in trace.verdicts:
        x = one.request.at / END * width
        row = next((index for index, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[row : row + 1] = [x]
        found.append(row)
    return found


def _mark(picture: Picture, number: int, one: Verdict, x: float, y: float) -> None:
    tone = "accent" if one.done else "bad"
    picture.circle(x, y, 10, fill=tone)
    picture.text(x, y, str(number), fill="surface", anchor="middle", bold=True, middle=True)


def _band(picture: Picture, box: Box, label: str, *, fill: str, stroke: str, ink: str = "ink") -> None:
    picture.rect(box.x, box.y, box.width, box.height, fill=fill, stroke=stroke, stroke_width=1.2, radius=4)
    if text_width(label, picture.layout.small) + 12 <= box.width:
        # At the left, where no line of a later moment runs through it.
        picture.text(box.x + 7, box.center[1], label, middle=True, fill=ink)


def _switch(picture: Picture, trace: RecoveryTrace, lane: str, plot: Plot, y: float) -> None:
    picture.text(6, y + BAND / 2, words.LANES[lane], bold=True, middle=True)
    # Neighbours of equal state are one band.
    spans: list[tuple[int, int, bool]] = []
    for start, end, state in trace.spans:
        if spans and spans[-1][2] == state[lane]:
            spans[-1] = (spans[-1][0], end, state[lane])
        else:
            spans.append((start, end, state[lane]))
    for start, end, on in spans:
        box = Box(plot.x(start), y, plot.x(end) - plot.x(start), BAND)
        fill, stroke = ("accent-soft", "accent") if on else ("none", "line")
        _band(picture, box, words.ON if on else words.OFF, fill=fill, stroke=stroke, ink="ink" if on else "muted")


def _traffic(picture: Picture, trace: RecoveryTrace, plot: Plot, y: float) -> None:
    picture.text(6, y + BAND / 2, words.TRAFFIC, bold=True, middle=True)
    for start, end, cell, works, fallen in trace.traffic:
        box = Box(plot.x(start), y, plot.x(end) - plot.x(start), BAND)
        tone = "bad" if not works else "series-3" if cell == OSAKA else "good"
        label = words.sent(cell, works=works, fallen=fallen)
        if text_width(label, picture.layout.small) + 12 > box.width:
            label = words.sent(cell, works=works, fallen=False)
        _band(picture, box, label, fill=f"{tone}-soft", stroke=tone)


def _broken(picture: Picture, trace: RecoveryTrace, plot: Plot) -> None:
    """Mark the moment at which Tokyo stops, with its name at the top."""
    if trace.broken_at >= END:
        return
    x, small = plot.x(trace.broken_at), picture.layout.small
    picture.line((x, 24), (x, plot.area.bottom), stroke="bad", stroke_width=2)
    half = text_width(words.STOPPED, small) * 1.06 / 2
    at = min(max(x, half + 2), picture.width - half - 2)
    picture.text(at, 12, words.STOPPED, fill="bad", bold=True, anchor="middle", middle=True)


def _list(picture: Picture, trace: RecoveryTrace, top: float) -> None:
    layout, small = picture.layout, picture.layout.small
    line = small * LINE_HEIGHT
    if not trace.verdicts:
        picture.text(6, top + 4, words.NO_REQUESTS, fill="muted", middle=True)
    for number, one in enumerate(trace.verdicts, 1):
        y = top + 4 + (number - 1) * (line * (2 if layout.narrow else 1) + 8)
        _mark(picture, number, one, 16, y)
        asked = words.AT.format(at=one.request.at, changes=words.changes(one.request))
        told = words.verdict(trace, one)
        tone = "accent" if one.done else "bad"
        if layout.narrow:
            picture.text(34, y, fitted(asked, layout.width - 40, small), middle=True)
            result = picture.text(
                34, y + line, fitted(told, layout.width - 40, small), fill=tone, bold=True, middle=True
            )
        else:
            room = layout.width - 60 - text_width(told, small) * 1.06
            picture.text(34, y, fitted(asked, room, small), middle=True)
            result = picture.text(layout.width - 8, y, told, fill=tone, bold=True, anchor="end", middle=True)
        picture.show(result, one.request.at)


def _total(picture: Picture, trace: RecoveryTrace, box: Box) -> None:
    tone = "bad" if trace.failing else "good"
    text = words.TOTAL.format(failing=trace.failing)
    with picture.group() as group:
        picture.rect(box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
        picture.text(*box.center, text, fill=tone, bold=True, anchor="middle", middle=True)
    picture.show(group, END)
