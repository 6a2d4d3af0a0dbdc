"""Picture of a function and a VPC: nested boxes, the way that is asked about, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.aws_lambda.model import lambda_in_vpc
from kumo.aws_lambda.words import lambda_in_vpc as words
from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import Box
from kumo.vpc import Step as Asked

if TYPE_CHECKING:
    from kumo.aws_lambda.model.lambda_in_vpc import Reach
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.vpc import Hop

SERVICES = ("s3", "dynamodb", "sqs")
DOORS = {name: f"vpce-{name}" for name in SERVICES}
LINE = 22.0
SECONDS_PER_HOP = 1.1


@dataclass(frozen=True)
class Plan:
    """Where everything stands in a layout, and the lanes in which ways run between the boxes.

    Attributes
    ----------
    frames : dict of str to Box
        ``service``, ``vpc``, ``table``, ``data``, ``public``, ``aws``, ``internet``.
    nodes : dict of str to Box
        What a way can pass: ``rds``, ``nat``, ``igw``, the endpoints and the destinations.
    subnets : Box
        The row of the function's subnets.
    height : float
        Of the picture.

    """

    frames: dict[str, Box]
    nodes: dict[str, Box]
    subnets: Box
    height: float


WIDE_PLAN = Plan(
    frames={
        "service": Box(2, 66, 142, 176),
        "vpc": Box(164, 66, 366, 364),
        "table": Box(174, 188, 178, 122),
        "data": Box(174, 334, 110, 72),
        "public": Box(300, 334, 116, 72),
        "aws": Box(562, 172, 156, 152),
        "internet": Box(562, 336, 156, 72),
    },
    nodes={
        "rds": Box(182, 364, 94, 34),
        "nat": Box(308, 364, 100, 34),
        "igw": Box(440, 364, 82, 34),
        "vpce-s3": Box(412, 202, 110, 32),
        "vpce-dynamodb": Box(412, 242, 110, 32),
        "vpce-sqs": Box(412, 282, 110, 32),
        "s3": Box(572, 202, 136, 32),
        "dynamodb": Box(572, 242, 136, 32),
        "sqs": Box(572, 282, 136, 32),
        lambda_in_vpc.API: Box(572, 365, 136, 32),
    },
    subnets=Box(174, 94, 346, 78),
    height=436,
)
NARROW_PLAN = Plan(
    frames={
        "service": Box(4, 62, 320, 62),
        "vpc": Box(18, 142, 306, 458),
        "table": Box(44, 268, 182, 122),
        "data": Box(44, 412, 130, 74),
        "public": Box(184, 412, 130, 74),
        "aws": Box(18, 630, 228, 74),
        "internet": Box(252, 630, 72, 74),
    },
    nodes={
        "rds": Box(54, 442, 110, 36),
        "nat": Box(194, 442, 110, 36),
        "vpce-s3": Box(24, 526, 70, 46),
        "vpce-dynamodb": Box(98, 526, 70, 46),
        "vpce-sqs": Box(172, 526, 70, 46),
        "igw": Box(256, 526, 62, 46),
        "s3": Box(24, 658, 66, 38),
        "dynamodb": Box(94, 658, 78, 38),
        "sqs": Box(176, 658, 64, 38),
        lambda_in_vpc.API: Box(255, 658, 64, 38),
    },
    subnets=Box(44, 170, 272, 82),
    height=758,
)


def draw(reach: Reach, layout: Layout) -> Picture:
    """Return the picture of `reach`."""
    sheet = _Sheet(reach, layout)
    count = len(sheet.way) - 1
    steps = tuple(Step(number, sheet.name(node)) for number, node in enumerate(sheet.way))
    picture = Picture(
        layout,
        sheet.plan.height,
        title=words.TITLE,
        description=words.description(reach),
        clock=Clock(0, count + 0.6, words.HOPS, seconds=SECONDS_PER_HOP * (count + 1), steps=steps),
    )
    _verdict(picture, reach)
    _frames(picture, sheet)
    _table(picture, sheet)
    _interfaces(picture, sheet)
    _nodes(picture, sheet)
    _way(picture, sheet)
    _count(picture, sheet)
    return picture


class _Sheet:
    """What stands where, and the way that is asked about as a list of nodes."""

    def __init__(self, reach: Reach, layout: Layout) -> None:
        self.reach, self.narrow = reach, layout.narrow
        self.plan = NARROW_PLAN if layout.narrow else WIDE_PLAN
        self.attached = reach.placement.place != lambda_in_vpc.OUTSIDE
        self.lines = _lines(reach)
        self.way = self._passed()

    def _passed(self) -> list[str]:
        found = ["function"]
        for hop in self.reach.asked.there:
            for node in _nodes_of(hop):
                if node != found[-1]:
                    found.append(node)
            if hop.blocks:
                break
        return found

    @property
    def row(self) -> int:
        """The line of the route table that decides; the last one, which says what is missing, when none does."""
        for hop in self.reach.asked.there:
            if hop.step is Asked.ROUTE:
                if hop.route is None:
                    break
                return next(
                    row for row, (destination, _) in enumerate(self.lines) if destination == hop.route.destination
                )
        return len(self.lines) - 1

    def box(self, node: str) -> Box:
        """Return where a node stands."""
        if node == "function":
            return self.function(0)
        if node == "interface":
            return self.interface(0, 0)
        if node == "table":
            frame = self.plan.frames["table"]
            return Box(frame.x, frame.y + 27 + self.row * LINE, frame.width, LINE)
        return self.plan.nodes[node]

    def function(self, number: int) -> Box:
        frame = self.plan.frames["service"]
        if self.narrow:
            return Box(frame.x + 8 + number * 77, frame.y + 28, 72, 28)
        return Box(frame.x + 10, frame.y + 42 + number * 33, frame.width - 20, 28)

    def subnet(self, number: int) -> Box:
        row, count = self.plan.subnets, self.reach.placement.subnets
        width = (row.width - 8 * (count - 1)) / count
        return Box(row.x + number * (width + 8), row.y, width, row.height)

    def interface(self, subnet: int, group: int) -> Box:
        frame = self.subnet(subnet)
        pitch = min(46.0, (frame.width - 8) / self.groups)
        return Box(frame.x + 5 + group * pitch, frame.y + 32, pitch - 3, 38)

    @property
    def groups(self) -> int:
        """How many different sets of security groups there are."""
        placement = self.reach.placement
        return placement.functions if placement.groups == lambda_in_vpc.OWN else 1

    def name(self, node: str) -> str:
        """Return what a node is called."""
        if node == "function":
            return words.FUNCTION.format(number=1)
        own = {"interface": words.ENI, "table": words.TABLE_NAME, "nat": words.NAT_BOX, "igw": words.GATEWAY_BOX}
        return own.get(node) or words.NAMES.get(node) or words.ENDPOINT

    def legs(self) -> list[list[Point]]:
        """Return the way as one polyline for each pair of neighbours."""
        return [self._leg(one, other) for one, other in pairwise(self.way)]

    def _leg(self, one: str, other: str) -> list[Point]:
        rules = NARROW_LEGS if self.narrow else WIDE_LEGS
        # A way comes into the route table at its top, and leaves it at the line that decides.
        end = self.plan.frames["table"] if other == "table" else self.box(other)
        return rules[_role(one), _role(other)](self.box(one), end)


def _role(node: str) -> str:
    """Return what a node is to the lanes: those of one role are reached alike."""
    if node in ("rds", "nat"):
        return "below" if node == "rds" else "nat"
    if node in DOORS.values():
        return "door"
    return "out" if node in lambda_in_vpc.DESTINATIONS else node


def _down(start: Box, end: Box) -> list[Point]:
    return [(start.center[0], start.bottom), (start.center[0], end.y)]


def _across(start: Box, end: Box) -> list[Point]:
    return [(start.right, start.center[1]), (end.x, start.center[1])]


# Lanes of the wide layout: right of the route table, under it, right of the VPC, above it.
INNER, UNDER, RIGHT, ABOVE = 396.0, 322.0, 546.0, 54.0


def _wide_over(start: Box, end: Box) -> list[Point]:
    x = start.right - 16
    return [(x, start.y), (x, ABOVE), (RIGHT, ABOVE), (RIGHT, end.center[1])]


def _wide_inside(start: Box, end: Box) -> list[Point]:
    # Into the right part of the box: its frame has a name at the left.
    y, x = start.center[1], end.right - 12
    return [(start.right, y), (INNER, y), (INNER, UNDER), (x, UNDER), (x, end.y)]


Lane = Callable[[Box, Box], "list[Point]"]
WIDE_LEGS: dict[tuple[str, str], Lane] = {
    ("function", "interface"): lambda start, end: [
        start.middle_right,
        (start.right + 20, start.center[1]),
        (start.right + 20, end.center[1]),
        end.middle_left,
    ],
    ("function", "igw"): lambda start, end: [*_wide_over(start, end), end.middle_right],
    ("function", "out"): lambda start, end: [*_wide_over(start, end), end.middle_left],
    ("interface", "table"): _down,
    ("table", "below"): _wide_inside,
    ("table", "nat"): _wide_inside,
    ("table", "igw"): _wide_inside,
    ("table", "door"): lambda start, end: [
        (start.right, start.center[1]),
        (INNER, start.center[1]),
        (INNER, end.center[1]),
        end.middle_left,
    ],
    ("nat", "igw"): _across,
    ("door", "out"): _across,
    ("igw", "out"): lambda start, end: [
        start.middle_right,
        (RIGHT, start.center[1]),
        (RIGHT, end.center[1]),
        end.middle_left,
    ],
}

# Lanes of the narrow layout: left in the VPC, over its lower boxes, over its exits, under it, left of it.
LEFT, OVER, EXITS, OUTSIDE, BESIDE = 31.0, 401.0, 506.0, 616.0, 9.0


def _narrow_around(start: Box, end: Box) -> list[Point]:
    x, y = start.x + 8, start.bottom + 15
    return [(x, start.bottom), (x, y), (BESIDE, y), (BESIDE, OUTSIDE), (end.center[0], OUTSIDE)]


def _narrow_over(level: float, inset: float | None = None) -> Lane:
    def lane(start: Box, end: Box) -> list[Point]:
        y, x = start.center[1], end.center[0] if inset is None else end.right - inset
        return [(start.x, y), (LEFT, y), (LEFT, level), (x, level), (x, end.y)]

    return lane


def _narrow_down(level: float) -> Lane:
    def lane(start: Box, end: Box) -> list[Point]:
        (one, _), (other, _) = start.center, end.center
        return [(one, start.bottom), (one, level), (other, level), (other, end.y)]

    return lane


NARROW_LEGS: dict[tuple[str, str], Lane] = {
    ("function", "interface"): lambda start, end: [(end.center[0], start.bottom), end.middle_top],
    ("function", "igw"): lambda start, end: [*_narrow_around(start, end), end.middle_bottom],
    ("function", "out"): lambda start, end: [*_narrow_around(start, end), end.middle_top],
    ("interface", "table"): _down,
    ("table", "below"): _narrow_over(OVER, 12),
    ("table", "nat"): _narrow_over(OVER, 12),
    ("table", "igw"): _narrow_over(EXITS),
    ("table", "door"): _narrow_over(EXITS),
    ("nat", "igw"): _narrow_down(EXITS),
    ("door", "out"): _narrow_down(OUTSIDE),
    ("igw", "out"): _narrow_down(OUTSIDE),
}


def _nodes_of(hop: Hop) -> tuple[str, ...]:
    """Return the nodes of the picture that a hop stands for."""
    door = "sqs-door" in hop.at
    if hop.step is Asked.START and hop.at != lambda_in_vpc.FUNCTION:
        return ("interface",)
    if hop.step is Asked.ROUTE and hop.at != "public":
        return ("table",)
    if hop.step in (Asked.NAT, Asked.INTERNET_GATEWAY, Asked.ENDPOINT):
        return (hop.at,)
    if hop.step is Asked.ARRIVAL and door:
        return (DOORS["sqs"], "sqs")
    if (hop.step is Asked.ARRIVAL) or (hop.step is Asked.GROUP_INGRESS and not door):
        return (hop.at,)
    return ()


def _lines(reach: Reach) -> list[tuple[str, str]]:
    """Return the lines of the function's route table: destination and target; the last may say what is missing."""
    table = reach.network["function-rtb"]
    lines = [(lambda_in_vpc.BLOCK, "local"), *((route.destination, route.target) for route in table.routes)]
    return lines if any(destination == "0.0.0.0/0" for destination, _ in lines) else [*lines, ("", "")]


