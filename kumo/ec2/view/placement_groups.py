"""Picture of a placement group: racks of each zone with their instances, and the three strategies compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.nested import container, head_height
from kumo.core.drawing.picture import Box
from kumo.ec2.model.placement import (
    CLUSTER,
    PARTITION,
    RACKS,
    RACKS_PER_PARTITION,
    SLOTS,
    Spot,
)
from kumo.ec2.words import placement_groups as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.ec2.model.placement import Failure, Placement

# Model time: launches end, the failure comes, and the end.
LAUNCHED, FAILS, LEFT, END = 1.6, 2.0, 3.0, 4.0

UNIT, UNIT_GAP, RACK_PADDING = 8, 4, 5
RACK_HEIGHT = SLOTS * (UNIT + UNIT_GAP) - UNIT_GAP + 2 * RACK_PADDING
# Above the racks for the names of partitions, below for the numbers of racks.
NAMES, NUMBERS = 20, 22
# Instances of the comparison: side of a square and what is between two.
SQUARE, APART = 8, 2


def draw(trace: Failure, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    narrow, placement = layout.narrow, trace.placement
    top = 62 if narrow else 40
    names = NAMES if placement.strategy == PARTITION else 4
    row = 30 + names + RACK_HEIGHT + NUMBERS
    compare = top + placement.zones * (row + 8) + 26
    what = words.FAILURES[trace.what]
    clock = Clock(
        0,
        END,
        words.STEPS,
        seconds=6,
        steps=(
            Step(0, words.STEP_LAUNCH),
            Step(FAILS, words.STEP_FAIL.format(what=what)),
            Step(LEFT, words.STEP_LEFT),
        ),
    )
    picture = Picture(
        layout,
        compare + (3 * 78 + 36 if narrow else 3 * 34 + 58),
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            zones=placement.zones,
            strategy=words.STRATEGIES[placement.strategy],
            running=placement.running,
            what=what,
            lost=len(trace.lost),
        ),
        clock=clock,
    )
    _head(picture, trace)
    for zone in range(placement.zones):
        _zone(picture, trace, zone, Box(3, top + zone * (row + 8), layout.width - 6, row))
    _comparison(picture, trace, compare)
    return picture


def _head(picture: Picture, trace: Failure) -> None:
    lost, refused = len(trace.lost), trace.placement.refused
    size, narrow = picture.layout.body, picture.layout.narrow
    said = picture.text(4, 20, words.headline(trace), size=size + 2, fill="bad" if lost else "good", bold=True)
    picture.show(said, FAILS)
    if refused:
        text = words.REFUSED.format(refused=refused)
        if narrow:
            picture.text(4, 43, text, fill="warn", bold=True)
        else:
            picture.text(picture.width / 2 - 10, 20, text, fill="warn", bold=True)
    y = 43 if narrow else 16
    x = picture.width - text_width(words.LOST_ENTRY, picture.layout.small) - 22
    picture.rect(x + 0.5, y - 5.5, 11, 11, fill="bad-soft", stroke="bad", stroke_width=1.5, radius=3)
    picture.text(x + 18, y, words.LOST_ENTRY, fill="muted", middle=True)
    x -= text_width(words.RUNNING_ENTRY, picture.layout.small) + 34
    picture.legend(x, y, [("good", words.RUNNING_ENTRY)])


def _zone(picture: Picture, trace: Failure, zone: int, box: Box) -> None:
    placement = trace.placement
    unused = placement.strategy == CLUSTER and zone > 0
    name = words.ZONE_NAME.format(letter=words.ZONE_LETTERS[zone])
    container(picture, box, name, note=words.ZONE_UNUSED if unused else "", stroke="line" if unused else "faint")
    pitch = (box.width - 10) / RACKS
    gap = 3 if picture.layout.narrow else 7
    top = box.y + head_height(picture.layout) + (NAMES if placement.strategy == PARTITION else 4)
    if placement.strategy == PARTITION:
        _partitions(picture, placement, box.x + 5, top, pitch)
    for rack in range(RACKS):
        spot = Spot(zone, rack)
        place = Box(box.x + 5 + rack * pitch + gap / 2, top, pitch - gap, RACK_HEIGHT)
        _rack(picture, trace, spot, place)
        failed = trace.failed(spot)
        picture.text(
            place.center[0],
            place.bottom + 16,
            str(rack + 1),
            fill="bad" if failed else "muted",
            bold=failed,
            anchor="middle",
        )


def _partitions(picture: Picture, placement: Placement, left: float, top: float, pitch: float) -> None:
    for number in range(placement.partitions):
        x, width = left + number * RACKS_PER_PARTITION * pitch, RACKS_PER_PARTITION * pitch
        picture.rect(x + 0.5, top - NAMES, width - 1, NAMES + RACK_HEIGHT + 3, fill="series-6-soft", radius=5)
        name = words.PARTITION_NAME.format(number=number + 1)
        picture.text(x + width / 2, top - NAMES / 2 + 1, name, fill="series-6", bold=True, anchor="middle", middle=True)


def _rack(picture: Picture, trace: Failure, spot: Spot, place: Box) -> None:
    failed = trace.failed(spot)
    picture.rect(place.x, place.y, place.width, place.height, fill="raised", stroke="faint", radius=3)
    inside = [number for number, where in enumerate(trace.placement.spots) if where == spot]
    # The empty places of a rack are one path: a picture has hundreds of them.
    rows = [place.bottom - RACK_PADDING - UNIT - slot * (UNIT + UNIT_GAP) for slot in range(len(inside), SLOTS)]
    if rows:
        left, long = place.x + 3, place.width - 6
        picture.path("".join(f"M{left:.1f},{y:.1f}h{long:.1f}v{UNIT}h{-long:.1f}z" for y in rows), stroke="line")
    for slot in range(SLOTS):
        y = place.bottom - RACK_PADDING - UNIT - slot * (UNIT + UNIT_GAP)
        x, width = place.x + 3, place.width - 6
        if slot >= len(inside):
            break
        number = inside[slot]
        unit = picture.rect(x, y, width, UNIT, fill="good", radius=2, hidden=failed)
        picture.show(unit, LAUNCHED * number / trace.placement.running, FAILS if failed else None)
        if failed:
            gone = picture.rect(x, y, width, UNIT, fill="bad-soft", stroke="bad", stroke_width=1.5, radius=2)
            picture.show(gone, FAILS)
    if failed:
        x, y = place.center
        outline = picture.rect(place.x, place.y, place.width, place.height, stroke="bad", stroke_width=2, radius=3)
        half = min(place.width, place.height) * 0.42
        under = picture.cross(x, y, half, stroke="raised", stroke_width=7)
        cross = picture.cross(x, y, half, stroke_width=3)
        for mark in (outline, under, cross):
            picture.show(mark, FAILS)


def _comparison(picture: Picture, trace: Failure, top: float) -> None:
    small, narrow = picture.layout.small, picture.layout.narrow
    title = words.COMPARE.format(asked=trace.placement.asked)
    picture.text(4, top, title, bold=True, size=picture.layout.body)
    if not narrow:
        for x, head in ((130, words.MOST_HEAD), (490, words.MEAN_HEAD), (586, words.ALL_HEAD)):
            picture.text(x, top + 24, head, fill="muted")
    y = top + (12 if narrow else 34)
    for other in trace.others:
        chosen = other.strategy == trace.placement.strategy
        height = 74 if narrow else 30
        picture.rect(
            2,
            y,
            picture.width - 4,
            height,
            fill="raised",
            stroke="accent" if chosen else "line",
            stroke_width=2 if chosen else 1,
            radius=6,
        )
        name, most = words.STRATEGIES[other.strategy], words.MOST.format(worst=other.worst, running=other.running)
        everything, middle = {"racks": len(other.loads)}, y + 15
        picture.text(12, middle, name, bold=True, middle=True)
        if narrow:
            picture.text(picture.width - 12, middle, most, fill="bad", bold=True, anchor="end", middle=True)
            _squares(picture, other, 12, y + 32)
            picture.text(12, y + 59, words.MEAN_NARROW.format(mean=words.mean(other)), fill="muted", middle=True)
            text = words.ALL_NARROW.format(**everything)
            picture.text(picture.width - 12, y + 59, text, fill="muted", anchor="end", middle=True)
        else:
            _squares(picture, other, 130, middle - SQUARE / 2)
            picture.text(470, middle, most, fill="bad", bold=True, anchor="end", middle=True)
            picture.text(490, middle, words.MEAN.format(mean=words.mean(other)), middle=True)
            picture.text(586, middle, words.ALL.format(**everything), middle=True)
        y += height + 4
    picture.text(4, y + small, words.ASSUMED, fill="muted")


def _squares(picture: Picture, placement: Placement, x: float, y: float) -> None:
    """Draw every instance as a square: those that one rack can take with it filled, those refused dashed."""
    worst, running = placement.worst, placement.running
    for first, last, paint in (
        (0, worst, {"fill": "bad"}),
        (worst, running, {"fill": "good", "opacity": 0.45}),
        (running, placement.asked, {"stroke": "warn", "dash": "2 2"}),
    ):
        if first < last:
            lefts = [x + number * (SQUARE + APART) for number in range(first, last)]
            data = "".join(f"M{left:.1f},{y:.1f}h{SQUARE}v{SQUARE}h-{SQUARE}z" for left in lefts)
            picture.path(data, **paint)
