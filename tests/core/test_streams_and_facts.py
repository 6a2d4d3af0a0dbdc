"""Random streams stay apart, and the ledger is complete."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from urllib.parse import urlparse

import pytest

from kumo.core import facts
from kumo.core.streams import stream

LEDGERS = sorted(
    path.name.removesuffix(".toml") for path in files("kumo.core.facts").iterdir() if path.name.endswith(".toml")
)


def test_a_stream_is_named_and_repeatable() -> None:
    first = [stream(1, "arrivals").random() for _ in range(3)]
    assert len(set(first)) == 1
    # What SHA-512 seeding gives on every platform: a change here changes every recorded picture.
    assert stream(1, "arrivals").random() == pytest.approx(first[0], abs=0)
    assert len({stream(seed, name).random() for seed in range(20) for name in ("arrivals", "faults")}) == 40


def test_there_are_ledgers() -> None:
    assert "api_gateway" in LEDGERS


@pytest.mark.parametrize("service", LEDGERS)
def test_every_fact_has_its_source_and_date(service: str) -> None:
    for key, fact in facts.ledger(service).items():
        assert key.startswith(f"{service}.")
        assert fact.label, key
        assert fact.group, key
        assert dt.date.fromisoformat(fact.as_of) >= dt.date(2023, 1, 1), key
        address = urlparse(fact.source)
        assert address.scheme == "https", key
        assert "." in address.netloc, key
        assert fact.exam_value != fact.value, f"{key}: exam_value stands only where it differs"
        assert isinstance(fact.value, int | float | str), key


def test_a_missing_fact_is_named() -> None:
    with pytest.raises(facts.FactError, match=r"api_gateway\.nothing"):
        facts.fact("api_gateway.nothing")
    with pytest.raises(facts.FactError, match=r"nowhere\.toml"):
        facts.value("nowhere.nothing")


def test_the_table_keeps_the_order_of_the_file() -> None:
    assert [row["key"] for row in facts.table("api_gateway")] == list(facts.ledger("api_gateway"))
