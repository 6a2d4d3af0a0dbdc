"""The ledger as a table of the page."""

from __future__ import annotations

from kumo import ledgers
from kumo.core import facts


def test_the_ledger_as_a_table() -> None:
    entries = facts.ledger("aws_lambda").values()
    frame = ledgers.table("aws_lambda").data
    assert len(frame) == len(entries) + len({entry.group for entry in entries}), "a heading for each group"
    values = dict(zip(frame["項目"], frame["値"], strict=True))
    assert values[facts.fact("aws_lambda.package-zip-maximum").label] == "250 MB", "whole numbers stay whole"
    assert values[facts.fact("aws_lambda.price-duration").label] == "0.0000166667 USD/GB秒", "no power of ten"
    notes = dict(zip(frame["項目"], frame["補足"], strict=True))
    assert notes[facts.fact("aws_lambda.payload-async").label].startswith("2023年12月は256 KB。")
    assert not notes[facts.fact("aws_lambda.layers").label].startswith("2023年12月")


def test_a_part_of_the_ledger() -> None:
    frame = ledgers.table("aws_lambda", lambda fact: fact.group == "VPC").data
    labels = [entry.label for entry in facts.ledger("aws_lambda").values() if entry.group == "VPC"]
    assert list(frame["項目"]) == ["VPC", *labels]
