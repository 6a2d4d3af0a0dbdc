"""Picture of a query or a scan: item collections with what was read and returned, and beside them what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Step, mono, text_width, wrap
from kumo.core.drawing.picture import Box
from kumo.dynamodb.words import errors
from kumo.dynamodb.words import reading as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.dynamodb.model.reading import ReadingTrace
    from kumo.dynamodb.model.values import Item

ROW, HEAD, GAP = 24.0, 27.0, 9.0
TOP = 34.0
MOST_PAGES = 5
# Lines of one expression of the request.
MOST_LINES = 3
SECONDS_PER_ITEM = 0.7
PANEL = 208.0
PANEL_HEIGHT = 218.0
PAGE_LINE = 20.0
TONES = {True: "good", False: "tokens"}


def draw(trace: ReadingTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: collections at the left, the sums at the right or below."""
    narrow = layout.narrow
    message = _message(trace, layout)
    request = _request(trace, layout)
    head = len(request) * 21 + 18.0
    top = head + TOP + (len(message) * 21 + 24 if message else 0)
    width = layout.width - 8 if narrow else layout.width - 8 - PANEL - 16
    depth = sum(HEAD + ROW * len(one) + 6 + GAP for one in trace.collections)
    bottom = top + max(depth, 40)
    panel = PANEL_HEIGHT + _page_lines(trace) * PAGE_LINE if trace.error is None else 0
    height = bottom + 8 + panel if narrow else max(bottom, top + panel) + 4
    clock = _clock(trace)
    picture = Picture(
        layout,
        height,
        title=words.TITLE,
        description=words.DESCRIPTION.format(result=words.result(trace)),
        clock=clock,
    )
    picture.rect(4, 4, layout.width - 8, head - 8, fill="accent-soft", stroke="accent", stroke_width=1.5, radius=8)
    for number, line in enumerate(request):
        picture.text(16, 19 + number * 21, line, mono=bool(number), bold=not number, middle=True)
    picture.legend(6, head + 14, words.LEGEND, gap=14)
    if message:
        box = Box(4, head + TOP - 4, layout.width - 8, len(message) * 21 + 14)
        picture.rect(box.x, box.y, box.width, box.height, fill="bad-soft", stroke="bad", stroke_width=1.5, radius=8)
        for number, line in enumerate(message):
            picture.text(18, box.y + 18 + number * 21, line, fill="bad", bold=not number, middle=True)
    y = top
    order = {id(one.item): place for place, one in enumerate(one for page in trace.pages for one in page.read)}
    for collection in trace.collections:
        y = _collection(picture, trace, collection, Box(4, y, width, 0), order)
    if not trace.collections:
        picture.text(14, top + 14, words.LEFT_OUT.format(count=trace.left_out), fill="muted")
    if trace.error is None:
        place = Box(4, bottom + 8, layout.width - 8, 0) if narrow else Box(layout.width - 4 - PANEL, top, PANEL, 0)
        _panel(picture, trace, place)
    return picture


def _clock(trace: ReadingTrace) -> Clock | None:
    if not trace.read:
        return None
    sort = words.keys_of(trace.source)[1]
    read = [one.item for page in trace.pages for one in page.read]
    steps = [
        Step(place, words.STEP_READ.format(key=words.plain(item, sort))) for place, item in enumerate(read, start=1)
    ]
    end = trace.read + 1
    return Clock(0, end, words.STEPS, seconds=SECONDS_PER_ITEM * end, steps=(*steps, Step(end, words.STEP_END)))


def _request(trace: ReadingTrace, layout: Layout) -> list[str]:
    """Return what is asked, from line to line: the operation, the key condition, the filter and the projection."""
    found = [words.REQUEST.format(operation=words.OPERATIONS[trace.operation], source=words.SOURCES[trace.source])]
    for label, text in (
        (words.KEY_LABEL, trace.key_condition),
        (words.FILTER_LABEL, trace.filter),
        (words.PROJECTION_LABEL, trace.projection),
    ):
        if text:
            filled = words.filled(" ".join(text.split()), trace.values)
            found += mono.lines(f"{label}: {filled}", layout.width - 32, layout.small, MOST_LINES)
    return found


def _message(trace: ReadingTrace, layout: Layout) -> list[str]:
    if trace.error is None:
        return []
    texts = [trace.error.code, trace.error.message, errors.hint(trace.error)]
    return [line for text in texts for line in wrap(text, layout.width - 44, layout.small)]


# Collections.


