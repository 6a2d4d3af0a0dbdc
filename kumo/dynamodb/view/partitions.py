"""Picture of partitions: where the keys' hashes fall, and what each partition is asked for."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.capacity import PARTITION_WRITES
from kumo.dynamodb.words import partitions as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.partitions import Key, PartitionsTrace

# The busiest keys have a colour each, the others share one.
TONES = ("series-1", "series-3", "series-4", "series-6")
REST = "faint"
BAND = 46


def draw(trace: PartitionsTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the line of hashes above, a column for each of its stretches below."""
    narrow = layout.narrow
    left = 52.0
    named = min(len(TONES), len({key.owner for key in trace.keys}))
    band = Box(left, 66, layout.width - left - 10, BAND)
    columns = Box(left, band.bottom + 62, band.width, 190)
    picture = Picture(
        layout,
        columns.bottom + 46,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, 1, words.CLOCK, seconds=4),
    )
    entries = [(tone, words.NAME.format(rank=rank + 1)) for rank, tone in enumerate(TONES[:named])]
    if narrow:
        entries = entries[:3]
    picture.legend(4, 10, [*entries, (REST, words.OTHERS)], gap=12)
    _hashes(picture, trace, band, colours=len(entries))
    _columns(picture, trace, columns, colours=len(entries))
    return picture


def _tone(key: Key, colours: int) -> str:
    return TONES[key.owner] if key.owner < colours else REST


def _hashes(picture: Picture, trace: PartitionsTrace, band: Box, *, colours: int) -> None:
    """Draw the space of hashes as a strip: its partitions, and each key as a stroke as long as it is busy."""
    count = len(trace.asked)
    picture.text(4, band.y - 18, words.HASHES, bold=True, middle=True)
    width = band.width / count
    for number in range(count):
        fill = "panel" if number % 2 else "line"
        picture.rect(band.x + number * width, band.y, width, band.height, fill=fill, opacity=0.7)
    picture.rect(band.x, band.y, band.width, band.height, stroke="faint")
    most = max(key.load for key in trace.keys)
    strokes: dict[str, list[str]] = {}
    # The busiest last, so that they are not painted over.
    for key in reversed(trace.keys):
        length = 5 + (band.height - 10) * sqrt(key.load / most)
        x = band.x + key.place * band.width
        strokes.setdefault(_tone(key, colours), []).append(f"M{x:.1f},{band.bottom - 2:.1f} v-{length:.1f}")
    for tone, parts in strokes.items():
        picture.path(" ".join(parts), stroke=tone, stroke_width=2.2 if len(trace.keys) <= 200 else 1)  # noqa: PLR2004 -- crowded


def _columns(picture: Picture, trace: PartitionsTrace, area: Box, *, colours: int) -> None:
    count, small = len(trace.asked), picture.layout.small
    highest = max(*trace.asked, PARTITION_WRITES) * 1.16
    plot = Plot(picture, area, (0, count), (0, highest))
    plot.y_axis(nice_ticks(0, highest, 4))
    picture.text(4, area.y - 34, words.LOADS, bold=True, middle=True)
    width = area.width / count
    bar = min(width * 0.7, 90.0)
    for number, asked in enumerate(trace.asked):
        x = area.x + (number + 0.5) * width - bar / 2
        base = 0.0
        for rank in (*range(colours), None):
            load = sum(
                key.load
                for key in trace.keys
                if key.partition == number and (key.owner == rank if rank is not None else key.owner >= colours)
            )
            if load > 0:
                top, bottom = plot.y(base + load), plot.y(base)
                picture.rect(x, top, bar, bottom - top, fill=REST if rank is None else TONES[rank])
                base += load
        refused = asked - trace.served[number]
        if refused > 1e-6:  # noqa: PLR2004 -- rounding
            top, bottom = plot.y(asked), plot.y(trace.served[number])
            picture.rect(x, top, bar, max(2, bottom - top), fill="bad-soft", stroke="bad", stroke_width=1.5)
        picture.text(area.x + (number + 0.5) * width, area.bottom + small * 1.3, str(number + 1), anchor="middle")
    picture.text(area.right, area.bottom + small * 2.7, words.PARTITIONS, fill="muted", anchor="end")
    # While it plays, a second of writes fills the columns from below.
    veil = picture.rect(area.x, area.y - 20, area.width, area.height + 19, fill="panel", hidden=True)
    picture.show(veil, 0, 1)
    picture.track(veil, "height", [(0, area.height + 19), (1, 0)], smooth=True)
    _limit(picture, plot)
    _refusals(picture, trace, plot, width)


def _limit(picture: Picture, plot: Plot) -> None:
    """Draw the bound of a partition across the columns, named over them at the right."""
    y = plot.y(PARTITION_WRITES)
    picture.line((plot.area.x, y), (plot.area.right, y), stroke="bad", stroke_width=1.8, dash="6 4")
    label = words.LIMIT.format(limit=PARTITION_WRITES)
    picture.text(plot.area.right, plot.area.y - 34, label, fill="bad", anchor="end", middle=True)
    room = text_width(label, picture.layout.small) * 1.06
    picture.line(
        (plot.area.right - room - 28, plot.area.y - 34),
        (plot.area.right - room - 6, plot.area.y - 34),
        stroke="bad",
        stroke_width=1.8,
        dash="6 4",
    )


def _refusals(picture: Picture, trace: PartitionsTrace, plot: Plot, width: float) -> None:
    """Say over the columns how much is refused: in full over the worst, as a number over others that have room."""
    refused = [asked - served for asked, served in zip(trace.asked, trace.served, strict=True)]
    taken: list[tuple[float, float]] = []
    for number in sorted(range(len(refused)), key=lambda number: -refused[number]):
        if refused[number] <= 0.5:  # noqa: PLR2004 -- would read as 0
            break
        label = (words.REFUSED_SHORT if taken else words.REFUSED).format(count=refused[number])
        half = text_width(label, picture.layout.small) * 1.06 / 2
        x = min(max(plot.area.x + (number + 0.5) * width, half + 4), picture.width - half - 4)
        if any(x - half < right + 4 and x + half > left - 4 for left, right in taken):
            continue
        taken.append((x - half, x + half))
        y = plot.y(trace.asked[number]) - 10
        picture.text(x, y, label, fill="bad", bold=True, anchor="middle", middle=True, halo=True)
