"""The explorers of AWS Lambda: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.aws_lambda.model import (
    alias_traffic,
    concurrency,
    database_connections,
    invocation,
    lambda_in_vpc,
    memory_tuning,
    package_size,
    picking,
    schedule,
    startup,
    units,
    warmth,
)
from kumo.aws_lambda.view import alias_traffic as alias_traffic_view
from kumo.aws_lambda.view import cold_and_warm as cold_and_warm_view
from kumo.aws_lambda.view import concurrency as concurrency_view
from kumo.aws_lambda.view import database_connections as database_connections_view
from kumo.aws_lambda.view import environment_picking as environment_picking_view
from kumo.aws_lambda.view import invocation_errors as invocation_errors_view
from kumo.aws_lambda.view import lambda_in_vpc as lambda_in_vpc_view
from kumo.aws_lambda.view import memory_tuning as memory_tuning_view
from kumo.aws_lambda.view import package_size as package_size_view
from kumo.aws_lambda.view import schedules as schedules_view
from kumo.aws_lambda.view import ways_to_be_warm as ways_to_be_warm_view
from kumo.aws_lambda.words import alias_traffic as alias_traffic_words
from kumo.aws_lambda.words import async_invocation as async_invocation_words
from kumo.aws_lambda.words import cold_and_warm as cold_and_warm_words
from kumo.aws_lambda.words import concurrency as concurrency_words
from kumo.aws_lambda.words import database_connections as database_connections_words
from kumo.aws_lambda.words import environment_picking as environment_picking_words
from kumo.aws_lambda.words import invocation_errors as invocation_errors_words
from kumo.aws_lambda.words import lambda_in_vpc as lambda_in_vpc_words
from kumo.aws_lambda.words import memory_tuning as memory_tuning_words
from kumo.aws_lambda.words import package_size as package_size_words
from kumo.aws_lambda.words import queue_invocation as queue_invocation_words
from kumo.aws_lambda.words import schedules as schedules_words
from kumo.aws_lambda.words import stream_invocation as stream_invocation_words
from kumo.aws_lambda.words import sync_invocation as sync_invocation_words
from kumo.aws_lambda.words import ways_to_be_warm as ways_to_be_warm_words
from kumo.core import facts
from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle


class Schedules(Explorer):
    """A cron or rate expression of EventBridge, field by field, with its next ten runs."""

    words = schedules_words
    view = schedules_view

    expression = Text(
        schedules_words.EXPRESSION,
        default="cron(0 9 ? * MON-FRI *)",
        max_length=120,
        check=schedules_words.check,
        examples=(
            "rate(5 minutes)",
            "rate(1 day)",
            "cron(0/10 * ? * MON-FRI *)",
            "cron(30 21 LW * ? *)",
            "cron(0 0 15W * ? *)",
            "cron(0 10 ? * MON#2 *)",
            "cron(0 18 ? * 6L *)",
            "cron(15 12 L-3 * ? *)",
            "cron(0 0 30 2 ? *)",
            "cron(0 12 29 2 ? 2180-2199)",
            "cron(0,5,10,15,20,25,30,35,40,45,50,55 0,2,4,6,8,10,12 1,2,3,4,5,6,7,8 JAN,MAR,MAY,JUL ? 2026-2199)",
        ),
        help=schedules_words.EXPRESSION_HELP,
    )
    evaluated = Choice(
        schedules_words.EVALUATED,
        schedules_words.EVALUATED_OPTIONS,
        default="rule",
        help=schedules_words.EVALUATED_HELP,
    )
    offset = Range(
        schedules_words.OFFSET,
        default=9.0,
        low=-12.0,
        high=14.0,
        step=0.5,
        unit=schedules_words.HOURS_UNIT,
        help=schedules_words.OFFSET_HELP,
    )
    start = Text(
        schedules_words.START,
        default="2026-11-24 08:30",
        max_length=16,
        check=schedules_words.check_start,
        examples=("2028-02-28 23:59", "1970-01-01 00:00", "2199-12-31 23:59"),
        help=schedules_words.START_HELP,
    )

    def simulate(self) -> schedule.ScheduleTrace:
        start = schedules_words.start(self.start)
        expression = schedule.parse(self.expression)
        return schedule.next_runs(expression, start, offset=round(self.offset * 60), evaluated=self.evaluated)


class MemoryTuning(Explorer):
    """Duration and cost of a function against its memory, with the cheapest and the fastest setting."""

    words = memory_tuning_words
    view = memory_tuning_view

    memory = Range(
        memory_tuning_words.MEMORY,
        default=512,
        low=memory_tuning.LEAST,
        high=memory_tuning.MOST,
        unit=memory_tuning_words.MB,
        help=memory_tuning_words.MEMORY_HELP,
    )
    computing = Range(
        memory_tuning_words.COMPUTING,
        default=1000,
        low=0,
        high=10_000,
        step=50,
        unit=memory_tuning_words.MILLISECONDS,
        help=memory_tuning_words.COMPUTING_HELP,
    )
    waiting = Range(
        memory_tuning_words.WAITING,
        default=200,
        low=0,
        high=10_000,
        step=50,
        unit=memory_tuning_words.MILLISECONDS,
        help=memory_tuning_words.WAITING_HELP,
    )
    threads = Range(
        memory_tuning_words.THREADS,
        default=1,
        low=1,
        high=6,
        unit=memory_tuning_words.COUNT,
        help=memory_tuning_words.THREADS_HELP,
    )
    needed = Range(
        memory_tuning_words.NEEDED,
        default=memory_tuning.LEAST,
        low=memory_tuning.LEAST,
        high=4096,
        step=64,
        unit=memory_tuning_words.MB,
        help=memory_tuning_words.NEEDED_HELP,
    )
    timeout = Range(
        memory_tuning_words.TIMEOUT,
        default=30,
        low=1,
        high=900,
        unit=memory_tuning_words.SECONDS,
        help=memory_tuning_words.TIMEOUT_HELP,
    )

    def simulate(self) -> memory_tuning.TuningTrace:
        work = memory_tuning.Work(
            computing=self.computing * units.MILLISECOND,
            waiting=self.waiting * units.MILLISECOND,
            threads=self.threads,
            needed=self.needed,
            timeout=self.timeout * units.SECOND,
        )
        return memory_tuning.tune(work, self.memory)


class ColdAndWarm(Explorer):
    """One minute of a function: its execution environments as lanes, and the latency of each request."""

    words = cold_and_warm_words
    view = cold_and_warm_view

    pattern = Choice(
        cold_and_warm_words.PATTERN,
        cold_and_warm_words.PATTERN_OPTIONS,
        default="random",
        help=cold_and_warm_words.PATTERN_HELP,
    )
    rate = Range(
        cold_and_warm_words.RATE,
        default=0.4,
        low=0.1,
        high=1.0,
        step=0.1,
        unit=cold_and_warm_words.REQUESTS_PER_SECOND,
        help=cold_and_warm_words.RATE_HELP,
    )
    init = Range(
        cold_and_warm_words.INIT,
        default=2.0,
        low=0.0,
        high=8.0,
        step=0.5,
        unit=cold_and_warm_words.SECONDS,
        help=cold_and_warm_words.INIT_HELP,
    )
    idle = Range(
        cold_and_warm_words.IDLE,
        default=15,
        low=5,
        high=60,
        step=5,
        unit=cold_and_warm_words.SECONDS,
        help=cold_and_warm_words.IDLE_HELP,
    )
    memory = Choice(
        cold_and_warm_words.MEMORY,
        cold_and_warm_words.MEMORY_OPTIONS,
        default="512",
        help=cold_and_warm_words.MEMORY_HELP,
    )
    package = Choice(
        cold_and_warm_words.PACKAGE,
        cold_and_warm_words.PACKAGE_OPTIONS,
        default="small",
        help=cold_and_warm_words.PACKAGE_HELP,
    )
    seed = Range(cold_and_warm_words.SEED, default=1, low=1, high=99, help=cold_and_warm_words.SEED_HELP)

    def simulate(self) -> warmth.MinuteTrace:
        init, idle = round(self.init * units.SECOND), self.idle * units.SECOND
        return warmth.minute(self.pattern, self.rate, int(self.memory), init, self.package, idle, self.seed)


class WaysToBeWarm(Explorer):
    """On demand, provisioned, provisioned on a schedule and SnapStart on the same hour of traffic."""

    words = ways_to_be_warm_words
    view = ways_to_be_warm_view

    peak = Range(
        ways_to_be_warm_words.PEAK,
        default=15,
        low=3,
        high=24,
        unit=ways_to_be_warm_words.PER_MINUTE,
        help=ways_to_be_warm_words.PEAK_HELP,
    )
    base = Range(
        ways_to_be_warm_words.BASE,
        default=2,
        low=1,
        high=4,
        unit=ways_to_be_warm_words.PER_MINUTE,
        help=ways_to_be_warm_words.BASE_HELP,
    )
    init = Range(
        ways_to_be_warm_words.INIT,
        default=4.0,
        low=0.5,
        high=8.0,
        step=0.5,
        unit=ways_to_be_warm_words.SECONDS,
        help=ways_to_be_warm_words.INIT_HELP,
    )
    provisioned = Range(
        ways_to_be_warm_words.COUNT,
        default=4,
        low=1,
        high=8,
        unit=ways_to_be_warm_words.ENVIRONMENTS,
        help=ways_to_be_warm_words.COUNT_HELP,
    )
    lead = Range(
        ways_to_be_warm_words.LEAD,
        default=5,
        low=0,
        high=15,
        unit=ways_to_be_warm_words.MINUTES,
        help=ways_to_be_warm_words.LEAD_HELP,
    )
    memory = Choice(
        ways_to_be_warm_words.MEMORY,
        ways_to_be_warm_words.MEMORY_OPTIONS,
        default="1024",
        help=ways_to_be_warm_words.MEMORY_HELP,
    )
    seed = Range(ways_to_be_warm_words.SEED, default=1, low=1, high=99, help=ways_to_be_warm_words.SEED_HELP)

    def simulate(self) -> warmth.WaysTrace:
        init, lead = round(self.init * units.SECOND), self.lead * units.MINUTE
        return warmth.ways(self.base, self.peak, int(self.memory), init, self.provisioned, lead, self.seed)


class Concurrency(Explorer):
    """Three functions that share an account's concurrency while one of them surges, and what becomes of the rest."""

    words = concurrency_words
    view = concurrency_view

    who = Choice(
        concurrency_words.WHO, concurrency_words.WHO_OPTIONS, default="images", help=concurrency_words.WHO_HELP
    )
    rate = Range(
        concurrency_words.RATE,
        default=400,
        low=50,
        high=2000,
        step=50,
        unit=concurrency_words.PER_SECOND,
        help=concurrency_words.RATE_HELP,
    )
    duration = Range(
        concurrency_words.DURATION,
        default=3.0,
        low=0.5,
        high=6.0,
        step=0.5,
        unit=concurrency_words.SECONDS,
        help=concurrency_words.DURATION_HELP,
    )
    orders = Choice(
        concurrency_words.RESERVED.format(name=concurrency_words.NAMES["orders"]),
        concurrency_words.RESERVED_OPTIONS,
        default="none",
        help=concurrency_words.RESERVED_HELP,
    )
    images = Choice(
        concurrency_words.RESERVED.format(name=concurrency_words.NAMES["images"]),
        concurrency_words.RESERVED_OPTIONS,
        default="none",
        help=concurrency_words.RESERVED_HELP,
    )
    jobs = Choice(
        concurrency_words.RESERVED.format(name=concurrency_words.NAMES["jobs"]),
        concurrency_words.RESERVED_OPTIONS,
        default="none",
        help=concurrency_words.RESERVED_HELP,
    )
    limit = Range(
        concurrency_words.LIMIT,
        default=1000,
        low=200,
        high=5000,
        step=100,
        unit=concurrency_words.COUNT,
        help=concurrency_words.LIMIT_HELP,
    )
    seed = Range(concurrency_words.SEED, default=1, low=1, high=99, help=concurrency_words.SEED_HELP)

    def simulate(self) -> concurrency.ConcurrencyTrace:
        surge = (self.who, self.rate, round(self.duration * units.SECOND))
        wanted = (self.orders, self.images, self.jobs)
        reserved = [None if choice == "none" else int(choice) for choice in wanted]
        return concurrency.minute(*surge, reserved=reserved, limit=self.limit, seed=self.seed)


