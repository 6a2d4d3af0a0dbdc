"""The explorers of Amazon DynamoDB: parameters, and which model, view and words belong together."""

from __future__ import annotations

import json

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Text, Toggle
from kumo.dynamodb.model import (
    capacity,
    consistency,
    dax,
    expressions,
    global_tables,
    modes,
    partitions,
    reading,
    safe_writes,
    stream_records,
    streams,
    time_to_live,
    triggers,
)
from kumo.dynamodb.view import capacity as capacity_view
from kumo.dynamodb.view import consistency as consistency_view
from kumo.dynamodb.view import dax as dax_view
from kumo.dynamodb.view import expressions as expressions_view
from kumo.dynamodb.view import global_tables as global_tables_view
from kumo.dynamodb.view import modes as modes_view
from kumo.dynamodb.view import partitions as partitions_view
from kumo.dynamodb.view import reading as reading_view
from kumo.dynamodb.view import safe_writes as safe_writes_view
from kumo.dynamodb.view import stream_records as stream_records_view
from kumo.dynamodb.view import time_to_live as time_to_live_view
from kumo.dynamodb.view import triggers as triggers_view
from kumo.dynamodb.words import capacity as capacity_words
from kumo.dynamodb.words import consistency as consistency_words
from kumo.dynamodb.words import dax as dax_words
from kumo.dynamodb.words import expressions as expressions_words
from kumo.dynamodb.words import global_tables as global_tables_words
from kumo.dynamodb.words import modes as modes_words
from kumo.dynamodb.words import partitions as partitions_words
from kumo.dynamodb.words import reading as reading_words
from kumo.dynamodb.words import safe_writes as safe_writes_words
from kumo.dynamodb.words import stream_records as stream_records_words
from kumo.dynamodb.words import time_to_live as time_to_live_words
from kumo.dynamodb.words import triggers as triggers_words

# More attributes and longer text than the picture has room for.
LONG_ITEM = json.dumps(
    {"id": "long", "title": "名前も説明もとても長い商品で、一行にも二行にも収まりません" * 3}
    | {f"a{n}": n for n in range(14)},
    ensure_ascii=False,
)


class Expressions(Explorer):
    """One request on one item: its expressions judged part by part, and the item before and after."""

    words = expressions_words
    view = expressions_view

    scenario = Choice(
        expressions_words.SCENARIO,
        expressions_words.SCENARIOS,
        default="stock",
        help=expressions_words.SCENARIO_HELP,
    )
    expression = Text(
        expressions_words.EXPRESSION,
        default="",
        max_length=400,
        lines=2,
        examples=("SET stock = stock - :n", "SET details.size.x = :n", "REMOVE tags[0] ADD price :n", "HELLO"),
        help=expressions_words.EXPRESSION_HELP,
    )
    condition = Text(
        expressions_words.CONDITION,
        default="",
        max_length=400,
        lines=2,
        examples=(
            "price > :n AND (stock = :n OR NOT begins_with(title, :who))",
            "attribute_not_exists(sale) AND size(tags) >= :n AND details.width < details.depth",
            "size(title",
            "NOT (NOT (NOT (NOT (NOT (NOT (NOT (NOT (NOT price = :n))))))) OR stock = :n)",
        ),
        help=expressions_words.CONDITION_HELP,
    )
    item = Text(
        expressions_words.ITEM,
        default="",
        max_length=800,
        lines=4,
        check=expressions_words.check_item,
        examples=(
            '{"id": "pen-7", "title": "ペン", "price": 1.5, "stock": 1, "colors": {"SS": ["black"]}}',
            '{"id": "x"}',
            LONG_ITEM,
        ),
        help=expressions_words.ITEM_HELP,
    )
    names = Text(
        expressions_words.NAMES,
        default="",
        max_length=200,
        check=expressions_words.check_names,
        examples=('{"#s": "status"}',),
        help=expressions_words.NAMES_HELP,
    )
    values = Text(
        expressions_words.VALUES,
        default="",
        max_length=400,
        lines=2,
        check=expressions_words.check_values,
        examples=('{":n": 1, ":who": "suzuki", ":sold": "red"}', '{":n": {"SS": ["a", "b"]}}'),
        help=expressions_words.VALUES_HELP,
    )

    def simulate(self) -> expressions.ExpressionsTrace:
        return expressions.ask(
            self.scenario,
            self.item,
            expression=self.expression,
            condition=self.condition,
            names=self.names,
            given=self.values,
        )


