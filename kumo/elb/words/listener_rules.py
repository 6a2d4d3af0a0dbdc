"""Words of the explorer of listener rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model import listener_rules as model
from kumo.elb.model import rule_text
from kumo.elb.model.listener_rules import FAILS, TAKES, TOO_LATE
from kumo.elb.model.rule_text import (
    HEADER,
    HOST,
    MAX_GROUPS,
    MAX_LENGTH,
    MAX_PER_CONDITION,
    MAX_PRIORITY,
    MAX_VALUES,
    MAX_WEIGHT,
    MAX_WILDCARDS,
    METHOD,
    PATH,
    QUERY,
    SOURCE,
    Fixed,
    Forward,
)

if TYPE_CHECKING:
    from kumo.elb.model.listener_rules import Judged, RulesTrace, Verdict
    from kumo.elb.model.rule_text import Condition, Rule, RuleError

TITLE = "リスナールール"
DESCRIPTION = "{request} を、{count}個のルールで優先度の小さい順に調べる図。{winner}。"

RULES = "ルール"
RULES_HELP = (
    "1行に1つ、「優先度 条件 -> アクション」と書きます。条件は host、path、method、source、header:名前、query:キー、"
    "アクションは forward、fixed、redirect です。"
)
DEFAULT_RULES = """10 host=api.example.com path=/v2/* -> forward api-v2
20 host=api.example.com -> forward api:90,api-new:10
30 header:User-Agent=*iPhone*,*Android* -> redirect https://m.example.com:443/#{path}?#{query} 302
40 path=/admin/* source=198.51.100.0/24 -> forward admin
50 path=/admin/* -> fixed 403
default -> forward web"""
EXAMPLE_RULES = (
    """1 path=/img/* method=GET,HEAD -> forward images
2 query:version=v2 -> forward blue:1,green:3
default -> redirect https://#{host}:443/#{path}?#{query} 301""",
    "100 query=*debug* -> fixed 503\ndefault -> fixed 404",
)
REQUEST = "リクエスト"
REQUEST_HELP = "メソッドとURLを空白で区切って書きます。"
DEFAULT_REQUEST = "GET https://api.example.com/v1/items?page=2"
EXAMPLE_REQUESTS = (
    "GET https://www.example.com/admin/users",
    "GET http://www.example.com/v2/items?version=v2",
    "POST https://API.example.com/V2/items",
)
HEADERS = "ヘッダー"
HEADERS_HELP = "「名前: 値」を1行に1つ書きます。Hostはリクエストから取ります。"
DEFAULT_HEADERS = "User-Agent: Mozilla/5.0 (Macintosh) Safari/605"
EXAMPLE_HEADERS = ("User-Agent: Mozilla/5.0 (iPhone) Mobile\nX-Forwarded-For: 198.51.100.7", "")
FROM = "送信元のIPアドレス"
FROM_HELP = "ロードバランサーに接続してきた相手のアドレスです。"
EXAMPLE_SOURCES = ("198.51.100.7", "2001:db8::1")

# In the picture.
KINDS = {HOST: "ホスト", PATH: "パス", METHOD: "メソッド", SOURCE: "送信元", HEADER: "ヘッダー", QUERY: "クエリ文字列"}
OR = " か "
SEEN = "実際は {value}"
NOTHING_SEEN = "リクエストにない"
DEFAULT_RULE = "既定"
ANYTHING = "条件なし。ほかのどれにも合わないとき"
NOT_EVALUATED = "評価しない"
ALSO_MATCHES = "評価しない(条件は合う)"
SOURCE_LINE = "送信元 {address}"
PRIORITY = "優先度"
CONDITIONS = "条件(すべてを満たすこと)"
ACTION = "アクション"
FORWARD_TO = "転送 {groups}"
FIXED_WITH = "固定レスポンス {status}"
REDIRECT_WITH = "リダイレクト {status}"
RESULT = "このルールが決める"
DECIDES = "{name}が決める"
STEP_UNIT = "個目"
PROBLEMS = {
    "loop": "行き先が同じURLなので、リダイレクトが終わりません。",
    "downgrade": "HTTPSからHTTPへのリダイレクトを、ALBは受け付けません。",
}

# What would be right, for each fault.
RIGHT = {
    "quotes": "引用符が閉じているルール({line}行目で閉じていない)",
    "no_arrow": "「優先度 条件 -> アクション」の形のルール({line}行目がこの形でない)",
    "priority": f"優先度が1〜{MAX_PRIORITY:,}の整数か default のルール({{line}}行目は {{value}})",
    "same_priority": "優先度がすべて違うルール({other}行目と{line}行目がどちらも {priority})",
    "two_defaults": "default が1つだけのルール({other}行目と{line}行目にある)",
    "no_default": "default の行が1つあるルール",
    "default_with_conditions": "default に条件がないルール({line}行目にある)",
    "no_conditions": "default 以外に条件が1つ以上あるルール({line}行目にない)",
    "condition": (
        "host=、path=、method=、source=、header:名前=、query=、query:キー= で始まる条件({line}行目の {value} が違う)"
    ),
    "empty_value": "値が空でない条件({line}行目の {value})",
    "values_per_condition": f"1つの条件の値が{MAX_PER_CONDITION}個までのルール({{line}}行目の {{value}} は{{count}}個)",
    "values_per_rule": f"1つのルールの条件の値が合計{MAX_VALUES}個までのルール({{line}}行目は{{count}}個)",
    "wildcards": f"1つのルールのワイルドカードが{MAX_WILDCARDS}個までのルール({{line}}行目は{{count}}個)",
    "twice": "host、path、method、source が1つのルールに1回までのルール({line}行目に {value} が2回ある)",
    "length": f"ホスト名とパスが{MAX_LENGTH}文字までのルール({{line}}行目に{{count}}文字のものがある)",
    "host": "英数字と - _ . * ? でできた、*.example.com のようなホスト名({line}行目は {value})",
    "path": "英数字と _ - . $ / ~ @ : + & * ? でできたパス({line}行目は {value})",
    "method": "GET のような大文字のメソッド名({line}行目は {value}。ワイルドカードは使えない)",
    "source": "192.0.2.0/24 のようなCIDR({line}行目は {value})",
    "action": (
        "「forward グループ」「forward グループ:重み,グループ:重み」「fixed コード」「redirect URL コード」の"
        "どれか1つのアクション({line}行目は {value})"
    ),
    "status": "固定レスポンスのコードが 2xx、4xx、5xx のルール({line}行目は {value})",
    "group": "英数字と - でできた32文字までのターゲットグループ名({line}行目は {value})",
    "weight": f"0〜{MAX_WEIGHT}の整数の重み({{line}}行目は {{value}})",
    "group_twice": "同じターゲットグループを1回だけ挙げる forward({line}行目は {value})",
    "groups": f"ターゲットグループが{MAX_GROUPS}個までの forward({{line}}行目は{{count}}個)",
    "no_weight": "すべてに重みがあり、合計が1以上の forward({line}行目は {value})",
    "redirect": "https://#{{host}}:443/#{{path}}?#{{query}} のようなURLと301か302({line}行目は {value})",
    "loop": "プロトコル、ホスト、ポート、パスのどれかを変える redirect({line}行目はどれも変えない)",
    "request": "「GET https://example.com/path」の形のリクエスト",
    "header": "「名前: 値」の形のヘッダー({line}行目が違う)",
    "address": "203.0.113.9 のようなIPアドレス",
}


def wanted_rules(text: str) -> str | None:
    """Return what rules would be right, or None when these are."""
    try:
        rule_text.read(text)
    except rule_text.RuleError as error:
        return right(error)
    return None


def wanted_request(text: str) -> str | None:
    """Return what request would be right, or None when this one is."""
    return _wanted(text, "", "192.0.2.1")


def wanted_headers(text: str) -> str | None:
    """Return what headers would be right, or None when these are."""
    return _wanted("GET http://example.com/", text, "192.0.2.1")


def wanted_source(text: str) -> str | None:
    """Return what address would be right, or None when this one is."""
    return _wanted("GET http://example.com/", "", text)


def _wanted(line: str, headers: str, source: str) -> str | None:
    try:
        model.request_of(line, headers, source)
    except rule_text.RuleError as error:
        return right(error)
    return None


def right(error: RuleError) -> str:
    """Return what would be right instead of a fault."""
    details = {key: _cut(value) if isinstance(value, str) else value for key, value in error.details.items()}
    return RIGHT[error.kind].format(**details)


def _cut(text: str, length: int = 40) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def address(trace: RulesTrace) -> str:
    """Return the request line as the picture shows it."""
    request = trace.request
    port = "" if request.port == model.PORTS[request.protocol] else f":{request.port}"
    query = f"?{request.query}" if request.query else ""
    return f"{request.method} {request.protocol}://{request.host}{port}{request.path}{query}"


def condition(entry: Condition) -> str:
    """Return a condition as readers read it."""
    key = f" {entry.key}" if entry.key else ""
    return f"{KINDS[entry.kind]}{key} = {OR.join(entry.values)}"


def seen(judged: Judged) -> str:
    """Return what the request has where a condition looked."""
    return SEEN.format(value=_cut(judged.seen)) if judged.seen else NOTHING_SEEN


def action(rule: Rule) -> str:
    """Return an action as readers read it."""
    does = rule.action
    if isinstance(does, Forward):
        groups = "、".join(name if len(does.groups) == 1 else f"{name}:{weight}" for name, weight in does.groups)
        return FORWARD_TO.format(groups=groups)
    if isinstance(does, Fixed):
        return FIXED_WITH.format(status=does.status)
    return REDIRECT_WITH.format(status=does.status)


def name(rule: Rule) -> str:
    """Return what a rule is called in a sentence."""
    return "デフォルトルール" if rule.priority is None else f"優先度{rule.priority}のルール"


def outcome(trace: RulesTrace) -> str:
    """Return what happens to the request, as the end of a sentence."""
    does = trace.winner.rule.action
    if trace.shares:
        if len(trace.shares) == 1:
            return f"ターゲットグループ{trace.shares[0][0]}へ転送"
        shares = "、".join(f"{group}へ{percent(float(share))}" for group, share in trace.shares)
        return f"重みに従って{shares}の割合で転送"
    if isinstance(does, Fixed):
        return f"ロードバランサーが{does.status}を返す"
    return f"{does.status}で {trace.location} へリダイレクト"


def percent(share: float) -> str:
    """Return a share as readers read it."""
    return f"{share * 100:.3g}%"


def description(trace: RulesTrace) -> str:
    """Return the picture in words."""
    winner = f"{name(trace.winner.rule)}が決め、{outcome(trace)}"
    return DESCRIPTION.format(request=address(trace), count=len(trace.verdicts), winner=winner)


def explanation(trace: RulesTrace) -> Explanation:
    """Say which rule acts and why the ones before and after it do not."""
    end = "します" if not isinstance(trace.winner.rule.action, Fixed) else ""
    said = outcome(trace) + end if end else outcome(trace).removesuffix("返す") + "返します"
    point = f"{name(trace.winner.rule)}が決め、{said}。"
    if trace.problem:
        return Explanation(point, PROBLEMS[trace.problem])
    failed = [verdict for verdict in trace.verdicts if verdict.state == FAILS]
    late = [verdict for verdict in trace.verdicts if verdict.state == TOO_LATE]
    return Explanation(point, _failures(failed) + _late(late))


def _failures(failed: list[Verdict]) -> str:
    if not failed:
        return "優先度が最も小さいので、最初に調べて一致しました。"
    nearest = failed[-1]
    judged = next(found for found in nearest.judged if not found.satisfied)
    reason = f"{KINDS[judged.condition.kind]}の条件が合わない({seen(judged)})"
    if len(failed) == 1:
        return f"その前の{name(nearest.rule)}は、{reason}ので飛ばされました。"
    return f"その前の{len(failed)}個は条件を満たさず、直前の{name(nearest.rule)}は{reason}ので飛ばされました。"


def _late(late: list[Verdict]) -> str:
    also = [verdict for verdict in late if verdict.matches and verdict.rule.priority is not None]
    if also:
        return f"{name(also[0].rule)}も条件に合いますが、先に一致したルールだけが働きます。"
    return "後ろのルールは評価しません。" if late else "どのルールにも合わないリクエストは、ここに来ます。"


def table(trace: RulesTrace) -> Table:
    """Return every rule with its conditions, what the request has there, and what becomes of it."""
    states = {TAKES: RESULT, FAILS: "合わない", TOO_LATE: NOT_EVALUATED}
    rows = []
    for verdict in trace.verdicts:
        judged = [f"{'○' if found.satisfied else '×'} {condition(found.condition)}" for found in verdict.judged]
        state = ALSO_MATCHES if verdict.state == TOO_LATE and verdict.matches else states[verdict.state]
        if verdict.state == FAILS:
            state += "".join(f"。{seen(found)}" for found in verdict.judged if not found.satisfied)
        priority = DEFAULT_RULE if verdict.rule.priority is None else verdict.rule.priority
        rows.append((priority, " / ".join(judged) or ANYTHING, action(verdict.rule), state))
    return Table(f"{address(trace)} の評価", (PRIORITY, "条件", ACTION, "結果"), tuple(rows))
