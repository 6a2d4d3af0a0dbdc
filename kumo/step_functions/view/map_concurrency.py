"""Picture of a Map run: slots as lanes over time, and the array that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.step_functions.model import history
from kumo.step_functions.model import map_concurrency as model
from kumo.step_functions.words import map_concurrency as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.step_functions.model.map_concurrency import MapTrace

TONES = {
    model.DONE: "good",
    model.RESCUED: "tokens",
    model.FAILED: "bad",
    model.STOPPED: "faint",
    model.NEVER: "line",
}
# Cells of the result in a row.
CELLS = {"wide": 25, "narrow": 13}


def draw(trace: MapTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: lanes above, the result below."""
    lanes = max(trace.most, 1)
    lane = 20 if lanes <= 12 else 13  # noqa: PLR2004 -- where labels find room
    cells = CELLS[layout.name]
    results = -(-len(trace.iterations) // cells)
    end = max(trace.duration, 1.0)
    seen = [ending for ending in TONES if trace.count(ending)]
    legend = _legend_rows(layout, seen)
    top = 34.0 + 20 * legend
    height = top + lanes * lane + 84 + results * 25 + 8
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(count=len(trace.iterations), time=f"{trace.duration:.1f}"),
        clock=Clock(0, end, words.SECONDS, seconds=8),
    )
    _legend(picture, seen)
    picture.text(8, top - 10, words.LANES.format(count=trace.most), bold=True)
    area = Box(12, top, layout.width - 28, lanes * lane)
    plot = Plot(picture, area, (0, end), (0, 1))
    ticks = [tick for tick in nice_ticks(0, end, 4 if layout.narrow else 8) if tick == int(tick)] or [0, end]
    plot.x_axis(ticks, words.TIME, grid=True)
    for one in trace.iterations:
        if one.slot is None:
            continue
        x, y = plot.x(one.start), area.y + one.slot * lane + 2
        width = max(plot.x(one.end) - x - 1.5, 2)
        picture.rect(x, y, width, lane - 4, fill=TONES[one.ending], radius=3)
        label = str(one.index)
        if lane >= 18 and width > text_width(label, layout.small) + 4:  # noqa: PLR2004 -- a line of text
            picture.text(
                x + width / 2, y + (lane - 4) / 2, label, fill="surface", anchor="middle", middle=True, bold=True
            )
    plot.playhead()
    _output(picture, trace, area.bottom + 76, cells)
    return picture


def _legend_rows(layout: Layout, seen: list[str]) -> int:
    """Return how many lines the legend takes."""
    rows, x = 1, 8.0
    for ending in seen:
        width = 18 + text_width(words.LEGEND[ending], layout.small) + 14
        if x > 8 and x + width > layout.width:  # noqa: PLR2004 -- the left margin
            rows, x = rows + 1, 8.0
        x += width
    return rows


def _legend(picture: Picture, seen: list[str]) -> None:
    x, y = 8.0, 14.0
    for ending in seen:
        label = words.LEGEND[ending]
        width = 18 + text_width(label, picture.layout.small) + 14
        if x > 8 and x + width > picture.width:  # noqa: PLR2004 -- the left margin
            x, y = 8.0, y + 20
        picture.legend(x, y, [(TONES[ending], label)])
        x += width


def _output(picture: Picture, trace: MapTrace, y: float, cells: int) -> None:
    succeeded = trace.execution.status == history.SUCCEEDED
    title = words.OUTPUT if succeeded else words.NO_OUTPUT
    picture.text(8, y - 12, title, bold=True, fill="ink" if succeeded else "bad")
    width = (picture.width - 16) / cells
    for one in trace.iterations:
        row, column = divmod(one.index, cells)
        x, top = 8 + column * width, y + row * 25
        kept = succeeded and one.ending in {model.DONE, model.RESCUED}
        picture.rect(x + 1, top, width - 2, 21, stroke="faint", radius=3, dash=None if kept else "3 3")
        if not kept:
            continue
        with picture.group() as group:
            picture.rect(x + 1, top, width - 2, 21, fill=TONES[one.ending], radius=3)
            middle = (x + width / 2, top + 10.5)
            picture.text(*middle, str(one.index), fill="surface", anchor="middle", middle=True, bold=True)
        picture.show(group, one.end)
