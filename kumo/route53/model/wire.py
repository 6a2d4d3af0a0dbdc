"""A DNS answer in the bytes of the wire, names compressed, as a UDP packet carries them.

Modelled: header, question, answer and authority section, pointers to names that came before (RFC 1035, section 4.1.4).
As dnspython and most servers do, names inside the values of CNAME, MX, NS and SOA are compressed, that of SRV is not
(RFC 3597, section 4). Not modelled: EDNS, the additional section.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from kumo.route53.model.names import ROOT, labels
from kumo.route53.model.records import TYPE_NUMBERS
from kumo.route53.model.zone import LOOP, NODATA, NXDOMAIN, REFERRAL, REFUSED

if TYPE_CHECKING:
    from kumo.route53.model.records import Value
    from kumo.route53.model.zone import Answer, Zone

# What every resolver takes by UDP without further agreement (RFC 1035, section 4.2.1), in bytes.
CLASSIC_LIMIT = 512
_INTERNET = 1
_RESPONSE, _AUTHORITATIVE = 0x8000, 0x0400
_CODES = {NXDOMAIN: 3, REFUSED: 5, LOOP: 2}
_FARTHEST = 0x3FFF


def encode(found: Answer, zone: Zone, serial: int = 0) -> bytes:
    """Return the answer as a message of the DNS; `serial` is its 16-bit identifier.

    A negative answer carries the SOA record in its authority section, a referral the NS records.
    """
    answers = found.records
    authority: list[tuple[str, int, str, Value]] = []
    if found.status in (NXDOMAIN, NODATA):
        authority = [(zone.origin, zone.negative_ttl, "SOA", zone.soa.values[0])]
    elif found.status == REFERRAL:
        link = found.links[-1]
        authority = [(found.reason, link.ttl, "NS", value) for value in link.values]
    flags = _RESPONSE | (0 if found.status in (REFERRAL, REFUSED) else _AUTHORITATIVE) | _CODES.get(found.status, 0)
    message = bytearray(struct.pack("!6H", serial, flags, 1, len(answers), len(authority), 0))
    places: dict[str, int] = {}
    _write_name(message, found.name, places)
    message += struct.pack("!2H", TYPE_NUMBERS[found.kind], _INTERNET)
    for name, ttl, kind, value in (*answers, *authority):
        _write_name(message, name, places)
        message += struct.pack("!2HI2x", TYPE_NUMBERS[kind], _INTERNET, ttl)
        start = len(message)
        for piece in value.pieces:
            if isinstance(piece, bytes):
                message += piece
            else:
                _write_name(message, piece, places if kind != "SRV" else None)
        struct.pack_into("!H", message, start - 2, len(message) - start)
    return bytes(message)


def _write_name(message: bytearray, name: str, places: dict[str, int] | None) -> None:
    """Append a name: its labels until a rest that came before (`places`, or None for no pointers), then a pointer."""
    rest = name
    for label in labels(name):
        if places is not None and rest in places:
            message += struct.pack("!H", 0xC000 | places[rest])
            return
        if places is not None and len(message) <= _FARTHEST:
            places[rest] = len(message)
        message += bytes([len(label)]) + label.encode()
        rest = rest.partition(".")[2] or ROOT
    message += b"\0"
