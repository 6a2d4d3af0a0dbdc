"""Picture of one request on its way through a method of a REST API, stage by stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.api_gateway.model.request_journey import STAGES
from kumo.api_gateway.words import request_journey as words
from kumo.core.drawing import Clock, Picture, Step, mono
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.request_journey import JourneyTrace, Message, Stage
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point

LINE = 1.42
# From the top of a panel down to its first line of monospaced text.
HEAD = 50
GAP = 20
TRAVEL = 0.45
SECONDS_PER_STAGE = 1.8
# The wide picture's columns from left to right, as the console of API Gateway shows them: x and width.
CLIENT, METHOD, INTEGRATION, BACKEND = (4.0, 126.0), (150.0, 172.0), (342.0, 206.0), (568.0, 148.0)
COLUMNS = {
    "client": CLIENT,
    "method-request": METHOD,
    "integration-request": INTEGRATION,
    "backend": BACKEND,
    "integration-response": INTEGRATION,
    "method-response": METHOD,
}
OUR_STAGES = ("method-request", "integration-request", "integration-response", "method-response")
REFUSALS = ("refuse", "wrong-form")
FIRST_ERROR = 400


def draw(trace: JourneyTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: there along the top and back along the bottom, or from top to bottom."""
    sheet = _narrow_sheet(trace, layout) if layout.narrow else _wide_sheet(trace, layout)
    count = len(trace.stages)
    steps = tuple(
        Step(index + TRAVEL, f"{words.STAGES[stage.key]}: {words.ACTIONS[stage.action]}")
        for index, stage in enumerate(trace.stages)
    )
    picture = Picture(
        layout,
        sheet.height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(steps=words.steps(trace)),
        clock=Clock(0, count, words.STEPS, seconds=SECONDS_PER_STAGE * count, steps=steps),
    )
    reached = {stage.key: stage for stage in trace.stages}
    for key in STAGES:
        _panel(picture, key, reached.get(key), sheet.places[key], sheet.tops[key])
    for stage in trace.stages:
        _text(picture, sheet.texts[stage.key], sheet.tops[stage.key], sheet.places[stage.key].x)
    if not layout.narrow:
        _agreements(picture, sheet)
    _roads(picture, trace, sheet)
    _answer(picture, trace, sheet)
    _highlights(picture, trace, sheet)
    _packet(picture, trace, sheet)
    return picture


@dataclass(frozen=True)
class _Sheet:
    """Where everything stands: panels, the first baseline of each panel's text, and the client's answer."""

    places: dict[str, Box]
    texts: dict[str, list[str]]
    tops: dict[str, float]
    answer: Box
    height: float


def _wide_sheet(trace: JourneyTrace, layout: Layout) -> _Sheet:
    """Return a sheet of four columns: client and backend at the sides, the four stages between."""
    line = layout.small * LINE
    texts = {
        stage.key: _message(stage.message, int((COLUMNS[stage.key][1] - 20) / (layout.small * mono.MONO_EM)))
        for stage in trace.stages
    }

    def depth(*contents: list[str]) -> float:
        return HEAD + max(2, *(len(content) for content in contents)) * line + 6

    there = depth(*(texts.get(key, []) for key in STAGES[:3]))
    back = depth(*(texts.get(key, []) for key in STAGES[3:]))
    top, lower = 26.0, 26.0 + there + GAP
    rows = {"method-request": (top, there), "integration-request": (top, there)}
    rows |= {"integration-response": (lower, back), "method-response": (lower, back)}
    rows |= dict.fromkeys(("client", "backend"), (top, there + GAP + back))
    places = {key: Box(COLUMNS[key][0], rows[key][0], COLUMNS[key][1], rows[key][1]) for key in STAGES}
    tops = {key: place.y + HEAD for key, place in places.items()}
    tops["backend"] = lower + HEAD
    return _Sheet(places, texts, tops, Box(CLIENT[0], lower, CLIENT[1], back), lower + back + 4)


def _narrow_sheet(trace: JourneyTrace, layout: Layout) -> _Sheet:
    """Return a sheet with the stages one below the other, and the client's answer at the end."""
    width, line = layout.width - 8, layout.small * LINE
    columns = int((width - 24) / (layout.small * mono.MONO_EM))
    texts = {stage.key: _message(stage.message, columns) for stage in trace.stages}
    places, y = {}, 4.0
    for key in STAGES:
        places[key] = Box(4, y, width, HEAD + len(texts[key]) * line + 6 if key in texts else 56)
        y += places[key].height + GAP + 6
    tops = {key: place.y + HEAD for key, place in places.items()}
    return _Sheet(places, texts, tops, Box(4, y, width, 30), y + 34)


def _panel(picture: Picture, key: str, stage: Stage | None, place: Box, top: float) -> None:
    """Draw one panel: its name at the top, and what it does above the text that begins at `top`."""
    small = picture.layout.small
    ours = key in OUR_STAGES
    stroke = ("accent" if ours else "faint") if stage else "line"
    fill = "raised" if stage else "none"
    dash = None if stage else "4 4"
    picture.rect(
        place.x, place.y, place.width, place.height, fill=fill, stroke=stroke, stroke_width=1.5, radius=10, dash=dash
    )
    x, y = place.x + 10, place.y + small + 7
    picture.text(x, y, words.STAGES[key], bold=True, fill="ink" if stage else "faint")
    if stage is None:
        picture.text(x, y + 20, words.NOT_REACHED, fill="faint")
        return
    bad = stage.action in REFUSALS
    y = top - HEAD + small + 27
    picture.text(x, y, words.ACTIONS[stage.action], fill="bad" if bad else "muted", bold=bad)


