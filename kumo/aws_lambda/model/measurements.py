"""What was measured on AWS Lambda, and how near each router comes to it.

The figures are those of N. Mahmoudi and H. Khazaei, published with SimFaaS (MIT licence; file
``examples/exp.csv`` of https://github.com/pacslab/simfaas, read 2026-11-22), rounded: Poisson arrivals at
twenty rates, a function that runs about two seconds, an idle time of ten minutes.

They rule out routers that spread the requests: taking environments in turn or at random would keep up to
half as many environments again and have a small fraction of the cold starts that were measured. They cannot
tell newest, oldest and most recently used apart: under a steady load all three concentrate the requests on
few environments and give the same figures. The newest is the default here because it is the router that the
authors of the measurements model Lambda with.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from kumo.aws_lambda.model import arrivals
from kumo.aws_lambda.model.pool import Pool
from kumo.aws_lambda.model.simulation import Tally, stream
from kumo.aws_lambda.model.startup import CREATE, Phase, StartUp
from kumo.aws_lambda.model.units import MILLISECOND, MINUTE, SECOND


class Measured(NamedTuple):
    """One experiment, or its repetition in the model.

    Attributes
    ----------
    rate : float
        Requests per second.
    environments : float
        Mean number of environments.
    cold_share : float
        Share of requests with a cold start.
    error : float
        Standard error of `cold_share`; 0 where unknown.
    warm, cold : float
        Mean time of a request in a warm and in a cold environment, milliseconds.

    """

    rate: float
    environments: float
    cold_share: float
    error: float
    warm: float
    cold: float


IDLE_TIME = 10 * MINUTE

MEASURED = (
    Measured(0.00186, 0.674, 0.343, 0.032, 1955, 2563),
    Measured(0.00246, 0.814, 0.211, 0.037, 1954, 2463),
    Measured(0.00288, 0.779, 0.145, 0.024, 1952, 2536),
    Measured(0.00345, 0.908, 0.110, 0.023, 1960, 2430),
    Measured(0.00425, 0.946, 0.0795, 0.012, 1958, 2398),
    Measured(0.00572, 1.032, 0.0383, 0.0062, 1952, 2359),
    Measured(0.00785, 1.129, 0.0338, 0.0052, 1970, 2422),
    Measured(0.0164, 1.270, 0.0196, 0.0021, 1959, 2341),
    Measured(0.0501, 2.114, 0.00854, 0.00094, 1967, 2192),
    Measured(0.0999, 2.764, 0.00595, 0.00068, 1973, 2310),
    Measured(0.1004, 2.889, 0.00566, 0.00042, 1976, 2244),
    Measured(0.1981, 3.719, 0.00372, 0.00028, 1986, 2302),
    Measured(0.3018, 4.422, 0.00294, 0.00020, 1992, 2271),
    Measured(0.3975, 5.045, 0.00208, 0.00014, 1998, 2181),
    Measured(0.4997, 5.694, 0.00191, 0.000097, 2007, 2152),
    Measured(0.5956, 6.419, 0.00176, 0.000069, 2002, 2209),
    Measured(0.6973, 6.928, 0.00175, 0.00011, 2013, 2184),
    Measured(0.7979, 7.564, 0.00156, 0.000062, 2015, 2183),
    Measured(0.9025, 7.870, 0.00151, 0.000067, 2016, 2163),
    Measured(1.0005, 8.397, 0.00131, 0.000081, 2022, 2173),
)


def repeat(experiment: Measured, router: str, *, requests: int = 20_000, seed: int = 1) -> Measured:
    """Return what the model gives for the settings of an experiment.

    Parameters
    ----------
    experiment : Measured
        Rate and times to take over.
    router : str
        Key of `routers.ROUTERS`.
    requests : int
        About how many requests to simulate.
    seed : int
        Seed of all streams.

    """
    start = StartUp((Phase(CREATE, round((experiment.cold - experiment.warm) * MILLISECOND)),))
    until = round(requests / experiment.rate * SECOND)
    pool = Pool(start, router=router, keep_alive=IDLE_TIME, record=False, seed=seed)
    coming = arrivals.poisson(experiment.rate, until, seed)
    tally = Tally().add(stream(pool, coming, arrivals.exponential(experiment.warm * MILLISECOND, seed)))
    pool.advance(until)
    mean = pool.environment_time(until) / until
    return experiment._replace(environments=mean, cold_share=tally.cold_share, error=0.0)


def distance(router: str, *, requests: int = 20_000, seed: int = 1) -> tuple[float, float]:
    """Return how far a router is from the measurements, as mean factors: of environments, of cold starts.

    A factor of 1 is agreement, 2 means twice or half of what was measured on average. A router without a
    single cold start at some rate counts as having had half a one.
    """
    environments = cold = 0.0
    for experiment in MEASURED:
        model = repeat(experiment, router, requests=requests, seed=seed)
        environments += abs(math.log(model.environments / experiment.environments))
        cold += abs(math.log(max(model.cold_share, 0.5 / requests) / experiment.cold_share))
    return math.exp(environments / len(MEASURED)), math.exp(cold / len(MEASURED))
