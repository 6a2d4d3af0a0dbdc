"""Picture of the choice: three lanes run through the requirements, and each ends at the first that it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.api_gateway.model.api_types import API_TYPES, TODAY
from kumo.api_gateway.words import api_chooser as words
from kumo.api_gateway.words.api_types import API_NAMES, API_SHORT, WHEN_OPTIONS
from kumo.core.drawing import Clock, Picture, Step, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.api_gateway.model.api_types import ChooserTrace, Requirement
    from kumo.core.drawing import Layout

# Colours of a mark: soft fill and line.
TONES = {"yes": "good", "limited": "warn", "no": "bad"}
MARK = 11
LANE = 5
SECONDS_PER_STEP = 1.3
# How long before a requirement its tokens set off (in requirements).
ON_THE_WAY = 0.7


@dataclass(frozen=True)
class _Grid:
    """Where the lanes and the rows are (user units)."""

    lanes: tuple[float, ...]
    room: float
    head: float
    rows: tuple[tuple[float, float], ...]

    @property
    def bottom(self) -> float:
        """Lower end of the rows."""
        top, height = self.rows[-1]
        return top + height

    def middle(self, row: int) -> float:
        """Return the y of the middle of a row."""
        top, height = self.rows[row]
        return top + height / 2


def draw(trace: ChooserTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`; where the layout is narrow, the conditions stand below the rows."""
    grid = _grid(trace, layout)
    # The parts below the rows depend on how their words break, so that they are measured before drawing.
    foot = grid.bottom + (18 if layout.narrow else 14)
    results = foot + (_results_narrow(None, trace, layout, foot) if layout.narrow else _box_height(trace))
    height = results + 14 + _verdict(None, trace, layout, results + 14)
    picture = Picture(
        layout,
        height + 4,
        title=words.TITLE,
        description=words.DESCRIPTION.format(count=len(trace.requirements), verdict=words.verdict(trace)),
        clock=_clock(trace),
    )
    _heads(picture, trace, grid)
    _rows(picture, trace, grid)
    _lanes(picture, trace, grid, foot)
    _tokens(picture, trace, grid, foot)
    for row, entry in enumerate(trace.requirements):
        _marks(picture, trace, grid, row, entry)
    if layout.narrow:
        _results_narrow(picture, trace, layout, foot)
    else:
        _results_wide(picture, trace, grid, foot)
    _verdict(picture, trace, layout, results + 14)
    return picture


def _clock(trace: ChooserTrace) -> Clock | None:
    """Return the clock: requirement `i` (from 1) takes effect at time `i`, the result follows one later."""
    count = len(trace.requirements)
    if not count:
        return None
    steps = [Step(index, words.step(entry)) for index, entry in enumerate(trace.requirements, 1)]
    steps.append(Step(count + 1, words.STEP_END.format(verdict=words.verdict(trace))))
    return Clock(0, count + 1, words.STEP_UNIT, seconds=SECONDS_PER_STEP * (count + 1), steps=tuple(steps))


def _grid(trace: ChooserTrace, layout: Layout) -> _Grid:
    if layout.narrow:
        lanes, room, head = (166.0, 210.0, 278.0), 0.0, 76.0
    else:
        lanes, room, head = (214.0, 384.0, 554.0), 128.0, 96.0
    top, rows = head, []
    for entry in trace.requirements or (None,):
        lines = 1
        if entry and room:
            lines = max(len(wrap(note, room, layout.small)) for note in entry.notes)
        height = 36 + 18 * (lines - 1)
        rows.append((top, height))
        top += height + 4
    return _Grid(lanes, room, head, tuple(rows))


