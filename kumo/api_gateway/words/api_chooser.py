"""Words of the explorer that narrows the types of API down by requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model import api_types
from kumo.api_gateway.model.api_types import API_TYPES, TODAY
from kumo.api_gateway.words.api_types import API_NAMES, WHEN_OPTIONS
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.api_gateway.model.api_types import ChooserTrace, Requirement

TITLE = "どのAPIを選ぶか：要件で絞り込む"
DESCRIPTION = "{count}件の要件を上から順に当てはめ、3種類のAPIのどれが残るかを示す図。{verdict}。"

NEEDS = "要件"
# Keys are features of the comparison; the order is that in which the picture applies them.
NEEDS_OPTIONS = {
    "push": "サーバーから送信",
    "methods": "HTTPメソッドで呼ぶ",
    "edge": "エッジ最適化",
    "private": "プライベートAPI",
    "mtls": "相互TLS認証",
    "waf": "AWS WAF",
    "resource-policy": "リソースポリシー",
    "cognito": "Cognitoで認可",
    "jwt": "JWTオーソライザー",
    "api-keys": "APIキー",
    "cache": "応答のキャッシュ",
    "canary": "カナリアリリース",
    "auto-deploy": "自動デプロイ",
    "validation": "リクエストの検証",
    "xray": "X-Rayのトレース",
    "alb": "ALBへ直接つなぐ",
    "cloud-map": "Cloud Mapへつなぐ",
    "mock": "Mock統合",
}
NEEDS_HELP = "選んだ要件をすべて満たす種類だけが残ります。順番は結果に関係しません。"

# In the picture.
TAGLINES = {"rest": "機能がいちばん多い", "http": "軽くて安い", "websocket": "双方向に話す"}
PRICES = {
    "rest": "{price:.2f}ドル/100万件",
    "http": "{price:.2f}ドル/100万件",
    "websocket": "{price:.2f}ドル + 接続時間",
}
PRICES_SHORT = {"rest": "{price:.2f}", "http": "{price:.2f}", "websocket": "{price:.2f}+接続料"}
PRICE_UNIT_LINES = ("ドル/100万件", "(米国東部の例)")
PRICE_PLACE = "料金(米国東部の例)"
NO_NEEDS = "要件はまだありません"
CANDIDATE = "候補"
REMAINS = "残る"
REMAINS_FIRST = "残る・第一候補"
BY = "で除外"
BY_MORE = "で除外(ほか{count}件も×)"
BY_LINE = "「{label}」で除外"
BY_LINE_MORE = "「{label}」ほか{count}件で除外"
PLUS = " + "
PAIR_COVERS = "すべてそろう"
PAIR_LACKS = "「{label}」が足りない"
PAIR_LACKS_MORE = "「{label}」ほか{count}件が足りない"
LIMITED_NOTE = "△ {label}({api}): {note}"
CONFLICT = "{features}は、1つのAPIでは両立しません。REST APIを分けます。"
CONFLICT_REASONS = {
    "one-endpoint": "1つのAPIのエンドポイントタイプは1つです",
    "private-mtls": "相互TLS認証は、プライベートAPIでは使えません",
}

# On the clock.
STEP_UNIT = "件目"
STEP_OUT = "{label}: {apis}が外れる"
STEP_NONE = "{label}: 外れる種類はない"
STEP_END = "結果: {verdict}"


def need(key: str) -> str:
    """Return the short label of a requirement."""
    return NEEDS_OPTIONS[key]


def some(keys: Sequence[str], one: str, more: str) -> str:
    """Return `one` with the first requirement's label, or `more` with the number of the others."""
    return (one if len(keys) == 1 else more).format(label=need(keys[0]), count=len(keys) - 1)


def names(apis: Sequence[str]) -> str:
    """Return the names of several types as a Japanese list."""
    return "と".join(API_NAMES[api] for api in apis)


def step(entry: Requirement) -> str:
    """Return what one requirement does, for the clock."""
    label = need(entry.feature.key)
    return STEP_OUT.format(label=label, apis=names(entry.excludes)) if entry.excludes else STEP_NONE.format(label=label)


def verdict(trace: ChooserTrace) -> str:
    """Return the result as one short phrase."""
    if not trace.requirements:
        return "3種類のどれでも選べる"
    if len(trace.remaining) == 1:
        return f"残るのは{API_NAMES[trace.remaining[0]]}だけ"
    if trace.remaining:
        return f"{names(trace.remaining)}が残る"
    return "1つでは足りない。2つに分ける" if trace.covering_pairs else "2つでも足りない。3種類に分ける"


