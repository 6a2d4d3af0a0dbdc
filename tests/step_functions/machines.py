"""Small machines, the functions that they call, and how ours runs them, for the tests that compare interpreters."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model.definition import problems
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.resources import Task, TaskError, World

if TYPE_CHECKING:
    from collections.abc import Callable

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"


def double(payload: Any) -> Any:
    return {"doubled": payload["n"] * 2}


def echo(payload: Any) -> Any:
    return payload


def broken(_: Any) -> Any:
    raise TaskError("OutOfStock", "none left")


FUNCTIONS: dict[str, Callable[[Any], Any]] = {"double": double, "echo": echo, "broken": broken}
Outcome = tuple[Any, str | None, list[str]]


def ours(machine: dict[str, Any], data: Any) -> Outcome:
    assert problems(json.dumps(machine)) == ()
    world = World({name: Task(function) for name, function in FUNCTIONS.items()})
    done = execute(machine, data, world)
    return done.output, done.error, [event.type for event in done.events]


def one(**state: Any) -> dict[str, Any]:
    """Return a machine of one state."""
    ends = {} if state["Type"] in {"Succeed", "Fail", "Choice"} else {"End": True}
    return {"StartAt": "A", "States": {"A": {**state, **ends}}}


def passing(expression: str) -> dict[str, Any]:
    return one(Type="Pass", Parameters={"value.$": expression})


def task(function: str, **state: Any) -> dict[str, Any]:
    machine = one(Type="Task", Resource=LAMBDA + function, **state)
    if "Catch" in state:
        machine["States"]["Rescue"] = {"Type": "Pass", "End": True}
    return machine


def handled(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"ErrorEquals": list(names), "Next": "Rescue", **more}]


def mapping(states: dict[str, Any], **state: Any) -> dict[str, Any]:
    start = next(iter(states))
    return one(Type="Map", ItemProcessor={"StartAt": start, "States": states}, **state)


DATA = {
    "id": 7,
    "name": "pen",
    "price": 1.5,
    "ok": True,
    "none": None,
    "when": "2026-01-02T03:04:05Z",
    "tags": ["a", "b", "b"],
    "items": [{"sku": "x", "n": 1}, {"sku": "y", "n": 5}, {"sku": "z", "n": 9}],
    "deep": {"er": {"est": [1, 2, 3]}},
    "n": 21,
}


class Dice:
    """What draws machines: the same for the same seed, and a new name for every state."""

    def __init__(self, seed: int) -> None:
        self.dice, self.count = Random(seed), 0  # noqa: S311 -- draws test cases

    def name(self) -> str:
        self.count += 1
        return f"S{self.count}"
