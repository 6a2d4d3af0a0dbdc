"""Picture of a message on its way to a route: the message, the value that the expression finds, the routes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kumo.api_gateway.words import route_selection as words
from kumo.core.drawing import Picture
from kumo.core.drawing.picture import LINE_HEIGHT, Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.route_selection import RouteTrace
    from kumo.core.drawing import Layout

# Width of the monospaced face's characters, in em.
MONO_EM, WIDE_EM = 0.61, 1.0
ROW = 46


def draw(trace: RouteTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: three columns, or three bands where the layout is narrow."""
    small = layout.small
    line = small * LINE_HEIGHT
    texts = _chopped(trace.message, (290 if layout.narrow else 196) / small)
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
    x, width = place.x + 12, (place.width - 20) / picture.layout.small
    picture.text(x, place.y + 24, words.EXPRESSION, fill="muted", bold=True)
    picture.text(x, place.y + 48, _cut(trace.expression, width), mono=True)
    picture.text(x, place.y + 74, words.VALUE, fill="muted", bold=True)
    found = trace.value is not None
    shown = _cut(trace.value, width) if trace.value is not None else words.NO_VALUE
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


def _width(character: str) -> float:
    return WIDE_EM if unicodedata.east_asian_width(character) in "WFA" else MONO_EM


def _chopped(text: str, width: float) -> list[str]:
    """Break monospaced text into lines of at most `width` em, at spaces where there are any."""
    lines = []
    for paragraph in text.split("\n"):
        rest = paragraph
        while (end := _fitting(rest, width)) < len(rest):
            space = rest.rfind(" ", 1, end + 1)
            cut = space + 1 if space > 0 else end
            lines.append(rest[:cut].rstrip())
            rest = rest[cut:]
        lines.append(rest)
    return lines


def _fitting(text: str, width: float) -> int:
    """Return how many characters of `text` fit `width` em, at least one."""
    for count, character in enumerate(text):
        width -= _width(character)
        if width < 0:
            return max(1, count)
    return len(text)


def _cut(text: str, width: float) -> str:
    """Return `text`, or as much of it as fits `width` em, with an ellipsis."""
    count = _fitting(text, width)
    return text if count == len(text) else text[: count - 2] + words.MORE
