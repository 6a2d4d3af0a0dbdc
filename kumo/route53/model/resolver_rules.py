"""Who answers a name in a VPC that is joined to an on-premises network: zones, rules and endpoints of the VPC Resolver.

Modelled: the VPC Resolver (the address "base + 2"), private hosted zones associated with the VPC, forwarding and system
rules, an inbound and an outbound endpoint; an on-premises DNS server with a zone of its own that forwards one domain to
the inbound endpoint; public DNS. For a query from the VPC every rule and private zone whose domain contains the name is
a candidate; the most specific domain wins, and of equal ones a rule before a private zone. A private zone answers for
good: a name that it does not have does not go on to public DNS. Public DNS answers for everything else.

Not modelled: autodefined rules for EC2's names and reverse look-ups, DNS Firewall, Profiles, several VPCs, caches,
delegation rules (2025).

Assumed: the names and addresses of `WORLD`. Without an inbound endpoint the on-premises server sends to the Resolver's
address and hears nothing. A forwarding rule needs an outbound endpoint: without one it cannot be made, and is left out.

Sources (read 2026-11-26), under https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ :
resolver-overview-forward-vpc-to-network-domain-name-matches.html (the most specific domain wins),
resolver-overview-forward-vpc-to-network-autodefined-rules.html (system rules, private zones),
hosted-zone-private-considerations.html (rule before private zone of the same name; NXDOMAIN instead of public DNS;
enableDnsHostnames and enableDnsSupport), best-practices-resolver-endpoints.html (loops); the order of rules and zones:
https://repost.aws/knowledge-center/route-53-override-reverse-dns-rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.route53.model.lines import LineError
from kumo.route53.model.names import ROOT, BadNameError, absolute, labels, within

FORWARD, SYSTEM = "FORWARD", "SYSTEM"
# Who asks, and where a query can come by.
EC2, OFFICE, OUTSIDE = "ec2", "office", "outside"
RESOLVER, INBOUND, OUTBOUND = "resolver", "inbound", "outbound"
PRIVATE, ON_PREMISES, PUBLIC = "private", "on_premises", "public"
ANSWERED, NO_NAME, NO_WAY, LOOP = "answered", "no_name", "no_way", "loop"
RULE, ZONE, DEFAULT = "rule", "zone", "default"
MOST_RULES = 4

# What each zone holds: the domain, and addresses by name.
WORLD: dict[str, dict[str, dict[str, str]]] = {
    PRIVATE: {
        "example.com.": {"www.example.com.": "10.0.1.10", "db.example.com.": "10.0.2.20"},
        "aws.example.com.": {"api.aws.example.com.": "10.0.1.30"},
    },
    ON_PREMISES: {
        "corp.example.com.": {"files.corp.example.com.": "192.168.1.20", "erp.corp.example.com.": "192.168.1.30"}
    },
    PUBLIC: {
        "example.com.": {"www.example.com.": "203.0.113.10", "mail.example.com.": "203.0.113.25"},
        ROOT: {"www.example.net.": "198.51.100.80", "www.example.org.": "198.51.100.90"},
    },
}


class RuleError(LineError):
    """A line that is no rule."""


@dataclass(frozen=True)
class Rule:
    """A Resolver rule: a domain, and whether its queries go to the on-premises server or are resolved here."""

    domain: str
    kind: str


@dataclass(frozen=True)
class Setting:
    """How the network is set up.

    Attributes
    ----------
    rules : tuple of Rule
        Of the VPC, one for each domain.
    zones : tuple of str
        Domains of the private hosted zones that are associated with the VPC.
    dns : bool
        Whether enableDnsSupport and enableDnsHostnames of the VPC are on: without them no private zone answers.
    inbound, outbound : bool
        Whether the endpoints exist.
    forwarded : str
        The domain that the on-premises server forwards to the VPC; empty for none.

    """

    rules: tuple[Rule, ...]
    zones: tuple[str, ...]
    dns: bool
    inbound: bool
    outbound: bool
    forwarded: str


@dataclass(frozen=True)
class Candidate:
    """A rule, private zone or public DNS as something that could take a query.

    Attributes
    ----------
    kind : {"rule", "zone", "default"}
        What it is.
    domain : str
        Its domain.
    action : str
        `FORWARD`, `SYSTEM`, `PRIVATE` or `PUBLIC`.
    usable : bool
        False for a forwarding rule without an outbound endpoint and for a zone in a VPC without DNS.
    matches : bool
        Whether its domain contains the name.

    """

    kind: str
    domain: str
    action: str
    usable: bool
    matches: bool


@dataclass(frozen=True)
class Hop:
    """A query on its way from one place to the next."""

    start: str
    end: str


@dataclass(frozen=True)
class RulesTrace:
    """What became of a query.

    Attributes
    ----------
    setting : Setting
        The network.
    asker : {"ec2", "office", "outside"}
        Where the query came from.
    name : str
        The name, absolute.
    hops : tuple of Hop
        Its way.
    candidates : tuple of Candidate
        What the Resolver weighed, the most specific first; empty when it was not asked.
    chosen : Candidate or None
        What it took.
    status : {"answered", "no_name", "no_way", "loop"}
        Whether there is an answer.
    source : str
        Who gave it: `PRIVATE`, `ON_PREMISES` or `PUBLIC`; empty where nobody did.
    zone : str
        The zone that answered.
    address : str
        The answer.

    """

    setting: Setting
    asker: str
    name: str
    hops: tuple[Hop, ...]
    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    status: str
    source: str = ""
    zone: str = ""
    address: str = ""


def read_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of a text: a line each, ``domain -> onprem`` or ``domain -> system``.

    Raises
    ------
    RuleError
        For a line that is none, a domain with two rules, and more than `MOST_RULES`.

    """
    found: list[Rule] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        left, arrow, right = (part.strip() for part in line.partition("->"))
        kind = {"onprem": FORWARD, "system": SYSTEM}.get(right.lower())
        if not arrow or not left or kind is None:
            raise RuleError("form", line.strip())
        try:
            domain = absolute(left)
        except BadNameError as error:
            raise RuleError("name", left) from error
        if "*" in domain or left == "@":
            raise RuleError("name", left)
        if domain in {rule.domain for rule in found}:
            raise RuleError("twice", left)
        found.append(Rule(domain, kind))
    if len(found) > MOST_RULES:
        raise RuleError("many", str(len(found)))
    return tuple(found)