def _verdict(picture: Picture, reach: Reach) -> None:
    good = reach.blocked is None
    tone = "good" if good else "bad"
    narrow = picture.layout.narrow
    picture.rect(0, 0, picture.width, 52 if narrow else 40, fill=f"{tone}-soft", radius=8)
    middle = 17 if narrow else 20
    if good:
        picture.check(20, middle, 7, stroke_width=3)
    else:
        picture.cross(20, middle, 6, stroke_width=3)
    picture.text(36, middle, words.verdict(reach), size=picture.layout.body, fill=tone, bold=True, middle=True)
    if narrow:
        picture.text(36, 38, words.summary(reach), fill=tone, middle=True)
    else:
        picture.text(picture.width - 12, middle, words.summary(reach), fill=tone, anchor="end", middle=True)


def _frames(picture: Picture, sheet: _Sheet) -> None:
    frames, placement = sheet.plan.frames, sheet.reach.placement
    look = {"stroke": "accent", "ink": "accent", "fill": "panel"}
    container(picture, frames["service"], words.SERVICE, note=words.SERVICE_NOTE, **look)
    for number in range(placement.functions):
        box = sheet.function(number)
        picture.box(box.x, box.y, box.width, box.height, words.FUNCTION.format(number=number + 1), radius=6, bold=False)
    look = {"stroke": "series-6", "ink": "series-6", "fill": "panel"}
    # In the narrow layout the way comes in through the left corner.
    indent = 64 if sheet.narrow else 8
    container(picture, frames["vpc"], words.VPC_NAME, note=words.WHERE[placement.place], indent=indent, **look)
    for number in range(placement.subnets):
        _subnet(picture, sheet, number)
    for key, label, tone in (
        ("data", words.DATA_SUBNET, "series-1"),
        ("public", words.PUBLIC_SUBNET, "series-3"),
    ):
        container(picture, frames[key], label, stroke=tone, ink=tone, fill="raised", radius=6)
    label = words.AWS_SHORT if sheet.narrow else words.AWS_SERVICES
    container(picture, frames["aws"], label, stroke="faint", ink="muted", dash="5 4")
    label = words.INTERNET_SHORT if sheet.narrow else words.INTERNET
    container(picture, frames["internet"], label, stroke="faint", ink="muted", dash="5 4")


