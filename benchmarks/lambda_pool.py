"""How fast the pool of Lambda's execution environments is, and how time and memory grow with the load.

Requests are streamed: arrivals are drawn, served and counted one by one, and nothing is kept but the state
of the pool and the counts. Run with ``python -m benchmarks.lambda_pool`` (add ``--quick`` to stop at one
million requests); what it printed last stands in ``lambda_pool.txt``.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
import tracemalloc

from kumo.aws_lambda.model import arrivals, routers
from kumo.aws_lambda.model.pool import Pool
from kumo.aws_lambda.model.simulation import Tally, simulate, stream
from kumo.aws_lambda.model.startup import from_scratch
from kumo.aws_lambda.model.units import SECOND

RATE = 100  # requests per second
SERVICE = 0.2 * SECOND
START = from_scratch(SECOND // 2)
TARGET = 1.0  # seconds for 100,000 requests


def run(requests: int, router: str = routers.DEFAULT) -> tuple[float, Tally]:
    """Stream about so many requests through a pool; return the CPU seconds it took and the counts."""
    pool = Pool(START, router=router, record=False, seed=1)
    coming = arrivals.poisson(RATE, requests * SECOND // RATE, 1)
    before = time.process_time()
    tally = Tally().add(stream(pool, coming, arrivals.exponential(SERVICE, 1)))
    return time.process_time() - before, tally


def peak_memory(requests: int) -> float:
    """Return the most memory, in MB, that a run held at one time (it runs slower while being watched)."""
    tracemalloc.start()
    run(requests)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> int:
    """Print the report; return 1 when 100,000 requests take longer than the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="stop at one million requests")
    quick = parser.parse_args().quick
    print(f"{platform.python_implementation()} {platform.python_version()}, {RATE} requests/s, newest first")
    print(f"{'requests':>12} {'CPU s':>9} {'µs each':>8} {'cold %':>7} {'p99 ms':>7}")
    seconds = {}
    for requests in (10_000, 100_000, 1_000_000, *(() if quick else (10_000_000,))):
        seconds[requests], tally = run(requests)
        each = seconds[requests] / tally.requests * 1e6
        p99 = tally.percentile(99) / 1000
        row = f"{tally.requests:>12,} {seconds[requests]:>9.2f} {each:>8.2f} {100 * tally.cold_share:>7.3f} {p99:>7.0f}"
        print(row, flush=True)
    print("\n100,000 requests by router: ", end="")
    print(", ".join(f"{name} {run(100_000, name)[0]:.2f} s" for name in routers.ROUTERS))
    before = time.process_time()
    coming = arrivals.poisson(RATE, 1000 * SECOND, 1)
    trace = simulate(coming, arrivals.exponential(SERVICE, 1), start=START)
    print(f"as a full trace, {len(trace.invocations):,} requests: {time.process_time() - before:.2f} s")
    small, large = peak_memory(20_000), peak_memory(200_000)
    print(f"peak memory of a stream: {small:.2f} MB at 20,000 requests, {large:.2f} MB at 200,000")
    print(f"target: 100,000 requests in {TARGET} s of CPU; taken {seconds[100_000]:.2f} s")
    return int(seconds[100_000] > TARGET)


if __name__ == "__main__":
    sys.exit(main())
