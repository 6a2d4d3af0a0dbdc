"""Words of the hosted zone explorer.

The messages of Route 53 in `AWS_SAYS` are as users quote them; the place of a name is in braces. From (read
2026-11-26): https://github.com/cloudfoundry/bosh-bootloader/issues/310, https://github.com/aws/aws-sdk-java/issues/1996,
https://github.com/aws/aws-cdk/issues/19643, https://github.com/meltwater/terraform-aws-asg-dns-handler/issues/38, and
the files of public repositories that hold logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.hosted_zone import MOST_LINES
from kumo.route53.model.names import BadNameError, absolute
from kumo.route53.model.records import TYPES
from kumo.route53.model.wire import CLASSIC_LIMIT
from kumo.route53.model.zone import LOOP, NODATA, NOERROR, NXDOMAIN, OUTSIDE, REFERRAL, REFUSED

if TYPE_CHECKING:
    from kumo.route53.model.hosted_zone import HostedZoneTrace
    from kumo.route53.model.zone import Link, Problem, RecordSet

TITLE = "ホストゾーン：レコードを書いて答えを見る"
DESCRIPTION = "上はホストゾーン{origin}のレコード{sets}組の表。{problems}下は{name} の{kind}への答え。{result}"
DESCRIBED_PROBLEMS = "断られる行が{count}行ある。"

ORIGIN = "ゾーンの名前"
ORIGIN_HELP = "ホストゾーンのドメイン名です。"
ORIGIN_ALLOWED = "example.com のようなドメイン名"
TEXT = "レコード"
TEXT_HELP = "1行に1つ、「名前 TTL 型 値」と書きます。名前の@はゾーン自身で、エイリアスは「名前 ALIAS A 行き先」です。"
TEXT_ALLOWED = f"{MOST_LINES}行までのレコード"
TEXT_DEFAULT = """@ ALIAS A web.ap-northeast-1.elb.amazonaws.com.
www 300 CNAME @
api 60 A 192.0.2.10
*.dev 300 A 192.0.2.20
@ 3600 MX 10 mail
mail 3600 A 192.0.2.30
@ 3600 TXT "v=spf1 mx -all\""""
# Every rule that is easily broken, and every kind of answer.
TEXT_BROKEN = """@ CNAME lb.example.net.
www CNAME @
www A 192.0.2.1
@ MX mail
mail A 192.0.2.300
@ TXT v=spf1 -all"""
TEXT_VARIED = """www CNAME web
web CNAME www
shop CNAME cdn.example.net
sub NS ns1.sub
ns1.sub A 192.0.2.53
_sip._tcp SRV 1 5 5060 sip
@ CAA 0 issue "amazon.com"
v6 AAAA 2001:db8::1
*.deep.er A 192.0.2.7
@ ALIAS AAAA v6"""
TEXT_EXAMPLES = ("", TEXT_BROKEN, TEXT_VARIED)
NAME = "聞く名前"
NAME_HELP = "ゾーンの中の名前です。@はゾーン自身、末尾に点を付けると完全な名前です。"
NAME_ALLOWED = "www や @ のような、ゾーンの中の名前"
KIND = "聞く型"
KIND_HELP = "知りたいレコードの型です。"

# In the picture.
HEAD = "ホストゾーン {origin}"
COUNT = "{count}組のレコード"
COLUMNS_SHOWN = ("名前", "型", "TTL", "値")
ALIAS = "{kind} エイリアス"
ALIAS_SHORT = "ALIAS {kind}"
RESOURCE_TTL = "行き先"
MORE = "{value} ほか{count}"
LINE = "{line}行目"
QUERY = "{name} の{kind}は?"
ASKED = "聞く"
FOLLOWS = {
    "value": "{name} の {kind} を見つける",
    "cname": "{name} は {to} の別名",
    "alias": "{name} はエイリアスで、{to} の{kind}",
    "resource": "{name} はエイリアスで、AWSのリソースのアドレスを返す",
    "referral": "{name} から先は、別のゾーンに委任されている",
}
WILDCARD = "(* のレコード)"
SIZE = "{size}バイト"
STEPS = "手順"
STEP_ASK = "聞く"
STEP_ANSWER = "答え"
REFUSED_HEAD = "断られる行"
HINT_HEAD = "確かめたい行"

