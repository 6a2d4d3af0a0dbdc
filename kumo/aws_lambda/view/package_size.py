"""Picture of a deployment package: the limits as gauges, the layers as they stack, the start with what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model import package_size, startup
from kumo.aws_lambda.model.units import SECOND
from kumo.aws_lambda.words import package_size as words
from kumo.core.drawing import Clock, Picture, Plot, Step, nice_ticks, text_width
from kumo.core.drawing.nested import container
from kumo.core.drawing.picture import Box

if TYPE_CHECKING:
    from kumo.aws_lambda.model.package_size import Check, PackageTrace
    from kumo.aws_lambda.model.startup import StartUp
    from kumo.core.drawing import Layout

TONES = {
    startup.CREATE: "faint",
    startup.DOWNLOAD: "series-1",
    startup.UNPACK: "tokens",
    startup.RUNTIME: "muted",
    startup.INIT: "series-4",
}
# The function's code, then the layers; more than five are refused.
PARTS = ("muted", "series-3", "series-6", "series-5", "series-1", "series-4", "bad", "bad")
PLATE = 27
# A gauge shows a little more than its limit, so that one sees the line.
ROOM = 1.2
# Where the gauges begin beside their names.
BAR = 158.0


def draw(trace: PackageTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: verdict and gauges above, layers and start below."""
    narrow = layout.narrow
    gauge = 50 if narrow else 34
    gauges = len(trace.checks) + _by_s3(trace)
    top = 66 if narrow else 58
    below = top + gauges * gauge + 12
    plates = max(2, len(trace.package.layers)) if trace.package.form == startup.ZIP else 3
    stack = 40 + plates * PLATE
    start = below + stack + 22 if narrow else below
    picture = Picture(
        layout,
        start + 240 if narrow else below + max(stack + 4, 236),
        title=words.TITLE,
        description=words.description(trace),
        clock=_clock(trace),
    )
    _verdict(picture, trace)
    y = float(top)
    if _by_s3(trace):
        _row(picture, y, words.CHECKS[package_size.UPLOAD], "")
        x = 0.0 if narrow else BAR
        picture.text(x, y + (32 if narrow else 14), words.NO_LIMIT, fill="muted", middle=True)
        y += gauge
    for check in trace.checks:
        _gauge(picture, trace, check, y)
        y += gauge
    left = Box(0, below, layout.width, stack) if narrow else Box(0, below, 332, stack)
    _stack(picture, trace, left)
    _start(picture, trace, Box(8, start, layout.width - 20, 0) if narrow else Box(366, below, 344, 0))
    return picture


def _by_s3(trace: PackageTrace) -> bool:
    return trace.package.form == startup.ZIP and trace.package.path == package_size.BY_S3


def _clock(trace: PackageTrace) -> Clock | None:
    if trace.start is None:
        return None
    names = [words.CODE_PART, *(words.LAYER.format(number=n) for n in range(1, len(trace.unpacked)))]
    steps = [Step(0, words.PHASES[startup.CREATE])]
    steps += [
        Step(time / SECOND, words.EXTRACTED.format(name=name))
        for name, time in zip(names, trace.unpacked, strict=False)
    ]
    steps.append(Step(trace.start.duration / SECOND, words.STARTED))
    # Until the other form has started too, where it is the slower one.
    longest = max(one.duration for one in (trace.start, trace.other) if one is not None)
    return Clock(0, longest / SECOND, words.SECONDS, seconds=6, steps=tuple(steps))


def _verdict(picture: Picture, trace: PackageTrace) -> None:
    verdict, error = words.verdict(trace)
    tone = "bad" if error else "good"
    narrow = picture.layout.narrow
    picture.rect(0, 0, picture.width, 50 if narrow else 40, fill=f"{tone}-soft", radius=8)
    middle = 16 if narrow and error else 25 if narrow else 20
    if error:
        picture.cross(20, middle, 6, stroke_width=3)
    else:
        picture.check(20, middle, 7, stroke_width=3)
    picture.text(36, middle, verdict, size=picture.layout.body, fill=tone, bold=True, middle=True)
    if not error:
        made = words.YOURS.format(form=words.FORMS[trace.package.form], size=words.size(trace.package.total))
        picture.text(picture.width - 12, middle, made, fill=tone, anchor="end", middle=True)
        return
    if narrow:
        picture.text(36, 37, error, fill=tone, mono=True, middle=True)
    else:
        picture.text(picture.width - 12, 20, error, fill=tone, anchor="end", mono=True, middle=True)


