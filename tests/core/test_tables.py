"""The ledger as a table of the page."""

from __future__ import annotations

from kumo import tables
from kumo.core import facts


def test_the_ledger_as_a_table() -> None:
    frame = tables.ledger("aws_lambda").data
    assert len(frame) == len(facts.ledger("aws_lambda"))
    values = dict(zip(frame["項目"], frame["値"], strict=True))
    assert values[facts.fact("aws_lambda.package-zip-maximum").label] == "250 MB", "whole numbers stay whole"
    assert values[facts.fact("aws_lambda.price-duration").label] == "0.0000166667 USD/GB秒", "no power of ten"
    then = dict(zip(frame["項目"], frame["2023年12月"], strict=True))
    assert then[facts.fact("aws_lambda.payload-async").label] == "256 KB"
    assert then[facts.fact("aws_lambda.layers").label] == "同じ"


def test_a_part_of_the_ledger() -> None:
    frame = tables.ledger("aws_lambda", lambda fact: fact.group == "VPC").data
    assert set(frame["分類"]) == {"VPC"}
