"""Questions of the bank as the last line of a cell shows them."""

from __future__ import annotations

from typing import Any

from kumo.questions import bank, html, words

_OVERVIEW = "exercises/index"
_SHEET = "exercises/instructors"


class NoQuestionsError(LookupError):
    """No question has what was asked for; the message is for the reader."""


class Questions:
    """Questions of the bank, to be answered: in a notebook, and as HTML that is complete without a script.

    Parameters
    ----------
    page : str, optional
        Only the questions of that page (``2-development/2-1-4-throttling``); the player then has no filters.
    section : str, optional
        Only the questions of that file of the bank (``2-1-api-gateway``).
    domain : int, optional
        Only the questions of that domain of the exam, 1 to 4.
    difficulty : str, optional
        ``basic``, ``standard`` or ``advanced``.

    Raises
    ------
    NoQuestionsError
        When no question is left.

    """

    def __init__(
        self,
        page: str | None = None,
        *,
        section: str | None = None,
        domain: int | None = None,
        difficulty: str | None = None,
    ) -> None:
        self.filters = {
            name: value
            for name, value in (("page", page), ("section", section), ("domain", domain), ("difficulty", difficulty))
            if value is not None
        }
        everything = self._bank()
        self.questions = tuple(
            question
            for question in everything
            if all(getattr(question, name) == value for name, value in self.filters.items())
        )
        if not self.questions:
            asked = words.SEPARATOR.join(f"{words.FILTERS[name]} {value}" for name, value in self.filters.items())
            names = sorted({str(getattr(question, name)) for question in everything for name in list(self.filters)[:1]})
            raise NoQuestionsError(
                words.NO_QUESTIONS.format(filters=asked or words.EVERYTHING, known=words.SEPARATOR.join(names))
            )

    @staticmethod
    def _bank() -> tuple[bank.Question, ...]:
        return bank.load()

    @property
    def here(self) -> str:
        """The page on which these questions stand, from which links start."""
        return self.filters.get("page", _OVERVIEW)

    @property
    def view(self) -> str:
        """What a script makes of them; see `kumo.questions.html.exercise`."""
        return "page" if "page" in self.filters else "all"

    @property
    def title(self) -> str:
        """What stands above them."""
        return words.PAGE_TITLE if self.view == "page" else words.TITLE

    def figure(self) -> str:
        """Return the questions as HTML with their answers folded away, complete without a script."""
        return html.exercise(self.questions, here=self.here, view=self.view, title=self.title)

    @property
    def widget(self) -> Any:
        """The live player as a widget. Needs a kernel with ipywidgets and anywidget."""
        from kumo.questions.jupyter import widget_of  # noqa: PLC0415 -- optional: the HTML needs none of it

        return widget_of(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self.figure()}
        try:
            from kumo.questions.jupyter import live_bundle  # noqa: PLC0415 -- optional: the HTML needs none of it
        except ImportError:
            return bundle
        return live_bundle(self) | bundle

    def __repr__(self) -> str:
        arguments = [repr(value) if name == "page" else f"{name}={value!r}" for name, value in self.filters.items()]
        count = words.COUNT.format(count=len(self.questions))
        return f"{type(self).__name__}({', '.join(arguments)}): {count}"


class QuestionSheet(Questions):
    """The same questions for instructors: answers and sources in sight, to be chosen from and printed."""

    @property
    def here(self) -> str:
        return _SHEET

    @property
    def view(self) -> str:
        return "sheet"

    @property
    def title(self) -> str:
        return words.SHEET_TITLE
