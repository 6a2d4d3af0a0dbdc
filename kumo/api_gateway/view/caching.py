"""Picture of a stage's cache: what reaches the back end, what a TTL buys and costs, and each key's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.caching import (
    DENIED,
    DENY,
    HIT,
    IGNORE,
    MINUTE,
    MISS,
    OUTCOMES,
    REFRESH,
    STALE,
    WARN,
    CacheSettings,
    expected,
)
from kumo.api_gateway.words import caching as words
from kumo.core import facts
from kumo.core.drawing import Clock, Picture, Plot, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.api_gateway.model.caching import CachingTrace, Request, Span
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point

LANE = 31
BAR = 13
# How often the figures of the flow change while the picture plays.
SAMPLES = 20
# The kinds of small marks: colour, whether filled, and how to draw one at (x, y) as path commands.
MARKS = {
    "hit": ("good", False),
    "stale": ("bad", False),
    "call": ("warn", True),
    "refresh": ("series-6", True),
    DENY: ("muted", True),
    WARN: ("warn", False),
    IGNORE: ("muted", False),
}


def draw(trace: CachingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: flow and curves above the lanes, side by side where the layout is wide."""
    narrow = layout.narrow
    keys = len(trace.clients.weights)
    legend = _legend_rows(trace, layout)
    lanes_top = 276 if narrow else 264
    lanes_bottom = lanes_top + keys * LANE
    legend_top = lanes_bottom + 56
    curve_top = legend_top + len(legend) * 21 + 20
    height = curve_top + 176 if narrow else curve_top - 26
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            total=len(trace.requests), hits=trace.hits, backend=trace.backend, stale=trace.counts[STALE]
        ),
        clock=Clock(0, trace.duration / MINUTE, words.MINUTES, seconds=10),
    )
    _flow(picture, trace, 328 if narrow else 436)
    _curves(picture, trace, Box(34, curve_top + 26, 274, 104) if narrow else Box(500, 52, 196, 106))
    area = Box(46, lanes_top, 232, keys * LANE) if narrow else Box(52, lanes_top, 598, keys * LANE)
    lanes = Plot(picture, area, (0, trace.duration / MINUTE), (0, keys))
    _lanes(lanes, trace)
    _legend(picture, legend, legend_top)
    return picture


# The flow from clients to the back end.


def _flow(picture: Picture, trace: CachingTrace, width: float) -> None:
    small = picture.layout.small
    picture.text(0, 16, words.FLOW, bold=True)
    sizes = (92, 92, 92) if picture.layout.narrow else (98, 116, 98)
    gap = (width - sum(sizes)) / 2
    top, height = 50, 64
    left = Box(0, top, sizes[0], height)
    middle = Box(left.right + gap, top, sizes[1], height)
    right = Box(middle.right + gap, top, sizes[2], height)
    samples = _samples(trace)
    total = len(trace.requests)
    calls = [(time, counts[MISS] + counts[REFRESH]) for time, counts in samples]
    every = [(time, sum(counts.values())) for time, counts in samples]
    thickest = 46
    for (start, end), amounts, tone in (
        ((left.right, middle.x), every, "faint"),
        ((middle.right, right.x), calls, "warn"),
    ):
        _band(
            picture, (start, end), top + height / 2, [(time, thickest * n / max(1, total)) for time, n in amounts], tone
        )
        shown = [(time, words.COUNT.format(count=amount)) for time, amount in amounts]
        picture.ticker((start + end) / 2, top - 12, shown, shown[-1][1], anchor="middle", bold=True)
    for box, label in ((left, words.CLIENTS), (middle, words.CACHE), (right, words.BACKEND)):
        picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke="faint", stroke_width=1.5, radius=8)
        y = box.y + height / 2 - (12 if box is middle else 0)
        picture.text(box.center[0], y, label, bold=True, anchor="middle", middle=True)
    x, y = middle.center[0], middle.center[1] + 16
    if trace.settings.ttl:
        ratios = [
            (time, words.RATIO.format(percent=words.percent(counts[HIT] + counts[STALE], max(1, sum(counts.values())))))
            for time, counts in samples
        ]
        picture.ticker(x, y, ratios, ratios[-1][1], fill="good", anchor="middle")
    else:
        picture.text(x, y, words.CACHE_OFF, fill="muted", anchor="middle")
    _answers(picture, trace, samples, width, top + height + small * 1.4 + 14)


