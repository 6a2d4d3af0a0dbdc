"""Picture of retries: attempts and waits of some executions, the calls of all, and the share that succeeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.retry import success_probability
from kumo.step_functions.words import retry_and_catch as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.step_functions.model.retry_and_catch import RetryTrace, Run

LANES = 12
LANE = 17
BINS = 48


def draw(trace: RetryTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: lanes above, calls and success below, side by side where there is room."""
    narrow = layout.narrow
    shown = trace.runs[:LANES]
    lanes = len(shown) * LANE
    end = max(trace.end, 1.0)
    clock = Clock(0, end, words.SECONDS, seconds=9)
    picture = Picture(
        layout,
        lanes + (526 if narrow else 352),
        title=words.TITLE,
        description=words.DESCRIPTION.format(count=len(trace.runs), succeeded=trace.succeeded),
        clock=clock,
    )
    share = words.RESULT.format(
        share=words.percent(trace.succeeded / len(trace.runs)), expected=words.percent(trace.expected)
    )
    picture.text(8, 22, share, bold=True, size=layout.body + 1)
    _legend(picture, trace, 46)
    left, right = (36, layout.width - 30) if narrow else (44, layout.width - 36)
    top = 96.0
    picture.text(8, top - 20, words.LANES.format(count=len(shown)), bold=True)
    plot = Plot(picture, Box(left, top, right - left, lanes), (0, end), (0, 1))
    ticks = [tick for tick in nice_ticks(0, end, 3 if narrow else 7) if tick == int(tick)] or [0, end]
    plot.x_axis(ticks, words.TIME, grid=True)
    for index, run in enumerate(shown):
        _lane(plot, trace, run, top + (index + 0.5) * LANE, first=index == _first_failing(shown))
    plot.playhead()
    below = top + lanes + 96
    if narrow:
        _calls(picture, trace, Box(left, below, right - left, 90), end)
        _success(picture, trace, Box(left, below + 188, right - left, 96))
    else:
        _calls(picture, trace, Box(44, below, 368, 112), end)
        _success(picture, trace, Box(480, below, 220, 112))
    return picture


def _first_failing(runs: tuple[Run, ...]) -> int:
    """Return the execution whose waits are written out: of those shown the one that tried most often."""
    return max(range(len(runs)), key=lambda index: (len(runs[index].tries), -index))


def _legend(picture: Picture, trace: RetryTrace, y: float) -> None:
    lost = words.CAUGHT if trace.catch else words.LOST
    picture.legend(8, y, [("good", words.GOOD), ("bad", words.BAD), ("warn" if trace.catch else "ink", lost)], gap=14)


def _lane(plot: Plot, trace: RetryTrace, run: Run, y: float, *, first: bool) -> None:
    picture, size = plot.picture, plot.picture.layout.small
    for attempt in run.tries:
        start, end = plot.x(attempt.start), plot.x(attempt.end)
        width = max(2.5, end - start)
        if attempt.wait is not None:
            back = plot.x(attempt.end + attempt.wait)
            picture.line((start + width, y), (back, y), stroke="faint", stroke_width=1.2, dash="3 3")
            label = words.WAITED.format(wait=f"{attempt.wait:,.1f}".removesuffix(".0"))
            middle = (start + width + back) / 2
            if first and back - start - width > text_width(label, size) + 8:
                picture.text(middle, y, label, fill="ink", anchor="middle", middle=True, halo=True)
        picture.rect(start, y - 5.5, width, 11, fill="bad" if attempt.failed else "good", radius=2)
    x = max(plot.x(run.end), plot.x(run.tries[-1].start) + 2.5) + 8
    if run.succeeded:
        if x < plot.area.right + 8:
            picture.check(x, y, 4)
    elif trace.catch:
        picture.arrow((x - 5, y), (x + 8, y), stroke="warn", stroke_width=2.5, head=6)
    else:
        picture.cross(x, y, 4, stroke="ink")


def _calls(picture: Picture, trace: RetryTrace, area: Box, end: float) -> None:
    width = end / BINS
    counts = [0] * BINS
    for run in trace.runs:
        for attempt in run.tries:
            counts[min(BINS - 1, int(attempt.start / width))] += 1
    most = max(counts)
    plot = Plot(picture, area, (0, end), (0, most * 1.05))
    plot.y_axis([tick for tick in nice_ticks(0, max(most, 2), 3) if tick == int(tick)])
    picture.text(8, area.y - 30, words.CALLS.format(width=f"{width:.2g}"), bold=True)
    peak = words.CALLS_PEAK.format(count=trace.peak)
    picture.text(8, area.y - 11, peak, fill="muted")
    step = area.width / BINS
    for index, count in enumerate(counts):
        if count:
            top = plot.y(count)
            tone = "faint" if index == 0 else "series-5"
            picture.rect(area.x + index * step + 0.5, top, max(step - 1, 2), area.bottom - top, fill=tone)
    picture.line((area.x, area.bottom), (area.right, area.bottom), stroke="faint", stroke_width=1.5)
    ticks = [tick for tick in nice_ticks(0, end, 3) if tick == int(tick)] or [0, end]
    plot.x_axis(ticks, words.TIME)
    plot.playhead()


def _success(picture: Picture, trace: RetryTrace, area: Box) -> None:
    most = trace.retrier.attempts + 1
    plot = Plot(picture, area, (0.5, most + 0.5), (0, 100))
    plot.y_axis([0, 50, 100])
    left = area.x - 28
    picture.text(left, area.y - 30, words.SHARE, bold=True)
    size = picture.layout.small
    picture.text(left, area.y - 11, words.SIMULATED, fill="good")
    picture.text(left + text_width(words.SIMULATED, size) + 14, area.y - 11, words.CLOSED, fill="muted")
    points = [(n, 100 * success_probability(trace.failure_rate, n - 1)) for n in range(1, most + 1)]
    if len(points) > 1:
        plot.curve(points, stroke="muted", stroke_width=1.8)
    else:
        x, y = plot.point(*points[0])
        picture.line((x - 14, y), (x + 14, y), stroke="muted", stroke_width=1.8)
    for attempt in range(1, most + 1):
        x, y = plot.point(attempt, 100 * trace.reached(attempt) / len(trace.runs))
        picture.circle(x, y, 4.5, fill="good", stroke="panel")
    picture.line((area.x, area.bottom), (area.right, area.bottom), stroke="faint", stroke_width=1.5)
    plot.x_axis(range(1, most + 1), words.BY_ATTEMPT)
