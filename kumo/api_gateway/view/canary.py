"""Picture of a canary release: a sample of requests, the share so far, both error rates, and the errors in turn."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.api_gateway.model.canary import PROMOTE, WATCH, band, wilson
from kumo.api_gateway.words import canary as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.api_gateway.model.canary import CanaryTrace, Tally
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Element, Point

SIDE = 10
SAMPLE = SIDE * SIDE
# How many samples are shown one after another while the picture plays.
FRAMES = 20
# Characters of an axis label for which the margin has room.
LABEL = 4
# The new version is the yellow bird.
OLD, NEW, NEW_TEXT = "series-1", "tokens", "warn"


def draw(trace: CanaryTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the sample beside the plots, or above them where the layout is narrow."""
    narrow, watched = layout.narrow, trace.watched
    count = trace.settings.requests
    picture = Picture(
        layout,
        706 if narrow else 474,
        title=words.TITLE,
        description=words.DESCRIPTION.format(watched=watched.total, new=watched.new),
        clock=Clock(0, count, words.COUNT_UNIT, seconds=10),
    )
    _sample(picture, trace)
    _stage(picture, trace, Box(172, 108, 154, 20) if narrow else Box(0, 344, 184, 22))
    left, right, top = (38, 304, 276) if narrow else (262, 696, 52)
    shares = Plot(picture, Box(left, top, right - left, 106), (0, count), _share_range(trace))
    rates = shares.subplot(shares.area.bottom + 72, 106, (0, _highest_rate(trace)))
    errors = shares.subplot(rates.area.bottom + 44, 52, (0, 1))
    _shares(shares, trace)
    _rates(rates, trace)
    _errors(errors, trace)
    if trace.settings.action != WATCH:
        _decision((shares, rates, errors), trace)
    for plot in (shares, rates, errors):
        plot.playhead()
    _call_out(rates, trace)
    return picture


# A hundred requests.


