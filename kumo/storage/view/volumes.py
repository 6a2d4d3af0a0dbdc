"""Picture of the volume types: a line each, with four checks, and a bar of the cost or the reason against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Picture, text_width, wrap
from kumo.storage.model.volumes import CHECKS
from kumo.storage.words import volumes as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.storage.model.volumes import Choosing, Offer

HEAD = 58
COLUMNS = (206, 276, 346, 396)
BARS = 440
LONGEST = "10,000 USD/月"


def draw(trace: Choosing, layout: Layout) -> Picture:
    """Return the picture of `trace`."""
    heights = [_height(offer, layout) for offer in trace.offers]
    top = 34 if layout.narrow else HEAD
    picture = Picture(layout, top + sum(heights) + 4, title=words.TITLE, description=words.description(trace))
    for number, line in enumerate(wrap(words.need(trace), (layout.width - 8) / 1.06, layout.small)):
        picture.text(4, 14 + number * 18, line, bold=True)
    if not layout.narrow:
        for check, x in zip(CHECKS, COLUMNS, strict=True):
            picture.text(x, 44, words.CHECK_NAMES[check], fill="muted", anchor="middle")
        picture.text(BARS, 44, words.COST_HEAD, fill="muted")
    most = max((offer.cost for offer in trace.offers), default=0) or 1
    y: float = top
    for offer, height in zip(trace.offers, heights, strict=True):
        best = trace.cheapest is not None and offer.kind == trace.cheapest.kind
        _row(picture, offer, y, height, most, best=best)
        y += height
    return picture


def _height(offer: Offer, layout: Layout) -> float:
    if not layout.narrow:
        return 50
    return 106 if offer.because else 84


def _row(picture: Picture, offer: Offer, y: float, height: float, most: float, *, best: bool) -> None:
    narrow, small = picture.layout.narrow, picture.layout.small
    if best:
        picture.rect(
            1, y + 1, picture.width - 2, height - 3, fill="accent-soft", stroke="accent", stroke_width=1.5, radius=8
        )
    else:
        picture.line((4, y + height - 1), (picture.width - 4, y + height - 1))
    tone = "ink" if offer.qualifies else "muted"
    picture.text(10, y + 18, offer.kind, bold=True, fill=tone, size=picture.layout.body, middle=True)
    if narrow:
        picture.text(46, y + 18, words.SHORT_NAMES[offer.kind], fill="muted", middle=True)
        if best:
            picture.text(
                picture.width - 12, y + 18, words.CHEAPEST, fill="accent", bold=True, anchor="end", middle=True
            )
        x = 10.0
        for check in CHECKS:
            name = words.CHECK_NAMES[check]
            _mark(picture, x + 6, y + 41, lacking=check in offer.lacks)
            picture.text(x + 16, y + 41, name, fill="muted", middle=True)
            x += 16 + text_width(name, small) + 10
        left, right, line = 10.0, picture.width - 12, y + 65
    else:
        picture.text(10, y + 36, words.NAMES[offer.kind], fill="muted", middle=True)
        for check, x in zip(CHECKS, COLUMNS, strict=True):
            _mark(picture, x, y + 24, lacking=check in offer.lacks)
        left, right, line = float(BARS), picture.width - 8, y + (17 if offer.because else 24)
    if not offer.qualifies:
        picture.text(left, y + (65 if narrow else 24), words.reason(offer), fill="bad", middle=True)
        return
    _bar(picture, offer, (left, right, line), most, best=best)


def _bar(picture: Picture, offer: Offer, place: tuple[float, float, float], most: float, *, best: bool) -> None:
    (left, right, y), small = place, picture.layout.small
    label = words.COST.format(cost=words.money(offer.cost))
    if best and not picture.layout.narrow:
        label += f" {words.CHEAPEST}"
    note = words.enlarged(offer)
    # All bars on one scale, which leaves room for the longest amount.
    longest = right - left - text_width(LONGEST, small) * 1.06 - (0 if picture.layout.narrow else 34)
    width = max(2.0, offer.cost / most * longest)
    picture.rect(left, y - 7, width, 14, fill="accent" if best else "series-1", radius=3)
    picture.text(left + width + 8, y, label, fill="accent" if best else "ink", bold=True, middle=True)
    if note:
        picture.text(left, y + (22 if picture.layout.narrow else 19), note, fill="muted", middle=True)


def _mark(picture: Picture, x: float, y: float, *, lacking: bool) -> None:
    if lacking:
        picture.cross(x, y, 5, stroke="bad", stroke_width=2.5)
    else:
        picture.check(x, y, 5.5, stroke="good", stroke_width=2.5)
