"""How a state takes its part of the data, and what it makes of a result: once with JSONPath, once with JSONata.

With JSONPath the data goes through five fields (InputPath, Parameters, ResultSelector, ResultPath, OutputPath). With
JSONata there are two (Arguments and Output), whose expressions see input, result and variables at the same time. Both
can keep values in variables (Assign), for every state after this one.

Variables are read as they were when the state was entered, also in Assign itself.

Sources (read 2026-11-26): https://states-language.net/spec.html ("State Machine Variables", "Input and Output
Processing"); https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html;
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.step_functions.model import choices, expressions, intrinsics, paths
from kumo.step_functions.model.errors import DATA_LIMIT, RUNTIME, UNEXPECTED, EvaluationError, StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from random import Random

    from kumo.step_functions.model.paths import Surroundings

JSONPATH, JSONATA = "JSONPath", "JSONata"

LARGEST_PAYLOAD: int = facts.value("step_functions.payload-maximum") * 1024
LARGEST_ASSIGN: int = facts.value("step_functions.variable-maximum") * 1024
LARGEST_VARIABLES: int = facts.value("step_functions.variables-maximum") * 1024 * 1024


def size(value: Any) -> int:
    """Return the length of a JSON value as the service counts it (bytes of UTF-8)."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def check_size(value: Any) -> None:
    """Raise States.DataLimitExceeded when a value is larger than a payload may be."""
    if size(value) > LARGEST_PAYLOAD:
        raise StateError(DATA_LIMIT, f"The payload is larger than {LARGEST_PAYLOAD} bytes")


@dataclass
class Variables:
    """The variables of one run of one States field; those around it can be read and not written."""

    around: Variables | None = None
    own: dict[str, Any] = field(default_factory=dict)

    def visible(self) -> dict[str, Any]:
        """Return every variable that can be read here."""
        return {**(self.around.visible() if self.around else {}), **self.own}

    def assign(self, values: Mapping[str, Any]) -> None:
        """Give variables their new values.

        Raises
        ------
        StateError
            States.DataLimitExceeded when the values, or with them all variables, are too large.

        """
        if not values:
            return
        if size(values) > LARGEST_ASSIGN:
            raise StateError(DATA_LIMIT, f"The variables of one Assign are larger than {LARGEST_ASSIGN} bytes")
        if size({**self.visible(), **values}) > LARGEST_VARIABLES:
            raise StateError(DATA_LIMIT, f"All variables together are larger than {LARGEST_VARIABLES} bytes")
        self.own |= values


@dataclass(frozen=True)
class Passed:
    """What leaves a state: its output, and the new values of variables."""

    output: Any
    assigned: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Query(ABC):
    """The data of one stay in a state.

    Attributes
    ----------
    state : mapping
        Its definition.
    data : object
        Its input.
    around : Surroundings
        The context object and the variables.
    now : datetime
        The simulated time.
    chance : Random
        For the functions that draw numbers.

    """

    state: Mapping[str, Any]
    data: Any
    around: Surroundings
    now: datetime
    chance: Random

    @abstractmethod
    def payload(self) -> Any:
        """Return what goes to the task, or into the branches."""

    @abstractmethod
    def passed(self, result: Any) -> Passed:
        """Return what leaves a Task, Parallel or Map that has a result."""

    @abstractmethod
    def made(self) -> Passed:
        """Return what leaves a Pass."""

    @abstractmethod
    def let_through(self, rule: Mapping[str, Any] | None = None) -> Passed:
        """Return what leaves a state without result (Wait, Succeed, Choice); `rule` is the one that was chosen."""

    @abstractmethod
    def caught(self, catcher: Mapping[str, Any], error: Mapping[str, str]) -> Passed:
        """Return what a catcher hands on."""

    @abstractmethod
    def holds(self, rule: Mapping[str, Any]) -> bool:
        """Return whether a rule of a Choice holds."""

    @abstractmethod
    def number(self, key: str, *, least: float = 0) -> float | None:
        """Return the number that a field gives, written or computed; None when the state has no such field."""

    @abstractmethod
    def moment(self) -> Any:
        """Return what a Wait gives as its timestamp."""

    @abstractmethod
    def failure(self) -> tuple[str, str]:
        """Return error name and cause of a Fail."""

    @abstractmethod
    def items(self) -> list[Any]:
        """Return what a Map iterates over, when it does not read it from elsewhere."""

    @abstractmethod
    def selected(self, index: int, item: Any) -> Any:
        """Return the input of the iteration for an item."""

    @abstractmethod
    def part(self, element: Mapping[str, Any], key: str) -> Any:
        """Return a filled template within a field (``BatchInput``; the parameters of a reader or writer)."""

    @property
    @abstractmethod
    def parameters(self) -> str:
        """Name of the field that holds a reader's or writer's parameters."""


