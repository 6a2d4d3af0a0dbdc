"""Duration and cost of one function against its memory: which setting is cheapest, which is fastest.

Modelled: see `kumo.aws_lambda.model.cpu` for how long a run takes. Billed is each run's duration, rounded up to
a whole millisecond, times the memory in GB, plus a price for each request ("AWS Lambda Pricing",
https://aws.amazon.com/lambda/pricing/, read 2026-11-22: x86, US East, first tier, without the free tier). A run
that would take longer than the function's timeout is broken off then; it is billed for the time until then and
has done nothing. A setting below the memory that the function needs does not run at all.

Closed form, for work of C ms on one vCPU, W ms of waiting, k threads, and v = 1,769 MB for one vCPU: below k v
the duration is W + C v / m and the cost of a run proportional to m W + C v. It therefore grows with the memory
as soon as there is any waiting, and does not depend on it when there is none. From k v on the duration is
W + C / k, and more memory only costs more. So the fastest is k v (or the next above what is needed), and the
cheapest the least memory that runs, except for rounding and for functions that only compute, for which every
setting up to k v costs the same. Rounding up to a millisecond can move the cheapest by some steps.

Not modelled: cold starts and their billing, tiers, ARM, savings plans, ephemeral storage.

Memory in MB, times in microseconds, prices in US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.aws_lambda.model import cpu
from kumo.aws_lambda.model.units import MILLISECOND, SECOND
from kumo.core import facts

LEAST = int(facts.value("aws_lambda.memory-minimum"))
MOST = int(facts.value("aws_lambda.memory-maximum"))
ONE_VCPU = int(facts.value("aws_lambda.memory-of-one-vcpu"))
PRICE_OF_GB_SECOND = float(facts.value("aws_lambda.price-duration"))
PRICE_OF_MILLION_REQUESTS = float(facts.value("aws_lambda.price-requests"))
MILLION = 1_000_000
MB_PER_GB = 1024
# Settings that people choose, beside the two that the model singles out.
USUAL = (128, 512, 1024, ONE_VCPU, 3072, 10240)
# How far above the least cost a setting may be and still count as equally cheap: less than a reader can see.
SAME_COST = 0.005


@dataclass(frozen=True)
class Work:
    """What one run of a function does and needs.

    Attributes
    ----------
    computing : int
        Microseconds on one full vCPU.
    waiting : int
        Microseconds of waiting for other services.
    threads : int
        How many vCPUs the computing can use at once.
    needed : int
        Memory without which it does not run, MB.
    timeout : int
        The function's timeout, microseconds.

    """

    computing: int
    waiting: int
    threads: int
    needed: int
    timeout: int


@dataclass(frozen=True)
class Setting:
    """One run at one memory setting.

    Attributes
    ----------
    memory : int
        MB.
    duration : int
        Microseconds until the run ends or would end without a timeout.
    computing : int
        Microseconds of it spent computing.
    billed : int
        Whole milliseconds that are billed.
    cost : float
        Dollars for a million runs, requests included.
    finished : bool
        Whether it ends before the timeout.

    """

    memory: int
    duration: int
    computing: int
    billed: int
    cost: float
    finished: bool


@dataclass(frozen=True)
class TuningTrace:
    """A function at every memory setting.

    Attributes
    ----------
    work : Work
        What the function does.
    chosen : Setting or None
        The reader's setting; None when it is less than the function needs.
    memory : int
        The reader's setting, MB.
    cheapest, fastest : Setting or None
        The best settings that finish: of equals the one with less memory. None when none finishes.
    same_cost_up_to : int or None
        The largest memory that costs practically the same as the cheapest (MB).

    """

    work: Work
    memory: int
    chosen: Setting | None
    cheapest: Setting | None
    fastest: Setting | None
    same_cost_up_to: int | None

    @property
    def usual(self) -> tuple[Setting, ...]:
        """The chosen, cheapest and fastest settings among some that people choose, by memory."""
        memories = {memory for memory in USUAL if memory >= self.work.needed}
        memories |= {setting.memory for setting in (self.chosen, self.cheapest, self.fastest) if setting}
        return tuple(at(self.work, memory) for memory in sorted(memories))


def at(work: Work, memory: int) -> Setting:
    """Return one run with `memory` MB."""
    duration = cpu.duration(memory, work.computing, work.waiting, work.threads)
    finished = duration <= work.timeout
    billed = -(-min(duration, work.timeout) // MILLISECOND)
    return Setting(memory, duration, duration - work.waiting, billed, cost(memory, billed), finished)


def cost(memory: int, billed: int) -> float:
    """Return the dollars for a million runs of `billed` milliseconds each with `memory` MB."""
    seconds = billed * MILLISECOND / SECOND
    return PRICE_OF_MILLION_REQUESTS + memory / MB_PER_GB * seconds * PRICE_OF_GB_SECOND * MILLION


def tune(work: Work, memory: int) -> TuningTrace:
    """Return what `memory` MB mean for a function, and the best settings of all.

    Parameters
    ----------
    work : Work
        The function.
    memory : int
        The reader's choice, MB.

    """
    fastest = _fastest(work)
    cheapest, same = _cheapest(work)
    chosen = at(work, memory) if memory >= work.needed else None
    return TuningTrace(work, memory, chosen, cheapest, fastest, same)


def billed_settings(work: Work) -> list[tuple[int, int]]:
    """Return (memory, billed milliseconds) of every setting that finishes, ascending."""
    computing, waiting, threads, timeout = work.computing, work.waiting, work.threads, work.timeout
    enough = threads * ONE_VCPU
    settings = []
    for memory in range(work.needed, MOST + 1):
        # The same arithmetic as `cpu.duration`, without ten thousand calls.
        duration = waiting + round(computing / (threads if memory >= enough else memory / ONE_VCPU))
        if duration <= timeout:
            settings.append((memory, -(-duration // MILLISECOND)))
    return settings


def _cheapest(work: Work) -> tuple[Setting | None, int | None]:
    settings = billed_settings(work)
    if not settings:
        return None, None
    # Megabytes times milliseconds are whole numbers: no rounding decides which is less.
    least, memory = min((memory * billed, memory) for memory, billed in settings)
    same = max(memory for memory, billed in settings if memory * billed <= least * (1 + SAME_COST))
    return at(work, memory), same


def _fastest(work: Work) -> Setting | None:
    """Return the setting of least memory among those of least duration: from it on, more memory is no faster."""
    fastest = at(work, max(work.needed, min(MOST, work.threads * ONE_VCPU)))
    if work.computing == 0:
        fastest = at(work, work.needed)
    return fastest if fastest.finished else None