class EnvironmentPicking(Explorer):
    """Four rules for picking an idle environment, on the same load."""

    words = environment_picking_words
    view = environment_picking_view

    rate = Range(
        environment_picking_words.RATE,
        default=12,
        low=2,
        high=18,
        unit=environment_picking_words.PER_MINUTE,
        help=environment_picking_words.RATE_HELP,
    )
    service = Range(
        environment_picking_words.SERVICE,
        default=4.0,
        low=0.5,
        high=10.0,
        step=0.5,
        unit=environment_picking_words.SECONDS,
        help=environment_picking_words.SERVICE_HELP,
    )
    idle = Range(
        environment_picking_words.IDLE,
        default=2,
        low=1,
        high=15,
        unit=environment_picking_words.MINUTES,
        help=environment_picking_words.IDLE_HELP,
    )
    seed = Range(environment_picking_words.SEED, default=1, low=1, high=99, help=environment_picking_words.SEED_HELP)

    def simulate(self) -> picking.PickingTrace:
        service, idle = round(self.service * units.SECOND), self.idle * units.MINUTE
        return picking.pick(self.rate / 60, service, idle, 30 * units.MINUTE, self.seed, names=picking.SHOWN)


# The parameters that the ways of invoking a failing function have in common.


def _events(explanation: str) -> Range:
    words = invocation_errors_words
    return Range(words.EVENTS, default=8, low=1, high=12, unit=words.COUNT, help=explanation)


