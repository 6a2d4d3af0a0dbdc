"""The two shapes in which every picture comes: for a column of text, and for a phone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """The canvas that a view draws for.

    Attributes
    ----------
    name : str
        Key in `LAYOUTS`.
    width : int
        Width of the picture in user units; the height is the view's choice.
    body, small : int
        Font sizes in user units. Nothing may be smaller than `small`: it is what stays at 11 CSS pixels
        or more at the smallest width at which the layout is shown.

    """

    name: str
    width: int
    body: int
    small: int

    @property
    def narrow(self) -> bool:
        """Whether parts that stand side by side should be stacked."""
        return self.name == "narrow"


WIDE = Layout("wide", width=720, body=15, small=14)
NARROW = Layout("narrow", width=328, body=14, small=13)
LAYOUTS = {layout.name: layout for layout in (WIDE, NARROW)}
