"""A hosted zone as text: record sets, everything that Route 53 would refuse, and the answer to a query.

The text has the form of a zone file, a record a line: ``name [TTL] [IN] TYPE value``, with ``@`` for the zone's own
name, ``$TTL``, comments after ``;``, and the previous name where a line begins with a space. What zone files lack, the
alias, is written ``name ALIAS A target``.

Modelled: the SOA and NS records that Route 53 makes with the zone (a line in the text replaces them, as an edit would);
sets of records with one name and type; the rules for CNAME, alias, duplicates and time to live; answers with chains of
CNAME, aliases, wildcards (RFC 4592), names that exist only through others below them, and referrals to delegated zones.
One query is answered by one zone: where a CNAME leads out of it, the resolver has to go on.

Not modelled: routing policies (see the explorers of routing), DNSSEC, ``$ORIGIN``, ``$INCLUDE``, records over several
lines, glue.

Assumed: the addresses of AWS resources behind an alias are invented (198.51.100.0/24 and 2001:db8::/32, for
documentation), derived from the target's name; where lines break a rule, the answer is that of the lines that do not.

Sources (read 2026-11-26), under https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ : SOA-NSrecords.html,
resource-record-sets-choosing-alias-non-alias.html, ResourceRecordTypes.html, resource-record-sets-creating-import.html;
RFC 1034, section 4.3.2 (the algorithm of a name server); RFC 2308 (negative answers). TTL of 900 s for the SOA record
and 172,800 s for the NS records: as zones on Route 53 answer (``dig``), see the ledger.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.route53.model.names import ROOT, BadNameError, absolute, labels, parent, within
from kumo.route53.model.records import TYPES, BadValueError, Value, read

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_SERVERS = (
    "ns-2048.awsdns-64.com.",
    "ns-2049.awsdns-65.net.",
    "ns-2050.awsdns-66.org.",
    "ns-2051.awsdns-67.co.uk.",
)
DEFAULT_TTL = 300
LONGEST_TTL = 2_147_483_647
# Types that an alias may have here; Route 53 has more.
ALIAS_TYPES = ("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "CAA")
# A chain of CNAME and alias longer than this is given up, as resolvers do.
LONGEST_CHAIN = 8
# Names of AWS resources that an alias may point to, with the time to live that Route 53 then uses (seconds).
RESOURCES = (
    ".elb.amazonaws.com.",
    ".cloudfront.net.",
    ".elasticbeanstalk.com.",
    ".awsglobalaccelerator.com.",
    ".amazonaws.com.",
)

NOERROR, NODATA, NXDOMAIN = "NOERROR", "NODATA", "NXDOMAIN"
REFERRAL, OUTSIDE, LOOP, REFUSED = "REFERRAL", "OUTSIDE", "LOOP", "REFUSED"


@dataclass(frozen=True)
class Problem:
    """Something that Route 53 would refuse, or (`grave` false) take but hardly be meant.

    Attributes
    ----------
    line : int
        Number of the line, from 1.
    name, kind : str
        Name and type of the record, as far as they could be read.
    code : str
        Which rule; a key of the words.
    part : str
        The piece of text at fault.
    grave : bool
        Whether the change would be refused.

    """

    line: int
    name: str
    kind: str
    code: str
    part: str = ""
    grave: bool = True


@dataclass(frozen=True)
class RecordSet:
    """The records of one name and type.

    Attributes
    ----------
    name, kind : str
        Absolute name, and type.
    ttl : int or None
        Seconds; None for an alias to an AWS resource, which takes the resource's.
    values : tuple of Value
        Empty for an alias.
    alias : str
        Target of an alias; otherwise empty.
    line : int
        Where the text has it (its first line); 0 for what Route 53 made.

    """

    name: str
    kind: str
    ttl: int | None
    values: tuple[Value, ...]
    alias: str = ""
    line: int = 0


@dataclass(frozen=True)
class Zone:
    """A hosted zone.

    Attributes
    ----------
    origin : str
        Its name.
    sets : tuple of RecordSet
        In the order of the text, those that Route 53 made first.
    problems : tuple of Problem
        In the order of the lines.

    """

    origin: str
    sets: tuple[RecordSet, ...]
    problems: tuple[Problem, ...] = ()
    _index: dict[str, dict[str, RecordSet]] = field(default_factory=dict, repr=False, compare=False)
    _parents: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def at(self, name: str) -> dict[str, RecordSet]:
        """Return the record sets of a name by type."""
        return self._index.get(name, {})

    def exists(self, name: str) -> bool:
        """Return whether the name has records, or names below it have."""
        return name in self._index or name in self._parents

    @property
    def soa(self) -> RecordSet:
        """The SOA record set."""
        return self._index[self.origin]["SOA"]

    @property
    def negative_ttl(self) -> int:
        """Seconds for which "no such name" may be kept: the lesser of SOA's TTL and its last field (RFC 2308)."""
        return min(self.soa.ttl or 0, int(self.soa.values[0].text.split()[-1]))


