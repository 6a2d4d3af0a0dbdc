"""The memory snapshot: made, whatever its size, and left out with a warning where it would not work."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import kumo

ROOT = Path(__file__).resolve().parents[2]
# What Pyodide begins with.
INITIAL_MEMORY = 31_457_280


def make(node: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node, ROOT / "publishing" / "snapshot.mjs", folder], capture_output=True, text=True, check=False, timeout=300
    )


def copy_with(static: Path, target: Path, addition: str) -> Path:
    """Return a copy of the static folder in which `addition` stands at the end of kumo/__init__.py."""
    shutil.copytree(static, target)
    with zipfile.ZipFile(static / "kumo.zip") as old, zipfile.ZipFile(target / "kumo.zip", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text + addition.encode() if name == "kumo/__init__.py" else text)
    return target


def test_a_snapshot_is_made(static: Path) -> None:
    said = (static / "said.txt").read_text(encoding="utf-8")
    assert "frames the same after the restore" in said, said
    assert len(gzip.decompress((static / "kumo.snapshot.gz").read_bytes())) > INITIAL_MEMORY


def test_the_lock_file_names_no_packages(static: Path) -> None:
    lock = json.loads((static / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"] == {}
    assert lock["info"]["python"].startswith("3.14")


def test_what_no_page_needs_is_not_in_it(static: Path) -> None:
    memory = gzip.decompress((static / "kumo.snapshot.gz").read_bytes())
    assert kumo.frame_json.__name__.encode() in memory
    assert kumo.frame_json.__doc__.splitlines()[0].encode() not in memory
    # Comes with pyodide.asm.wasm.
    message = b"inconsistent use of tabs and spaces in indentation"
    assert message in (static / "pyodide" / "pyodide.asm.wasm").read_bytes()
    assert message not in memory


def test_a_memory_that_has_grown_is_restored_too_and_what_is_free_in_it_is_zero(
    node: str, static: Path, tmp_path: Path
) -> None:
    addition = (
        "\nBALLAST = bytearray(40_000_000)\n"
        "_plain = frame_json\n"
        "def frame_json(request):\n"
        "    answer = _plain(request)\n"
        "    bytearray(bytes(reversed(b'tfel')) * 100_000)\n"
        "    return answer\n"
    )
    folder = copy_with(static, tmp_path / "static", addition)
    result = make(node, folder)
    assert result.returncode == 0
    assert "frames the same after the restore" in result.stdout, result.stderr
    memory = gzip.decompress((folder / "kumo.snapshot.gz").read_bytes())
    assert len(memory) > INITIAL_MEMORY + 40_000_000
    assert b"left" * 10 not in memory


def test_answers_that_differ_after_the_restore_are_noticed(node: str, static: Path, tmp_path: Path) -> None:
    # Reads a file on each call: there in the interpreter that was saved, gone after the restore.
    addition = (
        "\n_plain = frame_json\n"
        "def frame_json(request):\n"
        "    from pathlib import Path\n"
        "    return _plain(request) + ' ' * Path('/lib/kumo').exists()\n"
    )
    folder = copy_with(static, tmp_path / "static", addition)
    result = make(node, folder)
    assert result.returncode == 0
    assert "something else after the restore" in result.stderr
    assert not (folder / "kumo.snapshot.gz").exists()


def test_a_package_that_does_not_import_stops_the_build(node: str, static: Path, tmp_path: Path) -> None:
    folder = copy_with(static, tmp_path / "static", "\nimport no_such_module\n")
    result = make(node, folder)
    assert result.returncode == 1
    assert "no_such_module" in result.stderr