def _failing(default: int) -> Range:
    words = invocation_errors_words
    return Range(words.FAILING, default=default, low=0, high=100, step=5, unit=words.PERCENT, help=words.FAILING_HELP)


def _poison() -> Range:
    words = invocation_errors_words
    return Range(words.POISON, default=3, low=0, high=12, unit=words.NUMBER, help=words.POISON_HELP)


def _fault() -> Choice:
    words = invocation_errors_words
    return Choice(words.FAULT, words.FAULTS, default=invocation.EXCEPTION, help=words.FAULT_HELP)


def _batch() -> Range:
    words = invocation_errors_words
    return Range(words.BATCH, default=4, low=1, high=10, unit=words.COUNT, help=words.BATCH_HELP)


def _age(explanation: str) -> Choice:
    words = invocation_errors_words
    return Choice(words.AGE, words.AGES, default="default", help=explanation)


def _lots() -> Range:
    words = invocation_errors_words
    return Range(words.SEED, default=1, low=1, high=99, help=words.SEED_HELP)


class SyncInvocation(Explorer):
    """Events that a caller sends to a failing function one by one, and the answers that it gets."""

    words = sync_invocation_words
    view = invocation_errors_view

    events = _events(sync_invocation_words.EVENTS_HELP)
    failing = _failing(25)
    poison = _poison()
    fault = _fault()
    outage = Range(
        invocation_errors_words.OUTAGE,
        default=0,
        low=0,
        high=24,
        unit=invocation_errors_words.SECONDS,
        help=sync_invocation_words.OUTAGE_HELP,
    )
    trouble = Choice(
        sync_invocation_words.TROUBLE,
        sync_invocation_words.TROUBLES,
        default=invocation.THROTTLED,
        help=sync_invocation_words.TROUBLE_HELP,
    )
    seed = _lots()

    def simulate(self) -> invocation.InvocationTrace:
        chosen = invocation.InvocationSettings(
            way=invocation.SYNC,
            events=self.events,
            failing=self.failing / 100,
            poison=self.poison,
            fault=self.fault,
            trouble=self.trouble,
            outage=self.outage,
        )
        return invocation.run(chosen, seed=self.seed)