@dataclass(frozen=True)
class Link:
    """A step of the way to an answer.

    Attributes
    ----------
    name, kind : str
        Name that was looked for and type of the set that was found.
    source : str
        Name of the set in the zone: the same, or a wildcard.
    how : {"value", "cname", "alias", "resource", "referral"}
        What it gave: the answer, another name, another set of the zone, an AWS resource, or the servers of a
        delegated zone.
    ttl : int
        Seconds.
    values : tuple of Value
        What it holds (for an alias to a resource, the resource's addresses).
    to : str
        Where it leads; empty for the answer.

    """

    name: str
    kind: str
    source: str
    how: str
    ttl: int
    values: tuple[Value, ...] = ()
    to: str = ""


@dataclass(frozen=True)
class Answer:
    """What a zone answers.

    Attributes
    ----------
    name, kind : str
        What was asked.
    status : str
        `NOERROR`, `NODATA` (the name exists, the type does not), `NXDOMAIN`, `REFERRAL` (ask the servers of a
        delegated zone), `OUTSIDE` (a CNAME leads out of the zone), `LOOP`, or `REFUSED` (not this zone's name).
    links : tuple of Link
        The way, in order.
    reason : str
        The name at which the way ended.

    """

    name: str
    kind: str
    status: str
    links: tuple[Link, ...]
    reason: str

    @property
    def records(self) -> tuple[tuple[str, int, str, Value], ...]:
        """The answer section: name, TTL, type and value of each record; aliases and referrals do not show."""
        found: list[tuple[str, int, str, Value]] = []
        owner = self.name
        for link in self.links:
            if link.how == "cname":
                found += [(owner, link.ttl, "CNAME", value) for value in link.values]
                owner = link.to
            elif link.how in ("value", "resource"):
                found += [(owner, link.ttl, link.kind, value) for value in link.values]
        return tuple(found)


# Reading.


def parse(text: str, origin: str) -> Zone:
    """Read the text of a hosted zone.

    Parameters
    ----------
    text : str
        See the module.
    origin : str
        Name of the zone, absolute.

    Returns
    -------
    Zone
        With everything that is wrong in `problems`; the lines at fault are not among its sets.

    """
    problems: list[Problem] = []
    lines, aliases = _lines(text, origin, problems)
    sets = _made(origin)
    sets |= _grouped(lines, problems)
    for alias in aliases:
        if (alias.name, alias.kind) in sets:
            code = "alias_and_values" if sets[alias.name, alias.kind].values else "alias_twice"
            problems.append(Problem(alias.line, alias.name, alias.kind, code))
        else:
            sets[alias.name, alias.kind] = alias
    sets = _without_bad_cnames(sets, origin, problems)
    sets = _without_bad_aliases(sets, origin, problems)
    made = make(origin, sets.values())
    # A name without its dot is only suspicious where nothing of that name is in the zone.
    kept = [one for one in problems if one.code != "relative_target" or not made.exists(one.part)]
    return replace(made, problems=tuple(sorted(kept, key=lambda problem: problem.line)))


