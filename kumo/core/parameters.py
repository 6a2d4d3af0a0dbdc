"""The knobs of an explorer: what each one is called, which values it takes, and how it is written in a link.

A parameter is a descriptor. Declared in an explorer's class body it describes the knob (label, unit,
bounds, help, default) for every host; read from an instance it gives that instance's checked value.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, overload

from kumo.core import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kumo.core.explorer import Explorer

# A value in an error message is cut here, so that a pasted document does not bury the message.
SHOWN_LENGTH = 60


class ParameterError(ValueError):
    """A value that a parameter does not take, or a parameter that an explorer does not have.

    The message is for the reader: it names the explorer, the parameter, the value and what is allowed.

    Attributes
    ----------
    parameter : str
        Name of the parameter at fault.

    """

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class NotAllowedError(ValueError):
    """Raised by `Parameter.check`; its message says what is allowed instead, in the reader's language."""


class Parameter(ABC):
    """One knob of an explorer.

    Parameters
    ----------
    label : str
        What the reader sees beside the input.
    default : object
        Value when the reader has chosen none; checked like any other.
    unit : str
        Unit of the value in the reader's language; empty for a pure number or a choice.
    help : str
        One sentence on what turning the knob means.

    """

    kind: str

    def __init__(self, label: str, *, default: Any, unit: str = "", help: str = "") -> None:  # noqa: A002 -- the field's usual word
        self.label = label
        self.unit = unit
        self.help = help
        self.name = ""
        self.default = self._declared(default)

    def _declared(self, value: Any) -> Any:
        """Return a default in its normal form, or raise `NotAllowedError`."""
        return self.check(value)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Parameter: ...
    @overload
    def __get__(self, instance: Explorer, owner: type) -> Any: ...
    def __get__(self, instance: Explorer | None, owner: type) -> Any:
        return self if instance is None else instance.parameters[self.name]

    def __set__(self, instance: Explorer, value: object) -> None:
        message = f"{self.name} is fixed once an explorer exists; make a new one"
        raise AttributeError(message)

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Return `value` in its normal form (JSON-able), or raise `NotAllowedError`."""

    def check_among(self, value: Any, others: Mapping[str, Any]) -> Any:  # noqa: ARG002 -- some kinds look at them
        """Return `value` in its normal form like `check`, where the parameters declared before are `others`."""
        return self.check(value)

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Return the value that `text` stands for in a link; unreadable text comes back as it is, for `check`."""

    @abstractmethod
    def show(self, value: Any) -> str:
        """Return `value` as the reader reads it, unit included."""

    def show_among(self, parameters: Mapping[str, Any]) -> str:
        """Return what the reader sees of this parameter when all have the values `parameters`."""
        return self.show(parameters[self.name])

    @abstractmethod
    def samples(self) -> list[Any]:
        """Return allowed values that stand for the whole range, extremes included (for tests and pictures)."""

    def schema(self) -> dict[str, Any]:
        """Return the description from which a host builds its input (JSON-able)."""
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "unit": self.unit,
            "help": self.help,
            "default": self.default,
        }


class Range(Parameter):
    """A number between two bounds, both included, on a grid of `step` from `low`.

    The values are `int` when `low`, `high` and `step` all are, otherwise `float`.
    """

    kind = "range"

    def __init__(
        self,
        label: str,
        *,
        default: float,
        low: float,
        high: float,
        step: float = 1,
        unit: str = "",
        help: str = "",  # noqa: A002 -- the field's usual word
    ) -> None:
        self.low, self.high, self.step = low, high, step
        self.whole = all(isinstance(bound, int) for bound in (low, high, step))
        super().__init__(label, default=default, unit=unit, help=help)

    def check(self, value: Any) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not self.low <= value <= self.high:
            raise NotAllowedError(self._allowed())
        steps = round((value - self.low) / self.step)
        exact = self.low + steps * self.step
        if not math.isclose(exact, value, rel_tol=1e-9, abs_tol=1e-9):
            raise NotAllowedError(self._allowed())
        # Rounding takes the binary dust off 0.1 + 0.2, so that equal settings are equal values.
        return int(exact) if self.whole else round(float(exact), 9)

    def parse(self, text: str) -> Any:
        try:
            return float(text)
        except ValueError:
            return text

    def show(self, value: float) -> str:
        return f"{value:,g} {self.unit}".strip() if abs(value) < 1e6 else f"{value:,} {self.unit}".strip()  # noqa: PLR2004 -- g turns larger numbers into powers

    def samples(self) -> list[float]:
        middle = self.low + round((self.high - self.low) / self.step / 2) * self.step
        return [self.check(value) for value in (self.low, middle, self.high)]

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"low": self.low, "high": self.high, "step": self.step}

    def _allowed(self) -> str:
        pattern = words.OUT_OF_RANGE if self.step == 1 else words.STEPPED
        kind = words.INTEGER if self.whole and self.step == 1 else words.NUMBER
        unit = f" {self.unit}" if self.unit else " "
        return pattern.format(low=f"{self.low:,}", high=f"{self.high:,}", step=self.step, unit=unit, kind=kind)


