"""Picture of a query between a VPC, an on-premises network and the Internet, and of what the Resolver weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import Box
from kumo.route53.model.names import ROOT
from kumo.route53.model.resolver_rules import (
    ANSWERED,
    EC2,
    INBOUND,
    NO_WAY,
    OFFICE,
    ON_PREMISES,
    OUTBOUND,
    OUTSIDE,
    PRIVATE,
    PUBLIC,
    RESOLVER,
)
from kumo.route53.view.fitting import fitted
from kumo.route53.words import resolver_rules as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.route53.model.resolver_rules import Hop, RulesTrace

SECONDS_PER_STEP = 1.2
ROW = 26.0
VPC, SITE = "vpc", "site"

WIDE = {
    PUBLIC: Box(400, 6, 180, 40),
    OUTSIDE: Box(624, 6, 92, 40),
    VPC: Box(4, 78, 420, 216),
    EC2: Box(18, 136, 88, 56),
    RESOLVER: Box(152, 136, 126, 56),
    PRIVATE: Box(140, 234, 150, 48),
    INBOUND: Box(332, 122, 78, 48),
    OUTBOUND: Box(332, 234, 78, 48),
    SITE: Box(476, 78, 240, 216),
    ON_PREMISES: Box(490, 150, 94, 56),
    OFFICE: Box(628, 150, 78, 56),
}
NARROW = {
    PUBLIC: Box(4, 4, 166, 40),
    OUTSIDE: Box(236, 4, 88, 40),
    VPC: Box(24, 82, 300, 206),
    EC2: Box(34, 112, 66, 52),
    RESOLVER: Box(146, 112, 116, 52),
    INBOUND: Box(34, 222, 60, 52),
    PRIVATE: Box(132, 222, 92, 52),
    OUTBOUND: Box(256, 222, 60, 52),
    SITE: Box(24, 330, 300, 104),
    ON_PREMISES: Box(56, 344, 96, 52),
    OFFICE: Box(218, 344, 96, 52),
}
# Where a phone has room for the way from the on-premises server to the Internet: left of the VPC.
GUTTER = 13.0
# Every way that a query can take.
EDGES = (
    (EC2, RESOLVER),
    (RESOLVER, PRIVATE),
    (RESOLVER, PUBLIC),
    (RESOLVER, OUTBOUND),
    (OUTBOUND, ON_PREMISES),
    (ON_PREMISES, INBOUND),
    (INBOUND, RESOLVER),
    (OFFICE, ON_PREMISES),
    (ON_PREMISES, PUBLIC),
    (OUTSIDE, PUBLIC),
)


def draw(trace: RulesTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the networks above, the candidates and the result below."""
    places = NARROW if layout.narrow else WIDE
    top = places[SITE].bottom + 26
    tall = ROW + len(trace.candidates) * (ROW * 1.7 if layout.narrow else ROW)
    picture = Picture(
        layout,
        top + tall + 66,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            asker=words.ASKERS[trace.asker], name=trace.name, way=words.way(trace), result=words.result(trace)
        ),
        clock=_clock(trace),
    )
    container(picture, places[VPC], words.VPC, fill="panel")
    site = places[SITE]
    # Ways cross its upper edge, so that its name stands where none do.
    container(picture, site, "", fill="panel")
    picture.text(site.x + 12, site.bottom - 19, words.SITE, bold=True, middle=True)
    used = {(hop.start, hop.end): number for number, hop in enumerate(trace.hops, 1)}
    for start, end in EDGES:
        if (start, end) not in used and _exists(trace, start) and _exists(trace, end):
            picture.path(_points(places, start, end, layout), stroke="line", stroke_width=1.5)
    for place in words.PLACES:
        _place(picture, trace, place, places[place])
    for number, hop in enumerate(trace.hops, 1):
        _hop(picture, trace, hop, number, places)
    _weighed(picture, trace, Box(4, top, layout.width - 8, tall))
    _result(picture, trace, Box(4, top + tall + 8, layout.width - 8, 54))
    return picture


def _clock(trace: RulesTrace) -> Clock:
    steps = [Step(0, words.STEP_ASK)]
    steps += [
        Step(number, words.STEP_GO.format(start=words.PLACES[hop.start], end=words.PLACES[hop.end]))
        for number, hop in enumerate(trace.hops, 1)
    ]
    end = len(trace.hops) + 1
    steps.append(Step(end, words.STEP_ANSWER))
    return Clock(0, end + 1, words.STEPS, seconds=SECONDS_PER_STEP * (end + 1), steps=tuple(steps))


def _points(places: dict[str, Box], start: str, end: str, layout: Layout) -> list[Point]:
    """Return the way from one place to another, from edge to edge."""
    one, other = places[start], places[end]
    if layout.narrow and (start, end) == (ON_PREMISES, PUBLIC):
        y = one.center[1]
        return [(one.x, y), (GUTTER, y), (GUTTER, other.bottom)]
    return [_edge(one, other.center), _edge(other, one.center)]


def _edge(box: Box, to: Point) -> Point:
    (x, y), (dx, dy) = box.center, (to[0] - box.center[0], to[1] - box.center[1])
    scale = min(box.width / 2 / abs(dx) if dx else 9e9, box.height / 2 / abs(dy) if dy else 9e9)
    return x + dx * scale, y + dy * scale


