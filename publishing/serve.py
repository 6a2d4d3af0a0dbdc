"""The built pages on the loopback address, with the MIME types that browsers insist on.

This file stands alone: the copy for a USB stick carries it as ``serve.py`` beside the pages.
"""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only when asked to serve a room
LAST_PORT = 65535


class PortError(Exception):
    """A port that cannot be listened on; the text says why."""


class Handler(SimpleHTTPRequestHandler):
    """Serves one folder under a path of its own, as a project page on a shared host is."""

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
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        """Return the file for a path below the prefix; anything else names a file that cannot exist."""
        if not path.startswith(self.prefix):
            return super().translate_path("/.outside-the-prefix")
        return super().translate_path("/" + path[len(self.prefix) :])

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
