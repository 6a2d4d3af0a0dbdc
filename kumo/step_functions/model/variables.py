"""Which variables exist at which event of an execution, and who reads what another has assigned.

A variable is there from the event with which a state is left, and as long as the run of the States field in which
that state stands: to the end of the execution, of the branch, or of the iteration.

Not modelled: variables inside a distributed Map, whose iterations are executions with histories of their own; and of
what a state reads, no more is counted than what it must have evaluated (see `reads`).

Sources (read 2026-11-26): https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html;
https://states-language.net/spec.html ("State Machine Variables").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.step_functions.model import expressions, history
from kumo.step_functions.model.data_flow import leaves
from kumo.step_functions.model.queries import JSONATA, JSONPATH
from kumo.step_functions.model.state_machine_run import inner_machines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kumo.step_functions.model.history import Event, Execution, Visit

Scope = tuple[tuple[str, int], ...]

_OVER = re.compile(r"(Parallel|Map)State(Started|Succeeded|Failed|Exited)")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
# The ends of the names of JSONPath states' fields that hold a path.
_HOLDS_PATH = (".$", "Path", "Variable")
_NAMED = re.compile(r"\$([^\W\d]\w*)")


@dataclass(frozen=True)
class Value:
    """What a variable holds in one run of its States field.

    Attributes
    ----------
    places : tuple of int
        Branch or item of every state around it, from the outermost (0 is the first); empty at the top.
    value : object
        JSON value.
    visit : int
        Index of the visit that assigned it.

    """

    places: tuple[int, ...]
    value: Any
    visit: int


@dataclass(frozen=True)
class Moment:
    """From event number `event` on these `values` exist; `new` when one of them was assigned there."""

    event: int
    values: tuple[Value, ...]
    new: bool


@dataclass(frozen=True)
class Variable:
    """A variable over time.

    Attributes
    ----------
    name : str
        Without the dollar sign.
    within : tuple of str
        The states around the one that assigns it, from the outermost; empty at the top.
    moments : tuple of Moment
        Every change, in order; before the first there is no such variable.

    """

    name: str
    within: tuple[str, ...]
    moments: tuple[Moment, ...]

    def at(self, event: int) -> tuple[Value, ...]:
        """Return what exists once event number `event` has happened."""
        return next((moment.values for moment in reversed(self.moments) if moment.event <= event), ())


def variables(run: Execution) -> tuple[Variable, ...]:
    """Return every variable of an execution, in the order in which they are first assigned."""
    held: dict[tuple[Scope, str], Value] = {}
    moments: dict[tuple[tuple[str, ...], str], list[Moment]] = {}
    for event, over in _with_what_ends(run):
        new, gone = set(), {key for key in held if any(_inside(key[0], end) for end in over)}
        for key in gone:
            del held[key]
        for name, value in (event.get("assigned") or {}).items():
            scope = run.visits[event.visit].scope
            held[scope, name] = Value(tuple(index for _, index in scope), value, event.visit)
            new.add((scope, name))
        for around, name in dict.fromkeys((_states(scope), name) for scope, name in (*sorted(gone), *sorted(new))):
            alike = [value for (scope, other), value in held.items() if (_states(scope), other) == (around, name)]
            fresh = any((_states(scope), other) == (around, name) for scope, other in new)
            moment = Moment(event.id, tuple(sorted(alike, key=lambda value: value.places)), fresh)
            moments.setdefault((around, name), []).append(moment)
    return tuple(Variable(name, around, tuple(found)) for (around, name), found in moments.items())


@dataclass(frozen=True)
class _End:
    """The end of what runs in `scope` inside `state`: of one branch or item, or of all (None)."""

    scope: Scope
    state: str | None = None
    index: int | None = None


def _with_what_ends(run: Execution) -> Iterator[tuple[Event, list[_End]]]:
    """Yield every event with the runs of States fields that are over by then."""
    left: list[_End] = []
    for event in run.events:
        over, left = left, []
        if event.visit is None:
            # The execution's own: at its end nothing is left inside.
            over = over if event.type == "ExecutionStarted" else [_End(())]
            yield event, over
            continue
        visit = run.visits[event.visit]
        if _OVER.fullmatch(event.type):
            over = [*over, _End(visit.scope, visit.state)]
        elif event.type == "MapIterationFailed":
            over = [*over, _End(visit.scope, visit.state, event.get("index"))]
        yield event, over
        if visit.scope and event.type.endswith("StateExited") and visit.next is None:
            # It was the last state there: what it assigned is there for this one event, and nobody reads it.
            left = [_End(visit.scope[:-1], *visit.scope[-1])]


def _inside(scope: Scope, end: _End) -> bool:
    depth = len(end.scope)
    if len(scope) <= depth or scope[:depth] != end.scope:
        return False
    state, index = scope[depth]
    return end.state in {None, state} and end.index in {None, index}


def _states(scope: Scope) -> tuple[str, ...]:
    return tuple(state for state, _ in scope)


def apart(run: Execution) -> tuple[str, ...]:
    """Return the distributed Maps in which variables were assigned that the history does not show."""
    told = {event.visit for event in run.events}
    shown = {visit.state for index, visit in enumerate(run.visits) if index in told}
    hidden = [visit for index, visit in enumerate(run.visits) if index not in told and visit.assigned]
    # What is inside such a Map is not shown either: the Map itself is the innermost that is.
    return tuple(dict.fromkeys(next(s for s, _ in reversed(visit.scope) if s in shown) for visit in hidden))


# Who reads them.


@dataclass(frozen=True)
class Read:
    """A visit (`reader`) that reads the variable `name` as the visit `writer` assigned it (indexes of visits)."""

    name: str
    writer: int
    reader: int


def reads(machine: Mapping[str, Any], run: Execution) -> tuple[Read, ...]:
    """Return which visits read which assigned values, in the order of the visits.

    Counted is what stands in fields that a visit has gone through: of a Choice the rules up to the chosen one, of a
    state that was left by a catcher that catcher, of a state that failed nothing.
    """
    states = _by_name(machine)
    language = machine.get("QueryLanguage", JSONPATH)
    known = variables(run)
    found: list[Read] = []
    entered: set[int] = set()
    for event in run.events:
        if event.visit is None or event.visit in entered:
            continue
        entered.add(event.visit)
        visit = run.visits[event.visit]
        state = states[visit.state]
        seen_there = visible(known, event.id, visit.scope)
        named = _names(_gone_through(state, visit), state.get("QueryLanguage", language), seen_there.keys())
        found += [Read(name, seen_there[name].visit, event.visit) for name in sorted(named)]
    return tuple(found)


def visible(known: Iterable[Variable], event: int, scope: Scope) -> dict[str, Value]:
    """Return what a state in `scope` can read, by name, once event number `event` has happened."""
    found = {}
    for variable in known:
        depth = len(variable.within)
        places = tuple(index for _, index in scope[:depth])
        if variable.within == _states(scope[:depth]):
            found.update((variable.name, value) for value in variable.at(event) if value.places == places)
    return found


def _by_name(machine: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = dict(machine["States"])
    for state in machine["States"].values():
        for inner in inner_machines(state):
            found |= _by_name(inner)
    return found


def _gone_through(state: Mapping[str, Any], visit: Visit) -> Any:
    """Return the fields of a state that a visit must have evaluated."""
    if visit.ending == history.CAUGHT:
        return next(catcher for catcher in state["Catch"] if catcher["Next"] == visit.next)
    if visit.ending != history.EXITED:
        return {}
    outside = {"Branches", "ItemProcessor", "Iterator", "Catch", "Choices"}
    fields: dict[str, Any] = {key: value for key, value in state.items() if key not in outside}
    if "Choices" in state:
        rules = state["Choices"]
        end = next((index for index, rule in enumerate(rules) if rule["Next"] == visit.next), len(rules) - 1)
        fields["Choices"] = [
            {key: value for key, value in rule.items() if key not in {"Assign", "Output"}} for rule in rules[: end + 1]
        ]
    return fields


def _names(fields: Any, language: str, known: Iterable[str]) -> set[str]:
    """Return which of the `known` variables the expressions or paths in a JSON value read."""
    found: set[str] = set()
    for way, text in leaves(fields).items():
        if language == JSONATA and expressions.is_expression(text):
            found |= expressions.reading(text, known).variables
        elif language == JSONPATH and isinstance(text, str) and str(way[-1]).endswith(_HOLDS_PATH):
            found |= set(_NAMED.findall(_QUOTED.sub("", text)))
    return found.intersection(known)
