"""Picture of one minute of a function: its environments as lanes, and the latency of each request below."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kumo.aws_lambda.model import startup
from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import SECOND
from kumo.aws_lambda.model.warmth import WATCHED
from kumo.aws_lambda.view.lanes import Bars, crosses, dots, slots
from kumo.aws_lambda.words import cold_and_warm as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.warmth import MinuteTrace
    from kumo.core.drawing import Layout

# Environments with a lane and a label of their own.
LABELLED = 12
# Phases before the runtime starts: Lambda's work, not the function's.
PREPARING = {startup.CREATE, startup.DOWNLOAD, startup.UNPACK}


def draw(trace: MinuteTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: lanes over latencies, with one time axis."""
    narrow = layout.narrow
    environments = trace.pool.environments
    lanes, count = slots(environments, LABELLED)
    room = max(1, count)
    height = max(60, min(26 * room, 15 * room if narrow else 17 * room, 250))
    left, right = (48, 320) if narrow else (82, 622)
    top = 106 if narrow else 88
    legend = _legend_rows(layout)
    latency_top = top + height + 62
    picture = Picture(
        layout,
        latency_top + 104 + 46 + (22 if narrow else 0) + len(legend) * 22,
        title=words.TITLE,
        description=words.DESCRIPTION.format(requests=len(trace.pool.invocations), cold=len(trace.colds)),
        clock=Clock(0, WATCHED / SECOND, words.SECONDS, seconds=12),
    )
    plot = Plot(picture, Box(left, top, right - left, height), (0, WATCHED / SECOND), (0, room))
    _head(picture, trace)
    _lanes(plot, trace, lanes, room)
    _latencies(plot.subplot(latency_top, 104, (0, _highest(trace))), trace)
    _legend(picture, legend, picture.height - len(legend) * 22 + 10)
    call = _call(plot, trace, lanes, room)
    plot.playhead()
    if call:
        _call_out(plot, *call)
    return picture


def _head(picture: Picture, trace: MinuteTrace) -> None:
    size = picture.layout.body
    served = len(trace.pool.invocations)
    text = words.COLD_SHARE.format(cold=len(trace.colds), requests=served, percent=words.percent(trace))
    picture.text(0, 20, text, size=size + 1, bold=True)
    changes: Counter[float] = Counter()
    for environment in trace.pool.environments:
        changes[environment.created / SECOND] += 1
        if environment.ended is not None:
            changes[environment.ended / SECOND] -= 1
    keys, number = [(0.0, words.NOW.format(count=0))], 0
    for time, change in sorted(changes.items()):
        number += change
        keys.append((time, words.NOW.format(count=number)))
    x, y, anchor = (0, 44, "start") if picture.layout.narrow else (picture.width, 20, "end")
    still = words.IN_ALL.format(count=len(trace.pool.environments))
    picture.ticker(x, y, keys, still, fill="muted", anchor=anchor)


def _lane(plot: Plot, lane: int, room: int) -> float:
    return plot.area.y + (lane + 0.5) * plot.area.height / room


