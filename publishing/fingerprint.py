"""What a recording depends on, as one number: the chapter's text, the package's sources it uses, and the pins.

Of the package only those modules count that the chapter's cells reach by imports, so that a change to one
service does not run the chapters about the others. The analysis reads imports wherever they stand, also inside
functions, and takes a service that a cell names in any way as imported. What it might still miss costs no
correctness: nbval runs every notebook in the tests and compares the outputs.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publishing.chapter import Chapter

PACKAGE = "kumo"

# What decides the form of outputs. Others (the theme, JupyterLab) may change without a new recording.
PINS = (
    "anywidget",
    "contourpy",
    "drawsvg",
    "ipykernel",
    "ipython",
    "ipywidgets",
    "jsonata-python",
    "jupytext",
    "matplotlib",
    "matplotlib-fontja",
    "networkx",
    "numpy",
    "pandas",
    "python-jsonpath",
)

# A change to one question would otherwise record every page that shows questions anew.
BANK = "kumo/questions/bank"
_PAGE = re.compile(r"""["']([a-z0-9-]+/[a-z0-9-]+)["']""")

# How the notebook is made from the chapter and what is kept of the outputs.
_MAKERS = ("publishing/chapter.py", "publishing/outputs.py")

# A lab's outputs come from these as well.
LABS_PINS = ("boto3", "botocore", "moto")
_LABS_MAKERS = ("publishing/labs.py", "requirements-cli.txt")


def fingerprint(chapter: Chapter) -> str:
    """Return the number, as 64 hexadecimal digits."""
    root = chapter.root
    digest = hashlib.sha256()
    makers = [*_MAKERS, *(_LABS_MAKERS if _is_lab(chapter) else ())]
    for path in [*(Path(maker) for maker in makers if (root / maker).exists()), *sources(chapter)]:
        digest.update(f"\0{path.as_posix()}\0".encode())
        digest.update((root / path).read_bytes())
    for line in pins(root, *(LABS_PINS if _is_lab(chapter) else ())):
        digest.update(f"\0{line}".encode())
    digest.update(f"\0{chapter.name}\0{chapter.text}".encode())
    return digest.hexdigest()


def sources(chapter: Chapter) -> list[Path]:
    """Return the package's files that the chapter's code reaches, relative to the checkout, in order."""
    root = chapter.root
    services = {path.parent.name for path in (root / PACKAGE).glob("*/__init__.py")}
    wanted: set[str] = set()
    for code in chapter.code():
        wanted.update(_imports(_without_magics(code), ""))
        wanted.update(f"{PACKAGE}.{name}.explorers" for name in services & set(re.findall(r"\w+", code)))
    if _is_lab(chapter):  # the checks are imported by the lab's name
        wanted.add(f"{PACKAGE}.labs.checks.{chapter.path.stem.replace('-', '_')}")
    if not any(name.partition(".")[0] == PACKAGE for name in wanted):
        return []
    return sorted(path for path in _reachable(root, wanted) if _matters(root / path, chapter))


def pins(root: Path, *more: str) -> list[str]:
    """Return the lines of constraints.txt that decide the form of outputs."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return sorted(line for line in lines if line.partition("==")[0].lower().replace("_", "-") in {*PINS, *more})


def _is_lab(chapter: Chapter) -> bool:
    return chapter.path.parts[0] == "labs"


def _reachable(root: Path, wanted: Iterable[str]) -> Iterator[Path]:
    pending, seen = list(wanted), set[str]()
    while pending:
        name = pending.pop()
        if name in seen or name.partition(".")[0] != PACKAGE:
            continue
        seen.add(name)
        # Importing a.b.c runs a and a.b as well.
        if "." in name:
            pending.append(name.rpartition(".")[0])
        file = _file(root, name)
        if file is None:  # a class or function: its module is on the way
            continue
        yield file.relative_to(root)
        pending.extend(_imports(_read(file), name if file.name == "__init__.py" else name.rpartition(".")[0]))
        if file.name == "__init__.py":
            yield from (path.relative_to(root) for path in _data(file.parent))


def _matters(file: Path, chapter: Chapter) -> bool:
    """Whether the chapter depends on what is in the file: of the question bank, on its own pages' questions only."""
    if file.parent != chapter.root / BANK:
        return True
    pages = {page for code in chapter.code() for page in _PAGE.findall(code)}
    return not pages or any(page in _read(file) for page in pages)


def _file(root: Path, name: str) -> Path | None:
    path = root.joinpath(*name.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _data(package: Path) -> Iterator[Path]:
    """Yield the files beside a package's modules that they may read; the web files make no output."""
    if package.name == "web":
        return
    for path in sorted(package.iterdir()):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            yield path
        elif path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from (inner for inner in _data(path) if inner.suffix not in {".py", ".pyc"})


def _imports(code: str, package: str) -> set[str]:
    """Return the dotted names that the code imports; `package` is what relative imports start from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names if alias.name != "*")
    return found


def _without_magics(code: str) -> str:
    code = re.sub(r"(?m)^(\s*)[%!?].*$", r"\1pass", code)
    try:
        ast.parse(code)
    except SyntaxError:  # the recording will say where
        return ""
    return code


@cache
def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
