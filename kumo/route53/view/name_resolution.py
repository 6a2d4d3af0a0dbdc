"""Picture of a look-up: program, resolver, and the servers from the root down; what caches spare is faint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.picture import Box
from kumo.route53.model.zone import NOERROR
from kumo.route53.view.fitting import fitted
from kumo.route53.words import name_resolution as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.route53.model.resolution import Exchange, ResolutionTrace

SECONDS_PER_STEP = 1.3
ROW, CARD = 66.0, 54.0


def draw(trace: ResolutionTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: three columns, or one below the other where the layout is narrow."""
    servers = trace.cold.exchanges
    # A second bar where caches saved time.
    tail = 108.0 if trace.took != trace.cold.took else 84.0
    if layout.narrow:
        program, resolver = Box(4, 4, 320, 50), Box(4, 86, 320, 50)
        first, left, width = 176.0, 60.0, 264.0
        height = first + len(servers) * ROW + tail - 6
    else:
        first, left, width = 34.0, 460.0, 256.0
        tall = max(len(servers) * ROW - (ROW - CARD), 130)
        middle = first + tall / 2
        program, resolver = Box(4, middle - 60, 160, 120), Box(218, first, 176, tall)
        height = first + tall + tail
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            name=trace.name, count=len(trace.asked), result=words.result(trace.now or trace.cold)
        ),
        clock=_clock(trace),
    )
    if layout.narrow:
        picture.text(left, first - 14, words.SERVERS, fill="muted", bold=True)
    else:
        picture.text(left, 20, words.SERVERS, fill="muted", bold=True)
    _program(picture, trace, program)
    _resolver(picture, trace, resolver)
    _first_question(picture, trace, program, resolver)
    asked = {(exchange.zone, exchange.name): number for number, exchange in enumerate(trace.asked, 2)}
    boxes = [Box(left, first + index * ROW, width, CARD) for index in range(len(servers))]
    if layout.narrow:
        picture.path([(24, resolver.bottom), (24, boxes[-1].center[1])], stroke="line", stroke_width=2)
    for exchange, box in zip(servers, boxes, strict=True):
        number = asked.get((exchange.zone, exchange.name))
        _server(picture, trace, exchange, box, number)
        if number:
            _question(picture, number, resolver, box)
    _result(picture, trace, Box(4, height - tail + 14, layout.width - 8, tail - 18))
    return picture


def _clock(trace: ResolutionTrace) -> Clock:
    steps = [Step(0, words.STEP_START)]
    if trace.now is None:
        steps.append(Step(1, words.STEP_LOCAL))
    else:
        steps.append(Step(1, words.STEP_ASK))
        steps += [
            Step(number, words.STEP_SERVER.format(zone=exchange.zone)) for number, exchange in enumerate(trace.asked, 2)
        ]
        steps.append(Step(len(trace.asked) + 2, words.STEP_ANSWER))
    end = steps[-1].at + 1
    return Clock(0, end, words.STEPS, seconds=SECONDS_PER_STEP * end, steps=tuple(steps))


def _last(trace: ResolutionTrace) -> float:
    """Return the step at which the program has its answer."""
    return 1 if trace.now is None else len(trace.asked) + 2


def _program(picture: Picture, trace: ResolutionTrace, box: Box) -> None:
    layout, small = picture.layout, picture.layout.small
    lit = trace.now is None
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill="accent-soft",
        stroke="accent",
        stroke_width=2 if lit else 1.5,
        radius=8,
    )
    state = words.REMEMBERS.format(left=words.duration(trace.left)) if lit else words.KNOWS_NOTHING
    tone = "good" if lit else "muted"
    if layout.narrow:
        picture.text(box.x + 12, box.y + 17, words.PROGRAM, bold=True, middle=True)
        room = box.width - 36 - text_width(words.PROGRAM, small) * 1.06
        picture.text(
            box.right - 12, box.y + 17, fitted(trace.name, room, small, mono=True), mono=True, anchor="end", middle=True
        )
        picture.text(box.x + 12, box.y + 37, f"{words.PROGRAM_NOTE}: {state}", fill=tone, middle=True)
        return
    x = box.center[0]
    picture.text(x, box.y + 20, words.PROGRAM, bold=True, anchor="middle", middle=True)
    picture.text(
        x, box.y + 46, fitted(trace.name, box.width - 14, small, mono=True), mono=True, anchor="middle", middle=True
    )
    picture.text(x, box.y + 78, words.PROGRAM_NOTE, fill="muted", anchor="middle", middle=True)
    picture.text(x, box.y + 100, state, fill=tone, bold=lit, anchor="middle", middle=True)


def _resolver(picture: Picture, trace: ResolutionTrace, box: Box) -> None:
    layout = picture.layout
    asked = trace.now is not None
    fill, stroke = ("raised", "good") if asked else ("none", "faint")
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill=fill,
        stroke=stroke,
        stroke_width=1.5,
        radius=8,
        dash=None if asked else "5 4",
    )
    if not asked:
        state = words.SPARED
    elif trace.asked:
        state = words.ASKS.format(count=len(trace.asked))
    else:
        state = words.FROM_CACHE
    ink = "ink" if asked else "muted"
    if layout.narrow:
        picture.text(box.x + 12, box.y + 17, words.RESOLVER, fill=ink, bold=True, middle=True)
        picture.text(box.x + 12, box.y + 37, state, fill="good" if asked else "muted", middle=True)
        return
    x, y = box.center
    picture.text(x, y - 24, words.RESOLVER, fill=ink, bold=True, anchor="middle", middle=True)
    picture.text(x, y + 2, state, fill="good" if asked else "muted", bold=asked, anchor="middle", middle=True)
    for index, line in enumerate(words.RESOLVER_LINES):
        picture.text(x, y + 30 + 20 * index, line, fill="muted", anchor="middle", middle=True)


