"""Picture of an account's concurrency: who uses it over a minute, and what becomes of those turned away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.concurrency import SURGE_END, SURGE_START
from kumo.aws_lambda.model.invocation import SYNC
from kumo.aws_lambda.model.units import SECOND
from kumo.aws_lambda.words import concurrency as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.aws_lambda.model.concurrency import ConcurrencyTrace, FunctionTrace
    from kumo.core.drawing import Layout

TONES = {"orders": "series-1", "images": "series-5", "jobs": "series-3"}
# What is needed is shown up to this multiple of the limit.
MOST_NEED = 1.9
STRIP = 44


def draw(trace: ConcurrencyTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the stack over three strips, with one time axis."""
    narrow = layout.narrow
    left, right = (50, 318) if narrow else (62, 708)
    legend = _legend(trace, layout)
    top, height = 68 + 22 * (legend[-1][1] + 1), 150 if narrow else 176
    head = 52 if narrow else 32
    pitch = head + STRIP + 14
    strips_top = top + height + 20
    end = len(trace.busy) * trace.tick / SECOND
    picture = Picture(
        layout,
        strips_top + 3 * pitch + 40,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, end, words.SECONDS, seconds=12),
    )
    shown = min(max(trace.limit, trace.peak_need) * 1.1, trace.limit * MOST_NEED)
    stack = Plot(picture, Box(left, top, right - left, height), (0, end), (0, shown))
    strips = [
        Plot(
            picture,
            Box(left, strips_top + index * pitch + head, right - left, STRIP),
            (0, end),
            (0, _highest(trace, one)),
        )
        for index, one in enumerate(trace.functions)
    ]
    _surge(stack, strips[-1].area)
    _head(picture, trace)
    for x, row, function in legend:
        picture.legend(x, 46 + 22 * row, [(TONES[function.load.key], words.label(function))])
    _stack(stack, trace)
    for plot, function in zip(strips, trace.functions, strict=True):
        _strip(plot, trace, function, last=plot is strips[-1])
    for plot in (stack, *strips):
        plot.playhead()
    _call_out(stack, trace)
    return picture


def _head(picture: Picture, trace: ConcurrencyTrace) -> None:
    step = 2 * SECOND // trace.tick
    keys = [
        (trace.seconds(tick), words.NOW.format(count=trace.busy[tick], limit=trace.limit))
        for tick in range(0, len(trace.busy), step)
    ]
    still = words.HEAD.format(most=max(trace.busy), limit=trace.limit)
    picture.ticker(0, 20, keys, still, size=picture.layout.body + 1, bold=True)


def _legend(trace: ConcurrencyTrace, layout: Layout) -> list[tuple[float, int, FunctionTrace]]:
    """Return x and row of each function's entry: with their reservations the names may need several rows."""
    entries: list[tuple[float, int, FunctionTrace]] = []
    x, row = 0.0, 0
    for one in trace.functions:
        width = 18 + text_width(words.label(one), layout.small)
        if x and x + width > layout.width:
            x, row = 0.0, row + 1
        entries.append((x, row, one))
        x += width + 20
    return entries


def _surge(stack: Plot, last: Box) -> None:
    """Shade the time of the surge through all plots, and name it under the `last`."""
    picture, area = stack.picture, stack.area
    start, end = stack.x(SURGE_START / SECOND), stack.x(SURGE_END / SECOND)
    picture.rect(start, area.y, end - start, last.bottom - area.y, fill="warn-soft", opacity=0.5)
    y = last.bottom + picture.layout.small * 2.7
    picture.text((start + end) / 2, y, words.SURGE, fill="warn", anchor="middle", bold=True)


def _stack(plot: Plot, trace: ConcurrencyTrace) -> None:
    picture, area = plot.picture, plot.area
    plot.y_axis(nice_ticks(0, plot.y_range[1], 4))
    # Reservations stand at the bottom, each with room of its own; the others share what is above.
    base, bands = 0.0, []
    for one in trace.functions:
        if one.reserved:
            bands.append((one, base, [base + count for count in one.busy]))
            block = plot.y(base + one.reserved)
            tone = TONES[one.load.key]
            height = plot.y(base) - block
            picture.rect(area.x, block, area.width, height, stroke=tone, stroke_width=1.5, dash="5 4")
            base += one.reserved
    levels = [base] * len(trace.busy)
    for one in trace.functions:
        if one.reserved is None:
            levels = [level + count for level, count in zip(levels, one.busy, strict=True)]
            bands.append((one, base, levels))
    # From the top down: each is painted over the one that stands on it.
    for one, bottom, upper in reversed(bands):
        _steps(plot, upper, TONES[one.load.key], plot.y(bottom))
    limit = plot.y(trace.limit)
    picture.line((area.x, limit), (area.right, limit), stroke="ink", stroke_width=2)
    picture.text(area.right, limit - 6, words.LIMIT_LABEL.format(limit=trace.limit), anchor="end", bold=True, halo=True)
    _need(plot, trace)


