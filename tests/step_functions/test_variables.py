"""Variables over time: against what the interpreter hands to expressions, and against what the picture shows."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from bisect import bisect_right
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import text_width
from kumo.core.drawing.layout import LAYOUTS
from kumo.step_functions.explorers import StateMachineRun
from kumo.step_functions.model import history, interpreter, presets
from kumo.step_functions.model import state_machine_run as model
from kumo.step_functions.model.definition import problems
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.model.variables import Read, apart, reads, variables, visible
from kumo.step_functions.view import state_machine_run as view
from kumo.step_functions.words import state_machine_run as words
from tests.step_functions.machines import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kumo.step_functions.model.history import Execution

LOOPING = json.loads(words.DEFINITION_EXAMPLES[4])
FAULTS = [
    {"target": str(target), "times": times, "fault": fault}
    for target in range(5)
    for times in (1, 3)
    for fault in ("service", "business", "silent")
]


def passing(following: str | None = None, **assign: Any) -> dict[str, Any]:
    return {"Type": "Pass", "Assign": assign, **({"Next": following} if following else {"End": True})}


def chain(**states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


# Branches and iterations with variables, inside each other, that fail once and are tried again.
NESTED = chain(
    Begin=passing("Both", outer=1),
    Both={
        "Type": "Parallel",
        "Branches": [
            chain(
                Left=passing("Each", left="$states"),
                Each={
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "MaxConcurrency": 2,
                    "ItemProcessor": chain(
                        Keep=passing("Work", **{"item.$": "$.sku"}),
                        Work={"Type": "Task", "Resource": LAMBDA + "f", "Assign": {"done.$": "$item"}, "Next": "Last"},
                        Last=passing(last=True),
                    ),
                    "Retry": [{"ErrorEquals": ["States.ALL"]}],
                    "Next": "After",
                },
                After=passing(after=1),
            ),
            chain(Right=passing("Pause", right=2), Pause={"Type": "Wait", "Seconds": 5, "End": True}),
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"caught": True}, "Next": "End"}],
        "Next": "End",
    },
    End=passing(outer=2),
)


@dataclass(frozen=True)
class Seen:
    """A run, and the variables that the interpreter handed to each visit when it began."""

    run: Execution
    given: dict[int, dict[str, Any]]


def watched(machine: dict[str, Any], data: Any, **task: Any) -> Seen:
    assert problems(json.dumps(machine)) == ()
    found: dict[int, dict[str, Any]] = {}
    query = interpreter._Interpreter._query

    def spying(self: Any, state: Any, data: Any, scope: Any, stay: Any, **extra: Any) -> Any:
        made = query(self, state, data, scope, stay, **extra)
        found.setdefault(stay.index, dict(made.around.variables))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interpreter._Interpreter, "_query", spying)
        world = World(dict.fromkeys("f", Task(**task)))
        return Seen(interpreter.execute(machine, data, world, longest=model.LONGEST), found)


def check(seen: Seen) -> None:
    """Check that what is said to exist is what the interpreter sees, for every visit."""
    known, entered = variables(seen.run), {}
    for event in seen.run.events:
        if event.visit is not None:
            entered.setdefault(event.visit, event.id)
    for index, event in entered.items():
        there = visible(known, event, seen.run.visits[index].scope)
        assert {name: value.value for name, value in there.items()} == seen.given.get(index, {})
    # Nobody enters a branch or an iteration that is over, so that this is to be looked at apart.
    for event, following in pairwise(seen.run.events):
        if event.visit is None:
            continue
        visit = seen.run.visits[event.visit]
        if visit.scope and event.type.endswith("StateExited") and visit.next is None:
            assert not held(seen.run, following.id, visit.scope)
        if event.type == "MapIterationFailed":
            assert not held(seen.run, event.id, (*visit.scope, (visit.state, event.get("index"))))


def held(run: Execution, event: int, scope: tuple[tuple[str, int], ...]) -> list[str]:
    """Return the variables that one branch or iteration holds at an event."""
    around, places = tuple(state for state, _ in scope), tuple(index for _, index in scope)
    return [
        variable.name
        for variable in variables(run)
        if variable.within == around and any(value.places == places for value in variable.at(event))
    ]


@pytest.mark.parametrize("failures", range(4))
@pytest.mark.parametrize("machine", [LOOPING, NESTED, presets.MACHINES["jsonata"]], ids=["loop", "nested", "order"])
def test_what_exists_is_what_the_interpreter_sees(machine: dict[str, Any], failures: int) -> None:
    check(watched(machine, presets.INPUT, failures=failures))


@st.composite
def machines(draw: st.DrawFn, depth: int = 0, prefix: str = "s") -> dict[str, Any]:
    """Draw machines that assign variables everywhere; a name stands for its place, as the service demands."""
    count = draw(st.integers(1, 4))
    names = [f"{prefix}{index}" for index in range(count)]
    states: dict[str, Any] = {}
    for index, name in enumerate(names):
        onward = {"Next": names[index + 1]} if index + 1 < count else {"End": True}
        assign = {f"v{depth}{prefix[: depth + 1]}{draw(st.integers(0, 1))}": draw(st.integers(0, 9))}
        kind = draw(st.sampled_from(["Pass", "Wait", "Task", *(["Parallel", "Map"] if depth < 2 else [])]))
        state: dict[str, Any] = {"Type": kind, "Assign": assign, **onward}
        if kind == "Wait":
            state |= {"Seconds": draw(st.integers(0, 3))}
        if kind == "Task":
            state |= {"Resource": LAMBDA + "f"}
        if kind == "Parallel":
            state |= {"Branches": [draw(machines(depth + 1, f"{name}{branch}")) for branch in "ab"]}
        if kind == "Map":
            state |= {"ItemsPath": "$$.Execution.Input", "ItemProcessor": draw(machines(depth + 1, f"{name}c"))}
            state |= {"MaxConcurrency": draw(st.integers(0, 2))}
        if kind in {"Task", "Parallel", "Map"}:
            state |= {"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": draw(st.integers(0, 2))}]}
            if draw(st.booleans()):
                state |= {"Catch": [{"ErrorEquals": ["States.ALL"], "Assign": assign, "Next": names[-1]}]}
        states[name] = state
    return {"StartAt": names[0], "States": states}


@given(machines(), st.integers(0, 4))
def test_it_is_for_any_machine(machine: dict[str, Any], failures: int) -> None:
    reachable = [problem for problem in problems(json.dumps(machine)) if problem.kind != "unreachable"]
    if not reachable and not problems(json.dumps(machine)):
        check(watched(machine, [1, 2], failures=failures))


@pytest.mark.parametrize("chosen", [*FAULTS, {"input": "{}"}], ids=str)
def test_at_each_event_it_is_what_the_visits_before_have_assigned(chosen: dict[str, Any]) -> None:
    """The states of the order run one after the other, so that their visits can be replayed."""
    run = StateMachineRun(machine="jsonata", **chosen).simulate().execution
    known = variables(run)
    for event in run.events:
        here = len(run.visits) if event.visit is None else event.visit
        over = 0 if event.type == "ExecutionStarted" else here + event.type.endswith("StateExited")
        expected = {name: value for visit in run.visits[:over] for name, value in visit.assigned}
        assert {name: value.value for name, value in visible(known, event.id, ()).items()} == expected


def test_variables_of_iterations_are_kept_apart() -> None:
    run = watched(NESTED, presets.INPUT, duration=1000).run
    item = next(variable for variable in variables(run) if variable.name == "item")
    assert item.within == ("Both", "Each")
    most = max(item.moments, key=lambda moment: len(moment.values))
    assert words.values(most) == '1-1番 "pen"、1-2番 "ink"'
    assert item.moments[-1].values == ()


def test_variables_of_a_distributed_map_are_not_the_executions() -> None:
    machine = chain(
        Each={
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
            | chain(Keep=passing(kept=1)),
            "End": True,
        }
    )
    run = watched(machine, presets.INPUT).run
    assert variables(run) == ()
    assert apart(run) == ("Each",)
    drawn = StateMachineRun.frame({"definition": json.dumps(machine)}, ["narrow"])["pictures"]["narrow"]
    assert words.apart("Each") in drawn


# Who reads them.


def test_who_reads_what() -> None:
    trace = StateMachineRun(machine="jsonata", target="0").simulate()
    assert reads(trace.machine, trace.execution) == (
        Read("total", 0, 1),
        Read("total", 0, 2),
        Read("orderId", 0, 3),
        Read("stock", 0, 3),
        Read("total", 0, 3),
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"Parameters": {"a.$": "$kept.b"}}, True),
        ({"Parameters": {"a.$": "States.Format('{}', $kept.b)"}}, True),
        ({"Parameters": {"a.$": "States.Format('$kept')", "b": "$kept"}}, False),
        ({"InputPath": "$kept"}, True),
        ({"QueryLanguage": "JSONata", "Output": "{% $kept.b %}"}, True),
        ({"QueryLanguage": "JSONata", "Output": "{% '$kept' %}"}, False),
        ({"QueryLanguage": "JSONata", "Output": "{% ($kept := 1; $kept) %}"}, False),
        # It hides the function of that name.
        ({"QueryLanguage": "JSONata", "Output": "{% $count %}"}, True),
    ],
)
def test_reading_is_found_in_both_languages(field: dict[str, Any], *, expected: bool) -> None:
    machine = chain(A=passing("B", kept={"b": 1}, count=1), B={"Type": "Pass", **field, "End": True})
    assert bool(reads(machine, watched(machine, {}).run)) is expected


def test_only_what_was_evaluated_counts_as_read() -> None:
    def rule(condition: str, following: str) -> dict[str, Any]:
        return {"Condition": f"{{% {condition} %}}", "Next": following}

    machine = chain(
        A=passing("B", one=1, two=2),
        B={"Type": "Choice", "Choices": [rule("$one = 1", "C"), rule("$two = 2", "D")]},
        C={"Type": "Succeed"},
        D={"Type": "Succeed"},
    ) | {"QueryLanguage": "JSONata"}
    assert [read.name for read in reads(machine, watched(machine, {}).run)] == ["one"]


# The order in both languages.


@pytest.mark.parametrize("chosen", FAULTS, ids=str)
@given(amount=st.decimals(0, 1000, places=2) | st.sampled_from([100, 101]))
def test_the_order_goes_the_same_way_in_both_languages(chosen: dict[str, Any], amount: Any) -> None:
    text = json.dumps(presets.INPUT | {"amount": float(amount)})
    plain, jsonata = (StateMachineRun(machine=key, input=text, **chosen).simulate() for key in (words.OWN, "jsonata"))
    assert words.way(plain) == words.way(jsonata)
    for one, other in zip(plain.execution.visits, jsonata.execution.visits, strict=True):
        assert (one.start, one.end, one.ending, one.next, one.error) == (
            other.start,
            other.end,
            other.ending,
            other.next,
            other.error,
        )
    assert (plain.execution.status, plain.execution.error) == (jsonata.execution.status, jsonata.execution.error)
    if plain.execution.status == history.SUCCEEDED:
        assert jsonata.execution.output == {
            "orderId": plain.execution.output["orderId"],
            "amount": plain.execution.output["amount"],
            "skus": [item["sku"] for item in plain.execution.output["items"]],
        }


# The picture.


@dataclass(frozen=True)
class Shown:
    """A line of text that is visible at some moment."""

    text: str
    left: float
    right: float
    y: float
    bold: bool


def texts(svg: str, at: float | None) -> Iterator[Shown]:
    """Yield the texts of a picture that are visible at a fraction of its clock (None: in the still)."""
    stack = [(ET.fromstring(svg), True, 0.0, 0.0)]  # noqa: S314 -- our own picture
    while stack:
        node, visible_around, dx, dy = stack.pop()
        own = node.get("visibility")
        if at is not None:
            for track in node:
                if track.get("attributeName") == "visibility":
                    times = [float(time) for time in track.get("keyTimes", "").split(";")]
                    own = track.get("values", "").split(";")[bisect_right(times, at + 1e-4) - 1]
        shown = visible_around if own is None else own == "visible"
        if move := node.get("transform"):
            x, _, y = move.removeprefix("translate(").removesuffix(")").partition(",")
            dx, dy = dx + float(x), dy + float(y)
        if node.tag.endswith("text") and shown:
            size, x = float(node.get("font-size", "")), float(node.get("x", "")) + dx
            wide = text_width(node.text or "", size)
            left = x - {"end": wide, "middle": wide / 2}.get(node.get("text-anchor", ""), 0)
            yield Shown(
                node.text or "", left, left + wide, float(node.get("y", "")) + dy, node.get("font-weight") == "700"
            )
        stack += [(child, shown, dx, dy) for child in node]


SAMPLES: list[dict[str, Any]] = [
    *({"machine": key} for key in words.PRESETS),
    {"machine": "training", "target": "0"},
    {"machine": "jsonata", "fault": "business"},
    {"machine": "jsonata", "input": "{}"},
    {"definition": json.dumps(LOOPING)},
    {"definition": json.dumps(NESTED)},
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("chosen", SAMPLES, ids=lambda chosen: str(chosen)[:40])
def test_no_text_lies_on_another_at_any_moment(chosen: dict[str, Any], layout: str) -> None:
    frame = StateMachineRun.frame(chosen, [layout])
    svg, end = frame["pictures"][layout], frame["clock"]["end"]
    for moment in (None, *range(end + 1)):
        found = list(texts(svg, None if moment is None else moment / end))
        for one, other in combinations(found, 2):
            # Estimates err on the wide side, by a few hundredths.
            apart_here = abs(one.y - other.y) > 10 or one.right <= other.left + 1 or other.right <= one.left + 1
            assert apart_here, (moment, one, other)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("chosen", [sample for sample in SAMPLES if "jsonata" in str(sample) or "definition" in sample])
def test_the_strip_shows_what_exists(chosen: dict[str, Any], layout: str) -> None:
    frame = StateMachineRun.frame(chosen, [layout])
    svg, end = frame["pictures"][layout], frame["clock"]["end"]
    run = StateMachineRun(**chosen).simulate().execution
    kept = view.strip(run, LAYOUTS[layout], 100)
    lines = [line for line in kept.lines if not isinstance(line, str)]
    if not lines:
        assert "変数" not in "".join(shown.text for shown in texts(svg, None))
    for event in run.events:
        found = list(texts(svg, event.id / end))
        assert sum(shown.text == words.ASSIGNED for shown in found) == sum(
            moment.new for line in lines for moment in line.moments if moment.event == event.id
        )
        labels = sorted((shown for shown in found if shown.text.startswith("$")), key=lambda shown: shown.y)
        assert len(labels) == len(lines)
        for line, label in zip(lines, labels, strict=True):
            assert label.text.rstrip("…") == f"${line.name}"[: len(label.text.rstrip("…"))]
            beside = [shown.text for shown in found if shown.y == label.y and shown.left > label.right]
            value = next(text for text in beside if text != words.ASSIGNED)
            assigned = [moment for moment in line.moments if moment.event <= event.id]
            expected = words.values(assigned[-1]) or words.GONE if assigned else words.NOT_YET
            assert label.bold == bool(assigned)
            assert expected.startswith(value.rstrip("…"))


def test_without_variables_there_is_no_strip() -> None:
    for key in set(words.PRESETS) - {"jsonata"}:
        for svg in StateMachineRun.frame({"machine": key}, list(LAYOUTS))["pictures"].values():
            assert f">{words.VARIABLES}<" not in svg


@pytest.mark.parametrize("chosen", [{}, *SAMPLES[: len(words.PRESETS) + 1]], ids=str)
def test_names_in_the_history_are_whole_where_there_is_room(chosen: dict[str, Any]) -> None:
    """In the wide layout the graph leaves it as much as its names need."""
    frame = StateMachineRun.frame(chosen, ["wide"])
    svg, end = frame["pictures"]["wide"], frame["clock"]["end"]
    states = {visit.state for visit in StateMachineRun(**chosen).simulate().execution.visits}
    for moment in range(1, end):
        right = {shown.text for shown in texts(svg, moment / end) if shown.right > 700 and shown.left > 300}
        counts = {text for text in right if text.endswith("件")}
        assert right - counts <= states


# Words.


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"target": "0"}, "CheckStockが代入した$totalは、間のステートの出力に入れなくても、3つ後のChargeが読めました"),
        ({"fault": "business"}, "CheckStockが代入した$failureを、次のApologizeが入力とは別に読みました"),
        ({"input": "{}"}, "CheckStockのAssign/orderIdの式「$states.input.orderId」が何の値も返さず"),
        (
            {"input": '{"orderId": 1, "amount": "x"}'},
            "Assign/totalの式「$round($states.input.amount, 2)」が計算の途中で",
        ),
    ],
)
def test_the_explanation_tells_of_variables_and_expressions(chosen: dict[str, Any], expected: str) -> None:
    assert expected in StateMachineRun.frame({"machine": "jsonata", **chosen}, ["narrow"])["explanation"]["why"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"Type": "Choice", "Choices": [{"Condition": "{% $states.input.no > 3 %}", "Next": "B"}]}, "$exists(…) and …"),
        ({"Type": "Choice", "Choices": [{"Condition": "{% 3 %}", "Next": "B"}]}, "真偽値(trueかfalse)になる式"),
        ({"Type": "Wait", "Seconds": "{% -1 %}", "Next": "B"}, "0以上の数になる式"),
        ({"Type": "Wait", "Timestamp": "{% 'now' %}", "Next": "B"}, "タイムスタンプ"),
        ({"Type": "Pass", "Output": "{% function($x) { $x } %}", "Next": "B"}, "JSONの値になる式"),
        ({"Type": "Pass", "Output": "{% 'a' + 1 %}", "Next": "B"}, "$number(…)"),
        (
            {"Type": "Pass", "Output": {"a": ["{% $missing %}"]}, "Next": "B"},
            "AのOutput/a[0]の式「$missing」が何の値も",
        ),
        ({"Type": "Fail", "Error": "{% 1 %}"}, "文字列になる式"),
        (
            {"Type": "Task", "Resource": LAMBDA + "f", "TimeoutSeconds": "{% 0 %}", "Next": "B"},
            "1以上の数になる式",
        ),
        (
            {"Type": "Map", "Items": "{% 1 %}", "ItemProcessor": chain(I={"Type": "Succeed"}), "Next": "B"},
            "配列になる式",
        ),
        ({"Type": "Pass", "Assign": {"kept": 1}, "Next": "B"}, "代入した$keptを読む式は、この定義にありません"),
    ],
)
def test_it_says_which_expression_failed_and_what_would_be_right(state: dict[str, Any], expected: str) -> None:
    machine = {"QueryLanguage": "JSONata", **chain(A=state, B={"Type": "Succeed"})}
    if state["Type"] == "Fail":
        del machine["States"]["B"]
    frame = StateMachineRun.frame({"definition": json.dumps(machine)}, ["narrow"])
    assert expected in frame["explanation"]["why"]
    trace = StateMachineRun(definition=json.dumps(machine)).simulate()
    for failed in model.evaluations(trace.execution):
        shown = [one.text for one in texts(frame["pictures"]["narrow"], None)]
        assert "EvaluationFailed" in shown
        assert failed.location in shown
        assert f"{{% {failed.expression} %}}" in json.dumps(state, ensure_ascii=False)
        assert trace.execution.status == history.FAILED


def test_the_table_names_what_was_assigned() -> None:
    assigned = StateMachineRun.frame({"machine": "jsonata"}, ["narrow"])["table"]
    assert assigned["columns"][-1] == "代入した変数"
    assert assigned["rows"][0][-1] == '$orderId = "A-1001"、$stock = {"skus": ["pen", "ink", "desk"]}、$total = 120'
    assert assigned["rows"][1][-1] == ""
    assert "代入した変数" not in StateMachineRun.frame({}, ["narrow"])["table"]["columns"]
