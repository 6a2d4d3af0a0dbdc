"""Many executions of one task that fails at random, all begun at the same moment: attempts, waits, outcomes.

Modelled: one retrier that matches every failure, with interval, backoff, longest wait and jitter, and a catcher. Each
attempt fails independently of the others with the same probability.

Not modelled: that a service which is called by many at once fails more often for it, which is the reason for jitter;
the calls in each second are counted instead. Nor the time that Step Functions itself takes.

Time is in seconds from the start. Source of the arithmetic: see `retry`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core.streams import stream
from kumo.step_functions.model.retry import FULL, NONE, Retrier, success_probability

if TYPE_CHECKING:
    from random import Random

ERROR = "Lambda.ServiceException"


@dataclass(frozen=True)
class Try:
    """One attempt from `start` to `end`, whether it failed, and how long the retrier then waits (None: no more)."""

    start: float
    end: float
    failed: bool
    wait: float | None


@dataclass(frozen=True)
class Run:
    """One execution: its attempts in order."""

    tries: tuple[Try, ...]

    @property
    def succeeded(self) -> bool:
        return not self.tries[-1].failed

    @property
    def end(self) -> float:
        return self.tries[-1].end


@dataclass(frozen=True)
class RetryTrace:
    """All executions under one setting.

    Attributes
    ----------
    retrier : Retrier
        The retrier.
    failure_rate : float
        Of each attempt, from 0 to 1.
    duration : float
        Of each attempt (s).
    catch : bool
        Whether a catcher takes over when the retries are used up.
    runs : tuple of Run
        The executions.
    peak, other_peak : int
        Most calls that begin within one second after the first ones, under this jitter strategy and the other.

    """

    retrier: Retrier
    failure_rate: float
    duration: float
    catch: bool
    runs: tuple[Run, ...]
    peak: int
    other_peak: int

    @property
    def succeeded(self) -> int:
        return sum(run.succeeded for run in self.runs)

    @property
    def expected(self) -> float:
        """Probability of success in closed form."""
        return success_probability(self.failure_rate, self.retrier.attempts)

    @property
    def calls(self) -> int:
        return sum(len(run.tries) for run in self.runs)

    @property
    def end(self) -> float:
        return max(run.end for run in self.runs)

    def reached(self, attempt: int) -> int:
        """Return how many executions had succeeded with their `attempt`-th attempt (1 is the first) or before."""
        return sum(run.succeeded and len(run.tries) <= attempt for run in self.runs)


def simulate(
    retrier: Retrier, failure_rate: float, duration: float, count: int, *, catch: bool, seed: int
) -> RetryTrace:
    """Run `count` executions at once.

    Parameters
    ----------
    retrier : Retrier
        With its jitter.
    failure_rate : float
        Of each attempt, from 0 to 1.
    duration : float
        Of each attempt (s).
    count : int
        Executions, at least 1.
    catch : bool
        Whether a catcher takes over in the end.
    seed : int
        Of faults and jitter, which have streams of their own.

    Returns
    -------
    RetryTrace

    """
    faults = stream(seed, "faults")
    # Drawn for as many attempts as there can ever be, so that more retries do not reshuffle the first ones.
    fates = [[faults.random() < failure_rate for _ in range(LARGEST)] for _ in range(count)]
    runs = _runs(retrier, fates, duration, stream(seed, "jitter"))
    other = Retrier(
        retrier.errors,
        retrier.interval,
        retrier.attempts,
        retrier.rate,
        retrier.longest,
        NONE if retrier.jitter == FULL else FULL,
    )
    others = _runs(other, fates, duration, stream(seed, "jitter"))
    return RetryTrace(retrier, failure_rate, duration, catch, runs, peak(runs), peak(others))


# Attempts that a fate is drawn for.
LARGEST = 12


def _runs(retrier: Retrier, fates: list[list[bool]], duration: float, jitter: Random) -> tuple[Run, ...]:
    return tuple(_run(retrier, fate, duration, jitter) for fate in fates)


def _run(retrier: Retrier, fate: list[bool], duration: float, jitter: Random) -> Run:
    tries: list[Try] = []
    now = 0.0
    for attempt in range(1, retrier.attempts + 2):
        failed = fate[attempt - 1]
        again = failed and attempt <= retrier.attempts
        wait = retrier.wait(attempt, jitter) if again else None
        tries.append(Try(now, now + duration, failed, wait))
        if wait is None:
            break
        now += duration + wait
    return Run(tuple(tries))


def peak(runs: tuple[Run, ...]) -> int:
    """Return the most calls, the first of each execution left out, that begin within one second."""
    starts = sorted(attempt.start for run in runs for attempt in run.tries[1:])
    most, first = 0, 0
    for last, start in enumerate(starts):
        while start - starts[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most
