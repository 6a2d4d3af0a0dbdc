"""Picture of a VPC's addresses as an area that each bit of prefix length halves, and one subnet under a glass.

A block is the rectangle that its prefix leaves of the whole: each bit halves it, in turn across and down. So
equal areas are equal numbers of addresses, and two blocks overlap in the picture exactly when they share some.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width, wrap
from kumo.core.drawing.nested import container, head_height
from kumo.core.drawing.picture import LINE_HEIGHT, Box
from kumo.vpc.model.addresses import RESERVED_COUNT, usable_range
from kumo.vpc.model.subnet_plan import ZONE_LETTERS
from kumo.vpc.words import subnets as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.vpc.model.subnet_plan import Part, SubnetsTrace

ZONE_TONES = ("series-1", "series-3", "series-6")
EXTRA_TONE = "series-5"
SECONDS_PER_STEP = 1.1
ROW = 25.0
# Height of one of the facts beside the subnet, in lines of small text.
FACT_LINES = 2.1
# A cell narrower or lower than this (user units) has no room for the gap that keeps neighbours apart.
ROOMY = 9
# Below the name of what lies under it.
ROOM_FOR_CROSS = 40


def draw(trace: SubnetsTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the VPC's area above, the subnet and the sums below."""
    narrow = layout.narrow
    messages = [line for text in _messages(trace) for line in wrap(text, layout.width - 36, layout.small)]
    area = Box(4, 44, layout.width - 8, 214 if narrow else 232)
    line = layout.small * LINE_HEIGHT
    zoom_top = area.bottom + 44 + (len(messages) * line + 22 if messages else 0)
    rows = len(trace.reserved) + 2 if trace.shown else 1
    zoom = Box(4, zoom_top, layout.width - 8 if narrow else 404, head_height(layout) + rows * ROW + 8)
    facts = len(words.FACTS) * layout.small * FACT_LINES
    height = zoom.bottom + 208 if narrow else max(zoom.bottom, zoom.y + facts) + 4
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            vpc=trace.plan.vpc,
            total=trace.total,
            subnets=len(trace.parts),
            shown=words.SHOWN.format(name=trace.shown.name, cidr=trace.shown.cidr) if trace.shown else words.NONE_SHOWN,
        ),
        clock=_clock(trace),
    )
    _area(picture, trace, area)
    _legend(picture, trace, area.bottom + 20)
    if messages:
        box = Box(4, area.bottom + 36, layout.width - 8, len(messages) * line + 14)
        picture.rect(box.x, box.y, box.width, box.height, fill="bad-soft", radius=8)
        for number, text in enumerate(messages):
            picture.text(box.x + 14, box.y + layout.small + 6 + number * line, text, fill="bad")
    if trace.shown and not trace.shown.outside:
        _glass(picture, trace, area)
    _zoom(picture, trace, zoom)
    _sums(picture, trace, Box(4, zoom.bottom + 12, 320, 190) if narrow else Box(424, zoom.y, 292, zoom.height))
    return picture


def place(cidr: str, vpc: str, length: int, area: Box) -> Box:
    """Return the rectangle of a block inside the VPC's `area`.

    The bit that divides two neighbours of prefix length `length` halves across, the one before it down, and so
    on: so neighbours stand side by side.
    """
    block, whole = IPv4Network(cidr), IPv4Network(vpc)
    offset = int(block.network_address)
    x, y, width, height = area.x, area.y, area.width, area.height
    for bit in range(whole.prefixlen, block.prefixlen):
        second = offset >> (31 - bit) & 1
        if (length - 1 - bit) % 2 == 0:
            width /= 2
            x += width * second
        else:
            height /= 2
            y += height * second
    return Box(x, y, width, height)


def _bits(trace: SubnetsTrace) -> int:
    return max(0, trace.plan.length - IPv4Network(trace.plan.vpc).prefixlen)


def _clock(trace: SubnetsTrace) -> Clock:
    bits, first = _bits(trace), IPv4Network(trace.plan.vpc).prefixlen
    steps = [Step(0, words.STEP_WHOLE.format(length=first))]
    steps += [
        Step(bit, words.STEP_HALF.format(length=first + bit, count=2**bit, size=trace.total >> bit))
        for bit in range(1, bits + 1)
    ]
    steps.append(Step(bits + 1, words.STEP_ASSIGN))
    return Clock(0, bits + 2, words.STEPS, seconds=SECONDS_PER_STEP * (bits + 2), steps=tuple(steps))


