from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from publishing import serve
from publishing.serve import ADDRESS, PortError, Server, main, served
from tests.publishing.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "pyodide.mjs": "text/javascript; charset=utf-8",
    "pyodide.asm.wasm": "application/wasm",
    "kumo.zip": "application/zip",
    "pyodide-lock.json": "application/json",
    "favicon.svg": "image/svg+xml",
    "book.css": "text/css; charset=utf-8",
}


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    site.mkdir()
    for name in TYPES:
        (site / name).write_text(name, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    with served(site, "/books/one/") as url:
        yield url


def test_types_and_sub_path(url: str) -> None:
    assert url.startswith(f"http://{ADDRESS}:")
    assert url.endswith("/books/one/")
    for name, kind in TYPES.items():
        with urlopen(url + name) as answer:  # noqa: S310 -- the server above
            assert answer.headers["Content-Type"] == kind, name
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.read().decode() == name


def test_what_gzip_makes_smaller_is_sent_packed_to_those_who_can_unpack_it(tmp_path: Path) -> None:
    text = "同じ文が続きます。" * 1000
    for name in ("index.html", "kumo.zip"):
        (tmp_path / name).write_text(text, encoding="utf-8")

    def ask(path: str, **headers: str) -> tuple[bytes, Message]:
        request = Request(url + path, headers={"Accept-Encoding": "gzip, deflate, br", **headers})  # noqa: S310 -- below
        with urlopen(request) as answer:  # noqa: S310 -- the server below
            return answer.read(), answer.headers

    with served(tmp_path) as url:
        # The first page of a folder is packed like any other.
        for path in ("index.html", ""):
            body, headers = ask(path)
            assert gzip.decompress(body).decode() == text
            assert len(body) == int(headers["Content-Length"]) < 1000
            assert headers["Content-Encoding"] == "gzip"
            assert headers["Vary"] == "Accept-Encoding"
        for path, accepted in (("index.html", "identity"), ("kumo.zip", "gzip")):
            body, headers = ask(path, **{"Accept-Encoding": accepted})
            assert body.decode() == text
            assert headers["Content-Encoding"] is None
        # What is built anew is packed anew.
        since = headers["Last-Modified"]
        (tmp_path / "index.html").write_text("新しい文です。", encoding="utf-8")
        os.utime(tmp_path / "index.html", (1, 1))
        body, _ = ask("index.html")
        assert gzip.decompress(body).decode() == "新しい文です。"
        for path, code in (("index.html", 304), ("none.html", 404)):
            with pytest.raises(HTTPError) as raised:
                ask(path, **{"If-Modified-Since": since})
            assert raised.value.code == code
            assert raised.value.headers["Content-Encoding"] is None
            raised.value.close()


@pytest.mark.parametrize(
    "path", ["/index.html", "/books/index.html", "/books/one/../secret.txt", "/books/one/none.html"]
)
def test_nothing_else_is_there(url: str, path: str) -> None:
    host = url.removesuffix("/books/one/")
    with pytest.raises(HTTPError) as raised:
        urlopen(host + path)  # noqa: S310 -- the server above
    assert raised.value.code == 404
    raised.value.close()


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} is taken"):
            Server(ROOT, port)
        run = subprocess.run(
            [sys.executable, "-m", "publishing", "serve", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        f"Error: port {port} is taken by another program; choose another one: make serve PORT={port + 1}"
    ]
    assert run.stdout == ""


def test_no_such_port() -> None:
    with pytest.raises(PortError, match="99999 is not a port"):
        Server(ROOT, 99999)


def test_the_file_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("ようこそ", encoding="utf-8")
    shutil.copyfile(serve.__file__, tmp_path / "serve.py")
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-I", tmp_path / "serve.py", "--port", str(port)]
    with subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().strip() == f"http://{ADDRESS}:{port}/"
            with urlopen(f"http://{ADDRESS}:{port}/") as answer:
                assert answer.read().decode() == "ようこそ"
            with pytest.raises(PortError):
                Server(tmp_path, port)
        finally:
            process.terminate()


def test_alone_it_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"Error: there are no pages in {tmp_path}\n"
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--folder", str(tmp_path), "--port", str(port)]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
