"""Picture of sticky sessions: shares stacked over time, and a close-up of the time after scaling out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot
from kumo.core.drawing.picture import Box
from kumo.elb.model.sticky import CLOSE, DURATION, MINUTE, SCALED, SLOT, expected_share
from kumo.elb.words import sticky as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.sticky import StickyTrace

ROW = 24
# Points of the computed line.
POINTS = 50


def draw(trace: StickyTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the stack above, the bars of single targets below."""
    narrow = layout.narrow
    left, right = (40, layout.width - 10) if narrow else (52, layout.width - 16)
    height = 170 if narrow else 190
    foot = 48 + height + 74
    picture = Picture(
        layout,
        foot + ROW * trace.settings.targets + (26 if narrow else 8),
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, DURATION / MINUTE, words.MINUTES, seconds=8),
    )
    picture.text(6, 16, words.SHARE, bold=True)
    picture.text(right, 16, words.EXPECTED, fill="muted", anchor="end")
    plot = Plot(picture, Box(left, 48, right - left, height), (0, DURATION / MINUTE), (0, 100))
    _stack(plot, trace)
    _bars(picture, trace, foot)
    return picture


def _stack(plot: Plot, trace: StickyTrace) -> None:
    """Draw a band for each target, old ones below, and the computed border between old and new."""
    picture, settings = plot.picture, trace.settings
    plot.y_axis([0, 50, 100])
    step = SLOT / MINUTE
    below = [0.0] * len(trace.slots)
    for target in range(settings.targets):
        new = target >= settings.before
        above = [
            base + 100 * counts[target] / (sum(counts) or 1) for base, counts in zip(below, trace.slots, strict=True)
        ]
        up = [plot.point(slot * step + side * step, level) for slot, level in enumerate(above) for side in (0, 1)]
        down = [plot.point(slot * step + side * step, level) for slot, level in enumerate(below) for side in (0, 1)]
        tone = "series-3-soft" if new else "series-1-soft"
        picture.path([*up, *reversed(down)], fill=tone, stroke="raised", stroke_width=1.5, close=True)
        below = above
    first, last = SCALED / MINUTE, DURATION / MINUTE
    times = [first + (last - first) * index / POINTS for index in range(POINTS + 1)]
    border = [plot.point(time, 100 * (1 - expected_share(settings, (time - first) * MINUTE + 1e-6))) for time in times]
    picture.path(border, stroke="ink", stroke_width=2, dash="2 5")
    x = plot.x(first)
    picture.line((x, plot.area.y - 8), (x, plot.area.bottom), stroke="ink", stroke_width=1.5, dash="5 4")
    picture.text(x + 4, plot.area.y - 8, words.SCALE_OUT.format(added=settings.added), bold=True)
    old = words.OLD.format(count=settings.before)
    picture.text(plot.x(first + 2), plot.area.bottom - 12, old, fill="series-1", bold=True)
    # The new targets come in from above, so that their name stands at the top.
    new = words.NEW.format(count=settings.added)
    picture.text(plot.area.right - 8, plot.area.y + 18, new, fill="series-3", anchor="end", bold=True, halo=True)
    plot.x_axis(range(0, int(last) + 1, 10), words.TIME)
    plot.playhead()


def _bars(picture: Picture, trace: StickyTrace, top: float) -> None:
    settings, narrow = trace.settings, picture.layout.narrow
    picture.text(6, top - 10, words.CLOSE_UP.format(minutes=CLOSE // MINUTE), bold=True)
    foot = top + ROW * settings.targets + 16
    picture.text(picture.width - 8, foot if narrow else top - 10, words.FAIR, fill="muted", anchor="end")
    left, room = (116, 150) if narrow else (130, 480)
    fair = sum(trace.close) / settings.targets
    scale = room / max(*trace.close, fair, 1)
    for target, count in enumerate(trace.close):
        y = top + ROW * (target + 0.5)
        new = target >= settings.before
        name = words.TARGET.format(number=target + 1) + (words.IS_NEW if new else "")
        picture.text(6, y, name, middle=True, bold=new)
        tone = "series-3" if new else "series-1"
        bar = picture.rect(left, y - 7, max(1, count * scale), 14, fill=tone, radius=2)
        keys = [(SCALED / MINUTE, 0.0), ((SCALED + CLOSE) / MINUTE, max(1, count * scale))]
        picture.track(bar, "width", keys, smooth=True)
        # Clear of the line for the fair share, wherever the bar ends.
        end = max(left + count * scale, left + fair * scale if count <= fair else 0)
        picture.text(end + 8, y, words.COUNT.format(count=count), middle=True)
    x = left + fair * scale
    picture.line((x, top), (x, top + ROW * settings.targets), stroke="ink", stroke_width=1.5, dash="5 4")
