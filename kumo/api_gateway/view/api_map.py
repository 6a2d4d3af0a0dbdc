"""Picture of one type of API: the endpoints before it, the integrations behind it, and the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kumo.api_gateway.model.api_map import INTEGRATIONS, PUBLIC_INTEGRATIONS, VPC_LINK_TARGETS
from kumo.api_gateway.model.api_types import TODAY
from kumo.api_gateway.words import api_map as words
from kumo.api_gateway.words.api_types import API_NAMES, WHEN_OPTIONS
from kumo.core.drawing import Clock, Picture, Step, mono, text_width, wrap
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.api_map import ApiMapTrace, Option, Part, Url
    from kumo.core.drawing import Layout

TONES = {"yes": "good", "limited": "warn", "no": "faint"}
# Model time: when endpoints, integrations and URLs are settled.
ENDPOINTS_AT, INTEGRATIONS_AT, URLS_AT, END = 1, 2, 3, 4
CHIP, CHIP_ROW = 26, 52


@dataclass(frozen=True)
class _Plan:
    """Where the boxes are."""

    endpoints: tuple[Box, ...]
    api: Box
    integrations: tuple[Box, ...]
    link: Box
    bottom: float


def draw(trace: ApiMapTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: from left to right, or from top to bottom where the layout is narrow."""
    plan = _narrow(layout) if layout.narrow else _wide()
    top = plan.bottom + 34
    names = words.steps(trace)
    clock = Clock(
        0,
        END,
        words.STEP_UNIT,
        seconds=6,
        steps=tuple(Step(at, name) for at, name in zip((ENDPOINTS_AT, INTEGRATIONS_AT, URLS_AT), names, strict=True)),
    )
    picture = Picture(
        layout,
        top + _urls(None, trace, layout, top) + 4,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            api=API_NAMES[trace.api],
            endpoints=words.usable(trace.endpoints),
            integrations=words.usable(trace.integrations),
        ),
        clock=clock,
    )
    _headings(picture, trace, plan)
    _lines(picture, trace, plan)
    for index, (option, box) in enumerate(zip(trace.endpoints, plan.endpoints, strict=True)):
        _option(picture, option, box, ENDPOINTS_AT - 0.6 + 0.3 * index, words.WHERE[option.key])
    _link(picture, plan.link)
    for index, (option, box) in enumerate(zip(trace.integrations, plan.integrations, strict=True)):
        _option(picture, option, box, INTEGRATIONS_AT - 0.35 + 0.05 * index, option.note)
    _api(picture, trace, plan.api)
    _requests(picture, trace, plan)
    _urls(picture, trace, layout, top)
    return picture


def _wide() -> _Plan:
    endpoints = tuple(Box(10, 74 + index * 98, 190, 60) for index in range(3))
    x, width, rows = 454, 256, len(PUBLIC_INTEGRATIONS)
    public = tuple(Box(x, 40 + index * 42, width, 34) for index in range(rows))
    link = Box(x, 40 + rows * 42 + 4, width, 34 + len(VPC_LINK_TARGETS) * 40)
    linked = tuple(Box(x + 8, link.y + 28 + index * 40, width - 16, 34) for index in range(len(VPC_LINK_TARGETS)))
    return _Plan(endpoints, Box(252, 144, 150, 116), (*public, *linked), link, link.bottom)


def _narrow(layout: Layout) -> _Plan:
    width, rows = layout.width - 8, len(PUBLIC_INTEGRATIONS)
    endpoints = tuple(Box(4, 34 + index * 42, width, 36) for index in range(3))
    public = tuple(Box(4, 314 + index * 40, width, 34) for index in range(rows))
    link = Box(4, 314 + rows * 40 + 4, width, 34 + len(VPC_LINK_TARGETS) * 40)
    linked = tuple(Box(12, link.y + 28 + index * 40, width - 16, 34) for index in range(len(VPC_LINK_TARGETS)))
    return _Plan(endpoints, Box(32, 186, width - 56, 70), (*public, *linked), link, link.bottom)


def _headings(picture: Picture, trace: ApiMapTrace, plan: _Plan) -> None:
    y = 22
    picture.text(plan.endpoints[0].x, y, words.ENDPOINTS, bold=True)
    y = plan.integrations[0].y - 14 if picture.layout.narrow else y
    picture.text(plan.integrations[0].x, y, words.INTEGRATIONS, bold=True)
    if trace.when != TODAY:
        x, anchor = (plan.link.right, "end") if picture.layout.narrow else (plan.api.middle_top[0], "middle")
        picture.text(x, 22, WHEN_OPTIONS[trace.when], fill="warn", bold=True, anchor=anchor)


