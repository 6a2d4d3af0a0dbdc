"""Which addresses are this machine: the only ones that a lab talks to unless the reader opts in."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit


class NotAnEndpointError(ValueError):
    """A text that is no address of a service."""


class NotThisMachineError(ValueError):
    """An address that leads, or may lead, to another machine."""


def on_loopback(url: str) -> str:
    """Return the endpoint with the host as the loopback address that it resolves to.

    The result is put together anew from the parts that were checked. So a name cannot lead elsewhere at the next
    look-up, and no two programs can read the same text as two different hosts.

    Raises
    ------
    NotAnEndpointError
        When the text is no address of the form ``http://host:port``.
    NotThisMachineError
        When the host is not, or not only, the loopback address (127.0.0.0/8, ::1).

    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise NotAnEndpointError(url) from error
    # "http://127.0.0.1@example.com" and its kin: who has a name or a backslash in an endpoint is not to be trusted.
    if scheme not in {"http", "https"} or not host or re.search(r"[@\\\s%]", url):
        raise NotAnEndpointError(url)
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotThisMachineError(url) from error
    addresses = sorted(ipaddress.ip_address(address) for address in found)  # type: ignore[type-var]
    if not addresses or not all(address.is_loopback for address in addresses):
        raise NotThisMachineError(url)
    address = addresses[0]
    name = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 -- of the Internet Protocol
    return f"{scheme}://{name}" + (f":{port}" if port else "")
