"""A day of writes in three capacity modes: provisioned, provisioned with auto scaling, on demand.

Modelled, minute by minute, in write units of one second:

- The load: a tenth of the peak by night, a half sine from 7 to 21 o'clock up to the peak, and at noon a spike that
  multiplies it for some minutes.
- Provisioned: what is left of the capacity is kept for 300 seconds at most (burst capacity) and used where the load is
  higher than the capacity. What exceeds both is throttled.
- Auto scaling: after two minutes in a row above the target utilization the capacity is set to what the last minute
  consumed, divided by the target; after fifteen in a row that lie 20 points or more below it, likewise. A change takes
  effect `DELAY` minutes later: AWS only says "several minutes", so that is an assumption.
- On demand: every request is taken as long as the load stays below what a new table takes at once (4,000 units a
  second) or twice the highest minute so far.

Prices: provisioned units by the hour (the highest capacity of each hour), on-demand units by the million; Virginia.

Not modelled: partitions and hot keys, the daily number of decreases, retries of throttled requests, reserved
capacity, adaptive capacity, the smoothing of CloudWatch's alarms.

Sources: docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html,
repost.aws/knowledge-center/dynamodb-auto-scaling,
repost.aws/ja/knowledge-center/dynamodb-spiky-workloads-short-intervals (all read 2026-11-26).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, pi, sin

from kumo.core import facts

DAY, HOUR = 24 * 60, 60
SECONDS = 60
NOON = 12 * HOUR
FIRST_HOUR, LAST_HOUR = 7, 21
NIGHT = 0.1
BURST: int = facts.value("dynamodb.burst-seconds")
OUT: int = facts.value("dynamodb.scaling-out-minutes")
IN: int = facts.value("dynamodb.scaling-in-minutes")
AT_ONCE: int = facts.value("dynamodb.on-demand-first-writes")
# Utilization must lie this far below the target before capacity is taken away (re:Post's example: 70 and 50 percent).
MARGIN = 0.2
DELAY = 3
LEAST = 5
PROVISIONED_PRICE: float = facts.value("dynamodb.price-provisioned-write")
ON_DEMAND_PRICE: float = facts.value("dynamodb.price-on-demand-write")
FIXED, SCALED, ON_DEMAND = "fixed", "scaled", "on-demand"
MODES = (FIXED, SCALED, ON_DEMAND)


@dataclass(frozen=True)
class Day:
    """One mode's day.

    Attributes
    ----------
    mode : str
        One of `MODES`.
    capacity : tuple of int
        Provisioned units by minute; what would be taken at once for `ON_DEMAND`.
    served, throttled : tuple of float
        Mean units per second by minute that were written and refused.
    cost : float
        US dollars for the day.

    """

    mode: str
    capacity: tuple[int, ...]
    served: tuple[float, ...]
    throttled: tuple[float, ...]
    cost: float

    @property
    def share(self) -> float:
        """Share of the load that was throttled."""
        refused = sum(self.throttled)
        return refused / (refused + sum(self.served))


@dataclass(frozen=True)
class ModesTrace:
    """The same load in all modes; `load` in units per second by minute, `days` in the order of `MODES`."""

    load: tuple[float, ...]
    days: tuple[Day, ...]
    target: float
    spike: float
    length: int


def load_of(peak: int, spike: float, length: int) -> tuple[float, ...]:
    """Return the load by minute for a peak (units/s) and a spike at noon (a factor, for `length` minutes)."""
    night = NIGHT * peak
    found = []
    for minute in range(DAY):
        hour = minute / HOUR
        swing = sin(pi * (hour - FIRST_HOUR) / (LAST_HOUR - FIRST_HOUR)) if FIRST_HOUR <= hour <= LAST_HOUR else 0.0
        level = night + (peak - night) * swing
        found.append(level * spike if NOON <= minute < NOON + length else level)
    return tuple(found)


def run(peak: int, spike: float, length: int, provisioned: int, target: float) -> ModesTrace:
    """Let a day pass in all modes; `target` is a share of 1."""
    load = load_of(peak, spike, length)
    start = max(LEAST, ceil(load[0] / target))
    days = (_provisioned(load, FIXED, provisioned, None), _provisioned(load, SCALED, start, target), _on_demand(load))
    return ModesTrace(load, days, target, spike, length)


def _provisioned(load: tuple[float, ...], mode: str, capacity: int, target: float | None) -> Day:
    """Let the day pass with a capacity that stays, or that auto scaling adapts to the target."""
    kept = 0.0
    capacities: list[int] = []
    served: list[float] = []
    above = below = 0
    changes: dict[int, int] = {}
    for minute, wanted in enumerate(load):
        capacity = changes.get(minute, capacity)
        kept = min(kept, BURST * capacity)
        got = min(wanted, capacity + kept / SECONDS)
        kept = min(BURST * capacity, kept + (capacity - got) * SECONDS)
        capacities.append(capacity)
        served.append(got)
        if target is None:
            continue
        used = got / capacity
        above = above + 1 if used > target else 0
        below = below + 1 if used <= target - MARGIN else 0
        waiting = any(when > minute for when in changes)
        if not waiting and (above >= OUT or below >= IN):
            changes[minute + DELAY] = max(LEAST, ceil(got / target))
            above = below = 0
    throttled = tuple(wanted - got for wanted, got in zip(load, served, strict=True))
    hours = [max(capacities[start : start + HOUR]) for start in range(0, DAY, HOUR)]
    return Day(mode, tuple(capacities), tuple(served), throttled, sum(hours) * PROVISIONED_PRICE)


def _on_demand(load: tuple[float, ...]) -> Day:
    highest = 0.0
    limits: list[int] = []
    served: list[float] = []
    for wanted in load:
        limit = max(AT_ONCE, 2 * highest)
        limits.append(int(limit))
        served.append(min(wanted, limit))
        highest = max(highest, served[-1])
    throttled = tuple(wanted - got for wanted, got in zip(load, served, strict=True))
    return Day(ON_DEMAND, tuple(limits), tuple(served), throttled, sum(served) * SECONDS / 1e6 * ON_DEMAND_PRICE)