def _heads(picture: Picture, trace: ChooserTrace, grid: _Grid) -> None:
    narrow, small = picture.layout.narrow, picture.layout.small
    left = 10 if narrow else 20
    if trace.when != TODAY:
        picture.text(left, 22, WHEN_OPTIONS[trace.when], fill="warn", bold=True)
    for index, line in enumerate(words.PRICE_UNIT_LINES if narrow else [words.PRICE_PLACE]):
        picture.text(left, (42 if narrow else 66) + 18 * index, line, fill="muted")
    for api, x in zip(API_TYPES, grid.lanes, strict=True):
        _head_name(picture, trace, api, x)
        place = {"anchor": "middle"} if narrow else {}
        start = x if narrow else x - MARK
        price = (words.PRICES_SHORT if narrow else words.PRICES)[api].format(price=trace.prices[api])
        if not narrow:
            picture.text(start, 44, words.TAGLINES[api], fill="muted")
        picture.text(start, 42 if narrow else 66, price, size=small, fill="muted", **place)


def _head_name(picture: Picture, trace: ChooserTrace, api: str, x: float) -> None:
    """Write the name over a lane, struck through where the type is excluded (in motion: from then on)."""
    narrow, dead = picture.layout.narrow, trace.died_at(api)
    name = API_SHORT[api] if narrow else API_NAMES[api]
    style = {"size": picture.layout.body + (0 if narrow else 2), "bold": True}
    style |= {"anchor": "middle"} if narrow else {}
    start = x if narrow else x - MARK
    if dead is None:
        picture.text(start, 22, name, **style)
        return
    before = picture.text(start, 22, name, hidden=True, **style)
    picture.show(before, 0, dead + 1)
    struck = picture.text(start, 22, name, fill="muted", **style)
    struck.args["text-decoration"] = "line-through"
    picture.show(struck, dead + 1)


def _rows(picture: Picture, trace: ChooserTrace, grid: _Grid) -> None:
    layout = picture.layout
    left, right = (4, layout.width - 4) if layout.narrow else (8, layout.width - 8)
    for row, (top, height) in enumerate(grid.rows):
        picture.rect(left, top, right - left, height, fill="raised", stroke="line", radius=8)
        if picture.clock:
            # In motion, the requirement that is being applied.
            now = picture.rect(left, top, right - left, height, stroke="accent", stroke_width=2, radius=8, hidden=True)
            picture.show(now, row + 1 - ON_THE_WAY, row + 2 - ON_THE_WAY)
    x, size = (12, layout.small) if layout.narrow else (20, layout.body)
    if not trace.requirements:
        picture.text(x, grid.middle(0), words.NO_NEEDS, fill="muted", middle=True)
    for row, entry in enumerate(trace.requirements):
        picture.text(x, grid.middle(row), words.need(entry.feature.key), size=size, middle=True)


def _lanes(picture: Picture, trace: ChooserTrace, grid: _Grid, foot: float) -> None:
    top = grid.head - 12
    for api, x in zip(API_TYPES, grid.lanes, strict=True):
        dead = trace.died_at(api)
        end = foot if dead is None else grid.middle(dead)
        lane = picture.rect(x - LANE / 2, top, LANE, end - top, fill="good", radius=LANE / 2)
        if picture.clock:
            picture.track(
                lane, "height", [(time, y - top) for time, y in _journey(trace, grid, api, foot)], smooth=True
            )


def _journey(trace: ChooserTrace, grid: _Grid, api: str, foot: float) -> list[tuple[float, float]]:
    """Return when a type's token is how far down: it waits at each requirement, and stays where it fails."""
    dead, y = trace.died_at(api), grid.head - 12
    stops = [grid.middle(row) for row in range(len(trace.requirements))][: None if dead is None else dead + 1]
    keys = [(0.0, y)]
    for time, stop in enumerate([*stops, *([foot] if dead is None else [])], 1):
        keys += [(time - ON_THE_WAY, y), (float(time), stop)]
        y = stop
    return keys


def _marks(picture: Picture, trace: ChooserTrace, grid: _Grid, row: int, entry: Requirement) -> None:
    small, y = picture.layout.small, grid.middle(row)
    for api, x, support, note in zip(API_TYPES, grid.lanes, entry.support, entry.notes, strict=True):
        dead = trace.died_at(api)
        late = dead is not None and dead < row
        with picture.group() as group:
            if late:
                _late_mark(picture, x, y, support)
            else:
                _mark(picture, x, y, support)
            if grid.room and note:
                ink = "muted" if late else {"yes": "muted", "limited": "warn", "no": "bad"}[support]
                lines = wrap(note, grid.room, small)
                top = y - (len(lines) - 1) * 9
                for index, line in enumerate(lines):
                    picture.text(x + MARK + 8, top + index * 18, line, fill=ink, middle=True)
        picture.show(group, row + 1)


