"""The explorers of Amazon DynamoDB: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Toggle
from kumo.dynamodb.model import capacity, consistency, modes, partitions
from kumo.dynamodb.view import capacity as capacity_view
from kumo.dynamodb.view import consistency as consistency_view
from kumo.dynamodb.view import modes as modes_view
from kumo.dynamodb.view import partitions as partitions_view
from kumo.dynamodb.words import capacity as capacity_words
from kumo.dynamodb.words import consistency as consistency_words
from kumo.dynamodb.words import modes as modes_words
from kumo.dynamodb.words import partitions as partitions_words


class Consistency(Explorer):
    """A write on three replicas and reads soon after it: eventually consistent, strong, transactional."""

    words = consistency_words
    view = consistency_view

    kind = Choice(
        consistency_words.KIND,
        consistency_words.KIND_OPTIONS,
        default=consistency.EVENTUAL,
        help=consistency_words.KIND_HELP,
    )
    lag = Range(
        consistency_words.LAG,
        default=30,
        low=1,
        high=200,
        unit=consistency_words.MILLISECONDS,
        help=consistency_words.LAG_HELP,
    )
    interval = Range(
        consistency_words.INTERVAL,
        default=10,
        low=1,
        high=100,
        unit=consistency_words.MILLISECONDS,
        help=consistency_words.INTERVAL_HELP,
    )
    count = Range(
        consistency_words.COUNT,
        default=6,
        low=1,
        high=8,
        unit=consistency_words.TIMES,
        help=consistency_words.COUNT_HELP,
    )
    seed = Range(consistency_words.SEED, default=4, low=1, high=50, help=consistency_words.SEED_HELP)

    def simulate(self) -> consistency.ConsistencyTrace:
        return consistency.run(self.kind, self.lag, self.interval, self.count, self.seed)


class CapacityUnits(Explorer):
    """What a load needs in read and write capacity units, with the arithmetic."""

    words = capacity_words
    view = capacity_view

    size = Range(
        capacity_words.SIZE,
        default=3.0,
        low=0.5,
        high=400.0,
        step=0.5,
        unit=capacity_words.KB,
        help=capacity_words.SIZE_HELP,
    )
    reads = Range(
        capacity_words.READS_LABEL,
        default=1000,
        low=0,
        high=5000,
        step=10,
        unit=capacity_words.PER_SECOND,
        help=capacity_words.READS_HELP,
    )
    writes = Range(
        capacity_words.WRITES_LABEL,
        default=10,
        low=0,
        high=5000,
        step=10,
        unit=capacity_words.PER_SECOND,
        help=capacity_words.WRITES_HELP,
    )
    indexes = Range(
        capacity_words.INDEXES, default=0, low=0, high=5, unit=capacity_words.COUNT, help=capacity_words.INDEXES_HELP
    )

    def simulate(self) -> capacity.CapacityTrace:
        return capacity.required(round(self.size * 1024), self.reads, self.writes, self.indexes)


class CapacityModes(Explorer):
    """A day of writes with fixed capacity, with auto scaling and on demand: refusals and cost."""

    words = modes_words
    view = modes_view

    peak = Range(
        modes_words.PEAK,
        default=500,
        low=50,
        high=3000,
        step=50,
        unit=modes_words.UNITS,
        help=modes_words.PEAK_HELP,
    )
    spike = Range(
        modes_words.SPIKE,
        default=4.0,
        low=1.0,
        high=10.0,
        step=0.5,
        unit=modes_words.TIMES,
        help=modes_words.SPIKE_HELP,
    )
    length = Range(
        modes_words.LENGTH, default=30, low=1, high=120, unit=modes_words.MINUTES, help=modes_words.LENGTH_HELP
    )
    provisioned = Range(
        modes_words.PROVISIONED,
        default=500,
        low=50,
        high=3000,
        step=50,
        unit=modes_words.UNITS,
        help=modes_words.PROVISIONED_HELP,
    )
    target = Range(
        modes_words.TARGET, default=70, low=20, high=90, unit=modes_words.PERCENT, help=modes_words.TARGET_HELP
    )

    def simulate(self) -> modes.ModesTrace:
        return modes.run(self.peak, self.spike, self.length, self.provisioned, self.target / 100)


class Partitions(Explorer):
    """Keys hashed to partitions: hot keys, adaptive capacity, and write sharding."""

    words = partitions_words
    view = partitions_view

    kinds = Range(
        partitions_words.KEYS, default=20, low=1, high=60, unit=partitions_words.KINDS, help=partitions_words.KEYS_HELP
    )
    skew = Range(partitions_words.SKEW, default=1.2, low=0.0, high=2.0, step=0.1, help=partitions_words.SKEW_HELP)
    writes = Range(
        partitions_words.WRITES,
        default=3000,
        low=100,
        high=8000,
        step=100,
        unit=partitions_words.PER_SECOND,
        help=partitions_words.WRITES_HELP,
    )
    partitions = Range(
        partitions_words.PARTITIONS,
        default=4,
        low=1,
        high=12,
        unit=partitions_words.COUNT,
        help=partitions_words.PARTITIONS_HELP,
    )
    shards = Range(
        partitions_words.SHARDS,
        default=1,
        low=1,
        high=20,
        unit=partitions_words.KINDS,
        help=partitions_words.SHARDS_HELP,
    )
    capacity = Range(
        partitions_words.CAPACITY,
        default=4000,
        low=500,
        high=12000,
        step=100,
        unit=partitions_words.WCU,
        help=partitions_words.CAPACITY_HELP,
    )
    adaptive = Toggle(partitions_words.ADAPTIVE, default=True, help=partitions_words.ADAPTIVE_HELP)

    def simulate(self) -> partitions.PartitionsTrace:
        return partitions.run(
            self.kinds,
            self.skew,
            self.writes,
            self.partitions,
            self.shards,
            self.capacity,
            adaptive=self.adaptive,
        )
