"""The explorers of AWS Step Functions: parameters, and which model, view and words belong together."""

from __future__ import annotations

import json
from typing import Any

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Text, Toggle
from kumo.step_functions.model import (
    activity_and_callback,
    data_flow,
    definition,
    jsonata_flow,
    map_concurrency,
    presets,
    retry,
    retry_and_catch,
    standard_or_express,
    state_machine_run,
)
from kumo.step_functions.view import activity_and_callback as activity_and_callback_view
from kumo.step_functions.view import data_flow as data_flow_view
from kumo.step_functions.view import jsonata_flow as jsonata_flow_view
from kumo.step_functions.view import map_concurrency as map_concurrency_view
from kumo.step_functions.view import retry_and_catch as retry_and_catch_view
from kumo.step_functions.view import standard_or_express as standard_or_express_view
from kumo.step_functions.view import state_machine_run as state_machine_run_view
from kumo.step_functions.words import activity_and_callback as activity_and_callback_words
from kumo.step_functions.words import data_flow as data_flow_words
from kumo.step_functions.words import definition as definition_words
from kumo.step_functions.words import jsonata_flow as jsonata_flow_words
from kumo.step_functions.words import map_concurrency as map_concurrency_words
from kumo.step_functions.words import retry_and_catch as retry_and_catch_words
from kumo.step_functions.words import standard_or_express as standard_or_express_words
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
    definition = Text(
        state_machine_run_words.DEFINITION,
        default=state_machine_run_words.DEFINITION_DEFAULT,
        max_length=6000,
        lines=16,
        check=definition_words.check,
        examples=state_machine_run_words.DEFINITION_EXAMPLES,
        instead=("machine", {key: presets.TEXTS[key] for key in state_machine_run_words.PRESETS}),
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

    def simulate(self) -> state_machine_run.RunTrace:
        own = self.machine == state_machine_run_words.OWN
        machine = definition.load(self.definition if own else presets.TEXTS[self.machine])
        fault = state_machine_run_words.FAULTS[self.fault]
        data = json.loads(self.input)
        return state_machine_run.run(machine, data, target=int(self.target), times=self.times, fault=fault)


class DataFlow(Explorer):
    """One Task state: its JSON after each of the five fields."""

    words = data_flow_words
    view = data_flow_view

    input = Text(
        data_flow_words.INPUT,
        default=data_flow_words.INPUT_DEFAULT,
        max_length=1500,
        lines=5,
        check=definition_words.check_json,
        examples=data_flow_words.INPUT_EXAMPLES,
        help=data_flow_words.INPUT_HELP,
    )
    input_path = Text(
        data_flow_words.INPUT_PATH,
        default=data_flow_words.INPUT_PATH_DEFAULT,
        check=definition_words.check_path,
        examples=data_flow_words.INPUT_PATH_EXAMPLES,
        help=data_flow_words.INPUT_PATH_HELP,
    )
    parameters_field = Text(
        data_flow_words.PARAMETERS,
        default=data_flow_words.PARAMETERS_DEFAULT,
        max_length=1000,
        lines=5,
        check=definition_words.check_template,
        examples=data_flow_words.PARAMETERS_EXAMPLES,
        help=data_flow_words.PARAMETERS_HELP,
    )
    result = Text(
        data_flow_words.RESULT,
        default=data_flow_words.RESULT_DEFAULT,
        max_length=1000,
        lines=5,
        check=definition_words.check_json,
        examples=data_flow_words.RESULT_EXAMPLES,
        help=data_flow_words.RESULT_HELP,
    )
    result_selector = Text(
        data_flow_words.RESULT_SELECTOR,
        default=data_flow_words.RESULT_SELECTOR_DEFAULT,
        max_length=1000,
        lines=3,
        check=definition_words.check_template,
        examples=data_flow_words.RESULT_SELECTOR_EXAMPLES,
        help=data_flow_words.RESULT_SELECTOR_HELP,
    )
    result_path = Text(
        data_flow_words.RESULT_PATH,
        default=data_flow_words.RESULT_PATH_DEFAULT,
        check=definition_words.check_reference,
        examples=data_flow_words.RESULT_PATH_EXAMPLES,
        help=data_flow_words.RESULT_PATH_HELP,
    )
    output_path = Text(
        data_flow_words.OUTPUT_PATH,
        default="",
        check=definition_words.check_path,
        examples=data_flow_words.OUTPUT_PATH_EXAMPLES,
        help=data_flow_words.OUTPUT_PATH_HELP,
    )

    def simulate(self) -> data_flow.FlowTrace:
        fields = data_flow.Fields(
            _path(self.input_path),
            _template(self.parameters_field),
            _template(self.result_selector),
            _path(self.result_path),
            _path(self.output_path),
        )
        return data_flow.flow(json.loads(self.input), json.loads(self.result), fields)


def _path(text: str) -> Any:
    """Return the path that the reader wrote: None for null, and that it is left out for nothing."""
    plain = text.strip()
    return data_flow.LEFT_OUT if not plain else None if plain == definition_words.NULL else plain


def _template(text: str) -> Any:
    return json.loads(text) if text.strip() else data_flow.LEFT_OUT


class JsonataFlow(Explorer):
    """One Task state with JSONata: what its fields see, what they make of it, and which variables stay."""

    words = jsonata_flow_words
    view = jsonata_flow_view

    input = Text(
        jsonata_flow_words.DATA,
        default=jsonata_flow_words.DATA_DEFAULT,
        max_length=1500,
        lines=5,
        check=definition_words.check_json,
        examples=jsonata_flow_words.DATA_EXAMPLES,
        help=jsonata_flow_words.DATA_HELP,
    )
    variables = Text(
        jsonata_flow_words.BEFORE,
        default=jsonata_flow_words.BEFORE_DEFAULT,
        max_length=1000,
        lines=4,
        check=jsonata_flow_words.check_variables,
        examples=jsonata_flow_words.BEFORE_EXAMPLES,
        help=jsonata_flow_words.BEFORE_HELP,
    )
    arguments = Text(
        jsonata_flow_words.ARGUMENTS,
        default=jsonata_flow_words.ARGUMENTS_DEFAULT,
        max_length=1000,
        lines=4,
        check=jsonata_flow_words.check_arguments,
        examples=jsonata_flow_words.ARGUMENTS_EXAMPLES,
        help=jsonata_flow_words.ARGUMENTS_HELP,
    )
    result = Text(
        jsonata_flow_words.RESULT_LABEL,
        default=jsonata_flow_words.RESULT_DEFAULT,
        max_length=1000,
        lines=4,
        check=definition_words.check_json,
        examples=jsonata_flow_words.RESULT_EXAMPLES,
        help=jsonata_flow_words.RESULT_HELP,
    )
    output = Text(
        jsonata_flow_words.OUTPUT,
        default=jsonata_flow_words.OUTPUT_DEFAULT,
        max_length=1000,
        lines=6,
        check=jsonata_flow_words.check_output,
        examples=jsonata_flow_words.OUTPUT_EXAMPLES,
        help=jsonata_flow_words.OUTPUT_HELP,
    )
    assign = Text(
        jsonata_flow_words.ASSIGN,
        default=jsonata_flow_words.ASSIGN_DEFAULT,
        max_length=1000,
        lines=4,
        check=definition_words.check_assign,
        examples=jsonata_flow_words.ASSIGN_EXAMPLES,
        help=jsonata_flow_words.ASSIGN_HELP,
    )

    def simulate(self) -> jsonata_flow.JsonataTrace:
        texts = {
            jsonata_flow.ARGUMENTS: self.arguments,
            jsonata_flow.OUTPUT: self.output,
            jsonata_flow.ASSIGN: self.assign,
        }
        written = {name: json.loads(text) for name, text in texts.items() if text.strip()}
        variables = json.loads(self.variables) if self.variables.strip() else {}
        return jsonata_flow.flow(json.loads(self.input), variables, json.loads(self.result), written)


class RetryAndCatch(Explorer):
    """Executions that begin together and retry a task that fails at random."""

    words = retry_and_catch_words
    view = retry_and_catch_view

    failure = Range(
        retry_and_catch_words.FAILURE,
        default=50,
        low=0,
        high=100,
        step=5,
        unit=retry_and_catch_words.PERCENT,
        help=retry_and_catch_words.FAILURE_HELP,
    )
    attempts = Range(
        retry_and_catch_words.ATTEMPTS,
        default=3,
        low=0,
        high=8,
        unit=retry_and_catch_words.TIMES,
        help=retry_and_catch_words.ATTEMPTS_HELP,
    )
    interval = Range(
        retry_and_catch_words.INTERVAL,
        default=2,
        low=1,
        high=10,
        unit=retry_and_catch_words.SECONDS,
        help=retry_and_catch_words.INTERVAL_HELP,
    )
    rate = Range(
        retry_and_catch_words.RATE,
        default=2.0,
        low=1.0,
        high=3.0,
        step=0.5,
        unit=retry_and_catch_words.RATE_UNIT,
        help=retry_and_catch_words.RATE_HELP,
    )
    longest = Choice(
        retry_and_catch_words.LONGEST,
        retry_and_catch_words.LONGEST_OPTIONS,
        default="none",
        help=retry_and_catch_words.LONGEST_HELP,
    )
    jitter = Choice(
        retry_and_catch_words.JITTER,
        retry_and_catch_words.JITTER_OPTIONS,
        default=retry.NONE,
        help=retry_and_catch_words.JITTER_HELP,
    )
    catch = Toggle(retry_and_catch_words.CATCH, default=True, help=retry_and_catch_words.CATCH_HELP)
    duration = Range(
        retry_and_catch_words.DURATION,
        default=1.0,
        low=0.5,
        high=5.0,
        step=0.5,
        unit=retry_and_catch_words.SECONDS,
        help=retry_and_catch_words.DURATION_HELP,
    )
    count = Range(
        retry_and_catch_words.COUNT,
        default=200,
        low=10,
        high=400,
        step=10,
        unit=retry_and_catch_words.RUNS,
        help=retry_and_catch_words.COUNT_HELP,
    )
    seed = Range(retry_and_catch_words.SEED, default=1, low=1, high=99, help=retry_and_catch_words.SEED_HELP)

    def simulate(self) -> retry_and_catch.RetryTrace:
        longest = None if self.longest == "none" else float(self.longest)
        retrier = retry.Retrier((retry_and_catch.ERROR,), self.interval, self.attempts, self.rate, longest, self.jitter)
        return retry_and_catch.simulate(
            retrier, self.failure / 100, self.duration, self.count, catch=self.catch, seed=self.seed
        )


class StandardOrExpress(Explorer):
    """The same work as a Standard and as an Express workflow: limits, price, and payments made once or twice."""

    words = standard_or_express_words
    view = standard_or_express_view

    rate = Choice(
        standard_or_express_words.RATE,
        standard_or_express_words.RATE_OPTIONS,
        default="100",
        help=standard_or_express_words.RATE_HELP,
    )
    duration = Choice(
        standard_or_express_words.DURATION,
        standard_or_express_words.DURATION_OPTIONS,
        default="5",
        help=standard_or_express_words.DURATION_HELP,
    )
    transitions = Range(
        standard_or_express_words.TRANSITIONS,
        default=10,
        low=1,
        high=50,
        unit=standard_or_express_words.STEPS,
        help=standard_or_express_words.TRANSITIONS_HELP,
    )
    memory = Range(
        standard_or_express_words.MEMORY,
        default=64,
        low=64,
        high=1024,
        step=32,
        unit=standard_or_express_words.MEGABYTES,
        help=standard_or_express_words.MEMORY_HELP,
    )
    pattern = Choice(
        standard_or_express_words.PATTERN,
        standard_or_express_words.PATTERN_OPTIONS,
        default=standard_or_express.REQUEST,
        help=standard_or_express_words.PATTERN_HELP,
    )
    express = Choice(
        standard_or_express_words.EXPRESS,
        standard_or_express_words.EXPRESS_OPTIONS,
        default=standard_or_express.ASYNCHRONOUS,
        help=standard_or_express_words.EXPRESS_HELP,
    )
    interrupted = Range(
        standard_or_express_words.INTERRUPTED,
        default=20,
        low=0,
        high=50,
        step=5,
        unit=standard_or_express_words.PERCENT,
        help=standard_or_express_words.INTERRUPTED_HELP,
    )
    idempotent = Toggle(
        standard_or_express_words.IDEMPOTENT, default=False, help=standard_or_express_words.IDEMPOTENT_HELP
    )
    seed = Range(standard_or_express_words.SEED, default=1, low=1, high=99, help=standard_or_express_words.SEED_HELP)

    def simulate(self) -> standard_or_express.ComparisonTrace:
        load = standard_or_express.Load(
            float(self.rate), float(self.duration), self.transitions, self.memory, self.pattern
        )
        return standard_or_express.compare(
            load,
            express=self.express,
            interrupted=self.interrupted / 100,
            idempotent=self.idempotent,
            seed=self.seed,
        )


class MapConcurrency(Explorer):
    """A Map state: how many items side by side, in which order the results come out, which failures it bears."""

    words = map_concurrency_words
    view = map_concurrency_view

    mode = Choice(
        map_concurrency_words.MODE,
        map_concurrency_words.MODE_OPTIONS,
        default=map_concurrency.INLINE,
        help=map_concurrency_words.MODE_HELP,
    )
    items = Range(
        map_concurrency_words.ITEMS,
        default=24,
        low=1,
        high=50,
        unit=map_concurrency_words.PIECES,
        help=map_concurrency_words.ITEMS_HELP,
    )
    concurrency = Range(
        map_concurrency_words.CONCURRENCY,
        default=5,
        low=0,
        high=50,
        unit=map_concurrency_words.PIECES,
        help=map_concurrency_words.CONCURRENCY_HELP,
    )
    broken = Range(
        map_concurrency_words.BROKEN,
        default=0,
        low=0,
        high=10,
        unit=map_concurrency_words.PIECES,
        help=map_concurrency_words.BROKEN_HELP,
    )
    tolerated = Range(
        map_concurrency_words.TOLERATED,
        default=10,
        low=0,
        high=100,
        step=5,
        unit=map_concurrency_words.PERCENT,
        help=map_concurrency_words.TOLERATED_HELP,
    )
    caught = Toggle(map_concurrency_words.CAUGHT, default=False, help=map_concurrency_words.CAUGHT_HELP)
    seed = Range(map_concurrency_words.SEED, default=1, low=1, high=99, help=map_concurrency_words.SEED_HELP)

    def simulate(self) -> map_concurrency.MapTrace:
        return map_concurrency.run(
            self.mode,
            self.items,
            self.concurrency,
            self.broken,
            self.tolerated,
            caught=self.caught,
            seed=self.seed,
        )


class ActivityAndCallback(Explorer):
    """A task that somebody outside finishes: token, heartbeats, and a worker that may fall silent."""

    words = activity_and_callback_words
    view = activity_and_callback_view

    pattern = Choice(
        activity_and_callback_words.PATTERN,
        activity_and_callback_words.PATTERN_OPTIONS,
        default=activity_and_callback.ACTIVITY,
        help=activity_and_callback_words.PATTERN_HELP,
    )
    work = Range(
        activity_and_callback_words.WORK,
        default=60,
        low=10,
        high=120,
        step=5,
        unit=activity_and_callback_words.SECONDS,
        help=activity_and_callback_words.WORK_HELP,
    )
    interval = Range(
        activity_and_callback_words.INTERVAL,
        default=10,
        low=0,
        high=30,
        step=5,
        unit=activity_and_callback_words.SECONDS,
        help=activity_and_callback_words.INTERVAL_HELP,
    )
    silent = Range(
        activity_and_callback_words.SILENT,
        default=25,
        low=0,
        high=100,
        step=5,
        unit=activity_and_callback_words.SECONDS,
        help=activity_and_callback_words.SILENT_HELP,
    )
    heartbeat = Range(
        activity_and_callback_words.HEARTBEAT,
        default=15,
        low=0,
        high=60,
        step=5,
        unit=activity_and_callback_words.SECONDS,
        help=activity_and_callback_words.HEARTBEAT_HELP,
    )
    timeout = Range(
        activity_and_callback_words.TIMEOUT,
        default=100,
        low=0,
        high=150,
        step=10,
        unit=activity_and_callback_words.SECONDS,
        help=activity_and_callback_words.TIMEOUT_HELP,
    )

    def simulate(self) -> activity_and_callback.TokenTrace:
        return activity_and_callback.run(
            self.pattern, self.work, self.interval, self.silent, self.heartbeat, self.timeout
        )
