"""Picture of a global table: the item's value in two Regions over time, and the versions that travel between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.global_tables import CUT_OFF, EVENTUAL, STEPS
from kumo.dynamodb.words import global_tables as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.global_tables import GlobalTablesTrace, Message

CARD_HEIGHT, GAP = 74, 8
LANE, BETWEEN = 38, 104
MARK = 5
# Room for the last value, right of the lanes.
LAST = 34


def draw(trace: GlobalTablesTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: figures above, the two replicas as lanes with what passes between them."""
    narrow = layout.narrow
    cards = 2 * CARD_HEIGHT + GAP if narrow else CARD_HEIGHT
    left = 62.0 if narrow else 78.0
    top = 4 + cards + (130 if narrow else 108)
    box = Box(left, top, layout.width - left - LAST - 8, 2 * LANE + BETWEEN)
    end = trace.end * 1.04 / 1000
    picture = Picture(
        layout,
        box.bottom + 98,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, end, words.SECONDS, seconds=8),
    )
    _cards(picture, trace)
    plot = Plot(picture, box, (0, end), (0, 1))
    _legend(picture, trace, box)
    _cut(picture, trace, plot)
    _values(picture, trace, plot)
    for message in trace.messages:
        _message(picture, plot, message)
    _name_cut(picture, trace, plot)
    _writes(picture, trace, plot)
    _losses(picture, trace, plot)
    # The time goes under the row of call-outs of the lower lane.
    axis = Plot(picture, Box(box.x, box.y, box.width, box.height + 44), plot.x_range, (0, 1))
    axis.x_axis(nice_ticks(0, end, 4 if narrow else 7), words.TIME_AXIS)
    return picture


def _cards(picture: Picture, trace: GlobalTablesTrace) -> None:
    columns = 2 if picture.layout.narrow else 4
    width = (picture.width - 8 - (columns - 1) * GAP) / columns
    wrong = (bool(trace.lost), bool(trace.lost), any(not write.accepted for write in trace.writes), False)
    for number, (name, (figure, note), bad) in enumerate(zip(words.CARDS, words.cards(trace), wrong, strict=True)):
        x = 4 + number % columns * (width + GAP)
        y = 4 + number // columns * (CARD_HEIGHT + GAP)
        middle = x + width / 2
        picture.rect(x, y, width, CARD_HEIGHT, fill="bad-soft" if bad else "panel", stroke="line", radius=8)
        picture.text(middle, y + 14, name, fill="muted", anchor="middle", middle=True)
        tone = "bad" if bad else "ink"
        picture.text(middle, y + 38, figure, size=20, fill=tone, bold=True, anchor="middle", middle=True)
        picture.text(middle, y + 60, note, fill="muted", anchor="middle", middle=True)


def _legend(picture: Picture, trace: GlobalTablesTrace, box: Box) -> None:
    """Name the marks of this mode over the lanes, two to a line in the narrow layout."""
    narrow, small = picture.layout.narrow, picture.layout.small
    y = box.y - (106 if narrow else 84)
    picture.text(4, y, words.VALUES, bold=True, middle=True)
    other = words.LOST if trace.mode == EVENTUAL else words.REFUSED
    last = words.DISCARDED if trace.mode == EVENTUAL else words.RETRIED
    y += 22
    x = 4.0
    for number, label in enumerate((words.KEPT, other, words.APPLIED, last)):
        if narrow and number == 2:  # noqa: PLR2004 -- two to a line
            x, y = 4.0, y + 21
        room = 16.0
        if number <= 1:
            _mark(picture, x + 6, y, upward=False, bad=number == 1)
        elif number == 3 and trace.mode != EVENTUAL:  # noqa: PLR2004 -- the last one
            picture.cross(x + 6, y, 4, stroke="warn")
        else:
            room = 30.0
            bad = number > 2  # noqa: PLR2004 -- the last one
            picture.arrow((x, y), (x + 24, y), stroke="bad" if bad else "good", dash="4 3" if bad else None)
        picture.text(x + room, y, label, fill="muted", middle=True)
        x += room + text_width(label, small) + 16


def _lane(plot: Plot, region: int) -> float:
    """Return the upper edge of a Region's lane."""
    return plot.area.y + region * (LANE + BETWEEN)


def _cut(picture: Picture, trace: GlobalTablesTrace, plot: Plot) -> None:
    """Shade the time in which nothing passes to or from the second Region."""
    if not trace.cut:
        return
    start, end = (min(plot.x(time / 1000), plot.area.right) for time in trace.cut)
    y = _lane(plot, CUT_OFF) - 26
    picture.rect(start, y, end - start, LANE + 52, fill="warn-soft", stroke="warn", dash="4 3", radius=4)


