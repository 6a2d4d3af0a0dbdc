"""Picture of an authorization: who sends what to whom, where it stops, and how often anybody was asked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.api_gateway.model.api_types import API_TYPES
from kumo.api_gateway.model.authorizers import LANES, METHODS, AccessTrace, Message, Visit, supporting
from kumo.api_gateway.words import authorizers as words
from kumo.core.drawing import Clock, Picture, Step, text_width, wrap
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.core.drawing import Layout

# One step on the reader's watch, in seconds, and the part of it in which something is on its way.
PACE = 1.3
TRAVEL = 0.6
# Height of a check, and the room that its mark takes.
CHIP = 24
MARK = 18
# Messages that answer another one, and those of them that say no.
REFUSALS = ("refuse", "crash", "unauthorized", "rejected", "unknown")
REPLIES = (*REFUSALS, "answer", "policy", "allowed", "issued", "jwks", "found", "established")
# More moments than these get their labels on a phone only every second time.
ROOMY = 5


@dataclass(frozen=True)
class Heading:
    """The line over the steps of one request; `at` is the moment of its first step on the clock."""

    at: int
    top: float
    visit: Visit


@dataclass(frozen=True)
class Row:
    """One step of the sequence; `at` is its moment on the clock."""

    at: int
    top: float
    height: float
    visit: Visit
    message: Message


@dataclass(frozen=True)
class Frame:
    """Where the sequence stands: edges of the text, x of each lane, y of the heads and of the end."""

    left: float
    right: float
    lanes: dict[str, float]
    head: Box
    bottom: float


def draw(trace: AccessTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: sequence with matrix and credential beside it, or above one another."""
    narrow = layout.narrow
    headings, rows, bottom = _lines(trace, layout)
    frame = _frame(trace, layout, bottom)
    side = Box(8, bottom + 34, 312, 0) if narrow else Box(494, 24, 216, 0)
    steps = _steps(trace, rows)
    clock = Clock(0, len(steps), words.STEPS, seconds=PACE * len(steps), steps=steps) if steps else None
    picture = Picture(layout, 0, title=words.TITLE, description=words.description(trace), clock=clock)
    _lanes(picture, trace, frame)
    if trace.unsupported:
        _unsupported(picture, trace, frame)
    for heading in headings:
        _heading(picture, trace, frame, heading)
    for row in rows:
        _row(picture, trace, frame, row)
    end = _matrix(picture, trace, side)
    if trace.visits:
        returned = words.result(trace)
        if returned:
            end = _panel(picture, *returned, Box(side.x, end + 36, side.width, 0))
        # A phone has room for one of the two; what a function returned is what the later steps live on.
        if not (returned and narrow):
            end = _panel(picture, *words.evidence(trace), Box(side.x, end + 36, side.width, 0))
        end = _strip(picture, trace, rows, max(end, bottom) + 44)
    picture.height = max(end, bottom) + 12
    return picture


def _lines(trace: AccessTrace, layout: Layout) -> tuple[list[Heading], list[Row], float]:
    """Return the lines of the sequence, one below the other, and the y where they end."""
    headings: list[Heading] = []
    rows: list[Row] = []
    top, at = 62.0 if layout.narrow else 58.0, 0
    for visit in trace.telling():
        headings.append(Heading(at + 1, top, visit))
        top += 30
        for message in visit.messages:
            at += 1
            height = _height(trace, visit, message, layout)
            rows.append(Row(at, top, height, visit, message))
            top += height
        top += 10
    if trace.unsupported:
        top += _notice(trace, layout)[2] + 60
    return headings, rows, top


def _height(trace: AccessTrace, visit: Visit, message: Message, layout: Layout) -> float:
    if message.checks:
        lines = len(_chip_lines(message, layout))
        banner = len(_banner_lines(trace, visit, message, layout)) * layout.small * 1.45 + 18 if message.failed else 0
        return lines * (CHIP + 6) + 6 + banner
    return 44 if message.source != message.target else 34


def _frame(trace: AccessTrace, layout: Layout, bottom: float) -> Frame:
    names = LANES[trace.setting.method]
    left, right, width = (4, 324, 76) if layout.narrow else (28, 478, 106)
    first, last = left + width / 2, right - width / 2
    lanes = {name: first + (last - first) * place / (len(names) - 1) for place, name in enumerate(names)}
    head = Box(0, 8, width, 42 if layout.narrow else 30)
    return Frame(left, right, lanes, head, bottom)


