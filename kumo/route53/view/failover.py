"""Picture of an outage: who knows what when, on one time line, and the length of errors as a sum of its parts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.route53.model.failover import CHECKERS, SECOND, USERS
from kumo.route53.words import failover as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.route53.model.failover import FailoverTrace

BEFORE = 40 * SECOND
AFTER = 40 * SECOND
BAR, BEAT, AREA = 22, 6, 96


class _Lanes:
    """Where the lanes lie: labels beside them, or above them where the layout is narrow."""

    def __init__(self, layout: Layout, top: float) -> None:
        narrow = layout.narrow
        head, gap = (20, 8) if narrow else (0, 14)
        self.left, self.right = (0.0, float(layout.width)) if narrow else (118.0, layout.width - 4.0)
        self.tops = []
        y = top
        for height in (BAR, BEAT * CHECKERS, BAR, AREA):
            y += head
            self.tops.append(y)
            y += height + gap
        self.bottom = y - gap


def draw(trace: FailoverTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: time line above, sum below."""
    end = _end(trace)
    marks = _marks(trace)
    clock = Clock(-BEFORE / SECOND, end / SECOND, words.SECONDS, seconds=10)
    rows = _mark_rows(layout, end, marks)
    top = (34 if layout.narrow else 44) + 20 * (max(rows) + 1)
    lanes = _Lanes(layout, top)
    sums = lanes.bottom + 84
    picture = Picture(
        layout,
        sums + (136 if layout.narrow else 106),
        title=words.TITLE,
        description=words.DESCRIPTION.format(point=words.point(trace)),
        clock=clock,
    )
    errors = trace.errors
    heading = words.HEADING.format(longest=round(errors[-1] / SECOND), mean=sum(errors) / USERS / SECOND)
    picture.text(0, 17, heading, size=layout.body + 1, bold=True)
    area = Box(lanes.left, lanes.tops[0], lanes.right - lanes.left, lanes.bottom - lanes.tops[0])
    plot = Plot(picture, area, (clock.start, clock.end), (0, 1))
    _checkers(plot, trace, lanes.tops[1])
    _users(plot, trace, lanes.tops[3])
    for (time, label, tone), row in zip(marks, rows, strict=True):
        x = plot.x(time / SECOND)
        picture.line((x, 42 + 20 * row), (x, lanes.tops[3]), stroke=tone, stroke_width=1.3, dash="3 3")
        picture.text(_place(x, label, layout), 38 + 20 * row, label, fill=tone, bold=True, halo=True)
    # Over the lines of the marks, which would run through their words.
    _primary(plot, trace, lanes.tops[0])
    _answers(plot, trace, lanes.tops[2])
    _area_labels(plot, trace, lanes.tops[3])
    _labels(picture, lanes)
    room = layout.width - text_width("0,000", layout.small) / 2
    ticks = nice_ticks(0, clock.end, 4 if layout.narrow else 7)
    plot.x_axis([tick for tick in ticks if plot.x(tick) <= room], words.TIME)
    plot.playhead()
    _sums(picture, trace, sums)
    return picture


def _end(trace: FailoverTrace) -> int:
    """Return until when there is something to see."""
    changes = [time for user in trace.users for time, _ in user.changes]
    last = max([trace.settings.outage, trace.returned or 0, *changes]) + AFTER
    return min(trace.until, last) // SECOND * SECOND


def _marks(trace: FailoverTrace) -> list[tuple[int, str, str]]:
    marks = [(0, words.FAILS, "bad")]
    if trace.detected is not None:
        marks.append((trace.detected, words.DETECTED.format(time=trace.detected / SECOND), "ink"))
    marks.append((trace.settings.outage, words.REPAIRED.format(time=trace.settings.outage / SECOND), "good"))
    if trace.returned is not None:
        marks.append((trace.returned, words.RETURNS.format(time=trace.returned / SECOND), "ink"))
    return marks


def _place(x: float, label: str, layout: Layout) -> float:
    """Return where a bold label begins whose middle should be at `x`."""
    width = text_width(label, layout.small) * 1.06
    return min(max(0.0, x - width / 2), layout.width - width)


def _mark_rows(layout: Layout, end: int, marks: list[tuple[int, str, str]]) -> list[int]:
    """Return the row of each label, so that none touches another."""
    left, right = (0.0, float(layout.width)) if layout.narrow else (118.0, layout.width - 4.0)
    ends: list[float] = []
    rows = []
    for time, label, _ in marks:
        x = left + (time + BEFORE) / (end + BEFORE) * (right - left)
        start = _place(x, label, layout)
        row = next((index for index, taken in enumerate(ends) if taken + 10 <= start), len(ends))
        ends[row : row + 1] = [start + text_width(label, layout.small) * 1.06]
        rows.append(row)
    return rows


