"""Picture of a shared file system: zones side by side, clients above, mount targets below, the data at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import Box
from kumo.storage.model.shared_files import HOME, NOTHING, ONE_ZONE, READING, ZONES
from kumo.storage.words import shared_files as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.storage.model.shared_files import Sharing


def draw(trace: Sharing, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    narrow = layout.narrow
    gap, tall = (6.0, 92.0) if narrow else (14.0, 62.0)
    width = (layout.width - 2 - 2 * gap) / 3
    zones = [Box(1 + index * (width + gap), 4, width, tall * 2 + 110) for index in range(3)]
    inset = 6 if narrow else 26
    clients = [Box(zone.x + inset, zone.y + 34, width - 2 * inset, tall) for zone in zones]
    targets = [Box(zone.x + inset, zone.y + 84 + tall, width - 2 * inset, tall - 6) for zone in zones]
    home = ZONES.index(HOME)
    low = zones[0].bottom + 30
    data = Box(1, low, layout.width - 2, 44)
    if trace.kind == ONE_ZONE:
        data = Box(zones[home].x, low, width, 44)
    clock = (
        Clock(0, 2, words.STEPS, 4, (Step(0, words.STEP_DATA), Step(1, words.STEP_CLIENT))) if trace.reading else None
    )
    picture = Picture(layout, data.bottom + 8, title=words.TITLE, description=words.description(trace), clock=clock)
    for zone, box in zip(ZONES, zones, strict=True):
        down = zone == trace.failed
        fill, stroke = ("bad-soft", "bad") if down else ("panel", "faint")
        name = words.ZONE.format(zone=zone)
        container(picture, box, name, fill=fill, stroke=stroke, ink="bad" if down else "ink", dash="6 4")
        if down:
            picture.cross(box.right - 18, box.y + 16, 7, stroke_width=3)
    _data(picture, trace, data)
    _roads(picture, trace, clients, targets, data)
    for index, zone in enumerate(ZONES):
        _target(picture, trace, zone, targets[index])
        _client(picture, trace, index, clients[index])
    return picture


def _data(picture: Picture, trace: Sharing, box: Box) -> None:
    lost = trace.kind == ONE_ZONE and trace.failed == HOME
    tone = "bad" if lost else "series-3"
    if trace.kind == ONE_ZONE:
        label = words.ONE_ZONE_DATA
    else:
        label = words.REGIONAL_DATA_SHORT if picture.layout.narrow else words.REGIONAL_DATA
    picture.box(
        box.x, box.y, box.width, box.height, label, fill=f"{tone}-soft", stroke=tone, dash="5 4" if lost else None
    )
    if lost:
        picture.cross(box.right - 10, box.y + 8, 6, stroke_width=2.5)


def _target(picture: Picture, trace: Sharing, zone: str, box: Box) -> None:
    if zone not in trace.targets:
        picture.rect(box.x, box.y, box.width, box.height, stroke="line", stroke_width=1.5, radius=8, dash="4 4")
        picture.paragraph(
            box.center[0],
            box.center[1],
            _fitted(picture, words.NO_TARGET_BOX),
            box.width - 8,
            fill="muted",
            anchor="middle",
        )
        return
    down = zone == trace.failed
    picture.box(
        box.x, box.y, box.width, box.height, _fitted(picture, words.TARGET_LINES),
        fill="panel" if down else "raised", stroke="bad" if down else "series-3", ink="muted" if down else "ink",
        bold=False,
    )  # fmt: skip
    if down:
        picture.cross(box.right - 8, box.y + 8, 6, stroke_width=2.5)


def _client(picture: Picture, trace: Sharing, index: int, box: Box) -> None:
    fate = trace.fates[index]
    good = fate in READING
    tone = "good" if good else "bad"
    small = picture.layout.small
    picture.rect(box.x, box.y, box.width, box.height, fill=f"{tone}-soft", stroke=tone, stroke_width=2, radius=8)
    x = box.center[0]
    picture.text(x - 10, box.y + 18, words.CLIENT, bold=True, anchor="middle", middle=True)
    mark = (x + 16, box.y + 18, 5.5)
    if good:
        picture.check(*mark, stroke_width=2.5)
    else:
        picture.cross(*mark, stroke_width=2.5)
    picture.paragraph(
        x,
        box.y + 28 + small,
        _fitted(picture, words.FATES_SHORT[fate]),
        box.width - 8,
        fill=tone,
        anchor="middle",
        bold=True,
    )


def _fitted(picture: Picture, lines: str) -> str:
    """Return text with its own line breaks where columns are narrow, without them elsewhere."""
    return lines if picture.layout.narrow else lines.replace("\n", "")


def _roads(picture: Picture, trace: Sharing, clients: list[Box], targets: list[Box], data: Box) -> None:
    """Draw who is mounted where, and let the data run to those that read."""
    for index, zone in enumerate(ZONES):
        if zone in trace.targets:
            x, y = targets[index].middle_bottom
            dead = zone == trace.failed
            picture.line(
                (x, y), (x, data.y), stroke="bad" if dead else "series-3", stroke_width=2, dash="4 4" if dead else None
            )
        via = trace.via[index]
        if via is None:
            continue
        target = targets[ZONES.index(via)]
        good = trace.fates[index] in READING
        start, end = target.middle_top, clients[index].middle_bottom
        picture.line(start, end, stroke="good" if good else "bad", stroke_width=2.5, dash=None if good else "4 4")
        if not good and trace.failed != NOTHING:
            # Near the client: in the middle the mark would lie on the line of another zone.
            picture.cross(end[0] + (start[0] - end[0]) * 0.25, end[1] + (start[1] - end[1]) * 0.25, 6, stroke_width=2.5)
        if good and picture.clock:
            x, y = target.center[0], data.y
            dot = picture.circle(x, y, 6, fill="tokens", stroke="panel", stroke_width=1.5, hidden=True)
            picture.show(dot, 0)
            picture.move(dot, [(0, (0, 0)), (1, (0, start[1] - y)), (2, (end[0] - x, end[1] - y))])
