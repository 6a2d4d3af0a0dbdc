"""The theme's files, cut down to what the pages use.

The theme brings all of FontAwesome: 1,900 rules in its style sheet and fonts of 150 KB. The pages use some thirty
icons. Which ones is read from the built pages and the theme's scripts, so an icon that a template adds is there.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterable

# Read from the theme itself: what an earlier build left in the site is cut down already.
_THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
_STYLE = "styles/pydata-sphinx-theme.css"
_FONTS = "vendor/fontawesome/webfonts"
_RULE = re.compile(r"(?P<selectors>(?:\.fa-[\w-]+:{1,2}before,?)+)\{content:\"(?P<content>[^\"]*)\"\}")
_USED = re.compile(rb"\bfa-[a-z0-9-]+")
_CODE = re.compile(r"\\([0-9a-f]{2,5})")


def trim(site: Path) -> None:
    """Take out of the built site's style sheet and icon fonts what none of its pages uses."""
    static = site / "_static"
    used = _used(site)

    def keep(match: re.Match[str]) -> str:
        names = re.findall(r"\.(fa-[\w-]+):", match["selectors"])
        return match[0] if used.intersection(names) else ""

    css = _RULE.sub(keep, (_THEME / _STYLE).read_text(encoding="utf-8"))
    (static / _STYLE).write_text(css, encoding="utf-8")
    letters = {int(code, 16) for code in _CODE.findall(" ".join(re.findall(r'"[^"]*"', css)))}
    for font in sorted((_THEME / _FONTS).glob("*.ttf")):
        (static / _FONTS / font.name).with_suffix(".woff2").write_bytes(_subset(font, letters))
        # Every browser that runs the explorers reads woff2.
        (static / _FONTS / font.name).unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()


def _used(site: Path) -> set[str]:
    files = [*site.rglob("*.html"), *(site / "_static").rglob("*.js")]
    return {name.decode() for path in files for name in _USED.findall(path.read_bytes())}


def _subset(font: Path, letters: Iterable[int]) -> bytes:
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True, drop_tables=["FFTM"])
    # The date of the change would differ from build to build.
    loaded = TTFont(font, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(loaded)
    loaded.flavor = "woff2"
    result = BytesIO()
    loaded.save(result)
    return result.getvalue()
