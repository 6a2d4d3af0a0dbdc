"""The question bank: files of YAML, one for each section, checked and read into values that do not change.

A file that does not follow ``schema.json``, or whose questions make no sense, is refused as a whole, with one
sentence for each thing that is wrong: file, question, field, and what would be right.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(__file__).parent
BANK = HERE / "bank"


class BankError(ValueError):
    """A bank that cannot be used; the message has a line for each problem."""


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Item:
    """One of the things to put in order."""

    text: str
    why: str


@dataclass(frozen=True)
class Pair:
    """What belongs together: the reader chooses a `right` for each `left`."""

    left: str
    right: str
    why: str


@dataclass(frozen=True)
class Decoy:
    """A further `right` that belongs to no `left`."""

    right: str
    why: str


@dataclass(frozen=True)
class Answer:
    """A number, in `unit`; what differs from it by no more than `tolerance` is right as well."""

    value: float
    unit: str
    tolerance: float = 0


@dataclass(frozen=True)
class Trap:
    """A number that a typical mistake leads to, in the answer's unit."""

    value: float
    why: str


@dataclass(frozen=True)
class See:
    """A state of an explorer that shows why: ``2-development/2-1-4-throttling#throttling?spike=0``."""

    link: str
    text: str

    @property
    def page(self) -> str:
        """The page on which the explorer stands, as in `Question.page`."""
        return self.link.partition("#")[0]

    @property
    def fragment(self) -> str:
        """What follows the ``#``: the explorer's anchor and its parameters."""
        return self.link.partition("#")[2]


@dataclass(frozen=True)
class Question:
    """One question. Which of the parts it has depends on its kind; the others are empty.

    Attributes
    ----------
    id : str
        Name in kebab case; readers' records refer to it, so it is never given to another question.
    section : str
        Name of the file that it stands in, without the ending.
    page : str
        The page that teaches the answer: its path below ``chapters/``, without the ending.
    task : str
        Task statement of the exam guide, such as ``4.3``.
    difficulty : str
        ``basic``, ``standard`` or ``advanced``.
    kind : str
        ``single``, ``multiple`` (options), ``order`` (items), ``match`` (pairs, decoys) or ``number`` (answer, why,
        traps).
    stem : str
        What is asked, in Markdown (code, bold, paragraphs).
    items : tuple of Item
        In the right order.
    sources : tuple of str
        Addresses of the pages that say so.

    """

    id: str
    section: str
    page: str
    task: str
    difficulty: str
    kind: str
    stem: str
    sources: tuple[str, ...]
    options: tuple[Option, ...] = ()
    items: tuple[Item, ...] = ()
    pairs: tuple[Pair, ...] = ()
    decoys: tuple[Decoy, ...] = ()
    answer: Answer | None = None
    why: str = ""
    traps: tuple[Trap, ...] = ()
    see: tuple[See, ...] = ()

    @property
    def domain(self) -> int:
        """The exam's domain that the task belongs to, from 1 to 4."""
        return int(self.task.partition(".")[0])

    @property
    def right(self) -> tuple[Option, ...]:
        """The right options."""
        return tuple(option for option in self.options if option.right)


@cache
def load(folder: Path = BANK) -> tuple[Question, ...]:
    """Return every question of the bank, by file name and then in the file's order.

    Files are taken to follow the schema, which the tests see to (`read`): the validator alone takes seconds to import,
    and every page with questions would wait for it.

    Raises
    ------
    BankError
        When a file cannot be read, a question lacks something, or two have the same id.

    """
    found: list[Question] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found += _questions(path)
        except BankError as error:
            problems.append(str(error))
    places = Counter(question.id for question in found)
    problems += [
        f"{question.section}.yaml: {question.id}: id: {places[question.id]} questions have this id"
        for question in found
        if places[question.id] > 1
    ]
    if problems:
        raise BankError("\n".join(problems))
    return tuple(found)


def read(path: Path) -> tuple[Question, ...]:
    """Return the questions of one file, after every check.

    Raises
    ------
    BankError
        When the file cannot be read, or a question is not as it should be.

    """
    content = _parsed(path)
    problems = list(_against_schema(content)) or [
        f"{raw['id']}: {problem}" for raw in content["questions"] for problem in _without_sense(raw)
    ]
    if problems:
        raise BankError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return tuple(_question(path.stem, raw) for raw in content["questions"])


def _questions(path: Path) -> tuple[Question, ...]:
    try:
        return tuple(_question(path.stem, raw) for raw in _parsed(path)["questions"])
    except (KeyError, TypeError, AttributeError):
        # The schema says it better.
        return read(path)


# ---------------------------------------------------------------- YAML


def _parsed(path: Path) -> Any:
    import yaml  # noqa: PLC0415 -- whoever only asks for names need not have it

    # The parser in C is ten times faster and not there on every machine.
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):
        """YAML without its habit of keeping the last of two fields of the same name."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 -- the base class's
            names = Counter(key.value for key, _ in node.value)
            if twice := [name for name, count in names.items() if count > 1]:
                line = node.start_mark.line + 1
                raise BankError(f"{path.name}: line {line}: the field {twice[0]} is there twice; keep one")
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 -- a safe one, see above
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        reason = getattr(error, "problem", None) or error
        raise BankError(
            f"{path.name}: {place}this is not YAML ({reason}); quote texts that hold «: » or begin with a backquote"
        ) from error


# ---------------------------------------------------------------- the schema, in sentences


def _against_schema(content: Any) -> Iterator[str]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- whoever only asks for names need not have it

    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    errors = Draft202012Validator(schema).iter_errors(content)
    for error in sorted(errors, key=lambda error: list(map(str, error.path))):
        place = list(error.path)
        name = ""
        if len(place) > 1:  # questions, number of the question, field …
            question = content["questions"][place[1]]
            identifier = question.get("id") if isinstance(question, dict) else None
            name = f"{identifier or f'question {place[1] + 1}'}: "
        for field, said in _said(error):
            written = _field([*(place[2:] if name else place), *field])
            yield f"{name}{written}{': ' if written else ''}{said}"


def _field(place: list[str | int]) -> str:
    """Return a place as people write it: ``options[2].why``, counted from 1."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


