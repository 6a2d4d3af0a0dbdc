"""What a lab's checks are made of.

The checks of the lab ``labs/dynamodb.md`` are the functions of `kumo.labs.checks.dynamodb` that carry `step`, in
their order. Each looks at the state of the service, says in a sentence what is missing, or returns what is right::

    TITLE = "DynamoDBで注文を扱う"
    COSTS = "…"

    @step("テーブルを作る")
    def table(lab):
        found = lab.client("dynamodb").list_tables()["TableNames"]
        need("Orders" in found, "テーブルOrdersがありません。aws dynamodb create-tableで作ります。")
        return "テーブルOrdersがあります。"
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kumo.labs import checks, words
from kumo.labs.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable


class Missing(Exception):  # noqa: N818 -- not an error: what the reader has yet to do
    """What is missing in the service, as a sentence."""


def need(condition: object, sentence: str) -> None:
    """Stop the check with that sentence unless the condition holds."""
    if not condition:
        raise Missing(sentence)


def step(title: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Mark a function as the check of the step with that title; the function's name is the step's."""

    def mark(function: Callable[..., str]) -> Callable[..., str]:
        function.title = title  # type: ignore[attr-defined]
        return function

    return mark


@dataclass(frozen=True)
class Step:
    """One step of a lab: its place (from 1), its name in ``lab.check("…")``, its title, and its check."""

    number: int
    name: str
    title: str
    function: Callable[..., str]


@dataclass(frozen=True)
class Plan:
    """A lab by its name: what it is called, what it would cost in a real account, and its steps."""

    name: str
    title: str
    costs: str
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """Return the step of that name.

        Raises
        ------
        LabError
            When there is none.

        """
        for each in self.steps:
            if each.name == name:
                return each
        known = "、".join(each.name for each in self.steps)
        raise LabError(words.UNKNOWN_STEP.format(name=name, known=known))


def names() -> list[str]:
    """Return the names of all labs: those of the modules, with hyphens."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(checks.__path__))


def plan(name: str) -> Plan:
    """Return the lab of that name.

    Raises
    ------
    LabError
        When there is none.

    """
    if name not in names():
        raise LabError(words.UNKNOWN_LAB.format(name=name, known="、".join(names())))
    module: Any = import_module(f"{checks.__name__}.{name.replace('-', '_')}")
    functions = [each for each in vars(module).values() if hasattr(each, "title") and callable(each)]
    steps = (Step(number, each.__name__, each.title, each) for number, each in enumerate(functions, start=1))
    return Plan(name, module.TITLE, module.COSTS, tuple(steps))
