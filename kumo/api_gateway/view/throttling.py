"""Picture of one token bucket: the bucket itself, its level over time, and what became of the requests."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.api_gateway.model.token_bucket import SECOND, TOKEN
from kumo.api_gateway.words import throttling as words
from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.api_gateway.model.token_bucket import ThrottlingTrace
    from kumo.core.drawing import Layout

SLOT = SECOND // 10
# Least space between the labels of two spikes (user units).
APART = 10


def draw(trace: ThrottlingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: bucket beside the plots, or above them where the layout is narrow."""
    narrow = layout.narrow
    clock = Clock(0, trace.duration / SECOND, words.SECONDS, seconds=8)
    picture = Picture(
        layout,
        530 if narrow else 404,
        title=words.TITLE,
        description=words.DESCRIPTION.format(accepted=trace.accepted, rejected=trace.rejected),
        clock=clock,
    )
    spikes = words.spike_counts(trace)
    _bucket(picture, trace, Box(6, 34, 130, 104) if narrow else Box(14, 74, 142, 172), spikes)
    left, right, top = (40, 318, 206) if narrow else (224, 706, 46)
    height = 120 if narrow else 150
    levels = Plot(picture, Box(left, top, right - left, height), (0, clock.end), (0, trace.burst))
    counts = levels.subplot(levels.area.bottom + 58, 104, _count_range(trace))
    _levels(levels, trace)
    _spike_marks(levels, counts, spikes)
    _counts(counts, trace, spikes)
    _veil(levels, counts)
    _call_out(levels, trace, spikes)
    return picture


def whole_levels(trace: ThrottlingTrace) -> list[tuple[float, int]]:
    """Return when the number of whole tokens changes, as (seconds, tokens), beginning at 0."""
    changes = [(0.0, trace.burst)]
    corners = trace.levels()
    for (start, before), (end, after) in pairwise(corners):
        if end > start:
            # While the bucket fills, each whole token appears at its own moment.
            changes += [
                (start + (tokens - before) / trace.rate, tokens)
                for tokens in range(math.floor(before + 1e-6) + 1, math.floor(after + 1e-6) + 1)
            ]
        elif after < before:
            changes.append((end, math.floor(after + 1e-6)))
    return changes


def _bucket(picture: Picture, trace: ThrottlingTrace, inside: Box, spikes: list[tuple[int, int, int]]) -> None:
    still = spikes[0][0] if spikes else trace.duration
    left_now = trace.level(still) // TOKEN
    columns, cell = _grid(trace.burst, inside)
    offset = inside.x + (inside.width - columns * cell) / 2
    changes = whole_levels(trace)
    per_token: list[list[tuple[float, str]]] = [[(0.0, "visible")] for _ in range(trace.burst)]
    for (_, before), (time, after) in pairwise(changes):
        for token in range(min(before, after), max(before, after)):
            per_token[token].append((time, "visible" if after > before else "hidden"))
    for token, keys in enumerate(per_token):
        row, column = divmod(token, columns)
        x, y = offset + (column + 0.5) * cell, inside.bottom - 4 - (row + 0.5) * cell
        picture.circle(x, y, cell * 0.36, stroke="faint", stroke_width=1.2)
        disc = picture.circle(x, y, cell * 0.4, fill="tokens", hidden=token >= left_now)
        picture.track(disc, "visibility", keys)
    _vessel(picture, inside)
    middle = inside.x + inside.width / 2
    refill = words.REFILL.format(rate=trace.rate)
    picture.text(middle, inside.y - 20, refill, fill="muted", anchor="middle")
    picture.arrow((middle, inside.y - 14), (middle, inside.y + 3), stroke="tokens", stroke_width=2.5, head=8)
    when = words.AFTER_SPIKE.format(time=still / SECOND) if spikes else words.AT_THE_END
    tokens = [(time, words.LEFT.format(tokens=count)) for time, count in changes]
    if picture.layout.narrow:
        x, y, anchor = inside.right + 18, inside.y + 30, "start"
    else:
        x, y, anchor = middle, inside.bottom + 28, "middle"
    size = picture.layout.body
    picture.ticker(x, y, tokens, words.LEFT.format(tokens=left_now), size=size + 2, bold=True, anchor=anchor)
    note = picture.text(x, y + size * 1.5, when, fill="muted", anchor=anchor)
    picture.track(note, "visibility", [(0, "hidden")])
    capacity = words.CAPACITY.format(burst=trace.burst)
    picture.text(x, y + size * 2.9, capacity, fill="muted", anchor=anchor)
    picture.text(x, y + size * 4.3, words.ONE_EACH, fill="muted", anchor=anchor)


def _vessel(picture: Picture, inside: Box) -> None:
    left, right, bottom, radius = inside.x - 4, inside.right + 4, inside.bottom + 2, 14
    picture.path(
        f"M{left},{inside.y} V{bottom - radius} Q{left},{bottom} {left + radius},{bottom} "
        f"H{right - radius} Q{right},{bottom} {right},{bottom - radius} V{inside.y}",
        stroke="muted",
        stroke_width=4,
    )


def _grid(burst: int, inside: Box) -> tuple[int, float]:
    """Return columns and cell size of the grid that shows `burst` tokens as large as they fit."""
    room = inside.height - 8

    def cell(columns: int) -> float:
        return min(inside.width / columns, room / math.ceil(burst / columns), 26)

    columns = max(range(1, burst + 1), key=lambda count: (cell(count), count))
    return columns, cell(columns)


