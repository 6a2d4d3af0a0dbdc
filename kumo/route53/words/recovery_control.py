"""Words of the explorer of routing controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.recovery_control import (
    END,
    GATE,
    GATED,
    MOST_REQUESTS,
    OSAKA,
    OVERRIDDEN,
    TAKEN,
    TOKYO,
    TOO_FEW,
    WAITING,
    ScriptError,
    read_script,
)

if TYPE_CHECKING:
    from kumo.route53.model.recovery_control import RecoveryTrace, Request, Verdict

TITLE = "ルーティングコントロール：安全ルールのあるスイッチ"
DESCRIPTION = (
    "横軸は時間。上から操作、東京、大阪{gate}のスイッチ、利用者の行き先。"
    "{count}回の操作のうち{refused}回が断られ、利用者は{failing}秒のあいだ止まった東京へ送られる。"
)
GATE_TOO = "、ゲート"

SCRIPT = "操作"
SCRIPT_HELP = (
    "1行に1つ、「秒 tokyo=off osaka=on」と書きます。ゲートはgateで、秒のあとの!は安全ルールを無視する操作です。"
)
SCRIPT_DEFAULT = "40 tokyo=off\n60 tokyo=off osaka=on"
SCRIPT_EXAMPLES = (
    "",
    "40! tokyo=off",
    "35 osaka=on\n38 tokyo=off\n50 tokyo=off\n80 tokyo=on\n90 osaka=off",
    "40 tokyo=off osaka=on\n55 gate=on\n60 tokyo=off osaka=on\n70 gate=off\n75 osaka=off\n100! osaka=off",
)
SCRIPT_WRONG = {
    "form": "「40 tokyo=off osaka=on」の形(「{part}」を直す)",
    "late": f"0〜{END}秒の操作(「{{part}}」を直す)",
    "control": "tokyo、osaka、gateのどれか(「{part}」を直す)",
    "twice": "1行の中で1つのスイッチを1回だけ(「{part}」を直す)",
    "order": "時間の順に並べた操作(「{part}」を後の時間にする)",
    "many": f"{MOST_REQUESTS}行まで(いまは{{part}}行)",
}
AT_LEAST = "オンにしておく数"
AT_LEAST_HELP = "アサーションルールで、操作のあとに最低いくつのリージョンをオンに保つかです。0ならルールなしです。"
WAIT = "待機時間"
WAIT_HELP = "操作のあと、次の操作を受け付けない時間です。安全ルールに付きます。"
GATED_LABEL = "ゲーティングルール"
GATED_HELP = "ゲートのスイッチがオンのときだけ、リージョンのスイッチを動かせるようにします。"
BROKEN = "東京が止まる時刻"
BROKEN_HELP = "東京リージョンのアプリケーションが動かなくなる時刻です。"
PLACES, SECONDS = "か所", "秒"

NAMES = {TOKYO: "東京", OSAKA: "大阪", GATE: "ゲート"}
ON, OFF = "オン", "オフ"
# In the picture.
LANES = {TOKYO: "東京", OSAKA: "大阪", GATE: "ゲート"}
REQUESTS = "操作"
TRAFFIC = "行き先"
STOPPED = "東京が止まる"
WORKING = "{cell}"
FAILING = "止まった東京"
FELL_OPEN = "(フェイルオープン)"
X = "時間 (秒)"
AT = "{at}秒 {changes}"
CHANGE = "{name}を{state}"
RESULTS = {
    TAKEN: "受け付けた",
    OVERRIDDEN: "ルールを無視して受け付けた",
    WAITING: "断られた: 待機時間の中",
    TOO_FEW: "断られた: オンが{at_least}か所を下回る",
    GATED: "断られた: ゲートがオフ",
}
TOTAL = "利用者がエラーになった時間 {failing}秒"
NO_REQUESTS = "操作なし"

CAPTION = "ルーティングコントロールの操作と行き先"
COLUMNS = ("時間 (秒)", "できごと", "結果")
BREAKS = "東京が動かなくなる"
SENT = "利用者の行き先"
UNTIL = "{start}〜{end}"


def wanted_script(text: str) -> str | None:
    """Return what would be requests, or None when `text` holds such."""
    try:
        read_script(text)
    except ScriptError as error:
        return SCRIPT_WRONG[error.code].format(part=error.part)
    return None


def changes(request: Request) -> str:
    """Return what a request asks for."""
    return "、".join(CHANGE.format(name=NAMES[name], state=ON if on else OFF) for name, on in request.changes)


def verdict(trace: RecoveryTrace, one: Verdict) -> str:
    """Return what became of a request."""
    return RESULTS[one.result].format(at_least=trace.rules.at_least)


def sent(cell: str, *, works: bool, fallen: bool) -> str:
    """Return where users are sent."""
    place = NAMES[cell] if works else FAILING
    return place + (FELL_OPEN if fallen else "")


def explanation(trace: RecoveryTrace) -> Explanation:
    """Say for how long users saw errors, and which rule decided it."""
    refused = [one for one in trace.verdicts if not one.done]
    point = f"東京が止まってから、利用者は{trace.failing}秒のあいだエラーになります。"
    if any(fallen for *_, fallen in trace.traffic):
        why = (
            "両方をオフにすると、Route 53は健全な行き先がないとみなし、全部が健全なときと同じ答えを返します。"
            "止めたつもりの東京へ、利用者が送られ続けます。"
        )
    elif refused:
        first = refused[0]
        why = {
            TOO_FEW: f"{first.request.at}秒の操作は、オンのリージョンがなくなるので断られました。"
            "1回の操作で入れ替えれば、途中の状態ができません。",
            WAITING: f"{first.request.at}秒の操作は、前の操作から{trace.rules.wait}秒たっていないので断られました。"
            "続けざまの切り替えで、行き先がばたつくのを防ぎます。",
            GATED: f"{first.request.at}秒の操作は、ゲートがオフなので断られました。"
            "自動化の誤動作を止めたいときは、ゲートを1つ切れば済みます。",
        }[first.result]
    elif not trace.verdicts:
        why = "誰もスイッチを動かさないからです。ルーティングコントロールは、自動では切り替わりません。"
    else:
        why = "操作が受け付けられ、Route 53の答えが切り替わりました。実際には、このあとTTLの分の遅れが加わります。"
    return Explanation(point, why)


def table(trace: RecoveryTrace) -> Table:
    """Return the requests with their verdicts, the failure, and where users were sent, by time."""
    rows = [(one.request.at, changes(one.request), verdict(trace, one)) for one in trace.verdicts]
    rows.append((trace.broken_at, BREAKS, SENT))
    rows.sort(key=lambda row: row[0])
    ways = [
        (UNTIL.format(start=start, end=end), SENT, sent(cell, works=works, fallen=fallen))
        for start, end, cell, works, fallen in trace.traffic
    ]
    return Table(
        CAPTION, COLUMNS, (*rows, *ways, (UNTIL.format(start=0, end=END), TOTAL.format(failing=trace.failing), ""))
    )