class AsyncInvocation(Explorer):
    """Events that Lambda queues for a failing function, their retries, and the place where each of them ends."""

    words = async_invocation_words
    view = invocation_errors_view

    events = _events(async_invocation_words.EVENTS_HELP)
    failing = _failing(25)
    poison = _poison()
    retries = Range(
        async_invocation_words.RETRIES,
        default=invocation.ASYNC_RETRIES,
        low=0,
        high=invocation.ASYNC_RETRIES,
        unit=async_invocation_words.TIMES,
        help=async_invocation_words.RETRIES_HELP,
    )
    nets = Choices(
        async_invocation_words.NETS,
        async_invocation_words.NETS_OPTIONS,
        default=(invocation.DLQ,),
        help=async_invocation_words.NETS_HELP,
    )
    age = _age(async_invocation_words.AGE_HELP)
    outage = Range(
        invocation_errors_words.OUTAGE,
        default=0,
        low=0,
        high=420,
        unit=invocation_errors_words.MINUTES,
        help=async_invocation_words.OUTAGE_HELP,
    )
    seed = _lots()

    def simulate(self) -> invocation.InvocationTrace:
        chosen = invocation.InvocationSettings(
            way=invocation.ASYNC,
            events=self.events,
            failing=self.failing / 100,
            poison=self.poison,
            retries=self.retries,
            nets=tuple(self.nets),
            age=None if self.age == "default" else int(self.age),
            outage=self.outage * invocation.MINUTE,
        )
        return invocation.run(chosen, seed=self.seed)