def _levels(plot: Plot, trace: ThrottlingTrace) -> None:
    plot.y_axis(nice_ticks(0, trace.burst, 4) if trace.burst > 3 else range(trace.burst + 1))  # noqa: PLR2004 -- few whole tokens
    y = plot.area.y - (34 if plot.picture.layout.narrow else 30)
    plot.picture.text(plot.area.x - 4, y, words.TOKENS_OVER_TIME, bold=True)
    plot.curve(trace.levels(), stroke="tokens", fill="tokens-soft", stroke_width=2.5)


def _spike_marks(levels: Plot, counts: Plot, spikes: list[tuple[int, int, int]]) -> None:
    picture = levels.picture
    anchors = _anchors(levels, spikes, [words.COUNT.format(count=sum(spike[1:])) + "▼" for spike in spikes])
    for (time, accepted, rejected), anchor in zip(spikes, anchors, strict=True):
        x, top = levels.x(time / SECOND), levels.area.y
        for area in (levels.area, counts.area):
            picture.line((x, area.y - 2), (x, area.bottom), stroke="faint", dash="3 4")
        picture.path([(x - 5, top - 12), (x + 5, top - 12), (x, top - 3)], fill="ink", close=True)
        label = words.COUNT.format(count=accepted + rejected)
        to_the_left = anchor == "end" or x + 10 + text_width(label, picture.layout.small) > picture.width
        picture.text(
            x - 8 if to_the_left else x + 10, top - 8, label, anchor="end" if to_the_left else "start", middle=True
        )


def _anchors(plot: Plot, spikes: list[tuple[int, int, int]], labels: list[str]) -> list[str]:
    """Return how the labels of the spikes hang: centred, or on either side where they would touch."""
    xs = [plot.x(time / SECOND) for time, _, _ in spikes]
    widest = max((text_width(label, plot.picture.layout.small) for label in labels), default=0)
    if len(xs) > 1 and xs[1] - xs[0] < widest + APART:
        return ["end", "start"]
    return ["middle"] * len(xs)


def _count_range(trace: ThrottlingTrace) -> tuple[float, float]:
    slots = [trace.between(start, start + SLOT) for start in range(0, trace.duration, SLOT)]
    up, down = (max(column) for column in zip(*slots, strict=True))
    # Room for the figures beyond the longest bars.
    top = max(up, down, 1) * 0.34
    return -(max(down, 1) + top), max(up, 1) + top


def _counts(plot: Plot, trace: ThrottlingTrace, spikes: list[tuple[int, int, int]]) -> None:
    picture = plot.picture
    zero = plot.y(0)
    picture.text(plot.area.x - 4, plot.area.y - 30, words.PER_SLOT, bold=True)
    picture.line((plot.area.x, zero), (plot.area.right, zero), stroke="faint", stroke_width=1.5)
    unit = (plot.x(1) - plot.x(0)) * SLOT / SECOND
    for start in range(0, trace.duration, SLOT):
        accepted, rejected = trace.between(start, start + SLOT)
        x = plot.x(start / SECOND)
        if accepted:
            height = max(2, zero - plot.y(accepted))
            picture.rect(x + 0.5, zero - height, unit - 1, height, fill="good")
        if rejected:
            picture.rect(x + 0.5, zero, unit - 1, max(2, plot.y(-rejected) - zero), fill="bad")
    labels = [words.SPIKE_REJECTED.format(count=rejected) for _, _, rejected in spikes]
    for (time, accepted, rejected), anchor in zip(spikes, _anchors(plot, spikes, labels), strict=True):
        x = plot.x(time / SECOND) + {"middle": unit / 2, "end": unit, "start": 0}[anchor]
        if accepted:
            label = words.SPIKE_ACCEPTED.format(count=accepted)
            _figure(picture, x, plot.y(accepted) - 5, label, accepted, "good", anchor)
        if rejected:
            label = words.SPIKE_REJECTED.format(count=rejected)
            _figure(picture, x, plot.y(-rejected) + picture.layout.small + 1, label, rejected, "bad", anchor)
    plot.picture.text(plot.area.x - 8, zero - 10, words.ACCEPTED, fill="good", anchor="end", middle=True)
    plot.picture.text(plot.area.x - 8, zero + 10, words.REJECTED, fill="bad", anchor="end", middle=True)
    plot.x_axis(range(math.floor(plot.x_range[1]) + 1), words.TIME)


def _figure(picture: Picture, x: float, y: float, label: str, count: int, tone: str, anchor: str) -> None:
    # Where two spikes stand close together there is room for the bare figure only.
    content = label if anchor == "middle" else str(count)
    picture.text(x, y, content, fill=tone, anchor=anchor, bold=True, halo=True)


def _veil(levels: Plot, counts: Plot) -> None:
    for plot in (levels, counts):
        plot.playhead()


def _call_out(plot: Plot, trace: ThrottlingTrace, spikes: list[tuple[int, int, int]]) -> None:
    """Say at the first spike what the bucket did, where the plot leaves room for words."""
    if not spikes or not spikes[0][2] or plot.picture.layout.narrow:
        return
    (time, accepted, rejected), size = spikes[0], plot.picture.layout.small
    ends = [plot.x(later / SECOND) for later, _, _ in spikes[1:]] + [plot.area.right]
    start = plot.x(time / SECOND) + 12
    lines = [words.EMPTIED.format(accepted=accepted), words.THE_REST.format(rejected=rejected)]
    width = max(text_width(line, size) for line in lines)
    # The words stand in the upper half, which the refilling line must not reach beneath them.
    reached = trace.level(round((start + width - plot.area.x) / plot.area.width * trace.duration)) / TOKEN
    if start + width > ends[0] - 6 or reached > trace.burst * 0.66:
        return
    with plot.picture.group() as words_group:
        for index, line in enumerate(lines):
            plot.picture.text(start, plot.area.y + 20 + index * size * 1.45, line, bold=index == 0, halo=True)
    plot.picture.show(words_group, time / SECOND)
