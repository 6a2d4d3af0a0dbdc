"""Picture of four routers on one load: their environments as thin lanes, and how many cold starts there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import MINUTE
from kumo.aws_lambda.view.lanes import Bars, crosses, dots, slots
from kumo.aws_lambda.words import environment_picking as words
from kumo.core.drawing import Clock, Picture, Plot, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.picking import PickingTrace
    from kumo.aws_lambda.model.simulation import PoolTrace
    from kumo.core.drawing import Layout

# Lanes get thinner, not more space, when there are many environments.
PANEL = 66


def draw(trace: PickingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: a panel for each router, in the same scale."""
    narrow = layout.narrow
    pitch, top = (116, 32) if narrow else (92, 40)
    left, right = (6, 322) if narrow else (138, 560)
    legend = _legend_rows(layout)
    names = list(trace.traces)
    picture = Picture(
        layout,
        top + len(names) * pitch + 36 + 22 * len(legend),
        title=words.TITLE,
        description=words.DESCRIPTION.format(summary=words.summary(trace)),
        clock=Clock(0, trace.until / MINUTE, words.MINUTES, seconds=10),
    )
    picture.text(0, 20, words.verdict(trace), size=layout.body + (0 if narrow else 1), bold=True)
    most = max(1, *(pool.counts[COLD] for pool in trace.traces.values()))
    room = max(slots(pool.environments, 0)[1] for pool in trace.traces.values()) or 1
    for index, name in enumerate(names):
        y = top + index * pitch + (34 if narrow else 8)
        plot = Plot(picture, Box(left, y, right - left, PANEL), (0, trace.until / MINUTE), (0, room))
        _panel(plot, trace.traces[name], room)
        if index == len(names) - 1:
            _axis(plot)
        _name(picture, name, y)
        _result(picture, trace, name, most, y)
        plot.playhead()
    _legend(picture, legend, picture.height - len(legend) * 22 + 10)
    return picture


def _panel(plot: Plot, pool: PoolTrace, room: int) -> None:
    picture, area = plot.picture, plot.area
    picture.rect(area.x, area.y - 2, area.width, area.height + 4, fill="raised", stroke="line", radius=4)
    pitch = area.height / room
    thick = min(10.0, pitch * 0.74)
    rest, run = Bars(plot, MINUTE, max(1.2, thick * 0.3)), Bars(plot, MINUTE, thick)
    ends, begins = [], []
    served = pool.by_environment()
    lanes, _ = slots(pool.environments, 0)
    for environment, lane in zip(pool.environments, lanes, strict=True):
        y = area.y + (lane + 0.5) * pitch
        rest.add(environment.created, pool.until if environment.ended is None else environment.ended, y)
        begins.append((plot.x(environment.created / MINUTE), y))
        for invocation in served[environment.number]:
            run.add(invocation.time, invocation.end, y, least=1.2)
        if environment.ended is not None:
            ends.append((plot.x(environment.ended / MINUTE), y))
    rest.draw("faint")
    run.draw("good")
    size = max(6.0, min(11.0, pitch))
    dots(picture, begins, "warn", size, square=True)
    crosses(picture, ends, min(3.6, max(2.2, thick * 0.42)))


def _axis(plot: Plot) -> None:
    picture, small = plot.picture, plot.picture.layout.small
    for tick in (0, 10, 20, 30):
        anchor = {0: "start", 30: "end"}.get(tick, "middle")
        picture.text(plot.x(tick), plot.area.bottom + small * 1.5, str(tick), fill="muted", anchor=anchor)
    picture.text(plot.x(25), plot.area.bottom + small * 1.5, words.TIME, fill="muted", anchor="middle")


def _name(picture: Picture, name: str, y: float) -> None:
    if picture.layout.narrow:
        picture.text(6, y - 16, words.NAMES[name], bold=True, middle=True)
        return
    picture.text(0, y + 24, words.NAMES[name], size=picture.layout.body, bold=True, middle=True)
    picture.text(0, y + 45, words.NOTES[name], fill="muted", middle=True)


def _result(picture: Picture, trace: PickingTrace, name: str, most: int, y: float) -> None:
    count, small = trace.traces[name].counts[COLD], picture.layout.small
    mean = words.MEAN.format(count=trace.environments(name))
    colds = [i.time / MINUTE for i in trace.traces[name].invocations if i.kind == COLD]
    keys = [(time, words.COLD_COUNT.format(count=so_far)) for so_far, time in enumerate([0.0, *colds])]
    if picture.layout.narrow:
        picture.text(322, y - 16, mean, fill="muted", anchor="end", middle=True)
        x = 322 - text_width(mean, small) - 14
        picture.ticker(x, y - 16, keys, keys[-1][1], fill="warn", bold=True, anchor="end", middle=True)
        return
    x, width = 576, 136
    picture.ticker(x, y + 10, keys, keys[-1][1], fill="warn", bold=True, middle=True)
    picture.rect(x, y + 22, width, 11, fill="line", radius=2)
    if count:
        bar = picture.rect(x, y + 22, max(2, width * count / most), 11, fill="warn", radius=2)
        widths = [(time, width * so_far / most) for so_far, time in enumerate([0.0, *colds])]
        picture.track(bar, "width", widths)
    picture.text(x, y + 50, mean, fill="muted", middle=True)


def _legend_rows(layout: Layout) -> list[list[tuple[float, str]]]:
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for name in (words.START, words.RUN, words.REST, words.END):
        needed = 26 + text_width(name, layout.small)
        if x and x + needed > layout.width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, name))
        x += needed + 16
    return rows


def _legend(picture: Picture, rows: list[list[tuple[float, str]]], y: float) -> None:
    for row in rows:
        for x, name in row:
            if name == words.START:
                dots(picture, [(x + 10, y)], "warn", 11, square=True)
            elif name == words.RUN:
                picture.rect(x, y - 5, 20, 10, fill="good")
            elif name == words.REST:
                picture.rect(x, y - 1.5, 20, 3, fill="faint")
            else:
                crosses(picture, [(x + 10, y)], 4)
            picture.text(x + 26, y, name, fill="muted", middle=True)
        y += 22
