"""Picture of memory tuning: one run at several settings as a race, and duration and cost over all settings."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.memory_tuning import LEAST, MOST, ONE_VCPU, at
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.aws_lambda.words import memory_tuning as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.memory_tuning import Setting, TuningTrace
    from kumo.core.drawing import Layout

COMPUTING, WAITING = "series-1", "series-5"
CHEAPEST, FASTEST = "series-3", "series-6"
POINTS = 96
TICKS = (128, 512, 2048, 10240)


def draw(trace: TuningTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the race above, the two curves beside or under each other."""
    narrow = layout.narrow
    rows = trace.usual
    end = max(MILLISECOND, *(min(setting.duration, trace.work.timeout) for setting in rows))
    unit, per_unit = (words.SECONDS, SECOND) if end >= SECOND else (words.MILLISECONDS, MILLISECOND)
    step = 42 if narrow else 27
    top = 54 if narrow else 32
    curves = top + len(rows) * step + 58
    picture = Picture(
        layout,
        curves + (402 if narrow else 182),
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, end / per_unit, unit, seconds=6),
    )
    picture.text(0, 16, words.RACE, bold=True)
    x = 0.0 if narrow else text_width(words.RACE, layout.small) * 1.06 + 30
    picture.legend(x, 38 if narrow else 11, [(COMPUTING, words.COMPUTE), (WAITING, words.WAIT)])
    for index, setting in enumerate(rows):
        _racer(picture, trace, setting, top + index * step, end, per_unit)
    left, width = (46.0, layout.width - 64.0) if narrow else (48.0, 286.0)
    durations = Plot(picture, Box(left, curves, width, 130), (log2(LEAST), log2(MOST)), (0, 1))
    second = Box(left, curves + 214, width, 130) if narrow else Box(418, curves, width, 130)
    _curve(durations, trace, duration=True)
    _curve(Plot(picture, second, durations.x_range, (0, 1)), trace, duration=False)
    return picture


# The race.


def _racer(picture: Picture, trace: TuningTrace, setting: Setting, y: float, end: int, per_unit: int) -> None:
    narrow = picture.layout.narrow
    chosen = setting.memory == trace.memory
    if chosen:
        height = 40 if narrow else 25
        picture.rect(0, y, picture.width, height, fill="accent-soft", radius=6)
    name = f"{setting.memory:,} MB"
    left, right, bar = (6.0, picture.width - 6, y + 24) if narrow else (96.0, 444.0, y + 5)
    line = y + (12 if narrow else 12.5)
    if narrow:
        picture.text(6, line, name, bold=chosen, middle=True)
    else:
        picture.text(left - 10, line, name, bold=chosen, anchor="end", middle=True)
    done = _bar(picture, trace, setting, (left, right, bar), end, per_unit)
    stopped = min(setting.duration, trace.work.timeout) / per_unit
    spent = words.seconds(setting.duration) if setting.finished else words.TIMED_OUT
    tone = "ink" if setting.finished else "bad"
    if narrow:
        label = picture.text(164, line, spent, fill=tone, anchor="end", bold=True, middle=True)
    else:
        label = picture.text(done + 8, line, spent, fill=tone, bold=True, middle=True)
    cost = words.DOLLARS.format(cost=words.dollars(setting.cost))
    at_right = 262 if narrow else 620
    price = picture.text(at_right, line, cost, anchor="end", middle=True)
    for element in (label, price):
        picture.show(element, stopped)
    mark = words.mark(trace, setting.memory)
    if mark == words.BEST and narrow:
        mark = words.CHEAPEST
    mark = mark or (_yours(narrow=narrow) if chosen else "")
    if mark:
        tone = {words.CHEAPEST: CHEAPEST, words.BEST: CHEAPEST, words.FASTEST: FASTEST}.get(mark, "accent")
        label = picture.text(at_right + 10, line, mark, fill=tone, bold=True, middle=True)
        if tone != "accent":
            picture.show(label, stopped)


def _yours(*, narrow: bool) -> str:
    return words.YOURS_SHORT if narrow else words.YOURS


def _bar(
    picture: Picture,
    trace: TuningTrace,
    setting: Setting,
    place: tuple[float, float, float],
    end: int,
    per_unit: int,
) -> float:
    """Draw the bar of one run, growing as it runs; return where it ends."""
    (left, right, y), height = place, 12 if picture.layout.narrow else 15
    scale = (right - left) / end
    stopped = min(setting.duration, trace.work.timeout)
    x, time = left, 0
    for length, tone in ((setting.computing, COMPUTING), (trace.work.waiting, WAITING)):
        shown = min(length, stopped - time)
        if shown <= 0:
            continue
        width = max(1.0, shown * scale)
        bar = picture.rect(x, y, width, height, fill=tone, radius=2)
        keys = [(time / per_unit, 0.0), ((time + shown) / per_unit, width)]
        picture.track(bar, "width", keys, smooth=True)
        x, time = x + width, time + shown
    if not setting.finished:
        picture.show(picture.cross(x - 1, y + height / 2, 5.5, stroke="bad", stroke_width=3), stopped / per_unit)
    return x


