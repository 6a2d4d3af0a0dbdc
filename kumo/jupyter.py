"""The kernel's host: an explorer as an ipywidgets DOMWidget, through anywidget.

The widget has one trait per parameter, so that it can be linked, observed and laid out like any other
widget; `parameters` and `frame` are what it shares with the front end.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from kumo.core.drawing import palette
from kumo.core.html import figure
from kumo.core.parameters import ParameterError

if TYPE_CHECKING:
    from kumo.core.explorer import Explorer

_WEB = Path(__file__).parent / "web"


class ExplorerWidget(anywidget.AnyWidget):
    """Base of the widgets that `widget_of` makes; the front end is the same module as on the published page.

    Attributes
    ----------
    parameters : dict
        All parameters by name; the front end writes it.
    frame : dict
        What `Explorer.frame` returned for them; the front end reads it.
    error : dict or None
        Why the front end's last parameters were refused (``message``, ``parameter``); shown beside the input.
    html : str
        The static figure that the front end starts from.

    """

    _esm = _WEB / "explorer.js"
    _css = palette.css() + (_WEB / "kumo.css").read_text(encoding="utf-8")

    explorer: type[Explorer]

    parameters = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    error = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorer: Explorer, **layout: Any) -> None:
        frame = explorer.frame(explorer.parameters)
        parameters = dict(explorer.parameters)
        super().__init__(
            parameters=parameters,
            frame=frame,
            html=figure(type(explorer), frame, explorer.knobs),
            **parameters,
            **layout,
        )
        # Only now: while the parts are put in place one by one they need not agree.
        self.observe(self._follow_trait, list(parameters))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        if "parameters" in sync_data:
            try:
                self.explorer.checked(sync_data["parameters"])
            except ParameterError as error:
                # The reader is typing: what is wrong belongs beside the input, not only into the kernel's log.
                self.error = {"message": str(error), "parameter": error.parameter}
                raise
            self.error = None
        super().set_state(sync_data)

    @traitlets.validate("parameters")
    def _check_all(self, proposal: Any) -> dict[str, Any]:
        return self.explorer.checked(proposal.value)

    @traitlets.observe("parameters")
    def _follow_front_end(self, change: Any) -> None:
        # Held together, so that observers of one trait never see it beside stale others.
        with self.hold_trait_notifications():
            for name, value in change.new.items():
                setattr(self, name, value)
        self.frame = self.explorer.frame(self.parameters)

    def _follow_trait(self, change: Any) -> None:
        self.parameters = {**self.parameters, change.name: change.new}


@cache
def _widget_class(explorer: type[Explorer]) -> type[ExplorerWidget]:
    members: dict[str, Any] = {"explorer": explorer, "__doc__": explorer.__doc__}
    for name, parameter in explorer.declared.items():
        members[name] = _ParameterTrait(parameter.default, help=parameter.help)
    return type(f"{explorer.__name__}Widget", (ExplorerWidget,), members)


class _ParameterTrait(traitlets.Any):
    """A trait that takes what the explorer's parameter of the same name takes."""

    allow_none = False

    def validate(self, obj: ExplorerWidget, value: Any) -> Any:
        try:
            # Among the others, for what they say may decide what is right.
            return obj.explorer.checked({**obj.parameters, self.name: value})[self.name]
        except ParameterError as error:
            raise traitlets.TraitError(str(error)) from error


def widget_of(explorer: Explorer) -> ExplorerWidget:
    """Return a live widget that starts from the parameters of `explorer`."""
    return _widget_class(type(explorer))(explorer)


def live_bundle(explorer: Explorer) -> dict[str, Any]:
    """Return the MIME bundle of a live widget where a kernel runs to keep it alive, otherwise nothing."""
    from IPython import get_ipython  # noqa: PLC0415 -- there may be no IPython beside anywidget's own needs

    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return {}
    data = widget_of(explorer)._repr_mimebundle_()
    bundle = data[0] if isinstance(data, tuple) else data
    return {key: value for key, value in (bundle or {}).items() if key.startswith("application/vnd.jupyter.widget")}
