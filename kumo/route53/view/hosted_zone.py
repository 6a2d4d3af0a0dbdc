"""Picture of a hosted zone: its record sets as a table, and under it the way from a query to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, wrap
from kumo.core.drawing.picture import LINE_HEIGHT, Box
from kumo.route53.model.zone import NOERROR, OUTSIDE, REFERRAL
from kumo.route53.view.fitting import fitted, width_of
from kumo.route53.words import hosted_zone as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.route53.model.hosted_zone import HostedZoneTrace
    from kumo.route53.model.zone import Link, Problem, RecordSet

ROW = 25.0
SECONDS_PER_STEP = 1.4
# Values of an answer that are shown one under the other.
MOST_VALUES = 4


@dataclass(frozen=True)
class _Row:
    """A line of the table: a record set, or what is wrong with a line of the text."""

    line: int
    one: RecordSet | Problem


def draw(trace: HostedZoneTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the table above, the answer below."""
    small = layout.small
    rows = _rows(trace)
    heights = [_height(row, layout) for row in rows]
    top = 62.0
    table_height = sum(heights)
    below = top + table_height + 26
    values = _values(trace)
    line = small * LINE_HEIGHT
    way = sum(len(_follows(link, layout)) * line + 12 for link in trace.answer.links)
    height = below + 44 + way + 34 + len(values) * line + 8
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=_description(trace),
        clock=_clock(trace),
    )
    _head(picture, trace, len(rows))
    order = {(link.source, link.kind): number for number, link in enumerate(trace.answer.links, 1)}
    y = top
    for row, tall in zip(rows, heights, strict=True):
        _row(picture, trace, row, Box(4, y, layout.width - 8, tall), order)
        y += tall
    picture.line((4, y), (layout.width - 4, y))
    _way(picture, trace, Box(4, below, layout.width - 8, height - below - 4), values)
    return picture


def _follows(link: Link, layout: Layout) -> list[str]:
    """Return what a step does, in the lines that fit beside its number."""
    return wrap(words.follows(link), layout.width - 42, layout.small)


def _description(trace: HostedZoneTrace) -> str:
    grave = {one.line for one in trace.zone.problems if one.grave}
    return words.DESCRIPTION.format(
        origin=trace.zone.origin,
        sets=len(trace.zone.sets),
        problems=words.DESCRIBED_PROBLEMS.format(count=len(grave)) if grave else "",
        name=trace.answer.name,
        kind=trace.answer.kind,
        result=words.result(trace),
    )


def _clock(trace: HostedZoneTrace) -> Clock:
    links = trace.answer.links
    steps = [Step(0, words.STEP_ASK)]
    steps += [Step(number, words.follows(link)) for number, link in enumerate(links, 1)]
    steps.append(Step(len(links) + 1, words.STEP_ANSWER))
    end = len(links) + 2
    return Clock(0, end, words.STEPS, seconds=SECONDS_PER_STEP * end, steps=tuple(steps))


def _rows(trace: HostedZoneTrace) -> list[_Row]:
    found = [_Row(one.line, one) for one in trace.zone.sets] + [_Row(one.line, one) for one in trace.zone.problems]
    return sorted(found, key=lambda row: row.line)


def _height(row: _Row, layout: Layout) -> float:
    return 46.0 if layout.narrow and hasattr(row.one, "code") else ROW


def _columns(layout: Layout) -> tuple[float, float, float, float]:
    """Return the left edges of name, type, TTL (its right edge) and value."""
    return (30, 104, 190, 200) if layout.narrow else (34, 176, 342, 358)


def _head(picture: Picture, trace: HostedZoneTrace, count: int) -> None:
    layout = picture.layout
    title = words.HEAD.format(origin=trace.zone.origin.removesuffix("."))
    picture.text(6, 20, fitted(title, layout.width - 120, layout.body), size=layout.body, bold=True)
    grave = {one.line for one in trace.zone.problems if one.grave}
    told = words.REFUSED_HEAD + f" {len(grave)}" if grave else words.COUNT.format(count=count)
    picture.text(layout.width - 6, 20, told, fill="bad" if grave else "muted", anchor="end", bold=bool(grave))
    for label, x, anchor in zip(words.COLUMNS_SHOWN, _columns(layout), ("start", "start", "end", "start"), strict=True):
        picture.text(x, 48, label, fill="muted", anchor=anchor)


