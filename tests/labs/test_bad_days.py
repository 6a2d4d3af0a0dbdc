"""What goes wrong in a classroom: each gets one sentence and a way on."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from kumo.labs import LabError, cli, solutions

if TYPE_CHECKING:
    from pathlib import Path

    from kumo.labs import Lab


def test_a_taken_port_is_told_and_a_free_one_offered(session: Lab) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LabError, match=rf"ポート{port}は使えません.*空いているポート"):
            session.start("dynamodb", port=port)
    session.start("dynamodb", port=port)
    assert session.client("dynamodb").meta.endpoint_url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("call", ["client", "check", "cli", "catch_up"])
def test_before_the_start_every_call_says_how_to_start(session: Lab, call: str) -> None:
    with pytest.raises(LabError, match=r"始まっていません。最初のセル.*lab\.catch_up"):
        getattr(session, call)("dynamodb")


@pytest.mark.parametrize("package", ["moto", "boto3", "flask"])
def test_what_is_not_installed_is_named(session: Lab, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("kumo.labs.session.find_spec", lambda name: None if name == package else real(name))
    with pytest.raises(LabError, match=rf"{package}が、.*入っていません。.*pip install -r requirements\.txt"):
        session.start("dynamodb")


def test_wrong_names_of_labs_and_steps_are_answered_with_the_right_ones(session: Lab) -> None:
    with pytest.raises(LabError, match=r"「dynamo」という実習はありません。あるのは .*dynamodb"):
        session.start("dynamo")
    session.start("dynamodb")
    with pytest.raises(LabError, match=r"「tables」という手順はありません。あるのは table、"):
        session.check("tables")


def test_a_check_before_its_step_names_the_step_to_begin_with(session: Lab) -> None:
    session.start("dynamodb")
    found = session.examine("counter")
    assert not found.done
    assert re.search(
        r"^… 手順5.*\n  先に、手順1「テーブルとGSIを作る」を終えてください。lab\.check\(\"table\"\)", found.text
    )


def test_a_check_that_cannot_go_on_says_why_instead_of_raising(session: Lab) -> None:
    session.start("dynamodb")
    assert "まだです" in session.examine("sharding", lambda *_: 1 / 0).text
    assert "TypeError" in session.examine("sharding").text


def test_starting_again_empties_everything_and_numbers_from_the_start(session: Lab) -> None:
    seen = []
    for _ in range(2):
        session.start("dynamodb")
        ec2 = session.client("ec2")
        before = len(ec2.describe_vpcs()["Vpcs"])
        seen.append((before, ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]))
    assert seen[0] == seen[1]


def test_without_a_solution_catching_up_says_how_to_go_on(
    session: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session.start("dynamodb")
    monkeypatch.setattr(solutions.cells_until, "__defaults__", (tmp_path,))
    with pytest.raises(LabError, match="見つかりません。リポジトリごと"):
        session.catch_up("table")


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aws s3 ls", [["s3", "ls"]]),
        ("\n# 説明\naws a b\n\naws c\n", [["a", "b"], ["c"]]),
        ("aws a \\\n  --b 'x | y' \\\n  --c=\"&\"", [["a", "--b", "x | y", "--c=&"]]),
        ('aws a --json \'{\n  "k": "v"\n}\'', [["a", "--json", '{\n  "k": "v"\n}']]),
    ],
)
def test_command_lines_are_read_as_a_shell_reads_them(text: str, found: list[list[str]]) -> None:
    assert cli.commands(text) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "まだ書いていません"),
        ("# TODO: 書きます。\n...", "まだ書いていません"),
        ("aws dynamodb put-item --item ...", "まだ書いていません"),
        ("rm -rf /", "「aws」で始まる"),
        ("aws a | jq .", "「|」はシェルの機能"),
        ("aws a && aws b", "「&&」はシェルの機能"),
        ("aws a --b 'c", "引用符が閉じていません"),
    ],
)
def test_what_is_no_command_of_the_cli_is_told(text: str, sentence: str) -> None:
    with pytest.raises(LabError, match=re.escape(sentence)):
        cli.commands(text)


def test_without_a_cli_the_cell_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shim = tmp_path / "aws"  # on the PATH, with nothing behind it
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    cli.program.cache_clear()
    with pytest.raises(LabError, match=r"AWS CLIが見つかりません。.*-m publishing cli"):
        cli.run(["s3", "ls"])
    cli.program.cache_clear()


# ---------------------------------------------------------------- the kernel


def test_the_server_outlives_an_interrupted_cell_and_not_its_kernel() -> None:
    code = """
import os, signal, sys
from kumo.labs import lab
lab.start("dynamodb")
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    pass
lab.client("dynamodb").list_tables()
print("answers at", lab._server.url, flush=True)
sys.stdin.read()
"""
    kernel = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    said = next(line for line in kernel.stdout if line.startswith("answers at"))
    port = int(said.rpartition(":")[2])
    kernel.kill()
    kernel.communicate()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_jupyter_shows_sentences_and_no_tracebacks() -> None:
    scan = 'lab.client("dynamodb").scan(TableName="Orders"'
    cells = {
        'from kumo.labs import lab\nlab.check("once", register)': "「register」という名前がまだありません",
        'lab.check("once", print)': "実習が始まっていません",
        'lab.start("dynamodb")': "",
        f"{scan})": "ResourceNotFoundException (Requested resource not found)\n手順1「テーブルとGSIを作る」がまだ",
        f"{scan}, Limit=...)": "「...」の部分をまだ書いていません",
        f"{scan}, Limit='2')": "渡した値の形が合わない",
        'client = lab.client("dynamodb")\nlab.stop()\nclient.list_tables()': "手元のAWSから返事がありません",
        "1 / 0": "ZeroDivisionError",  # the reader's own errors stay as they are
    }
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    NotebookClient(book, allow_errors=True, kernel_name="python3", extra_arguments=["--log-level=ERROR"]).execute()
    for cell, sentence in zip(book.cells, cells.values(), strict=True):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        shown = "\n".join(line for error in errors for line in error.traceback)
        assert sentence in shown
        assert ("Traceback" in shown) == (sentence == "ZeroDivisionError")
        assert bool(errors) == bool(sentence)
