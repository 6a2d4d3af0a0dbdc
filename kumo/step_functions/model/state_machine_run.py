"""One execution of a state machine with faults injected into one of its tasks, for the picture.

Modelled: what `interpreter` models. Tasks take 1, 2 or 3 s in turn, in the order in which the definition writes them;
functions give their payload back, services what such services answer (`ANSWERS`).

Not modelled: what the called services do otherwise. An execution ends after `LONGEST` events here, where the service
allows 25,000, so that an endless loop stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model.errors import TASK_FAILED, UNEXPECTED
from kumo.step_functions.model.interpreter import SECOND, execute
from kumo.step_functions.model.resources import ACTIVITY, CALLBACK, FUNCTION, Task, World, integration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kumo.step_functions.model.history import Execution
    from kumo.step_functions.model.resources import Integration

LONGEST = 100

EVALUATION_FAILED = "EvaluationFailed"

# Faults: the injected one answers with an error, or not at all.
SERVICE, BUSINESS, SILENT = "Lambda.ServiceException", "OutOfStock", "silent"

ANSWERS: dict[str, Any] = {
    "ecs:runTask": {"LastStatus": "STOPPED", "StopCode": "EssentialContainerExited"},
    "glue:startJobRun": {"JobRunId": "jr_1"},
    "sagemaker:createTransformJob": {"TransformJobStatus": "Completed"},
    "sns:publish": {"MessageId": "m-1"},
    "sqs:sendMessage": {"approved": True},
}


@dataclass(frozen=True)
class RunTrace:
    """An execution and what it ran.

    Attributes
    ----------
    machine : mapping
        The definition.
    data : object
        The input.
    faulty : str or None
        Name of the task that faults were injected into.
    fault : str
        SERVICE, BUSINESS or SILENT.
    execution : Execution
        What happened.

    """

    machine: Mapping[str, Any]
    data: Any
    faulty: str | None
    fault: str
    execution: Execution


def run(machine: Mapping[str, Any], data: Any, *, target: int, times: int, fault: str) -> RunTrace:
    """Run `machine` while the first `times` calls of its `target`-th task (from 1; 0 for none) go wrong.

    Parameters
    ----------
    machine : mapping
        A definition without problems.
    data : object
        Input, a JSON value.
    target, times : int
        Which task, in the order of the definition, and how often.
    fault : str
        SERVICE, BUSINESS or SILENT.

    Returns
    -------
    RunTrace

    """
    stands: dict[str, Task] = {}
    faulty = None
    for index, (name, state) in enumerate(tasks(machine)):
        named = integration(state["Resource"])
        answer = ANSWERS.get(named.name if named else "")
        kind: dict[str, Any] = {"duration": (1 + index % 3) * SECOND}
        if answer is not None:
            kind["answer"] = lambda _, answer=answer: answer
        if index + 1 == target:
            faulty = name
            kind |= {"silent": times} if fault == SILENT else {"failures": times, "error": error_of(named, fault)}
        stands[name] = Task(**kind)
    return RunTrace(machine, data, faulty, fault, execute(machine, data, World(stands), longest=LONGEST))


@dataclass(frozen=True)
class Evaluation:
    """An expression that failed.

    Attributes
    ----------
    visit : int
        Index of the visit.
    state, location : str
        The state, and the place in it as the service names it (``Arguments/order/id``).
    expression : str
        Without its marks.
    reason : str
        UNDEFINED, UNEXPECTED, UNSUPPORTED or STOPPED.
    expected : str
        What the field takes, where it was given something else.

    """

    visit: int
    state: str
    location: str
    expression: str
    reason: str
    expected: str = ""


def evaluations(run: Execution) -> tuple[Evaluation, ...]:
    """Return the expressions that failed, in the order of the history."""
    found = []
    for event in run.events:
        if event.type == EVALUATION_FAILED:
            location, expression, reason, detail = map(event.get, ("location", "expression", "reason", "detail"))
            expected = detail if reason == UNEXPECTED else ""
            found.append(Evaluation(event.visit, event.state, location, expression, reason, expected))
    return tuple(found)


def error_of(named: Integration | None, fault: str) -> str:
    """Return the error name under which a task reports a fault: only code of ours chooses a name of its own.

    Lambda functions raise it, and whoever answers for a callback or an activity hands it over; the job or the request
    of another service fails as States.TaskFailed.
    """
    own = named is None or named.pattern in {FUNCTION, CALLBACK, ACTIVITY} or named.name == "lambda:invoke"
    return fault if own else TASK_FAILED


def tasks(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and state of every Task in the order of the definition, those of inner machines included."""
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state
        for inner in inner_machines(state):
            yield from tasks(inner)


def inner_machines(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the machines inside a Parallel (its branches) or a Map (its item processor)."""
    if state["Type"] == "Parallel":
        return list(state["Branches"])
    if state["Type"] == "Map":
        return [state.get("ItemProcessor") or state["Iterator"]]
    return []
