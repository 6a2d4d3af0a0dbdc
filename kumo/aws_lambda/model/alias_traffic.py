"""Versions and a weighted alias: how the traffic moves from one version to the next, and back.

Modelled: a function with the published version 1 behind the alias PROD. In minute `EDITED` its code is changed,
which changes ``$LATEST`` at once; in minute `SHIFTED` it is published as version 2 and PROD begins to send it
traffic. A version never changes. Each request through the alias goes to version 2 with the weight of that
minute, independently of the others. The weight follows one of four plans: all at once; a share for five minutes
and then everything (canary); a share more each minute (linear); a share that somebody sets by hand and leaves.
While a plan is under way an alarm may watch the error rate of version 2, minute by minute; from the minute after
the first one at or above its threshold on, PROD has its old weights again. Once everything has been moved the
plan is over, and nothing goes back by itself. Who calls a version or ``$LATEST`` directly is not affected by
the alias.

Sources (read 2026-11-22): "Implement Lambda canary deployments using a weighted alias",
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html (two published versions at most, not
$LATEST; "a simple probabilistic model"); "Manage Lambda function versions",
https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html; the plans are those of CodeDeploy,
https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
(LambdaCanary10Percent5Minutes, LambdaLinear10PercentEvery1Minute, LambdaAllAtOnce, and own shares).

Not modelled: hooks before and after, cold starts of the new version, alarms that need several periods, metrics
that arrive late.

Times are minutes from the beginning; minute 3 is the time from 3 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.core.streams import stream

MINUTES = 16
EDITED, SHIFTED = 1, 3
CANARY_MINUTES = 5

FIXED, CANARY, LINEAR, ALL = "fixed", "canary", "linear", "all"
ALIAS, VERSION, LATEST = "alias", "version", "latest"


@dataclass(frozen=True)
class AliasSettings:
    """What is set before the run.

    Attributes
    ----------
    plan : {"fixed", "canary", "linear", "all"}
        How the weight of version 2 moves.
    share : int
        The share that the plan moves at a time, percent.
    called : {"alias", "version", "latest"}
        What the callers name: PROD, version 1, or nothing, which means $LATEST.
    rate : int
        Requests per minute.
    error_old, error_new : float
        Probability that a request fails, by the code that answers, 0 to 1.
    alarm : int or None
        Error rate of version 2 in a minute that rolls the plan back, percent; None without an alarm.

    """

    plan: str
    share: int
    called: str
    rate: int
    error_old: float
    error_new: float
    alarm: int | None


@dataclass(frozen=True)
class Minute:
    """One minute of traffic.

    Attributes
    ----------
    weight : int
        Weight of version 2 in the alias, percent.
    old, new : int
        Requests that the old and the new code answered.
    old_errors, new_errors : int
        How many of them failed.

    """

    weight: int
    old: int
    new: int
    old_errors: int
    new_errors: int


@dataclass(frozen=True)
class AliasTrace:
    """A run.

    Attributes
    ----------
    settings : AliasSettings
        What was set.
    minutes : tuple of Minute
        In order.
    rolled_back : int or None
        The minute from which on the alias has its old weights again.
    completed : int or None
        The minute from which on all traffic of the alias goes to version 2.

    """

    settings: AliasSettings
    minutes: tuple[Minute, ...]
    rolled_back: int | None
    completed: int | None

    @property
    def new(self) -> int:
        """Number of requests that the new code answered."""
        return sum(minute.new for minute in self.minutes)

    @property
    def new_errors(self) -> int:
        """Number of those that failed."""
        return sum(minute.new_errors for minute in self.minutes)

    @property
    def total(self) -> int:
        """Number of requests."""
        return sum(minute.old + minute.new for minute in self.minutes)


def planned_weight(plan: str, share: int, minute: int) -> int:
    """Return the weight of version 2 in that minute as planned, percent."""
    since = minute - SHIFTED
    if since < 0:
        return 0
    if plan == ALL:
        return 100
    if plan == LINEAR:
        return min(100, share * (since + 1))
    return 100 if plan == CANARY and since >= CANARY_MINUTES else share


def run(settings: AliasSettings, *, seed: int) -> AliasTrace:
    """Send the traffic of `MINUTES` minutes."""
    routing, failing = stream(seed, "routing").random, stream(seed, "errors").random
    minutes: list[Minute] = []
    rolled_back = completed = None
    for number in range(MINUTES):
        weight = 0 if rolled_back is not None else planned_weight(settings.plan, settings.share, number)
        if weight == 100 and completed is None:  # noqa: PLR2004 -- percent
            completed = number
        counts = {False: [0, 0], True: [0, 0]}
        for _ in range(settings.rate):
            # Both dice are thrown for every request, whoever answers it, so that the plans can be compared.
            drawn, error = routing() * 100 < weight, failing()
            new = {ALIAS: drawn, VERSION: False, LATEST: number >= EDITED}[settings.called]
            counts[new][0] += 1
            counts[new][1] += error < (settings.error_new if new else settings.error_old)
        (old, old_errors), (new_count, new_errors) = counts[False], counts[True]
        minutes.append(Minute(weight, old, new_count, old_errors, new_errors))
        under_way = settings.called == ALIAS and completed is None and rolled_back is None
        loud = settings.alarm is not None and new_count > 0 and new_errors * 100 >= settings.alarm * new_count
        if under_way and loud and number + 1 < MINUTES:
            rolled_back = number + 1
    return AliasTrace(settings, tuple(minutes), rolled_back, completed)
