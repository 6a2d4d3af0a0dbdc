"""Words of the throttling chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.throttling_chain import ACCOUNT, HEAVY, LIGHT, OTHERS, Level, method_bucket, plan_bucket
from kumo.api_gateway.model.token_bucket import SECOND, TOKEN
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kumo.api_gateway.model.throttling_chain import ChainTrace, Limit

TITLE = "スロットリングの順序：3つの関門"
DESCRIPTION = (
    "3つのクライアントのリクエストが、使用量プラン、ステージのメソッド、アカウントの順に3つの関門を通る。"
    "関門1のバケットはクライアントごと、関門2はメソッドごと、関門3はアカウント全体で1つ。{outcome}"
)
OUTCOME = "{name}は{arrived:,}件のうち{passed:,}件が通過。"

NAMES = {"free": "無料プラン", "standard": "標準プラン", "large": "大口プラン", OTHERS: "ほかのAPI"}
CLIENTS = {key: NAMES[key] for key in ("free", "standard", "large")}
SHORT = {"free": "無料", "standard": "標準", "large": "大口", OTHERS: "ほかのAPI"}
METHODS = {LIGHT: "GET /items", HEAVY: "POST /orders"}

# Inputs.
FREE_LOAD, STANDARD_LOAD, LARGE_LOAD = (f"{NAMES[key]}の負荷" for key in ("free", "standard", "large"))
LOAD_HELP = "このAPIキーのクライアントが、6秒のあいだ送りつづけるリクエストの数です。"
OTHERS_LOAD = "ほかのAPIの負荷"
OTHERS_HELP = "同じアカウント、同じリージョンのほかのAPIに、2秒から4秒のあいだに届くリクエストの数です。"
PLANS = "レートを制限するプラン"
PLANS_HELP = "外したクライアントの使用量プランには、スロットリングの設定がありません。関門1を素通りします。"
FREE_RATE, STANDARD_RATE, LARGE_RATE = (f"{NAMES[key]}のレート" for key in ("free", "standard", "large"))
RATE_HELP = "関門1で、このクライアントのバケットに1秒間に補充されるトークンの数です。"
PLAN_HEAVY = "プランでのPOSTのレート"
PLAN_HEAVY_OPTIONS = {"none": "制限なし", "250": "250件/秒", "500": "500件/秒", "1000": "1,000件/秒"}
PLAN_HEAVY_HELP = "関門1で、レートを制限するプランのクライアントそれぞれについて、POST /ordersだけにかける制限です。"
SHARE = "POSTの割合"
SHARE_HELP = "どのクライアントも、リクエストのこの割合がPOST /orders、残りがGET /itemsです。"
STAGE_RATE = "ステージの既定のレート"
STAGE_RATE_HELP = "関門2の既定値です。値は同じでも、バケットはメソッドごとに別です。ここではGET /itemsに効きます。"
HEAVY_RATE = "POST /ordersのレート"
HEAVY_RATE_HELP = "関門2で、重いメソッドだけステージの既定値を上書きします。"
BURST = "バーストの大きさ"
BURST_HELP = "関門1と関門2のバケットの大きさを、レートの何秒分にするかです。アカウントの既定は0.5秒分です。"
ACCOUNT_LIMIT = "アカウントの制限"
ACCOUNT_OPTIONS = {
    "default": "{rate:,}件/秒、バースト{burst:,} (既定)",
    "newer": "{rate:,}件/秒、バースト{burst:,} (一部リージョンの既定)",
    "raised": "{rate:,}件/秒、バースト{burst:,} (引き上げの例)",
}
ACCOUNT_HELP = "関門3です。レートは引き上げを申請できます。バーストはAWSが決め、利用者は変えられません。"
TOKENS = "後の関門で429になったら"
TOKENS_OPTIONS = {"kept": "前の関門のトークンは戻らない", "returned": "前の関門のトークンは戻る"}
TOKENS_HELP = "どちらなのか、AWSは公開していません。結果がどれだけ変わるかを比べられます。"
SEED = "乱数の種"
SEED_HELP = "リクエストが届く細かい時刻の並びを選ぶ番号です。"
REQUESTS_PER_SECOND = "件/秒"
PERCENT = "%"
SECONDS = "秒"
SECONDS_WORTH = "秒分"

# In the picture.
GATES = {Level.PLAN: "関門1 使用量プラン", Level.METHOD: "関門2 ステージ", Level.ACCOUNT: "関門3 アカウント"}
SHARED = {Level.PLAN: "クライアントごと", Level.METHOD: "メソッドごと", Level.ACCOUNT: "アカウントで1つ"}
BACKEND = "バックエンド"
OF_WHAT = "通過 / 届いた"
PER_SECOND = "{rate:,}件/秒"
METHOD_RATE = "{method} {rate:,}件/秒"
PLAN_METHOD = "うち{method} {rate:,}"
DURING_RUSH = "2〜4秒だけ"
NO_LIMIT = "制限なし"
PASSED = "{count:,}件"
ARRIVED = "/ {count:,}件"
REJECTED = "×{count:,}"
NOBODY = "429はなし"
EVERYBODY = "429は全員に"
SOMEBODY = "429は{names}に"
ONLY = "429は{names}だけに"
OTHERS_ALONE = "429はほかのAPIに"
AT_GATE = "{gate}：{verdict}"
AND = "と"
SECOND_TICK = "{time}秒"
BURST_SIZE = "バースト{burst:,}"
PER_SLOT = ("0.2秒ごとの", "429の件数")
PER_SLOT_LINE = "0.2秒ごとの429の件数"
RUSH_KEY = "ほかのAPIが混む2〜4秒"
HOW_TO_READ = "×は429の件数、バケットの水位は{time:g}秒のものです。"
HOW_TO_READ_PLAYING = "×は429の件数、水位も件数もその時刻のものです。"
LAST_LEVEL = "4つ目のAWSリージョン全体の制限は、値が公開されていないので省いています。"
ASSUMED = {
    False: "429になっても前の関門のトークンは戻らないと仮定(AWSは公開していません)。",
    True: "429になると前の関門のトークンが戻ると仮定(AWSは公開していません)。",
}
OPPOSITE = {False: "戻る", True: "戻らない"}
SAME_OTHERWISE = "{other}としても、クライアントの通過の件数は同じです。"
OTHERWISE = "{other}なら、クライアントの通過は{passed:,}件ではなく{otherwise:,}件です。"


def account_options(limits: Mapping[str, Limit]) -> dict[str, str]:
    """Return the labels of the account's possible limits by key."""
    return {key: ACCOUNT_OPTIONS[key].format(rate=limit.rate, burst=limit.burst) for key, limit in limits.items()}


