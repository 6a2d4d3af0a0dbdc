"""Throttling as a token bucket: the algorithm that API Gateway documents for its request limits.

Modelled: one bucket of `burst` tokens, full at time 0, refilled continuously at `rate` tokens a second and
never above `burst`; a request takes one token and passes, or finds less than one token and is answered
with 429 Too Many Requests, at once and without a queue.

Not modelled: that AWS applies limits on a best-effort basis over many servers, so that a real account may
pass somewhat more or fewer requests than its limit; retries by the client.

Source: "Throttle requests to your REST APIs for better throughput in API Gateway",
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
(read 2026-11-22): "API Gateway throttles requests to your API using the token bucket algorithm, where a
token counts for a request"; the rate is the steady refill, the burst the maximum bucket size.

Times are integer microseconds, and tokens are counted in millionths, so that a whole rate refills whole
units and no rounding can decide whether a request passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable

SECOND = 1_000_000
TOKEN = 1_000_000


class TokenBucket:
    """A bucket that is full at time 0.

    Parameters
    ----------
    rate : int
        Tokens added per second, at least 0.
    burst : int
        Most tokens that the bucket holds, at least 0.

    """

    def __init__(self, rate: int, burst: int) -> None:
        if rate < 0 or burst < 0:
            message = f"a bucket's rate and burst are not negative: {rate}, {burst}"
            raise ValueError(message)
        self.rate, self.burst = rate, burst
        self._level = burst * TOKEN
        self._updated = 0

    def level(self, time: int) -> int:
        """Return the millionths of a token in the bucket at `time` (microseconds, not before the last request)."""
        if time < self._updated:
            message = f"time runs forward: {time} after {self._updated}"
            raise ValueError(message)
        return min(self.burst * TOKEN, self._level + (time - self._updated) * self.rate)

    def take(self, time: int) -> bool:
        """Take one token at `time` (microseconds) and return True, or leave the bucket as it is and return False."""
        self._level, self._updated = self.level(time), time
        if self._level < TOKEN:
            return False
        self._level -= TOKEN
        return True


@dataclass(frozen=True)
class Request:
    """One request and what became of it.

    Attributes
    ----------
    time : int
        Arrival, microseconds.
    in_spike : bool
        Whether it belongs to a spike rather than to the base load.
    accepted : bool
        Whether it passed; otherwise it was answered with 429.
    tokens_after : int
        Millionths of a token in the bucket right after it.

    """

    time: int
    in_spike: bool
    accepted: bool
    tokens_after: int


@dataclass(frozen=True)
class ThrottlingTrace:
    """Requests in order of arrival against one bucket.

    Attributes
    ----------
    rate, burst : int
        The bucket's settings: tokens per second, tokens.
    duration : int
        End of the observation, microseconds.
    requests : tuple of Request
        In order of time; at one time, base load before spike.

    """

    rate: int
    burst: int
    duration: int
    requests: tuple[Request, ...]

    @property
    def accepted(self) -> int:
        """Number of requests that passed."""
        return sum(request.accepted for request in self.requests)

    @property
    def rejected(self) -> int:
        """Number of requests answered with 429."""
        return len(self.requests) - self.accepted

    def level(self, time: int) -> int:
        """Return the millionths of a token in the bucket at `time`, after every request at that time."""
        level, updated = self.burst * TOKEN, 0
        for request in self.requests:
            if request.time > time:
                break
            level, updated = request.tokens_after, request.time
        return min(self.burst * TOKEN, level + (time - updated) * self.rate)

    def levels(self) -> list[tuple[float, float]]:
        """Return the level over time as corners of a line: (seconds, tokens), ending at `duration`."""
        corners, level, updated = [(0.0, float(self.burst))], self.burst * TOKEN, 0
        full = self.burst * TOKEN
        for time, after in [*((r.time, r.tokens_after) for r in self.requests), (self.duration, None)]:
            before = min(full, level + (time - updated) * self.rate)
            if before == full and level < full:
                corners.append(((updated + (full - level) / self.rate) / SECOND, float(self.burst)))
            corners.append((time / SECOND, before / TOKEN))
            if after is not None:
                corners.append((time / SECOND, after / TOKEN))
                level, updated = after, time
        return [corner for index, corner in enumerate(corners) if index == 0 or corner != corners[index - 1]]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return how many requests with ``start <= time < end`` (microseconds) passed and how many did not."""
        inside = [request.accepted for request in self.requests if start <= request.time < end]
        return sum(inside), len(inside) - sum(inside)


def base_load(per_second: int, duration: int, *, seed: int | None = None) -> list[int]:
    """Return arrival times of a steady load, in microseconds.

    Parameters
    ----------
    per_second : int
        Mean number of requests per second.
    duration : int
        Microseconds; arrivals lie in ``[0, duration)``.
    seed : int, optional
        With a seed the gaps are exponential (a Poisson process); without one all gaps are equal, the
        first request half a gap after 0.

    """
    if per_second == 0:
        return []
    if seed is None:
        return [(2 * index + 1) * SECOND // (2 * per_second) for index in range(per_second * duration // SECOND)]
    gaps, times, time = stream(seed, "arrivals"), [], 0.0
    while (time := time + gaps.expovariate(per_second)) < duration / SECOND:
        times.append(round(time * SECOND))
    return [time for time in times if time < duration]


def throttle(
    rate: int, burst: int, base: Iterable[int], spikes: Iterable[tuple[int, int]], duration: int
) -> ThrottlingTrace:
    """Send requests to one bucket and return what became of each.

    Parameters
    ----------
    rate, burst : int
        Tokens per second; most tokens in the bucket.
    base : iterable of int
        Arrival times of single requests, microseconds.
    spikes : iterable of (int, int)
        (time in microseconds, number of requests at that very time).
    duration : int
        End of the observation, microseconds.

    """
    arrivals = [(time, 0) for time in base] + [(time, 1) for time, count in spikes for _ in range(count)]
    bucket = TokenBucket(rate, burst)
    requests = []
    for time, in_spike in sorted(arrivals):
        accepted = bucket.take(time)
        requests.append(Request(time, bool(in_spike), accepted, bucket.level(time)))
    return ThrottlingTrace(rate, burst, duration, tuple(requests))
