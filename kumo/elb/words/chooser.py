"""Words of the explorer that finds a load balancer for a set of requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.elb.model.chooser import CHAIN, LIMITED, NO, TYPES, YES, needs

if TYPE_CHECKING:
    from kumo.elb.model.chooser import ChoiceTrace, Need

TITLE = "どのロードバランサーを選ぶか"
DESCRIPTION = "{count}件の要件を上から当てはめ、4種類のロードバランサーのどれが残るかを示す表。{verdict}。"

NEEDS = "要件"
NEEDS_OPTIONS = {key: need.name for key, need in needs().items()}
NEEDS_HELP = "選んだ要件をすべて満たす種類だけが残ります。"

NAMES = {
    "alb": "Application Load Balancer",
    "nlb": "Network Load Balancer",
    "glb": "Gateway Load Balancer",
    "clb": "Classic Load Balancer",
}
SHORT = {"alb": "ALB", "nlb": "NLB", "glb": "GLB", "clb": "CLB", CHAIN: "NLB → ALB"}
TAGLINES = {"alb": "HTTPを読む", "nlb": "接続を分ける", "glb": "機器へ通す", "clb": "前の世代"}
MARKS = {YES: "○", LIMITED: "△", NO: "×"}

# In the picture.
NO_NEEDS = "要件はまだありません"
REMAINS = "残る"
OUT = "外れる"
CONDITION = "△の条件"
STEP_UNIT = "件目"
STEP_OUT = "{name}: {kinds}が外れる"
STEP_NONE = "{name}: 外れる種類はない"
STEP_END = "結果"


def joined(kinds: tuple[str, ...] | list[str]) -> str:
    """Return the short names of several types."""
    return "と".join(SHORT[kind] for kind in kinds)


def step(trace: ChoiceTrace, index: int) -> str:
    """Return what one requirement does, for the clock."""
    out = [kind for kind in TYPES if trace.out_at(kind) == index]
    name = trace.needs[index].name
    return STEP_OUT.format(name=name, kinds=joined(out)) if out else STEP_NONE.format(name=name)


def verdict(trace: ChoiceTrace) -> str:
    """Return the result as one short phrase."""
    if not trace.needs:
        return "要件がないので、どれでも選べる"
    if len(trace.remaining) == 1:
        return f"残るのは{SHORT[trace.remaining[0]]}だけ"
    if trace.remaining:
        return f"{joined(trace.remaining)}が残る"
    if trace.chained:
        return "1つでは足りない。NLBのターゲットにALBを置く"
    return "1つでは足りない。要件を分ける"


def chain_parts(trace: ChoiceTrace) -> list[str]:
    """Return what each of two load balancers does where only their chain will do, else nothing."""
    if not trace.chained:
        return []
    to_alb = [need.name for need in trace.needs if need.support["alb"] != NO]
    to_nlb = [need.name for need in trace.needs if need.support["alb"] == NO]
    return [f"NLB: {'、'.join(to_nlb)}", f"ALB: {'、'.join(to_alb)}"]


def explanation(trace: ChoiceTrace) -> Explanation:
    """Say which types remain, and what excluded the others."""
    if not trace.needs:
        return Explanation(
            "要件がないので、どの種類でも選べます。", "要件を選ぶと、満たせない種類が理由とともに外れます。"
        )
    count = len(trace.needs)
    if trace.remaining:
        kinds = joined(trace.remaining)
        only = "だけ" if len(trace.remaining) == 1 else ""
        point = f"{count}件の要件を満たすのは、{kinds}{only}です。"
        return Explanation(point, f"{_reasons(trace)}{_advice(trace)}")
    if trace.chained:
        point = f"{count}件の要件を1つで満たす種類はありませんが、NLBのターゲットにALBを置けば満たせます。"
        return Explanation(point, f"{_reasons(trace)}NLBが入口の要件を、ALBがHTTPの要件を受け持ちます。")
    point = f"{count}件の要件を1つで満たす種類はありません。"
    lacking = "、".join(f"「{need.name}」" for need in trace.lacks(CHAIN)[:2])
    return Explanation(point, f"{_reasons(trace)}NLBの後ろにALBを置いても、{lacking}が足りません。")


def _reasons(trace: ChoiceTrace) -> str:
    """Return what excluded the three main types; those with the same first reason stand together."""
    by_reason: dict[str, list[str]] = {}
    for kind in TYPES:
        if lacks := trace.lacks(kind):
            by_reason.setdefault(lacks[0].name, []).append(kind)
    parts = [f"{joined(kinds)}は「{name}」" for name, kinds in by_reason.items()]
    return f"{'、'.join(parts)}で外れました。" if parts else ""


def _advice(trace: ChoiceTrace) -> str:
    first = trace.remaining[0]
    limited = [need for need in trace.needs if need.support[first] == LIMITED]
    if limited:
        return f"{SHORT[first]}の「{limited[0].name}」には条件があります({limited[0].notes[first]})。"
    if first == "clb":
        return "CLBは前の世代なので、新しく作るなら要件を見直します。"
    if len(trace.remaining) > 1 and "clb" in trace.remaining:
        return "CLBは前の世代なので、ほかの種類を選びます。"
    if len(trace.remaining) > 1:
        return "HTTPの中を見て振り分けるならALB、接続のまま速く分けるならNLBです。"
    return ""


def cell(need: Need, kind: str) -> str:
    """Return the mark of one cell with its note."""
    return f"{MARKS[need.support[kind]]} {need.notes.get(kind, '')}".strip()


def description(trace: ChoiceTrace) -> str:
    """Return the picture in words."""
    return DESCRIPTION.format(count=len(trace.needs), verdict=verdict(trace))


def table(trace: ChoiceTrace) -> Table:
    """Return what each type says to each requirement, and the result."""
    kinds = (*TYPES, CHAIN)
    rows = [(need.name, *(cell(need, kind) for kind in kinds)) for need in trace.needs]
    result = ("結果", *(OUT if trace.lacks(kind) else REMAINS for kind in kinds))
    return Table("要件ごとの対応", (NEEDS, *(SHORT[kind] for kind in kinds)), (*rows, result))


def comparison() -> list[dict[str, str]]:
    """Return the whole comparison as rows for a table, with the reader's headings."""
    rows = []
    for need in needs().values():
        marks = {SHORT[kind]: MARKS[need.support[kind]] for kind in (*TYPES, CHAIN)}
        conditions = [f"{SHORT[kind]}は{need.notes[kind]}" for kind in TYPES if need.support[kind] == LIMITED]
        rows.append({NEEDS: need.name, **marks, CONDITION: "。".join(conditions)})
    return rows
