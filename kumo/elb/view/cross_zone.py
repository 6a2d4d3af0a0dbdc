"""Picture of cross-zone load balancing: from DNS over the nodes to a bar for every target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import Box
from kumo.elb.model.cross_zone import NOTED, SENT
from kumo.elb.words import cross_zone as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.elb.model.cross_zone import CrossZoneTrace, Zone

# A bar that reaches this part of its room touches the words above it.
ROOM = 1.12
WIDEST_BAR = 34


def draw(trace: CrossZoneTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: zones below each other, nodes beside or (narrow) above their targets."""
    narrow = layout.narrow
    top, row, gap = (76, 166, 10) if narrow else (8, 128, 12)
    height = top + len(trace.zones) * (row + gap) + (44 if narrow else 26)
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, SENT, words.REQUESTS, seconds=6),
    )
    left = 26 if narrow else 306
    frames = [Box(left, top + index * (row + gap), layout.width - left - 6, row) for index in range(len(trace.zones))]
    if narrow:
        source = Box(6, 6, layout.width - 12, 62)
    else:
        middle = (frames[0].y + frames[-1].bottom) / 2
        source = Box(6, middle - 42, 106, 84)
    load = f"{trace.load}{words.PER_SECOND}"
    picture.box(
        source.x, source.y, source.width, source.height, f"{words.CLIENTS} {load}", note=_note(trace, narrow=narrow)
    )
    if narrow:
        _rail(picture, trace, source, frames)
    nodes = [_node(picture, zone, frame) for zone, frame in zip(trace.zones, frames, strict=True)]
    if not narrow:
        _arrows(picture, trace, source, nodes, frames)
    for zone, frame in zip(trace.zones, frames, strict=True):
        _zone(picture, trace, zone, frame)
    _legend(picture, frames[-1].bottom + 20)
    return picture


def _note(trace: CrossZoneTrace, *, narrow: bool) -> str:
    if narrow:
        return words.BY_DNS_AND_NODES.format(reach=words.TO_ALL if trace.cross else words.TO_OWN)
    return words.BY_DNS


def _rail(picture: Picture, trace: CrossZoneTrace, source: Box, frames: list[Box]) -> None:
    """Lead from the clients to every zone that DNS knows, along the left edge."""
    reached = [frame.y + 40 for zone, frame in zip(trace.zones, frames, strict=True) if zone.dns]
    picture.line((14, source.bottom), (14, reached[-1]), stroke="muted", stroke_width=1.5)
    for y in reached:
        picture.arrow((14, y), (frames[0].x - 1, y), stroke="muted")


def _node(picture: Picture, zone: Zone, frame: Box) -> Box:
    said = words.FROM_DNS.format(share=words.percent(zone.dns)) if zone.dns else words.OUT_OF_DNS
    if picture.layout.narrow:
        # The node's line stands inside the zone's frame.
        return frame
    tone = "accent" if zone.dns else "faint"
    return picture.box(
        132,
        frame.y + frame.height / 2 - 30,
        108,
        60,
        words.NODE.format(name=zone.name),
        note=said,
        stroke=tone,
        dash=None if zone.dns else "5 4",
    )


def _arrows(picture: Picture, trace: CrossZoneTrace, source: Box, nodes: list[Box], frames: list[Box]) -> None:
    for zone, node, own in zip(trace.zones, nodes, frames, strict=True):
        if not zone.dns:
            continue
        picture.arrow(source.middle_right, (node.x - 2, node.middle_left[1]), stroke="muted", stroke_width=2)
        for other, frame in zip(trace.zones, frames, strict=True):
            if other.healthy and (trace.cross or frame is own):
                tone = "muted" if frame is own else "series-4"
                picture.arrow(node.middle_right, (frame.x - 2, frame.middle_left[1]), stroke=tone, stroke_width=1.5)


def _zone(picture: Picture, trace: CrossZoneTrace, zone: Zone, frame: Box) -> None:
    narrow, size = picture.layout.narrow, picture.layout.small
    label = words.ZONE.format(name=zone.name, count=zone.targets)
    note = ""
    if narrow:
        note = words.FROM_DNS.format(share=words.percent(zone.dns)) if zone.dns else words.OUT_OF_DNS
    inside = container(picture, frame, label, note=note, fill="raised", stroke="faint")
    said = words.each(trace, zone)
    over = trace.per_target(zone) > trace.capacity
    x, y = inside.x + 10, inside.y + 8
    if narrow or not zone.healthy:
        picture.text(x, y, said, fill="ink" if zone.healthy else "bad", middle=True, bold=True)
        if over:
            picture.text(x, y + size * 1.4, words.OVER, fill="bad", middle=True, bold=True)
    else:
        picture.text(inside.right - 10, frame.y + 15, said, anchor="end", middle=True, bold=True)
        if over:
            picture.text(inside.right - 10, frame.y + 35, words.OVER, anchor="end", fill="bad", bold=True, middle=True)
    if zone.healthy:
        top = inside.y + (44 if narrow else 8)
        _bars(picture, trace, zone, Box(x, top, inside.width - 20, inside.bottom - 8 - top))


def _bars(picture: Picture, trace: CrossZoneTrace, zone: Zone, area: Box) -> None:
    """Draw a bar for each target up to what it got, a line at what was computed, and the capacity across."""
    highest = ROOM * max(
        trace.capacity,
        *(max(other.counts[-1]) * trace.load / SENT for other in trace.zones),
        *(float(trace.per_target(other)) for other in trace.zones),
    )
    scale = area.height / highest
    step = min(WIDEST_BAR * 1.4, area.width / zone.targets)
    width = step / 1.4
    limit = area.bottom - trace.capacity * scale
    for target in range(zone.targets):
        x = area.x + step * target
        heights = [counts[target] * trace.load / SENT * scale for counts in zone.counts]
        keys = [(0.0, 0.0)] + [(SENT / NOTED * (index + 1), height) for index, height in enumerate(heights)]
        bar = picture.rect(x, area.bottom - heights[-1], width, heights[-1], fill="good", radius=2)
        picture.track(bar, "height", keys, smooth=True)
        picture.track(bar, "y", [(time, area.bottom - height) for time, height in keys], smooth=True)
        if area.bottom - heights[-1] < limit:
            # What is beyond the capacity stands out by colour and by its pattern of a second frame.
            top = area.bottom - heights[-1]
            excess = picture.rect(x, top, width, limit - top, fill="bad", stroke="bad", stroke_width=2, radius=2)
            picture.show(excess, SENT)
        y = area.bottom - float(trace.per_target(zone)) * scale
        picture.line((x - 3, y), (x + width + 3, y), stroke="ink", stroke_width=2)
    picture.line((area.x, limit), (area.right, limit), stroke="bad", dash="5 4", stroke_width=1.5)
    if zone is next(zone for zone in trace.zones if zone.healthy):
        label = words.LIMIT.format(capacity=trace.capacity)
        used = area.x + step * zone.targets
        if used < area.right - 130:
            picture.text(area.right, limit + picture.layout.small + 2, label, fill="bad", anchor="end")


def _legend(picture: Picture, y: float) -> None:
    lines = words.LEGEND_LINES if picture.layout.narrow else (words.LEGEND,)
    for index, line in enumerate(lines):
        picture.text(6 if picture.layout.narrow else 306, y + index * 19, line, fill="muted", middle=True)
