"""Picture of a schedule expression: its fields in words, and its next runs as dates and on the face of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.words import schedules as words
from kumo.core.drawing import Picture, mono, text_width, wrap
from kumo.core.drawing.picture import LINE_HEIGHT

if TYPE_CHECKING:
    from datetime import datetime

    from kumo.aws_lambda.model.schedule import ScheduleTrace
    from kumo.core.drawing import Layout

ROW = 27
MOST_LINES = 3
HOURS = 24


def draw(trace: ScheduleTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: fields beside each other, or under each other where the layout is narrow."""
    tiles = words.tiles(trace.expression)
    bottom = _rows_bottom(layout, tiles) if layout.narrow else _tiles_bottom(layout, tiles)
    rows = max(1, len(trace.runs))
    picture = Picture(
        layout,
        bottom + 100 + rows * ROW,
        title=words.TITLE,
        description=words.description(trace),
    )
    picture.text(0, 16, words.READING, bold=True)
    (_rows if layout.narrow else _tiles)(picture, tiles)
    heading = words.NEXT
    if len(trace.runs) < words.RUNS:
        heading = words.NEXT_FEW.format(count=len(trace.runs)) if trace.runs else words.NO_RUN
    top = bottom + 38
    picture.text(0, top, heading, bold=True)
    if trace.runs:
        _reading(picture, trace, heading, top)
        _runs(picture, trace, top + 26)
    return picture


def _reading(picture: Picture, trace: ScheduleTrace, heading: str, y: float) -> None:
    """Say which clock the expression means: what learners get wrong most often."""
    note, small = words.reading(trace), picture.layout.small
    x = text_width(heading, small) * 1.06 + 14
    if x + text_width(note, small) * 1.06 + 20 > picture.width:
        return
    picture.rect(x, y - small - 4, text_width(note, small) * 1.06 + 18, small + 13, fill="accent-soft", radius=8)
    picture.text(x + 9, y, note, fill="accent", bold=True)


# The fields.


def _columns(layout: Layout, count: int) -> float:
    return (layout.width - 8 * (count - 1)) / count if count > 1 else 210


def _wrapped(text: str, width: float, size: float) -> list[str]:
    lines = wrap(text, width, size)
    if len(lines) <= MOST_LINES:
        return lines
    last = lines[MOST_LINES - 1]
    return [*lines[: MOST_LINES - 1], _cut(last + "……", width, size)]


def _cut(text: str, width: float, size: float) -> str:
    """Cut text to a width, marking the cut."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip("…、") + "…"


def _cut_mono(text: str, width: float, size: float) -> str:
    most = int(width / (mono.MONO_EM * size))
    return text if len(text) <= most else text[: most - 1] + "…"


def _tiles_bottom(layout: Layout, tiles: list[tuple[str, str, str]]) -> float:
    width = _columns(layout, len(tiles))
    lines = max(len(_wrapped(meaning, width - 16, layout.small)) for _, _, meaning in tiles)
    return 30 + 60 + lines * layout.small * LINE_HEIGHT


def _tiles(picture: Picture, tiles: list[tuple[str, str, str]]) -> None:
    layout, x = picture.layout, 0.0
    width, bottom = _columns(layout, len(tiles)), _tiles_bottom(layout, tiles)
    for name, text, meaning in tiles:
        ignored = text == "?"
        picture.rect(x, 30, width, bottom - 30, fill="panel" if ignored else "raised", stroke="line", radius=8)
        picture.text(x + width / 2, 50, name, fill="muted", anchor="middle")
        shown = _cut_mono(text, width - 14, layout.body)
        tone = "muted" if ignored else "accent"
        picture.text(x + width / 2, 74, shown, size=layout.body, fill=tone, anchor="middle", bold=True, mono=True)
        for index, line in enumerate(_wrapped(meaning, width - 16, layout.small)):
            y = 98 + index * layout.small * LINE_HEIGHT
            picture.text(x + width / 2, y, line, anchor="middle", fill="muted" if ignored else "ink")
        x += width + 8


def _rows_bottom(layout: Layout, tiles: list[tuple[str, str, str]]) -> float:
    del layout
    return 28 + len(tiles) * 26


def _rows(picture: Picture, tiles: list[tuple[str, str, str]]) -> None:
    small = picture.layout.small
    for index, (name, text, meaning) in enumerate(tiles):
        y, ignored = 28 + index * 26, text == "?"
        picture.rect(0, y, picture.width, 23, fill="panel" if ignored else "raised", stroke="line", radius=6)
        tone = "muted" if ignored else "accent"
        picture.text(8, y + 11.5, name, fill="muted", middle=True)
        shown = _cut_mono(text, 106, small)
        picture.text(50, y + 11.5, shown, fill=tone, bold=True, mono=True, middle=True)
        shown = _cut(meaning, 160, small)
        picture.text(162, y + 11.5, shown, fill="muted" if ignored else "ink", middle=True)


# The runs.


def _runs(picture: Picture, trace: ScheduleTrace, top: float) -> None:
    narrow, small = picture.layout.narrow, picture.layout.small
    left, right = (158.0, 320.0) if narrow else (248.0, 520.0)
    head = top + small + 2
    local = words.LOCAL.format(offset=words.offset(trace.offset))
    picture.text(0 if narrow else 30, top, local, fill="muted")
    picture.text(left - 4, top, _heading(trace, narrow=narrow), fill="muted")
    if not narrow:
        picture.text(picture.width, top, words.UTC, fill="muted", anchor="end")
    body = head + 20
    for hour in range(0, HOURS + 1, 6):
        x = left + (right - left) * hour / HOURS
        picture.text(x, head + 8, f"{hour}", fill="muted", anchor="middle")
        picture.line((x, body - 4), (x, body + len(trace.runs) * ROW), stroke="line")
    for index, run in enumerate(trace.runs):
        _run(picture, trace, run, (index, body + index * ROW + ROW / 2), (left, right))


def _heading(trace: ScheduleTrace, *, narrow: bool) -> str:
    if trace.offset:
        return words.TIME_OF_DAY_SHORT if narrow else words.TIME_OF_DAY
    return words.TIME_OF_DAY_SAME_SHORT if narrow else words.TIME_OF_DAY_SAME


def _run(
    picture: Picture, trace: ScheduleTrace, run: datetime, place: tuple[int, float], strip: tuple[float, float]
) -> None:
    (index, y), (left, right), narrow = place, strip, picture.layout.narrow
    first = index == 0
    utc = trace.utc(run)
    if first:
        # The next run is what the reader came for.
        picture.rect(0, y - ROW / 2 + 1, picture.width, ROW - 2, fill="good-soft", radius=6)
    if narrow:
        picture.text(4, y, words.short_day(run), middle=True, fill="ink" if first else "muted")
        picture.text(146, y, words.clock(run), middle=True, bold=True, anchor="end")
    else:
        picture.text(20, y, str(index + 1), middle=True, fill="muted", anchor="end")
        picture.text(30, y, words.day(run), middle=True, bold=first)
        picture.text(232, y, words.clock(run), middle=True, bold=True, anchor="end")
        there = f"{words.day(utc)} {words.clock(utc)}"
        picture.text(picture.width - 4, y, there, middle=True, fill="muted", anchor="end")
    x, other = (left + (right - left) * (time.hour * 60 + time.minute) / (HOURS * 60) for time in (run, utc))
    picture.line((left, y), (right, y), stroke="line")
    if trace.offset:
        picture.circle(other, y, 4.5, fill="panel", stroke="muted", stroke_width=1.5)
    picture.circle(x, y, 5.5, fill="good")
