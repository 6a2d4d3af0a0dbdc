"""Picture of the two kinds of workflow: a card each with limits, price and the payments of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.drawing import Clock, Picture
from kumo.core.drawing.picture import Box
from kumo.step_functions.model.standard_or_express import SAMPLE
from kumo.step_functions.words import standard_or_express as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout
    from kumo.step_functions.model.standard_or_express import ComparisonTrace, Offer

ROW = 26
COLUMNS = 15
CARD = 366


def draw(trace: ComparisonTrace, layout: Layout) -> Picture:
    """Return the picture of `trace`: cards side by side, or one above the other where the layout is narrow."""
    offers = (trace.standard, trace.express)
    picture = Picture(
        layout,
        2 * CARD + 46 if layout.narrow else CARD + 34,
        title=words.TITLE,
        description=words.DESCRIPTION.format(verdict=words.verdict(trace)),
        clock=Clock(0, SAMPLE, words.RUNS, seconds=8),
    )
    size = layout.small
    picture.legend(8, 14, [("good", words.ONCE), ("bad", words.TWICE), ("faint", words.NEVER)], gap=14)
    width = layout.width - 16 if layout.narrow else (layout.width - 36) / 2
    for index, offer in enumerate(offers):
        x, y = (8, 34 + index * (CARD + 8)) if layout.narrow else (8 + index * (width + 20), 34)
        _card(picture, offer, Box(x, y, width, CARD - 4), size)
    return picture


def _card(picture: Picture, offer: Offer, box: Box, size: float) -> None:
    tone = "good" if offer.fits else "bad"
    picture.rect(box.x, box.y, box.width, box.height, fill="raised", stroke=tone, stroke_width=2, radius=10)
    picture.text(box.x + 14, box.y + 26, words.KINDS[offer.kind], bold=True, size=picture.layout.body + 1)
    picture.text(box.right - 14, box.y + 26, words.PROMISES[offer.kind], fill="muted", anchor="end")
    y = box.y + 54
    for limit in offer.limits:
        picture.line((box.x + 12, y - 16), (box.right - 12, y - 16))
        mark = picture.check if limit.fits else picture.cross
        mark(box.x + 20, y - 4, 5, stroke="good" if limit.fits else "bad")
        picture.text(box.x + 34, y, words.LIMITS[limit.name], fill="muted")
        ink = "ink" if limit.fits else "bad"
        shown = words.limit_text(offer, limit)
        picture.text(box.right - 14, y, shown, fill=ink, anchor="end", bold=not limit.fits)
        y += ROW
    picture.line((box.x + 12, y - 16), (box.right - 12, y - 16))
    price = words.PRICE.format(price=words.amount(offer.price))
    picture.text(box.x + 14, y + 10, price, bold=True, size=picture.layout.body + 1)
    y += 40
    picture.text(box.x + 14, y, words.PAYMENTS.format(count=SAMPLE), bold=True)
    _payments(picture, offer, Box(box.x + 14, y + 12, box.width - 28, 88))
    picture.text(box.x + 14, box.bottom - 16, words.counts(offer), fill="muted", size=size)


def _payments(picture: Picture, offer: Offer, area: Box) -> None:
    step = area.width / COLUMNS
    for index, count in enumerate(offer.payments):
        row, column = divmod(index, COLUMNS)
        x, y = area.x + (column + 0.5) * step, area.y + 10 + row * 23
        picture.circle(x, y, 8.5, stroke="line", stroke_width=1)
        with picture.group() as group:
            if count == 1:
                picture.circle(x, y, 6, fill="good")
            elif count == 0:
                picture.circle(x, y, 7, stroke="faint", stroke_width=2)
                picture.line((x - 5, y + 5), (x + 5, y - 5), stroke="faint", stroke_width=2)
            else:
                picture.circle(x, y, 9.5, fill="bad")
                picture.text(x, y, str(count), fill="surface", anchor="middle", middle=True, bold=True)
        picture.show(group, index + 0.5)