def _band(picture: Picture, ends: Point, y: float, heights: list[tuple[float, float]], tone: str) -> None:
    """Draw a stream as thick as the requests that passed so far."""
    last = max(1.5, heights[-1][1]) if heights[-1][1] else 0
    band = picture.rect(ends[0], y - last / 2, ends[1] - ends[0], last, fill=tone)
    picture.track(band, "height", [(time, height) for time, height in heights], smooth=True)
    picture.track(band, "y", [(time, y - height / 2) for time, height in heights], smooth=True)


def _answers(
    picture: Picture, trace: CachingTrace, samples: list[tuple[float, dict[str, int]]], width: float, y: float
) -> None:
    """Draw who answered, as one bar, with the figures under it."""
    total = max(1, len(trace.requests))
    kinds = (
        ((HIT,), "good", words.ANSWER_HIT),
        ((STALE,), "bad", words.ANSWER_STALE),
        ((MISS, REFRESH), "warn", words.ANSWER_BACKEND),
        ((DENIED,), "muted", words.ANSWER_DENIED),
    )
    picture.text(0, y, words.ANSWERS, fill="muted")
    top, before = y + 9, dict.fromkeys((time for time, _ in samples), 0.0)
    entries = []
    for outcomes, tone, label in kinds:
        amounts = [(time, sum(counts[outcome] for outcome in outcomes)) for time, counts in samples]
        last_time, last = amounts[-1]
        if last or tone in ("good", "warn"):
            entries.append((tone, [(time, label.format(count=amount)) for time, amount in amounts]))
        if not last:
            continue
        scale = width / total
        bar = picture.rect(before[last_time], top, max(1, last * scale - 1), 16, fill=tone)
        picture.track(bar, "x", list(before.items()), smooth=True)
        picture.track(bar, "width", [(time, max(0, amount * scale - 1)) for time, amount in amounts], smooth=True)
        for time, amount in amounts:
            before[time] += amount * scale
    x, line, size = 0.0, top + 32, picture.layout.small
    for tone, texts in entries:
        needed = 18 + text_width(texts[-1][1], size)
        if x and x + needed > width:
            x, line = 0.0, line + 21
        picture.rect(x, line - 6, 12, 12, fill=tone, radius=3)
        picture.ticker(x + 18, line, texts, texts[-1][1], fill="muted", middle=True)
        x += needed + 14


def _samples(trace: CachingTrace) -> list[tuple[float, dict[str, int]]]:
    """Return the number of requests by outcome so far, at evenly spaced minutes."""
    counts = dict.fromkeys(OUTCOMES, 0)
    samples, index = [], 0
    for step in range(SAMPLES + 1):
        until = trace.duration * step // SAMPLES
        while index < len(trace.requests) and trace.requests[index].arrival.time <= until:
            counts[trace.requests[index].outcome] += 1
            index += 1
        samples.append((until / MINUTE, dict(counts)))
    return samples


# What a TTL buys and what it costs.


