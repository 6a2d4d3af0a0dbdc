"""Picture of a weighted alias: names and versions with the traffic between them, and what came of it by minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.alias_traffic import ALIAS, EDITED, LATEST, MINUTES, SHIFTED, VERSION
from kumo.aws_lambda.words import alias_traffic as words
from kumo.core.drawing import Clock, Picture, Plot, Step, nice_ticks, text_width
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.alias_traffic import AliasTrace
    from kumo.core.drawing import Layout
    from kumo.core.drawing.picture import Element

OLD, NEW, NEW_TEXT = "series-1", "tokens", "warn"
# Width of an arrow that carries everything.
FULL = 12


def draw(trace: AliasTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: the names above, the minutes below."""
    narrow = layout.narrow
    steps = sorted({0, EDITED, SHIFTED, *(m for m in (trace.rolled_back, trace.completed) if m is not None)})
    picture = Picture(
        layout,
        556 if narrow else 484,
        title=words.TITLE,
        description=words.description(trace),
        clock=Clock(
            0,
            MINUTES,
            words.MINUTE_UNIT,
            seconds=9,
            steps=tuple(Step(minute, label) for minute in steps if (label := _event(trace, minute))),
        ),
    )
    _names(picture, trace)
    left, right, top = (40.0, layout.width - 10.0, 292.0) if narrow else (48.0, 706.0, 224.0)
    requests = Plot(picture, Box(left, top, right - left, 104), (0, MINUTES), (0, trace.settings.rate * 1.06))
    errors = requests.subplot(requests.area.bottom + 58, 56, (0, _most(trace) * 1.05))
    _bars(requests, trace)
    _errors(errors, trace)
    _events(requests, errors, trace)
    for plot in (requests, errors):
        plot.playhead()
    return picture


def _most(trace: AliasTrace) -> int:
    """Return the upper end of the scale of errors."""
    return max(4, *(minute.old_errors + minute.new_errors for minute in trace.minutes))


def _event(trace: AliasTrace, minute: int) -> str:
    if minute == trace.rolled_back:
        return words.ROLLED_BACK
    if minute == trace.completed:
        return words.COMPLETED
    return {EDITED: words.EDIT, SHIFTED: words.SHIFT}.get(minute, "")


# The names.


def still_minute(trace: AliasTrace) -> int:
    """Return the minute that the still shows: the last one of the shift, in which both versions may answer."""
    if trace.rolled_back is not None:
        return trace.rolled_back - 1
    return max(SHIFTED, (trace.completed or MINUTES) - 1) if trace.completed != SHIFTED else SHIFTED


def _names(picture: Picture, trace: AliasTrace) -> None:
    narrow, called = picture.layout.narrow, trace.settings.called
    if narrow:
        caller = Box(4, 6, 152, 52)
        alias = Box(4, 114, 152, 68)
        versions = [Box(200, 90 + index * 64, 124, 52) for index in range(2)]
        latest = Box(200, 6, 124, 52)
    else:
        caller = Box(4, 62, 172, 52)
        alias = Box(264, 54, 156, 68)
        versions = [Box(536, 6 + index * 62, 180, 52) for index in range(2)]
        latest = Box(536, 130, 180, 52)
    _box(picture, caller, words.CALLER, words.ARNS[called], mono=True, stroke="accent")
    _box(picture, alias, words.PROD, "", stroke="accent" if called == ALIAS else "line")
    _box(picture, versions[0], words.VERSION_1, words.FROZEN, stroke=OLD)
    two = _box(picture, versions[1], words.VERSION_2, words.PUBLISHED.format(minute=SHIFTED), stroke=NEW_TEXT)
    picture.show(two, SHIFTED)
    _box(picture, latest, words.LATEST_BOX, words.EDITABLE.format(minute=EDITED), stroke="faint", dash="5 4")
    weights = [(number, minute.weight) for number, minute in enumerate(trace.minutes)]
    now = trace.minutes[still_minute(trace)].weight
    used = called == ALIAS
    for index, box in enumerate(versions):
        shares = [(number, weight if index else 100 - weight) for number, weight in weights]
        share = now if index else 100 - now
        _flow(picture, (alias.middle_right, box.middle_left), (shares, share), tone=NEW if index else OLD, used=used)
    minute = words.AT.format(minute=still_minute(trace))
    picture.text(alias.center[0], alias.y + 22, words.PROD, anchor="middle", bold=True)
    text = f"{100 - now}% / {now}%"
    keys = [(float(number), f"{100 - weight}% / {weight}%") for number, weight in weights]
    picture.ticker(alias.center[0], alias.y + 44, keys, text, anchor="middle", bold=True, fill="ink")
    note = picture.text(alias.center[0], alias.bottom + 18, minute, anchor="middle", fill="muted")
    picture.track(note, "visibility", [(0, "hidden")])
    target = {ALIAS: alias, VERSION: versions[0], LATEST: latest}[called]
    start = caller.middle_bottom if narrow and called == ALIAS else caller.middle_right
    end = target.middle_top if narrow and called == ALIAS else target.middle_left
    if called == ALIAS:
        picture.arrow(start, end, stroke="accent", stroke_width=4, head=10)
        return
    # Around the alias, which has no part in it.
    bend = caller.right + 22
    picture.path([start, (bend, start[1]), (bend, end[1]), (end[0] - 8, end[1])], stroke="accent", stroke_width=4)
    picture.arrow((end[0] - 14, end[1]), end, stroke="accent", stroke_width=4, head=10)


