"""A Map state over items that take different times: what runs side by side, what fails, what comes out.

Modelled: inline and distributed mode, MaxConcurrency, tolerated failures, a catcher inside the iterations; run by the
interpreter. Items take 1 to 4 s at random; the broken ones are spread evenly.

Not modelled: the pace at which a distributed Map starts its children, batches and readers (the interpreter has these).

Time is in seconds. Sources: see `interpreter`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.core.streams import stream
from kumo.step_functions.model import history
from kumo.step_functions.model.interpreter import SECOND, execute
from kumo.step_functions.model.resources import Task, TaskError, World

if TYPE_CHECKING:
    from kumo.step_functions.model.history import Execution

INLINE, DISTRIBUTED = "INLINE", "DISTRIBUTED"
# How an iteration ends.
DONE, RESCUED, FAILED, STOPPED, NEVER = "done", "rescued", "failed", "stopped", "never"

_FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:pack"


@dataclass(frozen=True)
class Iteration:
    """One item: which, from when to when (s), the slot that it took (0 is the first; None: never begun), its end."""

    index: int
    start: float
    end: float
    slot: int | None
    ending: str


@dataclass(frozen=True)
class MapTrace:
    """A Map run.

    Attributes
    ----------
    mode : str
        INLINE or DISTRIBUTED.
    concurrency : int
        MaxConcurrency; 0 for no bound of one's own.
    tolerated : int
        ToleratedFailurePercentage.
    caught : bool
        Whether each iteration has a catcher.
    iterations : tuple of Iteration
        By item.
    execution : Execution
        The whole of it.

    """

    mode: str
    concurrency: int
    tolerated: int
    caught: bool
    iterations: tuple[Iteration, ...]
    execution: Execution

    @property
    def duration(self) -> float:
        return self.execution.duration / SECOND

    @property
    def most(self) -> int:
        """How many ran at the same time at most."""
        return 1 + max((one.slot for one in self.iterations if one.slot is not None), default=-1)

    def count(self, ending: str) -> int:
        """Return how many iterations ended that way."""
        return sum(one.ending == ending for one in self.iterations)


def definition(mode: str, concurrency: int, tolerated: int, *, caught: bool) -> dict[str, Any]:
    """Return the state machine: one Map with one task inside, and a Pass that takes over where it is caught."""
    task: dict[str, Any] = {"Type": "Task", "Resource": _FUNCTION, "End": True}
    states = {"Pack": task}
    if caught:
        task["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Note"}]
        states["Note"] = {"Type": "Pass", "Result": "failed", "End": True}
    config = {"Mode": mode} | ({"ExecutionType": "STANDARD"} if mode == DISTRIBUTED else {})
    each: dict[str, Any] = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrency": concurrency,
        "ItemProcessor": {"ProcessorConfig": config, "StartAt": "Pack", "States": states},
        "End": True,
    }
    if mode == DISTRIBUTED:
        each["ToleratedFailurePercentage"] = tolerated
    return {"StartAt": "Each", "States": {"Each": each}}


def run(mode: str, items: int, concurrency: int, broken: int, tolerated: int, *, caught: bool, seed: int) -> MapTrace:
    """Run the Map over `items` items of which `broken` fail.

    Parameters
    ----------
    mode : str
        INLINE or DISTRIBUTED.
    items, concurrency, broken, tolerated : int
        How many items, MaxConcurrency, how many items fail, ToleratedFailurePercentage (distributed mode only).
    caught : bool
        Whether each iteration has a catcher.
    seed : int
        Of the durations.

    Returns
    -------
    MapTrace

    """
    chance = stream(seed, "durations")
    lasting = [chance.randrange(10, 41) * SECOND // 10 for _ in range(items)]
    count = min(broken, items)
    bad = {(2 * place + 1) * items // (2 * count) for place in range(count)}

    def answer(index: int) -> int:
        if index in bad:
            raise TaskError("BrokenItem", f"item {index}")
        return index

    machine = definition(mode, concurrency, tolerated, caught=caught)
    world = World({"pack": Task(answer, lasting=lambda index: lasting[index])})
    execution = execute(machine, {"items": list(range(items))}, world)
    return MapTrace(mode, concurrency, tolerated, caught, _iterations(execution, items), execution)


_ENDINGS = {history.EXITED: DONE, history.CAUGHT: RESCUED, history.BROKEN: FAILED, history.ABORTED: STOPPED}


def _iterations(execution: Execution, items: int) -> tuple[Iteration, ...]:
    visits = {visit.scope[-1][1]: visit for visit in execution.visits if visit.state == "Pack"}
    free: list[float] = []
    found: dict[int, Iteration] = {}
    for index, visit in sorted(visits.items(), key=lambda pair: (pair[1].start, pair[0])):
        # The first slot that is free by then; a new one where all are taken.
        slot = next((place for place, until in enumerate(free) if until <= visit.start), len(free))
        free[slot : slot + 1] = [visit.end]
        found[index] = Iteration(index, visit.start / SECOND, visit.end / SECOND, slot, _ENDINGS[visit.ending])
    end = execution.duration / SECOND
    return tuple(found.get(index, Iteration(index, end, end, None, NEVER)) for index in range(items))
