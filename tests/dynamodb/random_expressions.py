"""Strategies for items and expressions: what hypothesis asks both our engine and moto.

Each attribute has one type: moto raises Python errors for comparisons across types, where DynamoDB answers false.
What holds across types is tested without moto, in test_conditions.py. An expression comes with the values of its
placeholders: a drawn `Asked`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """An expression with the values of its placeholders, in DynamoDB's JSON."""

    text: str
    values: Json = field(default_factory=dict)


# Few different ones, so that values are often equal.
strings = st.sampled_from(["", "x", "xy", "xyz", "y", "名前"]).map(lambda text: {"S": text})
numbers = st.sampled_from(["-3", "-0.5", "0", "1", "1.0", "2", "10", "9", "12345678901234567890.5"]).map(
    lambda text: {"N": text}
)
binaries = st.sampled_from([b"x", b"xy", b"\x00\xff", b"y"]).map(lambda data: {"B": data})
flags = st.booleans().map(lambda flag: {"BOOL": flag})
string_sets = st.sets(st.sampled_from(["x", "y", "z", "xy"]), min_size=1).map(lambda some: {"SS": sorted(some)})
number_sets = st.sets(st.integers(-1, 3), min_size=1).map(lambda some: {"NS": [str(one) for one in sorted(some)]})
lists = st.lists(numbers, min_size=1, max_size=3).map(lambda some: {"L": some})
maps = st.fixed_dictionaries({"n": numbers, "s": strings, "l": lists}).map(lambda entries: {"M": entries})

BY_TYPE = {
    "N": numbers,
    "S": strings,
    "B": binaries,
    "BOOL": flags,
    "SS": string_sets,
    "NS": number_sets,
    "L": lists,
    "M": maps,
}
# Attributes by name. Every item has them all: moto takes what is missing for equal to what is missing.
ATTRIBUTES = {
    "n": "N", "m": "N", "s": "S", "t": "S", "y": "B", "k": "BOOL", "g": "SS", "h": "NS", "l": "L", "o": "M",
}  # fmt: skip
PATHS = {**ATTRIBUTES, "o.n": "N", "o.s": "S", "o.l": "L", "l[0]": "N", "o.l[0]": "N"}
items = st.fixed_dictionaries({name: BY_TYPE[kind] for name, kind in ATTRIBUTES.items()})


def path(*kinds: str) -> st.SearchStrategy[str]:
    """Return a strategy for paths to values of these types."""
    return st.sampled_from([name for name, kind in PATHS.items() if kind in kinds])


