"""A name looked up from the root down: who is asked, who answers what, and what the caches then spare.

Modelled: a stub with its cache (browser and operating system as one), a full-service resolver with its cache, and name
servers that answer for one zone each: the root, top-level domains, hosted zones on Route 53 and one zone elsewhere.
The resolver asks iteratively, from the deepest zone whose servers it knows, keeps every answer for its TTL, "no such
name" for the negative TTL (RFC 2308), and follows CNAME records out of a zone. The stub gets what is left of a TTL.

Not modelled: addresses of name servers (glue), several servers per zone, query minimisation, lost packets, prefetching.

Assumed: the world below (names for documentation; the delegations of the root and of top-level domains live for two
days, as those of com do) and the round trips of `ROUND_TRIPS`, which are examples.

Sources: RFC 1034, section 5.3.3 (the algorithm of a resolver); RFC 2308 (negative answers); TTL of hosted zones from
the ledger. Times in seconds, round trips in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.route53.model.names import ROOT, absolute, suffixes, within
from kumo.route53.model.zone import (
    LONGEST_CHAIN,
    LOOP,
    NODATA,
    NOERROR,
    NXDOMAIN,
    OUTSIDE,
    REFERRAL,
    Answer,
    Zone,
    answer,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NOBODY, OTHER, SELF = "nobody", "other", "self"
ROOT_SERVER, TOP_LEVEL, ROUTE53, ELSEWHERE = "root", "tld", "route53", "elsewhere"
# From the resolver to a server and back, and from the stub to the resolver (milliseconds).
ROUND_TRIPS = {ROOT_SERVER: 20, TOP_LEVEL: 30, ROUTE53: 10, ELSEWHERE: 40}
TO_RESOLVER = 5
KIND = "A"

_SOA = "@ {ttl} SOA {server} hostmaster.example.com. 1 7200 900 1209600 {negative}\n@ 172800 NS {server}\n"
_TOP = ("com", "net", "org", "jp")


@dataclass(frozen=True)
class Exchange:
    """A question of the resolver and its answer.

    Attributes
    ----------
    zone : str
        The zone whose servers were asked.
    role : str
        `ROOT_SERVER`, `TOP_LEVEL`, `ROUTE53` or `ELSEWHERE`.
    name : str
        What was asked for.
    answer : Answer
        What they said.
    took : int
        Round trip in milliseconds.

    """

    zone: str
    role: str
    name: str
    answer: Answer
    took: int


@dataclass(frozen=True)
class Known:
    """Something that a cache spared the resolver.

    Attributes
    ----------
    name, kind : str
        What is known: NS of a zone, or a record.
    left : int
        Seconds for which it stays known.

    """

    name: str
    kind: str
    left: int


@dataclass(frozen=True)
class Outcome:
    """What a look-up came to.

    Attributes
    ----------
    status : str
        `NOERROR`, `NODATA`, `NXDOMAIN` or `LOOP`.
    values : tuple of str
        Addresses.
    ttl : int
        Seconds for which the stub may keep the answer.
    names : tuple of str
        The names that were looked for: the one that was asked, then where CNAME records lead.
    exchanges : tuple of Exchange
        What the resolver asked, in order.
    known : tuple of Known
        What it had in its cache instead, in the order of need.

    """

    status: str
    values: tuple[str, ...]
    ttl: int
    names: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    known: tuple[Known, ...]

    @property
    def took(self) -> int:
        """Milliseconds until the stub has the answer."""
        return TO_RESOLVER + sum(exchange.took for exchange in self.exchanges)


@dataclass(frozen=True)
class ResolutionTrace:
    """A look-up with caches as an earlier one left them, beside the same look-up without any.

    Attributes
    ----------
    name : str
        What is looked up, absolute.
    earlier : {"nobody", "other", "self"}
        Who looked it up before: nobody, someone else at the same resolver, or this stub.
    elapsed : int
        Seconds since then.
    cold : Outcome
        Without caches.
    now : Outcome or None
        With them; None when the stub itself still knew.
    left : int
        Seconds for which the stub still knew; 0 when it did not.

    """

    name: str
    earlier: str
    elapsed: int
    cold: Outcome
    now: Outcome | None
    left: int

    @property
    def took(self) -> int:
        """Milliseconds until the program has the answer."""
        return self.now.took if self.now else 0

    @property
    def asked(self) -> tuple[Exchange, ...]:
        """What the resolver asks this time."""
        return self.now.exchanges if self.now else ()


def world(ttl: int, *, delegated: bool) -> dict[str, Zone]:
    """Return the zones by name: ``www.example.com`` lives for `ttl` seconds, ``dev`` is perhaps a zone of its own."""
    apex, far = facts.value("route53.ns-ttl"), 172_800
    dev = "www 60 A 192.0.2.21\napi 60 A 192.0.2.22\n"
    inside = "\n".join(f"{line.replace(' ', '.dev ', 1)}" for line in dev.splitlines())
    texts = {
        ROOT: _SOA.format(ttl=86_400, server="a.root-servers.net.", negative=86_400)
        + "".join(f"{top} {far} NS a.nic.{top}.\n" for top in _TOP),
        "com.": _SOA.format(ttl=900, server="a.nic.com.", negative=900) + f"example {far} NS ns-2048.awsdns-64.com.\n",
        "net.": _SOA.format(ttl=900, server="a.nic.net.", negative=900) + f"example {far} NS ns.example.net.\n",
        "org.": _SOA.format(ttl=900, server="a.nic.org.", negative=900),
        "jp.": _SOA.format(ttl=900, server="a.nic.jp.", negative=900),
        "example.com.": f"@ {ttl} A 192.0.2.10\nwww {ttl} A 192.0.2.10\nshop {ttl} CNAME cdn.example.net.\n"
        + (f"dev {apex} NS ns-1.awsdns-01.org.\n" if delegated else inside),
        "example.net.": _SOA.format(ttl=900, server="ns.example.net.", negative=900) + "cdn 60 A 203.0.113.80\n",
    }
    if delegated:
        texts["dev.example.com."] = dev
    return {origin: parse(text, origin) for origin, text in texts.items()}


def role_of(zone: str) -> str:
    """Return who answers for a zone of `world`."""
    if zone == ROOT:
        return ROOT_SERVER
    if zone.count(".") == 1:
        return TOP_LEVEL
    return ROUTE53 if within(zone, "example.com.") else ELSEWHERE


class Resolver:
    """A full-service resolver: its cache outlives a look-up."""

    def __init__(self, zones: Mapping[str, Zone]) -> None:
        self._zones = zones
        # By name and type ("NS" for the servers of a zone, "" for "no such name"): when it ends, and the answer.
        self._cache: dict[tuple[str, str], tuple[int, Answer]] = {}

    def resolve(self, name: str, at: int) -> Outcome:
        """Look up the addresses of `name` at time `at` (seconds)."""
        names, exchanges, known = [name], [], []
        learned: set[str] = set()
        ttl: int | None = None
        while True:
            end, found = self._cache.get((names[-1], KIND), (at, None))
            if found and end > at:
                left = end - at
                known.append(Known(names[-1], KIND, left))
            else:
                zone, left = self._nearest(names[-1], at)
                if zone != ROOT and zone not in learned:
                    known.append(Known(zone, "NS", left))
                    learned.add(zone)
                found = answer(self._zones[zone], names[-1], KIND)
                role = role_of(zone)
                exchanges.append(Exchange(zone, role, names[-1], found, ROUND_TRIPS[role]))
                left = self._remember(zone, found, at)
                if found.status == REFERRAL:
                    learned.add(found.reason)
                    continue
            ttl = left if ttl is None else min(ttl, left)
            if found.status != OUTSIDE or len(names) >= LONGEST_CHAIN:
                break
            names.append(found.reason)
        status = LOOP if found.status == OUTSIDE else found.status
        values = tuple(value.text for _, _, kind, value in found.records if kind == KIND and status == NOERROR)
        return Outcome(status, values, ttl, tuple(names), tuple(exchanges), tuple(known))

    def _nearest(self, name: str, at: int) -> tuple[str, int]:
        """Return the deepest zone above `name` whose servers are known, and for how long; the root's always are."""
        for zone in suffixes(name)[:-1]:
            end, _ = self._cache.get((zone, "NS"), (at, None))
            if end > at:
                return zone, end - at
        return ROOT, 0

    def _remember(self, zone: str, found: Answer, at: int) -> int:
        """Keep an answer; return for how many seconds."""
        if found.status == REFERRAL:
            ttl = found.links[-1].ttl
            self._cache[found.reason, "NS"] = (at + ttl, found)
            return ttl
        ttl = self._zones[zone].negative_ttl if found.status in (NXDOMAIN, NODATA) else 0
        ttl = ttl or min(link.ttl for link in found.links if link.how != "alias")
        self._cache[found.name, KIND] = (at + ttl, found)
        return ttl


def look_up(name: str, ttl: int, earlier: str, elapsed: int, *, delegated: bool) -> ResolutionTrace:
    """Look up a name after someone else did, or the same program did, or nobody did.

    Parameters
    ----------
    name : str
        With or without the final dot.
    ttl : int
        Seconds for which ``www.example.com`` may be kept.
    earlier : {"nobody", "other", "self"}
        See `ResolutionTrace`.
    elapsed : int
        Seconds since the earlier look-up.
    delegated : bool
        Whether ``dev.example.com`` is a hosted zone of its own.

    """
    zones, asked = world(ttl, delegated=delegated), absolute(name)
    cold = Resolver(zones).resolve(asked, 0)
    if earlier == NOBODY:
        return ResolutionTrace(asked, earlier, elapsed, cold, cold, 0)
    resolver = Resolver(zones)
    before = resolver.resolve(asked, 0)
    left = max(0, before.ttl - elapsed) if earlier == SELF else 0
    now = None if left else resolver.resolve(asked, elapsed)
    return ResolutionTrace(asked, earlier, elapsed, cold, now, left)
