"""The player of the question bank in a browser: by keyboard, after a reload, with files, and where storage fails."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from publishing.serve import Server
from tests.site.practice import questions, write_site
from tests.site.test_pages import violations
from tests.site.visiting import PHONE, SITE, Visit, figures, full_query, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Locator, Page

SINGLE, MULTIPLE, ORDER, MATCH, NUMBER, LAST = questions()
RECORDS = "kumo.questions.v1"
# The reader's clock: noon in Tokyo.
NOW = "2026-11-26T03:00:00Z"


class Player:
    """The player on an open page, used as a reader uses it."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.node = self.page.locator(".kumo-quiz")

    def open(self, name: str = "page") -> Player:
        self.visit.go(f"{name}.html")
        self.page.locator(".kumo-quiz[data-hydrated]").wait_for()
        return self

    def button(self, name: str) -> Locator:
        return self.node.get_by_role("button", name=name)

    def turn_to(self, number: int) -> None:
        self.node.locator(".kumo-chip").nth(number - 1).click()

    def chips(self) -> list[str]:
        return self.node.locator(".kumo-chip").evaluate_all("chips => chips.map(chip => chip.dataset.standing)")

    def answer(self, *, right: bool) -> None:
        """Answer the single question on show."""
        text = next(option.text for option in SINGLE.options if option.right == right)
        self.node.get_by_role("radio", name=text).check()
        self.button("解答する").click()

    def answer_key(self) -> None:
        """Answer the last question, about a header, rightly."""
        self.turn_to(6)
        self.node.get_by_role("radio", name="x-api-key").check()
        self.button("解答する").click()

    def result(self) -> str:
        return self.node.locator(".kumo-result").inner_text()

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.className || document.activeElement.tagName")

    def records(self) -> dict[str, Any]:
        return json.loads(self.page.evaluate("name => localStorage.getItem(name)", RECORDS) or '{"records": {}}')[
            "records"
        ]

    def unfold_records(self) -> None:
        if not self.node.locator(".kumo-records").evaluate("node => node.open"):
            self.node.locator(".kumo-records > summary").click()

    def upload(self, content: bytes) -> str:
        """Choose a file with that content; return what the player says."""
        self.unfold_records()
        told = self.node.locator(".kumo-told")
        told.evaluate("node => { node.textContent = '' }")
        file = {"name": "progress.json", "mimeType": "application/json", "buffer": content}
        self.node.locator('input[type="file"]').set_input_files(file)
        self.page.wait_for_function("node => node.textContent !== ''", arg=told.element_handle())
        return told.inner_text()

    def notice(self) -> Locator:
        return self.node.locator(".kumo-notice")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of pages with the sample questions."""
    folder = write_site(tmp_path_factory.mktemp("practice"))
    with Server(folder, prefix="/book/") as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture
def player(context: Callable[..., BrowserContext], practice: str) -> Iterator[Callable[..., Player]]:
    """Return a function that opens a browser at noon of a day; what its pages complain about fails the test."""
    visits: list[Visit] = []

    def make(theme: str = "light", script: str = "", **options: Any) -> Player:
        made = context(timezone_id="Asia/Tokyo", **options)
        made.clock.set_fixed_time(NOW)
        if script:
            made.add_init_script(script)
        page = made.new_page()
        if theme != "light":
            page.add_init_script(f"localStorage.mode = '{theme}'")
        visits.append(Visit(page, practice))
        return Player(visits[-1])

    yield make
    for one in visits:
        one.check()


def tab_to(page: Page, selector: str, limit: int = 40) -> None:
    """Press Tab until an element is focused, as a reader without a mouse does."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by {limit} Tabs")


# ---------------------------------------------------------------- by keyboard


