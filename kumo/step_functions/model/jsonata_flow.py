"""One Task state whose query language is JSONata: what Arguments, Output and Assign see, and what they make of it.

Modelled: the evaluation of the three fields by the interpreter's own `JSONataQuery`, in the service's order (Arguments,
the task, which gives a fixed result, then Output and Assign from the same values), the sources that each expression
reads, the variables before and after, and the error with the place of the expression that ended it.

The context object is that of a second state, after one that passed on its input and assigned the variables; it has no
more than `context` says. Not modelled: Retry and Catch, and everything else that the interpreter does; tests compare
the two.

Sources (read 2026-11-26): https://states-language.net/spec.html ("Using Arguments and Output", "Using Assign");
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from kumo.core.streams import stream
from kumo.step_functions.model import expressions
from kumo.step_functions.model.data_flow import LEFT_OUT, leaves
from kumo.step_functions.model.errors import UNDEFINED, EvaluationError, StateError
from kumo.step_functions.model.interpreter import EPOCH
from kumo.step_functions.model.intrinsics import same
from kumo.step_functions.model.paths import Surroundings
from kumo.step_functions.model.queries import JSONataQuery, Variables, check_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kumo.step_functions.model.data_flow import Leaf

ARGUMENTS, OUTPUT, ASSIGN = "Arguments", "Output", "Assign"
# What an expression can read; the members of $states have their names from it.
VARIABLES, INPUT, RESULT, CONTEXT = "variables", "input", "result", "context"
SEEN = {
    ARGUMENTS: (VARIABLES, INPUT),
    OUTPUT: (VARIABLES, INPUT, RESULT),
    ASSIGN: (VARIABLES, INPUT, RESULT),
}


@dataclass(frozen=True)
class Part:
    """A leaf of a field's template.

    Attributes
    ----------
    place : Leaf
        Where it stands in the template; its value stands at the same place in the field's value.
    written : object
        The JSON value there, an expression or a constant.
    sources : frozenset of str
        What the expression reads: VARIABLES, INPUT, RESULT, CONTEXT.
    names : frozenset of str
        The variables that it reads.
    value : object
        What it became; LEFT_OUT when the field was not evaluated, or not to its end.

    """

    place: Leaf
    written: Any
    sources: frozenset[str]
    names: frozenset[str]
    value: Any


@dataclass(frozen=True)
class Field:
    """ARGUMENTS, OUTPUT or ASSIGN, with the parts of its template: none when it is left out."""

    name: str
    written: Any
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Failure:
    """What ended the state.

    Attributes
    ----------
    field : str
        ARGUMENTS, OUTPUT or ASSIGN.
    place : Leaf or None
        Of the part at fault; None when the whole is (too large).
    error, cause : str
        As the service names them.
    undefined : bool
        Whether an expression gave nothing at all.

    """

    field: str
    place: Leaf | None
    error: str
    cause: str
    undefined: bool = False


@dataclass(frozen=True)
class JsonataTrace:
    """What went into the state, through it and out of it.

    Attributes
    ----------
    data, result : object
        The input, and what the task gives.
    before, after : mapping
        Variables at entry, and as the next state sees them.
    fields : tuple of Field
        ARGUMENTS, OUTPUT, ASSIGN.
    payload, output : object
        What the task got and what the next state gets; LEFT_OUT when it did not come to that.
    failure : Failure or None
        Why it did not.

    """

    data: Any
    result: Any
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    fields: tuple[Field, ...]
    payload: Any
    output: Any
    failure: Failure | None = None

    @property
    def changed(self) -> frozenset[str]:
        """Variables that have another value after the state than before, or none before."""
        return frozenset(
            name for name, value in self.after.items() if name not in self.before or not same(self.before[name], value)
        )

    def outdated(self, part: Part) -> frozenset[str]:
        """Return the variables that a part read at their old values, while the same state assigned new ones."""
        return part.names & self.changed


def context(data: Any) -> dict[str, Any]:
    """Return the context object of the state."""
    return {"Execution": {"Input": data, "Name": "run"}, "State": {"Name": "Charge", "RetryCount": 0}}


def flow(data: Any, before: Mapping[str, Any], result: Any, written: Mapping[str, Any]) -> JsonataTrace:
    """Send `data` through the state whose task gives `result`.

    Parameters
    ----------
    data, result : object
        JSON values: the state's input and what the task gives.
    before : mapping
        The variables at entry.
    written : mapping
        ARGUMENTS, OUTPUT and ASSIGN as in the definition, without flaws; what is missing is left out.

    Returns
    -------
    JsonataTrace

    """
    query = JSONataQuery(written, data, Surroundings(context(data), before), EPOCH, stream(1, "functions"))
    variables = Variables(own=dict(before))
    made: dict[str, Any] = {}
    failure = None
    at = ARGUMENTS
    try:
        made[ARGUMENTS] = query.payload()
        at = OUTPUT
        passed = query.passed(result)
        check_size(passed.output)
        at = ASSIGN
        variables.assign(passed.assigned)
        made |= {OUTPUT: passed.output, ASSIGN: passed.assigned}
    except EvaluationError as error:
        failure = _failure(error, written)
    except StateError as error:
        failure = Failure(at, None, error.name, error.cause)
    fields = tuple(_field(name, written, made.get(name, LEFT_OUT), before) for name in (ARGUMENTS, OUTPUT, ASSIGN))
    payload, output = (made.get(name, LEFT_OUT) for name in (ARGUMENTS, OUTPUT))
    return JsonataTrace(data, result, dict(before), variables.visible(), fields, payload, output, failure)


def _failure(error: EvaluationError, written: Mapping[str, Any]) -> Failure:
    for name, template in written.items():
        for place in leaves(template):
            if error.field == _path(name, place):
                return Failure(name, place, error.name, error.cause, error.reason == UNDEFINED)
    raise LookupError(error.field)


def _path(name: str, place: Leaf) -> str:
    """Return how the service names the place of an expression."""
    return name + "".join(f"[{step}]" if isinstance(step, int) else f"/{step}" for step in place)


def _field(name: str, written: Mapping[str, Any], value: Any, before: Mapping[str, Any]) -> Field:
    if name not in written:
        return Field(name, LEFT_OUT, ())
    template = written[name]
    parts = (_part(name, place, leaf, value, before) for place, leaf in leaves(template).items())
    return Field(name, template, tuple(parts))


def _part(name: str, place: Leaf, written: Any, value: Any, before: Mapping[str, Any]) -> Part:
    sources: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    if expressions.is_expression(written):
        read = expressions.reading(written, before)
        names = read.variables
        # The whole of $states has everything in it that there is.
        members = {*SEEN[name], CONTEXT} - {VARIABLES} if "" in read.states else read.states
        sources = frozenset(members | ({VARIABLES} if names else set()))
    found = value if value is LEFT_OUT else reduce(lambda node, step: node[step], place, value)
    return Part(place, written, sources, names, found)