def _first_question(picture: Picture, trace: ResolutionTrace, program: Box, resolver: Box) -> None:
    """Draw question and answer between program and resolver."""
    if trace.now is None:
        return
    last = _last(trace)
    if picture.layout.narrow:
        there = ((program.x + 40, program.bottom), (program.x + 40, resolver.y))
        back = ((program.x + 90, resolver.y), (program.x + 90, program.bottom))
    else:
        y = program.center[1]
        there = ((program.right, y - 12), (resolver.x, y - 12))
        back = ((resolver.x, y + 12), (program.right, y + 12))
    with picture.group() as group:
        picture.arrow(*there, stroke="good", stroke_width=2)
        _mark(picture, 1, ((there[0][0] + there[1][0]) / 2, (there[0][1] + there[1][1]) / 2))
    picture.show(group, 1)
    with picture.group() as group:
        picture.arrow(*back, stroke="good", stroke_width=2, dash="6 4")
    picture.show(group, last)


def _mark(picture: Picture, number: int, at: tuple[float, float]) -> None:
    picture.circle(*at, 10, fill="good")
    picture.text(*at, str(number), fill="surface", anchor="middle", bold=True, middle=True)


def _server(picture: Picture, trace: ResolutionTrace, exchange: Exchange, box: Box, number: int | None) -> None:
    small = picture.layout.small
    room = box.width - 20
    role = words.ROLES[exchange.role]
    fill, stroke, ink = ("good-soft", "good", "ink") if number else ("none", "faint", "muted")
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill=fill,
        stroke=stroke,
        stroke_width=1.5,
        radius=8,
        dash=None if number else "5 4",
    )
    picture.text(box.x + 10, box.y + 16, role, fill=ink, bold=True, middle=True)
    used = text_width(role, small) * 1.06 + 12
    picture.text(
        box.right - 10, box.y + 16, fitted(exchange.zone, room - used, small, mono=True),
        fill=ink, mono=True, anchor="end", middle=True,
    )  # fmt: skip
    if number:
        text = picture.text(box.x + 10, box.y + 38, fitted(words.said(exchange), room, small), middle=True)
        picture.show(text, number + 0.5)
    else:
        picture.text(box.x + 10, box.y + 38, fitted(_spared(trace, exchange), room, small), fill="muted", middle=True)


def _spared(trace: ResolutionTrace, exchange: Exchange) -> str:
    """Return why a server need not be asked."""
    known = {(entry.name, entry.kind): entry.left for entry in trace.now.known} if trace.now else {}
    taught = (exchange.answer.reason, "NS"), (exchange.name, exchange.answer.kind)
    left = next((known[key] for key in taught if key in known), None)
    return words.SPARED if left is None else words.SPARED_LEFT.format(left=words.duration(left))


def _question(picture: Picture, number: int, resolver: Box, box: Box) -> None:
    """Draw question and answer between the resolver and a server, and a point that travels."""
    y = box.center[1]
    start = 24.0 if picture.layout.narrow else resolver.right
    with picture.group() as group:
        picture.arrow((start, y - 7), (box.x, y - 7), stroke="good", stroke_width=2)
    picture.show(group, number)
    with picture.group() as group:
        picture.arrow((box.x, y + 9), (start, y + 9), stroke="good", stroke_width=2, dash="6 4")
    picture.show(group, number + 0.5)
    with picture.group() as group:
        _mark(picture, number, (start if picture.layout.narrow else start + 24, y))
    picture.show(group, number)
    point = picture.circle(start, y - 7, 5, fill="accent", hidden=True)
    picture.show(point, number, number + 1)
    way = box.x - start
    picture.move(point, [(number, (0, 0)), (number + 0.5, (way, 0)), (number + 0.51, (way, 16)), (number + 1, (0, 16))])


def _result(picture: Picture, trace: ResolutionTrace, box: Box) -> None:
    """Draw the answer, and how long it took beside the same without caches."""
    small = picture.layout.small
    outcome = trace.now or trace.cold
    good = outcome.status == NOERROR
    tone = "good" if good else "bad"
    with picture.group() as group:
        picture.rect(box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
        left = words.KEEPS.format(left=words.duration(trace.left or outcome.ttl))
        room = box.width - text_width(left, small) - 36
        picture.text(box.x + 12, box.y + 18, fitted(words.result(outcome), room, small), bold=True, middle=True)
        picture.text(box.right - 12, box.y + 18, left, fill="muted", anchor="end", middle=True)
        label = max(text_width(text, small) for text in (words.THIS_TIME, words.COLD)) + 12
        number = text_width(words.TOOK.format(took=trace.cold.took), small) + 14
        scale = (box.width - 24 - label - number) / trace.cold.took
        bars = [(words.THIS_TIME, trace.took), (words.COLD, trace.cold.took)][: 1 + (trace.took != trace.cold.took)]
        for index, (name, took) in enumerate(bars):
            y = box.y + 44 + index * 24
            picture.text(box.x + 12, y, name, middle=True)
            width = max(2.0, took * scale)
            picture.rect(box.x + 12 + label, y - 7, width, 14, fill=tone if index == 0 else "faint", radius=3)
            picture.text(box.x + 12 + label + width + 8, y, words.TOOK.format(took=took), middle=True)
    picture.show(group, _last(trace))
