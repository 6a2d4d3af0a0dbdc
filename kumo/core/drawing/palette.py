"""The colours of the book, by role: each with a value for light and for dark surroundings.

The hues for data follow Okabe and Ito's palette, which stays distinct in the common forms of colour
blindness (https://jfly.uni-koeln.de/color/, read 2026-11-22), darkened or lightened where text or a thin
line would otherwise fall short of the contrast that WCAG 2.2 asks for (4.5:1 for text, 3:1 for shapes).
"""

from __future__ import annotations

PALETTE: dict[str, tuple[str, str]] = {
    # Text and surroundings.
    "ink": ("#1b2633", "#e8edf4"),
    "muted": ("#4a5a6c", "#a9b6c6"),
    "faint": ("#7c8a9b", "#71819a"),
    "line": ("#d3dbe5", "#344256"),
    "surface": ("#ffffff", "#0f1724"),
    "panel": ("#f7f9fc", "#161f2e"),
    "raised": ("#ffffff", "#1d2839"),
    # The reader's own marks: inputs, focus, the playhead's thumb.
    "accent": ("#0b6e66", "#5fe0cf"),
    "accent-soft": ("#d9f0ec", "#153a3a"),
    # What became of a request.
    "good": ("#0069a8", "#6cbcf0"),
    "good-soft": ("#d8ebf8", "#16344b"),
    "bad": ("#b04300", "#ff9a66"),
    "bad-soft": ("#fbe3d4", "#46281a"),
    "warn": ("#8a6100", "#f2c14e"),
    "warn-soft": ("#fbeecb", "#3d3216"),
    # Things that fill and drain.
    "tokens": ("#c17d00", "#f0b132"),
    "tokens-soft": ("#fbedcd", "#3a3019"),
    # Further series, in the order in which to use them.
    "series-1": ("#0069a8", "#6cbcf0"),
    "series-2": ("#b04300", "#ff9a66"),
    "series-3": ("#00775a", "#3ecf9f"),
    "series-4": ("#a3467f", "#e79ac6"),
    "series-5": ("#8a6100", "#f2c14e"),
    "series-6": ("#5b55b5", "#a9a4f5"),
    "series-1-soft": ("#d8ebf8", "#16344b"),
    "series-2-soft": ("#fbe3d4", "#46281a"),
    "series-3-soft": ("#d4f0e6", "#123a2f"),
    "series-4-soft": ("#f7e0ee", "#402338"),
    "series-5-soft": ("#fbeecb", "#3d3216"),
    "series-6-soft": ("#e6e4fa", "#2a2952"),
}

_LIGHT = ":root"
# Sphinx themes, JupyterLab and VS Code each mark their dark state in their own way.
_DARK = (
    'html[data-theme="dark"]',
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
)


def color(name: str) -> str:
    """Return the colour of that role as an SVG paint: the page's custom property, light where a page has none.

    Raises
    ------
    KeyError
        When the palette has no such role.

    """
    return f"var(--kumo-{name},{PALETTE[name][0]})"


def css() -> str:
    """Return the custom properties as CSS, for the page and for the widget."""
    light = "".join(f"--kumo-{name}:{values[0]};" for name, values in PALETTE.items())
    dark = "".join(f"--kumo-{name}:{values[1]};" for name, values in PALETTE.items())
    # Paper is white whatever the screen was.
    return f"{_LIGHT}{{{light}}}\n@media not print{{{','.join(_DARK)}{{{dark}}}}}\n"