def _steps(trace: AccessTrace, rows: list[Row]) -> tuple[Step, ...]:
    steps = [Step(row.at, words.step(row.message, row.visit)) for row in rows]
    if steps and len(trace.visits) > len(trace.telling()):
        steps.append(Step(len(steps) + 1, words.REST_STEP.format(strip=words.strip(trace))))
    return tuple(steps)


# The sequence.


def _lanes(picture: Picture, trace: AccessTrace, frame: Frame) -> None:
    shown = trace.telling()
    size, head = picture.layout.small, frame.head
    names = words.NARROW_HEADS if picture.layout.narrow else words.HEADS
    for name, x in frame.lanes.items():
        # What no request gets to stays pale, down to its name.
        faint = not any(name in (message.source, message.target) for visit in shown for message in visit.messages)
        picture.line(
            (x, head.bottom), (x, frame.bottom), stroke="line", stroke_width=1.5, dash="3 5" if faint else None
        )
        own = name == "gateway"
        picture.rect(
            x - head.width / 2,
            head.y,
            head.width,
            head.height,
            fill="accent-soft" if own else "raised",
            stroke="accent" if own else "line",
            radius=6,
            dash="4 4" if faint else None,
        )
        lines = names[name].split("\n")
        for place, line in enumerate(lines):
            y = head.y + head.height / 2 + (place - (len(lines) - 1) / 2) * size * 1.25
            picture.text(x, y, line, anchor="middle", middle=True, bold=own, fill="muted" if faint else "ink")
    if shown and not any(visit.passed for visit in shown):
        x = min(frame.lanes["backend"], frame.right - text_width(words.NOT_REACHED, size) / 2)
        note = picture.text(x, frame.bottom - 10, words.NOT_REACHED, anchor="middle", fill="muted", halo=True)
        picture.show(note, sum(len(visit.messages) for visit in shown))


def _row(picture: Picture, trace: AccessTrace, frame: Frame, row: Row) -> None:
    begin = max(0.0, row.at - TRAVEL)
    band = picture.rect(
        frame.left - 2,
        row.top,
        frame.right - frame.left + 4,
        row.height,
        fill="tokens-soft",
        radius=5,
        opacity=0.55,
        hidden=True,
    )
    picture.show(band, begin, row.at + 1 - TRAVEL)
    with picture.group() as group:
        if not picture.layout.narrow:
            picture.text(6, row.top + 18, str(row.at), fill="muted", middle=True)
        if row.message.checks:
            _checks(picture, trace, frame, row)
        elif row.message.source == row.message.target:
            _note(picture, frame, row)
        else:
            _arrow(picture, frame, row)
    picture.show(group, begin)


def _heading(picture: Picture, trace: AccessTrace, frame: Frame, heading: Heading) -> None:
    y = heading.top + 15
    text = words.heading(trace, heading.visit)
    with picture.group() as group:
        picture.line((frame.left, y), (frame.right, y), stroke="line")
        picture.rect(frame.left, y - 11, text_width(text, picture.layout.small) + 12, 22, fill="panel")
        picture.text(frame.left + 2, y, text, bold=True, middle=True, fill="muted")
    picture.show(group, max(0.0, heading.at - TRAVEL))


def _arrow(picture: Picture, frame: Frame, row: Row) -> None:
    message, y = row.message, row.top + 34
    start, end = frame.lanes[message.source], frame.lanes[message.target]
    back = message.kind in REPLIES
    tone = "bad" if message.kind in REFUSALS else "good" if message.kind == "answer" else "ink"
    # An answer of the backend passes through API Gateway.
    stops = [start, frame.lanes["gateway"], end] if message.kind == "answer" else [start, end]
    for tail, tip in pairwise(stops):
        picture.arrow((tail, y), (tip, y), stroke=tone, stroke_width=1.8, dash="5 4" if back else None)
    text = words.label(message, row.visit)
    bold = message.kind in ("answer", "refuse")
    x = _clamp(frame, (start + end) / 2, text_width(text, picture.layout.small))
    picture.text(x, row.top + 15, text, anchor="middle", middle=True, bold=bold, fill=tone, halo=True)
    begin = max(0.0, row.at - TRAVEL)
    dot = picture.circle(start, y, 5, fill="tokens", hidden=True)
    picture.show(dot, begin, row.at)
    picture.move(dot, [(begin, (0, 0)), (row.at, (end - start, 0))])


