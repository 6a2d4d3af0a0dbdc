"""Picture of database connections: the same burst on two ways, with environments, connections and errors over time."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.database_connections import BURST_LENGTH, BURST_START, DURATION
from kumo.aws_lambda.model.units import SECOND
from kumo.aws_lambda.words import database_connections as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.database_connections import Comparison, ConnectionTrace
    from kumo.core.drawing import Layout

END = DURATION // SECOND
ENVIRONMENTS, CONNECTIONS, BUSY, WAITING = "series-5", "series-1", "series-6", "series-4"
SLOT = SECOND // 2
PANEL = 402
PLOT, STRIP = 132, 40


def draw(trace: Comparison, layout: Layout) -> Picture:
    """Return the picture of `trace`: direct at the left or above, through the proxy at the right or below."""
    narrow = layout.narrow
    picture = Picture(
        layout,
        PANEL * 2 + 12 if narrow else PANEL,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, END, words.SECONDS, seconds=8),
    )
    both = (trace.direct, trace.proxied)
    most = max(trace.direct.setup.limit, *(one.environments for one in both)) * 1.16
    slots = [_slots(one) for one in both]
    errors = max(2, *(max(one) for one in slots))
    for index, one in enumerate(both):
        left, top = (0.0, index * (PANEL + 12.0)) if narrow else (index * 366.0, 0.0)
        box = Box(left, top, layout.width if narrow else 354, PANEL)
        _panel(picture, one, box, most, (slots[index], errors))
    return picture


def _panel(picture: Picture, trace: ConnectionTrace, box: Box, most: float, errors: tuple[list[int], int]) -> None:
    _head(picture, trace, box)
    _chain(picture, trace, Box(box.x, box.y + 44, box.width, 48))
    area = Box(box.x + 38, box.y + 144, box.width - 50, PLOT)
    plot = Plot(picture, area, (0, END), (0, most))
    _legend(picture, trace, box.x, box.y + 112)
    _curves(plot, trace)
    strip = plot.subplot(area.bottom + 46, STRIP, (0, errors[1]))
    _errors(strip, *errors)
    for one in (plot, strip):
        one.playhead()


def _head(picture: Picture, trace: ConnectionTrace, box: Box) -> None:
    """Write the way, and how many errors it had."""
    tone = "bad" if trace.failed else "good"
    picture.rect(box.x, box.y, box.width, 34, fill=f"{tone}-soft", radius=8)
    name = words.PANELS[trace.setup.proxy]
    picture.text(box.x + 12, box.y + 17, name, size=picture.layout.body, bold=True, middle=True)
    picture.text(box.right - 12, box.y + 17, words.verdict(trace), fill=tone, anchor="end", bold=True, middle=True)


def _chain(picture: Picture, trace: ConnectionTrace, box: Box) -> None:
    """Draw environments, proxy and database as boxes with the numbers of the moment; the still shows the most."""
    proxied, limit = trace.setup.proxy, trace.setup.limit
    width = 96.0
    left = Box(box.x + 2, box.y, width, box.height)
    right = Box(box.right - width - 8, box.y, width + 6, box.height)
    middle = Box(box.x + (box.width - 86) / 2 - 2, box.y, 86, box.height)
    ends = [left.right, right.x]
    if proxied:
        ends[1:1] = [middle.x, middle.right]
        picture.rect(
            middle.x,
            middle.y + 8,
            middle.width,
            middle.height - 16,
            fill="raised",
            stroke="accent",
            stroke_width=2,
            radius=8,
        )
        picture.text(*middle.center, words.PROXY, anchor="middle", bold=True, middle=True)
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        picture.arrow((start + 3, box.center[1]), (end - 3, box.center[1]), stroke="muted", stroke_width=2)
    full = trace.connections >= limit
    for place, tone, name, values, still in (
        (
            left,
            ENVIRONMENTS,
            words.ENVIRONMENTS,
            [str(level.environments) for level in _each_second(trace)],
            str(trace.environments),
        ),
        (
            right,
            "bad" if full else CONNECTIONS,
            words.DATABASE,
            [words.OPEN.format(count=level.connections, limit=limit) for level in _each_second(trace)],
            words.OPEN.format(count=trace.connections, limit=limit),
        ),
    ):
        picture.rect(place.x, place.y, place.width, place.height, fill="raised", stroke=tone, stroke_width=2, radius=8)
        picture.text(place.center[0], place.y + 15, name, fill="muted", anchor="middle", middle=True)
        keys = [(float(second), value) for second, value in enumerate(values)]
        picture.ticker(place.center[0], place.y + 34, keys, still, anchor="middle", bold=True, middle=True)


def _each_second(trace: ConnectionTrace) -> list[object]:
    times = [level.time for level in trace.levels]
    return [trace.levels[bisect_right(times, second * SECOND) - 1] for second in range(END)]


def _legend(picture: Picture, trace: ConnectionTrace, x: float, y: float) -> None:
    entries = [(ENVIRONMENTS, words.ENVIRONMENTS), (CONNECTIONS, words.CONNECTIONS), (BUSY, words.BUSY)]
    if trace.queued:
        entries.append((WAITING, words.WAITING))
    picture.legend(x + 2, y, entries, gap=11)


def _curves(plot: Plot, trace: ConnectionTrace) -> None:
    picture, limit = plot.picture, trace.setup.limit
    burst = (plot.x(BURST_START / SECOND), plot.x((BURST_START + BURST_LENGTH) / SECOND))
    picture.rect(burst[0], plot.area.y, burst[1] - burst[0], plot.area.height, fill="tokens-soft")
    middle = (burst[0] + burst[1]) / 2
    picture.text(middle, plot.area.y - 8, words.BURST, fill="muted", anchor="middle", middle=True)
    plot.y_axis(nice_ticks(0, plot.y_range[1], 4))
    curves = [("environments", ENVIRONMENTS, 2.5), ("connections", CONNECTIONS, 2.5), ("busy", BUSY, 1.5)]
    if trace.queued:
        curves.append(("waiting", WAITING, 2))
    for name, tone, width in curves:
        path = _stairs(plot, trace, name)
        if name == "connections":
            base = f"{plot.area.bottom:.1f}"
            picture.path(f"{path}V{base}H{plot.area.x:.1f}", fill=f"{tone}-soft", close=True)
        picture.path(path, stroke=tone, stroke_width=width)
    edge = plot.y(limit)
    picture.line((plot.area.x, edge), (plot.area.right, edge), stroke="bad", stroke_width=2, dash="6 4")
    label = words.LIMIT_LINE.format(limit=limit)
    picture.text(plot.area.right - 2, edge - 5, label, fill="bad", anchor="end", halo=True)
    if trace.setup.most < limit:
        cap = plot.y(trace.setup.most)
        picture.line((plot.area.x, cap), (plot.area.right, cap), stroke="accent", stroke_width=1.5, dash="2 4")


def _stairs(plot: Plot, trace: ConnectionTrace, name: str) -> str:
    """Return a number over time as the commands of a path in steps; at most one step for each half user unit."""
    parts, drawn, pending, place = [], None, 0.0, -1.0
    for level in trace.levels:
        if level.time >= DURATION:
            break
        pending = getattr(level, name)
        x = plot.x(level.time / SECOND)
        if pending == drawn or x - place < 0.5:  # noqa: PLR2004 -- user units: finer than a line is wide
            continue
        parts.append(f"H{x:.1f}V{plot.y(pending):.1f}" if parts else f"M{x:.1f},{plot.y(pending):.1f}")
        drawn, place = pending, x
    if pending != drawn:
        parts.append(f"V{plot.y(pending):.1f}")
    return "".join(parts) + f"H{plot.area.right:.1f}"


def _slots(trace: ConnectionTrace) -> list[int]:
    """Return the errors of each half second of the picture."""
    counts = [0] * (DURATION // SLOT)
    for request in trace.failed:
        if request.end < DURATION:
            counts[request.end // SLOT] += 1
    return counts


def _errors(strip: Plot, counts: list[int], most: int) -> None:
    picture = strip.picture
    picture.text(strip.area.x - 36, strip.area.y - 14, words.ERRORS, bold=True)
    strip.y_axis([0, most])
    data = ""
    for index, count in enumerate(counts):
        if count:
            x, width = strip.x(index / 2), strip.x(0.5) - strip.x(0) - 0.8
            height = strip.area.bottom - strip.y(count)
            data += f"M{x:.1f},{strip.area.bottom:.1f}v{-height:.1f}h{width:.1f}v{height:.1f}z"
    if data:
        picture.path(data, fill="bad")
    strip.x_axis(range(0, END + 1, 5), words.TIME)