def _subnet(picture: Picture, sheet: _Sheet, number: int) -> None:
    """Draw one of the function's subnets; its name stands where no way crosses it."""
    box, name = sheet.subnet(number), words.SUBNET.format(zone="acd"[number])
    tone = "series-3" if sheet.reach.placement.place == lambda_in_vpc.PUBLIC else "series-1"
    if not sheet.attached:
        tone = "faint"
    if text_width(name, picture.layout.small) * 1.06 + (54 if sheet.narrow else 14) > box.width:
        name = name[-1]
    container(picture, box, "", stroke=tone, fill="raised", radius=6)
    if sheet.narrow:
        picture.text(box.right - 8, box.y + 14, name, fill=tone, bold=True, anchor="end", middle=True)
    else:
        picture.text(box.x + 8, box.y + 14, name, fill=tone, bold=True, middle=True)


def _table(picture: Picture, sheet: _Sheet) -> None:
    """Draw the route table of the function's subnets, with the line that decides."""
    frame = sheet.plan.frames["table"]
    container(picture, frame, words.TABLE_NAME, stroke="line", ink="muted", radius=6, fill="raised")
    chosen = sheet.row if "table" in sheet.way else None
    stopped = sheet.way[-1] == "table"
    for row, (destination, target) in enumerate(sheet.lines):
        y = frame.y + 27 + row * LINE
        if row == chosen:
            tone = "bad-soft" if stopped else "good-soft"
            picture.rect(frame.x + 3, y, frame.width - 6, LINE, fill=tone, radius=4)
        text = words.NO_DEFAULT
        if target:
            name = words.TARGETS.get(target, "vpce")
            text = f"{words.PREFIXES.get(destination, destination)} → {name}"
        ink = "ink" if target else "bad" if row == chosen else "faint"
        picture.text(frame.x + 9, y + LINE / 2, text, fill=ink, bold=row == chosen, middle=True)


