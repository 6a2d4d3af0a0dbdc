"""A record changes on Route 53: until when which clients still get what was true before.

Modelled: clients, each with a cache of its own (resolver and program as one) that asks again the moment an answer has
run out; answers kept for the TTL that stood in the zone when they were asked for; name servers that all begin to give
the new answer `propagation` seconds after the change; a TTL that is lowered some time before the change; a share of
clients that keep answers longer than they should. A record that is made anew instead of changed: what caches hold is
then "no such name", for the negative TTL (RFC 2308).

Not modelled: caches behind caches, resolvers that ask before an answer runs out, clients that ask rarely (they hold
nothing old for longer), name servers that change one after the other.

Assumed: when the record changes, the caches have been filled at times spread evenly over one TTL. Clients that do not
keep to the TTL keep an answer for `STUBBORN_HOLD` at least.

With TTL T, lowered to s a time L before the new answers begin, the share of clients that are behind t seconds after
they begin is

    ( max(0, T − L − t) + F(L) − F(max(0, L − T)) ) / T,   F(y) = k r + min(q, r),  y = k s + q,  r = max(0, s − t)

with k whole and q less than s: the first term are those that have not asked since the lowering, the others those that
asked last less than s − t before. Where nothing is lowered it is 1 − t/T.

Sources (read 2026-11-26): "Best practices for Amazon Route 53 DNS" (lower the TTL before a change),
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/best-practices-dns.html; "Editing records" (60 s),
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-editing.html. Times in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.core.streams import stream

VALUE, NEW = "value", "new"
STUBBORN_HOLD = 3600


@dataclass(frozen=True)
class Plan:
    """How the change is made.

    Attributes
    ----------
    ttl : int
        How long an answer may be kept, before it is lowered; for a new record the negative TTL.
    lead : int
        How long before the change the TTL is lowered; 0 where it is not.
    low : int
        To what it is lowered.
    propagation : int
        From the change until the name servers give the new answer.

    """

    ttl: int
    lead: int
    low: int
    propagation: int

    def behind(self, time: float, hold: int = 0) -> float:
        """Return the expected share of clients that have the old answer `time` seconds after the change.

        Clients keep every answer for `hold` seconds at least.
        """
        after = time - self.propagation
        if after < 0:
            return 1.0
        long, short, lead = self._times(hold)
        rest = max(0.0, short - after)
        asked = _covered(lead, short, rest) - _covered(max(0, lead - long), short, rest)
        return (max(0.0, long - lead - after) + asked) / long

    def last(self, hold: int = 0) -> int:
        """Return the latest moment at which a client can have the old answer (seconds after the change)."""
        long, short, lead = self._times(hold)
        return self.propagation + (max(short, long - lead) if lead else long)

    def _times(self, hold: int) -> tuple[int, int, int]:
        """Return T, s and L of the module's formula for clients that keep answers for `hold` seconds at least."""
        low = min(self.low, self.ttl) if self.lead else self.ttl
        return max(self.ttl, hold), max(low, hold), self.lead + self.propagation if self.lead else 0


def _covered(until: float, period: float, part: float) -> float:
    """Return how much of 0 to `until` lies in the first `part` of a period."""
    whole, rest = divmod(until, period)
    return whole * part + min(rest, part)


@dataclass(frozen=True)
class ChangeTrace:
    """A change and when each client noticed.

    Attributes
    ----------
    change : {"value", "new"}
        Whether a record got another value, or came into being.
    plan : Plan
        How it was made.
    share : int
        Per cent of clients that do not keep to the TTL.
    noticed : tuple of tuple (float, bool)
        Seconds after the change, and whether the client is one of those; the latest first.

    """

    change: str
    plan: Plan
    share: int
    noticed: tuple[tuple[float, bool], ...]

    def behind(self, time: float) -> float:
        """Return the share of clients that had the old answer `time` seconds after the change."""
        return sum(1 for at, _ in self.noticed if at > time) / len(self.noticed)

    def expected(self, time: float) -> float:
        """Return that share as the closed form has it."""
        stubborn = self.share / 100
        return (1 - stubborn) * self.plan.behind(time) + stubborn * self.plan.behind(time, STUBBORN_HOLD)

    @property
    def last(self) -> float:
        """When the last client noticed (seconds after the change)."""
        return self.noticed[0][0]

    @property
    def latest(self) -> int:
        """The latest that it could have been, whatever the chance."""
        return max(self.plan.last(), self.plan.last(STUBBORN_HOLD) if self.share else 0)


def change(plan: Plan, kind: str, clients: int, share: int, seed: int) -> ChangeTrace:
    """Follow the caches of `clients` through a change.

    Parameters
    ----------
    plan : Plan
        How the change is made.
    kind : {"value", "new"}
        See `ChangeTrace`.
    clients : int
        How many.
    share : int
        Per cent of clients that do not keep to the TTL, rounded to whole clients.
    seed : int
        Of the times at which the caches were filled.

    """
    dice = stream(seed, "caches")
    stubborn = round(clients * share / 100)
    found = []
    for number in range(clients):
        hold = STUBBORN_HOLD if number < stubborn else 0
        found.append((_noticed(plan, hold, dice.random()), bool(hold)))
    return ChangeTrace(kind, plan, share, tuple(sorted(found, reverse=True)))


def _noticed(plan: Plan, hold: int, phase: float) -> float:
    """Return when a client first gets the new answer (seconds after the change).

    `phase` is the part that was left of its answer's life when the TTL was lowered, or when the new answers began.
    """
    life = max(plan.ttl, hold)
    now = -plan.lead if plan.lead else plan.propagation
    time = now + life * (1 - phase)
    while time < plan.propagation:
        time += max(min(plan.low, plan.ttl), hold)
    return time