class Choice(Parameter):
    """One of several options; each has a stable ASCII key (links, code) and a label (reader)."""

    kind = "choice"

    def __init__(self, label: str, options: Mapping[str, str], *, default: str, help: str = "") -> None:  # noqa: A002 -- the field's usual word
        self.options = dict(options)
        super().__init__(label, default=default, help=help)

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise NotAllowedError(words.ONE_OF.format(options=_listed(self.options)))
        return value

    def parse(self, text: str) -> str:
        return text

    def show(self, value: str) -> str:
        return self.options[value]

    def samples(self) -> list[str]:
        return list(self.options)

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"options": _options(self.options)}


class Choices(Parameter):
    """Any subset of several options, kept in the order of declaration."""

    kind = "choices"

    def __init__(
        self,
        label: str,
        options: Mapping[str, str],
        *,
        default: Iterable[str] = (),
        help: str = "",  # noqa: A002 -- the field's usual word
    ) -> None:
        self.options = dict(options)
        super().__init__(label, default=list(default), help=help)

    def check(self, value: Any) -> list[str]:
        known = isinstance(value, list | tuple) and all(isinstance(key, str) and key in self.options for key in value)
        if not known or len(set(value)) != len(value):
            raise NotAllowedError(words.SUBSET.format(options=_listed(self.options)))
        return [key for key in self.options if key in value]

    def parse(self, text: str) -> list[str]:
        return text.split(",") if text else []

    def show(self, value: list[str]) -> str:
        return words.SEPARATOR.join(self.options[key] for key in value) or words.NONE_CHOSEN

    def samples(self) -> list[list[str]]:
        return [[], *([key] for key in self.options), list(self.options)]

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"options": _options(self.options)}


class Toggle(Parameter):
    """On or off."""

    kind = "toggle"

    def __init__(self, label: str, *, default: bool, help: str = "") -> None:  # noqa: A002 -- the field's usual word
        super().__init__(label, default=default, help=help)

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise NotAllowedError(words.TRUE_OR_FALSE)
        return value

    def parse(self, text: str) -> Any:
        return {"true": True, "false": False}.get(text, text)

    def show(self, value: bool) -> str:  # noqa: FBT001 -- the parameter's value is the argument
        return words.ON if value else words.OFF

    def samples(self) -> list[bool]:
        return [False, True]


class Text(Parameter):
    """Free text, of one line or several.

    Parameters
    ----------
    check : callable
        Takes the text; returns what would be right, as a reader-facing noun phrase, or None when all is well.
    examples : iterable of str
        Further allowed values that the tests try beside the default.
    instead : (str, mapping of str to str), optional
        Name of a `Choice` declared before, and for some of its options the text that goes in place of the reader's.
        A host shows that one, unchangeable, so that what the reader sees is what runs; the reader's own is kept, and
        need not be right until it counts again.

    """

    kind = "text"

    def __init__(  # noqa: PLR0913 -- what a text field consists of
        self,
        label: str,
        *,
        default: str,
        max_length: int = 200,
        lines: int = 1,
        check: Callable[[str], str | None] | None = None,
        examples: Iterable[str] = (),
        instead: tuple[str, Mapping[str, str]] | None = None,
        help: str = "",  # noqa: A002 -- the field's usual word
    ) -> None:
        self.max_length, self.lines, self._check, self.instead = max_length, lines, check, instead
        super().__init__(label, default=default, help=help)
        self.examples = [self._declared(example) for example in examples]

    def _declared(self, value: Any) -> str:
        # Whether the author's own texts pass the check is for the tests to say: what it takes to read them (a language,
        # say) is not loaded before there is a reader's.
        return self._short_enough(value)

    def check(self, value: Any) -> str:
        text = self._short_enough(value)
        allowed = self._check(text) if self._check else None
        if allowed is not None:
            raise NotAllowedError(allowed)
        return text

    def check_among(self, value: Any, others: Mapping[str, Any]) -> str:
        return self.check(value) if self.replaced_by(others) is None else self._short_enough(value)

    def replaced_by(self, parameters: Mapping[str, Any]) -> str | None:
        """Return the text that goes in place of the reader's when the parameters are these; None when none does."""
        if self.instead is None:
            return None
        by, texts = self.instead
        return texts.get(parameters[by])

    def show_among(self, parameters: Mapping[str, Any]) -> str:
        text = self.replaced_by(parameters)
        return self.show(parameters[self.name] if text is None else text)

    def _short_enough(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.max_length:
            raise NotAllowedError(words.TEXT_UP_TO.format(length=self.max_length))
        return value

    def parse(self, text: str) -> str:
        return text

    def show(self, value: str) -> str:
        return value

    def samples(self) -> list[str]:
        return [self.default, *self.examples]

    def schema(self) -> dict[str, Any]:
        schema = super().schema() | {"max_length": self.max_length, "lines": self.lines}
        if self.instead is not None:
            by, texts = self.instead
            schema["instead"] = {"by": by, "texts": dict(texts)}
        return schema


def shorten(value: object) -> str:
    """Return `value` as shown in an error message: its repr, cut at a length that a reader can take in."""
    text = value if isinstance(value, str) else repr(value)
    return f"「{text[:SHOWN_LENGTH]}…」" if len(text) > SHOWN_LENGTH else f"「{text}」"


def _listed(options: Mapping[str, str]) -> str:
    return words.SEPARATOR.join(f"{key}({label})" for key, label in options.items())


def _options(options: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": key, "label": label} for key, label in options.items()]
