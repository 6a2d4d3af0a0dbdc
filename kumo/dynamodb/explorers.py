"""The explorers of Amazon DynamoDB: parameters, and which model, view and words belong together."""

from __future__ import annotations

import json

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Text, Toggle
from kumo.dynamodb.model import expressions, reading, safe_writes
from kumo.dynamodb.view import expressions as expressions_view
from kumo.dynamodb.view import reading as reading_view
from kumo.dynamodb.view import safe_writes as safe_writes_view
from kumo.dynamodb.words import expressions as expressions_words
from kumo.dynamodb.words import reading as reading_words
from kumo.dynamodb.words import safe_writes as safe_writes_words

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
