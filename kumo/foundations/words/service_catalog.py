"""Words of the catalog of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table
from kumo.foundations.model.services import (
    BY_CATEGORY,
    BY_DISTANCE,
    BY_NAME,
    BY_RELATIONS,
    BY_SECTION,
    CATEGORIES,
    relations_of,
    services,
)

if TYPE_CHECKING:
    from kumo.foundations.model.services import CatalogTrace, Service

TITLE = "試験によく出るサービスの一覧とつながり"
DESCRIPTION = "{total}のサービスのうち{count}を並べた一覧。{focus}とつながるサービスに線が引かれている。"

QUERY = "探す言葉"
QUERY_HELP = "名前、旧名、役割、説明、問われ方から探します。空白で区切ると、すべてを含むものに絞ります。"
CATEGORY = "カテゴリ"
CATEGORY_HELP = "見たいカテゴリを選びます。何も選ばないと、すべてを示します。"
SORT = "並べ方"
SORTS = {
    BY_CATEGORY: "カテゴリ",
    BY_NAME: "名前",
    BY_RELATIONS: "つながりの多い順",
    BY_SECTION: "この教科書の順",
    BY_DISTANCE: "注目するサービスに近い順",
}
SORT_HELP = "同じ順位の中では、カテゴリの順に並べます。"
FOCUS = "注目するサービス"
FOCUS_HELP = "このサービスと直接つながるサービスを、線と言葉で示します。"
OPTIONS = {key: entry.short for key, entry in services().items()}

HEAD_NAME, HEAD_ROLE = "サービス", "役割"
HEAD_RELATION, HEAD_RELATION_SHORT = "{focus}とのつながり", "つながり"
NOTHING = "当てはまるサービスはありません。"
FOCUS_GONE = "{focus}は、いまの一覧にありません。"
OUTSIDE = "ほかに、一覧にない{count}のサービスとつながる"
NO_RELATION = "－"


def explanation(trace: CatalogTrace) -> Explanation:
    """Say how many were found, and with how many the focus works together."""
    focus = services()[trace.focus]
    if not trace.found:
        return Explanation(
            "当てはまるサービスはありません。",
            "言葉を減らすか、カテゴリの選択を外してください。",
        )
    all_of_them = len(trace.found) == trace.total
    if not trace.focused:
        point = f"{trace.total}のうち{len(trace.found)}のサービスが当てはまります。"
        return Explanation(point, f"注目する{focus.short}はこの中にないので、線は引きません。")
    count = len({relation.other(trace.focus) for relation in trace.shown})
    if all_of_them:
        point = f"{trace.total}のサービスのうち、{focus.short}と直接つながるものは{count}あります。"
    elif len(trace.found) == 1:
        point = f"当てはまるサービスは{focus.short}だけです。"
    elif count:
        point = f"{len(trace.found)}のサービスが当てはまり、その中で{focus.short}と直接つながるものは{count}あります。"
    else:
        point = f"{len(trace.found)}のサービスが当てはまり、その中に{focus.short}と直接つながるものはありません。"
    return Explanation(point, f"{focus.says}試験では「{focus.cue}」といった要件で問われます。{focus.change}")


def table(trace: CatalogTrace) -> Table:
    """Return everything that is known about the services found."""
    rows = tuple(_row(entry) for entry in trace.found)
    return Table(
        f"サービスの一覧({len(trace.found)}件)",
        ("カテゴリ", "サービス", "旧名", "説明", "問われ方", "変わったこと", "つながるサービス", "節"),
        rows or ((NOTHING, *[NO_RELATION] * 7),),
    )


def _row(entry: Service) -> tuple[str, ...]:
    known = services()
    names = [f"{known[relation.other(entry.key)].short}({relation.how})" for relation in relations_of(entry.key)]
    return (
        CATEGORIES[entry.category],
        entry.name,
        entry.exam_name or NO_RELATION,
        entry.says,
        entry.cue,
        entry.change or NO_RELATION,
        "、".join(names),
        entry.section,
    )
