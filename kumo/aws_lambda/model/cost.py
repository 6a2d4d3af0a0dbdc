"""What a trace costs, by what is charged for.

Prices are those of the ledger (US East (N. Virginia), x86), without the free tier and before any tier of
high volume. Durations are billed in milliseconds, rounded up; one GB is 1,024 MB. Provisioned concurrency
is charged for as long as it is configured, rounded up to five minutes; a snapshot for as long as it is
cached (Python and .NET; Java pays for neither snapshot nor restoring).

Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-22). Not modelled: the initialisation of
provisioned environments, which is billed once for each; at least three hours for a snapshot; storage,
data transfer and logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.pool import COLD, PROVISIONED
from kumo.aws_lambda.model.simulation import milliseconds
from kumo.aws_lambda.model.startup import RESTORE
from kumo.aws_lambda.model.units import MINUTE, SECOND
from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kumo.aws_lambda.model.pool import Provisioned
    from kumo.aws_lambda.model.simulation import PoolTrace

MB_PER_GB = 1024
STEP = 5 * MINUTE


@dataclass(frozen=True)
class Bill:
    """Charges in US dollars.

    Attributes
    ----------
    requests : float
        For the number of requests that were served.
    running : float
        For the time in the handler.
    starting : float
        For the billed part of cold starts.
    provisioned : float
        For having provisioned concurrency configured.
    snapshot : float
        For caching a snapshot and restoring it.

    """

    requests: float
    running: float
    starting: float = 0.0
    provisioned: float = 0.0
    snapshot: float = 0.0

    @property
    def total(self) -> float:
        """Sum of all charges, US dollars."""
        return self.requests + self.running + self.starting + self.provisioned + self.snapshot


def run(memory: int, duration: int) -> float:
    """Return what one run of `duration` microseconds at `memory` MB costs on demand, its request included (USD)."""
    seconds = milliseconds(duration) / 1000
    return _request() + memory / MB_PER_GB * seconds * _price("duration")


def bill(trace: PoolTrace, memory: int, provisioned: Iterable[Provisioned] = ()) -> Bill:
    """Return what a trace costs.

    Parameters
    ----------
    trace : PoolTrace
        What happened between 0 and its `until`.
    memory : int
        Setting of the function, MB.
    provisioned : iterable of Provisioned
        The provisioned concurrency that the trace was made with; charged for the part from 0 to `until`.

    """
    size = memory / MB_PER_GB
    on_demand = sum(milliseconds(i.ran) for i in trace.invocations if i.served and i.kind != PROVISIONED)
    in_provisioned = sum(milliseconds(i.ran) for i in trace.invocations if i.kind == PROVISIONED)
    cold = trace.counts[COLD]
    restored = any(phase.name == RESTORE for phase in trace.start.phases)
    snapshot = size * trace.until / SECOND * _price("snapshot-cache") + size * cold * _price("snapshot-restore")
    return Bill(
        requests=trace.served * _request(),
        running=size * (on_demand * _price("duration") + in_provisioned * _price("provisioned-duration")) / 1000,
        starting=size * cold * milliseconds(trace.start.billed) / 1000 * _price("duration"),
        provisioned=size * sum(_configured(layer, trace.until) for layer in provisioned) * _price("provisioned"),
        snapshot=snapshot if restored else 0.0,
    )


def _configured(layer: Provisioned, until: int) -> float:
    """Return the environment seconds that a layer of provisioned concurrency is charged for between 0 and `until`."""
    time = max(0, min(layer.end, until) - max(layer.start, 0))
    return layer.count * -(-time // STEP) * STEP / SECOND


def _request() -> float:
    return _price("requests") / 1_000_000


def _price(name: str) -> float:
    return float(facts.value(f"aws_lambda.price-{name}"))
