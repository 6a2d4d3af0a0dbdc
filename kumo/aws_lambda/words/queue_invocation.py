"""Words of the explorer of a queue's event source mapping."""

from __future__ import annotations

from kumo.aws_lambda.model.invocation import QUEUE
from kumo.aws_lambda.words.invocation_errors import TITLES, explanation, table

__all__ = ["TITLE", "explanation", "table"]

TITLE = TITLES[QUEUE]

EVENTS_HELP = "キューに、はじめから入っているメッセージの数です。"
OUTAGE_HELP = "スロットリングなどで、関数を呼び出せない時間です。その間も、受信の回数は数えられます。"
RECEIVES = "受信の回数の上限"
RECEIVES_HELP = "maxReceiveCountの値です。これを超えて受信されると、デッドレターキューに移ります。"
TIMES = "回"
REDRIVE = "デッドレターキュー"
REDRIVE_HELP = "元のキューのリドライブポリシーで設定します。"
PARTIAL = "失敗した件だけ報告"
PARTIAL_HELP = "ReportBatchItemFailuresを有効にし、失敗したメッセージのIDを関数が返します。"
VISIBILITY = "可視性タイムアウト"
VISIBILITY_HELP = "受信したメッセージが、もう一度見えるようになるまでの時間です。"