class JSONPathQuery(Query):
    """The five fields."""

    parameters = "Parameters"

    def payload(self) -> Any:
        if "Parameters" not in self.state:
            return self._input()
        filled = self._filled(self.state["Parameters"], self._input())
        check_size(filled)
        return filled

    def passed(self, result: Any) -> Passed:
        kept = self._filled(self.state["ResultSelector"], result) if "ResultSelector" in self.state else result
        return Passed(self._joined(kept), self._assigned(self.state, result))

    def made(self) -> Passed:
        result = self.state.get("Result", self.payload())
        return Passed(self._joined(result), self._assigned(self.state, result))

    def let_through(self, rule: Mapping[str, Any] | None = None) -> Passed:
        chosen = self._input()
        output = select(self.state.get("OutputPath", "$"), chosen, self.around)
        return Passed(output, self._assigned(self.state if rule is None else rule, chosen))

    def caught(self, catcher: Mapping[str, Any], error: Mapping[str, str]) -> Passed:
        place = catcher.get("ResultPath", "$")
        output = self.data if place is None else paths.write(place, self.data, error)
        return Passed(output, self._assigned(catcher, error))

    def holds(self, rule: Mapping[str, Any]) -> bool:
        return choices.holds(rule, self._input(), self.around)

    def number(self, key: str, *, least: float = 0) -> float | None:
        if key + "Path" not in self.state:
            return self.state.get(key)
        value = _found(self.state[key + "Path"], self._input(), self.around)
        if not _counts(value, least):
            cause = f"The {key}Path parameter does not reference a number of at least {least}: {json.dumps(value)}"
            raise StateError(RUNTIME, cause)
        return value

    def moment(self) -> Any:
        return self.state.get("Timestamp") or _found(self.state["TimestampPath"], self._input(), self.around)

    def failure(self) -> tuple[str, str]:
        name, cause = (
            intrinsics.evaluate(self.state[key + "Path"], self.data, self.around, self.chance)
            if key + "Path" in self.state
            else self.state.get(key, "")
            for key in ("Error", "Cause")
        )
        return name, cause

    def items(self) -> list[Any]:
        path = self.state.get("ItemsPath", "$")
        found = _found(path, self._input(), self.around)
        if not isinstance(found, list):
            raise StateError(RUNTIME, f'Reference path "{path}" must point to array.')
        return found

    def selected(self, index: int, item: Any) -> Any:
        template = self.state.get("ItemSelector", self.state.get("Parameters"))
        if template is None:
            return item
        context = {**self.around.context, **about(index, item)}
        return intrinsics.fill(template, self._input(), replace(self.around, context=context), self.chance)

    def part(self, element: Mapping[str, Any], key: str) -> Any:
        return self._filled(element.get(key, {}), self._input())

    def _input(self) -> Any:
        return select(self.state.get("InputPath", "$"), self.data, self.around)

    def _filled(self, template: Any, data: Any) -> Any:
        return intrinsics.fill(template, data, self.around, self.chance)

    def _joined(self, result: Any) -> Any:
        place = self.state.get("ResultPath", "$")
        joined = self.data if place is None else paths.write(place, self.data, result)
        return select(self.state.get("OutputPath", "$"), joined, self.around)

    def _assigned(self, element: Mapping[str, Any], data: Any) -> Mapping[str, Any]:
        return self._filled(element.get("Assign", {}), data)


