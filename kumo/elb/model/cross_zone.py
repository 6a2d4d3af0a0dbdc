"""How much of the load each target gets when zones are uneven, with and without cross-zone load balancing.

Modelled: a load balancer has one node in each enabled Availability Zone. DNS hands out the nodes' addresses equally,
so that every node gets the same part of the requests. A node spreads them in turn over the healthy targets of its own
zone (cross-zone off) or of all zones (on). With cross-zone off, a zone without a healthy target is taken out of DNS
(the default threshold of one healthy target); with cross-zone on, its node keeps working and sends everything to the
other zones (assumed: it then counts as healthy as long as any zone has a healthy target; the shares of the targets
would be the same otherwise). The share of each target is computed exactly and, beside it, by sending requests one by
one.

Not modelled: that clients keep DNS answers, so that zones are equal only over many clients; several addresses of one
node; targets of different size.

Sources (read 2026-11-26): "How Elastic Load Balancing works", section cross-zone load balancing (with the example of
two and eight targets: 25% and 6.25% when off, 10% when on),
https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html;
"Cross-zone load balancing for target groups",
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html.

Units: shares are fractions of all requests, loads are requests per second.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kumo.core.streams import stream

# Requests that are sent one by one.
SENT = 1000
# How often the counts are noted on the way, for the picture's motion.
NOTED = 10
ZONES = "ABC"


@dataclass(frozen=True)
class Zone:
    """An Availability Zone, its node and its targets.

    Attributes
    ----------
    name : str
        Letter.
    targets : int
        Registered targets, at least 1.
    healthy : bool
        Whether its targets are healthy (all or none).
    dns : Fraction
        Part of the requests that DNS leads to the node.
    share : Fraction
        Part of all requests that each of its targets gets.
    counts : tuple of tuples of int
        After each tenth of the simulated requests: the count of every target.

    """

    name: str
    targets: int
    healthy: bool
    dns: Fraction
    share: Fraction
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class CrossZoneTrace:
    """Shares of load.

    Attributes
    ----------
    cross : bool
        Whether cross-zone load balancing is on.
    zones : tuple of Zone
        In order of letters.
    load, capacity : int
        Requests per second that arrive, and that one target can take.

    """

    cross: bool
    zones: tuple[Zone, ...]
    load: int
    capacity: int

    def per_target(self, zone: Zone) -> Fraction:
        """Return the requests per second that each target of a zone gets."""
        return zone.share * self.load

    @property
    def lost(self) -> Fraction:
        """Requests per second beyond what the targets can take."""
        return sum((max(Fraction(0), self.per_target(z) - self.capacity) * z.targets for z in self.zones), Fraction(0))

    @property
    def crossing(self) -> Fraction:
        """Part of the requests that go from a node to a target of another zone."""
        if not self.cross:
            return Fraction(0)
        return sum((zone.dns * (1 - zone.share * zone.targets) for zone in self.zones), Fraction(0))

    @property
    def enough(self) -> bool:
        """Whether the healthy targets together could take the load."""
        return sum(zone.targets for zone in self.zones if zone.healthy) * self.capacity >= self.load


def spread(counts: tuple[int, ...], down: str, *, cross: bool, load: int, capacity: int, seed: int) -> CrossZoneTrace:
    """Compute and simulate the shares.

    Parameters
    ----------
    counts : tuple of int
        Targets in zones A, B, C; a zone with none is not enabled.
    down : str
        Letter of the zone whose targets are unhealthy, or "none".
    cross : bool
        Whether cross-zone load balancing is on.
    load, capacity : int
        Requests per second; what one target can take.
    seed : int
        Of the nodes that clients get from DNS.

    """
    targets = {name: count for name, count in zip(ZONES, counts, strict=True) if count}
    healthy = [name for name in targets if name != down]
    in_dns = list(targets) if cross else healthy
    reach = {name: healthy if cross else [name] for name in in_dns}
    dns = {name: Fraction(1, len(in_dns)) if name in in_dns else Fraction(0) for name in targets}
    share = {
        name: sum(
            (dns[node] / sum(targets[zone] for zone in reach[node]) for node in in_dns if name in reach[node]),
            Fraction(0),
        )
        for name in targets
    }
    noted = _send(targets, in_dns, reach, seed)
    zones = tuple(
        Zone(name, targets[name], name in healthy, dns[name], share[name], tuple(tuple(note[name]) for note in noted))
        for name in targets
    )
    return CrossZoneTrace(cross, zones, load, capacity)


def _send(
    targets: dict[str, int], in_dns: list[str], reach: dict[str, list[str]], seed: int
) -> list[dict[str, list[int]]]:
    """Send requests one by one; return the counts by zone and target after each tenth."""
    chance = stream(seed, "dns")
    counts = {name: [0] * count for name, count in targets.items()}
    lists = {node: [(zone, index) for zone in reach[node] for index in range(targets[zone])] for node in in_dns}
    turn = dict.fromkeys(in_dns, 0)
    noted = []
    for sent in range(1, SENT + 1):
        node = chance.choice(in_dns)
        zone, index = lists[node][turn[node] % len(lists[node])]
        turn[node] += 1
        counts[zone][index] += 1
        if sent % (SENT // NOTED) == 0:
            noted.append({name: list(found) for name, found in counts.items()})
    return noted
