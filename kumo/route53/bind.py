"""Zone files in BIND's form, read and written by dnspython: for notebooks, not for the page (its Python has none).

An alias is Route 53's own and has no place in a zone file: it is written as a comment, in the form that
`kumo.route53.model.zone.parse` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.route53.model.names import absolute
from kumo.route53.model.zone import Zone, parse

if TYPE_CHECKING:
    import dns.zone


def export(zone: Zone) -> str:
    """Return the zone as a zone file, its own names relative; `dns.zone.from_text` and name servers read it."""
    written = library_zone(zone)
    aliases = [f"; {one.name} ALIAS {one.kind} {one.alias}" for one in zone.sets if one.alias]
    return "\n".join([f"$ORIGIN {zone.origin}", written.to_text(relativize=True).strip(), *aliases]) + "\n"


def library_zone(zone: Zone) -> dns.zone.Zone:
    """Return the zone as dnspython's, without its aliases."""
    import dns.rdata  # noqa: PLC0415 -- the page's Python has no dnspython
    import dns.rdataclass  # noqa: PLC0415
    import dns.rdatatype  # noqa: PLC0415
    import dns.zone  # noqa: PLC0415

    made = dns.zone.Zone(zone.origin, relativize=False)
    for one in zone.sets:
        kind = dns.rdatatype.from_text(one.kind)
        for value in one.values:
            data = dns.rdata.from_text(dns.rdataclass.IN, kind, value.text, relativize=False)
            made.find_rdataset(one.name, kind, create=True).add(data, one.ttl)
    return made


def import_file(text: str, origin: str) -> Zone:
    """Return the zone of a zone file, as Route 53 imports it.

    dnspython reads the file: parentheses, ``$ORIGIN``, ``$GENERATE`` and times such as ``1h`` are welcome. As on
    Route 53, the SOA record and the NS records of the zone's own name are left out; Route 53 brings its own.

    Raises
    ------
    dns.exception.DNSException
        When the text is no zone file.

    """
    import dns.rdatatype  # noqa: PLC0415 -- the page's Python has no dnspython
    import dns.zone  # noqa: PLC0415

    zone = dns.zone.from_text(text, origin=origin, relativize=False, check_origin=False)
    lines = []
    for name, ttl, data in zone.iterate_rdatas():
        kind = dns.rdatatype.to_text(data.rdtype)
        if kind == "SOA" or (kind == "NS" and name == zone.origin):
            continue
        lines.append(f"{name.to_text()} {ttl} {kind} {data.to_text()}")
    return parse("\n".join(lines), absolute(origin))
