"""Picture of a task that somebody outside finishes: the state above, the worker below, messages between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture, Plot, nice_ticks, text_width
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.errors import HEARTBEAT_TIMEOUT
from kumo.step_functions.words import activity_and_callback as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.step_functions.model.activity_and_callback import TokenTrace

BAR = 30
STATE_TOP, WORKER_TOP = 64, 184


def draw(trace: TokenTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`; the narrow layout has the same lanes on less width."""
    last = max(trace.left or 0, trace.worked_until, 1)
    end = last * 1.18
    picture = Picture(
        layout,
        276,
        title=words.TITLE,
        description=words.DESCRIPTION.format(point=words.explanation(trace).point),
        clock=Clock(0, end, words.SECONDS, seconds=8),
    )
    area = Box(12, STATE_TOP, layout.width - 28, WORKER_TOP + BAR - STATE_TOP)
    plot = Plot(picture, area, (0, end), (0, 1))
    ticks = [tick for tick in nice_ticks(0, end, 4 if layout.narrow else 8) if tick == int(tick)] or [0]
    plot.x_axis(ticks, words.TIME, grid=True)
    _state(plot, trace, end)
    _worker(plot, trace)
    _messages(plot, trace)
    plot.playhead()
    return picture


def _state(plot: Plot, trace: TokenTrace, end: float) -> None:
    picture = plot.picture
    until = end if trace.left is None else trace.left
    x, width = plot.x(0), plot.x(until) - plot.x(0)
    waiting = trace.left is None
    tone = "tokens" if waiting else "bad" if trace.error else "good"
    dash = "5 4" if waiting else None
    picture.rect(x, STATE_TOP, width, BAR, fill=f"{tone}-soft", stroke=tone, stroke_width=2, radius=5, dash=dash)
    picture.text(8, 20, words.STATE, bold=True)
    if waiting:
        label, tone = words.FOREVER, "warn"
    else:
        label, tone = trace.error or words.SUCCEEDED, "bad" if trace.error else "good"
    # Beside the name of the lane: the moment itself is where the bar ends.
    picture.text(picture.width - 8, 20, label, fill=tone, anchor="end", bold=True)
    if not waiting:
        shown = f"{trace.left:.1f}{words.SECONDS}"
        room = text_width(shown, picture.layout.small)
        picture.text(max(plot.x(until), 12 + room), STATE_TOP - 8, shown, fill=tone, anchor="end", bold=True)
    _reason(plot, trace)


def _reason(plot: Plot, trace: TokenTrace) -> None:
    """Span the time inside the state's bar that ran out."""
    if trace.error is None or trace.left is None:
        return
    picture, beats = plot.picture, trace.error == HEARTBEAT_TIMEOUT
    since = max((trace.token, *trace.beats)) if beats else 0
    label = words.NO_NEWS.format(seconds=trace.heartbeat) if beats else words.ALLOWED.format(seconds=trace.timeout)
    x, until, y = plot.x(since), plot.x(trace.left), STATE_TOP + BAR / 2
    picture.line((x, STATE_TOP + 3), (x, STATE_TOP + BAR - 3), stroke="bad", stroke_width=2)
    if until - x > text_width(label, picture.layout.small) + 16:
        picture.text((x + until) / 2, y, label, fill="bad", anchor="middle", middle=True, bold=True)


def _worker(plot: Plot, trace: TokenTrace) -> None:
    picture = plot.picture
    x, until = plot.x(trace.token), plot.x(trace.worked_until)
    picture.rect(x, WORKER_TOP, max(until - x, 3), BAR, fill="raised", stroke="accent", stroke_width=2, radius=5)
    y = WORKER_TOP + BAR + 48
    picture.text(8, y, words.WORKER, bold=True)
    if trace.report is None:
        picture.cross(until, WORKER_TOP + BAR / 2, 8)
        note = f"{words.SILENCE} {trace.worked_until:.1f}{words.SECONDS}"
        picture.text(8 + text_width(words.WORKER, picture.layout.small) + 18, y, note, fill="bad", bold=True)


def _messages(plot: Plot, trace: TokenTrace) -> None:
    picture = plot.picture
    top, bottom = STATE_TOP + BAR + 2, WORKER_TOP - 2
    x = plot.x(trace.token) + 2
    picture.arrow((x, top), (x, bottom), stroke="accent", stroke_width=2.2)
    label = words.SHORT if picture.layout.narrow else words.TOKEN[trace.pattern]
    picture.text(x + 8, top + 18, label, fill="accent", bold=True, halo=True)
    for beat in trace.beats:
        picture.arrow((plot.x(beat), bottom), (plot.x(beat), bottom - 34), stroke="series-3", stroke_width=1.8, head=6)
    if trace.beats:
        picture.text(x + 8, bottom - 46, words.BEAT, fill="series-3", bold=True, halo=True)
    if trace.report is None:
        return
    x = plot.x(trace.report)
    late = trace.left is not None and trace.report > trace.left
    tone = "bad" if late else "good"
    picture.arrow((x, bottom), (x, top), stroke=tone, stroke_width=2.2, dash="4 4" if late else None)
    label = words.LATE if late else words.RESULT
    picture.text(x - 6, top + 42, label, fill=tone, anchor="end", bold=True, halo=True)