def make(origin: str, sets: Iterable[RecordSet]) -> Zone:
    """Return a zone of record sets that are known to be sound."""
    kept = tuple(sets)
    index: dict[str, dict[str, RecordSet]] = {}
    parents = set()
    for one in kept:
        index.setdefault(one.name, {})[one.kind] = one
        above = parent(one.name)
        while within(above, origin) and above not in parents:
            parents.add(above)
            if above == ROOT:
                break
            above = parent(above)
    return Zone(origin, kept, (), index, frozenset(parents))


def _made(origin: str) -> dict[tuple[str, str], RecordSet]:
    """Return what Route 53 makes with the zone."""
    value = facts.value
    ns = tuple(read("NS", server, origin) for server in NAME_SERVERS)
    soa = read(
        "SOA",
        f"{NAME_SERVERS[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 {value('route53.soa-minimum')}",
        origin,
    )
    return {
        (origin, "NS"): RecordSet(origin, "NS", value("route53.ns-ttl"), ns),
        (origin, "SOA"): RecordSet(origin, "SOA", value("route53.soa-ttl"), (soa,)),
    }


def _lines(text: str, origin: str, problems: list[Problem]) -> tuple[list[RecordSet], list[RecordSet]]:
    """Return the records of the text, each as a set of its own, and the aliases."""
    records: list[RecordSet] = []
    aliases: list[RecordSet] = []
    owner, default = origin, DEFAULT_TTL
    for number, raw in enumerate(text.splitlines(), 1):
        line = _uncommented(raw.replace("\t", " "))
        if not line.strip():
            continue
        if line.startswith("$"):
            match = re.fullmatch(r"\$TTL\s+([0-9]{1,10})\s*", line)
            if match and int(match[1]) <= LONGEST_TTL:
                default = int(match[1])
            else:
                problems.append(Problem(number, "", "", "directive", line.strip()))
            continue
        try:
            owner, found = _record(line, number, owner, origin, default, problems)
        except _LineError as fault:
            problems.append(Problem(number, fault.name, fault.kind, fault.code, fault.part))
            owner = fault.name or owner
            continue
        (aliases if found.alias else records).append(found)
    return records, aliases


class _LineError(Exception):
    def __init__(self, name: str, kind: str, code: str, part: str) -> None:
        super().__init__(code)
        self.name, self.kind, self.code, self.part = name, kind, code, part


def _uncommented(line: str) -> str:
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            return line[:position]
    return line


def _record(
    line: str, number: int, owner: str, origin: str, default: int, problems: list[Problem]
) -> tuple[str, RecordSet]:
    """Return the owner of a line and its record."""
    rest = line
    if not line[0].isspace():
        first, rest = _taken(rest)
        try:
            owner = absolute(first, origin)
        except BadNameError as error:
            raise _LineError("", "", error.code, error.part) from error
    if not within(owner, origin):
        raise _LineError(owner, "", "out_of_zone", origin)
    ttl, kind, rest = _ttl_and_type(rest, owner)
    if kind == "ALIAS":
        return owner, _alias(owner, ttl, rest.split(), number, origin)
    if not rest:
        raise _LineError(owner, kind, "no_value", "")
    try:
        value = read(kind, rest, origin)
    except BadValueError as error:
        raise _LineError(owner, kind, error.code, error.part) from error
    written = rest.split()[-1]
    if value.target and "." in written and not written.endswith("."):
        problems.append(Problem(number, owner, kind, "relative_target", value.target, grave=False))
    return owner, RecordSet(owner, kind, default if ttl is None else ttl, (value,), line=number)


