"""The other interpreters: moto's of state machines, and the reference implementation of JSONata."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.jsonata import jsonata

from kumo.step_functions.model.resources import TaskError
from tests.step_functions.machines import FUNCTIONS, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
PATIENCE = 60  # s


class Reference:
    """JSONata's reference implementation, in node."""

    def __init__(self, node: str) -> None:
        # moto runs the branches of a machine in threads.
        self.turn = threading.Lock()
        self.process = subprocess.Popen(
            [node, HERE / "reference.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __call__(self, text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return ``value``, ``undefined``, ``unsupported`` (a function) or ``error`` (its code) for an expression."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.turn:
            self.process.stdin.write(json.dumps({"text": text, "variables": variables or {}}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="session")
def reference(node: str) -> Iterator[Reference]:
    made = Reference(node)
    yield made
    made.process.communicate()


@pytest.fixture(scope="module")
def theirs(reference: Reference) -> Iterator[Callable[..., Outcome]]:
    """Return a call that runs a definition in moto, without its pauses: (output, error name, types of events)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        waits: list[float] = []

        def invoke(env: Any, parameters: dict[str, Any], **_: Any) -> None:
            name = parameters["FunctionName"].rpartition(":")[2]
            try:
                result = FUNCTIONS[name](json.loads(parameters["Payload"]))
            except TaskError as error:
                payload = json.dumps({"errorType": error.name, "errorMessage": error.cause})
                raise lambda_eval_utils.LambdaFunctionErrorException("Unhandled", payload) from error
            env.stack.append({"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200})

        def evaluate(text: str) -> Any:
            found = reference(text)
            if "error" in found:
                raise jsonata.JSONataException(found["error"], text)
            return found.get("value", "" if "unsupported" in found else None)

        patch.setattr(lambda_eval_utils, "execute_lambda_function_integration", invoke)
        patch.setattr(retrier_decl, "time", SimpleNamespace(sleep=waits.append))
        patch.setattr(WaitFunction, "_wait_interval", lambda *_args, **_kwargs: None)
        # moto leaves the evaluation of JSONata out; LocalStack, where its interpreter comes from, uses a JVM.
        patch.setattr(jsonata, "_eval_jsonata", evaluate)

        with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
            client = boto3.client("stepfunctions", region_name="us-east-1")

            def run(machine: dict[str, Any], data: Any) -> Outcome:
                waits.clear()
                made = client.create_state_machine(
                    name=f"machine{time.perf_counter_ns()}",
                    definition=json.dumps(machine),
                    roleArn="arn:aws:iam::123456789012:role/machine",
                )
                started = client.start_execution(stateMachineArn=made["stateMachineArn"], input=json.dumps(data))
                arn = started["executionArn"]
                last = time.monotonic() + PATIENCE
                while (found := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
                    assert time.monotonic() < last, f"moto does not end: {machine}"
                    time.sleep(0.001)
                events = client.get_execution_history(executionArn=arn)["events"]
                return _value(found.get("output")), found.get("error"), [event["type"] for event in events]

            run.waits = waits  # type: ignore[attr-defined]
            yield run


def _value(text: str | None) -> Any:
    """Return what moto gives as the output: JSON, but for a text, which it gives bare."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