class StreamInvocation(Explorer):
    """Records of a shard that an event source mapping hands to a failing function, batch by batch, in order."""

    words = stream_invocation_words
    view = invocation_errors_view

    events = _events(stream_invocation_words.EVENTS_HELP)
    failing = _failing(0)
    poison = _poison()
    batch = _batch()
    retries = Choice(
        stream_invocation_words.RETRIES,
        stream_invocation_words.RETRIES_OPTIONS,
        default="default",
        help=stream_invocation_words.RETRIES_HELP,
    )
    age = _age(stream_invocation_words.AGE_HELP)
    options = Choices(
        stream_invocation_words.OPTIONS,
        stream_invocation_words.OPTIONS_OPTIONS,
        default=(),
        help=stream_invocation_words.OPTIONS_HELP,
    )
    destination = Toggle(
        stream_invocation_words.DESTINATION, default=False, help=stream_invocation_words.DESTINATION_HELP
    )
    fault = _fault()
    seed = _lots()

    def simulate(self) -> invocation.InvocationTrace:
        chosen = invocation.InvocationSettings(
            way=invocation.STREAM,
            events=self.events,
            failing=self.failing / 100,
            poison=self.poison,
            batch=self.batch,
            retries=None if self.retries == "default" else int(self.retries),
            age=None if self.age == "default" else int(self.age),
            options=tuple(self.options),
            nets=(invocation.ON_FAILURE,) if self.destination else (),
            fault=self.fault,
        )
        return invocation.run(chosen, seed=self.seed)


class QueueInvocation(Explorer):
    """Messages of a queue that an event source mapping hands to a failing function, and where each of them ends."""

    words = queue_invocation_words
    view = invocation_errors_view

    events = _events(queue_invocation_words.EVENTS_HELP)
    failing = _failing(0)
    poison = _poison()
    batch = _batch()
    partial = Toggle(queue_invocation_words.PARTIAL, default=False, help=queue_invocation_words.PARTIAL_HELP)
    redrive = Toggle(queue_invocation_words.REDRIVE, default=True, help=queue_invocation_words.REDRIVE_HELP)
    receives = Range(
        queue_invocation_words.RECEIVES,
        default=3,
        low=1,
        high=6,
        unit=queue_invocation_words.TIMES,
        help=queue_invocation_words.RECEIVES_HELP,
    )
    visibility = Range(
        queue_invocation_words.VISIBILITY,
        default=30,
        low=30,
        high=600,
        step=30,
        unit=invocation_errors_words.SECONDS,
        help=queue_invocation_words.VISIBILITY_HELP,
    )
    fault = _fault()
    outage = Range(
        invocation_errors_words.OUTAGE,
        default=0,
        low=0,
        high=30,
        unit=invocation_errors_words.MINUTES,
        help=queue_invocation_words.OUTAGE_HELP,
    )
    seed = _lots()

    def simulate(self) -> invocation.InvocationTrace:
        chosen = invocation.InvocationSettings(
            way=invocation.QUEUE,
            events=self.events,
            failing=self.failing / 100,
            poison=self.poison,
            batch=self.batch,
            options=(invocation.REPORT,) if self.partial else (),
            nets=(invocation.DLQ,) if self.redrive else (),
            retries=self.receives - 1,
            visibility=self.visibility,
            fault=self.fault,
            outage=self.outage * invocation.MINUTE,
        )
        return invocation.run(chosen, seed=self.seed)


