"""The page's scripts as far as node can run them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.js")))
def test_script(node: str, script: str) -> None:
    result = subprocess.run(
        [node, "--test", "--test-reporter=tap", HERE / script], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stdout + result.stderr
    # A file without tests also ends with 0.
    assert "\nok 1 - " in result.stdout, result.stdout
