"""Picture of a VPC as nested boxes, with its gateways at the border and its route tables below."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import LINE_HEIGHT, Box
from kumo.vpc.model.blueprint import BLOCK, TIERS, VPC
from kumo.vpc.model.network import BLACKHOLE, INTERNET
from kumo.vpc.model.presets import REGION, SITE
from kumo.vpc.model.routes import effective
from kumo.vpc.model.topology import ISOLATED, PRIVATE, PUBLIC, VPN_ONLY
from kumo.vpc.words import topology as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Point
    from kumo.vpc.model.blueprint import Built
    from kumo.vpc.model.network import Route, RouteTable

TONES = {PUBLIC: "series-3", PRIVATE: "series-1", VPN_ONLY: "series-6", ISOLATED: "muted"}
FILLS = {PUBLIC: "series-3-soft", PRIVATE: "series-1-soft", VPN_ONLY: "series-6-soft", ISOLATED: "panel"}
SECONDS_PER_TIER = 2.6
TRAVEL = 0.8
BADGE = 10.0
# In a zone narrower than this (user units) name and block of a subnet stand on two lines.
STACKED = 196


@dataclass
class _Sheet:
    """Where everything stands."""

    internet: Box
    region: Box
    vpc: Box
    gateway: Box
    zones: list[Box]
    subnets: dict[str, Box]
    side: dict[str, Box] = field(default_factory=dict)
    cards: list[Box] = field(default_factory=list)
    legend: float = 0
    height: float = 0


def draw(built: Built, layout: Layout) -> Picture:
    """Return the picture of `built`: the boxes above, the route tables below."""
    sheet = _sheet(built, layout)
    steps = tuple(
        Step(number, words.STEP.format(tier=tier, result=words.outcome(built, tier)))
        for number, tier in enumerate(TIERS)
    )
    picture = Picture(
        layout,
        sheet.height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(zones=len(built.zones), kinds=words.kinds(built)),
        clock=Clock(0, len(TIERS), words.STEPS, seconds=SECONDS_PER_TIER * len(TIERS), steps=steps),
    )
    _surroundings(picture, built, sheet)
    for letter, box in zip(built.zones, sheet.zones, strict=True):
        container(picture, box, words.ZONE.format(letter=letter), stroke="faint", dash="5 4", ink="muted")
    for name, box in sheet.subnets.items():
        _subnet(picture, built, name, box)
    for number, (table, box) in enumerate(zip(built.tables(), sheet.cards, strict=True), 1):
        _card(picture, built, table, number, box)
    _packets(picture, built, sheet)
    return picture


def _sheet(built: Built, layout: Layout) -> _Sheet:
    narrow, line = layout.narrow, layout.small * LINE_HEIGHT
    count, head = len(built.zones), layout.small * 1.3 + 6
    s3, premises = built.network.get("vpce-s3") is not None, built.network.get("vgw") is not None
    left, right = (8, layout.width - 8) if narrow else (14, layout.width - (116 if s3 else 14))
    top = 50.0
    vpc_top = top + head + 14
    zones_top = vpc_top + 24
    gap, pad = (4, 3) if narrow else (10, 7)
    width = (right - left - (count + 1) * gap) / count
    stacked = width < STACKED
    lines = 5.2 + (1.1 if _has_chips(built) else 0) if stacked else 3.3
    subnet_height = lines * line + 8
    zone_height = head + len(TIERS) * (subnet_height + 6) + 2
    zones = [Box(left + gap + number * (width + gap), zones_top, width, zone_height) for number in range(count)]
    subnets = {
        f"{tier}-{letter}": Box(
            zone.x + pad, zone.y + head + row * (subnet_height + 6), zone.width - 2 * pad, subnet_height
        )
        for letter, zone in zip(built.zones, zones, strict=True)
        for row, tier in enumerate(TIERS)
    }
    vpc = Box(left, vpc_top, right - left, zones_top - vpc_top + zone_height + 8)
    gateway = (
        Box(right - 190, vpc_top - 14, 184, 28) if narrow else Box((left + right) / 2 - 104, vpc_top - 14, 208, 28)
    )
    sheet = _Sheet(
        internet=Box(gateway.center[0] - 80, 6, 160, 30),
        region=Box(4, top, layout.width - 8, vpc.bottom + (60 if narrow and s3 else 8) - top),
        vpc=vpc,
        gateway=gateway,
        zones=zones,
        subnets=subnets,
    )
    if s3:
        sheet.side["s3"] = Box(8, vpc.bottom + 12, 150, 40) if narrow else Box(right + 18, vpc.center[1] - 26, 80, 52)
    below = sheet.region.bottom + 14
    if premises:
        sheet.side["premises"] = Box(168, below, 152, 30) if narrow else Box(layout.width - 144, 6, 130, 30)
    sheet.legend = (below + 30 if narrow and premises else sheet.region.bottom) + line
    _place_cards(sheet, built, layout)
    return sheet


def _has_chips(built: Built) -> bool:
    return bool(built.network.nat_gateways) or built.network.get("vpce-sqs") is not None


def _place_cards(sheet: _Sheet, built: Built, layout: Layout) -> None:
    columns = 1 if layout.narrow else min(3, len(built.tables()))
    gap, line = 8.0, layout.small * LINE_HEIGHT
    width = (layout.width - 8 - (columns - 1) * gap) / columns
    heights = [56 + len(effective(built.network, table)) * line for table in built.tables()]
    y = sheet.legend + 12
    for first in range(0, len(heights), columns):
        row = heights[first : first + columns]
        sheet.cards += [Box(4 + number * (width + gap), y, width, max(row)) for number in range(len(row))]
        y += max(row) + gap
    sheet.height = y


def _surroundings(picture: Picture, built: Built, sheet: _Sheet) -> None:
    attached = built.network["igw"].vpc is not None
    internet, gateway = sheet.internet, sheet.gateway
    container(picture, sheet.region, words.REGION, note=REGION, stroke="faint", dash="2 4", ink="muted")
    container(picture, sheet.vpc, words.VPC, note=BLOCK, fill="raised", stroke="series-6", ink="series-6")
    look = {"stroke": "series-3", "stroke_width": 2.5} if attached else {"stroke": "faint", "dash": "4 5"}
    picture.line(internet.middle_bottom, gateway.middle_top, **look)
    picture.box(
        internet.x, internet.y, internet.width, internet.height, words.INTERNET, fill="panel", stroke="muted", radius=15
    )
    picture.box(
        gateway.x,
        gateway.y,
        gateway.width,
        gateway.height,
        words.GATEWAY if attached else words.GATEWAY_OFF,
        fill="series-3-soft" if attached else "panel",
        stroke="series-3" if attached else "bad",
        ink="ink" if attached else "bad",
        dash=None if attached else "4 3",
    )
    if "s3" in sheet.side:
        _s3(picture, sheet)
    if "premises" in sheet.side:
        _premises(picture, sheet)
    picture.text(6, sheet.legend - 2, words.LEGEND, fill="muted")


def _s3(picture: Picture, sheet: _Sheet) -> None:
    """Draw S3 in the region beside the VPC, joined to it by the gateway endpoint."""
    box, vpc = sheet.side["s3"], sheet.vpc
    if picture.layout.narrow:
        ends = (box.center[0], vpc.bottom), box.middle_top
    else:
        ends = (vpc.right, box.center[1]), box.middle_left
    picture.line(*ends, stroke="series-5", stroke_width=2.5)
    look = {"fill": "series-5-soft", "stroke": "series-5"}
    picture.box(box.x, box.y, box.width, box.height, words.S3, note=words.S3_DOOR, **look)


def _premises(picture: Picture, sheet: _Sheet) -> None:
    """Draw the network on premises outside the region, joined to the VPN gateway at the VPC's border."""
    box, vpc = sheet.side["premises"], sheet.vpc
    x = box.center[0]
    if not picture.layout.narrow:
        x = min(x, vpc.right - 40)
    edge, near = (vpc.bottom, box.y) if picture.layout.narrow else (vpc.y, box.bottom)
    picture.line((x, edge), (x, near), stroke="series-6", stroke_width=2.5)
    look = {"fill": "series-6-soft", "stroke": "series-6"}
    picture.box(x - 24, edge - 11, 48, 22, words.VPN_DOOR, **look)
    if not picture.layout.narrow:
        box = Box(x - box.width / 2, box.y, box.width, box.height)
    picture.box(box.x, box.y, box.width, box.height, words.PREMISES, radius=15, **look)