def clients(trace: ChainTrace) -> list[str]:
    """Return the sources that are clients of the stage, in order."""
    return [source for source in trace.sources if source != OTHERS]


def assumption(trace: ChainTrace) -> str:
    """Say what is assumed about tokens that AWS does not state, and how much hangs on it."""
    passed = sum(trace.passed(source) for source in clients(trace)) * trace.unit
    otherwise = sum(trace.otherwise[source] for source in clients(trace)) * trace.unit
    effect = (SAME_OTHERWISE if passed == otherwise else OTHERWISE).format(
        other=OPPOSITE[trace.returned], passed=passed, otherwise=otherwise
    )
    return ASSUMED[trace.returned] + effect


def verdict(trace: ChainTrace, level: Level) -> str:
    """Say in a few characters whom a level rejected."""
    own = [source for source in clients(trace) if trace.rejected(source, level)]
    sending = [source for source in clients(trace) if trace.arrived(source)]
    if not own:
        return OTHERS_ALONE if OTHERS in trace.sources and trace.rejected(OTHERS, level) else NOBODY
    names = AND.join(SHORT[source] for source in own)
    if len(own) == 1:
        return (ONLY if len(sending) > 1 else SOMEBODY).format(names=names)
    return EVERYBODY if len(own) == len(sending) and len(own) > 2 else SOMEBODY.format(names=names)  # noqa: PLR2004 -- two are named


def explanation(trace: ChainTrace) -> Explanation:
    """Say which level rejected whom, and whose load emptied that bucket."""
    senders = [source for source in clients(trace) if trace.arrived(source)]
    if not senders:
        return Explanation(
            "クライアントからのリクエストが1件も届いていません。",
            "どれかのクライアントの負荷を増やすと、3つの関門が動きはじめます。",
        )
    by_level = {level: [s for s in senders if trace.rejected(s, level)] for level in Level}
    if by_level[Level.ACCOUNT]:
        return _account_empty(trace, by_level)
    if by_level[Level.METHOD]:
        return _method_empty(trace, by_level)
    if by_level[Level.PLAN]:
        return _plan_only(trace, by_level[Level.PLAN], senders)
    return _all_pass(trace, senders)


def _all_pass(trace: ChainTrace, senders: Sequence[str]) -> Explanation:
    passed = _count(trace, senders, None)
    point = f"クライアントの{passed:,}件は、すべて3つの関門を通過しました。"
    if lost := _count(trace, [OTHERS], Level.ACCOUNT):
        return Explanation(
            point, f"アカウントのバケットは一時空になりましたが、429になったのはほかのAPIの{lost:,}件だけです。"
        )
    left = trace.emptiest(ACCOUNT) // TOKEN * trace.unit
    return Explanation(
        point,
        f"どの関門にも余裕がありました。アカウントのバケットには、最も少ないときでも約{left:,}個のトークンがありました。",
    )