def _messages(trace: SubnetsTrace) -> list[str]:
    missing = [words.MISSING.format(count=trace.plan.missing)] if trace.plan.missing else []
    return missing + [words.short(problem) for problem in trace.problems]


def _area(picture: Picture, trace: SubnetsTrace, area: Box) -> None:
    plan = trace.plan
    picture.text(area.x + 2, 22, words.VPC_HEAD.format(cidr=plan.vpc), size=picture.layout.body + 1, bold=True)
    picture.text(area.right - 2, 22, words.ADDRESSES.format(count=trace.total), fill="muted", anchor="end")
    picture.rect(area.x, area.y, area.width, area.height, fill="raised", stroke="faint", stroke_width=1.5, radius=4)
    assigned = _bits(trace) + 1
    for cidr in trace.free:
        cell = place(cidr, plan.vpc, plan.length, area)
        with picture.group() as group:
            if min(cell.width, cell.height) > ROOMY:
                picture.rect(cell.x, cell.y, cell.width, cell.height, stroke="faint", stroke_width=1, dash="3 4")
            _label(picture, cell, words.FREE, cidr, "muted")
        picture.show(group, assigned)
    _grid(picture, trace, area)
    inside = [part for part in trace.parts if not part.outside]
    for number, part in enumerate(inside):
        with picture.group() as group:
            _cell(picture, part, place(part.cidr, plan.vpc, plan.length, area))
        picture.show(group, assigned + 0.8 * number / len(inside))


def _grid(picture: Picture, trace: SubnetsTrace, area: Box) -> None:
    """Draw the lines that each bit adds, seen only while the picture plays."""
    across, down = 1, 1
    bits = _bits(trace)
    for bit in range(1, bits + 1):
        if (bits - bit) % 2 == 0:
            across *= 2
            xs = [area.x + area.width * number / across for number in range(1, across, 2)]
            data = " ".join(f"M{x:.2f},{area.y:g} V{area.bottom:g}" for x in xs)
        else:
            down *= 2
            ys = [area.y + area.height * number / down for number in range(1, down, 2)]
            data = " ".join(f"M{area.x:g},{y:.2f} H{area.right:g}" for y in ys)
        lines = picture.path(data, stroke="accent", stroke_width=1.4 if bit < 6 else 0.7, hidden=True)  # noqa: PLR2004 -- finer lines where they stand close
        picture.show(lines, bit, bits + 1)


def _tone(part: Part) -> str:
    return EXTRA_TONE if part.zone is None else ZONE_TONES[part.zone]


def _cell(picture: Picture, part: Part, cell: Box) -> None:
    tone, gap = _tone(part), 1.5 if min(cell.width, cell.height) > ROOMY else 0
    inner = Box(cell.x + gap, cell.y + gap, cell.width - 2 * gap, cell.height - 2 * gap)
    where = (inner.x, inner.y, inner.width, inner.height)
    if part.zone is None and part.overlaps:
        # What lies under it stays readable: that is what it collides with.
        picture.rect(*where, fill="bad-soft", radius=3, opacity=0.35)
        picture.rect(*where, stroke="bad", stroke_width=2.5, dash="6 4", radius=3)
        if min(inner.width, inner.height) > ROOM_FOR_CROSS:
            picture.cross(inner.right - 11, inner.bottom - 11, 5, stroke_width=2.5)
        return
    fill, stroke = (f"{tone}-soft", tone) if gap else (tone, "none")
    picture.rect(*where, fill=fill, stroke=stroke, stroke_width=1.5, radius=3 if gap else 0)
    _label(picture, inner, part.name, part.cidr, "ink")


def _label(picture: Picture, cell: Box, name: str, cidr: str, ink: str) -> None:
    """Write name and block into a cell, or what there is room for."""
    small = picture.layout.small
    x, middle = cell.center
    short = "/" + cidr.partition("/")[2]
    fits = [text for text in (cidr, short) if text_width(text, small) <= cell.width - 6]
    if text_width(name, small) * 1.06 > cell.width - 4 or cell.height < small + 4:
        return
    if fits and cell.height >= 2 * small + 12:
        picture.text(x, middle - small * 0.65, name, fill=ink, bold=True, anchor="middle", middle=True)
        picture.text(x, middle + small * 0.75, fits[0], fill="muted", anchor="middle", middle=True)
    elif text_width(f"{name}  {cidr}", small) <= cell.width - 8:
        picture.text(x, middle, f"{name}\u2002{cidr}", fill=ink, anchor="middle", middle=True)
    else:
        picture.text(x, middle, name, fill=ink, bold=True, anchor="middle", middle=True)


