"""Names of instance types: every one that botocore knows comes apart and together again."""

from __future__ import annotations

import botocore.session
import pytest

from kumo.ec2.model.instance_types import InstanceType, parse
from kumo.ec2.words import instance_types as words


def known() -> list[str]:
    return botocore.session.Session().get_service_model("ec2").shape_for("InstanceType").enum


def test_every_published_name_comes_apart_and_together_again() -> None:
    names = known()
    assert len(names) > 1_000
    general = [name for name in names if not name.startswith(("u-", "mac-"))]
    assert len(names) - len(general) < 20
    assert [str(parse(name)) for name in general] == general


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("t3.micro", InstanceType("t", 3, (), "", "micro")),
        ("c7gn.2xlarge", InstanceType("c", 7, ("g", "n"), "", "2xlarge")),
        ("inf2.48xlarge", InstanceType("inf", 2, (), "", "48xlarge")),
        ("u7i-12tb.224xlarge", InstanceType("u", 7, ("i",), "-12tb", "224xlarge")),
        ("m5.metal", InstanceType("m", 5, (), "", "metal")),
    ],
)
def test_the_parts_are_the_right_ones(name: str, parts: InstanceType) -> None:
    assert parse(name) == parts


@pytest.mark.parametrize("name", ["", "m5", "large", "5.large", "M5.large", "m5.", "u-6tb1.metal"])
def test_other_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"c7gn\.2xlarge"):
        parse(name)


def test_the_letters_are_explained() -> None:
    assert words.row(parse("r7iz.large")) == {
        "名前": "r7iz.large",
        "シリーズ": "r: メモリ最適化",
        "世代": 7,
        "オプション": "i: インテルのプロセッサー、z: 高い周波数",
        "サイズ": "large",
    }
    assert words.row(parse("trn1.32xlarge"))["シリーズ"] == "trn: そのほか"
