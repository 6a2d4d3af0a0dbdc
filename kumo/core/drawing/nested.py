"""Boxes within boxes: a region around networks, a network around zones, a zone around subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing.picture import Box
from kumo.core.drawing.text import text_width

if TYPE_CHECKING:
    from kumo.core.drawing.layout import Layout
    from kumo.core.drawing.picture import Picture


def head_height(layout: Layout) -> float:
    """Return the height that the label of a container takes, from its upper edge (user units)."""
    return layout.small * 1.3 + 6


def container(  # noqa: PLR0913 -- the attributes of a labelled frame
    picture: Picture,
    box: Box,
    label: str,
    *,
    note: str = "",
    fill: str = "none",
    stroke: str = "faint",
    ink: str = "ink",
    dash: str | None = None,
    radius: float = 8,
    indent: float = 8,
) -> Box:
    """Draw a frame with its label in the upper left corner; return what is left of the inside below the label.

    Parameters
    ----------
    picture : Picture
        Where to draw.
    box : Box
        The frame; draw outer frames before the ones inside them.
    label, note : str
        Name, in bold, and what it is called or numbered beside it; the note is left out where both do not fit.
    fill, stroke, ink : str
        Colours of the inside, the frame and the label.
    dash : str, optional
        Dash pattern of the frame, for what is a boundary rather than a thing.
    indent : float
        From the left edge to the label (user units), where something runs through the corner.

    """
    picture.rect(
        box.x, box.y, box.width, box.height, fill=fill, stroke=stroke, stroke_width=1.5, radius=radius, dash=dash
    )
    small, head = picture.layout.small, head_height(picture.layout)
    y = box.y + head / 2 + 1
    if label:
        picture.text(box.x + indent, y, label, fill=ink, bold=True, middle=True)
    # Bold letters run a little wider than the estimate for the regular face.
    used = indent + (text_width(label, small) * 1.06 + 8 if label else 0)
    if note and used + text_width(note, small) <= box.width - 6:
        picture.text(box.x + used, y, note, fill="muted", middle=True)
    return Box(box.x, box.y + head, box.width, box.height - head)