class SafeWrites(Explorer):
    """Clients that change one item at the same time, or send a change again, and whether each change counts once."""

    words = safe_writes_words
    view = safe_writes_view

    scenario = Choice(
        safe_writes_words.SCENARIO,
        safe_writes_words.SCENARIOS,
        default=safe_writes.LOCKING,
        help=safe_writes_words.SCENARIO_HELP,
    )
    guarded = Toggle(safe_writes_words.GUARDED, default=True, help=safe_writes_words.GUARDED_HELP)
    clients = Range(safe_writes_words.CLIENTS, default=2, low=2, high=4, help=safe_writes_words.CLIENTS_HELP)
    step = Range(safe_writes_words.STEP, default=3, low=1, high=9, help=safe_writes_words.STEP_HELP)
    lost = Choice(
        safe_writes_words.LOST,
        safe_writes_words.LOST_OPTIONS,
        default=safe_writes.ANSWER,
        help=safe_writes_words.LOST_HELP,
    )

    def simulate(self) -> safe_writes.SafeWritesTrace:
        if self.scenario == safe_writes.RESENDING:
            return safe_writes.resend(self.clients, self.step, self.lost, guarded=self.guarded)
        return safe_writes.race(self.scenario, self.clients, self.step, guarded=self.guarded)


class QueryAndScan(Explorer):
    """A small table, one query or scan of it, and what it reads, returns and takes, page by page."""

    words = reading_words
    view = reading_view

    operation = Choice(
        reading_words.OPERATION, reading_words.OPERATIONS, default=reading.QUERY, help=reading_words.OPERATION_HELP
    )
    source = Choice(reading_words.SOURCE, reading_words.SOURCES, default=reading.TABLE, help=reading_words.SOURCE_HELP)
    key = Text(
        reading_words.KEY_CONDITION,
        default=reading_words.KEY_CONDITION_DEFAULT,
        max_length=200,
        lines=2,
        examples=(
            "customer = :c",
            "phase = :p AND ordered BETWEEN :from AND :to",
            "customer = :c AND amount > :min",
            "amount > :min",
        ),
        help=reading_words.KEY_CONDITION_HELP,
    )
    filter = Text(
        reading_words.FILTER,
        default=reading_words.FILTER_DEFAULT,
        max_length=200,
        lines=2,
        examples=("", "attribute_not_exists(phase) OR phase = :p", "customer = :c", "amount ="),
        help=reading_words.FILTER_HELP,
    )
    projection = Text(
        reading_words.PROJECTION,
        default="",
        max_length=100,
        examples=("ordered, amount", "body"),
        help=reading_words.PROJECTION_HELP,
    )
    values = Text(
        reading_words.VALUES,
        default=reading_words.VALUES_DEFAULT,
        max_length=200,
        lines=2,
        check=expressions_words.check_values,
        examples=('{":c": "tanaka", ":from": "2026-09", ":to": "2026-12", ":p": "open", ":min": 900}',),
        help=reading_words.VALUES_HELP,
    )
    limit = Range(
        reading_words.LIMIT, default=0, low=0, high=8, unit=reading_words.LIMIT_UNIT, help=reading_words.LIMIT_HELP
    )
    size = Range(
        reading_words.SIZE, default=3, low=1, high=400, unit=reading_words.SIZE_UNIT, help=reading_words.SIZE_HELP
    )
    projected = Choice(
        reading_words.KEYS_ONLY, reading_words.PROJECTIONS, default="ALL", help=reading_words.KEYS_ONLY_HELP
    )
    consistent = Toggle(reading_words.CONSISTENT, default=False, help=reading_words.CONSISTENT_HELP)
    items = Text(
        reading_words.ITEMS,
        default=reading_words.ITEMS_DEFAULT,
        max_length=1200,
        lines=6,
        check=reading_words.check_table,
        examples=("sato 2026-11-01", "\n".join(f"sato {day:02} amount={day} phase=open" for day in range(16))),
        help=reading_words.ITEMS_HELP,
    )

    def simulate(self) -> reading.ReadingTrace:
        return reading.look(
            self.items,
            self.operation,
            self.source,
            key_condition=self.key,
            filter=self.filter,
            projection=self.projection,
            given=expressions.read_json(self.values) if self.values.strip() else {},
            limit=self.limit,
            kilobytes=self.size,
            keys_only=self.projected == "KEYS_ONLY",
            consistent=self.consistent,
        )


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