def _interfaces(picture: Picture, sheet: _Sheet) -> None:
    """Draw the network interfaces in their subnets, each with the numbers of the functions that use it."""
    placement = sheet.reach.placement
    for subnet, group in sorted(sheet.reach.interfaces):
        box = sheet.interface(subnet, group)
        picture.rect(
            box.x, box.y, box.width, box.height, fill="accent-soft", stroke="accent", stroke_width=1.5, radius=4
        )
        users = str(group + 1) if placement.groups == lambda_in_vpc.OWN else f"1〜{placement.functions}"
        if placement.groups != lambda_in_vpc.OWN and placement.functions == 1:
            users = "1"
        roomy = box.width > text_width(words.ENI, picture.layout.small) + 6
        if roomy:
            picture.text(box.center[0], box.y + 11, words.ENI, anchor="middle", middle=True)
            picture.text(box.center[0], box.y + 27, users, fill="muted", anchor="middle", middle=True)
        else:
            picture.text(box.center[0], box.center[1], users, anchor="middle", middle=True)


def _nodes(picture: Picture, sheet: _Sheet) -> None:
    """Draw gateways, endpoints and destinations; what is not there is only hinted at."""
    nodes, ways, reach = sheet.plan.nodes, sheet.reach.placement.ways, sheet.reach
    there = {"nat": lambda_in_vpc.NAT in ways, "igw": True} | {door: name in ways for name, door in DOORS.items()}
    labels = {"nat": words.NAT_BOX, "igw": words.GATEWAY_BOX} | dict.fromkeys(DOORS.values(), words.ENDPOINT)
    for node, exists in there.items():
        box = nodes[node]
        if exists:
            picture.box(box.x, box.y, box.width, box.height, labels[node], stroke="series-6", radius=6, bold=False)
        else:
            picture.rect(box.x, box.y, box.width, box.height, stroke="line", dash="3 4", radius=6)
            picture.text(*box.center, words.NOT_THERE, fill="faint", anchor="middle", middle=True)
    for destination in lambda_in_vpc.DESTINATIONS:
        box, good = nodes[destination], reach.reached(destination)
        asked = destination == reach.destination
        tone = "good" if good else "bad"
        picture.rect(
            box.x, box.y, box.width, box.height,
            fill=f"{tone}-soft" if asked else "raised", stroke=tone if asked else "faint", stroke_width=2, radius=6,
        )  # fmt: skip
        label = words.NAMES[destination]
        if sheet.narrow and destination != lambda_in_vpc.DATABASE:
            picture.text(box.center[0], box.y + 12, label, anchor="middle", bold=asked, middle=True)
            mark = (box.center[0], box.y + 28)
        else:
            picture.text(box.x + 12, box.center[1], label, bold=asked, middle=True)
            mark = (box.right - 18, box.center[1])
        if good:
            picture.check(*mark, 5, stroke_width=2.5)
        else:
            picture.cross(*mark, 4.5, stroke_width=2.5)


