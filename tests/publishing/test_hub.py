"""What a JupyterHub is made from: the image's recipe in binder/, and the values for the chart of Zero to JupyterHub."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

BINDER = Path(__file__).resolve().parents[2] / "binder"
# The chart refuses what it does not know. From its values.schema.yaml, as far as the file needs it.
KNOWN = {
    "cull": {"enabled", "timeout", "every", "maxAge"},
    "prePuller": {"hook.enabled", "continuous.enabled"},
    "scheduling": {
        "userScheduler.enabled",
        "podPriority.enabled",
        "userPlaceholder.enabled",
        "userPlaceholder.replicas",
    },
    "singleuser": {
        "image.name",
        "image.tag",
        "defaultUrl",
        "storage.type",
        "memory.guarantee",
        "memory.limit",
        "cpu.guarantee",
        "cpu.limit",
        "startTimeout",
    },
}
# What a reader's server and one open notebook were measured to take, in MB.
SERVER, NOTEBOOK = 160, 170


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    return yaml.safe_load((BINDER / "jupyterhub-values.yaml").read_text(encoding="utf-8"))


def leaves(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value with its path, ``memory.limit``."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield above + name, value


def megabytes(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([MG])", text).groups()
    return float(number) * {"M": 1, "G": 1024}[unit]


def test_the_chart_knows_every_value(values: dict[str, Any]) -> None:
    assert set(values) <= set(KNOWN)
    for part, tree in values.items():
        assert {path for path, _ in leaves(tree)} <= KNOWN[part]


def test_a_lesson_fits_into_the_limits(values: dict[str, Any]) -> None:
    user = values["singleuser"]
    guarantee, limit = (megabytes(user["memory"][name]) for name in ("guarantee", "limit"))
    assert SERVER + 2 * NOTEBOOK <= guarantee < limit <= 4 * guarantee
    assert 0 < user["cpu"]["guarantee"] < user["cpu"]["limit"]
    # Longer than a lunch break, and looked at often enough to matter.
    assert values["cull"]["every"] < 2 * 3600 <= values["cull"]["timeout"] < values["cull"]["maxAge"]


def test_a_volume_does_not_hide_the_notebooks(values: dict[str, Any]) -> None:
    # repo2docker puts them into the home directory, where the chart would mount it.
    assert values["singleuser"]["storage"]["type"] == "none"
    page = values["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")
    assert (BINDER.parent / page).exists()


def test_nothing_in_the_values_is_secret(values: dict[str, Any]) -> None:
    suspicious = re.compile(r"secret|password|token|key|client", re.IGNORECASE)
    assert not [path for path, _ in leaves(values) if suspicious.search(path)]
    assert "hub" not in values, "who may log in stands in a file of the instructor's own"


def test_the_image_gets_what_readers_get() -> None:
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.txt"]
    version = re.fullmatch(r"python-3\.(\d+)", (BINDER / "runtime.txt").read_text(encoding="utf-8").strip())
    assert int(version[1]) >= 11
    build = BINDER / "postBuild"
    assert build.read_text(encoding="utf-8").startswith("#!")
    assert "publishing cli" in build.read_text(encoding="utf-8")
    assert os.access(build, os.X_OK)