def _lines(picture: Picture, trace: ApiMapTrace, plan: _Plan) -> None:
    both = len(trace.urls) > 1
    if picture.layout.narrow:
        for start, end, at in (
            (plan.endpoints[-1].bottom + 2, plan.api.y - 2, ENDPOINTS_AT),
            (plan.api.bottom + 2, plan.integrations[0].y - 32, INTEGRATIONS_AT),
        ):
            x = plan.api.middle_top[0]
            arrow = picture.arrow(
                (x, start), (x, end), stroke="good", stroke_width=2.5, head=9, both=both and at == ENDPOINTS_AT
            )
            picture.show(arrow, at - 0.3)
        return
    for option, start, end in _ways(trace.endpoints, plan.endpoints, plan.api):
        if option.usable:
            # Only a WebSocket API speaks to the client of its own accord.
            arrow = picture.arrow(start, end, stroke="good", stroke_width=2.5, head=10, both=both)
            picture.show(arrow, ENDPOINTS_AT)
        else:
            picture.line(start, end, stroke="line", stroke_width=1.5, dash="4 5")
    for option, end, start in _ways(trace.integrations, plan.integrations, plan.api):
        if option.usable:
            line = picture.line(start, end, stroke=TONES[option.support], stroke_width=2.5)
            picture.show(line, INTEGRATIONS_AT - 0.35)
        else:
            picture.line(start, end, stroke="line", stroke_width=1.5, dash="4 5")


def _ways(
    options: tuple[Option, ...], boxes: tuple[Box, ...], api: Box
) -> list[tuple[Option, tuple[float, float], tuple[float, float]]]:
    """Return for each option the two ends of its line, at its own box and at the API's, spread so as not to meet."""
    left = boxes[0].x < api.x
    spread = (api.height - 56) / (len(options) - 1)
    # The boxes behind a VPC link stand further in; their lines end at the frame.
    edge = boxes[0].right + 2 if left else boxes[0].x - 2
    side = api.x - 3 if left else api.right + 2
    top = api.y + 28
    return [
        (option, (edge, box.center[1]), (side, top + index * spread))
        for index, (option, box) in enumerate(zip(options, boxes, strict=True))
    ]


def _option(picture: Picture, option: Option, box: Box, at: float, note: str) -> None:
    """Draw an endpoint or integration, lit or not; in motion it is undecided until `at`."""
    with picture.group(visibility="hidden") as waiting:
        picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke="line", stroke_width=1.5, radius=8)
        # What stands beside an integration is already part of the answer.
        _label(picture, option, box, "" if option.key in INTEGRATIONS else note, ink="muted")
    picture.show(waiting, 0, at)
    tone = TONES[option.support]
    with picture.group() as decided:
        if option.usable:
            fill = f"{tone}-soft"
            picture.rect(box.x, box.y, box.width, box.height, fill=fill, stroke=tone, stroke_width=2, radius=8)
            _label(picture, option, box, note, ink="ink", bold=True)
        else:
            picture.rect(box.x, box.y, box.width, box.height, stroke="faint", stroke_width=1.5, radius=8, dash="5 4")
            _label(picture, option, box, note, ink="muted")
        _mark(picture, option.support, box.x + 16, _first_line(box, note))
    picture.show(decided, at)


def _beside(box: Box) -> bool:
    """Whether a note stands beside its label rather than below it."""
    return box.height < 50  # noqa: PLR2004 -- two lines of text need as much


def _first_line(box: Box, note: str) -> float:
    middle = box.y + box.height / 2
    return middle if not note or _beside(box) else middle - 10


def _label(picture: Picture, option: Option, box: Box, note: str, *, ink: str, bold: bool = False) -> None:
    y = _first_line(box, note)
    picture.text(box.x + 30, y, words.OPTIONS[option.key], fill=ink, bold=bold, middle=True)
    if note and _beside(box):
        picture.text(box.right - 8, y, note, fill="muted", anchor="end", middle=True)
    elif note:
        picture.text(box.x + 30, y + 21, note, fill="muted", middle=True)


def _mark(picture: Picture, support: str, x: float, y: float) -> None:
    if support == "yes":
        picture.check(x, y, 5.5, stroke="good", stroke_width=3)
    elif support == "limited":
        corners = [(x, y - 7), (x + 7.5, y + 6), (x - 7.5, y + 6)]
        picture.path(corners, stroke="warn", stroke_width=2.5, close=True)
    else:
        picture.cross(x, y, 4.5, stroke="muted", stroke_width=2)


def _link(picture: Picture, box: Box) -> None:
    picture.rect(box.x, box.y, box.width, box.height, stroke="faint", stroke_width=1.5, radius=10)
    picture.text(box.x + 12, box.y + 15, words.VPC_LINK, fill="muted", middle=True)


