"""The right answers on AWS Lambda, computed by the models that the readers see."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from kumo.aws_lambda import arrivals, simulate
from kumo.aws_lambda.explorers import (
    AliasTraffic,
    AsyncInvocation,
    Concurrency,
    DatabaseConnections,
    LambdaInVpc,
    MemoryTuning,
    PackageSize,
    QueueInvocation,
    Schedules,
    StreamInvocation,
    SyncInvocation,
    WaysToBeWarm,
)
from kumo.aws_lambda.model import alias_traffic, concurrency, invocation, package_size, schedule, warmth
from kumo.aws_lambda.model.lambda_in_vpc import API, DATABASE, PRIVATE, PUBLIC, Placement, reach
from kumo.aws_lambda.model.pool import BY_ACCOUNT, BY_SCALING, COLD, Account
from kumo.aws_lambda.model.units import MINUTE, SECOND
from kumo.core import facts
from kumo.core.parameters import ParameterError
from tests.questions.bank import question

if TYPE_CHECKING:
    from kumo.aws_lambda.model.pool import PoolTrace
    from kumo.questions.bank import Question


def value(identifier: str) -> float:
    """Return the number that a question asks for."""
    answer = question(identifier).answer
    assert answer is not None
    return answer.value


def chosen(asked: Question, *parts: str) -> bool:
    """Return whether the right options are those with these parts, one each."""
    return len(asked.right) == len(parts) and all(any(part in option.text for option in asked.right) for part in parts)


# ---------------------------------------------------------------- 2-2-1


def test_lambda_vpc_external_api() -> None:
    assert chosen(question("lambda-vpc-external-api"), "NATゲートウェイをパブリックサブネットに置き")
    before = reach(Placement(PRIVATE), API)
    assert before.reached(DATABASE)
    assert not before.reached(API)
    for placement, works in (
        (Placement(PRIVATE, frozenset({"nat"})), True),
        (Placement(PUBLIC), False),
        (Placement(PRIVATE, frozenset({"s3", "dynamodb"})), False),
    ):
        assert reach(placement, API).reached(API) is works


def test_lambda_400_mb_of_libraries() -> None:
    assert chosen(question("lambda-400-mb-of-libraries"), "コンテナイメージを作り", "成果物そのものに含める")
    for path in (package_size.DIRECT, package_size.BY_S3):
        for layers in ((200, 200), (80,) * 5):
            refused = package_size.examine(package_size.Package("zip", path, 1, layers)).refused
            assert any(check.limit == package_size.MOST_UNZIPPED for check in refused)
    assert not package_size.examine(package_size.Package("image", package_size.DIRECT, 401)).refused


# ---------------------------------------------------------------- 2-2-2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lambda_concurrency_of_slow_database(seed: int) -> None:
    asked, until = value("lambda-concurrency-of-slow-database"), 2 * MINUTE

    def trace(seconds: int, **surroundings: Account) -> PoolTrace:
        coming = arrivals.poisson(100, until, seed=seed)
        return simulate(coming, arrivals.constant(seconds * SECOND), until=until, **surroundings)

    # At moments when the first ones have long ended, and the last ones not yet come.
    slow = trace(12, account=Account(5000)).invocations
    running = [sum(one.time <= moment < one.end for one in slow) for moment in (MINUTE, 90 * SECOND)]
    assert all(one.served for one in slow)
    assert running == pytest.approx([asked, asked], rel=0.1)
    assert all(one.served for one in trace(3).invocations)
    assert any(one.reason == BY_ACCOUNT for one in trace(12).invocations)
    assert asked > facts.value("aws_lambda.account-concurrency")


def test_lambda_reserved_still_cold() -> None:
    assert chosen(question("lambda-reserved-still-cold"), "プロビジョニングされた同時実行数")
    ways = WaysToBeWarm().simulate()
    assert any(one.kind == COLD for one in ways[warmth.ON_DEMAND].pool.invocations)
    assert not any(one.kind == COLD for one in ways[warmth.PROVISIONED].pool.invocations)


def test_lambda_noisy_neighbour() -> None:
    asked = question("lambda-noisy-neighbour")
    assert chosen(asked, "画像変換の関数に、予約済み", "注文APIの関数に、予約済み")

    def lost(**reserved: str) -> int:
        return Concurrency(**reserved).simulate().functions[0].lost

    assert lost() > 0
    assert lost(images="400") == 0
    assert lost(orders="150") == 0


def test_lambda_most_that_can_be_reserved() -> None:
    most = int(value("lambda-most-that-can-be-reserved"))
    limit = int(facts.value("aws_lambda.account-concurrency"))
    assert concurrency.accepted((500, most), limit) == [500, most]
    assert concurrency.accepted((500, most + 1), limit) == [500, None]


def test_lambda_fate_of_throttled_calls() -> None:
    rights = {pair.left.partition("が")[0]: pair.right for pair in question("lambda-fate-of-throttled-calls").pairs}
    orders, images, jobs = Concurrency().simulate().functions
    assert orders.load.way == concurrency.SYNC
    assert orders.lost > 0
    assert "429が返り" in rights["アプリケーション"]
    assert images.load.way == concurrency.ASYNC
    assert sum(images.refused) > 0
    assert images.discarded == images.lost == 0
    assert f"最長{facts.value('aws_lambda.async-age')}時間" in rights["S3のイベント通知"]
    assert jobs.load.way == concurrency.POLLED
    assert jobs.lost == 0
    assert max(jobs.waiting) > 0
    assert "キューに残り" in rights["SQSのポーラー"]


def test_lambda_raised_limit_still_throttles() -> None:
    assert chosen(question("lambda-raised-limit-still-throttles"), "プロビジョニングされた同時実行を用意する")
    parameters = {"limit": 5000, "rate": 1500}
    images = Concurrency(**parameters).simulate().functions[1]
    assert images.load.peak_need == 4500
    assert sum(images.refused) == images.by_reason(BY_SCALING) > 0


def test_lambda_warm_for_a_known_peak() -> None:
    assert chosen(question("lambda-warm-for-a-known-peak"), "始まる数分前から")

    def cold_in_peak(way: warmth.Way) -> int:
        start, end = warmth.PEAK
        return sum(one.kind == COLD and start <= one.time < end for one in way.pool.invocations)

    early, late = WaysToBeWarm(lead=5).simulate(), WaysToBeWarm(lead=0).simulate()
    assert cold_in_peak(early[warmth.PROVISIONED]) == cold_in_peak(early[warmth.SCHEDULED]) == 0
    assert cold_in_peak(late[warmth.SCHEDULED]) > 0
    assert early[warmth.SCHEDULED].bill.total < early[warmth.PROVISIONED].bill.total


def test_lambda_memory_for_waiting() -> None:
    assert chosen(question("lambda-memory-for-waiting"), "Pはほとんど変わらず、Qはおよそ2倍")

    def dearer(**work: int) -> float:
        small, large = (MemoryTuning(memory=memory, **work).simulate().chosen for memory in (512, 1024))
        assert small is not None
        assert large is not None
        return (large.memory * large.billed) / (small.memory * small.billed)

    assert dearer(computing=300, waiting=0) == pytest.approx(1, rel=0.01)
    assert dearer(computing=0, waiting=1000) == pytest.approx(2, rel=0.01)


# ---------------------------------------------------------------- 2-2-3


def test_lambda_list_of_failed_images() -> None:
    assert chosen(question("lambda-list-of-failed-images"), "失敗時の送信先")
    trace = AsyncInvocation(nets=("failure",)).simulate()
    assert trace.in_place(invocation.FAILURE_DESTINATION)
    assert not AsyncInvocation(nets=("success",)).simulate().in_place(invocation.FAILURE_DESTINATION)


def test_lambda_error_through_api_gateway() -> None:
    assert chosen(question("lambda-error-through-api-gateway"), "502、0回")
    trace = SyncInvocation().simulate()
    assert trace.in_place(invocation.CALLER_ERROR)
    assert all(len(trace.attempts(ending.event)) == 1 for ending in trace.endings)


def test_lambda_life_of_a_failing_event() -> None:
    items = [item.text for item in question("lambda-life-of-a-failing-event").items]
    settings = invocation.InvocationSettings(
        way=invocation.ASYNC, events=1, failing=0, poison=1, nets=(invocation.ON_FAILURE,)
    )
    trace = invocation.run(settings, seed=1)
    starts = [one.start for one in trace.invocations]
    waits = [later - earlier - settings.duration for earlier, later in pairwise(starts)]
    assert waits == [60, 120]
    assert ["202" in items[0], "1回目" in items[1], "1分待って" in items[2], "2分待って" in items[3]] == [True] * 4
    assert len(starts) == sum("失敗する" in item for item in items) == 3
    assert trace.endings[0].time >= starts[-1]
    assert trace.endings[0].places == (invocation.FAILURE_DESTINATION,)


def test_lambda_share_lost_after_retries() -> None:
    settings = invocation.InvocationSettings(way=invocation.ASYNC, events=12, failing=0.2)
    runs = [invocation.run(settings, seed=seed) for seed in range(1, 1501)]
    lost = mean(len(run.in_place(invocation.DROPPED)) / settings.events for run in runs)
    assert 100 * lost == pytest.approx(value("lambda-share-lost-after-retries"), abs=0.25)


def test_lambda_blocked_shard() -> None:
    assert chosen(question("lambda-blocked-shard"), "再試行の回数", "二分割")

    def done(**parameters: object) -> int:
        return len(StreamInvocation(**parameters).simulate().in_place(invocation.DONE))

    assert done(retries="2", options=("bisect",)) == 7
    assert done() == 0
    assert done(retries="2") < 7
    assert done(options=("bisect",)) < 7
    assert done(batch=8) == 0


def test_lambda_sqs_visibility_timeout() -> None:
    assert value("lambda-sqs-visibility-timeout") == 60 * facts.value("aws_lambda.queue-visibility-factor")


def test_lambda_one_bad_message() -> None:
    assert chosen(question("lambda-one-bad-message"), "部分的なバッチ応答")
    assert QueueInvocation(partial=True).simulate().in_place(invocation.DEAD_LETTER) == [3]
    for receives in (3, 6):
        assert QueueInvocation(receives=receives).simulate().in_place(invocation.DEAD_LETTER) == [1, 2, 3, 4]


def test_lambda_monday_morning_in_tokyo() -> None:
    for option in question("lambda-monday-morning-in-tokyo").options:
        expression = option.text.strip("`")
        if " 0 *)" in expression:
            # Days of the week begin with 1.
            with pytest.raises(ParameterError, match="曜日"):
                Schedules(expression=expression)
            assert not option.right
            continue
        trace = Schedules(expression=expression).simulate()
        assert trace.evaluated == schedule.RULE
        mondays = all((run.weekday(), run.hour, run.minute) == (0, 7, 30) for run in trace.runs)
        assert mondays is option.right


# ---------------------------------------------------------------- 2-2-4


def test_lambda_weight_on_latest() -> None:
    """Nothing but the alias lets a share of the requests through."""
    assert chosen(question("lambda-weight-on-latest"), "バージョン6として発行")
    through = {
        called: AliasTraffic(plan="fixed", alarm=False, called=called).simulate() for called in ("alias", "latest")
    }
    assert 0 < through["alias"].new < 0.2 * through["alias"].total
    edited = through["latest"].minutes[alias_traffic.EDITED :]
    assert all(minute.old == 0 for minute in edited)


def test_lambda_errors_during_a_canary() -> None:
    asked = value("lambda-errors-during-a-canary")
    settings = alias_traffic.AliasSettings(
        alias_traffic.CANARY, 10, alias_traffic.ALIAS, 100, error_old=0.0, error_new=0.2, alarm=None
    )
    first = slice(alias_traffic.SHIFTED, alias_traffic.SHIFTED + alias_traffic.CANARY_MINUTES)
    runs = [alias_traffic.run(settings, seed=seed).minutes[first] for seed in range(1, 401)]
    assert all(minute.weight == 10 for run in runs for minute in run)
    assert mean(sum(minute.new_errors for minute in run) for run in runs) == pytest.approx(asked, abs=0.5)


def test_lambda_automatic_rollback() -> None:
    assert chosen(question("lambda-automatic-rollback"), "`AutoPublishAlias`と`DeploymentPreference`")
    assert AliasTraffic().simulate().rolled_back is not None
    assert AliasTraffic(plan="all").simulate().rolled_back is None
    assert AliasTraffic(alarm=False).simulate().rolled_back is None


def test_lambda_upload_too_large() -> None:
    assert chosen(question("lambda-upload-too-large"), "ZIPをS3に置き")
    (refused,) = PackageSize(layers="", code=160).simulate().refused
    assert refused.error == package_size.TOO_LARGE
    assert refused.actual == pytest.approx(56)
    assert not PackageSize(layers="", code=160, path="s3").simulate().refused
    # These work as well, with more to change.
    assert not PackageSize(layers="75,75", code=10).simulate().refused
    assert not package_size.examine(package_size.Package("image", package_size.DIRECT, 160)).refused


# ---------------------------------------------------------------- 2-2-5


def test_lambda_number_of_interfaces() -> None:
    asked = value("lambda-number-of-interfaces")
    assert len(reach(Placement(PRIVATE, subnets=3, functions=10), DATABASE).interfaces) == asked


def test_lambda_dynamodb_yes_sqs_no() -> None:
    assert chosen(question("lambda-dynamodb-yes-sqs-no"), "SQSのインターフェイスエンドポイント")
    before = LambdaInVpc(ways=("dynamodb",), destination="sqs").simulate()
    assert before.reached("dynamodb")
    assert not before.reached("sqs")
    assert LambdaInVpc(ways=("dynamodb", "sqs"), destination="sqs").simulate().reached("sqs")
    assert not LambdaInVpc(place="public", ways=("dynamodb",), destination="sqs").simulate().reached("sqs")


def test_lambda_proxy_does_not_help() -> None:
    assert chosen(question("lambda-proxy-does-not-help"), "セッションの状態を変えるSQLを減らす")
    pinned = DatabaseConnections(pinned=100, borrow=5).simulate()
    fewer = DatabaseConnections(pinned=20, borrow=5).simulate()
    assert pinned.proxied.connections == pinned.direct.connections
    assert fewer.proxied.connections < pinned.proxied.connections
    longer = DatabaseConnections(pinned=100, borrow=60).simulate()
    assert longer.proxied.connections == pinned.proxied.connections


def test_lambda_batch_exhausts_connections() -> None:
    assert chosen(question("lambda-batch-exhausts-connections"), "同時に動く数に上限")
    assert DatabaseConnections().simulate().direct.failed
    limited = DatabaseConnections(reserved="40").simulate().direct
    assert not limited.failed
    assert limited.connections <= limited.setup.limit
    longer = DatabaseConnections(run=1600).simulate().direct
    assert longer.failed
