"""Picture of capacity modes: the same day three times, what was served, what was refused, what it costs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.modes import DAY, HOUR, NOON, ON_DEMAND
from kumo.dynamodb.words import modes as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.modes import Day, ModesTrace

HEIGHT = 100
# The slow part of the day is drawn at this distance (minutes); its jumps are drawn where they are.
EVERY = 20


def draw(trace: ModesTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: one plot for each mode, on the same axes."""
    narrow = layout.narrow
    head, gap = 34, 62 if narrow else 40
    step = HEIGHT + gap
    first = head + (42 if narrow else 22)
    picture = Picture(
        layout,
        first + 2 * step + HEIGHT + 44,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, 24, words.CLOCK, seconds=8),
    )
    picture.legend(4, 10, [("good", words.LOAD), ("bad", words.THROTTLED), ("ink", words.CAPACITY)], gap=14)
    shown = [capacity for day in trace.days if day.mode != ON_DEMAND for capacity in day.capacity]
    highest = max(*trace.load, *shown) * 1.08
    left = 52.0
    for number, day in enumerate(trace.days):
        area = Box(left, first + number * step, layout.width - left - (12 if narrow else 150), HEIGHT)
        plot = Plot(picture, area, (0, 24), (0, highest))
        _day(plot, trace, day)
        if number == len(trace.days) - 1:
            _hours(plot)
        if number == 0 and trace.spike > 1:
            x, y = plot.point((NOON + trace.length) / HOUR, trace.load[NOON])
            mark = words.SPIKE_MARK.format(factor=trace.spike)
            picture.text(x + 6, max(y + 4, area.y), mark, fill="muted", middle=True, halo=True)
        _told(picture, day, area)
        plot.playhead()
    return picture


def _day(plot: Plot, trace: ModesTrace, day: Day) -> None:
    picture, area = plot.picture, plot.area
    plot.y_axis(nice_ticks(0, plot.y_range[1], 3))
    name = words.NAMES[day.mode]
    lift = 30 if picture.layout.narrow else 14
    picture.text(4 if picture.layout.narrow else area.x, area.y - lift, name, bold=True, middle=True)
    minutes = _moments(trace)
    for values, fill in ((trace.load, "bad"), (day.served, "good")):
        points = [(minute / HOUR, values[min(minute, DAY - 1)]) for minute in minutes]
        traced = [plot.point(x, y) for x, y in points]
        picture.path([(traced[0][0], area.bottom), *traced, (traced[-1][0], area.bottom)], fill=fill, close=True)
    if day.mode != ON_DEMAND:
        data = f"M{plot.x(0):.1f},{plot.y(day.capacity[0]):.1f}"
        minute = 0
        for capacity, stretch in groupby(day.capacity):
            data += f" V{plot.y(capacity):.1f}"
            minute += len(list(stretch))
            data += f" H{plot.x(minute / HOUR):.1f}"
        picture.path(data, stroke="ink", stroke_width=1.8)


def _moments(trace: ModesTrace) -> list[int]:
    """Return the minutes to draw: some of the slow hours, all around the spike."""
    near = range(NOON - 2, NOON + trace.length + 3)
    return sorted({*range(0, DAY, EVERY), DAY - 1, DAY, *near})


def _hours(plot: Plot) -> None:
    picture = plot.picture
    plot.x_axis(range(0, 25, 6), words.HOURS)
    picture.line((plot.area.x, plot.area.bottom), (plot.area.right, plot.area.bottom), stroke="faint")


def _told(picture: Picture, day: Day, area: Box) -> None:
    """Say what the day came to: refusals and cost, beside the plot or above it."""
    refused = words.REFUSED.format(share=words.percent(day.share))
    cost = words.COST.format(cost=day.cost)
    tone = "bad" if day.share else "muted"
    if picture.layout.narrow:
        picture.text(4, area.y - 12, refused, fill=tone, bold=bool(day.share), middle=True)
        picture.text(area.right, area.y - 12, cost, bold=True, anchor="end", middle=True)
    else:
        picture.text(area.right + 14, area.y + 34, cost, bold=True, middle=True, size=picture.layout.body)
        picture.text(area.right + 14, area.y + 58, refused, fill=tone, bold=bool(day.share), middle=True)
