"""Invariants of the constructions, and of their pictures."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from kumo.api_gateway.explorers import Architectures
from kumo.api_gateway.model.architecture import BY_KEY, CONSTRUCTIONS, walk
from kumo.api_gateway.view.architecture import _places
from kumo.api_gateway.words import architecture as words
from kumo.core.drawing import LAYOUTS, text_width

if TYPE_CHECKING:
    from kumo.api_gateway.model.architecture import Construction
    from kumo.core.drawing import Layout

every_construction = pytest.mark.parametrize("construction", CONSTRUCTIONS, ids=lambda one: one.key)
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.name)


def test_every_construction_has_its_option_and_words() -> None:
    assert list(words.CASES) == [construction.key for construction in CONSTRUCTIONS]
    assert set(words.SUMMARIES) == set(words.TROUBLES) == set(BY_KEY)


@every_construction
def test_roads_lead_from_part_to_part(construction: Construction) -> None:
    known = {part.key for part in construction.parts}
    for hop in construction.hops:
        assert set(hop.road) <= known
        assert all(one != other for one, other in pairwise(hop.road))
    assert {key for zone in construction.zones for key in zone.parts} <= known
    assert {key for pair in construction.unused for key in pair} <= known


@every_construction
def test_every_part_is_visited_or_stands_beside_a_visited_one(construction: Construction) -> None:
    visited = {key for hop in construction.hops for key in hop.road}
    beside = {key for pair in construction.unused for key in pair}
    assert {part.key for part in construction.parts} == visited | beside


@every_construction
def test_a_request_starts_with_a_client_and_an_answer_ends_at_one(construction: Construction) -> None:
    first, last = construction.hops[0], construction.hops[-1]
    assert not first.reply
    assert last.reply
    columns = {part.key: part.column for part in construction.parts}
    assert columns[first.road[0]] == columns[last.road[-1]] == 0


@every_construction
def test_every_hop_sets_out_from_where_the_request_has_been(construction: Construction) -> None:
    columns = {part.key: part.column for part in construction.parts}
    reached = {key for key, column in columns.items() if column == 0}
    for hop in construction.hops:
        assert hop.road[0] in reached
        reached |= set(hop.road)


@every_construction
def test_trouble_stops_the_request_on_the_way(construction: Construction) -> None:
    smooth, stopped = walk(construction, trouble=False), walk(construction, trouble=True)
    assert smooth.hops == construction.hops
    assert stopped.hops == construction.hops[: construction.stop + 1]
    assert len(stopped.hops) < len(smooth.hops)
    assert construction.guard in {key for hop in stopped.hops for key in hop.road}


@every_construction
def test_no_reply_to_the_client_before_the_trouble(construction: Construction) -> None:
    clients = {part.key for part in construction.parts if part.column == 0}
    stopped = walk(construction, trouble=True)
    assert not any(hop.reply and hop.road[-1] in clients and hop.key != "receive-jwt" for hop in stopped.hops)


@every_construction
@every_layout
def test_parts_neither_overlap_nor_leave_the_picture(construction: Construction, layout: Layout) -> None:
    places, bottom = _places(construction, layout)
    for box in places.values():
        assert box.x >= 0
        assert box.right <= layout.width
        assert box.bottom <= bottom
    for one, other in combinations(places.values(), 2):
        apart_across = one.right < other.x or other.right < one.x
        apart_down = one.bottom < other.y or other.bottom < one.y
        assert apart_across or apart_down


@every_construction
@every_layout
def test_labels_fit_their_boxes(construction: Construction, layout: Layout) -> None:
    places, _ = _places(construction, layout)
    for key, box in places.items():
        for line in words.PARTS[key].split("\n"):
            assert text_width(line, layout.small) <= box.width - 12, f"{line} is too long for {key}"


def test_status_codes_are_told_to_the_reader() -> None:
    for construction in CONSTRUCTIONS:
        frame = Architectures.frame({"case": construction.key, "trouble": True}, layouts=())
        shown = frame["explanation"]["point"] + frame["table"]["rows"][-1][-1]
        assert construction.status in shown
        assert frame["table"]["rows"][-1][0] == words.STOP_MARK
