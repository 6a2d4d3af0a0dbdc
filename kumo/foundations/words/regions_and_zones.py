"""Words of the explorer of Regions, zones and edge locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.foundations.model.infrastructure import (
    APART,
    BOTH,
    CACHED,
    COPIED,
    DOWN,
    EDGE,
    FRESH,
    MISSING,
    MULTI_REGION,
    MULTI_ZONE,
    NO_WRITER,
    NOTHING,
    OK,
    ONE_SERVER,
    ONE_ZONE,
    READ,
    REGION,
    SERVER,
    WRITE,
    ZONE,
)

if TYPE_CHECKING:
    from kumo.foundations.model.infrastructure import OutageTrace, Request

TITLE = "リージョン・ゾーン・エッジ：どこが止まると、何が届かないか"
DESCRIPTION = (
    "上に世界地図。{user}の利用者から{regions}リージョンへの経路。"
    "下に構成と、4種類のリクエストの結果。{failure}。成功するのは{count}種類。"
)

DEPLOYMENT = "構成"
DEPLOYMENTS = {
    ONE_SERVER: "サーバー1台",
    ONE_ZONE: "1ゾーンに2台",
    MULTI_ZONE: "2ゾーン(マルチAZ)",
    MULTI_REGION: "2リージョン",
}
DEPLOYMENT_HELP = "サーバーとデータベースの置き方です。下の選択肢ほど、広い範囲の障害に備えます。"
CDN = "CDN(CloudFront)"
CDN_HELP = "利用者に近いエッジロケーションで受け、画像をキャッシュします。"
FAILURE = "止まるもの"
FAILURES = {
    NOTHING: "なし",
    SERVER: "サーバー1台",
    ZONE: "ゾーンA",
    REGION: "第1リージョン",
    EDGE: "最寄りのエッジ",
}
FAILURE_HELP = "切り替えが終わった後の姿を示します。切り替えに数分かかることもあります。"
USER = "利用者"
USER_HELP = "リクエストを送る人がいる都市です。"
HOME = "第1リージョン"
HOME_HELP = "アプリケーションを置くリージョンです。データの書き込み先でもあります。"
SECOND = "第2リージョン"
SECOND_HELP = "構成が2リージョンのときに使います。"
DATA = "リージョン間のデータ"
DATA_OPTIONS = {APART: "別々", COPIED: "読み取り用に複製", BOTH: "両方に書ける"}
DATA_HELP = "構成が2リージョンのときに効きます。「両方に書ける」は、DynamoDBのグローバルテーブルのような仕組みです。"

FAILED = {
    NOTHING: "障害はありません",
    SERVER: "サーバーが1台止まっています",
    ZONE: "ゾーンAが止まっています",
    REGION: "{home}リージョンが止まっています",
    EDGE: "最寄りのエッジロケーションが止まっています",
}
KINDS = {CACHED: "キャッシュ済みの画像", FRESH: "初めての画像", READ: "注文の確認", WRITE: "新しい注文"}
OUTCOMES = {
    OK: "成功",
    MISSING: "届くが、データがない",
    NO_WRITER: "書き込み先が止まっている",
    DOWN: "答える所がない",
}
# In the picture.
HEADLINES = {
    NOTHING: "障害なし",
    SERVER: "サーバー1台が停止",
    ZONE: "ゾーンAが停止",
    REGION: "{home}が停止",
    EDGE: "最寄りのエッジが停止",
}
ALL_FINE = "{state}: 4種類すべて成功"
SOME_FINE = "{state}: 成功は4種類のうち{count}つ"
NONE_FINE = "{state}: すべて失敗"
REGION_NAME = "{name}リージョン"
SITES = "構成"
ANSWERS = "届くか、1往復に最低何ミリ秒かかるか"
MILLISECONDS = "{time} ms"
LEGEND_REGION = "リージョン"
LEGEND_EDGE = "エッジロケーション(一部)"
LEGEND_USER = "利用者"
ZONES = ("ゾーンA", "ゾーンB")
SERVER_LABEL = "サーバー"
DATABASES = {"primary": "DB", "standby": "DB(待機)", "copy": "DB(複製)", "lost": "DB"}
TIME = "ミリ秒"
EDGE_OF = "エッジ: {name}"
EDGE_MOVED = "エッジ: {name}({lost}が停止)"
NO_EDGE = "エッジ: 使わない"


def milliseconds(time: float) -> str:
    """Return a time with one decimal below 10 ms, whole above."""
    return f"{time:.1f}" if time < 9.95 else f"{time:.0f}"  # noqa: PLR2004 -- where one decimal stops to matter


def failed(trace: OutageTrace) -> str:
    """Say what has failed."""
    return FAILED[trace.settings.failure].format(home=trace.sites[0].region.name)


def headline(trace: OutageTrace) -> str:
    """Say in a line what has failed, and how many kinds of request still succeed."""
    state = HEADLINES[trace.settings.failure].format(home=trace.sites[0].region.name)
    count = len(trace.answered)
    text = ALL_FINE if count == len(trace.requests) else SOME_FINE if count else NONE_FINE
    return text.format(state=state, count=count)


def edge(trace: OutageTrace) -> str:
    """Say which edge location serves the user."""
    if trace.edge is None:
        return NO_EDGE
    if trace.lost_edge is not None:
        return EDGE_MOVED.format(name=trace.edge.name, lost=trace.lost_edge.name)
    return EDGE_OF.format(name=trace.edge.name)


def way(request: Request) -> str:
    """Return the stops of a request, from the user on."""
    return " → ".join(stop.name for stop in request.stops)


def explanation(trace: OutageTrace) -> Explanation:
    """Say how many kinds succeed, and why the others do not."""
    answered = trace.answered
    state = failed(trace)
    if len(answered) == len(trace.requests):
        point = f"{state}が、4種類のリクエストはすべて成功します。"
        if trace.settings.failure == NOTHING:
            slowest = max(answered, key=lambda request: request.time)
            point = (
                f"4種類のリクエストがすべて成功し、"
                f"いちばん遠い往復には最低でも{milliseconds(slowest.time)}ミリ秒かかります。"
            )
    elif answered:
        names = "、".join(f"「{KINDS[request.kind]}」" for request in answered)
        point = f"{state}。" if not names else f"{state[:-2]}て、成功するのは{names}だけです。"
        if state == FAILED[NOTHING]:
            point = f"障害がなくても、成功するのは{names}だけです。"
    else:
        point = f"{state[:-2]}て、4種類のリクエストがすべて失敗します。"
    return Explanation(point, "".join(filter(None, (_same(trace), _cause(trace), _distance(trace)))))


def _same(trace: OutageTrace) -> str:
    return "第1と第2に同じリージョンを選んだので、備えは2ゾーンと変わりません。" if trace.same_region else ""


def _cause(trace: OutageTrace) -> str:
    settings, outcomes = trace.settings, {request.outcome for request in trace.requests}
    if settings.failure == EDGE:
        if trace.edge is None or trace.lost_edge is None:
            return "CDNを使っていないので、エッジロケーションの障害は関係しません。"
        return f"{trace.lost_edge.name}の代わりに、次に近い{trace.edge.name}のエッジロケーションが受けます。"
    if MISSING in outcomes:
        near = trace.sites[-1].region.name
        return (
            f"{near}リージョンが答えますが、{trace.sites[0].region.name}で作った注文はそこにありません。"
            "リージョンのデータは独立しているので、複製の仕組みを加える必要があります。"
        )
    if NO_WRITER in outcomes:
        return (
            f"複製は読み取り専用なので、{trace.sites[-1].region.name}リージョンでは読むことしかできません。"
            "複製を書き込み先に昇格させると、新しい注文も受けられます。"
        )
    if DOWN in outcomes:
        saved = "ただし、エッジロケーションにある画像だけは返ります。" if trace.edge else ""
        return {
            SERVER: "1台しかないので、代わりがありません。",
            ZONE: "サーバーもデータベースもゾーンAにしかないので、代わりがありません。",
            REGION: "ほかのリージョンに何も置いていないので、代わりがありません。",
        }[settings.failure] + saved
    return _survival(trace)


def _survival(trace: OutageTrace) -> str:
    failure, second = trace.settings.failure, trace.sites[-1].region.name
    if failure == SERVER:
        return "もう1台のサーバーが引き受けます。"
    if failure == ZONE:
        return "もう1つのゾーンのサーバーが引き受け、待機していたデータベースに切り替わります。"
    if failure == REGION:
        return f"{second}リージョンが引き受けます。"
    return ""


def _distance(trace: OutageTrace) -> str:
    """Say what a CDN or a second Region does to the distance, where nothing has failed."""
    if trace.settings.failure != NOTHING:
        return ""
    by_kind = {request.kind: request for request in trace.requests}
    cached, write = by_kind[CACHED], by_kind[WRITE]
    if trace.edge is None:
        return (
            f"光ファイバーを通る光でも、{trace.user.name}から{write.stops[-1].name}までの往復に"
            f"{milliseconds(write.time)}ミリ秒かかり、これより速くはできません。"
        )
    if write.time <= cached.time:
        return "エッジロケーションとリージョンが同じ都市にあるので、距離の差はありません。"
    return (
        f"キャッシュ済みの画像は{trace.edge.name}のエッジロケーションが返すので{milliseconds(cached.time)}ミリ秒から、"
        f"新しい注文は{write.stops[-1].name}まで届けるので{milliseconds(write.time)}ミリ秒からです。"
    )


def table(trace: OutageTrace) -> Table:
    """Return what becomes of each kind of request."""
    rows = []
    for request in trace.requests:
        travelled = len(request.stops) > 1
        rows.append(
            (
                KINDS[request.kind],
                OUTCOMES[request.outcome],
                way(request) if travelled else "－",
                round(request.length) if travelled else "－",
                round(request.time, 1) if travelled else "－",
            )
        )
    return Table(
        f"リクエストの結果({failed(trace)})",
        ("リクエスト", "結果", "経路", "片道の距離 (km)", "1往復の下限 (ms)"),
        tuple(rows),
    )
