"""A small table that a reader can change, and one query or scan of it, page by page.

Modelled: the table with a global and a local index, the request with its filter, projection and Limit, all of its
pages, read and returned items and units (`kumo.dynamodb.model.table`). Not modelled: time, throttling, writes
meanwhile.

The text of the table has an item per line: partition key, sort key, then ``name=value`` with numbers where the value
is one. Each item gets an attribute `PADDING` that brings it to the wanted size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.dynamodb.model import units, values
from kumo.dynamodb.model.errors import DynamoDBError
from kumo.dynamodb.model.keys import ALL, KEYS_ONLY, Index
from kumo.dynamodb.model.table import Page, Table
from kumo.dynamodb.model.tokens import PLACEHOLDER, tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.dynamodb.model.values import Item

PARTITION, SORT, PHASE, AMOUNT, PADDING = "customer", "ordered", "phase", "amount", "body"
TYPES = {PARTITION: "S", SORT: "S", PHASE: "S", AMOUNT: "N"}
QUERY, SCAN = "query", "scan"
TABLE, GLOBAL, LOCAL = "table", "gsi", "lsi"
MOST_ITEMS = 16
# A request that returns nothing for so many pages has made its point.
MOST_PAGES = 40


class TextError(ValueError):
    """A line of the table's text that is no item.

    Attributes
    ----------
    problem : str
        ``form``, ``pair``, ``twice``, ``type``, ``many`` or ``none``.
    line : int
        Number of the line, from 1.
    content : str
        What is wrong with it.

    """

    def __init__(self, problem: str, line: int, content: str = "") -> None:
        super().__init__(f"{problem} in line {line}: {content}")
        self.problem, self.line, self.content = problem, line, content


@dataclass(frozen=True)
class ReadingTrace:
    """One query or scan from its first page to its last.

    Attributes
    ----------
    operation : str
        `QUERY` or `SCAN`.
    source : str
        `TABLE`, `GLOBAL` or `LOCAL`.
    key_condition, filter, projection : str
        The expressions as sent; empty for none.
    values : dict
        The values that they use.
    limit : int
        Items per page at most; 0 for no limit.
    consistent : bool
        Whether the reads were strongly consistent.
    collections : tuple of tuples of Item
        What the table or the index holds, in the order of a scan.
    pages : tuple of Page
        The answers in order.
    left_out : int
        Items that the index does not hold.
    error : DynamoDBError or None
        What the service answered instead.

    """

    operation: str
    source: str
    key_condition: str
    filter: str
    projection: str
    values: Mapping[str, Any]
    limit: int
    consistent: bool
    collections: tuple[tuple[Item, ...], ...]
    pages: tuple[Page, ...]
    left_out: int
    error: DynamoDBError | None = None

    @property
    def read(self) -> int:
        """Items read."""
        return sum(page.scanned_count for page in self.pages)

    @property
    def returned(self) -> int:
        """Items returned."""
        return sum(page.count for page in self.pages)

    @property
    def size(self) -> int:
        """Bytes read."""
        return sum(page.size for page in self.pages)

    @property
    def units(self) -> float:
        """Read units."""
        return sum(page.units for page in self.pages)

    def state_of(self, item: Item) -> tuple[int, bool] | None:
        """Return on which page (from 0) an item was read and whether it was returned; None when it was not read."""
        for number, page in enumerate(self.pages):
            for one in page.read:
                if one.item == item:
                    return number, one.returned
        return None


def parse_table(text: str) -> list[dict[str, Any]]:
    """Return the items of a text; raise `TextError` for a line that is none."""
    found: list[dict[str, Any]] = []
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for number, words in lines:
        if len(words) < 2 or "=" in words[0] or "=" in words[1]:  # noqa: PLR2004 -- the two keys
            raise TextError("form", number, " ".join(words))
        item: dict[str, Any] = {PARTITION: words[0], SORT: words[1]}
        for word in words[2:]:
            name, equals, content = word.partition("=")
            if not (name and equals and content) or name in {PARTITION, SORT, PADDING}:
                raise TextError("pair", number, word)
            item[name] = _value(content)
            wrong = name in TYPES and values.of_python(item[name]).type != TYPES[name]
            if wrong:
                raise TextError("type", number, word)
        if any(item[PARTITION] == other[PARTITION] and item[SORT] == other[SORT] for other in found):
            raise TextError("twice", number, " ".join(words[:2]))
        found.append(item)
    if not found:
        raise TextError("none", 1)
    if len(found) > MOST_ITEMS:
        raise TextError("many", lines[MOST_ITEMS][0])
    return found


def look(  # noqa: PLR0913 -- what a request consists of
    text: str,
    operation: str,
    source: str,
    *,
    key_condition: str,
    filter: str,  # noqa: A002 -- the API's word
    projection: str,
    given: Mapping[str, Any],
    limit: int,
    kilobytes: int,
    keys_only: bool,
    consistent: bool,
) -> ReadingTrace:
    """Send a request and follow its pages to the end.

    Parameters
    ----------
    text : str
        The table's items (see the module's docstring).
    operation, source : str
        `QUERY` or `SCAN`; `TABLE`, `GLOBAL` or `LOCAL`.
    key_condition, filter, projection : str
        Expressions; empty for none. A scan has no key condition.
    given : mapping
        Values of placeholders; those that no expression uses are not sent.
    limit : int
        Items per page at most; 0 for no limit.
    kilobytes : int
        Size of each item in KB (1,024 bytes); smaller items keep their size.
    keys_only : bool
        Whether the indexes project keys only rather than all attributes.
    consistent : bool
        Whether to read strongly consistently.

    """
    projected = KEYS_ONLY if keys_only else ALL
    table = Table(
        "Orders",
        TYPES,
        partition=PARTITION,
        sort=SORT,
        indexes=(Index(GLOBAL, PHASE, SORT, projected), Index(LOCAL, PARTITION, AMOUNT, projected, local=True)),
    )
    for item in parse_table(text):
        table.put(_padded(item, kilobytes))
    index = None if source == TABLE else source
    key_condition = key_condition.strip() if operation == QUERY else ""
    used = _placeholders_in(key_condition, filter, projection)
    sent = {name: value for name, value in given.items() if name in used}
    request = {"index": index, "values": sent, "consistent": consistent}
    request |= {"filter": filter.strip() or None, "projection": projection.strip() or None, "limit": limit or None}
    pages: list[Page] = []
    refused = None
    try:
        while len(pages) < MOST_PAGES:
            start = pages[-1].last_key if pages else None
            page = (
                table.query(key_condition, start=start, **request)
                if operation == QUERY
                else table.scan(start=start, **request)
            )
            pages.append(page)
            if page.last_key is None:
                break
    except DynamoDBError as error:
        refused = error
    collections = tuple(tuple(one) for one in table.collections(index))
    return ReadingTrace(
        operation,
        source,
        key_condition,
        filter.strip(),
        projection.strip(),
        sent,
        limit,
        consistent,
        collections,
        tuple(pages),
        len(table) - sum(len(one) for one in collections),
        refused,
    )


def _value(content: str) -> str | int:
    return int(content) if content.removeprefix("-").isdecimal() and content.isascii() else content


def _padded(item: dict[str, Any], kilobytes: int) -> dict[str, Any]:
    missing = kilobytes * units.KB - values.item_size(values.item(item)) - len(PADDING)
    return {**item, PADDING: "x" * missing} if missing > 0 else item


def _placeholders_in(*expressions: str) -> set[str]:
    found: set[str] = set()
    for text in expressions:
        try:
            found |= {token.text for token in tokens_of(text, "") if token.kind == PLACEHOLDER}
        except DynamoDBError:
            found |= {word.strip("(),") for word in text.split()}
    return found
