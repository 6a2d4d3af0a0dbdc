"""One task that somebody outside finishes: an activity's worker that polls, or a callback with a task token.

Modelled: the state as the interpreter runs it, and the messages between it and the worker: the token on its way, the
heartbeats, the result; a worker that falls silent; HeartbeatSeconds and TimeoutSeconds.

Not modelled: several workers, the long poll's 60 seconds (the worker polls without a break), retries.

Time is in seconds from the entering of the state. Sources: see `resources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model.interpreter import SECOND, execute
from kumo.step_functions.model.resources import Task, World

if TYPE_CHECKING:
    from kumo.step_functions.model.history import Execution

ACTIVITY, CALLBACK = "activity", "callback"
_RESOURCES = {
    ACTIVITY: "arn:aws:states:ap-northeast-1:123456789012:activity:review",
    CALLBACK: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
}
_TAKEN = {ACTIVITY: "ActivityStarted", CALLBACK: "TaskSubmitted"}


@dataclass(frozen=True)
class TokenTrace:
    """What passed between the state and the worker.

    Attributes
    ----------
    pattern : str
        ACTIVITY or CALLBACK.
    heartbeat, timeout : int or None
        HeartbeatSeconds and TimeoutSeconds.
    token : float
        When the worker received the token.
    beats : tuple of float
        Heartbeats that reached the state while it waited.
    report : float or None
        When the worker reported its result; None when it never did.
    worked_until : float
        When the worker stopped, done or silent.
    left : float or None
        When the state was left; None when it waits for ever.
    execution : Execution
        The whole of it.

    """

    pattern: str
    heartbeat: int | None
    timeout: int | None
    token: float
    beats: tuple[float, ...]
    report: float | None
    worked_until: float
    left: float | None
    execution: Execution

    @property
    def error(self) -> str | None:
        return self.execution.error


def run(pattern: str, work: int, interval: int, silent_after: int, heartbeat: int, timeout: int) -> TokenTrace:
    """Run the task; a setting of 0 stands for none.

    Parameters
    ----------
    pattern : str
        ACTIVITY or CALLBACK.
    work, interval, silent_after : int
        How long the worker needs, its interval of heartbeats, and when it falls silent (s).
    heartbeat, timeout : int
        HeartbeatSeconds and TimeoutSeconds (s).

    Returns
    -------
    TokenTrace

    """
    limits = {"HeartbeatSeconds": heartbeat, "TimeoutSeconds": timeout}
    state: dict[str, Any] = {"Type": "Task", "Resource": _RESOURCES[pattern], "End": True}
    state |= {name: value for name, value in limits.items() if value}
    task = Task(
        duration=work * SECOND,
        heartbeat=interval * SECOND or None,
        silent_after=silent_after * SECOND or None,
    )
    execution = execute({"StartAt": "Review", "States": {"Review": state}}, {}, World({"Review": task}))
    token = next(event.time for event in execution.events if event.type == _TAKEN[pattern]) / SECOND
    silent = silent_after or work + 1
    left = None if execution.status == "RUNNING" else execution.duration / SECOND
    heard = [token + beat for beat in range(interval, work, interval) if beat < silent] if interval else []
    return TokenTrace(
        pattern,
        heartbeat or None,
        timeout or None,
        token,
        tuple(beat for beat in heard if left is None or beat < left),
        token + work if work < silent else None,
        token + min(work, silent),
        left,
        execution,
    )
