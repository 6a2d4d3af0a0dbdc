"""Writes that meet: several clients change one item, or one client does not know whether its write arrived.

Modelled: real requests on a table (`kumo.dynamodb.model.table`), one after the other. In the races all clients read
before the first of them writes, the worst order; who is refused reads again and writes again, until it succeeds. In
the resending every send but the last loses its request or its answer on the way. Not modelled: time between requests,
backoff, clients that give up.

Numbers count what the clients add to the attribute; there is no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.dynamodb.model import values
from kumo.dynamodb.model.errors import DynamoDBError
from kumo.dynamodb.model.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCKING, RESENDING, COUNTING = "locking", "resending", "counting"
REQUEST, ANSWER = "request", "answer"
READ, WRITE = "read", "write"
START = 20
KEY = {"id": "cup-1"}


@dataclass(frozen=True)
class Exchange:
    """One request of a client and its answer.

    Attributes
    ----------
    client : int
        Who asks, from 0.
    action : str
        `READ` or `WRITE`.
    update, condition : str
        The expressions with their values filled in; empty for none.
    arrived : bool
        Whether the request reached the table.
    done : bool
        Whether it did what it should: a refused write did not.
    answered : bool
        Whether the answer reached the client.
    item : dict of str to int
        The numbers of the item after it.

    """

    client: int
    action: str
    update: str
    condition: str
    arrived: bool
    done: bool
    answered: bool
    item: Mapping[str, int]


@dataclass(frozen=True)
class SafeWritesTrace:
    """What happened to the item.

    Attributes
    ----------
    scenario : str
        `LOCKING`, `RESENDING` or `COUNTING`.
    guarded : bool
        Whether the writes were of the safe kind.
    attribute : str
        The attribute that is changed.
    exchanges : tuple of Exchange
        All requests in order.
    start, wanted, found : int
        The attribute before, as it should be after all, and as it is.

    """

    scenario: str
    guarded: bool
    attribute: str
    exchanges: tuple[Exchange, ...]
    start: int
    wanted: int
    found: int

    @property
    def right(self) -> bool:
        """Whether each change counts exactly once."""
        return self.wanted == self.found

    @property
    def refused(self) -> int:
        """Writes that the condition stopped."""
        return sum(one.arrived and not one.done for one in self.exchanges)


class _Shop:
    """The table and the log of what is asked of it."""

    def __init__(self, attribute: str, **more: int) -> None:
        self.table = Table("Shop", {"id": "S"}, partition="id")
        self.table.put({**KEY, attribute: START, **more})
        self.log: list[Exchange] = []

    def numbers(self) -> dict[str, int]:
        item = self.table.get(KEY).item or {}
        return {name: int(value.data) for name, value in item.items() if value.type == "N"}

    def read(self, client: int) -> dict[str, int]:
        found = self.numbers()
        self.log.append(Exchange(client, READ, "", "", arrived=True, done=True, answered=True, item=found))
        return found

    def write(
        self,
        client: int,
        update: str,
        condition: str,
        given: Mapping[str, int],
        *,
        arrives: bool = True,
        answered: bool = True,
    ) -> bool:
        """Send a write; return whether the client knows that it was done."""
        done = False
        if arrives:
            try:
                used = {name: value for name, value in given.items() if name in f"{update} {condition}"}
                self.table.update(KEY, update, condition=condition or None, values=used)
                done = True
            except DynamoDBError:
                done = False
        filled = [_filled(text, given) for text in (update, condition)]
        arrived, heard = arrives, arrives and answered
        self.log.append(
            Exchange(client, WRITE, *filled, arrived=arrived, done=done, answered=heard, item=self.numbers())
        )
        return done and heard


def race(scenario: str, clients: int, step: int, *, guarded: bool) -> SafeWritesTrace:
    """Let `clients` clients each add `step` to the item (`LOCKING`, `COUNTING`)."""
    attribute = "price" if scenario == LOCKING else "hits"
    shop = _Shop(attribute, **({"version": 1} if scenario == LOCKING else {}))
    if scenario == COUNTING and guarded:
        for client in range(clients):
            shop.write(client, f"ADD {attribute} :n", "", {":n": step})
    else:
        waiting = [(client, shop.read(client)) for client in range(clients)]
        while waiting:
            client, seen = waiting.pop(0)
            if not _add(shop, client, attribute, seen, step, guarded=guarded):
                # Refused: whoever was first has changed the version. Read again, then write again.
                while not _add(shop, client, attribute, shop.read(client), step, guarded=guarded):
                    pass
    return _trace(scenario, shop, attribute, clients * step, guarded=guarded)


def resend(sends: int, step: int, lost: str, *, guarded: bool) -> SafeWritesTrace:
    """Let one client send a change `sends` times; the way of every send but the last fails (`RESENDING`)."""
    shop = _Shop("price")
    seen = shop.read(0)["price"]
    for number in range(sends):
        last = number == sends - 1
        shop.write(
            0,
            "SET price = price + :n",
            "price = :seen" if guarded else "",
            {":n": step, ":seen": seen},
            arrives=last or lost == ANSWER,
            answered=last or lost == REQUEST,
        )
    return _trace(RESENDING, shop, "price", step, guarded=guarded)


def _add(shop: _Shop, client: int, attribute: str, seen: Mapping[str, int], step: int, *, guarded: bool) -> bool:
    update = f"SET {attribute} = :new"
    condition = ""
    given = {":new": seen[attribute] + step}
    if "version" in seen:
        update += ", version = :next"
        given |= {":next": seen["version"] + 1, ":seen": seen["version"]}
        condition = "version = :seen" if guarded else ""
    return shop.write(client, update, condition, given)


def _trace(scenario: str, shop: _Shop, attribute: str, added: int, *, guarded: bool) -> SafeWritesTrace:
    found = shop.numbers()[attribute]
    return SafeWritesTrace(scenario, guarded, attribute, tuple(shop.log), START, START + added, found)


def _filled(text: str, given: Mapping[str, int]) -> str:
    """Return an expression with the values in the place of their placeholders, as a reader takes it in."""
    for name in sorted(given, key=len, reverse=True):
        text = text.replace(name, values.written(values.number(given[name])))
    return text
