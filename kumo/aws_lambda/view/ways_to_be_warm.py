"""Picture of four ways to serve one hour of traffic: latencies over time, and the cost beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD
from kumo.aws_lambda.model.units import HOUR, MINUTE, SECOND
from kumo.aws_lambda.model.warmth import PEAK, SNAPSTART
from kumo.aws_lambda.view.lanes import dots
from kumo.aws_lambda.words import ways_to_be_warm as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.cost import Bill
    from kumo.aws_lambda.model.warmth import Way, WaysTrace
    from kumo.core.drawing import Layout

TONES = {"running": "good", "starting": "warn", "provisioned": "series-4", "snapshot": "series-3"}
STRIP = 62


def draw(trace: WaysTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: a row for each way; where the layout is narrow, its cost below it."""
    narrow = layout.narrow
    pitch = 140 if narrow else 108
    top = 78 if narrow else 64
    legend = _legend_rows(layout)
    picture = Picture(
        layout,
        top + 4 * pitch + 26 + 22 * len(legend),
        title=words.TITLE,
        description=words.DESCRIPTION.format(summary=words.summary(trace)),
        clock=Clock(0, HOUR / MINUTE, words.MINUTES, seconds=10),
    )
    left, right = (30, 322) if narrow else (30, 470)
    highest = max(way.pool.latencies[-1] for way in trace.ways) / SECOND * 1.1
    dearest = max(way.bill.total for way in trace.ways)
    picture.text(0, 20, words.HEAD, size=layout.body, bold=True)
    if not narrow:
        picture.text(512, 20, words.COST_HEAD, size=layout.body, bold=True)
    _kinds(picture, 44 if narrow else 20, 0 if narrow else text_width(words.HEAD, layout.body) * 1.1 + 20)
    for index, way in enumerate(trace.ways):
        y = top + index * pitch
        plot = Plot(picture, Box(left, y + 20, right - left, STRIP), (0, HOUR / MINUTE), (0, highest))
        _strip(plot, way, last=index == len(trace.ways) - 1, first=index == 0)
        if narrow:
            below = y + 20 + STRIP + (33 if way is trace.ways[-1] else 13)
            _cost(picture, way.bill, dearest, Box(30, below, 112, 14))
        else:
            _cost(picture, way.bill, dearest, Box(512, y + 38, 112, 20))
        plot.playhead()
    _legend(picture, legend, picture.height - len(legend) * 22 + 10)
    return picture


def _kinds(picture: Picture, y: float, x: float) -> None:
    """Draw what the marks of the strips mean."""
    kinds = (
        ("warn", words.COLD_LABEL, True),
        ("series-3", words.RESTORED_LABEL, True),
        ("good", words.WARM_LABEL, False),
    )
    for tone, label, cold in kinds:
        dots(picture, [(x + 6, y - 5)], tone, 10 if cold else 5, square=cold)
        picture.text(x + 16, y - 5, label, fill="muted", middle=True)
        x += 16 + text_width(label, picture.layout.small) + 16


def _strip(plot: Plot, way: Way, *, last: bool, first: bool) -> None:
    picture, area, small = plot.picture, plot.area, plot.picture.layout.small
    begin, end = (plot.x(time / MINUTE) for time in PEAK)
    picture.rect(begin, area.y - 2, end - begin, area.height + 2, fill="line", opacity=0.45)
    if first:
        picture.text((begin + end) / 2, area.y - 12, words.PEAK_LABEL, fill="muted", anchor="middle", middle=True)
    for layer in way.provisioned:
        start, until = (min(area.right, max(area.x, plot.x(time / MINUTE))) for time in (layer.ready(0), layer.end))
        picture.rect(start, area.bottom + 2, until - start, 5, fill="series-4")
    picture.text(0, area.y - 12, words.NAMES[way.name], bold=True, middle=True)
    cold = [i for i in way.pool.invocations if i.kind == COLD]
    label = words.SLOWEST.format(seconds=words.seconds(way.pool.latencies[-1]))
    picture.text(area.right, area.y - 12, label, fill="muted", anchor="end", middle=True)
    count = words.COLD_COUNT.format(word=words.cold_word(way.name), count=len(cold))
    if picture.layout.narrow:
        x, y = area.right, area.bottom + (40 if last else 20)
    else:
        x, y = area.right - text_width(label, small) - 20, area.y - 12
    picture.text(x, y, count, bold=bool(cold), anchor="end", middle=True)
    plot.y_axis(nice_ticks(0, plot.y_range[1], 2))
    warm = [plot.point(i.time / MINUTE, i.latency / SECOND) for i in way.pool.invocations if i.kind != COLD]
    dots(picture, warm, "good", 3.4)
    slow = [plot.point(i.time / MINUTE, i.latency / SECOND) for i in cold]
    dots(picture, slow, "series-3" if way.name == SNAPSTART else "warn", 9, square=True)
    if last:
        for tick in range(0, 61, 20):
            anchor = "end" if tick == 60 else "middle"  # noqa: PLR2004 -- the end of the hour is the edge of the picture
            picture.text(plot.x(tick), area.bottom + small * 1.5, str(tick), fill="muted", anchor=anchor)
        middle = plot.x(30 if picture.layout.narrow else 50)
        picture.text(middle, area.bottom + small * 1.5, words.TIME, fill="muted", anchor="middle")


def _cost(picture: Picture, bill: Bill, dearest: float, room: Box) -> None:
    """Draw what a month costs as one bar of its parts, with the sum behind it."""
    x = room.x
    for part, tone in TONES.items():
        charge = getattr(bill, part) + (bill.requests if part == "running" else 0)
        width = room.width * charge / dearest
        if width > 0:
            picture.rect(x, room.y, max(0.8, width), room.height, fill=tone)
            x += width
    text = words.COST.format(amount=words.amount(words.month(bill.total)))
    picture.text(x + 8, room.y + room.height / 2, text, bold=True, middle=True)


def _legend_rows(layout: Layout) -> list[list[tuple[float, str]]]:
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for part in TONES:
        needed = 18 + text_width(words.PARTS[part], layout.small)
        if x and x + needed > layout.width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, part))
        x += needed + 16
    return rows


def _legend(picture: Picture, rows: list[list[tuple[float, str]]], y: float) -> None:
    for row in rows:
        for x, part in row:
            picture.rect(x, y - 6, 12, 12, fill=TONES[part])
            picture.text(x + 18, y, words.PARTS[part], fill="muted", middle=True)
        y += 22
