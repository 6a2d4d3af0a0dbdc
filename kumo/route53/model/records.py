"""Values of DNS records: read from text, checked as Route 53 checks them, and in the form of the wire.

Modelled: A, AAAA, CAA, CNAME, MX, NS, SOA, SRV and TXT. Not modelled: the other types of Route 53 (DS, HTTPS, NAPTR,
PTR, SPF, SSHFP, SVCB, TLSA), escapes within quoted strings.

Sources: RFC 1035 (section 3.3: A, CNAME, MX, NS, SOA, TXT), RFC 3596 (AAAA), RFC 2782 (SRV), RFC 8659 (CAA);
"Supported DNS record types", https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html; the
names of errors from messages that users quote, see `kumo.route53.words.hosted_zone`. Read 2026-11-26.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from kumo.route53.model.names import BadNameError, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

TXT_BYTES = 255
_TOKEN = re.compile(r'"[^"]*"|[^\s"]+')

# Numbers of the types on the wire (RFC 1035, RFC 3596, RFC 2782, RFC 8659).
TYPE_NUMBERS = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "CAA": 257,
}  # fmt: skip
TYPES = tuple(sorted(TYPE_NUMBERS))


class BadValueError(ValueError):
    """A value that its type does not take.

    Attributes
    ----------
    code : str
        What is wrong; a key of the words.
    part : str
        The piece of text at fault.

    """

    def __init__(self, code: str, part: str) -> None:
        super().__init__(f"{code}: {part}")
        self.code, self.part = code, part


@dataclass(frozen=True)
class Value:
    """The data of one record.

    Attributes
    ----------
    text : str
        Normal form in text, names absolute.
    pieces : tuple
        What the wire holds in order: names (str), or bytes.
    target : str
        The name that a CNAME, MX, NS or SRV record points to; empty for other types.

    """

    text: str
    pieces: tuple[str | bytes, ...]
    target: str = ""


def read(kind: str, text: str, origin: str) -> Value:
    """Return the value of a record of type `kind`.

    Parameters
    ----------
    kind : str
        One of `TYPES`.
    text : str
        The data as written; names without a final dot are below `origin`.

    Raises
    ------
    BadValueError
        When the type does not take it.

    """
    return _READERS[kind](text.strip(), origin)


def _number(text: str, bits: int, code: str) -> bytes:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) >= 1 << bits:
        raise BadValueError(code, text)
    return int(text).to_bytes(bits // 8, "big")


def _name(text: str, origin: str) -> str:
    try:
        return absolute(text, origin)
    except BadNameError as fault:
        raise BadValueError("bad_target", text) from fault


def _address_4(text: str, _origin: str) -> Value:
    try:
        address = IPv4Address(text)
    except AddressValueError as error:
        raise BadValueError("bad_ipv4", text) from error
    return Value(str(address), (address.packed,))


def _address_6(text: str, _origin: str) -> Value:
    try:
        address = IPv6Address(text)
    except AddressValueError as error:
        raise BadValueError("bad_ipv6", text) from error
    if address.scope_id:
        raise BadValueError("bad_ipv6", text)
    return Value(str(address), (address.packed,))


def _pointer(text: str, origin: str) -> Value:
    name = _name(text, origin)
    return Value(name, (name,), name)


def _mail(text: str, origin: str) -> Value:
    fields = text.split()
    if len(fields) != 2:  # noqa: PLR2004 -- priority and server
        raise BadValueError("mx_fields", text)
    priority = _number(fields[0], 16, "mx_priority")
    name = _name(fields[1], origin)
    return Value(f"{int(fields[0])} {name}", (priority, name), name)


def _service(text: str, origin: str) -> Value:
    fields = text.split()
    if len(fields) != 4:  # noqa: PLR2004 -- priority, weight, port, server
        raise BadValueError("srv_fields", text)
    numbers = b"".join(_number(field, 16, "srv_number") for field in fields[:3])
    name = _name(fields[3], origin)
    return Value(f"{' '.join(str(int(field)) for field in fields[:3])} {name}", (numbers, name), name)


def _authority(text: str, origin: str) -> Value:
    fields = text.split()
    if len(fields) != 7:  # noqa: PLR2004 -- two names and five numbers
        raise BadValueError("soa_fields", text)
    names = [_name(field, origin) for field in fields[:2]]
    numbers = [_number(field, 32, "soa_number") for field in fields[2:]]
    shown = " ".join([*names, *(str(int(field)) for field in fields[2:])])
    return Value(shown, (*names, b"".join(numbers)))


def _issuer(text: str, _origin: str) -> Value:
    match = re.fullmatch(r'([0-9]+)\s+([a-z0-9]+)\s+"([^"]*)"', text)
    if not match or match[2] not in ("issue", "issuewild", "iodef"):
        raise BadValueError("caa_fields", text)
    flags, tag, value = _number(match[1], 8, "caa_fields"), match[2].encode(), match[3].encode()
    return Value(f'{int(match[1])} {match[2]} "{match[3]}"', (flags + bytes([len(tag)]) + tag + value,))


def _text(text: str, _origin: str) -> Value:
    strings = _TOKEN.findall(text)
    if not strings or not all(len(string) > 1 and string[0] == string[-1] == '"' for string in strings):
        raise BadValueError("txt_unquoted", text)
    if text.count('"') != 2 * len(strings):
        raise BadValueError("txt_unquoted", text)
    data = [string[1:-1].encode() for string in strings]
    for one in data:
        if len(one) > TXT_BYTES:
            raise BadValueError("txt_long", str(len(one)))
    return Value(" ".join(strings), tuple(bytes([len(one)]) + one for one in data))


_READERS: dict[str, Callable[[str, str], Value]] = {
    "A": _address_4,
    "AAAA": _address_6,
    "CAA": _issuer,
    "CNAME": _pointer,
    "MX": _mail,
    "NS": _pointer,
    "SOA": _authority,
    "SRV": _service,
    "TXT": _text,
}
