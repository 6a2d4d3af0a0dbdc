"""Words of the explorer of the credential chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.ec2.model.credentials import (
    CODE,
    CONTAINER,
    EMPTY,
    ENV,
    FILE,
    HOUR,
    INSTANCE,
    NOT_ASKED,
    PLACES,
    ROLE,
    SHADOWED,
    SSO,
    USED,
)

if TYPE_CHECKING:
    from kumo.ec2.model.credentials import Place, Search

TITLE = "認証情報の連鎖: 何が使われ、何が漏れるか"
DESCRIPTION = "boto3が認証情報を探す7つの場所を上から並べた図。{winner}。右の棒は、盗まれた写しが使える時間。"

PRESENT = "認証情報がある場所"
PRESENT_HELP = "このマシンで、認証情報が設定されている場所をすべて選びます。"
OPTIONS = {
    CODE: "コード",
    ENV: "環境変数",
    ROLE: "ロールの引き受け",
    SSO: "IAM Identity Center",
    FILE: "共有ファイル",
    CONTAINER: "コンテナのロール",
    INSTANCE: "インスタンスプロファイル",
}
AGE = "盗まれるまでの時間"
AGE_HELP = "プログラムを起動してから、マシンの中身を盗まれるまでの時間です。"
HOURS = "時間"

# In the picture.
NAMES = {
    CODE: "コードに直接書く",
    ENV: "環境変数",
    ROLE: "ロールを引き受ける設定",
    SSO: "IAM Identity Center",
    FILE: "共有認証情報ファイル",
    CONTAINER: "コンテナのロール",
    INSTANCE: "インスタンスプロファイル",
}
WHERE = {
    CODE: "boto3.client(…)の引数",
    ENV: "AWS_ACCESS_KEY_ID",
    ROLE: "~/.aws/config role_arn",
    SSO: "~/.aws/config sso_…",
    FILE: "~/.aws/credentials",
    CONTAINER: "169.254.170.2",
    INSTANCE: "169.254.169.254",
}
STATES = {USED: "これを使う", EMPTY: "なし、次へ", SHADOWED: "使われない", NOT_ASKED: "調べない"}
ORDER = "探す順"
LEAKS = "盗まれた写しが使える時間"
ENDLESS = "取り消すまで"
SOURCE_KEY = "取り消すまで(元のキー)"
UNTIL = "あと{time}"
HOURS_TICK = "{hours}"
HOURS_AXIS = "盗まれてからの時間 (時間)"
CALL_USED = "使うのは「{name}」"
CALL_NONE = "どこにも見つからない"
STEPS = "段階"
STEP_USED = "{number} {name}: 見つかった"
STEP_EMPTY = "{number} {name}: ない"
STEP_THEFT = "マシンが乗っ取られる"


def duration(minutes: int) -> str:
    """Return a length of time as the reader reads it."""
    hours, rest = divmod(minutes, HOUR)
    return (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")


def call_out(trace: Search) -> str:
    """Return which credentials the program uses."""
    return CALL_USED.format(name=NAMES[trace.winner.key]) if trace.winner else CALL_NONE


def life(place: Place) -> str:
    """Return how long a copy of what lies there works, or nothing where nothing lies."""
    if not place.present:
        return ""
    if place.remaining is None:
        return SOURCE_KEY if place.key == ROLE else ENDLESS
    return UNTIL.format(time=duration(place.remaining))


def explanation(trace: Search) -> Explanation:
    """Say which credentials win, what that hides, and what a thief gets."""
    winner = trace.winner
    if winner is None:
        return Explanation(
            "どこにも認証情報がないので、呼び出しはNoCredentialsErrorで失敗します。",
            f"{len(PLACES)}つの場所をすべて調べました。マシンが乗っ取られても、盗まれる認証情報はありません。",
        )
    hidden = [NAMES[place.key] for place in trace.leaked if place is not winner]
    point = f"使われるのは「{NAMES[winner.key]}」で、先に見つかった時点で探すのをやめます。"
    if not hidden and len(trace.asked) == len(PLACES):
        point = f"ほかのどこにもないので、最後の「{NAMES[winner.key]}」が使われます。"
    unused = f"{_named(hidden)}は使われません。" if hidden else ""
    return Explanation(point, unused + _leak(trace))


def _named(hidden: list[str]) -> str:
    # A longer list would bury the point; the picture names them all.
    return f"「{'」と「'.join(hidden)}」" if len(hidden) <= 2 else f"ほかの{len(hidden)}か所の設定"  # noqa: PLR2004


def _leak(trace: Search) -> str:
    leaked = len(trace.leaked)
    if trace.endless:
        what = f"{leaked}か所の認証情報がすべて盗まれ、" if leaked > 1 else "中の"
        return f"マシンが乗っ取られると、{what}長期のアクセスキーは、気づいて取り消すまで使われ続けます。"
    longest = max(place.remaining or 0 for place in trace.leaked)
    return (
        "マシンが乗っ取られても、盗めるのは一時的な認証情報だけです。"
        f"マシンを切り離せば、長くても{duration(longest)}で使えなくなります。"
    )


def table(trace: Search) -> Table:
    """Return the chain, place by place."""
    rows = tuple(
        (number, NAMES[place.key], WHERE[place.key], STATES[place.state], life(place) or "—")
        for number, place in enumerate(trace.places, 1)
    )
    return Table(
        f"認証情報を探す順と、起動の{duration(trace.age)}後に盗まれた場合",
        ("順番", "場所", "手がかり", "結果", "盗まれた写しが使える時間"),
        rows,
    )
