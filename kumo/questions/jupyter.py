"""The kernel's host of the player: the questions as a widget, with the front end of the published page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import anywidget
import traitlets

from kumo.core import registry
from kumo.core.drawing import palette

if TYPE_CHECKING:
    from kumo.questions.bank import See
    from kumo.questions.show import Questions

_WEB = Path(__file__).parent.parent / "web"


class QuestionsWidget(anywidget.AnyWidget):
    """The player; answers stay in the front end, which keeps them in the browser.

    Attributes
    ----------
    html : str
        The static questions that the front end starts from.
    codes : dict
        For the link of each scenario the cell that shows it: a notebook has no page to link to.

    """

    _esm = _WEB / "quiz.js"
    _css = palette.css() + "".join((_WEB / name).read_text(encoding="utf-8") for name in ("kumo.css", "quiz.css"))

    html = traitlets.Unicode().tag(sync=True)
    codes = traitlets.Dict().tag(sync=True)


def widget_of(questions: Questions) -> QuestionsWidget:
    """Return a live widget with the questions."""
    codes = {see.link: code_of(see) for question in questions.questions for see in question.see}
    return QuestionsWidget(html=questions.figure(), codes=codes)


def code_of(see: See) -> str:
    """Return the cell that shows the scenario, or nothing where there is no such explorer."""
    anchor, _, query = see.fragment.partition("?")
    for explorer in registry.explorers():
        # A second figure of the class on its page has a number behind its name.
        if explorer.slug() == anchor or explorer.slug() == anchor.rstrip("0123456789").removesuffix("-"):
            given = {
                name: explorer.declared[name].parse(text) for name, text in parse_qsl(query, keep_blank_values=True)
            }
            values = explorer.checked(given)
            arguments = ", ".join(f"{name}={values[name]!r}" for name in given)
            name = explorer.__name__
            return f"from {explorer.__module__} import {name}\n\n{name}({arguments})"
    return ""


def live_bundle(questions: Questions) -> dict[str, Any]:
    """Return the MIME bundle of a live widget where a kernel runs to keep it alive, otherwise nothing."""
    from IPython import get_ipython  # noqa: PLC0415 -- there may be no IPython beside anywidget's own needs

    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return {}
    data = widget_of(questions)._repr_mimebundle_()
    bundle = data[0] if isinstance(data, tuple) else data
    return {key: value for key, value in (bundle or {}).items() if key.startswith("application/vnd.jupyter.widget")}
