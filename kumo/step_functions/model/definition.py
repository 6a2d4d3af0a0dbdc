"""What is wrong with a definition: every problem, each with the JSON path of the element at fault.

Checked: JSON (line and column; a key that is written twice), fields that a state type needs or does not know, ``Next``
and ``End``, targets that do not exist, states that no way leads to, paths, payload templates, JSONata expressions and
what they may read, names of variables, numbers and their bounds, choice rules, retriers and catchers, branches and item
processors. No library checks all of that without a JSON Schema validator, which the page does not have, so the rules
stand here, as tables where they are tables.

Sources (read 2026-11-26): https://states-language.net/spec.html; the pages of the state types under
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html, and
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumo.core import facts
from kumo.step_functions.model import choices, expressions, intrinsics, paths
from kumo.step_functions.model.queries import JSONATA, JSONPATH
from kumo.step_functions.model.resources import integration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST_NAME: int = facts.value("step_functions.name-length")
LONGEST_VARIABLE: int = facts.value("step_functions.variable-name-length")
LONGEST_TIME = 99_999_999  # s

MACHINE_FIELDS = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"})
BRANCH_FIELDS = frozenset({"Comment", "StartAt", "States", "ProcessorConfig"})
_COMMON = frozenset({"Type", "Comment", "QueryLanguage"})
_IO = frozenset({"InputPath", "OutputPath"})
_ON = frozenset({"Next", "End"})
_RESULT = frozenset({"Parameters", "ResultSelector", "ResultPath"})
_HANDLERS = frozenset({"Retry", "Catch"})
_MAP = frozenset(
    {
        "ItemProcessor",
        "Iterator",
        "ItemReader",
        "ItemSelector",
        "ItemBatcher",
        "ResultWriter",
        "MaxConcurrency",
        "ToleratedFailureCount",
        "ToleratedFailurePercentage",
        "Label",
    }
)
_OUT = frozenset({"Output", "Assign"})
# Which fields a state may have beside the common ones, by query language and type.
FIELDS: dict[str, dict[str, frozenset[str]]] = {
    JSONPATH: {
        "Task": _IO
        | _ON
        | _RESULT
        | _HANDLERS
        | {"Assign", "Resource", "Credentials"}
        | {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"},
        "Pass": _IO | _ON | {"Assign", "Result", "ResultPath", "Parameters"},
        "Choice": _IO | {"Assign", "Choices", "Default"},
        "Wait": _IO | _ON | {"Assign", "Seconds", "Timestamp", "SecondsPath", "TimestampPath"},
        "Succeed": _IO,
        "Fail": frozenset({"Error", "Cause", "ErrorPath", "CausePath"}),
        "Parallel": _IO | _ON | _RESULT | _HANDLERS | {"Assign", "Branches"},
        "Map": _IO
        | _ON
        | _RESULT
        | _HANDLERS
        | _MAP
        | {"Assign", "ItemsPath", "MaxConcurrencyPath"}
        | {"ToleratedFailureCountPath", "ToleratedFailurePercentagePath"},
    },
    JSONATA: {
        "Task": _ON | _OUT | _HANDLERS | {"Arguments", "Resource", "Credentials", "TimeoutSeconds", "HeartbeatSeconds"},
        "Pass": _ON | _OUT,
        "Choice": _OUT | {"Choices", "Default"},
        "Wait": _ON | _OUT | {"Seconds", "Timestamp"},
        "Succeed": frozenset({"Output"}),
        "Fail": frozenset({"Error", "Cause"}),
        "Parallel": _ON | _OUT | _HANDLERS | {"Arguments", "Branches"},
        "Map": _ON | _OUT | _HANDLERS | _MAP | {"Items"},
    },
}
# What a field of one query language is called, or done with, in the other.
INSTEAD: dict[str, dict[str, str]] = {
    JSONATA: {
        "InputPath": "Arguments",
        "Parameters": "Arguments",
        "ResultSelector": "Output",
        "ResultPath": "Output",
        "OutputPath": "Output",
        "Result": "Output",
        "ItemsPath": "Items",
        "Variable": "Condition",
        **dict.fromkeys(choices.OPERATORS | choices.JOINS, "Condition"),
        **{
            name + "Path": name
            for name in (
                *("Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "Error", "Cause"),
                *("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
            )
        },
    },
    JSONPATH: {"Arguments": "Parameters", "Output": "ResultPath", "Items": "ItemsPath", "Condition": "Variable"},
}
# Members of $states that every expression can read; a result and an error are there when there is one.
ALWAYS = frozenset({"input", "context"})
RESULT, ERROR = "result", "errorOutput"
_FLAWS = {
    expressions.SYNTAX: "expression-syntax",
    expressions.DOCUMENT: "expression-document",
    expressions.NAME: "expression-name",
    expressions.EVAL: "expression-eval",
    expressions.LATER: "expression-later",
}
# Fields of a JSONata state in which expressions are evaluated, and that may read no more than input and context.
_EVALUATED = frozenset({"Arguments", "Items", "ItemSelector", "Error", "Cause"})
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector")
_REFERENCES = (
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
)
# Whole numbers: field, least, most.
_NUMBERS = (
    ("TimeoutSeconds", 1, LONGEST_TIME),
    ("HeartbeatSeconds", 1, LONGEST_TIME),
    ("Seconds", 0, LONGEST_TIME),
    ("MaxConcurrency", 0, math.inf),
    ("ToleratedFailureCount", 0, math.inf),
    ("IntervalSeconds", 1, LONGEST_TIME),
    ("MaxAttempts", 0, LONGEST_TIME),
    ("MaxDelaySeconds", 1, 31_622_399),
    ("MaxItemsPerBatch", 1, math.inf),
)
_EITHER = (
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("ItemSelector", "Parameters"),
)
_WAITS = ("Seconds", "Timestamp", "SecondsPath", "TimestampPath")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    path : str
        JSON path of the element at fault.
    kind : str
        Key of what is wrong, for the words.
    details : tuple of pairs
        Values that the words need, by name.

    """

    path: str
    kind: str
    details: tuple[tuple[str, Any], ...] = ()


