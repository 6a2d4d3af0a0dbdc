"""Picture of a message on its way to a route: the message, the value that the expression finds, the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.words import route_selection as words
from kumo.core.drawing import Picture, mono
from kumo.core.drawing.picture import LINE_HEIGHT, Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.route_selection import RouteTrace
    from kumo.core.drawing import Layout

ROW = 46


def draw(trace: RouteTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: three columns, or three bands where the layout is narrow."""
    small = layout.small
    line = small * LINE_HEIGHT
    room = 290 if layout.narrow else 196
    texts = [piece for part in trace.message.split("\n") for piece in mono.lines(part, room, small)]
    depth = max(84.0, 42 + len(texts) * line + 8)
    routes = max(1, len(trace.routes)) * ROW
    if layout.narrow:
        message = Box(4, 4, layout.width - 8, depth)
        value = Box(4, message.bottom + 34, layout.width - 8, 108)
        first = value.bottom + 62
        left, width, height = 4.0, layout.width - 8, first + routes
    else:
        height = max(depth, routes + 30, 150) + 8
        message = Box(4, 4, 222, height - 8)
        value = Box(264, (height - 124) / 2, 206, 124)
        left, width, first = 510.0, 206.0, 30 + (height - 8 - routes - 30) / 2 + 4
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(result=words.result(trace)),
    )
    _message(picture, message, texts, trace)
    _value(picture, value, trace)
    _routes(picture, trace, Box(left, first, width, routes), value)
    start, end = (
        (message.middle_bottom, value.middle_top)
        if layout.narrow
        else ((message.right, value.center[1]), value.middle_left)
    )
    picture.arrow(start, end, stroke="accent" if trace.is_json else "faint", stroke_width=2)
    return picture


def _message(picture: Picture, place: Box, texts: list[str], trace: RouteTrace) -> None:
    small = picture.layout.small
    picture.rect(
        place.x, place.y, place.width, place.height, fill="raised", stroke="faint", stroke_width=1.5, radius=10
    )
    picture.text(place.x + 12, place.y + 24, words.RECEIVED, fill="muted", bold=True)
    for number, text in enumerate(texts):
        picture.text(place.x + 12, place.y + 50 + number * small * LINE_HEIGHT, text, mono=True)
    if not trace.is_json:
        picture.text(place.right - 12, place.y + 24, words.NOT_JSON, fill="bad", anchor="end", bold=True)


def _value(picture: Picture, place: Box, trace: RouteTrace) -> None:
    tone = "accent" if trace.is_json else "line"
    picture.rect(
        place.x, place.y, place.width, place.height, fill="accent-soft", stroke=tone, stroke_width=1.5, radius=10
    )
    x, room, size = place.x + 12, place.width - 20, picture.layout.small
    picture.text(x, place.y + 24, words.EXPRESSION, fill="muted", bold=True)
    picture.text(x, place.y + 48, mono.fitted(trace.expression, room, size), mono=True)
    picture.text(x, place.y + 74, words.VALUE, fill="muted", bold=True)
    found = trace.value is not None
    shown = mono.fitted(trace.value, room, size) if trace.value is not None else words.NO_VALUE
    picture.text(x, place.y + 97, shown, mono=found, bold=found, fill="ink" if found else "bad")


def _routes(picture: Picture, trace: RouteTrace, place: Box, value: Box) -> None:
    picture.text(place.x, place.y - 14, words.TARGETS, fill="muted", bold=True)
    if trace.route is None:
        picture.text(place.x + place.width, place.y - 14, words.NOWHERE, fill="bad", anchor="end", bold=True)
    for index, route in enumerate(trace.routes):
        chosen = route == trace.route
        box = Box(place.x, place.y + index * ROW, place.width, ROW - 8)
        picture.rect(
            box.x,
            box.y,
            box.width,
            box.height,
            fill="good-soft" if chosen else "raised",
            stroke="good" if chosen else "line",
            stroke_width=2 if chosen else 1.5,
            radius=8,
        )
        ink = "ink" if chosen else "muted"
        picture.text(box.x + 12, box.center[1], route, mono=True, middle=True, bold=chosen, fill=ink)
        integration = words.INTEGRATIONS[route]
        picture.text(box.right - 12, box.center[1], integration, anchor="end", middle=True, fill=ink)
        if chosen:
            _lead(picture, value, box)


def _lead(picture: Picture, value: Box, box: Box) -> None:
    if picture.layout.narrow:
        # Down the margin would need room that a phone does not have; the frame of the route says enough.
        picture.arrow(value.middle_bottom, (value.center[0], value.bottom + 34), stroke="good", stroke_width=2)
        return
    (x1, y1), (x2, y2) = value.middle_right, box.middle_left
    middle = (x1 + x2) / 2
    picture.path([(x1, y1), (middle, y1), (middle, y2), (x2 - 7, y2)], stroke="good", stroke_width=2)
    picture.arrow((x2 - 9, y2), (x2, y2), stroke="good", stroke_width=2)
