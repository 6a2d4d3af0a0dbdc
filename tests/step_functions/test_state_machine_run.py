"""The explorer that runs a state machine: faults, words, and a drawing in which nothing lies on anything else."""

from __future__ import annotations

import json
from html import escape
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.step_functions.explorers import StateMachineRun
from kumo.step_functions.model import history, presets
from kumo.step_functions.model.definition import targets
from kumo.step_functions.model.state_machine_run import LONGEST, inner_machines, tasks
from kumo.step_functions.view.graph import Graph, cut, graph
from kumo.step_functions.words import state_machine_run as words

if TYPE_CHECKING:
    from kumo.core.drawing.picture import Box


JOB = json.dumps(
    {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob", "End": True}}}
)


@pytest.mark.parametrize(
    ("chosen", "status", "way"),
    [
        ({"target": "0"}, history.SUCCEEDED, "CheckStock → LargeOrder? → Approval → Charge"),
        (
            {"target": "0", "input": '{"orderId": 1, "amount": 3}'},
            history.SUCCEEDED,
            "CheckStock → LargeOrder? → Charge",
        ),
        ({"times": 3}, history.FAILED, "CheckStock → Apologize → Failed"),
        ({"fault": "business"}, history.FAILED, "CheckStock → Apologize → Failed"),
        ({"target": "2", "fault": "silent"}, history.RUNNING, "CheckStock → LargeOrder? → Approval"),
        ({"target": "3"}, history.FAILED, "CheckStock → LargeOrder? → Approval → Charge"),
        ({"machine": "jsonata"}, history.SUCCEEDED, "CheckStock → LargeOrder? → Approval → Charge"),
        ({"machine": "jsonata", "input": "{}"}, history.FAILED, "CheckStock → Apologize → Failed"),
        ({"machine": "fargate"}, history.SUCCEEDED, "Run Fargate Task → Notify Failure"),
        ({"machine": "fargate", "target": "0"}, history.SUCCEEDED, "Run Fargate Task → Notify Success"),
        ({"machine": "training", "target": "0"}, history.SUCCEEDED, "Prepare → Batch transform → Postprocess"),
        ({"machine": "training"}, history.FAILED, "Prepare"),
        ({"machine": "items"}, history.SUCCEEDED, "Pack all → Ship"),
        ({"input": "{}"}, history.FAILED, "CheckStock → LargeOrder?"),
    ],
)
def test_which_way_it_goes(chosen: dict[str, Any], status: str, way: str) -> None:
    trace = StateMachineRun(**chosen).simulate()
    assert trace.execution.status == status
    assert words.way(trace) == way


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "Retryが2.0秒待って呼び直し、2回目で成功"),
        ({"target": "0"}, "状態遷移は4回"),
        ({"times": 3}, "3回試しても"),
        ({"target": "2", "fault": "silent"}, "1年待ち続けます"),
        ({"target": "3"}, "当てはまるCatchがない"),
        ({"machine": "training", "target": "0"}, "枝にかかった時間は6.0秒、1.0秒で、いちばん遅い枝が終わった6.0秒に"),
        ({"machine": "items", "target": "0"}, "Pickは3回通りました"),
        ({"machine": "polling", "target": "1"}, "1.1秒にジョブが失敗したことに気づかず"),
        ({"definition": JOB, "target": "0"}, "ジョブの終わり(1.1秒)を待たずに"),
        # Only code of ours chooses the name of an error.
        ({"machine": "fargate"}, "Run Fargate TaskがStates.TaskFailedで失敗"),
        ({"target": "2", "fault": "business"}, "ApprovalがOutOfStockで失敗"),
    ],
)
def test_the_explanation_says_what_decided(chosen: dict[str, Any], expected: str) -> None:
    assert expected in StateMachineRun.frame(chosen, ["narrow"])["explanation"]["why"]


@pytest.mark.parametrize(
    "change",
    [
        {"machine": "fargate"},
        {"definition": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'},
        {"input": '{"orderId": 1, "amount": 3}'},
        {"target": "0"},
        {"times": 2},
        {"fault": "business"},
    ],
)
def test_every_parameter_matters(change: dict[str, Any]) -> None:
    assert StateMachineRun(**change).simulate().execution != StateMachineRun().simulate().execution


def test_what_is_shown_is_what_runs() -> None:
    """While an example is chosen its definition stands in the place of the reader's, which is kept and may wait."""
    for key in words.PRESETS:
        explorer = StateMachineRun(machine=key, definition="not yet JSON")
        shown = StateMachineRun.declared["definition"].show_among(explorer.parameters)
        assert explorer.simulate().machine == json.loads(shown)
        assert f"<dd>{escape(shown)}</dd>" in explorer.figure()
        assert "not yet JSON" not in explorer.figure().split("<script")[0]
        assert explorer.parameters["definition"] == "not yet JSON"
    with pytest.raises(ParameterError, match="JSON"):
        StateMachineRun(machine=words.OWN, definition="not yet JSON")


def test_the_boxes_say_how_long_each_state_took() -> None:
    for name in ("wide", "narrow"):
        drawn = StateMachineRun.frame({"machine": "training", "target": "0"}, [name])["pictures"][name]
        for note in ("Parallel 6.0秒", "Task 1.0秒", "Task 2.0秒", "Task 3.0秒", "Task 2.1秒"):
            assert note in drawn


def test_an_endless_loop_is_cut_and_said_to_be() -> None:
    loop = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}
    trace = StateMachineRun(definition=json.dumps(loop)).simulate()
    assert len(trace.execution.events) == LONGEST + 1
    assert "ループが終わらず" in words.explanation(trace).why


