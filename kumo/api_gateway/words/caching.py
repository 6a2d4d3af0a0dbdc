"""Words of the caching explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.caching import DENIED, DENY, IGNORE, MINUTE, OPEN, REFRESH, SECOND, STALE, WARN
from kumo.api_gateway.model.caching import expected_of_key as model_expectation
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.caching import CachingTrace

TITLE = "ステージのキャッシュ：TTLとヒット率"
DESCRIPTION = (
    "上に、リクエストがキャッシュを通ってバックエンドに届くまでの流れと、TTLを変えたときのヒット率。"
    "下に、キャッシュキーごとの60分間の帯。{total}件のうち{hits}件がヒットし、"
    "バックエンドに届いたのは{backend}件、古い応答は{stale}件。"
)

TTL = "TTL"
TTL_HELP = "応答をキャッシュに置いておく時間です。既定は300秒、最長は3,600秒で、0にするとキャッシュは無効です。"
RATE = "リクエスト"
RATE_HELP = "1分に届くGETリクエストの平均です。間隔はランダムです(ポアソン到着)。"
KEYS = "キャッシュキーの種類"
KEYS_HELP = "何通りの商品(id)が呼ばれるかです。キーが違えば、別の応答として覚えます。"
POPULARITY = "キーの人気"
POPULARITY_OPTIONS = {"even": "どれも同じ", "skewed": "偏りあり"}
POPULARITY_HELP = "偏りありでは、2番目のキーは1番目の2分の1、3番目は3分の1の頻度で呼ばれます。"
CHANGE = "データが変わる間隔"
CHANGE_HELP = "バックエンドのデータが変わる間隔です。0にすると変わりません。キャッシュは変化を知りません。"
MAX_AGE_0 = "max-age=0の割合"
MAX_AGE_0_HELP = "Cache-Control: max-age=0ヘッダーを付けて、キャッシュの無効化を求めるリクエストの割合です。"
HANDLING = "無効化の認可"
HANDLING_OPTIONS = {
    OPEN: "不要(誰でも無効化)",
    DENY: "必要(なければ403)",
    WARN: "必要(なければ警告)",
    IGNORE: "必要(なければ無視)",
}
HANDLING_HELP = (
    "認可を必要にすると、execute-api:InvalidateCacheの許可がないリクエストは、403になるか、ヘッダーを無視されます。"
)
PERMITTED = "許可のある割合"
PERMITTED_HELP = "max-age=0を付けたリクエストのうち、無効化の許可を持つものの割合です。認可が必要なときに効きます。"
FLUSH = "30分にフラッシュ"
FLUSH_HELP = "30分の時点で、キャッシュ全体を空にします。"
SEED = "乱数の種"
SEED_HELP = "届き方を選ぶ番号です。"
SECONDS = "秒"
MINUTES = "分"
PER_MINUTE = "件/分"
KINDS = "種類"
PERCENT = "%"

# In the picture.
FLOW = "60分間のリクエストの流れ"
CLIENTS = "クライアント"
CACHE = "キャッシュ"
BACKEND = "バックエンド"
RATIO = "ヒット率 {percent}%"
CACHE_OFF = "無効"
COUNT = "{count:,}件"
ANSWERS = "応答の内訳 (件)"
ANSWER_HIT = "キャッシュ {count:,}"
ANSWER_STALE = "古いキャッシュ {count:,}"
ANSWER_BACKEND = "バックエンド {count:,}"
ANSWER_DENIED = "403 {count:,}"
CURVES = "TTLを変えると (%)"
CURVE_HIT = "ヒット率"
CURVE_STALE = "古い応答"
TTL_AXIS = "TTL (秒)"
LANES = "キャッシュキーごとのようす"
KEY = "id={key}"
RATIO_COLUMN = "ヒット率"
RATIO_CELL = "{percent}%"
NO_RATIO = "－"
TIME = "時刻 (分)"
CALL_STALE = "データが変わって{time}後の古い応答"
CALL_HITS = "1回の呼び出しで{count}件に応答"
CALL_OFF = "TTLが0秒なので、毎回バックエンドを呼ぶ"
LEGEND = {
    "span": "有効なキャッシュ",
    "old": "古くなったキャッシュ",
    "hit": "ヒット",
    "stale": "古い応答",
    "call": "バックエンドの呼び出し",
    "refresh": "無効化",
    DENY: "403",
    WARN: "max-age=0を無視(警告)",
    IGNORE: "max-age=0を無視",
    "change": "データの変化",
    "flush": "フラッシュ",
}


SAVING = "1つのキーにつき、TTLのあいだに1回だけバックエンドを呼ぶからです。"


def duration(milliseconds: int) -> str:
    """Return a length of time as minutes and seconds."""
    minutes, seconds = divmod(round(milliseconds / SECOND), 60)
    if not minutes:
        return f"{seconds}秒"
    return f"{minutes}分{seconds}秒" if seconds else f"{minutes}分"


def percent(part: int, whole: int) -> int:
    """Return a share in whole percent; 100 and 0 only when it is all or nothing."""
    if part in (0, whole):
        return 100 if part else 0
    return min(99, max(1, round(100 * part / whole)))


def explanation(trace: CachingTrace) -> Explanation:
    """Say what the cache saved, what it cost in freshness, and what invalidation did."""
    total = len(trace.requests)
    if not trace.settings.ttl:
        return Explanation(
            f"{total:,}件すべてがバックエンドに届きました。",
            "TTLが0秒のとき、キャッシュは働きません。応答はいつも新しい代わりに、バックエンドの負荷は減りません。",
        )
    if trace.counts[DENIED] == total:
        return Explanation(
            f"{total:,}件すべてが403になりました。",
            "どのリクエストもmax-age=0で無効化を求めましたが、許可がないため断られ、"
            "キャッシュにもバックエンドにも届いていません。",
        )
    if not trace.hits:
        return Explanation(
            f"ヒットは1件もなく、{trace.backend:,}件がバックエンドに届きました。",
            _misses(trace) + _invalidation(trace),
        )
    return Explanation(
        f"{total:,}件のうち{trace.hits:,}件({percent(trace.hits, total)}%)にキャッシュが答え、"
        f"バックエンドの呼び出しは{trace.backend:,}件で済みました。",
        "".join((_staleness(trace), _invalidation(trace) or SAVING, _flushed(trace))),
    )


def table(trace: CachingTrace) -> Table:
    """Return the outcomes by cache key, with the hit ratio that the closed form expects."""
    rows = []
    for key in range(len(trace.clients.weights)):
        counts = trace.of_key(key)
        rows.append(_row(KEY.format(key=key + 1), counts, _expected(trace, key)))
    everything = sum(weight * _expected(trace, key) for key, weight in enumerate(trace.clients.weights))
    rows.append(_row("合計", trace.counts, everything))
    return Table(
        "キャッシュキーごとの結果(計算上のヒット率は、フラッシュせずに長く続けたときの値)",
        (
            "キー",
            "リクエスト (件)",
            "ヒット (件)",
            "うち古い応答 (件)",
            "バックエンド (件)",
            "うち無効化 (件)",
            "403 (件)",
            "ヒット率 (%)",
            "計算上のヒット率 (%)",
        ),
        tuple(rows),
    )


def _row(name: str, counts: dict[str, int], expectation: float) -> tuple[str | int | float, ...]:
    total = sum(counts.values())
    hits, backend = counts["hit"] + counts[STALE], counts["miss"] + counts[REFRESH]
    ratio = round(100 * hits / total, 1) if total else NO_RATIO
    expected = round(100 * expectation, 1)
    return (name, total, hits, counts[STALE], backend, counts[REFRESH], counts[DENIED], ratio, expected)


def _expected(trace: CachingTrace, key: int) -> float:
    return model_expectation(trace.settings, trace.clients, key).hit


def _misses(trace: CachingTrace) -> str:
    if trace.counts[REFRESH] == trace.backend:
        return "どのリクエストもキャッシュを見ずにバックエンドへ行くので、キャッシュはないのと同じです。"
    return (
        f"同じキーの次のリクエストが届く前に、TTLの{duration(trace.settings.ttl * SECOND)}が過ぎるか、"
        "無効化されています。"
    )


def _staleness(trace: CachingTrace) -> str:
    settings, stale = trace.settings, trace.counts[STALE]
    if not settings.change:
        return "データが変わらないので、古い応答はありません。"
    if not stale:
        return "データが変わったあとに、古い応答を返した例はありません。"
    return (
        f"ただし{stale:,}件は、データが変わったあとの古い応答です。キャッシュは変化を知らないので、"
        f"最長でTTLの{duration(settings.ttl * SECOND)}まで古いまま返し得ます"
        f"(今回の最長は{duration(trace.stalest)})。"
    )


def _invalidation(trace: CachingTrace) -> str:
    asked, done = trace.invalidating, trace.counts[REFRESH]
    if not asked:
        return ""
    if trace.settings.handling == OPEN:
        return f"max-age=0の付いた{asked:,}件は、キャッシュを見ずにバックエンドを呼び、応答を入れ替えました。"
    fate = {
        DENY: "403になりました",
        WARN: "警告のヘッダーが付いただけで、ふつうのリクエストと同じ扱いです",
        IGNORE: "ヘッダーを無視され、ふつうのリクエストと同じ扱いです",
    }[trace.settings.handling]
    if not done:
        return f"max-age=0の付いた{asked:,}件には無効化の許可がなく、{fate}。"
    if done == asked:
        return f"max-age=0の付いた{asked:,}件はどれも許可があり、バックエンドを呼んで応答を入れ替えました。"
    return (
        f"max-age=0の付いた{asked:,}件のうち、許可のある{done:,}件だけが応答を入れ替え、"
        f"残りの{asked - done:,}件は{fate}。"
    )


def _flushed(trace: CachingTrace) -> str:
    if trace.settings.flush is None:
        return ""
    minutes = trace.settings.flush // MINUTE
    return f"{minutes}分にフラッシュすると、どのキーもまたバックエンドの呼び出しから始まります。"