class StreamRecords(Explorer):
    """One write to an item, and the record that it leaves under each of the four view types."""

    words = stream_records_words
    view = stream_records_view

    before = Text(
        stream_records_words.ITEM_BEFORE,
        default='{"id": "cup-1", "price": 10, "stock": 3}',
        max_length=160,
        lines=2,
        check=expressions_words.check_item,
        examples=("", '{"id": "cup-1", "price": 12, "stock": 3}'),
        help=stream_records_words.ITEM_BEFORE_HELP,
    )
    after = Text(
        stream_records_words.ITEM_AFTER,
        default='{"id": "cup-1", "price": 12, "stock": 3}',
        max_length=160,
        lines=2,
        check=expressions_words.check_item,
        examples=(
            "",
            '{"id": "pen-7"}',
            json.dumps(
                {"id": "cup-1", "title": "とても長い名前の商品です" * 4, "tags": ["a", "b"], "price": 9.5},
                ensure_ascii=False,
            ),
        ),
        help=stream_records_words.ITEM_AFTER_HELP,
    )
    view_type = Choice(
        stream_records_words.VIEW_TYPE,
        stream_records_words.VIEW_TYPES,
        default=streams.NEW_IMAGE,
        help=stream_records_words.VIEW_TYPE_HELP,
    )

    def simulate(self) -> stream_records.StreamRecordsTrace:
        return stream_records.run(self.before, self.after, self.view_type)


class StreamsAndTriggers(Explorer):
    """Changes of a table on their way through the shards of its stream to a function, batch by batch."""

    words = triggers_words
    view = triggers_view

    rate = Range(
        triggers_words.RATE, default=4, low=1, high=5, unit=triggers_words.PER_SECOND, help=triggers_words.RATE_HELP
    )
    shards = Range(
        triggers_words.SHARDS, default=2, low=1, high=4, unit=triggers_words.PIECES, help=triggers_words.SHARDS_HELP
    )
    batch = Range(
        triggers_words.BATCH, default=4, low=1, high=10, unit=triggers_words.RECORDS, help=triggers_words.BATCH_HELP
    )
    window = Range(
        triggers_words.WINDOW,
        default=0.0,
        low=0.0,
        high=4.0,
        step=0.5,
        unit=triggers_words.SECONDS_UNIT,
        help=triggers_words.WINDOW_HELP,
    )
    duration = Range(
        triggers_words.DURATION,
        default=600,
        low=100,
        high=1500,
        step=100,
        unit=triggers_words.MILLISECONDS,
        help=triggers_words.DURATION_HELP,
    )
    readers = Range(
        triggers_words.READERS, default=1, low=1, high=3, unit=triggers_words.PIECES, help=triggers_words.READERS_HELP
    )
    poison = Range(
        triggers_words.POISON, default=0, low=0, high=12, unit=triggers_words.NUMBER, help=triggers_words.POISON_HELP
    )
    seed = Range(triggers_words.SEED, default=9, low=1, high=50, help=triggers_words.SEED_HELP)

    def simulate(self) -> triggers.TriggersTrace:
        return triggers.run(
            self.rate,
            self.shards,
            batch=self.batch,
            window=round(self.window * 1000),
            duration=self.duration,
            readers=self.readers,
            poison=self.poison,
            seed=self.seed,
        )


class TimeToLive(Explorer):
    """Items with an expiry, their deletion some time after it, and a scan in between."""

    words = time_to_live_words
    view = time_to_live_view

    lifetime = Range(
        time_to_live_words.LIFETIME,
        default=24,
        low=6,
        high=96,
        step=6,
        unit=time_to_live_words.HOURS,
        help=time_to_live_words.LIFETIME_HELP,
    )
    lag = Range(
        time_to_live_words.LAG,
        default=24,
        low=0,
        high=72,
        unit=time_to_live_words.HOURS,
        help=time_to_live_words.LAG_HELP,
    )
    read = Range(
        time_to_live_words.READ,
        default=60,
        low=0,
        high=time_to_live.END,
        step=3,
        unit=time_to_live_words.HOURS,
        help=time_to_live_words.READ_HELP,
    )
    filter = Text(
        time_to_live_words.FILTER,
        default="",
        max_length=120,
        examples=("#ttl > :now", "attribute_not_exists(#ttl) OR #ttl > :now", "ttl > :now", "#ttl >"),
        help=time_to_live_words.FILTER_HELP,
    )
    form = Choice(
        time_to_live_words.FORM,
        time_to_live_words.FORMS,
        default=time_to_live.SECONDS,
        help=time_to_live_words.FORM_HELP,
    )
    seed = Range(time_to_live_words.SEED, default=4, low=1, high=50, help=time_to_live_words.SEED_HELP)

    def simulate(self) -> time_to_live.TimeToLiveTrace:
        return time_to_live.run(
            self.lifetime, self.lag, self.read, form=self.form, filter_expression=self.filter, seed=self.seed
        )


