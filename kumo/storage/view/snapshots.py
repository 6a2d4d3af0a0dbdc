"""Picture of snapshots: a strip of blocks for each, coloured by who stored the copy, and the volume restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, text_width
from kumo.storage.model.snapshots import BLOCKS
from kumo.storage.words import snapshots as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.storage.model.snapshots import History

TONES = ("series-1", "series-2", "series-3", "series-4")


class _Strip:
    """Where the blocks of a volume are drawn: one row of them, or two on a phone."""

    def __init__(self, layout: Layout, top: float) -> None:
        self.narrow = layout.narrow
        self.left = 2.0 if self.narrow else 92.0
        self.cell = 27.0 if self.narrow else 22.5
        self.per_row = 12 if self.narrow else BLOCKS
        self.top = top

    @property
    def height(self) -> float:
        return self.cell * (BLOCKS // self.per_row)

    def place(self, block: int) -> tuple[float, float]:
        """Return the upper left corner of a block."""
        row, column = divmod(block, self.per_row)
        return self.left + column * self.cell, self.top + row * self.cell


def draw(trace: History, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    row = 88.0 if layout.narrow else 36.0
    top = 66.0 if layout.narrow else 40.0
    summary = top + len(trace.taken) * row + 12
    restored = summary + (92 if layout.narrow else 66)
    bottom = restored + (_Strip(layout, 0).height + 76 if trace.content else 30)
    loading = trace.loading
    last = max((at for at in loading.arrival if at), default=0) if loading else 0
    clock = Clock(0, last, words.MOMENT, seconds=8) if last else None
    picture = Picture(layout, bottom, title=words.TITLE, description=words.description(trace), clock=clock)
    _legend(picture)
    for number in range(1, len(trace.taken) + 1):
        _snapshot(picture, trace, number, top + (number - 1) * row)
    _summary(picture, trace, summary)
    _restored(picture, trace, restored)
    return picture


def _legend(picture: Picture) -> None:
    narrow, small = picture.layout.narrow, picture.layout.small
    x, y = 2.0, 14.0
    for label, kind in ((words.OWN, "own"), (words.REFERENCE, "reference"), (words.GONE, "gone")):
        if narrow and kind == "gone":
            x, y = 2.0, 38.0
        _cell(picture, (x, y - 9), 18, 1, kind)
        picture.text(x + 24, y, label, fill="muted", middle=True)
        x += 24 + text_width(label, small) + 18


def _cell(picture: Picture, place: tuple[float, float], size: float, owner: int, kind: str) -> None:
    """Draw one block: stored here ("own"), referred to, or freed ("gone")."""
    (x, y), tone = place, TONES[owner - 1]
    inner = size - 2.5
    fills = {"own": tone, "reference": f"{tone}-soft", "gone": "none"}
    strokes = {"own": tone, "reference": tone, "gone": "bad"}
    dash = "3 3" if kind == "gone" else None
    picture.rect(x + 1, y + 1, inner, inner, fill=fills[kind], stroke=strokes[kind], radius=3, dash=dash)
    middle = (x + 1 + inner / 2, y + 1 + inner / 2)
    if kind == "gone":
        picture.cross(*middle, 4, stroke="bad", stroke_width=1.5)
    else:
        ink = "surface" if kind == "own" else tone
        picture.text(*middle, str(owner), fill=ink, anchor="middle", middle=True, bold=kind == "own")


def _blanks(picture: Picture, strip: _Strip, blocks: list[int]) -> None:
    """Draw the blocks that hold nothing, in one path."""
    if not blocks:
        return
    side = strip.cell - 2.5
    corners = [strip.place(block) for block in blocks]
    data = "".join(f"M{x + 1:.1f},{y + 1:.1f}h{side}v{side}h{-side}z" for x, y in corners)
    picture.path(data, stroke="line", dash="3 3")


def _snapshot(picture: Picture, trace: History, number: int, y: float) -> None:
    narrow = picture.layout.narrow
    strip = _Strip(picture.layout, y + 22 if narrow else y)
    living = number in trace.living
    line = y + 11
    tone = "ink" if living else "muted"
    name = picture.text(2, line, words.NAME.format(number=number), bold=True, fill=tone, middle=True)
    if not living:
        name.args["text-decoration"] = "line-through"
    blank: list[int] = []
    for block, owner in enumerate(trace.taken[number - 1]):
        kind, shown = "", 0
        if owner == number:
            kind, shown = ("own" if (number, block) in trace.kept else "gone"), number
        elif owner is not None and living:
            kind, shown = "reference", owner
        if kind:
            _cell(picture, strip.place(block), strip.cell, shown, kind)
        else:
            blank.append(block)
    _blanks(picture, strip, blank)
    left = sum(owner == number for owner, _ in trace.kept)
    label = words.STORED.format(count=trace.stored(number)) if living else words.LEFT.format(count=left)
    picture.text(picture.width - 2, line, label, bold=True, fill=tone, anchor="end", middle=True)


def _summary(picture: Picture, trace: History, y: float) -> None:
    """Compare what is stored with full copies."""
    narrow = picture.layout.narrow
    full, stored = trace.full, len(trace.kept)
    left = 2.0 if narrow else 150.0
    right = picture.width - 90
    most = max(full, stored, 1)
    step = 44 if narrow else 26
    rows = ((words.IN_S3, stored, "accent"), (words.WITH_FULL, full, "faint"))
    for index, (label, count, tone) in enumerate(rows):
        line = y + index * step + 8
        picture.text(2, line, label, bold=tone == "accent", middle=True)
        bar = line + (20 if narrow else 0)
        width = max(1.0, count / most * (right - left))
        picture.rect(left, bar - 7, width, 14, fill=tone, radius=3)
        picture.text(left + width + 8, bar, words.COUNT.format(count=count), bold=tone == "accent", middle=True)


def _restored(picture: Picture, trace: History, y: float) -> None:
    narrow = picture.layout.narrow
    if trace.content is None or trace.loading is None:
        picture.cross(10, y + 12, 6, stroke_width=2.5)
        picture.text(26, y + 12, words.NOT_RESTORED.format(number=trace.restored), fill="bad", bold=True, middle=True)
        return
    heading = words.RESTORE.format(number=trace.restored)
    picture.text(2, y + 10, heading, bold=True, middle=True)
    strip = _Strip(picture.layout, y + 28)
    if not narrow:
        strip.left = 92.0
    owners = trace.taken[trace.restored - 1]
    loading = trace.loading
    _blanks(picture, strip, [block for block, owner in enumerate(owners) if owner is None])
    for block, owner in enumerate(owners):
        if owner is not None:
            _cell(picture, strip.place(block), strip.cell, owner, "own")
        at = loading.arrival[block]
        if at:
            x, top = strip.place(block)
            cover = picture.rect(x, top, strip.cell, strip.cell, fill="panel", stroke="line", hidden=True)
            picture.show(cover, 0, at)
    for (moment, block), waited in zip(loading.reads, loading.waited, strict=True):
        x, top = strip.place(block)
        tone = "bad" if waited else "good"
        with picture.group() as group:
            picture.rect(x, top, strip.cell - 0.5, strip.cell - 0.5, stroke="panel", stroke_width=5, radius=4)
            picture.rect(
                x, top, strip.cell - 0.5, strip.cell - 0.5, stroke=tone, stroke_width=3, radius=4,
                dash="4 3" if waited else None,
            )  # fmt: skip
        if picture.clock:
            picture.show(group, moment)
    bottom = strip.top + strip.height + 22
    x = strip.left
    for tone, label, dash in (("bad", words.READ_WAIT, "4 3"), ("good", words.READ_FAST, None)):
        picture.rect(x, bottom - 8, 16, 16, stroke=tone, stroke_width=3, radius=4, dash=dash)
        picture.text(x + 24, bottom, label, fill="muted", middle=True)
        x += 24 + text_width(label, picture.layout.small) + 18
