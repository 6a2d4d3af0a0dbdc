"""What the letters of an instance type's name mean, for the commoner ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumo.ec2.model.instance_types import InstanceType

SERIES = {
    "t": "バースト可能",
    "m": "汎用",
    "c": "コンピューティング最適化",
    "r": "メモリ最適化",
    "x": "メモリ最適化(大)",
    "i": "ストレージ最適化(SSD)",
    "d": "ストレージ最適化(HDD)",
    "g": "GPU(画像処理、推論)",
    "p": "GPU(機械学習、HPC)",
}
OPTIONS = {
    "a": "AMDのプロセッサー",
    "g": "AWS Graviton(ARM)",
    "i": "インテルのプロセッサー",
    "d": "インスタンスストア付き",
    "e": "メモリかストレージを追加",
    "n": "ネットワークとEBSを強化",
    "z": "高い周波数",
}


def row(kind: InstanceType) -> dict[str, str | int]:
    """Return an instance type as one row of a table, with what its letters mean."""
    return {
        "名前": str(kind),
        "シリーズ": f"{kind.series}: {SERIES.get(kind.series, 'そのほか')}",
        "世代": kind.generation,
        "オプション": "、".join(f"{letter}: {OPTIONS.get(letter, 'そのほか')}" for letter in kind.options) or "なし",
        "サイズ": kind.size,
    }
