"""Picture of the credential chain: the places in order, where the search ends, and what a thief can use how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.picture import Box
from kumo.ec2.model.credentials import EMPTY, HOUR, NOT_ASKED, SHADOWED, USED
from kumo.ec2.words import credential_chain as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.ec2.model.credentials import Place, Search

# Hours shown on the axis of what is stolen.
AXIS = 8
TONES = {USED: "accent", EMPTY: "muted", SHADOWED: "warn", NOT_ASKED: "faint"}
ROW, GAP = 46, 6
# Height that the bar adds to a row of the narrow layout.
BAR_BELOW = 34


def draw(trace: Search, layout: Layout) -> Picture:
    """Return the picture of `trace`: bars beside the places, or below each where the layout is narrow."""
    narrow = layout.narrow
    boxes, y = [], 58.0 if narrow else 70.0
    for place in trace.places:
        height = ROW + (BAR_BELOW if narrow and place.present else 0)
        boxes.append(Box(26, y, layout.width - 28 if narrow else 360, height))
        y += height + GAP
    clock = _clock(trace)
    picture = Picture(
        layout,
        y + 40,
        title=words.TITLE,
        description=words.DESCRIPTION.format(winner=words.call_out(trace)),
        clock=clock,
    )
    theft = len(trace.asked)
    _head(picture, trace)
    axis = Box(38, boxes[0].y, 262, y - GAP - boxes[0].y) if narrow else Box(404, boxes[0].y, 300, y - GAP - boxes[0].y)
    _axis(picture, axis)
    _road(picture, trace, boxes)
    for number, (place, box) in enumerate(zip(trace.places, boxes, strict=True)):
        _place(picture, place, number, box)
        if place.present:
            bar = Box(axis.x, box.bottom - 36 if narrow else box.y + 4, axis.width, 32 if narrow else ROW - 8)
            with picture.group() as group:
                _bar(picture, place, bar)
            picture.show(group, theft)
    _traveller(picture, trace, boxes)
    return picture


def _clock(trace: Search) -> Clock:
    steps = [
        Step(
            number,
            (words.STEP_USED if place.state == USED else words.STEP_EMPTY).format(
                number=number + 1, name=words.NAMES[place.key]
            ),
        )
        for number, place in enumerate(trace.asked)
    ]
    theft = len(steps)
    return Clock(0, theft + 1, words.STEPS, seconds=theft + 2, steps=(*steps, Step(theft, words.STEP_THEFT)))


def _head(picture: Picture, trace: Search) -> None:
    tone = "accent" if trace.winner else "bad"
    said = picture.text(4, 20, words.call_out(trace), size=picture.layout.body + 2, fill=tone, bold=True)
    picture.show(said, len(trace.asked) - 1)
    if picture.layout.narrow:
        picture.text(4, 44, words.ORDER, bold=True)
        picture.text(picture.width - 4, 44, words.LEAKS, fill="bad", bold=True, anchor="end")
    else:
        picture.text(4, 56, words.ORDER, bold=True)
        picture.text(404, 56, words.LEAKS, fill="bad", bold=True)


def _axis(picture: Picture, area: Box) -> None:
    for hours in range(0, AXIS + 1, 2):
        x = area.x + area.width * hours / (AXIS + 1)
        if not picture.layout.narrow:
            picture.line((x, area.y), (x, area.bottom + 2))
        picture.text(x, area.bottom + 18, words.HOURS_TICK.format(hours=hours), fill="muted", anchor="middle")
    picture.text(area.right, area.bottom + 37, words.HOURS_AXIS, fill="muted", anchor="end")


def _road(picture: Picture, trace: Search, boxes: list[Box]) -> None:
    """Draw the way of the search, past what holds nothing, as far as it went."""
    last = boxes[len(trace.asked) - 1]
    x = 12
    picture.line((x, boxes[0].y + ROW / 2), (x, boxes[-1].y + ROW / 2), stroke="line", stroke_width=2, dash="3 4")
    picture.line((x, boxes[0].y + ROW / 2), (x, last.y + ROW / 2), stroke="accent", stroke_width=3)
    for place, box in zip(trace.asked, boxes, strict=False):
        y = box.y + ROW / 2
        if place.state == USED:
            picture.arrow((x, y), (box.x, y), stroke="accent", stroke_width=3, head=10)
        else:
            picture.circle(x, y, 4, fill="panel", stroke="accent", stroke_width=2)


def _place(picture: Picture, place: Place, number: int, box: Box) -> None:
    used, small = place.state == USED, picture.layout.small
    tone = TONES[place.state]
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill="accent-soft" if used else "raised",
        stroke="accent" if used else "warn" if place.state == SHADOWED else "line",
        stroke_width=2 if used else 1.2,
        dash="5 3" if place.state == SHADOWED else None,
        radius=8,
    )
    ink = "ink" if place.present else "muted"
    picture.text(box.x + 8, box.y + 19, f"{number + 1} {words.NAMES[place.key]}", fill=ink, bold=place.present)
    picture.text(box.x + 8, box.y + 38, words.WHERE[place.key], fill="muted", size=small, mono=True)
    state = picture.text(
        box.right - 8,
        box.y + (38 if picture.layout.narrow else ROW / 2 + 5),
        words.STATES[place.state],
        fill=tone if place.state != NOT_ASKED else "muted",
        bold=place.present,
        anchor="end",
    )
    if place.state in (USED, EMPTY):
        picture.show(state, number)


def _bar(picture: Picture, place: Place, area: Box) -> None:
    endless = place.remaining is None
    length = area.width if place.remaining is None else area.width * place.remaining / HOUR / (AXIS + 1)
    top, height, tone = area.y + area.height / 2 - 13, 26, "bad" if endless else "series-5"
    if endless:
        tip, neck = area.right, area.right - 13
        corners = [(area.x, top), (neck, top), (tip, top + height / 2), (neck, top + height), (area.x, top + height)]
        picture.path(corners, fill="bad-soft", stroke=tone, stroke_width=1.5, close=True)
    else:
        picture.rect(area.x, top, length, height, fill="series-5-soft", stroke=tone, stroke_width=1.5, radius=3)
    text = words.life(place)
    inside = text_width(text, picture.layout.small) * 1.06 + 14 < length
    picture.text(
        area.x + (8 if inside else length + 8),
        top + height / 2,
        text,
        fill=tone,
        bold=True,
        middle=True,
        halo=not inside,
    )


def _traveller(picture: Picture, trace: Search, boxes: list[Box]) -> None:
    """Let the question run down the chain to where it is answered."""
    x, y = 12, boxes[0].y + ROW / 2
    dot = picture.circle(x, y, 7, fill="tokens", stroke="panel", stroke_width=2, hidden=True)
    picture.show(dot, 0)
    keys = []
    for number in range(len(trace.asked)):
        shift = (0.0, boxes[number].y + ROW / 2 - y)
        keys += [(max(0, number - 0.1), shift), (number + 0.5, shift)]
    picture.move(dot, keys)