def _row(picture: Picture, trace: HostedZoneTrace, row: _Row, box: Box, order: dict[tuple[str, str], int]) -> None:
    picture.line((box.x, box.y), (box.right, box.y))
    if hasattr(row.one, "code"):
        _fault(picture, trace, row.one, box)
        return
    one: RecordSet = row.one
    number = order.get((one.name, one.kind))
    if number:
        with picture.group() as group:
            picture.rect(box.x, box.y + 1, box.width, box.height - 2, fill="good-soft", radius=4)
            picture.circle(box.x + 13, box.center[1], 9, fill="good")
            picture.text(
                box.x + 13, box.center[1], str(number), fill="surface", anchor="middle", bold=True, middle=True
            )
        picture.show(group, number)
    layout, small, middle = picture.layout, picture.layout.small, box.center[1]
    name_x, kind_x, ttl_x, value_x = _columns(layout)
    ink = "ink" if one.line else "muted"
    name = fitted(words.shown_name(one.name, trace.zone.origin), kind_x - name_x - 6, small, mono=True)
    picture.text(name_x, middle, name, mono=True, middle=True, fill=ink)
    kind = (words.ALIAS_SHORT if layout.narrow else words.ALIAS).format(kind=one.kind) if one.alias else one.kind
    picture.text(kind_x, middle, kind, bold=True, middle=True, fill="series-6" if one.alias else ink)
    if one.ttl is not None:
        picture.text(ttl_x, middle, f"{one.ttl}", anchor="end", middle=True, fill="muted")
    elif not layout.narrow:
        picture.text(ttl_x, middle, words.RESOURCE_TTL, anchor="end", middle=True, fill="muted")
    value = fitted(words.shown_value(one), box.right - value_x - 4, small, mono=True)
    picture.text(value_x, middle, value, mono=True, middle=True, fill=ink)


def _fault(picture: Picture, trace: HostedZoneTrace, fault: Problem, box: Box) -> None:
    layout, small = picture.layout, picture.layout.small
    tone = "bad" if fault.grave else "warn"
    picture.rect(box.x, box.y + 1, box.width, box.height - 2, fill=f"{tone}-soft", radius=4)
    middle = box.y + (14 if layout.narrow else box.height / 2)
    if fault.grave:
        picture.cross(box.x + 13, middle, 5)
    else:
        picture.text(box.x + 13, middle, "?", fill=tone, anchor="middle", bold=True, middle=True)
    name_x, kind_x, _, _ = _columns(layout)
    name = words.shown_name(fault.name, trace.zone.origin) if fault.name else words.LINE.format(line=fault.line)
    picture.text(
        name_x, middle, fitted(name, kind_x - name_x - 6, small, mono=bool(fault.name)), middle=True, mono=True
    )
    picture.text(kind_x, middle, fault.kind, bold=True, middle=True)
    told = words.problem(fault)
    line = words.LINE.format(line=fault.line)
    if fault.name:
        picture.text(box.right - 6, middle, line, fill="muted", anchor="end", middle=True)
    if layout.narrow:
        picture.text(name_x, box.y + 33, fitted(told, box.right - name_x - 4, small), fill=tone, middle=True)
    else:
        x = kind_x + 70
        picture.text(x, middle, fitted(told, box.right - x - width_of(line, small) - 16, small), fill=tone, middle=True)


def _values(trace: HostedZoneTrace) -> list[str]:
    """Return the records of the answer as lines, cut where there are many."""
    found = trace.answer
    if found.status == REFERRAL:
        return [value.text for value in found.links[-1].values][:MOST_VALUES]
    records = [f"{name} {ttl} {kind} {value.text}" for name, ttl, kind, value in found.records]
    return records[:MOST_VALUES]


def _way(picture: Picture, trace: HostedZoneTrace, box: Box, values: list[str]) -> None:
    """Draw the query, the steps through the zone and the answer, one under the other."""
    small = picture.layout.small
    found = trace.answer
    picture.rect(box.x, box.y, box.width, 32, fill="accent-soft", stroke="accent", radius=8)
    asked = words.QUERY.format(name=found.name, kind=found.kind)
    picture.text(box.x + 12, box.y + 16, fitted(asked, box.width - 24, small), bold=True, middle=True)
    y = box.y + 44
    for number, link in enumerate(found.links, 1):
        with picture.group() as group:
            tall = _link(picture, link, number, Box(box.x, y, box.width, 0))
        picture.show(group, number)
        y += tall + 12
    with picture.group() as group:
        good = found.status in (NOERROR, REFERRAL, OUTSIDE)
        tone = "good" if good else "bad"
        tall = 34 + len(values) * small * LINE_HEIGHT
        picture.rect(box.x, y, box.width, tall, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
        code = words.CODES[found.status]
        picture.text(box.x + 12, y + 17, code, fill=tone, bold=True, middle=True)
        used = width_of(code, small) * 1.06 + 24
        size = words.SIZE.format(size=trace.size)
        room = box.width - used - width_of(size, small) - 24
        picture.text(box.x + used, y + 17, fitted(words.result(trace), room, small), middle=True)
        picture.text(box.right - 10, y + 17, size, fill="muted", anchor="end", middle=True)
        for index, value in enumerate(values):
            shown = fitted(value, box.width - 24, small, mono=True)
            picture.text(box.x + 12, y + 36 + index * small * LINE_HEIGHT, shown, mono=True, middle=True)
    picture.show(group, len(found.links) + 1)


def _link(picture: Picture, link: Link, number: int, place: Box) -> float:
    """Draw one step; return its height."""
    line = picture.layout.small * LINE_HEIGHT
    picture.circle(place.x + 13, place.y + 9, 9, fill="good")
    picture.text(place.x + 13, place.y + 9, str(number), fill="surface", anchor="middle", bold=True, middle=True)
    texts = _follows(link, picture.layout)
    for index, text in enumerate(texts):
        picture.text(place.x + 30, place.y + 9 + index * line, text, middle=True)
    return len(texts) * line
