"""Words of the explorer of synchronous invocations."""

from __future__ import annotations

from kumo.aws_lambda.model.invocation import SYNC
from kumo.aws_lambda.words.invocation_errors import TITLES, explanation, table

__all__ = ["TITLE", "explanation", "table"]

TITLE = TITLES[SYNC]

EVENTS_HELP = "2秒おきに1件ずつ届きます。"
OUTAGE_HELP = "障害の間に届いたものは、関数が動かないまま断られます。0なら障害はありません。"
TROUBLE = "障害の種類"
TROUBLES = {"throttled": "スロットリング(429)", "service": "Lambda側の障害(500)"}
TROUBLE_HELP = "関数を呼び出せない理由です。呼び出し元に返る番号が変わります。"
