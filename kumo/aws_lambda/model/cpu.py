"""Memory buys CPU: how long a function runs with how much of it.

Modelled: CPU in proportion to memory, one vCPU at 1,769 MB ("Configure Lambda function memory",
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html, read 2026-11-22), and a function
whose work is partly computing and partly waiting for others. One thread uses one vCPU at most, so beyond
1,769 MB only a function with several threads gets faster.

Not modelled: memory that a function needs to run at all; network bandwidth, which grows with memory too;
the scheduler's time slices, which make short runs at little memory uneven.
"""

from __future__ import annotations

from kumo.core import facts


def vcpus(memory: int) -> float:
    """Return the share of CPU that `memory` MB give, in vCPUs."""
    return memory / int(facts.value("aws_lambda.memory-of-one-vcpu"))


def duration(memory: int, computing: int, waiting: int = 0, threads: int = 1) -> int:
    """Return how long one run of the handler takes.

    Parameters
    ----------
    memory : int
        Setting of the function, MB.
    computing : int
        Work of the CPU: microseconds on one full vCPU.
    waiting : int
        Microseconds spent waiting for other services, which no CPU shortens.
    threads : int
        How many vCPUs the work can use at once.

    Returns
    -------
    int
        Microseconds.

    """
    return waiting + round(computing / min(threads, vcpus(memory)))
