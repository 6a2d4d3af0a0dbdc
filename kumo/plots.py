"""matplotlib figures that belong to the book: its colours in both themes, its fonts, the same bytes each time.

One call, `use`, before the first figure of a notebook. A figure then becomes a picture of lines and real text
inside the page (SVG in HTML): its colours are the page's custom properties, so it follows the theme, and its
letters are the page's. Give it words for those who cannot see it with ``figure.set_label("…")``; without them
the titles and the names of the axes must do.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from kumo import tables
from kumo.core.drawing.palette import PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SERIES = tuple(f"series-{number}" for number in range(1, 7))

# Where no page gives the colours (JupyterLab before its first explorer), lines and letters take the colour of
# the text around them, which is right for any theme. The other roles keep their light value.
_WITHOUT_PAGE = {
    "ink": "currentColor",
    "muted": "currentColor",
    "faint": "color-mix(in srgb,currentColor 55%,transparent)",
    "line": "color-mix(in srgb,currentColor 22%,transparent)",
}

# White that is meant as the page's ground, and white that is meant as white.
_WHITE, _SURFACE = "#ffffff", "#fffffe"

# Text is 10 units high; below 1.1 pixels a unit nobody can read it, so a narrow page scrolls instead.
_PIXELS_PER_UNIT, _LEAST_PIXELS_PER_UNIT = 4 / 3, 1.1

_NUMBER = re.compile(r"-?\d+\.\d{3,}(?![\d%])")


def color(role: str) -> str:
    """Return the colour of that role (``"bad"``, ``"series-2"``) for use in a figure; it follows the theme.

    ``color("surface")`` is what to write on a coloured box with: white in the light, dark in the dark. Plain
    ``"white"`` stays white, as a line over a colour map must.
    """
    light = PALETTE[role][0]
    return _SURFACE if light == _WHITE else light


def use() -> None:
    """Make figures of this session look like the book's and show them as SVG; tables too (`kumo.tables`).

    Needs matplotlib and matplotlib-fontja. Outside IPython it sets the style only.
    """
    import matplotlib as mpl  # noqa: PLC0415 -- the package must load without it
    import matplotlib_fontja  # noqa: PLC0415

    mpl.rcdefaults()  # not what a matplotlibrc of the user says
    matplotlib_fontja.japanize()
    mpl.rcParams.update(_style())
    # The font has one weight; the page's fonts, which are what is shown, have the bold one asked for.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    _show_as_svg()
    tables.use()


def html(figure: Figure) -> str:
    """Return the figure as HTML that stands on its own: the same bytes for the same figure.

    Raises
    ------
    ValueError
        When it holds a raster image (``imshow``), which would be a photograph of one theme, and whose bytes
        differ between machines. ``pcolormesh`` draws the same as shapes.

    """
    words = escape(_words(figure), quote=True)
    svg = themed(_svg(figure), words)
    return f'<div class="kumo-plot" role="group" tabindex="0" aria-label="図" style="overflow-x:auto">{svg}</div>'


def themed(svg: str, words: str) -> str:
    """Return matplotlib's SVG made fit for a page: no global styles, no foreign identifiers, colours by role."""
    if "<image" in svg:
        raise ValueError("the figure holds a raster image; draw it with pcolormesh instead of imshow")
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*|<style[^>]*>.*?</style>\s*|<!--.*?-->\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*</defs>\s*|<g[^>]*/>\s*", "", body)
    body = re.sub(r"<[^>]+>", lambda tag: _NUMBER.sub(_rounded, " ".join(tag[0].split())), body)
    body = re.sub(r">\s+<", ">\n<", body)
    body = _own_identifiers(body)
    body = re.sub(r"#[0-9a-f]{6}\b", lambda match: _paints().get(match[0], match[0]), body)
    body = re.sub(r"font-family: [^;\"]+|(?<=font: )([\d.]+px) [^;\"]+", _page_font, body)
    head = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)
    width = float(head[1]) if head else 0
    size = (
        f"width:{width * _PIXELS_PER_UNIT:.0f}px;max-width:100%;"
        f"min-width:{width * _LEAST_PIXELS_PER_UNIT:.0f}px;height:auto;display:block"
    )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {head[0] if head else ""} role="img" aria-label="{words}" '
        f'style="{size}" stroke-linejoin="round" stroke-linecap="butt">'
    )
    return re.sub(r"<svg[^>]*>", lambda _: opening, body, count=1).rstrip()


