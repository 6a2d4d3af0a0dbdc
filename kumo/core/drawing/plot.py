"""Axes: a rectangle of a picture in which data have coordinates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.core.drawing.picture import Element, Picture, Point


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round numbers (1, 2, 2.5 or 5 times a power of ten apart) from `low` to `high`."""
    if not low < high:
        message = f"ticks need low < high, not {low} and {high}"
        raise ValueError(message)
    raw = (high - low) / max(1, count)
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    ticks = []
    while (first + len(ticks)) * step <= high + step * 1e-9:
        ticks.append(round((first + len(ticks)) * step, 10))
    return [int(tick) if tick == int(tick) else tick for tick in ticks]


class Plot:
    """A plotting area with linear axes.

    Parameters
    ----------
    picture : Picture
        Where to draw.
    area : Box
        The rectangle spanned by the axes, labels outside, in user units.
    x_range, y_range : tuple of float
        Data values at the left and right, bottom and top edge.

    """

    def __init__(self, picture: Picture, area: Box, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
        self.picture, self.area, self.x_range, self.y_range = picture, area, x_range, y_range

    def x(self, value: float) -> float:
        """Return the picture's x of a data value."""
        low, high = self.x_range
        return self.area.x + (value - low) / (high - low) * self.area.width

    def y(self, value: float) -> float:
        """Return the picture's y of a data value."""
        low, high = self.y_range
        return self.area.bottom - (value - low) / (high - low) * self.area.height

    def point(self, x: float, y: float) -> Point:
        """Return the picture's coordinates of a data point."""
        return self.x(x), self.y(y)

    def x_axis(self, ticks: Iterable[float], label: str, *, grid: bool = False) -> None:
        """Draw ticks under the area and the label (with its unit) at the right end below them."""
        size = self.picture.layout.small
        for tick in ticks:
            if grid:
                self.picture.line((self.x(tick), self.area.y), (self.x(tick), self.area.bottom))
            self.picture.text(self.x(tick), self.area.bottom + size * 1.4, f"{tick:,}", fill="muted", anchor="middle")
        self.picture.text(self.area.right, self.area.bottom + size * 2.7, label, fill="muted", anchor="end")

    def y_axis(self, ticks: Iterable[float], label: str = "") -> None:
        """Draw grid lines with their values at the left, and the label (with its unit) above the area."""
        size = self.picture.layout.small
        for tick in ticks:
            self.picture.line((self.area.x, self.y(tick)), (self.area.right, self.y(tick)))
            self.picture.text(self.area.x - 8, self.y(tick), f"{tick:,}", fill="muted", anchor="end", middle=True)
        if label:
            self.picture.text(self.area.x, self.area.y - size * 0.9, label, bold=True)

    def curve(
        self, points: Sequence[Point], *, stroke: str, fill: str | None = None, stroke_width: float = 2
    ) -> Element:
        """Draw a line through data points, over an area down to the lower edge when `fill` is given."""
        traced = [self.point(x, y) for x, y in points]
        if fill:
            base = self.area.bottom
            self.picture.path([(traced[0][0], base), *traced, (traced[-1][0], base)], fill=fill, close=True)
        return self.picture.path(traced, stroke=stroke, stroke_width=stroke_width)

    def playhead(self) -> None:
        """Draw a line that follows the clock, and veil what lies after it while the picture plays.

        Call it last: it covers what is drawn before. The x axis must be model time.
        """
        clock = self.picture.clock
        if clock is None:
            message = f"the picture {self.picture.title!r} needs a clock for its playhead"
            raise ValueError(message)
        left, width = self.x(clock.start), self.x(clock.end) - self.x(clock.start)
        top, height = self.area.y - 2, self.area.height + 4
        veil = self.picture.rect(left, top, width, height, fill="panel", opacity=0.82, hidden=True)
        self.picture.show(veil, clock.start)
        self.picture.track(veil, "x", [(clock.start, left), (clock.end, left + width)], smooth=True)
        self.picture.track(veil, "width", [(clock.start, width), (clock.end, 0)], smooth=True)
        head = self.picture.line((left, top), (left, top + height), stroke="ink", stroke_width=1.5, hidden=True)
        self.picture.show(head, clock.start)
        self.picture.move(head, [(clock.start, (0, 0)), (clock.end, (width, 0))])

    def subplot(self, top: float, height: float, y_range: tuple[float, float]) -> Plot:
        """Return a plot with the same x axis at another height of the picture."""
        return Plot(self.picture, Box(self.area.x, top, self.area.width, height), self.x_range, y_range)
