"""Words of the explorer that shows endpoints, integrations and URLs of each type of API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.api_gateway.model.api_types import TODAY
from kumo.api_gateway.words.api_types import API_NAMES, JOIN, MARK_WITH_NOTE, MARKS, WHEN_OPTIONS
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumo.api_gateway.model.api_map import ApiMapTrace, Option

TITLE = "API Gatewayの全体像：入口とつなぐ先"
DESCRIPTION = (
    "左に入口のエンドポイント、中央に{api}、右につなぐ先。入口は{endpoints}、つなぐ先は{integrations}が使える。"
)

API = "APIの種類"
API_HELP = "使える入口とつなぐ先が点灯し、使えないものは破線になります。"
STAGE = "ステージ"
STAGE_OPTIONS = {"prod": "prod(名前つき)", "default": "$default"}
STAGE_HELP = "$defaultは、HTTP APIだけでURLから省けるステージです。"

# In the picture.
ENDPOINTS = "入口(エンドポイント)"
INTEGRATIONS = "つなぐ先(統合)"
VPC_LINK = "VPCリンク(プライベート統合)"
OPTIONS = {
    "edge": "エッジ最適化",
    "regional": "リージョン",
    "private": "プライベート",
    "lambda": "Lambda関数",
    "http-endpoint": "HTTPエンドポイント",
    "aws-service": "AWSサービス",
    "mock": "Mock",
    "nlb": "NLB",
    "alb": "ALB",
    "cloud-map": "Cloud Map",
}
WHERE = {
    "edge": "最寄りのCloudFrontへ",
    "regional": "そのリージョンへ直接",
    "private": "VPCの中からだけ",
}
CHARACTER = {
    "rest": ("ステートレス", "機能がいちばん多い"),
    "http": ("ステートレス", "軽くて安い"),
    "websocket": ("ステートフル", "双方向に話す"),
}
URLS = {"invoke": "クライアントが呼ぶURL", "callback": "サーバーから送るコールバックURL"}
PARTS = {
    "api-id": "APIのID",
    "region": "リージョン",
    "stage": "ステージ",
    "path": "リソース",
    "connection": "接続のID",
}
DEFAULT_REFUSED = "$defaultをURLから省けるのは、HTTP APIだけです。"
NO_STAGE = "$defaultステージなので、ステージ名がありません。"

# On the clock.
STEP_UNIT = "段階"
STEP_ENDPOINTS = "入口: {names}"
STEP_INTEGRATIONS = "つなぐ先: {total}つのうち{count}つが使える"
STEP_URL = "URL: {url}"
STEP_URLS = "URLは2つ: {url}と{other}"


def usable(options: Sequence[Option]) -> str:
    """Return the names of the options that can be used, as a list."""
    return JOIN.join(OPTIONS[option.key] for option in options if option.usable)


def steps(trace: ApiMapTrace) -> tuple[str, str, str]:
    """Return what happens at the three steps of the clock."""
    count, total = sum(option.usable for option in trace.integrations), len(trace.integrations)
    url = STEP_URL.format(url=trace.urls[0])
    if len(trace.urls) > 1:
        url = STEP_URLS.format(url=trace.urls[0], other=trace.urls[1])
    return (
        STEP_ENDPOINTS.format(names=usable(trace.endpoints)),
        STEP_INTEGRATIONS.format(total=total, count=count),
        url,
    )


def explanation(trace: ApiMapTrace) -> Explanation:
    """Say what the type of API offers, what it lacks, and what its URL shows."""
    when = "" if trace.when == TODAY else "2023年12月の仕様では、"
    name = API_NAMES[trace.api]
    doors = [OPTIONS[option.key] for option in trace.endpoints if option.usable]
    door = "3つの入口のすべて" if len(doors) == len(trace.endpoints) else f"{JOIN.join(doors)}の入口だけ"
    lacking = [OPTIONS[option.key] for option in trace.integrations if not option.usable]
    point = f"{when}{name}は{door}から受け、{len(trace.integrations) - len(lacking)}種類の相手につなげます。"
    why = [f"つなげないのは{'と'.join(lacking)}です。"] if lacking else []
    why += [
        f"{OPTIONS[option.key]}は「{option.note}」という条件がつきます。"
        for option in trace.integrations
        if option.support == "limited"
    ]
    if trace.default_refused:
        why.append(f"{DEFAULT_REFUSED}{name}のURLには、必ずステージ名が入ります。")
    elif trace.stage is None:
        why.append("$defaultステージは、ステージ名のないURLで呼べます。")
    elif trace.api == "websocket":
        why.append("URLは2つあります。クライアントはwssのURLでつなぎ、バックエンドは@connectionsのURLへ送ります。")
    else:
        why.append("URLには、APIのID、リージョン、ステージの名前が入ります。")
    return Explanation(point, "".join(why))


def table(trace: ApiMapTrace) -> Table:
    """Return endpoints, integrations and URLs as rows."""
    rows = [(ENDPOINTS, OPTIONS[option.key], _cell(option)) for option in trace.endpoints]
    rows += [(INTEGRATIONS, OPTIONS[option.key], _cell(option)) for option in trace.integrations]
    rows += [("URL", URLS[url.kind], str(url)) for url in trace.urls]
    return Table(
        f"{API_NAMES[trace.api]}の入口、つなぐ先、URL({WHEN_OPTIONS[trace.when]}の仕様)",
        ("分類", "項目", API_NAMES[trace.api]),
        tuple(rows),
    )


def _cell(option: Option) -> str:
    mark = MARKS[option.support]
    return MARK_WITH_NOTE.format(mark=mark, note=option.note) if option.note else mark
