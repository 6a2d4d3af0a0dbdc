"""Errors that states report, and which names of a retrier or catcher match them.

Sources (read 2026-11-26): the Amazon States Language specification, "Errors" and Appendix A
(https://states-language.net/spec.html), and the developer guide, "Handling errors in Step Functions workflows"
(https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).

Where the two differ from what the service does, the model does what the service does: a path of ``Parameters``
that finds nothing is States.Runtime in recorded executions, although both texts describe States.ParameterPathFailure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = "States.ALL"
BRANCH_FAILED = "States.BranchFailed"
DATA_LIMIT = "States.DataLimitExceeded"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
INTRINSIC_FAILURE = "States.IntrinsicFailure"
ITEM_READER_FAILED = "States.ItemReaderFailed"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
QUERY_EVALUATION = "States.QueryEvaluationError"
RESULT_PATH_MATCH = "States.ResultPathMatchFailure"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
TOLERATED_EXCEEDED = "States.ExceedToleratedFailureThreshold"

# Why an expression failed: it gave nothing, something that JSON cannot say, something that its field does not take, or
# it did not come to its end.
UNDEFINED, UNSUPPORTED, UNEXPECTED, STOPPED = "undefined", "unsupported", "unexpected", "stopped"

# A wildcard does not reach these; a runtime error is not even caught by its own name.
TERMINAL = frozenset({RUNTIME, DATA_LIMIT})


class StateError(Exception):
    """An error of a state.

    Attributes
    ----------
    name : str
        Error name, by which retriers and catchers choose.
    cause : str
        Text for people.

    """

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause

    def output(self) -> dict[str, str]:
        """Return the error output that a catcher hands on."""
        return {"Error": self.name, "Cause": self.cause}


class EvaluationError(StateError):
    """A JSONata expression that failed, gave nothing, or gave what its field cannot take.

    Attributes
    ----------
    expression : str
        Without its marks; what is written, where that is no expression.
    field : str
        Its place in the state (``Arguments/order/id``).
    reason : str
        UNDEFINED, UNSUPPORTED, UNEXPECTED or STOPPED.
    detail : str
        What the field takes where it was given something UNEXPECTED; else what the evaluation said.
    reported : bool
        Whether the history has its event.

    """

    def __init__(self, expression: str, field: str, reason: str, detail: str = "", *, found: str = "") -> None:
        told = {
            UNDEFINED: "returned nothing (undefined).",
            UNSUPPORTED: "returned an unsupported result type.",
            UNEXPECTED: f"returned an unexpected result type. Expected {detail}, but was: {found}",
            STOPPED: f"threw an error during evaluation. {detail}",
        }
        where = f"The JSONata expression '{expression}' specified for the field '{field}'"
        super().__init__(QUERY_EVALUATION, f"{where} {told[reason]}")
        self.expression, self.field, self.reason, self.detail = expression, field, reason, detail
        self.reported = False


def matches(names: Iterable[str], error: str) -> bool:
    """Return whether a retrier or catcher with these ``ErrorEquals`` handles the error of that name.

    ``States.ALL`` matches all but terminal errors, ``States.TaskFailed`` all of these but States.Timeout.
    States.Timeout also stands for a missed heartbeat, as the specification's Appendix A says.
    """
    if error == RUNTIME:
        return False
    return any(_matches(name, error) for name in names)


def _matches(name: str, error: str) -> bool:
    if name == error:
        return True
    if error in TERMINAL:
        return False
    if name == TIMEOUT:
        return error == HEARTBEAT_TIMEOUT
    return name == ALL or (name == TASK_FAILED and error != TIMEOUT)
