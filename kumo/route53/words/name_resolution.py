"""Words of the explorer of name resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.names import ROOT, BadNameError, absolute
from kumo.route53.model.resolution import ELSEWHERE, NOBODY, OTHER, ROOT_SERVER, ROUTE53, SELF, TOP_LEVEL
from kumo.route53.model.zone import LOOP, NODATA, NOERROR, NXDOMAIN, OUTSIDE, REFERRAL

if TYPE_CHECKING:
    from kumo.route53.model.resolution import Exchange, Outcome, ResolutionTrace

TITLE = "名前解決：ルートからRoute 53まで"
DESCRIPTION = "左からプログラム、フルサービスリゾルバー、権威サーバーの列。{name} を引くのに{count}台に聞く。{result}"

NAME = "引く名前"
NAME_HELP = "www、shop、www.dev、api.dev がある example.com のほか、どんな名前でも試せます。"
NAME_ALLOWED = "www.example.com のようなドメイン名"
EARLIER = "前に引いた人"
EARLIER_HELP = "少し前に同じ名前を引いた人がいると、その答えがキャッシュに残っています。"
EARLIERS = {NOBODY: "いない", OTHER: "同じリゾルバーを使う別の人", SELF: "自分"}
ELAPSED = "そこからの時間"
ELAPSED_HELP = "前に引いてから、どれだけたったかです。"
ELAPSEDS = {"30": "30秒", "180": "3分", "1200": "20分", "10800": "3時間", "259200": "3日"}
TTL = "wwwのTTL"
TTL_HELP = "www.example.comの答えを、何秒覚えてよいかです。"
SECONDS = "秒"
DELEGATED = "devを委任する"
DELEGATED_HELP = "dev.example.comを、別のホストゾーンに分けます。"

# In the picture.
PROGRAM = "プログラム"
PROGRAM_NOTE = "手元のキャッシュ"
RESOLVER = "フルサービスリゾルバー"
RESOLVER_LINES = ("プロバイダーや", "社内のキャッシュDNS")
SERVERS = "権威サーバー"
ROLES = {
    ROOT_SERVER: "ルート",
    TOP_LEVEL: "トップレベルドメイン",
    ROUTE53: "Route 53",
    ELSEWHERE: "ほかのDNSサービス",
}
ANSWERS = {
    REFERRAL: "{reason} のサーバーを教える",
    NOERROR: "{values}",
    OUTSIDE: "{reason} の別名",
    NXDOMAIN: "その名前はない",
    NODATA: "名前はあるがAがない",
    LOOP: "別名が輪になっている",
}
SPARED = "聞かずに済む"
SPARED_LEFT = "覚えている(あと{left})"
REMEMBERS = "覚えている あと{left}"
KNOWS_NOTHING = "覚えていない"
FROM_CACHE = "キャッシュから答える"
ASKS = "{count}台に聞く"
RESULTS = {
    NOERROR: "答え {values}",
    NXDOMAIN: "答え「その名前はない」",
    NODATA: "答え「Aレコードはない」",
    LOOP: "答えにたどり着かない",
}
KEEPS = "あと{left}有効"
THIS_TIME = "今回"
COLD = "キャッシュなし"
TOOK = "{took}ミリ秒"
STEPS = "手順"
STEP_START = "プログラムが名前を使う"
STEP_LOCAL = "手元のキャッシュから答える"
STEP_ASK = "リゾルバーに聞く"
STEP_SERVER = "{zone} のサーバーに聞く"
STEP_ANSWER = "答えを受け取る"

CAPTION = "{name} を引く手順"
COLUMNS = ("順番", "聞く相手", "担当するゾーン", "聞く名前", "答え", "往復 (ミリ秒)")
NONE = "—"
CACHED = "キャッシュ"


def wanted_name(text: str) -> str | None:
    """Return what would be a name to look up, or None when `text` is one."""
    try:
        return NAME_ALLOWED if absolute(text) == ROOT or "*" in text or text == "@" else None
    except BadNameError:
        return NAME_ALLOWED


def duration(seconds: int) -> str:
    """Return a time in the unit in which it is read most easily."""
    for unit, size in (("日", 86_400), ("時間", 3_600), ("分", 60)):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds // size}{unit}"
    return f"{seconds}秒"


def said(exchange: Exchange) -> str:
    """Return what a server answered."""
    found = exchange.answer
    values = "、".join(value.text for _, _, kind, value in found.records if kind == found.kind)
    return ANSWERS[found.status].format(reason=found.reason, values=values)


def result(outcome: Outcome) -> str:
    """Return what a look-up came to."""
    return RESULTS[outcome.status].format(values="、".join(outcome.values))


def explanation(trace: ResolutionTrace) -> Explanation:
    """Say how many servers were asked and what the caches spared."""
    count, cold = len(trace.asked), len(trace.cold.exchanges)
    if trace.now is None:
        return Explanation(
            f"手元のキャッシュに答えが残っているので、誰にも聞かずに済みます(あと{trace.left:,}秒)。",
            "OSやブラウザも、TTLの残りだけ答えを覚えます。そのあいだにレコードを変えても、このプログラムは気づきません。",
        )
    saved = trace.cold.took - trace.now.took
    if trace.earlier == NOBODY or not saved:
        last = trace.cold.exchanges[-1]
        return Explanation(
            f"リゾルバーは{count}台のサーバーに順に聞き、{trace.took}ミリ秒で結果が分かります。",
            _why_cold(trace, last),
        )
    if not count:
        return Explanation(
            f"リゾルバーが答えを覚えていたので、{trace.took}ミリ秒で済みます(キャッシュなしなら{trace.cold.took}ミリ秒)。",
            f"誰かが{duration(trace.elapsed)}前に引いた答えを、TTLの残りの{trace.now.ttl:,}秒まで使い回します。",
        )
    return Explanation(
        f"{cold}台のうち{count}台に聞くだけで済み、{trace.took}ミリ秒で結果が分かります。",
        "レコードは忘れても、NSレコードのTTLは2日と長いので、上のほうのサーバーには聞かずに済みます。",
    )


def _why_cold(trace: ResolutionTrace, last: Exchange) -> str:
    if trace.cold.status == NXDOMAIN:
        return (
            f"{last.zone} の担当が「ない」と答えました。「ない」という答えも{trace.now.ttl:,}秒のあいだ覚えられます。"
        )
    if trace.cold.status == NODATA:
        return f"名前はありますが、Aレコードがありません。この答えも{trace.now.ttl:,}秒のあいだ覚えられます。"
    if len(trace.cold.names) > 1:
        return f"{trace.cold.names[0]} は {trace.cold.names[-1]} の別名なので、新しい名前をルートから引き直します。"
    return "ルートから順に、次に聞く相手を教わります。名前を右から左へたどることになります。"


def table(trace: ResolutionTrace) -> Table:
    """Return the questions of this look-up in order, with what the caches spared."""
    rows: list[tuple[str | int, ...]] = []
    asked = {(exchange.zone, exchange.name): number for number, exchange in enumerate(trace.asked, 2)}
    if trace.now:
        rows.append((1, RESOLVER, NONE, trace.name, NONE, 5))
    else:
        rows.append((CACHED, PROGRAM, NONE, trace.name, result(trace.cold), 0))
    for exchange in trace.cold.exchanges:
        number = asked.get((exchange.zone, exchange.name))
        told = said(exchange) if number else SPARED
        took = exchange.took if number else 0
        rows.append((number or CACHED, ROLES[exchange.role], exchange.zone, exchange.name, told, took))
    outcome = trace.now or trace.cold
    rows.append((NONE, PROGRAM, NONE, trace.name, result(outcome), trace.took))
    return Table(CAPTION.format(name=trace.name), COLUMNS, tuple(rows))
