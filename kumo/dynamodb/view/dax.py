"""Picture of DAX: what it saves, when its two caches are out of date, and which items are hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.consistency import EVENTUAL
from kumo.dynamodb.model.dax import ITEMS, Read, Span, Write, expected_hits, popularity
from kumo.dynamodb.words import dax as words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.dynamodb.model.dax import DaxTrace

CARD_HEIGHT, GAP = 74, 8
LANE, BETWEEN = 34, 34
# The figures move every so many minutes.
EVERY = 3
# First and last rank (from 1) of the items in each column, in the wide layout and in the narrow one.
RANKS = ((1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, ITEMS))
FEW_RANKS = ((1, 1), (2, 3), (4, 9), (10, 30), (31, ITEMS))
MARK = 5


def draw(trace: DaxTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: figures, the caches' contents over time, shares of hits by popularity."""
    narrow = layout.narrow
    cards = 2 * CARD_HEIGHT + GAP if narrow else CARD_HEIGHT
    left = 76.0 if narrow else 92.0
    lanes = Box(left, 4 + cards + (108 if narrow else 88), layout.width - left - 10, 2 * LANE + BETWEEN)
    ranks = Box(44, lanes.bottom + (116 if narrow else 98), layout.width - 54, 120)
    picture = Picture(
        layout,
        ranks.bottom + (70 if narrow else 52),
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, trace.horizon / 60, words.MINUTES, seconds=8),
    )
    _ranks(picture, trace, ranks)
    _lanes(picture, trace, lanes)
    _cards(picture, trace)
    return picture


def _cards(picture: Picture, trace: DaxTrace) -> None:
    """Draw the four figures; while the picture plays they are those of the reads so far."""
    columns = 2 if picture.layout.narrow else 4
    width = (picture.width - 8 - (columns - 1) * GAP) / columns
    so_far = [
        (float(minute), words.cards(total)) for minute, total in enumerate(trace.so_far, 1) if minute % EVERY == 0
    ]
    for number, (name, (figure, note)) in enumerate(zip(words.CARDS, words.cards(trace.total), strict=True)):
        x = 4 + number % columns * (width + GAP)
        y = 4 + number // columns * (CARD_HEIGHT + GAP)
        bad = number == len(words.CARDS) - 1 and trace.total.stale
        picture.rect(x, y, width, CARD_HEIGHT, fill="bad-soft" if bad else "panel", stroke="line", radius=8)
        middle = x + width / 2
        picture.text(middle, y + 14, name, fill="muted", anchor="middle", middle=True)
        keys = [(0.0, "…"), *((minute, told[number][0]) for minute, told in so_far)]
        picture.ticker(
            middle, y + 38, keys, figure, size=20, fill="bad" if bad else "ink", bold=True, anchor="middle", middle=True
        )
        picture.text(middle, y + 60, note, fill="muted", anchor="middle", middle=True)


def _lanes(picture: Picture, trace: DaxTrace, box: Box) -> None:
    """Draw the two caches as lanes: what they hold of the most popular item, and the writes that concern it."""
    narrow = picture.layout.narrow
    picture.text(4, box.y - (66 if not narrow else 86), words.CONTENT, bold=True, middle=True)
    _legend(picture, box)
    plot = Plot(picture, box, (0, trace.horizon / 60), (0, 1))
    for number, (name, spans, query) in enumerate(
        ((words.ITEM_CACHE, trace.item_spans, False), (words.QUERY_CACHE, trace.query_spans, True))
    ):
        y = box.y + number * (LANE + BETWEEN)
        picture.text(box.x - 8, y + 9, name, bold=True, anchor="end", middle=True)
        picture.text(box.x - 8, y + 26, words.CACHE, fill="muted", anchor="end", middle=True)
        picture.rect(box.x, y, box.width, LANE, stroke="line", radius=4)
        writes = trace.watched(query=query)
        longest = max(_stale(spans, writes), key=lambda span: span.end - span.start, default=None)
        for span in spans:
            picture.rect(plot.x(span.start / 60), y, _wide(plot, span), LANE, fill="good-soft", radius=3)
        for span in _stale(spans, writes):
            picture.rect(plot.x(span.start / 60), y, _wide(plot, span), LANE, fill="bad-soft", stroke="bad", radius=3)
        _marks(picture, plot, writes, y - 9)
        if longest:
            _longest(picture, plot, longest, y)
    plot.x_axis(range(0, round(trace.horizon / 60) + 1, 5 if narrow else 3), words.TIME_AXIS)
    Plot(picture, Box(box.x, box.y - 16, box.width, box.height + 16), plot.x_range, (0, 1)).playhead()


def _legend(picture: Picture, box: Box) -> None:
    """Name the fills and the marks, in one line or in two."""
    small = picture.layout.small
    y = box.y - (44 if not picture.layout.narrow else 62)
    x = picture.legend(4, y, [("good-soft", words.FRESH), ("bad-soft", words.STALE)], gap=14)
    if picture.layout.narrow:
        x, y = 4, y + 22
    for label, around in ((words.THROUGH_MARK, False), (words.AROUND_MARK, True)):
        _mark(picture, [(x + 6, y)], around=around)
        picture.text(x + 18, y, label, fill="muted", middle=True)
        x += 18 + text_width(label, small) + 14


