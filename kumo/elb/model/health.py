"""The life of one target behind a load balancer: it fails, is taken out, returns slowly, and is drained.

Modelled: three targets share requests that arrive evenly, `RATE` a second in all. The load balancer checks one of
them every `interval` seconds. The target fails at a moment between two checks: it then either refuses connections (a
check fails at once) or hangs (a check fails after `timeout`). After `unhealthy` failed checks in a row the target gets
no more requests; those that reached it since the failure are lost. After the repair it needs `healthy` successful
checks in a row. With slow start its weight then grows linearly from nothing to that of the others. At the end it is
deregistered: no new request comes, and what is in progress may go on for the deregistration delay at most.

Not modelled: that every node of the load balancer checks on its own, passive checks of the Network Load Balancer,
anomaly mitigation, retries by clients, requests that hang until a timeout instead of failing, and that a target which
is the only one keeps getting requests although it is unhealthy (fail open). AWS's guide says "exceed the threshold of
consecutive failures" and elsewhere "the number of consecutive failed checks required": here the count is reached.

Sources (read 2026-11-26): "Health checks for Application Load Balancer target groups",
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html; "Edit target group
attributes for your Application Load Balancer" (deregistration delay, slow start),
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html.

All times are whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

# Requests per second in all, and the targets among which they are shared.
RATE = 3
TARGETS = 3
# Quiet time before the failure at least, and before deregistration; and what is shown after the end (seconds).
QUIET = 60
AFTER = 40

HEALTHY, BROKEN, UNHEALTHY, REPAIRED, SLOW, DRAINING, UNUSED = (
    "healthy",
    "broken",
    "unhealthy",
    "repaired",
    "slow",
    "draining",
    "unused",
)


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    Attributes
    ----------
    interval, timeout : int
        Seconds between checks; seconds until a check without answer counts as failed, less than the interval.
    unhealthy, healthy : int
        Checks in a row after which a target goes out of service, and comes back.
    hangs : bool
        Whether the broken target hangs rather than refuses.
    offset : int
        Seconds from the last successful check to the failure, less than the interval.
    outage : int
        Seconds from failure to repair.
    slow_start : int
        Seconds until the full share; 0 is off.
    delay : int
        Deregistration delay, seconds.
    remaining : int
        Seconds that the longest request in progress would still need at deregistration.

    """

    interval: int
    timeout: int
    unhealthy: int
    healthy: int
    hangs: bool
    offset: int
    outage: int
    slow_start: int
    delay: int
    remaining: int


@dataclass(frozen=True)
class Check:
    """A health check: when it was sent, whether it succeeded, and when the load balancer knew."""

    sent: int
    passed: bool
    known: int


@dataclass(frozen=True)
class Phase:
    """A stretch of the target's life: its kind, and from when to when (seconds)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class HealthTrace:
    """What happened.

    Attributes
    ----------
    settings : Settings
        What was chosen.
    checks : tuple of Check
        In order of time.
    failed_at, repaired_at : int
        When the target broke, and when it worked again.
    detected_at, returned_at : int or None
        When it was taken out of service, and put back; None when the failure went by unnoticed.
    deregistered_at, drained_at : int
        When it was deregistered, and when the last request in progress was over.
    phases : tuple of Phase
        Without gaps from 0 to `end`.
    end : int
        End of the observation.
    sent : tuple of (int, int)
        By second: requests to this target that were answered, and that were lost.

    """

    settings: Settings
    checks: tuple[Check, ...]
    failed_at: int
    repaired_at: int
    detected_at: int | None
    returned_at: int | None
    deregistered_at: int
    drained_at: int
    phases: tuple[Phase, ...]
    end: int
    sent: tuple[tuple[int, int], ...]

    @property
    def errors(self) -> int:
        """Requests that were lost to the broken target."""
        return sum(lost for _, lost in self.sent)

    @property
    def cut(self) -> bool:
        """Whether the longest request was cut off by the end of the deregistration delay."""
        return self.settings.remaining > self.settings.delay

    @property
    def first_failed_check(self) -> Check | None:
        """The first check that the broken target failed, or None where none fell into the outage."""
        return next((check for check in self.checks if not check.passed), None)


def live(settings: Settings) -> HealthTrace:
    """Return the life of the target under these settings."""
    interval = settings.interval
    failed_at = -(-QUIET // interval) * interval + settings.offset
    repaired_at = failed_at + settings.outage
    checks, detected, returned = _checks(settings, failed_at, repaired_at)
    slow_end = (returned + settings.slow_start) if returned is not None else repaired_at
    deregistered = max(slow_end, repaired_at) + QUIET
    drained = deregistered + min(settings.remaining, settings.delay)
    end = deregistered + settings.delay + AFTER
    marks = [(0, HEALTHY), (failed_at, BROKEN)]
    if detected is None or returned is None:
        marks += [(repaired_at, HEALTHY)]
    else:
        # The repair may come while the last failed check is still under way.
        marks += [(detected, UNHEALTHY), (max(detected, repaired_at), REPAIRED), (returned, SLOW), (slow_end, HEALTHY)]
    marks += [(deregistered, DRAINING), (deregistered + settings.delay, UNUSED), (end, UNUSED)]
    phases = tuple(Phase(kind, start, after) for (start, kind), (after, _) in pairwise(marks) if start < after)
    seen = tuple(check for check in checks if check.sent < deregistered)
    sent = _requests(phases, (failed_at, repaired_at), (returned, settings.slow_start))
    return HealthTrace(
        settings,
        seen,
        failed_at,
        repaired_at,
        detected,
        returned,
        deregistered,
        drained,
        phases,
        end,
        sent,
    )


def _checks(settings: Settings, failed_at: int, repaired_at: int) -> tuple[list[Check], int | None, int | None]:
    """Return the checks of the whole life, and when the target was taken out and put back."""
    checks: list[Check] = []
    detected = returned = None
    in_service, streak, now = True, 0, 0
    # Until the target is back for good; then as long as anything may still be of interest.
    until = repaired_at + (settings.healthy + 2) * settings.interval + settings.slow_start + QUIET
    while now < until:
        passed = not failed_at <= now < repaired_at
        known = now + settings.timeout if settings.hangs and not passed else now
        checks.append(Check(now, passed, known))
        # A streak counts the results that speak against the present state.
        streak = streak + 1 if passed != in_service else 0
        if in_service and streak == settings.unhealthy:
            in_service, streak, detected = False, 0, known
        elif not in_service and streak == settings.healthy:
            in_service, streak, returned = True, 0, known
        now += settings.interval
    return checks, detected, returned


def _requests(
    phases: tuple[Phase, ...], outage: tuple[int, int], slow: tuple[int | None, int]
) -> tuple[tuple[int, int], ...]:
    """Return by second how many requests went to the target and were answered, and how many were lost."""
    failed_at, repaired_at = outage
    returned, ramp = slow
    counts, credit = [], 0.0
    for phase in phases:
        for second in range(phase.start, phase.end):
            weight = {HEALTHY: 1.0, BROKEN: 1.0, SLOW: 0.0}.get(phase.kind, 0.0)
            if phase.kind == SLOW and returned is not None:
                weight = (second + 0.5 - returned) / ramp
            credit += RATE * weight / (TARGETS - 1 + weight)
            # A little tolerance, so that binary fractions do not decide.
            whole = int(credit + 1e-9)
            credit -= whole
            lost = failed_at <= second < repaired_at
            counts.append((0, whole) if lost else (whole, 0))
    return tuple(counts)
