"""The first lines that a person with a bare machine sees when something is missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from publishing import environment
from publishing.console import Problem
from tests.publishing.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# An address on this machine where nobody listens.
NOWHERE = "http://127.0.0.1:9/"
BARE = ("__init__", "__main__", "console", "doctor", "environment", "offline", "serve", "tasks")


def test_an_old_python_is_told_so_in_one_line() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0); sys.argv = ['publishing', 'site'];"
        "runpy.run_module('publishing', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("Error: Python 3.11 or newer is needed, and this one is 3.9.18")


def test_an_old_python_can_read_the_entry() -> None:
    source = (ROOT / "publishing" / "__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    package = ast.parse((ROOT / "publishing" / "__init__.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    assert len(package.body) == 1, "the package's own file holds its docstring only"


def modules(node: ast.AST) -> list[str]:
    """Return what a statement imports at the start of the program, by full names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "publishing":
        return [f"publishing.{alias.name}" for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_what_runs_before_the_environment_needs_the_standard_library_only() -> None:
    for name in BARE:
        tree = ast.parse((ROOT / "publishing" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for imported in modules(node):
                top, _, rest = imported.partition(".")
                assert top in sys.stdlib_module_names or (top == "publishing" and rest in BARE), f"{name}: {imported}"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout that wants one package of each kind, on a machine whose registries do not answer."""
    for name in ("pyproject.toml", "requirements-node.txt"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "constraints.txt").write_text("", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("drawsvg==2.4.2\n", encoding="utf-8")
    (tmp_path / "package.json").write_text('{"name": "x", "dependencies": {"left-pad": "1.3.0"}}', encoding="utf-8")
    lock = (
        '{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x", "dependencies": {"left-pad": "1.3.0"}},'
        f'"node_modules/left-pad": {{"version": "1.3.0", "resolved": "{NOWHERE}left-pad-1.3.0.tgz"}}}}}}'
    )
    (tmp_path / "package-lock.json").write_text(lock, encoding="utf-8")
    settings = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": NOWHERE,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        "npm_config_registry": NOWHERE,
        "npm_config_fetch_retries": "0",
        "npm_config_cache": str(tmp_path / "npm"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_registries_out_of_reach(checkout: Path) -> None:
    with pytest.raises(Problem, match=r"^the Python package registry \(PyPI\) is out of reach.*pip\.log\)$"):
        environment.prepare(root=checkout)
    # As if that had worked: then it is npm's turn.
    for name in ("requirements.txt", "requirements-node.txt"):
        digest = environment.requirements_digest(checkout, name)
        (checkout / ".venv" / f".installed-{name.removesuffix('.txt')}").write_text(digest, encoding="utf-8")
    if shutil.which("npm") is None:
        pytest.skip("this machine has no npm of its own, and the registry that has one is out of reach here")
    with pytest.raises(Problem, match=r"^the npm registry is out of reach.*npm\.log\)$"):
        environment.prepare(root=checkout, node=True)


def test_the_digest_of_the_requirements_follows_every_pin(checkout: Path) -> None:
    before = environment.requirements_digest(checkout, "requirements.txt")
    assert environment.requirements_digest(checkout, "requirements.txt") == before
    (checkout / "constraints.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    after = environment.requirements_digest(checkout, "requirements.txt")
    assert after != before
    project = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    (checkout / "pyproject.toml").write_text(project + "\n[tool.other]\nx = 1\n", encoding="utf-8")
    assert environment.requirements_digest(checkout, "requirements.txt") == after


def test_every_requirement_is_pinned_for_good() -> None:
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, version = line.partition("==")
            assert version, line
            pinned[name.lower().replace("_", "-")] = version
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            requirement = line.partition("#")[0].strip()
            if requirement and not requirement.startswith("-"):
                name, _, version = re.sub(r"\[.*\]", "", requirement).partition("==")
                assert pinned[name.lower().replace("_", "-")] == version, requirement
