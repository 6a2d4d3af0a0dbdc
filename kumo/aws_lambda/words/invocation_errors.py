"""Words of the explorers of invocations and errors: what all four ways of invoking have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.aws_lambda.model.invocation import (
    ANSWERED,
    ASYNC,
    BISECT,
    CALLER_ERROR,
    CALLER_REJECTED,
    DEAD_LETTER,
    DONE,
    DROPPED,
    EXPIRED,
    FAILED,
    FAILURE_DESTINATION,
    HOUR,
    IN_QUEUE,
    MINUTE,
    OK,
    QUEUE,
    REFUSED,
    REPORT,
    SERVICE,
    STREAM,
    SUCCESS_DESTINATION,
    SYNC,
    TIMEOUT,
    UNREACHED,
)
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.invocation import Invocation, InvocationTrace

TITLES = {
    SYNC: "同期呼び出しのエラー",
    ASYNC: "非同期呼び出しのエラー：再試行と受け皿",
    STREAM: "ストリームのエラー：1件の失敗がシャードを止める",
    QUEUE: "キュー(SQS)のエラー：メッセージはどこへ行くか",
}
DESCRIPTION = "左に、イベントごとの試行とその結果。右に、イベントが最後に行き着いた場所。{point}"

EVENTS = "イベントの数"
FAILING = "失敗する確率"
FAILING_HELP = "1件を1回試すごとに、関数が失敗する確率です。"
POISON = "必ず失敗するイベント"
POISON_HELP = "データが壊れているなど、何度試しても失敗するイベントの番号です。0ならありません。"
FAULT = "失敗のしかた"
FAULTS = {"exception": "例外", "timeout": "タイムアウト"}
FAULT_HELP = "タイムアウトすると関数は何も返せないので、バッチのどれが失敗したかも報告できません。"
OUTAGE = "はじめの障害の長さ"
BATCH = "バッチサイズ"
BATCH_HELP = "1回の呼び出しで関数に渡す件数の上限です。"
AGE = "最大有効期間"
AGES = {"default": "既定のまま", "60": "1分", "300": "5分", "3600": "1時間"}
SEED = "乱数の種"
SEED_HELP = "どの試行が失敗するかを選ぶ番号です。"
COUNT = "件"
PERCENT = "%"
NUMBER = "番"
MINUTES = "分"
SECONDS = "秒"
CALLS = "回の呼び出し"

# In the picture.
CALLER = "呼び出し元"
ATTEMPTS = "試行"
SINCE_ARRIVAL = "(届いてからの時間)"
SINCE_START = "(はじめからの時間)"
PLACES = "行き着いた場所"
ALL_FOUND = "{count}件すべての行き先が分かる"
ALWAYS_FAILS = "必ず失敗"
SKIPPED = "…"
SKIPPED_COUNT = "… 途中の{count}回"
RESPONSE = "応答"
TURN = "{turn}回目"
AFTER = "{wait}後"
OUTCOMES = {OK: "成功", FAILED: "失敗", UNREACHED: "未処理", REFUSED: "呼び出せない"}
PLACE_NAMES = {
    ANSWERED: "呼び出し元(200、成功)",
    CALLER_ERROR: "呼び出し元(200、関数エラー)",
    CALLER_REJECTED: "呼び出し元({code})",
    DONE: "処理済み",
    SUCCESS_DESTINATION: "成功時の送信先",
    FAILURE_DESTINATION: "失敗時の送信先",
    DEAD_LETTER: "デッドレターキュー",
    DROPPED: "破棄(メトリクスに数だけ残る)",
    EXPIRED: "期限切れ(保持期間の24時間)",
    IN_QUEUE: "まだキューの中",
}
ACCEPTED = "全件に 202 Accepted (処理の結果は返らない)"
POLLED_STREAM = "イベントソースマッピング(シャードを順に読む)"
POLLED_QUEUE = "イベントソースマッピング(キューを受信する)"
SYNCHRONOUS = "1件ずつ、結果を待つ"
RESPONSES = {
    OK: "200",
    FAILED: "200  X-Amz-Function-Error: Unhandled",
    REFUSED: {"throttled": "429 TooManyRequestsException", "service": "500 ServiceException"},
}


def caller(trace: InvocationTrace) -> str:
    """Say what the one who invokes the function sees."""
    return {SYNC: SYNCHRONOUS, ASYNC: ACCEPTED, STREAM: POLLED_STREAM, QUEUE: POLLED_QUEUE}[trace.settings.way]


def response(trace: InvocationTrace, outcome: str) -> str:
    """Return what a synchronous caller gets."""
    found = RESPONSES[outcome]
    return found if isinstance(found, str) else found[trace.settings.trouble]


def place(trace: InvocationTrace, key: str) -> str:
    """Return the name of a place."""
    return PLACE_NAMES[key].format(code=500 if trace.settings.trouble == SERVICE else 429)


def time(seconds: int) -> str:
    """Return a time in the largest unit that it fills, with one more where it does not come out even."""
    if seconds < MINUTE:
        return f"{seconds}秒"
    if seconds < HOUR:
        return f"{seconds // MINUTE}分" + (f"{seconds % MINUTE}秒" if seconds % MINUTE else "")
    return f"{seconds // HOUR}時間" + (f"{seconds % HOUR // MINUTE}分" if seconds % HOUR // MINUTE else "")


def short_time(seconds: int) -> str:
    """Return a time in one unit."""
    if seconds < MINUTE:
        return f"{seconds}秒"
    if seconds < HOUR:
        return f"{seconds // MINUTE}分"
    return f"{seconds // HOUR}時間"


def numbers(events: list[int] | tuple[int, ...]) -> str:
    """Return event numbers, runs of neighbours as spans."""
    spans: list[list[int]] = []
    for number in events:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return "、".join(
        f"{span[0]}〜{span[-1]}" if len(span) > 2 else "、".join(str(number) for number in span)  # noqa: PLR2004 -- a span
        for span in spans
    )


def step(invocation: Invocation) -> str:
    """Say what happened at one invocation."""
    failed = [
        number for number, outcome in zip(invocation.events, invocation.outcomes, strict=True) if outcome == FAILED
    ]
    result = f"{numbers(failed)}番で失敗" if failed else "成功"
    if REFUSED in invocation.outcomes:
        result = OUTCOMES[REFUSED]
    return f"{time(invocation.start)}：{numbers(invocation.events)}番 → {result}"


def repeats(trace: InvocationTrace) -> int:
    """Return how many times the function got through an event that it had already got through."""
    return sum(max(0, trace.handled(ending.event) - 1) for ending in trace.endings)


def explanation(trace: InvocationTrace) -> Explanation:
    """Say where the events went, and which rule sent them there."""
    return {SYNC: _synchronous, ASYNC: _asynchronous, STREAM: _stream, QUEUE: _queue}[trace.settings.way](trace)


def _synchronous(trace: InvocationTrace) -> Explanation:
    total, good = len(trace.endings), len(trace.in_place(ANSWERED))
    errors, rejected = len(trace.in_place(CALLER_ERROR)), len(trace.in_place(CALLER_REJECTED))
    if good == total:
        return Explanation(
            f"{total}件すべてが成功し、呼び出し元に結果が返りました。",
            "同期呼び出しでは、呼び出し元が応答を待ちます。",
        )
    parts = [f"{good}件が成功"] if good else []
    parts += [f"{errors}件は200のまま関数エラー"] if errors else []
    code = "500" if trace.settings.trouble == SERVICE else "429"
    point = f"{total}件すべてが{code}です。" if rejected == total else f"{total}件すべてが、200のまま関数エラーです。"
    parts += [f"{rejected}件は{code}"] if rejected else []
    why = []
    if errors:
        kind = "タイムアウトしても" if trace.settings.fault == TIMEOUT else "関数が例外で終わっても"
        why.append(
            f"{kind}呼び出し自体は成功なので、ステータスコードは200です。失敗はX-Amz-Function-Errorヘッダーでわかります。"
        )
    else:
        why.append("断られた呼び出しでは、関数は動いていません。")
    why.append("Lambdaは同期呼び出しを再試行しないので、やり直すかどうかは呼び出し元が決めます。")
    if total not in (rejected, errors):
        point = f"{total}件のうち、{'、'.join(parts)}です。"
    return Explanation(point, "".join(why))


def _fates(trace: InvocationTrace, keys: tuple[str, ...]) -> list[str]:
    return [f"{len(found)}件は{_into(trace, key)}" for key in keys if (found := trace.in_place(key))]


def _into(trace: InvocationTrace, key: str) -> str:
    return {
        DROPPED: "破棄されました",
        EXPIRED: "期限切れで失われました",
        IN_QUEUE: "まだキューにあります",
        FAILURE_DESTINATION: "失敗時の送信先に送られました",
        DEAD_LETTER: "デッドレターキューに入りました",
    }.get(key) or place(trace, key)


def _asynchronous(trace: InvocationTrace) -> Explanation:
    total = len(trace.endings)
    good = len(trace.in_place(DONE)) + len(trace.in_place(SUCCESS_DESTINATION))
    both = bool(trace.in_place(DEAD_LETTER)) and bool(trace.in_place(FAILURE_DESTINATION))
    bad = [f"{total - good}件は失敗時の送信先とデッドレターキューの両方に入りました"] if both else []
    bad = bad or _fates(trace, (FAILURE_DESTINATION, DEAD_LETTER, DROPPED))
    if not bad:
        point = f"{total}件すべてが処理されました。"
    elif good:
        point = f"{good}件が処理され、{'、'.join(bad)}。"
    else:
        point = f"処理を終えたものは1件もなく、{'、'.join(bad)}。"
    return Explanation(point, _asynchronous_why(trace))


def _asynchronous_why(trace: InvocationTrace) -> str:
    settings = trace.settings
    refused = any(REFUSED in invocation.outcomes for invocation in trace.invocations)
    failed = any(FAILED in invocation.outcomes for invocation in trace.invocations)
    retries = settings.retry_limit or 0
    why = []
    if refused:
        why.append(
            f"呼び出せなかったイベントは回数に数えず、間隔を1秒から5分まで延ばしながら{time(settings.age_limit)}まで試します。"
        )
    if failed and retries:
        waits = "1分後" if retries == 1 else "1分後と、その2分後"
        late = settings.age_limit < (1 if retries == 1 else 3) * MINUTE + settings.duration
        why.append(f"関数のエラーは{waits}に再試行されます" + ("(有効期間の中に限ります)。" if late else "。"))
    elif failed:
        why.append("再試行が0回なので、1回の失敗で終わります。")
    if trace.in_place(DROPPED):
        why.append("呼び出し元は202しか見ていないので、受け皿がなければ失敗に気づけません。")
    elif trace.in_place(DEAD_LETTER) and trace.in_place(FAILURE_DESTINATION):
        why.append("送信先にはエラーの内容も届き、デッドレターキューにはイベントだけが届きます。")
    elif not failed and not refused:
        why.append("呼び出し元には、受け付けたことを示す202だけがすぐに返ります。")
    return "".join(why)


def _innocent(trace: InvocationTrace, events: list[int]) -> list[int]:
    """Return those of the events that never failed themselves and would not have."""
    poison = trace.settings.poison
    return [n for n in events if n != poison and all(outcome != FAILED for _, outcome in trace.attempts(n))]


def _stream(trace: InvocationTrace) -> Explanation:
    settings, total = trace.settings, len(trace.endings)
    good = len(trace.in_place(DONE))
    bad = _fates(trace, (FAILURE_DESTINATION, DROPPED, EXPIRED))
    last = max(ending.time for ending in trace.endings)
    if not bad:
        point = f"{total}件すべてが{time(last)}で処理されました。"
    else:
        point = (f"{good}件が処理され、" if good else "処理を終えたものは1件もなく、") + "、".join(bad) + "。"
    again, why = repeats(trace), []
    lost = trace.in_place(FAILURE_DESTINATION) + trace.in_place(DROPPED) + trace.in_place(EXPIRED)
    innocent = _innocent(trace, lost)
    if innocent and any(FAILED in invocation.outcomes for invocation in trace.invocations):
        why.append(
            f"一度も失敗していない{numbers(sorted(innocent))}番も、同じバッチかそのうしろにいたために巻き添えになりました。"
        )
    elif settings.poison and BISECT in settings.options and lost == [settings.poison]:
        why.append("失敗したバッチを半分に分けていくと、悪い1件だけが残ります。分割は再試行の回数に数えません。")
    if last >= HOUR and bad and settings.outage < last:
        why.append(
            "順番を守るため、失敗するバッチのうしろは進めません。再試行の回数や有効期間を決めると、先へ進めます。"
        )
    elif not why:
        why.append("ストリームは順番を守るので、失敗したバッチを片づけてから次へ進みます。")
    if again:
        why.append(f"成功した処理のやり直しが{again:,}回ありました。")
    return Explanation(point, "".join(why))


def _queue(trace: InvocationTrace) -> Explanation:
    settings, total = trace.settings, len(trace.endings)
    good = len(trace.in_place(DONE))
    bad = _fates(trace, (DEAD_LETTER, IN_QUEUE))
    if not bad:
        point = f"{total}件すべてが処理されました。"
    else:
        point = (f"{good}件が処理され、" if good else "処理を終えたものは1件もなく、") + "、".join(bad) + "。"
    why, again = [], repeats(trace)
    innocent = _innocent(trace, trace.in_place(DEAD_LETTER))
    refused = any(REFUSED in invocation.outcomes for invocation in trace.invocations)
    if innocent and refused:
        why.append("関数を呼び出せなくても、受信した回数は数えられます。")
    elif innocent:
        why.append(f"{numbers(innocent)}番は一度も失敗していないのに、バッチごと戻されて受信の回数を使いきりました。")
    if trace.in_place(IN_QUEUE):
        why.append("デッドレターキューがないので、可視性タイムアウトのたびに再び受信されます。")
    elif any(FAILED in invocation.outcomes for invocation in trace.invocations):
        why.append(f"失敗したメッセージは、{time(settings.visibility)}後に再び見えるようになります。")
    if again:
        why.append(f"成功した処理のやり直しが{again:,}回ありました。")
        if REPORT not in settings.options:
            why.append("失敗した件だけを報告すれば、やり直しはなくなります。")
    return Explanation(point, "".join(why) or "処理できたメッセージは、キューから削除されます。")


def description(trace: InvocationTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def table(trace: InvocationTrace) -> Table:
    """Return each event with its attempts and its end."""
    rows = []
    for ending in trace.endings:
        attempts = [outcome for _, outcome in trace.attempts(ending.event)]
        rows.append(
            (
                ending.event,
                len(attempts),
                attempts.count(OK),
                attempts.count(FAILED),
                attempts.count(UNREACHED) + attempts.count(REFUSED),
                "、".join(place(trace, key) for key in ending.places),
                time(ending.time),
            )
        )
    return Table(
        "イベントごとの試行と行き先",
        ("イベント", "試行 (回)", "成功 (回)", "失敗 (回)", "未処理・呼び出せない (回)", "行き先", "決まった時刻"),
        tuple(rows),
    )
