"""Routing controls of Amazon Application Recovery Controller: switches for traffic, and the rules that guard them.

Modelled: two cells, Tokyo (primary) and Osaka (secondary), each with a routing control that is its health check in a
Route 53 failover record; requests that change one or more controls at once and are taken whole or not at all; an
assertion rule (at least so many of the two controls are on after a request); a gating rule (the two change only while a
third control, the gate, is on); the wait period of these rules, in which every further request against the two fails; a
request that overrides the rules. Tokyo stops working at `broken_at` and stays so.

Where both controls are off, no cell is healthy and Route 53 answers as if all were (fail open): with the primary.

Not modelled: caches of DNS (see the explorer of a record's change), the five Regional endpoints of a cluster, other
types of rules (AND, OR, inverted), who may do what.

Sources (read 2026-11-26): "Routing control" and "Safety rules", https://docs.aws.amazon.com/r53recovery/latest/dg/ ;
AWS::Route53RecoveryControl::SafetyRule and its AssertionRule and GatingRule (WaitPeriodMs: "during which any request
against the target routing controls will fail") in the CloudFormation guide; UpdateRoutingControlState, with
SafetyRulesToOverride, in the API reference of the cluster. Times in seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kumo.route53.model.lines import LineError

TOKYO, OSAKA, GATE = "tokyo", "osaka", "gate"
CONTROLS = (TOKYO, OSAKA, GATE)
CELLS = (TOKYO, OSAKA)
START = {TOKYO: True, OSAKA: False, GATE: False}
END = 120
MOST_REQUESTS = 6
TAKEN, OVERRIDDEN, WAITING, TOO_FEW, GATED = "taken", "overridden", "waiting", "too_few", "gated"


class ScriptError(LineError):
    """A line that is no request."""


@dataclass(frozen=True)
class Request:
    """A request to change routing controls.

    Attributes
    ----------
    at : int
        When.
    changes : tuple of tuple (str, bool)
        Controls and whether they shall be on.
    override : bool
        Whether it overrides the safety rules.

    """

    at: int
    changes: tuple[tuple[str, bool], ...]
    override: bool


@dataclass(frozen=True)
class Rules:
    """The safety rules.

    Attributes
    ----------
    at_least : int
        How many of the two cells must be on after a request; 0 for no assertion rule.
    wait : int
        Wait period after a request that was taken.
    gated : bool
        Whether there is a gating rule.

    """

    at_least: int
    wait: int
    gated: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a request: `TAKEN`, `OVERRIDDEN`, or the rule that refused it."""

    request: Request
    result: str

    @property
    def done(self) -> bool:
        """Whether the controls were changed."""
        return self.result in (TAKEN, OVERRIDDEN)


@dataclass(frozen=True)
class RecoveryTrace:
    """The controls through the drill.

    Attributes
    ----------
    rules : Rules
        What guards them.
    broken_at : int
        When Tokyo stops working.
    verdicts : tuple of Verdict
        The requests in order of time.
    states : tuple of tuple (int, dict)
        From when on which controls are on, in order of time.

    """

    rules: Rules
    broken_at: int
    verdicts: tuple[Verdict, ...]
    states: tuple[tuple[int, dict[str, bool]], ...]

    @property
    def spans(self) -> tuple[tuple[int, int, dict[str, bool]], ...]:
        """The stretches of time with equal controls: from, until, controls."""
        ends = [*(at for at, _ in self.states[1:]), END]
        return tuple((at, end, state) for (at, state), end in zip(self.states, ends, strict=True) if end > at)

    @property
    def traffic(self) -> tuple[tuple[int, int, str, bool, bool], ...]:
        """Where Route 53 sends users: from, until, cell, whether it works, whether it failed open."""
        found = []
        for start, end, state in self.spans:
            cell = TOKYO if state[TOKYO] or not state[OSAKA] else OSAKA
            fallen = not state[TOKYO] and not state[OSAKA]
            cut = min(max(self.broken_at, start), end) if cell == TOKYO else end
            found += [(start, cut, cell, True, fallen), (cut, end, cell, False, fallen)]
        joined: list[tuple[int, int, str, bool, bool]] = []
        for one in found:
            if joined and joined[-1][2:] == one[2:]:
                joined[-1] = (joined[-1][0], *one[1:])
            elif one[1] > one[0]:
                joined.append(one)
        return tuple(joined)

    @property
    def failing(self) -> int:
        """Seconds in which users are sent to a cell that does not work."""
        return sum(end - start for start, end, _, works, _ in self.traffic if not works)


def read_script(text: str) -> tuple[Request, ...]:
    """Return the requests of a text: a line each, ``40 tokyo=off osaka=on``, with ``40!`` to override the rules.

    Raises
    ------
    ScriptError
        For a line that is none, times that do not rise, and more than `MOST_REQUESTS`.

    """
    found: list[Request] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        words = line.split()
        time = re.fullmatch(r"([0-9]{1,3})(!?)", words[0])
        changes = [re.fullmatch(r"([a-z]+)=(on|off)", word.lower()) for word in words[1:]]
        if not time or not changes or not all(changes):
            raise ScriptError("form", line.strip())
        if int(time[1]) > END:
            raise ScriptError("late", words[0])
        for change in changes:
            if change[1] not in CONTROLS:
                raise ScriptError("control", change[1])
        names = [change[1] for change in changes]
        if len(set(names)) < len(names):
            raise ScriptError("twice", line.strip())
        if found and int(time[1]) <= found[-1].at:
            raise ScriptError("order", line.strip())
        found.append(Request(int(time[1]), tuple((change[1], change[2] == "on") for change in changes), bool(time[2])))
    if len(found) > MOST_REQUESTS:
        raise ScriptError("many", str(len(found)))
    return tuple(found)


def rehearse(requests: tuple[Request, ...], rules: Rules, broken_at: int) -> RecoveryTrace:
    """Send the requests one after the other; return what each did and where users were sent."""
    state, changed_at = dict(START), None
    states, verdicts = [(0, dict(state))], []
    for request in requests:
        result = _judged(request, rules, state, changed_at)
        verdicts.append(Verdict(request, result))
        if verdicts[-1].done:
            state |= dict(request.changes)
            states.append((request.at, dict(state)))
            if any(control in CELLS for control, _ in request.changes):
                changed_at = request.at
    return RecoveryTrace(rules, broken_at, tuple(verdicts), tuple(states))


def _judged(request: Request, rules: Rules, state: dict[str, bool], changed_at: int | None) -> str:
    """Return what becomes of a request; of several rules that refuse it, the one that is looked at first."""
    if request.override:
        return OVERRIDDEN
    touched = [control for control, _ in request.changes if control in CELLS]
    if not touched:
        return TAKEN
    if rules.gated and not state[GATE]:
        return GATED
    if (rules.at_least or rules.gated) and changed_at is not None and request.at < changed_at + rules.wait:
        return WAITING
    after = state | dict(request.changes)
    if sum(after[cell] for cell in CELLS) < rules.at_least:
        return TOO_FEW
    return TAKEN
