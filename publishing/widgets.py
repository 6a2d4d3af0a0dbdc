"""Widgets that live in a kernel only (``interact``, sliders): what a recording keeps of them.

The widget itself leaves nothing: a page could only show the text of its constructor. The figure that it draws is kept
as the output of its cell, so that the page shows the first one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIVE = "application/vnd.jupyter.widget-view+json"


def without_lone_widgets(outputs: Iterable[Any]) -> list[Any]:
    """Return a cell's outputs less the widgets that bring no HTML for a page along."""
    return [output for output in outputs if _LIVE not in (data := output.get("data", {})) or "text/html" in data]
