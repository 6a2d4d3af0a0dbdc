"""The index is made in Python and asked in JavaScript; both must cut a text in the same way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.search import SearchJapanese, pairs

SAMPLES = [
    "逆引きレコード",
    "APIキーの作り方",
    "429が返る",
    "PutItem と DynamoDB",
    "1秒に10件、最大20件まで。",
    "ﾊﾝｶｸとＺｅｎｋａｋｕ",
    "カタカナ・ナカグロ",
    "人々〆切〇",
    "鍵",
    "の",
    "a_b-c.d",
    "Ärger naïve",
    "",
    "   ",
]
JAPANESE = st.text(st.sampled_from("逆引きレコード鍵のー々あんアン一龠"), min_size=2, max_size=8)


def in_javascript(queries: list[str]) -> list[list[str]]:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if not node:
        pytest.fail("there is no node; `make test` installs one")
    script = (
        f"{SearchJapanese.js_splitter_code}\n"
        "const queries = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(queries.map(splitQuery)));"
    )
    result = subprocess.run([node, "-e", script], input=json.dumps(queries), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def test_both_sides_cut_alike() -> None:
    assert in_javascript(SAMPLES) == [pairs(text) for text in SAMPLES]


def test_pairs() -> None:
    assert pairs("逆引きレコード") == ["逆引", "引き", "きレ", "レコ", "コー", "ード"]
    assert pairs("APIキーで429") == ["API", "キー", "ーで", "#429"]


@given(before=JAPANESE, phrase=JAPANESE, after=JAPANESE)
def test_a_page_is_found_by_any_part_of_its_japanese(before: str, phrase: str, after: str) -> None:
    language = SearchJapanese({})
    index = {word.lower() for word in language.split(before + phrase + after) if language.word_filter(word)}
    assert {word.lower() for word in pairs(phrase)} <= index


def test_a_single_kanji_is_a_word() -> None:
    assert "鍵" in SearchJapanese({}).split("公開鍵暗号")