# The curves.


def _curve(plot: Plot, trace: TuningTrace, *, duration: bool) -> None:
    picture, work = plot.picture, trace.work
    settings = [at(work, memory) for memory in _memories(trace)]
    finished = [setting for setting in settings if setting.finished]
    shown = finished or settings
    longest = max(min(setting.duration, work.timeout) for setting in shown)
    unit, per_unit = (words.SECONDS, SECOND) if longest >= SECOND else (words.MILLISECONDS, MILLISECOND)

    def value(setting: Setting) -> float:
        return min(setting.duration, work.timeout) / per_unit if duration else setting.cost

    highest = max(value(setting) for setting in shown) * 1.12 or 1
    plot.y_range = (0, highest)
    area, small = plot.area, picture.layout.small
    heading = words.DURATION_AXIS.format(unit=unit) if duration else words.COST_AXIS
    picture.text(area.x - 40, area.y - 24, heading, bold=True)
    plot.y_axis(nice_ticks(0, highest, 4))
    _shade(plot, trace, settings)
    for memory in TICKS:
        x = plot.x(log2(memory))
        picture.line((x, area.bottom), (x, area.bottom + 4), stroke="faint")
        anchor = "middle" if memory < MOST else "end"
        picture.text(
            x + (8 if memory == MOST else 0), area.bottom + small * 1.5, f"{memory:,}", fill="muted", anchor=anchor
        )
    picture.text(area.right + 8, area.bottom + small * 2.9, words.MEMORY_AXIS, fill="muted", anchor="end")
    enough = work.threads * ONE_VCPU
    if enough < MOST:
        x = plot.x(log2(enough))
        picture.line((x, area.y), (x, area.bottom), stroke="faint", dash="3 4")
        picture.text(x, area.y - 6, words.VCPU_MARK.format(count=work.threads), fill="muted", anchor="middle")
    if finished:
        points = [plot.point(log2(setting.memory), value(setting)) for setting in finished]
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        picture.path(path, stroke="ink", stroke_width=2.5)
    x = plot.x(log2(trace.memory))
    picture.line((x, area.y), (x, area.bottom), stroke="accent", stroke_width=2)
    if trace.chosen and trace.chosen.finished:
        picture.circle(x, plot.y(value(trace.chosen)), 5.5, fill="accent", stroke="panel", stroke_width=1.5)
    best = trace.fastest if duration else trace.cheapest
    if best:
        _best(plot, (plot.x(log2(best.memory)), plot.y(value(best))), duration=duration)


def _best(plot: Plot, place: tuple[float, float], *, duration: bool) -> None:
    """Mark the best of a curve with its name, on the side where there is room."""
    (x, y), picture, small = place, plot.picture, plot.picture.layout.small
    tone, label = (FASTEST, words.FASTEST) if duration else (CHEAPEST, words.CHEAPEST)
    picture.path(
        [(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], fill=tone, stroke="panel", stroke_width=1.5, close=True
    )
    # The curve of durations falls towards its best, the one of costs rises from it: above is free in both,
    # unless the curve is flat and its best at the upper edge.
    line = y - 13 if y - 13 >= plot.area.y + small * 0.6 else y + 11 + small
    room = text_width(label, small) / 2
    x = min(max(x, plot.area.x + room + 4), plot.area.right - room)
    picture.text(x, line, label, fill=tone, anchor="middle", bold=True, halo=True)


def _memories(trace: TuningTrace) -> list[int]:
    """Return settings evenly spread over the logarithmic axis, with the points at which the curves bend."""
    least = trace.work.needed
    spread = {round(least * (MOST / least) ** (index / POINTS)) for index in range(POINTS + 1)}
    bends = {memory for memory in (trace.work.threads * ONE_VCPU,) if least <= memory <= MOST}
    return sorted(spread | bends)


def _shade(plot: Plot, trace: TuningTrace, settings: list[Setting]) -> None:
    """Mark the settings at which the function cannot run, or not to its end."""
    area, picture = plot.area, plot.picture
    if trace.work.needed > LEAST:
        width = plot.x(log2(trace.work.needed)) - area.x
        picture.rect(area.x, area.y, width, area.height, fill="line", opacity=0.6)
        if width > text_width(words.TOO_LITTLE, picture.layout.small) + 8:
            middle = (area.x + width / 2, area.center[1])
            picture.text(*middle, words.TOO_LITTLE, fill="muted", anchor="middle", middle=True)
    late = [setting.memory for setting in settings if not setting.finished]
    if late:
        left, right = plot.x(log2(late[0])), plot.x(log2(late[-1]))
        picture.rect(left, area.y, max(2, right - left), area.height, fill="bad-soft")
        if right - left > text_width(words.TIMED_OUT, picture.layout.small) + 8:
            middle = (left + right) / 2
            picture.text(middle, area.center[1], words.TIMED_OUT, fill="bad", anchor="middle", middle=True, bold=True)
