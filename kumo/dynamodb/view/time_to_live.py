"""Picture of Time to Live: a row for each item from its write to its deletion, and a scan across all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.time_to_live import END, FILTERED, GONE, LATER, LOST, REFUSED, RETURNED, STALE
from kumo.dynamodb.words import time_to_live as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.time_to_live import Session, TimeToLiveTrace

ROW, BAR = 26.0, 14.0
LINE = 21.0
DAY = 24
TONES = {
    RETURNED: "good",
    STALE: "bad",
    FILTERED: "muted",
    LOST: "bad",
    GONE: "muted",
    LATER: "muted",
    REFUSED: "bad",
}


def draw(trace: TimeToLiveTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: rows above, the value of the attribute and the costs below."""
    narrow = layout.narrow
    left, right = (28.0, 128.0) if narrow else (40.0, 128.0)
    top = 92.0 if narrow else 70.0
    area = Box(left, top, layout.width - left - right, ROW * len(trace.sessions))
    foot = area.bottom + 68
    lines = _foot(trace, narrow=narrow)
    picture = Picture(
        layout,
        foot + LINE * len(lines) + 8,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, END, words.HOURS, seconds=8),
    )
    plot = Plot(picture, area, (0, END), (0, 1))
    _legend(picture)
    picture.text(4, top - 16, words.ITEM, fill="muted", middle=True)
    picture.text(area.right + 10, top - 16, words.RESULT, bold=True, middle=True)
    plot.x_axis(range(0, END + 1, 2 * DAY if narrow else DAY), words.TIME_AXIS, grid=True)
    for number, session in enumerate(trace.sessions):
        _row(picture, plot, session, area.y + ROW * number)
    plot.playhead()
    _scan(picture, trace, plot)
    for number, (text, tone, bold) in enumerate(lines):
        picture.text(4, foot + LINE * (number + 0.5), text, fill=tone, bold=bold, middle=True)
    return picture


def _legend(picture: Picture) -> None:
    """Draw what the marks mean."""
    x = picture.legend(4, 14, [("good", words.VALID)])
    small = picture.layout.small
    picture.rect(x, 8, 12, 12, fill="bad-soft", stroke="bad", stroke_width=1.5, radius=3)
    picture.text(x + 18, 14, words.EXPIRED, fill="muted", middle=True)
    x += 18 + text_width(words.EXPIRED, small) + 18
    x, y = (4.0, 38.0) if picture.layout.narrow else (x, 14.0)
    picture.cross(x + 6, y, 5, stroke="ink")
    picture.text(x + 18, y, words.DELETED, fill="muted", middle=True)


def _row(picture: Picture, plot: Plot, session: Session, y: float) -> None:
    """Draw the life of an item."""
    middle = y + ROW / 2
    picture.text(4, middle, session.key, bold=True, middle=True)
    start = plot.x(session.written)
    gone = END if session.deleted is None else min(session.deleted, END)
    expiry = plot.x(min(max(session.expires, session.written), gone))
    end = plot.x(gone)
    if end > expiry:
        picture.rect(
            expiry, middle - BAR / 2, end - expiry, BAR, fill="bad-soft", stroke="bad", stroke_width=1.5, radius=2
        )
    if expiry > start:
        picture.rect(start, middle - BAR / 2, expiry - start, BAR, fill="good", radius=2)
    if session.deleted is not None and session.deleted <= END:
        picture.cross(end, middle, 5, stroke="ink", stroke_width=2.5)


def _scan(picture: Picture, trace: TimeToLiveTrace, plot: Plot) -> None:
    """Draw the moment of the scan, and what it does with each item."""
    area = plot.area
    x = plot.x(trace.read)
    picture.line((x, area.y - 6), (x, area.bottom), stroke="ink", stroke_width=2, dash="5 3")
    label = words.SCAN
    room = text_width(label, picture.layout.small) * 1.06 / 2
    picture.text(
        min(max(x, area.x + room), area.right - room), area.y - 16, label, bold=True, anchor="middle", middle=True
    )
    with picture.group() as results:
        for number, state in enumerate(trace.states):
            y = area.y + ROW * (number + 0.5)
            tone = TONES[state]
            strong = state in {RETURNED, STALE, LOST, REFUSED}
            if state == RETURNED:
                picture.check(area.right + 16, y, 5)
            elif strong:
                picture.cross(area.right + 16, y, 4)
            picture.text(area.right + 26, y, words.STATES[state], fill=tone, bold=strong, middle=True)
    picture.show(results, trace.read)


def _foot(trace: TimeToLiveTrace, *, narrow: bool) -> list[tuple[str, str, bool]]:
    """Return the lines below: text, colour and whether it is bold."""
    first = trace.sessions[0]
    value, read_as, verdict = f"{words.VALUE}: {words.value(first)}", words.read_as(first), words.verdict(trace)
    tone = "good" if trace.works else "bad"
    meaning = f"→ {read_as}。{verdict}" if read_as else f"→ {verdict}"
    identity = words.IDENTITY.format(count=len(trace.records))
    if narrow:
        parts = [
            (value, "ink", True),
            *(((f"→ {read_as}", tone, True),) if read_as else ()),
            (f"→ {verdict}", tone, True),
        ]
        parts += [(words.cost(trace), "ink", False), (words.deletions(trace), "ink", False)]
        head, _, tail = identity.partition(" (")
        return [*parts, (head, "ink", False), (f"({tail}", "muted", False)]
    return [
        (value, "ink", True),
        (meaning, tone, True),
        (f"{words.cost(trace)}　　{words.deletions(trace)}", "ink", False),
        (identity, "muted", False),
    ]
