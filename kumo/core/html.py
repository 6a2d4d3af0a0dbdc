"""The static figure of an explorer: the one template that every host shows, and that a script makes live."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from kumo.core import words
from kumo.core.parameters import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kumo.core.explorer import Explorer
    from kumo.core.parameters import Parameter


def figure(explorer: type[Explorer], frame: Mapping[str, Any], knobs: Sequence[str] = ()) -> str:
    """Return the figure of `explorer` for `frame`, as HTML without identifiers (a page may hold several).

    `knobs` names the parameters whose inputs a live host shows at once; without any it shows all.

    The elements marked ``data-slot`` are the ones that a live host fills anew. The state that it starts
    from stands in the script element at the end, so that it needs no Python to build its inputs.
    """
    state = {
        "schema": explorer.schema(),
        "frame": {key: value for key, value in frame.items() if key != "pictures"},
    } | ({"knobs": list(knobs)} if knobs else {})
    pictures = "".join(f'<div class="kumo-{name}">{svg}</div>' for name, svg in frame["pictures"].items())
    settings = "".join(
        _setting(parameter, frame["parameters"])
        for name, parameter in explorer.declared.items()
        if not knobs or name in knobs
    )
    explanation = frame["explanation"]
    return (
        f'<figure class="kumo" data-explorer="{explorer.id()}" data-slug="{explorer.slug()}">\n'
        f'<div class="kumo-head"><p class="kumo-title">{escape(explorer.title)}</p>'
        '<div class="kumo-tools" data-slot="tools"></div></div>\n'
        f'<div class="kumo-picture" data-slot="picture">{pictures}</div>\n'
        '<div class="kumo-clock" data-slot="clock"></div>\n'
        f'<div class="kumo-inputs" data-slot="inputs"><dl>{settings}</dl></div>\n'
        '<figcaption class="kumo-explanation" data-slot="explanation">'
        f"<strong>{escape(explanation['point'])}</strong> {escape(explanation['why'])}</figcaption>\n"
        f'<details class="kumo-table"><summary>{words.SHOW_TABLE}</summary>'
        f'<div data-slot="table">{table(frame["table"])}</div></details>\n'
        f'<script type="application/json" class="kumo-state">{_json_for_html(state)}</script>\n'
        "</figure>"
    )


def _setting(parameter: Parameter, values: Mapping[str, Any]) -> str:
    """Return a parameter and its value of `values`; text of several lines keeps them, in a box as tall as its input."""
    lines = parameter.lines if isinstance(parameter, Text) else 1
    opening = f'<div class="kumo-long" style="--lines: {lines}">' if lines > 1 else "<div>"
    return f"{opening}<dt>{escape(parameter.label)}</dt><dd>{escape(parameter.show_among(values))}</dd></div>"


def table(content: Mapping[str, Any]) -> str:
    """Return a table with caption and column headings as HTML."""
    # A heading stands over its column: at the right where that holds numbers only.
    numeric = [all(not isinstance(cell, str) for cell in column) for column in zip(*content["rows"], strict=True)]
    numeric = numeric or [False] * len(content["columns"])
    classes = [' class="kumo-number"' if right else "" for right in numeric]
    head = "".join(
        f'<th scope="col"{attribute}>{escape(column)}</th>'
        for column, attribute in zip(content["columns"], classes, strict=True)
    )
    rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in content["rows"])
    caption = f"<caption>{escape(content['caption'])}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(cell: str | float) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    # As JavaScript writes it, which fills the table of a live figure: 20.0 is 20.
    return f'<td class="kumo-number">{int(cell) if cell == int(cell) else cell}</td>'


def _json_for_html(value: object) -> str:
    # "</script>" inside a string would end the element; < is the same character to a JSON reader.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
