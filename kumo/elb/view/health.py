"""Picture of a target's life: its state, the health checks and what reaches it, on one time line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, wrap
from kumo.core.drawing.picture import Box, number
from kumo.elb.model.health import BROKEN, DRAINING, HEALTHY, REPAIRED, SLOW, UNHEALTHY, UNUSED
from kumo.elb.words import health as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.health import HealthTrace

FILLS = {
    HEALTHY: ("good-soft", "good"),
    BROKEN: ("bad", "bad"),
    UNHEALTHY: ("bad-soft", "bad"),
    REPAIRED: ("warn-soft", "warn"),
    SLOW: ("series-3-soft", "series-3"),
    DRAINING: ("series-6-soft", "series-6"),
    UNUSED: ("none", "faint"),
}
BADGE = 20
LINE = 20
# Seconds over which requests are averaged for the line.
WINDOW = 15


def draw(trace: HealthTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the time line, and a list of its phases below."""
    narrow = layout.narrow
    clock = Clock(0, trace.end, words.SECONDS, seconds=12)
    left, right = (30, layout.width - 10) if narrow else (46, layout.width - 16)
    band = Box(left, 56, right - left, 24)
    formula = wrap(words.formula(trace), layout.width - 20, layout.small)
    notes = [wrap(words.phase(trace, entry), _room(layout), layout.small) for entry in trace.phases]
    list_top = 316 + LINE * len(formula)
    extra = LINE if narrow else 0
    height = list_top + sum(extra + LINE * len(lines) + 6 for lines in notes) + 6
    picture = Picture(layout, height, title=words.TITLE, description=words.description(trace), clock=clock)
    picture.text(6, 16, words.STATE, bold=True)
    state = Plot(picture, band, (0, trace.end), (0, 1))
    _band(state, trace)
    picture.text(6, 108, words.CHECKS, bold=True)
    checks = state.subplot(118, 34, (0, 1))
    _checks(checks, trace)
    picture.text(6, 182, words.TRAFFIC, bold=True)
    traffic = state.subplot(194, 66, (0, 1.25))
    _traffic(traffic, trace)
    for plot in (state, checks, traffic):
        plot.playhead()
    for index, line in enumerate(formula):
        picture.text(10, 316 + index * LINE, line, bold=True, fill="bad" if trace.detected_at else "warn", middle=True)
    _list(picture, trace, notes, list_top)
    return picture


def _room(layout: Layout) -> float:
    return layout.width - 46 if layout.narrow else layout.width - 170


def _band(plot: Plot, trace: HealthTrace) -> None:
    """Draw the phases as a band, with numbers above that keep their distance from each other."""
    picture, area = plot.picture, plot.area
    centers = []
    for entry in trace.phases:
        fill, stroke = FILLS[entry.kind]
        x, width = plot.x(entry.start), plot.x(entry.end) - plot.x(entry.start)
        picture.rect(x, area.y, width, area.height, fill=fill, stroke=stroke, stroke_width=1)
        centers.append(x + width / 2)
    places: list[float] = []
    for center in centers:
        places.append(max(center, places[-1] + BADGE if places else 0))
    # What was pushed beyond the right edge goes back, and pushes the ones before it.
    limit = area.right - 4
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], limit)
        limit = places[index] - BADGE
    for index, (center, place) in enumerate(zip(centers, places, strict=True)):
        picture.line((place, area.y - 14), (center, area.y), stroke="faint")
        picture.text(place, area.y - 22, words.numbered(index), anchor="middle", middle=True)


def _checks(plot: Plot, trace: HealthTrace) -> None:
    """Draw a short stroke for each successful check, and a cross on a long one for each failed one."""
    picture, area = plot.picture, plot.area
    picture.line((area.x, area.bottom), (area.right, area.bottom), stroke="line")
    strokes = "".join(
        f"M{number(plot.x(check.sent))},{number(area.bottom)}v-10" for check in trace.checks if check.passed
    )
    picture.path(strokes, stroke="good", stroke_width=2)
    for check in trace.checks:
        if not check.passed:
            x = plot.x(check.sent)
            picture.line((x, area.bottom), (x, area.bottom - 16), stroke="bad", stroke_width=2)
            picture.cross(x, area.bottom - 22, 4, stroke="bad", stroke_width=2)
    # Beside the title, so that no stroke runs through the words.
    x = 6 + 13 * 8.2
    picture.text(x, area.y - 10, f"| {words.PASSED}", fill="good")
    picture.text(x + 56, area.y - 10, f"× {words.FAILED}", fill="bad")


def _traffic(plot: Plot, trace: HealthTrace) -> None:
    picture = plot.picture
    plot.y_axis([0, 1])
    points = []
    for entry in trace.phases:
        counts = [sum(pair) for pair in trace.sent[entry.start : entry.end]]
        step = min(WINDOW, len(counts))
        for start in range(0, len(counts), step):
            part = counts[start : start + step]
            # Within a phase the rate changes only while it starts slowly.
            mean = sum(part) / len(part)
            points += [(entry.start + start, mean), (entry.start + start + len(part), mean)]
    plot.curve(points, stroke="good", fill="good-soft", stroke_width=2)
    broken = next(entry for entry in trace.phases if entry.kind == BROKEN)
    x, width = plot.x(broken.start), plot.x(min(broken.end, trace.repaired_at)) - plot.x(broken.start)
    picture.rect(x, plot.y(1), width, plot.area.bottom - plot.y(1), fill="bad")
    said = words.LOST.format(errors=trace.errors)
    picture.text(x + width + 8, plot.area.bottom - 14, said, fill="bad", bold=True, halo=True)
    plot.x_axis(nice_ticks(0, trace.end, 3 if picture.layout.narrow else 6), words.TIME)


def _list(picture: Picture, trace: HealthTrace, notes: list[list[str]], top: float) -> None:
    narrow, y = picture.layout.narrow, top + 6
    for index, (entry, lines) in enumerate(zip(trace.phases, notes, strict=True)):
        fill, stroke = FILLS[entry.kind]
        with picture.group() as group:
            picture.rect(8, y - 2, 6, 14, fill=fill, stroke=stroke)
            picture.text(20, y + 5, words.numbered(index), middle=True)
            picture.text(40, y + 5, words.span(entry), fill="muted", middle=True)
            x = 40 if narrow else 160
            start = y + 5 + (LINE if narrow else 0)
            for at, line in enumerate(lines):
                picture.text(x, start + at * LINE, line, middle=True)
        picture.show(group, entry.start)
        y += (LINE if narrow else 0) + LINE * len(lines) + 6