def _number_of(built: Built, name: str) -> int:
    return built.tables().index(built.network.table_of(name)) + 1


def _badge(picture: Picture, x: float, y: float, number: int) -> None:
    picture.rect(x - BADGE, y - BADGE, 2 * BADGE, 2 * BADGE, fill="ink", radius=4)
    picture.text(x, y, str(number), fill="surface", bold=True, anchor="middle", middle=True)


def _subnet(picture: Picture, built: Built, name: str, box: Box) -> None:
    small, line = picture.layout.small, picture.layout.small * LINE_HEIGHT
    kind, cidr = built.kinds[name], built.network[name].cidr
    tone = TONES[kind]
    picture.rect(
        box.x,
        box.y,
        box.width,
        box.height,
        fill=FILLS[kind],
        stroke=tone,
        stroke_width=1.8,
        radius=6,
        dash="4 3" if kind == ISOLATED else None,
    )
    stacked = box.width < STACKED - 14
    x, y = box.x + 5, box.y + 4 + line / 2
    picture.text(x, y, name, bold=True, middle=True)
    _badge(picture, box.right - BADGE - 4, box.y + BADGE + 4, _number_of(built, name))
    after = x + text_width(name, small) * 1.12 + 8
    if stacked:
        y += line
        picture.text(x, y, cidr, fill="muted", size=small, middle=True)
    else:
        picture.text(after, y, cidr, fill="muted", middle=True)
    y += line * 1.05
    picture.text(x, y, words.KINDS[kind], fill=tone, bold=True, middle=True)
    chips = [words.NAT_CHIP] if built.network.get(f"nat-{name[-1]}") and name.startswith("web") else []
    chips += [words.SQS_CHIP] if built.network.get(f"sqs-{name[-1]}") and name.startswith("app") else []
    right = box.right - 4
    for chip in chips:
        width = text_width(chip, small) * 1.06 + 10
        where = (right - width, box.bottom - 25, width, 20) if stacked else (right - width, y - 10, width, 20)
        picture.rect(*where, fill="raised", stroke="tokens", stroke_width=1.5, radius=10)
        picture.text(where[0] + width / 2, where[1] + 10, chip, bold=True, anchor="middle", middle=True)
    y += line * 1.05
    for label, trace in ((words.OUT, built.out[name]), (words.BACK, built.back[name])):
        picture.text(x, y, label, middle=True)
        mark = x + text_width(label, small) + 12
        if trace.reachable:
            picture.check(mark, y, 5, stroke_width=2.5)
        else:
            picture.cross(mark, y, 4.5, stroke_width=2.5)
        if stacked:
            y += line
        else:
            x = mark + 18