class DaxCaches(Explorer):
    """DAX in front of a table: hits, read units and response times saved, and answers that are out of date."""

    words = dax_words
    view = dax_view

    kind = Choice(dax_words.KIND, dax_words.KIND_OPTIONS, default=consistency.EVENTUAL, help=dax_words.KIND_HELP)
    rate = Range(
        dax_words.RATE,
        default=2.0,
        low=0.2,
        high=3.0,
        step=0.2,
        unit=dax_words.PER_SECOND,
        help=dax_words.RATE_HELP,
    )
    queries = Range(
        dax_words.QUERIES, default=30, low=0, high=90, step=10, unit=dax_words.PERCENT, help=dax_words.QUERIES_HELP
    )
    skew = Range(dax_words.SKEW, default=1.0, low=0.0, high=2.0, step=0.1, help=dax_words.SKEW_HELP)
    writes = Range(dax_words.WRITES, default=3, low=0, high=10, unit=dax_words.PER_MINUTE, help=dax_words.WRITES_HELP)
    around = Range(
        dax_words.AROUND, default=30, low=0, high=100, step=10, unit=dax_words.PERCENT, help=dax_words.AROUND_HELP
    )
    item_ttl = Range(
        dax_words.ITEM_TTL,
        default=dax.ITEM_TTL,
        low=10,
        high=600,
        step=10,
        unit=dax_words.SECONDS,
        help=dax_words.ITEM_TTL_HELP,
    )
    query_ttl = Range(
        dax_words.QUERY_TTL,
        default=dax.QUERY_TTL,
        low=10,
        high=600,
        step=10,
        unit=dax_words.SECONDS,
        help=dax_words.QUERY_TTL_HELP,
    )
    capacity = Range(
        dax_words.CAPACITY,
        default=dax.ITEMS,
        low=5,
        high=dax.ITEMS,
        step=5,
        unit=dax_words.COUNT,
        help=dax_words.CAPACITY_HELP,
    )
    seed = Range(dax_words.SEED, default=1, low=1, high=50, help=dax_words.SEED_HELP)

    def simulate(self) -> dax.DaxTrace:
        return dax.run(
            dax.Setting(
                self.kind,
                self.rate,
                self.queries / 100,
                self.skew,
                self.writes,
                self.around / 100,
                self.item_ttl,
                self.query_ttl,
                self.capacity,
                self.seed,
            )
        )


class GlobalTables(Explorer):
    """One item in two Regions that both write it: last writer wins, or one after the other."""

    words = global_tables_words
    view = global_tables_view

    mode = Choice(
        global_tables_words.MODE,
        global_tables_words.MODES,
        default=global_tables.EVENTUAL,
        help=global_tables_words.MODE_HELP,
    )
    count = Range(
        global_tables_words.COUNT,
        default=3,
        low=1,
        high=6,
        unit=global_tables_words.TIMES,
        help=global_tables_words.COUNT_HELP,
    )
    window = Range(
        global_tables_words.WINDOW,
        default=4000,
        low=500,
        high=10000,
        step=500,
        unit=global_tables_words.MILLISECONDS,
        help=global_tables_words.WINDOW_HELP,
    )
    lag = Range(
        global_tables_words.LAG,
        default=800,
        low=50,
        high=3000,
        step=50,
        unit=global_tables_words.MILLISECONDS,
        help=global_tables_words.LAG_HELP,
    )
    round_trip = Range(
        global_tables_words.ROUND_TRIP,
        default=60,
        low=20,
        high=400,
        step=20,
        unit=global_tables_words.MILLISECONDS,
        help=global_tables_words.ROUND_TRIP_HELP,
    )
    cut = Range(
        global_tables_words.CUT,
        default=0,
        low=0,
        high=6000,
        step=500,
        unit=global_tables_words.MILLISECONDS,
        help=global_tables_words.CUT_HELP,
    )
    seed = Range(global_tables_words.SEED, default=1, low=1, high=50, help=global_tables_words.SEED_HELP)

    def simulate(self) -> global_tables.GlobalTablesTrace:
        return global_tables.run(self.mode, self.count, self.window, self.lag, self.round_trip, self.cut, self.seed)
