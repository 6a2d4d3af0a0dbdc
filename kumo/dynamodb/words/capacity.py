"""Words of the explorer of capacity units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.capacity import (
    PARTITION_READS,
    PARTITION_WRITES,
    READ_BLOCK,
    READS,
    STANDARD,
    STRONG,
    WRITE_BLOCK,
    WRITES,
)
from kumo.dynamodb.model.consistency import EVENTUAL, TRANSACTIONAL

if TYPE_CHECKING:
    from kumo.dynamodb.model.capacity import CapacityTrace, Need

TITLE = "キャパシティユニット：いくつ要るか"
DESCRIPTION = "上は{size} KBの項目を4 KBと1 KBのブロックに詰めた図。下は種類ごとに必要なユニットの棒。{point}"

SIZE = "項目の大きさ"
SIZE_HELP = "属性の名前と値を合わせた、1項目の大きさです。最大は400 KBです。"
READS_LABEL = "読み込み"
READS_HELP = "1秒あたりに読む項目の数です。"
WRITES_LABEL = "書き込み"
WRITES_HELP = "1秒あたりに書く項目の数です。"
INDEXES = "GSIの数"
INDEXES_HELP = (
    "すべての属性を写すグローバルセカンダリインデックスの数です。"
    "書き込みのたびに写しも書かれ、インデックスのWCUを使います。"
)
KB, PER_SECOND, COUNT = "KB", "回/秒", "個"

# In the picture.
READING = "読み込み：{block} KBごとに1ブロック"
WRITING = "書き込み：{block} KBごとに1ブロック"
BLOCKS = "{size} KB ÷ {block} KB を切り上げ → {blocks:,}ブロック"
NAMES = {
    EVENTUAL: "結果整合性",
    STRONG: "強い整合性",
    STANDARD: "ふつうの書き込み",
    TRANSACTIONAL: "トランザクション",
}
RCU, WCU = "RCU", "WCU"


def kilobytes(size: int) -> str:
    """Return a size in KB, without digits that say nothing."""
    return f"{size / 1024:g}"


def sum_of(need: Need, rate: int, indexes: int = 0) -> str:
    """Return the arithmetic of a need, as one line; `indexes` only for writes."""
    factor = f"({need.factor:g} + GSI {indexes})" if indexes else f"{need.factor:g}"
    return f"{need.blocks:,} × {factor} × {rate:,}回"


def units(value: float) -> str:
    """Return a number of units."""
    return f"{value:,.1f}".removesuffix(".0")


def description(trace: CapacityTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(size=kilobytes(trace.size), point=explanation(trace).point)


def explanation(trace: CapacityTrace) -> Explanation:
    """Say what the usual kinds need, and how much of it is rounding."""
    eventual, strong = trace.reading[READS.index(EVENTUAL)], trace.reading[READS.index(STRONG)]
    standard = trace.writing[WRITES.index(STANDARD)]
    point = (
        f"強い整合性の読み込みに {units(strong.capacity)} RCU(結果整合性なら {units(eventual.capacity)})、"
        f"書き込みに {units(standard.capacity)} WCU が要ります。"
    )
    why = (
        f"{kilobytes(trace.size)} KBの項目は、読み込みでは{strong.blocks:,}ブロック、"
        f"書き込みでは{standard.blocks:,}ブロックに切り上げます。"
    )
    if trace.partitions > 1:
        why += (
            f"1つのパーティションの上限は {PARTITION_READS:,} RCU と {PARTITION_WRITES:,} WCU なので、"
            f"キーが散らばり、{trace.partitions:,}個以上に分かれていなければ受けきれません。"
        )
    elif trace.indexes:
        why += f"GSIの写しも同じ大きさで書かれるので、書き込みの消費が{1 + trace.indexes}倍になります。"
    else:
        why += "1バイトでもはみ出せば、1ブロック分を払います。"
    return Explanation(point, why)


def table(trace: CapacityTrace) -> Table:
    """Return the arithmetic, kind by kind."""
    rows = [(READS_LABEL, need, READ_BLOCK, trace.reads) for need in trace.reading]
    rows += [(WRITES_LABEL, need, WRITE_BLOCK, trace.writes) for need in trace.writing]
    return Table(
        f"{kilobytes(trace.size)} KBの項目に必要なユニット",
        ("操作", "種類", "ブロック (KB)", "ブロック数", "1回の消費 (ユニット)", "1秒の回数", "必要なユニット"),
        tuple(
            (operation, NAMES[need.kind], block, need.blocks, need.each, rate, need.capacity)
            for operation, need, block, rate in rows
        ),
    )