def candidates(setting: Setting, name: str) -> tuple[Candidate, ...]:
    """Return what the VPC Resolver weighs for `name`: the most specific first, of equal ones rules before zones."""
    found = [
        Candidate(RULE, rule.domain, rule.kind, rule.kind == SYSTEM or setting.outbound, within(name, rule.domain))
        for rule in setting.rules
    ]
    found += [Candidate(ZONE, domain, PRIVATE, setting.dns, within(name, domain)) for domain in setting.zones]
    found.append(Candidate(DEFAULT, ROOT, PUBLIC, usable=True, matches=True))
    rank = {RULE: 0, ZONE: 1, DEFAULT: 2}
    return tuple(sorted(found, key=lambda one: (-len(labels(one.domain)), rank[one.kind])))


def choose(weighed: tuple[Candidate, ...]) -> Candidate:
    """Return the first candidate that contains the name and can be used."""
    return next(one for one in weighed if one.matches and one.usable)


def resolve(setting: Setting, asker: str, name: str) -> RulesTrace:
    """Follow a query for the address of `name` (absolute) from where it is asked to who answers."""
    hops: list[Hop] = []
    weighed: tuple[Candidate, ...] = ()
    chosen: Candidate | None = None
    here = {EC2: RESOLVER, OFFICE: ON_PREMISES, OUTSIDE: PUBLIC}[asker]
    _go(hops, asker, here)
    seen = set()

    def ended(status: str, source: str = "", zone: str = "", address: str = "") -> RulesTrace:
        return RulesTrace(setting, asker, name, tuple(hops), weighed, chosen, status, source, zone, address)

    while here not in seen:
        seen.add(here)
        following = here
        if here == RESOLVER:
            weighed = candidates(setting, name)
            chosen = choose(weighed)
            following = _from_resolver(setting, chosen, name)
        elif here == ON_PREMISES:
            following = _from_office(setting, name)
        if following == here:
            domains = setting.zones if here == PRIVATE else WORLD[here]
            zone = max((one for one in domains if within(name, one)), key=lambda one: len(labels(one)))
            address = WORLD[here][zone].get(name, "")
            return ended(ANSWERED if address else NO_NAME, here, zone, address)
        if not following:
            hops.append(Hop(here, INBOUND))
            return ended(NO_WAY)
        _go(hops, here, following)
        here = following
    return ended(LOOP)


def _go(hops: list[Hop], start: str, end: str) -> None:
    """Add the way from one place to another, through an endpoint where it leaves or enters the VPC."""
    between = {(RESOLVER, ON_PREMISES): OUTBOUND, (ON_PREMISES, RESOLVER): INBOUND}.get((start, end))
    for place in (between, end) if between else (end,):
        hops.append(Hop(start, place))
        start = place


def _from_resolver(setting: Setting, chosen: Candidate, name: str) -> str:
    if chosen.action == FORWARD:
        return ON_PREMISES
    if chosen.action == SYSTEM:
        # As if there were no forwarding rule: a private zone, or public DNS.
        return PRIVATE if setting.dns and any(within(name, zone) for zone in setting.zones) else PUBLIC
    return chosen.action


def _from_office(setting: Setting, name: str) -> str:
    """Return where the on-premises server sends a query: itself for its own names, nothing where nobody hears it."""
    if any(within(name, zone) for zone in WORLD[ON_PREMISES]):
        return ON_PREMISES
    if setting.forwarded and within(name, setting.forwarded):
        return RESOLVER if setting.inbound else ""
    return PUBLIC
