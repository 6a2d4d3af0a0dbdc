"""The questions themselves: sound, spread, answerable from a page, and without a give-away."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from kumo.questions import bank, html, words

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(bank.BANK.glob("*.yaml"))
QUESTIONS = bank.load()
each_file = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question.id for question in QUESTIONS])

# Of questions with one right option; it is the longest in a quarter of them by chance alone.
LONGEST_AT_MOST = 0.45
# Below that a share says nothing.
ENOUGH = 10


def length(text: str) -> int:
    """Return how long a text looks: Japanese letters are twice as wide as others."""
    return sum(2 if ord(letter) > 0x2FF else 1 for letter in re.sub(r"[`*]", "", text))


@each_file
def test_the_file_stands_every_check(path: Path) -> None:
    assert bank.read(path)
    assert path.stem in words.SECTIONS, "kumo/questions/words.py names no section for the file"


@each_question
def test_the_page_exists(question: bank.Question) -> None:
    assert (ROOT / "chapters" / f"{question.page}.md").is_file(), f"{question.id}: there is no page {question.page}"


@each_question
def test_nothing_depends_on_where_an_option_stands(question: bank.Question) -> None:
    """The options are shuffled: no text speaks of the first one, or of all of the above."""
    texts = [question.stem, question.why, *(option.text + option.why for option in question.options)]
    found = re.search(
        r"上記|すべて正しい|選択肢[0-9A-E]|[0-9一二三四五]つ目の選択肢|(最初|最後)の選択肢", "\n".join(texts)
    )
    assert found is None, f"{question.id}: {found[0]}"


@each_question
def test_markdown_is_understood(question: bank.Question) -> None:
    texts = [question.stem, question.why, *(option.text for option in question.options)]
    texts += [option.why for option in question.options] + [item.text for item in question.items]
    for text in texts:
        left = re.sub(r"<code>.*?</code>|<[^>]+>", "", html.paragraphs(text or "-"))
        assert "`" not in left, f"{question.id}: a backquote without its partner: {text}"
        assert "**" not in left, f"{question.id}: bold marks without their partner: {text}"
        assert not re.search(r"\]\(|^#|^- ", left), f"{question.id}: only code, bold and paragraphs: {text}"


@each_file
def test_the_right_option_is_not_often_the_longest(path: Path) -> None:
    choices = [question for question in bank.read(path) if question.kind == "single"]
    longest = [
        question.id
        for question in choices
        if length(question.right[0].text) > max(length(option.text) for option in question.options if not option.right)
    ]
    print(f"{path.stem}: the right option is the longest in {len(longest)} of {len(choices)} questions")  # noqa: T201
    if len(choices) >= ENOUGH:
        assert len(longest) <= LONGEST_AT_MOST * len(choices), longest


def test_right_options_stand_everywhere() -> None:
    """The shuffle favours no letter: with n questions of four options each letter is right about n / 4 times."""
    places = Counter(
        html.shuffled(question, 4).index(next(i for i, option in enumerate(question.options) if option.right))
        for question in QUESTIONS
        if question.kind == "single" and len(question.options) == 4
    )
    count = sum(places.values())
    if count < ENOUGH * 4:
        pytest.skip("too few questions to tell")
    # Four standard deviations of a binomial count.
    assert all(abs(places[place] - count / 4) < 4 * (count * 3 / 16) ** 0.5 for place in range(4)), places


def test_no_two_questions_have_the_same_words() -> None:
    def pairs(question: bank.Question) -> set[str]:
        text = re.sub(r"\s", "", question.stem)
        return {text[index : index + 3] for index in range(len(text) - 2)}

    letters = {question: pairs(question) for question in QUESTIONS}
    alike = [
        (one.id, other.id)
        for one, other in combinations(QUESTIONS, 2)
        if len(letters[one] & letters[other]) > 0.7 * min(len(letters[one]), len(letters[other]))
    ]
    assert alike == []
