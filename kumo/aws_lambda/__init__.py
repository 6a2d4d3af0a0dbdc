"""AWS Lambda (section 2-2): execution environments and what follows from them.

The heart is one model, the pool of execution environments of a function. Times are whole microseconds
(`units`: ``SECOND``, ``MINUTE`` …). Three ways to use it:

Run it on a load and look at all that happened::

    from kumo.aws_lambda import Provisioned, arrivals, cost, cpu, simulate, startup
    from kumo.aws_lambda.model.units import HOUR, SECOND

    trace = simulate(
        arrivals.poisson(2.0, HOUR, seed=1),                     # or steady, bursts, varying, listed, any iterable
        arrivals.exponential(cpu.duration(512, SECOND // 4), 1),  # or constant, spread_out, any iterable
        start=startup.from_scratch(2 * SECOND, megabytes=50),    # or from_snapshot(memory): SnapStart
        router="newest",                                         # see `routers`, or an object of your own
        reserved=20,
        provisioned=[Provisioned(5, 0, HOUR)],
    )
    trace.counts, trace.cold_share, trace.percentile(99), trace.invocations, trace.environments
    cost.bill(trace, 512, [Provisioned(5, 0, HOUR)]).total

Stream a load of any length through it, in memory that does not grow::

    tally = Tally().add(stream(Pool(record=False), arrivals.poisson(100, 24 * HOUR, 1), arrivals.constant(SECOND)))

Drive it request by request, where what arrives next depends on what became of the last one (retries,
queues), or where several functions share an account::

    account = Account()                                          # 1,000 in all, 100 of them not to be reserved
    orders, images = Pool(account=account, reserved=300), Pool(account=account)
    answer = images.invoke(time, duration)                       # times never decrease
    answer.kind, answer.reason, answer.latency, answer.end, answer.timed_out
    images.advance(time)                                         # let time pass without a request
    images.in_progress, images.idle, images.living, account.free(time)

`measurements` compares the routers with what was measured on AWS Lambda; `picking.compare` runs them over
many seeds and `picking.interval` gives means with confidence intervals, for figures in the text.
"""

from kumo.aws_lambda.model import arrivals, cost, cpu, measurements, picking, routers, startup, units
from kumo.aws_lambda.model.pool import Account, Environment, Invocation, Pool, Provisioned
from kumo.aws_lambda.model.simulation import PoolTrace, Tally, simulate, stream

__all__ = [
    "Account",
    "Environment",
    "Invocation",
    "Pool",
    "PoolTrace",
    "Provisioned",
    "Tally",
    "arrivals",
    "cost",
    "cpu",
    "measurements",
    "picking",
    "routers",
    "simulate",
    "startup",
    "stream",
    "units",
]
