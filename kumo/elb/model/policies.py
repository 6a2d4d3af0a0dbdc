"""Who gets the next request: the algorithms of Application and Network Load Balancers as strategy objects.

Sources (read 2026-11-26): "Edit target group attributes for your Application Load Balancer",
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html (round robin,
least outstanding requests, weighted random); "How Elastic Load Balancing works",
https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html (the Network
Load Balancer's flow hash over protocol, addresses, ports and TCP sequence number); "Listener rules", weighted target
groups: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html.

Not published, and therefore assumed here: which of several targets with equally few outstanding requests is taken
(here: the next in turn), and the hash function of flows (here: SHA-256; the TCP sequence number is left out).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


class Policy(Protocol):
    """An algorithm with whatever it has to remember between requests."""

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:
        """Return the number of the target for a request.

        Parameters
        ----------
        flow : int
            Number of the client's connection.
        outstanding : sequence of int
            By target: requests that were handed over and not answered yet.

        """
        ...


class RoundRobin:
    """One after the other, whatever they are doing."""

    def __init__(self, targets: Sequence[int]) -> None:
        self._targets, self._next = targets, 0

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:  # noqa: ARG002 -- looks at neither
        """Return the next target in turn."""
        chosen = self._targets[self._next]
        self._next = (self._next + 1) % len(self._targets)
        return chosen


class LeastOutstanding:
    """The target with the fewest unanswered requests; among equals the next in turn."""

    def __init__(self, count: int) -> None:
        self._count, self._last = count, count - 1

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:  # noqa: ARG002 -- flows do not matter
        """Return the least busy target."""
        turn = [(self._last + 1 + step) % self._count for step in range(self._count)]
        self._last = min(turn, key=outstanding.__getitem__)
        return self._last


class WeightedRandom:
    """Any target, with equal chances: what "weighted random" is as long as no target shows anomalies."""

    def __init__(self, count: int, chance: Random) -> None:
        self._count, self._chance = count, chance

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:  # noqa: ARG002 -- looks at neither
        """Return a random target."""
        return self._chance.randrange(self._count)


class FlowHash:
    """The same target for all that comes on one connection, found by hashing what identifies the connection."""

    def __init__(self, count: int, seed: int) -> None:
        self._count, self._seed = count, seed
        # The hash needs no memory; it is only slow.
        self._found: dict[int, int] = {}

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:  # noqa: ARG002 -- looks at the flow only
        """Return the target of the connection."""
        if flow not in self._found:
            self._found[flow] = hashed(five_tuple(flow, self._seed)) % self._count
        return self._found[flow]


class WeightedGroups:
    """A group by the weights of the forward action, then round robin within the group.

    Parameters
    ----------
    groups : sequence of (sequence of int, int)
        Targets and weight of each target group.
    chance : Random
        Draws the group.

    """

    def __init__(self, groups: Sequence[tuple[Sequence[int], int]], chance: Random) -> None:
        self._members = [RoundRobin(targets) for targets, _ in groups]
        self._weights = [weight for _, weight in groups]
        self._chance = chance

    def choose(self, flow: int, outstanding: Sequence[int]) -> int:
        """Return the next target of a group drawn by weight."""
        (group,) = self._chance.choices(self._members, self._weights)
        return group.choose(flow, outstanding)


def five_tuple(flow: int, seed: int) -> tuple[str, str, int, str, int]:
    """Return protocol, client address and port, load balancer's address and port of connection number `flow`."""
    chance = stream(seed, f"flow {flow}")
    return ("tcp", f"203.0.113.{chance.randrange(1, 255)}", chance.randrange(1024, 65536), "10.0.0.10", 443)


def hashed(identity: tuple[str, str, int, str, int]) -> int:
    """Return a number that looks random and depends on the five values alone."""
    return int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8], "big")
