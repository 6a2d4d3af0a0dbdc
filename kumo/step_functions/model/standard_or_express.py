"""The same workload as a Standard and as an Express workflow: limits, price, and how often a payment is made.

Modelled: for a month of executions the price; whether duration, rates and pattern of the service integration fit; and
a sample of executions, each with a payment in the middle, some of which are interrupted by a fault of the service at
a random moment. A Standard workflow keeps its state between transitions and goes on where it was: every step once. An
asynchronous Express workflow begins anew: steps before the interruption run twice. A synchronous one is not run again:
steps after the interruption never run. With an idempotency key the called service recognises the second payment.

Not modelled: how often AWS interrupts executions, which it does not publish (`interrupted` is an assumption); the free
tier; what the called services cost. Rates are the guide's round values, see the ledger.

Units: s, MB, USD; a month has 30 days. Sources (read 2026-11-26):
https://docs.aws.amazon.com/step-functions/latest/dg/express-at-least-once-execution.html;
https://aws.amazon.com/step-functions/pricing/; the ledger step_functions.toml.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumo.core import facts
from kumo.core.streams import stream

STANDARD, ASYNCHRONOUS, SYNCHRONOUS = "standard", "async", "sync"
REQUEST, JOB, CALLBACK, ACTIVITY = "request", "job", "callback", "activity"
DURATION, START_RATE, TRANSITION_RATE, PATTERN = "duration", "start-rate", "transition-rate", "pattern"

# The price of duration and memory falls in steps: up to which use in a month (GB hours), and the ledger's fact.
DURATION_TIERS = (
    (1_000, "step_functions.express-duration-price"),
    (5_000, "step_functions.express-duration-price-next"),
    (math.inf, "step_functions.express-duration-price-beyond"),
)

MONTH = 30 * 86_400  # s
YEAR = 365 * 86_400
SAMPLE = 60  # executions that are followed one by one


@dataclass(frozen=True)
class Load:
    """What is to be run.

    Attributes
    ----------
    rate : float
        Executions per second.
    duration : float
        Of one execution (s).
    transitions : int
        State transitions of one execution.
    memory : int
        Memory that an Express execution takes (MB).
    pattern : str
        REQUEST, JOB (.sync), CALLBACK (.waitForTaskToken) or ACTIVITY.

    """

    rate: float
    duration: float
    transitions: int
    memory: int
    pattern: str


@dataclass(frozen=True)
class Limit:
    """One limit: its name, what the load asks, what is allowed (None: nothing limits), and whether it fits."""

    name: str
    asked: float | str
    allowed: float | None
    fits: bool


@dataclass(frozen=True)
class Offer:
    """A kind of workflow for the load: its limits, a month's price in USD, and payments by sampled execution."""

    kind: str
    limits: tuple[Limit, ...]
    price: float
    payments: tuple[int, ...]

    @property
    def fits(self) -> bool:
        return all(limit.fits for limit in self.limits)


@dataclass(frozen=True)
class ComparisonTrace:
    """Both offers, and where the sampled executions were interrupted (share of their steps done; None: not)."""

    load: Load
    idempotent: bool
    standard: Offer
    express: Offer
    interruptions: tuple[float | None, ...]


def compare(load: Load, *, express: str, interrupted: float, idempotent: bool, seed: int) -> ComparisonTrace:
    """Compare a Standard workflow with an Express one.

    Parameters
    ----------
    load : Load
        What is to be run.
    express : str
        ASYNCHRONOUS or SYNCHRONOUS.
    interrupted : float
        Share of executions that a fault interrupts, from 0 to 1 (an assumption).
    idempotent : bool
        Whether the payment carries a key by which a repetition is recognised.
    seed : int
        Of the interruptions.

    Returns
    -------
    ComparisonTrace

    """
    chance = stream(seed, "interruptions")
    # Two draws for each execution, so that a larger share only adds interruptions.
    draws = [(chance.random(), chance.random()) for _ in range(SAMPLE)]
    stops = tuple(place if draw < interrupted else None for draw, place in draws)
    return ComparisonTrace(
        load,
        idempotent,
        Offer(STANDARD, _standard_limits(load), standard_price(load), tuple(1 for _ in stops)),
        Offer(
            express,
            _express_limits(load),
            express_price(load),
            tuple(payments(express, stop, idempotent=idempotent) for stop in stops),
        ),
        stops,
    )


def payments(express: str, stop: float | None, *, idempotent: bool) -> int:
    """Return how often an Express execution pays that is interrupted after that share of its steps (None: never)."""
    if stop is None:
        return 1
    # The payment stands in the middle.
    before = stop > 0.5  # noqa: PLR2004 -- the middle
    if express == SYNCHRONOUS:
        return int(before)
    return 2 if before and not idempotent else 1


def standard_price(load: Load) -> float:
    """Return a month's price of state transitions in USD."""
    return load.rate * MONTH * load.transitions / 1000 * facts.value("step_functions.standard-price")


def express_price(load: Load) -> float:
    """Return a month's price of requests, duration and memory in USD: 100 ms and 64 MB at a time."""
    executions = load.rate * MONTH
    seconds = math.ceil(load.duration * 10) / 10
    gigabytes = math.ceil(load.memory / 64) * 64 / 1024
    requests = executions / 1e6 * facts.value("step_functions.express-request-price")
    used = executions * seconds * gigabytes  # GB s
    duration, below = 0.0, 0.0
    for hours, price in DURATION_TIERS:
        duration += max(0.0, min(used, hours * 3600) - below) * facts.value(price)
        below = hours * 3600
    return requests + duration


def _standard_limits(load: Load) -> tuple[Limit, ...]:
    longest = facts.value("step_functions.standard-duration") * YEAR
    starts = facts.value("step_functions.standard-start-rate")
    steps = facts.value("step_functions.standard-transition-rate")
    asked = load.rate * load.transitions
    return (
        Limit(DURATION, load.duration, longest, load.duration <= longest),
        Limit(START_RATE, load.rate, starts, load.rate <= starts),
        Limit(TRANSITION_RATE, asked, steps, asked <= steps),
        Limit(PATTERN, load.pattern, None, fits=True),
    )


def _express_limits(load: Load) -> tuple[Limit, ...]:
    longest = facts.value("step_functions.express-duration") * 60
    starts = facts.value("step_functions.express-start-rate")
    return (
        Limit(DURATION, load.duration, longest, load.duration <= longest),
        Limit(START_RATE, load.rate, starts, load.rate <= starts),
        Limit(TRANSITION_RATE, load.rate * load.transitions, None, fits=True),
        Limit(PATTERN, load.pattern, None, load.pattern == REQUEST),
    )