def _exists(trace: RulesTrace, place: str) -> bool:
    setting = trace.setting
    if place == PRIVATE:
        return bool(setting.zones) and setting.dns
    return {INBOUND: setting.inbound, OUTBOUND: setting.outbound}.get(place, True)


def _place(picture: Picture, trace: RulesTrace, place: str, box: Box) -> None:
    passed = {hop.start for hop in trace.hops} | {hop.end for hop in trace.hops}
    there = _exists(trace, place)
    lit = place in passed and there
    good = trace.status == ANSWERED
    tone = ("good" if good else "bad") if place == trace.source else "accent"
    note = words.NOTES.get(place, "") if there else words.MISSING
    picture.box(
        box.x, box.y, box.width, box.height, words.PLACES[place], note=note,
        fill=f"{tone}-soft" if lit else "raised" if there else "none", stroke=tone if lit else "faint",
        ink="ink" if there else "muted", dash=None if there else "5 4", bold=lit,
    )  # fmt: skip


def _hop(picture: Picture, trace: RulesTrace, hop: Hop, number: int, places: dict[str, Box]) -> None:
    points = _points(places, hop.start, hop.end, picture.layout)
    lost = trace.status == NO_WAY and number == len(trace.hops)
    tone = "bad" if lost else "accent"
    (x1, y1), (x2, y2) = points[-2:]
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    with picture.group() as group:
        picture.path(points[:-1], stroke=tone, stroke_width=2.5)
        picture.arrow(points[-2], points[-1], stroke=tone, stroke_width=2.5, head=9)
        if lost:
            picture.cross(*middle, 8, stroke_width=3)
        else:
            picture.circle(*middle, 10, fill=tone)
            picture.text(*middle, str(number), fill="surface", anchor="middle", bold=True, middle=True)
    picture.show(group, number)
    (x, y), legs = points[0], len(points) - 1
    point = picture.circle(x, y, 6, fill=tone, hidden=True)
    picture.show(point, number, number + 1)
    picture.move(point, [(number + 0.8 * leg / legs, (px - x, py - y)) for leg, (px, py) in enumerate(points)])


def _weighed(picture: Picture, trace: RulesTrace, box: Box) -> None:
    """List what the Resolver weighs, the chosen one marked."""
    layout, small = picture.layout, picture.layout.small
    if not trace.candidates:
        picture.text(box.x + 2, box.y + 8, words.NOT_ASKED, fill="muted", bold=True)
        return
    picture.text(box.x + 2, box.y + 8, words.WEIGHED, bold=True)
    moment = next(number for number, hop in enumerate(trace.hops, 1) if hop.end == RESOLVER)
    tall = (box.height - ROW) / len(trace.candidates)
    for index, one in enumerate(trace.candidates):
        y = box.y + ROW - 8 + index * tall
        chosen = one == trace.chosen
        if chosen:
            mark = picture.rect(box.x, y, box.width, tall - 2, fill="accent-soft", stroke="accent", radius=5)
            picture.show(mark, moment + 0.5)
        ink = "ink" if chosen else "muted"
        first = y + (tall - 2) / 2 if not layout.narrow else y + 12
        second = first if not layout.narrow else y + 32
        kind = words.KINDS[one.action]
        # A long domain gives way to what kind of thing it is.
        room = (box.width - 32 - text_width(kind, small) * 1.06) if layout.narrow else 196
        domain = fitted(words.domain_shown(one.domain), room, small, mono=True)
        picture.text(box.x + 10, first, domain, mono=True, middle=True, fill=ink, bold=chosen)
        if layout.narrow:
            picture.text(box.right - 10, first, kind, anchor="end", middle=True, fill=ink)
        else:
            picture.text(box.x + 220, first, kind, middle=True, fill=ink)
        x, anchor = (box.x + 10, "start") if layout.narrow else (box.right - 10, "end")
        told = words.verdict(trace, one)
        tone = "accent" if chosen else "muted"
        judged = picture.text(x, second, told, anchor=anchor, middle=True, fill=tone, bold=chosen)
        picture.show(judged, moment + 0.5)


def _result(picture: Picture, trace: RulesTrace, box: Box) -> None:
    small = picture.layout.small
    tone = "good" if trace.status == ANSWERED else "bad"
    name = words.domain_shown(trace.name)
    source = words.SOURCES.get(trace.source, "")
    told = words.BY.format(source=source, zone=words.domain_shown(trace.zone)) if source else words.NOBODY
    if trace.zone == ROOT:
        told = words.BY_ALL.format(source=source)
    with picture.group() as group:
        picture.rect(box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
        text = fitted(words.result(trace), box.width - 30, small)
        picture.text(box.x + 12, box.y + 17, text, fill=tone, bold=True, middle=True)
        if not picture.layout.narrow:
            room = box.width - 60 - text_width(text, small) * 1.06
            shown = fitted(name, room, small, mono=True)
            picture.text(box.right - 12, box.y + 17, shown, mono=True, anchor="end", middle=True)
        picture.text(box.x + 12, box.y + 38, fitted(told, box.width - 24, small), fill="muted", middle=True)
    picture.show(group, len(trace.hops) + 1)