def _plan_only(trace: ChainTrace, stopped: Sequence[str], senders: Sequence[str]) -> Explanation:
    count = _count(trace, stopped, Level.PLAN)
    spared = [source for source in senders if source not in stopped]
    point = f"429になったのは{_listed(stopped)}の{count:,}件で、すべて関門1です。"
    if spared:
        point = f"429になったのは{_listed(stopped)}の{count:,}件だけで、{_listed(spared)}はすべて通過しました。"
    return Explanation(
        point,
        "関門1のバケットはクライアントごとに別です。誰かが使い切っても、ほかのクライアントのトークンは減りません。",
    )


def _method_empty(trace: ChainTrace, by_level: Mapping[Level, Sequence[str]]) -> Explanation:
    hit = by_level[Level.METHOD]
    emptied = {request.stopped.bucket for request in trace.requests if request.stopped}
    methods = [method for method in METHODS if method_bucket(method) in emptied]
    limits = AND.join(
        f"{METHODS[method]}の{trace.limits[method_bucket(method)].rate * trace.unit:,}件/秒" for method in methods
    )
    return Explanation(
        f"関門2で、{_among(hit)}{_count(trace, hit, Level.METHOD):,}件の429が出ました。",
        f"関門2のバケットはメソッドごとに1つで、どのクライアントも同じバケットを使います。"
        f"制限は{limits}です。{_aside(trace, by_level, Level.METHOD, hit)}",
    )


def _account_empty(trace: ChainTrace, by_level: Mapping[Level, Sequence[str]]) -> Explanation:
    hit = by_level[Level.ACCOUNT]
    top, percent = _pressing(trace)
    also = _count(trace, by_level[Level.METHOD], Level.METHOD)
    return Explanation(
        f"関門3でアカウントのバケットが空になり、{_among(hit)}{_count(trace, hit, Level.ACCOUNT):,}件の429が出ました。",
        f"このバケットは全部のAPIで1つです。空のあいだに届いたリクエストで最も多かったのは、{NAMES[top]}の{percent}%です。"
        f"{_aside(trace, by_level, Level.ACCOUNT, [source for source in hit if source != top])}"
        + (f"関門2でも{also:,}件が429になっています。" if also else ""),
    )


def _aside(trace: ChainTrace, by_level: Mapping[Level, Sequence[str]], level: Level, hit: Sequence[str]) -> str:
    """Say who was hit without having sent too much, and that the plans' own rejections harmed nobody else."""
    innocent = [
        source
        for source in hit
        if plan_bucket(source) in trace.limits
        and not trace.rejected(source, Level.PLAN)
        and trace.rejected(source, level)
    ]
    stopped = by_level[Level.PLAN]
    caught = f"プランの範囲内で送った{_listed(innocent)}も巻き込まれました" if innocent else ""
    harmless = (
        f"関門1で止まった{_listed(stopped)}の{_count(trace, stopped, Level.PLAN):,}件は、"
        "ほかの誰のトークンも減らしていません"
        if stopped
        else ""
    )
    return "".join(f"{part}。" for part in ["が、".join(part for part in (caught, harmless) if part)] if part)


def _pressing(trace: ChainTrace) -> tuple[str, int]:
    """Return who sent most to the account's bucket while it turned clients away, and the percentage."""
    own = clients(trace)
    short = [
        slot
        for slot in range(len(trace.slots[own[0]][None]))
        if any(trace.slots[source][Level.ACCOUNT][slot] for source in own)
    ]
    reached = {
        source: sum(trace.slots[source][fate][slot] for fate in (Level.ACCOUNT, None) for slot in short)
        for source in trace.sources
    }
    top = max(trace.sources, key=lambda source: reached[source])
    return top, round(100 * reached[top] / sum(reached.values()))


def _count(trace: ChainTrace, sources: Iterable[str], fate: Level | None) -> int:
    """Return how many real requests of `sources` met that fate."""
    return sum(sum(trace.slots[source][fate]) for source in sources) * trace.unit


def _listed(sources: Sequence[str]) -> str:
    return AND.join(SHORT[source] for source in sources)


def _among(sources: Sequence[str]) -> str:
    return f"{_listed(sources)}に合わせて" if len(sources) > 1 else f"{_listed(sources)}に"


def table(trace: ChainTrace) -> Table:
    """Return for each source how many requests arrived, how many each level rejected, and how many passed."""
    rows = [
        (
            NAMES[source],
            trace.arrived(source) * trace.unit,
            *(_count(trace, [source], level) for level in Level),
            _count(trace, [source], None),
        )
        for source in trace.sources
    ]
    return Table(
        f"{trace.duration // SECOND}秒間に、どの関門が誰を429にしたか",
        ("送り手", "届いた (件)", *(f"{GATES[level].partition(' ')[0]}の429 (件)" for level in Level), "通過 (件)"),
        tuple(rows),
    )
