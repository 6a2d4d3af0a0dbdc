"""Words of the explorer of traffic policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.core.parameters import shorten
from kumo.route53.model.geography import CLIENTS
from kumo.route53.model.policies import OWN
from kumo.route53.model.policy_document import (
    CLOUDFRONT,
    ENDPOINT_TYPES,
    FAILOVER,
    GEO,
    GEOPROXIMITY,
    LATENCY,
    MULTIVALUE,
    RECORD_TYPES,
    ROLES,
    RULE_TYPES,
    VALUE,
    VERSIONS,
    WEIGHTED,
    read,
)
from kumo.route53.words import places

if TYPE_CHECKING:
    from kumo.route53.model.policy_document import Branch, Endpoint, Problem, Rule
    from kumo.route53.model.traffic_policy import FlowTrace, Step

TITLE = "トラフィックフロー：問い合わせがたどる道"
DESCRIPTION = "トラフィックポリシーを木で描いた図。通った枝が濃い。{point}"

PRESET = "ポリシー"
PRESETS = {
    OWN: "下の文書",
    "latency": "レイテンシー → 複数値",
    "distance": "地理的近接性とバイアス",
    "spare": "フェイルオーバーだけ",
}
PRESET_HELP = "「下の文書」を選ぶと、自分で書いた文書が使われます。"
DOCUMENT = "文書(JSON)"
DOCUMENT_HELP = "トラフィックポリシーの文書です。規則を足したり、つなぎ替えたりできます。"
CLIENT = "問い合わせる都市"
CLIENT_OPTIONS = {client.key: places.CLIENTS[client.key] for client in CLIENTS}
CLIENT_HELP = "利用者のいる場所です。位置情報、距離、往復時間がここから決まります。"
BROKEN = "異常なエンドポイント"
BROKEN_HELP = "応答しないエンドポイントの名前を、カンマで区切って書きます。"
SEED = "乱数の種"
SEED_HELP = "加重と複数値回答で、どれが選ばれるかを決める番号です。"

# In the picture.
RULE_NAMES = {
    FAILOVER: "フェイルオーバー",
    GEO: "位置情報",
    GEOPROXIMITY: "地理的近接性",
    LATENCY: "レイテンシー",
    MULTIVALUE: "複数値回答",
    WEIGHTED: "加重",
}
ENDPOINT_NAMES = dict(
    zip(ENDPOINT_TYPES, ("値", "CloudFront", "ALB", "CLB", "NLB", "Elastic Beanstalk", "S3ウェブサイト"), strict=True)
)
ROLE_NAMES = dict(zip(ROLES, ("プライマリ", "セカンダリ"), strict=True))
HEADING = "{city} → {answer}"
NO_ANSWER = "応答なし"
IS_BROKEN = "異常"
UNWATCHED = "異常(監視なし)"
ANSWER = "答え"
START = "開始"
UNKNOWN = "文書にない名前: {names}"
LEVEL = "段目"
WEIGHT = "重み {weight}"
SHARE = "重み {weight} ({share:.0f}%)"
LATENCY_TO = "{region} {value:.0f} ms"
DISTANCE_TO = "{where} {value:,.0f} km"
COORDINATES = "{latitude:g}, {longitude:g}"
BIASED = "{where} ({bias:+d})"
VALUE_NUMBER = "値 {number}"

# What is wrong with a document.
PROBLEMS = {
    "json": "{value}でJSONとして読めません({wanted})",
    "object": "全体が { } で囲んだオブジェクトではありません",
    "twice": "名前 {value} が同じ所に2回あります",
    "field": "{value} という項目はありません(あるのは {wanted})",
    "version": "AWSPolicyFormatVersion {value} は使えません(" + " か ".join(VERSIONS) + ")",
    "record-type": "RecordType {value} は使えません(" + "、".join(RECORD_TYPES) + " のどれか)",
    "no-endpoints": "Endpoints にエンドポイントがありません",
    "objects": "{value} は、名前とオブジェクトの組ではありません",
    "start": "StartRule か StartEndpoint のどちらか1つが要ります",
    "endpoint-type": "Type {value} は使えません(" + "、".join(ENDPOINT_TYPES) + " のどれか)",
    "endpoint-value": "Value に値がありません",
    "rule-type": "RuleType {value} はありません(" + "、".join(RULE_TYPES) + " のどれか)",
    "role": "{value} がありません(failover には Primary と Secondary が要る)",
    "list": "{value} に1つ以上の枝がありません",
    "reference": "EndpointReference か RuleReference のどちらか1つが要ります",
    "missing-endpoint": "エンドポイント {value} がありません(あるのは {wanted})",
    "missing-rule": "規則 {value} がありません(あるのは {wanted})",
    "other-kind-rule": "{value} は規則ではなくエンドポイントです(EndpointReference で指す)",
    "other-kind-endpoint": "{value} はエンドポイントではなく規則です(RuleReference で指す)",
    "flag": "{value} は true か false ではありません",
    "number": "{value} は使えません({wanted}の整数)",
    "subdivision": "Subdivision(米国の州)は、この図では扱いません",
    "two-places": "場所が2つあります(Continent、Country、IsDefault のどれか1つ)",
    "place": "場所 {value} は読めません(Continent は AS など、Country は JP など)",
    "region": "リージョン {value} は、この図では扱いません",
    "local-zone": "ローカルゾーンは、この図では扱いません",
    "coordinates": "緯度は-90〜90、経度は-180〜180の数です",
    "same-place": "場所 {value} が、同じ規則に2回あります",
    "same-region": "リージョン {value} が、同じ規則に2回あります",
    "cycle": "規則が輪になっています({value})",
    "too-large": "枝の先が{value}あります(この図に描けるのは{wanted}まで)",
}
JSON_PLACE = "{line}行目{column}文字目"
JSON_REASONS = {
    "Expecting ',' delimiter": "カンマか閉じ括弧が要る",
    "Expecting property name enclosed in double quotes": "二重引用符で囲んだ名前が要る。項目の最後にカンマは要らない",
    "Expecting ':' delimiter": "コロンが要る",
    "Expecting value": "値が要る",
    "Extra data": "文書の後に余分な文字がある",
    "Illegal trailing comma before end of object": "最後の項目の後のカンマは書けない",
    "Illegal trailing comma before end of array": "最後の項目の後のカンマは書けない",
}
JSON_OTHER = "書き方の誤り"
MOST_TOLD = 10
MORE = "ほか{count}点"
FIX = "次の{count}点を直した文書 — {problems} — "
NAMES_ONLY = "カンマで区切ったエンドポイントの名前(60文字まで、10個まで)"


def check(text: str) -> str | None:
    """Return what document would be right, or None when this is."""
    _, problems = read(text)
    if not problems:
        return None
    shown = [told(problem) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        shown.append(MORE.format(count=len(problems) - MOST_TOLD))
    return FIX.format(count=len(problems), problems="。".join(shown))


def told(problem: Problem) -> str:
    """Return a problem in words: where, and which rule of the format."""
    value, wanted = problem.value, problem.wanted
    if problem.kind == "json":
        line, _, column = value.partition(":")
        value, wanted = JSON_PLACE.format(line=line, column=column), JSON_REASONS.get(wanted, JSON_OTHER)
    elif problem.kind not in ("cycle", "field", "number", "too-large"):
        value = shorten(value)
    words = PROBLEMS[problem.kind].replace("{ }", "{{ }}").format(value=value[:160], wanted=wanted[:200])
    # Quotation marks bring their own space.
    words = words.replace(" 「", "「").replace("」 ", "」")
    return f"{problem.where[:80]}: {words}" if problem.where else words


def names_of(text: str) -> tuple[str, ...]:
    """Return the names in a list with commas."""
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def check_names(text: str) -> str | None:
    """Return what list of names would be right, or None when this is."""
    found = names_of(text)
    fine = len(found) <= 10 and all(len(name) <= 60 and name.isprintable() for name in found)  # noqa: PLR2004 -- what fits
    return None if fine else NAMES_ONLY


def condition(rule: Rule, number: int, step: Step | None) -> str:
    """Return under which condition a branch is taken, with what the rule compared if it was asked."""
    branch = rule.branches[number]
    if rule.type == WEIGHTED:
        total = sum(other.weight for other in rule.branches)
        share = 100 * branch.weight / total if total else 0
        return (SHARE if total else WEIGHT).format(weight=branch.weight, share=share)
    if rule.type == GEO:
        return places.place(*branch.place)
    if rule.type == FAILOVER:
        return ROLE_NAMES[branch.role]
    if rule.type == MULTIVALUE:
        return VALUE_NUMBER.format(number=number + 1)
    where = _where(branch)
    if not step:
        return where
    return (LATENCY_TO if rule.type == LATENCY else DISTANCE_TO).format(
        region=where, where=where, value=step.measures[number]
    )


def _where(branch: Branch) -> str:
    where = places.REGIONS.get(branch.region, branch.region)
    if not where and branch.position:
        where = COORDINATES.format(latitude=branch.position.latitude, longitude=branch.position.longitude)
    return BIASED.format(where=where, bias=branch.bias) if branch.bias else where


def endpoint(found: Endpoint) -> str:
    """Return what kind of endpoint it is; a plain value as it is."""
    return found.value if found.type == VALUE else ENDPOINT_NAMES[found.type]


def answer(trace: FlowTrace) -> str:
    """Return the names of the endpoints in the answer."""
    return "、".join(found.name for found in trace.answer) or NO_ANSWER


def point(trace: FlowTrace) -> str:
    """Say where the query ends."""
    city = places.CLIENTS[trace.client.key]
    if not trace.answer:
        return f"{city}からの問い合わせには、応答がありません。"
    way = " → ".join(step.rule.name for step in trace.steps)
    through = f"{way} を通って、" if way else ""
    return f"{city}からの問い合わせは、{through}{answer(trace)} に着きます。"


def explanation(trace: FlowTrace) -> Explanation:
    """Say where the query ends, and what health had to do with it."""
    return Explanation(point(trace), _why(trace))


def _why(trace: FlowTrace) -> str:
    if not trace.answer:
        return "この場所に合う枝がなく、既定(IsDefault)の枝もありません。位置情報の規則には、既定の枝を置きます。"
    avoided = [
        step.rule.branches[index].target
        for step in trace.steps
        for index, well in enumerate(step.healthy)
        if not well and index not in step.chosen
    ]
    if trace.failing:
        broken = "、".join(found.name for found in trace.failing)
        unwatched = any(
            branch.target == found.name and not branch.watched
            for found in trace.failing
            for step in trace.steps
            for branch in step.rule.branches
        )
        if unwatched or not trace.steps:
            kinds = {found.type for found in trace.failing}
            hint = (
                "値のエンドポイントには、HealthCheckが要ります。"
                if kinds <= {VALUE}
                else "CloudFrontの状態は評価できないので、HealthCheckが要ります。"
                if kinds <= {CLOUDFRONT}
                else "HealthCheckかEvaluateTargetHealthで監視します。"
            )
            return f"{broken}は応答しませんが、Route 53は監視していないので知りません。{hint}"
        return f"{broken}は応答しませんが、正常な枝がほかにないので、正常とみなして選ばれました。"
    if avoided:
        names = "と".join(dict.fromkeys(avoided))
        return f"異常な{names}を避けました。規則へ向かう枝は、その先が全部だめなときに異常とみなします。"
    kinds = "、".join(RULE_NAMES[step.rule.type] for step in trace.steps)
    return (
        f"上の規則から順に、{kinds}の基準で枝を選びました。"
        if kinds
        else "規則がなく、1つのエンドポイントだけを答えます。"
    )


def table(trace: FlowTrace) -> Table:
    """Return every branch of every rule on the way: condition, health, whether it was taken."""
    rows: list[tuple[str | int, ...]] = []
    for number, step in enumerate(trace.steps, 1):
        for index, branch in enumerate(step.rule.branches):
            rows.append(
                (
                    number,
                    f"{step.rule.name}({RULE_NAMES[step.rule.type]})",
                    condition(step.rule, index, step),
                    branch.target,
                    ("正常" if step.healthy[index] else "異常") if branch.watched else "監視なし",
                    "選んだ" if index in step.chosen else "—",
                )
            )
    if not rows:
        rows.append((0, "—", "—", answer(trace), "—", "選んだ"))
    return Table("通った規則とその枝", ("段", "規則", "条件", "行き先", "Route 53から見た状態", "結果"), tuple(rows))
