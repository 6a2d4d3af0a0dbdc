"""The explorers of AWS Step Functions: parameters, and which model, view and words belong together."""

from __future__ import annotations

import json

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Text
from kumo.step_functions.model import definition, presets, state_machine_run
from kumo.step_functions.view import state_machine_run as state_machine_run_view
from kumo.step_functions.words import definition as definition_words
from kumo.step_functions.words import state_machine_run as state_machine_run_words


class StateMachineRun(Explorer):
    """A state machine, written by the reader or chosen, that runs step by step with faults injected."""

    words = state_machine_run_words
    view = state_machine_run_view

    machine = Choice(
        state_machine_run_words.MACHINE,
        state_machine_run_words.MACHINE_OPTIONS,
        default=state_machine_run_words.OWN,
        help=state_machine_run_words.MACHINE_HELP,
    )
    definition = Text(
        state_machine_run_words.DEFINITION,
        default=state_machine_run_words.DEFINITION_DEFAULT,
        max_length=6000,
        lines=16,
        check=definition_words.check,
        examples=state_machine_run_words.DEFINITION_EXAMPLES,
        help=state_machine_run_words.DEFINITION_HELP,
    )
    input = Text(
        state_machine_run_words.INPUT,
        default=state_machine_run_words.INPUT_DEFAULT,
        max_length=2000,
        lines=6,
        check=definition_words.check_json,
        examples=state_machine_run_words.INPUT_EXAMPLES,
        help=state_machine_run_words.INPUT_HELP,
    )
    target = Choice(
        state_machine_run_words.TARGET,
        state_machine_run_words.TARGET_OPTIONS,
        default="1",
        help=state_machine_run_words.TARGET_HELP,
    )
    times = Range(
        state_machine_run_words.TIMES,
        default=1,
        low=1,
        high=5,
        unit=state_machine_run_words.TIMES_UNIT,
        help=state_machine_run_words.TIMES_HELP,
    )
    fault = Choice(
        state_machine_run_words.FAULT,
        state_machine_run_words.FAULT_OPTIONS,
        default="service",
        help=state_machine_run_words.FAULT_HELP,
    )

    def simulate(self) -> state_machine_run.RunTrace:
        own = self.machine == state_machine_run_words.OWN
        machine = definition.load(self.definition) if own else presets.MACHINES[self.machine]
        fault = state_machine_run_words.FAULTS[self.fault]
        data = json.loads(self.input)
        return state_machine_run.run(machine, data, target=int(self.target), times=self.times, fault=fault)