RESULTS = {
    NOERROR: "答えが返る",
    NODATA: "名前はあるが、この型のレコードはない",
    NXDOMAIN: "そういう名前はない",
    REFERRAL: "委任先のネームサーバーに聞くように返す",
    OUTSIDE: "別のゾーンへ続く",
    LOOP: "CNAMEが輪になり、答えにたどり着かない",
    REFUSED: "このゾーンの名前ではない",
}
# How resolvers name the result; the last three have no code of their own in the answer.
CODES = {
    NOERROR: "NOERROR",
    NODATA: "NODATA",
    NXDOMAIN: "NXDOMAIN",
    REFERRAL: "委任",
    OUTSIDE: "NOERROR",
    LOOP: "輪",
    REFUSED: "REFUSED",
}

# What is wrong with a line, in short, and what would be right.
PROBLEMS = {
    "cname_apex": ("ゾーンの頂点にCNAMEは置けない", "エイリアスのAにする"),
    "cname_conflict": ("CNAMEと同じ名前に{part}がある", "CNAMEか、ほかの型の、どちらかにする"),
    "only_one": ("この型は1つの名前に1つだけ", "1行だけ残す"),
    "duplicate": ("同じ値が2つある", "片方を消す"),
    "ttl_differs": ("同じ組でTTLが{part}とそろわない", "同じTTLにする"),
    "bad_ipv4": ("{part} はIPv4アドレスではない", "192.0.2.1 の形にする"),
    "bad_ipv6": ("{part} はIPv6アドレスではない", "2001:db8::1 の形にする"),
    "bad_target": ("{part} は名前ではない", "www.example.com. の形にする"),
    "mx_fields": ("MXは優先度と名前の2つを書く", "10 mail の形にする"),
    "mx_priority": ("優先度 {part} は0〜65535の外", "小さい数ほど先に使われる"),
    "srv_fields": ("SRVは4つの値を書く", "優先度 重み ポート 名前 の順にする"),
    "srv_number": ("{part} は0〜65535の外", "0〜65535の整数にする"),
    "soa_fields": ("SOAは7つの値を書く", "名前2つと数字5つにする"),
    "soa_number": ("{part} は秒数ではない", "整数にする"),
    "soa_place": ("SOAはゾーンの頂点だけ", "名前を @ にする"),
    "caa_fields": ("CAAの形ではない", '0 issue "認証局" の形にする'),
    "txt_unquoted": ("TXTの値が引用符で囲まれていない", '"…" で囲む'),
    "txt_long": ("文字列が{part}バイトで、255を超える", '"…" "…" と分けて並べる'),
    "out_of_zone": ("このゾーン({part})の名前ではない", "末尾の点を外すか、別のゾーンに書く"),
    "empty_label": ("名前の点が続いている", "点を1つにする"),
    "long_label": ("点から点までが63バイトを超える", "短くする"),
    "long_name": ("名前全体が255バイトを超える", "短くする"),
    "bad_label": ("{part} は名前に使えない", "英数字、ハイフン、下線で書く"),
    "no_value": ("値がない", "型のあとに値を書く"),
    "no_type": ("型がない", "A や CNAME を書く"),
    "bad_ttl": ("{part} はTTLにならない", "0〜2147483647の秒数にする"),
    "unknown_type": ("{part} という型はここにはない", "、".join(TYPES) + " のどれかにする"),
    "directive": ("{part} は使えない", "$TTL 300 の形だけが使える"),
    "alias_form": ("エイリアスの形ではない", "ALIAS A 行き先 の形にする"),
    "alias_ttl": ("エイリアスにTTLは付けられない", "TTLを消す(行き先のTTLが使われる)"),
    "alias_foreign": ("{part} へのエイリアスは作れない", "AWSのリソースか、同じゾーンのレコードを指す"),
    "alias_resource_type": ("AWSのリソースへのエイリアスはAかAAAA", "型をAかAAAAにする"),
    "alias_missing": ("{part} に同じ型のレコードがない", "行き先に同じ型のレコードを作る"),
    "alias_loop": ("エイリアスが輪になっている", "値を持つレコードで終わらせる"),
    "alias_and_values": ("同じ名前と型に値のレコードがある", "どちらかにする"),
    "alias_twice": ("同じ名前と型のエイリアスが2つある", "1つにする"),
    "relative_target": ("{part} を指す", "完全な名前のつもりなら、末尾に点を付ける"),
}
# What Route 53 answers to such a change, where its wording is known.
AWS_SAYS = {
    "cname_apex": "RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}",
    "cname_conflict": "RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records "
    "with the same DNS name in zone {zone}",
    "duplicate": "Duplicate Resource Record: '{part}'",
    "bad_ipv4": "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '{part}'",
    "bad_ipv6": "AAAARRDATAIllegalIPv6Address encountered with '{part}'",
    "mx_fields": "MXRRDATANotTwoFields (MX record doesn't have 2 fields) encountered with '{part}'",
    "txt_unquoted": "InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '{part}'",
    "txt_long": "CharacterStringTooLong (Value is too long)",
    "out_of_zone": "RRSet with DNS name {name} is not permitted in zone {zone}",
    "alias_missing": "Tried to create an alias that targets {part}, type {kind} in zone {zone}, but that target was "
    "not found",
    "alias_foreign": "Tried to create an alias that targets {part}, type {kind} in zone {zone}, but the alias target "
    "name does not lie within the target zone",
}

