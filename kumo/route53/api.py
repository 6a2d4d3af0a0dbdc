"""Record sets as Route 53's API gives them, as the text of a zone that `kumo.route53.model.zone` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumo.route53.model.names import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Types whose value ends with a name. The API takes it for absolute, with or without its last dot.
_NAMING = frozenset({"CNAME", "MX", "NS", "PTR", "SRV"})


def zone_text(sets: Iterable[Mapping[str, Any]], origin: str) -> str:
    """Return what `list_resource_record_sets` lists as the text of a zone.

    Left out are the SOA and NS records of the zone's own name, which Route 53 brings, and record sets with a routing
    policy (those that have a ``SetIdentifier``), which such a text cannot say.

    Parameters
    ----------
    sets : iterable of mappings
        ``ResourceRecordSets`` of the response.
    origin : str
        Name of the zone.

    """
    return "\n".join(
        line
        for one in sets
        if "SetIdentifier" not in one
        and not (one["Type"] in {"SOA", "NS"} and absolute(one["Name"]) == absolute(origin))
        for line in _lines(one)
    )


def _lines(one: Mapping[str, Any]) -> list[str]:
    # The API writes the star of a wildcard as an octal number.
    name, kind = absolute(one["Name"].replace("\\052", "*")), one["Type"]
    if "AliasTarget" in one:
        return [f"{name} ALIAS {kind} {absolute(one['AliasTarget']['DNSName'])}"]
    values = (record["Value"] for record in one.get("ResourceRecords", ()))
    return [f"{name} {one['TTL']} {kind} {value.rstrip('.') + '.' if kind in _NAMING else value}" for value in values]