def _ttl_and_type(text: str, owner: str) -> tuple[int | None, str, str]:
    """Return time to live (None where none is written), type and the rest of a line after its name."""
    ttl: int | None = None
    word, rest = _taken(text)
    while word.upper() == "IN" or re.fullmatch(r"-?[0-9]+[a-zA-Z]?", word):
        if word.upper() != "IN":
            if not word.isdigit() or int(word) > LONGEST_TTL:
                raise _LineError(owner, "", "bad_ttl", word)
            ttl = int(word)
        word, rest = _taken(rest)
    kind = word.upper()
    if not kind:
        raise _LineError(owner, "", "no_type", "")
    if kind not in (*TYPES, "ALIAS"):
        raise _LineError(owner, "", "unknown_type", word)
    return ttl, kind, rest


def _taken(text: str) -> tuple[str, str]:
    """Return the first word of a text and the rest."""
    word, _, rest = text.strip().partition(" ")
    return word, rest.strip()


def _alias(owner: str, ttl: int | None, words: list[str], number: int, origin: str) -> RecordSet:
    if len(words) != 2 or words[0].upper() not in ALIAS_TYPES:  # noqa: PLR2004 -- type and target
        raise _LineError(owner, "ALIAS", "alias_form", " ".join(words))
    kind = words[0].upper()
    if ttl is not None:
        raise _LineError(owner, kind, "alias_ttl", str(ttl))
    try:
        target = absolute(words[1], origin)
    except BadNameError as fault:
        raise _LineError(owner, kind, "bad_target", words[1]) from fault
    return RecordSet(owner, kind, None, (), target, number)


# Rules for sets.


def _grouped(records: list[RecordSet], problems: list[Problem]) -> dict[tuple[str, str], RecordSet]:
    """Return the records joined to sets by name and type."""
    sets: dict[tuple[str, str], RecordSet] = {}
    for one in records:
        key, value = (one.name, one.kind), one.values[0]
        known = sets.get(key)
        if known is None:
            sets[key] = one
        elif value.text in {other.text for other in known.values}:
            problems.append(Problem(one.line, one.name, one.kind, "duplicate", value.text))
        elif one.kind in ("CNAME", "SOA"):
            problems.append(Problem(one.line, one.name, one.kind, "only_one", value.text))
        else:
            if one.ttl != known.ttl:
                problems.append(Problem(one.line, one.name, one.kind, "ttl_differs", f"{known.ttl}/{one.ttl}"))
            sets[key] = replace(known, values=(*known.values, value))
    return sets


def _without_bad_cnames(
    sets: dict[tuple[str, str], RecordSet], origin: str, problems: list[Problem]
) -> dict[tuple[str, str], RecordSet]:
    """Take out CNAME at the apex and beside other records."""
    count = Counter(name for name, _ in sets)
    kept = {}
    for (name, kind), one in sets.items():
        if kind == "CNAME" and name == origin:
            problems.append(Problem(one.line, name, kind, "cname_apex"))
        elif kind == "CNAME" and count[name] > 1:
            others = "、".join(sorted(other for owner, other in sets if owner == name and other != kind))
            problems.append(Problem(one.line, name, kind, "cname_conflict", others))
        elif kind == "SOA" and name != origin:
            problems.append(Problem(one.line, name, kind, "soa_place"))
        else:
            kept[name, kind] = one
    return kept


def _without_bad_aliases(
    sets: dict[tuple[str, str], RecordSet], origin: str, problems: list[Problem]
) -> dict[tuple[str, str], RecordSet]:
    """Take out aliases that lead to nothing; again and again, because the next may have led to the first."""
    kept = dict(sets)
    while True:
        bad = {key: code for key, one in kept.items() if one.alias and (code := _alias_fault(one, kept, origin))}
        if not bad:
            return kept
        for key, code in bad.items():
            one = kept.pop(key)
            problems.append(Problem(one.line, one.name, one.kind, code, one.alias))


