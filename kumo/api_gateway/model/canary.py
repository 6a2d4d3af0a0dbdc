"""A canary release: a share of the requests, drawn at random, is answered by the new version.

Modelled: each request goes to the canary with the set probability, independently of the others and of who
sends it; each version fails with its own probability. At one moment of the run the operator may promote the
canary (the stage takes over the canary's deployment and the canary's share becomes 0) or disable it (the
stage keeps its deployment). Until then the run is watched: `checkpoints` hold what the metrics of stage and
canary had counted at evenly spaced moments.

Not modelled: caches, latency, errors that come in bunches, load that differs between versions.

Sources (read 2026-11-22): "Set up an API Gateway canary release deployment",
https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html: traffic "is separated at
random", the canary has its own logs, metrics and stage variables; "Promote a canary release",
https://docs.aws.amazon.com/apigateway/latest/developerguide/promote-canary-deployment.html: the deployment
ID and the variables of the canary become the stage's, the canary's share becomes 0.0 %, and the canary
settings stay until they are removed. The share is a number from 0.0 to 100.0 (DeploymentCanarySettings,
https://docs.aws.amazon.com/apigateway/latest/api/API_DeploymentCanarySettings.html).

Statistics: the number of requests to the canary is binomial. The band around the set share p after n
requests is p ± z √(p(1-p)/n), the normal approximation. The interval around an observed rate is Wilson's
(E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927), which
is the same statement read the other way round: Wilson's interval of an observed share contains p exactly
when the observed share lies in the band around p. Unlike the usual ± interval it stays sensible when no
error has been seen yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from kumo.core.streams import stream

# Two-sided 95 % of the normal distribution.
Z = 1.959964
# How many times the metrics are read during a run, at most.
READINGS = 200

WATCH = "watch"
PROMOTE = "promote"
DISABLE = "disable"


@dataclass(frozen=True)
class CanarySettings:
    """What is set before the run.

    Attributes
    ----------
    share : float
        Share of requests to the canary, 0 to 1.
    requests : int
        Length of the run, requests.
    error_old, error_new : float
        Probability that a request fails, by the version that answers, 0 to 1.
    action : str
        `WATCH`, `PROMOTE` or `DISABLE`.
    decision : int
        After how many requests the action is taken.

    """

    share: float
    requests: int
    error_old: float
    error_new: float
    action: str = WATCH
    decision: int = 0

    @property
    def watched(self) -> int:
        """Number of requests before the action, or of all when there is none."""
        return self.requests if self.action == WATCH else self.decision


@dataclass(frozen=True)
class Tally:
    """Counts of requests: how many in all and how many of them failed, by the version that answered."""

    old: int = 0
    old_errors: int = 0
    new: int = 0
    new_errors: int = 0

    @property
    def total(self) -> int:
        """Number of requests."""
        return self.old + self.new

    @property
    def errors(self) -> int:
        """Number of failed requests."""
        return self.old_errors + self.new_errors

    def minus(self, earlier: Tally) -> Tally:
        """Return what was counted since `earlier`."""
        return Tally(
            self.old - earlier.old,
            self.old_errors - earlier.old_errors,
            self.new - earlier.new,
            self.new_errors - earlier.new_errors,
        )


@dataclass(frozen=True)
class CanaryTrace:
    """Requests in order, and what the metrics showed.

    Attributes
    ----------
    settings : CanarySettings
        What was set.
    news, errors : bytes
        One byte per request: 1 where the new version answered; 1 where the request failed.
    checkpoints : tuple of Tally
        The counts so far at each reading while the canary was watched, the last one at its end.

    """

    settings: CanarySettings
    news: bytes
    errors: bytes
    checkpoints: tuple[Tally, ...]

    @property
    def watched(self) -> Tally:
        """The counts of the time before the action."""
        return self.checkpoints[-1]

    @property
    def total(self) -> Tally:
        """The counts of the whole run."""
        return self.between(0, self.settings.requests)

    def between(self, start: int, end: int) -> Tally:
        """Return the counts of the requests from number `start` (from 0) to before number `end`."""
        news, errors = self.news[start:end], self.errors[start:end]
        new = sum(news)
        failed = sum(errors)
        # A byte of both is 1 only where a request of the new version failed.
        new_failed = (int.from_bytes(news, "big") & int.from_bytes(errors, "big")).bit_count()
        return Tally(len(news) - new, failed - new_failed, new, new_failed)

    def apart_since(self) -> int | None:
        """Return after how many requests the error rates' intervals last came apart, to stay so until the end.

        None when they still overlap at the end of the watch, or when one version was never called.
        """
        since = None
        for tally in reversed(self.checkpoints):
            if not apart(tally):
                break
            since = tally.total
        return since


def run(settings: CanarySettings, *, seed: int) -> CanaryTrace:
    """Send the requests of a run, each routed and failing independently of the others."""
    routing, failing = stream(seed, "routing").random, stream(seed, "errors").random
    share, count, watched = settings.share, settings.requests, settings.watched
    news = bytearray(routing() < share for _ in range(watched))
    news += bytes([settings.action == PROMOTE]) * (count - watched)
    rates = (settings.error_old, settings.error_new)
    # The same dice for both versions: a request that fails in the better one fails in the worse one too.
    errors = bytes(failing() < rates[new] for new in news)
    trace = CanaryTrace(settings, bytes(news), errors, ())
    return CanaryTrace(settings, trace.news, errors, _readings(trace))


def band(share: float, requests: int) -> tuple[float, float]:
    """Return between which shares the observed one lies with a probability of 95 %, about, after `requests`."""
    half = Z * sqrt(share * (1 - share) / requests)
    return max(0.0, share - half), min(1.0, share + half)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval for a probability of which `successes` in `trials` were seen; (0, 1) of none.

    Counts need not be whole, so that mean counts can be asked about too.
    """
    if not trials:
        return 0.0, 1.0
    rate, square = successes / trials, Z * Z / trials
    center = rate + square / 2
    half = Z * sqrt(rate * (1 - rate) / trials + square / (4 * trials))
    low, high = (center - half) / (1 + square), (center + half) / (1 + square)
    # The bounds at none and all are exact; rounding must not move them.
    return (0.0 if successes == 0 else low), (1.0 if successes == trials else high)


def apart(tally: Tally) -> bool:
    """Whether the 95 % intervals of the two error rates do not touch."""
    if not tally.old or not tally.new:
        return False
    return _disjoint(wilson(tally.old_errors, tally.old), wilson(tally.new_errors, tally.new))


def needed(settings: CanarySettings) -> int | None:
    """Return after how many requests the intervals come apart when every count is at its mean.

    None when they never do: equal error rates, or a version that is never called.
    """
    share, old, new = settings.share, settings.error_old, settings.error_new
    if old == new or share in (0, 1):
        return None

    def enough(requests: int) -> bool:
        stage, canary = (1 - share) * requests, share * requests
        return _disjoint(wilson(old * stage, stage), wilson(new * canary, canary))

    high = 1
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _disjoint(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return first[1] < second[0] or second[1] < first[0]


def _readings(trace: CanaryTrace) -> tuple[Tally, ...]:
    watched = trace.settings.watched
    step = ceil(trace.settings.requests / READINGS)
    readings, start, tally = [], 0, Tally()
    while start < watched:
        end = min(start + step, watched)
        part = trace.between(start, end)
        tally = Tally(
            tally.old + part.old,
            tally.old_errors + part.old_errors,
            tally.new + part.new,
            tally.new_errors + part.new_errors,
        )
        readings.append(tally)
        start = end
    return tuple(readings)