def _lanes(plot: Plot, trace: MinuteTrace, lanes: list[int], room: int) -> None:
    picture, area, pool = plot.picture, plot.area, trace.pool
    pitch = area.height / room
    thick = min(15.0, pitch * 0.78)
    for tick in range(0, 61, 10):
        picture.line((plot.x(tick), area.y - 6), (plot.x(tick), area.bottom))
    picture.text(0, area.y - 8, words.REQUESTS if not picture.layout.narrow else "", fill="muted", middle=True)
    arrivals = "".join(f"M{plot.x(i.time / SECOND) - 3.5:.1f},{area.y - 14:.1f}h7l-3.5,8z" for i in pool.invocations)
    if arrivals:
        picture.path(arrivals, fill="ink")
    rest, prepare = Bars(plot, SECOND, max(2.0, thick * 0.34)), Bars(plot, SECOND, thick)
    initialise, run = Bars(plot, SECOND, thick), Bars(plot, SECOND, thick)
    ends = []
    served = pool.by_environment()
    for environment, lane in zip(pool.environments, lanes, strict=True):
        y, time = _lane(plot, lane, room), environment.created
        rest.add(environment.ready, WATCHED if environment.ended is None else environment.ended, y)
        for phase in pool.start.phases:
            (prepare if phase.name in PREPARING else initialise).add(time, time + phase.duration, y, least=0)
            time += phase.duration
        for invocation in served[environment.number]:
            # Short of the end by a hair, so that two runs in a row stay two.
            run.add(invocation.time + invocation.waited, invocation.end - SECOND // 20, y, least=1.5)
        if environment.ended is not None:
            ends.append((plot.x(environment.ended / SECOND), y))
        if len(pool.environments) == room:
            _label(picture, environment.number, y, pitch)
    rest.draw("good-soft", stroke="good")
    prepare.draw("muted")
    initialise.draw("warn")
    run.draw("good")
    crosses(picture, ends, min(4.5, thick * 0.4))
    if len(pool.environments) != room or pitch < picture.layout.small:
        picture.text(
            0,
            area.y + area.height / 2,
            words.LANES if not picture.layout.narrow else words.LANES_SHORT,
            fill="muted",
            middle=True,
        )


def _label(picture: Picture, number: int, y: float, pitch: float) -> None:
    if pitch >= picture.layout.small:
        picture.text(0, y, words.ENVIRONMENT.format(number=number + 1), fill="muted", middle=True)


def _highest(trace: MinuteTrace) -> float:
    return max(trace.pool.latencies, default=SECOND) / SECOND * 1.12


def _latencies(plot: Plot, trace: MinuteTrace) -> None:
    picture, pool, area = plot.picture, trace.pool, plot.area
    narrow, small = picture.layout.narrow, picture.layout.small
    picture.text(0, area.y - 21, words.LATENCIES, bold=True, middle=True)
    x = text_width(words.LATENCIES, small) * 1.1 + 22
    for tone, label, cold in (("warn", words.COLD_LABEL, True), ("good", words.WARM_LABEL, False)):
        dots(picture, [(x, area.y - 21)], tone, 10 if cold else 6, square=cold)
        picture.text(x + 10, area.y - 21, label, fill="muted", middle=True)
        x += 10 + text_width(label, small) + 20
    plot.y_axis(nice_ticks(0, plot.y_range[1], 3))
    plot.x_axis(range(0, 61, 10), words.TIME)
    levels = [(percent, pool.percentile(percent) / SECOND) for percent in (50, 95, 99)] if pool.latencies else []
    for _, level in levels:
        picture.line((area.x, plot.y(level)), (area.right, plot.y(level)), stroke="faint", dash="4 4")
    points = [(i.kind == COLD, plot.point(i.time / SECOND, i.latency / SECOND)) for i in pool.invocations]
    dots(picture, [point for cold, point in points if not cold], "good", 6)
    dots(picture, [point for cold, point in points if cold], "warn", 10, square=True)
    plot.playhead()
    if narrow:
        x = area.x
        for percent, level in levels:
            label = words.PERCENTILE.format(percent=percent, seconds=words.seconds(level * SECOND))
            picture.text(x, area.bottom + small * 4.3, label, bold=True)
            x += text_width(label, small) * 1.08 + 18
        return
    # Levels that lie close together push their labels apart, upwards.
    lowest = area.bottom - 2
    for percent, level in levels:
        y = min(plot.y(level), lowest)
        label = words.PERCENTILE.format(percent=percent, seconds=words.seconds(level * SECOND))
        picture.text(area.right + 10, y, label + words.SECONDS, bold=True, middle=True)
        lowest = y - small * 1.25


def _call(plot: Plot, trace: MinuteTrace, lanes: list[int], room: int) -> tuple[str, float, float, float] | None:
    """Return text, x, y and model time of the one call-out: the first cold start."""
    if not trace.colds:
        return None
    first = trace.colds[0]
    text = words.CALL.format(seconds=words.seconds(first.waited))
    time = first.time / SECOND
    return text, plot.x(time), _lane(plot, lanes[first.environment], room), time


def _call_out(plot: Plot, text: str, x: float, y: float, time: float) -> None:
    picture, row = plot.picture, plot.area.y - 34
    width = 1.1 * text_width(text, picture.layout.small)
    with picture.group() as group:
        picture.text(max(0, min(x - 8, picture.width - width)), row, text, bold=True, middle=True)
        picture.line((x, row + 9), (x, plot.area.y - 16), stroke="ink", stroke_width=1.3)
        picture.circle(x, y, 3, fill="panel", stroke="ink", stroke_width=1.3)
    picture.show(group, time)


def _legend_rows(layout: Layout) -> list[list[tuple[float, str]]]:
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for name in (words.PREPARE, words.INITIALISE, words.RUN, words.REST, words.END):
        needed = 26 + text_width(name, layout.small)
        if x and x + needed > layout.width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, name))
        x += needed + 16
    return rows


def _legend(picture: Picture, rows: list[list[tuple[float, str]]], y: float) -> None:
    tones = {words.PREPARE: "muted", words.INITIALISE: "warn", words.RUN: "good"}
    for row in rows:
        for x, name in row:
            if name in tones:
                picture.rect(x, y - 6, 20, 12, fill=tones[name])
            elif name == words.REST:
                picture.rect(x, y - 2.5, 20, 5, fill="good-soft", stroke="good")
            else:
                crosses(picture, [(x + 10, y)], 4.5)
            picture.text(x + 26, y, name, fill="muted", middle=True)
        y += 22
