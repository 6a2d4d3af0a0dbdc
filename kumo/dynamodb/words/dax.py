"""Words of the explorer of DAX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.dynamodb.model.consistency import EVENTUAL, STRONG, TRANSACTIONAL
from kumo.dynamodb.model.dax import COLLECTIONS, HIT, ITEMS, TABLE

if TYPE_CHECKING:
    from kumo.dynamodb.model.dax import DaxTrace, Tally

TITLE = "DAX：2つのキャッシュと古い答え"
DESCRIPTION = (
    "上は読み込み全体の数字。中は、いちばん人気の項目について、項目キャッシュとクエリキャッシュの中身が"
    "新しい時間と古い時間の帯。下は、人気の順位ごとのヒット率の棒。{point}"
)

KIND = "読み込みの種類"
KIND_OPTIONS = {
    EVENTUAL: "結果整合性のある読み込み",
    STRONG: "強い整合性のある読み込み",
    TRANSACTIONAL: "トランザクション読み込み",
}
KIND_HELP = "キャッシュから答えるのは、既定の結果整合性のある読み込みだけです。"
RATE = "読み込み"
RATE_HELP = "アプリケーションがDAXに送る読み込みの合計です。見やすいように少なくしています。"
QUERIES = "クエリの割合"
QUERIES_HELP = (
    f"読み込みのうち、項目コレクションの{ITEMS // COLLECTIONS}項目をまとめて読むQueryの割合です。残りはGetItemです。"
)
SKEW = "人気のかたより"
SKEW_HELP = "0なら、どの項目も同じだけ読まれます。大きいほど、上位の項目に集まります(ジップの法則)。"
WRITES = "書き込み"
WRITES_HELP = "テーブル全体への書き込みです。人気の項目ほど、よく書かれます。"
AROUND = "DAXを通らない書き込み"
AROUND_HELP = "ほかのクライアントが、テーブルへ直接書く割合です。"
ITEM_TTL = "項目キャッシュのTTL"
ITEM_TTL_HELP = "項目をキャッシュに置く時間です。読んでも延びません。"
QUERY_TTL = "クエリキャッシュのTTL"
QUERY_TTL_HELP = "QueryとScanの結果をキャッシュに置く時間です。"
CAPACITY = "項目キャッシュの大きさ"
CAPACITY_HELP = f"{ITEMS}項目のうち、入る数です。あふれると、いちばん長く使われていない項目を捨てます(LRU)。"
SEED = "乱数の種"
SEED_HELP = "読み書きの時刻と項目の並びを選ぶ番号です。"
PER_SECOND, PER_MINUTE, PERCENT, SECONDS, COUNT, MINUTES = "回/秒", "回/分", "%", "秒", "項目", "分"

# In the picture.
CARDS = ("ヒット率", "平均の応答", "読み込みユニット", "古い答え")
WITHOUT_HITS = "{hits:,} / {count:,} 回"
WITHOUT_LATENCY = f"DAXなしは{TABLE:g}ミリ秒"
WITHOUT_UNITS = "DAXなしは{units:,.0f}"
OLDEST = "最長 {age:,.0f}秒の遅れ"
NONE_STALE = "なし"
MILLISECONDS = "{value:.2f}ミリ秒"
CONTENT = "いちばん人気の項目と、それを含むクエリの結果"
ITEM_CACHE, QUERY_CACHE = "項目", "クエリ"
CACHE = "キャッシュ"
FRESH, STALE, EMPTY = "新しい", "古い", "空"
THROUGH_MARK, AROUND_MARK = "DAX経由の書き込み", "通らない書き込み"
STALE_FOR = "{seconds:,.0f}秒、古いまま"
STALE_SHORT = "{seconds:,.0f}秒"
TIME_AXIS = "時刻 (分)"
BY_RANK = "人気の順位ごとのヒット率 (%、GetItem)"
EXPECTED = "計算(長く続けたとき)"
RANK_AXIS = "人気の順位"
NO_READS = "なし"
ASSUMED = f"応答時間の仮定: ヒット{HIT:g}ミリ秒、テーブル{TABLE:g}ミリ秒"


def percent(share: float) -> str:
    """Return a share in percent."""
    value = 100 * share
    return "0%" if value == 0 else f"{value:.1f}%" if value < 10 or 99.5 <= value < 100 else f"{value:.0f}%"  # noqa: PLR2004 -- digits


def cards(tally: Tally) -> tuple[tuple[str, str], ...]:
    """Return the figure of each card, and the line under it."""
    return (
        (percent(tally.hit_share), WITHOUT_HITS.format(hits=tally.hits, count=tally.count)),
        (MILLISECONDS.format(value=tally.latency), WITHOUT_LATENCY),
        (f"{tally.spent:,.0f}", WITHOUT_UNITS.format(units=tally.without)),
        (percent(tally.stale_share), OLDEST.format(age=tally.oldest) if tally.stale else NONE_STALE),
    )


def rank(first: int, last: int) -> str:
    """Return the label of the ranks from `first` to `last`, counted from 1."""
    return f"{first}" if first == last else f"{first}-{last}"


def description(trace: DaxTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: DaxTrace) -> Explanation:
    """Say what the caches save, and what the answers are worth."""
    total, items, queries = trace.total, trace.getting, trace.querying
    if trace.setting.kind != EVENTUAL:
        name = KIND_OPTIONS[trace.setting.kind]
        return Explanation(
            f"{name}は、DAXを素通りしてテーブルが答えるので、ヒットは0回で、古い答えもありません。",
            "DAXは、この答えをキャッシュにも入れません。"
            f"応答は速くならず、{total.spent:,.0f}ユニットをすべて消費します。",
        )
    saved = percent(1 - total.spent / total.without) if total.without else percent(0)
    point = f"ヒット率は{percent(total.hit_share)}で、読み込みユニットが{saved}減りましたが、"
    if not total.stale:
        return Explanation(
            f"ヒット率は{percent(total.hit_share)}で、読み込みユニットが{saved}減り、古い答えもありませんでした。",
            "読まれる間に書き換わった項目がなかったからです。",
        )
    point += f"答えの{percent(total.stale_share)}は古い値でした。"
    if not any(write.around for write in trace.writes):
        why = "書き込みはすべてDAXを通ったので、項目キャッシュはいつも新しい値です。"
    elif items.stale:
        why = f"DAXを通らない書き込みは、TTLが切れるまで見えません(GetItemの{percent(items.stale_share)}が古い値)。"
    else:
        why = "DAXを通らない書き込みのあった項目は、たまたまキャッシュになかったので、GetItemの値は新しいままです。"
    if queries.stale:
        why += f"クエリキャッシュは、どの書き込みでも消えません(Queryの{percent(queries.stale_share)}が古い結果)。"
    return Explanation(point, why)


def table(trace: DaxTrace) -> Table:
    """Return the figures by kind of read."""
    rows = tuple(
        (
            name,
            part.count,
            part.hits,
            round(100 * part.hit_share, 1),
            round(part.latency, 2),
            part.spent,
            part.without,
            part.stale,
            round(part.oldest),
        )
        for name, part in (
            ("GetItem(項目キャッシュ)", trace.getting),
            ("Query(クエリキャッシュ)", trace.querying),
            ("合計", trace.total),
        )
    )
    return Table(
        "読み込みの数字",
        (
            "読み込み",
            "回数",
            "ヒット",
            "ヒット率 (%)",
            "平均の応答 (ミリ秒、仮定から計算)",
            "ユニット",
            "DAXなしのユニット",
            "古い答え",
            "最長の遅れ (秒)",
        ),
        rows,
    )
