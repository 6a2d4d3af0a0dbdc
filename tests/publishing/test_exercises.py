"""Questions on the pages: every one where it belongs, and its links right."""

from __future__ import annotations

import re
from html import escape

import pytest

from kumo.questions import bank, html
from publishing import exercises, scenarios
from publishing.chapter import NOTEBOOKS
from tests.publishing.conftest import ROOT

SAMPLE = bank.load(ROOT / "tests" / "questions" / "sample")
HERE = "2-development/2-1-4-throttling"
QUESTIONS = bank.load()
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question.id for question in QUESTIONS])


def sample(here: str = HERE) -> str:
    return html.exercise(SAMPLE, here=here, view="page", title="演習問題")


def known(page: str) -> dict[str, str]:
    return {"throttling": "api_gateway.Throttling"} if page == HERE else {}


# ---------------------------------------------------------------- links


def test_the_links_of_the_sample_are_right() -> None:
    assert list(exercises.problems(sample(), known)) == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (f"{HERE}#throttling?spike=-1", "突発のリクエスト"),
        (f"{HERE}#throttling?nothing=1", "nothing"),
        (f"{HERE}#no-such-explorer", "there is no explorer"),
        ("2-development/2-1-1-rest#throttling", "there is no explorer"),
    ],
)
def test_a_link_to_what_is_not_there_is_a_problem(link: str, said: str) -> None:
    right = escape(SAMPLE[0].see[0].link)
    assert right in sample()
    (problem,) = exercises.problems(sample().replace(f'data-link="{right}"', f'data-link="{escape(link)}"'), known)
    assert said in problem
    assert problem.startswith(link.partition("#")[0])


def test_links_to_notebooks_become_links_to_pages() -> None:
    asked: list[str] = []

    def address(page: str) -> str:
        asked.append(page)
        return f"there/{page}.html"

    text, missing = exercises.with_addresses(sample("exercises/index"), "exercises/index", address)
    assert missing == []
    assert ".ipynb" not in text
    assert f'href="there/{HERE}.html#throttling?spike=0&amp;load=15"' in text
    assert set(asked) == {question.page for question in SAMPLE} | {"exercises/index"}
    # Sources are not ours to change.
    assert text.count('href="https://') == sum(len(question.sources) for question in SAMPLE)


def test_pages_that_are_not_there_are_told() -> None:
    text, missing = exercises.with_addresses(sample(), HERE, lambda page: None if page.endswith("rest") else "x")
    assert missing == ["2-development/2-1-1-rest"]
    assert 'href="2-1-1-rest.ipynb"' in text


# ---------------------------------------------------------------- the recorded pages

SHOWN = {
    page.relative_to(ROOT / NOTEBOOKS).with_suffix("").as_posix(): "".join(exercises.outputs(page))
    for page in sorted((ROOT / NOTEBOOKS).rglob("*.ipynb"))
}
PLAYERS = {page: shown for page, shown in SHOWN.items() if shown}
OF_ALL = ("exercises/index", "exercises/instructors")


@pytest.mark.recordings
@pytest.mark.skipif(not set(PLAYERS) - set(OF_ALL), reason="no section has its questions yet")
@each_question
def test_the_question_is_shown_on_its_page_and_on_those_of_all(question: bank.Question) -> None:
    for page in (question.page, *OF_ALL):
        assert f'data-id="{question.id}"' in SHOWN[page], f"{question.id} is not on {page}"


@pytest.mark.recordings
@each_question
def test_see_leads_to_a_state_of_an_explorer(question: bank.Question) -> None:
    for see in question.see:
        notebook = ROOT / NOTEBOOKS / f"{see.page}.ipynb"
        assert notebook.is_file(), f"{question.id}: there is no page {see.page}"
        problem = scenarios.problem(see.fragment, scenarios.anchors(notebook))
        assert problem is None, f"{question.id}: {see.page}: {problem}"


@pytest.mark.recordings
@pytest.mark.parametrize("page", PLAYERS)
def test_the_page_shows_its_questions_in_the_order_of_the_bank_and_no_other(page: str) -> None:
    shown = re.findall(r'data-id="([a-z0-9-]+)"', PLAYERS[page])
    own = [question.id for question in QUESTIONS if page in OF_ALL or question.page == page]
    assert shown == own
