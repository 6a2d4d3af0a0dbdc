"""Words of the explorer of a shared file system and failing zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.storage.model.shared_files import (
    ACROSS,
    DATA_DOWN,
    DOWN,
    HOME,
    NO_TARGET,
    NOTHING,
    ONE_ZONE,
    READS,
    REGIONAL,
    TARGET_DOWN,
    ZONES,
)

if TYPE_CHECKING:
    from kumo.storage.model.shared_files import Sharing

TITLE = "EFSのマウントターゲットとゾーンの障害"
DESCRIPTION = "3つのゾーンのEC2がEFSを読む経路を示す図。{point}"

KIND = "ファイルシステムの種類"
KINDS = {REGIONAL: "リージョナル", ONE_ZONE: "1ゾーン(ゾーンa)"}
KIND_HELP = "リージョナルは複数のゾーンに、1ゾーンは1つのゾーンにデータを置きます。"
TARGETS = "マウントターゲット"
TARGET_ZONES = {zone: f"ゾーン{zone}" for zone in ZONES}
TARGETS_HELP = "リージョナルのときに、どのゾーンに置くかを選びます。1ゾーンではゾーンaだけです。"
FAILED = "障害"
FAILURES = {NOTHING: "なし"} | {zone: f"ゾーン{zone}" for zone in ZONES}
FAILED_HELP = "止まるゾーンです。その中のEC2とマウントターゲットが使えなくなります。"

ZONE = "ゾーン{zone}"
CLIENT = "EC2"
TARGET_LINES = "マウント\nターゲット"
NO_TARGET_BOX = "ターゲット\nなし"
REGIONAL_DATA = "EFS(リージョナル): データは複数のゾーンに"
REGIONAL_DATA_SHORT = "EFS(リージョナル)"
ONE_ZONE_DATA = "EFS(1ゾーン)"
FATES = {
    READS: "読める",
    ACROSS: "読める(他ゾーン経由)",
    DOWN: "ゾーンごと停止",
    NO_TARGET: "つなぐ先がない",
    TARGET_DOWN: "ターゲットが停止",
    DATA_DOWN: "データが使えない",
}
# The same where they stand in a box, broken where a narrow one needs it.
FATES_SHORT = {
    READS: "読める",
    ACROSS: "他ゾーン\n経由で読める",
    DOWN: "ゾーンごと\n停止",
    NO_TARGET: "つなぐ先が\nない",
    TARGET_DOWN: "ターゲットが\n停止",
    DATA_DOWN: "データが\n使えない",
}
STEPS = "区間"
STEP_DATA = "データがマウントターゲットへ"
STEP_CLIENT = "マウントターゲットからEC2へ"


def description(trace: Sharing) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: Sharing) -> Explanation:  # noqa: PLR0911 -- one for each thing that can happen
    """Say who still reads, and why."""
    reading = trace.reading
    if not trace.targets:
        return Explanation(
            "どのEC2も読めません。",
            "EFSへは、マウントターゲットのIPアドレスに接続します。1つもなければ入口がありません。",
        )
    who = "と".join(ZONE.format(zone=zone) for zone in reading)
    if trace.failed == NOTHING:
        if ACROSS not in trace.fates:
            return Explanation(
                "3つのゾーンのEC2が、同じファイルを読めます。",
                "それぞれが、自分のゾーンのマウントターゲットを通ります。ゾーンを止めると、誰が残るかを確かめてください。",
            )
        return Explanation(
            "3つのゾーンのEC2が読めますが、ゾーンをまたぐものがあります。",
            "自分のゾーンにマウントターゲットがないEC2は、ほかのゾーンのものを使います。"
            "ゾーン間の転送料がかかり、その先のゾーンの障害にも巻き込まれます。",
        )
    stopped = ZONE.format(zone=trace.failed)
    if not reading:
        if trace.kind == ONE_ZONE:
            return Explanation(
                f"{stopped}が止まると、誰も読めません。",
                "1ゾーンのデータは、そのゾーンにしかないからです。ほかのゾーンのEC2が動いていても、ファイルには届きません。",
            )
        return Explanation(
            f"{stopped}が止まると、誰も読めません。",
            "データは複数のゾーンに残っていますが、入口のマウントターゲットがそのゾーンにしかないからです。",
        )
    if TARGET_DOWN in trace.fates:
        return Explanation(
            f"{stopped}が止まっても、{who}のEC2は読めます。",
            f"止まったゾーンのマウントターゲットに頼っていたEC2は、{stopped}の外にいても読めなくなります。"
            "ゾーンごとに置けば防げます。",
        )
    if trace.kind == ONE_ZONE:
        return Explanation(
            f"{stopped}が止まっても、{who}のEC2は読めます。",
            f"データとマウントターゲットのある{ZONE.format(zone=HOME)}が無事だからです。ゾーンaを止めると、誰も読めなくなります。",
        )
    return Explanation(
        f"{stopped}が止まっても、{who}のEC2は読み続けられます。",
        "データは複数のゾーンにあり、マウントターゲットも無事なゾーンのものを使っているからです。",
    )


def table(trace: Sharing) -> Table:
    """Return what became of each client."""
    rows = tuple(
        (
            ZONE.format(zone=zone),
            "あり" if zone in trace.targets else "なし",
            ZONE.format(zone=via) if via else "—",
            FATES[fate],
        )
        for zone, via, fate in zip(ZONES, trace.via, trace.fates, strict=True)
    )
    return Table(
        f"ゾーンごとのEC2({KINDS[trace.kind]}、障害: {FAILURES[trace.failed]})",
        ("EC2のゾーン", "マウントターゲット", "使うターゲット", "結果"),
        rows,
    )
