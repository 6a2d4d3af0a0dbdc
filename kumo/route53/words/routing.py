"""Words of the explorer of routing policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.geography import CLIENTS
from kumo.route53.model.policy_records import BIASES, BLOCK_LENGTHS, MOST_RECORDS, PRIMARY, SECONDARY, WEIGHTS, read
from kumo.route53.model.routing import (
    FAILOVER,
    GEOLOCATION,
    GEOPROXIMITY,
    IP_BASED,
    LATENCY,
    MULTIVALUE,
    NO_SLOW_REGION,
    QUERIES,
    SIMPLE,
    SLOW_FACTOR,
    WEIGHTED,
)
from kumo.route53.model.selection import MOST_VALUES
from kumo.route53.words import places

if TYPE_CHECKING:
    from kumo.route53.model.policy_records import Problem, Record
    from kumo.route53.model.routing import RoutingTrace

TITLE = "ルーティングポリシー：どのリージョンが答えになるか"
DESCRIPTION = "世界地図。10都市からの線が、答えになったリージョンのピンに向かう。下はリージョンごとの件数の棒。{shares}"

POLICY = "ルーティングポリシー"
POLICIES = {
    SIMPLE: "シンプル",
    WEIGHTED: "加重",
    LATENCY: "レイテンシー",
    FAILOVER: "フェイルオーバー",
    GEOLOCATION: "位置情報",
    GEOPROXIMITY: "地理的近接性",
    MULTIVALUE: "複数値回答",
    IP_BASED: "IPベース",
}
POLICY_HELP = "同じレコードを、違うポリシーで選ばせて比べます。"
RECORDS = "レコード"
RECORDS_HELP = (
    "1行に1つ(または ; で区切り)、リージョンのあとに weight、bias、continent、country、failover、cidr を書き、"
    "ポリシーは自分の項目だけを読みます。"
)
UNHEALTHY = "異常なエンドポイント"
UNHEALTHY_HELP = "ここに選んだリージョンのエンドポイントは、応答しません。"
CHECKS = "ヘルスチェック"
CHECKS_HELP = "レコードにヘルスチェックを関連付けるかどうかです。シンプルには付けられません。"
SLOW = "遠回りの回線"
SLOW_HELP = f"選んだリージョンへの往復時間が、距離から見込む値の約{SLOW_FACTOR}倍になります。"
SLOW_OPTIONS = {NO_SLOW_REGION: "なし", **places.REGIONS}
SEED = "乱数の種"
SEED_HELP = "ランダムに選ぶポリシーで、選ばれる並びを決める番号です。"

DEFAULT_RECORDS = """\
ap-northeast-1 weight=50 continent=AS failover=primary cidr=198.18.16.0/20
eu-central-1 weight=30 continent=EU country=IN failover=secondary cidr=198.18.32.0/20,198.18.20.0/24
ap-southeast-2 weight=20 continent=OC
us-east-1 weight=0 country=* cidr=*"""

EXAMPLES = (
    "\n".join(places.REGIONS),
    (
        "us-west-2 bias=60 continent=NA country=* failover=primary cidr=*\n"
        "us-east-1 bias=-60 continent=SA failover=secondary cidr=198.18.56.0/24\n"
        "eu-west-1 weight=255 country=PL,ES"
    ),
    "sa-east-1",
)

# In the picture.
RULES = {
    SIMPLE: "1つのレコードの値を全部、ランダムな順で返す",
    WEIGHTED: "重みの割合で1つを選ぶ",
    LATENCY: "往復時間がいちばん短いリージョンを選ぶ",
    FAILOVER: "正常ならプライマリ、だめならセカンダリ",
    GEOLOCATION: "利用者のいる場所に合う、いちばん狭い指定を選ぶ",
    GEOPROXIMITY: "バイアスで調整した距離がいちばん短い先を選ぶ",
    MULTIVALUE: f"正常な値を最大{MOST_VALUES}個、ランダムな順で返す",
    IP_BASED: "利用者のIPアドレスを含むCIDRで選ぶ",
}
ALL_DOWN = "正常な先がない → 正常とみなして答える"
DESTINATIONS = f"{QUERIES:,}件の行き先(最初の値)"
EXPECTED = "▼ 計算上の割合"
COUNT = "{count:,}件"
BROKEN = "異常"
BROKEN_COUNT = "異常 {count:,}件"
NO_ANSWER = "応答なし"
MILLISECONDS = "{value:.0f} ms"
KILOMETRES = "{value:,.0f} km"
WEIGHT = "重み {weight}"
BIAS = "バイアス {bias:+d}"
BIAS_NONE = "バイアス 0"
SLOW_PATH = "遠回りの回線"
ROLES = {PRIMARY: "プライマリ", SECONDARY: "セカンダリ", "": "—"}
NOT_USED = "指定なし"
INCLUDED = "応答に入る {count:,}件"
QUERIES_UNIT = "件目"

# What is wrong with the records; each completes 「{n}行目({record})の{…}」.
PROBLEMS = {
    "none": f"1〜{MOST_RECORDS}行のレコードがありません",
    "region": "「{value}」というリージョンはありません(あるのは " + "、".join(places.REGIONS) + ")",
    "region-twice": "{value} のレコードが2つあります(1つのリージョンに1つ)",
    "attribute": "「{value}」は読めません(weight=10 のように、weight、bias、continent、country、failover、cidr で書く)",
    "attribute-twice": "{value} が2回あります",
    "weight": f"重み「{{value}}」は使えません({WEIGHTS[0]}〜{WEIGHTS[1]}の整数)",
    "bias": f"バイアス「{{value}}」は使えません({BIASES[0]}〜{BIASES[1]}の整数)",
    "continent": "大陸「{value}」はありません(" + "、".join(places.CONTINENTS) + " のどれか)",
    "country": "国「{value}」は読めません(JP のような大文字2字か、既定の *)",
    "failover": "failover「{value}」は使えません(primary か secondary)",
    "cidr": "「{value}」はIPv4のCIDRではありません(198.18.16.0/20 のような形か、既定の *)",
    "cidr-length": f"CIDR「{{value}}」の長さは使えません(/{BLOCK_LENGTHS[0]}〜/{BLOCK_LENGTHS[1]})",
    "cidr-host-bits": "CIDR「{value}」は、長さより下のビットが0ではありません",
    "continent-twice": "大陸 {value} は {other} のレコードと同じ場所です(1つの場所に1つ)",
    "country-twice": "国 {value} は {other} のレコードと同じ場所です(1つの場所に1つ)",
    "failover-twice": "{value} は {other} のレコードと重なっています(primaryとsecondaryは1つずつ)",
    "cidr-twice": "CIDR {value} は {other} のレコードにもあります(1つのブロックは1つの場所)",
}
PROBLEM = "{line}行目 {record}: {problem}"
FIX = "次の点を直したレコードの並び — {problems} — "


def check(text: str) -> str | None:
    """Return what records would be right, or None when these are."""
    _, problems = read(text)
    return FIX.format(problems="。".join(told(problem) for problem in problems)) if problems else None


def told(problem: Problem) -> str:
    """Return a problem in words: line, record, rule."""
    words = PROBLEMS[problem.kind].format(value=problem.value, other=problem.other)
    return PROBLEM.format(line=problem.line, record=problem.record, problem=words) if problem.line else words


def name(record: Record) -> str:
    """Return what a record is called: its Region."""
    return places.REGIONS[record.region]


def setting(trace: RoutingTrace, index: int) -> str:
    """Return what the policy reads of a record, or what it makes of it."""
    record = trace.records[index]
    ways = {
        SIMPLE: lambda: INCLUDED.format(count=trace.included(index)),
        WEIGHTED: lambda: WEIGHT.format(weight=record.weight),
        LATENCY: lambda: SLOW_PATH if record.region == trace.slow else record.region,
        FAILOVER: lambda: ROLES[record.role],
        GEOLOCATION: lambda: "、".join(places.place(*place) for place in sorted(record.places)) or NOT_USED,
        GEOPROXIMITY: lambda: BIAS.format(bias=record.bias) if record.bias else BIAS_NONE,
        MULTIVALUE: lambda: INCLUDED.format(count=trace.included(index)),
        IP_BASED: lambda: "、".join(record.blocks) or NOT_USED,
    }
    return ways[trace.policy]()


def shares(trace: RoutingTrace) -> str:
    """Return where the queries went."""
    counts = [(name(record), trace.used(index)) for index, record in enumerate(trace.records)]
    told = [f"{label}{count:,}件" for label, count in counts if count]
    if trace.unanswered:
        told.append(f"応答なし{trace.unanswered:,}件")
    return "、".join(told)


def measured(trace: RoutingTrace, record: int, client: int) -> str:
    """Return what the policy compared, in words; empty where it compares nothing."""
    value = trace.measure(record, CLIENTS[client])
    if value is None:
        return ""
    return (MILLISECONDS if trace.policy == LATENCY else KILOMETRES).format(value=value)


WHY = {
    SIMPLE: "1つのレコードに入れた値は、どの応答にも全部入ります。順番はランダムなので、最初の値は均等に散ります。",
    WEIGHTED: "選ばれる割合は、重みを重みの合計で割った値です。1件ごとのくじ引きなので、件数は少しずれます。",
    LATENCY: "選ぶ基準は距離ではなく往復時間です。近くても回線が遠回りなら、選ばれません。",
    FAILOVER: "プライマリが正常な間は、どこからの問い合わせにもプライマリだけを答えます。セカンダリは待機します。",
    GEOLOCATION: "国の指定は大陸の指定より優先され、どちらもなければ既定(*)です。近さは見ません。",
    GEOPROXIMITY: "比べるのは、距離に(1−バイアス÷100)を掛けた値です。プラスなら、その先を実際より近いとみなします。",
    MULTIVALUE: f"1つの応答に最大{MOST_VALUES}個の値が入ります。クライアントは、最初の値で失敗したら次の値を試せます。",
    IP_BASED: "利用者のアドレスが入るCIDRのうち、長いものを使います。どれにも入らなければ既定(*)です。",
}


def explanation(trace: RoutingTrace) -> Explanation:
    """Say where the queries went, and which rule or which failure decided."""
    point = f"{QUERIES:,}件の行き先は、{shares(trace)}です。"
    broken = "と".join(name(trace.records[index]) for index in sorted(trace.broken) if trace.used(index))
    if trace.failed and trace.policy == SIMPLE:
        why = f"シンプルにはヘルスチェックを付けられません。応答しない{broken}も返り、{trace.failed:,}件が失敗します。"
    elif trace.failed and not trace.checked:
        why = f"ヘルスチェックがないと、Route 53は{broken}の異常を知りません。{trace.failed:,}件が失敗します。"
    elif trace.failed:
        why = (
            "当てはまるレコードに正常なものが1つもないと、Route 53は正常とみなして選びます。"
            f"そのため{trace.failed:,}件が、応答しない{broken}に向かいます。"
        )
    elif trace.unanswered:
        why = "当てはまるレコードがなく、既定のレコードもない所からの問い合わせには、応答がありません。"
    else:
        why = WHY[trace.policy]
    return Explanation(point, why)


def table(trace: RoutingTrace) -> Table:
    """Return for every city how many of its queries each record answered, and what was compared."""
    rows = []
    for number, client in enumerate(CLIENTS):
        where = f"{places.COUNTRIES[client.country]}({places.CONTINENTS[client.continent]})"
        cells = []
        for index in range(len(trace.records)):
            compared, count = measured(trace, index, number), trace.used(index, number)
            cells.append(f"{count:,}({compared})" if compared else count)
        rows.append((places.CLIENTS[client.key], where, *cells, trace.used(None, number)))
    whole = [trace.used(index) for index in range(len(trace.records))]
    rows.append(("合計", "", *whole, trace.unanswered))
    heads = [
        f"{name(record)}{'・異常' if index in trace.broken else ''} (件)" for index, record in enumerate(trace.records)
    ]
    caption = f"都市ごとの{QUERIES // len(CLIENTS)}件の行き先({POLICIES[trace.policy]})"
    return Table(caption, ("都市", "国(大陸)", *heads, "応答なし (件)"), tuple(rows))
