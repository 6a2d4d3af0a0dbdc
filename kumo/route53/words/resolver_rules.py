"""Words of the explorer of the VPC Resolver's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.names import ROOT, BadNameError, absolute
from kumo.route53.model.resolver_rules import (
    ANSWERED,
    EC2,
    FORWARD,
    INBOUND,
    LOOP,
    MOST_RULES,
    NO_NAME,
    NO_WAY,
    OFFICE,
    ON_PREMISES,
    OUTBOUND,
    OUTSIDE,
    PRIVATE,
    PUBLIC,
    RESOLVER,
    RULE,
    SYSTEM,
    ZONE,
    RuleError,
    read_rules,
)

if TYPE_CHECKING:
    from kumo.route53.model.resolver_rules import Candidate, RulesTrace

TITLE = "VPC Resolver：その名前に誰が答えるか"
DESCRIPTION = (
    "左にVPC、右にオンプレミス、上にインターネットのDNSを描いた図。{asker}が{name} を聞き、{way}の順に通る。{result}"
)

ASKER = "聞く人"
ASKER_HELP = "どこにいる利用者が名前を聞くかです。"
ASKERS = {EC2: "VPCのEC2", OFFICE: "社内のPC", OUTSIDE: "インターネットの利用者"}
NAME = "聞く名前"
NAME_HELP = "www、db、mail、files.corp、erp.corp、api.aws の各 example.com などを試せます。"
NAME_ALLOWED = "www.example.com のようなドメイン名"
RULES = "Resolverのルール"
RULES_HELP = "1行に1つ、「ドメイン -> onprem」(転送)か「ドメイン -> system」(ここで解決)と書きます。"
RULES_DEFAULT = "corp.example.com -> onprem"
RULES_EXAMPLES = (
    "",
    "example.com -> onprem",
    "example.com -> onprem\naws.example.com -> system",
    ". -> onprem\ncorp.example.com -> onprem\nexample.com -> system\nexample.net -> system",
)
RULES_WRONG = {
    "form": "「ドメイン -> onprem」か「ドメイン -> system」の形(「{part}」を直す)",
    "name": "矢印の左がドメイン名の行(「{part}」を直す)",
    "twice": f"ドメインごとに1行(「{{part}}」が2回ある)、{MOST_RULES}行まで",
    "many": f"{MOST_RULES}行まで(いまは{{part}}行)",
}
ZONES = "プライベートホストゾーン"
ZONES_HELP = "VPCに関連付けるプライベートホストゾーンです。"
ENDPOINTS = "エンドポイント"
ENDPOINTS_HELP = "受信はオンプレミスからVPCへ、送信はVPCからオンプレミスへ、問い合わせを通します。"
ENDPOINT_OPTIONS = {INBOUND: "受信(インバウンド)", OUTBOUND: "送信(アウトバウンド)"}
FORWARDED = "オンプレミスのDNSがVPCへ転送するドメイン"
FORWARDED_HELP = "社内のDNSサーバーが、受信エンドポイントへ送るドメインです。"
FORWARDEDS = {"none": "なし", "aws.example.com": "aws.example.com", "example.com": "example.com"}
DNS = "VPCのDNS属性"
DNS_HELP = "enableDnsSupportとenableDnsHostnamesです。オフだとプライベートホストゾーンは使えません。"

# In the picture.
VPC = "VPC 10.0.0.0/16"
SITE = "オンプレミス 192.168.0.0/16"
PLACES = {
    EC2: "EC2",
    OFFICE: "社内のPC",
    OUTSIDE: "利用者",
    RESOLVER: "VPC Resolver",
    INBOUND: "受信",
    OUTBOUND: "送信",
    PRIVATE: "プライベートゾーン",
    ON_PREMISES: "社内のDNS",
    PUBLIC: "インターネットのDNS",
}
NOTES = {RESOLVER: "10.0.0.2"}
MISSING = "なし"
WEIGHED = "VPC Resolverが比べるもの(詳しいドメインの順)"
NOT_ASKED = "VPC Resolverには聞かれません"
KINDS = {
    FORWARD: "転送ルール",
    SYSTEM: "システムルール",
    PRIVATE: "プライベートゾーン",
    PUBLIC: "インターネット",
}
VERDICTS = {
    "chosen": "これを使う",
    "no_match": "当てはまらない",
    "beaten": "より詳しいものがある",
    "same": "同じドメインのルールが先",
    "no_outbound": "送信エンドポイントがない",
    "no_dns": "VPCのDNS属性がオフ",
}
STATUSES = {
    ANSWERED: "{address}",
    NO_NAME: "その名前はない(NXDOMAIN)",
    NO_WAY: "答えが返らない(タイムアウト)",
    LOOP: "堂々めぐりになる",
}
BY = "{source}の {zone} が答える"
BY_ALL = "{source}が答える"
NOBODY = "誰も答えない"
SOURCES = {PRIVATE: "プライベートホストゾーン", ON_PREMISES: "社内のDNS", PUBLIC: "インターネットのDNS"}
STEPS = "手順"
STEP_ASK = "名前を聞く"
STEP_GO = "{start}から{end}へ"
STEP_ANSWER = "結果"

CAPTION = "{name} の問い合わせ"
COLUMNS = ("項目", "ドメイン・場所", "種類・行き先", "結果")
CANDIDATE, WAY, RESULT = "比べたもの", "{number}番目の移動", "結果"
NONE = "—"


def wanted_name(text: str) -> str | None:
    """Return what would be a name to ask for, or None when `text` is one."""
    try:
        return NAME_ALLOWED if absolute(text) == ROOT or "*" in text or text == "@" else None
    except BadNameError:
        return NAME_ALLOWED


def wanted_rules(text: str) -> str | None:
    """Return what would be rules, or None when `text` holds such."""
    try:
        read_rules(text)
    except RuleError as error:
        return RULES_WRONG[error.code].format(part=error.part)
    return None


def verdict(trace: RulesTrace, one: Candidate) -> str:
    """Return why a candidate was taken or not."""
    if one == trace.chosen:
        key = "chosen"
    elif not one.usable:
        key = "no_outbound" if one.kind == RULE else "no_dns"
    elif not one.matches:
        key = "no_match"
    elif one.kind == ZONE and trace.chosen.domain == one.domain:
        key = "same"
    else:
        key = "beaten"
    return VERDICTS[key]


def result(trace: RulesTrace) -> str:
    """Return what came of the query."""
    return STATUSES[trace.status].format(address=trace.address)


def domain_shown(domain: str) -> str:
    """Return a domain without the dot at its end; the root as it is."""
    return domain if domain == ROOT else domain.removesuffix(".")


def explanation(trace: RulesTrace) -> Explanation:
    """Say who answered what, and which rule or zone decided it."""
    name = domain_shown(trace.name)
    asker = ASKERS[trace.asker]
    point = {
        ANSWERED: f"{asker}には、{SOURCES.get(trace.source, '')}が {trace.address} と答えます。",
        NO_NAME: f"{asker}には、{SOURCES.get(trace.source, '')}が「{name} はない」と答えます。",
        NO_WAY: f"{asker}の問い合わせは、VPCに入れず、答えが返りません。",
        LOOP: f"{asker}の問い合わせは、VPCと社内のDNSの間を回り続けます。",
    }[trace.status]
    return Explanation(point, _why(trace))


def _why(trace: RulesTrace) -> str:
    if trace.status == NO_WAY:
        return (
            "VPC Resolverのアドレスには、VPCの外から届きません。"
            "受信エンドポイントを作り、社内のDNSをそこへ転送させます。"
        )
    if trace.status == LOOP:
        return (
            "VPCは社内のDNSに、社内のDNSはVPCに、同じドメインを転送しているからです。"
            "どちらかを、より詳しいドメインだけの転送に直します。"
        )
    if trace.chosen is None:
        if trace.source == ON_PREMISES:
            return "社内のDNSが自分で持つゾーンの名前なので、VPCには聞きません。"
        return "VPC Resolverを通らない問い合わせなので、プライベートホストゾーンもルールも効きません。"
    chosen = trace.chosen
    domain = domain_shown(chosen.domain)
    left_out = any(not one.usable and one.matches for one in trace.candidates)
    extra = "使えない候補があり、飛ばされています。" if left_out else ""
    told = {
        FORWARD: f"当てはまる中でいちばん詳しいのが、{domain} の転送ルールだからです。",
        SYSTEM: f"{domain} のシステムルールがいちばん詳しいので、転送せず、ここで解決します。",
        PRIVATE: f"当てはまる中でいちばん詳しいのが、プライベートホストゾーン {domain} だからです。",
        PUBLIC: "当てはまるルールもプライベートホストゾーンもないので、インターネットのDNSを引きます。",
    }[chosen.action]
    if trace.status == NO_NAME and trace.source == PRIVATE:
        told += "名前がなくても、インターネットのDNSへは聞き直しません。"
    return told + extra


def table(trace: RulesTrace) -> Table:
    """Return what the Resolver weighed, the way of the query and its result."""
    rows = [(CANDIDATE, domain_shown(one.domain), KINDS[one.action], verdict(trace, one)) for one in trace.candidates]
    rows += [
        (WAY.format(number=number), PLACES[hop.start], PLACES[hop.end], NONE)
        for number, hop in enumerate(trace.hops, 1)
    ]
    zone = domain_shown(trace.zone) if trace.zone else NONE
    rows.append((RESULT, zone, SOURCES.get(trace.source, NONE), result(trace)))
    return Table(CAPTION.format(name=trace.name), COLUMNS, tuple(rows))


def way(trace: RulesTrace) -> str:
    """Return the places that the query passed."""
    return "、".join([PLACES[trace.hops[0].start], *(PLACES[hop.end] for hop in trace.hops)])