def _note(picture: Picture, frame: Frame, row: Row) -> None:
    message, size = row.message, picture.layout.small
    text = words.label(message, row.visit)
    width = text_width(text, size) + 20
    x = _clamp(frame, frame.lanes[message.source], width)
    hit = message.kind == "hit"
    picture.rect(
        x - width / 2,
        row.top + 5,
        width,
        CHIP,
        fill="tokens-soft" if hit else "raised",
        stroke="tokens" if hit else "line",
        stroke_width=1.5,
        radius=CHIP / 2,
    )
    picture.text(x, row.top + 5 + CHIP / 2, text, anchor="middle", middle=True, bold=hit)
    if hit:
        # The short cut is what does not happen: the way on to the function.
        lane = _clamp(frame, frame.lanes["function"], text_width(words.NOT_CALLED, size))
        free = x + width / 2 + 6 + text_width(words.NOT_CALLED, size) / 2
        picture.text(
            max(lane, free),
            row.top + 5 + CHIP / 2,
            words.NOT_CALLED,
            anchor="middle",
            middle=True,
            fill="muted",
            halo=True,
        )


def _chip_width(name: str, held: bool | None, size: float) -> float:  # noqa: FBT001 -- the check's result
    bold = 1.12 if held is False else 1
    return text_width(words.CHECKS[name], size) * bold + MARK + 14


def _chip_lines(message: Message, layout: Layout) -> list[list[tuple[str, bool | None]]]:
    """Return the checks of a message in lines that fit the sequence."""
    room = 316 if layout.narrow else 450
    lines: list[list[tuple[str, bool | None]]] = [[]]
    used = 0.0
    for name, held in message.checks:
        width = _chip_width(name, held, layout.small) + 5
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append((name, held))
        used += width
    return lines


def _checks(picture: Picture, trace: AccessTrace, frame: Frame, row: Row) -> None:
    message, size = row.message, picture.layout.small
    y = row.top + 5
    for line in _chip_lines(message, picture.layout):
        widths = [_chip_width(name, held, size) for name, held in line]
        total = sum(widths) + 5 * (len(line) - 1)
        x = _clamp(frame, frame.lanes[message.source], total) - total / 2
        failed = None
        for (name, held), width in zip(line, widths, strict=True):
            _chip(picture, Box(x, y, width, CHIP), name, held)
            if held is False:
                failed = x + width / 2
            x += width + 5
        y += CHIP + 6
        if failed is not None:
            y += _banner(picture, trace, frame, row, (failed, y))


def _chip(picture: Picture, box: Box, name: str, held: bool | None) -> None:  # noqa: FBT001 -- the check's result
    fill, stroke, ink = {
        True: ("good-soft", "good", "ink"),
        False: ("bad-soft", "bad", "ink"),
        None: ("panel", "line", "muted"),
    }[held]
    dash = "3 3" if held is None else None
    picture.rect(box.x, box.y, box.width, box.height, fill=fill, stroke=stroke, radius=5, dash=dash)
    middle = box.y + box.height / 2
    picture.text(box.x + 7, middle, words.CHECKS[name], middle=True, fill=ink, bold=held is False)
    mark = box.right - 13
    if held:
        picture.check(mark, middle, 4.5)
    elif held is False:
        picture.cross(mark, middle, 4.5, stroke_width=2.4)


def _banner_lines(trace: AccessTrace, visit: Visit, message: Message, layout: Layout) -> list[str]:
    text = words.stop(trace, visit, message.failed or "")
    return wrap(text, (262 if layout.narrow else 400), layout.small)


def _banner(picture: Picture, trace: AccessTrace, frame: Frame, row: Row, place: tuple[float, float]) -> float:
    """Draw the call-out under a check that failed, with the stop sign; return the room that it takes."""
    message, size = row.message, picture.layout.small
    lines = _banner_lines(trace, row.visit, message, picture.layout)
    width = max(text_width(line, size) for line in lines) * 1.06 + 48
    height = len(lines) * size * 1.45 + 8
    at, top = place
    x = _clamp(frame, at, width) - width / 2
    tip = min(max(at, x + 14), x + width - 14)
    picture.path([(tip - 7, top + 1), (tip, top - 6), (tip + 7, top + 1)], fill="bad", close=True)
    picture.rect(x, top, width, height, fill="bad-soft", stroke="bad", stroke_width=1.8, radius=6)
    centre = top + height / 2
    picture.circle(x + 19, centre, 9, fill="bad")
    picture.cross(x + 19, centre, 4, stroke="panel", stroke_width=2.2)
    for number, line in enumerate(lines):
        picture.text(x + 36, centre + (number - (len(lines) - 1) / 2) * size * 1.45, line, bold=True, middle=True)
    return height + 10


