"""Picture of a change: each client a line that is old until it notices, under the curve that the formula draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box, number
from kumo.route53.words import record_change as words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.core.drawing import Layout
    from kumo.route53.model.record_change import ChangeTrace

SECONDS = 8.0
POINTS = 60
# How often the share beside the title is renewed in one play.
TICKS = 20


def draw(trace: ChangeTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    end = float(max(trace.latest, 1))
    span = end * 1.12
    clock = Clock(0, end, words.SECONDS, seconds=SECONDS)
    legend = 22 if layout.narrow and trace.share else 0
    height = 330.0 + legend
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(clients=len(trace.noticed), half=_half(trace), last=trace.last),
        clock=clock,
    )
    left = 44.0
    area = Box(left, 58, layout.width - left - 10, height - 58 - 74 - legend)
    plot = Plot(picture, area, (-0.04 * span, span), (0, 100))
    picture.text(6, 22, words.HEAD[trace.change], bold=True)
    moments = [end * step / TICKS for step in range(TICKS + 1)]
    shares = [(moment, words.NOW.format(share=100 * trace.behind(moment))) for moment in moments]
    picture.ticker(layout.width - 8, 22, shares, "", anchor="end", fill="accent", bold=True)
    plot.y_axis([0, 50, 100])
    _clients(picture, trace, plot, span)
    curve = [(end * step / POINTS, 100 * trace.expected(end * step / POINTS)) for step in range(POINTS + 1)]
    points = [plot.point(*point) for point in [(-0.04 * span, 100.0), *curve, (span, 0.0)]]
    picture.path(points, stroke="ink", stroke_width=1.6, dash="5 4")
    ticks = nice_ticks(0, span, 4 if layout.narrow else 6)
    room = layout.width - 4
    plot.x_axis([at for at in ticks if plot.x(at) + text_width(f"{at:,}", layout.small) / 2 < room], words.X)
    _legend(picture, trace)
    plot.playhead()
    _callouts(picture, trace, plot)
    return picture


def _half(trace: ChangeTrace) -> float:
    """Return when half of the clients have noticed."""
    return trace.noticed[len(trace.noticed) // 2][0]


def _clients(picture: Picture, trace: ChangeTrace, plot: Plot, span: float) -> None:
    """Draw every client as a line: what it holds before it notices, and after."""
    count = len(trace.noticed)
    row = plot.area.height / count
    stroke = max(0.8, row * (0.72 if row > 2 else 1))  # noqa: PLR2004 -- lines closer than this run together anyway
    left, right = plot.x(-0.04 * span), plot.x(span)
    # The latest at the bottom: the lines that are old at any time then reach as high as their share.
    rows = [
        (plot.area.bottom - (index + 0.5) * row, plot.x(at), late) for index, (at, late) in enumerate(trace.noticed)
    ]
    _lines(picture, ((x, right, y) for y, x, _ in rows), "good-soft", stroke)
    _lines(picture, ((left, x, y) for y, x, late in rows if not late), "bad", stroke)
    _lines(picture, ((left, x, y) for y, x, late in rows if late), "warn", stroke)


def _lines(picture: Picture, pieces: Iterable[tuple[float, float, float]], tone: str, width: float) -> None:
    data = " ".join(f"M{number(start)},{number(y)} H{number(end)}" for start, end, y in pieces)
    if data:
        picture.path(data, stroke=tone, stroke_width=width)


def _legend(picture: Picture, trace: ChangeTrace) -> None:
    """Name the two regions, the clients that do not keep to the TTL, and the curve."""
    y = picture.height - (36 if picture.layout.narrow and trace.share else 14)
    x = picture.legend(6, y, [("bad", words.OLD[trace.change]), ("good-soft", words.FRESH[trace.change])], gap=14)
    if trace.share:
        # Three entries and the curve are wider than a phone.
        below = picture.layout.narrow
        last = picture.legend(6 if below else x, y + 22 if below else y, [("warn", words.STUBBORN)], gap=14)
        x = x if below else last
    picture.line((x, y), (x + 24, y), stroke="ink", stroke_width=1.6, dash="5 4")
    picture.text(x + 30, y, words.FORMULA, fill="muted", middle=True)


def _callouts(picture: Picture, trace: ChangeTrace, plot: Plot) -> None:
    small = picture.layout.small
    half, latest = _half(trace), trace.latest
    top = plot.area.y
    x = plot.x(latest)
    picture.line((x, top - 6), (x, plot.area.bottom), stroke="good", stroke_width=2)
    told = words.LATEST.format(time=latest)
    picture.text(x, top - 14, told, fill="good", anchor="end", bold=True)
    x, y = plot.point(half, 50)
    told = words.HALF.format(time=half)
    width = text_width(told, small) * 1.06 + 16
    at = min(max(x + 14, plot.area.x + 4), plot.area.right - width)
    picture.circle(x, y, 5, fill="surface", stroke="ink", stroke_width=2)
    picture.rect(at, y - 36, width, 24, fill="surface", stroke="ink", radius=6)
    picture.text(at + width / 2, y - 24, told, anchor="middle", bold=True, middle=True)
