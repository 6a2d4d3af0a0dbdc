"""The kernel's host: a real DOMWidget that takes part in what ipywidgets offers."""

from __future__ import annotations

import ipywidgets
import pytest
import traitlets

from kumo.api_gateway.explorers import Throttling


def test_it_is_a_dom_widget() -> None:
    widget = Throttling(rate=20).widget
    assert isinstance(widget, ipywidgets.DOMWidget)
    assert widget.rate == 20
    assert widget.parameters["rate"] == 20
    assert widget.frame == Throttling.frame({"rate": 20})
    assert widget.html == Throttling(rate=20).figure()


def test_a_parameter_can_be_observed_and_set() -> None:
    widget = Throttling().widget
    seen = []
    widget.observe(lambda change: seen.append((change.old, change.new)), "burst")
    widget.burst = 40
    assert seen == [(20, 40)]
    assert widget.frame == Throttling.frame({"burst": 40})


def test_it_can_be_linked_to_other_widgets() -> None:
    slider, widget = ipywidgets.IntSlider(value=7, min=1, max=50), Throttling().widget
    ipywidgets.link((slider, "value"), (widget, "rate"))
    assert widget.rate == 7
    slider.value = 30
    assert widget.frame["parameters"]["rate"] == 30
    widget.rate = 12
    assert slider.value == 12


def test_two_explorers_can_be_linked() -> None:
    one, other = Throttling().widget, Throttling().widget
    traitlets.link((one, "burst"), (other, "burst"))
    one.burst = 55
    assert other.frame == one.frame


def test_it_works_in_layouts_and_interactive() -> None:
    widget = Throttling().widget

    def set_rate(rate: int) -> None:
        widget.rate = rate

    controls = ipywidgets.interactive(set_rate, rate=(1, 50))
    box = ipywidgets.HBox([controls, widget])
    assert widget in box.children
    controls.children[0].value = 44
    controls.update()
    assert widget.frame["parameters"]["rate"] == 44


def test_the_front_end_sets_all_parameters_at_once() -> None:
    widget = Throttling().widget
    widget.set_state({"parameters": {**widget.parameters, "rate": 3, "gap": 1}})
    assert (widget.rate, widget.gap) == (3, 1.0)
    assert widget.frame == Throttling.frame({"rate": 3, "gap": 1})


@pytest.mark.parametrize("bad", [0, "10", None, 51])
def test_a_bad_value_is_refused_and_nothing_is_lost(bad: object) -> None:
    widget = Throttling().widget
    before = widget.frame
    with pytest.raises(traitlets.TraitError, match="定常レート"):
        widget.rate = bad
    assert widget.rate == 10
    assert widget.frame == before


def test_a_bad_message_from_the_front_end_changes_nothing() -> None:
    widget = Throttling().widget
    before = widget.frame
    with pytest.raises((traitlets.TraitError, ValueError), match="rate"):
        widget.set_state({"parameters": {**widget.parameters, "rate": 1000}})
    assert widget.frame == before
    assert widget.rate == 10
    assert widget.error["parameter"] == "rate"
    assert "1,000" in widget.error["message"] or "1000" in widget.error["message"]
    widget.set_state({"parameters": {**widget.parameters, "rate": 20}})
    assert widget.error is None
    assert widget.rate == 20


def test_without_a_kernel_the_bundle_is_static_and_deterministic() -> None:
    bundle = Throttling(rate=20)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"].startswith("Throttling(rate=20, burst=20")
    assert bundle == Throttling(rate=20)._repr_mimebundle_()