def _labels(picture: Picture, lanes: _Lanes) -> None:
    names = (words.PRIMARY_STATE, words.CHECKER_LANES, words.ANSWER, words.USERS_LANE)
    heights = (BAR, BEAT * CHECKERS, BAR, AREA)
    for name, top, height in zip(names, lanes.tops, heights, strict=True):
        if picture.layout.narrow:
            picture.text(0, top - 6, name, bold=True, halo=True)
        else:
            y = top + 10 if name == words.CHECKER_LANES else top + height / 2
            picture.text(lanes.left - 12, y, name, anchor="end", middle=True, bold=True)
    top, small = lanes.tops[1], picture.layout.small
    if picture.layout.narrow:
        x = text_width(words.CHECKER_LANES, small) * 1.06 + 12
        picture.text(x, top - 6, " ".join(words.CHECKER_NOTES), fill="muted", halo=True)
    else:
        for index, note in enumerate(words.CHECKER_NOTES):
            picture.text(lanes.left - 12, top + 32 + index * 20, note, anchor="end", middle=True, fill="muted")


def _bar(plot: Plot, spans: list[tuple[float, float, str, str]], top: float) -> None:
    """Draw spans of (start, end, tone, label) as a bar; the label where there is room for it."""
    picture = plot.picture
    for start, end, tone, label in spans:
        left, right = plot.x(start / SECOND), plot.x(end / SECOND)
        picture.rect(left, top, max(1, right - left), BAR, fill=f"{tone}-soft", stroke=tone, stroke_width=1)
        if text_width(label, picture.layout.small) * 1.06 + 10 < right - left:
            picture.text((left + right) / 2, top + BAR / 2, label, fill=tone, anchor="middle", middle=True, bold=True)


def _primary(plot: Plot, trace: FailoverTrace, top: float) -> None:
    outage, end = trace.settings.outage, plot.x_range[1] * SECOND
    spans = [
        (-BEFORE, 0, "good", words.WORKS),
        (0, outage, "bad", words.BROKEN),
        (outage, end, "good", words.WORKS),
    ]
    _bar(plot, spans, top)


def _checkers(plot: Plot, trace: FailoverTrace, top: float) -> None:
    """Draw a beat for each request, and a band while a checker holds the primary for unhealthy."""
    picture, end = plot.picture, plot.x_range[1] * SECOND
    picture.rect(plot.area.x, top, plot.area.width, BEAT * CHECKERS, fill="raised", stroke="line")
    bands = []
    for number, changes in enumerate(trace.beliefs):
        y = top + number * BEAT
        times = [*(time for time, _ in changes), end]
        for (start, finish), (_, healthy) in zip(pairwise(times), changes, strict=True):
            if not healthy and start < end:
                left, right = plot.x(start / SECOND), plot.x(min(finish, end) / SECOND)
                bands.append(f"M{left:.1f},{y + 0.5:g}H{right:.1f}v{BEAT - 1}H{left:.1f}z")
    if bands:
        picture.path("".join(bands), fill="bad-soft")
    for passed, tone in ((True, "good"), (False, "bad")):
        beats = []
        for check in trace.checks:
            if check.passed == passed and -BEFORE <= check.sent <= end:
                x, y = plot.x(check.sent / SECOND), top + check.checker * BEAT
                if passed:
                    beats.append(f"M{x:.1f},{y + 1.5:g}v3")
                else:
                    beats.append(f"M{x - 1.7:.1f},{y + 1.3:.1f}l3.4,3.4m0,-3.4l-3.4,3.4")
        if beats:
            picture.path("".join(beats), stroke=tone, stroke_width=1.4)


def _answers(plot: Plot, trace: FailoverTrace, top: float) -> None:
    end = round(plot.x_range[1] * SECOND)
    times = [-BEFORE, *(time for time, _ in trace.switches), end]
    states = [True, *(primary for _, primary in trace.switches)]
    tones = {True: ("good", words.TO_PRIMARY), False: ("series-3", words.TO_SECONDARY)}
    spans = [(start, finish, *tones[state]) for (start, finish), state in zip(pairwise(times), states, strict=True)]
    _bar(plot, [span for span in spans if span[0] < end], top)


