"""Words of the explorer of asynchronous invocations."""

from __future__ import annotations

from kumo.aws_lambda.model.invocation import ASYNC
from kumo.aws_lambda.words.invocation_errors import TITLES, explanation, table

__all__ = ["TITLE", "explanation", "table"]

TITLE = TITLES[ASYNC]

EVENTS_HELP = "2秒おきに1件ずつ届きます。"
OUTAGE_HELP = "スロットリングなどで、関数を呼び出せない時間です。6時間(360分)を超えると、待ちきれません。"
RETRIES = "再試行の回数"
RETRIES_HELP = "関数のエラーのあとで、もう一度試す回数です。既定も最大も2回です。"
TIMES = "回"
AGE_HELP = "この時間を過ぎたイベントは、試さずにあきらめます。既定は6時間です。"
NETS = "受け皿"
NETS_OPTIONS = {"dlq": "デッドレターキュー", "failure": "失敗時の送信先", "success": "成功時の送信先"}
NETS_HELP = "あきらめたイベントや、成功した結果を残す場所です。"