# The gauges.


def _row(picture: Picture, y: float, name: str, value: str, tone: str = "ink") -> None:
    """Write the name and the value of a gauge: left and right of it, or above it."""
    if picture.layout.narrow:
        picture.text(0, y + 9, name, bold=True, middle=True)
        picture.text(picture.width, y + 9, value, fill=tone, anchor="end", bold=tone == "bad", middle=True)
    else:
        picture.text(0, y + 14, name, bold=True, middle=True)
        picture.text(picture.width, y + 14, value, fill=tone, anchor="end", bold=tone == "bad", middle=True)


def _gauge(picture: Picture, trace: PackageTrace, check: Check, y: float) -> None:
    value = words.OF_LIMIT.format(actual=words.number(check.actual), limit=words.size(check.limit, check.key))
    _row(picture, y, words.CHECKS[check.key], value, "ink" if check.ok else "bad")
    bar = Box(0, y + 20, picture.width, 16) if picture.layout.narrow else Box(BAR, y + 4, 440, 20)
    if check.key == package_size.COUNT:
        _slots(picture, trace, check, bar)
        return
    scale = bar.width / max(check.limit * ROOM, check.actual)
    picture.rect(bar.x, bar.y, bar.width, bar.height, fill="panel", stroke="line", radius=4)
    parts = (check.actual,)
    tones: tuple[str, ...] = ("muted",)
    if check.key == package_size.UNZIPPED:
        parts, tones = (trace.package.code, *trace.package.layers), PARTS
    x = bar.x
    for part, tone in zip(parts, tones, strict=False):
        width = part * scale
        picture.rect(x, bar.y, max(0.5, width), bar.height, fill=tone)
        if width > 3:  # noqa: PLR2004 -- user units: a gap that can be seen
            picture.line((x + width, bar.y), (x + width, bar.bottom), stroke="panel", stroke_width=1)
        x += width
    edge = bar.x + check.limit * scale
    if not check.ok:
        picture.rect(edge, bar.y - 2, x - edge, bar.height + 4, fill="bad")
    _edge(picture, edge, bar)


def _edge(picture: Picture, x: float, bar: Box) -> None:
    """Mark the limit of a gauge."""
    picture.line((x, bar.y - 2), (x, bar.bottom + 4), stroke="ink", stroke_width=2.5)


def _slots(picture: Picture, trace: PackageTrace, check: Check, bar: Box) -> None:
    """Draw the layers as slots: five that there are, and those that there are too many."""
    count = max(package_size.MOST_LAYERS, len(trace.package.layers))
    pitch = bar.width / (count + 0.4)
    for index in range(count):
        filled, allowed = index < len(trace.package.layers), index < package_size.MOST_LAYERS
        x = bar.x + index * pitch + (0 if allowed else pitch * 0.25)
        tone = (PARTS[index + 1] if allowed else "bad") if filled else "none"
        dash = None if filled else "3 3"
        picture.rect(
            x, bar.y, pitch - 6, bar.height, fill=tone, stroke="faint" if not filled else "none", radius=4, dash=dash
        )
    _edge(picture, bar.x + check.limit * pitch, bar)


# The layers.


def _stack(picture: Picture, trace: PackageTrace, box: Box) -> None:
    """Draw the layers in /opt, the first one extracted at the bottom."""
    image = trace.package.form == startup.IMAGE
    inner = container(picture, box, words.OPT, note="" if image else words.OPT_NOTE, fill="panel")
    layers = trace.package.layers
    if image:
        for index, line in enumerate(words.OPT_IMAGE):
            picture.text(box.center[0], inner.y + 16 + index * 24, line, fill="muted", anchor="middle", middle=True)
        return
    if not layers:
        picture.text(box.center[0], inner.y + PLATE, words.OPT_NONE, fill="muted", anchor="middle", middle=True)
        return
    bottom = box.bottom - 8
    for index, megabytes in enumerate(layers, 1):
        y = bottom - index * PLATE
        with picture.group() as plate:
            tone = PARTS[index]
            picture.rect(
                box.x + 8, y + 2, box.width - 16, PLATE - 4, fill="raised", stroke=tone, stroke_width=2, radius=5
            )
            picture.rect(box.x + 8, y + 2, 7, PLATE - 4, fill=tone, radius=2)
            label = words.LAYER.format(number=index)
            picture.text(box.x + 22, y + PLATE / 2, label, bold=True, middle=True)
            picture.text(box.x + 150, y + PLATE / 2, words.size(megabytes), fill="muted", anchor="end", middle=True)
            if index in trace.stacked:
                _file(picture, trace, index, Box(box.x + 160, y, box.width - 172, PLATE))
        if trace.start is not None:
            picture.show(plate, trace.unpacked[index] / SECOND)


