"""Which of several records answers: the rules of Route 53's routing policies, one function each.

Records are numbered from 0; `healthy` says of each whether Route 53 takes it for healthy. A record without a
health check always is. If none is, all count as healthy: an answer that may work beats none ("If no records in a
group are healthy, all records are deemed healthy").

Sources (read 2026-11-26): "How Amazon Route 53 chooses records when health checking is configured",
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html; the
pages of the policies below https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html; the API
reference of ResourceRecordSet (as botocore 1.44.5 carries it).

Assumed, because the pages leave it open: equal distances or latencies go to the record that comes first; of two
blocks that hold an address the longer one counts, and an unhealthy record of either kind, place or block, gives way
to the next larger one that fits (the pages say so for places only); zero weights that are all in play share evenly.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

# How many records a multivalue answer holds at most.
MOST_VALUES = 8
# What stands for every place or address without a record of its own.
DEFAULT = "*"


def usable(healthy: Sequence[bool]) -> list[int]:
    """Return the healthy records, or all when none is."""
    return [index for index, well in enumerate(healthy) if well] or list(range(len(healthy)))


def in_any_order(count: int, dice: Random) -> list[int]:
    """Return all values of one simple record, in random order."""
    order = list(range(count))
    dice.shuffle(order)
    return order


def several(healthy: Sequence[bool], dice: Random) -> list[int]:
    """Return a multivalue answer: up to eight healthy records, in random order; unhealthy ones when all are."""
    found = usable(healthy)
    return dice.sample(found, min(MOST_VALUES, len(found)))


def weights_in_play(weights: Sequence[int], healthy: Sequence[bool]) -> list[int]:
    """Return the weights with which a draw is made, 0 for records that take no part.

    Records of weight 0 take part only when every other is unhealthy, or when there is no other.
    """
    if not any(healthy):
        healthy = [True] * len(weights)
    drawn = [weight if well else 0 for weight, well in zip(weights, healthy, strict=True)]
    return drawn if any(drawn) else [int(well) for well in healthy]


def by_weight(weights: Sequence[int], healthy: Sequence[bool], dice: Random) -> int:
    """Draw a record with a probability in proportion to its weight."""
    return dice.choices(range(len(weights)), weights_in_play(weights, healthy))[0]


def by_role(primary: bool, secondary: bool) -> bool:  # noqa: FBT001 -- the health of the two
    """Return whether the primary answers: also when both are unhealthy."""
    return primary or not secondary


def nearest(measures: Sequence[float], healthy: Sequence[bool]) -> int:
    """Return the record with the smallest measure: latency, or biased distance."""
    return min(usable(healthy), key=lambda index: (measures[index], index))


def biased(kilometres: float, bias: int) -> float:
    """Return the distance with which geoproximity routing compares: shorter by a positive bias, longer by a negative.

    The formula of today's page on geoproximity routing. Older copies of it divide by ``1 + bias/100`` where the
    bias is negative.
    """
    return kilometres * (1 - bias / 100)


def by_location(
    places: Sequence[frozenset[tuple[str, str]]], healthy: Sequence[bool], country: str, continent: str
) -> tuple[int, ...]:
    """Return the geolocation records that fit, the smallest place first, and the one that answers foremost.

    Parameters
    ----------
    places : sequence of sets
        The places of each record: pairs like ``("country", "JP")``, ``("continent", "AS")``, and
        ``("country", "*")`` for the default.
    healthy : sequence of bool
        See the module.
    country, continent : str
        Where the query comes from.

    Returns
    -------
    tuple of int
        Empty when no record fits, which means "no answer". Records that fit but are unhealthy stand behind the
        first healthy one.

    """
    order = (("country", country), ("continent", continent), ("country", DEFAULT))
    fitting = [index for place in order for index, held in enumerate(places) if place in held]
    return tuple(sorted(dict.fromkeys(fitting), key=lambda index: not healthy[index]))


def by_address(blocks: Sequence[Sequence[str]], healthy: Sequence[bool], address: str) -> tuple[int, ...]:
    """Return the IP-based records that hold an address, the longest block first, and the one that answers foremost.

    Parameters
    ----------
    blocks : sequence of sequences of str
        The CIDR blocks of each record; ``"*"`` for the default.
    healthy : sequence of bool
        See the module.
    address : str
        IPv4 address from which the query comes.

    Returns
    -------
    tuple of int
        As in `by_location`.

    """
    lengths: dict[int, int] = {}
    for index, held in enumerate(blocks):
        for block in held:
            network = IPv4Network("0.0.0.0/0" if block == DEFAULT else block)
            if IPv4Address(address) in network:
                lengths[index] = max(network.prefixlen, lengths.get(index, 0))
    return tuple(sorted(lengths, key=lambda index: (not healthy[index], -lengths[index], index)))