CAPTION = "ホストゾーン{origin}"
COLUMNS = ("行", "名前", "型", "TTL (秒)", "値", "答えまでの順番・問題")
MADE = "自動"
ORDER = "{number}番目"
NONE = "—"


def wanted_origin(text: str) -> str | None:
    """Return what would be the name of a zone, or None when `text` is one."""
    try:
        return None if absolute(text).count(".") > 1 and "*" not in text else ORIGIN_ALLOWED
    except BadNameError:
        return ORIGIN_ALLOWED


def wanted_text(text: str) -> str | None:
    """Return what would be the text of a zone; what is wrong with its records is for the picture to say."""
    return None if len(text.splitlines()) <= MOST_LINES and "\0" not in text else TEXT_ALLOWED


def wanted_name(text: str) -> str | None:
    """Return what would be a name to ask for, or None when `text` is one."""
    try:
        absolute(text, "example.com.")
    except BadNameError:
        return NAME_ALLOWED
    return None


def shown_name(name: str, origin: str) -> str:
    """Return a name as the zone's text has it: relative, ``@`` for the zone's own."""
    return "@" if name == origin else name.removesuffix(f".{origin}")


def shown_value(one: RecordSet) -> str:
    """Return what a record set holds, in a line."""
    if one.alias:
        return one.alias
    first = one.values[0].text
    return MORE.format(value=first, count=len(one.values) - 1) if len(one.values) > 1 else first


def problem(one: Problem) -> str:
    """Return what is wrong with a line, in short."""
    return PROBLEMS[one.code][0].format(part=one.part)


def follows(link: Link) -> str:
    """Return what a step of the answer does."""
    text = FOLLOWS[link.how].format(name=link.name, kind=link.kind, to=link.to)
    return text if link.source == link.name else f"{text} {WILDCARD}"


def result(trace: HostedZoneTrace) -> str:
    """Return how the answer ended, in a phrase."""
    return RESULTS[trace.answer.status]


def explanation(trace: HostedZoneTrace) -> Explanation:
    """Say which lines Route 53 would refuse, or what the answer is and why."""
    grave = [one for one in trace.zone.problems if one.grave]
    if grave:
        first = grave[0]
        said = AWS_SAYS.get(first.code, "").format(
            name=first.name, zone=trace.zone.origin, part=first.part, kind=first.kind
        )
        quoted = f"Route 53のエラーは「{said}」です。" if said else ""
        return Explanation(
            f"Route 53に断られる行が{len({one.line for one in grave})}行あります。",
            f"{first.line}行目は「{problem(first)}」に当たり、直すには「{PROBLEMS[first.code][1]}」です。{quoted}",
        )
    return Explanation(_point(trace), _why(trace))


