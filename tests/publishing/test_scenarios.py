from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from kumo.api_gateway.explorers import Throttling
from publishing import scenarios

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {"throttling": "api_gateway.Throttling", "throttling-2": "api_gateway.Throttling"}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    def shown(*htmls: str) -> dict[str, object]:
        outputs = [
            {"output_type": "display_data", "data": {"text/html": html.splitlines(keepends=True)}} for html in htmls
        ]
        return {"cell_type": "code", "outputs": outputs}

    text = {"cell_type": "markdown", "source": '<figure class="kumo" data-explorer="x.Y" data-slug="y">'}
    path = tmp_path / "page.ipynb"
    cells = [text, shown(Throttling().figure()), shown("<p>x</p>", Throttling(rate=20).figure())]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_explorers_of_a_page_are_numbered_in_its_order(notebook: Path) -> None:
    assert scenarios.anchors(notebook) == KNOWN


@pytest.mark.parametrize(
    "fragment", ["throttling", "throttling-2?rate=20", "throttling?", "throttling?rate=20&burst=40"]
)
def test_good_links(fragment: str) -> None:
    assert scenarios.is_scenario(fragment, KNOWN)
    assert scenarios.problem(fragment, KNOWN) is None


def test_links_with_several_lines_reach_the_page_whole() -> None:
    """MyST decodes spaces and line breaks, of which browsers would drop the latter; it leaves an equals sign alone."""
    known = {"hosted-zone": "route53.HostedZone"}
    fragment = 'hosted-zone?text=www A 192.0.2.1\n@ TXT "v%3Dspf1"&name=@'
    assert scenarios.is_scenario(fragment, known)
    assert scenarios.problem(fragment, known) is None
    written = scenarios.address(fragment)
    assert written == "hosted-zone?text=www%20A%20192.0.2.1%0A@%20TXT%20%22v%3Dspf1%22&name=@"
    query = dict(parse_qsl(written.partition("?")[2]))
    assert query == {"text": 'www A 192.0.2.1\n@ TXT "v=spf1"', "name": "@"}


@pytest.mark.parametrize(
    ("fragment", "reason"),
    [
        ("throttling-3?rate=20", "no explorer for #throttling-3?rate=20 on the page (there: throttling, throttling-2)"),
        ("caching?ttl=1", "no explorer for #caching?ttl=1"),
        ("throttling?rate=1000", "1000"),
        ("throttling?rate=fast", "fast"),
        ("throttling?speed=1", "speed"),
    ],
)
def test_bad_links(fragment: str, reason: str) -> None:
    assert scenarios.is_scenario(fragment, KNOWN)
    problem = scenarios.problem(fragment, KNOWN)
    assert problem is not None
    assert reason in problem


@pytest.mark.parametrize("fragment", ["予想", "section-1", "throttlings"])
def test_other_links_are_left_alone(fragment: str) -> None:
    assert not scenarios.is_scenario(fragment, KNOWN)
