"""The package as the published pages load it: one zip with kumo and what it imports."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

# What kumo imports beside the standard library; all run as they are in Pyodide.
_PACKAGES = ("kumo", "drawsvg", "jsonata", "jsonpath")
_SUFFIXES = {".py", ".toml"}
# Hosts that do not exist in the page, and questions, which need no Python there.
_LEFT_OUT = ("kumo/jupyter.py", "kumo/labs/", "kumo/questions/")
# Zip's earliest moment: the same sources give the same bytes, whenever and wherever they are packed.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_archive(target: Path) -> Path:
    """Write kumo and its dependencies to the zip file `target`, byte for byte the same for the same sources."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(_files()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            # Zip notes which system a file comes from.
            info.create_system = 3
            archive.writestr(info, path.read_bytes())
    return target


def _files() -> Iterator[tuple[str, Path]]:
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(f"{package} is not installed, and the pages need it")
        folder = Path(spec.submodule_search_locations[0])
        for path in folder.rglob("*"):
            name = path.relative_to(folder.parent).as_posix()
            if path.suffix in _SUFFIXES and "__pycache__" not in path.parts and not name.startswith(_LEFT_OUT):
                yield name, path
