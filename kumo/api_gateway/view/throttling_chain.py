"""Picture of the throttling chain: streams of requests through three gates of buckets, and who was rejected when.

In the wide layout the streams run from left to right, in the narrow one from top to bottom. A stream is as
thick as its rate; a bucket spans the streams that share it. Below each gate stands what it rejected over time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import drawsvg

from kumo.api_gateway.model.throttling_chain import (
    ACCOUNT,
    HEAVY,
    LIGHT,
    OTHERS,
    RUSH,
    SLOT,
    Level,
    method_bucket,
    plan_bucket,
)
from kumo.api_gateway.model.token_bucket import SECOND, TOKEN
from kumo.api_gateway.words import throttling_chain as words
from kumo.core.drawing import Clock, Picture, Plot, color, nice_ticks, wrap
from kumo.core.drawing.picture import Box, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.api_gateway.model.throttling_chain import ChainTrace
    from kumo.core.drawing import Layout

TONES = {"free": "series-3", "standard": "series-6", "large": "series-4", OTHERS: "faint"}
# Rates are averaged over this many slots of the trace, for streams and for bars, and levels shown as often.
STEP = 2
# Counts move on in steps of this many slots while the picture plays.
COUNT_STEP = 10
LINE = 1.5
# Notes under the picture, in em.
LEADING = 1.45


def draw(trace: ChainTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    seconds = trace.duration / SECOND
    outcome = "".join(
        words.OUTCOME.format(
            name=words.NAMES[source],
            arrived=trace.arrived(source) * trace.unit,
            passed=trace.passed(source) * trace.unit,
        )
        for source in words.clients(trace)
    )
    notes = _notes(trace, layout)
    picture = Picture(
        layout,
        (768 if layout.narrow else 600) + len(notes) * layout.small * LEADING,
        title=words.TITLE,
        description=words.DESCRIPTION.format(outcome=outcome),
        clock=Clock(0, seconds, words.SECONDS, seconds=12),
    )
    flow = _Flow(picture, trace)
    (_Narrow if layout.narrow else _Wide)(flow).draw(notes)
    return picture


def still_time(trace: ChainTrace) -> int:
    """Return the moment whose bucket levels the still shows: the end of the rush, or of all when there is none."""
    return RUSH[1] if trace.arrived(OTHERS) else trace.duration


class _Flow:
    """What both layouts need: rates, counts and levels over time, and the shapes that show them."""

    def __init__(self, picture: Picture, trace: ChainTrace) -> None:
        self.picture, self.trace = picture, trace
        self.still = still_time(trace)
        #: By source, the units that come as far as each segment, per step of time.
        self.reached = {source: [_steps(row, STEP) for row in _reached(trace, source)] for source in trace.sources}
        self.peak = max((max(rows[0]) for rows in self.reached.values()), default=0) or 1

    def thickness(self, units: float, steps: int, room: float) -> float:
        """Return how thick a stream of `units` in that many steps is, where the thickest takes `room`."""
        return max(LINE, units / steps / self.peak * room) if units else 0

    def stream(
        self, source: str, segment: int, start: tuple[float, float], end: tuple[float, float], room: float
    ) -> None:
        """Draw the part of a source's stream that comes before gate `segment` + 1 (3: behind the last gate)."""
        self._band(source, self.reached[source][segment], f"M{_xy(start)} L{_xy(end)}", TONES[source], room)

    def fall(self, source: str, level: Level, x: float, y: float, room: float) -> None:
        """Draw what a gate rejects of a stream: a branch that falls off it, its end at (x, y + 22)."""
        rows = _steps(self.trace.slots[source][level], STEP)
        self._band(
            source, rows, f"M{_xy((x - 16, y))} Q{_xy((x, y))} {_xy((x, y + 16))} L{_xy((x, y + 22))}", "bad", room
        )

    def _band(self, source: str, units: Sequence[int], path: str, tone: str, room: float) -> None:
        if not sum(units):
            return
        # The still shows the mean rate over the time in which the source sends at all.
        width = number(self.thickness(sum(units), sum(map(bool, self.reached[source][0])), room))
        band = self.picture.add(drawsvg.Path(path, stroke=color(tone), stroke_width=width, fill="none"))
        keys = [
            ((index + 0.5) * STEP * SLOT / SECOND, number(self.thickness(count, 1, room)))
            for index, count in enumerate(units)
        ]
        self.picture.track(band, "stroke-width", _thin(keys), smooth=True)

    def gauge(self, bucket: str, inside: Box, *, lying: bool = False) -> None:
        """Draw a bucket whose filling stands as high (or, lying, reaches as far) as its tokens."""
        picture, limit = self.picture, self.trace.limits[bucket]
        # What falls short of a whole token lets nothing pass, and is not shown.
        levels = [level // TOKEN / limit.burst for level in self.trace.levels[bucket][::STEP]]
        picture.rect(inside.x, inside.y, inside.width, inside.height, fill="raised", radius=4)
        now = levels[self.still // (STEP * SLOT)]
        times = [index * STEP * SLOT / SECOND for index in range(len(levels))]
        if lying:
            filling = picture.rect(inside.x, inside.y, inside.width * now, inside.height, fill="tokens")
            self._follow(
                filling, "width", [(time, inside.width * level) for time, level in zip(times, levels, strict=True)]
            )
        else:
            height = inside.height * now
            filling = picture.rect(inside.x, inside.bottom - height, inside.width, height, fill="tokens")
            tall = [(time, inside.height * level) for time, level in zip(times, levels, strict=True)]
            self._follow(filling, "height", tall)
            self._follow(filling, "y", [(time, inside.bottom - height) for time, height in tall])
        picture.rect(
            inside.x - 1, inside.y - 1, inside.width + 2, inside.height + 2, stroke="muted", stroke_width=2.5, radius=5
        )

    def _follow(self, element: drawsvg.DrawingElement, attribute: str, keys: list[tuple[float, float]]) -> None:
        self.picture.track(element, attribute, _thin([(t, number(round(v, 1))) for t, v in keys]), smooth=True)

    def count(self, units: Sequence[int], x: float, y: float, pattern: str, **style: object) -> None:
        """Write how many requests (per slot: `units`) it has been so far; the still shows all."""
        total, keys, so_far = sum(units), [(0.0, 0)], 0
        for index in range(0, len(units), COUNT_STEP):
            so_far += sum(units[index : index + COUNT_STEP])
            keys.append(((index + COUNT_STEP) * SLOT / SECOND, so_far))
        texts = [(time, pattern.format(count=value * self.trace.unit) if value else "") for time, value in keys]
        self.picture.ticker(x, y, texts, pattern.format(count=total * self.trace.unit), **style)

    def rejected(self, source: str, level: Level, x: float, y: float, anchor: str) -> None:
        """Write how many of a source's requests a gate answered with 429, if any."""
        if self.trace.rejected(source, level):
            units = self.trace.slots[source][level]
            self.count(units, x, y, words.REJECTED, fill="bad", bold=True, anchor=anchor)

    def bars(self, level: Level, area: Box, top: float, ticks: Sequence[float]) -> None:
        """Draw what a gate rejected over time, stacked by source."""
        plot = Plot(self.picture, area, (0, self.trace.duration / SECOND), (0, top))
        picture = self.picture
        if self.trace.arrived(OTHERS):
            left, right = (plot.x(time / SECOND) for time in RUSH)
            picture.rect(left, area.y, right - left, area.height, fill="warn-soft")
        for tick in ticks:
            picture.line((area.x, plot.y(tick)), (area.right, plot.y(tick)))
        rows = {source: _steps(self.trace.slots[source][level], STEP) for source in self.trace.sources}
        wide = area.width / len(next(iter(rows.values())))
        floor = [0] * len(next(iter(rows.values())))
        for source, units in rows.items():
            # One path for each source: hundreds of rectangles would make the picture heavy.
            path = ""
            for index, count in enumerate(units):
                if count:
                    x, base = area.x + index * wide + 0.5, plot.y(floor[index] * self.trace.unit)
                    floor[index] += count
                    tip = plot.y(floor[index] * self.trace.unit)
                    path += f"M{_xy((x, base))}V{number(tip)}h{number(wide - 1)}V{number(base)}z"
            if path:
                picture.path(path, fill=TONES[source])
        picture.line((area.x, area.bottom), (area.right, area.bottom), stroke="faint", stroke_width=1.5)
        plot.playhead()

    def highest(self) -> tuple[float, list[float]]:
        """Return the top of the bars' axis (requests in one step), the same for all gates, and its ticks."""
        most = max(
            sum(column)
            for level in Level
            for column in zip(
                *(_steps(self.trace.slots[source][level], STEP) for source in self.trace.sources), strict=True
            )
        )
        highest = max(most, 1) * self.trace.unit
        # Room above the highest bar, for the axis values under the gate's verdict.
        return highest * 1.25, nice_ticks(0, highest, 2)[1:]

    def times(self, area: Box, *, last: bool) -> None:
        """Write the seconds under an axis; the last one carries the unit."""
        end = round(self.trace.duration / SECOND)
        for time in range(0, end + 1 if last else end, 2):
            x = area.x + area.width * time / end
            label = words.SECOND_TICK.format(time=time) if time == end else f"{time}"
            anchor = "end" if time == end else "middle" if time else "start"
            self.picture.text(x, area.bottom + 18, label, fill="muted", anchor=anchor)

    def ticks(self, area: Box, top: float, ticks: Sequence[float]) -> None:
        """Write the values of the bars' axis at its left."""
        for tick in ticks:
            y = area.bottom - tick / top * area.height
            self.picture.text(area.x - 6, y, f"{tick:,}", fill="muted", anchor="end", middle=True)

    def reading(self, x: float, y: float) -> None:
        """Write how the counts and levels are to be read: as the still, or while the picture plays."""
        still = words.HOW_TO_READ.format(time=self.still / SECOND)
        self.picture.ticker(x, y, [(0, words.HOW_TO_READ_PLAYING)], still, fill="muted")

    def key(self, x: float, y: float, *, lines: bool = False) -> None:
        """Draw what the colours of the bars mean, from (x, y), the rush beside or below."""
        shown = [source for source in self.trace.sources if self.trace.arrived(source)]
        after = self.picture.legend(x, y, [(TONES[source], words.SHORT[source]) for source in shown])
        if OTHERS in shown:
            self.picture.legend(*((x, y + 20) if lines else (after, y)), [("warn-soft", words.RUSH_KEY)])


class _Wide:
    """Streams from left to right; a column for each gate."""

    lanes = (92, 170, 248, 348)
    columns = {  # noqa: RUF012 -- a constant
        Level.PLAN: Box(106, 4, 166, 322),
        Level.METHOD: Box(280, 4, 172, 322),
        Level.ACCOUNT: Box(460, 4, 150, 430),
    }
    # Where a stream turns thinner: at the middle of the gate's first bucket.
    turns = (247, 380, 576)
    begin, end, room = 96, 628, 32

    def __init__(self, flow: _Flow) -> None:
        self.flow, self.picture, self.trace = flow, flow.picture, flow.trace

    def draw(self, notes: list[str]) -> None:
        """Draw everything."""
        for level, box in self.columns.items():
            self.picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke="line", radius=8)
            self.picture.text(box.x + 12, 26, words.GATES[level], bold=True)
            self.picture.text(box.x + 12, 46, words.SHARED[level], fill="muted")
        self.picture.text(636, 26, words.BACKEND, bold=True)
        self.picture.text(636, 46, words.OF_WHAT, fill="muted")
        for source, y in zip(self.trace.sources, self.lanes, strict=True):
            self._lane(source, y)
        self._gate_buckets()
        self._bars()
        self.flow.reading(4, 588)
        for index, note in enumerate(notes, 1):
            self.picture.text(4, 588 + index * 14 * LEADING, note, fill="muted")

    def _lane(self, source: str, y: float) -> None:
        flow, picture = self.flow, self.picture
        picture.text(4, y - 3, words.NAMES[source], bold=True)
        picture.text(4, y + 16, words.PER_SECOND.format(rate=_load(self.trace, source)), fill="muted")
        stops = (self.begin, *self.turns, self.end)
        if source == OTHERS:
            picture.text(4, y + 35, words.DURING_RUSH, fill="muted")
            flow.stream(source, 2, (stops[0], y), (stops[3], y), self.room)
        else:
            for segment in range(3):
                flow.stream(source, segment, (stops[segment], y), (stops[segment + 1], y), self.room)
        flow.stream(source, 3, (stops[3], y), (stops[4], y), self.room)
        for level, x in ((Level.PLAN, self._first_plan(source) - 11), (Level.METHOD, 357), (Level.ACCOUNT, 545)):
            flow.fall(source, level, x, y, self.room)
            flow.rejected(source, level, x + 5, y + 37, "end")
        if self.trace.arrived(source):
            arrived = self.trace.arrived(source) * self.trace.unit
            flow.count(self.trace.slots[source][None], 636, y - 2, words.PASSED, bold=True)
            picture.text(636, y + 17, words.ARRIVED.format(count=arrived), fill="muted")

    def _first_plan(self, source: str) -> float:
        return 202 if plan_bucket(source, HEAVY) in self.trace.limits else 232

    def _gate_buckets(self) -> None:
        flow, picture, limits, unit = self.flow, self.picture, self.trace.limits, self.trace.unit
        for source, y in zip(words.clients(self.trace), self.lanes, strict=False):
            bucket, special = plan_bucket(source), plan_bucket(source, HEAVY)
            if bucket not in limits:
                picture.text(self.turns[0], y - 22, words.NO_LIMIT, fill="muted", anchor="middle")
                continue
            rate = words.PER_SECOND.format(rate=limits[bucket].rate * unit)
            right = self.columns[Level.PLAN].right - 8
            if special in limits:
                flow.gauge(special, Box(203, y - 18, 18, 36))
                rate = f"{HEAVY} {limits[special].rate * unit:,} / {limits[bucket].rate * unit:,}"
            picture.text(right, y - 24, rate, fill="muted", anchor="end")
            flow.gauge(bucket, Box(233, y - 18, 28, 36))
        top, bottom = self.lanes[0] - 24, self.lanes[2] + 24
        for method, x in ((LIGHT, 380), (HEAVY, 430)):
            bucket = method_bucket(method)
            flow.gauge(bucket, Box(x - 12, top, 24, bottom - top))
            picture.text(x, bottom + 20, method, anchor="middle")
            picture.text(x, bottom + 38, f"{limits[bucket].rate * unit:,}", fill="muted", anchor="middle")
        flow.gauge(ACCOUNT, Box(556, top, 40, self.lanes[3] + 22 - top))
        rate = words.PER_SECOND.format(rate=limits[ACCOUNT].rate * unit)
        size = words.BURST_SIZE.format(burst=limits[ACCOUNT].burst * unit)
        for index, line in enumerate((rate, size)):
            right, y = self.columns[Level.ACCOUNT].right - 8, self.lanes[3] + 58 + index * 18
            picture.text(right, y, line, fill="muted", anchor="end")

    def _bars(self) -> None:
        picture, (top, ticks) = self.picture, self.flow.highest()
        areas = {level: Box(box.x, 468, box.width, 52) for level, box in self.columns.items()}
        for index, line in enumerate(words.PER_SLOT):
            picture.text(4, 444 + index * 17, line, fill="muted")
        for level, area in areas.items():
            self.flow.bars(level, area, top, ticks)
            tone = _verdict_tone(self.trace, level)
            picture.text(area.x, 457, words.verdict(self.trace, level), size=15, bold=True, fill=tone)
            self.flow.times(area, last=level is Level.ACCOUNT)
        self.flow.ticks(areas[Level.PLAN], top, ticks)
        self.flow.key(4, 558)


class _Narrow:
    """Streams from top to bottom; a row for each gate."""

    lanes = (46, 126, 206, 286)
    begin, room, gap = 40, 40, 26
    tops = {Level.PLAN: 64, Level.METHOD: 190, Level.ACCOUNT: 306}  # noqa: RUF012 -- a constant
    heights = {Level.PLAN: 100, Level.METHOD: 90, Level.ACCOUNT: 72}  # noqa: RUF012 -- a constant

    def __init__(self, flow: _Flow) -> None:
        self.flow, self.picture, self.trace = flow, flow.picture, flow.trace

    def draw(self, notes: list[str]) -> None:
        """Draw everything."""
        bottoms = [self.tops[level] + self.heights[level] for level in Level]
        starts = [self.begin, *bottoms]
        ends = [*self.tops.values(), bottoms[-1] + self.gap]
        for source, x in zip(self.trace.sources, self.lanes, strict=True):
            self.picture.text(x, 14, words.NAMES[source], bold=True, anchor="middle")
            load = words.PER_SECOND.format(rate=_load(self.trace, source))
            self.picture.text(x, 32, load, fill="muted", anchor="middle")
            if source == OTHERS:
                self.picture.text(x, 50, words.DURING_RUSH, fill="muted", anchor="middle")
                self.flow.stream(source, 2, (x, 58), (x, ends[2]), self.room)
            else:
                for segment in range(3):
                    self.flow.stream(source, segment, (x, starts[segment]), (x, ends[segment]), self.room)
            self.flow.stream(source, 3, (x, starts[3]), (x, ends[3]), self.room)
            if self.trace.arrived(source):
                arrived = words.ARRIVED.format(count=self.trace.arrived(source) * self.trace.unit)
                passed = self.trace.slots[source][None]
                self.flow.count(passed, x, ends[3] + 16, words.PASSED, bold=True, anchor="middle")
                self.picture.text(x, ends[3] + 34, arrived, fill="muted", anchor="middle")
        for level in Level:
            self._gate(level)
        self._bars(ends[3] + 66)
        self.flow.reading(4, 754)
        for index, note in enumerate(notes, 1):
            self.picture.text(4, 754 + index * 13 * LEADING, note, fill="muted")

    def _gate(self, level: Level) -> None:
        picture, top, height = self.picture, self.tops[level], self.heights[level]
        width = 320 if level is Level.ACCOUNT else 242
        picture.rect(4, top, width, height, fill="raised", stroke="line", radius=8)
        picture.text(12, top + 18, words.GATES[level], bold=True)
        note = words.SHARED[level]
        if level is Level.PLAN:
            special = [limit for name, limit in self.trace.limits.items() if name in self._special()]
            # Every plan has the same limit for the heavy method, so it can stand in the gate's own line.
            if special:
                note = words.PLAN_METHOD.format(method=HEAVY, rate=special[0].rate * self.trace.unit)
        picture.text(4 + width - 8, top + 18, note, fill="muted", anchor="end")
        for source, x in zip(self.trace.sources, self.lanes, strict=True):
            self.flow.rejected(source, level, x, top + height - 8, "middle")
        {Level.PLAN: self._plans, Level.METHOD: self._methods, Level.ACCOUNT: self._account}[level](top)

    def _special(self) -> set[str]:
        return {plan_bucket(source, HEAVY) for source in words.clients(self.trace)}

    def _plans(self, top: float) -> None:
        limits, unit = self.trace.limits, self.trace.unit
        for source, x in zip(words.clients(self.trace), self.lanes, strict=False):
            bucket, special = plan_bucket(source), plan_bucket(source, HEAVY)
            rate = words.NO_LIMIT
            if bucket in limits:
                rate = words.PER_SECOND.format(rate=limits[bucket].rate * unit)
                self.flow.gauge(bucket, Box(x - 14, top + 28, 28, 30))
            if special in limits:
                self.flow.gauge(special, Box(x - 32, top + 28, 12, 30))
            self.picture.text(x, top + 74, rate, fill="muted", anchor="middle")

    def _methods(self, top: float) -> None:
        for index, method in enumerate((LIGHT, HEAVY)):
            bucket, y = method_bucket(method), top + 36 + index * 20
            rate = self.trace.limits[bucket].rate * self.trace.unit
            label = words.METHOD_RATE.format(method=method, rate=rate)
            self.picture.text(12, y, label, fill="muted", middle=True)
            self.flow.gauge(bucket, Box(140, y - 6, 98, 12), lying=True)

    def _account(self, top: float) -> None:
        rate = words.PER_SECOND.format(rate=self.trace.limits[ACCOUNT].rate * self.trace.unit)
        self.picture.text(12, top + 37, rate, fill="muted", middle=True)
        self.flow.gauge(ACCOUNT, Box(106, top + 30, 210, 14), lying=True)

    def _bars(self, y: float) -> None:
        picture, (top, ticks) = self.picture, self.flow.highest()
        picture.text(4, y, words.PER_SLOT_LINE, fill="muted")
        for index, level in enumerate(Level):
            area = Box(52, y + 30 + index * 68, 268, 36)
            label = words.AT_GATE.format(
                gate=words.GATES[level].partition(" ")[0], verdict=words.verdict(self.trace, level)
            )
            picture.text(4, area.y - 8, label, bold=True, fill=_verdict_tone(self.trace, level))
            self.flow.bars(level, area, top, ticks)
            self.flow.ticks(area, top, ticks[-1:])

        self.flow.times(area, last=True)
        self.flow.key(4, area.bottom + 38, lines=True)


def _verdict_tone(trace: ChainTrace, level: Level) -> str:
    return "bad" if any(trace.rejected(source, level) for source in words.clients(trace)) else "muted"


def _load(trace: ChainTrace, source: str) -> int:
    """Return the requests per second of a source while it sends."""
    length = RUSH[1] - RUSH[0] if source == OTHERS else trace.duration
    return trace.arrived(source) * trace.unit * SECOND // length


def _notes(trace: ChainTrace, layout: Layout) -> list[str]:
    """Return the lines under the picture: what is assumed, what is left out."""
    notes = (words.assumption(trace), words.LAST_LEVEL)
    return [line for note in notes for line in wrap(note, layout.width - 8, layout.small)]


def _reached(trace: ChainTrace, source: str) -> list[list[int]]:
    """Return the units of a source per slot before gates 1, 2 and 3, and behind the last."""
    fates: list[Level | None] = [Level.PLAN, Level.METHOD, Level.ACCOUNT, None]
    rows = [trace.slots[source][fate] for fate in fates]
    return [[sum(column) for column in zip(*rows[index:], strict=True)] for index in range(len(rows))]


def _steps(units: Sequence[int], size: int) -> list[int]:
    return [sum(units[index : index + size]) for index in range(0, len(units), size)]


def _thin(keys: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out keys between two of the same value, which change nothing."""
    return [
        key
        for index, key in enumerate(keys)
        if index in (0, len(keys) - 1) or not keys[index - 1][1] == key[1] == keys[index + 1][1]
    ]


def _xy(point: tuple[float, float]) -> str:
    return f"{number(point[0])},{number(point[1])}"