def _clamp(frame: Frame, x: float, width: float) -> float:
    """Return the middle nearest to `x` at which something of that width stays within the sequence."""
    return min(max(x, frame.left + width / 2), frame.right - width / 2)


def _notice(trace: AccessTrace, layout: Layout) -> tuple[list[str], list[str], float]:
    """Return the lines that say what does not go together and what to take instead, and their box's height."""
    point, instead = words.unsupported(trace)
    width = 308 if layout.narrow else 390
    lines = wrap(point, (width - 62) * 0.92, layout.body)
    more = wrap(instead, width - 32, layout.small)
    return lines, more, len(lines) * layout.body * 1.5 + len(more) * layout.small * 1.5 + 36


def _unsupported(picture: Picture, trace: AccessTrace, frame: Frame) -> None:
    size, small = picture.layout.body, picture.layout.small
    lines, more, height = _notice(trace, picture.layout)
    width = 308 if picture.layout.narrow else 390
    x, top = (frame.left + frame.right - width) / 2, frame.head.bottom + 34
    picture.rect(x, top, width, height, fill="bad-soft", stroke="bad", stroke_width=1.8, radius=8)
    y = top + 26
    picture.circle(x + 24, y, 10, fill="bad")
    picture.cross(x + 24, y, 4.5, stroke="panel", stroke_width=2.4)
    for line in lines:
        picture.text(x + 44, y, line, size=size, bold=True, middle=True)
        y += size * 1.5
    for line in more:
        picture.text(x + 16, y + 6, line, middle=True)
        y += small * 1.5


# What stands beside it.


def _matrix(picture: Picture, trace: AccessTrace, area: Box) -> float:
    """Draw which API knows which method, with the present pair marked; return the lower edge."""
    size, setting = picture.layout.small, trace.setting
    picture.text(area.x, area.y, words.matrix(setting.when), bold=True, middle=True)
    names = 84 if picture.layout.narrow else 64
    width = (area.width - names) / len(API_TYPES)
    top, height = area.y + 50, 25
    centres = {api: area.x + names + width * (place + 0.5) for place, api in enumerate(API_TYPES)}
    for api, x in centres.items():
        current = api == setting.api
        for number, line in enumerate(reversed(words.SHORT_APIS[api].split("\n"))):
            y = top - 12 - number * size * 1.15
            picture.text(x, y, line, anchor="middle", middle=True, bold=current, fill="ink" if current else "muted")
    for place, method in enumerate(METHODS):
        apis, y = supporting(method, setting.when), top + place * height
        own = method == setting.method
        if own:
            picture.rect(area.x - 6, y, area.width + 6, height, fill="accent-soft", radius=5)
        picture.text(area.x, y + height / 2, words.SHORT_METHODS[method], middle=True, bold=own)
        picture.line((area.x - 6, y + height), (area.right, y + height))
        for api, x in centres.items():
            able, here = api in apis, own and api == setting.api
            if here:
                tone = "good" if able else "bad"
                picture.rect(x - 20, y + 2, 40, height - 4, fill="raised", stroke=tone, stroke_width=2, radius=5)
            if able:
                picture.check(x, y + height / 2, 5.5, stroke_width=2.2)
            else:
                picture.cross(x, y + height / 2, 4.5, stroke="bad" if here else "faint", stroke_width=1.8)
    return top + len(METHODS) * height