def _way(picture: Picture, sheet: _Sheet) -> None:
    """Light the way up to where it ends, with a packet that runs along it."""
    legs, hop = sheet.legs(), sheet.reach.blocked
    tone = "good" if hop is None else "bad"
    for leg in legs[:-1]:
        picture.path(leg, stroke=tone, stroke_width=3.5)
    picture.path(legs[-1][:-1], stroke=tone, stroke_width=3.5)
    picture.arrow(legs[-1][-2], legs[-1][-1], stroke=tone, stroke_width=3.5, head=11)
    if hop is not None:
        x, y = legs[-1][-1]
        if sheet.way[-1] == "table":
            x, y = sheet.box("table").right - 14, sheet.box("table").center[1]
        with picture.group() as stop:
            picture.circle(x, y, 11, fill="bad", stroke="panel", stroke_width=2)
            picture.cross(x, y, 4.5, stroke="surface", stroke_width=2.5)
            _reason(picture, sheet, hop)
        picture.show(stop, len(legs))
    start = legs[0][0]
    dot = picture.circle(*start, 7, fill="tokens", stroke="panel", stroke_width=2, hidden=True)
    picture.show(dot, 0)
    picture.move(dot, [(time, (x - start[0], y - start[1])) for time, (x, y) in _timed(legs)])


