"""The AWS CLI: where it is, and its command lines as they are written in a shell.

The CLI cannot share an environment with the book (it pins an older docutils), so it has one of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from kumo.labs import words
from kumo.labs.errors import LabError

BLANK = "..."
# Beside the Python that runs the kernel; `publishing.environment` makes it.
FOLDER = "aws-cli"
SECONDS = 60

# Line ends come along as they end a command.
_SHELL_ONLY = "|<>&;\n"


@cache
def program() -> str | None:
    """Return the path of an AWS CLI that runs, or None: the book's own first, then the reader's (version 1 or 2)."""
    own = Path(sys.prefix) / FOLDER / ("Scripts" if os.name == "nt" else "bin")
    for found in (shutil.which("aws", path=str(own)), shutil.which("aws")):
        if found and _runs(found):
            return found
    return None


def commands(text: str) -> list[list[str]]:
    """Return the commands of a cell as lists of arguments, each without its leading ``aws``.

    Raises
    ------
    LabError
        When a part is still blank, or a line is not a single command of the CLI.

    """
    found: list[list[str]] = [[]]
    for token in _tokens(text):
        if token.strip() == "":
            found.append([])
        elif set(token) <= set(_SHELL_ONLY):
            raise LabError(words.SHELL_ONLY.format(token=token.strip()))
        elif token == BLANK:
            raise LabError(words.BLANK)
        else:
            found[-1].append(token)
    found = [command for command in found if command]
    if not found:
        raise LabError(words.BLANK)
    for command in found:
        if command[0] != "aws":
            raise LabError(words.NOT_AWS.format(line=" ".join(command)))
    return [command[1:] for command in found]


def run(arguments: list[str]) -> str:
    """Run one command with the variables of this process; return what it wrote, errors included.

    Raises
    ------
    LabError
        When there is no CLI, or when it does not come back.

    """
    path = program()
    if path is None:
        program.cache_clear()  # the reader installs one and runs the cell again
        raise LabError(words.NO_CLI.format(python=Path(sys.executable).name))
    try:
        done = subprocess.run(  # noqa: S603 -- the reader's own command line, without a shell
            [path, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LabError(words.SLOW_CLI.format(seconds=SECONDS)) from error
    return (done.stdout + done.stderr).strip("\n")


def _tokens(text: str) -> list[str]:
    """Return the words of a shell's text, with line ends and what only a shell understands as words of their own."""
    text = re.sub(r"(?m)^\s*#.*$", "", re.sub(r"\\\r?\n", " ", text))
    reader = shlex.shlex(text, posix=True, punctuation_chars=_SHELL_ONLY)
    reader.whitespace, reader.whitespace_split, reader.commenters = " \t\r", True, ""
    try:
        return list(reader)
    except ValueError as error:
        raise LabError(words.OPEN_QUOTE.format(line=text.strip().splitlines()[0])) from error


def _runs(path: str) -> bool:
    # A shim may stand on the PATH with nothing behind it.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=SECONDS, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
