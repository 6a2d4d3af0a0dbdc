"""The ledger against the limits that the AWS SDK itself enforces (botocore's description of the Lambda API)."""

from __future__ import annotations

import re

import botocore.session
import pytest

from kumo.core import facts

API = botocore.session.get_session().get_service_model("lambda")


@pytest.mark.parametrize(
    ("key", "factor", "shape"),
    [
        ("async-retries", 1, "MaximumRetryAttempts"),
        ("async-age", 3600, "MaximumEventAgeInSeconds"),
        ("stream-age", 1, "MaximumRecordAgeInSeconds"),
        ("stream-parallelization", 1, "ParallelizationFactor"),
        ("batch-window", 1, "MaximumBatchingWindowInSeconds"),
    ],
)
def test_maximum(key: str, factor: int, shape: str) -> None:
    assert facts.value(f"aws_lambda.{key}") * factor == API.shape_for(shape).metadata["max"]


def test_defaults_of_batches() -> None:
    text = API.operation_model("CreateEventSourceMapping").input_shape.members["BatchSize"].documentation
    found = dict(re.findall(r"<b>Amazon (Kinesis|Simple Queue Service)</b> – Default (\d+)", text))
    assert int(found["Kinesis"]) == facts.value("aws_lambda.stream-batch")
    assert int(found["Simple Queue Service"]) == facts.value("aws_lambda.queue-batch")


def test_payloads() -> None:
    text = API.operation_model("Invoke").documentation
    sync, asynchronous = (int(size) for size in re.findall(r"maximum payload size is (\d+) MB", text))
    assert sync == facts.value("aws_lambda.payload-sync")
    assert asynchronous * 1024 == facts.value("aws_lambda.payload-async")
