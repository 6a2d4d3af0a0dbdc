"""Amazon DynamoDB (section 2-3): the expression engine, tables with their indexes, and what reading costs.

Use it like the service, with values in DynamoDB's JSON or in plain Python (`values.item`)::

    from kumo.dynamodb import Index, Table, values

    orders = Table(
        "Orders", {"customer": "S", "orderedAt": "S", "status": "S"}, partition="customer", sort="orderedAt",
        indexes=[Index("byStatus", "status", "orderedAt", projection="KEYS_ONLY")],
    )
    orders.put({"customer": "sato", "orderedAt": "2026-11-01", "status": "new", "amount": 1200})
    orders.update(
        {"customer": "sato", "orderedAt": "2026-11-01"}, "SET amount = amount - :n", condition="amount >= :n",
        values={":n": 200},
    )
    page = orders.query("customer = :c", filter="amount > :low", values={":c": "sato", ":low": 500}, limit=10)
    page.items, page.count, page.scanned_count, page.last_key, page.units

A `Stream` takes what the writes of a table did, at times that the caller gives, and is read like DynamoDB Streams::

    stream = Stream(orders, "NEW_IMAGE")
    stream.add(orders.delete({"customer": "sato", "orderedAt": "2026-11-01"}), at=0)
    records, place = stream.get_records(stream.iterator(0, "TRIM_HORIZON", now=60), now=60)

What the service would refuse raises `DynamoDBError` with the service's own code and message. The parts of the engine
stand on their own: `conditions.Condition`, `updates.Update`, `projection.Projection`, each parsed from its text with
`placeholders.Placeholders`.
"""

from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import DynamoDBError
from kumo.dynamodb.model.placeholders import Placeholders
from kumo.dynamodb.model.streams import Stream
from kumo.dynamodb.model.table import Index, Page, Table, Written

__all__ = ["DynamoDBError", "Index", "Page", "Placeholders", "Stream", "Table", "Written", "values"]
