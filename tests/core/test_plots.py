"""Figures and tables of the notebooks' cells: the same bytes in every process, at home in both themes."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from kumo import plots, tables
from kumo.core.drawing.palette import PALETTE

DRAW = """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
from kumo import plots
plots.use()
figure, axes = plt.subplots()
axes.plot([1, 2, 3], [0.1, 0.25, 1 / 3], marker="o", label="系列")
axes.fill_between([1, 2, 3], [0, 0, 0], [0.1, 0.2, 0.3], color=plots.color("bad"), alpha=0.3)
mesh = axes.pcolormesh([1, 2, 3], [0, 0.1, 0.2], [[1, 2], [3, 4]])
figure.colorbar(mesh)
axes.set(title="429の割合", xlabel="レート (件/秒)", ylabel="割合")
axes.legend()
print(plots.html(figure))
"""


def drawn(seed: int) -> str:
    run = subprocess.run(
        [sys.executable, "-c", DRAW],
        env={"PYTHONHASHSEED": str(seed), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        cwd=".",
    )
    # A page has no place for warnings, and the recorder refuses them.
    assert run.stderr == ""
    return run.stdout.strip()


@pytest.fixture(scope="module")
def html() -> str:
    return drawn(1)


def test_the_same_bytes_in_every_process(html: str) -> None:
    assert drawn(2) == html


def test_is_a_picture_with_words_and_real_text(html: str) -> None:
    svg = ET.fromstring(html).find("{http://www.w3.org/2000/svg}svg")  # noqa: S314 -- made above
    assert svg is not None
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "429の割合(横軸: レート (件/秒)、縦軸: 割合)"
    texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"429の割合", "レート (件/秒)", "系列"} <= set(texts)
    assert "<image" not in html


def test_colours_follow_the_page(html: str) -> None:
    for role in ("bad", "surface", "faint"):  # the fill, the edge of the markers, the axes
        assert f"var(--kumo-{role}," in html
    assert PALETTE["bad"][0] not in html.replace(f"var(--kumo-bad,{PALETTE['bad'][0]})", "")
    assert "var(--kumo-ink,currentColor)" in html
    assert not re.search(r"(?<!,)#000000", html)


def test_brings_no_styles_and_no_identifiers_that_others_could_have(html: str) -> None:
    assert "<style" not in html
    identifiers = re.findall(r'\bid="([^"]+)"', html)
    assert identifiers
    assert all(re.fullmatch(r"plot-[0-9a-f]{8}-\d+", one) for one in identifiers)
    assert set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", html)) == set(identifiers)


def test_coordinates_are_short(html: str) -> None:
    assert not re.search(r"\d\.\d{3}", re.sub(r"fill-opacity: [\d.]+", "", html))


def test_a_label_becomes_the_words() -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 -- only here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = Figure()
        figure.subplots()
    figure.set_label('バーストが増えると"429"は減る')
    assert 'aria-label="バーストが増えると&quot;429&quot;は減る"' in plots.html(figure)


def test_raster_images_are_refused() -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 -- only here

    figure = Figure()
    figure.subplots().imshow([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="pcolormesh"):
        plots.html(figure)


def test_tables_are_the_same_each_time_and_carry_no_address() -> None:
    frame = pd.DataFrame({"料金": [3.5, 1.0]}, index=["REST", "HTTP"])
    assert tables.frame_html(frame) == tables.frame_html(frame.copy())
    styled = [tables.styler_html(frame.style.format("{:.2f} USD")) for _ in range(2)]
    assert styled[0] == styled[1]
    assert "3.50 USD" in styled[0]
    for html in (tables.frame_html(frame), styled[0]):
        assert 'tabindex="0"' in html  # it scrolls, so the keyboard must reach it
        assert 'class="dataframe kumo-frame"' in html