_TYPES = {"string": "text", "number": "a number", "array": "a list", "object": "fields", "boolean": "true or false"}
_PATTERNS = {
    "id": "a name in kebab case of two words or more, such as throttling-long-run-share",
    "page": "a path below chapters/ without an ending, such as 2-development/2-1-4-throttling",
    "link": "page#explorer?parameter=value, such as 2-development/2-1-4-throttling#throttling?burst=40",
    "sources": "an address that begins with https://",
}


def _said(error: Any) -> Iterator[tuple[list[str], str]]:
    """Yield for an error of the schema where below its place it is, and what it is, in words."""
    value, kind, wanted = error.instance, error.validator, error.validator_value
    if kind == "required":
        # One error stands for one missing field, which only its message names.
        yield [re.match(r"'([^']+)'", error.message)[1]], "is missing"
    elif kind == "additionalProperties":
        for name in value:
            if name not in error.schema["properties"]:
                yield [str(name)], f"there is no such field; there are {', '.join(error.schema['properties'])}"
    elif kind == "not":
        yield [], "a question of this kind has no such field"
    elif kind == "type":
        quote = "; quote it" if wanted == "string" and isinstance(value, int | float) else ""
        yield [], f"must be {_TYPES[wanted]}, not {value!r}{quote}"
    elif kind == "enum":
        quote = "; quote it" if isinstance(value, float) else ""
        yield [], f"must be one of {', '.join(wanted)}, not {value!r}{quote}"
    elif kind == "pattern":
        field = next((str(part) for part in reversed(error.path) if isinstance(part, str)), "")
        yield [], f"must be {_PATTERNS[field]}, not {value!r}" if field in _PATTERNS else "is empty"
    elif kind in {"minItems", "maxItems"}:
        yield [], f"has {len(value)} entries; {'at least' if kind == 'minItems' else 'at most'} {wanted} are allowed"
    else:
        yield [], error.message


# ---------------------------------------------------------------- what a schema cannot say

_SINGLE, _FEW = (1,), (2, 3)


def _without_sense(raw: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a question that follows the schema."""
    kind = raw["kind"]
    if kind in {"single", "multiple"}:
        count = sum(option.get("right", False) for option in raw["options"])
        allowed = _SINGLE if kind == "single" else _FEW
        if count not in allowed:
            yield f"options: {count} are right; a question of kind {kind} has {' or '.join(map(str, allowed))}"
        elif kind == "multiple" and f"{count}つ選" not in raw["stem"]:
            yield f"stem: must say how many to choose ({count}つ選択)"
        yield from _twice("options", (option["text"] for option in raw["options"]))
    elif kind == "order":
        yield from _twice("items", (item["text"] for item in raw["items"]))
    elif kind == "match":
        yield from _twice("pairs", (pair["left"] for pair in raw["pairs"]))
        rights = {pair["right"] for pair in raw["pairs"]}
        decoys = [decoy["right"] for decoy in raw.get("decoys", ())]
        yield from _twice("decoys", decoys)
        if both := sorted(rights.intersection(decoys)):
            yield f"decoys: {both[0]!r} belongs to a pair, so it misleads no one"
        if len(rights) + len(decoys) < 2:  # noqa: PLR2004 -- a choice
            yield "pairs: all have the same right side, so there is nothing to choose"
    else:
        answer = Answer(**raw["answer"])
        for index, trap in enumerate(raw.get("traps", ()), start=1):
            if abs(trap["value"] - answer.value) <= answer.tolerance:
                yield f"traps[{index}]: {trap['value']} counts as right"
        yield from _twice("traps", (str(trap["value"]) for trap in raw.get("traps", ())))


def _twice(field: str, texts: Iterable[str]) -> Iterator[str]:
    for text, count in Counter(text.strip() for text in texts).items():
        if count > 1:
            yield f"{field}: {text!r} is there {count} times"


# ---------------------------------------------------------------- values


def _question(section: str, raw: dict[str, Any]) -> Question:
    def parts(field: str, kind: type) -> tuple[Any, ...]:
        return tuple(kind(**_stripped(part)) for part in raw.get(field, ()))

    return Question(
        id=raw["id"],
        section=section,
        page=raw["page"],
        task=raw["task"],
        difficulty=raw["difficulty"],
        kind=raw["kind"],
        stem=raw["stem"].strip(),
        sources=tuple(raw["sources"]),
        options=tuple(Option(**{"right": False, **_stripped(option)}) for option in raw.get("options", ())),
        items=parts("items", Item),
        pairs=parts("pairs", Pair),
        decoys=parts("decoys", Decoy),
        answer=Answer(**raw["answer"]) if "answer" in raw else None,
        why=raw.get("why", "").strip(),
        traps=parts("traps", Trap),
        see=parts("see", See),
    )


def _stripped(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in part.items()}