def _panel(picture: Picture, title: str, rows: list[tuple[str, str, bool | None]], area: Box) -> float:
    """Draw rows of (name, value, holds) under a title; return the lower edge."""
    picture.text(area.x, area.y, title, bold=True, middle=True)
    y = area.y + 24
    height = 25
    picture.rect(area.x - 6, y - 8, area.width + 6, len(rows) * height + 12, fill="raised", stroke="line", radius=6)
    for name, value, holds in rows:
        middle = y + height / 2 - 2
        edge = area.right - 8
        if holds is not None:
            (picture.check if holds else picture.cross)(area.right - 12, middle, 4.5)
            edge -= 18
        code = bool(value) and value.isascii()
        picture.text(area.x + 2, middle, name, middle=True, fill="muted" if value else "ink")
        picture.text(edge, middle, value, middle=True, anchor="end", mono=code or "…" in value, bold=holds is False)
        y += height
    return y + 4


def _strip(picture: Picture, trace: AccessTrace, rows: list[Row], top: float) -> float:
    """Draw all requests on a line of time: who had to be asked, and how long the answer was remembered."""
    layout, setting = picture.layout, trace.setting
    narrow = layout.narrow
    picture.text(8, top, words.strip(trace), size=layout.body, bold=True, middle=True)
    left, right = (22, 306) if narrow else (40, 690)
    line = top + (66 if narrow else 44)
    last = trace.visits[-1].time
    end = last + setting.interval
    _legend(picture, trace, (8, top + 26) if narrow else (right, top))

    def x(time: int) -> float:
        return left + (right - left) * time / end

    picture.line((left - 14, line), (right + 8, line), stroke="faint", stroke_width=1.5)
    kept = words.remembered(trace)
    steps = len(picture.clock.steps) if picture.clock else 0
    starts = {row.visit.number: row.at for row in reversed(rows)}
    bars = 0
    for visit in trace.visits:
        at = starts.get(visit.number, steps)
        asked = trace.consulted(visit)
        with picture.group() as group:
            saved = asked and kept and (setting.method != "lambda" or visit.output is not None)
            if saved:
                until = min(end, visit.time + kept)
                lane = 0 if visit.user == trace.visits[0].user else 1
                bars = max(bars, lane + 1)
                y = line + 17 + lane * 7
                picture.rect(x(visit.time), y, x(until) - x(visit.time), 5, fill="tokens", radius=2.5)
            _request(picture, x(visit.time), line, visit, asked=asked)
        picture.show(group, max(0.0, at - TRAVEL))
    y = line + (26 + bars * 7 if bars else 28)
    crowded = narrow and len(trace.visits) > ROOMY
    for visit in trace.visits:
        if not crowded or visit.number % 2:
            moment = words.moment(visit.time, setting.interval)
            picture.text(x(visit.time), y, moment, anchor="middle", middle=True, fill="muted")
    if kept and bars:
        y += 20
        picture.rect(left - 14, y - 2.5, 22, 5, fill="tokens", radius=2.5)
        label = words.REMEMBERED_RESULT if setting.method == "lambda" else words.REMEMBERED_KEYS
        picture.text(left + 14, y, label.format(time=words.duration(kept)), middle=True, fill="muted")
    return y + 8


def _request(picture: Picture, x: float, y: float, visit: Visit, *, asked: bool) -> None:
    tone = "good" if visit.passed else "bad"
    if asked:
        picture.circle(x, y, 12, fill=tone)
    else:
        picture.circle(x, y, 11, fill="panel", stroke=tone, stroke_width=2.2)
    picture.text(x, y, str(visit.number), anchor="middle", middle=True, bold=True, fill="panel" if asked else "ink")
    if not visit.passed:
        picture.cross(x + 11, y - 11, 4.5, stroke_width=2.6)


def _legend(picture: Picture, trace: AccessTrace, place: tuple[float, float]) -> None:
    """Explain the discs: from the left where the layout is narrow, up to the right edge where it is wide."""
    entries = [("asked", words.ASKED), ("kept", words.REMEMBERED)]
    if trace.passed < len(trace.visits):
        entries.append(("refused", words.REFUSED))
    size = picture.layout.small
    widths = [text_width(label, size) + 20 for _, label in entries]
    x, y = place
    if not picture.layout.narrow:
        x -= sum(widths) + 14 * (len(entries) - 1)
    for (kind, label), width in zip(entries, widths, strict=True):
        if kind == "asked":
            picture.circle(x + 6, y, 6, fill="muted")
        elif kind == "kept":
            picture.circle(x + 6, y, 5.2, stroke="muted", stroke_width=1.8)
        else:
            picture.cross(x + 6, y, 4.5, stroke_width=2.4)
        picture.text(x + 17, y, label, middle=True, fill="muted")
        x += width + 14
