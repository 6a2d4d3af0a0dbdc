"""Whether a room is ready for a workshop: what each machine needs, what it has, and what to do about the rest."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from publishing import offline
from publishing.environment import ROOT
from publishing.serve import ADDRESS, PortError, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLDEST_PYTHON = (3, 11)
# Port by what listens there unless told otherwise.
PORTS = {"the site (make serve)": 8000, "JupyterLab": 8888}
# The environment takes 1 GB, the npm packages 0.2, the site and its copy 0.1; twice that leaves room to build.
DISK = 2.5e9
TYPES = {
    "_static/kumo/live.js": "text/javascript",
    "_static/kumo/pyodide/pyodide.mjs": "text/javascript",
    "_static/kumo/pyodide/pyodide.asm.wasm": "application/wasm",
}
LABS = ("boto3", "moto", "flask", "ipywidgets", "matplotlib")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
        What was looked at, and what was found.
    advice : str
        What to do about it; empty where all is well.
    for_all : bool
        Whether even the site alone needs it; otherwise only notebooks and labs do.

    """

    what: str
    advice: str = ""
    for_all: bool = True

    @property
    def line(self) -> str:
        mark = "ok     " if not self.advice else "missing" if self.for_all else "labs   "
        return f"  {mark}  {self.what}" + (f"\n             → {self.advice}" if self.advice else "")


def examine(root: Path = ROOT) -> Iterator[Finding]:
    """Yield what was found, the most basic first."""
    yield python()
    yield disk(root)
    for use, port in PORTS.items():
        yield free_port(port, use)
    yield a_browser()
    site = root / "_build" / "html"
    yield built(site, "the built site", "make site")
    yield built(root / "_build" / "offline" / "site", "the copy for a USB stick", "make offline")
    if not offline.missing(site):
        yield types(site)
    yield labs(root)
    if (root / "requirements-cli.txt").exists():
        yield aws_cli(root)


def python(version: tuple[int, ...] = sys.version_info[:2]) -> Finding:
    """Whether the interpreter is new enough."""
    shown, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
    enough = version >= OLDEST_PYTHON
    advice = "" if enough else f"install Python {oldest} or newer (python.org), or name it: PYTHON=…"
    return Finding(f"Python {shown}", advice)


def disk(root: Path, free: float | None = None) -> Finding:
    """Whether everything fits on the disk of the checkout."""
    free = shutil.disk_usage(root).free if free is None else free
    return Finding(
        f"{free / 1e9:.1f} GB free for {root}",
        "" if free >= DISK else f"{DISK / 1e9:g} GB are needed to build; the built site alone takes 0.1 GB",
    )


def free_port(port: int, use: str) -> Finding:
    """Whether nothing listens on a port of the loopback address."""
    with socket.socket() as probe:
        # On Windows the option means to share the port with whoever has it.
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            advice = "another program uses it: stop that, or take another one (make serve PORT=…, jupyter lab --port …)"
            return Finding(f"port {port} for {use}", advice)
    return Finding(f"port {port} is free for {use}")


def a_browser() -> Finding:
    """Whether there is a browser that Python can open; whether it is new enough only a person can tell."""
    try:
        found = getattr(webbrowser.get(), "name", "") or "the system's own"
    except webbrowser.Error:
        return Finding("a browser", "install Chrome, Edge, Firefox or Safari in its current version")
    return Finding(f"a browser ({found}); its current version is the safe choice")


def built(site: Path, what: str, command: str) -> Finding:
    """Whether a site is there with all that the explorers need."""
    lacking = offline.missing(site)
    return Finding(what, f"{site / lacking[0]} is missing: {command}, while there is a network" if lacking else "")


def types(site: Path) -> Finding:
    """Whether this machine can serve the site to itself, with the types that browsers insist on."""
    what = "the site answers on the loopback address"
    try:
        with served(site) as url:
            for path, wanted in TYPES.items():
                with urlopen(url + path, timeout=10) as answer:  # noqa: S310 -- the server above
                    got = answer.headers.get_content_type()
                if got != wanted:
                    return Finding(what, f"{path} comes as {got} instead of {wanted}: a proxy or a filter changes it")
    except PortError as error:
        return Finding(what, str(error))
    except (URLError, TimeoutError) as error:
        return Finding(what, f"{error}: let the firewall or the proxy settings leave {ADDRESS} alone")
    return Finding(what)


def labs(root: Path) -> Finding:
    """Whether what the labs import is installed."""
    what, python_of_book = "packages of the notebooks and labs in .venv", program(root / ".venv", "python")
    if python_of_book is None:
        return Finding(what, "make serve installs them, while there is a network", for_all=False)
    code = f"import importlib.util as u; print(*[n for n in {LABS!r} if u.find_spec(n) is None])"
    run = subprocess.run([python_of_book, "-c", code], capture_output=True, text=True, check=False)
    lacking = run.stdout.split() if run.returncode == 0 else [".venv does not start"]
    advice = f"{', '.join(lacking)}: make serve installs them, while there is a network" if lacking else ""
    return Finding(what, advice, for_all=False)


def aws_cli(root: Path) -> Finding:
    """Whether there is an AWS CLI: the one that the labs bring along, or the user's own."""
    found = program(root / ".venv" / "aws-cli", "aws") or shutil.which("aws")
    what = f"the AWS CLI ({found})" if found else "the AWS CLI"
    return Finding(what, "" if found else "make labs installs it, while there is a network", for_all=False)


def program(environment: Path, name: str) -> str | None:
    """Return where a virtual environment has a program, on whichever system; None where it has not."""
    return shutil.which(name, path=os.pathsep.join(str(environment / folder) for folder in ("bin", "Scripts")))
