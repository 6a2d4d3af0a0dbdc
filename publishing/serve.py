"""The built pages on the loopback address, with the MIME types that browsers insist on."""

from __future__ import annotations

import errno
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from publishing.console import Problem

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "127.0.0.1"


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

    def __init__(self, directory: Path, port: int = 0, *, prefix: str = "/", quiet: bool = True) -> None:
        try:
            super().__init__((ADDRESS, port), partial(Handler, directory=str(directory), prefix=prefix, quiet=quiet))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            why = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used by this user"
            raise Problem(f"port {port} {why}; choose another one: make serve PORT={port + 1}") from None
        except OverflowError:
            raise Problem(f"{port} is not a port; choose one from 1 to 65535: make serve PORT=8000") from None
        self.prefix = prefix

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{ADDRESS}:{self.server_address[1]}{self.prefix}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about a browser that left before its answer was sent."""
