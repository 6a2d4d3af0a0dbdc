"""Words of the explorer that compares Standard and Express workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.step_functions.model import standard_or_express as model

if TYPE_CHECKING:
    from kumo.step_functions.model.standard_or_express import ComparisonTrace, Limit, Offer

TITLE = "標準とExpress：上限、料金、実行の回数"
DESCRIPTION = "同じ仕事を標準とExpressで動かしたときの上限、1か月の料金、60件の支払いの回数。{verdict}"

RATE = "実行を始める速さ"
RATE_OPTIONS = {
    "0.001": "1時間に4件ほど",
    "1": "1秒に1件",
    "100": "1秒に100件",
    "1000": "1秒に1,000件",
    "50000": "1秒に50,000件",
}
RATE_HELP = "1か月の間、この速さで続けて始まります。"
DURATION = "1件の時間"
DURATION_OPTIONS = {"0.5": "0.5秒", "5": "5秒", "60": "1分", "290": "4分50秒", "600": "10分", "259200": "3日"}
DURATION_HELP = "1件の実行が、始まってから終わるまでの時間です。"
TRANSITIONS = "1件の状態遷移"
TRANSITIONS_HELP = "1件の実行で通るステートの数です。再試行も数えます。"
MEMORY = "Expressのメモリ"
MEMORY_HELP = "1件の実行が使うメモリです。64 MB単位に切り上げて課金されます。"
PATTERN = "サービスの呼び方"
PATTERN_OPTIONS = {
    model.REQUEST: "リクエストレスポンス",
    model.JOB: ".sync(ジョブの終わりを待つ)",
    model.CALLBACK: ".waitForTaskToken",
    model.ACTIVITY: "Activity",
}
PATTERN_SHORT = {
    model.REQUEST: "応答だけ待つ",
    model.JOB: ".sync",
    model.CALLBACK: "トークン待ち",
    model.ACTIVITY: "Activity",
}
PATTERN_HELP = "呼び出したサービスを、どこまで待つかです。"
EXPRESS = "Expressの呼び方"
EXPRESS_OPTIONS = {model.ASYNCHRONOUS: "非同期", model.SYNCHRONOUS: "同期"}
EXPRESS_HELP = "非同期は結果を待たずに始め、同期は結果が返るまで待ちます。"
INTERRUPTED = "途中で中断する割合"
INTERRUPTED_HELP = "サービス側の問題で実行が中断する割合です。AWSは公表していないので、仮の値です。"
IDEMPOTENT = "支払いを冪等にする"
IDEMPOTENT_HELP = "同じ支払いだとわかる番号を付けて、二度目を無視させます。"
SEED = "乱数の種"
SEED_HELP = "中断する実行と、中断する時を選ぶ番号です。"
STEPS = "回"
MEGABYTES = "MB"
PERCENT = "%"

# In the picture.
KINDS = {model.STANDARD: "標準", model.ASYNCHRONOUS: "Express(非同期)", model.SYNCHRONOUS: "Express(同期)"}
PROMISES = {
    model.STANDARD: "ちょうど1回",
    model.ASYNCHRONOUS: "最低1回",
    model.SYNCHRONOUS: "最大1回",
}
LIMITS = {
    model.DURATION: "1件の時間",
    model.START_RATE: "始める速さ",
    model.TRANSITION_RATE: "状態遷移",
    model.PATTERN: "呼び方",
}
OF = "{asked} / {allowed}"
UNLIMITED = "ほぼ無制限"
ONLY_REQUEST = "応答だけ"
ANY_PATTERN = "どれでも"
PRICE = "1か月 {price} USD"
PAYMENTS = "支払い({count}件の実行)"
ONCE, TWICE, NEVER = "1回", "2回(二重払い)", "0回"
COUNTS = "1回 {once}件、2回 {twice}件、0回 {never}件"
RUNS = "件目"


def time(seconds: float) -> str:
    """Return a duration in its largest fitting unit."""
    for size, unit in ((365 * 86_400, "年"), (86_400, "日"), (60, "分")):
        if seconds >= size:
            return f"{seconds / size:g}{unit}" if seconds % size == 0 else f"{seconds / size:.1f}{unit}"
    return f"{seconds:g}秒"


def amount(price: float) -> str:
    """Return a price in dollars, with cents where they count."""
    return f"{price:,.2f}" if price < 1000 else f"{price:,.0f}"  # noqa: PLR2004 -- beyond, cents say nothing


def times(ratio: float) -> str:
    """Return how many times as much something is, with a decimal where that says something."""
    return f"{ratio:,.0f}倍" if ratio >= 10 else f"{ratio:.1f}倍"  # noqa: PLR2004 -- from ten times on


def limit_text(offer: Offer, limit: Limit) -> str:
    """Return what the load asks of a limit, and what is allowed."""
    if limit.name == model.PATTERN:
        allowed = ANY_PATTERN if offer.kind == model.STANDARD else ONLY_REQUEST
        return OF.format(asked=PATTERN_SHORT[str(limit.asked)], allowed=allowed)
    asked = float(limit.asked)
    if limit.name == model.DURATION:
        return OF.format(asked=time(asked), allowed=time(limit.allowed or 0))
    shown = f"毎秒{asked:,g}" if asked < 1e6 else f"毎秒{asked:,.0f}"  # noqa: PLR2004 -- g turns larger numbers into powers
    return OF.format(asked=shown, allowed=UNLIMITED if limit.allowed is None else f"{limit.allowed:,}")


def counts(offer: Offer) -> str:
    """Return how many sampled executions paid once, twice and never."""
    found = offer.payments
    return COUNTS.format(once=found.count(1), twice=found.count(2), never=found.count(0))


def verdict(trace: ComparisonTrace) -> str:
    """Say which of the two fits."""
    fits = [offer for offer in (trace.standard, trace.express) if offer.fits]
    if not fits:
        return "既定のままでは、どちらも上限を超えます。"
    if len(fits) == 1:
        return f"上限に収まるのは、{KINDS[fits[0].kind]}だけです。"
    cheaper, dearer = sorted(fits, key=lambda offer: offer.price)
    ratio = times(dearer.price / cheaper.price)
    return f"どちらも上限に収まり、{KINDS[dearer.kind]}は{KINDS[cheaper.kind]}の{ratio}です。"


def explanation(trace: ComparisonTrace) -> Explanation:
    """Say which kind fits and what it costs, and what became of the payments."""
    prices = f"1か月の料金は、標準が{amount(trace.standard.price)} USD、Expressが{amount(trace.express.price)} USDで、"
    return Explanation(prices + verdict(trace), _why(trace))


def _why(trace: ComparisonTrace) -> str:
    broken = [
        f"{KINDS[offer.kind]}の{LIMITS[limit.name]}"
        for offer in (trace.standard, trace.express)
        for limit in offer.limits
        if not limit.fits
    ]
    over = f"合わないのは、{'、'.join(broken)}です。" if broken else ""
    twice, never = trace.express.payments.count(2), trace.express.payments.count(0)
    if twice:
        paid = f"非同期のExpressは中断すると初めから動き直すので、{model.SAMPLE}件のうち{twice}件が二重に払いました。"
    elif never:
        paid = f"同期のExpressは中断しても動き直さないので、{model.SAMPLE}件のうち{never}件が払わずに終わりました。"
    elif trace.idempotent and any(trace.interruptions) and trace.express.kind == model.ASYNCHRONOUS:
        paid = "動き直した実行もありますが、冪等なので二重払いは起きていません。"
    else:
        paid = "この60件では、どちらも1回ずつ払いました。"
    return over + paid


def table(trace: ComparisonTrace) -> Table:
    """Return limits, price and payments of both."""
    offers = (trace.standard, trace.express)
    rows: list[tuple[str, ...]] = [
        (
            LIMITS[one.name],
            *(
                f"{limit_text(offer, limit)} {'○' if limit.fits else '×'}"
                for offer, limit in ((offers[0], one), (offers[1], other))
            ),
        )
        for one, other in zip(offers[0].limits, offers[1].limits, strict=True)
    ]
    rows.append(("実行の保証", *(PROMISES[offer.kind] for offer in offers)))
    rows.append(("1か月の料金 (USD)", *(amount(offer.price) for offer in offers)))
    rows.append((PAYMENTS.format(count=model.SAMPLE), *(counts(offer) for offer in offers)))
    return Table("同じ仕事を2種類で動かした場合", ("項目", *(KINDS[offer.kind] for offer in offers)), tuple(rows))
