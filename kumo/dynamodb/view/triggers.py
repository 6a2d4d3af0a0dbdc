"""Picture of a stream and its trigger: a row for each change, from the write to the end of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.dynamodb.model.triggers import POLL, reader_of
from kumo.dynamodb.words import triggers as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.streams import Record
    from kumo.dynamodb.model.triggers import Batch, TriggersTrace

ROW, HEAD, GAP = 20.0, 24.0, 8.0
DOT = 4.0
# Ticks closer than this run into a grey band (user units).
CLOSEST = 5.0


def draw(trace: TriggersTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: groups of rows by reader, all on one axis of time."""
    narrow = layout.narrow
    groups = _groups(trace)
    unchanged = [write for write in trace.writes if write.record is None]
    top = 84.0 if narrow else 62.0
    height = sum(HEAD + ROW * len(records) + GAP for _, _, records in groups)
    height += HEAD + ROW * len(unchanged) + GAP if unchanged else 0
    left, right = (80.0, 54.0) if narrow else (104.0, 64.0)
    picture = Picture(
        layout,
        top + height + 50,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(0, trace.end / 1000, words.SECONDS_UNIT, seconds=round(min(12, 3 + trace.end / 1500), 1)),
    )
    area = Box(left, top, layout.width - left - right, height)
    plot = Plot(picture, area, (0, trace.end / 1000), (0, 1))
    _top(picture, plot)
    y = top
    for shard, reader, records in groups:
        y = _group(picture, trace, plot, (shard, reader, records), y)
    if unchanged:
        picture.text(4, y + HEAD / 2, words.UNCHANGED, bold=True, middle=True)
        y += HEAD
        for write in unchanged:
            _label(picture, words.NO_NUMBER, write.item, words.SAME, y)
            x = plot.x(write.time / 1000)
            picture.circle(x, y + ROW / 2, DOT, fill="panel", stroke="faint", stroke_width=1.5)
            picture.text(x + 10, y + ROW / 2, words.NO_RECORD, fill="muted", middle=True)
            y += ROW
    _axis(picture, plot, trace)
    plot.playhead()
    return picture


def _groups(trace: TriggersTrace) -> list[tuple[int, int, list[Record]]]:
    """Return shard, reader and records of each group; readers without records are left out, but no shard."""
    found = []
    for shard in range(trace.shards):
        mine = [record for record in trace.records.values() if record.shard == shard]
        parts = [
            (shard, reader, [record for record in mine if reader_of(record, trace.readers) == reader])
            for reader in range(trace.readers)
        ]
        found += [part for part in parts if part[2]] or parts[:1]
    return found


def _top(picture: Picture, plot: Plot) -> None:
    """Draw what the colours mean, and the headings of the columns."""
    narrow, small = picture.layout.narrow, picture.layout.small
    picture.circle(4 + DOT, 14, DOT, fill="ink", stroke="panel")
    picture.text(16, 14, words.WRITTEN, fill="muted", middle=True)
    entries = [("tokens", words.WAITING), ("good", words.RUNNING), ("bad", words.FAILED)]
    x = picture.legend(28 + text_width(words.WRITTEN, small), 14, entries, gap=12)
    x, y = (4.0, 36.0) if narrow else (x, 14.0)
    picture.rect(x, y - 6, 20, 12, stroke="ink", stroke_width=1.5, radius=4)
    picture.text(x + 26, y, words.BATCH_FRAME, fill="muted", middle=True)
    head = plot.area.y - 18
    picture.text(4, head, words.CHANGE, fill="muted", middle=True)
    picture.text(picture.width - 6, head, words.DELAY, fill="muted", anchor="end", middle=True)


