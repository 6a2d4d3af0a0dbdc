"""The arithmetic of ``Retry``: how long to wait before which attempt, and how likely success becomes.

The nth retry of a retrier comes after ``IntervalSeconds x BackoffRate^(n-1)`` seconds, at most ``MaxDelaySeconds``;
with ``JitterStrategy`` FULL after a uniformly random part of that.

Sources (read 2026-11-26): https://states-language.net/spec.html ("Retrying after error");
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

FULL, NONE = "FULL", "NONE"
INTERVAL: int = facts.value("step_functions.retry-interval")
ATTEMPTS: int = facts.value("step_functions.retry-attempts")
RATE: float = facts.value("step_functions.retry-rate")


@dataclass(frozen=True)
class Retrier:
    """One entry of ``Retry``, with the defaults of the language.

    Attributes
    ----------
    errors : tuple of str
        ``ErrorEquals``.
    interval : float
        ``IntervalSeconds``, before the first retry (s).
    attempts : int
        ``MaxAttempts``: retries, not counting the first try.
    rate : float
        ``BackoffRate``, by which the wait grows at each retry; at least 1.
    longest : float or None
        ``MaxDelaySeconds``, the longest wait (s); None for no bound.
    jitter : str
        ``JitterStrategy``: NONE or FULL.

    """

    errors: tuple[str, ...]
    interval: float = INTERVAL
    attempts: int = ATTEMPTS
    rate: float = RATE
    longest: float | None = None
    jitter: str = NONE

    def delay(self, retry: int) -> float:
        """Return the wait before the `retry`-th retry (1 is the first) in seconds, before any jitter."""
        try:
            planned = self.interval * self.rate ** (retry - 1)
        except OverflowError:
            planned = float("inf")
        return planned if self.longest is None else min(planned, self.longest)

    def wait(self, retry: int, chance: Random) -> float:
        """Return the wait before the `retry`-th retry in seconds, jitter included."""
        planned = self.delay(retry)
        return chance.uniform(0, planned) if self.jitter == FULL else planned


def retrier(entry: Mapping[str, Any]) -> Retrier:
    """Return the retrier that an entry of a state's ``Retry`` describes."""
    return Retrier(
        tuple(entry["ErrorEquals"]),
        entry.get("IntervalSeconds", INTERVAL),
        entry.get("MaxAttempts", ATTEMPTS),
        entry.get("BackoffRate", RATE),
        entry.get("MaxDelaySeconds"),
        entry.get("JitterStrategy", NONE),
    )


def success_probability(failure_rate: float, retries: int) -> float:
    """Return how likely one of ``1 + retries`` independent attempts succeeds."""
    return 1 - failure_rate ** (retries + 1)


def expected_attempts(failure_rate: float, retries: int) -> float:
    """Return the mean number of attempts, when each fails with `failure_rate` and the first success ends them."""
    return sum(failure_rate**attempt for attempt in range(retries + 1))