def boxes(drawn: Graph) -> list[tuple[Box, list[Box]]]:
    """Return every box with those inside it that must not leave it."""
    found = []
    for node in drawn.nodes:
        inside = [inner_node.box for inner in node.inner for inner_node in inner.all_nodes()]
        found.append((node.box, inside))
        for inner in node.inner:
            found += boxes(inner)
    return found


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def check_drawing(machine: dict[str, Any], width: float) -> None:
    drawn = graph(machine, width, 14)
    assert drawn.width <= width + 0.01
    for node in drawn.all_nodes():
        assert node.box.x >= -0.01
        assert node.box.right <= drawn.width + 0.01
        assert node.box.bottom <= drawn.height + 0.01
    for box, inside in boxes(drawn):
        for inner in inside:
            assert box.x <= inner.x
            assert inner.right <= box.right + 0.01
            assert box.y <= inner.y
            assert inner.bottom <= box.bottom + 0.01
    for graph_here in [drawn, *(inner for node in drawn.all_nodes() for inner in node.inner)]:
        for one, other in combinations(graph_here.nodes, 2):
            assert apart(one.box, other.box)
    edges = {(edge.source, edge.target) for edge in drawn.all_edges()}
    assert edges == set(expected_edges(machine))
    for edge in drawn.all_edges():
        assert all(-0.01 <= x <= width + 0.01 for x, _ in edge.points)


def expected_edges(machine: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, state in machine["States"].items():
        found += [(name, target) for target in targets(state)]
        for inner in inner_machines(state):
            found += expected_edges(inner)
    return found


@pytest.mark.parametrize("width", [304, 404])
@pytest.mark.parametrize("name", presets.MACHINES)
def test_presets_are_drawn_within_the_canvas(name: str, width: int) -> None:
    check_drawing(presets.MACHINES[name], width)


@st.composite
def machines(draw: st.DrawFn, depth: int = 0, prefix: str = "") -> dict[str, Any]:
    """Draw machines whose states can all be reached: each goes on to the next, and some anywhere."""
    count = draw(st.integers(1, 6))
    names = [prefix + draw(st.sampled_from(["A", "A longer name", "x" * 30])) + str(index) for index in range(count)]
    states: dict[str, Any] = {}
    for index, name in enumerate(names):
        onward = {"Next": names[index + 1]} if index + 1 < count else {"End": True}
        others = draw(st.lists(st.sampled_from(names), max_size=3))
        kind = draw(st.sampled_from(["Pass", "Choice", "Task"] + (["Parallel"] if depth < 2 else [])))
        if kind == "Choice" and index + 1 < count:
            rules = [{"Variable": "$.n", "IsNull": True, "Next": other} for other in others]
            states[name] = {"Type": "Choice", "Choices": rules, "Default": names[index + 1]}
        elif kind == "Parallel":
            branches = [
                draw(machines(depth + 1, f"{prefix}{index}{branch}")) for branch in range(draw(st.integers(1, 3)))
            ]
            states[name] = {"Type": "Parallel", "Branches": branches, **onward}
        else:
            catch = [{"ErrorEquals": ["X"], "Next": other} for other in others]
            states[name] = {"Type": "Task", "Catch": catch, **onward}
    return {"StartAt": names[0], "States": states}


@given(machines(), st.sampled_from([304, 404]))
def test_any_machine_is_drawn_within_the_canvas(machine: dict[str, Any], width: int) -> None:
    check_drawing(machine, width)


def test_tasks_are_found_in_the_order_of_the_definition() -> None:
    assert [name for name, _ in tasks(presets.TRAINING)] == [
        "Preprocess training data",
        "Train model",
        "Create model",
        "Preprocess inference data",
        "Batch transform",
        "Postprocess",
    ]


@given(st.text("ab日", max_size=40), st.integers(20, 200))
def test_cut_text_fits(text: str, width: int) -> None:
    shown = cut(text, width, 14)
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
