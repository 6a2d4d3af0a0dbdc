"""Sticky sessions against scaling out: how long new targets wait for their share.

Modelled: `SESSIONS` users are at work on average. A user stays for an exponential time (mean `length`) and sends a
request after each exponential pause (mean `gap`). New users come at random, as many as leave. Without stickiness
every request goes to the next target in turn. With it, only a request without a valid cookie does; the others go where
the cookie says.

- The load balancer's cookie (duration-based, AWSALB) is renewed by every request, so that it runs out only in a pause
  that is longer than its duration.
- The application's cookie (application-based) lives as long as the application says. Here the application gives it
  `duration` once and does not renew it. The load balancer's companion AWSALBAPP is assumed to outlive it.

At `SCALED` targets are added. Users of the time before are taken to have been there for long: their number, the
targets of their cookies and the cookies' ages are in a steady state.

Not modelled: other algorithms than round robin, targets that fail or leave (which would free their users' cookies),
users who share a browser, requests that differ in weight.

Source (read 2026-11-26): "Sticky sessions for your Application Load Balancer",
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html.

All times are seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from kumo.core.streams import stream

if TYPE_CHECKING:
    from random import Random

MINUTE = 60
SESSIONS = 40
SCALED = 10 * MINUTE
DURATION = 60 * MINUTE
# Requests are counted in slots of this length; and the stretch after scaling out that is looked at closely.
SLOT = 2 * MINUTE
CLOSE = 10 * MINUTE

OFF, LB_COOKIE, APP_COOKIE = "off", "lb_cookie", "app_cookie"


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    Attributes
    ----------
    kind : str
        ``OFF``, ``LB_COOKIE`` or ``APP_COOKIE``.
    duration : int
        Life of a cookie, seconds.
    gap, length : int
        Mean pause between two requests of a user, mean stay of a user, seconds.
    before, added : int
        Targets at first, and those added at `SCALED`.

    """

    kind: str
    duration: int
    gap: int
    length: int
    before: int
    added: int

    @property
    def targets(self) -> int:
        """Number of targets in the end."""
        return self.before + self.added

    @property
    def fair(self) -> float:
        """Share of the new targets together, if all get the same."""
        return self.added / self.targets


@dataclass(frozen=True)
class StickyTrace:
    """What reached which target.

    Attributes
    ----------
    settings : Settings
        What was chosen.
    slots : tuple of tuples of int
        By slot of `SLOT` seconds: requests of each target, the old ones first.
    close : tuple of int
        Requests of each target in the `CLOSE` seconds after scaling out.

    """

    settings: Settings
    slots: tuple[tuple[int, ...], ...]
    close: tuple[int, ...]

    def new_share(self, slot: int) -> float:
        """Return the part of a slot's requests that reached the new targets; 0 for a slot without requests."""
        counts = self.slots[slot]
        return sum(counts[self.settings.before :]) / sum(counts) if sum(counts) else 0.0

    @property
    def close_share(self) -> float:
        """Part of the requests that reached the new targets in the `CLOSE` seconds after scaling out."""
        total = sum(self.close)
        return sum(self.close[self.settings.before :]) / total if total else 0.0


def still_bound(settings: Settings, since: float) -> float:
    """Return which part of the requests goes where a cookie from before scaling out says.

    Parameters
    ----------
    settings : Settings
        What was chosen.
    since : float
        Seconds since scaling out.

    Notes
    -----
    Let D be the cookie's duration, g the mean pause and L the mean stay, all of them exponential but D.

    A renewed cookie is lost in a pause longer than D. Each request ends such a pause with the probability
    ``p = exp(-D/g)``, so that it and all requests since scaling out found their cookie with the probability
    ``(1 - p) exp(-p t/g)``; the user was there before with the probability ``exp(-t/L)``.

    A cookie that is not renewed is as old as the user, less the cookies that have run out. It is older than t
    with the probability ``(exp(-t/L) - exp(-D/L)) / (1 - exp(-D/L))`` as long as t is less than D. Of the requests,
    ``D/(D + g)`` find a cookie; the others bring a new one.

    """
    if settings.kind == OFF:
        return 0.0
    if since < 0:
        return 1.0
    length, gap, duration = settings.length, settings.gap, settings.duration
    if settings.kind == LB_COOKIE:
        lost = math.exp(-duration / gap)
        return (1 - lost) * math.exp(-since * (1 / length + lost / gap))
    ended = math.exp(-duration / length)
    return duration / (duration + gap) * max(0.0, math.exp(-since / length) - ended) / (1 - ended)


def expected_share(settings: Settings, since: float) -> float:
    """Return the expected share of the new targets, `since` seconds after scaling out."""
    return 0.0 if since < 0 else settings.fair * (1 - still_bound(settings, since))


def run(settings: Settings, *, seed: int) -> StickyTrace:
    """Let users come, send requests and leave; return what reached which target."""
    pauses, stays, comes, ages = (stream(seed, name) for name in ("pauses", "stays", "comes", "ages"))
    slots = [[0] * settings.targets for _ in range(DURATION // SLOT)]
    close = [0] * settings.targets
    ends: list[float] = []
    # Cookie of each user: target, and when it runs out (never asked for when stickiness is off).
    target: list[int] = []
    valid: list[float] = []
    queue: list[tuple[float, int]] = []

    def pause(now: float) -> float:
        return now + pauses.expovariate(1 / settings.gap)

    for user in range(SESSIONS):
        ends.append(stays.expovariate(1 / settings.length))
        target.append(user % settings.before)
        # How long ago this user came, less the cookies that have run out since.
        age = ages.expovariate(1 / settings.length) % settings.duration if settings.kind == APP_COOKIE else 0
        valid.append(settings.duration - age)
        queue.append((pause(0.0), user))
    heapify(queue)
    for start in _comings(settings, comes):
        heappush(queue, (start, len(ends)))
        ends.append(start + stays.expovariate(1 / settings.length))
        target.append(-1)
        valid.append(-1.0)
    turn = 0
    while queue:
        now, user = heappop(queue)
        if now >= min(ends[user], DURATION):
            continue
        present = settings.targets if now >= SCALED else settings.before
        if settings.kind == OFF or now > valid[user]:
            target[user] = turn % present
            turn += 1
            valid[user] = now + settings.duration
        elif settings.kind == LB_COOKIE:
            valid[user] = now + settings.duration
        slots[int(now // SLOT)][target[user]] += 1
        if SCALED <= now < SCALED + CLOSE:
            close[target[user]] += 1
        heappush(queue, (pause(now), user))
    return StickyTrace(settings, tuple(tuple(counts) for counts in slots), tuple(close))


def _comings(settings: Settings, chance: Random) -> list[float]:
    """Return when new users come: as many per time as leave on average."""
    found, time = [], 0.0
    while (time := time + chance.expovariate(SESSIONS / settings.length)) < DURATION:
        found.append(time)
    return found