def _mark(picture: Picture, x: float, y: float, support: str) -> None:
    tone = TONES[support]
    if support == "limited":
        # A triangle, as Japanese tables mark what holds in part.
        corners = [(x, y - MARK - 2), (x + MARK + 2, y + MARK - 1), (x - MARK - 2, y + MARK - 1)]
        picture.path(corners, fill=f"{tone}-soft", stroke=tone, stroke_width=2, close=True)
        picture.check(x, y + 3, 4.5, stroke=tone, stroke_width=2)
        return
    picture.circle(x, y, MARK, fill=f"{tone}-soft", stroke=tone, stroke_width=2)
    if support == "no":
        picture.cross(x, y, 5, stroke=tone, stroke_width=2.5)
    else:
        picture.check(x, y, 5.5, stroke=tone, stroke_width=2.5)


def _late_mark(picture: Picture, x: float, y: float, support: str) -> None:
    if support == "no":
        picture.cross(x, y, 4, stroke="faint", stroke_width=1.5)
    else:
        picture.check(x, y, 4.5, stroke="faint", stroke_width=1.5)


def _tokens(picture: Picture, trace: ChooserTrace, grid: _Grid, foot: float) -> None:
    if not picture.clock:
        return
    for api, x in zip(API_TYPES, grid.lanes, strict=True):
        keys = _journey(trace, grid, api, foot)
        start = keys[0][1]
        token = picture.circle(x, start, 7, fill="good", stroke="raised", stroke_width=2, hidden=True)
        picture.show(token, 0, keys[-1][0])
        picture.move(token, [(time, (0, y - start)) for time, y in keys])


def _reason(trace: ChooserTrace, api: str) -> tuple[str, str]:
    """Return the label of the requirement that excluded a type, and the rest of that sentence."""
    keys = trace.excluded_by[api]
    rest = words.BY if len(keys) == 1 else words.BY_MORE.format(count=len(keys) - 1)
    return words.need(keys[0]), rest


def _box_height(trace: ChooserTrace) -> float:
    return 70 if trace.excluded_by else 54


def _results_wide(picture: Picture, trace: ChooserTrace, grid: _Grid, top: float) -> None:
    height, width, count = _box_height(trace), 160, len(trace.requirements)
    for api, x in zip(API_TYPES, grid.lanes, strict=True):
        left, dead = x - MARK - 5, trace.died_at(api)
        middle = left + width / 2
        decided = count + 1 if dead is None else dead + 1
        if picture.clock:
            with picture.group(visibility="hidden") as waiting:
                picture.rect(left, top, width, height, stroke="line", stroke_width=1.5, radius=8)
                picture.text(middle, top + height / 2, words.CANDIDATE, fill="muted", anchor="middle", middle=True)
            picture.show(waiting, 0, decided)
        with picture.group() as group:
            if dead is None:
                picture.rect(left, top, width, height, fill="good-soft", stroke="good", stroke_width=2, radius=8)
                first = len(trace.remaining) > 1 and api == trace.suggested
                y = top + height / 2 - 10
                picture.check(left + 20, y, 6, stroke="good", stroke_width=3)
                picture.text(left + 36, y, API_NAMES[api], bold=True, middle=True)
                said = words.REMAINS_FIRST if first else words.REMAINS
                picture.text(left + 36, y + 20, said, middle=True)
            else:
                picture.rect(left, top, width, height, stroke="faint", stroke_width=1.5, radius=8, dash="5 4")
                name = picture.text(middle, top + 16, API_NAMES[api], fill="muted", anchor="middle", middle=True)
                name.args["text-decoration"] = "line-through"
                for index, line in enumerate(_reason(trace, api)):
                    picture.text(middle, top + 36 + index * 18, line, fill="bad", anchor="middle", middle=True)
        if picture.clock:
            picture.show(group, decided)


