"""Parts for the tests of the page's scripts, which run in node."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publishing import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def static(node: str) -> Path:
    """Return the folder that becomes `_static/kumo` of the site: with Pyodide, kumo.zip and the snapshot."""
    folder = ROOT / "_build" / "assets"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(node).parent), prepend=os.pathsep)
        assets.build(folder)
    return folder / "kumo"
