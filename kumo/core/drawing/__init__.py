"""The drawing kit: SVG by drawsvg, with the book's colours, two layouts and one clock."""

from kumo.core.drawing.clock import Clock, Step
from kumo.core.drawing.layout import LAYOUTS, NARROW, WIDE, Layout
from kumo.core.drawing.palette import color
from kumo.core.drawing.picture import Picture
from kumo.core.drawing.plot import Plot, nice_ticks
from kumo.core.drawing.text import text_width, wrap

__all__ = [
    "LAYOUTS",
    "NARROW",
    "WIDE",
    "Clock",
    "Layout",
    "Picture",
    "Plot",
    "Step",
    "color",
    "nice_ticks",
    "text_width",
    "wrap",
]
