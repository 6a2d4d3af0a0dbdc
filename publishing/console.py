"""How the commands speak: what is being done, how far it is, how long it took, and one line when it fails."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Problem(Exception):  # noqa: N818 -- it is shown as it is: one line to a person, not an error in the program
    """Something a person has to see to; its text is the one line that is shown."""


class AlreadyToldError(Problem):
    """A problem about which a program that was called has said its own line."""


def say(text: str = "") -> None:
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


def step(text: str) -> None:
    """Announce what happens next."""
    say(_bold(f"▸ {text}"))


def fail(text: str) -> None:
    """Print the one line that says what went wrong."""
    sys.stdout.flush()
    label = "\033[1;31mError:\033[0m" if _colours(sys.stderr) else "Error:"
    print(f"{label} {text}", file=sys.stderr, flush=True)


class Progress:
    """One line that is written over on a terminal, and lines that are few and whole in a log."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._live = sys.stdout.isatty()
        self._drawn = False

    def show(self, text: str, *, every: float = 5.0) -> None:
        """Show how far it is: always on a terminal, in a log at most once in `every` seconds."""
        now = time.monotonic()
        if self._live:
            print("\r\033[K" + _cut(f"  {text}", shutil.get_terminal_size().columns - 1), end="", flush=True)
            self._drawn = True
        elif now - self._shown >= every:
            say(f"  {text}")
            self._shown = now

    def clear(self) -> None:
        """Take the line away, so that a whole line can be printed."""
        if self._drawn:
            print("\r\033[K", end="", flush=True)
            self._drawn = False


@dataclass
class Stages:
    """The parts of a long command, with the time that each took."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run one part; a `Problem` in it is told at once and remembered, and the next part runs."""
        step(name)
        begin = time.monotonic()
        outcome = "passed"
        try:
            yield
        except Problem as problem:
            if not isinstance(problem, AlreadyToldError):
                fail(str(problem))
            outcome = "FAILED"
            self.failed.append(name)
        except BaseException:
            outcome = "stopped"
            raise
        finally:
            self.rows.append((name, outcome, time.monotonic() - begin))

    def skip(self, name: str, reason: str) -> None:
        """Remember a part that could not run because an earlier one failed."""
        say(f"▸ {name}: not run, {reason}")
        self.rows.append((name, "not run", 0.0))
        self.failed.append(name)

    def summary(self) -> str:
        """Return the table of parts, outcomes and times."""
        total = sum(seconds for _, _, seconds in self.rows)
        lines = [f"  {seconds:7.1f} s  {outcome:8} {name}" for name, outcome, seconds in self.rows]
        return "\n".join([*lines, f"  {total:7.1f} s  in all"])


def _cut(text: str, columns: int) -> str:
    # Japanese letters are two columns wide: a line that wraps cannot be written over.
    width = 0
    for index, letter in enumerate(text):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > columns:
            return text[:index]
    return text


def _colours(stream: object) -> bool:
    return bool(getattr(stream, "isatty", bool)()) and "NO_COLOR" not in os.environ


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if _colours(sys.stdout) else text
