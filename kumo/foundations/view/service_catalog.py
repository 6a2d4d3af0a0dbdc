"""Picture of the catalog: a sorted list of services, with lines from one of them to those it works with."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kumo.core.drawing import Picture
from kumo.foundations.model.services import BY_CATEGORY, CATEGORIES, services
from kumo.foundations.words import service_catalog as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.foundations.model.services import CatalogTrace, Relation

ROW, HEAD, CATEGORY_HEAD = 24, 34, 28


def draw(trace: CatalogTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`; the narrow one leaves the roles to the table."""
    narrow = layout.narrow
    places, bottom = _places(trace)
    focus = services()[trace.focus]
    foot = bottom + (34 if trace.hidden or not trace.focused else 10)
    picture = Picture(
        layout,
        foot,
        title=words.TITLE,
        description=words.DESCRIPTION.format(total=trace.total, count=len(trace.found), focus=focus.short),
    )
    gutter, label = (134, 160) if narrow else (418, 500)
    name, role = 8, 190
    picture.text(name, 16, words.HEAD_NAME, fill="muted", bold=True)
    if not narrow:
        picture.text(role, 16, words.HEAD_ROLE, fill="muted", bold=True)
    if trace.focused:
        head = words.HEAD_RELATION_SHORT if narrow else words.HEAD_RELATION.format(focus=focus.short)
        picture.text(label, 16, head, fill="muted", bold=True)
    picture.line((0, 26), (layout.width, 26), stroke="faint")
    related = _related(trace)
    for entry in trace.found:
        y = places[entry.key]
        is_focus, is_related = entry.key == trace.focus, entry.key in related
        if is_focus:
            picture.rect(0, y - ROW / 2 + 1, gutter, ROW - 2, fill="accent-soft", radius=6)
        elif is_related:
            picture.rect(0, y - ROW / 2 + 1, gutter, ROW - 2, fill="raised", stroke="line", radius=6)
        quiet = trace.focused and not (is_focus or is_related)
        tone = "muted" if quiet else "ink"
        picture.text(name, y, entry.short, fill=tone, bold=not quiet, middle=True)
        if not narrow:
            picture.text(role, y, entry.role, fill=tone, middle=True)
    if trace.focused:
        _relations(picture, trace, places, (gutter, label))
    _headings(picture, trace, places, name)
    _foot(picture, trace, bottom, focus.short)
    return picture


def _headings(picture: Picture, trace: CatalogTrace, places: dict[str, float], x: float) -> None:
    if trace.sort != BY_CATEGORY:
        return
    for before, entry in pairwise((None, *trace.found)):
        if before is None or before.category != entry.category:
            y = places[entry.key] - ROW
            picture.text(x, y, CATEGORIES[entry.category], fill="muted", middle=True, halo=True)


def _places(trace: CatalogTrace) -> tuple[dict[str, float], float]:
    """Return the middle of each service's row, and the bottom of the list."""
    y, places, before = float(HEAD), {}, None
    for entry in trace.found:
        if trace.sort == BY_CATEGORY and entry.category != before:
            y += CATEGORY_HEAD if before is not None else CATEGORY_HEAD - 6
            before = entry.category
        places[entry.key] = y + ROW / 2
        y += ROW
    return places, y + (0 if trace.found else ROW)


def _related(trace: CatalogTrace) -> dict[str, list[Relation]]:
    """Return the relations of the focus by the service at their other end."""
    found: dict[str, list[Relation]] = {}
    for relation in trace.shown:
        found.setdefault(relation.other(trace.focus), []).append(relation)
    return found


def _relations(picture: Picture, trace: CatalogTrace, places: dict[str, float], columns: tuple[float, float]) -> None:
    gutter, label = columns
    start = places[trace.focus]
    for key, relations in _related(trace).items():
        end = places[key]
        bulge = label - 16
        picture.path(
            f"M{gutter:g},{start:g} C{bulge:g},{start:g} {gutter + 4:g},{end:g} {label - 10:g},{end:g}",
            stroke="accent",
            stroke_width=1.5,
        )
        x = float(label - 4)
        for relation in relations:
            away = relation.source == trace.focus
            tip, tail = (x + 12, x) if away else (x, x + 12)
            picture.arrow((tail, end), (tip, end), stroke="accent", stroke_width=2, head=6)
            picture.text(x + 18, end, relation.how, middle=True)
            x += 24 + picture.layout.small * len(relation.how)
    picture.circle(gutter, start, 4, fill="accent")


def _foot(picture: Picture, trace: CatalogTrace, bottom: float, focus: str) -> None:
    if not trace.found:
        picture.text(8, bottom - 8, words.NOTHING, fill="muted", middle=True)
    elif not trace.focused:
        picture.text(8, bottom + 18, words.FOCUS_GONE.format(focus=focus), fill="muted", middle=True)
    elif trace.hidden:
        count = len({relation.other(trace.focus) for relation in trace.hidden})
        picture.text(8, bottom + 18, words.OUTSIDE.format(count=count), fill="muted", middle=True)
