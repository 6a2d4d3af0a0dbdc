"""The table that closes a section: every number with its source, its value then, and its note."""

from __future__ import annotations

from pathlib import Path

import pytest

from kumo import ledgers, tables
from kumo.core import facts

SERVICES = sorted(path.stem for path in (Path(facts.__file__).parent).glob("*.toml"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_entry_has_a_row_that_leads_to_its_source(service: str) -> None:
    entries = list(facts.ledger(service).values())
    frame = ledgers.table(service).data
    assert len(frame) == len(entries)
    for row, entry in zip(frame.to_dict("records"), entries, strict=True):
        assert f'<a href="{entry.source}">' in row["項目(出典)"].replace("&amp;", "&")
        assert entry.as_of == row["確認した日"]
        assert (row["2023年12月"] == "同じ") == (entry.exam_value is None)


def test_some_groups_are_chosen_and_unknown_ones_named() -> None:
    assert set(ledgers.table("storage", "EFS").data["確認した日"])
    assert len(ledgers.table("storage", "EFS").data) < len(ledgers.table("storage").data)
    assert "分類" in ledgers.table("storage").data
    assert "分類" not in ledgers.table("storage", "EFS").data
    with pytest.raises(facts.FactError, match="EFSS"):
        ledgers.table("storage", "EFSS")


def test_the_table_folds_on_a_phone_and_others_do_not() -> None:
    assert f'class="dataframe kumo-frame {tables.FOLDS}"' in tables.styler_html(ledgers.table("ec2"))
    assert tables.FOLDS not in tables.styler_html(ledgers.table("ec2").data.style)


def test_a_value_is_shown_with_its_unit() -> None:
    assert facts.shown(16384, "GiB") == "16,384 GiB"
    assert facts.shown(0.08, "USD/GB月") == "0.08 USD/GB月"
    assert facts.shown(0.0000166667, "USD/GB秒") == "0.0000166667 USD/GB秒"
    assert facts.shown("3以上") == "3以上"
