"""What an execution leaves behind: the event history, and the same by state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RUNNING, SUCCEEDED, FAILED, TIMED_OUT = "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT"

# How a visit to a state ends.
EXITED, CAUGHT, BROKEN, ABORTED, WAITING = "exited", "caught", "failed", "aborted", "waiting"


@dataclass(frozen=True)
class Event:
    """One event of the history.

    Attributes
    ----------
    id : int
        From 1, in order.
    time : float
        Since the start of the execution (ms).
    type : str
        As the service calls it (``TaskStateEntered``).
    state : str
        Name of the state that it belongs to; empty for the execution's own events.
    details : tuple of pairs
        What the event says (``input``, ``output``, ``error``, ``cause``, ``index`` …), by name.
    visit : int or None
        Index of the visit that it belongs to.

    """

    id: int
    time: float
    type: str
    state: str = ""
    details: tuple[tuple[str, Any], ...] = ()
    visit: int | None = None

    def get(self, name: str) -> Any:
        """Return a detail by name, None where the event does not have it."""
        return dict(self.details).get(name)


@dataclass(frozen=True)
class Attempt:
    """One try of a state that can be retried: from `start` to `end` (ms), with the error that ended it, if any.

    `wait` is how long the retrier then waits before the next try (ms); None when it makes none.
    """

    start: float
    end: float
    error: str | None = None
    wait: float | None = None


@dataclass(frozen=True)
class Visit:
    """One stay in a state.

    Attributes
    ----------
    state, kind : str
        Name and type.
    scope : tuple of (str, int)
        Where it runs: the states around it with the branch or item (0 is the first); empty at the top.
    start, end : float
        Entered and left (ms).
    ending : str
        EXITED, CAUGHT (left by a catcher), BROKEN (its error ended what it ran in), ABORTED (another one's did), or
        WAITING (for an answer that nobody gives: it does not end).
    next : str or None
        Where it went.
    input, output : object
        JSON values; `output` is None unless it was left in order.
    error : str or None
        Name of the error that it ended with, also where a catcher handled it.
    attempts : tuple of Attempt
        Of Task, Parallel and Map.
    assigned : tuple of pairs
        New values of variables, by name.

    """

    state: str
    kind: str
    scope: tuple[tuple[str, int], ...]
    start: float
    end: float
    ending: str
    next: str | None
    input: Any
    output: Any
    error: str | None
    attempts: tuple[Attempt, ...] = ()
    assigned: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Job:
    """A job that a request started and did not wait for: from `start` to `end` (ms), and whether it went well."""

    state: str
    start: float
    end: float
    succeeded: bool


@dataclass(frozen=True)
class Execution:
    """An execution that has ended.

    Attributes
    ----------
    status : str
        SUCCEEDED, FAILED, TIMED_OUT, or RUNNING when nothing will ever end it.
    output : object
        JSON value, when it succeeded.
    error, cause : str or None
        When it did not.
    events : tuple of Event
        The history, in order.
    visits : tuple of Visit
        By state, in the order of entering.
    jobs : tuple of Job
        What goes on behind it.
    duration : float
        In ms.

    """

    status: str
    output: Any
    error: str | None
    cause: str | None
    events: tuple[Event, ...]
    visits: tuple[Visit, ...]
    jobs: tuple[Job, ...]
    duration: float

    @property
    def transitions(self) -> int:
        """State transitions as a Standard workflow is billed: every entered state, and every retry of one."""
        return sum(1 + sum(attempt.wait is not None for attempt in visit.attempts) for visit in self.visits)
