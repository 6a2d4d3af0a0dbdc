"""Volume types against a plain search over sizes and settings, and the figures of AWS's user guide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.storage.model.volumes import (
    BOOT,
    EXAM,
    GP2,
    GP3,
    IO1,
    IO2,
    IOPS,
    SC1,
    SSD,
    ST1,
    THROUGHPUT,
    TODAY,
    TYPES,
    Need,
    choose,
    cost,
    limits,
    offer,
)

needs = st.builds(
    Need,
    size=st.integers(1, 70_000),
    iops=st.one_of(st.integers(1, 600), st.integers(1, 260_000)),
    throughput=st.one_of(st.integers(1, 300), st.integers(1, 4_200)),
    boot=st.booleans(),
)


def gives(kind: str, size: int, iops: int) -> tuple[float, float]:
    """Return IOPS and MiB/s of such a volume, by the user guide's sentences rather than by solving for the size."""
    if kind == GP3:
        allowed = iops <= max(3000, 500 * size)
        return (iops if allowed else 0), min(2000, iops * 0.25)
    if kind == GP2:
        rate = min(16_000, max(100, 3 * size))
        return rate, min(250, rate * 256 / 1024)
    if kind == IO1:
        rate = iops if iops <= 50 * size else 0
        return rate, (min(500, rate * 0.25) if rate < 32_000 else min(1000, rate * 16 / 1024))
    if kind == IO2:
        rate = iops if iops <= 1000 * size else 0
        return rate, min(4000, rate * 0.256)
    speed = min(500, 40 * size / 1024) if kind == ST1 else min(192, 12 * size / 1024)
    return speed, speed


@given(needs, st.sampled_from(TYPES))
@settings(max_examples=400, deadline=None)
def test_the_offer_does_and_a_smaller_one_would_not(need: Need, kind: str) -> None:
    found = offer(kind, need)
    if not found.qualifies:
        most = limits(kind)
        asked = {IOPS: need.iops, THROUGHPUT: need.throughput, "size": need.size}
        for lack, limit in zip(found.lacks, found.limits, strict=True):
            if lack == BOOT:
                assert need.boot
                assert kind not in SSD
            else:
                assert asked[lack] > limit == most[lack]
        return
    rate, speed = gives(kind, found.size, found.iops)
    assert rate >= need.iops
    assert speed >= need.throughput
    assert need.size <= found.size <= limits(kind)["size"]
    least = {GP3: 1, GP2: 1, IO1: 4, IO2: 4, ST1: 125, SC1: 125}[kind]
    if found.size > max(need.size, least):
        rate, speed = gives(kind, found.size - 1, found.iops)
        assert rate < need.iops or speed < need.throughput
    assert bool(found.because) == (found.size > need.size)


@given(needs, st.sampled_from((GP3, IO1, IO2)))
@settings(deadline=None)
def test_provisioned_iops_are_no_more_than_needed(need: Need, kind: str) -> None:
    found = offer(kind, need)
    floor = 3000 if kind == GP3 else 100
    if found.qualifies and found.iops > floor:
        rate, speed = gives(kind, found.size, found.iops - 1)
        assert rate < need.iops or speed < need.throughput


@given(needs)
@settings(deadline=None)
def test_the_cheapest_is_the_cheapest(need: Need) -> None:
    trace = choose(need)
    fit = [found.cost for found in trace.offers if found.qualifies]
    assert (trace.cheapest.cost if trace.cheapest else None) == (min(fit) if fit else None)
    for found in trace.offers:
        if found.qualifies:
            assert found.cost == pytest.approx(cost(found.kind, found.size, found.iops, need.throughput))


def test_worked_prices() -> None:
    # The pricing page's example: 2,000 GB, 10,000 IOPS and 500 MB/s of gp3, here at the prices of the ledger.
    assert cost(GP3, 2000, 10_000, 500) == pytest.approx(160 + 35 + 15)
    assert cost(GP3, 100, 3000, 125) == pytest.approx(8)
    assert cost(IO2, 100, 100_000, 100) == pytest.approx(12.5 + 32_000 * 0.065 + 32_000 * 0.046 + 36_000 * 0.032)
    assert cost(IO1, 100, 50_000, 100) == pytest.approx(12.5 + 50_000 * 0.065)


def test_figures_of_the_user_guide() -> None:
    assert offer(IO1, Need(1, 64_000, 1, boot=False)).size == 1280
    assert offer(IO2, Need(1, 256_000, 1, boot=False)).size == 256
    assert offer(GP2, Need(1, 3000, 1, boot=False)).size == 1000
    assert offer(GP2, Need(1, 1, 250, boot=False)).size == 334
    assert offer(ST1, Need(1, 1, 500, boot=False)).size == 12_800
    assert offer(SC1, Need(1, 1, 192, boot=False)).size == 16_384
    assert offer(ST1, Need(1, 1, 1, boot=True)).lacks == (BOOT,)


def test_gp3_has_grown_since_the_exam_guide() -> None:
    need = Need(100, 50_000, 1500, boot=False)
    assert offer(GP3, need, TODAY).qualifies
    assert offer(GP3, need, EXAM).lacks == (IOPS, THROUGHPUT)
    assert choose(need, EXAM).cheapest.kind == IO2


@pytest.mark.parametrize(("kind", "least"), [(GP2, 1), (GP3, 1), (IO1, 4), (IO2, 4), (ST1, 125), (SC1, 125)])
def test_no_volume_is_smaller_than_its_type_allows(kind: str, least: int) -> None:
    """Sizes of the user guide's table of volume types (GiB); a need for next to nothing is met by the smallest."""
    assert offer(kind, Need(1, 1, 1, boot=False)).size == least