class AliasTraffic(Explorer):
    """A weighted alias that moves traffic from one version of a function to the next, minute by minute, or back."""

    words = alias_traffic_words
    view = alias_traffic_view

    plan = Choice(
        alias_traffic_words.PLAN, alias_traffic_words.PLANS, default="canary", help=alias_traffic_words.PLAN_HELP
    )
    share = Range(
        alias_traffic_words.SHARE,
        default=10,
        low=5,
        high=50,
        step=5,
        unit=alias_traffic_words.PERCENT,
        help=alias_traffic_words.SHARE_HELP,
    )
    error_new = Range(
        alias_traffic_words.ERROR_NEW,
        default=20,
        low=0,
        high=100,
        step=1,
        unit=alias_traffic_words.PERCENT,
        help=alias_traffic_words.ERROR_NEW_HELP,
    )
    alarm = Toggle(alias_traffic_words.ALARM, default=True, help=alias_traffic_words.ALARM_HELP)
    threshold = Range(
        alias_traffic_words.THRESHOLD,
        default=20,
        low=5,
        high=50,
        step=5,
        unit=alias_traffic_words.PERCENT,
        help=alias_traffic_words.THRESHOLD_HELP,
    )
    called = Choice(
        alias_traffic_words.CALLED,
        alias_traffic_words.CALLED_OPTIONS,
        default="alias",
        help=alias_traffic_words.CALLED_HELP,
    )
    rate = Range(
        alias_traffic_words.RATE,
        default=100,
        low=10,
        high=500,
        step=10,
        unit=alias_traffic_words.PER_MINUTE,
        help=alias_traffic_words.RATE_HELP,
    )
    error_old = Range(
        alias_traffic_words.ERROR_OLD,
        default=1,
        low=0,
        high=20,
        unit=alias_traffic_words.PERCENT,
        help=alias_traffic_words.ERROR_OLD_HELP,
    )
    seed = Range(alias_traffic_words.SEED, default=6, low=1, high=99, help=alias_traffic_words.SEED_HELP)

    def simulate(self) -> alias_traffic.AliasTrace:
        chosen = alias_traffic.AliasSettings(
            plan=self.plan,
            share=self.share,
            called=self.called,
            rate=self.rate,
            error_old=self.error_old / 100,
            error_new=self.error_new / 100,
            alarm=self.threshold if self.alarm else None,
        )
        return alias_traffic.run(chosen, seed=self.seed)


class PackageSize(Explorer):
    """A deployment package against the limits of its form, its layers in /opt, and its cold start."""

    words = package_size_words
    view = package_size_view

    form = Choice(
        package_size_words.FORM, package_size_words.FORMS, default=startup.ZIP, help=package_size_words.FORM_HELP
    )
    path = Choice(
        package_size_words.PATH,
        package_size_words.PATHS,
        default=package_size.DIRECT,
        help=package_size_words.PATH_HELP,
    )
    code = Range(
        package_size_words.CODE,
        default=12,
        low=1,
        high=300,
        unit=package_size_words.MB,
        help=package_size_words.CODE_HELP,
    )
    layers = Text(
        package_size_words.LAYERS,
        default="120, 95, 12",
        max_length=60,
        check=package_size_words.check_sizes,
        examples=("", "40", "60, 60, 60, 60", "20, 20, 20, 20, 20, 20, 20", "299.5, 1, 300, 250.5"),
        help=package_size_words.LAYERS_HELP,
    )
    holders = Choices(
        package_size_words.HOLDERS,
        package_size_words.HOLDERS_OPTIONS,
        default=("1", "3"),
        help=package_size_words.HOLDERS_HELP,
    )
    ratio = Range(
        package_size_words.RATIO,
        default=35,
        low=5,
        high=100,
        step=5,
        unit=package_size_words.PERCENT,
        help=package_size_words.RATIO_HELP,
    )
    image = Range(
        package_size_words.IMAGE,
        default=1500,
        low=100,
        high=12_000,
        step=50,
        unit=package_size_words.MB,
        help=package_size_words.IMAGE_HELP,
    )
    variables = Range(
        package_size_words.VARIABLES,
        default=1.0,
        low=0.0,
        high=6.0,
        step=0.5,
        unit=package_size_words.KB,
        help=package_size_words.VARIABLES_HELP,
    )

    def simulate(self) -> package_size.PackageTrace:
        chosen = package_size.Package(
            form=self.form,
            path=self.path,
            code=self.image if self.form == startup.IMAGE else self.code,
            layers=package_size_words.sizes(self.layers),
            ratio=self.ratio / 100,
            variables=self.variables,
            holders=frozenset(int(number) for number in self.holders),
        )
        return package_size.examine(chosen)


