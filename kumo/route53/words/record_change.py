"""Words of the explorer of a record's change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.route53.model.record_change import NEW, STUBBORN_HOLD, VALUE

if TYPE_CHECKING:
    from kumo.route53.model.record_change import ChangeTrace

TITLE = "レコードの変更：いつまで古い答えが残るか"
DESCRIPTION = (
    "横軸は変更からの時間、縦軸は古い答えのままのクライアントの割合。{clients}台を、早く気づいた順に上から並べた。"
    "半分が気づくのは{half:.0f}秒後、最後は{last:.0f}秒後。"
)

CHANGE = "変更"
CHANGE_HELP = "ある値を変えるか、なかった名前を新しく作るかです。"
CHANGES = {VALUE: "値を変える", NEW: "新しい名前を作る"}
TTL = "TTL"
TTL_HELP = "変える前のレコードのTTLです。「値を変える」ときに効きます。"
NEGATIVE = "否定キャッシュのTTL"
NEGATIVE_HELP = "「その名前はない」を覚える時間です。「新しい名前を作る」ときに効きます。"
LEAD = "先にTTLを下げておく時間"
LEAD_HELP = "変更のどれだけ前にTTLを下げておくかです。0なら下げません。"
LOW = "下げたTTL"
LOW_HELP = "先に下げておくときのTTLです。"
PROPAGATION = "ネームサーバーに行き渡る時間"
PROPAGATION_HELP = "変更がRoute 53の全部のネームサーバーに届くまでです。通常は60秒以内です。"
SHARE = "TTLを守らないクライアント"
SHARE_HELP = f"答えを最短でも{STUBBORN_HOLD:,}秒は使い続けるクライアントの割合です。"
CLIENTS = "クライアント"
CLIENTS_HELP = "キャッシュを持つクライアントの数です。"
SEED = "乱数の種"
SEED_HELP = "キャッシュに入った時刻が変わります。"
SECONDS, PERCENT, MACHINES = "秒", "%", "台"

# In the picture.
OLD = {VALUE: "古い値", NEW: "「ない」のまま"}
FRESH = {VALUE: "新しい値", NEW: "新しい名前"}
HEAD = {VALUE: "古い値のままの割合 (%)", NEW: "「ない」のままの割合 (%)"}
X = "変更からの時間 (秒)"
FORMULA = "計算"
STUBBORN = "TTLを守らない"
HALF = "半分 {time:,.0f}秒"
LATEST = "遅くとも {time:,}秒"
NOW = "いま {share:.0f}%"

CAPTION = "変更のあと、古い答えのままのクライアント"
COLUMNS = ("変更からの時間 (秒)", "シミュレーション (%)", "計算 (%)")


def explanation(trace: ChangeTrace) -> Explanation:
    """Say when the last client notices, and what decides it."""
    plan = trace.plan
    thing = OLD[trace.change]
    point = f"全員に新しい答えが届くのは{trace.last:,.0f}秒後です(遅くとも{trace.latest:,}秒後)。"
    if trace.share:
        why = (
            f"TTLを守らないクライアントは、{STUBBORN_HOLD:,}秒までは古い答えを使い続けます。"
            "TTLで縛れるのは守る相手だけです。"
        )
    elif trace.change == NEW:
        why = (
            f"名前を作る前に引いたクライアントは、「ない」という答えを{plan.ttl:,}秒まで覚えています。"
            "作ってから引けば、待つ必要はありません。"
        )
    elif plan.lead and plan.lead + plan.propagation >= plan.ttl:
        why = (
            f"元のTTLの分だけ前に{min(plan.low, plan.ttl):,}秒へ下げておいたので、"
            "長く覚えているクライアントはもういません。"
        )
    elif plan.lead:
        left = plan.ttl - plan.lead - plan.propagation
        why = (
            f"TTLを下げてから{plan.lead:,}秒しか待っていないので、元のTTLの答えが、あと{left:,}秒まで残ります。"
            "元のTTLの分だけ待ってから変えると、短くて済みます。"
        )
    else:
        why = (
            f"{thing}を覚えた時刻はばらばらなので、残りの時間は0〜{plan.ttl:,}秒に一様に広がります。"
            "だから古い答えの割合は、まっすぐ減ります。"
        )
    return Explanation(point, why)


def table(trace: ChangeTrace) -> Table:
    """Return the share of clients that are behind at ten moments, simulated and calculated."""
    moments = [trace.latest * part / 10 for part in range(11)]
    rows = tuple(
        (round(time), round(100 * trace.behind(time), 1), round(100 * trace.expected(time), 1)) for time in moments
    )
    return Table(CAPTION, COLUMNS, rows)
