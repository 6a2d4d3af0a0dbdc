"""The targets: what ``make serve``, ``make test`` and the others do, each as a short list of steps."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from publishing import doctor as room
from publishing import offline as copy
from publishing.console import AlreadyToldError, Problem, Stages, fail, say, step
from publishing.environment import ROOT, Environment, aws_cli, prepare
from publishing.serve import LAST_PORT, PortError, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SITE = ROOT / "_build" / "html"
OFFLINE = ROOT / "_build" / "offline"


def run(arguments: Sequence[str]) -> int:
    """Run the target that the arguments name; return the exit status of the process."""
    options = _parser().parse_args(arguments)
    try:
        options.target(options)
    except AlreadyToldError:
        return 1
    except Problem as problem:
        fail(str(problem))
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 0


def serve(options: argparse.Namespace) -> None:
    """Build the site and serve it on the loopback address."""
    try:
        server = Server(SITE, options.port)  # taken first: a busy port is known before the build
    except PortError as error:
        raise Problem(f"{error}: make serve PORT={min(options.port + 1, LAST_PORT)}") from None
    with server:
        _build_site(prepare(node=True))
        say(f"\n  {server.url}\n\nServing {SITE.relative_to(ROOT)}; Ctrl-C stops.")
        server.serve_forever()


def site(_options: argparse.Namespace) -> None:
    """Build the site from the recorded notebooks."""
    _build_site(prepare(node=True))
    say(f"The first page is {SITE / 'index.html'}; it needs a server: make serve")


def offline(_options: argparse.Namespace) -> None:
    """Write a copy of the site that needs no network, for a USB stick or any web server."""
    _build_site(prepare(node=True))
    copy.write(SITE, OFFLINE)
    size = sum(file.stat().st_size for file in OFFLINE.rglob("*") if file.is_file())
    say(f"{OFFLINE.relative_to(ROOT)} is ready to be copied ({size / 1e6:.0f} MB); serve.py in it serves it")


def doctor(_options: argparse.Namespace) -> None:
    """Check that this machine is ready for a workshop."""
    findings = list(room.examine())
    say("\n".join(finding.line for finding in findings))
    if any(finding.advice and finding.for_all for finding in findings):
        raise Problem("this machine is not ready yet (see → above)")


def notebooks(options: argparse.Namespace) -> None:
    """Record the notebooks whose chapters, or what these import, changed."""
    environment = prepare(cli=True)
    step("Recording the notebooks")
    _python(environment, "publishing.record", *(["--all"] if options.all else []), *options.chapters)


def labs(_options: argparse.Namespace) -> None:
    """Install what the labs need and open them in JupyterLab."""
    environment = prepare(cli=True)
    step("Opening the labs in JupyterLab; Ctrl-C stops")
    _status(environment, [environment.python, "-m", "jupyterlab", str(ROOT / "notebooks" / "labs")])


def cli(_options: argparse.Namespace) -> None:
    """Install the AWS CLI for the labs beside the Python that runs this (Binder, a hub)."""
    say(f"The AWS CLI is in {aws_cli(Path(sys.prefix))}")


def lint(_options: argparse.Namespace) -> None:
    """Check the style of code, scripts and prose."""
    stages = Stages()
    _lint(prepare(checks=True, node=True), stages)
    _finish(stages)


def test(_options: argparse.Namespace) -> None:
    """Run every check: lint, unit tests, recordings, site build, site tests."""
    begin = time.monotonic()
    environment = prepare(checks=True, node=True, cli=True)
    stages = Stages(rows=[("environment", "ready", time.monotonic() - begin)])
    _lint(environment, stages)
    with stages.stage("unit tests"):
        _pytest(
            environment,
            # In the order of collection (see tests/conftest.py), not by the number of tests.
            *("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder", "-p", "no:nbval"),
            *("-m", "not recordings", "--ignore", "tests/site", "tests"),
        )
    with stages.stage("notebooks in step with the chapters"):
        _pytest(environment, "-p", "no:nbval", "-m", "recordings", "tests/publishing")
    with stages.stage("notebooks give what is recorded (nbval)"):
        # One notebook is one kernel: loadscope keeps its cells together on one worker.
        _pytest(
            environment,
            *("-p", "publishing.nbval_as_read", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "120"),
            *("-n", "2", "--dist", "loadscope", "-p", "no:cacheprovider", "notebooks"),
            # The exercises of the labs have no outputs; tests/labs run them.
            *(f"--ignore={path.relative_to(ROOT)}" for path in sorted((ROOT / "notebooks" / "labs").glob("*.ipynb"))),
        )
    with stages.stage("site build"):
        _build_site(environment, announce=False)
    if "site build" in stages.failed:
        stages.skip("site tests", "there is no site")
    elif not (ROOT / "tests" / "site").is_dir():
        raise Problem("tests/site is missing: the pages would go untested")
    else:
        with stages.stage("site tests"):
            # The tests of a page share the page that is open on one worker.
            _pytest(environment, "-n", "2", "--dist", "loadgroup", "-p", "no:nbval", "tests/site")
    _finish(stages)


def bench(_options: argparse.Namespace) -> None:
    """Measure the site and the package against the budgets."""
    environment = prepare(checks=True, node=True)
    _build_site(environment)
    step("Measuring")
    _python(environment, "benchmarks")


def pictures(_options: argparse.Namespace) -> None:
    """Draw each page and explorer as PNG: light, dark, narrow."""
    environment = prepare(checks=True, node=True)
    _build_site(environment)
    step("Taking pictures")
    _python(environment, "publishing.pictures")


def colab(_options: argparse.Namespace) -> None:
    """Write the notebooks for Colab, which install the package first."""
    environment = prepare()
    _python(environment, "publishing.colab")


def clean(_options: argparse.Namespace) -> None:
    """Remove what was built and installed; what is under version control stays."""
    for name in ("_build", ".venv", "node_modules", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        if (ROOT / name).exists():
            say(f"  removing {name}")
            shutil.rmtree(ROOT / name)


def _build_site(environment: Environment, *, announce: bool = True) -> None:
    if announce:
        step("Building the site")
    _python(environment, "publishing.site")


def _lint(environment: Environment, stages: Stages) -> None:
    with stages.stage("lint: ruff"):
        _program(environment, "ruff", "check")
        _program(environment, "ruff", "format", "--check")
    with stages.stage("lint: eslint (scripts)"):
        _program(environment, "npx", "--no-install", "eslint", "--max-warnings", "0", ".")
    with stages.stage("lint: textlint (prose)"):
        _python(environment, "publishing.prose")


def _finish(stages: Stages) -> None:
    say(f"\n{stages.summary()}")
    if stages.failed:
        raise Problem(f"failed: {', '.join(stages.failed)}")


def _pytest(environment: Environment, *arguments: str) -> None:
    if _status(environment, [environment.python, "-m", "pytest", "-q", *arguments]):
        raise Problem("a test failed (see above)")


def _python(environment: Environment, module: str, *arguments: str) -> None:
    """Run one of this project's own modules, which has said itself what went wrong."""
    if _status(environment, [environment.python, "-m", module, *arguments]):
        raise AlreadyToldError(f"{module} stopped")


def _program(environment: Environment, *command: str) -> None:
    if _status(environment, list(command)):
        raise Problem(f"{' '.join(command)} found something (see above)")


def _status(environment: Environment, command: Sequence[str | Path]) -> int:
    sys.stdout.flush()
    return subprocess.run(command, cwd=environment.root, env=environment.variables(), check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m publishing", description="Make and check the book.")
    targets = parser.add_subparsers(required=True, metavar="TARGET")

    def add(function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        target = targets.add_parser(function.__name__, help=function.__doc__, description=function.__doc__)
        target.set_defaults(target=function)
        return target

    add(serve).add_argument("--port", type=int, default=8000, help="8000 unless given")
    recording = add(notebooks)
    recording.add_argument("--all", action="store_true", help="also what has not changed")
    recording.add_argument("chapters", nargs="*", help="only these chapters")
    for function in (labs, cli, site, offline, doctor, lint, test, bench, pictures, colab, clean):
        add(function)
    return parser
