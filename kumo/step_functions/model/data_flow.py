"""One Task state, and its JSON after each of the five fields that shape it.

Modelled: InputPath, Parameters, the task (which gives a fixed result), ResultSelector, ResultPath and OutputPath, in
the service's order, with what each field took of the JSON before it and what it left behind. *Leaves* are the values
that are no object and no array, and empty ones of these.

Not modelled: the context object ($$) and everything else that the interpreter does; tests compare the two.

Source (read 2026-11-26): https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kumo.core.streams import stream
from kumo.step_functions.model import intrinsics, paths
from kumo.step_functions.model.errors import StateError
from kumo.step_functions.model.paths import Surroundings
from kumo.step_functions.model.queries import select

INPUT, INPUT_PATH, PARAMETERS, TASK = "input", "InputPath", "Parameters", "task"
RESULT_SELECTOR, RESULT_PATH, OUTPUT_PATH = "ResultSelector", "ResultPath", "OutputPath"

Leaf = tuple[str | int, ...]


class _Left:
    """A field that is not written, as opposed to one that is null."""

    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT = _Left()


@dataclass(frozen=True)
class Fields:
    """The five fields of the state; each may be LEFT_OUT, the paths also None (null)."""

    input_path: Any = LEFT_OUT
    parameters: Any = LEFT_OUT
    result_selector: Any = LEFT_OUT
    result_path: Any = LEFT_OUT
    output_path: Any = LEFT_OUT


@dataclass(frozen=True)
class Stage:
    """The JSON after one field (or at the beginning, or from the task).

    Attributes
    ----------
    name : str
        INPUT, INPUT_PATH, PARAMETERS, TASK, RESULT_SELECTOR, RESULT_PATH or OUTPUT_PATH.
    value : object
        The JSON value.
    written : object
        The field as written, or LEFT_OUT.
    new : frozenset of Leaf
        Leaves that this stage brought in: not to be found at the same place with the same value before.
    dropped : frozenset of Leaf
        Leaves that the next stage does not take.

    """

    name: str
    value: Any
    written: Any
    new: frozenset[Leaf]
    dropped: frozenset[Leaf]


@dataclass(frozen=True)
class FlowTrace:
    """The stages in order, as far as they came, and the error that ended them, if any.

    Attributes
    ----------
    stages : tuple of Stage
        At least the input.
    failed : str or None
        Name of the stage that failed.
    error, cause : str or None
        Its error.

    """

    stages: tuple[Stage, ...]
    failed: str | None = None
    error: str | None = None
    cause: str | None = None

    def stage(self, name: str) -> Stage | None:
        """Return the stage of that name, None when the state failed before it."""
        return next((stage for stage in self.stages if stage.name == name), None)


def leaves(value: Any, way: Leaf = ()) -> dict[Leaf, Any]:
    """Return every leaf of a JSON value by its place."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: dict[Leaf, Any] = {}
    for key, member in members:
        found |= leaves(member, (*way, key))
    return found or {way: value}


def flow(data: Any, result: Any, fields: Fields) -> FlowTrace:
    """Send `data` through the state whose task gives `result`.

    Parameters
    ----------
    data, result : object
        JSON values: the state's input and what the task gives.
    fields : Fields
        The five fields.

    Returns
    -------
    FlowTrace

    """
    chance = stream(1, "functions")
    input_path = "$" if fields.input_path is LEFT_OUT else fields.input_path
    output_path = "$" if fields.output_path is LEFT_OUT else fields.output_path
    result_path = "$" if fields.result_path is LEFT_OUT else fields.result_path
    made: list[tuple[str, Any, Any]] = [(INPUT, data, LEFT_OUT)]
    taken: list[frozenset[Leaf]] = []
    name = INPUT_PATH
    failure: StateError | None = None
    try:
        chosen = select(input_path, data, Surroundings())
        taken.append(_selected(input_path, data))
        made.append((INPUT_PATH, chosen, fields.input_path))
        name = PARAMETERS
        payload = _filled(fields.parameters, chosen, chance)
        taken.append(_used(fields.parameters, chosen))
        made.append((PARAMETERS, payload, fields.parameters))
        # Everything goes to the task, and nothing of it comes out.
        taken.append(frozenset(leaves(payload)))
        made.append((TASK, result, LEFT_OUT))
        name = RESULT_SELECTOR
        kept = _filled(fields.result_selector, result, chance)
        taken.append(_used(fields.result_selector, result))
        made.append((RESULT_SELECTOR, kept, fields.result_selector))
        name = RESULT_PATH
        joined = data if result_path is None else paths.write(result_path, data, kept)
        taken.append(frozenset() if result_path is None else frozenset(leaves(kept)))
        made.append((RESULT_PATH, joined, fields.result_path))
        name = OUTPUT_PATH
        output = select(output_path, joined, Surroundings())
        taken.append(_selected(output_path, joined))
        made.append((OUTPUT_PATH, output, fields.output_path))
    except StateError as error:
        failure = error
    stages = tuple(_stages(made, taken, data))
    if failure is None:
        return FlowTrace(stages)
    return FlowTrace(stages, name, failure.name, failure.cause)


def _stages(made: list[tuple[str, Any, Any]], taken: list[frozenset[Leaf]], data: Any) -> list[Stage]:
    stages = []
    before: dict[Leaf, Any] = {}
    for index, (name, value, written) in enumerate(made):
        found = leaves(value)
        # ResultPath writes into the state's own input: what stood there is not new.
        older = leaves(data) if name == RESULT_PATH else before
        selecting = name in {INPUT, TASK, INPUT_PATH, OUTPUT_PATH}
        new = frozenset() if selecting else frozenset(leaf for leaf in found if not _had(older, leaf, found[leaf]))
        dropped = frozenset(found) - taken[index] if index < len(taken) else frozenset()
        stages.append(Stage(name, value, written, new, dropped))
        before = found
    return stages


def _had(older: dict[Leaf, Any], leaf: Leaf, value: Any) -> bool:
    return leaf in older and intrinsics.same(older[leaf], value)


def _filled(template: Any, data: Any, chance: Any) -> Any:
    return data if template is LEFT_OUT else intrinsics.fill(template, data, Surroundings(), chance)


def _used(template: Any, data: Any) -> frozenset[Leaf]:
    if template is LEFT_OUT:
        return frozenset(leaves(data))
    return frozenset().union(*(_selected(path, data) for path in intrinsics.paths_of(template)))


def _selected(path: str | None, data: Any) -> frozenset[Leaf]:
    """Return the leaves of `data` that stand at or below what `path` selects."""
    if path is None:
        return frozenset()
    roots = paths.places(path, data)
    return frozenset(leaf for leaf in leaves(data) if any(leaf[: len(root)] == root for root in roots))