def _name_cut(picture: Picture, trace: GlobalTablesTrace, plot: Plot) -> None:
    """Say what the shaded time is, over the arrows that cross it."""
    if not trace.cut:
        return
    start, end = (min(plot.x(time / 1000), plot.area.right) for time in trace.cut)
    fits = text_width(words.DISCONNECTED, picture.layout.small) * 1.06 + 8 <= end - start
    text = words.DISCONNECTED if fits else words.CUT_SHORT
    room = text_width(text, picture.layout.small) * 1.06 / 2
    centre = min(max((start + end) / 2, room + 4), picture.width - room - 4)
    y = _lane(plot, CUT_OFF) - 14
    picture.text(centre, y, text, fill="warn", bold=True, anchor="middle", middle=True, halo=True)


def _values(picture: Picture, trace: GlobalTablesTrace, plot: Plot) -> None:
    """Draw each replica as a lane of the values that it holds, the last one named beside it."""
    small = picture.layout.small
    for region, (name, lane) in enumerate(zip(words.REGIONS, trace.lanes, strict=True)):
        y = _lane(plot, region)
        picture.text(plot.area.x - 8, y + 11, name, bold=True, anchor="end", middle=True)
        adds = words.ADDS.format(step=STEPS[region])
        picture.text(plot.area.x - 8, y + 29, adds, fill="muted", anchor="end", middle=True)
        ends = [held.time for held in lane[1:]] + [1000 * plot.x_range[1]]
        for held, end in zip(lane, ends, strict=True):
            x = plot.x(held.time / 1000)
            width = plot.x(end / 1000) - x
            part = picture.rect(x, y, width, LANE, fill="good-soft", stroke="good", stroke_width=1.2)
            picture.show(part, held.time / 1000)
            value = str(held.version.value)
            if width >= text_width(value, small) + 6:
                told = picture.text(x + width / 2, y + LANE / 2, value, anchor="middle", middle=True)
                picture.show(told, held.time / 1000)
        last = picture.text(plot.area.right + 8, y + LANE / 2, str(trace.final.value), size=18, bold=True, middle=True)
        picture.show(last, lane[-1].time / 1000)


def _message(picture: Picture, plot: Plot, message: Message) -> None:
    """Draw a version's way to the other Region; while the picture plays a dot runs along it."""
    down = message.source == 0
    y1 = _lane(plot, 0) + LANE if down else _lane(plot, 1)
    y2 = _lane(plot, 1) if down else _lane(plot, 0) + LANE
    start, end = (plot.x(message.sent / 1000), y1), (plot.x(message.arrived / 1000), y2)
    tone = "good" if message.applied else "bad"
    arrow = picture.arrow(start, end, stroke=tone, dash=None if message.applied else "4 3", head=7)
    picture.show(arrow, message.arrived / 1000)
    dot = picture.circle(*start, 4, fill=tone, hidden=True)
    picture.show(dot, message.sent / 1000, message.arrived / 1000)
    way = (end[0] - start[0], end[1] - start[1])
    picture.move(dot, [(message.sent / 1000, (0, 0)), (message.arrived / 1000, way)])


def _writes(picture: Picture, trace: GlobalTablesTrace, plot: Plot) -> None:
    """Mark each write at the outer side of its Region's lane, and the attempts that met one from the other Region."""
    for number, write in enumerate(trace.writes):
        upward = write.region == 1
        y = _lane(plot, 1) + LANE + 9 if upward else _lane(plot, 0) - 9
        bad = number in trace.lost or not write.accepted
        mark = _mark(picture, plot.x(write.asked / 1000), y, upward=upward, bad=bad)
        picture.show(mark, write.asked / 1000)
        for time in write.conflicts:
            x = plot.x(time / 1000)
            picture.show(picture.cross(x, y + (12 if upward else -12), 4, stroke="warn"), time / 1000)


def _mark(picture: Picture, x: float, y: float, *, upward: bool, bad: bool) -> object:
    tip = -MARK if upward else MARK
    corners = [(x - MARK, y - tip), (x + MARK, y - tip), (x, y + tip)]
    tone = "bad" if bad else "good"
    return picture.path(corners, fill="panel" if bad else tone, stroke=tone, stroke_width=1.8, close=True)


def _losses(picture: Picture, trace: GlobalTablesTrace, plot: Plot) -> None:
    """Mark where a replica drops writes, and name the first such moment of each replica."""
    named: set[int] = set()
    for loss in trace.losses:
        x, y = plot.x(loss.time / 1000), _lane(plot, loss.region)
        edge = picture.line((x, y - 2), (x, y + LANE + 2), stroke="bad", stroke_width=3)
        picture.show(edge, loss.time / 1000)
        if loss.region in named:
            continue
        named.add(loss.region)
        text = words.loss(trace, loss)
        room = text_width(text, picture.layout.small) * 1.06 / 2
        centre = min(max(x, room + 4), picture.width - room - 4)
        below = loss.region == 1
        height = y + LANE + 32 if below else y - 32
        label = picture.text(centre, height, text, fill="bad", bold=True, anchor="middle", middle=True)
        tail = (x, height - 9) if below else (x, height + 9)
        tip = (x, y + LANE + 4) if below else (x, y - 4)
        arrow = picture.arrow(tail, tip, stroke="bad", head=6)
        for element in (label, arrow):
            picture.show(element, loss.time / 1000)
