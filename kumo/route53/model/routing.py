"""A thousand DNS queries from ten cities against one group of records: which record answers each of them.

Every city asks a hundred times, in turn. What a query meets is the routing policy, the records, and what Route 53
believes of their health; the rules are those of `selection`, places and travel times those of `geography`. A client
uses the first value of an answer.

Modelled besides: simple routing cannot have health checks, so its answers name unhealthy endpoints too; without
health checks every other policy does the same. A place or an address without a record gets no answer.

Assumed: a `slow` Region, one whose traffic makes long detours, has twice the travel time over the same distance.
With every record's default that is what tells latency from distance here.

Not modelled: caches (each query reaches Route 53), resolvers far from their users, EDNS Client Subnet, alias
records and their targets' health, measurements of latency over time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from kumo.core.streams import stream
from kumo.route53.model import geography, selection
from kumo.route53.model.geography import CLIENTS, REGIONS, Client
from kumo.route53.model.policy_records import PRIMARY, SECONDARY, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from random import Random

SIMPLE, WEIGHTED, LATENCY, FAILOVER = "simple", "weighted", "latency", "failover"
GEOLOCATION, GEOPROXIMITY, MULTIVALUE, IP_BASED = "geolocation", "geoproximity", "multivalue", "ip"
POLICIES = (SIMPLE, WEIGHTED, LATENCY, FAILOVER, GEOLOCATION, GEOPROXIMITY, MULTIVALUE, IP_BASED)
# Policies whose answers differ from query to query.
RANDOM = (SIMPLE, WEIGHTED, MULTIVALUE)

QUERIES = 1000
SLOW_FACTOR = 2
NO_SLOW_REGION = "none"


@dataclass(frozen=True)
class Answer:
    """What one query got.

    Attributes
    ----------
    client : int
        Number of the city in `CLIENTS`.
    values : tuple of int
        Numbers of the records in the answer, in its order; empty for "no answer".

    """

    client: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class RoutingTrace:
    """A thousand queries and their answers.

    Attributes
    ----------
    policy : str
        One of `POLICIES`.
    records : tuple of Record
        The group.
    broken : frozenset of int
        Records whose endpoint does not work.
    checked : bool
        Whether the records have health checks. Never under simple routing.
    slow : str
        The Region with the long way, or `NO_SLOW_REGION`.
    answers : tuple of Answer
        One for each query, in order.

    """

    policy: str
    records: tuple[Record, ...]
    broken: frozenset[int]
    checked: bool
    slow: str
    answers: tuple[Answer, ...]

    @cached_property
    def firsts(self) -> tuple[int | None, ...]:
        """The record that each query led to, in order; None for no answer."""
        return tuple(answer.values[0] if answer.values else None for answer in self.answers)

    @cached_property
    def _inclusions(self) -> Counter[int]:
        return Counter(chain.from_iterable(answer.values for answer in self.answers))

    @cached_property
    def _counts(self) -> Counter[tuple[int, int | None]]:
        return Counter(zip((answer.client for answer in self.answers), self.firsts, strict=True))

    def used(self, record: int | None, client: int | None = None) -> int:
        """Return how many queries (of one city) led to a record, or for None to no answer."""
        clients = range(len(CLIENTS)) if client is None else [client]
        return sum(self._counts[one, record] for one in clients)

    def included(self, record: int) -> int:
        """Return how many answers hold a record, first or not."""
        return self._inclusions[record]

    @property
    def unanswered(self) -> int:
        """How many queries got no answer."""
        return self.used(None)

    @property
    def failed(self) -> int:
        """How many queries led to an endpoint that does not work."""
        return sum(self.used(record) for record in self.broken)

    def measure(self, record: int, client: Client) -> float | None:
        """Return what the policy compares: ms for latency, biased km for geoproximity, None for the others."""
        where = self.records[record]
        kilometres = geography.distance(client.position, REGIONS[where.region])
        if self.policy == GEOPROXIMITY:
            return selection.biased(kilometres, where.bias)
        if self.policy == LATENCY:
            factor = SLOW_FACTOR if where.region == self.slow else 1
            return geography.round_trip(kilometres * factor)
        return None

    def believed(self) -> tuple[bool, ...]:
        """Return which records Route 53 takes for healthy."""
        return tuple(not self.checked or index not in self.broken for index in range(len(self.records)))

    def expected(self, record: int) -> float:
        """Return the share of all queries (0 to 1) that a record should get in the long run."""
        healthy = self.believed()
        if self.policy == WEIGHTED:
            drawn = selection.weights_in_play([one.weight for one in self.records], healthy)
            return drawn[record] / sum(drawn)
        if self.policy in (SIMPLE, MULTIVALUE):
            # Of a random order every value is equally often the first.
            found = selection.usable(healthy)
            return (record in found) / len(found)
        return self.used(record) / len(self.answers)


def route(
    policy: str,
    records: Sequence[Record],
    unhealthy: Collection[str],
    *,
    checks: bool = True,
    slow: str = NO_SLOW_REGION,
    seed: int = 1,
) -> RoutingTrace:
    """Send a thousand queries and return what became of them.

    Parameters
    ----------
    policy : str
        One of `POLICIES`.
    records : sequence of Record
        At least one.
    unhealthy : collection of str
        Regions whose endpoint does not work.
    checks : bool
        Whether the records have health checks.
    slow : str
        A Region with a long way to everyone, for latency routing.
    seed : int
        Of the random draws.

    """
    broken = frozenset(index for index, record in enumerate(records) if record.region in unhealthy)
    setting = RoutingTrace(policy, tuple(records), broken, checks and policy != SIMPLE, slow, ())
    dice = stream(seed, "answers")
    # What does not depend on chance is found once for each city.
    fixed = None if policy in RANDOM else [_chosen(setting, client) for client in CLIENTS]
    answers = []
    for number in range(QUERIES):
        client = number % len(CLIENTS)
        answers.append(Answer(client, _drawn(setting, dice) if fixed is None else fixed[client]))
    return RoutingTrace(policy, setting.records, broken, setting.checked, slow, tuple(answers))


def _drawn(setting: RoutingTrace, dice: Random) -> tuple[int, ...]:
    healthy = setting.believed()
    if setting.policy == WEIGHTED:
        return (selection.by_weight([record.weight for record in setting.records], healthy, dice),)
    if setting.policy == MULTIVALUE:
        return tuple(selection.several(healthy, dice))
    return tuple(selection.in_any_order(len(setting.records), dice))


def _chosen(setting: RoutingTrace, client: Client) -> tuple[int, ...]:
    records, healthy = setting.records, setting.believed()
    if setting.policy == FAILOVER:
        return _by_role(records, healthy)
    if setting.policy == GEOLOCATION:
        places = [record.places for record in records]
        return selection.by_location(places, healthy, client.country, client.continent)[:1]
    if setting.policy == IP_BASED:
        return selection.by_address([record.blocks for record in records], healthy, client.address)[:1]
    measures = [setting.measure(index, client) or 0 for index in range(len(records))]
    return (selection.nearest(measures, healthy),)


def _by_role(records: Sequence[Record], healthy: Sequence[bool]) -> tuple[int, ...]:
    roles = {record.role: index for index, record in enumerate(records) if record.role}
    if len(roles) < 2:  # noqa: PLR2004 -- with one of the pair there is nothing to choose
        return tuple(roles.values())
    first, second = roles[PRIMARY], roles[SECONDARY]
    return (first if selection.by_role(healthy[first], healthy[second]) else second,)
