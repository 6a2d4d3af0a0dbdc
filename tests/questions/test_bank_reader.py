"""The reader of the bank: what it takes, and what it says about what it does not take."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kumo.core import facts
from kumo.questions import bank, words

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parent / "sample"
RAW = yaml.safe_load((SAMPLE / "9-9-sample.yaml").read_text(encoding="utf-8"))
SINGLE, MULTIPLE, ORDER, MATCH, NUMBER, _ = range(6)


def refused(folder: Path, content: object) -> str:
    """Return why a bank of one file with that content (YAML's text, or what it stands for) is refused."""
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (folder / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(bank.BankError) as caught:
        bank.read(folder / "broken.yaml")
    return str(caught.value)


def test_every_kind_is_read() -> None:
    single, multiple, order, match, number, _ = bank.load(SAMPLE)
    assert [option.right for option in single.options] == [True, False, False, False]
    assert (single.section, single.domain, single.see[0].page) == ("9-9-sample", 4, "2-development/2-1-4-throttling")
    assert single.see[0].fragment == "throttling?spike=0&load=15"
    assert len(multiple.right) == 2
    assert order.items[0].text == "メソッドリクエスト"
    assert [pair.right for pair in match.pairs].count("REST API") == 2
    assert match.decoys[0].right == "Application Load Balancer"
    assert (number.answer.value, number.answer.unit, number.answer.tolerance) == (20, "%", 0.5)
    assert [trap.value for trap in number.traps] == [25, 80]


def change(number: int, action: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = copy.deepcopy(RAW)
    action(content["questions"][number])
    return content


@pytest.mark.parametrize(
    ("number", "action", "said"),
    [
        (SINGLE, lambda q: q.pop("page"), "sample-long-run-share: page: is missing"),
        (SINGLE, lambda q: q.pop("id"), "question 1: id: is missing"),
        (SINGLE, lambda q: q["options"][1].pop("why"), r"sample-long-run-share: options\[2\].why: is missing"),
        (SINGLE, lambda q: q.update(task=4.3), "task: must be one of 1.1, .* not 4.3; quote it"),
        (SINGLE, lambda q: q.update(task="5.1"), "task: must be one of 1.1"),
        (SINGLE, lambda q: q.update(hint="x"), "hint: there is no such field; there are id, page"),
        (SINGLE, lambda q: q["options"][0].update(wrong=True), r"options\[1\].wrong: there is no such field"),
        (SINGLE, lambda q: q["options"][0].update(text=429), r"options\[1\].text: must be text, not 429; quote it"),
        (SINGLE, lambda q: q["options"][0].update(why=" "), r"options\[1\].why: is empty"),
        (SINGLE, lambda q: q.update(items=[]), "items: a question of this kind has no such field"),
        (SINGLE, lambda q: q.update(options=q["options"][:2]), "options: has 2 entries; at least 3"),
        (SINGLE, lambda q: q["options"][1].update(right=True), "options: 2 are right; a question of kind single has 1"),
        (SINGLE, lambda q: q["options"][1].update(q["options"][0], right=False), "options: .* is there 2 times"),
        (SINGLE, lambda q: q["see"][0].update(link="#throttling"), r"see\[1\].link: must be page#explorer"),
        (SINGLE, lambda q: q.update(sources=["AWS"]), r"sources\[1\]: must be an address"),
        (MULTIPLE, lambda q: q["options"][0].update(right=False), "options: 1 are right; .* has 2 or 3"),
        (MULTIPLE, lambda q: q.update(stem="どれですか。"), r"stem: must say how many to choose \(2つ選択\)"),
        (ORDER, lambda q: q["items"].append(q["items"][0]), "items: .* is there 2 times"),
        (ORDER, lambda q: q.pop("items"), "items: is missing"),
        (MATCH, lambda q: q["decoys"][0].update(right="REST API"), "decoys: 'REST API' belongs to a pair"),
        (MATCH, lambda q: q["pairs"][0].update(left=q["pairs"][1]["left"]), "pairs: .* is there 2 times"),
        (NUMBER, lambda q: q.pop("why"), "why: is missing"),
        (NUMBER, lambda q: q["answer"].update(value="20"), "answer.value: must be a number, not '20'"),
        (NUMBER, lambda q: q["traps"][0].update(value=20.4), r"traps\[1\]: 20.4 counts as right"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, number: int, action: Callable[[dict[str, Any]], object], said: str
) -> None:
    message = refused(tmp_path, change(number, action))
    assert message.startswith("broken.yaml: "), message
    assert re.search(said, message), message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("questions:\n  - stem: `x` is\n", "line 2: this is not YAML"),
        ("questions:\n  - id: a-b\n    id: a-c\n", "line 2: the field id is there twice"),
        ("questions: []\n", "questions: has 0 entries"),
        ("", "must be fields, not None"),
    ],
)
def test_what_is_no_bank_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    content = copy.deepcopy(RAW)
    del content["questions"][0]["page"], content["questions"][1]["options"][0]["why"]
    assert len(refused(tmp_path, content).splitlines()) == 2


@pytest.mark.parametrize("spoil", [lambda q: q.pop("page"), lambda q: q["options"][1].pop("why")])
def test_loading_the_bank_says_what_is_missing_too(tmp_path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    (tmp_path / "broken.yaml").write_text(yaml.safe_dump(change(SINGLE, spoil), allow_unicode=True), encoding="utf-8")
    with pytest.raises(bank.BankError, match=r"sample-long-run-share: .* is missing"):
        bank.load(tmp_path)


def test_the_sample_stands_every_check() -> None:
    assert bank.read(SAMPLE / "9-9-sample.yaml") == bank.load(SAMPLE)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            yaml.safe_dump({"questions": RAW["questions"][:1]}, allow_unicode=True), encoding="utf-8"
        )
    with pytest.raises(bank.BankError, match="sample-long-run-share: id: 2 questions have this id"):
        bank.load(tmp_path)


def test_domains_are_called_as_in_the_ledger() -> None:
    for number, name in words.DOMAINS.items():
        assert facts.fact(f"exam.domain-{number}").label == name
