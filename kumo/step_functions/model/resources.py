"""What a Task state calls: stand-ins for functions, services and activities, each with its own time and failures.

A stand-in takes the task's payload and gives a result, as a Python callable; it says how long that takes and how often
it fails. The *pattern* of the ``Resource`` decides how long the state waits for it:

================================ =========================================================================
request-response                 until the called service has answered the request; a job goes on by itself
``.sync``                        until the job is done
``.waitForTaskToken``            until somebody hands the token back with a result or an error
activity                         until a worker that polls has taken the task and reported
================================ =========================================================================

Not modelled: IAM, throttling by the called service, the delay with which ``.sync`` notices that a job is done.

Sources (read 2026-11-26):
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html (the patterns);
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html (which service has which);
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REQUEST, SYNC, CALLBACK, ACTIVITY, FUNCTION = "request", "sync", "callback", "activity", "function"

# Actions that start a job which goes on after the answer; in the .sync pattern the state waits for its end.
JOBS = frozenset(
    {
        "athena:startQueryExecution",
        "batch:submitJob",
        "codebuild:startBuild",
        "databrew:startJobRun",
        "ecs:runTask",
        "eks:runJob",
        "elasticmapreduce:addStep",
        "glue:startJobRun",
        "sagemaker:createProcessingJob",
        "sagemaker:createTrainingJob",
        "sagemaker:createTransformJob",
        "states:startExecution",
    }
)
# How long a service takes to accept a request (ms); the rest of a job's time is its own.
REQUEST_TIME = 100

_FUNCTION = re.compile(r"arn:[\w-]+:lambda:[^:]*:[^:]*:function:(?P<name>.+)")
_ACTIVITY = re.compile(r"arn:[\w-]+:states:[^:]*:[^:]*:activity:(?P<name>.+)")
_SERVICE = re.compile(
    r"arn:[\w-]+:states:[^:]*:[^:]*:(?P<action>(?:aws-sdk:)?[\w-]+:\w+)(?P<pattern>\.sync(?::2)?|\.waitForTaskToken)?"
)


@dataclass(frozen=True)
class Integration:
    """What a ``Resource`` names.

    Attributes
    ----------
    pattern : str
        REQUEST, SYNC, CALLBACK, ACTIVITY or FUNCTION (a Lambda function by its own ARN).
    name : str
        Function or activity by name, or the service's action (``sns:publish``).

    """

    pattern: str
    name: str


def integration(resource: str) -> Integration | None:
    """Return what the ``Resource`` of a Task names, or None when it is no ARN that the model knows."""
    if found := _FUNCTION.fullmatch(resource):
        return Integration(FUNCTION, found["name"].partition(":")[0])
    if found := _ACTIVITY.fullmatch(resource):
        return Integration(ACTIVITY, found["name"])
    if found := _SERVICE.fullmatch(resource):
        suffix = found["pattern"] or ""
        pattern = CALLBACK if suffix == ".waitForTaskToken" else SYNC if suffix else REQUEST
        return Integration(pattern, found["action"])
    return None


class TaskError(Exception):
    """Raised by a stand-in's callable: the task fails with this error name and cause."""

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(name, cause)
        self.name, self.cause = name, cause


@dataclass(frozen=True)
class Task:
    """A stand-in for a function, a service or a worker.

    Attributes
    ----------
    answer : callable
        Payload to result; may raise `TaskError`. By default the payload comes back.
    duration : int
        How long one call (of a job: the job) takes, in ms.
    lasting : callable or None
        Payload to duration (ms), where that depends on the payload; goes before `duration`.
    failure_rate : float
        Probability with which a call fails with `error`, from 0 to 1.
    error, cause : str
        With what it fails.
    failures : int
        That many first calls fail for certain.
    silent : int
        To that many first calls nobody ever answers.
    heartbeat : int or None
        Interval of heartbeats while it works (ms); None for no heartbeat. For callbacks and workers.
    silent_after : int or None
        From then on (ms after the start) nothing is heard of it: no heartbeat, no result.

    """

    answer: Callable[[Any], Any] = field(default=lambda payload: payload)
    duration: int = 1000
    lasting: Callable[[Any], int] | None = None
    failure_rate: float = 0.0
    error: str = "Lambda.ServiceException"
    cause: str = "a fault that was injected"
    failures: int = 0
    silent: int = 0
    heartbeat: int | None = None
    silent_after: int | None = None


@dataclass(frozen=True)
class World:
    """Everything outside the state machine.

    Attributes
    ----------
    tasks : mapping of str to Task
        Stand-ins by name: of a function (also when called as ``lambda:invoke``), of a service's action, or of an
        activity; or by the name of the state that calls, which goes first.
    default : Task
        Stand-in for everything that `tasks` does not name.
    items : mapping of str to tuple
        What an ItemReader finds, by the ``Key`` or ``Prefix`` of its parameters.
    workers : mapping of str to int
        How many workers poll an activity, by its name; one where nothing is said.
    seed : int
        Of faults, jitter and random functions; each has a stream of its own.

    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    default: Task = Task()
    items: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    workers: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1

    def task(self, state: str, named: Integration, payload: Any) -> Task:
        """Return the stand-in that a call goes to."""
        names = [state, named.name]
        if named.name == "lambda:invoke" and isinstance(payload, dict):
            function = str(payload.get("FunctionName", ""))
            found = _FUNCTION.fullmatch(function)
            names.insert(1, found["name"].partition(":")[0] if found else function)
        return next((self.tasks[name] for name in names if name in self.tasks), self.default)


def request_of(named: Integration, payload: Any) -> Any:
    """Return what of a task's payload reaches the stand-in: for ``lambda:invoke`` the function's event."""
    if named.name == "lambda:invoke" and isinstance(payload, dict):
        return payload.get("Payload", {})
    return payload


def cause_of(named: Integration, error: str, message: str) -> str:
    """Return the cause that a failed task gives: of a function that raised, Lambda's error object as JSON text."""
    if named.pattern == FUNCTION or named.name == "lambda:invoke":
        return json.dumps({"errorType": error, "errorMessage": message}, ensure_ascii=False)
    return message


def response_of(named: Integration, result: Any) -> Any:
    """Return the task's result from the stand-in's, in the envelope of the service."""
    if named.name == "lambda:invoke" and named.pattern == REQUEST:
        return {"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}
    return result