class LambdaInVpc(Explorer):
    """A function outside or inside a VPC: the way of its packets to five destinations, and the interfaces it needs."""

    words = lambda_in_vpc_words
    view = lambda_in_vpc_view

    place = Choice(
        lambda_in_vpc_words.PLACE,
        lambda_in_vpc_words.PLACES,
        default=lambda_in_vpc.PRIVATE,
        help=lambda_in_vpc_words.PLACE_HELP,
    )
    ways = Choices(
        lambda_in_vpc_words.WAYS,
        lambda_in_vpc_words.WAYS_OPTIONS,
        default=(lambda_in_vpc.S3_ENDPOINT,),
        help=lambda_in_vpc_words.WAYS_HELP,
    )
    destination = Choice(
        lambda_in_vpc_words.DESTINATION,
        lambda_in_vpc_words.DESTINATIONS,
        default=lambda_in_vpc.API,
        help=lambda_in_vpc_words.DESTINATION_HELP,
    )
    allowed = Toggle(lambda_in_vpc_words.ALLOWED, default=True, help=lambda_in_vpc_words.ALLOWED_HELP)
    subnets = Range(
        lambda_in_vpc_words.SUBNETS,
        default=2,
        low=1,
        high=lambda_in_vpc.MOST_SUBNETS,
        unit=lambda_in_vpc_words.COUNT,
        help=lambda_in_vpc_words.SUBNETS_HELP,
    )
    functions = Range(
        lambda_in_vpc_words.FUNCTIONS,
        default=3,
        low=1,
        high=lambda_in_vpc.MOST_FUNCTIONS,
        unit=lambda_in_vpc_words.COUNT,
        help=lambda_in_vpc_words.FUNCTIONS_HELP,
    )
    groups = Choice(
        lambda_in_vpc_words.GROUPS,
        lambda_in_vpc_words.GROUPS_OPTIONS,
        default=lambda_in_vpc.SHARED,
        help=lambda_in_vpc_words.GROUPS_HELP,
    )

    def simulate(self) -> lambda_in_vpc.Reach:
        placement = lambda_in_vpc.Placement(
            place=self.place,
            ways=frozenset(self.ways),
            allowed=self.allowed,
            subnets=self.subnets,
            functions=self.functions,
            groups=self.groups,
        )
        return lambda_in_vpc.reach(placement, self.destination)


class DatabaseConnections(Explorer):
    """A burst of invocations on a database: one connection for each environment, or a pool behind RDS Proxy."""

    words = database_connections_words
    view = database_connections_view

    rate = Range(
        database_connections_words.RATE,
        default=40,
        low=5,
        high=80,
        step=5,
        unit=database_connections_words.PER_SECOND,
        help=database_connections_words.RATE_HELP,
    )
    run = Range(
        database_connections_words.RUN,
        default=800,
        low=100,
        high=2000,
        step=100,
        unit=database_connections_words.MILLISECONDS,
        help=database_connections_words.RUN_HELP,
    )
    share = Range(
        database_connections_words.SHARE,
        default=25,
        low=5,
        high=100,
        step=5,
        unit=database_connections_words.PERCENT,
        help=database_connections_words.SHARE_HELP,
    )
    limit = Range(
        database_connections_words.LIMIT,
        default=40,
        low=10,
        high=200,
        step=5,
        unit=database_connections_words.COUNT,
        help=database_connections_words.LIMIT_HELP,
    )
    pinned = Range(
        database_connections_words.PINNED,
        default=0,
        low=0,
        high=100,
        step=5,
        unit=database_connections_words.PERCENT,
        help=database_connections_words.PINNED_HELP,
    )
    percent = Range(
        database_connections_words.PERCENT_OF,
        default=facts.value("aws_lambda.proxy-connections"),
        low=5,
        high=100,
        step=5,
        unit=database_connections_words.PERCENT,
        help=database_connections_words.PERCENT_HELP,
    )
    borrow = Range(
        database_connections_words.BORROW,
        default=facts.value("aws_lambda.proxy-borrow-timeout"),
        low=1,
        high=300,
        unit=database_connections_words.SECONDS,
        help=database_connections_words.BORROW_HELP,
    )
    reserved = Choice(
        database_connections_words.RESERVED,
        database_connections_words.RESERVED_OPTIONS,
        default="none",
        help=database_connections_words.RESERVED_HELP,
    )
    seed = Range(database_connections_words.SEED, default=1, low=1, high=99, help=database_connections_words.SEED_HELP)

    def simulate(self) -> database_connections.Comparison:
        setup = database_connections.Setup(
            limit=self.limit,
            share=self.percent / 100,
            borrow_timeout=self.borrow * units.SECOND,
            pinned=self.pinned / 100,
            reserved=None if self.reserved == "none" else int(self.reserved),
        )
        return database_connections.compare(
            setup, self.rate, self.run * units.MILLISECOND, self.share / 100, seed=self.seed
        )