def _alias_fault(one: RecordSet, sets: dict[tuple[str, str], RecordSet], origin: str) -> str:
    if not within(one.alias, origin):
        if is_resource(one.alias):
            return "" if one.kind in ("A", "AAAA") else "alias_resource_type"
        return "alias_foreign"
    seen = {one.name}
    target = sets.get((one.alias, one.kind))
    while target is not None and target.alias and within(target.alias, origin):
        if target.name in seen:
            return "alias_loop"
        seen.add(target.name)
        target = sets.get((target.alias, one.kind))
    if target is not None and target.name in seen:
        return "alias_loop"
    return "alias_missing" if target is None else ""


def is_resource(name: str) -> bool:
    """Return whether a name is that of an AWS resource to which an alias may point."""
    return name.endswith(RESOURCES)


def resource_addresses(name: str, kind: str) -> tuple[Value, ...]:
    """Return invented addresses of an AWS resource (see the module), two of them, always the same."""
    seed = sum((number + 1) * ord(character) for number, character in enumerate(name)) % 100
    hosts = (10 + seed, 110 + seed)
    texts = [f"198.51.100.{host}" if kind == "A" else f"2001:db8:5::{host:x}" for host in hosts]
    return tuple(read(kind, text, ROOT) for text in texts)


# Answering.


def answer(zone: Zone, name: str, kind: str) -> Answer:
    """Return what the zone answers to a query for `name` (absolute) and `kind`."""
    links: list[Link] = []
    current, seen = name, {name}

    def ended(status: str) -> Answer:
        return Answer(name, kind, status, tuple(links), current)

    while True:
        if not within(current, zone.origin):
            return ended(OUTSIDE if links else REFUSED)
        cut = _cut(zone, current)
        if cut:
            links.append(_link(zone.at(cut)["NS"], cut, "referral"))
            return replace(ended(REFERRAL), reason=cut)
        source = _source(zone, current)
        if source is None:
            return ended(NODATA if zone.exists(current) else NXDOMAIN)
        found = zone.at(source)
        if kind in found:
            _follow(zone, found[kind], current, links)
            return ended(NOERROR)
        if "CNAME" not in found:
            return ended(NODATA)
        cname = _aliased(zone, found["CNAME"])
        links.append(replace(_link(cname, current, "cname", source), to=cname.values[0].target))
        current = cname.values[0].target
        if current in seen or len(links) >= LONGEST_CHAIN:
            return ended(LOOP)
        seen.add(current)


def _cut(zone: Zone, name: str) -> str:
    """Return the topmost name from which on another zone is responsible; empty where none is."""
    depth = len(labels(zone.origin))
    parts = labels(name)
    for count in range(depth + 1, len(parts) + 1):
        above = ".".join(parts[-count:]) + "."
        if "NS" in zone.at(above):
            return above
    return ""


def _source(zone: Zone, name: str) -> str | None:
    """Return the name whose records answer for `name`: itself, or the wildcard of its closest encloser."""
    if zone.at(name):
        return name
    if zone.exists(name):
        return None
    above = parent(name)
    while not zone.exists(above):
        above = parent(above)
    wildcard = f"*.{above}"
    return wildcard if zone.at(wildcard) else None


def _aliased(zone: Zone, one: RecordSet) -> RecordSet:
    while one.alias and within(one.alias, zone.origin):
        one = zone.at(one.alias)[one.kind]
    return one


def _follow(zone: Zone, one: RecordSet, name: str, links: list[Link]) -> None:
    """Add the links from a set to the values: through aliases, to an AWS resource where they lead there."""
    owner = name
    while one.alias:
        if not within(one.alias, zone.origin):
            addresses = resource_addresses(one.alias, one.kind)
            ttl = facts.value("route53.elb-ttl")
            links.append(Link(owner, one.kind, one.name, "resource", ttl, addresses, one.alias))
            return
        links.append(Link(owner, one.kind, one.name, "alias", 0, (), one.alias))
        owner = one.alias
        one = zone.at(one.alias)[one.kind]
    links.append(_link(one, owner, "value"))


def _link(one: RecordSet, name: str, how: str, source: str | None = None) -> Link:
    return Link(name, one.kind, source or one.name, how, one.ttl or 0, one.values)
