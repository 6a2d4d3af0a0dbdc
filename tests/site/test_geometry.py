"""Pictures as a browser lays them out: text inside its canvas, apart from other text, and large enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import kumo
from kumo.core.drawing import palette
from tests.site.conftest import new_context
from tests.site.visiting import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser, Page

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
    const screen = text.getScreenCTM();
    const matrix = canvas.multiply(screen);
    const corners = [[box.x, base - 0.76 * size], [box.x + box.width, base + 0.12 * size]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    return {
      text: text.textContent,
      left: corners[0].x - view.x, top: corners[0].y - view.y,
      right: corners[1].x - view.x, bottom: corners[1].y - view.y,
      pixels: size * Math.hypot(screen.a, screen.b),
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


@pytest.fixture(scope="module")
def sheet(browser: Browser) -> Iterator[Page]:
    """Return an empty page with the styles and the font of a figure; each picture takes the place of the last."""
    context = new_context(browser, viewport={"width": 800, "height": 1200})
    page = context.new_page()
    styles = palette.css() + (ROOT / "kumo" / "web" / "kumo.css").read_text(encoding="utf-8")
    page.set_content(
        f'<!doctype html><html lang="ja"><style>{styles} body {{ margin: 0; font-family: "Noto Sans CJK JP", '
        'sans-serif }</style><div id="place"></div></html>'
    )
    yield page
    context.close()


def measure(page: Page, pictures: Iterable[str], width: int) -> list[list[dict[str, Any]]]:
    """Return for each picture, shown `width` pixels wide, the ink boxes of its visible texts."""
    return page.evaluate(
        f"""([pictures, width]) => {{
          const place = document.getElementById("place");
          place.style.width = `${{width}}px`;
          return pictures.map(picture => {{
            place.innerHTML = picture;
            Object.assign(place.firstElementChild.style, {{width: "100%", height: "auto", fontFamily: "inherit"}});
            return ({MEASURE})(place.firstElementChild);
          }});
        }}""",
        [list(pictures), width],
    )


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
    kind, sets = EXPLORERS[explorer], list(parameter_sets(explorer))
    pictures = [kind.frame(parameters, (layout,))["pictures"][layout] for parameters in sets]
    found = []
    for parameters, texts in zip(sets, measure(sheet, pictures, LAYOUTS[layout]), strict=True):
        assert texts, parameters
        found += [f"{parameters}: {fault}" for fault in faults(texts)]
    assert not found, "\n" + "\n".join(found[:40])


def faults_of(sheet: Page, svg: str) -> list[str]:
    """Return what is wrong with one picture in the narrow layout."""
    (texts,) = measure(sheet, [svg], LAYOUTS["narrow"])
    return faults(texts)


@pytest.mark.parametrize(
    "svg", ['<text x="-9" y="20" font-size="14">外</text>', '<text x="9" y="20" font-size="6">小</text>']
)
def test_the_measure_notices_what_it_is_for(sheet: Page, svg: str) -> None:
    picture = f'<svg viewBox="0 0 328 100" width="328">{svg}<text x="9" y="80" font-size="14">字</text></svg>'
    assert len(faults_of(sheet, picture)) == 1


def test_the_measure_notices_overlap_of_visible_texts_only(sheet: Page) -> None:
    picture = (
        '<svg viewBox="0 0 328 100" width="328"><text x="9" y="50" font-size="14">一つ</text>'
        '<text x="20" y="54" font-size="14"{}>二つ</text></svg>'
    )
    assert len(faults_of(sheet, picture.format(""))) == 1
    assert faults_of(sheet, picture.format(' visibility="hidden"')) == []
