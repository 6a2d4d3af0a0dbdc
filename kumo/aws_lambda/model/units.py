"""Time in the models of AWS Lambda: whole microseconds, so that no rounding can decide which event is first."""

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
