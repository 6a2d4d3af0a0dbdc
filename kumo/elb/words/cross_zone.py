"""Words of the explorer of cross-zone load balancing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model.cross_zone import SENT

if TYPE_CHECKING:
    from fractions import Fraction

    from kumo.elb.model.cross_zone import CrossZoneTrace, Zone

TITLE = "クロスゾーン負荷分散"
DESCRIPTION = (
    "DNSがリクエストを各ゾーンのノードへ等しく導き、ノードがターゲットへ振り分ける図。クロスゾーンは{state}。"
    "1台あたりの割合は、{shares}。"
)

TARGETS = "ゾーン{name}の台数"
TARGETS_HELP = "ゾーン{name}に登録したターゲットの数です。"
THIRD_HELP = "ゾーンCに登録したターゲットの数です。0のときは、ロードバランサーがゾーンCを使いません。"
CROSS = "クロスゾーン負荷分散"
CROSS_HELP = "あり: どのノードも全ゾーンのターゲットへ送ります。なし: 自分のゾーンのターゲットだけへ送ります。"
DOWN = "異常なゾーン"
DOWN_OPTIONS = {"none": "なし", "a": "ゾーンA", "b": "ゾーンB"}
DOWN_HELP = "選んだゾーンのターゲットが、すべてヘルスチェックに失敗した状態にします。"
LOAD = "全体の負荷"
LOAD_HELP = "全ゾーンを合わせて1秒に届くリクエストの数です。"
CAPACITY = "1台の処理能力"
CAPACITY_HELP = "1台のターゲットが1秒に処理できるリクエストの数です。"
SEED = "乱数の種"
SEED_HELP = "クライアントがDNSから受け取るノードの並びを選ぶ番号です。"
UNITS = "台"
PER_SECOND = "件/秒"
REQUESTS = "件"

# In the picture.
CLIENTS = "クライアント"
BY_DNS = "DNSがノードへ等分"
BY_DNS_AND_NODES = "DNSはノードへ等分し、ノードは{reach}配る"
NODE = "ノード{name}"
ZONE = "ゾーン{name} ({count}台)"
FROM_DNS = "DNSから {share}"
OUT_OF_DNS = "DNSから外れた"
EACH = "1台あたり {share} = {load}件/秒"
UNHEALTHY = "すべて異常。届かない"
OVER = "処理能力を超える"
LIMIT = "処理能力 {capacity}件/秒"
LEGEND = f"棒: {SENT:,}件を振り分けた結果  横線: 計算  破線: 処理能力"
LEGEND_LINES = (f"棒: {SENT:,}件を振り分けた結果", "横線: 計算した割合  破線: 処理能力")
TO_ALL = "全ゾーンへ"
TO_OWN = "自分のゾーンだけへ"
ON_OFF = {True: "あり", False: "なし"}


def percent(share: Fraction) -> str:
    """Return a share as readers read it: 25%, 6.25%, 33.3%."""
    value = float(share) * 100
    return f"{value:.3g}%"


def amount(value: Fraction) -> str:
    """Return requests per second with at most one decimal."""
    return f"{float(value):.1f}".removesuffix(".0")


def description(trace: CrossZoneTrace) -> str:
    """Return the picture in words."""
    shares = "、".join(f"ゾーン{zone.name}が{percent(zone.share)}" for zone in trace.zones)
    return DESCRIPTION.format(state=ON_OFF[trace.cross], shares=shares)


def each(trace: CrossZoneTrace, zone: Zone) -> str:
    """Return what one target of a zone gets."""
    if not zone.healthy:
        return UNHEALTHY
    return EACH.format(share=percent(zone.share), load=amount(trace.per_target(zone)))


def explanation(trace: CrossZoneTrace) -> Explanation:
    """Say what one target of each zone gets, and what that means for those with little capacity."""
    healthy = [zone for zone in trace.zones if zone.healthy]
    if len({zone.share for zone in healthy}) == 1:
        point = f"健全なターゲットは、どのゾーンでも1台あたり{percent(healthy[0].share)}を受け持ちます。"
    else:
        shares = "、".join(f"ゾーン{zone.name}は{percent(zone.share)}" for zone in healthy)
        point = f"1台あたりの負荷は、{shares}で、ゾーンによって違います。"
    return Explanation(point, f"{_why(trace)}{_capacity(trace)}")


def _why(trace: CrossZoneTrace) -> str:
    if trace.cross:
        return f"どのノードも全ゾーンへ配るからです。リクエストの{percent(trace.crossing)}がゾーンをまたぎます。"
    gone = [zone.name for zone in trace.zones if not zone.healthy]
    if gone:
        return f"健全なターゲットのないゾーン{gone[0]}はDNSから外れ、残りのゾーンがすべてを受け持ちます。"
    return "DNSはゾーンに等しく配り、ノードは自分のゾーンの台数で割るからです。"


def _capacity(trace: CrossZoneTrace) -> str:
    if not trace.lost:
        return "どのターゲットも処理能力に収まります。"
    lost = amount(trace.lost)
    if trace.enough:
        return f"全体では足りているのに、少ない台数のゾーンで毎秒{lost}件があふれます。"
    return f"健全な台数では全体でも足りず、毎秒{lost}件があふれます。"


def table(trace: CrossZoneTrace) -> Table:
    """Return what DNS and the nodes give to each zone and target."""
    rows = []
    for zone in trace.zones:
        counts = zone.counts[-1]
        rows.append(
            (
                f"ゾーン{zone.name}",
                zone.targets,
                percent(zone.dns),
                percent(zone.share),
                amount(trace.per_target(zone)),
                f"{min(counts)}〜{max(counts)}",
            )
        )
    columns = ("ゾーン", "台数", "DNSから", "1台の割合", "1台の負荷 (件/秒)", f"{SENT:,}件のうち1台に届いた数 (件)")
    return Table(f"ゾーンごとの負荷(クロスゾーン{ON_OFF[trace.cross]})", columns, tuple(rows))
