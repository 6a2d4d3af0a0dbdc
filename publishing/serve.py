"""The built pages on the loopback address, with the MIME types that browsers insist on.

This file stands alone: the copy for a USB stick carries it as ``serve.py`` beside the pages.
"""

from __future__ import annotations

import argparse
import errno
import gzip
import io
import os
import socket
import sys
import threading
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only when asked to serve a room
LAST_PORT = 65535
# What gzip makes smaller; pictures, fonts and archives are packed already.
PACKED = {".css", ".html", ".ipynb", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".wasm"}
PACKING = threading.Lock()


class PortError(Exception):
    """A port that cannot be listened on; the text says why."""


@lru_cache(maxsize=256)
def packed(path: Path, changed: int) -> bytes:  # noqa: ARG001 -- a file that has changed is another entry
    """Return a file as gzip with the usual level of static hosts."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Serves one folder under a path of its own and packs what it sends, as a project page on a shared host is."""

    protocol_version = "HTTP/1.1"
    # A module script with any other type is refused, and streaming compilation needs application/wasm;
    # what the system's table says about these differs from machine to machine.
    extensions_map = {  # noqa: RUF012 -- the base class reads it so
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".zip": "application/zip",
        ".gz": "application/octet-stream",
    }

    def __init__(self, *args: object, prefix: str = "/", quiet: bool = True, **kwargs: object) -> None:
        self.prefix = prefix
        self.quiet = quiet
        self.body: bytes | None = None
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        """Return the file for a path below the prefix; anything else names a file that cannot exist."""
        if not path.startswith(self.prefix):
            return super().translate_path("/.outside-the-prefix")
        return super().translate_path("/" + path[len(self.prefix) :])

    def send_head(self) -> BinaryIO | None:
        """Send the file packed to those who can unpack it: a room shares one wireless network."""
        self.body = self.pack()
        file = super().send_head()
        if file is None or self.body is None:
            return file
        file.close()
        return io.BytesIO(self.body)

    def pack(self) -> bytes | None:
        """Return the packed file that the request names; None where it goes as it is, or there is none."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if path.suffix not in PACKED or "gzip" not in self.headers.get("Accept-Encoding", "") or not path.is_file():
            return None
        # A room asks for the same file at once; one packs it, the others wait for that.
        with PACKING:
            return packed(path, path.stat().st_mtime_ns)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Forget the packed file where the answer is something else: not changed, gone elsewhere, not found."""
        if code != HTTPStatus.OK:
            self.body = None
        super().send_response(code, message)

    def send_header(self, keyword: str, value: str) -> None:
        """Tell the length of what is sent."""
        if keyword == "Content-Length" and self.body is not None:
            super().send_header("Content-Encoding", "gzip")
            super().send_header("Vary", "Accept-Encoding")
            value = str(len(self.body))
        super().send_header(keyword, value)

    def end_headers(self) -> None:
        """Let the browser ask again each time: the pages are often built anew behind it."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing about each request unless asked to."""
        if not self.quiet:
            super().log_message(format, *args)


class Server(ThreadingHTTPServer):
    """A server that takes its port when it is made, so that a taken one is known before a long build."""

    daemon_threads = True
    # On Windows the option means to share the port with whoever has it, and a taken port would go unnoticed.
    allow_reuse_address = os.name != "nt"

    def __init__(
        self, directory: Path, port: int = 0, *, prefix: str = "/", quiet: bool = True, host: str = ADDRESS
    ) -> None:
        try:
            super().__init__((host, port), partial(Handler, directory=str(directory), prefix=prefix, quiet=quiet))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            why = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used by this user"
            raise PortError(f"port {port} {why}; choose another one") from None
        except OverflowError:
            raise PortError(f"{port} is not a port; choose one from 1 to {LAST_PORT}") from None
        self.prefix = prefix

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{ADDRESS}:{self.server_address[1]}{self.prefix}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about a browser that left before its answer was sent."""


@contextmanager
def served(site: Path, prefix: str = "/book/") -> Iterator[str]:
    """Serve a built site on the loopback address below `prefix`; the value is its address."""
    with Server(site, prefix=prefix) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


def addresses(port: int) -> list[str]:
    """Return where others in the same network find this machine; empty without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: this only asks the routing table which address would be used (TEST-NET-1, RFC 5737).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [f"http://{probe.getsockname()[0]}:{port}/"]


def main(arguments: list[str] | None = None) -> int:
    """Serve the folder ``site`` beside this file, or another one."""
    parser = argparse.ArgumentParser(description="Serve the book.")
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parent / "site")
    parser.add_argument("--port", type=int, default=8000, help="8000 unless given")
    parser.add_argument("--room", action="store_true", help="answer other machines in the same network, too")
    options = parser.parse_args(arguments)
    if not (options.folder / "index.html").exists():
        print(f"Error: there are no pages in {options.folder}", file=sys.stderr)
        return 1
    try:
        server = Server(options.folder, options.port, host=EVERYWHERE if options.room else ADDRESS)
    except PortError as error:
        print(f"Error: {error}: python3 {Path(__file__).name} --port {options.port + 1}", file=sys.stderr)
        return 1
    with server:
        shown = addresses(options.port) if options.room else []
        print("\n".join([f"  {server.url}", *(f"  {address} (for the room)" for address in shown)]))
        print("Ctrl-C stops.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
