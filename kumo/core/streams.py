"""Independent random streams from one seed, so that turning one knob does not reshuffle the rest."""

from __future__ import annotations

import random


def stream(seed: int, name: str) -> random.Random:
    """Return the random stream called `name` of the experiment `seed`.

    Streams of different names are independent, and the same pair always gives the same stream: Python
    seeds from the text by SHA-512, which does not depend on the process's hash seed or platform.
    """
    return random.Random(f"{seed}/{name}")  # noqa: S311 -- a simulation, not a secret
