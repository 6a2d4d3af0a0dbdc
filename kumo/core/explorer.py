"""The contract that every explorer keeps, whichever host shows it.

An explorer is four pure steps: parameters to trace (`simulate`), trace to picture (`draw`), trace to
words (`explain`), trace to rows (`table`). `frame` runs them and is the only thing that a host calls.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import parse_qsl

from kumo.core import html, words
from kumo.core.drawing.layout import LAYOUTS
from kumo.core.parameters import NotAllowedError, Parameter, ParameterError, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from kumo.core.drawing.layout import Layout
    from kumo.core.drawing.picture import Picture


@dataclass(frozen=True)
class Explanation:
    """What happened (`point`, one sentence) and why (`why`, one or two), for exactly this trace."""

    point: str
    why: str


@dataclass(frozen=True)
class Table:
    """The facts of a picture as rows: the full alternative for those who cannot see it.

    Attributes
    ----------
    caption : str
        What the rows are.
    columns : tuple of str
        Headings, units in brackets.
    rows : tuple of tuples
        Cells: str, int or float; each row as long as `columns`.

    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            message = f"every row of the table {self.caption!r} needs {len(self.columns)} cells"
            raise ValueError(message)


class Explorer(ABC):
    """A small, honest simulation with a picture.

    A subclass declares its parameters as class attributes and says how to `simulate`. Its module `view`
    draws (``draw(trace, layout)``), and its module `words` holds what readers see (``TITLE``,
    ``explanation(trace)``, ``table(trace)``); where these need more than the trace, the subclass overrides the
    step. An instance holds one checked choice of parameters and never changes.

    Parameters
    ----------
    **parameters
        Values by name; the rest take their defaults.

    Raises
    ------
    ParameterError
        For an unknown name or a value that is not allowed.

    """

    view: ClassVar[ModuleType]
    words: ClassVar[ModuleType]
    title: ClassVar[str]
    declared: ClassVar[Mapping[str, Parameter]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found: dict[str, Parameter] = {}
        for base in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(base).items() if isinstance(value, Parameter)}
        cls.declared = MappingProxyType(found)
        cls.title = cls.words.TITLE

    def __init__(self, **parameters: Any) -> None:
        self.parameters: Mapping[str, Any] = MappingProxyType(self.checked(parameters))
        self.knobs: tuple[str, ...] = ()

    # What a subclass says.

    @abstractmethod
    def simulate(self) -> Any:
        """Return the trace: an immutable record of what happened. Pure and seeded; draws nothing."""

    def draw(self, trace: Any, layout: Layout) -> Picture:
        """Return the picture of `trace` in `layout`. Pure."""
        return self.view.draw(trace, layout)

    def explain(self, trace: Any) -> Explanation:
        """Return what happened in `trace` and why."""
        return self.words.explanation(trace)

    def table(self, trace: Any) -> Table:
        """Return the facts of the picture as rows."""
        return self.words.table(trace)

    # What a host calls.

    @classmethod
    def frame(cls, parameters: Mapping[str, Any], layouts: Iterable[str] = tuple(LAYOUTS)) -> dict[str, Any]:
        """Simulate, draw and explain: JSON-able in, JSON-able out.

        Parameters
        ----------
        parameters : mapping
            Values by name; missing ones take their defaults.
        layouts : iterable of str
            The layouts to draw; keys of `LAYOUTS`.

        Returns
        -------
        dict
            ``explorer`` (id), ``parameters`` (all, in normal form), ``pictures`` (SVG text by layout),
            ``clock`` (see `Clock.schema`, or None for a still picture), ``explanation`` (``point``,
            ``why``) and ``table`` (``caption``, ``columns``, ``rows``). The same parameters give the
            same bytes on every host.

        Raises
        ------
        ParameterError
            For an unknown name or a value that is not allowed.

        """
        explorer = cls(**parameters)
        trace = explorer.simulate()
        pictures = {name: explorer.draw(trace, LAYOUTS[name]) for name in layouts}
        clock = next((picture.clock for picture in pictures.values()), None)
        explanation, table = explorer.explain(trace), explorer.table(trace)
        return {
            "explorer": cls.id(),
            "parameters": dict(explorer.parameters),
            "pictures": {name: picture.svg() for name, picture in pictures.items()},
            "clock": clock.schema() if clock else None,
            "explanation": {"point": explanation.point, "why": explanation.why},
            "table": {
                "caption": table.caption,
                "columns": list(table.columns),
                "rows": [list(row) for row in table.rows],
            },
        }

    @classmethod
    def id(cls) -> str:
        """Return the name under which every host finds the class: ``service.ClassName``."""
        return f"{cls.__module__.removeprefix('kumo.').removesuffix('.explorers')}.{cls.__name__}"

    @classmethod
    def slug(cls) -> str:
        """Return the name for links and anchors: the class name in kebab case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return id, slug, title and the parameters' schemas, from which a host builds its inputs (JSON-able)."""
        return {
            "explorer": cls.id(),
            "slug": cls.slug(),
            "title": cls.title,
            "parameters": [parameter.schema() for parameter in cls.declared.values()],
        }

    @classmethod
    def checked(cls, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters in normal form and in order of declaration; raise `ParameterError` for a bad one."""
        for name in parameters:
            cls._check_name(name)
        values = {}
        for name, parameter in cls.declared.items():
            value = parameters.get(name, parameter.default)
            try:
                values[name] = parameter.check_among(value, values)
            except NotAllowedError as error:
                message = words.BAD_PARAMETER.format(
                    title=cls.title, label=parameter.label, name=name, value=shorten(value), allowed=error
                )
                raise ParameterError(message, name) from error
        return values

    @classmethod
    def _check_name(cls, name: str) -> None:
        if name not in cls.declared:
            known = words.SEPARATOR.join(cls.declared)
            raise ParameterError(words.UNKNOWN_PARAMETER.format(title=cls.title, name=name, known=known), name)

    @classmethod
    def from_query(cls, query: str) -> Explorer:
        """Return the explorer that the query part of a link stands for (``rate=20&burst=40``).

        Raises
        ------
        ParameterError
            For an unknown name or a value that is not allowed.

        """
        given = dict(parse_qsl(query, keep_blank_values=True))
        parsed = {
            name: cls.declared[name].parse(text) if name in cls.declared else text for name, text in given.items()
        }
        return cls(**parsed)

    # What a notebook shows.

    def with_knobs(self, *names: str) -> Self:
        """Return the same explorer with only these inputs in sight; the rest can be unfolded.

        So that a first meeting asks for two or three decisions, not for eight.

        Raises
        ------
        ParameterError
            For an unknown name.

        """
        for name in names:
            self._check_name(name)
        shown = type(self)(**self.parameters)
        shown.knobs = tuple(name for name in self.declared if name in names)
        return shown

    @property
    def widget(self) -> Any:
        """The live ipywidgets DOMWidget of this explorer: one trait per parameter, beside ``frame`` and ``parameters``.

        Needs a kernel with ipywidgets and anywidget.
        """
        from kumo.jupyter import widget_of  # noqa: PLC0415 -- the page's Python has no ipywidgets

        return widget_of(self)

    def figure(self) -> str:
        """Return the static HTML of the explorer: picture, explanation and table, complete without a script."""
        return html.figure(type(self), self.frame(self.parameters), self.knobs)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self.figure()}
        try:
            from kumo.jupyter import live_bundle  # noqa: PLC0415 -- optional: the static figure needs none of it
        except ImportError:
            return bundle
        return live_bundle(self) | bundle

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        knobs = f".with_knobs({', '.join(map(repr, self.knobs))})" if self.knobs else ""
        return f"{type(self).__name__}({values}){knobs}"