def _results_narrow(picture: Picture | None, trace: ChooserTrace, layout: Layout, top: float) -> float:
    """Draw the results as a list (or only measure it); return its height."""
    y, width = top + 2, layout.width - 40
    for api in API_TYPES:
        dead = trace.died_at(api)
        if dead is None:
            first = len(trace.remaining) > 1 and api == trace.suggested
            said = f"{API_NAMES[api]}: {words.REMAINS_FIRST if first else words.REMAINS}"
            lines, tone = wrap(said, width, layout.body), "ink"
        else:
            said = f"{API_NAMES[api]}: " + words.some(trace.excluded_by[api], words.BY_LINE, words.BY_LINE_MORE)
            lines, tone = wrap(said, width, layout.small), "muted"
        if picture:
            with picture.group() as group:
                if dead is None:
                    picture.check(18, y + 8, 6, stroke="good", stroke_width=3)
                else:
                    picture.cross(18, y + 8, 5, stroke="bad", stroke_width=2.5)
                for index, line in enumerate(lines):
                    size = layout.body if dead is None else layout.small
                    picture.text(34, y + 8 + index * 18, line, size=size, bold=dead is None, fill=tone, middle=True)
            if picture.clock:
                picture.show(group, picture.clock.end if dead is None else dead + 1)
        y += 18 * len(lines) + 8
    return y - top


def _verdict(picture: Picture | None, trace: ChooserTrace, layout: Layout, top: float) -> float:
    """Draw what the result means (or only measure it); return the height."""
    left = 4 if layout.narrow else 8
    width = layout.width - 2 * left
    inner = width - (20 if layout.narrow else 32)
    paragraphs = [(line, "ink", True, layout.body + 1) for line in wrap(words.verdict(trace), inner, layout.body + 1)]
    if trace.remaining:
        paragraphs += [
            (line, "ink", False, layout.small) for line in wrap(f"{words.advice(trace)}。", inner, layout.small)
        ]
    pairs = [] if trace.remaining else _pair_lines(trace, inner, layout)
    cautions = words.cautions(trace)
    cautions += _limited(trace) if layout.narrow else []
    notes = [line for said in cautions for line in wrap(said, inner, layout.small)]
    height = 16 + 22 * len(paragraphs) + 21 * sum(len(lines) for _, lines in pairs) + 20 * len(notes) + 6
    if picture is None:
        return height
    with picture.group() as group:
        picture.rect(left, top, width, height, fill="accent-soft", radius=10)
        x, y = left + (10 if layout.narrow else 16), top + 22
        for line, tone, bold, size in paragraphs:
            picture.text(x, y, line, fill=tone, bold=bold, size=size, middle=True)
            y += 22
        for covers, lines in pairs:
            if covers:
                picture.check(x + 7, y, 6, stroke="good", stroke_width=3)
            else:
                picture.cross(x + 7, y, 5, stroke="bad", stroke_width=2.5)
            for line in lines:
                picture.text(x + 22, y, line, bold=covers, fill="ink" if covers else "muted", middle=True)
                y += 21
        for line in notes:
            picture.text(x, y, line, fill="muted", middle=True)
            y += 20
    if picture.clock:
        picture.show(group, picture.clock.end)
    return height


def _pair_lines(trace: ChooserTrace, inner: float, layout: Layout) -> list[tuple[bool, list[str]]]:
    lines = []
    for pair in trace.pairs:
        apis = words.PLUS.join(API_NAMES[api] for api in pair.apis)
        said = words.some(pair.missing, words.PAIR_LACKS, words.PAIR_LACKS_MORE) if pair.missing else words.PAIR_COVERS
        lines.append((not pair.missing, wrap(f"{apis}: {said}", inner - 22, layout.small)))
    return lines


def _limited(trace: ChooserTrace) -> Sequence[str]:
    """Return the conditions of the types that remain, for the layout that has no room for them in the rows."""
    return [
        words.LIMITED_NOTE.format(label=words.need(entry.feature.key), api=API_SHORT[api], note=note)
        for entry in trace.requirements
        for api, support, note in zip(API_TYPES, entry.support, entry.notes, strict=True)
        if support == "limited" and api in trace.remaining
    ]
