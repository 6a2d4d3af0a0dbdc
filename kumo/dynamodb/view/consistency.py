"""Picture of consistency: three replicas over time, where each read goes, and how likely the old value is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.consistency import KINDS, REPLICAS, expected_stale
from kumo.dynamodb.words import consistency as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.consistency import ConsistencyTrace

POINTS = 60
LANE, GAP = 38, 8
RADIUS = 9


def draw(trace: ConsistencyTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: lanes above, shares below on the same axis of time, the cost at the foot."""
    narrow = layout.narrow
    end = trace.reads[-1].time + trace.reads[0].time * 0.6
    left = 92.0 if narrow else 118.0
    lanes = Box(left, 62, layout.width - left - 10, REPLICAS * (LANE + GAP) - GAP)
    shares = Box(left, lanes.bottom + 84, lanes.width, 110)
    foot = shares.bottom + (66 if narrow else 58)
    picture = Picture(
        layout,
        foot + (104 if narrow else 58),
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, end, words.MILLISECONDS, seconds=7),
    )
    plot = Plot(picture, shares, (0, end), (0, 100))
    _lanes(picture, trace, plot, lanes)
    _reads(picture, trace, plot, lanes)
    _shares(picture, trace, plot)
    _cost(picture, trace, foot)
    return picture


def _lanes(picture: Picture, trace: ConsistencyTrace, plot: Plot, box: Box) -> None:
    for number, (name, applied) in enumerate(zip(words.REPLICAS, trace.applied, strict=True)):
        y = box.y + number * (LANE + GAP)
        when = words.LATER.format(time=applied) if applied else words.AT_ONCE
        picture.text(box.x - 8, y + 13, name, bold=True, anchor="end", middle=True)
        picture.text(box.x - 8, y + 29, when, fill="muted", anchor="end", middle=True)
        picture.rect(box.x, y, box.width, LANE, fill="bad-soft", radius=4)
        start = min(plot.x(applied), box.right)
        if start - box.x > text_width(words.OLD, picture.layout.small) + 8:
            picture.text(box.x + 6, y + LANE / 2, words.OLD, fill="bad", bold=True, middle=True)
        if start < box.right:
            fresh = picture.rect(start, y, box.right - start, LANE, fill="good-soft", radius=4)
            picture.show(fresh, applied)
            edge = picture.line((start, y), (start, y + LANE), stroke="good", stroke_width=2)
            picture.show(edge, applied)


def _reads(picture: Picture, trace: ConsistencyTrace, plot: Plot, box: Box) -> None:
    """Draw each read: its number above, a line to the replica that answers, and the value below."""
    top, answer = box.y - 14, box.bottom + 22
    picture.text(box.x - 8, top, words.READ, fill="muted", anchor="end", middle=True)
    picture.text(box.x - 8, answer, words.ANSWER, fill="muted", anchor="end", middle=True)
    for number, read in enumerate(trace.reads):
        x, y = plot.x(read.time), box.y + read.replica * (LANE + GAP) + LANE / 2
        tone = "good" if read.fresh else "bad"
        picture.text(x, top, str(number + 1), bold=True, anchor="middle", middle=True)
        line = picture.line((x, box.y - 4), (x, y - RADIUS), stroke="muted", dash="2 3")
        disc = picture.circle(x, y, RADIUS, fill="panel", stroke=tone, stroke_width=2)
        mark = picture.check(x, y, 4) if read.fresh else picture.cross(x, y, 4)
        word = picture.text(
            x, answer, words.NEW if read.fresh else words.OLD, fill=tone, bold=True, anchor="middle", middle=True
        )
        for element in (line, disc, mark, word):
            picture.show(element, read.time)
    told = words.back(trace)
    if told:
        x = plot.x(trace.reads[trace.back or 0].time)
        room = text_width(told, picture.layout.small) * 1.06 / 2
        centre = min(max(x, room + 4), picture.width - room - 4)
        label = picture.text(centre, 14, told, fill="bad", bold=True, anchor="middle", middle=True)
        arrow = picture.arrow((x, 23), (x, top - 9), stroke="bad", head=6)
        for element in (label, arrow):
            picture.show(element, trace.reads[trace.back or 0].time)


def _shares(picture: Picture, trace: ConsistencyTrace, plot: Plot) -> None:
    area, small, end = plot.area, picture.layout.small, plot.x_range[1]
    picture.text(4 if picture.layout.narrow else area.x, area.y - 26, words.STALE_AXIS, bold=True, middle=True)
    entries = [("bad", words.CURVE), ("ink", words.DOTS)]
    room = sum(18 + text_width(label, small) for _, label in entries) + 18
    at_right = area.right - room
    picture.legend(at_right if not picture.layout.narrow else area.right - room, area.y - 8, entries)
    plot.y_axis([0, 50, 100])
    plot.x_axis(nice_ticks(0, end, 4 if picture.layout.narrow else 6), words.TIME_AXIS)
    curve = [
        (end * step / POINTS, 100 * expected_stale(trace.kind, trace.lag, end * step / POINTS))
        for step in range(POINTS + 1)
    ]
    plot.curve(curve, stroke="bad", stroke_width=2.5)
    for read, share in zip(trace.reads, trace.stale, strict=True):
        x, y = plot.point(read.time, 100 * share)
        picture.circle(x, y, 4, fill="ink", stroke="panel")


def _cost(picture: Picture, trace: ConsistencyTrace, top: float) -> None:
    """Draw what a read costs, by kind, the chosen one framed."""
    picture.text(4, top, words.COST, bold=True, middle=True)
    narrow = picture.layout.narrow
    width = picture.width - 8 if narrow else (picture.width - 24) / 3
    for number, (kind, (name, units)) in enumerate(zip(KINDS, words.COSTS, strict=True)):
        x = 4.0 if narrow else 4 + number * (width + 8)
        y = top + 14 + (number * 28 if narrow else 0)
        chosen = kind == trace.kind
        picture.rect(
            x, y, width, 24, fill="accent-soft" if chosen else "panel", stroke="accent" if chosen else "line", radius=6
        )
        picture.text(x + 10, y + 12, name, bold=chosen, middle=True)
        picture.text(x + width - 10, y + 12, units, bold=True, anchor="end", middle=True)
