"""Processes in simulated time: generators that wait for moments and signals.

A process yields what it waits for: a number of milliseconds, a `Signal`, or `within(signal, deadline)`. Moments that
fall together are served in the order in which they were asked for: (time, serial) decides everything.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    # What a process yields, is sent, and returns.
    Steps = Generator[Any, Any, Any]


class Signal:
    """Something that happens once, and may bring a value; whoever waits for it goes on then."""

    def __init__(self) -> None:
        self.fired = False
        self.value: Any = None
        self.waiting: list[Callable[[], None]] = []

    def fire(self, value: Any = None) -> None:
        """Let it happen; a second time changes nothing."""
        if not self.fired:
            self.fired, self.value = True, value
            for resume in self.waiting:
                resume()
            self.waiting.clear()


@dataclass(frozen=True)
class Within:
    """Wait for a signal, but not beyond a moment (ms; None: for ever); the process is sent whether it came."""

    signal: Signal
    deadline: float | None


class Process:
    """A running generator. `done` fires when it has returned (`result`), raised (`error`) or been stopped."""

    def __init__(self, clock: Timeline, steps: Steps) -> None:
        self.done = Signal()
        self.result: Any = None
        self.error: Exception | None = None
        self._clock, self._steps, self._turn = clock, steps, 0
        clock.at(clock.now, self._resumption(None))

    def stop(self) -> None:
        """End it where it stands; its ``finally`` clauses run."""
        if not self.done.fired:
            self._turn += 1
            self._steps.close()
            self.done.fire()

    def _resumption(self, value: Any) -> Callable[[], None]:
        """Return a call that goes on with `value`, unless the process has gone on otherwise meanwhile."""
        turn = self._turn

        def resume() -> None:
            if turn == self._turn and not self.done.fired:
                self._step(value() if callable(value) else value)

        return resume

    def _step(self, value: Any) -> None:
        self._turn += 1
        try:
            wanted = self._steps.send(value)
        except StopIteration as stop:
            self.result = stop.value
            self.done.fire()
            return
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits for the process
            self.error = error
            self.done.fire()
            return
        clock = self._clock
        if isinstance(wanted, Signal):
            wanted = Within(wanted, None)
        if not isinstance(wanted, Within):
            clock.at(clock.now + wanted, self._resumption(None))
            return
        came = self._resumption(lambda: True)
        if wanted.signal.fired:
            clock.at(clock.now, came)
            return
        # Whoever waits goes on after everything that the firing process still does at that moment.
        wanted.signal.waiting.append(lambda: clock.at(clock.now, came))
        if wanted.deadline is not None:
            clock.at(max(clock.now, wanted.deadline), self._resumption(lambda: False))


class Timeline:
    """The queue of moments. Time is in milliseconds and never runs back."""

    def __init__(self) -> None:
        self.now: float = 0
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0

    def at(self, time: float, call: Callable[[], None]) -> None:
        """Make `call` at a moment."""
        self._serial += 1
        heapq.heappush(self._queue, (time, self._serial, call))

    def spawn(self, steps: Steps) -> Process:
        """Start a process now."""
        return Process(self, steps)

    def run(self, until: Signal, deadline: float | None = None) -> bool:
        """Serve moments until a signal has fired; False when the deadline came first, or nothing is left to do."""
        while not until.fired and self._queue:
            time, _, call = self._queue[0]
            if deadline is not None and time > deadline:
                self.now = deadline
                return False
            heapq.heappop(self._queue)
            self.now = time
            call()
        return until.fired