def advice(trace: ChooserTrace) -> str:
    """Return what the result means for price and choice, as one sentence without its full stop."""
    ratio = trace.prices["http"] / trace.prices["rest"]
    if not trace.remaining:
        return "すべてを満たす種類はありません。要件を分担すれば、かなえられます"
    if trace.suggested == "http":
        only = len(trace.remaining) == 1
        return f"HTTP APIの料金はREST APIの約{ratio:.0%}です。" + (
            "必要な機能がそろうので、軽いほうで済みます" if only else "ほかの種類だけの機能が要らなければ、第一候補です"
        )
    if trace.suggested == "rest":
        lacking = some(trace.excluded_by["http"], "「{label}」", "「{label}」など")
        said = f"HTTP APIなら料金は約{ratio:.0%}で済みますが、{lacking}が要るので選べません"
        return said if len(trace.remaining) == 1 else f"{said}。サーバーから送信しないなら、REST APIが第一候補です"
    return "料金は、メッセージの件数と接続していた時間にかかります"


def cautions(trace: ChooserTrace) -> list[str]:
    """Return a sentence for each pair of requirements that one API cannot meet although its type can."""
    return [CONFLICT.format(features="と".join(need(key) for key in conflict.features)) for conflict in trace.conflicts]


def explanation(trace: ChooserTrace) -> Explanation:
    """Say which types remain, which requirement excluded the others, and what to do when none remains."""
    when = "" if trace.when == TODAY else "2023年12月の仕様では、"
    if not trace.requirements:
        return Explanation(
            f"{when}要件がないので、3種類のどれでも選べます。",
            f"{advice(trace)}。要件を選ぶと、使えない種類が外れます。",
        )
    count = len(trace.requirements)
    if not trace.remaining:
        return Explanation(
            f"{when}{count}件の要件をすべて満たす種類はありません。",
            f"{_exclusions(trace)}{_split(trace)}{_caution(trace)}",
        )
    # Every requirement that can be chosen excludes a type, so that here at least one has gone.
    point = f"{when}{count}件の要件を満たすのは、{names(trace.remaining)}だけです。"
    return Explanation(point, f"{_exclusions(trace)}{advice(trace)}。{_caution(trace)}")


def table(trace: ChooserTrace) -> Table:
    """Return what each type says to each requirement, and the result."""
    cells = [
        (need(entry.feature.key), *(api_types.cell(entry.feature, api, trace.when) for api in API_TYPES))
        for entry in trace.requirements
    ]
    result = tuple(
        REMAINS if api in trace.remaining else some(trace.excluded_by[api], BY_LINE, BY_LINE_MORE) for api in API_TYPES
    )
    price = tuple(f"{trace.prices[api]:.2f}" for api in API_TYPES)
    return Table(
        f"要件ごとの対応({WHEN_OPTIONS[trace.when]}の仕様)",
        (NEEDS, *(API_NAMES[api] for api in API_TYPES)),
        (*cells, ("結果", *result), ("料金 (ドル/100万件、米国東部)", *price)),
    )


def _exclusions(trace: ChooserTrace) -> str:
    """Return a sentence on what excluded which types, those with the same reasons together."""
    by_reason: dict[tuple[str, ...], list[str]] = {}
    for api in API_TYPES:
        if api in trace.excluded_by:
            by_reason.setdefault(trace.excluded_by[api], []).append(api)
    parts = [f"{names(apis)}は{_listed(keys)}" for keys, apis in by_reason.items()]
    return f"{'で、'.join(parts)}で外れました。" if parts else ""


def _listed(keys: Sequence[str]) -> str:
    shown = "と".join(f"「{need(key)}」" for key in keys[:2])
    return shown if len(keys) <= 2 else f"{shown}など{len(keys)}件"  # noqa: PLR2004 -- more would hide the point


def _split(trace: ChooserTrace) -> str:
    pairs = trace.covering_pairs
    if not pairs:
        return "2つに分けても足りないので、3種類に分担します。"
    said = "、または".join(PLUS.join(API_NAMES[api] for api in pair.apis) for pair in pairs)
    return f"{said}に分ければ、すべての要件がどちらかで満たされます。"


def _caution(trace: ChooserTrace) -> str:
    said = [CONFLICT_REASONS[conflict.key] for conflict in trace.conflicts]
    return f"ただし、{'。また、'.join(said)}。両方が要るなら、REST APIを2つに分けます。" if said else ""
