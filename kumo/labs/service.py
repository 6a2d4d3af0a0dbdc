"""What several labs' checks ask of the services."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from kumo.labs.steps import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kumo.labs.session import Lab


@contextlib.contextmanager
def needed(sentence: str) -> Iterator[None]:
    """Stop the check with that sentence when the service refuses what is asked of it in the block."""
    try:
        yield
    except ClientError as error:
        raise Missing(sentence) from error


def policy_statements(lab: Lab, function: str, alias: str) -> list[dict[str, Any]]:
    """Return the statements of a function's resource policies: AWS keeps those of an alias apart, moto does not."""
    client, found = lab.client("lambda"), []
    for qualifier in ({}, {"Qualifier": alias}):
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            found += json.loads(client.get_policy(FunctionName=function, **qualifier)["Policy"])["Statement"]
    return found