def _card(picture: Picture, built: Built, table: RouteTable, number: int, box: Box) -> None:
    small, line = picture.layout.small, picture.layout.small * LINE_HEIGHT
    picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke="faint", radius=8)
    _badge(picture, box.x + 18, box.y + 18, number)
    picture.text(box.x + 36, box.y + 18, words.title(table), bold=True, middle=True)
    who = words.users(built, table)
    picture.text(box.x + 36, box.y + 18 + line, who, fill="muted", middle=True)
    y = box.y + 18 + 2 * line + 4
    widest = max(text_width(route.destination, small) for route in effective(built.network, table))
    for route in effective(built.network, table):
        tone, bold = _tone(built, route)
        picture.text(box.x + 14, y, route.destination, fill=tone, middle=True, bold=bold)
        arrow = box.x + 22 + widest * 1.1
        picture.text(arrow, y, f"→ {words.target(built, route)}", fill=tone, middle=True, bold=bold)
        y += line


def _tone(built: Built, route: Route) -> tuple[str, bool]:
    """Return how a route is written: the one that makes a subnet public stands out, as does a dead one."""
    if route.target == BLACKHOLE:
        return "bad", True
    if route.target == "igw":
        return ("series-3", True) if built.network["igw"].vpc == VPC else ("bad", True)
    return "ink" if route.target != "local" else "muted", False


def _packets(picture: Picture, built: Built, sheet: _Sheet) -> None:
    """Let one packet set out from every subnet, tier by tier, along the hops of its trace, as far as it comes."""
    for number, tier in enumerate(TIERS):
        for letter in built.zones:
            name = f"{tier}-{letter}"
            points, arrives = _way(built, sheet, name)
            (x, y), count = points[0], max(1, len(points) - 1)
            keys = [(number + TRAVEL * place / count, (px - x, py - y)) for place, (px, py) in enumerate(points)]
            dot = picture.circle(x, y, 7, fill="tokens", stroke="surface", stroke_width=2, hidden=True)
            end = None if arrives and number == len(TIERS) - 1 else number + (0.98 if arrives else TRAVEL)
            picture.show(dot, number, end)
            picture.move(dot, keys)
            if not arrives:
                px, py = points[-1]
                with picture.group(visibility="hidden") as stop:
                    picture.circle(px, py, 11, fill="bad")
                    picture.cross(px, py, 5, stroke="surface", stroke_width=2.5)
                picture.show(stop, number + TRAVEL, number + 1 if number + 1 < len(TIERS) else None)


def _way(built: Built, sheet: _Sheet, name: str) -> tuple[list[Point], bool]:
    """Return the points that a packet from a subnet to the internet passes, and whether it gets there."""
    trace = built.out[name]
    points = [sheet.subnets[name].center]
    for hop in trace.there:
        place = _place(sheet, hop.at)
        if place is not None and place != points[-1]:
            points.append(place)
        if hop.blocks:
            return points, False
    return points, True


def _place(sheet: _Sheet, identifier: str) -> Point | None:
    if identifier.startswith("nat-"):
        box = sheet.subnets[f"web-{identifier[-1]}"]
        return box.center
    if identifier in sheet.subnets:
        return sheet.subnets[identifier].center
    known = {"igw": sheet.gateway, VPC: sheet.gateway, INTERNET: sheet.internet, SITE.id: sheet.internet}
    return known[identifier].center if identifier in known else None
