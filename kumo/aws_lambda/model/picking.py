"""The same load on every router: how many cold starts, how many environments, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from statistics import NormalDist, mean, stdev
from typing import TYPE_CHECKING, NamedTuple

from kumo.aws_lambda.model import arrivals, routers
from kumo.aws_lambda.model.pool import KEEP_ALIVE, Pool
from kumo.aws_lambda.model.simulation import Tally, simulate, stream
from kumo.aws_lambda.model.startup import CREATE, Phase, StartUp
from kumo.aws_lambda.model.units import HOUR, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kumo.aws_lambda.model.simulation import PoolTrace

DEFAULT_START = StartUp((Phase(CREATE, SECOND // 2),))


# What the explorer shows: the most recently used one behaves like the newest.
SHOWN = ("newest", "oldest", "random", "turn")


class Interval(NamedTuple):
    """A mean with its 95 % confidence interval."""

    mean: float
    low: float
    high: float


class Run(NamedTuple):
    """One simulation of one router: share of cold starts, and mean number of environments."""

    cold_share: float
    environments: float


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of independent values with its 95 % confidence interval (Student's t).

    Raises
    ------
    ValueError
        For fewer than two values.

    """
    if len(values) < 2:  # noqa: PLR2004 -- a spread needs two
        raise ValueError("an interval needs at least two values")
    middle = mean(values)
    half = _t(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(middle, middle - half, middle + half)


def compare(
    *,
    rate: float,
    seeds: Iterable[int],
    service: float = 2 * SECOND,
    keep_alive: int = KEEP_ALIVE,
    duration: int = 12 * HOUR,
    start: StartUp = DEFAULT_START,
    names: Iterable[str] = tuple(routers.ROUTERS),
) -> dict[str, list[Run]]:
    """Run each router on the same arrivals and service times, once for each seed.

    Parameters
    ----------
    rate : float
        Poisson arrivals, requests per second.
    seeds : iterable of int
        One run each.
    service : float
        Mean of the exponential service times, microseconds.
    keep_alive, duration : int
        Idle time, and length of a run, microseconds.
    start : StartUp
        What a new environment goes through.
    names : iterable of str
        Keys of `routers.ROUTERS`.

    Returns
    -------
    dict
        For each router its runs, in the order of the seeds.

    Examples
    --------
    >>> runs = compare(rate=0.2, seeds=range(1, 4), names=["newest", "turn"])
    >>> shares = {name: interval([run.cold_share for run in found]) for name, found in runs.items()}
    >>> shares["newest"].low > shares["turn"].high
    True

    """
    seeds = list(seeds)
    return {name: [_run(name, rate, seed, service, keep_alive, duration, start) for seed in seeds] for name in names}


@dataclass(frozen=True)
class PickingTrace:
    """Every router on one and the same load.

    Attributes
    ----------
    rate : float
        Mean arrivals, requests per second.
    service, keep_alive : int
        Mean service time and idle time, microseconds.
    until : int
        End of the observation, microseconds.
    traces : dict
        By router, in the order in which they were asked for.

    """

    rate: float
    service: int
    keep_alive: int
    until: int
    traces: dict[str, PoolTrace]

    def environments(self, router: str) -> float:
        """Return the mean number of environments between 0 and `until`."""
        time = 0
        for environment in self.traces[router].environments:
            ended = self.until if environment.ended is None else min(environment.ended, self.until)
            time += max(0, ended - environment.created)
        return time / self.until


def pick(
    rate: float,
    service: int,
    keep_alive: int,
    until: int,
    seed: int,
    *,
    start: StartUp = DEFAULT_START,
    names: Iterable[str] = tuple(routers.ROUTERS),
) -> PickingTrace:
    """Run each router once on the same load and keep all that happened.

    Parameters
    ----------
    rate : float
        Poisson arrivals, requests per second.
    service : int
        Mean of the exponential service times, microseconds.
    keep_alive, until : int
        Idle time, and end of the observation, microseconds.
    seed : int
        Seed of all streams.
    start : StartUp
        What a new environment goes through.
    names : iterable of str
        Keys of `routers.ROUTERS`.

    """
    coming = list(arrivals.poisson(rate, until, seed))
    times = list(islice(arrivals.exponential(service, seed), len(coming)))
    traces = {
        name: simulate(coming, times, until=until, start=start, router=name, keep_alive=keep_alive, seed=seed)
        for name in names
    }
    return PickingTrace(rate, service, keep_alive, until, traces)


def _run(name: str, rate: float, seed: int, service: float, keep_alive: int, duration: int, start: StartUp) -> Run:
    pool = Pool(start, router=name, keep_alive=keep_alive, record=False, seed=seed)
    coming = arrivals.poisson(rate, duration, seed)
    tally = Tally().add(stream(pool, coming, arrivals.exponential(service, seed)))
    pool.advance(duration)
    return Run(tally.cold_share, pool.environment_time(duration) / duration)


def _t(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t, by the series of Cornish and Fisher around the normal one."""
    if freedom <= len(_T_FEW):
        return _T_FEW[freedom - 1]
    z = NormalDist().inv_cdf(0.975)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


# Where the series is not yet exact to three digits: the usual table.
_T_FEW = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306)