def _box(
    picture: Picture, box: Box, name: str, note: str, *, stroke: str, mono: bool = False, dash: str | None = None
) -> Element:
    with picture.group() as group:
        picture.rect(
            box.x, box.y, box.width, box.height, fill="raised", stroke=stroke, stroke_width=2, radius=8, dash=dash
        )
        if note:
            x = box.center[0]
            picture.text(x, box.y + 21, name, anchor="middle", bold=True)
            size = picture.layout.small
            picture.text(x, box.y + 42, note, anchor="middle", fill="muted", mono=mono, size=size)
    return group


def _flow(
    picture: Picture,
    ends: tuple[tuple[float, float], tuple[float, float]],
    shares: tuple[list[tuple[int, int]], int],
    *,
    tone: str,
    used: bool,
) -> None:
    """Draw what flows from the alias to a version, as wide as its weight."""
    (start, end), (keys, still) = ends, shares
    first, last = (start[0] + 4, start[1]), (end[0] - 4, end[1])
    paint = tone if used else "line"
    picture.line(first, last, stroke="line", stroke_width=1, dash="2 4")
    line = picture.line(first, last, stroke=paint, stroke_width=max(0.01, FULL * still / 100))
    picture.track(line, "stroke-width", [(float(number), FULL * share / 100) for number, share in keys])


# The minutes.


def _bars(plot: Plot, trace: AliasTrace) -> None:
    picture, area = plot.picture, plot.area
    picture.text(area.x - 40, area.y - 14, words.REQUESTS, bold=True)
    x = area.x - 40 + text_width(words.REQUESTS, picture.layout.small) * 1.06 + 26
    entries = [(OLD, words.OLD_CODE), (NEW, words.NEW_CODE)]
    if picture.layout.narrow:
        picture.legend(area.x - 40, area.y - 40, entries)
    else:
        picture.legend(x, area.y - 19, entries)
    plot.y_axis(nice_ticks(0, trace.settings.rate, 3))
    width = plot.x(1) - plot.x(0)
    for number, minute in enumerate(trace.minutes):
        x, base = plot.x(number) + 1, area.bottom
        for count, tone in ((minute.old, OLD), (minute.new, NEW)):
            height = area.bottom - plot.y(count)
            if count:
                picture.rect(x, base - height, width - 2, height, fill=tone)
            base -= height


def _errors(plot: Plot, trace: AliasTrace) -> None:
    picture, area = plot.picture, plot.area
    picture.text(area.x - 40, area.y - 12, words.ERRORS, bold=True)
    plot.y_axis([0, _most(trace)])
    width = plot.x(1) - plot.x(0)
    for number, minute in enumerate(trace.minutes):
        x, base = plot.x(number) + 1, area.bottom
        for count, tone in ((minute.old_errors, OLD), (minute.new_errors, NEW)):
            height = area.bottom - plot.y(count)
            if count:
                picture.rect(x, base - height, width - 2, height, fill=tone, stroke="bad", stroke_width=1)
            base -= height
    plot.x_axis(range(0, MINUTES + 1, 4 if picture.layout.narrow else 2), words.TIME)


def _events(requests: Plot, errors: Plot, trace: AliasTrace) -> None:
    """Mark the turns of the story, with their names where there is room."""
    picture, called = requests.picture, trace.settings.called
    if called == VERSION:
        return
    begin = EDITED if called == LATEST else SHIFTED
    later = next((m for m in (trace.rolled_back, trace.completed) if called == ALIAS and m not in (None, begin)), None)
    for minute in (begin, later):
        if minute is None:
            continue
        x, last = requests.x(minute), minute == later
        dash = None if last else "3 4"
        # In two pieces, around the heading between the plots.
        for top, bottom in ((requests.area.y, requests.area.bottom + 22), (errors.area.y - 4, errors.area.bottom)):
            picture.line((x, top), (x, bottom), stroke="ink", stroke_width=2 if last else 1.5, dash=dash)
        label = _event(trace, minute)
        room = text_width(label, picture.layout.small) * 1.06 + 8
        # The first name stands left of its line and the second right of it, so that they never meet.
        before = x - requests.area.x + 36 >= room
        after = requests.area.right - x >= room
        left = (not last and before) or not after
        if (not last and later is not None and not before) or not (before or after):
            continue
        anchor = "end" if left else "start"
        y = requests.area.bottom + 18
        name = picture.text(x + (-6 if left else 6), y, label, bold=True, anchor=anchor, halo=True)
        picture.show(name, minute)