def _svg(figure: Figure) -> str:
    from matplotlib.collections import QuadMesh  # noqa: PLC0415 -- a figure is there, so matplotlib is

    for mesh in figure.findobj(QuadMesh):
        mesh.set_rasterized(False)  # a colour bar would turn its own into a raster image
        if not mesh.get_edgecolor().size:  # the ground would shine through between the cells
            mesh.set_edgecolor("face")
            mesh.set_linewidth(0.4)
    file = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=nothing, bbox_inches="tight", pad_inches=0.05)
    return file.getvalue()


def _words(figure: Figure) -> str:
    if figure.get_label():
        return str(figure.get_label())
    parts = [figure.get_suptitle()]
    for axes in figure.axes:
        names = [
            f"{letter}軸: {label}" for letter, label in (("横", axes.get_xlabel()), ("縦", axes.get_ylabel())) if label
        ]
        title = next(filter(None, (axes.get_title(loc) for loc in ("left", "center", "right"))), "")
        parts += [title + (f"({'、'.join(names)})" if names else "")]
    return "。".join(part for part in parts if part) or "図"


def _rounded(number: re.Match[str]) -> str:
    # Hundredths of a unit: finer than any screen, coarser than what differs between processors.
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _own_identifiers(svg: str) -> str:
    """Drop the identifiers that nothing refers to, and give the others names that no other figure has."""
    used = sorted(set(re.findall(r"url\(#([\w.-]+)\)|href=\"#([\w.-]+)\"", svg)))
    mark = hashlib.sha256(svg.encode()).hexdigest()[:8]
    names = {first or second: f"plot-{mark}-{number}" for number, (first, second) in enumerate(used)}
    svg = re.sub(r' id="([\w.-]+)"', lambda match: f' id="{names[match[1]]}"' if match[1] in names else "", svg)
    svg = re.sub(r"url\(#([\w.-]+)\)", lambda match: f"url(#{names[match[1]]})", svg)
    return re.sub(r'(?:xlink:)?href="#([\w.-]+)"', lambda match: f'href="#{names[match[1]]}"', svg)


def _page_font(match: re.Match[str]) -> str:
    return f"{match[1]} inherit" if match[1] else "font-family: inherit"


@cache
def _paints() -> dict[str, str]:
    """Return what to write for each light colour of the palette, the first role of a colour standing for it."""
    paints = {"#000000": f"var(--kumo-ink,{_WITHOUT_PAGE['ink']})"}
    for role, (light, _) in PALETTE.items():
        paints.setdefault(color(role), f"var(--kumo-{role},{_WITHOUT_PAGE.get(role, light)})")
    return paints


def _style() -> dict[str, Any]:
    from cycler import cycler  # noqa: PLC0415 -- comes with matplotlib

    return {
        "axes.axisbelow": True,
        "axes.edgecolor": color("faint"),
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": color("ink"),
        "axes.prop_cycle": cycler(color=[color(role) for role in SERIES]),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "axes.unicode_minus": False,
        "figure.constrained_layout.use": True,
        "figure.edgecolor": "none",
        "figure.facecolor": "none",
        "figure.figsize": (6.4, 3.4),
        "font.size": 10,
        "grid.color": color("line"),
        "grid.linewidth": 0.8,
        "hatch.color": color("ink"),
        "image.cmap": "cividis",  # safe for colour-blind readers, and clear of both backgrounds
        "legend.edgecolor": "none",
        "legend.frameon": False,
        "lines.linewidth": 2,
        "lines.markeredgecolor": color("surface"),
        "patch.edgecolor": color("surface"),
        "savefig.facecolor": "none",
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "kumo",  # the same identifiers in every run
        "text.color": color("ink"),
        "xtick.color": color("muted"),
        "xtick.major.size": 0,
        "ytick.color": color("muted"),
        "ytick.major.size": 0,
    }


def _show_as_svg() -> None:
    try:
        from IPython import get_ipython  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
        from matplotlib_inline.config import InlineBackend  # noqa: PLC0415
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    # The inline backend installs its formats when the first figure is made; an empty set installs none.
    InlineBackend.instance(parent=shell).figure_formats = set()
    formatters = shell.display_formatter.formatters
    formatters["image/png"].pop(Figure, None)
    formatters["text/html"].for_type(Figure, html)
