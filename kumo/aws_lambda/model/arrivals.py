"""When requests arrive, and how long each keeps an execution environment busy.

Both are plain iterables of whole microseconds, so that anything may stand in their place: a list, a
generator, a log. Arrivals never decrease. Each process takes its own random stream, so that changing
the one does not reshuffle the other (`kumo.core.streams`).
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.units import SECOND
from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Arrival processes: times in microseconds, in ``[start, start + duration)``.


def steady(rate: float, duration: int, *, start: int = 0) -> Iterator[int]:
    """Yield arrivals with equal gaps, the first half a gap after `start`.

    Parameters
    ----------
    rate : float
        Requests per second, at least 0.
    duration, start : int
        Microseconds.

    """
    if rate <= 0:
        return
    index = 0
    while (time := (index + 0.5) * SECOND / rate) < duration:
        yield start + int(time)
        index += 1


def poisson(rate: float, duration: int, seed: int, *, start: int = 0) -> Iterator[int]:
    """Yield arrivals with independent exponential gaps (a Poisson process).

    Parameters
    ----------
    rate : float
        Mean number of requests per second, at least 0.
    duration, start : int
        Microseconds.
    seed : int
        Seed of the stream ``arrivals``.

    """
    if rate <= 0:
        return
    gap, time = stream(seed, "arrivals").expovariate, 0.0
    per_microsecond = rate / SECOND
    while (time := time + gap(per_microsecond)) < duration:
        yield start + int(time)


def bursts(size: int, every: int, duration: int, *, start: int = 0, spread: int = 0) -> Iterator[int]:
    """Yield `size` arrivals together every `every` microseconds, the first group at `start`.

    Parameters
    ----------
    size : int
        Requests in one burst.
    every, duration, start : int
        Microseconds.
    spread : int
        Microseconds over which one burst is spread evenly, less than `every`; 0 for the same instant.

    """
    for begin in range(start, start + duration, every):
        for index in range(size):
            time = begin + index * spread // max(1, size)
            if time < start + duration:
                yield time


def varying(rate: Callable[[float], float], highest: float, duration: int, seed: int) -> Iterator[int]:
    """Yield a Poisson process whose rate changes over time (by thinning).

    Parameters
    ----------
    rate : callable
        Takes the time in seconds; returns requests per second, between 0 and `highest`.
    highest : float
        Upper bound of `rate`, requests per second.
    duration : int
        Microseconds.
    seed : int
        Seed of the streams ``arrivals`` and ``thinning``.

    """
    keep = stream(seed, "thinning").random
    for time in poisson(highest, duration, seed):
        if keep() * highest < rate(time / SECOND):
            yield time


# Service times: microseconds, one for each request, without end.


def constant(duration: int) -> Iterator[int]:
    """Yield the same service time for ever, in microseconds."""
    return repeat(duration)


def exponential(mean: float, seed: int) -> Iterator[int]:
    """Yield exponential service times of that mean for ever, in microseconds (stream ``service``)."""
    draw = stream(seed, "service").expovariate
    while True:
        yield round(draw(1 / mean))


def spread_out(middle: float, factor: float, seed: int) -> Iterator[int]:
    """Yield service times between ``middle / factor`` and ``middle * factor`` for ever, evenly on a logarithmic scale.

    Parameters
    ----------
    middle : float
        Median, microseconds.
    factor : float
        At least 1; 1 gives a constant.
    seed : int
        Seed of the stream ``service``.

    """
    draw = stream(seed, "service").random
    while True:
        yield round(middle * factor ** (2 * draw() - 1))


def listed(times: Iterable[float]) -> list[int]:
    """Return times given in seconds as microseconds, in order."""
    return sorted(round(time * SECOND) for time in times)
