"""Which idle execution environment takes the next request.

AWS does not say. What one can see from outside, the number of cold starts and of environments at a given
load, depends on it, because an environment that is never picked is reclaimed after its idle time.

What measurements say: N. Mahmoudi and H. Khazaei measured AWS Lambda, and model it with a router that picks
the newest environment ("SimFaaS: A Performance Simulator for Serverless Computing Platforms", CLOSER 2021,
https://arxiv.org/abs/2102.08904; "Performance Modeling of Serverless Computing Platforms", IEEE Transactions
on Cloud Computing, 2020). `kumo.aws_lambda.model.measurements` holds their figures and compares each router
with them: routers that spread the requests over all environments are ruled out, those that concentrate them
agree with the figures.
"""

from __future__ import annotations

from collections import OrderedDict
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Callable


class Router(Protocol):
    """The idle environments of one function, and the rule by which one of them is picked.

    Environments are known by their number, which counts up in order of creation.
    """

    def add(self, environment: int) -> None:
        """Take note that an environment has become idle."""

    def pick(self) -> int | None:
        """Choose an idle environment, which then is idle no more; None when there is none."""

    def drop(self, environment: int) -> None:
        """Take note that an idle environment has been reclaimed."""

    def __len__(self) -> int: ...


class _ByAge:
    """Picks by order of creation, from a heap in which reclaimed environments stay until they come up."""

    sign: int

    def __init__(self) -> None:
        self._heap: list[int] = []
        self._idle: set[int] = set()

    def __len__(self) -> int:
        return len(self._idle)

    def add(self, environment: int) -> None:
        self._idle.add(environment)
        heappush(self._heap, self.sign * environment)

    def pick(self) -> int | None:
        idle = self._idle
        while self._heap:
            environment = self.sign * heappop(self._heap)
            if environment in idle:
                idle.remove(environment)
                return environment
        return None

    def drop(self, environment: int) -> None:
        self._idle.discard(environment)
        if len(self._heap) > 2 * len(self._idle) + 64:
            self._heap = sorted(self.sign * one for one in self._idle)


class Newest(_ByAge):
    """Picks the environment that was created last."""

    sign = -1


class Oldest(_ByAge):
    """Picks the environment that was created first."""

    sign = 1


class _ByUse:
    """Picks by the time of the last use: environments in the order in which they became idle."""

    latest: bool

    def __init__(self) -> None:
        self._idle: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._idle)

    def add(self, environment: int) -> None:
        self._idle[environment] = None

    def pick(self) -> int | None:
        return self._idle.popitem(last=self.latest)[0] if self._idle else None

    def drop(self, environment: int) -> None:
        self._idle.pop(environment, None)


class MostRecentlyUsed(_ByUse):
    """Picks the environment that became idle last."""

    latest = True


class LeastRecentlyUsed(_ByUse):
    """Picks the environment that has been idle longest: every one in turn."""

    latest = False


class Random:
    """Picks any idle environment with the same probability.

    Parameters
    ----------
    seed : int
        Seed of the stream ``router``.

    """

    def __init__(self, seed: int) -> None:
        self._draw = stream(seed, "router").random
        self._idle: list[int] = []
        self._place: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._idle)

    def add(self, environment: int) -> None:
        self._place[environment] = len(self._idle)
        self._idle.append(environment)

    def pick(self) -> int | None:
        if not self._idle:
            return None
        environment = self._idle[int(self._draw() * len(self._idle))]
        self.drop(environment)
        return environment

    def drop(self, environment: int) -> None:
        place = self._place.pop(environment, None)
        if place is None:
            return
        last = self._idle.pop()
        if last != environment:
            self._idle[place] = last
            self._place[last] = place


ROUTERS: dict[str, Callable[[int], Router]] = {
    "newest": lambda _: Newest(),
    "recent": lambda _: MostRecentlyUsed(),
    "random": Random,
    "oldest": lambda _: Oldest(),
    "turn": lambda _: LeastRecentlyUsed(),
}
"""The strategies by name; each is called with the seed of the simulation."""

DEFAULT = "newest"
"""The strategy that the published measurements support (see above)."""
