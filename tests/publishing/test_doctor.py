from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from publishing import doctor, offline
from publishing.console import Problem
from publishing.serve import ADDRESS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site with the files that the pages cannot do without."""
    for name in offline.NEEDED:
        file = tmp_path / "html" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")
    return tmp_path / "html"


def test_an_old_python_is_named_with_what_is_needed() -> None:
    assert doctor.python((3, 11)).advice == ""
    assert "3.11 or newer" in doctor.python((3, 10)).advice


def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    assert doctor.disk(tmp_path, free=doctor.DISK).advice == ""
    assert "2.5 GB" in doctor.disk(tmp_path, free=doctor.DISK - 1).advice


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "PORT=" in doctor.free_port(port, "the site").advice
    assert doctor.free_port(port, "the site").advice == ""


@pytest.mark.parametrize("lost", offline.NEEDED)
def test_a_site_that_lacks_a_part_is_not_ready_and_not_copied(site: Path, tmp_path: Path, lost: str) -> None:
    assert doctor.built(site, "the site", "make site").advice == ""
    (site / lost).unlink()
    finding = doctor.built(site, "the site", "make site")
    assert lost in finding.advice
    assert "make site" in finding.line
    with pytest.raises(Problem, match="is missing"):
        offline.write(site, tmp_path / "stick")
    assert not (tmp_path / "stick").exists()


def test_the_types_that_browsers_insist_on_are_asked_for(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.types(site).advice == ""
    # A filter that answers scripts as text.
    monkeypatch.setitem(doctor.TYPES, "_static/kumo/live.js", "text/plain")
    assert "live.js comes as text/javascript" in doctor.types(site).advice


def test_the_copy_can_be_carried_away(site: Path, tmp_path: Path) -> None:
    (site / "_sources").mkdir()
    (site / "_sources" / "index.ipynb").write_text("{}", encoding="utf-8")
    target = tmp_path / "stick"
    target.mkdir()
    (target / "old").write_text("", encoding="utf-8")
    offline.write(site, target)
    assert sorted(path.name for path in target.iterdir()) == ["README.txt", "serve.py", "site"]
    assert offline.missing(target / "site") == []
    assert not (target / "site" / "_sources").exists()
    note = (target / "README.txt").read_bytes()
    assert note.startswith("\ufeff".encode())
    assert b"\r\n" in note


def test_labs_need_the_environment(tmp_path: Path) -> None:
    assert "make serve" in doctor.labs(tmp_path).advice
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho moto flask\n", encoding="utf-8")
    python.chmod(0o755)
    assert doctor.labs(tmp_path).advice.startswith("moto, flask:")
    assert not doctor.labs(tmp_path).for_all


@pytest.mark.parametrize("folder", ["bin", "Scripts"])
def test_the_aws_cli_is_looked_for_where_the_labs_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert doctor.aws_cli(tmp_path).advice.startswith("make labs")
    own = tmp_path / ".venv" / "aws-cli" / folder / "aws"
    own.parent.mkdir(parents=True)
    own.touch(mode=0o755)
    assert str(own) in doctor.aws_cli(tmp_path).what
    assert doctor.aws_cli(tmp_path).advice == ""


def test_the_aws_cli_is_asked_for_only_where_there_are_labs(tmp_path: Path) -> None:
    def asked() -> bool:
        return any("AWS CLI" in finding.what for finding in doctor.examine(tmp_path))

    assert not asked()
    (tmp_path / "requirements-cli.txt").touch()
    assert asked()