def _point(trace: HostedZoneTrace) -> str:
    found = trace.answer
    asked = f"{found.name} の{found.kind}"
    values = [value.text for _, _, kind, value in found.records if kind == found.kind]
    return {
        NOERROR: f"{asked}の答えは、{'、'.join(values)} です。",
        NODATA: f"{found.reason} という名前はありますが、{found.kind}のレコードがありません(NODATA)。",
        NXDOMAIN: f"{found.reason} という名前は、このゾーンにありません(NXDOMAIN)。",
        REFERRAL: f"{found.reason} から先は別のゾーンに委任されているので、そのネームサーバーを教えます。",
        OUTSIDE: f"{found.name} は {found.reason} の別名で、その先は別のゾーンです。",
        LOOP: f"{found.name} のCNAMEは輪になっていて、答えにたどり着きません。",
        REFUSED: f"{found.name} は、このゾーンの名前ではありません。",
    }[found.status]


def _why(trace: HostedZoneTrace) -> str:
    found = trace.answer
    hows = [link.how for link in found.links]
    if found.status in (NODATA, NXDOMAIN):
        return (
            f"リゾルバーは「ない」という答えも{trace.zone.negative_ttl:,}秒まで覚えます。"
            "SOAのTTLと、SOAの最後の数字の、小さいほうです。"
        )
    if found.status == REFERRAL:
        return "頂点より下のNSレコードが、ゾーンの境目です。リゾルバーは、教わったネームサーバーに聞き直します。"
    if found.status in (OUTSIDE, LOOP, REFUSED):
        return {
            OUTSIDE: "Route 53が返すのはCNAMEまでで、リゾルバーが新しい名前を引き直します。",
            LOOP: "Route 53はこの設定を断りません。リゾルバーが途中であきらめ、利用者にはエラーが返ります。",
            REFUSED: "ネームサーバーが答えるのは、自分のゾーンの名前だけです。",
        }[found.status]
    told = []
    if "cname" in hows:
        told.append("CNAMEは答えの中に見え、利用者の側も別名だと分かります。")
    if "alias" in hows or "resource" in hows:
        told.append("エイリアスはRoute 53の中でたどるので、答えには行き先の名前が出ません。")
    if not told and found.links[0].source != found.links[0].name:
        told.append("その名前のレコードがないので、* のレコードが答えます。")
    return "".join(told) or (
        f"名前と型が同じレコードを1組にして返します。答えは{trace.size}バイトで、"
        f"UDPの昔からの上限{CLASSIC_LIMIT}バイトに{'収まります' if trace.size <= CLASSIC_LIMIT else '収まりません'}。"
    )


def table(trace: HostedZoneTrace) -> Table:
    """Return the record sets in the order of the text with the lines at fault, and the answer."""
    origin = trace.zone.origin
    order = {(link.source, link.kind): number for number, link in enumerate(trace.answer.links, 1)}
    rows: list[tuple[int, tuple[str | int, ...]]] = []
    for one in trace.zone.sets:
        number = order.get((one.name, one.kind))
        kind = ALIAS.format(kind=one.kind) if one.alias else one.kind
        values = one.alias or "、".join(value.text for value in one.values)
        ttl = RESOURCE_TTL if one.ttl is None else one.ttl
        told = ORDER.format(number=number) if number else NONE
        rows.append((one.line, (one.line or MADE, shown_name(one.name, origin), kind, ttl, values, told)))
    for fault in trace.zone.problems:
        name = shown_name(fault.name, origin) if fault.name else NONE
        told = f"{problem(fault)}。{PROBLEMS[fault.code][1]}"
        rows.append((fault.line, (fault.line, name, fault.kind or NONE, NONE, NONE, told)))
    rows.sort(key=lambda row: row[0])
    found = trace.answer
    answers = [(STEP_ANSWER, name, kind, ttl, value.text, result(trace)) for name, ttl, kind, value in found.records]
    answers = answers or [(STEP_ANSWER, found.name, found.kind, NONE, NONE, result(trace))]
    return Table(CAPTION.format(origin=origin), COLUMNS, tuple(row for _, row in rows) + tuple(answers))
