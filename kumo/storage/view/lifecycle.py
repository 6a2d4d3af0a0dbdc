"""Picture of a year in EFS: the class of each day as a band, and the cost that adds up below it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.storage.model.lifecycle import ARCHIVE, IA, STANDARD, YEAR
from kumo.storage.words import lifecycle as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.storage.model.lifecycle import Year

TONES = {STANDARD: "series-2", IA: "series-1", ARCHIVE: "series-6"}
TICKS = (0, 90, 180, 270, 365)


def draw(trace: Year, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    narrow = layout.narrow
    clock = Clock(0, YEAR, words.UNIT, seconds=8)
    height = 384 if narrow else 330
    picture = Picture(layout, height, title=words.TITLE, description=words.description(trace), clock=clock)
    left = 40.0
    area = Box(left, 150 if narrow else 126, layout.width - left - 18, 150 if narrow else 140)
    most = max(trace.total, trace.plain) * 1.16
    plot = Plot(picture, area, (0, YEAR), (0, most))
    picture.text(2, 14, words.BAND, bold=True)
    picture.text(picture.width - 2, 14, words.READS, fill="muted", anchor="end")
    x = 2.0
    entries = [(TONES[place], words.NAMES[place]) for place in (STANDARD, IA, ARCHIVE)]
    if narrow:
        picture.legend(x, 34, entries)
    else:
        picture.legend(text_width(words.BAND, layout.small) * 1.06 + 24, 9, entries)
    _band(plot, trace, 62 if narrow else 40)
    plot.y_axis(nice_ticks(0, most, 4), words.COSTS)
    plot.x_axis(TICKS, words.DAYS)
    plain = [(0.0, 0.0), (float(YEAR), trace.plain)]
    plot.curve(plain, stroke="muted", stroke_width=2)
    plot.curve(
        [(0.0, 0.0), *((day + 1.0, cost) for day, cost in enumerate(trace.by_day))], stroke="accent", stroke_width=3
    )
    _ends(plot, trace)
    parts = words.PARTS.format(
        storage=words.money(trace.storage), access=words.money(trace.access), moving=words.money(trace.moving)
    )
    plot.playhead()
    picture.paragraph(2, area.bottom + 58, parts, (picture.width - 4) / 1.08, bold=True)
    return picture


def _band(plot: Plot, trace: Year, y: float) -> None:
    picture, small = plot.picture, plot.picture.layout.small
    day = 0
    for place, group in groupby(trace.classes):
        length = len(list(group))
        left, right = plot.x(day), plot.x(day + length)
        picture.rect(left, y + 12, right - left, 26, fill=TONES[place])
        name = words.NAMES[place]
        if right - left > text_width(name, small) + 6:
            picture.text((left + right) / 2, y + 25, name, fill="surface", bold=True, anchor="middle", middle=True)
        day += length
    # Crowded marks would be a bar: thin ones then.
    half = 4.0 if len(trace.reads) <= 20 else 2.0  # noqa: PLR2004 -- as many as have room
    for moment, _ in trace.reads:
        x = plot.x(moment)
        picture.path([(x - half, y + 2), (x + half, y + 2), (x, y + 10)], fill="ink", close=True)


def _ends(plot: Plot, trace: Year) -> None:
    """Name each curve with its total where it ends."""
    picture, area = plot.picture, plot.area
    totals = (
        (trace.plain, words.ALWAYS, {"fill": "muted"}),
        (trace.total, words.THIS, {"fill": "accent", "bold": True}),
    )
    higher, lower = sorted(totals, key=lambda entry: entry[0], reverse=True)
    for total, form, paint in (higher, lower):
        text = form.format(cost=words.money(total))
        # As far as the higher curve falls over the length of the text.
        fall = (text_width(text, picture.layout.small) * 1.06) / area.width * (area.bottom - plot.y(higher[0]))
        y = plot.y(total) - 8
        if total == lower[0] and form == lower[1] and y - plot.y(higher[0]) < fall + 18:
            y = plot.y(total) + fall + 18
        picture.text(area.right, y, text, anchor="end", halo=True, **paint)
