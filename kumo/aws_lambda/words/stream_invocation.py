"""Words of the explorer of a stream's event source mapping."""

from __future__ import annotations

from kumo.aws_lambda.model.invocation import STREAM
from kumo.aws_lambda.words.invocation_errors import TITLES, explanation, table

__all__ = ["TITLE", "explanation", "table"]

TITLE = TITLES[STREAM]

EVENTS_HELP = "1つのシャードに、はじめから入っているレコードの数です。"
RETRIES = "再試行の回数"
RETRIES_OPTIONS = {"default": "既定(無制限)", "0": "0回", "1": "1回", "2": "2回", "5": "5回"}
RETRIES_HELP = "失敗したバッチを、もう一度試す回数(MaximumRetryAttempts)です。"
AGE_HELP = "これより古いレコードはあきらめます。既定では、保持期間の24時間まで試します。"
DESTINATION = "失敗時の送信先"
DESTINATION_HELP = "あきらめたバッチの位置を、SQSやSNSに送ります。"
OPTIONS = "バッチの設定"
OPTIONS_OPTIONS = {"bisect": "エラー時に二分割", "partial": "失敗した件だけ報告"}
OPTIONS_HELP = "二分割はBisectBatchOnFunctionError、報告はReportBatchItemFailuresです。"