def _users(plot: Plot, trace: FailoverTrace, top: float) -> None:
    """Draw how many call the primary (failing or not) and how many the secondary, over time."""
    picture, end, outage = plot.picture, round(plot.x_range[1] * SECOND), trace.settings.outage
    picture.rect(plot.area.x, top, plot.area.width, AREA, fill="series-3-soft", stroke="line")
    moments = sorted({0, outage, *(time for user in trace.users for time, _ in user.changes)})
    corners: dict[str, list[str]] = {"good": [], "bad": []}
    for start, finish in pairwise([-BEFORE, *(time for time in moments if time < end), end]):
        primary, _ = trace.calling(start)
        if primary:
            left, right = plot.x(start / SECOND), plot.x(finish / SECOND)
            height = AREA * primary / USERS
            tone = "bad" if 0 <= start < outage else "good"
            corners[tone].append(f"M{left:.1f},{top + AREA:g}V{top + AREA - height:.1f}H{right:.1f}V{top + AREA:g}z")
    for tone, parts in corners.items():
        if parts:
            picture.path("".join(parts), fill=f"{tone}-soft" if tone == "good" else tone)


def _area_labels(plot: Plot, trace: FailoverTrace, top: float) -> None:
    """Name the areas where there is room: errors at the foot, where they last longest, the secondary at the top."""
    picture, small, errors = plot.picture, plot.picture.layout.small, trace.errors
    fifth = USERS // 5
    back = sorted(user.changes[-1][0] for user in trace.users if user.changes)
    returned = back[-fifth] if len(back) >= fifth else plot.x_range[1] * SECOND
    spans = [(words.SEES_ERRORS, "surface", 0, errors[-fifth], top + AREA - 13)]
    if trace.detected is not None:
        spans.append((words.MOVED, "series-3", errors[fifth], returned, top + 13))
    for label, tone, start, end, y in spans:
        left, right = plot.x(start / SECOND), plot.x(end / SECOND)
        if text_width(label, small) * 1.06 + 12 < right - left:
            picture.text((left + right) / 2, y, label, fill=tone, anchor="middle", middle=True, bold=True)


# The sum.


def _sums(picture: Picture, trace: FailoverTrace, top: float) -> None:
    """Draw the bound as a sum of its parts, and under it what the users met."""
    layout, settings, small = picture.layout, trace.settings, picture.layout.small
    picture.text(0, top - 14, words.LENGTHS, bold=True)
    bound = settings.longest_detection + settings.ttl + settings.client_cache
    left, right = (82.0, layout.width - 44.0) if layout.narrow else (118.0, layout.width - 60.0)
    scale = (right - left) / max(bound, settings.outage if settings.longest == settings.outage else 0)
    parts = (
        (settings.longest_detection, "series-1", words.PART_DETECTION),
        (settings.ttl, "series-6", words.PART_TTL),
        (settings.client_cache, "series-4", words.PART_CLIENT),
    )
    picture.text(left - 10, top + 11, words.CALCULATED, anchor="end", middle=True)
    x = left
    for length, tone, label in parts:
        width = length * scale
        if length:
            picture.rect(x, top, width, BAR, fill=f"{tone}-soft", stroke=tone, stroke_width=1.2)
            full = f"{label} {length // SECOND}"
            shown = next(
                (text for text in (full, str(length // SECOND)) if text_width(text, small) * 1.06 + 6 < width), ""
            )
            if shown:
                picture.text(x + width / 2, top + 11, shown, fill=tone, anchor="middle", middle=True, bold=True)
        x += width
    picture.text(x + 6, top + 11, f"{bound // SECOND}", bold=True, middle=True)
    second = top + BAR + 14
    if settings.longest == settings.outage:
        stop = left + settings.outage * scale
        picture.line((stop, top - 4), (stop, second + BAR + 2), stroke="bad", stroke_width=1.5, dash="3 3")
        picture.text(layout.width, top - 14, words.CAPPED, fill="bad", anchor="end")
    errors = trace.errors
    picture.text(left - 10, second + 11, words.SIMULATED, anchor="end", middle=True)
    low, high, mean = (left + value * scale for value in (errors[0], errors[-1], sum(errors) / USERS))
    picture.rect(low, second, max(2, high - low), BAR, fill="bad", radius=3)
    picture.path([(mean - 5, second - 6), (mean + 5, second - 6), (mean, second + 2)], fill="ink", close=True)
    told = f"{errors[0] / SECOND:.0f}〜{errors[-1] / SECOND:.0f}"
    width = text_width(told, small) * 1.06
    if width + 10 < high - low:
        x, anchor, tone = (low + high) / 2, "middle", "surface"
    elif high + 8 + width < layout.width:
        x, anchor, tone = high + 8, "start", "ink"
    else:
        x, anchor, tone = low - 8, "end", "ink"
    picture.text(x, second + 11, told, bold=True, middle=True, anchor=anchor, fill=tone)
    picture.paragraph(0, second + BAR + 24, words.formula(settings), layout.width, fill="muted")