def _file(picture: Picture, trace: PackageTrace, number: int, box: Box) -> None:
    """Mark the layer that holds the common file, and say whether its version stays."""
    kept = number == trace.effective
    tone = "good" if kept else "faint"
    middle = box.y + box.height / 2
    picture.text(box.x, middle, words.FILE, fill=tone, mono=True, bold=kept, middle=True)
    width = text_width(words.FILE, picture.layout.small) * 0.98
    if not kept:
        strike = picture.line((box.x, middle), (box.x + width, middle), stroke="faint", stroke_width=1.5)
        if trace.start is not None:
            # It is overwritten when the next layer with this file is extracted.
            after = next(other for other in trace.stacked if other > number)
            picture.show(strike, trace.unpacked[after] / SECOND)
    if kept and len(trace.stacked) > 1:
        picture.text(box.right, middle, words.KEPT, fill=tone, anchor="end", bold=True, middle=True)


# The start.


def _start(picture: Picture, trace: PackageTrace, box: Box) -> None:
    """Draw the phases of the start as a bar, and those of the same content in the other form under it."""
    form = trace.package.form
    other = startup.IMAGE if form == startup.ZIP else startup.ZIP
    longest = max(one.duration for one in (trace.start, trace.other, startup.StartUp()) if one is not None) / SECOND
    plot = Plot(picture, Box(box.x, box.y + 28, box.width, 112), (0, (longest or 1) * 1.04), (0, 1))
    picture.text(box.x, box.y + 10, words.COLD, bold=True, middle=True)
    plot.x_axis(nice_ticks(0, plot.x_range[1], 5), "", grid=True)
    name = words.YOURS.format(form=words.FORMS[form], size=words.size(trace.package.total))
    other_name = words.OTHER.format(form=words.FORMS[other])
    reason = words.TOO_BIG_FOR_ZIP if other == startup.ZIP else words.TOO_BIG_FOR_IMAGE
    y = plot.area.y
    rows = ((y, trace.start, name, words.NOT_STARTED), (y + 56, trace.other, other_name, reason))
    for top, start, _, _ in rows:
        _bar(plot, start, top)
    if picture.clock is not None:
        plot.playhead()
    # The names stand over the veil, the times come when the start is over.
    for top, start, label, refused in rows:
        picture.text(plot.area.x, top + 12, label, bold=top == y, middle=True, halo=True)
        if start is None:
            picture.text(plot.area.x, top + 35, refused, fill="bad", middle=True, halo=True)
            continue
        took = words.seconds(start.duration)
        text = picture.text(plot.area.right, top + 12, took, anchor="end", bold=top == y, middle=True, halo=True)
        if picture.clock is not None:
            picture.show(text, start.duration / SECOND)
    _key(picture, box.x, plot.area.bottom + 40, box.width)


def _bar(plot: Plot, start: StartUp | None, y: float) -> None:
    before = 0
    for phase in start.phases if start is not None else ():
        left, right = plot.x(before / SECOND), plot.x((before + phase.duration) / SECOND)
        plot.picture.rect(left, y + 24, max(0.5, right - left), 22, fill=TONES[phase.name])
        before += phase.duration


def _key(picture: Picture, x: float, y: float, width: float) -> None:
    """Name the phases, in as many lines as it takes."""
    small, left, line = picture.layout.small, x, y
    for name, tone in TONES.items():
        room = 18 + text_width(words.PHASES[name], small)
        if left + room > x + width:
            left, line = x, line + 21
        picture.legend(left, line, [(tone, words.PHASES[name])])
        left += room + 12
    picture.text(x, line + 24, words.ASSUMED, fill="muted", middle=True)
