"""A picture: shapes and text on a canvas, with a title, a description and tracks on one clock.

The markup as written is the still: what paper, a first paint and a reader without motion see. Tracks
(`track`, `show`, `move`, `ticker`) are SVG animations that begin at "indefinite", which means not until a
host asks for it; they then override the still's values for as long as the picture plays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import drawsvg

from kumo.core.drawing.palette import color
from kumo.core.drawing.text import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.core.drawing.clock import Clock
    from kumo.core.drawing.layout import Layout

Element = drawsvg.DrawingElement
Point = tuple[float, float]

LINE_HEIGHT = 1.45
# From the middle of a line of text down to its baseline, in em: half the height of a digit.
_HALF_DIGIT = 0.36


def number(value: float) -> int | float:
    """Return `value` as pictures write it: two decimals at most, no trailing zeros, no minus zero."""
    rounded = round(value, 2) + 0.0
    return int(rounded) if rounded == int(rounded) else rounded


@dataclass(frozen=True)
class Box:
    """Where a rectangle is, so that lines can start and end at its sides (user units)."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return (self.x + self.width / 2, self.y + self.height / 2)

    @property
    def middle_left(self) -> Point:
        return (self.x, self.y + self.height / 2)

    @property
    def middle_right(self) -> Point:
        return (self.right, self.y + self.height / 2)

    @property
    def middle_top(self) -> Point:
        return (self.x + self.width / 2, self.y)

    @property
    def middle_bottom(self) -> Point:
        return (self.x + self.width / 2, self.bottom)