class DefinitionError(ValueError):
    """A definition with problems."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{problem.path}: {problem.kind}" for problem in found))
        self.problems = found


def load(text: str) -> dict[str, Any]:
    """Return the definition that `text` writes; raise `DefinitionError` with every problem when there are any."""
    found = problems(text)
    if found:
        raise DefinitionError(found)
    return json.loads(text)


def problems(text: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with the definition `text`, in the order of the text."""
    return _of_text(text, lambda checks, machine: checks.machine(machine, "$", MACHINE_FIELDS), mapping=True)


def template_problems(text: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with a payload template (Parameters, ResultSelector) written as JSON."""
    return _of_text(text, lambda checks, template: checks.template(template, "$"), mapping=True)


def jsonata_problems(text: str, *, sees: frozenset[str] = ALWAYS, assign: bool = False) -> tuple[Problem, ...]:
    """Return everything that is wrong with a field of a JSONata state written as JSON.

    Parameters
    ----------
    text : str
        The field's value.
    sees : frozenset of str
        Members of ``$states`` that it may read.
    assign : bool
        Whether it is an Assign: an object whose keys are names of variables.

    """

    def check(checks: _Checks, value: Any) -> None:
        checks.language = JSONATA
        if assign:
            checks.assign(value, "$", sees)
        else:
            checks.evaluated(value, "$", sees)

    return _of_text(text, check, mapping=assign)


def _of_text(text: str, check: Callable[[_Checks, Any], None], *, mapping: bool) -> tuple[Problem, ...]:
    try:
        value = json.loads(text, object_pairs_hook=_Object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return (Problem("$", "json", (("line", error.lineno), ("column", error.colno), ("reason", error.msg))),)
    except RecursionError:
        return (Problem("$", "deep"),)
    if mapping and not isinstance(value, dict):
        return (Problem("$", "object"),)
    checks = _Checks()
    check(checks, value)
    return tuple(checks.found)


class _Object(dict[str, Any]):
    """An object that remembers which keys were written more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.twice = [key for key in self if keys.count(key) > 1]


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is not JSON", constant, 0)


def step(path: str, key: str | int) -> str:
    """Return the JSON path of a member of what `path` names."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    plain = key.isidentifier()
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}.{key}" if plain else f"{path}['{escaped}']"


class _Checks:
    """Collects the problems of one definition."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.names: dict[str, str] = {}
        # The language of the whole machine, and that of the state that is being looked at.
        self.machines = self.language = JSONPATH
        # Variables that are assigned in the machine that is being looked at, and before it in those around it.
        self.scopes: list[frozenset[str]] = []

    def add(self, path: str, kind: str, **details: Any) -> None:
        self.found.append(Problem(path, kind, tuple(details.items())))

    # Machines.

    def machine(self, machine: Mapping[str, Any], path: str, known: frozenset[str]) -> None:
        self.fields(machine, path, known)
        if path == "$":
            self.machines = self.language = self.query_language(machine, path, JSONPATH)
        self.numbers(machine, path)
        states, where = machine.get("States"), step(path, "States")
        if "States" not in machine:
            self.add(path, "missing", field="States")
        elif not isinstance(states, dict) or not states:
            self.add(where, "states")
        if "StartAt" not in machine:
            self.add(path, "missing", field="StartAt")
        if not isinstance(states, dict) or not states:
            return
        if "StartAt" in machine:
            self.target(machine["StartAt"], step(path, "StartAt"), states)
        self.twice(states, where)
        self.scopes.append(_assigned(states))
        for name, state in states.items():
            self.state(name, state, step(where, name), states)
        self.scopes.pop()
        self.reachable(machine, where)

    def query_language(self, element: Mapping[str, Any], path: str, default: str) -> str:
        """Return the query language of a machine or state; JSONata cannot go back to JSONPath."""
        value = element.get("QueryLanguage", default)
        if value not in FIELDS:
            self.add(step(path, "QueryLanguage"), "query-language", value=json.dumps(value, ensure_ascii=False))
            return default
        if default == JSONATA and value == JSONPATH:
            self.add(step(path, "QueryLanguage"), "query-downgrade")
        return value

    def reachable(self, machine: Mapping[str, Any], where: str) -> None:
        states, start = machine["States"], machine.get("StartAt")
        if not isinstance(start, str) or start not in states:
            return
        seen, waiting = {start}, [start]
        while waiting:
            for following in targets(states[waiting.pop()]):
                if following in states and following not in seen:
                    seen.add(following)
                    waiting.append(following)
        for name in states:
            if name not in seen:
                self.add(step(where, name), "unreachable", name=name)

    # States.

    def state(self, name: str, state: Any, path: str, states: Mapping[str, Any]) -> None:
        if not name or len(name) > LONGEST_NAME:
            self.add(path, "name", length=len(name), longest=LONGEST_NAME)
        if name in self.names:
            self.add(path, "name-twice", name=name, other=self.names[name])
        self.names.setdefault(name, path)
        if not isinstance(state, dict):
            self.add(path, "object")
            return
        kind = state.get("Type")
        if "Type" not in state:
            self.add(path, "missing", field="Type")
            return
        types = FIELDS[JSONPATH]
        if not isinstance(kind, str) or kind not in types:
            self.add(step(path, "Type"), "type", value=str(kind), near=_nearest(str(kind), frozenset(types)))
            return
        language = self.language = self.query_language(state, path, self.machines)
        self.fields(state, path, FIELDS[language][kind] | _COMMON)
        self.following(state, kind, path, states)
        if language == JSONATA:
            self.evaluated_fields(state, path)
        else:
            self.ways(state, path)
        self.numbers(state, path, computed=language == JSONATA)
        getattr(self, f"_{kind.lower()}")(state, path, states)
        self.language = language
        self.handlers(state, path, states)

    def following(self, state: Mapping[str, Any], kind: str, path: str, states: Mapping[str, Any]) -> None:
        if "Next" not in FIELDS[JSONPATH][kind]:
            return
        if "Next" in state and "End" in state:
            self.add(path, "next-and-end")
        elif "Next" not in state and "End" not in state:
            self.add(path, "no-next")
        if "End" in state and state["End"] is not True:
            self.add(step(path, "End"), "end")
        if "Next" in state:
            self.target(state["Next"], step(path, "Next"), states)

    def target(self, name: Any, path: str, states: Mapping[str, Any]) -> None:
        if not isinstance(name, str):
            self.add(path, "text")
        elif name not in states:
            self.add(path, "unknown-state", name=name, known=tuple(states))

    def ways(self, state: Mapping[str, Any], path: str) -> None:
        """Check the fields that hold paths and templates."""
        for key, value in state.items():
            where = step(path, key)
            if key in {"InputPath", "OutputPath"} and value is not None:
                self.way(value, where)
            elif key == "ResultPath" and value is not None:
                self.way(value, where, reference=True, context=False)
            elif key in _REFERENCES:
                self.way(value, where, reference=True)
            elif key in _TEMPLATES:
                self.template(value, where)
            elif key == "Assign":
                self.assign(value, where)
            elif key in {"ErrorPath", "CausePath"}:
                self.expression(value, where)
        for one, other in _EITHER:
            if one in state and other in state:
                self.add(path, "both", one=one, other=other)

    def way(self, value: Any, path: str, *, reference: bool = False, context: bool = True) -> None:
        if not isinstance(value, str):
            self.add(path, "text")
            return
        try:
            paths.check(value)
        except paths.PathError:
            self.add(path, "path", value=value)
            return
        plain = paths.bare(value)
        if (reference and paths.reference(plain) is None) or (not context and plain != value):
            self.add(path, "reference", value=value)

    def template(self, value: Any, path: str) -> None:
        if isinstance(value, dict):
            self.twice(value, path)
            for key, part in value.items():
                if key.endswith(".$"):
                    self.expression(part, step(path, key))
                else:
                    self.template(part, step(path, key))
        elif isinstance(value, list):
            for index, part in enumerate(value):
                self.template(part, step(path, index))

    def expression(self, value: Any, path: str) -> None:
        if not isinstance(value, str):
            self.add(path, "expression", value=json.dumps(value, ensure_ascii=False))
        elif value.startswith("$"):
            self.way(value, path)
        else:
            try:
                intrinsics.parse(value)
            except (intrinsics.SyntaxProblemError, paths.PathError):
                self.add(path, "expression", value=value)

    # JSONata and variables.

    def evaluated_fields(self, state: Mapping[str, Any], path: str) -> None:
        """Check the fields of a JSONata state in which expressions are evaluated."""
        given = ALWAYS | {RESULT} if state["Type"] in {"Task", "Parallel", "Map"} else ALWAYS
        for key, value in state.items():
            if key in _OUT:
                self.passed(key, value, path, given)
            elif key in _EVALUATED:
                self.evaluated(value, step(path, key), ALWAYS)

    def passed(self, key: str, value: Any, path: str, sees: frozenset[str]) -> None:
        """Check an Output or Assign."""
        if key == "Assign":
            self.assign(value, step(path, key), sees)
        else:
            self.evaluated(value, step(path, key), sees)

    def evaluated(self, value: Any, path: str, sees: frozenset[str]) -> None:
        """Check every expression in a value, which may read these members of ``$states``."""
        if isinstance(value, dict):
            self.twice(value, path)
            for key, part in value.items():
                self.evaluated(part, step(path, key), sees)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                self.evaluated(part, step(path, index), sees)
        elif expressions.is_half(value):
            self.add(path, "expression-half", value=value)
        elif expressions.is_expression(value):
            self.jsonata(value, path, sees)

    def jsonata(self, value: str, path: str, sees: frozenset[str]) -> None:
        flaws = expressions.flaws(value)
        for flaw in flaws:
            self.add(path, _FLAWS[flaw.kind], text=flaw.text, position=flaw.position)
        for member in sorted(expressions.reading(value).states - sees - {""}) if not flaws else ():
            kind = f"states-{member}" if member in {RESULT, ERROR} else "states-member"
            self.add(path, kind, text=member)

    def assign(self, value: Any, path: str, sees: frozenset[str] = ALWAYS) -> None:
        if not isinstance(value, dict):
            self.add(path, "object")
            return
        if self.language == JSONATA:
            self.evaluated(value, path, sees)
        else:
            self.template(value, path)
        self.variable_names(value, path)

    def variable_names(self, value: Mapping[str, Any], path: str) -> None:
        outer = frozenset().union(*self.scopes[:-1])
        for key in value:
            name, where = _variable(key, self.language), step(path, key)
            if name == expressions.STATES:
                self.add(where, "variable-states")
            elif not name.isidentifier() or len(name) > LONGEST_VARIABLE:
                self.add(where, "variable-name", name=name, longest=LONGEST_VARIABLE)
            elif name in outer:
                self.add(where, "variable-outer", name=name)

    def numbers(self, element: Mapping[str, Any], path: str, *, computed: bool = False) -> None:
        """Check the fields that are numbers; `computed` ones may be expressions."""
        for key, least, most in _NUMBERS:
            if key not in element:
                continue
            if computed and isinstance(element[key], str):
                self.computed(element[key], step(path, key))
                continue
            value = element[key]
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not least <= value <= most:
                self.add(step(path, key), "number", value=json.dumps(value, ensure_ascii=False), least=least)
        if computed and isinstance(element.get("ToleratedFailurePercentage"), str):
            self.computed(element["ToleratedFailurePercentage"], step(path, "ToleratedFailurePercentage"))
        elif "ToleratedFailurePercentage" in element:
            self.real(element, path, "ToleratedFailurePercentage", 0, 100)
        beat, limit = element.get("HeartbeatSeconds"), element.get("TimeoutSeconds")
        if _real(beat) and _real(limit) and beat >= limit:
            self.add(step(path, "HeartbeatSeconds"), "heartbeat", value=beat, limit=limit)

    def computed(self, value: str, path: str) -> None:
        """Check a text in the place of a number: it has to be an expression."""
        if expressions.is_expression(value):
            self.jsonata(value, path, ALWAYS)
        else:
            self.add(path, "computed", value=value)

    def real(self, element: Mapping[str, Any], path: str, key: str, least: float, most: float) -> None:
        if not _real(element[key]) or not least <= element[key] <= most:
            value = json.dumps(element[key], ensure_ascii=False)
            self.add(step(path, key), "real", value=value, least=least, most=most)

    def fields(self, element: Mapping[str, Any], path: str, known: frozenset[str]) -> None:
        self.twice(element, path)
        for key in element:
            if key in known:
                continue
            if (instead := INSTEAD[self.language].get(key)) is not None and path != "$":
                kind = "jsonpath-field" if self.language == JSONATA else "jsonata-field"
                self.add(step(path, key), kind, field=key, instead=instead)
            else:
                self.add(step(path, key), "unknown-field", field=key, near=_nearest(key, known))

    def twice(self, element: Any, path: str) -> None:
        for key in getattr(element, "twice", []):
            self.add(step(path, key), "twice", field=key)

    # Each type's own.

    def _task(self, state: Mapping[str, Any], path: str, _: Mapping[str, Any]) -> None:
        if "Resource" not in state:
            self.add(path, "missing", field="Resource")
        elif not isinstance(state["Resource"], str) or integration(state["Resource"]) is None:
            self.add(step(path, "Resource"), "resource", value=str(state["Resource"]))

    def _pass(self, state: Mapping[str, Any], path: str, states: Mapping[str, Any]) -> None:
        """Check nothing: what a Pass state has, others have too."""

    _succeed = _pass

    def _fail(self, state: Mapping[str, Any], path: str, _: Mapping[str, Any]) -> None:
        for key in ("Error", "Cause"):
            if key in state and not isinstance(state[key], str):
                self.add(step(path, key), "text")

    def _wait(self, state: Mapping[str, Any], path: str, _: Mapping[str, Any]) -> None:
        given = [key for key in _WAITS if key in state]
        if len(given) != 1:
            self.add(path, "wait" if self.language == JSONPATH else "wait-jsonata", given=tuple(given))
        if self.language == JSONATA and expressions.is_expression(state.get("Timestamp")):
            self.jsonata(state["Timestamp"], step(path, "Timestamp"), ALWAYS)
        elif "Timestamp" in state and choices.timestamp(state["Timestamp"]) is None:
            self.add(step(path, "Timestamp"), "timestamp", value=str(state["Timestamp"]))

    def _choice(self, state: Mapping[str, Any], path: str, states: Mapping[str, Any]) -> None:
        if "Default" in state:
            self.target(state["Default"], step(path, "Default"), states)
        for where, rule in self.entries(state, path, "Choices", required=True):
            if "Next" not in rule:
                self.add(where, "missing", field="Next")
            else:
                self.target(rule["Next"], step(where, "Next"), states)
            if self.language == JSONATA:
                self.condition(rule, where)
            else:
                self.rule(rule, where, top=True)

    def condition(self, rule: Mapping[str, Any], path: str) -> None:
        """Check a rule of a JSONata state."""
        self.fields(rule, path, _OUT | {"Condition", "Next", "Comment"})
        value = rule.get("Condition")
        if "Condition" not in rule:
            self.add(path, "missing", field="Condition")
        elif expressions.is_expression(value):
            self.jsonata(value, step(path, "Condition"), ALWAYS)
        elif not isinstance(value, bool):
            self.add(step(path, "Condition"), "condition")
        for key in sorted(_OUT & set(rule)):
            self.passed(key, rule[key], path, ALWAYS)

    def rule(self, rule: Mapping[str, Any], path: str, *, top: bool) -> None:
        self.twice(rule, path)
        tests = [key for key in rule if key in choices.OPERATORS or key in choices.JOINS]
        for key in sorted(set(rule) - {*tests, "Variable", "Comment"} - ({"Next", "Assign"} if top else set())):
            instead = INSTEAD[JSONPATH].get(key)
            kind = "nested-next" if key in {"Next", "Assign"} else "jsonata-field" if instead else "operator"
            near = _nearest(key, choices.OPERATORS | choices.JOINS)
            self.add(step(path, key), kind, field=key, near=near, instead=instead)
        if top and "Assign" in rule:
            self.assign(rule["Assign"], step(path, "Assign"))
        if "Variable" in rule:
            self.way(rule["Variable"], step(path, "Variable"))
        if len(tests) != 1:
            # An operator that does not exist has been named already.
            if tests or set(rule) <= {"Variable", "Comment", "Next", "Assign"}:
                self.add(path, "tests", count=len(tests))
            return
        test, where = tests[0], step(path, tests[0])
        if test == "Not" and not isinstance(rule[test], dict):
            self.add(where, "object")
        elif test == "Not":
            self.rule(rule[test], where, top=False)
        elif test in choices.JOINS:
            for inner, part in self.entries(rule, path, test, required=True):
                self.rule(part, inner, top=False)
        else:
            self.operand(test, rule, path)

    def operand(self, test: str, rule: Mapping[str, Any], path: str) -> None:
        if "Variable" not in rule:
            self.add(path, "missing", field="Variable")
        value, path = rule[test], step(path, test)
        if test.endswith("Path"):
            self.way(value, path)
        elif test.startswith(("Is", "Boolean")):
            if not isinstance(value, bool):
                self.add(path, "boolean")
        elif test.startswith("Numeric"):
            if not _real(value):
                self.add(path, "operand-number")
        elif test.startswith("Timestamp"):
            if choices.timestamp(value) is None:
                self.add(path, "timestamp", value=str(value))
        elif not isinstance(value, str):
            self.add(path, "text")

    def _parallel(self, state: Mapping[str, Any], path: str, _: Mapping[str, Any]) -> None:
        for where, branch in self.entries(state, path, "Branches", required=True):
            self.machine(branch, where, BRANCH_FIELDS - {"ProcessorConfig"})

    def _map(self, state: Mapping[str, Any], path: str, _: Mapping[str, Any]) -> None:
        given = [key for key in ("ItemProcessor", "Iterator") if key in state]
        if len(given) != 1:
            self.add(path, "processor")
            return
        processor, where = state[given[0]], step(path, given[0])
        if not isinstance(processor, dict):
            self.add(where, "object")
            return
        language = self.language
        self.machine(processor, where, BRANCH_FIELDS)
        self.language = language
        config = processor.get("ProcessorConfig", {})
        mode = config.get("Mode", "INLINE") if isinstance(config, dict) else None
        if mode not in {"INLINE", "DISTRIBUTED"}:
            self.add(step(where, "ProcessorConfig"), "mode")
        for key in ("ItemReader", "ItemBatcher", "ResultWriter"):
            if key in state and not isinstance(state[key], dict):
                self.add(step(path, key), "object")
            elif key in state:
                if mode != "DISTRIBUTED":
                    self.add(step(path, key), "distributed-only", field=key)
                if language == JSONATA:
                    self.evaluated(state[key], step(path, key), ALWAYS)
                else:
                    self.template(state[key], step(path, key))
        if isinstance(batcher := state.get("ItemBatcher"), dict):
            self.numbers(batcher, step(path, "ItemBatcher"))

    # Retry and Catch.

    def handlers(self, state: Mapping[str, Any], path: str, states: Mapping[str, Any]) -> None:
        if state["Type"] not in {"Task", "Parallel", "Map"}:
            return
        for where, entry in self.entries(state, path, "Retry"):
            known = frozenset(
                {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"}
            )
            self.fields(entry, where, known | {"Comment"})
            self.errors(entry, where, last=where == step(step(path, "Retry"), len(state["Retry"]) - 1))
            self.numbers(entry, where)
            if "BackoffRate" in entry:
                self.real(entry, where, "BackoffRate", 1, math.inf)
            longest, interval = entry.get("MaxDelaySeconds"), entry.get("IntervalSeconds", 1)
            if _real(longest) and _real(interval) and longest <= interval:
                self.add(step(where, "MaxDelaySeconds"), "delay", value=longest, interval=interval)
            if entry.get("JitterStrategy", "NONE") not in ("NONE", "FULL"):
                self.add(step(where, "JitterStrategy"), "jitter", value=str(entry["JitterStrategy"]))
        for where, entry in self.entries(state, path, "Catch"):
            handed_on = _OUT if self.language == JSONATA else {"Assign", "ResultPath"}
            self.fields(entry, where, frozenset({"ErrorEquals", "Next", "Comment"}) | handed_on)
            self.errors(entry, where, last=where == step(step(path, "Catch"), len(state["Catch"]) - 1))
            if "Next" not in entry:
                self.add(where, "missing", field="Next")
            else:
                self.target(entry["Next"], step(where, "Next"), states)
            for key in sorted((_OUT if self.language == JSONATA else {"Assign"}) & set(entry)):
                self.passed(key, entry[key], where, ALWAYS | {ERROR})
            if self.language == JSONPATH and entry.get("ResultPath") is not None:
                self.way(entry["ResultPath"], step(where, "ResultPath"), reference=True, context=False)

    def errors(self, entry: Mapping[str, Any], path: str, *, last: bool) -> None:
        names, where = entry.get("ErrorEquals"), step(path, "ErrorEquals")
        if "ErrorEquals" not in entry:
            self.add(path, "missing", field="ErrorEquals")
        elif not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            self.add(where, "error-names")
        elif "States.ALL" in names and (len(names) > 1 or not last):
            self.add(where, "all-alone")

    def entries(
        self, element: Mapping[str, Any], path: str, key: str, *, required: bool = False
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield path and object of each entry of an array field; what is no array or no object is a problem."""
        if key not in element:
            if required:
                self.add(path, "missing", field=key)
            return
        entries, where = element[key], step(path, key)
        if not isinstance(entries, list) or (required and not entries):
            self.add(where, "array")
            return
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield step(where, index), entry
            else:
                self.add(step(where, index), "object")


def targets(state: Any) -> list[str]:
    """Return the names to which a state can go, in the order of the definition; also those that do not exist."""
    if not isinstance(state, dict):
        return []
    following = [state.get("Next"), state.get("Default")]
    for key in ("Choices", "Catch"):
        entries = state.get(key)
        if isinstance(entries, list):
            following += [entry.get("Next") for entry in entries if isinstance(entry, dict)]
    return list(dict.fromkeys(name for name in following if isinstance(name, str)))


def _assigned(states: Mapping[str, Any]) -> frozenset[str]:
    """Return the variables that the states of one machine assign, those of machines within it left out."""
    found: set[str] = set()
    for state in states.values():
        if not isinstance(state, dict):
            continue
        handlers = [entry for key in ("Choices", "Catch") if isinstance(state.get(key), list) for entry in state[key]]
        for element in (state, *handlers):
            names = element.get("Assign") if isinstance(element, dict) else None
            found |= {key.removesuffix(".$") for key in names} if isinstance(names, dict) else set()
    return frozenset(found)


def _variable(key: str, language: str) -> str:
    """Return the name of the variable that a key of an Assign names."""
    return key.removesuffix(".$") if language == JSONPATH else key


def _real(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nearest(word: str, known: frozenset[str]) -> str:
    """Return the known word that `word` is most likely meant to be, or an empty text."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only when something is wrong

    lowered = {name.lower(): name for name in sorted(known)}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.75)
    return lowered[close[0]] if close else ""
