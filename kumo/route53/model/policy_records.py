"""Records of one name as text: a line per record, its AWS Region first, then what each routing policy reads.

A semicolon ends a record like a line does, so that records fit into a link.

A line like ``eu-central-1 weight=30 bias=0 continent=EU failover=secondary cidr=198.18.32.0/20`` stands for one
record for a resource in that Region. Each routing policy reads its own attributes and leaves the others alone, so
that the same lines can be tried under every policy.

Checked as Route 53 does: weights from 0 to 255, biases from -99 to 99, one latency record for each Region, one
primary and one secondary, no place and no CIDR block in two records, IPv4 blocks from /1 to /24 (a block of no
bits is written ``*``). Sources (read 2026-11-26): the API reference of ResourceRecordSet, GeoLocation and
GeoProximityLocation (as botocore 1.44.5 carries it), and "IP-based routing",
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html.

Not modelled: states of the United States, coordinates and Local Zones, IPv6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

from kumo.core import facts
from kumo.route53.model.geography import CONTINENTS, REGIONS
from kumo.route53.model.selection import DEFAULT

PRIMARY, SECONDARY = "primary", "secondary"
MOST_RECORDS = len(REGIONS)
WEIGHTS = (facts.value("route53.weight-lowest"), facts.value("route53.weight-highest"))
BIASES = (facts.value("route53.bias-lowest"), facts.value("route53.bias-highest"))
BLOCK_LENGTHS = (facts.value("route53.cidr-shortest"), facts.value("route53.cidr-longest"))
ATTRIBUTES = ("weight", "bias", "continent", "country", "failover", "cidr")


@dataclass(frozen=True)
class Record:
    """One record of the group.

    Attributes
    ----------
    region : str
        AWS Region of the resource; names the record too (Route 53's SetIdentifier).
    weight, bias : int
        For weighted and for geoproximity routing.
    places : frozenset of tuples
        For geolocation routing: ``("continent", code)`` and ``("country", code)``, where the country ``"*"`` is the
        default.
    role : str
        For failover routing: `PRIMARY`, `SECONDARY` or empty.
    blocks : tuple of str
        For IP-based routing: CIDR blocks, or ``"*"`` for the default.

    """

    region: str
    weight: int = 1
    bias: int = 0
    places: frozenset[tuple[str, str]] = frozenset()
    role: str = ""
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line.

    Attributes
    ----------
    line : int
        Counted from 1; 0 for the text as a whole.
    record : str
        How the record is called, as far as that is known.
    kind : str
        Which rule is broken; a key for the words.
    value : str
        What was written.
    other : str
        The record with which this one is at odds, if any.

    """

    line: int
    record: str
    kind: str
    value: str = ""
    other: str = ""


class _Line:
    """One line while it is read."""

    def __init__(self, number: int, text: str) -> None:
        self.number, (self.region, *self.words) = number, text.split()
        self.problems: list[Problem] = []

    def wrong(self, kind: str, value: str = "", other: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(self.number, self.region, kind, value, other))

    def attributes(self) -> dict[str, str]:
        """Return the attributes as they are written."""
        given: dict[str, str] = {}
        for word in self.words:
            name, equals, value = word.partition("=")
            if not equals or name not in ATTRIBUTES or not value:
                self.wrong("attribute", word)
            elif name in given:
                self.wrong("attribute-twice", name)
            else:
                given[name] = value
        return given

    def numbers(self, given: dict[str, str]) -> dict[str, int]:
        """Return weight and bias as far as they are given and allowed."""
        found = {}
        for name, (low, high) in (("weight", WEIGHTS), ("bias", BIASES)):
            value = given.get(name)
            if value is None:
                continue
            if re.fullmatch(r"[+-]?[0-9]{1,4}", value) and low <= int(value) <= high:
                found[name] = int(value)
            else:
                self.wrong(name, value)
        return found


@cache
def read(text: str) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Return the records that `text` describes and everything that is wrong with it."""
    records: list[Record] = []
    problems: list[Problem] = []
    # Who holds what only one record may hold, by attribute and value.
    holders: dict[tuple[str, str], str] = {}
    for number, written in enumerate(re.split(r"[\n;]", text), 1):
        if not written.strip():
            continue
        line = _Line(number, written)
        if line.region not in REGIONS:
            line.wrong("region", line.region)
        elif any(record.region == line.region for record in records):
            line.wrong("region-twice", line.region)
        given = line.attributes()
        numbers, values = line.numbers(given), _values(given)
        for kind, value in values:
            problem = _value_problem(kind, value)
            holder = holders.setdefault((kind, value), line.region)
            if problem:
                line.wrong(problem, value)
            elif holder != line.region:
                line.wrong(f"{kind}-twice", value, holder)
        places = frozenset(pair for pair in values if pair[0] in ("continent", "country"))
        blocks = tuple(value for kind, value in values if kind == "cidr")
        records.append(Record(line.region, places=places, role=given.get("failover", ""), blocks=blocks, **numbers))
        problems += line.problems
    if not records:
        problems.append(Problem(0, "", "none"))
    return tuple(records), tuple(problems)


def _values(given: dict[str, str]) -> list[tuple[str, str]]:
    """Return attribute and value of everything that only one record may hold."""
    kinds = ("continent", "country", "failover", "cidr")
    return [(kind, value) for kind in kinds for value in given.get(kind, "").split(",") if value]


def _value_problem(kind: str, value: str) -> str:
    if kind == "continent":
        return "" if value in CONTINENTS else "continent"
    if kind == "country":
        return "" if re.fullmatch(r"[A-Z]{2}|\*", value) else "country"
    if kind == "failover":
        return "" if value in (PRIMARY, SECONDARY) else "failover"
    return "" if value == DEFAULT else _block_problem(value)


def _block_problem(block: str) -> str:
    address, slash, _ = block.partition("/")
    try:
        network = IPv4Network(block, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        return "cidr"
    low, high = BLOCK_LENGTHS
    if not slash or not low <= network.prefixlen <= high:
        return "cidr-length"
    return "" if address == str(network.network_address) else "cidr-host-bits"