def _api(picture: Picture, trace: ApiMapTrace, box: Box) -> None:
    picture.rect(box.x, box.y, box.width, box.height, fill="accent-soft", stroke="accent", stroke_width=2, radius=12)
    x, y = box.middle_top[0], box.y + (24 if picture.layout.narrow else 34)
    size = picture.layout.body + 1
    picture.text(x, y, API_NAMES[trace.api], size=size, bold=True, anchor="middle", middle=True)
    lines = ["・".join(words.CHARACTER[trace.api])] if picture.layout.narrow else words.CHARACTER[trace.api]
    for index, line in enumerate(lines):
        picture.text(x, y + 26 + index * 21, line, fill="muted", anchor="middle", middle=True)


def _requests(picture: Picture, trace: ApiMapTrace, plan: _Plan) -> None:
    """Send one request from each endpoint to each integration, and for WebSocket APIs a message back."""
    if picture.layout.narrow:
        return
    arriving = _ways(trace.endpoints, plan.endpoints, plan.api)
    leaving = _ways(trace.integrations, plan.integrations, plan.api)
    for option, start, end in arriving:
        if option.usable:
            _dot(picture, start, end, ENDPOINTS_AT + 0.1, ENDPOINTS_AT + 0.5)
    for option, end, start in leaving:
        if option.usable:
            _dot(picture, start, end, ENDPOINTS_AT + 0.55, INTEGRATIONS_AT)
    if len(trace.urls) > 1:
        _, regional, gate = arriving[1]
        _, function, exit_ = leaving[0]
        _dot(picture, function, exit_, URLS_AT - 0.7, URLS_AT - 0.35, tone="tokens")
        _dot(picture, gate, regional, URLS_AT - 0.35, URLS_AT, tone="tokens")


def _dot(
    picture: Picture,
    start: tuple[float, float],
    end: tuple[float, float],
    begin: float,
    until: float,
    *,
    tone: str = "accent",
) -> None:
    dot = picture.circle(*start, 6, fill=tone, stroke="panel", stroke_width=2, hidden=True)
    picture.show(dot, begin, until)
    picture.move(dot, [(begin, (0, 0)), (until, (end[0] - start[0], end[1] - start[1]))])


def _urls(picture: Picture | None, trace: ApiMapTrace, layout: Layout, top: float) -> float:
    """Draw the URLs in parts (or only measure them); return the height."""
    y = top
    for index, url in enumerate(trace.urls):
        rows = _chip_rows(url, layout)
        if picture:
            with picture.group() as group:
                picture.text(10 if not layout.narrow else 4, y, words.URLS[url.kind], bold=True)
                for row, chips in enumerate(rows):
                    _chips(picture, chips, y + 12 + row * CHIP_ROW)
            picture.show(group, URLS_AT - 0.3 + 0.3 * index)
        y += 12 + len(rows) * CHIP_ROW + 22
    note = words.DEFAULT_REFUSED if trace.default_refused else words.NO_STAGE if trace.stage is None else ""
    for line in wrap(note, layout.width - 20, layout.small) if note else []:
        if picture:
            said = picture.text(10 if not layout.narrow else 4, y - 4, line, fill="warn", bold=True)
            picture.show(said, URLS_AT)
        y += 20
    return y - top - 18


def _chip_rows(url: Url, layout: Layout) -> list[list[tuple[Box, str, str]]]:
    """Return the parts of a URL in rows that fit: (box at row height 0, text, role)."""
    left, right = (4.0, layout.width - 4.0) if layout.narrow else (10.0, layout.width - 10.0)
    widths = [_chip_width(part, layout) for part in url.parts]
    # Where the path does not fit behind the origin, the URL breaks between the two, as a reader would break it.
    first = next(index for index, part in enumerate(url.parts) if part.text.startswith("/"))
    tail = sum(widths[first:]) + 2 * (len(widths) - first)
    rows: list[list[tuple[Box, str, str]]] = [[]]
    x = left
    for index, (part, width) in enumerate(zip(url.parts, widths, strict=True)):
        if x + (tail if index == first else width) > right:
            rows.append([])
            x = left + 16
        rows[-1].append((Box(x, 0, width, CHIP), part.text, part.role))
        x += width + 2
    return rows


def _chip_width(part: Part, layout: Layout) -> float:
    width = len(part.text) * layout.small * mono.MONO_EM
    if part.role not in words.PARTS:
        return width
    return max(width + 10, text_width(words.PARTS[part.role], layout.small) + 4)


def _chips(picture: Picture, chips: list[tuple[Box, str, str]], y: float) -> None:
    for box, text, role in (((replace(box, y=y), text, role)) for box, text, role in chips):
        named = role in words.PARTS
        if named:
            picture.rect(box.x, box.y, box.width, box.height, fill="accent-soft", radius=6)
            picture.text(box.middle_bottom[0], box.bottom + 15, words.PARTS[role], fill="muted", anchor="middle")
        picture.text(
            box.middle_top[0],
            box.y + CHIP / 2,
            text,
            mono=True,
            bold=named,
            fill="ink" if named else "muted",
            anchor="middle",
            middle=True,
        )
