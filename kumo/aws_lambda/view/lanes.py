"""Execution environments as lanes over time: one path for each kind of phase, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.aws_lambda.model.pool import Environment
    from kumo.core.drawing import Picture, Plot


def slots(environments: Sequence[Environment], most: int) -> tuple[list[int], int]:
    """Return the lane of each environment and the number of lanes.

    Each environment has a lane to itself as long as there are at most `most`; beyond that a lane is used
    again once its environment has ended.
    """
    if len(environments) <= most:
        return list(range(len(environments))), len(environments)
    free_from: list[float] = []
    lanes = []
    for environment in environments:
        lane = next((index for index, time in enumerate(free_from) if time <= environment.created), len(free_from))
        until = float("inf") if environment.ended is None else environment.ended
        free_from[lane : lane + 1] = [until]
        lanes.append(lane)
    return lanes, len(free_from)


class Bars:
    """Horizontal bars of one kind, gathered into one path.

    Parameters
    ----------
    plot : Plot
        Gives the x of a time in microseconds divided by `unit`; bars are cut at its edges.
    unit : int
        Microseconds in one unit of the x axis.
    height : float
        Of each bar, user units.

    """

    def __init__(self, plot: Plot, unit: int, height: float) -> None:
        self.picture, self.height = plot.picture, height
        self._left, self._right = plot.area.x, plot.area.right
        self._origin, self._scale = plot.x(0), (plot.x(1) - plot.x(0)) / unit
        self._data: list[str] = []

    def add(self, start: float, end: float, y: float, least: float = 0.6) -> None:
        """Add a bar from `start` to `end` (microseconds) around `y`, at least `least` user units long."""
        left = max(self._left, self._origin + start * self._scale)
        if left < self._right and end >= start:
            width = min(max(least, self._origin + end * self._scale - left), self._right - left)
            self._data.append(f"M{left:.1f},{y - self.height / 2:.1f}h{width:.1f}v{self.height:.1f}h{-width:.1f}z")

    def draw(self, fill: str, *, stroke: str = "none", opacity: float | None = None) -> None:
        """Draw what was added."""
        if self._data:
            self.picture.path("".join(self._data), fill=fill, stroke=stroke, opacity=opacity)


def crosses(picture: Picture, points: Iterable[tuple[float, float]], radius: float) -> None:
    """Draw a cross at each point, as one path: where environments end."""
    size = 2 * radius
    data = "".join(
        f"M{x - radius:.1f},{y - radius:.1f}l{size:.1f},{size:.1f}m0,{-size:.1f}l{-size:.1f},{size:.1f}"
        for x, y in points
    )
    if data:
        picture.path(data, stroke="muted", stroke_width=1.6)


def dots(
    picture: Picture, points: Iterable[tuple[float, float]], fill: str, size: float, *, square: bool = False
) -> None:
    """Draw a disc (or a diamond) of that size at each point, as one path."""
    half = size / 2
    if square:
        data = "".join(
            f"M{x:.1f},{y - half:.1f}l{half:.1f},{half:.1f}l{-half:.1f},{half:.1f}l{-half:.1f},{-half:.1f}z"
            for x, y in points
        )
        if data:
            picture.path(data, fill=fill)
        return
    data = "".join(f"M{x:.1f},{y:.1f}h0" for x, y in points)
    if data:
        picture.path(data, stroke=fill, stroke_width=size)
