"""A session of its own for each test, and the environment as it was before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kumo.labs import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    yield
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def session() -> Iterator[Lab]:
    made = Lab()
    yield made
    made.stop()