def test_one_option_is_chosen_by_keyboard(player: Callable[..., Player]) -> None:
    quiz = player().open()
    tab_to(quiz.page, 'input[type="radio"]')
    letters = quiz.node.locator(".kumo-option .kumo-text").all_inner_texts()
    for _ in range(letters.index(SINGLE.right[0].text)):
        quiz.page.keyboard.press("ArrowDown")
    quiz.page.keyboard.press("Space")
    quiz.page.keyboard.press("Enter")
    assert "正解です" in quiz.result()
    assert quiz.focused() == "kumo-result"
    # The result is what is focused; from there the way on is by Tab.
    tab_to(quiz.page, "a.kumo-scenario")
    tab_to(quiz.page, "[data-to=next]")
    quiz.page.keyboard.press("Enter")
    assert quiz.focused() == "kumo-asked-title"
    assert quiz.node.locator(".kumo-asked-title").inner_text() == "問2/6"


def test_several_options_are_chosen_by_keyboard(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(2)
    for option in MULTIPLE.right:
        box = quiz.node.get_by_role("checkbox", name=option.text)
        name = box.get_attribute("value")
        quiz.node.locator(".kumo-asked-title").focus()
        tab_to(quiz.page, f'input[type="checkbox"][value="{name}"]')
        quiz.page.keyboard.press("Space")
    quiz.page.keyboard.press("Enter")
    assert "正解です" in quiz.result()


def test_things_are_put_in_order_by_keyboard(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(3)
    lines = quiz.node.locator(".kumo-sorting > li .kumo-text")
    for place, item in enumerate(ORDER.items):
        while (now := lines.all_inner_texts().index(item.text)) > place:
            up = quiz.node.get_by_role("button", name=f"「{item.text}」を1つ上へ")
            up.focus()
            quiz.page.keyboard.press("Enter")
            # The focus stays on the button that was pressed, wherever its line went, and the place is read out.
            assert (
                quiz.page.evaluate("document.activeElement.getAttribute('aria-label')") == f"「{item.text}」を1つ上へ"
            )
            assert (
                quiz.node.locator('[role="status"].kumo-hidden').inner_text()
                == f"「{item.text}」は{now}番目です(5個中)。"
            )
    # What is at the top already is not moved.
    quiz.node.get_by_role("button", name=f"「{ORDER.items[0].text}」を1つ上へ").focus()
    quiz.page.keyboard.press("Enter")
    assert lines.all_inner_texts() == [item.text for item in ORDER.items]
    tab_to(quiz.page, ".kumo-submit")
    quiz.page.keyboard.press("Enter")
    assert "正解です" in quiz.result()


def test_pairs_are_matched_by_keyboard(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(4)
    for pair in MATCH.pairs:
        select = quiz.node.get_by_role("combobox", name=pair.left)
        tab_to(quiz.page, f"#{select.get_attribute('id')}")
        # Typing the letter of a choice selects it.
        labels = select.locator("option").all_inner_texts()
        quiz.page.keyboard.press(next(label[0] for label in labels if label.endswith(pair.right)))
    tab_to(quiz.page, ".kumo-submit")
    quiz.page.keyboard.press("Enter")
    assert "正解です" in quiz.result()


def test_a_number_is_typed(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(5)
    tab_to(quiz.page, 'input[type="text"]')
    quiz.page.keyboard.type("20.3")
    quiz.page.keyboard.press("Enter")
    assert "正解です" in quiz.result()


def test_the_list_of_questions_is_one_stop_and_goes_by_arrows(player: Callable[..., Player]) -> None:
    quiz = player().open()
    tab_to(quiz.page, ".kumo-chip")
    quiz.page.keyboard.press("ArrowRight")
    quiz.page.keyboard.press("ArrowRight")
    quiz.page.keyboard.press("Tab")
    assert "kumo-chip" not in quiz.focused()
    quiz.page.keyboard.press("Shift+Tab")
    quiz.page.keyboard.press("End")
    quiz.page.keyboard.press("Enter")
    assert quiz.node.locator(".kumo-asked-title").inner_text() == "問6/6"


# ---------------------------------------------------------------- what an answer brings


@pytest.mark.parametrize("right", [True, False])
def test_every_option_is_explained_after_an_answer_and_not_before(player: Callable[..., Player], right: bool) -> None:  # noqa: FBT001
    quiz = player().open()
    before = quiz.node.inner_text()
    assert not [option.why for option in SINGLE.options if option.why in before]
    quiz.answer(right=right)
    after = quiz.node.inner_text()
    assert not [option.why for option in SINGLE.options if option.why not in after]
    assert quiz.node.locator(".kumo-verdict[data-chosen] .kumo-mark").inner_text().strip() == (
        "正解" if right else "誤り"
    )
    link = quiz.node.locator(".kumo-asked a.kumo-scenario")
    assert link.get_attribute("href") == "#throttling?spike=0&load=15"
    said = quiz.node.locator('[role="status"].kumo-hidden').inner_text()
    assert said == ("正解です。" if right else "不正解です。")
    assert quiz.result().startswith(said)


def test_typical_mistakes_with_numbers_are_explained(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(5)
    quiz.node.get_by_role("textbox").fill("２５")
    quiz.button("解答する").click()
    assert "不正解です" in quiz.result()
    assert NUMBER.traps[0].why in quiz.node.locator(".kumo-whys > [data-chosen]").inner_text()


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1つ選んでください"), (2, "2つ選んでください"), (4, "に合うものを"), (5, "のような数を")]
)
def test_an_answer_that_is_none_is_not_counted(player: Callable[..., Player], number: int, said: str) -> None:
    quiz = player().open()
    quiz.turn_to(number)
    quiz.button("解答する").click()
    assert said in quiz.node.locator(".kumo-fault").inner_text()
    assert quiz.page.evaluate("document.activeElement.matches('input, select')")
    assert quiz.records() == {}


def test_too_many_options_are_no_answer(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(2)
    for index in range(3):
        quiz.node.get_by_role("checkbox").nth(index).check()
    quiz.button("解答する").click()
    assert "2つ選んでください。今は3つです" in quiz.node.locator(".kumo-fault").inner_text()


def test_scores_are_kept_by_domain(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.answer_key()
    quiz.unfold_records()
    rows = [row.split() for row in quiz.node.locator(".kumo-domains tbody tr").all_inner_texts()]
    assert [(row[0], *row[-3:]) for row in rows] == [
        ("1", "0/2", "0", "―"),
        ("2", "1/2", "1", "100%"),
        ("4", "1/2", "0", "0%"),
    ]
    assert quiz.node.locator(".kumo-score").inner_text() == "6問中 2問に解答、1問が正解"


def test_flagged_questions_can_be_come_back_to(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(4)
    quiz.button("目印を付ける").press("Enter")
    assert "kumo-flag" in quiz.focused()
    quiz.turn_to(1)
    quiz.button("目印 1").click()
    assert quiz.node.locator(".kumo-asked-title").inner_text() == "問1/1"
    assert MATCH.stem in quiz.node.locator(".kumo-asked").inner_text()
    quiz.button("目印を外す").click()
    quiz.button("すべて 6").click()
    assert quiz.button("目印 0").get_attribute("aria-disabled") == "true"


def test_only_what_was_missed_is_asked_again(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.answer_key()
    quiz.button("間違えた 1").click()
    assert len(quiz.chips()) == 1
    # The question asks again, without the former answer.
    assert quiz.node.get_by_role("radio", checked=True).count() == 0
    quiz.answer(right=True)
    assert "この範囲の1問に答えました。正解は1問です。" in quiz.node.locator(".kumo-finish").inner_text()
    assert quiz.button("間違えた 0").count() == 1


def test_the_end_of_the_list_offers_what_was_missed(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.turn_to(2)
    for option in MULTIPLE.right:
        quiz.node.get_by_role("checkbox", name=option.text).check()
    quiz.button("解答する").click()
    for number in (3, 4, 5):
        quiz.turn_to(number)
        for select in quiz.node.locator(".kumo-asked select").all():
            select.select_option(index=1)
        if quiz.node.get_by_role("textbox").count():
            quiz.node.get_by_role("textbox").fill("20")
        quiz.button("解答する").click()
    quiz.answer_key()
    assert "6問に答えました。正解は3問です。" in quiz.node.locator(".kumo-finish").inner_text()
    quiz.button("間違えた3問だけやり直す").click()
    assert quiz.focused() == "kumo-asked-title"
    assert len(quiz.chips()) == 3


# ---------------------------------------------------------------- later


def test_a_reload_goes_on_where_the_reader_was(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.turn_to(2)
    quiz.node.get_by_role("checkbox").nth(1).check()
    order = quiz.node.locator(".kumo-option .kumo-text").all_inner_texts()
    quiz.open()
    assert quiz.node.locator(".kumo-asked-title").inner_text() == "問2/6"
    assert quiz.node.get_by_role("checkbox").nth(1).is_checked()
    assert quiz.node.locator(".kumo-option .kumo-text").all_inner_texts() == order
    assert quiz.chips() == ["missed", "fresh", "fresh", "fresh", "fresh", "fresh"]
    quiz.turn_to(1)
    assert "不正解です" in quiz.result()


def test_a_round_of_missed_questions_survives_a_reload(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.button("間違えた 1").click()
    quiz.open()
    assert quiz.button("間違えた 1").get_attribute("aria-pressed") == "true"
    assert quiz.button("解答する").count() == 1


def test_a_half_ordered_list_survives_a_reload(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.turn_to(3)
    quiz.node.locator(".kumo-moves button").nth(1).click()
    order = quiz.node.locator(".kumo-sorting .kumo-text").all_inner_texts()
    quiz.open()
    assert quiz.node.locator(".kumo-sorting .kumo-text").all_inner_texts() == order


def test_questions_are_due_after_1_7_and_21_days(player: Callable[..., Player]) -> None:
    quiz = player().open()
    for day, due in [
        ("2026-11-26", "11月27日"),
        ("2026-11-27", "12月4日"),
        ("2026-12-04", "12月25日"),
        ("2026-12-25", "復習は終わり"),
    ]:
        quiz.page.context.clock.set_fixed_time(f"{day}T03:00:00Z")
        quiz.open()
        if day != "2026-11-26":
            assert quiz.chips()[0] == "due"
            quiz.button("今日の復習 1").click()
        quiz.answer(right=True)
        assert due in quiz.result()
    assert quiz.records()[SINGLE.id]["due"] is None


def test_a_wrong_answer_starts_over(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=True)
    quiz.page.context.clock.set_fixed_time("2026-11-27T03:00:00Z")
    quiz.open()
    quiz.answer(right=False)
    record = quiz.records()[SINGLE.id]
    assert (record["stage"], record["due"], record["tries"], record["hits"]) == (0, "2026-11-28", 2, 1)


def test_answers_of_one_page_count_on_another(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=True)
    other = Player(Visit(quiz.page.context.new_page(), quiz.visit.address)).open("all")
    assert other.chips()[0] == "right"
    # A page that is open already hears of it.
    other.answer_key()
    quiz.page.wait_for_function("document.querySelectorAll('.kumo-chip')[5].dataset.standing === 'right'")


# ---------------------------------------------------------------- files


def saved(quiz: Player) -> bytes:
    quiz.unfold_records()
    with quiz.page.expect_download() as download:
        quiz.button("ファイルに書き出す").click()
    assert download.value.suggested_filename == "kumo-questions-progress-2026-11-26.json"
    return download.value.path().read_bytes()


def test_records_go_to_another_browser_as_a_file(player: Callable[..., Player]) -> None:
    one = player().open()
    one.answer(right=True)
    one.button("目印を付ける").click()
    content = saved(one)
    other = player().open()
    other.answer_key()
    assert other.upload(content) == "読み込みました。新しい記録は1問、更新は0問、今のままは0問です。"
    assert set(other.records()) == {SINGLE.id, LAST.id}
    assert other.records()[SINGLE.id] == one.records()[SINGLE.id]
    assert other.chips()[0] == "right"
    assert other.upload(content) == "読み込みました。新しい記録は0問、更新は0問、今のままは1問です。"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[:60], "壊れている"),
        (lambda _: "", "壊れている"),
        (lambda _: "\x89PNG\r\n", "壊れている"),
        (lambda _: '{"cells": [], "nbformat": 4}', "この教科書の学習の記録ではありません"),
        (lambda text: text.replace('"version": 1', '"version": 9'), "新しい版"),
        (lambda text: text.replace('"tries": 1', '"tries": "many"'), "の記録が壊れています"),
        (lambda text: text + " " * 2_100_000, "大きすぎます"),
    ],
    ids=["half", "empty", "picture", "notebook", "newer", "value", "large"],
)
def test_a_file_that_is_none_changes_nothing(
    player: Callable[..., Player], spoil: Callable[[str], str], said: str
) -> None:
    quiz = player().open()
    quiz.answer(right=True)
    before = quiz.records()
    told = quiz.upload(spoil(saved(quiz).decode()).encode("latin-1", "replace"))
    assert said in told
    assert told.endswith("今の記録はそのままです。")
    assert "\n" not in told
    assert quiz.records() == before
    assert quiz.chips()[0] == "right"


def test_erasing_asks_first(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=True)
    quiz.unfold_records()
    quiz.button("記録を消す").press("Enter")
    dialog = quiz.node.get_by_role("alertdialog")
    assert "1問" in dialog.inner_text()
    assert quiz.page.evaluate("document.activeElement.textContent") == "やめる"
    quiz.page.keyboard.press("Escape")
    assert dialog.is_hidden()
    assert quiz.page.evaluate("document.activeElement.textContent") == "記録を消す"
    assert len(quiz.records()) == 1
    quiz.button("記録を消す").click()
    dialog.get_by_role("button", name="消す", exact=True).click()
    assert quiz.records() == {}
    assert quiz.chips()[0] == "fresh"
    quiz.open()
    assert quiz.chips()[0] == "fresh"


# ---------------------------------------------------------------- storage

BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize("script", [BLOCKED, FULL], ids=["blocked", "full"])
def test_without_storage_it_works_and_says_that_nothing_is_kept(player: Callable[..., Player], script: str) -> None:
    quiz = player(script=script).open()
    assert "記録を保存できません" in quiz.notice().inner_text()
    quiz.answer(right=False)
    assert "不正解です" in quiz.result()
    quiz.answer_key()
    assert quiz.chips() == ["missed", "fresh", "fresh", "fresh", "fresh", "right"]
    # A file keeps what the browser does not.
    content = saved(quiz)
    quiz.open()
    assert quiz.chips()[0] == "fresh"
    assert "新しい記録は2問" in quiz.upload(content)
    assert quiz.chips()[0] == "missed"


def test_storage_that_fills_up_is_told(player: Callable[..., Player]) -> None:
    quiz = player().open()
    assert quiz.notice().is_hidden()
    quiz.page.evaluate(f"() => {{ {FULL} }}")
    quiz.answer(right=True)
    assert "記録を保存できません" in quiz.notice().inner_text()
    assert quiz.chips()[0] == "right"


def test_damaged_records_are_set_aside(player: Callable[..., Player]) -> None:
    quiz = player()
    quiz.visit.go("index.html")
    quiz.page.evaluate("name => localStorage.setItem(name, '{half')", RECORDS)
    quiz.open()
    assert "壊れていた" in quiz.notice().inner_text()
    assert quiz.page.evaluate("name => localStorage.getItem(name)", f"{RECORDS}.damaged") == "{half"
    quiz.answer(right=True)
    assert set(quiz.records()) == {SINGLE.id}


@pytest.mark.parametrize("answer", [[], ["9"], ["x", "y", "z"]])
def test_answers_to_an_earlier_wording_do_no_harm(player: Callable[..., Player], answer: list[str]) -> None:
    record = {"right": False, "last": NOW, "answer": answer, "tries": 1, "hits": 0, "stage": 0, "due": "2026-11-27"}
    file = {
        "format": "kumo-questions-progress",
        "version": 1,
        "records": {each.id: record for each in questions()} | {"no-longer-there": record},
    }
    quiz = player().open()
    assert "新しい記録は7問" in quiz.upload(json.dumps(file).encode())
    for number in range(1, 7):
        quiz.turn_to(number)
        assert "不正解です" in quiz.result()
    # What belongs to another page, or to a question that is gone, is kept.
    assert "no-longer-there" in quiz.records()


def test_a_session_that_makes_no_sense_is_left_alone(player: Callable[..., Player]) -> None:
    quiz = player().open()
    quiz.answer(right=False)
    quiz.button("間違えた 1").click()
    quiz.page.evaluate(
        """() => {
          const name = "kumo.questions.session.v1";
          const kept = JSON.parse(localStorage.getItem(name));
          for (const key of Object.keys(kept.records)) kept.records[key] = { scope: "missed", list: 3, open: null };
          kept.records["picked:2-development/2-1-4-throttling"] = 7;
          localStorage.setItem(name, JSON.stringify(kept));
        }"""
    )
    assert quiz.open().chips()[0] == "missed"
    quiz.open("sheet")


# ---------------------------------------------------------------- filters, paper, instructors


def test_the_page_of_all_questions_filters(player: Callable[..., Player]) -> None:
    quiz = player().open("all")
    assert len(quiz.chips()) == 6
    quiz.node.get_by_role("combobox", name="分野").select_option(label="2 セキュリティ")
    assert len(quiz.chips()) == 2
    quiz.node.get_by_role("combobox", name="難易度").select_option(label="基本")
    assert len(quiz.chips()) == 2
    quiz.node.get_by_role("combobox", name="分野").select_option(label="4 トラブルシューティングと最適化")
    assert quiz.chips() == []
    assert "当てはまる問題はありません" in quiz.node.inner_text()
    quiz.node.get_by_role("combobox", name="難易度").select_option(label="応用")
    assert len(quiz.chips()) == 1
    quiz.open("all")
    assert len(quiz.chips()) == 1


PRINTED = "window.printed = 0; window.print = () => { window.printed += 1 }"


def on_paper(page: Page) -> str:
    page.emulate_media(media="print")
    text = page.evaluate("document.body.innerText")
    page.emulate_media(media="screen")
    return text


@pytest.mark.parametrize("answers", [False, True])
def test_paper_has_every_question_and_the_answers_only_if_asked_for(
    player: Callable[..., Player],
    answers: bool,  # noqa: FBT001
) -> None:
    quiz = player(script=PRINTED).open()
    quiz.unfold_records()
    quiz.node.get_by_role("checkbox", name="答えと解説を最後に付ける").set_checked(answers)
    quiz.button("印刷する").click()
    assert quiz.page.evaluate("window.printed") == 1
    text = on_paper(quiz.page)
    for question in questions():
        assert question.stem.splitlines()[0].replace("`", "") in text
    assert (SINGLE.options[0].why in text) is answers
    assert ("20% (±0.5 まで)" in text) is answers
    assert "解答する" not in text
    # Nothing of the page around it.
    assert quiz.page.locator("h1").inner_text() not in text.splitlines()
    quiz.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "演習" in on_paper(quiz.page)


def test_instructors_choose_and_print(player: Callable[..., Player]) -> None:
    quiz = player(script=PRINTED).open("sheet")
    for question in questions():
        assert question.id in quiz.node.inner_text()
    quiz.button("問題だけを印刷").click()
    assert "問題を選んでください" in quiz.node.locator(".kumo-told").inner_text()
    assert quiz.page.evaluate("window.printed") == 0
    quiz.node.get_by_role("combobox", name="分野").select_option(label="2 セキュリティ")
    assert quiz.node.locator(".kumo-question:visible").count() == 2
    quiz.button("表示中をすべて選ぶ").click()
    quiz.node.get_by_role("combobox", name="分野").select_option(index=0)
    quiz.node.locator(".kumo-question").nth(4).get_by_role("checkbox").check()
    assert "3問を選択" in quiz.node.locator(".kumo-score").inner_text()
    quiz.open("sheet")
    assert "3問を選択" in quiz.node.locator(".kumo-score").inner_text()
    quiz.button("問題だけを印刷").click()
    text = on_paper(quiz.page)
    assert NUMBER.stem.splitlines()[0] in text
    assert SINGLE.stem.splitlines()[0] not in text
    assert NUMBER.why not in text
    quiz.page.emulate_media(media="print")
    assert quiz.node.locator(".kumo-question:visible").count() == 3
    quiz.page.emulate_media(media="screen")
    quiz.page.evaluate("dispatchEvent(new Event('afterprint'))")
    quiz.button("答え付きで印刷").click()
    assert NUMBER.why in on_paper(quiz.page)


@pytest.mark.parametrize("name", ["page", "sheet"])
def test_without_javascript_all_is_there(player: Callable[..., Player], name: str) -> None:
    quiz = player(java_script_enabled=False)
    quiz.visit.go(f"{name}.html")
    text = quiz.node.inner_text()
    for question in questions():
        assert question.stem.splitlines()[0].replace("`", "") in text
    assert not [option.why for option in SINGLE.options if option.why in text]
    for summary in quiz.node.locator("summary").all():
        summary.click()
    text = quiz.node.inner_text()
    assert not [option.why for option in SINGLE.options if option.why not in text]
    assert NUMBER.why in text
    # Nothing that would need a script pretends to work.
    assert quiz.node.locator("button, input, select, textarea").count() == 0


def test_when_the_script_is_blocked_the_questions_stay(player: Callable[..., Player]) -> None:
    quiz = player()
    quiz.visit.expected = ["Failed to load resource|net::ERR_FAILED|Failed to fetch"]
    quiz.page.route("**/quiz.js*", lambda route: route.abort())
    quiz.visit.go("page.html")
    quiz.page.wait_for_load_state("networkidle")
    assert quiz.node.locator(".kumo-question:visible").count() == 6


def test_a_notebook_shows_cells_where_a_page_has_links(player: Callable[..., Player]) -> None:
    """What a kernel's host hands over: the same HTML, and for each scenario the cell that shows it."""
    quiz = player()
    quiz.visit.go("page.html")
    quiz.page.evaluate(
        """async link => {
          const { default: quiz } = await import("./_static/kumo/quiz.js?v=1");
          const html = document.querySelector(".kumo-quiz").outerHTML;
          const el = document.createElement("div");
          document.querySelector("main").replaceChildren(el);
          const values = { html, codes: { [link]: "Throttling(spike=0, load=15)" } };
          quiz.render({ model: { get: name => values[name] }, el });
        }""",
        SINGLE.see[0].link,
    )
    quiz.answer(right=False)
    assert "Throttling(spike=0, load=15)" in quiz.node.locator(".kumo-asked .kumo-see pre").inner_text()
    assert quiz.node.locator(".kumo-asked a.kumo-scenario").count() == 0
    quiz.turn_to(3)
    quiz.button("解答する").click()
    assert quiz.node.locator('a[href*="ipynb"]:visible').count() == 0
    # A key that the player uses is none of the notebook's.
    assert (
        quiz.page.evaluate(
            """() => {
          let heard = 0;
          document.addEventListener("keydown", () => (heard += 1));
          document.querySelector(".kumo-chip").dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
          return heard;
        }"""
        )
        == 0
    )


# ---------------------------------------------------------------- on the site

OVERVIEW = "exercises/index.html"


@pytest.mark.skipif(not (SITE / OVERVIEW).exists(), reason="the site has no exercises yet")
def test_a_question_leads_to_the_explorer_in_the_state_that_shows_why(visit: Callable[..., Visit]) -> None:
    opened = visit(OVERVIEW)
    quiz = Player(opened)
    opened.page.locator(".kumo-quiz[data-hydrated]").wait_for()
    kinds = quiz.node.locator(".kumo-question").evaluate_all(
        "nodes => nodes.map(node => node.querySelector('.kumo-scenario') && node.dataset.kind)"
    )
    quiz.turn_to(kinds.index("single") + 1)
    quiz.node.get_by_role("radio").first.check()
    quiz.button("解答する").click()
    link = quiz.node.locator(".kumo-asked a.kumo-scenario").first
    page, _, fragment = link.get_attribute("data-link").partition("#")
    link.click()
    opened.page.wait_for_url(f"**/{page}.html#*")
    slug, _, query = fragment.partition("?")
    live = opened.figure(slug).wait_for("live")
    explorer = next(figure.explorer for figure in figures() if (figure.page, figure.slug) == (f"{page}.html", slug))
    wait_for_state(live, explorer, full_query(live, query))
    # Back at the questions the answer is still there.
    opened.page.go_back()
    opened.page.wait_for_url(f"**/{OVERVIEW}")
    quiz.node.locator(".kumo-result").wait_for()


# ---------------------------------------------------------------- for everyone


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["page", "all", "sheet"])
def test_axe_finds_nothing(player: Callable[..., Player], name: str, theme: str) -> None:
    quiz = player(theme).open(name)
    found = violations(quiz.page)
    if name == "page":
        quiz.unfold_records()
        for number in range(1, 6):
            quiz.turn_to(number)
            found += violations(quiz.page)
            for box in quiz.node.locator(".kumo-option input").all()[: 2 if number == 2 else 1]:
                box.check()
            for select in quiz.node.locator(".kumo-asked select").all():
                select.select_option(index=2)
            if quiz.node.get_by_role("textbox").count():
                quiz.node.get_by_role("textbox").fill("25")
            quiz.button("解答する").click()
            found += violations(quiz.page)
        quiz.button("目印を付ける").click()
        quiz.button("記録を消す").click()
        found += violations(quiz.page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["page", "all", "sheet"])
def test_nothing_scrolls_sideways_on_a_phone(player: Callable[..., Player], name: str) -> None:
    quiz = player(viewport=PHONE).open(name)
    quiz.page.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
    width = "document.scrollingElement.scrollWidth"
    assert quiz.page.evaluate(width) <= PHONE["width"]
    if name == "page":
        for number in range(1, 6):
            quiz.turn_to(number)
            assert quiz.page.evaluate(width) <= PHONE["width"]


def test_texts_and_targets_are_large_enough_on_a_phone(player: Callable[..., Player]) -> None:
    quiz = player(viewport=PHONE, has_touch=True).open()
    quiz.unfold_records()
    small = quiz.node.evaluate(
        """node => [...node.querySelectorAll("button, label.kumo-option, select, input[type=text], summary")]
          .filter(control => control.offsetParent && control.getBoundingClientRect().height < 24)
          .map(control => control.textContent)"""
    )
    assert small == []
    tiny = quiz.node.evaluate(
        """node => [...node.querySelectorAll("*")].filter(part => part.offsetParent)
          .filter(part => parseFloat(getComputedStyle(part).fontSize) < 11).map(part => part.className)"""
    )
    assert tiny == []