def _collection(
    picture: Picture, trace: ReadingTrace, collection: tuple[Item, ...], box: Box, order: dict[int, int]
) -> float:
    """Draw a collection from the top of `box`; return where the next one begins."""
    size = picture.layout.small
    height = HEAD + ROW * len(collection) + 6
    partition, _ = words.keys_of(trace.source)
    picture.rect(box.x, box.y, box.width, height, fill="panel", stroke="faint", stroke_width=1.5, radius=8)
    label = words.COLLECTION.format(name=partition, value=words.plain(collection[0], partition))
    label = mono.fitted(label, box.width - 90, size)
    picture.text(box.x + 10, box.y + HEAD / 2 + 1, label, mono=True, bold=True, middle=True)
    count = words.COUNT.format(count=len(collection))
    picture.text(box.right - 10, box.y + HEAD / 2 + 1, count, fill="muted", anchor="end", middle=True)
    for number, item in enumerate(collection):
        _row(picture, trace, item, Box(box.x + 4, box.y + HEAD + number * ROW, box.width - 8, ROW), order)
    return box.y + height + GAP


def _row(picture: Picture, trace: ReadingTrace, item: Item, box: Box, order: dict[int, int]) -> None:
    size, y = picture.layout.small, box.y + ROW / 2
    state = trace.state_of(item)
    _, sort = words.keys_of(trace.source)
    verdict_x = box.right - 8
    if state is not None:
        page, returned = state
        tone = TONES[returned]
        read = next(one.item for one in trace.pages[page].read if one.item == item)
        with picture.group() as group:
            picture.rect(box.x, box.y + 1, box.width, ROW - 2, fill=f"{tone}-soft", stroke=tone, radius=4)
            verdict = words.RETURNED if returned else words.DROPPED
            ink = "good" if returned else "warn"
            picture.text(verdict_x, y, verdict, fill=ink, bold=True, anchor="end", middle=True)
        picture.show(group, order[id(read)] + 1)
        answer = trace.pages[page]
        if answer.last_key is not None and answer.read[-1].item == item:
            edge = picture.line(
                (box.x - 2, box.bottom), (box.right + 2, box.bottom), stroke="accent", stroke_width=3, dash="7 4"
            )
            picture.show(edge, order[id(read)] + 1)
    ink = "ink" if state is not None else "faint"
    first = words.plain(item, sort)
    key_room = _key_room(trace, picture.layout)
    picture.text(box.x + 8, y, mono.fitted(first, key_room, size), fill=ink, mono=True, middle=True)
    left = box.x + 8 + key_room + 8
    room = verdict_x - 30 - left
    picture.text(left, y, mono.fitted(words.rest(item, trace.source), room, size), fill=ink, mono=True, middle=True)


def _key_room(trace: ReadingTrace, layout: Layout) -> float:
    """Return the width of the column of sort keys: that of the widest, within bounds, to leave the rest to the rest."""
    _, sort = words.keys_of(trace.source)
    widest = max(
        mono.width(words.plain(item, sort), layout.small) for collection in trace.collections for item in collection
    )
    return min(max(widest, 40.0), 96.0 if layout.narrow else 110.0)


# What it took.


def _page_lines(trace: ReadingTrace) -> int:
    return 2 * min(len(trace.pages), MOST_PAGES) + (len(trace.pages) > MOST_PAGES)


def _panel(picture: Picture, trace: ReadingTrace, box: Box) -> None:
    total = sum(len(one) for one in trace.collections)
    y = box.y + 4
    for title, count, tone in (
        (words.READ_TITLE, trace.read, "tokens"),
        (words.RETURNED_TITLE, trace.returned, "good"),
    ):
        picture.text(box.x, y + 10, title, bold=True)
        told = words.ITEMS_OF.format(count=count, total=total)
        picture.text(box.right, y + 10, told, anchor="end")
        picture.rect(box.x, y + 18, box.width, 12, fill="line", radius=4)
        if count:
            picture.rect(box.x, y + 18, max(4, box.width * count / total), 12, fill=tone, radius=4)
        y += 48
    picture.text(box.x, y + 14, words.UNITS_TITLE, bold=True)
    picture.text(box.right, y + 38, words.UNITS.format(units=trace.units), size=20, bold=True, anchor="end")
    picture.text(box.right, y + 60, words.arithmetic(trace), fill="muted", anchor="end")
    y += 84
    picture.text(box.x, y + 10, words.PAGES_TITLE, bold=True)
    y += 18
    small = picture.layout.small
    for number, page in enumerate(trace.pages[:MOST_PAGES], start=1):
        told = words.PAGE.format(number=number, read=page.scanned_count, returned=page.count)
        picture.text(box.x, y + PAGE_LINE / 2, told, middle=True)
        key = words.NO_MORE
        if page.last_key is not None:
            key = words.LAST_KEY.format(key=words.last_key(page.last_key, trace.source))
        while text_width(key, small) > box.width - 14:
            key = key[:-2].rstrip(" /") + mono.MORE
        tone = "muted" if page.last_key is None else "accent"
        picture.text(box.x + 14, y + PAGE_LINE * 1.5, key, fill=tone, middle=True)
        y += 2 * PAGE_LINE
    if len(trace.pages) > MOST_PAGES:
        more = words.MORE_PAGES.format(count=len(trace.pages) - MOST_PAGES)
        picture.text(box.x, y + PAGE_LINE / 2, more, fill="muted", middle=True)