def _text(picture: Picture, lines: list[str], top: float, left: float) -> None:
    small = picture.layout.small
    for number, content in enumerate(lines):
        # SVG drops spaces at the beginning of a line, but not the ones that do not break.
        kept = content.replace(" ", "\u00a0")
        picture.text(left + 10, top + (number + 0.75) * small * LINE, kept, mono=True)


def _agreements(picture: Picture, sheet: _Sheet) -> None:
    for key, words_shown in (("method-request", words.TOWARD_CLIENT), ("integration-request", words.TOWARD_BACKEND)):
        place = sheet.places[key]
        picture.text(place.center[0], 16, words_shown, fill="accent", anchor="middle", bold=True)


def _roads(picture: Picture, trace: JourneyTrace, sheet: _Sheet) -> None:
    keys = [stage.key for stage in trace.stages]
    for one, other in pairwise(keys):
        picture.arrow(*_ends(sheet, one, other), stroke="muted", stroke_width=2)
    start, end = _way_home(sheet, keys[-1])
    picture.arrow(start, end, stroke="bad" if trace.status >= FIRST_ERROR else "good", stroke_width=2)


def _ends(sheet: _Sheet, one: str, other: str) -> tuple[Point, Point]:
    """Return where an arrow between two neighbouring stages begins and ends."""
    source, target = sheet.places[one], sheet.places[other]
    if source.x == target.x and source.bottom < target.y:
        return (source.center[0], source.bottom + 2), (target.center[0], target.y - 2)
    # On the way back the row below counts, on the way there the row above.
    y = max(source.y, target.y) + 30 if STAGES.index(other) > STAGES.index("backend") else min(source.y, target.y) + 30
    if source.x < target.x:
        return (source.right + 2, y), (target.x - 2, y)
    return (source.x - 2, y), (target.right + 2, y)


def _way_home(sheet: _Sheet, last: str) -> tuple[Point, Point]:
    """Return the last arrow: from the stage that answered to the client."""
    source, answer = sheet.places[last], sheet.answer
    if source.x == answer.x:
        return (source.center[0], source.bottom + 2), (answer.center[0], answer.y + 4)
    y = max(source.y, answer.y) + 30 if last == "method-response" else source.bottom - 16
    return (source.x - 2, y), (answer.right + 2, y)


def _answer(picture: Picture, trace: JourneyTrace, sheet: _Sheet) -> None:
    """Say what the client gets: in the lower half of its panel, or at the end of the road."""
    small, tone = picture.layout.small, "bad" if trace.status >= FIRST_ERROR else "good"
    place = sheet.answer
    if picture.layout.narrow:
        label = words.RECEIVED.format(status=trace.status)
        picture.text(place.center[0], place.y + 22, label, fill=tone, anchor="middle", bold=True)
        return
    picture.line((place.x + 10, place.y), (place.right - 10, place.y), stroke="line", dash="4 4")
    picture.text(place.x + 10, place.y + small + 7, words.RECEIVES, fill="muted", bold=True)
    picture.text(place.x + 10, place.y + small + 38, str(trace.status), size=small + 10, fill=tone, bold=True)


def _highlights(picture: Picture, trace: JourneyTrace, sheet: _Sheet) -> None:
    count = len(trace.stages)
    for index, stage in enumerate(trace.stages):
        frame = sheet.places[stage.key]
        mark = picture.rect(
            frame.x, frame.y, frame.width, frame.height, stroke="tokens", stroke_width=3, radius=10, hidden=True
        )
        picture.show(mark, index + TRAVEL * (index > 0), index + 1 if index + 1 < count else None)


def _packet(picture: Picture, trace: JourneyTrace, sheet: _Sheet) -> None:
    keys: list[tuple[float, Point]] = []
    for index, (one, other) in enumerate(pairwise(stage.key for stage in trace.stages), 1):
        start, end = _ends(sheet, one, other)
        keys += [(index, start), (index + TRAVEL, end), (index + 1, end)]
    x, y = keys[0][1]
    dot = picture.circle(x, y, 7, fill="tokens", stroke="surface", stroke_width=2, hidden=True)
    picture.show(dot, 1)
    picture.move(dot, [(moment, (px - x, py - y)) for moment, (px, py) in keys])


def _message(message: Message, columns: int) -> list[str]:
    """Return a message as lines of at most `columns` characters."""
    lines = [message.line] if message.line else []
    lines += [f"{name}: {value}" for name, value in message.headers]
    if message.body is not None:
        lines += _json(message.body, columns)
    return [piece for line in lines for piece in _chopped(line, columns)]


def _json(value: object, columns: int, indent: int = 0, name: str = "") -> list[str]:
    """Write JSON on one line where it fits, with its members on lines of their own where it does not."""
    head = " " * indent + (f"{json.dumps(name)}: " if name else "")
    flat = json.dumps(value, ensure_ascii=False)
    if len(head + flat) < columns or not isinstance(value, dict) or not value:
        return [head + flat]
    lines = [head + "{"]
    for position, (key, member) in enumerate(value.items(), 1):
        inner = _json(member, columns, indent + 1, key)
        inner[-1] += "," if position < len(value) else ""
        lines += inner
    return [*lines, " " * indent + "}"]


def _chopped(line: str, columns: int) -> list[str]:
    """Break a line that is too long, the rest indented: at the last space that leaves something before it."""
    indent = len(line) - len(line.lstrip()) + 1
    pieces = []
    while len(line) > columns:
        space = line.rfind(" ", indent + 1, columns + 1)
        cut = space if space > 0 else columns
        pieces.append(line[:cut].rstrip())
        line = " " * indent + line[cut:].lstrip()
    return [*pieces, line]
