"""States with JSONata, and variables, against moto's interpreter, which gets its expressions from the reference.

So neither of the two parts is ours: moto's interpreter is LocalStack's (recorded against the service), and expressions
are evaluated by JSONata's own implementation in the version that the service runs.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.step_functions.machines import DATA, LAMBDA, Dice, Outcome, ours

if TYPE_CHECKING:
    from collections.abc import Callable


def chain(*states: dict[str, Any], **machine: Any) -> dict[str, Any]:
    """Return a machine of states A, B, C …, one after the other, all with JSONata."""
    names = "ABCDEFGH"
    made: dict[str, Any] = {}
    for index, state in enumerate(states):
        last = index == len(states) - 1
        free = state["Type"] in {"Succeed", "Fail", "Choice"}
        onward = {} if free or "Next" in state else {"End": True} if last else {"Next": names[index + 1]}
        made[names[index]] = {**state, **onward}
    return {"QueryLanguage": "JSONata", "StartAt": "A", "States": made, **machine}


def passing(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **fields}


def calling(function: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": LAMBDA + function, **fields}


def each(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    processor = {"StartAt": next(iter(states)), "States": states}
    return {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, **fields}


IN = "$states.input"
SHOW = passing(Output={"x": "{% $x %}", "y": "{% $exists($y) ? $y : 'no' %}"})
INNER = {"I": {"Type": "Pass", "End": True, "Assign": {"mine": "{% $states.input %}"}, "Output": "{% $outer %}"}}

CASES: dict[str, tuple[dict[str, Any], Any]] = {
    # Output.
    "pass": (chain(passing()), DATA),
    "output": (chain(passing(Output=f"{{% {IN}.deep %}}")), DATA),
    "output-template": (
        chain(passing(Output={"a": f"{{% {IN}.id + 1 %}}", "b": ["{% 1 %}", {"c": f"{{% {IN}.tags %}}"}], "d": "$x"})),
        DATA,
    ),
    "output-literal": (chain(passing(Output=[1, None, "text"])), DATA),
    "output-null": (chain(passing(Output=f"{{% {IN}.none %}}")), DATA),
    "output-undefined": (chain(passing(Output={"a": f"{{% {IN}.nowhere %}}"})), DATA),
    "output-object": (chain(passing(Output=f"{{% {{'kept': {IN}.nowhere, 'n': $count({IN}.items)}} %}}")), DATA),
    "succeed": (chain({"Type": "Succeed", "Output": f"{{% {IN}.id %}}"}), DATA),
    "succeed-plain": (chain({"Type": "Succeed"}), DATA),
    "context": (chain(passing(Output="{% $states.context.State.Name & $states.context.Execution.Input.name %}")), DATA),
    # Tasks.
    "task": (chain(calling("double")), DATA),
    "arguments": (chain(calling("double", Arguments={"n": f"{{% {IN}.id %}}"})), DATA),
    "arguments-whole": (chain(calling("echo", Arguments=f"{{% {IN}.items[n > 3].sku %}}")), DATA),
    "arguments-and-output": (
        chain(
            calling(
                "double",
                Arguments={"n": f"{{% $sum({IN}.items.n) %}}"},
                Output={"old": f"{{% {IN}.n %}}", "new": "{% $states.result.doubled %}"},
            )
        ),
        DATA,
    ),
    "arguments-undefined": (chain(calling("echo", Arguments={"a": f"{{% {IN}.nowhere %}}"})), DATA),
    "fails": (chain(calling("broken")), DATA),
    # Variables.
    "assign": (chain(passing(Assign={"x": 1}), SHOW), DATA),
    "assign-computed": (
        chain(passing(Assign={"x": f"{{% {IN}.items[0] %}}", "y": {"z": [f"{{% {IN}.id %}}"]}}), SHOW),
        DATA,
    ),
    "assign-keeps-output": (chain(passing(Assign={"x": 1})), DATA),
    "assign-text": (chain(passing(Assign={"x": "it's a text"}), SHOW), DATA),
    "assign-null": (chain(passing(Assign={"x": None}), SHOW), DATA),
    "assign-result": (
        chain(calling("double", Assign={"x": "{% $states.result.doubled %}", "y": f"{{% {IN}.name %}}"}), SHOW),
        DATA,
    ),
    "assign-far": (chain(passing(Assign={"x": f"{{% {IN}.id %}}"}), calling("double"), passing(Output=5), SHOW), DATA),
    "unassigned": (chain(passing(Output="{% $never %}")), DATA),
    "assign-undefined": (chain(passing(Assign={"x": "{% $never %}"})), DATA),
    # Choice.
    "choice": (
        chain(
            {
                "Type": "Choice",
                "Choices": [
                    {"Condition": f"{{% {IN}.id > 9 %}}", "Next": "B"},
                    {
                        "Condition": f"{{% {IN}.name = 'pen' and {IN}.ok %}}",
                        "Assign": {"x": "second"},
                        "Output": {"is": f"{{% {IN}.name %}}"},
                        "Next": "C",
                    },
                ],
                "Assign": {"x": "default"},
                "Default": "B",
            },
            passing(Output="first"),
            passing(Output="{% [$x, $states.input] %}"),
        ),
        DATA,
    ),
    "choice-default": (
        chain(
            {
                "Type": "Choice",
                "Choices": [{"Condition": f"{{% {IN}.id > 9 %}}", "Assign": {"x": "rule"}, "Next": "C"}],
                "Assign": {"x": "default"},
                "Output": {"was": f"{{% {IN}.id %}}"},
                "Default": "B",
            },
            passing(Output="{% [$x, $states.input] %}", Next="C"),
            passing(),
        ),
        DATA,
    ),
    # Wait and Fail.
    "wait": (
        chain(
            {"Type": "Wait", "Seconds": f"{{% {IN}.id - 5 %}}", "Output": "{% 'waited' %}", "Assign": {"x": 1}}, SHOW
        ),
        DATA,
    ),
    "wait-until": (chain({"Type": "Wait", "Timestamp": f"{{% {IN}.when %}}"}), DATA),
    "fail": (
        chain({"Type": "Fail", "Error": f"{{% 'Shop.' & {IN}.name %}}", "Cause": f"{{% $string({IN}.id) %}}"}),
        DATA,
    ),
    # Catch and Retry.
    "caught": (
        chain(
            calling(
                "broken",
                Assign={"x": "unused"},
                Catch=[
                    {
                        "ErrorEquals": ["OutOfStock"],
                        "Assign": {"x": "{% $states.errorOutput.Error %}"},
                        "Output": {"error": "{% $states.errorOutput.Error %}", "id": f"{{% {IN}.id %}}"},
                        "Next": "B",
                    }
                ],
            ),
            passing(Output="{% [$x, $states.input] %}"),
        ),
        DATA,
    ),
    "caught-plain": (
        chain(
            calling("broken", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]),
            passing(Output="{% $keys($states.input) %}"),
        ),
        DATA,
    ),
    "evaluation-caught": (
        chain(
            calling(
                "echo",
                Arguments=f"{{% {IN}.nowhere %}}",
                Catch=[{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% 'saved' %}", "Next": "B"}],
            ),
            passing(),
        ),
        DATA,
    ),
    # Parallel and Map.
    "parallel": (
        chain(
            passing(Assign={"outer": 9}),
            {
                "Type": "Parallel",
                "Arguments": {"n": f"{{% {IN}.id %}}"},
                "Branches": [
                    {
                        "StartAt": "P",
                        "States": {"P": {"Type": "Pass", "Output": f"{{% {IN}.n + $outer %}}", "End": True}},
                    },
                    {"StartAt": "Q", "States": {"Q": calling("double", End=True)}},
                ],
                "Output": {"both": "{% $states.result %}", "id": f"{{% {IN}.id %}}"},
                "Assign": {"first": "{% $states.result[0] %}"},
            },
            passing(Output="{% [$first, $states.input] %}"),
        ),
        DATA,
    ),
    "map": (chain(passing(Assign={"outer": 1}), each(INNER, Items=f"{{% {IN}.items %}}")), DATA),
    "map-input": (chain(passing(Assign={"outer": 1}), passing(Output=f"{{% {IN}.tags %}}"), each(INNER)), DATA),
    "map-literal": (chain(passing(Assign={"outer": 1}), each(INNER, Items=[1, f"{{% {IN}.id %}}"])), DATA),
    "map-selector": (
        chain(
            each(
                {"I": {"Type": "Pass", "End": True}},
                Items=f"{{% {IN}.items %}}",
                ItemSelector={
                    "sku": "{% $states.context.Map.Item.Value.sku %}",
                    "at": "{% $states.context.Map.Item.Index %}",
                    "of": f"{{% {IN}.name %}}",
                },
                Output={"made": "{% $states.result %}"},
                Assign={"count": "{% $count($states.result) %}"},
            ),
            passing(Output="{% [$count, $states.input] %}"),
        ),
        DATA,
    ),
    "map-empty": (chain(each(INNER, Items="{% [] %}")), DATA),
    "map-out-of-scope": (
        chain(passing(Assign={"outer": 1}), each(INNER, Items=[1]), passing(Output="{% $mine %}")),
        DATA,
    ),
    # The specification's own example of scopes.
    "specification-scope": (
        {
            "QueryLanguage": "JSONata",
            "StartAt": "Get Greeting",
            "States": {
                "Get Greeting": {"Type": "Pass", "Assign": {"outer": "hello"}, "Next": "Greet Everyone"},
                "Greet Everyone": {
                    "Type": "Map",
                    "ItemProcessor": {
                        "StartAt": "Begin",
                        "States": {
                            "Begin": {
                                "Type": "Pass",
                                "Assign": {"inner": "world", "hi": "{% $outer %}"},
                                "Next": "End",
                            },
                            "End": {"Type": "Succeed", "Output": "{% $hi %}"},
                        },
                    },
                    "Assign": {"outer": 2},
                    "Next": "Goodbye",
                },
                "Goodbye": {"Type": "Succeed", "Output": "{% [$outer, $states.input] %}"},
            },
        },
        [{}],
    ),
    # The specification's example of arguments and output.
    "specification-evaluation": (
        chain(
            passing(
                Assign={
                    "student": {
                        "name": "Scotland",
                        "course": [{"grade": 34}, {"grade": 99}, {"grade": 76}, {"grade": 96}],
                    },
                    "class": {"teacher": "Bert"},
                    "two": "the number 2",
                }
            ),
            calling(
                "echo",
                Arguments={
                    "student": "{% $student.name %}",
                    "classInfo": {"teacher": "{% $class.teacher %}"},
                    "values": [1, "{% $two %}", "three"],
                },
                Output="{% { 'avg': $average($student.course.grade), 'num': $count($student.course) }  %}",
            ),
        ),
        DATA,
    ),
    # Both languages in one machine.
    "mixed": (
        {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Pass",
                    "QueryLanguage": "JSONata",
                    "Assign": {"x": f"{{% {IN}.id %}}", "deep": f"{{% {IN}.deep %}}"},
                    "Next": "B",
                },
                "B": {
                    "Type": "Pass",
                    "Parameters": {"x.$": "$x", "est.$": "$deep.er.est", "name.$": "$.name"},
                    "Assign": {"y.$": "$.x", "z": "fixed"},
                    "Next": "C",
                },
                "C": {
                    "Type": "Pass",
                    "QueryLanguage": "JSONata",
                    "Output": "{% [$y, $z, $states.input] %}",
                    "End": True,
                },
            },
        },
        DATA,
    ),
    "jsonpath-caught": (
        {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Task",
                    "Resource": LAMBDA + "broken",
                    "Catch": [
                        {"ErrorEquals": ["States.ALL"], "Assign": {"x.$": "$.Error"}, "ResultPath": "$.e", "Next": "B"}
                    ],
                    "End": True,
                },
                "B": {"Type": "Pass", "Parameters": {"x.$": "$x", "id.$": "$.id"}, "End": True},
            },
        },
        DATA,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_same_output_or_error_and_same_history(theirs: Callable[..., Outcome], name: str) -> None:
    machine, data = CASES[name]
    our, their = ours(machine, data), theirs(machine, data)
    assert our[:2] == their[:2]
    assert Counter(our[2]) == once(their[2])
    assert our[2] == their[2] or {"ParallelStateEntered", "EvaluationFailed"} & set(our[2])


def once(types: list[str]) -> Counter[str]:
    """Count events; moto writes that an expression of a Task failed, and writes it again when the Task fails of it."""
    counts = Counter(types)
    if "TaskStateEntered" in counts and counts["EvaluationFailed"]:
        counts["EvaluationFailed"] //= 2
    return counts


# What moto does otherwise: machine, input, what moto gives (None: it takes no such machine), what we give.
DIFFERENCES: dict[str, tuple[dict[str, Any], Any, Any, Any]] = {
    # The specification: a type error is States.QueryEvaluationError.
    "type-error": (
        chain(passing(Output=f"{{% {IN}.name + 1 %}}")),
        DATA,
        (None, "States.Runtime"),
        (None, "States.QueryEvaluationError"),
    ),
    # The developer guide: all references use the values as they were on state entry; Output too.
    "old-values": (
        chain(
            passing(Assign={"x": 3, "y": 6}),
            passing(Assign={"x": "{% $y %}", "y": "{% $x %}"}, Output="{% $x %}"),
            passing(Output="{% [$states.input, $x, $y] %}"),
        ),
        DATA,
        ([6, 6, 3], None),
        ([3, 6, 3], None),
    ),
    # The developer guide: in a Choice, $ is the effective input.
    "jsonpath-rule": (
        {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.id", "NumericEquals": 7, "Assign": {"z.$": "$.name"}, "Next": "B"}],
                },
                "B": {"Type": "Pass", "Parameters": {"z.$": "$z"}, "End": True},
            },
        },
        DATA,
        ({"z": None}, None),
        ({"z": "pen"}, None),
    ),
    # The specification: the states within take the machine's language, not that of the state around them.
    "language-within": (
        {
            "StartAt": "A",
            "States": {
                "A": {
                    **each({"I": {"Type": "Pass", "End": True, "InputPath": "$.n"}}, Items=[{"n": 1}, {"n": 2}]),
                    "QueryLanguage": "JSONata",
                    "End": True,
                }
            },
        },
        DATA,
        ([{"n": 1}, {"n": 2}], None),
        ([1, 2], None),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differs_from_moto_where_we_know_why(theirs: Callable[..., Outcome], name: str) -> None:
    machine, data, their, our = DIFFERENCES[name]
    assert theirs(machine, data)[:2] == their
    assert ours(machine, data)[:2] == our


def test_an_output_that_fails_is_retried_with_its_task() -> None:
    """The specification lets Retry and Catch handle it; moto does not retry."""
    retry = [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 2, "IntervalSeconds": 1}]
    _, error, types = ours(chain(calling("echo", Output=f"{{% {IN}.nowhere %}}", Retry=retry)), DATA)
    assert error == "States.QueryEvaluationError"
    assert types.count("LambdaFunctionScheduled") == types.count("EvaluationFailed") == 3


class Maker(Dice):
    """Draws machines of JSONata states without problems, whose expressions fit what a state sees."""

    def expression(self, variables: list[str], *, result: bool = False) -> str:
        choices = ["$states.input", "$states.input.n", "$count($states.input.list)", "$states.context.State.Name"]
        choices += ["$exists($states.input.k)", "{'n': $states.input.n, 'k': 2}", "$states.input.nowhere"]
        choices += [f"${name}" for name in variables] * 2
        choices += ["$states.result", "$states.result.n", "[$states.result, 1]"] if result else []
        return "{% " + self.dice.choice(choices) + " %}"

    def template(self, variables: list[str], *, result: bool = False) -> Any:
        whole = self.expression(variables, result=result)
        return self.dice.choice([whole, {"n": whole, "list": [1, 2]}, {"n": self.dice.randint(0, 9), "k": [whole]}])

    def machine(self, outer: list[str], depth: int = 0) -> dict[str, Any]:
        names = [self.name() for _ in range(self.dice.randint(1, 4))]
        known = list(outer)
        states = {}
        for name, following in zip(names, [*names[1:], None], strict=True):
            states[name] = self.state(following, known, depth)
            known += states[name].get("Assign", [])
        return {"StartAt": names[0], "States": states}

    def state(self, following: str | None, known: list[str], depth: int) -> dict[str, Any]:
        dice = self.dice
        kind = dice.choice(["Pass", "Pass", "Task", "Task"] + (["Parallel", "Map"] if depth < 2 else []))
        has_result = kind != "Pass"
        state: dict[str, Any] = {"Type": kind}
        if dice.random() < 0.6:
            state["Output"] = self.template(known, result=has_result)
        elif dice.random() < 0.6:
            # moto reads variables in Output as Assign has left them, so not both. Each has a new name: within a state
            # none may have the name of one outside.
            state["Assign"] = {self.name().lower(): self.template(known, result=has_result)}
        if kind in {"Task", "Parallel"} and dice.random() < 0.5:
            state["Arguments"] = self.template(known)
        if kind == "Task":
            state["Resource"] = LAMBDA + dice.choice(["echo", "echo", "broken"])
        if kind != "Pass" and following and dice.random() < 0.5:
            caught = {"Output": self.template(known)} if dice.random() < 0.5 else {}
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": following, **caught}]
        if kind == "Parallel":
            state["Branches"] = [self.machine(known, depth + 1) for _ in range(dice.randint(1, 2))]
        if kind == "Map":
            items = ["{% [1, 2] %}", "{% $states.input.list %}", [{"n": 1}, {"n": 2, "list": [3]}]]
            state |= {"Items": dice.choice(items), "MaxConcurrency": 1, "ItemProcessor": self.machine(known, depth + 1)}
        return {**state, **({"Next": following} if following else {"End": True})}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("seed", range(40))
def test_drawn_machines_agree(theirs: Callable[..., Outcome], seed: int) -> None:
    machine = {"QueryLanguage": "JSONata", **Maker(seed).machine([])}
    data = {"n": seed % 5, "k": 1, "list": [{"n": 1}, {"n": 2}]}
    our, their = ours(machine, data), theirs(machine, data)
    if "States.Runtime" in json.dumps(their[:2]):
        # moto cannot hand the error of an expression from a branch or an item to the state around it.
        assert "EvaluationFailed" in our[2]
    else:
        assert our[:2] == their[:2], json.dumps(machine)


def test_drawn_machines_end_in_every_way() -> None:
    data = {"n": 1, "k": 1, "list": [{"n": 1}, {"n": 2}]}
    ends = [ours({"QueryLanguage": "JSONata", **Maker(seed).machine([])}, data)[1] for seed in range(40)]
    assert {None, "OutOfStock", "States.QueryEvaluationError"} <= set(ends)
    assert ends.count(None) > 10
