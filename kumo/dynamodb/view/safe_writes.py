"""Picture of writes that meet: requests from top to bottom, each with its way to the table and the item after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, mono, text_width
from kumo.dynamodb.model.safe_writes import READ
from kumo.dynamodb.words import safe_writes as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.safe_writes import Exchange, SafeWritesTrace

CLIENT_TONES = ("series-1", "series-4", "series-3", "series-6")
TOP = 40.0
SECONDS_PER_STEP = 1.1
RESULT = 56.0


def draw(trace: SafeWritesTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    row = 80.0 if layout.narrow else 50.0
    count = len(trace.exchanges)
    bottom = TOP + count * row
    steps = [
        Step(
            number,
            words.STEP_LABEL.format(
                client=words.LETTERS[one.client], action=words.ACTIONS.get(one.action, words.WRITES)
            ),
        )
        for number, one in enumerate(trace.exchanges)
    ]
    clock = Clock(
        0, count + 1, words.STEPS, seconds=SECONDS_PER_STEP * (count + 1), steps=(*steps, Step(count, words.END))
    )
    picture = Picture(
        layout,
        bottom + RESULT + 4,
        title=words.TITLE,
        description=words.DESCRIPTION.format(result=words.explanation(trace).point),
        clock=clock,
    )
    table_x = layout.width - 14.0 if layout.narrow else 452.0
    picture.text(4, 18, words.CLIENT, fill="muted", bold=True)
    anchor = "end" if layout.narrow else "middle"
    picture.text(table_x + (8 if layout.narrow else 0), 18, words.TABLE_NAME, fill="muted", bold=True, anchor=anchor)
    if not layout.narrow:
        picture.text(table_x + 92, 18, words.ITEM, fill="muted", bold=True)
    picture.rect(table_x - 5, 28, 10, bottom - 28, fill="accent-soft", stroke="accent", stroke_width=1.5, radius=5)
    for number, exchange in enumerate(trace.exchanges):
        with picture.group() as group:
            _exchange(picture, exchange, TOP + number * row, table_x)
        if number:
            picture.show(group, number)
    with picture.group() as ending:
        _result(picture, trace, bottom + 6)
    picture.show(ending, count)
    return picture


def _exchange(picture: Picture, exchange: Exchange, top: float, table_x: float) -> None:
    layout, size = picture.layout, picture.layout.small
    tone = CLIENT_TONES[exchange.client]
    y = top + 30
    picture.circle(17, y, 12, fill=f"{tone}-soft", stroke=tone, stroke_width=2)
    picture.text(17, y, words.LETTERS[exchange.client], bold=True, anchor="middle", middle=True)
    start, end = 36.0, table_x - 8
    _asked(picture, exchange, start, end, y)
    if exchange.action == READ:
        picture.arrow((end, y), (start, y), stroke=tone, stroke_width=2)
    elif not exchange.arrived:
        middle = start + (end - start) * 0.6
        picture.line((start, y), (middle, y), stroke=tone, stroke_width=2, dash="5 4")
        picture.cross(middle + 9, y, 6)
    else:
        picture.arrow((start, y), (end, y), stroke=tone, stroke_width=2)
    if exchange.arrived and not exchange.answered:
        middle = start + (end - start) * 0.55
        picture.line((end, y + 9), (middle + 12, y + 9), stroke="bad", stroke_width=1.5, dash="4 4")
        picture.cross(middle, y + 9, 5)
    ok = exchange.done and exchange.answered
    mark = table_x + 20
    verdict = words.verdict(exchange)
    told = words.numbers(exchange)
    if layout.narrow:
        picture.text(start, y + 24, told, mono=True, middle=True, fill="muted")
        if exchange.action != READ:
            picture.text(end - 4, y + 24, verdict, fill="good" if ok else "bad", bold=True, anchor="end", middle=True)
        return
    if exchange.action != READ:
        (picture.check if exchange.done else picture.cross)(mark, y, 6, stroke="good" if exchange.done else "bad")
    picture.text(table_x + 36, y, told, mono=True, middle=True)
    if not ok:
        x = max(table_x + 36 + mono.width(told, size) + 10, layout.width - text_width(verdict, size) * 1.06 - 6)
        picture.text(x, y, verdict, fill="bad", bold=True, middle=True)


def _asked(picture: Picture, exchange: Exchange, start: float, end: float, y: float) -> None:
    """Write what is asked over its arrow."""
    size, narrow = picture.layout.small, picture.layout.narrow
    if exchange.action == READ:
        picture.text(start + 4, y - 9, words.READING)
        return
    if narrow:
        texts = [exchange.update]
        if exchange.condition:
            texts.append(words.IF.format(condition=exchange.condition))
        for number, text in enumerate(reversed(texts)):
            picture.text(start + 4, y - 9 - 18 * number, mono.fitted(text, picture.width - start - 8, size), mono=True)
        return
    picture.text(start + 4, y - 9, mono.fitted(words.asked(exchange), end - start, size), mono=True)


def _result(picture: Picture, trace: SafeWritesTrace, top: float) -> None:
    tone = "good" if trace.right else "bad"
    picture.rect(4, top, picture.width - 8, RESULT - 10, fill=f"{tone}-soft", stroke=tone, stroke_width=1.5, radius=8)
    y = top + (RESULT - 10) / 2
    (picture.check if trace.right else picture.cross)(24, y, 7, stroke=tone)
    found = words.FINAL.format(attribute=trace.attribute, found=trace.found)
    picture.text(44, y, found, size=picture.layout.body, bold=True, fill=tone, middle=True)
    note = words.RIGHT if trace.right else words.WRONG.format(wanted=trace.wanted)
    picture.text(picture.width - 18, y, note, fill=tone, anchor="end", middle=True)