class Picture:
    """An SVG picture under construction.

    Shapes paint in the order in which they are added. Methods that add something return its drawsvg
    element, for the tracks. Coordinates, lengths and font sizes are in user units of the layout; colours
    are role names of the palette (``"ink"``, ``"good"`` …) or ``"none"``.

    Parameters
    ----------
    layout : Layout
        Gives width and font sizes.
    height : float
        Height in user units.
    title : str
        Short name of the picture, read out first by screen readers.
    description : str
        What the picture shows, in words.
    clock : Clock, optional
        Needed for tracks.

    """

    def __init__(
        self, layout: Layout, height: float, *, title: str, description: str, clock: Clock | None = None
    ) -> None:
        self.layout = layout
        self.width: float = layout.width
        self.height = height
        self.title = title
        self.description = description
        self.clock = clock
        self._root: list[Element] = []
        self._parents = [self._root]

    # Shapes.

    def add(self, element: Element) -> Element:
        """Add a drawsvg element to the picture, or to the group that is open."""
        self._parents[-1].append(element)
        return element

    def group(self, **attributes: Any) -> _Group:
        """Return a context manager: what is added inside belongs to one group, which is its value."""
        return _Group(self, drawsvg.Group(**attributes))

    def rect(  # noqa: PLR0913 -- the attributes of a rectangle
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        radius: float = 0,
        dash: str | None = None,
        opacity: float | None = None,
        hidden: bool = False,
    ) -> Element:
        """Add a rectangle with its upper left corner at (x, y)."""
        return self.add(
            drawsvg.Rectangle(
                number(x),
                number(y),
                number(width),
                number(height),
                rx=number(radius) if radius else None,
                **_paint(fill, stroke, stroke_width, dash, opacity, hidden=hidden),
            )
        )

    def circle(  # noqa: PLR0913 -- the attributes of a circle
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        opacity: float | None = None,
        hidden: bool = False,
    ) -> Element:
        """Add a circle around (x, y)."""
        return self.add(
            drawsvg.Circle(
                number(x),
                number(y),
                number(radius),
                **_paint(fill, stroke, stroke_width, None, opacity, hidden=hidden),
            )
        )

    def line(
        self,
        start: Point,
        end: Point,
        *,
        stroke: str = "line",
        stroke_width: float = 1,
        dash: str | None = None,
        hidden: bool = False,
    ) -> Element:
        """Add a straight line."""
        return self.path([start, end], stroke=stroke, stroke_width=stroke_width, dash=dash, hidden=hidden)

    def path(  # noqa: PLR0913 -- the attributes of a path
        self,
        points: Iterable[Point] | str,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        dash: str | None = None,
        close: bool = False,
        opacity: float | None = None,
        hidden: bool = False,
    ) -> Element:
        """Add a polyline through `points`, or the outline that a string of SVG path commands describes."""
        data = points if isinstance(points, str) else "M" + " L".join(f"{number(x)},{number(y)}" for x, y in points)
        paint = _paint(fill, stroke, stroke_width, dash, opacity, hidden=hidden)
        return self.add(
            drawsvg.Path(data + (" Z" if close else ""), stroke_linejoin="round", stroke_linecap="round", **paint)
        )

    def arrow(  # noqa: PLR0913 -- the attributes of an arrow
        self,
        start: Point,
        end: Point,
        *,
        stroke: str = "muted",
        stroke_width: float = 1.5,
        dash: str | None = None,
        both: bool = False,
        head: float = 7,
        hidden: bool = False,
    ) -> Element:
        """Add a straight arrow; `both` puts a head at either end. The value is the group of line and heads."""
        (x1, y1), (x2, y2) = start, end
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        with self.group(**({"visibility": "hidden"} if hidden else {})) as group:
            # The line ends inside the head, so that its blunt end does not show at the tip.
            tail = (x1 + ux * head, y1 + uy * head) if both else start
            self.line(tail, (x2 - ux * head, y2 - uy * head), stroke=stroke, stroke_width=stroke_width, dash=dash)
            for tip, sign in (((x2, y2), 1), *((((x1, y1), -1),) if both else ())):
                self._head(tip, (ux * sign, uy * sign), head, stroke)
        return group

    def cross(self, x: float, y: float, radius: float, *, stroke: str = "bad", stroke_width: float = 2) -> Element:
        """Add an × centred on (x, y)."""
        a, b, c, d = (number(v) for v in (x - radius, y - radius, x + radius, y + radius))
        return self.path(f"M{a},{b} L{c},{d} M{a},{d} L{c},{b}", stroke=stroke, stroke_width=stroke_width)

    def check(self, x: float, y: float, radius: float, *, stroke: str = "good", stroke_width: float = 2) -> Element:
        """Add a check mark centred on (x, y)."""
        points = [(x - radius, y), (x - radius * 0.3, y + radius * 0.7), (x + radius, y - radius * 0.7)]
        return self.path(points, stroke=stroke, stroke_width=stroke_width)

    # Text.

    def text(  # noqa: PLR0913 -- the attributes of a line of text
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float | None = None,
        fill: str = "ink",
        anchor: str = "start",
        bold: bool = False,
        middle: bool = False,
        halo: bool = False,
        mono: bool = False,
        hidden: bool = False,
    ) -> Element:
        """Add one line of text.

        Parameters
        ----------
        x, y : float
            Anchor; `y` is the baseline, or the middle of the line with `middle`.
        content : str
            The text.
        size : float, optional
            Font size; the layout's `small` by default.
        anchor : {"start", "middle", "end"}
            Which part of the text is at `x`.
        halo : bool
            Draw the panel's colour around the letters, where they cross lines.
        mono : bool
            Use the page's monospaced face (identifiers, code).

        """
        size = size or self.layout.small
        return self.add(
            drawsvg.Text(
                content,
                number(size),
                number(x),
                number(y + (size * _HALF_DIGIT if middle else 0)),
                fill=color(fill),
                text_anchor=anchor if anchor != "start" else None,
                font_weight="700" if bold else None,
                font_family="var(--kumo-mono,ui-monospace,monospace)" if mono else None,
                visibility="hidden" if hidden else None,
                **(
                    {
                        "paint_order": "stroke",
                        "stroke": color("panel"),
                        "stroke_width": 4,
                        "stroke_linejoin": "round",
                    }
                    if halo
                    else {}
                ),
            )
        )

    def paragraph(  # noqa: PLR0913 -- the attributes of text in lines
        self,
        x: float,
        y: float,
        content: str,
        width: float,
        *,
        size: float | None = None,
        fill: str = "ink",
        anchor: str = "start",
        bold: bool = False,
        hidden: bool = False,
    ) -> tuple[Element, float]:
        """Add text broken into lines of at most `width`; return its group and the baseline after the last line."""
        size = size or self.layout.small
        with self.group(**({"visibility": "hidden"} if hidden else {})) as group:
            for line in wrap(content, width, size):
                self.text(x, y, line, size=size, fill=fill, anchor=anchor, bold=bold)
                y += size * LINE_HEIGHT
        return group, y

    def box(  # noqa: PLR0913 -- the attributes of a labelled box
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        label: str,
        *,
        note: str = "",
        fill: str = "raised",
        stroke: str = "faint",
        ink: str = "ink",
        radius: float = 8,
        dash: str | None = None,
        bold: bool = True,
    ) -> Box:
        """Add a box with a centred label (and a smaller `note` under it), both broken to fit; return where it is."""
        self.rect(x, y, width, height, fill=fill, stroke=stroke, stroke_width=1.5, radius=radius, dash=dash)
        small = self.layout.small
        room = width - 12
        lines = [(line, bold, ink) for line in wrap(label, room, small)]
        lines += [(line, False, "muted") for line in wrap(note, room, small)] if note else []
        top = y + height / 2 - (len(lines) - 1) * small * LINE_HEIGHT / 2
        for index, (line, heavy, tone) in enumerate(lines):
            self.text(
                x + width / 2,
                top + index * small * LINE_HEIGHT,
                line,
                fill=tone,
                anchor="middle",
                bold=heavy,
                middle=True,
            )
        return Box(x, y, width, height)

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, str]], *, gap: float = 18) -> float:
        """Add a line of (colour, label) pairs from (x, y), the middle of the line; return the x after the last."""
        size = self.layout.small
        for tone, label in entries:
            self.rect(x, y - 6, 12, 12, fill=tone, radius=3)
            self.text(x + 18, y, label, fill="muted", middle=True)
            x += 18 + text_width(label, size) + gap
        return x

    # Tracks.

    def track(
        self, element: Element, attribute: str, keys: Sequence[tuple[float, Any]], *, smooth: bool = False
    ) -> Element:
        """Let an attribute follow `keys`, pairs of model time and value, while the picture plays.

        Before the first key its value holds, after the last one likewise; in between the value jumps at
        each key, or glides with `smooth`. The still keeps the value that the element was made with.
        """
        values, times = self._keyed(keys, smooth=smooth)
        return self._animate(
            element, drawsvg.Animate(attribute, self._duration(), values, **self._timing(times, smooth))
        )

    def show(self, element: Element, start: float | None = None, end: float | None = None) -> Element:
        """Show an element only from model time `start` until `end` while the picture plays (None: open)."""
        first = self._timed().start
        begin = first if start is None else start
        keys: list[tuple[float, str]] = [] if begin <= first else [(first, "hidden")]
        keys.append((begin, "visible"))
        if end is not None:
            keys.append((end, "hidden"))
        return self.track(element, "visibility", keys)

    def move(self, element: Element, keys: Sequence[tuple[float, Point]], *, smooth: bool = True) -> Element:
        """Shift an element by the offsets of `keys`, pairs of model time and (dx, dy), while the picture plays."""
        pairs = [(time, f"{number(dx)},{number(dy)}") for time, (dx, dy) in keys]
        values, times = self._keyed(pairs, smooth=smooth)
        motion = drawsvg.AnimateTransform("translate", self._duration(), values, **self._timing(times, smooth))
        return self._animate(element, motion)

    def ticker(self, x: float, y: float, keys: Sequence[tuple[float, str]], still: str, **style: Any) -> None:
        """Add a line of text that changes at the model times of `keys` while the picture plays.

        The still shows `still`. Repeated texts are drawn once.
        """
        shown: dict[str, list[tuple[float, str]]] = {content: [] for content in (still, *(text for _, text in keys))}
        current = None
        for time, content in keys:
            if content == current:
                continue
            if current is not None:
                shown[current].append((time, "hidden"))
            # A text that comes later is hidden from the start.
            if not shown[content] and current is not None:
                shown[content].append((keys[0][0], "hidden"))
            shown[content].append((time, "visible"))
            current = content
        for content, changes in shown.items():
            element = self.text(x, y, content, hidden=content != still, **style)
            self.track(element, "visibility", changes or [(keys[0][0], "hidden")])

    # Output.

    def svg(self) -> str:
        """Return the picture as SVG text; the same picture gives the same bytes."""
        drawing = drawsvg.Drawing(
            number(self.width),
            number(self.height),
            **{"class": "kumo-svg", "role": "img", "font-size": self.layout.small, "fill": color("ink")},
        )
        drawing.append_title(self.title)
        drawing.append(_Description(self.description))
        drawing.extend(self._root)
        return drawing.as_svg(header="", skip_css=True, skip_js=True).replace("\n<defs>\n</defs>\n", "\n")

    # Inner workings.

    def _head(self, tip: Point, direction: Point, size: float, fill: str) -> None:
        (x, y), (ux, uy) = tip, direction
        base, half = (x - ux * size, y - uy * size), size * 0.5
        corners = [
            tip,
            (base[0] - uy * half, base[1] + ux * half),
            (base[0] + uy * half, base[1] - ux * half),
        ]
        self.path(corners, fill=fill, close=True)

    def _keyed(self, keys: Sequence[tuple[float, Any]], *, smooth: bool) -> tuple[str, str]:
        """Return the values and times of `keys` in SVG's form: from 0 to 1, no time twice unless it jumps."""
        if not keys:
            message = "a track needs at least one key"
            raise ValueError(message)
        clock = self._timed()
        points = [(clock.fraction(time), value) for time, value in keys]
        if points[0][0] > 0:
            points.insert(0, (0.0, points[0][1]))
        if smooth and points[-1][0] < 1:
            points.append((1.0, points[-1][1]))
        if not smooth:
            # Of several jumps at one moment only the last is ever seen.
            points = list(dict(points).items())
        values = ";".join(str(number(value)) if isinstance(value, int | float) else value for _, value in points)
        return values, ";".join(f"{fraction:.5g}" for fraction, _ in points)

    def _duration(self) -> str:
        return f"{self._timed().seconds:g}s"

    def _timed(self) -> Clock:
        if self.clock is None:
            message = f"the picture {self.title!r} needs a clock for its tracks"
            raise ValueError(message)
        return self.clock

    def _timing(self, times: str, smooth: bool) -> dict[str, Any]:  # noqa: FBT001 -- private, passed on
        mode = "linear" if smooth else "discrete"
        return {"begin": "indefinite", "keyTimes": times, "calcMode": mode, "fill": "freeze"}

    @staticmethod
    def _animate(element: Element, animation: drawsvg.Animate) -> Element:
        element.append_anim(animation)
        return element


class _Group:
    """Context manager that sends what is added to a picture into one group."""

    def __init__(self, picture: Picture, element: drawsvg.Group) -> None:
        self._picture, self._element = picture, element

    def __enter__(self) -> drawsvg.Group:
        self._picture.add(self._element)
        self._picture._parents.append(self._element.children)  # noqa: SLF001 -- the picture's other half
        return self._element

    def __exit__(self, *_: object) -> None:
        self._picture._parents.pop()  # noqa: SLF001 -- the picture's other half


class _Description(drawsvg.Title):
    TAG_NAME = "desc"


def _paint(
    fill: str, stroke: str, stroke_width: float, dash: str | None, opacity: float | None, *, hidden: bool
) -> dict[str, Any]:
    lined = stroke != "none"
    return {
        "fill": fill if fill == "none" else color(fill),
        "stroke": color(stroke) if lined else None,
        "stroke_width": number(stroke_width) if lined else None,
        "stroke_dasharray": dash,
        "opacity": number(opacity) if opacity is not None else None,
        "visibility": "hidden" if hidden else None,
    }
