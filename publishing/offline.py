"""The copy of the book that needs no network: the built pages, what serves them, and a note for readers."""

from __future__ import annotations

import shutil
from pathlib import Path

from publishing import serve
from publishing.console import Problem

# A site without one of these has dead explorers.
NEEDED = (
    "index.html",
    "_static/kumo/live.js",
    "_static/kumo/worker.js",
    "_static/kumo/kumo.zip",
    "_static/kumo/pyodide/pyodide.mjs",
    "_static/kumo/pyodide/pyodide.asm.wasm",
)

NOTE = """触って学ぶ AWS デベロッパー(持ち運び用)

ファイルを直接開いても、図は動きません。次のどちらかで配ってください。

1. Python 3.8以降があるPCで、このフォルダーを開いて、次を実行します。
     python3 serve.py            (Windowsでは py serve.py)
   表示されたアドレスをブラウザーで開きます。
   同じネットワークのほかのPCにも見せるには、--room を付けます。

2. site フォルダーを、Webサーバーの好きな場所に置きます。
   .mjs を text/javascript、.wasm を application/wasm として返すサーバーが必要です。

どちらも、インターネットへの接続は要りません。
"""


def missing(site: Path) -> list[str]:
    """Return which of the files that the pages cannot do without are not in `site`."""
    return [name for name in NEEDED if not (site / name).is_file()]


def write(site: Path, target: Path) -> None:
    """Make `target` a folder to carry away: ``site/``, ``serve.py`` and a note.

    Raises
    ------
    Problem
        When `site` is not complete.

    """
    if lacking := missing(site):
        raise Problem(f"{site} is not complete ({lacking[0]} is missing); `make site` builds it")
    shutil.rmtree(target, ignore_errors=True)
    # Sources and the records of the build are of no use to readers.
    shutil.copytree(site, target / "site", ignore=shutil.ignore_patterns("_sources", ".buildinfo", "objects.inv"))
    shutil.copyfile(Path(serve.__file__), target / "serve.py")
    # Notepad shows a file without the mark in the wrong letters on some machines.
    (target / "README.txt").write_text(NOTE, encoding="utf-8-sig", newline="\r\n")