def _legend(picture: Picture, trace: SubnetsTrace, y: float) -> None:
    zones = sorted({part.zone for part in trace.parts if part.zone is not None})
    entries = [(ZONE_TONES[zone], words.ZONE_ENTRY.format(letter=ZONE_LETTERS[zone])) for zone in zones]
    extra = [part for part in trace.parts if part.zone is None]
    if any(part.sound for part in extra):
        entries.append((EXTRA_TONE, words.EXTRA_ENTRY))
    if any(part.overlaps for part in extra):
        entries.append(("bad", words.BAD_ENTRY))
    if picture.layout.narrow:
        # Four entries and the free addresses are wider than a phone: letters say which zone.
        entries = [(tone, label.split(" ")[-1]) for tone, label in entries]
    picture.legend(6, y, entries, gap=14)
    free = words.FREE_ENTRY.format(count=trace.left)
    picture.text(picture.width - 6, y, free, fill="muted", anchor="end", middle=True)


def _glass(picture: Picture, trace: SubnetsTrace, area: Box) -> None:
    """Frame the cell whose inside is shown below, as that inside is framed."""
    cell = place(trace.shown.cidr, trace.plan.vpc, trace.plan.length, area)
    frame = picture.rect(
        cell.x, cell.y, max(cell.width, 3), max(cell.height, 3), stroke="ink", stroke_width=2.2, radius=3
    )
    picture.show(frame, _bits(trace) + 1)


def _zoom(picture: Picture, trace: SubnetsTrace, box: Box) -> None:
    part, small = trace.shown, picture.layout.small
    if part is None:
        picture.rect(box.x, box.y, box.width, box.height, stroke="faint", radius=8, dash="4 4")
        picture.text(*box.center, words.NOTHING, fill="muted", anchor="middle", middle=True)
        return
    name = words.ZOOM_HEAD.format(name=part.name)
    container(picture, box, name, note=part.cidr, fill="raised", stroke="ink", radius=8)
    first, last = usable_range(part.cidr)
    y = box.y + head_height(picture.layout) + 2
    edge = box.x + 14 + text_width("〜 255.255.255.255", small) + 4
    for kept in trace.reserved:
        if kept.role == "broadcast":
            usable = Box(box.x + 6, y, box.width - 12, 2 * ROW - 2)
            picture.rect(usable.x, usable.y, usable.width, usable.height, fill="accent-soft", radius=4)
            picture.text(box.x + 14, y + ROW / 2, first, middle=True)
            picture.text(box.x + 14, y + ROW * 1.4, words.UP_TO.format(last=last), middle=True)
            picture.text(edge, y + ROW / 2, words.USABLE, fill="accent", bold=True, middle=True)
            picture.text(edge, y + ROW * 1.4, words.ADDRESSES.format(count=part.usable), fill="accent", middle=True)
            y += 2 * ROW
        picture.rect(box.x + 6, y, box.width - 12, ROW - 2, fill="bad-soft", radius=4)
        picture.text(box.x + 14, y + ROW / 2 - 1, kept.address, middle=True)
        picture.text(edge, y + ROW / 2 - 1, words.ROLES[kept.role], fill="bad", middle=True)
        if not picture.layout.narrow:
            mark = words.RESERVED_MARK
            picture.text(box.right - 14, y + ROW / 2 - 1, mark, fill="bad", bold=True, anchor="end", middle=True)
        y += ROW


def _sums(picture: Picture, trace: SubnetsTrace, box: Box) -> None:
    small = picture.layout.small
    y = box.y
    if trace.shown:
        part = trace.shown
        sums = words.SUM.format(total=part.total, reserved=RESERVED_COUNT, usable=part.usable)
        picture.text(box.x + 2, y + 28, sums, size=26 if text_width(sums, 26) * 1.1 <= box.width else 21, bold=True)
        picture.text(box.x + 2, y + 54, words.SUM_NOTE, fill="muted")
        y += 76
    data = {
        "subnets": len(trace.made),
        "usable": sum(one.usable for one in trace.made),
        "reserved": RESERVED_COUNT * len(trace.made),
        "capacity": trace.plan.capacity,
    }
    for label, value in words.FACTS:
        picture.line((box.x, y), (box.right, y))
        picture.text(box.x + 2, y + 15, label, fill="muted", middle=True)
        picture.text(box.right - 2, y + 15, value.format(**data), anchor="end", middle=True)
        y += small * FACT_LINES
