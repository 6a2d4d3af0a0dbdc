"""The one clock of a picture: which model time is shown when, and where one may stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """A named moment (`at`, model time) that the reader can jump to, and what happens there (`label`)."""

    at: float
    label: str


@dataclass(frozen=True)
class Clock:
    """Model time from `start` to `end`, played in `seconds`.

    Attributes
    ----------
    start, end : float
        Model time, in `unit`; ``start < end``.
    unit : str
        Unit of model time in the reader's language, as shown beside the scrubber.
    seconds : float
        How long one play lasts on the reader's watch, in seconds.
    steps : tuple of Step
        For pictures that go step by step: the moments, in order.

    """

    start: float
    end: float
    unit: str
    seconds: float
    steps: tuple[Step, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.start < self.end or self.seconds <= 0:
            message = f"a clock runs forward: {self.start} to {self.end} in {self.seconds} s"
            raise ValueError(message)

    def fraction(self, time: float) -> float:
        """Return how far `time` is between start (0) and end (1); times outside count as the nearer end."""
        return min(1.0, max(0.0, (time - self.start) / (self.end - self.start)))

    def schema(self) -> dict[str, Any]:
        """Return what a host needs for its controls (JSON-able)."""
        return {
            "start": self.start,
            "end": self.end,
            "unit": self.unit,
            "seconds": self.seconds,
            "steps": [{"at": step.at, "label": step.label} for step in self.steps],
        }
