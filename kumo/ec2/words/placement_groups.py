"""Words of the explorer of placement groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.ec2.model.placement import CLUSTER, MOST_PER_ZONE, PARTITION, RACK_FAILURE, SPREAD, ZONE

if TYPE_CHECKING:
    from fractions import Fraction

    from kumo.ec2.model.placement import Failure, Placement, Spot

TITLE = "プレイスメントグループ: ラックが1本壊れたら"
DESCRIPTION = (
    "{zones}つのゾーンのラックに並ぶインスタンスの図。{strategy}で{running}台が動き、{what}の故障で{lost}台が止まる。"
)

STRATEGY = "配置戦略"
STRATEGIES = {CLUSTER: "クラスター", SPREAD: "スプレッド", PARTITION: "パーティション"}
STRATEGY_HELP = "インスタンスを物理的にどう置くかを選びます。"
INSTANCES = "インスタンス"
INSTANCES_HELP = "グループの中で起動したい台数です。"
ZONES = "ゾーンの数"
ZONES_HELP = "インスタンスを置いてよいアベイラビリティーゾーンの数です。クラスターは1つしか使いません。"
PARTITIONS = "パーティションの数"
PARTITIONS_HELP = "1つのゾーンの中のパーティションの数です。パーティション戦略のときだけ使います。"
FAILURE = "壊れるもの"
FAILURES = {"1": "ゾーンaのラック1", "2": "ゾーンaのラック2", "3": "ゾーンaのラック3", ZONE: "ゾーンa全体"}
FAILURE_HELP = "電源やネットワークが止まる範囲です。"
MACHINES = "台"
COUNT = "個"

# In the picture.
SOME_LOST = "{lost}台が止まり、{left}台が動き続ける"
ALL_LOST = "{lost}台すべてが止まる"
NONE_LOST = "1台も止まらない"
REFUSED = "{refused}台は起動できない"
ZONE_NAME = "ゾーン{letter}"
ZONE_UNUSED = "クラスターは1つのゾーンだけを使う"
PARTITION_NAME = "P{number}"
RUNNING_ENTRY = "動いている"
LOST_ENTRY = "止まった"
COMPARE = "同じ{asked}台を3つの戦略で比べる"
MOST_HEAD = "1本のラックで止まる最大"
MEAN_HEAD = "平均"
ALL_HEAD = "全部が止まる確率"
ASSUMED = "ラック1本の故障は1%、互いに無関係とする"
MOST = "{worst} / {running}台"
MEAN = "{mean:g}台"
MEAN_NARROW = "平均{mean:g}台"
ALL = "1%の{racks}乗"
ALL_NARROW = "全滅は1%の{racks}乗"
STEPS = "段階"
STEP_LAUNCH = "インスタンスを起動する"
STEP_FAIL = "{what}が壊れる"
STEP_LEFT = "残ったものが動き続ける"

ZONE_LETTERS = "abc"


def headline(trace: Failure) -> str:
    """Return what the failure did, as the call-out says it."""
    lost, running = len(trace.lost), trace.placement.running
    if not lost:
        return NONE_LOST
    if lost == running:
        return ALL_LOST.format(lost=lost)
    return SOME_LOST.format(lost=lost, left=running - lost)


def mean(placement: Placement) -> float:
    """Return the instances lost on average, as a number to show."""
    return round(float(placement.expected), 4)


def explanation(trace: Failure) -> Explanation:
    """Say how many go, and what in the strategy decides it."""
    placement, what = trace.placement, FAILURES[trace.what]
    lost, running = len(trace.lost), placement.running
    if not lost:
        point = f"{what}には1台もないので、{running}台すべてが動き続けます。"
    elif lost == running:
        point = f"{what}の故障で、{running}台すべてが止まります。"
    else:
        point = f"{what}の故障で、{running}台のうち{lost}台が止まり、{running - lost}台は動き続けます。"
    return Explanation(point, _REASONS[placement.strategy](trace))


def table(trace: Failure) -> Table:
    """Return the three strategies side by side for the same wish."""
    rows: list[tuple[str | int | float, ...]] = []
    for other in trace.others:
        mark = "→ " if other.strategy == trace.placement.strategy else ""
        rows.append(
            (
                mark + STRATEGIES[other.strategy],
                other.running,
                "、".join(f"{rack_name(spot)}に{load}" for spot, load in other.loads.items()),
                sum(load for spot, load in other.loads.items() if trace.failed(spot)),
                other.worst,
                mean(other),
                ALL.format(racks=len(other.loads)),
            )
        )
    return Table(
        f"{trace.placement.asked}台の置かれ方と、{FAILURES[trace.what]}の故障(平均と確率は、ラック1本が{_percent(RACK_FAILURE)}で壊れるとして)",
        (
            "戦略",
            "動く台数",
            "ラックごとの台数",
            "この故障で止まる台数",
            "1本のラックで止まる最大",
            "止まる台数の平均",
            "全部が止まる確率",
        ),
        tuple(rows),
    )


def rack_name(spot: Spot) -> str:
    """Return a rack's short name: zone letter and number."""
    return f"{ZONE_LETTERS[spot.zone]}{spot.rack + 1}"


def _percent(chance: Fraction) -> str:
    return f"{float(chance):.0%}"


def _of_cluster(trace: Failure) -> str:
    zones = trace.placement.zones
    unused = f"ゾーンが{zones}つあっても、使うのは1つだけです。" if zones > 1 else ""
    return "クラスターは近い場所に詰めて置くので通信は速くなりますが、1回の故障に多くの台数が巻き込まれます。" + unused


def _of_spread(trace: Failure) -> str:
    refused = (
        f"置けるのは1つのゾーンに{MOST_PER_ZONE}台までなので、{trace.placement.refused}台は起動できませんでした。"
        if trace.placement.refused
        else ""
    )
    if trace.what == ZONE:
        return "スプレッドが分けるのはラックで、ゾーンの故障に備えるには複数のゾーンへ広げます。" + refused
    return "スプレッドは1台ごとに別のラックを使うので、ラック1本の故障で止まるのは1台までです。" + refused


def _of_partition(trace: Failure) -> str:
    if trace.what == ZONE:
        return "パーティションが分けるのはラックで、ゾーンの故障に備えるには複数のゾーンへ広げます。"
    return (
        "パーティションどうしはラックを共有しないので、故障はほかのパーティションに広がりません。"
        "同じパーティションの中では、同じラックに乗ることがあります。"
    )


_REASONS = {CLUSTER: _of_cluster, SPREAD: _of_spread, PARTITION: _of_partition}