def _reason(picture: Picture, sheet: _Sheet, hop: Hop) -> None:
    """Say at the place where the way ends why it does; the route table says it in its line."""
    vpc, end = sheet.plan.frames["vpc"], sheet.way[-1]
    if end == "igw":
        place = (sheet.plan.nodes["igw"].x - 8 if sheet.narrow else vpc.right - 8, vpc.bottom - 13)
        picture.text(*place, words.reason(hop), fill="bad", anchor="end", bold=True, middle=True)
    elif end == lambda_in_vpc.DATABASE:
        y = sheet.plan.frames["data"].bottom + 11
        picture.text(sheet.plan.frames["data"].x + 2, y, words.reason(hop), fill="bad", bold=True, middle=True)


def _timed(legs: list[list[Point]]) -> list[tuple[float, Point]]:
    """Return the corners of the way with the moment at which the packet is there: a hop takes one unit of time."""
    keys: list[tuple[float, Point]] = [(0.0, legs[0][0])]
    for number, leg in enumerate(legs):
        lengths = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(leg)]
        total, gone = sum(lengths) or 1.0, 0.0
        if leg[0] != keys[-1][1]:
            keys.append((number, leg[0]))
        for length, point in zip(lengths, leg[1:], strict=True):
            gone += length
            keys.append((number + gone / total, point))
    return keys


def _count(picture: Picture, sheet: _Sheet) -> None:
    """Say how many network interfaces Lambda makes, and why."""
    placement, count = sheet.reach.placement, len(sheet.reach.interfaces)
    first = words.INTERFACES.format(count=count) if count else words.NO_INTERFACES
    second = words.INTERFACES_SUM.format(subnets=placement.subnets, groups=sheet.groups) if count else ""
    if sheet.narrow:
        y = sheet.plan.height - 40
        picture.text(4, y, first, bold=True, middle=True)
        picture.text(4, y + 22, second, fill="muted", middle=True)
        return
    x, y = 562, 86
    picture.text(x, y, first, bold=True, middle=True)
    picture.paragraph(x, y + 26, second, 156, fill="muted")
    if count:
        frame = sheet.plan.frames["service"]
        picture.paragraph(frame.x + 2, frame.bottom + 28, words.THROUGH, frame.width - 4, fill="muted")
