"""Pictures as a browser lays them out: text inside its canvas, apart from other text, and large enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import kumo
from kumo.core.drawing import palette
from tests.site.visiting import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page

EXPLORERS = {explorer.id(): explorer for explorer in kumo.explorers()}
LAYOUTS = {"wide": 720, "narrow": 328}
SMALLEST = 11  # CSS pixels

# For each visible text its ink: from a capital's height above the baseline to a little below it. The boxes that a
# browser reports include the line's whole height, and neighbouring lines of a paragraph share some of that.
MEASURE = """svg => {
  const view = svg.viewBox.baseVal;
  const canvas = svg.getScreenCTM().inverse();
  return [...svg.querySelectorAll("text")].filter(text => {
    for (let node = text; node !== svg; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.visibility === "hidden" || style.display === "none" || Number(style.opacity) < 0.1) return false;
    }
    return text.textContent.trim() !== "";
  }).map(text => {
    const box = text.getBBox();
    const size = parseFloat(getComputedStyle(text).fontSize);
    const base = text.getStartPositionOfChar(0).y;
    const matrix = canvas.multiply(text.getScreenCTM());
    const corners = [[box.x, base - 0.76 * size], [box.x + box.width, base + 0.12 * size]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    return {
      text: text.textContent,
      left: corners[0].x - view.x, top: corners[0].y - view.y,
      right: corners[1].x - view.x, bottom: corners[1].y - view.y,
      pixels: size * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b),
      width: view.width, height: view.height,
    };
  });
}"""

# How far ink may reach before it counts, in user units: fonts differ by that much.
TOLERANCE = 1.5


def parameter_sets(explorer_id: str) -> Iterator[dict[str, Any]]:
    """Yield the defaults, every sample of every parameter, and all first and all last samples together."""
    declared = EXPLORERS[explorer_id].declared
    yield {}
    for name, parameter in declared.items():
        for value in parameter.samples():
            if value != parameter.default:
                yield {name: value}
    yield {name: parameter.samples()[0] for name, parameter in declared.items()}
    yield {name: parameter.samples()[-1] for name, parameter in declared.items()}


@pytest.fixture
def sheet(context: Callable[..., BrowserContext]) -> Page:
    """Return an empty page with the styles and the font of a figure."""
    page = context(viewport={"width": 800, "height": 1200}).new_page()
    styles = palette.css() + (ROOT / "kumo" / "web" / "kumo.css").read_text(encoding="utf-8")
    page.set_content(
        f'<!doctype html><html lang="ja"><style>{styles} body {{ margin: 0; font-family: "Noto Sans CJK JP", '
        'sans-serif }</style><div id="place"></div></html>'
    )
    return page


def measure(page: Page, svg: str, width: int) -> list[dict[str, Any]]:
    """Return the ink boxes of the visible texts of a picture shown `width` pixels wide."""
    page.evaluate(
        """([svg, width]) => {
          const place = document.getElementById("place");
          place.style.width = `${width}px`;
          place.innerHTML = svg;
          Object.assign(place.firstElementChild.style, {width: "100%", height: "auto", fontFamily: "inherit"});
        }""",
        [svg, width],
    )
    return page.locator("#place svg").evaluate(MEASURE)


def faults(texts: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with the texts of one picture."""
    found = []
    for one in texts:
        over = max(-one["left"], -one["top"], one["right"] - one["width"], one["bottom"] - one["height"])
        if over > TOLERANCE:
            found.append(f"「{one['text']}」 reaches {over:.1f} units out of the canvas")
        if one["pixels"] < SMALLEST - 0.05:
            found.append(f"「{one['text']}」 is {one['pixels']:.1f} px")
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            if across > TOLERANCE and down > TOLERANCE:
                found.append(f"「{one['text']}」 and 「{other['text']}」 overlap by {across:.1f} × {down:.1f} units")
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("explorer", EXPLORERS)
def test_texts_of_the_still_are_inside_and_apart(sheet: Page, explorer: str, layout: str) -> None:
    found = []
    for parameters in parameter_sets(explorer):
        svg = EXPLORERS[explorer].frame(parameters, (layout,))["pictures"][layout]
        texts = measure(sheet, svg, LAYOUTS[layout])
        assert texts, parameters
        found += [f"{parameters}: {fault}" for fault in faults(texts)]
    assert not found, "\n" + "\n".join(found[:40])


@pytest.mark.parametrize(
    "svg", ['<text x="-9" y="20" font-size="14">外</text>', '<text x="9" y="20" font-size="6">小</text>']
)
def test_the_measure_notices_what_it_is_for(sheet: Page, svg: str) -> None:
    picture = f'<svg viewBox="0 0 328 100" width="328">{svg}<text x="9" y="80" font-size="14">字</text></svg>'
    assert len(faults(measure(sheet, picture, 328))) == 1


def test_the_measure_notices_overlap_of_visible_texts_only(sheet: Page) -> None:
    picture = (
        '<svg viewBox="0 0 328 100" width="328"><text x="9" y="50" font-size="14">一つ</text>'
        '<text x="20" y="54" font-size="14"{}>二つ</text></svg>'
    )
    assert len(faults(measure(sheet, picture.format(""), 328))) == 1
    assert faults(measure(sheet, picture.format(' visibility="hidden"'), 328)) == []