def _sample(picture: Picture, trace: CanaryTrace) -> None:
    """Draw where a hundred requests went: the last before the action, and while playing one hundred after another."""
    narrow, size = picture.layout.narrow, picture.layout.small
    # Whole and even numbers, for the sake of short paths.
    cell, top = (16 if narrow else 18), 30
    picture.text(0, 16, words.SAMPLE, bold=True)
    count = trace.settings.requests
    ends = [max(SAMPLE, round(count * frame / FRAMES)) for frame in range(1, FRAMES + 1)]
    still = max(SAMPLE, trace.settings.watched)
    centers = [((index % SIDE + 0.5) * cell, top + (index // SIDE + 0.5) * cell) for index in range(SAMPLE)]
    _old_dots(picture, centers, cell)
    for element in _requests(picture, trace, still, centers, cell):
        picture.track(element, "visibility", [(0, "hidden")])
    frames = [(round(count * frame / FRAMES), end) for frame, end in enumerate(ends)]
    for index, (start, end) in enumerate(frames):
        until = frames[index + 1][0] if index + 1 < FRAMES else None
        for element in _requests(picture, trace, end, centers, cell, hidden=True):
            picture.show(element, start, until)
    x, y = (172.0, top + 14) if narrow else (0.0, top + SIDE * cell + 20)
    for write, bold in ((_range, False), (_count, True)):
        keys = [(start, write(trace, end)) for start, end in frames]
        picture.ticker(x, y, keys, write(trace, still), bold=bold, fill="ink" if bold else "muted")
        y += size * 1.5
    x, y = 0.0, top + SIDE * cell + (26 if narrow else 76)
    for paint, label in ((_old_dots, words.OLD), (_new_dots, words.NEW), (_error_marks, words.ERROR)):
        paint(picture, [(x + 8, y - 5)], cell)
        picture.text(x + 20, y, label, fill="muted")
        x += 28 + text_width(label, size)


def _requests(
    picture: Picture, trace: CanaryTrace, end: int, centers: Sequence[Point], cell: int, *, hidden: bool = False
) -> list[Element]:
    """Draw the requests of the new version and the failed ones among the hundred before number `end`."""
    elements = []
    for flags, paint in ((trace.news, _new_dots), (trace.errors, _error_halos), (trace.errors, _error_marks)):
        places = [center for center, flag in zip(centers, flags[end - SAMPLE : end], strict=True) if flag]
        if places:
            elements.append(paint(picture, places, cell, hidden=hidden))
    return elements


def _range(trace: CanaryTrace, end: int) -> str:
    del trace
    return words.RANGE.format(first=end - SAMPLE + 1, last=end)


def _count(trace: CanaryTrace, end: int) -> str:
    return words.SAMPLE_COUNT.format(new=sum(trace.news[end - SAMPLE : end]))


# All marks of a kind are one path: a sample is a handful of elements, not hundreds.


def _old_dots(picture: Picture, places: Sequence[Point], cell: int) -> Element:
    radius = cell // 4
    turn = f"a{radius},{radius} 0 1 0"
    circles = [f"M{x - radius:g},{y:g}{turn} {2 * radius},0{turn} {-2 * radius},0" for x, y in places]
    return picture.path("".join(circles), fill="series-1-soft", stroke=OLD)


def _new_dots(picture: Picture, places: Sequence[Point], cell: int, *, hidden: bool = False) -> Element:
    side = cell - 6
    squares = [f"M{x - side / 2:g},{y - side / 2:g}h{side}v{side}h{-side}z" for x, y in places]
    return picture.path("".join(squares), fill=NEW, stroke=NEW_TEXT, stroke_width=1.5, hidden=hidden)


def _error_marks(picture: Picture, places: Sequence[Point], cell: int, *, hidden: bool = False) -> Element:
    return picture.path(_crosses(places, cell), stroke="ink", stroke_width=2.2, hidden=hidden)


def _error_halos(picture: Picture, places: Sequence[Point], cell: int, *, hidden: bool = False) -> Element:
    """Draw what sets a cross off from the mark under it."""
    return picture.path(_crosses(places, cell), stroke="panel", stroke_width=4, hidden=hidden)


def _crosses(places: Sequence[Point], cell: int) -> str:
    arm = cell - 8
    return "".join(f"M{x - arm / 2:g},{y - arm / 2:g}l{arm},{arm}m0,{-arm}l{-arm},{arm}" for x, y in places)


# What the stage is set to, before and after.


def _stage(picture: Picture, trace: CanaryTrace, box: Box) -> None:
    settings = trace.settings
    picture.text(box.x, box.y - 12, words.STAGE, bold=True)
    phases = [(words.BEFORE, settings.share)]
    if settings.action != WATCH:
        phases.append((words.ONLY[settings.action], 1.0 if settings.action == PROMOTE else 0.0))
    y, small = box.y, picture.layout.small
    for name, new in phases:
        width = box.width * new
        picture.rect(box.x, y, box.width - width, box.height, fill="series-1-soft", stroke=OLD)
        picture.rect(box.right - width, y, width, box.height, fill=NEW, stroke=NEW_TEXT)
        label = words.BEFORE_SHARE.format(share=f"{100 * new:g}") if name == words.BEFORE else name
        picture.text(box.x, y + box.height + small + 3, label, fill="muted")
        y += box.height + small + 18
    if not picture.layout.narrow:
        picture.text(box.x, y + 6, words.SEPARATE, fill="muted")


# The share of the canary.


def _shown(trace: CanaryTrace) -> list[Tally]:
    """Return the readings from which on the plots are worth reading: the first few requests say nothing."""
    total = trace.watched.total
    first = min(max(20, total // 25), max(1, total // 4))
    return [tally for tally in trace.checkpoints if tally.total >= first]


def _share_range(trace: CanaryTrace) -> tuple[float, float]:
    share, shown = trace.settings.share, _shown(trace)
    if share in (0, 1):
        return (0, 4) if share == 0 else (96, 100)
    low, high = band(share, shown[0].total)
    low = min([low, *(tally.new / tally.total for tally in shown)])
    high = max([high, *(tally.new / tally.total for tally in shown)])
    margin = max(0.01, (high - low) * 0.08)
    return 100 * max(0.0, low - margin), 100 * min(1.0, high + margin)


def _shares(plot: Plot, trace: CanaryTrace) -> None:
    picture, settings, area = plot.picture, trace.settings, plot.area
    share, watched = settings.share, trace.watched.total
    note = _band_note(trace, narrow=picture.layout.narrow)
    _heading(plot, words.SHARE, note, "tokens-soft" if 0 < share < 1 else None)
    shown = _shown(trace)
    plot.y_axis(_ticks(plot.y_range))
    if 0 < share < 1:
        bounds = [(tally.total, band(share, tally.total)) for tally in shown]
        outline = [(count, low) for count, (low, _) in bounds] + [
            (count, high) for count, (_, high) in reversed(bounds)
        ]
        _area(plot, outline, "tokens-soft")
    set_line = plot.y(100 * share)
    picture.line((area.x, set_line), (plot.x(watched), set_line), stroke="ink", dash="4 4")
    points = [plot.point(tally.total, 100 * tally.new / tally.total) for tally in shown]
    picture.path(_polyline(points), stroke=NEW_TEXT, stroke_width=2.5)
    picture.show(picture.circle(*points[-1], 4, fill=NEW_TEXT, stroke="panel", stroke_width=1.5), watched)


def _band_note(trace: CanaryTrace, *, narrow: bool) -> str:
    share, many = trace.settings.share, trace.watched.total
    if share in (0, 1):
        return words.NO_BAND
    slim = words.half_band(share, many)
    if many <= SAMPLE:
        return words.BAND_ONCE.format(many=many, slim=slim)
    pattern = words.BAND_SHORT if narrow else words.BAND
    return pattern.format(few=SAMPLE, wide=words.half_band(share, SAMPLE), many=many, slim=slim)


def _area(plot: Plot, outline: Sequence[Point], tone: str, opacity: float | None = None) -> None:
    low, high = plot.y_range
    points = [plot.point(x, min(high, max(low, 100 * y))) for x, y in outline]
    plot.picture.path(_polyline(points), fill=tone, close=True, opacity=opacity)


def _polyline(points: Sequence[Point]) -> str:
    """Return the path commands of a line, to a tenth of a unit: there are hundreds of points."""
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _heading(plot: Plot, title: str, note: str, tone: str | None = None) -> None:
    """Write a plot's title and, under it, what to read from it."""
    picture, x, y = plot.picture, plot.area.x - 36, plot.area.y - 36
    picture.text(x, y, title, bold=True)
    if tone:
        picture.rect(x, y + 9, 12, 12, fill=tone, stroke=NEW_TEXT, radius=3)
        x += 18
    picture.text(x, y + 20, note, fill="muted" if tone else "ink", bold=not tone)


def _ticks(bounds: tuple[float, float]) -> list[float]:
    """Return round values whose labels are short enough for the margin."""
    choices = [nice_ticks(*bounds, count) for count in (4, 3, 2, 1)]
    return next((ticks for ticks in choices if all(len(f"{tick:,}") <= LABEL for tick in ticks)), choices[-1])


# The error rates.


def _highest_rate(trace: CanaryTrace) -> float:
    watched = trace.watched
    bounds = [
        wilson(errors, count)[1]
        for errors, count in ((watched.old_errors, watched.old), (watched.new_errors, watched.new))
        if count
    ]
    return 100 * min(1.0, max(0.02, 2.2 * max(bounds)))


def _rates(plot: Plot, trace: CanaryTrace) -> None:
    picture, watched = plot.picture, trace.watched
    since = trace.apart_since()
    if not watched.old or not watched.new:
        note = words.NO_OTHER
    else:
        note = words.OVERLAPPING if since is None else words.APART.format(count=since)
    _heading(plot, words.RATES_SHORT if picture.layout.narrow else words.RATES, note)
    x, size = plot.area.right, picture.layout.small
    for tone, label in ((NEW_TEXT, words.NEW), (OLD, words.OLD)):
        x -= text_width(label, size)
        picture.text(x, plot.area.y - 36, label, fill=tone)
        picture.line((x - 22, plot.area.y - 41), (x - 5, plot.area.y - 41), stroke=tone, stroke_width=2.5)
        x -= 34
    plot.y_axis(_ticks(plot.y_range))
    versions = (
        (OLD, "series-1-soft", trace.settings.error_old, [(t.total, t.old_errors, t.old) for t in trace.checkpoints]),
        (
            NEW_TEXT,
            "tokens-soft",
            trace.settings.error_new,
            [(t.total, t.new_errors, t.new) for t in trace.checkpoints],
        ),
    )
    seen = [(tone, soft, rate, [r for r in readings if r[2]]) for tone, soft, rate, readings in versions]
    seen = [version for version in seen if version[3]]
    for _, soft, _, readings in seen:
        bounds = [(count, wilson(errors, trials)) for count, errors, trials in readings]
        outline = [(count, low) for count, (low, _) in bounds] + [
            (count, high) for count, (_, high) in reversed(bounds)
        ]
        _area(plot, outline, soft, 0.75)
    for tone, _, rate, readings in seen:
        if 100 * rate <= plot.y_range[1]:
            y = plot.y(100 * rate)
            picture.line((plot.area.x, y), (plot.x(watched.total), y), stroke=tone, dash="4 4")
        # A first error can put the rate off the scale; the line begins where it has come down for good.
        inside = [(count, 100 * errors / trials) for count, errors, trials in readings]
        first = max((i for i, (_, value) in enumerate(inside) if value > plot.y_range[1]), default=-1) + 1
        points = [plot.point(count, value) for count, value in inside[first:]]
        if points:
            picture.path(_polyline(points), stroke=tone, stroke_width=2.5)
            end = picture.circle(*points[-1], 4, fill=tone, stroke="panel", stroke_width=1.5)
            picture.show(end, watched.total)


def _call_out(plot: Plot, trace: CanaryTrace) -> None:
    """Mark where the intervals came apart."""
    since, area, picture = trace.apart_since(), plot.area, plot.picture
    if since is None:
        return
    x = plot.x(since)
    with picture.group() as group:
        picture.line((x, area.y), (x, area.bottom), stroke="ink", stroke_width=1.5)
        picture.path([(x - 6, area.y - 9), (x + 6, area.y - 9), (x, area.y)], fill="ink", close=True)
    picture.show(group, since)


# Who met an error.


def _errors(plot: Plot, trace: CanaryTrace) -> None:
    picture, count, area = plot.picture, trace.settings.requests, plot.area
    size = count // (20 if count % 40 else 40)
    edges = list(range(0, count + 1, size))
    tallies = [trace.between(start, end) for start, end in pairwise(edges)]
    most = max(3, *(tally.errors for tally in tallies))
    scaled = plot.subplot(area.y, area.height, (0, most))
    picture.text(area.x - 36, area.y - 12, words.ERRORS.format(size=f"{size:,}"), bold=True)
    scaled.y_axis([0, most])
    for (start, end), tally in zip(pairwise(edges), tallies, strict=True):
        left, width = plot.x(start) + 0.75, max(1, plot.x(end) - plot.x(start) - 1.5)
        base = area.bottom
        for tone, errors in ((OLD, tally.old_errors), (NEW, tally.new_errors)):
            height = errors / most * area.height
            if errors:
                picture.rect(left, base - height, width, height, fill=tone)
            base -= height
    plot.x_axis(nice_ticks(0, count, 4), words.AXIS)


def _decision(plots: Sequence[Plot], trace: CanaryTrace) -> None:
    settings, picture = trace.settings, plots[0].picture
    x, size = plots[0].x(settings.decision), picture.layout.small
    for plot in plots:
        picture.line((x, plot.area.y - 2), (x, plot.area.bottom), stroke="accent", stroke_width=2, dash="5 3")
    label, area = words.DONE[settings.action], plots[0].area
    after = x + 8 + text_width(label, size) * 1.1 < area.right
    picture.text(
        x + 8 if after else x - 8,
        area.y + size,
        label,
        fill="accent",
        bold=True,
        anchor="start" if after else "end",
        halo=True,
    )
