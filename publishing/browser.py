"""The system's Chromium: where it is, and how it is run.

Needed by what looks at the built site: its tests, the pictures, the measurements.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from publishing.console import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# The one without windows first: it starts fewer processes for every page.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str:
    """Return the path of the system's Chromium, or of the one that KUMO_CHROMIUM names.

    Raises
    ------
    Problem
        When there is none.

    """
    found = os.environ.get("KUMO_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not found:
        raise Problem(f"there is no Chromium on the PATH ({', '.join(PROGRAMS)}); KUMO_CHROMIUM=… names one elsewhere")
    return found


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """Run the system's Chromium, with more flags than the usual ones."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only the checks' environment has it

    found = program()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])
        try:
            yield opened
        finally:
            opened.close()