def _group(picture: Picture, trace: TriggersTrace, plot: Plot, group: tuple[int, int, list[Record]], y: float) -> float:
    """Draw the rows of one reader; return the y after them."""
    shard, reader, records = group
    batches = [batch for batch in trace.batches if (batch.shard, batch.reader) == (shard, reader)]
    stuck = any(record.sequence in trace.held for record in records)
    name = words.shard(shard, reader if trace.readers > 1 else None)
    picture.line((4, y - GAP / 2), (picture.width - 4, y - GAP / 2))
    picture.text(4, y + HEAD / 2, name, bold=True, middle=True)
    note = words.note(trace, batches, records)
    picture.text(
        picture.width - 6,
        y + HEAD / 2,
        note,
        fill="bad" if stuck else "muted",
        bold=stuck,
        anchor="end",
        middle=True,
    )
    y += HEAD
    place = {record.sequence: y + number * ROW for number, record in enumerate(records)}
    for record in records:
        _record(picture, trace, plot, record, place[record.sequence])
    for batch in batches:
        _outline(picture, plot, batch, place)
    return y + ROW * len(records) + GAP


def _record(picture: Picture, trace: TriggersTrace, plot: Plot, record: Record, y: float) -> None:
    (key,) = record.keys.values()
    number = record.sequence
    _label(picture, str(number), key.data, words.EVENTS[record.event], y)
    start = plot.x(trace.time_of[number] / 1000)
    batch = trace.batch_of.get(number)
    attempts = batch.attempts if batch else ()
    end = plot.area.right if number in trace.held else plot.x(attempts[-1].start / 1000)
    picture.rect(start, y + ROW / 2 - 2, max(end - start, 0), 4, fill="tokens")
    for attempt in attempts:
        x = plot.x(attempt.start / 1000)
        width = max(plot.x(attempt.end / 1000) - x, 2)
        picture.rect(x, y + 4, width, ROW - 8, fill="good" if attempt.ok else "bad", radius=2)
        if number == trace.poison and width > 2 * DOT:
            picture.cross(x + width / 2, y + ROW / 2, DOT - 1, stroke="panel")
    picture.circle(start, y + ROW / 2, DOT, fill="ink", stroke="panel")
    held = number in trace.held
    text = words.HELD if held else words.seconds(trace.finished[number] - trace.time_of[number])
    slowest = not held and trace.finished[number] - trace.time_of[number] == max(trace.delays)
    tone = "bad" if held else "ink" if slowest else "muted"
    picture.text(picture.width - 6, y + ROW / 2, text, fill=tone, bold=held or slowest, anchor="end", middle=True)


def _label(picture: Picture, number: str, item: str, event: str, y: float) -> None:
    picture.text(22, y + ROW / 2, number, fill="muted", anchor="end", middle=True)
    picture.text(28, y + ROW / 2, item, bold=True, middle=True)
    picture.text(44, y + ROW / 2, event, middle=True)


def _outline(picture: Picture, plot: Plot, batch: Batch, place: dict[int, float]) -> None:
    """Draw a frame around the records of a batch, for each time that it was tried."""
    top = min(place[number] for number in batch.sequences) + 1
    bottom = max(place[number] for number in batch.sequences) + ROW - 1
    for attempt in batch.attempts:
        x, end = plot.x(attempt.start / 1000), plot.x(attempt.end / 1000)
        picture.rect(
            x - 1,
            top,
            max(end - x, 2) + 2,
            bottom - top,
            stroke="ink" if attempt.ok else "bad",
            stroke_width=1.5,
            radius=4,
        )


def _axis(picture: Picture, plot: Plot, trace: TriggersTrace) -> None:
    end = trace.end / 1000
    bottom = plot.area.bottom
    picture.line((plot.area.x, bottom), (plot.area.right, bottom), stroke="faint")
    polls = plot.x(POLL / 1000) - plot.x(0) >= CLOSEST
    if polls:
        for number in range(int(trace.end / POLL) + 1):
            x = plot.x(number * POLL / 1000)
            picture.line((x, bottom), (x, bottom + 4), stroke="faint")
    label = words.TIME_AXIS_POLLS if polls else words.TIME_AXIS
    plot.x_axis(nice_ticks(0, end, 4 if picture.layout.narrow else 7), label)