def _wide(plot: Plot, span: Span) -> float:
    return plot.x(span.end / 60) - plot.x(span.start / 60)


def _stale(spans: Sequence[Span], writes: Sequence[Write]) -> Iterator[Span]:
    """Yield the parts of what a cache held in which the table had gone on."""
    for span in spans:
        if span.version < len(writes):
            start = max(span.start, writes[span.version].time)
            if start < span.end:
                yield Span(start, span.end, span.version)


def _marks(picture: Picture, plot: Plot, writes: Sequence[Write], y: float) -> None:
    """Mark the writes over a lane: full through DAX, empty past it; the playhead's veil hides those to come."""
    for around in (False, True):
        places = [(plot.x(write.time / 60), y) for write in writes if write.around == around]
        if places:
            _mark(picture, places, around=around)


def _mark(picture: Picture, places: Sequence[Point], *, around: bool) -> None:
    """Draw triangles that point down, full for writes through DAX, empty for writes past it."""
    outline = " ".join(f"M{x - MARK:.1f},{y - MARK:.1f} h{2 * MARK} L{x:.1f},{y + MARK:.1f} Z" for x, y in places)
    tone = "bad" if around else "good"
    picture.path(outline, fill="panel" if around else tone, stroke=tone, stroke_width=1.8)


def _longest(picture: Picture, plot: Plot, span: Span, y: float) -> None:
    """Say how long the longest stale part lasted, as fully as there is room for."""
    for pattern in (words.STALE_FOR, words.STALE_SHORT):
        text = pattern.format(seconds=span.end - span.start)
        if text_width(text, picture.layout.small) * 1.06 + 8 <= _wide(plot, span):
            middle = (plot.x(span.start / 60) + plot.x(span.end / 60)) / 2
            label = picture.text(middle, y + LANE / 2, text, fill="bad", bold=True, anchor="middle", middle=True)
            picture.show(label, span.end / 60)
            return


def _ranks(picture: Picture, trace: DaxTrace, area: Box) -> None:
    """Draw the share of hits of the items, from the most popular on, and what the formula expects."""
    narrow, small = picture.layout.narrow, picture.layout.small
    ranks = FEW_RANKS if narrow else RANKS
    plot = Plot(picture, area, (0, len(ranks)), (0, 100))
    picture.text(4, area.y - (58 if narrow else 38), words.BY_RANK, bold=True, middle=True)
    plot.y_axis([0, 50, 100])
    width = area.width / len(ranks)
    bar = min(width * 0.62, 54.0)
    for number, ((first, last), reads) in enumerate(zip(ranks, _grouped(trace, ranks), strict=True)):
        x = area.x + (number + 0.5) * width
        picture.text(x, area.bottom + small * 1.4, words.rank(first, last), anchor="middle")
        if not reads:
            picture.text(x, area.y - 12, words.NO_READS, fill="muted", anchor="middle", middle=True)
            continue
        share = 100 * sum(read.hit for read in reads) / len(reads)
        picture.rect(x - bar / 2, plot.y(share), bar, area.bottom - plot.y(share), fill="good", radius=2)
        picture.text(x, area.y - 12, f"{share:.0f}", bold=True, anchor="middle", middle=True)
        if trace.setting.kind == EVENTUAL:
            _expected(picture, x, plot.y(100 * _formula(trace, first, last)), bar / 2 + 5)
    picture.text(area.right, area.bottom + small * 2.8, words.RANK_AXIS, fill="muted", anchor="end")
    picture.text(4, area.bottom + small * (4.3 if narrow else 2.8), words.ASSUMED, fill="muted")
    if trace.setting.kind == EVENTUAL:
        x, y = area.right - text_width(words.EXPECTED, small), area.y - 38
        _expected(picture, x - 16, y, 10)
        picture.text(x, y, words.EXPECTED, fill="muted", middle=True)


def _expected(picture: Picture, x: float, y: float, half: float) -> None:
    picture.line((x - half, y), (x + half, y), stroke="ink", stroke_width=2, dash="4 3")


def _formula(trace: DaxTrace, first: int, last: int) -> float:
    """Return the share of hits that the closed form gives for GetItem of the items from rank `first` to `last`."""
    setting = trace.setting
    reading = setting.rate * (1 - setting.queries)
    writing = setting.writes / 60 * (1 - setting.around)
    parts = popularity(setting.skew)[first - 1 : last]
    hits = sum(part * expected_hits(reading * part, writing * part, setting.item_ttl) for part in parts)
    return hits / sum(parts)


def _grouped(trace: DaxTrace, ranks: Sequence[tuple[int, int]]) -> list[list[Read]]:
    column = [number for number, (first, last) in enumerate(ranks) for _ in range(first, last + 1)]
    grouped: list[list[Read]] = [[] for _ in ranks]
    for read in trace.reads:
        if not read.query:
            grouped[column[read.item]].append(read)
    return grouped
