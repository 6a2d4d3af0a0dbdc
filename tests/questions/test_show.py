"""Questions as the last line of a cell: as HTML, as text, and as a widget."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import ipywidgets
import pytest

from kumo.questions import NoQuestionsError, Questions, QuestionSheet, bank, html, words
from kumo.questions.bank import See
from kumo.questions.jupyter import code_of

SAMPLE = Path(__file__).parent / "sample"
PAGE = "2-development/2-1-4-throttling"


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> tuple[bank.Question, ...]:
    questions = bank.load(SAMPLE)
    monkeypatch.setattr(Questions, "_bank", staticmethod(lambda: questions))
    return questions


def identifiers(text: str) -> list[str]:
    return re.findall(r'data-id="([a-z0-9-]+)"', text)


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        (Questions, 6),
        (lambda: Questions(PAGE), 4),
        (lambda: Questions(section="9-9-sample"), 6),
        (lambda: Questions(domain=1), 2),
        (lambda: Questions(domain=1, difficulty="basic"), 1),
    ],
)
def test_questions_can_be_chosen(sample: tuple[bank.Question, ...], shown: object, count: int) -> None:
    chosen = identifiers(shown().figure())
    assert len(chosen) == count
    assert chosen == [question.id for question in sample if question.id in chosen]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"page": "2-development/2-9"}, "ページ 2-development/2-9に当てはまる問題はありません。.*2-1-4-throttling"),
        ({"section": "2-1"}, "節 2-1に当てはまる.*9-9-sample"),
        ({"domain": 3}, "分野 3に当てはまる.*1、2、4"),
    ],
)
def test_a_choice_without_questions_says_what_there_is(filters: dict[str, object], said: str) -> None:
    with pytest.raises(NoQuestionsError, match=said):
        Questions(**filters)


def test_the_html_holds_everything_that_a_reader_without_a_script_needs(sample: tuple[bank.Question, ...]) -> None:
    text = Questions().figure()
    for question in sample:
        parts = [option.why for option in question.options] + [option.text for option in question.options]
        parts += [item.why for item in question.items] + [pair.why for pair in question.pairs]
        parts += [decoy.why for decoy in question.decoys] + [trap.why for trap in question.traps]
        parts += [see.text for see in question.see] + [question.why]
        for part in parts:
            assert html.rich(part) in text, part
        for source in question.sources:
            assert f'href="{source}"' in text
    assert "このページのデータに含まれています" in text
    # One page may hold several lists.
    assert ' id="' not in text


def test_the_text_is_the_same_each_time() -> None:
    assert repr(Questions(PAGE)) == f"Questions('{PAGE}'): 4問"
    assert repr(QuestionSheet(domain=1)) == "QuestionSheet(domain=1): 2問"
    bundle = Questions(PAGE)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle == Questions(PAGE)._repr_mimebundle_()


def test_the_shuffle_is_the_same_in_every_process(sample: tuple[bank.Question, ...]) -> None:
    code = (
        "from pathlib import Path; from kumo.questions import bank, html\n"
        f"print([html.shuffled(q, 5) for q in bank.load(Path({str(SAMPLE)!r}))])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {str([html.shuffled(question, 5) for question in sample])}


def test_things_to_put_in_order_are_never_in_order(sample: tuple[bank.Question, ...]) -> None:
    order = next(question for question in sample if question.kind == "order")
    for count in range(2, 7):
        assert html.shuffled(order, count) != list(range(count))


def test_a_number_without_a_unit_leaves_no_gap() -> None:
    asked = next(question for question in bank.load() if question.answer and not question.answer.unit)
    text = html.exercise([asked], here=asked.page, view="page", title="x")
    assert f"{words.RIGHT_ANSWER}: {asked.answer.value:g}</strong>" in text
    assert '<span aria-hidden="true"></span></p>' in text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("`a<b`は**強い**", "<code>a&lt;b</code>は<strong>強い</strong>"),
        ("一行目、\n二行目 one\ntwo", "一行目、二行目 one\ntwo"),
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("`**そのまま**`", "<code>**そのまま**</code>"),
    ],
)
def test_markdown(text: str, right: str) -> None:
    assert html.rich(text) == right


def test_the_widget_starts_from_the_same_html() -> None:
    widget = Questions(PAGE).widget
    assert isinstance(widget, ipywidgets.DOMWidget)
    assert widget.html == Questions(PAGE).figure()
    assert widget.codes[f"{PAGE}#throttling?spike=0&load=15"] == (
        "from kumo.api_gateway.explorers import Throttling\n\nThrottling(spike=0, load=15)"
    )


def test_a_scenario_as_a_cell() -> None:
    namespace: dict[str, object] = {}
    exec(code_of(See(f"{PAGE}#throttling-2?burst=40", "x")).replace("\n\nT", "\n\nshown = T"), namespace)  # noqa: S102
    assert namespace["shown"].burst == 40
    assert code_of(See(f"{PAGE}#no-such-explorer", "x")) == ""
