"""What an explorer offers beside its frames."""

from __future__ import annotations

import json
import re

import pytest

from kumo.api_gateway.explorers import Throttling
from kumo.core.parameters import ParameterError


def state(markup: str) -> dict[str, object]:
    return json.loads(re.search(r'class="kumo-state">(.*?)</script>', markup)[1])


def test_knobs_choose_the_inputs_and_nothing_else() -> None:
    plain, chosen = Throttling(rate=7), Throttling(rate=7).with_knobs("burst", "rate")
    assert chosen.parameters == plain.parameters
    # In the order of declaration, whatever the order of asking.
    assert chosen.knobs == ("rate", "burst")
    assert state(chosen.figure()) == state(plain.figure()) | {"knobs": ["rate", "burst"]}
    assert "knobs" not in state(plain.figure())
    assert plain.knobs == ()


def test_knobs_are_part_of_how_an_explorer_is_written() -> None:
    chosen = Throttling(rate=7).with_knobs("rate")
    again = eval(repr(chosen), {"Throttling": Throttling})  # noqa: S307 -- our own text
    assert (again.parameters, again.knobs) == (chosen.parameters, chosen.knobs)


def test_an_unknown_knob_is_named() -> None:
    with pytest.raises(ParameterError, match=r"スロットリング.*volume.*rate、burst"):
        Throttling().with_knobs("rate", "volume")


def test_the_widget_starts_from_the_same_figure() -> None:
    chosen = Throttling().with_knobs("rate")
    assert chosen.widget.html == chosen.figure()
