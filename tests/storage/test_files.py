"""Shared files and their life cycle against truth tables, closed forms and a second reckoning by events."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.storage.model import lifecycle as life
from kumo.storage.model.lifecycle import ARCHIVE, IA, STANDARD, YEAR, Policy, break_even, live
from kumo.storage.model.shared_files import (
    DATA_DOWN,
    DOWN,
    HOME,
    NOTHING,
    ONE_ZONE,
    READING,
    REGIONAL,
    ZONES,
    share,
)

SUBSETS = [tuple(z for z, there in zip(ZONES, bits, strict=True) if there) for bits in product((0, 1), repeat=3)]


@pytest.mark.parametrize("targets", SUBSETS)
@pytest.mark.parametrize("failed", [NOTHING, *ZONES])
def test_who_reads(targets: tuple[str, ...], failed: str) -> None:
    regional = share(REGIONAL, targets, failed)
    first = targets[0] if targets else None
    for zone, fate in zip(ZONES, regional.fates, strict=True):
        via = zone if zone in targets else first
        assert (fate in READING) == (via is not None and failed not in (zone, via))
        assert (fate == "across") == (fate in READING and zone not in targets)
    alone = share(ONE_ZONE, targets, failed)
    assert alone.targets == (HOME,)
    assert set(alone.reading) == (set() if failed == HOME else set(ZONES) - {failed})
    # With its one zone goes the data, not only the way to it.
    lost = tuple(DOWN if zone == HOME else DATA_DOWN for zone in ZONES)
    assert failed != HOME or alone.fates == lost


def test_a_target_in_each_zone_survives_any_zone() -> None:
    for failed in ZONES:
        assert share(REGIONAL, ZONES, failed).reading == tuple(z for z in ZONES if z != failed)


@pytest.mark.parametrize(
    ("every", "ia", "archive"),
    [
        (every, ia, archive)
        for every in (31, 45, 120, 365)
        for ia, archive in ((30, 90), (7, 180), (14, 0), (0, 90))
        # Files that are read before they leave are another case.
        if every > (ia or archive)
    ],
)
def test_closed_form_without_a_way_back(every: int, ia: int, archive: int) -> None:
    """Once files have left Standard, reads do not set the count back: the days in each class follow."""
    end = archive or YEAR
    days = {STANDARD: ia or end, IA: end - ia if ia else 0, ARCHIVE: YEAR - end}
    trace = live(Policy(ia, archive, back=False), every)
    assert {place: trace.classes.count(place) for place in days} == days
    storage = sum(100 * count * life.storage_price(place) * 12 / YEAR for place, count in days.items())
    assert trace.storage == pytest.approx(storage)
    moved = [place for place in (IA, ARCHIVE) if days[place]]
    assert trace.moving == pytest.approx(sum(100 * life.moving_price(place) for place in moved))
    times = range(every, YEAR, every)
    came = [STANDARD if d < days[STANDARD] else IA if ia and d <= end else ARCHIVE for d in times]
    assert [place for _, place in trace.reads] == came


@given(st.integers(1, 400), st.sampled_from((0, 7, 30, 60)), st.sampled_from((0, 90, 180)), st.booleans())
def test_second_reckoning_by_events(every: int, ia: int, archive: int, back: bool) -> None:  # noqa: FBT001 -- drawn
    """Between two accesses in Standard the classes are fixed; walk from one to the next instead of day by day."""
    classes: list[str] = []
    while len(classes) < YEAR:
        start = len(classes)
        stay = [STANDARD if not ia or d < ia else IA for d in range(YEAR)]
        stay = [ARCHIVE if archive and d >= archive else place for d, place in enumerate(stay)]
        for d in range(1, YEAR - start):
            if (start + d) % every == 0 and (back or stay[d - 1] == STANDARD):
                stay = stay[:d]
                break
        classes += stay[: YEAR - start]
    trace = live(Policy(ia, archive, back), every)
    assert list(trace.classes) == classes
    assert trace.total == pytest.approx(trace.by_day[-1])
    moves = [now for day, now in enumerate(classes) if now != STANDARD and (day == 0 or classes[day - 1] != now)]
    assert trace.moving == pytest.approx(sum(100 * life.moving_price(place) for place in moves))


def test_reading_keeps_files_in_standard() -> None:
    trace = live(Policy(30, 90, back=False), 21)
    assert set(trace.classes) == {STANDARD}
    assert trace.total == pytest.approx(trace.plain) == pytest.approx(360)


@pytest.mark.parametrize(("warm", "cold"), [(STANDARD, IA), (IA, ARCHIVE), (STANDARD, ARCHIVE)])
def test_break_even(warm: str, cold: str) -> None:
    def monthly(place: str, reads: float) -> float:
        return life.storage_price(place) + reads * life.read_price(place)

    at = break_even(warm, cold)
    assert monthly(warm, at) == pytest.approx(monthly(cold, at))
    assert monthly(warm, at * 0.9) > monthly(cold, at * 0.9)
    assert monthly(warm, at * 1.1) < monthly(cold, at * 1.1)


def test_break_even_in_numbers() -> None:
    assert break_even(STANDARD, IA) == pytest.approx(28.4)
    assert break_even(IA, ARCHIVE) == pytest.approx(0.4)
