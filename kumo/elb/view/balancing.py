"""Picture of balancing: what each target holds over time, and the times to answer under every algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box, number
from kumo.elb.model.balancing import NONE, POLICIES, SECOND
from kumo.elb.words import balancing as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.balancing import BalancingTrace

# Queues shorter than this need no call-out (requests).
WORTH_SAYING = 4
# What a lane is higher than its highest queue, so that the call-out stands above the line.
HEADROOM = 1.3


def draw(trace: BalancingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: a lane for each target above the comparison."""
    narrow = layout.narrow
    clock = Clock(0, trace.duration / SECOND, words.SECONDS, seconds=10)
    count = trace.run.targets
    top, lane, gap = (52, 56, 34) if narrow else (44, 56, 12)
    foot = top + count * (lane + gap) + 36
    row = 46 if narrow else 30
    picture = Picture(
        layout,
        foot + 52 + row * len(POLICIES) + 10,
        title=words.TITLE,
        description=words.description(trace),
        clock=clock,
    )
    picture.text(6, 18, words.QUEUES, bold=True)
    _lanes(picture, trace, top, lane, gap)
    _comparison(picture, trace, foot, row)
    return picture


def _lanes(picture: Picture, trace: BalancingTrace, top: float, lane: float, gap: float) -> None:
    narrow = picture.layout.narrow
    left, right = (34, 318) if narrow else (126, 586)
    run, end = trace.run, trace.duration / SECOND
    queues = [run.queue(target) for target in range(run.targets)]
    peaks = [max((length for time, length in queue if time <= trace.duration), default=0) for queue in queues]
    highest = max(*peaks, WORTH_SAYING)
    worst = peaks.index(max(peaks))
    for target, queue in enumerate(queues):
        area = Box(left, top + target * (lane + gap), right - left, lane)
        plot = Plot(picture, area, (0, end), (0, highest * HEADROOM))
        troubled = target == run.targets - 1 and trace.trouble != NONE
        tone = "series-2" if troubled else "series-1"
        plot.y_axis([0, nice_ticks(0, highest, 2)[-1]])
        _steps(plot, queue, tone)
        if target == worst and peaks[worst] >= WORTH_SAYING:
            _peak(plot, queue, peaks[worst])
        plot.playhead()
        _facts(picture, trace, target, area)
        if target == run.targets - 1:
            plot.x_axis(range(0, int(end) + 1, 10 if narrow else 5), words.TIME)


def _steps(plot: Plot, queue: list[tuple[int, int]], tone: str) -> None:
    """Draw a line that jumps at each change, over an area in its soft colour."""
    first, right = plot.area.x, number(plot.area.right)
    corners = "".join(
        f"H{number(plot.x(time / SECOND))}V{number(plot.y(length))}"
        for time, length in queue
        if time / SECOND <= plot.x_range[1]
    )
    line = f"M{number(first)},{number(plot.y(0))}{corners}H{right}"
    plot.picture.path(f"{line}V{number(plot.area.bottom)}Z", fill=f"{tone}-soft")
    plot.picture.path(line, stroke=tone, stroke_width=1.5)


def _peak(plot: Plot, queue: list[tuple[int, int]], peak: int) -> None:
    """Say how long the longest queue gets, beside its top and on the emptier side."""
    picture, label = plot.picture, words.PEAK.format(count=peak)
    time = next(time for time, length in queue if length == peak) / SECOND
    x, y = plot.point(time, peak)
    picture.circle(x, y, 4, fill="bad", stroke="panel", stroke_width=1.5)
    width = text_width(label, picture.layout.small) * 1.06
    before = x - 10 - width >= plot.area.x
    picture.text(x - 10 if before else x + 10, y, label, anchor="end" if before else "start", bold=True, halo=True)


def _facts(picture: Picture, trace: BalancingTrace, target: int, area: Box) -> None:
    """Write beside a lane whose it is, how many requests it got, and how long they took."""
    narrow, run, size = picture.layout.narrow, trace.run, picture.layout.small
    name = words.TARGET.format(number=target + 1)
    state = words.STATES[trace.trouble] if target == run.targets - 1 else ""
    count, p95 = run.counts[target], run.percentile(0.95, target)
    got = words.COUNT.format(count=count) if count else words.NOTHING
    within = "" if p95 is None else words.WITHIN.format(time=words.seconds(p95))
    if narrow:
        y = area.y - 12
        picture.text(6, y, name, bold=True)
        x = 6 + text_width(name, size) * 1.06 + 6
        picture.text(x, y, state, fill="bad")
        picture.text(area.right, y, f"{got}  {within}" if not state else got, anchor="end", fill="muted")
        return
    y = area.y + area.height / 2
    picture.text(6, y - (9 if state else 0), name, bold=True, middle=True)
    if state:
        picture.text(6, y + 11, state, fill="bad", middle=True)
    picture.text(area.right + 12, y - 10, got, bold=True, middle=True, size=picture.layout.body)
    picture.text(area.right + 12, y + 12, within, fill="muted", middle=True)


def _comparison(picture: Picture, trace: BalancingTrace, top: float, row: float) -> None:
    narrow = picture.layout.narrow
    times = {name: [trace.runs[name].percentile(share) or 0 for share in (0.5, 0.95)] for name in POLICIES}
    longest = max(*(p95 for _, p95 in times.values()), 1)
    picture.text(6, top + 14, words.COMPARED, bold=True)
    picture.text(6, top + 36, words.MEDIAN_TO_P95, fill="muted")
    left, room = (12, 200) if narrow else (196, 320)
    for index, name in enumerate(POLICIES):
        y = top + 52 + index * row
        chosen = name == trace.chosen
        if chosen:
            picture.rect(2, y, picture.width - 4, row, fill="accent-soft", radius=6)
        label_y, bar_y = (y + 13, y + 32) if narrow else (y + row / 2, y + row / 2)
        picture.text(12, label_y, words.POLICY_OPTIONS[name], bold=chosen, middle=True)
        half, most = (left + room * time / longest for time in times[name])
        tone = "accent" if chosen else "faint"
        picture.rect(left, bar_y - 4, max(2, most - left), 8, fill=tone, radius=3)
        picture.circle(half, bar_y, 5, fill="ink", stroke="panel", stroke_width=1.5)
        x = max(most, half + 5) + 6
        said = words.seconds(times[name][1])
        picture.text(x, bar_y, said, bold=chosen, middle=True)
        if errors := trace.runs[name].errors:
            said = words.ERRORS.format(count=errors)
            picture.text(picture.width - 8, label_y, said, anchor="end", fill="bad", middle=True)
