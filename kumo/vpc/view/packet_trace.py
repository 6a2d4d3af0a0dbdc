"""Picture of a packet's way there and of its reply's way back, side by side, through the boxes that they pass.

Each row is a station: one thing that is asked, on the way there, on the way back, or on both. The rows stand in
the order in which the packet meets them; VPCs and subnets are frames around the rows that lie in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, text_width, wrap
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import LINE_HEIGHT, Box
from kumo.vpc.model.hops import Verdict
from kumo.vpc.model.network import CustomerGateway, Host, Interface, NatGateway, Subnet, Vpc
from kumo.vpc.words import packet_trace as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.vpc.model.faults import Inquiry
    from kumo.vpc.model.hops import Hop
    from kumo.vpc.model.network import Network

MARK = 9.0
SECONDS_PER_HOP = 0.9
# Share of a hop in which the packet moves; then it rests while the station answers.
TRAVEL = 0.45
PAD = 6.0
TOP = 88.0


@dataclass(frozen=True)
class Row:
    """One station: the hop on the way there, the hop on the way back, and the frames around it (outermost first)."""

    family: str
    at: str
    there: Hop | None
    back: Hop | None
    frames: tuple[str, ...]


@dataclass(frozen=True)
class _Columns:
    """Where things stand from left to right: title, and for each way the lane and its text (x, width)."""

    title: tuple[float, float]
    lanes: tuple[float, float]
    texts: tuple[tuple[float, float], tuple[float, float]]


WIDE_COLUMNS = _Columns((24, 216), (262, 496), ((280, 194), (514, 188)))
NARROW_COLUMNS = _Columns((80, 228), (28, 58), ((80, 224), (80, 224)))


def draw(inquiry: Inquiry, layout: Layout) -> Picture:
    """Return the picture of `inquiry`: the verdict above, the stations from top to bottom below."""
    if inquiry.answer is None:
        return _nobody(inquiry, layout)
    sheet = _Sheet(inquiry, layout)
    trace = inquiry.answer
    count = len(trace.hops)
    steps = tuple(
        Step(
            index + TRAVEL,
            f"{words.BACK if hop.back else words.THERE}: {words.STATIONS[words.family(hop)]} — "
            f"{words.text(inquiry.network, hop)}"
            if words.family(hop) != "end"
            else f"{words.end(hop.at)}: {words.text(inquiry.network, hop)}",
        )
        for index, hop in enumerate(trace.hops)
    )
    picture = Picture(
        layout,
        sheet.height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            source=words.end(trace.flow.source),
            destination=words.end(trace.flow.destination),
            service=words.service(trace.flow.protocol, trace.flow.port),
            verdict=words.verdict(inquiry),
        ),
        clock=Clock(0, count, words.HOPS, seconds=SECONDS_PER_HOP * count, steps=steps),
    )
    _head(picture, inquiry)
    for key, box in sheet.frames:
        _frame(picture, inquiry.network, key, box, sheet.columns.title[0] - box.x if layout.narrow else 8)
    _lanes(picture, sheet)
    for row, top, height in sheet.rows:
        _row(picture, inquiry, row, Box(0, top, layout.width, height), sheet)
    _packet(picture, inquiry, sheet)
    return picture


def rows(inquiry: Inquiry) -> list[Row]:
    """Return the stations in the order of the way there; those of the way back alone stand where it passes them."""
    network, trace = inquiry.network, inquiry.answer
    there, back = list(trace.there), list(trace.back)[::-1]
    paired = _merged([_key(hop) for hop in there], [_key(hop) for hop in back])
    found = []
    for one, other in paired:
        outward = there[one] if one is not None else None
        homeward = back[other] if other is not None else None
        hop = outward or homeward
        found.append(Row(words.family(hop), hop.at, outward, homeward, _frames(network, hop)))
    return found


def _key(hop: Hop) -> tuple[str, str]:
    return words.family(hop), hop.at


def _merged(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> list[tuple[int | None, int | None]]:
    """Align two lists by their longest common subsequence; what is in one alone gets a pair with None."""
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            same = one[i] == other[j]
            lengths[i][j] = 1 + lengths[i + 1][j + 1] if same else max(lengths[i + 1][j], lengths[i][j + 1])
    i = j = 0
    pairs: list[tuple[int | None, int | None]] = []
    while i < len(one) or j < len(other):
        if i < len(one) and j < len(other) and one[i] == other[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif j == len(other) or (i < len(one) and lengths[i + 1][j] >= lengths[i][j + 1]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _frames(network: Network, hop: Hop) -> tuple[str, ...]:
    """Return the IDs of the boxes in which a hop takes place, outermost first."""
    thing = network.get(hop.at)
    if isinstance(thing, Interface | NatGateway) and thing.subnet:
        return network[thing.subnet].vpc, thing.subnet
    if isinstance(thing, Subnet):
        return thing.vpc, thing.id
    if isinstance(thing, Vpc):
        return (thing.id,)
    if isinstance(thing, CustomerGateway):
        return (thing.id,)
    if isinstance(thing, Host):
        return (thing.place,) if network.get(thing.place) is not None else ()
    vpc = getattr(thing, "vpc", None)
    return (vpc,) if vpc else ()


class _Sheet:
    """Where every row and every frame stands."""

    def __init__(self, inquiry: Inquiry, layout: Layout) -> None:
        self.layout, self.inquiry = layout, inquiry
        self.columns = NARROW_COLUMNS if layout.narrow else WIDE_COLUMNS
        self.head = layout.small * 1.3 + 6
        self.rows: list[tuple[Row, float, float]] = []
        self.frames: list[tuple[str, Box]] = []
        self.numbers = {id(hop): number for number, hop in enumerate(inquiry.answer.blockers, 1)}
        y = self._stack(rows(inquiry), 0, TOP)
        # Outer frames are drawn first.
        self.frames.reverse()
        self.height = y + 4
        self.centers = [top + height / 2 for _, top, height in self.rows]

    def _stack(self, found: list[Row], depth: int, y: float) -> float:
        """Stack rows from `y` down, the ones in a common box inside its frame; return the y below them."""
        for key, members in groupby(found, key=lambda row: row.frames[depth] if len(row.frames) > depth else ""):
            inside = list(members)
            if key:
                top = y + 3
                y = self._stack(inside, depth + 1, top + self.head) + PAD - 2
                inset = 4 + depth * PAD
                self.frames.append((key, Box(inset, top, self.layout.width - 2 * inset, y - top)))
                y += 5
            else:
                for row in inside:
                    height = self.row_height(row)
                    self.rows.append((row, y, height))
                    y += height
        return y

    def texts(self, row: Row, way: int) -> list[str]:
        """Return the lines that say what happens on one way."""
        hop = (row.there, row.back)[way]
        if hop is None:
            return []
        content = words.text(self.inquiry.network, hop)
        if self.layout.narrow:
            content = f"{(words.THERE, words.BACK)[way]} {content}"
        return wrap(content, self.columns.texts[way][1] * (0.9 if hop.blocks else 1), self.layout.small)

    def title(self, row: Row) -> tuple[list[str], list[str]]:
        """Return the lines of the title and of its note."""
        name, note = words.station(self.inquiry.network, row.family, row.at)
        small, width = self.layout.small, self.columns.title[1]
        if text_width(name, small) * 1.06 + 8 + text_width(note, small) <= width:
            return [name], [note] if note else []
        return wrap(name, width / 1.06, small), wrap(note, width, small) if note else []

    def one_line(self, row: Row) -> bool:
        """Return whether title and note share a line."""
        name, note = words.station(self.inquiry.network, row.family, row.at)
        small = self.layout.small
        return text_width(name, small) * 1.06 + 8 + text_width(note, small) <= self.columns.title[1]

    def row_height(self, row: Row) -> float:
        """Return the height of a row (user units)."""
        line = self.layout.small * LINE_HEIGHT
        name, note = self.title(row)
        title = len(name) if self.one_line(row) else len(name) + len(note)
        there, back = len(self.texts(row, 0)), len(self.texts(row, 1))
        lines = title + there + back if self.layout.narrow else max(title, there, back)
        return lines * line + 12

    def beyond(self, hop: Hop) -> bool:
        """Return whether the packet would have been stopped before this hop."""
        order = self.inquiry.answer.hops
        return any(one.blocks for one in order[: next(place for place, one in enumerate(order) if one is hop)])


def _head(picture: Picture, inquiry: Inquiry) -> None:
    flow, small, body = inquiry.answer.flow, picture.layout.small, picture.layout.body
    good = inquiry.answer.reachable
    tone = "good" if good else "bad"
    picture.rect(4, 4, picture.width - 8, 50, fill=f"{tone}-soft", radius=8)
    if good:
        picture.check(24, 29, 8, stroke_width=3)
    else:
        picture.cross(24, 29, 7, stroke_width=3)
    asked = f"{words.end(flow.source)} → {words.end(flow.destination)}"
    service = words.service(flow.protocol, flow.port)
    verdict = words.verdict(inquiry)
    if picture.layout.narrow:
        picture.text(44, 20, verdict, size=body, fill=tone, bold=True, middle=True)
        picture.text(44, 39, f"{asked}  {service}", middle=True)
    else:
        picture.text(44, 29, verdict, size=body + 3, fill=tone, bold=True, middle=True)
        picture.text(picture.width - 20, 29, f"{asked}   {service}", size=body, anchor="end", middle=True)
    columns = NARROW_COLUMNS if picture.layout.narrow else WIDE_COLUMNS
    y = TOP - 14
    homeward = words.BACK if inquiry.answer.back or picture.layout.narrow else words.NO_REPLY
    for lane, name, sign in zip(columns.lanes, (words.THERE, homeward), (1, -1), strict=True):
        if picture.layout.narrow:
            picture.text(lane, y, name, anchor="middle", middle=True, fill="muted", bold=True, size=small)
        else:
            picture.arrow((lane, y - 9 * sign), (lane, y + 9 * sign), stroke="muted", stroke_width=2)
            picture.text(lane + 18, y, name, fill="muted", bold=True, middle=True)


def _frame(picture: Picture, network: Network, key: str, box: Box, indent: float) -> None:
    """Draw one frame; its label stands beside the lanes, not under them."""
    thing = network[key]
    if isinstance(thing, Vpc):
        label = "VPC" if thing.id == "vpc" else thing.id.upper().replace("VPC-", "VPC ")
        look = {"fill": "panel", "stroke": "series-6", "ink": "series-6"}
        container(picture, box, label, note="、".join(thing.cidrs), indent=indent, **look)
    elif isinstance(thing, Subnet):
        label = f"{words.SUBNET} {thing.id.removeprefix('subnet-')}"
        look = {"fill": "raised", "stroke": "accent", "ink": "accent"}
        container(picture, box, label, note=thing.cidr, radius=6, indent=indent, **look)
    else:
        note = "、".join(thing.cidrs)
        look = {"stroke": "muted", "ink": "muted", "dash": "5 4"}
        container(picture, box, words.PREMISES, note=note, indent=indent, **look)


def _lanes(picture: Picture, sheet: _Sheet) -> None:
    """Draw the two roads: solid as far as the packet comes, dotted where it would go on if nothing stopped it."""
    trace = sheet.inquiry.answer
    stopped = False
    for way, lane in enumerate(sheet.columns.lanes):
        ys = [
            center for (row, _, _), center in zip(sheet.rows, sheet.centers, strict=True) if (row.there, row.back)[way]
        ]
        hops = [hop for row, _, _ in sheet.rows if (hop := (row.there, row.back)[way])]
        if not ys:
            continue
        order = list(zip(ys, hops, strict=True))[:: -1 if way else 1]
        start = order[0][0]
        block = None if stopped else next((y for y, hop in order if hop.blocks), order[-1][0])
        if block is not None and abs(block - start) > 1:
            picture.line((lane, start), (lane, block), stroke="good", stroke_width=3)
        rest = start if block is None else block
        if abs(order[-1][0] - rest) > 1:
            picture.line((lane, rest), (lane, order[-1][0]), stroke="faint", stroke_width=2, dash="2 5")
        stopped = stopped or any(hop.blocks for hop in trace.there)


def _row(picture: Picture, inquiry: Inquiry, row: Row, box: Box, sheet: _Sheet) -> None:
    small, line = picture.layout.small, picture.layout.small * LINE_HEIGHT
    x, _ = sheet.columns.title
    order = inquiry.answer.hops
    name, note = sheet.title(row)
    texts = [sheet.texts(row, way) for way in (0, 1)]
    end = row.family == "end"
    narrow = picture.layout.narrow
    title_lines = len(name) if sheet.one_line(row) else len(name) + len(note)
    y = box.y + 6 + line / 2 if narrow else box.y + box.height / 2 - (title_lines - 1) * line / 2
    for number, content in enumerate(name):
        picture.text(x, y + number * line, content, bold=True, middle=True)
    if sheet.one_line(row):
        after = x + text_width(name[0], small) * 1.06 + 8
        for content in note:
            picture.text(after, y, content, fill="muted", middle=True)
    else:
        for number, content in enumerate(note, len(name)):
            picture.text(x, y + number * line, content, fill="muted", middle=True)
    y += title_lines * line
    middle = box.y + box.height / 2
    for way, hop in enumerate((row.there, row.back)):
        if hop is None:
            continue
        left, width = sheet.columns.texts[way]
        top = y if narrow else middle - (len(texts[way]) - 1) * line / 2
        when = next(index for index, one in enumerate(order) if one is hop) + TRAVEL
        if hop.blocks:
            picture.rect(left - 5, top - line / 2, width + 8, len(texts[way]) * line, fill="bad-soft", radius=4)
        # What would come after an obstacle is told, but does not happen.
        faint = hop.verdict is Verdict.SKIP or sheet.beyond(hop)
        tone = "bad" if hop.blocks else "faint" if faint else "ink" if end else "muted"
        for number, content in enumerate(texts[way]):
            picture.text(left, top + number * line, content, fill=tone, bold=hop.blocks, middle=True)
        y += len(texts[way]) * line
        _mark(picture, hop, sheet.columns.lanes[way], middle, when, sheet)


def _mark(picture: Picture, hop: Hop, x: float, y: float, when: float, sheet: _Sheet) -> None:
    with picture.group() as group:
        if hop.blocks:
            picture.circle(x, y, MARK + 1.5, fill="bad", stroke="panel", stroke_width=2)
            number = str(sheet.numbers[id(hop)])
            picture.text(x, y, number, fill="surface", bold=True, anchor="middle", middle=True)
        elif hop.verdict is Verdict.SKIP:
            picture.circle(x, y, MARK - 3, fill="panel", stroke="faint", stroke_width=2)
        elif sheet.beyond(hop):
            picture.circle(x, y, MARK - 1, fill="panel", stroke="faint", stroke_width=1.5)
            picture.check(x, y, 3.5, stroke="faint")
        else:
            picture.circle(x, y, MARK, fill="good", stroke="panel", stroke_width=2)
            picture.check(x, y, 4, stroke="surface", stroke_width=2.2)
    picture.show(group, when)


def _packet(picture: Picture, inquiry: Inquiry, sheet: _Sheet) -> None:
    """Let a dot run down the one road and up the other; from the first obstacle on it is a hollow one."""
    keys: list[tuple[float, tuple[float, float]]] = []
    for index, hop in enumerate(inquiry.answer.hops):
        lane = sheet.columns.lanes[hop.back]
        place = next(
            (lane, center)
            for (row, _, _), center in zip(sheet.rows, sheet.centers, strict=True)
            if hop is (row.back if hop.back else row.there)
        )
        if keys:
            keys.append((index, keys[-1][1]))
        keys.append((index + TRAVEL if keys else 0, place))
    keys.append((len(inquiry.answer.hops), keys[-1][1]))
    x, y = keys[0][1]
    blocked = next((index for index, hop in enumerate(inquiry.answer.hops) if hop.blocks), None)
    moves = [(moment, (px - x, py - y)) for moment, (px, py) in keys]
    dot = picture.circle(x, y, MARK + 4, stroke="tokens", stroke_width=4, hidden=True)
    picture.show(dot, 0, None if blocked is None else blocked + TRAVEL)
    picture.move(dot, moves)
    if blocked is not None:
        ghost = picture.circle(x, y, MARK + 4, stroke="bad", stroke_width=2, hidden=True)
        picture.show(ghost, blocked + TRAVEL)
        picture.move(ghost, moves)


def _nobody(inquiry: Inquiry, layout: Layout) -> Picture:
    """Return a picture that says who is here instead of those who were asked for."""
    line = layout.small * LINE_HEIGHT
    names = [words.ENDS.get(one, one) for one in inquiry.ends]
    picture = Picture(
        layout,
        84 + len(names) * (line + 8),
        title=words.TITLE,
        description=words.DESCRIPTION.format(
            source=words.end(inquiry.source),
            destination=words.end(inquiry.destination),
            service="",
            verdict=words.verdict(inquiry),
        ),
    )
    picture.rect(4, 4, layout.width - 8, 40, fill="warn-soft", radius=8)
    picture.text(20, 24, words.verdict(inquiry), size=layout.body, fill="warn", bold=True, middle=True)
    y = 66.0
    for name in names:
        picture.circle(18, y + 4, 4, fill="accent")
        picture.text(32, y + 4, name, middle=True)
        y += line + 8
    return picture