def _need(plot: Plot, trace: ConcurrencyTrace) -> None:
    """Draw what would be needed to serve everyone, as far as the plot reaches."""
    picture, top, small = plot.picture, plot.y_range[1], plot.picture.layout.small
    base, peak = sum(one.load.need for one in trace.functions), trace.peak_need
    start, end = SURGE_START / SECOND, SURGE_END / SECOND
    level, high = min(base, top), min(peak, top)
    last = plot.x_range[1]
    corners = [(0, level), (start, level), (start, high), (end, high), (end, level), (last, level)]
    picture.path([plot.point(*corner) for corner in corners], stroke="bad", stroke_width=2, dash="6 4")
    pattern = words.NEED_BEYOND if peak > top else words.NEED_LABEL
    y = max(plot.y(high), plot.area.y + small * 0.6)
    above_limit = plot.y(trace.limit) - 7 - small * 0.4
    if picture.layout.narrow and abs(y - above_limit) < small * 1.3:
        # The limit's label ends where this one would.
        y = above_limit + small * 1.9
    picture.text(plot.x(end) + 8, y, pattern.format(need=peak), fill="bad", bold=True, middle=True, halo=True)


def _steps(plot: Plot, levels: Sequence[float], tone: str, bottom: float) -> None:
    """Draw levels in steps of a tick, filled down to `bottom`."""
    area, width = plot.area, plot.area.width / len(levels)
    left = f"{area.x:.1f}"
    steps, before = [], None
    for tick, level in enumerate(levels):
        if level != before:
            # A step ends where the next one begins; one path command draws it, the next one rises to the new level.
            steps.append(f"H{area.x + tick * width:.1f}V{plot.y(level):.1f}" if tick else "")
            before = level
    line = "".join(steps) + f"H{area.right:.1f}"
    first = f"{plot.y(levels[0]):.1f}"
    plot.picture.path(f"M{left},{bottom:.1f}V{first}{line}V{bottom:.1f}z", fill=f"{tone}-soft")
    plot.picture.path(f"M{left},{first}{line}", stroke=tone, stroke_width=1.6)


def _per_second(trace: ConcurrencyTrace, counts: Sequence[int]) -> list[int]:
    ticks = round(SECOND / trace.tick)
    return [sum(counts[start : start + ticks]) for start in range(0, len(counts), ticks)]


def _highest(trace: ConcurrencyTrace, function: FunctionTrace) -> int:
    """Return a round number that nothing in the function's strip exceeds."""
    most = max(_per_second(trace, function.refused) if function.load.way == SYNC else function.waiting)
    if most <= 1:
        return 1
    magnitude = 10 ** math.floor(math.log10(most))
    return next(magnitude * factor for factor in (1, 2, 3, 4, 5, 6, 8, 10) if magnitude * factor >= most)


def _strip(plot: Plot, trace: ConcurrencyTrace, function: FunctionTrace, *, last: bool) -> None:
    picture, area = plot.picture, plot.area
    small, narrow = picture.layout.small, picture.layout.narrow
    tone = TONES[function.load.key]
    y = area.y - (37 if narrow else 18)
    picture.rect(0, y - 6, 12, 12, fill=tone, radius=3)
    name = words.name(function)
    picture.text(18, y, name, bold=True, middle=True)
    picture.text(
        18 + text_width(name, small) * 1.06 + 12, y, words.CALLERS[function.load.way], fill="muted", middle=True
    )
    bad = bool(function.lost or function.discarded)
    style = {"fill": "bad" if bad else "ink", "bold": True, "middle": True}
    if narrow:
        picture.text(18, area.y - 17, words.outcome(function), **style)
    else:
        picture.text(area.right, y, words.outcome(function), anchor="end", **style)
    shown = max(function.refused if function.load.way == SYNC else function.waiting)
    plot.y_axis([0, plot.y_range[1]] if shown else [0])
    if function.load.way == SYNC:
        width = area.width / len(trace.busy) * SECOND / trace.tick
        data = "".join(
            f"M{plot.x(second) + 0.5:.1f},{area.bottom:.1f}V{plot.y(count):.1f}h{width - 1:.1f}V{area.bottom:.1f}z"
            for second, count in enumerate(_per_second(trace, function.refused))
            if count
        )
        if data:
            picture.path(data, fill="bad")
    elif shown:
        _steps(plot, function.waiting, tone, area.bottom)
    if last:
        plot.x_axis(range(0, 61, 10), words.TIME)


def _call_out(plot: Plot, trace: ConcurrencyTrace) -> None:
    text, tick = words.first(trace), trace.first_refusal
    if tick is None:
        return
    picture, row = plot.picture, plot.area.y - 20
    time = trace.seconds(tick)
    x, y = plot.x(time), plot.y(trace.busy[tick])
    width = 1.1 * text_width(text, picture.layout.small)
    with picture.group() as group:
        picture.text(max(0, min(x - 8, picture.width - width)), row, text, bold=True, middle=True)
        picture.line((x, row + 9), (x, y - 4), stroke="ink", stroke_width=1.3)
        picture.circle(x, y, 4, fill="panel", stroke="ink", stroke_width=1.6)
    picture.show(group, time)