class JSONataQuery(Query):
    """Arguments, Output and Assign; each sees everything that there is."""

    parameters = "Arguments"

    def payload(self) -> Any:
        if "Arguments" not in self.state:
            return self.data
        filled = self._filled(self.state["Arguments"], "Arguments")
        check_size(filled)
        return filled

    def passed(self, result: Any) -> Passed:
        return self._passed(self.state, result, result=result)

    def made(self) -> Passed:
        return self._passed(self.state, self.data)

    def let_through(self, rule: Mapping[str, Any] | None = None) -> Passed:
        return self._passed(self.state if rule is None else rule, self.data)

    def caught(self, catcher: Mapping[str, Any], error: Mapping[str, str]) -> Passed:
        return self._passed(catcher, error, errorOutput=error)

    def holds(self, rule: Mapping[str, Any]) -> bool:
        found = self._filled(rule["Condition"], "Choices/Condition")
        if not isinstance(found, bool):
            raise self._unexpected(rule["Condition"], "Choices/Condition", "boolean", found)
        return found

    def number(self, key: str, *, least: float = 0) -> float | None:
        if key not in self.state:
            return None
        value = self._filled(self.state[key], key)
        if not _counts(value, least):
            raise self._unexpected(self.state[key], key, f"number of at least {least}", value)
        return value

    def moment(self) -> Any:
        value = self._filled(self.state["Timestamp"], "Timestamp")
        if choices.timestamp(value) is None:
            raise self._unexpected(self.state["Timestamp"], "Timestamp", "timestamp", value)
        return value

    def failure(self) -> tuple[str, str]:
        found = []
        for key in ("Error", "Cause"):
            value = self._filled(self.state.get(key, ""), key)
            if not isinstance(value, str):
                raise self._unexpected(self.state[key], key, "string", value)
            found.append(value)
        return found[0], found[1]

    def items(self) -> list[Any]:
        found = self._filled(self.state["Items"], "Items") if "Items" in self.state else self.data
        if not isinstance(found, list):
            raise self._unexpected(self.state.get("Items", "$states.input"), "Items", "array", found)
        return found

    def selected(self, index: int, item: Any) -> Any:
        if "ItemSelector" not in self.state:
            return item
        return self._filled(self.state["ItemSelector"], "ItemSelector", about(index, item))

    def part(self, element: Mapping[str, Any], key: str) -> Any:
        return self._filled(element.get(key, {}), key)

    def _passed(self, element: Mapping[str, Any], otherwise: Any, **states: Any) -> Passed:
        output = self._filled(element["Output"], "Output", **states) if "Output" in element else otherwise
        return Passed(output, self._filled(element.get("Assign", {}), "Assign", **states))

    @cached_property
    def _seen(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Variables and members of ``$states`` that every expression here sees, prepared once for all of them."""
        states = {"input": self.data, "context": dict(self.around.context)}
        return expressions.prepared(dict(self.around.variables)), expressions.prepared(states)

    def _filled(self, template: Any, place: str, about_item: Mapping[str, Any] | None = None, **states: Any) -> Any:
        if not expressions.in_any(template):
            return template
        variables, seen = self._seen
        context = {**seen["context"], **expressions.prepared(about_item or {})}
        seen = {**seen, "context": context, **expressions.prepared(states)}
        scope = expressions.Scope({**variables, expressions.STATES: seen}, self.now, self.chance)
        return expressions.fill(template, scope, place)

    def _unexpected(self, written: Any, place: str, expected: str, found: Any) -> EvaluationError:
        text = expressions.inner(written) if expressions.is_expression(written) else json.dumps(written)
        return EvaluationError(text, place, UNEXPECTED, expected, found=json.dumps(found, ensure_ascii=False))


QUERIES: dict[str, type[Query]] = {JSONPATH: JSONPathQuery, JSONATA: JSONataQuery}


def about(index: int, item: Any) -> dict[str, Any]:
    """Return what the context object says of an item of a Map."""
    return {"Map": {"Item": {"Index": index, "Value": item}}}


def select(path: str | None, data: Any, around: Surroundings) -> Any:
    """Return what InputPath or OutputPath lets through; null gives an empty object.

    Raises
    ------
    StateError
        States.Runtime when the path finds nothing.

    """
    return {} if path is None else _found(path, data, around)


def _found(path: str, data: Any, around: Surroundings) -> Any:
    try:
        return paths.read(path, data, around)
    except paths.NotFoundError as error:
        raise StateError(RUNTIME, str(error)) from error


def _counts(value: Any, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least