def _curves(picture: Picture, trace: CachingTrace, area: Box) -> None:
    longest = int(facts.value("api_gateway.cache-ttl-maximum"))
    plot = Plot(picture, area, (0, longest), (0, 100))
    picture.text(area.x - 34, area.y - 36, words.CURVES, bold=True)
    x, y = area.x - 34, area.y - 18
    for label, tone, dash in ((words.CURVE_HIT, "good", None), (words.CURVE_STALE, "bad", "5 3")):
        picture.line((x, y), (x + 22, y), stroke=tone, stroke_width=2.5, dash=dash)
        picture.text(x + 28, y, label, fill="muted", middle=True)
        x += 28 + text_width(label, picture.layout.small) + 16
    plot.y_axis((0, 50, 100))
    plot.x_axis(range(0, longest + 1, longest // 3), words.TTL_AXIS)
    # Finer where the curve bends.
    times = sorted({*range(0, longest + 1, 150), *range(0, 600, 30)})
    settings = trace.settings
    shares = []
    for ttl in times:
        at = CacheSettings(ttl, settings.change, settings.handling)
        shares.append((ttl, expected(at, trace.clients)))
    stale = [plot.point(ttl, 100 * share.stale) for ttl, share in shares]
    picture.path(stale, stroke="bad", stroke_width=2.5, dash="5 4")
    plot.curve([(ttl, 100 * share.hit) for ttl, share in shares], stroke="good", stroke_width=2.5)
    x, total = plot.x(settings.ttl), max(1, len(trace.requests))
    picture.line((x, area.y - 4), (x, area.bottom), stroke="ink", stroke_width=1.5, dash="3 3")
    picture.circle(x, plot.y(100 * trace.counts[STALE] / total), 4.5, fill="panel", stroke="bad", stroke_width=2)
    picture.circle(x, plot.y(100 * trace.hits / total), 4.5, fill="good", stroke="panel", stroke_width=1.5)


# The lanes.


def _lanes(lanes: Plot, trace: CachingTrace) -> None:
    picture, area = lanes.picture, lanes.area
    narrow, keys = picture.layout.narrow, len(trace.clients.weights)
    picture.text(0, area.y - 36, words.LANES, bold=True)
    edge = 328 if narrow else 712
    picture.text(edge, area.y - 36, words.RATIO_COLUMN, fill="muted", anchor="end")
    for key in range(keys):
        y = _lane(lanes, key)
        counts = trace.of_key(key)
        total = sum(counts.values())
        picture.line((area.x, y), (area.right, y), stroke="line")
        picture.text(0, y, words.KEY.format(key=key + 1), fill="muted", middle=True)
        ratio = words.percent(counts[HIT] + counts[STALE], total) if total else None
        cell = words.NO_RATIO if ratio is None else words.RATIO_CELL.format(percent=ratio)
        picture.text(edge, y, cell, bold=True, anchor="end", middle=True)
    _spans(lanes, trace.spans)
    for time in trace.changes():
        _change_line(picture, lanes.x(time / MINUTE), area.y - 3, area.bottom)
    if trace.settings.flush is not None:
        x = lanes.x(trace.settings.flush / MINUTE)
        _flush_line(picture, x, area.y - 3, area.bottom)
    points: dict[str, list[Point]] = {kind: [] for kind in MARKS}
    for request in trace.requests:
        x, y = lanes.x(request.arrival.time / MINUTE), _lane(lanes, request.arrival.key)
        for kind, shift in _kinds(request, trace.settings.handling):
            points[kind].append((x, y + shift))
    for kind, places in points.items():
        _marks(picture, kind, places)
    lanes.x_axis(range(0, 61, 10), words.TIME)
    call = _call(lanes, trace)
    lanes.playhead()
    if call is not None:
        _call_out(lanes, *call)


def _lane(lanes: Plot, key: int) -> float:
    return lanes.area.y + (key + 0.5) * LANE


def _spans(lanes: Plot, spans: Sequence[Span]) -> None:
    """Draw the life of each entry: full height while up to date, half height and framed once the data changed."""
    fresh, old = [], []
    for span in spans:
        y = _lane(lanes, span.key)
        left, turn, right = (lanes.x(time / MINUTE) for time in (span.start, span.stale_from, span.end))
        if turn > left:
            # Short of the end by a hair, so that an entry and its replacement stay two.
            fresh.append(_bar(left, y, max(0.3, turn - left - 0.7), BAR))
        if right > turn:
            old.append(_bar(turn, y, right - turn, BAR / 2))
    if fresh:
        lanes.picture.path("".join(fresh), fill="good-soft")
    if old:
        lanes.picture.path("".join(old), fill="bad-soft", stroke="bad")


def _bar(x: float, y: float, width: float, height: float) -> str:
    """Return the path commands of a rectangle from `x`, with `y` at half its height."""
    return f"M{x:.1f},{y - height / 2:g}h{width:.1f}v{height:g}h{-width:.1f}z"


def _kinds(request: Request, handling: str) -> Iterable[tuple[str, float]]:
    """Return the marks of a request and how far above or below the middle of its lane they stand."""
    above, below = -BAR / 2 - 4.5, BAR / 2 + 4
    if request.outcome == DENIED:
        yield DENY, above
        return
    if request.outcome in (MISS, REFRESH):
        yield "call", below
    if request.outcome == REFRESH:
        yield "refresh", above
    if request.outcome == HIT:
        yield "hit", 0
    if request.outcome == STALE:
        yield "stale", 0
    if request.ignored:
        yield handling, above


def _marks(picture: Picture, kind: str, places: Sequence[Point]) -> None:
    """Draw all marks of a kind as one path: a thousand requests are a handful of elements."""
    if not places:
        return
    shapes = {
        "hit": ((0, -BAR / 2 + 1), f"v{BAR - 2}"),
        "stale": ((-2.6, -2.6), "l5.2,5.2 m0,-5.2 l-5.2,5.2"),
        "call": ((-3.6, -3), "h7.2 l-3.6,6.4z"),
        "refresh": ((0, -4), "l4,4 -4,4 -4,-4z"),
        DENY: ((-3, -3), "h6v6h-6z"),
        WARN: ((-3.6, 3), "h7.2 l-3.6,-6.4z"),
        IGNORE: ((-2.8, -2.8), "h5.6v5.6h-5.6z"),
    }
    (dx, dy), shape = shapes[kind]
    tone, filled = MARKS[kind]
    data = "".join(f"M{x + dx:.1f},{y + dy:.1f}{shape}" for x, y in places)
    picture.path(data, fill=tone if filled else "none", stroke="none" if filled else tone, stroke_width=1.6)


def _change_line(picture: Picture, x: float, top: float, bottom: float) -> None:
    picture.line((x, top), (x, bottom), stroke="muted", stroke_width=1.2, dash="2 3")


def _flush_line(picture: Picture, x: float, top: float, bottom: float) -> None:
    picture.line((x, top), (x, bottom), stroke="ink", stroke_width=2.5)


def _call(lanes: Plot, trace: CachingTrace) -> tuple[str, float, float, float] | None:
    """Return what the one call-out says and where: text, x, y and model time; None when there is nothing to say."""
    if not trace.settings.ttl:
        return words.CALL_OFF, lanes.area.x, 0, 0
    stale = [request for request in trace.requests if request.outcome == STALE]
    if stale:
        # In the first lane the pointer crosses no other; a little less stale is stale enough.
        near = max((request for request in stale if not request.arrival.key), key=_staleness, default=None)
        oldest = max(stale, key=_staleness)
        if near is not None and _staleness(near) >= 0.6 * _staleness(oldest):
            oldest = near
        text = words.CALL_STALE.format(time=words.duration(oldest.staleness))
        time = oldest.arrival.time / MINUTE
        return text, lanes.x(time), _lane(lanes, oldest.arrival.key), time
    used = max(trace.spans, key=lambda span: (span.hits, -span.start), default=None)
    if used is None or not used.hits:
        return None
    time = used.start / MINUTE
    return words.CALL_HITS.format(count=used.hits + 1), lanes.x(time), _lane(lanes, used.key), time


def _staleness(request: Request) -> int:
    return request.staleness


def _call_out(lanes: Plot, text: str, x: float, y: float, time: float) -> None:
    picture, row = lanes.picture, lanes.area.y - 14
    # Bold letters run wider than the estimate.
    width = 1.1 * text_width(text, picture.layout.small)
    room = (lanes.area.right if picture.layout.narrow else picture.width) - width
    with picture.group() as group:
        picture.text(max(0, min(x - 12, room)), row, text, bold=True, fill="ink", middle=True)
        if y:
            picture.line((x, row + 9), (x, y - BAR / 2), stroke="ink", stroke_width=1.4)
            picture.circle(x, y, 6, stroke="ink", stroke_width=1.4)
    picture.show(group, time)


# The legend.


def _legend_rows(trace: CachingTrace, layout: Layout) -> list[list[tuple[float, str]]]:
    """Return the legend's entries in rows: (x, kind), only of what the lanes show."""
    settings, counts = trace.settings, trace.counts
    ignored = any(request.ignored for request in trace.requests)
    present = {
        "span": bool(trace.spans),
        "old": any(span.stale_from < span.end for span in trace.spans),
        "hit": counts[HIT] > 0,
        "stale": counts[STALE] > 0,
        "call": trace.backend > 0,
        "refresh": counts[REFRESH] > 0,
        DENY: counts[DENIED] > 0,
        WARN: ignored and settings.handling == WARN,
        IGNORE: ignored and settings.handling == IGNORE,
        "change": bool(trace.changes()),
        "flush": settings.flush is not None,
    }
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for kind, shown in present.items():
        if not shown:
            continue
        needed = 24 + text_width(words.LEGEND[kind], layout.small)
        if x and x + needed > layout.width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, kind))
        x += needed + 16
    return rows


def _legend(picture: Picture, rows: list[list[tuple[float, str]]], y: float) -> None:
    for row in rows:
        for x, kind in row:
            if kind == "span":
                picture.rect(x, y - BAR / 2, 18, BAR, fill="good-soft", radius=2)
            elif kind == "old":
                picture.rect(x, y - BAR / 4, 18, BAR / 2, fill="bad-soft", stroke="bad")
            elif kind == "change":
                _change_line(picture, x + 9, y - 8, y + 8)
            elif kind == "flush":
                _flush_line(picture, x + 9, y - 8, y + 8)
            else:
                _marks(picture, kind, [(x + 9, y)])
            picture.text(x + 24, y, words.LEGEND[kind], fill="muted", middle=True)
        y += 21