class Writer:
    """An expression being drawn: its placeholders get numbers."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.values = draw, {}

    def value(self, kind: str) -> str:
        name = f":v{len(self.values)}"
        self.values[name] = self.draw(BY_TYPE[kind])
        return name

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def path(self, *kinds: str) -> str:
        return self.draw(path(*kinds))

    def condition(self, depth: int) -> str:
        """Return the text of a condition with at most `depth` levels of AND, OR and NOT."""
        parts = [self.compare, self.between, self.among, self.function]
        if not depth or self.one_of("leaf", "branch", "branch") == "leaf":
            return self.draw(st.sampled_from(parts))()
        word = self.one_of("AND", "and", "OR", "Or", "NOT")
        if word == "NOT":
            return f"NOT {self.part(depth - 1)}"
        return f"{self.part(depth - 1)} {word} {self.part(depth - 1)}"

    def part(self, depth: int) -> str:
        text = self.condition(depth)
        return f"({text})" if self.one_of("plain", "enclosed") == "enclosed" else text

    def compare(self) -> str:
        kind = self.one_of("N", "S", "B", "BOOL", "SS", "NS", "L", "M", "size")
        if kind == "size":
            measured = self.path("S", "B", "SS", "NS", "L", "M")
            return f"size({measured}) {self.one_of(*COMPARATORS)} {self.value('N')}"
        operator = self.one_of(*(COMPARATORS if kind in {"N", "S", "B"} else COMPARATORS[:2]))
        left, other = self.path(kind), self.path(kind)
        right = other if other != left and self.one_of("value", "path") == "path" else self.value(kind)
        return f"{left} {operator} {right}" if self.one_of("so", "turned") == "so" else f"{right} {operator} {left}"

    def between(self) -> str:
        low, high = sorted(self.draw(st.tuples(st.integers(-3, 5), st.integers(-3, 5))))
        names = []
        for bound in (low, high):
            names.append(f":v{len(self.values)}")
            self.values[names[-1]] = {"N": str(bound)}
        return f"{self.path('N')} BETWEEN {names[0]} AND {names[1]}"

    def among(self) -> str:
        kind = self.one_of("N", "S", "B")
        return f"{self.path(kind)} IN ({', '.join(self.value(kind) for _ in range(self.draw(st.integers(1, 4))))})"

    def function(self) -> str:
        name = self.one_of("attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains")
        if name == "begins_with":
            return f"{name}({self.path('S')}, {self.value('S')})"
        if name == "contains":
            whole, part = self.draw(st.sampled_from([("S", "S"), ("SS", "S"), ("NS", "N"), ("L", "N")]))
            return f"{name}({self.path(whole)}, {self.value(part)})"
        place = self.draw(st.sampled_from([*PATHS, "absent", "o.absent", "l[7]"]))
        if name == "attribute_type":
            placeholder = f":v{len(self.values)}"
            self.values[placeholder] = {"S": self.one_of(*TYPES)}
            return f"{name}({place}, {placeholder})"
        return f"{name}({place})"


@st.composite
def conditions(draw: st.DrawFn) -> Asked:
    """Draw a condition that is well formed, of up to three levels of AND, OR and NOT."""
    writer = Writer(draw)
    text = writer.condition(draw(st.integers(0, 3)))
    return Asked(text, writer.values)


def _number(writer: Writer) -> str:
    """Return a right-hand side that is a number."""
    operands = [writer.path("N"), writer.value("N"), f"if_not_exists({writer.path('N')}, {writer.value('N')})"]
    if writer.one_of("plain", "sum") == "plain":
        return writer.one_of(*operands)
    return f"{writer.one_of(*operands)} {writer.one_of('+', '-')} {writer.one_of(*operands)}"


@st.composite
def updates(draw: st.DrawFn) -> Asked:
    """Draw an update expression: each of the attributes is changed at most once."""
    writer = Writer(draw)
    clauses: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
    for name in draw(st.lists(st.sampled_from(["n", "m", "s", "g", "h", "l", "o", "q"]), unique=True, min_size=1)):
        clause, text = _change(writer, name)
        clauses[clause].append(text)
    order = draw(st.permutations(list(clauses)))
    text = " ".join(f"{clause} {', '.join(clauses[clause])}" for clause in order if clauses[clause])
    # Operands are drawn before one is chosen: the values of the others are not sent.
    words = set(text.replace("(", " ").replace(")", " ").replace(",", " ").split())
    return Asked(text, {name: value for name, value in writer.values.items() if name in words})


def _change(writer: Writer, name: str) -> tuple[str, str]:
    kind = ATTRIBUTES.get(name, "N")
    if kind == "N":
        if writer.one_of("SET", "ADD") == "ADD":
            return "ADD", f"{name} {writer.value('N')}"
        return "SET", f"{name} = {_number(writer)}"
    if kind in {"SS", "NS"}:
        return writer.one_of("ADD", "DELETE"), f"{name} {writer.value(kind)}"
    if kind == "L":
        parts = [name, writer.value("L")]
        return "SET", writer.one_of(
            f"l[0] = {writer.value('N')}", f"l[9] = {writer.value('S')}", f"l = list_append({', '.join(parts)})",
            f"l = list_append({', '.join(parts[::-1])})",
        )  # fmt: skip
    if kind == "M":
        return writer.draw(
            st.sampled_from([("SET", f"o.n = {_number(writer)}"), ("REMOVE", "o.s"), ("REMOVE", "o.l[0]"),
                             ("REMOVE", "o"), ("SET", f"o.q = {writer.value('M')}")])
        )  # fmt: skip
    return writer.draw(st.sampled_from([("REMOVE", name), ("SET", f"{name} = {writer.value('S')}")]))
